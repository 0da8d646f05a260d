"""Tiny networks that give heat which can be told by hand, and homes that have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import helper

from deconv_studio import engine
from deconv_studio.catalog import Card, Catalog
from deconv_studio.engine.session import Model
from tests.tiny_networks import Tiny, build

ANOMALY = {
    "threshold": 0.5,
    "pixel_threshold": 0.25,
    "quantile": 0.75,
    "scores": [0.1, 0.2, 0.5, 0.6],
}


def by_brightness(normal: float = 0.25) -> Tiny:
    """Heat is how much brighter than `normal` a pixel is, in [0, 1]; gray pictures."""
    weights = {
        "w": np.ones((1, 1, 1, 1), np.float32),
        "b": np.array([-normal], np.float32),
    }
    nodes = [helper.make_node("Conv", ["x", "w", "b"], ["d"]), helper.make_node("Relu", ["d"], ["y"])]
    return Tiny(build(nodes, weights, input_shape=("n", 1, "h", "w"), output_shape=("n", 1, None, None)), 1)


def by_redness() -> Tiny:
    """Heat is how much stronger red is than green; RGB pictures whose sides are multiples of 4."""
    weights = {"w": np.array([1, -1, 0], np.float32)[None, :, None, None]}
    nodes = [helper.make_node("Conv", ["x", "w"], ["d"]), helper.make_node("Relu", ["d"], ["y"])]
    model = build(nodes, weights, input_shape=("n", 3, "h", "w"), output_shape=("n", 1, None, None))
    return Tiny(model, 3, multiple=4)


def card_for(tiny: Tiny, path: Path, model_id: str, **changes: Any) -> Card:
    """A card of such a model; `input`, `output` and `anomaly` are merged into the plain one."""
    plain = tiny.card(path, model_id, task="anomaly", licence="MIT", data_name="nothing", data_licence="CC0")
    fields = plain.model_dump()
    fields["input"]["color"] = "rgb" if tiny.channels == 3 else "gray"
    fields["output"]["kind"] = "heat"
    fields["anomaly"] = dict(ANOMALY)
    for part in ("input", "output", "anomaly"):
        fields[part] |= changes.pop(part, {})
    return Card.from_dict({**fields, **changes})


def loaded(tiny: Tiny, folder: Path, name: str = "tiny", **changes: Any) -> Model:
    """Write, card and load a network on one thread of the CPU."""
    path = tiny.save(folder, f"{name}.onnx")
    return engine.load(path, card=card_for(tiny, path, name, **changes), provider="cpu", threads=1)


def install(tiny: Tiny, folder: Path, model_id: str, **changes: Any) -> None:
    """Add a network to the user's models (the home is the environment's)."""
    path = tiny.save(folder, f"{model_id}.onnx")
    Catalog().add(path, card_for(tiny, path, model_id, **changes))
