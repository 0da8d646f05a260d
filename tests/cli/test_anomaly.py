"""The verb `anomaly`: files, JSON, thresholds, refusals; `evaluate` on defects."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deconv_studio import imaging
from deconv_studio.imaging import Picture
from tests.anomalies import by_brightness, install

from .conftest import Called

pytestmark = pytest.mark.light
Call = Callable[..., Called]


@pytest.fixture
def parts(home: Path, tmp_path: Path) -> Path:
    """The model `bright`, and a folder with an even picture and one with a spot."""
    install(by_brightness(), tmp_path / "source", "bright")
    folder = tmp_path / "parts"
    folder.mkdir()
    even = np.full((20, 30, 1), 64, np.uint8)
    spotted = even.copy()
    spotted[5:8, 10:14] = 255
    imaging.write(Picture(even), folder / "even.png")
    imaging.write(Picture(spotted), folder / "spotted.png")
    return folder


def test_without_a_model_it_lists_them(call: Call, parts: Path) -> None:
    called = call("anomaly", parts, "--out", "x")
    assert called.status == 2
    assert "bright" in called.err
    assert "tiny-x2" not in called.err


def test_a_folder_gives_heat_mask_and_scores(call: Call, parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    called = call("anomaly", parts, "--model", "bright", "--out", out, "--json")
    assert called.status == 0, called.err
    even, spotted, summary = called.lines
    assert even["result"]["anomalous"] is False
    assert spotted["result"]["anomalous"] is True
    assert spotted["result"]["score"] == pytest.approx(0.75, abs=1e-3)
    assert summary["done"] == 2
    names = ["even.heat.png", "even.mask.png", "spotted.heat.png", "spotted.mask.png"]
    assert sorted(path.name for path in out.glob("*.png")) == names
    with Image.open(out / "spotted.mask.png") as mask:
        assert np.count_nonzero(np.asarray(mask)) == 12


def test_a_threshold_by_hand_and_a_lone_file(call: Call, parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.tif"
    called = call(
        *("anomaly", parts / "spotted.png", "--model", "bright", "--out", out),
        *("--save", "map", "--threshold", "0.8", "--json"),
    )
    assert called.status == 0, called.err
    assert called.lines[0]["result"]["anomalous"] is False
    assert out.is_file()
    refused = call("anomaly", parts, "--model", "bright", "--out", tmp_path / "y", "--threshold", "hot")
    assert refused.status == 2
    assert "auto" in refused.err


def test_evaluate_prints_and_tells_what_it_measured(call: Call, parts: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for kind, name in (("good", "even"), ("spot", "spotted")):
        (data / "test" / kind).mkdir(parents=True)
        (data / "test" / kind / f"{name}.png").write_bytes((parts / f"{name}.png").read_bytes())
    told = call("evaluate", "bright", "--data", data, "--json")
    assert told.status == 0, told.err
    result = told.lines[-1]["result"]
    assert result["image_auroc"] == 1
    assert result["pixel_auroc"] is None
    shown = call("evaluate", "bright", "--data", data)
    assert shown.status == 0
    assert "image AUROC" in shown.out and "spot" in shown.out
    assert "no mask" in shown.err
    assert call("evaluate", "bright", "--data", parts).status == 2


def test_one_file_of_another_kind_is_no_folder(call: Call, parts: Path, tmp_path: Path) -> None:
    wanted = ("anomaly", parts / "even.png", "--model", "bright", "--save", "mask")
    told = call(*wanted, "--out", tmp_path / "mask.jpg")
    assert told.status == 2
    assert "Name it mask.png" in told.err
    assert not (tmp_path / "mask.jpg").exists()
    (tmp_path / "made.jpg").mkdir()
    assert call(*wanted, "--out", tmp_path / "made.jpg").status == 0
    assert list((tmp_path / "made.jpg").glob("*.png"))


def test_what_a_check_says_is_told_as_it_is(call: Call, parts: Path, tmp_path: Path) -> None:
    told = call("anomaly", parts, "--model", "bright", "--save", "nothing", "--out", tmp_path / "out")
    assert told.status == 2
    assert "nothing is not one of heat, mask, map" in told.err
    assert "Value error" not in told.err
