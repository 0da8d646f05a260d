"""Segmenting: labels, tiles, kinds of pictures and files against networks whose result is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from deconv_studio import imaging, tasks
from deconv_studio.batch.single import file_names, save_parts, tails_of
from deconv_studio.engine import BadOutput, Cancelled, Control
from deconv_studio.engine.session import Model
from deconv_studio.imaging import Picture
from deconv_studio.tasks import _coco, _regions, _scores
from deconv_studio.tasks._segmentation import Segmentation
from deconv_studio.tasks.errors import ModelUnfit, OptionsInvalid
from tests.segmenters import (
    BINARY,
    CLASSES,
    by_brightness,
    by_color,
    hourglass,
    loaded,
    probable,
    with_distance,
)
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light


def run(pixels: np.ndarray | Picture, model: Model, **options: Any) -> Segmentation:
    task = tasks.get("segment")
    picture = pixels if isinstance(pixels, Picture) else Picture(pixels)
    result = task.run(picture, task.options(**options), model, Control())
    assert isinstance(result, Segmentation)
    return result


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 5), (40, 33)])
def test_labels_of_every_depth_and_size(tmp_path: Path, dtype: Any, shape: tuple[int, int]) -> None:
    pixels = noise(*shape, 3, dtype=dtype)
    result = run(pixels, loaded(by_color(), tmp_path))
    np.testing.assert_array_equal(result.labels, pixels.argmax(axis=2))
    assert result.picture.pixels.dtype == np.uint8
    shares = [item["share"] for item in result.extra["classes"]]
    assert sum(shares) == pytest.approx(1)
    assert [item["pixels"] for item in result.extra["classes"]] == [
        int((pixels.argmax(axis=2) == k).sum()) for k in range(3)
    ]


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_gray_and_transparent_pictures(tmp_path: Path, channels: int) -> None:
    pixels = noise(9, 11, channels, dtype=np.uint8)
    colour = run(pixels, loaded(by_color(), tmp_path))
    gray = run(pixels, loaded(by_brightness(), tmp_path, "gray", BINARY))
    assert colour.labels.shape == gray.labels.shape == (9, 11)
    values = pixels[:, :, : 1 if channels < 3 else 3].astype(np.float64) / 255
    if channels in (2, 4):
        alpha = pixels[:, :, -1:] / 255
        values = values * alpha + 1 - alpha
    luma = values[:, :, 0] if channels < 3 else values @ [0.299, 0.587, 0.114]
    sure = np.abs(luma - 0.5) > 0.01
    np.testing.assert_array_equal(gray.labels[sure], (luma > 0.5)[sure])
    if channels >= 3:
        ordered = np.sort(values, axis=2)
        sure = ordered[:, :, 2] - ordered[:, :, 1] > 0.01
        np.testing.assert_array_equal(colour.labels[sure], values.argmax(axis=2)[sure])


class TestTiles:
    """Windows with blended logits."""

    @pytest.mark.parametrize("size", [(150, 131), (97, 260)])
    def test_tiled_logits_equal_whole_ones(self, tmp_path: Path, size: tuple[int, int]) -> None:
        model = loaded(hourglass(), tmp_path)
        picture = Picture(noise(*size, 3))
        whole = _scores.score(picture, model, Control(), tile=512)
        tiled = _scores.score(picture, model, Control(), tile=96)
        assert whole.values.shape == tiled.values.shape == (*size, 3)
        np.testing.assert_allclose(tiled.values, whole.values, atol=1e-3)
        assert np.abs(whole.values).max() > 1

    @pytest.mark.parametrize("reach", [0, 9, 500, 1_000_000])
    @pytest.mark.parametrize(("length", "side"), [(500, 96), (97, 96), (1000, 64), (95, 96)])
    def test_weights_sum_to_one(self, length: int, side: int, reach: int) -> None:
        halo = min(reach, _scores.REACH_LIMIT)
        found, size = _scores.windows(length, side, halo, reach, 32, 1)
        total = np.zeros(-(-length // 32) * 32)
        for window in found:
            assert window.start % 32 == 0
            assert window.weights.shape == (size,)
            total[window.start : window.start + size] += window.weights
        np.testing.assert_allclose(total, 1, atol=1e-5)

    def test_logits_fade_and_labels_do_not_jump(self, tmp_path: Path) -> None:
        """With a reach that no window has, values change slowly from one window to the next."""
        model = loaded(hourglass(), tmp_path, output={"receptive_field": 1_000_000})
        picture = Picture(np.full((64, 300, 3), 0.5, np.float32))
        values = _scores.score(picture, model, Control(), tile=96).values
        whole = _scores.score(picture, model, Control(), tile=512).values
        inner = slice(24, -24)
        # A flat picture is flat inside: windows' edges leave no step.
        steps = np.abs(np.diff(values[inner, inner], axis=1, n=4)).max()
        smooth = np.abs(np.diff(whole[inner, inner], axis=1, n=4)).max()
        assert steps <= smooth + 0.15 * np.abs(whole).max()

    def test_cancel(self, tmp_path: Path) -> None:
        control = Control(lambda part, text: control.cancel())
        with pytest.raises(Cancelled):
            _scores.score(Picture(noise(200, 200, 3)), loaded(hourglass(), tmp_path), control, tile=96)

    def test_fixed_size_that_is_not_stretched_goes_in_windows(self, tmp_path: Path) -> None:
        model = loaded(
            probable(), tmp_path, classes=BINARY, output={"kind": "probability", "receptive_field": 0}
        )
        pixels = noise(37, 50, 3)
        scores = _scores.score(Picture(pixels), model, Control())
        np.testing.assert_allclose(
            scores.probabilities(0, 37)[:, :, 1], 0.5 + 0.1 * pixels[:, :, 1], atol=1e-5
        )


class TestSizes:
    """Pictures that are resized for the network."""

    def test_working_side(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path, input={"working_side": 32})
        pixels = np.zeros((128, 200, 3), np.uint8)
        pixels[:, :100, 0] = 255
        pixels[:, 100:, 2] = 255
        result = run(pixels, model)
        assert result.scores is not None
        assert result.scores.values.shape == (32, 50, 3)
        np.testing.assert_array_equal(result.labels, pixels.argmax(axis=2))

    def test_small_pictures_are_enlarged_but_not_without_end(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path, input={"working_side": 320})
        assert _scores.working_size(model.card, 10, 20) == (40, 80)
        pixels = noise(10, 20, 3)
        assert run(pixels, model).labels.shape == (10, 20)
        assert (run(pixels, model).labels == pixels.argmax(axis=2)).mean() > 0.8

    def test_interpolated_scores_are_those_of_opencv(self, tmp_path: Path) -> None:
        import cv2

        model = loaded(by_color(), tmp_path, input={"working_side": 16})
        result = run(noise(61, 90, 3), model)
        assert result.scores is not None
        expected = cv2.resize(result.scores.values, (90, 61), interpolation=cv2.INTER_LINEAR)
        np.testing.assert_allclose(result.scores.raw(0, 61), expected, atol=1e-3)
        np.testing.assert_allclose(result.scores.raw(20, 31, 7, 50), expected[20:31, 7:50], atol=1e-3)

    @pytest.mark.parametrize("shape", [(16, 16), (33, 70), (5, 4)])
    def test_stretched_and_normalised(self, tmp_path: Path, shape: tuple[int, int]) -> None:
        model = loaded(
            probable(),
            tmp_path,
            classes=BINARY,
            input={"stretch": True, "normalise": "maximum"},
            output={"kind": "probability", "normalise": "minmax"},
        )
        pixels = np.zeros((*shape, 3), np.uint8)
        pixels[: shape[0] // 2, :, 1] = 100
        result = run(pixels, model)
        assert result.scores is not None
        p = result.scores.probabilities(0, shape[0])[:, :, 1]
        assert p.min() == pytest.approx(0, abs=0.1)
        assert p.max() == pytest.approx(1, abs=0.1)
        assert result.labels[0, 0] == 1
        assert result.labels[-1, 0] == 0

    @pytest.mark.parametrize("value", [0, 90, 255])
    def test_a_flat_picture_is_not_made_a_subject(self, tmp_path: Path, value: int) -> None:
        model = loaded(
            probable(),
            tmp_path,
            classes=BINARY,
            input={"stretch": True, "normalise": "maximum"},
            output={"kind": "probability", "normalise": "minmax"},
        )
        result = run(np.full((20, 30, 3), value, np.uint8), model)
        assert result.scores is not None
        p = result.scores.probabilities(0, 20)[:, :, 1]
        assert np.ptp(p) < 1e-6
        assert np.isfinite(p).all()


class TestDeciding:
    """From probabilities to classes."""

    def test_threshold_of_two_classes_is_the_second_ones(self, tmp_path: Path) -> None:
        model = loaded(by_brightness(4.0), tmp_path, classes=BINARY)
        pixels = noise(20, 20, 1)
        half = run(pixels, model).labels
        strict = run(pixels, model, decide="threshold", threshold=0.9).labels
        p = 1 / (1 + np.exp(4 - 8 * pixels[:, :, 0].astype(np.float64)))
        np.testing.assert_array_equal(half, p >= 0.5)
        np.testing.assert_array_equal(strict, p >= 0.9)
        assert 0 < strict.sum() < half.sum()

    def test_what_is_not_probable_enough_has_no_class(self, tmp_path: Path) -> None:
        model = loaded(by_color(4.0), tmp_path)
        result = run(noise(20, 20, 3), model, decide="threshold", threshold=0.7)
        assert result.scores is not None
        best = result.scores.probabilities(0, 20).max(axis=2)
        np.testing.assert_array_equal(result.labels == 255, best < 0.7)
        assert result.extra["unlabelled"] == pytest.approx(float((best < 0.7).mean()))

    def test_small_regions_go_to_their_neighbours(self, tmp_path: Path) -> None:
        labels = np.zeros((40, 40), np.uint8)
        labels[:, 20:] = 1
        labels[5:7, 5:7] = 2
        labels[30, 30] = 2
        labels[10:20, 25:35] = 2
        tidy = _regions.without_small(labels, 10)
        assert tidy[5, 5] == 0
        assert tidy[30, 30] == 1
        assert (tidy == 2).sum() == 100
        np.testing.assert_array_equal(_regions.without_small(labels, 0), labels)
        lone = np.full((2, 2), 3, np.uint8)
        np.testing.assert_array_equal(_regions.without_small(lone, 100), lone)

    def test_entropy_is_highest_where_classes_are_even(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path)
        pixels = np.zeros((4, 4, 3), np.float32)
        pixels[:2] = 0.3
        pixels[2:, :, 1] = 1
        scores = run(pixels, model).scores
        assert scores is not None
        entropy = scores.entropy(0, 4)
        np.testing.assert_allclose(entropy[:2], 1, atol=1e-5)
        assert entropy[2:].max() < 1e-3


def discs(side: int = 60) -> tuple[np.ndarray, int]:
    """Discs that touch, brightest at their cores."""
    rows, columns = np.mgrid[:side, :side]
    field = np.zeros((side, side))
    centres = [(15, 15), (15, 33), (40, 20), (42, 40)]
    for y, x in centres:
        field = np.maximum(field, 1 - np.hypot(rows - y, columns - x) / 11)
    return field.clip(0, 1).astype(np.float32)[:, :, None], len(centres)


class TestThings:
    """Things of one class told apart."""

    def test_touching_discs(self, tmp_path: Path) -> None:
        model = loaded(with_distance(), tmp_path, classes=BINARY, instances={"class_name": "thing"})
        pixels, count = discs()
        result = run(pixels, model, save="index,instances,coco")
        assert result.things is not None
        assert result.extra["instances"] == count
        assert ((result.things > 0) == (result.labels == 1)).mean() > 0.99
        centres = [result.things[y, x] for y, x in ((15, 15), (15, 33), (40, 20), (42, 40))]
        assert sorted(centres) == [1, 2, 3, 4]
        areas = np.bincount(result.things.ravel())[1:]
        assert areas.min() > 0.6 * areas.max()
        coco = result.coco(tasks.get("segment").options(save="coco"))
        assert len(coco["annotations"]) == count
        assert sorted(item["area"] for item in coco["annotations"]) == sorted(areas.tolist())

    def test_parts_without_a_core_are_things_too(self) -> None:
        inside = np.zeros((20, 30), np.float32)
        inside[2:8, 2:8] = 0.9
        foreground = inside > 0
        foreground[12:15, 20:25] = True
        inside[12:15, 20:25] = 0.4
        # Nothing there is inside anything: noise.
        foreground[17:19, 2:9] = True
        found = _regions.instances(foreground, inside, marker=0.5)
        assert found.max() == 2
        assert _regions.instances(foreground, inside, marker=0.5, minimum_area=20).max() == 1
        assert not found[17:19].any()
        assert _regions.instances(np.zeros((5, 5), bool), inside[:5, :5], marker=0.5).max() == 0
        assert _regions.instances(np.ones((1, 1), bool), np.ones((1, 1), np.float32), marker=0.5).max() == 1

    def test_not_asked_of_a_model_that_cannot(self, tmp_path: Path) -> None:
        with pytest.raises(ModelUnfit, match="apart"):
            run(noise(4, 4, 3), loaded(by_color(), tmp_path), save="instances")


class TestFiles:
    """What is saved."""

    @pytest.fixture
    def result(self, tmp_path: Path) -> Segmentation:
        picture = Picture(noise(23, 31, 3, dtype=np.uint8), source=tmp_path / "photo.jpg")
        options = "index,colour,overlay,coco,cutout,probability"
        return run(picture, loaded(by_color(3.0), tmp_path), save=options, subject="red,Blue", opacity=0.25)

    @pytest.fixture
    def files(self, result: Segmentation, tmp_path: Path) -> dict[str, Path]:
        return {part.tail: part.content.write(tmp_path / f"photo{part.tail}") for part in result.parts}  # type: ignore[union-attr]

    def test_names(self, files: dict[str, Path]) -> None:
        assert [path.name for path in files.values()] == [
            "photo.index.png",
            "photo.colour.png",
            "photo.overlay.png",
            "photo.coco.json",
            "photo.cutout.png",
            "photo.probability.tif",
        ]
        assert tasks.get("segment").file_tails(tasks.get("segment").options(save="index")) == (".png",)

    def test_index(self, result: Segmentation, files: dict[str, Path]) -> None:
        image = Image.open(files[".index.png"])
        np.testing.assert_array_equal(np.asarray(image), result.labels)
        record = tasks.recorded(imaging.read(files[".index.png"]).metadata)
        assert record is not None
        assert record["task"] == "segment"
        assert record["model_sha256"] == result.model_sha256

    def test_colour_and_overlay(self, result: Segmentation, files: dict[str, Path]) -> None:
        table = np.array([[200, 30, 30], [30, 200, 30], [30, 30, 200]])
        colored = imaging.read(files[".colour.png"]).pixels
        np.testing.assert_array_equal(colored, table[result.labels])
        mixed = imaging.read(files[".overlay.png"]).pixels.astype(float)
        expected = 0.75 * result.source.pixels + 0.25 * table[result.labels]
        assert np.abs(mixed - expected).max() <= 0.51

    def test_cutout(self, result: Segmentation, files: dict[str, Path]) -> None:
        made = imaging.read(files[".cutout.png"]).pixels
        np.testing.assert_array_equal(made[:, :, :3], result.source.pixels)
        assert result.scores is not None
        p = result.scores.probabilities(0, 23)[:, :, [0, 2]].sum(axis=2)
        agree = (p >= 0.5) == np.isin(result.labels, [0, 2])
        np.testing.assert_allclose(made[:, :, 3][agree] / 255, p[agree], atol=0.003)
        hard = np.where(np.isin(result.labels, [0, 2]), 255, 0)
        np.testing.assert_array_equal(made[:, :, 3][~agree], hard[~agree])

    def test_cutout_keeps_depth_and_transparency(self, tmp_path: Path) -> None:
        pixels = noise(8, 9, 4, dtype=np.uint16)
        result = run(pixels, loaded(by_color(200.0), tmp_path))
        made = result.cutout("green").pixels
        assert made.dtype == np.uint16
        np.testing.assert_array_equal(made[:, :, :3], pixels[:, :, :3])
        assert (made[:, :, 3] <= pixels[:, :, 3].astype(int) + 1).all()

    def test_probability(self, result: Segmentation, files: dict[str, Path]) -> None:
        stack = tifffile.imread(files[".probability.tif"])
        assert stack.dtype == np.float32
        assert stack.shape == (3, 23, 31)
        np.testing.assert_allclose(stack.sum(axis=0), 1, atol=1e-5)
        np.testing.assert_array_equal(stack.argmax(axis=0), result.labels)

    def test_coco(self, result: Segmentation, files: dict[str, Path]) -> None:
        record = json.loads(files[".coco.json"].read_text())
        whole = np.full(23 * 31, 99)
        for item in record["annotations"]:
            runs = _coco.decode(item["segmentation"]["counts"])
            mask = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
            mask = np.pad(mask, (0, 23 * 31 - len(mask)))
            assert mask.sum() == item["area"]
            assert (whole[mask] == 99).all()
            whole[mask] = item["category_id"]
        np.testing.assert_array_equal(whole.reshape(31, 23).T, result.labels)
        assert [item["name"] for item in record["categories"]] == ["red", "green", "blue"]
        assert record["info"]["model_sha256"] == result.model_sha256

    def test_stripped_files_hold_no_mark(self, result: Segmentation, tmp_path: Path) -> None:
        for part in result.parts:
            path = part.content.write(tmp_path / f"s{part.tail}", metadata="strip")  # type: ignore[union-attr]
            assert result.model_sha256.encode() not in path.read_bytes()

    def test_same_work_same_bytes(self, result: Segmentation, tmp_path: Path) -> None:
        for part in result.parts:
            write = part.content.write  # type: ignore[union-attr]
            one, two = (write(tmp_path / f"{name}{part.tail}").read_bytes() for name in "ab")
            assert one == two


def test_coco_codes_can_be_read_back() -> None:
    runs = np.array([0, 5, 1_000_000, 3, 17, 12_345_678, 2], np.int64)
    np.testing.assert_array_equal(_coco.decode(_coco.encode(runs)), runs)


class TestRefusals:
    """What is said no to, with a way out."""

    def test_kinds(self) -> None:
        with pytest.raises(OptionsInvalid, match="coloured"):
            tasks.get("segment").options(save="index,coloured")
        with pytest.raises(OptionsInvalid):
            tasks.get("segment").options(save="")
        assert tasks.get("segment").options(save=" overlay, index").kinds == ("index", "overlay")

    def test_subject(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path)
        with pytest.raises(OptionsInvalid, match="no --subject"):
            run(noise(3, 3, 3), model, save="cutout")
        with pytest.raises(OptionsInvalid, match="'sky'") as caught:
            run(noise(3, 3, 3), model, subject="sky")
        assert "red, green, blue" in caught.value.hint

    def test_channels_that_do_not_fit_the_card(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path, classes=[*CLASSES, {"name": "more"}])
        with pytest.raises(BadOutput, match="4 classes"):
            run(noise(3, 3, 3), model)

    def test_another_task(self, tmp_path: Path) -> None:
        model = loaded(by_color(), tmp_path, task="upscale")
        with pytest.raises(ModelUnfit):
            run(noise(3, 3, 3), model)


def _flooded_plainly(foreground: np.ndarray, inside: np.ndarray, marker: float) -> np.ndarray:
    """What `instances` is a faster form of: every level looks for the nearest thing of every pixel."""
    count, parts = cv2.connectedComponents(foreground.astype(np.uint8), connectivity=4)
    smooth = cv2.GaussianBlur(inside, (0, 0), 1.0)
    cores = (smooth >= marker) & foreground
    first, found = cv2.connectedComponents(cores.astype(np.uint8), connectivity=8)
    for part in range(1, count):
        own = parts == part
        if not cores[own].any() and smooth[own].max() >= marker / 2:
            found[own] = first - 1 + part
    for level in np.linspace(1, 0, _regions.LEVELS):
        known = found > 0
        flooded = (foreground & (smooth >= level)) | known
        _, numbers = cv2.distanceTransformWithLabels(
            (~known).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        value_of = np.zeros(numbers.max() + 1, np.int32)
        value_of[numbers[known]] = found[known]
        _, joined = cv2.connectedComponents(flooded.astype(np.uint8), connectivity=4)
        joined_of = np.zeros(numbers.max() + 1, np.int32)
        joined_of[numbers[known]] = joined[known]
        new = flooded & ~known & (joined == joined_of[numbers])
        found[new] = value_of[numbers][new]
    return found


@pytest.mark.parametrize("seed", range(4))
def test_things_are_those_of_flooding_the_whole_picture_at_every_level(seed: int) -> None:
    rng = np.random.default_rng(seed)
    field = cv2.GaussianBlur(rng.standard_normal((150, 190)).astype(np.float32), (0, 0), 4)
    inside = np.clip(field / field.max(), 0, 1).astype(np.float32)
    foreground = field > -0.3 * field.std() * seed
    expected = _flooded_plainly(foreground, inside, 0.45)
    numbers = _regions.instances(foreground, inside, marker=0.45)
    assert numbers.max() == len(np.unique(expected)) - 1 > 5
    # The same things, numbered without gaps.
    pairs = set(zip(expected.ravel().tolist(), numbers.ravel().tolist(), strict=True))
    assert len(pairs) == numbers.max() + 1
    np.testing.assert_array_equal(expected > 0, numbers > 0)


@pytest.mark.parametrize("classes", [2, 3, 11])
def test_probabilities_are_the_softmax(classes: int) -> None:
    values = np.random.default_rng(classes).normal(0, 30, (7, 9, classes)).astype(np.float32)
    scores = _scores.Scores(values.copy(), "logits", 7, 9, classes)
    exact = np.exp(values.astype(np.float64) - values.max(axis=2, keepdims=True))
    exact /= exact.sum(axis=2, keepdims=True)
    np.testing.assert_allclose(scores.probabilities(0, 7), exact, rtol=1e-5, atol=1e-7)
    np.testing.assert_array_equal(scores.values, values)


def test_windows_of_several_channels_are_weighted_pixel_by_pixel(tmp_path: Path) -> None:
    # Sizes that are no multiples of a window, so that the last ones reach over the border.
    pixels = noise(83, 101, 3, dtype=np.uint8)
    whole = run(pixels, loaded(by_color(), tmp_path))
    tiled = run(pixels, loaded(by_color(), tmp_path), tile=32)
    assert whole.scores is not None
    assert tiled.scores is not None
    np.testing.assert_allclose(tiled.scores.values, whole.scores.values, atol=1e-4)


@pytest.mark.parametrize("kind", ["index", "colour", "overlay", "coco", "probability"])
def test_writing_can_be_stopped_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    result = run(noise(9, 8, 3, dtype=np.uint8), loaded(by_color(), tmp_path), save=kind)
    control = Control()
    control.cancel()
    out = tmp_path / "out"
    out.mkdir()
    paths = file_names(out / "x", tails_of(result))
    with pytest.raises(Cancelled):
        save_parts(result, paths, check=control.raise_if_cancelled)
    calls = 0

    def late() -> None:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Cancelled

    if kind != "coco":
        with pytest.raises(Cancelled):
            save_parts(result, paths, check=late)
    assert list(out.iterdir()) == []
    assert save_parts(result, paths, check=lambda: None) == paths
