"""An atlas over a folder: looked through once, kept safe on the way, then its sheets, index and report."""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from deconv_studio import __version__, imaging
from deconv_studio.engine.control import Cancelled, Control

from .errors import CallWrong, Done, FolderFailed, OutputCollision
from .journal import Journal, mark_of, remove_leftovers
from .planning import Found, Plan, check_pixels
from .single import Failure, Item, ReadOptions, absolute, load

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.tasks.atlas import Atlas, AtlasOptions, Patch, Ready, Survey, UnitEntry
    from deconv_studio.tasks.inspect import Inspector

STATE = ".atlas-state.npz"
"""In the atlas's folder: the strongest so far and the pictures they are of."""
_SAFE_SECONDS = 2.0
_SAFE_PICTURES = 200
_AHEAD = 4
# What the cells of the units that are made together may take.
_CELL_BYTES = 192 * 2**20
# How much of the bar the look forward is; the rest is the way back.
_FORWARD = 0.7


class _Changed(CallWrong):
    """A picture is no longer the one that was looked at."""


@dataclass(frozen=True)
class AtlasCall:
    """What an atlas is made of and where it goes.

    Attributes
    ----------
    source : Path
        The folder of pictures.
    report : Path
        NAME.html; sheets and index go to NAME.atlas beside it.
    options : AtlasOptions
    recurse : bool
    exists : "error" or "overwrite"
        What becomes of a report that is there.
    resume : bool
        Go on with what is there; pictures that came since are added.
    read : ReadOptions
    """

    source: Path
    report: Path
    options: AtlasOptions
    recurse: bool = False
    exists: Literal["error", "overwrite"] = "error"
    resume: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)

    @property
    def folder(self) -> Path:
        """Where sheets and index go."""
        from deconv_studio.tasks.atlas import SUFFIX

        return absolute(self.report).with_suffix(SUFFIX)


def can_resume(report: Path) -> bool:
    """Whether an atlas was begun there."""
    from deconv_studio.tasks.atlas import SUFFIX

    return (absolute(report).with_suffix(SUFFIX) / STATE).is_file()


def make_atlas(
    call: AtlasCall,
    inspector: Inspector,
    *,
    control: Control | None = None,
    on_item: Callable[[Item], object] = lambda item: None,
) -> Atlas:
    """Make an atlas; a call that was stopped or killed goes on with ``resume`` and gives the same.

    Parameters
    ----------
    call : AtlasCall
    inspector : Inspector
    control : Control, optional
        Told the progress; its cancel leaves what was looked at in place.
    on_item : callable
        Given what became of every file, once that is on the disk.

    Returns
    -------
    Atlas

    Raises
    ------
    CallWrong
        The folder or the report cannot be what they are.
    JournalBusy, JournalMismatch, FolderFailed
    TaskError, LensError, Cancelled
    """
    from deconv_studio.tasks.atlas import Survey

    control = control or Control()
    source, folder = absolute(call.source), call.folder
    _check(call)
    survey = Survey(inspector, call.options)
    job = {
        "task": "atlas",
        "parameters": survey.options.model_dump(mode="json"),
        "model_sha256": inspector.sha256,
        "source": str(source),
        "recurse": call.recurse,
    }
    with Journal(folder, job, call.resume) as journal:
        state = folder / STATE
        if not call.resume:
            state.unlink(missing_ok=True)
        elif state.is_file():
            survey = Survey(inspector, call.options, state.read_bytes())
            remove_leftovers(folder)
        failed = _look(call, survey, inspector, control.child(0.0, _FORWARD), on_item)
        if not survey.known:
            raise CallWrong(
                f"No picture of {source} could be looked at.", "Choose a folder that holds pictures."
            )
        atlas = _draw(call, survey, inspector, failed, control.child(_FORWARD, 1.0))
        journal.end({"pictures": atlas.pictures, "failed": failed})
    control.progress(1.0)
    return atlas


def _check(call: AtlasCall) -> None:
    replaces = call.resume or call.exists == "overwrite"
    check_page(call.source, call.report, replaces=replaces, resumable=True)


