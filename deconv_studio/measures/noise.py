"""How much noise a picture holds, without the clean one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BLOCK = 16
_QUIETEST = 0.02
_CLIPPED = 0.02
_ALL_CLIPPED = 0.9
_FEWEST = 8
_LOOKED_AT = 4_000_000
_FEW_TONES = 8
_APART = 8 / 255
# The 2nd percentile of the deviation over blocks of 16 x 16 of white noise, over its true deviation.
_BIAS = 0.829


def is_coarse(samples: NDArray[np.generic], white: float = 1.0) -> bool:
    """Whether a channel has only few tones that lie far apart, as dithered pictures and drawings have.

    What looks like noise there is how other tones are made of few, and what looks like JPEG's blocks is the
    pattern of an ordered dither (Bayer 1973), which has a period of 8 pixels too.

    Parameters
    ----------
    samples : ndarray
        ``(H, W)``, one channel in [0, `white`]; of large ones evenly spread rows are looked at.
    white : float
        The largest value.

    Returns
    -------
    bool
        True for 2 to 8 tones that are at least 8 steps of 255 from each other.
    """
    height, width = samples.shape
    step = max(1, round(height * width / _LOOKED_AT))
    at_once = max(1, (1 << 18) // width)
    rows = samples[::step]
    tones: NDArray[np.generic] = rows[0, :1]
    for top in range(0, len(rows), at_once):
        tones = np.union1d(tones, rows[top : top + at_once])
        if len(tones) > _FEW_TONES:
            return False
    return len(tones) > 1 and float(np.diff(tones.astype(np.float64)).min()) / white >= _APART


def noise_level(samples: NDArray[np.generic], white: float = 1.0) -> float | None:
    """Estimate the standard deviation of white noise from the quietest parts of a picture.

    The difference of two Laplacians, which structure hardly passes (Immerkaer 1996, "Fast Noise Variance
    Estimation", equation 3), is squared and averaged over blocks; the 2nd percentile over the blocks tells
    noise from texture, since most pictures are smooth somewhere. Blocks with clipped pixels are left out, for
    there the noise is cut off.

    Parameters
    ----------
    samples : ndarray
        ``(H, W)``, one channel in [0, `white`]; of large ones evenly spread rows of blocks are looked at.
    white : float
        The largest value.

    Returns
    -------
    float or None
        In parts of `white`. A little high where a picture is textured everywhere; None if it is too small, or
        nearly all clipped, or of few tones far apart (see `is_coarse`), as a picture of one bit is.
    """
    height, width = samples.shape
    across = (width - 2) // BLOCK
    down = (height - 2) // BLOCK
    if across * down < _FEWEST or is_coarse(samples, white):
        return None
    step = max(1, round(height * width / _LOOKED_AT))
    squares, clipped = [], []
    for row in range(0, down, step):
        part = samples[row * BLOCK : (row + 1) * BLOCK + 2, : across * BLOCK + 2].astype(
            np.float32
        ) / np.float32(white)
        along = part[:, :-2] - 2 * part[:, 1:-1] + part[:, 2:]
        high = (along[:-2] - 2 * along[1:-1] + along[2:]) / 6
        cut = ((part <= 0) | (part >= 1))[1:-1, 1:-1]
        squares.append((high**2).reshape(BLOCK, across, BLOCK).mean((0, 2)))
        clipped.append(cut.reshape(BLOCK, across, BLOCK).mean((0, 2)))
    level, share = np.sqrt(np.concatenate(squares)), np.concatenate(clipped)
    whole = share <= _CLIPPED
    if share.min() > _ALL_CLIPPED:
        return None
    if whole.sum() < _FEWEST:
        whole = share <= np.quantile(share, 0.25)
    return float(np.quantile(level[whole], _QUIETEST)) / _BIAS
