"""The exported file: names, size, metadata, operator sets, and the same numbers as the live lens."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import helper

from deconv_studio import __version__
from deconv_studio.lens.errors import ExportFailed
from deconv_studio.lens.export import fused_model, weight_bytes, write_recon
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import Lens
from tests.lens.graphs import network, picture, run, small_classifier

pytestmark = pytest.mark.light

node = helper.make_node


@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
@pytest.mark.parametrize("layer", ["conv1", "relu2", "pool3", "y"])
def test_the_file_gives_what_the_lens_gives(tmp_path, layer, method):
    lens = Lens(small_classifier())
    x = picture()
    path = write_recon(lens.graph(), layer, method, tmp_path / "net.recon.onnx")
    model = onnx.load(path)
    look = lens.look(x)
    value = lens.activation(look, layer)
    seed = np.zeros_like(value)
    seed[0, 2] = value[0, 2]
    expected = lens.reconstruct(look, layer, 2, "all", method=method).full()
    found = run(model, image=x, seed=seed)
    assert found.shape == x.shape
    assert np.abs(found[0] - expected).max() <= 1e-5 * np.abs(expected).max()
    assert list(tmp_path.iterdir()) == [path]


def test_names_shapes_and_metadata(tmp_path):
    source = tmp_path / "net.onnx"
    source.write_bytes(small_classifier().SerializeToString())
    import hashlib

    lens = Lens(source)
    model = fused_model(lens.graph(), "relu2", "deconvnet")
    shapes = {
        item.name: [dim.dim_value for dim in item.type.tensor_type.shape.dim]
        for item in (*model.graph.input, *model.graph.output)
    }
    assert shapes == {"image": [1, 3, 33, 33], "seed": [1, 8, 8, 8], "reconstruction": [1, 3, 33, 33]}
    props = {entry.key: entry.value for entry in model.metadata_props}
    assert props["source_sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (props["layer"], props["rule"], props["version"]) == ("relu2", "deconvnet", __version__)


@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
def test_weights_are_stored_once(method):
    model = small_classifier()
    fused = fused_model(Graph(model), "y", method)
    # The small constants of a tiny network weigh as much as its filters; they do not grow with them.
    assert weight_bytes(fused) <= 1.1 * weight_bytes(model) + 1000
    weights = [tensor for tensor in fused.graph.initializer if len(tensor.dims) == 4 and tensor.dims[2] > 1]
    assert sorted(tensor.name for tensor in weights) == ["w1", "w2", "w3"]
    users = [step.op_type for step in fused.graph.node if "w2" in step.input]
    assert users == ["Conv", "ConvTranspose"]


def test_large_networks_stay_within_a_tenth():
    rng = np.random.default_rng(0)
    names = [f"w{i}" for i in range(4)]
    constants = {name: rng.standard_normal((64, 64, 3, 3)).astype("f") for name in names}
    constants["fc"] = rng.standard_normal((64, 500)).astype("f")
    nodes, last = [], "x"
    for name in names:
        nodes += [
            node("Conv", [last, name], [name + "c"], pads=[1] * 4),
            node("Relu", [name + "c"], [name + "r"]),
        ]
        nodes += [node("MaxPool", [name + "r"], [name + "p"], kernel_shape=[2, 2], strides=[2, 2])]
        last = name + "p"
    nodes += [
        node("GlobalAveragePool", [last], ["g"]),
        node("Flatten", ["g"], ["f"]),
        node("MatMul", ["f", "fc"], ["y"]),
    ]
    model = network(nodes, (1, 64, 32, 32), constants)
    for method in ("deconvnet", "guided"):
        fused = fused_model(Graph(model), "y", method)
        assert len(fused.SerializeToString()) <= 1.1 * weight_bytes(model)
    # Nothing above the layer is in the file.
    early = fused_model(Graph(model), "w0p", "deconvnet")
    assert {tensor.name for tensor in early.graph.initializer} & {"w1", "w2", "w3", "fc"} == set()


def test_shared_initialisers_behind_identities_are_resolved():
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((3, 3, 3, 3)).astype("f")
    shared = network(
        [
            node("Identity", ["w"], ["w_again"]),
            node("Identity", ["w_again"], ["w_third"]),
            node("Conv", ["x", "w"], ["a"], pads=[1] * 4),
            node("Relu", ["a"], ["b"]),
            node("Conv", ["b", "w_third"], ["y"], pads=[1] * 4),
        ],
        (1, 3, 9, 9),
        {"w": weight},
    )
    plain = network(
        [
            node("Conv", ["x", "w"], ["a"], pads=[1] * 4),
            node("Relu", ["a"], ["b"]),
            node("Conv", ["b", "v"], ["y"], pads=[1] * 4),
        ],
        (1, 3, 9, 9),
        {"w": weight, "v": weight},
    )
    x, seed = picture(0, 9), picture(1, 9)
    expected = run(fused_model(Graph(plain), "y", "guided"), image=x, seed=seed)
    fused = fused_model(Graph(shared), "y", "guided")
    assert np.array_equal(run(fused, image=x, seed=seed), expected)
    assert sum(len(tensor.dims) == 4 for tensor in fused.graph.initializer) == 1


def test_computed_weights_are_computed_in_the_file_too():
    rng = np.random.default_rng(0)
    model = network(
        [node("Mul", ["w", "s"], ["scaled"]), node("Conv", ["x", "scaled"], ["y"])],
        (1, 3, 6, 6),
        {"w": rng.standard_normal((2, 3, 3, 3)).astype("f"), "s": np.float32(2)},
    )
    lens = Lens(model)
    found = lens.reconstruct(lens.look(picture(0, 6)), "y", 1, (2, 2), value="one").full()
    seed = np.zeros((1, 2, 4, 4), np.float32)
    seed[0, 1, 2, 2] = 1
    fused = fused_model(lens.graph(), "y", "deconvnet")
    assert run(fused, image=picture(0, 6), seed=seed)[0] == pytest.approx(found, abs=1e-6)


def test_names_of_the_contract_that_the_network_uses_itself():
    rng = np.random.default_rng(0)
    model = network(
        [
            node("Conv", ["x", "image"], ["seed"]),
            node("Relu", ["seed"], ["reconstruction"]),
        ],
        (1, 3, 6, 6),
        {"image": rng.standard_normal((2, 3, 3, 3)).astype("f")},
        output="reconstruction",
    )
    fused = fused_model(Graph(model), "reconstruction", "guided")
    x = picture(0, 6)
    seed = np.ones((1, 2, 4, 4), np.float32)
    lens = Lens(model)
    look = lens.look(x)
    expected = sum(
        lens.reconstruct(look, "reconstruction", unit, "all", method="gradient", value="one").full()
        for unit in (0, 1)
    )
    assert run(fused, image=x, seed=seed)[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("opset", [9, 11, 13, 17])
def test_older_operator_sets_are_converted(opset):
    rng = np.random.default_rng(0)
    constants = {
        "w": rng.standard_normal((4, 3, 3, 3)).astype("f"),
        "v": rng.standard_normal((5, 4)).astype("f"),
    }
    nodes = [
        node("Conv", ["x", "w"], ["a"], strides=[2, 2]),
        node("Relu", ["a"], ["b"]),
        node("MaxPool", ["b"], ["c"], kernel_shape=[2, 2], strides=[2, 2]),
        node("GlobalAveragePool", ["c"], ["d"]),
        node("Flatten", ["d"], ["e"]),
        node("Gemm", ["e", "v", *(["zero"] if opset < 11 else [])], ["y"], transB=1),
    ]
    if opset < 11:
        constants["zero"] = np.zeros(5, np.float32)
    model = network(nodes, (1, 3, 12, 12), constants, opset=opset)
    lens = Lens(model)
    x = picture(0, 12)
    seed = np.zeros((1, 5), np.float32)
    seed[0, 1] = 1
    expected = lens.reconstruct(lens.look(x), "y", 1, (), value="one").full()
    assert run(fused_model(lens.graph(), "y", "deconvnet"), image=x, seed=seed)[0] == pytest.approx(
        expected, abs=1e-6
    )


def test_an_existing_file_is_kept(tmp_path):
    graph = Graph(small_classifier())
    path = write_recon(graph, "relu1", "deconvnet", tmp_path / "a.recon.onnx")
    before = path.read_bytes()
    with pytest.raises(ExportFailed, match="exists"):
        write_recon(graph, "relu2", "deconvnet", path)
    assert path.read_bytes() == before
    assert write_recon(graph, "relu2", "deconvnet", path, overwrite=True).read_bytes() != before
    again = write_recon(graph, "relu1", "deconvnet", tmp_path / "b.recon.onnx")
    assert again.read_bytes() == before  # the same work, the same bytes


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportFailed, match="cannot be written"):
        write_recon(Graph(small_classifier()), "relu1", "deconvnet", tmp_path / "file" / "a.recon.onnx")
