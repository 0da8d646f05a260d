"""Denoising models measured: the noise as a file holds it, the same for the same file, the right pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging, measures, tasks
from deconv_studio.batch import restore_evaluation as restoring
from deconv_studio.batch.errors import CallWrong
from deconv_studio.engine import Control
from deconv_studio.imaging import Picture
from deconv_studio.tasks.errors import ModelUnfit
from tests.enlargers import loaded as enlarger
from tests.enlargers import nearest
from tests.restorers import loaded

pytestmark = pytest.mark.light


def photo(path: Path, height: int = 40, width: int = 36, channels: int = 3) -> Path:
    rows, columns = np.mgrid[:height, :width]
    planes = [127 + 100 * np.sin(rows / (7 + k)) * np.cos(columns / 9) for k in range(channels)]
    path.parent.mkdir(parents=True, exist_ok=True)
    return imaging.write(Picture(np.stack(planes, 2).round().astype(np.uint8)), path)


class TestNoise:
    """What is added to the clean pixels."""

    def test_is_that_of_the_file(self) -> None:
        clean = np.full((64, 64, 1), 100, np.uint8)
        first, again, other = (restoring.with_noise(clean, 25, name) for name in ("a", "a", "b"))
        assert first.dtype == np.uint8
        assert (first == again).all()
        assert (first != other).any()
        assert (first != restoring.with_noise(clean, 15, "a")).any()

    @pytest.mark.parametrize("sigma", [15, 25, 50])
    def test_has_its_strength(self, sigma: int) -> None:
        noisy = restoring.with_noise(np.full((400, 400, 1), 128, np.uint8), sigma, "x").astype(float)
        assert noisy.mean() == pytest.approx(128, abs=0.5)
        clipped = np.clip(128 + sigma * np.random.default_rng(0).standard_normal(10**6), 0, 255).std()
        assert noisy.std() == pytest.approx(clipped, rel=0.01)

    def test_is_clipped(self) -> None:
        assert (restoring.with_noise(np.zeros((50, 50, 1), np.uint8), 50, "x") == 0).mean() > 0.45

    def test_none_at_zero(self) -> None:
        clean = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
        assert (restoring.with_noise(clean, 0, "x") == clean).all()


@pytest.mark.parametrize("channels", [1, 3])
def test_follows_its_convention(tmp_path: Path, channels: int) -> None:
    path = photo(tmp_path / "in" / "a.png", 128, 120)  # large enough to tell its noise
    model = loaded(tmp_path / "model", channels)
    (item,) = restoring.evaluate_restoring(tmp_path / "in", model=model, control=Control())
    assert item.status == "done"
    rgb = imaging.read(path).pixels
    clean = rgb if channels == 3 else np.rint(rgb @ [0.299, 0.587, 0.114]).astype(np.uint8)[:, :, None]
    task = tasks.get("restore")
    for sigma in (15, 25, 50):
        noisy = restoring.with_noise(clean, sigma, "a.png")
        assert item.result[f"psnr_noisy_{sigma}"] == measures.psnr(noisy, clean)
        for key, told in (("blind", "auto"), ("told", sigma)):
            made = task.run(Picture(noisy), task.options(sigma=told), model, Control()).picture.pixels
            assert item.result[f"psnr_{key}_{sigma}"] == measures.psnr(made, clean)
            each = [measures.ssim(made[:, :, k], clean[:, :, k]) for k in range(channels)]
            assert item.result[f"ssim_{key}_{sigma}"] == np.mean(each)
    still = task.run(Picture(clean), task.options(), model, Control()).picture.pixels
    assert item.result["psnr_clean"] == min(measures.psnr(still, clean), 99)
    assert item.result["psnr_blind_25"] > item.result["psnr_noisy_25"], "the noise was found"
    assert item.result["psnr_noisy_jpeg"] < 60
    assert ("luma" in restoring.convention(channels)) == (channels == 1)


def test_a_model_that_is_not_told_has_no_such_figures(tmp_path: Path) -> None:
    photo(tmp_path / "in" / "a.png", channels=1)
    model = loaded(tmp_path / "model", 1, told=False)
    (item,) = restoring.evaluate_restoring(tmp_path / "in", model=model, control=Control())
    assert "psnr_blind_15" in item.result
    assert "psnr_told_15" not in item.result


def test_the_mean_is_over_pictures(tmp_path: Path) -> None:
    for name in ("a", "b"):
        photo(tmp_path / "in" / f"{name}.png", height=32 if name == "a" else 44)
    photo(tmp_path / "in" / "tiny.png", 4, 4)
    items = list(
        restoring.evaluate_restoring(tmp_path / "in", model=loaded(tmp_path / "m"), control=Control())
    )
    assert [item.status for item in items] == ["done", "done", "failed"]
    assert items[2].error is not None
    assert "too few" in items[2].error.message
    means = restoring.mean([item.result for item in items[:2]])
    first, second = (item.result["psnr_blind_25"] for item in items[:2])
    assert first != second
    assert means["psnr_blind_25"] == pytest.approx((first + second) / 2)
    assert "width" not in means
    assert restoring.mean([]) == {}


def test_wrong_calls(tmp_path: Path) -> None:
    with pytest.raises(CallWrong, match="no folder"):
        list(restoring.evaluate_restoring(tmp_path / "x", model=loaded(tmp_path), control=Control()))
    with pytest.raises(ModelUnfit):
        list(restoring.evaluate_restoring(tmp_path, model=enlarger(nearest(), tmp_path), control=Control()))


def test_cancel_ends_it(tmp_path: Path) -> None:
    for name in ("a", "b"):
        photo(tmp_path / "in" / f"{name}.png")
    control = Control()
    found = restoring.evaluate_restoring(tmp_path / "in", model=loaded(tmp_path / "m"), control=control)
    assert next(found).status == "done"
    control.cancel()
    assert [item.status for item in found] == ["cancelled"]
