"""Segmenting networks learn from label folders, resume to the step, and export with their classes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deconv_studio.catalog.card import Card
from deconv_studio.learning import checkpoint, recipe
from deconv_studio.learning.data.segmentation import IGNORED, Classes, LabelFolder, distances
from deconv_studio.learning.errors import DataError, RecipeError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.jobs import make_job
from deconv_studio.learning.onnx_export import export

TINY = [
    'network.name="unet"',
    'network.options={"classes": 2, "widths": [4, 8, 16], "distance": true}',
    "data.crop=[32, 32]",
    "data.batch=4",
    "data.negative=0",
    "data.colors={}",
    "data.scale=[0.9, 1.1]",
    "optimiser.rate=1e-2",
    "optimiser.rates={}",
    "optimiser.warmup=2",
    "optimiser.ema=0.5",
    "fit.steps=80",
    "fit.measure_every=40",
    "fit.threads=1",
]
CLASSES = {
    "ignore_index": 2,
    "classes": [
        {"index": 1, "name": "nucleus", "color": [255, 0, 16]},
        {"index": 0, "name": "background", "color": [0, 0, 0]},
        {"index": 2, "name": "unknown", "color": [9, 9, 9]},
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bright discs on dark, two of them touching, a strip without a label; one picture is gray."""
    root = tmp_path_factory.mktemp("discs")
    (root / "classes.json").write_text(json.dumps(CLASSES), encoding="utf-8")
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:50, 0:70]
    for part in ("train", "val"):
        for name in ("images", "labels", "instances"):
            (root / part / name).mkdir(parents=True)
        for k in range(3):
            instances = np.zeros((50, 70), np.uint16)
            for number, (cy, cx) in enumerate(((15, 15 + k), (15, 29 + k), (36, 50)), 1):
                instances[np.hypot(y - cy, x - cx) < 7.2] = number
            labels = (instances > 0).astype(np.uint8)
            labels[:, 66:] = 2
            gray = np.where(instances > 0, 190, 50) + rng.normal(0, 8, instances.shape)
            gray = gray.clip(0, 255).astype(np.uint8)
            picture = gray if k == 0 else np.stack([gray, gray, gray // 2], 2)
            Image.fromarray(picture).save(root / part / "images" / f"{k}.png")
            Image.fromarray(labels).save(root / part / "labels" / f"{k}.png")
            Image.fromarray(instances).save(root / part / "instances" / f"{k}.png")
    return root


def section(*overrides: str) -> recipe.SegmentationData:
    found = recipe.load("nuclei", [*TINY, *overrides]).data
    assert isinstance(found, recipe.SegmentationData)
    return found


def test_it_learns_and_is_exported_with_classes_and_instances(folder: Path, tmp_path: Path) -> None:
    events: list[dict] = []
    fit(recipe.load("nuclei", TINY), folder, tmp_path / "run", events=events.append)
    figures = [e for e in events if e["event"] == "epoch"][-1]["measures"]
    assert figures["miou"] > 0.9 and figures["iou_nucleus"] > 0.85
    assert figures["distance_error"] < 0.1
    done = export(tmp_path / "run", tmp_path / "nuclei")
    assert done.card is not None
    card = Card.from_toml(done.card)
    assert [(c.name, c.color) for c in card.classes] == [("background", "#000000"), ("nucleus", "#ff0010")]
    assert card.instances is not None and card.instances.class_name == "nucleus"
    assert (card.task, card.output.kind, card.input.size_multiple) == ("segment", "logits", 4)
    assert card.data.licence == "CC0-1.0" and not card.research_only
    assert card.gflops_per_megapixel is not None and card.gflops_per_megapixel > 0


def test_the_exported_network_gives_logits_and_a_distance_at_any_multiple(
    folder: Path, tmp_path: Path
) -> None:
    import onnxruntime

    fit(recipe.load("nuclei", [*TINY, "fit.steps=1"]), folder, tmp_path / "run")
    session = onnxruntime.InferenceSession(
        str(export(tmp_path / "run", tmp_path / "m.onnx").path), providers=["CPUExecutionProvider"]
    )
    for height, width in ((4, 4), (36, 100)):
        (out,) = session.run(["logits"], {"image": np.random.rand(1, 3, height, width).astype(np.float32)})
        assert out.shape == (1, 3, height, width)
        assert out[:, 2].min() >= 0 and out[:, 2].max() <= 1


def test_a_resumed_run_takes_the_same_steps(folder: Path, tmp_path: Path) -> None:
    options = [*TINY, "fit.steps=6", "fit.measure_every=3"]
    options[1] = 'network.options={"classes": 2, "widths": [4, 8], "distance": true, "dropout": 0.5}'
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    fit(recipe.load("nuclei", options), folder, whole)

    def stop(event: dict) -> None:
        if event["event"] == "epoch" and event["step"] == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(recipe.load("nuclei", options), folder, parts, events=stop)
    fit(recipe.load("nuclei", options), folder, parts, resume=True)
    a, b = checkpoint.load(whole).network, checkpoint.load(parts).network
    assert all(torch.equal(a[key], b[key]) for key in a)


def test_crops_keep_labels_on_their_pixels(folder: Path) -> None:
    classes = Classes.read(folder)
    quiet = section("data.noise=0", "data.brightness=0", "data.contrast=0", "data.color=0", "data.gray=0")
    found = LabelFolder(folder / "train", classes, quiet, 0)
    pictures, labels, maps = found.batch(3)
    assert pictures.shape == (4, 3, 32, 32) and pictures.dtype == torch.float32
    assert labels.shape == (4, 32, 32) and labels.dtype == torch.int64
    assert maps.shape == (4, 1, 32, 32)
    assert set(labels.unique().tolist()) <= {0, 1, IGNORED}
    known = labels != IGNORED
    assert ((pictures[:, 0] > 0.5) == (labels == 1))[known].float().mean() > 0.97
    assert float(maps[:, 0][labels == 0].max()) < 0.6
    for again, first in zip(found.batch(3), (pictures, labels, maps), strict=True):
        assert torch.equal(again, first)
    assert not torch.equal(found.batch(4)[0], pictures)


def test_a_crop_larger_than_the_picture_has_no_labels_outside(folder: Path) -> None:
    large = section("data.crop=[96, 96]", "data.scale=[1, 1]", "data.balance=0")
    _, labels, _ = LabelFolder(folder / "train", Classes.read(folder), large, 0).batch(0)
    # 50 x 70 pixels with a strip of 4 columns without a label.
    assert (labels != IGNORED).sum(dim=(1, 2)).tolist() == [50 * 66] * 4


def test_balanced_crops_are_drawn_around_the_rare_class(folder: Path) -> None:
    def share(balance: float) -> float:
        chosen = section(f"data.balance={balance}", "data.batch=64", "data.scale=[1, 1]")
        _, labels, _ = LabelFolder(folder / "train", Classes.read(folder), chosen, 0).batch(0)
        return float((labels == 1).any(dim=2).any(dim=1).float().mean())

    assert share(1.0) >= share(0.0)
    frequencies = LabelFolder(folder / "train", Classes.read(folder), section(), 0).frequencies
    assert frequencies.sum() == pytest.approx(1) and frequencies[1] < 0.25


def test_gray_input_is_one_channel(folder: Path) -> None:
    one = section("data.channels=1")
    pictures, _, _ = LabelFolder(folder / "train", Classes.read(folder), one, 0).batch(0)
    assert pictures.shape == (4, 1, 32, 32)


def test_distances_are_one_in_the_middle_of_each_instance() -> None:
    instances = np.zeros((12, 20), np.int32)
    instances[1:6, 1:6], instances[1:4, 6:9] = 5, 900  # touching
    found = distances(instances)
    assert found[3, 3] == 255 and found[2, 7] == 255
    assert found[3, 5] == round(255 / 3)  # at the border to the other instance, one of three pixels deep
    assert (found[instances == 0] == 0).all()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ('{"classes": [{"index": 0, "name": "a", "color": [0, 0, 0]}]}', "two or more"),
        (
            '{"classes": [{"index": 0, "name": "a", "color": [0, 0, 0]},'
            ' {"index": 2, "name": "b", "color": [0, 0, 0]}]}',
            "without a gap",
        ),
        ('{"classes": [{"index": 0, "color": [0, 0, 0]}]}', "name"),
    ],
)
def test_damaged_class_lists_are_refused(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "classes.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        Classes.read(tmp_path)


def copied(folder: Path, target: Path) -> Path:
    import shutil

    return Path(shutil.copytree(folder, target))


def test_wrong_labels_are_refused_by_name(folder: Path, tmp_path: Path) -> None:
    broken = copied(folder, tmp_path / "a")
    label = broken / "train" / "labels" / "1.png"
    classes = Classes.read(broken)
    Image.fromarray(np.full((50, 70), 7, np.uint8)).save(label)
    with pytest.raises(DataError, match=r"1\.png have the number 7"):
        LabelFolder(broken / "train", classes, section(), 0)
    Image.fromarray(np.zeros((50, 71), np.uint8)).save(label)
    with pytest.raises(DataError, match="71 x 50"):
        LabelFolder(broken / "train", classes, section(), 0)
    Image.new("RGB", (70, 50)).save(label)
    with pytest.raises(DataError, match="no picture of numbers"):
        LabelFolder(broken / "train", classes, section(), 0)
    label.unlink()
    with pytest.raises(DataError, match=r"1\.png cannot be read"):
        LabelFolder(broken / "train", classes, section(), 0)
    with pytest.raises(DataError, match="holds no pictures"):
        LabelFolder(broken / "test", classes, section(), 0)


def test_the_recipe_chooses_a_class_s_colour_for_the_card(folder: Path) -> None:
    chosen = recipe.load("nuclei", [*TINY, 'data.colors={"background": "#102030"}'])
    rows = make_job(chosen, folder).facts()["classes"]
    assert rows == [{"name": "background", "color": "#102030"}, {"name": "nucleus", "color": "#ff0010"}]
    with pytest.raises(RecipeError, match="'stroma', which is no class"):
        make_job(recipe.load("nuclei", [*TINY, 'data.colors={"stroma": "#102030"}']), folder)
    with pytest.raises(RecipeError, match="colors"):
        recipe.load("nuclei", [*TINY, 'data.colors={"nucleus": "green"}'])


def test_a_network_of_other_classes_is_refused(folder: Path) -> None:
    options = [*TINY, 'network.options={"classes": 3, "widths": [4, 8], "distance": true}']
    with pytest.raises(RecipeError, match="the data asks for 2"):
        make_job(recipe.load("nuclei", options), folder)
    with pytest.raises(RecipeError, match="no class"):
        make_job(recipe.load("nuclei", [*TINY, "data.instances_of=cell"]), folder)


@pytest.mark.parametrize(
    "override",
    ["data.crop=[30, 32]", "data.scale=[2, 1]", "data.instances_of=", "segmentation.cross_entropy=-1"],
)
def test_impossible_values_are_refused(override: str) -> None:
    with pytest.raises(RecipeError, match="hold together"):
        recipe.load("nuclei", [override])


@pytest.mark.parametrize("name", ["nuclei", "aerial", "facade-parts", "membranes", "road-scenes"])
def test_the_recipes_hold_together(name: str) -> None:
    found = recipe.load(name)
    assert found.id == name and found.task == "segment"
    assert found.credits is not None
    assert found.credits.research_only == (name != "nuclei")
