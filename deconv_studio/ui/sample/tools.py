"""The controls under the stage: looking, arithmetic, walking and painting."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSlider, QSpinBox, QVBoxLayout, QWidget

from deconv_studio.ui import icons, theme
from deconv_studio.ui.inspect.cards import CardList
from deconv_studio.ui.widgets import ElidedLabel, LabeledSlider, SegmentedControl, inset


def button(text: str, tip: str) -> QPushButton:
    """A button in a row of several, which leaves room for longer words than English has."""
    made = QPushButton(text)
    made.setProperty("variant", "tight")
    made.setAccessibleName(text.rstrip("…"))
    made.setToolTip(tip)
    made.setMinimumWidth(40)
    return made


def line(*widgets: QWidget, stretch: int = 1) -> QHBoxLayout:
    """Widgets side by side."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, stretch)
    return row


class Tool(QWidget):
    """A page of controls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)

    def words(self, text: str = "") -> ElidedLabel:
        """A line of secondary text."""
        label = ElidedLabel(text)
        label.setProperty("role", "secondary")
        self.column.addWidget(label)
        return label


class LookTool(Tool):
    """What can be done with the sample that is shown, and the training pictures nearest to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vary = button(self.tr("Vary"), self.tr("Show samples near this one (V)"))
        self.large = button(self.tr("Large"), self.tr("Give it the whole room, and back (Return)"))
        self.large.setCheckable(True)
        self.copy = button(self.tr("Copy"), self.tr("Copy the picture (Ctrl+C)"))
        self.use = button(
            self.tr("Use"), self.tr("Open it as the picture, to enlarge or inspect it in another panel")
        )
        self.column.addLayout(line(self.vary, self.large, self.copy, self.use))
        self.near_words = self.words("")
        self.near = CardList(self.tr("Nearest training pictures"))
        self.near.delegate.side = 44
        self.near.delegate.pictures = 1
        self.near.setFixedHeight(104)
        self.column.addWidget(self.near)
        self.column.addStretch(1)
        self.forget_near()

    def set_ready(self, on: bool) -> None:
        """Whether a sample is shown."""
        for each in (self.vary, self.copy, self.use, self.large):
            each.setEnabled(on)

    def forget_near(self) -> None:
        """No training pictures are named to look through."""
        self.near_words.setText(self.tr("Nearest training pictures: no folder yet"))


