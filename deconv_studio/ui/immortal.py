"""Keeps ``None``, ``True`` and ``False`` alive where Qt's binding loses references to them.

PySide6 6.12.0 returns these as if they were immortal, which they are from Python 3.12 on. Under 3.11 every
method without a result takes a reference from None (a painted tile makes several such calls), every
``Signal.emit`` one from True. After some ten thousand the interpreter aborts with "none_dealloc" or
"bool_dealloc". PySide6 6.10 counts rightly.
"""

from __future__ import annotations

import ctypes
import sys

#: References given to each: at ten million lost a second, enough for a year.
GIFT = 2**48


def keep_singletons_alive() -> bool:
    """Give None, True and False more references than can be lost, if this Python counts them.

    Does no harm with a binding that counts rightly.

    Returns
    -------
    bool
        Whether anything was given: False from Python 3.12 on, outside CPython, and after the first time.
    """
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    given = False
    for value in (None, True, False):
        # The count is an object's first field, but not in builds that trace references: hence the check.
        count = ctypes.c_ssize_t.from_address(id(value))
        if count.value < GIFT // 2 and abs(count.value - sys.getrefcount(value)) < 1000:
            count.value += GIFT
            given = True
    return given
