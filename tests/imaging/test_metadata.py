"""EXIF, XMP, texts and resolution: kept, dropped, made private; orientation applied once."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageOps

from deconv_studio import imaging

from . import make

pytestmark = pytest.mark.light

FORMATS = ["PNG", "JPEG", "TIFF", "WEBP", "AVIF"]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:Description tiff:Orientation="6" photoshop:City="Nowhere"/></x:xmpmeta>'
)


def rich_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 1
    exif[ExifTags.Base.Make] = "Maker"
    exif[ExifTags.Base.Model] = "Model 7"
    exif[ExifTags.Base.Artist] = "Jane Secret"
    exif[ExifTags.Base.Copyright] = "Secret Studio"
    exif[ExifTags.Base.HostComputer] = "secret-laptop"
    sub = exif.get_ifd(ExifTags.IFD.Exif)
    sub[ExifTags.Base.ExposureTime] = (1, 125)
    sub[ExifTags.Base.ISOSpeedRatings] = 400
    sub[ExifTags.Base.BodySerialNumber] = "SERIAL-SECRET"
    sub[ExifTags.Base.LensSerialNumber] = "LENS-SECRET"
    sub[ExifTags.Base.CameraOwnerName] = "Owner Secret"
    sub[ExifTags.Base.ImageUniqueID] = "5ECRET" * 5
    sub[ExifTags.Base.MakerNote] = b"MAKER SECRET NOTE"
    sub[ExifTags.Base.UserComment] = b"ASCII\0\0\0a secret comment"
    sub[ExifTags.Base.ExifImageWidth] = 4000
    sub[ExifTags.Base.ExifImageHeight] = 3000
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (48.0, 12.0, 30.0)
    return exif.tobytes().removeprefix(b"Exif\0\0")


def loaded(picture: imaging.Picture) -> Image.Exif:
    exif = Image.Exif()
    exif.load(picture.metadata.exif or b"")
    return exif


def rich(channels: int = 3) -> imaging.Picture:
    return imaging.Picture(
        make.pixels(20, 30, channels),
        metadata=imaging.Metadata(
            rich_exif(), XMP, {"Author": "Jane Secret", "Software": "Tool"}, (300.0, 300.0)
        ),
    )


@pytest.mark.parametrize("format", FORMATS)
def test_keep(format):
    back = imaging.read(imaging.encode(rich(), format))
    exif = loaded(back)
    assert exif[ExifTags.Base.Artist] == "Jane Secret" and exif[ExifTags.Base.Model] == "Model 7"
    sub = exif.get_ifd(ExifTags.IFD.Exif)
    assert sub[ExifTags.Base.BodySerialNumber] == "SERIAL-SECRET"
    assert sub[ExifTags.Base.MakerNote] == b"MAKER SECRET NOTE"
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] == (48.0, 12.0, 30.0)
    assert b"Nowhere" in back.metadata.xmp
    # The size that EXIF notes is that of the picture in the file.
    assert (sub[ExifTags.Base.ExifImageWidth], sub[ExifTags.Base.ExifImageHeight]) == (30, 20)
    if format in ("PNG", "JPEG", "TIFF"):
        assert back.metadata.dpi == pytest.approx((300, 300), abs=0.01)
    if format == "PNG":
        assert back.metadata.text == {"Author": "Jane Secret", "Software": "Tool"}


@pytest.mark.parametrize("format", FORMATS)
def test_private(format):
    data = imaging.encode(rich(), format, metadata="private")
    assert b"ecret" not in data and b"SECRET" not in data and b"5ECRET" not in data and b"Nowhere" not in data
    back = imaging.read(data)
    exif = loaded(back)
    assert exif[ExifTags.Base.Model] == "Model 7"
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.ISOSpeedRatings] == 400
    assert not exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert back.metadata.xmp is None


@pytest.mark.parametrize("format", FORMATS)
def test_strip(format):
    data = imaging.encode(rich(), format, metadata="strip")
    assert b"ecret" not in data and b"Model 7" not in data
    back = imaging.read(data)
    assert (back.metadata.xmp, back.metadata.text) == (None, {})
    assert ExifTags.Base.Model not in loaded(back)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("policy", ["keep", "strip", "private"])
def test_the_programs_own_words_are_always_written(format, policy):
    words = {"Software": "Deconv Studio", "Model": "upscale-x2", "Note": "größer"}
    back = imaging.read(imaging.encode(rich(), format, metadata=policy, text=words))
    if format == "PNG":
        assert words.items() <= back.metadata.text.items()
    else:
        exif = loaded(back)
        assert exif[ExifTags.Base.Software] == "Deconv Studio"
        assert b"Model: upscale-x2\nNote: gr\xc3\xb6\xc3\x9fer" in back.metadata.exif
    # A second time does not pile the words up.
    again = imaging.read(imaging.encode(back, format, metadata=policy, text=words))
    if format != "PNG":
        assert again.metadata.exif.count(b"Model: upscale-x2") == 1
        assert "upscale-x2" in loaded(again)[ExifTags.Base.ImageDescription]
        assert loaded(again)[ExifTags.Base.ImageDescription].count("upscale-x2") == 1
    if policy == "keep" and format != "PNG":
        assert loaded(again).get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.MakerNote] == b"MAKER SECRET NOTE"


def test_an_unknown_policy_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="private"):
        imaging.encode(rich(), "PNG", metadata="all")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_orientation_is_applied_once_and_the_tag_reset(format, orientation):
    stored = make.pixels(16, 24, 3)
    options = {"lossless": True} if format == "WEBP" else {}
    data = make.by_pillow(
        stored, format, exif=make.orientation_exif(orientation, "<>"[orientation % 2]), **options
    )
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    picture = imaging.read(data)
    np.testing.assert_array_equal(picture.pixels, wanted)
    assert loaded(picture)[ExifTags.Base.Orientation] == 1
    header = imaging.read_header(data)
    assert (header.height, header.width) == wanted.shape[:2]
    small = imaging.thumbnail(data, 12)
    assert (small.height, small.width) == ((12, 8) if orientation >= 5 else (8, 12))
    again = imaging.read(imaging.encode(picture, format, quality=100))
    assert again.pixels.shape == wanted.shape


def test_avif_rotation_is_applied_once():
    buffer = io.BytesIO()
    Image.fromarray(make.pixels(16, 24, 3)).save(buffer, "AVIF", quality=100, exif=make.orientation_exif(6))
    picture = imaging.read(buffer.getvalue())
    assert picture.pixels.shape == (24, 16, 3)
    assert imaging.read(imaging.encode(picture, "AVIF")).pixels.shape == (24, 16, 3)


@pytest.mark.parametrize("value", [0, 9, 42, 65_535])
def test_orientations_that_are_none_are_ignored_with_a_notice(value):
    stored = make.pixels(8, 12, 3)
    picture = imaging.read(make.by_pillow(stored, "PNG", exif=make.orientation_exif(value)))
    np.testing.assert_array_equal(picture.pixels, stored)
    assert any(str(value) in notice for notice in picture.notices)


def test_xmp_orientation_counts_without_exif_and_is_reset():
    stored = make.pixels(8, 12, 3)
    xmp = make.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    picture = imaging.read(make.png(12, 8, 8, 2, make.png_rows(stored), before=xmp))
    np.testing.assert_array_equal(picture.pixels, np.rot90(stored, -1))
    assert b'tiff:Orientation="1"' in picture.metadata.xmp


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II",
        b"II*\0",
        b"nonsense at all",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\1\1\x12",
    ],
)
def test_broken_exif_costs_only_itself(exif):
    stored = make.pixels(8, 12, 3)
    before = make.chunk(b"eXIf", exif)
    picture = imaging.read(make.png(12, 8, 8, 2, make.png_rows(stored), before=before))
    np.testing.assert_array_equal(picture.pixels, stored)
    assert picture.metadata.exif is None
    for policy in ("keep", "private"):
        bad = picture.replace(metadata=imaging.Metadata(exif=exif))
        for format in ("PNG", "JPEG", "TIFF"):
            assert imaging.read(imaging.encode(bad, format, metadata=policy, text={"a": "b"})).width == 12


def test_maker_notes_keep_their_place_when_read():
    exif = rich_exif()
    picture = imaging.read(make.by_pillow(make.pixels(8, 8, 3), "JPEG", exif=exif))
    assert picture.metadata.exif == exif


def test_exif_too_long_for_jpeg_loses_its_maker_note_first():
    note = bytes(range(256)) * 300
    exif = make.exif([(0x0110, 2, 6, b"Camer\0"), (0x927C, 7, len(note), note)])
    picture = imaging.Picture(make.pixels(8, 8, 3), metadata=imaging.Metadata(exif=exif))
    assert loaded(imaging.read(imaging.encode(picture, "JPEG")))[0x0110] == "Camer"
    assert imaging.read(imaging.encode(picture, "PNG")).metadata.exif == exif


def test_resolution_follows_the_orientation():
    dpi = make.exif([
        (0x0112, 3, 1, struct.pack("<H", 6)), (0x011A, 5, 1, struct.pack("<II", 200, 1)),
        (0x011B, 5, 1, struct.pack("<II", 100, 1)), (0x0128, 3, 1, struct.pack("<H", 2)),
    ])  # fmt: skip
    picture = imaging.read(make.by_pillow(make.pixels(8, 12, 3), "WEBP", exif=dpi))
    assert picture.metadata.dpi == (100.0, 200.0)


def test_png_texts_of_all_kinds_come_back():
    words = {"Title": "plain", "Größe": "größer", "日本": "日本語", "Long": "x" * 5000, "k" * 200: "cut key"}
    back = imaging.read(
        imaging.encode(imaging.Picture(make.pixels(2, 2, 1)), "PNG", text=words)
    ).metadata.text
    assert back["Title"] == "plain" and back["Größe"] == "größer" and back["Long"] == "x" * 5000
    assert "日本語" in back.values() and back["k" * 79] == "cut key"
