"""Pixels before and after a network: depth, luma, colour under transparency, views, values that are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from .errors import NotFinite

# ITU-R BT.601-7, full range, as in JPEG (JFIF 1.02).
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
FILL_RADIUS = 16
"""Colour is carried at most this far under transparent pixels; no visible pixel depends on more."""


def views(square: bool) -> Iterator[tuple[Callable[[Any], Any], Callable[[Any], Any]]]:
    """The flips and quarter turns, each with its way back; eight, or four that keep height and width."""
    for turned in (False, True) if square else (False,):
        for rows in (1, -1):
            for columns in (1, -1):

                def there(x: np.ndarray, t: bool = turned, r: int = rows, c: int = columns) -> np.ndarray:
                    return (x.transpose(1, 0, 2) if t else x)[::r, ::c]

                def back(x: np.ndarray, t: bool = turned, r: int = rows, c: int = columns) -> np.ndarray:
                    x = x[::r, ::c]
                    return x.transpose(1, 0, 2) if t else x

                yield there, back


def as_unit(pixels: np.ndarray) -> np.ndarray:
    """Pixels as float32 with black 0 and white 1: ``(h, w, C)`` uint8, uint16 or float32 to float32."""
    if pixels.dtype == np.float32:
        return pixels
    return pixels.astype(np.float32) * np.float32(1.0 / np.iinfo(pixels.dtype).max)


def from_unit(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The way back: rounded and clipped for integers, as they are for float32. Overwrites `values`."""
    if dtype == np.float32:
        return values
    top = np.float32(np.iinfo(dtype).max)
    values *= top
    np.rint(values, out=values)
    np.clip(values, 0, top, out=values)
    return values.astype(dtype)


def fill_transparent(color: np.ndarray, alpha: np.ndarray, radius: int) -> np.ndarray:
    """Carry colour from visible pixels under transparent ones, so that what lies there does not bleed out.

    Parameters
    ----------
    color : ndarray
        ``(h, w, 1 or 3)`` float32.
    alpha : ndarray
        ``(h, w, 1)`` float32; where it is 0 (or less), the colour means nothing.
    radius : int
        How far, in pixels. Each step takes the mean of the known among the eight neighbours, so a pixel
        depends on nothing further away than this and pieces fit together.

    Returns
    -------
    ndarray
        ``(h, w, 1 or 3)`` float32; mid-gray beyond the radius.
    """
    known = (alpha[:, :, 0] > 0).astype(np.float32)
    if known.all():
        return color
    filled = np.where(known[:, :, None] > 0, color, np.float32(0))
    for _ in range(radius):
        if known.all():
            break
        count = cv2.boxFilter(known, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        total = cv2.boxFilter(filled, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
        total = total.reshape(filled.shape)
        new = (known == 0) & (count > 0.5)
        filled[new] = total[new] / count[new][:, None]
        known[new] = 1
    filled[known == 0] = 0.5
    return filled


def check_finite(pixels: np.ndarray, name: str = "The picture") -> None:
    """Refuse NaN and infinity in a float picture, by strips, so that a map stays one.

    Raises
    ------
    NotFinite
    """
    if pixels.dtype.kind != "f":
        return
    for top in range(0, pixels.shape[0], 256):
        bad = np.argwhere(~np.isfinite(pixels[top : top + 256]).all(axis=2))
        if len(bad):
            row, column = bad[0]
            raise NotFinite(
                f"{name} holds NaN or infinity, first at row {top + row}, column {column}.",
                "Replace these values first; no network can make sense of them.",
            )


def constant_alpha(alpha: np.ndarray | None) -> float | None:
    """The one value of an alpha channel, in [0, 1]; None if there is no channel or it varies."""
    if alpha is None:
        return None
    first = alpha[0, 0, 0]
    for top in range(0, alpha.shape[0], 1024):
        if (alpha[top : top + 1024] != first).any():
            return None
    return float(as_unit(np.asarray(first).reshape(1, 1, 1))[0, 0, 0])
