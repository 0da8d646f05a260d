"""What can be calculated with latents, how they go through a file, and that a seed is always one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio import engine
from deconv_studio.catalog import Catalog, Entry
from deconv_studio.engine import session
from deconv_studio.tasks._units import raw
from deconv_studio.tasks.errors import OptionsInvalid
from deconv_studio.tasks.sample import (
    Edit,
    Point,
    again,
    direction,
    layers_of,
    mean_point,
    moved,
    parameters_of,
    point_from,
    point_of,
    results,
    vary,
)
from tests.generators import generator_file, large_file, loaded

pytestmark = pytest.mark.light


def points(*rows: tuple[float, float], klass: int | None = None) -> list[Point]:
    return [Point(np.array(row, np.float32), klass) for row in rows]


def test_the_mean_and_the_class_most_have() -> None:
    several = [Point(np.array([k, 1], np.float32), klass) for k, klass in ((0, 2), (3, 1), (6, 1))]
    found = mean_point(several)
    assert found.latent.tolist() == [3, 1] and found.klass == 1
    assert mean_point(several[:2]).klass == 2
    assert mean_point(points((1, 2))).klass is None
    with pytest.raises(OptionsInvalid, match="Choose"):
        mean_point([])


def test_a_direction_leads_from_one_mean_to_the_other() -> None:
    smiling, neutral = points((4, 0), (6, 2), klass=1), points((1, 1), (1, 3), klass=0)
    way = direction(neutral, smiling)
    assert way.tolist() == [4, -1] and way.dtype == np.float32
    assert moved(mean_point(neutral), way, 1.0).latent.tolist() == mean_point(smiling).latent.tolist()
    back = moved(neutral[0], way, -0.5)
    assert back.latent.tolist() == [-1, 1.5] and back.klass == 0


def test_neighbours_are_as_far_as_they_are_asked_to_be() -> None:
    start = Point(np.random.default_rng(0).standard_normal(200).astype(np.float32), 2)
    assert vary(start, 5, 0) is start
    angles = []
    for amount in (0.1, 0.5, 1.0):
        found = vary(start, 5, amount)
        assert found.klass == 2
        np.testing.assert_allclose(np.linalg.norm(found.latent), np.linalg.norm(start.latent), rtol=1e-5)
        cosine = found.latent @ start.latent / np.linalg.norm(start.latent) ** 2
        angles.append(float(np.degrees(np.arccos(cosine))))
    assert angles == pytest.approx([angles[2] * 0.1, angles[2] * 0.5, angles[2]], rel=1e-3)
    assert 75 < angles[2] < 105  # independent ones are nearly perpendicular
    assert np.array_equal(vary(start, 5, 0.5).latent, vary(start, 5, 0.5).latent)
    assert not np.array_equal(vary(start, 5, 0.5).latent, vary(start, 6, 0.5).latent)
    assert np.isfinite(vary(Point(np.zeros(4, np.float32), None), 1, 0.5).latent).all()
    for amount in (-0.1, 1.1, float("nan")):
        with pytest.raises(OptionsInvalid):
            vary(start, 1, amount)


def test_a_point_goes_through_a_file_exactly(tmp_path: Path) -> None:
    _, card = generator_file(tmp_path / "generator")
    point = vary(point_of(card, 3), 8, 0.3)
    read = point_from(card, parameters_of(card, point))
    assert read.latent.tobytes() == point.latent.tobytes() and read.klass == point.klass
    seed = point_from(card, {"seed": 3, "truncation": 0.5, "class": "b"})
    np.testing.assert_array_equal(seed.latent, point_of(card, 3, truncation=0.5).latent)
    assert seed.klass == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"seed": -1},
        {"seed": "3"},
        {"seed": 3, "truncation": 2},
        {"seed": 3, "class": "zebra"},
        {"seed": 3, "class": 4},
        {"latent": "???", "class": "a"},
        {"latent": "AAAA", "class": "a"},
        {"latent": "AACAfwAAgH8AAIB/AACAfwAAgH8AAIB/", "class": "a"},  # infinite
        {"latent": "AACAPwAAgD8AAIA/AACAPwAAgD8AAIA/"},  # without a class
    ],
)
def test_damaged_parameters_are_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    model = loaded(generator_file(tmp_path / "generator"))
    with pytest.raises(OptionsInvalid):
        again(model, wrong)
    with pytest.raises(OptionsInvalid):
        again(model, {"grid": "2x2", **wrong})


def generators(folder: Path) -> list[tuple[str, Any]]:
    """Tiny ones, and every bundled one."""
    found: list[tuple[str, Any]] = [
        ("tiny", generator_file(folder / "tiny")),
        ("colours", large_file(folder / "colours")),
        ("plain", large_file(folder / "plain", classes=0)),
    ]
    return found + [(entry.card.id, entry) for entry in Catalog().cards("sample")]


def opened(made: Any, threads: int) -> session.Model:
    if isinstance(made, Entry):
        return engine.load(made, provider="cpu", threads=threads)
    return engine.load(made[0], card=made[1], provider="cpu", threads=threads)


def test_every_generator_gives_a_seed_one_picture_whatever_is_made_beside_it(tmp_path: Path) -> None:
    for name, made in generators(tmp_path):
        model = opened(made, 1)
        card = model.card
        assert card is not None
        seeds = [point_of(card, seed) for seed in range(18)]
        together = np.concatenate(list(raw(model, seeds)))
        assert np.isfinite(together).all() and len({picture.tobytes() for picture in together}) == 18, name
        alone = np.concatenate([next(raw(model, [point])) for point in seeds])
        three = np.concatenate([x for k in range(0, 18, 3) for x in raw(model, seeds[k : k + 3])])
        session.evict()
        fresh = np.concatenate(list(raw(opened(made, 1), seeds[::-1])))[::-1]
        threads = np.concatenate(list(raw(opened(made, 2), seeds)))
        for other in (alone, three, fresh, threads):
            np.testing.assert_allclose(other, together, rtol=0, atol=1e-5, err_msg=name)


def test_every_generator_makes_painted_and_varied_samples_again(tmp_path: Path) -> None:
    for name, made in generators(tmp_path):
        model = opened(made, 1)
        card = model.card
        assert card is not None
        painted = []
        for layer in layers_of(model)[-1:]:
            mask = np.random.default_rng(3).random(layer.shape[1:], np.float32)
            painted = [Edit(layer.name, 1, mask, 0.8)]
        point = vary(point_of(card, 1), 2, 0.5)
        [first] = results(model, [point], [parameters_of(card, point)], edits=painted)
        second = again(model, first.parameters)
        np.testing.assert_array_equal(second.picture.pixels, first.picture.pixels, err_msg=name)
        assert second.text() == first.text()
        if name not in ("tiny", "colours", "plain"):
            assert painted, f"nothing of {name} can be painted on"
