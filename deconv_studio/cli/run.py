"""The verbs that take pictures to pictures: flags made from the task's options, a run, lines and a table."""

from __future__ import annotations

import inspect
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deconv_studio import batch, tasks
from deconv_studio.batch.errors import CallWrong

from . import values
from .faults import say, start_log

if TYPE_CHECKING:
    from deconv_studio.batch import Item, Plan, Progress, Summary
    from deconv_studio.batch.atlas import Look
    from deconv_studio.batch.report import Report
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.tasks import OptionField, Options, Task
    from deconv_studio.tasks.base import Loaded
    from deconv_studio.tasks.restore import ByChannels

PROVIDERS = ("auto", "cpu", "cuda", "openvino", "directml", "coreml")


def _option(flag: str, help: str, **rest: Any) -> Any:
    return typer.Option(flag, help=help, **rest)


def _one_of(flag: str, help: str, allowed: tuple[str, ...], **rest: Any) -> Any:
    return typer.Option(flag, help=help, parser=values.choice(allowed), metavar="|".join(allowed), **rest)


_FILES = {"rich_help_panel": "Files"}
_MACHINE = {"rich_help_panel": "Model and machine"}
_RUN = {"rich_help_panel": "The run"}

# name: (type, what typer makes of it, default)
COMMON: dict[str, tuple[Any, Any, Any]] = {
    "inputs": (
        list[str],
        typer.Argument(
            metavar="INPUT...", help="Files, folders, or - for standard input.", show_default=False
        ),
        inspect.Parameter.empty,
    ),
    "out": (
        Path | None,
        _option("--out", "A file for a single input file, else a folder.", metavar="PATH", **_FILES),
        None,
    ),
    "name": (
        str,
        _option("--name", "Pattern of output names: {stem}, {model}, {scale}, ...", **_FILES),
        "{stem}",
    ),
    "format": (
        str | None,
        _option("--format", "png, jpeg, webp, tiff, bmp, avif.", metavar="FORMAT", **_FILES),
        None,
    ),
    "quality": (
        int | None,
        _option("--quality", "Of lossy formats, 1 to 100.", min=1, max=100, **_FILES),
        None,
    ),
    "metadata": (
        str,
        _one_of("--metadata", "Of the input, in the output.", ("keep", "strip", "private"), **_FILES),
        "keep",
    ),
    "recurse": (bool, _option("--recurse", "Go into subfolders.", **_FILES), False),
    "exists": (
        str,
        _one_of(
            "--exists", "When an output is there already.", ("error", "skip", "overwrite", "rename"), **_FILES
        ),
        "error",
    ),
    "max_pixels": (
        str | None,
        _option(
            "--max-pixels",
            "Limit on pixels, read from the header before decoding, or none.",
            parser=values.pixels,
            metavar="N|none",
            **_FILES,
        ),
        None,
    ),
    "model": (str | None, _option("--model", "An id, .onnx file or exported folder.", **_MACHINE), None),
    "mean": (
        str | None,
        _option(
            "--mean", "Of an .onnx file's input.", parser=values.numbers, metavar="N[,N,N]", **_MACHINE
        ),
        None,
    ),
    "std": (
        str | None,
        _option("--std", "Of an .onnx file's input.", parser=values.numbers, metavar="N[,N,N]", **_MACHINE),
        None,
    ),
    "range": (
        str | None,
        _option(
            "--range", "Of an .onnx file's input, such as 0,255.", parser=values.numbers, metavar="LOW,HIGH",
            **_MACHINE,
        ),
        None,
    ),
    "provider": (
        str,
        _one_of("--provider", "What runs the network; never changed silently.", PROVIDERS, **_MACHINE),
        "auto",
    ),
    "threads": (
        int | None,
        _option("--threads", "Threads of the network.", min=1, max=1024, **_MACHINE),
        None,
    ),
    "memory": (
        str | None,
        _option(
            "--memory", "Memory limit; tile size follows from it.", parser=values.memory, metavar="2GiB",
            **_MACHINE,
        ),
        None,
    ),
    "resume": (bool, _option("--resume", "Go on with the journal in the output folder.", **_RUN), False),
    "dry_run": (bool, _option("--dry-run", "Say what would be done, with space and time.", **_RUN), False),
    "report": (
        Path | None,
        _option("--report", "Write what was done.", metavar="FILE.html|csv", **_RUN),
        None,
    ),
    "json": (bool, _option("--json", "JSON lines on standard output.", **_RUN), False),
    "quiet": (bool, _option("--quiet", "No progress bar.", **_RUN), False),
}  # fmt: skip


