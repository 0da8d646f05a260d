"""How much memory looking into a network takes at a picture size, from the graph alone."""

from __future__ import annotations

import math

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.reverse import build
from deconv_studio.lens.rules import RULES

# What the process holds against what the tensors need, measured as 1.7 to 2.4 on ResNet-18 and an enlarger:
# the runtime's arena grows by powers of two.
_SLACK = 2.4


def footprint(graph: Graph, layer: str | None = None, method: str = "deconvnet") -> int:
    """Return about how many bytes a forward pass that records and a reverse pass take, weights not counted.

    Parameters
    ----------
    graph : Graph
        Its picture size is what the answer is for.
    layer : str, optional
        The layer that is looked at; every layer kept, as a panel does, if not given.
    method : str
        A backward rule; for any other method only the forward pass counts.

    Returns
    -------
    int

    Raises
    ------
    TensorMissing, NotFromPicture, UnsupportedOperator
    """
    if layer is None:
        nodes = tuple(node for node in graph.nodes if any(name in graph.dependent for name in node.outputs))
        kept = sum(_bytes(graph, node) for node in nodes)
        backwards = True
    else:
        name = graph.find(layer)
        nodes = graph.path(name)
        kept = _tensor(graph, name)
        backwards = method in RULES
        if backwards:
            reverse = build(graph, name, method, whole=True)
            kept += sum(_tensor(graph, value) for value in reverse.values)
            kept += sum(2 * _tensor(graph, pool) for pool in reverse.switches)
    peak = _forward_peak(graph, nodes)
    if backwards:
        peak = max(peak, max((_reverse_bytes(graph, node) for node in nodes), default=0))
    picture = 4 * math.prod(graph.image_shape)
    return int(kept + _SLACK * peak + 4 * picture)


def _tensor(graph: Graph, name: str) -> int:
    return 4 * math.prod(graph.shape(name)) if name in graph.dependent else 0


def _bytes(graph: Graph, node: Node) -> int:
    return sum(_tensor(graph, name) for name in node.outputs if name)


def _forward_peak(graph: Graph, nodes: tuple[Node, ...]) -> int:
    """Return the most bytes that are alive at once, each tensor from its operator to its last reader."""
    last: dict[str, int] = {}
    for place, node in enumerate(nodes):
        for name in node.inputs:
            last[name] = place
    alive, peak = 0, 0
    for place, node in enumerate(nodes):
        alive += _bytes(graph, node)
        peak = max(peak, alive)
        for name in dict.fromkeys((*node.inputs, *node.outputs)):
            if name and last.get(name, place) == place and name in graph.producer:
                alive -= _tensor(graph, name)
    return peak


def _reverse_bytes(graph: Graph, node: Node) -> int:
    """Return the bytes of one step back: the signals on both sides, and the columns of a convolution."""
    inputs = [name for name in node.inputs if name in graph.dependent]
    both = _bytes(graph, node) + sum(_tensor(graph, name) for name in inputs)
    if node.op == "Conv" and len(graph.shape(node.outputs[0])) > 2:
        # A transposed convolution unfolds its result: a column of C k k values for each place of the signal.
        kernel = graph.shape(node.inputs[1])
        both += 4 * math.prod(kernel[1:]) * math.prod(graph.shape(node.outputs[0])[2:])
    return both
