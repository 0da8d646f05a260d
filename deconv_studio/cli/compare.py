"""The verb `compare`: two networks, or one and its 8-bit form, layer by layer and unit by unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from deconv_studio import batch

from . import values
from .atlas import open_inspector, progress_of
from .faults import say, start_log
from .run import emit, reporting, show_failed, show_licence, stoppable

if TYPE_CHECKING:
    from deconv_studio.batch import Item
    from deconv_studio.tasks.inspect import Inspector


def command(
    a: Annotated[str, typer.Argument(metavar="A", help="A model's id, or an .onnx file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another; or int8, which is made of A.")],
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The pictures.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="report.html", help="The report; its pictures go beside it.")
    ] = Path("compare.html"),
    recurse: Annotated[bool, typer.Option("--recurse", help="Go into subfolders.")] = False,
    exists: Annotated[
        Any,
        typer.Option(
            "--exists",
            help="When the report is there already.",
            parser=values.choice(("error", "overwrite")),
            metavar="error|overwrite",
        ),
    ] = "error",
    mean: Annotated[Any, typer.Option("--mean", parser=values.numbers, metavar="N[,N,N]")] = None,
    std: Annotated[Any, typer.Option("--std", parser=values.numbers, metavar="N[,N,N]")] = None,
    range: Annotated[Any, typer.Option("--range", parser=values.numbers, metavar="LOW,HIGH")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, max=1024)] = None,
    memory: Annotated[Any, typer.Option("--memory", parser=values.memory, metavar="2GiB")] = None,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE.html|csv", help="Write what became of each picture."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> int:
    """Compare two networks, or one and its 8-bit form, layer by layer."""
    from deconv_studio.batch.compare import INT8, CompareCall, compare_folder

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

    given = {"mean": mean, "std": std, "range": range, "threads": threads, "memory": memory}
    with (
        reporting(report, summary) as table,
        stoppable() as stop,
        progress_of(stop, hidden=quiet or json) as control,
    ):
        first = open_inspector(a, given, control, "compare")
        second: Inspector | Literal["int8"]
        second = "int8" if b == INT8 else open_inspector(b, given, control, "compare")
        for one in (first, second):
            if not isinstance(one, str) and one.card is not None:
                show_licence(one.card, quiet=quiet or json)
        call = CompareCall(folder, out, recurse, exists)
        found = compare_folder(call, first, second, control=control, on_item=told)
    if json:
        emit({"event": "compare", "output": str(out.absolute()), **found})
        emit(summary.event())
    if failed:
        show_failed(failed, summary.failed)
    if not quiet and not json:
        _tell(found)
        say(f"{found['pictures']} pictures in {values.duration(summary.seconds)}: {out}.")
    return summary.exit_status


def _tell(found: dict[str, Any]) -> None:
    width = max(len(layer["a"]) for layer in found["layers"])
    typer.echo(f"A = {found['a']['model']}, B = {found['b']['model']}")
    typer.echo(found["formula"])
    for layer in found["layers"]:
        value = layer["sqnr_db"]
        text = "equal" if layer["equal"] else "no signal" if value is None else f"{value:6.1f} dB"
        typer.echo(f"  {layer['a']:<{width}}  {text}")
