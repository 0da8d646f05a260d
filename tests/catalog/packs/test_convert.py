"""The converted model computes what the layers say, at any size, with its padding and clipping inside."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime
import pytest

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.convert import Converted, to_onnx
from deconv_studio.catalog.packs.ncnn import Layer, read_network
from tests.catalog.packs.conftest import Conv, reference, upconv, write_ncnn

pytestmark = pytest.mark.light


def _run(converted: Converted, pictures: np.ndarray) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(converted.content, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: pictures.astype(np.float32)})[0]


def _convert(chain: Sequence[Conv], pad: int = 7, clip: tuple[float, float] | None = (0.0, 1.0)) -> Converted:
    return to_onnx(read_network(*write_ncnn(chain)), name="tiny", replicate_pad=pad, clip=clip)


def _pictures(count: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).random((count, 3, height, width)).astype(np.float32)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (5, 4), (12, 7)])
def test_the_model_computes_what_the_layers_say(height: int, width: int) -> None:
    chain, pictures = upconv(), _pictures(1, height, width)
    found = _run(_convert(chain), pictures)
    padded = np.pad(pictures[0], ((0, 0), (7, 7), (7, 7)), mode="edge")
    expected = reference(chain, padded).clip(0, 1)
    assert found.shape == (1, 3, 2 * height, 2 * width)
    np.testing.assert_allclose(found[0], expected, atol=1e-5)
    assert np.mean((expected > 0) & (expected < 1)) > 0.1, "the comparison has to see more than the clip"


def test_the_batch_is_free() -> None:
    converted, pictures = _convert(upconv()), _pictures(3, 6, 5)
    together = _run(converted, pictures)
    apart = np.concatenate([_run(converted, pictures[index : index + 1]) for index in range(3)])
    np.testing.assert_allclose(together, apart, atol=1e-6)


def test_the_receptive_field_of_this_shape_is_seven() -> None:
    converted = _convert(upconv(3), clip=None)
    picture = _pictures(1, 41, 41)
    changed = picture.copy()
    changed[0, :, 20, 20] += 1
    rows, columns = np.nonzero(np.abs(_run(converted, picture) - _run(converted, changed)).max(axis=(0, 1)))
    reach = max(np.abs(rows // 2 - 20).max(), np.abs(columns // 2 - 20).max())
    assert reach == 7


def test_parameters_and_operations_are_counted() -> None:
    chain = upconv(width=2)
    converted = _convert(chain)
    assert converted.parameters == sum(layer.weight.size + layer.bias.size for layer in chain)  # type: ignore[union-attr]
    # Every layer of this shape runs once for each input pixel.
    assert converted.gflops_per_input_megapixel == pytest.approx(
        2 * sum(layer.weight.size for layer in chain) * 1e-3
    )


def test_strides_change_the_count() -> None:
    down = Conv(np.ones((1, 3, 2, 2), np.float32), None, stride=2)
    up = Conv(np.ones((3, 1, 2, 2), np.float32), None, transposed=True, stride=2)
    converted = _convert([down, up], pad=0)
    assert converted.gflops_per_input_megapixel == pytest.approx((2 * 12 / 4 + 2 * 12 / 4) * 1e-3)


def test_the_same_weights_give_the_same_bytes() -> None:
    assert _convert(upconv()).content == _convert(upconv()).content
    assert _convert(upconv()).content != _convert(upconv(1)).content


def test_without_pad_and_clip_the_layers_stand_alone() -> None:
    weight = np.zeros((3, 3, 1, 1), np.float32)
    weight[:, :, 0, 0] = np.eye(3) * 4 - 1
    pictures = _pictures(1, 3, 3)
    found = _run(_convert([Conv(weight, None, pad=0)], pad=0, clip=None), pictures)
    np.testing.assert_allclose(found[0], np.einsum("oi,ihw->ohw", weight[:, :, 0, 0], pictures[0]), atol=1e-6)
    assert found.min() < 0 or found.max() > 1


@pytest.mark.parametrize(
    ("kind", "function"), [(1, lambda x: max(x, 0)), (4, lambda x: 1 / (1 + np.exp(-x)))]
)
def test_other_activations(kind: int, function: object) -> None:
    param, content = write_ncnn([Conv(-np.ones((3, 3, 1, 1), np.float32), np.ones(3, np.float32))])
    layers = read_network(param.replace("5=1", f"5=1 9={kind}"), content)
    picture = _pictures(1, 2, 2)
    found = _run(to_onnx(layers, name="tiny"), picture)
    expected = np.vectorize(function)(1 - picture[0].sum(axis=0))
    np.testing.assert_allclose(found[0], np.broadcast_to(expected, (3, 2, 2)), atol=1e-6)


def test_splits_and_separate_activations_are_followed() -> None:
    param, content = write_ncnn([Conv(-np.ones((3, 3, 1, 1), np.float32), None)])
    param = param.replace("2 2", "4 4").rstrip() + "\nSplit s 1 1 b1 b1s\nReLU r 1 1 b1s b2 0=0.5\n"
    found = _run(to_onnx(read_network(param, content), name="tiny"), _pictures(1, 2, 2))
    np.testing.assert_allclose(found[0, 0], -0.5 * _pictures(1, 2, 2)[0].sum(axis=0), atol=1e-6)


def test_an_unknown_activation_is_refused() -> None:
    param, content = write_ncnn(upconv())
    with pytest.raises(PackInvalid, match="activation 3"):
        to_onnx(read_network(param.replace("9=2", "9=3", 1), content), name="tiny")


def test_padding_that_the_layer_makes_up_is_refused() -> None:
    param, content = write_ncnn(upconv())
    with pytest.raises(PackInvalid, match="pads by itself"):
        to_onnx(read_network(param.replace("4=0", "4=-233", 1), content), name="tiny")


def test_a_network_without_one_result_is_refused() -> None:
    layers = [Layer("Input", "in", (), ("a",)), Layer("Split", "s", ("a",), ("b", "c"))]
    with pytest.raises(PackInvalid, match="2 results"):
        to_onnx(layers, name="tiny")
    with pytest.raises(PackInvalid, match="no convolution"):
        to_onnx([Layer("Input", "in", (), ("a",))], name="tiny")
