"""EXIF, XMP and texts: orientation taken out, private matter dropped, the program's own words put in."""

from __future__ import annotations

import re
import struct

from . import ifd
from .picture import Metadata

ORIENTATION, DESCRIPTION, SOFTWARE = 0x0112, 0x010E, 0x0131
_EXIF_IFD, _GPS_IFD, _INTEROP_IFD, _MAKER_NOTE = 0x8769, 0x8825, 0xA005, 0x927C
_PIXEL_X, _PIXEL_Y = 0xA002, 0xA003
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_MAX_EXIF = 16 << 20

# What `private` keeps: how the picture was taken, not by whom, where, with which very device, or in which
# words.
_HARMLESS_MAIN = {
    0x010F, 0x0110, ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT, SOFTWARE, 0x0132, 0x0213,
}  # fmt: skip
_HARMLESS_EXIF = {
    0x829A, 0x829D, 0x8822, 0x8827, 0x8830, 0x8831, 0x8832, 0x9000, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012,
    0x9101, 0x9102, 0x9201, 0x9202, 0x9203, 0x9204, 0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920A, 0x9214,
    0x9290, 0x9291, 0x9292, 0xA000, 0xA001, _PIXEL_X, _PIXEL_Y, 0xA20B, 0xA20E, 0xA20F, 0xA210, 0xA215,
    0xA217, 0xA300, 0xA301, 0xA401, 0xA402, 0xA403, 0xA404, 0xA405, 0xA406, 0xA407, 0xA408, 0xA409, 0xA40A,
    0xA40C, 0xA432, 0xA433, 0xA434, 0xA500,
}  # fmt: skip
_HARMLESS_TEXT = {"Software"}
_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)([0-9]+)")


def upright(exif: bytes | None, xmp: bytes | None) -> tuple[bytes | None, bytes | None, int, list[str]]:
    """Take the orientation out of EXIF and XMP.

    Parameters
    ----------
    exif : bytes or None
        A TIFF structure.
    xmp : bytes or None

    Returns
    -------
    exif, xmp : bytes or None
        With orientation 1; everything else byte for byte, so that maker notes keep their offsets. A block
        that cannot be read is left out.
    orientation : int
        1 to 8; EXIF's if it has one, else XMP's; 1 if invalid.
    notices : list of str
    """
    orientation, notices = None, []
    if exif is not None:
        try:
            if len(exif) > _MAX_EXIF:
                raise ifd.BrokenStructure("it is too long")
            structure = ifd.Structure(exif)
            entry = structure.directory(structure.first).entries.get(ORIENTATION)
            values = structure.numbers(entry)
            if entry is not None and values:
                orientation = int(values[0])
                one = struct.pack(structure.order + {1: "B", 3: "H", 4: "I"}.get(entry.type, "H"), 1)
                exif = exif[: entry.offset] + one + exif[entry.offset + len(one) :]
        except (ifd.BrokenStructure, struct.error) as error:
            notices.append(f"The EXIF data are damaged and were left out ({error}).")
            exif = None
    if xmp is not None:
        found = _XMP_ORIENTATION.search(xmp)
        if found:
            if orientation is None:
                orientation = int(found.group(2)[:4])
            xmp = _XMP_ORIENTATION.sub(rb"\g<1>1", xmp)
    if orientation is not None and not 1 <= orientation <= 8:
        notices.append(f"The orientation {orientation} is not one; the picture is shown as stored.")
        orientation = 1
    return exif, xmp, orientation or 1, notices


def resolution(exif: bytes | None) -> tuple[float, float] | None:
    """Pixels per inch from EXIF, or None."""
    if exif is None:
        return None
    try:
        structure = ifd.Structure(exif)
        return resolution_of(structure, structure.directory(structure.first))
    except (ifd.BrokenStructure, struct.error):
        return None


def resolution_of(structure: ifd.Structure, directory: ifd.Directory) -> tuple[float, float] | None:
    """Pixels per inch from one directory's tags, or None."""
    entries = directory.entries
    x = structure.numbers(entries.get(_X_RESOLUTION))
    y = structure.numbers(entries.get(_Y_RESOLUTION))
    unit = structure.numbers(entries.get(_RESOLUTION_UNIT)) or (2,)
    if not x or not y or unit[0] not in (2, 3):
        return None
    scale = 1.0 if unit[0] == 2 else 2.54
    result = (float(x[0]) * scale, float(y[0]) * scale)
    return result if all(0.01 < value < 1e6 for value in result) else None


