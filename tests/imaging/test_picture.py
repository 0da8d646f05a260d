"""The picture itself, the formats' table and the cheap import."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest

from deconv_studio import imaging

pytestmark = pytest.mark.light


def test_importing_the_room_is_cheap():
    code = (
        "import sys; import deconv_studio.imaging as room; room.__doc__; "
        "heavy = {'numpy', 'cv2', 'PIL', 'tifffile'} & set(sys.modules); print(sorted(heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    for name in imaging.__all__:
        assert getattr(imaging, name) is not None
    assert callable(imaging.sniff) and callable(imaging.thumbnail) and callable(imaging.read)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = imaging.no_such_name


@pytest.mark.parametrize(
    ("channels", "alpha", "gray"), [(1, False, True), (2, True, True), (3, False, False), (4, True, False)]
)
def test_views_of_colour_and_alpha(channels, alpha, gray):
    picture = imaging.Picture(np.arange(2 * 3 * channels, dtype=np.uint16).reshape(2, 3, channels))
    assert (picture.height, picture.width, picture.bit_depth) == (2, 3, 16)
    assert (picture.has_alpha, picture.is_gray) == (alpha, gray)
    assert picture.color.shape[2] == (1 if gray else 3)
    assert np.shares_memory(picture.color, picture.pixels)
    assert (picture.alpha is not None) == alpha
    if alpha:
        assert (picture.alpha[:, :, 0] == picture.pixels[:, :, -1]).all()
    assert picture.color_space_name == ("Gray" if gray else "sRGB")
    assert picture.replace(page=2, pages=3).page == 2


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((2, 2), np.uint8), np.zeros((2, 2, 5), np.uint8), np.zeros((0, 2, 3), np.uint8),
        np.zeros((2, 2, 3), np.float64), np.zeros((2, 2, 3), np.int16), np.zeros((2, 2, 3), ">u2"),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(bad):
    with pytest.raises(ValueError, match="pixels must"):
        imaging.Picture(bad)


def test_errors_carry_kind_message_and_way_out_and_survive_pickling():
    error = imaging.TooManyPixels("big.png is too big.", pixels=10**9, limit=10**6)
    assert error.kind == "TooManyPixels" and error.hint and str(error) == f"{error.message} {error.hint}"
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.hint, again.pixels, again.limit) == (error.message, error.hint, 10**9, 10**6)
    assert pickle.loads(pickle.dumps(imaging.PageMissing("a", "b", pages=3))).pages == 3
    assert pickle.loads(pickle.dumps(imaging.UnsupportedFormat("a", "b", format="HEIC"))).format == "HEIC"
    for name in imaging.__all__:
        kind = getattr(imaging, name)
        if isinstance(kind, type) and issubclass(kind, imaging.ImagingError):
            assert str(kind("It failed.")).startswith("It failed.")


def test_what_each_format_can_hold():
    def holds(format: str, channels: int, dtype: str = "uint8", width: int = 4) -> bool:
        return imaging.can_hold(format, imaging.Picture(np.zeros((2, width, channels), dtype)))

    assert all(holds("PNG", channels, dtype) for channels in (1, 2, 3, 4) for dtype in ("uint8", "uint16"))
    assert not holds("PNG", 3, "float32")
    assert all(holds("TIFF", channels, "float32") for channels in (1, 2, 3, 4))
    assert holds("JPEG", 3) and holds("JPEG", 1) and not holds("JPEG", 4) and not holds("JPEG", 3, "uint16")
    assert holds("WEBP", 4) and not holds("WEBP", 3, width=16_384)
    assert holds("BMP", 3) and not holds("BMP", 4)
    assert holds("GIF", 1) and not holds("GIF", 3)
    assert not holds("XCF", 3)


def test_suffix_for_keeps_the_wish_only_where_it_can():
    rgba = imaging.Picture(np.zeros((2, 2, 4), np.uint8))
    rgb = imaging.Picture(np.zeros((2, 2, 3), np.uint8))
    deep = imaging.Picture(np.zeros((2, 2, 3), np.uint16))
    real = imaging.Picture(np.zeros((2, 2, 3), np.float32))
    assert imaging.suffix_for(rgb, ".JPG") == ".JPG"
    assert imaging.suffix_for(rgba, ".jpg") == ".png"
    assert imaging.suffix_for(deep, ".jpg") == ".png"
    assert imaging.suffix_for(deep, ".tiff") == ".tiff"
    assert imaging.suffix_for(real, ".png") == ".tif"
    assert imaging.suffix_for(rgb, ".psd") == ".png"
    assert imaging.suffix_for(rgb, None) == ".png"
    assert {".png", ".jpg", ".heic", ".dcm"} <= imaging.PICTURE_SUFFIXES
