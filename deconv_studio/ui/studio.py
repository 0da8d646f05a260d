"""What the parts of the window share: settings, work, the open picture, results, models and the canvas."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from deconv_studio.ui.document import Document
from deconv_studio.ui.glance import Glance
from deconv_studio.ui.history import History
from deconv_studio.ui.models import Models
from deconv_studio.ui.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.catalog import Entry


class Studio(QObject):
    """Given to every panel in place of the window, so that panels know neither the window nor each other."""

    #: A model has run: its id, the provider it really ran on, threads (0 = all), seconds.
    ran = Signal(str, str, int, float)
    #: Files a panel wants opened.
    open_requested = Signal(list)
    #: The panel of this name should come to the front.
    panel_requested = Signal(str)
    #: The panel of this name should come to the front and look at the model of this id.
    look_requested = Signal(str, str)
    #: The user wants to add a model file (or choose one: empty path).
    model_requested = Signal(object)
    #: A kept result is shown, over the picture it was made of.
    result_shown = Signal(object)
    #: What waits for a pause, as what was just drawn, should be put among the results now: the window closes.
    settling = Signal()
    #: A quiet sentence for the status bar.
    said = Signal(str)

    def __init__(self, settings: Any, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What the frame is made from; the settings themselves where they are loaded already.
        self.glance = settings
        self._settings = None if isinstance(settings, Glance) else settings
        self._loading = threading.Lock()
        self.folder = folder
        self.work = Work(self)
        self.document = Document(self.work, self)
        self.history = History(self.work, folder / "sessions", self)
        self.models = Models(self.work, self)
        self.undo = QUndoStack(self)
        #: Set by the window once they stand.
        self.canvas: Any = None
        self.actions: Any = None
        #: Asks for the model's licence before its first use, then calls on; set by the window.
        self.with_licence: Callable[[Entry, Callable[[], object]], object] = lambda entry, then: then()

    @property
    def settings(self) -> Any:
        """The settings. Loaded at their first use, which the window makes on a pool thread once it stands."""
        with self._loading:
            if self._settings is None:
                from deconv_studio.ui.settings import Settings

                self._settings = Settings.load()
            return self._settings
