"""EfficientNet-Lite from a state dict: the graph computes what its definition says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import onnxruntime
import pytest

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.efficientnet_lite import same_padding, to_onnx

pytestmark = pytest.mark.light

STRIDES = (1, 2, 2, 1)
NAMES = ["cat", "dog", "cup"]
State = dict[str, np.ndarray]


def tiny_state(seed: int = 0) -> State:
    """A stem, a block without expansion, a 3x3 and a 5x5 block of stride 2, one with a skip, a head."""
    random = np.random.default_rng(seed)
    state: State = {}

    def norm(name: str, width: int) -> None:
        state[f"{name}.weight"] = random.normal(1, 0.2, width)
        state[f"{name}.bias"] = random.normal(0.5, 0.5, width)
        state[f"{name}.running_mean"] = random.normal(0, 0.3, width)
        state[f"{name}.running_var"] = random.uniform(0.3, 2, width)
        state[f"{name}.num_batches_tracked"] = np.array(9, np.int64)

    def conv(name: str, out: int, into: int, kernel: int, norm_name: str) -> None:
        state[f"{name}.weight"] = random.normal(0, 0.8, (out, into, kernel, kernel))
        norm(norm_name, out)

    conv("_conv_stem", 4, 3, 3, "_bn0")
    width = 4
    for number, (kernel, expand, out) in enumerate([(3, 1, 3), (3, 2, 4), (5, 2, 5), (5, 2, 5)]):
        key = f"_blocks.{number}"
        if expand > 1:
            conv(f"{key}._expand_conv", width * expand, width, 1, f"{key}._bn0")
        conv(f"{key}._depthwise_conv", width * expand, 1, kernel, f"{key}._bn1")
        conv(f"{key}._project_conv", out, width * expand, 1, f"{key}._bn2")
        width = out
    conv("_conv_head", 6, width, 1, "_bn1")
    state["_fc.weight"] = random.normal(0, 1, (3, 6))
    state["_fc.bias"] = random.normal(0, 1, 3)
    return {
        name: array if array.dtype == np.int64 else array.astype(np.float32) for name, array in state.items()
    }


def reference(state: State, image: np.ndarray, strides: Sequence[int]) -> np.ndarray:
    """The network in plain NumPy and float64; `image` is (3, H, W)."""

    def layer(x: np.ndarray, conv: str, norm: str, stride: int = 1, *, linear: bool = False) -> np.ndarray:
        weight = state[f"{conv}.weight"].astype(np.float64)
        kernel, size = weight.shape[2], x.shape[1]
        # TensorFlow's definition, of the size at hand.
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        before = total // 2
        x = np.pad(x, ((0, 0), (before, total - before), (before, total - before)))
        windows = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(1, 2))
        windows = windows[:, ::stride, ::stride]
        if weight.shape[1] == 1 and len(x) > 1:
            x = np.einsum("chwkl,ckl->chw", windows, weight[:, 0])
        else:
            x = np.einsum("ihwkl,oikl->ohw", windows, weight)
        part = {
            name: state[f"{norm}.{name}"][:, None, None].astype(np.float64)
            for name in ("weight", "bias", "running_mean", "running_var")
        }
        x = (x - part["running_mean"]) / np.sqrt(part["running_var"] + 1e-3) * part["weight"] + part["bias"]
        return x if linear else np.clip(x, 0, 6)

    x = layer(image.astype(np.float64), "_conv_stem", "_bn0", 2)
    for number, stride in enumerate(strides):
        key, block = f"_blocks.{number}", x
        if f"{key}._expand_conv.weight" in state:
            x = layer(x, f"{key}._expand_conv", f"{key}._bn0")
        x = layer(x, f"{key}._depthwise_conv", f"{key}._bn1", stride)
        x = layer(x, f"{key}._project_conv", f"{key}._bn2", linear=True)
        if stride == 1 and x.shape == block.shape:
            x = x + block
    x = layer(x, "_conv_head", "_bn1")
    return state["_fc.weight"] @ x.mean(axis=(1, 2)) + state["_fc.bias"]


@pytest.mark.parametrize("size", [32, 64])
def test_the_graph_computes_the_network_for_any_batch_and_size(size: int) -> None:
    state = tiny_state()
    converted = to_onnx(state, NAMES, name="tiny", strides=STRIDES)
    onnx.checker.check_model(onnx.load_from_string(converted.content), full_check=True)
    session = onnxruntime.InferenceSession(converted.content, providers=["CPUExecutionProvider"])
    images = np.random.default_rng(2).normal(0, 0.6, (2, 3, size, size)).astype(np.float32)
    (scores,) = session.run(None, {"image": images})
    expected = np.stack([reference(state, image, STRIDES) for image in images])
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)


def test_facts_of_the_model() -> None:
    state = tiny_state()
    converted = to_onnx(state, NAMES, name="tiny", strides=STRIDES)
    model = onnx.load_from_string(converted.content)
    weights = [tensor for tensor in model.graph.initializer if "relu6" not in tensor.name]
    assert converted.parameters == sum(int(np.prod(tensor.dims)) for tensor in weights)
    assert converted.classes == tuple(NAMES)
    tensors = {name for node in model.graph.node for name in node.output}
    assert {"stem", "b0.depthwise", "b1.expand", "b1.project", "b3", "head", "scores"} <= tensors
    assert "b2" not in tensors and "b0.expand" not in tensors  # no skip, no expansion
    assert model.opset_import[0].version == 18
    assert converted.content == to_onnx(state, NAMES, name="tiny", strides=STRIDES).content
    # The stem alone: 4 x 3 x 3 x 3 weights at a quarter of the pixels, two operations each.
    assert converted.gflops_per_input_megapixel > 2 * 108 / 4 * 1e-3


@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (5, 1), (3, 2), (5, 2)])
def test_same_padding_keeps_the_size(kernel: int, stride: int) -> None:
    before, after = same_padding(kernel, stride)
    assert 0 <= after - before <= 1
    assert (64 + before + after - kernel) // stride + 1 == 64 // stride


def test_weights_of_another_network_are_refused() -> None:
    def refused(
        change: State, drop: str = "", names: Sequence[str] = NAMES, strides: Sequence[int] = STRIDES
    ) -> str:
        state = {**tiny_state(), **change}
        state.pop(drop, None)
        with pytest.raises(PackInvalid) as caught:
            to_onnx(state, names, name="tiny", strides=strides)
        return str(caught.value)

    assert "no '_conv_head.weight'" in refused({}, "_conv_head.weight")
    assert "no '_blocks.2._bn1.running_var'" in refused({}, "_blocks.2._bn1.running_var")
    assert "'_se.weight'" in refused({"_se.weight": np.ones(1, np.float32)})
    assert "shape" in refused({"_conv_head.weight": np.ones((6, 4, 1, 1), np.float32)})
    assert "no numbers" in refused({"_fc.bias": np.full(3, np.nan, np.float32)})
    assert "no numbers" in refused({"_fc.bias": np.ones(3, np.int64)})
    assert "negative variance" in refused({"_bn0.running_var": np.full(4, -1, np.float32)})
    assert "shape" in refused({}, strides=STRIDES[:2])  # the head does not fit a network cut short
    assert "3 scores and 2 names" in refused({}, names=NAMES[:2])
