"""What lies over the canvas and follows it: values of the picture's size, drawn for what can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    import numpy as np

    from .canvas import Canvas


class CanvasOverlay(QWidget):
    """Base of overlays: keeps the canvas's size, and a buffer for the part of the picture that is in sight.

    Values are read only where they can be seen, one for each pixel of the screen, so a view costs the same
    however large the picture is. A subclass fills the buffer in `_prepare`, by `_begin_buffer` and `_under`,
    and paints it with `_paint_buffer`.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.canvas = canvas
        self._buffer: np.ndarray | None = None
        self._image: QImage | None = None
        self._window = QRect()
        canvas.installEventFilter(self)
        canvas.view_changed.connect(self.refresh)
        self.setGeometry(canvas.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the canvas's size."""
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            self.setGeometry(self.canvas.rect())
            self.refresh()
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """Draw all that can be seen anew."""
        self._image = None
        self.update()

    def _frame(self) -> QRectF:
        """Where the picture lies, in the widget's pixels."""
        return self.canvas.picture_rect()

    def _prepare(self) -> None:
        """Make the buffer and draw into it."""
        raise RuntimeError("an overlay has to say what it shows")

    def _begin_buffer(self) -> np.ndarray | None:
        """Make a clear buffer for what of the picture can be seen.

        Returns
        -------
        ndarray or None
            ``(h, w)`` uint32, premultiplied ARGB, one for each pixel of the screen in `_window`; None where
            nothing of the picture can be seen.
        """
        import numpy as np

        ratio = self.devicePixelRatioF()
        frame = self._frame()
        whole = QRect(0, 0, round(self.width() * ratio), round(self.height() * ratio))
        seen = QRectF(frame.x() * ratio, frame.y() * ratio, frame.width() * ratio, frame.height() * ratio)
        self._window = seen.toAlignedRect().intersected(whole)
        if self._window.isEmpty():
            return None
        width, height = self._window.width(), self._window.height()
        self._buffer = np.zeros((height, width), np.uint32)
        self._image = QImage(
            self._buffer.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied
        )
        return self._buffer

    def _under(self, area: QRect, shape: tuple[int, ...], rim: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Which values of an array lie under pixels of the screen.

        Parameters
        ----------
        area : QRect
            In pixels of the screen, as `_window`.
        shape : (int, int, ...)
            Of the array that covers the picture: height, width.
        rim : int
            Pixels more to each side.

        Returns
        -------
        rows, columns : ndarray
            ``(h + 2 rim,)`` and ``(w + 2 rim,)`` intp; at the picture's border those of the border.
        """
        import numpy as np

        ratio = self.devicePixelRatioF()
        frame = self._frame()
        ys = (np.arange(area.y() - rim, area.y() + area.height() + rim) + 0.5) / ratio - frame.y()
        xs = (np.arange(area.x() - rim, area.x() + area.width() + rim) + 0.5) / ratio - frame.x()
        rows = np.clip((ys / frame.height() * shape[0]).astype(np.intp), 0, shape[0] - 1)
        columns = np.clip((xs / frame.width() * shape[1]).astype(np.intp), 0, shape[1] - 1)
        return rows, columns

    def _paint_buffer(self, painter: QPainter, event: QPaintEvent) -> None:
        """Paint the buffer where it belongs; it is made first where it is not there."""
        if self._image is None:
            self._prepare()
        if self._image is None:
            return
        ratio = self.devicePixelRatioF()
        window = self._window
        place = QRectF(
            window.x() / ratio, window.y() / ratio, window.width() / ratio, window.height() / ratio
        )
        painter.setClipRegion(event.region())
        painter.drawImage(place, self._image)
