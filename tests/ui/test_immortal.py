"""None, True and False outlive any number of calls into Qt."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deconv_studio.ui.immortal import keep_singletons_alive

SET_UP = "import deconv_studio.ui\nfrom PySide6.QtCore import QObject\nthing = QObject()\n"


@pytest.mark.parametrize("call", ["thing.setObjectName('')", "thing.objectNameChanged.emit('')"])
def test_they_survive_more_calls_than_they_have_references(call):
    """Without the gift, Python 3.11 with PySide6 6.12.0 aborts within some ten thousand calls."""
    code = f"{SET_UP}for _ in range(200_000):\n    {call}\nprint('alive')\n"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "alive", done.stderr


def test_the_gift_is_given_once():
    before = [sys.getrefcount(value) for value in (None, True, False)]
    assert keep_singletons_alive() is False
    after = [sys.getrefcount(value) for value in (None, True, False)]
    assert all(abs(a - b) < 10_000 for a, b in zip(after, before, strict=True))
