"""PNG, read and written by strips: 8 and 16 bits a sample, in memory for the pixels and a few rows.

The work on bytes is left to libraries: zlib inflates and deflates, and OpenCV's libpng undoes the row
filters, strip by strip. Decoders that take a whole file hold it twice over, print to standard error, or drop
16-bit RGB to 8. Chunk names and the filters are those of the PNG specification, third edition (W3C, 2025).
"""

from __future__ import annotations

import mmap
import os
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import cv2
import numpy as np

from .errors import CorruptFile, TruncatedFile, UnsupportedFormat

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_STRIP_BYTES = 4 << 20
_MAX_TEXT = 8 << 20  # what one compressed chunk of text or profile may unfold to
_MAX_CHUNKS = 1 << 20
_CV2_WIDTH = 1 << 20  # OpenCV refuses wider rows, and more rows than as many
_CV2_HEIGHT = 1 << 19
_MAX_TEXTS = 1000


@dataclass
class PngInfo:
    """What the chunks say, and where the compressed pixels are."""

    width: int
    height: int
    depth: int
    color_type: int
    interlaced: bool
    palette: bytes | None = None
    transparency: bytes | None = None
    icc_profile: bytes | None = None
    srgb: bool = False
    gamma: float | None = None
    primaries: tuple[float, ...] | None = None
    cicp: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    text: dict[str, str] = field(default_factory=dict)
    text_size: int = 0
    dpi: tuple[float, float] | None = None
    frames: int = 1
    data: list[tuple[int, int]] = field(default_factory=list)
    ended: bool = False
    notices: list[str] = field(default_factory=list)

    @property
    def channels(self) -> int:
        if self.color_type == 3:
            return 4 if self.transparency else 3
        return _SAMPLES[self.color_type] + (self.transparency is not None and self.color_type in (0, 2))

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(np.uint16 if self.depth == 16 else np.uint8)


def parse(data: bytes | mmap.mmap, name: str) -> PngInfo:
    """Walk the chunks without decoding pixels.

    Parameters
    ----------
    data : bytes or mmap
        The whole file, beginning with the PNG signature.
    name : str
        The file's name for messages.

    Raises
    ------
    TruncatedFile, CorruptFile
    """
    size = len(data)
    if size < 33:
        raise TruncatedFile(f"{name} ends within its PNG header.")
    length, kind = struct.unpack(">I4s", data[8:16])
    if kind != b"IHDR" or length != 13:
        raise CorruptFile(f"{name} does not begin with a PNG header chunk.")
    if zlib.crc32(data[12:29]) != struct.unpack(">I", data[29:33])[0]:
        raise CorruptFile(f"{name} has a damaged PNG header (its checksum is wrong).")
    width, height, depth, color, compression, filtering, interlace = struct.unpack(">IIBBBBB", data[16:29])
    if not (0 < width < 2**31 and 0 < height < 2**31):
        raise CorruptFile(f"{name} claims a size of {width} x {height} pixels in its PNG header.")
    if depth not in _DEPTHS.get(color, ()):
        raise CorruptFile(
            f"{name} claims {depth} bits for PNG colour type {color}, which do not go together."
        )
    if compression or filtering or interlace > 1:
        raise CorruptFile(f"{name} claims a compression, filter or interlace method that PNG does not have.")
    info = PngInfo(width, height, depth, color, bool(interlace))
    position, chunks = 33, 0
    while position < size:
        if position + 12 > size:
            break
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        chunks += 1
        if not kind.isalpha() or length >= 2**31 or chunks > _MAX_CHUNKS:
            if info.data:
                break  # rubbish after the pixels; whether they are whole is seen when they are read
            raise CorruptFile(f"{name} has something other than PNG chunks in it.")
        start, end = position + 8, position + 8 + length
        if kind == b"IDAT":
            info.data.append((start, min(end, size)))
        elif kind == b"IEND":
            info.ended = True
            break
        elif end + 4 <= size:
            _take(info, data, kind, start, end, name)
        position = end + 4
    if not info.data:
        if info.ended:
            raise CorruptFile(f"{name} is a PNG without any pixel data.")
        raise TruncatedFile(f"{name} ends before its pixels begin.")
    if info.color_type == 3 and not info.palette:
        raise CorruptFile(f"{name} is a palette PNG without a palette.")
    return info


