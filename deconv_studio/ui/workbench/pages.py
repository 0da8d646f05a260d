"""The pages beside the sweep: overlap and its checkerboard, equivalents, the adjoint test, fusion."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui import theme
from deconv_studio.ui.widgets import LabeledSlider, SegmentedControl
from deconv_studio.ui.workbench.grid import GridView, number, scale_of

if TYPE_CHECKING:
    from deconv_studio.tasks.workbench import Study

#: Periods of the pattern that flat grey becomes.
PERIODS = 6
#: Lowest amplitude the spectrum shows, in decibels.
FLOOR = -60.0


def words(text: str = "", lines: int = 0, role: str = "") -> QLabel:
    """A label that wraps; with ``lines`` it keeps room for so many, so that nothing jumps."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
    if role:
        label.setProperty("role", role)
    if lines:
        label.setMinimumHeight(lines * 18)
    return label


def small(value: float) -> str:
    """A difference: ``0`` or one digit with its power of ten."""
    return "0" if value == 0 else f"{value:.1e}".replace("-", "−")


def percent(share: float) -> str:
    """A share in hundredths, finer where it is small."""
    if 1e-9 < share < 5e-4:
        return "< 0.1 %"
    share *= 100
    return f"{share:.1f} %" if 0.05 <= share < 9.95 else f"{share:.0f} %"


class SpectrumView(QWidget):
    """An amplitude spectrum with the stride's harmonics marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.frequencies: Any = ()
        self.amplitudes: Any = ()
        self.stride = 1
        self.setAccessibleName(self.tr("Spectrum of the output for noise"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 110)

    def sizeHint(self) -> QSize:
        return QSize(200, 110)

    def harmonics(self) -> list[float]:
        """The frequencies at which a checkerboard of the stride shows, up to 1/2."""
        return [each / self.stride for each in range(1, self.stride // 2 + 1)]

    def show_spectrum(self, frequencies: Any, amplitudes: Any, stride: int) -> None:
        """Show a spectrum.

        Parameters
        ----------
        frequencies, amplitudes : ndarray
            (F,) each: cycles a pixel up to 1/2, and amplitudes of which 1 is the largest.
        stride : int
        """
        self.frequencies, self.amplitudes, self.stride = frequencies, amplitudes, stride
        marks = ", ".join(str(Fraction(each, stride)) for each in range(1, stride // 2 + 1))
        self.setAccessibleDescription(
            self.tr("Harmonics of the stride at {marks} of a cycle a pixel").format(marks=marks)
            if marks
            else self.tr("A stride of 1 has no harmonics")
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        from math import log10

        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.body_font(theme.SMALL))
        metrics = QFontMetricsF(painter.font())
        left = metrics.horizontalAdvance("−60 dB") + 6
        area = QRectF(left, 6, self.width() - left - 12, self.height() - 30)
        painter.setPen(tokens.color("secondary"))
        for mark in (0, -20, -40, -60):
            y = area.bottom() - area.height() * (1 - mark / FLOOR)
            painter.setPen(QPen(tokens.color("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(tokens.color("secondary"))
            text = f"{mark} dB".replace("-", "−")
            painter.drawText(
                QRectF(0, y - 8, left - 6, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
        for each in range(1, self.stride // 2 + 1):
            x = area.left() + area.width() * each / self.stride * 2
            painter.setPen(QPen(tokens.color("warning"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(tokens.color("text"))
            painter.drawText(
                QRectF(x - 20, area.bottom() + 3, 40, 16),
                Qt.AlignmentFlag.AlignCenter,
                str(Fraction(each, self.stride)),
            )
        painter.setPen(tokens.color("secondary"))
        painter.drawText(QRectF(area.left() - 4, area.bottom() + 3, 20, 16), Qt.AlignmentFlag.AlignLeft, "0")
        path = QPainterPath()
        for place, (frequency, amplitude) in enumerate(zip(self.frequencies, self.amplitudes, strict=True)):
            level = max(FLOOR, 20 * log10(max(float(amplitude), 1e-12)))
            point = QPointF(
                area.left() + area.width() * float(frequency) * 2,
                area.bottom() - area.height() * (1 - level / FLOOR),
            )
            if place:
                path.lineTo(point)
            else:
                path.moveTo(point)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("accent"), 1.5))
        painter.drawPath(path)
        painter.end()


class Page(QWidget):
    """A page of the workbench: a sentence, and grids."""

    def __init__(self, lead: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        self.lead = words(lead, 2, "secondary")
        self.lead.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.column.addWidget(self.lead)

    def pictures(self) -> list[GridView]:
        """The grids that show pictures, and not counts, weights or random numbers."""
        return []

    def set_scheme(self, scheme: str | None) -> None:
        """Show the pictures in the colours of a scheme, None for the theme's."""
        for view in self.pictures():
            view.set_scheme(scheme)

    def show_study(self, study: Study) -> None:
        """Show a layer."""
        raise TypeError(f"{type(self).__name__} shows nothing")

    def set_faint(self, faint: bool) -> None:
        """What is shown is of an earlier setting."""
        for view in self.findChildren(GridView):
            view.set_faint(faint)


