"""The label map over the canvas: colours, outlines or uncertainty, and the pointer that draws on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)

from deconv_studio.ui import theme
from deconv_studio.ui.canvas.overlay import CanvasOverlay

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.ui.canvas.canvas import Canvas
    from deconv_studio.ui.segment.mask import Box

View = Literal["colours", "outlines", "uncertainty"]
Tool = Literal["look", "brush", "eraser", "fill", "polygon"]

CLOSE = 8
"""Device-independent pixels from a polygon's first corner within which a click closes it."""


class MaskOverlay(CanvasOverlay):
    """Lies over the canvas, shows a label map where the picture is, and turns the pointer into edits; an edit
    draws its own box anew.

    Signals
    -------
    stroke_began
    stroked : (float, float), (float, float)
        The brush went from one place of the picture to another.
    stroke_ended
    filled : int, int
        A click with the fill tool: column and row.
    outlined : list of (float, float)
        A polygon was closed.
    """

    stroke_began = Signal()
    stroked = Signal(object, object)
    stroke_ended = Signal()
    filled = Signal(int, int)
    outlined = Signal(object)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("mask_overlay")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Mask over the picture"))
        self._labels: np.ndarray | None = None
        self._uncertainty: np.ndarray | None = None
        self._things: np.ndarray | None = None
        self._colors: tuple[tuple[int, int, int], ...] = ()
        self._clear: frozenset[int] = frozenset()
        self._hidden: frozenset[int] = frozenset()
        self._opacity = 0.5
        self._view: View = "colours"
        self._tool: Tool = "look"
        self._diameter = 20.0
        self._pointer: QPointF | None = None
        self._last: tuple[float, float] | None = None
        self._corners: list[tuple[float, float]] = []
        self._set_through()

    # -- what is shown ---------------------------------------------------------------------------------------

    def show_labels(
        self,
        labels: np.ndarray | None,
        colors: tuple[tuple[int, int, int], ...] = (),
        clear: frozenset[int] = frozenset(),
    ) -> None:
        """Show another map.

        Parameters
        ----------
        labels : ndarray or None
            ``(H, W)`` uint8 of the picture's size; read whenever something is drawn anew.
        colors : tuple of (int, int, int)
            RGB of each class.
        clear : frozenset of int
            Classes that are never coloured, as a background.
        """
        self._labels = labels
        self._things = None
        self._colors = colors
        self._clear = clear
        self._corners = []
        self._last = None
        self.refresh()

    def set_uncertainty(self, values: np.ndarray | None) -> None:
        """Set what the uncertainty view shows: ``(h, w)`` uint8, 255 where the network is undecided."""
        self._uncertainty = values
        if self._view == "uncertainty":
            self.refresh()

    def set_things(self, things: np.ndarray | None) -> None:
        """Outline things of one class apart: ``(H, W)`` numbers, or None where there are none."""
        self._things = things
        if self._view == "outlines":
            self.refresh()

    def set_view(self, view: View) -> None:
        """Choose colours, outlines or uncertainty."""
        self._view = view
        self.refresh()

    def set_opacity(self, opacity: float) -> None:
        """Set how much the colours cover, from 0 to 1; outlines stay as they are."""
        self._opacity = min(1.0, max(0.0, opacity))
        self.refresh()

    def set_hidden(self, classes: frozenset[int]) -> None:
        """Leave classes out."""
        self._hidden = classes
        self.refresh()

    def refresh_box(self, box: Box) -> None:
        """Draw a box of the picture anew, in the picture's pixels."""
        if self._image is None or self._labels is None or box[2] <= box[0]:
            self.update()
            return
        frame = self._frame()
        sx, sy = frame.width() / self._labels.shape[1], frame.height() / self._labels.shape[0]
        ratio = self.devicePixelRatioF()
        # One pixel more to each side, since outlines are drawn beside what changed.
        area = QRect(
            math.floor(frame.x() * ratio + box[0] * sx * ratio) - 2,
            math.floor(frame.y() * ratio + box[1] * sy * ratio) - 2,
            math.ceil((box[2] - box[0]) * sx * ratio) + 4,
            math.ceil((box[3] - box[1]) * sy * ratio) + 4,
        ).intersected(self._window)
        if area.isEmpty():
            return
        self._render(area)
        self.update(
            math.floor(area.x() / ratio) - 1,
            math.floor(area.y() / ratio) - 1,
            math.ceil(area.width() / ratio) + 2,
            math.ceil(area.height() / ratio) + 2,
        )

    # -- tools -----------------------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """What the pointer does; "look" leaves it to the canvas."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Choose what the pointer does."""
        self._tool = tool
        self._corners = []
        self._last = None
        self._set_through()
        self.update()

    def set_diameter(self, diameter: float) -> None:
        """Set the brush, in the picture's pixels."""
        self._diameter = max(1.0, diameter)
        self.update()

    @property
    def corners(self) -> list[tuple[float, float]]:
        """The corners of a polygon that is not closed yet."""
        return list(self._corners)

    def _set_through(self) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, self._tool == "look")
        if self._tool == "look":
            self.unsetCursor()
        elif self._tool in ("brush", "eraser"):
            self.setCursor(Qt.CursorShape.BlankCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

    # -- geometry --------------------------------------------------------------------------------------------

    def place(self, position: QPointF) -> tuple[float, float] | None:
        """The picture's x and y under a place of the widget, also outside the picture; None without a map."""
        frame = self._frame()
        if self._labels is None or frame.isEmpty():
            return None
        height, width = self._labels.shape
        return (
            (position.x() - frame.x()) / frame.width() * width,
            (position.y() - frame.y()) / frame.height() * height,
        )

    # -- painting --------------------------------------------------------------------------------------------

    def _table(self) -> np.ndarray:
        """Premultiplied ARGB of each class as ``(256,)`` uint32."""
        import numpy as np

        table = np.zeros((256, 4), np.float32)
        opacity = 1.0 if self._view == "outlines" else self._opacity
        for number, (red, green, blue) in enumerate(self._colors):
            if number in self._hidden or number in self._clear:
                continue
            table[number] = (blue * opacity, green * opacity, red * opacity, 255 * opacity)
        packed: np.ndarray = np.rint(table).astype(np.uint8).view(np.uint32)[:, 0]
        return packed

    @staticmethod
    def _ramp(opacity: float) -> np.ndarray:
        """Even steps of lightness from clear to yellow, as ``(256,)`` uint32."""
        import numpy as np

        share = np.linspace(0, 1, 256)
        alpha = np.clip(share * 1.6, 0, 1) * max(opacity, 0.35)
        red, green, blue = 70 + 185 * share, 20 + 205 * share, 110 - 70 * share
        table = np.stack([blue * alpha, green * alpha, red * alpha, 255 * alpha], axis=1)
        packed: np.ndarray = np.rint(table).astype(np.uint8).view(np.uint32)[:, 0]
        return packed

    def _prepare(self) -> None:
        """Make the buffer for what of the picture can be seen, and draw it."""
        if self._begin_buffer() is not None:
            self._render(self._window)

    def _render(self, area: QRect) -> None:
        """Draw part of the buffer, `area` in device pixels of the widget."""
        import numpy as np

        assert self._buffer is not None  # made before
        assert self._labels is not None
        source = self._uncertainty if self._view == "uncertainty" else self._labels
        top, left = area.y() - self._window.y(), area.x() - self._window.x()
        target = self._buffer[top : top + area.height(), left : left + area.width()]
        if source is None:
            target[...] = 0
            return
        rows, columns = self._under(area, source.shape, 1 if self._view == "outlines" else 0)
        values = source[rows][:, columns]
        if self._view == "uncertainty":
            np.take(self._ramp(self._opacity), values, out=target)
            return
        table = self._table()
        if self._view == "colours":
            np.take(table, values, out=target)
            return
        # Hidden and clear classes have no outline of their own, but others have one against them.
        border = _borders(values)
        if self._things is not None:
            border |= _borders(self._things[rows][:, columns])
        np.multiply(np.take(table, values[1:-1, 1:-1]), border, out=target, casting="unsafe")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._labels is not None and self.canvas.picture is not None:
            self._paint_buffer(painter, event)
        self._paint_pointer(painter)
        painter.end()

    def _paint_pointer(self, painter: QPainter) -> None:
        """The brush's ring and the polygon so far: white on a dark rim, seen on every picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self._frame()
        if self._labels is None or frame.isEmpty():
            return
        scale = frame.width() / self._labels.shape[1]
        pens = (QPen(QColor(0, 0, 0, 170), 3), QPen(QColor("#ffffff"), 1.4))
        if self._tool in ("brush", "eraser") and self._pointer is not None:
            radius = max(1.5, self._diameter / 2 * scale)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in pens:
                painter.setPen(pen)
                painter.drawEllipse(self._pointer, radius, radius)
        if self._corners:
            points = [
                QPointF(frame.x() + x * scale, frame.y() + y * frame.height() / self._labels.shape[0])
                for x, y in self._corners
            ]
            if self._pointer is not None:
                points.append(self._pointer)
            for pen in pens:
                painter.setPen(pen)
                painter.drawPolyline(QPolygonF(points))
            painter.setPen(pens[0])
            painter.setBrush(QBrush(QColor(theme.tokens().accent)))
            painter.drawEllipse(points[0], 4, 4)

    # -- pointer ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place(event.position())
        if event.button() != Qt.MouseButton.LeftButton or place is None:
            event.ignore()
            return
        if self._tool in ("brush", "eraser"):
            self._last = place
            self.stroke_began.emit()
            self.stroked.emit(place, place)
        elif self._tool == "fill":
            self.filled.emit(math.floor(place[0]), math.floor(place[1]))
        elif self._tool == "polygon":
            self._add_corner(place, event.position())
        event.accept()

    def _add_corner(self, place: tuple[float, float], position: QPointF) -> None:
        if len(self._corners) >= 3 and self._labels is not None:
            frame = self._frame()
            x, y = self._corners[0]
            first = QPointF(
                frame.x() + x / self._labels.shape[1] * frame.width(),
                frame.y() + y / self._labels.shape[0] * frame.height(),
            )
            if (first - position).manhattanLength() <= CLOSE:
                self.close_polygon()
                return
        self._corners.append(place)
        self.update()

    def close_polygon(self) -> None:
        """Fill what was outlined so far."""
        corners, self._corners = self._corners, []
        if len(corners) >= 3:
            self.outlined.emit(corners)
        self.update()

    def drop_polygon(self) -> bool:
        """Forget the corners; whether there were any."""
        had = bool(self._corners)
        self._corners = []
        self.update()
        return had

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # The second press of a double click is a press like others, but that it closes a polygon.
        if self._tool == "polygon" and event.button() == Qt.MouseButton.LeftButton and self._corners:
            self.close_polygon()
            event.accept()
            return
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._update_pointer()
        self._pointer = event.position()
        self._update_pointer()
        place = self.place(event.position())
        if self._last is not None and place is not None:
            before, self._last = self._last, place
            self.stroked.emit(before, place)
        # The canvas says what is under the pointer.
        event.ignore()

    def _update_pointer(self) -> None:
        """Paint anew where the pointer's ring is; all of it while a polygon's line follows the pointer."""
        if self._corners:
            self.update()
        elif self._pointer is not None and self._labels is not None:
            reach = max(1.5, self._diameter / 2 * self._frame().width() / self._labels.shape[1]) + 4
            ring = QRectF(self._pointer.x() - reach, self._pointer.y() - reach, 2 * reach, 2 * reach)
            self.update(ring.toAlignedRect())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._last is not None:
            self._last = None
            self.stroke_ended.emit()
            event.accept()
            return
        event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        self._update_pointer()
        self._pointer = None
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._corners and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_polygon()
        elif self._corners and event.key() == Qt.Key.Key_Escape:
            self.drop_polygon()
        elif self._corners and event.key() == Qt.Key.Key_Backspace:
            self._corners.pop()
            self.update()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        # Esc stops runs in the window; while a polygon is open it is the polygon's.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._corners
            and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Return)
        ):
            event.accept()
            return True
        return super().event(event)


def _borders(values: np.ndarray) -> np.ndarray:
    """Where a value differs from one beside it, without the outermost rows and columns: bool."""
    middle = values[1:-1, 1:-1]
    border: np.ndarray = middle != values[:-2, 1:-1]
    for other in (values[2:, 1:-1], values[1:-1, :-2], values[1:-1, 2:]):
        border |= middle != other
    return border
