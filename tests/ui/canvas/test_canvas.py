"""The canvas shows what it is given, exactly, without work on the GUI thread and never blank."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel

from deconv_studio.imaging import Picture, color
from deconv_studio.ui import theme
from deconv_studio.ui.canvas import COMPARE_MODES, Canvas, Readout, canvas, display, layers, loader

WAIT = 15_000


def picture(width: int, height: int, channels: int = 3, seed: int = 0, dtype=np.uint8) -> Picture:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, channels))
    return Picture(values.astype(dtype))


def plain(width: int, height: int, color: tuple[int, ...]) -> Picture:
    return Picture(np.broadcast_to(np.array(color, np.uint8), (height, width, len(color))).copy())


def pixels(image: QImage) -> np.ndarray:
    """(H, W, 3) uint8 RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return rows[:, : image.width(), 2::-1].copy()


@pytest.fixture
def show(qtbot, qapp) -> Iterator[Callable[..., Canvas]]:
    theme.apply(qapp, "dark")

    def make(width: int = 400, height: int = 300) -> Canvas:
        made = Canvas()
        qtbot.addWidget(made)
        made.resize(width, height)
        made.show()
        return made

    yield make


@pytest.fixture
def settle(qtbot) -> Callable[[Canvas], None]:
    def wait(made: Canvas) -> None:
        qtbot.waitUntil(lambda: made.settled, timeout=WAIT)

    return wait


