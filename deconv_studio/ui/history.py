"""The results of this session with the parameters that made them, kept on disk so that a crash loses none.

Every result is written into the session's folder by a pool thread as soon as it is there: the picture, and
beside it a
small JSON file. A session that ends well removes its folder. One that does not is found by the next start,
because the
lock file in it belongs to no living process, and its unsaved results are offered again.
"""

from __future__ import annotations

import json
import logging
import shutil
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtGui import QUndoCommand

from deconv_studio import imaging

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks.result import Result
    from deconv_studio.ui.work import Work

log = logging.getLogger(__name__)

LOCK_NAME = "session.lock"
#: Pixels of results that stay in memory; older results are read back from the session's folder when chosen.
PIXELS_IN_MEMORY = 60_000_000
# One result is written at a time, so that of two versions of one the later stays.
_WRITING = threading.Lock()


@dataclass(eq=False)
class Kept:
    """One result and what made it.

    Attributes
    ----------
    task, model_id, model_sha256, provider
        What ran, and on what it really ran.
    parameters
        The task's options as JSON values; enough to make the result again.
    source
        The input's path, or "" for a pasted picture; ``name`` is what to call it.
    seconds
        How long the run took.
    made
        When, as seconds since the epoch.
    text
        PNG text for outputs: parameters without time or host.
    saved
        Where it was saved, or "".
    file
        Its file in the session folder, or "" until it is written.
    """

    task: str
    model_id: str
    model_sha256: str
    provider: str
    parameters: dict[str, Any]
    source: str
    name: str
    seconds: float
    made: float
    width: int
    height: int
    text: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    saved: str = ""
    file: str = ""
    picture: Any = field(default=None, repr=False)
    original: Any = field(default=None, repr=False)
    folder: Path | None = field(default=None, repr=False)
    #: Counts how often it was drawn on.
    version: int = field(default=0, repr=False)

    def clock(self) -> str:
        """Local time of day, e.g. ``12:41``."""
        return time.strftime("%H:%M", time.localtime(self.made))

    def to_json(self) -> str:
        """The JSON file's text: everything but the pixels."""
        plain = {
            key: value
            for key, value in vars(self).items()
            if key not in ("picture", "original", "folder", "version")
        }
        return json.dumps(plain, ensure_ascii=False, default=str)

    @classmethod
    def from_json(cls, text: str, folder: Path) -> Kept:
        """Read :meth:`to_json`'s text back.

        Raises
        ------
        ValueError
            If the text is not such a file.
        """
        values = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError("not a result's file")
        known = {key: value for key, value in values.items() if key in cls.__dataclass_fields__}
        known["notices"] = tuple(known.get("notices", ()))
        try:
            kept = cls(**known)
        except TypeError as error:
            raise ValueError(str(error)) from error
        kept.folder = folder
        return kept


def _keep(control: Control, kept: Kept, picture: Picture, folder: Path, version: int = 0) -> str:
    """Write the result and its JSON file; the JSON comes last, so that it never names half a picture.

    Cancelled only by closing, which has asked about unsaved results: the copy would be removed at once.
    """
    with _WRITING:
        if version < kept.version:
            # It was drawn on meanwhile, and what was drawn is written after this.
            return kept.file
        name = kept.file
        if not name:
            suffix = ".tif" if picture.bit_depth == 32 else ".png"
            name = f"{int(kept.made * 1000)}-{uuid.uuid4().hex[:6]}{suffix}"
        imaging.write(picture, folder / name, overwrite=True, check=control.raise_if_cancelled)
        kept.file = name
        _write_json(kept, folder)
        return kept.file


def _write_json(kept: Kept, folder: Path) -> None:
    part = folder / f".{Path(kept.file).stem}.json.part"
    part.write_text(kept.to_json(), encoding="utf-8")
    part.replace(folder / f"{Path(kept.file).stem}.json")


