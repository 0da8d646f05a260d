"""COCO's annotations of label maps: run-length codes and polygons that cover exactly the same pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import cv2
import numpy as np

Shapes = Literal["rle", "polygons"]


def annotate(
    labels: np.ndarray,
    categories: Sequence[int],
    *,
    things: tuple[np.ndarray, int] | None = None,
    shapes: Shapes = "rle",
) -> list[dict[str, Any]]:
    """Describe every region of a label map.

    Parameters
    ----------
    labels : ndarray
        ``(H, W)`` uint8, class numbers.
    categories : sequence of int
        The classes to describe.
    things : (ndarray, int), optional
        ``(H, W)`` int32 thing numbers and their class, which is then described thing by thing instead of
        region by region.
    shapes : {"rle", "polygons"}
        What `segmentation` holds. Regions with holes are run-length codes in any case, since COCO's polygons
        have none.

    Returns
    -------
    list of dict
        ``id``, ``image_id`` 1, ``category_id`` (the class number), ``bbox`` (x, y, width, height), ``area``,
        ``iscrowd`` 0, ``segmentation``; JSON-able.
    """
    found: list[dict[str, Any]] = []
    height = labels.shape[0]
    for category in categories:
        if things is not None and things[1] == category:
            regions = _things(things[0])
        else:
            regions = _regions(labels == category)
        for (top, left), mask in regions:
            outline = outlines(mask) if shapes == "polygons" and not _has_holes(mask) else None
            found.append(
                {
                    "id": len(found) + 1,
                    "image_id": 1,
                    "category_id": int(category),
                    "bbox": [left, top, mask.shape[1], mask.shape[0]],
                    "area": int(mask.sum()),
                    "iscrowd": 0,
                    "segmentation": [
                        [int(v) for point in loop for v in (point[0] + left, point[1] + top)]
                        for loop in outline
                    ]
                    if outline is not None
                    else {
                        "size": list(labels.shape),
                        "counts": encode(counts(mask, top, left, height, labels.shape[1])),
                    },
                }
            )
    return found


def _regions(mask: np.ndarray) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
    count, numbers, figures, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in figures[number, :4])
        yield (top, left), numbers[top : top + high, left : left + wide] == number


def _things(numbers: np.ndarray) -> Iterator[tuple[tuple[int, int], np.ndarray]]:
    """Each thing with its box, found in one pass over the map."""
    rows, columns = np.nonzero(numbers)
    values = numbers[rows, columns]
    last = int(values.max(initial=0))
    box = np.empty((4, last + 1), np.int64)
    box[0::2], box[1::2] = max(numbers.shape), -1
    for axis, at in ((0, rows), (2, columns)):
        np.minimum.at(box[axis], values, at)
        np.maximum.at(box[axis + 1], values, at)
    for number in range(1, last + 1):
        top, bottom, left, right = (int(v) for v in box[:, number])
        if bottom >= 0:
            yield (top, left), numbers[top : bottom + 1, left : right + 1] == number


def counts(mask: np.ndarray, top: int, left: int, height: int, width: int) -> np.ndarray:
    """Run lengths of a region in a whole picture, column by column, beginning with what is outside.

    Parameters
    ----------
    mask : ndarray
        ``(h, w)`` bool, a box of the picture.
    top, left : int
        Where the box lies.
    height, width : int
        The picture's.

    Returns
    -------
    ndarray
        int64, alternately outside and inside; summing to height * width.
    """
    high, wide = mask.shape
    padded = np.zeros((wide, high + 2), np.int8)
    padded[:, 1:-1] = mask.T
    change = np.diff(padded, axis=1)
    columns, starts = np.nonzero(change == 1)
    _, ends = np.nonzero(change == -1)
    offset = (columns + left).astype(np.int64) * height + top
    edges = np.stack([offset + starts, offset + ends], axis=1).ravel()
    # A run that ends at the foot of a column and goes on at the head of the next is one.
    joined = np.flatnonzero(edges[1:-1:2] == edges[2::2]) * 2 + 1
    edges = np.delete(edges, np.concatenate([joined, joined + 1]))
    result: np.ndarray = np.diff(np.concatenate([[0], edges, [height * width]]))
    # Nothing after the last run is not written.
    return result[:-1] if result[-1] == 0 else result


def encode(runs: np.ndarray) -> str:
    """Return COCO's compressed form of run lengths.

    From the third on each is written as its difference from the one two before, in groups of five bits with a
    sign, least first, each plus 48 as ASCII (pycocotools, `rleToString`).

    Parameters
    ----------
    runs : ndarray
        int64, as `counts` gives them.
    """
    deltas = runs.astype(np.int64)
    deltas[3:] -= runs[1:-2]
    text = bytearray()
    for value in deltas.tolist():
        more = True
        while more:
            group = value & 31
            value >>= 5
            more = value != (-1 if group & 16 else 0)
            text.append(48 + (group | 32 if more else group))
    return text.decode("ascii")


def decode(text: str) -> np.ndarray:
    """Return the run lengths of COCO's compressed form; the inverse of `encode`."""
    runs: list[int] = []
    at = 0
    while at < len(text):
        value, shift = 0, 0
        while True:
            group = ord(text[at]) - 48
            value |= (group & 31) << shift
            at += 1
            shift += 5
            if not group & 32:
                if group & 16:
                    value |= -1 << shift
                break
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return np.asarray(runs, np.int64)


