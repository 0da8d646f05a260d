"""Starts the window: as early as can be, and with one sentence where there is no display or a library is
missing."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
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

#: What Qt opens only once it runs under X11; where one is missing, Qt ends the program, not Python.
XCB_LIBRARIES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-shape.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)


class StartFailed(Exception):  # noqa: N818 - named after what happened, like the errors of every room
    """The window cannot be shown; the text is one sentence with the way out."""


def check_display(environment: dict[str, str] | None = None) -> None:
    """Find out why Qt would abort before it does: it ends the process without an exception.

    Raises
    ------
    StartFailed
        If there is no display, Qt has no plugin of the name that is asked for, or a library of the plugin is
        missing.
    """
    env = dict(os.environ) if environment is None else environment
    asked = [each.partition(":")[0] for each in env.get("QT_QPA_PLATFORM", "").split(";") if each]
    known = platform_plugins(env)
    unknown = [each for each in asked if known and each not in known]
    if asked and len(unknown) == len(asked):
        raise StartFailed(
            f"Qt has no display plugin named {unknown[0]!r}, which QT_QPA_PLATFORM asks for. "
            f"Unset it, or choose one of these: {', '.join(sorted(known))}."
        )
    if not sys.platform.startswith("linux"):
        return
    # Qt takes the first that works; without a wish it tries what the session offers.
    tried = [each for each in asked if each not in unknown] or [
        name for name, variable in (("wayland", "WAYLAND_DISPLAY"), ("xcb", "DISPLAY")) if env.get(variable)
    ]
    reasons = [_cannot(name, env) for name in tried]
    if all(reasons):
        raise StartFailed(next(filter(None, reasons), NO_DISPLAY))


NO_DISPLAY = (
    "There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not set). Without a screen: "
    "sudo apt-get install xvfb && xvfb-run deconv-studio. The verbs need none: see `deconv-studio --help`."
)


def _cannot(platform: str, env: dict[str, str]) -> str:
    """Why a display plugin of Linux cannot start, in a sentence; "" if nothing speaks against it."""
    if platform.startswith("wayland"):
        name = env.get("WAYLAND_DISPLAY") or "wayland-0"
        socket = Path(env.get("XDG_RUNTIME_DIR") or "/") / name
        if env.get("WAYLAND_SOCKET") or socket.exists():
            return ""
        return NO_DISPLAY if not env.get("WAYLAND_DISPLAY") else (
            f"The display WAYLAND_DISPLAY={name} does not answer: there is no {socket}. "
            "Log in with a desktop, or unset the variable."
        )  # fmt: skip
    if platform != "xcb":
        return ""
    if not env.get("DISPLAY"):
        return NO_DISPLAY
    missing = missing_libraries()
    if missing:
        return (
            f"The window cannot open because a system library is missing ({', '.join(missing)}). "
            f"On Debian or Ubuntu: {APT_LINE}"
        )
    if not x11_answers(env["DISPLAY"]):
        return (
            f"The display DISPLAY={env['DISPLAY']} does not answer. Log in with a desktop; over ssh use "
            "`ssh -X`; without a screen: xvfb-run deconv-studio."
        )
    return ""


def platform_plugins(env: dict[str, str]) -> set[str]:
    """Names of the display plugins that Qt brings; found by looking, so that Qt need not be loaded."""
    from importlib.util import find_spec

    folders = [Path(each) for each in env.get("QT_QPA_PLATFORM_PLUGIN_PATH", "").split(os.pathsep) if each]
    spec = find_spec("PySide6")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        # Windows keeps its plugins beside the package, the others under Qt/.
        folders += [Path(place) / "Qt" / "plugins" / "platforms", Path(place) / "plugins" / "platforms"]
    found = set()
    for folder in folders:
        if folder.is_dir():
            stems = (each.name.partition(".")[0].removeprefix("lib") for each in folder.iterdir())
            found |= {stem.removeprefix("q") for stem in stems if stem.startswith("q")}
    if any(name.startswith("wayland") for name in found):
        found |= {"wayland", "wayland-egl"}
    return found


def missing_libraries() -> list[str]:
    """Which libraries of the xcb plugin the system does not have."""
    import ctypes

    missing = []
    for name in XCB_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


def x11_answers(display: str) -> bool:
    """Whether an X server takes our connection; where xcb is missing it is not known, and True."""
    import ctypes

    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    try:
        return not xcb.xcb_connection_has_error(connection)
    finally:
        xcb.xcb_disconnect(connection)


def start_logging(folder: Path) -> Path | None:
    """Send the log to a file of bounded size in ``folder``; None if it cannot be written."""
    from logging.handlers import RotatingFileHandler

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
    """Make the main window: its frame; what the panels need is imported once it is painted.

    Parameters
    ----------
    settings : Settings or Glance, optional
        With a glance, or without either, the file is read and validated once the window is painted.
    """
    from PySide6.QtWidgets import QApplication

    from deconv_studio import catalog
    from deconv_studio.ui import theme
    from deconv_studio.ui.glance import Glance
    from deconv_studio.ui.studio import Studio
    from deconv_studio.ui.window import MainWindow

    studio = Studio(Glance.read() if settings is None else settings, catalog.user_folder())
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, studio.glance.theme)
    return MainWindow(studio)


def install_exception_hook(parent: Callable[[], Any]) -> None:
    """Show what no code caught, instead of letting it end in a terminal nobody sees.

    Parameters
    ----------
    parent
        Returns the window to show the dialog over, or None.
    """
    showing = False

    def hook(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        from PySide6.QtCore import QCoreApplication, QTimer

        if issubclass(kind, KeyboardInterrupt):
            app = QCoreApplication.instance()
            if app is not None:
                app.quit()
            return
        nonlocal showing
        log.critical("Unexpected error", exc_info=(kind, error, trace))
        if showing:
            # One dialog is enough for a person; the log has them all.
            return
        showing = True

        def gone() -> None:
            nonlocal showing
            showing = False

        def show() -> None:
            from deconv_studio.ui.dialogs import ErrorDialog

            dialog = ErrorDialog(parent(), error)
            dialog.finished.connect(lambda _code: gone())
            dialog.open()

        # Not inside the failing event handler: the dialog must not hang on a half-done one.
        QTimer.singleShot(0, show)

    sys.excepthook = hook


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

    from deconv_studio.ui.glance import Glance

    glance = Glance.read()
    install_translations(app, glance.language)
    window = make_window(glance)
    install_exception_hook(lambda: window)
    window.show()

    def begin() -> None:
        from deconv_studio import __version__, catalog

        start_logging(catalog.log_folder())
        qInstallMessageHandler(_qt_message)
        log.info("Deconv Studio %s", __version__)
        window.begin([Path(each) for each in paths])

    # One turn of the event loop first: the window is painted before anything else is imported or read.
    QTimer.singleShot(0, begin)
    try:
        return int(app.exec())
    finally:
        sys.excepthook = sys.__excepthook__
        qInstallMessageHandler(None)