def _take(info: PngInfo, data: bytes | mmap.mmap, kind: bytes, start: int, end: int, name: str) -> None:
    """Take one chunk that is neither header, pixels nor end into `info`."""
    known = _CHUNKS.get(kind)
    if known is None:
        if not kind[0] & 0x20:
            raise UnsupportedFormat(f"{name} needs the PNG extension {kind.decode()!r}, which is not known.")
        return
    body = data[start:end]
    if zlib.crc32(body, zlib.crc32(kind)) != struct.unpack(">I", data[end : end + 4])[0]:
        if kind == b"PLTE" and info.color_type == 3:
            raise CorruptFile(f"{name} has a damaged palette (its checksum is wrong).")
        _note(info, f"A damaged {kind.decode()} chunk in the PNG was left out.")
        return
    try:
        known(info, body)
    except (ValueError, struct.error, zlib.error, IndexError):
        if kind == b"PLTE" and info.color_type == 3:
            raise CorruptFile(f"{name} has a malformed palette.") from None
        _note(info, f"A malformed {kind.decode()} chunk in the PNG was left out.")


def _note(info: PngInfo, notice: str) -> None:
    if notice not in info.notices:
        info.notices.append(notice)


def _unfold(body: bytes) -> bytes:
    inflater = zlib.decompressobj()
    result = inflater.decompress(body, _MAX_TEXT)
    if inflater.unconsumed_tail:
        raise ValueError("too long")
    if not inflater.eof:
        raise ValueError("cut short")
    return result


def _plte(info: PngInfo, body: bytes) -> None:
    if not body or len(body) % 3 or len(body) > 768:
        raise ValueError("length")
    info.palette = body


def _trns(info: PngInfo, body: bytes) -> None:
    wanted = {0: 2, 2: 6}.get(info.color_type)
    if (wanted and len(body) != wanted) or info.color_type in (4, 6) or not body or len(body) > 256:
        raise ValueError("length")
    info.transparency = body


def _iccp(info: PngInfo, body: bytes) -> None:
    start = body.index(b"\0", 0, 80)
    info.icc_profile = _unfold(body[start + 2 :])


def _srgb(info: PngInfo, body: bytes) -> None:
    info.srgb = True


def _gama(info: PngInfo, body: bytes) -> None:
    info.gamma = struct.unpack(">I", body)[0] / 100_000 or None


def _chrm(info: PngInfo, body: bytes) -> None:
    info.primaries = tuple(value / 100_000 for value in struct.unpack(">8I", body))


def _cicp(info: PngInfo, body: bytes) -> None:
    if len(body) != 4:
        raise ValueError("length")
    info.cicp = body


def _exif(info: PngInfo, body: bytes) -> None:
    info.exif = body.removeprefix(b"Exif\0\0")


def _text(info: PngInfo, body: bytes) -> None:
    key, _, value = body.partition(b"\0")
    _put(info, key, value.decode("latin-1"))


def _ztxt(info: PngInfo, body: bytes) -> None:
    key, _, rest = body.partition(b"\0")
    _put(info, key, _unfold(rest[1:]).decode("latin-1"))


def _itxt(info: PngInfo, body: bytes) -> None:
    key, _, rest = body.partition(b"\0")
    compressed = rest[0]
    _, _, rest = rest[2:].partition(b"\0")
    _, _, value = rest.partition(b"\0")
    if compressed:
        value = _unfold(value)
    if key == b"XML:com.adobe.xmp":
        info.xmp = value
    else:
        _put(info, key, value.decode("utf-8"))


def _put(info: PngInfo, key: bytes, value: str) -> None:
    if key.lower().startswith(b"raw profile type"):
        return  # ImageMagick's copy of EXIF or XMP in hexadecimal; kept as text it would survive `private`
    if len(info.text) >= _MAX_TEXTS:
        raise ValueError("too many")
    info.text_size += len(value)
    if info.text_size > _MAX_TEXT:
        raise ValueError("too long")
    info.text[key.decode("latin-1")] = value


def _phys(info: PngInfo, body: bytes) -> None:
    x, y, unit = struct.unpack(">IIB", body)
    if unit == 1 and x and y:
        info.dpi = (x * 0.0254, y * 0.0254)


def _actl(info: PngInfo, body: bytes) -> None:
    frames = struct.unpack(">II", body)[0]
    if not info.data and 0 < frames < 2**31:
        info.frames = frames


