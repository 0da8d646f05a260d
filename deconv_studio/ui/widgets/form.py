"""A usable form from a task's option model: one control a field, advanced ones folded away."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.tasks.base import OptionField, Options, describe

from .collapsible import Collapsible
from .segmented import SegmentedControl
from .slider import LabeledSlider, NumberBox, inset

#: Up to this many choices with short words stand side by side; more fold into a list.
SEGMENTS = 4
_SEGMENT_LETTERS = 26

#: A number with both ends and at most this many steps gets a slider.
SLIDER_STEPS = 1000

_INT_LIMIT = 2**31 - 1
_FLOAT_LIMIT = 1e12


class OptionsForm(QWidget):
    """Controls for the fields of an option model.

    Words come translated in the context "Options".

    Signals
    -------
    changed
        Some value has changed.
    """

    changed = Signal()

    def __init__(self, options_type: type[Options], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.options_type = options_type
        self.fields: dict[str, OptionField] = {field.name: field for field in describe(options_type)}
        self.controls: dict[str, QWidget] = {}
        self._quiet = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.advanced: Collapsible | None = None
        folded = [field for field in self.fields.values() if field.advanced]
        for field in self.fields.values():
            if not field.advanced:
                self._add(column, field)
        if folded:
            inside = QWidget()
            inner = QVBoxLayout(inside)
            inner.setContentsMargins(0, 0, 0, 4)
            inner.setSpacing(4)
            for field in folded:
                self._add(inner, field)
            self.advanced = Collapsible(self.tr("Advanced"))
            self.advanced.set_content(inside)
            column.addWidget(self.advanced)

    def _add(self, column: QVBoxLayout, field: OptionField) -> None:
        label, tip = _words(field.label), _words(field.help)
        control = self._control(field, label)
        control.setObjectName(f"option_{field.name}")
        control.setToolTip(tip)
        control.setAccessibleName(label)
        control.setAccessibleDescription(tip)
        self.controls[field.name] = control
        if not isinstance(control, QCheckBox | LabeledSlider):
            name = QLabel(label, self)
            name.setProperty("role", "secondary")
            name.setBuddy(control)
            name.setToolTip(tip)
            if column.count():
                column.addSpacing(4)
            column.addWidget(name)
        column.addWidget(control)

    def _control(self, field: OptionField, label: str) -> QWidget:
        if field.kind == "switch":
            box = QCheckBox(label, self)
            box.setChecked(bool(field.default))
            box.toggled.connect(self._told)
            return box
        if field.kind == "choice":
            return self._choice(field)
        if field.kind == "integer":
            return self._integer(field)
        if field.kind == "number":
            return self._number(field, label)
        line = QLineEdit(str(field.default), self)
        line.textChanged.connect(self._told)
        return line

    def _choice(self, field: OptionField) -> QWidget:
        choices = [(value, _words(word)) for value, word in field.choices]
        if len(choices) <= SEGMENTS and sum(len(word) for _, word in choices) <= _SEGMENT_LETTERS:
            segments = SegmentedControl(choices, self)
            segments.set_value(field.default)
            segments.changed.connect(self._told)
            return segments
        box = QComboBox(self)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        for index, (_, word) in enumerate(choices):
            box.addItem(word)
            box.setItemData(index, word, Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(_index(field, field.default))
        box.currentIndexChanged.connect(self._told)
        self._calm(box)
        return box

    def _integer(self, field: OptionField) -> QWidget:
        box = QSpinBox(self)
        inset(box)
        box.setKeyboardTracking(False)
        low, high = _range(field)
        box.setRange(
            -_INT_LIMIT if low is None else max(-_INT_LIMIT, math.ceil(low)),
            _INT_LIMIT if high is None else min(_INT_LIMIT, math.floor(high)),
        )
        box.setSingleStep(max(1, round(field.step or 1)))
        if field.unit:
            box.setSuffix(f" {field.unit}")
        box.setValue(int(field.default))
        box.valueChanged.connect(self._told)
        self._calm(box)
        return box

    def _number(self, field: OptionField, label: str) -> QWidget:
        low, high = _range(field)
        step = field.step or (0.01 if high is not None and low is not None and high - low <= 1 else 0.1)
        if low is not None and high is not None and 0 < (high - low) / step <= SLIDER_STEPS:
            slider = LabeledSlider(label, low, high, step, unit=field.unit or "", parent=self)
            slider.set_value(float(field.default))
            slider.changed.connect(self._told)
            return slider
        box = NumberBox(self)
        box.setRange(-_FLOAT_LIMIT if low is None else low, _FLOAT_LIMIT if high is None else high)
        box.setSingleStep(step)
        if field.unit:
            box.setSuffix(f" {field.unit}")
        box.set_number(float(field.default))
        box.valueChanged.connect(self._told)
        self._calm(box)
        return box

    def _calm(self, control: QWidget) -> None:
        # A wheel that scrolls the panel must not change a value on its way.
        control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _told(self, *_: object) -> None:
        if not self._quiet:
            self.changed.emit()

    def values(self) -> dict[str, Any]:
        """The values by field name, of the types the option model has."""
        return {name: self._value(field) for name, field in self.fields.items()}

    def _value(self, field: OptionField) -> Any:
        control = self.controls[field.name]
        if isinstance(control, SegmentedControl):
            return control.value()
        if isinstance(control, QComboBox):
            return field.choices[control.currentIndex()][0]
        if isinstance(control, QCheckBox):
            return control.isChecked()
        if isinstance(control, NumberBox):
            return control.number()
        if isinstance(control, QSpinBox | LabeledSlider):
            return control.value()
        assert isinstance(control, QLineEdit)
        return control.text()

    def options(self) -> Options:
        """The values as the option model.

        Raises
        ------
        pydantic.ValidationError
            The model has a rule the controls do not know.
        """
        return self.options_type(**self.values())

    def set_values(self, values: dict[str, Any]) -> tuple[str, ...]:
        """Set controls by field name; emits `changed` at most once.

        Returns
        -------
        tuple of str
            Names of values that fit no field or no control; those are passed over.
        """
        before = self.values()
        refused = []
        self._quiet = True
        try:
            for name, value in values.items():
                field = self.fields.get(name)
                if field is None or not self._put(field, value):
                    refused.append(name)
        finally:
            self._quiet = False
        if self.values() != before:
            self.changed.emit()
        return tuple(refused)

    def set_options(self, options: Options) -> None:
        """Show these options."""
        self.set_values(options.model_dump())

    def reset(self) -> None:
        """Back to the defaults."""
        self.set_values({name: field.default for name, field in self.fields.items()})

    def _put(self, field: OptionField, value: Any) -> bool:
        control = self.controls[field.name]
        if field.kind == "choice":
            index = _index(field, value)
            if index < 0:
                return False
            if isinstance(control, SegmentedControl):
                control.set_value(field.choices[index][0])
            elif isinstance(control, QComboBox):
                control.setCurrentIndex(index)
            return True
        if isinstance(control, QCheckBox):
            if not isinstance(value, bool):
                return False
            control.setChecked(value)
            return True
        if isinstance(control, QSpinBox):
            if isinstance(value, bool) or not isinstance(value, int):
                return False
            if not control.minimum() <= value <= control.maximum():
                return False
            control.setValue(value)
            return True
        if isinstance(control, NumberBox | LabeledSlider):
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                return False
            box = control.box if isinstance(control, LabeledSlider) else control
            if not box.minimum() <= value <= box.maximum():
                return False
            box.set_number(float(value))
            return True
        if isinstance(control, QLineEdit) and isinstance(value, str):
            control.setText(value)
            return True
        return False


def form_from_options(options_type: type[Options], parent: QWidget | None = None) -> OptionsForm:
    """Build a form from an option model (see :func:`deconv_studio.tasks.base.option`).

    Raises
    ------
    TypeError
        A field has a type there is no control for.
    """
    return OptionsForm(options_type, parent)


def _words(text: str) -> str:
    return QCoreApplication.translate("Options", text) if text else ""


def _index(field: OptionField, value: Any) -> int:
    for index, (known, _) in enumerate(field.choices):
        if type(known) is type(value) and known == value:
            return index
    return -1


def _range(field: OptionField) -> tuple[float | None, float | None]:
    return field.minimum, field.maximum
