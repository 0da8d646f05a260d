"""One whole number of the layer: its name, a slider and a box to type it into, on one line."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

from deconv_studio.ui.widgets import inset


class ParameterRow(QWidget):
    """A whole number from a range, slid or typed.

    Parameters
    ----------
    text : str
        Its name.
    minimum, maximum : int
    tip : str
        What it does, in a sentence.

    Signals
    -------
    changed : int
    """

    changed = Signal(int)

    def __init__(
        self, text: str, minimum: int, maximum: int, tip: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label = QLabel(text)
        self.label.setFixedWidth(104)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(minimum, maximum)
        self.slider.setFixedHeight(26)
        self.slider.setPageStep(max(1, (maximum - minimum) // 5))
        self.box = QSpinBox()
        self.box.setRange(minimum, maximum)
        self.box.setFixedSize(68, 30)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        inset(self.box)
        self.label.setBuddy(self.box)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.setFocusProxy(self.slider)
        self.setAccessibleName(text)
        for control in (self.slider, self.box):
            control.setAccessibleName(text)
            control.setAccessibleDescription(tip)
            # A wheel meant to scroll the panel must not change what is under the pointer on the way.
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            control.installEventFilter(self)
        self.setToolTip(tip)
        self.slider.valueChanged.connect(self.box.setValue)
        self.box.valueChanged.connect(self._changed)

    def value(self) -> int:
        """The number."""
        return self.box.value()

    def set_value(self, value: int) -> None:
        """Set the number; beyond the range its nearest end."""
        self.box.setValue(value)

    def _changed(self, value: int) -> None:
        self.slider.setValue(value)
        self.changed.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
