"""Writing a small file whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
import uuid
from contextlib import suppress
from pathlib import Path

from deconv_studio.catalog import folders
from deconv_studio.catalog.errors import FolderNotWritable

_STALE_SECONDS = 24 * 3600


def not_writable(folder: Path, error: OSError) -> FolderNotWritable:
    """The typed error for an OSError met while writing into `folder`."""
    reason = error.strerror or str(error)
    return FolderNotWritable(
        f"{folder} cannot be written: {reason}.",
        f"Free space or allow writing there, or name another folder in {folders.HOME_VARIABLE}.",
    )


def staging_folder(parent: Path, prefix: str = ".adding-") -> Path:
    """Make a hidden folder in `parent`, which is made as well, to be filled and then renamed.

    Raises
    ------
    FolderNotWritable
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        _sweep(parent)
        return Path(tempfile.mkdtemp(prefix=prefix, suffix=".part", dir=parent))
    except OSError as error:
        raise not_writable(parent, error) from error


def _sweep(parent: Path) -> None:
    """Delete what a killed program left, once it is too old to be another program's work in progress."""
    for left in parent.glob(".*.part"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def sync(folder: Path) -> None:
    """Flush every file of a folder to the disk, so that a rename never outruns the content.

    Raises
    ------
    FolderNotWritable
    """
    for path in folder.rglob("*"):
        if path.is_file():
            try:
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
            except OSError as error:
                raise not_writable(folder, error) from error


def write_atomic(path: Path, content: bytes) -> None:
    """Write a file aside, flush it and rename it over `path`, whose folder is made if it is missing.

    A new file may be read and written as the umask says; one that is replaced keeps its permissions.

    Raises
    ------
    FolderNotWritable
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            with suppress(FileNotFoundError):
                part.chmod(stat.S_IMODE(path.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise not_writable(path.parent, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
