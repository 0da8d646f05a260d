"""JPEG, WebP, GIF, BMP, AVIF and the formats that are only read; sniffing and refusals."""

from __future__ import annotations

import gzip
import io
import os
import struct

import numpy as np
import pytest
from PIL import Image

from deconv_studio import imaging

from . import make

pytestmark = pytest.mark.light


def photo(height: int = 48, width: int = 64, channels: int = 3) -> np.ndarray:
    return make.pixels(height, width, channels)


def cut_points(data: bytes, count: int = 60) -> list[int]:
    return sorted(
        {1 + (len(data) - 2) * index // count for index in range(count)} | {len(data) - 1, len(data) - 3}
    )


@pytest.mark.parametrize(
    "options", [{}, {"progressive": True}, {"subsampling": 2}, {"restart_marker_blocks": 2}]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_as_pillow_reads_it(options, channels):
    data = make.by_pillow(photo(channels=channels), "JPEG", **options)
    wanted = np.asarray(Image.open(io.BytesIO(data))).reshape(48, 64, channels)
    np.testing.assert_array_equal(imaging.read(data).pixels, wanted)


@pytest.mark.parametrize("options", [{}, {"restart_marker_blocks": 3}, {"progressive": True}])
def test_a_cut_jpeg_is_refused(options):
    data = make.by_pillow(photo(), "JPEG", **options)
    for length in cut_points(data)[1:]:
        if length >= len(data) - 2:
            continue
        with pytest.raises(imaging.ImagingError) as caught:
            imaging.read(data[:length])
        assert caught.value.kind in ("TruncatedFile", "NotAPicture", "CorruptFile")


def test_a_cut_jpeg_with_an_end_marker_put_on_is_refused():
    # libjpeg fills the rest with gray and only mutters a warning.
    data = make.by_pillow(photo(160, 200), "JPEG", quality=90)
    start = data.index(b"\xff\xda")
    for part in (0.2, 0.5, 0.8, 0.97):
        cut = start + int((len(data) - start) * part)
        with pytest.raises(imaging.CorruptFile, match="before the picture is complete"):
            imaging.read(data[:cut].rstrip(b"\xff") + b"\xff\xd9")


def test_rubbish_after_a_jpeg_and_other_pictures_in_it_do_no_harm():
    data = make.by_pillow(photo(), "JPEG")
    wanted = imaging.read(data).pixels
    np.testing.assert_array_equal(imaging.read(data + b"\0rubbish" * 100 + data).pixels, wanted)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 9, 16, 17])
@pytest.mark.parametrize("quality", [5, 60, 100])
def test_small_and_flat_jpegs_are_not_taken_for_cut_ones(size, quality):
    for array in (np.full((size, size + 1, 3), 200, np.uint8), photo(size, size + 1)):
        for options in ({}, {"optimize": True}, {"subsampling": 0}):
            data = make.by_pillow(array, "JPEG", quality=quality, **options)
            assert imaging.read(data).pixels.shape == array.shape


def test_jpeg_header_that_lies():
    data = bytearray(make.by_pillow(photo(), "JPEG"))
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", 65_000, 65_000)
    with pytest.raises(imaging.TooManyPixels):
        imaging.read(bytes(data))
    with pytest.raises(imaging.TooManyPixels):
        imaging.read(bytes(data), max_pixels=None)
    data[start + 5 : start + 9] = struct.pack(">HH", 40_000, 40_000)
    with pytest.raises(imaging.TruncatedFile):
        imaging.read(bytes(data), max_pixels=None)
    data[start + 5 : start + 9] = struct.pack(">HH", 0, 64)
    with pytest.raises(imaging.CorruptFile):
        imaging.read(bytes(data))


def test_jpeg_kinds_that_are_not_read():
    data = bytearray(make.by_pillow(photo(), "JPEG"))
    start = data.index(b"\xff\xc0")
    twelve = bytearray(data)
    twelve[start + 4] = 12
    lossless = bytearray(data)
    lossless[start + 1] = 0xC3
    for bad in (twelve, lossless):
        with pytest.raises(imaging.UnsupportedFormat):
            imaging.read(bytes(bad))


