"""The verb `checkerboard`: the spectrum at the strides' harmonics, the layer at fault, and what mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .faults import say, start_log
from .run import emit, stoppable

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from deconv_studio.catalog import Card
    from deconv_studio.lens.checkerboard import Examination
    from deconv_studio.lens.graph import Graph

# Sides at which a network that takes any size is tried, the first that it takes.
_SIDES = (48, 64, 96, 128, 224, 256)


def command(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A model's id, or an .onnx file: upscaler or generator.")
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the noise the network is fed.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> int:
    """Find what makes a network's checkerboards."""
    from deconv_studio.lens.checkerboard import examine

    from .inspect import find_network

    start_log()
    with stoppable() as control:
        path, card = find_network(model, {}, control, "upscale")
        graph = open_network(path, card)
        found = examine(graph, _fed(graph, card, seed), control)
    name = card.id if card is not None else path.name
    if json:
        emit(_record(name, graph, found))
    else:
        _tell(name, graph, found)
    return 0


def open_network(path: Path, card: Card | None) -> Graph:
    """Open a network at a size it takes.

    Parameters
    ----------
    path : Path
        An .onnx file.
    card : Card, optional
        Says what sizes and channels it takes.

    Raises
    ------
    LensError
    """
    import numpy as np
    from onnx import numpy_helper

    from deconv_studio.lens.errors import InputMismatch, LensError
    from deconv_studio.lens.graph import Graph, load_model

    model, sha256 = load_model(path)
    if card is not None and card.latent is not None and card.latent.class_name is not None:
        # One class stands for all: the layers are the same.
        model.graph.initializer.append(numpy_helper.from_array(np.zeros(1, np.int64), card.latent.class_name))
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in stored]
    sizes = [dim.dim_value for dim in inputs[0].type.tensor_type.shape.dim] if inputs else []
    if len(inputs) != 1 or all(sizes[1:]):
        return Graph(model, sha256=sha256)  # it has its size, or says what is wrong with its inputs
    if len(sizes) != 4:
        raise InputMismatch(
            f"{path.name} leaves the size of {inputs[0].name!r} open, and it is no picture.",
            "Export it with a fixed size.",
        )
    last = card is not None and card.input.layout == "NHWC"
    channels = card.input.channels if card is not None else (sizes[1] or 3)
    multiple = card.input.size_multiple if card is not None else 1
    first: LensError | None = None
    for side in _SIDES:
        side = -(-max(side, card.input.minimum if card is not None else 1) // multiple) * multiple
        wanted = (1, side, side, channels) if last else (1, channels, side, side)
        try:
            return Graph(
                model, size=[have or want for have, want in zip(sizes, wanted, strict=True)], sha256=sha256
            )
        except LensError as error:
            first = first or error
    raise first or InputMismatch(f"{path.name} takes none of the sizes tried.")


def _fed(graph: Graph, card: Card | None, seed: int) -> np.ndarray:
    """Make the noise, in the range the card says pictures are fed in."""
    import numpy as np

    from deconv_studio.lens.checkerboard import noise_for

    noise = noise_for(graph, seed)
    if card is not None and card.latent is not None:
        if card.latent.distribution == "uniform":
            noise = np.random.default_rng(seed).uniform(-1, 1, noise.shape).astype(np.float32)
        return noise
    if card is None or len(noise.shape) != 4 or min(noise.shape[2:]) < 2:
        return noise
    low, high = card.input.range
    shape = (1, 1, 1, -1) if card.input.layout == "NHWC" else (1, -1, 1, 1)
    mean, std = (np.array(values, np.float32).reshape(shape) for values in (card.input.mean, card.input.std))
    return ((noise * np.float32(high - low) + np.float32(low) - mean) / std).astype(np.float32)


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
        else:
            typer.echo("No layer brings in a checkerboard.")
    told = found.remedy if found.cause is not None else ""
    for finding in found.findings:
        typer.echo(f"{finding.node} ({finding.op}): {finding.text}")
        if finding.remedy != told:
            typer.echo(f"  {finding.remedy}")
    if found.findings and found.cause is None:
        say("The weights make up for what the build would allow; another training may not.")
