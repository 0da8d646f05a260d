"""The strip below the canvas: the pictures of the open folder, or the kept results, as lazily made
thumbnails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPainterPath, QPalette, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from deconv_studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from deconv_studio.ui.history import Kept
    from deconv_studio.ui.studio import Studio

CELL = QSize(100, 72)
PICTURE = QSize(92, 56)
_ERROR_ROLE = Qt.ItemDataRole.UserRole + 1


class StripModel(QAbstractListModel):
    """Paths or results; asks for a thumbnail when a cell is painted, so cells out of sight cost nothing."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._items: list[Any] = []
        self._rows: dict[Any, int] = {}
        thumbnails.ready.connect(self._ready)

    def set_items(self, items: list[Any]) -> None:
        """Show other pictures."""
        self.beginResetModel()
        self._thumbnails.forget_wanted()
        self._items = list(items)
        self._rows = {_key(item): row for row, item in enumerate(self._items)}
        self.endResetModel()

    def item(self, row: int) -> Any:
        """The path or result of a row."""
        return self._items[row]

    def row_of(self, item: Any) -> int:
        """The row of a path or result, or -1."""
        return self._rows.get(_key(item), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of pictures."""
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name, tooltip or thumbnail of a cell."""
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item = self._items[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return item.name if isinstance(item, Path) else f"{item.clock()} {item.model_id}, {item.name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            error = self._thumbnails.error(_key(item))
            where = str(item) if isinstance(item, Path) else f"{item.model_id}, {item.width} × {item.height}"
            return f"{where}\n{error}" if error is not None else where
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.get(_key(item), _source(item))
        if role == _ERROR_ROLE:
            return self._thumbnails.error(_key(item)) is not None
        return None

    def _ready(self, key: Any) -> None:
        row = self._rows.get(key, -1)
        if row >= 0:
            index = self.index(row, 0)
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])


def _key(item: Any) -> Any:
    return item if isinstance(item, Path) else id(item)


def _source(item: Path | Kept) -> Any:
    if isinstance(item, Path):
        return item
    if item.picture is not None:
        return item.picture
    return item.folder / item.file if item.folder is not None else Path()


class _CellDelegate(QStyledItemDelegate):
    """Paints one thumbnail, cut to the cell, with a frame round the open one."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area: QRect = option.rect  # type: ignore[attr-defined]
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        box = QRect(0, 0, PICTURE.width(), PICTURE.height())
        box.moveCenter(area.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(box), 4, 4)
        painter.fillPath(outline, palette.color(QPalette.ColorRole.AlternateBase))
        image = index.data(Qt.ItemDataRole.DecorationRole)
        if isinstance(image, QImage) and not image.isNull():
            size = image.size()
            cut = box.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatio)
            source = QRect(
                (size.width() - cut.width()) // 2,
                (size.height() - cut.height()) // 2,
                cut.width(),
                cut.height(),
            )
            painter.setClipPath(outline)
            painter.drawImage(box, image, source)
            painter.setClipping(False)
        elif index.data(_ERROR_ROLE):
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!")
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            role = QPalette.ColorRole.Highlight if chosen else QPalette.ColorRole.Mid
            painter.setPen(QPen(palette.color(role), 2))
            painter.drawRoundedRect(QRectF(box).adjusted(-2, -2, 2, 2), 5, 5)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return CELL


class Strip(QListView):
    """One line of thumbnails. A click or Return opens one."""

    #: A picture of the folder was chosen (Path), or a result (Kept).
    chosen = Signal(object)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName(self.tr("Pictures of the folder"))
        self._studio = studio
        self._results = False
        self.thumbnails = Thumbnails(studio.work, 160, self)
        self._model = StripModel(self.thumbnails, self)
        self.setModel(self._model)
        self.setItemDelegate(_CellDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setFixedHeight(CELL.height())
        self.clicked.connect(self._choose)
        studio.document.neighbours_changed.connect(self.refresh)
        studio.document.opened.connect(lambda _picture: self._mark())
        studio.history.changed.connect(self._history_changed)
        studio.history.current_changed.connect(lambda _kept: self._mark())

    def show_results(self, on: bool) -> None:
        """Show the kept results instead of the folder's pictures."""
        self._results = on
        self.setAccessibleName(self.tr("Kept results") if on else self.tr("Pictures of the folder"))
        self.refresh()

    def refresh(self) -> None:
        """Take the list again."""
        items: list[Any] = (
            list(self._studio.history.entries) if self._results else list(self._studio.document.neighbours)
        )
        self._model.set_items(items)
        self._mark()

    def _history_changed(self) -> None:
        if self._results:
            self.refresh()

    def _mark(self) -> None:
        item = self._studio.history.current if self._results else self._studio.document.path
        row = self._model.row_of(item) if item is not None else -1
        if row < 0:
            self.clearSelection()
            return
        index = self._model.index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index, QListView.ScrollHint.EnsureVisible)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(self._model.item(index.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the open picture in sight."""
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QListView.ScrollHint.EnsureVisible)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the frame and open what it lands on, as in every viewer."""
        before = self.currentIndex()
        super().keyPressEvent(event)
        after = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) or after != before:
            self._choose(after)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A plain wheel moves along the strip."""
        delta = (
            event.pixelDelta().x()
            or event.pixelDelta().y()
            or event.angleDelta().y()
            or event.angleDelta().x()
        )
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - delta)
        event.accept()
