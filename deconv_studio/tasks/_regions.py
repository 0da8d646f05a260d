"""Regions of a label map: small ones given to their neighbours, things of one class told apart."""

from __future__ import annotations

import cv2
import numpy as np


def without_small(labels: np.ndarray, least: int) -> np.ndarray:
    """Give every region smaller than `least` pixels to what lies nearest.

    Parameters
    ----------
    labels : ndarray
        ``(H, W)`` uint8.
    least : int
        Pixels; regions are joined over edges, not corners.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8; the given one if nothing is small, or if everything is.
    """
    if least <= 1:
        return labels
    small = np.zeros(labels.shape, bool)
    for value in np.unique(labels):
        count, regions, figures, _ = cv2.connectedComponentsWithStats(
            (labels == value).astype(np.uint8), connectivity=4
        )
        areas = figures[:count, cv2.CC_STAT_AREA]
        areas[0] = least
        small |= (areas < least)[regions]
    if not small.any() or small.all():
        return labels
    result: np.ndarray = labels[_nearest(~small)]
    return result


def _nearest(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For every pixel the row and column of the nearest one that is known."""
    _, numbers = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    rows, columns = np.nonzero(known)
    # Known pixels are numbered as OpenCV meets them, not always row by row.
    row_of, column_of = np.zeros(len(rows) + 1, np.intp), np.zeros(len(rows) + 1, np.intp)
    own = numbers[rows, columns]
    row_of[own], column_of[own] = rows, columns
    return row_of[numbers], column_of[numbers]


LEVELS = 16
"""Steps in which the distance map is flooded."""


def instances(
    foreground: np.ndarray, inside: np.ndarray, *, marker: float, minimum_area: int = 0
) -> np.ndarray:
    """Tell the things of one class apart by a watershed on a distance map.

    Markers are the connected parts of what lies at least `marker` inside; a part of the foreground without
    one is a thing by itself if it lies half as far inside anywhere. The map is flooded from its peaks down,
    level by level (immersion: Vincent and Soille 1991), each new pixel going to the nearest thing that it is
    joined to at that level.

    Parameters
    ----------
    foreground : ndarray
        ``(H, W)`` bool.
    inside : ndarray
        ``(H, W)`` float32 in [0, 1], 1 at a thing's core.
    marker : float
    minimum_area : int
        Smaller things, in pixels, are dropped.

    Returns
    -------
    ndarray
        ``(H, W)`` int32, 0 where there is no thing, things from 1 without gaps.
    """
    parts_count, parts = cv2.connectedComponents(foreground.astype(np.uint8), connectivity=4)
    # A light smoothing joins the peaks that noise splits.
    smooth = cv2.GaussianBlur(inside, (0, 0), 1.0) if min(inside.shape) > 2 else inside
    cores = (smooth >= marker) & foreground
    count, found = cv2.connectedComponents(cores.astype(np.uint8), connectivity=8)
    found = found.astype(np.int32)
    highest = np.zeros(parts_count, np.float32)
    np.maximum.at(highest, parts[foreground], smooth[foreground])
    marked = np.zeros(parts_count, bool)
    marked[np.unique(parts[cores])] = True
    lonely = (~marked & (highest >= marker / 2))[parts] & foreground
    found[lonely] = parts[lonely] + (count - 1)
    if not (found > 0).any():
        return np.zeros(foreground.shape, np.int32)
    for level in np.linspace(1, 0, LEVELS):
        flooded = (foreground & (smooth >= level)) | (found > 0)
        if flooded.sum() == (found > 0).sum():
            continue
        nearest = _nearest(found > 0)
        _, joined = cv2.connectedComponents(flooded.astype(np.uint8), connectivity=4)
        new = flooded & (found == 0) & (joined == joined[nearest])
        found[new] = found[nearest][new]
    areas = np.bincount(found.ravel())
    keep = np.flatnonzero(areas >= max(1, minimum_area))
    keep = keep[keep > 0]
    renumbered = np.zeros(len(areas), np.int32)
    renumbered[keep] = np.arange(1, len(keep) + 1)
    result: np.ndarray = renumbered[found]
    return result