class OverlapPage(Page):
    """How many inputs reach each output, and the checkerboard that makes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.lead.setText(
            self.tr(
                "Each number says how many inputs reach that output. Where neighbours differ, the layer has "
                "to learn to even it out, or a checkerboard stays (Odena, Dumoulin and Olah 2016)."
            )
        )
        self.counts = GridView(self.tr("Overlap counts"))
        self.flat = GridView(self.tr("What flat grey becomes"))
        self.verdict = words(lines=1)
        self.verdict.setProperty("role", "title")
        self.reason = words(lines=5)
        self.spectrum = SpectrumView()
        self.score = words(lines=2, role="secondary")
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(self.verdict)
        right.addWidget(self.reason)
        right.addWidget(self.flat, 3)
        label = QLabel(self.tr("Spectrum along a row, for noise"))
        right.addWidget(label)
        right.addWidget(self.spectrum, 2)
        right.addWidget(self.score)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(self.counts, 5)
        row.addLayout(right, 4)
        self.column.addLayout(row, 1)

    def show_study(self, study: Study) -> None:
        """Show the counts, the verdict and the spectrum."""
        import numpy as np

        found, g = study.overlap, study.geometry
        counts = np.multiply.outer(found.counts, found.counts)
        self.counts.set_values(
            counts,
            note=self.tr("{low} to {high} inputs an output").format(low=counts.min(), high=counts.max()),
            digits=0,
        )
        rest = g.kernel % g.stride
        rule = f"{g.kernel} mod {g.stride} = {rest}"
        if found.even:
            self.verdict.setText(self.tr("✓ Even overlap"))
            if g.stride == 1:
                text = self.tr("A stride of 1 reaches every output alike.")
            else:
                text = self.tr(
                    "{rule}: the stride divides the kernel, so away from the border every output is reached "
                    "by {high} inputs."
                ).format(rule=rule, high=found.high)
        else:
            self.verdict.setText(self.tr("✕ Uneven overlap"))
            if rest:
                text = self.tr(
                    "{rule}: the stride does not divide the kernel, so outputs are reached by {low} "
                    "to {high} "
                    "inputs."
                )
            else:
                text = self.tr(
                    "The dilation {dilation} shares a factor with the stride, so outputs are "
                    "reached by {low} "
                    "to {high} inputs although {rule}."
                )
            text = text.format(rule=rule, low=found.low, high=found.high, dilation=g.dilation)
        if found.ripple > 0.01:
            text += " " + self.tr(
                "With these weights flat grey deviates by up to {ripple} from its mean."
            ).format(ripple=percent(found.ripple))
        else:
            text += " " + self.tr("With these weights flat grey stays flat.")
        self.reason.setText(text)
        tile = np.tile(found.flat, (max(1, round(PERIODS * 2 / g.stride)),) * 2)
        self.flat.set_values(
            tile, note=self.tr("one period is {side} × {side}").format(side=g.stride), digits=-1
        )
        self.spectrum.show_spectrum(found.frequencies, found.spectrum, g.stride)
        if g.stride > 1:
            self.score.setText(
                self.tr(
                    "Dashed: the stride's harmonics. Checkerboard score {score}: the share of the detail's "
                    "energy that lies there."
                ).format(score=percent(found.score))
            )
        else:
            self.score.setText(self.tr("A stride of 1 has no harmonics: it can make no checkerboard."))


class EquivalentsPage(Page):
    """The same layer as a sub-pixel convolution; resize and convolution beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.lead.setText(
            self.tr(
                "A transposed convolution is a convolution that makes stride² channels, interleaved "
                "by a pixel "
                "shuffle (Shi et al. 2016). Resize and convolution is another layer."
            )
        )
        self.output = GridView(self.tr("Transposed convolution"))
        self.sub_pixel = GridView(self.tr("Convolution + pixel shuffle"))
        self.difference = GridView(self.tr("Their difference"))
        self.resized = GridView(self.tr("Resize + convolution"))
        self.flat = GridView(self.tr("Flat grey, transposed"))
        self.flat_resized = GridView(self.tr("Flat grey, resized"))
        self.same = words(lines=3)
        self.other = words(lines=3)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        for place, view in enumerate((self.output, self.sub_pixel, self.difference)):
            grid.addWidget(view, 0, place)
            grid.setColumnStretch(place, 1)
        grid.addWidget(self.same, 1, 0, 1, 3)
        for place, view in enumerate((self.resized, self.flat, self.flat_resized)):
            grid.addWidget(view, 2, place)
        grid.addWidget(self.other, 3, 0, 1, 3)
        grid.setRowStretch(0, 1)
        grid.setRowStretch(2, 1)
        self.column.addLayout(grid, 1)

    def pictures(self) -> list[GridView]:
        """The outputs."""
        return [self.output, self.sub_pixel, self.difference, self.resized]

    def show_study(self, study: Study) -> None:
        """Show the outputs beside each other and how much they differ."""
        import numpy as np

        found, g = study.equivalents, study.geometry
        scale = scale_of(study.output)
        self.output.set_values(study.output, scale)
        self.sub_pixel.set_values(found.sub_pixel, scale)
        self.difference.set_values(
            found.sub_pixel - study.output,
            scale,
            self.tr("largest {value}").format(value=small(found.difference)),
            digits=-1,
        )
        self.same.setText(
            self.tr(
                "The same layer: a {taps} × {taps} convolution to {channels} channels and a pixel shuffle by "
                "{stride} give the same output. Largest difference {difference}, in double precision."
            ).format(
                taps=found.taps, channels=g.stride**2, stride=g.stride, difference=small(found.difference)
            )
        )
        self.resized.set_values(found.resized, scale_of(found.resized))
        periods = max(1, round(PERIODS * 2 / g.stride))
        flat = np.tile(study.overlap.flat, (periods, periods))
        total = float(study.weight.sum()) / g.stride**2
        even = np.full(flat.shape, total)
        level = scale_of(flat, even)
        self.flat.set_values(
            flat,
            level,
            self.tr("deviates by {ripple}").format(ripple=percent(study.overlap.ripple)),
            digits=-1,
        )
        self.flat_resized.set_values(
            even, level, self.tr("deviates by {ripple}").format(ripple=percent(found.ripple)), digits=-1
        )
        self.other.setText(
            self.tr(
                "Nearest-neighbour resize and the same kernel over {area}: a transposed convolution "
                "again, with "
                "a kernel of {joined} × {joined} (largest difference {difference}), whose overlap is even "
                "whatever the weights are."
            ).format(area=g.stride**2, joined=found.joined, difference=small(found.joined_difference))
        )