def task_verb(name: str) -> Callable[..., int]:
    """Make a task's verb: its parameters are the common ones and the fields of its options.

    Parameters
    ----------
    name : str
        The task's name.

    Returns
    -------
    callable
        With a signature for typer to read.
    """
    return verb_of(tasks.get(name), lambda task, own, given: _run(task, own, given))


def verb_of(
    task: Task,
    run: Callable[[Task, dict[str, Any], dict[str, Any]], int],
    more: dict[str, tuple[Any, Any, Any]] | None = None,
) -> Callable[..., int]:
    """Make the verb of a task from what runs it.

    Parameters
    ----------
    task : Task
    run : callable
        Called with the task, the values of its option model's fields, and all others; returns the exit
        status.
    more : dict, optional
        Parameters besides, or instead of, the common ones, in the form of `COMMON`.

    Returns
    -------
    callable
        With a signature for typer to read.
    """
    fields = tasks.describe(task.options_type)

    def verb(**given: Any) -> int:
        return run(task, {field.name: given.pop(field.name) for field in fields}, given)

    more = more or {}
    common = {key: more.get(key, made) for key, made in COMMON.items()}
    own = {key: made for key, made in more.items() if key not in COMMON}
    parameters = [
        inspect.Parameter(
            key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, made]
        )
        for key, (kind, made, default) in {
            "inputs": common.pop("inputs"),
            **own,
            **common,
        }.items()
    ]
    place = 1  # after the inputs, before the common options
    parameters[place:place] = [_parameter(field) for field in fields]
    verb.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    verb.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    verb.__doc__ = task.summary
    verb.__name__ = task.verb
    return verb


def _parameter(field: OptionField) -> inspect.Parameter:
    """One field of an option model as a typer parameter."""
    kind: Any
    if field.kind == "choice":
        allowed = tuple(value for value, _ in field.choices)
        words = "|".join(str(value) for value in allowed)
        kind, made = (
            str,
            typer.Option(field.flag, help=field.help, parser=values.choice(allowed), metavar=words),
        )
    elif field.kind == "switch":
        flag = f"{field.flag}/--no-{field.flag.removeprefix('--')}" if field.default else field.flag
        kind, made = bool, typer.Option(flag, help=field.help)
    elif field.kind == "integer":
        low, high = (None if bound is None else int(bound) for bound in (field.minimum, field.maximum))
        kind, made = int, typer.Option(field.flag, help=field.help, min=low, max=high)
    elif field.kind == "number":
        kind, made = float, typer.Option(field.flag, help=field.help, min=field.minimum, max=field.maximum)
    else:
        kind, made = str, typer.Option(field.flag, help=field.help)
    return inspect.Parameter(
        field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=Annotated[kind, made]
    )


def _run(task: Task, own: dict[str, Any], given: dict[str, Any]) -> int:
    start_log()
    options = task.options(**own)
    check_report(given)
    with stoppable() as control:
        name = given["model"] or task.default_model(options)
        if name is None:
            raise _no_model(task)
        quiet = given["quiet"] or given["json"]
        gray = task.gray_model(options) if given["model"] is None else None
        if gray is not None:
            pair = _pair(name, gray, given, control)
            plan = make_plan(task, options, pair.color.card, given, gray_card=pair.gray.card)
            if given["dry_run"]:
                return show_plan(plan, given, pair)
            for each in dict.fromkeys((pair.color.card.id, pair.gray.card.id)):
                show_licence(find_model(each, given, control)[1], quiet=quiet)
            models = [load_model(each, each.card, given, control) for each in (pair.color, pair.gray)]
            return run_plan(plan, type(pair)(*models), given, control)
        entry, card = find_model(name, given, control)
        plan = make_plan(task, options, card, given)
        if given["dry_run"]:
            return show_plan(plan, given, card if isinstance(entry, Path) else entry)
        show_licence(card, quiet=quiet)
        model = load_model(entry, card, given, control)
        return run_plan(plan, model, given, control)


