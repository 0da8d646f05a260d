"""The grids of the Sample panel: samples, the ones that are kept, and the units of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deconv_studio.ui import theme
from deconv_studio.ui.widgets.lazy_grid import LazyGrid

Index = QModelIndex | QPersistentModelIndex
_TEXT = 17
_GAP = 6
#: Pictures of cells that are kept; at 64 × 64 they take 50 MB.
KEPT = 4000
#: From this enlargement on a picture's own pixels are shown; below, their unequal sizes would be seen.
PIXELS_FROM = 3.0


class CellModel(QStringListModel):
    """Cells with a title each.

    The number of rows is Qt's own: laying out a hundred thousand cells asks for it a hundred thousand times.
    """

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.count = 0
        self.title: Callable[[int], str] = str
        self.tip: Callable[[int], str] = str

    def show(self, count: int, title: Callable[[int], str], tip: Callable[[int], str]) -> None:
        """Show other cells."""
        self.count, self.title, self.tip = count, title, tip
        self.setStringList([""] * count)

    def rename(self, title: Callable[[int], str], tip: Callable[[int], str]) -> None:
        """Call the same number of cells otherwise, without losing what is chosen."""
        self.title, self.tip = title, tip

    def flags(self, index: Index) -> Qt.ItemFlag:
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(index.row())
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.tip(index.row())
        return None


class CellDelegate(QStyledItemDelegate):
    """Draws a cell's picture with its title under it, and a mark in its corner."""

    def __init__(self, grid: CellGrid) -> None:
        super().__init__(grid)
        self.grid = grid
        #: Least side of a picture, and the one it is drawn with so that a line of them is full.
        self.least = 96
        self.side = 96

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.side + _GAP, self.side + _TEXT + 3)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect.left() + 2, option.rect.top() + 2, self.side, self.side)
        image = self.grid.image(index.row())
        painter.save()
        if image is None:
            painter.fillRect(box, tokens.color("raised"))
        else:
            scale = min(box.width() / max(1, image.width()), box.height() / max(1, image.height()))
            inner = QRectF(0, 0, image.width() * scale, image.height() * scale)
            inner.moveCenter(box.center())
            ratio = painter.device().devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale * ratio < PIXELS_FROM)
            painter.drawImage(inner, image)
        if chosen or over:
            painter.setPen(QPen(tokens.color("accent" if chosen else "control"), 2.5 if chosen else 1.5))
            painter.drawRect(box)
        mark = self.grid.mark(index.row())
        if mark:
            self._draw_mark(painter, box, mark)
        font = theme.body_font(theme.SMALL)
        font.setBold(chosen)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        text = QFontMetricsF(font).elidedText(str(index.data()), Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(
            QRectF(box.left(), box.bottom() + 1, box.width(), _TEXT - 2),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text,
        )  # fmt: skip
        painter.restore()

    def _draw_mark(self, painter: QPainter, box: QRectF, mark: str) -> None:
        tokens = theme.tokens()
        font = theme.body_font(theme.SMALL)
        font.setBold(True)
        painter.setFont(font)
        width = max(16.0, QFontMetricsF(font).horizontalAdvance(mark) + 8)
        place = QRectF(box.right() - width - 2, box.top() + 2, width, 16)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.color("chip"))
        painter.drawRoundedRect(place, 4, 4)
        painter.setPen(tokens.color("on_chip"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, mark)


class CellGrid(LazyGrid):
    """A grid of cells with pictures.

    Signals
    -------
    chosen : int
        The cell that became the current one; -1 for none.
    opened : int
        A cell on which Return was pressed, or that was clicked twice.
    pressed : str
        The letter of a key of ``keys`` that was pressed, or ``copy``, ``save``, ``delete``.
    dragged
        What is chosen is being dragged out.
    """

    chosen = Signal(int)
    opened = Signal(int)
    pressed = Signal(str)
    dragged = Signal()

    #: Letters that mean something here, whatever they mean in the window.
    keys: str = ""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent, kept=KEPT)
        self.cells = CellModel(self)
        self.setModel(self.cells)
        self.delegate = CellDelegate(self)
        self.setItemDelegate(self.delegate)
        # A list that wraps is laid out faster than icons: a hundred thousand cells take no time.
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.mark: Callable[[int], str] = lambda row: ""
        self._pressed_at: QPoint | None = None
        self.selectionModel().currentChanged.connect(
            lambda index, _before: self.chosen.emit(index.row() if index.isValid() else -1)
        )
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))

    def set_side(self, side: int) -> None:
        """Draw the cells larger or smaller; the current one stays in sight."""
        self.delegate.least = self.delegate.side = side
        self._fit()
        self.scheduleDelayedItemsLayout()
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def _fit(self) -> None:
        """Make the cells as large as fills a line."""
        if self.isWrapping():
            # With room for the bar, so that nothing jumps when it comes.
            bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
            room = self.width() - bar - 4
            columns = max(1, room // (self.delegate.least + _GAP))
            self.delegate.side = max(
                self.delegate.least, min(2 * self.delegate.least, room // columns - _GAP)
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def rows(self) -> list[int]:
        """What is chosen, from first to last."""
        return sorted(index.row() for index in self.selectionModel().selectedIndexes())

    def choose(self, row: int) -> None:
        """Choose one cell and scroll to it."""
        index = self.cells.index(row, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def choose_all(self, rows: Iterable[int]) -> None:
        """Choose some cells beside the current one."""
        found = QItemSelection()
        for row in rows:
            found.select(self.cells.index(row, 0), self.cells.index(row, 0))
        self.selectionModel().select(found, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def columns(self) -> int:
        """Cells in a line, as they are laid out."""
        top = self.visualRect(self.cells.index(0, 0)).top()
        found = 1
        while found < self.cells.count and self.visualRect(self.cells.index(found, 0)).top() == top:
            found += 1
            if not self.isWrapping():
                return self.cells.count
        return found

    def in_sight(self) -> range:
        """The cells that are seen, from the first to the last."""
        if not self.cells.count:
            return range(0)
        first = self.visualRect(self.cells.index(0, 0))
        height = max(1, first.height())
        top = max(0, -first.top() // height)
        bottom = (self.viewport().height() - first.top()) // height + 1
        columns = self.columns()
        return range(min(self.cells.count, top * columns), min(self.cells.count, bottom * columns))

    def missing(self, most: int) -> list[int]:
        """Cells in sight without a picture, or with an old one."""
        found = []
        for row in self.in_sight():
            if not self.has(row):
                found.append(row)
                if len(found) == most:
                    break
        return found

    # -- keys and drags -----------------------------------------------------------------------------------

    def _word(self, event: QKeyEvent) -> str:
        if event.matches(QKeySequence.StandardKey.Copy):
            return "copy"
        if event.matches(QKeySequence.StandardKey.Save):
            return "save"
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not event.modifiers():
            return "delete"
        letter = event.text().lower()
        return letter if letter and letter in self.keys and not event.modifiers() else ""

    def event(self, event: QEvent) -> bool:
        # The window has other uses for these keys; here they are the grid's.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._word(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        word = self._word(event)
        if word:
            self.pressed.emit(word)
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if self.currentIndex().isValid():
                self.opened.emit(self.currentIndex().row())
            event.accept()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                # At the ends too: the window would open the next picture.
                event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        on_chosen = self.indexAt(at).isValid()
        self._pressed_at = at if event.button() == Qt.MouseButton.LeftButton and on_chosen else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None and event.buttons() & Qt.MouseButton.LeftButton:
            way = (event.position().toPoint() - self._pressed_at).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._pressed_at = None
                self.dragged.emit()
            return
        super().mouseMoveEvent(event)


class SampleGrid(CellGrid):
    """The samples."""

    keys = "kv"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Samples"))
        self.setObjectName("sample_grid")


class UnitGrid(CellGrid):
    """A layer's units, each as what it draws."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Units of the layer, strongest first"))
        self.setObjectName("sample_units")
        self.set_side(60)


class Tray(CellGrid):
    """What is kept, in one line."""

    keys = "ab"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Kept samples"))
        self.setObjectName("sample_tray")
        self.setWrapping(False)
        self.set_side(56)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFixedHeight(88)
