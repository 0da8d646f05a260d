"""Room for results: ordinary memory for small ones, a file that goes by itself for large ones."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import numpy as np

from deconv_studio.catalog import cache_folder

from .errors import NoSpace

IN_MEMORY = 192 * 2**20
"""Results up to this many bytes are held in memory."""


def room(shape: tuple[int, int, int], dtype: np.dtype, limit: int = IN_MEMORY) -> np.ndarray:
    """Make an array for a result.

    Parameters
    ----------
    shape : tuple of int
        ``(H, W, C)``.
    dtype : numpy.dtype
    limit : int
        Bytes above which the array is a map of a scratch file instead of memory. The file has no name (where
        the system allows) or is deleted on closing, so that nothing is left even by a killed program.

    Returns
    -------
    ndarray
        Not initialised.

    Raises
    ------
    NoSpace
        The scratch disk is full. It is asked for all the room at once: a map that runs out of disk later
        would end the program.
    """
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    if size <= limit:
        return np.empty(shape, dtype)
    folder = scratch_folder()
    try:
        with tempfile.TemporaryFile(dir=folder, prefix="deconv-studio-") as file:
            _reserve(file.fileno(), size)
            return np.memmap(file, dtype, "r+", shape=shape)
    except OSError as error:
        raise NoSpace(
            f"The result takes {size / 2**30:.1f} GiB, and the scratch folder {folder} cannot give that:"
            f" {error.strerror or error}.",
            "Make room there, or set TMPDIR to a folder on a larger disk.",
        ) from error


def _reserve(handle: int, size: int) -> None:
    """Give a file its size and, where the system can, its room on the disk."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            # Some network file systems cannot; there the room is taken as it is used.
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS):
                raise
        else:
            return
    os.ftruncate(handle, size)


def scratch_folder() -> Path:
    """Where scratch files are: TMPDIR if set, else the cache folder, since /tmp is often memory itself."""
    named = os.environ.get("TMPDIR")
    if named and Path(named).is_dir():
        return Path(named)
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir())
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())
