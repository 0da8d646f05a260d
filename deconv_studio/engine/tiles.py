"""Tiles: a picture goes through a network piece by piece, and the result is the one the whole picture gives.

One output pixel depends on input pixels no further away than the receptive radius (the *halo*). A tile is fed
with a halo on each side that is not a border of the picture, and only what lies inside the halo is kept. At
the picture's own borders a tile has no halo, so that the network's padding acts there as it does on the whole
picture; tiles start at multiples of the network's stride (`multiple`), so that pooling and striding meet the
same pixels. All tiles of a picture have one shape (the last ones are moved inwards, not cut), which keeps
memory flat.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio.engine.errors import BadOutput, OutOfMemory
from deconv_studio.engine.keeping import Series, series

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control

#: The halo of a network that looks at the whole picture: such a picture is not cut.
WHOLE = 1_000_000
#: Tile sizes are multiples of this where the network allows, so that few shapes occur over many pictures.
GRAIN = 16
#: Tiles are not halved below this.
SMALLEST = 32


@dataclass(frozen=True)
class Box:
    """Half-open rectangle in pixels: rows `top` to `bottom`, columns `left` to `right`."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def width(self) -> int:
        return self.right - self.left

    def scaled(self, scale: int) -> Box:
        """The same rectangle in a picture `scale` times as large."""
        return Box(self.top * scale, self.bottom * scale, self.left * scale, self.right * scale)


@dataclass(frozen=True)
class Tile:
    """One piece: `fed` goes into the network, perhaps over the right and lower border; `core` is kept."""

    fed: Box
    core: Box


@dataclass(frozen=True)
class Plan:
    """How a picture is cut.

    Attributes
    ----------
    height, width : int
        The picture's.
    tile_height, tile_width : int
        What every tile feeds.
    tiles : tuple of Tile
        Row by row; the cores cover the picture once.
    exact : bool
        False if a network of fixed size is so small that its halo had to be cut: seams are possible.
    """

    height: int
    width: int
    tile_height: int
    tile_width: int
    tiles: tuple[Tile, ...]
    exact: bool = True


@dataclass(frozen=True, eq=False)
class TileDone:
    """One finished tile, as given to ``control.partial``.

    Attributes
    ----------
    box : Box
        Where it lies in the output.
    pixels : numpy.ndarray
        ``(h, w, C)`` view into the output.
    number, count : int
        1 to `count`.
    """

    box: Box
    pixels: np.ndarray
    number: int
    count: int


def least_tile(halo: int, multiple: int = 1, minimum: int = 1) -> int:
    """The smallest tile that has something left inside its halo."""
    return _round_up(max(2 * halo + multiple, minimum), multiple)


def plan_tiles(
    height: int,
    width: int,
    tile: int,
    halo: int,
    multiple: int = 1,
    *,
    minimum: int = 1,
    fixed: tuple[int, int] | None = None,
) -> Plan:
    """Cut a picture into tiles.

    Parameters
    ----------
    height, width : int
        The picture's, at least 1.
    tile : int
        Largest height and width fed to the network, halo included; 0 feeds the picture whole. Raised to the
        smallest that works (:func:`least_tile`).
    halo : int
        Radius in input pixels one output pixel depends on.
    multiple : int
        Heights and widths the network takes are multiples of this; tiles start at multiples of it too.
    minimum : int
        Least height and width the network takes.
    fixed : tuple of int, optional
        The only (height, width) the network takes; overrides `tile`.

    Raises
    ------
    ValueError
        If a size is not positive or `halo` is negative.
    """
    if height < 1 or width < 1:
        raise ValueError(f"a picture of {height} by {width} pixels cannot be cut")
    if halo < 0 or multiple < 1 or minimum < 1 or tile < 0:
        raise ValueError("halo and tile must be at least 0, multiple and minimum at least 1")
    if fixed is not None and min(fixed) < 1:
        raise ValueError("a fixed size must be positive")
    rows, fed_height, exact_rows = _axis(height, tile, halo, multiple, minimum, fixed[0] if fixed else None)
    columns, fed_width, exact_columns = _axis(
        width, tile, halo, multiple, minimum, fixed[1] if fixed else None
    )
    tiles = tuple(
        Tile(Box(top, top + fed_height, left, left + fed_width), Box(first, last, start, stop))
        for top, first, last in rows
        for left, start, stop in columns
    )
    return Plan(height, width, fed_height, fed_width, tiles, exact_rows and exact_columns)


