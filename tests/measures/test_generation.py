"""Distances between sets of features: closed forms, brute force and edges."""

from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.measures import generation

pytestmark = pytest.mark.light
RNG = np.random.default_rng(3)


def test_frechet_distance_of_normal_sets_has_a_closed_form() -> None:
    a = RNG.normal(size=(40_000, 3))
    b = RNG.normal(size=(40_000, 3)) * [1, 2, 3] + [0, 1, 0]
    # Diagonal covariances: |m|^2 + sum (s - t)^2.
    assert generation.frechet_distance(a, b) == pytest.approx(1 + 0 + 1 + 4, rel=0.03)
    assert generation.frechet_distance(a, a) == pytest.approx(0, abs=1e-8)


def test_frechet_distance_with_fewer_pictures_than_features() -> None:
    a, b = RNG.normal(size=(5, 20)), RNG.normal(size=(6, 20))
    assert generation.frechet_distance(a, b) == pytest.approx(generation.frechet_distance(b, a), rel=1e-6)
    assert generation.frechet_distance(a, a[::-1]) == pytest.approx(0, abs=1e-6)


def test_inception_score_runs_from_one_to_the_number_of_classes() -> None:
    assert generation.inception_score(np.eye(7)[np.arange(70) % 7])[0] == pytest.approx(7)
    assert generation.inception_score(np.full((9, 4), 0.25))[0] == pytest.approx(1)
    mean, spread = generation.inception_score(np.eye(2)[[0, 0, 0, 1]], splits=2)
    assert (mean, spread) == pytest.approx((1.5, 0.5))


def brute(real: np.ndarray, made: np.ndarray, k: int) -> tuple[float, float, float, float]:
    def gap(x: np.ndarray, y: np.ndarray) -> float:
        return float(np.linalg.norm(x - y))

    def radius(values: np.ndarray, i: int) -> float:
        return sorted(gap(values[i], values[j]) for j in range(len(values)) if j != i)[k - 1]

    real_r = [radius(real, i) for i in range(len(real))]
    made_r = [radius(made, i) for i in range(len(made))]
    hits = np.array([[gap(r, m) < real_r[i] for m in made] for i, r in enumerate(real)])
    recall = np.mean([any(gap(r, m) < made_r[j] for j, m in enumerate(made)) for r in real])
    return hits.any(0).mean(), float(recall), hits.sum() / (k * len(made)), hits.any(1).mean()


@pytest.mark.parametrize("k", [1, 5])
def test_diversity_is_what_the_papers_define(k: int) -> None:
    real, made = RNG.normal(size=(40, 4)), RNG.normal(size=(31, 4)) * 0.7 + 0.4
    found = generation.diversity(real, made, k)
    expected = brute(real, made, k)
    assert (found.precision, found.recall, found.density, found.coverage) == pytest.approx(expected)


def test_blocks_do_not_change_a_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = RNG.normal(size=(50, 3)), RNG.normal(size=(50, 3))
    whole = generation.diversity(real, made), generation.nearest(made, real, 3)
    monkeypatch.setattr(generation, "_BLOCK", 7)
    assert generation.diversity(real, made) == whole[0]
    np.testing.assert_array_equal(generation.nearest(made, real, 3)[0], whole[1][0])


def test_nearest_finds_copies_exactly() -> None:
    references = RNG.normal(size=(30, 200)) * 1e3
    indices, distances = generation.nearest(references[[4, 17]], references, 2)
    assert indices[:, 0].tolist() == [4, 17]
    assert distances[:, 0].tolist() == [0.0, 0.0]
    assert (distances[:, 1] > 0).all()


def test_a_generator_of_few_pictures_is_found_out() -> None:
    real = RNG.normal(size=(200, 8))
    assert not generation.mode_collapse(real, RNG.normal(size=(200, 8))).collapsed
    few = RNG.normal(size=(5, 8))[RNG.integers(5, size=200)]
    found = generation.mode_collapse(real, few)
    assert found.collapsed
    assert found.duplicates == 1.0
    narrow = generation.mode_collapse(real, RNG.normal(size=(200, 8)) * 0.1)
    assert narrow.collapsed
    assert narrow.spread < 0.2


@pytest.mark.parametrize(
    ("real", "made"),
    [
        (np.zeros((1, 3)), np.zeros((5, 3))),
        (np.zeros((5, 3)), np.zeros((5, 2))),
        (np.zeros((5, 3)), np.full((5, 3), np.nan)),
        (np.zeros(5), np.zeros((5, 3))),
    ],
)
def test_sets_that_cannot_be_compared_are_refused(real: np.ndarray, made: np.ndarray) -> None:
    with pytest.raises(ValueError, match="features"):
        generation.frechet_distance(real, made)


def test_probabilities_must_be_distributions() -> None:
    with pytest.raises(ValueError, match="distribution"):
        generation.inception_score(np.ones((3, 3)))
    with pytest.raises(ValueError, match="split"):
        generation.inception_score(np.eye(3), splits=4)