def test_cmyk_jpeg():
    image = Image.fromarray(photo()).convert("CMYK")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95)
    picture = imaging.read(buffer.getvalue())
    assert np.abs(picture.pixels.astype(int) - photo()).mean() < 6
    assert any("CMYK" in notice for notice in picture.notices)
    assert imaging.read_header(buffer.getvalue()).channels == 3


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "BMP", "TGA", "JPEG2000", "PPM"])
def test_as_pillow_reads_it(format):
    for channels in (1, 3):
        data = make.by_pillow(photo(channels=channels), format)
        image = Image.open(io.BytesIO(data))
        picture = imaging.read(data)
        assert picture.format == format
        wanted = np.asarray(image.convert("L" if picture.channels == 1 else "RGB"))
        np.testing.assert_array_equal(picture.pixels, wanted.reshape(picture.pixels.shape))
        header = imaging.read_header(data)
        assert (header.width, header.height) == image.size


@pytest.mark.parametrize("format", ["WEBP", "AVIF", "BMP", "TGA", "GIF", "PPM", "ICO"])
def test_cut_files_are_refused_or_whole(format):
    array = photo()
    image = Image.fromarray(array)
    buffer = io.BytesIO()
    image.save(buffer, format)
    data = buffer.getvalue()
    whole = imaging.read(data).pixels
    for length in cut_points(data):
        try:
            picture = imaging.read(data[:length])
        except imaging.ImagingError as error:
            assert str(error)
        else:
            np.testing.assert_array_equal(picture.pixels, whole)


@pytest.mark.parametrize("format", ["GIF", "WEBP"])
def test_animations_give_their_first_frame_with_a_notice(format):
    frames = [Image.fromarray(np.full((10, 12, 3), value, np.uint8)) for value in (10, 120, 250)]
    buffer = io.BytesIO()
    options = {"lossless": True} if format == "WEBP" else {}
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=50, **options)
    for index, value in enumerate((10, 120, 250)):
        picture = imaging.read(buffer.getvalue(), page=index)
        assert (picture.page, picture.pages) == (index, 3)
        assert (picture.color == value).all()
        assert any(f"frame {index + 1} of 3" in notice for notice in picture.notices)


def test_gif_with_transparency_and_a_comment():
    image = Image.new("P", (4, 3), 0)
    image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0] + [0] * 759)
    image.putpixel((1, 1), 1)
    buffer = io.BytesIO()
    image.save(buffer, "GIF", transparency=0, comment=b"made here")
    picture = imaging.read(buffer.getvalue())
    assert picture.channels == 4 and picture.alpha.sum() == 255
    assert picture.pixels[1, 1].tolist() == [255, 0, 0, 255]
    assert picture.metadata.text["Comment"] == "made here"


def test_gif_frame_beyond_its_canvas_is_counted_before_decoding():
    data = bytearray(make.by_pillow(photo(8, 8), "GIF"))
    at = data.index(b"\x2c\0\0\0\0")
    data[at + 5 : at + 9] = struct.pack("<HH", 65_000, 65_000)
    with pytest.raises(imaging.TooManyPixels):
        imaging.read(bytes(data))


@pytest.mark.parametrize("maximum", [1, 100, 255, 1000, 65_535])
@pytest.mark.parametrize("kind", ["P2", "P3", "P5", "P6"])
def test_netpbm_keeps_its_depth(kind, maximum):
    channels = 3 if kind in ("P3", "P6") else 1
    values = np.random.default_rng(0).integers(0, maximum + 1, (4, 5, channels))
    head = f"{kind}\n# a comment\n5 4\n{maximum}\n".encode()
    if kind in ("P2", "P3"):
        body = " ".join(map(str, values.ravel())).encode()
    else:
        body = values.astype(">u2" if maximum > 255 else "u1").tobytes()
    full = 65_535 if maximum > 255 else 255
    picture = imaging.read(head + body)
    assert picture.pixels.dtype == (np.uint16 if maximum > 255 else np.uint8)
    np.testing.assert_array_equal(picture.pixels, np.floor(values * (full / maximum) + 0.5))
    with pytest.raises(imaging.TruncatedFile):
        imaging.read(head + body[:-8])


