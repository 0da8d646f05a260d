"""The tray of kept samples outlives the program; a list that cannot be made again is put aside."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt

from deconv_studio import catalog
from deconv_studio.catalog import Card
from deconv_studio.engine.errors import BadOutput
from deconv_studio.engine.session import Model
from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.tray_file import TrayFile
from deconv_studio.ui.window import MainWindow
from tests import generators
from tests.ui.rig import WAIT, home, idle, make_window
from tests.ui.test_sample_panel import at, keep, made, panel, picture_of, settled, shown, window

__all__ = ["home", "made", "make_window", "panel", "window"]


def card() -> Card:
    """The one generator's card."""
    [found] = [entry.card for entry in catalog.Catalog().cards() if entry.card.task == "sample"]
    return found


def tray_path(home: Path) -> Path:
    """The one generator's file."""
    return home / "trays" / f"{card().id}.json"


def titles(home: Path) -> list[tuple[str, str]]:
    """Titles and marks as they are written."""
    content = json.loads(tray_path(home).read_text(encoding="utf-8"))
    return [(each["title"], each["mark"]) for each in content["kept"]]


def again(qtbot: Any, make_window: Callable[..., MainWindow]) -> tuple[MainWindow, Any]:
    """The program started anew, the panel at the front."""
    window = make_window()
    window.show_panel("sample")
    side: Any = window.panel("sample")
    settled(qtbot, window, side)
    return window, side


def test_what_is_kept_is_there_again(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, home: Path, make_window: Any
) -> None:
    panel.truncation.set_value(0.7)
    settled(qtbot, window, panel)
    keep(qtbot, window, panel, 2, 5)
    panel.keeping.tray.choose(1)
    panel.keeping.mark("B")
    panel.browser.grid.choose(3)
    panel.inspector.look.vary.click()
    settled(qtbot, window, panel)
    panel.browser.grid.choose(4)
    panel.inspector.mode.set_value("paint")
    settled(qtbot, window, panel)
    panel.inspector.paint.everywhere.click()
    settled(qtbot, window, panel)
    panel.inspector.keep.click()
    before = panel.keeping.kept
    assert [(sample.title, mark) for sample, mark in before] == [("2", ""), ("5", "B"), ("3 ~4", "")]
    assert before[2][0].edits
    assert window.close()
    second, side = again(qtbot, make_window)
    after = side.keeping.kept
    assert [mark for _, mark in after] == ["", "B", ""]
    for (old, _), (new, _) in zip(before, after, strict=True):
        assert (new.title, new.klass, new.parameters) == (old.title, old.klass, old.parameters)
        np.testing.assert_array_equal(new.pixels, old.pixels)
    np.testing.assert_array_equal(shown(side.keeping.tray.image(0)), picture_of(made, 2, truncation=0.7))
    assert side.keeping.heading.text() == "KEPT, 3"
    assert not side.keeping.hint.isVisible()
    assert not side.message.isVisible()
    # What made a sample tells whether it is there already, whoever made it.
    keep(qtbot, second, side, 2)
    assert len(side.keeping.kept) == 3


def test_every_change_is_written_undone_ones_too(
    qtbot: Any, window: MainWindow, panel: Any, home: Path
) -> None:
    assert not tray_path(home).exists()
    keep(qtbot, window, panel, 0, 1)
    idle(qtbot, window)
    assert titles(home) == [("0", ""), ("1", "")]
    panel.keeping.tray.choose(0)
    panel.keeping.mark("A")
    idle(qtbot, window)
    assert titles(home) == [("0", "A"), ("1", "")]
    panel.keeping.remove_chosen()
    idle(qtbot, window)
    assert titles(home) == [("1", "")]
    window.do_undo()
    idle(qtbot, window)
    assert titles(home) == [("0", "A"), ("1", "")]
    window.do_redo()
    idle(qtbot, window)
    assert titles(home) == [("1", "")]


