"""Resizing with Pillow's bicubic kernel, for 8 bits, 16 bits and floating point."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

_STRIP_VALUES = 1 << 22


def resize_bicubic(array: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Resize with the bicubic kernel of a = -0.5, widened when reducing so that nothing aliases.

    Parameters
    ----------
    array : ndarray
        ``(H, W, C)`` uint8, uint16 or float32, any C; may be a memory map.
    size : tuple of int
        Width and height of the result.

    Returns
    -------
    ndarray
        ``(height, width, C)`` of the same dtype. Integers are rounded and clipped (8-bit: exactly Pillow's
        result), floats may overshoot the range of the input.

    Notes
    -----
    The kernel is that of Keys (1981), "Cubic convolution interpolation for digital image processing", with
    a = -0.5, as in Pillow's `Image.Resampling.BICUBIC`.
    """
    return _resized(array, size, Image.Resampling.BICUBIC)


def resize_lanczos(array: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """As `resize_bicubic`, with Pillow's Lanczos kernel of three lobes."""
    return _resized(array, size, Image.Resampling.LANCZOS)


def _resized(array: np.ndarray, size: tuple[int, int], kernel: Image.Resampling) -> np.ndarray:
    if array.ndim != 3:
        raise ValueError(f"the array must be (H, W, C), not {array.shape}")
    width, height = size
    if width < 1 or height < 1:
        raise ValueError(f"the size must be at least 1 x 1, not {width} x {height}")
    if array.dtype not in (np.uint8, np.uint16, np.float32):
        raise ValueError(f"the array must be uint8, uint16 or float32, not {array.dtype}")
    if (height, width) == array.shape[:2]:
        return np.array(array)
    out = np.empty((height, width, array.shape[2]), array.dtype)
    for channel in range(array.shape[2]):
        plane = np.ascontiguousarray(array[:, :, channel])
        # Mode F keeps 16-bit integers exact: they need 16 of its 24 bits.
        image = Image.fromarray(plane if plane.dtype == np.uint8 else plane.astype(np.float32))
        result = np.asarray(image.resize((width, height), kernel))
        if array.dtype == np.uint16:
            result = (np.clip(result, 0, 65_535) + 0.5).astype(np.uint16)
        out[:, :, channel] = result
    return out


def shrink(array: np.ndarray, side: int) -> np.ndarray:
    """Reduce so that the longer side is at most `side` pixels, by area means; alpha weighs the colours.

    Parameters
    ----------
    array : ndarray
        ``(H, W, C)`` uint8, uint16 or float32; C = 2 or 4 has straight alpha last.
    side : int

    Returns
    -------
    ndarray
        Same dtype; the given one if it is small enough.
    """
    height, width, channels = array.shape
    scale = side / max(height, width)
    if scale >= 1:
        return array
    target = (max(1, round(width * scale)), max(1, round(height * scale)))
    if channels in (1, 3):
        small = cv2.resize(np.ascontiguousarray(array), target, interpolation=cv2.INTER_AREA)
        return small.reshape(target[1], target[0], channels)
    # Colours under transparency must not bleed: mean of colour times alpha over mean of alpha. A first
    # reduction without weights to a few times the size keeps the floating-point copy small.
    step = max(1, min(height // (4 * target[1]), width // (4 * target[0])))
    work = array[::step, ::step].astype(np.float32)
    work[:, :, :-1] *= work[:, :, -1:]
    small = cv2.resize(work, target, interpolation=cv2.INTER_AREA).reshape(target[1], target[0], channels)
    with np.errstate(divide="ignore", invalid="ignore"):
        small[:, :, :-1] = np.where(small[:, :, -1:] > 0, small[:, :, :-1] / small[:, :, -1:], 0)
    if array.dtype.kind == "f":
        return small
    return np.clip(np.rint(small), 0, np.iinfo(array.dtype).max).astype(array.dtype)
