"""The verb `sample`: files, lines, grids and walks of a tiny generator."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deconv_studio import imaging
from deconv_studio.cli.main import main
from tests.generators import generator_file

pytestmark = pytest.mark.light


def run(*arguments: str) -> int:
    return main(["sample", *arguments])


def test_the_verb(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    path, _ = generator_file(tmp_path / "generator")
    model = ["--model", str(path), "--provider", "cpu"]
    out = tmp_path / "out"
    assert run(*model, "--seeds", "0,5", "--out", str(out), "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(line["outputs"][0]).name for line in lines[:-1]] == ["seed-0000.png", "seed-0005.png"]
    assert lines[-1]["done"] == 2
    assert run(*model, "--seeds", "0", "--out", str(out)) == 2
    assert "already" in capsys.readouterr().err
    assert run(*model, "--seeds", "0,6", "--out", str(out), "--exists", "skip", "--json") == 0
    statuses = [json.loads(line).get("status") for line in capsys.readouterr().out.splitlines()]
    assert sorted(statuses[:-1]) == ["done", "skipped"]
    assert run(*model, "--seeds", "0-5", "--grid", "3x2", "--out", str(tmp_path / "grid.png")) == 0
    assert imaging.read(tmp_path / "grid.png").pixels.shape[:2] == (8, 12)
    walk = ["--seeds", "0-2", "--walk", "spline", "--frames", "5"]
    assert run(*model, *walk, "--out", str(tmp_path / "walk.gif")) == 0
    assert run(*model, *walk, "--out", str(tmp_path / "frames")) == 0
    assert len(list((tmp_path / "frames").glob("frame-*.png"))) == 5
    for wrong in (
        ["--seeds", "x"],
        ["--grid", "3"],
        ["--class", "zebra"],
        ["--grid", "2x2", "--walk", "lerp"],
    ):
        assert run(*model, *wrong, "--out", str(tmp_path / "none")) == 2
    assert not (tmp_path / "none").exists()
    assert run("--seeds", "0") == 2
