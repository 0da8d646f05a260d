"""The Sample panel: what it shows is what the task makes; the newest wins; what it writes is made again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QImage

from deconv_studio import catalog, imaging
from deconv_studio.engine.session import Model
from deconv_studio.tasks import recorded
from deconv_studio.tasks.sample import (
    Edit,
    Point,
    direction,
    generate,
    mean_point,
    moved,
    point_of,
    vary,
    walk_points,
)
from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.live import Live
from deconv_studio.ui.sample.stage import cover
from deconv_studio.ui.window import MainWindow
from tests import generators
from tests.ui.rig import WAIT, home, idle, make_window, picture, the_dialog

__all__ = ["home", "make_window"]


@pytest.fixture
def made(home: Path, tmp_path: Path) -> Model:
    """A colour generator with three classes, installed, its licence seen; loaded apart to compare with."""
    file = generators.large_file(tmp_path / "large")
    generators.install(file)
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    return generators.loaded(file)


@pytest.fixture
def window(made: Model, make_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with nothing open, and the generator."""
    return make_window()


@pytest.fixture
def panel(qtbot: Any, window: MainWindow) -> Any:
    """The panel at the front, the cells in sight made."""
    window.show_panel("sample")
    side: Any = window.panel("sample")
    settled(qtbot, window, side)
    assert side.desk.current is not None
    return side


def settled(qtbot: Any, window: MainWindow, panel: Any) -> None:
    """Wait until everything in sight is made and nothing more is asked for."""
    for _ in range(2):
        qtbot.waitUntil(
            lambda: not panel.browser.grid._timer.isActive() and not window.studio.work.running(),
            timeout=WAIT,
        )
        qtbot.wait(40)
    idle(qtbot, window)


def test_the_window_names_the_generator_and_not_the_open_picture(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    window.show_panel("enlarge")
    assert window.windowTitle() == "Deconv Studio"
    window.studio.document.open(picture(tmp_path / "holiday.png", 30, 20))
    qtbot.waitUntil(lambda: window.studio.document.picture is not None, timeout=WAIT)
    idle(qtbot, window)
    assert window.windowTitle() == "holiday.png - Deconv Studio"
    window.show_panel("sample")
    card = panel.entry().card
    assert window.windowTitle() == f"{card.id} - Deconv Studio"
    assert (window.top.name.text(), window.top.info.text()) == (card.id, card.title)
    assert window.top.zoom.text() == ""
    settled(qtbot, window, panel)
    window.show_panel("folders")
    assert window.windowTitle() == "Deconv Studio" and window.top.name.text() == ""
    window.show_panel("enlarge")
    assert window.windowTitle() == "holiday.png - Deconv Studio"
    assert window.top.info.text() == "30 × 20, 8-bit RGB, sRGB"
    assert window.top.zoom.text().endswith(" %")


def picture_of(made: Model, seed: int, **how: Any) -> np.ndarray:
    """What the task makes of a seed."""
    assert made.card is not None
    return at(made, point_of(made.card, seed, **how))


def at(made: Model, point: Point, edits: Any = ()) -> np.ndarray:
    """What the task makes of a point."""
    [pixels] = generate(made, [point], edits=edits)
    return pixels


def shown(image: QImage | None) -> np.ndarray:
    """A picture on the screen as an array ``(H, W, 3)`` uint8."""
    assert image is not None
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def keep(qtbot: Any, window: MainWindow, panel: Any, *rows: int) -> None:
    """Keep some cells."""
    for row in rows:
        panel.browser.grid.choose(row)
        settled(qtbot, window, panel)
        qtbot.keyClick(panel.browser.grid, Qt.Key.Key_K)


def test_the_grid_shows_what_the_seeds_stand_for(
    qtbot: Any, window: MainWindow, panel: Any, made: Model
) -> None:
    assert panel.browser.grid.cells.count == 64
    sight = panel.browser.grid.in_sight()
    assert len(sight) >= 6
    for row in sight:
        np.testing.assert_array_equal(shown(panel.browser.grid._images[row]), picture_of(made, row))
    panel.browser.grid.choose(5)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), picture_of(made, 5))
    assert panel.inspector.caption.text().startswith("Seed 5, class ")
    panel.seeds.setText("7,100-102")
    settled(qtbot, window, panel)
    assert panel.browser.grid.cells.count == 4
    np.testing.assert_array_equal(shown(panel.browser.grid._images[3]), picture_of(made, 102))
    panel.klass.setCurrentIndex(panel.klass.findData("class 2"))
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.browser.grid._images[0]), picture_of(made, 7, klass=2))


