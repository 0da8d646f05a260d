"""PSNR and SSIM against scikit-image and torchmetrics."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity
from torchmetrics.functional.image import peak_signal_noise_ratio, structural_similarity_index_measure

from deconv_studio.measures import psnr, ssim


@pytest.mark.parametrize(
    ("height", "width", "noise", "seed"),
    [(11, 11, 1.0, 0), (12, 40, 0.5, 1), (37, 23, 60.0, 2), (64, 11, 9.0, 3)],
)
def test_both_agree_with_the_oracles(height: int, width: int, noise: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.uniform(16, 235, (height, width))
    b = a + rng.normal(0, noise, a.shape)
    x, y = (torch.from_numpy(v)[None, None] for v in (a, b))
    assert psnr(a, b) == pytest.approx(float(peak_signal_noise_ratio(y, x, data_range=255.0)), abs=1e-4)
    # torchmetrics averages over a reflected border too: the valid part of its map is what papers use.
    _, full = structural_similarity_index_measure(
        y, x, data_range=255.0, sigma=1.5, kernel_size=11, return_full_image=True
    )
    assert ssim(a, b) == pytest.approx(float(full[0, 0, 5:-5, 5:-5].mean()), abs=1e-9)


def test_ssim_agrees_with_scikit_image() -> None:
    rng = np.random.default_rng(3)
    a = rng.uniform(0, 255, (48, 37))
    b = a + rng.normal(0, 12, a.shape)
    _, full = structural_similarity(
        a, b, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )
    assert ssim(a, b) == pytest.approx(full[5:-5, 5:-5].mean(), abs=1e-9)
