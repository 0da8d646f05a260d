"""Where a picture's bytes come from: a path, bytes or a stream, opened with typed errors."""

from __future__ import annotations

import contextlib
import io
import mmap
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import EmptyFile, FileMissing, ImagingError, NotAPicture, NotPermitted

# Below this a file is simply read: a private copy cannot change or vanish under the decoder.
MAP_FROM = 32 << 20


@dataclass(frozen=True)
class Source:
    """The bytes of a picture file.

    Attributes
    ----------
    name : str
        What to call it in a message: the file's path, or "The data".
    path : Path or None
    data : bytes or mmap
        Slices are bytes.
    """

    name: str
    path: Path | None
    data: bytes | mmap.mmap

    @property
    def size(self) -> int:
        return len(self.data)

    def stream(self) -> BinaryIO:
        """The bytes as a file to read from, without a copy of a mapped one."""
        if self.path is not None and not isinstance(self.data, bytes):
            return self.path.open("rb")
        return io.BytesIO(self.data)


@contextlib.contextmanager
def open_source(source: Path | str | bytes | BinaryIO) -> Iterator[Source]:
    """Open what the caller gave; large files are mapped, not read.

    Raises
    ------
    FileMissing, NotPermitted, EmptyFile, NotAPicture
        The last for folders and devices.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
        if not data:
            raise EmptyFile("The data is empty.")
        yield Source("The data", None, data)
        return
    if not isinstance(source, (str, os.PathLike)):
        data = source.read()
        if not data:
            raise EmptyFile("The data is empty.")
        yield Source("The data", None, data)
        return
    path = Path(source)
    mapped: mmap.mmap | None = None
    try:
        # Asked before opening: opening a named pipe with no writer would wait for ever.
        if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
            raise NotAPicture(f"{path} is not a regular file.", "Give the path of a picture file.")
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if status.st_size == 0:
                raise EmptyFile(f"{path} is empty (0 bytes).")
            if status.st_size >= MAP_FROM:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            else:
                data = file.read()
                if not data:
                    raise EmptyFile(f"{path} is empty (0 bytes).")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise NotAPicture(f"{path} is a folder.", "Give the path of a picture file.") from error
    except PermissionError as error:
        raise NotPermitted(f"{path} may not be read by this user.") from error
    except ValueError as error:  # a NUL in the path
        raise FileMissing(f"{str(path)!r} is not a possible path.") from error
    except OSError as error:
        raise ImagingError(
            f"{path} could not be read: {error.strerror or error}.", "Check the disk, then try again."
        ) from error
    try:
        yield Source(str(path), path, mapped if mapped is not None else data)
    finally:
        if mapped is not None:
            # A traceback may still hold a view of the map; then it closes with the last of them.
            with contextlib.suppress(BufferError):
                mapped.close()
