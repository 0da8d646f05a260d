"""Sample: pictures from noise in a grid that fills as it computes; varied, mixed, walked through, painted."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPixmap, QUndoCommand
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSlider,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.panels.run_panel import RunPanel
from deconv_studio.ui.panels.task_panel import CardBox
from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.grid import SampleGrid, Tray, UnitGrid
from deconv_studio.ui.sample.jobs import Made, Near, Seeds, Source, Walk
from deconv_studio.ui.sample.live import Live
from deconv_studio.ui.sample.stage import Stage
from deconv_studio.ui.sample.tools import LookTool, MixTool, PaintTool, WalkTool, button
from deconv_studio.ui.widgets import Collapsible, ElidedLabel, FolderField, LabeledSlider, SegmentedControl
from deconv_studio.ui.wording import sentence
from deconv_studio.ui.workbench.pages import SpectrumView, percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage

    from deconv_studio.catalog import Entry
    from deconv_studio.tasks.checkerboard import Look
    from deconv_studio.tasks.sample import Edit, Layer
    from deconv_studio.ui.studio import Studio

#: Samples to begin with, and that "More" adds at least.
FIRST = 64
#: Neighbours that are shown of a sample.
NEIGHBOURS = 60
#: Milliseconds after which a grid that still fills shows its progress.
SLOW = 400
#: Frames of a walk that are made in one go, and ahead of the one that is shown.
AHEAD, IN_ONE_GO = 24, 4
#: Units whose drawings are made in one go.
UNITS = 4
#: Training pictures that are shown beside a sample.
NEAREST = 6
_EXPORTS = {
    ".gif": "GIF", ".webp": "WebP", ".apng": "APNG", ".mp4": "MP4"
}  # fmt: skip

Kept = tuple[tuple[Made, str], ...]


def seeds_text(seeds: list[int]) -> str:
    """Seeds as they are typed: ``0,1,4-6``."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


class Step(QUndoCommand):
    """A change of what is kept, or of what is painted."""

    def __init__(self, text: str, put: Callable[[Any], object], before: Any, after: Any) -> None:
        super().__init__(text)
        self._put, self._before, self._after = put, before, after

    def undo(self) -> None:
        """As it was."""
        self._put(self._before)

    def redo(self) -> None:
        """As it became."""
        self._put(self._after)