def test_more_and_shuffle(qtbot: Any, window: MainWindow, panel: Any) -> None:
    panel.seeds.setText("3,9-10")
    panel.more.click()
    assert panel.seeds.text() == "3,9-74"
    settled(qtbot, window, panel)
    assert panel.browser.grid.cells.count == 67
    panel.shuffle.click()
    settled(qtbot, window, panel)
    assert panel.browser.grid.cells.count == 67
    assert panel.seeds.text() != "3,9-74"


@pytest.mark.parametrize("text", ["", "a", "3-1", "1,,2", "0-4294967296"])
def test_what_names_no_seeds_is_told(qtbot: Any, panel: Any, text: str) -> None:
    panel.seeds.setText(text)
    assert panel.message.isVisible()
    assert not panel.go.isEnabled()
    assert panel.browser.grid.cells.count == 64
    panel.seeds.setText("4")
    assert not panel.message.isVisible()
    assert panel.go.isEnabled()
    qtbot.waitUntil(lambda: panel.browser.grid.cells.count == 1, timeout=WAIT)


def test_a_large_grid_fills_where_it_is_looked_at_and_the_window_answers(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Model.run

    def slowly(self: Model, *args: Any, **how: Any) -> Any:
        time.sleep(0.05)
        return plain(self, *args, **how)

    monkeypatch.setattr(Model, "run", slowly)
    gaps, last = [0.0], [time.perf_counter()]

    def tick() -> None:
        gaps.append(time.perf_counter() - last[0])
        last[0] = time.perf_counter()

    heart = QTimer()
    heart.timeout.connect(tick)
    heart.start(5)
    seen: set[int] = set()
    panel.browser.side_slider.setValue(32)
    panel.seeds.setText("0-99999")
    while panel.browser.grid.missing(1):
        qtbot.wait(10)
        seen.add(sum(panel.browser.grid.has(row) for row in panel.browser.grid.in_sight()))
    assert len(seen) > 2, "the cells came all at once"
    bar = panel.browser.grid.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    qtbot.wait(60)
    sight = panel.browser.grid.in_sight()
    assert sight.start > 40_000
    qtbot.waitUntil(lambda: panel.browser.grid.has(sight[0]), timeout=WAIT)
    heart.stop()
    np.testing.assert_array_equal(shown(panel.browser.grid._images[sight[0]]), picture_of(made, sight[0]))
    # Laying out a hundred thousand cells is the longest piece.
    assert max(gaps) < 1.5, f"the window stood still for {max(gaps):.2f} s"
    assert len(panel.browser.grid._images) < 2000
    settled(qtbot, window, panel)


def test_the_newest_truncation_wins(qtbot: Any, window: MainWindow, panel: Any, made: Model) -> None:
    panel.browser.grid.choose(2)
    values = [0.9, 0.7, 0.5, 0.3, 0.1, 0.6]
    for value in values:
        panel.truncation.set_value(value)
        qtbot.wait(2)
        assert panel.browser.grid.image(2) is not None, "a cell went blank"
    settled(qtbot, window, panel)
    for row in panel.browser.grid.in_sight():
        np.testing.assert_array_equal(
            shown(panel.browser.grid._images[row]), picture_of(made, row, truncation=0.6)
        )
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), picture_of(made, 2, truncation=0.6))
    assert panel.desk.current.parameters["truncation"] == 0.6


def test_of_requests_the_newest_runs_last_and_those_between_never(qtbot: Any, window: MainWindow) -> None:
    line = Live(window.studio.work)
    ran: list[int] = []

    def work(_control: Any, number: int) -> int:
        time.sleep(0.05)
        ran.append(number)
        return number

    got: list[int] = []
    with qtbot.waitSignal(line.idle, timeout=WAIT):
        for number in range(20):
            line.ask(work, number, on_done=got.append)
    assert ran == got == [0, 19]
    line.ask(work, 20, on_done=got.append)
    assert line.stop()
    assert not line.stop()
    idle(qtbot, window)
    assert got == [0, 19]