_CHUNKS: dict[bytes, Callable[[PngInfo, bytes], None]] = {
    b"PLTE": _plte, b"tRNS": _trns, b"iCCP": _iccp, b"sRGB": _srgb, b"gAMA": _gama, b"cHRM": _chrm,
    b"cICP": _cicp, b"eXIf": _exif, b"tEXt": _text, b"zTXt": _ztxt, b"iTXt": _itxt, b"pHYs": _phys,
    b"acTL": _actl,
}  # fmt: skip


class _Inflater:
    """Gives the inflated pixel data piece by piece, checking each chunk's checksum on the way."""

    def __init__(self, data: bytes | mmap.mmap, info: PngInfo, name: str) -> None:
        self.data, self.name = data, name
        self.pieces = self._pieces(info.data)
        self.inflate = zlib.decompressobj()
        self.pending = b""

    def _pieces(self, chunks: list[tuple[int, int]]) -> Iterator[bytes]:
        for start, end in chunks:
            crc = zlib.crc32(b"IDAT")
            for at in range(start, end, 1 << 18):
                piece = bytes(self.data[at : min(at + (1 << 18), end)])
                crc = zlib.crc32(piece, crc)
                yield piece
            stored = self.data[end : end + 4]
            if len(stored) == 4 and crc != struct.unpack(">I", stored)[0]:
                raise CorruptFile(f"{self.name} has damaged pixel data (a checksum is wrong).")

    def read(self, size: int) -> bytearray:
        """Exactly `size` inflated bytes."""
        out = bytearray()
        try:
            while len(out) < size:
                if self.inflate.eof:
                    raise CorruptFile(f"{self.name} holds fewer pixels than its header claims.")
                if not self.pending:
                    piece = next(self.pieces, None)
                    if piece is None:
                        raise TruncatedFile(f"{self.name} ends before its pixels do.")
                    self.pending = piece
                out += self.inflate.decompress(self.pending, size - len(out))
                self.pending = self.inflate.unconsumed_tail
        except zlib.error as error:
            raise CorruptFile(f"{self.name} has damaged pixel data ({error}).") from error
        return out

    def finish(self) -> None:
        """Check the end of the stream: its checksum, and that of its last chunks."""
        try:
            for _ in range(64):
                if self.inflate.eof:
                    next(self.pieces, None)  # checks the chunk that was being read
                    return
                piece = self.pending or next(self.pieces, None)
                if piece is None:
                    raise TruncatedFile(f"{self.name} ends before its pixel data's checksum.")
                self.inflate.decompress(piece, 1 << 18)
                self.pending = self.inflate.unconsumed_tail
        except zlib.error as error:
            raise CorruptFile(f"{self.name} has damaged pixel data ({error}).") from error


