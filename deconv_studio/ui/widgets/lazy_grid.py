"""A grid of small pictures that are asked for when they come into sight."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

#: Thumbnails kept; a 4K screen shows about 300.
KEPT = 600
#: Milliseconds for which what came into sight is gathered.
GATHER = 30


class LazyGrid(QListView):
    """A grid whose pictures are known by numbers, and drawn elsewhere.

    Its model says which numbers are shown; its delegate draws what :meth:`image` gives.

    Parameters
    ----------
    kept : int
        Pictures kept; those not drawn for the longest time go.

    Signals
    -------
    wanted : list of int
        Numbers that are in sight and have no picture, or an old one.
    """

    wanted = Signal(list)

    def __init__(self, name: str, parent: QWidget | None = None, *, kept: int = KEPT) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._kept = kept
        self._images: OrderedDict[int, QImage] = OrderedDict()
        self._old: set[int] = set()
        self._missing: dict[int, None] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER)
        self._timer.timeout.connect(self._ask)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; border: none; padding: 0px; }")

    def forget(self) -> None:
        """Drop the pictures: they show something else now."""
        self._images.clear()
        self._old.clear()
        self._missing.clear()
        self.viewport().update()

    def outdate(self) -> None:
        """Have all pictures made again; the old ones stay in sight until then."""
        self._old = set(self._images)
        self.viewport().update()

    def image(self, number: int) -> QImage | None:
        """A picture; asks for it if there is none, or only an old one."""
        found = self._images.get(number)
        if found is None or number in self._old:
            self._missing[number] = None
            if not self._timer.isActive():
                self._timer.start()
        if found is not None:
            self._images.move_to_end(number)
        return found

    def has(self, number: int) -> bool:
        """Whether there is a picture of this number, and no old one."""
        return number in self._images and number not in self._old

    def put(self, number: int, image: QImage, old: bool = False) -> None:
        """Take a picture; an ``old`` one is shown until there is a new one."""
        self._images[number] = image
        if old:
            self._old.add(number)
        else:
            self._old.discard(number)
        while len(self._images) > self._kept:
            dropped, _ = self._images.popitem(last=False)
            self._old.discard(dropped)
        self.viewport().update()

    def _ask(self) -> None:
        numbers = [number for number in self._missing if not self.has(number)]
        self._missing.clear()
        if numbers:
            self.wanted.emit(numbers)

    def close_down(self) -> None:
        """Stop the timer."""
        self._timer.stop()