def test_keys_go_through_the_grid_and_keep(qtbot: Any, window: MainWindow, panel: Any) -> None:
    panel.browser.grid.choose(0)
    panel.browser.grid.setFocus()
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_Right)
    assert panel.browser.grid.currentIndex().row() == 1
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_Down)
    assert panel.browser.grid.currentIndex().row() == 1 + panel.browser.grid.columns()
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert len(panel.browser.grid.rows()) == 2
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_K)
    assert len(panel.keeping.kept) == 2
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_Return)
    assert not panel.browser.isVisible()
    panel.inspector.look.large.click()
    assert panel.browser.isVisible()
    window.do_undo()
    assert panel.keeping.kept == ()
    window.do_redo()
    assert len(panel.keeping.kept) == 2
    panel.keeping.tray.choose(0)
    qtbot.keyClick(panel.keeping.tray, Qt.Key.Key_Delete)
    assert len(panel.keeping.kept) == 1
    window.do_undo()
    assert len(panel.keeping.kept) == 2
    idle(qtbot, window)


def test_neighbours_of_a_sample(qtbot: Any, window: MainWindow, panel: Any, made: Model) -> None:
    assert made.card is not None
    panel.browser.grid.choose(3)
    panel.inspector.look.vary.click()
    settled(qtbot, window, panel)
    base = point_of(made.card, 3)
    for row, amount in ((0, 0.0), (1, 0.3), (6, 0.3)):
        np.testing.assert_array_equal(
            shown(panel.browser.grid._images[row]), at(made, vary(base, row, amount))
        )
    panel.browser.amount.set_value(0.8)
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.browser.grid._images[6]), at(made, vary(base, 6, 0.8)))
    panel.browser.grid.choose(6)
    assert "latent" in panel.desk.current.parameters
    panel.browser.back.click()
    settled(qtbot, window, panel)
    assert panel.browser.grid.cells.count == 64
    np.testing.assert_array_equal(shown(panel.browser.grid._images[6]), picture_of(made, 6))


def test_arithmetic_with_kept_samples(qtbot: Any, window: MainWindow, panel: Any, made: Model) -> None:
    assert made.card is not None
    keep(qtbot, window, panel, 0, 1, 2)
    points = [point_of(made.card, seed) for seed in range(3)]
    panel.inspector.mode.set_value("mix")
    assert not panel.inspector.mix.amount.isEnabled()
    panel.keeping.tray.choose_all([0, 1])
    panel.inspector.mix.first.click()
    panel.keeping.tray.choose(2)
    qtbot.keyClick(panel.keeping.tray, Qt.Key.Key_B)
    assert panel.inspector.mix.amount.isEnabled()
    assert panel.inspector.mix.state.text() == "A: 2, B: 1"
    for value in (0.2, 0.9, -0.5):
        panel.inspector.mix.amount.set_value(value)
    settled(qtbot, window, panel)
    point = moved(points[2], direction(points[:2], points[2:]), -0.5)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), at(made, point))
    panel.inspector.keep.click()
    assert len(panel.keeping.kept) == 4
    panel.inspector.mix.amount.set_value(0)
    panel.keeping.tray.choose_all([0, 1])
    panel.inspector.mix.mean.click()
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), at(made, mean_point(points[:2])))


