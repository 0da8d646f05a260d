"""The verb `evaluate`: a model's measures on a folder, as a table or as JSON lines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from deconv_studio import batch

from . import values
from .faults import say, start_log
from .run import PROVIDERS, emit, find_model, load_model, show_failed, show_licence, stoppable


def command(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A model's id, or an .onnx file.")],
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder of original pictures.")],
    recurse: Annotated[bool, typer.Option("--recurse", help="Go into subfolders.")] = False,
    tta: Annotated[bool, typer.Option("--tta", help="Average over the eight flips and turns.")] = False,
    provider: Annotated[
        str,
        typer.Option(
            "--provider",
            help="What runs the network.",
            parser=values.choice(PROVIDERS),
            metavar="|".join(PROVIDERS),
        ),
    ] = "auto",
    threads: Annotated[int | None, typer.Option("--threads", min=1, max=1024, help="Of the network.")] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", help="Memory limit.", parser=values.memory, metavar="2GiB"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the table.")] = False,
) -> int:
    """Measure a model on a folder of pictures, against bicubic enlargement."""
    start_log()
    given: dict[str, Any] = {"provider": provider, "threads": threads, "memory": memory}
    summary = batch.Summary()
    measured: list[tuple[str, dict[str, Any]]] = []
    failed = []
    with stoppable() as control:
        entry, card = find_model(model, given, control)
        show_licence(card, quiet=quiet or json)
        loaded = load_model(entry, card, given, control)
        for item in batch.evaluate(data, model=loaded, control=control, recurse=recurse, tta=tta):
            summary.add(item)
            if item.status == "done":
                measured.append((Path(item.input).name, item.result))
            elif item.status == "failed":
                failed.append(item)
            if json:
                emit(item.event())
    from deconv_studio.batch.evaluation import CONVENTION, mean

    means = mean([result for _, result in measured])
    if json:
        emit(
            {
                **summary.event(),
                "result": {
                    **means,
                    "pictures": len(measured),
                    "model": card.id,
                    "model_sha256": loaded.sha256,
                    "scale": card.output.scale,
                    "convention": CONVENTION,
                },
            }
        )
    elif measured:
        _print(card.id, card.output.scale, measured, means, CONVENTION)
    if failed:
        show_failed(failed, summary.failed)
    if not measured and not summary.cancelled:
        say(f"There is no picture to measure on in {data}.")
        return 1
    return summary.exit_status


def _print(
    model: str,
    scale: int,
    measured: list[tuple[str, dict[str, Any]]],
    means: dict[str, float],
    convention: str,
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{model}, scale {scale}", title_justify="left")
    table.add_column("Picture", overflow="fold")
    for name in ("PSNR dB", "bicubic", "gain", "SSIM", "bicubic", "gain"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, result in measured:
        table.add_row(Text(name.encode("utf-8", "backslashreplace").decode()), *_figures(result))
    table.add_section()
    table.add_row(f"mean of {len(measured)}", *_figures(means))
    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    console.print(table)
    console.print(convention + ".", style="dim", markup=False, highlight=False)


def _figures(result: dict[str, Any]) -> list[str]:
    return [
        f"{result['psnr_y']:.2f}",
        f"{result['psnr_y_bicubic']:.2f}",
        f"{result['psnr_gain']:+.2f}",
        f"{result['ssim_y']:.4f}",
        f"{result['ssim_y_bicubic']:.4f}",
        f"{result['ssim_gain']:+.4f}",
    ]
