"""Comparisons over folders: equal networks, other weights, the 8-bit form, bad files, and the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from deconv_studio import imaging
from deconv_studio.batch.compare import CompareCall, compare_folder
from deconv_studio.batch.errors import CallWrong, OutputCollision
from deconv_studio.batch.single import Item
from deconv_studio.tasks.errors import ModelUnfit
from tests.batch.test_atlas import COUNT, folder, network, open_network
from tests.lens.graphs import network as build
from tests.lens.graphs import run

pytestmark = pytest.mark.light

__all__ = ["folder", "network"]


def test_a_network_equals_itself(network: Path, folder: Path, tmp_path: Path) -> None:
    call = CompareCall(folder, tmp_path / "c.html")
    found = compare_folder(call, open_network(network), open_network(network))
    assert found["pictures"] == COUNT
    assert all(layer["equal"] and layer["sqnr_db"] is None for layer in found["layers"])
    assert found["worst"] == []
    assert "No unit differs" in call.report.read_text()


def test_other_weights_are_found_where_they_are(network: Path, folder: Path, tmp_path: Path) -> None:
    model = onnx.load(str(network))
    (weight,) = (tensor for tensor in model.graph.initializer if tensor.name == "w3")
    changed = numpy_helper.to_array(weight).copy()
    changed[2] += 0.3
    weight.CopyFrom(numpy_helper.from_array(changed, "w3"))
    path = tmp_path / "changed.onnx"
    path.write_bytes(model.SerializeToString())
    call = CompareCall(folder, tmp_path / "c.html")
    found = compare_folder(call, open_network(network), open_network(path))
    layers = {layer["a"]: layer for layer in found["layers"]}
    assert layers["relu2"]["equal"]
    units = layers["conv3"]["units_sqnr_db"]
    assert [unit for unit, value in enumerate(units) if value is not None] == [2]
    # By hand, with runs of the two files.
    signal = noise = 0.0
    outputs = []
    for source in (network, path):
        part = onnx.load(str(source))
        del part.graph.output[:]
        part.graph.output.append(onnx.helper.make_tensor_value_info("conv3", onnx.TensorProto.FLOAT, None))
        outputs.append(part)
    for file in folder.iterdir():
        feed = (imaging.read(file).pixels / np.float32(255)).astype(np.float32).transpose(2, 0, 1)[None]
        x, y = (run(one, x=feed)[:, 2].astype(np.float64) for one in outputs)
        signal, noise = signal + (x**2).sum(), noise + ((x - y) ** 2).sum()
    assert units[2] == pytest.approx(10 * np.log10(signal / noise), abs=1e-3)
    assert found["worst"][0]["layer"] not in ("relu1", "pool1", "relu2")
    assert (call.folder / found["worst"][0]["images"]["patch"]["file"]).is_file()


def test_the_eight_bit_form_is_made_and_measured(network: Path, folder: Path, tmp_path: Path) -> None:
    call = CompareCall(folder, tmp_path / "c.html")
    found = compare_folder(call, open_network(network), "int8")

    files = [path.name for path in call.folder.glob("*.onnx")]
    assert files == ["tiny.int8.onnx"]
    model = onnx.load(str(call.folder / files[0]))
    assert any(node.op_type == "QuantizeLinear" for node in model.graph.node)
    layers = {layer["a"]: layer for layer in found["layers"]}
    assert {"conv1", "relu1", "pool1", "relu3", "y"} <= set(layers)
    assert layers["pool1"]["matched_by"] == "quantisation"
    for layer in layers.values():
        assert not layer["equal"]
        assert 10 < layer["sqnr_db"] < 80
    assert 0 < len(found["worst"]) <= 12
    for unit in found["worst"]:
        for image in unit["images"].values():
            assert imaging.read(call.folder / image["file"]).pixels.shape[1] == image["size"][0]
    assert json.loads((call.folder / "compare.json").read_text()) == json.loads(json.dumps(found))
    assert "http" not in call.report.read_text()


def test_bad_files_are_told_of(network: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "broken.png").write_bytes((folder / "p1.png").read_bytes()[:200])
    items: list[Item] = []
    call = CompareCall(folder, tmp_path / "c.html")
    found = compare_folder(call, open_network(network), open_network(network), on_item=items.append)
    assert (found["pictures"], found["failed"]) == (COUNT, 1)
    assert {item.status for item in items} == {"done", "failed"}


def test_wrong_calls_are_named(network: Path, folder: Path, tmp_path: Path) -> None:
    one = open_network(network)
    with pytest.raises(CallWrong, match="no folder"):
        compare_folder(CompareCall(tmp_path / "gone", tmp_path / "c.html"), one, one)
    (tmp_path / "there.html").write_text("")
    with pytest.raises(OutputCollision):
        compare_folder(CompareCall(folder, tmp_path / "there.html"), one, one)
    stranger = tmp_path / "stranger.onnx"
    node = onnx.helper.make_node("Tanh", ["x"], ["other"])
    stranger.write_bytes(build([node], [1, 3, 33, 33], output="other").SerializeToString())
    with pytest.raises(ModelUnfit, match="no layer in common"):
        compare_folder(CompareCall(folder, tmp_path / "c.html"), one, open_network(stranger))
