"""Colours of numbers: one even ramp to each side of zero, in the theme's light and dark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage

from deconv_studio.ui import theme

if TYPE_CHECKING:
    import numpy as np

#: Colours of -1, 0 and 1 by scheme: neutral at zero, warm below, the accent's hue above.
ENDS = {"dark": ("#ffae6b", "#2f333a", "#9bd7ff"), "light": ("#9c3f00", "#f4f5f7", "#0d4d80")}
#: Steps on each side of zero.
STEPS = 255


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _encoded(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part * 12.92 if part <= 0.0031308 else float(1.055 * part ** (1 / 2.4) - 0.055)


def _to_oklab(color: str) -> tuple[float, float, float]:
    # Ottosson 2020, "A perceptual color space for image processing".
    red, green, blue = (_linear(int(color[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    red, green, blue = (round(255 * _encoded(each)) for each in linear)
    return red, green, blue


@cache
def colours(scheme: str) -> tuple[tuple[int, int, int], ...]:
    """The colours of -1 to 1 in ``2 * STEPS + 1`` steps of equal perceived difference on each side.

    Parameters
    ----------
    scheme : {"dark", "light"}
    """
    below, zero, above = (_to_oklab(end) for end in ENDS[scheme])
    found = []
    for step in range(-STEPS, STEPS + 1):
        end, share = (below if step < 0 else above), abs(step) / STEPS
        found.append(_from_oklab(*(z + (e - z) * share for z, e in zip(zero, end, strict=True))))
    return tuple(found)


def colour(share: float, scheme: str | None = None) -> QColor:
    """The colour of a number from -1 to 1; beyond, that of the end."""
    place = round(min(1.0, max(-1.0, share)) * STEPS)
    return QColor(*colours(scheme or theme.tokens().name)[place + STEPS])


def ink(ground: QColor) -> QColor:
    """Black or white, whichever is read more easily on ``ground``."""
    name = ground.name()
    dark, light = "#000000", "#ffffff"
    return QColor(dark if theme.contrast(dark, name) >= theme.contrast(light, name) else light)


def image(values: np.ndarray, scale: float, scheme: str | None = None) -> QImage:
    """One pixel a number.

    Parameters
    ----------
    values : ndarray
        (H, W), any real dtype.
    scale : float
        The number that gets the last colour; its negative gets the first.
    scheme : {"dark", "light"}, optional
        The theme's if not given.
    """
    import numpy as np

    table = np.array(colours(scheme or theme.tokens().name), np.uint8)
    shares = np.clip(np.asarray(values, np.float64) / (scale or 1.0), -1.0, 1.0)
    pixels = np.ascontiguousarray(table[np.rint(shares * STEPS).astype(np.intp) + STEPS])
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
