"""Whether the generator makes checkerboards: the verdict, the spectrum, and the way to the Workbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.desk import Desk
from deconv_studio.ui.sample.tools import button
from deconv_studio.ui.widgets import Collapsible
from deconv_studio.ui.wording import sentence
from deconv_studio.ui.workbench.pages import SpectrumView, percent

if TYPE_CHECKING:
    from deconv_studio.tasks.checkerboard import Look


class Checkerboard(Collapsible):
    """A section of the side that looks when it is unfolded."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("")
        title = self.tr("Checkerboard")
        self.heading.setText(title)
        self.heading.setAccessibleName(title)
        self.desk = desk
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.verdict = QLabel("")
        self.verdict.setWordWrap(True)
        self.verdict.setMinimumHeight(54)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.spectrum = SpectrumView()
        self.spectrum.setFixedHeight(120)
        self.workbench = button(
            self.tr("Workbench…"), self.tr("Look at the layers that enlarge, one by one, in the Workbench")
        )
        column.addWidget(self.verdict)
        column.addWidget(self.spectrum)
        column.addWidget(self.workbench)
        self.set_content(inside)
        self.toggled.connect(lambda on: self.look_over() if on else None)
        self.workbench.clicked.connect(self._to_workbench)

    def forget(self) -> None:
        """Another generator was not looked at yet."""
        self.spectrum.show_spectrum((), (), 1)
        self.verdict.clear()
        self.set_open(False)

    def _to_workbench(self) -> None:
        entry = self.desk.host.entry()
        if entry is not None:
            self.desk.studio.look_requested.emit("workbench", entry.card.id)

    def look_over(self) -> None:
        """Examine the generator for checkerboards."""
        entry = self.desk.host.entry()
        if entry is None:
            return
        self.verdict.setText(self.tr("Looking at {name}…").format(name=entry.card.id))
        self.desk.studio.work.start(
            jobs.look_over, self.desk.source(), channel="sample-look", on_done=self._show,
            on_failed=lambda error: self.verdict.setText(sentence(error)),
        )  # fmt: skip

    def _show(self, look: Look) -> None:
        cause = look.found.cause
        if cause is None:
            text = self.tr("✓ No layer of {name} brings in a checkerboard.").format(name=look.name)
        else:
            text = self.tr(
                "✕ The layer {layer} ({op}, ×{stride}) brings one in: {score} of the detail."
            ).format(layer=cause.layer, op=cause.op, stride=cause.stride, score=percent(cause.score))
        self.verdict.setText(text)
        self.spectrum.show_spectrum(look.frequencies, look.spectrum, look.stride)
