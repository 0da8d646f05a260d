"""Folders: one task on every picture of a folder, planned first, with one line a file and a way out for what
failed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import QColor, QDesktopServices
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui import theme
from deconv_studio.ui.models import fitting
from deconv_studio.ui.panels import GENERATED_ORDER, find_panels
from deconv_studio.ui.panels import words as panel_words
from deconv_studio.ui.panels.run_panel import RunPanel
from deconv_studio.ui.status import bytes_text, seconds_text
from deconv_studio.ui.widgets import FolderField, form_from_options
from deconv_studio.ui.wording import sentence, way_out

if TYPE_CHECKING:
    from deconv_studio.batch import Item, Plan, Progress
    from deconv_studio.catalog import Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.tasks.base import Loaded
    from deconv_studio.ui.studio import Studio

#: Milliseconds a control has to stay as it is before the plan is made anew.
PLAN_DELAY = 250
#: Lines with a reason that get their full height again when the table changes its width.
ROWS_FITTED = 400
#: Lines handed over at once while planning.
PLAN_PORTION = 200
BY_PICTURE = "by-picture"
"""The choice of two models, one for pictures with colour and one for gray ones."""


@dataclass
class Line:
    """One file of the table."""

    source: str
    name: str
    state: str
    note: str = ""
    hint: str = ""
    seconds: float | None = None
    output: str = ""


@dataclass(frozen=True)
class Preview:
    """What a plan comes to."""

    to_do: int = 0
    skipped: int = 0
    failing: int = 0
    disk_bytes: int = 0
    seconds: float | None = None


class FileTable(QAbstractTableModel):
    """The files with their state. Only the lines in sight are asked for, so ten thousand cost no more than
    ten."""

    COLUMNS = ("File", "State", "Time", "Reason and way out")

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: list[Line] = []
        self._rows: dict[str, int] = {}

    def clear(self) -> None:
        """No lines."""
        self.beginResetModel()
        self.lines = []
        self._rows = {}
        self.endResetModel()

    def append(self, lines: list[Line]) -> None:
        """More lines at the end."""
        first = len(self.lines)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        for line in lines:
            self._rows[line.source] = len(self.lines)
            self.lines.append(line)
        self.endInsertRows()

    def update(self, source: str, **changes: Any) -> int:
        """Change a file's line, or add it; gives its row."""
        row = self._rows.get(source, -1)
        if row < 0:
            self.append([Line(source, Path(source).name, "")])
            row = len(self.lines) - 1
        for key, value in changes.items():
            setattr(self.lines[row], key, value)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(self.COLUMNS) - 1))
        return row

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of files."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Four."""
        return 0 if parent is not None and parent.isValid() else len(self.COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The columns' names."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return (self.tr("File"), self.tr("State"), self.tr("Time"), self.tr("Reason and way out"))[
                section
            ]
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """A cell's text, tooltip or colour."""
        line = self.lines[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 0:
                return line.name
            if column == 1:
                return self.state_words(line.state)
            if column == 2:
                return seconds_text(line.seconds) if line.seconds else ""
            return f"{line.note} {line.hint}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == 3:
                return f"{line.note}\n{line.hint}".strip()
            return f"{line.source}\n→ {line.output}" if line.output else line.source
        if role == Qt.ItemDataRole.ForegroundRole and column == 1:
            token = {"failed": "error", "done": "success", "skipped": "secondary"}.get(line.state)
            if token is not None:
                return QColor(getattr(theme.tokens(), token))
        return None

    def state_words(self, state: str) -> str:
        """A state in words with a sign, so that colour is not the only one."""
        return {
            "": "",
            "waiting": self.tr("waiting"),
            "running": self.tr("▸ running"),
            "done": self.tr("✓ done"),
            "skipped": self.tr("– skipped"),
            "failed": self.tr("✕ failed"),
            "cancelled": self.tr("stopped"),
        }.get(state, state)


class FoldersPanel(RunPanel):
    """The batch panel."""

    name: ClassVar[str] = "folders"
    title: ClassVar[str] = "Folders"
    icon: ClassVar[str] = "folders"
    description: ClassVar[str] = "The same for every picture of a folder"
    order: ClassVar[int] = 90
    below: ClassVar[bool] = True

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(studio, parent)
        self._planned: Plan | None = None
        self._out_touched = False
        self._form: Any = None
        self._started = False
        self._items: list[Item] = []
        self._running_row = -1
        self._plan_timer = QTimer(self)
        self._plan_timer.setSingleShot(True)
        self._plan_timer.setInterval(PLAN_DELAY)
        self._plan_timer.timeout.connect(self._plan)
        self._build_middle()
        self._build_controls()
        self._build_run()
        studio.models.changed.connect(self.fill_models)
        self._task_changed()

    # -- building --------------------------------------------------------------------------------------------

    def _build_middle(self) -> None:
        self.files = FileTable(self)
        self.table = QTableView()
        self.table.setObjectName("folder_table")
        self.table.setAccessibleName(self.tr("Files"))
        self.table.setModel(self.files)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.table.setWordWrap(True)
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(28)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setAccessibleName(self.tr("Columns"))
        for column, width in enumerate((240, 100, 80)):
            self.table.setColumnWidth(column, width)
        self.table.doubleClicked.connect(self._open_line)
        empty = QWidget()
        words = QVBoxLayout(empty)
        words.setContentsMargins(24, 24, 24, 24)
        words.addStretch(1)
        title = QLabel(self.tr("Choose a folder"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = QLabel(
            self.tr("Drop one here, or choose it on the right. You see what would be done, and how long it "
                    "would take, before anything starts.")
        )  # fmt: skip
        hint.setProperty("role", "secondary")
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.addWidget(title)
        words.addWidget(hint)
        words.addStretch(1)
        self._middle = QStackedWidget()
        self._middle.setProperty("area", "canvas")
        self._middle.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._middle.addWidget(empty)
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(16, 16, 16, 16)
        around.addWidget(self.table)
        self._middle.addWidget(holder)
        self.files.rowsInserted.connect(self._lines_added)
        self._row_timer = QTimer(self)
        self._row_timer.setSingleShot(True)
        self._row_timer.setInterval(60)
        self._row_timer.timeout.connect(self._fit_rows)
        head.sectionResized.connect(lambda column, *_: self._row_timer.start() if column == 3 else None)

    def _lines_added(self, _parent: QModelIndex, first: int, last: int) -> None:
        for row in range(first, last + 1):
            if self.files.lines[row].note:
                self._fit_row(row)

    def _fit_row(self, row: int) -> None:
        """Make a line as high as its reason needs; the table's own measure leaves out the style's padding."""
        text = str(self.files.index(row, 3).data())
        room = QRect(0, 0, max(80, self.table.columnWidth(3) - 28), 10_000)
        box = self.table.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), text)
        self.table.setRowHeight(row, max(28, box.height() + 12))

    def _fit_rows(self) -> None:
        told = (row for row, line in enumerate(self.files.lines) if line.note)
        for row, _ in zip(told, range(ROWS_FITTED), strict=False):
            self._fit_row(row)

    def _build_controls(self) -> None:
        self.source = FolderField(self.tr("From"), self.tr("a folder with pictures"))
        self.add(self.label(self.tr("From"), self.source.line), 4)
        self.add(self.source)
        self.recurse = QCheckBox(self.tr("With its subfolders"))
        self.recurse.setAccessibleName(self.recurse.text())
        self.add(self.recurse)
        self.out = FolderField(self.tr("To"), self.tr("a folder for the results"))
        self.add(self.label(self.tr("To"), self.out.line), 4)
        self.add(self.out)
        self.task_box = QComboBox()
        self.add(self.label(self.tr("Job"), self.task_box), 8)
        self.add(self.task_box)
        self._fill_tasks()
        self.form_place = QVBoxLayout()
        self.form_place.setContentsMargins(0, 0, 0, 0)
        self.column.addSpacing(4)
        self.column.addLayout(self.form_place)
        self.add(self.label(self.tr("Model"), self.model), 4)
        self.add(self.model)
        self.format = QComboBox()
        for key, words in (
            ("", self.tr("As the input")), ("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WebP"),
            ("tiff", "TIFF"),
        ):  # fmt: skip
            self.format.addItem(words, key)
        self.add(self.label(self.tr("Format"), self.format), 4)
        self.add(self.format)
        self.exists = QComboBox()
        for key, words in (
            ("error", self.tr("Report it")),
            ("skip", self.tr("Skip")),
            ("rename", self.tr("Choose another name")),
            ("overwrite", self.tr("Replace it")),
        ):
            self.exists.addItem(words, key)
        self.add(self.label(self.tr("If a result is there already"), self.exists), 4)
        self.add(self.exists)
        self.source.line.textChanged.connect(self._source_changed)
        self.out.line.textEdited.connect(lambda _text: self._touch_out())
        self.out.line.textChanged.connect(lambda _text: self.replan())
        self.recurse.toggled.connect(lambda _on: self.replan())
        self.task_box.currentIndexChanged.connect(lambda _index: self._task_changed())
        self.model.activated.connect(lambda _index: self.replan())
        self.format.currentIndexChanged.connect(lambda _index: self.replan())
        self.exists.currentIndexChanged.connect(lambda _index: self.replan())

    def _build_run(self) -> None:
        estimate = QLabel("")
        estimate.setWordWrap(True)
        estimate.setMinimumHeight(34)
        estimate.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        tip = self.tr("Stop; what is finished stays, and Go on does the rest")
        self.add_run(estimate, self.tr("Plan"), self.tr("Start"), tip, above=8)
        self.go.setEnabled(False)
        after = QHBoxLayout()
        after.setSpacing(8)
        self.resume = QPushButton(self.tr("Go on"))
        self.resume.setToolTip(self.tr("Do what failed or was stopped; what is done is left alone"))
        self.show_out = QPushButton(self.tr("Open results"))
        self.report = QPushButton(self.tr("Report…"))
        for button in (self.resume, self.show_out, self.report):
            button.setAccessibleName(button.text().rstrip("…"))
            button.setEnabled(False)
            after.addWidget(button)
        self.resume.clicked.connect(lambda: self._ask_and_run(resume=True))
        self.show_out.clicked.connect(self._show_out)
        self.report.clicked.connect(self._save_report)
        self.column.addSpacing(4)
        self.column.addLayout(after)
        self.column.addStretch(1)
        self.last_button = self.report

    def _fill_tasks(self) -> None:
        from deconv_studio import tasks

        # In the order of the rail; tasks nobody drew a panel for come last.
        order = {entry.task: entry.order for entry in find_panels()}
        for task in sorted(tasks.all_tasks(), key=lambda task: order.get(task.name, GENERATED_ORDER)):
            if task.input == "picture":
                self.task_box.addItem(panel_words(task.title), task.name)

    def middle(self) -> QWidget:
        """The table of files."""
        return self._middle

    # -- options ---------------------------------------------------------------------------------------------

    @property
    def task_name(self) -> str:
        """The chosen task."""
        return str(self.task_box.currentData() or "")

    def _task_changed(self) -> None:
        from deconv_studio import tasks

        while self.form_place.count():
            item = self.form_place.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._form = None
        if self.task_name:
            self._form = form_from_options(tasks.get(self.task_name).options_type)
            self.form_place.addWidget(self._form)
            self._form.changed.connect(self._options_changed)
        if self.source.text():
            # The results' folder is named after the job.
            self._source_changed(self.source.text())
        self.fill_models()

    def _options_changed(self) -> None:
        self.fill_models()

    def values(self) -> dict[str, Any]:
        """The task's options as the form holds them."""
        return dict(self._form.values()) if self._form is not None else {}

    def fill_models(self) -> None:
        """List the models that can do the job with these options."""
        if not self.task_name:
            return
        self._planned = None
        self.go.setEnabled(False)
        self.studio.work.start(
            fitting,
            self.task_name,
            self.values(),
            self.studio.models.for_task(self.task_name),
            channel="fitting-folders",
            on_done=self._show_models,
            on_failed=self._failed,
        )

    def _show_models(self, answer: tuple[list[str], str]) -> None:
        names, default = answer
        chosen = str(self.model.currentData() or "")
        self.model.clear()
        gray = self._gray_model()
        if gray in names and default in names:
            self.model.addItem(self.tr("By the picture: gray or colour"), BY_PICTURE)
            default = BY_PICTURE
        for name in names:
            self.model.addItem(name, name)
        place = self.model.findData(chosen)
        if place < 0:
            place = self.model.findData(default)
        if self.model.count():
            self.model.setCurrentIndex(max(0, place))
        self.replan()

    def entry(self) -> Entry | None:
        """The chosen model; where each picture goes to one of two, that for pictures with colour."""
        from deconv_studio import tasks

        name = str(self.model.currentData() or "")
        if name == BY_PICTURE:
            task = tasks.get(self.task_name)
            name = task.default_model(task.options(**self.values())) or ""
        return self.studio.models.get(name)

    def _gray_model(self) -> str:
        """The model that the task takes for gray pictures; "" where it has none of its own."""
        from deconv_studio import tasks

        task = tasks.get(self.task_name)
        return task.gray_model(task.options(**self.values())) or ""

    def gray_entry(self) -> Entry | None:
        """The model for gray pictures, where the choice goes by the picture."""
        if self.model.currentData() != BY_PICTURE:
            return None
        return self.studio.models.get(self._gray_model())

    def _touch_out(self) -> None:
        self._out_touched = bool(self.out.text())

    def _source_changed(self, text: str) -> None:
        if not self._out_touched:
            folder = Path(text.strip()) if text.strip() else None
            done = "enlarged" if self.task_name in ("", "upscale") else self.task_name
            self.out.line.setText(
                str(folder.with_name(f"{folder.name}-{done}")) if folder and folder.name else ""
            )
        self.replan()

    def drop_folder(self, folder: object) -> bool:
        """Take a dropped folder as the input."""
        if self.is_running:
            return False
        self.source.line.setText(str(folder))
        return True

    # -- planning --------------------------------------------------------------------------------------------

    def replan(self) -> None:
        """The call is another one: plan anew, a moment later."""
        if self.is_running:
            return
        self._planned = None
        self.go.setEnabled(False)
        self._plan_timer.start()

    def _call(self, resume: bool) -> dict[str, Any] | None:
        from deconv_studio import tasks

        entry = self.entry()
        if entry is None or not self.source.text() or not self.out.text():
            return None
        gray = self.gray_entry()
        return {
            "gray_card": gray.card if gray is not None else None,
            "inputs": [self.source.text()],
            "out": self.out.text(),
            "task": self.task_name,
            "options": tasks.get(self.task_name).options(**self.values()),
            "card": entry.card,
            "recurse": self.recurse.isChecked(),
            "format": self.format.currentData() or None,
            "metadata": self.studio.settings.save_metadata,
            "exists": self.exists.currentData(),
            "resume": resume,
            "max_pixels": self.studio.settings.max_pixels,
        }

    def _plan(self) -> None:
        self.clear_error("run")
        call = self._call(False)
        if call is None:
            self.studio.work.supersede("plan")
            self.files.clear()
            self._middle.setCurrentIndex(0)
            if self.entry() is None and self.studio.models.ready:
                self.estimate.setText(self.tr("There is no model that fits. Add one with Ctrl+M."))
            else:
                self.estimate.setText(self.tr("Choose a folder with pictures."))
            return
        engine = self.engine()
        self.estimate.setText(self.tr("Looking into the folder…"))
        self.files.clear()
        self._middle.setCurrentIndex(1)
        self.studio.work.start(
            make_plan,
            call,
            engine,
            channel="plan",
            on_partial=self.files.append,
            on_done=self._show_plan,
            on_failed=self._plan_failed,
        )

    def _plan_failed(self, error: Exception) -> None:
        self.estimate.setText("")
        self._failed(error)

    def _show_plan(self, answer: tuple[Plan, Preview]) -> None:
        plan, preview = answer
        self._planned = plan
        parts = [self.tr("{n} to do").format(n=preview.to_do)]
        if preview.skipped:
            parts.append(self.tr("{n} skipped").format(n=preview.skipped))
        if preview.failing:
            parts.append(self.tr("{n} cannot be done").format(n=preview.failing))
        text = ", ".join(parts) + "."
        if preview.to_do:
            text += " " + self.tr("About {size}").format(size=bytes_text(preview.disk_bytes))
            if preview.seconds is not None:
                text += self.tr(", {time}").format(time=seconds_text(preview.seconds))
            text += "."
        self.estimate.setText(text)
        self.go.setEnabled(preview.to_do > 0 and not self.is_running)

    # -- running ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Do what the plan says."""
        if self.go.isEnabled():
            self._ask_and_run(resume=False)

    def _ask_and_run(self, resume: bool) -> None:
        entry = self.entry()
        if entry is None or self.is_running:
            return
        gray = self.gray_entry()

        def run() -> None:
            self._run(entry, resume)

        if gray is None:
            self.studio.with_licence(entry, run)
        else:
            self.studio.with_licence(entry, lambda: self.studio.with_licence(gray, run))

    def _run(self, entry: Entry, resume: bool) -> None:
        call = self._call(resume)
        if call is None or self.is_running:
            return
        self.clear_error("run")
        items: list[Item] = []
        self._items = items
        self._started = True
        for line in self.files.lines:
            if line.state in ("waiting", "failed", "cancelled"):
                line.state, line.note, line.hint = "waiting", "", ""
        self.files.layoutChanged.emit()
        self.run_job(
            run_plan,
            call,
            entry,
            self.gray_entry(),
            self.engine(),
            items,
            title=self.tr("Folder {name}").format(name=Path(self.source.text()).name),
            channel="folders",
            on_partial=self._partial,
            on_failed=self._failed,
        )
        self.go.setEnabled(False)
        self.resume.setEnabled(False)

    def _partial(self, value: Any) -> None:
        if isinstance(value, str):
            self._running_row = self.files.update(value, state="running")
            self.table.scrollTo(self.files.index(self._running_row, 0))
        else:
            self._show_item(value)

    def _show_item(self, item: Item) -> None:
        error = item.error
        row = self.files.update(
            item.input,
            state=item.status,
            note=error.message if error is not None else " ".join(item.notices),
            hint=way_out(error.kind, error.hint) if error is not None else "",
            seconds=item.seconds if item.status == "done" else None,
            output=str(item.outputs[0]) if item.outputs else "",
        )
        if error is not None:
            # The reason and the way out are read in full, not guessed from their ends.
            self._fit_row(row)

    def _ended(self) -> None:
        super()._ended()
        # What ended after a cancel was not shown one by one.
        for item in self._items:
            self._show_item(item)
        counts = {state: sum(item.status == state for item in self._items)
                  for state in ("done", "skipped", "failed", "cancelled")}  # fmt: skip
        words = (
            ("done", self.tr("{n} done")), ("skipped", self.tr("{n} skipped")),
            ("failed", self.tr("{n} failed")), ("cancelled", self.tr("{n} not reached")),
        )  # fmt: skip
        parts = [text.format(n=counts[state]) for state, text in words if counts[state]]
        self.estimate.setText(", ".join(parts) + "." if parts else "")
        if counts["failed"]:
            self.show_error(
                self.tr(
                    "{n} could not be done. The table says why, and what helps; then Go on does the rest."
                ).format(n=counts["failed"]),
                "run",
            )
            first = next(row for row, line in enumerate(self.files.lines) if line.state == "failed")
            self.table.scrollTo(self.files.index(first, 0))
        self.resume.setEnabled(bool(counts["failed"] or counts["cancelled"]))
        self.show_out.setEnabled(True)
        self.report.setEnabled(bool(self._items))
        ran = next((item for item in self._items if item.provider), None)
        if ran is not None:
            seconds = sum(item.seconds for item in self._items)
            self.studio.ran.emit(
                ran.model or "", ran.provider or "", self.studio.settings.threads or 0, seconds
            )

    def _failed(self, error: Exception) -> None:
        self.show_error(sentence(error), "run")

    def _open_line(self, index: QModelIndex) -> None:
        line = self.files.lines[index.row()]
        self.studio.open_requested.emit([Path(line.output or line.source)])

    def _show_out(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.out.text()))

    def _save_report(self) -> None:
        from deconv_studio import batch
        from deconv_studio.batch.report import Report

        items = list(self._items)
        path = Path(self.out.text()) / "report.html"

        def write(control: Control) -> Path:
            control.raise_if_cancelled()
            told, summary = Report(path), batch.Summary()
            for item in items:
                told.add(item)
                summary.add(item)
            return told.finish(summary)

        self.studio.work.start(
            write,
            channel="report",
            on_done=lambda written: QDesktopServices.openUrl(QUrl.fromLocalFile(str(written))),
            on_failed=self._failed,
        )

    def close_down(self) -> None:
        """Stop the timer."""
        self._plan_timer.stop()
        self._row_timer.stop()


