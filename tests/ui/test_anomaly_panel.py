"""The Anomaly panel on the real window: heat, verdict, thresholds, files, and training on good pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication

from deconv_studio import catalog, imaging, learning
from deconv_studio.imaging import Picture
from deconv_studio.tasks import Result
from deconv_studio.ui.anomaly import jobs
from deconv_studio.ui.anomaly.threshold import BINS, ThresholdPlot
from deconv_studio.ui.panels.anomaly import model_name, thing_of
from deconv_studio.ui.window import MainWindow
from tests.anomalies import by_brightness, install
from tests.ui.rig import WAIT, home, idle, make_window, open_picture
from tests.ui.test_training import CHILD, calls, child

__all__ = ["CHILD", "child", "home", "make_window"]


@pytest.fixture
def window(home: Path, make_window: Callable[..., MainWindow], tmp_path: Path) -> MainWindow:
    install(by_brightness(), tmp_path / "made", "bright")
    rights = {"licence": "MIT", "research_only": True}
    install(by_brightness(0.5), tmp_path / "made", "brighter", weights=rights, anomaly={"scores": []})
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    made = make_window()
    made.studio.panel_requested.emit("anomaly")
    return made


@pytest.fixture
def spotted(tmp_path: Path) -> Path:
    """Gray, with a spot of 4 x 3 pixels of heat 0.55 and one pixel of 0.35."""
    pixels = np.full((40, 60, 1), 51, np.uint8)
    pixels[10:13, 20:24] = 204
    pixels[30, 50] = 153
    return imaging.write(Picture(pixels), tmp_path / "plate.png")


def panel(window: MainWindow) -> Any:
    return window.panel("anomaly")


def look(qtbot: Any, window: MainWindow, model: str = "bright") -> Any:
    side = panel(window)
    side.model.setCurrentIndex(side.model.findData(model))
    side._model_chosen(0)
    window.do_start()
    qtbot.waitUntil(lambda: side._found is not None, timeout=WAIT)
    idle(qtbot, window)
    return side


def test_a_picture_gets_heat_a_score_and_a_verdict(qtbot: Any, window: MainWindow, spotted: Path) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    assert side._found.score == pytest.approx(0.55, abs=0.01)
    assert side.verdict.word.text() == "Not normal"
    assert side.verdict.score.text() == "0.55"
    assert side.verdict.rank.text() == "More unusual than 75 % of 4 good pictures"
    assert int((side._overlay.spots > 0).sum()) == 13
    assert window.studio.history.entries[-1].task == "anomaly"
    assert window.studio.canvas.result is None, "the heat lies over the picture, which stays"


def test_the_overlay_colours_the_heat_and_lets_the_original_through(
    qtbot: Any, window: MainWindow, spotted: Path
) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    side.outline.setChecked(False)
    side.opacity.set_value(100)

    def seen() -> tuple[Any, Any]:
        shot = side._overlay.canvas.grab().toImage()
        frame = side._overlay.canvas.picture_rect()

        def at(x: float, y: float) -> Any:
            return shot.pixelColor(
                QPointF(frame.x() + x / 60 * frame.width(), frame.y() + y / 40 * frame.height()).toPoint()
            )

        return at(22, 11.5), at(5, 5)

    hot, cold = seen()
    assert hot.red() > hot.blue() + 60, "the hot end of inferno"
    assert (cold.red(), cold.green(), cold.blue()) == (51, 51, 51)
    side.ramp.setCurrentIndex(side.ramp.findData("viridis"))
    assert seen()[0] != hot
    side.opacity.set_value(0)
    assert seen()[0].red() == 204
    side.opacity.set_value(100)
    qtbot.keyPress(window.studio.canvas, Qt.Key.Key_Backslash)
    assert seen()[0].red() == 204, "the original"
    qtbot.keyRelease(window.studio.canvas, Qt.Key.Key_Backslash)
    assert seen()[0].red() != 204
    window.show_panel("segment")
    assert not side._overlay.isVisible()
    window.show_panel("anomaly")
    assert side._overlay.isVisible()


def test_the_threshold_is_dragged_and_changes_the_verdict(
    qtbot: Any, window: MainWindow, spotted: Path
) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    plot = side.plot
    assert plot.threshold == 0.5 and not side.own.isVisibleTo(side)
    right = QPoint(round(plot.place_of(plot.top)), 50)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=right)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=right)
    assert side.threshold() > 0.55
    assert side.verdict.word.text() == "Normal"
    assert float(side.values()["threshold"]) == side.threshold()
    assert side.own.isVisibleTo(side)
    before = side.threshold()
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_PageDown)
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert side.threshold() == pytest.approx(before - 0.11 * plot.top, rel=0.05)
    side.own.click()
    assert side.values()["threshold"] == "auto"
    assert side.verdict.word.text() == "Not normal"


def test_the_threshold_of_a_spot_changes_the_mask_and_the_newest_wins(
    qtbot: Any, window: MainWindow, spotted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    asked: list[float] = []
    honest = jobs.spots

    def slow(control: Any, heat: Any, threshold: float, area: int) -> Any:
        asked.append(threshold)
        answer = honest(control, heat, threshold, area)
        if len(asked) == 1:
            # The first answers last.
            threading.Event().wait(0.3)
        return answer

    monkeypatch.setattr(jobs, "spots", slow)
    side.pixel.set_value(0.05)  # everything with any heat
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=WAIT)
    for factor in (0.5, 1.2, 1.7):
        side.pixel.set_value(factor)
    idle(qtbot, window)
    qtbot.waitUntil(lambda: len(asked) >= 2 and not side._decide_timer.isActive(), timeout=WAIT)
    idle(qtbot, window)
    assert asked[-1] == pytest.approx(1.7 * 0.25)
    assert int((side._overlay.spots > 0).sum()) == 12, "0.35 is below, the spot is not"
    side.pixel.set_value(1.0)
    side.min_area.setValue(10)
    qtbot.waitUntil(lambda: len(asked) >= 3 and not side._decide_timer.isActive(), timeout=WAIT)
    idle(qtbot, window)
    assert int((side._overlay.spots > 0).sum()) == 12, "a spot of one pixel is too small"


def test_another_tasks_result_makes_room_for_the_heat_and_comes_back(
    qtbot: Any, window: MainWindow, spotted: Path
) -> None:
    open_picture(qtbot, window, spotted)
    look(qtbot, window)
    canvas, history = window.studio.canvas, window.studio.history
    window.show_panel("restore")
    picture = window.studio.document.picture
    assert picture is not None
    result = Result(
        picture=picture, task="restore", parameters={}, model_id="denoise", model_sha256="", provider="CPU",
        seconds=0.1,
    )  # fmt: skip
    history.add(result, "restore", picture, spotted, "plate")
    assert canvas.result is not None
    window.show_panel("anomaly")
    assert canvas.result is None, "the heat lies over the picture alone"
    window.show_panel("restore")
    assert canvas.result is not None


def test_heat_under_the_pointer(qtbot: Any, window: MainWindow, spotted: Path) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    canvas = window.studio.canvas
    frame = canvas.picture_rect()
    qtbot.mouseMove(
        canvas,
        QPoint(
            round(frame.x() + 22 / 60 * frame.width()), round(frame.center().y() - 8.5 / 40 * frame.height())
        ),
    )
    qtbot.waitUntil(lambda: side.under.text() != "", timeout=WAIT)
    assert side.under.text() == "heat 0.55, 2.20 × the model's threshold"


def test_saving_writes_what_the_thresholds_say_now(
    qtbot: Any, window: MainWindow, spotted: Path, tmp_path: Path
) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window)
    side.pixel.set_value(1.7)
    side.kinds["map"].setChecked(True)
    out = tmp_path / "out"
    out.mkdir()
    side.save_to(out)
    idle(qtbot, window)
    assert sorted(path.name for path in out.iterdir()) == [
        "plate.heat.png",
        "plate.map.tif",
        "plate.mask.png",
    ]
    assert int((np.asarray(Image.open(out / "plate.mask.png")) > 0).sum()) == 12
    assert window.studio.history.entries[-1].saved
    side.save_to(out)
    idle(qtbot, window)
    assert [button.text() for button in side.message.buttons()] == ["Replace"]
    told = side.message.label.text()
    assert "plate.heat.png is there already" in told and "on the right" not in told
    side.message.buttons()[0].click()
    idle(qtbot, window)
    assert side.message.isHidden()


def test_a_result_brings_its_thresholds_back(qtbot: Any, window: MainWindow, spotted: Path) -> None:
    open_picture(qtbot, window, spotted)
    side = panel(window)
    assert side.take_parameters({"threshold": "0.7", "pixel_threshold": "0.5", "min_area": 3}, "bright")
    assert side.threshold() == 0.7 and side.pixel.value() == 2.0 and side.min_area.value() == 3
    look(qtbot, window)
    assert side.values()["threshold"] == "auto", "another choice of model begins with its own"


def test_a_model_without_scores_and_for_research(qtbot: Any, window: MainWindow, spotted: Path) -> None:
    open_picture(qtbot, window, spotted)
    side = look(qtbot, window, "brighter")
    assert "Research only" in side.card.rights.text()
    assert side.verdict.rank.text() == "The model names no good pictures to compare with."
    assert side.plot.counts() == [0] * BINS
    # A picture or a model that is another one has no heat yet.
    side.model.setCurrentIndex(side.model.findData("bright"))
    side._model_chosen(0)
    assert side._found is None and side.verdict.word.text() == "" and side._overlay._heat is None


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 300, 3), (700, 900, 4)])
def test_odd_pictures(qtbot: Any, window: MainWindow, tmp_path: Path, shape: tuple[int, int, int]) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    open_picture(qtbot, window, imaging.write(Picture(pixels), tmp_path / "odd.png"))
    side = look(qtbot, window)
    assert side._found.heat.shape == shape[:2]
    side._overlay.grab()


def test_cancel_leaves_no_heat(qtbot: Any, window: MainWindow, spotted: Path) -> None:
    open_picture(qtbot, window, spotted)
    side = panel(window)
    side._run(side.entry())
    assert side.cancel()
    qtbot.waitUntil(lambda: not side.is_running, timeout=WAIT)
    assert side._found is None and side.go.isEnabled()


def test_the_way_to_folders(qtbot: Any, window: MainWindow) -> None:
    panel(window).folders.click()
    assert window.current_panel is not None and window.current_panel.name == "folders"


# -- the plot by itself --------------------------------------------------------------------------------------


def test_the_plot_keeps_the_normal_scores_readable(qtbot: Any) -> None:
    plot = ThresholdPlot()
    qtbot.addWidget(plot)
    plot.resize(260, 112)
    plot.set_normal((0.1, 0.12, 0.13, 0.2), 0.18)
    assert sum(plot.counts()) == 4
    plot.set_marker(50.0)
    assert plot.top < 1.0
    assert plot.place_of(50.0) == plot.place_of(plot.top)
    assert "50" in plot.accessibleDescription()
    assert plot.score_at(plot.place_of(0.18)) == pytest.approx(0.18)
    plot.set_normal((), 0.0)
    plot.grab()
    assert plot.top > 0


def test_scores_that_lie_close_together_fill_the_plot(qtbot: Any) -> None:
    plot = ThresholdPlot()
    qtbot.addWidget(plot)
    plot.resize(260, 112)
    plot.set_normal(tuple(0.055 + 0.0002 * n for n in range(50)), 0.0637)
    plot.set_marker(0.06)
    assert 0.045 < plot.low < 0.055 and plot.top < 0.07
    assert sum(plot.counts()) == 50 and sum(count > 0 for count in plot.counts()) > BINS // 2
    assert plot.score_at(plot.place_of(0.06)) == pytest.approx(0.06)
    plot.set_normal((0.2,), 0.2)
    assert plot.top > plot.threshold
    plot.grab()
    plot.set_marker(0.01)
    assert plot.low == 0


# -- training ------------------------------------------------------------------------------------------------


def test_a_folder_of_good_pictures_becomes_the_chosen_model(
    qtbot: Any, window: MainWindow, child: Path, tmp_path: Path
) -> None:
    good = tmp_path / "Good bolts" / "train" / "good"
    good.mkdir(parents=True)
    side = panel(window)
    side.training.set_open(True)
    idle(qtbot, window)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(good))])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(QPoint(5, 5), *how)
    side.form.dragEnterEvent(enter)
    assert enter.isAccepted()
    side.form.dropEvent(QDropEvent(QPointF(5, 5), *how))
    assert side.form.source.text() == str(good)
    assert side.form.name.placeholderText() == "good-bolts"
    side.form.minutes.setValue(2)
    side.form.begin.click()
    assert not side.form.begin.isVisibleTo(side) and side.form.view.stop.isVisibleTo(side)
    qtbot.waitUntil(lambda: side.model_id() == "good-bolts", timeout=WAIT)
    idle(qtbot, window)
    assert "good-bolts is ready" in side.form.message.text()
    assert [x for x, _ in side.form.view.curve.points()] == [10.0, 20.0]
    assert "fit.minutes=2" in calls(child)[0]
    assert side.plot.isEnabled() and side.form.begin.isVisibleTo(side)


def test_stopping_offers_to_go_on_and_to_delete(
    qtbot: Any, window: MainWindow, child: Path, tmp_path: Path
) -> None:
    (child / "mode").write_text("wait", encoding="utf-8")
    side = panel(window)
    side.training.set_open(True)
    side.form.take_folder(tmp_path)
    side.form.name.setText("Änders wo")
    side.form.start()
    trainer = side.form.trainer
    qtbot.waitUntil(lambda: len(trainer.curve) == 2, timeout=WAIT)
    assert "left" in side.form.view.doing.text() and "step 20" in side.form.view.doing.text()
    assert window.do_cancel() is None and trainer.is_running, "Esc does not throw an hour away"
    side.form.view.stop.click()
    assert "Stopping" in side.form.view.doing.text()
    qtbot.waitUntil(lambda: bool(side.form.message.buttons()), timeout=WAIT)
    assert trainer.order is not None and trainer.order.name == "nders-wo"
    assert [button.text() for button in side.form.message.buttons()] == ["Go on", "Delete"]
    (child / "mode").write_text("end", encoding="utf-8")
    # Starting the same again asks, in place of throwing the checkpoint away.
    side.form.start()
    assert [button.text() for button in side.form.message.buttons()] == ["Go on", "Start anew"]
    side.form.message.buttons()[0].click()
    qtbot.waitUntil(lambda: side.model_id() == "nders-wo", timeout=WAIT)
    assert "--resume" in calls(child)[1]


def test_no_torch_and_no_folder_are_told_with_a_way_out(
    qtbot: Any, window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(learning, "missing", lambda: ("torch", "onnxscript"))
    form = panel(window).form
    form.take_folder(tmp_path / "gone")
    form.start()
    assert "There is no folder" in form.message.text()
    form.take_folder(tmp_path)
    form.start()
    qtbot.waitUntil(lambda: "torch" in form.message.text(), timeout=WAIT)
    assert "pip install" in form.message.text()
    form.message.buttons()[0].click()
    assert QGuiApplication.clipboard().text().endswith('[train]"')
    idle(qtbot, window)


def test_without_a_model_the_way_to_one_is_shown(
    qtbot: Any, home: Path, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    window.studio.panel_requested.emit("anomaly")
    side = panel(window)
    assert "no model of what is normal" in side.message.text()
    assert not side.go.isEnabled()
    side.message.buttons()[0].click()
    idle(qtbot, window)
    assert side.training.is_open()


def test_dropped_folders_are_for_training_while_that_is_unfolded(window: MainWindow, tmp_path: Path) -> None:
    side = panel(window)
    assert not side.drop_folder(tmp_path)
    side.training.set_open(True)
    assert side.drop_folder(tmp_path)
    assert side.form.source.text() == str(tmp_path)


@pytest.mark.parametrize(
    ("text", "name"),
    [("Good Bolts", "good-bolts"), ("a" * 90, "a" * 60), ("…", "normal"), ("x_1.y", "x-1-y")],
)
def test_names_of_models(text: str, name: str) -> None:
    assert model_name(text) == name


def test_a_folder_of_the_good_is_called_after_the_thing() -> None:
    assert thing_of(Path("/data/bolts/train/good")) == "bolts"
    assert thing_of(Path("/data/bolts")) == "bolts"
    assert thing_of(Path("/good")) == "good"