def test_bitmaps_and_pfm():
    assert imaging.read(b"P1 3 2 1 0 1 0 1 0").pixels[:, :, 0].tolist() == [[0, 255, 0], [255, 0, 255]]
    assert imaging.read(b"P4\n3 2\n\xa0\x40").pixels[:, :, 0].tolist() == [[0, 255, 0], [255, 0, 255]]
    values = make.pixels(3, 4, 3, "float32")
    for order, scale in (("<", -1), (">", 1)):
        body = values[::-1].astype(f"{order}f4").tobytes()
        picture = imaging.read(f"PF\n4 3\n{scale}\n".encode() + body)
        assert picture.format == "PFM"
        np.testing.assert_array_equal(picture.pixels, values)


def test_bmp_sizes_that_lie():
    data = bytearray(make.by_pillow(photo(), "BMP"))
    data[18:26] = struct.pack("<ii", 16_000, 16_000)
    with pytest.raises(imaging.TruncatedFile):
        imaging.read(bytes(data))
    data[18:26] = struct.pack("<ii", -5, 48)
    with pytest.raises(imaging.CorruptFile):
        imaging.read(bytes(data))


def test_jpeg_2000_with_16_bits_of_colour_is_refused():
    data = bytearray(make.by_pillow(photo(), "JPEG2000"))
    at = data.index(b"\xff\x4f\xff\x51") + 42
    data[at] = data[at + 3] = data[at + 6] = 15
    with pytest.raises(imaging.UnsupportedFormat, match="16 bits"):
        imaging.read(bytes(data))


