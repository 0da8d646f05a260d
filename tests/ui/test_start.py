"""Start-up and the start page: quick, with samples and their credit, jobs to choose, and files opened
lately."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint

from deconv_studio.catalog import folders
from deconv_studio.ui import app
from deconv_studio.ui.window import MainWindow
from tests.ui.rig import WAIT, home, idle, make_window, open_picture, picture, window

__all__ = ["home", "make_window", "window"]

HEAVY = ("pydantic", "typer", "numpy", "onnxruntime", "onnx", "cv2", "pyqtgraph", "PIL", "tifffile", "torch")


def test_the_window_stands_before_anything_heavy_is_imported() -> None:
    program = f"""
import sys
from deconv_studio.ui import app
from PySide6.QtCore import QTimer
application = app.make_application()
window = app.make_window()
window.show()
application.processEvents()
print([name for name in {HEAVY!r} if name in sys.modules])
window.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[]", done.stdout + done.stderr[-800:]


def test_run_opens_shows_and_ends(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    program = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from deconv_studio.ui import app
app.make_application()

def look():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "main_window")
    if window.studio.document.picture is not None and not window.studio.work.running():
        timer.stop()
        print(window.top.name.text())
        window.close()

timer = QTimer(); timer.timeout.connect(look); timer.start(50)
sys.exit(app.run([{str(path)!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.strip() == "a.png"
    assert (tmp_path / "home" / "log" / "deconv-studio.log").read_text(encoding="utf-8")


def test_an_exception_in_the_window_is_shown_and_logged(
    qtbot: Any, window: MainWindow, expect_said: Callable[[str], None]
) -> None:
    from deconv_studio.ui import dialogs
    from tests.ui.rig import the_dialog

    expect_said("Unexpected error")
    former = sys.excepthook
    app.install_exception_hook(lambda: window)
    try:
        error = ValueError("something nobody foresaw")
        sys.excepthook(ValueError, error, None)
        sys.excepthook(ValueError, error, None)
    finally:
        sys.excepthook = former
    dialog = the_dialog(qtbot, window, "error_dialog")
    assert "something nobody foresaw" in dialog.text.toPlainText()
    assert len(window.findChildren(dialogs.ErrorDialog)) == 1
    dialog.close()


@pytest.mark.parametrize(
    ("environment", "works"),
    [
        ({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, False),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "minimal"}, True),
        ({"QT_QPA_PLATFORM": "nonsense"}, False),
        ({"QT_QPA_PLATFORM": "nonsense;offscreen"}, True),
        ({"QT_QPA_PLATFORM": "nonsense:size=1x1"}, False),
        ({"WAYLAND_DISPLAY": "wayland-that-is-not", "XDG_RUNTIME_DIR": "/nowhere"}, False),
    ],
)
def test_no_display_is_told_before_qt_would_abort(environment: dict[str, str], works: bool) -> None:
    if works:
        app.check_display(environment)
    else:
        with pytest.raises(app.StartFailed) as caught:
            app.check_display(environment)
        assert str(caught.value).count("\n") == 0


def test_a_plugin_that_qt_does_not_have_is_named_with_those_it_has() -> None:
    with pytest.raises(app.StartFailed, match=r"'nonsense'.*QT_QPA_PLATFORM.*offscreen"):
        app.check_display({"QT_QPA_PLATFORM": "nonsense"})


def test_a_display_nobody_serves_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "missing_libraries", list)
    monkeypatch.setattr(app, "x11_answers", lambda display: display == ":7")
    app.check_display({"DISPLAY": ":7"})
    with pytest.raises(app.StartFailed, match="DISPLAY=:8 does not answer"):
        app.check_display({"DISPLAY": ":8"})


def test_no_x_server_answers_where_there_is_none() -> None:
    assert not app.x11_answers("nowhere.invalid:123")


def test_a_missing_library_is_named_with_the_apt_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "missing_libraries", lambda: ["libxcb-cursor"])
    with pytest.raises(app.StartFailed, match=r"libxcb-cursor.*apt-get install .*libxcb-cursor0"):
        app.check_display({"DISPLAY": ":0"})


def test_an_empty_window_says_what_to_do_and_offers_samples(
    qtbot: Any, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    page = window.start_page
    assert window.middle.currentWidget() is page
    qtbot.waitUntil(lambda: len(page._sample_buttons) > 0, timeout=WAIT)
    idle(qtbot, window)
    qtbot.waitUntil(lambda: all(not b.icon().isNull() for b in page._sample_buttons.values()), timeout=WAIT)
    assert "CC0-1.0" in page._credit.text()
    path, button = next(iter(page._sample_buttons.items()))
    assert button.toolTip().count("\n") == 1 and button.accessibleName()
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        button.click()
    idle(qtbot, window)
    assert window.studio.document.path == path
    assert len(window.studio.document.neighbours) >= 5
    assert window.middle.currentWidget() is window.canvas


@pytest.mark.parametrize(("width", "columns"), [(900, 1), (1024, 1), (1280, 2), (1920, 2)])
def test_the_jobs_are_whole_at_every_width(
    qtbot: Any, make_window: Callable[..., MainWindow], width: int, columns: int
) -> None:
    window = make_window(wait=False)
    window.resize(width, 600)
    page = window.start_page
    qtbot.waitUntil(lambda: page.width() == window.middle.width(), timeout=WAIT)
    idle(qtbot, window)
    lefts = set()
    for card in page._cards:
        left = card.mapTo(page, QPoint(0, 0)).x()
        lefts.add(left)
        assert left >= 0 and left + card.width() <= page.viewport().width()
        assert card.width() >= card.sizeHint().width()
    assert len(lefts) == columns


def test_every_sample_has_its_credit() -> None:
    from deconv_studio.catalog import notice

    folder = folders.resources_folder() / "samples"
    credited = {credit.file for credit in notice.read_credits(folder / "credits.toml")}
    there = {path.name for path in folder.iterdir() if path.suffix != ".toml"}
    assert credited == there


def test_the_jobs_lead_to_their_panels(qtbot: Any, window: MainWindow) -> None:
    from PySide6.QtWidgets import QToolButton

    button = window.start_page.findChild(QToolButton, "start_folders")
    assert button is not None
    button.click()
    assert window.current_panel is not None and window.current_panel.name == "folders"


def test_files_opened_lately_are_offered_while_they_exist(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    gone, there = picture(tmp_path / "gone.png"), picture(tmp_path / "there.png")
    open_picture(qtbot, window, gone)
    open_picture(qtbot, window, there)
    gone.unlink()
    window.do_close()
    idle(qtbot, window)
    layout = window.start_page._recent
    shown = [layout.itemAt(place).widget().toolTip() for place in range(layout.count())]
    assert shown == [str(there)]
    window._fill_recent()
    assert [action.text() for action in window.recent_menu.actions()] == ["there.png", "gone.png"]


def test_every_panel_is_listed_as_it_declares_itself() -> None:
    from pkgutil import iter_modules

    from deconv_studio.ui import panels

    modules = {module.name for module in iter_modules(panels.__path__)} - set(panels.SHARED)
    declared = [entry for module in sorted(modules) for entry in panels.entries_of(module)]
    assert sorted(panels.LISTED, key=lambda entry: entry.name) == sorted(
        declared, key=lambda entry: entry.name
    )
    assert all(entry.title and entry.icon and entry.description for entry in panels.LISTED)
    assert {"enlarge", "folders"} <= {entry.name for entry in panels.LISTED}


def test_a_panel_that_is_not_listed_is_found_by_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    from deconv_studio.ui import panels

    before = panels.find_panels()
    monkeypatch.setattr(panels, "LISTED", panels.LISTED[:1])
    assert panels.find_panels() == before
    assert [entry.load().name for entry in before] == [entry.name for entry in before]


def test_the_panel_comes_when_it_is_loaded_and_the_side_keeps_its_place(
    qtbot: Any, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window(wait=False)
    empty = window.side.geometry()
    assert window.current_panel is None
    assert window.rail.buttons["enlarge"].isChecked()
    with qtbot.waitSignal(window.stands, timeout=WAIT):
        pass
    assert window.current_panel is not None and window.current_panel.name == "enlarge"
    idle(qtbot, window)
    assert window.side.geometry() == empty


def test_what_is_asked_for_before_the_panel_is_there_is_done(
    qtbot: Any, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window(wait=False)
    window.rail.buttons["folders"].click()
    assert window.current_panel is not None and window.current_panel.name == "folders"
    idle(qtbot, window)
    assert window.current_panel.name == "folders"


def test_a_task_nobody_drew_a_panel_for_gets_a_usable_one(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    from deconv_studio import tasks
    from deconv_studio.ui.panels.generated import panel_for

    made: Any = panel_for(tasks.get("upscale"))(window.studio)
    qtbot.addWidget(made)
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    made.set_values({"scale": 4})
    qtbot.waitUntil(lambda: made.model_id() == "upscale-x4", timeout=WAIT)
    assert made.values()["scale"] == 4
    made.start()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == 1, timeout=WAIT)
    idle(qtbot, window)
    assert window.studio.history.entries[0].width == 80
    made.close_down()