def _entries(structure: ifd.Structure, directory: ifd.Directory, wanted: set[int] | None) -> list[ifd.Entry]:
    return [
        ifd.Entry(entry.tag, entry.type, entry.count, 0, entry.size, structure.raw(entry))
        for entry in directory.entries.values()
        if wanted is None or entry.tag in wanted
    ]


def _sub_directory(structure: ifd.Structure, directory: ifd.Directory, tag: int) -> ifd.Directory | None:
    where = structure.numbers(directory.entries.get(tag))
    if not where:
        return None
    try:
        return structure.directory(int(where[0]))
    except ifd.BrokenStructure:
        return None


def collect(
    structure: ifd.Structure, directory: ifd.Directory, main: set[int] | None, private: bool = False
) -> tuple[str, list[tuple[int, int, list[ifd.Entry]]]]:
    """The directories that make an EXIF block, from a TIFF page or another EXIF block.

    Parameters
    ----------
    main : set of int or None
        Tags of the main directory to take; None for all.
    private : bool
        Leave out GPS, maker notes and everything not known to be harmless.

    Returns
    -------
    order : str
    directories
        As `ifd.pack` takes them.
    """
    pointers = {_EXIF_IFD, _GPS_IFD, _INTEROP_IFD}
    kept = [entry for entry in _entries(structure, directory, main) if entry.tag not in pointers]
    found: list[tuple[int, int, list[ifd.Entry]]] = [(-1, 0, kept)]
    exif = _sub_directory(structure, directory, _EXIF_IFD)
    if exif is not None:
        wanted = _HARMLESS_EXIF if private else None
        entries = [entry for entry in _entries(structure, exif, wanted) if entry.tag != _INTEROP_IFD]
        if entries:
            found.append((0, _EXIF_IFD, entries))
    gps = None if private else _sub_directory(structure, directory, _GPS_IFD)
    if gps is not None:
        found.append((0, _GPS_IFD, _entries(structure, gps, None)))
    return structure.order, found


def private(metadata: Metadata) -> Metadata:
    """Without place, names, serial numbers, maker notes, unique ids, comments, XMP and texts.

    What is kept is a list of tags known to be harmless (make, model, exposure, dates); anything else goes.
    """
    exif = metadata.exif
    if exif is not None:
        try:
            structure = ifd.Structure(exif)
            order, directories = collect(
                structure, structure.directory(structure.first), _HARMLESS_MAIN, private=True
            )
            exif = ifd.pack(order, directories) if any(entries for _, _, entries in directories) else None
        except (ifd.BrokenStructure, struct.error):
            exif = None
    text = {key: value for key, value in metadata.text.items() if key in _HARMLESS_TEXT}
    return Metadata(exif=exif, xmp=None, text=text, dpi=metadata.dpi)


def for_output(
    metadata: Metadata, policy: str, text: dict[str, str] | None, width: int, height: int, in_exif: bool
) -> Metadata:
    """What to write beside the pixels.

    Parameters
    ----------
    metadata : Metadata
        Of the picture.
    policy : str
        "keep", "strip" or "private".
    text : dict of str to str or None
        The program's own words, written under every policy.
    width, height : int
        Of the output: EXIF's note of the size is put right, and its thumbnail unlinked.
    in_exif : bool
        Whether the format has no texts of its own: then they go into EXIF's description and software.

    Raises
    ------
    ValueError
        For another policy.
    """
    if policy not in ("keep", "strip", "private"):
        raise ValueError(f"metadata must be 'keep', 'strip' or 'private', not {policy!r}")
    if policy == "strip":
        metadata = Metadata()
    elif policy == "private":
        metadata = private(metadata)
    exif = metadata.exif
    words = dict(text or {})
    if exif is not None:
        exif = _fit(exif, width, height)
    if words and in_exif:
        exif = _with_words(exif, words)
    return Metadata(exif, metadata.xmp, {**metadata.text, **words}, metadata.dpi)


