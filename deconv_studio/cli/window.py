"""The way from the command line into the window, and the sentence when there is none."""

from __future__ import annotations

from collections.abc import Sequence

CALL_WRONG = 2

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
    try:
        from deconv_studio.ui.app import run

        return int(run(list(paths)) or 0)
    except ImportError as error:
        from .faults import say

        say(_why(error))
        return CALL_WRONG


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