def wheel(made: Canvas, place: QPointF, delta: int) -> None:
    event = QWheelEvent(
        place,
        made.mapToGlobal(place),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(made, event)


# Showing


def test_at_100_percent_the_screen_shows_the_pictures_pixels(show, settle):
    made, given = show(), picture(200, 150)
    made.set_picture(given)
    made.hundred()
    settle(made)
    assert np.array_equal(pixels(made.grab_view())[75:225, 100:300], given.pixels)
    assert made.zoom == 1.0


def test_100_percent_is_one_result_pixel_on_one_device_pixel(show, settle, monkeypatch):
    """At 200 % screen scale, too: device pixels, not the widget's."""
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda self: 2.0)
    made, given, result = show(200, 160), picture(60, 40), picture(120, 80, seed=1)
    made.set_picture(given)
    made.set_result(result)
    made.compare_mode = "none"
    made.hundred()
    settle(made)
    seen = pixels(made.grab_view())
    assert seen.shape == (320, 400, 3)
    assert np.array_equal(seen[120:200, 140:260], result.pixels)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_every_scale_of_the_screen_paints(show, settle, monkeypatch, ratio):
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda self: ratio)
    made = show(301, 203)
    made.set_picture(plain(50, 40, (200, 100, 50)))
    settle(made)
    seen = pixels(made.grab_view())
    assert (seen[seen.shape[0] // 2, seen.shape[1] // 2] == (200, 100, 50)).all()
    assert not made.grab().isNull()


@pytest.mark.parametrize("size", [(1, 1), (20_000, 1), (1, 20_000), (3, 2)])
@pytest.mark.parametrize("zoom", [None, 0.01, 1.0, 40.0])
def test_odd_sizes_are_seen_at_every_zoom(show, settle, size, zoom):
    made = show()
    made.set_picture(plain(*size, (250, 0, 0)))
    if zoom is not None:
        made.zoom_to(zoom)
    settle(made)
    red = (pixels(made.grab_view()) == (250, 0, 0)).all(axis=2)
    assert red.any()


def test_above_200_percent_squares_below_smooth(show, settle):
    made = show()
    checks = np.zeros((20, 20, 3), np.uint8)
    checks[::2, ::2] = checks[1::2, 1::2] = 255
    made.set_picture(Picture(checks))
    made.zoom_to(8)
    settle(made)
    assert set(np.unique(pixels(made.grab_view())[100:200, 160:240])) == {0, 255}
    made.zoom_to(1.7)
    settle(made)
    assert len(np.unique(pixels(made.grab_view())[140:160, 190:210])) > 4


def test_transparency_shows_a_checkerboard_fixed_to_the_screen(show, settle):
    made = show()
    made.set_picture(plain(2000, 2000, (255, 0, 0, 0)))
    made.hundred()
    settle(made)
    before = pixels(made.grab_view())
    assert len({tuple(c) for c in before.reshape(-1, 3)}) == 2
    made.pan_by(-13, -7)
    settle(made)
    assert np.array_equal(pixels(made.grab_view()), before)


def test_half_transparent_is_mixed_once_also_while_tiles_are_missing(show, settle):
    made = show()
    made.set_picture(plain(300, 200, (255, 255, 255, 128)))
    settle(made)
    done = pixels(made.grab_view())
    made._tiles.clear()
    assert np.abs(pixels(made.grab_view()).astype(int) - done).max() <= 1
    made._request()
    settle(made)


def test_the_whole_picture_and_none_of_it_again(show, settle, qtbot):
    made = show()
    assert made.picture is None
    assert made.visible_rect().isEmpty()
    given = picture(80, 60)
    with qtbot.waitSignal(made.shown, timeout=WAIT):
        made.set_picture(given)
    assert made.picture is given
    assert made.visible_rect().getRect() == (0, 0, 80, 60)
    settle(made)
    made.set_picture(None)
    assert (pixels(made.grab_view()) == (0x14, 0x15, 0x18)).all()


def test_a_new_picture_never_comes_through_blank(show, settle, qtbot, monkeypatch):
    made = show()
    made.set_picture(plain(100, 100, (0, 200, 0)))
    settle(made)
    gate = threading.Event()
    real = layers.PictureLayer.build

    def slow(self):
        gate.wait(10)
        yield from real(self)

    monkeypatch.setattr(layers.PictureLayer, "build", slow)
    made.set_picture(plain(100, 100, (0, 0, 200)))
    QApplication.processEvents()
    assert (pixels(made.grab_view())[150, 200] == (0, 200, 0)).all()
    gate.set()
    settle(made)
    assert (pixels(made.grab_view())[150, 200] == (0, 0, 200)).all()


def test_zooming_never_comes_through_blank(show, settle):
    made = show()
    made.set_picture(plain(1000, 800, (0, 200, 0)))
    settle(made)
    for zoom in (0.9, 3.0, 0.2, 11.0, 0.5):
        made.zoom_to(zoom)
        # Painted before the worker can have made anything.
        assert (pixels(made.grab_view())[150, 200] == (0, 200, 0)).all()


def test_the_latest_picture_wins(show, settle):
    made = show()
    for shade in range(0, 250, 10):
        made.set_picture(plain(64, 64, (shade, 0, 0)))
    made.set_picture(plain(64, 64, (0, 0, 222)))
    settle(made)
    assert (pixels(made.grab_view())[150, 200] == (0, 0, 222)).all()


def test_the_view_can_be_kept_for_the_next_picture(show, settle):
    made = show()
    made.set_picture(picture(500, 500))
    made.zoom_to(3, QPointF(10, 10))
    before = made.visible_rect()
    made.set_picture(picture(500, 500, seed=1), keep_view=True)
    assert made.zoom == 3
    assert made.visible_rect() == before
    made.set_picture(picture(500, 500, seed=2))
    assert made.fitted
    settle(made)


# Looking around


def test_fit_follows_the_size_of_the_canvas(show, settle, qtbot):
    made = show()
    made.set_picture(picture(352, 200))
    assert made.fitted
    assert made.zoom == pytest.approx(1.0)
    made.resize(800, 600)
    qtbot.waitUntil(lambda: made.zoom == pytest.approx(752 / 352))
    made.hundred()
    made.resize(400, 300)
    QApplication.processEvents()
    assert made.zoom == 1.0


def test_the_wheel_zooms_to_the_cursor(show, settle):
    made = show()
    made.set_picture(picture(4000, 3000))
    made.zoom_to(0.5)
    place = QPointF(130, 210)
    before = made.picture_position(place)
    for delta in (120, 120, 240, -120, 15, 120):
        wheel(made, place, delta)
        after = made.picture_position(place)
        assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=2 / made.zoom)
    assert made.zoom > 0.5
    assert not made.fitted


def test_a_pinch_zooms(show, qtbot):
    made = show()
    made.set_picture(picture(400, 300))
    before = made.zoom
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        QPointF(50, 50),
        QPointF(50, 50),
        QPointF(50, 50),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(made, event)
    assert made.zoom == pytest.approx(before * 1.25)


def test_dragging_pans(show, settle, qtbot):
    made = show()
    made.set_picture(picture(2000, 1500))
    made.hundred()
    before = made.visible_rect()
    qtbot.mousePress(made, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(made, QPoint(170, 160))
    qtbot.mouseRelease(made, Qt.MouseButton.LeftButton, pos=QPoint(170, 160))
    after = made.visible_rect()
    assert (after.x() - before.x(), after.y() - before.y()) == pytest.approx((30, -10), abs=1)


def test_a_double_click_toggles_fit_and_100_percent_under_the_cursor(show, qtbot):
    made = show()
    made.set_picture(picture(4000, 3000))
    place = QPoint(100, 80)
    before = made.picture_position(QPointF(place))
    qtbot.mouseDClick(made, Qt.MouseButton.LeftButton, pos=place)
    assert made.zoom == 1.0
    after = made.picture_position(QPointF(place))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=2)
    qtbot.mouseDClick(made, Qt.MouseButton.LeftButton, pos=place)
    assert made.fitted


def test_keys(show, qtbot):
    made = show()
    made.set_picture(picture(4000, 3000))
    qtbot.keyClick(made, Qt.Key.Key_1)
    assert made.zoom == 1.0
    qtbot.keyClick(made, Qt.Key.Key_Plus)
    assert made.zoom == pytest.approx(1.25)
    qtbot.keyClick(made, Qt.Key.Key_Minus)
    assert made.zoom == pytest.approx(1.0)
    left = made.visible_rect().x()
    qtbot.keyClick(made, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert made.visible_rect().x() == pytest.approx(left + 64)
    qtbot.keyClick(made, Qt.Key.Key_0)
    assert made.fitted


def test_plain_arrows_are_left_to_the_window(show, qtbot):
    made = show()
    made.set_picture(picture(4000, 3000))
    made.hundred()
    before = made.visible_rect()
    qtbot.keyClick(made, Qt.Key.Key_Right)
    assert made.visible_rect() == before


def test_zoom_is_told_and_has_ends(show, qtbot):
    made = show()
    made.set_picture(picture(400, 300))
    told: list[object] = []
    made.zoom_changed.connect(told.append)
    made.view_changed.connect(lambda: told.append("view"))
    made.zoom_to(2)
    made.pan_by(50, 0)
    assert told == [2.0, "view", "view"]
    made.zoom_to(1e9)
    assert made.zoom == 64
    made.zoom_to(1e-9)
    assert 0 < made.zoom < 1


# Comparing


@pytest.fixture
def compared(show, settle) -> Canvas:
    made = show(448, 348)
    made.set_picture(plain(200, 150, (200, 0, 0)))
    made.set_result(plain(400, 300, (0, 0, 200)), "upscale-x2")
    settle(made)
    return made


def test_a_result_moves_nothing(show, settle):
    made = show()
    made.set_picture(picture(300, 200))
    made.zoom_to(2.5, QPointF(33, 44))
    before = made.visible_rect()
    made.set_result(picture(600, 400))
    assert made.zoom == pytest.approx(1.25)
    assert made.visible_rect() == before
    made.set_result(None)
    assert made.zoom == pytest.approx(2.5)
    assert made.visible_rect() == before
    settle(made)


@pytest.mark.parametrize("place", [0.0, 0.25, 0.5, 0.801, 1.0])
def test_the_split_is_exact_at_different_sizes(compared, settle, place):
    compared.compare_mode = "split"
    compared.hundred()
    compared.split = place
    settle(compared)
    row = pixels(compared.grab_view())[300, 24:424]
    edge = round(400 * place)
    clear = np.ones(400, bool)
    clear[max(0, edge - 4) : edge + 4] = False  # the line itself
    is_original = (row == (200, 0, 0)).all(axis=1)
    is_result = (row == (0, 0, 200)).all(axis=1)
    assert is_original[:edge][clear[:edge]].all()
    assert is_result[edge:][clear[edge:]].all()


def test_both_sides_of_the_split_are_the_same_place(show, settle):
    """One feature, half in the original and half in the result, stays one feature."""
    small = np.zeros((40, 50, 3), np.uint8)
    small[20:25] = 255
    made = show()
    made.set_picture(Picture(small))
    made.set_result(Picture(np.kron(small, np.ones((4, 4, 1), np.uint8))))
    made.zoom_to(3)
    made.split = 0.5
    settle(made)
    seen = pixels(made.grab_view())[50:, :, 0].astype(int)  # below the labels
    left, right = np.flatnonzero(seen[:, 120] > 127), np.flatnonzero(seen[:, 280] > 127)
    assert len(left) == 60
    assert np.array_equal(left, right)


def test_the_handle_is_dragged_by_mouse_and_moved_by_keys(compared, qtbot):
    handle = compared.findChild(canvas.SplitHandle)
    assert handle.isVisible()
    middle = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(handle, middle + QPoint(80, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=middle)
    assert compared.split == pytest.approx(0.7, abs=0.01)
    with qtbot.waitSignal(compared.split_changed):
        qtbot.keyClick(handle, Qt.Key.Key_Left)
    assert compared.split == pytest.approx(0.69, abs=0.011)
    qtbot.keyClick(handle, Qt.Key.Key_Home)
    assert compared.split == 0
    qtbot.keyClick(handle, Qt.Key.Key_End)
    assert compared.split == 1
    qtbot.mouseDClick(handle, Qt.MouseButton.LeftButton)
    assert compared.split == 0.5
    assert handle.accessibleName()
    assert handle.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_line_can_be_dragged_anywhere_along_it(compared, qtbot):
    x = round(compared.width() / 2)
    qtbot.mousePress(compared, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    qtbot.mouseMove(compared, QPoint(x - 100, 60))
    qtbot.mouseRelease(compared, Qt.MouseButton.LeftButton, pos=QPoint(x - 100, 60))
    assert compared.split == pytest.approx(0.25, abs=0.01)
    assert compared.fitted  # the picture was not dragged along


def test_the_handles_arrows_are_not_the_windows(compared, qtbot):
    from PySide6.QtGui import QKeyEvent

    handle = compared.findChild(canvas.SplitHandle)
    for key, wanted in ((Qt.Key.Key_Left, True), (Qt.Key.Key_Right, True), (Qt.Key.Key_F, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(handle, event)
        assert event.isAccepted() is wanted


def test_holding_the_key_shows_the_original(compared, settle, qtbot):
    compared.compare_mode = "hold"
    settle(compared)
    assert (pixels(compared.grab_view())[250, 224] == (0, 0, 200)).all()
    with qtbot.waitSignal(compared.holding_changed):
        qtbot.keyPress(compared, Qt.Key.Key_Backslash)
    settle(compared)
    assert (pixels(compared.grab_view())[250, 224] == (200, 0, 0)).all()
    assert [text for text, _, _ in compared.labels()] == ["original, 200 × 150"]
    qtbot.keyRelease(compared, Qt.Key.Key_Backslash)
    assert not compared.holding
    qtbot.keyPress(compared, Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
    assert compared.holding
    QApplication.sendEvent(compared, canvas.QFocusEvent(QEvent.Type.FocusOut))
    assert not compared.holding


def test_the_difference_has_a_gain_and_is_against_bicubic(show, settle):
    made = show()
    made.set_picture(plain(50, 40, (100, 100, 100)))
    made.set_result(plain(100, 80, (110, 100, 97)))
    made.compare_mode = "difference"
    made.gain = 8
    settle(made)
    assert (pixels(made.grab_view())[200, 200] == (80, 0, 24)).all()
    made.gain = 2
    settle(made)
    assert (pixels(made.grab_view())[200, 200] == (20, 0, 6)).all()
    assert made.labels()[0][0] == "difference × 2, 100 × 80"
    with pytest.raises(ValueError, match="gain"):
        made.gain = 0


def test_two_up_pans_and_zooms_together(compared, settle):
    compared.compare_mode = "2-up"
    settle(compared)
    seen = pixels(compared.grab_view())
    assert (seen[174, 112] == (200, 0, 0)).all()
    assert (seen[174, 336] == (0, 0, 200)).all()
    compared.zoom_to(4, QPointF(50, 100))
    first = compared.picture_position(QPointF(50, 100))
    second = compared.picture_position(QPointF(50 + 225, 100))
    assert (first.x(), first.y()) == pytest.approx((second.x(), second.y()), abs=1)
    # Zooming at a place of the right half keeps that place, too.
    before = compared.picture_position(QPointF(400, 150))
    compared.zoom_by(1.5, QPointF(400, 150))
    after = compared.picture_position(QPointF(400, 150))
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=1)


def test_modes_are_checked_and_told(compared, qtbot):
    for mode in COMPARE_MODES:
        compared.compare_mode = mode
        assert compared.compare_mode == mode
    with pytest.raises(ValueError, match="compare_mode"):
        compared.compare_mode = "sideways"  # type: ignore[assignment]
    with qtbot.waitSignal(compared.compare_mode_changed) as told:
        compared.compare_mode = "split"
    assert told.args == ["split"]


def test_a_result_needs_a_picture(show):
    with pytest.raises(ValueError, match="set_picture"):
        show().set_result(picture(3, 3))


@pytest.mark.parametrize("mode", ["split", "hold", "difference", "2-up"])
@pytest.mark.parametrize("size", [(700, 400), (400, 300), (260, 200), (160, 120)])
def test_labels_are_never_cut_off(show, settle, size, mode):
    made = show(*size)
    made.set_labels("original", "a-model-with-a-rather-long-name-x4-fine")
    made.set_picture(picture(40, 60))
    made.set_result(picture(160, 240))
    made.compare_mode = mode
    for split in (0.0, 0.1, 0.5, 0.93, 1.0):
        made.split = split
        for zoom in (None, 0.1, 6):
            if zoom is None:
                made.fit()
            else:
                made.zoom_to(zoom)
            labels = made.labels()
            rects = [rect for _, rect, _ in labels]
            for whole, rect, shown in labels:
                assert made.rect().toRectF().contains(rect)
                metrics = canvas.QFontMetricsF(theme.body_font(theme.SECONDARY))
                assert metrics.horizontalAdvance(shown) <= rect.width()
                assert shown == whole or "…" in shown or whole.startswith(shown + ",")
                # A size is shown whole or not at all.
                assert shown.endswith(whole.rpartition(",")[2]) or "," not in shown
            assert not (len(rects) == 2 and rects[0].intersects(rects[1]))
    settle(made)


def test_labels_name_both_sides_and_their_sizes(compared):
    compared.compare_mode = "split"
    assert [shown for _, _, shown in compared.labels()] == ["original, 200 × 150", "upscale-x2, 400 × 300"]
    compared.set_result(None)
    assert compared.labels() == []


def test_a_new_result_fades_in_over_the_old_never_through_blank(compared, settle, qtbot):
    compared.compare_mode = "none"
    settle(compared)
    compared.set_result(plain(400, 300, (0, 200, 0)))
    shades = []

    def look() -> bool:
        shades.append(tuple(int(v) for v in pixels(compared.grab_view())[250, 224]))
        return compared.settled

    qtbot.waitUntil(look, timeout=WAIT)
    assert shades[0] == (0, 0, 200)
    assert shades[-1] == (0, 200, 0)
    assert all(sum(shade) >= 190 for shade in shades)


# Parts of a running job


def test_parts_of_a_running_job_are_painted_and_go(show, settle, qtbot):
    made = show()
    made.set_picture(plain(100, 100, (100, 0, 0)))
    made.compare_mode = "none"
    settle(made)
    part = np.zeros((100, 200, 3), np.float32)
    part[:, :, 1] = 1.0
    made.set_partial((0, 0, 200, 100), part, size=(200, 200))
    qtbot.waitUntil(lambda: len(made._parts) == 1, timeout=WAIT)
    seen = pixels(made.grab_view())
    assert (seen[100, 200] == (0, 255, 0)).all()
    assert (seen[200, 200] == (100, 0, 0)).all()
    made.set_result(plain(200, 200, (0, 0, 255)))
    settle(made)
    assert (pixels(made.grab_view())[100, 200] == (0, 0, 255)).all()
    assert made._parts == []
    made.set_result(None)
    made.set_partial((0, 100, 200, 100), part, size=(200, 200))
    qtbot.waitUntil(lambda: len(made._parts) == 1, timeout=WAIT)
    made.clear_partial()
    assert (pixels(made.grab_view())[200, 200] == (100, 0, 0)).all()


def test_parts_of_a_second_run_lie_over_the_first_result(compared, settle, qtbot):
    compared.compare_mode = "split"
    settle(compared)
    part = np.full((300, 400, 3), 255, np.uint8)
    compared.set_partial((0, 0, 400, 300), part, size=(400, 300))
    qtbot.waitUntil(lambda: len(compared._parts) == 1, timeout=WAIT)
    seen = pixels(compared.grab_view())
    assert (seen[250, 300] == 255).all()
    assert (seen[250, 100] == (200, 0, 0)).all()  # the original's side stays the original
    compared.set_holding(True)
    assert (pixels(compared.grab_view())[250, 300] == (200, 0, 0)).all()
    compared.set_holding(False)
    compared.clear_partial()
    assert (pixels(compared.grab_view())[250, 300] == (0, 0, 200)).all()


def test_parts_are_shown_in_the_colours_of_the_picture(show, settle, qtbot):
    made = show()
    # Without a gamma, 0.5 is much brighter than sRGB's.
    profile = color.make_profile("Linear", gamma=1.0)
    made.set_picture(Picture(np.full((50, 50, 3), 128, np.uint8), icc_profile=profile))
    made.compare_mode = "none"
    settle(made)
    before = pixels(made.grab_view())[150, 200]
    made.set_partial((0, 0, 100, 100), np.full((100, 100, 3), 128, np.uint8), size=(100, 100))
    qtbot.waitUntil(lambda: len(made._parts) == 1, timeout=WAIT)
    after = pixels(made.grab_view())[150, 200]
    assert before[0] > 180
    assert np.abs(after.astype(int) - before).max() <= 1


def test_the_engines_own_tiles_are_understood(show, settle, qtbot):
    class Box:
        left, top, right, bottom = 10, 20, 30, 40

    class Tile:
        box = Box
        pixels = np.full((50, 60, 1), 1.0, np.float32)[20:40, 10:30]

    made = show()
    made.set_picture(plain(30, 25, (0, 0, 0)))
    made.set_partial(Tile)
    qtbot.waitUntil(lambda: len(made._parts) == 1, timeout=WAIT)
    assert made._parts_size == (60, 50)
    assert made._parts[0].rect == pytest.approx((10 / 60, 20 / 50, 30 / 60, 40 / 50))
    # Of another job, or outside: dropped.
    made.set_partial((50, 40, 30, 30), np.zeros((30, 30, 3), np.uint8), size=(60, 50))
    settle(made)
    assert len(made._parts) == 1


def test_parts_of_a_huge_result_stay_small(show, settle, qtbot, monkeypatch):
    monkeypatch.setattr(canvas, "PARTS_PIXELS", 10_000)
    made = show()
    made.set_picture(plain(100, 100, (0, 0, 0)))
    made.set_partial((0, 0, 256, 256), np.zeros((256, 256, 3), np.uint8), size=(4000, 4000))
    qtbot.waitUntil(lambda: len(made._parts) == 1, timeout=WAIT)
    assert made._parts[0].image.width() <= 8


# Read-out and histogram


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_read_out_has_native_depth_and_both_places(show, settle, qtbot, dtype):
    made = show()
    given = picture(20, 10, dtype=dtype)
    made.set_picture(given)
    made.set_result(picture(40, 20, channels=1, dtype=dtype))
    place = QPoint(250, 160)
    told: list[Readout | None] = []
    made.hovered.connect(told.append)
    qtbot.mouseMove(made, place)
    qtbot.waitUntil(lambda: bool(told) and told[-1] is not None, timeout=WAIT)
    at = made.picture_position(QPointF(place))
    found = told[-1]
    assert (found.x, found.y) == (int(at.x()), int(at.y()))
    assert found.values == tuple(given.pixels[found.y, found.x].tolist())
    assert (found.result_x // 2, found.result_y // 2) == (found.x, found.y)
    assert len(found.result_values) == 1
    qtbot.mouseMove(made, QPoint(2, 2))
    assert told[-1] is None


def test_the_histogram_is_counted_when_asked_for(show, settle, qtbot, monkeypatch):
    counted = []
    real = layers.PictureLayer.histogram
    monkeypatch.setattr(
        layers.PictureLayer,
        "histogram",
        lambda self: counted.append(threading.current_thread()) or real(self),
    )
    made = show()
    made.set_picture(picture(100, 80))
    settle(made)
    assert counted == []
    before = made.grab().toImage()
    made.set_histogram_visible(True)
    qtbot.waitUntil(lambda: made._counts is not None, timeout=WAIT)
    assert sum(made._counts[0]) == 8000
    assert made.grab().toImage() != before
    made.set_result(picture(200, 160))
    qtbot.waitUntil(lambda: made._counts is not None and sum(made._counts[0]) == 32_000, timeout=WAIT)
    made.set_histogram_visible(False)
    assert all(thread is not threading.main_thread() for thread in counted)
    settle(made)


# Causes: threads, memory, errors


def test_no_pixel_is_touched_on_the_gui_thread(show, settle, qtbot, monkeypatch):
    """Whatever one does, the functions that read, convert, resample or count run on the worker's thread."""
    called: dict[str, set[str]] = {}

    def watched(module, name):
        real = getattr(module, name)

        def call(*args, **kwargs):
            called.setdefault(name, set()).add(threading.current_thread().name)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    for name in ("to_bgra", "to_8_bit", "reduce", "resample", "color_transform"):
        watched(display, name)
    for name in ("values", "histogram", "preview", "read", "read_reduced"):
        watched(layers.PictureLayer, name)
    for name in ("render", "build", "overview"):
        watched(layers.Layer, name)
    watched(layers.DifferenceLayer, "read")
    watched(loader, "_image")
    monkeypatch.setattr(layers, "STEP_PIXELS", 5_000)
    monkeypatch.setattr(layers, "BASE_PIXELS", 20_000)
    made = show()
    made.set_picture(picture(600, 400, dtype=np.uint16))
    made.set_partial((0, 0, 64, 64), np.zeros((64, 64, 3), np.float32), size=(1200, 800))
    settle(made)
    made.set_result(picture(1200, 800, dtype=np.uint16))
    made.set_histogram_visible(True)
    for mode in COMPARE_MODES:
        made.compare_mode = mode
        for zoom in (0.2, 1.0, 5.0):
            made.zoom_to(zoom, QPointF(20, 30))
            made.pan_by(30, 10)
            qtbot.mouseMove(made, QPoint(180 + int(zoom * 3), 150))
            settle(made)
            made.grab()
    made.resize(500, 333)
    settle(made)
    assert {"to_bgra", "reduce", "resample", "values", "histogram", "render", "build", "_image"} <= set(
        called
    )
    assert set().union(*called.values()) == {"canvas"}


def test_no_step_of_the_worker_is_larger_than_it_should_be(show, settle, monkeypatch):
    """A memory map far larger than the viewport is read in parts, and its tiles from few pixels."""
    monkeypatch.setattr(layers, "STEP_PIXELS", 40_000)
    monkeypatch.setattr(layers, "BASE_PIXELS", 60_000)
    largest = []
    real = display.to_8_bit
    monkeypatch.setattr(display, "to_8_bit", lambda p: largest.append(p.shape[0] * p.shape[1]) or real(p))
    made = show()
    made.set_picture(picture(1500, 1100))
    settle(made)
    for zoom in (1.0, 0.6, 0.31, 3.0):
        made.zoom_to(zoom)
        settle(made)
    assert max(largest) < 700_000  # of 1 650 000


def test_the_canvas_works_on_a_memory_map(show, settle, tmp_path):
    file = tmp_path / "big.npy"
    mapped = np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=(900, 1200, 3))
    mapped[:] = 77
    made = show()
    made.set_picture(Picture(mapped))
    settle(made)
    assert (pixels(made.grab_view())[150, 200] == 77).all()


def test_the_cache_of_tiles_is_bounded(show, settle, monkeypatch):
    monkeypatch.setattr(canvas, "CACHE_BYTES", 2_000_000)
    made = show(200, 150)
    made.set_picture(picture(3000, 2000))
    for step in range(12):
        made.zoom_to(1.0 + step / 5)
        made.pan_by(-150, -100)
        settle(made)
    assert made._tile_bytes == sum(image.sizeInBytes() for image in made._tiles.values())
    assert made._tile_bytes <= 2_000_000
    made.set_picture(None)
    assert made._tile_bytes == 0
    assert not made._tiles


def test_newer_wishes_replace_older_ones(qapp):
    made = loader.Loader(lambda: None)
    monkey = [loader.TileKey(1, 1000, 1000, False, column, 0) for column in range(4)]
    made.stop()  # so that nothing runs: only the wishes are looked at
    made._stopped = False
    made._thread = threading.current_thread()
    made.request(monkey)
    made.request(monkey[2:])
    assert list(made._tiles) == monkey[2:]
    made.show([])
    assert not made._tiles
    made._thread = None
    made.stop()


def test_a_picture_that_cannot_be_read_is_told_and_the_canvas_lives_on(show, settle, qtbot, monkeypatch):
    made = show()
    real = display.to_8_bit

    def broken(array):
        if array.shape[1] == 13:
            raise OSError("the file has gone")
        return real(array)

    monkeypatch.setattr(display, "to_8_bit", broken)
    with qtbot.waitSignal(made.failed, timeout=WAIT) as told:
        made.set_picture(plain(13, 9, (1, 2, 3)))
    assert "the file has gone" in told.args[0]
    settle(made)  # nothing more can come, and nothing waits for it
    made.grab()
    made.set_picture(plain(14, 9, (1, 2, 3)))
    settle(made)
    assert (pixels(made.grab_view())[150, 200] == (1, 2, 3)).all()


def test_the_thread_ends_when_idle_and_with_the_canvas(show, settle, qtbot, monkeypatch):
    monkeypatch.setattr(loader, "IDLE", 0.05)
    made = show()
    made.set_picture(picture(50, 50))
    settle(made)
    shown = made._loader._thread
    qtbot.wait(200)
    assert shown is not None and made._loader._thread is shown  # a picture is there: no new start in a run
    made.set_picture(None)
    qtbot.waitUntil(lambda: made._loader._thread is None, timeout=WAIT)
    made.set_picture(picture(50, 50))
    made.zoom_to(3)
    settle(made)
    thread = made._loader._thread
    assert thread is not None and thread is not shown
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    thread.join(5)
    assert not thread.is_alive()


def test_a_hidden_canvas_asks_for_no_tiles(show, settle, qtbot):
    made = show()
    made.hide()
    made.set_picture(picture(300, 300))
    qtbot.waitUntil(lambda: made._loader.idle, timeout=WAIT)
    assert not made._tiles
    made.show()
    settle(made)
    assert made._tiles


# Access, empty state, theme


def test_it_tells_what_it_shows(compared):
    assert compared.accessibleName()
    assert "original, 200 × 150" in compared.accessibleDescription()
    assert "upscale-x2, 400 × 300" in compared.accessibleDescription()
    compared.set_picture(None)
    assert compared.accessibleDescription() == "No picture is open."


def test_the_focus_ring_is_for_the_keyboard(show, qtbot):
    made = show()
    made.activateWindow()
    made.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(made.hasFocus)
    accent = theme.tokens().color("accent")
    assert made.grab().toImage().pixelColor(0, 100) != accent
    made.clearFocus()
    made.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(made.hasFocus)
    assert made.grab().toImage().pixelColor(0, 100) == accent


def test_a_widget_can_stand_in_while_there_is_no_picture(show, settle):
    made = show()
    label = QLabel("Open a picture")
    made.set_empty_widget(label)
    assert label.isVisible()
    assert label.geometry() == made.rect()
    made.set_picture(picture(5, 5))
    assert not label.isVisible()
    settle(made)
    made.set_picture(None)
    assert label.isVisible()


def test_the_theme_changes_what_is_around_the_picture(show, qapp):
    made = show()
    assert made.grab().toImage().pixelColor(5, 5).name() == theme.DARK.canvas
    theme.apply(qapp, "light")
    assert made.grab().toImage().pixelColor(5, 5).name() == theme.LIGHT.canvas
    theme.apply(qapp, "dark")


def test_a_made_canvas_loads_none_of_the_heavy_libraries(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from deconv_studio.ui import theme\n"
        "from deconv_studio.ui.canvas import Canvas\n"
        "theme.apply(app, 'dark')\n"
        "made = Canvas(); made.show(); app.processEvents(); made.close()\n"
        "print([m for m in ('numpy', 'cv2', 'PIL', 'pyqtgraph', 'superqt', 'onnx') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_first_paint_waits_for_no_reduced_levels(show, qtbot, monkeypatch):
    """The preview of a large picture is shown while its levels are not even begun."""
    monkeypatch.setattr(layers, "STEP_PIXELS", 1_000)
    monkeypatch.setattr(layers, "BASE_PIXELS", 2_000)
    gate = threading.Event()
    real = layers.Layer.build

    def slow(self):
        gate.wait(10)
        yield from real(self)

    monkeypatch.setattr(layers.Layer, "build", slow)
    made = show()
    started = time.monotonic()
    with qtbot.waitSignal(made.shown, timeout=WAIT):
        made.set_picture(plain(300, 200, (9, 8, 7)))
    assert (pixels(made.grab_view())[150, 200] == (9, 8, 7)).all()
    assert time.monotonic() - started < 10  # the gate was still shut
    gate.set()
    qtbot.waitUntil(lambda: made.settled, timeout=WAIT)


def test_the_size_of_a_coming_result_is_known_from_its_parts(tmp_path):
    mapped = np.memmap(tmp_path / "out.bin", np.uint8, "w+", shape=(20, 30, 3))
    plain_array = np.empty((20, 30, 3), np.float32)
    for whole in (mapped, plain_array):
        assert canvas._whole_size(whole[2:5, 3:9]) == (30, 20)
    assert canvas._whole_size(plain_array) is None
