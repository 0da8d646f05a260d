"""The `deconv-studio` command: its verbs, each imported when it is called, or the window."""

from __future__ import annotations

import difflib
import importlib
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from deconv_studio import __version__

from .faults import CALL_WRONG, guarded, is_typed, report_unexpected, say

# verb: (where its command is made, the line in --help). A module gives a typer.Typer, or a plain function.
VERBS: dict[str, tuple[str, str]] = {
    "upscale": ("deconv_studio.cli.run:upscale", "Enlarge pictures with a super-resolution network."),
    "segment": ("deconv_studio.cli.run:segment", "Label every pixel of pictures with a segmenting network."),
    "restore": ("deconv_studio.cli.run:restore", "Take the noise out of pictures with a denoising network."),
    "anomaly": ("deconv_studio.cli.run:anomaly", "Find what is not normal: a heat map and a score."),
    "inspect": ("deconv_studio.cli.inspect:command", "Show what excites a unit of a network, in pixels."),
    "atlas": ("deconv_studio.cli.atlas:command", "The strongest patches of every unit over a folder."),
    "compare": ("deconv_studio.cli.compare:command", "Two networks, or fp32 and int8, layer by layer."),
    "checkerboard": ("deconv_studio.cli.checkerboard:command", "Find what makes a network's checkerboards."),
    "sample": ("deconv_studio.cli.sample:command", "Make pictures from noise with a generator."),
    "models": ("deconv_studio.cli.models:app", "List, show, verify, add, remove and install models."),
    "evaluate": ("deconv_studio.cli.evaluate:command", "Measure a model on a folder of pictures."),
    "train": ("deconv_studio.cli.learn:train", "Train a network from a recipe (needs the extra [train])."),
    "export": ("deconv_studio.cli.learn:export", "Turn a trained network into ONNX, with proof of parity."),
    "bench": ("deconv_studio.cli.bench:app", "Speed on this machine, against peers that are installed."),
    "doctor": ("deconv_studio.cli.doctor:command", "Versions, providers and folders, and what is missing."),
}


class Verbs(TyperGroup):
    """A group whose commands are imported when they run; its --help imports none of them."""

    _listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name, (where, _) in VERBS.items() if _is_here(where)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        where, summary = VERBS[cmd_name]
        if self._listing:
            return TyperCommand(cmd_name, short_help=summary, help=summary)
        return _load(cmd_name, where, summary)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self._listing = False


def _is_here(where: str) -> bool:
    """Whether a verb's module is part of this installation; a look at the folder, nothing is imported."""
    module = where.partition(":")[0].rpartition(".")[2]
    return (Path(__file__).parent / f"{module}.py").is_file() or (Path(__file__).parent / module).is_dir()


def _load(name: str, where: str, summary: str) -> Any:
    module, _, attribute = where.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    if isinstance(found, typer.Typer):
        command = typer.main.get_command(found)
    else:
        single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        single.command(name=name, help=found.__doc__ or summary)(guarded(found))
        command = typer.main.get_command(single)
    command.name = name
    return command


app = typer.Typer(
    cls=Verbs,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=False,
    # Plain: the rich form would load half of rich and markdown-it, which takes longer than all the rest.
    rich_markup_mode=None,
    help="Deconv Studio: networks that turn features back into pixels."
    " Without a verb, or with pictures alone, the window opens.",
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"Deconv Studio {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and end."
    ),
) -> None:
    """Take the options that stand before a verb."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb, or open the window.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; the process's own if not given.

    Returns
    -------
    int
        The exit status: 0 done, 1 something failed, 2 the call is wrong, 130 stopped by the user.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if is_for_window(given):
            from .window import open_window

            return open_window(given)
        with _interrupts() as interrupted:
            status = _call(given)
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001  the last resort: a sentence and the log, never a bare traceback
        if is_typed(error):
            say(str(error))
            return CALL_WRONG
        return report_unexpected(error)
    return 130 if interrupted else status


def _call(given: list[str]) -> int:
    try:
        if given and not given[0].startswith("-") and given[0] not in VERBS:
            return _unknown(given[0])
        app(args=given, prog_name="deconv-studio")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Note Ctrl+C: typer turns one that comes while a verb is being imported into status 1."""
    noted: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield noted
        return

    def note(number: int, frame: Any) -> None:
        noted.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


def is_for_window(arguments: Sequence[str]) -> bool:
    """Whether a call has no verb and no option: nothing at all, or paths of things that are there."""
    if any(argument.startswith("-") for argument in arguments):
        return False
    if arguments and arguments[0] in VERBS:
        return False
    return all(Path(argument).exists() for argument in arguments)


def _unknown(word: str) -> int:
    near = difflib.get_close_matches(word, VERBS, 1)
    if near:
        hint = f"Did you mean {near[0]}?"
    else:
        hint = "`deconv-studio --help` lists the verbs."
    say(f"There is no verb and no file {word!r}. {hint}")
    return CALL_WRONG
