"""Overlap, borders and instances on pictures small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from deconv_studio import measures
from deconv_studio.measures import boundary_f, confusion, dice, instance_score, iou, match_instances

pytestmark = pytest.mark.light

TRUTH = np.array([[0, 0, 1, 1], [0, 0, 1, 255]])
GUESS = np.array([[0, 1, 1, 1], [0, 0, 0, 0]])


def test_overlap_counted_by_hand() -> None:
    matrix = confusion(TRUTH, GUESS, 3)
    assert matrix.tolist() == [[3, 1, 0], [1, 2, 0], [0, 0, 0]]
    assert iou(matrix)[:2] == pytest.approx([3 / 5, 2 / 4])
    assert dice(matrix)[:2] == pytest.approx([6 / 8, 4 / 6])
    assert measures.pixel_accuracy(matrix) == pytest.approx(5 / 7)


def test_a_class_that_is_nowhere_does_not_count_in_the_mean() -> None:
    matrix = confusion(TRUTH, GUESS, 3)
    assert np.isnan(iou(matrix)[2]) and np.isnan(dice(matrix)[2])
    assert measures.mean_iou(matrix) == pytest.approx((0.6 + 0.5) / 2)
    assert measures.mean_iou(np.zeros((2, 2), np.int64)) == 0
    assert np.isnan(measures.pixel_accuracy(np.zeros((2, 2), np.int64)))


def test_without_an_ignored_number_every_pixel_must_have_a_class() -> None:
    with pytest.raises(ValueError, match="the truth has the number 255"):
        confusion(TRUTH, GUESS, 3, ignore_index=None)
    with pytest.raises(ValueError, match="the prediction has the number 4"):
        confusion(TRUTH, np.full_like(GUESS, 4), 3)
    with pytest.raises(ValueError, match="shape"):
        confusion(TRUTH, GUESS[:1], 3)


def square(top: int, left: int) -> np.ndarray:
    out = np.zeros((40, 40), np.int64)
    out[top : top + 12, left : left + 12] = 1
    return out


@pytest.mark.parametrize(("shift", "width", "expected"), [(0, 1, 1.0), (2, 2, 1.0), (3, 2, 0.5)])
def test_a_border_within_the_bandwidth_is_right(shift: int, width: int, expected: float) -> None:
    found = boundary_f(square(10, 10), square(10, 10 + shift), 2, width=width)[1]
    # Three to the right: the upper and lower side still lie on the true ones, the left and right do not.
    assert found == pytest.approx(expected, abs=0.12 if shift == 3 else 0)
    assert (found < 1) == (expected < 1)


def test_borders_missing_in_one_are_zero_and_in_both_are_none() -> None:
    nothing = np.zeros((40, 40), np.int64)
    found = boundary_f(square(10, 10), nothing, 3)
    assert found[1] == 0
    assert np.isnan(found[2])


def test_a_border_with_what_is_ignored_is_none() -> None:
    truth = np.zeros((20, 20), np.int64)
    truth[:, :10], truth[:, 10:] = 1, 255
    assert np.isnan(boundary_f(truth, np.ones_like(truth), 2)).all()


def test_the_default_bandwidth_grows_with_the_picture() -> None:
    assert measures.bandwidth((360, 480)) == 4  # 0.0075 * 600 = 4.5, rounded to even
    assert measures.bandwidth((8, 8)) == 1


def test_instances_above_half_overlap_are_matched() -> None:
    truth = np.zeros((10, 30), np.int64)
    truth[2:8, 2:8], truth[2:8, 12:18], truth[2:8, 22:28] = 7, 300, 9
    guess = np.zeros_like(truth)
    guess[2:8, 3:9] = 1  # 30 of 42: matched
    guess[2:8, 15:21] = 2  # 18 of 54: missed, and one too many
    found = match_instances(truth, guess)
    assert (found.matched, found.extra, found.missed) == (1, 1, 2)
    assert found.score == pytest.approx(1 / 4)
    nothing = np.zeros_like(truth)
    assert match_instances(nothing, nothing).score == 1
    assert match_instances(truth, nothing).score == 0
    assert instance_score([(truth, guess), (truth, truth)]) == pytest.approx((0.25 + 1) / 2)


def test_exactly_half_is_no_match_and_less_is_refused() -> None:
    truth, guess = np.zeros((1, 6), int), np.zeros((1, 6), int)
    truth[0, :4], guess[0, :2] = 1, 1
    assert match_instances(truth, guess).matched == 0
    with pytest.raises(ValueError, match="twice"):
        match_instances(truth, guess, 0.4)
