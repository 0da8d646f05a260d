"""Checkerboard analysis: the spectrum at a stride's harmonics, the layer that brings them in, and what mends
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from deconv_studio.engine.control import Control
from deconv_studio.lens.arithmetic import is_even, overlap_range
from deconv_studio.lens.errors import PictureTooSmall
from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.reconstruct import recording_model
from deconv_studio.lens.runtime import open_session, run_session

THRESHOLD = 0.1
"""Upsamplers that keep still score below 0.01, random transposed convolutions and pixel shuffles above
0.6."""


@dataclass(frozen=True)
class LayerScore:
    """The checkerboard of one upsampling layer.

    Attributes
    ----------
    layer : str
        The layer's output.
    op : str
    stride : int
        By how much the layer enlarges.
    score : float
        In [0, 1].
    """

    layer: str
    op: str
    stride: int
    score: float


@dataclass(frozen=True)
class Finding:
    """Something in a network's build that makes checkerboards.

    Attributes
    ----------
    node, op : str
    text : str
        What is wrong, a sentence.
    remedy : str
        What mends it, a sentence.
    """

    node: str
    op: str
    text: str
    remedy: str


@dataclass(frozen=True)
class Examination:
    """What there is to say about a network's checkerboards.

    Attributes
    ----------
    layers : tuple of LayerScore
        Every upsampling layer, first to last; empty if nothing enlarges.
    output : LayerScore or None
        The network's result at the stride of its last upsampling layer; None without one.
    cause : LayerScore or None
        The first layer above `THRESHOLD`.
    findings : tuple of Finding
    remedy : str
        What mends the cause, a sentence; empty without one.
    result : ndarray or None
        float32: what the network made; None if nothing enlarges.
    """

    layers: tuple[LayerScore, ...]
    output: LayerScore | None
    cause: LayerScore | None
    findings: tuple[Finding, ...]
    remedy: str
    result: np.ndarray | None = field(default=None, compare=False, repr=False)


def checkerboard_score(picture: np.ndarray, stride: int) -> float:
    """Return the share of the non-constant spectral energy that lies at the harmonics (i/s, j/s).

    Parameters
    ----------
    picture : ndarray
        (..., H, W); energies of all planes are added up. Cut to a multiple of the stride.
    stride : int

    Returns
    -------
    float
        In [0, 1]; 0 for a picture without any detail.

    Raises
    ------
    PictureTooSmall
        Fewer than two periods fit.
    """
    height, width = (size // stride * stride for size in picture.shape[-2:])
    if stride < 2 or min(height, width) < 2 * stride:
        raise PictureTooSmall(
            f"A picture of {picture.shape[-1]} x {picture.shape[-2]} has no spectrum at stride {stride}."
        )
    planes = np.asarray(picture, np.float64)[..., :height, :width].reshape(-1, height, width)
    energy = (np.abs(np.fft.fft2(planes)) ** 2).sum(axis=0)
    constant = energy[0, 0]
    total = energy.sum() - constant
    if total <= 1e-20 * max(constant, 1e-300):
        return 0.0
    harmonics = energy[:: height // stride, :: width // stride].sum() - constant
    return float(np.clip(harmonics / total, 0.0, 1.0))


def _upsampling(node: Node, graph: Graph) -> int:
    """Return by how much a node enlarges both axes of a map, 1 if it does not."""
    if node.op not in {"ConvTranspose", "DepthToSpace", "Resize", "Upsample", "Reshape"}:
        return 1
    source, result = graph.shape(node.inputs[0]), graph.shape(node.outputs[0])
    if node.op == "Reshape" or len(source) != 4 or len(result) != 4:
        return 1
    if node.op == "ConvTranspose":
        return int(max(node.attributes.get("strides", [1])))
    factors = {r // s for s, r in zip(source[2:], result[2:], strict=True) if s}
    return max(factors, default=1)


def noise_for(graph: Graph, seed: int = 0) -> np.ndarray:
    """Return what a network is examined with: a picture of noise, or a code.

    Parameters
    ----------
    graph : Graph
    seed : int

    Returns
    -------
    ndarray
        float32 of the input's shape: for a map uniform in [0, 1], whose constant part shows the layers' own
        pattern; for a code of a generator normal.
    """
    rng = np.random.default_rng(seed)
    shape = graph.image_shape
    if len(shape) == 4 and min(shape[2:]) > 1:
        return rng.random(shape, np.float32)
    return rng.standard_normal(shape, np.float32)


def examine(graph: Graph, picture: np.ndarray | None = None, control: Control | None = None) -> Examination:
    """Score every upsampling layer and the result, find the cause, and say what mends it.

    Parameters
    ----------
    graph : Graph
    picture : ndarray, optional
        (1, C, H, W) float32 in the network's input space, or a code; `noise_for` if not given.
    control : Control, optional

    Returns
    -------
    Examination

    Raises
    ------
    Cancelled, RunFailed
    """
    nodes = [
        node for node in graph.nodes if node.outputs[0] in graph.dependent and _upsampling(node, graph) > 1
    ]
    nodes = [node for node in nodes if min(graph.shape(node.outputs[0])[2:]) >= 2 * _upsampling(node, graph)]
    findings = tuple(lint(graph))
    if not nodes:
        return Examination((), None, None, findings, "")
    picture = noise_for(graph) if picture is None else picture
    # The convolution after a pixel shuffle or a resize is part of the layer: it may bring a pattern in or
    # take it out.
    names = [node.outputs[0] for node in nodes]
    last = _result(graph)
    session = open_session(recording_model(graph, list(dict.fromkeys([*names, last])), []))
    values = run_session(session, list(dict.fromkeys([*names, last])), {graph.image: picture}, control)
    scores = [
        LayerScore(
            name,
            node.op,
            _upsampling(node, graph),
            checkerboard_score(values[name], _upsampling(node, graph)),
        )
        for name, node in zip(names, nodes, strict=True)
    ]
    stride = scores[-1].stride
    result = values[last]
    output = None
    if result.ndim == 4 and min(result.shape[2:]) >= 2 * stride:
        output = LayerScore(last, graph.producer[last].op, stride, checkerboard_score(result, stride))
    found = cause(scores)
    remedy = _remedy(found, nodes, findings, graph)
    return Examination(tuple(scores), output, found, findings, remedy, result)


def _result(graph: Graph) -> str:
    """Return the network's first output that follows from its input."""
    names = [item.name for item in graph.model.graph.output]
    return next(name for name in names if name in graph.dependent)


