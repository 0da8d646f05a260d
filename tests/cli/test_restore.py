"""The verb `restore`, `evaluate` and `bench` of what restores: lines, files, and the model by channels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deconv_studio import imaging
from deconv_studio.catalog import folders
from deconv_studio.cli import bench
from deconv_studio.imaging import Picture
from tests.cli.conftest import Called
from tests.restorers import install, loaded

pytestmark = pytest.mark.light

Call = Callable[..., Called]
CPU = ("--provider", "cpu")


@pytest.fixture(autouse=True)
def _no_bundled(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the tiny models, also when real ones of the same name come with the program."""
    (tmp_path / "no-models").mkdir()
    monkeypatch.setattr(folders, "bundled_folder", lambda: tmp_path / "no-models")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with gray and coloured pictures, one with alpha, and one that is none."""
    folder = tmp_path / "in"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name, channels in (("gray", 1), ("colour", 3), ("both", 4)):
        imaging.write(Picture(rng.integers(0, 256, (20, 24, channels), np.uint8)), folder / f"{name}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


def test_each_picture_gets_the_model_for_its_channels(call: Call, pictures: Path, tmp_path: Path) -> None:
    install(tmp_path / "made")
    told = call("restore", pictures, "--out", tmp_path / "out", "--json", "--sigma", "15", *CPU)
    assert told.status == 0
    items = {Path(line["input"]).stem: line for line in told.lines if line["event"] == "item"}
    done = {name: line["model"] for name, line in items.items() if line["status"] == "done"}
    assert done == {"gray": "denoise-gray", "colour": "denoise", "both": "denoise"}
    assert items["notes"]["error"]["kind"] == "NotAPicture"
    assert items["gray"]["result"]["sigma"] == 15
    assert items["gray"]["result"]["noise_estimate"] > 0
    record = imaging.read(tmp_path / "out" / "gray.png").metadata.text["deconv-studio"]
    assert '"model": "denoise-gray"' in record
    again = call("restore", pictures, "--out", tmp_path / "out", "--resume", "--sigma", "15", *CPU)
    assert again.status == 0
    assert "3 skipped" in again.err or "4 skipped" in again.err
    assert "denoise and denoise-gray" in again.err, "both were asked"
    colour = call("restore", pictures / "colour.png", "--out", tmp_path / "one.png", "--sigma", "15", *CPU)
    assert "by denoise on" in colour.err, "the one that did it, not the other"


def test_names_may_hold_the_model(call: Call, pictures: Path, tmp_path: Path) -> None:
    install(tmp_path / "made")
    name = "{stem}-{model}-{sigma}"
    told = call("restore", pictures, "--out", tmp_path / "out", "--name", name, "--quiet", *CPU)
    assert told.status == 0
    made = {path.name for path in (tmp_path / "out").glob("*.png")}
    assert made == {"gray-denoise-gray-auto.png", "colour-denoise-auto.png", "both-denoise-auto.png"}


def test_a_journal_of_another_gray_model_is_not_gone_on_with(
    call: Call, pictures: Path, tmp_path: Path
) -> None:
    install(tmp_path / "made", "denoise")
    only = call("restore", pictures, "--out", tmp_path / "out", *CPU)
    assert only.status == 0
    assert "only denoise here" in only.err
    install(tmp_path / "more", "denoise-gray")
    other = call("restore", pictures, "--out", tmp_path / "out", "--resume", *CPU)
    assert other.status == 2


def test_a_model_that_is_named_takes_all(call: Call, pictures: Path, tmp_path: Path) -> None:
    install(tmp_path / "made")
    how = ("--model", "denoise-gray", "--json", *CPU)
    told = call("restore", pictures, "--out", tmp_path / "out", *how)
    assert told.status == 0
    assert {line["model"] for line in told.lines if line.get("status") == "done"} == {"denoise-gray"}


def test_dry_run_writes_nothing(call: Call, pictures: Path, tmp_path: Path) -> None:
    install(tmp_path / "made")
    told = call("restore", pictures, "--out", tmp_path / "out", "--dry-run", *CPU)
    assert told.status == 0
    assert "3 to do, 1 to skip" in told.out
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--sigma", "much"), "auto, blind or a number"),
        (("--sigma", "56"), "up to 55"),
        (("--model", "nowhere"), "nowhere"),
        (("--mean", "0.5"), "--mean"),
    ],
)
def test_wrong_calls(call: Call, pictures: Path, tmp_path: Path, wrong: tuple[str, ...], said: str) -> None:
    install(tmp_path / "made")
    told = call("restore", pictures / "gray.png", "--out", tmp_path / "out", *wrong, *CPU)
    assert told.status == 2
    assert said in told.err
    assert not (tmp_path / "out").exists()


def test_without_a_model_the_missing_one_is_named(call: Call, pictures: Path, tmp_path: Path) -> None:
    told = call("restore", pictures, "--out", tmp_path / "out", *CPU)
    assert told.status != 0
    assert "denoise" in told.err


def test_evaluate(call: Call, pictures: Path, tmp_path: Path) -> None:
    install(tmp_path / "made")
    told = call("evaluate", "denoise-gray", "--data", pictures, "--json", *CPU)
    assert told.status == 0
    summary = told.lines[-1]
    assert summary["result"]["pictures"] == 3
    assert "luma" in summary["result"]["convention"]
    assert summary["result"]["psnr_noisy_50"] < summary["result"]["psnr_noisy_15"]
    table = call("evaluate", "denoise-gray", "--data", pictures, *CPU)
    assert table.status == 0
    assert "sigma 25" in table.out
    assert "JPEG 30" in table.out
    (tmp_path / "empty").mkdir()
    assert call("evaluate", "denoise-gray", "--data", tmp_path / "empty", *CPU).status == 1


class TestBench:
    """PSNR beside BM3D, where that is installed."""

    def test_without_it(self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "bm3d", None)
        lines, absent = bench.denoised(loaded(tmp_path / "m"), pictures, 2)
        assert "not installed" in absent["BM3D"]
        assert [line.unit for line in lines] == ["dB"] * 6 + ["s/MP"] * 2
        assert "2 pictures" in lines[0].name

    def test_with_it_the_goal_is_over_it(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Blind:
            """In its place something that gives back what it is given."""

            @staticmethod
            def bm3d(feed: np.ndarray, sigma: float) -> np.ndarray:
                assert 14 < 255 * sigma < 51
                return feed

        monkeypatch.setitem(__import__("sys").modules, "bm3d", Blind)
        lines, absent = bench.denoised(loaded(tmp_path / "m"), pictures, 1)
        assert absent == {}
        over = {line.name: line for line in lines if line.goal is not None}
        found, told = (
            [f"over BM3D{how} at sigma {sigma}" for sigma in (15, 25, 50)] for how in ("", ", told")
        )
        assert set(over) == {*found, *told}
        for names in (found, told):
            assert [over[name].goal for name in names] == [0.1, 0.1, 0.8]
        values = {
            line.name.partition(", sigma 50")[0]: line.value for line in lines if ", sigma 50" in line.name
        }
        for name, line in (("Deconv Studio", found[-1]), ("Deconv Studio, told", told[-1])):
            assert over[line].value == pytest.approx(values[name] - values["BM3D"])
        assert over["over BM3D at sigma 50"].met is (over["over BM3D at sigma 50"].value >= 0.8)


def test_an_empty_folder_is_told(call: Call, tmp_path: Path) -> None:
    install(tmp_path / "made")
    (tmp_path / "empty.png").mkdir()
    told = call("restore", tmp_path / "empty.png", "--out", tmp_path / "out", *CPU)
    assert told.status == 0
    assert "There is no file in what was named. --recurse goes into subfolders." in told.err
    again = call("restore", tmp_path / "empty.png", "--out", tmp_path / "out", "--recurse", *CPU)
    assert "--recurse" not in again.err


def test_a_folder_without_pictures_is_told(call: Call, tmp_path: Path) -> None:
    install(tmp_path / "made")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("no picture")
    told = call("restore", tmp_path / "texts", "--out", tmp_path / "out", *CPU)
    assert told.status == 0
    assert "There is no picture among what was named." in told.err


def test_an_output_that_cannot_be_is_told_before_the_work(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "made")
    imaging.write(Picture(np.full((20, 24, 1), 90, np.uint8)), tmp_path / "a.png")
    (tmp_path / "file").write_text("x")

    def never(*_: object) -> None:
        raise AssertionError("it was worked on")

    monkeypatch.setattr("deconv_studio.batch.running.load", never)
    told = call("restore", tmp_path / "a.png", "--out", tmp_path / "file" / "deep" / "a.png", "--json", *CPU)
    assert told.status == 1
    error = told.lines[0]["error"]
    assert error["kind"] == "FolderFailed"
    assert "is a file" in error["message"]
    monkeypatch.setattr("deconv_studio.batch.single.os.access", lambda *_: False)
    told = call("restore", tmp_path / "a.png", "--out", tmp_path / "new" / "a.png", "--json", *CPU)
    assert "cannot be written" in told.lines[0]["error"]["message"]
    assert not (tmp_path / "new").exists()


def test_a_picture_with_values_that_are_none_is_not_measured(
    call: Call, pictures: Path, tmp_path: Path
) -> None:
    install(tmp_path / "made")
    pixels = np.full((20, 24, 1), 0.5, np.float32)
    pixels[3, 4] = np.nan
    imaging.write(Picture(pixels), pictures / "hole.tif")
    told = call("evaluate", "denoise-gray", "--data", pictures, "--json", *CPU)
    assert told.status == 1
    [failed] = [line for line in told.lines if line.get("status") == "failed"]
    assert (Path(failed["input"]).name, failed["error"]["kind"]) == ("hole.tif", "NotFinite")
    assert told.lines[-1]["result"]["pictures"] == 3
