"""The verb `sample`: files, lines, grids and walks of a tiny generator."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.cli.main import main
from deconv_studio.engine.control import Cancelled
from tests.generators import classifier_file, generator_file, install, large_file

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
    assert run(*model, *walk, "--open", "--out", str(tmp_path / "open")) == 0
    ends = [imaging.read(tmp_path / "open" / f"frame-{k:04d}.png").pixels for k in (0, 4)]
    for end, seed in zip(ends, (0, 2), strict=True):
        assert run(*model, "--seeds", str(seed), "--out", str(tmp_path / "ends")) == 0
        assert np.array_equal(end, imaging.read(tmp_path / "ends" / f"seed-{seed:04d}.png").pixels)
    for wrong in (
        ["--open"],
        ["--seeds", "x"],
        ["--grid", "3"],
        ["--class", "zebra"],
        ["--grid", "2x2", "--walk", "lerp"],
    ):
        assert run(*model, *wrong, "--out", str(tmp_path / "none")) == 2
    assert not (tmp_path / "none").exists()
    assert run("--seeds", "0") == 2


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def colours(home: Path) -> list[str]:
    install(large_file(home / "colours"))
    return ["--model", "tiny-colours", "--provider", "cpu", "--quiet"]


MADE = {
    "plain": ["--truncation", "0.7", "--class", "class 1"],
    "near": ["--near", "9", "--amount", "0.4"],
    "moved": ["--toward", "1-3", "--away", "5", "--by", "-0.7", "--class", "class 2"],
    "from the centre": ["--toward", "1-3", "--truncation", "0.5"],
    "painted": ["--off", "a1:3", "--on", "a2:0:0.5", "--on", "a0:7"],
    "grid": ["--grid", "2x3", "--off", "a1:3", "--class", "class 0"],
    "walk": ["--walk", "spline", "--frames", "3", "--near", "4", "--off", "a0:1"],
}


@pytest.mark.parametrize("way", MADE)
def test_every_sample_is_made_again_from_its_own_file(colours: list[str], home: Path, way: str) -> None:
    first, second = home / "first", home / "second"
    assert run(*colours, "--seeds", "2,7", *MADE[way], "--out", str(first)) == 0
    files = sorted(first.iterdir())
    assert files
    for file in files:
        # The file names the generator too.
        assert run("--from", str(file), "--provider", "cpu", "--quiet", "--out", str(second)) == 0
        assert (second / file.name).read_bytes() == file.read_bytes()
    plain = home / "plain"
    assert run(*colours, "--seeds", "2,7", "--out", str(plain)) == 0
    others = {file.name: imaging.read(file).pixels for file in plain.iterdir()}
    for file in files:
        if file.name in others:
            assert not np.array_equal(imaging.read(file).pixels, others[file.name])


def test_a_sample_of_another_file_is_not_made_again_unasked(
    colours: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = large_file(home / "other", side=16)
    made = home / "made"
    assert run(*colours[2:], "--model", str(other[0]), "--seeds", "1", "--out", str(made)) == 0
    [file] = made.iterdir()
    assert run("--from", str(file), "--out", str(home / "again")) == 2
    assert "another version" in capsys.readouterr().err
    # Typed is typed, be it the default.
    for option in (
        ["--seeds", "3"], ["--seeds", "0-63"], ["--truncation", "0.5"], ["--truncation", "1"],
        ["--class", "0"], ["--near", "3"], ["--toward", "1-3"], ["--by", "1"], ["--off", "a1:1"],
    ):  # fmt: skip
        assert run(*colours, "--from", str(file), *option, "--out", str(home / "never")) == 2
        told = " ".join(capsys.readouterr().err.split())
        assert "are in the file" in told and f"Leave {option[0]} out" in told
    assert not (home / "never").exists()
    assert run(*colours, "--from", str(file), "--out", str(home / "again")) == 0
    assert "differently" in capsys.readouterr().err
    imaging.write(imaging.Picture(np.zeros((4, 4, 1), np.uint8)), home / "foreign.png")
    assert run("--from", str(home / "foreign.png")) == 2
    assert "what sample" in capsys.readouterr().err


def test_layers_and_units_are_listed(
    colours: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*colours, "--layers", "--json") == 0
    [line] = capsys.readouterr().out.splitlines()
    assert [layer["layer"] for layer in json.loads(line)["layers"]] == ["a0", "a1", "a2"]
    assert run(*colours, "--layers") == 0
    assert "8 units of 8 x 8" in capsys.readouterr().out
    assert run(*colours, "--units", "a1", "--seeds", "0-3", "--json") == 0
    units = json.loads(capsys.readouterr().out)["units"]
    differences = [item["difference"] for item in units]
    assert sorted(item["unit"] for item in units) == list(range(8))
    assert differences == sorted(differences, reverse=True) and differences[0] > 0
    assert run(*colours, "--units", "a1") == 0
    assert "without the unit" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ["--off", "a1"],
        ["--off", "a1:99"],
        ["--off", "zebra:1"],
        ["--off", "a1:1:0.5"],
        ["--away", "1"],
        ["--units", "zebra"],
        ["--layers", "--walk", "lerp"],
        ["--grid", "2x2", "--near", "1"],
        ["--near", "4294967296"],
        ["--nearest", "nowhere"],
        ["--from", "nowhere.png"],
        ["--open"],
        ["--frames", "60"],
        ["--amount", "0.3"],
        ["--by", "1"],
        ["--neighbours", "5"],
        ["--features", "zebra"],
    ],
)
def test_wrong_calls(
    colours: list[str], home: Path, wrong: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    assert run(*colours, "--seeds", "0-3", *wrong, "--out", str(home / "none")) == 2
    assert not (home / "none").exists()


def test_the_nearest_pictures(colours: list[str], home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train, out = home / "train", home / "out"
    assert run(*colours, "--seeds", "0-9", "--out", str(train)) == 0
    call = [*colours, "--seeds", "4,8", "--nearest", str(train), "--neighbours", "3", "--out", str(out)]
    assert run(*call, "--json") == 0
    line = json.loads(capsys.readouterr().out.splitlines()[0])
    content = json.loads((out / "nearest.json").read_text(encoding="utf-8"))
    assert content["samples"] == line["result"]["samples"]
    first = content["samples"][0]
    assert first["nearest"][0] == {"path": str(train / "seed-0004.png"), "index": None, "distance": 0.0}
    assert 0 < first["nearest"][1]["distance"] <= first["nearest"][2]["distance"]
    sheet = imaging.read(out / "nearest.png").pixels
    assert sheet.shape == (64, 128, 3)
    np.testing.assert_array_equal(sheet[:32, :32], sheet[:32, 32:64])
    (train / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run(*call, "--exists", "overwrite") == 0
    assert "1 of the folder (broken.png)" in " ".join(capsys.readouterr().err.split())
    assert json.loads((out / "nearest.json").read_text(encoding="utf-8")) == content
    (train / "broken.png").unlink()
    assert run(*call) == 2
    install(classifier_file(home / "classifier", side=32, channels=3))
    by = ["--features", "tiny-classifier", "--exists", "overwrite"]
    assert run(*call, *by) == 0
    content = json.loads((out / "nearest.json").read_text(encoding="utf-8"))
    assert "tiny-classifier" in content["distance"]
    assert content["samples"][1]["nearest"][0]["path"].endswith("seed-0008.png")


def test_a_video_without_an_encoder(
    colours: list[str], home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deconv_studio.imaging.video.encoder", lambda: None)
    call = [*colours, "--seeds", "0-1", "--walk", "lerp", "--frames", "3", "--out", str(home / "walk.mp4")]
    assert run(*call) == 2
    assert "pip install av" in capsys.readouterr().err


@pytest.fixture
def made(home: Path) -> list[str]:
    path, _ = generator_file(home / "generator")
    return ["--model", str(path), "--provider", "cpu"]


def test_an_output_that_cannot_be_is_told_before_or_typed(
    made: list[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "file").write_text("mine")
    assert run(*made, "--seeds", "0,1", "--out", str(home / "file")) == 2
    assert "cannot be made" in capsys.readouterr().err
    assert run(*made, "--seeds", "0-3", "--walk", "lerp", "--out", str(home / "file" / "x.gif")) == 2
    assert "cannot be made" in capsys.readouterr().err
    for name, options in (
        ("two.png", ["--seeds", "0,1"]),
        ("one.jpg", ["--seeds", "0"]),
        ("grid.jpg", ["--seeds", "0,1", "--grid", "2x1"]),
        ("walk.avi", ["--seeds", "0,1", "--walk", "lerp", "--frames", "3"]),
        ("walk.png", ["--seeds", "0,1", "--walk", "lerp", "--frames", "3"]),
    ):
        assert run(*made, *options, "--out", str(home / name)) == 2
        assert f"--out {name} names a file" in capsys.readouterr().err
        assert not (home / name).exists()
    assert (home / "file").read_text() == "mine"


def test_one_seed_may_be_one_file(made: list[str], home: Path) -> None:
    assert run(*made, "--seeds", "7", "--out", str(home / "ünï x.png")) == 0
    assert run(*made, "--seeds", "7", "--out", str(home / "folder")) == 0
    assert (home / "ünï x.png").read_bytes() == (home / "folder" / "seed-0007.png").read_bytes()
    assert run("--from", str(home / "ünï x.png"), *made, "--out", str(home / "ünï x.png")) == 2


@pytest.mark.parametrize("by", ["nan", "inf", "1e300"])
def test_a_way_without_end_is_refused(
    made: list[str], home: Path, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    assert run(*made, "--seeds", "0", "--toward", "1-3", "--by", by, "--out", str(home / "out")) == 2
    assert "--by" in capsys.readouterr().err
    assert not (home / "out").exists()


@pytest.mark.parametrize("options", [[], ["--grid", "3x2"], ["--walk", "lerp", "--frames", "4"]])
def test_stopped_in_the_middle_it_ends_with_a_summary_and_no_half_file(
    made: list[str],
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
) -> None:
    from deconv_studio.engine.session import Model

    def stopped(self: Model, *rest: object, **named: object) -> None:
        raise Cancelled

    monkeypatch.setattr(Model, "run", stopped)
    out = home / "out"
    assert run(*made, "--seeds", "0-5", *options, "--out", str(out), "--json") == 130
    told = capsys.readouterr()
    summary = json.loads(told.out.splitlines()[-1])
    assert (summary["event"], summary["done"], summary["cancelled"]) == ("summary", 0, 1)
    assert "Stopped." in told.err
    assert not list(out.rglob("*"))
