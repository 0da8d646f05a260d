from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.measures import is_coarse, noise_level

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


def bayer(side: int) -> np.ndarray:
    """The thresholds of ordered dither, ``(side, side)`` in (0, 1) (Bayer 1973)."""
    made = np.zeros((1, 1))
    while len(made) < side:
        made = np.block([[4 * made, 4 * made + 2], [4 * made + 3, 4 * made + 1]])
    return (made + 0.5) / side**2


@pytest.mark.parametrize(
    ("low", "high", "white"), [(0, 255, 255), (50, 200, 255), (0, 65535, 65535), (0.2, 0.8, 1)]
)
def test_dithered_pictures_tell_nothing(low: float, high: float, white: float) -> None:
    wanted = scene(160, 160)
    for threshold in (np.tile(bayer(8), (20, 20)), np.random.default_rng(0).random((160, 160))):
        two = np.where(wanted > threshold, high, low).astype(np.float32 if white == 1 else np.uint16)
        assert is_coarse(two, white)
        assert noise_level(two, white) is None


def test_what_is_not_coarse() -> None:
    even = np.full((160, 160), 70, np.uint8)
    assert not is_coarse(even, 255)
    assert noise_level(even, 255) == 0
    near = even + (np.random.default_rng(0).random(even.shape) > 0.5)  # one step apart: faint noise
    assert not is_coarse(near, 255)
    late = np.where(bayer(8).repeat(500, 0).repeat(600, 1) > 0.5, 255, 0).astype(np.uint8)
    assert is_coarse(late, 255)
    late[-700:, -800:] = np.arange(800) // 4
    assert not is_coarse(late, 255), "all of it is looked at"
    photo = np.rint(scene(160, 160) * 255).astype(np.uint8)
    assert not is_coarse(photo, 255)
