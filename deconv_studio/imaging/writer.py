"""Writing: from a picture to a file that is whole or not there, the same bytes for the same picture."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import tifffile
from PIL import Image

from . import color, formats, ifd, metadata, png
from .errors import CannotHold, FileMissing, ImagingError, NotPermitted, OutputExists, WriteFailed
from .picture import Metadata, Picture

DEFAULT_QUALITY = {"JPEG": 95, "WEBP": 90, "AVIF": 80}
_JPEG_SEGMENT = 65_533
_STRIP_BYTES = 1 << 20


def write(
    picture: Picture,
    path: Path | str,
    *,
    format: str | None = None,
    quality: int | None = None,
    metadata: str = "keep",
    text: dict[str, str] | None = None,
    overwrite: bool = False,
    check: Callable[[], None] | None = None,
) -> Path:
    """Write a picture; the file appears whole under its name, or not at all.

    Parameters
    ----------
    picture : Picture
        PNG and TIFF are written by strips, so that a memory map is never taken into memory as a whole.
    path : path
    format : str, optional
        "PNG", "JPEG", "WEBP", "TIFF", "BMP", "AVIF" or "GIF"; by default what the suffix says.
    quality : int, optional
        0 to 100. JPEG: default 95, always 4:4:4. WebP: default 90, 100 is lossless. AVIF: default 80.
    metadata : str
        "keep" EXIF, XMP, resolution and texts; "strip" them; or "private": drop place, names, serial numbers,
        maker notes, unique ids, comments and XMP.
    text : dict of str to str, optional
        Words of the program's own, written under every policy: as PNG text, else in EXIF's description and
        software. BMP and GIF hold none.
    overwrite : bool
        Whether a file at the path may be replaced.
    check : callable, optional
        Called between the pieces that are written. What it raises ends the writing, and no file is left.
        WebP and AVIF are encoded in one piece.

    Returns
    -------
    Path
        The path given.

    Raises
    ------
    CannotHold
        If the suffix names no writable format, or the format cannot hold the picture's depth, alpha or size.
    OutputExists, NotPermitted, FileMissing, WriteFailed
        FileMissing if the folder does not exist.
    """
    path = Path(path)
    chosen = (format or formats.format_for_suffix(path.suffix) or "").upper()
    if not chosen:
        known = ", ".join(item.suffixes[0] for item in formats.WRITABLE.values())
        raise CannotHold(
            f"{path.name} does not end in a suffix of a format this program writes.", f"Use {known}."
        )
    produce = _producer(picture, chosen, quality, metadata, text)
    with aside(path, overwrite) as file:
        if check is None:
            produce(file)
        else:
            check()
            produce(cast("BinaryIO", Checked(file, check)))
            check()
    return path


class Checked:
    """A file that asks before every piece written to it whether to go on."""

    def __init__(self, file: BinaryIO, check: Callable[[], None]) -> None:
        self._file = file
        self._check = check

    def write(self, data: Any) -> int:
        self._check()
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        if name == "fileno":
            # Given one, Pillow writes past this object.
            raise AttributeError(name)
        return getattr(self._file, name)


def encode(
    picture: Picture,
    format: str,
    *,
    quality: int | None = None,
    metadata: str = "keep",
    text: dict[str, str] | None = None,
) -> bytes:
    """The bytes of the file that `write` would write.

    Raises
    ------
    CannotHold
    """
    buffer = io.BytesIO()
    _producer(picture, format.upper(), quality, metadata, text)(buffer)
    return buffer.getvalue()


def part_path(path: Path) -> Path:
    """Where `write` keeps a file until it is whole: `.NAME.part` in the same folder.

    For a name so long that the system would not take six characters more, a digest stands for it.
    """
    name = path.name
    if len(os.fsencode(name)) > 249:
        name = hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
    return path.with_name(f".{name}.part")


@contextlib.contextmanager
def aside(path: Path, overwrite: bool) -> Iterator[BinaryIO]:
    """A file `.NAME.part` beside the path, renamed to it at the end; removed on any error or interruption.

    Raises
    ------
    OutputExists, NotPermitted, FileMissing, WriteFailed
    """
    if not overwrite and os.path.lexists(path):
        raise OutputExists(f"{path} exists already.")
    part = part_path(path)
    renamed = False
    try:
        try:
            # Made anew, never followed: what stands there is left over from a crash, or a trap.
            part.unlink(missing_ok=True)
            with part.open("x+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                _keep_mode(path, part)
                part.replace(path)
            else:
                _rename_new(part, path)
            renamed = True
            _sync_folder(path.parent)
        except FileNotFoundError as error:
            raise FileMissing(
                f"There is no folder {path.parent}.", "Create it, or choose another one."
            ) from error
        except PermissionError as error:
            raise NotPermitted(f"{path} may not be written by this user.") from error
        except ImagingError:
            raise
        except OSError as error:
            raise WriteFailed(f"{path} could not be written: {error.strerror or error}.") from error
    finally:
        if not renamed:
            with contextlib.suppress(OSError):
                part.unlink()


def _keep_mode(path: Path, part: Path) -> None:
    # The permissions of the file that is replaced are its owner's choice.
    with contextlib.suppress(OSError):
        part.chmod(stat.S_IMODE(path.stat().st_mode))


def _rename_new(part: Path, path: Path) -> None:
    """Rename without replacing: a file that appeared meanwhile is kept."""
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise OutputExists(f"{path} exists already.") from error
    except OSError:
        # No hard links on this file system: the check before is all there is.
        if path.exists():
            raise OutputExists(f"{path} exists already.") from None
        part.replace(path)
    else:
        part.unlink()


def _sync_folder(folder: Path) -> None:
    # The rename itself outlives a power cut only if the folder is flushed; not every system can.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _producer(
    picture: Picture, format: str, quality: int | None, policy: str, text: dict[str, str] | None
) -> Callable[[BinaryIO], None]:
    """Everything that can be refused is refused here, before a file is touched."""
    reason = formats.why_not(format, picture)
    if reason is not None:
        suffix = formats.suffix_for(picture, None)
        hint = f"Save it as {'TIFF' if suffix == '.tif' else 'PNG'} ({suffix}) instead."
        raise CannotHold(
            f"{reason[:-1]}, which this picture {'is' if 'pixels a side' in reason else 'has'}.", hint
        )
    if quality is not None and not 0 <= quality <= 100:
        raise ValueError(f"quality must be from 0 to 100, not {quality}")
    beside = metadata.for_output(
        picture.metadata,
        policy,
        text,
        picture.width,
        picture.height,
        in_exif=format not in ("PNG", "BMP", "GIF"),
    )
    profile = picture.icc_profile
    if profile is not None and color.space(profile) != ("GRAY" if picture.is_gray else "RGB"):
        profile = None  # it cannot be that of these pixels, and makes other programs refuse the file
    if format == "PNG":
        return lambda file: png.write_stream(
            file.write, picture.pixels, icc_profile=profile, exif=beside.exif, xmp=beside.xmp,
            text=beside.text, dpi=beside.dpi, palette=picture.palette,
        )  # fmt: skip
    if profile is None and not picture.is_gray:
        profile = color.srgb_profile()
    if format == "TIFF":
        return lambda file: _write_tiff(file, picture.pixels, profile, beside)
    return lambda file: _write_by_pillow(file, picture, format, quality, profile, beside)


def _write_by_pillow(
    file: BinaryIO,
    picture: Picture,
    format: str,
    quality: int | None,
    profile: bytes | None,
    beside: Metadata,
) -> None:
    pixels = np.ascontiguousarray(picture.pixels)
    item = formats.WRITABLE[format]
    if picture.channels == 2 and not item.gray_alpha:
        pixels = np.ascontiguousarray(pixels[:, :, [0, 0, 0, 1]])
        profile = _rgb_profile_of_gray(profile)
    elif picture.channels == 1 and not item.gray:
        pixels = np.ascontiguousarray(pixels[:, :, [0, 0, 0]])
        profile = _rgb_profile_of_gray(profile)
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[pixels.shape[2]]
    image = Image.frombuffer(mode, (picture.width, picture.height), pixels, "raw", mode, 0, 1)
    options: dict[str, Any] = {}
    value = DEFAULT_QUALITY.get(format) if quality is None else quality
    if format in ("JPEG", "WEBP", "AVIF"):
        if profile is not None:
            options["icc_profile"] = profile
        if beside.exif is not None:
            limit = _JPEG_SEGMENT - 8 if format == "JPEG" else 1 << 24
            exif = metadata.shortened(beside.exif, limit)
            if exif is not None and format == "AVIF":
                # Pillow turns the tag into the container's own rotation, and garbles texts on the way.
                exif = metadata.without_orientation(exif)
            if exif is not None:
                options["exif"] = b"Exif\0\0" + exif
        if beside.xmp is not None and (format != "JPEG" or len(beside.xmp) <= _JPEG_SEGMENT - 31):
            options["xmp"] = beside.xmp
    if format == "JPEG":
        options |= {"quality": value, "subsampling": 0, "optimize": picture.width * picture.height <= 1 << 26}
        if beside.dpi is not None:
            options["dpi"] = tuple(min(65_535, max(1, round(side))) for side in beside.dpi)
        comment = beside.text.get("Comment")
        if comment and len(comment.encode()) <= _JPEG_SEGMENT - 4:
            options["comment"] = comment.encode()
    elif format == "BMP" and beside.dpi is not None:
        options["dpi"] = beside.dpi
    elif format == "WEBP":
        # `exact`: colours under full transparency are part of the picture.
        options |= {"lossless": True, "quality": 75, "exact": True} if value == 100 else {"quality": value}
        options["method"] = 4
    elif format == "AVIF":
        # Threads change the bytes; the subsampling is what keeps text and red edges.
        options |= {"quality": value, "subsampling": "4:4:4", "speed": 6, "max_threads": 1}
        options["autotiling"] = False
    try:
        image.save(file, format, **options)
    except (ValueError, SystemError) as error:
        raise WriteFailed(
            f"The picture could not be encoded as {format}: {error}.", "Save it as PNG."
        ) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise WriteFailed(
            f"The picture could not be encoded as {format}: {error}.", "Save it as PNG."
        ) from error


def _rgb_profile_of_gray(profile: bytes | None) -> bytes:
    """A gray picture written as RGB needs an RGB profile with the same curve."""
    if profile is None or color.space(profile) != "GRAY":
        return profile if profile is not None else color.srgb_profile()
    return color.rgb_with_curve_of(profile)


def _write_tiff(file: BinaryIO, pixels: np.ndarray, profile: bytes | None, beside: Metadata) -> None:
    """Deflated strips, predictor 2 for integers; EXIF and XMP are put in afterwards, as tifffile cannot."""
    height, width, channels = pixels.shape
    row_bytes = width * channels * pixels.dtype.itemsize
    options: dict[str, Any] = {}
    if beside.dpi is not None:
        options = {"resolution": beside.dpi, "resolutionunit": "INCH"}
    large = pixels.nbytes + (64 << 20) > 1 << 32
    with tifffile.TiffWriter(file, bigtiff=large, byteorder="<") as writer:
        writer.write(
            pixels if channels > 1 else pixels[:, :, 0],
            photometric="minisblack" if channels <= 2 else "rgb",
            planarconfig="contig" if channels > 1 else None,
            extrasamples=("unassalpha",) if channels in (2, 4) else None,
            rowsperstrip=max(1, min(height, _STRIP_BYTES // row_bytes)),
            compression="zlib",
            compressionargs={"level": 6},
            predictor=2 if pixels.dtype.kind == "u" else 1,
            iccprofile=profile,
            metadata=None,
            software=False,
            **options,
        )
    main: list[ifd.Entry] = []
    below: list[tuple[int, list[ifd.Entry]]] = []
    if beside.xmp is not None:
        main.append(ifd.Entry(700, 1, len(beside.xmp), 0, len(beside.xmp), beside.xmp))
    if beside.exif is not None:
        structure = ifd.Structure(beside.exif)
        first = structure.directory(structure.first)
        order, directories = metadata.collect(structure, first, _MAIN_TEXTS)
        main += _little_endian(directories[0][2], order)
        below = [(tag, _little_endian(entries, order)) for _, tag, entries in directories[1:]]
    if main or below:
        _append_tags(file, main, below)


# What EXIF's main directory says in words; the other tags there describe the file's own layout.
_MAIN_TEXTS = {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x013C, 0x8298}


def _append_tags(file: BinaryIO, main: list[ifd.Entry], below: list[tuple[int, list[ifd.Entry]]]) -> None:
    """Add tags and sub-directories to a finished little-endian TIFF of one page.

    A new first directory at its end takes over the entries of the old one as they are.
    """
    file.flush()
    file.seek(0)
    head = file.read(16)
    big = head[2] == 43
    word, record, inline = ("<Q", 20, 8) if big else ("<I", 12, 4)
    first = struct.unpack(word, head[8:16] if big else head[4:8])[0]
    file.seek(first)
    count = struct.unpack("<Q", file.read(8))[0] if big else struct.unpack("<H", file.read(2))[0]
    table = file.read(count * record)
    records = {}
    for at in range(0, len(table), record):
        records[struct.unpack("<H", table[at : at + 2])[0]] = table[at : at + record]
    end = file.seek(0, os.SEEK_END)
    if end & 1:
        end += file.write(b"\0")

    def head_of(entry: ifd.Entry) -> bytes:
        return struct.pack("<HHQ" if big else "<HHI", entry.tag, entry.type, entry.count)

    for entry in main:
        raw = entry.raw or b""
        if len(raw) <= inline:
            records[entry.tag] = head_of(entry) + raw.ljust(inline, b"\0")
        else:
            records[entry.tag] = head_of(entry) + struct.pack(word, end)
            end += file.write(raw + b"\0" * (len(raw) & 1))
    for tag, entries in below:
        records[tag] = head_of(ifd.Entry(tag, 18 if big else 4, 1, 0, inline)) + struct.pack(word, end)
        end += file.write(_pack_directory(entries, end, big))
    file.write(struct.pack("<Q" if big else "<H", len(records)))
    file.write(b"".join(records[tag] for tag in sorted(records)) + b"\0" * inline)
    file.seek(8 if big else 4)
    file.write(struct.pack(word, end))


def _little_endian(entries: list[ifd.Entry], order: str) -> list[ifd.Entry]:
    if order == "<":
        return entries
    units = {3: 2, 8: 2, 4: 4, 9: 4, 11: 4, 13: 4, 5: 4, 10: 4, 12: 8, 16: 8, 17: 8, 18: 8}
    turned = []
    for entry in entries:
        raw, unit = entry.raw or b"", units.get(entry.type, 1)
        if unit > 1:
            raw = np.frombuffer(raw, f">u{unit}").astype(f"<u{unit}").tobytes()
        turned.append(ifd.Entry(entry.tag, entry.type, entry.count, 0, entry.size, raw))
    return turned


def _pack_directory(entries: list[ifd.Entry], base: int, big: bool) -> bytes:
    """One directory that will stand at offset `base`, of even length."""
    if not big:
        return ifd.pack("<", [(-1, 0, entries)], base=base, head=False)
    out = bytearray(struct.pack("<Q", len(entries)))
    far_at = base + 8 + 20 * len(entries) + 8
    far = bytearray()
    for entry in sorted(entries, key=lambda entry: entry.tag):
        raw = entry.raw or b""
        out += struct.pack("<HHQ", entry.tag, entry.type, entry.count)
        if len(raw) > 8:
            out += struct.pack("<Q", far_at + len(far))
            far += raw + b"\0" * (len(raw) & 1)
        else:
            out += raw.ljust(8, b"\0")
    return bytes(out + b"\0" * 8 + far)
