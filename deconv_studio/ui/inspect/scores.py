"""What the network says of the picture: the strongest classes with a bar each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from deconv_studio.ui import theme

if TYPE_CHECKING:
    from deconv_studio.tasks.looking import Score

_LINE = 20


class ScoreList(QWidget):
    """Classes, strongest first; a click chooses one.

    Signals
    -------
    chosen : int
        The class's unit.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scores: list[Score] = []
        self.marked: int | None = None
        self._row = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Class scores"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(5 * _LINE)

    def set_scores(self, scores: list[Score]) -> None:
        """Show other scores."""
        self.scores = scores
        self._row = 0
        self.setFixedHeight(max(1, len(scores)) * _LINE)
        self.setAccessibleDescription(", ".join(f"{self._name(each)} {each.value:.2f}" for each in scores))
        self.update()

    def mark(self, unit: int | None) -> None:
        """Mark the class that is looked at."""
        self.marked = unit
        self.update()

    def _name(self, score: Score) -> str:
        return score.name or self.tr("class {unit}").format(unit=score.unit)

    def sizeHint(self) -> QSize:
        return QSize(200, 5 * _LINE)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        font = theme.body_font(theme.SECONDARY)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        if not self.scores:
            painter.setPen(tokens.color("secondary"))
            painter.drawText(
                self.rect(), Qt.AlignmentFlag.AlignVCenter, self.tr("This network has no classes.")
            )
            painter.end()
            return
        highest = max(1e-9, max(abs(each.value) for each in self.scores))
        for row, score in enumerate(self.scores):
            line = QRectF(0, row * _LINE, self.width(), _LINE)
            number = f"{score.value:.2f}" if score.probable else f"{score.value:.3g}"
            wide = 44.0
            share = max(0.0, score.value if score.probable else score.value / highest)
            color = tokens.color("accent")
            color.setAlpha(90 if score.unit != self.marked else 160)
            room = self.width() - wide
            painter.fillRect(QRectF(0, line.top() + 2, max(1.0, room * min(1.0, share)), _LINE - 4), color)
            painter.setPen(tokens.color("text"))
            name = metrics.elidedText(self._name(score), Qt.TextElideMode.ElideRight, room - 12)
            painter.drawText(line.adjusted(6, 0, -wide, 0), Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number)
            if score.unit == self.marked:
                painter.setPen(QPen(tokens.color("accent"), 1.5))
                painter.drawRect(QRectF(0.5, line.top() + 1.5, room - 1, _LINE - 3))
            if self.hasFocus() and row == self._row:
                painter.setPen(QPen(tokens.color("text"), 1, Qt.PenStyle.DotLine))
                painter.drawRect(line.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y() // _LINE)
        if 0 <= row < len(self.scores):
            self._row = row
            self.chosen.emit(self.scores[row].unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and self.scores:
            self._row = max(0, min(self._row + step, len(self.scores) - 1))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.scores:
            self.chosen.emit(self.scores[self._row].unit)
        else:
            super().keyPressEvent(event)
