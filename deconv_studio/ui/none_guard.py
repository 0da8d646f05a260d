"""Keeps ``None``, ``True`` and ``False`` alive where Qt's binding loses references to it.

PySide6 6.12.0 returns ``None`` from every method without a result as if it were immortal, which it is from Python 3.12
on. Under 3.11 each such call (a painted tile makes several) takes a reference away that it never had; after some ten
thousand the interpreter aborts with "none_dealloc: deallocating None". ``Signal.emit`` does the same to the ``True`` it
returns ("bool_dealloc"). PySide6 6.10 and 6.11.3 do not do this.
"""

from __future__ import annotations

import ctypes
import sys

#: References given to None: at ten million lost a second, enough for a day.
GIFT = 2**40

#: Calls by which the loss is measured.
CALLS = 64


def lost_references() -> int:
    """How many references to None are lost in :data:`CALLS` calls into Qt: about 0, or about that number."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("")
    return before - sys.getrefcount(None)


def keep_none_alive() -> bool:
    """Give None more references than can be lost, if this Python counts them and this Qt loses them.

    Returns
    -------
    bool
        Whether it was needed.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    if sys.getrefcount(None) > GIFT // 2 or lost_references() < CALLS // 2:
        return False
    # The count is the first field of every object in CPython without trace references.
    count = ctypes.c_ssize_t.from_address(id(None))
    if abs(count.value - sys.getrefcount(None)) > CALLS:
        return False
    count.value += GIFT
    for value in (True, False):
        ctypes.c_ssize_t.from_address(id(value)).value += GIFT
    return True
