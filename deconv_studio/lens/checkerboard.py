"""Checkerboard analysis: the spectrum at a stride's harmonics, the layer that brings them in, and what mends
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


def analyse(
    graph: Graph, picture: np.ndarray | None = None, *, seed: int = 0, control: Control | None = None
) -> list[LayerScore]:
    """Score every upsampling layer of a network, first to last.

    Parameters
    ----------
    graph : Graph
    picture : ndarray, optional
        (1, C, H, W) float32; uniform noise in [0, 1] if not given, whose constant part shows the layer's own
        pattern.
    seed : int
        Of the noise.
    control : Control, optional

    Returns
    -------
    list of LayerScore
        A pattern that one layer brings in stays in the layers above it; the first score above `THRESHOLD`
        names the cause.
    """
    nodes = [
        node for node in graph.nodes if node.outputs[0] in graph.dependent and _upsampling(node, graph) > 1
    ]
    nodes = [node for node in nodes if min(graph.shape(node.outputs[0])[2:]) >= 2 * _upsampling(node, graph)]
    if not nodes:
        return []
    if picture is None:
        picture = np.random.default_rng(seed).random(graph.image_shape, np.float32)
    # The convolution after a pixel shuffle or a resize is part of the layer: it may bring a pattern in or
    # take it out.
    names = [node.outputs[0] for node in nodes]
    session = open_session(recording_model(graph, names, []))
    values = run_session(session, names, {graph.image: picture}, control)
    return [
        LayerScore(
            name,
            node.op,
            _upsampling(node, graph),
            checkerboard_score(values[name], _upsampling(node, graph)),
        )
        for name, node in zip(names, nodes, strict=True)
    ]


def cause(scores: Sequence[LayerScore]) -> LayerScore | None:
    """Return the first layer whose score is above `THRESHOLD`, or None."""
    return next((score for score in scores if score.score > THRESHOLD), None)


def lint(graph: Graph) -> list[Finding]:
    """Return what in a network's build makes checkerboards, from its weights and sizes alone.

    Checks that the stride of a transposed convolution divides its kernel (Odena, Dumoulin and Olah 2016),
    and that the weight before a pixel shuffle treats the places of a block alike on average (Aitken et al.
    2017).
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
    if not uneven:
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
