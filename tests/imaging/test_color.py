"""Colour profiles: made, recognised, converted at every depth, kept and embedded."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms

from deconv_studio import imaging
from deconv_studio.imaging import color

from . import make

pytestmark = pytest.mark.light

P3 = color.make_profile("Display P3", (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060))
ADOBE = color.make_profile("Adobe RGB", (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), 563 / 256)
GRAY_18 = color.make_profile("Gray 1.8", (), 1.8)


def by_littlecms(array: np.ndarray, profile: bytes) -> np.ndarray:
    image = ImageCms.profileToProfile(
        Image.fromarray(array),
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
    )
    return np.asarray(image)


def inside(profile: bytes, array: np.ndarray) -> np.ndarray:
    """Where sRGB holds the colours, so that no rule for cutting off enters."""
    result = by_littlecms(array, profile)
    return ((result > 3) & (result < 252)).all(axis=2)


def test_the_small_srgb_profile_is_srgb_to_littlecms_too():
    array = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert np.abs(by_littlecms(array, color.srgb_profile()).astype(int) - array).max() <= 1
    assert color.srgb_profile() == color.make_profile("sRGB") and len(color.srgb_profile()) < 600
    assert color.is_srgb(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert not color.is_srgb(P3) and not color.is_srgb(ADOBE) and not color.is_srgb(GRAY_18)


def test_names():
    picture = imaging.Picture(make.pixels(2, 2, 3), P3)
    assert picture.color_space_name == "Display P3"
    assert imaging.Picture(make.pixels(2, 2, 3), color.srgb_profile()).color_space_name == "sRGB"
    assert imaging.profile_name(b"nonsense") == "an unknown colour space"


@pytest.mark.parametrize("profile", [P3, ADOBE], ids=["P3", "Adobe"])
def test_16_bits_and_float_agree_with_littlecms_and_keep_their_depth(profile):
    array = np.random.default_rng(1).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    wanted = by_littlecms(array, profile).astype(float)
    where = inside(profile, array)
    eight = imaging.to_srgb(imaging.Picture(array, profile)).pixels
    deep = imaging.to_srgb(imaging.Picture(array.astype(np.uint16) * 257, profile)).pixels
    real = imaging.to_srgb(imaging.Picture((array / np.float32(255)).astype(np.float32), profile)).pixels
    assert (eight.dtype, deep.dtype, real.dtype) == (np.uint8, np.uint16, np.float32)
    assert np.abs(eight - wanted)[where].max() <= 1
    assert np.abs(deep / 257 - wanted)[where].max() <= 1.1
    assert np.abs(real * 255 - wanted)[where].max() <= 1.1
    # The two exact ways agree far below one of 65535 levels of each other.
    assert np.abs(deep / 65_535 - np.clip(real, 0, 1)).max() < 1.5 / 65_535


def test_16_bits_do_not_fall_to_8():
    ramp = np.arange(20_000, 30_000, dtype=np.uint16)[None, :, None].repeat(3, axis=2)
    result = imaging.to_srgb(imaging.Picture(ramp, ADOBE)).pixels[0, :, 1]
    assert len(np.unique(result)) > 9_000
    assert (np.diff(result.astype(int)) >= 0).all()


def test_display_p3_red_is_outside_srgb():
    red = np.array([[[1.0, 0.0, 0.0]]], np.float32)
    result = imaging.to_srgb(imaging.Picture(red, P3)).pixels[0, 0]
    # CSS Color 4 gives color(display-p3 1 0 0) as sRGB 1.0930 -0.2267 -0.1501.
    np.testing.assert_allclose(result, [1.0930, -0.2267, -0.1501], atol=2e-3)
    cut = imaging.to_srgb(imaging.Picture((red * 65_535).astype(np.uint16), P3)).pixels[0, 0]
    assert cut.tolist() == [65_535, 0, 0]


def test_gray_profiles():
    for dtype, full in (("uint8", 255), ("uint16", 65_535)):
        array = np.array([[[0], [full // 2], [full]]], dtype)
        result = imaging.to_srgb(imaging.Picture(array, GRAY_18)).pixels[0, :, 0]
        middle = ((full // 2) / full) ** 1.8
        encoded = 1.055 * middle ** (1 / 2.4) - 0.055
        assert result[0] == 0 and result[2] == full
        assert abs(result[1] / full - encoded) < 1 / full


def test_a_profile_of_tables_goes_through_the_grid_smoothly(monkeypatch):
    array = np.random.default_rng(2).integers(0, 65_536, (16, 16, 3), dtype=np.uint16)
    exact = imaging.to_srgb(imaging.Picture(array, ADOBE)).pixels
    monkeypatch.setattr(color, "shaper", lambda profile: None)
    grid = imaging.to_srgb(imaging.Picture(array, ADOBE)).pixels
    assert np.abs(grid.astype(int) - exact).max() <= 2 * 257
    ramp = np.arange(30_000, 34_000, 16, dtype=np.uint16)[None, :, None].repeat(3, axis=2)
    steps = np.diff(imaging.to_srgb(imaging.Picture(ramp, ADOBE)).pixels[0, :, 0].astype(int))
    assert (steps >= 0).all() and steps.max() < 64


def test_alpha_and_strips_are_untouched(monkeypatch):
    monkeypatch.setattr(color, "_STRIP_VALUES", 100)
    array = make.pixels(20, 15, 4)
    result = imaging.to_srgb(imaging.Picture(array, P3))
    np.testing.assert_array_equal(result.alpha[:, :, 0], array[:, :, 3])
    monkeypatch.undo()
    np.testing.assert_array_equal(imaging.to_srgb(imaging.Picture(array, P3)).pixels, result.pixels)
    assert result.icc_profile is None


def test_srgb_pictures_are_left_alone():
    picture = imaging.Picture(make.pixels(4, 4, 3))
    assert imaging.to_srgb(picture) is picture
    named = picture.replace(icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert imaging.to_srgb(named).pixels is picture.pixels


def test_a_profile_that_cannot_be_used_is_left_out_with_a_notice():
    rgb_on_gray = make.by_pillow(make.pixels(4, 4, 1), "PNG", icc_profile=P3)
    picture = imaging.read(rgb_on_gray)
    assert picture.icc_profile is None and any("profile" in notice for notice in picture.notices)
    broken = imaging.Picture(make.pixels(4, 4, 3), b"\0" * 200)
    result = imaging.to_srgb(broken)
    assert result.icc_profile is None and any("profile" in notice for notice in result.notices)


@pytest.mark.parametrize("format", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"])
def test_profiles_are_kept_and_embedded(format):
    array = make.pixels(16, 16, 3)
    back = imaging.read(imaging.encode(imaging.Picture(array, P3), format))
    assert back.icc_profile == P3
    assert back.color_space_name == "Display P3"
    assert imaging.read(imaging.encode(imaging.Picture(array), format)).icc_profile is None


def test_pictures_without_a_profile_are_marked_as_srgb():
    array = make.pixels(16, 16, 3)
    for format in ("JPEG", "TIFF", "WEBP", "AVIF"):
        image = Image.open(io.BytesIO(imaging.encode(imaging.Picture(array), format)))
        assert image.info["icc_profile"] == color.srgb_profile(), format
    assert b"sRGB" in imaging.encode(imaging.Picture(array), "PNG")


def test_gray_with_a_profile_becomes_rgb_with_its_curve():
    array = make.pixels(16, 16, 1)
    back = imaging.read(imaging.encode(imaging.Picture(array, GRAY_18), "WEBP", quality=100))
    np.testing.assert_array_equal(back.pixels, array.repeat(3, axis=2))
    wanted = imaging.to_srgb(imaging.Picture(array, GRAY_18)).pixels
    assert np.abs(imaging.to_srgb(back).pixels.astype(int) - wanted).max() <= 1


def test_cmyk_goes_through_its_profile_when_it_has_one():
    values = make.pixels(4, 4, 4)
    plain, notice = color.cmyk_to_rgb(values, None)
    assert "plain formula" in notice
    same, notice = color.cmyk_to_rgb(values, P3)
    assert "plain formula" in notice
    np.testing.assert_array_equal(plain, same)


def test_a_profile_littlecms_cannot_build_is_left_out_at_reading():
    # The curves are there for us to parse, but the version is none that LittleCMS accepts.
    broken = P3[:8] + b"\x99" + P3[9:]
    broken = broken[:16] + b"RGB " + b"????" + broken[24:]
    picture = imaging.read(make.by_pillow(make.pixels(4, 4, 3), "PNG", icc_profile=broken))
    assert picture.icc_profile is None and any("profile" in notice for notice in picture.notices)
    assert imaging.to_srgb(picture) is picture


def test_a_profile_of_another_kind_of_picture_is_not_written():
    array = make.pixels(6, 6, 1)
    data = imaging.encode(imaging.Picture(array, P3), "PNG")
    assert b"iCCP" not in data
    coloured = imaging.encode(imaging.Picture(array.repeat(3, axis=2), GRAY_18), "TIFF")
    assert Image.open(io.BytesIO(coloured)).info["icc_profile"] == color.srgb_profile()


PROPHOTO = color.make_profile(
    "ProPhoto", (0.3457, 0.3585, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001), 1.8
)
LINEAR = color.make_profile("Linear P3", (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060), 1.0)


@pytest.mark.parametrize(("profile", "steps"), [(P3, 0), (LINEAR, 0), (PROPHOTO, 20), (ADOBE, 60)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_way_to_srgb_has_a_way_back(profile, steps, dtype):
    top = np.iinfo(dtype).max
    array = np.random.default_rng(3).integers(0, top, (64, 64, 3), dtype=dtype, endpoint=True)
    array[:8], array[8:16, :, 0], array[16:24, :, 1] = 0, top, 0
    picture = imaging.Picture(array, profile)
    ways = imaging.ways_to_srgb(picture)
    seen = ways.there((array / top).astype(np.float32))
    # What sRGB cannot hold lies outside, and is cut off only by who wants sRGB itself.
    assert seen.min() < 0 or seen.max() > 1
    wanted = imaging.to_srgb(picture).pixels / top
    np.testing.assert_allclose(np.clip(seen, 0, 1), wanted, atol=1.1 / 255 if dtype == np.uint8 else 1e-5)
    back = np.rint(ways.back(seen) * top)
    # A pure power is infinitely steep at black; 60 steps of 65535 are a quarter of an 8-bit step.
    assert np.abs(back - array).max() <= (steps if dtype == np.uint16 else 0)
    outside = np.array([[[1.5, -0.25, 0.5]]], np.float32)
    np.testing.assert_allclose(ways.back(ways.there(outside)), outside, atol=1e-3)


def test_gray_has_a_way_back_too():
    array = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    picture = imaging.Picture(array, GRAY_18)
    ways = imaging.ways_to_srgb(picture)
    seen = ways.there((array / 65535).astype(np.float32))
    np.testing.assert_allclose(seen, imaging.to_srgb(picture).pixels / 65535, atol=1e-5)
    assert np.abs(np.rint(ways.back(seen) * 65535) - array).max() <= 1


def with_curve(entries: list[int]) -> bytes:
    """Display P3's primaries with a curve of points."""
    body = b"curv\0\0\0\0" + struct.pack(f">I{len(entries)}H", len(entries), *entries)
    tags = color._tag_bodies(P3)
    return color._assemble(
        P3[:128], [(tag, body if tag.endswith(b"TRC") else old) for tag, old in tags.items()]
    )


