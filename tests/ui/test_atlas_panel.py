"""The Atlas panel: made, stopped and gone on with, browsed and searched; what goes wrong is told in it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton

from deconv_studio.ui.window import MainWindow
from tests.lens.graphs import small_classifier
from tests.ui.rig import WAIT, home, idle, make_window, picture, window

__all__ = ["home", "make_window", "window"]

COUNT = 11


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Small pictures, each another."""
    root = tmp_path / "in"
    for number in range(COUNT):
        picture(root / f"p{number}.png", 33 + number, 33)
    return root


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(small_classifier().SerializeToString())
    return path


def ready(qtbot: Any, window: MainWindow, network: Path, folder: Path) -> Any:
    """The panel with a network, a layer and a folder."""
    window.show_panel("atlas")
    side: Any = window.current_panel
    idle(qtbot, window)
    assert not side.go.isEnabled()
    assert side.drop_model(network)
    qtbot.waitUntil(lambda: side.layer.findData("relu3") >= 0, timeout=WAIT)
    side.layer.setCurrentIndex(side.layer.findData("relu3"))
    assert side.drop_folder(folder)
    assert side.out.text() == str(folder.with_name("in-atlas"))
    assert side.go.isEnabled()
    return side


def made(qtbot: Any, window: MainWindow, side: Any) -> None:
    """Make the atlas and wait for it."""
    window.do_start()
    qtbot.waitUntil(lambda: side.atlas is not None and not side.is_running, timeout=WAIT)
    idle(qtbot, window)


def test_an_atlas_is_made_and_browsed(qtbot: Any, window: MainWindow, network: Path, folder: Path) -> None:
    side = ready(qtbot, window, network, folder)
    made(qtbot, window, side)
    assert side.atlas.pictures == COUNT
    assert (folder.with_name("in-atlas") / "net-relu3.html").is_file()
    assert side.report.isEnabled()
    assert side.grid.atlas_model.rows == list(range(6))
    qtbot.waitUntil(lambda: len(side.grid._images) == 6, timeout=WAIT)
    qtbot.waitUntil(lambda: bool(side.cards.card_model.cards), timeout=WAIT)
    entry = side.atlas.entries[0]
    assert len(side.cards.card_model.cards) == len(entry.patches)
    for card, patch in zip(side.cards.card_model.cards, entry.patches, strict=True):
        assert [(image.width(), image.height()) for image in card.images] == [patch.cell[2:], patch.back[2:]]
        assert card.target == folder / patch.file
    side.sort.setCurrentIndex(1)
    strengths = [side.atlas.entries[row].strength for row in side.grid.atlas_model.rows]
    assert strengths == sorted(strengths, reverse=True)
    side.search.setText("3")
    assert [side.atlas.entries[row].unit for row in side.grid.atlas_model.rows] == [3]
    side.search.setText("no such file")
    assert side.grid.atlas_model.rows == []
    assert side.nothing.isVisible()
    before = side.grid._images[0].copy()
    side.search.clear()
    side.what.set_value("back")
    qtbot.waitUntil(lambda: 0 in side.grid._images and side.grid._images[0] != before, timeout=WAIT)
    idle(qtbot, window)


def test_an_atlas_that_is_there_is_not_replaced_unasked(
    qtbot: Any, window: MainWindow, network: Path, folder: Path
) -> None:
    side = ready(qtbot, window, network, folder)
    side.units.setText("0")
    made(qtbot, window, side)
    report = folder.with_name("in-atlas") / "net-relu3.html"
    before = report.stat().st_mtime_ns
    side.units.setText("1")
    window.do_start()
    assert not side.is_running
    assert "There is an atlas" in side.message.text()
    assert report.stat().st_mtime_ns == before
    replace = next(
        button for button in side.message.findChildren(QPushButton) if button.text() == "Replace it"
    )
    replace.click()
    assert side.is_running
    qtbot.waitUntil(lambda: not side.is_running, timeout=WAIT)
    assert [entry.unit for entry in side.atlas.entries] == [1]
    assert not side.message.isVisible()
    idle(qtbot, window)


def test_a_unit_that_is_chosen_shows_its_patches(
    qtbot: Any, window: MainWindow, network: Path, folder: Path
) -> None:
    side = ready(qtbot, window, network, folder)
    side.units.setText("1,4")
    made(qtbot, window, side)
    side.grid.choose(1)
    qtbot.waitUntil(lambda: side.unit_title.text().startswith("Unit 4"), timeout=WAIT)
    idle(qtbot, window)


def test_what_was_stopped_is_gone_on_with(
    qtbot: Any, window: MainWindow, network: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deconv_studio.tasks.atlas import Survey

    side = ready(qtbot, window, network, folder)
    plain = Survey.add

    def add(self: Survey, *args: Any) -> int:
        if len(self.known) == 4 and not side._job.is_cancelled:
            side._job.cancel()
        return plain(self, *args)

    monkeypatch.setattr(Survey, "add", add)
    window.do_start()
    qtbot.waitUntil(lambda: bool(side._items) and not side.is_running, timeout=WAIT)
    monkeypatch.setattr(Survey, "add", plain)
    assert not side._middle.currentIndex()
    assert len(side._items) < COUNT
    assert side.resume.isEnabled()
    assert "begun" in side.estimate.text()
    side.resume.click()
    qtbot.waitUntil(lambda: side.atlas is not None and not side.is_running, timeout=WAIT)
    idle(qtbot, window)
    assert [item.status for item in side._items].count("skipped") == 4
    assert side.atlas.pictures == COUNT


def test_a_finished_atlas_is_opened_without_its_network(
    qtbot: Any, window: MainWindow, network: Path, folder: Path
) -> None:
    side = ready(qtbot, window, network, folder)
    made(qtbot, window, side)
    moved = folder.with_name("elsewhere")
    shutil.move(folder.with_name("in-atlas"), moved)
    side.atlas = None
    assert side.drop_folder(moved)
    qtbot.waitUntil(lambda: side.atlas is not None, timeout=WAIT)
    assert side.atlas.folder == moved / "net-relu3.atlas"
    idle(qtbot, window)


def test_what_goes_wrong_is_told_in_the_panel(
    qtbot: Any, window: MainWindow, network: Path, folder: Path, tmp_path: Path
) -> None:
    side = ready(qtbot, window, network, folder)
    side.open_place(tmp_path)
    qtbot.waitUntil(lambda: side.message.isVisible(), timeout=WAIT)
    assert "no finished atlas" in side.message.text()
    side.units.setText("9-2")
    window.do_start()
    qtbot.waitUntil(lambda: not side.is_running and "9-2" in side.message.text(), timeout=WAIT)
    side.units.setText("all")
    assert not side.message.isVisible()
    whole = (folder / "p0.png").read_bytes()
    (folder / "p0.png").write_bytes(whole[: len(whole) // 2])
    made(qtbot, window, side)
    assert "1 pictures could not" in side.message.text() or "1 picture" in side.message.text()
    assert side.atlas.pictures == COUNT - 1
