"""Segment: a class for every pixel, shown over the picture, drawn on, compared and saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent, QUndoCommand
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.panels.overlay_panel import OverlayPanel
from deconv_studio.ui.segment import jobs
from deconv_studio.ui.segment.legend import Legend
from deconv_studio.ui.segment.mask import Box, Edit, Mask
from deconv_studio.ui.segment.overlay import MaskOverlay
from deconv_studio.ui.widgets import (
    Collapsible,
    LabeledSlider,
    PixelBox,
    SaveKinds,
    SegmentedControl,
    Tiling,
)
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.catalog import Entry
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Result
    from deconv_studio.ui.history import Kept

NO_CLASS = 255
#: Milliseconds without an edit after which the mask is compared with the truth again.
COMPARE_DELAY = 250
#: Milliseconds an option has to stay before the map is decided anew.
DECIDE_DELAY = 120
#: Milliseconds after which what was drawn is kept on disk, so that a crash loses no more than that.
KEEP_DELAY = 1500
#: Bytes that steps of the mask may keep for undo; the oldest go.
UNDO_BYTES = 400 * 2**20


class MaskEdit(QUndoCommand):
    """A step of the mask, on the window's undo stack."""

    def __init__(self, panel: SegmentPanel, mask: Mask, edit: Edit, text: str) -> None:
        super().__init__(text)
        self._panel = panel
        self._mask = mask
        self.edit = edit
        self._fresh = True

    def undo(self) -> None:
        """Take the step back."""
        self._swap()

    def redo(self) -> None:
        """Do it again; the first time it is done already."""
        if self._fresh:
            self._fresh = False
            return
        self._swap()

    def _swap(self) -> None:
        if self.isObsolete() or not self._panel.has_mask(self._mask):
            # Its picture is no longer open: the stack drops the step.
            self.setObsolete(True)
            return
        self._panel.mask_changed(self._mask.swap(self.edit))
        self._panel.keep_soon()


