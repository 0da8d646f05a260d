"""Networks of a few kilobytes, each behaving in one known way, for the tests of all rooms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from deconv_studio.catalog import Card

Size = int | str


@dataclass(frozen=True)
class Tiny:
    """A network with what is true of it.

    `radius` is the receptive radius in input pixels; None where every output pixel depends on the whole
    picture.
    """

    model: ModelProto
    channels: int = 1
    scale: int = 1
    radius: int | None = 0
    multiple: int = 1
    minimum: int = 1
    fixed: tuple[int, int] | None = None
    layout: str = "NCHW"

    @property
    def content(self) -> bytes:
        return self.model.SerializeToString()

    def save(self, folder: Path, name: str = "model.onnx") -> Path:
        """Write the .onnx file."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(self.content)
        return path

    def card(self, path: Path, model_id: str | None = None, **changes: Any) -> Card:
        """The card that describes the file truly; `changes` go to `Card.for_user_model`."""
        facts: dict[str, Any] = {
            "input_name": "x",
            "output_name": "y",
            "channels": self.channels,
            "scale": self.scale,
            "receptive_field": 1_000_000 if self.radius is None else self.radius,
            "layout": self.layout,
            "size_multiple": self.multiple,
            "minimum": self.minimum,
            "fixed_size": self.fixed,
        }
        return Card.for_user_model(model_id or path.stem, path, **{**facts, **changes})


