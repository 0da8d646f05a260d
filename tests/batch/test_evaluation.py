"""Evaluation: the convention, pixel by pixel, against the same figures made another way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deconv_studio import batch, imaging, measures
from deconv_studio.batch.errors import CallWrong
from deconv_studio.batch.evaluation import MEASURES, as_8_bit, mean
from deconv_studio.engine import Control
from deconv_studio.tasks.errors import ModelUnfit
from tests.enlargers import loaded, nearest

pytestmark = pytest.mark.light


def smooth(height: int, width: int, channels: int = 3) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    planes = [128 + 90 * np.sin(rows / (5 + c)) * np.cos(columns / (7 + c)) for c in range(channels)]
    return np.stack(planes, 2).astype(np.uint8)


@pytest.mark.parametrize("scale", [2, 3])
def test_follows_the_convention(tmp_path: Path, scale: int) -> None:
    large = smooth(61, 50)
    folder = tmp_path / "set"
    folder.mkdir()
    Image.fromarray(large).save(folder / "a.png")
    model = loaded(nearest(scale, 3), tmp_path)
    [item] = batch.evaluate(folder, model=model, control=Control())
    height, width = 61 // scale * scale, 50 // scale * scale
    cropped = large[:height, :width]
    small = Image.fromarray(cropped).resize((width // scale, height // scale), Image.Resampling.BICUBIC)
    made = np.repeat(np.repeat(np.asarray(small), scale, 0), scale, 1)
    plain = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))
    luma = measures.luma_bt601_studio
    expected = measures.psnr(luma(made), luma(cropped), border=scale)
    baseline = measures.psnr(luma(plain), luma(cropped), border=scale)
    assert item.result["psnr_y"] == pytest.approx(expected, abs=1e-9)
    assert item.result["psnr_y_bicubic"] == pytest.approx(baseline, abs=1e-9)
    assert item.result["psnr_gain"] == pytest.approx(expected - baseline, abs=1e-9)
    ssim = measures.ssim(luma(made), luma(cropped), border=scale)
    assert item.result["ssim_y"] == pytest.approx(ssim, abs=1e-9)
    assert mean([item.result, item.result]) == pytest.approx({name: item.result[name] for name in MEASURES})


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    for index, size in enumerate([(40, 40), (8, 8)]):
        Image.fromarray(smooth(*size)).save(tmp_path / f"{index}.png")
    (tmp_path / "2.png").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("x")
    model = loaded(nearest(2), tmp_path / "model")
    items = list(batch.evaluate(tmp_path, model=model, control=Control()))
    kinds = [(item.status, item.error.kind if item.error else None) for item in items]
    assert kinds == [
        ("done", None),
        ("failed", "CallWrong"),
        ("failed", "EmptyFile"),
        ("skipped", "NotAPicture"),
    ]


def test_a_training_folder_is_measured_on_its_val(tmp_path: Path) -> None:
    for part in ("train", "val"):
        (tmp_path / "data" / part).mkdir(parents=True)
        Image.fromarray(smooth(40, 40, 3)).save(tmp_path / "data" / part / f"{part}.png")
    model = loaded(nearest(2), tmp_path)
    [item] = batch.evaluate(tmp_path / "data", model=model, control=Control())
    assert Path(item.input).name == "val.png"


def test_wrong_calls(tmp_path: Path) -> None:
    model = loaded(nearest(2), tmp_path)
    with pytest.raises(CallWrong):
        list(batch.evaluate(tmp_path / "nowhere", model=model, control=Control()))
    with pytest.raises(ModelUnfit):
        other = loaded(nearest(2), tmp_path, "other", task="restore")
        list(batch.evaluate(tmp_path, model=other, control=Control()))


def test_cancel_ends_it(tmp_path: Path) -> None:
    for index in range(3):
        Image.fromarray(smooth(40, 40)).save(tmp_path / f"{index}.png")
    control = Control()
    control.cancel()
    items = list(batch.evaluate(tmp_path, model=loaded(nearest(2), tmp_path / "m"), control=control))
    assert [item.status for item in items] == ["cancelled"]


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.full((2, 2, 1), 257 * 200, np.uint16), 200),
        (np.full((2, 2, 3), 1.7, np.float32), 255),
        (np.full((2, 2, 4), 9, np.uint8), 9),
    ],
)
def test_eight_bits(pixels: np.ndarray, expected: int) -> None:
    made = as_8_bit(imaging.Picture(pixels))
    assert made.dtype == np.uint8
    assert made.shape[2] in (1, 3)
    assert (made == expected).all()
