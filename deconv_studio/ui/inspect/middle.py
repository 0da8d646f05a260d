"""The middle of the Inspect panel: the strip of layers, the three views, and the pages under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.inspect.plate import Frame, Plate
from deconv_studio.ui.inspect.strip import LayerStrip
from deconv_studio.ui.widgets import ElidedLabel

if TYPE_CHECKING:
    from deconv_studio.ui.inspect.jobs import Looked


class InspectMiddle(QWidget):
    """Stands in the canvas's place; the panel listens to what is in it.

    Parameters
    ----------
    pages : QWidget
        What stands under the views.
    """

    def __init__(self, pages: QWidget) -> None:
        super().__init__()
        self.setObjectName("inspect_middle")
        self.setProperty("area", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # Height and width of the picture as the network sees it.
        self._seen = (1, 1)
        self.frame = Frame(self)
        self.about = ElidedLabel("")
        self.about.setAccessibleName(self.tr("Layers"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Filter by name or operator"))
        self.search.setAccessibleName(self.tr("Filter the layers"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear the filter"))
        self.search.setFixedWidth(190)
        self.every = QCheckBox(self.tr("Every tensor"))
        self.every.setToolTip(
            self.tr("Also show what only leads to the next layer: convolutions before their activation, "
                    "reshaping, padding.")
        )  # fmt: skip
        self.strip = LayerStrip()
        self.picture = Plate(self.tr("Picture"), self.frame)
        self.map = Plate(self.tr("Unit's map"), self.frame)
        self.view = Plate(self.tr("Reconstruction"), self.frame)
        self.plates = (self.picture, self.map, self.view)
        for plate in (self.picture, self.map):
            plate.setCursor(Qt.CursorShape.CrossCursor)
        views = QWidget()
        row = QHBoxLayout(views)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(12)
        for plate in self.plates:
            row.addWidget(plate, 1)
        self.empty = QLabel()
        self.empty.setWordWrap(True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setMargin(24)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(5)
        self.split.setStyleSheet("QSplitter::handle { background: transparent; }")
        self.split.addWidget(views)
        self.split.addWidget(pages)
        self.split.setStretchFactor(0, 1)
        self.split.setStretchFactor(1, 1)
        self._moved = False
        self.split.splitterMoved.connect(self._split_moved)
        self.split.installEventFilter(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.about, 1)
        head.addWidget(self.search)
        head.addWidget(self.every)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(self.split, 1)
        self.upper = QStackedWidget()
        self.upper.addWidget(self.empty)
        self.upper.addWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 8)
        column.addWidget(self.upper)

    # -- how the room is divided -----------------------------------------------------------------------------

    def _split_moved(self, _place: int, _index: int) -> None:
        self._moved = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the views what three of them side by side can use, until a person has moved the handle."""
        if watched is self.split and isinstance(event, QResizeEvent) and not self._moved:
            self._divide(event.size())
        return super().eventFilter(watched, event)

    def set_seen(self, size: tuple[int, int]) -> None:
        """Show pictures of another size: height and width."""
        self._seen = size
        for plate in self.plates:
            plate.set_aspect(QSize(size[1], size[0]))
        if not self._moved:
            self._divide(self.split.size())

    def _divide(self, size: QSize) -> None:
        wide = (size.width() - 24) / 3
        wanted = round(wide * self._seen[0] / self._seen[1]) + 34
        upper = max(160, min(wanted, size.height() - 206, round(0.68 * size.height())))
        self.split.setSizes([upper, max(1, size.height() - upper)])

    # -- layers ----------------------------------------------------------------------------------------------

    def filter(self, looked: Looked | None, layer: str) -> None:
        """Show the layers that are asked for, the chosen one always."""
        self.strip.filter.use(self.search.text(), self.every.isChecked(), layer)
        self.strip.choose(layer)
        if looked is not None:
            shown, every = self.strip.filter.rowCount(), len(looked.scene.layers)
            text = self.tr("{shown} of {every} layers of {name}").format(
                shown=shown, every=every, name=looked.source.name
            )
            if not shown:
                text = self.tr("No layer of {name} has “{text}” in its name or operator").format(
                    name=looked.source.name, text=self.search.text()
                )
            self.about.setText(text)
