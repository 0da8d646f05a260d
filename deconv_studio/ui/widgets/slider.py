"""A slider with its name and its value above it; the value can be typed."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)


def inset(box: QAbstractSpinBox) -> None:
    """Keep the text off the frame: where a style sheet is in force, Qt leaves a spin box's padding out."""
    buttons = box.buttonSymbols() != QAbstractSpinBox.ButtonSymbols.NoButtons
    box.lineEdit().setTextMargins(8, 0, 20 if buttons else 2, 0)


class NumberBox(QDoubleSpinBox):
    """A box for a number that shows no needless zeros and gives back exactly what was put in."""

    #: Digits behind the point that can be typed.
    DIGITS = 9

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exact = 0.0
        self.setDecimals(self.DIGITS)
        self.setKeyboardTracking(False)
        plain = self.locale()
        plain.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        self.setLocale(plain)
        inset(self)

    def number(self) -> float:
        """The number; not rounded where it came from :meth:`set_number`."""
        shown = self.value()
        return self._exact if abs(self._exact - shown) <= 10.0**-self.DIGITS else shown

    def set_number(self, number: float) -> None:
        """Set the number, into the range."""
        bounded = min(self.maximum(), max(self.minimum(), number))
        before = self.value()
        differs = bounded != self._exact
        self._exact = bounded
        self.setValue(bounded)
        if differs and self.value() == before:
            # Too small a step for the box to notice, but not for who asked for it.
            self.valueChanged.emit(before)

    def textFromValue(self, value: float) -> str:
        digits = f"{value:.{self.DIGITS}f}".rstrip("0").partition(".")[2]
        return self.locale().toString(float(value), "f", len(digits))


class LabeledSlider(QWidget):
    """A number from a range, slid or typed.

    Parameters
    ----------
    text : str
        Its name; "" where a label stands elsewhere.
    minimum, maximum, step : float
    unit : str
        Behind the number.

    Signals
    -------
    changed : float
    """

    changed = Signal(float)

    def __init__(
        self,
        text: str,
        minimum: float,
        maximum: float,
        step: float = 1.0,
        *,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if not minimum < maximum or step <= 0:
            raise ValueError(f"a slider needs minimum < maximum and step > 0: {minimum}, {maximum}, {step}")
        self._minimum, self._step = minimum, step
        self.label = QLabel(text, self)
        self.label.setVisible(bool(text))
        self.box = NumberBox(self)
        self.box.setRange(minimum, maximum)
        self.box.setSingleStep(step)
        self.box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.box.setFixedWidth(76)
        inset(self.box)
        if unit:
            self.box.setSuffix(f" {unit}")
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, max(1, math.floor((maximum - minimum) / step + 1e-9)))
        self.slider.setPageStep(max(1, self.slider.maximum() // 10))
        self.label.setBuddy(self.box)
        # A wheel meant to scroll the panel must not change what is under the pointer on the way.
        for control in (self.slider, self.box):
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.label, 1)
        head.addWidget(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.slider)
        self.setFocusProxy(self.slider)
        self.setAccessibleName(text)
        self.slider.valueChanged.connect(self._slid)
        self.box.valueChanged.connect(self._typed)
        self.set_value(minimum)

    def value(self) -> float:
        """The number."""
        return self.box.number()

    def set_value(self, value: float) -> None:
        """Set the number; outside the range the nearest end."""
        self.box.set_number(value)

    def setAccessibleName(self, name: str) -> None:
        """Name the control and both its parts."""
        super().setAccessibleName(name)
        self.slider.setAccessibleName(name)
        self.box.setAccessibleName(name)

    def _slid(self, place: int) -> None:
        at_end = place == self.slider.maximum()
        # Rounded, because 3 * 0.05 is 0.15000000000000002.
        self.box.set_number(self.box.maximum() if at_end else round(self._minimum + place * self._step, 9))

    def _typed(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round((value - self._minimum) / self._step))
        self.slider.blockSignals(False)
        self.changed.emit(self.box.number())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
