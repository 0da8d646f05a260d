"""Tiny generators whose pictures can be told by hand, and homes that have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from deconv_studio import engine
from deconv_studio.catalog import Card, Catalog
from deconv_studio.engine.session import Model

SIZE = 6
UNITS = 4


def _save(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    folder: Path,
    *,
    size: int,
    classes: bool,
    picture: tuple[int, int, int],
) -> Path:
    inputs = [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", size])]
    if classes:
        inputs.append(helper.make_tensor_value_info("class", TensorProto.INT64, ["N"]))
    outputs = [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["N", *picture])]
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "generator", inputs, outputs, stored)
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    return path


def _card(
    path: Path,
    model_id: str,
    size: int,
    classes: tuple[str, ...],
    picture: tuple[int, int, int],
    value_range: tuple[float, float],
) -> Card:
    channels, height, width = picture
    card = Card.for_user_model(
        model_id,
        path,
        input_name="z",
        output_name="picture",
        channels=3 if channels == 3 else 1,
        color="rgb" if channels == 3 else "gray",
        task="sample",
        scale=1,
        receptive_field=0,
        fixed_size=(height, width),
        output_range=value_range,
        licence="MIT",
        data_name="nothing",
        data_licence="CC0",
    ).replace(
        latent={"name": "z", "size": size, "class_name": "class" if classes else None},
        classes=[{"name": name} for name in classes],
    )
    (path.parent / "card.toml").write_text(card.to_toml(), encoding="utf-8")
    return card


def generator_file(folder: Path, *, classes: bool = True, gain: float = 0.4) -> tuple[Path, Card]:
    """A transposed convolution of latent (and class) to 4 x 4 gray, then tanh; a folder with a card."""
    rng = np.random.default_rng(1)
    weight = rng.normal(0, gain, (SIZE, 1, 4, 4)).astype(np.float32)
    constants = {"weight": weight, "axes": np.array([2, 3])}
    nodes, latent = [], "z"
    if classes:
        constants["table"] = rng.normal(0, 1, (3, SIZE)).astype(np.float32)
        nodes += [
            helper.make_node("Gather", ["table", "class"], ["shift"]),
            helper.make_node("Add", ["z", "shift"], ["moved"]),
        ]
        latent = "moved"
    nodes += [
        helper.make_node("Unsqueeze", [latent, "axes"], ["map"]),
        helper.make_node("ConvTranspose", ["map", "weight"], ["up"]),
        helper.make_node("Tanh", ["up"], ["picture"]),
    ]
    path = _save(nodes, constants, folder, size=SIZE, classes=classes, picture=(1, 4, 4))
    names = ("a", "b", "c") if classes else ()
    return path, _card(path, "tiny-generator", SIZE, names, (1, 4, 4), (-1.0, 1.0))


def units_file(folder: Path) -> tuple[Path, Card]:
    """Units that each draw a place of their own, in its own folder, with a card.

    Unit u of the layer ``maps`` (4 units, 2 x 2) is ``relu(z[u] + 1)`` everywhere. The picture (gray, 4 x 4,
    cut to [0, 1]) has at every pixel ``(y % 2, x % 2) == divmod(u, 2)`` the value ``maps[u] * (u + 1) / 20``
    of the place below it.
    """
    spread = np.zeros((UNITS, UNITS, 2, 2), np.float32)
    place = np.zeros((UNITS, 1, 2, 2), np.float32)
    for unit in range(UNITS):
        spread[unit, unit] = 1
        place[unit, 0, unit // 2, unit % 2] = (unit + 1) / 20
    constants = {
        "axes": np.array([2, 3]),
        "spread": spread,
        "one": np.ones(UNITS, np.float32),
        "place": place,
        "low": np.float32(0),
        "high": np.float32(1),
    }
    nodes = [
        helper.make_node("Unsqueeze", ["z", "axes"], ["map"]),
        helper.make_node("ConvTranspose", ["map", "spread", "one"], ["sum"]),
        helper.make_node("Relu", ["sum"], ["maps"]),
        helper.make_node("ConvTranspose", ["maps", "place"], ["placed"], strides=[2, 2]),
        helper.make_node("Clip", ["placed", "low", "high"], ["picture"]),
    ]
    path = _save(nodes, constants, folder, size=UNITS, classes=False, picture=(1, 4, 4))
    return path, _card(path, "tiny-units", UNITS, (), (1, 4, 4), (0.0, 1.0))


def large_file(folder: Path, side: int = 32, channels: int = 3, classes: int = 3) -> tuple[Path, Card]:
    """Random weights from latent and class through three transposed convolutions to a colour picture."""
    rng = np.random.default_rng(5)
    widths = (12, 8, 6, channels)
    names = tuple(f"class {index}" for index in range(classes))
    constants = {
        "axes": np.array([2, 3]),
        "table": rng.normal(0, 1, (max(1, classes), SIZE)).astype(np.float32),
        "first": rng.normal(0, 0.6, (SIZE, widths[0], side // 8, side // 8)).astype(np.float32),
    }
    nodes = [helper.make_node("Unsqueeze", ["shifted" if classes else "z", "axes"], ["map"])]
    if classes:
        nodes.insert(0, helper.make_node("Gather", ["table", "class"], ["shift"]))
        nodes.insert(1, helper.make_node("Add", ["z", "shift"], ["shifted"]))
    nodes.append(helper.make_node("ConvTranspose", ["map", "first"], ["c0"]))
    for index in range(3):
        shape = (widths[index], widths[index + 1], 4, 4)
        constants[f"w{index}"] = rng.normal(0, 0.25, shape).astype(np.float32)
        nodes.append(helper.make_node("Relu", [f"c{index}"], [f"a{index}"]))
        options = {"strides": [2, 2], "pads": [1, 1, 1, 1]}
        inputs, output = [f"a{index}", f"w{index}"], [f"c{index + 1}"]
        nodes.append(helper.make_node("ConvTranspose", inputs, output, **options))
    nodes.append(helper.make_node("Sigmoid", ["c3"], ["picture"]))
    picture = (channels, side, side)
    path = _save(nodes, constants, folder, size=SIZE, classes=bool(classes), picture=picture)
    return path, _card(path, "tiny-colours", SIZE, names, picture, (0.0, 1.0))


def loaded(made: tuple[Path, Card]) -> Model:
    """Load one on one thread of the CPU."""
    path, card = made
    return engine.load(path, card=card, provider="cpu", threads=1)


def install(made: tuple[Path, Card]) -> None:
    """Add one to the user's models (the home is the environment's)."""
    Catalog().add(*made)


def classifier_file(folder: Path, side: int = 4, channels: int = 1, classes: int = 3) -> tuple[Path, Card]:
    """Two features, the mean and a tenth of the first pixel, to scores of classes by brightness."""
    means = np.full((channels * side * side, 2), 1 / (channels * side * side), np.float32)
    means[:, 1] = 0
    means[0, 1] = 0.1
    # The class whose level is nearest to the mean m has the largest -(m - level)^2, but for m^2.
    levels = (np.arange(classes) + 0.5) / classes
    last = np.zeros((2, classes), np.float32)
    last[0] = 200 * levels
    constants = {"means": means, "last": last, "bias": (-100 * levels**2).astype(np.float32)}
    nodes = [
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("MatMul", ["flat", "means"], ["features"]),
        helper.make_node("Gemm", ["features", "last", "bias"], ["scores"]),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", channels, side, side])]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", classes])]
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "classifier", inputs, outputs, stored)
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    card = Card.for_user_model(
        "tiny-classifier",
        path,
        input_name="x",
        output_name="scores",
        channels=3 if channels == 3 else 1,
        color="rgb" if channels == 3 else "gray",
        task="classify",
        scale=1,
        receptive_field=0,
        fixed_size=(side, side),
        licence="MIT",
        data_name="nothing",
        data_licence="CC0",
    ).replace(classes=[{"name": f"level {index}"} for index in range(classes)])
    (folder / "card.toml").write_text(card.to_toml(), encoding="utf-8")
    return path, card
