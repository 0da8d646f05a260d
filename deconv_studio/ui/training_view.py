"""How a training goes: what it does, time left, the curve, and the button that stops it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from deconv_studio.ui import theme
from deconv_studio.ui.status import seconds_text
from deconv_studio.ui.widgets import ElidedLabel, ThinProgress

if TYPE_CHECKING:
    from deconv_studio.ui.training import Trainer

#: Milliseconds between two looks at the clock while a training runs.
TICK = 1000


class Curve(QWidget):
    """The loss over the steps; lower is better."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("training_curve")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Curve of the loss"))
        self._points: list[tuple[float, float]] = []

    def set_points(self, points: list[tuple[float, float]]) -> None:
        """Show another curve: (step, loss), steps rising."""
        self._points = points
        self.setAccessibleDescription(
            self.tr("{first:.4g} at first, {last:.4g} now").format(first=points[0][1], last=points[-1][1])
            if points
            else ""
        )
        self.update()

    def points(self) -> list[tuple[float, float]]:
        """What is shown."""
        return list(self._points)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(240, 84)

    def minimumSizeHint(self) -> QSize:
        """As high as the hint."""
        return QSize(160, 84)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.setBrush(tokens.color("raised"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        painter.setFont(theme.body_font(theme.SMALL))
        inside = frame.adjusted(10, 8, -10, -8)
        painter.setPen(tokens.color("secondary"))
        if not self._points:
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, self.tr("the loss, once it is measured"))
            painter.end()
            return
        low, high = (pick(loss for _, loss in self._points) for pick in (min, max))
        last = self._points[-1]
        painter.drawText(
            inside,
            Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight,
            self.tr("loss {value:.4g}").format(value=last[1]),
        )
        area = inside.adjusted(0, 16, -4, -2)
        span = (high - low) or 1.0
        first, width = self._points[0][0], (last[0] - self._points[0][0]) or 1.0

        def place(point: tuple[float, float]) -> QPointF:
            return QPointF(
                area.x() + area.width() * (point[0] - first) / width,
                area.bottom() - area.height() * (point[1] - low) / span,
            )

        painter.setPen(QPen(tokens.color("accent"), 1.8))
        painter.drawPolyline(QPolygonF([place(point) for point in self._points]))
        painter.setBrush(tokens.color("accent"))
        painter.drawEllipse(place(last), 2.5, 2.5)
        painter.end()


class TrainingView(QWidget):
    """What stands under the button that starts a training. Shows nothing before the first one.

    Parameters
    ----------
    trainer : Trainer
    """

    def __init__(self, trainer: Trainer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.trainer = trainer
        self.progress = ThinProgress()
        self.progress.setAccessibleName(self.tr("Progress of the training"))
        self.doing = ElidedLabel("", mode=Qt.TextElideMode.ElideRight)
        self.doing.setProperty("role", "secondary")
        self.doing.setAccessibleName(self.tr("What the training does"))
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setAccessibleName(self.tr("Stop the training"))
        self.stop.setToolTip(self.tr("Stop with a checkpoint; the training can be gone on with."))
        self.stop.clicked.connect(self._stop)
        self.curve = Curve()
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.doing, 1)
        row.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.progress)
        column.addLayout(row)
        column.addWidget(self.curve)
        self._words = ""
        self._share = 0.0
        self._left: float | None = None
        self._heard_at = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)
        trainer.changed.connect(self._changed)
        trainer.heard.connect(self._heard)
        self.hide()
        self._changed()

    def _changed(self) -> None:
        running = self.trainer.is_running
        self.stop.setVisible(running)
        self.progress.setVisible(running)
        self.doing.setVisible(running)
        if not running:
            self._timer.stop()
            self.setVisible(bool(self.trainer.curve))
            return
        self.show()
        self.stop.setEnabled(True)
        self._words, self._share, self._left = self.tr("Starting…"), 0.0, None
        self.progress.set_fraction(0.0)
        self._show_curve()
        self._timer.start()
        self._tick()

    def _heard(self, event: dict[str, Any]) -> None:
        kind = event.get("event")
        if kind == "epoch":
            step = int(event.get("step", 0))
            self._share = float(event.get("share") or step / max(1, int(event.get("steps", 1))))
            self._left = float(event.get("seconds_left", 0.0))
            self._words = self.tr("step {step}").format(step=step)
            score = (event.get("measures") or {}).get("score")
            if isinstance(score, int | float):
                self._words += ", " + self.tr("score {value}").format(value=f"{score:.3g}")
            self._heard_at = time.monotonic()
            self._show_curve()
        elif kind == "diagnosis":
            self._words = str(event.get("message", ""))
        elif kind == "export":
            self._words, self._share, self._left = self.tr("Making the model…"), 1.0, None
        self._tick()

    def _show_curve(self) -> None:
        self.curve.set_points(
            [(float(each["step"]), float(each["loss"])) for each in self.trainer.curve if _has_loss(each)]
        )

    def _tick(self) -> None:
        """Move the bar and the time by the clock between two measurements."""
        parts = [self._words]
        share = self._share
        if self._left is not None:
            since = time.monotonic() - self._heard_at
            left = max(0.0, self._left - since)
            share += (1 - share) * (since / self._left if self._left > since else 1.0) if self._left else 0.0
            if left >= 1:
                parts.append(self.tr("{time} left").format(time=seconds_text(round(left))))
        self.progress.set_fraction(share)
        if not self.stop.isEnabled():
            parts = [self.tr("Stopping; a checkpoint is saved…")]
        self.doing.setText(", ".join(part for part in parts if part))

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.trainer.cancel()
        self._tick()

    def close_down(self) -> None:
        """Stop the clock."""
        self._timer.stop()


def _has_loss(event: dict[str, Any]) -> bool:
    return isinstance(event.get("loss"), int | float) and isinstance(event.get("step"), int)
