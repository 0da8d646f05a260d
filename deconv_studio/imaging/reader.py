"""Reading: from a file, bytes or a stream to an upright picture, or to an error that says what is wrong."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from . import anymap, color, jpeg, metadata, pillow_tools, png, tiff
from .errors import CorruptFile, TooManyPixels, TruncatedFile
from .formats import BY_SUFFIX
from .header import Parsed, parse, webp_metadata
from .picture import Metadata, Picture
from .source import Source, open_source

# 16384 x 16384; larger ones are opened only when asked to.
DEFAULT_MAX_PIXELS = 1 << 28

_ANIMATED = {"PNG", "WEBP", "GIF", "AVIF"}


def read(
    source: Path | str | bytes | BinaryIO, *, page: int = 0, max_pixels: int | None = DEFAULT_MAX_PIXELS
) -> Picture:
    """Read a picture.

    Parameters
    ----------
    source : path, bytes or binary stream
    page : int
        Page of a TIFF, frame of an animation; from 0.
    max_pixels : int or None
        Refuse a file whose header claims more, before anything is decoded; None for no limit.

    Returns
    -------
    Picture
        Upright, its EXIF orientation 1; in the colours of its profile (see `to_srgb`), except that CMYK and
        Lab become sRGB. `notices` say what had to be decided.

    Raises
    ------
    FileMissing, NotPermitted, EmptyFile, NotAPicture, UnsupportedFormat, PageMissing
    TooManyPixels
        Carries `pixels` and `limit`; read again with `max_pixels=None` to open anyway.
    TruncatedFile, CorruptFile
        Never half a picture.
    """
    with open_source(source) as opened:
        parsed = parse(opened, page)
        check_size(parsed, opened.name, max_pixels)
        try:
            picture = _READERS[parsed.header.format](opened, parsed)
        except MemoryError as error:
            raise TooManyPixels(
                f"{opened.name} needs {parsed.header.bytes / 2**30:.1f} GiB of memory, more than there is.",
                "Close other programs, or open a smaller version of it.",
                pixels=parsed.header.pixels,
            ) from error
    return _finished(picture, opened, parsed)


def check_size(parsed: Parsed, name: str, max_pixels: int | None) -> None:
    """Refuse what claims more pixels than the limit.

    Raises
    ------
    TooManyPixels
    """
    header = parsed.header
    limit = pillow_tools.PIXEL_CEILING if max_pixels is None else max_pixels
    if header.pixels <= limit:
        return
    message = (
        f"{name} claims {header.width} x {header.height} = {header.pixels / 1e6:.0f} million pixels, "
        f"more than the limit of {limit / 1e6:.0f} million."
    )
    hint = None if max_pixels is not None else "Cut it into parts; no decoder here goes beyond that."
    raise TooManyPixels(message, hint, pixels=header.pixels, limit=limit)


def _finished(picture: Picture, source: Source, parsed: Parsed) -> Picture:
    """What is the same for every format: orientation, usable profile, notices about pages and names."""
    exif, xmp, orientation, notices = metadata.upright(picture.metadata.exif, picture.metadata.xmp)
    if picture.format == "TIFF":
        orientation = parsed.details.orientation if 1 <= parsed.details.orientation <= 8 else 1
    elif picture.format == "AVIF":
        # The container's own rotation is the only one that counts (MIAF 7.3.9); Pillow gives it as EXIF.
        orientation = orientation if metadata.upright(picture.metadata.exif, None)[2] > 1 else 1
    profile = picture.icc_profile
    if profile is not None and profile == color.srgb_profile():
        profile = None
    elif profile is not None and not color.usable(profile, picture.is_gray):
        # A gray picture with an RGB profile, or the reverse, is common and means the profile says nothing
        # about it.
        profile = None
        notices.append(
            "The colour profile does not fit the picture and was left out; its colours are taken as sRGB."
        )
    header = parsed.header
    if header.pages > 1:
        what = "frame" if picture.format in _ANIMATED else "page"
        notices.append(f"This is {what} {header.page + 1} of {header.pages}.")
    if source.path is not None:
        named = BY_SUFFIX.get(source.path.suffix.lower())
        if named is not None and named != picture.format:
            notices.append(f"The file is named {source.path.suffix} but its content is {picture.format}.")
    return picture.replace(
        pixels=turn_upright(picture.pixels, orientation),
        icc_profile=profile,
        metadata=Metadata(
            exif,
            xmp,
            picture.metadata.text,
            _turned(picture.metadata.dpi or metadata.resolution(exif), orientation),
        ),
        source=source.path,
        page=header.page,
        pages=header.pages,
        notices=(*picture.notices, *notices),
    )


def turn_upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo an EXIF orientation (EXIF 3.0, tag 0x0112).

    Parameters
    ----------
    pixels : ndarray
        ``(H, W, C)``
    orientation : int
        1 to 8.

    Returns
    -------
    ndarray
        Contiguous; the given one for orientation 1. ``(W, H, C)`` for 5 to 8.
    """
    if orientation == 1:
        return pixels
    turned = {
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a[::-1].transpose(1, 0, 2),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: a[:, ::-1].transpose(1, 0, 2),
    }[orientation](pixels)
    return np.ascontiguousarray(turned)


