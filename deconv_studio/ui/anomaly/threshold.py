"""The threshold, slid over the scores of normal pictures it has to stand above."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from deconv_studio.ui import theme

BINS = 28
#: Device-independent pixels above the bars for the marks, below for the axis' ends, and at each side.
HEAD, FOOT, SIDE = 16, 18, 8


def number_text(value: float) -> str:
    """A score in three significant digits, without an exponent where it can be read without."""
    return f"{value:.3g}" if value == 0 or 1e-4 <= abs(value) < 1e5 else f"{value:.2e}"


class ThresholdPlot(QWidget):
    """A histogram of the normal pictures' scores, the open picture's score in it, and the threshold to drag.

    Signals
    -------
    changed : float
        The threshold was moved by hand.
    """

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("threshold_plot")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName(self.tr("Threshold of the score"))
        self._scores: tuple[float, ...] = ()
        self._threshold = 0.0
        self._marker: float | None = None
        self._low, self._top = 0.0, 1.0
        self._held = False
        self._say()

    # -- what is shown ---------------------------------------------------------------------------------------

    def set_normal(self, scores: tuple[float, ...], threshold: float) -> None:
        """Show the scores of another model's normal pictures, rising, and its threshold."""
        self._scores, self._threshold = scores, threshold
        self._marker = None
        self._fit()

    def set_threshold(self, threshold: float) -> None:
        """Move the threshold without :attr:`changed`."""
        self._threshold = max(0.0, threshold)
        self._fit()

    def set_marker(self, score: float | None) -> None:
        """Mark the open picture's score, or none."""
        self._marker = score
        self._fit()

    @property
    def threshold(self) -> float:
        """Where the threshold stands."""
        return self._threshold

    @property
    def low(self) -> float:
        """The score at the left end: 0, unless all there is lies far from it."""
        return self._low

    @property
    def top(self) -> float:
        """The score at the right end."""
        return self._top

    def counts(self) -> list[int]:
        """How many normal pictures each bar stands for."""
        found = [0] * BINS
        for score in self._scores:
            share = (score - self._low) / (self._top - self._low)
            found[min(BINS - 1, max(0, int(share * BINS)))] += 1
        return found

    def _fit(self) -> None:
        if not self._held:
            normal = max([*self._scores[-1:], self._threshold])
            # A score far off is shown at the edge: the normal ones must not shrink to a line for it.
            reach = min(self._marker or 0.0, 2.5 * normal) if normal else (self._marker or 1.0)
            highest = max(normal, reach)
            lowest = min([*self._scores[:1], self._threshold, reach if self._marker is not None else normal])
            # Where all lies close together and far from 0, it is drawn from a little below the lowest.
            self._low = (
                max(0.0, lowest - 0.3 * (highest - lowest)) if 0.5 * highest < lowest < highest else 0.0
            )
            self._top = highest + 0.15 * (highest - self._low) or 1.0
        self._say()
        self.update()

    def _say(self) -> None:
        text = self.tr("{value}; {count} normal pictures").format(
            value=number_text(self._threshold), count=len(self._scores)
        )
        if self._marker is not None:
            text += self.tr("; this picture {value}").format(value=number_text(self._marker))
        self.setAccessibleDescription(text)

    # -- geometry --------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, 112)

    def minimumSizeHint(self) -> QSize:
        """As high as the hint."""
        return QSize(160, 112)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(SIDE, HEAD, -SIDE, -FOOT)

    def place_of(self, score: float) -> float:
        """The column of a score; beyond the right end, that end."""
        area = self._area()
        return area.x() + area.width() * min(1.0, max(0.0, (score - self._low) / (self._top - self._low)))

    def score_at(self, x: float) -> float:
        """The score at a column."""
        area = self._area()
        share = min(1.0, max(0.0, (x - area.x()) / max(1.0, area.width())))
        return self._low + (self._top - self._low) * share

    # -- painting --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        on = self.isEnabled()
        painter.setPen(
            QPen(tokens.color("accent" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1)
        )
        painter.setBrush(tokens.color("raised"))
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        area = self._area()
        counts = self.counts()
        most = max(counts, default=0)
        width = area.width() / BINS
        for number, count in enumerate(counts):
            if not count:
                continue
            height = max(2.0, (area.height() - 4) * count / most)
            bar = QRectF(area.x() + number * width, area.bottom() - height, max(1.0, width - 1), height)
            # What lies above the threshold is drawn hollow: colour is never the only sign.
            above = self._low + (number + 0.5) / BINS * (self._top - self._low) > self._threshold
            painter.setPen(QPen(tokens.color("control"), 1) if above else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 0) if above else tokens.color("control"))
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, 0) if above else bar)
        painter.setPen(QPen(tokens.color("control"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if self._marker is not None:
            self._paint_marker(painter, area)
        if on:
            x = self.place_of(self._threshold)
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.drawLine(QPointF(x, area.top() - 4), QPointF(x, area.bottom()))
            painter.setPen(QPen(tokens.color("raised"), 1.5))
            painter.setBrush(tokens.color("accent"))
            painter.drawEllipse(QPointF(x, area.top() - 5), 6, 6)
        self._paint_axis(painter, area)
        painter.end()

    def _paint_marker(self, painter: QPainter, area: QRectF) -> None:
        tokens = theme.tokens()
        assert self._marker is not None  # asked before
        x = self.place_of(self._marker)
        color = tokens.color("error" if self._marker > self._threshold else "success")
        painter.setPen(QPen(color, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        foot = area.bottom()
        if self._marker > self._top:
            # It lies further right than can be shown.
            points = [QPointF(x + 6, foot - 9), QPointF(x - 3, foot - 15), QPointF(x - 3, foot - 3)]
        else:
            points = [QPointF(x, foot - 10), QPointF(x - 6, foot + 1), QPointF(x + 6, foot + 1)]
        painter.drawPolygon(QPolygonF(points))

    def _paint_axis(self, painter: QPainter, area: QRectF) -> None:
        tokens = theme.tokens()
        font = theme.body_font(theme.SMALL)
        painter.setFont(font)
        painter.setPen(tokens.color("secondary"))
        line = QRectF(area.x(), area.bottom() + 2, area.width(), FOOT - 4)
        middle = self.tr("scores of normal pictures") if self._scores else self.tr("no normal scores known")
        left, right = number_text(self._low), number_text(self._top)
        metrics = QFontMetricsF(font)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        room = area.width() - 2 * metrics.horizontalAdvance(right) - 16
        text = metrics.elidedText(middle, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    # -- hands -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self._move(self.score_at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            self._move(self.score_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held:
            self._held = False
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = (self._top - self._low) / 100
        moves = {
            Qt.Key.Key_Left: -step,
            Qt.Key.Key_Down: -step,
            Qt.Key.Key_Right: step,
            Qt.Key.Key_Up: step,
            Qt.Key.Key_PageDown: -10 * step,
            Qt.Key.Key_PageUp: 10 * step,
        }
        by = moves.get(Qt.Key(event.key()))
        if by is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        self._move(self._threshold + by)

    def _move(self, threshold: float) -> None:
        threshold = max(0.0, threshold)
        if threshold == self._threshold:
            return
        self.set_threshold(threshold)
        self.changed.emit(threshold)
