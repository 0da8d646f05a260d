"""Tiny segmenting networks whose labels can be told by hand, and homes that have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import helper

from deconv_studio import engine
from deconv_studio.catalog import Card, Catalog
from deconv_studio.engine.session import Model
from tests.tiny_networks import Tiny, build, random_weights, strided

CLASSES = (
    {"name": "red", "color": "#c81e1e"},
    {"name": "green", "color": "#1ec81e"},
    {"name": "blue", "color": "#1e1ec8"},
)
BINARY = ({"name": "background", "color": "#000000"}, {"name": "thing", "color": "#ff8800"})


def by_color(gain: float = 20.0) -> Tiny:
    """Three logits, the picture's own channels times `gain`: the class is the strongest colour."""
    weights = {"w": (gain * np.eye(3, dtype=np.float32))[:, :, None, None]}
    node = helper.make_node("Conv", ["x", "w"], ["y"])
    return Tiny(build([node], weights, input_shape=(1, 3, "h", "w")), 3)


def by_brightness(gain: float = 20.0) -> Tiny:
    """Two logits: what is brighter than a half is a thing."""
    weights = {
        "w": np.array([-gain, gain], np.float32)[:, None, None, None],
        "b": np.array([gain, 0], np.float32),
    }
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"])
    return Tiny(build([node], weights, input_shape=(1, 1, "h", "w")), 1)


def with_distance() -> Tiny:
    """Two logits by brightness, and the brightness as the distance map."""
    weights = {
        "w": np.array([-40, 40, 1], np.float32)[:, None, None, None],
        "b": np.array([8, 0, 0], np.float32),
    }
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"])
    return Tiny(build([node], weights, input_shape=(1, 1, "h", "w")), 1)


def hourglass(classes: int = 3) -> Tiny:
    """Strided and transposed convolutions, then a convolution to logits; sizes are multiples of 4."""
    inner = strided(3)
    graph = inner.model.graph
    from onnx import numpy_helper

    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights["last"] = 200 * random_weights(classes, 3, 1, 1, seed=30)
    nodes = list(graph.node)
    nodes[-1].output[0] = "inner"
    nodes.append(helper.make_node("Conv", ["inner", "last"], ["y"]))
    model = build(nodes, weights, input_shape=(1, 3, "h", "w"))
    return Tiny(model, 3, radius=inner.radius, multiple=inner.multiple)


def probable(height: int = 16, width: int = 16) -> Tiny:
    """One probability at one fixed size: a tenth of the green channel, plus a half."""
    weights = {
        "w": np.array([0, 0.1, 0], np.float32)[None, :, None, None],
        "b": np.array([0.5], np.float32),
    }
    node = helper.make_node("Conv", ["x", "w", "b"], ["y"])
    return Tiny(build([node], weights, input_shape=(1, 3, height, width)), 3, fixed=(height, width))


def card_for(tiny: Tiny, path: Path, model_id: str, classes: Any = CLASSES, **changes: Any) -> Card:
    """A card of a segmenting model; `input`, `output` and `instances` are merged into the plain one."""
    plain = tiny.card(path, model_id, task="segment", licence="MIT", data_name="nothing", data_licence="CC0")
    fields = plain.model_dump()
    fields["input"]["color"] = "rgb" if tiny.channels == 3 else "gray"
    fields["output"]["kind"] = "logits"
    for part in ("input", "output"):
        fields[part] |= changes.pop(part, {})
    return Card.from_dict({**fields, "classes": classes, **changes})


def loaded(tiny: Tiny, folder: Path, name: str = "tiny", classes: Any = CLASSES, **changes: Any) -> Model:
    """Write, card and load a network on one thread of the CPU."""
    path = tiny.save(folder, f"{name}.onnx")
    card = card_for(tiny, path, name, classes, **changes)
    return engine.load(path, card=card, provider="cpu", threads=1)


def install(tiny: Tiny, folder: Path, model_id: str, classes: Any = CLASSES, **changes: Any) -> None:
    """Add a network to the user's models (the home is the environment's)."""
    path = tiny.save(folder, f"{model_id}.onnx")
    Catalog().add(path, card_for(tiny, path, model_id, classes, **changes))
