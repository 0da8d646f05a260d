"""The verbs `train` and `export`: thin; the learning room and with it PyTorch are imported when they run."""

from __future__ import annotations

import os
import shlex
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .faults import CALL_WRONG, say, start_log
from .run import emit, stoppable

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control

#: Seconds a stopped training has for its last checkpoint once whoever started it is gone.
LAST_SECONDS = 60.0


def _missing() -> bool:
    """Say what is missing, if anything of the extra is."""
    from deconv_studio import learning

    gone = learning.missing()
    if gone:
        say(
            f"This verb needs {', '.join(gone)}, which the light install leaves out."
            ' Get it with: pip install "deconv-studio[train]" (in a checkout: pip install ".[train]")'
        )
    return bool(gone)


def train(
    recipe: Annotated[str, typer.Argument(metavar="RECIPE", help="A recipe's name, or a .toml file.")],
    data: Annotated[Path, typer.Option("--data", metavar="DIR", help="The folder of training pictures.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The run's folder.")],
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change the recipe; may be repeated."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress lines.")] = False,
    attended: Annotated[
        bool,
        typer.Option(
            "--attended",
            help="Stop, with a checkpoint, when standard input ends: for a program that starts this one.",
        ),
    ] = False,
) -> int:
    """Train a network from a recipe."""
    if _missing():
        return CALL_WRONG
    start_log()
    from deconv_studio import learning

    def tell(event: dict[str, Any]) -> None:
        if json:
            emit(event)
        elif not quiet:
            say(line_of(event))

    with stoppable() as control:
        if attended:
            threading.Thread(target=stop_with_input, args=(control,), daemon=True).start()
        folder = learning.train(
            recipe,
            data=data,
            out=out,
            overrides=settings or [],
            resume=resume,
            events=tell,
            control=control,
        )
        if control.cancelled:
            return 130
    if not json and not quiet:
        say(f"The run is in {folder}. Make a model of it with: {export_command(out)}")
    return 0


def stop_with_input(control: Control) -> None:
    """Cancel when standard input ends: the same on every system, and also when the other side was killed.

    A training that then does not come to its end is ended, so that none runs on for nobody.
    """
    # Not sys.stdin, whose lock the interpreter wants at its exit while this thread still reads.
    while os.read(sys.stdin.fileno(), 4096):
        continue
    control.cancel()
    time.sleep(LAST_SECONDS)
    os._exit(130)


def export_command(run: Path) -> str:
    """The command that exports a run."""
    return f"deconv-studio export {shlex.quote(str(run))} --out {shlex.quote(str(run / 'model'))}"


def line_of(event: dict[str, Any]) -> str:
    """A training event as a line for people."""
    rest = ", ".join(
        f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
        for key, value in event.items()
        if key != "event" and isinstance(value, int | float | str)
    )
    return f"{event.get('event', 'event')}: {rest}"


def export(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A run's folder, or torchvision:NAME.")],
    out: Annotated[Path, typer.Option("--out", metavar="PATH", help="A model's folder, or an .onnx file.")],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="The data folder, for the card's authors and licences."),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option("--weights", metavar="FILE.pth", help="Weights for torchvision:NAME."),
    ] = None,
    size: Annotated[
        int | None, typer.Option("--size", min=1, max=8192, help="Input side for torchvision:NAME.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> int:
    """Turn a trained network into ONNX, with proof of parity."""
    if _missing():
        return CALL_WRONG
    start_log()
    foreign = source.startswith("torchvision:")
    if foreign and data is not None:
        say("--data is for a run's folder. Leave it out with torchvision:NAME.")
        return CALL_WRONG
    if not foreign and (weights is not None or size is not None):
        say("--weights and --size are for torchvision:NAME. Leave them out with a run's folder.")
        return CALL_WRONG
    options = {"weights": weights, "size": size} if foreign else {"data": data}
    from deconv_studio import learning

    done = learning.export(source, out, **{key: value for key, value in options.items() if value is not None})
    notices = (*done.notices, *_checkerboards(done.path))
    if json:
        emit(
            {
                "event": "done",
                "output": str(done.path.absolute()),
                "card": str(done.card.absolute()) if done.card else None,
                "parity": done.parity,
                "notices": list(notices),
            }
        )
        return 0
    for notice in notices:
        say(notice)
    proof = done.parity
    shapes = ", ".join(" x ".join(map(str, shape)) for shape in proof.shapes)
    typer.echo(
        f"{done.path}: differs from PyTorch by at most {proof.difference:.2g}"
        f" (tolerance {proof.tolerance:.2g}) on inputs of {shapes}."
    )
    return 0


def _checkerboards(path: Path) -> list[str]:
    """Sentences on what in an exported network's build makes checkerboards; none for most networks."""
    from deconv_studio.lens import checkerboard
    from deconv_studio.lens.errors import LensError
    from deconv_studio.tasks.checkerboard import open_network

    try:
        findings = checkerboard.lint(open_network(path, None))
    except LensError as error:
        # The network is written and proved; that it could not be looked over is all there is to say.
        return [f"Not checked for checkerboards: {error}"]
    return [f"{found.node} ({found.op}): {found.text} {found.remedy}" for found in findings]
