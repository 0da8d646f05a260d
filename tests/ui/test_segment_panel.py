"""The Segment panel on the real window: map, classes, tools with undo, files, comparing, saving."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor

from deconv_studio import catalog, imaging
from deconv_studio.imaging import Picture
from deconv_studio.tasks._segmentation import Segmentation
from deconv_studio.ui.window import MainWindow
from tests.segmenters import BINARY, by_color, install, with_distance
from tests.ui.rig import WAIT, home, idle, make_window, open_picture

__all__ = ["home", "make_window"]


@pytest.fixture
def window(home: Path, make_window: Callable[..., MainWindow], tmp_path: Path) -> MainWindow:
    install(by_color(), tmp_path / "made", "by-color")
    install(with_distance(), tmp_path / "made", "things", BINARY, instances={"class_name": "thing"})
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    made = make_window()
    made.studio.panel_requested.emit("segment")
    return made


def panel(window: MainWindow) -> Any:
    return window.panel("segment")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Red, green and blue thirds."""
    pixels = np.zeros((60, 90, 3), np.uint8)
    for channel in range(3):
        pixels[:, channel * 30 : (channel + 1) * 30, channel] = 200
    return imaging.write(Picture(pixels), tmp_path / "photo.png")


def segment(qtbot: Any, window: MainWindow, model: str = "by-color") -> Any:
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData(model))
    side._model_chosen(0)
    before = len(window.studio.history.entries)
    window.do_start()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == before + 1, timeout=WAIT)
    idle(qtbot, window)
    qtbot.waitUntil(lambda: window.studio.canvas.settled, timeout=WAIT)
    return side


def at(window: MainWindow, x: float, y: float) -> QPoint:
    """Where a place of the picture is on the overlay."""
    overlay = panel(window)._overlay
    frame = window.studio.canvas.picture_rect()
    height, width = overlay._labels.shape
    return QPointF(frame.x() + x / width * frame.width(), frame.y() + y / height * frame.height()).toPoint()


def drag(qtbot: Any, window: MainWindow, *places: tuple[float, float]) -> None:
    overlay = panel(window)._overlay
    first, *rest = (at(window, *place) for place in places)
    qtbot.mousePress(overlay, Qt.MouseButton.LeftButton, pos=first)
    for place in rest:
        qtbot.mouseMove(overlay, place)
        # Without a screen a move carries no pressed button, but the stroke is the overlay's own.
    qtbot.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=rest[-1] if rest else first)


def test_a_picture_is_labelled_and_shown_in_colours(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    expected = np.repeat(np.arange(3), 30)
    np.testing.assert_array_equal(side._mask.labels, np.broadcast_to(expected, (60, 90)))
    tree = side.legend.tree
    assert [tree.topLevelItem(n).text(0) for n in range(3)] == ["red", "green", "blue"]
    assert [tree.topLevelItem(n).text(1) for n in range(3)] == ["33.3%"] * 3
    side.opacity.set_value(100)
    shot = side._overlay.grab().toImage()
    colors = [shot.pixelColor(at(window, x, 30)) for x in (15, 45, 75)]
    assert colors == [QColor("#c81e1e"), QColor("#1ec81e"), QColor("#1e1ec8")]
    # The picture itself stays what the canvas shows.
    assert window.studio.canvas.result is None


def test_hiding_and_showing_alone(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    side.opacity.set_value(100)
    tree = side.legend.tree

    def shown() -> list[bool]:
        side._overlay.refresh()
        side._overlay.grab()
        buffer, area = side._overlay._buffer, side._overlay._window
        places = [at(window, x, 30) - area.topLeft() for x in (15, 45, 75)]
        return [bool(buffer[place.y(), place.x()] >> 24) for place in places]

    assert shown() == [True, True, True]
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)
    assert shown() == [True, False, True]
    side.legend.choose(2)
    side.legend.solo.setChecked(True)
    assert shown() == [False, False, True]
    side.legend.choose(0)
    assert shown() == [True, False, False]
    side.legend.solo.setChecked(False)
    assert shown() == [True, False, True]
    side.view.set_value("outlines")
    tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Checked)
    assert shown() == [False, False, False]
    assert side._overlay._buffer.any()


