"""Every test of the window runs without a display, in its own home, and fails on what it leaves behind."""

from __future__ import annotations

import gc
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import (
    QAbstractAnimation,
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QObject,
    QThread,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

#: What Qt says on a screen that is none.
HARMLESS = (
    r"This plugin does not support (propagateSizeHints|raise|grabbing)",
    r"QStandardPaths: XDG_RUNTIME_DIR not set",
)

#: Top-level widgets Qt makes and keeps for itself.
QT_OWN = ("QTipLabel", "QComboBoxPrivateContainer", "QDesktopScreenWidget")

#: Seconds a thread or timer that was told to end has for it.
PATIENCE = 5.0


class Watch(logging.Handler):
    """Notes errors in the log, warnings of Qt, and what was there before the test."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []
        self.expected: list[str] = list(HARMLESS)
        self._threads = set(threading.enumerate())
        self._widgets = {id(widget) for widget in self._top_level()}
        self._running = {id(thing) for thing in self._active()}

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"log {record.levelname}: {record.name}: {record.getMessage()}")

    def qt_says(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self.said.append(f"Qt: {message}")

    def unexpected(self) -> list[str]:
        """What was said and not expected."""
        return [line for line in self.said if not any(re.search(known, line) for known in self.expected)]

    @staticmethod
    def _top_level() -> list[QObject]:
        has_windows = isinstance(QApplication.instance(), QApplication)
        return list(QApplication.topLevelWidgets()) if has_windows else []

    @staticmethod
    def _active() -> list[QObject]:
        kinds = (QTimer, QThread, QAbstractAnimation)
        # issubclass of the type: isinstance would ask lazy proxies for their __class__.
        found = [thing for thing in gc.get_objects() if issubclass(type(thing), kinds)]
        return [thing for thing in found if isValid(thing) and _runs(thing)]

    def left_behind(self) -> list[str]:
        """Threads, timers, animations and windows that were not there before."""
        threads = [t for t in threading.enumerate() if t not in self._threads and t.is_alive()]
        widgets = [
            w
            for w in self._top_level()
            if id(w) not in self._widgets and w.metaObject().className() not in QT_OWN
        ]
        running = [thing for thing in self._active() if id(thing) not in self._running]
        return [
            *(f"thread {t.name}" for t in threads),
            *(f"window {w.metaObject().className()} {w.objectName()!r}" for w in widgets),
            *(f"{type(thing).__name__} {thing.objectName()!r} still running" for thing in running),
        ]


def _runs(thing: QObject) -> bool:
    if isinstance(thing, QTimer):
        return thing.isActive()
    if isinstance(thing, QThread):
        # The thread of the program itself has a QThread, too.
        return thing.isRunning() and thing is not QThread.currentThread()
    assert isinstance(thing, QAbstractAnimation)
    return thing.state() == QAbstractAnimation.State.Running


def settle() -> None:
    """Do what Qt has put off: deletions and events."""
    if QCoreApplication.instance() is not None:
        for _ in range(3):
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
            QCoreApplication.processEvents()


@pytest.fixture(autouse=True)
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    """Fail the test on unexpected log errors, Qt warnings, and leaked threads, timers and windows."""
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    noted = Watch()
    logging.getLogger().addHandler(noted)
    former = qInstallMessageHandler(noted.qt_says)
    try:
        yield noted
        settle()
        left = noted.left_behind()
        deadline = time.monotonic() + PATIENCE
        while left and time.monotonic() < deadline:
            gc.collect()
            settle()
            time.sleep(0.02)
            left = noted.left_behind()
    finally:
        qInstallMessageHandler(former)
        logging.getLogger().removeHandler(noted)
    problems = [*noted.unexpected(), *left]
    if problems:
        pytest.fail("the test left or said what it should not:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture
def expect_said(watch: Watch) -> Callable[[str], None]:
    """Call with a regular expression for a log error or Qt warning that the test provokes."""
    return watch.expected.append
