"""Pictures as the canvas shows them: reduced levels, any part at any zoom; on the worker thread only."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from . import display

#: The finest level kept in memory has at most this many pixels (4 bytes each); finer parts are made when
#: looked at.
BASE_PIXELS = 8_000_000

#: Pixels converted in one step, so that a newer request never waits long.
STEP_PIXELS = 2_000_000

#: Longest side of the picture that stands in until sharper tiles are there.
OVERVIEW = 1024

_numbers = itertools.count(1)


class HasPixels(Protocol):
    """What the canvas needs of a picture; :class:`deconv_studio.imaging.Picture` is one."""

    @property
    def pixels(self) -> np.ndarray: ...

    @property
    def icc_profile(self) -> bytes | None: ...


@dataclass(frozen=True, eq=False)
class Overview:
    """A small version of a whole layer.

    Attributes
    ----------
    pixels : ndarray
        (H, W, 4) uint8 BGRA premultiplied.
    width, height : float
        How much of it, from the top left, the picture fills (the last row and column may be partly padding).
    """

    pixels: np.ndarray
    width: float
    height: float


class Layer:
    """Something with a size that can be shown; the base of pictures and differences.

    Attributes
    ----------
    number : int
        Unique, for keys.
    width, height : int
        In its own pixels.
    has_alpha : bool
    """

    def __init__(self, width: int, height: int, has_alpha: bool) -> None:
        self.number = next(_numbers)
        self.width = width
        self.height = height
        self.has_alpha = has_alpha
        self.base = max(0, math.ceil(math.log(width * height / BASE_PIXELS, 4))) if width * height else 0
        self._levels: dict[int, np.ndarray] = {}
        self._ready = False

    @property
    def ready(self) -> bool:
        """Whether the reduced levels are there."""
        return self._ready

    def read(self, left: int, top: int, right: int, bottom: int) -> np.ndarray:
        """Pixels of the finest level, (bottom - top, right - left, 4) uint8 BGRA premultiplied."""
        raise RuntimeError(f"{type(self).__name__} does not read")

    def read_reduced(self, left: int, top: int, right: int, bottom: int, factor: int) -> np.ndarray:
        """As `read`, averaged over blocks of `factor`."""
        return display.reduce(self.read(left, top, right, bottom), factor)

    def preview(self) -> Overview | None:
        """A rough overview in a moment, or None where the levels come as quickly."""
        return None

    def build(self) -> Iterator[None]:
        """Make the reduced levels, a step at a time."""
        factor = 2**self.base
        width, height = math.ceil(self.width / factor), math.ceil(self.height / factor)
        level = np.empty((height, width, 4), np.uint8)
        rows = max(1, STEP_PIXELS // (self.width * factor))
        for top in range(0, height, rows):
            bottom = min(height, top + rows)
            level[top:bottom] = self.read_reduced(
                0, top * factor, self.width, min(self.height, bottom * factor), factor
            )
            yield
        self._levels[self.base] = level
        number = self.base
        while max(level.shape[:2]) > OVERVIEW:
            level = display.reduce(level, 2)
            number += 1
            self._levels[number] = level
            yield
        self._ready = True

    def overview(self) -> Overview:
        """The coarsest level."""
        number = max(self._levels)
        return Overview(self._levels[number], self.width / 2**number, self.height / 2**number)

    def level_for(self, scale: float) -> int:
        """The level to take for showing `scale` source pixels on one device pixel."""
        return max(0, math.floor(math.log2(scale) + 1e-9)) if scale > 1 else 0

    def can_render(self, frame: tuple[int, int]) -> bool:
        """Whether parts of the layer shown at `frame` size can be made now."""
        if self._ready:
            return True
        return self.level_for(min(self.width / frame[0], self.height / frame[1])) < self.base

    def _region(self, level: int, left: int, top: int, right: int, bottom: int) -> np.ndarray:
        if level >= self.base and self._ready:
            return self._levels[level][top:bottom, left:right]
        factor = 2**level
        return self.read_reduced(
            left * factor,
            top * factor,
            min(self.width, right * factor),
            min(self.height, bottom * factor),
            factor,
        )

    def render(
        self, frame: tuple[int, int], part: tuple[int, int, int, int], nearest: bool, cubic: bool = False
    ) -> np.ndarray:
        """Show a part of the layer.

        Parameters
        ----------
        frame : tuple of int
            Width and height the whole layer would have, in device pixels.
        part : tuple of int
            Left, top, right, bottom within the frame.
        nearest : bool
            Whole squares instead of smooth transitions.
        cubic : bool
            Bicubic instead of bilinear.

        Returns
        -------
        ndarray
            (bottom - top, right - left, 4) uint8 BGRA premultiplied.
        """
        left, top, right, bottom = part
        sx, sy = self.width / frame[0], self.height / frame[1]
        if nearest:
            columns = np.minimum(((np.arange(left, right) + 0.5) * sx).astype(np.int64), self.width - 1)
            rows = np.minimum(((np.arange(top, bottom) + 0.5) * sy).astype(np.int64), self.height - 1)
            x0, y0 = int(columns[0]), int(rows[0])
            region = self._region(0, x0, y0, int(columns[-1]) + 1, int(rows[-1]) + 1)
            return np.ascontiguousarray(region[np.ix_(rows - y0, columns - x0)])
        level = self.level_for(min(sx, sy))
        if self._ready:
            level = min(level, max(self._levels))
        factor = 2**level
        width, height = math.ceil(self.width / factor), math.ceil(self.height / factor)
        box = (left * sx / factor, top * sy / factor, right * sx / factor, bottom * sy / factor)
        # The kernel reaches one (cubic: two) source pixels, or output pixels where those are larger, beyond
        # the box.
        reach = 2 if cubic else 1
        mx, my = math.ceil(max(1.0, sx / factor) * reach) + 1, math.ceil(max(1.0, sy / factor) * reach) + 1
        x0, y0 = max(0, math.floor(box[0]) - mx), max(0, math.floor(box[1]) - my)
        x1, y1 = min(width, math.ceil(box[2]) + mx), min(height, math.ceil(box[3]) + my)
        region = self._region(level, x0, y0, x1, y1)
        inner = (box[0] - x0, box[1] - y0, box[2] - x0, box[3] - y0)
        return display.resample(region, (right - left, bottom - top), inner, cubic)


class PictureLayer(Layer):
    """A picture; its pixels are read in strips and parts, never whole."""

    def __init__(self, picture: HasPixels) -> None:
        self.picture = picture
        pixels = picture.pixels
        super().__init__(int(pixels.shape[1]), int(pixels.shape[0]), pixels.shape[2] in (2, 4))
        self._transform: display.ColorTransform | None = None
        self._transform_made = False
        # A label map is shown in its classes' colours; what has none is gray.
        self._palette: np.ndarray | None = None
        colors = getattr(picture, "palette", None)
        if colors is not None:
            self._palette = np.full((256, 4), 128, np.uint8)
            self._palette[: len(colors), :3] = np.asarray(colors, np.uint8)[:, ::-1]
            self._palette[:, 3] = 255

    def _bgra(self, pixels: np.ndarray) -> np.ndarray:
        if self._palette is not None:
            return self._palette[pixels[:, :, 0]]
        if not self._transform_made:
            self._transform = display.color_transform(self.picture.icc_profile, pixels.shape[2] <= 2)
            self._transform_made = True
        return display.to_bgra(pixels, self._transform)

    def read(self, left: int, top: int, right: int, bottom: int) -> np.ndarray:
        if self._ready and self.base == 0:
            return self._levels[0][top:bottom, left:right]
        return self._bgra(self.picture.pixels[top:bottom, left:right])

    def read_reduced(self, left: int, top: int, right: int, bottom: int, factor: int) -> np.ndarray:
        pixels = self.picture.pixels[top:bottom, left:right]
        if factor == 1 or self.has_alpha or self._palette is not None:
            # Averages of colours under transparency are only right after premultiplying, of class numbers
            # never.
            return display.reduce(self._bgra(pixels), factor)
        if pixels.dtype == np.float32:
            pixels = np.nan_to_num(pixels, nan=0.0, posinf=1.0, neginf=0.0)
        return self._bgra(display.reduce(pixels, factor))

    def preview(self) -> Overview | None:
        if self.width * self.height <= STEP_PIXELS:
            return None
        step = math.ceil(max(self.width, self.height) / OVERVIEW)
        sample = np.ascontiguousarray(self.picture.pixels[step // 2 :: step, step // 2 :: step])
        if 0 in sample.shape:
            sample = np.ascontiguousarray(self.picture.pixels[::step, ::step])
        return Overview(self._bgra(sample), self.width / step, self.height / step)

    def values(self, u: float, v: float) -> tuple[int, int, tuple[float, ...]]:
        """Column, row and samples, in the picture's own depth, at relative coordinates inside the picture."""
        x = min(self.width - 1, max(0, int(u * self.width)))
        y = min(self.height - 1, max(0, int(v * self.height)))
        return x, y, tuple(self.picture.pixels[y, x].tolist())

    def histogram(self) -> Iterator[np.ndarray | None]:
        """Count samples as shown (8-bit sRGB), a step at a time; the last item is the (4, 256) counts.

        Rows are luminance (BT.601, full range), red, green and blue. Wholly transparent pixels do not count.
        """
        import cv2

        counts = np.zeros((4, 256), np.int64)
        rows = max(1, STEP_PIXELS // self.width)
        columns = min(self.width, STEP_PIXELS)
        for top in range(0, self.height, rows):
            for left in range(0, self.width, columns):
                part = self.picture.pixels[top : top + rows, left : left + columns]
                straight = part[:, :, :-1] if self.has_alpha else part
                bgra = np.ascontiguousarray(self._bgra(straight))
                mask = (part[:, :, -1] > 0).astype(np.uint8) if self.has_alpha else None
                luma = cv2.cvtColor(bgra, cv2.COLOR_BGRA2GRAY)
                planes = (luma, *(np.ascontiguousarray(bgra[:, :, c]) for c in (2, 1, 0)))
                for row, plane in enumerate(planes):
                    found = cv2.calcHist([plane], [0], mask, [256], [0, 256])
                    counts[row] += found.reshape(256).astype(np.int64)
                yield None
        yield counts


class DifferenceLayer(Layer):
    """Absolute difference of a result and its original enlarged by bicubic interpolation, times a gain."""

    def __init__(self, original: PictureLayer, result: PictureLayer, gain: float) -> None:
        super().__init__(result.width, result.height, has_alpha=False)
        self.original = original
        self.result = result
        self.gain = gain

    def read(self, left: int, top: int, right: int, bottom: int) -> np.ndarray:
        frame = (self.width, self.height)
        enlarged = self.original.render(frame, (left, top, right, bottom), nearest=False, cubic=True)
        shown = self.result.read(left, top, right, bottom)
        gap = np.abs(shown.astype(np.int16) - enlarged).astype(np.float32) * self.gain
        result = np.minimum(gap + 0.5, 255.0).astype(np.uint8)
        result[:, :, 3] = 255
        return result

    def preview(self) -> Overview | None:
        if self.width * self.height <= STEP_PIXELS:
            return None
        step = max(1, math.ceil(max(self.width, self.height) / OVERVIEW))
        frame = (max(1, self.width // step), max(1, self.height // step))
        if not (self.original.can_render(frame) and self.result.can_render(frame)):
            return None
        part = (0, 0, *frame)
        first = self.original.render(frame, part, nearest=False)
        second = self.result.render(frame, part, nearest=False)
        gap = np.abs(first.astype(np.int16) - second).astype(np.float32) * self.gain
        pixels = np.minimum(gap + 0.5, 255.0).astype(np.uint8)
        pixels[:, :, 3] = 255
        return Overview(pixels, *map(float, frame))