class AdjointPage(Page):
    """That the transposed convolution is the transpose, in numbers and as a matrix."""

    #: The user wants another x.
    redrawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.lead.setText(
            self.tr(
                "K is the convolution with the same kernel, stride and padding. The layer is its "
                "transpose Kᵀ, "
                "not its inverse: for every x and y, ⟨Kx, y⟩ = ⟨x, Kᵀy⟩."
            )
        )
        self.left = QLabel()
        self.right = QLabel()
        self.verdict = words(lines=2)
        for label, name in ((self.left, "⟨Kx, y⟩"), (self.right, "⟨x, Kᵀy⟩")):
            label.setProperty("role", "title")
            label.setAccessibleName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.again = QPushButton(self.tr("Another x"))
        self.again.setToolTip(self.tr("Draw other random numbers for x; y is the input."))
        self.again.clicked.connect(self.redrawn)
        numbers = QHBoxLayout()
        numbers.setSpacing(24)
        pair = QVBoxLayout()
        pair.setSpacing(2)
        pair.addWidget(self.left)
        pair.addWidget(self.right)
        numbers.addLayout(pair)
        numbers.addWidget(self.verdict, 1)
        numbers.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(numbers)
        self.views = [GridView(text) for text in ("x", "K x", "y", "Kᵀ y")]
        row = QHBoxLayout()
        row.setSpacing(16)
        for view in self.views:
            row.addWidget(view, 1)
        self.tiles = QWidget()
        self.tiles.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.tiles, 4)
        self.which = SegmentedControl(
            [("row", self.tr("Matrix of one row")), ("whole", self.tr("Matrix of the whole picture"))]
        )
        self.which.setAccessibleName(self.tr("Matrix"))
        self.column.addWidget(self.which)
        self.forward = GridView("K")
        self.backward = GridView("Kᵀ")
        matrices = QWidget()
        beside = QHBoxLayout(matrices)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(24)
        beside.addWidget(self.forward, 1)
        beside.addWidget(self.backward, 1)
        self.too_large = words(role="secondary")
        self.stack = QStackedWidget()
        self.stack.addWidget(matrices)
        self.stack.addWidget(self.too_large)
        self.column.addWidget(self.stack, 5)
        self.which.changed.connect(lambda _which: self._show_matrix())
        self._study: Study | None = None

    def show_study(self, study: Study) -> None:
        """Show both inner products, the pictures and the matrices."""
        self._study = study
        found, g = study.adjoint, study.geometry
        if found is None:
            self.left.setText("⟨Kx, y⟩")
            self.right.setText("⟨x, Kᵀy⟩")
            self.verdict.setText(
                self.tr(
                    "Output padding {padding} is not smaller than the stride {stride}: a convolution of this "
                    "output has more numbers than the input, so the two are no transposes of each other. Use "
                    "less output padding."
                ).format(padding=g.output_padding, stride=g.stride)
            )
            self.set_faint(True)
            return
        self.set_faint(False)
        self.left.setText(f"⟨Kx, y⟩ = {found.left:.12f}".replace("-", "−"))
        self.right.setText(f"⟨x, Kᵀy⟩ = {found.right:.12f}".replace("-", "−"))
        self.verdict.setText(
            self.tr("Difference {difference}, in double precision.").format(
                difference=small(abs(found.left - found.right))
            )
        )
        for view, values in zip(self.views, (found.x, found.forward, found.y, found.backward), strict=True):
            view.set_values(values)
        for view, text, note in zip(
            self.views,
            ("x", "K x", "y", "Kᵀ y"),
            (self.tr("random"), self.tr("convolution"), self.tr("the input"), self.tr("transposed")),
            strict=True,
        ):
            side = view.values.shape[0] if view.values is not None else 0
            view.set_title(f"{text}, {side} × {side}")
            view.note = note
        self._show_matrix()

    def _show_matrix(self) -> None:
        found = self._study.adjoint if self._study is not None else None
        if found is None:
            return
        matrix = found.row if self.which.value() == "row" else found.whole
        if matrix is None:
            self.too_large.setText(
                self.tr("The matrix of the whole picture would be too large to see. Use a smaller input.")
            )
            self.stack.setCurrentWidget(self.too_large)
            return
        self.stack.setCurrentIndex(0)
        scale = scale_of(matrix)
        rows, columns = matrix.shape
        self.forward.set_title(self.tr("K: {rows} × {columns}").format(rows=rows, columns=columns))
        self.backward.set_title(self.tr("Kᵀ: {rows} × {columns}").format(rows=columns, columns=rows))
        self.forward.set_values(matrix, scale, self.tr("a row is what one output of K looks at"))
        self.backward.set_values(matrix.T, scale, self.tr("a column is what one input of Kᵀ stamps"))


