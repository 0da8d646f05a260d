"""How well a labelling agrees with the truth: overlap by class, borders, and instances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BOUNDARY_SHARE = 0.0075
"""Bandwidth of `boundary_f` as a share of the picture's diagonal (Csurka et al. 2013, section 3.2)."""


def confusion(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    classes: int,
    ignore_index: int | None = 255,
) -> NDArray[np.int64]:
    """Count pixels by true and predicted class; matrices of several pictures are added up.

    Parameters
    ----------
    truth, predicted : ndarray
        ``(H, W)`` or any equal shape, whole numbers; class numbers in ``[0, classes)``.
    classes : int
    ignore_index : int, optional
        Pixels whose truth has this number are left out, whatever was predicted there.

    Returns
    -------
    ndarray
        ``(classes, classes)`` int64; rows are the truth, columns the prediction.

    Raises
    ------
    ValueError
        If the shapes differ, or a counted pixel has a number that is no class.
    """
    t, p = np.asarray(truth).ravel(), np.asarray(predicted).ravel()
    if np.shape(truth) != np.shape(predicted):
        raise ValueError(f"truth {np.shape(truth)} and prediction {np.shape(predicted)} differ in shape")
    if ignore_index is not None:
        counted = t != ignore_index
        t, p = t[counted], p[counted]
    for name, values in (("truth", t), ("prediction", p)):
        if values.size and not (int(values.min()) >= 0 and int(values.max()) < classes):
            wrong = values[(values < 0) | (values >= classes)][0]
            raise ValueError(f"the {name} has the number {wrong}, which is none of {classes} classes")
    pairs = t.astype(np.int64) * classes + p
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def iou(matrix: NDArray[np.integer]) -> NDArray[np.float64]:
    """Intersection over union of each class, ``TP / (TP + FP + FN)``.

    Parameters
    ----------
    matrix : ndarray
        ``(C, C)`` from `confusion`.

    Returns
    -------
    ndarray
        ``(C,)`` float64 in [0, 1]; NaN for a class neither true nor predicted anywhere.
    """
    hit = np.diag(matrix).astype(np.float64)
    return _ratio(hit, matrix.sum(0) + matrix.sum(1) - hit)


def mean_iou(matrix: NDArray[np.integer]) -> float:
    """Mean of `iou` over the classes that occur in the truth or the prediction (0 if none does)."""
    values = iou(matrix)
    return float(np.nanmean(values)) if np.isfinite(values).any() else 0.0


def dice(matrix: NDArray[np.integer]) -> NDArray[np.float64]:
    """Dice coefficient of each class, ``2 TP / (2 TP + FP + FN)``, from pixels of all pictures together.

    Parameters
    ----------
    matrix : ndarray
        ``(C, C)`` from `confusion`.

    Returns
    -------
    ndarray
        ``(C,)`` float64 in [0, 1]; NaN for a class neither true nor predicted anywhere.
    """
    hit = np.diag(matrix).astype(np.float64)
    return _ratio(2 * hit, matrix.sum(0) + matrix.sum(1))


def pixel_accuracy(matrix: NDArray[np.integer]) -> float:
    """Share of the counted pixels whose class is right; NaN if none was counted."""
    return float(_ratio(np.array(np.trace(matrix), np.float64), matrix.sum()))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.integer]) -> NDArray[np.float64]:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)


def bandwidth(shape: tuple[int, ...]) -> int:
    """Return `boundary_f`'s default bandwidth in pixels: `BOUNDARY_SHARE` of the diagonal, at least 1."""
    return max(1, round(BOUNDARY_SHARE * float(np.hypot(shape[0], shape[1]))))


