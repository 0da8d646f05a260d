"""Comparing layers: what belongs together, and SQNR as ONNX Runtime computes it, summed without keeping."""

from __future__ import annotations

import math

import numpy as np
import onnx
import pytest
from onnxruntime.quantization.qdq_loss_debug import compute_signal_to_quantization_noice_ratio

from deconv_studio.lens.compare import Difference, align, decibels
from deconv_studio.lens.errors import InputMismatch
from deconv_studio.lens.graph import Graph
from tests.lens.graphs import small_classifier

pytestmark = pytest.mark.light


def renamed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with other names for all that it computes."""
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    kept = {"x", "y", *(tensor.name for tensor in model.graph.initializer)}
    for node in copy.graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                names[index] = name if name in kept else f"other_{name}"
    return copy


def test_layers_are_matched_by_name_else_by_order() -> None:
    model = small_classifier()
    graph = Graph(model)
    same = align(graph, Graph(model))
    assert [(pair.a, pair.b, pair.by) for pair in same] == [
        (layer.name, layer.name, "name") for layer in graph.layers()
    ]
    other = align(graph, Graph(renamed(model)))
    assert [pair.a for pair in other] == [layer.name for layer in graph.layers()]
    for pair in other:
        assert pair.b == (pair.a if pair.a == "y" else f"other_{pair.a}")
        assert pair.by == ("name" if pair.a == "y" else "order")


def test_a_layer_without_counterpart_is_left_out() -> None:
    model = small_classifier()
    longer = renamed(model)
    extra = onnx.helper.make_node("Tanh", ["other_relu1"], ["extra"])
    longer.graph.node[2].input[0] = "extra"
    longer.graph.node.insert(2, extra)
    pairs = align(Graph(longer), Graph(model))
    assert "extra" not in [pair.a for pair in pairs]
    assert ("other_relu4", "relu4") in [(pair.a, pair.b) for pair in pairs]


def test_the_ratio_is_that_of_onnx_runtime_over_all_pictures() -> None:
    rng = np.random.default_rng(0)
    xs = [rng.standard_normal((1, 4, 5, 6)).astype(np.float32) for _ in range(7)]
    ys = [x + 0.05 * rng.standard_normal(x.shape).astype(np.float32) for x in xs]
    found = Difference.of(4)
    for picture, (x, y) in enumerate(zip(xs, ys, strict=True)):
        found.add(x, y, picture)
    assert found.layer_sqnr == pytest.approx(compute_signal_to_quantization_noice_ratio(xs, ys), rel=1e-5)
    for unit, value in enumerate(found.unit_sqnr):
        of_unit = ([a[:, unit] for a in xs], [a[:, unit] for a in ys])
        assert value == pytest.approx(compute_signal_to_quantization_noice_ratio(*of_unit), rel=1e-5)
        noise = [float(((p[:, unit] - q[:, unit]) ** 2).sum()) for p, q in zip(xs, ys, strict=True)]
        assert found.picture[unit] == int(np.argmax(noise))


def test_equal_values_have_no_noise_and_noise_alone_no_signal() -> None:
    assert decibels(3.0, 0.0) == math.inf
    assert decibels(0.0, 2.0) == -math.inf
    assert decibels(100.0, 1.0) == pytest.approx(20)
    found = Difference.of(2)
    ones = np.ones((1, 2, 3))
    found.add(ones, ones, 0)
    assert (found.layer_sqnr, found.picture.tolist()) == (math.inf, [-1, -1])


def test_values_that_cannot_be_compared_are_refused() -> None:
    found = Difference.of(2)
    with pytest.raises(InputMismatch, match="size"):
        found.add(np.ones((1, 2, 3)), np.ones((1, 2, 4)), 0)
    with pytest.raises(InputMismatch, match="not finite"):
        found.add(np.ones((1, 2, 3)), np.full((1, 2, 3), np.nan), 0)
    assert not found.signal.any()