def _pair(color: str, gray: str, given: dict[str, Any], control: Control) -> ByChannels[Any]:
    """The entries of the models for colour and for gray; where one is not here, the other one does both."""
    from deconv_studio.catalog import Catalog
    from deconv_studio.tasks.restore import ByChannels

    there = {entry.card.id for entry in Catalog().cards()}
    names = [name for name in (color, gray) if name in there] or [color]
    if len(names) == 1 and not given["quiet"]:
        say(f"There is only {names[0]} here; it takes pictures with colour and gray ones.")
    found = [find_model(name, given, control)[0] for name in (names[0], names[-1])]
    return ByChannels(*found)


def _no_model(task: Task) -> batch.BatchError:
    """The error of a verb that has no default model, with the list of those there are."""
    from deconv_studio.catalog import Catalog

    cards = [entry.card for entry in Catalog().cards(task=task.name)]
    if not cards:
        return CallWrong(
            f"{task.verb} needs a model, and there is none for it here.",
            "`deconv-studio models install` shows packs; --model takes an .onnx file with a card too.",
        )
    width = max(len(card.id) for card in cards)
    lines = "".join(f"\n  {card.id:{width}}  {card.title}" for card in cards)
    return CallWrong(f"{task.verb} needs a model.", f"Name one with --model:{lines}")


def check_report(given: dict[str, Any]) -> None:
    """Refuse a report of a kind that is not written.

    Raises
    ------
    CallWrong
    """
    report = given["report"]
    if report is not None and report.suffix.lower() not in (".html", ".csv"):
        raise CallWrong(f"--report {report.name} ends in neither .html nor .csv.", "Give it one of them.")


def make_plan(
    task: Task, options: Options, card: Card, given: dict[str, Any], gray_card: Card | None = None
) -> Plan:
    """Make the plan of a run from the common options; see `batch.plan`.

    Raises
    ------
    BatchError, TaskError
    """
    return batch.plan(
        given["inputs"],
        given["out"],
        task=task.name,
        options=options,
        card=card,
        recurse=given["recurse"],
        name=given["name"],
        format=given["format"],
        quality=given["quality"],
        metadata=given["metadata"],
        exists=given["exists"],
        resume=given["resume"],
        max_pixels=max_pixels_of(given["max_pixels"]),
        gray_card=gray_card,
    )


def max_pixels_of(value: Any) -> int | None:
    """The option's value as the batch takes it: -1 for its default, None for no limit."""
    if value is None:
        return -1
    return None if value == values.UNLIMITED else int(value)


def run_plan(plan: Plan, model: Loaded, given: dict[str, Any], control: Control) -> int:
    """Do what a plan says: bar or JSON lines, report, table of what failed.

    Returns
    -------
    int
        The exit status.
    """
    from deconv_studio.batch.report import Report
    from deconv_studio.tasks.base import RESEARCH_ONLY

    report = Report(given["report"]) if given["report"] is not None else None
    tally = Tally(given["json"], report)
    summary = tally.summary
    bar = _Bar(hidden=given["quiet"] or not sys.stderr.isatty())
    said: set[str] = set()
    used: dict[str, None] = {}
    strangers = 0
    try:
        run = batch.run(plan, model=model, control=control, memory=given["memory"], on_progress=bar.show)
        # Closed here whatever happens, so that no thread works on for a reader that is gone.
        with bar, closing(run) as items:
            for item in items:
                tally.add(item)
                if item.status == "done" and item.model:
                    used[item.model] = None
                strangers += item.error is not None and item.error.kind == "NotAPicture"
                if not given["quiet"]:
                    rights = RESEARCH_ONLY.format(model=item.model)
                    for notice in item.notices:
                        # Of the model and not of the picture, so once is enough.
                        if notice != rights:
                            bar.say(f"{Path(item.input).name}: {notice}")
                        elif notice not in said:
                            said.add(notice)
                            bar.say(notice)
                bar.ended(summary)
    except batch.BatchError as error:
        if summary.total == 0:
            _drop(report)
            raise
        # The run could not go on, for example for want of room for its journal; what is done is done.
        say(str(error))
        summary.broken = True
    except BaseException:
        _drop(report)
        raise
    if report is not None:
        report.finish(summary)
    if given["json"]:
        emit(summary.event())
    tally.show_failed()
    if not summary.total:
        more = "" if given["recurse"] else " --recurse goes into subfolders."
        say(f"There is no file in what was named.{more}")
    elif strangers == summary.skipped == summary.total:
        say("There is no picture among what was named.")
    elif not given["quiet"] and not given["json"]:
        say(_sentence(summary, list(used) or [model.name], model.provider))
    return summary.exit_status


