"""The operator by operator rebuild gives what ONNX Runtime does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from deconv_studio.learning.eager import UnknownOperatorError, eager
from deconv_studio.learning.networks import FSRCNN, UNetLite0
from deconv_studio.learning.onnx_export import photo_like, save, to_onnx

MODELS = Path(__file__).parents[2] / "models"


@pytest.mark.parametrize(
    ("network", "channels", "multiple"),
    [
        (FSRCNN(2, d=8, s=4, m=1), 1, 1),
        (UNetLite0(3, widths=[8, 8, 8, 8], distance=True), 3, 32),
    ],
    ids=["fsrcnn", "unet-lite0"],
)
def test_it_computes_what_onnx_runtime_does(
    network: Any, channels: int, multiple: int, tmp_path: Path
) -> None:
    before = torch.get_num_threads()
    torch.manual_seed(0)
    model = to_onnx(
        network.eval(),
        torch.rand(2, channels, 64, 96),
        dynamic={2: "H", 3: "W"},
        names=("image", "out"),
        multiple=multiple,
    )
    save(model, tmp_path / "x.onnx")
    values = photo_like((2, channels, 64, 64))
    (expected,) = onnxruntime.InferenceSession(
        str(tmp_path / "x.onnx"), providers=["CPUExecutionProvider"]
    ).run(None, {"image": values})
    found = eager(tmp_path / "x.onnx", before)(values)
    assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())


def test_an_operator_it_does_not_know_is_named(tmp_path: Path) -> None:
    node = onnx.helper.make_node("Erf", ["a"], ["b"])
    info = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1]) for name in "ab"]
    onnx.save(
        onnx.helper.make_model(onnx.helper.make_graph([node], "g", info[:1], info[1:])), tmp_path / "e.onnx"
    )
    with pytest.raises(UnknownOperatorError, match="Erf"):
        eager(tmp_path / "e.onnx", 1)


def test_a_generator_is_computed_as_onnx_runtime_does(tmp_path: Path) -> None:
    from deconv_studio.learning.networks.dcgan import Generator
    from deconv_studio.learning.onnx_export import _ByNumber

    torch.manual_seed(0)
    network = _ByNumber(Generator(16, 3, latent=5, classes=3, widths=(8, 4)).eval())
    inputs = torch.randn(2, 5), torch.tensor([2, 0])
    model = to_onnx(network.eval(), inputs, dynamic={0: "N"}, names=("z", "class", "picture"))
    save(model, tmp_path / "x.onnx")
    feed = {
        "z": np.random.default_rng(0).standard_normal((4, 5), np.float32),
        "class": np.array([2, 0, 1, 2]),
    }
    session = onnxruntime.InferenceSession(str(tmp_path / "x.onnx"), providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, feed)
    found = eager(tmp_path / "x.onnx", torch.get_num_threads())(feed)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert np.ptp(expected) > 0


@pytest.mark.parametrize("file", sorted(MODELS.glob("*/model.onnx")), ids=lambda file: file.parent.name)
def test_every_bundled_network_stands_beside_pytorch(file: Path) -> None:
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    feed = {}
    for item in session.get_inputs():
        sizes = [1 if axis == 0 else 256 for axis in range(len(item.shape))]
        shape = [
            size if isinstance(size, int) else given for size, given in zip(item.shape, sizes, strict=True)
        ]
        whole = "int" in item.type
        feed[item.name] = np.zeros(shape, np.int64) if whole else rng.random(shape, np.float32)
    expected = session.run(None, feed)[0]
    found = eager(file, torch.get_num_threads())(feed)
    assert np.abs(found - expected).max() < 1e-4 * max(1, np.abs(expected).max())


def test_a_way_of_resizing_it_does_not_know_is_named(tmp_path: Path) -> None:
    node = onnx.helper.make_node("Resize", ["a", "", "scales"], ["b"], mode="cubic")
    info = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1, 1, 4, 4]) for name in "ab"]
    scales = onnx.numpy_helper.from_array(np.array([1, 1, 1, 1], np.float32), "scales")
    graph = onnx.helper.make_graph([node], "g", info[:1], info[1:], [scales])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "r.onnx")
    with pytest.raises(UnknownOperatorError, match="Resize with mode"):
        eager(tmp_path / "r.onnx", torch.get_num_threads())(np.ones((1, 1, 4, 4), np.float32))