def test_a_walk_is_scrubbed_played_and_exported(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path
) -> None:
    assert made.card is not None
    keep(qtbot, window, panel, 0, 4, 5)
    panel.inspector.mode.set_value("walk")
    panel.inspector.walk.frames.setValue(9)
    panel.inspector.walk.how.set_value("spline")
    points = [point_of(made.card, seed) for seed in (0, 4, 5)]
    frames = list(generate(made, walk_points(points, 9, "spline")))
    for number in (8, 2, 7, 5):
        panel.inspector.walk.scrub.setValue(number)
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), frames[5])
    panel.inspector.walk.speed.setValue(50)
    panel.inspector.walk.play.click()
    qtbot.waitUntil(lambda: panel.inspector.walk.scrub.value() == 2, timeout=WAIT)
    panel.inspector.walk.play.click()
    still = panel.inspector.walk.scrub.value()
    qtbot.wait(60)
    assert panel.inspector.walk.scrub.value() == still
    for suffix in ("webp", "apng", "gif"):
        path = tmp_path / f"walk.{suffix}"
        panel.walking.export(path)
        qtbot.waitUntil(lambda: not panel.is_running, timeout=WAIT)
        with Image.open(path) as film:
            assert getattr(film, "n_frames", 1) == 9
            film.seek(5)
            found = np.asarray(film.convert("RGB"))
        if suffix != "gif":
            np.testing.assert_array_equal(found, frames[5])
    panel.walking.export(tmp_path / "frames")
    qtbot.waitUntil(lambda: not panel.is_running, timeout=WAIT)
    files = sorted((tmp_path / "frames").iterdir())
    assert len(files) == 9
    np.testing.assert_array_equal(np.asarray(Image.open(files[7])), frames[7])
    panel.inspector.keep.click()
    qtbot.waitUntil(lambda: len(panel.keeping.kept) == 4, timeout=WAIT)
    idle(qtbot, window)


def test_an_open_walk_ends_at_its_last_sample(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path
) -> None:
    keep(qtbot, window, panel, 0, 4, 5)
    panel.inspector.mode.set_value("walk")
    tool = panel.inspector.walk
    tool.frames.setValue(5)
    tool.scrub.setValue(4)
    settled(qtbot, window, panel)
    assert (shown(panel.inspector.stage.image) != picture_of(made, 5)).any()
    tool.closed.click()
    for number, seed in ((0, 0), (2, 4), (4, 5)):
        tool.scrub.setValue(number)
        settled(qtbot, window, panel)
        np.testing.assert_array_equal(shown(panel.inspector.stage.image), picture_of(made, seed))
    assert "round" not in tool.state.text()
    panel.walking.export(tmp_path / "frames")
    qtbot.waitUntil(lambda: not panel.is_running, timeout=WAIT)
    record = recorded(imaging.read(tmp_path / "frames" / "frame-0004.png").metadata)
    assert record is not None
    assert record["parameters"]["closed"] is False
    idle(qtbot, window)


def test_a_film_without_an_encoder_says_how_to_get_one(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deconv_studio.imaging import video

    monkeypatch.setattr(video, "encoder", lambda: None)
    keep(qtbot, window, panel, 0, 1)
    panel.inspector.mode.set_value("walk")
    panel.walking.export(tmp_path / "walk.mp4")
    qtbot.waitUntil(lambda: panel.message.isVisible(), timeout=WAIT)
    assert "pip install" in panel.message.text()
    assert not (tmp_path / "walk.mp4").exists()
    idle(qtbot, window)


def test_units_are_painted_off_and_on_and_undone(
    qtbot: Any, window: MainWindow, panel: Any, made: Model
) -> None:
    assert made.card is not None
    panel.browser.grid.choose(1)
    panel.inspector.mode.set_value("paint")
    settled(qtbot, window, panel)
    assert panel.painting.page.layer.count() >= 2
    assert (
        len(panel.painting.units) == panel.painting.layers[panel.painting.page.layer.currentIndex()].shape[0]
    )
    strengths = [value for _, value in panel.painting.units]
    assert strengths == sorted(strengths, reverse=True)
    qtbot.waitUntil(lambda: panel.painting.page.grid.has(0), timeout=WAIT)
    plain = picture_of(made, 1)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), plain)
    place = panel.inspector.stage.place()
    start, end = place.center().toPoint() - QPoint(60, 0), place.center().toPoint() + QPoint(60, 0)
    qtbot.mousePress(panel.inspector.stage, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(panel.inspector.stage, end)
    qtbot.waitUntil(lambda: bool((shown(panel.inspector.stage.image) != plain).any()), timeout=WAIT)
    qtbot.mouseRelease(panel.inspector.stage, Qt.MouseButton.LeftButton, pos=end)
    settled(qtbot, window, panel)
    [edit] = panel.painting.edits
    assert (edit.layer, edit.unit, edit.value) == (
        panel.painting.page.layer.currentData(),
        panel.painting.units[0][0],
        0.0,
    )
    off = shown(panel.inspector.stage.image)
    np.testing.assert_array_equal(off, at(made, point_of(made.card, 1), [edit]))
    panel.inspector.paint.what.set_value("on")
    panel.inspector.paint.everywhere.click()
    settled(qtbot, window, panel)
    assert bool((shown(panel.inspector.stage.image) != off).any())
    window.do_undo()
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), off)
    panel.inspector.paint.undo.click()
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), plain)
    window.do_redo()
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), off)
    panel.inspector.paint.what.set_value("restore")
    panel.inspector.paint.everywhere.click()
    settled(qtbot, window, panel)
    assert panel.painting.edits == ()
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), plain)


