"""Full-reference quality of a picture against the original: PSNR and SSIM, on the luma of the papers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# ITU-R BT.601-7, studio range: the `rgb2ycbcr` that super-resolution papers evaluate on.
_STUDIO = np.array([65.481, 128.553, 24.966]) / 255.0


def luma_bt601_studio(rgb: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the luma that published super-resolution figures are measured on.

    Parameters
    ----------
    rgb : ndarray
        ``(H, W, 3)`` RGB or ``(H, W, 1)`` gray, uint8, or any dtype holding values in ``[0, 255]``.

    Returns
    -------
    ndarray
        ``(H, W)`` float64 in ``[16, 235]``, ITU-R BT.601 with studio swing, not rounded.

    Raises
    ------
    ValueError
        If the last axis is neither 1 nor 3.
    """
    values = np.asarray(rgb, dtype=np.float64)
    if values.ndim != 3 or values.shape[2] not in (1, 3):
        raise ValueError(f"luma needs (H, W, 1) or (H, W, 3), not {values.shape}")
    if values.shape[2] == 1:
        return values[..., 0] * _STUDIO.sum() + 16.0
    return values @ _STUDIO + 16.0


def _cropped(a: NDArray[np.generic], b: NDArray[np.generic], border: int) -> tuple[NDArray, NDArray]:
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.shape != y.shape:
        raise ValueError(f"the two pictures differ in shape: {x.shape} and {y.shape}")
    if border:
        x, y = x[border:-border, border:-border], y[border:-border, border:-border]
    if x.size == 0:
        raise ValueError(f"nothing is left of {np.shape(a)} after taking a border of {border} away")
    return x, y


def psnr(a: NDArray[np.generic], b: NDArray[np.generic], *, peak: float = 255.0, border: int = 0) -> float:
    """Peak signal-to-noise ratio, ``10 log10(peak^2 / MSE)``.

    Parameters
    ----------
    a, b : ndarray
        ``(H, W)`` or ``(H, W, C)``, any numeric dtype, in units where the largest value is `peak`.
    peak : float
        255 for 8-bit values and for BT.601 luma computed from them.
    border : int
        Pixels left out on each side; papers use the scale.

    Returns
    -------
    float
        Decibels; infinity for equal pictures.

    Raises
    ------
    ValueError
        If the shapes differ or the border leaves nothing.
    """
    x, y = _cropped(a, b, border)
    error = float(np.mean((x - y) ** 2))
    return float("inf") if error == 0 else float(10 * np.log10(peak * peak / error))


def _blur_valid(x: NDArray[np.float64], kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Separable correlation of ``(H, W)`` with a 1-d kernel on both axes, valid part only."""
    for axis in (0, 1):
        x = np.lib.stride_tricks.sliding_window_view(x, kernel.size, axis=axis) @ kernel
    return x


def ssim(a: NDArray[np.generic], b: NDArray[np.generic], *, peak: float = 255.0, border: int = 0) -> float:
    """Mean structural similarity (Wang et al. 2004, eq. 13): 11x11 Gaussian of sigma 1.5, K1 0.01, K2 0.03.

    Parameters
    ----------
    a, b : ndarray
        ``(H, W)``, any numeric dtype, in units where the largest value is `peak`.
    peak, border
        As in `psnr`.

    Returns
    -------
    float
        Mean over the positions where the window fits, in ``[-1, 1]``.

    Raises
    ------
    ValueError
        If the shapes differ, or what is left after the border is smaller than the 11 px window.
    """
    x, y = _cropped(a, b, border)
    if x.ndim != 2 or min(x.shape) < 11:
        raise ValueError(f"SSIM needs one channel of at least 11 x 11 pixels, not {x.shape}")
    positions = np.arange(11) - 5.0
    kernel = np.exp(-(positions**2) / (2 * 1.5**2))
    kernel /= kernel.sum()
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    mean_x, mean_y = _blur_valid(x, kernel), _blur_valid(y, kernel)
    var_x = _blur_valid(x * x, kernel) - mean_x**2
    var_y = _blur_valid(y * y, kernel) - mean_y**2
    covariance = _blur_valid(x * y, kernel) - mean_x * mean_y
    score = ((2 * mean_x * mean_y + c1) * (2 * covariance + c2)) / (
        (mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2)
    )
    return float(score.mean())