def check_page(source: Path, report: Path, *, replaces: bool, resumable: bool = False) -> None:
    """Refuse a folder that is none, and a report that cannot be written under its name.

    Raises
    ------
    CallWrong, OutputCollision
    """
    if not source.is_dir():
        raise CallWrong(f"{source} is no folder.", "Name the folder that holds the pictures.")
    if report.suffix.lower() != ".html":
        raise CallWrong(f"{report.name} does not end in .html.", f"Write {report.stem}.html.")
    if report.exists() and not replaces:
        way_out = "Choose another name, go on with it, or have it replaced."
        if not resumable:
            way_out = "Choose another name, or have it replaced."
        raise OutputCollision(f"{report} is there already.", way_out)


# -- before it is done ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """What would become of a file of the folder.

    Attributes
    ----------
    path : Path
    action : "do", "skip" or "fail"
    width, height : int or None
        From its header, upright.
    failure : Failure or None
        Why it is not looked at.
    """

    path: Path
    action: Literal["do", "skip", "fail"]
    width: int | None = None
    height: int | None = None
    failure: Failure | None = None


def plan_atlas(call: AtlasCall, inspector: Inspector) -> tuple[Iterator[Look], int]:
    """Say what an atlas would look at, without looking.

    Parameters
    ----------
    call : AtlasCall
    inspector : Inspector

    Returns
    -------
    looks : iterator of Look
    space : int
        Bytes the sheets take at most.

    Raises
    ------
    CallWrong, OutputCollision, TaskError, LensError
    """
    from deconv_studio.tasks.atlas import Survey, most_sheet_bytes

    _check(call)
    survey = Survey(inspector, call.options)
    state = call.folder / STATE
    if call.resume and state.is_file():
        survey = Survey(inspector, call.options, state.read_bytes())
    known = frozenset(item.file for item in survey.known)
    return looks_of(call.source, call.report, call.folder, call.recurse, call.read, known), (
        len(survey.units) * most_sheet_bytes()
    )


def looks_of(
    source: Path,
    report: Path,
    folder: Path,
    recurse: bool,
    read: ReadOptions,
    known: frozenset[str] = frozenset(),
) -> Iterator[Look]:
    """Go through a folder as a report's run does, reading headers only; `known` are names that are done."""
    root = absolute(source)
    for found in listing_of(source, folder, recurse).listing():
        if found.path is None or found.path == absolute(report):
            continue
        if found.problem is not None:
            yield Look(found.path, "fail" if found.fails else "skip", failure=found.problem)
            continue
        if found.path.relative_to(root).as_posix() in known:
            done = Done("It was looked at before.", "Leave --resume out to look again.")
            yield Look(found.path, "skip", failure=Failure.of(done))
            continue
        try:
            header = imaging.read_header(found.path)
            check_pixels(header, found.path.name, read.max_pixels)
        except imaging.ImagingError as error:
            yield Look(found.path, "fail", failure=Failure.of(error))
            continue
        yield Look(found.path, "do", header.width, header.height)


# -- forward -----------------------------------------------------------------------------------------------