def _load(control: Control, path: Path) -> Picture:
    control.raise_if_cancelled()
    return imaging.read(path, max_pixels=None)


def find_lost(root: Path, own: Path | None = None) -> list[Kept]:
    """Unsaved results of sessions that did not end well; touches no session that is alive."""
    lost: list[Kept] = []
    if not root.is_dir():
        return lost
    for folder in sorted(root.iterdir()):
        if folder == own or not folder.is_dir():
            continue
        lock = QLockFile(str(folder / LOCK_NAME))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0):
            continue
        lock.unlock()
        found = []
        for file in sorted(folder.glob("*.json")):
            try:
                kept = Kept.from_json(file.read_text(encoding="utf-8"), folder)
            except (OSError, ValueError) as error:
                log.warning("A result of an earlier session cannot be read: %s: %s", file, error)
                continue
            if not kept.saved and kept.file and (folder / kept.file).is_file():
                found.append(kept)
        if not found:
            shutil.rmtree(folder, ignore_errors=True)
        lost += found
    return lost


class History(QObject):
    """The list of results, newest last."""

    #: The list has changed.
    changed = Signal()
    #: Another result is the current one (a Kept or None).
    current_changed = Signal(object)
    #: A sentence about a result that could not be kept or read.
    failed = Signal(object)

    def __init__(self, work: Work, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.root = root
        self.entries: list[Kept] = []
        self.current: Kept | None = None
        self._folder: Path | None = None
        self._lock: QLockFile | None = None

    # -- the session's folder --------------------------------------------------------------------------------

    def folder(self) -> Path:
        """The session's folder, made and locked at its first use."""
        if self._folder is None:
            folder = self.root / uuid.uuid4().hex
            folder.mkdir(parents=True)
            self._lock = QLockFile(str(folder / LOCK_NAME))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)
            self._folder = folder
        return self._folder

    def close(self) -> None:
        """End the session well: its folder goes. Only after :meth:`Work.close`, so that nothing writes
        there."""
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        for kept in self.entries:
            kept.picture = kept.original = None

    # -- results ---------------------------------------------------------------------------------------------

    def add(
        self,
        result: Result,
        task: str,
        original: Picture | None,
        source: Path | None,
        name: str,
        *,
        show: bool = True,
    ) -> Kept:
        """Take a fresh result and keep it on disk; with ``show`` it becomes the current one."""
        picture = result.picture
        kept = Kept(
            task=task,
            model_id=result.model_id,
            model_sha256=result.model_sha256,
            provider=result.provider,
            parameters=dict(result.parameters),
            source=str(source) if source is not None else "",
            name=name,
            seconds=float(result.seconds),
            made=time.time(),
            width=picture.width,
            height=picture.height,
            text=dict(result.text()),
            notices=tuple(result.notices),
            picture=picture,
            original=original,
        )
        self._take(kept)
        if show:
            self.choose(kept)
        return kept

    def add_drawn(
        self, picture: Picture, task: str, model_id: str, original: Picture, source: Path | None, name: str
    ) -> Kept:
        """Take what a person has drawn, which no network made, and keep it on disk like a result."""
        kept = Kept(
            task=task,
            model_id=model_id,
            model_sha256="",
            provider="",
            parameters={"edited": True},
            source=str(source) if source is not None else "",
            name=name,
            seconds=0.0,
            made=time.time(),
            width=picture.width,
            height=picture.height,
            picture=picture,
            original=original,
        )
        self._take(kept)
        return kept

    def revise(self, kept: Kept, picture: Picture) -> None:
        """Put what a person has made of a result in its place: it is unsaved again, and kept on disk anew."""
        kept.picture = picture
        kept.saved = ""
        kept.version += 1
        kept.parameters["edited"] = True
        self._write(kept, picture)
        self.changed.emit()

    def _take(self, kept: Kept) -> None:
        kept.folder = self.folder()
        self.entries.append(kept)
        self._write(kept, kept.picture)
        self.changed.emit()

    def _write(self, kept: Kept, picture: Picture) -> None:
        self._work.start(
            _keep,
            kept,
            picture,
            kept.folder,
            kept.version,
            on_done=lambda _: self._forget_old(),
            on_failed=self.failed.emit,
        )

    def adopt(self, lost: list[Kept]) -> None:
        """Take back results of an earlier session: their files move into this session's folder."""
        folder = self.folder()
        left = {kept.folder for kept in lost if kept.folder is not None}
        for kept in lost:
            if kept.folder is None:
                continue
            old = kept.folder
            stem = Path(kept.file).stem
            for name in (kept.file, f"{stem}.json"):
                (old / name).replace(folder / name)
            kept.folder = folder
            self.entries.append(kept)
        for old in left:
            _remove_if_dead(old)
        self.changed.emit()

    def drop_lost(self, lost: list[Kept]) -> None:
        """Delete what an earlier session left."""
        for folder in {kept.folder for kept in lost if kept.folder is not None}:
            _remove_if_dead(folder)

    def choose(self, kept: Kept | None) -> None:
        """Make ``kept`` the current result; its pixels are read back in the background if they are not in
        memory."""
        self.current = kept
        if kept is None or kept.picture is not None:
            self._work.supersede("history")
            self.current_changed.emit(kept)
            self._forget_old()
            return
        if kept.folder is None or not kept.file:
            return
        self._work.start(
            _load,
            kept.folder / kept.file,
            channel="history",
            on_done=lambda picture: self._loaded(kept, picture),
            on_failed=self.failed.emit,
        )

    def _loaded(self, kept: Kept, picture: Picture) -> None:
        kept.picture = picture
        if self.current is kept:
            self.current_changed.emit(kept)
        self._forget_old()

    def _forget_old(self) -> None:
        """Drop the pixels of old results that are on disk, the current one's never."""
        room = PIXELS_IN_MEMORY
        for kept in reversed(self.entries):
            if kept.picture is None:
                continue
            room -= kept.width * kept.height
            if room < 0 and kept is not self.current and kept.file:
                kept.picture = kept.original = None

    def remove(self, kept: Kept) -> int:
        """Take a result out of the list; its files stay until the session ends, so that this can be
        undone."""
        place = self.entries.index(kept)
        self.entries.remove(kept)
        if self.current is kept:
            self.choose(self.entries[-1] if self.entries else None)
        self.changed.emit()
        return place

    def restore(self, kept: Kept, place: int) -> None:
        """Put a removed result back."""
        self.entries.insert(place, kept)
        self.changed.emit()
        self.choose(kept)

    def mark_saved(self, kept: Kept, path: Path) -> None:
        """Note that ``kept`` is safe in a file of the user's."""
        kept.saved = str(path)
        if kept.file and kept.folder is not None:
            self._work.start(lambda control: _write_json(kept, kept.folder) if kept.folder else None)
        self.changed.emit()

    def unsaved(self) -> list[Kept]:
        """Results a person would lose by closing."""
        return [kept for kept in self.entries if not kept.saved]


def _remove_if_dead(folder: Path) -> None:
    """Remove a session's folder unless a living process holds its lock or results are left in it."""
    lock = QLockFile(str(folder / LOCK_NAME))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()
        shutil.rmtree(folder, ignore_errors=True)


class RemoveResult(QUndoCommand):
    """Taking a result out of the list, as a step that can be undone."""

    def __init__(self, history: History, kept: Kept, text: str) -> None:
        super().__init__(text)
        self._history = history
        self._kept = kept
        self._place = -1

    def redo(self) -> None:
        """Remove it."""
        if self._kept in self._history.entries:
            self._place = self._history.remove(self._kept)

    def undo(self) -> None:
        """Put it back."""
        self._history.restore(self._kept, max(0, self._place))
