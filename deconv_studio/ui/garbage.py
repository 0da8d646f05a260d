"""Collects Python's cyclic garbage on the window's thread only.

Python collects wherever the next allocation happens to cross a threshold, which may be a pool thread.
Widgets and their slots form cycles, and destroying a widget on another thread than its own ends the
process. While a window lives, automatic collection is off and a timer does it here; arrays are freed by
their reference counts as ever.
"""

from __future__ import annotations

import gc
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer

#: Milliseconds between two looks.
INTERVAL = 700
#: New containers, and looks, after which the young, the middle and all generations are collected.
THRESHOLDS = (5000, 10, 40)


class Garbage(QObject):
    """Turns automatic collection off until :meth:`close`; several windows may each have one."""

    _alive: ClassVar[int] = 0
    _was_enabled: ClassVar[bool] = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if Garbage._alive == 0:
            Garbage._was_enabled = gc.isenabled()
            gc.disable()
        Garbage._alive += 1
        self._closed = False
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._freezing = QTimer(self)
        self._freezing.setSingleShot(True)
        self._freezing.timeout.connect(self.freeze)

    def freeze_in(self, milliseconds: int) -> None:
        """Freeze later, unless it is closed before."""
        self._freezing.start(milliseconds)

    def freeze(self) -> None:
        """Leave what the start has made out of later collections, which keeps each of them short.

        Nothing is collected before: going through all that was imported holds the window up for nearly a
        tenth of a second, and the start's few hundred dead objects can stay until the end.
        """
        gc.freeze()

    def look(self) -> None:
        """Collect as much as is due."""
        self._looks += 1
        if self._looks % THRESHOLDS[2] == 0:
            gc.collect(2)
        elif self._looks % THRESHOLDS[1] == 0:
            gc.collect(1)
        elif gc.get_count()[0] > THRESHOLDS[0]:
            gc.collect(0)

    def close(self) -> None:
        """Collect once more, then let Python do it again."""
        if self._closed:
            return
        self._closed = True
        self._timer.stop()
        self._freezing.stop()
        Garbage._alive -= 1
        if Garbage._alive == 0:
            gc.unfreeze()
            gc.collect()
            if Garbage._was_enabled:
                gc.enable()