def make_plan(control: Control, call: dict[str, Any], engine: dict[str, Any]) -> tuple[Plan, Preview]:
    """Plan a call and look at every header; hands over the lines in portions. On a pool thread."""
    from deconv_studio import batch
    from deconv_studio.batch import journal

    call = dict(call)
    plan = batch.plan(call.pop("inputs"), call.pop("out"), **call)
    state = journal.read(plan.journal_folder) if plan.journal_folder is not None else None
    roots = plan.folders
    counts = {"do": 0, "skip": 0, "fail": 0}
    disk, seconds, known = 0, 0.0, True
    portion: list[Line] = []
    for job in plan.jobs(state):
        control.raise_if_cancelled()
        counts[job.action] += 1
        estimate = plan.estimate(job, provider=engine["provider"], memory=engine["memory"])
        if estimate is not None:
            disk += estimate.disk_bytes
            known = known and estimate.seconds is not None
            seconds += estimate.seconds or 0.0
        portion.append(
            Line(
                source=job.name,
                name=_relative(job.name, roots),
                state={"do": "waiting", "skip": "skipped", "fail": "failed"}[job.action],
                note=job.failure.message if job.failure is not None else "",
                hint=way_out(job.failure.kind, job.failure.hint) if job.failure is not None else "",
                output=str(job.output) if job.output is not None else "",
            )
        )
        if len(portion) >= PLAN_PORTION:
            control.partial(portion)
            portion = []
    if portion:
        control.partial(portion)
    return plan, Preview(counts["do"], counts["skip"], counts["fail"], disk, seconds if known else None)


