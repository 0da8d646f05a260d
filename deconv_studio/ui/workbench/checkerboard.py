"""The page that looks a whole network over for checkerboards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.widgets import ElidedLabel, InlineMessage, ThinProgress
from deconv_studio.ui.workbench.grid import GridView
from deconv_studio.ui.workbench.pages import Page, SpectrumView, percent, words

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.tasks.checkerboard import Look
    from deconv_studio.tasks.workbench import Study


class CheckerboardPage(Page):
    """A model or file is chosen; its layers, the one at fault and what mends it are shown.

    Signals
    -------
    wanted : object
        A catalog entry, or the path of an .onnx file, is to be looked over.
    """

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.lead.setText(
            self.tr(
                "A whole network is fed noise. After each layer that enlarges, the score is the share of the "
                "detail's energy at the harmonics of its stride: what stands there is a checkerboard."
            )
        )
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model to look over"))
        self.model.setToolTip(self.tr("Choose a model that enlarges, or open an .onnx file."))
        self.file = QPushButton(self.tr("Open .onnx…"))
        self.file.setToolTip(self.tr("Look over any network with one input."))
        self._entries: list[Entry] = []
        self._path: Path | None = None
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.model, 1)
        head.addWidget(self.file)
        self.column.addLayout(head)
        self.verdict = QLabel(self.tr("Choose a model"))
        self.verdict.setProperty("role", "title")
        self.reason = words(lines=3)
        self.column.addWidget(self.verdict)
        self.column.addWidget(self.reason)
        self.message = InlineMessage()
        self.message.hide()
        self.column.addWidget(self.message)
        self.layers = QWidget()
        self.layers.setAccessibleName(self.tr("Layers that enlarge"))
        self.grid = QGridLayout(self.layers)
        self.grid.setContentsMargins(0, 0, 0, 0)
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(6)
        self.grid.setColumnStretch(2, 1)
        self.column.addWidget(self.layers)
        self.cut = GridView(self.tr("The middle of the result"))
        self.spectrum = SpectrumView()
        below = QHBoxLayout()
        below.setSpacing(24)
        below.addWidget(self.cut, 2)
        right = QVBoxLayout()
        right.setSpacing(4)
        right.addWidget(QLabel(self.tr("Spectrum of the result along a row")))
        right.addWidget(self.spectrum, 1)
        below.addLayout(right, 3)
        self.column.addLayout(below, 1)
        self.findings = words(lines=3, role="secondary")
        self.column.addWidget(self.findings)
        self.model.activated.connect(self._chosen)
        self.file.clicked.connect(self._choose_file)

    def set_models(self, entries: list[Entry]) -> None:
        """Offer the models of the catalog; the one chosen stays chosen."""
        kept = self.model.currentData()
        self._entries = entries
        self.model.clear()
        self.model.addItem(self.tr("Choose a model…"), "")
        for entry in entries:
            self.model.addItem(entry.card.id, entry.card.id)
        if kept is not None and self.model.findData(kept) >= 0:
            self.model.setCurrentIndex(self.model.findData(kept))

    def choose_model(self, model_id: str) -> None:
        """Choose a model of the catalog, and have it looked over."""
        place = self.model.findData(model_id)
        if place >= 0:
            self.model.setCurrentIndex(place)
            self._chosen(place)

    def _chosen(self, place: int) -> None:
        entry = next((each for each in self._entries if each.card.id == self.model.itemData(place)), None)
        if entry is not None:
            self.wanted.emit(entry)

    def _choose_file(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Look over a network"))
        dialog.setObjectName("checkerboard_file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Networks (*.onnx)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.take_file(Path(path)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Look over a file."""
        self.model.setCurrentIndex(0)
        self.wanted.emit(path)

    def begin(self, name: str) -> None:
        """Say that a network is being looked over."""
        self.message.clear()
        self.verdict.setText(self.tr("Looking at {name}…").format(name=name))

    def refuse(self, text: str) -> None:
        """Say why a network could not be looked over."""
        self.verdict.setText(self.tr("Not looked over"))
        self.reason.clear()
        self._clear()
        self.message.show_message(text, "error")

    def _clear(self) -> None:
        while self.grid.count():
            item = self.grid.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.findings.clear()
        self.cut.values = None
        self.cut.update()
        self.spectrum.show_spectrum((), (), 1)

    def show_look(self, look: Look) -> None:
        """Show what was found."""
        self.message.clear()
        self._clear()
        found = look.found
        size = " × ".join(str(side) for side in look.input_shape[1:])
        if not found.layers:
            self.verdict.setText(self.tr("Nothing enlarges"))
            text = self.tr("{name} has no layer that enlarges, so none can bring in a checkerboard.")
        elif found.cause is None:
            self.verdict.setText(self.tr("✓ No checkerboard"))
            text = self.tr("No layer of {name} brings one in, fed noise of {size}.")
        else:
            self.verdict.setText(self.tr("✕ Checkerboard"))
            text = self.tr("The layer {layer} of {name} brings it in, fed noise of {size}. {remedy}")
        layer = found.cause.layer if found.cause is not None else ""
        self.reason.setText(text.format(name=look.name, size=size, layer=layer, remedy=found.remedy))
        rows = [
            (each.layer, f"{each.op}, ×{each.stride}", each.score, each == found.cause)
            for each in found.layers
        ]
        if found.output is not None and found.output.layer != found.layers[-1].layer:
            rows.append((self.tr("the result"), f"×{found.output.stride}", found.output.score, False))
        for place, (name, kind, score, guilty) in enumerate(rows):
            self._add_row(place, name, kind, score, guilty)
        self.findings.setText(
            "\n".join(
                f"{each.node}: {each.text} {each.remedy if each.remedy != found.remedy else ''}".rstrip()
                for each in found.findings
            )
        )
        if look.cut is not None:
            low, high = float(look.cut.min()), float(look.cut.max())
            self.cut.set_values(
                look.cut,
                note=self.tr("less its mean, {low} … {high}").format(
                    low=f"{low:.2g}".replace("-", "−"), high=f"{high:.2g}"
                ),
                digits=-1,
            )
        self.spectrum.show_spectrum(look.frequencies, look.spectrum, look.stride)

    def _add_row(self, place: int, name: str, kind: str, score: float, guilty: bool) -> None:
        title = ElidedLabel(name)
        title.setProperty("role", "mono")
        title.setMaximumWidth(240)
        operator = QLabel(kind)
        operator.setProperty("role", "secondary")
        bar = ThinProgress()
        bar.setAccessibleName(self.tr("Score of {layer}").format(layer=name))
        bar.setAccessibleDescription(percent(score))
        bar.set_fraction(score)
        bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        value = QLabel(percent(score))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setMinimumWidth(52)
        mark = QLabel(self.tr("← brings it in") if guilty else "")
        mark.setProperty("role", "error")
        for column, widget in enumerate((title, operator, bar, value, mark)):
            self.grid.addWidget(widget, place, column)

    def show_study(self, study: Study) -> None:
        """The layer on the bench has no part in this page."""

    def set_faint(self, faint: bool) -> None:
        """Nor have its sizes."""
