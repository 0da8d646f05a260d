"""A view with its name above it; the views side by side share one zoom, so that they show the same place."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from deconv_studio.ui import theme

MAX_ZOOM = 40.0
_HEAD = 22
_STEP = 1.25


class Frame(QObject):
    """The part of the picture that all linked views show, in relative coordinates.

    Signals
    -------
    changed
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    def whole(self) -> None:
        """Show everything."""
        self.set(1.0, QPointF(0.5, 0.5))

    def show_box(self, box: QRectF) -> None:
        """Show a part, relative to the picture, with a little around it."""
        side = max(box.width(), box.height(), 1 / MAX_ZOOM)
        self.set(min(MAX_ZOOM, 1 / (1.1 * side)), box.center())

    def set(self, zoom: float, centre: QPointF) -> None:
        """Show a place; never beyond the picture's edge further than half of what is seen."""
        self.zoom = min(MAX_ZOOM, max(1.0, zoom))
        half = 0.5 / self.zoom
        self.centre = QPointF(min(1 - half, max(half, centre.x())), min(1 - half, max(half, centre.y())))
        self.changed.emit()


class Plate(QWidget):
    """One view: a title, an image, marks.

    Wheel zooms to the cursor, dragging pans, double click shows the whole; a click says where. What was shown
    stays until what replaces it is there.

    Parameters
    ----------
    name : str
        For screen readers, and above the view.
    frame : Frame
        Shared by the views that show the same.

    Signals
    -------
    clicked : float, float
        Relative coordinates, 0 to 1 from left and top.
    hovered : float, float
        The same under the pointer; -1, -1 outside.
    """

    clicked = Signal(float, float)
    hovered = Signal(float, float)

    def __init__(self, name: str, frame: Frame, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.frame = frame
        self.image: QImage | None = None
        self.size_hint = QSize(64, 64)
        self.title = name
        self.note = ""
        self.box: QRectF | None = None
        self.cross: QPointF | None = None
        self.faint = False
        self.clickable = False
        self._pressed: QPointF | None = None
        self._moved = False
        self._start = QPointF()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 110)
        self.setAccessibleName(name)
        frame.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, 300)

    def set_image(self, image: QImage | None, title: str = "", note: str = "") -> None:
        """Show an image in place of the one before."""
        self.image = image
        self.title = title or self.name
        self.note = note
        self.faint = False
        self.setAccessibleDescription(f"{self.title} {note}".strip())
        self.update()

    def set_faint(self, faint: bool) -> None:
        """Show that the image is of what was asked for before."""
        if self.faint != faint:
            self.faint = faint
            self.update()

    def set_aspect(self, size: QSize) -> None:
        """Set the size of the picture that all linked views show; an image of another size is stretched."""
        self.size_hint = size
        self.update()

    # -- geometry --------------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        """Where the whole picture would be at zoom 1."""
        room = QRectF(0, _HEAD, self.width(), max(1, self.height() - _HEAD))
        wide, high = max(1, self.size_hint.width()), max(1, self.size_hint.height())
        scale = min(room.width() / wide, room.height() / high)
        width, height = wide * scale, high * scale
        return QRectF(room.left(), room.top(), width, height)

    def _shown(self) -> QRectF:
        """The part that is seen, relative to the picture."""
        side = 1 / self.frame.zoom
        return QRectF(self.frame.centre.x() - side / 2, self.frame.centre.y() - side / 2, side, side)

    def place(self, point: QPointF) -> QPointF | None:
        """The relative coordinates under a point of the widget, or None outside."""
        area, shown = self._area(), self._shown()
        if not area.contains(point):
            return None
        return QPointF(
            shown.left() + (point.x() - area.left()) / area.width() * shown.width(),
            shown.top() + (point.y() - area.top()) / area.height() * shown.height(),
        )

    def _device(self, relative: QPointF) -> QPointF:
        area, shown = self._area(), self._shown()
        return QPointF(
            area.left() + (relative.x() - shown.left()) / shown.width() * area.width(),
            area.top() + (relative.y() - shown.top()) / shown.height() * area.height(),
        )

    # -- painting --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        area = self._area()
        self._paint_title(painter)
        if self.image is None:
            painter.setPen(QPen(tokens.color("line"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.end()
            return
        shown = self._shown()
        source = QRectF(
            shown.left() * self.image.width(), shown.top() * self.image.height(),
            shown.width() * self.image.width(), shown.height() * self.image.height(),
        )  # fmt: skip
        # Single values have edges: they are smoothed only where they are made smaller.
        smaller = area.width() * self.devicePixelRatioF() < source.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
        if self.faint:
            painter.setOpacity(0.55)
        painter.drawImage(area, self.image, source)
        painter.setOpacity(1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(area)
        if self.box is not None:
            spot = QRectF(self._device(self.box.topLeft()), self._device(self.box.bottomRight()))
            self._outlined(painter, lambda: painter.drawRect(spot.adjusted(1, 1, -1, -1)))
        if self.cross is not None:
            at = self._device(self.cross)
            self._outlined(painter, lambda: _draw_cross(painter, at))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.end()

    def _outlined(self, painter: QPainter, draw: object) -> None:
        # Dark under light, so that it is seen on every picture.
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(0, 0, 0, 190), 4.0), (QColor(theme.LIGHT.on_accent), 1.6)):
            painter.setPen(QPen(color, width))
            draw()  # type: ignore[operator]

    def _paint_title(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        font = theme.body_font(theme.SECONDARY)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        note = metrics.elidedText(self.note, Qt.TextElideMode.ElideRight, self.width() * 0.5)
        taken = metrics.horizontalAdvance(note) + (10 if note else 0)
        painter.setPen(tokens.color("text"))
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideMiddle, max(0, self.width() - taken))
        head = QRectF(0, 0, self.width(), _HEAD - 4)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        if note:
            right = min(
                float(self.width()), max(self._area().right(), metrics.horizontalAdvance(title) + taken)
            )
            head.setRight(right)
            painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, note)
        full = f"{self.title}\n{self.note}".strip()
        if self.toolTip() != full:
            self.setToolTip(full)

    # -- pointer and keys ------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:
        place = self.place(event.position())
        if place is None or not event.angleDelta().y():
            event.ignore()
            return
        factor = _STEP ** (event.angleDelta().y() / 120)
        zoom = min(MAX_ZOOM, max(1.0, self.frame.zoom * factor))
        # What is under the cursor stays under it.
        share = self.frame.zoom / zoom
        centre = place + (self.frame.centre - place) * share
        self.frame.set(zoom, centre)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()
            self._start = QPointF(self.frame.centre)
            self._moved = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.place(event.position())
        self.hovered.emit(place.x() if place else -1.0, place.y() if place else -1.0)
        if self._pressed is None:
            return
        way = event.position() - self._pressed
        if way.manhattanLength() > 4:
            self._moved = True
        if self._moved and self.frame.zoom > 1:
            area = self._area()
            self.frame.set(
                self.frame.zoom,
                self._start
                - QPointF(
                    way.x() / area.width() / self.frame.zoom, way.y() / area.height() / self.frame.zoom
                ),
            )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._moved:
            place = self.place(event.position())
            if place is not None:
                self.clicked.emit(place.x(), place.y())
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        self.frame.whole()

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(-1.0, -1.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.frame.set(self.frame.zoom * _STEP, self.frame.centre)
        elif event.key() == Qt.Key.Key_Minus:
            self.frame.set(self.frame.zoom / _STEP, self.frame.centre)
        elif event.key() == Qt.Key.Key_0:
            self.frame.whole()
        else:
            super().keyPressEvent(event)


def _draw_cross(painter: QPainter, at: QPointF) -> None:
    painter.drawEllipse(at, 5, 5)
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        painter.drawLine(at + QPointF(5 * dx, 5 * dy), at + QPointF(10 * dx, 10 * dy))
