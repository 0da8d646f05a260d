"""The pixels' way through a restoring network, tile by tile; how much noise there was, and JPEG's blocks."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import imaging, measures
from deconv_studio.engine import memory as memories
from deconv_studio.engine.tiles import TileDone, run_tiled

from . import _scratch
from ._network import Network
from ._pixels import FILL_RADIUS, LUMA, as_unit, check_finite, constant_alpha, fill_transparent, from_unit
from .base import card_of
from .restore import AUTO, BLIND, BLOCKING_SEEN
from .result import Result

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Picture

    from .restore import RestoreOptions

BLOCK = 8
NONE_FOUND, SURELY_FOUND = 0.75, 1.5
"""Deviations in 8-bit steps: up to the first a picture stays as it is, from the second on all is done."""
_LOOKED_AT = 4_000_000


def restore(picture: Picture, options: RestoreOptions, model: Model, control: Control) -> Result:
    """Restore a picture; see `Restore.run`."""
    start = time.perf_counter()
    card = card_of(model)
    # In the picture's own colours: others would blur the blocks' grid into the values and change the noise.
    blocks = blocking(picture)
    check_finite(picture.pixels, picture.source.name if picture.source else "The picture")
    asked, options = options, settled(picture, options, card, blocks)
    share = 1 - options.blend
    ways = imaging.ways_to_srgb(picture)
    out = _scratch.room(picture.pixels.shape, picture.pixels.dtype)
    work = _Restorer(picture, ways, options, model, control)
    residual = Residual(picture, share)
    reach = card.output.receptive_field
    run_tiled(
        picture.pixels,
        work.piece,
        halo=reach + work.fill,
        # The halo may be wider than the network's own; what is kept of a tile should not shrink for it.
        tile=memories.tile_size(model, options.tile) + 2 * work.fill,
        out=out,
        control=control,
        multiple=card.input.size_multiple,
        minimum=card.input.minimum,
        fixed=card.input.fixed_size,
        on_tile=residual.add,
        on_smaller=lambda size: memories.remember_limit(model, size),
    )
    work.finish()
    notices = []
    if work.luma_only:
        notices.append(f"{card.id} is for gray pictures: the luma was restored, the colours were kept.")
    if share == 0 and asked.blend < 1:
        why = (
            "No noise was found"
            if options.strength is not None
            else "The picture is too small, or of too few tones, or too much of it pure black and white,"
            " to tell its noise"
        )
        notices.append(f"{why}, so it is as it was; a strength can be set by hand.")
    if blocks is not None and blocks >= BLOCKING_SEEN and options.strength is not None:
        notices.append("The picture shows the blocks of JPEG; strength auto lessens these too.")
    return Result(
        picture=picture.replace(pixels=out),
        task="restore",
        parameters=asked.model_dump(mode="json"),
        model_id=card.id,
        model_sha256=model.sha256,
        provider=model.provider,
        seconds=time.perf_counter() - start,
        notices=tuple(notices),
        extra={
            "width": picture.width,
            "height": picture.height,
            "sigma": options.strength,
            "noise_estimate": residual.sigma,
            "jpeg_blocks": None if blocks is None else round(blocks, 3),
        },
    )


class _Restorer:
    """Restores pieces of one picture."""

    def __init__(
        self,
        picture: Picture,
        ways: imaging.Ways | None,
        options: RestoreOptions,
        model: Model,
        control: Control,
    ) -> None:
        self._ways = ways
        sigma = options.strength
        strength = -1.0 if sigma is None else sigma / 255
        self._network = Network(model, control, tta=options.tta, strength=strength)
        self._share = np.float32(1 - options.blend)
        self._colors = 1 if picture.is_gray else 3
        self._alpha = picture.has_alpha
        self.luma_only = self._colors == 3 and not self._network.is_rgb
        self.fill = 0
        self._hiding = self._alpha and constant_alpha(picture.alpha) is None
        if self._hiding:
            self.fill = min(card_of(model).output.receptive_field, FILL_RADIUS)

    def piece(self, piece: np.ndarray) -> np.ndarray:
        """Restore one piece ``(h, w, C)`` of the picture's dtype; what is transparent stays as it is."""
        if self._share == 0:
            return piece
        values = as_unit(piece)
        color = values[:, :, : self._colors]
        alpha = values[:, :, self._colors :]
        seen = color if self._ways is None else self._ways.there(color)
        seen = np.ascontiguousarray(fill_transparent(seen, alpha, self.fill) if self.fill else seen)
        made = self._color(seen)
        if self._ways is not None:
            # What has changed, not what there is: a pixel that the network leaves alone stays to the bit.
            made = color + (self._ways.back(made) - self._ways.back(seen))
        result = from_unit(made, piece.dtype)
        if not self._alpha:
            return result
        if self._hiding:
            result = np.where(alpha <= 0, piece[:, :, : self._colors], result)
        return np.concatenate([result, piece[:, :, self._colors :]], axis=2)

    def finish(self) -> None:
        """Look at the picture as a whole, and keep the speed; see `Network.finish`."""
        if self._share != 0:
            self._network.finish()

    def _color(self, color: np.ndarray) -> np.ndarray:
        """Restore ``(h, w, 1 or 3)`` float32, black 0, white 1; what lies outside of that stays outside."""
        inside = np.clip(color, 0, 1)
        if self.luma_only:
            # The same is added to all channels, so R - Y and B - Y stay.
            feed = inside @ LUMA[:, None]
        else:
            feed = inside
        change = np.clip(self._network(feed), 0, 1) - feed
        made: np.ndarray = color + self._share * change
        return made