def _turned(dpi: tuple[float, float] | None, orientation: int) -> tuple[float, float] | None:
    return (dpi[1], dpi[0]) if dpi is not None and orientation >= 5 else dpi


def _read_png(source: Source, parsed: Parsed) -> Picture:
    info: png.PngInfo = parsed.details
    if parsed.header.page:
        image = _open_frame(source, "PNG", parsed)
        pixels = pillow_tools.to_array(image.convert("RGBA"))
    else:
        pixels = png.read_pixels(source.data, info, source.name)
    gray = pixels.shape[2] <= 2
    profile = info.icc_profile
    if profile is None and not info.srgb:
        profile = _profile_of_chunks(info, gray)
    notices = list(info.notices)
    if info.cicp is not None and info.cicp[:2] not in (b"\1\x0d", b"\1\1", b"\2\2"):
        notices.append(
            "The PNG asks for a wide or high-dynamic-range colour space (cICP), which is not applied."
        )
    return Picture(
        pixels,
        profile,
        Metadata(info.exif, info.xmp, info.text, info.dpi),
        format="PNG",
        notices=tuple(notices),
    )


def _profile_of_chunks(info: png.PngInfo, gray: bool) -> bytes | None:
    """A profile made of gAMA and cHRM where they say something other than sRGB."""
    odd_gamma = info.gamma is not None and abs(info.gamma - 1 / 2.2) > 0.01 and 0.1 <= info.gamma <= 10
    corners = info.primaries
    srgb = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
    odd_corners = (
        corners is not None
        and not gray
        and max(abs(a - b) for a, b in zip(corners, srgb, strict=True)) > 0.005
    )
    if not odd_gamma and not odd_corners:
        return None
    gamma = 1 / info.gamma if odd_gamma and info.gamma else None
    try:
        return color.make_profile(
            "PNG gAMA and cHRM", () if gray else corners if odd_corners else None, gamma
        )
    except (ValueError, ZeroDivisionError, np.linalg.LinAlgError, struct.error, OverflowError):
        return None


def _read_jpeg(source: Source, parsed: Parsed) -> Picture:
    info: jpeg.JpegInfo = parsed.details
    image = jpeg.read_pixels(source.data, info, source.name)
    text = {"Comment": info.comment} if info.comment else {}
    notices, profile = list(info.notices), info.icc_profile
    if image.mode == "CMYK":
        pixels, notice = color.cmyk_to_rgb(pillow_tools.to_array(image), profile)
        notices.append(notice)
        profile = None
    else:
        pixels = pillow_tools.to_array(image)
    return Picture(
        pixels, profile, Metadata(info.exif, info.xmp, text, info.dpi), format="JPEG", notices=tuple(notices)
    )


def _read_tiff(source: Source, parsed: Parsed) -> Picture:
    page: tiff.TiffPage = parsed.details
    profile, notices = page.icc_profile, []
    converted = False

    def from_cmyk(values: np.ndarray) -> np.ndarray:
        nonlocal converted
        pixels, notice = color.cmyk_to_rgb(values, profile)
        notices.append(notice)
        converted = True
        return pixels

    pixels = tiff.read_pixels(source.data, page, source.name, from_cmyk)
    if converted or page.photometric in (8, 9, 10):
        profile = None
    return Picture(
        pixels,
        profile,
        Metadata(page.exif, page.xmp, {}, page.dpi),
        format="TIFF",
        notices=(*page.notices, *notices),
    )


