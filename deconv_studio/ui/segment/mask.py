"""A label map that is edited: brush, fill and polygon, undone by tiles, so that 24 megapixels do not lag."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

TILE = 256
"""Side of the squares that undo keeps: what a stroke touched, not what lies between its ends."""
FRACTION_BITS = 3
"""OpenCV draws at eighths of a pixel."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, half-open, in pixels."""


@dataclass(eq=False)
class Edit:
    """One step: what tiles held before it, or after it once it is undone.

    Attributes
    ----------
    tiles : dict of (int, int) to ndarray
        By row and column of the tile.
    box : Box
        All that may have changed.
    """

    tiles: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)
    box: Box = (0, 0, 0, 0)

    @property
    def size(self) -> int:
        """Bytes it keeps."""
        return sum(tile.nbytes for tile in self.tiles.values())


class Mask:
    """Labels being edited, and how many pixels each class has.

    Parameters
    ----------
    labels : ndarray
        ``(H, W)`` uint8; copied.

    Attributes
    ----------
    labels : ndarray
        ``(H, W)`` uint8.
    counts : ndarray
        ``(256,)`` int64, pixels of each value; kept up to date.
    """

    def __init__(self, labels: np.ndarray) -> None:
        import numpy as np

        self.labels = np.array(labels, np.uint8, order="C")
        self.counts = np.bincount(self.labels.reshape(-1), minlength=256).astype(np.int64)
        self._open: Edit | None = None

    @property
    def height(self) -> int:
        return int(self.labels.shape[0])

    @property
    def width(self) -> int:
        return int(self.labels.shape[1])

    def begin(self) -> None:
        """Start a step: all that is drawn until `commit` is undone at once."""
        if self._open is None:
            self._open = Edit()

    def commit(self) -> Edit | None:
        """End the step; None if nothing was changed."""
        import numpy as np

        edit, self._open = self._open, None
        if edit is None:
            return None
        # A stroke over what has the value already is no step.
        edit.tiles = {
            key: before
            for key, before in edit.tiles.items()
            if not np.array_equal(before, self.labels[self._slices(key)])
        }
        return edit if edit.tiles else None

    def swap(self, edit: Edit) -> Box:
        """Undo a step, or do it again: exchange its tiles with what is there.

        Returns
        -------
        Box
            What has changed.
        """
        for key, kept in edit.tiles.items():
            place = self._slices(key)
            now = self.labels[place].copy()
            self._count(now, -1)
            self._count(kept, 1)
            self.labels[place] = kept
            edit.tiles[key] = now
        return edit.box

    def line(self, start: tuple[float, float], end: tuple[float, float], diameter: float, value: int) -> Box:
        """Draw with a round brush from one place to another.

        Parameters
        ----------
        start, end : (float, float)
            x and y in pixels, (0, 0) being the picture's corner.
        diameter : float
            In pixels, at least 1.
        value : int

        Returns
        -------
        Box
            What may have changed.
        """
        import cv2
        import numpy as np

        reach = diameter / 2 + 1
        box = self._inside(
            math.floor(min(start[0], end[0]) - reach),
            math.floor(min(start[1], end[1]) - reach),
            math.ceil(max(start[0], end[0]) + reach),
            math.ceil(max(start[1], end[1]) + reach),
        )
        if box is None:
            return (0, 0, 0, 0)

        def draw(labels: np.ndarray, left: int, top: int) -> None:
            if diameter < 2:
                # A brush of one pixel takes the pixels that the pointer was in.
                a, b = ((math.floor(x) - left, math.floor(y) - top) for x, y in (start, end))
                cv2.line(labels, a, b, int(value), 1, cv2.LINE_8)
                return
            scale = 1 << FRACTION_BITS
            # OpenCV's whole numbers are the middles of pixels.
            places = [
                (round((x - left - 0.5) * scale), round((y - top - 0.5) * scale)) for x, y in (start, end)
            ]
            for place in places:
                cv2.circle(
                    labels,
                    place,
                    round((diameter - 1) / 2 * scale),
                    int(value),
                    -1,
                    cv2.LINE_8,
                    FRACTION_BITS,
                )
            if places[0] != places[1]:
                (ax, ay), (bx, by) = places
                length = math.hypot(bx - ax, by - ay)
                half = (diameter - 1) / 2 * scale
                nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
                corners = [
                    (ax + nx, ay + ny), (bx + nx, by + ny), (bx - nx, by - ny), (ax - nx, ay - ny),
                ]  # fmt: skip
                cv2.fillConvexPoly(
                    labels, np.rint(corners).astype(np.int32), int(value), cv2.LINE_8, FRACTION_BITS
                )

        self._draw(box, draw)
        return box

    def polygon(self, points: Sequence[tuple[float, float]], value: int) -> Box:
        """Fill a polygon, even-odd.

        Parameters
        ----------
        points : sequence of (float, float)
            x and y in pixels; at least three.
        value : int

        Returns
        -------
        Box
        """
        import cv2
        import numpy as np

        xs, ys = [x for x, _ in points], [y for _, y in points]
        box = self._inside(
            math.floor(min(xs)) - 1, math.floor(min(ys)) - 1, math.ceil(max(xs)) + 1, math.ceil(max(ys)) + 1
        )
        if len(points) < 3 or box is None:
            return (0, 0, 0, 0)

        def draw(labels: np.ndarray, left: int, top: int) -> None:
            scale = 1 << FRACTION_BITS
            places = (np.asarray(points) - (left + 0.5, top + 0.5)) * scale
            cv2.fillPoly(labels, [np.rint(places).astype(np.int32)], int(value), cv2.LINE_8, FRACTION_BITS)

        self._draw(box, draw)
        return box

    def fill(self, x: int, y: int, value: int) -> Box:
        """Fill the region that a pixel belongs to, joined over edges.

        Parameters
        ----------
        x, y : int
        value : int

        Returns
        -------
        Box
        """
        import cv2
        import numpy as np

        if not (0 <= x < self.width and 0 <= y < self.height) or self.labels[y, x] == value:
            return (0, 0, 0, 0)
        found = np.zeros((self.height + 2, self.width + 2), np.uint8)
        _, _, _, (left, top, wide, high) = cv2.floodFill(
            self.labels, found, (x, y), 0, 0, 0, 4 | cv2.FLOODFILL_MASK_ONLY | 255 << 8
        )
        box = (left, top, left + wide, top + high)
        region = found[top + 1 : top + high + 1, left + 1 : left + wide + 1] > 0

        def draw(labels: np.ndarray, at_left: int, at_top: int) -> None:
            del at_left, at_top
            labels[region] = value

        self._draw(box, draw)
        return box

    def replace(self, labels: np.ndarray) -> Box:
        """Put another map in the place of this one, as part of a step.

        Parameters
        ----------
        labels : ndarray
            ``(H, W)`` uint8 of the same size.
        """
        box = (0, 0, self.width, self.height)

        def draw(view: np.ndarray, left: int, top: int) -> None:
            del left, top
            view[...] = labels

        self._draw(box, draw)
        return box

    # -- inside ----------------------------------------------------------------------------------------------

    def _draw(self, box: Box, draw: Callable[[np.ndarray, int, int], None]) -> None:
        """Keep the tiles under `box`, draw on a view of it, and count anew."""
        left, top, right, bottom = box
        self.begin()
        assert self._open is not None
        for row in range(top // TILE, (bottom - 1) // TILE + 1):
            for column in range(left // TILE, (right - 1) // TILE + 1):
                if (row, column) not in self._open.tiles:
                    self._open.tiles[row, column] = self.labels[self._slices((row, column))].copy()
        view = self.labels[top:bottom, left:right]
        self._count(view, -1)
        draw(view, left, top)
        self._count(view, 1)
        self._open.box = _union(self._open.box, box)

    def _count(self, values: np.ndarray, sign: int) -> None:
        import numpy as np

        self.counts += sign * np.bincount(values.reshape(-1), minlength=256)

    def _slices(self, key: tuple[int, int]) -> tuple[slice, slice]:
        row, column = key
        return (
            slice(row * TILE, min((row + 1) * TILE, self.height)),
            slice(column * TILE, min((column + 1) * TILE, self.width)),
        )

    def _inside(self, left: int, top: int, right: int, bottom: int) -> Box | None:
        box = max(0, left), max(0, top), min(self.width, right), min(self.height, bottom)
        return box if box[2] > box[0] and box[3] > box[1] else None


def _union(one: Box, other: Box) -> Box:
    if one[2] <= one[0] or one[3] <= one[1]:
        return other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
