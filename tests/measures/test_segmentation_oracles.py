"""Overlap, borders and instances against torchmetrics and scipy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.ndimage import distance_transform_edt, label
from torchmetrics.classification import (
    MulticlassAccuracy,
    MulticlassConfusionMatrix,
    MulticlassF1Score,
    MulticlassJaccardIndex,
)
from torchmetrics.detection import PanopticQuality

from deconv_studio.measures import boundary_f, confusion, dice, iou, match_instances, pixel_accuracy
from deconv_studio.measures.segmentation import _near


@pytest.mark.parametrize(("classes", "right", "seed"), [(2, 0.9, 0), (5, 0.6, 1), (11, 0.3, 2)])
def test_overlap_agrees_with_torchmetrics(classes: int, right: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, (2, 31, 40))
    guess = np.where(rng.random(truth.shape) < right, truth, rng.integers(0, classes, truth.shape))
    truth[rng.random(truth.shape) < 0.1] = 255
    matrix = confusion(truth, guess, classes)
    t, p = torch.from_numpy(truth), torch.from_numpy(guess)
    options = {"num_classes": classes, "ignore_index": 255}
    assert matrix.tolist() == MulticlassConfusionMatrix(**options)(p, t).tolist()
    assert iou(matrix) == pytest.approx(MulticlassJaccardIndex(**options, average="none")(p, t).numpy())
    assert dice(matrix) == pytest.approx(MulticlassF1Score(**options, average="none")(p, t).numpy())
    assert pixel_accuracy(matrix) == pytest.approx(
        float(MulticlassAccuracy(**options, average="micro")(p, t))
    )


def blobs(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:60, 0:80]
    out = np.zeros((60, 80), bool)
    for cy, cx, r in rng.uniform((0, 0, 4), (60, 80, 9), (12, 3)):
        out |= np.hypot(y - cy, x - cx) < r
    return out


@pytest.mark.parametrize("reach", [1, 2, 4, 7])
def test_the_bandwidth_is_euclidean(reach: int) -> None:
    points = np.random.default_rng(reach).random((23, 37)) < 0.01
    assert (_near(points, reach) == (distance_transform_edt(~points) <= reach)).all()


def test_boundary_f_from_distances() -> None:
    truth, guess = blobs(0), np.roll(blobs(0) ^ (blobs(5) & blobs(6)), 1, 1)
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)

    def border(mask: np.ndarray) -> np.ndarray:
        from scipy.ndimage import binary_erosion

        return mask & ~binary_erosion(mask, cross, border_value=1)

    a, b = border(truth), border(guess)
    precision = (distance_transform_edt(~a)[b] <= 2).mean()
    recall = (distance_transform_edt(~b)[a] <= 2).mean()
    expected = 2 * precision * recall / (precision + recall)
    assert 0.2 < expected < 1
    assert boundary_f(truth.astype(int), guess.astype(int), 2, width=2)[1] == pytest.approx(expected)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_instances_agree_with_panoptic_quality(seed: int) -> None:
    truth, guess = label(blobs(seed))[0], label(np.roll(blobs(seed), seed + 1, 0))[0]
    found = match_instances(truth, guess)
    # Recognition quality, TP / (TP + FP / 2 + FN / 2), has the same matches (Kirillov et al. 2019, eq. 2).
    metric = PanopticQuality(things={1}, stuffs={0}, return_sq_and_rq=True, return_per_class=True)

    def panoptic(instances: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(np.stack([(instances > 0).astype(int), instances], -1)[None])

    recognition = float(metric(panoptic(guess), panoptic(truth))[0, 2])
    whole = found.matched + found.extra / 2 + found.missed / 2
    assert found.matched and found.matched / whole == pytest.approx(recognition)