@contextmanager
def reporting(path: Path | None, json: bool) -> Iterator[Tally]:
    """A tally with a report of what a verb looks at, put in place at the end; none after an error.

    Yields
    ------
    Tally

    Raises
    ------
    CallWrong
        It ends in neither .html nor .csv.
    FolderFailed
    """
    from deconv_studio.batch.report import Report

    check_report({"report": path})
    report = Report(path) if path is not None else None
    tally = Tally(json, report)
    try:
        yield tally
    except BaseException:
        _drop(report)
        raise
    if report is not None:
        report.finish(tally.summary)


def _drop(report: Report | None) -> None:
    if report is not None:
        report.drop()


def _sentence(summary: Summary, models: list[str], provider: str) -> str:
    parts = [f"{summary.done} done"]
    parts += [
        f"{count} {word}"
        for word, count in (
            ("skipped", summary.skipped),
            ("failed", summary.failed),
            ("cancelled", summary.cancelled),
        )
        if count
    ]
    took = values.duration(summary.seconds)
    return f"{', '.join(parts)} in {took}, by {' and '.join(models)} on {provider}."


def emit(record: dict[str, Any]) -> None:
    """Write one JSON line and flush it: ASCII, as any terminal takes, and strict, so not finite is null."""
    sys.stdout.write(json.dumps(values.plain(record), allow_nan=False) + "\n")
    sys.stdout.flush()


class Tally:
    """What becomes of a verb's inputs: counted, told as JSON lines, put into the report, faults kept.

    Parameters
    ----------
    json : bool
        Whether each item is a line on standard output.
    report : Report, optional

    Attributes
    ----------
    summary : Summary
    failed : list of Item
        The first of them, as many as a table may hold.
    """

    _MOST = 1000

    def __init__(self, json: bool, report: Report | None = None) -> None:
        self.summary = batch.Summary()
        self.failed: list[Item] = []
        self.report = report
        self._json = json

    def add(self, item: Item) -> None:
        """Take in one item."""
        self.summary.add(item)
        if self.report is not None:
            self.report.add(item)
        if item.status == "failed" and len(self.failed) < self._MOST:
            self.failed.append(item)
        if self._json:
            emit(item.event())

    def show_failed(self) -> None:
        """Print the table of what failed to standard error, if anything did."""
        if self.failed:
            _show_failed(self.failed, self.summary.failed)