def _remedy(
    found: LayerScore | None, nodes: Sequence[Node], findings: Sequence[Finding], graph: Graph
) -> str:
    if found is None:
        return ""
    node = next(item for item in nodes if item.outputs[0] == found.layer)
    known = [finding.remedy for finding in findings if finding.node == node.name]
    if known:
        return known[0]
    if node.op == "ConvTranspose":
        return (
            "Its kernel is a multiple of its stride, but its weights answer a flat area unevenly: begin from "
            "weights that interpolate, train on, or enlarge by resizing and convolve afterwards."
        )
    return "Begin training from ICNR weights, or enlarge by resizing and convolve afterwards."


def analyse(
    graph: Graph, picture: np.ndarray | None = None, *, seed: int = 0, control: Control | None = None
) -> list[LayerScore]:
    """Score every upsampling layer of a network, first to last; see `examine`.

    Parameters
    ----------
    graph : Graph
    picture : ndarray, optional
        As for `examine`.
    seed : int
        Of the noise.
    control : Control, optional

    Returns
    -------
    list of LayerScore
        A pattern that one layer brings in stays in the layers above it; the first score above `THRESHOLD`
        names the cause.
    """
    picture = noise_for(graph, seed) if picture is None else picture
    return list(examine(graph, picture, control).layers)


