"""Every action of the window, once: its words, icon, key and menu. Menus, the palette and the key sheet come
from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QMenuBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:
    """Mark a text for the translators; it is translated when the action is made."""
    del context
    return text


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


@dataclass(frozen=True)
class Spec:
    """One action: its handler in the window is the method ``do_NAME``."""

    name: str
    text: str
    menu: str
    keys: tuple[str, ...]
    icon: str = ""
    checkable: bool = False
    #: A line above it in its menu.
    line: bool = False
    #: Its key works only while the canvas or the strip has the focus, where it does not take keys from
    #: controls.
    on_canvas: bool = False


MENUS: tuple[tuple[str, str], ...] = (
    ("file", QT_TRANSLATE_NOOP("Actions", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Actions", "&Edit")),
    ("view", QT_TRANSLATE_NOOP("Actions", "&View")),
    ("run", QT_TRANSLATE_NOOP("Actions", "&Run")),
    ("panels", QT_TRANSLATE_NOOP("Actions", "&Panels")),
    ("help", QT_TRANSLATE_NOOP("Actions", "&Help")),
)

SPECS: tuple[Spec, ...] = (
    Spec("open", QT_TRANSLATE_NOOP("Actions", "Open…"), "file", ("Ctrl+O",), "open"),
    Spec("open_folder", QT_TRANSLATE_NOOP("Actions", "Open folder…"), "file", ("Ctrl+Shift+O",), "folder"),
    Spec("save", QT_TRANSLATE_NOOP("Actions", "Save result"), "file", ("Ctrl+S",), "save", line=True),
    Spec("save_as", QT_TRANSLATE_NOOP("Actions", "Save as…"), "file", ("Ctrl+Shift+S",), "save"),
    Spec(
        "previous", QT_TRANSLATE_NOOP("Actions", "Previous picture"), "file", ("PgUp",), "previous", line=True
    ),
    Spec("next", QT_TRANSLATE_NOOP("Actions", "Next picture"), "file", ("PgDown",), "next"),
    Spec("previous_page", QT_TRANSLATE_NOOP("Actions", "Previous page of the file"), "file", ("Ctrl+PgUp",)),
    Spec("next_page", QT_TRANSLATE_NOOP("Actions", "Next page of the file"), "file", ("Ctrl+PgDown",)),
    Spec("close", QT_TRANSLATE_NOOP("Actions", "Close picture"), "file", ("Ctrl+W",), "close", line=True),
    Spec("preferences", QT_TRANSLATE_NOOP("Actions", "Preferences…"), "file", ("Ctrl+,",), "settings"),
    Spec("quit", QT_TRANSLATE_NOOP("Actions", "Quit"), "file", ("Ctrl+Q",), line=True),
    Spec("undo", QT_TRANSLATE_NOOP("Actions", "Undo"), "edit", ("Ctrl+Z",), "undo"),
    Spec("redo", QT_TRANSLATE_NOOP("Actions", "Redo"), "edit", ("Ctrl+Shift+Z",), "redo"),
    Spec("copy", QT_TRANSLATE_NOOP("Actions", "Copy picture"), "edit", ("Ctrl+C",), "copy", line=True),
    Spec(
        "copy_colour", QT_TRANSLATE_NOOP("Actions", "Copy colour under the cursor"), "edit", ("Ctrl+Shift+C",)
    ),
    Spec("paste", QT_TRANSLATE_NOOP("Actions", "Paste"), "edit", ("Ctrl+V",), "paste"),
    Spec(
        "use_result",
        QT_TRANSLATE_NOOP("Actions", "Use the result as the picture"),
        "edit",
        ("Ctrl+U",),
        line=True,
    ),
    Spec(
        "remove_result",
        QT_TRANSLATE_NOOP("Actions", "Remove the result"),
        "edit",
        ("Ctrl+Backspace",),
        "remove",
    ),
    Spec("fit", QT_TRANSLATE_NOOP("Actions", "Fit to the window"), "view", ("0", "Ctrl+0"), "fit"),
    Spec("hundred", QT_TRANSLATE_NOOP("Actions", "Actual size, 100 %"), "view", ("1",), "hundred"),
    Spec("zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom in"), "view", ("+", "Ctrl++", "="), "zoom-in"),
    Spec("zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom out"), "view", ("-", "Ctrl+-"), "zoom-out"),
    Spec(
        "split", QT_TRANSLATE_NOOP("Actions", "Compare by split"), "view", ("S",), checkable=True, line=True
    ),
    Spec("hold", QT_TRANSLATE_NOOP("Actions", "Compare by holding \\"), "view", ("B",), checkable=True),
    Spec("difference", QT_TRANSLATE_NOOP("Actions", "Compare as difference"), "view", ("D",), checkable=True),
    Spec("two_up", QT_TRANSLATE_NOOP("Actions", "Compare side by side"), "view", ("T",), checkable=True),
    Spec("original", QT_TRANSLATE_NOOP("Actions", "Show the original"), "view", ("O",), checkable=True),
    Spec(
        "histogram", QT_TRANSLATE_NOOP("Actions", "Histogram"), "view", ("H",), "histogram", True, line=True
    ),
    Spec("strip", QT_TRANSLATE_NOOP("Actions", "Strip of pictures"), "view", ("F4",), checkable=True),
    Spec(
        "strip_results",
        QT_TRANSLATE_NOOP("Actions", "Strip shows results"),
        "view",
        ("Shift+F4",),
        checkable=True,
    ),
    Spec("side", QT_TRANSLATE_NOOP("Actions", "Side panel"), "view", ("F9",), checkable=True),
    Spec(
        "full_screen", QT_TRANSLATE_NOOP("Actions", "Full screen"), "view", ("F", "F11"), "full-screen", True
    ),
    Spec(
        "theme",
        QT_TRANSLATE_NOOP("Actions", "Switch light and dark"),
        "view",
        ("Ctrl+Shift+L",),
        "theme",
        line=True,
    ),
    Spec("start", QT_TRANSLATE_NOOP("Actions", "Start"), "run", ("Ctrl+Return", "Ctrl+Enter"), "run"),
    Spec("cancel", QT_TRANSLATE_NOOP("Actions", "Cancel what runs"), "run", ("Esc",), "cancel"),
    Spec("add_model", QT_TRANSLATE_NOOP("Actions", "Add a model…"), "run", ("Ctrl+M",), "model", line=True),
    Spec("refresh_models", QT_TRANSLATE_NOOP("Actions", "Look for models again"), "run", ("F5",)),
    Spec("palette", QT_TRANSLATE_NOOP("Actions", "Find an action…"), "help", ("Ctrl+Shift+P",), "search"),
    Spec("shortcuts", QT_TRANSLATE_NOOP("Actions", "Keys"), "help", ("?", "F1")),
    Spec(
        "doctor", QT_TRANSLATE_NOOP("Actions", "Doctor: check this installation"), "help", ("F12",), line=True
    ),
    Spec("diagnostics", QT_TRANSLATE_NOOP("Actions", "Copy diagnostics…"), "help", ("Ctrl+Shift+D",)),
    Spec("about", QT_TRANSLATE_NOOP("Actions", "About Deconv Studio"), "help", ("Shift+F1",), line=True),
)


class Actions(QObject):
    """The window's actions by name, its menu bar and the two sheets made of them.

    Parameters
    ----------
    window
        Has a method ``do_NAME`` for every action; checkable ones take a bool.
    icon
        Makes a ``QIcon`` from a name; None where the theme has no icon of that name.
    """

    def __init__(self, window: QMainWindow, icon: Callable[[str], Any]) -> None:
        super().__init__(window)
        self._window = window
        self._icon = icon
        self._menus: dict[str, QMenu] = {}
        self._by_name: dict[str, QAction] = {}
        self._icon_names: dict[str, str] = {}
        self.bar = QMenuBar()
        self.bar.setAccessibleName(_tr("Menu"))
        for name, text in MENUS:
            menu = QMenu(_tr(text), self.bar)
            menu.setObjectName(f"menu_{name}")
            self._menus[name] = menu
            self.bar.addMenu(menu)
        for spec in SPECS:
            self.add(spec, getattr(window, f"do_{spec.name}"))

    def add(self, spec: Spec, handler: Callable[..., object], text: str | None = None) -> QAction:
        """Make an action and put it into its menu; ``text`` if it is translated already."""
        action = QAction(_tr(spec.text) if text is None else text, self._window)
        action.setObjectName(f"action_{spec.name}")
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setCheckable(spec.checkable)
        # macOS would move actions whose text looks like "Quit" by itself and lose the others.
        action.setMenuRole(QAction.MenuRole.NoRole)
        if spec.checkable:
            action.triggered.connect(handler)
        else:
            action.triggered.connect(lambda _checked=False: handler())
        self._icon_names[spec.name] = spec.icon
        words = action.text().replace("&", "").rstrip("…")
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{words} ({keys})" if keys else words)
        menu = self._menus[spec.menu]
        if spec.line and menu.actions():
            menu.addSeparator()
        menu.addAction(action)
        self._window.addAction(action)
        self._by_name[spec.name] = action
        return action

    def dress(self) -> None:
        """Give the actions their icons. Drawing them takes a tenth of a second: the window stands first."""
        for name, icon_name in self._icon_names.items():
            icon = self._icon(icon_name) if icon_name else None
            if icon is not None:
                self._by_name[name].setIcon(icon)
                self._by_name[name].setIconVisibleInMenu(False)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def menu(self, name: str) -> QMenu:
        """A menu by its name in :data:`MENUS`."""
        return self._menus[name]

    def all(self) -> dict[str, QAction]:
        """Every action by name, in the order of the menus."""
        return dict(self._by_name)

    def keys_text(self, name: str) -> str:
        """The action's first key as people read it."""
        return self._by_name[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def menu_title(self, action: QAction) -> str:
        """The menu an action stands in."""
        for menu in self._menus.values():
            if action in menu.actions():
                return menu.title().replace("&", "")
        return ""


class Palette(QDialog):
    """All actions in one list: type a few letters, Return runs the first."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setWindowTitle(_tr("Find an action"))
        self.setAccessibleName(_tr("Find an action"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self.field = QLineEdit()
        self.field.setPlaceholderText(_tr("Type what you want to do"))
        self.field.setAccessibleName(_tr("Find an action"))
        self.field.setClearButtonEnabled(False)
        model = QStandardItemModel(self)
        for name, action in actions.all().items():
            if name == "palette" or not action.isEnabled():
                continue
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            text = action.text().replace("&", "")
            item = QStandardItem(f"{actions.menu_title(action)}: {text}" + (f"\t{keys}" if keys else ""))
            item.setData(name, Qt.ItemDataRole.UserRole)
            item.setEditable(False)
            model.appendRow(item)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(model)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._filter)
        self.list.setAccessibleName(_tr("Actions found"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_KeyDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda _index: self._run())
        self._search("")
        self.resize(480, 380)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 60)

    def _search(self, text: str) -> None:
        # Letters in order, as people abbreviate: "op fo" finds "Open folder".
        pattern = ".*".join("".join(_escape(each) for each in word) for word in text.split())
        self._filter.setFilterRegularExpression(pattern)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list.setCurrentIndex(self._filter.index(0, 0))

    def _run(self) -> None:
        index = self.list.currentIndex()
        if not index.isValid():
            return
        action = self._actions[index.data(Qt.ItemDataRole.UserRole)]
        self.close()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the field keeps the focus."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                row = self.list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)
                row = max(0, min(row, self._filter.rowCount() - 1))
                self.list.setCurrentIndex(self._filter.index(row, 0))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)


def _escape(letter: str) -> str:
    return letter if letter.isalnum() else "\\" + letter


def _key_delegate() -> type:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
    from PySide6.QtGui import QPainter, QPalette
    from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

    class KeyDelegate(QStyledItemDelegate):
        """Draws the key at the right end of the line."""

        def initStyleOption(
            self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
        ) -> None:
            super().initStyleOption(option, index)
            option.text = option.text.split("\t")[0]  # type: ignore[attr-defined]

        def paint(
            self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
        ) -> None:
            super().paint(painter, option, index)
            keys = str(index.data()).partition("\t")[2]
            if keys:
                chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
                role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
                painter.setPen(option.palette.color(role))  # type: ignore[attr-defined]
                rect = option.rect.adjusted(8, 0, -8, 0)  # type: ignore[attr-defined]
                painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)

        def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
            return QSize(super().sizeHint(option, index).width(), 28)

    return KeyDelegate


_KeyDelegate = _key_delegate()


class ShortcutSheet(QDialog):
    """Every key in one sheet, by menu."""

    #: What works without standing in a menu.
    EXTRA: tuple[tuple[str, str], ...] = (
        (QT_TRANSLATE_NOOP("Actions", "Wheel"), QT_TRANSLATE_NOOP("Actions", "zoom to the cursor")),
        (QT_TRANSLATE_NOOP("Actions", "Drag"), QT_TRANSLATE_NOOP("Actions", "move the picture")),
        (QT_TRANSLATE_NOOP("Actions", "Double click"), QT_TRANSLATE_NOOP("Actions", "fit or 100 %")),
        ("\\", QT_TRANSLATE_NOOP("Actions", "hold for the original")),
        ("← →", QT_TRANSLATE_NOOP("Actions", "previous and next picture")),
    )

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(_tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        sections: list[tuple[str, list[tuple[str, str]]]] = []
        for name, title in MENUS:
            lines = []
            for action in actions.menu(name).actions():
                keys = ", ".join(
                    k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()
                )
                if keys:
                    lines.append((keys, action.text().replace("&", "").rstrip("…")))
            sections.append((_tr(title).replace("&", ""), lines))
        sections.append((_tr("On the picture"), [(_tr(keys), _tr(text)) for keys, text in self.EXTRA]))
        total = sum(len(lines) + 2 for _, lines in sections)
        row, column = 0, 0
        for title, lines in sections:
            if row and row + len(lines) + 2 > total / 2 + 2 and column == 0:
                row, column = 0, 3
            head = QLabel(title)
            head.setProperty("role", "section")
            grid.addWidget(head, row, column, 1, 2)
            row += 1
            for keys, text in lines:
                shown = QLabel(keys)
                shown.setProperty("role", "mono")
                grid.addWidget(shown, row, column)
                grid.addWidget(QLabel(text), row, column + 1)
                row += 1
            grid.setRowMinimumHeight(row, 8)
            row += 1
        grid.setColumnMinimumWidth(2, 24)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setAccessibleName(_tr("Keys"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.resize(min(parent.width() - 40, inside.sizeHint().width() + 32), min(parent.height() - 40, 640))
