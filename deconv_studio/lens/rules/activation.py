"""Rectifiers, where the methods differ, and smooth activations, which all methods linearise at the picture.

With f the forward output of a rectifier and R the signal from above (Springenberg et al. 2015, figure 1):
gradient R [f > 0], deconvnet R [R > 0] (Zeiler and Fergus 2014, section 2.1, "Rectification"),
guided R [f > 0] [R > 0].
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.rules.base import ElementRule, Emitter, Part, first


def scalar(value: float, out: Emitter) -> str:
    """Add a float32 scalar."""
    return out.constant(np.array(value, np.float32), "scalar")


def masked(signal: str, mask: str, out: Emitter) -> str:
    """Add nodes that keep the signal where a boolean mask is true, zero elsewhere."""
    return out.op("Where", [mask, signal, scalar(0.0, out)])


class ReluRule(ElementRule):
    """The three ways back through a rectifier."""

    op_types = ("Relu",)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        signal = first(signals)
        if out.method in ("deconvnet", "guided"):
            signal = out.op("Relu", [signal])
        if out.method in ("gradient", "guided"):
            output = node.outputs[0]
            mask = out.op("Greater", [out.forward(output, output), scalar(0.0, out)])
            signal = masked(signal, mask, out)
        return [Part(0, signal)]


class ThresholdedReluRule(ReluRule):
    """ThresholdedRelu keeps x above alpha: its output is positive exactly there, so it goes back as a
    rectifier."""

    op_types = ("ThresholdedRelu",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return None if node.attributes.get("alpha", 1.0) >= 0 else "its threshold is negative"


class ClipRule(ElementRule):
    """Clip: a rectifier where its lower limit is zero (ReLU6), else a linear piece between its limits.

    The upper limit cuts only the plain gradient. Under the guided rule it would blank every unit that is at
    its limit, and those are the ones a person clicks.
    """

    op_types = ("Clip",)

    def limits(self, node: Node, graph: Graph) -> tuple[float, float]:
        """Return (lower, upper) limit, infinite where there is none."""
        low = float(node.attributes.get("min", -math.inf))
        high = float(node.attributes.get("max", math.inf))
        if node.input(1):
            # The standard wants a scalar; converted TensorFlow networks have an array of one.
            low = float(graph.constant(node.inputs[1]).item())
        if node.input(2):
            high = float(graph.constant(node.inputs[2]).item())
        return low, high

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if any(name in graph.dependent for name in node.inputs[1:]):
            return "its limits depend on the picture"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        low, high = self.limits(node, out.graph)
        signal = first(signals)
        rectifies = low == 0
        if rectifies and out.method in ("deconvnet", "guided"):
            signal = out.op("Relu", [signal])
        if rectifies and out.method == "deconvnet":
            return [Part(0, signal)]
        output = node.outputs[0]
        masks = []
        if low > -math.inf:
            masks.append(out.op("Greater", [out.forward(output, output), scalar(low, out)]))
        if high < math.inf and not (rectifies and out.method == "guided"):
            masks.append(out.op("Less", [out.forward(output, output), scalar(high, out)]))
        for mask in masks:
            signal = masked(signal, mask, out)
        return [Part(0, signal)]


class LeakyRule(ElementRule):
    """LeakyRelu and PRelu: the signal goes through the same leaky rectifier, which for slope zero is the
    Relu rule."""

    op_types = ("LeakyRelu", "PRelu")

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if node.op == "PRelu" and not graph.is_constant(node.inputs[1]):
            return "its slopes depend on the picture"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        signal = first(signals)
        source, output = node.inputs[0], node.outputs[0]
        if node.op == "PRelu":
            slope = out.forward(node.inputs[1], output)
        else:
            slope = scalar(node.attributes.get("alpha", 0.01), out)
        if out.method in ("deconvnet", "guided"):
            out.note(node, "the signal is rectified with the layer's own slope")
            leaking = out.op("Mul", [signal, slope])
            signal = out.op("Where", [out.op("Greater", [signal, scalar(0.0, out)]), signal, leaking])
        if out.method in ("gradient", "guided"):
            # A negative slope makes the output's sign useless, so the input is asked.
            mask = out.op("Greater", [out.forward(source, source), scalar(0.0, out)])
            signal = out.op("Where", [mask, signal, out.op("Mul", [signal, slope])])
        return [Part(0, signal)]


def _binary(kind: str, a: str, b: str | float, out: Emitter) -> str:
    return out.op(kind, [a, b if isinstance(b, str) else scalar(b, out)])


def _sigmoid(node: Node, out: Emitter) -> str:
    y = out.forward(node.outputs[0], node.outputs[0])
    return _binary("Sub", y, _binary("Mul", y, y, out), out)


def _tanh(node: Node, out: Emitter) -> str:
    y = out.forward(node.outputs[0], node.outputs[0])
    return out.op("Sub", [scalar(1.0, out), _binary("Mul", y, y, out)])


def _softplus(node: Node, out: Emitter) -> str:
    return out.op("Sigmoid", [out.forward(node.inputs[0], node.inputs[0])])


def _elu(node: Node, out: Emitter) -> str:
    # Below zero y = alpha (e^x - 1), so the slope is y + alpha.
    y = out.forward(node.outputs[0], node.outputs[0])
    slope = _binary("Add", y, node.attributes.get("alpha", 1.0), out)
    return out.op("Where", [_binary("Greater", y, 0.0, out), scalar(1.0, out), slope])


def _selu(node: Node, out: Emitter) -> str:
    alpha = node.attributes.get("alpha", 1.67326319217681884765625)
    gamma = node.attributes.get("gamma", 1.05070102214813232421875)
    y = out.forward(node.outputs[0], node.outputs[0])
    return out.op(
        "Where", [_binary("Greater", y, 0.0, out), scalar(gamma, out), _binary("Add", y, alpha * gamma, out)]
    )


def _softsign(node: Node, out: Emitter) -> str:
    low = _binary("Add", out.op("Abs", [out.forward(node.inputs[0], node.inputs[0])]), 1.0, out)
    return out.op("Reciprocal", [_binary("Mul", low, low, out)])


def _gate_slope(gate: str, slope: str, source: str, out: Emitter) -> str:
    """Add nodes for the derivative of x g(x), g + x g'."""
    return _binary("Add", gate, _binary("Mul", source, slope, out), out)


