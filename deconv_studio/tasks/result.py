"""What a task gives back: the picture, with everything needed to make it again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deconv_studio import __version__

if TYPE_CHECKING:
    from deconv_studio.imaging import Metadata, Picture

TEXT_KEY = "deconv-studio"
"""The PNG text keyword (and the mark in EXIF) under which parameters travel with a result."""


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
