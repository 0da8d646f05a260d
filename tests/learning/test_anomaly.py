"""Good pictures and spoilt ones, a network that learns the difference, its export and its use."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image

from deconv_studio import engine, imaging, measures, tasks
from deconv_studio.catalog import Card
from deconv_studio.learning import checkpoint as checkpoints
from deconv_studio.learning.data.anomaly import FEWEST, SpoiltCrops, good_folder, read_good, split, spoil
from deconv_studio.learning.errors import CheckpointError, DataError, RecipeError, SourceError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.jobs.anomaly import Anomaly
from deconv_studio.learning.networks import RestoringUNet
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.onnx_export import export_run
from deconv_studio.learning.recipe import AnomalyData, Recipe, load

TINY = [
    'network.options={"channels": 3, "widths": [8, 8, 8], "features": 2, "start": ""}',
    "data.side=48",
    "data.crop=32",
    "data.batch=4",
    "data.held_out=0.3",
    "fit.steps=4",
    "fit.measure_every=2",
    "fit.threads=1",
    "optimiser.warmup=1",
]


def tiny(*more: str) -> Recipe:
    return load("anomaly", [*TINY, *more])


def section(*more: str) -> AnomalyData:
    data = tiny(*more).data
    assert isinstance(data, AnomalyData)
    return data


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Pictures of all sizes, kinds and depths, as a person's folder has them."""
    folder = tmp_path / "good"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for k, (height, width) in enumerate(
        [(64, 96), (40, 50), (120, 60), (30, 30), (64, 64), (70, 75), (50, 90)]
    ):
        x = np.arange(width)[None, :]
        base = 128 + 60 * np.sin(x / 5 + k) + rng.normal(0, 4, (height, width))
        pixels = np.repeat(base[:, :, None], (1, 3, 4, 2)[k % 4], axis=2).clip(0, 255).astype(np.uint8)
        if pixels.shape[2] in (2, 4):
            pixels[:, :, -1] = 255
        deep = pixels.astype(np.uint16) * 257 if k == 1 else pixels
        imaging.write(imaging.Picture(deep), folder / f"{k}.png")
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_the_folder_is_found_and_read_in_every_kind(good: Path, tmp_path: Path) -> None:
    assert good_folder(good, ".") == good
    assert good_folder(tmp_path, ".") == good
    pictures = read_good(good, section())
    assert len(pictures) == 7
    for picture in pictures:
        assert picture.dtype == np.float32
        assert picture.shape[2] == 3
        assert min(picture.shape[:2]) == 48
        assert 0 <= picture.min() <= picture.max() <= 1
    assert read_good(good, section("data.channels=1", "data.side=null"))[0].shape == (64, 96, 1)


def test_folders_without_enough_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no pictures"):
        good_folder(tmp_path, ".")
    for k in range(FEWEST - 1):
        Image.new("L", (40, 40)).save(tmp_path / f"{k}.png")
    with pytest.raises(DataError, match="too few"):
        read_good(tmp_path, section())


@pytest.mark.parametrize(("count", "share"), [(5, 0.01), (5, 0.99), (10, 0.2)])
def test_the_split_is_whole_and_the_same_each_time(count: int, share: float) -> None:
    learned, held = split(count, share, 1)
    assert sorted(learned + held) == list(range(count))
    assert learned and held
    assert (learned, held) == split(count, share, 1)


def test_spoiling_changes_what_it_says_it_changes() -> None:
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:64, :80].astype(np.float32)
    picture = np.stack([0.5 + 0.2 * np.sin(x / 4), 0.5 + 0.2 * np.cos(y / 6)], 2)[:, :, [0, 1, 1]]
    shares = []
    for _ in range(60):
        spoilt, changed = spoil(picture, picture[::-1], rng)
        assert spoilt.dtype == np.float32 and spoilt.shape == picture.shape
        assert spoilt.min() >= 0 and spoilt.max() <= 1
        difference = np.abs(spoilt - picture).max(axis=2)
        assert difference[changed].mean() > 3 * difference[~changed].mean()
        shares.append(changed.mean())
    assert 0 < min(shares) < 0.02
    assert max(shares) > 0.1


