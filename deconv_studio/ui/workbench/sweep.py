"""The sweep: zeros are put between the inputs, the kernel goes over them, the output fills."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QRegion
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from deconv_studio.ui import icons, theme
from deconv_studio.ui.widgets import PrimaryButton, SegmentedControl
from deconv_studio.ui.workbench import ramp
from deconv_studio.ui.workbench.grid import (
    LINED,
    TITLE_HEIGHT,
    cell_texts,
    number,
    outline,
    paint_cells,
    scale_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from deconv_studio.tasks.workbench import Study

Mode = Literal["gather", "scatter"]

#: Steps a second at the five places of the speed slider.
SPEEDS = (1, 3, 8, 20, 60)
#: Products written out in the sentence below the grids.
PRODUCTS = 5
#: Side of the smallest cell in which the weight stands below the input.
WEIGHTED = 36
#: Pixels between the two grids.
GAP = 28


class SweepView(QWidget):
    """The spread input with the kernel over it, and the output as far as it has got.

    Signals
    -------
    chosen : int
        The user has clicked on what the step of this number does.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.study: Study | None = None
        self.mode: Mode = "gather"
        self.step = 0
        self.faint = False
        self.scheme: str | None = None
        self._kept: dict[str, tuple[object, QPixmap]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("The kernel over the spread input, and the output"))
        self.setToolTip(self.tr("Click on an output, or in the second view on an input, to go there."))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 240)

    # -- what is where ---------------------------------------------------------------------------------------

    def steps(self) -> int:
        """How many steps the sweep has: one an output, or one an input."""
        if self.study is None:
            return 1
        side = self.study.output.shape[0] if self.mode == "gather" else self.study.geometry.size
        return side * side

    def place(self) -> tuple[int, int]:
        """Row and column of the output, or input, of this step."""
        assert self.study is not None
        side = self.study.output.shape[0] if self.mode == "gather" else self.study.geometry.size
        return divmod(min(self.step, side * side - 1), side)

    def span(self) -> tuple[int, int]:
        """First and last place of the spread input along an axis, in places where input 0 is 0.

        Where the kernel goes over it, it reaches as far as the kernel does, so that what padding leaves shows
        as a ring of zeros.
        """
        assert self.study is not None
        g = self.study.geometry
        last = g.stride * (g.size - 1)
        if self.mode == "scatter":
            return 0, last
        reach = g.dilation * (g.kernel - 1)
        return min(0, g.padding - reach), max(last, g.padding + self.study.output.shape[0] - 1)

    def window_places(self) -> tuple[list[int], list[int]]:
        """Rows and columns of the spread input that the kernel's weights, first to last, stand on."""
        assert self.study is not None
        g = self.study.geometry
        row, column = self.place()
        return tuple(  # type: ignore[return-value]
            [each + g.padding - g.dilation * tap for tap in range(g.kernel)] for each in (row, column)
        )

    def products(self) -> list[tuple[float, float]]:
        """The weights and inputs that this output is the sum of, as far as the inputs are not inserted
        zeros."""
        assert self.study is not None
        g = self.study.geometry
        rows, columns = self.window_places()
        found = []
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                inside = 0 <= row <= g.stride * (g.size - 1) and 0 <= column <= g.stride * (g.size - 1)
                if inside and row % g.stride == 0 and column % g.stride == 0:
                    value = float(self.study.values[row // g.stride, column // g.stride])
                    found.append((float(self.study.weight[i, j]), value))
        return found

    def partial_output(self) -> np.ndarray:
        """The output as far as the scatter view has got: the inputs up to this step.

        Returns
        -------
        ndarray
            (H, H) float64.
        """
        assert self.study is not None
        from deconv_studio.lens.arithmetic import transposed_convolve

        g = self.study.geometry
        masked = self.study.values.copy()
        masked.ravel()[self.step + 1 :] = 0
        return transposed_convolve(
            masked[None], self.study.weight[None, None], g.stride, g.padding, g.dilation, 1, g.output_padding
        )[0]

    def sentence(self) -> str:
        """What this step does, with its numbers."""
        if self.study is None:
            return ""
        row, column = self.place()
        if self.mode == "scatter":
            value = float(self.study.values[row, column])
            return self.tr(
                "Input ({row}, {column}) = {value}: the whole kernel, times {value}, is added to the output. "
                "Where stamps overlap, they add up."
            ).format(row=row + 1, column=column + 1, value=number(value))
        found = self.products()
        # The largest first: they are what the sum is made of.
        found.sort(key=lambda pair: -abs(pair[0] * pair[1]))
        shown = [f"{number(weight)} · {number(value)}" for weight, value in found[:PRODUCTS]]
        if len(found) > PRODUCTS:
            shown.append("…")
        words = " + ".join(shown) if shown else "0"
        result = number(float(self.study.output[row, column]), 3)
        head = self.tr("Output ({row}, {column}) = {words} = {result}").format(
            row=row + 1, column=column + 1, words=words, result=result
        )
        tail = self.tr("{count} of {all} weights meet an input, the others meet zeros.").format(
            count=len(found), all=self.study.weight.size
        )
        return f"{head}\n{tail}"

    def _boxes(self) -> tuple[QRect, QRect, int]:
        assert self.study is not None
        low, high = self.span()
        spread, side = high - low + 1, self.study.output.shape[0]
        # Both grids have the same cell, because the output lies on the spread input pixel for pixel.
        cell = max(
            1,
            min(
                (self.width() - GAP - 2) // (spread + side),
                (self.height() - TITLE_HEIGHT - 2) // max(spread, side),
            ),
        )
        left = QRect(1, TITLE_HEIGHT, cell * spread, cell * spread)
        start = left.right() + GAP
        right = QRect(start, TITLE_HEIGHT, cell * side, cell * side)
        # The smaller one stands in the middle of the larger.
        if spread > side:
            right.translate(0, (spread - side) // 2 * cell)
        else:
            left.translate(0, (side - spread) // 2 * cell)
        return left, right, cell

    # -- painting --------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.study is None:
            return
        painter = QPainter(self)
        left, right, cell = self._boxes()
        tokens = theme.tokens()
        painter.setFont(theme.body_font(theme.SECONDARY))
        painter.setPen(tokens.color("text"))
        for box, text in (
            (left, self.tr("Input with zeros between")),
            (right, self.tr("Output")),
        ):
            room = QRectF(box.left(), box.top() - TITLE_HEIGHT, max(box.width(), 170), TITLE_HEIGHT - 3)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        if self.faint:
            painter.setOpacity(0.35)
        self._paint_spread(painter, left, cell)
        self._paint_output(painter, right, cell)
        painter.end()

    def _cell(self, box: QRect, cell: int, row: int, column: int) -> QRect:
        return QRect(box.left() + column * cell, box.top() + row * cell, cell, cell)

    def _drawn(
        self, name: str, box: QRect, cell: int, paint: Callable[[QPainter, QRect, int], None]
    ) -> QPixmap:
        """What does not change from step to step, painted once for its study, size and colours."""
        ratio = self.devicePixelRatioF()
        key = (self.study, self.mode, box.width(), box.height(), theme.tokens().name, self.scheme, ratio)
        kept = self._kept.get(name)
        if kept is None or kept[0] != key:
            # One pixel more, for the line at the end.
            pixmap = QPixmap(round((box.width() + 1) * ratio), round((box.height() + 1) * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            paint(painter, QRect(0, 0, box.width(), box.height()), cell)
            painter.end()
            kept = self._kept[name] = (key, pixmap)
        return kept[1]

    def _paint_inputs(self, painter: QPainter, box: QRect, cell: int) -> None:
        assert self.study is not None
        tokens = theme.tokens()
        g = self.study.geometry
        low, high = self.span()
        last = g.stride * (g.size - 1)
        painter.fillRect(box, tokens.color("canvas"))
        painter.fillRect(
            QRect(-low * cell, -low * cell, (last + 1) * cell, (last + 1) * cell), tokens.color("panel")
        )
        painter.setPen(QPen(tokens.color("line"), 1))
        if cell >= LINED:
            for place in range(high - low + 2):
                painter.drawLine(place * cell, 0, place * cell, box.height())
                painter.drawLine(0, place * cell, box.width(), place * cell)
        if cell >= 12:
            painter.setPen(tokens.color("disabled"))
            painter.setFont(theme.body_font(max(7, min(11, cell // 3))))
            for row in range(low, high + 1):
                for column in range(low, high + 1):
                    is_input = 0 <= row <= last and 0 <= column <= last
                    if not (is_input and row % g.stride == 0 and column % g.stride == 0):
                        painter.drawText(
                            self._cell(box, cell, row - low, column - low), Qt.AlignmentFlag.AlignCenter, "0"
                        )
        scale = scale_of(self.study.values)
        texts = cell_texts(self.study.values, cell)
        if texts is not None:
            painter.setFont(texts[0])
        for place, value in enumerate(self.study.values.ravel()):
            row, column = divmod(place, g.size)
            square = self._cell(box, cell, row * g.stride - low, column * g.stride - low)
            if cell >= LINED:
                painter.fillRect(square.adjusted(0, 0, 1, 1), tokens.color("control"))
                square = square.adjusted(1, 1, 0, 0)
            shade = ramp.colour(float(value) / scale, self.scheme)
            painter.fillRect(square, shade)
            if texts is not None:
                painter.setPen(ramp.ink(shade))
                painter.drawText(square, Qt.AlignmentFlag.AlignCenter, texts[1][place])

    def _paint_spread(self, painter: QPainter, box: QRect, cell: int) -> None:
        painter.drawPixmap(box.topLeft(), self._drawn("inputs", box, cell, self._paint_inputs))
        low, high = self.span()
        self._paint_kernel(painter, box, cell, low, high)

    def _paint_kernel(self, painter: QPainter, box: QRect, cell: int, low: int, high: int) -> None:
        assert self.study is not None
        g = self.study.geometry
        tokens = theme.tokens()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.mode == "scatter":
            row, column = self.place()
            outline(painter, self._cell(box, cell, row * g.stride - low, column * g.stride - low))
            return
        rows, columns = self.window_places()
        veil = QColor(tokens.accent)
        scale = scale_of(self.study.weight)
        last = g.stride * (g.size - 1)
        painter.setFont(theme.body_font(theme.SMALL - 1))
        for i, row in enumerate(rows):
            for j, column in enumerate(columns):
                weight = float(self.study.weight[i, j])
                place = self._cell(box, cell, row - low, column - low)
                inside = 0 <= row <= last and 0 <= column <= last
                if inside and row % g.stride == 0 and column % g.stride == 0:
                    if cell >= WEIGHTED:
                        value = float(self.study.values[row // g.stride, column // g.stride])
                        shade = ramp.colour(value / scale_of(self.study.values), self.scheme)
                        painter.setPen(ramp.ink(shade))
                        below = place.adjusted(0, 0, 0, -max(0, (cell - 34) // 2))
                        align = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
                        painter.drawText(below, align, f"× {number(weight)}")
                    continue
                # The stronger the weight, the denser the veil; over an input it would hide the number.
                veil.setAlphaF(0.12 + 0.3 * abs(weight) / scale)
                painter.fillRect(place.adjusted(2, 2, -1, -1) if cell >= LINED else place, veil)
        top, start = min(rows) - low, min(columns) - low
        side = g.dilation * (g.kernel - 1) + 1
        whole = QRect(box.left() + start * cell, box.top() + top * cell, side * cell, side * cell)
        outline(painter, whole)

    def _paint_output(self, painter: QPainter, box: QRect, cell: int) -> None:
        assert self.study is not None
        tokens = theme.tokens()
        output = self.study.output
        side = output.shape[0]
        scale = scale_of(output)
        painter.fillRect(box, tokens.color("panel"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawRect(box)
        if cell >= LINED:
            for place in range(1, side):
                painter.drawLine(
                    box.left() + place * cell, box.top(), box.left() + place * cell, box.bottom()
                )
                painter.drawLine(box.left(), box.top() + place * cell, box.right(), box.top() + place * cell)
        row, column = self.place()
        if self.mode == "scatter":
            paint_cells(painter, box, self.partial_output(), scale, scheme=self.scheme)
        else:
            whole = self._drawn("output", box, cell, self._paint_whole_output)
            done = QRegion(QRect(box.left(), box.top(), box.width(), row * cell))
            done += QRect(box.left(), box.top() + row * cell, (column + 1) * cell, cell)
            painter.save()
            painter.setClipRegion(done)
            painter.drawPixmap(box.topLeft(), whole)
            painter.restore()
        if self.mode == "gather":
            outline(painter, self._cell(box, cell, row, column))
            return
        g = self.study.geometry
        reach = (g.dilation * (g.kernel - 1) + 1) * cell
        stamp = QRect(
            box.left() + (column * g.stride - g.padding) * cell,
            box.top() + (row * g.stride - g.padding) * cell,
            reach,
            reach,
        )
        outline(painter, stamp.intersected(box))

    def _paint_whole_output(self, painter: QPainter, box: QRect, cell: int) -> None:
        assert self.study is not None
        paint_cells(painter, box, self.study.output, scale_of(self.study.output), scheme=self.scheme)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.study is None or event.button() != Qt.MouseButton.LeftButton:
            return
        left, right, cell = self._boxes()
        place = event.position().toPoint()
        if self.mode == "gather":
            box, side, pace, start = right, self.study.output.shape[0], 1, 0
        else:
            g = self.study.geometry
            box, side, pace, start = left, g.size, g.stride, -self.span()[0]
        if not box.contains(place):
            return
        row = ((place.y() - box.top()) // cell - start) // pace
        column = ((place.x() - box.left()) // cell - start) // pace
        if 0 <= row < side and 0 <= column < side:
            self.chosen.emit(row * side + column)


class SweepPage(QWidget):
    """The sweep with its controls: play, step, place and speed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = SweepView()
        # Until the user has moved it, the step is one in the middle, where there is something to see.
        self._moved = False
        self.mode = SegmentedControl(
            [
                ("gather", self.tr("Collect: kernel over zeros")),
                ("scatter", self.tr("Stamp: input times kernel")),
            ]
        )
        self.mode.setAccessibleName(self.tr("Way of looking"))
        self.sentence = QLabel()
        self.sentence.setAccessibleName(self.tr("What this step does"))
        self.sentence.setWordWrap(True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sentence.setFixedHeight(54)
        self.timer = QTimer(self)
        self.timer.timeout.connect(self._advance)
        # As wide as the longer of its words; the shortcut beside them goes where there is no room for it.
        words = self.tr("Pause"), self.tr("Play")
        self.play = PrimaryButton("", "Ctrl+Return")
        for word in words:
            self.play.setText(word)
            self.play.setMinimumWidth(max(88, self.play.minimumWidth(), self.play.sizeHint().width()))
        self.play.setMaximumWidth(164)
        self.play.setToolTip(self.tr("Let the kernel go over the input, or stop it."))
        self.back = self._tool("step-back", self.tr("One step back"))
        self.forward = self._tool("step-forward", self.tr("One step on"))
        self.progress = QSlider(Qt.Orientation.Horizontal)
        self.progress.setMinimumWidth(40)
        self.progress.setAccessibleName(self.tr("Step"))
        self.progress.setToolTip(self.tr("Which output, or input, it is the turn of."))
        self.speed = QSlider(Qt.Orientation.Horizontal)
        self.speed.setRange(0, len(SPEEDS) - 1)
        self.speed.setPageStep(1)
        self.speed.setFixedWidth(84)
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setValue(2)
        self.count = QLabel()
        self.count.setProperty("role", "secondary")
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        speed_label = QLabel(self.tr("Speed"))
        speed_label.setProperty("role", "secondary")
        speed_label.setBuddy(self.speed)
        row = QHBoxLayout()
        row.setSpacing(8)
        for widget in (self.play, self.back, self.forward):
            row.addWidget(widget, 1 if widget is self.play else 0)
        row.addWidget(self.progress, 2)
        row.addWidget(self.count)
        row.addWidget(speed_label)
        row.addWidget(self.speed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.mode)
        column.addWidget(self.view, 1)
        column.addWidget(self.sentence)
        column.addLayout(row)
        self.mode.changed.connect(self._mode_changed)
        self.play.clicked.connect(self.toggle)
        self.back.clicked.connect(lambda: self.go(self.view.step - 1))
        self.forward.clicked.connect(lambda: self.go(self.view.step + 1))
        self.progress.valueChanged.connect(self._placed)
        self.progress.actionTriggered.connect(lambda _action: setattr(self, "_moved", True))
        self.speed.valueChanged.connect(self._speed_changed)
        self.view.chosen.connect(self.go)
        self._speed_changed(self.speed.value())

    def _tool(self, icon: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setFixedSize(34, 34)
        button.setAutoRepeat(True)
        icons.attach(button, icon)
        return button

    @property
    def is_playing(self) -> bool:
        """Whether it goes on by itself."""
        return self.timer.isActive()

    def toggle(self) -> None:
        """Play, from the start when it is at its end; or stop."""
        if self.is_playing:
            self.stop()
            return
        if self.view.study is None:
            return
        if self.view.step >= self.view.steps() - 1:
            self.go(0)
        self.timer.start()
        self._tell()

    def stop(self) -> None:
        """Stop where it is."""
        self.timer.stop()
        self._tell()

    def _tell(self) -> None:
        self.play.setText(self.tr("Pause") if self.is_playing else self.tr("Play"))

    def go(self, step: int) -> None:
        """Show a step."""
        self._moved = True
        self.progress.setValue(max(0, min(self.view.steps() - 1, step)))

    def _advance(self) -> None:
        if self.view.step >= self.view.steps() - 1:
            self.stop()
            return
        self.go(self.view.step + 1)

    def _placed(self, step: int) -> None:
        self.view.step = step
        self._show()

    def _speed_changed(self, place: int) -> None:
        self.timer.setInterval(round(1000 / SPEEDS[place]))
        self.speed.setToolTip(self.tr("{count} steps a second").format(count=SPEEDS[place]))

    def _mode_changed(self, mode: Mode) -> None:
        share = self.view.step / max(1, self.view.steps() - 1)
        self.view.mode = mode
        self._fit(share)

    def _fit(self, share: float | None) -> None:
        """Take over the number of steps; None goes to the middle of the picture."""
        steps = self.view.steps()
        if share is None or not self._moved:
            side = round(steps**0.5)
            share = (side // 2 * side + side // 2) / max(1, steps - 1)
        self.progress.blockSignals(True)
        self.progress.setRange(0, steps - 1)
        self.progress.setPageStep(max(1, steps // 10))
        self.progress.setValue(round(share * (steps - 1)))
        self.progress.blockSignals(False)
        # Room for the widest of its texts, so that the slider does not move with it.
        widest = self.tr("{step} of {steps}").format(step=steps, steps=steps)
        self.count.setFixedWidth(self.count.fontMetrics().horizontalAdvance(widest) + 6)
        self._placed(self.progress.value())

    def _show(self) -> None:
        self.sentence.setText(self.view.sentence())
        self.count.setText(
            self.tr("{step} of {steps}").format(step=self.view.step + 1, steps=self.view.steps())
        )
        self.view.update()

    def show_study(self, study: Study) -> None:
        """Show a layer, at the same share of the way as before."""
        before = self.view.study
        share = None if before is None else self.view.step / max(1, self.view.steps() - 1)
        self.view.study = study
        if before is None or before.output.shape != study.output.shape or before.geometry != study.geometry:
            self._fit(share)
        self._show()

    def set_faint(self, faint: bool) -> None:
        """What is shown is of an earlier setting."""
        self.view.faint = faint
        self.sentence.setEnabled(not faint)
        if faint:
            self.stop()
        self.view.update()

    def set_scheme(self, scheme: str | None) -> None:
        """Show the numbers in the colours of a scheme, None for the theme's."""
        self.view.scheme = scheme
        self.view.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays unseen."""
        super().hideEvent(event)
        self.stop()
