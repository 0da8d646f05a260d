"""The verb `checkerboard`: the spectrum at the strides' harmonics, the layer at fault, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .faults import say, start_log
from .run import emit, stoppable

if TYPE_CHECKING:
    from deconv_studio.lens.checkerboard import Examination
    from deconv_studio.lens.graph import Graph


def command(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="An id, .onnx file or exported folder: upscaler or generator."),
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the noise the network is fed.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> int:
    """Find what makes a network's checkerboards."""
    from deconv_studio.lens.checkerboard import examine
    from deconv_studio.tasks.checkerboard import noise_in_range, open_network

    from .inspect import find_network

    start_log()
    with stoppable() as control:
        path, card = find_network(model, {}, control, "upscale")
        graph = open_network(path, card)
        found = examine(graph, noise_in_range(graph, card, seed), control)
    name = card.id if card is not None else path.name
    if json:
        emit(_record(name, graph, found))
    else:
        _tell(name, graph, found)
    return 0


def _record(name: str, graph: Graph, found: Examination) -> dict[str, object]:
    from deconv_studio.lens.checkerboard import THRESHOLD

    return {
        "event": "checkerboard",
        "model": name,
        "model_sha256": graph.sha256,
        "input": list(graph.image_shape),
        "threshold": THRESHOLD,
        "score": found.output.score if found.output is not None else None,
        "layers": list(found.layers),
        "cause": found.cause.layer if found.cause is not None else None,
        "remedy": found.remedy or None,
        "findings": list(found.findings),
    }


def _tell(name: str, graph: Graph, found: Examination) -> None:
    from deconv_studio.lens.checkerboard import THRESHOLD

    if not found.layers:
        typer.echo(f"{name}: no layer enlarges, so none can bring in a checkerboard.")
    else:
        size = " x ".join(str(side) for side in graph.image_shape[1:])
        typer.echo(
            f"{name}, fed noise of {size}: share of the detail that lies at the stride's harmonics"
            f" (0 none, 1 nothing else; above {THRESHOLD:g} it shows)"
        )
        width = max(len(score.layer) for score in found.layers)
        for score in found.layers:
            mark = "  <- brings it in" if found.cause == score else ""
            typer.echo(
                f"  {score.layer:<{width}}  {score.op}, stride {score.stride}: {score.score:.4f}{mark}"
            )
        if found.output is not None and found.output.layer != found.layers[-1].layer:
            typer.echo(f"  {'the result':<{width}}  {found.output.score:.4f}")
        if found.cause is not None:
            typer.echo(f"The layer {found.cause.layer!r} brings in a checkerboard. {found.remedy}")
            if found.output is not None and found.output.score <= THRESHOLD:
                typer.echo(f"Later layers take it out: the result's score is {found.output.score:.4f}.")
        else:
            typer.echo("No layer brings in a checkerboard.")
    told = found.remedy if found.cause is not None else ""
    for finding in found.findings:
        typer.echo(f"{finding.node} ({finding.op}): {finding.text}")
        if finding.remedy != told:
            typer.echo(f"  {finding.remedy}")
    if found.findings and found.cause is None:
        say("The weights make up for what the build would allow; another training may not.")
