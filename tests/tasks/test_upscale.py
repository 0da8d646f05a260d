"""Enlarging: colour, alpha, depth and size against networks whose result is known; tiled against whole."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import helper, numpy_helper
from PIL import Image

from deconv_studio import imaging, tasks
from deconv_studio.engine import BadOutput, Cancelled, Control
from deconv_studio.engine.session import Model
from deconv_studio.imaging import Picture, color
from deconv_studio.tasks import Result, _pixels, _scratch
from deconv_studio.tasks.errors import ModelUnfit, NoSpace, NotFinite
from tests.enlargers import after, install, learned, loaded, nearest, shifting
from tests.tiny_networks import Tiny, build
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light


def run(
    picture: np.ndarray | Picture, model: Model, control: Control | None = None, **options: Any
) -> Result:
    task = tasks.get("upscale")
    source = picture if isinstance(picture, Picture) else Picture(picture)
    chosen = task.options(**{"scale": model.card.output.scale, **options})
    return task.run(source, chosen, model, control or Control())


def repeated(pixels: np.ndarray, scale: int) -> np.ndarray:
    return np.repeat(np.repeat(pixels, scale, 0), scale, 1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize(("network", "channels"), [(1, 1), (3, 1), (3, 3)])
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_samples_keep_their_depth_exactly(
    tmp_path: Path, scale: int, network: int, channels: int, dtype: Any
) -> None:
    model = loaded(nearest(scale, network), tmp_path)
    pixels = noise(7, 5, channels, dtype=dtype)
    result = run(pixels, model)
    assert result.picture.pixels.dtype == dtype
    tolerance = 1e-6 if dtype is np.float32 else 0
    np.testing.assert_allclose(result.picture.pixels, repeated(pixels, scale), atol=tolerance)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 3), (13, 17)])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_size_and_kind_works(tmp_path: Path, shape: tuple[int, int], channels: int) -> None:
    model = loaded(learned(), tmp_path)
    result = run(noise(*shape, channels, dtype=np.uint8), model)
    assert result.picture.pixels.shape == (2 * shape[0], 2 * shape[1], channels)


def test_luma_goes_through_the_network_and_chroma_is_bicubic(tmp_path: Path) -> None:
    model = loaded(nearest(2), tmp_path)
    # Mid values: nothing is clipped, so the two colour planes can be told apart afterwards.
    pixels = (0.3 + 0.4 * noise(12, 10, 3)).astype(np.float32)
    made = run(pixels, model).picture.pixels.astype(np.float64)
    weights = np.array([0.299, 0.587, 0.114])
    luma = pixels.astype(np.float64) @ weights
    np.testing.assert_allclose(made @ weights, repeated(luma, 2), atol=1e-5)
    for channel, divisor in ((2, 1.772), (0, 1.402)):
        chroma = ((pixels[..., channel] - luma) / divisor).astype(np.float32)
        expected = imaging.resize_bicubic(chroma[..., None], (20, 24))[..., 0]
        np.testing.assert_allclose((made[..., channel] - made @ weights) / divisor, expected, atol=1e-5)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    tile=st.integers(24, 48),
    channels=st.sampled_from([1, 2, 3, 4]),
    alpha=st.sampled_from(["network", "bicubic"]),
)
def test_tiled_equals_whole(
    tmp_path: Path, height: int, width: int, tile: int, channels: int, alpha: str
) -> None:
    model = loaded(learned(), tmp_path)
    pixels = noise(height, width, channels)
    if channels in (2, 4):
        pixels[:, :, -1] = np.round(pixels[:, :, -1] * 2 - 0.7).clip(0, 1)
    tiled = run(pixels, model, tile=tile, alpha=alpha).picture.pixels
    whole = run(pixels, model, tile=200, alpha=alpha).picture.pixels
    np.testing.assert_allclose(tiled, whole, atol=1e-4)
    eight = [
        run((pixels * 255).astype(np.uint8), model, tile=side, alpha=alpha).picture.pixels.astype(int)
        for side in (tile, 200)
    ]
    assert np.abs(eight[0] - eight[1]).max() <= 1


class TestAlpha:
    """Transparency."""

    @pytest.mark.parametrize("value", [0, 77, 255])
    def test_constant_stays_constant(self, tmp_path: Path, value: int) -> None:
        model = loaded(learned(), tmp_path)
        pixels = noise(9, 9, 4, dtype=np.uint8)
        pixels[:, :, 3] = value
        assert (run(pixels, model).picture.pixels[:, :, 3] == value).all()

    @pytest.mark.parametrize("alpha", ["network", "bicubic"])
    def test_opaque_and_clear_areas_stay_so(self, tmp_path: Path, alpha: str) -> None:
        model = loaded(learned(), tmp_path)
        pixels = noise(30, 30, 4, dtype=np.uint8)
        pixels[:, :15, 3], pixels[:, 15:, 3] = 255, 0
        made = run(pixels, model, alpha=alpha).picture.pixels[:, :, 3]
        assert (made[:, :24] == 255).all()
        assert (made[:, 36:] == 0).all()

    @pytest.mark.parametrize("network", [1, 3])
    @pytest.mark.parametrize("tile", [0, 40])
    def test_hidden_colour_does_not_bleed(self, tmp_path: Path, network: int, tile: int) -> None:
        """A red disc with green under the transparency gives the same as one with red all over."""
        model = loaded(learned(channels=network), tmp_path)
        rows, columns = np.mgrid[:48, :48]
        inside = (rows - 24) ** 2 + (columns - 24) ** 2 < 200
        hidden = np.zeros((48, 48, 4), np.uint8)
        hidden[..., 1] = 255
        hidden[inside] = (220, 30, 20, 255)
        plain = hidden.copy()
        plain[~inside] = (220, 30, 20, 0)
        made, expected = (run(p, model, tile=tile).picture.pixels.astype(int) for p in (hidden, plain))
        seen = made[..., 3] > 0
        assert seen.any()
        assert np.abs(made[seen] - expected[seen]).max() <= 1

    def test_what_lies_under_full_transparency_reaches_nobody(self) -> None:
        color = np.zeros((9, 9, 1), np.float32)
        color[4, 4] = 1
        alpha = np.zeros((9, 9, 1), np.float32)
        alpha[4, 4] = 1
        filled = _pixels.fill_transparent(color, alpha, 2)
        assert (filled[2:7, 2:7] == 1).all()
        assert (filled[:2] == 0.5).all()


class TestFloat:
    """Floating-point pictures."""

    @pytest.mark.parametrize("network", [1, 3])
    @pytest.mark.parametrize("channels", [1, 3])
    def test_values_outside_are_kept(self, tmp_path: Path, network: int, channels: int) -> None:
        model = loaded(nearest(2, network), tmp_path)
        pixels = np.full((8, 8, channels), 3.5, np.float32)
        pixels[4:] = -0.5
        made = run(pixels, model).picture.pixels
        np.testing.assert_allclose(made[:2], 3.5, atol=1e-5)
        np.testing.assert_allclose(made[-2:], -0.5, atol=1e-5)

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_what_is_no_number_is_refused_with_its_place(self, tmp_path: Path, value: float) -> None:
        pixels = noise(300, 4, 1)
        pixels[270, 3] = value
        with pytest.raises(NotFinite, match="row 270, column 3"):
            run(pixels, loaded(nearest(), tmp_path))


class TestViews:
    """Averaging over flips and turns."""

    def test_is_the_mean_of_the_eight_views(self, tmp_path: Path) -> None:
        model = loaded(shifting(), tmp_path)
        pixels = noise(6, 9, 1)
        views = []
        for turns in range(4):
            for flip in (False, True):
                seen = np.rot90(pixels, turns)
                seen = seen[:, ::-1] if flip else seen
                back = run(np.ascontiguousarray(seen), model).picture.pixels
                back = back[:, ::-1] if flip else back
                views.append(np.rot90(back, -turns))
        np.testing.assert_allclose(run(pixels, model, tta=True).picture.pixels, np.mean(views, 0), atol=1e-6)

    def test_changes_nothing_of_a_symmetric_network(self, tmp_path: Path) -> None:
        pixels = noise(5, 8, 3, dtype=np.uint8)
        model = loaded(nearest(3, 3), tmp_path)
        np.testing.assert_array_equal(
            run(pixels, model, tta=True).picture.pixels, run(pixels, model).picture.pixels
        )

    def test_a_network_of_one_oblong_size_is_never_turned(self) -> None:
        assert len(list(_pixels.views(square=True))) == 8
        array = np.arange(6).reshape(2, 3, 1)
        assert all(there(array).shape == (2, 3, 1) for there, _ in _pixels.views(square=False))


@pytest.mark.parametrize("network", [1, 3])
def test_blend_goes_to_bicubic(tmp_path: Path, network: int) -> None:
    model = loaded(nearest(2, network), tmp_path)
    pixels = noise(9, 8, 3)
    bicubic = imaging.resize_bicubic(pixels, (16, 18))
    net, half, full = (run(pixels, model, blend=share).picture.pixels for share in (0, 0.5, 1))
    np.testing.assert_allclose(full, bicubic, atol=1e-6)
    np.testing.assert_allclose(half, (net + bicubic) / 2, atol=1e-5)


class TestRefused:
    """What is an error."""

    def test_another_scale_names_models_that_fit(self, tmp_path: Path) -> None:
        install(nearest(4), tmp_path, "fitting-x4")
        with pytest.raises(ModelUnfit, match="fitting-x4"):
            run(noise(4, 4), loaded(nearest(2), tmp_path), scale=4)

    def test_a_model_for_another_task(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnfit, match="restore"):
            run(noise(4, 4), loaded(nearest(2), tmp_path, task="restore"))

    @pytest.mark.parametrize(("operator", "value"), [("Div", 0.0), ("Mul", 0.0)])
    def test_output_that_is_no_picture(self, tmp_path: Path, operator: str, value: float) -> None:
        with pytest.raises(BadOutput):
            run(noise(8, 8), loaded(after(nearest(), operator, value), tmp_path))

    def test_an_even_picture_may_give_an_even_result(self, tmp_path: Path) -> None:
        black = np.zeros((8, 8, 1), np.uint8)
        made = run(black, loaded(after(nearest(), "Mul", 0.0), tmp_path)).picture.pixels
        assert (made == 0).all()

    def test_a_card_that_lies_about_scale(self, tmp_path: Path) -> None:
        tiny = nearest(2)
        path = tiny.save(tmp_path)
        from deconv_studio import engine

        model = engine.load(path, card=tiny.card(path, scale=3), provider="cpu", threads=1)
        with pytest.raises(BadOutput, match="3 times"):
            run(noise(4, 4), model)


def test_cancel_stops_between_tiles(tmp_path: Path) -> None:
    control = Control(on_progress=lambda done, text: control.cancel())
    with pytest.raises(Cancelled):
        run(noise(64, 64), loaded(learned(), tmp_path), control, tile=24)


def test_progress_says_which_tile(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    control = Control(on_progress=lambda done, text: told.append((done, text)))
    run(noise(64, 64), loaded(learned(), tmp_path), control, tile=40)
    count = len(told)
    assert count > 1
    assert told[-1] == (1.0, f"Tile {count} of {count}")


class TestScratch:
    """Results too large for memory."""

    def test_a_large_result_is_a_map_of_a_file_without_a_name(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "scratch"
        folder.mkdir()
        monkeypatch.setenv("TMPDIR", str(folder))
        model = loaded(nearest(), tmp_path)
        pixels = noise(20, 20, 3, dtype=np.uint8)
        plain = run(pixels, model).picture.pixels
        monkeypatch.setattr(_scratch.room, "__defaults__", (10,))
        mapped = run(pixels, model).picture.pixels
        assert isinstance(mapped, np.memmap)
        np.testing.assert_array_equal(mapped, plain)
        del mapped
        assert list(folder.iterdir()) == []

    def test_a_full_disk_is_told_before_the_work(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(_scratch.os, "posix_fallocate", full, raising=False)
        with pytest.raises(NoSpace, match="No space left"):
            _scratch.room((10, 10, 3), np.dtype(np.uint8), limit=1)


P3 = color.make_profile("Display P3", (0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060))
LINEAR = color.make_profile("Linear", gamma=1.0)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("profile", [P3, LINEAR, color.srgb_profile()], ids=["P3", "linear", "sRGB"])
@pytest.mark.parametrize("network", [1, 3])
def test_the_result_is_in_the_pictures_own_profile(
    tmp_path: Path, network: int, profile: bytes, dtype: Any
) -> None:
    pixels = noise(9, 7, 4, dtype=dtype)
    made = run(Picture(pixels, icc_profile=profile), loaded(nearest(2, network), tmp_path)).picture
    assert made.icc_profile == profile and made.pixels.dtype == dtype
    if network == 3:
        # Colours that sRGB cannot hold go by bicubic interpolation.
        held = color.to_srgb(Picture(pixels.astype(np.float32) / _top(dtype), icc_profile=profile)).color
        inside = repeated(((held >= 0) & (held <= 1)).all(axis=2, keepdims=True), 2)[..., 0]
        wide = cv2.erode(inside.astype(np.uint8), np.ones((9, 9), np.uint8), borderValue=1) > 0
        wanted = repeated(pixels, 2)
        close = np.abs(made.color[wide].astype(float) - wanted[:, :, :3][wide]) / _top(dtype)
        assert close.size == 0 or close.max() < 1e-3
    flat = np.full((5, 4, 3), _top(dtype) * 0.25, dtype)
    flat[:, :, 0] = _top(dtype)
    made = run(Picture(flat, icc_profile=profile), loaded(nearest(2, network), tmp_path)).picture
    np.testing.assert_allclose(made.pixels / _top(dtype), repeated(flat, 2) / _top(dtype), atol=1e-4)


def _top(dtype: Any) -> float:
    return 1.0 if dtype is np.float32 else float(np.iinfo(dtype).max)


def test_enlarged_in_its_own_profile_it_looks_as_enlarged_in_srgb(tmp_path: Path) -> None:
    pixels = (65535 * (0.5 + 0.1 * noise(12, 10, 3))).astype(np.uint16)
    source, model = Picture(pixels, icc_profile=P3), loaded(learned(), tmp_path)
    path = imaging.write(run(source, model).picture, tmp_path / "big.tif")
    written = imaging.read(path)
    assert written.icc_profile == P3
    shown = imaging.to_srgb(written).pixels / 65535
    wanted = run(imaging.to_srgb(source), model).picture.pixels / 65535
    # This network's weights are random; where it goes beyond black or white, each space cuts off its own way.
    held = ((wanted > 0.05) & (wanted < 0.95)).all(axis=2)
    assert held.sum() > 100
    np.testing.assert_allclose(shown[held], wanted[held], atol=3e-4)


def test_result_can_be_made_again_from_its_file(tmp_path: Path) -> None:
    model = loaded(learned(), tmp_path)
    pixels = noise(16, 16, 3, dtype=np.uint8)
    first = run(pixels, model, blend=0.25, tile=24)
    path = imaging.write(first.picture, tmp_path / "big.png", text=first.text())
    record = tasks.recorded(imaging.read(path).metadata)
    assert record is not None
    assert (record["model"], record["model_sha256"]) == (model.card.id, model.sha256)
    again = run(pixels, model, **record["parameters"])
    other = imaging.write(again.picture, tmp_path / "again.png", text=again.text())
    assert other.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"task": 1}', "\x00"])
def test_a_damaged_record_is_none(text: str) -> None:
    assert tasks.recorded(imaging.Metadata(text={"deconv-studio": text})) is None
    assert tasks.recorded(imaging.Metadata()) is None


def test_estimate_tells_what_a_run_makes(tmp_path: Path) -> None:
    model = loaded(learned(), tmp_path)
    data = io.BytesIO()
    Image.fromarray(noise(50, 60, 3, dtype=np.uint8)).save(data, "PNG")
    header = imaging.read_header(data.getvalue())
    task = tasks.get("upscale")
    tiles: list[str] = []
    options = task.options(tile=40)
    told = task.estimate(header, options, model)
    result = task.run(
        imaging.read(data.getvalue()), options, model, Control(lambda done, text: tiles.append(text))
    )
    assert (told.width, told.height, told.channels) == (result.picture.width, result.picture.height, 3)
    assert told.tiles == len(tiles)
    assert told.memory_bytes > 0
    assert told.disk_bytes == 100 * 120 * 3


def test_two_threads_may_share_a_task_and_a_model(tmp_path: Path) -> None:
    model = loaded(learned(), tmp_path)
    pictures = [noise(30, 30, 3, seed=seed, dtype=np.uint8) for seed in range(4)]
    alone = [run(pixels, model).picture.pixels for pixels in pictures]
    made: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda i=i: made.__setitem__(i, run(pictures[i], model).picture.pixels))
        for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, pixels in enumerate(alone):
        np.testing.assert_array_equal(made[index], pixels)


def test_a_file_system_that_cannot_reserve_still_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(_scratch.os, "posix_fallocate", cannot, raising=False)
    array = _scratch.room((10, 10, 3), np.dtype(np.uint16), limit=1)
    array[:] = 7
    assert (array == 7).all()


def fixed(height: int, width: int) -> Tiny:
    """Nearest enlargement that takes one size only."""
    free = nearest(2, 3).model.graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in free.initializer}
    model = build(list(free.node), weights, input_shape=(1, 3, height, width))
    return Tiny(model, 3, 2, 0, fixed=(height, width))


@pytest.mark.parametrize("shape", [(1, 1), (24, 32), (50, 70), (25, 31)])
@pytest.mark.parametrize("tta", [False, True])
def test_a_network_of_one_size(tmp_path: Path, shape: tuple[int, int], tta: bool) -> None:
    model = loaded(fixed(24, 32), tmp_path)
    pixels = noise(*shape, 3, dtype=np.uint8)
    np.testing.assert_array_equal(run(pixels, model, tta=tta).picture.pixels, repeated(pixels, 2))


def test_a_network_that_needs_the_whole_picture_gets_it(tmp_path: Path) -> None:
    """The mean over the picture is the same in every output pixel, whatever tile is asked for."""
    nodes = [
        helper.make_node("GlobalAveragePool", ["x"], ["m"]),
        helper.make_node("Sub", ["x", "m"], ["d"]),
        helper.make_node("Resize", ["d", "", "scales"], ["y"], mode="nearest"),
    ]
    weights = {"scales": np.array([1, 1, 2, 2], np.float32)}
    model = loaded(Tiny(build(nodes, weights), 1, 2, None), tmp_path)
    pixels = noise(60, 50)
    whole, tiled = (run(pixels, model, tile=tile).picture.pixels for tile in (0, 24))
    np.testing.assert_array_equal(whole, tiled)
    assert abs(float(whole.mean())) < 1e-4


def test_samples_in_another_layout_and_range(tmp_path: Path) -> None:
    """NHWC and 0 to 255: the card says it, and the result is the same."""
    inner = nearest(2, 3).model.graph.node[0]
    inner.input[0], inner.output[0] = "t", "r"
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
        inner,
        helper.make_node("Transpose", ["r"], ["y"], perm=[0, 2, 3, 1]),
    ]
    weights = {"scales": np.array([1, 1, 2, 2], np.float32)}
    tiny = Tiny(build(nodes, weights, input_shape=(1, "h", "w", 3)), 3, 2, 0, layout="NHWC")
    model = loaded(tiny, tmp_path, value_range=(0.0, 255.0))
    pixels = noise(9, 7, 4, dtype=np.uint8)
    pixels[..., 3] = 200
    np.testing.assert_array_equal(run(pixels, model).picture.pixels, repeated(pixels, 2))


def test_a_model_without_a_card_is_told_so(tmp_path: Path) -> None:
    from deconv_studio import engine

    model = engine.load(nearest(2).save(tmp_path), provider="cpu", threads=1)
    task = tasks.get("upscale")
    with pytest.raises(ModelUnfit, match="no card"):
        task.run(Picture(noise(3, 3)), task.options(), model, Control())
