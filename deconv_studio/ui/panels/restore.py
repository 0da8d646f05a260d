"""Restore: noise taken out of a picture, its strength found or set by hand, with a preview in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from deconv_studio.ui.panels.task_panel import TaskPanel
from deconv_studio.ui.widgets import Collapsible, LabeledSlider, SegmentedControl, Tiling
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Options, Result

COLOR_MODEL = "denoise"
GRAY_MODEL = "denoise-gray"
#: Milliseconds a control or the view has to stay before the preview is made anew.
PREVIEW_DELAY = 100
#: Side of the part of the view that is previewed, in the picture's pixels.
PREVIEW_SIDE = 320
#: A view of more pixels than these is too far off for noise to be judged in it.
NEAR_PIXELS = 1_500_000
#: Previews laid over each other before the older ones are taken away.
PREVIEWS_KEPT = 24

Area = tuple[int, int, int, int]


def preview(
    control: Control, picture: Picture, area: Area, options: Options, entry: Entry, engine: dict[str, Any]
) -> tuple[Area, Any]:
    """Restore a part of a picture as it will be in the whole; on a pool thread.

    Parameters
    ----------
    control : Control
    picture : Picture
    area : tuple of int
        Left, top, width and height.
    options : Options
    entry : Entry
    engine : dict

    Returns
    -------
    (tuple of int, ndarray)
        The area, and its pixels ``(h, w, C)``.
    """
    import numpy as np

    from deconv_studio import batch, tasks
    from deconv_studio.engine import session

    left, top, width, height = area
    model = session.load(entry, control=control, **engine)
    card, step = entry.card, entry.card.input.size_multiple
    # With the network's reach around it, from a place where its strides fall as they do in the whole.
    halo = min(card.output.receptive_field + 16, 512)
    first_row, first_column = (max(0, side - halo) // step * step for side in (top, left))
    part = picture.pixels[first_row : top + height + halo, first_column : left + width + halo]
    # The whole says how strong the noise is, not the part.
    options = tasks.get("restore").settled(picture, options, model)  # type: ignore[attr-defined]
    made = batch.work(picture.replace(pixels=np.array(part)), "restore", options, model, control)
    rows, columns = top - first_row, left - first_column
    return area, np.array(made.picture.pixels[rows : rows + height, columns : columns + width])


class RestorePanel(TaskPanel):
    """Model, strength, share of the original and preview; tile and averaging folded away."""

    name: ClassVar[str] = "restore"
    title: ClassVar[str] = "Restore"
    icon: ClassVar[str] = "restore"
    description: ClassVar[str] = "Noise taken out, found or by hand"
    order: ClassVar[int] = 30
    task: ClassVar[str] = "restore"

    def build_controls(self) -> None:
        """Make the controls in the order of work."""
        self._previewed: Area | None = None
        self._previews = 0
        self._is_done = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PREVIEW_DELAY)
        self._timer.timeout.connect(self._preview)

        self.add(self.label(self.tr("Model"), self.model), 4)
        self.add(self.model)
        self.add(self.card, 4)

        self.mode = SegmentedControl([("auto", self.tr("Automatic")), ("hand", self.tr("By hand"))])
        self.mode.setAccessibleName(self.tr("Strength"))
        self.mode.setToolTip(
            self.tr("Automatic finds the noise's strength, and lessens JPEG's blocks; by hand it is told.")
        )
        self.add(self.label(self.tr("Strength")), 8)
        self.add(self.mode)
        self.sigma = LabeledSlider(self.tr("Noise in 8-bit steps"), 1, 55)
        self.sigma.setToolTip(self.tr("Standard deviation of the noise; grain of film is about 5 to 15."))
        self.sigma.set_value(15)
        self.add(self.sigma, 4)

        self.blend = LabeledSlider(self.tr("Keep of the original"), 0, 100, unit="%")
        self.blend.setToolTip(
            self.tr("How much of the original is mixed in; some grain looks more natural than none.")
        )
        self.add(self.blend, 8)

        self.live = QCheckBox(self.tr("Preview in the view"))
        self.live.setAccessibleName(self.tr("Preview in the view"))
        self.live.setToolTip(self.tr("Restores the middle of what is seen, and follows the controls."))
        self.add(self.live, 8)
        self.note = QLabel("")
        self.note.setProperty("role", "secondary")
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setMinimumHeight(34)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.note.setAccessibleName(self.tr("What was found"))
        self.add(self.note)

        self.advanced = Collapsible(self.tr("Advanced"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self.tiling = Tiling(views=8)
        column.addWidget(self.tiling)
        self.advanced.set_content(inside)
        self.add(self.advanced, 4)

        self.mode.set_value("auto")
        self.sigma.setEnabled(False)
        self.remember()
        self.mode.changed.connect(lambda _mode: self._mode_changed())
        self.sigma.changed.connect(lambda _sigma: self.options_changed())
        self.blend.changed.connect(lambda _blend: self.options_changed())
        self.tiling.changed.connect(self.options_changed)
        self.live.toggled.connect(self._live_toggled)
        self.studio.canvas.view_changed.connect(self._view_changed)

    # -- options ---------------------------------------------------------------------------------------------

    def _mode_changed(self) -> None:
        self.sigma.setEnabled(self.mode.value() == "hand")
        self.options_changed()

    def values(self) -> dict[str, Any]:
        """The options of ``restore``."""
        return {
            "sigma": "auto" if self.mode.value() == "auto" else f"{self.sigma.value():g}",
            "blend": round(self.blend.value() / 100, 4),
            **self.tiling.values(),
        }

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls to stored options; nonsense leaves its control alone."""
        sigma, blend = values.get("sigma"), values.get("blend")
        if sigma == "auto":
            self.mode.set_value("auto")
        elif isinstance(sigma, str | int | float) and not isinstance(sigma, bool):
            try:
                self.sigma.set_value(float(sigma))
                self.mode.set_value("hand")
            except ValueError:
                pass  # stored by hand, and no number: the control stays
        self.sigma.setEnabled(self.mode.value() == "hand")
        if isinstance(blend, int | float):
            self.blend.set_value(100 * blend)
        self.tiling.set_values(values)

    # -- models ----------------------------------------------------------------------------------------------

    def default_model(self) -> str:
        """The model for the picture's channels; the other one where that is not here."""
        picture = self.studio.document.picture
        names = [COLOR_MODEL, GRAY_MODEL]
        if picture is not None and picture.is_gray:
            names.reverse()
        there = [entry.card.id for entry in self.studio.models.for_task(self.task)]
        return next((name for name in [*names, *there] if name in there), "")

    def model_id(self) -> str:
        """The chosen model's id; of "by the picture" the one for the picture that is open."""
        if not self.model.count():
            return ""
        return str(self.model.currentData() or "") or self.default_model()

    def fill_models(self) -> None:
        """List the models, the choice by the picture first; keep the one chosen."""
        self._filling = True
        chosen = self._wanted_model or str(self.model.currentData() or "")
        self.model.clear()
        entries = self.studio.models.for_task(self.task)
        if entries:
            self.model.addItem(self.tr("By the picture: gray or colour"), "")
        for entry in entries:
            self.model.addItem(entry.card.id, entry.card.id)
            self.model.setItemData(self.model.count() - 1, entry.card.title, Qt.ItemDataRole.ToolTipRole)
        if entries:
            self.model.setCurrentIndex(max(0, self.model.findData(chosen)))
        self._filling = False
        self.model.setEnabled(self.model.count() > 0)
        self._model_changed()

    def _model_chosen(self, _index: int) -> None:
        self._wanted_model = str(self.model.currentData() or "")
        self._model_changed()

    def _model_changed(self) -> None:
        if not self._filling:
            entry = self.entry()
            told = entry.card.strength if entry is not None else None
            if told is not None:
                self.sigma.box.setMaximum(told.largest)
                self.sigma.slider.setMaximum(int(told.largest) - 1)
            elif entry is not None:
                self.mode.set_value("auto")
            self.mode.setEnabled(told is not None or entry is None)
            self.sigma.setEnabled(self.mode.value() == "hand")
        super()._model_changed()

    def remember(self) -> None:
        """Take the option values of the last time; the model goes by the picture again."""
        super().remember()
        if self._wanted_model in (COLOR_MODEL, GRAY_MODEL):
            self._wanted_model = ""

    # -- picture, run and result -----------------------------------------------------------------------------

    def _picture_changed(self) -> None:
        self._forget_previews(clear=False)
        self.note.setText("")
        self._model_changed()
        super()._picture_changed()

    def options_changed(self) -> None:
        """An option, the model or the picture is another one: estimate and preview anew."""
        self._is_done = False
        super().options_changed()
        self._ask_preview()

    def _run(self, entry: Entry) -> None:
        self._forget_previews()
        super()._run(entry)

    def _done(self, answer: tuple[Result, int], picture: Picture, source: Any, name: str) -> None:
        super()._done(answer, picture, source, name)
        if picture is not self.studio.document.picture:
            return
        from deconv_studio.tasks.restore import BLOCKING_SEEN

        # What is seen now is better than a preview, until something is changed.
        self._is_done = True
        found = answer[0].extra
        parts = []
        if found.get("noise_estimate") is not None:
            parts.append(
                self.tr("About {sigma} steps of noise were taken away (an estimate).").format(
                    sigma=f"{found['noise_estimate']:.1f}"
                )
            )
        else:
            parts.append(self.tr("Nothing was taken away; a strength can be set by hand."))
        blocks = found.get("jpeg_blocks")
        if blocks is not None and blocks >= BLOCKING_SEEN:
            parts.append(self.tr("The original shows the blocks of JPEG."))
        self.note.setText(" ".join(parts))

    # -- preview ---------------------------------------------------------------------------------------------

    def _live_toggled(self, on: bool) -> None:
        if not on:
            self._forget_previews()
            self.note.setText("")
            return
        entry = self.entry()
        if entry is not None:
            self.studio.with_licence(entry, self._ask_preview)

    def _view_changed(self) -> None:
        if not self._is_done:
            self._ask_preview()

    def _ask_preview(self) -> None:
        # Called while the controls are being made, too.
        if self.live.isChecked() and self.isVisible() and not self.is_running:
            self._timer.start()

    def _seen(self) -> Area | None:
        """The part of the picture to preview; None if the view is too far off."""
        view = self.studio.canvas.visible_rect()
        picture = self.studio.document.picture
        if picture is None or view.isEmpty() or view.width() * view.height() > NEAR_PIXELS:
            return None
        width, height = (min(PREVIEW_SIDE, max(1, int(side))) for side in (view.width(), view.height()))
        left = int(view.center().x() - width / 2)
        top = int(view.center().y() - height / 2)
        left = max(0, min(left, picture.width - width))
        top = max(0, min(top, picture.height - height))
        return left, top, width, height

    def _preview(self) -> None:
        picture, entry = self.studio.document.picture, self.entry()
        if picture is None or entry is None or self.is_running or not self.isVisible():
            return
        area = self._seen()
        if area is None:
            self._forget_previews()
            self.note.setText(self.tr("Zoom in for the preview: noise is judged near 100 % (key 1)."))
            return
        try:
            options = self._options()
        except Exception as error:
            if not hasattr(error, "kind"):
                raise
            self.show_error(sentence(error), "preview")
            return
        self.studio.work.start(
            preview,
            picture,
            area,
            options,
            entry,
            self.engine(),
            channel="preview-restore",
            on_done=lambda answer: self._show_preview(picture, answer),
            on_failed=lambda error: self.show_error(sentence(error), "preview"),
        )

    def _show_preview(self, picture: Picture, answer: tuple[Area, Any]) -> None:
        if picture is not self.studio.document.picture or not self.live.isChecked() or self.is_running:
            return
        area, pixels = answer
        canvas = self.studio.canvas
        if area != self._previewed or self._previews >= PREVIEWS_KEPT:
            # Of another place, or with so many beneath: what was previewed before is of other settings.
            canvas.clear_partial()
            self._previews = 0
        self._previewed = area
        self._previews += 1
        self.clear_error("preview")
        canvas.set_partial(area, pixels, (picture.width, picture.height))
        self.note.setText(self.tr("The middle of the view is a preview; nothing is kept of it."))

    def _forget_previews(self, *, clear: bool = True) -> None:
        """Stop previewing; take away what was shown, unless the canvas has another picture by now."""
        self._timer.stop()
        self.studio.work.supersede("preview-restore")
        if self._previewed is not None and clear:
            self.studio.canvas.clear_partial()
        self._previewed = None
        self._previews = 0
        self.clear_error("preview")

    def hideEvent(self, event: QHideEvent) -> None:
        """Another panel: no preview is left on the canvas."""
        self._forget_previews()
        super().hideEvent(event)

    def activated(self) -> None:
        """Look again at what settings may have changed."""
        self.fill_models()

    def close_down(self) -> None:
        """Stop the timers."""
        self._timer.stop()
        super().close_down()
