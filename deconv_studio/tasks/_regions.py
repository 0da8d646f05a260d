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
    wanted = np.flatnonzero(small)
    result = labels.copy()
    result.ravel()[wanted] = labels.ravel()[_nearest(~small, wanted)]
    return result


def _nearest(known: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """For every wanted pixel the nearest known one.

    Parameters
    ----------
    known : ndarray
        ``(H, W)`` bool; some pixel is.
    wanted : ndarray
        ``(N,)`` whole numbers, places in the flat picture.

    Returns
    -------
    ndarray
        ``(N,)`` whole numbers, places in the flat picture.
    """
    _, numbers = cv2.distanceTransformWithLabels(
        (~known).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    places = np.flatnonzero(known)
    # Known pixels are numbered as OpenCV meets them, not always row by row.
    place_of = np.zeros(len(places) + 1, np.intp)
    place_of[numbers.ravel()[places]] = places
    result: np.ndarray = place_of[numbers.ravel()[wanted]]
    return result


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
    known = found > 0
    left, grown = 0, True
    for level in np.linspace(1, 0, LEVELS):
        free = foreground & (smooth >= level) & ~known
        wanted = np.flatnonzero(free)
        if len(wanted) == 0 or (len(wanted) == left and not grown):
            # Nothing is new since the last level, at which nothing could be joined either.
            continue
        _, joined = cv2.connectedComponents((free | known).view(np.uint8), connectivity=4)
        nearest = _nearest(known, wanted)
        same = joined.ravel()[wanted] == joined.ravel()[nearest]
        new = wanted[same]
        found.ravel()[new] = found.ravel()[nearest[same]]
        known.ravel()[new] = True
        left, grown = len(wanted) - len(new), len(new) > 0
    areas = np.bincount(found.ravel())
    keep = np.flatnonzero(areas >= max(1, minimum_area))
    keep = keep[keep > 0]
    renumbered = np.zeros(len(areas), np.int32)
    renumbered[keep] = np.arange(1, len(keep) + 1)
    result: np.ndarray = renumbered[found]
    return result