class MixTool(Tool):
    """Arithmetic with kept samples: means, and a direction to go along."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = self.words()
        self.first = button(self.tr("Mark A"), self.tr("Chosen kept samples are where the direction starts"))
        self.second = button(self.tr("Mark B"), self.tr("Chosen kept samples are where the direction leads"))
        self.mean = button(self.tr("Mean"), self.tr("Show the mean of the chosen kept samples"))
        self.column.addLayout(line(self.first, self.second, self.mean))
        self.amount = LabeledSlider(self.tr("From A towards B"), -2.0, 2.0, 0.05)
        self.amount.set_value(0.0)
        self.amount.setToolTip(
            self.tr("The sample is moved along the way from A's mean to B's mean; 1 is the whole way.")
        )
        self.column.addWidget(self.amount)
        self.column.addStretch(1)


class WalkTool(Tool):
    """A player of the walk through the kept samples.

    Signals
    -------
    moved : int
        Another frame is wanted.
    changed
        It is another walk.
    """

    moved = Signal(int)
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.how = SegmentedControl(
            [("slerp", self.tr("Slerp")), ("lerp", self.tr("Lerp")), ("spline", self.tr("Spline"))]
        )
        self.how.setAccessibleName(self.tr("Way between samples"))
        for value, tip in (
            ("slerp", self.tr("Along great circles: the middle is as likely as the ends")),
            ("lerp", self.tr("Straight lines")),
            ("spline", self.tr("One smooth curve through all samples")),
        ):
            self.how.segment(value).setToolTip(tip)
        self.frames = QSpinBox()
        self.frames.setRange(2, 2000)
        self.frames.setValue(60)
        self.frames.setSuffix(self.tr(" frames"))
        self.frames.setKeyboardTracking(False)
        inset(self.frames)
        self.frames.setAccessibleName(self.tr("Frames of the walk"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.how, 3)
        head.addWidget(self.frames, 2)
        self.column.addLayout(head)
        self.play = QPushButton()
        self.play.setCheckable(True)
        self.play.setFixedWidth(40)
        self.play.setAccessibleName(self.tr("Play"))
        self.play.setToolTip(self.tr("Play the walk, or stop it"))
        self.scrub = QSlider(Qt.Orientation.Horizontal)
        self.scrub.setAccessibleName(self.tr("Frame of the walk"))
        self.scrub.setMinimumHeight(26)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.scrub, 1)
        self.column.addLayout(row)
        self.speed = QSpinBox()
        self.speed.setRange(1, 50)
        self.speed.setValue(20)
        self.speed.setSuffix(self.tr(" frames/s"))
        inset(self.speed)
        self.speed.setAccessibleName(self.tr("Speed of the walk"))
        self.export = button(
            self.tr("Export…"), self.tr("Save the walk as GIF, WebP, APNG, MP4, or a PNG for each frame")
        )
        self.column.addLayout(line(self.speed, self.export))
        self.closed = QCheckBox(self.tr("Round to the first again"))
        self.closed.setAccessibleName(self.closed.text())
        self.closed.setToolTip(self.tr("A closed walk plays on without a jump; an open one ends at the last"))
        self.closed.setChecked(True)
        self.column.addWidget(self.closed)
        self.state = self.words()
        self.column.addStretch(1)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._step)
        self.play.toggled.connect(self._toggled)
        self.scrub.valueChanged.connect(self.moved)
        self.speed.valueChanged.connect(lambda speed: self._timer.setInterval(round(1000 / speed)))
        self._timer.setInterval(50)
        self.how.changed.connect(lambda _how: self.changed.emit())
        self.closed.toggled.connect(lambda _on: self.changed.emit())
        self.frames.valueChanged.connect(self._count_changed)
        self._count_changed(self.frames.value())
        now = theme.current()
        if now is not None:
            now.changed.connect(self._dress)
        self._dress()

    def _count_changed(self, count: int) -> None:
        self.scrub.setRange(0, count - 1)
        self.changed.emit()

    def _toggled(self, on: bool) -> None:
        self._dress()
        self.play.setAccessibleName(self.tr("Stop") if on else self.tr("Play"))
        if on:
            self._timer.start()
        else:
            self._timer.stop()

    def _dress(self) -> None:
        self.play.setIcon(icons.icon("pause" if self.play.isChecked() else "play"))

    def _step(self) -> None:
        self.scrub.setValue((self.scrub.value() + 1) % (self.scrub.maximum() + 1))

    def set_ready(self, on: bool) -> None:
        """Whether there is a way to walk."""
        for each in (self.play, self.scrub, self.export):
            each.setEnabled(on)
        if not on:
            self.play.setChecked(False)

    def close_down(self) -> None:
        """Stop the timer."""
        self._timer.stop()


class PaintTool(Tool):
    """The brush with which units are switched off or on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = SegmentedControl(
            [("off", self.tr("Unit off")), ("on", self.tr("Unit on")), ("restore", self.tr("Restore"))]
        )
        self.what.setAccessibleName(self.tr("What the brush does"))
        for value, tip in (
            ("off", self.tr("The chosen units draw nothing where you paint")),
            ("on", self.tr("The chosen units draw as strongly as they can where you paint")),
            ("restore", self.tr("Everything is as it was where you paint")),
        ):
            self.what.segment(value).setToolTip(tip)
        self.column.addWidget(self.what)
        self.brush = LabeledSlider(self.tr("Brush"), 1, 50, 1, unit="%")
        self.brush.setToolTip(self.tr("Its width, in hundredths of the picture's"))
        self.brush.set_value(20)
        self.strength = LabeledSlider(self.tr("Strength"), 0.1, 3.0, 0.1)
        self.strength.setToolTip(
            self.tr("Of units that are on; 1 is as strong as they are where they are strong")
        )
        self.strength.set_value(1.0)
        self.column.addLayout(line(self.brush, self.strength))
        self.undo = button(self.tr("Undo"), self.tr("Take the last stroke back (Ctrl+Z)"))
        self.redo = button(self.tr("Redo"), self.tr("Do it again (Ctrl+Shift+Z)"))
        self.everywhere = button(self.tr("All"), self.tr("As if the whole picture were painted"))
        self.clear = button(self.tr("Clear"), self.tr("Take all strokes away"))
        self.column.addLayout(line(self.undo, self.redo, self.everywhere, self.clear))
        self.column.addStretch(1)
