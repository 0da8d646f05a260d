"""A signal placed before a convolution gives what one cut after it gives, at edges, corners and inside."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from onnx import ModelProto, helper

from deconv_studio.lens.reconstruct import Lens, Seed
from deconv_studio.lens.rules import convolution
from tests.lens.graphs import back, network, picture, small_classifier

pytestmark = pytest.mark.light

node = helper.make_node


def forked() -> ModelProto:
    """Branches of different reach that meet, dilation, uneven padding, more padding than the kernel needs."""
    random = np.random.default_rng(2)
    shapes = {"a": (4, 3, 3, 3), "b": (4, 3, 5, 5), "c": (4, 4, 3, 3), "d": (4, 1, 3, 3)}
    weights = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    nodes = [
        node("Conv", ["x", "a"], ["left"], pads=[3, 3, 3, 3], name="left"),
        node("Conv", ["x", "b"], ["right"], pads=[4, 4, 4, 4], name="right"),
        node("Add", ["left", "right"], ["join"], name="join"),
        node("Relu", ["join"], ["relu"], name="relu"),
        node("Conv", ["relu", "c"], ["wide"], dilations=[2, 3], pads=[0, 1, 2, 3], name="wide"),
        node("Conv", ["wide", "d"], ["y"], group=4, pads=[1, 1, 1, 1], name="y"),
    ]
    return network(nodes, [1, 3, 12, 14], weights)


@pytest.mark.parametrize("limit", [0, 10_000], ids=["cut after", "placed before"])
@pytest.mark.parametrize("layer", ["left", "relu", "wide", "y"])
def test_both_ways_are_the_whole_adjoint(monkeypatch: pytest.MonkeyPatch, limit: int, layer: str) -> None:
    monkeypatch.setattr(convolution, "_SMALL", limit)
    lens = Lens(forked(), threads=1)
    image = np.random.default_rng(3).random((1, 3, 12, 14), np.float32)
    look = lens.look(image)
    value = lens.activation(look, layer)
    for at in itertools.product(*({0, 1, size // 2, size - 1} for size in value.shape[2:])):
        seed = np.zeros_like(value)
        seed[(0, 2, *at)] = 1
        expected = back(forked(), image, seed, layer, "deconvnet")[0]
        found = lens.reconstruct(look, layer, 2, at, value="one").full()
        assert np.abs(found - expected).max() <= 1e-6 * max(1e-3, np.abs(expected).max())


@pytest.mark.parametrize("limit", [0, 10_000], ids=["cut after", "placed before"])
def test_both_ways_batch(monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    monkeypatch.setattr(convolution, "_SMALL", limit)
    lens = Lens(small_classifier(), threads=1)
    look = lens.look(picture())
    height, width = lens.activation(look, "relu3").shape[2:]
    places = [(0, 0), (height // 2, width // 2), (height // 2, width // 2 - 1), (height - 1, width - 1)]
    items = [(look, Seed(3, at, "one")) for at in places]
    together = lens.reconstruct_many(items, "relu3")
    for at, found in zip(places, together, strict=True):
        alone = lens.reconstruct(look, "relu3", 3, at, value="one")
        np.testing.assert_allclose(found.full(), alone.full(), atol=1e-6 * np.abs(alone.full()).max())
        assert np.abs(found.full()).max() > 0
