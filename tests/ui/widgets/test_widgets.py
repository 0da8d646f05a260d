"""The small widgets work by mouse, keyboard and name, and never cut a text off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from deconv_studio.ui import theme
from deconv_studio.ui.widgets import (
    ChipLabel,
    Collapsible,
    ColorSwatch,
    ElidedLabel,
    InlineMessage,
    LabeledSlider,
    PrimaryButton,
    SegmentedControl,
    ThinProgress,
)


@pytest.fixture(autouse=True)
def dark(qapp):
    theme.apply(qapp, "dark")


@pytest.fixture
def put(qtbot):
    """Show a widget by itself at a width."""

    def show(widget: QWidget, width: int = 300) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, max(40, widget.sizeHint().height()))
        widget.show()
        return widget

    return show


LONG = "/home/anna/pictures/2026/november/holiday at the sea/seeding of dandelions.jpg"


@pytest.mark.parametrize("kind", [ElidedLabel, ChipLabel])
@pytest.mark.parametrize("width", [40, 90, 200, 1200])
def test_long_text_is_shortened_in_the_middle_and_told_whole(put, kind, width):
    label = put(kind(LONG), width)
    shown = label.shown_text()
    assert label.text() == LONG
    assert QFontMetricsF(label.font()).horizontalAdvance(shown) <= label.width()
    if width < 600:
        assert "…" in shown
        assert label.toolTip() == LONG
    else:
        assert shown == LONG
        assert label.toolTip() == ""
    assert label.accessibleDescription() == LONG


def test_an_elided_label_follows_its_width_and_takes_one_line(put, qtbot):
    label = put(ElidedLabel(LONG), 100)
    label.resize(1200, 20)
    assert label.shown_text() == LONG
    label.setText("two\nlines")
    assert label.text() == "two lines"
    label.setToolTip("more about it")
    assert label.toolTip() == "more about it"
    label.setText("<b>not bold</b>")
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_an_elided_label_gives_way_in_a_layout(put):
    host = QWidget()
    row = QHBoxLayout(host)
    row.addWidget(ElidedLabel(LONG))
    row.addWidget(QLabel("end"))
    put(host, 160)
    assert host.width() == 160


@pytest.fixture
def segments(put) -> SegmentedControl:
    return put(SegmentedControl([(2, "×2"), (3, "×3"), (4, "×4")]))


def test_a_segment_is_chosen_by_mouse(segments, qtbot):
    assert segments.value() == 2
    with qtbot.waitSignal(segments.changed) as told:
        qtbot.mouseClick(segments.segment(4), Qt.MouseButton.LeftButton)
    assert told.args == [4]
    assert segments.value() == 4


def test_segments_are_chosen_by_keys(segments, qtbot):
    told = []
    segments.changed.connect(told.append)
    segments.segment(2).setFocus()
    qtbot.keyClick(segments.segment(2), Qt.Key.Key_Right)
    assert segments.value() == 3
    qtbot.keyClick(segments.segment(3), Qt.Key.Key_End)
    assert segments.value() == 4
    qtbot.keyClick(segments.segment(4), Qt.Key.Key_Home)
    qtbot.keyClick(segments.segment(2), Qt.Key.Key_Left)
    assert told[:3] == [3, 4, 2]
    # The focus proxy is the chosen one: Tab comes back to it.
    assert segments.focusProxy() is segments.segment(segments.value())


def test_a_segmented_control_has_names_for_a_screen_reader(segments):
    segments.setAccessibleName("Scale")
    assert segments.segment(3).accessibleName() == "Scale: ×3"


def test_equal_values_of_other_kinds_are_other_choices(put, qtbot):
    made = put(SegmentedControl([(1, "one"), (True, "yes"), ("1", "text")]))
    made.set_value(True)
    assert made.value() is True
    made.set_value(1)
    assert type(made.value()) is int
    with pytest.raises(ValueError, match="not among"):
        made.set_value(1.0)


def test_choices_can_change_and_be_closed(segments, qtbot):
    segments.set_choices([("a", "A"), ("b", "B"), ("c", "C")])
    assert segments.value() == "a"
    segments.set_choice_enabled("b", False, "not for this model")
    assert segments.segment("b").toolTip() == "not for this model"
    qtbot.mouseClick(segments.segment("b"), Qt.MouseButton.LeftButton)
    assert segments.value() == "a"
    with pytest.raises(ValueError, match="at least one"):
        segments.set_choices([])


def test_narrow_segments_shorten_and_tell(put):
    made = put(SegmentedControl([(1, "a long choice"), (2, "another long one")]), 90)
    assert made.segment(1).toolTip() == "a long choice"
    made.resize(600, 30)
    assert made.segment(1).toolTip() == ""


def test_set_value_tells_only_a_change(segments):
    told = []
    segments.changed.connect(told.append)
    segments.set_value(2)
    segments.set_value(3)
    segments.set_value(3)
    assert told == [3]


def test_a_section_folds_and_tells(put, qtbot):
    made = put(Collapsible("Advanced"))
    inside = QLabel("inside")
    made.set_content(inside)
    assert not inside.isVisible()
    with qtbot.waitSignal(made.toggled) as told:
        qtbot.keyClick(made.heading, Qt.Key.Key_Space)
    assert told.args == [True]
    assert inside.isVisible()
    assert made.is_open()
    assert made.heading.accessibleDescription() == "unfolded"
    made.set_open(False)
    assert not inside.isVisible()
    other = QLabel("other")
    made.set_content(other)
    assert made.content is other
    assert not other.isVisible()


def test_a_message_has_a_sentence_a_sign_and_ways_out(put, qtbot):
    host = QWidget()
    QVBoxLayout(host).addWidget(made := InlineMessage())
    put(host)
    assert not made.isVisible()
    done = []
    text = "a<b>.png is cut off. Copy it again."
    made.show_message(
        text, "error", [("Try again", lambda: done.append(1)), ("Skip", lambda: done.append(2))]
    )
    assert made.isVisible()
    assert made.text() == text
    assert made.label.textFormat() == Qt.TextFormat.PlainText
    assert made.accessibleName() == f"Error: {text}"
    assert [button.text() for button in made.buttons()] == ["Try again", "Skip"]
    qtbot.mouseClick(made.buttons()[1], Qt.MouseButton.LeftButton)
    assert done == [2]
    made.show_message("Only a note.", "info")
    assert made.buttons() == []
    assert made.kind == "info"
    with pytest.raises(ValueError, match="kind"):
        made.show_message("x", "shout")


def test_a_message_goes_when_closed_or_cleared(put, qtbot):
    made = put(InlineMessage())
    made.show_message("Something.", "warning")
    with qtbot.waitSignal(made.closed):
        qtbot.mouseClick(made._close, Qt.MouseButton.LeftButton)
    assert not made.isVisible()
    made.show_message("Again.", "warning")
    made.clear()
    assert not made.isVisible()
    assert made.text() == ""


@pytest.mark.parametrize("width", [180, 300, 420])
def test_a_messages_text_is_all_there_at_every_width(put, width):
    host = QWidget()
    column = QVBoxLayout(host)
    made = InlineMessage()
    column.addWidget(made)
    column.addStretch()
    host.resize(width, 500)
    put(host, width)
    host.resize(width, 500)
    made.show_message("A sentence that is long enough to need several lines in a narrow panel. " * 3, "error")
    host.layout().activate()
    assert made.label.height() >= made.label.heightForWidth(made.label.width())


def test_the_slider_and_its_box_agree(put, qtbot):
    made = put(LabeledSlider("Blend", 0, 1, 0.05))
    told = []
    made.changed.connect(told.append)
    made.slider.setValue(3)
    assert made.value() == 0.15
    assert made.box.text() == "0.15"
    made.box.setValue(0.8)
    assert made.slider.value() == 16
    made.slider.setValue(made.slider.maximum())
    assert made.value() == 1
    assert told == [0.15, 0.8, 1.0]
    made.set_value(7)
    assert made.value() == 1
    made.set_value(0.123456)
    assert made.value() == 0.123456
    assert made.slider.accessibleName() == "Blend"
    with pytest.raises(ValueError, match="minimum"):
        LabeledSlider("x", 1, 1)


def test_the_slider_is_moved_by_keys(put, qtbot):
    made = put(LabeledSlider("Gain", 1, 64, 1))
    made.slider.setFocus()
    qtbot.keyClick(made.slider, Qt.Key.Key_Right)
    assert made.value() == 2
    qtbot.keyClick(made.slider, Qt.Key.Key_End)
    assert made.value() == 64


def test_the_primary_button_shows_its_shortcut_where_it_fits(put, qtbot):
    made = put(PrimaryButton("Enlarge", "Ctrl+Return"))
    clicked = []
    made.clicked.connect(lambda: clicked.append(1))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    assert clicked == [1]
    assert made.accessibleDescription() == "Shortcut Ctrl+Return"
    wide = made.grab().toImage()
    made.set_shortcut_text("")
    assert made.grab().toImage() != wide
    assert made.sizeHint().height() >= 32
    made.resize(60, 32)
    assert not made.grab().isNull()


def test_the_progress_bar_is_thin_and_keeps_its_place(put):
    made = ThinProgress()
    assert made.height() == 4
    assert made.sizePolicy().retainSizeWhenHidden()
    made.set_fraction(0.25)
    assert made.value() == 250
    made.set_fraction(9)
    assert made.value() == made.maximum()
    assert made.accessibleName()


def test_a_swatch_tells_its_colour_in_words_and_can_be_switched(put, qtbot):
    made = put(ColorSwatch("#cc3344", "road"))
    assert made.accessibleName() == "road, #cc3344"
    made.setCheckable(True)
    made.setChecked(True)
    on = made.grab().toImage()
    made.setFocus()
    qtbot.keyClick(made, Qt.Key.Key_Space)
    assert not made.isChecked()
    assert made.grab().toImage() != on
    made.set_color("#00ff00")
    assert made.color().name() == "#00ff00"
    assert "#00ff00" in made.accessibleName()


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_every_widget_paints_in_every_state_and_scheme(put, qapp, qtbot, scheme):
    made = [
        SegmentedControl([(1, "one"), (2, "two")]),
        PrimaryButton("Go", "Ctrl+Return"),
        ColorSwatch("#123456", "name"),
        LabeledSlider("Gain", 0, 1, 0.1),
        Collapsible("Advanced"),
        ThinProgress(),
    ]
    theme.apply(qapp, scheme)
    for widget in made:
        put(widget)
        normal = widget.grab().toImage()
        widget.setEnabled(False)
        if not isinstance(widget, ThinProgress):
            assert widget.grab().toImage() != normal, type(widget)
        widget.setEnabled(True)
        qtbot.mouseMove(widget, QPoint(5, 5))
        assert not widget.grab().isNull()
    theme.apply(qapp, "dark")
