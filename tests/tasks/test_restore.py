"""Restoring: colour, alpha, depth, strength and tiles against networks whose result can be told by hand."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from deconv_studio import imaging, measures, tasks
from deconv_studio.batch.restore_evaluation import clean_pixels
from deconv_studio.catalog import Catalog
from deconv_studio.catalog.folders import resources_folder
from deconv_studio.engine import BadOutput, Cancelled, Control
from deconv_studio.imaging import Picture, color
from deconv_studio.measures import psnr
from deconv_studio.tasks import Result, _restoration
from deconv_studio.tasks.errors import ModelUnfit, NotFinite, OptionsInvalid
from deconv_studio.tasks.restore import BLOCKING_SEEN, ByChannels
from tests.restorers import blurred, loaded
from tests.tiny_networks import build
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light

PROFILES = {
    "Display P3": color.make_profile(
        "Display P3", (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060)
    ),
    "Adobe RGB": color.make_profile(
        "Adobe RGB", (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), 563 / 256
    ),
    "Linear": color.make_profile("Linear", gamma=1.0),
}
SAMPLES = sorted((resources_folder() / "samples").glob("*.jpg"))[:3]


def run(picture: np.ndarray | Picture, model: Any, control: Control | None = None, **options: Any) -> Result:
    """Left to the network without a strength: the random pictures here are too small to tell their noise."""
    task = tasks.get("restore")
    options.setdefault("sigma", "blind")
    source = picture if isinstance(picture, Picture) else Picture(picture)
    return task.run(source, task.options(**options), model, control or Control())


def eight_bits(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, channels), np.uint8)


def gray(height: int = 20, width: int = 16) -> np.ndarray:
    return noise(height, width, 1).astype(np.float32)


def test_the_network_is_run_on_gray_as_it_is(tmp_path: Path) -> None:
    pixels = gray()
    made = run(pixels, loaded(tmp_path)).picture.pixels
    np.testing.assert_allclose(made[:, :, 0], blurred(pixels[:, :, 0]), atol=1e-6)


@pytest.mark.parametrize(("sigma", "share"), [("blind", 1.0), ("0", 0.0), (25.5, 0.1), ("51", 0.2)])
def test_the_strength_is_told_in_parts_of_the_range(tmp_path: Path, sigma: Any, share: float) -> None:
    pixels = gray()
    made = run(pixels, loaded(tmp_path), sigma=sigma).picture.pixels[:, :, 0]
    fine = pixels[:, :, 0] - blurred(pixels[:, :, 0])
    np.testing.assert_allclose(made, pixels[:, :, 0] - share * fine, atol=1e-6)


@pytest.mark.parametrize("blend", [0.0, 0.25, 1.0])
def test_a_share_of_the_original_is_kept(tmp_path: Path, blend: float) -> None:
    pixels = gray()
    made = run(pixels, loaded(tmp_path), blend=blend).picture.pixels[:, :, 0]
    plain = pixels[:, :, 0]
    np.testing.assert_allclose(made, blend * plain + (1 - blend) * blurred(plain), atol=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 2), (33, 31)])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_every_size_kind_and_depth_stays_what_it_is(
    tmp_path: Path, shape: tuple[int, int], channels: int, dtype: Any
) -> None:
    pixels = eight_bits(*shape, channels).astype(dtype)
    if dtype == np.uint16:
        pixels *= 257
    elif dtype == np.float32:
        pixels /= 255
    network = 1 if channels < 3 else 3
    made = run(pixels, loaded(tmp_path, network)).picture.pixels
    assert (made.shape, made.dtype) == (pixels.shape, pixels.dtype)
    if channels in (2, 4):
        assert (made[:, :, -1] == pixels[:, :, -1]).all()


def test_sixteen_bits_are_finer_than_eight(tmp_path: Path) -> None:
    pixels = np.rint(gray() * 65535).astype(np.uint16)
    made = run(pixels, loaded(tmp_path)).picture.pixels[:, :, 0]
    expected = blurred(pixels[:, :, 0].astype(np.float32))
    assert np.abs(made - expected).max() <= 1.0


@pytest.mark.parametrize("channels", [1, 4])
@pytest.mark.parametrize("size", [(96, 83), (64, 130)])
def test_tiles_equal_the_whole(tmp_path: Path, channels: int, size: tuple[int, int]) -> None:
    model = loaded(tmp_path, 1 if channels == 1 else 3)
    pixels = noise(*size, channels).astype(np.float32)
    if channels == 4:
        pixels[:, :, 3] = pixels[:, :, 3] > 0.5
    whole, tiled = (run(pixels, model, tile=tile).picture.pixels for tile in (0, 48))
    assert np.abs(whole - tiled).max() <= 1e-6


class TestColour:
    """Pictures with colour through networks of one channel and of three."""

    def test_a_gray_network_restores_the_luma_and_keeps_the_chroma(self, tmp_path: Path) -> None:
        pixels = (0.3 + 0.4 * noise(16, 18, 3)).astype(np.float32)
        result = run(pixels, loaded(tmp_path))
        made = result.picture.pixels
        weights = np.array([0.299, 0.587, 0.114])
        luma = pixels @ weights
        np.testing.assert_allclose(made @ weights, blurred(luma), atol=1e-5)
        np.testing.assert_allclose(made - (made @ weights)[:, :, None], pixels - luma[:, :, None], atol=1e-5)
        assert "luma was restored" in result.notices[0]

    def test_a_gray_picture_through_a_network_of_colour(self, tmp_path: Path) -> None:
        pixels = gray()
        result = run(pixels, loaded(tmp_path, 3))
        np.testing.assert_allclose(result.picture.pixels[:, :, 0], blurred(pixels[:, :, 0]), atol=1e-6)
        assert result.notices == ()

    @pytest.mark.parametrize(("channels", "chosen"), [(1, "gray"), (2, "gray"), (3, "e"), (4, "e")])
    def test_each_picture_goes_to_the_model_for_its_channels(
        self, tmp_path: Path, channels: int, chosen: str
    ) -> None:
        pair = ByChannels(color=loaded(tmp_path, 3), gray=loaded(tmp_path, 1))
        result = run(eight_bits(8, 8, channels), pair)
        assert result.model_id.endswith(chosen)
        assert pair.name == "denoise and denoise-gray"
        assert pair.provider == "cpu"
        found = tasks.get("restore").estimate(
            Picture(eight_bits(8, 8, channels)), tasks.get("restore").options(), pair
        )
        assert (found.width, found.height, found.channels) == (8, 8, channels)


class TestProfiles:
    """The result is in the picture's own colours, which look as they did."""

    def test_a_profile_of_srgb_stays(self, tmp_path: Path) -> None:
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        pixels, model = eight_bits(8, 8, 3), loaded(tmp_path, 3)
        made = run(Picture(pixels, icc_profile=profile), model).picture
        assert made.icc_profile == profile
        np.testing.assert_array_equal(made.pixels, run(pixels, model).picture.pixels)

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
    @pytest.mark.parametrize("name", PROFILES)
    def test_what_the_network_leaves_alone_stays_to_the_bit(
        self, tmp_path: Path, name: str, dtype: Any
    ) -> None:
        pixels = noise(24, 20, 4, dtype=dtype)
        source = Picture(pixels, icc_profile=PROFILES[name])
        made = run(source, loaded(tmp_path, 3), sigma="0").picture
        assert made.icc_profile == source.icc_profile
        np.testing.assert_array_equal(made.pixels, pixels)

    @pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
    @pytest.mark.parametrize("name", PROFILES)
    def test_the_network_sees_srgb_and_the_file_shows_what_it_made(
        self, tmp_path: Path, name: str, dtype: Any
    ) -> None:
        """As a viewer that manages colours shows it, the result is that of the picture turned into sRGB."""
        top = np.iinfo(dtype).max
        # Colours that sRGB holds, so that nothing is cut off on the way that is compared with.
        pixels = (top * (0.45 + 0.2 * noise(24, 20, 3))).astype(dtype)
        source = Picture(pixels, icc_profile=PROFILES[name])
        model = loaded(tmp_path, 3)
        path = imaging.write(run(source, model).picture, tmp_path / "made.png")
        written = imaging.read(path)
        assert written.icc_profile == source.icc_profile and written.pixels.dtype == dtype
        shown = imaging.to_srgb(written).pixels.astype(float) / top
        wanted = run(imaging.to_srgb(source), model).picture.pixels / top
        np.testing.assert_allclose(shown, wanted, atol=2.6 / 255 if dtype == np.uint8 else 2e-4)
        assert np.abs(shown - imaging.to_srgb(source).pixels / top).mean() > 0.01, "the network did something"

    def test_colours_outside_srgb_stay(self, tmp_path: Path) -> None:
        pixels = np.zeros((16, 16, 3), np.uint8)
        pixels[:, :, 0] = 255  # Display P3's red is outside sRGB
        made = run(Picture(pixels, icc_profile=PROFILES["Display P3"]), loaded(tmp_path, 3)).picture.pixels
        assert (made[6:10, 6:10] == pixels[6:10, 6:10]).all()

    def test_gray_with_a_curve_of_its_own(self, tmp_path: Path) -> None:
        profile = color.make_profile("Gray 1.8", (), 1.8)
        pixels = noise(24, 20, 1, dtype=np.uint16)
        source = Picture(pixels, icc_profile=profile)
        model = loaded(tmp_path)
        assert (run(source, model, sigma="0").picture.pixels == pixels).all()
        made = run(source, model).picture
        assert made.icc_profile == profile
        wanted = run(imaging.to_srgb(source), model).picture.pixels / 65535
        np.testing.assert_allclose(imaging.to_srgb(made).pixels / 65535, wanted, atol=2e-4)

    def test_a_picture_without_noise_is_as_it_was(self, tmp_path: Path) -> None:
        pixels = np.zeros((64, 64, 3), np.uint8)
        pixels[:, :, 1] = np.linspace(0, 255, 64)[None]
        made = run(Picture(pixels, icc_profile=PROFILES["Adobe RGB"]), loaded(tmp_path, 3), sigma="auto")
        np.testing.assert_array_equal(made.picture.pixels, pixels)
        assert made.picture.icc_profile == PROFILES["Adobe RGB"]

    def test_cmyk_is_read_as_srgb_and_says_so(self, tmp_path: Path) -> None:
        Image.fromarray(eight_bits(16, 16, 4), "CMYK").save(tmp_path / "print.jpg")
        source = imaging.read(tmp_path / "print.jpg")
        assert any("CMYK" in notice for notice in source.notices)
        made = run(source, loaded(tmp_path, 3)).picture
        assert made.icc_profile is None and made.channels == 3


