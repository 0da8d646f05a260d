"""Units of a generator, switched off and on by painting, on networks whose pictures can be told by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deconv_studio.engine import Control
from deconv_studio.engine.control import Cancelled
from deconv_studio.engine.session import Model
from deconv_studio.tasks.errors import OptionsInvalid
from deconv_studio.tasks.sample import (
    Edit,
    Point,
    edits_from_json,
    edits_to_json,
    generate,
    layers_of,
    point_of,
    unit_scales,
    unit_strengths,
)
from tests.generators import UNITS, generator_file, large_file, loaded, units_file

pytestmark = pytest.mark.light

ALL = np.ones((2, 2), np.float32)
ZERO = [Point(np.zeros(UNITS, np.float32), None)]


@pytest.fixture
def units(tmp_path: Path) -> Model:
    return loaded(units_file(tmp_path / "units"))


def of_unit(picture: np.ndarray, unit: int) -> np.ndarray:
    return picture[unit // 2 :: 2, unit % 2 :: 2, 0]


def test_layers_are_what_a_later_layer_is_made_from(units: Model, tmp_path: Path) -> None:
    [layer] = layers_of(units)
    assert (layer.name, layer.shape, layer.op) == ("maps", (UNITS, 2, 2), "Relu")
    found = layers_of(loaded(large_file(tmp_path / "large")))
    assert [(item.name, item.shape) for item in found] == [
        ("a0", (12, 4, 4)),
        ("a1", (8, 8, 8)),
        ("a2", (6, 16, 16)),
    ]
    assert layers_of(loaded(generator_file(tmp_path / "flat"))) == ()


@pytest.mark.parametrize("unit", range(UNITS))
def test_a_unit_that_is_off_draws_nothing_in_its_mask(units: Model, unit: int) -> None:
    mask = np.array([[1, 0], [0, 0]], np.float32)
    [plain], [made] = generate(units, ZERO), generate(units, ZERO, edits=[Edit("maps", unit, mask)])
    assert of_unit(plain, unit).tolist() == [[round((unit + 1) / 20 * 255)] * 2] * 2
    changed = of_unit(plain, unit).copy()
    changed[0, 0] = 0
    np.testing.assert_array_equal(of_unit(made, unit), changed)
    for other in set(range(UNITS)) - {unit}:
        np.testing.assert_array_equal(of_unit(made, other), of_unit(plain, other))


def test_a_unit_that_is_put_in_is_as_strong_as_its_strongest(units: Model) -> None:
    card = units.card
    assert card is not None
    values = np.stack([np.maximum(point_of(card, seed).latent + 1, 0) for seed in range(64)])
    expected = np.quantile(np.repeat(values, 4, axis=0), 0.99, axis=0)
    np.testing.assert_allclose(unit_scales(units, "maps"), expected, rtol=1e-6)
    [made] = generate(units, ZERO, edits=[Edit("maps", 2, ALL, 0.5), Edit("maps", 0, ALL * 0.4, 1.0)])
    strong = expected[2] * 0.5 * 3 / 20 * 255
    assert np.abs(of_unit(made, 2) - strong).max() <= 0.5
    # Blended: 0.4 of the value put in, 0.6 of what was there.
    blended = (0.4 * expected[0] + 0.6) / 20 * 255
    assert np.abs(of_unit(made, 0) - blended).max() <= 0.51


def test_a_later_edit_lies_over_an_earlier_one(units: Model) -> None:
    on, off = Edit("maps", 3, ALL, 1.0), Edit("maps", 3, ALL, 0.0)
    [last_off] = generate(units, ZERO, edits=[on, off])
    [alone] = generate(units, ZERO, edits=[off])
    np.testing.assert_array_equal(last_off, alone)
    [last_on], [on_alone] = generate(units, ZERO, edits=[off, on]), generate(units, ZERO, edits=[on])
    np.testing.assert_array_equal(last_on, on_alone)


def test_an_empty_mask_changes_nothing_and_an_untouched_unit_neither(tmp_path: Path) -> None:
    model = loaded(large_file(tmp_path / "large"))
    assert model.card is not None
    points = [point_of(model.card, seed) for seed in range(20)]
    plain = list(generate(model, points))
    nothing = [Edit("a1", 3, np.zeros((8, 8), np.float32), 1.0)]
    np.testing.assert_array_equal(list(generate(model, points, edits=nothing)), plain)
    # Outside of what the painted place reaches, not a bit differs: the opened graph computes the same.
    corner = np.zeros((16, 16), np.float32)
    corner[:2, :2] = 1
    painted = np.stack(list(generate(model, points, edits=[Edit("a2", 1, corner, 1.0)])))
    np.testing.assert_array_equal(painted[:, 6:], np.stack(plain)[:, 6:])
    assert (painted[:, :4, :4] != np.stack(plain)[:, :4, :4]).any()
    again = np.stack(list(generate(model, points, edits=[Edit("a2", 1, corner, 1.0)])))
    np.testing.assert_array_equal(again, painted)


def test_a_mask_of_the_pictures_size_is_brought_to_the_layers(units: Model) -> None:
    large = np.zeros((4, 4), np.float32)
    large[:2, 2:] = 1
    small = np.array([[0, 1], [0, 0]], np.float32)
    [one] = generate(units, ZERO, edits=[Edit("maps", 1, large)])
    [other] = generate(units, ZERO, edits=[Edit("maps", 1, small)])
    np.testing.assert_array_equal(one, other)


def test_units_are_ranked_by_what_they_draw(units: Model) -> None:
    found = unit_strengths(units, "maps", ZERO)
    # Each draws (u + 1) / 20 at a quarter of the pixels.
    np.testing.assert_allclose(found, [(unit + 1) / 20 / 4 * 255 for unit in range(UNITS)], rtol=1e-5)
    dead = [Point(np.array([-3, 0, 0, 0], np.float32), None)]
    assert unit_strengths(units, "maps", dead)[0] == 0
    both = unit_strengths(units, "maps", ZERO + dead)
    np.testing.assert_allclose(both[0], found[0] / 2, rtol=1e-5)


def test_ranking_can_be_cancelled(units: Model) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        unit_strengths(units, "maps", ZERO, control)


def test_edits_go_through_a_file(units: Model) -> None:
    rng = np.random.default_rng(0)
    edits = [Edit("maps", 1, rng.random((2, 2), np.float32), 0.7), Edit("maps", 3, ALL, np.float32(0))]  # type: ignore[arg-type]
    read = edits_from_json(json.loads(json.dumps(edits_to_json(units, edits))))
    np.testing.assert_array_equal(
        next(generate(units, ZERO, edits=read)), next(generate(units, ZERO, edits=edits))
    )
    assert [(item.unit, item.value) for item in read] == [(1, 0.7), (3, 0.0)]
    [good] = edits_to_json(units, edits[:1])
    for bad in (
        None,
        [3],
        [{}],
        [good | {"mask": "?"}],
        [good | {"size": [3, 3]}],
        [good | {"size": [0, 2]}],
        [good | {"size": [float("inf"), 2]}],
        [good | {"unit": float("inf")}],
    ):
        with pytest.raises(OptionsInvalid, match="damaged"):
            edits_from_json(bad)


@pytest.mark.parametrize(
    "edit",
    [
        Edit("map", 0, ALL),
        Edit("maps", UNITS, ALL),
        Edit("maps", -1, ALL),
        Edit("maps", 0, np.ones(3, np.float32)),
        Edit("maps", 0, np.full((2, 2), np.nan, np.float32)),
        Edit("maps", 0, ALL, float("inf")),
    ],
)
def test_edits_that_do_not_fit_are_refused(units: Model, edit: Edit) -> None:
    with pytest.raises(OptionsInvalid):
        list(generate(units, ZERO, edits=[edit]))
