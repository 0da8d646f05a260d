"""What the worker makes is the picture: colours, depths, alpha, sizes, differences; in parts."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from deconv_studio.imaging import Picture
from deconv_studio.ui.canvas import display, layers
from deconv_studio.ui.canvas.layers import DifferenceLayer, PictureLayer


def random_picture(height, width, channels=3, dtype=np.uint8, seed=0) -> Picture:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, channels))
    if dtype == np.float32:
        return Picture((values / 255).astype(np.float32))
    return Picture((values * (257 if dtype == np.uint16 else 1)).astype(dtype))


def built(picture: Picture) -> PictureLayer:
    layer = PictureLayer(picture)
    for _ in layer.build():
        pass
    assert layer.ready
    return layer


def bgra(picture: Picture) -> np.ndarray:
    rgb = picture.color if not picture.is_gray else np.repeat(picture.color, 3, axis=2)
    return rgb[:, :, ::-1]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3])
def test_at_100_percent_every_pixel_is_itself(dtype, channels):
    eight = random_picture(37, 53, channels)
    layer = built(random_picture(37, 53, channels, dtype))
    shown = layer.render((53, 37), (5, 3, 50, 30), nearest=False)
    assert np.array_equal(shown[:, :, :3], bgra(eight)[3:30, 5:50])
    assert (shown[:, :, 3] == 255).all()


@pytest.mark.parametrize("channels", [2, 4])
def test_alpha_is_premultiplied(channels):
    picture = random_picture(9, 11, channels)
    shown = built(picture).render((11, 9), (0, 0, 11, 9), nearest=False).astype(int)
    alpha = picture.alpha[:, :, 0].astype(int)
    assert np.array_equal(shown[:, :, 3], alpha)
    expected = np.rint(bgra(picture).astype(float) * alpha[:, :, None] / 255)
    assert np.abs(shown[:, :, :3] - expected).max() <= 1


def test_what_is_transparent_does_not_bleed_when_reduced():
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[:, :32] = (255, 0, 0, 255)
    pixels[:, 32:] = (0, 255, 0, 0)  # green, but nothing to be seen of it
    shown = built(Picture(pixels)).render((16, 16), (0, 0, 16, 16), nearest=False)
    assert shown[:, :, 1].max() == 0


def test_16_bit_and_float_are_rounded_and_clipped():
    eight = display.to_8_bit(np.array([0, 128, 129, 65535 - 128, 65535], np.uint16).reshape(1, -1, 1))
    assert eight.ravel().tolist() == [0, 0, 1, 255, 255]
    values = np.array([-1, 0, 0.5, 1, 7, np.nan, np.inf, -np.inf], np.float32).reshape(1, -1, 1)
    assert display.to_8_bit(values).ravel().tolist() == [0, 0, 128, 255, 255, 0, 255, 0]
    assert np.isnan(values).any()  # the picture itself is left alone


def linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries and no gamma: its 0.5 is much brighter than sRGB's."""

    def fixed(*numbers: float) -> bytes:
        return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)

    white = fixed(0.9642, 1.0, 0.8249)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 7) + b"linear\0" + bytes(12 + 67),
        b"wtpt": b"XYZ " + bytes(4) + white,
        b"rXYZ": b"XYZ " + bytes(4) + fixed(0.4360, 0.2225, 0.0139),
        b"gXYZ": b"XYZ " + bytes(4) + fixed(0.3851, 0.7169, 0.0971),
        b"bXYZ": b"XYZ " + bytes(4) + fixed(0.1431, 0.0606, 0.7141),
        **{name: b"curv" + bytes(4) + struct.pack(">I", 0) for name in (b"rTRC", b"gTRC", b"bTRC")},
    }
    table, data, offset = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", offset + len(data), len(content))
        data += content
    header = struct.pack(">I4sI4s4s4s", offset + len(data), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + white
    return header.ljust(128, b"\0") + table + data


def test_a_profile_is_converted_for_the_screen():
    pixels = np.full((3, 4, 3), 128, np.uint8)
    pixels[0] = 0
    pixels[2] = 255
    shown = built(Picture(pixels, icc_profile=linear_profile())).read(0, 0, 4, 3)
    assert np.abs(shown[:, :, :3].astype(int) - np.array([0, 188, 255])[:, None, None]).max() <= 2


def test_profiles_that_do_not_fit_are_passed_over():
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (None, srgb, lab, b"", b"nonsense" * 40):
        assert display.color_transform(profile, gray=False) is None


@example(22, 22, 1.5, False, 0)
@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.floats(0.1, 4),
    st.booleans(),
    st.integers(0, 3),
)
def test_tiles_put_together_are_the_whole(width, height, zoom, nearest, seed):
    layer = built(random_picture(height, width, seed=seed))
    frame = (max(1, round(width * zoom)), max(1, round(height * zoom)))
    whole = layer.render(frame, (0, 0, *frame), nearest=nearest)
    put = np.zeros_like(whole)
    step = 31
    for top in range(0, frame[1], step):
        for left in range(0, frame[0], step):
            part = (left, top, min(frame[0], left + step), min(frame[1], top + step))
            put[part[1] : part[3], part[0] : part[2]] = layer.render(frame, part, nearest=nearest)
    # Weights in fixed point, rounded once along each axis; on noise, the worst there is, that is two steps.
    assert np.abs(put.astype(int) - whole).max() <= 2


