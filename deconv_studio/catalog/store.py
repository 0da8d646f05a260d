"""The catalog itself: which models are at hand, where they lie, and that they are what their cards say."""

from __future__ import annotations

import difflib
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from deconv_studio.catalog import folders
from deconv_studio.catalog.atomic import not_writable, staging_folder, sync
from deconv_studio.catalog.card import CARD_FILE, Card, file_sha256
from deconv_studio.catalog.errors import (
    CardInvalid,
    CatalogError,
    ExternalData,
    HashMismatch,
    ModelExists,
    ModelMissing,
    NotRemovable,
)
from deconv_studio.catalog.inspection import DEFAULT_MAX_BYTES, inspect_file

Origin = Literal["bundled", "pack", "user"]

_WAY_OUT: dict[str, str] = {
    "bundled": "Install the program again.",
    "pack": "Install the pack again: deconv-studio models install.",
    "user": "Add the model again, or remove it: deconv-studio models remove.",
}

_hashes: dict[tuple[str, int, int], str] = {}
_hashes_lock = threading.Lock()


def cached_sha256(path: Path) -> str:
    """SHA-256 of a file, computed again only when its size or its time of change is another.

    Parameters
    ----------
    path : Path

    Returns
    -------
    str
        Hexadecimal digits.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    status = path.stat()
    key = (str(path.absolute()), status.st_size, status.st_mtime_ns)
    with _hashes_lock:
        known = _hashes.get(key)
    if known is None:
        known = file_sha256(path)
        with _hashes_lock:
            _hashes[key] = known
    return known


@dataclass(frozen=True)
class Entry:
    """A model at hand.

    Attributes
    ----------
    card : Card
    folder : Path
        Holds card.toml, the model, perhaps preview.png.
    origin : {"bundled", "pack", "user"}
    """

    card: Card
    folder: Path
    origin: Origin

    @property
    def path(self) -> Path:
        """The .onnx file, unchecked."""
        return self.folder / self.card.file

    @property
    def preview(self) -> Path | None:
        """A small picture of what the model does, if there is one."""
        path = self.folder / "preview.png"
        return path if path.is_file() else None

    def verified_path(self) -> Path:
        """The .onnx file, after its SHA-256 and that of its external data were found to be the card's.

        Raises
        ------
        HashMismatch
        ModelMissing
            If a file of the model is gone.
        ExternalData
            If external data leads out of the model's folder.
        """
        hint = _WAY_OUT[self.origin]
        parts = [(self.card.file, self.card.sha256)]
        parts += [(part.file, part.sha256) for part in self.card.external_data]
        root = self.folder.resolve()
        for name, expected in parts:
            path = self.folder / name
            if not path.resolve().is_relative_to(root):
                raise ExternalData(f"{path} leads out of the model's folder.", hint)
            try:
                found = cached_sha256(path)
            except OSError as error:
                reason = error.strerror or str(error)
                raise ModelMissing(self.card.id, hint=f"{path}: {reason}. {hint}") from error
            if found != expected:
                raise HashMismatch(path, expected, found, hint)
        return self.path


@dataclass(frozen=True)
class Problem:
    """A model that is there and cannot be used, and why; the other models are not touched by it.

    Attributes
    ----------
    model_id : str
        Its id, or its folder's name if the card does not tell.
    folder : Path
    origin : {"bundled", "pack", "user"}
    error : CatalogError
    """

    model_id: str
    folder: Path
    origin: Origin
    error: CatalogError


class Catalog:
    """All models at hand: bundled with the program, from installed packs, and the user's own.

    Parameters
    ----------
    bundled, user : Path, optional
        Folders with one folder for each model; by default the program's and the user's.
    packs : bool
        Whether installed packs are looked for.

    Notes
    -----
    An id is taken once. A bundled model comes before a pack's and a pack's before the user's; what is hidden
    by that is listed in `problems`.
    """

    def __init__(self, bundled: Path | None = None, user: Path | None = None, *, packs: bool = True) -> None:
        self._bundled = bundled if bundled is not None else folders.bundled_folder()
        self._user = user if user is not None else folders.user_models_folder()
        self._packs = packs
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] | None = None
        self._problems: list[Problem] = []

    @property
    def user_models(self) -> Path:
        """Folder that `add` copies models into."""
        return self._user

    @property
    def problems(self) -> list[Problem]:
        """Folders and packs that could not be read, each with its typed error."""
        with self._lock:
            self._scan()
            return list(self._problems)

    def refresh(self) -> None:
        """Look at the folders again at the next question."""
        with self._lock:
            self._entries = None

    def cards(self, task: str | None = None, cleared: bool = False) -> list[Entry]:
        """List models, bundled ones first, each group in the order of ids.

        Parameters
        ----------
        task : str, optional
            Only models for this task.
        cleared : bool
            Leave out what is for research only.
        """
        with self._lock:
            entries = list(self._scan().values())
        return [
            entry
            for entry in entries
            if (task is None or entry.card.task == task) and not (cleared and entry.card.research_only)
        ]

    def get(self, model_id: str) -> Entry:
        """Find a model by its id.

        Raises
        ------
        ModelMissing
            With near ids as suggestions.
        CatalogError
            The problem of that very model, if it is there and broken.
        """
        with self._lock:
            entries = self._scan()
            if model_id in entries:
                return entries[model_id]
            for problem in self._problems:
                if problem.model_id == model_id:
                    raise problem.error
        raise ModelMissing(model_id, suggest(model_id, list(entries)))

    def verify(self, model_id: str) -> Path:
        """Check a model's files against its card and return the .onnx file.

        Raises
        ------
        ModelMissing, HashMismatch, ExternalData
        """
        return self.get(model_id).verified_path()

    def add(self, path: Path, card: Card, *, max_bytes: int | None = DEFAULT_MAX_BYTES) -> Entry:
        """Copy a model with its external data into the user's folder: all of it, or nothing.

        Parameters
        ----------
        path : Path
            The .onnx file.
        card : Card
            Its card; the file's hash has to be the card's. The copy is named `card.file`. External data is
            taken from the file itself.
        max_bytes : int, optional
            Limit on the model with its external data; None for no limit.

        Raises
        ------
        ModelExists
            If the id is taken.
        ModelInvalid, ModelTooLarge, CustomOperator, ExternalData
            As `inspect_file` finds.
        HashMismatch
            If the file was changed since its card was made.
        FolderNotWritable
        """
        path = Path(path)
        with self._lock:
            self.refresh()
            if card.id in self._scan() or (self._user / card.id).exists():
                raise ModelExists(
                    f"There is a model {card.id!r} already.",
                    f"Give another id, or remove it first: deconv-studio models remove {card.id}.",
                )
            facts = inspect_file(path, max_bytes=max_bytes)
            card = card.replace(
                external_data=facts.external_data, parameters=card.parameters or facts.parameters
            )
            staging = staging_folder(self._user)
            try:
                _copy_model(path, card, staging)
                try:
                    (staging / CARD_FILE).write_text(card.to_toml(), encoding="utf-8")
                except OSError as error:
                    raise not_writable(self._user, error) from error
                sync(staging)
                try:
                    staging.rename(self._user / card.id)
                except OSError as error:
                    raise ModelExists(
                        f"There is a model {card.id!r} already.", "Give another id, or remove it first."
                    ) from error
            finally:
                shutil.rmtree(staging, ignore_errors=True)
            self.refresh()
            return Entry(card, self._user / card.id, "user")

    def remove(self, model_id: str) -> None:
        """Delete a model of the user, broken or not.

        Raises
        ------
        ModelMissing
        NotRemovable
            If the model is bundled or comes from a pack.
        FolderNotWritable
        """
        with self._lock:
            self.refresh()
            entry = self._scan().get(model_id)
            if entry is not None and entry.origin != "user":
                if entry.origin == "bundled":
                    owner, hint = "the program", "Only models you added can be removed."
                else:
                    owner = "an installed pack"
                    hint = (
                        "Uninstall its package with pip, or delete its folder in"
                        f" {folders.user_packs_folder()}."
                    )
                raise NotRemovable(f"The model {model_id!r} comes with {owner}.", hint)
            mine = [p.folder for p in self._problems if p.origin == "user" and p.folder.name == model_id]
            folder = entry.folder if entry else next(iter(mine), None)
            if folder is None:
                raise ModelMissing(model_id, suggest(model_id, list(self._scan())))
            # Renamed first, so that a half-deleted folder is never seen as a model.
            grave = folder.with_name(f".{folder.name}.{os.getpid()}.part")
            try:
                folder.rename(grave)
            except OSError as error:
                raise not_writable(folder, error) from error
            if grave.is_symlink():
                grave.unlink()
            else:
                shutil.rmtree(grave, ignore_errors=True)
            self.refresh()

    def _scan(self) -> dict[str, Entry]:
        if self._entries is not None:
            return self._entries
        entries: dict[str, Entry] = {}
        problems: list[Problem] = []
        for found in self._find():
            if isinstance(found, Problem):
                problems.append(found)
            elif found.card.id in entries:
                problems.append(_hidden(found, entries[found.card.id]))
            else:
                entries[found.card.id] = found
        self._entries, self._problems = entries, problems
        return entries

    def _find(self) -> Iterator[Entry | Problem]:
        yield from _scan_folder(self._bundled, "bundled")
        if self._packs:
            yield from _scan_packs()
        yield from _scan_folder(self._user, "user")


def suggest(wanted: str, known: list[str]) -> list[str]:
    """Ids close to what was typed, best first, at most three."""
    folded = wanted.lower().strip()
    near = difflib.get_close_matches(folded, known, n=3, cutoff=0.6)
    starting = [name for name in known if len(folded) > 2 and folded in name and name not in near]
    return (near + starting)[:3]


def _hidden(entry: Entry, other: Entry) -> Problem:
    error = ModelExists(
        f"The model {entry.card.id!r} in {entry.folder} is hidden by the {other.origin} model of that id.",
        "Give it another id in its card and its folder's name.",
    )
    return Problem(entry.card.id, entry.folder, entry.origin, error)


def _scan_folder(root: Path, origin: Origin) -> Iterator[Entry | Problem]:
    try:
        found = sorted(path for path in root.iterdir() if not path.name.startswith(".") and path.is_dir())
    except FileNotFoundError:
        return
    except OSError as error:
        reason = error.strerror or str(error)
        yield Problem(
            root.name, root, origin, CardInvalid(f"{root} cannot be read: {reason}.", "Allow reading it.")
        )
        return
    for folder in found:
        try:
            if not (folder / CARD_FILE).is_file():
                hint = "Add the model again, or delete the folder."
                raise CardInvalid(f"{folder} has no {CARD_FILE}.", hint)
            card = Card.from_toml(folder / CARD_FILE)
            if card.id != folder.name:
                raise CardInvalid(
                    f"{folder / CARD_FILE} has the id {card.id!r}, which is not its folder's name.",
                    "Rename the folder or correct the id.",
                )
            if not (folder / card.file).is_file():
                raise CardInvalid(f"{folder} has no {card.file}.", _WAY_OUT[origin])
        except CatalogError as error:
            yield Problem(folder.name, folder, origin, error)
        else:
            yield Entry(card, folder, origin)


def _scan_packs() -> Iterator[Entry | Problem]:
    from deconv_studio.catalog.packs.installed import installed_models

    return installed_models()


def _copy_model(path: Path, card: Card, target: Path) -> None:
    """Copy a model and its external data, checking each copy, so that what was checked is what is kept."""
    source_root = path.parent.resolve()
    parts = [(path, card.file, card.sha256)]
    parts += [(path.parent / part.file, part.file, part.sha256) for part in card.external_data]
    for index, (source, name, expected) in enumerate(parts):
        if index and not source.resolve().is_relative_to(source_root):
            hint = "Put the weights beside the model, not behind a link."
            raise ExternalData(f"{source} leads out of the model's folder.", hint)
        copy = target / name
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
        except FileNotFoundError as error:
            raise ExternalData(f"{source} is not there.", "Put the model's data beside it.") from error
        except OSError as error:
            raise not_writable(target.parent, error) from error
        found = file_sha256(copy)
        if found != expected:
            raise HashMismatch(source, expected, found, "Inspect the model again and add it with a new card.")