class SegmentPanel(OverlayPanel):
    """Model and decision, the map over the picture, its classes, the mask editor, comparing and saving."""

    name: ClassVar[str] = "segment"
    title: ClassVar[str] = "Segment"
    icon: ClassVar[str] = "segment"
    description: ClassVar[str] = "A class for every pixel, and masks to draw on"
    order: ClassVar[int] = 20
    task: ClassVar[str] = "segment"

    # -- building -----------------------------------------------------------------------------------------

    def build_controls(self) -> None:
        """Make the controls above the button."""
        self._mask: Mask | None = None
        self._scores: Any = None
        self._entry: Entry | None = None
        self._of: Picture | None = None
        self._from: tuple[Path | None, str] = (None, "")
        self._kept: Kept | None = None
        self._look = jobs.Look((), (), frozenset())
        self._edited = False
        # Whether something was drawn that is not kept yet.
        self._dirty = False
        self._truth: np.ndarray | None = None
        self._steps: list[MaskEdit] = []
        self._ran: tuple[str, float] = ("", 0.0)
        self._overlay: MaskOverlay | None = None
        self._stroke_value = 0

        self.add(self.label(self.tr("Model"), self.model), 4)
        self.add(self.model)
        self.add(self.card, 4)

        self.advanced = Collapsible(self.tr("Decision and tiles"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self.decide = SegmentedControl(
            [("argmax", self.tr("Most probable")), ("threshold", self.tr("Above threshold"))]
        )
        self.decide.setAccessibleName(self.tr("A pixel's class"))
        column.addWidget(self.label(self.tr("A pixel's class")))
        column.addWidget(self.decide)
        self.threshold = LabeledSlider(self.tr("Threshold"), 0.0, 1.0, 0.01)
        self.threshold.set_value(0.5)
        self.threshold.setToolTip(
            self.tr("Least probability. Of two classes it is the second's; of more, pixels below have none.")
        )
        column.addWidget(self.threshold)
        self.min_area = PixelBox(0, 1_000_000, 10, self.tr("keep all"))
        self.min_area.setToolTip(self.tr("Regions with fewer pixels go to what lies nearest."))
        column.addWidget(self.label(self.tr("Smallest region"), self.min_area))
        column.addWidget(self.min_area)
        self.tiling = Tiling(views=2, of_network=True)
        column.addWidget(self.tiling)
        self.advanced.set_content(inside)
        self.add(self.advanced, 4)

        self._decide_timer = _timer(self, DECIDE_DELAY, self._decide_again)
        self._compare_timer = _timer(self, COMPARE_DELAY, self._compare_again)
        self._keep_timer = _timer(self, KEEP_DELAY, self.keep_now)
        self.studio.settling.connect(self.keep_now)
        self.studio.result_shown.connect(self._adopt)
        self.remember()
        self.decide.changed.connect(lambda _value: self._decision_changed())
        self.threshold.changed.connect(lambda _value: self._decision_changed())
        self.min_area.valueChanged.connect(lambda _value: self._decision_changed())
        self.tiling.changed.connect(self.options_changed)
        self.threshold.setEnabled(self.decide.value() == "threshold")

    def _build_compare(self) -> None:
        # In the place of comparing two pictures: the map over the one.
        self._build_view()
        self._build_edit()
        self._build_truth()
        self._build_save()
        self._enable_mask()

    def _build_view(self) -> None:
        self.add(self.label(self.tr("MASK"), role="section"), 8)
        self.view = SegmentedControl(
            [
                ("colours", self.tr("Colours")),
                ("outlines", self.tr("Outlines")),
                ("uncertainty", self.tr("Uncertainty")),
            ]
        )
        self.view.setAccessibleName(self.tr("View of the mask"))
        self.view.segment("uncertainty").setToolTip(
            self.tr("Entropy of the classes' probabilities: yellow where the network is undecided")
        )
        self.add(self.view, 2)
        self.opacity = self.make_opacity(50)
        self.add(self.opacity, 4)
        self.legend = Legend()
        self.add(self.legend, 4)
        self.under = self.make_under(self.tr("Probabilities under the pointer"))
        self.add(self.under, 2)
        self.view.changed.connect(self._view_changed)
        self.legend.hidden_changed.connect(lambda _hidden: self._dress())

    def _build_edit(self) -> None:
        self.edit = Collapsible(self.tr("Edit the mask"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self.tool = SegmentedControl(
            [
                ("look", self.tr("Move")),
                ("brush", self.tr("Brush")),
                ("eraser", self.tr("Erase")),
                ("fill", self.tr("Fill")),
                ("polygon", self.tr("Shape")),
            ]
        )
        self.tool.setAccessibleName(self.tr("Tool"))
        for value, tip in (
            ("look", self.tr("The pointer moves the picture")),
            ("brush", self.tr("Draw the chosen class")),
            ("eraser", self.tr("Draw the background, or no class where there is none")),
            ("fill", self.tr("Give a whole region the chosen class")),
            ("polygon", self.tr("Click corners; Enter or a double click fills, Backspace takes one back")),
        ):
            self.tool.segment(value).setToolTip(tip)
        column.addWidget(self.tool)
        self.brush = LabeledSlider(self.tr("Brush"), 1, 300, 1, unit="px")
        self.brush.set_value(20)
        column.addWidget(self.brush)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.undo = QPushButton(self.tr("Undo"))
        self.redo = QPushButton(self.tr("Redo"))
        self.load = QPushButton(self.tr("Load a mask…"))
        for button, tip in (
            (self.undo, self.tr("Take the last step back (Ctrl+Z)")),
            (self.redo, self.tr("Do it again (Ctrl+Shift+Z)")),
            (self.load, self.tr("Go on with a mask from a file; its values are the class numbers")),
        ):
            button.setAccessibleName(button.text())
            button.setToolTip(tip)
            line.addWidget(button)
        column.addWidget(row)
        self.edit.set_content(inside)
        self.add(self.edit, 4)
        stack = self.studio.undo
        self.undo.clicked.connect(lambda: stack.undo())
        self.redo.clicked.connect(lambda: stack.redo())
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())
        self.load.clicked.connect(lambda: self._ask_mask(self.tr("Load a mask"), self.load_mask))
        self.tool.changed.connect(self._tool_changed)
        self.brush.changed.connect(lambda _value: self._dress())

    def _build_truth(self) -> None:
        self.truth = Collapsible(self.tr("Compare with a true mask"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.choose_truth = QPushButton(self.tr("Choose…"))
        self.choose_truth.setAccessibleName(self.tr("Choose a true mask"))
        self.drop_truth = QPushButton(self.tr("Remove"))
        self.drop_truth.setAccessibleName(self.tr("Compare with no mask"))
        line.addWidget(self.choose_truth)
        line.addWidget(self.drop_truth)
        line.addStretch(1)
        column.addWidget(row)
        self.agreement = QLabel(self.tr("IoU and Dice of each class stand in the list above."))
        self.agreement.setProperty("role", "secondary")
        self.agreement.setWordWrap(True)
        column.addWidget(self.agreement)
        self.truth.set_content(inside)
        self.add(self.truth)
        self.choose_truth.clicked.connect(
            lambda: self._ask_mask(self.tr("Compare with a true mask"), self.compare_with)
        )
        self.drop_truth.clicked.connect(self.forget_truth)
        self.drop_truth.setEnabled(False)

    def _build_save(self) -> None:
        self.saving = SaveKinds(
            self.tr("Save the mask"),
            (
                ("index", self.tr("Index PNG"), self.tr("8 bits, the value is the class number"), True),
                ("colour", self.tr("Colour PNG"), self.tr("The classes in their colours"), False),
                ("overlay", self.tr("Overlay"), self.tr("The picture with the colours over it"), False),
                ("coco", self.tr("COCO JSON"), self.tr("Regions as run-length codes"), False),
                (
                    "cutout",
                    self.tr("Cut-out"),
                    self.tr("The picture with what is shown kept, and the rest transparent"),
                    False,
                ),
                (
                    "probability",
                    self.tr("Probabilities"),
                    self.tr("TIFF in floating point, a page a class"),
                    False,
                ),
                (
                    "instances",
                    self.tr("Instances"),
                    self.tr("16 bits, a number for each thing; where the model tells them apart"),
                    False,
                ),
            ),
            columns=2,
        )
        self.kinds, self.save = self.saving.boxes, self.saving.button
        self.add(self.saving)
        self.saving.changed.connect(self._enable_mask)
        self.saving.wanted.connect(lambda: self.ask_folder(self.tr("Save the mask into a folder")))

    # -- options ------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """The options of ``segment`` that the network needs."""
        return {
            "decide": self.decide.value(),
            "threshold": self.threshold.value(),
            "min_area": self.min_area.value(),
            **self.tiling.values(),
        }

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls to stored options; nonsense leaves its control alone."""
        if values.get("decide") in self.decide.values():
            self.decide.set_value(values["decide"])
        threshold = values.get("threshold")
        if isinstance(threshold, int | float):
            self.threshold.set_value(float(threshold))
        if isinstance(values.get("min_area"), int):
            self.min_area.setValue(values["min_area"])
        self.tiling.set_values(values)

    def _decision_changed(self) -> None:
        self.threshold.setEnabled(self.decide.value() == "threshold")
        self.options_changed()
        self._decide_timer.start()

    def _model_changed(self) -> None:
        super()._model_changed()
        if self._filling or not hasattr(self, "legend"):
            return
        if self._mask is None:
            self._show_classes(self.entry())
        self._enable_mask()

    def _show_classes(self, entry: Entry | None) -> None:
        self._entry = entry
        self._look = jobs.look_of(entry.card) if entry is not None else jobs.Look((), (), frozenset())
        self.legend.set_look(self._look)
        self.legend.set_agreement(None)

    # -- results ------------------------------------------------------------------------------------------

    def _done(self, answer: tuple[Result, int], picture: Picture, source: Path | None, name: str) -> None:
        result: Any = answer[0]
        kept = self.keep_result(answer, picture, source, name)
        if kept is None:
            return
        self._ran = result.provider, result.seconds
        self.take_mask(result.labels, result.scores, self.studio.models.get(result.model_id))
        self._kept = kept
        if self._overlay is not None:
            self._overlay.set_things(result.things)

    def take_mask(self, labels: np.ndarray, scores: Any, entry: Entry | None) -> None:
        """Show a label map of the open picture in the place of the one there is.

        Parameters
        ----------
        labels : ndarray
            ``(H, W)`` uint8.
        scores : Scores or None
            What the network said, where the map is a network's.
        entry : Entry or None
            The model whose classes they are.
        """
        self._drop_mask()
        document = self.studio.document
        self._of, self._from = document.picture, (document.path, document.name)
        self._mask = Mask(labels)
        self._scores = scores
        self._show_classes(entry)
        self._show_mask()
        if self.view.value() == "uncertainty":
            self._make_uncertainty()

    def has_mask(self, mask: Mask) -> bool:
        """Whether this is the mask that is shown."""
        return mask is self._mask

    def _drop_mask(self) -> None:
        self.keep_now()
        self._kept = None
        for channel in ("decide", "uncertainty", "agreement"):
            self.studio.work.supersede(f"segment-{channel}")
        self._mask = None
        self._scores = None
        self._edited = False
        self._steps = []
        self.forget_truth()
        self.legend.set_shares(None)
        self.under.setText("")
        if self._overlay is not None:
            self._overlay.show_labels(None)
            self._overlay.set_uncertainty(None)
        self.tool.set_value("look")
        self._enable_mask()

    def _show_mask(self) -> None:
        """Show the whole mask anew."""
        if self._mask is None:
            return
        overlay = self._make_overlay()
        overlay.show_labels(self._mask.labels, self._look.colors, self._look.background)
        overlay.set_hidden(self.legend.hidden)
        self.make_visible(overlay)
        self._show_shares()
        self._enable_mask()

    def _covers(self) -> bool:
        return self._mask is not None

    def _make_overlay(self) -> MaskOverlay:
        if self._overlay is None:
            overlay = MaskOverlay(self.studio.canvas)
            overlay.set_view(self.view.value())
            overlay.set_tool(self.tool.value())
            overlay.stroke_began.connect(self._stroke_began)
            overlay.stroked.connect(self._stroked)
            overlay.stroke_ended.connect(self._stroke_ended)
            overlay.filled.connect(self._filled)
            overlay.outlined.connect(self._outlined)
            self.studio.canvas.hovered.connect(self._hovered)
            self._overlay = overlay
            self._dress()
        return self._overlay

    def _dress(self) -> None:
        """Give the overlay what the controls say of its look."""
        if self._overlay is not None:
            self._overlay.set_opacity(self.opacity.value() / 100)
            self._overlay.set_hidden(self.legend.hidden)
            self._overlay.set_diameter(self.brush.value())

    def _show_shares(self) -> None:
        if self._mask is not None:
            size = self._mask.labels.size
            counts = self._mask.counts[: len(self._look.names)].tolist()
            self.legend.set_shares([count / size for count in counts])

    def _enable_mask(self) -> None:
        has = self._mask is not None
        open_ = self.studio.document.picture is not None and self.entry() is not None
        for value in ("brush", "eraser", "fill", "polygon"):
            self.tool.set_choice_enabled(value, open_, self.tool.segment(value).toolTip())
        self.load.setEnabled(open_)
        self.choose_truth.setEnabled(has)
        self.view.set_choice_enabled(
            "uncertainty", self._scores is not None or not has, self.view.segment("uncertainty").toolTip()
        )
        entry = self._entry
        apart = entry is not None and entry.card.instances is not None and self._scores is not None
        self.kinds["instances"].setEnabled(apart)
        self.save.setEnabled(has and bool(self.saving.chosen()))

    def _picture_changed(self) -> None:
        super()._picture_changed()
        if self._mask is not None and self._of is not self.studio.document.picture:
            self._drop_mask()
        self._enable_mask()

    # -- deciding, uncertainty, probabilities -------------------------------------------------------------

    def _decide_again(self) -> None:
        if self._scores is None or self._mask is None or self._edited or self.is_running:
            return
        mask = self._mask

        def done(labels: np.ndarray) -> None:
            # Somebody may have begun to draw meanwhile.
            if mask is self._mask and not self._edited:
                self._mask = Mask(labels)
                self._show_mask()
                self._compare_timer.start()

        self.studio.work.start(
            jobs.decide,
            self._scores,
            self.values(),
            channel="segment-decide",
            on_done=done,
            on_failed=lambda error: self.show_error(sentence(error), "run"),
        )

    def _view_changed(self, view: str) -> None:
        if self._overlay is not None:
            self._overlay.set_view(view)  # type: ignore[arg-type]
        if view == "uncertainty":
            self._make_uncertainty()

    def _make_uncertainty(self) -> None:
        if self._scores is None:
            return
        overlay = self._make_overlay()
        self.studio.work.start(
            jobs.uncertainty, self._scores, channel="segment-uncertainty", on_done=overlay.set_uncertainty
        )

    def _hovered(self, readout: Any) -> None:
        if readout is None or self._mask is None or self.isHidden():
            self.under.setText("")
            return
        x, y = readout.x, readout.y
        if not (0 <= y < self._mask.height and 0 <= x < self._mask.width):
            return
        label = int(self._mask.labels[y, x])
        name = self._look.names[label] if label < len(self._look.names) else self.tr("no class")
        if self._scores is None:
            self.under.setText(name)
            return
        p = self._scores.probabilities(y, y + 1, x, x + 1)[0, 0]
        best = sorted(range(len(p)), key=lambda number: -p[number])[:3]
        parts = [f"{self._look.names[number]} {p[number]:.2f}" for number in best]
        drawn = "" if label == best[0] else self.tr("{name}; probable: ").format(name=name)
        self.under.setText(drawn + ", ".join(parts))

    # -- editing ------------------------------------------------------------------------------------------

    def _tool_changed(self, tool: str) -> None:
        if tool != "look" and self._mask is None:
            self._new_mask()
        if self._overlay is not None:
            self._overlay.set_tool(tool)  # type: ignore[arg-type]

    def _new_mask(self) -> None:
        """An empty mask to draw on, where no network has made one."""
        import numpy as np

        picture, entry = self.studio.document.picture, self.entry()
        if picture is None or entry is None:
            return
        tool = self.tool.value()
        look = jobs.look_of(entry.card)
        empty = min(look.background, default=NO_CLASS)
        self.take_mask(np.full((picture.height, picture.width), empty, np.uint8), None, entry)
        self.tool.set_value(tool)

    def _empty_value(self) -> int:
        return min(self._look.background, default=NO_CLASS)

    def _stroke_began(self) -> None:
        if self._mask is not None:
            self._mask.begin()
            eraser = self.tool.value() == "eraser"
            self._stroke_value = self._empty_value() if eraser else max(0, self.legend.current)

    def _stroked(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        if self._mask is not None:
            box = self._mask.line(start, end, self.brush.value(), self._stroke_value)
            self.mask_changed(box)

    def _stroke_ended(self) -> None:
        self._keep_step(self.tr("Erase") if self.tool.value() == "eraser" else self.tr("Draw on the mask"))

    def _filled(self, x: int, y: int) -> None:
        if self._mask is not None:
            self._mask.begin()
            self.mask_changed(self._mask.fill(x, y, max(0, self.legend.current)))
            self._keep_step(self.tr("Fill a region"))

    def _outlined(self, corners: list[tuple[float, float]]) -> None:
        if self._mask is not None:
            self._mask.begin()
            self.mask_changed(self._mask.polygon(corners, max(0, self.legend.current)))
            self._keep_step(self.tr("Fill a shape"))

    def _keep_step(self, text: str) -> None:
        """Put what was drawn on the undo stack."""
        edit = self._mask.commit() if self._mask is not None else None
        if self._mask is None or edit is None:
            return
        self._edited = True
        if self._overlay is not None:
            # What was drawn has no numbers until it is saved.
            self._overlay.set_things(None)
        step = MaskEdit(self, self._mask, edit, text)
        self._steps.append(step)
        self.studio.undo.push(step)
        self.keep_soon()
        # Pushing dropped the steps that were taken back; what is kept has a bound.
        stack = self.studio.undo
        alive = {id(stack.command(number)) for number in range(stack.count())}
        self._steps = [each for each in self._steps if id(each) in alive or each is step]
        while len(self._steps) > 1 and sum(each.edit.size for each in self._steps) > UNDO_BYTES:
            oldest = self._steps.pop(0)
            oldest.setObsolete(True)
            oldest.edit.tiles = {}

    def keep_soon(self) -> None:
        """Have the mask kept with the results before long; at once if that makes it unsaved."""
        self._dirty = True
        if self._kept is None or self._kept.saved:
            self.keep_now()
        elif not self._keep_timer.isActive():
            self._keep_timer.start()

    def keep_now(self) -> None:
        """Keep the mask with the results, where a crash does not reach it, if a person has drawn on it."""
        from deconv_studio.imaging import Picture

        self._keep_timer.stop()
        if not self._dirty or self._mask is None or self._of is None or self._entry is None:
            return
        self._dirty = False
        picture = Picture(self._mask.labels.copy()[:, :, None], palette=self._look.colors)
        history = self.studio.history
        if self._kept is not None and self._kept in history.entries:
            history.revise(self._kept, picture)
        else:
            self._kept = history.add_drawn(
                picture, self.task, self._entry.card.id, self._of, self._from[0], self._from[1]
            )

    def _adopt(self, kept: Kept | None) -> None:
        """Go on with a kept mask of the open picture, as one that a crash has left."""
        picture = self.studio.document.picture
        if kept is None or kept.task != self.task or picture is None:
            return
        if kept is self._kept and self._of is picture:
            self._uncover()
            return
        entry = self.studio.models.get(kept.model_id)
        if entry is None or (kept.height, kept.width) != (picture.height, picture.width):
            return

        def done(labels: np.ndarray) -> None:
            if picture is not self.studio.document.picture or kept is not self.studio.history.current:
                return
            self.take_mask(labels, None, entry)
            self._kept = kept
            self._edited = bool(kept.parameters.get("edited"))
            self.take_parameters(kept.parameters, kept.model_id)
            self._uncover()

        if kept.picture is not None and kept.picture.palette is not None:
            done(kept.picture.pixels[:, :, 0])
        elif kept.folder is not None and kept.file:
            self.studio.work.start(
                jobs.read_kept,
                kept.folder / kept.file,
                channel="segment-mask",
                on_done=done,
                on_failed=lambda error: self.show_error(sentence(error), "mask"),
            )

    def _uncover(self) -> None:
        """Show the picture under the mask, not the mask's own picture, where this panel is in front."""
        if self.isVisible() and self.studio.history.current is self._kept is not None:
            self.studio.canvas.set_result(None)

    def mask_changed(self, box: Box) -> None:
        """A box of the mask has changed: show it."""
        if self._overlay is not None:
            self._overlay.refresh_box(box)
        self._show_shares()
        if self._truth is not None:
            self._compare_timer.start()

    # -- masks from files ---------------------------------------------------------------------------------

    def _ask_mask(self, title: str, then: Any) -> None:
        dialog = QFileDialog(self, title, self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Masks (*.png *.tif *.tiff *.bmp)"), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.open()

    def load_mask(self, path: Path) -> None:
        """Go on with a mask from a file; what is there can be had back by undo."""
        picture, entry = self.studio.document.picture, self.entry()
        if picture is None or entry is None:
            return
        self.clear_error("mask")

        def done(labels: np.ndarray) -> None:
            if picture is not self.studio.document.picture:
                return
            if self._mask is None or self._entry is not entry:
                self.take_mask(labels, None, entry)
                self._edited = True
                return
            self._mask.begin()
            self.mask_changed(self._mask.replace(labels))
            self._keep_step(self.tr("Load a mask"))

        self.studio.work.start(
            jobs.read_mask,
            path,
            (picture.height, picture.width),
            jobs.look_of(entry.card).colors,
            channel="segment-mask",
            on_done=done,
            on_failed=lambda error: self.show_error(sentence(error), "mask"),
        )

    def compare_with(self, path: Path) -> None:
        """Show how the mask agrees with a true one, by class."""
        mask = self._mask
        if mask is None:
            return
        self.clear_error("truth")

        def done(labels: np.ndarray) -> None:
            if self._mask is None or labels.shape != self._mask.labels.shape:
                return
            self._truth = labels
            self.drop_truth.setEnabled(True)
            self._compare_again()

        self.studio.work.start(
            jobs.read_mask,
            path,
            (mask.height, mask.width),
            self._look.colors,
            channel="segment-truth",
            on_done=done,
            on_failed=lambda error: self.show_error(sentence(error), "truth"),
        )

    def forget_truth(self) -> None:
        """Compare with nothing any more."""
        self._truth = None
        self.studio.work.supersede("segment-agreement")
        self.legend.set_agreement(None)
        self.drop_truth.setEnabled(False)
        self.agreement.setText(self.tr("IoU and Dice of each class stand in the list above."))

    def _compare_again(self) -> None:
        if self._truth is None or self._mask is None:
            return
        # A copy: the mask may be drawn on while it is compared.
        self.studio.work.start(
            jobs.compare,
            self._truth,
            self._mask.labels.copy(),
            len(self._look.names),
            channel="segment-agreement",
            on_done=self._show_agreement,
        )

    def _show_agreement(self, found: jobs.Agreement) -> None:
        self.legend.set_agreement(found)
        self.agreement.setText(
            self.tr("Mean IoU {value:.3f}; pixels without a class in the true mask are left out.").format(
                value=found.miou
            )
        )

    # -- saving -------------------------------------------------------------------------------------------

    def save_to(self, folder: Path, *, overwrite: bool = False) -> None:
        """Write the kinds that are ticked into a folder, named after the picture."""
        picture, mask, entry = self._of, self._mask, self._entry
        kinds = self.saving.chosen()
        if picture is None or mask is None or entry is None or not kinds:
            return
        shown = [
            name
            for number, name in enumerate(self._look.names)
            if number not in self.legend.hidden and number not in self._look.background
        ]
        values = {
            **self.values(),
            "save": ",".join(kinds),
            "subject": ",".join(shown),
            "opacity": self.opacity.value() / 100,
        }
        stem = Path(self.studio.document.name or "mask").stem
        self.keep_now()
        kept = self._kept
        version = kept.version if kept is not None else 0

        def then(paths: tuple[Path, ...]) -> None:
            # What was drawn while this was written is not in the file.
            if kept is not None and not kept.saved and kept.version == version:
                self.studio.history.mark_saved(kept, paths[0])

        self.write_into(
            folder,
            _write,
            (picture, mask.labels.copy(), self._scores, values, entry, folder / stem),
            {
                "edited": self._edited,
                "provider": self._ran[0],
                "seconds": self._ran[1],
                "overwrite": overwrite,
            },
            title=self.tr("Saving the mask of {name}").format(name=stem),
            then=then,
        )

    # -- coming and going ---------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the mask back over the canvas."""
        super().showEvent(event)
        self._uncover()

    def activated(self) -> None:
        """Look again at what settings and results may have changed."""
        super().activated()
        if self._mask is None:
            self._adopt(self.studio.history.current)

    def fill_models(self) -> None:
        """List the models, and take the mask that waited for them."""
        super().fill_models()
        if hasattr(self, "legend") and self._mask is None:
            self._adopt(self.studio.history.current)

    def close_down(self) -> None:
        """Stop the timers."""
        super().close_down()
        self._keep_timer.stop()
        self._decide_timer.stop()
        self._compare_timer.stop()


def _write(control: Any, what: tuple[Any, ...], how: dict[str, Any]) -> tuple[Path, ...]:
    return jobs.write_files(control, *what, **how)


def _timer(parent: QWidget, delay: int, slot: Any) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(delay)
    timer.timeout.connect(slot)
    return timer
