"""DCGAN's generator from a state dict: the graph computes what its definition says."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.dcgan import to_onnx

pytestmark = pytest.mark.light

State = dict[str, np.ndarray]
WIDTHS = (5, 4, 3, 3)
KERNELS = (0, 3, 6)


def tiny_state() -> State:
    """Latents of 5, three layers: 4, 8 and 16 pixels."""
    random = np.random.default_rng(4)
    state: State = {}
    for place, number in enumerate(KERNELS):
        into, out = WIDTHS[place : place + 2]
        state[f"main.{number}.weight"] = random.normal(0, 0.5, (into, out, 4, 4)).astype(np.float32)
        if number != KERNELS[-1]:
            for part, values in (
                ("weight", random.normal(1, 0.2, out)),
                ("bias", random.normal(0, 0.4, out)),
                ("running_mean", random.normal(0, 0.4, out)),
                ("running_var", random.uniform(0.3, 2, out)),
            ):
                state[f"main.{number + 1}.{part}"] = values.astype(np.float32)
            state[f"main.{number + 1}.num_batches_tracked"] = np.array(3, np.int64)
    return state


def reference(state: State, z: np.ndarray) -> np.ndarray:
    """The generator in plain NumPy; `z` is (latents,), the result (C, H, W)."""
    x = z[:, None, None].astype(np.float64)
    for number in KERNELS:
        weight = state[f"main.{number}.weight"].astype(np.float64)
        stride, pad = (2, 1) if number else (1, 0)
        _, height, width = x.shape
        full = np.zeros((weight.shape[1], (height - 1) * stride + 4, (width - 1) * stride + 4))
        for row in range(height):
            for column in range(width):
                patch = np.einsum("i,iokl->okl", x[:, row, column], weight)
                full[:, row * stride : row * stride + 4, column * stride : column * stride + 4] += patch
        x = full[:, pad : full.shape[1] - pad, pad : full.shape[2] - pad]
        if number == KERNELS[-1]:
            return np.tanh(x)
        norm = {
            part: state[f"main.{number + 1}.{part}"][:, None, None].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        }
        x = (x - norm["running_mean"]) / np.sqrt(norm["running_var"] + 1e-5) * norm["weight"] + norm["bias"]
        x = np.maximum(x, 0)
    raise AssertionError


def test_the_graph_computes_the_generator_for_any_number_of_pictures() -> None:
    converted = to_onnx(tiny_state(), name="tiny")
    model = onnx.load_from_string(converted.content)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(converted.content, providers=["CPUExecutionProvider"])
    z = np.random.default_rng(5).standard_normal((3, 5, 1, 1)).astype(np.float32)
    (pictures,) = session.run(None, {"z": z})
    assert pictures.shape == (3, 3, 16, 16)
    expected = np.stack([reference(tiny_state(), latents[:, 0, 0]) for latents in z])
    assert expected.std() > 0.05
    np.testing.assert_allclose(pictures, expected, atol=1e-5)
    assert converted.gflops_per_input_megapixel is None  # noise has no pixels
    assert converted.parameters == sum(int(np.prod(tensor.dims)) for tensor in model.graph.initializer)


def test_weights_of_another_network_are_refused() -> None:
    def refused(change: State, drop: str = "") -> str:
        state = {**tiny_state(), **change}
        state.pop(drop, None)
        with pytest.raises(PackInvalid) as caught:
            to_onnx(state, name="tiny")
        return str(caught.value)

    assert "no 'main.1.running_mean'" in refused({}, "main.1.running_mean")
    assert "shape" in refused({"main.3.weight": np.ones((4, 3, 3, 3), np.float32)})
    assert "no place for" in refused({"main.7.bias": np.ones(3, np.float32)})
    with pytest.raises(PackInvalid, match="no chain"):
        to_onnx({"main.0.weight": np.ones((5, 3, 4, 4), np.float32)}, name="tiny")