def _show_failed(failed: list[Item], total: int) -> None:
    """Print the table of what failed to standard error."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{total} failed", title_justify="left", title_style="bold")
    table.add_column("File", overflow="fold")
    table.add_column("Cause")
    table.add_column("What to do", overflow="fold")
    for item in failed:
        if item.error is not None:
            table.add_row(
                *(Text(_printable(text)) for text in (item.input, item.error.kind, str_of(item.error)))
            )
    console = Console(stderr=True)
    if not console.is_terminal:
        # A log has no width to keep to: nothing is cut off in it.
        console = Console(stderr=True, width=200)
    console.print(table)
    if total > len(failed):
        say(f"... and {total - len(failed)} more; --report lists them all.")


def _tiles(count: int) -> str:
    return "1 tile" if count == 1 else f"{count} tiles"


def str_of(failure: batch.Failure) -> str:
    """A failure as its sentence and its way out."""
    return f"{failure.message} {failure.hint}".strip()


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# -- model -------------------------------------------------------------------------------------------------


def find_model(name: str | None, given: dict[str, Any], control: Control) -> tuple[Entry | Path, Card]:
    """Find a model by id or path.

    Parameters
    ----------
    name : str or None
        A card's id, or the path of an .onnx file, which is probed if no card lies beside it, or of a folder
        with a card.
    given : dict
        ``mean``, ``std`` and ``range`` apply to a probed file.
    control : Control

    Returns
    -------
    (Entry or Path, Card)

    Raises
    ------
    CatalogError, EngineError
    """
    from deconv_studio.catalog import Catalog

    if name is None:
        raise batch.BatchError("No model is named.", "Name one with --model.")
    path = Path(name)
    if path.suffix.lower() == ".onnx" or os.sep in name or path.is_file():
        return _file_model(path, given, control)
    for option in ("mean", "std", "range"):
        if given.get(option) is not None:
            raise CallWrong(
                f"--{option} is for .onnx files; model {name} has a card that says it.", "Leave it out."
            )
    entry = Catalog().get(name)
    return entry, entry.card


def _file_model(path: Path, given: dict[str, Any], control: Control) -> tuple[Entry | Path, Card]:
    from .foreign import card_for

    return card_for(
        path,
        given.get("mean"),
        given.get("std"),
        given.get("range"),
        control,
        quiet=bool(given.get("quiet")),
    )


def load_model(entry: Entry | Path, card: Card, given: dict[str, Any], control: Control) -> Model:
    """Load a model on the provider asked for.

    Raises
    ------
    EngineError, CatalogError
    """
    from deconv_studio import engine

    return engine.load(
        entry,
        provider=given["provider"],
        threads=given["threads"],
        memory=given["memory"],
        card=card,
        control=control,
    )


def show_licence(card: Card, *, quiet: bool) -> None:
    """Show the licence of a model's weights and data on standard error, once for each model and its terms."""
    if quiet:
        return
    from deconv_studio.catalog import CatalogError
    from deconv_studio.catalog.accepted_licences import licence_seen, mark_licence_seen
    from deconv_studio.catalog.card import UNKNOWN

    if licence_seen(card):
        return
    if card.weights.licence == card.data.licence == UNKNOWN:
        say(f"Model {card.id}: nothing says what its weights and their training data are licensed for.")
    else:
        say(
            f"Model {card.id}: weights {card.weights.licence}; trained on {card.data.name}"
            f" ({card.data.licence})."
        )
    if card.research_only:
        say("It may be used for research only.")
    try:
        mark_licence_seen(card)
    except CatalogError:
        return  # shown again next time, which harms nobody


# -- a run that can be stopped -----------------------------------------------------------------------------


@contextmanager
def stoppable() -> Iterator[Control]:
    """A control that Ctrl+C (and the system's request to end) cancels; a second Ctrl+C ends at once.

    Yields
    ------
    Control
    """
    from deconv_studio.engine.control import Control

    control = Control()
    if threading.current_thread() is not threading.main_thread():
        yield control
        return

    def stop(number: int, frame: Any) -> None:
        if control.cancelled:
            os._exit(130)
        control.cancel()

    signals = [signal.SIGINT, signal.SIGTERM]
    before = [signal.signal(number, stop) for number in signals]
    try:
        yield control
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)


class _Bar:
    """The progress bar on standard error."""

    def __init__(self, hidden: bool) -> None:
        self._hidden = hidden
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> _Bar:
        if self._hidden:
            return self
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[count]}", markup=False),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None, count="")
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: Progress) -> None:
        """Called from the run's thread."""
        if self._bar is None:
            return
        name = "standard input" if progress.current == "-" else Path(progress.current).name
        text = _printable(name) + (f", {progress.text.lower()}" if progress.text else "")
        count = f"{progress.ended} of {progress.total}" if progress.total and progress.total > 1 else ""
        self._bar.update(
            self._task,
            description=text,
            total=progress.total,
            completed=progress.ended + progress.part,
            count=count,
        )

    def ended(self, summary: Summary) -> None:
        """One more input is through."""
        if self._bar is not None:
            self._bar.update(self._task, completed=summary.total)

    def say(self, text: str) -> None:
        """A line above the bar."""
        if self._bar is not None:
            self._bar.console.print(_printable(text), markup=False, highlight=False)
        else:
            say(text)