def build(
    nodes: Sequence[NodeProto],
    weights: dict[str, np.ndarray],
    *,
    input_shape: Sequence[Size] = (1, 1, "h", "w"),
    output_shape: Sequence[Size | None] = (1, None, None, None),
    dtype: int = TensorProto.FLOAT,
) -> ModelProto:
    """Make a model with the input "x" and the output "y"."""
    graph = helper.make_graph(
        list(nodes),
        "tiny",
        [helper.make_tensor_value_info("x", dtype, list(input_shape))],
        [helper.make_tensor_value_info("y", dtype, list(output_shape))],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def random_weights(*shape: int, seed: int = 0) -> np.ndarray:
    """Weights that keep the size of values through a layer: (out, in, kh, kw) float32."""
    fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 1
    return (np.random.default_rng(seed).normal(size=shape) / np.sqrt(fan_in)).astype(np.float32)


def conv(channels: int = 1, layers: int = 2, kernel: int = 3, width: int = 4) -> Tiny:
    """Zero-padded convolutions with PReLU between them; radius layers * (kernel // 2)."""
    pad = [kernel // 2] * 4
    nodes, weights, last, entering = [], {}, "x", channels
    for index in range(layers):
        leaving = channels if index == layers - 1 else width
        weights[f"w{index}"] = random_weights(leaving, entering, kernel, kernel, seed=index)
        out = "y" if index == layers - 1 else f"c{index}"
        nodes.append(helper.make_node("Conv", [last, f"w{index}"], [out], pads=pad))
        if out != "y":
            weights[f"s{index}"] = np.full((leaving, 1, 1), 0.25, np.float32)
            nodes.append(helper.make_node("PRelu", [out, f"s{index}"], [f"a{index}"]))
            out = f"a{index}"
        last, entering = out, leaving
    model = build(nodes, weights, input_shape=(1, channels, "h", "w"))
    return Tiny(model, channels, radius=layers * (kernel // 2))


def fsrcnn_like(scale: int = 2, channels: int = 1, width: int = 6) -> Tiny:
    """A 5x5 and a 3x3 convolution, then a 9x9 transposed convolution that enlarges, all with zero padding."""
    weights = {
        "w0": random_weights(width, channels, 5, 5, seed=1),
        "s0": np.full((width, 1, 1), 0.25, np.float32),
        "w1": random_weights(width, width, 3, 3, seed=2),
        "s1": np.full((width, 1, 1), 0.25, np.float32),
        "w2": random_weights(width, channels, 9, 9, seed=3),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["c0"], pads=[2] * 4),
        helper.make_node("PRelu", ["c0", "s0"], ["a0"]),
        helper.make_node("Conv", ["a0", "w1"], ["c1"], pads=[1] * 4),
        helper.make_node("PRelu", ["c1", "s1"], ["a1"]),
        helper.make_node(
            "ConvTranspose",
            ["a1", "w2"],
            ["y"],
            strides=[scale] * 2,
            pads=[4] * 4,
            output_padding=[scale - 1] * 2,
        ),
    ]
    # An output pixel o takes inputs i with |o - scale * i| <= 4; over all phases that is ceil(4 / scale).
    radius = -(-4 // scale) + 3
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels, scale, radius)


def pixel_shuffle(scale: int = 2, channels: int = 3) -> Tiny:
    """Two 3x3 convolutions and a depth-to-space; radius 2."""
    weights = {
        "w0": random_weights(8, channels, 3, 3, seed=4),
        "w1": random_weights(channels * scale * scale, 8, 3, 3, seed=5),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["c0"], pads=[1] * 4),
        helper.make_node("Relu", ["c0"], ["a0"]),
        helper.make_node("Conv", ["a0", "w1"], ["c1"], pads=[1] * 4),
        helper.make_node("DepthToSpace", ["c1"], ["y"], blocksize=scale, mode="CRD"),
    ]
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels, scale, 2)


def strided(channels: int = 1, stages: int = 2) -> Tiny:
    """An hourglass: stride-2 convolutions, then as many transposed ones; sizes are multiples of 2**stages."""
    nodes, weights, last, entering = [], {}, "x", channels
    for index in range(stages):
        weights[f"d{index}"] = random_weights(4, entering, 4, 4, seed=10 + index)
        nodes.append(
            helper.make_node("Conv", [last, f"d{index}"], [f"e{index}"], strides=[2, 2], pads=[1] * 4)
        )
        nodes.append(helper.make_node("Relu", [f"e{index}"], [f"r{index}"]))
        last, entering = f"r{index}", 4
    for index in range(stages):
        leaving = channels if index == stages - 1 else 4
        weights[f"u{index}"] = random_weights(entering, leaving, 4, 4, seed=20 + index)
        out = "y" if index == stages - 1 else f"t{index}"
        nodes.append(
            helper.make_node("ConvTranspose", [last, f"u{index}"], [out], strides=[2, 2], pads=[1] * 4)
        )
        last, entering = out, leaving
    # Going down stage k reaches 1.5 * 2**k further and coming up as far again; the phases add 2**stages - 1.
    radius = 2 * (2**stages - 1) + 2**stages - 1
    model = build(nodes, weights, input_shape=(1, channels, "h", "w"))
    return Tiny(model, channels, radius=radius, multiple=2**stages)


def global_pool(channels: int = 1) -> Tiny:
    """A convolution weighted by the mean of the whole picture (as squeeze and excitation does)."""
    weights = {"w0": random_weights(channels, channels, 3, 3, seed=6)}
    nodes = [
        helper.make_node("Conv", ["x", "w0"], ["c0"], pads=[1] * 4),
        helper.make_node("GlobalAveragePool", ["x"], ["g"]),
        helper.make_node("Mul", ["c0", "g"], ["y"]),
    ]
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels, radius=None)


def elementwise(operator: str, channels: int = 1, **constants: float) -> Tiny:
    """One operator on the picture and a constant."""
    weights = {name: np.asarray(value, np.float32) for name, value in constants.items()}
    nodes = [helper.make_node(operator, ["x", *weights], ["y"])]
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels)


def nan_producer(channels: int = 1) -> Tiny:
    """The square root of something negative."""
    weights = {"minus": np.asarray(-5.0, np.float32)}
    nodes = [helper.make_node("Add", ["x", "minus"], ["a"]), helper.make_node("Sqrt", ["a"], ["y"])]
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels)


def inf_producer(channels: int = 1) -> Tiny:
    """A division by zero."""
    return elementwise("Div", channels, zero=0.0)


def constant_producer(value: float = 0.0, channels: int = 1) -> Tiny:
    """The same value for every pixel."""
    weights = {"zero": np.asarray(0.0, np.float32), "value": np.asarray(value, np.float32)}
    nodes = [helper.make_node("Mul", ["x", "zero"], ["a"]), helper.make_node("Add", ["a", "value"], ["y"])]
    return Tiny(build(nodes, weights, input_shape=(1, channels, "h", "w")), channels)