def with_table_tag() -> bytes:
    """Display P3 that says it works by a look-up table."""
    tags = color._tag_bodies(P3)
    return color._assemble(P3[:128], [*tags.items(), (b"A2B0", b"mft1" + bytes(44))])


def test_curves_of_points_are_inverted_where_they_rise():
    rising = with_curve(
        [round(65535 * (step / 255) ** 2.4 + step * (255 - step) / 99) for step in range(256)]
    )
    array = np.random.default_rng(4).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    ways = imaging.ways_to_srgb(imaging.Picture(array, rising))
    back = ways.back(ways.there((array / 255).astype(np.float32)))
    assert (np.rint(back * 255) == array).all()
    beyond = np.array([[[1.25, 1.5, -0.1]]], np.float32)
    np.testing.assert_allclose(ways.back(ways.there(beyond)), beyond, atol=1e-3)


def test_there_is_no_way_where_nothing_is_to_be_done_or_nothing_leads_back():
    array = make.pixels(4, 4, 3)
    flat = with_curve([0, 0, 0, *(256 * step for step in range(253))])
    tables = with_table_tag()
    assert color.space(tables) == "RGB" and color.shaper(tables) is None
    for profile in (None, color.srgb_profile(), flat, tables, b"nonsense" * 40, GRAY_18):
        assert imaging.ways_to_srgb(imaging.Picture(array, profile)) is None
