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
from .inspect import check_processor
from .options import (
    DryRun,
    Json,
    MaxPixels,
    Mean,
    Memory,
    PageExists,
    Provider,
    Quiet,
    Range,
    Recurse,
    ReportFile,
    Std,
    Threads,
)
from .run import emit, max_pixels_of, reporting, show_licence, show_looks, stoppable

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.tasks.inspect import Inspector

_MACHINE = "Model and machine"


def command(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The pictures.", show_default=False)],
    model: Annotated[
        str | None,
        typer.Option("--model", help="An id, .onnx file or exported folder.", rich_help_panel=_MACHINE),
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
    recurse: Recurse = False,
    exists: PageExists = "error",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with what is there; new pictures are added.")
    ] = False,
    max_pixels: MaxPixels = None,
    mean: Mean = None,
    std: Std = None,
    range: Range = None,
    provider: Provider = "auto",
    threads: Threads = None,
    memory: Memory = None,
    dry_run: DryRun = False,
    report: ReportFile = None,
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Show the nine pictures that excite each unit of a layer most, with their reconstructions."""
    from deconv_studio.batch.atlas import AtlasCall, make_atlas, plan_atlas
    from deconv_studio.engine.control import Cancelled
    from deconv_studio.tasks.atlas import AtlasOptions

    start_log()
    check_processor("atlas", provider)
    with (
        reporting(None if dry_run else report, json) as tally,
        stoppable() as stop,
        progress_of(stop, hidden=quiet or json) as control,
    ):
        given = {"mean": mean, "std": std, "range": range, "threads": threads, "memory": memory}
        inspector = open_inspector(model, given, control, "atlas")
        read = batch.ReadOptions(max_pixels_of(max_pixels))
        options = AtlasOptions(layer=layer, units=units, rule=rule)
        call = AtlasCall(folder, out, options, recurse, exists, resume, read)
        if dry_run:
            rows, space = plan_atlas(call, inspector)
            return show_looks(rows, out, space, json=json)
        if inspector.card is not None:
            show_licence(inspector.card, quiet=quiet or json)
        try:
            atlas = make_atlas(call, inspector, control=control, on_item=tally.add)
        except Cancelled:
            if json:
                emit({**tally.summary.event(), "cancelled": 1})
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
        emit(tally.summary.event())
    tally.show_failed()
    if not quiet and not json:
        for notice in atlas.notices:
            say(notice)
        say(
            f"{len(atlas.entries)} units of {atlas.layer} over {atlas.pictures} pictures in "
            f"{values.duration(tally.summary.seconds)}: {out}."
        )
    return tally.summary.exit_status


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
