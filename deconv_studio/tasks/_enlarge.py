"""The pixels' way through an enlarging network, tile by tile: luma or colour, alpha, depth, views."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from deconv_studio import imaging
from deconv_studio.engine import estimate as estimates
from deconv_studio.engine import memory as memories
from deconv_studio.engine.check import OutputCheck
from deconv_studio.engine.errors import BadOutput
from deconv_studio.engine.tiles import run_tiled

from . import _scratch
from .base import Estimate, card_of
from .errors import NotFinite
from .result import Result

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from .upscale import UpscaleOptions

# ITU-R BT.601-7, full range, as in JPEG (JFIF 1.02).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
BICUBIC_RADIUS = 2
"""Input pixels that bicubic enlargement depends on, to each side."""
FILL_RADIUS = 16
"""Colour is carried at most this far under transparent pixels; no visible pixel depends on more."""


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
    if picture.icc_profile is not None:
        picture = imaging.to_srgb(picture)
    check_finite(picture.pixels, picture.source.name if picture.source else "The picture")
    height, width, channels = picture.pixels.shape
    out = _scratch.room((height * options.scale, width * options.scale, channels), picture.pixels.dtype)
    with _Enlarger(picture, options, model, control) as work:
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

    def __init__(self, picture: Picture, options: UpscaleOptions, model: Model, control: Control) -> None:
        self._options = options
        self._model = model
        self._control = control
        self._scale = options.scale
        card = card_of(model)
        self._rgb = card.input.channels == 3
        self._colors = 1 if picture.is_gray else 3
        self._alpha = picture.has_alpha
        self._constant_alpha = _constant(picture.alpha)
        self._fill = 0
        reach = card.output.receptive_field
        if self._alpha and self._constant_alpha is None:
            self._fill = min(reach, FILL_RADIUS)
        self.halo = max(reach, BICUBIC_RADIUS + 1) + self._fill
        fixed = card.input.fixed_size
        self._square = fixed is None or fixed[0] == fixed[1]
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="enlarge-chroma")
        self._check = OutputCheck(model.name)
        self._speed = estimates.SpeedMeter(model)

    def __enter__(self) -> _Enlarger:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def piece(self, piece: np.ndarray) -> np.ndarray:
        """Enlarge one piece ``(h, w, C)`` of the picture's dtype to ``(h * scale, w * scale, C)`` of it."""
        values = as_unit(piece)
        color = values[:, :, : self._colors]
        alpha = values[:, :, self._colors :] if self._alpha else None
        if alpha is not None and self._fill:
            color = fill_transparent(color, alpha, self._fill)
        parts = [self._color(color)]
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
        self._check.finish()
        self._speed.finish()

    def _color(self, color: np.ndarray) -> np.ndarray:
        """Enlarge ``(h, w, 1 or 3)`` float32, black 0, white 1; values outside are enlarged by bicubic."""
        blend = np.float32(self._options.blend)
        inside = np.clip(color, 0, 1)
        luma_only = not self._rgb and self._colors == 3
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

    def _network(self, values: np.ndarray, *, check: bool = True) -> np.ndarray:
        """Run the network on ``(h, w, 1 or 3)`` float32 in [0, 1], averaged over views if asked for."""
        channels = values.shape[2]
        feed = np.repeat(values, 3, axis=2) if self._rgb and channels == 1 else values
        if self._options.tta:
            total = None
            views = list(_views(self._square))
            for there, back in views:
                one = back(self._run(np.ascontiguousarray(there(feed))))
                total = one if total is None else total + one
            assert total is not None  # there is at least the view that changes nothing
            result = total / np.float32(len(views))
        else:
            result = self._run(feed)
        if check:
            self._check.add(feed, result)
        return result.mean(axis=2, keepdims=True) if result.shape[2] != channels else result

    def _run(self, feed: np.ndarray) -> np.ndarray:
        start = time.perf_counter()
        result = self._model.infer(feed, self._control)
        self._speed.add(feed.shape[0] * feed.shape[1], time.perf_counter() - start)
        if result.shape != (feed.shape[0] * self._scale, feed.shape[1] * self._scale, feed.shape[2]):
            raise BadOutput(
                f"{self._model.name} made {result.shape} of {feed.shape}, which is not"
                f" {self._scale} times as large.",
                "Correct scale or channels in the model's card, or probe the model again.",
            )
        if not np.isfinite(result).all():
            raise BadOutput(f"{self._model.name} gave NaN or infinite values.")
        return result

    def _bicubic(self, values: np.ndarray) -> np.ndarray:
        height, width = values.shape[:2]
        large: np.ndarray = imaging.resize_bicubic(
            np.ascontiguousarray(values, np.float32), (width * self._scale, height * self._scale)
        )
        return large


