"""Where a picture lies in a viewport: zoom, fit and pan in device pixels, without Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MAX_ZOOM = 64.0
MIN_ZOOM = 1e-5

#: Device-independent pixels kept free around a fitted picture.
MARGIN = 24


@dataclass(frozen=True)
class View:
    """What is looked at.

    Attributes
    ----------
    zoom : float
        Device pixels per pixel of the reference picture; 1 is 100 %.
    cx, cy : float
        The place at the viewport's centre in relative picture coordinates: (0, 0) top left, (1, 1) bottom
        right.
    """

    zoom: float = 1.0
    cx: float = 0.5
    cy: float = 0.5


@dataclass(frozen=True)
class Frame:
    """The rectangle the whole picture takes, in whole device pixels of the viewport; may reach outside."""

    x: int
    y: int
    width: int
    height: int

    def relative(self, px: float, py: float) -> tuple[float, float]:
        """Relative picture coordinates of a place in device pixels; outside the picture < 0 or > 1."""
        return (px - self.x) / self.width, (py - self.y) / self.height

    def device(self, u: float, v: float) -> tuple[float, float]:
        """The place in device pixels of relative picture coordinates."""
        return self.x + u * self.width, self.y + v * self.height

    def visible(self, width: int, height: int) -> tuple[int, int, int, int]:
        """The part inside a viewport, left, top, right, bottom in frame coordinates; may be empty."""
        left, top = max(0, -self.x), max(0, -self.y)
        return left, top, min(self.width, width - self.x), min(self.height, height - self.y)


Size = tuple[int, int]


def fit_zoom(reference: Size, viewport: Size, margin: float = 0.0) -> float:
    """Zoom at which all of `reference` (width, height) just fits `viewport` with `margin` at each side."""
    width = max(1.0, viewport[0] - 2 * margin)
    height = max(1.0, viewport[1] - 2 * margin)
    return clamp_zoom(min(width / reference[0], height / reference[1]))


def clamp_zoom(zoom: float) -> float:
    """The nearest zoom that is allowed."""
    return min(MAX_ZOOM, max(MIN_ZOOM, zoom))


def frame(view: View, reference: Size, viewport: Size) -> Frame:
    """Where the picture lies; its corner on a whole device pixel, so that 100 % is pixel for pixel."""
    width = max(1, round(reference[0] * view.zoom))
    height = max(1, round(reference[1] * view.zoom))
    return Frame(
        math.floor(viewport[0] / 2 - view.cx * width + 0.5),
        math.floor(viewport[1] / 2 - view.cy * height + 0.5),
        width,
        height,
    )


def clamp(view: View, reference: Size, viewport: Size) -> View:
    """Keep the picture in sight: centred where it is smaller than the viewport, else covering it."""

    def axis(center: float, length: float, room: int) -> float:
        if length <= room:
            return 0.5
        half = room / 2 / length
        return min(1 - half, max(half, center))

    zoom = clamp_zoom(view.zoom)
    return View(
        zoom,
        axis(view.cx, reference[0] * zoom, viewport[0]),
        axis(view.cy, reference[1] * zoom, viewport[1]),
    )


def zoom_at(view: View, reference: Size, viewport: Size, zoom: float, anchor: tuple[float, float]) -> View:
    """Change the zoom with the place under `anchor` (device pixels) staying under it."""
    zoom = clamp_zoom(zoom)
    dx, dy = anchor[0] - viewport[0] / 2, anchor[1] - viewport[1] / 2
    before, after = view.zoom, zoom
    return replace(
        view,
        zoom=zoom,
        cx=view.cx + dx / reference[0] * (1 / before - 1 / after),
        cy=view.cy + dy / reference[1] * (1 / before - 1 / after),
    )


def pan(view: View, reference: Size, dx: float, dy: float) -> View:
    """Move the picture by (`dx`, `dy`) device pixels."""
    return replace(
        view, cx=view.cx - dx / (reference[0] * view.zoom), cy=view.cy - dy / (reference[1] * view.zoom)
    )
