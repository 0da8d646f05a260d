"""Training from the window: a child that speaks JSON lines is heard, stopped, gone on with, and outlived."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel

from deconv_studio import catalog, learning
from deconv_studio.engine.control import Control
from deconv_studio.ui import dialogs, training
from deconv_studio.ui.training import Order, Trainer, TrainingFailed, TrainingUnavailable, trainer_of
from deconv_studio.ui.window import MainWindow
from tests.anomalies import by_brightness, card_for
from tests.ui.rig import WAIT, home, make_window, the_dialog, window

__all__ = ["home", "make_window", "window"]

#: In the place of the program: `train` tells two measurements and, as the file `mode` says, ends, fails, or
#: waits for the end of its input; `export` copies what was made before.
CHILD = """
import json, os, pathlib, shutil, sys, time
here = pathlib.Path(__file__).parent
mode = (here / "mode").read_text()
verb, rest = sys.argv[1], sys.argv[2:]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([verb, *rest]) + "\\n")
out = pathlib.Path(rest[rest.index("--out") + 1])
def tell(**event):
    print(json.dumps(event), flush=True)
if verb == "export":
    shutil.copytree(here / "model", out)
    tell(event="done", notices=["mind the gap"])
    sys.exit(0)
for step in (10, 20):
    tell(event="epoch", step=step, steps=40, loss=1 / step, measures={"score": step}, seconds_left=30.0)
if mode == "fail":
    print("noise", file=sys.stderr)
    print("The folder has 2 pictures. Give at least 8.", file=sys.stderr)
    sys.exit(2)
(here / "pid").write_text(str(os.getpid()))
if mode == "deaf":
    time.sleep(600)
if mode == "wait":
    assert "--attended" in rest
    sys.stdin.buffer.read()
    (out / "step-00000020").mkdir(parents=True)
    tell(event="checkpoint", step=20)
    sys.exit(130)
