"""Seeds, latents, walks and generators: the same picture for the same seed, whatever is made beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deconv_studio import imaging
from deconv_studio.engine import Control, session
from deconv_studio.engine.control import Cancelled
from deconv_studio.engine.session import Model
from deconv_studio.imaging.animation import write_animation
from deconv_studio.tasks import recorded
from deconv_studio.tasks.errors import ModelUnfit, OptionsInvalid
from deconv_studio.tasks.sample import (
    Point,
    generate,
    grid_of,
    parse_seeds,
    point_of,
    sample,
    walk_points,
)
from tests.enlargers import loaded, nearest
from tests.generators import generator_file

pytestmark = pytest.mark.light


@pytest.fixture
def generator(tmp_path: Path) -> Model:
    path, card = generator_file(tmp_path / "generator")
    return session.load(path, card=card, provider="cpu")


def test_seeds_are_read_in_order() -> None:
    assert parse_seeds("0,1,4-6") == (0, 1, 4, 5, 6)
    assert parse_seeds(" 7 , 3-3") == (7, 3)


@pytest.mark.parametrize("text", ["", "a", "3-1", "-4", "1,,2", "0-4294967296", "0-100001", "1.5"])
def test_what_names_no_seeds_is_refused(text: str) -> None:
    with pytest.raises(OptionsInvalid):
        parse_seeds(text)


def test_a_seed_gives_the_same_picture_alone_and_in_a_batch(generator: Model) -> None:
    together = {r.parameters["seed"]: r.picture.pixels for r in sample(generator, range(40))}
    for seed in (0, 15, 16, 39):
        [alone] = sample(generator, [seed])
        np.testing.assert_array_equal(alone.picture.pixels, together[seed])
    assert len({pixels.tobytes() for pixels in together.values()}) == 40


def test_the_latent_of_a_seed_is_fixed_for_ever(generator: Model) -> None:
    # Files made years ago must still be made again: these numbers may never change.
    card = generator.card
    assert card is not None
    found = point_of(card, 42)
    np.testing.assert_allclose(found.latent[:3], [0.30471709, -1.03998411, 0.7504512], rtol=1e-6)
    assert found.klass == point_of(card, 42, truncation=0.3).klass


def test_truncation_goes_to_the_mean(generator: Model) -> None:
    card = generator.card
    assert card is not None
    whole, half = point_of(card, 5), point_of(card, 5, truncation=0.5)
    np.testing.assert_allclose(half.latent, whole.latent / 2)
    results = [r.picture.pixels for r in sample(generator, [1, 2, 3], truncation=0.0, klass="b")]
    assert all(np.array_equal(results[0], other) for other in results)
    with pytest.raises(OptionsInvalid, match="truncation"):
        list(sample(generator, [1], truncation=1.5))


def test_a_picture_can_be_made_again_from_its_file(generator: Model, tmp_path: Path) -> None:
    [result] = sample(generator, [77], truncation=0.8)
    path = imaging.write(result.picture, tmp_path / "seed.png", text=result.text())
    record = recorded(imaging.read(path).metadata)
    assert record is not None
    assert record["model_sha256"] == generator.sha256
    given = record["parameters"]
    [again] = sample(generator, [given["seed"]], truncation=given["truncation"], klass=given["class"])
    np.testing.assert_array_equal(again.picture.pixels, imaging.read(path).pixels)


def test_classes_are_named_and_drawn(generator: Model) -> None:
    drawn = {r.parameters["class"] for r in sample(generator, range(30))}
    assert drawn == {"a", "b", "c"}
    [one], [other] = sample(generator, [3], klass="a"), sample(generator, [3], klass="c")
    assert not np.array_equal(one.picture.pixels, other.picture.pixels)
    with pytest.raises(OptionsInvalid, match="'d'"):
        list(sample(generator, [3], klass="d"))


def test_generators_without_classes(tmp_path: Path) -> None:
    path, card = generator_file(tmp_path / "plain", classes=False)
    model = session.load(path, card=card, provider="cpu")
    [result] = sample(model, [0])
    assert result.picture.pixels.shape == (4, 4, 1)
    assert "class" not in result.parameters
    with pytest.raises(OptionsInvalid, match="no classes"):
        list(sample(model, [0], klass="a"))


def test_other_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnfit, match="from noise"):
        list(sample(loaded(nearest(2, 3), tmp_path / "other"), [0]))


def test_sampling_can_be_cancelled(generator: Model) -> None:
    control = Control()
    made = sample(generator, range(64), control=control)
    next(made)
    control.cancel()
    with pytest.raises(Cancelled):
        list(made)


def two_points() -> list[Point]:
    rng = np.random.default_rng(4)
    return [Point(rng.standard_normal(50).astype(np.float32), k) for k in (0, 2)]


@pytest.mark.parametrize("how", ["lerp", "slerp", "spline"])
def test_a_walk_passes_its_points_and_comes_back(how: Any) -> None:
    points = [*two_points(), Point(np.ones(50, np.float32), 1)]
    found = walk_points(points, 30, how)
    for k, point in enumerate(points):
        np.testing.assert_allclose(found[10 * k].latent, point.latent, atol=1e-5)
    steps = np.linalg.norm(np.diff([p.latent for p in (*found, found[0])], axis=0), axis=1)
    assert steps.max() < 3 * np.median(steps)
    assert [found[k].klass for k in (4, 6, 14, 16)] == [0, 2, 2, 1]


def test_slerp_keeps_the_length_where_lerp_shortens_it() -> None:
    a, b = (np.eye(4, dtype=np.float32)[k] * 3 for k in (0, 1))
    middle = walk_points([Point(a, None), Point(b, None)], 4, "slerp")[1].latent
    np.testing.assert_allclose(np.linalg.norm(middle), 3, rtol=1e-6)
    straight = walk_points([Point(a, None), Point(b, None)], 4, "lerp")[1].latent
    np.testing.assert_allclose(np.linalg.norm(straight), 3 / np.sqrt(2), rtol=1e-6)
    opposite = walk_points([Point(a, None), Point(-a, None)], 4, "slerp")
    assert all(np.isfinite(point.latent).all() for point in opposite)


def test_a_spline_has_no_corners() -> None:
    points = [Point(np.array([x, y], np.float32), None) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
    path = np.stack([p.latent for p in walk_points(points, 4000, "spline")]).astype(np.float64)
    bend = np.abs(np.diff(np.concatenate([path, path[:2]]), 2, axis=0)).max()
    straight = np.stack([p.latent for p in walk_points(points, 4000, "lerp")]).astype(np.float64)
    corner = np.abs(np.diff(np.concatenate([straight, straight[:2]]), 2, axis=0)).max()
    assert bend < corner / 50


def test_a_walk_needs_two_points() -> None:
    with pytest.raises(OptionsInvalid, match="two"):
        walk_points(two_points()[:1], 10, "lerp")


def test_an_open_walk_leads_from_the_first_to_the_last_and_spends_its_frames_evenly() -> None:
    latents = [np.array([x, x * x], np.float32) for x in (0.0, 1.0, 3.0)]
    points = [Point(each, None) for each in latents]
    for how in ("lerp", "spline"):
        found = [p.latent for p in walk_points(points, 9, how, closed=False)]
        for frame, wanted in ((0, latents[0]), (4, latents[1]), (8, latents[2])):
            np.testing.assert_allclose(found[frame], wanted, atol=1e-6)
    straight = [Point(np.array([x], np.float32), None) for x in (0.0, 1.0, 2.0)]
    even = [float(p.latent[0]) for p in walk_points(straight, 9, "spline", closed=False)]
    np.testing.assert_allclose(even, np.linspace(0, 2, 9), atol=1e-6)


def test_grids_go_row_by_row() -> None:
    pictures = [np.full((2, 3, 1), k, np.uint8) for k in range(1, 6)]
    found = grid_of(pictures, 2, 3)
    assert found[::2, ::3, 0].tolist() == [[1, 2, 3], [4, 5, 0]]


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".apng"])
def test_animations_are_opened_again(generator: Model, tmp_path: Path, suffix: str) -> None:
    card = generator.card
    assert card is not None
    points = [point_of(card, seed) for seed in (1, 2)]
    frames = list(generate(generator, walk_points(points, 6, "slerp")))
    path = write_animation(frames, tmp_path / f"walk{suffix}", milliseconds=40)
    with Image.open(path) as opened:
        assert opened.n_frames == 6
        for k, frame in enumerate(frames):
            opened.seek(k)
            np.testing.assert_allclose(np.asarray(opened.convert("L")), frame[:, :, 0], atol=1)
    with pytest.raises(imaging.OutputExists):
        write_animation(frames, path)
    with pytest.raises(imaging.CannotHold, match="no animation"):
        write_animation(frames, tmp_path / "walk.jpg")
    assert not list(tmp_path.glob(".*part"))