def boundary_f(
    truth: NDArray[np.integer],
    predicted: NDArray[np.integer],
    classes: int,
    ignore_index: int | None = 255,
    width: int | None = None,
) -> NDArray[np.float64]:
    """F1 of the borders of each class in one picture (Csurka et al. 2013, eqs. 3-5).

    Precision is the share of predicted border pixels with a true border pixel at most `width` away
    (Euclidean), recall the other way round. A border pixel belongs to the class and has a 4-neighbour that
    does not; the picture's edge is no border.

    Parameters
    ----------
    truth, predicted : ndarray
        ``(H, W)`` whole numbers; class numbers in ``[0, classes)``.
    ignore_index : int, optional
        Pixels of the truth with this number count in neither, nor do borders with them.
    width : int, optional
        Bandwidth in pixels; without it `bandwidth` of the picture's shape.

    Returns
    -------
    ndarray
        ``(classes,)`` float64 in [0, 1]; NaN where a class has a border in neither.

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional.
    """
    t, p = np.asarray(truth), np.asarray(predicted)
    if t.shape != p.shape or t.ndim != 2:
        raise ValueError(f"borders need two pictures (H, W) of one shape, not {t.shape} and {p.shape}")
    reach = bandwidth(t.shape) if width is None else width
    counted = np.ones(t.shape, bool) if ignore_index is None else t != ignore_index
    out = np.full(classes, np.nan)
    for index in range(classes):
        true, guess = _border(t == index, counted), _border(p == index, counted)
        if not true.any() and not guess.any():
            continue
        if not true.any() or not guess.any():
            out[index] = 0.0
            continue
        precision = _near(true, reach)[guess].mean()
        recall = _near(guess, reach)[true].mean()
        out[index] = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return out


def _border(region: NDArray[np.bool_], counted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels of `region` with a counted 4-neighbour outside of it."""
    outside = np.pad(~region & counted, 1)
    touching = outside[:-2, 1:-1] | outside[2:, 1:-1] | outside[1:-1, :-2] | outside[1:-1, 2:]
    return region & counted & touching


def _near(points: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Pixels at most `reach` away from a point: a dilation by a disc, one row of the disc at a time."""
    height, width = points.shape
    sums = np.pad(points, ((reach, reach), (reach + 1, reach))).cumsum(1, dtype=np.int32)
    out = np.zeros(points.shape, bool)
    for dy in range(-reach, reach + 1):
        half = int(np.sqrt(reach * reach - dy * dy))
        rows = sums[reach + dy : reach + dy + height]
        left, right = reach - half, reach + half + 1
        out |= rows[:, right : right + width] > rows[:, left : left + width]
    return out


@dataclass(frozen=True)
class InstanceMatch:
    """True and predicted instances of one picture, matched by their overlap."""

    matched: int
    extra: int
    missed: int

    @property
    def score(self) -> float:
        """``TP / (TP + FP + FN)``: 1 if there is nothing in either."""
        whole = self.matched + self.extra + self.missed
        return self.matched / whole if whole else 1.0


def match_instances(
    truth: NDArray[np.integer], predicted: NDArray[np.integer], threshold: float = 0.5
) -> InstanceMatch:
    """Match instances whose intersection over union is above `threshold`, as Data Science Bowl 2018 did.

    Parameters
    ----------
    truth, predicted : ndarray
        ``(H, W)`` whole numbers, one number an instance, 0 for none.
    threshold : float
        From 0.5 on, where an instance cannot match two others (Kirillov et al. 2019, section 4.1).

    Returns
    -------
    InstanceMatch

    Raises
    ------
    ValueError
        If the shapes differ or the threshold is below 0.5.
    """
    if np.shape(truth) != np.shape(predicted):
        raise ValueError(f"truth {np.shape(truth)} and prediction {np.shape(predicted)} differ in shape")
    if threshold < 0.5:
        raise ValueError(f"a threshold of {threshold} would match an instance twice: use 0.5 or more")
    true_ids, t = np.unique(truth, return_inverse=True)
    guess_ids, p = np.unique(predicted, return_inverse=True)
    table = np.bincount(
        t.ravel().astype(np.int64) * len(guess_ids) + p.ravel(), minlength=len(true_ids) * len(guess_ids)
    ).reshape(len(true_ids), len(guess_ids))
    union = table.sum(1, keepdims=True) + table.sum(0, keepdims=True) - table
    inside = np.ix_(true_ids != 0, guess_ids != 0)
    overlap = (table / union)[inside]
    matched = int((overlap > threshold).sum())
    return InstanceMatch(matched, overlap.shape[1] - matched, overlap.shape[0] - matched)


def instance_score(
    pairs: list[tuple[NDArray[np.integer], NDArray[np.integer]]], threshold: float = 0.5
) -> float:
    """Mean over pictures of ``TP / (TP + FP + FN)`` (Data Science Bowl 2018, at one threshold).

    Parameters
    ----------
    pairs : list of (truth, predicted)
        As in `match_instances`, one pair a picture.

    Returns
    -------
    float
        In [0, 1].
    """
    return float(np.mean([match_instances(truth, guess, threshold).score for truth, guess in pairs]))
