"""Measures the real window: its start, a JPEG's first paint, gaps of the event loop, cancels; JSON lines.

    python -m deconv_studio.ui.bench_window [--rounds N] [--megapixels N] [--picture SIDE]

Runs in a process of its own, with a home of its own, on the display there is or offscreen.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from deconv_studio.ui.window import MainWindow

START_GOAL = 3.0
PAINT_GOAL = 1.0
GAP_LIMIT = 0.05
CANCEL_LIMIT = 0.3
#: Seconds between two beats of the event loop; well under what counts as a gap.
BEAT = 0.005
#: Seconds anything may take before the bench gives up.
PATIENCE = 300.0

#: The window that the program's is compared with; it knows nothing of this program.
EMPTY = """
import sys
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, self.tell)
    def tell(self):
        sys.stdout.write("painted\\n"); sys.stdout.flush(); app.exit(0)
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""

#: The program as it is started, but for the words it says: once its window is painted, and once its panel is.
PROGRAM = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
from deconv_studio.ui import app

def tell(word):
    sys.stdout.write(word + "\\n"); sys.stdout.flush()

class First(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, lambda: tell("painted"))
        return False

def watched(*given, make=app.make_window):
    window = make(*given)
    window.installEventFilter(First(window))
    window.stands.connect(lambda: QTimer.singleShot(0, stood))
    return window

def stood():
    tell("stands")
    QTimer.singleShot(0, lambda: exit_now(0))

def exit_now(status):
    from PySide6.QtWidgets import QApplication
    QApplication.exit(status)

app.make_window = watched
sys.argv = ["deconv-studio"]
from deconv_studio.__main__ import main
sys.exit(main())
"""


class Beats:
    """The times at which the event loop came round, and the gaps between them.

    Beside the clock stands the processor time of the window's thread: a gap in which it computed nothing is
    one in which the system let others run, on a machine with too few cores for all that runs on it.
    """

    def __init__(self) -> None:
        self.times: list[float] = []
        self.computed: list[float] = []

    def beat(self) -> None:
        """The event loop is here again."""
        self.times.append(time.perf_counter())
        self.computed.append(time.thread_time())

    def busiest(self) -> float:
        """The most processor time that the window's thread took between two beats; seconds."""
        return max((b - a for a, b in zip(self.computed, self.computed[1:], strict=False)), default=0.0)

    def gaps(self, limit: float = GAP_LIMIT) -> tuple[int, float, float]:
        """How many gaps were over the limit, the longest, and all the time watched; seconds."""
        between = [later - earlier for earlier, later in zip(self.times, self.times[1:], strict=False)]
        if not between:
            return 0, 0.0, 0.0
        return sum(gap > limit for gap in between), max(between), self.times[-1] - self.times[0]

    def record(self, during: str) -> dict[str, Any]:
        """The line of these beats."""
        over, longest, seconds = self.gaps()
        return {
            "event": "gaps",
            "during": during,
            "over": over,
            "longest_ms": longest * 1000,
            "busiest_ms": self.busiest() * 1000,
            "limit_ms": GAP_LIMIT * 1000,
            "seconds": seconds,
        }


def cancel_record(seconds: Sequence[float]) -> dict[str, Any]:
    """The line of cancels that took so long."""
    return {
        "event": "cancel",
        "rounds": len(seconds),
        "over": sum(each > CANCEL_LIMIT for each in seconds),
        "median_ms": statistics.median(seconds) * 1000 if seconds else 0.0,
        "longest_ms": max(seconds, default=0.0) * 1000,
        "limit_ms": CANCEL_LIMIT * 1000,
    }


def start_record(program: Sequence[float], panel: Sequence[float], empty: Sequence[float]) -> dict[str, Any]:
    """The line of starts: each ratio is the median of the rounds' ratios.

    Parameters
    ----------
    program, panel, empty : sequence of float
        Seconds until the program's window is painted, until its panel is there too, and until the empty
        window is painted; one a round.
    """
    return {
        "event": "first_window",
        "ratio": statistics.median(own / other for own, other in zip(program, empty, strict=True)),
        "program_seconds": statistics.median(program),
        "empty_seconds": statistics.median(empty),
        "panel_ratio": statistics.median(own / other for own, other in zip(panel, empty, strict=True)),
        "panel_seconds": statistics.median(panel),
        "rounds": len(program),
        "goal": START_GOAL,
    }


def starts(count: int, environment: dict[str, str]) -> dict[str, Any]:
    """Time both windows in turns, from the start of the process to the word of its first paint."""

    def launch(code: str, words: Sequence[bytes]) -> list[float]:
        started = time.perf_counter()
        seconds = []
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as child:
            stream = child.stdout
            for word in words:
                line = stream.readline() if stream is not None else b""
                seconds.append(time.perf_counter() - started)
                if line.strip() != word:
                    raise RuntimeError(f"a window did not say {word.decode()!r}")
            # Only the way to the window is asked for, not an orderly end.
            child.kill()
        return seconds

    program, panel, empty = [], [], []
    # The first round warms the disk's cache and compiles what is not compiled yet; it does not count.
    for number in range(-1, count):
        if number % 2:
            own, (bare,) = launch(PROGRAM, (b"painted", b"stands")), launch(EMPTY, (b"painted",))
        else:
            (bare,), own = launch(EMPTY, (b"painted",)), launch(PROGRAM, (b"painted", b"stands"))
        if number >= 0:
            program.append(own[0])
            panel.append(own[1])
            empty.append(bare)
    return start_record(program, panel, empty)


def compiled(environment: dict[str, str], folder: Path) -> dict[str, str]:
    """An environment in which modules are kept compiled, as every installation has them; a checkout, or a
    machine that forbids writing beside the sources, would compile them at every start."""
    changed = {key: value for key, value in environment.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**changed, "PYTHONPYCACHEPREFIX": str(folder)}


