"""The main window: rail, canvas, side, strip, top bar and status line, and what every action does."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, QStandardPaths, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QKeyEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QMenuBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deconv_studio import catalog, imaging
from deconv_studio.ui import icons, theme
from deconv_studio.ui.actions import Actions, Spec
from deconv_studio.ui.canvas import Canvas, Readout
from deconv_studio.ui.document import image_from_picture
from deconv_studio.ui.garbage import Garbage
from deconv_studio.ui.history import Kept, RemoveResult, find_lost
from deconv_studio.ui.panels import Entry as PanelEntry
from deconv_studio.ui.panels import find_panels, words
from deconv_studio.ui.start import StartPage
from deconv_studio.ui.status import StatusBar
from deconv_studio.ui.strip import Strip
from deconv_studio.ui.studio import Studio
from deconv_studio.ui.widgets import ElidedLabel, InlineMessage
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.catalog import Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.ui.panels.base import Panel

log = logging.getLogger(__name__)

SIDE_WIDTH = 324
RAIL_WIDTH = 84
#: Compare modes of the canvas by the name of their action.
COMPARE: dict[str, Any] = {"split": "split", "hold": "hold", "difference": "difference", "two_up": "2-up"}


def _icon(name: str) -> Any:
    try:
        return icons.icon(name)
    except KeyError:
        return None


class TopBar(QWidget):
    """Menu, file, size, depth and colour space; page; zoom; open and save.

    The menus come first: in a narrow window the buttons to open and save show an icon for their words, then
    the file's size, its name, the zoom and its buttons give way, in this order, before a menu would.
    """

    def __init__(self, bar: QMenuBar, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        self.setProperty("area", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(38)
        self.name = ElidedLabel("")
        self.name.setObjectName("top_name")
        self.name.setAccessibleName(self.tr("File"))
        self.info = ElidedLabel("")
        self.info.setAccessibleName(self.tr("Size, depth and colour space"))
        self.info.setProperty("role", "secondary")
        self.page = QComboBox()
        self.page.setAccessibleName(self.tr("Page of the file"))
        self.page.hide()
        self.zoom = QLabel("")
        self.zoom.setAccessibleName(self.tr("Zoom"))
        self.zoom.setProperty("role", "secondary")
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.zoom.setMinimumWidth(52)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 12, 0)
        row.setSpacing(8)
        self.menu = bar
        bar.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(bar, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addSpacing(4)
        row.addWidget(self.name)
        row.addWidget(self.info, 1)
        # Takes the room where the label above has given way.
        row.addStretch(0)
        row.addWidget(self.page)
        row.addWidget(self.zoom)
        self.buttons: dict[str, QPushButton] = {}
        for name, text in (("fit", self.tr("Fit")), ("hundred", self.tr("100 %"))):
            row.addWidget(self._button(name, text, actions, "pill"))
        for name, text in (("open", self.tr("Open…")), ("save_as", self.tr("Save as…"))):
            row.addWidget(self._button(name, text, actions, "flat"))
        self._words = {name: self.buttons[name].text() for name in ("open", "save_as")}
        self._worded = True
        self._fitted: tuple[object, ...] = ()
        now = theme.current()
        if now is not None:
            now.changed.connect(self._say)

    def _button(self, name: str, text: str, actions: Actions, variant: str) -> QPushButton:
        action = actions[name]
        button = QPushButton(text)
        button.setObjectName(f"top_{name}")
        button.setProperty("variant", variant)
        button.setAccessibleName(action.text().replace("&", "").rstrip("…"))
        button.setToolTip(action.toolTip())
        button.setEnabled(action.isEnabled())
        # Reached by Tab, but a click leaves the keys with the picture.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        self.buttons[name] = button
        return button

    def _say(self) -> None:
        """Let the buttons to open and save show their words, or their icons."""
        for name, text in self._words.items():
            self.buttons[name].setText(text if self._worded else "")
            self.buttons[name].setIcon(QIcon() if self._worded else icons.icon(name.removesuffix("_as")))

    def _fit(self) -> None:
        """Let what matters least give way until the menus have their whole width."""
        bar = self.menu.sizeHint().width()
        now = (self.width(), bar, self.name.text(), self.info.text(), self.page.isHidden())
        layout = self.layout()
        if now == self._fitted or layout is None:
            return
        self._fitted = now
        yielding = (self.info, self.name, self.zoom, self.buttons["hundred"], self.buttons["fit"])
        for widget in yielding:
            widget.show()
        self._worded = True
        self._say()
        layout.invalidate()
        if layout.minimumSize().width() > self.width():
            self._worded = False
            self._say()
            layout.invalidate()
        for widget in yielding:
            if layout.minimumSize().width() <= self.width():
                break
            widget.hide()
            layout.invalidate()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._fit()
        return handled

    def show_file(self, name: str, info: str, path: str) -> None:
        """Show what is open."""
        self.name.setText(name)
        self.name.setToolTip(path or name)
        self.info.setText(info)

    def show_pages(self, page: int, pages: int) -> None:
        """Show the page chooser where there is something to choose."""
        self.page.blockSignals(True)
        if self.page.count() != pages:
            self.page.clear()
            # A chooser of ten thousand pages is of no use to anyone; the keys still reach them all.
            for number in range(min(pages, 2000)):
                self.page.addItem(self.tr("page {n} of {count}").format(n=number + 1, count=pages))
        self.page.setCurrentIndex(page)
        self.page.setVisible(pages > 1)
        self.page.blockSignals(False)


class Rail(QWidget):
    """One button a panel, icon and word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setProperty("area", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(RAIL_WIDTH)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(6, 8, 6, 8)
        self._column.setSpacing(2)
        self._column.addStretch(1)
        self._above = 0
        self.group = QButtonGroup(self)
        self.group.setExclusive(True)
        self.buttons: dict[str, QToolButton] = {}

    def add(self, panel: PanelEntry, title: str, tip: str, choose: Callable[[], object]) -> None:
        """Put a panel's button into the rail, at its head or at its foot."""
        button = QToolButton()
        button.setObjectName(f"rail_{panel.name}")
        button.setProperty("variant", "rail")
        icons.attach(button, panel.icon)
        button.setIconSize(QSize(24, 24))
        button.setText(title)
        button.setToolTip(tip)
        button.setAccessibleName(title)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFixedSize(RAIL_WIDTH - 12, 58)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: choose())
        self.group.addButton(button)
        if panel.below:
            self._column.addWidget(button)
        else:
            self._column.insertWidget(self._above, button)
            self._above += 1
        self.buttons[panel.name] = button


