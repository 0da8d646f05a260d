"""A folder run killed again and again at moments nobody chose: bounded as it stands, long with ``--slow``."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.batch.test_running import RUNNER, whole_files
from tests.enlargers import install, learned


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_killed_at_any_moment_nothing_is_lost_or_done_twice(
    photos: Callable[..., Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Kill -9 at random moments; every file is done once, whole, and the bytes are those of a clean run."""
    rounds, count = (25, 200) if request.config.getoption("--slow") else (3, 14)
    install(learned(2, 1), tmp_path / "source", "tiny-x2")
    root = photos(*(f"{i % 3}/{i}.png" for i in range(count)), size=(90, 90))
    (root / "0" / "broken.png").write_bytes((root / "0" / "0.png").read_bytes()[:200])
    call = [sys.executable, "-c", RUNNER, "upscale", str(root), "--model", "tiny-x2", "--threads", "1"]
    call += ["--tile", "32", "--provider", "cpu", "--recurse", "--json"]
    out = tmp_path / "out"
    moments = random.Random(7)
    told: Counter[str] = Counter()

    def note(output: bytes) -> None:
        # A line cut off by the kill was never promised.
        for line in output.splitlines():
            if line.endswith(b"}"):
                event = json.loads(line)
                if event["event"] == "item" and event["status"] == "done":
                    told[event["input"]] += 1
                    assert all(Path(path).is_file() for path in event["outputs"])

    for _ in range(rounds):
        process = subprocess.Popen(
            [*call, "--out", str(out), "--resume"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        first = process.stdout.readline()  # from here on it works; before, a kill would prove little
        time.sleep(moments.uniform(0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        note(first + process.stdout.read())
        process.wait(30)
        process.stdout.close()
    last = subprocess.run(
        [*call, "--out", str(out), "--resume"], capture_output=True, timeout=600, check=False
    )
    assert last.returncode == 1, last.stderr.decode()  # the broken file, reported and in nobody's way
    note(last.stdout)
    summary = json.loads(last.stdout.splitlines()[-1])
    assert summary["done"] + summary["skipped"] == count
    assert summary["failed"] == 1
    assert set(told.values()) == {1}
    assert not list(out.rglob("*.part"))
    clean = subprocess.run(
        [*call, "--out", str(tmp_path / "clean")], capture_output=True, timeout=600, check=False
    )
    assert clean.returncode == 1
    assert whole_files(out) == whole_files(tmp_path / "clean")