def read_pixels(data: bytes | mmap.mmap, info: PngInfo, name: str) -> np.ndarray:
    """Decode the pixels (of an APNG: the still image).

    Parameters
    ----------
    data : bytes or mmap
    info : PngInfo
        From `parse` of the same data.
    name : str

    Returns
    -------
    ndarray
        ``(H, W, C)`` uint8, or uint16 for 16-bit files; palette looked up, transparent colour made alpha.

    Raises
    ------
    TruncatedFile, CorruptFile, UnsupportedFormat
    """
    samples = _SAMPLES[info.color_type]
    bits = samples * info.depth
    raw_size = info.height * info.width * bits // 8
    stored = sum(end - start for start, end in info.data)
    # Deflate cannot shrink by more than 1032 to 1: a claim beyond that is refused before memory is taken for
    # it.
    if raw_size > 1032 * stored + 65_536:
        raise TruncatedFile(
            f"{name} claims {info.width} x {info.height} pixels, but holds too little data for that."
        )
    if (info.width * bits + 7) // 8 > _CV2_WIDTH * max(1, bits // 8):
        raise UnsupportedFormat(
            f"{name} is {info.width} pixels wide; PNGs over {_CV2_WIDTH} are not read.",
            "Cut it into narrower pictures first.",
        )
    out = np.empty((info.height, info.width, info.channels), info.dtype)
    color = _colorizer(info)
    inflater = _Inflater(data, info, name)
    if not info.interlaced:
        row = 0
        for strip in _strips(inflater, info, info.width, info.height, name):
            color(strip, out[row : row + len(strip)])
            row += len(strip)
    else:
        for x0, y0, dx, dy in _ADAM7:
            width, height = -(-(info.width - x0) // dx), -(-(info.height - y0) // dy)
            if width <= 0 or height <= 0:
                continue
            row = 0
            for strip in _strips(inflater, info, width, height, name):
                top = y0 + row * dy
                color(strip, out[top : top + (len(strip) - 1) * dy + 1 : dy, x0::dx])
                row += len(strip)
    inflater.finish()
    return out


def _strips(inflater: _Inflater, info: PngInfo, width: int, height: int, name: str) -> Iterator[np.ndarray]:
    """Strips of unfiltered samples, ``(rows, width, samples)``, of one pass."""
    samples = _SAMPLES[info.color_type]
    bits = samples * info.depth
    row_bytes, pixel_bytes = (width * bits + 7) // 8, max(1, bits // 8)
    rows_each = max(1, min(_CV2_HEIGHT, _STRIP_BYTES // (row_bytes + 1)))
    previous: np.ndarray | None = None
    for top in range(0, height, rows_each):
        rows = min(rows_each, height - top)
        block = np.frombuffer(inflater.read(rows * (row_bytes + 1)), np.uint8).reshape(rows, row_bytes + 1)
        filters = block[:, 0]
        if filters.max() > 4:
            raise CorruptFile(f"{name} has damaged pixel data (a row filter that PNG does not have).")
        raw = block[:, 1:] if not filters.any() else _unfilter(block, previous, pixel_bytes, name)
        previous = raw[-1].copy()
        yield _to_samples(raw, width, samples, info.depth)


# Color type and depth of the PNG whose pixels are as many bytes: filters only know bytes.
_CARRIER = {1: (0, 8), 2: (0, 16), 3: (2, 8), 4: (6, 8), 6: (2, 16), 8: (6, 16)}


def _unfilter(block: np.ndarray, previous: np.ndarray | None, pixel_bytes: int, name: str) -> np.ndarray:
    """Undo the row filters of ``(rows, 1 + bytes)`` uint8, by a small stored PNG that OpenCV decodes."""
    rows, row_bytes = block.shape[0], block.shape[1] - 1
    body = block.tobytes()
    if previous is not None:
        body = b"\0" + previous.tobytes() + body
        rows += 1
    color, depth = _CARRIER[pixel_bytes]
    header = struct.pack(">IIBBBBB", row_bytes // pixel_bytes, rows, depth, color, 0, 0, 0)
    carrier = (
        SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(body, 0)) + _chunk(b"IEND", b"")
    )
    decoded = cv2.imdecode(np.frombuffer(carrier, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None:
        raise CorruptFile(f"{name} has pixel data that do not decode.")
    if pixel_bytes in (3, 6):
        cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB, decoded)
    elif pixel_bytes in (4, 8):
        cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA, decoded)
    if depth == 16:
        decoded = decoded.astype(">u2")
    raw = decoded.reshape(rows, -1).view(np.uint8)
    return raw[1:] if previous is not None else raw


def _to_samples(raw: np.ndarray, width: int, samples: int, depth: int) -> np.ndarray:
    rows = len(raw)
    if depth == 16:
        return np.ascontiguousarray(raw).view(">u2").reshape(rows, width, samples)
    if depth == 8:
        return raw.reshape(rows, width, samples)
    if depth == 1:
        return np.unpackbits(raw, axis=1)[:, :width, None]
    per_byte = 8 // depth
    shifts = np.arange(8 - depth, -1, -depth, dtype=np.uint8)
    spread = (raw[:, :, None] >> shifts) & np.uint8(2**depth - 1)
    return spread.reshape(rows, raw.shape[1] * per_byte)[:, :width, None]


def _colorizer(info: PngInfo) -> Callable[[np.ndarray, np.ndarray], None]:
    """The function that turns a strip of samples into picture channels, into a given array."""
    if info.color_type == 3:
        table = np.zeros((256, info.channels), np.uint8)
        colors = np.frombuffer(info.palette or b"", np.uint8).reshape(-1, 3)
        table[: len(colors), :3] = colors
        if info.transparency:
            table[:, 3] = 255
            alpha = np.frombuffer(info.transparency, np.uint8)
            table[: len(alpha), 3] = alpha

        def look_up(strip: np.ndarray, out: np.ndarray) -> None:
            out[...] = table[strip[:, :, 0]]

        return look_up
    scale = {1: 255, 2: 85, 4: 17}.get(info.depth, 1)
    if info.transparency is None or info.color_type in (4, 6):

        def copy(strip: np.ndarray, out: np.ndarray) -> None:
            np.multiply(strip, scale, out=out, casting="unsafe") if scale > 1 else np.copyto(out, strip)

        return copy
    key = np.array(struct.unpack(f">{len(info.transparency) // 2}H", info.transparency), np.uint16)
    key &= 2**info.depth - 1
    opaque = np.iinfo(info.dtype).max

    def keyed(strip: np.ndarray, out: np.ndarray) -> None:
        out[:, :, :-1] = strip * np.uint8(scale) if scale > 1 else strip
        out[:, :, -1] = np.where((strip == key).all(axis=2), 0, opaque)

    return keyed


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def text_chunk(key: str, value: str) -> bytes:
    """A tEXt chunk where Latin-1 suffices, else iTXt; keywords are cut to the 79 bytes PNG allows."""
    keyword = " ".join(key.encode("latin-1", "replace").replace(b"\0", b" ").decode("latin-1").split())
    keyword_bytes = keyword.encode("latin-1")[:79].strip() or b"Comment"
    value = value.replace("\0", " ")
    try:
        return _chunk(b"tEXt", keyword_bytes + b"\0" + value.encode("latin-1"))
    except UnicodeEncodeError:
        body = value.encode("utf-8", "replace")
        return _chunk(b"iTXt", keyword_bytes + b"\0\0\0\0\0" + body)


def write_stream(
    write: Callable[[bytes], object],
    pixels: np.ndarray,
    *,
    icc_profile: bytes | None = None,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    text: dict[str, str] | None = None,
    dpi: tuple[float, float] | None = None,
    palette: tuple[tuple[int, int, int], ...] | None = None,
    level: int = 3,
) -> None:
    """Write a PNG piece by piece; the same picture gives the same bytes, whatever the number of threads.

    Parameters
    ----------
    write : callable
        Takes bytes, e.g. a file's `write`.
    pixels : ndarray
        ``(H, W, C)`` uint8 or uint16, C = 1 gray, 2 gray+alpha, 3 RGB, 4 RGBA; may be a memory map, of which
        a few strips at a time are touched.
    icc_profile : bytes, optional
        Without it the sRGB chunk is written.
    exif, xmp, text, dpi
        As on `Metadata`.
    palette : tuple of (int, int, int), optional
        Colours of the values of ``(H, W, 1)`` uint8, which are kept. Values beyond it get black: a palette
        PNG may hold none.
    level : int
        zlib's, 0 to 9.
    """
    height, width, channels = pixels.shape
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels] if palette is None else 3
    depth = pixels.dtype.itemsize * 8
    write(SIGNATURE + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)))
    if icc_profile is not None:
        write(_chunk(b"iCCP", b"ICC Profile\0\0" + zlib.compress(icc_profile, 9)))
    else:
        write(_chunk(b"sRGB", b"\0"))
    if dpi is not None:
        x, y = (min(2**31 - 1, max(1, round(value / 0.0254))) for value in dpi)
        write(_chunk(b"pHYs", struct.pack(">IIB", x, y, 1)))
    if exif is not None:
        write(_chunk(b"eXIf", exif))
    if xmp is not None:
        write(_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
    for key, value in (text or {}).items():
        write(text_chunk(key, value))
    if palette is not None:
        colors = [*palette, *[(0, 0, 0)] * (int(pixels.max()) + 1 - len(palette))]
        write(_chunk(b"PLTE", bytes(value for entry in colors for value in entry)))
    for piece in _compressed(pixels, level):
        for at in range(0, len(piece), 1 << 20):
            write(_chunk(b"IDAT", piece[at : at + (1 << 20)]))
    write(_chunk(b"IEND", b""))


def _compressed(pixels: np.ndarray, level: int) -> Iterator[bytes]:
    """The zlib stream of the filtered rows, in pieces made by several threads and joined in order.

    Each strip is deflated on its own with the 32 KiB before it as dictionary and ends on a byte boundary, so
    the pieces join into one stream (the scheme of pigz) and do not depend on how many threads there are.
    """
    height, width, channels = pixels.shape
    row_bytes = width * channels * pixels.dtype.itemsize + 1
    rows_each = max(1, _STRIP_BYTES // row_bytes)
    workers = max(1, min(4, os.cpu_count() or 1))
    yield b"\x78\x5e"
    checksum, window = 1, b""
    with ThreadPoolExecutor(workers, thread_name_prefix="png") as pool:
        waiting: deque[Future[bytes]] = deque()
        filtering: deque[tuple[int, Future[bytes]]] = deque()
        tops = iter(range(0, height, rows_each))
        try:
            while True:
                while len(filtering) + len(waiting) < workers + 2 and (top := next(tops, None)) is not None:
                    filtering.append((top, pool.submit(_filtered, pixels, top, min(top + rows_each, height))))
                if filtering:
                    top, future = filtering.popleft()
                    body = future.result()
                    checksum = zlib.adler32(body, checksum)
                    last = top + rows_each >= height
                    waiting.append(pool.submit(_deflated, body, window, level, last))
                    window = body[-32_768:]
                if waiting and (not filtering or len(waiting) > workers):
                    yield waiting.popleft().result()
                elif not filtering and not waiting:
                    break
        finally:
            for future in (*waiting, *(item[1] for item in filtering)):
                future.cancel()
    yield struct.pack(">I", checksum)


def _deflated(body: bytes, window: bytes, level: int, last: bool) -> bytes:
    # What a filter leaves of most photographs is noise: looking for repeated strings in it takes twice the
    # time and makes larger files than runs of one byte alone; drawings are the other way. A sample tells.
    middle = len(body) // 2
    sample = body[middle : middle + 32_768]
    runs = len(_with(zlib.Z_RLE, level, sample)) < len(_with(zlib.Z_DEFAULT_STRATEGY, level, sample))
    strategy = zlib.Z_RLE if runs and level else zlib.Z_DEFAULT_STRATEGY
    return _with(strategy, level, body, window, zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


def _with(strategy: int, level: int, body: bytes, window: bytes = b"", flush: int = zlib.Z_FINISH) -> bytes:
    before = (window,) if window else ()
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy, *before)
    return deflate.compress(body) + deflate.flush(flush)


def _filtered(pixels: np.ndarray, top: int, bottom: int) -> bytes:
    """Rows `top` to `bottom` with their filter bytes; one filter a strip, chosen on a sample of its rows."""
    first = max(0, top - 1)
    block = np.ascontiguousarray(pixels[first:bottom])
    step = block.shape[2] * block.dtype.itemsize
    if block.dtype.itemsize == 2:
        block = block.astype(">u2")
    raw = block.reshape(len(block), -1).view(np.uint8)
    if top == 0:
        raw = np.concatenate((np.zeros_like(raw[:1]), raw))
    rows = bottom - top
    picks = np.unique(np.linspace(0, rows - 1, min(rows, 8)).astype(int))
    sample = np.concatenate([raw[pick : pick + 2] for pick in picks])
    best, fewest = 0, None
    for kind in range(5):
        residual = _filter(kind, sample[1::2], sample[0::2], step)
        cost = int(np.minimum(residual, 0 - residual).sum(dtype=np.int64))
        if fewest is None or cost < fewest:
            best, fewest = kind, cost
    out = np.empty((rows, raw.shape[1] + 1), np.uint8)
    out[:, 0] = best
    for at in range(0, rows, 64):  # small blocks stay in the processor's cache
        end = min(at + 64, rows)
        out[at:end, 1:] = _filter(best, raw[at + 1 : end + 1], raw[at:end], step)
    return out.tobytes()


def _filter(kind: int, rows: np.ndarray, above: np.ndarray, step: int) -> np.ndarray:
    """One of the five row filters of PNG (section 9.2) on ``(rows, bytes)`` uint8, arithmetic modulo 256."""
    if kind == 0:
        return rows
    if kind == 2:
        return rows - above
    left = np.zeros_like(rows)
    left[:, step:] = rows[:, :-step]
    if kind == 1:
        return rows - left
    if kind == 3:
        # The mean rounded down without leaving 8 bits.
        return rows - ((left & above) + ((left ^ above) >> 1))
    corner = np.zeros_like(above)
    corner[:, step:] = above[:, :-step]
    to_left, to_above = cv2.absdiff(above, corner), cv2.absdiff(left, corner)
    to_corner = np.abs(left.astype(np.int16) + above - 2 * corner.astype(np.int16))
    take_left = (to_left <= to_above) & (to_left <= to_corner)
    predicted = np.where(take_left, left, np.where(to_above <= to_corner, above, corner))
    return rows - predicted
