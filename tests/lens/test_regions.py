"""Cropping to the receptive field changes nothing (T11), nine seeds in a batch are nine seeds, and the
latest click wins."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from onnx import helper

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.lens.errors import InputMismatch, TensorMissing, UnitMissing, ZeroSeed
from deconv_studio.lens.graph import clip_box, full_box, hull, is_empty
from deconv_studio.lens.reconstruct import LatestWins, Lens, Seed
from tests.lens.graphs import back, network, picture, run, small_classifier

pytestmark = pytest.mark.light

LAYERS = ("conv1", "relu1", "pool1", "norm2", "relu2", "relu3", "join", "pool3", "relu4", "average", "y")
node = helper.make_node


@pytest.fixture(scope="module")
def lens():
    return Lens(small_classifier(), threads=1)


@pytest.fixture(scope="module")
def look(lens):
    return lens.look(picture())


@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
@pytest.mark.parametrize("layer", LAYERS)
def test_cropped_reconstruction_is_the_whole_one(lens, look, layer, method):
    value = lens.activation(look, layer)
    sizes = value.shape[2:]
    corners = itertools.product(*({0, size // 2, size - 1} for size in sizes))
    for at in corners:
        seed = np.zeros_like(value)
        seed[(0, 3, *at)] = 1
        expected = back(small_classifier(), look.picture, seed, layer, method)[0]
        found = lens.reconstruct(look, layer, 3, at, method=method, value="one")
        assert np.abs(found.full() - expected).max() <= 1e-6 * max(1e-3, np.abs(expected).max())


def test_t11_support_lies_in_the_receptive_field(lens, look):
    # conv1: k5 s2 p2; pool1: k3 s2; norm2: + k3. Sizes by the usual recurrence, clipped at the edge.
    for layer, at, expected in (
        ("conv1", (8, 8), ((14, 19), (14, 19))),
        ("pool1", (4, 4), ((14, 23), (14, 23))),
        ("norm2", (4, 4), ((10, 27), (10, 27))),
        ("conv1", (0, 16), ((0, 3), (30, 33))),
    ):
        assert lens.receptive_field(look.graph, layer, at)[2:] == expected
        found = lens.reconstruct(look, layer, 1, at, value="one")
        assert found.box[2:] == expected
        assert found.patch.shape == (3, *(b - a for a, b in expected))
        assert np.array_equal(
            found.cut(look.picture), look.picture[0][:, slice(*expected[0]), slice(*expected[1])]
        )


def test_a_change_outside_the_receptive_field_changes_no_activation(lens, look):
    box = lens.receptive_field(look.graph, "relu2", (1, 2))
    changed = look.picture + 1.0
    inside = (slice(None), slice(None), *(slice(*span) for span in box[2:]))
    changed[inside] = look.picture[inside]
    other = lens.look(changed)
    a, b = lens.activation(look, "relu2"), lens.activation(other, "relu2")
    assert a[0, :, 1, 2] == pytest.approx(b[0, :, 1, 2], abs=1e-6)
    assert np.abs(a - b).max() > 0.1


def test_nine_seeds_in_one_batch_are_nine_seeds(lens, look):
    second = lens.look(picture(5))
    items = [(look if i % 2 else second, Seed(i % 6, (i % 4, (i * 3) % 5), "one")) for i in range(9)]
    for method in ("deconvnet", "guided"):
        together = lens.reconstruct_many(items, "relu2", method=method)
        for (one, seed), found in zip(items, together, strict=True):
            alone = lens.reconstruct(one, "relu2", seed.unit, seed.at, value="one", method=method)
            assert found.unit == seed.unit
            assert found.box == alone.box
            assert np.abs(found.patch - alone.patch).max() <= 1e-6
    assert lens.reconstruct_many([], "relu2") == []


def test_seed_modes(lens, look):
    value = lens.activation(look, "relu2")[0, 2]
    top = tuple(int(i) for i in np.unravel_index(value.argmax(), value.shape))
    strongest = lens.reconstruct(look, "relu2", 2)
    assert strongest.at == top
    assert strongest.seed_value == value.max()
    one = lens.reconstruct(look, "relu2", 2, top, value="one")
    assert one.seed_value == 1
    assert strongest.full() == pytest.approx(one.full() * value.max(), rel=1e-4, abs=1e-6)
    whole = lens.reconstruct(look, "relu2", 2, "all")
    assert whole.at is None
    assert whole.seed_value is None
    seed = np.zeros_like(lens.activation(look, "relu2"))
    seed[0, 2] = value
    expected = back(small_classifier(), look.picture, seed, "relu2", "deconvnet")[0]
    assert whole.full() == pytest.approx(expected, abs=1e-6)


def test_a_negative_seed_keeps_its_sign(lens, look):
    value = lens.activation(look, "conv1")[0, 0]
    at = tuple(int(i) for i in np.unravel_index(value.argmin(), value.shape))
    found = lens.reconstruct(look, "conv1", 0, at)
    assert found.seed_value == value.min() < 0
    assert found.full() == pytest.approx(
        lens.reconstruct(look, "conv1", 0, at, value="one").full() * value.min(), rel=1e-5, abs=1e-7
    )


def test_wrong_seeds_are_refused(lens, look):
    dead = lens.activation(look, "relu2")[0]
    unit, *at = (int(i) for i in np.argwhere(dead == 0)[0])
    with pytest.raises(ZeroSeed, match=f"Unit {unit}"):
        lens.reconstruct(look, "relu2", unit, tuple(at))
    with pytest.raises(UnitMissing, match="no unit 99"):
        lens.reconstruct(look, "relu2", 99)
    with pytest.raises(UnitMissing, match="no position"):
        lens.reconstruct(look, "relu2", 0, (0, 99))
    with pytest.raises(UnitMissing, match="no position"):
        lens.reconstruct(look, "y", 0, (0, 0))
    with pytest.raises(UnitMissing, match="no seed"):
        lens.reconstruct(look, "relu2", 0, value="half")
    with pytest.raises(TensorMissing, match="Did you mean relu2"):
        lens.reconstruct(look, "relu-2", 0)


def test_strongest_units_come_first(lens, look):
    top = lens.strongest(look, "relu2", 3)
    value = lens.activation(look, "relu2")[0]
    assert [entry[2] for entry in top] == sorted((float(plane.max()) for plane in value), reverse=True)[:3]
    for unit, at, peak in top:
        assert value[(unit, *at)] == peak


def test_a_network_of_any_size_takes_any_size():
    lens = Lens(small_classifier(size="side"))
    for size in (33, 40):
        look = lens.look(picture(0, size))
        found = lens.reconstruct(look, "relu4", 1, (0, 0), value="one").full()
        assert found.shape == (3, size, size)
    with pytest.raises(InputMismatch, match="open"):
        lens.graph()
    first, second = lens.look(picture(0, 33)), lens.look(picture(0, 40))
    with pytest.raises(InputMismatch, match="different sizes"):
        lens.reconstruct_many([(first, Seed(0)), (second, Seed(0))], "relu2")
    with pytest.raises(InputMismatch, match="one picture"):
        lens.look(np.zeros((2, 3, 33, 33), np.float32))
    with pytest.raises(InputMismatch, match="takes 1x3xanyxany"):
        lens.look(np.zeros((1, 1, 33, 33), np.float32))


def test_a_look_for_one_layer_computes_nothing_above_it(lens):
    look = lens.look(picture(), ["relu2"], ["deconvnet"])
    assert set(look.values) == {"relu2"}
    assert set(look.switches) == {"pool1"}
    whole = lens.look(picture())
    assert {"relu4", "pool3", "y"} <= set(whole.values)
    assert "conv1" not in whole.values  # fused with its rectifier until it is asked for
    assert np.array_equal(whole.values["relu2"], look.values["relu2"])


def test_the_forward_pass_runs_once_a_picture(monkeypatch):
    from deconv_studio.lens import reconstruct

    lens = Lens(small_classifier())
    calls = []
    original = reconstruct.run_session
    monkeypatch.setattr(reconstruct, "run_session", lambda *a, **k: calls.append(a[1]) or original(*a, **k))
    look = lens.look(picture())
    for layer in ("relu1", "relu2", "relu3", "relu4"):
        for method in ("deconvnet", "guided", "gradient"):
            lens.reconstruct(look, layer, 0, "all", method=method, value="one")
    reverse = [call for call in calls if call == ["lens.reconstruction"]]
    assert len(reverse) == 12
    assert len(calls) == 13


def test_the_picture_is_not_changed_and_the_model_neither():
    model = small_classifier()
    before = model.SerializeToString(deterministic=True)
    x = picture()
    copy = x.copy()
    lens = Lens(model)
    look = lens.look(x)
    lens.reconstruct(look, "y", 0, (), value="one")
    assert np.array_equal(x, copy)
    assert model.SerializeToString(deterministic=True) == before


def test_the_latest_click_wins(lens, look):
    clicks = LatestWins()
    first = clicks.begin()
    second = clicks.begin()
    assert first.cancelled
    assert not clicks.is_latest(first)
    assert clicks.is_latest(second)
    with pytest.raises(Cancelled):
        lens.reconstruct(look, "relu2", 0, "all", value="one", control=first)
    assert lens.reconstruct(look, "relu2", 0, "all", value="one", control=second).full().any()


def test_a_cancel_stops_a_running_pass():
    """A loop of large convolutions, cancelled from another thread while it runs."""
    import threading

    weight = {"w": np.zeros((32, 32, 3, 3), np.float32)}
    names = ["x", *(f"t{i}" for i in range(200)), "y"]
    nodes = [node("Conv", [a, "w"], [b], pads=[1] * 4) for a, b in itertools.pairwise(names)]
    lens = Lens(network(nodes, (1, 32, 128, 128), weight), threads=1)
    control = Control()
    timer = threading.Timer(0.05, control.cancel)
    timer.start()
    try:
        with pytest.raises(Cancelled):
            while True:
                lens.look(np.zeros((1, 32, 128, 128), np.float32), ["y"], ["deconvnet"], control)
    finally:
        timer.cancel()


def test_seed_that_sees_only_padding_reconstructs_to_nothing():
    weight = {"w": np.ones((2, 1, 3, 3), np.float32)}
    lens = Lens(network([node("Conv", ["x", "w"], ["y"], pads=[4] * 4)], (1, 1, 6, 6), weight))
    look = lens.look(np.ones((1, 1, 6, 6), np.float32))
    found = lens.reconstruct(look, "y", 0, (0, 0), value="one").full()
    assert found.shape == (1, 6, 6)
    assert not found.any()
    assert lens.reconstruct(look, "y", 0, (4, 4), value="one").full().sum() == 9


def test_a_unit_of_a_generator_is_read_back_to_its_code():
    rng = np.random.default_rng(0)
    constants = {
        "w": rng.standard_normal((6, 4, 4, 4)).astype("f"),
        "v": rng.standard_normal((4, 3, 4, 4)).astype("f"),
    }
    model = network(
        [
            node("ConvTranspose", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("ConvTranspose", ["b", "v"], ["c"], strides=[2, 2], pads=[1] * 4),
            node("Tanh", ["c"], ["y"]),
        ],
        (1, 6, 1, 1),
        constants,
    )
    lens = Lens(model)
    x = rng.standard_normal((1, 6, 1, 1)).astype("f")
    look = lens.look(x)
    found = lens.reconstruct(look, "y", 1, (3, 5), method="gradient", value="one").full()
    step = np.float32(1e-2)
    for place in range(6):
        d = np.zeros_like(x)
        d[0, place] = step
        slope = (run(model, x=x + d)[0, 1, 3, 5] - run(model, x=x - d)[0, 1, 3, 5]) / (2 * step)
        assert found[place, 0, 0] == pytest.approx(slope, abs=0.02)


def test_default_method_follows_the_pools(lens, look):
    assert lens.default_method(look.graph, "relu4") == "deconvnet"
    assert lens.default_method(look.graph, "relu1") == "guided"


def test_boxes():
    assert hull(((0, 2), (3, 4)), ((1, 5), (0, 1))) == ((0, 5), (0, 4))
    assert clip_box(((-3, 2), (3, 9)), (4, 5)) == ((0, 2), (3, 5))
    assert is_empty(((0, 2), (3, 3)))
    assert not is_empty(full_box((1, 2)))


@pytest.mark.parametrize(
    ("nodes", "constants", "expected"),
    [
        # An edge of two, then a kernel of 5: what lies within two pixels, at a corner what is left of it.
        (
            [node("Pad", ["x", "p"], ["a"], mode="edge"), node("Conv", ["a", "w"], ["y"])],
            {"p": np.array([0, 0, 2, 2, 0, 0, 2, 2]), "w": np.ones((1, 1, 5, 5), np.float32)},
            {(8, 9): ((6, 11), (7, 12)), (0, 0): ((0, 3), (0, 3))},
        ),
        (
            [node("Pad", ["x", "p"], ["a"], mode="reflect"), node("Conv", ["a", "w"], ["y"])],
            {"p": np.array([0, 0, 2, 2, 0, 0, 2, 2]), "w": np.ones((1, 1, 5, 5), np.float32)},
            {(8, 9): ((6, 11), (7, 12)), (0, 0): ((0, 3), (0, 3)), (1, 15): ((0, 4), (13, 16))},
        ),
        # Twice as large by repetition, then a kernel of 3: two pixels or three.
        (
            [node("Resize", ["x", "", "s"], ["a"], mode="nearest"), node("Conv", ["a", "w"], ["y"])],
            {"s": np.array([1, 1, 2, 2], np.float32), "w": np.ones((1, 1, 3, 3), np.float32)},
            {(4, 5): ((2, 4), (2, 4)), (10, 11): ((5, 7), (5, 7))},
        ),
        (
            [node("Resize", ["x", "", "s"], ["y"], mode="linear")],
            {"s": np.array([1, 1, 2, 3], np.float32)},
            {(8, 9): ((3, 5), (2, 4)), (0, 0): ((0, 1), (0, 1))},
        ),
    ],
)
def test_padding_and_resizing_keep_the_receptive_field_small(nodes, constants, expected):
    model = network(nodes, (1, 1, 16, 16), constants)
    lens = Lens(model)
    x = picture(0, 16, 1)
    look = lens.look(x, ["y"], ["gradient"])
    for at, box in expected.items():
        assert lens.receptive_field(look.graph, "y", at)[2:] == box
        seed = np.zeros_like(look.values["y"])
        seed[(0, 0, *at)] = 1
        whole = back(model, x, seed)[0]
        found = lens.reconstruct(look, "y", 0, at, method="gradient", value="one").full()
        assert np.abs(found - whole).max() <= 1e-6
    places = [(i, (5 * i) % 14) for i in range(9)]
    many = lens.reconstruct_many([(look, Seed(0, at, "one")) for at in places], "y", method="gradient")
    for at, found in zip(places, many, strict=True):
        alone = lens.reconstruct(look, "y", 0, at, method="gradient", value="one")
        assert np.array_equal(found.full(), alone.full())