BOX = b"\0\0\0\x18ftyp"
OTHERS = {
    "DICOM": b"\0" * 128 + b"DICM" + b"\2\0\0\0UL\4\0",
    "HEIC": BOX + b"heic\0\0\0\0mif1heic",
    "JPEG XL": b"\xff\x0a\xfa\x1f",
    "PDF": b"%PDF-1.7\n",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "SVG": b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>",
    "camera RAW": b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 40,
    "EXR": b"\x76\x2f\x31\x01\2\0\0\0",
    "Radiance HDR": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
    "video": BOX + b"isom\0\0\0\0isommp42",
    "PCX": b"\x0a\5\1\x08" + b"\0" * 124,
    "QOI": b"qoif\0\0\0\1\0\0\0\1\3\0",
    "SGI": b"\x01\xda\0\1\0\3" + b"\0" * 100,
    "XBM": b"#define im_width 8\n#define im_height 1\nstatic char im_bits[] = {0};",
    "PSB": b"8BPS\0\2" + b"\0" * 20,
}


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_known_formats_are_refused_by_name_with_the_way_to_convert(name, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(OTHERS[name])
    assert imaging.sniff(path) == name
    with pytest.raises(imaging.UnsupportedFormat) as caught:
        imaging.read(path)
    assert caught.value.format == name
    assert str(path) in caught.value.message and len(caught.value.hint) > 20


def test_a_picture_suffix_over_other_content(tmp_path):
    contents = {
        "text": b"This is a letter, not a picture.\n" * 9, "gzip": gzip.compress(b"x" * 99), "one byte": b"I",
        "html": b"<!DOCTYPE html><html><body>404</body></html>", "zip": b"PK\3\4" + b"\0" * 40,
        "noise": bytes(range(256)) * 4,
    }  # fmt: skip
    for name, content in contents.items():
        path = tmp_path / f"{name}.png"
        path.write_bytes(content)
        with pytest.raises(imaging.NotAPicture) as caught:
            imaging.read(path)
        assert str(path) in caught.value.message, name


def test_content_decides_not_the_suffix(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(make.by_pillow(photo(), "JPEG"))
    picture = imaging.read(path)
    assert picture.format == "JPEG" and picture.source == path
    assert any(".png" in notice and "JPEG" in notice for notice in picture.notices)
    bare = tmp_path / "photo"
    bare.write_bytes(make.by_pillow(photo(), "PNG"))
    assert imaging.read(bare).format == "PNG" and imaging.read(bare).notices == ()


def test_sources(tmp_path):
    data = make.by_pillow(photo(), "PNG")
    path = tmp_path / "ü 日本 50% #1 'x'.png"
    path.write_bytes(data)
    for source in (path, str(path), data, io.BytesIO(data)):
        assert imaging.read(source).width == 64
        assert imaging.sniff(io.BytesIO(data) if isinstance(source, io.BytesIO) else source) == "PNG"


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(imaging.FileMissing):
        imaging.read(tmp_path / "nothing.png")
    with pytest.raises(imaging.FileMissing):
        imaging.read(tmp_path / "bad\0name.png")
    with pytest.raises(imaging.NotAPicture, match="folder"):
        imaging.read(tmp_path)
    empty = tmp_path / "empty.png"
    empty.touch()
    for source in (empty, b"", io.BytesIO()):
        with pytest.raises(imaging.EmptyFile):
            imaging.read(source)
        with pytest.raises(imaging.EmptyFile):
            imaging.sniff(source)


def test_a_named_pipe_does_not_block(tmp_path):
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(imaging.NotAPicture):
            imaging.read(tmp_path / "pipe.png")


def test_large_files_are_mapped(tmp_path, monkeypatch):
    from deconv_studio.imaging import source

    monkeypatch.setattr(source, "MAP_FROM", 1)
    for format in ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "TGA", "AVIF"):
        path = tmp_path / f"photo.{format}"
        path.write_bytes(make.by_pillow(photo(), format))
        assert imaging.read(path).pixels.shape == (48, 64, 3)
        assert imaging.thumbnail(path, 16).width == 16
        path.write_bytes(path.read_bytes()[:60])
        with pytest.raises(imaging.ImagingError):
            imaging.read(path)


def test_pixel_limit_and_opening_anyway():
    for format in ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF", "PPM", "TGA", "AVIF", "JPEG2000"):
        data = make.by_pillow(photo(), format)
        with pytest.raises(imaging.TooManyPixels) as caught:
            imaging.read(data, max_pixels=1000)
        assert (caught.value.pixels, caught.value.limit) == (64 * 48, 1000)
        with pytest.raises(imaging.TooManyPixels):
            imaging.thumbnail(data, 8, max_pixels=1000)
        assert imaging.read(data, max_pixels=None).width == 64
        assert imaging.read(data, max_pixels=64 * 48).width == 64
        assert imaging.read_header(data).pixels == 64 * 48


def test_a_webp_canvas_that_lies_is_refused():
    data = bytearray(imaging.encode(imaging.Picture(photo()), "WEBP"))
    assert data[12:16] == b"VP8X"
    data[24:30] = (16_382).to_bytes(3, "little") * 2
    with pytest.raises(imaging.CorruptFile, match="two different sizes"):
        imaging.read(bytes(data))


def test_run_lengths_that_cannot_fill_their_bmp():
    head = struct.pack("<2sIHHI", b"BM", 100, 0, 0, 54 + 1024)
    head += struct.pack("<IiiHHIIiiII", 40, 16_000, 16_000, 1, 8, 1, 0, 0, 0, 0, 0)
    with pytest.raises(imaging.TruncatedFile):
        imaging.read(head + b"\0" * 1024 + b"\xff\1" * 50)


def test_a_jpeg_of_endless_scans_is_refused():
    data = make.by_pillow(photo(), "JPEG", progressive=True)
    start = data.rindex(b"\xff\xda")
    with pytest.raises(imaging.CorruptFile, match="scans"):
        imaging.read(data[:start] + data[start:-2] * 600 + b"\xff\xd9")


def test_very_many_pages_are_counted_quickly():
    # Directories may overlap: a short file can hold a long chain of them, each claiming thousands of tags.
    page = struct.pack("<HHII", 256, 3, 1, 1)
    data = bytearray(b"II*\0" + struct.pack("<I", 8))
    for index in range(2000):
        at = len(data)
        link = 0 if index == 1999 else at + 18
        data += struct.pack("<H", 1) + page + struct.pack("<I", link)
    with pytest.raises(imaging.CorruptFile):
        imaging.read(bytes(data), page=1999)
    with pytest.raises(imaging.PageMissing) as caught:
        imaging.read(bytes(data), page=2000)
    assert caught.value.pages == 2000
