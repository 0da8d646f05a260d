"""Tiny networks for the tests of the lens, made with onnx.helper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from deconv_studio.lens.export import fused_model
from deconv_studio.lens.graph import Graph


def network(
    nodes: Sequence[onnx.NodeProto],
    shape: Sequence[int | str],
    constants: Mapping[str, np.ndarray] | None = None,
    output: str = "y",
    opset: int = 18,
) -> onnx.ModelProto:
    """Return a model from x to `output`."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def single(
    op: str,
    shape: Sequence[int],
    constants: Sequence[np.ndarray] = (),
    opset: int = 18,
    skip: Sequence[int] = (),
    **attributes: Any,
) -> onnx.ModelProto:
    """Return a model of one operator: x, then constants; `skip` leaves inputs out."""
    names = [f"c{index}" for index in range(len(constants))]
    inputs = ["x", *names]
    for place in skip:
        inputs.insert(place, "")
    node = helper.make_node(op, inputs, ["y"], name="node", **attributes)
    return network([node], shape, dict(zip(names, constants, strict=True)), opset=opset)


def run(model: onnx.ModelProto, **feeds: np.ndarray) -> np.ndarray:
    """Run a model on the CPU and return its first output."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, feeds)[0]


def back(
    model: onnx.ModelProto, image: np.ndarray, seed: np.ndarray, layer: str = "y", method: str = "gradient"
) -> np.ndarray:
    """Project any seed back through the exported whole-map graph."""
    graph = Graph(model, size=image.shape)
    return run(fused_model(graph, layer, method), image=image, seed=seed)


def adjoint_error(model: onnx.ModelProto, shape: Sequence[int], seed: int = 0) -> float:
    """Return |<f(x) - f(0), y> - <x, f*(y)>| relative to the norms, for a linear network f plus a
    constant."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape).astype(np.float32)
    forward = run(model, x=x).astype(np.float64) - run(model, x=np.zeros_like(x)).astype(np.float64)
    y = rng.standard_normal(forward.shape).astype(np.float32)
    x_back = back(model, x, y)
    assert x_back.shape == x.shape
    left, right = (forward * y).sum(), (x.astype(np.float64) * x_back).sum()
    return abs(left - right) / (np.linalg.norm(forward) * np.linalg.norm(y) + 1e-30)


def small_classifier(seed: int = 0, size: int | str = 33, relu: str = "Relu") -> onnx.ModelProto:
    """Return a network with overlapping pools, a skip connection, a fork, a stride and a fully connected
    head."""
    rng = np.random.default_rng(seed)

    def weight(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) / np.sqrt(np.prod(shape[1:]))).astype(np.float32)

    constants = {
        "w1": weight(8, 3, 5, 5),
        "b1": weight(8, 1).ravel(),
        "w2": weight(8, 8, 3, 3),
        "scale": 1 + 0.3 * weight(8, 1).ravel(),
        "shift": weight(8, 1).ravel(),
        "mean": weight(8, 1).ravel(),
        "var": (0.5 + rng.random(8)).astype(np.float32),
        "w3": weight(6, 8, 3, 3),
        "w4": weight(10, 14, 1, 1),
        "w5": weight(10, 7),
    }
    make = helper.make_node
    nodes = [
        make("Conv", ["x", "w1", "b1"], ["conv1"], pads=[2, 2, 2, 2], strides=[2, 2]),
        make(relu, ["conv1"], ["relu1"]),
        make("MaxPool", ["relu1"], ["pool1"], kernel_shape=[3, 3], strides=[2, 2], name="first_pool"),
        make("Conv", ["pool1", "w2"], ["conv2"], pads=[1, 1, 1, 1]),
        make("BatchNormalization", ["conv2", "scale", "shift", "mean", "var"], ["norm2"]),
        make("Add", ["norm2", "pool1"], ["sum2"]),
        make(relu, ["sum2"], ["relu2"]),
        make("Conv", ["relu2", "w3"], ["conv3"], pads=[2, 2, 2, 2], dilations=[2, 2]),
        make(relu, ["conv3"], ["relu3"]),
        make("Concat", ["relu3", "relu2"], ["join"], axis=1),
        make("MaxPool", ["join"], ["pool3"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]),
        make("Conv", ["pool3", "w4"], ["conv4"]),
        make(relu, ["conv4"], ["relu4"]),
        make("GlobalAveragePool", ["relu4"], ["average"]),
        make("Flatten", ["average"], ["flat"]),
        make("Gemm", ["flat", "w5"], ["y"]),
    ]
    return network(nodes, [1, 3, size, size], constants)


def picture(seed: int = 0, size: int = 33, channels: int = 3) -> np.ndarray:
    """Return noise, (1, channels, size, size) float32."""
    return np.random.default_rng(seed).standard_normal((1, channels, size, size)).astype(np.float32)