class Residual:
    """The standard deviation of what was taken away, over the pixels one sees.

    Parameters
    ----------
    picture : Picture
        Before.
    share : float
        Of the network's work in the result; the rest is the original.
    """

    def __init__(self, picture: Picture, share: float) -> None:
        self._pixels = picture.pixels
        self._colors = 1 if picture.is_gray else 3
        self._share = share
        self._count, self._sum, self._squares = 0, 0.0, 0.0

    def add(self, tile: TileDone) -> None:
        """Take in a finished tile."""
        box = tile.box
        before = self._pixels[box.top : box.bottom, box.left : box.right]
        change = as_unit(before[:, :, : self._colors]) - as_unit(tile.pixels[:, :, : self._colors])
        if before.shape[2] > self._colors:
            change = change[before[:, :, -1] > 0]
        self._count += change.size
        self._sum += float(change.sum(dtype=np.float64))
        self._squares += float(np.square(change, dtype=np.float64).sum())

    @property
    def sigma(self) -> float | None:
        """In 8-bit steps; None if nothing was seen or nothing was done."""
        if not self._count or self._share == 0:
            return None
        mean = self._sum / self._count
        variance = max(0.0, self._squares / self._count - mean * mean)
        return round(255 * math.sqrt(variance) / self._share, 2)


def settled(
    picture: Picture, options: RestoreOptions, card: Card, blocks: float | None = None
) -> RestoreOptions:
    """Decide what strength "auto" is for a picture; what was set by hand stays.

    Told the noise, networks do better than by their own guess, and do not take a clean picture's texture for
    noise. JPEG's blocks are no white noise: there the network is left to find by itself what to do. A picture
    whose noise cannot be told, for it is too small, of few tones or all black and white, is left alone.

    Parameters
    ----------
    picture : Picture
    options : RestoreOptions
    card : Card
        Of the model.
    blocks : float, optional
        What `blocking` says of the picture as it was read.

    Returns
    -------
    RestoreOptions
        With a number or "blind" as `sigma`, and a `blend` that goes to 1 where no noise is, or none that
        can be told.
    """
    if options.sigma != AUTO:
        return options
    in_blocks = blocks is not None and blocks >= BLOCKING_SEEN
    if in_blocks or card.strength is None:
        return options.model_copy(update={"sigma": BLIND})
    found = noise_found(picture)
    if found is None:
        return options.model_copy(update={"sigma": BLIND, "blend": 1.0})
    share = min(1.0, max(0.0, (found - NONE_FOUND) / (SURELY_FOUND - NONE_FOUND)))
    sigma = f"{min(found, card.strength.largest):.2f}"
    return options.model_copy(update={"sigma": sigma, "blend": 1 - (1 - options.blend) * share})


def noise_found(picture: Picture) -> float | None:
    """The noise as `measures.noise_level` estimates it, in 8-bit steps: the least of the channels.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    float or None
        None for a picture too small, or of too few tones, or too much of which is clipped, to tell.
    """
    colors = 1 if picture.is_gray else 3
    pixels = picture.pixels
    scale = 1.0 if pixels.dtype.kind == "f" else float(np.iinfo(pixels.dtype).max)
    levels = [measures.noise_level(pixels[:, :, k], white=scale) for k in range(colors)]
    known = [255 * level for level in levels if level is not None]
    return min(known) if known else None


def _is_coarse(picture: Picture) -> bool:
    """Whether each channel of colour has only few tones, as `measures.is_coarse` says."""
    color = picture.color
    white = 1.0 if color.dtype.kind == "f" else float(np.iinfo(color.dtype).max)
    return all(measures.is_coarse(color[:, :, k], white) for k in range(color.shape[2]))


def blocking(picture: Picture) -> float | None:
    """How much larger the steps between JPEG's 8x8 blocks are than the steps inside them.

    After the block boundary measure of Wang, Sheikh and Bovik (2002), as a ratio of mean absolute differences
    of neighbours, along rows and columns together.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    float or None
        1 for a picture without blocks; None for one too small or too even to tell, or of few tones far apart,
        as no JPEG is. A picture that was cropped off the grid or resized shows none. At most the first
        4 million pixels are looked at.
    """
    colors = 1 if picture.is_gray else 3
    height, width = picture.height, picture.width
    if min(height, width) < 4 * BLOCK or _is_coarse(picture):
        return None
    rows = min(height, max(4 * BLOCK, _LOOKED_AT // width // BLOCK * BLOCK))
    part: Any = as_unit(np.asarray(picture.pixels[:rows, : _LOOKED_AT // (4 * BLOCK), :colors]))
    luma = part @ LUMA if colors == 3 else part[:, :, 0]
    if not np.isfinite(luma).all():
        return None
    between, inside = [], []
    for axis in (0, 1):
        steps = np.abs(np.diff(luma, axis=axis)).mean(axis=1 - axis)
        on_grid = np.arange(1, len(steps) + 1) % BLOCK == 0
        between.append(steps[on_grid])
        inside.append(steps[~on_grid])
    usual = float(np.concatenate(inside).mean())
    return float(np.concatenate(between).mean()) / usual if usual > 1e-4 else None
