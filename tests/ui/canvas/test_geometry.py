"""Zoom, fit and pan keep their promises at every size."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deconv_studio.ui.canvas import geometry
from deconv_studio.ui.canvas.geometry import View

sizes = st.tuples(st.integers(1, 100_000), st.integers(1, 100_000))
viewports = st.tuples(st.integers(50, 8000), st.integers(50, 8000))
zooms = st.floats(0.001, 64)
places = st.floats(0, 1)


@given(sizes, viewports)
def test_fitted_is_all_in_sight_and_touches_two_sides(reference, viewport):
    zoom = geometry.fit_zoom(reference, viewport, 24)
    frame = geometry.frame(View(zoom), reference, viewport)
    assert frame.visible(*viewport) == (0, 0, frame.width, frame.height)
    if geometry.MIN_ZOOM < zoom < geometry.MAX_ZOOM and min(viewport) > 60:
        gaps = (viewport[0] - frame.width - 48, viewport[1] - frame.height - 48)
        assert min(abs(gap) for gap in gaps) <= 1


@given(sizes, viewports, zooms, zooms, places, places, places, places)
def test_what_is_under_the_anchor_stays_under_it(reference, viewport, first, second, cx, cy, ax, ay):
    view = View(first, cx, cy)
    anchor = (ax * viewport[0], ay * viewport[1])
    after = geometry.zoom_at(view, reference, viewport, second, anchor)

    def under(v: View) -> tuple[float, float]:
        return tuple(
            c + (a - room / 2) / (v.zoom * size)
            for c, a, room, size in zip((v.cx, v.cy), anchor, viewport, reference, strict=True)
        )

    assert under(after) == pytest.approx(under(view), rel=1e-6, abs=1e-6)


@given(sizes, viewports, zooms, st.floats(-3, 3), st.floats(-3, 3))
def test_a_picture_cannot_be_lost(reference, viewport, zoom, cx, cy):
    view = geometry.clamp(View(zoom, cx, cy), reference, viewport)
    frame = geometry.frame(view, reference, viewport)
    for start, length, room in ((frame.x, frame.width, viewport[0]), (frame.y, frame.height, viewport[1])):
        if length <= room:
            assert abs(start - (room - length) / 2) <= 1
        else:
            assert start <= 1
            assert start + length >= room - 1


@given(sizes, viewports, st.floats(0.01, 8), places, places)
def test_relative_and_device_are_each_others_inverse(reference, viewport, zoom, u, v):
    frame = geometry.frame(View(zoom, 0.3, 0.7), reference, viewport)
    assert frame.relative(*frame.device(u, v)) == pytest.approx((u, v), abs=1e-6)


@given(st.integers(1, 4000), st.integers(1, 4000), viewports, st.integers(2, 4), places)
def test_a_place_is_the_same_in_pictures_of_different_size(width, height, viewport, scale, split):
    """The dividing line at `split` cuts original and enlarged picture at the same content."""
    frame = geometry.frame(View(1.0), (width * scale, height * scale), viewport)
    in_device = frame.device(split, 0)[0] - frame.x
    assert in_device / frame.width * width == pytest.approx(split * width)
    assert in_device / frame.width * width * scale == pytest.approx(split * width * scale)


@given(sizes, viewports)
def test_at_100_percent_the_frame_is_the_picture(reference, viewport):
    frame = geometry.frame(View(1.0, 0.371, 0.713), reference, viewport)
    assert (frame.width, frame.height) == reference


@given(sizes, zooms, st.floats(-500, 500), st.floats(-500, 500))
def test_pan_moves_by_device_pixels(reference, zoom, dx, dy):
    assume(zoom * min(reference) > 1)
    before = View(zoom, 0.5, 0.5)
    after = geometry.pan(before, reference, dx, dy)
    assert (before.cx - after.cx) * zoom * reference[0] == pytest.approx(dx, abs=1e-6)
    assert (before.cy - after.cy) * zoom * reference[1] == pytest.approx(dy, abs=1e-6)
