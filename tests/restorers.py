"""Tiny restoring networks whose result can be told by hand: told or not told how strong the noise is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from deconv_studio import engine
from deconv_studio.catalog import Card, Catalog
from deconv_studio.engine.session import Model

BLUR = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], np.float32) / 16
LARGEST = 55.0
RADIUS = 2


def save(folder: Path, channels: int = 1, *, told: bool = True, name: str = "model.onnx") -> Path:
    """Write a network that takes away the fine part of each channel: all of it, where the strength is -1.

    Told a strength s in [0, 1] it takes s of it. Two blurs in a row with zero padding, so the border is
    darker, on a grid of two pixels: a stride, and a transposed convolution that undoes it, change nothing.
    """
    kernel = np.zeros((channels, 1, 3, 3), np.float32)
    kernel[:, 0] = BLUR
    apart = np.zeros((4 * channels, 1, 2, 2), np.float32)
    for k in range(4 * channels):
        apart[k, 0, k % 4 // 2, k % 2] = 1
    together = apart.copy()
    constants = {"k": kernel, "apart": apart, "together": together}
    nodes = [
        helper.make_node("Conv", ["image", "apart"], ["half"], strides=[2, 2], group=channels),
        helper.make_node("ConvTranspose", ["half", "together"], ["same"], strides=[2, 2], group=channels),
        helper.make_node("Conv", ["same", "k"], ["b0"], pads=[1] * 4, group=channels),
        helper.make_node("Conv", ["b0", "k"], ["b1"], pads=[1] * 4, group=channels),
        helper.make_node("Sub", ["image", "b1"], ["fine"]),
    ]
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", channels, "h", "w"])]
    taken = "fine"
    if told:
        inputs.append(helper.make_tensor_value_info("strength", TensorProto.FLOAT, ["N"]))
        constants |= {"zero": np.zeros(1, np.float32), "one": np.ones(1, np.float32)}
        constants["shape"] = np.array([-1, 1, 1, 1])
        nodes += [
            helper.make_node("Less", ["strength", "zero"], ["unknown"]),
            helper.make_node("Where", ["unknown", "one", "strength"], ["share"]),
            helper.make_node("Reshape", ["share", "shape"], ["shares"]),
            helper.make_node("Mul", ["fine", "shares"], ["taken"]),
        ]
        taken = "taken"
    nodes.append(helper.make_node("Sub", ["image", taken], ["restored"]))
    outputs = [helper.make_tensor_value_info("restored", TensorProto.FLOAT, ["N", channels, "h", "w"])]
    stored = [numpy_helper.from_array(value, key) for key, value in constants.items()]
    graph = helper.make_graph(nodes, "restorer", inputs, outputs, stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(model.SerializeToString())
    return path


def card(path: Path, model_id: str, channels: int = 1, *, told: bool = True, **facts: Any) -> Card:
    """The card that describes such a file truly."""
    made = Card.for_user_model(
        model_id,
        path,
        input_name="image",
        output_name="restored",
        channels=3 if channels == 3 else 1,
        color="rgb" if channels == 3 else "gray",
        task="restore",
        scale=1,
        receptive_field=RADIUS,
        size_multiple=2,
        licence="MIT",
        data_name="nothing",
        data_licence="CC0",
        **facts,
    )
    return made.replace(strength={"name": "strength", "largest": LARGEST}) if told else made


def loaded(folder: Path, channels: int = 1, *, told: bool = True) -> Model:
    """Write, card and load one on one thread of the CPU."""
    path = save(folder, channels, told=told, name=f"restorer-{channels}-{told}.onnx")
    made = card(path, "denoise" if channels == 3 else "denoise-gray", channels, told=told)
    return engine.load(path, card=made, provider="cpu", threads=1)


def install(folder: Path, *ids: str) -> None:
    """Add ``denoise`` and ``denoise-gray``, or those named, to the user's models."""
    for model_id in ids or ("denoise", "denoise-gray"):
        channels = 1 if model_id.endswith("gray") else 3
        path = save(folder / model_id, channels)
        Catalog().add(path, card(path, model_id, channels))


def blurred(plane: np.ndarray) -> np.ndarray:
    """What the network makes of ``(h, w)`` float32 with even sides: two blurs in float64, zeros around."""
    values = plane.astype(np.float64)
    for _ in range(2):
        padded = np.pad(values, 1)
        height, width = values.shape
        values = sum(BLUR[y, x] * padded[y : y + height, x : x + width] for y in range(3) for x in range(3))
    return values
