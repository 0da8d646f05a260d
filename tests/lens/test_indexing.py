"""Values picked and placed by index: extreme pools, unpooling, scatters; softmax and attention."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper

from deconv_studio.lens.errors import UnsupportedOperator
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.lens.reverse import build
from tests.lens.graphs import back, network, picture, run, single

pytestmark = pytest.mark.light

node = helper.make_node


def slope_agrees(model, shape, tolerance=2e-3, seed=0):
    """The plain gradient against differences of the network itself, in a random direction."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape).astype(np.float32)
    d = rng.standard_normal(shape).astype(np.float32)
    step = np.float32(1e-3)
    y = [run(model, x=x + sign * step * d).astype(np.float64) for sign in (1, -1)]
    g = rng.standard_normal(y[0].shape).astype(np.float32)
    slope = ((y[0] - y[1]) * g).sum() / (2 * float(step))
    found = float((back(model, x, g).astype(np.float64) * d).sum())
    assert found == pytest.approx(slope, abs=tolerance * float(np.linalg.norm(d) * np.linalg.norm(g)))
    return found


def test_a_global_max_pool_goes_back_to_its_first_maximum():
    model = single("GlobalMaxPool", (1, 3, 4, 5))
    x = picture(0, 5)[:, :, :4]
    x[0, 1] = 7.0  # a tie: the first place
    g = np.array([2.0, -3.0, 4.0], np.float32).reshape(1, 3, 1, 1)
    found = back(model, x, g)
    expected = np.zeros_like(x)
    for channel in range(3):
        place = np.unravel_index(x[0, channel].argmax(), (4, 5))
        expected[(0, channel, *place)] = g[0, channel, 0, 0]
    assert np.array_equal(found, expected)
    assert found[0, 1, 0, 0] == -3
    slope_agrees(model, (1, 3, 4, 5))
    # It pools what its own back projection gives to the same values.
    positive = np.abs(g)
    assert np.array_equal(run(model, x=back(model, x, positive)), positive)


@pytest.mark.parametrize("op", ["ReduceMax", "ReduceMin"])
@pytest.mark.parametrize(("axes", "keepdims"), [((2, 3), 0), ((1,), 1), ((1,), 0)])
def test_extreme_reductions(op, axes, keepdims):
    model = single(op, (1, 3, 4, 5), [np.array(axes, np.int64)], keepdims=keepdims)
    slope_agrees(model, (1, 3, 4, 5))


