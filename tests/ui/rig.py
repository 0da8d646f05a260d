"""The real window on tiny pictures and tiny networks, and what tests of it need; fixtures are imported by
name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from deconv_studio import catalog, imaging
from deconv_studio.catalog import folders, store
from deconv_studio.ui import app
from deconv_studio.ui.settings import Settings
from deconv_studio.ui.window import MainWindow
from tests.enlargers import install, nearest

WAIT = 20_000


def picture(path: Path, width: int = 20, height: int = 12, channels: int = 3, dtype: Any = np.uint8) -> Path:
    """Write a small picture that is nowhere constant."""
    rng = np.random.default_rng(width * 1000 + height)
    top = {np.uint8: 255, np.uint16: 65535, np.float32: 1}[dtype]
    pixels = (rng.random((height, width, channels)) * top).astype(dtype)
    path.parent.mkdir(parents=True, exist_ok=True)
    imaging.write(imaging.Picture(pixels=pixels), path)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home with two tiny enlargers whose licences were seen, and no bundled models."""
    empty = tmp_path / "no-models"
    empty.mkdir()
    monkeypatch.setattr(folders, "bundled_folder", lambda: empty)
    monkeypatch.setattr(store, "_scan_packs", lambda *_args, **_kwargs: iter(()))
    for scale in (2, 4):
        install(nearest(scale), tmp_path / "made", f"upscale-x{scale}")
    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    return tmp_path / "home"


@pytest.fixture
def make_window(home: Path, qtbot: Any) -> Iterator[Callable[..., MainWindow]]:
    """Make windows; each is closed with everything it runs when the test ends."""
    made: list[MainWindow] = []

    def make(paths: list[Path] | None = None, wait: bool = True, **settings: Any) -> MainWindow:
        loaded = Settings.load()
        loaded.provider, loaded.threads = "cpu", 1
        assert loaded.set(**settings) == ()
        window = app.make_window(loaded)
        window.resize(1024, 700)
        window.show()
        window.begin(paths or [])
        made.append(window)
        if wait:
            qtbot.waitUntil(lambda: window.studio.models.ready, timeout=WAIT)
            if paths:
                qtbot.waitUntil(lambda: window.studio.document.picture is not None, timeout=WAIT)
            idle(qtbot, window)
        return window

    yield make
    for window in made:
        for dialog in dialogs(window):
            dialog.done(0)
        window._sure = True
        window.close()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture
def window(make_window: Callable[..., MainWindow]) -> MainWindow:
    """A window with nothing open."""
    return make_window()


def idle(qtbot: Any, window: MainWindow) -> None:
    """Wait until nothing runs in the background."""
    qtbot.waitUntil(lambda: not window.studio.work.running(), timeout=WAIT)


def open_picture(qtbot: Any, window: MainWindow, path: Path) -> None:
    """Open a file and wait until it is there."""
    with qtbot.waitSignal(window.studio.document.opened, timeout=WAIT):
        window.open_paths([path])
    idle(qtbot, window)


def enlarge(qtbot: Any, window: MainWindow) -> None:
    """Press the main button and wait for the result."""
    before = len(window.studio.history.entries)
    window.do_start()
    qtbot.waitUntil(lambda: len(window.studio.history.entries) == before + 1, timeout=WAIT)
    idle(qtbot, window)


def dialogs(window: QWidget) -> list[QDialog]:
    """The window's dialogs that are shown."""
    return [each for each in window.findChildren(QDialog) if each.isVisible()]


def the_dialog(qtbot: Any, window: QWidget, name: str) -> Any:
    """Wait for the dialog of this object name."""
    qtbot.waitUntil(lambda: any(each.objectName() == name for each in dialogs(window)), timeout=WAIT)
    return next(each for each in dialogs(window) if each.objectName() == name)


@pytest.fixture
def heavy_calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record the thread of every read, write, decode, conversion and inference, by name."""
    from deconv_studio import batch
    from deconv_studio.engine import session

    calls: list[tuple[str, str]] = []

    def watch(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def watched(*args: Any, **kwargs: Any) -> Any:
            calls.append((name, threading.current_thread().name))
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, watched)

    for name in ("read", "read_header", "write", "thumbnail", "to_srgb", "encode"):
        watch(imaging, name)
    watch(batch, "work")
    watch(session, "load")
    watch(session.Model, "run")
    watch(catalog, "Catalog")
    return calls
