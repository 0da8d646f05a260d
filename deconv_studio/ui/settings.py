"""The settings: a validated, versioned file that survives nonsense in it."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError
from PySide6.QtCore import QCoreApplication

from deconv_studio.ui.glance import MAX_BYTES, default_path

log = logging.getLogger(__name__)

#: Version of the file's schema. Raise it when a field is renamed or changes its meaning, and add a migration.
SCHEMA_VERSION: Literal[2] = 2

#: How many recent files and models are kept.
RECENT = 20

Quality = Annotated[int, Field(ge=1, le=100)]
# A path on Linux may hold 4096 bytes; longer strings in a list of recent files are nonsense.
ShortText = Annotated[str, Field(max_length=4096)]


class Settings(BaseModel):
    """What the user has chosen, and what the window was like when it closed.

    Fields are validated on assignment, too. :meth:`load` never raises: what is wrong falls back to its
    default, field by field, and is listed in :attr:`problems`.
    """

    model_config = ConfigDict(validate_assignment=True, extra="ignore", strict=True)

    schema_version: Literal[2] = SCHEMA_VERSION
    theme: Literal["system", "light", "dark"] = "system"
    language: Annotated[str, Field(pattern=r"^(system|[a-z]{2,3}(_[A-Z]{2})?)$")] = "system"

    #: Largest picture opened without asking, in pixels.
    max_pixels: Annotated[int, Field(ge=1, le=2**40)] = 1 << 28
    #: Memory the engine may use, in MiB; None lets the engine decide.
    memory: Annotated[int, Field(ge=64, le=2**24)] | None = None
    #: Threads of the engine; None lets the engine decide.
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    #: Execution provider by the engine's name for it; "auto" measures.
    provider: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] = "auto"

    recent_files: Annotated[list[ShortText], Field(max_length=RECENT)] = Field(default_factory=list)
    recent_models: Annotated[list[ShortText], Field(max_length=RECENT)] = Field(default_factory=list)
    licences_seen: Annotated[list[ShortText], Field(max_length=4096)] = Field(default_factory=list)
    last_folder: ShortText = ""

    #: `QMainWindow.saveGeometry()` and `saveState()` in hexadecimal.
    window_geometry: Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$", max_length=65536)] = ""
    window_state: Annotated[str, Field(pattern=r"^([0-9a-f]{2})*$", max_length=65536)] = ""
    side_visible: bool = True
    side_width: Annotated[int, Field(ge=200, le=1200)] = 320
    strip_visible: bool = True
    histogram_visible: bool = False
    panel: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,64}$")] = ""
    first_run: bool = True

    save_format: Literal["same", "png", "jpeg", "webp", "tiff", "avif"] = "same"
    save_quality: Quality = 92
    save_metadata: Literal["keep", "private", "strip"] = "keep"

    #: Remembered option values by task name; the task's own option model validates them.
    options: dict[str, dict[str, Any]] = Field(default_factory=dict)

    _path: Path | None = PrivateAttr(default=None)
    _problems: tuple[str, ...] = PrivateAttr(default=())
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _written: str | None = PrivateAttr(default=None)

    @property
    def path(self) -> Path:
        """The file these settings live in."""
        return self._path if self._path is not None else default_path()

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences about what the file held that could not be used; empty when all was well."""
        return self._problems

    @classmethod
    def load(cls, path: Path | None = None) -> Settings:
        """Read the settings; a missing file gives the defaults, a bad one the defaults where it is bad.

        A file with something unusable in it is copied beside itself as ``settings.json.bad`` before it can be
        overwritten.

        Parameters
        ----------
        path : Path, optional
            The file; :func:`default_path` if not given.
        """
        where = default_path() if path is None else path
        raw, problems = _read(where)
        data, migrated = _migrate(raw)
        settings, invalid = _validate(cls, data)
        problems = [*problems, *migrated, *invalid]
        settings._path = where
        settings._problems = tuple(problems)
        for problem in problems:
            log.info("settings: %s", problem)
        if problems:
            _keep_backup(where)
        return settings

    def save(self) -> bool:
        """Write the file whole or not at all; may be called from any thread, best not from the GUI's.

        Returns
        -------
        bool
            False if it could not be written (a read-only folder, a full disk): the program goes on without.
        """
        from ..catalog.atomic import write_atomic
        from ..catalog.errors import CatalogError

        with self._lock:
            text = json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"
            if text == self._written:
                return True
            try:
                write_atomic(self.path, text.encode("utf-8", "surrogatepass"))
            except (CatalogError, OSError) as error:
                log.info("settings not saved: %s", error)
                return False
            self._written = text
            return True

    def set(self, **changes: Any) -> tuple[str, ...]:
        """Change fields; a value that is not valid leaves its field alone and is named in the return."""
        refused = []
        for name, value in changes.items():
            if name not in type(self).model_fields:
                refused.append(_tr("There is no setting named {0}.").format(name))
                continue
            try:
                setattr(self, name, value)
            except ValidationError as error:
                refused.append(_sentence(name, value, error))
        return tuple(refused)

    def add_recent_file(self, path: Path | str) -> None:
        """Put a file first among the recent ones."""
        self.recent_files = _first(str(path), self.recent_files)

    def add_recent_model(self, model_id: str) -> None:
        """Put a model first among the recent ones."""
        self.recent_models = _first(model_id, self.recent_models)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)


