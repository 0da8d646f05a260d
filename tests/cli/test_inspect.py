"""The verb `inspect`: files and names, lists and exports, what is refused, odd pictures, resuming."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from deconv_studio import imaging
from deconv_studio.lens.reconstruct import Lens
from tests.cli.conftest import Called
from tests.lens.graphs import network, small_classifier

pytestmark = pytest.mark.light

Call = Callable[..., Called]
Photos = Callable[..., Path]


@pytest.fixture
def net(tmp_path: Path) -> Path:
    target = tmp_path / "nets" / "net.onnx"
    target.parent.mkdir()
    target.write_bytes(small_classifier().SerializeToString())
    return target


@pytest.fixture
def free(net: Path) -> Path:
    """The same network for pictures of any size."""
    target = net.with_name("free.onnx")
    target.write_bytes(small_classifier(size="side").SerializeToString())
    return target


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


class TestFiles:
    def test_the_array_is_the_reconstruction_exactly_as_computed(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path
    ) -> None:
        photo = photos("a.png", size=(33, 33)) / "a.png"
        told = call(
            "inspect", photo, "--model", net, "--layer", "relu2", "--unit", "3", "--seed", "one",
            "--save", "png,npy,patch", "--out", tmp_path / "out", "--json",
        )  # fmt: skip
        assert told.status == 0
        assert names(tmp_path / "out") == [
            "a.relu2.3.deconvnet.npy",
            "a.relu2.3.deconvnet.patch.png",
            "a.relu2.3.deconvnet.png",
        ]
        feed = imaging.read(photo).pixels.astype(np.float32) / np.float32(255)
        lens = Lens(net)
        look = lens.look(feed.transpose(2, 0, 1)[None], ["relu2"], ["deconvnet"])
        expected = lens.reconstruct(look, "relu2", 3, value="one")
        values = np.load(tmp_path / "out" / "a.relu2.3.deconvnet.npy")
        assert (values.dtype, values.shape) == (np.float32, (3, 33, 33))
        assert np.array_equal(values, expected.full())
        item, summary = told.lines
        assert (item["status"], item["model"], item["provider"]) == ("done", "net", "cpu")
        assert [Path(path).name for path in item["outputs"]] == [
            "a.relu2.3.deconvnet.png",
            "a.relu2.3.deconvnet.npy",
            "a.relu2.3.deconvnet.patch.png",
        ]
        assert item["result"] == {
            "layer": "relu2",
            "unit": 3,
            "at": list(expected.at or ()),
            "rule": "deconvnet",
            "seed": 1.0,
            "box": [list(span) for span in expected.box[2:]],
            "size": [33, 33],
        }
        assert summary["done"] == 1
        view = imaging.read(tmp_path / "out" / "a.relu2.3.deconvnet.png")
        assert "inspect" in view.metadata.text["deconv-studio"]
        patch = imaging.read(tmp_path / "out" / "a.relu2.3.deconvnet.patch.png")
        (top, bottom), (left, right) = expected.box[2:]
        assert np.array_equal(patch.pixels, imaging.read(photo).pixels[top:bottom, left:right])

    def test_the_strongest_unit_and_the_default_rule_are_said(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path
    ) -> None:
        told = call(
            "inspect", photos("a.png", size=(40, 50)), "--model", net, "--out", tmp_path / "out", "--json"
        )
        assert told.status == 0
        assert "The layer is relu4" in told.err
        assert "The rule is deconvnet, because max pools" in told.err
        result = told.lines[0]["result"]
        assert names(tmp_path / "out") == [f"a.relu4.{result['unit']}.deconvnet.png"]
        quiet = call(
            "inspect", photos("a.png", size=(40, 50)), "--model", net, "--out", tmp_path / "o", "--quiet"
        )
        assert (quiet.status, quiet.err) == (0, "")

    def test_a_single_file_may_be_named(self, call: Call, photos: Photos, net: Path, tmp_path: Path) -> None:
        photo = photos("a.png", size=(33, 33)) / "a.png"
        wanted = ("inspect", photo, "--model", net, "--layer", "relu1", "--quiet")
        assert call(*wanted, "--out", tmp_path / "one.png").status == 0
        assert imaging.read(tmp_path / "one.png").pixels.shape == (33, 33, 3)
        assert call(*wanted, "--save", "npy", "--out", tmp_path / "one.npy").status == 0
        assert np.load(tmp_path / "one.npy").shape == (3, 33, 33)
        # Several files need a folder.
        assert call(*wanted, "--save", "png,npy", "--out", tmp_path / "two.png").status == 0
        assert len(names(tmp_path / "two.png")) == 2

    def test_without_out_the_files_lie_beside_the_picture(
        self, call: Call, photos: Photos, net: Path
    ) -> None:
        folder = photos("a.png", size=(33, 33))
        told = call(
            "inspect",
            folder / "a.png",
            "--model",
            net,
            "--layer",
            "relu2",
            "--unit",
            "1",
            "--quiet",
            "--seed",
            "one",
        )
        assert told.status == 0
        assert names(folder) == ["a.png", "a.relu2.1.deconvnet.png"]

    def test_names_and_formats(self, call: Call, photos: Photos, net: Path, tmp_path: Path) -> None:
        folder = photos("a.png", "b.png", size=(33, 33))
        told = call(
            "inspect", folder, "--model", net, "--layer", "first_pool", "--unit", "0", "--seed", "one",
            "--out", tmp_path / "out", "--name", "see-{stem}", "--format", "jpeg", "--quiet",
        )  # fmt: skip
        assert told.status == 0
        assert names(tmp_path / "out") == ["see-a.pool1.0.deconvnet.jpg", "see-b.pool1.0.deconvnet.jpg"]
        told = call("inspect", folder, "--model", net, "--out", tmp_path / "out", "--name", "{layer}")
        assert told.status == 2
        assert "unknown field {layer}" in told.err

    @pytest.mark.parametrize("rule", ["guided", "gradient", "gradcam", "occlusion"])
    def test_every_rule(self, call: Call, photos: Photos, net: Path, tmp_path: Path, rule: str) -> None:
        told = call(
            "inspect", photos("a.png", size=(33, 33)), "--model", net, "--layer", "relu2", "--rule", rule,
            "--out", tmp_path / "out", "--json",
        )  # fmt: skip
        assert told.status == 0
        assert told.lines[0]["result"]["rule"] == rule
        assert names(tmp_path / "out")[0].endswith(f".{rule}.png")

    def test_mean_std_and_range_reach_the_network(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path
    ) -> None:
        photo = photos("a.png", size=(33, 33)) / "a.png"
        told = call(
            "inspect", photo, "--model", net, "--layer", "relu2", "--unit", "2", "--at", "4,4", "--json",
            "--mean", "0.5,0.4,0.3", "--std", "0.2", "--range", "0,1", "--out", tmp_path / "out",
        )  # fmt: skip
        feed = imaging.read(photo).pixels.astype(np.float64) / 255
        feed = (feed - [0.5, 0.4, 0.3]) / 0.2
        lens = Lens(net)
        activation = lens.activation(
            lens.look(feed.astype(np.float32).transpose(2, 0, 1)[None], ["relu2"], []), "relu2"
        )
        if activation[0, 2, 4, 4] == 0:
            assert told.lines[0]["error"]["kind"] == "ZeroSeed"
        else:
            assert told.lines[0]["result"]["seed"] == pytest.approx(activation[0, 2, 4, 4], rel=1e-4)


class TestGraphs:
    def test_layers_are_listed_without_a_picture(self, call: Call, net: Path) -> None:
        told = call("inspect", "--model", net, "--list")
        assert (told.status, told.err) == (0, "")
        layers = json.loads(told.out)
        assert [layer["layer"] for layer in layers][:3] == ["conv1", "relu1", "pool1"]
        assert layers[2]["shape"] == [1, 8, 8, 8]
        lines = call("inspect", "--model", net, "--list", "--json").lines
        assert lines[0] == {"event": "layer", **layers[0]}
        assert len(lines) == len(layers)

    def test_a_generator_is_listed_and_takes_no_picture(
        self, call: Call, photos: Photos, tmp_path: Path
    ) -> None:
        weight = np.ones((6, 3, 4, 4), np.float32)
        nodes = [onnx.helper.make_node("ConvTranspose", ["x", "w"], ["y"], name="up")]
        (tmp_path / "gan.onnx").write_bytes(network(nodes, (1, 6, 1, 1), {"w": weight}).SerializeToString())
        told = call("inspect", "--model", tmp_path / "gan.onnx", "--list")
        assert [layer["layer"] for layer in json.loads(told.out)] == ["y"]
        told = call("inspect", photos("a.png"), "--model", tmp_path / "gan.onnx", "--out", tmp_path / "out")
        assert told.status == 2
        assert "takes 1x6x1x1, which is no picture" in told.err

    def test_the_exported_graph_runs_alone_and_agrees(
        self, call: Call, photos: Photos, free: Path, tmp_path: Path
    ) -> None:
        photo = photos("a.png", size=(36, 40)) / "a.png"
        target = tmp_path / "net.recon.onnx"
        told = call(
            "inspect", photo, "--model", free, "--layer", "relu3", "--unit", "5", "--save", "npy",
            "--out", tmp_path / "out", "--export", target, "--json",
        )  # fmt: skip
        assert told.status == 0
        export, item, _ = told.lines
        assert (export["event"], export["output"], export["rule"]) == ("export", str(target), "deconvnet")
        result = item["result"]
        session = onnxruntime.InferenceSession(target, providers=["CPUExecutionProvider"])
        shapes = {value.name: value.shape for value in session.get_inputs()}
        assert shapes["image"] == [1, 3, 36, 40]
        seed = np.zeros(shapes["seed"], np.float32)
        seed[(0, 5, *result["at"])] = result["seed"]
        image = imaging.read(photo).pixels.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(255)
        value = session.run(["reconstruction"], {"image": image, "seed": seed})[0]
        expected = np.load(item["outputs"][0])
        assert np.abs(value[0] - expected).max() <= 1e-5 * np.abs(expected).max()

    def test_an_export_alone_writes_nothing_else(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path
    ) -> None:
        folder = photos("a.png", size=(33, 33))
        target = tmp_path / "b.recon.onnx"
        wanted = ("inspect", "--model", net, "--layer", "relu2", "--export", target)
        assert call(*wanted).status == 0
        first = target.read_bytes()
        again = call(*wanted)
        assert again.status == 2
        assert "exists" in again.err
        assert call(*wanted, "--exists", "skip").status == 0
        assert call(*wanted, folder / "a.png", "--exists", "overwrite").status == 0
        assert target.read_bytes() == first
        assert names(folder) == ["a.png"]
        # The network itself is never written over.
        own = call("inspect", "--model", net, "--layer", "relu2", "--export", net, "--exists", "overwrite")
        assert own.status == 2
        assert "is the network itself" in own.err
        for wrong in (
            ("--export", tmp_path / "x.txt"),
            ("--rule", "gradcam", "--export", tmp_path / "x.onnx"),
        ):
            assert call("inspect", "--model", net, *wrong).status == 2


class TestWrongCalls:
    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            (("--layer", "relo2"), "Did you mean relu2"),
            (("--unit", "99", "--layer", "relu2"), "Its units are 0 to 7"),
            (("--unit", "best"), "which is no unit"),
            (("--at", "here"), "which is no position"),
            (("--save", "png,gif"), "'gif' is nothing that inspect saves"),
            (("--rule", "magic"), "is not one of"),
            (("--mean", "1,2"), "Give one value, or one for each channel"),
            (("--std", "0"), "std"),
            (("--range", "1"), "--range needs two numbers"),
            (("--provider", "cuda"), "runs on the processor"),
        ],
    )
    def test_is_refused_as_a_whole_with_a_way_out(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path, wrong: tuple[str, ...], words: str
    ) -> None:
        told = call("inspect", photos("a.png"), "--model", net, "--out", tmp_path / "out", *wrong)
        assert (told.status, told.out) == (2, "")
        assert words in told.err
        assert not (tmp_path / "out").exists()

    def test_without_a_model_those_there_are_named(self, call: Call, photos: Photos) -> None:
        told = call("inspect", photos("a.png"))
        assert told.status == 2
        assert "tiny-x2" in told.err
        assert call("inspect", "--model", "tiny-x2").status == 2
        assert "Did you mean 'tiny-x2'" in call("inspect", "--model", "tiny-x3", "--list").err

    def test_a_file_that_is_no_network(self, call: Call, photos: Photos, tmp_path: Path) -> None:
        (tmp_path / "bad.onnx").write_bytes(b"no network at all")
        told = call("inspect", photos("a.png"), "--model", tmp_path / "bad.onnx", "--out", tmp_path / "out")
        assert told.status == 2
        assert "bad.onnx" in told.err
        assert call("inspect", "--model", tmp_path / "none.onnx", "--list").status == 2


class TestPictures:
    def test_odd_pictures_are_inspected_like_any(
        self, call: Call, net: Path, free: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "odd"
        folder.mkdir()
        rng = np.random.default_rng(0)
        Image.fromarray(rng.integers(0, 255, (1, 1, 3), np.uint8)).save(folder / "tiny.png")
        Image.fromarray(rng.integers(0, 255, (40, 40), np.uint8)).save(folder / "gray.png")
        Image.fromarray(rng.integers(0, 255, (40, 60, 4), np.uint8)).save(folder / "rgba.png")
        deep = imaging.Picture(rng.integers(0, 65535, (50, 40, 3), np.uint16))
        imaging.write(deep, folder / "deep.tif")
        (folder / "torn.png").write_bytes((folder / "gray.png").read_bytes()[:300])
        told = call(
            "inspect", folder, "--model", net, "--layer", "relu2", "--seed", "one", "--save", "npy",
            "--out", tmp_path / "out", "--json",
        )  # fmt: skip
        assert told.status == 1
        by_name = {Path(line["input"]).name: line for line in told.lines[:-1]}
        assert by_name["torn.png"]["error"]["kind"] == "TruncatedFile"
        assert [name for name, line in by_name.items() if line["status"] == "done"] == [
            "deep.tif",
            "gray.png",
            "rgba.png",
            "tiny.png",
        ]
        # A network of any size cannot look at a single pixel; it says so, and the others are done.
        told = call(
            "inspect", folder / "gray.png", folder / "tiny.png", "--model", free, "--layer", "relu4",
            "--seed", "one", "--out", tmp_path / "free", "--json",
        )  # fmt: skip
        done, small, _ = told.lines
        assert (told.status, done["status"], small["status"]) == (1, "done", "failed")
        assert "1 x 1" in small["error"]["message"]
        assert small["error"]["hint"]

    def test_a_dead_unit_is_one_pictures_failure(self, call: Call, photos: Photos, tmp_path: Path) -> None:
        make = onnx.helper.make_node
        weight = np.full((2, 3, 1, 1), -1, np.float32)
        model = network(
            [make("Conv", ["x", "w"], ["c"]), make("Relu", ["c"], ["y"])], (1, 3, 8, 10), {"w": weight}
        )
        (tmp_path / "dead.onnx").write_bytes(model.SerializeToString())
        told = call(
            "inspect", photos("a.png"), "--model", tmp_path / "dead.onnx", "--out", tmp_path / "out", "--json"
        )
        assert told.status == 1
        assert told.lines[0]["error"]["kind"] == "ZeroSeed"
        assert "'one'" in told.lines[0]["error"]["hint"]


class TestRuns:
    def test_exists_and_resume(self, call: Call, photos: Photos, net: Path, tmp_path: Path) -> None:
        folder = photos("a.png", "b.png", size=(33, 33))
        out = tmp_path / "out"
        wanted = (
            "inspect", folder, "--model", net, "--layer", "relu2", "--unit", "1", "--seed", "one",
            "--save", "png,npy", "--out", out, "--json",
        )  # fmt: skip
        assert call(*wanted, "--resume").lines[-1]["done"] == 2
        before = {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.suffix == ".npy"}
        (out / "b.relu2.1.deconvnet.png").unlink()
        again = call(*wanted, "--resume")
        assert [line["status"] for line in again.lines[:-1]] == ["skipped", "skipped"]
        assert again.lines[0]["error"]["kind"] == "Done"
        failed = call(*wanted)
        assert failed.status == 1
        assert {line["error"]["kind"] for line in failed.lines[:-1]} == {"OutputExists"}
        # One of the two files was there: nothing of the pair was written.
        assert not (out / "b.relu2.1.deconvnet.png").exists()
        assert call(*wanted, "--exists", "skip").lines[-1]["skipped"] == 2
        assert {n: (out / n).stat().st_mtime_ns for n in before} == before
        renamed = call(*wanted, "--exists", "rename").lines[0]["outputs"]
        assert [Path(path).name for path in renamed] == [
            "a-2.relu2.1.deconvnet.png",
            "a-2.relu2.1.deconvnet.npy",
        ]
        assert call(*wanted, "--exists", "overwrite").lines[-1]["done"] == 2

    def test_inputs_of_one_stem_are_told_apart(
        self, call: Call, photos: Photos, net: Path, tmp_path: Path
    ) -> None:
        folder = photos("a.png", "a.jpg", size=(33, 33))
        wanted = ("inspect", folder, "--model", net, "--layer", "relu1", "--out", tmp_path / "out", "--json")
        told = call(*wanted)
        assert sorted(line["status"] for line in told.lines[:-1]) == ["done", "failed"]
        assert any((line["error"] or {}).get("kind") == "OutputCollision" for line in told.lines[:-1])
        told = call(*wanted, "--exists", "rename")
        assert told.lines[-1]["done"] == 2

    def test_a_dry_run_writes_nothing(self, call: Call, photos: Photos, net: Path, tmp_path: Path) -> None:
        wanted = ("inspect", photos("a.png"), "--model", net, "--layer", "relu2", "--out", tmp_path / "out")
        told = call(*wanted, "--dry-run", "--save", "png,npy", "--unit", "2", "--json")
        assert told.status == 0
        assert [Path(path).name for path in told.lines[0]["outputs"]] == [
            "a.relu2.2.deconvnet.png",
            "a.relu2.2.deconvnet.npy",
        ]
        assert "a.relu2.*.deconvnet.png" in call(*wanted, "--dry-run").out
        assert not (tmp_path / "out").exists()

    def test_standard_input(self, spawn: Call, photos: Photos, net: Path, tmp_path: Path) -> None:
        data = (photos("a.png", size=(33, 33)) / "a.png").read_bytes()
        told = spawn(
            "inspect", "-", "--model", net, "--layer", "relu2", "--unit", "4", "--seed", "one", "--quiet",
            "--out", tmp_path / "out", data=data,
        )  # fmt: skip
        assert (told.status, told.err) == (0, "")
        assert names(tmp_path / "out") == ["stdin.relu2.4.deconvnet.png"]

    def test_a_model_with_a_card_is_looked_into_by_its_id(
        self, call: Call, photos: Photos, tmp_path: Path
    ) -> None:
        told = call("inspect", photos("a.png"), "--model", "colour-x3", "--out", tmp_path / "o", "--json")
        assert (told.status, told.lines[0]["model"]) == (0, "colour-x3")
        told = call("inspect", photos("a.png"), "--model", "colour-x3", "--mean", "0.5", "--out", tmp_path)
        assert told.status == 2
        assert "has a card that says it" in told.err


def test_what_concerns_the_network_is_said_once_and_what_concerns_a_picture_with_it(
    call: Call, photos: Photos, tmp_path: Path
) -> None:
    make = onnx.helper.make_node
    weight = {"w": np.ones((2, 3, 3, 3), np.float32)}
    nodes = [make("Conv", ["x", "w"], ["c"], pads=[1] * 4), make("LeakyRelu", ["c"], ["y"])]
    (tmp_path / "leaky.onnx").write_bytes(network(nodes, (1, 3, "h", "w"), weight).SerializeToString())
    told = call(
        "inspect", photos("a.png", "b.png", size=(600, 900)), "--model", tmp_path / "leaky.onnx",
        "--memory", "20MiB", "--out", tmp_path / "out",
    )  # fmt: skip
    assert told.status == 0
    assert told.err.count("rectified with the layer's own slope") == 1
    assert told.err.count("The rule is guided") == 1
    assert told.err.count("was reduced from 900 x 600 to") == 2
