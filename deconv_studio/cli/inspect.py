"""The verb `inspect`: a unit of a network's layer back in pixels, its layers as a list, its reverse graph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from deconv_studio import batch, tasks

from .faults import say, start_log
from .run import (
    check_report,
    emit,
    find_model,
    make_plan,
    run_plan,
    show_licence,
    show_plan,
    stoppable,
    verb_of,
)

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Inspection
    from deconv_studio.engine.control import Control
    from deconv_studio.tasks import Task
    from deconv_studio.tasks.inspect import InspectOptions, Inspector

_GRAPH: dict[str, Any] = {"rich_help_panel": "Instead of a picture"}

_MORE: dict[str, tuple[Any, Any, Any]] = {
    "inputs": (
        list[str] | None,
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, or - for standard input; not needed for --list and --export.",
            show_default=False,
        ),
        None,
    ),
    "name": (
        str,
        typer.Option(
            "--name",
            help="Pattern of what stands before .LAYER.UNIT.RULE: {stem}, {suffix}, {model}, {task}.",
            rich_help_panel="Files",
        ),
        "{stem}",
    ),
    "list": (
        bool,
        typer.Option("--list", help="Print the layers that can be projected back, as JSON.", **_GRAPH),
        False,
    ),
    "export": (
        Path | None,
        typer.Option(
            "--export",
            help="Write picture and seed to reconstruction as one ONNX graph, for example net.recon.onnx;"
            " with --out or --save the pictures are inspected too.",
            metavar="FILE.onnx",
            **_GRAPH,
        ),
        None,
    ),
}


def _run(task: Task, own: dict[str, Any], given: dict[str, Any]) -> int:
    start_log()
    # Left at its default, --save does not say that pictures are to be saved beside an export.
    saves = own["save"] != task.options_type.model_fields["save"].default or given["out"] is not None
    options: InspectOptions = task.options(**own)
    check_report(given)
    given["inputs"] = given["inputs"] or []
    check_processor("inspect", given["provider"])
    if not given["inputs"] and not given["list"] and given["export"] is None:
        raise batch.errors.CallWrong(
            "There is no input.",
            "Name files or folders, - for standard input, or ask for --list or --export.",
        )
    with stoppable() as control:
        inspector = _inspector(given, control)
        first = _size_of_first(given["inputs"]) if inspector.card is not None else None
        size = None if first is None else inspector.fed_size(*first, inspector.most_pixels())
        if given["list"]:
            return _list(inspector, size, given)
        options, notices = inspector.resolve(options, size)
        if not given["quiet"]:
            for notice in notices:
                say(notice)
        if given["export"] is not None:
            if first is not None:
                size = inspector.fed_size(*first, inspector.most_pixels(options.layer, options.rule))
            _export(inspector, options, size, given)
            if not given["inputs"] or not saves:
                return 0
        card = inspector.card
        if card is None:
            inspector.check_picture()
            raise TypeError("a network that takes pictures has a card")
        plan = make_plan(task, options, card, given)
        if given["dry_run"]:
            return show_plan(plan, given, card)
        show_licence(card, quiet=given["quiet"] or given["json"])
        return run_plan(plan, inspector, given, control)


def check_processor(verb: str, provider: str) -> None:
    """Refuse a provider that a verb which looks into networks does not run on.

    Raises
    ------
    CallWrong
    """
    if provider not in ("auto", "cpu"):
        raise batch.errors.CallWrong(
            f"{verb} runs on the processor, not on {provider}.", "Leave --provider out."
        )


def _inspector(given: dict[str, Any], control: Control) -> Inspector:
    """Open the network that --model names.

    Raises
    ------
    CatalogError, LensError, TaskError, CallWrong
    """
    from deconv_studio.tasks.inspect import Inspector

    path, card = find_network(given["model"], given, control, "inspect")
    return Inspector(
        path,
        card=card,
        mean=given["mean"],
        std=given["std"],
        value_range=given["range"],
        threads=given["threads"],
        memory=given["memory"],
    )


def find_network(
    name: str | None, given: dict[str, Any], control: Control, verb: str
) -> tuple[Path, Card | None]:
    """Find a network by id or path; unlike `find_model`, it need not map pictures to pictures.

    Parameters
    ----------
    name : str or None
        A card's id, or the path of an .onnx file.
    given : dict
        ``mean``, ``std`` and ``range`` go into the card of a file that has none.
    control : Control
    verb : str
        What the message calls itself.

    Returns
    -------
    (Path, Card or None)
        The file, its hash checked where it has a card; no card for a file without one that takes no picture.

    Raises
    ------
    CatalogError, CallWrong
    """
    from deconv_studio.catalog import Catalog, Entry, inspect_file

    from .foreign import card_beside, checked_file

    if name is None:
        known = ", ".join(entry.card.id for entry in Catalog().cards())
        raise batch.errors.CallWrong(
            "No model is named.", f"Name one with --model: an .onnx file, or one of {known}."
        )
    path = Path(name)
    if not (path.suffix.lower() == ".onnx" or os.sep in name or path.is_file()):
        entry, card = find_model(name, given, control)
        return (entry if isinstance(entry, Path) else entry.verified_path()), card
    path = checked_file(path, given.get("range"))
    overridden = any(given.get(key) is not None for key in ("mean", "std", "range"))
    found = None if overridden else card_beside(path)
    if found is not None:
        return Entry(found, path.parent, "user").verified_path(), found
    facts = inspect_file(path)
    return path, _stand_in(path, facts, given, verb)


def _stand_in(path: Path, facts: Inspection, given: dict[str, Any], verb: str) -> Card | None:
    """Make a card for a file that has none: how it is fed and what it is called, nothing measured."""
    from deconv_studio.catalog import Card
    from deconv_studio.lens.graph import load_model
    from deconv_studio.tasks.errors import OptionsInvalid
    from deconv_studio.tasks.inspect import preparation_of

    try:
        spec = preparation_of(load_model(path)[0], path.name)
    except OptionsInvalid:
        return None  # its layers can still be listed; the verb says so where a picture is needed
    # As many values as do not fit are left for the inspector to refuse in its own words.
    mean, std = (
        given.get(key) if len(given.get(key) or ()) in (1, spec.channels) else None for key in ("mean", "std")
    )
    return Card.for_user_model(
        path.stem,
        path,
        input_name=facts.inputs[0].name if facts.inputs else "input",
        output_name=facts.outputs[0].name if facts.outputs else "output",
        channels=3 if spec.channels == 3 else 1,
        scale=1,
        receptive_field=0,
        layout="NHWC" if spec.channels_last else "NCHW",
        fixed_size=spec.fixed,
        value_range=given.get("range") or (0.0, 1.0),
        mean=mean or (0.0,),
        std=std if std and all(std) else (1.0,),
        color="rgb" if spec.channels == 3 else "gray",
        task=verb,
        parameters=facts.parameters,
        external_data=facts.external_data,
    )


def _size_of_first(inputs: list[str]) -> tuple[int, int] | None:
    """Height and width of the first input, if that is a file whose header can be read."""
    from deconv_studio import imaging

    first = next((name for name in inputs if name != "-"), None)
    if first is None or not Path(first).is_file():
        return None
    try:
        header = imaging.read_header(Path(first))
    except imaging.ImagingError:
        return None  # the run will say what is wrong with it
    return header.height, header.width


def _list(inspector: Inspector, size: tuple[int, int] | None, given: dict[str, Any]) -> int:
    from deconv_studio.tasks.inspect import layers_as_json

    layers = inspector.layers(size)
    if given["json"]:
        for layer in layers:
            emit({"event": "layer", **layer})
    else:
        typer.echo(layers_as_json(layers))
    if not layers:
        say("No layer of this network can be projected back.")
    return 0


def _export(
    inspector: Inspector, options: InspectOptions, size: tuple[int, int] | None, given: dict[str, Any]
) -> None:
    path: Path = given["export"]
    if path.suffix.lower() != ".onnx":
        raise batch.errors.CallWrong(
            f"--export {path.name} does not end in .onnx.", f"Write for example {path.stem}.recon.onnx."
        )
    if options.rule not in ("deconvnet", "guided", "gradient"):
        raise batch.errors.CallWrong(
            f"{options.rule} is no projection, so it has no reverse graph.",
            "Choose --rule deconvnet, guided or gradient.",
        )
    if path.exists() and path.samefile(inspector.path):
        raise batch.errors.CallWrong(f"--export {path} is the network itself.", "Give another name.")
    skip = given["exists"] == "skip" and path.exists()
    if not skip:
        path = inspector.export(
            options.layer, options.rule, path, size, overwrite=given["exists"] == "overwrite"
        )
    if given["json"]:
        emit(
            {
                "event": "export",
                "output": str(path.absolute()),
                "status": "skipped" if skip else "done",
                "layer": options.layer,
                "rule": options.rule,
                "model": inspector.name,
                "model_sha256": inspector.sha256,
            }
        )
    elif not given["quiet"]:
        say(f"{path} is there already; left as it is." if skip else f"Written: {path}.")


command = verb_of(tasks.get("inspect"), _run, _MORE)