def _fit(exif: bytes, width: int, height: int) -> bytes | None:
    """EXIF with the size of the output and no link to a thumbnail of the input."""
    try:
        structure = ifd.Structure(exif)
        first = structure.directory(structure.first)
        result = bytearray(exif)
        if not structure.big:
            count = struct.unpack(structure.order + "H", exif[first.offset : first.offset + 2])[0]
            link = first.offset + 2 + 12 * count
            result[link : link + 4] = b"\0" * len(result[link : link + 4])
        directory = _sub_directory(structure, first, _EXIF_IFD)
        for tag, value in ((_PIXEL_X, width), (_PIXEL_Y, height)):
            entry = directory.entries.get(tag) if directory is not None else None
            if entry is None or entry.count != 1 or entry.type not in (3, 4):
                continue
            if entry.type == 3 and value > 65_535:
                continue
            body = struct.pack(structure.order + ("H" if entry.type == 3 else "I"), value)
            result[entry.offset : entry.offset + len(body)] = body
        return bytes(result)
    except (ifd.BrokenStructure, struct.error):
        return None


def _with_words(exif: bytes | None, words: dict[str, str]) -> bytes:
    """EXIF with texts in ImageDescription and Software."""
    lines = [f"{key}: {value}" for key, value in words.items() if key != "Software"]
    old = ""
    if exif is not None:
        structure = ifd.Structure(exif)
        old = structure.text(structure.directory(structure.first).entries.get(DESCRIPTION))
    kept = [line for line in old.splitlines() if not line.startswith(tuple(f"{key}: " for key in words))]
    description = "\n".join([line for line in kept if line.strip()] + lines)
    texts = {DESCRIPTION: description} if description else {}
    if "Software" in words:
        texts[SOFTWARE] = words["Software"]
    new = []
    for tag, value in texts.items():
        body = value.encode("utf-8", "replace").replace(b"\0", b" ") + b"\0"
        new.append(ifd.Entry(tag, 2, len(body), 0, len(body), body))
    if exif is None:
        return ifd.pack("<", [(-1, 0, new)])
    return _main_rewritten(exif, new, set())


def without_orientation(exif: bytes) -> bytes | None:
    """EXIF without its orientation tag; None if nothing else is in it."""
    structure = ifd.Structure(exif)
    entries = structure.directory(structure.first).entries
    if ORIENTATION not in entries:
        return exif
    return _main_rewritten(exif, [], {ORIENTATION}) if len(entries) > 1 else None


def _main_rewritten(exif: bytes, new: list[ifd.Entry], gone: set[int]) -> bytes:
    """EXIF with tags of its main directory added, replaced or gone.

    The directory is written anew behind the rest, so that nothing else moves and maker notes stay readable.
    """
    structure = ifd.Structure(exif)
    gone = gone | {entry.tag for entry in new}
    entries = _entries(structure, structure.directory(structure.first), None)
    entries = [entry for entry in entries if entry.tag not in gone] + new
    exif = exif[: _end_of_the_rest(structure)]
    base = len(exif) + (len(exif) & 1)
    packed = ifd.pack(structure.order, [(-1, 0, entries)], base=base, head=False)
    return exif[:4] + struct.pack(structure.order + "I", base) + exif[8:].ljust(base - 8, b"\0") + packed


def _end_of_the_rest(structure: ifd.Structure) -> int:
    """Where a main directory that stands behind all else begins, so that rewriting it again adds nothing."""
    first = structure.directory(structure.first)
    for tag in (_EXIF_IFD, _GPS_IFD):
        directory = _sub_directory(structure, first, tag)
        if directory is not None and any(
            place + size > first.offset
            for place, size in (
                (directory.offset, 6 + 12 * len(directory.entries)),
                *((entry.offset, entry.size) for entry in directory.entries.values()),
            )
        ):
            return len(structure.data)
    return first.offset


def shortened(exif: bytes, limit: int) -> bytes | None:
    """EXIF of at most `limit` bytes: first without maker notes and dead bytes, else none at all."""
    if len(exif) <= limit:
        return exif
    try:
        structure = ifd.Structure(exif)
        order, directories = collect(structure, structure.directory(structure.first), None)
    except (ifd.BrokenStructure, struct.error):
        return None
    lean = [
        (parent, tag, [entry for entry in entries if entry.tag != _MAKER_NOTE and entry.size < 4096])
        for parent, tag, entries in directories
    ]
    packed = ifd.pack(order, lean)
    return packed if len(packed) <= limit else None
