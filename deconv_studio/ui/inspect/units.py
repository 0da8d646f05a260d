"""Every unit of a layer as a small map, drawn only where it is seen."""

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
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deconv_studio.ui import theme

if TYPE_CHECKING:
    from deconv_studio.tasks.looking import UnitMaps

Index = QModelIndex | QPersistentModelIndex
UNIT = int(Qt.ItemDataRole.UserRole)
_TEXT = 17
_GAP = 6


class UnitModel(QAbstractListModel):
    """The units of a layer in an order."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.maps: UnitMaps | None = None
        self.order: list[int] = []
        self.rows: dict[int, int] = {}
        self.colours: list[int] = []
        self.names: tuple[str, ...] = ()

    def set_maps(
        self, maps: UnitMaps | None, order: list[int], colours: list[int], names: tuple[str, ...]
    ) -> None:
        """Show a layer; ``names`` of its units where they have some."""
        self.beginResetModel()
        self.maps, self.order, self.colours, self.names = maps, order, colours, names
        self.rows = {unit: row for row, unit in enumerate(order)}
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.order)

    def name(self, unit: int) -> str:
        """What a unit is called."""
        return self.names[unit] if unit < len(self.names) else str(unit)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        unit = self.order[index.row()]
        if role == UNIT:
            return unit
        if self.maps is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.name(unit)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self.tr("Unit {unit}: peak {peak:.4g} at {place}, mean {mean:.4g}").format(
                unit=f"{unit} ({self.name(unit)})" if self.name(unit) != str(unit) else unit,
                peak=float(self.maps.peaks[unit]), mean=float(self.maps.means[unit]),
                place=place_text(self.maps.places[unit]),
            )  # fmt: skip
        return None

    def image(self, unit: int) -> QImage | None:
        """A unit's map; no pixel is computed here, only coloured by a table."""
        if self.maps is None:
            return None
        plane = self.maps.maps[unit]
        height, width = plane.shape
        image = QImage(plane.data, width, height, plane.strides[0], QImage.Format.Format_Indexed8)
        image.setColorTable(self.colours)
        return image


def place_text(place: tuple[int, ...]) -> str:
    """A position on a map, row first as everywhere in the lens."""
    return f"({', '.join(map(str, place))})" if place else "—"


class UnitDelegate(QStyledItemDelegate):
    """Draws a unit's map with its number under it."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.side = 60
        self.box = QSize(60, 60)

    def fit(self, shape: tuple[int, ...]) -> None:
        """Make room for maps of a shape (units, height, width), with the longer side as long as `side`."""
        high, wide = shape[1:]
        scale = self.side / max(high, wide)
        # Room for the number below, and for a row of values to be seen.
        self.box = QSize(max(36, round(wide * scale)), max(10, round(high * scale)))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.box.width() + _GAP, self.box.height() + _TEXT + 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        model = index.model()
        assert isinstance(model, UnitModel)
        unit = index.data(UNIT)
        image = model.image(unit)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        left, top = option.rect.left() + 1, option.rect.top() + 1
        box = QRectF(left, top, self.box.width(), self.box.height())
        if image is not None:
            wide, high = image.width(), image.height()
            scale = min(box.width() / wide, box.height() / high)
            # A row of values is drawn higher than it is, else it would be a hairline.
            inner = QRectF(0, 0, wide * scale, max(high * scale, 10.0))
            inner.moveCenter(box.center())
            painter.setRenderHint(
                QPainter.RenderHint.SmoothPixmapTransform,
                wide > box.width() * painter.device().devicePixelRatioF(),
            )
            painter.drawImage(inner, image)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(QPen(tokens.color("accent" if chosen else "control"), 2.5 if chosen else 1.5))
            painter.drawRect(box.adjusted(0, 0, 0, 0))
        font = theme.body_font(theme.SMALL)
        if chosen:
            font.setBold(True)
        painter.setFont(font)
        painter.setPen(tokens.color("text"))
        words = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(
            QRectF(box.left(), box.bottom() + 1, box.width(), _TEXT - 2),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words,
        )  # fmt: skip
        painter.restore()


class UnitGrid(QListView):
    """The grid of units.

    Signals
    -------
    chosen : int
        A unit.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("unit_grid")
        self.setAccessibleName(self.tr("Units"))
        self.unit_model = UnitModel(self)
        self.setModel(self.unit_model)
        self.delegate = UnitDelegate(self)
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
        self._setting = False
        self.selectionModel().currentChanged.connect(self._current)

    def set_maps(
        self, maps: UnitMaps | None, order: list[int], colours: list[int], names: tuple[str, ...] = ()
    ) -> None:
        """Show a layer's units in an order."""
        same = self.unit_model.maps is not None and maps is not None and (
            self.unit_model.maps.layer == maps.layer
        )  # fmt: skip
        place = self.verticalScrollBar().value()
        if maps is not None:
            self.delegate.fit(maps.maps.shape)
        self._setting = True
        self.unit_model.set_maps(maps, order, colours, names)
        self._setting = False
        if same:
            self.verticalScrollBar().setValue(place)
        else:
            self.scrollToTop()

    def current_unit(self) -> int | None:
        """The chosen unit."""
        unit = self.currentIndex().data(UNIT)
        return None if unit is None else int(unit)

    def choose(self, unit: int) -> bool:
        """Mark a unit and scroll to it; does not emit. Whether there is one."""
        row = self.unit_model.rows.get(unit)
        if row is None:
            return False
        index = self.unit_model.index(row, 0)
        self._setting = True
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._setting = False
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        return True

    def step(self, by: int) -> None:
        """Choose the unit before or after in the grid's order."""
        row = max(0, self.currentIndex().row()) + by
        self.setCurrentIndex(self.unit_model.index(max(0, min(row, len(self.unit_model.order) - 1)), 0))

    def _current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not self._setting and index.isValid():
            self.scrollTo(index)
            self.chosen.emit(int(index.data(UNIT)))

    def columns(self) -> int:
        """Units in a row."""
        return max(1, self.viewport().width() // (self.delegate.box.width() + _GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.columns(), Qt.Key.Key_Down: self.columns(),
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            row = self.currentIndex().row() + step
            # Accepted at the ends too: the window would open the next picture.
            if 0 <= row < len(self.unit_model.order):
                self.step(step)
            event.accept()
            return
        super().keyPressEvent(event)
