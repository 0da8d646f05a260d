"""The stage: one picture as large as its room, which can be painted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from deconv_studio.ui import theme

if TYPE_CHECKING:
    import numpy as np


class Stage(QWidget):
    """A picture, drawn as large as it fits.

    Signals
    -------
    stroked : ndarray
        ``(H, W)`` float32 in [0, 1], in the picture's pixels: what a stroke has covered so far.
    stroke_ended
        The button was let go.
    clicked_twice
        The picture was clicked twice.
    """

    stroked = Signal(object)
    stroke_ended = Signal()
    clicked_twice = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self.setMouseTracking(True)
        self._image: QImage | None = None
        self._stroke: np.ndarray | None = None
        self._last: QPointF | None = None
        self._pointer: QPointF | None = None
        self.is_paintable = False
        self.is_smooth = True
        #: Radius of the brush in the picture's pixels.
        self.radius = 4.0

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def show_image(self, image: QImage | None, words: str = "") -> None:
        """Show another picture; ``words`` say what it is to who cannot see it."""
        self._image = image
        self.setAccessibleDescription(words)
        self.update()

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_paintable(self, on: bool) -> None:
        """Let the pointer paint."""
        self.is_paintable = on
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self._drop_stroke()

    def _drop_stroke(self) -> None:
        self._stroke = self._last = None
        self.update()

    def place(self) -> QRectF:
        """Where the picture is drawn."""
        if self._image is None or self._image.isNull():
            return QRectF()
        scale = min(self.width() / self._image.width(), self.height() / self._image.height())
        place = QRectF(0, 0, self._image.width() * scale, self._image.height() * scale)
        place.moveCenter(QRectF(self.rect()).center())
        return place

    def to_picture(self, at: QPointF) -> QPointF:
        """A place of the widget in the picture's pixels."""
        place = self.place()
        assert self._image is not None
        return QPointF(
            (at.x() - place.left()) / place.width() * self._image.width(),
            (at.y() - place.top()) / place.height() * self._image.height(),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self.place()
        if self._image is None or place.isEmpty():
            painter.setPen(tokens.color("secondary"))
            painter.drawText(
                self.rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                self.tr("Choose a sample"),
            )
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.is_smooth)
        painter.drawImage(place, self._image)
        if self._stroke is not None:
            painter.drawImage(place, self._veil(tokens))
        if self.is_paintable and self._pointer is not None and place.contains(self._pointer):
            reach = self.radius * place.width() / self._image.width()
            # Light and dark, so that it is seen on every picture.
            for color, width in (("chip", 3.0), ("on_chip", 1.2)):
                painter.setPen(QPen(tokens.color(color), width))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self._pointer, reach, reach)
        painter.end()

    def _veil(self, tokens: theme.Tokens) -> QImage:
        import numpy as np

        assert self._stroke is not None
        color = tokens.color("accent")
        alpha = (self._stroke * 110).astype(np.uint8)
        veil = np.empty((*alpha.shape, 4), np.uint8)
        veil[:] = (color.red(), color.green(), color.blue(), 0)
        veil[:, :, 3] = alpha
        height, width = alpha.shape
        return QImage(veil.data, width, height, veil.strides[0], QImage.Format.Format_RGBA8888).copy()

    # -- painting -----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.is_paintable or self._image is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        import numpy as np

        self._stroke = np.zeros((self._image.height(), self._image.width()), np.float32)
        self._last = self.to_picture(event.position())
        self._paint_to(self._last)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._stroke is not None and self._last is not None and self._image is not None:
            self._paint_to(self.to_picture(event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._stroke is not None:
            self._drop_stroke()
            self.stroke_ended.emit()
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.is_paintable:
            self.mousePressEvent(event)
        else:
            self.clicked_twice.emit()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    def _paint_to(self, at: QPointF) -> None:
        """Cover what lies within the brush's reach of the way from the last place."""
        import numpy as np

        assert self._stroke is not None and self._last is not None
        self._stroke = np.maximum(self._stroke, cover(self._stroke.shape, self._last, at, self.radius))
        self._last = at
        self.update()
        self.stroked.emit(self._stroke)


def cover(shape: tuple[int, ...], first: QPointF, last: QPointF, radius: float) -> Any:
    """How much of each pixel a brush covers on its way from one place to another.

    Parameters
    ----------
    shape : (int, int)
        Height and width.
    first, last : QPointF
    radius : float
        Pixels.

    Returns
    -------
    ndarray
        ``(H, W)`` float32 in [0, 1]; the edge is one pixel soft.
    """
    import numpy as np

    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) + np.float32(0.5)
    along = np.array([last.x() - first.x(), last.y() - first.y()], np.float32)
    length = float(along @ along)
    across, down = columns - first.x(), rows - first.y()
    part = np.clip((across * along[0] + down * along[1]) / length, 0, 1) if length else np.float32(0)
    distance = np.hypot(across - part * along[0], down - part * along[1])
    return np.clip(radius + 0.5 - distance, 0, 1).astype(np.float32)
