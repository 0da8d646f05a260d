"""Values picked and placed by index: gathers by constant indices, scatters by those the picture gave."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from onnx import helper

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.rules.base import Emitter, Part, Plan, Rule, first


class GatherRule(Rule):
    """Adjoint of Gather by constant indices: each signal added at the place its value was picked from."""

    op_types = ("Gather",)

    def _axis(self, node: Node, graph: Graph) -> int:
        return int(node.attributes.get("axis", 0)) % len(graph.shape(node.inputs[0]))

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if not graph.is_constant(node.inputs[1]):
            return "what it picks depends on the picture"
        # A first axis longer than one is no batch: an exporter has flattened the tensor to pick from it.
        single = graph.shape(node.inputs[0])[0] == 1
        return "it picks from the batch" if self._axis(node, graph) == 0 and single else None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        shape, axis = graph.shape(node.inputs[0]), self._axis(node, graph)
        indices = graph.constant(node.inputs[1]).astype(np.int64).ravel() % shape[axis]

        if shape[0] != 1:
            out.alone()

        def sizes(plan: Plan) -> np.ndarray:
            return np.array([plan.batch * shape[0], *shape[1:]], np.int64)

        # One axis of picked values, whatever the shape of the indices was; a scalar had taken the axis away.
        picked = [-1, *shape[1:axis], len(indices), *shape[axis + 1 :]] if axis else [-1, *shape[1:]]
        values = out.op("Reshape", [first(signals), out.constant(np.array(picked, np.int64), "picked")])
        row = [1] * len(shape)
        row[axis] = len(indices)
        places = out.op("Expand", [out.constant(indices.reshape(row), "indices"), out.op("Shape", [values])])
        zero = helper.make_tensor("zero", 1, [1], [0.0])
        empty = out.op("ConstantOfShape", [out.runtime("sizes", 1, np.int64, sizes)], value=zero)
        return [Part(0, out.op("ScatterElements", [empty, places, values], axis=axis, reduction="add"))]


class ScatterRule(Rule):
    """Adjoint of values placed into a constant tensor: each comes back from the place it was put.

    This is how exporters write a MaxUnpool. Where two values were put in one place only the last one stayed,
    and which that is the operator leaves open; both get the signal.
    """

    op_types = ("ScatterND", "ScatterElements")

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if not graph.is_constant(node.inputs[0]):
            return "what it writes over depends on the picture"
        if node.attributes.get("reduction", "none") not in ("none", "add"):
            return "it multiplies or compares with what is there"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        # Indices count over the whole tensor of one picture.
        out.alone()
        places = out.recorded(node.inputs[1])
        if node.op == "ScatterND":
            return [Part(2, out.op("GatherND", [first(signals), places]))]
        axis = int(node.attributes.get("axis", 0))
        return [Part(2, out.op("GatherElements", [first(signals), places], axis=axis))]


RULES = (GatherRule(), ScatterRule())
