"""Results and what made them: kept on disk at once, offered again after a crash, removed and brought back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QLockFile

from deconv_studio import imaging
from deconv_studio.ui import history as rooms
from deconv_studio.ui.history import LOCK_NAME, Kept, find_lost
from deconv_studio.ui.window import MainWindow
from tests.ui.rig import WAIT, enlarge, home, idle, make_window, open_picture, picture, the_dialog, window

__all__ = ["home", "make_window", "window"]


def crash(window: MainWindow) -> Path:
    """Let the session's folder look as after a crash: it stays, and nobody holds its lock."""
    history = window.studio.history
    folder = history.folder()
    assert history._lock is not None
    history._lock.unlock()
    history._lock = None
    history._folder = None
    return folder


def test_a_result_is_on_disk_as_soon_as_it_is_there(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None and kept.folder is not None
    assert np.array_equal(imaging.read(kept.folder / kept.file).pixels, kept.picture.pixels)
    again = Kept.from_json((kept.folder / f"{Path(kept.file).stem}.json").read_text(), kept.folder)
    assert again.parameters == {"scale": 2, "tile": 0, "tta": False, "alpha": "network", "blend": 0.0}
    assert (again.model_id, again.source, again.saved) == ("upscale-x2", str(tmp_path / "a.png"), "")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_depth_survives_the_disk(qtbot: Any, window: MainWindow, tmp_path: Path, dtype: Any) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.tif", 8, 6, channels=3, dtype=dtype))
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None
    before = kept.picture.pixels.copy()
    window.studio.history.choose(None)
    kept.picture = None
    window.studio.history.choose(kept)
    qtbot.waitUntil(lambda: kept.picture is not None, timeout=WAIT)
    idle(qtbot, window)
    assert kept.picture.pixels.dtype == dtype
    assert np.array_equal(kept.picture.pixels, before)
    assert window.canvas.result is kept.picture


def test_results_of_a_crashed_session_are_offered_and_taken_back(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    first = make_window([picture(tmp_path / "a.png")])
    enlarge(qtbot, first)
    enlarge(qtbot, first)
    pixels = first.studio.history.entries[-1].picture.pixels.copy()
    folder = crash(first)
    first._sure = True
    first.close()
    assert folder.is_dir()

    second = make_window()
    assert second.message.isVisible()
    assert "2 results of an earlier session" in second.message.text()
    second.message.buttons()[0].click()
    qtbot.waitUntil(lambda: second.studio.document.picture is not None, timeout=WAIT)
    idle(qtbot, second)
    assert len(second.studio.history.entries) == 2
    current = second.studio.history.current
    assert current is not None and np.array_equal(current.picture.pixels, pixels)
    assert second.studio.document.path == tmp_path / "a.png"
    assert not folder.exists()
    second.close()
    dialog = the_dialog(qtbot, second, "closing_dialog")
    assert dialog.list.count() == 2, "what was taken back is still unsaved"


def test_results_of_a_crashed_session_can_be_deleted(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    first = make_window([picture(tmp_path / "a.png")])
    enlarge(qtbot, first)
    folder = crash(first)
    first._sure = True
    first.close()
    second = make_window()
    second.message.buttons()[1].click()
    idle(qtbot, second)
    assert not folder.exists()
    assert second.studio.history.entries == []


def test_a_process_that_was_killed_leaves_its_results(tmp_path: Path, home: Path) -> None:
    program = f"""
import os, sys
from pathlib import Path
from deconv_studio.engine.control import Control
from deconv_studio.ui.history import LOCK_NAME, Kept, _keep
from PySide6.QtCore import QLockFile
import numpy as np
from deconv_studio import imaging
folder = Path({str(home)!r}) / "sessions" / "dead"
folder.mkdir(parents=True)
lock = QLockFile(str(folder / LOCK_NAME)); lock.setStaleLockTime(0); assert lock.tryLock(0)
kept = Kept("upscale", "m", "0" * 64, "cpu", {{}}, "", "x.png", 1.0, 1e9, 2, 2)
_keep(Control(), kept, imaging.Picture(pixels=np.zeros((2, 2, 3), np.uint8)), folder)
os._exit(9)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 9, done.stderr
    assert (home / "sessions" / "dead" / LOCK_NAME).exists(), "the dead process could not unlock"
    (found,) = find_lost(home / "sessions")
    assert found.name == "x.png" and found.folder is not None


def test_a_living_session_is_left_alone(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    assert find_lost(window.studio.history.root) == []
    assert window.studio.history.folder().is_dir()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"task": 3, "file": "gone.png"}', "null"])
def test_damaged_files_of_a_session_are_passed_over(tmp_path: Path, content: str) -> None:
    folder = tmp_path / "sessions" / "one"
    folder.mkdir(parents=True)
    (folder / "1.json").write_text(content)
    assert find_lost(tmp_path / "sessions") == []
    assert not folder.exists(), "nothing in it was worth keeping"


def test_a_saved_result_is_not_offered_again(tmp_path: Path) -> None:
    folder = tmp_path / "sessions" / "one"
    folder.mkdir(parents=True)
    kept = Kept("upscale", "m", "", "cpu", {}, "", "n", 1.0, 1.0, 1, 1, file="1.png", saved="/somewhere.png")
    (folder / "1.json").write_text(kept.to_json())
    (folder / "1.png").write_bytes(b"x")
    lock = QLockFile(str(folder / LOCK_NAME))
    lock.setStaleLockTime(0)
    assert lock.tryLock(0)
    assert find_lost(tmp_path / "sessions") == []
    assert folder.exists(), "its owner lives"
    lock.unlock()
    assert find_lost(tmp_path / "sessions") == []
    assert not folder.exists()


def test_a_session_that_ends_well_leaves_nothing(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = make_window([picture(tmp_path / "a.png")])
    enlarge(qtbot, window)
    folder = window.studio.history.folder()
    window.close()
    the_dialog(qtbot, window, "closing_dialog").accept()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=WAIT)
    assert not folder.exists()


def test_removing_a_result_can_be_undone(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    enlarge(qtbot, window)
    enlarge(qtbot, window)
    first, second = window.studio.history.entries
    window.studio.history.choose(first)
    window.do_remove_result()
    assert window.studio.history.entries == [second]
    assert window.canvas.result is second.picture
    assert window.actions_table["undo"].isEnabled()
    window.do_undo()
    assert window.studio.history.entries == [first, second]
    assert window.studio.history.current is first
    window.do_redo()
    assert window.studio.history.entries == [second]


def test_choosing_a_result_of_another_picture_opens_that_picture(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    enlarge(qtbot, window)
    open_picture(qtbot, window, picture(tmp_path / "b.png", 16, 16))
    assert window.canvas.result is None
    kept = window.studio.history.entries[0]
    window.studio.history.choose(kept)
    idle(qtbot, window)
    assert window.studio.document.path == tmp_path / "a.png"
    assert window.canvas.result is kept.picture
    assert window.top.name.text() == "a.png"


def test_old_results_leave_memory_but_not_the_disk(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "PIXELS_IN_MEMORY", 1000)
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    for _ in range(3):
        enlarge(qtbot, window)
    first, _second, third = window.studio.history.entries
    assert first.picture is None and third.picture is not None
    window.studio.history.choose(first)
    qtbot.waitUntil(lambda: first.picture is not None, timeout=WAIT)
    idle(qtbot, window)
    assert window.canvas.result is first.picture


def test_a_result_can_become_the_picture(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    enlarge(qtbot, window)
    window.do_use_result()
    idle(qtbot, window)
    assert window.studio.document.summary().startswith("40 × 24")
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None and (kept.width, kept.height) == (80, 48)