def slow(layers: int = 60, width: int = 48) -> Tiny:
    """Many convolutions, to be cancelled in the middle; about 0.04 MFLOP a layer and pixel."""
    weights = {
        "w": random_weights(width, width, 3, 3, seed=7),
        "first": random_weights(width, 1, 3, 3, seed=8),
    }
    weights["last"] = random_weights(1, width, 1, 1, seed=9)
    nodes = [helper.make_node("Conv", ["x", "first"], ["a0"], pads=[1] * 4)]
    nodes += [helper.make_node("Conv", [f"a{i}", "w"], [f"a{i + 1}"], pads=[1] * 4) for i in range(layers)]
    nodes.append(helper.make_node("Conv", [f"a{layers}", "last"], ["y"]))
    return Tiny(build(nodes, weights), radius=layers + 1)


def nhwc(channels: int = 3) -> Tiny:
    """A 3x3 convolution between two transpositions."""
    weights = {"w": random_weights(channels, channels, 3, 3, seed=11)}
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["t", "w"], ["c"], pads=[1] * 4),
        helper.make_node("Transpose", ["c"], ["y"], perm=[0, 2, 3, 1]),
    ]
    model = build(nodes, weights, input_shape=(1, "h", "w", channels))
    return Tiny(model, channels, radius=1, layout="NHWC")


def half(channels: int = 3) -> Tiny:
    """A 3x3 convolution with float16 in, out and inside."""
    weights = {"w": random_weights(channels, channels, 3, 3, seed=12).astype(np.float16)}
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], pads=[1] * 4)]
    model = build(nodes, weights, input_shape=(1, channels, "h", "w"), dtype=TensorProto.FLOAT16)
    return Tiny(model, channels, radius=1)


def fixed_size(height: int = 24, width: int = 32, channels: int = 1) -> Tiny:
    """A 3x3 convolution that takes one size only."""
    weights = {"w": random_weights(channels, channels, 3, 3, seed=13)}
    nodes = [helper.make_node("Conv", ["x", "w"], ["y"], pads=[1] * 4)]
    model = build(nodes, weights, input_shape=(1, channels, height, width))
    return Tiny(model, channels, radius=1, fixed=(height, width))


def reflecting(radius: int = 6) -> Tiny:
    """A convolution behind reflection padding, which needs a picture larger than the padding."""
    size = 2 * radius + 1
    weights = {
        "pads": np.asarray([0, 0, radius, radius, 0, 0, radius, radius], np.int64),
        "w": random_weights(1, 1, size, size, seed=14),
    }
    nodes = [
        helper.make_node("Pad", ["x", "pads"], ["p"], mode="reflect"),
        helper.make_node("Conv", ["p", "w"], ["y"]),
    ]
    return Tiny(build(nodes, weights), radius=radius, minimum=radius + 1)


def cropping() -> Tiny:
    """A 3x3 convolution without padding: the output is smaller than the picture, so it is no enlarger."""
    weights = {"w": random_weights(1, 1, 3, 3, seed=15)}
    return Tiny(build([helper.make_node("Conv", ["x", "w"], ["y"])], weights), radius=1)


def classifier(classes: int = 5) -> Tiny:
    """A network whose output is no picture."""
    weights = {"w": random_weights(classes, 3, 1, 1, seed=16)}
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"]),
        helper.make_node("GlobalAveragePool", ["c"], ["g"]),
        helper.make_node("Flatten", ["g"], ["y"]),
    ]
    model = build(nodes, weights, input_shape=(1, 3, "h", "w"), output_shape=(1, classes))
    return Tiny(model, 3, radius=None)


def picture(
    height: int, width: int, channels: int = 1, *, seed: int = 0, dtype: Any = np.float32
) -> np.ndarray:
    """A random picture (H, W, C), float in [0, 1] or integer over its whole range."""
    values = np.random.default_rng(seed).random((height, width, channels), dtype=np.float32)
    kind = np.dtype(dtype)
    return values.astype(kind) if kind.kind == "f" else np.rint(values * np.iinfo(kind).max).astype(kind)
