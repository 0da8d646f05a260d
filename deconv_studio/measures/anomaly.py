"""How well heat maps tell what is not normal: a picture's score, areas under curves, overlap by region."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def image_score(heat: NDArray[np.floating], top_share: float = 0.0) -> float:
    """Return one number for a picture: the mean of its hottest pixels.

    Parameters
    ----------
    heat : ndarray
        ``(H, W)`` float, higher is less normal.
    top_share : float
        Share of the pixels that count, in [0, 1]; at least one does, so 0 is the maximum.
    """
    values = np.asarray(heat).ravel()
    count = max(1, math.ceil(top_share * values.size))
    if count == 1:
        return float(values.max())
    if count < values.size:
        values = np.partition(values, values.size - count)[values.size - count :]
    return float(values.mean(dtype=np.float64))
