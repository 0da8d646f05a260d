"""Hide the packages named in BLOCKED_IMPORTS from every Python that starts with this folder on its path."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

BLOCKED = frozenset(os.environ.get("BLOCKED_IMPORTS", "").split())


class Blinded(PathFinder):
    """Python's own finder, for which the blocked packages are not there: importing fails as it would then."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing for a blocked package, and what there is for every other."""
        if fullname.partition(".")[0] in BLOCKED:
            return None
        return super().find_spec(fullname, path, target)


sys.meta_path[:] = [Blinded if finder is PathFinder else finder for finder in sys.meta_path]
