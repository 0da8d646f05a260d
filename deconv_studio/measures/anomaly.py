"""How well heat maps tell what is not normal: a picture's score, areas under curves, overlap by region."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def image_score(heat: NDArray[np.floating], top_share: float = 0.0, border: int = 0) -> float:
    """Return one number for a picture: the mean of its hottest pixels.

    Parameters
    ----------
    heat : ndarray
        ``(H, W)`` float, higher is less normal.
    top_share : float
        Share of the pixels that count, in [0, 1]; at least one does, so 0 is the maximum.
    border : int
        Pixels at each edge that are left out, at most a quarter of that side.
    """
    values = np.asarray(heat)
    rows, columns = (min(border, side // 4) for side in values.shape)
    values = values[rows : values.shape[0] - rows, columns : values.shape[1] - columns].ravel()
    count = max(1, math.ceil(top_share * values.size))
    if count == 1:
        return float(values.max())
    if count < values.size:
        values = np.partition(values, values.size - count)[values.size - count :]
    return float(values.mean(dtype=np.float64))


def auroc(normal: NDArray[np.floating], abnormal: NDArray[np.floating]) -> float:
    """Area under the receiver operating characteristic.

    It is the chance that something abnormal scores higher than something normal, equal scores counting half
    (the Mann-Whitney U statistic over its maximum; Fawcett 2006, section 8).

    Parameters
    ----------
    normal, abnormal : ndarray
        Scores, float of any shape, higher is less normal.

    Returns
    -------
    float
        In [0, 1]; NaN if either is empty.
    """
    low, high = (np.sort(np.asarray(part, np.float64).ravel()) for part in (normal, abnormal))
    if not low.size or not high.size:
        return float("nan")
    below = np.searchsorted(low, high, "left").sum(dtype=np.float64)
    equal = np.searchsorted(low, high, "right").sum(dtype=np.float64) - below
    return float((below + equal / 2) / (low.size * high.size))


def region_overlap(
    normal: NDArray[np.floating],
    regions: list[NDArray[np.floating]],
    limit: float = 0.3,
    steps: int = 500,
) -> float:
    """Per-region overlap: area under the mean share of each region found, over the false positive rate.

    Bergmann et al. 2020 ("Uninformed Students", section 4.2): every region of the truth counts alike, however
    small, and the area up to `limit` is divided by it.

    Parameters
    ----------
    normal : ndarray
        Heat of all pixels outside of the regions, float of any shape.
    regions : list of ndarray
        Heat of the pixels of each connected region of the truth.
    limit : float
        Largest false positive rate, in (0, 1].
    steps : int
        How many rates from 0 to `limit` the area is summed over, by trapezes.

    Returns
    -------
    float
        In [0, 1]; NaN without regions or without normal pixels.
    """
    values = np.sort(np.asarray(normal).ravel())
    if not values.size or not regions:
        return float("nan")
    rates = np.linspace(0, limit, steps + 1)
    # A pixel is found if it is hotter than so many of the normal ones that the rest is the rate.
    at = np.clip(np.ceil((1 - rates) * values.size).astype(np.int64) - 1, 0, values.size - 1)
    thresholds = values[at]
    found = np.zeros(len(rates))
    for region in regions:
        own = np.sort(np.asarray(region).ravel())
        found += 1 - np.searchsorted(own, thresholds, "right") / own.size
    return float(np.trapezoid(found / len(regions), rates) / limit)
