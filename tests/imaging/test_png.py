"""PNG of every colour type and depth, against OpenCV and Pillow; damage of every kind."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from deconv_studio import imaging
from deconv_studio.imaging import png

from . import make

pytestmark = pytest.mark.light


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("keyed", [False, True])
def test_gray_of_every_depth(depth, keyed):
    values = (
        np.random.default_rng(depth)
        .integers(0, 2**depth, (5, 13, 1))
        .astype(np.uint16 if depth == 16 else np.uint8)
    )
    key = int(values[2, 3, 0])
    before = make.chunk(b"tRNS", struct.pack(">H", key)) if keyed else b""
    picture = imaging.read(make.png(13, 5, depth, 0, make.png_rows(values, depth), before=before))
    full = 65_535 if depth == 16 else 255
    np.testing.assert_array_equal(
        picture.pixels[:, :, :1], values * (1 if depth == 16 else 255 // (2**depth - 1))
    )
    assert picture.pixels.dtype == (np.uint16 if depth == 16 else np.uint8)
    assert picture.channels == (2 if keyed else 1)
    if keyed:
        np.testing.assert_array_equal(picture.alpha, np.where(values == key, 0, full))


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_colour_of_rgb_becomes_alpha(depth):
    values = make.pixels(4, 6, 3, f"uint{depth}")
    key = values[1, 2]
    before = make.chunk(b"tRNS", struct.pack(">3H", *map(int, key)))
    picture = imaging.read(make.png(6, 4, depth, 2, make.png_rows(values, depth), before=before))
    np.testing.assert_array_equal(picture.color, values)
    assert picture.alpha[1, 2, 0] == 0
    assert (picture.alpha == 0).sum() == (values == key).all(axis=2).sum()


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
@pytest.mark.parametrize("transparent", [False, True])
def test_palettes(depth, transparent):
    count = 2**depth
    table = np.random.default_rng(1).integers(0, 256, (count, 3), dtype=np.uint8)
    indices = np.random.default_rng(2).integers(0, count, (7, 11, 1), dtype=np.uint8)
    before = make.chunk(b"PLTE", table.tobytes())
    if transparent:
        before += make.chunk(b"tRNS", bytes([0, 128][:count]))
    picture = imaging.read(make.png(11, 7, depth, 3, make.png_rows(indices, depth), before=before))
    np.testing.assert_array_equal(picture.color, table[indices[:, :, 0]])
    assert picture.channels == (4 if transparent else 3)
    if transparent:
        alpha = np.array([0, 128, *[255] * 254])[indices]
        np.testing.assert_array_equal(picture.alpha, alpha)


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (37, 41)])
def test_interlaced(channels, dtype, size):
    array = make.pixels(*size, channels, dtype)
    # Adam7 by its definition: seven smaller pictures one after the other.
    raw = b""
    for x, y, dx, dy in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        part = array[y::dy, x::dx]
        if part.size:
            raw += make.png_rows(part, array.itemsize * 8)
    color = {1: 0, 3: 2, 4: 6}[channels]
    data = make.png(size[1], size[0], array.itemsize * 8, color, raw, interlace=1)
    np.testing.assert_array_equal(imaging.read(data).pixels, array)
    assert Image.open(io.BytesIO(data)).size == (size[1], size[0])


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_every_row_filter_is_undone(kind, channels, dtype):
    # The filters by the letter of the specification, byte by byte.
    array = make.pixels(4, 5, channels, dtype)
    step = channels * array.itemsize
    rows = np.frombuffer(array.astype(f">u{array.itemsize}").tobytes(), np.uint8).reshape(4, -1).astype(int)
    raw = bytearray()
    for y, row in enumerate(rows):
        above = rows[y - 1] if y else np.zeros_like(row)
        raw.append(kind)
        for x, value in enumerate(row):
            a, b, c = (row[x - step] if x >= step else 0), above[x], (above[x - step] if x >= step else 0)
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            raw.append((value - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
    color = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    data = make.png(5, 4, array.itemsize * 8, color, bytes(raw))
    np.testing.assert_array_equal(imaging.read(data).pixels, array)


def test_rows_over_several_strips_with_all_filters():
    array = make.pixels(2500, 900, 3)
    done, data = cv2.imencode(
        ".png", array[:, :, ::-1], [cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_ALL_FILTERS]
    )
    assert done
    np.testing.assert_array_equal(imaging.read(data.tobytes()).pixels, array)


def test_sixteen_bits_are_never_read_as_eight():
    dark = np.full((3, 4, 3), 200, np.uint16)
    dark[0, 0] = (1, 2, 3)
    picture = imaging.read(imaging.encode(imaging.Picture(dark), "PNG"))
    assert picture.pixels.dtype == np.uint16
    np.testing.assert_array_equal(picture.pixels, dark)


def test_cut_at_every_point_is_refused_or_whole():
    array = make.pixels(9, 14, 3)
    data = imaging.encode(imaging.Picture(array), "PNG")
    for length in range(1, len(data)):
        try:
            picture = imaging.read(data[:length])
        except (imaging.TruncatedFile, imaging.NotAPicture) as error:
            assert str(error)
            assert isinstance(error, imaging.TruncatedFile) or length < 8
        else:
            np.testing.assert_array_equal(picture.pixels, array)
            assert length >= data.index(b"IEND") - 8


def test_a_flipped_byte_anywhere_never_gives_wrong_pixels():
    array = make.pixels(6, 8, 3)
    data = imaging.encode(imaging.Picture(array), "PNG")
    for at in range(len(data)):
        broken = bytearray(data)
        broken[at] ^= 0x5A
        try:
            picture = imaging.read(bytes(broken))
        except imaging.ImagingError:
            continue
        np.testing.assert_array_equal(picture.pixels, array)


def test_too_little_data_is_corrupt_and_too_much_is_ignored():
    array = make.pixels(6, 8, 3)
    raw = make.png_rows(array)
    with pytest.raises(imaging.CorruptFile):
        imaging.read(make.png(8, 6, 8, 2, raw[:-5]))
    np.testing.assert_array_equal(imaging.read(make.png(8, 6, 8, 2, raw + b"spare")).pixels, array)


@pytest.mark.parametrize(("depth", "color"), [(8, 1), (8, 7), (3, 0), (16, 3), (4, 2), (0, 0), (99, 2)])
def test_impossible_headers(depth, color):
    with pytest.raises(imaging.CorruptFile):
        imaging.read(make.png(8, 6, depth, color, b"\0" * 500))


def test_a_lying_size_is_refused_before_memory_is_taken():
    data = make.png(60_000, 60_000, 8, 6, b"\0" * 100)
    with pytest.raises(imaging.TooManyPixels) as caught:
        imaging.read(data)
    assert caught.value.pixels == 3_600_000_000
    with pytest.raises(imaging.ImagingError):
        imaging.read(data, max_pixels=None)
    with pytest.raises(imaging.TruncatedFile, match="too little data"):
        imaging.read(make.png(16_000, 16_000, 16, 6, b"\0" * 100))


def test_a_palette_png_needs_its_palette_and_gives_black_beyond_it():
    indices = np.array([[[0], [200]]], np.uint8)
    with pytest.raises(imaging.CorruptFile):
        imaging.read(make.png(2, 1, 8, 3, make.png_rows(indices)))
    picture = imaging.read(
        make.png(2, 1, 8, 3, make.png_rows(indices), before=make.chunk(b"PLTE", b"\1\2\3"))
    )
    assert picture.pixels[0].tolist() == [[1, 2, 3], [0, 0, 0]]


def test_unknown_critical_chunks_are_refused_and_others_skipped():
    raw = make.png_rows(make.pixels(2, 2, 1))
    with pytest.raises(imaging.UnsupportedFormat):
        imaging.read(make.png(2, 2, 8, 0, raw, before=make.chunk(b"CgBI", b"1234")))
    assert imaging.read(make.png(2, 2, 8, 0, raw, before=make.chunk(b"prVt", b"1234"))).width == 2


def test_texts_unfold_only_so_far():
    bomb = make.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * (64 << 20)))
    picture = imaging.read(make.png(2, 2, 8, 0, make.png_rows(make.pixels(2, 2, 1)), before=bomb))
    assert picture.metadata.text == {}
    assert any("zTXt" in notice for notice in picture.notices)


def test_a_damaged_side_chunk_costs_only_itself():
    wrong = bytearray(make.chunk(b"tEXt", b"Title\0Hello"))
    wrong[-1] ^= 1
    picture = imaging.read(make.png(2, 2, 8, 0, make.png_rows(make.pixels(2, 2, 1)), before=bytes(wrong)))
    assert picture.metadata.text == {} and any("tEXt" in notice for notice in picture.notices)


def test_gamma_and_primaries_become_a_profile():
    raw = make.png_rows(np.full((2, 2, 3), 128, np.uint8))
    linear = imaging.read(make.png(2, 2, 8, 2, raw, before=make.chunk(b"gAMA", struct.pack(">I", 100_000))))
    assert linear.icc_profile is not None
    # Linear 128/255 is 0.502; encoded for sRGB 0.7376, that is 188.
    assert abs(int(imaging.to_srgb(linear).pixels[0, 0, 0]) - 188) <= 1
    usual = imaging.read(make.png(2, 2, 8, 2, raw, before=make.chunk(b"gAMA", struct.pack(">I", 45_455))))
    assert usual.icc_profile is None


def test_animated_png_gives_its_first_frame_with_a_notice():
    frames = [Image.fromarray(make.pixels(8, 9, 3, seed=seed)) for seed in range(3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    picture = imaging.read(buffer.getvalue())
    np.testing.assert_array_equal(picture.pixels, np.asarray(frames[0]))
    assert picture.pages == 3 and any("frame 1 of 3" in notice for notice in picture.notices)
    last = imaging.read(buffer.getvalue(), page=2)
    np.testing.assert_array_equal(last.color, np.asarray(frames[2]))
    with pytest.raises(imaging.PageMissing):
        imaging.read(buffer.getvalue(), page=3)


@pytest.mark.parametrize("shape", [(1_200_000, 1), (3, 400_000)])
def test_very_tall_and_very_wide(shape):
    array = (np.arange(shape[0] * shape[1]) % 251).astype(np.uint8).reshape(*shape, 1)
    if shape[0] > 1_000_000:
        # More rows than OpenCV takes at once; our own writer stops at a million a side.
        rows = np.zeros((shape[0], 2), np.uint8)
        rows[:, 0] = 2
        rows[:, 1] = np.diff(array[:, 0, 0].astype(int), prepend=0) % 256
        data = make.png(shape[1], shape[0], 8, 0, rows.tobytes())
    else:
        data = imaging.encode(imaging.Picture(array), "PNG")
    np.testing.assert_array_equal(imaging.read(data).pixels, array)


def test_wider_than_opencv_takes_is_refused_by_name():
    array = np.zeros((1, (1 << 20) + 1, 1), np.uint8)
    with pytest.raises(imaging.UnsupportedFormat, match="wide"):
        imaging.read(make.png(array.shape[1], 1, 8, 0, make.png_rows(array)))
    assert not imaging.can_hold("PNG", imaging.Picture(array))


def test_very_many_texts_are_cut_off():
    before = b"".join(make.chunk(b"tEXt", b"k%d\0v" % index) for index in range(1500))
    picture = imaging.read(make.png(2, 2, 8, 0, make.png_rows(make.pixels(2, 2, 1)), before=before))
    assert len(picture.metadata.text) == 1000 and len(picture.notices) == 1


@pytest.mark.parametrize("kind", ["noise", "drawing"])
def test_strips_are_deflated_by_what_suits_them(kind: str) -> None:
    # Level 3 with strings alone, what is written otherwise, is the measure neither may be larger than.
    rng = np.random.default_rng(0)
    if kind == "noise":
        ramp = np.linspace(40, 200, 256)[None, :, None] + rng.normal(0, 2, (256, 256, 3))
        pixels = ramp.round().astype(np.uint8)
    else:
        glyphs = rng.integers(0, 2, (8, 16, 16, 1)).astype(np.uint8) * 255
        text = glyphs[rng.integers(8, size=(16, 16))]
        pixels = np.ascontiguousarray(text.swapaxes(1, 2).reshape(256, 256, 1))
    written: list[bytes] = []
    png.write_stream(lambda piece: written.append(piece), pixels)
    body = png._filtered(pixels, 0, 256)
    strings = zlib.compressobj(3, zlib.DEFLATED, -15, 9)
    usual = len(strings.compress(body) + strings.flush())
    assert sum(map(len, written)) < usual * (0.99 if kind == "noise" else 1.02) + 200
    data = np.frombuffer(b"".join(written), np.uint8)
    decoded = cv2.imdecode(data, cv2.IMREAD_UNCHANGED).reshape(256, 256, -1)[:, :, ::-1]
    np.testing.assert_array_equal(decoded, pixels)
