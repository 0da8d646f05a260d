"""The verb `compare`: two networks, or one and its 8-bit form, layer by layer and unit by unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from . import values
from .atlas import open_inspector, progress_of
from .faults import say, start_log
from .inspect import check_processor
from .options import (
    DryRun,
    Json,
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
from .run import emit, reporting, show_licence, show_looks, stoppable

if TYPE_CHECKING:
    from deconv_studio.tasks.inspect import Inspector


def command(
    a: Annotated[str, typer.Argument(metavar="A", help="An id, .onnx file or exported folder.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another; or int8, which is made of A.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The pictures.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="report.html", help="The report; its pictures go beside it.")
    ] = Path("compare.html"),
    recurse: Recurse = False,
    exists: PageExists = "error",
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
    """Compare two networks, or one and its 8-bit form, layer by layer."""
    from deconv_studio.batch.compare import INT8, CompareCall, compare_folder, plan_compare
    from deconv_studio.engine.control import Cancelled

    start_log()
    check_processor("compare", provider)
    given = {"mean": mean, "std": std, "range": range, "threads": threads, "memory": memory}
    with (
        reporting(None if dry_run else report, json) as tally,
        stoppable() as stop,
        progress_of(stop, hidden=quiet or json) as control,
    ):
        first = open_inspector(a, given, control, "compare")
        second: Inspector | Literal["int8"]
        second = "int8" if b == INT8 else open_inspector(b, given, control, "compare")
        call = CompareCall(folder, out, recurse, exists)
        if dry_run:
            return show_looks(plan_compare(call, first, second), out, None, json=json)
        for one in (first, second):
            if not isinstance(one, str) and one.card is not None:
                show_licence(one.card, quiet=quiet or json)
        try:
            found = compare_folder(call, first, second, control=control, on_item=tally.add)
        except Cancelled:
            if json:
                emit({**tally.summary.event(), "cancelled": 1})
            say("Stopped. No report was written.")
            return 130
    if json:
        emit({"event": "compare", "output": str(out.absolute()), **found})
        emit(tally.summary.event())
    tally.show_failed()
    if not quiet and not json:
        _tell(found)
        say(f"{found['pictures']} pictures in {values.duration(tally.summary.seconds)}: {out}.")
    return tally.summary.exit_status


def _tell(found: dict[str, Any]) -> None:
    width = max(len(layer["a"]) for layer in found["layers"])
    typer.echo(f"A = {found['a']['model']}, B = {found['b']['model']}")
    typer.echo(found["formula"])
    for layer in found["layers"]:
        value = layer["sqnr_db"]
        text = "equal" if layer["equal"] else "no signal" if value is None else f"{value:6.1f} dB"
        typer.echo(f"  {layer['a']:<{width}}  {text}")
