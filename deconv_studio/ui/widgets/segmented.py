"""The segmented control: a few choices side by side, one of them chosen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from .. import theme

_HEIGHT = 30


class _Segment(QRadioButton):
    """One choice; a radio button to keyboard and screen reader, painted as a part of the bar."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.first = self.last = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return QSize(int(QFontMetricsF(self.font()).horizontalAdvance(self.text())) + 24, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(28, _HEIGHT)

    def hitButton(self, place: Any) -> bool:
        return bool(self.rect().contains(place))

    def _outline(self, inset: float) -> QPainterPath:
        # Square inside the bar, round at its ends.
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(box, theme.RADIUS, theme.RADIUS)
        if not self.first:
            path.addRect(QRectF(box.left(), box.top(), box.width() / 2, box.height()))
        if not self.last:
            path.addRect(QRectF(box.center().x(), box.top(), box.width() / 2, box.height()))
        return path.simplified()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, enabled = self.isChecked(), self.isEnabled()
        if chosen:
            ground = "accent" if enabled else "line"
            if enabled and self.isDown():
                ground = "accent_pressed"
            elif enabled and self.underMouse():
                ground = "accent_hover"
        elif not enabled:
            ground = "panel"
        elif self.isDown():
            ground = "pressed"
        else:
            ground = "hover" if self.underMouse() else "raised"
        painter.setPen(QPen(tokens.color("control" if enabled else "line"), 1))
        painter.setBrush(tokens.color(ground))
        painter.drawPath(self._outline(0.5))
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("on_accent" if chosen else "accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), 3, 3)
        color = "on_accent" if chosen else "text"
        painter.setPen(tokens.color(color if enabled else "disabled"))
        font = self.font()
        painter.setFont(font)
        room = self.width() - 8
        text = QFontMetricsF(font).elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()

    def fits(self) -> bool:
        """Whether all of the text can be seen."""
        return QFontMetricsF(self.font()).horizontalAdvance(self.text()) <= self.width() - 8


class SegmentedControl(QWidget):
    """A few choices side by side, one of them chosen.

    Tab reaches the chosen one; left and right arrow, Home and End choose another.

    Parameters
    ----------
    choices : iterable of (value, text)
        Values of any kind, compared with ``==`` and by type.

    Signals
    -------
    changed : object
        The user, or :meth:`set_value`, has chosen another value.
    """

    changed = Signal(object)

    def __init__(self, choices: Iterable[tuple[Any, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: list[Any] = []
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        # One outline between two segments, not two.
        self._row.setSpacing(0)
        self._segments: list[_Segment] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choices(choices)
        self._group.idToggled.connect(self._toggled)

    def set_choices(self, choices: Iterable[tuple[Any, str]]) -> None:
        """Offer other choices; the first is chosen. Does not emit."""
        for segment in self._segments:
            self._group.removeButton(segment)
            self._row.removeWidget(segment)
            segment.deleteLater()
        self._values, self._segments = [], []
        for value, text in choices:
            segment = _Segment(text, self)
            self._values.append(value)
            self._segments.append(segment)
            self._group.addButton(segment, len(self._segments) - 1)
            self._row.addWidget(segment, max(1, segment.sizeHint().width()))
        if not self._segments:
            raise ValueError("a segmented control needs at least one choice")
        self._segments[0].first = True
        self._segments[-1].last = True
        self._group.blockSignals(True)
        self._segments[0].setChecked(True)
        self._group.blockSignals(False)
        self.setFocusProxy(self._segments[0])

    def values(self) -> tuple[Any, ...]:
        """The values offered."""
        return tuple(self._values)

    def value(self) -> Any:
        """The value chosen."""
        return self._values[self._group.checkedId()]

    def set_value(self, value: Any) -> None:
        """Choose a value.

        Raises
        ------
        ValueError
            It is not among the choices.
        """
        for index, known in enumerate(self._values):
            # 1, 1.0 and True are equal to each other, but are not the same choice.
            if type(known) is type(value) and known == value:
                self._segments[index].setChecked(True)
                return
        raise ValueError(f"{value!r} is not among {self._values!r}")

    def set_choice_enabled(self, value: Any, enabled: bool, why: str = "") -> None:
        """Let a choice be chosen or not; `why` becomes its tooltip."""
        segment = self._segments[self._values.index(value)]
        segment.setEnabled(enabled)
        segment.setToolTip(why)

    def segment(self, value: Any) -> QRadioButton:
        """The button of a value."""
        return self._segments[self._values.index(value)]

    def setAccessibleName(self, name: str) -> None:
        """Name the control; each choice is told with it."""
        super().setAccessibleName(name)
        for segment in self._segments:
            segment.setAccessibleName(f"{name}: {segment.text()}")

    def _toggled(self, index: int, on: bool) -> None:
        if on:
            self.setFocusProxy(self._segments[index])
            self.changed.emit(self._values[index])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps: dict[int, range] = {
            Qt.Key.Key_Home: range(len(self._segments)),
            Qt.Key.Key_End: range(len(self._segments) - 1, -1, -1),
        }
        places = steps.get(event.key())
        if places is None:
            super().keyPressEvent(event)
            return
        for index in places:
            if self._segments[index].isEnabled():
                self._segments[index].setChecked(True)
                self._segments[index].setFocus(Qt.FocusReason.TabFocusReason)
                return

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        for segment in self._segments:
            if segment.isEnabled():
                segment.setToolTip("" if segment.fits() else segment.text())
