"""Label maps: numbers that survive palettes and few bits, masks in colours, stacks of values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from deconv_studio import imaging
from deconv_studio.imaging import NotLabels, OutputExists, Picture

pytestmark = pytest.mark.light

PALETTE = ((0, 0, 0), (200, 30, 30), (30, 200, 30), (30, 30, 200))


def labels(high: int = 1000) -> np.ndarray:
    return np.random.default_rng(1).integers(0, min(high, 4), (9, 13)).astype(np.uint8)


def test_a_palette_png_keeps_its_numbers(tmp_path: Path) -> None:
    numbers = labels()
    numbers[0, 0] = 255
    path = imaging.write(Picture(numbers[:, :, None], palette=PALETTE), tmp_path / "a.png")
    image = Image.open(path)
    assert image.mode == "P"
    np.testing.assert_array_equal(np.asarray(image), numbers)
    assert image.convert("RGB").getpixel((1, 0)) == PALETTE[numbers[0, 1]]
    np.testing.assert_array_equal(imaging.read_labels(path), numbers)
    assert imaging.read(path).pixels.shape == (9, 13, 3)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_few_bits_are_not_spread(tmp_path: Path, bits: int) -> None:
    numbers = labels() % 2
    image = Image.fromarray(numbers, "P")
    image.putpalette([v for c in PALETTE for v in c])
    image.save(tmp_path / "p.png", bits=bits)
    np.testing.assert_array_equal(imaging.read_labels(tmp_path / "p.png"), numbers)
    Image.fromarray(numbers.astype(bool)).save(tmp_path / "one.png")
    np.testing.assert_array_equal(imaging.read_labels(tmp_path / "one.png"), numbers)


def test_sixteen_bits(tmp_path: Path) -> None:
    numbers = labels().astype(np.uint16) * 1000
    imaging.write(Picture(numbers[:, :, None]), tmp_path / "i.png")
    np.testing.assert_array_equal(imaging.read_labels(tmp_path / "i.png"), numbers)


def test_a_mask_in_colours(tmp_path: Path) -> None:
    numbers = labels()
    colors = np.asarray(PALETTE, np.uint8)[numbers]
    imaging.write(Picture(colors), tmp_path / "c.png")
    np.testing.assert_array_equal(imaging.read_labels(tmp_path / "c.png", palette=PALETTE), numbers)
    with pytest.raises(NotLabels, match="say nothing"):
        imaging.read_labels(tmp_path / "c.png")
    colors[3, 3] = (255, 255, 0)
    imaging.write(Picture(colors), tmp_path / "odd.png")
    with pytest.raises(NotLabels, match="#ffff00"):
        imaging.read_labels(tmp_path / "odd.png", palette=PALETTE)


def test_values_between_numbers_are_refused(tmp_path: Path) -> None:
    values = labels().astype(np.float32)[:, :, None]
    imaging.write(Picture(values), tmp_path / "f.tif")
    np.testing.assert_array_equal(imaging.read_labels(tmp_path / "f.tif"), labels())
    imaging.write(Picture(values / 2), tmp_path / "h.tif")
    with pytest.raises(NotLabels):
        imaging.read_labels(tmp_path / "h.tif")


def test_pages_of_values(tmp_path: Path) -> None:
    stack = np.random.default_rng(0).random((3, 7, 5), dtype=np.float32)
    path = imaging.write_pages(iter(stack), ["sky", "road", "café"], tmp_path / "p.tif", shape=(7, 5))
    np.testing.assert_array_equal(tifffile.imread(path), stack)
    with tifffile.TiffFile(path) as file:
        assert [page.tags["PageName"].value for page in file.pages][:2] == ["sky", "road"]
    with pytest.raises(OutputExists):
        imaging.write_pages(iter(stack), ["a", "b", "c"], path, shape=(7, 5))
    assert [item.name for item in tmp_path.iterdir()] == ["p.tif"]
    assert imaging.read(path).pages == 3
