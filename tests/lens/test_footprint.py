"""How much memory a look takes: by hand on a small network, and against what a run really holds."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from deconv_studio.lens.errors import TensorMissing
from deconv_studio.lens.footprint import _SLACK, footprint
from deconv_studio.lens.graph import Graph
from tests.lens.graphs import network, small_classifier

pytestmark = pytest.mark.light

node = helper.make_node


def test_by_hand():
    weight = {"w": np.zeros((4, 2, 3, 3), np.float32)}
    graph = Graph(
        network(
            [node("Conv", ["x", "w"], ["a"], pads=[1] * 4), node("Relu", ["a"], ["y"])],
            (1, 2, 10, 20),
            weight,
        )
    )
    plane = 4 * 200
    # Back through the convolution: signal of 4 planes, result of 2, and 2 x 3 x 3 columns.
    step = (4 + 2 + 18) * plane
    assert footprint(graph, "y", "deconvnet") == int(4 * plane + _SLACK * step + 4 * 2 * plane)
    # Guided masks with the forward output, which is the layer itself here.
    assert footprint(graph, "a", "gradient") == int(4 * plane + _SLACK * step + 4 * 2 * plane)
    # Forward alone: both maps are alive at once.
    assert footprint(graph, "y", "occlusion") == int(4 * plane + _SLACK * 8 * plane + 4 * 2 * plane)
    assert footprint(graph) > footprint(graph, "y")


def test_grows_with_the_pixels_and_the_rules_memory():
    model = small_classifier(size="side")
    small, large = (Graph(model, size=(1, 3, side, side)) for side in (64, 128))
    ratio = footprint(large, "relu4") / footprint(small, "relu4")
    assert 3.5 < ratio < 4.8
    assert footprint(large, "relu1") < footprint(large)
    assert footprint(large, "relu4", "deconvnet") < footprint(large, "relu4", "guided")
    with pytest.raises(TensorMissing):
        footprint(large, "relu9")
