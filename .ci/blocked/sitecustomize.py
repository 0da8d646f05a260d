"""Block the packages named in BLOCKED_IMPORTS for every Python that starts with this folder on its path."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

BLOCKED = frozenset(os.environ.get("BLOCKED_IMPORTS", "").split())


class Blocker:
    """A finder that stands before all others and refuses."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        """Refuse a blocked package; leave every other to the next finder."""
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r} (blocked in this environment)", name=name)
        return None


sys.meta_path.insert(0, Blocker)
