"""What was measured on this machine (speeds, the fastest provider), kept in the cache folder between runs."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deconv_studio.engine import runtime

log = logging.getLogger(__name__)

FILE = "measured.json"
FORMAT = 1
#: Seconds between two writes of values that may as well be lost.
WRITE_INTERVAL = 5.0
#: Entries kept in each table; the oldest go first.
MOST_ENTRIES = 500


class Measured:
    """Tables of measured values in one JSON file; a damaged file, or a folder that cannot be written, is
    survived.

    Parameters
    ----------
    folder : callable
        Gives the folder, asked for at each use, because tests and settings change it.
    """

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded_from: Path | None = None
        self._tables: dict[str, dict[str, Any]] = {}
        self._own: dict[str, dict[str, Any]] = {}
        self._written = -math.inf

    @property
    def path(self) -> Path:
        """The file."""
        return self._folder() / FILE

    def get(self, table: str, key: str) -> Any:
        """The value kept under `key`, or None."""
        with self._lock:
            self._load()
            return self._tables.get(table, {}).get(key)

    def put(self, table: str, key: str, value: Any, *, at_once: bool = True) -> None:
        """Keep a value that JSON can hold.

        Parameters
        ----------
        table, key : str
        value : object
        at_once : bool
            Without it the file is written at most every few seconds.
        """
        with self._lock:
            self._load()
            for tables in (self._tables, self._own):
                entries = tables.setdefault(table, {})
                entries.pop(key, None)  # the newest are last
                entries[key] = value
                while len(entries) > MOST_ENTRIES:
                    del entries[next(iter(entries))]
            if at_once or time.monotonic() - self._written > WRITE_INTERVAL:
                self._write()

    def flush(self) -> None:
        """Write what has not been written yet."""
        with self._lock:
            if self._own:
                self._load()
                self._write()

    def _load(self) -> None:
        path = self.path
        if self._loaded_from != path:
            self._loaded_from = path
            self._tables = _read(path)
            self._own = {}

    def _write(self) -> None:
        from deconv_studio.catalog.atomic import write_atomic
        from deconv_studio.catalog.errors import CatalogError

        self._written = time.monotonic()
        # Another process may have written since: its values stay, ours come on top.
        merged = _read(self.path)
        for table, values in self._own.items():
            entries = merged.setdefault(table, {})
            for key, value in values.items():
                entries.pop(key, None)
                entries[key] = value
            while len(entries) > MOST_ENTRIES:
                del entries[next(iter(entries))]
        content = json.dumps({"format": FORMAT, **merged}, indent=1, allow_nan=False)
        try:
            write_atomic(self.path, content.encode("utf-8"))
        except CatalogError as error:
            log.info("Measurements are not kept: %s", error)
            return
        self._tables = merged
        self._own = {}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, dict)}


def _cache_folder() -> Path:
    from deconv_studio.catalog.folders import cache_folder

    return cache_folder()


measured = Measured(_cache_folder)
"""The one file of this machine."""


def number(value: Any) -> float | None:
    """`value` if it is a positive, finite number (a file may hold anything), else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None


def machine_key(provider: str, threads: int) -> str:
    """What a speed depends on besides the model."""
    return f"{provider}/{threads}/{runtime.version()}"