# -- dry run -----------------------------------------------------------------------------------------------


def show_plan(plan: Plan, given: dict[str, Any], subject: Entry | Card | ByChannels[Any]) -> int:
    """Print what would be done, with space and time; nothing is written."""
    from deconv_studio.batch import journal

    folder = plan.journal_folder
    state = journal.read(folder) if folder is not None else None
    counts = {"do": 0, "skip": 0, "fail": 0}
    space, seconds, known = 0, 0.0, True
    for job in plan.jobs(state):
        counts[job.action] += 1
        made = plan.estimate(job, subject, provider=given["provider"], memory=given["memory"])
        if made is not None:
            space += made.disk_bytes
            known = known and made.seconds is not None
            seconds += made.seconds or 0.0
        if given["json"]:
            emit(
                {
                    "event": "plan",
                    "input": job.name,
                    "outputs": [str(path) for path in plan.files_of(job)],
                    "action": job.action,
                    "width": made.width if made else None,
                    "height": made.height if made else None,
                    "bytes": made.disk_bytes if made else None,
                    "memory": made.memory_bytes if made else None,
                    "tiles": made.tiles if made else None,
                    "seconds": made.seconds if made else None,
                    "error": job.failure.as_dict() if job.failure else None,
                }
            )
        elif job.action == "do" and made is not None:
            files = ", ".join(str(path) for path in plan.files_of(job))
            typer.echo(
                _printable(f"{job.name} -> {files} ({made.width} x {made.height}, {_tiles(made.tiles)})")
            )
        elif job.failure is not None:
            typer.echo(_printable(f"{job.name}: {job.action}: {str_of(job.failure)}"))
    return _end_plan(counts, space, seconds if known and counts["do"] else None, json=given["json"])


def _end_plan(counts: dict[str, int], space: int | None, seconds: float | None, *, json: bool) -> int:
    """End a dry run with its sums, None for what cannot be known before; returns the exit status."""
    if json:
        emit(
            {
                "event": "summary",
                "done": 0,
                "skipped": counts["skip"],
                "failed": counts["fail"],
                "cancelled": 0,
                "seconds": 0.0,
                "planned": counts["do"],
                "bytes": space,
                "estimated_seconds": None if seconds is None else round(seconds, 1),
            }
        )
    else:
        took = "time not known yet" if seconds is None else f"about {values.duration(seconds)}"
        room = "space not known yet" if space is None else f"at most {values.size(space)} on disk"
        typer.echo(
            f"{counts['do']} to do, {counts['skip']} to skip, {counts['fail']} would fail; {room}, {took}."
        )
    return 1 if counts["fail"] else 0


def show_looks(looks: Iterable[Look], out: Path, space: int | None, *, json: bool) -> int:
    """Print what a verb that makes one report of a folder would look at; nothing is written.

    Parameters
    ----------
    looks : iterable of Look
    out : Path
        The report.
    space : int or None
        Bytes it takes at most, with what goes beside it; None if that is not known before.
    json : bool

    Returns
    -------
    int
        The exit status.
    """
    counts = {"do": 0, "skip": 0, "fail": 0}
    for look in looks:
        counts[look.action] += 1
        if json:
            emit(
                {
                    "event": "plan",
                    "input": str(look.path),
                    "outputs": [str(out.absolute())] if look.action == "do" else [],
                    "action": look.action,
                    "width": look.width,
                    "height": look.height,
                    "bytes": None,
                    "memory": None,
                    "tiles": None,
                    "seconds": None,
                    "error": look.failure.as_dict() if look.failure else None,
                }
            )
        elif look.failure is not None:
            typer.echo(_printable(f"{look.path}: {look.action}: {str_of(look.failure)}"))
        else:
            typer.echo(_printable(f"{look.path} -> {out} ({look.width} x {look.height})"))
    return _end_plan(counts, space, None, json=json)


upscale = task_verb("upscale")
segment = task_verb("segment")
restore = task_verb("restore")
anomaly = task_verb("anomaly")
