"""The verb `models`: what models there are, what one is, and adding, checking and removing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .faults import guarded, say, start_log
from .run import emit, stoppable

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="List, show, verify, add, remove and install models.",
)

_Json = Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")]
_Id = Annotated[str, typer.Argument(metavar="ID", help="A model's id.")]


def _record(entry: Entry) -> dict[str, Any]:
    card = entry.card
    return {
        "event": "model",
        "id": card.id,
        "title": card.title,
        "task": card.task,
        "version": card.version,
        "scale": card.output.scale,
        "color": card.input.color,
        "parameters": card.parameters,
        "size_bytes": card.size_bytes,
        "sha256": card.sha256,
        "licence": card.weights.licence,
        "data_licence": card.data.licence,
        "research_only": card.research_only,
        "origin": entry.origin,
        "path": str(entry.path.absolute()),
    }


def list_models(
    task: Annotated[str | None, typer.Option("--task", help="Only models for this task.")] = None,
    cleared: Annotated[
        bool, typer.Option("--cleared", help="Leave out what may be used for research only.")
    ] = False,
    json: _Json = False,
) -> int:
    """List the models at hand."""
    from deconv_studio.catalog import Catalog

    start_log()
    catalog = Catalog()
    entries = catalog.cards(task, cleared)
    if json:
        for entry in entries:
            emit(_record(entry))
    elif entries:
        _table(entries)
    else:
        typer.echo("There is no model here.")
    for problem in catalog.problems:
        say(str(problem.error))
    return 0


def _table(entries: list[Entry]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("id", "task"):
        table.add_column(name, no_wrap=True)
    table.add_column("scale", justify="right")
    table.add_column("parameters", justify="right")
    table.add_column("size", justify="right", no_wrap=True)
    for name in ("licence", "from"):
        table.add_column(name)
    for entry in entries:
        card = entry.card
        licence = card.weights.licence + (" (research only)" if card.research_only else "")
        table.add_row(
            card.id,
            card.task,
            str(card.output.scale),
            f"{card.parameters:,}",
            values.size(card.total_bytes),
            licence,
            entry.origin,
        )
    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    console.print(table)


def show(model: _Id, json: _Json = False) -> int:
    """Show a model's card: what it is, its licences, what it was measured at."""
    from deconv_studio.catalog import Catalog

    start_log()
    entry = Catalog().get(model)
    if json:
        emit({**_record(entry), "card": entry.card.model_dump(mode="json")})
        return 0
    typer.echo(entry.card.to_toml().rstrip())
    typer.echo(f"\n# {entry.origin}, in {entry.folder}")
    return 0


def verify(
    models: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Models to check; all if none is named.")
    ] = None,
    json: _Json = False,
) -> int:
    """Check that models' files are what their cards say (SHA-256)."""
    from deconv_studio.catalog import Catalog, CatalogError

    start_log()
    catalog = Catalog()
    status = 0
    for name in models or [entry.card.id for entry in catalog.cards()]:
        error = None
        try:
            path = catalog.verify(name)
        except CatalogError as fault:
            error, status = fault, 1
        if json:
            emit(
                {
                    "event": "item",
                    "id": name,
                    "status": "failed" if error else "done",
                    "path": None if error else str(path.absolute()),
                    "error": (
                        {"kind": error.kind, "message": error.message, "hint": error.hint} if error else None
                    ),
                }
            )
        else:
            typer.echo(f"{name}: {error or 'as its card says'}")
    for problem in catalog.problems if not models else ():
        say(str(problem.error))
        status = 1
    return status


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .onnx file, or the folder of an export.")],
    name: Annotated[
        str | None, typer.Option("--id", help="The model's id; the file's name if not given.")
    ] = None,
    mean: Annotated[
        str | None, typer.Option("--mean", parser=values.numbers, metavar="N[,N,N]", help="Of the input.")
    ] = None,
    std: Annotated[
        str | None, typer.Option("--std", parser=values.numbers, metavar="N[,N,N]", help="Of the input.")
    ] = None,
    range: Annotated[
        str | None,
        typer.Option(
            "--range", parser=values.numbers, metavar="LOW,HIGH", help="Of the input, such as 0,255."
        ),
    ] = None,
    licence: Annotated[str | None, typer.Option("--licence", help="Of the weights.")] = None,
    json: _Json = False,
) -> int:
    """Add an .onnx file: it is probed, given a card, and copied into your folder."""
    from deconv_studio.catalog import Catalog

    from .foreign import card_for, file_named

    start_log()
    file = file_named(file)
    with stoppable() as control:
        _, card = card_for(file, mean, std, range, control, name=name, licence=licence)
    entry = Catalog().add(file, card)
    if json:
        emit(_record(entry))
    else:
        typer.echo(
            f"Added {entry.card.id}: {card.task}, scale {card.output.scale}, {card.input.color},"
            f" in {entry.folder}"
        )
    return 0


def remove(model: _Id, json: _Json = False) -> int:
    """Remove a model you added."""
    from deconv_studio.catalog import Catalog

    start_log()
    Catalog().remove(model)
    if json:
        emit({"event": "item", "id": model, "status": "done"})
    else:
        typer.echo(f"Removed {model}.")
    return 0


def install(
    pack: Annotated[
        str | None, typer.Argument(metavar="[PACK]", help="A pack's name; without it, the list.")
    ] = None,
    json: _Json = False,
) -> int:
    """Install an optional pack of models."""
    from deconv_studio.catalog.packs.install import install_pack
    from deconv_studio.catalog.packs.registry import find_pack, known_packs

    start_log()
    if pack is None:
        for known in known_packs():
            if json:
                emit({"event": "pack", "id": known.id, "title": known.title, "licence": known.licence})
            else:
                typer.echo(
                    f"{known.id}: {known.title} ({known.licence}, {values.size(known.download_bytes)})"
                )
        return 0
    found = find_pack(pack)
    say(f"{found.title}: {found.licence}. {found.notice}")
    with stoppable() as control:
        entries = install_pack(found, control=control)
    for entry in entries:
        if json:
            emit(_record(entry))
        else:
            typer.echo(f"Installed {entry.card.id}.")
    return 0


for _name, _function in (
    ("list", list_models),
    ("show", show),
    ("verify", verify),
    ("add", add),
    ("remove", remove),
    ("install", install),
):
    app.command(_name, help=_function.__doc__)(guarded(_function))
