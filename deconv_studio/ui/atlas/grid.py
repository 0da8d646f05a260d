"""The grid of an atlas's units: nine patches each, drawn when they come into sight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from deconv_studio.ui import theme
from deconv_studio.ui.widgets.lazy_grid import LazyGrid

if TYPE_CHECKING:
    from deconv_studio.tasks.atlas import Atlas

Index = QModelIndex | QPersistentModelIndex
ROW = int(Qt.ItemDataRole.UserRole)
_TEXT = 18
_GAP = 10


class AtlasModel(QAbstractListModel):
    """The units of an atlas that are shown, in an order."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.atlas: Atlas | None = None
        self.rows: list[int] = []

    def show(self, atlas: Atlas | None, rows: list[int]) -> None:
        """Show entries of an atlas."""
        self.beginResetModel()
        self.atlas, self.rows = atlas, rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.atlas is None:
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        entry = self.atlas.entries[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(entry.unit)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if not entry.patches:
                return self.tr("Unit {unit}: no picture excites it").format(unit=entry.unit)
            return self.tr("Unit {unit}: strongest {value:.4g} in {file}").format(
                unit=entry.unit, value=entry.strength, file=entry.patches[0].file
            )
        return None


class AtlasDelegate(QStyledItemDelegate):
    """Draws a unit's nine with its number under them."""

    def __init__(self, grid: AtlasGrid) -> None:
        super().__init__(grid)
        self.grid = grid
        self.side = 96

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.side + _GAP, self.side + _TEXT + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = QRectF(option.rect.left() + 2, option.rect.top() + 2, self.side, self.side)
        image = self.grid.image(int(index.data(ROW)))
        painter.save()
        painter.fillRect(box, tokens.color("raised"))
        if image is not None:
            painter.drawImage(box, image)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(tokens.color("accent" if chosen else "control"), 2.5 if chosen else 1.5))
            painter.drawRect(box)
        font = theme.body_font(theme.SMALL)
        font.setBold(chosen)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        painter.drawText(
            QRectF(box.left(), box.bottom() + 1, self.side, _TEXT - 2),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(index.data()),
        )  # fmt: skip
        painter.restore()


class AtlasGrid(LazyGrid):
    """The grid.

    Signals
    -------
    chosen : int
        An entry of the atlas.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Units of the atlas"))
        self.setObjectName("atlas_grid")
        self.atlas_model = AtlasModel(self)
        self.setModel(self.atlas_model)
        self.delegate = AtlasDelegate(self)
        self.setItemDelegate(self.delegate)
        self.selectionModel().currentChanged.connect(self._current)

    def show_rows(self, atlas: Atlas | None, rows: list[int]) -> None:
        """Show entries in an order; the chosen one stays chosen if it is among them."""
        before = self.current_row()
        if atlas is not self.atlas_model.atlas:
            self.forget()
            before = None
        self._missing.clear()
        self.atlas_model.show(atlas, rows)
        if before is not None and before in rows:
            self.choose(before)

    def current_row(self) -> int | None:
        """The chosen entry."""
        row = self.currentIndex().data(ROW)
        return None if row is None else int(row)

    def choose(self, row: int) -> None:
        """Choose an entry that is shown."""
        index = self.atlas_model.index(self.atlas_model.rows.index(row), 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            self.scrollTo(index)
            self.chosen.emit(int(index.data(ROW)))
