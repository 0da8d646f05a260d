"""The verb `atlas`: the nine strongest patches of every unit of a layer over a folder, back in pixels."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deconv_studio import batch

from . import values
from .faults import say, start_log
from .run import emit, reporting, show_failed, show_licence, stoppable

if TYPE_CHECKING:
    from deconv_studio.batch import Item
    from deconv_studio.engine.control import Control
    from deconv_studio.tasks.inspect import Inspector

_MACHINE = "Model and machine"


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The pictures.", show_default=False)],
    model: Annotated[
        str | None, typer.Option("--model", help="A model's id, or an .onnx file.", rich_help_panel=_MACHINE)
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", metavar="report.html", help="The report; its sheets go beside it.")
    ] = Path("atlas.html"),
    layer: Annotated[
        str, typer.Option("--layer", help="A tensor's or node's name; without it, the last with a map.")
    ] = "",
    units: Annotated[str, typer.Option("--units", help="all, or numbers and spans such as 0-63,70.")] = "all",
    rule: Annotated[
        Any,
        typer.Option(
            "--rule",
            help="How the signal goes back.",
            parser=values.choice(("auto", "deconvnet", "guided", "gradient")),
            metavar="auto|deconvnet|guided|gradient",
        ),
    ] = "auto",
    recurse: Annotated[bool, typer.Option("--recurse", help="Go into subfolders.")] = False,
    exists: Annotated[
        str,
        typer.Option(
            "--exists",
            help="When the report is there already.",
            parser=values.choice(("error", "overwrite")),
            metavar="error|overwrite",
        ),
    ] = "error",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is there; new pictures are added.")
    ] = False,
    max_pixels: Annotated[
        Any,
        typer.Option(
            "--max-pixels", help="Limit read from the header.", parser=values.pixels, metavar="N|none"
        ),
    ] = None,
    mean: Annotated[
        Any, typer.Option("--mean", parser=values.numbers, metavar="N[,N,N]", rich_help_panel=_MACHINE)
    ] = None,
    std: Annotated[
        Any, typer.Option("--std", parser=values.numbers, metavar="N[,N,N]", rich_help_panel=_MACHINE)
    ] = None,
    range: Annotated[
        Any, typer.Option("--range", parser=values.numbers, metavar="LOW,HIGH", rich_help_panel=_MACHINE)
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, max=1024, rich_help_panel=_MACHINE)
    ] = None,
    memory: Annotated[
        Any, typer.Option("--memory", parser=values.memory, metavar="2GiB", rich_help_panel=_MACHINE)
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE.html|csv", help="Write what became of each picture."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> int:
    """Show the nine pictures that excite each unit of a layer most, with their reconstructions."""
    from deconv_studio.batch.atlas import AtlasCall, make_atlas
    from deconv_studio.engine.control import Cancelled
    from deconv_studio.tasks.atlas import AtlasOptions

    start_log()
    summary = batch.Summary()
    failed: list[Item] = []

    def told(item: Item) -> None:
        summary.add(item)
        if item.status == "failed" and len(failed) < 1000:
            failed.append(item)
        if table is not None:
            table.add(item)
        if json:
            emit(item.event())

    with (
        reporting(report, summary) as table,
        stoppable() as stop,
        progress_of(stop, hidden=quiet or json) as control,
    ):
        given = {"mean": mean, "std": std, "range": range, "threads": threads, "memory": memory}
        inspector = open_inspector(model, given, control, "atlas")
        if inspector.card is not None:
            show_licence(inspector.card, quiet=quiet or json)
        read = batch.ReadOptions(-1 if max_pixels is None else max_pixels or None)
        call = AtlasCall(
            folder, out, AtlasOptions(layer=layer, units=units, rule=rule), recurse,
            "overwrite" if exists == "overwrite" else "error", resume, read,
        )  # fmt: skip
        try:
            atlas = make_atlas(call, inspector, control=control, on_item=told)
        except Cancelled:
            if json:
                emit({**summary.event(), "cancelled": 1})
            say("Stopped. What was looked at stays; go on with --resume.")
            return 130
    if json:
        emit(
            {
                "event": "atlas",
                "output": str(out.absolute()),
                "folder": str(atlas.folder),
                "layer": atlas.layer,
                "rule": atlas.rule,
                "units": len(atlas.entries),
                "pictures": atlas.pictures,
                "notices": list(atlas.notices),
                "model": atlas.model,
                "model_sha256": atlas.model_sha256,
            }
        )
        emit(summary.event())
    if failed:
        show_failed(failed, summary.failed)
    if not quiet and not json:
        for notice in atlas.notices:
            say(notice)
        say(
            f"{len(atlas.entries)} units of {atlas.layer} over {atlas.pictures} pictures in "
            f"{values.duration(summary.seconds)}: {out}."
        )
    return summary.exit_status


def open_inspector(name: str | None, given: dict[str, Any], control: Control, verb: str) -> Inspector:
    """Open a network by id or path for looking into pictures.

    Raises
    ------
    CatalogError, LensError, TaskError, CallWrong
    """
    from deconv_studio.tasks.inspect import Inspector

    from .inspect import find_network

    path, card = find_network(name, given, control, verb)
    inspector = Inspector(
        path,
        card=card,
        mean=given["mean"],
        std=given["std"],
        value_range=given["range"],
        threads=given["threads"],
        memory=given["memory"],
    )
    inspector.check_picture()
    return inspector


@contextmanager
def progress_of(stop: Control, *, hidden: bool) -> Iterator[Control]:
    """A control whose progress is a bar on standard error; a cancel of `stop` cancels it.

    Yields
    ------
    Control
    """
    from deconv_studio.engine.control import Control

    if hidden or not sys.stderr.isatty():
        yield stop
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("", total=1.0)

        def show(done: float, text: str) -> None:
            bar.update(line, completed=done, description=text[-48:])

        control = Control(on_progress=show)
        with stop.on_cancel(control.cancel):
            yield control