def cause(scores: Sequence[LayerScore]) -> LayerScore | None:
    """Return the first layer whose score is above `THRESHOLD`, or None."""
    return next((score for score in scores if score.score > THRESHOLD), None)


def lint(graph: Graph) -> list[Finding]:
    """Return what in a network's build makes checkerboards, from its weights and sizes alone.

    Checks that the stride of a transposed convolution divides its kernel (Odena, Dumoulin and Olah 2016)
    unless its weights make up for it, and that the weight before a pixel shuffle treats the places of a block
    alike on average (Aitken et al. 2017).
    """
    findings = []
    for node in graph.nodes:
        if node.outputs[0] not in graph.dependent:
            continue
        if node.op == "ConvTranspose" and graph.is_constant(node.inputs[1]):
            findings.extend(_lint_transposed(node, graph))
        elif node.op == "DepthToSpace":
            findings.extend(_lint_shuffle(node, graph))
    return findings


def _lint_transposed(node: Node, graph: Graph) -> list[Finding]:
    kernel = graph.shape(node.inputs[1])[2:]
    strides = node.attributes.get("strides", [1] * len(kernel))
    dilations = node.attributes.get("dilations", [1] * len(kernel))
    uneven = [
        (k, s) for k, s, d in zip(kernel, strides, dilations, strict=True) if s > 1 and not is_even(k, s, d)
    ]
    if not uneven or _is_flat(graph.constant(node.inputs[1]), strides, dilations):
        return []
    k, s = uneven[0]
    low, high = overlap_range(k, s)
    return [
        Finding(
            node.name,
            node.op,
            f"Its kernel {k} is no multiple of its stride {s}, so outputs are reached by {low} to {high} "
            f"inputs.",
            f"Use a kernel of {-(-k // s) * s}, or enlarge by resizing and convolve afterwards.",
        )
    ]


def _is_flat(weight: np.ndarray, strides: Sequence[int], dilations: Sequence[int]) -> bool:
    """Whether the taps that reach an output add up to the same at all places of a stride: an interpolation,
    such as bicubic, is even although its kernel is no multiple of its stride."""
    phases = weight.astype(np.float64)
    for axis, (s, d) in enumerate(zip(strides, dilations, strict=True)):
        place = 2 + axis
        taps = np.arange(phases.shape[place]) * d % s
        phases = np.stack([phases.take(np.flatnonzero(taps == p), place).sum(place) for p in range(s)], place)
    spatial = tuple(range(2, phases.ndim))
    spread = np.ptp(phases, axis=spatial).max()
    scale = np.abs(weight).sum(axis=spatial).max()
    return bool(spread <= 1e-3 * max(float(scale), 1e-30))


def _lint_shuffle(node: Node, graph: Graph) -> list[Finding]:
    source = graph.producer.get(node.inputs[0])
    if source is None or source.op != "Conv" or not graph.is_constant(source.inputs[1]):
        return []
    size = int(node.attributes["blocksize"])
    weight = graph.constant(source.inputs[1]).astype(np.float64)
    outputs = weight.shape[0]
    sums = weight.reshape(outputs, -1).sum(axis=1)
    if node.attributes.get("mode", "DCR") == "CRD":
        blocks = sums.reshape(outputs // size**2, size**2)
    else:
        blocks = sums.reshape(size**2, outputs // size**2).T
    spread = np.abs(blocks - blocks.mean(axis=1, keepdims=True)).max()
    scale = np.abs(weight).reshape(outputs, -1).sum(axis=1).max()
    if spread <= 1e-3 * max(scale, 1e-30):
        return []
    return [
        Finding(
            node.name,
            node.op,
            f"The weights of {source.name} answer a flat area differently at the {size * size} places of a "
            f"block.",
            "Begin training from ICNR weights, or enlarge by resizing and convolve afterwards.",
        )
    ]
