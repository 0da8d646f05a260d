"""PSNR and SSIM against independent implementations, and their conventions."""

from __future__ import annotations

import numpy as np
import pytest

from deconv_studio.measures import luma_bt601_studio, psnr, ssim

pytestmark = pytest.mark.light


@pytest.fixture
def pair() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:40, 0:53]
    a = 120 + 80 * np.sin(x / 5) * np.cos(y / 7)
    return a, a + rng.normal(0, 9, a.shape)


def test_luma_has_the_studio_range_of_the_papers() -> None:
    colors = np.array([[[0, 0, 0], [255, 255, 255], [255, 0, 0]]], dtype=np.uint8)
    assert luma_bt601_studio(colors)[0] == pytest.approx([16, 235, 16 + 65.481])


def test_luma_of_gray_is_that_of_equal_channels() -> None:
    gray = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    assert luma_bt601_studio(gray) == pytest.approx(luma_bt601_studio(np.repeat(gray, 3, axis=2)))


def test_luma_refuses_alpha() -> None:
    with pytest.raises(ValueError, match="luma needs"):
        luma_bt601_studio(np.zeros((4, 4, 4), np.uint8))


def test_psnr_of_a_known_error() -> None:
    a = np.zeros((8, 8))
    assert psnr(a, a + 5) == pytest.approx(20 * np.log10(255 / 5))
    assert psnr(a, a) == float("inf")


def test_border_is_left_out_on_every_side(pair: tuple[np.ndarray, np.ndarray]) -> None:
    a = pair[0]
    for edge in (np.s_[:3], np.s_[-3:], np.s_[:, :3], np.s_[:, -3:]):
        damaged = a.copy()
        damaged[edge] += 50
        assert psnr(a, damaged, border=3) == float("inf")
        assert psnr(a, damaged, border=2) < 60


def test_a_border_that_leaves_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing is left"):
        psnr(np.zeros((4, 4)), np.zeros((4, 4)), border=2)


def test_different_shapes_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ in shape"):
        psnr(np.zeros((4, 4)), np.zeros((4, 5)))


def test_ssim_falls_with_noise_and_is_one_for_equal(pair: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = pair
    assert ssim(a, a) == pytest.approx(1)
    assert ssim(a, b) > ssim(a, a + 3 * (b - a))


def test_ssim_refuses_pictures_smaller_than_its_window() -> None:
    with pytest.raises(ValueError, match="11 x 11"):
        ssim(np.zeros((10, 30)), np.zeros((10, 30)))