def test_nearest_shows_whole_squares():
    picture = random_picture(4, 5)
    shown = built(picture).render((15, 12), (0, 0, 15, 12), nearest=True)
    assert np.array_equal(shown[:, :, :3], np.kron(bgra(picture), np.ones((3, 3, 1), np.uint8)))


def test_a_large_picture_is_kept_reduced_and_read_in_parts(monkeypatch):
    monkeypatch.setattr(layers, "BASE_PIXELS", 2_000)
    monkeypatch.setattr(layers, "STEP_PIXELS", 4_000)
    monkeypatch.setattr(layers, "OVERVIEW", 16)
    read = []
    original = display.to_8_bit

    def spy(pixels):
        read.append(pixels.shape[0] * pixels.shape[1])
        return original(pixels)

    monkeypatch.setattr(display, "to_8_bit", spy)
    y, x = np.mgrid[:300, :401]
    picture = Picture(np.stack([x // 2, y // 2, x * 0], axis=2).astype(np.uint8))
    layer = built(picture)
    assert layer.base == 3
    assert max(read) <= 4_000
    assert sum(level.shape[0] * level.shape[1] for level in layer._levels.values()) < 2 * 2_000
    overview = layer.overview()
    assert max(overview.pixels.shape[:2]) <= 16
    assert overview.width <= overview.pixels.shape[1] < overview.width + 1
    # Smooth content looks the same from every level.
    for frame in ((401, 300), (150, 112), (40, 30), (12, 9)):
        shown = layer.render(frame, (0, 0, *frame), nearest=False)
        red = shown[frame[1] // 2, :, 2].astype(float)
        expected = (np.arange(frame[0]) + 0.5) * 401 / frame[0] / 2
        inner = slice(1, -1)
        assert np.abs(red[inner] - expected[inner]).max() < 2 + 401 / frame[0] / 4


@pytest.mark.parametrize("shape", [(1, 1), (1, 20_000), (20_000, 1), (2, 3)])
def test_odd_shapes(shape):
    layer = built(random_picture(*shape))
    assert layer.overview().pixels.size > 0
    for frame in ((1, 1), (shape[1], shape[0]), (min(700, shape[1] * 3), min(700, shape[0] * 3))):
        for nearest in (False, True):
            part = (0, 0, min(frame[0], 256), min(frame[1], 256))
            assert layer.render(frame, part, nearest).shape == (part[3], part[2], 4)


def test_a_preview_comes_at_once_for_large_pictures_only(monkeypatch):
    assert PictureLayer(random_picture(10, 10)).preview() is None
    monkeypatch.setattr(layers, "STEP_PIXELS", 50)
    monkeypatch.setattr(layers, "OVERVIEW", 4)
    preview = PictureLayer(random_picture(10, 23)).preview()
    assert preview is not None
    assert preview.pixels.shape[1] == 4
    assert preview.width == pytest.approx(23 / 6)


@pytest.mark.parametrize("scale", [2, 3])
def test_the_difference_is_against_bicubic_enlargement(scale):
    original = random_picture(12, 17)
    size = (17 * scale, 12 * scale)
    enlarged = np.asarray(Image.fromarray(original.pixels).resize(size, Image.Resampling.BICUBIC))
    result = enlarged.copy()
    result[5, 7] = np.where(result[5, 7] > 127, result[5, 7] - 20, result[5, 7] + 20)
    layer = DifferenceLayer(built(original), built(Picture(result)), gain=4)
    whole = layer.read(0, 0, *size).astype(int)
    assert (whole[5, 7, :3] == 80).all()
    whole[5, 7] = 0
    assert whole[:, :, :3].max() <= 4  # one level of rounding, times the gain
    part = layer.read(3, 2, 20, 11).astype(int)
    assert (part[5 - 2, 7 - 3, :3] == 80).all()


def test_a_difference_of_pictures_of_any_sizes():
    for first, second in (((5, 9), (5, 9)), ((20, 30), (10, 15)), ((1, 1), (7, 3)), ((3, 4), (7, 13))):
        layer = DifferenceLayer(built(random_picture(*first)), built(random_picture(*second)), 1)
        for _ in layer.build():
            pass
        assert layer.render((second[1], second[0]), (0, 0, second[1], second[0]), False).shape[2] == 4


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_read_out_is_in_the_pictures_own_depth(dtype):
    picture = random_picture(6, 7, dtype=dtype)
    layer = PictureLayer(picture)
    x, y, values = layer.values(0.999999, 0.0)
    assert (x, y) == (6, 0)
    assert values == tuple(picture.pixels[0, 6].tolist())
    assert isinstance(values[0], float if dtype == np.float32 else int)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_the_histogram_counts_every_visible_pixel(channels, monkeypatch):
    monkeypatch.setattr(layers, "STEP_PIXELS", 40)
    picture = random_picture(11, 9, channels)
    *_, counts = PictureLayer(picture).histogram()
    visible = np.ones((11, 9), bool) if picture.alpha is None else picture.alpha[:, :, 0] > 0
    assert (counts.sum(axis=1) == visible.sum()).all()
    red = np.bincount(picture.color[:, :, 0][visible], minlength=256)
    assert np.array_equal(counts[1], red)
