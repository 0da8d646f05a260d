"""Small versions of pictures, quickly: for lists, previews and the first paint."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np

from . import color, header, jpeg, metadata, pillow_tools, reader, resize
from .errors import TruncatedFile
from .picture import Metadata, Picture
from .source import open_source

_MAX_PIXELS = reader.DEFAULT_MAX_PIXELS


def thumbnail(
    source: Path | str | bytes | BinaryIO, size: int, *, page: int = 0, max_pixels: int | None = _MAX_PIXELS
) -> Picture:
    """A small, upright, 8-bit sRGB version of a picture.

    Parameters
    ----------
    source : path, bytes or binary stream
    size : int
        The longer side is at most this many pixels; a smaller picture keeps its size.
    page : int
    max_pixels : int or None
        As for `read`.

    Returns
    -------
    Picture
        uint8, without profile or metadata. A JPEG is decoded at an eighth, a quarter or half of its size
        where that is enough, which takes a fraction of the time.

    Raises
    ------
    ImagingError
        As `read`.
    """
    if size < 1:
        raise ValueError(f"the size must be at least 1, not {size}")
    with open_source(source) as opened:
        parsed = header.parse(opened, page)
        details = parsed.details
        quick = isinstance(details, jpeg.JpegInfo) and details.components in (1, 3)
        if quick and isinstance(details, jpeg.JpegInfo):
            reader.check_size(parsed, opened.name, max_pixels)
            image = jpeg.open_image(opened.data, details, opened.name)
            try:
                with pillow_tools.typed_errors(opened.name, "JPEG"):
                    image.draft(None, (size, size))
                    image.load()
            except TruncatedFile as error:
                raise jpeg.cut_short(opened.name, details) from error
            orientation = metadata.upright(details.exif, details.xmp)[2]
            pixels = resize.shrink(pillow_tools.to_array(image), size)
            small = Picture(reader.turn_upright(pixels, orientation), details.icc_profile, format="JPEG")
    if not quick:
        whole = reader.read(opened.path or bytes(opened.data[:]), page=page, max_pixels=max_pixels)
        small = whole.replace(pixels=resize.shrink(whole.pixels, size))
    if small.icc_profile is not None and not color.usable(small.icc_profile, small.is_gray):
        small = small.replace(icc_profile=None)
    small = color.to_srgb(small)
    path = opened.path
    return small.replace(
        pixels=np.ascontiguousarray(to_8_bits(small.pixels)), metadata=Metadata(), source=path
    )


def to_8_bits(pixels: np.ndarray) -> np.ndarray:
    """``(H, W, C)`` uint8 for showing: 16 bits rounded, floating point cut to [0, 1], not-a-number black."""
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        return ((pixels.astype(np.uint32) * 255 + 32_767) // 65_535).astype(np.uint8)
    return (np.clip(np.nan_to_num(pixels, nan=0.0, posinf=1.0, neginf=0.0), 0, 1) * 255 + 0.5).astype(
        np.uint8
    )