def _first(value: str, values: list[str]) -> list[str]:
    if len(value) > 4096:
        return values
    return [value, *(v for v in values if v != value)][:RECENT]


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            return {}, [_tr("{0} is too large to be a settings file; the defaults are used.").format(path)]
        content = path.read_bytes()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [
            _tr("{0} cannot be read ({1}); the defaults are used.").format(path, error.strerror or error)
        ]
    try:
        # RecursionError: a few kilobytes of '[' are enough for it.
        data = json.loads(content.decode("utf-8-sig", "surrogatepass"))
    except (ValueError, RecursionError):
        return {}, [_tr("{0} is not valid JSON; the defaults are used.").format(path)]
    if not isinstance(data, dict):
        return {}, [_tr("{0} does not hold settings; the defaults are used.").format(path)]
    return data, []


def _from_1(data: dict[str, Any]) -> dict[str, Any]:
    # 1 had one number for "no opinion": 0.
    for name in ("memory", "threads"):
        if data.get(name) == 0:
            data[name] = None
    return data


#: From each older version to the next.
_MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}


def _migrate(raw: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    data = dict(raw)
    if not data:
        return data, []
    version = data.pop("schema_version", SCHEMA_VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        return data, [
            _tr("schema_version is {0}, which is no version; read as {1}.").format(
                _short(version), SCHEMA_VERSION
            )
        ]
    if version > SCHEMA_VERSION:
        # What both versions know is kept; the backup keeps the rest for the newer program.
        return data, [
            _tr("The settings were written by a newer program (version {0}); some may be lost.").format(
                version
            )
        ]
    while version < SCHEMA_VERSION:
        data = _MIGRATIONS[version](data)
        version += 1
    return data, []


def _validate(cls: type[Settings], data: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Build settings from what is valid of `data`; list entries fall one by one, other fields whole."""
    good: dict[str, Any] = {}
    problems = []
    for name, value in data.items():
        if name not in cls.model_fields:
            continue
        try:
            good[name] = getattr(cls.model_validate({name: value}), name)
        except (ValidationError, RecursionError) as error:
            problems.append(_sentence(name, value, error))
            if isinstance(value, list) and name in ("recent_files", "recent_models", "licences_seen"):
                limit = 4096 if name == "licences_seen" else RECENT
                good[name] = [v for v in value if isinstance(v, str) and len(v) <= 4096][:limit]
    return cls(**good), problems


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _sentence(name: str, value: object, error: Exception) -> str:
    cause = ""
    if isinstance(error, ValidationError):
        cause = f" ({error.errors(include_url=False)[0]['msg']})"
    return _tr("{0} cannot be {1}{2}; it stays as it was.").format(name, _short(value), cause)


def _keep_backup(path: Path) -> None:
    from ..catalog.atomic import write_atomic
    from ..catalog.errors import CatalogError

    try:
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            write_atomic(path.with_name(path.name + ".bad"), path.read_bytes())
    except (CatalogError, OSError) as error:
        log.info("settings: no backup of the bad file: %s", error)
