"""What panels of a task share: the model and its card, the estimate, the run with progress and cancel, and
results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.models import card_details, card_facts, card_rights
from deconv_studio.ui.panels import words
from deconv_studio.ui.panels.run_panel import RunPanel
from deconv_studio.ui.status import PROVIDER_NAMES, bytes_text, seconds_text
from deconv_studio.ui.widgets import ElidedLabel, SegmentedControl
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Estimate, Options, Result
    from deconv_studio.ui.history import Kept
    from deconv_studio.ui.studio import Studio

#: Milliseconds an option has to stay as it is before the estimate is made anew.
ESTIMATE_DELAY = 120


def run_task(
    control: Control, picture: Picture, task: str, options: Options, entry: Entry, engine: dict[str, Any]
) -> tuple[Result, int]:
    """Load the model and run the task; on a pool thread. Gives the result and the threads it used."""
    from deconv_studio import batch
    from deconv_studio.engine import session

    control.progress(0.0, "")
    model = session.load(entry, control=control, **engine)
    return batch.work(picture, task, options, model, control), model.threads


class CardBox(QFrame):
    """A model's card in a few lines. Keeps its height, whatever model is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("area", "raised")
        self.setAccessibleName(self.tr("About the model"))
        self.title = QLabel()
        self.facts = QLabel()
        self.rights = QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(2)
        for label in (self.title, self.facts, self.rights):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        for label in (self.facts, self.rights):
            label.setProperty("role", "secondary")
        column.addStretch(1)
        self.setMinimumHeight(112)

    def show_card(self, entry: Entry | None, empty: str) -> None:
        """Show a card, or a sentence where there is none."""
        card = entry.card if entry is not None else None
        self.title.setText(card.title if card is not None else empty)
        self.facts.setText(card_facts(card) if card is not None else "")
        self.rights.setText(card_rights(card) if card is not None else "")
        self.setToolTip(card_details(card) if card is not None else "")
        self.setAccessibleDescription(" ".join(each.text() for each in (self.title, self.facts, self.rights)))


class ResultList(QListWidget):
    """A list that takes the room that is left and asks for no more, so that the panel need not scroll."""

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(120, 60)

    def minimumSizeHint(self) -> QSize:
        """As the hint."""
        return self.sizeHint()


