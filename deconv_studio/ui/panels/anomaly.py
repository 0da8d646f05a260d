"""Anomaly: what is not normal in a picture, as heat over it and a score, and learning what is normal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui import icons, theme
from deconv_studio.ui.anomaly import jobs
from deconv_studio.ui.anomaly.overlay import HeatOverlay
from deconv_studio.ui.anomaly.threshold import ThresholdPlot, number_text
from deconv_studio.ui.panels.overlay_panel import OverlayPanel
from deconv_studio.ui.training import Order, TrainingUnavailable, trainer_of, unfinished
from deconv_studio.ui.training_view import TrainingView
from deconv_studio.ui.widgets import (
    Collapsible,
    FolderField,
    InlineMessage,
    LabeledSlider,
    PixelBox,
    SaveKinds,
    Tiling,
    field_label,
    inset,
)
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.catalog import Entry
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Result
    from deconv_studio.ui.studio import Studio
    from deconv_studio.ui.training import Trained

#: Milliseconds the threshold of a spot has to stay before its mask is made anew.
DECIDE_DELAY = 30
AUTO = "auto"
#: The recipe that learns what is normal from a person's own folder.
RECIPE = "anomaly"
#: Names of folders that do not tell what is in them.
PLAIN_NAMES = ("good", "gut", "normal", "ok", "train", "training", "images", "pictures", "bilder")
RAMPS = ("inferno", "viridis", "cividis")


class Verdict(QWidget):
    """The score, large, and what it means: in a sign, in colour and in words."""

    def __init__(self) -> None:
        super().__init__()
        self.sign = QLabel()
        self.sign.setFixedSize(24, 24)
        self.score = QLabel("–")
        self.score.setAccessibleName(self.tr("Score"))
        self.score.setFont(theme.body_font(24))
        self.score.setStyleSheet("font-size: 24px; font-weight: 600;")
        self.word = QLabel("")
        self.word.setAccessibleName(self.tr("Verdict"))
        self.rank = QLabel(self.tr("Look at a picture to see how unusual it is."))
        self.rank.setWordWrap(True)
        self.rank.setProperty("role", "secondary")
        self.rank.setAccessibleName(self.tr("Beside the good pictures"))
        self.rank.setMinimumHeight(34)
        self.rank.setAlignment(Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.score)
        row.addStretch(1)
        row.addWidget(self.sign)
        row.addWidget(self.word)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.rank)
        self._state: str | None = None
        now = theme.current()
        if now is not None:
            now.changed.connect(self._draw)

    def show_none(self) -> None:
        """There is no score."""
        self._state = None
        self.score.setText("–")
        self.rank.setText(self.tr("Look at a picture to see how unusual it is."))
        self._draw()

    def show_score(self, score: float, anomalous: bool, rank: str) -> None:
        """Show a score, whether it is above the threshold, and how it stands among the good pictures."""
        self._state = "error" if anomalous else "success"
        self.score.setText(number_text(score))
        self.rank.setText(rank)
        self._draw()

    def _draw(self) -> None:
        words = {"error": self.tr("Not normal"), "success": self.tr("Normal")}
        self.word.setText(words.get(self._state or "", ""))
        if self._state is None:
            self.sign.clear()
            return
        color = getattr(theme.tokens(), self._state)
        self.word.setStyleSheet(f"color: {color}; font-weight: 600;")
        name = "warning" if self._state == "error" else "success"
        self.sign.setPixmap(icons.pixmap(name, color, 24, self.devicePixelRatioF()))


class TrainingForm(QWidget):
    """A folder of good pictures, a name and how long; then how the training goes."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.studio = studio
        self.trainer = trainer_of(studio)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Train on good pictures"))
        self.source = FolderField(self.tr("Folder of good pictures"), self.tr("choose or drop one"))
        self.source.line.setAcceptDrops(False)
        self.name = QLineEdit()
        self.name.setMaxLength(60)
        self.name.setPlaceholderText(self.tr("after the folder"))
        self.name.setToolTip(self.tr("The model's name: small letters, digits, hyphens."))
        self.minutes = QSpinBox()
        self.minutes.setRange(1, 600)
        self.minutes.setValue(10)
        self.minutes.setSuffix(" min")
        self.minutes.setToolTip(self.tr("It stops by then, or earlier when it has learned what it can."))
        inset(self.minutes)
        self.begin = QPushButton(self.tr("Start training"))
        self.begin.setAccessibleName(self.tr("Start training"))
        self.begin.setToolTip(self.tr("Learn what is normal; the program can be used meanwhile."))
        self.begin.clicked.connect(self.start)
        self.message = InlineMessage()
        self.message.setObjectName("training_message")
        self.view = TrainingView(self.trainer)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        told = QLabel(
            self.tr("Give pictures of things as they should be. What looks otherwise will be found. All of it"
                    " stays on this computer.")
        )  # fmt: skip
        told.setWordWrap(True)
        told.setProperty("role", "secondary")
        column.addWidget(told)
        for text, field in (
            (self.tr("Folder of good pictures"), self.source),
            (self.tr("Name of the model"), self.name),
            (self.tr("At most"), self.minutes),
        ):
            field.setAccessibleName(text)
            column.addWidget(field_label(text, field))
            column.addWidget(field)
        column.addSpacing(4)
        column.addWidget(self.begin)
        column.addWidget(self.view)
        column.addWidget(self.message)
        self.source.line.textChanged.connect(lambda _text: self._changed())
        self.name.textChanged.connect(lambda _text: self._changed())
        self.trainer.changed.connect(self._changed)
        self.trainer.failed.connect(self._failed)
        self.trainer.stopped.connect(self.offer)
        self.trainer.heard.connect(self._heard)
        self.trainer.finished.connect(self._finished)
        self._changed()

    # -- what is asked for -----------------------------------------------------------------------------------

    def order(self) -> Order:
        """What the fields say."""
        folder = Path(self.source.text()).expanduser()
        name = model_name(self.name.text().strip() or thing_of(folder))
        return Order(
            name=name,
            recipe=RECIPE,
            data=str(folder.absolute()),
            settings=(f"fit.minutes={self.minutes.value()}",),
            title=self.tr("What is normal in {folder}").format(folder=thing_of(folder)),
        )

    def take_folder(self, folder: Path) -> None:
        """Fill in a folder."""
        self.source.line.setText(str(folder))

    def _changed(self) -> None:
        running = self.trainer.is_running
        for field in (self.source, self.name, self.minutes):
            field.setEnabled(not running)
        self.begin.setEnabled(bool(self.source.text()) and not running)
        self.begin.setVisible(not running)
        folder = self.source.text()
        self.name.setPlaceholderText(
            model_name(thing_of(Path(folder))) if folder else self.tr("after the folder")
        )

    # -- running ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Train on the folder; asks before a former training of that name is thrown away."""
        if not self.source.text() or self.trainer.is_running:
            return
        order = self.order()
        if not Path(order.data).is_dir():
            self.message.show_message(
                self.tr("There is no folder {name}. Choose another one.").format(name=order.data), "error"
            )
            return
        if order.has_checkpoint:
            self.message.show_message(
                self.tr("A training {name} was stopped before its end.").format(name=order.name),
                "warning",
                [
                    (self.tr("Go on"), lambda: self._begin(order, True)),
                    (self.tr("Start anew"), lambda: self._begin(order, False)),
                ],
            )
            return
        self._begin(order, False)

    def _begin(self, order: Order, resume: bool) -> None:
        self.message.clear()
        self.trainer.start(order, resume)

    def offer(self) -> None:
        """Offer to go on with a training that was stopped, in this session or an earlier one."""
        if self.trainer.is_running:
            return

        def found(orders: list[Order]) -> None:
            mine = [each for each in orders if each.recipe == RECIPE]
            last = self.trainer.order
            order = next((each for each in mine if last is not None and each.name == last.name), None)
            order = order or next(iter(mine), None)
            if order is None or self.trainer.is_running:
                return
            buttons: list[tuple[str, Callable[[], object]]] = [
                (self.tr("Go on"), lambda: self._begin(order, True))
            ]
            if order.has_weights:
                buttons.append((self.tr("Use it"), lambda: self._use(order)))
            buttons.append((self.tr("Delete"), lambda: self._drop(order)))
            self.message.show_message(
                self.tr(
                    "The training {name} was stopped; its checkpoint is kept. Go on with it, use what it has"
                    " learned so far, or delete it."
                ).format(name=order.name),
                "info",
                buttons,
            )

        self.studio.work.start(lambda control: unfinished(), channel="unfinished", on_done=found)

    def _use(self, order: Order) -> None:
        self.message.clear()
        self.trainer.start(order, finish=True)

    def _drop(self, order: Order) -> None:
        self.message.clear()
        self.studio.work.start(lambda control: order.drop())

    def _failed(self, error: Exception) -> None:
        buttons: list[tuple[str, Callable[[], object]]] = []
        if isinstance(error, TrainingUnavailable):
            command = error.command
            buttons.append(
                (self.tr("Copy the command"), lambda: QGuiApplication.clipboard().setText(command))
            )
        elif self.trainer.order is not None and self.trainer.order.has_checkpoint:
            order = self.trainer.order
            buttons.append((self.tr("Go on"), lambda: self._begin(order, True)))
        self.message.show_message(sentence(error), "error", buttons)

    def _heard(self, event: dict[str, Any]) -> None:
        if event.get("event") == "diagnosis" and event.get("kind") not in ("EarlyStop", "UnevenOverlap"):
            self.message.show_message(str(event.get("message", "")), "warning")

    def _finished(self, trained: Trained) -> None:
        self.message.show_message(
            " ".join(
                [self.tr("{name} is ready and chosen.").format(name=trained.model_id), *trained.notices]
            ),
            "info",
        )

    # -- drops -----------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: Any) -> None:
        """Take one folder."""
        if _folder_in(event) is not None and not self.trainer.is_running:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Fill in the folder that was dropped."""
        folder = _folder_in(event)
        if folder is not None:
            self.take_folder(folder)
            event.acceptProposedAction()


def _folder_in(event: Any) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 and paths[0].is_dir() else None


def thing_of(folder: Path) -> str:
    """What a folder's pictures show, by its name; by one above it where its own says only that they are
    good."""
    for each in (folder, *folder.parents):
        if each.name and each.name.lower() not in PLAIN_NAMES:
            return each.name
    return folder.name


def model_name(text: str) -> str:
    """A name that a model may have, made of any text."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60].strip("-") or "normal"