class SamplePanel(RunPanel):
    """The generator and its seeds on the side; the grid, one sample large and what is kept in the middle."""

    name: ClassVar[str] = "sample"
    title: ClassVar[str] = "Sample"
    icon: ClassVar[str] = "sample"
    description: ClassVar[str] = "New pictures from noise, by a generator"
    order: ClassVar[int] = 40
    task: ClassVar[str] = "sample"

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.generators = jobs.Generators()
        self.grid_of: Seeds | Near | None = None
        self.made: dict[int, Made] = {}
        self.current: Made | None = None
        self.shown: Made | None = None
        self.kept: Kept = ()
        self.edits: tuple[Edit, ...] = ()
        self.layers: tuple[Layer, ...] = ()
        self.units: list[tuple[int, float]] = []
        self.frames: dict[int, QImage] = {}
        self._seeds: Seeds | None = None
        self._begun = ""
        self._paused = False
        self._setting = False
        self._wanted_row: int | None = None
        self._ranked: tuple[str, Made] | None = None
        self._walk: Walk | None = None
        self._stroking: tuple[Edit, ...] | None = None
        self._wanted_model = ""
        self._wanted_class: Any = None
        self._drags = Path(tempfile.gettempdir()) / f"deconv-studio-drag-{id(self):x}"
        self.live = Live(studio.work, self)
        self.live_stage = Live(studio.work, self)
        self.live_frames = Live(studio.work, self)
        self.live_units = Live(studio.work, self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW)
        self._slow.timeout.connect(self._show_progress)
        self._build_controls()
        self._build_middle()
        self._connect()
        self._remember()
        studio.models.changed.connect(self.fill_models)
        self.fill_models()

    # -- building --------------------------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self.add(self.label(self.tr("Generator"), self.model), 4)
        self.add(self.model)
        self.card = CardBox()
        self.add(self.card, 4)
        self.seeds = QLineEdit(f"0-{FIRST - 1}")
        self.seeds.setPlaceholderText("0,1,4-6")
        self.seeds.setToolTip(
            self.tr("Numbers and spans such as 0,1,4-6: each stands for one picture, always")
        )
        self.add(self.label(self.tr("Seeds"), self.seeds), 4)
        self.add(self.seeds)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.more = button(self.tr("More"), self.tr("As many seeds again, after these"))
        self.shuffle = button(self.tr("Shuffle"), self.tr("As many other seeds"))
        row.addWidget(self.more, 1)
        row.addWidget(self.shuffle, 1)
        self.column.addSpacing(4)
        self.column.addLayout(row)
        self.truncation = LabeledSlider(self.tr("Truncation"), 0.0, 1.0, 0.01)
        self.truncation.set_value(1.0)
        self.truncation.setToolTip(
            self.tr("Nearer to the mean of all pictures: less variety, fewer failures; 1 changes nothing.")
        )
        self.add(self.truncation, 4)
        self.klass = QComboBox()
        self.klass_label = self.label(self.tr("Class"), self.klass)
        self.add(self.klass_label, 4)
        self.add(self.klass)
        estimate = ElidedLabel("")
        estimate.setMinimumHeight(18)
        tip = self.tr("Stop filling the grid; what is there stays (Esc)")
        self.add_run(estimate, self.tr("What will be made"), self.tr("Sample"), tip)
        self.nearest = Collapsible(self.tr("Nearest training pictures"), open=True)
        self.folder = FolderField(self.tr("Training pictures"), self.tr("a folder with pictures"))
        near = QWidget()
        inner = QVBoxLayout(near)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        self.near_by = SegmentedControl([("pixels", self.tr("Pixels")), ("features", self.tr("Features"))])
        self.near_by.setAccessibleName(self.tr("What is compared"))
        self.near_by.segment("pixels").setToolTip(self.tr("Root mean square difference of the pixels"))
        self.near_by.segment("features").setToolTip(
            self.tr("Distance between a classifier's features, which see what is shown and not where")
        )
        inner.addWidget(self.folder)
        inner.addWidget(self.near_by)
        self.nearest.set_content(near)
        self.add(self.nearest)
        self.checkerboard = Collapsible(self.tr("Checkerboard"))
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
        self.checkerboard.set_content(inside)
        self.add(self.checkerboard)
        self.column.addStretch(1)
        self.last_button = self.checkerboard

    def _build_middle(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 8)
        column.setSpacing(8)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._build_left())
        self.split.addWidget(self._build_right())
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([560, 400])
        self.split.setHandleWidth(12)
        self.split.setStyleSheet("QSplitter::handle { background: transparent; }")
        column.addWidget(self.split, 1)
        self.tray = Tray()
        self.tray_label = QLabel(self.tr("KEPT"))
        self.tray_label.setProperty("role", "section")
        self.tray_hint = ElidedLabel(
            self.tr("Keep samples with K: they can be mixed, walked through and saved together")
        )
        self.tray_hint.setProperty("role", "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.tray_label)
        head.addWidget(self.tray_hint, 1)
        foot = QVBoxLayout()
        foot.setSpacing(2)
        foot.addLayout(head)
        foot.addWidget(self.tray)
        column.addLayout(foot)
        self._middle = QStackedWidget()
        self._middle.setProperty("area", "canvas")
        self._middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._middle.addWidget(self._build_empty())
        self._middle.addWidget(page)

    def _build_empty(self) -> QWidget:
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        title = QLabel(self.tr("There is no generator yet"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_words = QLabel("")
        self.empty_words.setProperty("role", "secondary")
        self.empty_words.setWordWrap(True)
        self.empty_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty_command = QLineEdit()
        self.empty_command.setReadOnly(True)
        self.empty_command.setAccessibleName(self.tr("Command that installs a generator"))
        self.empty_command.setFixedWidth(340)
        self.empty_words.setMaximumWidth(560)
        self.install = QPushButton("")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.install)
        row.addStretch(1)
        other = QHBoxLayout()
        other.addStretch(1)
        other.addWidget(self.empty_command, 1)
        other.addStretch(1)
        column.addWidget(title)
        text = QHBoxLayout()
        text.addStretch(1)
        text.addWidget(self.empty_words, 8)
        text.addStretch(1)
        column.addLayout(text)
        column.addLayout(row)
        column.addLayout(other)
        column.addStretch(1)
        self.install.hide()
        self.empty_command.hide()
        return empty

    def _build_left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.back = button(self.tr("Back"), self.tr("Back to the seeds"))
        self.back.hide()
        self.about = ElidedLabel("")
        self.about.setProperty("role", "title")
        self.about.setAccessibleName(self.tr("What the grid shows"))
        self.side_slider = QSlider(Qt.Orientation.Horizontal)
        self.side_slider.setRange(32, 256)
        self.side_slider.setValue(96)
        self.side_slider.setFixedWidth(96)
        self.side_slider.setAccessibleName(self.tr("Size of the cells"))
        self.side_slider.setToolTip(self.tr("Size of the cells (Ctrl and the wheel)"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.about, 1)
        head.addWidget(self.side_slider)
        column.addLayout(head)
        self.amount = LabeledSlider(self.tr("How far from the sample"), 0.0, 1.0, 0.01)
        self.amount.set_value(0.3)
        self.amount.hide()
        column.addWidget(self.amount)
        self.grid = SampleGrid()
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        units = QWidget()
        inner = QVBoxLayout(units)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        self.layer = QComboBox()
        self.layer.setAccessibleName(self.tr("Layer to paint on"))
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(14)
        self.unit_words = ElidedLabel("")
        self.unit_words.setToolTip(
            self.tr("The picture less the one without the unit; paint with the chosen ones")
        )
        self.unit_words.setProperty("role", "secondary")
        self.unit_grid = UnitGrid()
        inner.addWidget(self.layer)
        inner.addWidget(self.unit_words)
        inner.addWidget(self.unit_grid, 1)
        self.left = QStackedWidget()
        self.left.addWidget(self.grid)
        self.left.addWidget(units)
        column.addWidget(self.left, 1)
        left.setMinimumWidth(220)
        self.left_side = left
        return left

    def _build_right(self) -> QWidget:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.mode = SegmentedControl(
            [("look", self.tr("Look")), ("mix", self.tr("Mix")), ("walk", self.tr("Walk")),
             ("paint", self.tr("Paint"))]
        )  # fmt: skip
        self.mode.setAccessibleName(self.tr("What is done with the sample"))
        for value, tip in (
            ("look", self.tr("Look at the sample, vary it, find its like among the training pictures")),
            ("mix", self.tr("Means of kept samples, and a direction from some to others")),
            ("walk", self.tr("A film through kept samples")),
            ("paint", self.tr("Switch units of a layer off or on where you paint")),
        ):
            self.mode.segment(value).setToolTip(tip)
        self.stage = Stage(self.tr("The sample, large"))
        self.caption = ElidedLabel("")
        self.caption.setAccessibleName(self.tr("About the sample"))
        self.pixels = button(self.tr("Pixels"), self.tr("Show the picture's own pixels, not smoothed"))
        self.pixels.setCheckable(True)
        self.keep = button(self.tr("Keep"), self.tr("Put what is chosen into the tray below (K)"))
        self.save = button(
            self.tr("Save…"), self.tr("Save what is chosen as PNG files, from which it can be made again")
        )
        below = QHBoxLayout()
        below.setSpacing(8)
        for each in (self.keep, self.save, self.pixels):
            below.addWidget(each, 1)
        self.look, self.mix, self.walk, self.paint = LookTool(), MixTool(), WalkTool(), PaintTool()
        self.tools = QStackedWidget()
        for tool in (self.look, self.mix, self.walk, self.paint):
            self.tools.addWidget(tool)
        column.addWidget(self.mode)
        column.addWidget(self.stage, 1)
        column.addWidget(self.caption)
        column.addLayout(below)
        column.addWidget(self.tools)
        right.setMinimumWidth(290)
        return right

    def _connect(self) -> None:
        self.model.activated.connect(lambda _place: self._model_chosen())
        self.seeds.textChanged.connect(lambda _text: self._seeds_typed())
        self.more.clicked.connect(self.add_seeds)
        self.shuffle.clicked.connect(self.shuffle_seeds)
        self.truncation.changed.connect(lambda _value: self._options_changed())
        self.klass.currentIndexChanged.connect(lambda _place: self._options_changed())
        self.folder.line.textChanged.connect(lambda _text: self._find_nearest())
        self.near_by.changed.connect(lambda _by: self._find_nearest())
        self.checkerboard.toggled.connect(lambda on: self.look_over() if on else None)
        self.workbench.clicked.connect(lambda: self.studio.panel_requested.emit("workbench"))
        self.install.clicked.connect(self._install)
        self.live.idle.connect(self._pump)
        self.live_frames.idle.connect(self._pump_frames)
        self.live_units.idle.connect(self._pump_units)
        self.grid.wanted.connect(lambda _rows: self._pump())
        self.grid.chosen.connect(self._cell_chosen)
        self.grid.opened.connect(lambda _row: self.look.large.toggle())
        self.grid.pressed.connect(self._key)
        self.grid.dragged.connect(self.drag_out)
        self.grid.customContextMenuRequested.connect(self._menu)
        self.tray.chosen.connect(self._kept_chosen)
        self.tray.pressed.connect(self._tray_key)
        self.tray.dragged.connect(self.drag_out)
        self.tray.clicked.connect(lambda index: self._kept_chosen(index.row()))
        self.tray.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.tray.wanted.connect(lambda _rows: self._draw_tray())
        self.unit_grid.wanted.connect(lambda _rows: self._pump_units())
        self.side_slider.valueChanged.connect(self.grid.set_side)
        self.back.clicked.connect(self.back_to_seeds)
        self.amount.changed.connect(lambda _value: self._amount_changed())
        self.mode.changed.connect(self._mode_changed)
        self.keep.clicked.connect(self.keep_chosen)
        self.save.clicked.connect(self.ask_folder)
        self.pixels.toggled.connect(self._show_pixels)
        self.look.vary.clicked.connect(self.vary)
        self.look.copy.clicked.connect(self.copy)
        self.look.use.clicked.connect(self.use)
        self.look.large.toggled.connect(lambda on: self.left_side.setVisible(not on))
        self.stage.clicked_twice.connect(self.look.large.toggle)
        self.mix.first.clicked.connect(lambda: self.mark("A"))
        self.mix.second.clicked.connect(lambda: self.mark("B"))
        self.mix.mean.clicked.connect(self.show_mean)
        self.mix.amount.changed.connect(lambda _value: self._refresh_stage())
        self.walk.changed.connect(self._walk_changed)
        self.walk.moved.connect(self._frame_wanted)
        self.walk.export.clicked.connect(self.ask_export)
        self.layer.activated.connect(lambda _place: self._rank())
        self.stage.stroked.connect(self._stroked)
        self.stage.stroke_ended.connect(self._stroke_ended)
        self.paint.brush.changed.connect(lambda _value: self._set_brush())
        self.paint.clear.clicked.connect(lambda: self._edit((), self.tr("Clear the painting")))
        self.paint.everywhere.clicked.connect(self.paint_everywhere)
        stack = self.studio.undo
        self.paint.undo.clicked.connect(lambda: stack.undo())
        self.paint.redo.clicked.connect(lambda: stack.redo())
        stack.canUndoChanged.connect(self.paint.undo.setEnabled)
        stack.canRedoChanged.connect(self.paint.redo.setEnabled)
        self.paint.undo.setEnabled(stack.canUndo())
        self.paint.redo.setEnabled(stack.canRedo())
        self._show_state()

    def middle(self) -> QWidget:
        """The grid and the stage."""
        return self._middle

    # -- generators ------------------------------------------------------------------------------------------

    def fill_models(self) -> None:
        """List the generators; keep the chosen one."""
        chosen = str(self.model.currentData() or self._wanted_model)
        entries = self.studio.models.for_task(self.task)
        self.model.clear()
        for entry in entries:
            self.model.addItem(entry.card.id, entry.card.id)
            self.model.setItemData(self.model.count() - 1, entry.card.title, Qt.ItemDataRole.ToolTipRole)
        self.model.setCurrentIndex(max(0, self.model.findData(chosen)) if entries else -1)
        self.model.setEnabled(bool(entries))
        self._middle.setCurrentIndex(1 if entries or not self.studio.models.ready else 0)
        if not entries and self.studio.models.ready:
            self.studio.work.start(
                jobs.pack_facts, channel="sample-pack", on_done=self._show_pack,
                on_failed=lambda error: self.show_error(sentence(error), "pack"),
            )  # fmt: skip
        self._model_changed()

    def _show_pack(self, facts: tuple[str, str, str]) -> None:
        pack, title, terms = facts
        self.empty_words.setText(
            self.tr(
                "The generators that come with the program are missing from this installation. "
                "“{title}” can be installed, here or with the command below; it needs the network once.\n"
                "Licence: {terms}\nOr add a generator of your own with Ctrl+M."
            ).format(title=title, terms=terms)
        )
        self.empty_command.setText(f"deconv-studio models install {pack}")
        self.empty_command.setCursorPosition(0)
        self.install.setText(self.tr("Install {title}").format(title=title))
        self.install.setAccessibleName(self.install.text())
        self.install.setProperty("pack", pack)
        self.install.show()
        self.empty_command.show()

    def _install(self) -> None:
        if self.is_running:
            return
        self.clear_error("pack")
        self.install.setEnabled(False)
        self.run_job(
            jobs.install,
            str(self.install.property("pack")),
            title=self.install.text(),
            channel="sample-install",
            on_done=lambda _none: self.studio.models.refresh(),
            on_failed=lambda error: self.show_error(sentence(error), "pack"),
        )

    def entry(self) -> Entry | None:
        """The chosen generator."""
        return self.studio.models.get(str(self.model.currentData() or ""))

    def source(self) -> Source:
        """The chosen generator and what it runs on."""
        entry = self.entry()
        assert entry is not None
        return Source(entry, self.engine())

    def _model_chosen(self) -> None:
        self._model_changed()
        self._look_whether_to_begin()

    def _model_changed(self) -> None:
        entry = self.entry()
        name = entry.card.id if entry is not None else ""
        self.model.setToolTip(name)
        empty = self.tr("No generator") if self.studio.models.ready else self.tr("Looking for models…")
        self.card.show_card(entry, empty)
        if name != self._begun:
            self._forget()
        wanted = self.klass.currentData() or self._wanted_class
        self._setting = True
        self.klass.clear()
        self.klass.addItem(self.tr("From the seed"), None)
        classes = entry.card.classes if entry is not None else ()
        for item in classes:
            self.klass.addItem(item.name, item.name)
        self.klass.setCurrentIndex(max(0, self.klass.findData(wanted)) if wanted else 0)
        self._setting = False
        self.klass.setVisible(bool(classes))
        self.klass_label.setVisible(bool(classes))
        self._show_state()

    def _forget(self) -> None:
        """Another generator: nothing of the former one holds."""
        for live in (self.live, self.live_stage, self.live_frames, self.live_units):
            live.stop()
        self._begun = ""
        self.grid_of = self._seeds = self.current = self.shown = self._walk = self._ranked = None
        self.made, self.frames, self.units, self.edits, self.layers = {}, {}, [], (), ()
        if self.kept:
            self.studio.undo.clear()
        self.kept = ()
        self.layer.clear()
        self.spectrum.show_spectrum((), (), 1)
        self.verdict.clear()
        self.checkerboard.set_open(False)
        for grid in (self.grid, self.tray, self.unit_grid):
            grid.forget()
            grid.cells.show(0, str, str)
        self.stage.show_image(None)
        self.look.near.card_model.set_cards([])
        self.walk.set_ready(False)
        self.mode.set_value("look")
        self._show_near(False)

    # -- seeds -----------------------------------------------------------------------------------------------

    def _parse(self) -> tuple[int, ...] | None:
        from deconv_studio.tasks import TaskError
        from deconv_studio.tasks.sample import parse_seeds

        try:
            seeds = parse_seeds(self.seeds.text())
        except TaskError as error:
            self.show_error(f"{error.message} {error.hint}", "seeds")
            return None
        self.clear_error("seeds")
        return seeds

    def _seeds_typed(self) -> None:
        if not self._setting:
            self._options_changed()

    def add_seeds(self) -> None:
        """As many seeds again, after these."""
        seeds = self._parse()
        if seeds is None:
            return
        from deconv_studio.tasks.sample import LARGEST_SEED

        last = max(seeds)
        more = range(last + 1, min(LARGEST_SEED, last + max(FIRST, len(seeds))) + 1)
        if more:
            self.seeds.setText(seeds_text([*seeds, *more]))
            self._begin_or_ask()

    def shuffle_seeds(self) -> None:
        """As many other seeds."""
        seeds = self._parse() or tuple(range(FIRST))
        first = random.SystemRandom().randrange(1, 2**31 - len(seeds))
        self.seeds.setText(seeds_text([first + step for step in range(len(seeds))]))
        self._begin_or_ask()

    def _options_changed(self) -> None:
        if self._setting:
            return
        seeds = self._parse()
        self._show_state(seeds)
        if self._begun and seeds is not None:
            self._seeds = Seeds(seeds, self.truncation.value(), self.klass.currentData())
            if isinstance(self.grid_of, Seeds):
                self._show_grid(self._seeds)
            self._store()

    def _show_state(self, seeds: tuple[int, ...] | None = None) -> None:
        """What can be done, as the controls stand."""
        entry = self.entry()
        seeds = seeds if seeds is not None else self._parse() if entry is not None else None
        self.go.setEnabled(entry is not None and seeds is not None)
        if entry is None or seeds is None:
            self.estimate.setText("")
        else:
            size = entry.card.input.fixed_size
            side = f", {size[1]} × {size[0]}" if size else ""
            self.estimate.setText(self.tr("{n} pictures").format(n=len(seeds)) + side)
        ready = self.current is not None
        self.look.set_ready(ready)
        self.keep.setEnabled(ready or self.mode.value() == "walk")
        self.save.setEnabled(ready)
        self.pixels.setEnabled(ready)

    # -- the grid --------------------------------------------------------------------------------------------

    def activated(self) -> None:
        """Begin at once where nothing has to be asked."""
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look_whether_to_begin()

    def _look_whether_to_begin(self) -> None:
        entry = self.entry()
        if entry is None or self._begun == entry.card.id:
            return
        name = entry.card.id
        self.studio.work.start(
            jobs.may_begin, entry, channel="sample-licence",
            on_done=lambda seen: self._begin() if seen and self.model.currentData() == name else None,
            on_failed=lambda error: self.show_error(sentence(error), "grid"),
        )  # fmt: skip

    def start(self) -> None:
        """Show the seeds' grid; asks for the licence before a generator's first use."""
        if self.go.isEnabled():
            self._begin_or_ask()

    def _begin_or_ask(self) -> None:
        entry = self.entry()
        if entry is None:
            return
        if self._begun == entry.card.id:
            self._begin()
        else:
            self.studio.with_licence(entry, self._begin)

    def _begin(self) -> None:
        entry, seeds = self.entry(), self._parse()
        if entry is None or seeds is None:
            return
        self._begun = entry.card.id
        self._paused = False
        self._seeds = Seeds(seeds, self.truncation.value(), self.klass.currentData())
        self._store()
        self._show_grid(self._seeds)
        if self.current is None and self.kept == () and self.grid.currentIndex().row() < 0:
            self.grid.choose(0)

    def _show_grid(self, grid: Seeds | Near) -> None:
        """Show other cells. Pictures of the same seeds stay until their new ones are there."""
        before, self.grid_of = self.grid_of, grid
        self._paused = False
        self.clear_error("grid")
        alike = before is not None and len(before) == len(grid) and (
            (isinstance(grid, Seeds) and isinstance(before, Seeds) and grid.seeds == before.seeds)
            or (isinstance(grid, Near) and isinstance(before, Near) and grid.base is before.base)
        )  # fmt: skip
        if grid == before:
            self._pump()
            return
        self.made = {}
        if alike:
            self.grid.outdate()
            self.grid.cells.rename(grid.title, self._tip)
        else:
            row = self.grid.currentIndex().row()
            self.grid.forget()
            self.grid.cells.show(len(grid), grid.title, self._tip)
            if 0 <= row < len(grid):
                self.grid.choose(row)
        self._show_near(isinstance(grid, Near))
        self._pump()

    def _show_near(self, near: bool) -> None:
        self.back.setVisible(near)
        self.amount.setVisible(near)
        if isinstance(self.grid_of, Near):
            self.about.setText(self.tr("Near {title}").format(title=self.grid_of.base.title))
        elif isinstance(self.grid_of, Seeds):
            count = len(self.grid_of)
            self.about.setText(self.tr("{n} samples").format(n=count))
        else:
            self.about.setText("")

    def _tip(self, row: int) -> str:
        grid, made = self.grid_of, self.made.get(row)
        if grid is None:
            return ""
        parts = [
            self.tr("Seed {seed}").format(seed=grid.title(row))
            if isinstance(grid, Seeds)
            else grid.title(row)
        ]
        if made is not None and made.klass:
            parts.append(self.tr("class {name}").format(name=made.klass))
        if made is None:
            parts.append(self.tr("not made yet"))
        return ", ".join(parts)

    def _pump(self) -> None:
        """Have the next cells made that are missing: the chosen one, those in sight, then what is below."""
        grid = self.grid_of
        if grid is None or self._paused or self.live.is_busy or not self._begun:
            return
        rows = []
        row = self.grid.currentIndex().row()
        if 0 <= row < len(grid) and row not in self.made:
            rows.append(row)
        rows += [each for each in self.grid.missing(jobs.BATCH) if each not in rows]
        if not rows:
            sight = self.grid.in_sight()
            ahead = range(sight.stop, min(len(grid), sight.stop + len(sight)))
            rows = [each for each in ahead if not self.grid.has(each)]
        rows = rows[: jobs.BATCH]
        if not rows:
            self._hide_progress()
            return
        if not self._slow.isActive() and not self.progress.isVisible():
            self._slow.start()
        self._tell_progress()
        self.live.ask(
            jobs.fill, self.generators, self.source(), grid, rows,
            on_done=lambda filled: self._filled(grid, filled), on_failed=self._not_filled,
        )  # fmt: skip

    def _filled(self, grid: Seeds | Near, filled: jobs.Filled) -> None:
        now = self.grid_of
        fresh = grid is now
        same = fresh or (
            isinstance(grid, Seeds) and isinstance(now, Seeds) and grid.seeds == now.seeds
        ) or (isinstance(grid, Near) and isinstance(now, Near) and grid.base is now.base)  # fmt: skip
        if not same:
            return
        self.studio.ran.emit(self._begun, filled.provider, filled.threads, filled.seconds)
        for row, made in filled.cells:
            self.grid.put(row, made.image(), old=not fresh)
            if row == self.grid.currentIndex().row() and not self.tray.hasFocus():
                # The stage follows while a slider moves.
                self._set_current(made)
            if fresh:
                self.made[row] = made
        while len(self.made) > self.grid._kept:
            del self.made[next(iter(self.made))]

    def _not_filled(self, error: Exception) -> None:
        self._paused = True
        self._hide_progress()
        self.show_error(sentence(error), "grid")

    def _show_progress(self) -> None:
        self.progress.show()
        self.stop.show()
        self.stop.setEnabled(True)
        self._tell_progress()

    def _tell_progress(self) -> None:
        sight = self.grid.in_sight()
        done = sum(self.grid.has(row) for row in sight)
        if self.progress.isVisible() and not self.is_running and sight:
            self.progress.set_fraction(done / len(sight))
            self.doing.setText(
                self.tr("{done} of {n} in sight").format(done=done, n=len(sight))
                if done < len(sight)
                else self.tr("Those below…")
            )

    def _hide_progress(self) -> None:
        self._slow.stop()
        if not self.is_running:
            self.progress.hide()
            self.stop.hide()
            self.doing.setText("")

    def cancel(self) -> bool:
        """Stop what runs: an export, or filling the grid."""
        if super().cancel():
            return True
        playing = self.walk.play.isChecked()
        self.walk.play.setChecked(False)
        if self.live.stop():
            self._paused = True
            self._hide_progress()
            self.studio.said.emit(self.tr("Stopped; press Sample to go on"))
            return True
        return playing

    def _ended(self) -> None:
        super()._ended()
        self.install.setEnabled(True)
        self._show_state()

    # -- the sample ------------------------------------------------------------------------------------------

    def _cell_chosen(self, row: int) -> None:
        made = self.made.get(row)
        if made is not None:
            self._set_current(made)
        else:
            self._pump()

    def _kept_chosen(self, row: int) -> None:
        if 0 <= row < len(self.kept):
            self._set_current(self.kept[row][0])

    def _selection_changed(self) -> None:
        self._show_marks()
        if self.mode.value() == "walk":
            self._walk_changed()

    def _set_current(self, made: Made) -> None:
        if made is self.current:
            return
        self.current = made
        if made.edits:
            self.edits = made.edits
        self._show_state()
        self._refresh_stage()
        if self.mode.value() == "paint":
            self._rank()

    def _mode_changed(self, mode: str) -> None:
        self.tools.setCurrentIndex(("look", "mix", "walk", "paint").index(mode))
        self.left.setCurrentIndex(1 if mode == "paint" else 0)
        self.side_slider.setVisible(mode != "paint")
        self.stage.set_paintable(mode == "paint")
        self._set_brush()
        if mode != "walk":
            self.walk.play.setChecked(False)
        else:
            self._walk_changed()
        if mode == "paint" and self._begun:
            self.about.setText(self.tr("Units"))
            self._list_layers()
        else:
            self._show_near(isinstance(self.grid_of, Near))
        self._show_state()
        self._refresh_stage()

    def _refresh_stage(self) -> None:
        """Show the current sample as the tool makes it."""
        mode, current = self.mode.value(), self.current
        if mode == "walk":
            self._frame_wanted(self.walk.scrub.value())
            return
        if current is None:
            self._show_made(None)
            return
        first, second = self._marked("A"), self._marked("B")
        if mode == "mix" and first and second and self.mix.amount.value():
            title = f"{current.title} {self.mix.amount.value():+.2f}".replace("-", "−")
            self._ask_stage(jobs.mix, current, first, second, self.mix.amount.value(), title)
        elif mode == "paint" and self.edits != current.edits:
            known = current.parameters if "seed" in current.parameters else None
            self._ask_stage(jobs.make, current.point, current.title, known, self.edits)
        elif self.live_stage.is_busy:
            # After what is on its way, or that would come over it.
            self.live_stage.ask(lambda control: current, on_done=self._show_made, on_failed=self._no_stage)
        else:
            self._show_made(current)
        self._find_nearest()

    def _ask_stage(self, function: Any, *args: Any) -> None:
        self.live_stage.ask(
            function, self.generators, self.source(), *args, on_done=self._show_made, on_failed=self._no_stage
        )

    def _no_stage(self, error: Exception) -> None:
        self.show_error(sentence(error), "stage")

    def _show_made(self, made: Made | None) -> None:
        self.clear_error("stage")
        self.shown = made
        if self.mode.value() == "walk":
            return
        words = self._words(made) if made is not None else ""
        self.stage.show_image(made.image() if made is not None else None, words)
        self.caption.setText(words)

    def _words(self, made: Made) -> str:
        seed, truncation = made.parameters.get("seed"), made.parameters.get("truncation", 1.0)
        parts = [self.tr("Seed {seed}").format(seed=seed) if seed is not None else made.title]
        if made.klass:
            parts.append(self.tr("class {name}").format(name=made.klass))
        if truncation != 1.0:
            parts.append(self.tr("truncation {value:.2g}").format(value=truncation))
        if made.edits:
            parts.append(self.tr("painted"))
        return ", ".join(parts)

    def _show_pixels(self, on: bool) -> None:
        self.stage.is_smooth = not on
        self.stage.update()

    # -- vary ------------------------------------------------------------------------------------------------

    def vary(self) -> None:
        """Show samples near the one on the stage."""
        base = self.shown or self.current
        if base is None or self.mode.value() == "walk":
            return
        self.mode.set_value("look")
        self._show_grid(Near(base, self.amount.value(), NEIGHBOURS))
        self.grid.choose(0)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _amount_changed(self) -> None:
        if isinstance(self.grid_of, Near):
            self._show_grid(Near(self.grid_of.base, self.amount.value(), len(self.grid_of)))

    def back_to_seeds(self) -> None:
        """Leave the neighbours."""
        if self._seeds is not None:
            self._show_grid(self._seeds)

    # -- the tray --------------------------------------------------------------------------------------------

    def chosen(self) -> tuple[list[Made], list[int]]:
        """What is chosen: samples that were made, and cells that were not yet."""
        if self.mode.value() != "look" and self.shown is not None:
            return [self.shown], []
        if self.tray.hasFocus() and self.tray.rows():
            return [self.kept[row][0] for row in self.tray.rows()], []
        rows = self.grid.rows()
        if len(rows) > 1:
            return [self.made[row] for row in rows if row in self.made], [
                row for row in rows if row not in self.made
            ]
        return ([self.shown] if self.shown is not None else []), []

    def keep_chosen(self) -> None:
        """Put what is chosen into the tray."""
        if self.mode.value() == "walk":
            self._keep_frame()
            return
        samples, missing = self.chosen()
        grid = self.grid_of
        if missing and grid is not None:
            self.studio.work.start(
                jobs.fill, self.generators, self.source(), grid, missing,
                on_done=lambda filled: self._keep_all([*samples, *(made for _, made in filled.cells)]),
                on_failed=lambda error: self.show_error(sentence(error), "grid"),
            )  # fmt: skip
        elif samples:
            self._keep_all(samples)

    def _keep_all(self, samples: list[Made]) -> None:
        there = [made for made, _ in self.kept]
        fresh = tuple((made, "") for made in samples if made not in there)
        if fresh:
            self._change_tray((*self.kept, *fresh), self.tr("Keep"))
            self.tray.scrollTo(self.tray.cells.index(len(self.kept) - 1, 0))

    def _keep_frame(self) -> None:
        from deconv_studio.tasks.sample import walk_points

        if self._walk is None:
            return
        number = self.walk.scrub.value()
        point = walk_points(self._walk.points, self._walk.count, self._walk.how)[number]
        self.studio.work.start(
            jobs.make, self.generators, self.source(), point, self.tr("frame {n}").format(n=number), None,
            on_done=lambda made: self._keep_all([made]), on_failed=self._no_stage,
        )  # fmt: skip

    def _change_tray(self, after: Kept, words: str) -> None:
        self.studio.undo.push(Step(words, self._put_tray, self.kept, after))

    def _put_tray(self, kept: Kept) -> None:
        self.kept = kept
        self.tray.forget()
        self.tray.cells.show(
            len(kept), lambda row: self.kept[row][0].title, lambda row: self._words(self.kept[row][0])
        )
        self._draw_tray()
        self.tray_label.setText(self.tr("KEPT, {n}").format(n=len(kept)) if kept else self.tr("KEPT"))
        self._show_marks()
        if self.mode.value() == "walk":
            self._walk_changed()
        elif self.mode.value() == "mix":
            self._refresh_stage()

    def _draw_tray(self) -> None:
        for row, (made, _) in enumerate(self.kept):
            self.tray.put(row, made.image())

    def _tray_key(self, word: str) -> None:
        rows = self.tray.rows()
        if word == "delete" and rows:
            self._change_tray(
                tuple(kept for row, kept in enumerate(self.kept) if row not in rows), self.tr("Remove")
            )
        elif word in ("a", "b"):
            self.mark(word.upper())
        else:
            self._key(word)

    def mark(self, letter: str) -> None:
        """Have a direction start from the chosen kept samples (A) or lead to them (B); again: neither."""
        rows = self.tray.rows()
        if not rows:
            self.studio.said.emit(self.tr("Choose kept samples in the tray first"))
            return
        off = all(self.kept[row][1] == letter for row in rows)
        after = tuple(
            (made, ("" if off else letter) if row in rows else mark)
            for row, (made, mark) in enumerate(self.kept)
        )
        self._change_tray(after, self.tr("Mark {letter}").format(letter=letter))
        self.tray.choose_all(rows)

    def _marked(self, letter: str) -> list[Any]:
        return [made.point for made, mark in self.kept if mark == letter]

    def _show_marks(self) -> None:
        self.tray.mark = lambda row: self.kept[row][1]
        self.tray.viewport().update()
        first, second = len(self._marked("A")), len(self._marked("B"))
        chosen = len(self.tray.rows())
        if first and second:
            text = self.tr("A: {first}, B: {second}").format(first=first, second=second)
        else:
            text = self.tr("Choose kept samples below and mark them A and B (keys A, B)")
        self.mix.state.setText(text)
        self.mix.amount.setEnabled(bool(first and second))
        for each in (self.mix.first, self.mix.second, self.mix.mean):
            each.setEnabled(bool(chosen) or (each is self.mix.mean and bool(self.kept)))
        self.tray_hint.setVisible(not self.kept)

    def show_mean(self) -> None:
        """Show the mean of the chosen kept samples, or of all."""
        rows = self.tray.rows() or range(len(self.kept))
        points = [self.kept[row][0].point for row in rows]
        if not points:
            return
        title = self.tr("mean of {n}").format(n=len(points))

        def show(made: Made) -> None:
            # The mean becomes the sample, so that it can be varied, moved and painted on.
            self._set_current(made)

        self.live_stage.ask(
            jobs.mean, self.generators, self.source(), points, title, on_done=show, on_failed=self._no_stage
        )

    # -- walking ---------------------------------------------------------------------------------------------

    def _stops(self) -> tuple[Made, ...]:
        rows = self.tray.rows()
        if len(rows) >= 2:
            return tuple(self.kept[row][0] for row in rows)
        if len(self.kept) >= 2:
            return tuple(made for made, _ in self.kept)
        return tuple(self.made[row] for row in self.grid.rows() if row in self.made)

    def _walk_changed(self) -> None:
        stops = self._stops()
        ready = len(stops) >= 2 and bool(self._begun)
        self._walk = Walk(stops, self.walk.how.value(), self.walk.frames.value()) if ready else None
        self.frames = {}
        self.walk.set_ready(ready)
        self.walk.state.setText(
            self.tr("Through {n} samples and round to the first").format(n=len(stops))
            if ready
            else self.tr("Keep two samples or more, or choose them in the grid")
        )
        if self.mode.value() == "walk":
            self._frame_wanted(self.walk.scrub.value())

    def _frame_wanted(self, number: int) -> None:
        image = self.frames.get(number)
        if self.mode.value() != "walk":
            return
        if image is not None:
            words = self.tr("Frame {n} of {count}").format(n=number + 1, count=self.walk.frames.value())
            self.stage.show_image(image, words)
            self.caption.setText(words)
        elif self._walk is None:
            self.stage.show_image(None)
            self.caption.setText("")
        self._pump_frames()

    def _pump_frames(self) -> None:
        """Have the next frames made: the one that is wanted now, and some ahead of it."""
        walk = self._walk
        if walk is None or self.live_frames.is_busy or self.mode.value() != "walk":
            return
        at = self.walk.scrub.value()
        ahead = ((at + step) % walk.count for step in range(min(AHEAD, walk.count)))
        numbers = [number for number in ahead if number not in self.frames][:IN_ONE_GO]
        if not numbers:
            return
        self.live_frames.ask(
            jobs.frames, self.generators, self.source(), walk.points, walk.how, walk.count, numbers,
            on_done=lambda made: self._take_frames(walk, made), on_failed=self._no_stage,
        )  # fmt: skip

    def _take_frames(self, walk: Walk, made: list[tuple[int, QImage]]) -> None:
        if walk is not self._walk:
            return
        self.frames |= dict(made)
        if self.walk.scrub.value() in dict(made):
            self._frame_wanted(self.walk.scrub.value())

    def ask_export(self) -> None:
        """Choose a file for the walk."""
        if self._walk is None or self.is_running:
            return
        dialog = QFileDialog(self.window(), self.tr("Export the walk"), self.studio.settings.last_folder)
        dialog.setObjectName("walk_export")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = [f"{name} (*{suffix})" for suffix, name in _EXPORTS.items()]
        dialog.setNameFilters([*filters, self.tr("A folder with a PNG for each frame (*)")])
        dialog.setDefaultSuffix("gif")

        def filtered(text: str) -> None:
            found = next((suffix for suffix in _EXPORTS if f"*{suffix})" in text), "")
            dialog.setDefaultSuffix(found.lstrip("."))

        dialog.filterSelected.connect(filtered)
        dialog.selectFile("walk.gif")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the walk into a file, or without a film's suffix as PNG files into a folder."""
        if self._walk is None or self.is_running:
            return
        self.clear_error("export")
        self.run_job(
            jobs.export, self.generators, self.source(), self._walk, float(self.walk.speed.value()), path,
            "film" if path.suffix.lower() in _EXPORTS else "frames",
            title=self.tr("Exporting {name}").format(name=path.name), channel="sample-export",
            on_done=lambda written: self._written([written]),
            on_failed=lambda error: self.show_error(sentence(error), "export"),
        )  # fmt: skip

    def _written(self, paths: list[Path]) -> None:
        if len(paths) == 1:
            text = self.tr("Saved {name}").format(name=paths[0])
        else:
            text = self.tr("Saved {n} files in {folder}").format(n=len(paths), folder=paths[0].parent)
        self.studio.said.emit(text)

    # -- painting --------------------------------------------------------------------------------------------

    def _list_layers(self) -> None:
        if self.layer.count():
            self._rank()
            return
        self.unit_words.setText(self.tr("Looking for layers…"))
        self.studio.work.start(
            jobs.layers, self.generators, self.source(), channel="sample-layers",
            on_done=self._show_layers, on_failed=self._no_units,
        )  # fmt: skip

    def _show_layers(self, layers: tuple[Layer, ...]) -> None:
        self.clear_error("units")
        self.layers = layers
        self.layer.clear()
        for place, layer in enumerate(layers):
            size = " × ".join(str(side) for side in layer.shape)
            self.layer.addItem(f"{layer.name}  {size}", layer.name)
            self.layer.setItemData(place, f"{layer.name}: {layer.op}, {size}", Qt.ItemDataRole.ToolTipRole)
        # Neither a few numbers nor nearly pixels: there units draw things.
        if layers:
            self.layer.setCurrentIndex(len(layers) // 2)
            self._rank()
        else:
            self.unit_words.setText(self.tr("This generator has no layer to paint on."))

    def _no_units(self, error: Exception) -> None:
        self.show_error(sentence(error), "units")

    def _rank(self) -> None:
        """Order the units by how much of the current sample they draw."""
        layer, base = self.layer.currentData(), self.current
        if not layer or base is None or self._ranked == (layer, base):
            return
        self._ranked = layer, base
        self.unit_words.setText(self.tr("Looking what the units draw…"))
        self.studio.work.start(
            jobs.rank, self.generators, self.source(), layer, base.point, channel="sample-rank",
            on_done=self._show_units, on_failed=self._no_units,
        )  # fmt: skip

    def _show_units(self, units: list[tuple[int, float]]) -> None:
        kept = {self.units[row][0] for row in self.unit_grid.rows() if row < len(self.units)}
        self.units = units
        self.unit_grid.forget()
        self.unit_grid.cells.show(
            len(units),
            lambda row: str(self.units[row][0]),
            lambda row: self.tr("Unit {unit}: {value:.3g} of 255 is missing without it").format(
                unit=self.units[row][0], value=self.units[row][1]
            ),
        )
        self.unit_words.setText(self.tr("What {n} units draw, most first").format(n=len(units)))
        rows = [row for row, (unit, _) in enumerate(units) if unit in kept] or [0]
        if units:
            self.unit_grid.choose(rows[0])
            self.unit_grid.choose_all(rows)
        self._pump_units()

    def _pump_units(self) -> None:
        layer, base = self.layer.currentData(), self.current
        if self.mode.value() != "paint" or self.live_units.is_busy or base is None or not layer:
            return
        rows = [row for row in self.unit_grid.missing(UNITS) if row < len(self.units)]
        if not rows:
            return
        place = {self.units[row][0]: row for row in rows}
        asked = self._ranked

        def take(found: list[tuple[int, QImage]]) -> None:
            if asked == self._ranked:
                for unit, image in found:
                    self.unit_grid.put(place[unit], image)

        self.live_units.ask(
            jobs.effects, self.generators, self.source(), layer, base, list(place),
            on_done=take, on_failed=self._no_units,
        )  # fmt: skip

    def _set_brush(self) -> None:
        image = self.stage.image
        side = max(image.width(), image.height()) if image is not None else 64
        self.stage.radius = side * self.paint.brush.value() / 200
        self.stage.update()

    def _with_stroke(self, before: tuple[Edit, ...], stroke: Any) -> tuple[Edit, ...]:
        """The edits with one more stroke over them."""
        import numpy as np

        from deconv_studio.tasks.sample import Edit

        what, layer = self.paint.what.value(), self.layer.currentData()
        if what == "restore":
            found = [Edit(e.layer, e.unit, e.mask * (1 - stroke), e.value) for e in before]
            return tuple(each for each in found if each.mask.any())
        units = [self.units[row][0] for row in self.unit_grid.rows() if row < len(self.units)]
        value = float(self.paint.strength.value()) if what == "on" else 0.0
        edits = list(before)
        for unit in units:
            last = next((e for e in reversed(edits) if (e.layer, e.unit) == (layer, unit)), None)
            if last is not None and last.value == value and last.mask.shape == stroke.shape:
                edits[edits.index(last)] = Edit(layer, unit, np.maximum(last.mask, stroke), value)
            else:
                edits.append(Edit(layer, unit, stroke.copy(), value))
        return tuple(edits)

    def _stroked(self, stroke: Any) -> None:
        if self._stroking is None:
            self._stroking = self.edits
        self.edits = self._with_stroke(self._stroking, stroke)
        self._refresh_stage()

    def _stroke_ended(self) -> None:
        before, self._stroking = self._stroking, None
        if before is not None and self.edits != before:
            after, self.edits = self.edits, before
            self._edit(after, self.tr("Paint"))

    def paint_everywhere(self) -> None:
        """Paint the whole picture with the chosen units."""
        import numpy as np

        if self.current is not None and self.units:
            whole = np.ones(self.current.pixels.shape[:2], np.float32)
            self._edit(self._with_stroke(self.edits, whole), self.tr("Paint all over"))

    def _edit(self, after: tuple[Edit, ...], words: str) -> None:
        if after != self.edits:
            self.studio.undo.push(Step(words, self._put_edits, self.edits, after))

    def _put_edits(self, edits: tuple[Edit, ...]) -> None:
        self.edits = edits
        if self.mode.value() == "paint":
            self._refresh_stage()

    # -- training pictures and checkerboards -----------------------------------------------------------------

    def _find_nearest(self) -> None:
        made, folder = self.current, self.folder.text()
        if made is None or not folder or self.mode.value() != "look":
            return
        self.look.near_words.setText(self.tr("Nearest training pictures: looking…"))
        self.studio.work.start(
            jobs.neighbours, self.source(), made, Path(folder), NEAREST, self.near_by.value() == "features",
            channel="sample-nearest",
            on_progress=lambda _done, text: self.look.near_words.setText(
                self.tr("Nearest training pictures: {what}").format(what=text)
            ),
            on_done=self._show_nearest, on_failed=self._no_nearest,
        )  # fmt: skip

    def _show_nearest(self, answer: tuple[str, list[Any], list[QImage]]) -> None:
        from deconv_studio.ui.inspect.cards import Card

        by, found, images = answer
        self.clear_error("nearest")
        by = by or self.tr("pixels")
        self.look.near_words.setText(
            self.tr("Nearest training pictures by {what}; 0 is a copy").format(what=by)
        )
        self.look.near.card_model.set_cards(
            [
                Card((image,), f"{each.distance:.1f}", Path(each.name).name, target=each.path)
                for each, image in zip(found, images, strict=True)
            ]
        )

    def _no_nearest(self, error: Exception) -> None:
        self.look.near.card_model.set_cards([])
        self.look.near_words.setText(self.tr("Nearest training pictures: none found"))
        self.show_error(sentence(error), "nearest")

    def look_over(self) -> None:
        """Examine the generator for checkerboards."""
        entry = self.entry()
        if entry is None:
            return
        self.verdict.setText(self.tr("Looking at {name}…").format(name=entry.card.id))
        self.studio.work.start(
            jobs.look_over, self.source(), channel="sample-look", on_done=self._show_look,
            on_failed=lambda error: self.verdict.setText(sentence(error)),
        )  # fmt: skip

    def _show_look(self, look: Look) -> None:
        cause = look.found.cause
        if cause is None:
            text = self.tr("✓ No layer of {name} brings in a checkerboard.").format(name=look.name)
        else:
            text = self.tr(
                "✕ The layer {layer} ({op}, ×{stride}) brings one in: {score} of the detail."
            ).format(layer=cause.layer, op=cause.op, stride=cause.stride, score=percent(cause.score))
        self.verdict.setText(text)
        self.spectrum.show_spectrum(look.frequencies, look.spectrum, look.stride)

    # -- files and clipboard ---------------------------------------------------------------------------------

    def _key(self, word: str) -> None:
        actions: dict[str, Callable[[], object]] = {
            "k": self.keep_chosen, "v": self.vary, "copy": self.copy, "save": self.ask_folder
        }  # fmt: skip
        if word in actions:
            actions[word]()

    def _menu(self, at: Any) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, action in (
            (self.tr("Keep"), "K", self.keep_chosen),
            (self.tr("Vary"), "V", self.vary),
            (self.tr("Large"), "Return", self.look.large.toggle),
            (self.tr("Copy"), "Ctrl+C", self.copy),
            (self.tr("Save…"), "Ctrl+S", self.ask_folder),
            (self.tr("Use as the picture"), "", self.use),
        ):
            menu.addAction(f"{text}\t{keys}" if keys else text).triggered.connect(
                lambda _checked=False, action=action: action()
            )
        menu.popup(self.grid.mapToGlobal(at))

    def copy(self) -> None:
        """Put the picture on the stage on the clipboard."""
        image = self.stage.image
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.studio.said.emit(
                self.tr("Copied, {width} × {height}").format(width=image.width(), height=image.height())
            )

    def use(self) -> None:
        """Open the sample as the picture of the other panels."""
        if self.shown is None:
            return
        from deconv_studio.imaging import Picture

        self.studio.document.set_picture(Picture(self.shown.pixels.copy()), f"{self.shown.stem()}.png")
        self.studio.said.emit(self.tr("The sample is the open picture now; go on with it in another panel"))

    def ask_folder(self) -> None:
        """Choose a folder for what is chosen."""
        dialog = QFileDialog(self.window(), self.tr("Save into a folder"), self.studio.settings.last_folder)
        dialog.setObjectName("save_samples")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.chosen()
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), *chosen))
        dialog.open()

    def save_to(self, folder: Path, samples: list[Made], rows: list[int]) -> None:
        """Write samples, and cells that are not made yet, as PNG files."""
        if self.is_running or not (samples or rows):
            return
        self.clear_error("export")
        self.studio.settings.last_folder = str(folder)
        self.run_job(
            jobs.save, self.generators, self.source(), samples, self.grid_of, rows, folder,
            title=self.tr("Saving samples"), channel="sample-save", on_done=self._written,
            on_failed=lambda error: self.show_error(sentence(error), "export"),
        )  # fmt: skip

    def drag_out(self) -> None:
        """Write what is chosen into a folder of the moment, and let it be dragged to another program."""
        samples, _ = self.chosen()
        if not samples or not self._begun:
            return
        self.studio.work.start(
            jobs.save, self.generators, self.source(), samples, None, (), self._drag_folder(),
            channel="sample-drag", on_done=lambda paths: self._drag(paths, samples[0]),
            on_failed=lambda error: self.show_error(sentence(error), "export"),
        )  # fmt: skip

    def _drag_folder(self) -> Path:
        self._drags.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._drags))

    def _drag(self, paths: list[Path], first: Made) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mime(paths, first))
        drag.setPixmap(QPixmap.fromImage(first.image()))
        drag.exec(Qt.DropAction.CopyAction)

    def mime(self, paths: list[Path], first: Made) -> QMimeData:
        """What a drag carries: the files, and the first as a picture."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        data.setImageData(first.image())
        return data

    # -- what is kept of it ----------------------------------------------------------------------------------

    def _store(self) -> None:
        options = self.studio.settings.options
        kept = {
            "model": self._begun, "seeds": self.seeds.text(), "truncation": self.truncation.value(),
            "class": self.klass.currentData(),
        }  # fmt: skip
        if options.get(self.name) != kept:
            self.studio.settings.options = {**options, self.name: kept}

    def _remember(self) -> None:
        """Take what was set the last time; nonsense leaves its control alone."""
        kept = self.studio.settings.options.get(self.name, {})
        self._wanted_model = str(kept.get("model", ""))
        self._wanted_class = kept.get("class")
        self._setting = True
        if isinstance(kept.get("seeds"), str) and len(kept["seeds"]) < 200:
            self.seeds.setText(kept["seeds"])
        if isinstance(kept.get("truncation"), float | int):
            self.truncation.set_value(float(kept["truncation"]))
        self._setting = False

    def take_parameters(self, parameters: dict[str, object], model_id: str) -> bool:
        """Bring back the sample that a file says it is."""
        place = self.model.findData(model_id)
        if place < 0:
            self.show_error(
                self.tr("This picture was made by {model}, which is not installed.").format(model=model_id),
                "grid",
            )
            return True
        if self.model.currentIndex() != place:
            self.model.setCurrentIndex(place)
            self._model_changed()
        seeds, truncation, klass = (parameters.get(key) for key in ("seeds", "truncation", "class"))
        seed = parameters.get("seed")
        self._setting = True
        if isinstance(seed, int):
            self.seeds.setText(str(seed))
        elif isinstance(seeds, list) and seeds and all(isinstance(each, int) for each in seeds):
            self.seeds.setText(seeds_text(seeds))
        if isinstance(truncation, float | int):
            self.truncation.set_value(float(truncation))
        if isinstance(klass, str) and self.klass.findData(klass) >= 0:
            self.klass.setCurrentIndex(self.klass.findData(klass))
        self._setting = False
        self.mode.set_value("look")
        entry = self.entry()
        if entry is None:
            return True

        def back() -> None:
            self._begin()
            if "latent" in parameters or parameters.get("edits"):
                self.studio.work.start(
                    jobs.remake, self.generators, self.source(), dict(parameters), self.tr("from the file"),
                    on_done=self._remade, on_failed=self._no_stage,
                )  # fmt: skip
            elif self.grid.cells.count:
                self.grid.choose(0)

        self.studio.with_licence(entry, back)
        return True

    def _remade(self, made: Made) -> None:
        self._keep_all([made])
        self._set_current(made)

    def drop_folder(self, folder: object) -> bool:
        """Take a dropped folder as the training pictures."""
        self.folder.line.setText(str(folder))
        return True

    def close_down(self) -> None:
        """Stop the timers; remove what was written for drags."""
        self._slow.stop()
        self.walk.close_down()
        for live in (self.live, self.live_stage, self.live_frames, self.live_units):
            live.close()
        for grid in (self.grid, self.tray, self.unit_grid):
            grid.close_down()
        shutil.rmtree(self._drags, ignore_errors=True)
