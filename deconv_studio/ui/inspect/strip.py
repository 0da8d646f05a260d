"""The network as a strip of layers, first to last: operator, name, shape, parameters and what it sees."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from deconv_studio.ui import theme
from deconv_studio.ui.models import count_text

if TYPE_CHECKING:
    from deconv_studio.tasks.looking import LayerFacts

Index = QModelIndex | QPersistentModelIndex
_CARD = QSize(138, 72)
LAYER = int(Qt.ItemDataRole.UserRole)


def shape_text(shape: tuple[int, ...]) -> str:
    """A layer's shape: units, then the size of their maps."""
    return " × ".join(map(str, shape))


def short_name(name: str) -> str:
    """A layer's name without what exporters put around it.

    PyTorch's ``/features/features.11/Relu_output_0`` becomes ``features.11/Relu``: the node's last parts,
    of which one that only repeats the next is left out.
    """
    parts = [part for part in re.sub(r"_output_\d+$", "", name).split("/") if part]
    kept = [
        part for part, after in zip(parts, [*parts[1:], ""], strict=False) if not after.startswith(f"{part}.")
    ]
    return "/".join(kept[-2:]) or name


def short_shape(shape: tuple[int, ...]) -> str:
    """The same in the room of a card."""
    return " · ".join([str(shape[0]), *(["×".join(map(str, shape[1:]))] if shape[1:] else [])])


class LayerModel(QAbstractListModel):
    """The layers of a network."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.layers: tuple[LayerFacts, ...] = ()

    def set_layers(self, layers: tuple[LayerFacts, ...]) -> None:
        """Show another network, or the same one with more known about it."""
        if [each.name for each in layers] == [each.name for each in self.layers]:
            self.layers = layers
            if layers:
                self.dataChanged.emit(self.index(0), self.index(len(layers) - 1))
            return
        self.beginResetModel()
        self.layers = layers
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.layers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        layer = self.layers[index.row()]
        if role == LAYER:
            return layer
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{layer.name}, {layer.op}, {shape_text(layer.shape)}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.details(layer)
        return None

    def details(self, layer: LayerFacts) -> str:
        """All that is known of a layer, in lines."""
        lines = [
            layer.name,
            self.tr("Operator {op}, node {node}").format(op=layer.op, node=layer.node),
            self.tr("{units} units, shape {shape}").format(units=layer.units, shape=shape_text(layer.shape)),
            self.tr("{count} parameters").format(count=f"{layer.parameters:,}"),
        ]
        if layer.field is not None:
            lines.append(
                self.tr("its middle sees {height} × {width} pixels").format(
                    height=layer.field[0], width=layer.field[1]
                )
            )
        if not layer.reversible:
            lines.append(
                self.tr("There is no way back from here to the picture; only its maps can be shown.")
            )
        return "\n".join(lines)


class LayerFilter(QSortFilterProxyModel):
    """Leaves out layers a person does not look for."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.text = ""
        self.all = False
        self.keep = ""

    def use(self, text: str, all_layers: bool, keep: str) -> None:
        """Show layers whose name or operator has ``text``; with ``all_layers`` also those in between;
        ``keep`` in any case."""
        wanted = text.strip().casefold(), all_layers, keep
        if wanted != (self.text, self.all, self.keep):
            self.text, self.all, self.keep = wanted
            self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        source = self.sourceModel()
        assert isinstance(source, LayerModel)
        layer = source.layers[row]
        if layer.name == self.keep and not self.text:
            return True
        if self.text:
            return self.text in f"{layer.name} {layer.op}".casefold()
        return self.all or layer.main