def _axis(
    length: int, tile: int, halo: int, multiple: int, minimum: int, fixed: int | None
) -> tuple[list[tuple[int, int, int]], int, bool]:
    """Cut one axis: [(start fed, core start, core stop)], the fed size, whether the halo is whole."""
    if fixed is not None:
        if length <= fixed:
            return [(0, 0, length)], fixed, True
        multiple = multiple if fixed % multiple == 0 else 1
        # A quarter of the tile has to be left, or the number of tiles would have no bound worth the name.
        kept = max(0, min(halo, fixed * 3 // 8, (fixed - multiple) // 2))
        padded = fixed + _round_up(length - fixed, multiple)
        step = _round_down(fixed - 2 * kept, multiple)
        return _place(length, padded, fixed, step, kept), fixed, kept == halo
    padded = _round_up(max(length, minimum), multiple)
    largest = max(_round_down(tile, multiple), least_tile(halo, multiple, minimum)) if tile else padded
    if padded <= largest:
        return [(0, 0, length)], padded, True

    def step_of(size: int) -> int:
        return _round_down(size - 2 * halo, multiple)

    count = 1 + -(-(padded - largest) // step_of(largest))
    # As many tiles, but of the smallest size that does: the last ones then repeat little of their neighbours'
    # work.
    grain = math.lcm(GRAIN, multiple)
    size = _round_up(
        max(-(-(padded + (count - 1) * 2 * halo) // count), least_tile(halo, multiple, minimum)), grain
    )
    while size < largest and size + (count - 1) * step_of(size) < padded:
        size += grain
    size = min(size, largest)
    return _place(length, padded, size, step_of(size), halo), size, True


def _place(length: int, padded: int, size: int, step: int, halo: int) -> list[tuple[int, int, int]]:
    starts = [*range(0, padded - size, step), padded - size]
    # Two neighbours are both right between the later one's halo and the earlier one's; the cut is in the
    # middle.
    cuts = [(later + halo + earlier + size - halo) // 2 for earlier, later in itertools.pairwise(starts)]
    edges = [0, *(min(cut, length) for cut in cuts), length]
    return [
        (start, first, last)
        for start, first, last in zip(starts, edges, edges[1:], strict=False)
        if last > first
    ]


def cut(source: np.ndarray, box: Box) -> np.ndarray:
    """Read a piece of a picture, mirrored where it reaches over the right or lower border.

    Parameters
    ----------
    source : ndarray
        ``(H, W, C)`` of any dtype; may be a memmap, of which only the piece is read.
    box : Box
        Where; from inside the picture, perhaps to outside.

    Returns
    -------
    ndarray
        ``(h, w, C)``, contiguous. Mirrored without repeating the border pixel (numpy's "reflect"); a picture
        one pixel high or wide is repeated.
    """
    height, width = source.shape[:2]
    rows = _mirror(box.top, box.bottom, height)
    columns = _mirror(box.left, box.right, width)
    inside = source[int(rows.min()) : int(rows.max()) + 1, int(columns.min()) : int(columns.max()) + 1]
    if box.bottom > height:
        inside = np.take(inside, rows - rows.min(), axis=0)
    if box.right > width:
        inside = np.take(inside, columns - columns.min(), axis=1)
    # A copy, always: whoever gets it may write into it, and must not reach the picture.
    return np.array(inside, order="C")


def _mirror(start: int, stop: int, length: int) -> np.ndarray:
    positions = np.arange(start, stop)
    if length == 1:
        return np.zeros_like(positions)
    period = 2 * (length - 1)
    positions %= period
    return np.minimum(positions, period - positions)


def run_tiled(
    source: np.ndarray,
    function: Callable[[np.ndarray], np.ndarray],
    *,
    scale: int = 1,
    halo: int,
    tile: int,
    out: np.ndarray | None = None,
    control: Control | None = None,
    multiple: int = 1,
    minimum: int = 1,
    fixed: Sequence[int] | None = None,
    on_tile: Callable[[TileDone], object] | None = None,
    on_smaller: Callable[[int], object] | None = None,
) -> np.ndarray:
    """Put a picture through `function` piece by piece.

    Parameters
    ----------
    source : ndarray
        ``(H, W, C)`` of any dtype; may be a memmap.
    function : callable
        Takes a piece ``(h, w, C)`` of the source's dtype and returns ``(h * scale, w * scale, C')`` of
        `out`'s dtype. It has to be shift-equivariant for shifts by `multiple`, with a receptive radius of at
        most `halo`.
    scale : int
        Output pixels for each input pixel, along one axis.
    halo, tile, multiple, minimum, fixed
        As in :func:`plan_tiles`.
    out : ndarray, optional
        ``(H * scale, W * scale, C')``, written tile by tile; may be a memmap. Made from the first tile if
        missing.
    control : Control, optional
        Gets the progress, each tile as a :class:`TileDone` through ``partial``, and is asked for a cancel
        between tiles.
    on_tile : callable, optional
        Called with each :class:`TileDone`, before the control is.
    on_smaller : callable, optional
        Called with the new tile size when the memory was not enough for the last one.

    Returns
    -------
    ndarray
        `out`.

    Raises
    ------
    Cancelled
    OutOfMemory
        If even the smallest tile does not fit; before that, tiles are halved.
    BadOutput
        If `function` returns another size than `scale` says.
    ValueError
        If `out` has another size, or a dtype that cannot take the tiles without loss of kind.
    """
    height, width = source.shape[:2]
    size = (int(fixed[0]), int(fixed[1])) if fixed is not None else None
    if out is not None and out.shape[:2] != (height * scale, width * scale):
        raise ValueError(f"out is {out.shape[:2]}, the result will be {(height * scale, width * scale)}")
    limit = tile
    while True:
        plan = plan_tiles(height, width, limit, halo, multiple, minimum=minimum, fixed=size)
        try:
            with series() as running:
                return _run_plan(plan, source, function, scale, out, control, on_tile, running)
        except (OutOfMemory, MemoryError) as error:
            largest = max(plan.tile_height, plan.tile_width)
            smaller = _round_down(largest // 2, math.lcm(GRAIN, multiple)) or _round_up(
                largest // 2, multiple
            )
            least = least_tile(halo, multiple, minimum)
            if size is not None or largest <= max(least, SMALLEST) or smaller >= largest:
                reason = error.message if isinstance(error, OutOfMemory) else "The memory was not enough."
                raise OutOfMemory(
                    f"{reason} Pieces of {plan.tile_width} by {plan.tile_height} pixels are the smallest"
                    " possible."
                ) from error
            limit = max(smaller, least)
            if on_smaller is not None:
                on_smaller(limit)


def _run_plan(
    plan: Plan,
    source: np.ndarray,
    function: Callable[[np.ndarray], np.ndarray],
    scale: int,
    out: np.ndarray | None,
    control: Control | None,
    on_tile: Callable[[TileDone], object] | None,
    running: Series,
) -> np.ndarray:
    count = len(plan.tiles)
    for number, tile in enumerate(plan.tiles, start=1):
        if control is not None:
            control.raise_if_cancelled()
        running.more = number < count
        result = function(cut(source, tile.fed))
        expected = (tile.fed.height * scale, tile.fed.width * scale)
        if result.ndim != 3 or result.shape[:2] != expected:
            raise BadOutput(
                f"The network made {result.shape} of {tile.fed.height} by {tile.fed.width} pixels; with a"
                f" scale of {scale} that should be {expected[0]} by {expected[1]}.",
                "Correct scale, size_multiple or layout in the model's card, or probe the model again.",
            )
        if out is None:
            out = np.empty((plan.height * scale, plan.width * scale, result.shape[2]), result.dtype)
        elif not np.can_cast(result.dtype, out.dtype, "same_kind"):
            raise ValueError(f"tiles of {result.dtype} cannot be written into {out.dtype}")
        box = tile.core.scaled(scale)
        top, left = tile.fed.top * scale, tile.fed.left * scale
        view = out[box.top : box.bottom, box.left : box.right]
        view[...] = result[box.top - top : box.bottom - top, box.left - left : box.right - left]
        done = TileDone(box, view, number, count)
        if on_tile is not None:
            on_tile(done)
        if control is not None:
            control.partial(done)
            control.progress(number / count, f"Tile {number} of {count}" if count > 1 else "")
    assert out is not None  # a picture has at least one tile
    return out


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def _round_down(value: int, multiple: int) -> int:
    return value // multiple * multiple