def _has_holes(mask: np.ndarray) -> bool:
    outside = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    return bool(cv2.connectedComponents(outside, connectivity=8)[0] > 2)


# Steps along pixel edges as (x, y), clockwise, and where the two pixels ahead lie seen from a corner.
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))


def outlines(mask: np.ndarray) -> list[list[tuple[int, int]]]:
    """Outlines of a region without holes along the edges of its pixels.

    Parameters
    ----------
    mask : ndarray
        ``(h, w)`` bool, joined over edges.

    Returns
    -------
    list of list of (int, int)
        Corners (x, y), clockwise; pixel (0, 0) has the corners (0, 0) and (1, 1).
    """
    padded = np.pad(mask, 1).astype(np.int8)
    # Edges by their direction: an upper edge is walked to the right, a right one downwards, and so on.
    up, left = padded[:-1] - padded[1:], padded[:, :-1] - padded[:, 1:]
    edges: dict[tuple[int, int], list[int]] = {}
    for direction, (y, x) in enumerate(
        (np.nonzero(up == -1), np.nonzero(left == 1), np.nonzero(up == 1), np.nonzero(left == -1))
    ):
        # Coordinates of the corner an edge starts at; padding has moved pixels by one.
        start_x, start_y = ((x - 1, y), (x, y - 1), (x, y), (x, y))[direction]
        for corner in zip(start_x.tolist(), start_y.tolist(), strict=True):
            edges.setdefault(corner, []).append(direction)
    found = []
    while edges:
        first = next(iter(edges))
        corner, direction = first, edges[first][0]
        loop: list[tuple[int, int]] = []
        before = None
        while corner in edges:
            ways = edges[corner]
            if before is not None and len(ways) == 2:
                # Where pixels touch by a corner, a right turn stays with the pixel on the right.
                direction = (before + 1) % 4 if (before + 1) % 4 in ways else ways[0]
            else:
                direction = ways[0]
            ways.remove(direction)
            if not ways:
                del edges[corner]
            if direction != before:
                loop.append(corner)
            before = direction
            corner = (corner[0] + _STEPS[direction][0], corner[1] + _STEPS[direction][1])
        # Where the walk began may lie in the middle of a straight line.
        if len(loop) > 1 and _straight(loop[-1], loop[0], loop[1]):
            loop.pop(0)
        found.append(loop)
    return found


def _straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return a[0] == b[0] == c[0] or a[1] == b[1] == c[1]