class LayerDelegate(QStyledItemDelegate):
    """Draws a layer as a card, with its volume drawn to scale at the left."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return _CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.tokens()
        layer: LayerFacts = index.data(LAYER)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(2.5, 2.5, -8.5, -2.5)
        painter.setPen(QPen(tokens.color("accent" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(tokens.color("info_area" if chosen else "hover" if over else "raised"))
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        # The line on to the next layer.
        painter.setPen(QPen(tokens.color("control"), 1))
        painter.drawLine(
            QPointF(box.right() + 1.5, box.center().y()), QPointF(box.right() + 8.5, box.center().y())
        )
        self._volume(painter, layer, QRectF(box.left() + 7, box.top() + 7, 16, box.height() - 14), chosen)
        left = box.left() + 29
        room = box.right() - left - 6
        small = theme.body_font(theme.SMALL)
        mono = theme.mono_font(theme.SMALL)
        lines = (
            (small, "secondary", layer.op if layer.reversible else f"{layer.op} ⊘"),
            (mono, "text", short_name(layer.name)),
            (small, "secondary", short_shape(layer.shape)),
            (small, "secondary", self._facts(layer, QFontMetricsF(small), room)),
        )
        height = (box.height() - 8) / len(lines)
        for row, (font, color, text) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(tokens.color("text" if chosen else color))
            short = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            painter.drawText(
                QRectF(left, box.top() + 4 + row * height, room, height),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short,
            )  # fmt: skip
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(tokens.color("text"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 4, 4)
        painter.restore()

    def _facts(self, layer: LayerFacts, metrics: QFontMetricsF, room: float) -> str:
        parts = []
        if layer.field is not None:
            parts.append(self.tr("sees {side}").format(side=max(layer.field)))
        if layer.parameters:
            parts.append(count_text(layer.parameters).replace(" ", ""))
        while len(parts) > 1 and metrics.horizontalAdvance(" · ".join(parts)) > room:
            parts.pop()
        return " · ".join(parts) or "–"

    def _volume(self, painter: QPainter, layer: LayerFacts, room: QRectF, chosen: bool) -> None:
        """A block as high as its maps and as wide as its units, both on logarithmic scales."""
        tokens = theme.tokens()
        side = max(layer.shape[1:], default=1)
        high = max(3.0, room.height() * min(1.0, math.log2(side + 1) / 9))
        wide = max(3.0, room.width() * min(1.0, math.log2(layer.units + 1) / 11))
        block = QRectF(0, 0, wide, high)
        block.moveCenter(room.center())
        color = tokens.color("accent" if layer.reversible else "disabled")
        painter.setPen(QPen(color, 1))
        color.setAlpha(150 if chosen else 90)
        painter.setBrush(color)
        painter.drawRect(block)


class LayerStrip(QListView):
    """The cards in a row that scrolls sideways.

    Signals
    -------
    chosen : str
        A layer's tensor name.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_strip")
        self.setAccessibleName(self.tr("Layers"))
        self.layer_model = LayerModel(self)
        self.filter = LayerFilter(self)
        self.filter.setSourceModel(self.layer_model)
        self.setModel(self.filter)
        self.setItemDelegate(LayerDelegate(self))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFixedHeight(_CARD.height() + 16)
        self.setStyleSheet("QListView { background: transparent; border: none; padding: 0px; }")
        self._setting = False
        self.selectionModel().currentChanged.connect(self._current)

    def set_layers(self, layers: tuple[LayerFacts, ...]) -> None:
        """Show a network's layers."""
        self._setting = True
        self.layer_model.set_layers(layers)
        self._setting = False

    def current_layer(self) -> str:
        """The chosen layer's name, or ""."""
        layer = self.currentIndex().data(LAYER)
        return str(layer.name) if layer is not None else ""

    def choose(self, name: str) -> bool:
        """Mark a layer and scroll to it; does not emit. Whether it is shown."""
        for row in range(self.filter.rowCount()):
            index = self.filter.index(row, 0)
            if index.data(LAYER).name == name:
                self._setting = True
                self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                self._setting = False
                self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
                return True
        return False

    def step(self, by: int) -> None:
        """Choose the layer before or after."""
        row = self.currentIndex().row() + by
        if 0 <= row < self.filter.rowCount():
            self.setCurrentIndex(self.filter.index(row, 0))

    def _current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if self._setting or not index.isValid():
            return
        self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.chosen.emit(index.data(LAYER).name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            # At the ends too: the window would open the next picture.
            self.step(step)
            event.accept()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.PositionAtCenter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (turn.x() or turn.y()))
        event.accept()
