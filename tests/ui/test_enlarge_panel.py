"""The Enlarge panel on the real window: from the open picture to the result, with cancel, errors and no
model."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from PySide6.QtCore import Qt

from deconv_studio import batch, catalog, imaging
from deconv_studio.engine import runtime
from deconv_studio.ui.window import MainWindow
from tests.enlargers import after, install, nearest
from tests.tiny_networks import Tiny, slow
from tests.ui.rig import (
    WAIT,
    enlarge,
    heavy_calls,
    home,
    idle,
    make_window,
    open_picture,
    picture,
    the_dialog,
    window,
)

__all__ = ["heavy_calls", "home", "make_window", "window"]


def panel(window: MainWindow) -> Any:
    """The Enlarge panel."""
    return window.panel("enlarge")


def test_a_picture_is_enlarged_and_compared(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", 20, 12)
    open_picture(qtbot, window, path)
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None
    assert (kept.width, kept.height) == (40, 24)
    assert window.canvas.result is kept.picture
    assert window.canvas.picture is window.studio.document.picture
    # Luma is repeated by the tiny network; a gray picture would be exact, so only its mean is looked at here.
    mean = float(np.asarray(kept.picture.pixels, float).mean())
    assert abs(mean - float(np.asarray(imaging.read(path).pixels, float).mean())) < 3
    assert window.status.provider.text().startswith("CPU (ONNX Runtime")
    assert "upscale-x2" in window.status.model.text()


def test_a_gray_picture_comes_out_as_the_network_says(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    path = picture(tmp_path / "gray.png", 9, 7, channels=1)
    open_picture(qtbot, window, path)
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None
    expected = np.repeat(np.repeat(imaging.read(path).pixels, 2, 0), 2, 1)
    assert np.abs(kept.picture.pixels.astype(int) - expected.astype(int)).max() <= 1


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (3000, 2)])
def test_odd_sizes(qtbot: Any, window: MainWindow, tmp_path: Path, width: int, height: int) -> None:
    open_picture(qtbot, window, picture(tmp_path / "odd.png", width, height))
    enlarge(qtbot, window)
    kept = window.studio.history.current
    assert kept is not None and (kept.width, kept.height) == (2 * width, 2 * height)


def test_nothing_heavy_on_the_windows_thread(
    qtbot: Any, heavy_calls: list[tuple[str, str]], make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    for name in "abc":
        picture(folder / f"{name}.png", 40, 30)
    heavy_calls.clear()  # making the home and the pictures is not the window's doing
    window = make_window([folder / "a.png"])
    idle(qtbot, window)
    enlarge(qtbot, window)
    window.do_copy()
    window.save_to(tmp_path / "out.png", window.studio.history.current, window.studio.history.current.picture,
                   "PNG", 90, "keep", overwrite=True)  # fmt: skip
    idle(qtbot, window)
    window.do_next()
    qtbot.waitUntil(lambda: window.studio.document.name == "b.png", timeout=WAIT)
    window.studio.history.choose(window.studio.history.entries[0])
    idle(qtbot, window)
    window.do_preferences()
    the_dialog(qtbot, window, "preferences_dialog").close()
    idle(qtbot, window)
    names = {name for name, _ in heavy_calls}
    assert {"read", "write", "thumbnail", "work", "load", "run", "Catalog"} <= names
    on_gui = [call for call in heavy_calls if call[1] == threading.main_thread().name]
    assert on_gui == []


def test_the_estimate_stands_before_the_start_and_follows_the_scale(
    qtbot: Any, window: MainWindow, tmp_path: Path
) -> None:
    side = panel(window)
    qtbot.waitUntil(lambda: side.estimate.text() == "Open a picture first.", timeout=WAIT)
    assert not side.go.isEnabled()
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    qtbot.waitUntil(lambda: side.estimate.text().startswith("40 × 24"), timeout=WAIT)
    assert side.go.isEnabled()
    side.scale.set_value(4)
    qtbot.waitUntil(lambda: side.estimate.text().startswith("80 × 48"), timeout=WAIT)
    assert side.model_id() == "upscale-x4"


def slow_enlarger() -> Tiny:
    """A slow network with nearest enlargement behind it, so that it is an enlarger."""
    from onnx import helper, numpy_helper

    from tests.tiny_networks import build

    inner = slow(layers=40, width=32)
    nodes = list(inner.model.graph.node)
    for node in nodes:
        for index, name in enumerate(node.output):
            if name == "y":
                node.output[index] = "inner"
    nodes.append(
        helper.make_node("Resize", ["inner", "", "scales"], ["y"], mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    )  # fmt: skip
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in inner.model.graph.initializer}
    weights["scales"] = np.array([1, 1, 2, 2], np.float32)
    return Tiny(build(nodes, weights), 1, 2, inner.radius)


def test_cancel_reaches_terminate_of_the_running_network(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(slow_enlarger(), tmp_path / "made", "slow")
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    terminated, running = threading.Event(), threading.Event()
    original = runtime.run_options

    class Watched(onnxruntime.RunOptions):
        def __setattr__(self, name: str, value: Any) -> None:
            super().__setattr__(name, value)
            if name == "terminate" and value:
                terminated.set()

    def run_options(devices: Any = ()) -> Any:
        running.set()
        del devices
        return Watched()

    window = make_window([picture(tmp_path / "big.png", 700, 500)])
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData("slow"))
    side._model_chosen(0)
    idle(qtbot, window)
    monkeypatch.setattr(runtime, "run_options", run_options)
    window.do_start()
    qtbot.waitUntil(running.is_set, timeout=WAIT)
    assert side.is_running and side.stop.isVisible() and not side.go.isEnabled()
    window.do_cancel()
    assert terminated.is_set(), "the cancel did not reach the session from within do_cancel()"
    qtbot.waitUntil(lambda: not side.is_running, timeout=WAIT)
    monkeypatch.setattr(runtime, "run_options", original)
    assert window.studio.history.entries == []
    assert side.go.isEnabled() and not side.stop.isVisible() and not side.message.isVisible()
    # The session is as good as before.
    side.model.setCurrentIndex(side.model.findData("upscale-x2"))
    side._model_chosen(0)
    enlarge(qtbot, window)


def test_an_error_stands_in_the_panel_and_goes_with_its_cause(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    side = panel(window)
    from deconv_studio.engine.errors import OutOfMemory

    real = batch.work

    def fail(*args: Any) -> Any:
        raise OutOfMemory("There is not enough memory for a.png.", "Set the memory limit lower.")

    monkeypatch.setattr(batch, "work", fail)
    window.do_start()
    qtbot.waitUntil(side.message.isVisible, timeout=WAIT)
    assert side.message.text() == "There is not enough memory for a.png. Set the memory limit lower."
    monkeypatch.setattr(batch, "work", real)
    enlarge(qtbot, window)
    assert not side.message.isVisible()


def test_output_that_is_not_a_number_is_an_error(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    install(after(nearest(2), "Div", 0.0), tmp_path / "made", "broken")
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    window = make_window([picture(tmp_path / "a.png")])
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData("broken"))
    side._model_chosen(0)
    window.do_start()
    qtbot.waitUntil(side.message.isVisible, timeout=WAIT)
    assert "broken" in side.message.text()
    idle(qtbot, window)
    assert window.studio.history.entries == []


def test_without_models_it_says_so_and_offers_to_add_one(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    for entry in catalog.Catalog().cards():
        catalog.Catalog().remove(entry.card.id)
    window = make_window([picture(tmp_path / "a.png")])
    side = panel(window)
    assert side.message.isVisible() and "no model" in side.message.text()
    assert not side.go.isEnabled() and not side.model.isEnabled()
    assert [button.text() for button in side.message.buttons()] == ["Add a model…"]


def test_the_licence_is_shown_before_the_first_use_only(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path, home: Path
) -> None:
    (home / "licences-seen.json").unlink()
    window = make_window([picture(tmp_path / "a.png")])
    window.do_start()
    dialog = the_dialog(qtbot, window, "licence_dialog")
    dialog.reject()
    idle(qtbot, window)
    assert window.studio.history.entries == []
    window.do_start()
    the_dialog(qtbot, window, "licence_dialog").accept()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == 1, timeout=WAIT)
    idle(qtbot, window)
    enlarge(qtbot, window)
    assert json.loads((home / "licences-seen.json").read_text())["seen"]


def test_nothing_moves_while_it_runs(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    side = panel(window)
    watched = [side.scale, side.model, side.card, side.go, side.compare, side.results, window.canvas]
    release = threading.Event()
    real = batch.work

    def wait(*args: Any) -> Any:
        release.wait(10)
        return real(*args)

    monkeypatch.setattr(batch, "work", wait)
    before = [each.geometry() for each in watched]
    window.do_start()
    qtbot.waitUntil(lambda: side.is_running, timeout=WAIT)
    qtbot.wait(50)
    during = [each.geometry() for each in watched]
    release.set()
    qtbot.waitUntil(lambda: not side.is_running, timeout=WAIT)
    idle(qtbot, window)
    after = [each.geometry() for each in watched]
    assert before == during == after


def test_the_options_come_back_in_the_next_session(
    qtbot: Any, make_window: Callable[..., MainWindow], tmp_path: Path
) -> None:
    first = make_window([picture(tmp_path / "a.png")])
    side = panel(first)
    side.scale.set_value(4)
    side.blend.setValue(30)
    side.tiling.tta.setChecked(True)
    enlarge(qtbot, first)
    first._sure = True
    first.close()
    second = make_window()
    values = panel(second).values()
    assert values == {"scale": 4, "tile": 0, "tta": True, "alpha": "network", "blend": 0.3}


@pytest.mark.parametrize(
    "nonsense", [{"scale": "x"}, {"tile": None, "tta": 3}, {"alpha": 5}, {"blend": "much"}]
)
def test_stored_nonsense_is_passed_over(
    qtbot: Any, make_window: Callable[..., MainWindow], nonsense: dict[str, Any]
) -> None:
    window = make_window(options={"upscale": nonsense})
    assert panel(window).values() == {"scale": 2, "tile": 0, "tta": False, "alpha": "network", "blend": 0.0}


def test_the_main_action_is_on_its_key(qtbot: Any, window: MainWindow, tmp_path: Path) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png"))
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == 1, timeout=WAIT)
    idle(qtbot, window)


def test_a_result_does_not_pull_back_who_has_gone_on(
    qtbot: Any, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, picture(tmp_path / "a.png", 20, 12))
    release, real = threading.Event(), batch.work

    def wait(*args: Any) -> Any:
        release.wait(10)
        return real(*args)

    monkeypatch.setattr(batch, "work", wait)
    window.do_start()
    qtbot.waitUntil(lambda: panel(window).is_running, timeout=WAIT)
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        window.open_paths([picture(tmp_path / "b.png", 16, 16)])
    release.set()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == 1, timeout=WAIT)
    idle(qtbot, window)
    assert window.studio.document.name == "b.png"
    assert window.canvas.result is None
    window.studio.history.choose(window.studio.history.entries[0])
    idle(qtbot, window)
    assert window.studio.document.name == "a.png" and window.canvas.result is not None
