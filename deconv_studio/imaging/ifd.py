"""The TIFF structure of tags, read with limits and written back: the ground of both TIFF files and EXIF."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, field

# Bytes a value, by TIFF field type (TIFF 6.0 section 2; 13 IFD, 16 to 18 BigTIFF).
TYPE_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_CODES = {
    1: "B",
    3: "H",
    4: "I",
    6: "b",
    8: "h",
    9: "i",
    11: "f",
    12: "d",
    13: "I",
    16: "Q",
    17: "q",
    18: "Q",
}

MAX_ENTRIES = 4096
MAX_PAGES = 65_536


class BrokenStructure(Exception):  # noqa: N818 - caught inside this room, turned into its own errors there
    """The structure contradicts itself; `truncated` if it points past the end of the data."""

    def __init__(self, message: str, truncated: bool = False) -> None:
        super().__init__(message)
        self.truncated = truncated


@dataclass
class Entry:
    """One tag: its number, field type, how many values, where they are, and the bytes they are."""

    tag: int
    type: int
    count: int
    offset: int
    size: int
    raw: bytes | None = None


@dataclass
class Directory:
    """One directory of tags (IFD) at `offset`, with the offset of the next one (0 = none).

    `outside` are the tags whose values would lie past the end of the data.
    """

    offset: int
    next: int
    entries: dict[int, Entry] = field(default_factory=dict)
    outside: set[int] = field(default_factory=set)


class Structure:
    """Reads directories out of a TIFF structure (classic or BigTIFF, either byte order).

    Parameters
    ----------
    data : bytes or mmap

    Raises
    ------
    BrokenStructure
        If the header is not one.
    """

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self.data = data
        head = bytes(data[:16])
        if head[:2] not in (b"II", b"MM") or len(head) < 8:
            raise BrokenStructure("the header is not that of a TIFF structure", truncated=len(head) < 8)
        self.order = "<" if head[:2] == b"II" else ">"
        magic = struct.unpack(self.order + "H", head[2:4])[0]
        self.big = magic == 43
        if magic not in (42, 43):
            raise BrokenStructure("the header is not that of a TIFF structure")
        if self.big:
            if len(head) < 16 or head[4:8] != struct.pack(self.order + "HH", 8, 0):
                raise BrokenStructure("the BigTIFF header is wrong", truncated=len(head) < 16)
            self.first = struct.unpack(self.order + "Q", head[8:16])[0]
        else:
            self.first = struct.unpack(self.order + "I", head[4:8])[0]

    def directory(self, offset: int) -> Directory:
        """Read the directory at an offset; entries whose values lie outside the data are left out."""
        big, order, data = self.big, self.order, self.data
        count_size, entry_size, inline = (8, 20, 8) if big else (2, 12, 4)
        if offset < 8 or offset + count_size > len(data):
            raise BrokenStructure("a directory lies past the end of the file", truncated=offset >= 8)
        count = struct.unpack(order + ("Q" if big else "H"), data[offset : offset + count_size])[0]
        if count == 0 or count > MAX_ENTRIES:
            raise BrokenStructure(f"a directory claims {count} tags")
        start, end = offset + count_size, offset + count_size + count * entry_size
        if end > len(data):
            raise BrokenStructure("a directory runs past the end of the file", truncated=True)
        tail = data[end : end + inline]
        following = struct.unpack(order + ("Q" if big else "I"), tail)[0] if len(tail) == inline else 0
        result = Directory(offset, following)
        for position in range(start, end, entry_size):
            if big:
                tag, kind, number = struct.unpack(order + "HHQ", data[position : position + 12])
            else:
                tag, kind, number = struct.unpack(order + "HHI", data[position : position + 8])
            size = TYPE_SIZES.get(kind, 0) * number
            at = position + entry_size - inline
            if size > inline:
                at = struct.unpack(order + ("Q" if big else "I"), data[at : at + inline])[0]
            if size and at + size > len(data):
                result.outside.add(tag)
                continue
            if size == 0 or tag in result.entries:
                continue
            result.entries[tag] = Entry(tag, kind, number, at, size)
        return result

    def pages(self) -> list[int]:
        """Offsets of the directories in the main chain; a loop or a broken link ends it.

        Raises
        ------
        BrokenStructure
            If not even the first directory can be read.
        """
        offsets: list[int] = []
        seen: set[int] = set()
        offset = self.first
        while offset and offset not in seen and len(offsets) < MAX_PAGES:
            try:
                following = self._next(offset)
            except BrokenStructure:
                if not offsets:
                    raise
                break
            seen.add(offset)
            offsets.append(offset)
            offset = following
        if not offsets:
            raise BrokenStructure("there is no directory in it")
        return offsets

    def _next(self, offset: int) -> int:
        """The link at the end of a directory; its tags are not looked at, as there may be very many pages."""
        big, order, data = self.big, self.order, self.data
        count_size, entry_size, link = (8, 20, 8) if big else (2, 12, 4)
        if offset < 8 or offset + count_size > len(data):
            raise BrokenStructure("a directory lies past the end of the file", truncated=offset >= 8)
        count = struct.unpack(order + ("Q" if big else "H"), data[offset : offset + count_size])[0]
        end = offset + count_size + count * entry_size
        if count == 0 or count > MAX_ENTRIES or end > len(data):
            raise BrokenStructure(f"a directory claims {count} tags", truncated=end > len(data))
        tail = data[end : end + link]
        return struct.unpack(order + ("Q" if big else "I"), tail)[0] if len(tail) == link else 0

    def raw(self, entry: Entry) -> bytes:
        """The bytes of an entry's values, as stored."""
        return (
            entry.raw if entry.raw is not None else bytes(self.data[entry.offset : entry.offset + entry.size])
        )

    def numbers(self, entry: Entry | None) -> tuple[int | float, ...]:
        """The values of a numeric entry; rationals divided out (x/0 gives 0); empty for None or text."""
        if entry is None:
            return ()
        raw = self.raw(entry)
        if entry.type in (5, 10):
            parts = struct.unpack(f"{self.order}{2 * entry.count}{'I' if entry.type == 5 else 'i'}", raw)
            return tuple(a / b if b else 0.0 for a, b in zip(parts[::2], parts[1::2], strict=True))
        if entry.type == 7:
            return tuple(raw)
        code = _CODES.get(entry.type)
        return struct.unpack(f"{self.order}{entry.count}{code}", raw) if code else ()

    def text(self, entry: Entry | None) -> str:
        """The value of a text entry up to its first NUL."""
        return "" if entry is None else self.raw(entry).split(b"\0")[0].decode("utf-8", "replace")