tell(event="done", step=40, best=1.0, seconds=1.0)
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the child in the place of the program; it ends well."""
    folder = tmp_path / "child"
    tiny = by_brightness()
    path = tiny.save(folder / "model", "model.onnx")
    card = card_for(tiny, path, "anomaly", file="model.onnx")
    (folder / "model" / "card.toml").write_text(card.to_toml(), encoding="utf-8")
    (folder / "child.py").write_text(CHILD, encoding="utf-8")
    (folder / "mode").write_text("end", encoding="utf-8")
    monkeypatch.setattr(training, "program", lambda: [sys.executable, str(folder / "child.py")])
    monkeypatch.setattr(learning, "missing", lambda: ())
    return folder


def calls(child: Path) -> list[list[str]]:
    return [json.loads(line) for line in (child / "calls").read_text(encoding="utf-8").splitlines()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def begin(qtbot: Any, window: MainWindow, order: Order) -> Trainer:
    """Start, and wait until two measurements were heard."""
    trainer = trainer_of(window.studio)
    trainer.start(order)
    qtbot.waitUntil(lambda: len(trainer.curve) == 2, timeout=WAIT)
    return trainer


ORDER = Order("bolts", "anomaly", "/good/bolts", ("fit.minutes=3",), "Bolts")


def test_a_training_ends_with_a_model_in_the_list(qtbot: Any, window: MainWindow, child: Path) -> None:
    trainer = trainer_of(window.studio)
    assert trainer is trainer_of(window.studio)
    with qtbot.waitSignal(trainer.finished, timeout=WAIT) as ended:
        trainer.start(ORDER)
        assert trainer.is_running
    assert ended.args[0].model_id == "bolts"
    assert ended.args[0].notices == ("mind the gap",)
    entry = window.studio.models.get("bolts")
    assert entry is not None and entry.origin == "user" and entry.card.title == "Bolts"
    assert catalog.licence_seen(entry.card)
    assert [each["step"] for each in trainer.curve] == [10, 20]
    first, second = calls(child)
    assert first[:6] == ["train", "anomaly", "--data", "/good/bolts", "--out", str(ORDER.folder)]
    assert "fit.minutes=3" in first and "--resume" not in first
    assert second[:2] == ["export", str(ORDER.folder)]
    assert "--data" not in second, "which would ask for a list of authors"
    assert entry.card.data.name == "bolts" and entry.card.data.licence == "own pictures"
    assert not ORDER.folder.exists()
    assert not trainer.is_running


def test_stopping_keeps_the_checkpoint_and_the_next_session_goes_on(
    qtbot: Any, window: MainWindow, child: Path
) -> None:
    (child / "mode").write_text("wait", encoding="utf-8")
    trainer = begin(qtbot, window, ORDER)
    with qtbot.waitSignal(trainer.stopped, timeout=WAIT):
        trainer.cancel()
    qtbot.waitUntil(lambda: not trainer.is_running, timeout=WAIT)
    assert training.unfinished() == [ORDER]
    (child / "mode").write_text("end", encoding="utf-8")
    with qtbot.waitSignal(trainer.finished, timeout=WAIT):
        trainer.start(training.unfinished()[0], resume=True)
    assert "--resume" in calls(child)[1]
    assert [each["step"] for each in trainer.curve] == [10, 20, 10, 20], "the curve goes on"
    assert training.unfinished() == []


def test_what_a_stopped_training_has_learned_can_be_used(qtbot: Any, window: MainWindow, child: Path) -> None:
    ORDER.save()
    (ORDER.folder / "step-00000020").mkdir()
    assert not ORDER.has_weights
    (ORDER.folder / "best").mkdir()
    assert ORDER.has_weights
    trainer = trainer_of(window.studio)
    with qtbot.waitSignal(trainer.finished, timeout=WAIT):
        trainer.start(ORDER, finish=True)
    assert [call[0] for call in calls(child)] == ["export"]
    assert window.studio.models.get("bolts") is not None


def test_a_child_that_does_not_stop_is_killed(
    qtbot: Any, window: MainWindow, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "GRACE", 0.3)
    (child / "mode").write_text("deaf", encoding="utf-8")
    trainer = begin(qtbot, window, ORDER)
    qtbot.waitUntil(lambda: (child / "pid").exists() and (child / "pid").read_text() != "", timeout=WAIT)
    pid = int((child / "pid").read_text())
    with qtbot.waitSignal(trainer.stopped, timeout=WAIT):
        trainer.cancel()
    assert not alive(pid)


def test_what_went_wrong_is_said_in_the_childs_words(
    qtbot: Any, window: MainWindow, child: Path, expect_said: Callable[[str], None]
) -> None:
    expect_said("A training ended with status 2")
    (child / "mode").write_text("fail", encoding="utf-8")
    trainer = trainer_of(window.studio)
    with qtbot.waitSignal(trainer.failed, timeout=WAIT) as failed:
        trainer.start(ORDER)
    assert failed.args[0].message == "The folder has 2 pictures. Give at least 8."
    qtbot.waitUntil(lambda: not trainer.is_running, timeout=WAIT)


def test_a_name_that_is_taken_is_refused_before_anything_runs(
    qtbot: Any, window: MainWindow, child: Path
) -> None:
    trainer = trainer_of(window.studio)
    with qtbot.waitSignal(trainer.failed, timeout=WAIT) as failed:
        trainer.start(Order("upscale-x2", "anomaly", "/good"))
    assert "upscale-x2" in failed.args[0].message
    assert not (child / "calls").exists()


def test_closing_asks_once_and_leaves_a_checkpoint_and_no_process(
    qtbot: Any, make_window: Callable[..., MainWindow], child: Path
) -> None:
    (child / "mode").write_text("wait", encoding="utf-8")
    window = make_window()
    begin(qtbot, window, ORDER)
    qtbot.waitUntil(lambda: (child / "pid").exists() and (child / "pid").read_text() != "", timeout=WAIT)
    pid = int((child / "pid").read_text())
    window.close()
    dialog = the_dialog(qtbot, window, "closing_dialog")
    assert isinstance(dialog, dialogs.ClosingDialog)
    text = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "bolts" in text
    dialog.reject()
    assert alive(pid)
    window.close()
    the_dialog(qtbot, window, "closing_dialog").accept()
    qtbot.waitUntil(lambda: window._closing and not window.isVisible(), timeout=WAIT)
    assert not alive(pid)
    assert training.unfinished() == [ORDER]


def test_without_torch_the_command_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(learning, "missing", lambda: ("torch",))
    with pytest.raises(TrainingUnavailable) as caught:
        training.train(Control(), ORDER)
    assert caught.value.command in str(caught.value)
    assert caught.value.command.endswith('[train]"') and sys.executable in caught.value.command
    assert not ORDER.folder.exists()


def test_a_program_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(training, "program", lambda: [str(tmp_path / "gone")])
    with pytest.raises(TrainingFailed, match="gone cannot be started"):
        training.run_child(Control(), [], print, tmp_path)


def test_a_broken_order_is_left_alone() -> None:
    ORDER.save()
    (ORDER.folder / "step-00000001").mkdir()
    broken = training.runs_folder() / "broken"
    broken.mkdir()
    (broken / "order.json").write_text("{", encoding="utf-8")
    assert training.unfinished() == [ORDER]
    assert broken.exists()


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    folder = tmp_path / "tiles"
    folder.mkdir()
    rng = np.random.default_rng(3)
    for number in range(12):
        pixels = (110 + 12 * rng.standard_normal((96, 96, 3))).clip(0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
    return folder


TINY = ("data.side=64", "data.crop=64", "data.batch=2", "fit.measure_every=2")


@pytest.mark.slow
def test_a_real_training_makes_a_model_that_runs(tiles: Path) -> None:
    heard: list[dict[str, Any]] = []
    order = Order("tiles", "anomaly", str(tiles), (*TINY, "fit.steps=4"), "Tiles")
    done = training.train(Control(on_partial=heard.append), order)
    assert done.model_id == "tiles"
    assert [each["step"] for each in heard if each["event"] == "epoch"][-1] == 4
    card = catalog.Catalog().get("tiles").card
    assert card.anomaly is not None and card.anomaly.scores and card.title == "Tiles"


@pytest.mark.slow
def test_a_real_training_stops_with_its_input(tiles: Path) -> None:
    control = Control(on_partial=lambda event: control.cancel() if event["event"] == "epoch" else None)
    order = Order("tiles", "anomaly", str(tiles), (*TINY, "fit.steps=100000", "fit.minutes=30"))
    began = time.monotonic()
    with pytest.raises(Exception, match="Stopped"):
        training.train(control, order)
    assert order.has_checkpoint, f"after {time.monotonic() - began:.0f} s"