def _views(square: bool) -> Iterator[tuple[Callable[[Any], Any], Callable[[Any], Any]]]:
    """The flips and quarter turns, each with its way back; eight, or four that keep height and width."""
    for turned in (False, True) if square else (False,):
        for rows in (1, -1):
            for columns in (1, -1):

                def there(x: np.ndarray, t: bool = turned, r: int = rows, c: int = columns) -> np.ndarray:
                    return (x.transpose(1, 0, 2) if t else x)[::r, ::c]

                def back(x: np.ndarray, t: bool = turned, r: int = rows, c: int = columns) -> np.ndarray:
                    x = x[::r, ::c]
                    return x.transpose(1, 0, 2) if t else x

                yield there, back


def as_unit(pixels: np.ndarray) -> np.ndarray:
    """Pixels as float32 with black 0 and white 1: ``(h, w, C)`` uint8, uint16 or float32 to float32."""
    if pixels.dtype == np.float32:
        return pixels
    return pixels.astype(np.float32) * np.float32(1.0 / np.iinfo(pixels.dtype).max)


def from_unit(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The way back: rounded and clipped for integers, as they are for float32. Overwrites `values`."""
    if dtype == np.float32:
        return values
    top = np.float32(np.iinfo(dtype).max)
    values *= top
    np.rint(values, out=values)
    np.clip(values, 0, top, out=values)
    return values.astype(dtype)


def fill_transparent(color: np.ndarray, alpha: np.ndarray, radius: int) -> np.ndarray:
    """Carry colour from visible pixels under transparent ones, so that what lies there does not bleed out.

    Parameters
    ----------
    color : ndarray
        ``(h, w, 1 or 3)`` float32.
    alpha : ndarray
        ``(h, w, 1)`` float32; where it is 0 (or less), the colour means nothing.
    radius : int
        How far, in pixels. Each step takes the mean of the known among the eight neighbours, so a pixel
        depends on nothing further away than this and pieces fit together.

    Returns
    -------
    ndarray
        ``(h, w, 1 or 3)`` float32; mid-gray beyond the radius.
    """
    known = (alpha[:, :, 0] > 0).astype(np.float32)
    if known.all():
        return color
    filled = np.where(known[:, :, None] > 0, color, np.float32(0))
    for _ in range(radius):
        if known.all():
            break
        count = cv2.boxFilter(known, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        total = cv2.boxFilter(filled, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        total = total.reshape(filled.shape)
        new = (known == 0) & (count > 0.5)
        filled[new] = total[new] / count[new][:, None]
        known[new] = 1
    filled[known == 0] = 0.5
    return filled


def check_finite(pixels: np.ndarray, name: str = "The picture") -> None:
    """Refuse NaN and infinity in a float picture, by strips, so that a map stays one.

    Raises
    ------
    NotFinite
    """
    if pixels.dtype.kind != "f":
        return
    for top in range(0, pixels.shape[0], 256):
        bad = np.argwhere(~np.isfinite(pixels[top : top + 256]).all(axis=2))
        if len(bad):
            row, column = bad[0]
            raise NotFinite(
                f"{name} holds NaN or infinity, first at row {top + row}, column {column}.",
                "Replace these values first; no network can make sense of them.",
            )


def _constant(alpha: np.ndarray | None) -> float | None:
    """The one value of an alpha channel, in [0, 1]; None if there is no channel or it varies."""
    if alpha is None:
        return None
    first = alpha[0, 0, 0]
    for top in range(0, alpha.shape[0], 1024):
        if (alpha[top : top + 1024] != first).any():
            return None
    return float(as_unit(np.asarray(first).reshape(1, 1, 1))[0, 0, 0])


def estimate(
    source: Picture | Header,
    options: UpscaleOptions,
    subject: Model | Entry | Card,
    *,
    provider: str = "auto",
    memory: int | None = None,
) -> Estimate:
    """What enlarging will make and take; see `Task.estimate`."""
    height, width, channels = source.height, source.width, source.channels
    dtype = source.pixels.dtype if isinstance(source, imaging.Picture) else np.dtype(source.dtype)
    known = estimates.estimate(
        subject, height, width, tile=options.tile, provider=provider, memory_budget=memory
    )
    runs = (8 if options.tta else 1) * (2 if channels in (2, 4) and options.alpha == "network" else 1)
    large_height, large_width = height * options.scale, width * options.scale
    size = large_height * large_width * channels * dtype.itemsize
    scratch = size > _scratch.IN_MEMORY
    return Estimate(
        width=large_width,
        height=large_height,
        channels=channels,
        seconds=None if known.seconds is None else known.seconds * runs,
        memory_bytes=height * width * channels * dtype.itemsize
        + (0 if scratch else size)
        + known.memory_bytes
        + known.tile * known.tile * options.scale**2 * channels * 16,
        disk_bytes=size * (2 if scratch else 1),
        tiles=known.tiles,
        tile=known.tile,
    )
