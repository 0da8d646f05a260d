"""What a task gives back: the picture, with everything needed to make it again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deconv_studio import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np

    from deconv_studio.imaging import Metadata, Picture

TEXT_KEY = "deconv-studio"
"""The PNG text keyword (and the mark in EXIF) under which parameters travel with a result."""


@dataclass(frozen=True)
class Made:
    """A file that is made when it is written, in a format of its own.

    Attributes
    ----------
    write : callable
        Called as ``write(path, overwrite=..., metadata=..., check=...)`` with `metadata` and `check` as for
        `imaging.write`; returns the path.
    """

    write: Callable[..., Path]


@dataclass(frozen=True, eq=False)
class Part:
    """One file of a result that has several, or that names its file itself.

    Attributes
    ----------
    tail : str
        What follows the input's stem in the file's name, before the suffix: ".conv1.3.deconvnet"; with the
        suffix for content that is `Made`: ".coco.json".
    content : Picture or ndarray or Made
        A picture goes to a picture file, an array to .npy.
    """

    tail: str
    content: Picture | np.ndarray | Made

    @property
    def is_array(self) -> bool:
        """Whether it goes to .npy."""
        import numpy as np

        return isinstance(self.content, np.ndarray)


@dataclass(frozen=True, eq=False)
class Result:
    """A task's outcome.

    Attributes
    ----------
    picture : Picture
        The result; its pixels may be a memory map on a scratch file that goes when they do.
    task : str
        The task's name.
    parameters : dict
        The options, JSON-able: with task and model enough to make the result again.
    model_id, model_sha256, provider : str
        The model, and what it really ran on.
    seconds : float
        What it took.
    notices : tuple of str
        Sentences for the user about what had to be decided.
    extra : dict
        Task-specific figures, JSON-able; the "result" of a JSON line.
    parts : tuple of Part
        The files to write, of a task that names its files itself; empty where `picture` is the one file.
    """

    picture: Picture
    task: str
    parameters: dict[str, Any]
    model_id: str
    model_sha256: str
    provider: str
    seconds: float
    notices: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    def text(self) -> dict[str, str]:
        """Texts for the output's metadata: what made it, without time, host or duration, so equal work gives
        equal bytes."""
        record = {
            "task": self.task,
            "parameters": self.parameters,
            "model": self.model_id,
            "model_sha256": self.model_sha256,
            "version": __version__,
        }
        return {
            "Software": f"Deconv Studio {__version__}",
            TEXT_KEY: json.dumps(record, sort_keys=True, ensure_ascii=True),
        }


def recorded(metadata: Metadata) -> dict[str, Any] | None:
    """Read back what made a picture.

    Parameters
    ----------
    metadata : Metadata
        Of a picture read from a file.

    Returns
    -------
    dict or None
        ``task``, ``parameters``, ``model``, ``model_sha256``, ``version``; None if the file is not a result
        or its record is damaged.
    """
    raw = metadata.text.get(TEXT_KEY)
    if raw is None:
        return None
    try:
        record = json.loads(raw)
    except ValueError:
        return None
    wanted = {"task": str, "parameters": dict, "model": str, "model_sha256": str, "version": str}
    if not isinstance(record, dict):
        return None
    if any(not isinstance(record.get(key), kind) for key, kind in wanted.items()):
        return None
    return {key: record[key] for key in wanted}


def write_array(values: np.ndarray, path: Path, *, overwrite: bool = False) -> Path:
    """Write an array as .npy, aside first and then renamed.

    Parameters
    ----------
    values : ndarray
        Of any shape and dtype; written as it is.
    path : Path
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    OutputExists, WriteFailed
        Of the imaging room, as for pictures.
    """
    import contextlib
    import os

    import numpy as np

    from deconv_studio.imaging import OutputExists, WriteFailed

    if path.exists() and not overwrite:
        raise OutputExists(
            f"{path} is there already.", "Choose --exists skip, overwrite or rename, or another --out."
        )
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            np.save(stream, values)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise WriteFailed(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose another folder, or make room or allow writing there.",
        ) from error
    return path
