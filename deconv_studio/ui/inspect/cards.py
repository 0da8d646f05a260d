"""Cards with two pictures each: the pinned views, the nine seeds of a unit, and the way down its layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deconv_studio.ui import theme

Index = QModelIndex | QPersistentModelIndex
CARD = int(Qt.ItemDataRole.UserRole)


@dataclass(eq=False)
class Card:
    """What a card shows.

    Attributes
    ----------
    images : tuple of QImage
        Side by side.
    title, note : str
        Lines under them.
    target : Any
        What a click goes to.
    """

    images: tuple[QImage, ...]
    title: str
    note: str = ""
    target: Any = None
    extra: dict[str, Any] = field(default_factory=dict)


class CardModel(QAbstractListModel):
    """A list of cards."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.cards: list[Card] = []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role in (
            Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole
        ):  # fmt: skip
            return f"{card.title}\n{card.note}".strip()
        return None

    def set_cards(self, cards: list[Card]) -> None:
        """Show other cards."""
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def append(self, card: Card) -> None:
        """Add a card at the end."""
        self.beginInsertRows(QModelIndex(), len(self.cards), len(self.cards))
        self.cards.append(card)
        self.endInsertRows()

    def remove(self, row: int) -> None:
        """Take a card away."""
        self.beginRemoveRows(QModelIndex(), row, row)
        del self.cards[row]
        self.endRemoveRows()


class CardDelegate(QStyledItemDelegate):
    """Draws a card: its pictures in a row, two lines under them."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.side = 72
        self.pictures = 2

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.pictures * (self.side + 4) + 20, self.side + 56)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        card: Card = index.data(CARD)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(1, 1, -7, -7)
        painter.setPen(QPen(tokens.color("accent" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(tokens.color("hover" if over else "raised"))
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        for place, image in enumerate(card.images):
            square = QRectF(box.left() + 6 + place * (self.side + 4), box.top() + 6, self.side, self.side)
            scale = self.side / max(1, image.width(), image.height())
            inner = QRectF(0, 0, image.width() * scale, image.height() * scale)
            inner.moveCenter(square.center())
            ratio = painter.device().devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale * ratio < 1)
            painter.drawImage(inner, image)
        room = box.width() - 14
        for row, (text, color, size) in enumerate(
            ((card.title, "text", theme.SECONDARY), (card.note, "secondary", theme.SMALL))
        ):
            font = theme.body_font(size)
            painter.setFont(font)
            painter.setPen(tokens.color(color))
            short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            line = QRectF(box.left() + 7, box.top() + self.side + 8 + row * 17, room, 17)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
        painter.restore()


class CardList(QListView):
    """Cards that wrap into lines.

    Signals
    -------
    chosen : object
        A card that was clicked or on which Return was pressed.
    removed : int
        The row of a card on which Delete was pressed.
    """

    chosen = Signal(object)
    removed = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.card_model = CardModel(self)
        self.setModel(self.card_model)
        self.delegate = CardDelegate(self)
        self.setItemDelegate(self.delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView { background: transparent; border: none; padding: 0px; }")
        self.clicked.connect(lambda index: self.chosen.emit(index.data(CARD)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid() and not event.modifiers():
            self.chosen.emit(index.data(CARD))
            event.accept()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and index.isValid():
            self.removed.emit(index.row())
            event.accept()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                event.accept()
