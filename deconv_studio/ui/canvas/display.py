"""From a picture's own pixels to what a screen shows: 8-bit sRGB, premultiplied, as Qt blits it."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

log = logging.getLogger(__name__)

#: Turns (H, W, 3) uint8 RGB, or (H, W, 1) uint8 gray, into (H, W, 3) uint8 sRGB.
ColorTransform = Callable[[np.ndarray], np.ndarray]


def color_transform(profile: bytes | None, gray: bool) -> ColorTransform | None:
    """The way from an ICC profile to sRGB for 8-bit colours; None where there is nothing to do.

    A profile that does not open, or is not for these channels, is passed over: a picture with slightly wrong
    colours is better to look at than none.
    """
    if profile is None:
        return None
    from PIL import Image, ImageCms

    mode = "L" if gray else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if not gray and "sRGB" in ImageCms.getProfileDescription(source):
            return None
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        log.debug("colour profile passed over: %s", error)
        return None

    def convert(pixels: np.ndarray) -> np.ndarray:
        height, width = pixels.shape[:2]
        image = Image.frombuffer(mode, (width, height), np.ascontiguousarray(pixels), "raw", mode, 0, 1)
        result = ImageCms.applyTransform(image, transform)
        return np.asarray(result)

    return convert


def to_8_bit(pixels: np.ndarray) -> np.ndarray:
    """Round samples to 8 bits.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8, uint16, or float32 with black 0 and white 1; NaN becomes black, what is outside is
        clipped.

    Returns
    -------
    ndarray
        (H, W, C) uint8.
    """
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype == np.uint16:
        # 257 = 65535 / 255; integer arithmetic, rounded.
        return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    clean = np.nan_to_num(pixels, nan=0.0, posinf=1.0, neginf=0.0)
    np.clip(clean, 0.0, 1.0, out=clean)
    clean *= 255.0
    clean += 0.5
    return clean.astype(np.uint8)


def to_bgra(pixels: np.ndarray, transform: ColorTransform | None = None) -> np.ndarray:
    """Make what ``QImage.Format_RGB32`` and ``Format_ARGB32_Premultiplied`` hold in memory.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8, uint16 or float32, C = 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and straight alpha.
    transform : callable, optional
        From :func:`color_transform`.

    Returns
    -------
    ndarray
        (H, W, 4) uint8: blue, green, red, alpha; colours premultiplied by alpha. C-contiguous and its own
        memory.
    """
    eight = to_8_bit(pixels)
    channels = eight.shape[2]
    color = eight[:, :, : 1 if channels <= 2 else 3]
    if transform is not None:
        color = transform(color)
    result = np.empty((*eight.shape[:2], 4), np.uint8)
    if color.shape[2] == 1:
        result[:, :, :3] = color
    else:
        result[:, :, 0] = color[:, :, 2]
        result[:, :, 1] = color[:, :, 1]
        result[:, :, 2] = color[:, :, 0]
    if channels in (2, 4):
        alpha = eight[:, :, -1]
        result[:, :, 3] = alpha
        wide = result[:, :, :3].astype(np.uint16) * alpha[:, :, None]
        result[:, :, :3] = ((wide + 127) // 255).astype(np.uint8)
    else:
        result[:, :, 3] = 255
    return result


def reduce(pixels: np.ndarray, factor: int) -> np.ndarray:
    """Average blocks of `factor` x `factor`; right and bottom edge are repeated to fill the last block.

    Parameters
    ----------
    pixels : ndarray
        (H, W, C) uint8, uint16 or float32.

    Returns
    -------
    ndarray
        (ceil(H / factor), ceil(W / factor), C), same dtype.
    """
    import cv2

    if factor == 1:
        return pixels
    height, width = pixels.shape[:2]
    down, right = -height % factor, -width % factor
    if down or right:
        pixels = np.pad(pixels, ((0, down), (0, right), (0, 0)), mode="edge")
    size = (pixels.shape[1] // factor, pixels.shape[0] // factor)
    result = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    return result.reshape(size[1], size[0], pixels.shape[2])


def resample(
    pixels: np.ndarray, size: tuple[int, int], box: tuple[float, float, float, float], cubic: bool
) -> Any:
    """Show the part `box` of 4-channel pixels at `size`, antialiased; what is around it is used at its rim.

    Parameters
    ----------
    pixels : ndarray
        (H, W, 4) uint8, premultiplied.
    size : tuple of int
        Width and height wanted.
    box : tuple of float
        Left, top, right, bottom in pixels.
    cubic : bool
        Bicubic (a = -0.5) instead of bilinear.

    Returns
    -------
    ndarray
        (size[1], size[0], 4) uint8.
    """
    from PIL import Image

    height, width = pixels.shape[:2]
    # "CMYK" is Pillow's plain four channels; as "RGBA" it would premultiply what is premultiplied already.
    image = Image.frombuffer("CMYK", (width, height), np.ascontiguousarray(pixels), "raw", "CMYK", 0, 1)
    kernel = Image.Resampling.BICUBIC if cubic else Image.Resampling.BILINEAR
    left, top, right, bottom = box
    bounded = (max(0.0, left), max(0.0, top), min(float(width), right), min(float(height), bottom))
    result = image.resize(size, kernel, box=bounded)
    return np.frombuffer(result.tobytes(), np.uint8).reshape(size[1], size[0], 4)
