"""The bench's own arithmetic and its lines, on tiny inputs; no time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio.cli import bench
from tests.cli.conftest import Called
from tests.segmenters import by_color, install

pytestmark = pytest.mark.light


def events(lines: list[dict[str, Any]], event: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["event"] == event]


def test_rounds_are_interleaved_and_begin_with_another_each() -> None:
    called: list[str] = []
    names = ("a", "b", "c")
    bench.interleaved({name: lambda name=name: called.append(name) for name in names}, 3)  # type: ignore[misc]
    assert "".join(called) == "abc" + "abc" + "bca" + "cab"


def test_seconds_are_those_of_the_clock_and_the_first_call_does_not_count() -> None:
    ticks: Iterator[float] = iter([0, 2, 10, 13, 20, 25, 30, 34])
    timings = bench.interleaved({"a": lambda: None, "b": lambda: None}, 2, clock=lambda: next(ticks))
    assert timings["a"].seconds == (2, 4)
    assert timings["b"].seconds == (3, 5)
    assert (timings["a"].median, timings["a"].spread) == (3, 2 / 3)


def test_ratios_are_of_the_same_round() -> None:
    timings = {"base": bench.Timing((1.0, 10.0, 2.0)), "other": bench.Timing((2.0, 20.0, 8.0))}
    base, other = bench.figures(timings, "base", "s/MP", divisor=4)
    assert (base.value, base.ratio) == (0.5, 1.0)
    assert (other.value, other.ratio) == (2.0, 2.0)


def test_a_goal_is_met_by_the_ratio_or_else_by_the_value() -> None:
    assert bench.Figure("a", 9, "s", ratio=1.0, goal=1.05).met is True
    assert bench.Figure("a", 0, "s", ratio=1.1, goal=1.05).met is False
    assert bench.Figure("a", 2, "s", goal=1).met is False
    assert bench.Figure("a", 2, "s").met is None


def _blocked(path: Path, threads: int, shape: tuple[int, ...]) -> Any:
    raise ImportError("blocked")


def _wrong(path: Path, threads: int, shape: tuple[int, ...]) -> Any:
    return lambda batch: np.zeros((1, 1, shape[2] * 2, shape[3] * 2), np.float32) - 7


def _broken(path: Path, threads: int, shape: tuple[int, ...]) -> Any:
    raise ValueError("no such operator\nand more")


def test_upscale_names_engines_and_what_is_left_out(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    peers = {bench.PURE: bench.PEERS[bench.PURE], "Gone": _blocked, "Wrong": _wrong, "Broken": _broken}
    monkeypatch.setattr(bench, "PEERS", peers)
    told = call(
        *("bench", "upscale", "--model", "tiny-x2"),
        *("--side", "16", "--rounds", "1", "--pictures", "2", "--json"),
    )
    assert told.status == 0, told.err
    lines = told.lines
    assert len(events(lines, "machine")) == 1
    figures = {line["name"]: line for line in events(lines, "figure")}
    assert set(figures) == {
        "Deconv Studio, whole task",
        bench.PURE,
        "pure inference",
        "folder, file to file",
    }
    assert figures[bench.PURE]["ratio"] == 1
    assert figures["Deconv Studio, whole task"]["ratio"] > 0
    assert figures["folder, file to file"]["goal"] == 1.05
    absent = {line["name"]: line["reason"] for line in events(lines, "absent")}
    assert set(absent) == {"Gone", "Wrong", "Broken"}
    assert absent["Gone"] == "not installed"
    assert "differ" in absent["Wrong"]
    assert absent["Broken"] == "no such operator"


def test_segment_stands_beside_the_bare_session(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(by_color(), tmp_path / "source", "by-color")
    monkeypatch.setattr(bench, "PEERS", {bench.PURE: bench.PEERS[bench.PURE]})
    told = call("bench", "segment", "--model", "by-color", "--side", "32", "--rounds", "1", "--json")
    assert told.status == 0, told.err
    figures = {line["name"]: line for line in events(told.lines, "figure")}
    assert set(figures) == {"Deconv Studio, whole task", bench.PURE}
    assert figures[bench.PURE]["ratio"] == 1 and figures[bench.PURE]["unit"] == "s/MP"


def test_upscale_table_is_for_people(call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch) -> None:
    peers = {bench.PURE: bench.PEERS[bench.PURE], "Gone": _blocked}
    monkeypatch.setattr(bench, "PEERS", peers)
    told = call(
        *("bench", "upscale", "--model", "tiny-x2", "--side", "16", "--rounds", "1", "--pictures", "1")
    )
    assert told.status == 0, told.err
    assert "Gone: left out, not installed" in told.out
    assert "goal <= 1.05" in told.out


def test_start_gives_a_ratio_and_its_goal(call: Callable[..., Called]) -> None:
    told = call("bench", "start", "--rounds", "1", "--json")
    figure = next(line for line in events(told.lines, "figure") if line["name"] == "deconv-studio --help")
    assert figure["goal"] == 20
    assert figure["met"] is (figure["ratio"] <= 20)


def test_anonymous_memory_is_read() -> None:
    assert bench.anonymous("Name:\tx\nVmRSS:\t  90 kB\nRssAnon:\t    12 kB\nRssFile:\t 3 kB\n") == 12 * 1024
    assert bench.anonymous("Name:\tx\nState:\tZ (zombie)\n") == 0


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="reads /proc")
def test_a_childs_memory_is_seen_and_its_failure_told() -> None:
    holds = "import time; held = bytearray(b'x') * (64 << 20); time.sleep(0.5)"
    assert bench.peak_anonymous([sys.executable, "-c", holds]) >= 64 << 20
    with pytest.raises(subprocess.CalledProcessError):
        bench.peak_anonymous([sys.executable, "-c", "raise SystemExit(3)"])


def test_windows_own_lines_become_figures(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [
        {
            "event": "first_window",
            "ratio": 2.0,
            "program_seconds": 1.0,
            "empty_seconds": 0.5,
            "rounds": 1,
            "goal": 3.0,
            "panel_ratio": 4.0,
            "panel_seconds": 2.0,
        },
        {"event": "first_paint", "megapixels": 24.0, "seconds": 1.5, "goal": 1.0},
        {
            "event": "gaps",
            "during": "enlarging",
            "over": 2,
            "longest_ms": 70.0,
            "busiest_ms": 20.0,
            "limit_ms": 50.0,
            "seconds": 1.0,
        },
        {
            "event": "cancel",
            "rounds": 3,
            "over": 0,
            "median_ms": 9.0,
            "longest_ms": 12.0,
            "limit_ms": 300.0,
        },
    ]
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        return subprocess.CompletedProcess(command, 0, "\n".join(map(json.dumps, records)) + "\n")

    monkeypatch.setattr(bench.subprocess, "run", run)
    told = call("bench", "window", "--rounds", "3", "--json")
    assert "deconv_studio.ui.bench_window" in asked[0]
    figures = {line["name"]: line for line in events(told.lines, "figure")}
    assert figures["first paint of the program's window"]["met"] is True
    assert figures["first paint of a 24-megapixel JPEG"]["met"] is False
    assert figures["gaps over 50 ms while enlarging"]["value"] == 2
    assert figures["gaps over 50 ms while enlarging"]["met"] is False
    assert figures["cancels over 300 ms"]["unit"] == "of 3"


def test_a_window_that_cannot_be_measured_is_a_sentence(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        bench.subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, 2, "")
    )
    told = call("bench", "window")
    assert told.status == 1
    assert "doctor" in told.err