def _relative(name: str, roots: tuple[Path, ...]) -> str:
    for root in roots:
        path = Path(name)
        if path.is_relative_to(root):
            return str(path.relative_to(root))
    return Path(name).name


def run_plan(
    control: Control,
    call: dict[str, Any],
    entry: Entry,
    gray: Entry | None,
    engine: dict[str, Any],
    items: list[Item],
) -> None:
    """Do the call; hands over the name of what runs and every item as it ends. On a pool thread."""
    from deconv_studio import batch
    from deconv_studio.engine import session

    call = dict(call)
    plan = batch.plan(call.pop("inputs"), call.pop("out"), **call)
    total = max(1, plan.count())
    model: Loaded = session.load(entry, control=control, **engine)
    if gray is not None:
        from deconv_studio.tasks.restore import ByChannels

        model = ByChannels(color=model, gray=session.load(gray, control=control, **engine))
    current = ""

    def told(progress: Progress) -> None:
        nonlocal current
        if progress.current and progress.current != current:
            current = progress.current
            control.partial(current)
        number = min(progress.ended + 1, total)
        control.progress(
            min(1.0, (progress.ended + progress.part) / (progress.total or total)),
            f"{number} / {progress.total or total}",
        )

    for item in batch.run(plan, model=model, control=control, on_progress=told):
        items.append(item)
        control.partial(item)
