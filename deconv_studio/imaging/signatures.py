"""What a file is by its content: pictures that are read, and others that are refused by name."""

from __future__ import annotations

import mmap
import re
import struct
from pathlib import Path
from typing import BinaryIO

from . import ifd
from .errors import NotAPicture, UnsupportedFormat
from .formats import READABLE
from .source import Source, open_source

_HEAD = 4096

# Formats that are refused: what to call them, and how to get a picture out of them.
REFUSED = {
    "DICOM": (
        "a DICOM medical image",
        "Convert it first, e.g. with `dcmj2pnm --write-16-bit-png in.dcm out.png` (DCMTK), or export "
        "a PNG or TIFF from your viewer.",
    ),
    "HEIC": (
        "a HEIC/HEIF picture",
        "Convert it first, e.g. with `heif-convert in.heic out.png` (libheif), or export it as JPEG "
        "on the phone.",
    ),
    "JPEG XL": (
        "a JPEG XL picture",
        "Convert it first, e.g. with `djxl in.jxl out.png` (libjxl).",
    ),
    "PDF": (
        "a PDF document",
        "Render the page first, e.g. with `pdftoppm -png -r 300 in.pdf page` (Poppler).",
    ),
    "PostScript": (
        "a PostScript document",
        "Render it first, e.g. with `gs -sDEVICE=png16m -r300 -o out.png in.eps` (Ghostscript).",
    ),
    "SVG": (
        "an SVG drawing",
        "Render it first, e.g. with `rsvg-convert -o out.png in.svg` or Inkscape.",
    ),
    "camera RAW": (
        "a camera RAW file",
        "Develop it first, e.g. with darktable, RawTherapee or `dcraw -T in.raw`, and open the TIFF.",
    ),
    "EXR": (
        "an OpenEXR picture",
        "Convert it first to a floating-point TIFF, e.g. with `oiiotool in.exr -o out.tif` (OpenImageIO).",
    ),
    "Radiance HDR": (
        "a Radiance HDR picture",
        "Convert it first to a floating-point TIFF, e.g. with `oiiotool in.hdr -o out.tif` (OpenImageIO).",
    ),
    "DDS": (
        "a DDS texture",
        "Convert it first, e.g. with `magick in.dds out.png` (ImageMagick).",
    ),
    "FITS": (
        "a FITS astronomical image",
        "Convert it first to a floating-point TIFF, e.g. with `oiiotool in.fits -o out.tif` (OpenImageIO).",
    ),
    "XCF": (
        "a GIMP project",
        "Export it from GIMP as PNG or TIFF.",
    ),
    "PSB": (
        "a large Photoshop document",
        "Save it from Photoshop as TIFF or PNG.",
    ),
    "MNG": (
        "an MNG animation",
        "Convert it first, e.g. with `magick in.mng out.png` (ImageMagick).",
    ),
    "BPG": (
        "a BPG picture",
        "Convert it first, e.g. with `bpgdec -o out.png in.bpg`.",
    ),
    "SGI": (
        "an SGI picture",
        "Convert it first, e.g. with `magick in.sgi out.png` (ImageMagick).",
    ),
    "PCX": (
        "a PCX picture",
        "Convert it first, e.g. with `magick in.pcx out.png` (ImageMagick).",
    ),
    "ICNS": (
        "an Apple icon",
        "Convert it first, e.g. with `magick in.icns out.png` (ImageMagick).",
    ),
    "XPM": (
        "an XPM picture",
        "Convert it first, e.g. with `magick in.xpm out.png` (ImageMagick).",
    ),
    "XBM": (
        "an XBM picture",
        "Convert it first, e.g. with `magick in.xbm out.png` (ImageMagick).",
    ),
    "QOI": (
        "a QOI picture",
        "Convert it first, e.g. with `magick in.qoi out.png` (ImageMagick).",
    ),
    "Sun raster": (
        "a Sun raster picture",
        "Convert it first, e.g. with `magick in.ras out.png` (ImageMagick).",
    ),
    "FLI": (
        "a FLI/FLC animation",
        "Convert it first, e.g. with `magick in.flc out.png` (ImageMagick).",
    ),
    "WMF": (
        "a Windows metafile",
        "Convert it first, e.g. with `magick in.wmf out.png` (ImageMagick).",
    ),
    "KTX": (
        "a KTX texture",
        "Convert it first, e.g. with `magick in.ktx out.png` (ImageMagick).",
    ),
    "video": (
        "a video",
        "Take a still from it first, e.g. with `ffmpeg -i in.mp4 -frames:v 1 out.png`.",
    ),
    "gzip": (
        "a gzip archive",
        "Unpack it first, e.g. with `gunzip`.",
    ),
    "zip": (
        "a zip archive",
        "Unpack it first, e.g. with `unzip`.",
    ),
    "HTML": (
        "a web page",
        "The download probably failed; open the address in a browser and save the picture itself.",
    ),
}

# Not pictures of any kind: a picture's suffix over them is an error about content, not about support.
_NOT_PICTURES = {"gzip", "zip", "HTML"}

