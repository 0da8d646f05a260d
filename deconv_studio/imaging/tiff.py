"""TIFF, read: every sample type by its tags, strips and tiles decoded one by one straight into the picture.

Own code, because tifffile cannot undo LZW without a further package and has no limits on hostile files, and
Pillow and OpenCV turn 16-bit samples, extra channels or alpha into something else without saying so.
Compressions meant for photographs and faxes (JPEG, CCITT) and bits below 8 go to Pillow's libtiff. Tag
numbers and rules: TIFF 6.0; predictor 3 and associated alpha: Adobe Photoshop TIFF Technical Notes.
"""

from __future__ import annotations

import io
import lzma
import math
import mmap
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, UnidentifiedImageError

from . import ifd, metadata, pillow_tools
from .errors import CorruptFile, ImagingError, PageMissing, TruncatedFile, UnsupportedFormat

COMPRESSIONS = {
    1: "none", 2: "CCITT RLE", 3: "CCITT Group 3", 4: "CCITT Group 4", 5: "LZW", 6: "old-style JPEG",
    7: "JPEG", 8: "Deflate", 9: "JBIG", 32946: "Deflate", 32773: "PackBits", 32809: "ThunderScan",
    34676: "SGI LogLuv", 34677: "SGI LogLuv 24", 34712: "JPEG 2000", 34887: "LERC", 34892: "lossy JPEG",
    34925: "LZMA", 50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip
PHOTOMETRICS = {
    0: "white is zero", 1: "black is zero", 2: "RGB", 3: "palette", 4: "mask", 5: "CMYK", 6: "YCbCr",
    8: "CIELab", 9: "ICCLab", 10: "ITULab", 32803: "colour filter array", 32844: "LogL", 32845: "LogLuv",
    34892: "linear raw",
}  # fmt: skip
_OWN = {1, 5, 8, 32773, 32946, 34925, 50000, 50001}
_PILLOW = {2, 3, 4, 6, 7}
# How far a compression can shrink at most, to see a lying header before memory is taken for its claim.
_RATIO = {1: 1, 5: 4096, 8: 1032, 32946: 1032, 32773: 64, 34925: 1 << 16, 50000: 1 << 18, 50001: 1 << 18}
# Tags without whose values the pixels would be read wrongly.
_NEEDED = {
    256, 257, 258, 259, 262, 266, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 347,
}  # fmt: skip
_EXIF_TAGS = {
    0x010E, 0x010F, 0x0110, 0x011A, 0x011B, 0x0128, 0x0131, 0x0132, 0x013B, 0x013C, 0x8298, 0x8769, 0x8825,
}  # fmt: skip
_WAY_OUT = "Save it from another program as 8-bit, 16-bit or float TIFF with LZW, Deflate or no compression."


@dataclass
class TiffPage:
    """The tags of one page that matter for its pixels, and its metadata."""

    structure: ifd.Structure
    directory: ifd.Directory
    width: int
    height: int
    bits: tuple[int, ...]
    sample_format: int
    samples: int
    photometric: int
    compression: int
    planar: int
    predictor: int
    orientation: int
    extra: tuple[int, ...]
    page: int = 0
    pages: int = 1
    notices: list[str] = field(default_factory=list)

    @property
    def dtype(self) -> np.dtype:
        """The dtype of the picture that comes out."""
        if self.sample_format == 3:
            return np.dtype(np.float32)
        return np.dtype(np.uint16 if self.bits[0] == 16 else np.uint8)

    @property
    def alpha_index(self) -> int | None:
        """Which sample is alpha, or None."""
        color = self.color_samples
        for index, meaning in enumerate(self.extra[: max(0, self.samples - color)]):
            if meaning in (1, 2):
                return color + index
        if not self.extra and self.samples == color + 1 and self.photometric == 2:
            return color
        return None

    @property
    def color_samples(self) -> int:
        return {2: 3, 5: 4, 6: 3, 8: 3, 9: 3, 10: 3}.get(self.photometric, 1)

    @property
    def channels(self) -> int:
        color = 3 if self.photometric in (2, 3, 5, 6, 8, 9, 10, 32845) else 1
        return color + (self.alpha_index is not None)

    @property
    def icc_profile(self) -> bytes | None:
        entry = self.directory.entries.get(34675)
        return self.structure.raw(entry) if entry is not None and entry.size <= 64 << 20 else None

    @property
    def xmp(self) -> bytes | None:
        entry = self.directory.entries.get(700)
        return (
            self.structure.raw(entry).rstrip(b"\0") if entry is not None and entry.size <= 64 << 20 else None
        )

    @property
    def exif(self) -> bytes | None:
        try:
            order, directories = metadata.collect(self.structure, self.directory, _EXIF_TAGS)
        except (ifd.BrokenStructure, struct.error):
            return None
        return ifd.pack(order, directories) if any(entries for _, _, entries in directories) else None

    @property
    def dpi(self) -> tuple[float, float] | None:
        return metadata.resolution_of(self.structure, self.directory)


def parse(data: bytes | mmap.mmap, page: int, name: str) -> TiffPage:
    """Read the tags of one page.

    Raises
    ------
    TruncatedFile, CorruptFile, PageMissing
    """
    try:
        structure = ifd.Structure(data)
        pages = structure.pages()
        if not 0 <= page < len(pages):
            raise PageMissing(f"{name} has no page {page + 1}; it has {len(pages)}.", pages=len(pages))
        directory = structure.directory(pages[page])
        entries = directory.entries
        if directory.outside & _NEEDED:
            raise TruncatedFile(f"{name} ends before the tags that describe its pixels do.")

        def number(tag: int, default: int) -> int:
            values = structure.numbers(entries.get(tag))
            return int(values[0]) if values else default

        width, height, samples = number(256, 0), number(257, 0), number(277, 1)
        bits = tuple(int(value) for value in structure.numbers(entries.get(258))[:64]) or (1,)
        result = TiffPage(
            structure, directory, width, height, bits, number(339, 1), samples, number(262, -1), number(259,
            1), number(284, 1), number(317, 1), number(274, 1), tuple(int(value) for value in
            structure.numbers(entries.get(338))[:64]), page, len(pages),
        )  # fmt: skip
    except ifd.BrokenStructure as error:
        if error.truncated:
            raise TruncatedFile(f"{name} ends before its pages are described: {error}.") from error
        raise CorruptFile(f"{name} is not a sound TIFF: {error}.") from error
    except (struct.error, OverflowError, ValueError) as error:
        raise CorruptFile(f"{name} has malformed TIFF tags ({error}).") from error
    if not (0 < width < 2**31 and 0 < height < 2**31):
        raise CorruptFile(f"{name} claims a size of {width} x {height} pixels in its TIFF tags.")
    if not 1 <= samples <= 64 or not all(1 <= bit <= 64 for bit in bits):
        raise CorruptFile(f"{name} claims {samples} samples of {bits[0]} bits a pixel in its TIFF tags.")
    if result.photometric == -1:
        result.photometric = 2 if samples >= 3 else 1
    return result


def read_pixels(
    data: bytes | mmap.mmap, page: TiffPage, name: str, from_cmyk: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Decode one page, not yet turned upright.

    Parameters
    ----------
    data : bytes or mmap
    page : TiffPage
        From `parse` of the same data; gets notices.
    name : str
    from_cmyk : callable
        Turns ``(H, W, 4)`` uint8 CMYK (0 = no ink) into ``(H, W, 3)`` uint8 RGB.

    Returns
    -------
    ndarray
        ``(H, W, C)`` uint8, uint16 or float32.

    Raises
    ------
    TruncatedFile, CorruptFile, UnsupportedFormat
    """
    _refuse_unsupported(page, name)
    plain = len(set(page.bits)) == 1 and page.bits[0] in (8, 16, 32, 64)
    if page.compression in _OWN and plain and page.photometric in (0, 1, 2, 3, 5):
        return _compose(page, _read_samples(data, page, name), name, from_cmyk)
    if page.bits[0] > 8:
        raise UnsupportedFormat(
            f"{name} holds {page.bits[0]}-bit samples with {_compression(page)} compression and "
            f"{_photometric(page)} colour, a combination this program does not read.",
            _WAY_OUT,
        )
    return _through_pillow(data, page, name, from_cmyk)


def _compression(page: TiffPage) -> str:
    return COMPRESSIONS.get(page.compression, f"unknown ({page.compression})")


def _photometric(page: TiffPage) -> str:
    return PHOTOMETRICS.get(page.photometric, f"unknown ({page.photometric})")


def _refuse_unsupported(page: TiffPage, name: str) -> None:
    if page.compression not in _OWN | _PILLOW:
        raise UnsupportedFormat(
            f"{name} is compressed with {_compression(page)}, which this program does not read in TIFF.",
            _WAY_OUT,
        )
    if page.compression == 50000 and _zstd() is None:
        raise UnsupportedFormat(
            f"{name} is compressed with Zstandard, which Python reads from version 3.14 on.", _WAY_OUT
        )
    if page.photometric not in PHOTOMETRICS or page.photometric >= 32803:
        raise UnsupportedFormat(
            f"{name} stores {_photometric(page)} colour, which this program does not read in TIFF.", _WAY_OUT
        )
    bits, kind = page.bits[0], page.sample_format
    if len(set(page.bits)) > 1:
        raise UnsupportedFormat(f"{name} has samples of different depths ({page.bits}).", _WAY_OUT)
    wrong = {
        1: bits in (32, 64) or bits not in (1, 2, 4, 8, 16), 2: True, 3: bits not in (16, 32, 64), 4: bits >
        16, 5: True, 6: True,
    }.get(kind, True)  # fmt: skip
    if kind == 1 and bits not in (1, 2, 4, 8, 16, 32, 64):
        raise UnsupportedFormat(
            f"{name} holds {bits}-bit samples, which this program does not read.", _WAY_OUT
        )
    if wrong:
        what = {
            1: "unsigned integers",
            2: "signed integers",
            3: "floating point",
            5: "complex",
            6: "complex",
        }.get(kind, "an unknown kind of sample")
        raise UnsupportedFormat(
            f"{name} holds {bits}-bit {what}, for which there is no agreed black and white.",
            "Scale it to 16 bits, or to floating point with black at 0 and white at 1, and save it again.",
        )
    if kind == 3 and page.photometric in (3, 5):
        raise UnsupportedFormat(f"{name} stores {_photometric(page)} colour in floating point.", _WAY_OUT)
    if page.photometric in (3, 5) and bits > 8:
        raise UnsupportedFormat(
            f"{name} stores {_photometric(page)} colour with {bits} bits a sample.", _WAY_OUT
        )
    if page.samples < page.color_samples:
        raise CorruptFile(f"{name} claims {_photometric(page)} colour with {page.samples} samples a pixel.")
    if page.compression in _OWN and page.predictor not in (1, 2, 3):
        raise UnsupportedFormat(
            f"{name} uses the TIFF predictor {page.predictor}, which is not known.", _WAY_OUT
        )
    if page.predictor == 3 and kind != 3:
        raise CorruptFile(f"{name} uses the floating-point predictor on integers.")


def _read_samples(data: bytes | mmap.mmap, page: TiffPage, name: str) -> np.ndarray:
    """All samples as stored, ``(H, W, samples)``, native byte order."""
    stored = np.dtype(f"{'f' if page.sample_format == 3 else 'u'}{page.bits[0] // 8}")
    entries, numbers = page.directory.entries, page.structure.numbers
    separate = page.planar == 2 and page.samples > 1
    each = 1 if separate else page.samples
    if 322 in entries:
        tile_width, tile_height = (int((numbers(entries.get(tag)) or (0,))[0]) for tag in (322, 323))
        offsets, counts = numbers(entries.get(324)), numbers(entries.get(325))
    else:
        tile_width, tile_height = page.width, int((numbers(entries.get(278)) or (page.height,))[0])
        tile_height = min(tile_height, page.height)
        offsets, counts = numbers(entries.get(273)), numbers(entries.get(279))
    if (
        tile_width < 1
        or tile_height < 1
        or tile_width * tile_height > max(1 << 28, 4 * page.width * page.height)
    ):
        raise CorruptFile(f"{name} claims tiles of {tile_width} x {tile_height} pixels.")
    across, down = -(-page.width // tile_width), -(-page.height // tile_height)
    planes = page.samples if separate else 1
    total = across * down * planes
    if not counts and offsets and total == 1 and page.compression == 1:
        counts = (page.height * page.width * page.samples * stored.itemsize,)
    if min(len(offsets), len(counts)) < total:
        # A table that runs past the end of the file is left out by the parser.
        raise TruncatedFile(f"{name} does not say where all of its pixels are.")
    claimed = page.width * page.height * page.samples * stored.itemsize
    if (
        claimed
        > _RATIO[page.compression] * sum(min(int(count), len(data)) for count in counts[:total]) + 65_536
    ):
        raise TruncatedFile(
            f"{name} claims {page.width} x {page.height} pixels, but holds too little data for that."
        )
    reversed_bits = (numbers(entries.get(266)) or (1,))[0] == 2
    out = np.empty((page.height, page.width, page.samples), stored)
    index = 0
    for plane in range(planes):
        for row in range(down):
            for column in range(across):
                top, left = row * tile_height, column * tile_width
                rows = tile_height if 322 in entries else min(tile_height, page.height - top)
                offset, count = int(offsets[index]), int(counts[index])
                index += 1
                if offset + count > len(data):
                    raise TruncatedFile(f"{name} ends before its pixels do.")
                # A view: one strip may be the whole picture, and stored pixels need no copy on their way.
                raw: bytes | memoryview = memoryview(data)[offset : offset + count]
                if page.compression != 1:
                    raw = bytes(raw)
                if isinstance(raw, bytes) and reversed_bits:
                    raw = raw.translate(_REVERSED)
                row_bytes = tile_width * each * stored.itemsize
                body = _decompress(raw, page.compression, row_bytes, rows, name)
                block = _unpredict(body, rows, tile_width, each, stored, page)
                bottom, right = min(top + rows, page.height), min(left + tile_width, page.width)
                target = (
                    out[top:bottom, left:right, plane : plane + 1]
                    if separate
                    else out[top:bottom, left:right]
                )
                target[...] = block[: bottom - top, : right - left]
    return out


_REVERSED = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))


def _decompress(
    raw: bytes | memoryview, compression: int, row_bytes: int, rows: int, name: str
) -> bytes | memoryview:
    """Exactly ``row_bytes * rows`` bytes of one strip or tile."""
    size = row_bytes * rows
    if size > _RATIO[compression] * len(raw) + 65_536:
        raise CorruptFile(
            f"{name} has a strip or tile that holds too little data for the size its tags claim."
        )
    try:
        if compression == 1:
            body: bytes | memoryview = raw[:size]
        elif compression in (8, 32946):
            body = zlib.decompressobj().decompress(raw, size)
        elif compression == 34925:
            body = lzma.LZMADecompressor(memlimit=256 << 20).decompress(raw, size)
        elif compression == 32773:
            body = _unpack_bits(bytes(raw), size)
        elif compression == 50000:
            body = _zstd()(bytes(raw), size)  # type: ignore[misc]
        elif compression == 50001:
            body = _webp(bytes(raw), row_bytes, rows, name)
        else:
            body = _lzw(bytes(raw), row_bytes, rows, name)
    except (zlib.error, lzma.LZMAError, EOFError) as error:
        raise CorruptFile(f"{name} has damaged pixel data ({error}).") from error
    if len(body) < size:
        kind = TruncatedFile if compression == 1 else CorruptFile
        raise kind(f"{name} has a strip or tile that holds fewer pixels than its tags claim.")
    return body


def _zstd() -> Callable[[bytes, int], bytes] | None:
    try:
        from compression import zstd
    except ImportError:
        return None
    return lambda raw, size: zstd.ZstdDecompressor().decompress(raw, size)


def _unpack_bits(raw: bytes, size: int) -> bytes:
    """PackBits (TIFF 6.0, section 9)."""
    out = bytearray()
    at, end = 0, len(raw)
    while at < end and len(out) < size:
        head = raw[at]
        at += 1
        if head < 128:
            out += raw[at : at + head + 1]
            at += head + 1
        elif head > 128 and at < end:
            out += raw[at : at + 1] * (257 - head)
            at += 1
    return bytes(out[:size])


def _lzw(raw: bytes, row_bytes: int, rows: int, name: str) -> bytes:
    """LZW by Pillow's libtiff, as the single strip of an 8-bit gray TIFF with as many bytes a row."""
    tags = (
        (256, 4, row_bytes), (257, 4, rows), (258, 3, 8), (259, 3, 5), (262, 3, 1), (273, 4, 8), (277, 3, 1),
        (278, 4, rows), (279, 4, len(raw)),
    )  # fmt: skip
    at = 8 + len(raw) + (len(raw) & 1)
    directory = struct.pack("<H", len(tags)) + b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags
    )
    carrier = struct.pack("<2sHI", b"II", 42, at) + raw.ljust(at - 8, b"\0") + directory + b"\0\0\0\0"
    with pillow_tools.typed_errors(name, "TIFF"):
        image = Image.open(io.BytesIO(carrier), formats=("TIFF",))
        return image.tobytes()


def _webp(raw: bytes, row_bytes: int, rows: int, name: str) -> bytes:
    """A strip or tile that is a WebP picture of its own."""
    with pillow_tools.typed_errors(name, "TIFF"):
        image = Image.open(io.BytesIO(raw), formats=("WEBP",))
        if image.width * image.height > row_bytes * rows:
            raise CorruptFile(f"{name} has a strip or tile larger than its tags claim.")
        if row_bytes % image.width:
            raise CorruptFile(f"{name} has a strip or tile of another width than its tags claim.")
        return image.convert({3: "RGB", 4: "RGBA"}.get(row_bytes // image.width, image.mode)).tobytes()


def _unpredict(
    body: bytes | memoryview, rows: int, width: int, samples: int, stored: np.dtype, page: TiffPage
) -> np.ndarray:
    """Undo predictor and byte order; ``(rows, width, samples)``."""
    if page.predictor == 3 and page.compression != 1:
        planes = np.frombuffer(body, np.uint8).reshape(rows, width * stored.itemsize, samples)
        planes = np.add.accumulate(planes, axis=1, dtype=np.uint8).reshape(
            rows, stored.itemsize, width * samples
        )
        whole = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(
            np.dtype(f">{stored.kind}{stored.itemsize}")
        )
        return whole.reshape(rows, width, samples).astype(stored)
    order = page.structure.order
    block = np.frombuffer(body, np.dtype(f"{order}{stored.kind}{stored.itemsize}")).reshape(
        rows, width, samples
    )
    if page.predictor == 2 and page.compression != 1:
        whole_type = np.dtype(f"u{stored.itemsize}")
        native = block.view(np.dtype(f"{order}u{stored.itemsize}")).astype(whole_type)
        return np.add.accumulate(native, axis=1, dtype=whole_type).view(stored)
    return block


def _compose(
    page: TiffPage, stored: np.ndarray, name: str, from_cmyk: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """From samples as stored to picture channels."""
    if page.sample_format == 3 and stored.dtype != np.float32:
        if stored.dtype == np.float64:
            page.notices.append("The 64-bit floating-point samples were rounded to 32 bits.")
        with np.errstate(over="ignore"):
            stored = stored.astype(np.float32)
    alpha_index, color = page.alpha_index, page.color_samples
    spare = page.samples - color - (alpha_index is not None)
    if spare:
        page.notices.append(f"{spare} extra channel{'s' if spare > 1 else ''} of the TIFF were left out.")
    premultiplied = alpha_index is not None and page.extra[alpha_index - color : alpha_index - color + 1] == (
        1,
    )
    if page.photometric == 3:
        pixels = _palette(page, stored[:, :, 0], name)
        alpha = stored[:, :, alpha_index, None] if alpha_index is not None else None
        return pixels if alpha is None else np.concatenate((pixels, alpha), axis=2)
    if page.photometric == 5:
        pixels = from_cmyk(np.ascontiguousarray(stored[:, :, :4]))
        alpha = stored[:, :, alpha_index, None] if alpha_index is not None else None
        return pixels if alpha is None else np.concatenate((pixels, alpha), axis=2)
    wanted = [*range(color), *([alpha_index] if alpha_index is not None else [])]
    pixels = stored if wanted == list(range(page.samples)) else np.ascontiguousarray(stored[:, :, wanted])
    if page.photometric == 0 and page.sample_format != 3:
        np.subtract(np.iinfo(pixels.dtype).max, pixels[:, :, :1], out=pixels[:, :, :1])
    elif page.photometric == 0:
        np.subtract(np.float32(1), pixels[:, :, :1], out=pixels[:, :, :1])
    if premultiplied:
        page.notices.append("The colours were premultiplied by alpha and have been divided by it.")
        _divide_by_alpha(pixels)
    return pixels


def _divide_by_alpha(pixels: np.ndarray) -> None:
    """Straight from premultiplied alpha, in place, by strips."""
    rows = max(1, (4 << 20) // (pixels.shape[1] * pixels.shape[2]))
    for top in range(0, len(pixels), rows):
        strip = pixels[top : top + rows]
        alpha = strip[:, :, -1:].astype(np.float64)
        full = 1.0 if strip.dtype.kind == "f" else float(np.iinfo(strip.dtype).max)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            color = np.where(alpha > 0, strip[:, :, :-1] * (full / alpha), 0)
            if strip.dtype.kind != "f":
                color = np.minimum(np.rint(color), full)
            strip[:, :, :-1] = color.astype(strip.dtype)


def _palette(page: TiffPage, indices: np.ndarray, name: str) -> np.ndarray:
    values = page.structure.numbers(page.directory.entries.get(320))
    if len(values) < 3 * 256:
        raise CorruptFile(f"{name} is a palette TIFF without a whole palette.")
    table = np.array(values[: 3 * 256], np.uint16).reshape(3, 256).T
    # Some writers store 8-bit values in the 16-bit table; libtiff tells them apart the same way.
    return (table if table.max() < 256 else table >> 8).astype(np.uint8)[indices]


def _through_pillow(
    data: bytes | mmap.mmap, page: TiffPage, name: str, from_cmyk: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Decode a page by Pillow, which gets a copy whose chain begins with it and whose orientation is 1."""
    copy = bytearray(data[:])
    structure = page.structure
    where, code = (8, "Q") if structure.big else (4, "I")
    struct.pack_into(structure.order + code, copy, where, page.directory.offset)
    orientation = page.directory.entries.get(274)
    if orientation is not None and orientation.type == 3:
        struct.pack_into(structure.order + "H", copy, orientation.offset, 1)
    least = page.width * page.height * page.samples * page.bits[0] // 8
    if least > 8192 * len(copy) + 65_536:
        raise TruncatedFile(
            f"{name} claims {page.width} x {page.height} pixels, but holds too little data for that."
        )
    _check_segments(page, len(data), name)
    with pillow_tools.typed_errors(name, "TIFF"):
        try:
            image = _open_page(copy, page, name)
            if image.size != (page.width, page.height):
                raise CorruptFile(f"{name} gives two different sizes in its TIFF tags.")
            image.load()
        except ImagingError:
            raise
        except OSError as error:
            if str(error).startswith("decoder error"):
                raise CorruptFile(f"{name} has damaged {_compression(page)} data.") from error
            raise
        if image.mode == "CMYK":
            return from_cmyk(pillow_tools.to_array(image))
        if image.mode == "LAB":
            from .color import lab_to_rgb

            return lab_to_rgb(image)
        return pillow_tools.to_channels(image, name)


def _open_page(copy: bytearray, page: TiffPage, name: str) -> Image.Image:
    try:
        return Image.open(io.BytesIO(copy), formats=("TIFF",))
    except UnidentifiedImageError as error:
        # The tags have been understood here; what Pillow does not know is their combination.
        raise UnsupportedFormat(
            f"{name} holds {page.samples} samples of {page.bits[0]} bits, {_compression(page)} compression "
            f"and {_photometric(page)} colour, a combination this program does not read.",
            _WAY_OUT,
        ) from error


def _check_segments(page: TiffPage, size: int, name: str) -> None:
    """Whether every strip or tile that is needed lies within the file; libtiff fills gaps with gray."""
    entries, numbers = page.directory.entries, page.structure.numbers
    tiled = 322 in entries
    offsets, counts = numbers(entries.get(324 if tiled else 273)), numbers(entries.get(325 if tiled else 279))
    rows = numbers(entries.get(323 if tiled else 278)) or (page.height,)
    wide = (numbers(entries.get(322)) or (page.width,))[0] if tiled else page.width
    if not rows[0] or not wide:
        raise CorruptFile(f"{name} claims strips or tiles without pixels.")
    planes = page.samples if page.planar == 2 else 1
    total = math.ceil(page.height / rows[0]) * math.ceil(page.width / wide) * planes
    if page.compression == 6:
        return  # old-style JPEG may keep its data in tags of its own
    if len(offsets) < total:
        raise TruncatedFile(f"{name} does not say where all of its pixels are.")
    if any(offset + count > size for offset, count in zip(offsets[:total], counts[:total], strict=False)):
        raise TruncatedFile(f"{name} ends before its pixels do.")
