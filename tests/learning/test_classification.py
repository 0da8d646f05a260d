"""Classifiers: learn from class folders, ignore the background if told to, and export with their classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deconv_studio.catalog.card import Card
from deconv_studio.learning import recipe
from deconv_studio.learning.data.classification import ClassFolder
from deconv_studio.learning.errors import DataError, RecipeError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.onnx_export import export

TINY = [
    'data.classes=["blue", "red"]',
    "data.size=16",
    "data.batch=8",
    "data.shift=1",
    'network.options={"classes": 2, "widths": [4, 8]}',
    "data.backgrounds=0",
    "optimiser.rate=1e-2",
    "fit.steps=80",
    "fit.measure_every=20",
    "fit.threads=1",
    "optimiser.ema=0.5",
    "optimiser.warmup=2",
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("classes")
    rng = np.random.default_rng(0)
    for part in ("train", "val"):
        for name, color in (("blue", (30, 40, 200)), ("red", (200, 40, 30))):
            (root / part / name).mkdir(parents=True)
            for k in range(6):
                picture = np.full((16, 16, 3), 255, np.uint8)
                top, left = rng.integers(1, 6, 2)
                picture[top : top + 8, left : left + 8] = color
                Image.fromarray(picture).save(root / part / name / f"{k}.png")
    return root


def test_a_classifier_learns_and_is_exported_with_its_classes(folders: Path, tmp_path: Path) -> None:
    events: list[dict] = []
    fit(recipe.load("fruits-vgg", TINY), folders, tmp_path / "run", events=events.append)
    assert [e for e in events if e["event"] == "epoch"][-1]["measures"]["accuracy"] == 1
    done = export(tmp_path / "run", tmp_path / "fruits-vgg")
    assert done.card is not None
    card = Card.from_toml(done.card)
    assert [c.name for c in card.classes] == ["blue", "red"]
    assert card.input.fixed_size == (16, 16)
    assert card.data.authors[0].author == "Mihai Oltean"


def test_backgrounds_are_recoloured_and_objects_are_not(folders: Path) -> None:
    section = recipe.load("fruits-vgg", [*TINY[:3], *TINY[4:], "data.backgrounds=1"]).data
    pictures, labels = ClassFolder(folders / "train", section, 0).batch(1)
    corners = pictures[:, :, 0, 0]
    assert torch.unique(corners.round(decimals=2), dim=0).shape[0] > 4
    for picture, label in zip(pictures, labels, strict=True):
        reds = ((picture[0] > 0.5) & (picture[1] < 0.25) & (picture[2] < 0.2)).sum()
        blues = ((picture[2] > 0.5) & (picture[1] < 0.25) & (picture[0] < 0.2)).sum()
        assert (reds if label == 1 else blues) >= 32


def test_classes_that_differ_from_the_folders_are_refused(folders: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="blue"):
        fit(recipe.load("fruits-vgg", [*TINY, 'data.classes=["green", "red"]']), folders, tmp_path)


def test_a_picture_of_another_size_is_refused(folders: Path, tmp_path: Path) -> None:
    (tmp_path / "red").mkdir()
    Image.new("RGB", (17, 16)).save(tmp_path / "red" / "x.png")
    with pytest.raises(DataError, match="17 x 16"):
        ClassFolder(tmp_path, recipe.load("fruits-vgg", TINY).data, 0)
