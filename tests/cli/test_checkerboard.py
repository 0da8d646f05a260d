"""The verb `checkerboard`: the score, the layer that brings it in and what mends it, for upscalers and
generators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from deconv_studio.lens.arithmetic import icnr_weight
from deconv_studio.lens.checkerboard import THRESHOLD
from tests.cli.conftest import Called
from tests.lens.graphs import network

pytestmark = pytest.mark.light

Call = Callable[..., Called]
node = onnx.helper.make_node
RNG = np.random.default_rng(0)


def weight(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def write(folder: Path, name: str, model: onnx.ModelProto) -> Path:
    target = folder / name
    target.write_bytes(model.SerializeToString())
    return target


def test_a_catalog_model_that_repeats_pixels_keeps_still(call: Call) -> None:
    told = call("checkerboard", "colour-x3", "--json")
    assert told.status == 0
    (line,) = told.lines
    assert (line["event"], line["model"], line["cause"], line["remedy"]) == (
        "checkerboard", "colour-x3", None, None,
    )  # fmt: skip
    assert line["score"] is None or line["score"] < 0.01
    text = call("checkerboard", "colour-x3")
    assert text.status == 0
    assert "No layer brings in a checkerboard" in text.out or "no layer enlarges" in text.out


def test_an_uneven_kernel_is_named_with_its_remedy(call: Call, tmp_path: Path) -> None:
    model = network(
        [
            node("Conv", ["x", "even"], ["a"], pads=[1] * 4),
            node("DepthToSpace", ["a"], ["b"], blocksize=2, mode="CRD"),
            node("ConvTranspose", ["b", "odd"], ["c"], strides=[2, 2], name="culprit"),
            node("Tanh", ["c"], ["y"]),
        ],
        (1, 3, "h", "w"),
        {"even": icnr_weight(weight(4, 3, 3, 3), 2), "odd": weight(4, 3, 3, 3)},
    )
    (line,) = call("checkerboard", write(tmp_path, "bad.onnx", model), "--json").lines
    assert line["cause"] == "c"
    assert line["score"] > THRESHOLD
    assert [score["layer"] for score in line["layers"]] == ["b", "c"]
    assert line["layers"][0]["score"] < 0.01 < line["layers"][1]["score"]
    assert "kernel of 4" in line["remedy"]
    assert line["findings"][0]["node"] == "culprit"
    text = call("checkerboard", tmp_path / "bad.onnx").out
    assert "The layer 'c' brings in a checkerboard. Use a kernel of 4" in text


def test_weights_alone_can_be_at_fault(call: Call, tmp_path: Path) -> None:
    model = network(
        [node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2])], (1, 3, 8, 8), {"w": weight(3, 2, 4, 4)}
    )
    (line,) = call("checkerboard", write(tmp_path, "even.onnx", model), "--json").lines
    assert (line["cause"], line["findings"]) == ("y", [])
    assert "weights" in line["remedy"]


@pytest.mark.parametrize("shape", [(1, 8, 1, 1), ("N", 8, 1, 1)])
def test_a_generator_is_fed_a_code(call: Call, tmp_path: Path, shape: tuple[int | str, ...]) -> None:
    model = network(
        [
            node("ConvTranspose", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("ConvTranspose", ["b", "v"], ["y"], strides=[2, 2], pads=[1] * 4),
        ],
        shape,
        {"w": weight(8, 6, 4, 4), "v": weight(6, 3, 5, 5)},
    )
    (line,) = call("checkerboard", write(tmp_path, "gan.onnx", model), "--json").lines
    assert line["input"] == [1, 8, 1, 1]
    assert (line["cause"], line["layers"][0]["stride"]) == ("y", 2)


def test_a_network_that_enlarges_nothing(call: Call, tmp_path: Path) -> None:
    model = network([node("Conv", ["x", "w"], ["y"])], (1, 3, 9, 9), {"w": weight(2, 3, 3, 3)})
    told = call("checkerboard", write(tmp_path, "plain.onnx", model), "--json")
    assert (told.status, told.lines[0]["score"], told.lines[0]["layers"]) == (0, None, [])
    assert "no layer enlarges" in call("checkerboard", tmp_path / "plain.onnx").out


def test_wrong_calls_are_told(call: Call, tmp_path: Path) -> None:
    told = call("checkerboard", "tiny-x3")
    assert (told.status, told.out) == (2, "")
    assert "Did you mean 'tiny-x2'" in told.err
    (tmp_path / "bad.onnx").write_bytes(b"\x00" * 50)
    assert call("checkerboard", tmp_path / "bad.onnx").status == 2
    open_code = network([node("Relu", ["x"], ["y"])], (1, "n"))
    told = call("checkerboard", write(tmp_path, "open.onnx", open_code))
    assert told.status == 2
    assert "open" in told.err


def test_an_export_is_looked_over(tmp_path: Path) -> None:
    from deconv_studio.cli.learn import _checkerboards

    def build(kernel: int, size: int | str) -> onnx.ModelProto:
        nodes = [node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], name="up")]
        return network(nodes, (1, 3, size, size), {"w": weight(3, 2, kernel, kernel)})

    assert _checkerboards(write(tmp_path, "even.onnx", build(4, "side"))) == []
    (notice,) = _checkerboards(write(tmp_path, "uneven.onnx", build(3, 9)))
    assert notice.startswith("up (ConvTranspose): Its kernel 3 is no multiple of its stride 2")
    assert "Use a kernel of 4" in notice
    (tmp_path / "bad.onnx").write_bytes(b"")
    assert _checkerboards(tmp_path / "bad.onnx")[0].startswith("Not checked for checkerboards:")


def test_later_layers_may_take_it_out(call: Call, tmp_path: Path) -> None:
    model = network(
        [
            node("ConvTranspose", ["x", "w"], ["a"], strides=[2, 2]),
            node("AveragePool", ["a"], ["y"], kernel_shape=[2, 2]),
        ],
        (1, 3, 16, 16),
        {"w": weight(3, 2, 2, 2)},
    )
    told = call("checkerboard", write(tmp_path, "mended.onnx", model))
    assert "The layer 'a' brings in a checkerboard" in told.out
    assert "Later layers take it out" in told.out
    (line,) = call("checkerboard", tmp_path / "mended.onnx", "--json").lines
    assert line["score"] < THRESHOLD < line["layers"][0]["score"]
