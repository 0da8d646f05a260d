"""What a file's header claims: format, size, depth and pages, without decoding a pixel."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from . import anymap, jpeg, png, signatures, tiff
from .errors import CorruptFile, PageMissing, TruncatedFile, UnsupportedFormat
from .source import Source, open_source

_MAX_FRAMES = 65_536


@dataclass(frozen=True)
class Header:
    """What the header of a picture file claims.

    Attributes
    ----------
    format : str
        "PNG", "JPEG", ...
    width, height : int
        As the picture will be read, upright.
    channels : int
        1 gray, 2 gray+alpha, 3 RGB, 4 RGB+alpha, as the picture will be read; for GIF and BMP, whose palette
        may turn out gray or opaque, and for ICO an upper bound.
    dtype : str
        "uint8", "uint16" or "float32", as the picture will be read.
    page, pages : int
    """

    format: str
    width: int
    height: int
    channels: int
    dtype: str
    page: int = 0
    pages: int = 1

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height

    @property
    def bytes(self) -> int:
        """What the pixels will take in memory."""
        return self.pixels * self.channels * {"uint8": 1, "uint16": 2, "float32": 4}[self.dtype]


@dataclass
class Parsed:
    """A header with what its parser found on the way, so that decoding need not parse again."""

    header: Header
    details: Any = None


def read_header(source: Path | str | bytes | BinaryIO, *, page: int = 0) -> Header:
    """Read a picture's header.

    Parameters
    ----------
    source : path, bytes or binary stream
    page : int
        From 0.

    Raises
    ------
    ImagingError
        As `read`, but for pixel data, which is not looked at.
    """
    from . import metadata

    with open_source(source) as opened:
        parsed = parse(opened, page)
        header, details = parsed.header, parsed.details
        turned = False
        if isinstance(details, tiff.TiffPage):
            turned = 5 <= details.orientation <= 8
        elif isinstance(details, (png.PngInfo, jpeg.JpegInfo)):
            turned = metadata.upright(details.exif, details.xmp)[2] >= 5
        elif header.format == "AVIF":
            turned = metadata.upright(details, None)[2] >= 5
        elif header.format == "WEBP":
            exif, xmp = webp_metadata(opened.data)
            turned = metadata.upright(exif, xmp)[2] >= 5
        if not turned:
            return header
        return Header(
            header.format,
            header.height,
            header.width,
            header.channels,
            header.dtype,
            header.page,
            header.pages,
        )


def parse(source: Source, page: int = 0) -> Parsed:
    """Identify a source and parse its header; the size is as stored, not yet upright.

    Raises
    ------
    NotAPicture, UnsupportedFormat, TruncatedFile, CorruptFile, PageMissing
    """
    format = signatures.identify(source)
    parsed = _PARSERS[format](source, page)
    header = parsed.header
    if header.width <= 0 or header.height <= 0:
        raise CorruptFile(
            f"{source.name} claims a size of {header.width} x {header.height} pixels in its header."
        )
    if not 0 <= page < header.pages:
        raise PageMissing(f"{source.name} has no page {page + 1}; it has {header.pages}.", pages=header.pages)
    return parsed


def _png(source: Source, page: int) -> Parsed:
    info = png.parse(source.data, source.name)
    frames = min(info.frames, _MAX_FRAMES)
    if page and frames > 1:
        # Later frames of an animation come from Pillow, blended over those before, as 8-bit RGBA.
        return Parsed(Header("PNG", info.width, info.height, 4, "uint8", page, frames), info)
    return Parsed(Header("PNG", info.width, info.height, info.channels, str(info.dtype), page, frames), info)


def _jpeg(source: Source, page: int) -> Parsed:
    info = jpeg.parse(source.data, source.name)
    return Parsed(
        Header("JPEG", info.width, info.height, 1 if info.components == 1 else 3, "uint8", page), info
    )


def _tiff(source: Source, page: int) -> Parsed:
    info = tiff.parse(source.data, page, source.name)
    return Parsed(
        Header("TIFF", info.width, info.height, info.channels, str(info.dtype), info.page, info.pages), info
    )


def _anymap(source: Source, page: int) -> Parsed:
    info = anymap.parse(source.data, source.name)
    format = "PFM" if info.kind in ("PF", "Pf") else "PPM"
    return Parsed(Header(format, info.width, info.height, info.channels, str(info.dtype), page), info)


def _webp(source: Source, page: int) -> Parsed:
    data, name = source.data, source.name
    if len(data) < 30:
        raise TruncatedFile(f"{name} ends within its WebP header.")
    claimed = struct.unpack("<I", data[4:8])[0] + 8
    kind, body = data[12:16], data[20:30]
    frames, alpha = 1, False
    if kind == b"VP8X":
        alpha = bool(body[0] & 0x10)
        width = 1 + int.from_bytes(body[4:7], "little")
        height = 1 + int.from_bytes(body[7:10], "little")
        if body[0] & 2:
            frames = max(1, sum(1 for tag, _, _ in riff_chunks(data) if tag == b"ANMF"))
            alpha = True
        elif claimed <= len(data) and (width, height) != _webp_still(data):
            raise CorruptFile(f"{name} gives two different sizes in its WebP headers.")
    elif kind == b"VP8L":
        if body[0] != 0x2F:
            raise CorruptFile(f"{name} has a malformed WebP header.")
        word = struct.unpack("<I", body[1:5])[0]
        width, height, alpha = 1 + (word & 0x3FFF), 1 + (word >> 14 & 0x3FFF), bool(word >> 28 & 1)
    elif kind == b"VP8 ":
        if body[3:6] != b"\x9d\x01\x2a":
            raise CorruptFile(f"{name} has a malformed WebP header.")
        width, height = (value & 0x3FFF for value in struct.unpack("<HH", body[6:10]))
    else:
        raise CorruptFile(f"{name} has a malformed WebP header.")
    if claimed > len(data):
        raise TruncatedFile(f"{name} is {len(data)} bytes long, but its header says {claimed}.")
    return Parsed(Header("WEBP", width, height, 4 if alpha else 3, "uint8", page, min(frames, _MAX_FRAMES)))


def _webp_still(data: bytes | mmap.mmap) -> tuple[int, int] | None:
    """Width and height of the picture inside a WebP file that is no animation."""
    for tag, start, _ in riff_chunks(data):
        body = data[start : start + 10]
        if tag == b"VP8L" and len(body) >= 5:
            word = struct.unpack("<I", body[1:5])[0]
            return 1 + (word & 0x3FFF), 1 + (word >> 14 & 0x3FFF)
        if tag == b"VP8 " and len(body) == 10:
            width, height = struct.unpack("<HH", body[6:10])
            return width & 0x3FFF, height & 0x3FFF
    return None


def riff_chunks(data: bytes | mmap.mmap) -> list[tuple[bytes, int, int]]:
    """Tag, start and end of each chunk of a WebP file that lies within it."""
    chunks: list[tuple[bytes, int, int]] = []
    position = 12
    while position + 8 <= len(data) and len(chunks) < 4 * _MAX_FRAMES:
        tag, size = struct.unpack("<4sI", data[position : position + 8])
        start, end = position + 8, position + 8 + size
        if end > len(data):
            break
        chunks.append((tag, start, end))
        position = end + (size & 1)
    return chunks


def webp_metadata(data: bytes | mmap.mmap) -> tuple[bytes | None, bytes | None]:
    """EXIF and XMP of a WebP file."""
    exif = xmp = None
    for tag, start, end in riff_chunks(data):
        if tag == b"EXIF" and exif is None:
            exif = bytes(data[start:end]).removeprefix(b"Exif\0\0")
        elif tag == b"XMP " and xmp is None:
            xmp = bytes(data[start:end])
    return exif, xmp


def _gif(source: Source, page: int) -> Parsed:
    data, name = source.data, source.name
    if len(data) < 13:
        raise TruncatedFile(f"{name} ends within its GIF header.")
    width, height, flags = struct.unpack("<HHB", data[6:11])
    position = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    frames, transparent = 0, False
    while position < len(data) and frames < _MAX_FRAMES:
        mark = data[position]
        if mark == 0x3B:
            break
        if mark == 0x2C and position + 10 <= len(data):
            left, top, wide, high, local = struct.unpack("<HHHHB", data[position + 1 : position + 10])
            # Decoders grow the canvas to hold a frame; the claim is the larger of the two.
            if frames <= page:
                width, height = max(width, left + wide), max(height, top + high)
            frames += 1
            position += 10 + (3 << (local & 7) + 1 if local & 0x80 else 0) + 1
        elif mark == 0x21 and position + 2 <= len(data):
            if data[position + 1] == 0xF9 and position + 4 <= len(data):
                transparent |= bool(data[position + 3] & 1)
            position += 2
        else:
            position += 1
            continue
        while position < len(data) and data[position]:
            position += data[position] + 1
        position += 1
    if not frames:
        raise TruncatedFile(f"{name} ends before its first picture.")
    return Parsed(Header("GIF", width, height, 4 if transparent or page else 3, "uint8", page, frames))


def _bmp(source: Source, page: int) -> Parsed:
    data, name = source.data, source.name
    size = struct.unpack("<I", data[14:18])[0]
    if len(data) < 14 + size or len(data) < 26:
        raise TruncatedFile(f"{name} ends within its BMP header.")
    compression = 0
    if size == 12:
        width, height, _, bits = struct.unpack("<HHHH", data[18:26])
    else:
        width, height, _, bits = struct.unpack("<iiHH", data[18:30])
        compression = struct.unpack("<I", data[30:34])[0] if size >= 40 else 0
    height = abs(height)
    if bits not in (1, 2, 4, 8, 16, 24, 32) or width <= 0 or height == 0:
        raise CorruptFile(f"{name} claims {width} x {height} pixels of {bits} bits in its BMP header.")
    if compression in (0, 3, 6):
        start = struct.unpack("<I", data[10:14])[0]
        needed = start + ((width * bits + 31) // 32) * 4 * height
        if needed > len(data) + 3 and width * height:
            raise TruncatedFile(
                f"{name} is {len(data)} bytes long; {width} x {height} pixels of {bits} bits take {needed}."
            )
    elif compression in (1, 2) and width * abs(height) > 255 * len(data):
        # Two bytes of run length stand for at most 255 pixels; decoding is slow, so the claim is not tried.
        raise TruncatedFile(f"{name} claims {width} x {height} pixels, but holds too little data for that.")
    elif compression in (4, 5):
        raise UnsupportedFormat(
            f"{name} is a BMP with JPEG or PNG inside.", "Save it from another program as PNG."
        )
    return Parsed(Header("BMP", width, height, 4 if bits in (16, 32) else 3, "uint8", page))


def _tga(source: Source, page: int) -> Parsed:
    data = source.data
    if len(data) < 18:
        raise TruncatedFile(f"{source.name} ends within its TGA header.")
    width, height, depth, descriptor = struct.unpack("<HHBB", data[12:18])
    gray = data[2] & 7 == 3
    alpha = (gray and depth == 16) or (not gray and depth in (16, 32) and bool(descriptor & 15))
    return Parsed(Header("TGA", width, height, (1 if gray else 3) + alpha, "uint8", page))


def _ico(source: Source, page: int) -> Parsed:
    """The largest of the pictures in an icon, with where it stands."""
    data, name = source.data, source.name
    count = struct.unpack("<H", data[4:6])[0]
    best: tuple[int, int, int, bytes] | None = None
    for index in range(min(count, 256)):
        entry = data[6 + 16 * index : 22 + 16 * index]
        if len(entry) < 16:
            break
        size, start = struct.unpack("<II", entry[8:16])
        body = bytes(data[start : start + min(size, 64)])
        if body.startswith(png.SIGNATURE) and len(body) >= 24:
            width, height = struct.unpack(">II", body[16:24])
        elif len(body) >= 16:
            width, height = struct.unpack("<ii", body[4:12])
            height = abs(height) // 2
        else:
            continue
        if start + size > len(data):
            raise TruncatedFile(f"{name} ends before its pictures do.")
        if best is None or width * height > best[0] * best[1]:
            best = (width, height, start, bytes(entry))
    if best is None:
        raise CorruptFile(f"{name} is an icon without a picture.")
    width, height, start, entry = best
    return Parsed(Header("ICO", width, height, 4, "uint8", page), (start, entry))


def _psd(source: Source, page: int) -> Parsed:
    data, name = source.data, source.name
    if len(data) < 26:
        raise TruncatedFile(f"{name} ends within its Photoshop header.")
    channels, height, width, depth, mode = struct.unpack(">HIIHH", data[12:26])
    if depth not in (1, 8) or mode not in (0, 1, 2, 3, 4, 8, 9):
        raise UnsupportedFormat(
            f"{name} is a Photoshop document of {depth} bits in colour mode {mode}, which is not read.",
            "Save it from Photoshop as TIFF.",
        )
    gray = mode in (0, 1, 8)
    alpha = (mode == 3 and channels >= 4) or (mode == 1 and channels >= 2)
    return Parsed(Header("PSD", width, height, (1 if gray else 3) + alpha, "uint8", page))


def _jpeg2000(source: Source, page: int) -> Parsed:
    data, name = source.data, source.name
    at = data.find(b"\xff\x4f\xff\x51")
    if at < 0 or at + 44 > len(data):
        raise TruncatedFile(f"{name} ends within its JPEG 2000 header.")
    x1, y1, x0, y0 = struct.unpack(">4I", data[at + 8 : at + 24])
    components = struct.unpack(">H", data[at + 40 : at + 42])[0]
    depths = {data[at + 42 + 3 * index] for index in range(components) if at + 42 + 3 * index < len(data)}
    if components not in (1, 2, 3, 4):
        raise CorruptFile(f"{name} claims {components} components in its JPEG 2000 header.")
    if any(depth & 0x80 for depth in depths) or (depths - {7} and (components > 1 or depths != {15})):
        raise UnsupportedFormat(
            f"{name} is a JPEG 2000 of {max(depth & 0x7F for depth in depths) + 1} bits a sample, "
            "which is not read without loss.",
            "Convert it first, e.g. with `opj_decompress -i in.jp2 -o out.tif` (OpenJPEG).",
        )
    return Parsed(
        Header("JPEG2000", x1 - x0, y1 - y0, components, "uint16" if depths == {15} else "uint8", page)
    )


def _avif(source: Source, page: int) -> Parsed:
    from . import pillow_tools
    from .pillow_tools import Image

    with pillow_tools.typed_errors(source.name, "AVIF"), source.stream() as file:
        image = Image.open(file, formats=("AVIF",))
        frames = min(int(getattr(image, "n_frames", 1)), _MAX_FRAMES)
        header = Header("AVIF", *image.size, 4 if image.mode == "RGBA" else 3, "uint8", page, frames)
        exif = image.info.get("exif")
        return Parsed(header, exif.removeprefix(b"Exif\0\0") if exif else None)


_PARSERS = {
    "PNG": _png, "JPEG": _jpeg, "TIFF": _tiff, "PPM": _anymap, "PFM": _anymap, "WEBP": _webp, "GIF": _gif,
    "BMP": _bmp, "TGA": _tga, "ICO": _ico, "PSD": _psd, "JPEG2000": _jpeg2000, "AVIF": _avif,
}  # fmt: skip
