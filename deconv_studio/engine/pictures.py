"""A picture's way through a loaded network: tiles that fit the memory, checked, timed, cancellable."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio.engine import estimate, memory
from deconv_studio.engine.check import OutputCheck
from deconv_studio.engine.errors import BadInput
from deconv_studio.engine.tiles import TileDone, run_tiled

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model


def apply(
    model: Model,
    source: np.ndarray,
    *,
    prepare: Callable[[np.ndarray], np.ndarray] | None = None,
    finish: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None,
    out: np.ndarray | None = None,
    tile: int = 0,
    control: Control | None = None,
    on_tile: Callable[[TileDone], object] | None = None,
) -> np.ndarray:
    """Put a picture through a model as its card says, in tiles that fit the model's memory budget.

    Parameters
    ----------
    model : Model
        With a card.
    source : ndarray
        ``(H, W, C)`` of any dtype; may be a memmap, of which one tile at a time is read.
    prepare : callable, optional
        Turns a tile of the source, ``(h, w, C)``, into what the network is fed, ``(h, w, c)`` float in [0,
        1], pixel by pixel or with a smaller reach than the network's. Without it the tile itself is fed:
        uint8 and uint16 divided by their largest value, float as it is.
    finish : callable, optional
        Called as ``finish(result, tile)`` with the network's result ``(h * s, w * s, c')`` float32, about [0,
        1] and not clipped, and the source's tile; returns what is written into `out`. Without it the result
        is.
    out : ndarray, optional
        ``(H * s, W * s, C')``; may be a memmap. Made if missing.
    tile : int
        Largest height and width fed to the network, halo included; 0 = what the memory allows.
    control : Control, optional
        Gets progress and each tile as a :class:`~deconv_studio.engine.tiles.TileDone`; its cancel stops the
        network.
    on_tile : callable, optional
        Called with each finished tile.

    Returns
    -------
    ndarray
        `out`.

    Raises
    ------
    Cancelled
    BadInput
        If the model has no card or the picture does not fit it.
    BadOutput
        If the result is not a number, infinite, or even although the picture is not.
    OutOfMemory
        If even the smallest tile does not fit.
    RunFailed
    """
    card = model.card
    if card is None:
        raise BadInput(
            f"{model.name} has no card, so it cannot be run on a picture.", "Probe the model first."
        )
    check = OutputCheck(model.name)
    speed = estimate.SpeedMeter(model)

    def piece(pixels: np.ndarray) -> np.ndarray:
        fed = prepare(pixels) if prepare is not None else as_unit_float(pixels)
        started = time.perf_counter()
        result = model.infer(fed, control)
        speed.add(fed.shape[0] * fed.shape[1], time.perf_counter() - started)
        check.add(fed, result)
        return finish(result, pixels) if finish is not None else result

    result = run_tiled(
        source,
        piece,
        scale=card.output.scale,
        halo=card.output.receptive_field,
        tile=memory.tile_size(model, tile),
        out=out,
        control=control,
        multiple=card.input.size_multiple,
        minimum=card.input.minimum,
        fixed=card.input.fixed_size,
        on_tile=on_tile,
        on_smaller=lambda size: memory.remember_limit(model, size),
    )
    check.finish()
    speed.finish()
    return result


def as_unit_float(pixels: np.ndarray) -> np.ndarray:
    """Samples as float32 in [0, 1].

    Parameters
    ----------
    pixels : ndarray
        Any axes; uint8 or uint16 are divided by their largest value, float is left as it is.

    Raises
    ------
    BadInput
        For another dtype.
    """
    if pixels.dtype in (np.uint8, np.uint16):
        return pixels.astype(np.float32) / np.float32(np.iinfo(pixels.dtype).max)
    if pixels.dtype.kind == "f":
        return pixels.astype(np.float32, copy=False)
    raise BadInput(
        f"Pictures of {pixels.dtype} cannot be fed.", "Convert the picture to 8 bits, 16 bits or float."
    )


LARGEST_STEP = 4.0
"""A small picture is enlarged at most this much for a network with a working side."""


def side_factor(side: int | None, height: int, width: int) -> float:
    """How much a picture is resized so that its shorter side is `side`; 1 for None.

    Parameters
    ----------
    side : int or None
        In pixels; a small picture is enlarged by `LARGEST_STEP` at most.
    height, width : int
    """
    return 1.0 if side is None else min(side / min(height, width), LARGEST_STEP)
