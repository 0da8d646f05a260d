"""HED from Keras' weights: the graph computes what its definition says, and h5py is only asked for here."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs import hed

Arrays = dict[str, np.ndarray]
CONVOLUTIONS = (2, 2, 3, 3, 3)
WIDTHS = (3, 2, 3, 4, 3)


def tiny_arrays() -> Arrays:
    """VGG16's layers with few channels."""
    random = np.random.default_rng(6)
    arrays: Arrays = {}

    def conv(place: str, kernel: int, into: int, out: int) -> None:
        shape = (kernel, kernel, into, out)
        arrays[f"{place}/vars/0"] = random.normal(0, 1 / kernel, shape).astype(np.float32)
        arrays[f"{place}/vars/1"] = random.normal(0.2, 0.3, out).astype(np.float32)

    into = 3
    for stage, (count, width) in enumerate(zip(CONVOLUTIONS, WIDTHS, strict=True), 1):
        for number in range(count):
            suffix = f"_{number}" if number else ""
            conv(f"block{stage}/layers/conv2d{suffix}", 3, into, width)
            into = width
        conv(f"dsn{stage}", 1, width, 1)
    conv("fuse", 1, 5, 1)
    return arrays


def reference(arrays: Arrays, bgr: np.ndarray) -> np.ndarray:
    """The network as its author wrote it, channels last and BGR; `bgr` is (H, W, 3), the result (H, W)."""

    def conv(x: np.ndarray, place: str) -> np.ndarray:
        weight, bias = arrays[f"{place}/vars/0"].astype(np.float64), arrays[f"{place}/vars/1"]
        pad = weight.shape[0] // 2
        windows = np.lib.stride_tricks.sliding_window_view(
            np.pad(x, ((pad, pad), (pad, pad), (0, 0))), weight.shape[:2], axis=(0, 1)
        )
        return np.einsum("hwikl,klio->hwo", windows, weight) + bias

    def enlarge(x: np.ndarray, scale: int) -> np.ndarray:
        for axis in (0, 1):
            count = x.shape[axis]
            at = np.clip((np.arange(count * scale) + 0.5) / scale - 0.5, 0, count - 1)
            low = np.minimum(at.astype(int), count - 1)
            high = np.minimum(low + 1, count - 1)
            share = (at - low).reshape((-1, 1) if axis == 0 else (1, -1))
            x = np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
        return x

    x, sides = bgr.astype(np.float64), []
    for stage, count in enumerate(CONVOLUTIONS, 1):
        if stage > 1:
            height, width, depth = x.shape
            x = x.reshape(height // 2, 2, width // 2, 2, depth).max(axis=(1, 3))
        for number in range(count):
            suffix = f"_{number}" if number else ""
            x = np.maximum(conv(x, f"block{stage}/layers/conv2d{suffix}"), 0)
        sides.append(enlarge(conv(x, f"dsn{stage}")[..., 0], 2 ** (stage - 1)))
    fused = conv(np.stack(sides, axis=-1), "fuse")[..., 0]
    return 1 / (1 + np.exp(-fused))


def write_keras(path: Path, arrays: Arrays) -> Path:
    """The layout of Keras 3: one group a layer, its arrays numbered."""
    import h5py

    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array
    return path


@pytest.mark.light
def test_the_graph_computes_the_network_for_any_size() -> None:
    arrays = tiny_arrays()
    converted = hed.to_onnx(arrays, name="tiny")
    model = onnx.load_from_string(converted.content)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(converted.content, providers=["CPUExecutionProvider"])
    rgb = np.random.default_rng(7).normal(0, 1, (2, 3, 32, 48)).astype(np.float32)
    (edges,) = session.run(None, {"image": rgb})
    expected = np.stack([reference(arrays, image[::-1].transpose(1, 2, 0)) for image in rgb])[:, None]
    assert expected.std() > 0.01
    np.testing.assert_allclose(edges, expected, atol=1e-4)
    assert converted.parameters == sum(array.size for array in arrays.values())
    tensors = {name for node in model.graph.node for name in node.output}
    assert {"conv1_1", "conv5_3", "pool1", "pool4", "side1", "side5", "edges"} <= tensors
    assert "pool5" not in tensors


@pytest.mark.light
def test_weights_of_another_network_are_refused() -> None:
    def refused(change: Arrays, drop: str = "") -> str:
        arrays = {**tiny_arrays(), **change}
        for name in [name for name in arrays if drop and name.startswith(drop)]:
            del arrays[name]
        with pytest.raises(PackInvalid) as caught:
            hed.to_onnx(arrays, name="tiny")
        return str(caught.value)

    assert "stage 3" in refused({}, "block3")
    assert "no 'dsn2/vars/0'" in refused({}, "dsn2")
    assert "shape" in refused({"block1/layers/conv2d/vars/0": np.ones((5, 5, 3, 3), np.float32)})
    assert "2 channels" in refused(
        {"fuse/vars/0": np.ones((1, 1, 5, 2), np.float32), "fuse/vars/1": np.ones(2, np.float32)}
    )
    assert "no place for" in refused({"other/vars/0": np.ones(1, np.float32)})


@pytest.mark.light
def test_without_h5py_the_command_that_installs_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(PackInvalid, match="pip install h5py"):
        hed.read_keras(tmp_path / "net.weights.h5")


def test_keras_files_are_read_by_their_paths(tmp_path: Path) -> None:
    arrays = tiny_arrays()
    found = hed.read_keras(write_keras(tmp_path / "net.weights.h5", arrays))
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], arrays[name]) for name in arrays)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.weights.h5"
    path.write_bytes(b"text")
    with pytest.raises(PackInvalid, match=r"net\.weights\.h5 is damaged"):
        hed.read_keras(path)
    with pytest.raises(PackInvalid, match="damaged"):
        hed.read_keras(tmp_path / "missing.h5")


def test_values_in_other_files_are_neither_followed_nor_read(tmp_path: Path) -> None:
    import h5py

    other = tmp_path / "other.h5"
    write_keras(other, {"secret": np.ones(3, np.float32)})
    with h5py.File(tmp_path / "links.h5", "w") as file:
        file["link"] = h5py.ExternalLink(str(other), "secret")
        file["own"] = np.ones(2, np.float32)
    assert list(hed.read_keras(tmp_path / "links.h5")) == ["own"]
    (tmp_path / "raw").write_bytes(b"\0" * 12)
    with h5py.File(tmp_path / "raw.h5", "w") as file:
        file.create_dataset("a", (3,), "<f4", external=[(str(tmp_path / "raw"), 0, 12)])
    with pytest.raises(PackInvalid, match="another file"):
        hed.read_keras(tmp_path / "raw.h5")