def pack(
    order: str, directories: list[tuple[int, int, list[Entry]]], base: int = 0, head: bool = True
) -> bytes:
    """Write directories back as a classic TIFF structure.

    Parameters
    ----------
    order : str
        "<" or ">", the byte order the entries' raw bytes are in.
    directories : list of (parent, tag, entries)
        In order; the first is the main one (parent -1). Each of the others is pointed to by `tag` in the
        directory at index `parent`. Entries carry their bytes in `raw`.
    base : int
        Offset at which the result will stand in its file.
    head : bool
        Whether to begin with the 8 bytes of a TIFF header.

    Returns
    -------
    bytes
    """
    lists = [list(entries) for _, _, entries in directories]
    for parent, tag, _ in directories[1:]:
        lists[parent] = [entry for entry in lists[parent] if entry.tag != tag]
        lists[parent].append(Entry(tag, 4, 1, 0, 4, b"\0\0\0\0"))
    starts: list[int] = []
    position = base + (8 if head else 0)
    for entries in lists:
        starts.append(position)
        position += 2 + 12 * len(entries) + 4
        position += sum(
            len(entry.raw or b"") + (len(entry.raw or b"") & 1) for entry in entries if _far(entry)
        )
    links = {(parent, tag): starts[index] for index, (parent, tag, _) in enumerate(directories) if index > 0}
    out = bytearray()
    if head:
        out += (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, base + 8)
    for index, entries in enumerate(lists):
        far_at = starts[index] + 2 + 12 * len(entries) + 4
        far = bytearray()
        out += struct.pack(order + "H", len(entries))
        for entry in sorted(entries, key=lambda entry: entry.tag):
            raw = entry.raw or b""
            if (index, entry.tag) in links:
                raw = struct.pack(order + "I", links[index, entry.tag])
            out += struct.pack(order + "HHI", entry.tag, entry.type, entry.count)
            if len(raw) > 4:
                out += struct.pack(order + "I", far_at + len(far))
                far += raw + b"\0" * (len(raw) & 1)
            else:
                out += raw.ljust(4, b"\0")
        out += b"\0\0\0\0" + far
    return bytes(out)


def _far(entry: Entry) -> bool:
    return len(entry.raw or b"") > 4
