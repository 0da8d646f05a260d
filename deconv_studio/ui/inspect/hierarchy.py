"""A unit's way down: a row for each layer below it, with the units that carry its signal."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deconv_studio.ui import theme
from deconv_studio.ui.inspect.cards import Card
from deconv_studio.ui.inspect.strip import short_name

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)
_SIDE = 62
_NAMES = 150
_PAIR = 2 * _SIDE + 16


class RowModel(QAbstractListModel):
    """Layers, nearest to the unit first, each with its cards."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[str, str, list[Card]]] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole
        ):  # fmt: skip
            units = ", ".join(f"{card.title} ({card.note})" for card in row[2])
            return f"{row[0]}, {row[1]}: {units}"
        return None

    def clear(self) -> None:
        """Show nothing."""
        self.beginResetModel()
        self.rows = []
        self.endResetModel()

    def put(self, place: int, row: tuple[str, str, list[Card]]) -> None:
        """Put a row in the place of one that is there, or at the end."""
        if place < len(self.rows):
            self.rows[place] = row
            self.dataChanged.emit(self.index(place), self.index(place))
            return
        self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows))
        self.rows.append(row)
        self.endInsertRows()

    def cut(self, count: int) -> None:
        """Keep the first rows only."""
        if count < len(self.rows):
            self.beginRemoveRows(QModelIndex(), count, len(self.rows) - 1)
            del self.rows[count:]
            self.endRemoveRows()


class RowDelegate(QStyledItemDelegate):
    """Draws a layer's name and its strongest units, each as map and signal."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(_NAMES + 4 * _PAIR, _SIDE + 30)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        layer, op, cards = index.data(ROW)
        painter.save()
        area = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, tokens.color("hover"))
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        for line, (text, font, color) in enumerate(
            (
                (short_name(layer), theme.mono_font(theme.SMALL), "text"),
                (op, theme.body_font(theme.SMALL), "text"),
            )
        ):
            painter.setFont(font)
            painter.setPen(tokens.color(color))
            short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, _NAMES - 12)
            painter.drawText(QRectF(area.left() + 4, area.top() + 22 + 18 * line, _NAMES, 18), short)
        for place, card in enumerate(cards):
            left = area.left() + _NAMES + place * _PAIR
            for number, image in enumerate(card.images):
                square = QRectF(left + number * (_SIDE + 2), area.top() + 5, _SIDE, _SIDE)
                scale = _SIDE / max(1, image.width(), image.height())
                inner = QRectF(0, 0, image.width() * scale, image.height() * scale)
                inner.moveCenter(square.center())
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
                painter.drawImage(inner, image)
            painter.setFont(theme.body_font(theme.SMALL))
            painter.setPen(tokens.color("text"))
            words = f"{card.title}  ·  {card.note}"
            painter.drawText(
                QRectF(left, area.top() + _SIDE + 7, _PAIR - 8, 18), Qt.AlignmentFlag.AlignLeft, words
            )
        painter.restore()


class HierarchyView(QListView):
    """The rows; a click on a unit goes to it.

    Signals
    -------
    chosen : str, int
        Layer and unit.
    """

    chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("The unit's way down"))
        self.row_model = RowModel(self)
        self.setModel(self.row_model)
        self.setItemDelegate(RowDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QListView { background: transparent; border: none; padding: 0px; }")

    def card_at(self, point: QPoint) -> Card | None:
        """The unit's card under a point of the viewport."""
        index = self.indexAt(point)
        if not index.isValid():
            return None
        place = (point.x() - self.visualRect(index).left() - _NAMES) // _PAIR
        cards: list[Card] = index.data(ROW)[2]
        return cards[place] if 0 <= place < len(cards) else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        card = self.card_at(event.position().toPoint())
        if card is not None:
            self.chosen.emit(*card.target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.modifiers():
            cards: list[Card] = index.data(ROW)[2]
            if cards:
                self.chosen.emit(*cards[0].target)
            event.accept()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.accept()
