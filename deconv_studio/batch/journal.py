"""The journal of a run in its output folder: JSON lines, on the disk before a picture counts as done."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from deconv_studio import __version__

from .errors import FolderFailed, JournalBusy, JournalMismatch

NAME = ".deconv-studio.journal.jsonl"
"""Hidden, so that a folder run never takes it for an input."""


def journal_name() -> str:
    """The journal's file name in the output folder."""
    return NAME


@dataclass
class State:
    """What a journal says.

    Attributes
    ----------
    job : dict or None
        The job of the last run that was not a continuation.
    done : dict of str to list of str
        Outputs by input, of what that job finished or skipped.
    begun : dict of str to (list of int or None)
        Outputs that were about to be written when the journal ends without saying that they were; with size
        and time of the file there, if that was the input itself.
    made : set of str
        Every output that any run wrote here.
    """

    job: dict[str, Any] | None = None
    done: dict[str, list[str]] = field(default_factory=dict)
    begun: dict[str, list[int] | None] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


def read(folder: Path) -> State:
    """Read the journal of a folder; an absent one is empty, torn or foreign lines are passed over."""
    state = State()
    try:
        file = (folder / NAME).open("rb")
    except OSError:
        return state
    with file:
        for line in file:
            if not line.endswith(b"\n"):
                break  # torn, even if it reads well: the next run cuts it off
            try:
                record = json.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict):
                _take(state, record)
    return state


def _take(state: State, record: dict[str, Any]) -> None:
    event, source = record.get("event"), record.get("input")
    if event == "start":
        job = record.get("job")
        if isinstance(job, dict) and not (record.get("resume") and job == state.job):
            state.job, state.done, state.begun = job, {}, {}
    elif event == "begin":
        mark = record.get("replaces")
        state.begun[str(record.get("output"))] = mark if isinstance(mark, list) else None
    elif event == "item" and isinstance(source, str):
        listed = record.get("outputs")
        outputs = [str(path) for path in listed] if isinstance(listed, list) else []
        if record.get("status") == "done":
            # A picture that was replaced by its own result is still an input.
            state.made.update(path for path in outputs if path != source)
            for path in outputs:
                state.begun.pop(path, None)
        if record.get("status") == "done" or _exists_skip(record):
            state.done[source] = outputs


def _exists_skip(record: dict[str, Any]) -> bool:
    """Whether an input was passed over since its output was there; other reasons are looked at again."""
    error = record.get("error")
    return (
        record.get("status") == "skipped" and isinstance(error, dict) and error.get("kind") == "OutputExists"
    )


class Journal:
    """An open journal; only one run at a time may hold it.

    Parameters
    ----------
    folder : Path
        The output folder; made if missing.
    job : dict
        What identifies the job: task, options, model; JSON-able.
    resume : bool
        Go on with what is there.

    Raises
    ------
    JournalBusy
        Another run holds it.
    JournalMismatch
        What is there belongs to another job.
    FolderFailed
        The folder cannot be made or written.
    """

    def __init__(self, folder: Path, job: dict[str, Any], resume: bool = False) -> None:
        self.folder = folder
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("ab+")
        except OSError as error:
            raise FolderFailed(
                f"The output folder {folder} cannot be written: {error.strerror or error}.",
                "Choose another output folder, or make room or allow writing there.",
            ) from error
        try:
            _lock(self._file, self.path)
            self.state = read(folder)
            known = self.state.job
            if resume and known is not None and known != job:
                raise JournalMismatch(
                    f"The journal in {folder} belongs to another job: {_difference(known, job)}.",
                    "Give the same options again, leave --resume out, or choose another output folder.",
                )
            self._cut_torn_line()
            if resume and known is not None:
                remove_leftovers(folder)
            else:
                self.state.job, self.state.done, self.state.begun = job, {}, {}
            self._append(
                {
                    "event": "start",
                    "job": job,
                    "resume": resume and known is not None,
                    "version": __version__,
                    "time": _now(),
                }
            )
        except BaseException:
            self._file.close()
            raise

    def begin(self, source: str, output: Path) -> None:
        """Say that `output` is about to be written: should the program die between the rename and the entry,
        the file is known to be its own."""
        record: dict[str, Any] = {"event": "begin", "input": source, "output": str(output)}
        if source == str(output):
            record["replaces"] = mark_of(output)
        self._append(record)

    def item(self, event: dict[str, Any]) -> None:
        """Record what became of an input."""
        self._append({**event, "time": _now()})

    def end(self, summary: dict[str, Any]) -> None:
        """Record that the run came to its end."""
        self._append({**summary, "event": "end", "time": _now()})

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, record: dict[str, Any]) -> None:
        try:
            self._file.write(json.dumps(record).encode("ascii") + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise FolderFailed(
                f"The journal {self.path} cannot be written: {error.strerror or error}.",
                "Make room on the disk, then go on with --resume.",
            ) from error

    def _cut_torn_line(self) -> None:
        """Drop a line without an end, which a dying program left: the next must not be joined to it."""
        size = self._file.seek(0, os.SEEK_END)
        at = size
        while at > 0:
            start = max(0, at - 65536)
            self._file.seek(start)
            found = self._file.read(at - start).rfind(b"\n")
            if found >= 0:
                at = start + found + 1
                break
            at = start
        if at != size:
            self._file.truncate(at)


def mark_of(path: Path) -> list[int] | None:
    """Size and time of a file: they change when its result takes its place."""
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_size, status.st_mtime_ns]


def remove_leftovers(folder: Path) -> list[Path]:
    """Remove the `.NAME.part` files that a killed run left below an output folder.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    list of Path
        What was removed. Only names of pictures and arrays count, and links are not followed.
    """
    removed = []
    for path in _parts(folder):
        with contextlib.suppress(OSError):
            path.unlink()
            removed.append(path)
    return removed


def _parts(folder: Path) -> Iterator[Path]:
    from deconv_studio.imaging import PICTURE_SUFFIXES

    for place, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(".part"):
                inner = Path(name[1:].removesuffix(".part"))
                if inner.suffix.lower() in PICTURE_SUFFIXES | {".npy"}:
                    yield Path(place) / name


def _difference(known: dict[str, Any], job: dict[str, Any]) -> str:
    keys = [key for key in {**known, **job} if known.get(key) != job.get(key)]
    return ", ".join(f"{key} was {known.get(key)!r} and is now {job.get(key)!r}" for key in keys)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lock(file: BinaryIO, path: Path) -> None:
    busy = JournalBusy(
        f"Another run is writing to {path.parent}.", "Wait until it ends, or choose another output folder."
    )
    try:
        import fcntl
    except ImportError:
        import msvcrt

        # Windows locks bytes, and a locked byte cannot be read: one far beyond the end stands for the file.
        file.seek(1 << 40)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        except OSError as error:
            raise busy from error
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise busy from error
    except OSError:
        # Some network file systems have no locks; a run there is not refused for it.
        return