def test_batches_depend_on_the_step_alone(good: Path) -> None:
    part = section("data.batch=16", "data.spoilt=0.5")
    pictures = read_good(good, part)
    given, clean, changed = SpoiltCrops(pictures, part, 1).batch(7)
    again = SpoiltCrops(pictures, part, 1).batch(7)
    assert all(torch.equal(a, b) for a, b in zip((given, clean, changed), again, strict=True))
    assert given.shape == clean.shape == (16, 3, 32, 32)
    assert changed.shape == (16, 1, 32, 32)
    spoilt = (given != clean).flatten(1).any(1)
    assert 0 < spoilt.sum() < 16
    assert not changed[~spoilt].any()


def test_at_the_start_a_picture_passes_unchanged_and_little_is_hot() -> None:
    network = RestoringUNet(1, (8, 8, 8), start="").eval()
    picture = torch.rand(2, 1, 48, 64)
    with torch.no_grad():
        restored, _ = network.both(picture)
        heat = network(picture)
    assert torch.allclose(restored, picture, atol=1e-6)
    assert heat.shape == (2, 1, 48, 64)
    assert float(heat.min()) >= 0 and float(heat.max()) < 0.5


def test_heat_is_the_mean_over_the_scales() -> None:
    torch.manual_seed(0)
    network = RestoringUNet(1, (8, 8, 8), start="", smoothing=0.0, scales=(1, 4)).eval()
    with torch.no_grad():
        network.head.weight.mul_(100)
        picture = torch.rand(1, 1, 128, 64)
        fine = torch.sigmoid(network.both(picture)[1])
        coarse = torch.sigmoid(network.both(torch.nn.functional.avg_pool2d(picture, 4))[1])
        heat = network(picture)
    assert (network.size_multiple, network.minimum) == (64, 64)
    assert fine.std() > 1e-3 and coarse.std() > 1e-3
    # Bilinear enlarging by 4 meets a reduced pixel's value nowhere, but keeps the mean away from the edges.
    inner = (2 * heat - fine)[0, 0, 8:-8, 8:-8]
    assert float(inner.min()) >= float(coarse.min()) - 1e-5
    assert float(inner.max()) <= float(coarse.max()) + 1e-5
    for scales in ((), (3,), (0, 1)):
        with pytest.raises(ValueError, match="powers of two"):
            RestoringUNet(1, (8, 8, 8), start="", scales=scales)


def test_scales_have_shares_in_the_heat() -> None:
    torch.manual_seed(0)
    whole = RestoringUNet(1, (8, 8, 8), start="", smoothing=0.0, scales=(1, 2, 4), shares=(0, 1, 3)).eval()
    x = torch.rand(1, 1, 128, 128)
    heats = []
    for scale in (2, 4):
        one = RestoringUNet(1, (8, 8, 8), start="", smoothing=0.0, scales=(scale,)).eval()
        one.load_state_dict(whole.state_dict())
        heats.append(one(x))
    torch.testing.assert_close(whole(x), (heats[0] + 3 * heats[1]) / 4)
    for shares in ((1, 1), (0, 0, 0), (1, -1, 1)):
        with pytest.raises(ValueError, match="shares"):
            RestoringUNet(1, (8, 8, 8), start="", scales=(1, 2, 4), shares=shares)