def _hard_sigmoid_slope(source: str, alpha: float, beta: float, out: Emitter) -> str:
    line = _binary("Add", _binary("Mul", source, alpha, out), beta, out)
    inside = out.op("And", [_binary("Greater", line, 0.0, out), _binary("Less", line, 1.0, out)])
    return out.op("Where", [inside, scalar(alpha, out), scalar(0.0, out)])


def _hard_sigmoid(node: Node, out: Emitter) -> str:
    alpha, beta = node.attributes.get("alpha", 0.2), node.attributes.get("beta", 0.5)
    return _hard_sigmoid_slope(out.forward(node.inputs[0], node.inputs[0]), alpha, beta, out)


def _hard_swish(node: Node, out: Emitter) -> str:
    source = out.forward(node.inputs[0], node.inputs[0])
    gate = out.op("HardSigmoid", [source], alpha=1 / 6, beta=0.5)
    return _gate_slope(gate, _hard_sigmoid_slope(source, 1 / 6, 0.5, out), source, out)


def _swish(node: Node, out: Emitter) -> str:
    source = out.forward(node.inputs[0], node.inputs[0])
    alpha = float(node.attributes.get("alpha", 1.0))
    gate = out.op("Sigmoid", [_binary("Mul", source, alpha, out)])
    slope = _binary("Mul", _binary("Sub", gate, _binary("Mul", gate, gate, out), out), alpha, out)
    return _gate_slope(gate, slope, source, out)