def wait(until: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Turn the event loop until something is so.

    Raises
    ------
    TimeoutError
    """
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(2)
    deadline = time.perf_counter() + patience
    # Noted when it is seen: it may be so for a moment only.
    reached = [until()]

    def look() -> None:
        reached[0] = until()
        if reached[0] or time.perf_counter() > deadline:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    if not reached[0]:
        loop.exec()
    timer.stop()
    if not reached[0]:
        raise TimeoutError("the window did not get there in time")


def write_photo(path: Path, megapixels: float) -> float:
    """Write a JPEG of that size, three to two, with the detail of a photo; returns its real megapixels."""
    import numpy as np

    from deconv_studio import imaging

    height = max(16, round(math.sqrt(megapixels * 1e6 / 1.5)))
    width = round(height * 1.5)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wave = 0.5 + 0.25 * np.sin((x + 2 * y) / 97) + 0.15 * np.cos(x / 7) * np.sin(y / 11)
    wave += np.random.default_rng(0).normal(0, 0.02, wave.shape).astype(np.float32)
    plane = (wave.clip(0, 1) * 255).astype(np.uint8)
    pixels = np.stack([plane, np.roll(plane, 40, 1), 255 - plane], axis=2)
    imaging.write(imaging.Picture(pixels=pixels), path, quality=90)
    return height * width / 1e6


def beating(window: QWidget, beats: Beats) -> Any:
    """A timer that beats while it lives."""
    from PySide6.QtCore import Qt, QTimer

    timer = QTimer(window)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(round(BEAT * 1000))
    timer.timeout.connect(beats.beat)
    timer.start()
    return timer


def first_paint(window: MainWindow, path: Path, megapixels: float) -> list[dict[str, Any]]:
    """Open a file and time it until its picture is on the canvas; and the gaps meanwhile."""
    shown: list[float] = []
    window.canvas.shown.connect(lambda: shown.append(time.perf_counter()))
    beats = Beats()
    timer = beating(window, beats)
    started = time.perf_counter()
    window.open_paths([path])
    wait(lambda: bool(shown))
    # What is shown is painted with the next turn of the event loop.
    window.canvas.repaint()
    seconds = time.perf_counter() - started
    wait(lambda: window.canvas.settled and not window.studio.work.running())
    timer.stop()
    return [
        {"event": "first_paint", "megapixels": megapixels, "seconds": seconds, "goal": PAINT_GOAL},
        beats.record("opening"),
    ]


def runs(window: MainWindow, path: Path, cancels: int) -> list[dict[str, Any]]:
    """Enlarge a picture to its end, then again and again until it is cancelled on the way."""
    window.open_paths([path])
    document = window.studio.document
    wait(lambda: document.path == path and window.canvas.settled and not window.studio.work.running())
    window.show_panel("enlarge")
    panel: Any = window.panel("enlarge")
    wait(lambda: panel.go.isEnabled())
    beats = Beats()
    timer = beating(window, beats)
    before = len(window.studio.history.entries)
    started = time.perf_counter()
    panel.start()
    wait(lambda: len(window.studio.history.entries) > before and not panel.is_running)
    whole = time.perf_counter() - started
    wait(lambda: window.canvas.settled and not window.studio.work.running())
    timer.stop()
    found = [beats.record("enlarging")]
    seconds = []
    for number in range(cancels):
        panel.start()
        # At another place of the run each time, but never after its end.
        pause = time.perf_counter() + whole * (0.2 + 0.5 * number / max(1, cancels))
        wait(lambda pause=pause: time.perf_counter() >= pause)  # type: ignore[misc]
        if not panel.is_running:
            continue
        asked = time.perf_counter()
        panel.cancel()
        wait(lambda: not panel.is_running)
        seconds.append(time.perf_counter() - asked)
        wait(lambda: not window.studio.work.running())
    return [*found, cancel_record(seconds)]


def measure(folder: Path, megapixels: float, side: int, cancels: int) -> list[dict[str, Any]]:
    """All that is measured inside one window; its home is the environment's."""
    from deconv_studio import catalog
    from deconv_studio.ui import app

    for entry in catalog.Catalog().cards():
        catalog.mark_licence_seen(entry.card)
    application = app.make_application()
    window = app.make_window()
    window.show()
    window.begin([])
    wait(lambda: window.studio.models.ready and not window.studio.work.running())
    large, small = folder / "large.jpg", folder / "small.jpg"
    real = write_photo(large, megapixels)
    write_photo(small, side * side / 1e6)
    found = first_paint(window, large, real)
    found += runs(window, small, cancels)
    window._sure = True
    window.close()
    application.processEvents()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print.

    Parameters
    ----------
    arguments : sequence of str, optional

    Returns
    -------
    int
        0; 2 where no window can be opened.
    """
    parser = argparse.ArgumentParser(prog="python -m deconv_studio.ui.bench_window")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megapixels", type=float, default=24.0)
    parser.add_argument("--picture", type=int, default=1024, help="side of the picture that is enlarged")
    given = parser.parse_args(arguments)
    from deconv_studio.ui.app import StartFailed, check_display

    try:
        check_display()
    except StartFailed:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="deconv-studio-bench-") as scratch:
        os.environ["DECONV_STUDIO_HOME"] = str(Path(scratch) / "home")
        emit(starts(given.rounds, compiled(dict(os.environ), Path(scratch) / "compiled")))
        for record in measure(Path(scratch), given.megapixels, given.picture, given.rounds):
            emit({**record, "platform": os.environ.get("QT_QPA_PLATFORM", "display")})
    return 0


def emit(record: dict[str, Any]) -> None:
    """One JSON line on standard output."""
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
