"""Tiny enlarging networks whose result can be told by hand, and homes that have them, for three rooms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import helper

from deconv_studio import engine
from deconv_studio.catalog import Catalog
from deconv_studio.engine.session import Model
from tests.tiny_networks import Tiny, build, fsrcnn_like


def nearest(scale: int = 2, channels: int = 1) -> Tiny:
    """Every pixel repeated `scale` times both ways: what goes through it can be told exactly."""
    node = helper.make_node(
        "Resize",
        ["x", "", "scales"],
        ["y"],
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    weights = {"scales": np.array([1, 1, scale, scale], np.float32)}
    return Tiny(build([node], weights, input_shape=(1, channels, "h", "w")), channels, scale, 0)


def shifting(scale: int = 2) -> Tiny:
    """Nearest enlargement of the right neighbour: not symmetric, so that turning the picture matters."""
    kernel = np.zeros((1, 1, 3, 3), np.float32)
    kernel[0, 0, 1, 2] = 1
    resize = nearest(scale).model.graph.node[0]
    resize.input[0] = "c"
    nodes = [helper.make_node("Conv", ["x", "k"], ["c"], pads=[1] * 4), resize]
    return Tiny(
        build(nodes, {"k": kernel, "scales": np.array([1, 1, scale, scale], np.float32)}), 1, scale, 1
    )


def after(tiny: Tiny, operator: str, value: float) -> Tiny:
    """The same network with one more operator and constant behind it."""
    inner = tiny.model.graph
    for node in inner.node:
        for index, name in enumerate(node.output):
            if name == "y":
                node.output[index] = "inner"
    weights = {"c": np.asarray(value, np.float32)}
    for tensor in inner.initializer:
        from onnx import numpy_helper

        weights[tensor.name] = numpy_helper.to_array(tensor)
    nodes = [*inner.node, helper.make_node(operator, ["inner", "c"], ["y"])]
    return Tiny(
        build(nodes, weights, input_shape=(1, tiny.channels, "h", "w")),
        tiny.channels,
        tiny.scale,
        tiny.radius,
    )


def loaded(tiny: Tiny, folder: Path, name: str = "tiny", **card: Any) -> Model:
    """Write, card and load a network on one thread of the CPU."""
    path = tiny.save(folder, f"{name}.onnx")
    return engine.load(path, card=tiny.card(path, **card), provider="cpu", threads=1)


def install(tiny: Tiny, folder: Path, model_id: str, **card: Any) -> None:
    """Add a network to the user's models (the home is the environment's)."""
    path = tiny.save(folder, f"{model_id}.onnx")
    Catalog().add(
        path, tiny.card(path, model_id, licence="MIT", data_name="nothing", data_licence="CC0", **card)
    )


def learned(scale: int = 2, channels: int = 1) -> Tiny:
    """Something with a receptive field, like the real ones."""
    return fsrcnn_like(scale, channels)