class AnomalyPanel(OverlayPanel):
    """Model, run, score and threshold, heat over the picture, saving, and training on good pictures."""

    name: ClassVar[str] = "anomaly"
    title: ClassVar[str] = "Anomaly"
    icon: ClassVar[str] = "anomaly"
    description: ClassVar[str] = "What looks otherwise, and where"
    order: ClassVar[int] = 35
    task: ClassVar[str] = "anomaly"

    # -- building --------------------------------------------------------------------------------------------

    def build_controls(self) -> None:
        """Make the controls above the button."""
        self._found: Any = None
        self._mask: Any = None
        self._of: Picture | None = None
        self._overlay: HeatOverlay | None = None
        self._threshold: float | None = None

        self.add(self.label(self.tr("Model"), self.model), 4)
        self.add(self.model)
        self.add(self.card, 4)
        self.advanced = Collapsible(self.tr("Spots and tiles"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self.min_area = PixelBox(0, 1_000_000, 10, self.tr("keep all"))
        self.min_area.setToolTip(self.tr("Spots of the mask with fewer pixels are left out."))
        column.addWidget(self.label(self.tr("Smallest spot"), self.min_area))
        column.addWidget(self.min_area)
        self.tiling = Tiling(of_network=True)
        column.addWidget(self.tiling)
        self.advanced.set_content(inside)
        self.add(self.advanced, 4)

        self._decide_timer = QTimer(self)
        self._decide_timer.setSingleShot(True)
        self._decide_timer.setInterval(DECIDE_DELAY)
        self._decide_timer.timeout.connect(self._decide_again)
        self._build_look()
        self.remember()
        self.min_area.valueChanged.connect(lambda _value: self._pixels_changed())
        self.tiling.changed.connect(self.options_changed)

    def _build_look(self) -> None:
        """Make what stands under the button; placed by :meth:`_build_compare`."""
        self.verdict = Verdict()
        self.plot = ThresholdPlot()
        self.plot.setToolTip(self.tr("Drag the threshold; a picture with a higher score is not normal."))
        self.plot.changed.connect(self._threshold_moved)
        self.own = QPushButton(self.tr("The model's own"))
        self.own.setAccessibleName(self.tr("Take the model's own threshold"))
        self.own.setProperty("variant", "link")
        self.own.clicked.connect(self._take_own)
        policy = self.own.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.own.setSizePolicy(policy)
        self.threshold_value = QLabel("")
        self.threshold_value.setProperty("role", "secondary")
        self.ramp = QComboBox()
        for name, word in zip(
            RAMPS, (self.tr("Inferno"), self.tr("Viridis"), self.tr("Cividis")), strict=True
        ):
            self.ramp.addItem(word, name)
        self.opacity = self.make_opacity(60)
        self.pixel = LabeledSlider(self.tr("Threshold of a spot"), 0.05, 5.0, 0.05, unit="×")
        self.pixel.set_value(1.0)
        self.pixel.setToolTip(
            self.tr("Heat above which a pixel is in the mask, in multiples of the model's own threshold.")
        )
        self.outline = QCheckBox(self.tr("Outline the mask"))
        self.outline.setAccessibleName(self.outline.text())
        self.outline.setChecked(True)
        self.under = self.make_under(self.tr("Heat under the pointer"))
        self.ramp.currentIndexChanged.connect(lambda _index: self._dress())
        self.outline.toggled.connect(lambda _on: self._dress())
        self.pixel.changed.connect(lambda _value: self._pixels_changed())

    def _build_compare(self) -> None:
        # In the place of comparing two pictures: the score, and the heat over the one.
        self.add(self.label(self.tr("SCORE"), role="section"), 8)
        self.add(self.verdict, 2)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.label(self.tr("Threshold"), self.plot))
        line.addWidget(self.threshold_value)
        line.addStretch(1)
        line.addWidget(self.own)
        self.add(row, 4)
        self.add(self.plot)
        self.add(self.label(self.tr("HEAT"), role="section"), 8)
        self.add(self.pixel, 2)
        self.add(self.opacity, 4)
        self.add(self.label(self.tr("Colours"), self.ramp), 4)
        self.add(self.ramp)
        self.add(self.outline, 4)
        self.add(self.under, 2)
        self._build_save()
        self.training = Collapsible(self.tr("Train on a folder of good pictures"))
        self.form = TrainingForm(self.studio)
        self.training.set_content(self.form)
        self.add(self.training)
        self.form.trainer.finished.connect(self._trained)
        self.training.toggled.connect(self._training_unfolded)
        self._enable_result()

    def _build_save(self) -> None:
        self.saving = SaveKinds(
            self.tr("Save heat and mask"),
            (
                ("heat", self.tr("Heat"), self.tr("PNG, coloured over the picture"), True),
                ("mask", self.tr("Mask"), self.tr("PNG, white where a pixel is not normal"), True),
                ("map", self.tr("Values"), self.tr("TIFF in floating point"), False),
            ),
        )
        self.kinds, self.save = self.saving.boxes, self.saving.button
        self.saving.changed.connect(self._enable_result)
        self.saving.wanted.connect(lambda: self.ask_folder(self.tr("Save heat and mask")))
        self.folders = QPushButton(self.tr("The same for a whole folder…"))
        self.folders.setAccessibleName(self.folders.text())
        self.folders.setToolTip(self.tr("Score every picture of a folder in the Folders panel"))
        self.folders.setProperty("variant", "link")
        self.folders.clicked.connect(lambda: self.studio.panel_requested.emit("folders"))
        self.add(self.saving, 4)
        self.column.addWidget(self.folders, 0, Qt.AlignmentFlag.AlignLeft)

    def verb(self) -> str:
        """The main button's words."""
        return self.tr("Look for anomalies")

    # -- options ---------------------------------------------------------------------------------------------

    def values(self) -> dict[str, Any]:
        """The options of ``anomaly``."""
        factor = self.pixel.value()
        return {
            "threshold": AUTO if self._threshold is None else repr(self._threshold),
            "pixel_threshold": AUTO if factor == 1.0 else repr(self.pixel_threshold()),
            "min_area": self.min_area.value(),
            "opacity": self.opacity.value() / 100,
            "ramp": self.ramp.currentData(),
            **self.tiling.values(),
        }

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls to stored options; nonsense leaves its control alone."""
        if isinstance(values.get("min_area"), int):
            self.min_area.setValue(values["min_area"])
        self.tiling.set_values(values)
        if isinstance(values.get("opacity"), int | float):
            self.opacity.set_value(100 * values["opacity"])
        if self.ramp.findData(values.get("ramp")) >= 0:
            self.ramp.setCurrentIndex(self.ramp.findData(values["ramp"]))

    def take_parameters(self, parameters: dict[str, object], model_id: str) -> bool:
        """Set the controls to what made a result, thresholds too: they hold for that model."""
        super().take_parameters(parameters, model_id)
        threshold, pixel = (_number(parameters.get(each)) for each in ("threshold", "pixel_threshold"))
        self._threshold = threshold
        self.pixel.set_value(1.0 if pixel is None else pixel / self._own_pixel())
        self._show_threshold()
        return True

    def _spec(self) -> Any:
        entry = self.entry()
        return entry.card.anomaly if entry is not None else None

    def threshold(self) -> float:
        """The score above which a picture is not normal."""
        spec = self._spec()
        if self._threshold is not None:
            return self._threshold
        return float(spec.threshold) if spec is not None else 0.0

    def _own_pixel(self) -> float:
        spec = self._spec()
        return float(spec.pixel_threshold) or 1.0 if spec is not None else 1.0

    def pixel_threshold(self) -> float:
        """The heat above which a pixel is not normal."""
        spec = self._spec()
        if self.pixel.value() == 1.0 and spec is not None:
            return float(spec.pixel_threshold)
        return self._own_pixel() * self.pixel.value()

    def fits(self, entry: Entry) -> bool:
        """Models whose card says what is normal."""
        return entry.card.anomaly is not None

    def _model_chosen(self, index: int) -> None:
        self._threshold = None
        self.pixel.set_value(1.0)
        super()._model_chosen(index)

    def _model_changed(self) -> None:
        super()._model_changed()
        if self._filling or not hasattr(self, "training"):
            return
        spec = self._spec()
        if self._found is not None and self._found.model_id != self.model_id():
            self._drop_result()
        self.plot.setEnabled(spec is not None)
        self.plot.set_normal(tuple(spec.scores) if spec is not None else (), self.threshold())
        if self._found is not None:
            self.plot.set_marker(self._found.score)
        self._show_threshold()
        self._enable_result()
        if spec is None and self.studio.models.ready:
            self.show_error(
                self.tr("There is no model of what is normal yet. Train one on a folder of good pictures, or"
                        " add an .onnx file with a card."),
                "models",
                [
                    (self.tr("Train…"), self._show_training),
                    (self.tr("Add a model…"), lambda: self.studio.model_requested.emit(None)),
                ],
            )  # fmt: skip

    # -- results ---------------------------------------------------------------------------------------------

    def _done(self, answer: tuple[Result, int], picture: Picture, source: Path | None, name: str) -> None:
        kept = self.keep_result(answer, picture, source, name)
        if kept is not None and kept.model_id == self.model_id():
            self.take_result(answer[0], picture)

    def take_result(self, result: Any, picture: Picture) -> None:
        """Show what was found in the open picture.

        Parameters
        ----------
        result : Detection
        picture : Picture
        """
        self._found, self._of, self._mask = result, picture, result.mask
        overlay = self._make_overlay()
        overlay.show_heat(result.heat, result.mask)
        self.make_visible(overlay)
        self._dress()
        self.plot.set_marker(result.score)
        self._show_threshold()
        self._enable_result()
        # The thresholds may have been moved while the network ran.
        if result.pixel_threshold != self.pixel_threshold():
            self._decide_again()

    def _covers(self) -> bool:
        return self._found is not None

    def _make_overlay(self) -> HeatOverlay:
        if self._overlay is None:
            self._overlay = HeatOverlay(self.studio.canvas)
            self.studio.canvas.hovered.connect(self._hovered)
        return self._overlay

    def _drop_result(self) -> None:
        self.studio.work.supersede("anomaly-spots")
        self._decide_timer.stop()
        self._found = self._mask = self._of = None
        if self._overlay is not None:
            self._overlay.show_heat(None)
        self.plot.set_marker(None)
        self.verdict.show_none()
        self.under.setText("")
        self._enable_result()

    def _picture_changed(self) -> None:
        super()._picture_changed()
        if self._found is not None and self._of is not self.studio.document.picture:
            self._drop_result()

    def _enable_result(self) -> None:
        has = self._found is not None
        self.save.setEnabled(has and bool(self.saving.chosen()))
        self.own.setVisible(self._threshold is not None)

    def _dress(self) -> None:
        """Give the overlay what the controls say of its look."""
        if self._overlay is not None:
            self._overlay.set_look(
                self.ramp.currentData(),
                self.opacity.value() / 100,
                self.pixel_threshold(),
                self.outline.isChecked(),
            )

    # -- thresholds ------------------------------------------------------------------------------------------

    def _threshold_moved(self, threshold: float) -> None:
        self._threshold = threshold
        self._show_threshold()

    def _take_own(self) -> None:
        self._threshold = None
        self._show_threshold()

    def _show_threshold(self) -> None:
        """Say what the threshold makes of the picture; costs nothing, so it follows the pointer."""
        threshold = self.threshold()
        self.plot.set_threshold(threshold)
        self.threshold_value.setText(number_text(threshold) if self._spec() is not None else "")
        self.own.setVisible(self._threshold is not None)
        if self._found is not None:
            score = self._found.score
            self.verdict.show_score(score, score > threshold, self._rank_words(score))

    def _rank_words(self, score: float) -> str:
        spec = self._spec()
        known = spec.scores if spec is not None else ()
        if not known:
            return self.tr("The model names no good pictures to compare with.")
        count, below = len(known), sum(each < score for each in known)
        if below == count:
            return self.tr("More unusual than every one of {count} good pictures").format(count=count)
        if not below:
            return self.tr("No more unusual than the {count} good pictures").format(count=count)
        # Rounded down: 99.6 % of them is not all of them.
        return self.tr("More unusual than {share} % of {count} good pictures").format(
            share=int(100 * below / count), count=count
        )

    def _pixels_changed(self) -> None:
        self._dress()
        if self._found is not None:
            self._decide_timer.start()

    def _decide_again(self) -> None:
        if self._found is None:
            return
        found = self._found

        def done(answer: tuple[Any, float]) -> None:
            if found is self._found and self._overlay is not None:
                self._mask = answer[0]
                self._overlay.set_mask(answer[0])

        self.studio.work.start(
            jobs.spots,
            found.heat,
            self.pixel_threshold(),
            self.min_area.value(),
            channel="anomaly-spots",
            on_done=done,
            on_failed=lambda error: self.show_error(sentence(error), "run"),
        )

    def _hovered(self, readout: Any) -> None:
        if readout is None or self._found is None or self.isHidden():
            self.under.setText("")
            return
        heat = self._found.heat
        if not (0 <= readout.y < heat.shape[0] and 0 <= readout.x < heat.shape[1]):
            return
        value = float(heat[readout.y, readout.x])
        times = value / self._own_pixel()
        self.under.setText(
            self.tr("heat {value}, {times} × the model's threshold").format(
                value=number_text(value), times=f"{times:.2f}"
            )
        )

    # -- saving ----------------------------------------------------------------------------------------------

    def save_to(self, folder: Path, *, overwrite: bool = False) -> None:
        """Write the kinds that are ticked into a folder, named after the picture."""
        found, picture = self._found, self._of
        kinds = self.saving.chosen()
        if found is None or not kinds:
            return
        stem = Path(self.studio.document.name or "picture").stem
        kept = next(
            (each for each in reversed(self.studio.history.entries) if each.original is picture), None
        )

        def then(paths: tuple[Path, ...]) -> None:
            if kept is not None and not kept.saved and kept.task == self.task:
                kept.saved = str(paths[0])
                self.studio.history.changed.emit()

        self.write_into(
            folder,
            jobs.write_files,
            found,
            {**self.values(), "save": ",".join(kinds)},
            folder / stem,
            overwrite,
            title=self.tr("Saving the heat of {name}").format(name=stem),
            then=then,
        )

    # -- training --------------------------------------------------------------------------------------------

    def _show_training(self) -> None:
        self.training.set_open(True)
        self.form.source.line.setFocus()
        QTimer.singleShot(0, self, lambda: self.area.ensureWidgetVisible(self.form.begin, 0, 8))

    def _training_unfolded(self, on: bool) -> None:
        if on:
            self.form.offer()

    def _trained(self, trained: Trained) -> None:
        """Choose the new model."""
        self._wanted_model = trained.model_id
        self._threshold = None
        self.pixel.set_value(1.0)
        self.fill_models()
        self.clear_error("models")

    def drop_folder(self, folder: object) -> bool:
        """Take a dropped folder as the one to train on, while that section is unfolded."""
        if not self.training.is_open() or self.form.trainer.is_running:
            return False
        self.form.take_folder(Path(str(folder)))
        return True

    # -- coming and going ------------------------------------------------------------------------------------

    def close_down(self) -> None:
        """Stop the timers."""
        super().close_down()
        self._decide_timer.stop()
        self.form.view.close_down()


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