def test_uncertainty_and_the_class_under_the_pointer(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    side.view.set_value("uncertainty")
    idle(qtbot, window)
    assert side._overlay._uncertainty.shape == (60, 90)
    qtbot.mouseMove(window.studio.canvas, at(window, 45, 30))
    qtbot.waitUntil(lambda: side.under.text() != "", timeout=WAIT)
    assert side.under.text().startswith("green 1.00")


def test_the_threshold_decides_without_the_network(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    pixels = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (32, 1))[:, :, None]
    open_picture(qtbot, window, imaging.write(Picture(pixels), tmp_path / "ramp.png"))
    side = segment(qtbot, window, "things")
    before = int(side._mask.counts[1])
    side.decide.set_value("threshold")
    side.threshold.set_value(0.99)
    qtbot.waitUntil(lambda: int(side._mask.counts[1]) < before, timeout=WAIT)
    idle(qtbot, window)
    assert len(window.studio.history.entries) == 1


class TestTools:
    """Drawing, each step undone by the window's own undo."""

    @pytest.fixture
    def side(self, qtbot: Any, window: MainWindow, photo: Path) -> Any:
        open_picture(qtbot, window, photo)
        return segment(qtbot, window)

    def test_brush_and_eraser(self, qtbot: Any, window: MainWindow, side: Any) -> None:
        before = side._mask.labels.copy()
        side.legend.choose(2)
        side.tool.set_value("brush")
        side.brush.set_value(9)
        drag(qtbot, window, (10, 10), (40, 10), (40, 40))
        drawn = side._mask.labels.copy()
        assert (drawn[10, 10:41] == 2).all()
        assert (drawn[10:41, 40] == 2).all()
        assert drawn[40, 10] == 0
        side.tool.set_value("eraser")
        drag(qtbot, window, (10, 50), (20, 50))
        assert (side._mask.labels[50, 10:21] == 255).all()
        window.do_undo()
        np.testing.assert_array_equal(side._mask.labels, drawn)
        window.do_undo()
        np.testing.assert_array_equal(side._mask.labels, before)
        assert not side.undo.isEnabled()
        window.do_redo()
        np.testing.assert_array_equal(side._mask.labels, drawn)
        shares = [side.legend.tree.topLevelItem(n).text(1) for n in range(3)]
        assert shares[2] == f"{(drawn == 2).mean():.1%}"

    def test_what_is_drawn_is_seen(self, qtbot: Any, window: MainWindow, side: Any) -> None:
        side.opacity.set_value(100)
        side._overlay.grab()
        side.legend.choose(2)
        side.tool.set_value("brush")
        side.brush.set_value(12)
        drag(qtbot, window, (15, 20), (15, 40))
        side.tool.set_value("look")
        partly = side._overlay.grab().toImage()
        assert partly.pixelColor(at(window, 15, 30)) == QColor("#1e1ec8")
        side._overlay.refresh()
        # The boxes drawn anew make the same picture as drawing all of it.
        assert side._overlay.grab().toImage() == partly

    def test_fill(self, qtbot: Any, window: MainWindow, side: Any) -> None:
        side.legend.choose(0)
        side.tool.set_value("fill")
        qtbot.mouseClick(side._overlay, Qt.MouseButton.LeftButton, pos=at(window, 75, 30))
        assert (side._mask.labels[:, 60:] == 0).all()
        assert (side._mask.labels[:, 30:60] == 1).all()
        window.do_undo()
        assert (side._mask.labels[:, 60:] == 2).all()

    def test_polygon(self, qtbot: Any, window: MainWindow, side: Any) -> None:
        side.legend.choose(1)
        side.tool.set_value("polygon")
        for place in ((5, 5), (25, 5), (25, 25), (5, 25)):
            qtbot.mouseClick(side._overlay, Qt.MouseButton.LeftButton, pos=at(window, *place))
        assert len(side._overlay.corners) == 4
        qtbot.keyClick(side._overlay, Qt.Key.Key_Backspace)
        assert len(side._overlay.corners) == 3
        qtbot.mouseClick(side._overlay, Qt.MouseButton.LeftButton, pos=at(window, 5, 25))
        qtbot.keyClick(side._overlay, Qt.Key.Key_Return)
        assert (side._mask.labels[8:23, 8:23] == 1).all()
        assert side._mask.labels[40, 10] == 0
        qtbot.mouseClick(side._overlay, Qt.MouseButton.LeftButton, pos=at(window, 5, 5))
        qtbot.keyClick(side._overlay, Qt.Key.Key_Escape)
        assert side._overlay.corners == []
        window.do_undo()
        assert side._mask.labels[15, 15] == 0

    def test_moving_is_the_canvas_own(self, qtbot: Any, window: MainWindow, side: Any) -> None:
        overlay = side._overlay
        through = Qt.WidgetAttribute.WA_TransparentForMouseEvents
        assert overlay.testAttribute(through)
        side.tool.set_value("brush")
        assert not overlay.testAttribute(through)

    def test_another_picture_takes_the_mask_away(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path
    ) -> None:
        side.tool.set_value("brush")
        drag(qtbot, window, (10, 10), (80, 10))
        other = imaging.write(Picture(np.zeros((5, 5, 3), np.uint8)), tmp_path / "other.png")
        open_picture(qtbot, window, other)
        assert side._mask is None
        window.do_undo()
        assert side._mask is None


def test_drawing_without_a_network(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData("things"))
    side._model_chosen(0)
    side.tool.set_value("brush")
    assert (side._mask.labels == 0).all()
    assert side.tool.value() == "brush"
    assert side.legend.current == 1
    drag(qtbot, window, (45, 30))
    assert side._mask.labels[30, 45] == 1


def test_a_mask_is_loaded_edited_and_had_back(
    qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    before = side._mask.labels.copy()
    other = np.random.default_rng(0).integers(0, 3, (60, 90)).astype(np.uint8)
    imaging.write(Picture(other[:, :, None]), tmp_path / "mask.png")
    side.load_mask(tmp_path / "mask.png")
    idle(qtbot, window)
    np.testing.assert_array_equal(side._mask.labels, other)
    window.do_undo()
    np.testing.assert_array_equal(side._mask.labels, before)
    imaging.write(Picture(other[:-1, :, None]), tmp_path / "small.png")
    side.load_mask(tmp_path / "small.png")
    qtbot.waitUntil(lambda: side.message.isVisible(), timeout=WAIT)
    assert "90 × 59" in side.message.text()


def test_comparing_with_a_true_mask(qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    truth = side._mask.labels.copy()
    truth[:, :15] = 1
    truth[:10] = 255
    imaging.write(Picture(truth[:, :, None]), tmp_path / "truth.png")
    side.compare_with(tmp_path / "truth.png")
    idle(qtbot, window)
    tree = side.legend.tree
    assert not tree.isColumnHidden(2)
    assert [tree.topLevelItem(n).text(2) for n in range(3)] == ["0.500", "0.667", "1.000"]
    assert [tree.topLevelItem(n).text(3) for n in range(3)] == ["0.667", "0.800", "1.000"]
    side.legend.choose(1)
    side.tool.set_value("brush")
    side.brush.set_value(30)
    drag(qtbot, window, (0, 0), (0, 59))
    qtbot.waitUntil(lambda: float(tree.topLevelItem(1).text(2)) > 0.9, timeout=WAIT)
    side.forget_truth()
    assert tree.isColumnHidden(2)


def test_saving_what_is_shown(qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    side.legend.choose(2)
    side.tool.set_value("fill")
    qtbot.mouseClick(side._overlay, Qt.MouseButton.LeftButton, pos=at(window, 10, 10))
    side.legend.tree.topLevelItem(1).setCheckState(0, Qt.CheckState.Unchecked)
    for box in side.kinds.values():
        box.setChecked(True)
    assert not side.kinds["instances"].isEnabled()
    out = tmp_path / "out"
    side.save_to(out)
    idle(qtbot, window)
    names = ["coco.json", "colour.png", "cutout.png", "index.png", "overlay.png", "probability.tif"]
    assert sorted(path.name for path in out.iterdir()) == [f"photo.{name}" for name in names]
    saved = np.asarray(Image.open(out / "photo.index.png"))
    np.testing.assert_array_equal(saved, side._mask.labels)
    alpha = imaging.read(out / "photo.cutout.png").pixels[:, :, 3]
    np.testing.assert_array_equal(alpha > 127, side._mask.labels != 1)
    record = json.loads((out / "photo.coco.json").read_text())
    assert record["info"]["parameters"]["edited"] is True
    assert tifffile.imread(out / "photo.probability.tif").shape == (3, 60, 90)
    side.save_to(out)
    qtbot.waitUntil(lambda: side.message.isVisible(), timeout=WAIT)
    (replace,) = side.message.buttons()
    replace.click()
    idle(qtbot, window)
    assert not side.message.isVisible()
    assert window.studio.history.entries[0].saved


def test_things_are_saved_where_the_model_tells_them_apart(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    pixels = np.zeros((40, 40, 1), np.uint8)
    pixels[5:15, 5:15], pixels[20:35, 20:35] = 250, 240
    open_picture(qtbot, window, imaging.write(Picture(pixels), tmp_path / "two.png"))
    side = segment(qtbot, window, "things")
    assert side.kinds["instances"].isEnabled()
    np.testing.assert_array_equal(side._overlay._things > 0, side._mask.labels == 1)
    side.kinds["index"].setChecked(False)
    side.kinds["instances"].setChecked(True)
    side.save_to(tmp_path / "out")
    idle(qtbot, window)
    found = imaging.read(tmp_path / "out" / "two.instances.png").pixels
    assert found.dtype == np.uint16
    assert found.max() == 2


def test_the_mask_goes_with_the_panel_and_comes_back(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    assert side._overlay.isVisible()
    window.studio.panel_requested.emit("enlarge")
    assert not side._overlay.isVisible()
    window.studio.panel_requested.emit("segment")
    assert side._overlay.isVisible()


def test_nothing_is_cut_off_and_all_is_named(qtbot: Any, window: MainWindow, photo: Path) -> None:
    from PySide6.QtWidgets import QAbstractButton

    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    for fold in (side.edit, side.truth, side.saving, side.advanced):
        fold.set_open(True)
    qtbot.wait(50)
    for control in (side.decide, side.view, side.tool):
        for value in control.values():
            assert control.segment(value).fits(), value
    for button in side.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text(), button


def test_a_folder_of_pictures(qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    photo.rename(tmp_path / "in" / "photo.png")
    window.show_panel("folders")
    side: Any = window.current_panel
    side.drop_folder(tmp_path / "in")
    side.task_box.setCurrentIndex(side.task_box.findData("segment"))
    idle(qtbot, window)
    side.model.setCurrentIndex(side.model.findData("by-color"))
    qtbot.waitUntil(lambda: side._planned is not None, timeout=WAIT)
    idle(qtbot, window)
    assert side.out.text() == str(tmp_path / "in-segment")
    window.do_start()
    qtbot.waitUntil(lambda: side._started and not side.is_running, timeout=WAIT)
    idle(qtbot, window)
    made = np.asarray(Image.open(tmp_path / "in-segment" / "photo.png"))
    np.testing.assert_array_equal(made, np.broadcast_to(np.repeat(np.arange(3), 30), (60, 90)))


def crash(window: MainWindow) -> Path:
    """Let the session's folder look as after a crash: it stays, and nobody holds its lock."""
    history = window.studio.history
    folder = history.folder()
    assert history._lock is not None
    history._lock.unlock()
    history._lock = history._folder = None
    return folder


def test_a_drawn_mask_is_offered_again_after_a_crash(
    qtbot: Any, window: MainWindow, make_window: Callable[..., MainWindow], photo: Path
) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    side.tool.set_value("brush")
    side.legend.choose(2)
    drag(qtbot, window, (10, 20), (15, 20))
    side._keep_timer.setInterval(0)
    drag(qtbot, window, (10, 40), (15, 40))
    expected = side._mask.labels.copy()
    assert (expected[40, 10], expected[20, 10]) == (2, 2)
    qtbot.waitUntil(lambda: not side._keep_timer.isActive(), timeout=WAIT)
    idle(qtbot, window)
    (kept,) = window.studio.history.entries
    assert kept.parameters["edited"] is True
    assert not kept.saved
    folder = crash(window)
    window._sure = True
    window.close()
    assert len(list(folder.glob("*.png"))) == 1, "the map that was drawn on is one result, however often kept"

    second = make_window()
    assert "was not saved: photo.png" in second.message.text()
    second.message.buttons()[0].click()
    qtbot.waitUntil(lambda: second.studio.document.picture is not None, timeout=WAIT)
    idle(qtbot, second)
    after = panel(second)
    qtbot.waitUntil(lambda: after._mask is not None, timeout=WAIT)
    np.testing.assert_array_equal(after._mask.labels, expected)
    assert after.isVisible(), "it is shown where it can be drawn on"
    assert second.studio.canvas.result is None, "the picture is under the mask, not the mask's own picture"
    assert after.model_id() == "by-color"
    # And drawing goes on in the same result.
    after.tool.set_value("brush")
    after.legend.choose(1)
    drag(qtbot, second, (20, 5), (25, 5))
    after.keep_now()
    idle(qtbot, second)
    (again,) = second.studio.history.entries
    assert again.picture.pixels[5, 20, 0] == 1
    np.testing.assert_array_equal(imaging.read_labels(again.folder / again.file), after._mask.labels)


def test_a_mask_drawn_without_a_network_is_unsaved_until_it_is_saved(
    qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path
) -> None:
    open_picture(qtbot, window, photo)
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData("by-color"))
    side._model_chosen(0)
    side.tool.set_value("brush")
    assert window.studio.history.unsaved() == [], "nothing was drawn yet"
    drag(qtbot, window, (10, 20), (15, 20))
    (kept,) = window.studio.history.unsaved()
    assert (kept.model_id, kept.name, kept.source) == ("by-color", "photo.png", str(photo))
    side.save_to(tmp_path / "out")
    idle(qtbot, window)
    assert window.studio.history.unsaved() == []
    drag(qtbot, window, (10, 40), (15, 40))
    assert window.studio.history.unsaved() == [kept], "it was drawn on after it was saved"
    drag(qtbot, window, (10, 50), (15, 50))
    window.studio.settling.emit()
    assert kept.picture.pixels[50, 12, 0] == 0, "closing takes the last stroke too"
    idle(qtbot, window)


def test_an_earlier_mask_is_taken_from_the_results(qtbot: Any, window: MainWindow, photo: Path) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    side.tool.set_value("brush")
    side.legend.choose(2)
    drag(qtbot, window, (10, 20), (15, 20))
    drawn = side._mask.labels.copy()
    first = side._kept
    segment(qtbot, window)
    assert side._kept is not first
    assert side._mask.labels[20, 10] == 0
    np.testing.assert_array_equal(first.picture.pixels[:, :, 0], drawn)
    window.studio.history.choose(first)
    idle(qtbot, window)
    np.testing.assert_array_equal(side._mask.labels, drawn)
    assert window.studio.canvas.result is None


def test_closing_while_a_mask_is_saved_leaves_nothing_half_written(
    qtbot: Any, window: MainWindow, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, photo)
    side = segment(qtbot, window)
    for kind in ("index", "colour", "probability"):
        side.kinds[kind].setChecked(True)
    started, go = threading.Event(), threading.Event()

    def slow(self: Segmentation) -> Picture:
        started.set()
        assert go.wait(30)
        return colored(self)

    colored = Segmentation.colored
    monkeypatch.setattr(Segmentation, "colored", slow)
    out = tmp_path / "out"
    side.save_to(out)
    qtbot.waitUntil(started.is_set, timeout=WAIT)
    assert [path.name for path in out.iterdir()] == ["photo.index.png"], "the first file is there"
    (job,) = window.studio.work.running(titled=True)
    assert job.title == "Saving the mask of photo"
    job.cancel()
    go.set()
    idle(qtbot, window)
    assert list(out.iterdir()) == []
    assert window.studio.history.unsaved() == window.studio.history.entries
