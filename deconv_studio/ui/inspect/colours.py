"""Colours of activations and reconstructions, and images made of them, on any thread."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np

#: Ramps of activations, dark is nothing; all rise evenly in lightness.
RAMPS = ("inferno", "viridis", "cividis", "gray")
#: How a signed reconstruction is shown; grey is zero in both.
SIGNED = ("pixels", "diverging")
#: Ends and middle of the diverging ramp, CIE L*a*b*: of equal lightness at both ends, neutral at zero.
_ENDS = ((82.0, -14.0, -38.0), (53.6, 0.0, 0.0), (82.0, 22.0, 62.0))


@cache
def table(name: str) -> np.ndarray:
    """A ramp's colours.

    Parameters
    ----------
    name : {"inferno", "viridis", "cividis", "gray", "diverging"}

    Returns
    -------
    ndarray
        (256, 3) uint8, RGB. Of "diverging", 128 is neutral grey: blue below, orange above.
    """
    import cv2
    import numpy as np

    steps = np.arange(256, dtype=np.uint8)
    if name == "gray":
        return np.repeat(steps[:, None], 3, axis=1)
    if name == "diverging":
        places = np.linspace(-1, 1, 255)
        below, zero, above = (np.array(end) for end in _ENDS)
        share = np.abs(places)[:, None]
        lab = zero + np.where(places[:, None] < 0, below - zero, above - zero) * share
        colours = cv2.cvtColor(lab[None].astype(np.float32), cv2.COLOR_LAB2RGB)[0]
        coded = np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8)
        # 1 to 255 go from -1 to 1, so that 128 is zero; 0 is never used, and is as 1.
        return np.concatenate([coded[:1], coded])
    kind = {"inferno": cv2.COLORMAP_INFERNO, "viridis": cv2.COLORMAP_VIRIDIS, "cividis": cv2.COLORMAP_CIVIDIS}
    return np.ascontiguousarray(cv2.applyColorMap(steps[:, None], kind[name])[:, 0, ::-1])


def qt_table(name: str) -> list[int]:
    """A ramp as ``QImage.setColorTable`` takes it."""
    return [0xFF000000 | int(r) << 16 | int(g) << 8 | int(b) for r, g, b in table(name)]


def image(pixels: np.ndarray) -> QImage:
    """An image of pixels.

    Parameters
    ----------
    pixels : ndarray
        (H, W, 1) or (H, W, 3) uint8.
    """
    import numpy as np

    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    # .copy() because the image must not outlive the array it is built on.
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888).copy()


def map_image(plane: np.ndarray, ramp: str, signed: bool | None = None, top: float | None = None) -> QImage:
    """An activation map in colours.

    Parameters
    ----------
    plane : ndarray
        (h, w) float32.
    ramp : str
        Of `RAMPS`; a map with negative values is shown diverging.
    signed : bool, optional
        Whether to show it diverging; by its own values if not given.
    top : float, optional
        The value that gets the last colour; the map's own strongest if not given.
    """
    import numpy as np

    signed = bool(plane.min(initial=0.0) < 0) if signed is None else signed
    top = top or float(np.abs(plane).max(initial=0.0)) or 1.0
    coded = 128 + 127 * (plane / top) if signed else 255 * np.maximum(plane, 0) / top
    return image(table("diverging" if signed else ramp)[np.rint(coded).astype(np.uint8)])


def signed_image(values: np.ndarray, gain: float, style: str, top: float | None = None) -> QImage:
    """A reconstruction for the eye: neutral grey is zero.

    Parameters
    ----------
    values : ndarray
        (C, H, W) float32, signed.
    gain : float
        1 shows the strongest value at the end of the range; more shows weaker ones and clips.
    style : {"pixels", "diverging"}
        Its channels as colours, or their sum on the diverging ramp.
    top : float, optional
        What counts as the strongest value.
    """
    import numpy as np

    if style == "diverging" or values.shape[0] not in (1, 3):
        plane = values.sum(axis=0)
        top = top or float(np.abs(plane).max(initial=0.0)) or 1.0
        coded = np.clip(128 + 127 * gain * (plane / top), 1, 255)
        return image(table("diverging")[np.rint(coded).astype(np.uint8)])
    top = top or float(np.abs(values).max(initial=0.0)) or 1.0
    coded = np.clip(128 + 127 * gain * (values / top), 1, 255)
    return image(np.rint(coded).astype(np.uint8).transpose(1, 2, 0))


def heat_image(values: np.ndarray, gain: float, ramp: str, under: np.ndarray) -> QImage:
    """A map laid over the picture it is of.

    Parameters
    ----------
    values : ndarray
        (H, W) float32; signed where a cover can also raise the activation.
    gain : float
    ramp : str
        Of `RAMPS`, for a map that is nowhere negative.
    under : ndarray
        (H, W, 1 or 3) uint8, the picture.
    """
    import numpy as np

    signed = bool(values.min(initial=0.0) < 0)
    top = float(np.abs(values).max(initial=0.0)) or 1.0
    share = np.clip(gain * values / top, -1 if signed else 0, 1)
    coded = 128 + 127 * share if signed else 255 * share
    colours = table("diverging" if signed else ramp)[np.rint(coded).astype(np.uint8)].astype(np.float32)
    gray = under.astype(np.float32).mean(axis=2, keepdims=True) * 0.55
    cover = (0.25 + 0.6 * np.abs(share))[:, :, None]
    return image(np.rint(gray * (1 - cover) + colours * cover).clip(0, 255).astype(np.uint8))