def test_what_is_kept_last_is_written_though_no_thread_was_free(
    qtbot: Any, window: MainWindow, panel: Any, home: Path
) -> None:
    free = threading.Event()
    for _ in range(8):
        window.studio.work.start(lambda _control: free.wait(WAIT / 1000))
    panel.keeping.keep([panel.desk.current])
    assert not tray_path(home).exists()
    threading.Timer(0.2, free.set).start()
    assert window.close()
    assert titles(home) == [("0", "")]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"format": 2}',
        '{"format": 1, "model_sha256": "x", "kept": [7]}',
        '{"format": 1, "model_sha256": "x", "kept": [{"title": "a", "mark": "C", "parameters": {}}]}',
        "[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_a_damaged_list_is_put_aside_and_told(
    qtbot: Any, made: Model, home: Path, make_window: Any, content: str | bytes
) -> None:
    path = tray_path(home)
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    former = path.with_name(f"{path.name}.bak")
    former.write_text("of the last time", encoding="utf-8")
    window, side = again(qtbot, make_window)
    aside = path.with_name(f"{path.name}.2.bak")
    assert str(aside) in side.message.text()
    assert "cannot be read" in side.message.text()
    assert former.read_text(encoding="utf-8") == "of the last time"
    assert not path.exists()
    assert aside.exists()
    assert side.keeping.kept == ()
    keep(qtbot, window, side, 1)
    idle(qtbot, window)
    assert titles(home) == [("1", "")]


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"seed": -1},
        {"seed": 1, "class": "no such"},
        {"latent": "!"},
        {
            "seed": 1,
            "edits": [{"layer": "none", "unit": 0, "value": 0, "size": [1, 1], "mask": "eNoDAAAAAAE="}],
        },
    ],
)
def test_a_list_with_a_sample_that_cannot_be_made_is_put_aside(
    qtbot: Any, made: Model, home: Path, make_window: Any, parameters: dict[str, Any]
) -> None:
    path = tray_path(home)
    path.parent.mkdir(parents=True)
    lines = [
        {"title": "0", "mark": "", "parameters": {"seed": 0}},
        {"title": "?", "mark": "", "parameters": parameters},
    ]
    content = {"format": 1, "model": card().id, "model_sha256": card().sha256, "kept": lines}
    path.write_text(json.dumps(content), encoding="utf-8")
    _, side = again(qtbot, make_window)
    aside = path.with_name(f"{path.name}.bak")
    assert str(aside) in side.message.text()
    assert json.loads(aside.read_text(encoding="utf-8")) == content
    assert side.keeping.kept == ()


def test_what_other_weights_made_is_put_aside_and_told(
    qtbot: Any, window: MainWindow, panel: Any, home: Path, make_window: Any
) -> None:
    keep(qtbot, window, panel, 0)
    assert window.close()
    path = tray_path(home)
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, "model_sha256": "0" * 64}), encoding="utf-8")
    _, side = again(qtbot, make_window)
    assert "other weights" in side.message.text()
    assert str(path.with_name(f"{path.name}.bak")) in side.message.text()
    assert side.keeping.kept == ()
    assert not path.exists()


def test_an_empty_list_of_other_weights_is_no_news(
    qtbot: Any, made: Model, home: Path, make_window: Any
) -> None:
    path = tray_path(home)
    path.parent.mkdir(parents=True)
    path.write_text('{"format": 1, "model": "x", "model_sha256": "0", "kept": []}', encoding="utf-8")
    _, side = again(qtbot, make_window)
    assert not side.message.isVisible()


