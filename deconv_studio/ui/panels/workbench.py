"""Workbench: a transposed convolution taken apart, with every size a slider and every number live."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QUndoCommand
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.tasks.checkerboard import look_over
from deconv_studio.tasks.workbench import Geometry, Setup, learned_kernels, set_up
from deconv_studio.ui.actions import QT_TRANSLATE_NOOP
from deconv_studio.ui.panels.base import Panel
from deconv_studio.ui.widgets import ElidedLabel, LabeledSlider, SegmentedControl, inset
from deconv_studio.ui.wording import sentence
from deconv_studio.ui.workbench.checkerboard import CheckerboardPage
from deconv_studio.ui.workbench.controls import ParameterRow
from deconv_studio.ui.workbench.grid import GridEditor
from deconv_studio.ui.workbench.pages import AdjointPage, EquivalentsPage, FusionPage, OverlapPage
from deconv_studio.ui.workbench.sweep import SweepPage

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.tasks.workbench import Learned, Study
    from deconv_studio.ui.studio import Studio

#: Milliseconds a control has to stay as it is before the numbers are computed anew.
DELAY = 30
#: Largest sizes that can be drawn so that something is seen.
LIMITS = {
    "size": (1, 32), "kernel": (1, 16), "stride": (1, 6), "padding": (0, 15), "output_padding": (0, 5),
    "dilation": (1, 4),
}  # fmt: skip


class Preset(NamedTuple):
    """A layer people use, and why it matters."""

    name: str
    geometry: Geometry
    kernel: str
    why: str


PRESETS = (
    Preset(
        QT_TRANSLATE_NOOP("WorkbenchPanel", "FCN bilinear 4 × 4"),
        Geometry(5, 4, 2, 1, 0, 1),
        "bilinear",
        QT_TRANSLATE_NOOP(
            "WorkbenchPanel",
            "How FCN enlarges: bilinear interpolation, fixed or the start of training. Even overlap, even "
            "weights: flat stays flat.",
        ),
    ),
    Preset(
        QT_TRANSLATE_NOOP("WorkbenchPanel", "FSRCNN 9 × 9, stride 2"),
        Geometry(6, 9, 2, 4, 1, 1),
        "gaussian",
        QT_TRANSLATE_NOOP(
            "WorkbenchPanel",
            "The last layer of FSRCNN at a factor of 2: outputs are reached by 16 to 25 inputs, and training "
            "has to even that out. At a factor of 3 the same kernel is even.",
        ),
    ),
    Preset(
        QT_TRANSLATE_NOOP("WorkbenchPanel", "DCGAN 4 × 4, stride 2, pad 1"),
        Geometry(5, 4, 2, 1, 0, 1),
        "random",
        QT_TRANSLATE_NOOP(
            "WorkbenchPanel",
            "A layer of DCGAN's generator before training: the overlap is even, but random weights make a "
            "checkerboard all the same.",
        ),
    ),
    Preset(
        QT_TRANSLATE_NOOP("WorkbenchPanel", "The bad one: 3 × 3, stride 2"),
        Geometry(5, 3, 2, 1, 1, 1),
        "box",
        QT_TRANSLATE_NOOP(
            "WorkbenchPanel",
            "The stride does not divide the kernel: outputs are reached by 1, 2 or 4 inputs, and flat grey "
            "comes out as a checkerboard.",
        ),
    ),
)


class Paint(QUndoCommand):
    """A stroke on the input or the kernel."""

    def __init__(self, panel: WorkbenchPanel, which: str, before: Any, after: Any) -> None:
        super().__init__(panel.tr("Paint"))
        self._panel, self._which = panel, which
        self._states = {"undo": before, "redo": after}

    def undo(self) -> None:
        """The numbers before the stroke."""
        self._panel.put(self._which, self._states["undo"])

    def redo(self) -> None:
        """The numbers after the stroke."""
        self._panel.put(self._which, self._states["redo"])


class WorkbenchPanel(Panel):
    """Sliders, kernels and inputs on the side; what comes of them in the middle."""

    name: ClassVar[str] = "workbench"
    title: ClassVar[str] = "Workbench"
    icon: ClassVar[str] = "workbench"
    description: ClassVar[str] = "What a deconvolution does, number by number"
    order: ClassVar[int] = 70

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self.study: Study | None = None
        self._values: Any = None
        self._weight: Any = None
        self._seed = 0
        self._learned: tuple[Learned, ...] = ()
        self._setting = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY)
        self._timer.timeout.connect(self._compute)
        self._build_controls()
        self._build_middle()
        studio.document.opened.connect(self._picture_changed)
        studio.document.closed.connect(self._picture_changed)
        studio.models.changed.connect(self._fill_models)
        self._fill_models()
        self._picture_changed()
        self._remember()

    # -- building --------------------------------------------------------------------------------------------

    def _build_controls(self) -> None:
        self.preset = QComboBox()
        self.preset.addItem(self.tr("Own sizes"))
        for each in PRESETS:
            self.preset.addItem(QCoreApplication.translate("WorkbenchPanel", each.name))
        self.preset.setToolTip(self.tr("Layers people use, and why they matter."))
        self.preset.setAccessibleName(self.tr("Preset"))
        self.why = self._room(4)
        self.add(self.label(self.tr("Preset"), self.preset), 4)
        self.add(self.preset)
        self.add(self.why)
        names = {
            "size": (self.tr("Input size"), self.tr("Side of the square input, n.")),
            "kernel": (self.tr("Kernel"), self.tr("Side of the square kernel, k.")),
            "stride": (self.tr("Stride"), self.tr("How far apart inputs land in the output, s.")),
            "padding": (self.tr("Padding"), self.tr("How much is cut off the output on every side, p.")),
            "output_padding": (
                self.tr("Output padding"),
                self.tr("Rows and columns more at the end, o: which of the sizes that fit is meant."),
            ),
            "dilation": (self.tr("Dilation"), self.tr("How far apart the kernel's weights stand, d.")),
        }
        self.rows: dict[str, ParameterRow] = {}
        for name, (text, tip) in names.items():
            row = ParameterRow(text, *LIMITS[name], tip)
            row.changed.connect(lambda _value, name=name: self._slid(name))
            self.rows[name] = row
            self.add(row)
        self.state = self._room(3)
        self.state.setAccessibleName(self.tr("Size"))
        self.add(self.state)
        self._build_editors()
        self._build_sources()
        self._build_code()
        self.column.addStretch(1)
        self.preset.activated.connect(self._choose_preset)

    def _room(self, lines: int) -> QLabel:
        # Room for the longest text, so that nothing below moves when it changes.
        label = QLabel()
        label.setWordWrap(True)
        label.setProperty("role", "secondary")
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        label.setFixedHeight(lines * 16 + 4)
        return label

    def _build_editors(self) -> None:
        self.input_editor = GridEditor(self.tr("Input"))
        self.kernel_editor = GridEditor(self.tr("Kernel"))
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for editor, which in ((self.input_editor, "input"), (self.kernel_editor, "kernel")):
            editor.setFixedHeight(178)
            row.addWidget(editor, 1)
            editor.painting.connect(lambda values, which=which: self._painting(which, values))
            editor.edited.connect(lambda before, after, which=which: self._painted(which, before, after))
        self.add(pair, 4)
        self.brush = LabeledSlider(self.tr("Brush"), -1.0, 1.0, 0.05)
        self.brush.set_value(1.0)
        self.brush.setToolTip(self.tr("The number that painting puts into the input or the kernel."))
        self.brush.changed.connect(self._brush_changed)
        self.add(self.brush)

    def _brush_changed(self, value: float) -> None:
        self.input_editor.brush = self.kernel_editor.brush = value

    def _build_sources(self) -> None:
        self.input = QComboBox()
        for key, text in (
            ("disc", self.tr("Disc")), ("impulse", self.tr("One pixel")), ("edge", self.tr("Edge")),
            ("stripes", self.tr("Stripes")), ("flat", self.tr("Flat")), ("noise", self.tr("Noise")),
            ("picture", self.tr("Opened picture")), ("painted", self.tr("Painted")),
        ):  # fmt: skip
            self.input.addItem(text, key)
        self.input.setToolTip(self.tr("What the layer gets; paint on it to change it."))
        self.kernel = QComboBox()
        for key, text in (
            ("bilinear", self.tr("Bilinear")), ("nearest", self.tr("Nearest")),
            ("gaussian", self.tr("Gaussian")),
            ("box", self.tr("Box")), ("random", self.tr("Random")), ("painted", self.tr("Painted")),
            ("learned", self.tr("From a model")),
        ):  # fmt: skip
            self.kernel.addItem(text, key)
        self.kernel.setToolTip(self.tr("The layer's weights; paint on them to change them."))
        pair = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for text, combo in ((self.tr("Input"), self.input), (self.tr("Kernel"), self.kernel)):
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(self.label(text, combo))
            # The longest entry shortens rather than widen the panel.
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(8)
            column.addWidget(combo)
            row.addLayout(column, 1)
        self.add(pair, 4)
        self.model = QComboBox()
        self.model.setToolTip(self.tr("The model whose transposed convolution is looked at."))
        self.layer = QComboBox()
        self.layer.setToolTip(self.tr("Which of its transposed convolutions."))
        self.channel = QSpinBox()
        self.channel.setMinimum(1)
        self.channel.setKeyboardTracking(False)
        self.channel.setToolTip(self.tr("Which of the layer's kernels; it begins with the strongest."))
        inset(self.channel)
        self.channel.setFixedHeight(self.layer.sizeHint().height())
        self.from_model = QWidget()
        inside = QVBoxLayout(self.from_model)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        inside.addWidget(self.label(self.tr("Model"), self.model))
        inside.addWidget(self.model)
        lower = QHBoxLayout()
        lower.setSpacing(12)
        for text, control, stretch in (
            (self.tr("Layer"), self.layer, 3), (self.tr("Kernel number"), self.channel, 2),
        ):  # fmt: skip
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(self.label(text, control))
            column.addWidget(control)
            lower.addLayout(column, stretch)
        inside.addLayout(lower)
        self.add(self.from_model, 4)
        self.from_model.hide()
        self.again = QPushButton(self.tr("Other random numbers"))
        self.again.setToolTip(
            self.tr("Draw the random kernel, the noise and the x of the adjoint test anew.")
        )
        self.again.clicked.connect(self._reseed)
        self.add(self.again, 4)
        self.input.activated.connect(lambda _place: self._later())
        self.kernel.activated.connect(lambda _place: self._kernel_chosen())
        self.model.activated.connect(lambda _place: self._load_model())
        self.layer.activated.connect(lambda _place: self._take_layer())
        self.channel.valueChanged.connect(lambda _value: self._take_channel())

    def _build_code(self) -> None:
        self.add(self.label(self.tr("The layer as code")), 8)
        self.code: dict[str, ElidedLabel] = {}
        for key, text in (("torch", "PyTorch"), ("onnx", "ONNX")):
            line = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
            line.setProperty("role", "mono")
            line.setAccessibleName(text)
            button = QPushButton(self.tr("Copy"))
            button.setAccessibleName(self.tr("Copy the line for {name}").format(name=text))
            button.setToolTip(self.tr("Copy the line that makes this layer in {name}.").format(name=text))
            button.clicked.connect(lambda _checked=False, key=key: self.copy_code(key))
            holder = QWidget()
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            row.addWidget(line, 1)
            row.addWidget(button)
            self.code[key] = line
            self.add(holder)

    def _build_middle(self) -> None:
        self.formula = ElidedLabel(mode=Qt.TextElideMode.ElideRight)
        self.formula.setProperty("role", "title")
        self.formula.setAccessibleName(self.tr("Output size"))
        meaning = ElidedLabel(
            self.tr("output = s·(n − 1) + d·(k − 1) + 1 − 2·p + o   (Dumoulin and Visin 2016)"),
            mode=Qt.TextElideMode.ElideRight,
        )
        meaning.setProperty("role", "secondary")
        self.sweep = SweepPage()
        self.overlap = OverlapPage()
        self.equivalents = EquivalentsPage()
        self.adjoint = AdjointPage()
        self.fusion = FusionPage()
        self.checkerboard = CheckerboardPage()
        self.pages: dict[str, Any] = {
            "sweep": self.sweep, "overlap": self.overlap, "equivalents": self.equivalents,
            "adjoint": self.adjoint, "fusion": self.fusion, "checkerboard": self.checkerboard,
        }  # fmt: skip
        self.page = SegmentedControl(
            [
                ("sweep", self.tr("Sweep")), ("overlap", self.tr("Overlap")),
                ("equivalents", self.tr("Equivalents")), ("adjoint", self.tr("Adjoint")),
                ("fusion", self.tr("Fusion")),
                ("checkerboard", self.tr("Models")),
            ]
        )  # fmt: skip
        self.page.setAccessibleName(self.tr("Page"))
        self.stack = QStackedWidget()
        for name, each in self.pages.items():
            self.stack.addWidget(self._scrolling(each, name))
        self._middle = QWidget()
        self._middle.setProperty("area", "canvas")
        self._middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(20, 14, 20, 14)
        column.setSpacing(10)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.formula)
        head.addWidget(meaning)
        column.addLayout(head)
        column.addWidget(self.page)
        column.addWidget(self.stack, 1)
        self.page.changed.connect(self._page_chosen)
        self.fusion.noise_changed.connect(lambda _noise: self._later())
        self.adjoint.redrawn.connect(self._reseed)
        self.checkerboard.wanted.connect(self._look_over)

    def _scrolling(self, page: QWidget, name: str) -> QScrollArea:
        """A page that scrolls where the window is too low for it."""
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setObjectName(f"workbench_{name}")
        area.setWidget(page)
        # Both paint their own ground otherwise, which is not the canvas's.
        area.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        return area

    def middle(self) -> QWidget:
        """The pages stand in the canvas's place."""
        return self._middle

    # -- what is chosen --------------------------------------------------------------------------------------

    def geometry_now(self) -> Geometry:
        """The sizes as the sliders have them."""
        return Geometry(**{name: row.value() for name, row in self.rows.items()})

    def _set_geometry(self, geometry: Geometry) -> None:
        self._setting = True
        for name, row in self.rows.items():
            row.set_value(getattr(geometry, name))
        self._setting = False

    def _choose_preset(self, place: int) -> None:
        if place == 0:
            self._show_why()
            return
        preset = PRESETS[place - 1]
        self.preset.setCurrentIndex(place)
        self._set_geometry(preset.geometry)
        self._choose(self.kernel, preset.kernel)
        self.from_model.hide()
        if self.input.currentData() == "painted":
            self._choose(self.input, "disc")
        self._show_why()
        self._later()

    def choose_preset(self, kernel: str) -> None:
        """Take the first preset with this kernel.

        Raises
        ------
        StopIteration
            There is none.
        """
        self._choose_preset(next(place for place, each in enumerate(PRESETS, 1) if each.kernel == kernel))

    def _choose(self, combo: QComboBox, key: str) -> None:
        combo.setCurrentIndex(combo.findData(key))

    def _show_why(self) -> None:
        place = self.preset.currentIndex()
        text = (
            QCoreApplication.translate("WorkbenchPanel", PRESETS[place - 1].why)
            if place > 0
            else self.tr("Slide the sizes, paint on input and kernel, and see what follows.")
        )
        self.why.setText(text)

    def _slid(self, name: str) -> None:
        if self._setting:
            return
        if name != "size" and self.preset.currentIndex():
            self.preset.setCurrentIndex(0)
            self._show_why()
        if name == "kernel" and self.kernel.currentData() == "learned":
            # A kernel of another size is not the model's any more.
            self._choose(self.kernel, "painted")
            self.from_model.hide()
        self._later()

    def _reseed(self) -> None:
        self._seed += 1
        self._later()

    def _picture_changed(self, _what: object = None) -> None:
        here = self.studio.document.picture is not None
        place = self.input.findData("picture")
        item = self.input.model().item(place)  # type: ignore[attr-defined]
        item.setEnabled(here)
        item.setToolTip("" if here else self.tr("No picture is open."))
        if self.input.currentData() == "picture":
            if not here:
                self._choose(self.input, "painted" if self._values is not None else "disc")
            self._later()

    # -- painting --------------------------------------------------------------------------------------------

    def _painting(self, which: str, values: Any) -> None:
        self._take(which, values.copy())

    def _painted(self, which: str, before: Any, after: Any) -> None:
        self.studio.undo.push(Paint(self, which, before, after))

    def put(self, which: str, values: Any) -> None:
        """Take numbers for the input or the kernel, as undo and redo do."""
        self._take(which, values)

    def _take(self, which: str, values: Any) -> None:
        if which == "input":
            self._values = values
            self._choose(self.input, "painted")
        else:
            self._weight = values
            self._choose(self.kernel, "painted")
            self.from_model.hide()
        self._later()

    # -- kernels of models -----------------------------------------------------------------------------------

    def _fill_models(self) -> None:
        kept = self.model.currentData()
        self.model.clear()
        # Those that enlarge first: they are what has transposed convolutions.
        entries = sorted(self.studio.models.entries, key=lambda entry: entry.card.task != "upscale")
        for entry in entries:
            self.model.addItem(entry.card.id, entry.card.id)
        if kept is not None and self.model.findData(kept) >= 0:
            self._choose(self.model, kept)
        self.checkerboard.set_models(entries)
        place = self.kernel.findData("learned")
        item = self.kernel.model().item(place)  # type: ignore[attr-defined]
        item.setEnabled(self.model.count() > 0)

    def _kernel_chosen(self) -> None:
        chosen = self.kernel.currentData()
        self.from_model.setVisible(chosen == "learned")
        if self.preset.currentIndex():
            self.preset.setCurrentIndex(0)
            self._show_why()
        if chosen == "learned":
            self._load_model()
        else:
            self._later()

    def look_at_model(self, model_id: str) -> bool:
        """Take the kernels of a model, and choose it on the page about models."""
        if self.model.findData(model_id) < 0:
            return False
        self._choose(self.model, model_id)
        self.checkerboard.choose_model(model_id)
        self._choose(self.kernel, "learned")
        self._kernel_chosen()
        return True

    def _load_model(self) -> None:
        entry = self.studio.models.get(self.model.currentData() or "")
        if entry is not None:
            self.studio.with_licence(entry, lambda: self._read_model(entry.path))

    def _read_model(self, path: Path) -> None:
        self.studio.work.start(
            learned_kernels,
            path,
            channel="workbench-model",
            on_done=self._model_read,
            on_failed=self._model_refused,
        )

    def _model_read(self, found: tuple[Learned, ...]) -> None:
        self._learned = found
        self.layer.clear()
        for each in found:
            g = each.geometry
            self.layer.addItem(
                self.tr("{kernel} × {kernel}, stride {stride}").format(kernel=g.kernel, stride=g.stride),
                each.layer,
            )
            self.layer.setItemData(self.layer.count() - 1, each.layer, Qt.ItemDataRole.ToolTipRole)
        # The last is the learned one; the first of an enlarger may be its fixed interpolation.
        self.layer.setCurrentIndex(len(found) - 1)
        self._take_layer()

    def _model_refused(self, error: Exception) -> None:
        self._learned = ()
        self.layer.clear()
        self._tell(sentence(error), True)

    def _take_layer(self) -> None:
        if not self._learned:
            return
        chosen = self._learned[self.layer.currentIndex()]
        geometry = replace(chosen.geometry, size=self.rows["size"].value())
        beyond = [name for name, (_, most) in LIMITS.items() if getattr(geometry, name) > most]
        if beyond:
            self._tell(
                self.tr(
                    "{name} {value} of this layer is more than can be drawn here. Choose another layer."
                ).format(name=self.rows[beyond[0]].label.text(), value=getattr(geometry, beyond[0])),
                True,
            )
            return
        self._set_geometry(geometry)
        self.channel.blockSignals(True)
        self.channel.setMaximum(len(chosen.kernels))
        self.channel.setValue(chosen.strongest + 1)
        self.channel.blockSignals(False)
        self._take_channel()

    def _take_channel(self) -> None:
        if self._learned and self.kernel.currentData() == "learned":
            self._weight = self._learned[self.layer.currentIndex()].kernels[self.channel.value() - 1]
            self._later()

    def _look_over(self, what: Entry | Path) -> None:
        """Look a model of the catalog or a file over, after its licence was seen."""
        if isinstance(what, Path):
            self._run_look(what, None)
        else:
            self.studio.with_licence(what, lambda: self._run_look(what.path, what.card))

    def _run_look(self, path: Path, card: Card | None) -> None:
        self.checkerboard.begin(card.id if card is not None else path.name)
        self.studio.work.start(
            look_over,
            path,
            card,
            self._seed,
            channel="workbench-look",
            on_done=self.checkerboard.show_look,
            on_failed=lambda error: self.checkerboard.refuse(sentence(error)),
        )

    # -- numbers ---------------------------------------------------------------------------------------------

    def _later(self) -> None:
        self._timer.start()

    def setup_now(self) -> Setup:
        """What is on the bench."""
        kernel = self.kernel.currentData()
        return Setup(
            geometry=self.geometry_now(),
            input=self.input.currentData(),
            kernel="painted" if kernel == "learned" else kernel,
            values=self._values,
            weight=self._weight,
            picture=self.studio.document.picture,
            noise=self.fusion.noise.value(),
            seed=self._seed,
        )

    def _compute(self) -> None:
        setup = self.setup_now()
        self.formula.setText(self.tr("Output size {formula}").format(formula=f"= {setup.geometry.formula()}"))
        if setup.kernel == "painted" and setup.weight is None:
            # A model is being read.
            return
        self.studio.work.start(
            set_up, setup, channel="workbench", on_done=self._show, on_failed=self._refused
        )

    def _show(self, study: Study) -> None:
        self.study = study
        g = study.geometry
        # A stroke that goes on is newer than what it made a moment ago.
        if not self.input_editor.is_painting:
            self._values = study.values
            self.input_editor.set_values(study.values)
        if not self.kernel_editor.is_painting:
            self._weight = study.weight
            self.kernel_editor.set_values(study.weight)
        side = study.output.shape[0]
        self._tell(
            self.tr("{size} × {size} becomes {side} × {side}. Each input moves {stride} outputs on.").format(
                size=g.size, side=side, stride=g.stride
            )
        )
        self.code["torch"].setText(g.torch_code())
        self.code["onnx"].setText(g.onnx_code())
        # A photo whose bright parts are dark is hard to recognise.
        scheme = "dark" if self.input.currentData() == "picture" else None
        self.input_editor.set_scheme(scheme)
        for page in self.pages.values():
            page.set_faint(False)
            page.set_scheme(scheme)
            page.show_study(study)
        self._keep(study.geometry)

    def _keep(self, geometry: Geometry) -> None:
        """Remember what is on the bench for the next start; painted numbers are not kept."""
        options = self.studio.settings.options
        kept = {**asdict(geometry), "preset": self.preset.currentIndex()}
        for name, combo in (("input", self.input), ("kernel_from", self.kernel)):
            if combo.currentData() not in ("painted", "learned", "picture"):
                kept[name] = combo.currentData()
        if options.get(self.name) != kept:
            self.studio.settings.options = {**options, self.name: kept}

    def _remember(self) -> None:
        """Take what was on the bench the last time; nonsense leaves its control alone."""
        self._choose_preset(1)
        kept = self.studio.settings.options.get(self.name, {})
        self._setting = True
        for name, row in self.rows.items():
            if isinstance(kept.get(name), int):
                row.set_value(kept[name])
        self._setting = False
        for name, combo in (("input", self.input), ("kernel_from", self.kernel)):
            if combo.findData(kept.get(name)) >= 0:
                self._choose(combo, kept[name])
        place = kept.get("preset")
        if isinstance(place, int) and 0 <= place < self.preset.count():
            self.preset.setCurrentIndex(place)
        self._show_why()

    def _refused(self, error: Exception) -> None:
        self._tell(sentence(error), True)
        for page in self.pages.values():
            page.set_faint(True)

    def _tell(self, text: str, wrong: bool = False) -> None:
        self.state.setText(f"✕ {text}" if wrong else text)
        for label, role in ((self.state, "secondary"), (self.formula, "title")):
            label.setProperty("role", "error" if wrong and label is self.state else role)
            label.style().unpolish(label)
            label.style().polish(label)

    # -- the window ------------------------------------------------------------------------------------------

    def _page_chosen(self, name: str) -> None:
        self.stack.setCurrentIndex(list(self.pages).index(name))

    def copy_code(self, which: str) -> None:
        """Copy the line that makes the layer in PyTorch or ONNX."""
        QGuiApplication.clipboard().setText(self.code[which].text())
        self.studio.said.emit(self.tr("Copied: {text}").format(text=self.code[which].text()))

    def start(self) -> None:
        """Let the kernel go over the input, or stop it."""
        self.page.set_value("sweep")
        self.sweep.toggle()

    def cancel(self) -> bool:
        """Stop the sweep."""
        playing = self.sweep.is_playing
        self.sweep.stop()
        return playing

    def close_down(self) -> None:
        """Stop the timers."""
        self._timer.stop()
        self.sweep.stop()
