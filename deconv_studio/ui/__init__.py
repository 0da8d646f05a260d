"""The Qt front end."""

from __future__ import annotations

import sys


def keep_true_alive() -> None:
    """Give True and False references that no one can use up, as Python 3.12 and later have by themselves.

    ``Signal.emit`` of PySide6 6.12.0 returns True without a reference of its own, so every emission uses up one of
    CPython 3.11's. Some thousand emissions later, a few minutes of moving the mouse, the last is gone and the process
    is aborted with "bool_dealloc". It does no harm with a PySide6 that counts rightly.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return
    import ctypes

    for value in (True, False):
        count = ctypes.c_ssize_t.from_address(id(value))
        if count.value < 1 << 40:
            count.value += 1 << 48


keep_true_alive()
