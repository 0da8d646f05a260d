"""PyTorch to ONNX, written only when both compute the same on photo-like pictures."""

from __future__ import annotations

import csv
import logging
import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.utils import parametrize

from deconv_studio.catalog.card import Author, Card
from deconv_studio.learning import checkpoint as checkpoints
from deconv_studio.learning.errors import CheckpointError, DataError, ParityError, SourceError
from deconv_studio.learning.jobs import build_network
from deconv_studio.learning.recipe import (
    AdversarialData,
    AnomalyData,
    DenoisingData,
    Recipe,
    SegmentationData,
    SuperResolutionData,
)

OPSET = 18
TOLERANCE = 1e-4
"""Largest difference between PyTorch and ONNX Runtime, relative to the largest output value (at least 1)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parity:
    """What the proof compared: the largest difference over all inputs, relative as in `TOLERANCE`."""

    difference: float
    tolerance: float
    shapes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Exported:
    """A finished export: the file, its card where there is one, the proof, and what a person should know."""

    path: Path
    card: Path | None
    parity: Parity
    notices: tuple[str, ...] = ()


def photo_like(shape: tuple[int, ...], seed: int = 0) -> NDArray[np.float32]:
    """Return smooth shapes with edges and a little texture: uniform noise would flatter or defame a network.

    Parameters
    ----------
    shape : tuple
        ``(N, C, H, W)``.

    Returns
    -------
    ndarray
        float32 in [0, 1].
    """
    n, c, h, w = shape
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    out = np.empty(shape, np.float32)
    for index in np.ndindex(n, c):
        a, b, cx, cy, r = rng.uniform(0, 1, 5)
        wave = 0.5 + 0.25 * np.sin((x * a + y * b) / 7) + 0.2 * np.cos(y * a / 3)
        disc = np.hypot(x / max(1, w) - cx, y / max(1, h) - cy) < 0.1 + 0.3 * r
        out[index] = np.where(disc, 1 - wave, wave) + rng.normal(0, 0.01, (h, w))
    return out.clip(0, 1)


def to_onnx(
    network: nn.Module,
    example: torch.Tensor | tuple[torch.Tensor, ...],
    *,
    dynamic: dict[int, str],
    names: tuple[str, ...],
    multiple: int = 1,
) -> onnx.ModelProto:
    """Export a network with one output.

    Parameters
    ----------
    network : Module
    example : Tensor or tuple of Tensor
        ``(N, C, H, W)`` float32, or one for each input; free axes must be 2 or more, or the exporter takes
        them for constants.
    dynamic : dict
        Axis of the inputs to the name of its free size.
    names : tuple of str
        What the inputs and the output, the last, are called.
    multiple : int
        Free heights and widths are multiples of it; `example` has two or more of it.

    Returns
    -------
    ModelProto
        Without the exporter's stack traces, which name files of the machine it ran on.
    """
    network = network.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    examples = example if isinstance(example, tuple) else (example,)
    sizes: dict[int, Any] = {axis: torch.export.Dim(name, min=1) for axis, name in dynamic.items()}
    if multiple > 1:
        sizes = {axis: multiple * size if axis >= 2 else size for axis, size in sizes.items()}
    shapes = tuple({axis: size for axis, size in sizes.items() if axis < one.ndim} for one in examples)
    quiet = logging.getLogger("torch.onnx")
    level = quiet.level
    quiet.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            program = torch.onnx.export(
                network,
                examples,
                dynamo=True,
                opset_version=OPSET,
                input_names=list(names[:-1]),
                output_names=[names[-1]],
                dynamic_shapes=shapes if sizes else None,
                verbose=False,
            )
    finally:
        quiet.setLevel(level)
    if program is None:
        raise ParityError("The exporter gave no ONNX network.", "Update torch and onnxscript.")
    model: onnx.ModelProto = program.model_proto
    for thing in [*model.graph.node, *model.graph.initializer, *model.graph.value_info]:
        thing.doc_string = ""
        del thing.metadata_props[:]
    for function in model.functions:
        function.doc_string = ""
    for thing in [*model.graph.input, *model.graph.output]:
        del thing.metadata_props[:]
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    model.doc_string = model.graph.doc_string = ""
    onnx.checker.check_model(model, full_check=True)
    return model


Values = NDArray[np.float32] | tuple[NDArray[Any], ...]


def prove(network: nn.Module, model: onnx.ModelProto, inputs: Sequence[Values]) -> Parity:
    """Run both on the same inputs, each an array or one for each input of the network, and compare.

    Raises
    ------
    ParityError
        If they differ by more than `TOLERANCE`, with the difference and the shape of the input.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [item.name for item in session.get_inputs()]
    worst = 0.0
    shapes = []
    for given in inputs:
        values = given if isinstance(given, tuple) else (given,)
        shapes.append(values[0].shape)
        with torch.no_grad():
            expected = network(*(torch.from_numpy(value) for value in values)).numpy()
        (got,) = session.run(None, dict(zip(names, values, strict=True)))
        if got.shape != expected.shape:
            raise ParityError(
                f"ONNX Runtime gives {got.shape} for an input of {shapes[-1]}, PyTorch {expected.shape}.",
                "Nothing was written. Export with other dynamic axes, or report the operator.",
            )
        difference = float(np.abs(got - expected).max() / max(1.0, float(np.abs(expected).max())))
        if not difference <= TOLERANCE:
            raise ParityError(
                f"PyTorch and ONNX Runtime differ by {difference:.2e} (tolerance {TOLERANCE:.0e}) "
                f"on an input of {shapes[-1]}.",
                "Nothing was written. Update torch or onnxruntime, or report the network.",
            )
        worst = max(worst, difference)
    return Parity(worst, TOLERANCE, tuple(shapes))


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a model aside, flush it to disk, and rename it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.write(model.SerializeToString(deterministic=True))
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _bake_parametrizations(network: nn.Module) -> None:
    """Make every parametrized tensor a plain one, so that the file holds values and no arithmetic."""
    for module in network.modules():
        if parametrize.is_parametrized(module):
            for name in list(module.parametrizations):  # type: ignore[arg-type]
                parametrize.remove_parametrizations(module, name)


