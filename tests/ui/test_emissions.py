"""A long session emits signals without end; none of them may use the interpreter up."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import deconv_studio.ui
from PySide6.QtCore import QObject, Signal

class Sender(QObject):
    sent = Signal(bool)

sender = Sender()
for _ in range(50_000):
    sender.sent.emit(True)
    sender.sent.emit(False)
print("alive")
"""


def test_a_hundred_thousand_emissions_leave_the_process_alive() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "alive", done.stderr[-500:]
    assert done.returncode == 0
