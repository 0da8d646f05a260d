"""Sums, differences, products and quotients with broadcasting, and operators that pass the signal as it
is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from onnx import TensorProto

from deconv_studio.lens.graph import Box, Graph, Node
from deconv_studio.lens.rules.base import (
    ElementRule,
    Emitter,
    Part,
    RegionRule,
    dependent_inputs,
    first,
    present,
)


def unbroadcast(signal: str, source: Sequence[int], target: Sequence[int], out: Emitter) -> str:
    """Add nodes that sum a signal over the axes along which its operand was repeated.

    Parameters
    ----------
    signal : str
        Signal of the broadcast result.
    source, target : sequence of int
        Shape of the result and of the operand.
    out : Emitter
    """
    lead = len(source) - len(target)
    axes = [*range(lead), *(lead + i for i, size in enumerate(target) if size == 1 and source[lead + i] != 1)]
    if lead:
        # Axis 0 of the operand is then no batch, so seeds would be added up.
        out.alone()
    if axes:
        signal = out.op("ReduceSum", [signal, out.constant(np.array(axes, np.int64), "axes")], keepdims=1)
    if lead:
        signal = out.op("Squeeze", [signal, out.constant(np.arange(lead, dtype=np.int64), "lead")])
    return signal


class ArithmeticRule(ElementRule):
    """Add, Sub, Sum copy the signal to every operand; Mul and Div scale it by the other operand's forward
    value.

    A product of two tensors that both follow from the picture (a gate: squeeze-and-excitation, x sigmoid(x))
    is linearised at the picture: each factor gets the signal times the other's forward value.
    """

    op_types = ("Add", "Sub", "Sum", "Mul", "Div", "Mean")

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        signal = first(signals)
        output = node.outputs[0]
        inputs = dependent_inputs(node, graph)
        if node.op in ("Mul", "Div") and (len(inputs) > 1 or 1 in inputs) and out.method != "gradient":
            plain = node.op == "Mul" and len(inputs) == 1
            if not plain:
                out.note(node, "a gate, linearised at the picture")
        parts = []
        for index in inputs:
            value = self._through(node, index, signal, out)
            shape = graph.shape(node.inputs[index])
            parts.append(Part(index, unbroadcast(value, graph.shape(output), shape, out)))
        return parts

    def _through(self, node: Node, index: int, signal: str, out: Emitter) -> str:
        output = node.outputs[0]
        if node.op == "Sub" and index == 1:
            return out.op("Neg", [signal])
        if node.op == "Mean":
            return out.op("Mul", [signal, out.constant(np.array(1 / len(node.inputs), np.float32), "share")])
        if node.op == "Mul":
            return out.op("Mul", [signal, out.forward(node.inputs[1 - index], output)])
        if node.op == "Div":
            below = out.forward(node.inputs[1], output)
            if index == 0:
                return out.op("Div", [signal, below])
            ratio = out.op("Div", [out.forward(output, output), below])
            return out.op("Neg", [out.op("Mul", [signal, ratio])])
        return signal


class PowRule(ElementRule):
    """Pow with a constant exponent p: slope p x^(p - 1) at the picture."""

    op_types = ("Pow",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if not graph.is_constant(node.inputs[1]):
            return "its exponent depends on the picture"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        source, output = node.inputs[0], node.outputs[0]
        exponent = graph.constant(node.inputs[1]).astype(np.float32)
        if exponent.size != 1:
            power = out.forward(node.inputs[1], output)
            lower = out.op("Sub", [power, out.constant(np.array(1, np.float32), "one")])
        else:
            power = out.constant(exponent.reshape(()), "power")
            lower = out.constant(exponent.reshape(()) - np.float32(1), "power")
        if out.method != "gradient":
            out.note(node, "linearised at the picture, since it is no rectifier")
        slope = out.op("Mul", [power, out.op("Pow", [out.forward(source, output), lower])])
        signal = out.op("Mul", [first(signals), slope])
        return [Part(0, unbroadcast(signal, graph.shape(output), graph.shape(source), out))]


class NegRule(ElementRule):
    """Neg: the signal changes its sign."""

    op_types = ("Neg",)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        return [Part(0, out.op("Neg", [first(signals)]))]


class ExtremumRule(ElementRule):
    """Max and Min of tensors: the signal goes to the operand that gave the result (all of them, if they are
    equal)."""

    op_types = ("Max", "Min")

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        output = node.outputs[0]
        rectifies = (
            node.op == "Max"
            and len(dependent_inputs(node, graph)) == 1
            and all(not graph.constant(name).any() for name in node.inputs if graph.is_constant(name))
        )
        signal = first(signals)
        if rectifies and out.method in ("deconvnet", "guided"):
            # max(x, 0) is how some exporters write a rectifier.
            signal = out.op("Relu", [signal])
        parts = []
        for index in dependent_inputs(node, graph):
            value = signal
            if not (rectifies and out.method == "deconvnet"):
                result = out.forward(output, output)
                if rectifies:
                    mask = out.op("Greater", [result, out.constant(np.array(0, np.float32), "scalar")])
                else:
                    mask = out.op("Equal", [out.forward(node.inputs[index], output), result])
                value = out.op("Where", [mask, signal, out.constant(np.array(0, np.float32), "scalar")])
            parts.append(
                Part(index, unbroadcast(value, graph.shape(output), graph.shape(node.inputs[index]), out))
            )
        return parts


class PassRule(ElementRule):
    """Operators that hand the signal on: no-ops at inference, contrast normalisation, rounding.

    LRN is not used on the way back: "we do not use any contrast normalization operations in this
    reconstruction path" (Zeiler and Fergus 2014, section 2.1); so its reconstruction differs from a
    gradient. Quantise and dequantise pass the signal straight through.
    """

    op_types = (
        "Identity",
        "Dropout",
        "Cast",
        "LRN",
        "QuantizeLinear",
        "DequantizeLinear",
    )
    _notes: ClassVar = {
        "LRN": "contrast normalisation is left out on the way back",
        "QuantizeLinear": "rounding is ignored on the way back",
    }

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if node.op == "Cast":
            floats = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16)
            if node.attributes.get("to") not in floats:
                return "it turns values into whole numbers"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        if node.op in self._notes:
            out.note(node, self._notes[node.op])
        return [Part(0, first(signals))]


# What may follow the probabilities of a head without using them as values.
_AFTER_SCORES = frozenset({"ArgMax", "TopK", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze"})


class SoftmaxRule(RegionRule):
    """Softmax and LogSoftmax: at the head the seed is its logit; inside a network, linearised at the picture.

    Inside, with y the output: Softmax y (R - sum(y R)), LogSoftmax R - exp(y) sum(R).
    """

    op_types = ("Softmax", "LogSoftmax")

    def _axis(self, node: Node, graph: Graph) -> int:
        rank = len(graph.shape(node.inputs[0]))
        return int(node.attributes.get("axis", -1 if graph.opset >= 13 else 1)) % rank

    def _is_head(self, node: Node, graph: Graph) -> bool:
        return all(after.op in _AFTER_SCORES for after in graph.consumers.get(node.outputs[0], []))

    def is_free(self, node: Node, graph: Graph) -> bool:
        return self._is_head(node, graph)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if self._is_head(node, graph):
            return None
        axis = self._axis(node, graph)
        if axis == 0:
            return "it works over the batch"
        if graph.opset < 13 and axis != len(graph.shape(node.inputs[0])) - 1:
            return "it flattens the axes it works over, as old operator sets do"
        return None

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        if self._is_head(node, graph):
            return box
        axis = self._axis(node, graph)
        return (*box[:axis], (0, graph.shape(output)[axis]), *box[axis + 1 :])

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        return [present(boxes[0])]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        signal = first(signals)
        if self._is_head(node, out.graph):
            out.note(node, "the seed goes to the logits")
            return [Part(0, signal)]
        if out.method != "gradient":
            out.note(node, "linearised at the picture, since it is no rectifier")
        output = node.outputs[0]
        y = out.forward(output, output)
        axes = out.constant(np.array([self._axis(node, out.graph)], np.int64), "axes")
        if node.op == "LogSoftmax":
            total = out.op("ReduceSum", [signal, axes], keepdims=1)
            return [Part(0, out.op("Sub", [signal, out.op("Mul", [out.op("Exp", [y]), total])]))]
        total = out.op("ReduceSum", [out.op("Mul", [y, signal]), axes], keepdims=1)
        return [Part(0, out.op("Mul", [y, out.op("Sub", [signal, total])]))]


class ExpandRule(ElementRule):
    """Adjoint of Expand: the copies' signals add up."""

    op_types = ("Expand",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if graph.shape(node.outputs[0])[0] != 1:
            return "it repeats the batch"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shapes = out.graph.shape(node.outputs[0]), out.graph.shape(node.inputs[0])
        return [Part(0, unbroadcast(first(signals), *shapes, out))]


RULES = (
    ArithmeticRule(),
    PowRule(),
    NegRule(),
    ExtremumRule(),
    PassRule(),
    SoftmaxRule(),
    ExpandRule(),
)