def test_keeping_waits_for_the_tray(
    qtbot: Any, window: MainWindow, panel: Any, home: Path, make_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(qtbot, window, panel, 0, 1)
    assert window.close()
    plain, go_on = TrayFile.read, threading.Event()

    def slowly(self: TrayFile) -> Any:
        go_on.wait(WAIT / 1000)
        return plain(self)

    monkeypatch.setattr(TrayFile, "read", slowly)
    second = make_window()
    second.show_panel("sample")
    side: Any = second.panel("sample")
    qtbot.waitUntil(lambda: side.browser.grid.has(3), timeout=WAIT)
    side.browser.grid.choose(3)
    side.keep_chosen()
    assert side.keeping.kept == ()
    assert not second.studio.undo.canUndo()
    go_on.set()
    settled(qtbot, second, side)
    assert [sample.title for sample, _ in side.keeping.kept] == ["0", "1", "3"]
    second.do_undo()
    idle(qtbot, second)
    assert titles(home) == [("0", ""), ("1", "")]


def test_a_generator_that_does_not_run_leaves_the_list_alone(
    qtbot: Any, window: MainWindow, panel: Any, home: Path, make_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(qtbot, window, panel, 4)
    assert window.close()
    before = tray_path(home).read_bytes()

    def fails(*_args: Any, **_how: Any) -> Any:
        raise BadOutput("It made nothing.")

    plain = Model.run
    monkeypatch.setattr(Model, "run", fails)
    second = make_window()
    second.show_panel("sample")
    side: Any = second.panel("sample")
    qtbot.waitUntil(lambda: "It made nothing." in side.message.text(), timeout=WAIT)
    idle(qtbot, second)
    assert tray_path(home).read_bytes() == before
    monkeypatch.setattr(Model, "run", plain)
    second.do_start()
    settled(qtbot, second, side)
    assert [sample.title for sample, _ in side.keeping.kept] == ["4"]
    assert tray_path(home).read_bytes() == before


def test_each_generator_has_its_own_and_no_step_leads_from_one_to_the_other(
    qtbot: Any, window: MainWindow, panel: Any, home: Path, tmp_path: Path
) -> None:
    keep(qtbot, window, panel, 0, 6)
    first = panel.entry().card.id
    generators.install(generators.units_file(tmp_path / "units"))
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    window.do_refresh_models()
    qtbot.waitUntil(lambda: panel.model.count() == 2, timeout=WAIT)

    def take(name: str) -> None:
        panel.model.setCurrentIndex(panel.model.findData(name))
        panel._model_chosen()
        settled(qtbot, window, panel)

    take("tiny-units")
    assert panel.keeping.kept == ()
    window.do_undo()
    window.do_undo()
    assert panel.keeping.kept == ()
    keep(qtbot, window, panel, 2)
    take(first)
    assert [sample.title for sample, _ in panel.keeping.kept] == ["0", "6"]
    take("tiny-units")
    assert [sample.title for sample, _ in panel.keeping.kept] == ["2"]
    files = sorted(path.name for path in (home / "trays").iterdir())
    assert files == sorted([f"{first}.json", "tiny-units.json"])


def test_what_is_made_after_another_generator_was_chosen_is_not_kept_there(
    qtbot: Any, window: MainWindow, panel: Any, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep(qtbot, window, panel, 0, 6)
    generators.install(generators.units_file(tmp_path / "units"))
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    window.do_refresh_models()
    qtbot.waitUntil(lambda: panel.model.count() == 2, timeout=WAIT)
    panel.inspector.mode.set_value("walk")
    settled(qtbot, window, panel)
    plain, go_on = jobs.frame, threading.Event()

    def slowly(*args: Any) -> jobs.Made:
        go_on.wait(WAIT / 1000)
        return plain(*args)

    monkeypatch.setattr(jobs, "frame", slowly)
    panel.inspector.keep.click()
    panel.model.setCurrentIndex(panel.model.findData("tiny-units"))
    panel._model_chosen()
    go_on.set()
    settled(qtbot, window, panel)
    assert panel.desk.begun == "tiny-units"
    assert panel.keeping.kept == ()
    assert not (home / "trays" / "tiny-units.json").exists()


def test_a_folder_that_cannot_be_written_is_told(
    qtbot: Any, window: MainWindow, panel: Any, home: Path
) -> None:
    (home / "trays").write_text("a file in the way", encoding="utf-8")
    keep(qtbot, window, panel, 0)
    qtbot.waitUntil(lambda: panel.message.isVisible(), timeout=WAIT)
    assert str(home / "trays") in panel.message.text()
    assert len(panel.keeping.kept) == 1
    (home / "trays").unlink()
    keep(qtbot, window, panel, 1)
    qtbot.waitUntil(lambda: not panel.message.isVisible(), timeout=WAIT)
    idle(qtbot, window)
    assert titles(home) == [("0", ""), ("1", "")]


def test_what_is_painted_on_a_sample_that_came_back_is_taken_off(
    qtbot: Any, window: MainWindow, panel: Any, made: Model, make_window: Any
) -> None:
    assert made.card is not None
    panel.browser.grid.choose(1)
    panel.inspector.mode.set_value("paint")
    settled(qtbot, window, panel)
    panel.inspector.paint.everywhere.click()
    settled(qtbot, window, panel)
    panel.inspector.keep.click()
    [(sample, _)] = panel.keeping.kept
    assert window.close()
    second, side = again(qtbot, make_window)
    qtbot.mouseClick(
        side.keeping.tray.viewport(),
        Qt.MouseButton.LeftButton,
        pos=side.keeping.tray.visualRect(side.keeping.tray.cells.index(0, 0)).center(),
    )
    side.inspector.mode.set_value("paint")
    settled(qtbot, second, side)
    np.testing.assert_array_equal(shown(side.inspector.stage.image), sample.pixels)
    side.inspector.paint.what.set_value("restore")
    side.inspector.paint.everywhere.click()
    settled(qtbot, second, side)
    assert side.painting.edits == ()
    np.testing.assert_array_equal(shown(side.inspector.stage.image), at(made, sample.point))
