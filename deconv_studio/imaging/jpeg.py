"""JPEG, read: markers walked by hand, scans decoded by Pillow's libjpeg, a cut scan always noticed."""

from __future__ import annotations

import io
import mmap
import re
import struct
from dataclasses import dataclass, field

from PIL import Image

from . import pillow_tools
from .errors import CorruptFile, TruncatedFile, UnsupportedFormat

_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_OTHER_FRAMES = {0xC3: "lossless", 0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "lossless",
0xCB: "lossless",
                 0xCD: "hierarchical", 0xCE: "hierarchical", 0xCF: "lossless"}  # fmt: skip
_MAX_SEGMENTS = 100_000
_MAX_SCANS = 500  # a progressive picture has some ten; each costs a pass over all blocks


@dataclass
class JpegInfo:
    """What the markers say, and the stretches of the file that decoding needs."""

    width: int = 0
    height: int = 0
    components: int = 0
    frame: int = 0
    blocks: int = 0
    scans: int = 0
    scan_bytes: int = 0
    whole: bool = False
    ends: bool = False
    adobe_transform: int | None = None
    icc_profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    comment: str | None = None
    dpi: tuple[float, float] | None = None
    parts: list[tuple[int, int]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def progressive(self) -> bool:
        return self.frame in (0xC2, 0xCA)

    @property
    def arithmetic(self) -> bool:
        return self.frame in (0xC9, 0xCA)


def parse(data: bytes | mmap.mmap, name: str) -> JpegInfo:
    """Walk the markers to the end of the picture (ITU-T T.81, annex B) without decoding.

    Parameters
    ----------
    data : bytes or mmap
    name : str
        The file's name for messages.

    Raises
    ------
    TruncatedFile, CorruptFile, UnsupportedFormat
    """
    info = JpegInfo(parts=[(0, 2)], ends=bytes(data[-2:]) == b"\xff\xd9")
    profile: dict[int, bytes] = {}
    profile_parts: set[int] = set()
    position, size, segments = 2, len(data), 0
    while position < size:
        at = data.find(b"\xff", position)
        if at < 0:
            break
        while at < size and data[at] == 0xFF:
            at += 1
        if at >= size:
            break
        marker = data[at]
        position = at + 1
        if marker == 0xD9:
            info.whole = True
            break
        if marker in (0x00, 0x01, 0xD8) or 0xD0 <= marker <= 0xD7:
            continue
        segments += 1
        if position + 2 > size or segments > _MAX_SEGMENTS:
            break
        length = struct.unpack(">H", data[position : position + 2])[0]
        start, end = position + 2, position + length
        if length < 2 or end > size:
            break
        if marker in _FRAMES:
            _frame(info, marker, data[start:end], name)
            info.parts.append((at - 1, end))
        elif marker in _OTHER_FRAMES:
            raise UnsupportedFormat(
                f"{name} is a {_OTHER_FRAMES[marker]} JPEG, a kind this program does not read.",
                "Save it from another program as PNG or ordinary JPEG.",
            )
        elif marker == 0xDA:
            if not info.frame:
                raise CorruptFile(f"{name} has JPEG scan data before its header.")
            found = _NEXT_MARKER.search(data, end)
            stop = found.start() if found else size
            info.parts.append((at - 1, stop))
            info.scans += 1
            if info.scans > _MAX_SCANS:
                raise CorruptFile(f"{name} has more than {_MAX_SCANS} JPEG scans.")
            info.scan_bytes += stop - end
            end = stop
        elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
            if marker == 0xEE or (marker == 0xE0 and data[start : start + 5] == b"JFIF\0"):
                info.parts.append((at - 1, end))
            _application(info, marker, data[start:end], profile, profile_parts)
        else:
            info.parts.append((at - 1, end))
        position = end
    if not info.frame or not info.scans:
        if info.whole:
            raise CorruptFile(f"{name} is a JPEG without a picture in it.")
        raise TruncatedFile(f"{name} ends before its picture begins.")
    if profile:
        if profile_parts == {len(profile)} and set(profile) == set(range(1, len(profile) + 1)):
            info.icc_profile = b"".join(profile[index] for index in sorted(profile))
        else:
            info.notices.append("The colour profile is incomplete and was left out.")
    return info


def _frame(info: JpegInfo, marker: int, body: bytes, name: str) -> None:
    if info.frame:
        raise CorruptFile(f"{name} has two JPEG headers.")
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        raise CorruptFile(f"{name} has a malformed JPEG header.")
    precision, height, width, components = struct.unpack(">BHHB", body[:6])
    if precision != 8:
        raise UnsupportedFormat(
            f"{name} is a JPEG with {precision} bits a sample, which this program does not read.",
            "Save it from another program as a 16-bit PNG or TIFF.",
        )
    if not width or not height:
        raise CorruptFile(f"{name} claims a size of {width} x {height} pixels in its JPEG header.")
    if components not in (1, 3, 4):
        raise CorruptFile(f"{name} claims {components} colour components in its JPEG header.")
    factors = [(body[7 + 3 * index] >> 4, body[7 + 3 * index] & 15) for index in range(components)]
    if not all(1 <= h <= 4 and 1 <= v <= 4 for h, v in factors):
        raise CorruptFile(f"{name} has impossible sampling factors in its JPEG header.")
    widest, tallest = max(h for h, _ in factors), max(v for _, v in factors)
    info.blocks = sum(-(-width * h // (8 * widest)) * -(-height * v // (8 * tallest)) for h, v in factors)
    info.frame, info.width, info.height, info.components = marker, width, height, components


def _application(
    info: JpegInfo, marker: int, body: bytes, profile: dict[int, bytes], parts: set[int]
) -> None:
    if marker == 0xE0 and body[:5] == b"JFIF\0" and len(body) >= 12:
        unit, x, y = struct.unpack(">BHH", body[7:12])
        if unit in (1, 2) and x and y:
            scale = 1.0 if unit == 1 else 2.54
            info.dpi = (x * scale, y * scale)
    elif marker == 0xE1 and body[:6] == b"Exif\0\0" and info.exif is None:
        info.exif = body[6:]
    elif marker == 0xE1 and body.startswith(b"http://ns.adobe.com/xap/1.0/\0") and info.xmp is None:
        info.xmp = body[29:]
    elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        profile.setdefault(body[12], body[14:])
        parts.add(body[13])
    elif marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
        info.adobe_transform = body[11]
    elif marker == 0xFE and info.comment is None:
        try:
            info.comment = body.rstrip(b"\0").decode("utf-8")
        except UnicodeDecodeError:
            info.comment = body.rstrip(b"\0").decode("latin-1")


def open_image(data: bytes | mmap.mmap, info: JpegInfo, name: str) -> Image.Image:
    """A Pillow image over the parts of the file that decoding needs, its pixels not decoded yet.

    Raises
    ------
    TruncatedFile
        If the claimed size cannot be in so little data.
    CorruptFile
    """
    # Each block costs at least a bit for its DC term, in a sequential scan one more for the end of its AC
    # terms.
    least = info.blocks * (1 if info.progressive else 2) // 8
    if not info.arithmetic and least > info.scan_bytes + 64:
        raise TruncatedFile(
            f"{name} claims {info.width} x {info.height} pixels, but holds too little data for that."
        )
    stream = b"".join(bytes(data[start:end]) for start, end in info.parts)
    if info.whole:
        # libjpeg fills what is missing before an end marker with gray and says nothing. Without the marker it
        # waits for more, which Pillow reports as truncation; the padding is what its bit buffer wants to look
        # ahead. Progressive pictures need the marker: there a cut scan costs detail, not area.
        stream += b"\xff\xd9" if info.scans > 1 or info.progressive else b"\0" * 10
    with pillow_tools.typed_errors(name, "JPEG"):
        return Image.open(io.BytesIO(stream), formats=("JPEG",))


def read_pixels(data: bytes | mmap.mmap, info: JpegInfo, name: str) -> Image.Image:
    """Decode the whole picture.

    Returns
    -------
    Image
        Mode L, RGB or CMYK, loaded.

    Raises
    ------
    TruncatedFile, CorruptFile
    """
    image = open_image(data, info, name)
    try:
        with pillow_tools.typed_errors(name, "JPEG"):
            image.load()
    except TruncatedFile as error:
        raise cut_short(name, info) from error
    return image


def cut_short(name: str, info: JpegInfo) -> TruncatedFile | CorruptFile:
    """The error for scan data that end too early: the file is cut, or has its end but a hole before it."""
    if info.whole or info.ends:
        return CorruptFile(f"{name} has damaged JPEG data: they end before the picture is complete.")
    return TruncatedFile(f"{name} ends before its picture does.")
