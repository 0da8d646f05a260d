"""The few settings the window's frame is made from, read without the library that validates them all: loading
that takes longer than the rest of the frame."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

#: Version of the file's schema. Raise it when a field is renamed or changes its meaning, and add a migration
#: to :mod:`deconv_studio.ui.settings`.
SCHEMA_VERSION = 2
#: A settings file larger than this is not ours, whatever its name.
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Glance:
    """What the frame needs; a value that is not what it should be is the default.

    The fields are those of :class:`~deconv_studio.ui.settings.Settings`, which has the last word: it is
    loaded when the window stands.
    """

    theme: str = "system"
    language: str = "system"
    max_pixels: int = 1 << 28
    window_geometry: str = ""
    panel: str = ""
    side_visible: bool = True
    strip_visible: bool = True
    histogram_visible: bool = False

    @classmethod
    def read(cls, path: Path | None = None) -> Glance:
        """Look into the settings file; never raises, for what is wrong with it is told by the settings."""
        try:
            where = default_path() if path is None else path
            if where.stat().st_size > MAX_BYTES:
                return cls()
            data = json.loads(where.read_bytes())
        except (OSError, ValueError, RecursionError):
            return cls()
        if not isinstance(data, dict) or data.get("schema_version") != SCHEMA_VERSION:
            return cls()
        return cls(**{each.name: data[each.name] for each in fields(cls) if _fits(each.name, data)})


_PATTERNS = {
    "theme": r"system|light|dark",
    "language": r"system|[a-z]{2,3}(_[A-Z]{2})?",
    "window_geometry": r"([0-9a-f]{2}){0,32768}",
    "panel": r"[a-z0-9_-]{0,64}",
}


def _fits(name: str, data: dict[str, Any]) -> bool:
    value = data.get(name)
    if name in _PATTERNS:
        return isinstance(value, str) and re.fullmatch(_PATTERNS[name], value) is not None
    if name == "max_pixels":
        return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 2**40
    return isinstance(value, bool)


def default_path() -> Path:
    """Where the settings are: under ``DECONV_STUDIO_HOME`` if set, else in the user's config folder."""
    home = os.environ.get("DECONV_STUDIO_HOME", "").strip()
    if home:
        return Path(home).expanduser().absolute() / "settings.json"
    import platformdirs

    return Path(platformdirs.user_config_dir("deconv-studio", appauthor=False)) / "settings.json"
