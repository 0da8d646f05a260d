"""The checkerboard score separates upsamplers as table A4 says, finds the layer, and the lint names the
cause."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from deconv_studio.lens.arithmetic import icnr_weight, transposed_convolve
from deconv_studio.lens.checkerboard import THRESHOLD, analyse, cause, checkerboard_score, lint
from deconv_studio.lens.errors import PictureTooSmall
from deconv_studio.lens.graph import Graph
from tests.lens.graphs import network, run

pytestmark = pytest.mark.light

node = helper.make_node
RNG = np.random.default_rng(0)


def weight(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


@pytest.mark.parametrize(("stride", "expected"), [(2, 0.66), (3, 0.72), (4, 0.72)])
def test_random_transposed_convolutions_score_as_in_the_table(stride, expected):
    rng = np.random.default_rng(0)
    for kernel in (stride + 1, 2 * stride):
        scores = []
        for _ in range(20):
            y = transposed_convolve(
                rng.random((8, 16, 16)), rng.standard_normal((8, 3, kernel, kernel)), stride
            )
            scores.append(checkerboard_score(y[:, kernel:-kernel, kernel:-kernel], stride))
        assert np.mean(scores) == pytest.approx(expected, abs=0.08)


@pytest.mark.parametrize("stride", [2, 3, 4])
@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_resize_then_convolution_scores_nothing(stride, mode):
    # Nearest repeats pixels, so its harmonics are exactly zero; linear's too, away from the border.
    resize = network(
        [node("Resize", ["x", "", "s"], ["r"], mode=mode), node("Conv", ["r", "w"], ["y"])],
        (1, 8, 16, 16),
        {"s": np.array([1, 1, stride, stride], np.float32), "w": weight(3, 8, 3, 3)},
    )
    x = np.random.default_rng(1).random((1, 8, 16, 16)).astype(np.float32)
    y = run(resize, x=x)
    trim = (y.shape[-1] % stride) // 2 + stride
    assert checkerboard_score(y[..., trim:-trim, trim:-trim], stride) < 0.01


def test_score_of_known_pictures():
    board = np.indices((12, 12)).sum(axis=0) % 2
    assert checkerboard_score(board, 2) == pytest.approx(1)
    assert checkerboard_score(np.ones((3, 12, 12)), 2) == 0
    wave = np.sin(np.arange(12) * 2 * np.pi / 12)[None].repeat(12, axis=0)
    assert checkerboard_score(wave, 2) == pytest.approx(0, abs=1e-12)
    assert checkerboard_score(board + 3 * wave, 2) == pytest.approx(0.25 / (0.25 + 4.5), rel=1e-6)
    with pytest.raises(PictureTooSmall):
        checkerboard_score(np.ones((5, 5)), 3)
    with pytest.raises(PictureTooSmall):
        checkerboard_score(np.ones((5, 5)), 1)


def test_the_layer_that_brings_it_in_is_named():
    good, bad = icnr_weight(weight(4, 3, 3, 3), 2), weight(4, 4, 3, 3)
    model = network(
        [
            node("Conv", ["x", "good"], ["a"], pads=[1] * 4),
            node("DepthToSpace", ["a"], ["b"], blocksize=2, mode="CRD"),
            node("ConvTranspose", ["b", "bad"], ["c"], strides=[2, 2], name="culprit"),
            node("Relu", ["c"], ["y"]),
        ],
        (1, 3, 12, 12),
        {"good": good, "bad": bad},
    )
    graph = Graph(model)
    scores = analyse(graph)
    assert [(score.layer, score.op, score.stride) for score in scores] == [
        ("b", "DepthToSpace", 2),
        ("c", "ConvTranspose", 2),
    ]
    assert scores[0].score < 0.001 < THRESHOLD < scores[1].score
    assert cause(scores) == scores[1]
    assert cause(scores[:1]) is None
    findings = lint(graph)
    assert [finding.node for finding in findings] == ["culprit"]
    assert "kernel 3" in findings[0].text
    assert "kernel of 4" in findings[0].remedy


@pytest.mark.parametrize("mode", ["CRD", "DCR"])
def test_a_pixel_shuffle_is_linted_by_its_weights(mode):
    def build(value):
        return network(
            [node("Conv", ["x", "w"], ["a"]), node("DepthToSpace", ["a"], ["y"], blocksize=2, mode=mode)],
            (1, 3, 6, 6),
            {"w": value},
        )

    even = icnr_weight(weight(4, 3, 3, 3), 2)
    if mode == "DCR":
        even = even.reshape(4, 4, 3, 3, 3).swapaxes(0, 1).reshape(16, 3, 3, 3)
    assert lint(Graph(build(even))) == []
    found = lint(Graph(build(weight(16, 3, 3, 3))))
    assert len(found) == 1
    assert "ICNR" in found[0].remedy


def test_even_kernels_and_networks_without_upsampling_are_clean():
    even = network(
        [node("ConvTranspose", ["x", "w"], ["y"], strides=[3, 3])], (1, 3, 6, 6), {"w": weight(3, 2, 9, 9)}
    )
    assert lint(Graph(even)) == []
    plain = network([node("Conv", ["x", "w"], ["y"])], (1, 3, 6, 6), {"w": weight(2, 3, 3, 3)})
    assert analyse(Graph(plain)) == []
    assert lint(Graph(plain)) == []


def test_an_interpolation_is_even_whatever_its_kernel():
    # Linear interpolation by 2 as a transposed convolution of kernel 3: its taps add up to 1 at both places.
    line = np.array([0.5, 1, 0.5])
    kernel = np.outer(line, line)[None, None].astype(np.float32)

    def build(value):
        return Graph(network([node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2])], (1, 1, 9, 9), value))

    assert lint(build({"w": kernel})) == []
    uneven = kernel.copy()
    uneven[0, 0, 1, 1] = 1.1
    assert [finding.op for finding in lint(build({"w": uneven}))] == ["ConvTranspose"]
