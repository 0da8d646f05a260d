"""Thumbnails and resizing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from deconv_studio import imaging
from deconv_studio.imaging import thumbnails

from . import make

pytestmark = pytest.mark.light


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([1, 2, 3, 4]),
)
@settings(max_examples=40, deadline=None)
def test_8_bits_are_exactly_pillows_bicubic(height, width, new_height, new_width, channels):
    array = make.pixels(height, width, channels)
    result = imaging.resize_bicubic(array, (new_width, new_height))
    for channel in range(channels):
        wanted = Image.fromarray(array[:, :, channel]).resize(
            (new_width, new_height), Image.Resampling.BICUBIC
        )
        np.testing.assert_array_equal(result[:, :, channel], np.asarray(wanted))


@pytest.mark.parametrize("size", [(80, 60), (13, 9), (40, 30), (1, 1)])
def test_16_bits_and_float_follow_the_same_kernel(size):
    # Far from black and white: at 8 bits Pillow cuts off between its two passes, at more bits nothing is cut.
    eight = make.pixels(30, 40, 3) // 4 + 90
    deep = imaging.resize_bicubic(eight.astype(np.uint16) * 257, size)
    real = imaging.resize_bicubic((eight / np.float32(255)).astype(np.float32), size)
    small = imaging.resize_bicubic(eight, size)
    assert (deep.dtype, real.dtype) == (np.uint16, np.float32)
    assert deep.shape == real.shape == small.shape == (size[1], size[0], 3)
    assert np.abs(deep / 257 - small).max() <= 1.6  # two roundings at 8 bits
    assert np.abs(deep / 65_535 - np.clip(real, 0, 1)).max() <= 1 / 65_535


def test_16_bits_keep_their_steps():
    ramp = np.linspace(1000, 1100, 101).astype(np.uint16)[None, :, None]
    result = imaging.resize_bicubic(ramp, (303, 1))[0, :, 0]
    assert len(np.unique(result)) > 95 and (np.diff(result[4:-4].astype(int)) >= 0).all()


def test_float_overshoots_and_integers_are_cut():
    step = np.repeat(np.array([0, 1], np.float32), 8)[None, :, None]
    assert imaging.resize_bicubic(step, (64, 1)).max() > 1.01
    deep = imaging.resize_bicubic((step * 65_535).astype(np.uint16), (64, 1))
    assert deep.max() == 65_535 and deep.min() == 0


def test_mistakes_of_the_caller():
    with pytest.raises(ValueError, match="size"):
        imaging.resize_bicubic(make.pixels(4, 4, 3), (0, 4))
    with pytest.raises(ValueError, match="H, W, C"):
        imaging.resize_bicubic(make.pixels(4, 4, 3)[:, :, 0], (4, 4))
    with pytest.raises(ValueError, match="float64"):
        imaging.resize_bicubic(np.zeros((4, 4, 3)), (4, 4))
    with pytest.raises(ValueError, match="size"):
        imaging.thumbnail(make.by_pillow(make.pixels(4, 4, 3), "PNG"), 0)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_thumbnails_are_small_upright_and_8_bit(format):
    data = make.by_pillow(make.pixels(120, 200, 3), format)
    small = imaging.thumbnail(data, 50)
    assert small.pixels.dtype == np.uint8 and small.pixels.shape == (30, 50, 3)
    assert small.icc_profile is None and small.metadata.exif is None
    assert np.abs(small.pixels.astype(float).mean() - imaging.read(data).pixels.mean()) < 4
    assert imaging.thumbnail(data, 5000).pixels.shape == (120, 200, 3)


def test_a_jpeg_thumbnail_is_not_decoded_whole(monkeypatch):
    data = make.by_pillow(make.pixels(800, 1200, 3), "JPEG")
    seen = []
    honest = thumbnails.pillow_tools.to_array
    monkeypatch.setattr(
        thumbnails.pillow_tools, "to_array", lambda image: seen.append(image.size) or honest(image)
    )
    assert imaging.thumbnail(data, 100).pixels.shape == (67, 100, 3)
    assert seen == [(150, 100)]


def test_thumbnails_of_deep_pictures_and_of_colour_under_transparency():
    deep = imaging.Picture(np.full((40, 40, 3), 65_535 // 2, np.uint16))
    assert (imaging.thumbnail(imaging.encode(deep, "PNG"), 10).pixels == 127).all()
    real = imaging.Picture(np.array([[[-1.0], [0.5], [np.nan], [9.0]]], np.float32))
    assert imaging.thumbnail(imaging.encode(real, "TIFF"), 9).pixels[0, :, 0].tolist() == [0, 128, 0, 255]
    array = np.zeros((64, 64, 4), np.uint8)
    array[:, ::2] = (255, 0, 0, 255)
    array[:, 1::2] = (0, 255, 0, 0)
    small = imaging.thumbnail(imaging.encode(imaging.Picture(array), "PNG"), 8).pixels
    assert (small[:, :, 0] == 255).all() and (small[:, :, 1] == 0).all()


def test_a_thumbnail_of_a_damaged_file_is_an_error():
    data = make.by_pillow(make.pixels(120, 200, 3), "JPEG")
    with pytest.raises(imaging.TruncatedFile):
        imaging.thumbnail(data[: len(data) // 2], 50)