class TaskPanel(RunPanel):
    """A panel that runs one task on the open picture. Subclasses make the controls and say what they hold."""

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._input: Any = None
        self._wanted_model = ""
        self._estimate_timer = QTimer(self)
        self._estimate_timer.setSingleShot(True)
        self._estimate_timer.setInterval(ESTIMATE_DELAY)
        self._estimate_timer.timeout.connect(self._make_estimate)
        self._filling = False

        self.card = CardBox()
        self.build_controls()
        self._build_run()
        self._build_compare()
        self._build_results()
        self.model.activated.connect(self._model_chosen)
        studio.models.changed.connect(self.fill_models)
        studio.document.opened.connect(lambda _picture: self._picture_changed())
        studio.document.closed.connect(self._picture_changed)
        studio.history.changed.connect(self._fill_results)
        studio.history.current_changed.connect(lambda _kept: self._mark_result())
        self.fill_models()
        self._fill_results()

    # -- for subclasses --------------------------------------------------------------------------------------

    def build_controls(self) -> None:
        """Put the controls above the estimate; must place :attr:`model` and :attr:`card`."""
        raise RuntimeError("a task panel has to say what its controls are")

    def values(self) -> dict[str, Any]:
        """The task's options as plain values."""
        raise RuntimeError("a task panel has to say what its options are")

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls; unknown or invalid values leave theirs as it is."""

    def fits(self, entry: Entry) -> bool:
        """Whether a model can do what the controls say."""
        return True

    def verb(self) -> str:
        """The main button's word."""
        return words(self.title)

    # -- building --------------------------------------------------------------------------------------------

    def _build_run(self) -> None:
        estimate = ElidedLabel("")
        estimate.setMinimumHeight(18)
        self.add_run(estimate, self.tr("Estimate"), self.verb(), self.tr("Stop what runs (Esc)"))

    def _build_compare(self) -> None:
        head = self.label(self.tr("COMPARE"), role="section")
        self.add(head, 8)
        self.compare = SegmentedControl(
            [
                ("split", self.tr("Split")),
                ("hold", self.tr("Hold")),
                ("difference", self.tr("Difference")),
                ("two_up", self.tr("2-up")),
            ]
        )
        self.compare.setAccessibleName(self.tr("Compare"))
        self.add(self.compare, 2)
        actions = self.studio.actions
        if actions is not None:
            self.compare.changed.connect(lambda name: actions[name].trigger())
            for name in ("split", "hold", "difference", "two_up"):
                actions[name].toggled.connect(
                    lambda on, name=name: self.compare.set_value(name) if on else None
                )
                if actions[name].isChecked():
                    self.compare.set_value(name)

    def _build_results(self) -> None:
        head = self.label(self.tr("RESULTS"), role="section")
        self.add(head, 8)
        self.results = ResultList()
        self.results.setObjectName("results")
        self.results.setAccessibleName(self.tr("Results"))
        self.results.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.results.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.results.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.results.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.results.customContextMenuRequested.connect(self._result_menu)
        self.results.itemActivated.connect(self._result_chosen)
        self.results.itemClicked.connect(self._result_chosen)
        self.column.addSpacing(2)
        self.column.addWidget(self.results, 1)

    # -- models ----------------------------------------------------------------------------------------------

    def fill_models(self) -> None:
        """List the models that fit; keep the chosen one if it is among them."""
        self._filling = True
        fitting = [entry for entry in self.studio.models.for_task(self.task) if self.fits(entry)]
        chosen = self._wanted_model or self.model_id()
        self.model.clear()
        for entry in fitting:
            self.model.addItem(entry.card.id, entry.card.id)
            self.model.setItemData(self.model.count() - 1, entry.card.title, Qt.ItemDataRole.ToolTipRole)
        place = self.model.findData(chosen)
        if place < 0:
            place = self.model.findData(self.default_model())
        if self.model.count():
            self.model.setCurrentIndex(max(0, place))
        self._filling = False
        self.model.setEnabled(self.model.count() > 0)
        self._model_changed()

    def default_model(self) -> str:
        """The id of the model to choose when none was."""
        return ""

    def _model_chosen(self, _index: int) -> None:
        self._wanted_model = self.model_id()
        self._model_changed()

    def _model_changed(self) -> None:
        if self._filling:
            return
        entry = self.entry()
        self.model.setToolTip(self.model_id())
        if entry is None and self.studio.models.ready:
            self.card.show_card(None, self.tr("No model for this"))
            problems = [sentence(each.error) for each in self.studio.models.problems[:1]]
            self.show_error(
                " ".join([self.tr("There is no model that fits. Add an .onnx file of your own."), *problems]),
                "models",
                [(self.tr("Add a model…"), lambda: self.studio.model_requested.emit(None))],
            )
        else:
            self.card.show_card(entry, self.tr("Looking for models…"))
            self.clear_error("models")
        self.options_changed()

    def model_id(self) -> str:
        """The chosen model's id, or ""."""
        return str(self.model.currentData() or "")

    def entry(self) -> Entry | None:
        """The chosen model."""
        return self.studio.models.get(self.model_id()) if self.model_id() else None

    # -- estimate --------------------------------------------------------------------------------------------

    def options_changed(self) -> None:
        """An option, the model or the picture is another one: make the estimate anew."""
        self._enable()
        self._estimate_timer.start()

    def _picture_changed(self) -> None:
        self.clear_error("run")
        self.options_changed()

    def _options(self) -> Any:
        from deconv_studio import tasks

        return tasks.get(self.task).options(**self.values())

    def _make_estimate(self) -> None:
        picture, entry = self.studio.document.picture, self.entry()
        if picture is None or entry is None:
            self.studio.work.supersede(f"estimate-{self.name}")
            self.estimate.setText(self.tr("Open a picture first.") if picture is None else "")
            return
        values = self.values()
        memory = self.studio.settings.memory
        task, provider = self.task, self.studio.settings.provider

        def estimate(control: Control) -> Estimate:
            from deconv_studio import tasks

            control.raise_if_cancelled()
            job = tasks.get(task)
            return job.estimate(
                picture, job.options(**values), entry.card, provider=provider,
                memory=memory * 2**20 if memory else None,
            )  # fmt: skip

        self.studio.work.start(
            estimate,
            channel=f"estimate-{self.name}",
            on_done=self._show_estimate,
            on_failed=self._no_estimate,
        )

    def _no_estimate(self, error: Exception) -> None:
        self.estimate.setText("")
        self.show_error(sentence(error), "estimate")

    def _show_estimate(self, estimate: Estimate) -> None:
        self.clear_error("estimate")
        parts = [f"{estimate.width} × {estimate.height}"]
        name = self.studio.settings.provider
        where = self.tr(" on {name}").format(name=PROVIDER_NAMES.get(name, name)) if name != "auto" else ""
        if estimate.seconds is not None:
            parts.append(
                self.tr("about {time}").format(time=seconds_text(max(0.1, estimate.seconds))) + where
            )
        else:
            parts.append(self.tr("time not measured yet"))
        parts.append(bytes_text(estimate.memory_bytes))
        self.estimate.setText(", ".join(parts))
        if estimate.tiles > 1:
            self.estimate.setToolTip(
                self.tr("{tiles} tiles of {tile} × {tile} pixels").format(
                    tiles=estimate.tiles, tile=estimate.tile
                )
            )
        else:
            self.estimate.setToolTip(self.tr("In one piece"))

    # -- running ---------------------------------------------------------------------------------------------

    def _enable(self) -> None:
        ready = self.studio.document.picture is not None and self.entry() is not None
        self.go.setEnabled(ready and not self.is_running)

    def start(self) -> None:
        """Run the task on the open picture; asks for the licence before a model's first use."""
        entry = self.entry()
        if self.is_running or entry is None or self.studio.document.picture is None:
            return
        self.studio.with_licence(entry, lambda: self._run(entry))

    def _run(self, entry: Entry) -> None:
        document = self.studio.document
        picture = document.picture
        if picture is None or self.is_running:
            return
        self.clear_error("run")
        try:
            options = self._options()
        except Exception as error:
            if not hasattr(error, "kind"):
                raise
            self.show_error(sentence(error), "run")
            return
        settings = self.studio.settings
        settings.options = {**settings.options, self.task: {**self.values(), "model": entry.card.id}}
        source, name = document.path, document.name
        self._input = picture
        self.run_job(
            run_task,
            picture,
            self.task,
            options,
            entry,
            self.engine(),
            title=f"{self.verb()} {name}",
            channel=f"run-{self.name}",
            on_done=lambda answer: self._done(answer, picture, source, name),
            on_failed=self._failed,
            on_partial=self._partial,
            on_cancelled=self._stopped,
        )
        self._enable()

    def _partial(self, value: Any) -> None:
        # The person may have gone on to another picture; parts of this one have no place on that.
        if self._input is self.studio.document.picture and hasattr(value, "box"):
            self.studio.canvas.set_partial(value)

    def _done(self, answer: tuple[Result, int], picture: Picture, source: Path | None, name: str) -> None:
        result, threads = answer
        self.studio.ran.emit(result.model_id, result.provider, threads, result.seconds)
        here = picture is self.studio.document.picture
        self.studio.history.add(result, self.task, picture, source, name, show=here)
        if not here:
            self.studio.said.emit(self.tr("{name} is ready; it is among the results").format(name=name))
        if result.notices:
            self.studio.said.emit(" ".join(result.notices))

    def _stopped(self) -> None:
        self.studio.canvas.clear_partial()
        self.studio.said.emit(self.tr("Stopped"))

    def _failed(self, error: Exception) -> None:
        self.studio.canvas.clear_partial()
        self.show_error(sentence(error), "run")

    def _ended(self) -> None:
        super()._ended()
        self._input = None
        self._enable()
        self._estimate_timer.start()

    # -- results ---------------------------------------------------------------------------------------------

    def _fill_results(self) -> None:
        self.results.clear()
        for kept in reversed(self.studio.history.entries):
            mark = "" if kept.saved else "  •"
            item = QListWidgetItem(f"{kept.clock()}  {kept.model_id}  {seconds_text(kept.seconds)}{mark}")
            item.setData(Qt.ItemDataRole.UserRole, kept)
            state = (
                self.tr("saved as {path}").format(path=kept.saved) if kept.saved else self.tr("not saved yet")
            )
            lines = [f"{kept.name}, {kept.width} × {kept.height}", state]
            lines += [f"{key} {value}" for key, value in kept.parameters.items()]
            item.setToolTip("\n".join(lines))
            item.setSizeHint(QSize(0, 26))
            self.results.addItem(item)
        self._mark_result()

    def _mark_result(self) -> None:
        current = self.studio.history.current
        for row in range(self.results.count()):
            if self.results.item(row).data(Qt.ItemDataRole.UserRole) is current and current is not None:
                self.results.setCurrentRow(row)
                return
        self.results.setCurrentRow(-1)

    def _result_chosen(self, item: QListWidgetItem) -> None:
        kept: Kept = item.data(Qt.ItemDataRole.UserRole)
        self.studio.history.choose(kept)
        if kept.task == self.task:
            self.take_parameters(kept.parameters, kept.model_id)

    def _result_menu(self, position: Any) -> None:
        item = self.results.itemAt(position)
        actions = self.studio.actions
        if item is None or actions is None:
            return
        self._result_chosen(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        found: list[QAction] = [actions[name] for name in ("save_as", "copy", "use_result", "remove_result")]
        menu.addActions(found)
        menu.popup(self.results.mapToGlobal(position))

    def take_parameters(self, parameters: dict[str, object], model_id: str) -> bool:
        """Set the controls to what made a result."""
        self._wanted_model = model_id
        self.set_values(dict(parameters))
        self.fill_models()
        return True

    def remember(self) -> None:
        """Take the option values of the last time."""
        stored = self.studio.settings.options.get(self.task)
        if isinstance(stored, dict):
            values = dict(stored)
            self._wanted_model = str(values.pop("model", ""))
            self.set_values(values)

    def activated(self) -> None:
        """Look again at what settings may have changed."""
        self.options_changed()

    def close_down(self) -> None:
        """Stop the timer."""
        self._estimate_timer.stop()