def test_a_stroke_covers_what_is_within_its_reach() -> None:
    found = cover((9, 20), QPointF(5, 4.5), QPointF(15, 4.5), 2.0)
    assert found[4, 5:15].min() == 1.0
    assert found[0].max() == found[8].max() == 0.0
    assert found[4, 1] == found[4, 18] == 0.0
    dot = cover((9, 9), QPointF(4.5, 4.5), QPointF(4.5, 4.5), 0.0)
    assert dot.sum() == 0.5


def test_files_say_what_made_them_and_bring_it_back(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path
) -> None:
    panel.truncation.set_value(0.7)
    panel.klass.setCurrentIndex(panel.klass.findData("class 1"))
    settled(qtbot, window, panel)
    panel.browser.grid.choose_all([2, 40])
    panel.files.save_to(tmp_path / "out", *panel.chosen())
    qtbot.waitUntil(lambda: not panel.is_running, timeout=WAIT)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["seed-0002.png", "seed-0040.png"]
    read = imaging.read(tmp_path / "out" / "seed-0040.png")
    np.testing.assert_array_equal(read.pixels, picture_of(made, 40, truncation=0.7, klass=1))
    record = recorded(read.metadata)
    assert record is not None
    assert record["parameters"] == {"seed": 40, "truncation": 0.7, "class": "class 1"}
    panel.truncation.set_value(1.0)
    panel.klass.setCurrentIndex(0)
    panel.seeds.setText("0-9")
    settled(qtbot, window, panel)
    window.show_panel("enlarge")
    window.open_paths([tmp_path / "out" / "seed-0040.png"])
    qtbot.waitUntil(lambda: window.current_panel is panel, timeout=WAIT)
    settled(qtbot, window, panel)
    assert (panel.seeds.text(), panel.truncation.value(), panel.klass.currentData()) == ("40", 0.7, "class 1")
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), read.pixels)


def test_a_varied_and_painted_sample_comes_back_from_its_file(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path
) -> None:
    panel.browser.grid.choose(3)
    panel.inspector.look.vary.click()
    settled(qtbot, window, panel)
    panel.browser.grid.choose(4)
    panel.inspector.mode.set_value("paint")
    settled(qtbot, window, panel)
    panel.inspector.paint.everywhere.click()
    settled(qtbot, window, panel)
    before = shown(panel.inspector.stage.image)
    panel.files.save_to(tmp_path / "out", *panel.chosen())
    qtbot.waitUntil(lambda: not panel.is_running, timeout=WAIT)
    [file] = (tmp_path / "out").iterdir()
    panel.inspector.paint.clear.click()
    panel.browser.back.click()
    panel.inspector.mode.set_value("look")
    panel.browser.grid.choose(0)
    settled(qtbot, window, panel)
    window.open_paths([file])
    qtbot.waitUntil(lambda: len(panel.keeping.kept) == 1, timeout=WAIT)
    settled(qtbot, window, panel)
    np.testing.assert_array_equal(shown(panel.inspector.stage.image), before)


def test_a_file_of_a_generator_that_is_not_there_is_told(qtbot: Any, panel: Any) -> None:
    assert panel.take_parameters({"seed": 1}, "gone-gan")
    assert "gone-gan" in panel.message.text()