def _look(
    call: AtlasCall,
    survey: Survey,
    inspector: Inspector,
    control: Control,
    on_item: Callable[[Item], object],
) -> int:
    """Look at every picture that was not looked at; returns how many could not be."""
    from deconv_studio.tasks.atlas import Known

    root = absolute(call.source)
    listing = listing_of(call.source, call.folder, call.recurse)
    total = max(1, listing.count())
    before = {known.file for known in survey.known}
    waiting: list[Item] = []
    failed = ended = 0
    safe_at = time.monotonic()

    def keep_safe() -> None:
        nonlocal safe_at
        if any(item.status == "done" for item in waiting):
            put(call.folder / STATE, survey.state())
        # A line says "done" only when no kill can undo it.
        for item in waiting:
            on_item(item)
        waiting.clear()
        safe_at = time.monotonic()

    with ThreadPoolExecutor(2, thread_name_prefix="atlas-read") as pool:
        coming = _ahead(pool, call, survey, listing, root, before)
        try:
            for found, name, future in coming:
                control.raise_if_cancelled()
                control.progress(ended / total, name)
                start = time.perf_counter()
                item = Item(
                    str(found.path), model=inspector.model_id, model_sha256=inspector.sha256, provider="cpu"
                )
                try:
                    if future is None:
                        raise Done(f"{name} was looked at before.")
                    mark = mark_of(Path(str(found.path)))
                    taken = survey.add(future.result(), Known(name, (0, 0), mark), control)
                    changes: dict[str, Any] = {"status": "done", "result": {"units": taken}}
                except Cancelled:
                    raise
                except Exception as error:  # noqa: BLE001  one bad file must not end the run over all others
                    skipped = isinstance(error, Done | _NotTaken) and not getattr(error, "fails", False)
                    failure = error.failure if isinstance(error, _NotTaken) else Failure.of(error)
                    changes = {"status": "skipped" if skipped else "failed", "error": failure}
                    failed += not skipped
                waiting.append(_changed(item, seconds=time.perf_counter() - start, **changes))
                ended += 1
                if len(waiting) >= _SAFE_PICTURES or time.monotonic() - safe_at > _SAFE_SECONDS:
                    keep_safe()
        finally:
            coming.close()
            keep_safe()
    return failed


