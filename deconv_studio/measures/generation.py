"""How near generated pictures are to real ones: distances between sets of features, in numpy alone.

A figure here means nothing without the network the features are from: whoever prints one names it beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_BLOCK = 512


def frechet_distance(real: NDArray[np.floating], made: NDArray[np.floating]) -> float:
    """Squared Frechet (2-Wasserstein) distance between normal distributions fitted to two sets of features.

    Parameters
    ----------
    real, made : ndarray
        ``(N, D)`` and ``(M, D)`` features of any unit, N and M at least 2. With fewer than D rows the
        covariance is singular and the distance too small a measure of anything; compare like counts.

    Returns
    -------
    float
        0 for equal means and covariances; covariances with N - 1, as in the reference implementation.

    Raises
    ------
    ValueError
        If a set has fewer than two rows, the widths differ or a value is not finite.

    Notes
    -----
    Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium",
    equation 6. The trace of ``(A B)^(1/2)`` is that of ``(A^(1/2) B A^(1/2))^(1/2)``, which is symmetric, so
    no complex part has to be thrown away.
    """
    a, b = _features(real, 2), _features(made, 2)
    _same_width(a, b)
    gap = a.mean(0) - b.mean(0)
    first, second = (np.atleast_2d(np.cov(x, rowvar=False)) for x in (a, b))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    cross = np.sqrt(np.linalg.eigvalsh(root @ second @ root).clip(0)).sum()
    return max(0.0, float(gap @ gap + np.trace(first) + np.trace(second) - 2 * cross))


def inception_score(probabilities: NDArray[np.floating], splits: int = 1) -> tuple[float, float]:
    """Exponential of the mean divergence between each picture's class distribution and their mean.

    Parameters
    ----------
    probabilities : ndarray
        ``(N, K)`` float, rows summing to 1, from a classifier that is named beside the figure.
    splits : int
        The score is taken over this many equal parts in order; their mean and spread are returned.

    Returns
    -------
    (float, float)
        Mean in [1, K] and standard deviation over the splits.

    Raises
    ------
    ValueError
        If rows do not sum to 1, or there are fewer rows than splits.

    Notes
    -----
    Salimans et al. 2016, "Improved Techniques for Training GANs", section 4.
    """
    p = _features(probabilities, 1)
    if not 1 <= splits <= len(p):
        raise ValueError(f"{len(p)} pictures cannot be split into {splits} parts")
    if (p < 0).any() or np.abs(p.sum(1) - 1).max() > 1e-3:
        raise ValueError("every row must be a distribution: not negative, summing to 1")
    scores = []
    for part in np.array_split(p, splits):
        mean = part.mean(0, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(part > 0, part * (np.log(part) - np.log(mean)), 0.0)
        scores.append(float(np.exp(terms.sum(1).mean())))
    return float(np.mean(scores)), float(np.std(scores))


@dataclass(frozen=True)
class Diversity:
    """What share of one set lies near the other, each in [0, 1] but `density`, which may exceed 1.

    Attributes
    ----------
    precision, recall : float
        Kynkaanniemi et al. 2019: share of made pictures inside the real manifold; of real inside the made.
    density, coverage : float
        Naeem et al. 2020, equations 4 and 6: how many real balls hold a made picture over k; share of real
        balls that hold one.
    k : int
        Nearest neighbours that set a ball's radius.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    k: int


def diversity(real: NDArray[np.floating], made: NDArray[np.floating], k: int = 5) -> Diversity:
    """Measure how far the made pictures cover the real ones.

    Parameters
    ----------
    real, made : ndarray
        ``(N, D)`` and ``(M, D)`` features; Euclidean distances. Take N = M.
    k : int
        A ball reaches to its centre's k-th nearest neighbour in its own set, itself not counted.

    Raises
    ------
    ValueError
        If a set has no more than k rows or the widths differ.
    """
    a, b = _features(real, k + 1), _features(made, k + 1)
    _same_width(a, b)
    real_radius, made_radius = _radii(a, k), _radii(b, k)
    inside_real = np.zeros(len(b), np.int64)
    in_made, covered = np.zeros(len(a), bool), np.zeros(len(a), bool)
    for start in range(0, len(a), _BLOCK):
        stop = start + _BLOCK
        distances = _distances(a[start:stop], b)
        within = distances < real_radius[start:stop, None]
        inside_real += within.sum(0)
        covered[start:stop] = within.any(1)
        in_made[start:stop] = (distances < made_radius[None]).any(1)
    return Diversity(
        precision=float((inside_real > 0).mean()),
        recall=float(in_made.mean()),
        density=float(inside_real.sum() / (k * len(b))),
        coverage=float(covered.mean()),
        k=k,
    )


