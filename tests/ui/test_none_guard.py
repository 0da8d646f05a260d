"""None outlives any number of calls into Qt."""

from __future__ import annotations

import subprocess
import sys

from deconv_studio.ui import none_guard


def test_none_survives_more_calls_than_it_has_references():
    """Aborts within ten thousand calls under Python 3.11 with PySide6 6.12.0 where the guard is left out."""
    code = (
        "import sys, deconv_studio.ui\n"
        "from PySide6.QtCore import QObject\n"
        "thing = QObject()\n"
        "for _ in range(300_000):\n"
        "    thing.setObjectName('')\n"
        "print('alive')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "alive", done.stderr


def test_the_guard_acts_only_where_references_are_lost(monkeypatch):
    monkeypatch.setattr(none_guard, "lost_references", lambda: 0)
    before = sys.getrefcount(None)
    assert none_guard.keep_none_alive() is False
    assert abs(sys.getrefcount(None) - before) < 1000


def test_it_is_given_once():
    none_guard.keep_none_alive()
    before = sys.getrefcount(None)
    assert none_guard.keep_none_alive() is False
    assert abs(sys.getrefcount(None) - before) < 1000
