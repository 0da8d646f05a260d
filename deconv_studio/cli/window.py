"""The way from the command line into the window, and the sentence when there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .faults import CALL_WRONG, say

QT_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libx11-xcb1 libxcb-cursor0"
    " libxcb-icccm4 libxcb-keysyms1 libxcb-randr0 libxcb-shape0 libxcb-xkb1"
    " libwayland-cursor0 libwayland-egl1"
)
"""What Qt needs on Debian and its kin."""


def open_window(paths: Sequence[str]) -> int:
    """Open the window on some pictures.

    Parameters
    ----------
    paths : sequence of str
        Files or folders; none opens the start page.

    Returns
    -------
    int
        The window's exit status; 2 where there cannot be one, after a sentence that says why.
    """
    if _no_display():
        say(
            "The window needs a display, and there is none here (DISPLAY and WAYLAND_DISPLAY are not set)."
            " Without a screen: sudo apt-get install xvfb && xvfb-run deconv-studio."
            " The verbs need none: see `deconv-studio --help`."
        )
        return CALL_WRONG
    missing = _missing_library()
    if missing is not None:
        say(
            f"The window needs the system library {missing}, which is missing."
            f" On Debian or Ubuntu: sudo apt-get install {QT_PACKAGES}"
        )
        return CALL_WRONG
    try:
        from deconv_studio.ui.app import run
    except ImportError as error:
        say(_why(error))
        return CALL_WRONG
    return int(run(list(paths)) or 0)


def _no_display() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    if os.environ.get("QT_QPA_PLATFORM"):
        return False
    return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# What Qt opens only once it runs under X11; where one is missing, Qt ends the program, not Python.
_X11_LIBRARIES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-randr.so.0",
    "libxcb-render-util.so.0",
    "libxcb-xkb.so.1",
    "libxkbcommon-x11.so.0",
)


def _missing_library() -> str | None:
    """The first library that Qt's X11 part would look for in vain."""
    if not sys.platform.startswith("linux") or os.environ.get("WAYLAND_DISPLAY"):
        return None
    if os.environ.get("QT_QPA_PLATFORM", "xcb").partition(":")[0] != "xcb":
        return None
    import ctypes

    for name in _X11_LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            return name
    return None


def _why(error: ImportError) -> str:
    missing = (error.name or "").split(".")[0]
    if missing in ("PySide6", "shiboken6", "superqt", "pyqtgraph", "qtpy") and "lib" not in str(error):
        return f"The window needs {missing}, which is not installed. Get it with: pip install deconv-studio"
    if ".so" in str(error) or ".dll" in str(error).lower():
        return (
            f"The window needs a system library that is missing ({error})."
            f" On Debian or Ubuntu: sudo apt-get install {QT_PACKAGES}"
        )
    return f"The window cannot start: {error}. `deconv-studio doctor` shows what is missing."
