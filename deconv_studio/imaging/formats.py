"""The formats: which suffix means which, and what each can hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .picture import Picture


@dataclass(frozen=True)
class Format:
    """A format that can be written.

    Attributes
    ----------
    name : str
    suffixes : tuple of str
        Lower case, with the dot; the first is the usual one.
    dtypes : frozenset of str
        Sample types it holds.
    alpha : bool
    gray_alpha : bool
        Whether gray with alpha stays gray; otherwise it is written as RGB with alpha.
    gray : bool
        Whether gray stays gray; otherwise it is written as RGB.
    side : int
        Largest width or height.
    lossy : bool
        Whether `quality` means something.
    """

    name: str
    suffixes: tuple[str, ...]
    dtypes: frozenset[str]
    alpha: bool
    gray_alpha: bool
    gray: bool
    side: int
    lossy: bool


_8 = frozenset({"uint8"})
WRITABLE = {
    item.name: item
    for item in (
        Format("PNG", (".png",), _8 | {"uint16"}, True, True, True, 1_000_000, False),
        Format("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), _8, False, False, True, 65_500, True),
        Format("WEBP", (".webp",), _8, True, False, False, 16_383, True),
        Format("TIFF", (".tif", ".tiff"), _8 | {"uint16", "float32"}, True, True, True, 2**31 - 1, False),
        Format("BMP", (".bmp", ".dib"), _8, False, False, True, 2**31 - 1, False),
        Format("AVIF", (".avif",), _8, True, False, False, 16_384, True),
        Format("GIF", (".gif",), _8, False, False, True, 65_535, False),
    )
}

# Suffixes of pictures that are read but not written, or refused by name: a folder's plan counts them as
# pictures.
_READ_ONLY = {
    ".apng": "PNG", ".pgm": "PPM", ".pbm": "PPM", ".ppm": "PPM", ".pnm": "PPM", ".pfm": "PFM", ".tga": "TGA",
    ".jp2": "JPEG2000", ".j2k": "JPEG2000", ".jpx": "JPEG2000", ".ico": "ICO", ".psd": "PSD",
}  # fmt: skip
_REFUSED = {
    ".heic", ".heif", ".dcm", ".jxl", ".exr", ".svg", ".cr2", ".cr3", ".nef", ".dng", ".arw", ".raf", ".orf",
    ".rw2", ".pef", ".hdr", ".dds",
}  # fmt: skip

BY_SUFFIX = {suffix: item.name for item in WRITABLE.values() for suffix in item.suffixes}
READABLE = frozenset(WRITABLE) | frozenset(_READ_ONLY.values())
PICTURE_SUFFIXES = frozenset(BY_SUFFIX) | frozenset(_READ_ONLY) | frozenset(_REFUSED)


def format_for_suffix(suffix: str) -> str | None:
    """The writable format a file suffix stands for (".JPG" gives "JPEG"), or None."""
    return BY_SUFFIX.get(suffix.lower())


def why_not(format: str, picture: Picture) -> str | None:
    """Why a format cannot hold a picture, as a sentence; None if it can."""
    item = WRITABLE.get(format.upper())
    if item is None:
        return f"{format} is not a format this program writes."
    depth = str(picture.pixels.dtype)
    if depth not in item.dtypes:
        what = {"uint16": "16 bits a sample", "float32": "floating-point samples"}[depth]
        return f"{item.name} cannot hold {what}."
    if picture.has_alpha and not item.alpha:
        return f"{item.name} cannot hold transparency."
    if not picture.is_gray and item.name == "GIF":
        return "GIF cannot hold more than 256 colours."
    if max(picture.width, picture.height) > item.side:
        return f"{item.name} holds at most {item.side} pixels a side, not {picture.width} x {picture.height}."
    return None


def can_hold(format: str, picture: Picture) -> bool:
    """Whether a format holds a picture's depth, alpha and size without loss of kind.

    Parameters
    ----------
    format : str
        "PNG", "JPEG", ...
    picture : Picture
    """
    return why_not(format, picture) is None


def suffix_for(picture: Picture, preferred: str | None) -> str:
    """The suffix to save a picture under.

    Parameters
    ----------
    picture : Picture
    preferred : str or None
        The suffix wished for, usually the input's (".jpg").

    Returns
    -------
    str
        `preferred` if its format can hold the picture, else ".png", or ".tif" for floating point.
    """
    if preferred is not None:
        format = format_for_suffix(preferred)
        if format is not None and can_hold(format, picture):
            return preferred
    return ".tif" if picture.pixels.dtype.kind == "f" else ".png"
