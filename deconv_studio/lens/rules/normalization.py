"""Normalisations: the scale goes back, the shift does not (as captum folds batch normalisation into the
convolution).

Those that take their statistics from the picture itself go back in the same way, with the statistics the
forward pass found held fixed: a named approximation, also under the plain gradient, which would follow the
statistics too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deconv_studio.lens.graph import Box, Graph, Node, full_box
from deconv_studio.lens.rules.base import ElementRule, Emitter, Part, RegionRule, first, present


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


_FIXED = "its mean and deviation are held as the picture set them; only the scale goes back"


def _deviation(
    source: str, axes: Sequence[int], epsilon: float, out: Emitter, *, centred: bool = True
) -> str:
    """Add nodes for sqrt(var + epsilon) over some axes, which stay with size 1."""
    over = out.constant(np.array(axes, np.int64), "axes")
    if centred:
        source = out.op("Sub", [source, out.op("ReduceMean", [source, over], keepdims=1)])
    variance = out.op("ReduceMean", [out.op("Mul", [source, source]), over], keepdims=1)
    return out.op("Sqrt", [out.op("Add", [variance, out.constant(np.array(epsilon, np.float32), "epsilon")])])


class PlaneNormalizationRule(ElementRule):
    """InstanceNormalization, GroupNormalization and MeanVarianceNormalization: statistics over whole planes.

    What goes back is R scale / sqrt(var + epsilon), with the variance of the picture's own forward pass.
    """

    op_types = ("InstanceNormalization", "GroupNormalization", "MeanVarianceNormalization")

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if not all(graph.is_constant(name) for name in node.inputs[1:]):
            return "its scale depends on the picture"
        if len(graph.shape(node.inputs[0])) < 3:
            return "it has no planes to take statistics of"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        shape = graph.shape(node.inputs[0])
        rank, channels = len(shape), shape[1]
        out.note(node, _FIXED)
        source = out.recorded(node.inputs[0])
        spatial = list(range(2, rank))
        if node.op == "MeanVarianceNormalization":
            axes = [axis % rank for axis in node.attributes.get("axes", [0, 2, 3])]
            # Over a batch of one, the batch adds nothing to the mean.
            deviation = _deviation(source, [axis for axis in axes if axis], 1e-9, out)
            return [Part(0, out.op("Div", [first(signals), deviation]))]
        epsilon = float(node.attributes.get("epsilon", 1e-5))
        scale = graph.constant(node.inputs[1]).astype(np.float32).ravel()
        if node.op == "InstanceNormalization":
            deviation = _deviation(source, spatial, epsilon, out)
        else:
            groups = int(node.attributes["num_groups"])
            width = channels // groups
            # Until operator set 21 there was one scale a group.
            scale = np.repeat(scale, width) if len(scale) == groups != channels else scale
            split = out.constant(np.array([-1, groups, width, *shape[2:]], np.int64), "groups")
            deviation = _deviation(out.op("Reshape", [source, split]), list(range(2, rank + 1)), epsilon, out)
            spread = out.constant(np.array([1, 1, width, *[1] * (rank - 2)], np.int64), "width")
            joined = out.constant(np.array([-1, channels, *[1] * (rank - 2)], np.int64), "channels")
            deviation = out.op("Reshape", [out.op("Expand", [deviation, spread]), joined])
        shaped = out.constant(scale.reshape(1, -1, *[1] * (rank - 2)), "scale")
        return [Part(0, out.op("Mul", [first(signals), out.op("Div", [shaped, deviation])]))]


class LayerNormalizationRule(RegionRule):
    """LayerNormalization and RMSNormalization: statistics over the last axes at each place.

    What goes back is R scale / sqrt(var + epsilon), or with the mean square for RMSNormalization.
    """

    op_types = ("LayerNormalization", "RMSNormalization")

    def _axis(self, node: Node, graph: Graph) -> int:
        return int(node.attributes.get("axis", -1)) % len(graph.shape(node.inputs[0]))

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if any(name in graph.dependent for name in node.inputs[1:]):
            return "its scale depends on the picture"
        if self._axis(node, graph) == 0:
            return "it normalises over the batch"
        return None

    def is_free(self, node: Node, graph: Graph) -> bool:
        return False

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        axis = self._axis(node, graph)
        whole = full_box(graph.shape(output))
        return (*box[:axis], *whole[axis:])

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        return [present(boxes[0])]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        axis, rank = self._axis(node, graph), len(graph.shape(node.inputs[0]))
        out.note(node, _FIXED)
        source = out.forward(node.inputs[0], node.outputs[0])
        deviation = _deviation(
            source,
            list(range(axis, rank)),
            float(node.attributes.get("epsilon", 1e-5)),
            out,
            centred=node.op == "LayerNormalization",
        )
        scaled = out.op("Mul", [first(signals), out.recorded(node.inputs[1])])
        return [Part(0, out.op("Div", [scaled, deviation]))]


RULES = (BatchNormalizationRule(), PlaneNormalizationRule(), LayerNormalizationRule())
