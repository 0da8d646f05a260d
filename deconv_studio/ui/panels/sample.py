"""Sample: pictures from noise in a grid that fills as it computes; varied, mixed, walked through, painted."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.panels.run_panel import RunPanel
from deconv_studio.ui.panels.task_panel import CardBox
from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.arithmetic import Arithmetic
from deconv_studio.ui.sample.browser import Browser
from deconv_studio.ui.sample.checkerboard import Checkerboard
from deconv_studio.ui.sample.desk import Desk
from deconv_studio.ui.sample.empty import NoGenerator
from deconv_studio.ui.sample.files import Files
from deconv_studio.ui.sample.inspector import Inspector
from deconv_studio.ui.sample.jobs import Made, Seeds
from deconv_studio.ui.sample.keeping import Keeping
from deconv_studio.ui.sample.near_pictures import NearPictures
from deconv_studio.ui.sample.painting import Painting, UnitPage
from deconv_studio.ui.sample.tools import button
from deconv_studio.ui.sample.walking import Walking
from deconv_studio.ui.widgets import ElidedLabel, LabeledSlider
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.catalog import Entry
    from deconv_studio.ui.studio import Studio

#: Samples to begin with, and that "More" adds at least.
FIRST = 64
#: Milliseconds after which a grid that still fills shows its progress.
SLOW = 400


def seeds_text(seeds: list[int]) -> str:
    """Seeds as they are typed: ``0,1,4-6``."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


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
        self._setting = False
        self._wanted_model = ""
        self._wanted_class: Any = None
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW)
        self._slow.timeout.connect(self._show_progress)
        self._build_parts()
        self._build_controls()
        self._build_middle()
        self._connect()
        self._remember()
        studio.models.changed.connect(self.fill_models)
        self.fill_models()

    # -- building --------------------------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self.desk = Desk(self, self)
        units = UnitPage()
        self.browser = Browser(self.desk, units)
        self.inspector = Inspector(self.desk)
        self.keeping = Keeping(self.desk)
        self.arithmetic = Arithmetic(self.inspector, self.keeping)
        self.walking = Walking(self.inspector, self.keeping, self.browser)
        self.painting = Painting(self.inspector, units)
        self.files = Files(self.inspector, self.browser, self.chosen)
        self.near_pictures = NearPictures(self.desk, self.inspector.look)
        self.checkerboard = Checkerboard(self.desk)
        self.empty = NoGenerator(self.desk)

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
        self.add(self.near_pictures)
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
        self.split.addWidget(self.browser)
        self.split.addWidget(self.inspector)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([560, 400])
        self.split.setHandleWidth(12)
        self.split.setStyleSheet("QSplitter::handle { background: transparent; }")
        column.addWidget(self.split, 1)
        column.addWidget(self.keeping)
        self._middle = QStackedWidget()
        self._middle.setProperty("area", "canvas")
        self._middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._middle.addWidget(self.empty)
        self._middle.addWidget(page)

    def _connect(self) -> None:
        self.model.activated.connect(lambda _place: self._model_chosen())
        self.seeds.textChanged.connect(lambda _text: self._seeds_typed())
        self.more.clicked.connect(self.add_seeds)
        self.shuffle.clicked.connect(self.shuffle_seeds)
        self.truncation.changed.connect(lambda _value: self._options_changed())
        self.klass.currentIndexChanged.connect(lambda _place: self._options_changed())
        self.desk.current_changed.connect(self._current_changed)
        look, grid, tray = self.inspector.look, self.browser.grid, self.keeping.tray
        self.browser.made_current.connect(self._cell_made)
        self.browser.filling.connect(self._fill_goes_on)
        self.browser.rested.connect(self._hide_progress)
        grid.opened.connect(lambda _row: look.large.toggle())
        grid.pressed.connect(self._key)
        grid.dragged.connect(self.files.drag_out)
        grid.customContextMenuRequested.connect(self._menu)
        tray.pressed.connect(self._tray_key)
        tray.dragged.connect(self.files.drag_out)
        self.keeping.changed.connect(lambda: self._refresh() if self.desk.mode == "mix" else None)
        self.painting.edited.connect(lambda: self._refresh() if self.desk.mode == "paint" else None)
        self.inspector.mode_changed.connect(self._mode_changed)
        self.inspector.keep.clicked.connect(self.keep_chosen)
        self.inspector.save.clicked.connect(self.files.ask_folder)
        look.vary.clicked.connect(self.vary)
        look.copy.clicked.connect(self.files.copy)
        look.use.clicked.connect(self.files.use)
        look.large.toggled.connect(lambda on: self.browser.setVisible(not on))
        self._show_state()

    def middle(self) -> QWidget:
        """The grid and the stage."""
        return self._middle

    def subject(self) -> tuple[str, str]:
        """The generator."""
        entry = self.entry()
        return (entry.card.id, entry.card.title) if entry is not None else ("", "")

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
            self.empty.look()
        self._model_changed()

    def entry(self) -> Entry | None:
        """The chosen generator."""
        return self.studio.models.get(str(self.model.currentData() or ""))

    def _model_chosen(self) -> None:
        self._model_changed()
        self._look_whether_to_begin()

    def _model_changed(self) -> None:
        entry = self.entry()
        name = entry.card.id if entry is not None else ""
        self.model.setToolTip(name)
        empty = self.tr("No generator") if self.studio.models.ready else self.tr("Looking for models…")
        self.card.show_card(entry, empty)
        if name != self.desk.begun:
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
        self.subject_changed.emit()

    def _forget(self) -> None:
        """Another generator: nothing of the former one holds."""
        self.desk.forget()
        for part in (self.browser, self.inspector, self.walking, self.painting, self.keeping,
                     self.near_pictures, self.checkerboard):  # fmt: skip
            part.forget()
        self.inspector.mode.set_value("look")
        self.browser.tell()

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
        if self.desk.begun and seeds is not None:
            self.browser.take_seeds(Seeds(seeds, self.truncation.value(), self.klass.currentData()))
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
        self.inspector.set_ready()

    # -- the grid --------------------------------------------------------------------------------------------

    def activated(self) -> None:
        """Begin at once where nothing has to be asked."""
        self.browser.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look_whether_to_begin()

    def _look_whether_to_begin(self) -> None:
        entry = self.entry()
        if entry is None or self.desk.begun == entry.card.id:
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
        if self.desk.begun == entry.card.id:
            self._begin()
        else:
            self.studio.with_licence(entry, self._begin)

    def _begin(self) -> None:
        entry, seeds = self.entry(), self._parse()
        if entry is None or seeds is None:
            return
        self.desk.begun = entry.card.id
        self.keeping.begin()
        self.browser.resume()
        self._store()
        self.browser.show_seeds(Seeds(seeds, self.truncation.value(), self.klass.currentData()))
        grid = self.browser.grid
        if self.desk.current is None and self.keeping.kept == () and grid.currentIndex().row() < 0:
            grid.choose(0)

    def _fill_goes_on(self) -> None:
        if not self._slow.isActive() and not self.progress.isVisible():
            self._slow.start()
        self._tell_progress()

    def _show_progress(self) -> None:
        self.progress.show()
        self.stop.show()
        self.stop.setEnabled(True)
        self._tell_progress()

    def _tell_progress(self) -> None:
        done, count = self.browser.filled_in_sight()
        if self.progress.isVisible() and not self.is_running and count:
            self.progress.set_fraction(done / count)
            self.doing.setText(
                self.tr("{done} of {n} in sight").format(done=done, n=count)
                if done < count
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
        play = self.inspector.walk.play
        playing = play.isChecked()
        play.setChecked(False)
        if self.browser.pause():
            self.studio.said.emit(self.tr("Stopped; press Sample to go on"))
            return True
        return playing

    def _ended(self) -> None:
        super()._ended()
        self.empty.install.setEnabled(True)
        self._show_state()

    # -- the sample ------------------------------------------------------------------------------------------

    def _cell_made(self, made: Made) -> None:
        if not self.keeping.tray.hasFocus():
            self.desk.set_current(made)

    def _current_changed(self) -> None:
        if self.desk.current is not None:
            self.painting.take_sample(self.desk.current)
        self._show_state()
        self._refresh()
        if self.desk.mode == "paint":
            self.painting.rank()

    def _mode_changed(self, mode: str) -> None:
        self.browser.show_units(mode == "paint")
        self.painting.set_brush()
        if mode != "walk":
            self.inspector.walk.play.setChecked(False)
        else:
            self.walking.plan()
        if mode == "paint" and self.desk.begun:
            self.browser.about.setText(self.tr("Units"))
            self.painting.list_layers()
        else:
            self.browser.tell()
        self._show_state()
        self._refresh()

    def _refresh(self) -> None:
        """Show the current sample as the tool makes it."""
        if self.desk.mode == "walk":
            self.walking.show_now()
            return
        self.inspector.refresh()
        self.near_pictures.look()

    def vary(self) -> None:
        """Show samples near the one on the stage."""
        base = self.desk.shown or self.desk.current
        if base is not None and self.desk.mode != "walk":
            self.inspector.mode.set_value("look")
            self.browser.show_neighbours(base)

    def chosen(self) -> tuple[list[Made], list[int]]:
        """What is chosen: samples that were made, and cells that were not yet."""
        shown = self.desk.shown
        if self.desk.mode != "look" and shown is not None:
            return [shown], []
        if self.keeping.tray.hasFocus() and self.keeping.tray.rows():
            return self.keeping.chosen(), []
        if len(self.browser.grid.rows()) > 1:
            return self.browser.chosen()
        return ([shown] if shown is not None else []), []

    def keep_chosen(self) -> None:
        """Put what is chosen into the tray."""
        if self.desk.mode == "walk":
            self.walking.keep_frame()
            return
        samples, missing = self.chosen()
        if missing and self.browser.grid_of is not None:
            keep = self.keeping.keep_made()
            self.studio.work.start(
                jobs.fill, self.desk.generators, self.desk.source(), self.browser.grid_of, missing,
                on_done=lambda filled: keep([*samples, *(made for _, made in filled.cells)]),
                on_failed=lambda error: self.desk.fail(error, "grid"),
            )  # fmt: skip
        elif samples:
            self.keeping.keep(samples)

    def _key(self, word: str) -> None:
        actions: dict[str, Callable[[], object]] = {
            "k": self.keep_chosen, "v": self.vary, "copy": self.files.copy, "save": self.files.ask_folder
        }  # fmt: skip
        if word in actions:
            actions[word]()

    def _tray_key(self, word: str) -> None:
        if word == "delete" and self.keeping.tray.rows():
            self.keeping.remove_chosen()
        elif word in ("a", "b"):
            self.keeping.mark(word.upper())
        else:
            self._key(word)

    def _menu(self, at: Any) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, action in (
            (self.tr("Keep"), "K", self.keep_chosen),
            (self.tr("Vary"), "V", self.vary),
            (self.tr("Large"), "Return", self.inspector.look.large.toggle),
            (self.tr("Copy"), "Ctrl+C", self.files.copy),
            (self.tr("Save…"), "Ctrl+S", self.files.ask_folder),
            (self.tr("Use as the picture"), "", self.files.use),
        ):
            menu.addAction(f"{text}\t{keys}" if keys else text).triggered.connect(
                lambda _checked=False, action=action: action()
            )
        menu.popup(self.browser.grid.mapToGlobal(at))

    # -- what is kept of it ----------------------------------------------------------------------------------

    def _store(self) -> None:
        options = self.studio.settings.options
        kept = {
            "model": self.desk.begun, "seeds": self.seeds.text(), "truncation": self.truncation.value(),
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
        self.inspector.mode.set_value("look")
        entry = self.entry()
        if entry is None:
            return True

        def back() -> None:
            self._begin()
            if "latent" in parameters or parameters.get("edits"):
                # A cell that is made later would take the place of the file's own sample.
                self.browser.grid.selectionModel().clear()
                keep = self.keeping.keep_made()
                self.studio.work.start(
                    jobs.remake, self.desk.generators, self.desk.source(), dict(parameters),
                    self.tr("from the file"),
                    on_done=lambda made: self.desk.set_current(made) if keep([made]) else None,
                    on_failed=lambda error: self.desk.fail(error, "stage"),
                )  # fmt: skip
            elif self.browser.grid.cells.count:
                self.browser.grid.choose(0)

        self.studio.with_licence(entry, back)
        return True

    def drop_folder(self, folder: object) -> bool:
        """Take a dropped folder as the training pictures."""
        self.near_pictures.folder.line.setText(str(folder))
        return True

    def close_down(self) -> None:
        """Stop the timers; remove what was written for drags."""
        self._slow.stop()
        self.browser.close_down()
        self.inspector.live.close()
        self.walking.close_down()
        self.painting.close_down()
        self.keeping.close_down()
        self.files.close_down()