def _read_anymap(source: Source, parsed: Parsed) -> Picture:
    pixels = anymap.read_pixels(source.data, parsed.details, source.name)
    return Picture(pixels, format=parsed.header.format)


def _read_icon(source: Source, parsed: Parsed) -> Picture:
    start, entry = parsed.details
    size = struct.unpack("<I", entry[8:12])[0]
    body = bytes(source.data[start : start + size])
    if body.startswith(png.SIGNATURE):
        return Picture(png.read_pixels(body, png.parse(body, source.name), source.name), format="ICO")
    # An icon of that picture alone, so that Pillow cannot choose another.
    single = b"\0\0\1\0\1\0" + entry[:12] + struct.pack("<I", 22) + body
    with pillow_tools.typed_errors(source.name, "ICO"):
        image = Image.open(io.BytesIO(single), formats=("ICO",))
        image.load()
        return Picture(pillow_tools.to_channels(image, source.name), format="ICO")


def _open_frame(source: Source, format: str, parsed: Parsed) -> Image.Image:
    """The chosen frame by Pillow, loaded; its size must be what the header claimed."""
    header = parsed.header
    with pillow_tools.typed_errors(source.name, format), source.stream() as file:
        image = Image.open(file, formats=(format,))
        for frame in range(1, header.page + 1):
            image.seek(frame)
        if image.size[0] * image.size[1] > header.pixels:
            raise CorruptFile(f"{source.name} gives two different sizes in its headers.")
        image.load()
        return image


def _read_by_pillow(source: Source, parsed: Parsed) -> Picture:
    format = parsed.header.format
    image = _open_frame(source, format, parsed)
    info, notices = image.info, []
    profile, exif, xmp = info.get("icc_profile") or None, info.get("exif"), info.get("xmp")
    if format == "WEBP":
        exif, xmp = webp_metadata(source.data)
    if isinstance(xmp, str):
        xmp = xmp.encode()
    if format == "AVIF" and _avif_bits(source) > 8:
        notices.append("The AVIF has more than 8 bits a sample; it was read at 8.")
    with pillow_tools.typed_errors(source.name, format):
        if image.mode == "CMYK":
            pixels, notice = color.cmyk_to_rgb(pillow_tools.to_array(image), profile)
            profile = None
            notices.append(notice)
        elif image.mode == "LAB":
            pixels, profile = color.lab_to_rgb(image), None
        else:
            pixels = pillow_tools.to_channels(image, source.name)
    comment = info.get("comment")
    text = {"Comment": comment.decode("utf-8", "replace")} if isinstance(comment, bytes) and comment else {}
    return Picture(
        pixels,
        profile if isinstance(profile, bytes) else None,
        Metadata(exif.removeprefix(b"Exif\0\0") if isinstance(exif, bytes) else None, xmp, text, _dpi(info)),
        format=format,
        notices=tuple(notices),
    )


def _dpi(info: dict) -> tuple[float, float] | None:
    value = info.get("dpi")
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    x, y = float(value[0]), float(value[1])
    return (x, y) if 0.01 < x < 1e6 and 0.01 < y < 1e6 else None


def _avif_bits(source: Source) -> int:
    """Bits a sample by the AV1 configuration box: 8, 10 or 12."""
    at = source.data.find(b"av1C")
    if at < 0 or at + 7 > source.size:
        return 8
    flags = source.data[at + 6]
    return (12 if flags & 0x20 else 10) if flags & 0x40 else 8


def _read_bmp(source: Source, parsed: Parsed) -> Picture:
    try:
        return _read_by_pillow(source, parsed)
    except CorruptFile as error:
        if isinstance(error.__cause__, IndexError):
            raise TruncatedFile(f"{source.name} ends before its picture does.") from error
        raise


_READERS: dict[str, Callable[[Source, Parsed], Picture]] = {
    "PNG": _read_png, "JPEG": _read_jpeg, "TIFF": _read_tiff, "PPM": _read_anymap, "PFM": _read_anymap,
    "ICO": _read_icon, "WEBP": _read_by_pillow, "GIF": _read_by_pillow, "AVIF": _read_by_pillow,
    "BMP": _read_bmp, "TGA": _read_by_pillow, "PSD": _read_by_pillow, "JPEG2000": _read_by_pillow,
}  # fmt: skip
