"""Starts the window: as early as can be, and with one sentence where there is no display or a library is
missing."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from deconv_studio.ui.window import MainWindow

log = logging.getLogger(__name__)

#: What Qt's own platform plugin needs on Debian and Ubuntu beside what a desktop has anyway.
DEBIAN_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0"
    " libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-xkb1"
    " libwayland-cursor0 libwayland-egl1"
)
APT_LINE = f"sudo apt-get install {DEBIAN_PACKAGES}"

#: Libraries the xcb plugin loads, by the names the system knows them under.
XCB_LIBRARIES = (
    "xcb-cursor", "xcb-icccm", "xcb-image", "xcb-keysyms", "xcb-render-util", "xcb-shape",
    "xcb-xkb", "xkbcommon-x11",
)  # fmt: skip


class StartFailed(Exception):  # noqa: N818 - named after what happened, like the errors of every room
    """The window cannot be shown; the text is one sentence with the way out."""


def check_display(environment: dict[str, str] | None = None) -> None:
    """Find out why Qt would abort before it does: it ends the process without an exception.

    Raises
    ------
    StartFailed
        If there is no display, or a library of Qt's display plugin is missing.
    """
    env = dict(os.environ) if environment is None else environment
    if not sys.platform.startswith("linux"):
        return
    platform = env.get("QT_QPA_PLATFORM", "").split(":")[0]
    if platform and not platform.startswith(("xcb", "wayland")):
        return
    if not env.get("DISPLAY") and not env.get("WAYLAND_DISPLAY"):
        raise StartFailed(
            "There is no display to open a window on. Run `deconv-studio --help` for what the command line "
            "does without one, or log in with a desktop."
        )
    if env.get("WAYLAND_DISPLAY") and not platform.startswith("xcb"):
        return
    missing = missing_libraries()
    if missing:
        raise StartFailed(
            f"The window cannot open because a system library is missing ({', '.join(missing)}). "
            f"On Debian or Ubuntu: {APT_LINE}"
        )


def missing_libraries() -> list[str]:
    """Which libraries of the xcb plugin the system does not have."""
    import ctypes
    from ctypes.util import find_library

    missing = []
    for name in XCB_LIBRARIES:
        if find_library(name) is not None:
            continue
        # find_library needs ldconfig or a compiler; the loader itself has the last word.
        for number in (0, 1, 4):
            try:
                ctypes.CDLL(f"lib{name}.so.{number}")
                break
            except OSError:
                continue
        else:
            missing.append(f"lib{name}")
    return missing


def start_logging(folder: Path) -> Path | None:
    """Send the log to a file of bounded size in ``folder``; None if it cannot be written."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "deconv-studio.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError as error:
        log.warning("No log file: %s", error)
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    return folder / "deconv-studio.log"


def _qt_message(kind: Any, context: Any, message: str) -> None:
    from PySide6.QtCore import QtMsgType

    level = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }.get(kind, logging.WARNING)
    logging.getLogger("qt").log(level, "%s", message)
    del context


def make_application(arguments: Sequence[str] = ()) -> QApplication:
    """The one ``QApplication`` with the program's name, icon and look.

    Raises
    ------
    StartFailed
        If Qt itself cannot be loaded.
    """
    try:
        from PySide6.QtCore import QCoreApplication, Qt
        from PySide6.QtGui import QGuiApplication
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        raise StartFailed(
            f"The window cannot open because Qt cannot be loaded ({error}). {_qt_hint()}"
        ) from error

    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # 125 % and 150 % are shown as they are; rounding would make text of one screen larger than of another.
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QCoreApplication.setApplicationName("deconv-studio")
    QCoreApplication.setOrganizationName("deconv-studio")
    QGuiApplication.setDesktopFileName("deconv-studio")
    app = QApplication([sys.argv[0], *arguments])
    app.setApplicationDisplayName("Deconv Studio")
    return app


def _qt_hint() -> str:
    if sys.platform.startswith("linux"):
        return f"On Debian or Ubuntu: {APT_LINE}"
    return "Install it again with: pip install --force-reinstall PySide6-Essentials"


def install_translations(app: QApplication, language: str) -> None:
    """Load the program's and Qt's own translations where there are any."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    from deconv_studio import catalog

    locale = QLocale.system() if language == "system" else QLocale(language)
    for name, folder in (
        ("qtbase", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("deconv-studio", str(catalog.resources_folder() / "translations")),
    ):
        translator = QTranslator(app)
        if translator.load(locale, name, "_", folder):
            app.installTranslator(translator)


def make_window(settings: Any = None) -> MainWindow:
    """Make the main window with everything it needs; nothing heavy is imported here."""
    from PySide6.QtWidgets import QApplication

    from deconv_studio import catalog
    from deconv_studio.ui import theme
    from deconv_studio.ui.settings import Settings
    from deconv_studio.ui.studio import Studio
    from deconv_studio.ui.window import MainWindow

    settings = Settings.load() if settings is None else settings
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, settings.theme)
    return MainWindow(Studio(settings, catalog.user_folder()))


def run(paths: Sequence[str | Path] = ()) -> int:
    """Open the window, and ``paths`` in it; returns when it is closed.

    Parameters
    ----------
    paths
        Pictures, folders, models or results.

    Returns
    -------
    int
        The exit status: 0, or 2 where no window can be opened (the reason is on standard error).
    """
    try:
        check_display()
        if sys.platform == "win32":
            # Qt brings its own copies of the C++ runtime; loaded first, they break onnxruntime's (issue 26127
            # there).
            import onnxruntime  # noqa: F401
        app = make_application()
    except StartFailed as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from PySide6.QtCore import QTimer, qInstallMessageHandler

    from deconv_studio import __version__, catalog
    from deconv_studio.ui import dialogs
    from deconv_studio.ui.settings import Settings

    start_logging(catalog.log_folder())
    qInstallMessageHandler(_qt_message)
    log.info("Deconv Studio %s", __version__)
    settings = Settings.load()
    install_translations(app, settings.language)
    window = make_window(settings)
    dialogs.install_exception_hook(lambda: window)
    window.show()
    # One turn of the event loop first: the window is painted before anything else is imported or read.
    QTimer.singleShot(0, lambda: window.begin([Path(each) for each in paths]))
    try:
        return int(app.exec())
    finally:
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)
