"""The Restore panel on the real window: the model by the picture, strength, preview, and the result."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio import batch, catalog, imaging, tasks
from deconv_studio.engine import Control
from deconv_studio.ui.panels import restore as module
from deconv_studio.ui.window import MainWindow
from tests.restorers import install, loaded
from tests.ui.rig import WAIT, home, idle, make_window, open_picture, picture

__all__ = ["home", "make_window"]


@pytest.fixture
def window(make_window: Callable[..., MainWindow], tmp_path: Path) -> MainWindow:
    """A window on the Restore panel, with a model for colour and one for gray."""
    install(tmp_path / "restorers")
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    made = make_window()
    made.show_panel("restore")
    return made


@pytest.fixture
def side(window: MainWindow) -> Any:
    """The panel."""
    return window.panel("restore")


def restored(qtbot: Any, window: MainWindow) -> Any:
    """Press the main button, wait for the result and return it."""
    before = len(window.studio.history.entries)
    window.do_start()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == before + 1, timeout=WAIT)
    idle(qtbot, window)
    return window.studio.history.current


def test_the_model_goes_by_the_picture(qtbot: Any, window: MainWindow, side: Any, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "colour.png", 20, 12))
    assert (side.model_id(), side.card.title.text()) == ("denoise", "denoise")
    open_picture(qtbot, window, picture(tmp_path / "gray.png", 160, 120, channels=1))
    assert side.model_id() == "denoise-gray"
    kept = restored(qtbot, window)
    assert kept.model_id == "denoise-gray"
    assert (kept.width, kept.height) == (160, 120)
    assert window.canvas.result is kept.picture
    pixels = imaging.read(tmp_path / "gray.png").pixels
    job = tasks.get("restore")
    expected = job.run(
        imaging.Picture(pixels), job.options(), loaded(tmp_path / "same"), Control()
    ).picture.pixels
    assert (kept.picture.pixels == expected).all()
    assert "an estimate" in side.note.text()
    open_picture(qtbot, window, picture(tmp_path / "tiny.png", 3, 2, channels=1))
    restored(qtbot, window)
    assert side.note.text().startswith("Nothing was taken away")
    open_picture(qtbot, window, tmp_path / "colour.png")
    assert side.model_id() == "denoise"
    assert side.note.text() == ""


def test_a_model_that_was_chosen_stays(qtbot: Any, window: MainWindow, side: Any, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "colour.png"))
    side.model.setCurrentIndex(side.model.findData("denoise-gray"))
    side.model.activated.emit(side.model.currentIndex())
    kept = restored(qtbot, window)
    assert kept.model_id == "denoise-gray"
    open_picture(qtbot, window, picture(tmp_path / "other.png"))
    assert side.model_id() == "denoise-gray"
    side.model.setCurrentIndex(0)
    side.model.activated.emit(0)
    assert side.model_id() == "denoise"


def test_the_strength_by_hand(qtbot: Any, window: MainWindow, side: Any, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 30, 20))
    assert not side.sigma.isEnabled()
    assert side.values() == {"sigma": "auto", "blend": 0.0, "tile": 0, "tta": False}
    side.mode.set_value("hand")
    side.mode.changed.emit("hand")
    assert side.sigma.isEnabled()
    side.sigma.set_value(30)
    side.blend.set_value(25)
    kept = restored(qtbot, window)
    assert kept.parameters == {"sigma": "30", "blend": 0.25, "tile": 0, "tta": False}
    side.sigma.set_value(99)
    assert side.sigma.value() == 55


def test_parameters_come_back(qtbot: Any, window: MainWindow, side: Any, tmp_path: Path) -> None:
    job, pixels = tasks.get("restore"), np.zeros((8, 8, 3), np.uint8)
    options = job.options(sigma=12, blend=0.5, tta=True)
    result = job.run(imaging.Picture(pixels), options, loaded(tmp_path / "m", 3), Control())
    path = imaging.write(result.picture, tmp_path / "result.png", text=result.text())
    open_picture(qtbot, window, path)
    record = tasks.recorded(imaging.read(path).metadata)
    assert record is not None
    assert side.take_parameters(record["parameters"], record["model"])
    assert side.values() == {"sigma": "12", "blend": 0.5, "tile": 0, "tta": True}
    assert side.model_id() == "denoise"
    side.set_values({"sigma": "nonsense", "blend": "x", "tile": None, "tta": 3})
    assert side.values() == {"sigma": "12", "blend": 0.5, "tile": 0, "tta": True}


class TestPreview:
    """The middle of what is seen, restored as the whole would be."""

    @pytest.mark.parametrize("area", [(0, 0, 30, 20), (37, 21, 50, 40), (90, 60, 30, 20)])
    def test_is_what_the_whole_gives_there(self, tmp_path: Path, area: tuple[int, int, int, int]) -> None:
        pixels = np.random.default_rng(0).integers(0, 256, (80, 120, 3), np.uint8)
        made = catalog.Catalog()
        from tests.restorers import card, save

        path = save(tmp_path / "made", 3)
        entry = made.add(path, card(path, "preview-test", 3))
        whole = imaging.Picture(pixels)
        job = tasks.get("restore")
        expected = job.run(whole, job.options(), loaded(tmp_path / "m", 3), Control()).picture.pixels
        engine = {"provider": "cpu", "threads": 1, "memory": None}
        told, found = module.preview(Control(), whole, area, job.options(), entry, engine)
        left, top, width, height = area
        assert told == area
        assert (found == expected[top : top + height, left : left + width]).all()

    def test_follows_the_controls_and_goes(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path
    ) -> None:
        open_picture(qtbot, window, picture(tmp_path / "a.png", 400, 360))
        shown: list[tuple[Any, np.ndarray]] = []
        original = window.canvas.set_partial

        def keep(area: Any, pixels: Any = None, size: Any = None) -> None:
            shown.append((area, pixels))
            original(area, pixels, size)

        window.canvas.set_partial = keep  # type: ignore[method-assign]
        window.canvas.hundred()
        side.live.setChecked(True)
        qtbot.waitUntil(lambda: len(shown) == 1, timeout=WAIT)
        assert "preview" in side.note.text()
        side.blend.set_value(100)
        qtbot.waitUntil(lambda: len(shown) == 2, timeout=WAIT)
        (left, top, width, height), pixels = shown[1]
        assert max(width, height) <= module.PREVIEW_SIDE
        original_pixels = window.studio.document.picture.pixels
        assert (pixels == original_pixels[top : top + height, left : left + width]).all()
        assert (shown[0][1] != pixels).any()
        assert window.studio.history.entries == []
        idle(qtbot, window)
        side.live.setChecked(False)
        assert window.canvas._parts == []
        assert side._previewed is None

    def test_newest_wins(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        open_picture(qtbot, window, picture(tmp_path / "a.png", 64, 48))
        asked: list[float] = []
        real = batch.work

        def work(given: Any, task: Any, options: Any, *rest: Any) -> Any:
            asked.append(options.blend)
            return real(given, task, options, *rest)

        monkeypatch.setattr(batch, "work", work)
        side.live.setChecked(True)
        for value in range(0, 101, 5):
            side.blend.set_value(value)
        qtbot.waitUntil(lambda: bool(asked) and side._previews > 0, timeout=WAIT)
        idle(qtbot, window)
        assert asked[-1] == 1.0
        assert len(asked) <= 3

    def test_a_view_from_afar_says_to_come_nearer(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "NEAR_PIXELS", 100)
        open_picture(qtbot, window, picture(tmp_path / "a.png", 64, 48))
        side.live.setChecked(True)
        qtbot.waitUntil(lambda: side.note.text().startswith("Zoom in"), timeout=WAIT)
        assert side._previewed is None

    def test_an_error_stands_in_the_panel_and_goes(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from deconv_studio.engine.errors import OutOfMemory

        open_picture(qtbot, window, picture(tmp_path / "a.png", 64, 48))
        real = batch.work

        def fail(*_: Any) -> Any:
            raise OutOfMemory("There is not enough memory.", "Set the limit lower.")

        monkeypatch.setattr(batch, "work", fail)
        side.live.setChecked(True)
        qtbot.waitUntil(side.message.isVisible, timeout=WAIT)
        assert "not enough memory" in side.message.text()
        idle(qtbot, window)
        monkeypatch.setattr(batch, "work", real)
        side.blend.set_value(10)
        qtbot.waitUntil(lambda: not side.message.isVisible(), timeout=WAIT)

    def test_leaving_the_panel_takes_it_away(
        self, qtbot: Any, window: MainWindow, side: Any, tmp_path: Path
    ) -> None:
        open_picture(qtbot, window, picture(tmp_path / "a.png", 64, 48))
        side.live.setChecked(True)
        qtbot.waitUntil(lambda: side._previews > 0, timeout=WAIT)
        window.show_panel("enlarge")
        assert side._previewed is None
        idle(qtbot, window)


def test_without_models_it_says_so(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    window = make_window([picture(tmp_path / "a.png")])
    window.show_panel("restore")
    side: Any = window.panel("restore")
    idle(qtbot, window)
    assert side.message.isVisible()
    assert "no model" in side.message.text()
    assert not side.go.isEnabled()
    assert side.model_id() == ""


def test_a_model_that_cannot_be_told_leaves_no_choice(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    from tests.restorers import card, save

    path = save(tmp_path / "own", 3, told=False)
    catalog.Catalog().add(path, card(path, "own", 3, told=False))
    window = make_window([picture(tmp_path / "a.png")])
    window.show_panel("restore")
    side: Any = window.panel("restore")
    idle(qtbot, window)
    assert side.model_id() == "own"
    assert not side.mode.isEnabled()
    assert side.values()["sigma"] == "auto"


def test_a_folder_goes_by_the_picture_too(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    for name, channels in (("gray", 1), ("colour", 3)):
        picture(tmp_path / "in" / f"{name}.png", 160, 120, channels=channels)
    window.show_panel("folders")
    folders: Any = window.panel("folders")
    folders.task_box.setCurrentIndex(folders.task_box.findData("restore"))
    idle(qtbot, window)
    assert folders.model.currentData() == "by-picture"
    folders.drop_folder(tmp_path / "in")
    qtbot.waitUntil(folders.go.isEnabled, timeout=WAIT)
    folders.start()
    qtbot.waitUntil(lambda: len(folders._items) == 2 and not folders.is_running, timeout=WAIT)
    assert {Path(item.input).stem: item.model for item in folders._items} == {
        "gray": "denoise-gray",
        "colour": "denoise",
    }
    assert all(item.status == "done" for item in folders._items)
    folders.model.setCurrentIndex(folders.model.findData("denoise-gray"))
    assert folders.gray_entry() is None