def unpooling(exported: bool):
    """Return conv -> pool -> unpool -> conv as in SegNet, with MaxUnpool or as exporters write it."""
    rng = np.random.default_rng(0)
    constants = {
        "w": rng.standard_normal((4, 2, 3, 3)).astype(np.float32),
        "v": rng.standard_normal((3, 4, 3, 3)).astype(np.float32),
        "size": np.array([1, 4, 8, 8], np.int64),
    }
    nodes = [
        node("Conv", ["x", "w"], ["a"], pads=[1] * 4),
        node("MaxPool", ["a"], ["p", "i"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["p", "u"], ["q"]),
    ]
    constants["u"] = rng.standard_normal((4, 4, 1, 1)).astype(np.float32)
    if exported:
        constants |= {"zeros": np.zeros(256, np.float32), "flat": np.array([-1]), "last": np.array([-1, 1])}
        nodes += [
            node("Reshape", ["i", "last"], ["j"]),
            node("Reshape", ["q", "flat"], ["r"]),
            node("ScatterND", ["zeros", "j", "r"], ["s"]),
            node("Reshape", ["s", "size"], ["b"]),
        ]
    else:
        nodes.append(node("MaxUnpool", ["q", "i", "size"], ["b"], kernel_shape=[2, 2], strides=[2, 2]))
    nodes.append(node("Conv", ["b", "v"], ["y"], pads=[1] * 4))
    return network(nodes, (1, 2, 8, 8), constants)


@pytest.mark.parametrize("exported", [False, True])
def test_unpooling_goes_back_through_its_switches(exported):
    model = unpooling(exported)
    slope_agrees(model, (1, 2, 8, 8), tolerance=2e-2)
    x = picture(3, 8, 2)
    lens = Lens(model)
    look = lens.look(x, ["y"], ["gradient"])
    seed = np.zeros((1, 3, 8, 8), np.float32)
    seed[0, 1, 2, 5] = 1
    found = lens.reconstruct(look, "y", 1, (2, 5), method="gradient", value="one").full()
    assert found == pytest.approx(back(model, x, seed)[0], abs=1e-5)
    assert found.any()


def test_both_ways_of_writing_an_unpooling_agree():
    x = picture(4, 8, 2)
    g = picture(5, 8, 3)
    for method in ("deconvnet", "guided", "gradient"):
        one, two = (back(unpooling(exported), x, g, method=method) for exported in (False, True))
        assert np.abs(one - two).max() <= 1e-6 * np.abs(one).max()


def test_scatter_elements():
    places = np.array([3, 0, 5], np.int64).reshape(1, 3)
    nodes = [node("ScatterElements", ["zeros", "places", "x"], ["y"], axis=1)]
    model = network(nodes, (1, 3), {"zeros": np.zeros((1, 7), np.float32), "places": places})
    g = np.arange(7, dtype=np.float32)[None]
    assert back(model, np.ones((1, 3), np.float32), g).tolist() == [[3, 0, 5]]


@pytest.mark.parametrize("op", ["Softmax", "LogSoftmax"])
def test_a_softmax_inside_a_network_is_linearised_and_a_head_is_not(op):
    nodes = [node(op, ["x"], ["s"], axis=1), node("Mul", ["s", "x"], ["y"])]
    inside = network(nodes, (1, 5, 3, 4))
    slope_agrees(inside, (1, 5, 3, 4))
    assert any(note.op == op and "linearised" in note.text for note in build(Graph(inside), "y").notes)
    lens = Lens(inside)
    look = lens.look(picture(0, 5, 5)[:, :, :3, :4].copy(), ["y"], ["gradient"])
    seed = np.zeros((1, 5, 3, 4), np.float32)
    seed[0, 2, 1, 3] = 1
    found = lens.reconstruct(look, "y", 2, (1, 3), method="gradient", value="one").full()
    assert found == pytest.approx(back(inside, look.picture, seed)[0], abs=1e-6)
    head = network([node(op, ["x"], ["y"], axis=1), node("ArgMax", ["y"], ["best"], axis=1)], (1, 5, 3, 4))
    assert build(Graph(head), "y").notes[0].text == "the seed goes to the logits"


def attention():
    """Return a convolution and a head of self-attention over its places."""
    rng = np.random.default_rng(0)
    constants = {name: rng.standard_normal((6, 6)).astype(np.float32) for name in ("wq", "wk", "wv")}
    constants |= {
        "w": rng.standard_normal((6, 3, 2, 2)).astype(np.float32),
        "tokens": np.array([1, 6, -1]),
    }
    return network(
        [
            node("Conv", ["x", "w"], ["patches"], strides=[2, 2]),
            node("Reshape", ["patches", "tokens"], ["flat"]),
            node("Transpose", ["flat"], ["seq"], perm=[0, 2, 1]),
            node("MatMul", ["seq", "wq"], ["q"]),
            node("MatMul", ["seq", "wk"], ["k"]),
            node("MatMul", ["seq", "wv"], ["v"]),
            node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
            node("MatMul", ["q", "kt"], ["scores"], name="attention_scores"),
            node("Softmax", ["scores"], ["weights"], axis=-1),
            node("MatMul", ["weights", "v"], ["mixed"]),
            node("Relu", ["mixed"], ["y"]),
        ],
        (1, 3, 8, 8),
        constants,
    )


def test_attention_is_refused_by_name_with_the_deepest_layer_below_it():
    graph = Graph(attention())
    with pytest.raises(UnsupportedOperator) as caught:
        build(graph, "y")
    assert "'attention_scores' (MatMul)" in caught.value.message
    assert "both factors depend on the picture, as in attention" in caught.value.message
    deepest = caught.value.deepest
    assert deepest in ("q", "kt", "v")
    assert repr(deepest) in caught.value.hint
    for method in ("deconvnet", "guided", "gradient"):
        assert np.abs(
            back(attention(), picture(0, 8), np.ones(graph.shape(deepest), np.float32), deepest, method)
        ).any()


@pytest.mark.parametrize(
    ("nodes", "constants", "words"),
    [
        (
            [node("ArgMax", ["x"], ["i"], axis=1, keepdims=0), node("Gather", ["x", "i"], ["y"], axis=2)],
            {},
            "depends on the picture",
        ),
        ([node("Gather", ["x", "i"], ["y"], axis=0)], {"i": np.array([0, 0])}, "picks from the batch"),
        (
            [node("Neg", ["x"], ["n"]), node("ScatterElements", ["n", "i", "x"], ["y"], axis=1)],
            {"i": np.zeros((1, 3, 4, 4), np.int64)},
            "what it writes over",
        ),
    ],
)
def test_what_has_no_way_back_is_refused(nodes, constants, words):
    with pytest.raises(UnsupportedOperator, match=words):
        build(Graph(network(nodes, (1, 3, 4, 4), constants)), "y")


def test_a_gather_from_a_flattened_tensor():
    """How an exporter writes as_strided: everything in a row, and the places of a window picked from it."""
    places = np.arange(24).reshape(2, 3, 4)[None, :, :2, 1:].ravel()
    model = network(
        [
            node("Reshape", ["x", "flat"], ["r"]),
            node("Gather", ["r", "places"], ["g"], axis=0),
            node("Reshape", ["g", "shape"], ["y"]),
        ],
        (1, 2, 3, 4),
        {"flat": np.array([-1]), "places": places, "shape": np.array([1, 2, 2, 3])},
    )
    x = np.random.default_rng(0).standard_normal((1, 2, 3, 4)).astype(np.float32)
    g = np.random.default_rng(1).standard_normal((1, 2, 2, 3)).astype(np.float32)
    expected = np.zeros_like(x)
    expected[:, :, :2, 1:] = g
    assert np.array_equal(back(model, x, g), expected)
    lens = Lens(model)
    found = lens.reconstruct(
        lens.look(x, ["y"], ["gradient"]), "y", 1, (0, 2), method="gradient", value="one"
    )
    assert np.argwhere(found.full()).tolist() == [[1, 0, 3]]


def test_attention_with_its_sequence_first_is_refused_at_the_attention():
    """PyTorch's own attention puts the sequence before the batch; that alone bars no way back."""
    rng = np.random.default_rng(0)
    constants = {
        "w": rng.standard_normal((6, 3, 2, 2)).astype(np.float32),
        "v": rng.standard_normal((6, 6)).astype(np.float32),
        "tokens": np.array([1, 6, -1]),
    }
    model = network(
        [
            node("Conv", ["x", "w"], ["patches"], strides=[2, 2]),
            node("Reshape", ["patches", "tokens"], ["flat"]),
            node("Transpose", ["flat"], ["sequence"], perm=[2, 0, 1]),
            node("MatMul", ["sequence", "v"], ["q"]),
            node("Transpose", ["q"], ["kt"], perm=[1, 2, 0]),
            node("Transpose", ["q"], ["qt"], perm=[1, 0, 2]),
            node("MatMul", ["qt", "kt"], ["y"], name="scores"),
        ],
        (1, 3, 8, 8),
        constants,
    )
    graph = Graph(model)
    with pytest.raises(UnsupportedOperator, match=r"'scores' \(MatMul\)") as caught:
        build(graph, "y")
    assert caught.value.deepest == "qt"
    assert "sequence" not in [layer.name for layer in graph.layers()]
    x = np.random.default_rng(2).standard_normal((1, 3, 8, 8)).astype(np.float32)
    lens = Lens(model)
    look = lens.look(x, ["qt"], ["gradient"])
    seed = np.zeros((1, 16, 6), np.float32)
    seed[0, 7, 2] = 1
    found = lens.reconstruct(look, "qt", 7, (2,), method="gradient", value="one").full()
    assert np.abs(found - back(model, x, seed, "qt")[0]).max() <= 1e-6
    # Token 7 is the patch in row 1, column 3.
    assert found[:, 2:4, 6:8].any()
    found[:, 2:4, 6:8] = 0
    assert not found.any()