class MainWindow(QMainWindow):
    """See the module. The window owns the :class:`Studio`; nothing heavy runs on its thread.

    The frame comes first: rail, bars, start page and the empty side. What the panels need is loaded by
    :meth:`begin` on a pool thread; then the panel comes into the side, and :attr:`stands` is emitted.
    """

    #: The panel is there.
    stands = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.setWindowTitle("Deconv Studio")
        self.setMinimumSize(800, 560)
        self.setAcceptDrops(True)
        self.studio = studio
        studio.setParent(self)
        self.garbage = Garbage(self)
        self.canvas = Canvas()
        self.canvas.setObjectName("canvas")
        studio.canvas = self.canvas
        self.actions_table = Actions(self, _icon)
        studio.actions = self.actions_table
        self.top = TopBar(self.actions_table.bar, self.actions_table)
        self.rail = Rail()
        self.start_page = StartPage(studio)
        self.strip = Strip(studio)
        self.status = StatusBar()
        self.message = InlineMessage()
        self.message.setObjectName("window_message")
        self._closing = False
        self._sure = False
        self._stood = False
        self._save_then_close = False
        self._pixel_text = ""
        self._colour_text = ""
        self._kept_side = True
        self._panels: dict[str, Panel] = {}
        self._entries = {entry.name: entry for entry in find_panels()}
        self._wanted = next(iter(self._entries), "")
        self._current: Panel | None = None
        self._lay_out()
        self._make_rail()
        self._connect()
        self._restore(studio.glance)
        self._enable()
        self._theme_changed()

    # -- building --------------------------------------------------------------------------------------------

    def menuBar(self) -> QMenuBar:
        """The menu bar, which stands in the top bar."""
        return self.actions_table.bar

    def _lay_out(self) -> None:
        self.middle = QStackedWidget()
        self.middle.setObjectName("middle")
        self.middle.addWidget(self.start_page)
        self.middle.addWidget(self.canvas)
        self.side = QStackedWidget()
        self.side.setObjectName("side")
        self.side.setProperty("area", "panel")
        self.side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.side.setFixedWidth(SIDE_WIDTH)
        self.strip_box = QWidget()
        self.strip_box.setObjectName("strip_box")
        self.strip_box.setProperty("area", "panel")
        self.strip_box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QHBoxLayout(self.strip_box)
        box.setContentsMargins(8, 0, 8, 0)
        box.addWidget(self.strip)
        whole = QWidget()
        grid = QGridLayout(whole)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self._lines = [_hairline(horizontal=each) for each in (True, False, False, True, True)]
        top_line, rail_line, side_line, strip_line, status_line = self._lines
        self.rail_line, self.side_line, self.strip_line = rail_line, side_line, strip_line
        grid.addWidget(self.top, 0, 0, 1, 5)
        grid.addWidget(top_line, 1, 0, 1, 5)
        grid.addWidget(self.rail, 2, 0, 3, 1)
        grid.addWidget(rail_line, 2, 1, 3, 1)
        grid.addWidget(self.middle, 2, 2)
        grid.addWidget(strip_line, 3, 2)
        grid.addWidget(self.strip_box, 4, 2)
        grid.addWidget(side_line, 2, 3, 3, 1)
        grid.addWidget(self.side, 2, 4, 3, 1)
        grid.addWidget(status_line, 5, 0, 1, 5)
        grid.addWidget(self.status, 6, 0, 1, 5)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(2, 1)
        self._grid = grid
        self.top_line, self.status_line = top_line, status_line
        self.setCentralWidget(whole)
        # Lies over the canvas, so that nothing moves when it comes and goes.
        self.message.setParent(self.middle)
        self.message.hide()
        self.middle.installEventFilter(self)

    def _make_rail(self) -> None:
        for place, panel in enumerate(self._entries.values(), start=1):
            title = words(panel.title)
            keys = (f"Ctrl+{place}",) if place <= 9 else ()
            spec = Spec(f"panel_{panel.name}", panel.title, "panels", keys, panel.icon)
            show = partial(self.show_panel, panel.name)
            action = self.actions_table.add(spec, show, text=title)
            self.rail.add(panel, title, action.toolTip(), show)
        self.start_page.set_panels(list(self._entries.values()))
        self.recent_menu = QMenu(self.tr("Open recent"), self)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        file_menu = self.actions_table.menu("file")
        file_menu.insertMenu(file_menu.actions()[2], self.recent_menu)

    def _connect(self) -> None:
        studio = self.studio
        studio.document.loading.connect(self._loading)
        studio.document.opened.connect(self._opened)
        studio.document.refused.connect(self._refused)
        studio.document.closed.connect(self._closed)
        studio.document.neighbours_changed.connect(self._enable)
        studio.history.changed.connect(self._enable)
        studio.history.current_changed.connect(self._show_result)
        studio.history.failed.connect(lambda error: self.tell(sentence(error), "error"))
        studio.work.changed.connect(self._enable_cancel)
        studio.undo.canUndoChanged.connect(self.actions_table["undo"].setEnabled)
        studio.undo.canRedoChanged.connect(self.actions_table["redo"].setEnabled)
        studio.ran.connect(self._ran)
        studio.open_requested.connect(self.open_paths)
        studio.panel_requested.connect(self.show_panel)
        studio.look_requested.connect(self._look_with)
        studio.model_requested.connect(self._model_requested)
        studio.said.connect(self.status.say)
        studio.with_licence = self._with_licence
        self.status.doctor_wanted.connect(self.do_doctor)
        self.strip.chosen.connect(self._strip_chosen)
        self.top.page.activated.connect(studio.document.go_page)
        page = self.start_page
        page.open_wanted.connect(self.do_open)
        page.folder_wanted.connect(self.do_open_folder)
        page.paste_wanted.connect(self.do_paste)
        page.file_chosen.connect(lambda path: self.open_paths([path]))
        page.sample_chosen.connect(lambda path, among: studio.document.open(path, among=among))
        page.panel_chosen.connect(self._panel_from_start)
        self.canvas.zoom_changed.connect(self._zoom_changed)
        self.canvas.hovered.connect(self._hovered)
        self.canvas.compare_mode_changed.connect(self._compare_changed)
        self.canvas.holding_changed.connect(self.actions_table["original"].setChecked)
        self.canvas.failed.connect(lambda text: self.tell(text, "error"))
        self._compare_changed(self.canvas.compare_mode)
        current = theme.current()
        if current is not None:
            current.changed.connect(self._theme_changed)

    def _restore(self, glance: Any) -> None:
        # Where a screen has less room, at twice the scale for example, nothing may lie beyond its edge.
        room = self.screen().availableSize()
        self.resize(min(1280, room.width()), min(800, room.height()))
        if glance.window_geometry:
            self.restoreGeometry(bytes.fromhex(glance.window_geometry))
        if glance.panel in self._entries:
            self._wanted = glance.panel
        if self._wanted:
            self._announce(self._wanted)
        self._put_side(glance.side_visible)
        self.actions_table["strip"].setChecked(glance.strip_visible)
        self.actions_table["histogram"].setChecked(glance.histogram_visible)
        self.canvas.set_histogram_visible(glance.histogram_visible)
        self.studio.document.max_pixels = glance.max_pixels
        self._show_middle()
        self.start_page.open_button.setFocus()

    def begin(self, paths: list[Path]) -> None:
        """What waits until the window stands: the panel, models, samples, lost results, the provider; then
        open ``paths``."""
        entry = self._entries.get(self._wanted)
        # First in the queue: whoever opens the program wants to see what he can do.
        self.studio.work.start(
            _load_panel, self.studio, entry, on_done=lambda _none: self.stand(),
            on_failed=lambda error: self.tell(sentence(error), "error"),
        )  # fmt: skip
        if paths:
            self.open_paths(paths)
        self.studio.models.refresh()

    def stand(self) -> None:
        """Put the panel into the side, and do what needs the settings. Again it does nothing."""
        if self._stood:
            return
        self._stood = True
        settings = self.studio.settings
        self.studio.document.max_pixels = settings.max_pixels
        if self._current is None and self._wanted:
            self.show_panel(self._wanted)
        self.stands.emit()
        self.setWindowIcon(icons.application_icon())
        self.start_page.fill()
        self.status.begin()
        root = self.studio.history.root
        self.studio.work.start(lambda control: find_lost(root), on_done=self._offer_lost)
        self.studio.work.start(_engine_facts, settings.provider, on_done=self._engine_known)
        QTimer.singleShot(0, self, self.actions_table.dress)
        self.garbage.freeze_in(4000)

    def _engine_known(self, facts: tuple[str, str]) -> None:
        name, version = facts
        self._engine_version = version
        self.status.set_provider(name, version, self.studio.settings.threads or 0)

    # -- panels ----------------------------------------------------------------------------------------------

    def panel(self, name: str) -> Panel:
        """The panel of this name, made at its first use."""
        if name not in self._panels:
            made = self._entries[name].load()(self.studio)
            self._panels[name] = made
            made.subject_changed.connect(self._name_subject)
            self.side.addWidget(made)
            middle = made.middle()
            if middle is not None:
                self.middle.addWidget(middle)
        return self._panels[name]

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front."""
        panel = self.panel(name)
        self._current = panel
        self.side.setCurrentWidget(panel)
        self._announce(name)
        self._show_middle()
        panel.activated()

    def _look_with(self, name: str, model_id: str) -> None:
        """Bring a panel to the front and have it look at a model."""
        self.show_panel(name)
        self.panel(name).look_at_model(model_id)

    def _announce(self, name: str) -> None:
        """Let rail and menu say which panel it is, whether it is loaded or not."""
        self.rail.buttons[name].setChecked(True)
        self.actions_table["start"].setText(words(self._entries[name].title))

    @property
    def current_panel(self) -> Panel | None:
        """The panel at the front."""
        return self._current

    def _panel_from_start(self, name: str) -> None:
        self.show_panel(name)
        if self._panels[name].middle() is None and self.studio.document.picture is None:
            self.do_open()

    def _show_middle(self) -> None:
        middle = self._current.middle() if self._current is not None else None
        if self._current is not None and self._current.with_picture and self.studio.document.picture is None:
            # The start page offers pictures; the panel's own views are empty without one.
            middle = None
        if middle is None:
            middle = self.canvas if self.studio.document.picture is not None else self.start_page
        self.middle.setCurrentWidget(middle)
        self.message.raise_()
        self._place_strip()
        self._name_subject()

    def _name_subject(self) -> None:
        """Let title and top bar name what the middle shows: the open picture, or what the panel works on."""
        document = self.studio.document
        panel = self._current
        name, info, path, page, pages = "", "", "", 0, 1
        if document.picture is not None and self._shows_picture():
            name, info, path = document.name, document.summary(), str(document.path or "")
            page, pages = document.picture.page, document.picture.pages
        elif panel is not None and self.middle.currentWidget() is panel.middle():
            name, info = panel.subject()
        self.top.show_file(name, info, path)
        self.top.show_pages(page, pages)
        self._zoom_changed(self.canvas.zoom)
        self.setWindowTitle(f"{name} - Deconv Studio" if name else "Deconv Studio")

    # -- opening ---------------------------------------------------------------------------------------------

    def open_paths(self, paths: list[Path]) -> None:
        """Open files of any kind: pictures, a folder, a model, a result."""
        self.studio.work.start(
            _sort_out, [Path(each) for each in paths], channel="open", on_done=self._open_sorted,
            on_failed=lambda error: self.tell(sentence(error), "error"),
        )  # fmt: skip

    def _open_sorted(self, found: dict[str, list[Path]]) -> None:
        # What could not be opened before is over.
        self.message.hide()
        if found["missing"]:
            self.tell(self.tr("There is no file {name}.").format(name=found["missing"][0]), "error")
        for model in found["models"][:1]:
            if self._current is None or not self._current.drop_model(model):
                self._model_requested(model)
        pictures = found["pictures"]
        if found["folders"]:
            folder = found["folders"][0]
            self.stand()
            if self._current is not None and self._current.drop_folder(folder):
                return
            if not pictures:
                self._open_folder(folder)
                return
        if pictures:
            current = self._current
            if current is not None and current.middle() is not None and not current.with_picture:
                self._leave_panel_with_middle()
            self.studio.document.open(pictures[0], among=pictures if len(pictures) > 1 else None)

    def _leave_panel_with_middle(self) -> None:
        """A picture has to be seen: go to the first panel that leaves the canvas in its place."""
        for name in self._entries:
            if self.panel(name).middle() is None:
                self.show_panel(name)
                return

    def _open_folder(self, folder: Path) -> None:
        from deconv_studio.ui.document import pictures_in

        def done(found: list[Path]) -> None:
            if found:
                self.open_paths([found[0]])
            else:
                self.tell(
                    self.tr("There are no pictures in {name}. Choose another folder, or use the Folders "
                            "panel to look into its subfolders.").format(name=folder.name or str(folder)),
                    "warning",
                )  # fmt: skip

        self.studio.work.start(
            pictures_in,
            folder,
            channel="open",
            on_done=done,
            on_failed=lambda error: self.tell(sentence(error), "error"),
        )

    def _loading(self, what: Any) -> None:
        self.message.hide()
        name = what.name if isinstance(what, Path) else str(what)
        self.status.say(self.tr("Opening {name}…").format(name=name))

    def _opened(self, picture: Picture) -> None:
        document = self.studio.document
        self.message.hide()
        self.studio.history.current = None
        self.canvas.set_picture(picture)
        self._show_middle()
        self.status.say(" ".join(picture.notices))
        if document.path is not None:
            self.studio.settings.add_recent_file(document.path)
            if not is_sample(document.path):
                self.studio.settings.last_folder = str(document.path.parent)
        self._enable()
        in_side = self.focusWidget() is not None and self.side.isAncestorOf(self.focusWidget())
        if not in_side and self.middle.currentWidget() is self.canvas:
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self._take_parameters(picture)

    def _take_parameters(self, picture: Picture) -> None:
        from deconv_studio.tasks import recorded

        record = recorded(picture.metadata)
        if record is None:
            return
        for name, entry in self._entries.items():
            if entry.task == record["task"]:
                if self.panel(name).take_parameters(record["parameters"], record["model"]):
                    self.show_panel(name)
                    self.tell(
                        self.tr(
                            "This picture was made with {model}. Its settings are back in the panel."
                        ).format(model=record["model"]),
                        "info",
                    )
                return

    def _refused(self, what: Any, error: Exception) -> None:
        self.status.say("")
        if isinstance(error, imaging.TooManyPixels) and isinstance(what, Path):
            self.tell(
                error.message,
                "warning",
                [(self.tr("Open anyway"), lambda: self.studio.document.open(what, anyway=True))],
            )
            return
        self.tell(sentence(error), "error")

    def _closed(self) -> None:
        self.canvas.set_picture(None)
        self.start_page.refresh_recent()
        self._show_middle()
        self._enable()

    # -- results ---------------------------------------------------------------------------------------------

    def _show_result(self, kept: Kept | None) -> None:
        if kept is None:
            self.canvas.set_result(None)
            self._enable()
            return
        if kept.picture is None:
            return
        document = self.studio.document
        here = str(document.path or "") == kept.source and (kept.source or document.name == kept.name)
        if here and document.picture is not None:
            self._put_result(kept)
        elif kept.original is not None:
            self._become(kept, kept.original)
        elif kept.source:
            source = Path(kept.source)

            def done(picture: Picture) -> None:
                if self.studio.history.current is kept:
                    self._become(kept, picture)

            self.studio.work.start(
                lambda control: imaging.read(source, max_pixels=None), channel="document", on_done=done,
                on_failed=lambda error: self._become(kept, None),
            )  # fmt: skip
        else:
            self._become(kept, None)

    def _become(self, kept: Kept, original: Picture | None) -> None:
        """Show a result whose input is not the open picture: open the input first, or the result by
        itself."""
        document = self.studio.document
        if original is None:
            document.set_picture(kept.picture, kept.name)
            self.studio.history.current = kept
            self._enable()
            return
        if kept.source:
            document._set(original, Path(kept.source))
        else:
            document.set_picture(original, kept.name)
        self.studio.history.current = kept
        self._put_result(kept)

    def _put_result(self, kept: Kept) -> None:
        self.canvas.set_result(kept.picture, kept.model_id)
        self._show_middle()
        self._enable()
        self.studio.result_shown.emit(kept)

    def _ran(self, model_id: str, provider: str, threads: int, seconds: float) -> None:
        self.status.set_provider(provider, getattr(self, "_engine_version", ""), threads)
        self.status.set_model(model_id, seconds)

    def _offer_lost(self, lost: list[Kept]) -> None:
        if not lost:
            return
        history = self.studio.history

        def take() -> None:
            self.message.hide()
            history.adopt(lost)
            self.actions_table["strip_results"].setChecked(True)
            self.do_strip_results(True)
            if lost[-1].parameters.get("edited") and lost[-1].task in self._entries:
                # What was drawn is shown where it can be drawn on.
                self.show_panel(lost[-1].task)
            history.choose(lost[-1])

        def drop() -> None:
            self.message.hide()
            self.studio.work.start(lambda control: history.drop_lost(lost))

        text = (
            self.tr("A result of an earlier session was not saved: {name}.").format(name=lost[0].name)
            if len(lost) == 1
            else self.tr("{count} results of an earlier session were not saved.").format(count=len(lost))
        )
        self.tell(text, "warning", [(self.tr("Take back"), take), (self.tr("Delete"), drop)])

    # -- saving ----------------------------------------------------------------------------------------------

    def shown_picture(self) -> Picture | None:
        """What saving and copying mean: the result at the front, else the open picture."""
        kept = self.studio.history.current
        if kept is not None and kept.picture is not None:
            return kept.picture  # type: ignore[no-any-return]
        return self.studio.document.picture

    def _suggestion(self, kept: Kept | None, picture: Picture) -> Path:
        from deconv_studio.ui import dialogs

        settings = self.studio.settings
        document = self.studio.document
        source = Path(kept.source) if kept is not None and kept.source else document.path
        folder = Path(settings.last_folder or own_folder())
        if source is not None and not is_sample(source):
            folder = source.parent
        stem = source.stem if source is not None else Path(document.name or self.tr("picture")).stem
        if kept is not None:
            stem += f"-{kept.model_id}"
        suffixes = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "tiff": ".tif", "avif": ".avif"}
        suffix = suffixes.get(settings.save_format, "")
        if not suffix and source is not None and source.suffix.lower() in dialogs._OF_SUFFIX:
            suffix = source.suffix.lower()
        formats = self._formats(picture)
        if dialogs._OF_SUFFIX.get(suffix) not in formats:
            suffix = ".tif" if picture.bit_depth == 32 else ".png"
        return folder / f"{stem}{suffix}"

    def _formats(self, picture: Picture) -> list[str]:
        from deconv_studio.ui import dialogs

        return [key for key, *_ in dialogs.FORMATS if imaging.can_hold(key, picture)]

    def do_save_as(self) -> None:
        """Ask where and how, then save in the background."""
        from deconv_studio.ui import dialogs

        kept = self.studio.history.current
        picture = self.shown_picture()
        if picture is None:
            return
        dialog = dialogs.SaveDialog(
            self, self.studio, picture, self._suggestion(kept, picture), self._formats(picture)
        )

        def accepted() -> None:
            quality = dialog.quality.value()
            metadata = str(dialog.metadata.currentData())
            self.studio.settings.set(save_quality=quality, save_metadata=metadata)
            self.save_to(dialog.path(), kept, picture, dialog.file_format, quality, metadata, overwrite=True)

        dialog.accepted.connect(accepted)
        dialog.open()

    def do_save(self) -> None:
        """Save the result again where it was saved, else ask."""
        from deconv_studio.ui import dialogs

        kept = self.studio.history.current
        if kept is None or kept.picture is None or not kept.saved:
            self.do_save_as()
            return
        path = Path(kept.saved)
        settings = self.studio.settings
        form = dialogs._OF_SUFFIX.get(path.suffix.lower(), "PNG")
        self.save_to(
            path, kept, kept.picture, form, settings.save_quality, settings.save_metadata, overwrite=True
        )

    def save_to(
        self,
        path: Path,
        kept: Kept | None,
        picture: Picture,
        form: str,
        quality: int,
        metadata: str,
        *,
        overwrite: bool,
    ) -> None:
        """Write a picture in the background; the file is written aside and renamed."""
        text = dict(kept.text) if kept is not None and metadata != "strip" else None

        def write(control: Control) -> Path:
            return imaging.write(
                picture, path, format=form, quality=quality if form in ("JPEG", "WEBP", "AVIF") else None,
                metadata=metadata, text=text, overwrite=overwrite, check=control.raise_if_cancelled,
            )  # fmt: skip

        def done(written: Path) -> None:
            if kept is not None:
                self.studio.history.mark_saved(kept, written)
            self.status.say(self.tr("Saved {name}").format(name=written))
            self.studio.settings.last_folder = str(written.parent)
            if self._save_then_close and not self.studio.history.unsaved():
                self.close()

        def failed(error: Exception) -> None:
            self._save_then_close = False
            self.tell(sentence(error), "error", [(self.tr("Save as…"), self.do_save_as)])

        self.studio.work.start(
            write, title=self.tr("Saving {name}").format(name=path.name), on_done=done, on_failed=failed
        )

    def _save_all_then_close(self) -> None:
        dialog = QFileDialog(
            self, self.tr("Save all results into a folder"), self.studio.settings.last_folder
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.save_all(Path(folder)))
        dialog.open()

    def save_all(self, folder: Path) -> None:
        """Save every unsaved result into ``folder`` under names that are free, then close."""
        from deconv_studio.ui import dialogs

        self._save_then_close = True
        results = self.studio.history.unsaved()
        settings = self.studio.settings

        def write(control: Control) -> list[tuple[Kept, Path]]:
            written = []
            for kept in results:
                control.raise_if_cancelled()
                picture = kept.picture
                if picture is None and kept.folder is not None:
                    picture = imaging.read(kept.folder / kept.file, max_pixels=None)
                suffix = ".tif" if picture.bit_depth == 32 else ".png"
                stem = Path(kept.source or kept.name).stem
                path = dialogs.free_name(folder / f"{stem}-{kept.model_id}{suffix}")
                imaging.write(
                    picture,
                    path,
                    metadata=settings.save_metadata,
                    text=dict(kept.text),
                    check=control.raise_if_cancelled,
                )
                written.append((kept, path))
            return written

        def done(written: list[tuple[Kept, Path]]) -> None:
            for kept, path in written:
                self.studio.history.mark_saved(kept, path)
            self.close()

        def failed(error: Exception) -> None:
            self._save_then_close = False
            self.tell(sentence(error), "error")

        self.studio.work.start(write, title=self.tr("Saving results"), on_done=done, on_failed=failed)

    # -- actions ---------------------------------------------------------------------------------------------

    def do_open(self) -> None:
        """Choose pictures."""
        dialog = QFileDialog(self, self.tr("Open pictures"), self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        patterns = " ".join(sorted(f"*{suffix}" for suffix in imaging.PICTURE_SUFFIXES))
        dialog.setNameFilters(
            [self.tr("Pictures ({patterns})").format(patterns=patterns), self.tr("Models (*.onnx)"),
             self.tr("All files (*)")]
        )  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda files: self.open_paths([Path(each) for each in files]))
        dialog.open()

    def do_open_folder(self) -> None:
        """Choose a folder."""
        dialog = QFileDialog(self, self.tr("Open a folder"), self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.open_paths([Path(folder)]))
        dialog.open()

    def do_previous(self) -> None:
        """Open the picture before this one."""
        self.studio.document.go(-1)

    def do_next(self) -> None:
        """Open the picture after this one."""
        self.studio.document.go(1)

    def do_previous_page(self) -> None:
        """Open the page before this one."""
        picture = self.studio.document.picture
        if picture is not None:
            self.studio.document.go_page(picture.page - 1)

    def do_next_page(self) -> None:
        """Open the page after this one."""
        picture = self.studio.document.picture
        if picture is not None:
            self.studio.document.go_page(picture.page + 1)

    def do_close(self) -> None:
        """Close the picture; its results stay in the history."""
        self.studio.history.choose(None)
        self.studio.document.close()

    def do_preferences(self) -> None:
        """Change the settings."""
        from deconv_studio.ui import dialogs

        def facts(control: Control) -> list[str]:
            from deconv_studio.engine import providers

            return [provider.name for provider in providers.available()]

        def show(names: list[str]) -> None:
            dialog = dialogs.PreferencesDialog(self, self.studio.settings, names)
            dialog.changed.connect(self._setting_changed)
            dialog.open()

        self.studio.work.start(facts, channel="preferences", on_done=show, on_failed=lambda _error: show([]))

    def _setting_changed(self, name: str) -> None:
        settings = self.studio.settings
        if name == "theme":
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.apply(app, settings.theme)
        elif name == "max_pixels":
            self.studio.document.max_pixels = settings.max_pixels
        elif name == "provider":
            self.studio.work.start(_engine_facts, settings.provider, on_done=self._engine_known)
        if self._current is not None:
            self._current.activated()

    def do_quit(self) -> None:
        """Close the window."""
        self.close()

    def do_undo(self) -> None:
        """Take the last edit back."""
        self.studio.undo.undo()

    def do_redo(self) -> None:
        """Do it again."""
        self.studio.undo.redo()

    def do_copy(self) -> None:
        """Put the shown picture on the clipboard, from memory."""
        picture = self.shown_picture()
        if picture is None:
            return

        def done(image: QImage) -> None:
            QGuiApplication.clipboard().setImage(image)
            self.status.say(
                self.tr("Copied, {width} × {height}").format(width=image.width(), height=image.height())
            )

        self.studio.work.start(
            image_from_picture, picture, channel="copy", on_done=done,
            on_failed=lambda error: self.tell(sentence(error), "error"),
        )  # fmt: skip

    def do_copy_colour(self) -> None:
        """Put the colour under the cursor on the clipboard as text."""
        if self._colour_text:
            QGuiApplication.clipboard().setText(self._colour_text)
            self.status.say(self.tr("Copied {text}").format(text=self._colour_text))

    def do_paste(self) -> None:
        """Open what is on the clipboard: files, or a picture."""
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and data.hasUrls():
            paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
            if paths:
                self.open_paths(paths)
                return
        image = QGuiApplication.clipboard().image()
        if image.isNull():
            self.tell(
                self.tr("There is no picture on the clipboard. Copy one first, or open a file."), "warning"
            )
            return
        self.studio.document.paste(image, self.tr("Pasted picture"))

    def do_use_result(self) -> None:
        """Make the result the picture, to go on from it."""
        kept = self.studio.history.current
        if kept is not None and kept.picture is not None:
            self.studio.document.set_picture(kept.picture, f"{Path(kept.name).stem}-{kept.model_id}")

    def do_remove_result(self) -> None:
        """Take the current result out of the list; can be undone."""
        kept = self.studio.history.current
        if kept is not None:
            self.studio.undo.push(RemoveResult(self.studio.history, kept, self.tr("Remove the result")))

    def do_fit(self) -> None:
        """Show the whole picture."""
        self.canvas.fit()

    def do_hundred(self) -> None:
        """One pixel of the picture on one of the screen."""
        self.canvas.hundred()

    def do_zoom_in(self) -> None:
        """Larger."""
        self.canvas.zoom_in()

    def do_zoom_out(self) -> None:
        """Smaller."""
        self.canvas.zoom_out()

    def set_compare(self, name: str) -> None:
        """Compare by ``split``, ``hold``, ``difference`` or ``two_up``."""
        self.canvas.compare_mode = COMPARE[name]
        self._compare_changed(COMPARE[name])

    def _compare_changed(self, mode: str) -> None:
        for name, each in COMPARE.items():
            self.actions_table[name].setChecked(each == mode)

    def do_split(self, _on: bool = True) -> None:
        """Compare by a split slider."""
        self.set_compare("split")

    def do_hold(self, _on: bool = True) -> None:
        """Compare by holding a key."""
        self.set_compare("hold")

    def do_difference(self, _on: bool = True) -> None:
        """Show the difference."""
        self.set_compare("difference")

    def do_two_up(self, _on: bool = True) -> None:
        """Show both side by side."""
        self.set_compare("two_up")

    def do_original(self, on: bool) -> None:
        """Show the original in place of the result."""
        self.canvas.set_holding(on)

    def do_histogram(self, on: bool) -> None:
        """Show the histogram."""
        self.canvas.set_histogram_visible(on)
        self.studio.settings.histogram_visible = on

    def do_strip(self, on: bool) -> None:
        """Show the strip."""
        self.set_strip(on)

    def do_strip_results(self, on: bool) -> None:
        """Let the strip show results instead of the folder."""
        self.strip.show_results(on)
        self._place_strip()

    def do_side(self, on: bool) -> None:
        """Show the side panel."""
        self.set_side(on)

    def do_full_screen(self, on: bool) -> None:
        """Nothing but the picture."""
        for widget in (self.top, self.top_line, self.rail, self.rail_line, self.status, self.status_line):
            widget.setVisible(not on)
        if on:
            self._kept_side = not self.side.isHidden()
            self.side.hide()
            self.side_line.hide()
            self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
        else:
            self.set_side(self._kept_side)
            self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
        self.actions_table["full_screen"].setChecked(on)
        self._place_strip()
        if on:
            self.canvas.setFocus()

    def do_theme(self) -> None:
        """Switch between light and dark."""
        self.studio.settings.theme = "light" if theme.tokens().name == "dark" else "dark"
        self._setting_changed("theme")

    def do_start(self) -> None:
        """The panel's main action."""
        self.stand()
        if self._current is not None:
            self._current.start()

    def do_cancel(self) -> None:
        """Stop what runs; with nothing running, leave full screen."""
        if self._current is not None and self._current.cancel():
            return
        for panel in self._panels.values():
            if panel.cancel():
                return
        if self.actions_table["full_screen"].isChecked():
            self.do_full_screen(False)

    def do_add_model(self) -> None:
        """Choose an .onnx file."""
        dialog = QFileDialog(self, self.tr("Add a model"), self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Models (*.onnx)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self._model_requested(Path(file)))
        dialog.open()

    def do_refresh_models(self) -> None:
        """Look for models again."""
        self.studio.models.refresh(
            lambda: self.status.say(self.tr("{n} models").format(n=len(self.studio.models.entries)))
        )

    def do_palette(self) -> None:
        """Find an action by typing."""
        from deconv_studio.ui.sheets import Palette

        palette = Palette(self.actions_table, self)
        palette.show()
        palette.field.setFocus()

    def do_shortcuts(self) -> None:
        """Show every key."""
        from deconv_studio.ui.sheets import ShortcutSheet

        ShortcutSheet(self.actions_table, self).open()

    def do_doctor(self) -> None:
        """Check this installation."""
        from deconv_studio.ui.doctor_dialog import DoctorDialog

        DoctorDialog(self, self.studio).open()

    def do_diagnostics(self) -> None:
        """Show what a report needs, ready to copy."""
        from deconv_studio.ui import dialogs

        dialogs.DiagnosticsDialog(self).open()

    def do_about(self) -> None:
        """Name, version, licence."""
        from deconv_studio.ui import dialogs

        dialogs.AboutDialog(self).open()

    def _model_requested(self, path: Any) -> None:
        from deconv_studio.ui import dialogs

        if not path:
            self.do_add_model()
            return
        dialog = dialogs.ModelDialog(self, self.studio, Path(path))
        dialog.added.connect(self._model_added)
        dialog.open()

    def _model_added(self, model_id: str) -> None:
        self.studio.settings.add_recent_model(model_id)
        self.studio.models.refresh(
            lambda: self.status.say(self.tr("{name} is among the models now").format(name=model_id))
        )

    def _with_licence(self, entry: Entry, then: Callable[[], object]) -> None:
        """Call ``then``, after the licence was shown if it never was; which licences were is kept in a
        file."""
        from deconv_studio.ui import dialogs

        card = entry.card

        def asked(seen: bool) -> None:
            if seen:
                then()
                return
            dialog = dialogs.LicenceDialog(self, card)

            def accepted() -> None:
                self.studio.work.start(lambda control: catalog.mark_licence_seen(card))
                then()

            dialog.accepted.connect(accepted)
            dialog.open()

        self.studio.work.start(lambda control: catalog.licence_seen(card), channel="licence", on_done=asked)

    # -- view ------------------------------------------------------------------------------------------------

    def set_side(self, on: bool) -> None:
        """Show or hide the side."""
        self._put_side(on)
        self.studio.settings.side_visible = on

    def _put_side(self, on: bool) -> None:
        self.side.setVisible(on)
        self.side_line.setVisible(on)
        self.actions_table["side"].setChecked(on)

    def set_strip(self, on: bool) -> None:
        """Allow or forbid the strip; it still hides where there is nothing to show."""
        self.actions_table["strip"].setChecked(on)
        self.studio.settings.strip_visible = on
        self._place_strip()

    def _place_strip(self) -> None:
        shown = (
            self.actions_table["strip"].isChecked()
            and self._shows_picture()
            and not self.actions_table["full_screen"].isChecked()
        )
        self.strip_box.setVisible(shown)
        self.strip_line.setVisible(shown)

    def _shows_picture(self) -> bool:
        """Whether the middle shows the open picture: on the canvas, or as the panel does."""
        if self.middle.currentWidget() is self.canvas:
            return True
        here = self._current is not None and self._current.with_picture
        return here and self.studio.document.picture is not None

    def _zoom_changed(self, zoom: float) -> None:
        if self.studio.document.picture is None or not self._shows_picture():
            self.top.zoom.setText("")
            return
        self.top.zoom.setText(f"{zoom * 100:.0f} %" if zoom >= 0.1 else f"{zoom * 100:.1f} %")

    def _hovered(self, readout: Readout | None) -> None:
        self._pixel_text, colour = pixel_words(readout)
        self._colour_text = colour or self._colour_text
        self.status.set_pixel(self._pixel_text)

    def _theme_changed(self) -> None:
        self.setStyleSheet(window_sheet(theme.tokens()))

    def tell(
        self, text: str, kind: str, buttons: list[tuple[str, Callable[[], object]]] | None = None
    ) -> None:
        """Show a sentence over the canvas, with a way out; it goes when its cause goes."""
        self.message.show_message(text, kind, buttons or [])
        self._place_message()
        self.message.raise_()

    def _place_message(self) -> None:
        width = min(self.middle.width() - 32, 720)
        self.message.setFixedWidth(max(200, width))
        self.message.adjustSize()
        self.message.move((self.middle.width() - self.message.width()) // 2, 16)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the message in its place when the middle changes its size."""
        if watched is self.middle and isinstance(event, QResizeEvent) and not self.message.isHidden():
            self._place_message()
        return super().eventFilter(watched, event)

    def _strip_chosen(self, item: Any) -> None:
        if isinstance(item, Path):
            if item != self.studio.document.path:
                self.studio.document.open(item)
        else:
            self.studio.history.choose(item)

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for name in self.studio.settings.recent_files[:12]:
            path = Path(name)
            action = self.recent_menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(name)
            action.triggered.connect(lambda _checked=False, path=path: self.open_paths([path]))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(self.tr("Nothing opened yet")).setEnabled(False)

    def _enable(self) -> None:
        document, history = self.studio.document, self.studio.history
        picture = document.picture
        result = history.current is not None and history.current.picture is not None
        several = picture is not None and picture.pages > 1
        for name, on in (
            ("save", picture is not None),
            ("save_as", picture is not None),
            ("close", picture is not None),
            ("copy", picture is not None),
            ("copy_colour", picture is not None),
            ("previous", document.neighbour(-1) is not None),
            ("next", document.neighbour(1) is not None),
            ("previous_page", several and picture is not None and picture.page > 0),
            ("next_page", several and picture is not None and picture.page + 1 < picture.pages),
            ("fit", picture is not None),
            ("hundred", picture is not None),
            ("zoom_in", picture is not None),
            ("zoom_out", picture is not None),
            ("use_result", result),
            ("remove_result", result),
            ("original", result),
            ("undo", self.studio.undo.canUndo()),
            ("redo", self.studio.undo.canRedo()),
        ):
            self.actions_table[name].setEnabled(on)
        self._enable_cancel()

    def _enable_cancel(self) -> None:
        self.actions_table["cancel"].setEnabled(True)

    # -- keys, drops, closing --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go through the folder while no control wants them."""
        if event.key() == Qt.Key.Key_Left and not event.modifiers():
            self.do_previous()
        elif event.key() == Qt.Key.Key_Right and not event.modifiers():
            self.do_next()
        elif event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self.canvas.set_holding(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End the look at the original."""
        if event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self.canvas.set_holding(self.actions_table["original"].isChecked())
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and pictures anywhere."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """As entering."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        data = event.mimeData()
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open_paths(paths)
            event.acceptProposedAction()
            return
        if data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.studio.document.paste(image, self.tr("Dropped picture"))
                event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask once if something runs or is unsaved; then stop everything and wait for it."""
        from deconv_studio.ui import dialogs

        if self._closing:
            event.accept()
            return
        self.studio.settling.emit()
        running = [job.title for job in self.studio.work.running(titled=True)]
        unsaved = self.studio.history.unsaved()
        if not self._sure and (running or unsaved):
            event.ignore()
            if any(each.isVisible() for each in self.findChildren(dialogs.ClosingDialog)):
                return
            dialog = dialogs.ClosingDialog(self, running, unsaved)

            def accepted() -> None:
                self._sure = True
                QTimer.singleShot(0, self.close)

            dialog.accepted.connect(accepted)
            dialog.save_wanted.connect(self._save_all_then_close)
            dialog.open()
            return
        self._closing = True
        self._remember()
        # Gone for the eye at once; what runs needs a moment to stop.
        self.hide()
        self.status.close_down()
        self.start_page.close_down()
        self.strip.thumbnails.close()
        for panel in self._panels.values():
            panel.close_down()
        self.studio.work.close()
        self.studio.history.close()
        self.studio.settings.save()
        self.garbage.close()
        event.accept()
        super().closeEvent(event)

    def _remember(self) -> None:
        settings = self.studio.settings
        if not self.actions_table["full_screen"].isChecked():
            settings.set(window_geometry=bytes(self.saveGeometry().data()).hex())
        if self._current is not None:
            settings.set(panel=self._current.name)
        settings.set(first_run=False)


def is_sample(path: Path) -> bool:
    """Whether a picture is one of the program's own, in whose folder a person saves nothing."""
    return path.is_relative_to(catalog.resources_folder())


def own_folder() -> Path:
    """The user's folder for pictures, or his home."""
    places = QStandardPaths.standardLocations(QStandardPaths.StandardLocation.PicturesLocation)
    return next((Path(each) for each in places if Path(each).is_dir()), Path.home())


def window_sheet(tokens: theme.Tokens) -> str:
    """What the window's own widgets add to the theme's style sheet."""
    t = tokens
    return f"""
    QPushButton[variant="pill"] {{
        background: {t.raised}; border: 1px solid {t.line}; border-radius: 12px; padding: 2px 12px;
        min-height: 18px;
    }}
    QPushButton[variant="pill"]:hover {{ background: {t.hover}; }}
    QPushButton[variant="pill"]:focus {{ border: 2px solid {t.accent}; padding: 1px 11px; }}
    QPushButton[variant="pill"]:disabled {{ color: {t.disabled}; background: transparent; }}
    #top_bar QLabel#top_name {{ font-weight: 600; }}
    #status_bar QLabel, #status_bar QPushButton {{ font-size: {theme.SECONDARY}px; color: {t.secondary}; }}
    #status_provider {{
        background: transparent; border: 1px solid transparent; padding: 0px 6px; min-height: 18px;
        border-radius: 4px;
    }}
    #status_provider:hover {{ background: {t.hover}; color: {t.text}; }}
    #status_provider:focus {{ border: 1px solid {t.accent}; }}
    #strip {{ background: transparent; border: none; padding: 0px; }}
    #strip:focus {{ border: none; padding: 0px; }}
    #start_page, #start_page > QWidget {{ background: {t.canvas}; }}
    QToolButton[variant="card"] {{
        background: {t.panel}; border: 1px solid {t.line}; border-radius: {theme.RADIUS}px; padding: 8px 12px;
        text-align: left;
    }}
    QToolButton[variant="card"]:hover {{ background: {t.hover}; border-color: {t.control}; }}
    QToolButton[variant="card"]:focus {{ border: 2px solid {t.accent}; padding: 7px 11px; }}
    QToolButton[variant="sample"] {{ padding: 0px; border: 2px solid transparent; border-radius: 8px; }}
    QToolButton[variant="sample"]:hover, QToolButton[variant="sample"]:focus {{ border-color: {t.accent}; }}
    QTableView::item {{ padding: 3px 8px; }}
    #folder_table {{ background: {t.panel}; alternate-background-color: {t.raised}; }}
    #results {{ background: transparent; border: none; padding: 0px; }}
    #results:focus {{ border: none; padding: 0px; }}
    #panel_area, #panel_body {{ background: {t.panel}; }}
    """


def _hairline(horizontal: bool) -> QFrame:
    line = QFrame()
    line.setProperty("area", "line")
    if horizontal:
        line.setFixedHeight(1)
    else:
        line.setFixedWidth(1)
    return line


def _sort_out(control: Control, paths: list[Path]) -> dict[str, list[Path]]:
    """Tell folders, models, pictures and missing files apart, off the window's thread: a drive may be
    slow."""
    found: dict[str, list[Path]] = {"folders": [], "models": [], "pictures": [], "missing": []}
    for path in paths:
        control.raise_if_cancelled()
        if path.is_dir():
            found["folders"].append(path)
        elif not path.exists():
            found["missing"].append(path)
        elif path.suffix.lower() == ".onnx":
            found["models"].append(path)
        else:
            found["pictures"].append(path)
    return found


def _load_panel(control: Control, studio: Studio, entry: PanelEntry | None) -> None:
    """Import what the first panel needs and read the settings; on a pool thread, the window answers
    meanwhile."""
    from deconv_studio.ui import models, settings  # noqa: F401

    control.raise_if_cancelled()
    _ = studio.settings
    if entry is not None:
        entry.load()


def _engine_facts(control: Control, wanted: str) -> tuple[str, str]:
    """What networks would run on before any has run, and ONNX Runtime's version."""
    from deconv_studio.engine import providers, runtime

    control.raise_if_cancelled()
    there = [provider.name for provider in providers.available()]
    name = wanted if wanted in there else there[0] if len(there) == 1 else "auto"
    return name, str(runtime.version())


def pixel_words(readout: Readout | None) -> tuple[str, str]:
    """Position and colour for the status line, and the colour alone as text to copy."""
    if readout is None:
        return "", ""
    values = readout.values
    names = {1: "V", 2: "VA", 3: "RGB", 4: "RGBA"}[len(values)]
    # Values are named and of one width, so that the line does not wobble.
    shown = [f"{value:.4f}" if isinstance(value, float) else str(int(value)) for value in values]
    text = f"x {readout.x}  y {readout.y}   " + " ".join(
        f"{a} {b}" for a, b in zip(names, shown, strict=True)
    )
    if readout.result_values is not None:
        other = [f"{v:.4f}" if isinstance(v, float) else str(int(v)) for v in readout.result_values]
        text += "   →  " + " ".join(other)
    eight = all(isinstance(value, int) and value <= 255 for value in values)
    if len(values) >= 3 and eight:
        return text, "#" + "".join(f"{int(value):02x}" for value in values[:3])
    return text, " ".join(shown)
