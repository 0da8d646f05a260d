"""Patches: aligned, repeatable, and from where there is something to see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from deconv_studio.learning import recipe
from deconv_studio.learning.data.superresolution import Patches, make_pair
from deconv_studio.learning.errors import DataError
from tests.learning.conftest import TINY


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_small_and_large_show_the_same_place(photos: Path, scale: int) -> None:
    section = recipe.load("upscale-x2", [*TINY, f"data.scale={scale}"]).data
    small, large = Patches(photos / "train", section, seed=5).batch(3)
    assert large.shape[-1] == scale * small.shape[-1]
    reduced = torch.nn.functional.avg_pool2d(large, scale)
    for a, b in zip(small, reduced, strict=True):
        correlation = np.corrcoef(a.flatten(), b.flatten())[0, 1]
        assert correlation > 0.9


def test_a_batch_depends_on_seed_and_step_alone(photos: Path) -> None:
    section = recipe.load("upscale-x2", TINY).data
    first, second = Patches(photos / "train", section, 1), Patches(photos / "train", section, 1)
    first.batch(0)
    assert torch.equal(first.batch(9)[0], second.batch(9)[0])
    assert not torch.equal(first.batch(9)[0], first.batch(10)[0])
    assert not torch.equal(first.batch(9)[0], Patches(photos / "train", section, 2).batch(9)[0])


def test_flat_patches_are_not_drawn(tmp_path: Path) -> None:
    half = np.full((96, 96, 3), 90, np.uint8)
    half[:, 60:] = np.random.default_rng(0).integers(0, 255, (96, 36, 3))
    Image.fromarray(half).save(tmp_path / "half.png")
    section = recipe.load("upscale-x2", [*TINY, "data.flat_share=0.6"]).data
    places = Patches(tmp_path, section, 0).places
    assert (places[:, 2] + section.patch > 24).all(), "a patch left of the texture was kept"


def test_pairs_are_cut_to_a_multiple_of_the_scale() -> None:
    pair = make_pair(np.zeros((31, 47, 3), np.uint8), 4)
    assert pair.large.shape == (28, 44)
    assert pair.small.shape == (7, 11)


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    section = recipe.load("upscale-x2", TINY).data
    with pytest.raises(DataError, match="holds no pictures"):
        Patches(tmp_path / "nothing", section, 0)
