"""Measuring on good pictures and defects: folders, masks, figures that can be told by hand, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.batch.anomaly_evaluation import DefectScores, evaluate_defects, open_sorted
from deconv_studio.batch.errors import CallWrong
from deconv_studio.engine import Control
from deconv_studio.imaging import Picture
from tests.anomalies import by_brightness, loaded

pytestmark = pytest.mark.light


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    imaging.write(Picture(pixels), path)


def folder(root: Path, pictures: str = "val", masks: str = "val_ground_truth", tail: str = "_mask") -> Path:
    """Three good pictures, two with a bright scratch and its mask, one that differs from none."""
    for number in range(3):
        write(root / pictures / "good" / f"{number}.png", np.full((16, 20, 1), 40 + number, np.uint8))
    scratched = np.full((16, 20, 1), 40, np.uint8)
    scratched[4:6, 3:9] = 255
    for number in range(2):
        write(root / pictures / "scratch" / f"{number}.png", scratched)
        write(root / masks / "scratch" / f"{number}{tail}.png", (scratched == 255) * np.uint8(255))
    write(root / pictures / "stain" / "0.png", np.full((16, 20, 1), 40, np.uint8))
    return root


@pytest.mark.parametrize(
    ("pictures", "masks", "tail"),
    [("val", "val_ground_truth", "_mask"), ("test", "ground_truth", "_mask"), ("test", "ground_truth", "")],
)
def test_both_layouts_and_figures_by_hand(tmp_path: Path, pictures: str, masks: str, tail: str) -> None:
    found = open_sorted(folder(tmp_path / "data", pictures, masks, tail))
    assert found.kinds == ("scratch", "stain")
    assert any("1 pictures have no mask" in notice for notice in found.notices)
    scores = DefectScores(found.kinds, 0.5)
    model = loaded(by_brightness(0.0), tmp_path / "model")
    items = list(evaluate_defects(found, scores, model=model, control=Control()))
    assert [item.status for item in items] == ["done"] * 6
    figures = json.loads(json.dumps(scores.summary()))
    # The stain's score equals that of one of three good ones, and is below the others.
    assert figures["image_auroc"] == pytest.approx((1 + 1 + 0.5 / 3) / 3)
    assert [kind["image_auroc"] for kind in figures["kinds"]] == pytest.approx([1, 0.5 / 3])
    assert figures["pixel_auroc"] == 1
    assert figures["pro"] == pytest.approx(1)
    assert figures["found"] == pytest.approx(2 / 3)
    assert figures["false_alarms"] == 0
    assert (figures["good"], figures["pictures"], figures["without_region"]) == (3, 6, 1)
    assert items[-1].result["kind"] == "stain"


def test_without_any_mask_only_pictures_count(tmp_path: Path) -> None:
    root = folder(tmp_path / "data", masks="elsewhere")
    scores = DefectScores(("scratch", "stain"), 0.5)
    model = loaded(by_brightness(), tmp_path / "model")
    list(evaluate_defects(open_sorted(root), scores, model=model, control=Control()))
    figures = scores.summary()
    assert figures["pixel_auroc"] is None and figures["pro"] is None
    assert figures["image_auroc"] is not None


def test_a_mask_of_another_size_fails_that_picture_alone(tmp_path: Path) -> None:
    root = folder(tmp_path / "data")
    write(root / "val_ground_truth" / "stain" / "0_mask.png", np.full((8, 8, 1), 255, np.uint8))
    scores = DefectScores(("scratch", "stain"), 0.5)
    model = loaded(by_brightness(), tmp_path / "model")
    items = list(evaluate_defects(open_sorted(root), scores, model=model, control=Control()))
    failed = [item for item in items if item.status == "failed"]
    assert len(failed) == 1
    assert failed[0].error is not None and "8 x 8" in failed[0].error.message
    assert scores.pictures == 5


def test_large_pictures_are_counted_on_a_grid() -> None:
    scores = DefectScores(("spot",), 0.5)
    heat = np.zeros((1100, 1000), np.float32)
    heat[:100] = 1
    scores.add("spot", 1.0, heat, heat > 0)
    assert sum(part.size for part in (*scores.normal, *scores.regions)) <= 1 << 18
    assert scores.regions[0].min() == 1 and scores.normal[0].max() == 0


def test_folders_that_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CallWrong, match="good"):
        open_sorted(tmp_path)
    write(tmp_path / "good" / "a.png", np.zeros((4, 4, 1), np.uint8))
    with pytest.raises(CallWrong, match="not both"):
        open_sorted(tmp_path)
