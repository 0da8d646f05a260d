"""The distances between sets of features, against torchmetrics with the same features."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.inception import InceptionScore

from deconv_studio.measures import generation


class Flat(torch.nn.Module):
    """A network whose features are the first eight pixels."""

    num_features = 8

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1)[:, :8].double()


@pytest.mark.parametrize("seed", range(3))
def test_frechet_distance_is_torchmetrics(seed: int) -> None:
    rng = np.random.default_rng(seed)
    real = rng.normal(0.4, 0.2, (120, 3, 4, 4)).astype(np.float32)
    made = rng.normal(0.5, 0.3, (90, 3, 4, 4)).astype(np.float32)
    oracle = FrechetInceptionDistance(feature=Flat(), input_img_size=(3, 4, 4), normalize=True)
    oracle.set_dtype(torch.float64)
    oracle.used_custom_model = True
    oracle.update(torch.from_numpy(real), real=True)
    oracle.update(torch.from_numpy(made), real=False)
    a, b = (Flat()(torch.from_numpy(x)).numpy() for x in (real, made))
    assert generation.frechet_distance(a, b) == pytest.approx(float(oracle.compute()), rel=1e-4)


def test_inception_score_is_torchmetrics() -> None:
    rng = np.random.default_rng(0)
    pictures = torch.from_numpy(rng.integers(0, 6, (64, 3, 4, 4)).astype(np.uint8))
    oracle = InceptionScore(feature=Flat(), splits=1)
    oracle.update(pictures)
    scores = Flat()(pictures).softmax(1).numpy()
    assert generation.inception_score(scores)[0] == pytest.approx(float(oracle.compute()[0]), rel=1e-5)
