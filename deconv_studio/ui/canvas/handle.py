"""The handle of the split: a slider for keyboard and screen reader, a round grip for the mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractSlider, QWidget

from .. import theme

SIZE = 28

_KEYS = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class SplitHandle(QAbstractSlider):
    """A grip on the dividing line; its value, 0 to 1000, is the line's place across the picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("split_handle")
        self.setRange(0, 1000)
        self.setSingleStep(10)
        self.setPageStep(100)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFixedSize(QSize(SIZE, SIZE))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setAccessibleName(self.tr("Dividing line between original and result"))
        self.setAccessibleDescription(self.tr("Left and right arrow move it, Home and End go to the edges."))
        self.setToolTip(self.tr("Drag, or press ← and →; double click for the middle"))
        self._by_key = False
        self._grip: float | None = None

    def event(self, event: QEvent) -> bool:
        # The window uses the arrows for the previous and next picture; on the handle they are the handle's.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.setAccepted(event.key() in _KEYS)
            return event.isAccepted() or super().event(event)
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - self.width() / 2
            self.setSliderDown(True)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            place = self.mapToParent(event.position().toPoint()).x()
            self._move(place - self._grip)
            event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._grip is not None:
            self._grip = None
            self.setSliderDown(False)
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.setValue(500)
        event.accept()

    def _move(self, x: float) -> None:
        from .canvas import Canvas

        canvas = self.parentWidget()
        if isinstance(canvas, Canvas):
            canvas.split_to(x)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        if self.hasFocus() and self._by_key:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(middle, 14, 14)
        # White on a dark rim: seen on every picture.
        painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(middle, 11.5, 11.5)
        painter.setPen(QPen(QColor("#1f2328"), 1.6, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for side in (-1, 1):
            tip, back = middle.x() + side * 6.5, middle.x() + side * 3
            painter.drawPolyline(
                QPolygonF(
                    [
                        QPointF(back, middle.y() - 3.5),
                        QPointF(tip, middle.y()),
                        QPointF(back, middle.y() + 3.5),
                    ]
                )
            )
        painter.end()