class TestAlpha:
    """Transparency is kept, and what it hides reaches nobody."""

    @pytest.mark.parametrize("tile", [0, 40])
    def test_hidden_colour_stays_and_does_not_bleed(self, tmp_path: Path, tile: int) -> None:
        model = loaded(tmp_path, 3)
        rows, columns = np.mgrid[:96, :96]
        inside = (rows - 48) ** 2 + (columns - 48) ** 2 < 800
        hidden = np.zeros((96, 96, 4), np.uint8)
        hidden[..., 1] = 255
        hidden[inside] = (220, 30, 20, 255)
        plain = hidden.copy()
        plain[~inside] = (220, 30, 20, 0)
        made, expected = (run(p, model, tile=tile).picture.pixels for p in (hidden, plain))
        assert (made[inside] == expected[inside]).all()
        # Within FILL_RADIUS the disc is red all over, so blurring leaves it as it is.
        assert (made == hidden).all()

    def test_what_is_clear_all_over_still_comes_out(self, tmp_path: Path) -> None:
        pixels = eight_bits(8, 8, 4)
        pixels[:, :, 3] = 0
        result = run(pixels, loaded(tmp_path, 3))
        assert (result.picture.pixels[:, :, 3] == 0).all()
        assert result.extra["noise_estimate"] is None


