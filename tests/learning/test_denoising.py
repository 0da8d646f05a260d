"""Noise as in a file, a denoiser that is told its strength or not, and its export."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from deconv_studio.catalog import Card
from deconv_studio.learning import checkpoint as checkpoints
from deconv_studio.learning.data.denoising import NoisyPatches, as_jpeg, reduced_picture, with_noise
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.jobs.denoising import Denoising
from deconv_studio.learning.networks.denoise_unet import DenoiseUNet
from deconv_studio.learning.onnx_export import export_run
from deconv_studio.learning.recipe import Recipe, load

TINY = [
    'network.options={"channels": 1, "widths": [6, 8], "blocks": 1}',
    "data.patch=24",
    "data.batch=4",
    "data.reduce=[1.0]",
    "fit.steps=6",
    "fit.measure_every=3",
    "optimiser.warmup=1",
]


def tiny(*more: str) -> Recipe:
    return load("denoise-gray", [*TINY, *more])


def test_noise_is_clipped_and_rounded() -> None:
    rng = np.random.default_rng(0)
    middle = with_noise(np.full((300, 300), 128, np.uint8), 20, rng)
    assert middle.dtype == np.uint8
    assert middle.std() == pytest.approx(20, rel=0.02)
    black = with_noise(np.zeros((300, 300), np.uint8), 20, rng)
    # Half of the values are clipped: the mean of the positive half of a normal distribution.
    assert black.mean() == pytest.approx(20 / np.sqrt(2 * np.pi), rel=0.05)
    assert np.array_equal(with_noise(middle, 0, rng), middle)


def test_jpeg_leaves_the_shape_and_more_error_at_lower_quality() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (24, 32, 1)).astype(np.uint8)
    errors = [np.abs(as_jpeg(pixels, quality).astype(int) - pixels).mean() for quality in (20, 95)]
    assert as_jpeg(pixels, 50).shape == pixels.shape
    assert errors[0] > errors[1]


def test_batches_depend_on_the_step_alone_and_tell_the_strength(photos: Path) -> None:
    section = tiny("data.jpeg=0.0", "data.blind=0.5", "data.batch=64", "data.clean=0.0").data
    patches = NoisyPatches(photos / "train", section, 1)
    noisy, clean, strength = patches.batch(7)
    again = NoisyPatches(photos / "train", section, 1).batch(7)
    assert all(torch.equal(a, b) for a, b in zip((noisy, clean, strength), again, strict=True))
    known = strength >= 0
    assert 16 < int(known.sum()) < 48
    inner = (clean > 0.3) & (clean < 0.7)
    for k in torch.nonzero(known).ravel():
        if strength[k] < 0.1 and int(inner[k].sum()) > 100:
            found = float((noisy - clean)[k][inner[k]].std())
            assert found == pytest.approx(float(strength[k]), rel=0.25, abs=0.004)
    alljpeg = NoisyPatches(photos / "train", tiny("data.jpeg=1.0").data, 1).batch(0)[2]
    assert (alljpeg == -1).all()


def test_more_candidates_give_more_detail_and_the_exponent_weaker_noise(photos: Path) -> None:
    plain, chosen = (
        NoisyPatches(photos / "train", tiny("data.batch=64", f"data.candidates={n}").data, 1).batch(3)[1]
        for n in (1, 6)
    )
    assert chosen.diff(dim=3).abs().mean() > 1.1 * plain.diff(dim=3).abs().mean()
    alike, weak = (
        NoisyPatches(
            photos / "train",
            tiny("data.batch=128", f"data.weak={n}", "data.blind=0", "data.jpeg=0", "data.clean=0").data,
            1,
        ).batch(3)[2]
        * 255
        for n in (1, 3)
    )
    # The mean of 55 u^n is 55 / (n + 1) for u uniform in [0, 1).
    assert float(alike.mean()) == pytest.approx(27.5, rel=0.15)
    assert float(weak.mean()) == pytest.approx(13.75, rel=0.25)


def test_the_network_is_steered_and_blind_and_depends_no_further_than_it_says() -> None:
    torch.manual_seed(0)
    network = DenoiseUNet(1, (6, 8), 1).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.2)
    x = torch.rand(1, 1, 96, 96)
    told = [network(x, torch.tensor([value])) for value in (-1.0, 0.0, 0.2)]
    assert all(out.shape == x.shape for out in told)
    assert not torch.allclose(told[0], told[1])
    assert not torch.allclose(told[1], told[2])
    x = torch.rand(1, 1, 96, 96, requires_grad=True)
    network(x, torch.tensor([-1.0]))[0, 0, 48, 48].backward()
    assert x.grad is not None
    reached = torch.nonzero(x.grad[0, 0])
    assert int((reached - 48).abs().max()) <= network.receptive_radius < 48


def test_a_run_learns_measures_and_is_exported(photos: Path, tmp_path: Path) -> None:
    events: list[dict] = []
    fit(tiny(), photos, tmp_path / "run", events=events.append)
    figures = next(event for event in events if event["event"] == "epoch")["measures"]
    assert {"psnr_0", "psnr_15", "psnr_25", "psnr_50", "score"} == set(figures)
    made = export_run(tmp_path / "run", tmp_path / "model", data=photos)
    card = Card.from_toml(tmp_path / "model" / "card.toml")
    assert card.strength is not None
    assert (card.task, card.strength.largest, card.input.size_multiple) == ("restore", 55.0, 2)
    session = onnxruntime.InferenceSession(made.path, providers=["CPUExecutionProvider"])
    x = np.random.default_rng(0).random((2, 1, 10, 14), np.float32)
    network = DenoiseUNet(1, (6, 8), 1).eval()
    network.load_state_dict(checkpoints.load(tmp_path / "run" / "best").average)
    for strength in ([-1.0, 0.1], [0.0, -1.0]):
        told = np.array(strength, np.float32)
        (got,) = session.run(None, {"image": x, "strength": told})
        with torch.no_grad():
            expected = network(torch.from_numpy(x), torch.from_numpy(told)).numpy()
        np.testing.assert_allclose(got, expected, atol=1e-5)


def test_recipe_and_network_must_agree(photos: Path) -> None:
    with pytest.raises(RecipeError, match="channels"):
        Denoising(tiny("data.channels=3"), photos)
    with pytest.raises(RecipeError, match="rising"):
        tiny("data.sigma=[20, 10]")
    rgb = np.random.default_rng(0).integers(0, 256, (8, 10, 3)).astype(np.uint8)
    assert reduced_picture(rgb, 0.5, 1).shape == (4, 5, 1)
