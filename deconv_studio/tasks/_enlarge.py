"""The pixels' way through an enlarging network, tile by tile: luma or colour, alpha, depth, views."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cv2
import numpy as np

from deconv_studio import imaging
from deconv_studio.engine import memory as memories
from deconv_studio.engine.tiles import run_tiled

from . import _network, _scratch
from ._pixels import FILL_RADIUS, LUMA, as_unit, check_finite, constant_alpha, fill_transparent, from_unit
from .base import Estimate, card_of
from .result import Result

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from .upscale import UpscaleOptions

BICUBIC_RADIUS = 2
"""Input pixels that bicubic enlargement depends on, to each side."""


def enlarge(picture: Picture, options: UpscaleOptions, model: Model, control: Control) -> Result:
    """Enlarge a picture; see `Upscale.run`.

    Parameters
    ----------
    picture : Picture
    options : UpscaleOptions
    model : Model
    control : Control

    Returns
    -------
    Result
    """
    start = time.perf_counter()
    card = card_of(model)
    ways = imaging.ways_to_srgb(picture)
    check_finite(picture.pixels, picture.source.name if picture.source else "The picture")
    height, width, channels = picture.pixels.shape
    out = _scratch.room((height * options.scale, width * options.scale, channels), picture.pixels.dtype)
    with _Enlarger(picture, ways, options, model, control) as work:
        run_tiled(
            picture.pixels,
            work.piece,
            scale=options.scale,
            halo=work.halo,
            # The halo may be wider than the network's own; what is kept of a tile should not shrink for it.
            tile=memories.tile_size(model, options.tile) + 2 * (work.halo - card.output.receptive_field),
            out=out,
            control=control,
            multiple=card.input.size_multiple,
            minimum=card.input.minimum,
            fixed=card.input.fixed_size,
            on_smaller=lambda size: memories.remember_limit(model, size),
        )
        work.finish()
    return Result(
        picture=picture.replace(pixels=out),
        task="upscale",
        parameters=options.model_dump(mode="json"),
        model_id=card.id,
        model_sha256=model.sha256,
        provider=model.provider,
        seconds=time.perf_counter() - start,
        extra={"width": width * options.scale, "height": height * options.scale},
    )


class _Enlarger:
    """Enlarges pieces of one picture."""

    def __init__(
        self,
        picture: Picture,
        ways: imaging.Ways | None,
        options: UpscaleOptions,
        model: Model,
        control: Control,
    ) -> None:
        self._ways = ways
        self._options = options
        self._scale = options.scale
        card = card_of(model)
        self._network = _network.Network(model, control, scale=options.scale, tta=options.tta)
        self._colors = 1 if picture.is_gray else 3
        self._alpha = picture.has_alpha
        self._constant_alpha = constant_alpha(picture.alpha)
        self._fill = 0
        reach = card.output.receptive_field
        if self._alpha and self._constant_alpha is None:
            self._fill = min(reach, FILL_RADIUS)
        self.halo = max(reach, BICUBIC_RADIUS + 1) + self._fill
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="enlarge-chroma")

    def __enter__(self) -> _Enlarger:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def piece(self, piece: np.ndarray) -> np.ndarray:
        """Enlarge one piece ``(h, w, C)`` of the picture's dtype to ``(h * scale, w * scale, C)`` of it."""
        values = as_unit(piece)
        color = values[:, :, : self._colors]
        if self._ways is not None:
            color = self._ways.there(color)
        alpha = values[:, :, self._colors :] if self._alpha else None
        if alpha is not None and self._fill:
            color = fill_transparent(color, alpha, self._fill)
        made = self._color(color)
        parts = [made if self._ways is None else self._ways.back(made)]
        if alpha is not None:
            parts.append(self._enlarge_alpha(alpha))
        return from_unit(np.concatenate(parts, axis=2) if len(parts) > 1 else parts[0], piece.dtype)

    def finish(self) -> None:
        """Look at the picture as a whole, and keep the speed for estimates.

        Raises
        ------
        BadOutput
            The output is of one value although the input was not.
        """
        self._network.finish()

    def _color(self, color: np.ndarray) -> np.ndarray:
        """Enlarge ``(h, w, 1 or 3)`` float32, black 0, white 1; values outside are enlarged by bicubic."""
        blend = np.float32(self._options.blend)
        inside = np.clip(color, 0, 1)
        luma_only = not self._network.is_rgb and self._colors == 3
        if blend == 1:
            return self._bicubic(color)
        if not luma_only and blend == 0:
            result = self._network(inside)
            if not np.array_equal(inside, color):
                result += self._bicubic(color - inside)
            return result
        if not luma_only:
            return self._bicubic(color) + (1 - blend) * (self._network(inside) - self._bicubic(inside))
        luma = color @ LUMA[:, None]
        # R - Y and B - Y are chroma but for a factor, and G follows from them: two planes are enlarged.
        # They are enlarged beside the network, which on many cores would else wait for one.
        beside = self._pool.submit(self._bicubic, color[:, :, 0::2] - luma)
        within = inside @ LUMA[:, None]
        large = self._network(within)
        chroma = beside.result()
        if blend != 0 or not np.array_equal(within, luma):
            large = self._bicubic(luma) + (1 - blend) * (large - self._bicubic(within))
        result = np.empty((*large.shape[:2], 3), np.float32)
        np.add(large[:, :, 0], chroma[:, :, 0], out=result[:, :, 0])
        np.add(large[:, :, 0], chroma[:, :, 1], out=result[:, :, 2])
        np.subtract(large[:, :, 0], chroma @ (LUMA[0::2] / LUMA[1]), out=result[:, :, 1])
        return result

    def _enlarge_alpha(self, alpha: np.ndarray) -> np.ndarray:
        height, width = alpha.shape[:2]
        shape = (height * self._scale, width * self._scale, 1)
        if self._constant_alpha is not None:
            return np.full(shape, self._constant_alpha, np.float32)
        alpha = np.clip(alpha, 0, 1)
        large = (
            self._network(alpha, check=False) if self._options.alpha == "network" else self._bicubic(alpha)
        )
        # Never beyond what the input has nearby: no halo of half transparency around an outline, and what is
        # opaque or clear stays exactly that.
        window = np.ones((2 * BICUBIC_RADIUS + 1,) * 2, np.uint8)
        low = cv2.erode(alpha, window, borderType=cv2.BORDER_REPLICATE)
        high = cv2.dilate(alpha, window, borderType=cv2.BORDER_REPLICATE)
        low, high = (np.repeat(np.repeat(x, self._scale, 0), self._scale, 1)[:, :, None] for x in (low, high))
        return np.clip(large, low, high)

    def _bicubic(self, values: np.ndarray) -> np.ndarray:
        height, width = values.shape[:2]
        large: np.ndarray = imaging.resize_bicubic(
            np.ascontiguousarray(values, np.float32), (width * self._scale, height * self._scale)
        )
        return large


def estimate(
    source: Picture | Header,
    options: UpscaleOptions,
    subject: Model | Entry | Card,
    *,
    provider: str = "auto",
    memory: int | None = None,
) -> Estimate:
    """What enlarging will make and take; see `Task.estimate`."""
    runs = (8 if options.tta else 1) * (2 if source.channels in (2, 4) and options.alpha == "network" else 1)
    return _network.estimate(
        source,
        subject,
        scale=options.scale,
        runs=runs,
        tile=options.tile,
        provider=provider,
        memory=memory,
    )
