"""Small picture files of every kind, made byte by byte or by a library other than the one under test."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image


def pixels(height: int, width: int, channels: int, dtype: str = "uint8", seed: int = 0) -> np.ndarray:
    """``(height, width, channels)``: a ramp with noise, over the whole range of the dtype."""
    rng = np.random.default_rng(seed)
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    ramp = (y / max(1, height) + x / max(1, width) + c / 8) % 1
    values = np.clip(ramp + rng.normal(0, 0.02, ramp.shape), 0, 1)
    if dtype == "float32":
        return (values * 3 - 1).astype(np.float32)
    return np.rint(values * np.iinfo(dtype).max).astype(dtype)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(
    width: int, height: int, depth: int, color: int, raw: bytes, *, before: bytes = b"", interlace: int = 0
) -> bytes:
    """A PNG of given filtered rows."""
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + before
        + chunk(b"IDAT", zlib.compress(raw))
        + chunk(b"IEND", b"")
    )


def png_rows(samples: np.ndarray, depth: int = 8) -> bytes:
    """Unfiltered PNG rows of ``(H, W, C)`` samples."""
    if depth < 8:
        height, width, _ = samples.shape
        bits = np.unpackbits(samples[:, :, 0, None], axis=2)[:, :, 8 - depth :].reshape(height, width * depth)
        packed = np.packbits(bits, axis=1)
    else:
        packed = samples.astype(f">u{depth // 8}").reshape(len(samples), -1).view(np.uint8)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def exif(entries: Sequence[tuple[int, int, int, bytes]], order: str = "<") -> bytes:
    """An EXIF block of one directory: (tag, type, count, value bytes)."""
    out = (b"II" if order == "<" else b"MM") + struct.pack(order + "HIH", 42, 8, len(entries))
    far_at = 8 + 2 + 12 * len(entries) + 4
    far = b""
    for tag, kind, count, value in sorted(entries):
        if len(value) > 4:
            out += struct.pack(order + "HHII", tag, kind, count, far_at + len(far))
            far += value + b"\0" * (len(value) & 1)
        else:
            out += struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")
    return out + b"\0\0\0\0" + far


def orientation_exif(value: int, order: str = "<") -> bytes:
    return exif([(0x0112, 3, 1, struct.pack(order + "H", value))], order)


def by_pillow(array: np.ndarray, format: str, **options: Any) -> bytes:
    """An array ``(H, W, C)`` uint8 saved by Pillow."""
    image = Image.fromarray(array[:, :, 0] if array.shape[2] == 1 else array)
    buffer = io.BytesIO()
    if format == "JPEG" and "exif" in options:
        options["exif"] = b"Exif\0\0" + bytes(options["exif"])
    image.save(buffer, format, **options)
    return buffer.getvalue()


def tiff(tags: Sequence[tuple[int, int, Sequence[int]]], data: bytes, order: str = "<") -> bytes:
    """A TIFF of one page with its data at offset 8; tags are (tag, type 3 or 4, values)."""
    at = 8 + len(data) + (len(data) & 1)
    out = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, at) + data.ljust(at - 8, b"\0")
    far_at = at + 2 + 12 * len(tags) + 4
    far, listed = b"", struct.pack(order + "H", len(tags))
    for tag, kind, values in sorted(tags):
        body = struct.pack(order + f"{len(values)}{'H' if kind == 3 else 'I'}", *values)
        listed += struct.pack(order + "HHI", tag, kind, len(values))
        if len(body) > 4:
            listed += struct.pack(order + "I", far_at + len(far))
            far += body + b"\0" * (len(body) & 1)
        else:
            listed += body.ljust(4, b"\0")
    return out + listed + b"\0\0\0\0" + far


def plain_tiff(
    array: np.ndarray, photometric: int, *extra: tuple[int, int, Sequence[int]], order: str = "<"
) -> bytes:
    """An uncompressed TIFF of ``(H, W, C)``."""
    height, width, samples = array.shape
    kind = {"u": 1, "i": 2, "f": 3, "c": 6}[array.dtype.kind]
    data = array.astype(array.dtype.newbyteorder(order)).tobytes()
    own = {tag for tag, _, _ in extra}
    tags = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [array.dtype.itemsize * 8] * samples), (259, 3, [1]),
        (262, 3, [photometric]), (273, 4, [8]), (277, 3, [samples]), (278, 4, [height]),
        (279, 4, [len(data)]), (339, 3, [kind] * samples),
    ]  # fmt: skip
    return tiff([*(tag for tag in tags if tag[0] not in own), *extra], data, order)
