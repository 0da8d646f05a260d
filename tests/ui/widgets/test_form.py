"""A form made from an option model shows every field, keeps every value, passes over what does not fit."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QSpinBox

from deconv_studio.tasks.base import Options, option
from deconv_studio.tasks.upscale import UpscaleOptions
from deconv_studio.ui.widgets import LabeledSlider, OptionsForm, SegmentedControl, form_from_options
from deconv_studio.ui.widgets.slider import NumberBox


class Many(Options):
    few: Literal[2, 3, 4] = option(3, label="Few", help="Side by side.")
    mixed: Literal[1, "1", True] = option("1", label="Mixed", help="Equal, but not the same.")
    many: Literal["a", "b", "c", "d", "e"] = option("b", label="Many", help="A list.", choices={"a": "Alpha"})
    on: bool = option(True, label="On", help="A switch.")
    count: int = option(5, label="Count", help="A number.", ge=-3, le=900, unit="px", step=4)
    free: int = option(0, label="Free", help="Any integer.")
    share: float = option(0.25, label="Share", help="A slider.", ge=0.0, le=1.0, step=0.05)
    sigma: float = option(1.5, label="Sigma", help="No end.", ge=0.0)
    text: str = option("hello", label="Text", help="Words.", advanced=True)
    tile: int = option(0, label="Tile", help="Folded away.", ge=0, le=64, advanced=True)


@pytest.fixture(scope="module")
def form(qapp):
    made = form_from_options(Many)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def test_every_field_has_the_control_for_its_kind(form):
    kinds = {name: type(control) for name, control in form.controls.items()}
    assert kinds == {
        "few": SegmentedControl,
        "mixed": SegmentedControl,
        "many": QComboBox,
        "on": QCheckBox,
        "count": QSpinBox,
        "free": QSpinBox,
        "share": LabeledSlider,
        "sigma": NumberBox,
        "text": QLineEdit,
        "tile": QSpinBox,
    }
    assert all(control.accessibleName() and control.toolTip() for control in form.controls.values())
    assert form.controls["many"].itemText(0) == "Alpha"
    assert form.controls["count"].suffix() == " px"
    assert (form.controls["count"].minimum(), form.controls["count"].maximum()) == (-3, 900)


def test_it_starts_with_the_defaults_and_goes_back_to_them(form):
    form.reset()
    assert form.options() == Many()
    form.set_values({"few": 4, "text": "x"})
    assert form.options() == Many(few=4, text="x")
    form.reset()
    assert form.options() == Many()


def test_advanced_options_are_folded_away(form):
    assert not form.advanced.is_open()
    assert not form.controls["tile"].isVisible()
    assert form.controls["few"].isVisible()
    form.advanced.set_open(True)
    assert form.controls["tile"].isVisible()
    form.advanced.set_open(False)


values = st.fixed_dictionaries(
    {
        "few": st.sampled_from([2, 3, 4]),
        "mixed": st.sampled_from([1, "1", True]),
        "many": st.sampled_from("abcde"),
        "on": st.booleans(),
        "count": st.integers(-3, 900),
        "free": st.integers(-(2**31) + 1, 2**31 - 1),
        "share": st.floats(0, 1),
        "sigma": st.floats(0, 1e9),
        "text": st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30),
        "tile": st.integers(0, 64),
    }
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values)
def test_what_is_put_in_comes_out(form, given_values):
    wanted = Many(**given_values)
    assert form.set_values(given_values) == ()
    assert form.options() == wanted
    for name, value in form.values().items():
        assert type(value) is type(given_values[name]), name
    form.reset()
    form.set_options(wanted)
    assert form.options() == wanted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from([*Many.model_fields, "none such"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.none()),
        max_size=5,
    )
)
def test_nonsense_is_passed_over_and_what_stays_is_valid(form, nonsense):
    form.reset()
    refused = form.set_values(nonsense)
    assert ("none such" in nonsense) == ("none such" in refused)
    options = form.options()
    for name, value in nonsense.items():
        if name not in refused:
            assert getattr(options, name) == value


def test_it_tells_once_and_only_of_changes(form, qtbot):
    form.reset()
    told = []
    form.changed.connect(lambda: told.append(form.values()))
    form.set_values({"few": 2, "on": False, "text": "new"})
    assert len(told) == 1
    form.set_values({"few": 2})
    assert len(told) == 1
    form.controls["on"].click()
    assert len(told) == 2
    form.controls["many"].setCurrentIndex(4)
    assert told[-1]["many"] == "e"
    form.reset()


def test_a_wheel_on_its_way_changes_nothing(form):
    form.reset()
    for name in ("many", "count", "sigma", "share"):
        control = form.controls[name]
        target = control.slider if isinstance(control, LabeledSlider) else control
        target.clearFocus()
        event = QWheelEvent(
            QPointF(5, 5),
            target.mapToGlobal(QPointF(5, 5)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(target, event)
    assert form.options() == Many()


def test_the_upscale_tasks_own_options_make_a_form(qtbot):
    made = form_from_options(UpscaleOptions)
    qtbot.addWidget(made)
    assert made.options() == UpscaleOptions()
    chosen = UpscaleOptions(scale=4, blend=0.333, tta=True, alpha="bicubic", tile=96)
    made.set_options(chosen)
    assert made.options() == chosen


def test_a_model_without_advanced_fields_has_no_fold(qtbot):
    class Plain(Options):
        on: bool = option(False, label="On", help="A switch.")

    made = OptionsForm(Plain)
    qtbot.addWidget(made)
    assert made.advanced is None
