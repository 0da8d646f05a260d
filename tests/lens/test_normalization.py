"""Normalisations by the picture's own statistics go back as their scale, with the statistics held fixed."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from onnx import helper, numpy_helper

from deconv_studio.lens.errors import UnsupportedOperator
from deconv_studio.lens.export import fused_model
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import Lens, Seed
from deconv_studio.lens.reverse import build
from tests.lens.graphs import back, network, run, single

pytestmark = pytest.mark.light

node = helper.make_node
SHAPE = (1, 6, 7, 8)
SCALE = np.array([0.5, -1.0, 2.0, 1.5, 0.25, 3.0], np.float32)
SHIFT = np.array([0.1, 0.2, -0.3, 0.4, 0.0, 1.0], np.float32)
EPSILON = 1e-3


def deviation(x, axes, groups=None):
    x = x.astype(np.float64)
    if groups:
        split = x.reshape(1, groups, -1)
        return np.sqrt(split.var(axis=2) + EPSILON).repeat(x.shape[1] // groups, 1).reshape(1, -1, 1, 1)
    return np.sqrt(x.var(axis=axes, keepdims=True) + EPSILON)


def plane(values):
    return np.asarray(values, np.float64).reshape(1, -1, 1, 1)


def noise(seed=0):
    return np.random.default_rng(seed).standard_normal(SHAPE).astype(np.float32) * 3 + 1


CASES = {
    "instance": (
        single("InstanceNormalization", SHAPE, [SCALE, SHIFT], epsilon=EPSILON),
        lambda x: plane(SCALE) / deviation(x, (2, 3)),
    ),
    "group": (
        single("GroupNormalization", SHAPE, [SCALE, SHIFT], num_groups=3, epsilon=EPSILON, opset=21),
        lambda x: plane(SCALE) / deviation(x, None, 3),
    ),
    "group-old": (
        single("GroupNormalization", SHAPE, [SCALE[:3], SHIFT[:3]], num_groups=3, epsilon=EPSILON),
        lambda x: plane(SCALE[:3].repeat(2)) / deviation(x, None, 3),
    ),
    "layer-last": (
        single("LayerNormalization", SHAPE, [np.arange(1, 9, dtype=np.float32)], epsilon=EPSILON),
        lambda x: np.arange(1, 9) / deviation(x, (3,)),
    ),
    "layer-all": (
        single("LayerNormalization", SHAPE, [np.full(SHAPE[1:], 2, np.float32)], axis=1, epsilon=EPSILON),
        lambda x: 2 / deviation(x, (1, 2, 3)),
    ),
    "mean-variance": (
        single("MeanVarianceNormalization", SHAPE),
        lambda x: 1 / np.sqrt(x.astype(np.float64).var(axis=(0, 2, 3), keepdims=True) + 1e-9),
    ),
}


@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
@pytest.mark.parametrize(("model", "factor"), CASES.values(), ids=CASES)
def test_the_scale_goes_back(model, factor, method):
    x, g = noise(), noise(1)
    expected = g * factor(x)
    assert np.abs(back(model, x, g, method=method) - expected).max() <= 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize(("model", "factor"), CASES.values(), ids=CASES)
def test_is_the_adjoint_of_the_forward_pass_with_its_statistics_fixed(model, factor):
    x, d, g = noise(), noise(2), noise(1)
    fixed = factor(x)
    # What is left of the output without the fixed scale is the mean and the shift, equal along a row.
    rest = run(model, x=x).astype(np.float64) - fixed * x
    assert min(np.ptp(rest, axis=3).max(), np.ptp(rest / fixed, axis=3).max()) < 1e-4
    left = (fixed * d * g).sum()
    right = (d.astype(np.float64) * back(model, x, g)).sum()
    assert abs(left - right) <= 1e-6 * np.linalg.norm(d) * np.linalg.norm(g)


@pytest.mark.parametrize(("model", "factor"), CASES.values(), ids=CASES)
def test_the_cropped_graph_agrees_and_nine_go_at_once(model, factor):
    weight = np.random.default_rng(5).standard_normal((6, 3, 3, 3)).astype(np.float32)
    whole = network(
        [node("Conv", ["in", "cw"], ["x"], pads=[1] * 4), *model.graph.node, node("Relu", ["y"], ["z"])],
        (1, 3, 7, 8),
        {"cw": weight, **{t.name: numpy_helper.to_array(t) for t in model.graph.initializer}},
        output="z",
        opset=model.opset_import[0].version,
    )
    whole.graph.input[0].name = "in"
    lens = Lens(whole, threads=1)
    image = np.random.default_rng(6).standard_normal((1, 3, 7, 8)).astype(np.float32)
    look = lens.look(image, ["z"], ["deconvnet"])
    other = lens.look(image[..., ::-1].copy(), ["z"], ["deconvnet"])
    items = [(look if i % 2 else other, Seed(i % 6, (i % 7, (3 * i) % 8), "one")) for i in range(9)]
    for (one, seed), found in zip(items, lens.reconstruct_many(items, "z"), strict=True):
        g = np.zeros(SHAPE, np.float32)
        g[(0, seed.unit, *seed.at)] = 1
        fused = _back_from(whole, one.picture, g)
        assert np.abs(found.full() - fused).max() <= 1e-5 * max(1e-3, np.abs(fused).max())


def _back_from(model, image, seed):
    session = onnxruntime.InferenceSession(
        fused_model(Graph(model, size=image.shape), "z", "deconvnet").SerializeToString(),
        providers=["CPUExecutionProvider"],
    )
    return session.run(None, {"image": image, "seed": seed})[0][0]


def test_the_approximation_is_said():
    for model, _ in CASES.values():
        (note,) = build(Graph(model), "y", "gradient").notes
        assert "held as the picture set them" in note.text


def test_scales_that_follow_from_the_picture_are_refused():
    model = network(
        [
            node("ReduceMean", ["x", "axes"], ["m"], keepdims=0),
            node("Reshape", ["m", "flat"], ["s"]),
            node("InstanceNormalization", ["x", "s", "s"], ["y"], name="styled"),
        ],
        (1, 3, 5, 5),
        {"axes": np.array([2, 3]), "flat": np.array([3])},
    )
    with pytest.raises(UnsupportedOperator, match=r"styled.*its scale depends on the picture"):
        build(Graph(model), "y")
