from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.measures import noise_level

pytestmark = pytest.mark.light


def scene(height: int, width: int) -> np.ndarray:
    """A soft gradient, and a field of stripes that are no noise."""
    y, x = np.mgrid[:height, :width]
    soft = 0.3 + 0.4 * (x + y) / (height + width)
    soft[: height // 2] += 0.2 * np.sin(x[: height // 2] * 1.5)
    return soft


@pytest.mark.parametrize("sigma", [0.01, 0.04, 0.1])
def test_noise_is_found_beside_texture(sigma: float) -> None:
    noisy = scene(320, 320) + np.random.default_rng(0).standard_normal((320, 320)) * sigma
    assert noise_level(noisy) == pytest.approx(sigma, rel=0.12)


def test_a_clean_picture_has_none() -> None:
    assert noise_level(np.rint(scene(320, 320) * 255) / 255) == pytest.approx(0, abs=1.5 / 255)


def test_where_noise_is_cut_off_it_is_not_measured() -> None:
    clean = scene(320, 320)
    clean[:, 100:] = 0.0
    noisy = np.clip(clean + np.random.default_rng(0).standard_normal(clean.shape) * 0.05, 0, 1)
    assert noise_level(noisy) == pytest.approx(0.05, rel=0.15)


def test_large_pictures_are_looked_at_in_part() -> None:
    rng = np.random.default_rng(0)
    noisy = 0.5 + rng.standard_normal((2600, 2600), np.float32) * np.float32(0.03)
    noisy[:18] = 0.5  # a blank margin is in the part and does not decide
    assert noise_level(noisy) == pytest.approx(0.03, rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (17, 400), (40, 40)])
def test_small_pictures_tell_nothing(shape: tuple[int, int]) -> None:
    assert noise_level(np.zeros(shape, np.float32)) is None