def nearest(
    queries: NDArray[np.floating], references: NDArray[np.floating], count: int = 1
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Find the nearest references of each query.

    Parameters
    ----------
    queries, references : ndarray
        ``(Q, D)`` and ``(R, D)``, features or pixels flattened.
    count : int
        Neighbours wanted, at most R.

    Returns
    -------
    (ndarray, ndarray)
        ``(Q, count)`` indices and Euclidean distances, nearest first; equal ones in order of index.
    """
    q, r = _features(queries, 1), _features(references, max(1, count))
    _same_width(q, r)
    found, lengths = [], []
    for start in range(0, len(q), _BLOCK):
        distances = _distances(q[start : start + _BLOCK], r)
        order = np.argsort(distances, axis=1, kind="stable")[:, :count]
        found.append(order)
        lengths.append(np.take_along_axis(distances, order, 1))
    return np.concatenate(found), np.concatenate(lengths)


@dataclass(frozen=True)
class Collapse:
    """Signs that a generator makes few different pictures.

    Attributes
    ----------
    duplicates : float
        Share of made pictures with another made one nearer than `threshold`.
    spread : float
        Median nearest-neighbour distance among the made over that among the real; near 1 is healthy.
    threshold : float
        The 0.1 % quantile of nearest-neighbour distances among the real.
    collapsed : bool
        More than a tenth are duplicates, or the spread is below a half.
    """

    duplicates: float
    spread: float
    threshold: float
    collapsed: bool


def mode_collapse(real: NDArray[np.floating], made: NDArray[np.floating]) -> Collapse:
    """Compare nearest-neighbour distances within the made pictures with those within the real ones.

    Parameters
    ----------
    real, made : ndarray
        ``(N, D)`` and ``(M, D)`` features, at least two rows each; take N = M, since distances to the nearest
        fall with the count.
    """
    a, b = _features(real, 2), _features(made, 2)
    _same_width(a, b)
    among_real, among_made = _radii(a, 1), _radii(b, 1)
    threshold = float(np.quantile(among_real, 0.001))
    duplicates = float((among_made <= threshold).mean())
    middle = float(np.median(among_real))
    spread = float(np.median(among_made)) / middle if middle > 0 else float("inf")
    return Collapse(duplicates, spread, threshold, duplicates > 0.1 or spread < 0.5)


def _features(values: NDArray[np.floating], least: int) -> NDArray[np.float64]:
    array = np.asarray(values, np.float64)
    if array.ndim != 2 or len(array) < least:
        raise ValueError(f"features must be (N, D) with N at least {least}, not {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("features must be finite")
    return array


def _same_width(a: NDArray[np.float64], b: NDArray[np.float64]) -> None:
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"features are {a.shape[1]} and {b.shape[1]} wide")


def _distances(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Euclidean distances ``(len(a), len(b))``; by the product, then exact zeros are made exact."""
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1)[None] - 2 * a @ b.T
    # The product leaves rounding of about 1e-16 of the norms where two rows are equal.
    floor = 1e-13 * ((a * a).sum(1)[:, None] + (b * b).sum(1)[None])
    result: NDArray[np.float64] = np.sqrt(np.where(squares <= floor, 0.0, squares))
    return result


def _radii(values: NDArray[np.float64], k: int) -> NDArray[np.float64]:
    """Distance ``(N,)`` of each row to its k-th nearest other row."""
    radii = np.empty(len(values))
    for start in range(0, len(values), _BLOCK):
        distances = _distances(values[start : start + _BLOCK], values)
        rows = np.arange(len(distances))
        distances[rows, start + rows] = -1.0  # itself, first whatever else is equal
        radii[start : start + _BLOCK] = np.partition(distances, k, axis=1)[:, k]
    return radii
