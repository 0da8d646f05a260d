"""Measuring on label maps: by class names, with things, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.batch.errors import CallWrong
from deconv_studio.batch.label_evaluation import LabelScores, evaluate_labels, open_labelled
from deconv_studio.engine import Control
from deconv_studio.engine.session import Model
from deconv_studio.imaging import Picture
from tests.segmenters import BINARY, by_color, loaded, with_distance
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light


@pytest.fixture
def colors(tmp_path: Path) -> Model:
    return loaded(by_color(), tmp_path / "model")


def write(
    root: Path, name: str, pixels: np.ndarray, labels: np.ndarray, things: np.ndarray | None = None
) -> None:
    for folder, content in (("images", pixels), ("labels", labels[:, :, None]), ("instances", things)):
        if content is not None:
            (root / folder).mkdir(parents=True, exist_ok=True)
            imaging.write(Picture(content), root / folder / f"{name}.png")


def classes(root: Path, *names: str, ignore: int | None = None) -> None:
    record: dict[str, object] = {"classes": [{"index": i, "name": name} for i, name in enumerate(names)]}
    if ignore is not None:
        record["ignore_index"] = ignore
    (root / "classes.json").write_text(json.dumps(record))


def test_figures_by_class_name(tmp_path: Path, colors: Model) -> None:
    """The data's order is another than the model's, and one class is to be ignored."""
    root = tmp_path / "data" / "val"
    rng = np.random.default_rng(0)
    matrix = np.zeros((3, 3), np.int64)
    for name in "ab":
        pixels = noise(20, 24, 3, seed=ord(name), dtype=np.uint8)
        truth = pixels.argmax(axis=2)
        wrong = rng.random(truth.shape) < 0.2
        truth[wrong] = rng.integers(0, 3, int(wrong.sum()))
        np.add.at(matrix, (truth[2:], pixels.argmax(axis=2)[2:]), 1)
        stored = (2 - truth).astype(np.uint8)
        stored[:2] = 3
        write(root, name, pixels, stored)
    classes(tmp_path / "data", "Blue", "Green", "Red", "nothing", ignore=3)
    found = open_labelled(tmp_path / "data", colors.card)
    assert not found.notices
    scores = LabelScores(colors.card)
    items = list(evaluate_labels(found, scores, model=colors, control=Control()))
    assert [item.status for item in items] == ["done", "done"]
    result = scores.summary()
    hit = np.diag(matrix)
    expected = hit / (matrix.sum(0) + matrix.sum(1) - hit)
    assert [item["iou"] for item in result["classes"]] == pytest.approx(expected.tolist())
    assert result["miou"] == pytest.approx(expected.mean())
    assert result["pixel_accuracy"] == pytest.approx(hit.sum() / matrix.sum())
    assert "instance_score" not in result
    assert set(result["conventions"]) == {"iou", "miou", "dice", "pixel_accuracy", "boundary_f"}


def test_things(tmp_path: Path) -> None:
    model = loaded(with_distance(), tmp_path / "model", classes=BINARY, instances={"class_name": "thing"})
    pixels = np.zeros((30, 40), np.float32)
    pixels[5:15, 5:15] = 0.9
    pixels[18:28, 20:35] = 0.8
    things = np.zeros((30, 40), np.uint16)
    things[5:15, 5:15], things[18:28, 20:35] = 7, 300
    image = np.rint(pixels * 255).astype(np.uint8)[:, :, None]
    write(tmp_path / "d", "a", image, (things > 0).astype(np.uint8), things[:, :, None])
    classes(tmp_path / "d", "background", "thing")
    scores = LabelScores(model.card)
    found = open_labelled(tmp_path / "d", model.card)
    (item,) = evaluate_labels(found, scores, model=model, control=Control())
    assert item.result["instance_score"] == 1
    assert scores.summary()["instance_score"] == 1
    assert scores.summary()["miou"] == 1


def test_what_goes_wrong_is_one_files_own(tmp_path: Path, colors: Model) -> None:
    root = tmp_path / "d"
    for name in "abc":
        write(root, name, noise(6, 6, 3, dtype=np.uint8), np.zeros((6, 6), np.uint8))
    (root / "labels" / "b.png").unlink()
    imaging.write(Picture(np.zeros((5, 6, 1), np.uint8)), root / "labels" / "b.png")
    (root / "labels" / "c.png").unlink()
    found = open_labelled(root, colors.card)
    assert len(found.notices) == 2
    items = list(evaluate_labels(found, LabelScores(colors.card), model=colors, control=Control()))
    assert [item.status for item in items] == ["done", "failed"]
    assert "6 x 5" in items[1].error.message  # type: ignore[union-attr]


def test_refusals(tmp_path: Path, colors: Model) -> None:
    with pytest.raises(CallWrong, match="images"):
        open_labelled(tmp_path, colors.card)
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    with pytest.raises(CallWrong, match="label map of its name"):
        open_labelled(tmp_path, colors.card)
    write(tmp_path, "a", noise(3, 3, 3, dtype=np.uint8), np.zeros((3, 3), np.uint8))
    classes(tmp_path, "cat", "dog")
    with pytest.raises(CallWrong, match="cat, dog"):
        open_labelled(tmp_path, colors.card)
    (tmp_path / "classes.json").write_text("[]")
    with pytest.raises(CallWrong, match="no list of classes"):
        open_labelled(tmp_path, colors.card)
