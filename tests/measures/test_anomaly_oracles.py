"""Areas under curves against torchmetrics, overlap by region against a plain reading of its definition."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import binary_auroc

from deconv_studio.measures import auroc, region_overlap


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("steps", [0, 6])
def test_auroc_agrees_with_torchmetrics(seed: int, steps: int) -> None:
    rng = np.random.default_rng(seed)
    normal, abnormal = rng.normal(0, 1, 300), rng.normal(0.7, 1.5, 170)
    if steps:  # many equal scores
        normal, abnormal = np.round(normal * steps) / steps, np.round(abnormal * steps) / steps
    scores = torch.from_numpy(np.concatenate([normal, abnormal]))
    # torchmetrics puts scores outside of [0, 1] through a sigmoid, which keeps their order.
    truth = torch.tensor([0] * len(normal) + [1] * len(abnormal))
    assert auroc(normal, abnormal) == pytest.approx(float(binary_auroc(scores, truth)), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_overlap_agrees_with_every_threshold_tried(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normal = rng.normal(0, 1, 2000)
    regions = [rng.normal(rng.uniform(0, 3), 1, int(rng.integers(3, 90))) for _ in range(7)]
    thresholds = np.sort(normal)[::-1]
    rates = np.array([(normal > t).mean() for t in thresholds])
    overlaps = np.array([np.mean([(region > t).mean() for region in regions]) for t in thresholds])
    inside = rates <= 0.3
    expected = np.trapezoid(overlaps[inside], rates[inside]) / 0.3
    assert region_overlap(normal, regions) == pytest.approx(expected, abs=5e-3)