def export_run(source: Path, out: Path, *, data: Path | None = None) -> Exported:
    """Export the best weights of a training run as a model folder with its card.

    Parameters
    ----------
    source : Path
        A run's folder, or one checkpoint in it.
    out : Path
        The model's folder (``card.toml`` and ``model.onnx``), or a file ending in ``.onnx`` (then no card).
    data : Path, optional
        The data folder; its ``attribution.csv`` gives the card's authors and licences.

    Raises
    ------
    CheckpointError, ParityError, DataError
    """
    best = source / "best"
    saved = checkpoints.load(best if best.is_dir() else source)
    newest = checkpoints.load(source).state
    recipe = Recipe.model_validate(saved.state["recipe"])
    network: Any = build_network(recipe)
    network.load_state_dict(saved.average)
    _bake_parametrizations(network)
    network.eval()
    section, multiple = recipe.data, 1
    fitting: tuple[torch.Tensor, ...] | None = None
    proof: list[Values] | None = None
    names: tuple[str, ...]
    if isinstance(section, SuperResolutionData):
        names, channels, side, free = ("image", "enlarged"), 1, 24, {0: "N", 2: "H", 3: "W"}
        shapes = [(1, 1, 64, 48), (2, 1, 33, 57), (1, 1, 1, 1)]
    elif isinstance(section, SegmentationData):
        names, channels, free = ("image", "logits"), section.channels, {0: "N", 2: "H", 3: "W"}
        multiple = int(network.size_multiple)
        least = int(getattr(network, "minimum", multiple))
        side = least + multiple
        shapes = [(1, channels, side, side + multiple), (2, channels, side + 3 * multiple, least)]
        shapes.append((1, channels, least, least))
    elif isinstance(section, AdversarialData):
        network = _ByNumber(network)
        channels, side, free, shapes = section.channels, section.size, {0: "N"}, []
        names = ("z", "class", "picture") if section.classes else ("z", "picture")
        fitting, proof = _latents(network.generator, 2), [_arrays(network.generator, n) for n in (1, 3)]
    elif isinstance(section, DenoisingData):
        names, channels, free = ("image", "strength", "restored"), section.channels, {0: "N", 2: "H", 3: "W"}
        multiple = int(network.size_multiple)
        side, shapes = 8 * multiple, []
        told = torch.tensor([-1.0, 0.1])
        fitting = (torch.rand(2, channels, side, side), told)
        proof = [
            (photo_like((1, channels, 4 * multiple, 9 * multiple)), told.numpy()[:1]),
            (photo_like((2, channels, side, multiple), 1), told.numpy()),
        ]
    elif isinstance(section, AnomalyData):
        if not saved.state["facts"].get("normal"):
            raise CheckpointError(
                f"{source} was stopped before it had measured what is normal.",
                "Go on with it: deconv-studio train with --resume.",
            )
        names, channels, free = ("image", "heat"), section.channels, {0: "N", 2: "H", 3: "W"}
        multiple = int(network.size_multiple)
        least = int(network.minimum)
        side = least + multiple
        shapes = [(1, channels, side, 4 * side), (2, channels, 3 * side, least), (1, channels, least, least)]
    else:
        names, channels, side, free = ("image", "scores"), 3, section.size, {0: "N"}
        shapes = [(1, 3, side, side), (3, 3, side, side)]
    model = to_onnx(
        network,
        fitting or torch.rand(2, channels, side, side),
        dynamic=free,
        names=names,
        multiple=multiple,
    )
    parity = prove(network, model, proof or [photo_like(shape, seed) for seed, shape in enumerate(shapes)])
    if out.suffix == ".onnx":
        save(model, out)
        return Exported(out, None, parity)
    save(model, out / "model.onnx")
    if isinstance(section, SuperResolutionData):
        facts: dict[str, Any] = {
            "scale": section.scale,
            "receptive_field": int(network.receptive_radius),
            "gflops_per_megapixel": round(_flops_per_pixel(network, section.scale) / 1e3, 3),
        }
    elif isinstance(section, SegmentationData | AnomalyData):
        facts = {
            "scale": 1,
            "receptive_field": effective_radius(network, channels, multiple),
            "size_multiple": multiple,
            "minimum": least,
            "color": "gray" if channels == 1 else "rgb",
            "research_only": recipe.credits is not None and recipe.credits.research_only,
            "gflops_per_megapixel": round(_measured_flops(network, channels), 1),
        }
    elif isinstance(section, DenoisingData):
        facts = {
            "scale": 1,
            "receptive_field": int(network.receptive_radius),
            "size_multiple": multiple,
            "color": "gray" if channels == 1 else "rgb",
        }
    else:
        # A classifier sees all of its one picture, a generator makes it: no tiles, so no radius.
        facts = {"scale": 1, "receptive_field": 0, "fixed_size": (side, side)}
        if channels == 1:
            facts["color"] = "gray"
    card = Card.for_user_model(
        recipe.id,
        out / "model.onnx",
        input_name=names[0],
        output_name=names[-1],
        channels=1 if channels == 1 else 3,
        task=recipe.task,
        title=recipe.title,
        description=recipe.description,
        licence=recipe.licence,
        authors=("The Deconv Studio authors",),
        source=f"trained by the recipe {recipe.id}",
        parameters=sum(p.numel() for p in network.parameters()),
        **facts,
    )
    if isinstance(section, AdversarialData):
        latent = {"name": "z", "size": network.generator.latent, "rank": 2}
        latent |= {"class_name": "class"} if section.classes else {}
        card = card.replace(latent=latent, classes=[{"name": name} for name in section.classes])
    elif isinstance(section, DenoisingData):
        card = card.replace(strength={"name": "strength", "largest": section.sigma[1]})
    elif isinstance(section, AnomalyData):
        card = _knowing_normal(card, section, saved.state["facts"], network)
    elif isinstance(section, SegmentationData):
        card = _labelling(card, section, saved.state["facts"]["classes"], network)
    else:
        card = card.replace(classes=[{"name": name} for name in getattr(section, "classes", ())])
    card = card.replace(
        data=_credits(data, recipe),
        training={
            "recipe": f"deconv_studio/learning/recipes/{recipe.id}.toml",
            "command": f"deconv-studio train {recipe.id} --data DIR --out DIR",
            "seed": recipe.fit.seed,
            "seconds": round(newest["seconds"]),
            "curve": [(float(a), float(b)) for a, b in newest["curve"]],
        },
    )
    former = out / "card.toml"
    if former.is_file():
        old = Card.from_toml(former)
        if old.sha256 == card.sha256:  # the same weights: what was measured of them still holds
            card = card.replace(results=[r.model_dump() for r in old.results])
    part = out / ".card.toml.part"
    part.write_text(card.to_toml(), encoding="utf-8")
    part.replace(former)
    return Exported(out / "model.onnx", former, parity)


