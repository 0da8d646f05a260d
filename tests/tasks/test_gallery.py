"""The nearest training pictures of a sample, from folders and array files."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.catalog import Card
from deconv_studio.engine import Control
from deconv_studio.engine.control import Cancelled
from deconv_studio.engine.features import Features
from deconv_studio.imaging import Picture
from deconv_studio.tasks._gallery import features_of
from deconv_studio.tasks.errors import ModelUnfit, OptionsInvalid
from deconv_studio.tasks.sample import nearest, open_gallery
from tests.enlargers import loaded as enlarger
from tests.enlargers import nearest as plain_enlarger
from tests.generators import classifier_file, generator_file, large_file

pytestmark = pytest.mark.light


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    imaging.write(Picture(pixels), path)


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return generator_file(tmp_path / "generator")[1]


@pytest.fixture
def shades(tmp_path: Path) -> Path:
    for level in range(0, 250, 10):
        write(
            tmp_path / "data" / "train" / ("dark" if level < 120 else "light") / f"{level:03}.png",
            np.full((4, 4, 1), level, np.uint8),
        )
    write(tmp_path / "data" / "val" / "dark" / "v.png", np.full((4, 4, 1), 7, np.uint8))
    return tmp_path / "data"


def test_the_nearest_pictures_and_their_distances(card: Card, shades: Path) -> None:
    asked = np.stack([np.full((4, 4, 1), level, np.uint8) for level in (120, 43)])
    first, second = nearest(card, asked, shades, 3)
    assert [item.path.name for item in first] == ["120.png", "110.png", "130.png"]
    assert [item.distance for item in first] == pytest.approx([0, 10, 10])
    assert [item.path.name for item in second][:2] == ["040.png", "050.png"]
    assert [item.distance for item in second] == pytest.approx([3, 7, 13])
    np.testing.assert_array_equal(first[0].pixels, asked[0])
    assert len(nearest(card, asked, shades, 999)[0]) == 25


def test_parts_classes_and_what_is_hidden(card: Card, shades: Path) -> None:
    write(shades / "train" / ".trash" / "x.png", np.zeros((4, 4, 1), np.uint8))
    (shades / "train" / "notes.txt").write_text("no picture")
    train, val = open_gallery(shades, card), open_gallery(shades, card, part="val")
    assert len(train) == 25 and len(val) == 1
    assert set(train.classes) == {"dark", "light"}
    assert open_gallery(shades / "train" / "light", card).classes == (None,) * 13


def test_a_changed_folder_is_read_again(card: Card, shades: Path) -> None:
    first = open_gallery(shades, card)
    assert open_gallery(shades, card) is first
    write(shades / "train" / "light" / "new.png", np.full((4, 4, 1), 255, np.uint8))
    assert len(open_gallery(shades, card)) == 26


def test_other_sizes_and_channels_are_brought_to_the_generators(card: Card, tmp_path: Path) -> None:
    colour = np.zeros((8, 12, 3), np.uint8)
    colour[:] = (255, 0, 0)
    write(tmp_path / "red" / "a.png", colour)
    write(tmp_path / "red" / "b.png", np.full((4, 4, 1), 60_000, np.uint16))
    found = open_gallery(tmp_path / "red", card)
    assert found.pictures.shape == (2, 4, 4, 1)
    assert found.pictures[:, 0, 0, 0].tolist() == [76, 233]
    large = large_file(tmp_path / "large")[1]
    assert open_gallery(tmp_path / "red", large).pictures.shape == (2, 32, 32, 3)


def test_array_files(card: Card, tmp_path: Path) -> None:
    folder = tmp_path / "arrays"
    folder.mkdir()
    images = np.arange(5, dtype=np.uint8)[:, None, None] * np.full((1, 2, 4), 50, np.uint8)
    np.savez(folder / "digits.npz", images=images, labels=np.arange(5))
    found = open_gallery(folder, card)
    assert found.pictures.shape == (5, 4, 4, 1)  # padded, not enlarged
    [[one]] = nearest(card, found.pictures[3:4], folder, 1)
    assert (one.index, one.distance, one.name) == (3, 0.0, f"{folder / 'digits.npz'}#3")
    for wrong in ({"images": images[0]}, {"images": images.astype(float)}, {"other": images}):
        np.savez(folder / "digits.npz", **wrong)
        with pytest.raises(OptionsInvalid, match=r"digits\.npz"):
            open_gallery(folder, card)


def test_features_are_kept_between_runs(card: Card, shades: Path, tmp_path: Path) -> None:
    path, classifier = classifier_file(tmp_path / "classifier")
    features = Features(path, classifier)
    asked = np.full((1, 4, 4, 1), 121, np.uint8)
    [found] = nearest(card, asked, shades, 2, features=features)
    assert [item.path.name for item in found] == ["120.png", "130.png"]
    gallery = open_gallery(shades, card)
    [file] = (tmp_path / "home").rglob("features/*.npy")
    np.testing.assert_array_equal(np.load(file), features_of(gallery, features))
    from deconv_studio.tasks import _gallery as room

    kept, room._features = room._features, room._Kept()
    try:
        file.write_bytes(b"cut off")
        np.testing.assert_allclose(features_of(gallery, features), features(gallery.pictures), rtol=1e-6)
        assert np.load(file).shape[0] == 25
    finally:
        room._features = kept


def test_what_cannot_be_searched_is_refused(card: Card, shades: Path, tmp_path: Path) -> None:
    asked = np.zeros((1, 4, 4, 1), np.uint8)
    with pytest.raises(OptionsInvalid, match="no folder"):
        nearest(card, asked, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(OptionsInvalid, match="no picture"):
        nearest(card, asked, tmp_path / "empty")
    with pytest.raises(OptionsInvalid, match="neighbours"):
        nearest(card, asked, shades, 0)
    with pytest.raises(OptionsInvalid, match="samples"):
        nearest(card, np.zeros((1, 5, 5, 1), np.uint8), shades)
    with pytest.raises(ModelUnfit):
        nearest(enlarger(plain_enlarger(2, 3), tmp_path / "other"), asked, shades)
    control = Control()
    control.cancel()
    os.utime(shades / "train" / "dark" / "000.png")
    with pytest.raises(Cancelled):
        nearest(card, asked, shades, control=control)


def test_a_file_that_cannot_be_read_is_left_out_where_copies_are_looked_for(card: Card, shades: Path) -> None:
    broken = shades / "train" / "light" / "150.png"
    broken.write_bytes(broken.read_bytes()[:40])
    (shades / "train" / "dark" / "empty.png").touch()
    asked = np.full((1, 4, 4, 1), 150, np.uint8)
    [found] = nearest(card, asked, shades, 2)
    assert {item.path.name for item in found} == {"140.png", "160.png"}
    gallery = open_gallery(shades, card, leave_out=True)
    assert [file.name for file in gallery.left_out] == ["empty.png", "150.png"]
    assert len(gallery) == len(gallery.paths) == len(gallery.classes) == 24
    # A measure is of all pictures, or of none.
    with pytest.raises(imaging.ImagingError, match="empty"):
        open_gallery(shades, card)
    only = shades / "only"
    only.mkdir()
    (only / "a.png").write_text("no picture")
    with pytest.raises(imaging.ImagingError, match="not a picture"):
        nearest(card, asked, only)