class FusionPage(Page):
    """What a skip connection gives back, by addition and by concatenation."""

    #: The noise on the skip connection has changed.
    noise_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.lead.setText(
            self.tr(
                "Down by the convolution, up by its transpose: detail is lost. A skip connection carries the "
                "detail past, here with noise on it. Added (FCN) both get one weight; concatenated "
                "under a 1 × 1 "
                "convolution (U-Net) each gets its own."
            )
        )
        self.noise = LabeledSlider(self.tr("Noise on the skip connection"), 0.0, 0.5, 0.05)
        self.noise.set_value(0.2)
        self.noise.setFixedWidth(300)
        self.noise.setToolTip(self.tr("Standard deviation of the noise that the skip connection carries."))
        self.noise.changed.connect(self.noise_changed)
        self.column.addWidget(self.noise)
        titles = (
            self.tr("Picture"), self.tr("Down: K x"), self.tr("Up: Kᵀ K x"), self.tr("Skip: x + noise"),
            self.tr("Up alone"), self.tr("Skip alone"), self.tr("Added"), self.tr("Concatenated"),
        )  # fmt: skip
        self.views = [GridView(title) for title in titles]
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for place, view in enumerate(self.views):
            grid.addWidget(view, place // 4, place % 4)
            grid.setColumnStretch(place % 4, 1)
        self.column.addLayout(grid, 1)
        self.summary = words(lines=3)
        self.column.addWidget(self.summary)

    def pictures(self) -> list[GridView]:
        """All of them."""
        return self.views

    def show_study(self, study: Study) -> None:
        """Show the way down and up, and the four reconstructions."""
        found = study.fusion
        if found is None:
            self.summary.setText(
                self.tr(
                    "The kernel does not fit into the input, so nothing goes down. Use a larger "
                    "input, a smaller "
                    "kernel or more padding."
                )
            )
            self.set_faint(True)
            return
        self.set_faint(False)
        scale = scale_of(found.picture)
        maps = (found.picture, found.down, found.up, found.skip)
        for view, values in zip(self.views[:4], maps, strict=True):
            side = values.shape[0]
            own = scale if values is found.picture or values is found.skip else scale_of(values)
            view.set_values(values, own, f"{side} × {side}, {number(values.min())} … {number(values.max())}")
        made = (found.up_only, found.skip_only, found.added, found.joined)
        for view, values, name in zip(self.views[4:], made, ("up", "skip", "added", "joined"), strict=True):
            view.set_values(
                values, scale, self.tr("RMS error {error}").format(error=number(found.errors[name], 3))
            )
        up, skip, bias = (number(each, 3) for each in found.weights)
        self.summary.setText(
            self.tr(
                "Added: {gain} · (up + skip), error {added}. Concatenated: {up} · up + {skip} · "
                "skip + {bias}, error "
                "{joined}. All weights are those of least squares; addition is the concatenation "
                "whose weights "
                "are the same."
            ).format(
                gain=number(found.gain, 3),
                added=number(found.errors["added"], 3),
                up=up,
                skip=skip,
                bias=bias,
                joined=number(found.errors["joined"], 3),
            )
        )


__all__ = [
    "AdjointPage",
    "EquivalentsPage",
    "FusionPage",
    "OverlapPage",
    "Page",
    "SpectrumView",
]
