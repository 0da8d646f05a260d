"""TIFF: every sample type, layout, compression and meaning of samples; damage and lies."""

from __future__ import annotations

import io
import lzma
import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from deconv_studio import imaging

from . import make

pytestmark = pytest.mark.light


def written(array: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, metadata=None, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("layout", ["strip", "tile", "planar", "planar tile"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_layouts(order, dtype, layout, compression):
    array = make.pixels(45, 50, 3, dtype)
    options: dict = {"photometric": "rgb", "byteorder": order, "compression": compression}
    if compression and dtype != "float32":
        options["predictor"] = 2
    if "tile" in layout:
        options["tile"] = (16, 32)
    else:
        options["rowsperstrip"] = 7
    stored = array
    if "planar" in layout:
        stored, options["planarconfig"] = array.transpose(2, 0, 1), "separate"
    picture = imaging.read(written(stored, **options))
    assert picture.pixels.dtype == array.dtype
    np.testing.assert_array_equal(picture.pixels, array)


def lzw(body: bytes) -> bytes:
    """LZW that never grows its table: a clear code before every 200 bytes (TIFF 6.0, section 13)."""
    codes: list[int] = []
    for at in range(0, len(body), 200):
        codes += [256, *body[at : at + 200]]
    bits = "".join(f"{code:09b}" for code in [*codes, 257])
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


@pytest.mark.parametrize(
    ("code", "pack"),
    [
        (5, lzw),
        (8, zlib.compress),
        (32946, zlib.compress),
        (34925, lzma.compress),
        (
            32773,
            lambda body: b"".join(
                bytes([len(body[at : at + 100]) - 1]) + body[at : at + 100] for at in range(0, len(body), 100)
            ),
        ),
    ],
)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_compressions(code, pack, dtype):
    array = make.pixels(11, 9, 3, dtype)
    data = pack(array.tobytes())
    tags = [(259, 3, [code]), (279, 4, [len(data)])]
    whole = make.plain_tiff(array, 2, *tags)
    at = struct.unpack("<I", whole[4:8])[0]
    # The data of plain_tiff give way to the packed ones; what follows moves by the difference.
    tags = [
        (256, 4, [9]), (257, 4, [11]), (258, 3, [array.itemsize * 8] * 3), (259, 3, [code]), (262, 3, [2]),
        (273, 4, [8]), (277, 3, [3]), (278, 4, [11]), (279, 4, [len(data)]),
        (339, 3, [3 if dtype == "float32" else 1] * 3),
    ]  # fmt: skip
    assert at > 8
    np.testing.assert_array_equal(imaging.read(make.tiff(tags, data)).pixels, array)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_lzw_with_predictor_as_opencv_writes_it(dtype, channels):
    array = make.pixels(40, 33, channels, dtype)
    done, data = cv2.imencode(".tif", array[:, :, [2, 1, 0, 3][:channels]] if channels > 1 else array)
    assert done
    np.testing.assert_array_equal(imaging.read(data.tobytes()).pixels, array)


def test_floating_point_predictor():
    array = make.pixels(7, 5, 3, "float32")
    # Predictor 3 by the letter of Adobe's note: bytes of a row sorted by significance, then differences.
    rows = []
    for row in array:
        planes = row.reshape(-1).astype(">f4").view(np.uint8).reshape(-1, 4).T.reshape(-1)
        left = np.concatenate((np.zeros(3, np.uint8), planes[:-3]))
        rows.append((planes - left).tobytes())
    data = zlib.compress(b"".join(rows))
    tags = [
        (256, 4, [5]), (257, 4, [7]), (258, 3, [32] * 3), (259, 3, [8]), (262, 3, [2]), (273, 4, [8]),
        (277, 3, [3]), (278, 4, [7]), (279, 4, [len(data)]), (317, 3, [3]), (339, 3, [3] * 3),
    ]  # fmt: skip
    np.testing.assert_array_equal(imaging.read(make.tiff(tags, data)).pixels, array)


def test_white_is_zero():
    for dtype, full in (("uint8", 255), ("uint16", 65_535)):
        array = make.pixels(5, 6, 1, dtype)
        np.testing.assert_array_equal(imaging.read(make.plain_tiff(array, 0)).pixels, full - array)


def test_alpha_by_its_tag():
    array = make.pixels(5, 6, 4)
    straight = imaging.read(make.plain_tiff(array, 2, (338, 3, [2])))
    np.testing.assert_array_equal(straight.pixels, array)
    unspecified = imaging.read(make.plain_tiff(array, 2, (338, 3, [0])))
    np.testing.assert_array_equal(unspecified.pixels, array[:, :, :3])
    assert any("extra channel" in notice for notice in unspecified.notices)
    five = make.pixels(5, 6, 5)
    picked = imaging.read(make.plain_tiff(five, 2, (338, 3, [0, 2])))
    np.testing.assert_array_equal(picked.pixels, five[:, :, [0, 1, 2, 4]])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_premultiplied_alpha_is_divided_out(dtype):
    full = 1.0 if dtype == "float32" else float(np.iinfo(dtype).max)
    straight = np.abs(make.pixels(8, 9, 3, dtype).astype(np.float64)).clip(0, full)
    alpha = np.linspace(0, full, 72).reshape(8, 9, 1)
    stored = np.concatenate((straight * alpha / full, alpha), axis=2)
    stored = stored.astype(dtype) if dtype == "float32" else np.rint(stored).astype(dtype)
    picture = imaging.read(make.plain_tiff(stored, 2, (338, 3, [1])))
    assert (picture.color[0, 0] == 0).all()
    opaque = picture.alpha[:, :, 0] > full / 2
    difference = np.abs(picture.color.astype(np.float64) - straight)[opaque].max()
    assert difference <= (1e-5 if dtype == "float32" else 2)
    assert any("premultiplied" in notice for notice in picture.notices)


def test_gray_with_alpha_at_16_bits():
    array = make.pixels(5, 6, 2, "uint16")
    np.testing.assert_array_equal(imaging.read(make.plain_tiff(array, 1, (338, 3, [2]))).pixels, array)


def test_palette():
    table = np.random.default_rng(0).integers(0, 256, (256, 3))
    indices = np.random.default_rng(1).integers(0, 256, (4, 5, 1), dtype=np.uint8)
    values = (table * 257).T.reshape(-1).tolist()
    picture = imaging.read(make.plain_tiff(indices, 3, (320, 3, values)))
    np.testing.assert_array_equal(picture.pixels, table[indices[:, :, 0]])


def test_cmyk_by_the_plain_formula():
    array = np.array([[[0, 0, 0, 0], [255, 0, 0, 0], [0, 0, 0, 255], [0, 51, 102, 51]]], np.uint8)
    picture = imaging.read(make.plain_tiff(array, 5))
    assert picture.pixels[0].tolist() == [[255, 255, 255], [0, 255, 255], [0, 0, 0], [204, 163, 122]]
    assert any("CMYK" in notice for notice in picture.notices)


def test_double_is_rounded_with_a_notice_and_half_is_exact():
    array = make.pixels(3, 4, 1, "float32").astype(np.float64)
    picture = imaging.read(make.plain_tiff(array, 1))
    np.testing.assert_array_equal(picture.pixels, array.astype(np.float32))
    assert any("64-bit" in notice for notice in picture.notices)
    half = np.array([[0.5, -2, 65_504, np.inf]], np.float16)[:, :, None]
    np.testing.assert_array_equal(imaging.read(make.plain_tiff(half, 1)).pixels, half.astype(np.float32))


@pytest.mark.parametrize("dtype", ["int8", "int16", "int32", "uint32", "uint64", "complex64"])
def test_samples_without_black_and_white_are_refused_by_name(dtype):
    with pytest.raises(imaging.UnsupportedFormat) as caught:
        imaging.read(make.plain_tiff(np.zeros((3, 4, 1), dtype), 1))
    assert "-bit" in caught.value.message and "16 bits" in caught.value.hint


@pytest.mark.parametrize(
    ("code", "word"), [(34887, "LERC"), (50002, "JPEG XL"), (34712, "JPEG 2000"), (12345, "12345")]
)
def test_other_compressions_are_refused_by_name(code, word):
    with pytest.raises(imaging.UnsupportedFormat, match=word) as caught:
        imaging.read(make.plain_tiff(make.pixels(3, 4, 1, "uint16"), 1, (259, 3, [code])))
    assert "Deflate" in caught.value.hint


@pytest.mark.parametrize(
    "compression", ["group3", "group4", "jpeg", "tiff_lzw", "packbits", "tiff_adobe_deflate"]
)
def test_what_pillow_compresses(compression):
    array = make.pixels(40, 48, 3)
    image = Image.fromarray(array)
    if compression.startswith("group"):
        image = image.convert("1")
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression=compression)
    wanted = np.asarray(
        Image.open(io.BytesIO(buffer.getvalue())).convert("L" if image.mode == "1" else "RGB")
    )
    picture = imaging.read(buffer.getvalue())
    np.testing.assert_array_equal(picture.pixels, wanted.reshape(picture.pixels.shape))


def test_pages_of_different_kinds():
    buffer = io.BytesIO()
    pages = [make.pixels(5, 6, 3), make.pixels(7, 4, 1, "uint16"), make.pixels(3, 3, 1, "float32")]
    with tifffile.TiffWriter(buffer) as writer:
        for page in pages:
            if page.shape[2] == 3:
                writer.write(page, photometric="rgb", metadata=None)
            else:
                writer.write(page[:, :, 0], photometric="minisblack", metadata=None)
    for index, page in enumerate(pages):
        picture = imaging.read(buffer.getvalue(), page=index)
        np.testing.assert_array_equal(picture.pixels, page)
        assert (picture.page, picture.pages) == (index, 3)
        assert any(f"page {index + 1} of 3" in notice for notice in picture.notices)
        header = imaging.read_header(buffer.getvalue(), page=index)
        assert (header.width, header.height, header.dtype) == (page.shape[1], page.shape[0], str(page.dtype))
    for missing in (3, -1):
        with pytest.raises(imaging.PageMissing) as caught:
            imaging.read(buffer.getvalue(), page=missing)
        assert caught.value.pages == 3


def test_a_chain_of_pages_that_loops_ends():
    data = bytearray(make.plain_tiff(make.pixels(2, 2, 1), 1))
    first = struct.unpack("<I", data[4:8])[0]
    count = struct.unpack("<H", data[first : first + 2])[0]
    data[first + 2 + 12 * count : first + 6 + 12 * count] = struct.pack("<I", first)
    assert imaging.read(bytes(data)).pages == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(orientation):
    stored = make.pixels(4, 7, 3)
    data = make.plain_tiff(stored, 2, (274, 3, [orientation]))
    # By the definition: where the stored first row and first column belong.
    upright = {
        1: stored, 2: stored[:, ::-1], 3: stored[::-1, ::-1], 4: stored[::-1], 5: stored.swapaxes(0, 1),
        6: np.rot90(stored, -1), 7: np.rot90(stored[:, ::-1], -1), 8: np.rot90(stored, 1),
    }[orientation]  # fmt: skip
    np.testing.assert_array_equal(imaging.read(data).pixels, upright)
    header = imaging.read_header(data)
    assert (header.height, header.width) == upright.shape[:2]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_cut_at_every_point_is_refused():
    for data in (
        written(make.pixels(9, 8, 3), photometric="rgb", rowsperstrip=2, compression="zlib"),
        make.plain_tiff(make.pixels(9, 8, 3, "uint16"), 2),
        make.by_pillow(make.pixels(16, 16, 3), "TIFF", compression="jpeg"),
    ):
        whole = imaging.read(data).pixels
        for length in range(1, len(data)):
            try:
                picture = imaging.read(data[:length])
            except imaging.ImagingError as error:
                assert error.kind in ("TruncatedFile", "NotAPicture", "CorruptFile")
            else:
                np.testing.assert_array_equal(picture.pixels, whole)


def test_tags_that_lie():
    array = make.pixels(4, 5, 3)
    for lie in (
        (256, 4, [60_000]),
        (257, 4, [2_000_000_000]),
        (277, 3, [60]),
        (278, 4, [0]),
        (273, 4, [4_000_000_000]),
    ):
        with pytest.raises(imaging.ImagingError) as caught:
            imaging.read(make.plain_tiff(array, 2, lie))
        assert caught.value.kind in ("TruncatedFile", "CorruptFile", "TooManyPixels", "UnsupportedFormat")
    with pytest.raises(imaging.TruncatedFile, match="too little data"):
        imaging.read(make.plain_tiff(array, 2, (256, 4, [15_000]), (257, 4, [15_000]), (278, 4, [15_000])))


def test_damaged_deflate_and_lzw():
    for code in (8, 5):
        with pytest.raises(imaging.CorruptFile):
            imaging.read(make.plain_tiff(make.pixels(9, 9, 3), 2, (259, 3, [code])))


def test_camera_raw_in_tiff_clothes_is_refused_by_name():
    for lie in ((50706, 3, [1]), (262, 3, [32803])):
        with pytest.raises(imaging.UnsupportedFormat, match="RAW") as caught:
            imaging.read(make.plain_tiff(make.pixels(4, 4, 1, "uint16"), 1, lie))
        assert caught.value.format == "camera RAW" and "darktable" in caught.value.hint


def test_lab_becomes_srgb():
    srgb = ImageCms.createProfile("sRGB")
    array = make.pixels(16, 16, 3)
    lab = ImageCms.profileToProfile(
        Image.fromarray(array), srgb, ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    buffer = io.BytesIO()
    lab.save(buffer, "TIFF")
    picture = imaging.read(buffer.getvalue())
    assert picture.channels == 3 and picture.icc_profile is None
    assert np.abs(picture.pixels.astype(int) - array).mean() < 3


@pytest.mark.parametrize("bits", [10, 12, 14])
def test_odd_depths_are_refused_by_name(bits):
    with pytest.raises(imaging.UnsupportedFormat, match=f"{bits}-bit"):
        imaging.read(make.plain_tiff(make.pixels(4, 4, 1, "uint16"), 1, (258, 3, [bits])))


def test_a_combination_no_library_knows_is_refused_by_name():
    with pytest.raises(imaging.UnsupportedFormat, match="4 bits"):
        imaging.read(make.plain_tiff(make.pixels(4, 4, 3), 2, (258, 3, [4, 4, 4])))
