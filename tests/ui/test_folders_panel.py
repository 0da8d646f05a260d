"""The Folders panel: planned first, every file done or reported, cancelled, gone on with, reported."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QDesktopServices

from deconv_studio import imaging, tasks
from deconv_studio.ui.window import MainWindow
from tests.ui.rig import WAIT, heavy_calls, home, idle, make_window, picture, window

__all__ = ["heavy_calls", "home", "make_window", "window"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two pictures, one in a subfolder, a broken one and a text."""
    root = tmp_path / "in"
    picture(root / "a.png", 20, 12)
    picture(root / "sub" / "b.png", 8, 8)
    whole = picture(tmp_path / "whole.png", 60, 40).read_bytes()
    (root / "cut.png").write_bytes(whole[: len(whole) // 2])
    (root / "notes.txt").write_text("not a picture")
    return root


def panel(window: MainWindow) -> Any:
    """The Folders panel, at the front."""
    window.show_panel("folders")
    return window.current_panel


def planned(qtbot: Any, side: Any) -> None:
    """Wait for the plan."""
    qtbot.waitUntil(lambda: side._planned is not None, timeout=WAIT)


def finished(qtbot: Any, window: MainWindow, side: Any) -> None:
    """Wait for the run's end."""
    qtbot.waitUntil(lambda: side._started and not side.is_running, timeout=WAIT)
    idle(qtbot, window)


def states(side: Any) -> dict[str, str]:
    """State by file name."""
    return {line.name: line.state for line in side.files.lines}


def test_the_plan_stands_before_the_start(qtbot: Any, window: MainWindow, folder: Path) -> None:
    side = panel(window)
    assert not side.go.isEnabled()
    side.drop_folder(folder)
    side.recurse.setChecked(True)
    planned(qtbot, side)
    idle(qtbot, window)
    assert side.out.text() == str(folder.with_name("in-enlarged"))
    assert side.go.isEnabled()
    assert "3 to do" in side.estimate.text() and "1 skipped" in side.estimate.text()
    found = states(side)
    assert found["notes.txt"] == "skipped" and found["a.png"] == "waiting"
    assert str(Path("sub") / "b.png") in found
    assert not folder.with_name("in-enlarged").exists(), "a plan writes nothing"


def test_every_file_is_done_or_reported_and_the_tree_is_kept(
    qtbot: Any, window: MainWindow, folder: Path
) -> None:
    side = panel(window)
    side.drop_folder(folder)
    side.recurse.setChecked(True)
    planned(qtbot, side)
    window.do_start()
    finished(qtbot, window, side)
    out = folder.with_name("in-enlarged")
    assert imaging.read(out / "a.png").pixels.shape == (24, 40, 3)
    assert imaging.read(out / "sub" / "b.png").pixels.shape == (16, 16, 3)
    assert states(side) == {
        "a.png": "done", str(Path("sub") / "b.png"): "done", "cut.png": "failed", "notes.txt": "skipped",
    }  # fmt: skip
    line = next(each for each in side.files.lines if each.name == "cut.png")
    assert "cut.png" in line.note and line.hint
    assert side.estimate.text() == "2 done, 1 skipped, 1 failed."
    assert side.message.isVisible() and "1 could not be done" in side.message.text()
    assert side.resume.isEnabled()
    assert not list(out.rglob("*.part"))


def test_go_on_retries_what_failed_and_leaves_the_rest(
    qtbot: Any, window: MainWindow, folder: Path, tmp_path: Path
) -> None:
    side = panel(window)
    side.drop_folder(folder)
    planned(qtbot, side)
    window.do_start()
    finished(qtbot, window, side)
    out = folder.with_name("in-enlarged")
    before = (out / "a.png").stat().st_mtime_ns
    picture(folder / "mended.png", 10, 10).replace(folder / "cut.png")
    side._started = False
    side.resume.click()
    finished(qtbot, window, side)
    assert imaging.read(out / "cut.png").pixels.shape == (20, 20, 3)
    assert (out / "a.png").stat().st_mtime_ns == before
    assert states(side)["cut.png"] == "done"
    assert not side.message.isVisible() and not side.resume.isEnabled()


def test_cancel_keeps_what_is_finished_and_go_on_does_the_rest(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "many"
    for number in range(6):
        picture(root / f"p{number}.png", 8, 8)
    side = panel(window)
    side.drop_folder(root)
    planned(qtbot, side)
    task = tasks.get("upscale")
    out = root.with_name("many-enlarged")
    real, third = type(task).run, threading.Event()
    count = 0

    def run(self: Any, source: Any, options: Any, model: Any, control: Any) -> Any:
        nonlocal count
        count += 1
        if count == 3:
            while not (out / "p0.png").exists():
                control.wait(0.01)
            third.set()
            control.wait(20)
        return real(self, source, options, model, control)

    monkeypatch.setattr(type(task), "run", run)
    window.do_start()
    qtbot.waitUntil(third.is_set, timeout=WAIT)
    window.do_cancel()
    finished(qtbot, window, side)
    monkeypatch.setattr(type(task), "run", real)
    found = states(side)
    # The second may have been on its way to the disk when the cancel came.
    assert found["p0.png"] == "done" and found["p1.png"] in ("done", "cancelled")
    assert found["p2.png"] == "cancelled" and found["p5.png"] == "cancelled"
    assert side.resume.isEnabled()
    side._started = False
    side.resume.click()
    finished(qtbot, window, side)
    assert all((root.with_name("many-enlarged") / f"p{n}.png").exists() for n in range(6))


def test_nothing_heavy_on_the_windows_thread(
    qtbot: Any, window: MainWindow, folder: Path, heavy_calls: list[tuple[str, str]]
) -> None:
    side = panel(window)
    side.drop_folder(folder)
    planned(qtbot, side)
    window.do_start()
    finished(qtbot, window, side)
    assert {"read", "read_header", "write"} <= {name for name, _ in heavy_calls}
    assert [call for call in heavy_calls if call[1] == threading.main_thread().name] == []


def test_results_that_are_there_already_are_reported_before_the_start(
    qtbot: Any, window: MainWindow, folder: Path
) -> None:
    picture(folder.with_name("in-enlarged") / "a.png")
    side = panel(window)
    side.drop_folder(folder)
    planned(qtbot, side)
    idle(qtbot, window)
    assert states(side)["a.png"] == "failed"
    side.exists.setCurrentIndex(side.exists.findData("rename"))
    planned(qtbot, side)
    idle(qtbot, window)
    assert states(side)["a.png"] == "waiting"


def test_a_call_that_is_wrong_is_told_in_the_panel(qtbot: Any, window: MainWindow, folder: Path) -> None:
    side = panel(window)
    side.source.line.setText(str(folder))
    side.out.line.setText(str(folder / "notes.txt"))
    qtbot.waitUntil(side.message.isVisible, timeout=WAIT)
    assert "notes.txt" in side.message.text()
    assert not side.go.isEnabled()
    side.out.line.setText(str(folder.with_name("elsewhere")))
    planned(qtbot, side)
    idle(qtbot, window)
    assert not side.message.isVisible()


def test_the_report_is_written_and_opened(
    qtbot: Any, window: MainWindow, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    side = panel(window)
    side.drop_folder(folder)
    planned(qtbot, side)
    window.do_start()
    finished(qtbot, window, side)
    side.report.click()
    qtbot.waitUntil(lambda: len(opened) == 1, timeout=WAIT)
    idle(qtbot, window)
    text = Path(opened[0]).read_text(encoding="utf-8")
    assert "cut.png" in text and "a.png" in text


def test_a_folder_without_pictures(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    side = panel(window)
    side.drop_folder(tmp_path / "none")
    planned(qtbot, side)
    idle(qtbot, window)
    assert "0 to do" in side.estimate.text() and not side.go.isEnabled()


def test_without_models_it_says_so(qtbot: Any, make_window: Callable[..., MainWindow], folder: Path) -> None:
    from deconv_studio import catalog

    for entry in catalog.Catalog().cards():
        catalog.Catalog().remove(entry.card.id)
    window = make_window()
    side = panel(window)
    side.drop_folder(folder)
    qtbot.waitUntil(lambda: "no model" in side.estimate.text(), timeout=WAIT)
    assert not side.go.isEnabled()
    idle(qtbot, window)


def test_a_dropped_folder_goes_to_the_panel_at_the_front(
    qtbot: Any, window: MainWindow, folder: Path
) -> None:
    side = panel(window)
    window.open_paths([folder])
    qtbot.waitUntil(lambda: side.source.text() == str(folder), timeout=WAIT)
    planned(qtbot, side)
    idle(qtbot, window)
    assert window.studio.document.picture is None
