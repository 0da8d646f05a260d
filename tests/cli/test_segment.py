"""The verb `segment`: the list without a model, file names, kinds, JSON, refusals; `evaluate` on labels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from deconv_studio import imaging
from deconv_studio.imaging import Picture
from tests.segmenters import BINARY, by_color, install, with_distance
from tests.tiny_networks import picture as noise

from .conftest import Called

pytestmark = pytest.mark.light
Call = Callable[..., Called]


@pytest.fixture
def segmenters(home: Path, tmp_path: Path) -> None:
    install(by_color(), tmp_path / "source", "by-color")
    install(with_distance(), tmp_path / "source", "things", BINARY, instances={"class_name": "thing"})


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    """A folder with a gray, an RGBA, a 16-bit and a 1x1 picture."""
    folder = tmp_path / "kinds"
    folder.mkdir()
    for name, pixels in (
        ("gray", noise(9, 12, 1, dtype=np.uint8)),
        ("rgba", noise(10, 8, 4, dtype=np.uint8)),
        ("deep", noise(7, 11, 3, dtype=np.uint16)),
        ("dot", noise(1, 1, 3, dtype=np.uint8)),
    ):
        imaging.write(Picture(pixels), folder / f"{name}.png")
    return folder


def test_that_a_model_is_for_research_is_said_once(
    call: Call, photos: Callable[..., Path], tmp_path: Path
) -> None:
    rights = {"licence": "MIT", "research_only": True}
    install(by_color(), tmp_path / "source", "papers", weights=rights)
    folder = photos("a.png", "b.png", "c.png", size=(20, 16))
    told = call("segment", folder, "--model", "papers", "--out", tmp_path / "out", "--provider", "cpu")
    assert told.status == 0
    assert told.err.count("papers may be used for research only") == 1


@pytest.mark.usefixtures("segmenters")
def test_without_a_model_it_lists_them(call: Call, photos: Callable[..., Path]) -> None:
    called = call("segment", photos("a.png"), "--out", "x")
    assert called.status == 2
    assert "by-color" in called.err
    assert "things" in called.err
    assert "tiny-x2" not in called.err


def test_without_any_model_it_says_where_to_get_one(call: Call, photos: Callable[..., Path]) -> None:
    from deconv_studio.catalog import Catalog

    bundled = [entry.card.id for entry in Catalog().cards(task="segment")]
    called = call("segment", photos("a.png"), "--out", "x")
    assert called.status == 2
    assert bundled[0] in called.err if bundled else "models install" in called.err


@pytest.mark.usefixtures("segmenters")
def test_every_kind_of_picture(call: Call, kinds: Path, tmp_path: Path) -> None:
    called = call("segment", kinds, "--model", "by-color", "--out", tmp_path / "out", "--json")
    assert called.status == 0
    *items, summary = called.lines
    assert summary["done"] == 4
    for item in items:
        (path,) = (Path(name) for name in item["outputs"])
        assert path == tmp_path / "out" / f"{Path(item['input']).stem}.png"
        image = Image.open(path)
        source = imaging.read(item["input"])
        assert image.mode == "P"
        assert image.size == (source.width, source.height)
        values = np.asarray(image)
        if source.channels == 3:
            np.testing.assert_array_equal(values, source.pixels.argmax(axis=2))
        shares = {entry["name"]: entry["share"] for entry in item["result"]["classes"]}
        assert shares == {
            name: pytest.approx(float((values == index).mean()))
            for index, name in enumerate(("red", "green", "blue"))
        }


@pytest.mark.usefixtures("segmenters")
def test_all_that_can_be_saved(call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    called = call(
        "segment", photos("a.jpg"), "--model", "things", "--out", out, "--json",
        "--save", "index,colour,overlay,coco,cutout,probability,instances", "--shapes", "polygons",
    )  # fmt: skip
    assert called.status == 0
    names = {
        "a.index.png", "a.colour.png", "a.overlay.png", "a.coco.json", "a.cutout.png",
        "a.probability.tif", "a.instances.png",
    }  # fmt: skip
    assert {Path(path).name for path in called.lines[0]["outputs"]} == names
    assert names <= {path.name for path in out.iterdir()}
    assert tifffile.imread(out / "a.probability.tif").shape == (2, 8, 10)
    assert imaging.read(out / "a.cutout.png").pixels.shape == (8, 10, 4)
    found = imaging.read(out / "a.instances.png").pixels
    assert found.dtype == np.uint16
    annotations = json.loads((out / "a.coco.json").read_text())["annotations"]
    assert len(annotations) == int(found.max()) == called.lines[0]["result"]["instances"]


@pytest.mark.usefixtures("segmenters")
class TestNames:
    """Which file is called what, and what is refused."""

    def test_one_file(self, call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
        source = photos("a.png") / "a.png"
        assert call("segment", source, "--model", "by-color", "--out", tmp_path / "m.png").status == 0
        assert Image.open(tmp_path / "m.png").mode == "P"
        status = call(
            "segment", source, "--model", "by-color", "--out", tmp_path / "p.tif", "--save", "probability"
        ).status
        assert status == 0
        assert tifffile.imread(tmp_path / "p.tif").shape[0] == 3

    def test_never_over_the_picture(self, call: Call, photos: Callable[..., Path]) -> None:
        source = photos("a.png") / "a.png"
        before = source.read_bytes()
        called = call("segment", source, "--model", "by-color", "--json")
        assert called.status == 1
        assert called.lines[0]["error"]["kind"] == "OutputIsInput"
        assert source.read_bytes() == before

    def test_skip_works_nothing_out(self, call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
        arguments = ("segment", photos("a.png"), "--model", "by-color", "--out", tmp_path / "out", "--json")
        assert call(*arguments).lines[0]["status"] == "done"
        again = call(*arguments, "--exists", "skip").lines[0]
        assert again["status"] == "skipped"
        assert again["seconds"] == 0
        assert call(*arguments).lines[0]["error"]["kind"] == "OutputExists"
        renamed = call(*arguments, "--exists", "rename").lines[0]
        assert [Path(path).name for path in renamed["outputs"]] == ["a-2.png"]

    def test_resume(self, call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
        arguments = ("segment", photos("a.png", "b.png"), "--model", "by-color", "--out", tmp_path / "out")
        more = ("--save", "index,coco", "--json")
        assert call(*arguments, *more).status == 0
        again = call(*arguments, *more, "--resume").lines
        assert [item["status"] for item in again[:-1]] == ["skipped", "skipped"]

    def test_dry_run(self, call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
        called = call(
            "segment", photos("a.png"), "--model", "by-color", "--out", tmp_path / "o", "--save",
            "index,coco", "--dry-run", "--json",
        )  # fmt: skip
        assert [Path(path).name for path in called.lines[0]["outputs"]] == ["a.index.png", "a.coco.json"]
        assert not (tmp_path / "o").exists()

    def test_formats_are_the_kinds_own(self, call: Call, photos: Callable[..., Path], tmp_path: Path) -> None:
        called = call(
            "segment", photos("a.png"), "--model", "by-color", "--out", tmp_path / "o", "--format", "jpeg"
        )
        assert called.status == 2
        assert "PNG" in called.err


@pytest.mark.usefixtures("segmenters")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--save", "masks"), "index, colour"),
        (("--save", "cutout"), "red, green, blue"),
        (("--save", "instances"), "apart"),
        (("--model", "tiny-x2"), "upscale"),
    ],
)
def test_refusals(
    call: Call, photos: Callable[..., Path], tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    given = ("--model", "by-color") if "--model" not in arguments else ()
    called = call("segment", photos("a.png"), *given, *arguments, "--out", tmp_path / "o")
    assert called.status == 2
    assert said in called.err


@pytest.mark.usefixtures("segmenters")
def test_evaluate(call: Call, tmp_path: Path) -> None:
    pixels = noise(12, 14, 3, dtype=np.uint8)
    truth = pixels.argmax(axis=2).astype(np.uint8)
    truth[:3] = 0
    for folder, content in (("images", pixels), ("labels", truth[:, :, None])):
        (tmp_path / "data" / folder).mkdir(parents=True)
        imaging.write(Picture(content), tmp_path / "data" / folder / "a.png")
    names = [{"index": index, "name": name} for index, name in enumerate(("red", "green", "blue"))]
    (tmp_path / "data" / "classes.json").write_text(json.dumps({"classes": names}))
    called = call("evaluate", "by-color", "--data", tmp_path / "data", "--json")
    assert called.status == 0
    result = called.lines[-1]["result"]
    guess = pixels.argmax(axis=2)
    expected = [((truth == k) & (guess == k)).sum() / ((truth == k) | (guess == k)).sum() for k in range(3)]
    assert [item["iou"] for item in result["classes"]] == pytest.approx(expected)
    table = call("evaluate", "by-color", "--data", tmp_path / "data").out
    assert all(name in table for name in ("red", "green", "blue", "IoU", "Dice", "boundary F", "miou:"))