def _mish(node: Node, out: Emitter) -> str:
    source = out.forward(node.inputs[0], node.inputs[0])
    gate = out.op("Tanh", [out.op("Softplus", [source])])
    rest = out.op("Sub", [scalar(1.0, out), _binary("Mul", gate, gate, out)])
    slope = _binary("Mul", rest, out.op("Sigmoid", [source]), out)
    return _gate_slope(gate, slope, source, out)


def _normal_density(source: str, out: Emitter) -> str:
    power = _binary("Mul", _binary("Mul", source, source, out), -0.5, out)
    return _binary("Mul", out.op("Exp", [power]), 1 / math.sqrt(2 * math.pi), out)


def _erf(node: Node, out: Emitter) -> str:
    source = out.forward(node.inputs[0], node.inputs[0])
    power = out.op("Neg", [_binary("Mul", source, source, out)])
    return _binary("Mul", out.op("Exp", [power]), 2 / math.sqrt(math.pi), out)


def _gelu(node: Node, out: Emitter) -> str:
    source = out.forward(node.inputs[0], node.inputs[0])
    if node.attributes.get("approximate", "none") == "tanh":
        root = math.sqrt(2 / math.pi)
        square = _binary("Mul", source, source, out)
        inner = _binary("Mul", _binary("Add", _binary("Mul", square, 0.044715, out), 1.0, out), source, out)
        tanh = out.op("Tanh", [_binary("Mul", inner, root, out)])
        gate = _binary("Mul", _binary("Add", tanh, 1.0, out), 0.5, out)
        rest = out.op("Sub", [scalar(0.5, out), _binary("Mul", _binary("Mul", tanh, tanh, out), 0.5, out)])
        rise = _binary("Mul", _binary("Add", _binary("Mul", square, 3 * 0.044715, out), 1.0, out), root, out)
        return _gate_slope(gate, _binary("Mul", rest, rise, out), source, out)
    half = out.op("Erf", [_binary("Mul", source, math.sqrt(0.5), out)])
    gate = _binary("Mul", _binary("Add", half, 1.0, out), 0.5, out)
    return _gate_slope(gate, _normal_density(source, out), source, out)


def _exp(node: Node, out: Emitter) -> str:
    return out.forward(node.outputs[0], node.outputs[0])


def _log(node: Node, out: Emitter) -> str:
    return out.op("Reciprocal", [out.forward(node.inputs[0], node.inputs[0])])


def _sqrt(node: Node, out: Emitter) -> str:
    return out.op("Div", [scalar(0.5, out), out.forward(node.outputs[0], node.outputs[0])])


def _reciprocal(node: Node, out: Emitter) -> str:
    y = out.forward(node.outputs[0], node.outputs[0])
    return out.op("Neg", [_binary("Mul", y, y, out)])


def _abs(node: Node, out: Emitter) -> str:
    return out.op("Sign", [out.forward(node.inputs[0], node.inputs[0])])


_SLOPES: dict[str, Callable[[Node, Emitter], str]] = {
    "Sigmoid": _sigmoid,
    "Tanh": _tanh,
    "Softplus": _softplus,
    "Elu": _elu,
    "Selu": _selu,
    "Softsign": _softsign,
    "HardSigmoid": _hard_sigmoid,
    "HardSwish": _hard_swish,
    "Swish": _swish,
    "Mish": _mish,
    "Erf": _erf,
    "Gelu": _gelu,
    "Exp": _exp,
    "Log": _log,
    "Sqrt": _sqrt,
    "Reciprocal": _reciprocal,
    "Abs": _abs,
}


class SmoothRule(ElementRule):
    """Any activation that is no rectifier: its slope at the picture, under every method (a named
    approximation)."""

    op_types = tuple(_SLOPES)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        if out.method != "gradient":
            out.note(node, "linearised at the picture, since it is no rectifier")
        return [Part(0, out.op("Mul", [first(signals), _SLOPES[node.op](node, out)]))]


RULES = (ReluRule(), ThresholdedReluRule(), ClipRule(), LeakyRule(), SmoothRule())
