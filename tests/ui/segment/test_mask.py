"""The mask that is edited: what brush, fill and polygon draw, undo to the byte, speed at 24 megapixels."""

from __future__ import annotations

import time

import numpy as np
import pytest

from deconv_studio.ui.segment.mask import Mask


def counts(mask: Mask) -> None:
    np.testing.assert_array_equal(mask.counts, np.bincount(mask.labels.reshape(-1), minlength=256))


def test_a_brush_draws_a_disc_and_a_capsule() -> None:
    mask = Mask(np.zeros((60, 80), np.uint8))
    mask.line((20.0, 20.0), (20.0, 20.0), 11, 3)
    rows, columns = np.mgrid[:60, :80] + 0.5
    disc = np.hypot(rows - 20, columns - 20)
    assert (mask.labels[disc < 4.5] == 3).all()
    assert (mask.labels[disc > 6.5] == 0).all()
    mask.line((20.0, 20.0), (70.0, 45.0), 11, 4)
    ahead = np.array([50.0, 25.0]) / np.hypot(50, 25)
    along = (columns - 20) * ahead[0] + (rows - 20) * ahead[1]
    across = np.abs(-(columns - 20) * ahead[1] + (rows - 20) * ahead[0])
    between = (along > 0) & (along < np.hypot(50, 25))
    assert (mask.labels[between & (across < 4.5)] == 4).all()
    assert (mask.labels[between & (across > 6.5)] != 4).all()
    counts(mask)


def test_a_brush_of_one_pixel_takes_the_pixel_under_the_pointer() -> None:
    mask = Mask(np.zeros((9, 9), np.uint8))
    mask.line((4.9, 2.1), (4.9, 2.1), 1, 7)
    assert np.argwhere(mask.labels == 7).tolist() == [[2, 4]]


@pytest.mark.parametrize("place", [(-50.0, -50.0), (0.0, 0.0), (79.9, 59.9), (200.0, 10.0)])
def test_edges(place: tuple[float, float]) -> None:
    mask = Mask(np.zeros((60, 80), np.uint8))
    mask.line(place, (40.0, 30.0), 7, 1)
    assert mask.labels[30, 40] == 1
    counts(mask)


def test_fill_keeps_to_its_region() -> None:
    labels = np.zeros((40, 50), np.uint8)
    labels[10:30, 10] = labels[10:30, 30] = 1
    labels[10, 10:31] = labels[30, 10:31] = 1
    mask = Mask(labels)
    box = mask.fill(20, 20, 5)
    assert (mask.labels[11:30, 11:30] == 5).all()
    assert (mask.labels == 5).sum() == 19 * 19
    assert box == (11, 11, 30, 30)
    assert mask.fill(20, 20, 5) == (0, 0, 0, 0)
    assert mask.fill(99, 0, 5) == (0, 0, 0, 0)
    counts(mask)


def test_a_polygon_is_even_odd() -> None:
    mask = Mask(np.zeros((40, 40), np.uint8))
    mask.polygon([(5.0, 5.0), (35.0, 5.0), (35.0, 35.0), (5.0, 35.0)], 2)
    assert (mask.labels[6:34, 6:34] == 2).all()
    assert (mask.labels[:4] == 0).all()
    assert mask.polygon([(1.0, 1.0), (2.0, 2.0)], 2) == (0, 0, 0, 0)
    counts(mask)


def test_steps_are_undone_and_done_again_to_the_byte() -> None:
    rng = np.random.default_rng(0)
    mask = Mask(rng.integers(0, 4, (700, 900)).astype(np.uint8))
    states, edits = [mask.labels.copy()], []
    for step in range(12):
        mask.begin()
        if step % 4 == 3:
            mask.fill(int(rng.integers(900)), int(rng.integers(700)), int(rng.integers(5, 9)))
        elif step % 4 == 2:
            mask.polygon([tuple(point) for point in rng.random((5, 2)) * 900], step)  # type: ignore[misc]
        else:
            for _ in range(5):
                a, b = rng.random((2, 2)) * (900, 700)
                mask.line(tuple(a), tuple(b), float(rng.integers(1, 60)), step)
        edit = mask.commit()
        assert edit is not None
        edits.append(edit)
        states.append(mask.labels.copy())
        counts(mask)
    for edit, before in zip(reversed(edits), reversed(states[:-1]), strict=True):
        mask.swap(edit)
        np.testing.assert_array_equal(mask.labels, before)
        counts(mask)
    for edit, after in zip(edits, states[1:], strict=True):
        mask.swap(edit)
        np.testing.assert_array_equal(mask.labels, after)


def test_a_stroke_that_changes_nothing_is_no_step() -> None:
    mask = Mask(np.full((300, 300), 2, np.uint8))
    mask.begin()
    mask.line((10.0, 10.0), (200.0, 200.0), 20, 2)
    assert mask.commit() is None
    assert mask.commit() is None


def test_the_given_map_is_left_as_it_is() -> None:
    labels = np.zeros((10, 10), np.uint8)
    Mask(labels).line((5.0, 5.0), (5.0, 5.0), 4, 1)
    assert not labels.any()


def test_24_megapixels_do_not_lag() -> None:
    """Against copying the whole map once, the least that an undo without tiles would have to do."""
    mask = Mask(np.zeros((4000, 6000), np.uint8))
    started = time.perf_counter()
    for _ in range(5):
        mask.labels.copy()
    copying = (time.perf_counter() - started) / 5
    mask.begin()
    times = []
    for step in range(100):
        x = 1000.0 + 30 * step
        started = time.perf_counter()
        mask.line((x, 2000.0), (x + 30, 2010.0), 40, 1)
        times.append(time.perf_counter() - started)
    edit = mask.commit()
    assert edit is not None
    assert edit.size < mask.labels.nbytes / 10
    started = time.perf_counter()
    mask.swap(edit)
    undoing = time.perf_counter() - started
    assert sorted(times)[50] < copying
    assert undoing < 4 * copying