_HEIC_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"msf1",
    b"mif2",
}
_RAW_STARTS = (b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FUJIFILMCCD-RAW", b"FOVb", b"\0MRM")
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG2000"), (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"8BPS\0\1", "PSD"), (b"8BPS\0\2", "PSB"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"), (b"%PDF-", "PDF"), (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"), (b"\x76\x2f\x31\x01", "EXR"), (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"), (b"DDS ", "DDS"), (b"SIMPLE  =", "FITS"), (b"gimp xcf", "XCF"),
    (b"\x8aMNG\r\n\x1a\n", "MNG"), (b"\x8bJNG\r\n\x1a\n", "MNG"), (b"BPG\xfb", "BPG"), (b"\x1f\x8b", "gzip"),
    (b"\x01\xda\x00", "SGI"), (b"\x01\xda\x01", "SGI"), (b"icns", "ICNS"), (b"/* XPM */", "XPM"),
    (b"qoif", "QOI"),
    (b"\x59\xa6\x6a\x95", "Sun raster"), (b"\xd7\xcd\xc6\x9a", "WMF"), (b"\xabKTX ", "KTX"),
    (b"PK\3\4", "zip"), (b"\x1aE\xdf\xa3", "video"),
)  # fmt: skip


def sniff(source: Path | str | bytes | BinaryIO) -> str | None:
    """The format of a file by its content.

    Parameters
    ----------
    source : path, bytes or binary stream

    Returns
    -------
    str or None
        "PNG", "JPEG", ... for what can be read, a key of `REFUSED` ("DICOM", "HEIC", "PDF", ...) for what is
        known and refused, None for anything else.

    Raises
    ------
    ImagingError
        If the file cannot be read at all.
    """
    with open_source(source) as opened:
        return sniff_data(opened.data)


def sniff_data(data: bytes | mmap.mmap) -> str | None:
    """As `sniff`, on the bytes of a whole file."""
    head = bytes(data[:_HEAD])
    for start, name in _STARTS:
        if head.startswith(start):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        return _sniff_boxes(head)
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        return "camera RAW" if head[8:10] == b"CR" or _is_raw(data) else "TIFF"
    if head.startswith(_RAW_STARTS):
        return "camera RAW"
    if head[:2] == b"BM" and len(head) >= 18 and head[14:18] in _BMP_HEADERS:
        return "BMP"
    if head[:4] == b"\0\0\1\0" and len(head) >= 22 and 0 < head[4] + 256 * head[5] <= 256:
        return "ICO"
    if re.match(rb"P[1-6][\s#]", head):
        return "PPM"
    if re.match(rb"P[Ff]\s", head):
        return "PFM"
    if head[128:132] == b"DICM":
        return "DICOM"
    if re.match(rb"\x0a[\x00\x02-\x05][\x00\x01][\x01\x02\x04\x08]", head):
        return "PCX"
    if head[4:6] in (b"\x11\xaf", b"\x12\xaf") and len(head) >= 128:
        return "FLI"
    if re.match(rb"(/\*[^*]*\*/\s*)?#define\s+\w+_width\s", head):
        return "XBM"
    if head[:2] == b"\xff\x0a":
        return "JPEG XL"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "HTML"
    if text.startswith((b"<svg", b"<!doctype svg")) or (
        text.startswith(b"<?xml") and b"<svg" in head.lower()
    ):
        return "SVG"
    if _is_tga(data):
        return "TGA"
    return None


_BMP_HEADERS = {struct.pack("<I", size) for size in (12, 16, 40, 52, 56, 64, 108, 124)}


def _sniff_boxes(head: bytes) -> str | None:
    size = min(max(struct.unpack(">I", head[:4])[0], 16), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, size - 3, 4)}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if b"crx " in brands:
        return "camera RAW"
    if brands & _HEIC_BRANDS:
        return "HEIC"
    return "video"


def _is_raw(data: bytes | mmap.mmap) -> bool:
    """Whether a TIFF structure holds sensor data: DNG's version tag, or a colour filter array."""
    try:
        structure = ifd.Structure(data)
        first = structure.directory(structure.first)
        if 50706 in first.entries:
            return True
        offsets = [int(offset) for offset in structure.numbers(first.entries.get(330))[:16]]
        for directory in (first, *(structure.directory(offset) for offset in offsets)):
            if structure.numbers(directory.entries.get(262))[:1] in ((32803,), (34892,)):
                return True
    except (ifd.BrokenStructure, struct.error):
        return False
    return False


def _is_tga(data: bytes | mmap.mmap) -> bool:
    if len(data) < 19:
        return False
    if bytes(data[-18:-1]) == b"TRUEVISION-XFILE.":
        return True
    # Without the footer of version 2 there is no signature; every field of the header must make sense.
    _, has_map, kind = data[0], data[1], data[2]
    map_spec, size = bytes(data[3:8]), struct.unpack("<HH", data[12:16])
    depth, descriptor = data[16], data[17]
    if has_map > 1 or descriptor & 0xC0 or min(size) == 0:
        return False
    if kind in (1, 9):
        return has_map == 1 and depth == 8 and map_spec[4] in (15, 16, 24, 32) and descriptor & 15 in (0, 8)
    if has_map or map_spec != b"\0\0\0\0\0":
        return False
    alpha_bits = {2: {15: (0, 1), 16: (0, 1), 24: (0,), 32: (0, 8)}, 3: {8: (0,), 16: (0, 8)}}.get(
        kind & 7, {}
    )
    return kind in (2, 3, 10, 11) and descriptor & 15 in alpha_bits.get(depth, ())


def identify(source: Source) -> str:
    """The format of an opened source, one that can be read.

    Raises
    ------
    NotAPicture
        If the content is that of no picture.
    UnsupportedFormat
        If it is of a known kind that is not read; says how to convert it.
    """
    format = sniff_data(source.data)
    if format in READABLE:
        return str(format)
    if format is None:
        raise NotAPicture(f"{source.name} is not a picture: its content is of no format this program knows.")
    what, hint = REFUSED[format]
    if format in _NOT_PICTURES:
        raise NotAPicture(f"{source.name} is {what}, not a picture.", hint)
    raise UnsupportedFormat(
        f"{source.name} is {what}, which this program does not read.", hint, format=format
    )
