"""The running top-k: the same as sorting everything, in a size that no number of pictures changes."""

from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.lens.atlas import Forward, Strongest, peaks
from deconv_studio.lens.errors import InputMismatch
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import Lens
from tests.lens.graphs import small_classifier

pytestmark = pytest.mark.light


def test_the_running_top_k_is_that_of_all_values_sorted() -> None:
    rng = np.random.default_rng(0)
    # Few different values, so that there are ties and zeros.
    values = rng.integers(-3, 12, (60, 17)).astype(np.float32)
    places = rng.integers(0, 50, (60, 17, 2))
    found = Strongest(17, 2, 9)
    for picture in range(60):
        found.add(values[picture], places[picture], picture)
    for unit in range(17):
        column = values[:, unit]
        order = [index for index in np.argsort(-column, kind="stable") if column[index] != 0][:9]
        assert found.pictures[unit].tolist() == [int(index) for index in order]
        assert np.array_equal(found.values[unit], column[order])
        assert np.array_equal(found.places[unit], places[order, unit])


def test_a_unit_that_nothing_excites_has_no_winner() -> None:
    found = Strongest(2, 0)
    assert found.add(np.array([0.0, -1.5], np.float32), np.zeros((2, 0)), 7) == 1
    assert found.winners([0, 1]) == {7: [(1, 0)]}


def test_its_size_does_not_depend_on_how_many_pictures_there_were() -> None:
    found = Strongest(5, 2)
    before = found.values.nbytes + found.pictures.nbytes + found.places.nbytes
    rng = np.random.default_rng(1)
    for picture in range(400):
        found.add(rng.random(5, np.float32), np.zeros((5, 2), np.int32), picture)
    assert found.values.nbytes + found.pictures.nbytes + found.places.nbytes == before
    assert found.values.base is None
    assert len({id(array) for array in vars(found).values()}) == len(vars(found)) == 3


def test_peaks_are_the_first_of_the_highest() -> None:
    value = np.zeros((1, 3, 2, 4), np.float32)
    value[0, 0, 1, 2] = value[0, 0, 1, 3] = 5
    value[0, 2] = -1
    highest, places = peaks(value)
    assert highest.tolist() == [5, 0, -1]
    assert places.tolist() == [[1, 2], [0, 0], [0, 0]]
    highest, places = peaks(value, np.array([2]))
    assert (highest.tolist(), places.tolist()) == ([-1], [[0, 0]])
    scores, nowhere = peaks(np.array([[1.0, 2.0]], np.float32))
    assert (scores.tolist(), nowhere.shape) == ([1, 2], (2, 0))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_refused(bad: float) -> None:
    value = np.ones((1, 2, 3, 3), np.float32)
    value[0, 1, 2, 0] = bad
    with pytest.raises(InputMismatch, match="not finite"):
        peaks(value)


def test_one_session_serves_pictures_of_any_size_with_the_lens_s_values() -> None:
    model = small_classifier(size="side")
    forward = Forward(Graph(model, size=(1, 3, 33, 33)), ["relu3"])
    lens = Lens(model)
    for seed, side in enumerate((33, 47, 40)):
        picture = np.random.default_rng(seed).random((1, 3, side, side), np.float32)
        expected = lens.activation(lens.look(picture, ["relu3"]), "relu3")
        assert forward.run(picture)["relu3"] == pytest.approx(expected, abs=1e-5)