def test_copy_drag_and_use(qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path) -> None:
    panel.browser.grid.choose(6)
    panel.browser.grid.setFocus()
    qtbot.keyClick(panel.browser.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    wanted = picture_of(made, 6)
    np.testing.assert_array_equal(shown(QGuiApplication.clipboard().image()), wanted)
    dragged: list[Any] = []
    panel.files._drag = lambda paths, first: dragged.append(panel.files.mime(paths, first))
    panel.files.drag_out()
    qtbot.waitUntil(lambda: bool(dragged), timeout=WAIT)
    [url] = dragged[0].urls()
    np.testing.assert_array_equal(imaging.read(Path(url.toLocalFile())).pixels, wanted)
    panel.inspector.look.use.click()
    assert window.studio.document.picture is not None
    np.testing.assert_array_equal(window.studio.document.picture.pixels, wanted)
    settled(qtbot, window, panel)


def test_a_folder_that_cannot_be_is_told_in_a_sentence(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    panel.files.save_to(tmp_path / "file" / "out", *panel.chosen())
    qtbot.waitUntil(lambda: panel.message.isVisible(), timeout=WAIT)
    assert "cannot be made" in panel.message.label.text()
    assert "Errno" not in panel.message.label.text()
    panel.files.save_to(tmp_path / "out", *panel.chosen())
    settled(qtbot, window, panel)
    assert not panel.message.isVisible()


def test_training_pictures_nearest_to_the_sample(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    for seed in range(9):
        Image.fromarray(picture_of(made, seed)).save(folder / f"p{seed}.png")
    assert panel.drop_folder(folder)
    panel.browser.grid.choose(7)
    qtbot.waitUntil(lambda: bool(panel.inspector.look.near.card_model.cards), timeout=WAIT)
    settled(qtbot, window, panel)
    first = panel.inspector.look.near.card_model.cards[0]
    assert (first.note, first.title) == ("p7.png", "0.0")
    assert len(panel.inspector.look.near.card_model.cards) == 6
    panel.near_pictures.folder.line.setText(str(tmp_path / "nothing"))
    qtbot.waitUntil(lambda: panel.message.isVisible(), timeout=WAIT)
    assert not panel.inspector.look.near.card_model.cards
    panel.near_pictures.folder.line.setText(str(folder))
    settled(qtbot, window, panel)
    assert not panel.message.isVisible()
    panel.near_pictures.folder.line.setText(str(tmp_path / "nothing"))
    qtbot.waitUntil(lambda: panel.message.isVisible(), timeout=WAIT)
    panel.near_pictures.folder.line.setText("")
    assert not panel.message.isVisible() and "no folder" in panel.inspector.look.near_words.text()
    panel.near_pictures.folder.line.setText(str(folder))
    settled(qtbot, window, panel)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with qtbot.waitSignal(
        window.studio.said, check_params_cb=lambda text: "broken.png" in text, timeout=WAIT
    ):
        panel.near_pictures.look()
    assert len(panel.inspector.look.near.card_model.cards) == 6
    settled(qtbot, window, panel)


def test_the_checkerboard_names_the_layer(qtbot: Any, window: MainWindow, panel: Any) -> None:
    panel.checkerboard.set_open(True)
    idle(qtbot, window)
    assert panel.checkerboard.verdict.text()[0] in "✓✕"
    assert len(panel.checkerboard.spectrum.frequencies) > 0
    panel.checkerboard.workbench.click()
    bench: Any = window.current_panel
    assert bench is not None and bench.name == "workbench"
    idle(qtbot, window)
    wanted = panel.entry().card.id
    assert (bench.model.currentData(), bench.checkerboard.model.currentData()) == (wanted, wanted)
    assert bench.kernel.currentData() == "learned"
    assert bench.layer.count() >= 1


def test_filling_is_stopped_and_gone_on_with(
    qtbot: Any, window: MainWindow, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, calls, told = Model.run, [0], threading.Event()

    def held(self: Model, *args: Any, **how: Any) -> Any:
        calls[0] += 1
        if calls[0] > 2:  # however slow the window is, the grid is not full before it is told to stop
            told.wait(WAIT / 1000)
        return plain(self, *args, **how)

    monkeypatch.setattr(Model, "run", held)
    panel.browser.side_slider.setValue(32)
    panel.seeds.setText("1000-2000")
    qtbot.waitUntil(lambda: panel.progress.isVisible(), timeout=WAIT)
    panel.stop.click()
    told.set()
    idle(qtbot, window)
    assert panel.browser.grid.missing(1)
    assert not panel.progress.isVisible()
    qtbot.wait(100)
    assert not window.studio.work.running()
    monkeypatch.setattr(Model, "run", plain)
    window.do_start()
    settled(qtbot, window, panel)
    assert not panel.browser.grid.missing(1)


def test_a_network_that_fails_is_told_once(
    qtbot: Any, window: MainWindow, panel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deconv_studio.engine.errors import BadOutput

    calls: list[int] = []

    def fails(*_args: Any, **_how: Any) -> Any:
        calls.append(1)
        raise BadOutput("It made nothing.")

    monkeypatch.setattr(Model, "run", fails)
    panel.seeds.setText("500-600")
    qtbot.waitUntil(lambda: "It made nothing." in panel.message.text(), timeout=WAIT)
    qtbot.wait(100)
    assert len(calls) == 1
    idle(qtbot, window)


def test_the_window_closes_while_it_fills_and_plays(qtbot: Any, window: MainWindow, panel: Any) -> None:
    keep(qtbot, window, panel, 0, 1)
    panel.inspector.mode.set_value("walk")
    panel.inspector.walk.play.click()
    panel.seeds.setText("0-9999")
    assert window.studio.work.running()
    before = time.perf_counter()
    assert window.close()
    assert time.perf_counter() - before < 5


def test_without_a_generator_it_says_what_to_do(qtbot: Any, make_window: Any) -> None:
    window = make_window()
    window.show_panel("sample")
    panel: Any = window.current_panel
    idle(qtbot, window)
    assert panel.middle().currentIndex() == 0
    assert panel.empty.command.text() == "deconv-studio models install dcgan-faces"
    assert "non-commercial" in panel.empty.words.text()
    assert panel.empty.install.isVisible()
    assert not panel.go.isEnabled()


def test_a_licence_that_was_not_seen_is_asked_for_first(
    qtbot: Any, home: Path, tmp_path: Path, make_window: Any
) -> None:
    generators.install(generators.large_file(tmp_path / "large"))
    window = make_window()
    window.show_panel("sample")
    panel: Any = window.current_panel
    idle(qtbot, window)
    assert panel.browser.grid.cells.count == 0
    window.do_start()
    dialog = the_dialog(qtbot, window, "licence_dialog")
    dialog.accept()
    qtbot.waitUntil(lambda: panel.browser.grid.cells.count == 64, timeout=WAIT)
    settled(qtbot, window, panel)


def test_another_generator_starts_anew(
    qtbot: Any, window: MainWindow, panel: Any, tmp_path: Path, home: Path
) -> None:
    keep(qtbot, window, panel, 0)
    generators.install(generators.units_file(tmp_path / "units"))
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    window.do_refresh_models()
    qtbot.waitUntil(lambda: panel.model.count() == 2, timeout=WAIT)
    assert panel.browser.grid.cells.count == 64
    panel.model.setCurrentIndex(panel.model.findData("tiny-units"))
    panel._model_chosen()
    settled(qtbot, window, panel)
    assert panel.keeping.kept == ()
    assert panel.keeping.heading.text() == "KEPT"
    assert panel.keeping.hint.isVisible()
    assert not panel.klass.isVisible()
    assert shown(panel.browser.grid._images[0]).shape == (4, 4, 3)
    panel.inspector.mode.set_value("paint")
    settled(qtbot, window, panel)
    assert panel.painting.page.layer.currentData() == "maps"


def test_the_way_of_a_unit_is_where_it_draws(tmp_path: Path) -> None:
    from deconv_studio.engine.control import Control

    file = generators.units_file(tmp_path / "units")
    model = generators.loaded(file)

    class Loaded(jobs.Generators):
        def load(self, *_args: Any) -> Model:
            return model

    point = Point(np.array([3, 3, 3, 3], np.float32), None)
    base = jobs.Made(point, at(model, point), {}, "x")
    source: Any = None
    [(unit, image)] = jobs.effects(Control(), Loaded(), source, "maps", base, [2])
    assert unit == 2
    drawn = shown(image)[:, :, 0]
    there = np.zeros((4, 4), bool)
    there[1::2, 0::2] = True
    assert (drawn[there] > 128).all()
    assert (drawn[~there] == 128).all()
    whole = np.ones((4, 4), np.float32)
    np.testing.assert_array_equal(at(model, point, [Edit("maps", 2, whole, 0.0)])[there], 0)
