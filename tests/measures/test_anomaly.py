"""Scores, areas under curves and overlap by region, on numbers small enough to do by hand."""

from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.measures import auroc, image_score, region_overlap

pytestmark = pytest.mark.light


def test_the_score_is_the_hottest_pixel_or_the_mean_of_the_hottest_share() -> None:
    heat = np.arange(100, dtype=np.float32).reshape(10, 10)
    assert image_score(heat) == 99
    assert image_score(heat, 0.04) == pytest.approx((96 + 97 + 98 + 99) / 4)
    assert image_score(heat, 0.031) == pytest.approx((96 + 97 + 98 + 99) / 4)
    assert image_score(heat, 1.0) == pytest.approx(49.5)
    assert image_score(np.full((1, 1), 3.0), 0.5) == 3
    assert image_score(heat, border=1) == 88
    assert image_score(heat, border=100) == 77, "never more than a quarter of a side"
    assert image_score(np.full((1, 1), 3.0), border=5) == 3


def test_the_area_is_the_chance_of_the_right_order() -> None:
    assert auroc(np.array([0, 1, 2]), np.array([3, 4])) == 1
    assert auroc(np.array([3, 4]), np.array([0, 1])) == 0
    assert auroc(np.array([0, 2]), np.array([1, 3])) == pytest.approx(3 / 4)
    assert auroc(np.array([1, 1]), np.array([1, 1])) == 0.5
    assert np.isnan(auroc(np.array([]), np.array([1])))


def test_every_region_counts_alike() -> None:
    normal = np.arange(100) / 100
    assert region_overlap(normal, [np.full(5, 2.0), np.full(500, 2.0)]) == pytest.approx(1)
    # The large region is never found, the small one always.
    assert region_overlap(normal, [np.full(5, 2.0), np.full(500, -1.0)]) == pytest.approx(0.5)
    # Found from a false positive rate of 0.15 on, half of the limit.
    assert region_overlap(normal, [np.array([0.845])]) == pytest.approx(0.5, abs=0.01)
    assert np.isnan(region_overlap(normal, []))
