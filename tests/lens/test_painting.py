"""A generator's graph opened at a layer: what can be painted on, and that the opened graph is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from deconv_studio.lens.errors import GraphInvalid, TensorMissing
from deconv_studio.lens.painting import ADD, KEEP, Paintable, opened, paintable, watched
from deconv_studio.lens.runtime import open_session, run_session
from tests.generators import UNITS, units_file

pytestmark = pytest.mark.light


def feed(count: int = 1) -> dict[str, np.ndarray]:
    return {"z": np.random.default_rng(0).standard_normal((count, UNITS), np.float32)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return units_file(tmp_path / "units")[0]


def picture(model: onnx.ModelProto, feeds: dict[str, np.ndarray], name: str = "picture") -> np.ndarray:
    return run_session(open_session(model), [name], feeds)[name]


def test_layers_end_with_their_activation(path: Path) -> None:
    assert paintable(path, feed()) == (Paintable("maps", "Relu", (UNITS, 2, 2)),)


def test_a_fully_connected_start_and_a_skip(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)

    def values(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    weights = {
        "dense": values(UNITS, 12),
        "shape": np.array([-1, 3, 2, 2]),
        "scale": np.ones(3, np.float32),
        "zero": np.zeros(3, np.float32),
        "w0": values(3, 3, 1, 1),
        "w1": values(1, 3, 1, 1),
    }
    nodes = [
        helper.make_node("MatMul", ["z", "dense"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["map"]),
        helper.make_node("BatchNormalization", ["map", "scale", "zero", "zero", "scale"], ["normal"]),
        helper.make_node("Relu", ["normal"], ["first"]),
        helper.make_node("Conv", ["first", "w0"], ["more"]),
        helper.make_node("Add", ["first", "more"], ["sum"]),
        helper.make_node("Conv", ["sum", "w1"], ["picture"]),
    ]
    graph = helper.make_graph(
        nodes,
        "generator",
        [helper.make_tensor_value_info("z", TensorProto.FLOAT, ["N", UNITS])],
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["N", 1, 2, 2])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    found = paintable(model, feed())
    assert found == (Paintable("first", "Relu", (3, 2, 2)), Paintable("more", "Conv", (3, 2, 2)))


def test_one_and_zero_leave_it_as_it_is(path: Path) -> None:
    before = onnx.load(path).SerializeToString(deterministic=True)
    model = opened(path, ["maps", "maps"])
    onnx.checker.check_model(model)
    still = {
        f"maps{KEEP}": np.ones((1, 1, 1, 1), np.float32),
        f"maps{ADD}": np.zeros((1, 1, 1, 1), np.float32),
    }
    np.testing.assert_array_equal(picture(model, {**feed(3), **still}), picture(onnx.load(path), feed(3)))
    assert onnx.load(path).SerializeToString(deterministic=True) == before


def test_what_is_kept_and_added_is_what_the_layer_becomes(path: Path) -> None:
    model = watched(opened(path, ["maps"]).SerializeToString(), ["maps"])
    keep = np.random.default_rng(1).random((1, UNITS, 2, 2), np.float32)
    add = np.arange(UNITS, dtype=np.float32).reshape(1, UNITS, 1, 1)
    plain = picture(watched(path, ["maps"]), feed(2), "maps")
    found = picture(model, {**feed(2), f"maps{KEEP}": keep, f"maps{ADD}": add}, "maps")
    np.testing.assert_allclose(found, plain * keep + add, rtol=1e-6)


def test_a_layer_that_is_the_output_can_be_opened(path: Path) -> None:
    model = opened(path, ["picture"])
    off = {
        f"picture{KEEP}": np.zeros((1, 1, 1, 1), np.float32),
        f"picture{ADD}": np.ones((1, 1, 1, 1), np.float32),
    }
    assert (picture(model, {**feed(), **off}) == 1).all()


def test_what_is_not_there_is_named(path: Path, tmp_path: Path) -> None:
    for change in (opened, watched):
        with pytest.raises(TensorMissing, match="zebra"):
            change(path, ["zebra"])
    (tmp_path / "x.onnx").write_bytes(b"no network")
    with pytest.raises(GraphInvalid):
        paintable(tmp_path / "x.onnx", feed())
