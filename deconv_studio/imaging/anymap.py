"""Netpbm pictures (PBM, PGM, PPM) and PFM: read by hand, because Pillow reads 16-bit PPM as 8-bit."""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass

import numpy as np

from .errors import CorruptFile, TruncatedFile

_TOKEN = re.compile(rb"(?:\s|#[^\r\n]*(?:[\r\n]|$))*([^\s#]+)")


@dataclass
class AnymapInfo:
    """The header: kind ("P1" ... "PF"), size, largest value (for PFM the scale), where pixels start."""

    kind: str
    width: int
    height: int
    maximum: float
    start: int

    @property
    def channels(self) -> int:
        return 3 if self.kind in ("P3", "P6", "PF") else 1

    @property
    def dtype(self) -> np.dtype:
        if self.kind in ("PF", "Pf"):
            return np.dtype(np.float32)
        return np.dtype(np.uint16 if self.maximum > 255 else np.uint8)


def parse(data: bytes | mmap.mmap, name: str) -> AnymapInfo:
    """Read the header.

    Raises
    ------
    TruncatedFile, CorruptFile
    """
    kind = bytes(data[:2]).decode("ascii")
    tokens: list[bytes] = []
    head, position = bytes(data[:4096]), 2
    wanted = 2 if kind in ("P1", "P4") else 3
    while len(tokens) < wanted:
        found = _TOKEN.match(head, position)
        if not found:
            raise TruncatedFile(f"{name} ends within its header.")
        tokens.append(found.group(1))
        position = found.end()
    try:
        width, height = int(tokens[0]), int(tokens[1])
        maximum = float(tokens[2]) if kind in ("PF", "Pf") else int(tokens[2]) if wanted == 3 else 1
    except ValueError as error:
        raise CorruptFile(f"{name} has something other than numbers in its header.") from error
    if not (0 < width < 2**31 and 0 < height < 2**31):
        raise CorruptFile(f"{name} claims a size of {width} x {height} pixels in its header.")
    if kind in ("PF", "Pf"):
        if maximum == 0 or not np.isfinite(maximum):
            raise CorruptFile(f"{name} has an impossible scale in its PFM header.")
    elif not 1 <= maximum <= 65_535:
        raise CorruptFile(f"{name} claims {maximum} as its largest value, which the format does not allow.")
    return AnymapInfo(kind, width, height, maximum, position + 1)


def read_pixels(data: bytes | mmap.mmap, info: AnymapInfo, name: str) -> np.ndarray:
    """Decode the pixels, scaled to the full range of 8 or 16 bits where the largest value is another one.

    Returns
    -------
    ndarray
        ``(H, W, C)`` uint8, uint16 or (PFM) float32.

    Raises
    ------
    TruncatedFile, CorruptFile
    """
    count = info.width * info.height * info.channels
    shape = (info.height, info.width, info.channels)
    if info.kind in ("PF", "Pf"):
        raw = _take(data, info.start, count * 4, name)
        values = np.frombuffer(raw, "<f4" if info.maximum < 0 else ">f4").astype(np.float32)
        return np.ascontiguousarray(values.reshape(shape)[::-1])
    if info.kind == "P4":
        row = (info.width + 7) // 8
        bits = np.frombuffer(_take(data, info.start, row * info.height, name), np.uint8).reshape(
            info.height, row
        )
        return ((1 - np.unpackbits(bits, axis=1)[:, : info.width]) * np.uint8(255)).reshape(shape)
    if info.kind in ("P5", "P6"):
        kind = np.dtype(">u2" if info.maximum > 255 else "u1")
        values = np.frombuffer(_take(data, info.start, count * kind.itemsize, name), kind)
    else:
        if len(data) - info.start < count:
            raise TruncatedFile(f"{name} ends before its pixels do.")
        text = re.sub(rb"#[^\r\n]*", b" ", bytes(data[info.start :]))
        tokens = re.findall(rb"[01]", text)[:count] if info.kind == "P1" else text.split(None, count)[:count]
        if len(tokens) < count:
            raise TruncatedFile(f"{name} ends before its pixels do.")
        try:
            values = np.array(tokens, dtype="S8").astype(np.int64)
        except ValueError as error:
            raise CorruptFile(f"{name} has something other than numbers among its pixels.") from error
        if info.kind == "P1":
            values = 1 - values
    if values.max() > info.maximum or values.min() < 0:
        raise CorruptFile(f"{name} has values above the largest its header allows.")
    full = 65_535 if info.maximum > 255 else 255
    if info.maximum != full:
        scaled = (values.astype(np.float64) * (full / info.maximum) + 0.5).astype(info.dtype)
        return scaled.reshape(shape)
    return values.astype(info.dtype).reshape(shape)


def _take(data: bytes | mmap.mmap, start: int, size: int, name: str) -> bytes:
    raw = bytes(data[start : start + size]) if start + size <= len(data) else b""
    if len(raw) < size:
        raise TruncatedFile(f"{name} ends before its pixels do.")
    return raw