class _ByNumber(nn.Module):
    """A generator whose classes are given as numbers ``(N,)`` int64 instead of one-hot rows."""

    def __init__(self, generator: nn.Module) -> None:
        super().__init__()
        self.generator: Any = generator

    def forward(self, z: torch.Tensor, number: torch.Tensor | None = None) -> torch.Tensor:
        if number is None:
            return self.generator(z)
        rows = torch.eye(self.generator.classes, device=z.device)
        return self.generator(z, rows[number])


def _arrays(generator: Any, count: int) -> tuple[NDArray[Any], ...]:
    rng = np.random.default_rng(count)
    z = rng.standard_normal((count, generator.latent), np.float32)
    return (z, rng.integers(generator.classes, size=count)) if generator.classes else (z,)


def _latents(generator: Any, count: int) -> tuple[torch.Tensor, ...]:
    return tuple(torch.from_numpy(value) for value in _arrays(generator, count))


def effective_radius(network: nn.Module, channels: int, multiple: int, side: int = 768) -> int:
    """Return the radius outside of which a thousandth of a pixel's gradient lies, rounded up to `multiple`.

    Deep encoders depend on half a thousand pixels to each side by their kernels, but hardly on the outer ones
    (Luo et al. 2016, "Understanding the effective receptive field"); tiles that overlap by all of them would
    be mostly overlap.

    Parameters
    ----------
    network : Module
        Maps ``(N, C, H, W)`` to ``(N, K, H, W)``.
    channels, multiple : int
        Of the input; what its sides are multiples of.
    side : int
        Of the square picture this is measured on, at its middle.

    Returns
    -------
    int
        Pixels, at most half of `side`.
    """
    side -= side % multiple
    picture = torch.from_numpy(photo_like((1, channels, side, side))).requires_grad_(True)
    middle = side // 2
    (gradient,) = torch.autograd.grad(network(picture)[..., middle, middle].sum(), picture)
    rows, columns = np.mgrid[:side, :side] - middle
    rings = np.maximum(np.abs(rows), np.abs(columns)).ravel()
    mass = np.bincount(rings, gradient.abs().sum((0, 1)).numpy().ravel()).cumsum()
    radius = int(np.searchsorted(mass, 0.999 * mass[-1]))
    return min(-(-radius // multiple) * multiple, middle)


def _measured_flops(network: nn.Module, channels: int, side: int = 256) -> float:
    """Return 10^9 floating point operations for a million pixels, counted by PyTorch."""
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(torch.zeros(1, channels, side, side))
    return counter.get_total_flops() / side**2 / 1e3


def _flops_per_pixel(network: nn.Module, scale: int) -> float:
    """Return floating point operations per output pixel (two a multiplication and addition), in 1e0."""
    total = 0.0
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            total += 2 * module.weight.numel() / scale**2
    return total


def _labelling(card: Card, section: SegmentationData, classes: list[dict[str, str]], network: Any) -> Card:
    """Return the card with its classes, instances, and whose encoder the weights began with."""
    changes: dict[str, Any] = {
        "classes": classes,
        "output": card.output.model_dump() | {"kind": "logits"},
    }
    if section.distance:
        changes["instances"] = {
            "kind": "distance",
            "class_name": section.instances_of,
            "marker": section.marker,
            "foreground": section.foreground,
            "minimum_area": section.minimum_area,
        }
    if getattr(network, "pretrained", False):
        from deconv_studio.catalog.packs.registry import find_pack

        (start,) = find_pack(network.encoder.pack).models
        weights = card.weights
        changes["weights"] = weights.model_dump() | {
            "authors": (*weights.authors, *start.weights.authors),
            "source": f"{weights.source}; the encoder began as {start.title} ({start.weights.licence}), "
            f"trained on {start.data.name}",
        }
    return card.replace(**changes)


def _knowing_normal(card: Card, section: AnomalyData, facts: dict[str, Any], network: Any) -> Card:
    """Return the card with what is normal, and whose encoder the weights began with."""
    changes: dict[str, Any] = {
        "output": card.output.model_dump() | {"kind": "heat"},
        "input": card.input.model_dump() | {"working_side": section.side},
        "anomaly": facts["normal"],
    }
    if network.start:
        from deconv_studio.catalog import Catalog

        first = Catalog().get(network.start).card.weights
        weights = card.weights
        own = [author for author in first.authors if author not in weights.authors]
        changes["weights"] = weights.model_dump() | {
            "authors": (*weights.authors, *own),
            "source": f"{weights.source}; the encoder began as that of {network.start} ({first.licence}):"
            f" {first.source}",
        }
    return card.replace(**changes)


def _credits(data: Path | None, recipe: Recipe) -> dict[str, Any]:
    """Return the card's data section, from the recipe's credits or the folder's attribution.csv."""
    if recipe.credits is not None:
        credit = recipe.credits
        whole = Author(file="*", author=credit.author, licence=credit.licence).model_dump()
        return {
            "name": credit.name,
            "licence": credit.licence,
            "authors": [whole],
            "research_only": credit.research_only,
        }
    if data is None:
        return {"name": "not named", "licence": "unknown"}
    table = data / "attribution.csv"
    if not table.is_file():
        raise DataError(
            f"{data} has no attribution.csv.",
            "A card names who made the training data: add one with file,author,licence.",
        )
    with table.open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["file"].startswith(f"{recipe.data.train}/")]
    authors = [Author(file=r["file"], author=r["author"], licence=r["licence"]).model_dump() for r in rows]
    licences = sorted({re.sub(r" \(.*\)", "", r["licence"]) for r in rows})
    return {
        "name": f"{len(rows)} openly licensed photographs ({data.name})",
        "licence": ", ".join(licences),
        "authors": authors,
    }


def export_torchvision(name: str, out: Path, *, weights: Path | None = None, size: int = 224) -> Exported:
    """Export a torchvision classifier.

    Parameters
    ----------
    name : str
        A builder of ``torchvision.models``, such as ``resnet18``.
    out : Path
        A file ending in ``.onnx``.
    weights : Path, optional
        A state dict (``.pth``), read with ``weights_only=True``. Without it torchvision's own download in its
        cache is used if it is there, and random weights, said so in a notice, if not. Nothing is downloaded.
    size : int
        Height and width of the input.

    Raises
    ------
    SourceError
        If torchvision has no such model or the weights do not fit it.
    ParityError
        If the two differ; nothing is written then.
    """
    from torchvision import models

    if name not in models.list_models(module=models):
        import difflib

        close = difflib.get_close_matches(name, models.list_models(module=models), 3)
        raise SourceError(
            f"torchvision has no classifier {name!r}.", f"Near: {', '.join(close)}." if close else ""
        )
    torch.manual_seed(0)
    options = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = models.get_model(name, weights=None, **options)
    notices: list[str] = []
    known = models.get_model_weights(name).DEFAULT
    cached = Path(torch.hub.get_dir()) / "checkpoints" / Path(known.url).name
    file = weights or (cached if cached.is_file() else None)
    if file is None:
        notices.append(f"{name} has random weights: give --weights FILE.pth for trained ones.")
    else:
        try:
            network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
        except (OSError, RuntimeError, ValueError) as error:
            raise SourceError(
                f"{file} does not fit {name}: {str(error).splitlines()[0]}", "Give its own weights."
            ) from error
    network.eval()
    if hasattr(network, "aux_logits"):
        network.aux_logits = False
        network.aux1 = network.aux2 = None
    model = to_onnx(network, torch.rand(2, 3, size, size), dynamic={0: "N"}, names=("image", "scores"))
    parity = prove(network, model, [photo_like((1, 3, size, size)), photo_like((3, 3, size, size), 1)])
    save(model, out)
    return Exported(out, None, parity, tuple(notices))


def export(source: str | Path, out: Path, **options: Any) -> Exported:
    """Export a run's folder or ``torchvision:NAME``; see `export_run` and `export_torchvision`.

    Raises
    ------
    SourceError
        If the source is neither.
    """
    text = str(source)
    if text.startswith("torchvision:"):
        if out.suffix != ".onnx":
            out = out / f"{text.partition(':')[2]}.onnx"
        return export_torchvision(text.partition(":")[2], out, **options)
    if not Path(source).is_dir():
        raise SourceError(
            f"{source} is neither a run's folder nor torchvision:NAME.",
            "Give the --out folder of a training.",
        )
    return export_run(Path(source), out, **options)