class _NotTaken(Exception):  # noqa: N818 - carries what the listing said, no cause of its own
    """The listing says that a file is no input."""

    def __init__(self, failure: Failure, fails: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.fails = fails


def _changed(item: Item, **changes: Any) -> Item:
    return Item(**{**vars(item), **changes})


def listing_of(source: Path, out: Path, recurse: bool) -> Plan:
    """Return the plan whose `listing` walks a folder as every folder run does; it plans nothing else."""
    from deconv_studio.tasks.base import Options

    # What is listed does not depend on the network, and one from a file has no card.
    no_card = cast("Card", None)
    return Plan((str(source),), out, False, "", Options(), no_card, recurse=recurse)


def _ahead(
    pool: ThreadPoolExecutor, call: AtlasCall, survey: Survey, listing: Plan, root: Path, before: set[str]
) -> Generator[tuple[Found, str, Future[Ready] | None], None, None]:
    """Read a few pictures ahead, so that decoding does not wait for the network."""

    def make(found: Found) -> Ready:
        if found.problem is not None:
            raise _NotTaken(found.problem, found.fails)
        return survey.prepare(load(Path(str(found.path)), call.read))

    queue: deque[tuple[Found, str, Future[Ready] | None]] = deque()
    own = absolute(call.report)
    try:
        for found in listing.listing():
            if found.path is None or found.path == own:
                continue
            name = found.path.relative_to(root).as_posix()
            queue.append((found, name, None if name in before else pool.submit(make, found)))
            if len(queue) > _AHEAD:
                yield queue.popleft()
        while queue:
            yield queue.popleft()
    finally:
        for _, _, future in queue:
            if future is not None:
                future.cancel()


def put(path: Path, content: bytes) -> None:
    """Write a file aside, flush it and rename it over what is there.

    Raises
    ------
    FolderFailed
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FolderFailed(
            f"{path} cannot be written: {error.strerror or error}.",
            "Make room or allow writing there, then go on.",
        ) from error


# -- back --------------------------------------------------------------------------------------------------


def _draw(call: AtlasCall, survey: Survey, inspector: Inspector, failed: int, control: Control) -> Atlas:
    """Make sheets, index and report."""
    from deconv_studio.tasks.atlas import INDEX, Atlas, UnitEntry, cell_side

    from .atlas_page import page

    reach = survey.field()
    side, scale = cell_side(reach)
    block = max(1, _CELL_BYTES // max(1, survey.strongest.values.shape[1] * 2 * side * side * 3))
    entries: dict[int, UnitEntry] = {}
    missing: dict[str, str] = {}
    todo: list[int] = []
    for row, unit in enumerate(survey.units):
        if not survey.ranks(row):
            entries[row] = UnitEntry(unit, None, ())
            continue
        known = _known_sheet(call.folder / f"unit-{unit:04d}.png", survey.digest(row))
        if known is not None:
            entries[row] = known
        else:
            todo.append(row)
    for first in range(0, len(todo), block):
        rows = todo[first : first + block]
        part = control.child(first / len(todo), (first + len(rows)) / len(todo))
        entries.update(_sheets(call, survey, rows, side, scale, missing, part))
    notices = [*survey.notices]
    if scale < 1:
        notices.append(
            f"The receptive field is {reach[1]} x {reach[0]} pixels; its patches are shown at {scale:.0%}."
        )
    notices.extend(f"{name} could not be read again: {why}" for name, why in missing.items())
    atlas = Atlas(
        folder=call.folder,
        model=inspector.model_id,
        model_sha256=inspector.sha256,
        layer=survey.layer,
        rule=survey.rule,
        units=survey.layer_units,
        source=absolute(call.source),
        pictures=len(survey.known),
        failed=failed,
        field=reach,
        side=side,
        entries=tuple(entries[row] for row in range(len(survey.units))),
        notices=tuple(notices),
        program=__version__,
    )
    put(call.folder / INDEX, json.dumps(atlas.record(), indent=1).encode("ascii"))
    put(absolute(call.report), page(atlas).encode("utf-8", "backslashreplace"))
    kept = {entry.sheet for entry in atlas.entries}
    for path in call.folder.glob("unit-*.png"):
        if path.name not in kept:
            with suppress(OSError):
                path.unlink()
    return atlas


def _known_sheet(path: Path, digest: str) -> UnitEntry | None:
    """Return what a sheet says of itself, if it is of these winners."""
    from deconv_studio.tasks.atlas import TEXT, entry_of

    if not path.is_file():
        return None
    try:
        record = json.loads(imaging.read(path).metadata.text.get(TEXT, ""))
        entry = entry_of(record["entry"]) if record["digest"] == digest else None
    except (imaging.ImagingError, ValueError, KeyError, TypeError, IndexError):
        return None  # whatever it is, it is made anew
    # A sheet with gaps is tried again: the picture may be back.
    return entry if entry is not None and all(patch.cell for patch in entry.patches) else None


def _sheets(
    call: AtlasCall,
    survey: Survey,
    rows: list[int],
    side: int,
    scale: float,
    missing: dict[str, str],
    control: Control,
) -> Iterator[tuple[int, UnitEntry]]:
    from deconv_studio.tasks.atlas import TEXT, UnitEntry, compose

    made: dict[int, dict[int, Any]] = {row: {} for row in rows}
    lost: dict[int, dict[int, Patch]] = {row: {} for row in rows}
    jobs = survey.by_picture(rows)
    for place, (number, wanted) in enumerate(jobs):
        known = survey.known[number]
        control.raise_if_cancelled()
        control.progress(0.95 * place / len(jobs), known.file)
        path = absolute(call.source) / known.file
        try:
            if mark_of(path) != known.mark:
                raise _Changed(f"{known.file} has changed or is gone since it was looked at.", "")
            ready = survey.prepare(load(path, call.read))
        except (imaging.ImagingError, CallWrong, OSError) as error:
            missing[known.file] = Failure.of(error).message
            for row, rank in wanted:
                lost[row][rank] = survey.lost(row, rank)
            continue
        for (row, rank), one in survey.project(ready, wanted, scale, control):
            made[row][rank] = one
    for row in rows:
        control.raise_if_cancelled()
        unit = survey.units[row]
        name = f"unit-{unit:04d}.png"
        sheet, patches = compose(made.pop(row), lost[row], side)
        entry = UnitEntry(unit, name, patches)
        text = json.dumps({"digest": survey.digest(row), "entry": asdict(entry)})
        imaging.write(imaging.Picture(sheet), call.folder / name, text={TEXT: text}, overwrite=True)
        yield row, entry