def test_batches_take_turns_at_the_scales(good: Path) -> None:
    part = section("data.crop=96", "data.side=null")
    crops = SpoiltCrops(read_good(good, part), part, 1, scales=(1, 2, 4))
    sides = [crops.batch(step)[0].shape[2] for step in range(4)]
    assert sides == [96, 80, 64, 96]
    crops = SpoiltCrops(read_good(good, part), part, 1, scales=(4, 8))
    assert [crops.batch(step)[0].shape[2] for step in range(2)] == [64, 32]
    # A reduced crop of stripes 31 pixels wide covers more of them.
    stripes = np.broadcast_to(((np.arange(900) // 31) % 2)[None, :, None], (900, 900, 3)).astype(np.float32)
    part = section("data.crop=96", "data.spoilt=0.0", "data.gain=0.0", "data.offset=0.0")
    crops = SpoiltCrops([stripes], part, 1, scales=(1, 4))
    changes = [int((crops.batch(step)[1][:, 0, 10].diff(dim=1).abs() > 0.3).sum(1).max()) for step in (0, 1)]
    assert changes[1] > changes[0]


def test_smoothing_keeps_the_sum_and_an_even_map() -> None:
    network = RestoringUNet(1, (8, 8, 8), start="", smoothing=2.0)
    assert float(network.kernel.sum()) == pytest.approx(1)
    assert "kernel" not in network.state_dict()


def test_the_encoder_of_a_bundled_model_is_taken() -> None:
    network = RestoringUNet(1, start="nuclei", frozen_blocks=3)
    before = network.encoder.stem.conv.weight.clone()
    network.load_pretrained()
    own = network.encoder.stem.conv.weight
    assert not torch.equal(own, before)
    colour = EfficientNetLite0(3, blocks=11)
    colour.load_model("nuclei")
    assert torch.allclose(own, colour.stem.conv.weight.sum(1, keepdim=True))
    assert not own.requires_grad
    assert network.encoder.blocks[3].project.conv.weight.requires_grad
    with pytest.raises(SourceError, match="EfficientNet"):
        colour.load_model("upscale-x2")


def test_recipes_that_do_not_fit_are_refused(good: Path) -> None:
    with pytest.raises(RecipeError, match="channels"):
        Anomaly(tiny("data.channels=1"), good)
    with pytest.raises(RecipeError, match="restores"):
        Anomaly(tiny("network.name=denoise-unet", 'network.options={"channels": 3}'), good)
    with pytest.raises(RecipeError, match="powers of two"):
        Anomaly(tiny('network.options={"channels": 3, "start": "", "scales": [3]}'), good)
    with pytest.raises(RecipeError, match="16"):
        tiny("data.crop=40")


def test_a_folder_becomes_a_model_that_finds_what_is_not_normal(good: Path, tmp_path: Path) -> None:
    events: list[dict[str, object]] = []
    run = tmp_path / "run"
    fit(tiny(), good, run, events=events.append)
    json.dumps(events)
    epochs = [event for event in events if event["event"] == "epoch"]
    assert [event["step"] for event in epochs] == [2, 4]
    figures = epochs[-1]["measures"]
    assert isinstance(figures, dict)
    assert 0 <= figures["image_auroc"] <= 1
    assert figures["score"] == pytest.approx((figures["image_auroc"] + figures["pixel_auroc"]) / 2)

    out = tmp_path / "model"
    export_run(run, out)
    card = Card.from_toml(out / "card.toml")
    assert card.task == "anomaly"
    assert card.output.kind == "heat"
    assert card.input.working_side == 48
    assert card.anomaly is not None
    assert len(card.anomaly.scores) == 2  # a third of seven
    assert card.data.licence == "unknown"
    session = onnxruntime.InferenceSession(out / "model.onnx", providers=["CPUExecutionProvider"])
    heat = session.run(None, {"image": np.zeros((2, 3, 48, 32), np.float32)})[0]
    assert heat.shape == (2, 1, 48, 32)
    assert heat.min() >= 0

    # The program's own task gives a held-out picture the score that the card was made with.
    job = Anomaly(tiny(), good)
    network = job.network
    network.load_state_dict(checkpoints.load(run / "best").average)
    network.eval()
    _, held = split(7, 0.3, tiny().fit.seed)
    model = engine.load(out / "model.onnx", card=card, provider="cpu", threads=1)
    task = tasks.get("anomaly")
    found = []
    for number in held:
        picture = imaging.read(good / f"{number}.png")
        found.append(task.run(picture, task.options(), model, engine.Control()).extra["score"])
    ours = [measures.image_score(job.heat(network, one), card.anomaly.top_share) for one in job.held]
    assert sorted(ours) == pytest.approx(card.anomaly.scores, abs=1e-4)
    assert sorted(found) == pytest.approx(card.anomaly.scores, rel=0.02, abs=2e-3)


def test_a_run_stopped_before_it_measured_is_not_exported(good: Path, tmp_path: Path) -> None:
    control = engine.Control()
    control.cancel()
    with pytest.raises(engine.Cancelled):
        fit(tiny(), good, tmp_path / "run", control=control)
    with pytest.raises(CheckpointError, match="normal"):
        export_run(tmp_path / "run", tmp_path / "model")
