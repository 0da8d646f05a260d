"""Batch normalisation: the scale goes back, the shift does not (as captum folds it into the convolution)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.rules.base import ElementRule, Emitter, Part, first


class BatchNormalizationRule(ElementRule):
    """Adjoint of y = scale (x - mean) / sqrt(var + epsilon) + shift, without its constant part."""

    op_types = ("BatchNormalization",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if node.attributes.get("training_mode", 0):
            return "it is in training mode"
        if any(not graph.is_constant(name) for name in node.inputs[1:]):
            return "its statistics depend on the picture"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        scale = graph.constant(node.inputs[1]).astype(np.float64)
        variance = graph.constant(node.inputs[4]).astype(np.float64)
        factor = scale / np.sqrt(variance + node.attributes.get("epsilon", 1e-5))
        rank = len(graph.shape(node.inputs[0]))
        shaped = factor.astype(np.float32).reshape(1, -1, *[1] * (rank - 2))
        return [Part(0, out.op("Mul", [first(signals), out.constant(shaped, "scale")]))]


RULES = (BatchNormalizationRule(),)
