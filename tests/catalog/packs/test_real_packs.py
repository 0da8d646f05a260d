"""The packs themselves, where the user has them installed: facts that hold for the real weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.packs.installed import find_distribution, installed_models, read_weights
from deconv_studio.catalog.packs.registry import find_pack
from deconv_studio.catalog.store import Entry

pytestmark = pytest.mark.slow

# Found before a test gets a home of its own.
HOME = folders.user_packs_folder()
Open = Callable[[str], tuple[Entry, onnxruntime.InferenceSession]]


@pytest.fixture
def open_pack(home: Path) -> Open:
    """A pack's first model, converted into the test's own cache."""

    def entry(name: str) -> tuple[Entry, onnxruntime.InferenceSession]:
        home.mkdir()
        (home / "packs").symlink_to(HOME, target_is_directory=True)
        if find_distribution(find_pack(name)) is None:
            pytest.skip(f"deconv-studio models install {name}")
        found = next(iter(installed_models([find_pack(name)])))
        assert isinstance(found, Entry), found
        session = onnxruntime.InferenceSession(found.verified_path(), providers=["CPUExecutionProvider"])
        return found, session

    return entry


def _feed(picture: np.ndarray, entry: Entry, size: tuple[int, int]) -> np.ndarray:
    """(1, 3, H, W) float32, the middle square of a picture (H, W, 3) uint8 as the card says."""
    from PIL import Image

    spec = entry.card.input
    side = min(picture.shape[:2])
    top, left = ((n - side) // 2 for n in picture.shape[:2])
    square = Image.fromarray(picture[top : top + side, left : left + side]).resize(
        size, Image.Resampling.BICUBIC
    )
    unit = np.asarray(square, np.float32) / 255
    if spec.normalise == "maximum":
        unit = unit / unit.max()
    low, high = spec.range
    values = (unit * (high - low) + low - np.array(spec.mean)) / np.array(spec.std)
    return values.astype(np.float32).transpose(2, 0, 1)[None]


def _photo(name: str) -> np.ndarray:
    from skimage import data

    return getattr(data, name)()  # type: ignore[no-any-return]


def test_efficientnet_lite0_names_a_cat_and_an_espresso(open_pack: Open) -> None:
    entry, session = open_pack("efficientnet-lite0")
    assert len(entry.card.classes) == 1000

    def best(name: str) -> tuple[int, float]:
        (scores,) = session.run(None, {"image": _feed(_photo(name), entry, (224, 224))})
        shares = np.exp(scores[0] - scores.max())
        return int(shares.argmax()), float(shares.max() / shares.sum())

    assert best("chelsea")[0] in (281, 282, 285)
    number, share = best("coffee")
    assert entry.card.classes[number].name == "espresso" and number == 967 and share > 0.9
    state = read_weights("efficientnet-lite0")
    assert len(state) == 296 and state["_fc.weight"].shape == (1000, 1280)


def test_hed_finds_the_rim_of_a_disc(open_pack: Open) -> None:
    entry, session = open_pack("hed-edges")
    rows, columns = np.mgrid[:128, :128]
    away = np.hypot(rows - 64, columns - 64)
    picture = np.where(away[..., None] < 40, [200, 60, 40], [40, 90, 160]).astype(np.uint8)
    (edges,) = session.run(None, {"image": _feed(picture, entry, (128, 128))})
    rim = np.abs(away - 40) < 2
    assert edges[0, 0][rim].mean() > 0.5 > 0.2 > edges[0, 0][np.abs(away - 40) > 12].mean()


def test_u2netp_cuts_out_the_cup(open_pack: Open) -> None:
    entry, session = open_pack("u2netp")
    (mask,) = session.run([entry.card.output.name], {"input.1": _feed(_photo("coffee"), entry, (320, 320))})
    assert mask.shape == (1, 1, 320, 320)
    assert mask[0, 0, 120:200, 120:200].mean() > 0.9 and mask[0, 0, :30, :30].mean() < 0.1


def test_dcgan_faces_are_colourful_and_differ(open_pack: Open) -> None:
    entry, session = open_pack("dcgan-faces")
    latent: Any = entry.card.latent
    z = np.random.default_rng(0).standard_normal((8, latent.size, 1, 1)).astype(np.float32)
    (faces,) = session.run(None, {latent.name: z})
    assert faces.shape == (8, 3, 64, 64) and np.abs(faces).max() < 1 + 1e-6
    assert faces.std() > 0.3 and np.abs(faces[:4] - faces[4:]).mean() > 0.1
