"""What is written comes back: every sample type, channel count and format."""

from __future__ import annotations

import io
import struct

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from deconv_studio import imaging

from . import make

pytestmark = pytest.mark.light

LOSSLESS = {
    "PNG": ("uint8", "uint16"),
    "TIFF": ("uint8", "uint16", "float32"),
    "WEBP": ("uint8",),
    "BMP": ("uint8",),
}


@st.composite
def pictures(draw):
    format = draw(st.sampled_from(sorted(LOSSLESS)))
    dtype = draw(st.sampled_from(LOSSLESS[format]))
    channels = draw(
        st.sampled_from((3,) if format == "BMP" else (3, 4) if format == "WEBP" else (1, 2, 3, 4))
    )
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    return format, make.pixels(height, width, channels, dtype, seed=draw(st.integers(0, 2**16)))


@given(pictures())
@settings(max_examples=80, deadline=None)
def test_lossless_formats_give_back_the_same_pixels(case):
    format, array = case
    quality = 100 if format == "WEBP" else None
    data = imaging.encode(imaging.Picture(array), format, quality=quality)
    back = imaging.read(data)
    assert back.format == format
    assert back.pixels.dtype == array.dtype
    np.testing.assert_array_equal(back.pixels, array)
    assert back.icc_profile is None
    header = imaging.read_header(data)
    assert (header.format, header.width, header.height) == (format, array.shape[1], array.shape[0])
    assert (header.channels, header.dtype) == (array.shape[2], str(array.dtype))
    assert imaging.encode(imaging.Picture(array), format, quality=quality) == data


def test_float_tiff_keeps_values_outside_and_not_numbers():
    array = np.array([[-1e30, -0.5, 0.0, 1.5, np.inf, -np.inf, np.nan, 1e-40]], np.float32)[:, :, None]
    back = imaging.read(imaging.encode(imaging.Picture(array), "TIFF"))
    assert back.pixels.tobytes() == array.tobytes()


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_our_png_is_read_alike_by_opencv_and_pillow(channels, dtype):
    array = make.pixels(70, 90, channels, dtype)
    data = imaging.encode(imaging.Picture(array), "PNG")
    other = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    picks = {1: None, 2: [0, 3], 3: [2, 1, 0], 4: [2, 1, 0, 3]}[channels]
    other = other[:, :, None] if picks is None else other[:, :, picks]
    np.testing.assert_array_equal(other, array)
    image = Image.open(io.BytesIO(data))
    image.load()
    if dtype == "uint8":
        np.testing.assert_array_equal(np.asarray(image).reshape(array.shape), array)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_our_tiff_is_read_alike_by_tifffile(channels, dtype):
    array = make.pixels(70, 90, channels, dtype)
    data = imaging.encode(imaging.Picture(array), "TIFF")
    np.testing.assert_array_equal(tifffile.imread(io.BytesIO(data)).reshape(array.shape), array)


def test_large_rows_span_several_strips_of_png():
    # Strips are joined with the window of the one before: more than one strip is needed to see a wrong seam.
    array = make.pixels(3000, 1500, 3)
    data = imaging.encode(imaging.Picture(array), "PNG")
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB), array)
    np.testing.assert_array_equal(imaging.read(data).pixels, array)


def test_png_bytes_do_not_depend_on_the_number_of_threads(monkeypatch):
    picture = imaging.Picture(make.pixels(2000, 1200, 3))
    results = set()
    for count in (1, 2, 8):
        monkeypatch.setattr("os.cpu_count", lambda count=count: count)
        results.add(imaging.encode(picture, "PNG"))
    assert len(results) == 1


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF"])
def test_lossy_formats_come_close_and_repeat(format):
    array = cv2.GaussianBlur(make.pixels(64, 96, 3), (9, 9), 0)
    fine = imaging.read(imaging.encode(imaging.Picture(array), format, quality=95))
    coarse = imaging.encode(imaging.Picture(array), format, quality=20)
    assert fine.pixels.shape == array.shape
    assert np.abs(fine.pixels.astype(int) - array).mean() < 4
    assert len(coarse) < len(imaging.encode(imaging.Picture(array), format, quality=95))
    assert imaging.encode(imaging.Picture(array), format, quality=20) == coarse


def test_jpeg_is_written_without_subsampling():
    data = imaging.encode(imaging.Picture(make.pixels(16, 16, 3)), "JPEG")
    start = data.index(b"\xff\xc0")
    factors = {data[start + 11 + 3 * index] for index in range(3)}
    assert factors == {0x11}


@pytest.mark.parametrize("format", ["JPEG", "BMP", "GIF", "PNG", "TIFF"])
def test_gray_stays_gray(format):
    array = make.pixels(20, 30, 1)
    back = imaging.read(
        imaging.encode(imaging.Picture(array), format, quality=100 if format == "JPEG" else None)
    )
    assert back.channels == 1
    assert np.abs(back.pixels.astype(int) - array).max() <= (6 if format == "JPEG" else 0)


def test_webp_keeps_colour_under_full_transparency_when_lossless():
    array = make.pixels(12, 12, 4)
    array[:, :, 3] = 0
    np.testing.assert_array_equal(
        imaging.read(imaging.encode(imaging.Picture(array), "WEBP", quality=100)).pixels, array
    )


@pytest.mark.parametrize(
    ("format", "channels", "dtype"),
    [("JPEG", 4, "uint8"), ("JPEG", 3, "uint16"), ("PNG", 3, "float32"), ("GIF", 3, "uint8")],
)
def test_what_a_format_cannot_hold_is_refused(format, channels, dtype):
    with pytest.raises(imaging.CannotHold) as caught:
        imaging.encode(imaging.Picture(make.pixels(4, 4, channels, dtype)), format)
    assert format in caught.value.message


@pytest.mark.parametrize("big", [False, True])
def test_tiff_carries_exif_with_its_parts(monkeypatch, big):
    from deconv_studio.imaging import writer

    array = make.pixels(10, 12, 3, "uint16")
    whole = make.exif([(0x0110, 2, 6, b"Camer\0"), (0x8769, 4, 1, struct.pack("<I", 0))])
    start = len(whole)
    whole = make.exif([(0x0110, 2, 6, b"Camer\0"), (0x8769, 4, 1, struct.pack("<I", start))])
    sub = (
        struct.pack("<H", 1)
        + struct.pack("<HHII", 0x829A, 5, 1, start + 18)
        + b"\0" * 4
        + struct.pack("<II", 1, 250)
    )
    picture = imaging.Picture(array, metadata=imaging.Metadata(exif=whole + sub))
    wide = tifffile.TiffWriter
    monkeypatch.setattr(
        writer.tifffile,
        "TiffWriter",
        lambda file, bigtiff, byteorder: wide(file, bigtiff=big, byteorder=byteorder),
    )
    data = imaging.encode(picture, "TIFF")
    assert data[2] == (43 if big else 42)
    back = imaging.read(data)
    np.testing.assert_array_equal(back.pixels, array)
    read_exif = Image.Exif()
    read_exif.load(back.metadata.exif)
    assert read_exif[0x0110] == "Camer"
    assert float(read_exif.get_ifd(0x8769)[0x829A]) == pytest.approx(1 / 250)
