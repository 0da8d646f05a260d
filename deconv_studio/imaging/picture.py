"""The picture: pixels with colour space, alpha, metadata and source; what every room hands to the next."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

DTYPES = (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.float32))


@dataclass(frozen=True)
class Metadata:
    """What a file says about its picture, apart from the pixels.

    Attributes
    ----------
    exif : bytes or None
        EXIF as a TIFF structure (starts with ``II`` or ``MM``, without ``Exif`` before it); orientation is 1.
    xmp : bytes or None
        The XMP packet, UTF-8.
    text : dict of str to str
        Texts by keyword (PNG text chunks, comments).
    dpi : tuple of float or None
        Horizontal and vertical resolution in pixels per inch.
    """

    exif: bytes | None = None
    xmp: bytes | None = None
    text: dict[str, str] = field(default_factory=dict)
    dpi: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels, upright, and what belongs to them.

    Attributes
    ----------
    pixels : ndarray
        ``(H, W, C)`` uint8 in [0, 255], uint16 in [0, 65535] or float32 (black 0, white 1, values outside
        kept); C is 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGB, alpha). Alpha is straight, not
        premultiplied. May be a memory map.
    icc_profile : bytes or None
        The ICC profile the colours are in; None means sRGB (for gray: gray with sRGB's curve).
    metadata : Metadata
    source : Path or None
        The file it was read from.
    format : str or None
        The format it was read from: "PNG", "JPEG", "WEBP", "TIFF", "BMP", "AVIF", "GIF", ...
    page, pages : int
        Which page (or frame) of how many this is; counts from 0.
    notices : tuple of str
        Sentences for the user about what reading had to decide.
    palette : tuple of (int, int, int) or None
        RGB colours of the values of a label map, ``(H, W, 1)`` uint8; written to PNG, which keeps the values.
    """

    pixels: np.ndarray
    icc_profile: bytes | None = None
    metadata: Metadata = field(default_factory=Metadata)
    source: Path | None = None
    format: str | None = None
    page: int = 0
    pages: int = 1
    notices: tuple[str, ...] = ()
    palette: tuple[tuple[int, int, int], ...] | None = None

    def __post_init__(self) -> None:
        pixels = self.pixels
        if not isinstance(pixels, np.ndarray) or pixels.ndim != 3 or not 1 <= pixels.shape[2] <= 4:
            shape = getattr(pixels, "shape", type(pixels).__name__)
            raise ValueError(f"pixels must be (H, W, C) with C from 1 to 4, not {shape}")
        if pixels.shape[0] < 1 or pixels.shape[1] < 1:
            raise ValueError(f"pixels must not be empty, but are {pixels.shape}")
        if pixels.dtype not in DTYPES or not pixels.dtype.isnative:
            raise ValueError(f"pixels must be native uint8, uint16 or float32, not {pixels.dtype}")
        if self.palette is not None and (pixels.shape[2] != 1 or pixels.dtype != np.uint8):
            raise ValueError(f"a palette goes with (H, W, 1) uint8, not {pixels.shape} {pixels.dtype}")

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def channels(self) -> int:
        return int(self.pixels.shape[2])

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)

    @property
    def is_gray(self) -> bool:
        return self.channels <= 2

    @property
    def color(self) -> np.ndarray:
        """The colour channels without alpha, a view ``(H, W, 1)`` or ``(H, W, 3)``."""
        return self.pixels[:, :, : 1 if self.is_gray else 3]

    @property
    def alpha(self) -> np.ndarray | None:
        """The alpha channel, a view ``(H, W, 1)``, or None."""
        return self.pixels[:, :, -1:] if self.has_alpha else None

    @property
    def bit_depth(self) -> int:
        """Bits per sample: 8, 16 or 32 (float)."""
        return int(self.pixels.dtype.itemsize) * 8

    @property
    def color_space_name(self) -> str:
        """A name for people: "sRGB", "Gray", or what the ICC profile calls itself ("Display P3", ...)."""
        if self.icc_profile is None:
            return "Gray" if self.is_gray else "sRGB"
        from .color import profile_name

        return profile_name(self.icc_profile)

    def replace(self, **changes: Any) -> Picture:
        """A copy with some fields changed; the pixels are shared, not copied."""
        return dataclasses.replace(self, **changes)
