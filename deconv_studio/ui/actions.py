"""Every action of the window, once: its words, icon, key and menu. Menus, the palette and the key sheet come
from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

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
