"""What the window's bench makes of its clocks; the bench itself is run by `deconv-studio bench window`."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from deconv_studio import imaging
from deconv_studio.ui import bench_window
from deconv_studio.ui.bench_window import Beats, cancel_record, start_record, wait, write_photo


def test_gaps_are_counted_between_beats() -> None:
    beats = Beats()
    beats.times = [0.0, 0.01, 0.09, 0.10, 0.30]
    over, longest, seconds = beats.gaps(0.05)
    assert (over, seconds) == (2, 0.30)
    assert longest == pytest.approx(0.2)
    assert Beats().gaps() == (0, 0.0, 0.0)
    assert beats.record("opening")["longest_ms"] == pytest.approx(200)
    assert beats.record("opening")["busiest_ms"] == 0


def test_waiting_is_a_gap_in_which_the_window_computed_nothing() -> None:
    beats = Beats()
    beats.beat()
    time.sleep(0.2)
    beats.beat()
    assert beats.gaps()[1] >= 0.2
    assert beats.busiest() < 0.1
    until = time.thread_time() + 0.15
    while time.thread_time() < until:
        pass
    beats.beat()
    assert beats.busiest() >= 0.15


def test_cancels_over_the_limit_are_counted() -> None:
    record = cancel_record([0.1, 0.31, 0.2])
    assert (record["rounds"], record["over"]) == (3, 1)
    assert record["median_ms"] == pytest.approx(200)
    assert cancel_record([])["over"] == 0


def test_starts_are_compared_round_by_round() -> None:
    record = start_record([2.0, 30.0, 4.0], [3.0, 60.0, 5.0], [1.0, 10.0, 1.0])
    assert (record["ratio"], record["panel_ratio"]) == (3.0, 5.0)
    assert (record["program_seconds"], record["empty_seconds"]) == (4.0, 1.0)


def test_wait_takes_what_was_so_for_a_moment_and_gives_up(qapp: object) -> None:
    answers = iter([False, False, True])
    wait(lambda: next(answers, False), 5)
    with pytest.raises(TimeoutError):
        wait(lambda: False, 0.05)


def test_photo_has_the_size_asked_for(tmp_path: Path) -> None:
    real = write_photo(tmp_path / "a.jpg", 0.02)
    header = imaging.read_header(tmp_path / "a.jpg")
    assert header.width * header.height / 1e6 == real
    assert real == pytest.approx(0.02, rel=0.2)
    assert header.format == "JPEG"


@pytest.mark.parametrize(
    ("code", "words"),
    [(bench_window.EMPTY, "painted\n"), (bench_window.PROGRAM, "painted\nstands\n")],
    ids=["empty", "program"],
)
def test_both_windows_tell_of_their_first_paint_and_end(code: str, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout == words, done.stderr
