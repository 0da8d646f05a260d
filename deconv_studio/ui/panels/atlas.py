"""Atlas: the nine pictures of a folder that excite each unit of a layer most, made and browsed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.atlas import jobs
from deconv_studio.ui.atlas.grid import AtlasGrid
from deconv_studio.ui.inspect.cards import CardList
from deconv_studio.ui.inspect.jobs import Networks, Source
from deconv_studio.ui.panels.run_panel import RunPanel
from deconv_studio.ui.widgets import ElidedLabel, FolderField, SegmentedControl
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.batch import Item
    from deconv_studio.batch.atlas import AtlasCall
    from deconv_studio.tasks.atlas import Atlas
    from deconv_studio.ui.inspect.cards import Card
    from deconv_studio.ui.studio import Studio

#: The network to begin with.
FIRST = "fruits-vgg"


class AtlasPanel(RunPanel):
    """What of, over what and where to on the side; the units and the chosen one's patches in the middle."""

    name: ClassVar[str] = "atlas"
    title: ClassVar[str] = "Atlas"
    icon: ClassVar[str] = "atlas"
    description: ClassVar[str] = "What excites every unit of a layer, over a folder"
    order: ClassVar[int] = 65

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.networks = Networks()
        self.files: list[Source] = []
        self.atlas: Atlas | None = None
        self._report: Path | None = None
        self._items: list[Item] = []
        self._out_touched = False
        self._failure = ""
        self._build_middle()
        self._build_controls()
        studio.models.changed.connect(self.fill_networks)
        self.fill_networks()

    # -- building --------------------------------------------------------------------------------------------

    def _build_middle(self) -> None:
        empty = QWidget()
        words = QVBoxLayout(empty)
        words.setContentsMargins(24, 24, 24, 24)
        words.addStretch(1)
        title = QLabel(self.tr("Make an atlas, or open one"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(
            self.tr(
                "Choose a folder with pictures on the right. Each goes through the network once; then "
                "you see, for every unit of the layer, the nine pictures that excite it most, and why."
            )
        )
        hint.setProperty("role", "secondary")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.addWidget(title)
        words.addWidget(hint)
        words.addStretch(1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(12)
        self.about = ElidedLabel("")
        self.about.setProperty("role", "title")
        self.about.setAccessibleName(self.tr("About the atlas"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("unit or file"))
        self.search.setAccessibleName(self.tr("Search units and files"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Clear the search"))
        self.search.setMaximumWidth(160)
        self.search.textChanged.connect(lambda _text: self._show_rows())
        self.sort = QComboBox()
        self.sort.setAccessibleName(self.tr("Order of the units"))
        self.sort.addItem(self.tr("By number"), "unit")
        self.sort.addItem(self.tr("Strongest first"), "strength")
        self.sort.currentIndexChanged.connect(lambda _place: self._show_rows())
        self.what = SegmentedControl([("cell", self.tr("Pictures")), ("back", self.tr("Back in pixels"))])
        self.what.setAccessibleName(self.tr("What the units show"))
        self.what.changed.connect(self._what_changed)
        column.addWidget(self.about)
        head.addWidget(self.what)
        head.addWidget(self.sort)
        head.addStretch(1)
        head.addWidget(self.search)
        column.addLayout(head)
        self.grid = AtlasGrid()
        self.grid.wanted.connect(self._draw_thumbnails)
        self.grid.chosen.connect(self._choose)
        self.unit_title = QLabel("")
        self.unit_title.setProperty("role", "title")
        self.cards = CardList(self.tr("Patches of the unit, each beside its reconstruction"))
        self.cards.delegate.side = 72
        self.cards.setToolTip("")
        self.cards.doubleClicked.connect(self._open_card)
        below = QWidget()
        lower = QVBoxLayout(below)
        lower.setContentsMargins(0, 8, 0, 0)
        lower.setSpacing(4)
        lower.addWidget(self.unit_title)
        lower.addWidget(self.cards, 1)
        self.nothing = QLabel(self.tr("No unit and no file is called so."))
        self.nothing.setProperty("role", "secondary")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.hide()
        upper = QWidget()
        above = QVBoxLayout(upper)
        above.setContentsMargins(0, 0, 0, 0)
        above.addWidget(self.nothing)
        above.addWidget(self.grid, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(upper)
        split.addWidget(below)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([330, 290])
        column.addWidget(split, 1)
        self._middle = QStackedWidget()
        self._middle.setProperty("area", "canvas")
        self._middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._middle.addWidget(empty)
        self._middle.addWidget(page)

    def _build_controls(self) -> None:
        self.add(self.label(self.tr("Network"), self.model), 4)
        self.add(self.model)
        self.layer = QComboBox()
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(12)
        self.add(self.label(self.tr("Layer"), self.layer), 4)
        self.add(self.layer)
        self.units = QLineEdit("all")
        self.units.setToolTip(self.tr("all, or numbers and spans such as 0-63,70"))
        self.add(self.label(self.tr("Units"), self.units), 4)
        self.add(self.units)
        self.source = FolderField(self.tr("From"), self.tr("a folder with pictures"))
        self.add(self.label(self.tr("From"), self.source.line), 4)
        self.add(self.source)
        self.recurse = QCheckBox(self.tr("With its subfolders"))
        self.recurse.setAccessibleName(self.recurse.text())
        self.add(self.recurse)
        self.out = FolderField(self.tr("To"), self.tr("a folder for the atlas"))
        self.add(self.label(self.tr("To"), self.out.line), 4)
        self.add(self.out)
        estimate = QLabel("")
        estimate.setWordWrap(True)
        estimate.setMinimumHeight(34)
        tip = self.tr("Stop; what was looked at stays, and Go on does the rest")
        self.add_run(estimate, self.tr("What will be done"), self.tr("Make the atlas"), tip, above=8)
        after = QHBoxLayout()
        after.setSpacing(8)
        self.resume = QPushButton(self.tr("Go on"))
        self.resume.setToolTip(self.tr("Go on where it was stopped; pictures that came since are added"))
        self.open_atlas = QPushButton(self.tr("Open…"))
        self.open_atlas.setToolTip(self.tr("Browse an atlas that was made before"))
        self.report = QPushButton(self.tr("Report"))
        self.report.setToolTip(self.tr("Show the atlas as a page in the browser"))
        for button in (self.resume, self.open_atlas, self.report):
            button.setAccessibleName(button.text().rstrip("…"))
            after.addWidget(button, 1)
        self.resume.clicked.connect(lambda: self._ask_and_run(resume=True))
        self.open_atlas.clicked.connect(self._choose_atlas)
        self.report.clicked.connect(self._show_report)
        self.report.setEnabled(False)
        self.column.addSpacing(4)
        self.column.addLayout(after)
        self.column.addStretch(1)
        self.last_button = self.report
        self.model.activated.connect(lambda _place: self._network_changed())
        self.source.line.textChanged.connect(self._source_changed)
        self.out.line.textEdited.connect(self._out_edited)
        for changed in (
            self.layer.currentIndexChanged, self.units.textChanged, self.out.line.textChanged,
        ):  # fmt: skip
            changed.connect(lambda _value: self._show_state())

    def middle(self) -> QWidget:
        """The atlas."""
        return self._middle

    # -- what of, over what, where to ------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        """Networks that can be looked into: those with a card that look at pictures, and dropped files."""
        known = [
            Source(entry.path, entry) for entry in self.studio.models.entries if entry.card.latent is None
        ]
        return [*known, *self.files]

    def fill_networks(self) -> None:
        """List the networks; keep what is chosen."""
        chosen = self.model.currentData() or FIRST
        self.model.clear()
        for source in self.sources():
            self.model.addItem(source.name, source.name)
            tip = source.card.title if source.card is not None else str(source.path)
            self.model.setItemData(self.model.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        if self.model.count():
            self.model.setCurrentIndex(max(0, self.model.findData(chosen)))
        self._network_changed()

    def network(self) -> Source | None:
        """The network that is chosen."""
        name = self.model.currentData()
        return next((source for source in self.sources() if source.name == name), None)

    def _network_changed(self) -> None:
        source = self.network()
        self.layer.clear()
        self._show_state()
        if source is None:
            return
        engine = self.engine()
        self.studio.work.start(
            jobs.layers,
            self.networks,
            source,
            engine["threads"],
            engine["memory"],
            channel="atlas-layers",
            on_done=self._show_layers,
            on_failed=lambda error: self.show_error(sentence(error), "network"),
        )

    def _show_layers(self, layers: list[dict[str, Any]]) -> None:
        self.clear_error("network")
        self.layer.clear()
        last = 0
        for place, layer in enumerate(layers):
            size = " × ".join(str(side) for side in layer["shape"][1:])
            self.layer.addItem(f"{layer['layer']}  {size}", layer["layer"])
            self.layer.setItemData(
                place, f"{layer['layer']}: {layer['operator']}, {size}", Qt.ItemDataRole.ToolTipRole
            )
            if len(layer["shape"]) == 4 and layer["shape"][2] * layer["shape"][3] > 1:
                last = place
        if layers:
            self.layer.setCurrentIndex(last)
        self._show_state()

    def _out_edited(self, text: str) -> None:
        self._out_touched = bool(text)

    def _source_changed(self, text: str) -> None:
        if not self._out_touched:
            folder = Path(text.strip()) if text.strip() else None
            self.out.line.setText(
                str(folder.with_name(f"{folder.name}-atlas")) if folder and folder.name else ""
            )
        self._show_state()

    def drop_folder(self, folder: object) -> bool:
        """Open a dropped atlas, or take a dropped folder as the pictures."""
        if self.is_running:
            return False
        path = Path(str(folder))
        if path.suffix == ".atlas" or any(path.glob("*.atlas/atlas.json")):
            self.open_place(path)
        else:
            self.source.line.setText(str(path))
        return True

    def drop_model(self, path: Path) -> bool:
        """Take a dropped .onnx file as the network."""
        if self.is_running:
            return False
        self.files = [source for source in self.files if source.path != path] + [Source(path)]
        self.fill_networks()
        self.model.setCurrentIndex(self.model.findData(path.name))
        self._network_changed()
        return True

    def _call(self, resume: bool) -> AtlasCall | None:
        from deconv_studio.batch.atlas import AtlasCall
        from deconv_studio.tasks.atlas import AtlasOptions

        source, layer = self.network(), self.layer.currentData()
        if source is None or not layer or not self.source.text() or not self.out.text():
            return None
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", f"{Path(source.name).stem}-{layer}").strip("_")
        return AtlasCall(
            Path(self.source.text()),
            Path(self.out.text()) / f"{name}.html",
            AtlasOptions(layer=str(layer), units=self.units.text().strip() or "all"),
            recurse=self.recurse.isChecked(),
            exists="overwrite",
            resume=resume,
        )

    def _show_state(self) -> None:
        """What can be done, as the controls stand."""
        if self.is_running:
            return
        self.clear_error("run")
        ready = bool(
            self.network() is not None and self.layer.currentData() and self.source.text() and self.out.text()
        )
        self.go.setEnabled(ready)
        begun = there = False
        if ready:
            from deconv_studio.batch.atlas import can_resume

            call = self._call(resume=False)
            if call is not None:
                begun, there = can_resume(call.report), call.report.exists()
        self.resume.setEnabled(begun)
        if there:
            text = self.tr("There is one already; Go on adds pictures that came since.")
        elif begun:
            text = self.tr("One was begun here; Go on does the rest.")
        elif ready:
            text = self.tr("Each picture goes through the network once.")
        else:
            text = ""
        self.estimate.setText(text)

    # -- making ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Make the atlas; one that is there is replaced only if that is wanted."""
        call = self._call(resume=False)
        if call is None or not self.go.isEnabled():
            return
        from deconv_studio.batch.atlas import can_resume

        if not (call.report.exists() or can_resume(call.report)):
            self._ask_and_run(resume=False)
            return
        self._cause = "run"
        self.message.show_message(
            self.tr("There is an atlas of this layer in {folder}.").format(folder=call.report.parent),
            "warning",
            [
                (self.tr("Go on with it"), lambda: self._ask_and_run(resume=True)),
                (self.tr("Replace it"), lambda: self._ask_and_run(resume=False)),
            ],
        )

    def _ask_and_run(self, resume: bool) -> None:
        source = self.network()
        if source is None or self.is_running:
            return
        if source.entry is None:
            self._run(source, resume)
        else:
            self.studio.with_licence(source.entry, lambda: self._run(source, resume))

    def _run(self, source: Source, resume: bool) -> None:
        call = self._call(resume)
        if call is None or self.is_running:
            return
        self.clear_error("run")
        engine = self.engine()
        self._items = []
        self.go.setEnabled(False)
        self.resume.setEnabled(False)
        self.run_job(
            jobs.make,
            self.networks,
            source,
            engine["threads"],
            engine["memory"],
            call,
            self._items,
            title=self.tr("Atlas of {name}").format(name=Path(self.source.text()).name),
            channel="atlas",
            on_done=lambda atlas: self._made(atlas, call.report),
            on_failed=lambda error: self._told_failed(error),
        )

    def _told_failed(self, error: Exception) -> None:
        self._failure = sentence(error)

    def _made(self, atlas: Atlas, report: Path) -> None:
        self.show_atlas(atlas, report)

    def _ended(self) -> None:
        super()._ended()
        failure, self._failure = self._failure, ""
        self._show_state()
        failed = [item for item in self._items if item.status == "failed"]
        if failure:
            self.show_error(failure, "run")
        elif failed and failed[0].error is not None:
            self.show_error(
                self.tr("{n} pictures could not be looked at. The first: {why}").format(
                    n=len(failed), why=f"{failed[0].error.message} {failed[0].error.hint}"
                ),
                "run",
            )

    # -- browsing --------------------------------------------------------------------------------------------

    def _choose_atlas(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Open an atlas"), self.out.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.open_place(Path(name)))
        dialog.open()

    def open_place(self, place: Path) -> None:
        """Open a finished atlas: its folder, its report, or the folder these are in."""
        self.clear_error("open")
        self.studio.work.start(
            jobs.read,
            place,
            channel="atlas-open",
            on_done=lambda atlas: self.show_atlas(atlas, atlas.folder.with_suffix(".html")),
            on_failed=lambda error: self.show_error(sentence(error), "open"),
        )

    def show_atlas(self, atlas: Atlas, report: Path) -> None:
        """Show a finished atlas."""
        self.atlas, self._report = atlas, report
        self.report.setEnabled(report.is_file())
        counts = {"units": len(atlas.entries), "pictures": atlas.pictures}
        self.about.setText(
            self.tr("{layer}: {units} units, {pictures} pictures").format(layer=atlas.layer, **counts)
        )
        facts = self.tr("{layer} of {model}: {units} units over {pictures} pictures, rule {rule}")
        facts = facts.format(layer=atlas.layer, model=atlas.model, rule=atlas.rule, **counts)
        self.about.setToolTip("\n".join([facts, str(atlas.source), *atlas.notices]))
        self._middle.setCurrentIndex(1)
        self._show_rows()
        if self.grid.atlas_model.rows:
            self.grid.choose(self.grid.atlas_model.rows[0])

    def _what_changed(self, _value: object) -> None:
        self.grid.forget()

    def _show_rows(self) -> None:
        if self.atlas is None:
            return
        found = set(self.atlas.find(self.search.text()))
        rows = [row for row in self.atlas.order(self.sort.currentData()) if row in found]
        self.nothing.setVisible(not rows)
        self.grid.show_rows(self.atlas, rows)

    def _draw_thumbnails(self, rows: list[int]) -> None:
        if self.atlas is None:
            return
        atlas, back = self.atlas, self.what.value() == "back"
        side = round(self.grid.delegate.side * self.devicePixelRatioF())

        def take(answer: tuple[int, QImage]) -> None:
            if atlas is self.atlas and back == (self.what.value() == "back"):
                self.grid.put(*answer)

        self.studio.work.start(jobs.thumbnails, atlas, rows, back, side, on_partial=take)

    def _choose(self, row: int) -> None:
        if self.atlas is None:
            return
        atlas = self.atlas
        entry = atlas.entries[row]

        def show(found: list[Card]) -> None:
            if atlas is not self.atlas:
                return
            self.cards.card_model.set_cards(found)
            if entry.patches:
                text = self.tr("Unit {unit}, strongest {value:.4g}").format(
                    unit=entry.unit, value=entry.strength
                )
            else:
                text = self.tr("Unit {unit}: no picture of the folder excites it").format(unit=entry.unit)
            self.unit_title.setText(text)

        self.studio.work.start(jobs.cards, atlas, row, channel="atlas-unit", on_done=show)

    def _open_card(self, index: Any) -> None:
        card = self.cards.card_model.cards[index.row()]
        self.studio.open_requested.emit([card.target])

    def _show_report(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))

    def close_down(self) -> None:
        """Stop the timer."""
        self.grid.close_down()
