"""`bench sample`: rates beside peers that make the same pictures; the ratio is of one round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio.cli import bench, bench_sample
from tests.cli.conftest import Called
from tests.generators import install, large_file

pytestmark = pytest.mark.light


def _wrong(path: Path, threads: int, shape: tuple[int, ...]) -> Any:
    return lambda feed: np.ones((1, 1), np.float32)


def _gone(path: Path, threads: int, shape: tuple[int, ...]) -> Any:
    raise ImportError("no such module")


def test_every_batch_stands_beside_its_own_base(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(large_file(tmp_path / "generator"))
    pure = bench.PEERS[bench.PURE]
    peers = {bench.PURE: pure, bench_sample.EAGER: pure, "Wrong": _wrong, "Gone": _gone}
    monkeypatch.setattr(bench_sample, "PEERS", peers)
    arguments = ("--model", "tiny-colours", "--pictures", "16", "--rounds", "2", "--json")
    told = call("bench", "sample", *arguments)
    assert told.status == 0, told.err
    figures = {line["name"]: line for line in told.lines if line["event"] == "figure"}
    engines = [f"{name}, batch {size}" for size in (1, 4, 16) for name in (bench.PURE, bench_sample.EAGER)]
    assert list(figures) == [*engines, f"{bench_sample.OURS}, batch 16"]
    for size in (1, 4, 16):
        assert figures[f"{bench_sample.EAGER}, batch {size}"]["ratio"] == 1
    assert all(line["unit"] == "pictures/s" and line["value"] > 0 for line in figures.values())
    absent = {line["name"]: line["reason"] for line in told.lines if line["event"] == "absent"}
    assert absent["Gone"] == "not installed" and "differ" in absent["Wrong"]


def test_without_pytorch_the_bare_session_is_the_base(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(large_file(tmp_path / "generator"))
    monkeypatch.setattr(bench_sample, "PEERS", {bench.PURE: bench.PEERS[bench.PURE]})
    told = call("bench", "sample", "--model", "tiny-colours", "--pictures", "16", "--rounds", "1")
    assert told.status == 0, told.err
    assert "pictures/s  x1.000" in told.out


def test_other_models_are_refused(call: Callable[..., Called]) -> None:
    told = call("bench", "sample", "--model", "tiny-x2")
    assert told.status == 2 and "from noise" in told.err