class TestFloat:
    """Floating-point pictures."""

    @pytest.mark.parametrize("channels", [1, 3])
    def test_values_outside_are_kept(self, tmp_path: Path, channels: int) -> None:
        pixels = np.full((16, 16, channels), 3.5, np.float32)
        pixels[8:] = -0.5
        made = run(pixels, loaded(tmp_path, channels), sigma=0).picture.pixels
        np.testing.assert_allclose(made, pixels, atol=1e-6)

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_what_is_no_number_is_refused_with_its_place(self, tmp_path: Path, value: float) -> None:
        pixels = noise(300, 40, 1)
        pixels[270, 3] = value
        with pytest.raises(NotFinite, match="row 270, column 3"):
            run(pixels, loaded(tmp_path))


class TestFound:
    """What the result tells of the picture."""

    @pytest.mark.parametrize("blend", [0.0, 0.5])
    def test_the_estimate_is_what_was_taken_away(self, tmp_path: Path, blend: float) -> None:
        rng = np.random.default_rng(1)
        pixels = (0.5 + rng.normal(0, 20 / 255, (128, 128, 1))).astype(np.float32)
        result = run(pixels, loaded(tmp_path), sigma=51, blend=blend)
        # Without the border, which zero padding darkens: two blurs of [1 2 1] leave that share of the noise.
        line = np.convolve([1, 2, 1], [1, 2, 1]) / 16
        kernel = -np.outer(line, line)
        kernel[2, 2] += 1
        change = 255 * (pixels - run(pixels, loaded(tmp_path), sigma=51).picture.pixels)
        assert change[4:-4, 4:-4].std() == pytest.approx(0.2 * 20 * np.sqrt((kernel**2).sum()), rel=0.03)
        assert result.extra["noise_estimate"] == pytest.approx(change.std(), abs=0.02)

    def test_noise_is_found_and_the_network_told_of_it(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(1)
        pixels = (0.5 + rng.normal(0, 20 / 255, (256, 256, 3))).astype(np.float32)
        result = run(pixels, loaded(tmp_path, 3), sigma="auto")
        assert result.extra["sigma"] == pytest.approx(20, rel=0.1)
        by_hand = run(pixels, loaded(tmp_path, 3), sigma=result.extra["sigma"])
        assert (by_hand.picture.pixels == result.picture.pixels).all()

    def test_more_noise_than_the_network_knows_is_told_as_its_largest(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(1)
        pixels = (0.5 + rng.normal(0, 70 / 255, (256, 256, 1))).astype(np.float32)
        model = loaded(tmp_path)
        assert run(pixels, model, sigma="auto").extra["sigma"] == model.card.strength.largest

    def test_a_picture_without_noise_stays_and_says_so(self, tmp_path: Path) -> None:
        y, x = np.mgrid[:160, :160]
        pixels = (60 + (x + y) // 4).astype(np.uint8)[:, :, None]
        result = run(pixels, loaded(tmp_path), sigma="auto")
        assert (result.picture.pixels == pixels).all()
        assert "No noise" in result.notices[0]
        assert result.extra["noise_estimate"] is None

    @pytest.mark.parametrize("kind", ["tiny", "one bit"])
    def test_a_picture_whose_noise_cannot_be_told_stays_and_says_so(self, tmp_path: Path, kind: str) -> None:
        side = 1 if kind == "tiny" else 200
        pixels = np.where(noise(side, side, 1) > 0.4, 255, 0).astype(np.uint8)
        result = run(pixels, loaded(tmp_path), sigma="auto")
        assert (result.picture.pixels == pixels).all()
        assert "to tell its noise" in result.notices[0]
        assert (result.extra["sigma"], result.extra["noise_estimate"]) == (None, None)
        if kind == "one bit":
            assert (run(pixels, loaded(tmp_path)).picture.pixels != pixels).any(), "unless it is asked for"

    @pytest.mark.parametrize(("low", "high"), [(0, 255), (50, 200)])
    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_an_ordered_dither_is_neither_noise_nor_jpegs_blocks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, channels: int, low: int, high: int
    ) -> None:
        # Light tones by the 8 x 8 matrix of Bayer (1973): dots in a corner of each block.
        order = np.zeros((1, 1))
        while len(order) < 8:
            order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
        ramp = np.linspace(0.5, 6, 160)[None, :, None] * np.ones((160, 1, channels))
        pixels = np.where(ramp > np.tile(order, (20, 20))[:, :, None], high, low).astype(np.uint8)
        result = run(pixels, loaded(tmp_path, 1 if channels == 1 else 3), sigma="auto")
        assert (result.picture.pixels == pixels).all()
        assert "to tell its noise" in result.notices[0]
        assert (result.extra["sigma"], result.extra["jpeg_blocks"]) == (None, None)
        monkeypatch.setattr(measures, "is_coarse", lambda *_: False)
        ratio = _restoration.blocking(Picture(pixels))
        assert ratio is not None and ratio >= BLOCKING_SEEN, "its pattern has the period of the blocks"

    def test_the_blocks_of_jpeg_are_left_to_the_network(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(2)
        smooth = Image.fromarray(rng.integers(0, 256, (16, 16), np.uint8)).resize((160, 160), Image.BICUBIC)
        buffer = io.BytesIO()
        smooth.save(buffer, "JPEG", quality=8)
        result = run(np.asarray(Image.open(buffer))[:, :, None], loaded(tmp_path), sigma="auto")
        assert result.extra["sigma"] is None
        assert result.extra["noise_estimate"] > 0

    def test_of_the_original_alone_nothing_is_known(self, tmp_path: Path) -> None:
        pixels = eight_bits(16, 16, 1)
        result = run(pixels, loaded(tmp_path), blend=1)
        assert (result.picture.pixels == pixels).all()
        assert result.extra["noise_estimate"] is None

    def test_the_blocks_of_jpeg_are_seen_and_told_of(self, tmp_path: Path) -> None:
        rng = np.random.default_rng(2)
        smooth = np.asarray(
            Image.fromarray(rng.integers(0, 256, (16, 16, 3), np.uint8)).resize((160, 160), Image.BICUBIC)
        )
        buffer = io.BytesIO()
        Image.fromarray(smooth).save(buffer, "JPEG", quality=8)
        packed = np.asarray(Image.open(buffer))
        clean, blocked = (_restoration.blocking(Picture(each)) for each in (smooth, packed))
        assert clean == pytest.approx(1, abs=0.1)
        assert blocked is not None
        assert blocked > 1.5
        model = loaded(tmp_path, 3)
        assert run(packed, model).notices == ()
        assert "JPEG" in run(packed, model, sigma=10).notices[0]

    @pytest.mark.parametrize("shape", [(8, 8, 1), (64, 8, 3)])
    def test_too_small_to_tell(self, shape: tuple[int, int, int]) -> None:
        assert _restoration.blocking(Picture(eight_bits(*shape))) is None

    def test_an_even_picture_has_no_blocks_to_tell(self) -> None:
        assert _restoration.blocking(Picture(np.full((64, 64, 1), 7, np.uint8))) is None


class TestRefused:
    """Models and options that do not go together."""

    @pytest.mark.parametrize("sigma", ["much", "nan", "-1", "256", ""])
    def test_strengths_that_are_none(self, sigma: str) -> None:
        with pytest.raises(OptionsInvalid, match="sigma"):
            tasks.get("restore").options(sigma=sigma)

    @pytest.mark.parametrize(("given", "kept"), [("AUTO", "auto"), (15, "15"), ("12.50", "12.5"), (0, "0")])
    def test_a_strength_is_kept_in_one_form(self, given: Any, kept: str) -> None:
        assert tasks.get("restore").options(sigma=given).sigma == kept

    def test_a_strength_beyond_the_model(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnfit, match="up to 55, not 56"):
            run(eight_bits(4, 4, 1), loaded(tmp_path), sigma=56)

    def test_a_model_that_cannot_be_told(self, tmp_path: Path) -> None:
        model = loaded(tmp_path, told=False)
        with pytest.raises(ModelUnfit, match="cannot be told"):
            run(gray(), model, sigma=10)
        made = run(gray(), model).picture.pixels[:, :, 0]
        np.testing.assert_allclose(made, blurred(gray()[:, :, 0]), atol=1e-6)

    def test_a_model_for_another_task_or_size(self, tmp_path: Path) -> None:
        task, card = tasks.get("restore"), loaded(tmp_path).card
        assert card is not None
        with pytest.raises(ModelUnfit, match="made for 'upscale'"):
            task.check_model(card.replace(task="upscale"), task.options())
        enlarging = card.replace(output=card.output.model_dump() | {"scale": 2})
        with pytest.raises(ModelUnfit, match="size"):
            task.check_model(enlarging, task.options())

    def test_a_network_that_gives_one_value(self, tmp_path: Path) -> None:
        from onnx import helper

        from tests.enlargers import loaded as load_tiny
        from tests.tiny_networks import Tiny

        node = helper.make_node("Mul", ["x", "c"], ["y"])
        tiny = Tiny(build([node], {"c": np.zeros((), np.float32)}), 1, 1, 0)
        with pytest.raises(BadOutput, match="same value"):
            run(gray(), load_tiny(tiny, tmp_path, task="restore"))


def test_cancel_stops_between_tiles(tmp_path: Path) -> None:
    control = Control(lambda part, _text: control.cancel() if part > 0.1 else None)
    with pytest.raises(Cancelled):
        run(gray(200, 200), loaded(tmp_path), control, tile=48)


def test_a_result_can_be_made_again_from_its_file(tmp_path: Path) -> None:
    pixels, model = eight_bits(12, 10, 1), loaded(tmp_path)
    result = run(pixels, model, sigma=20, blend=0.25)
    path = imaging.write(result.picture, tmp_path / "made.png", text=result.text())
    record = tasks.recorded(imaging.read(path).metadata)
    assert record is not None
    again = run(pixels, model, **record["parameters"])
    assert (again.picture.pixels == imaging.read(path).pixels).all()
    assert record["model"] == "denoise-gray"


@pytest.mark.parametrize("model_id", ["denoise", "denoise-gray"])
class TestBundled:
    """What the models that come with the program do to pictures that need nothing done."""

    @pytest.mark.parametrize("value", [0, 3, 90, 128, 200, 255])
    def test_an_even_picture_stays_even(self, model_id: str, value: int) -> None:
        pixels = np.full((96, 80, 1 if model_id.endswith("gray") else 3), value, np.uint8)
        made = run(pixels, bundled(model_id), sigma="auto").picture.pixels
        assert psnr(made, pixels) >= 40

    @pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
    def test_a_clean_photo_stays_as_it_is(self, model_id: str, path: Path) -> None:
        whole = clean_pixels(imaging.read(path), 1 if model_id.endswith("gray") else 3)
        # Reduced by a half, which takes the camera's own noise and JPEG's traces away.
        size = (whole.shape[1] // 2, whole.shape[0] // 2)
        pixels = imaging.resize_bicubic(whole, size).reshape(size[1], size[0], -1)[:192, :192]
        made = run(np.ascontiguousarray(pixels), bundled(model_id), sigma="auto").picture.pixels
        assert psnr(made, pixels) >= 40

    def test_tiles_equal_the_whole(self, model_id: str) -> None:
        model = bundled(model_id)
        pixels = noise(300, 260, 1 if model_id.endswith("gray") else 3).astype(np.float32)
        whole, tiled = (run(pixels, model, tile=tile).picture.pixels for tile in (1024, 224))
        assert np.abs(whole - tiled).max() <= 1e-3


def bundled(model_id: str) -> Any:
    from deconv_studio import engine

    return engine.load(Catalog().get(model_id), provider="cpu", threads=1)
