"""The workbench's numbers against ONNX Runtime, and against what the papers say."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from deconv_studio import imaging
from deconv_studio.engine.control import Control
from deconv_studio.tasks import workbench
from deconv_studio.tasks.errors import ModelUnfit, OptionsInvalid
from deconv_studio.tasks.workbench import Geometry, Setup

pytestmark = pytest.mark.light

LAYERS = [
    Geometry(5, 4, 2, 1, 0, 1), Geometry(6, 9, 2, 4, 1, 1), Geometry(5, 3, 2, 1, 1, 1),
    Geometry(4, 3, 3, 0, 2, 2), Geometry(7, 2, 1, 0, 0, 3), Geometry(3, 5, 4, 6, 3, 1),
]  # fmt: skip


def by_runtime(geometry: Geometry, values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """ConvTranspose as ONNX Runtime does it, from the node that the workbench itself would write."""
    import onnxruntime

    node = eval(geometry.onnx_code(), {"onnx": onnx})
    graph = helper.make_graph(
        [node],
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, None, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [onnx.numpy_helper.from_array(weight[None, None].astype(np.float32), "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": values[None, None].astype(np.float32)})[0][0, 0]


def study(geometry: Geometry, kernel: str = "random", **more: object) -> workbench.Study:
    """Everything about a layer on noise."""
    return workbench.set_up(Control(), Setup(geometry, "noise", kernel, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("geometry", LAYERS, ids=str)
def test_the_output_is_onnx_runtimes_and_the_formulas_size(geometry):
    found = study(geometry)
    expected = by_runtime(geometry, found.values, found.weight)
    assert found.output.shape == expected.shape == (geometry.output_size(),) * 2
    assert found.output == pytest.approx(expected, abs=1e-5)
    text, _, size = geometry.formula().rpartition(" = ")
    assert int(size) == expected.shape[0]
    assert eval(text.replace("·", "*").replace("−", "-")) == expected.shape[0]


@pytest.mark.parametrize("geometry", LAYERS, ids=str)
def test_equivalents_and_adjoint_hold_in_double_precision(geometry):
    found = study(geometry)
    assert found.equivalents.difference < 1e-12
    assert found.equivalents.joined_difference < 1e-12
    assert found.equivalents.ripple < 1e-9
    assert found.equivalents.sub_pixel == pytest.approx(found.output, abs=1e-12)
    if found.adjoint is None:
        assert geometry.output_padding >= geometry.stride
        return
    assert found.adjoint.left == pytest.approx(found.adjoint.right, rel=1e-10, abs=1e-12)
    assert found.adjoint.backward == pytest.approx(found.output, abs=1e-12)
    assert found.adjoint.whole is not None
    assert found.adjoint.whole.T @ found.values.ravel() == pytest.approx(found.output.ravel(), abs=1e-12)


def test_there_is_no_adjoint_where_output_padding_reaches_the_stride():
    assert study(Geometry(4, 3, 1, 0, 1, 2)).adjoint is None
    assert study(Geometry(4, 3, 1, 0, 0, 2)).adjoint is not None


def test_the_verdict_is_odenas_and_random_weights_ripple_all_the_same():
    bad, even = study(Geometry(5, 3, 2), "box").overlap, study(Geometry(5, 4, 2), "box").overlap
    assert (bad.low, bad.high, bad.even) == (1, 4, False)
    assert (even.low, even.high, even.even) == (4, 4, True)
    assert bad.score > 0.5 and bad.ripple > 0.5
    assert even.score < 0.01 and even.ripple < 1e-12
    # The peak is at the stride's only harmonic, half a cycle a pixel.
    assert bad.frequencies[np.argmax(bad.spectrum)] == 0.5
    random = study(Geometry(5, 4, 2), "random").overlap
    assert random.even and random.ripple > 0.1


def test_bilinear_kernel_is_fcns():
    row = np.array([0.25, 0.75, 0.75, 0.25])
    assert np.array_equal(workbench.kernel_values("bilinear", 4, 2), np.multiply.outer(row, row))
    found = study(Geometry(5, 4, 2, 1), "bilinear").overlap
    assert found.flat == pytest.approx(np.ones((2, 2)))


@pytest.mark.parametrize("name", ["gaussian", "box"])
def test_kernels_keep_brightness_on_average(name):
    assert workbench.kernel_values(name, 5, 3).sum() == pytest.approx(9.0)


def test_nearest_repeats_pixels():
    found = study(Geometry(4, 3, 3, 0), "nearest")
    assert np.array_equal(found.output, found.values.repeat(3, 0).repeat(3, 1))


def test_fusion_with_weights_of_its_own_is_never_worse():
    found = study(Geometry(16, 4, 2, 1), "bilinear").fusion
    assert found is not None and found.down.shape == (8, 8) and found.up.shape == (16, 16)
    assert found.errors["joined"] <= min(found.errors.values()) + 1e-12
    up, skip, bias = found.weights
    assert up * found.up + skip * found.skip + bias == pytest.approx(found.joined)
    clean = workbench.fuse(Geometry(16, 4, 2, 1), found.picture, np.ones((4, 4)), noise=0.0)
    assert clean is not None and clean.errors["joined"] == pytest.approx(0.0, abs=1e-9)


def test_a_kernel_larger_than_the_picture_has_no_way_down():
    assert study(Geometry(3, 9, 2, 0)).fusion is None


@pytest.mark.parametrize(
    ("geometry", "cause"),
    [
        (Geometry(5, 3, 2, 15), "Padding 15 leaves nothing"),
        (Geometry(5, 3, 2, 1, 2), "Output padding 2 is not smaller"),
        (Geometry(5, 0, 2), "make no convolution"),
    ],
)
def test_what_cannot_be_is_refused_with_a_way_out(geometry, cause):
    with pytest.raises(OptionsInvalid, match=cause) as caught:
        study(geometry)
    assert caught.value.hint


@pytest.mark.parametrize(
    "setup",
    [
        Setup(Geometry(), "picture"), Setup(Geometry(), "sketch"), Setup(Geometry(), "disc", "wavelet"),
    ],
)  # fmt: skip
def test_unknown_names_and_missing_pictures_are_refused(setup):
    with pytest.raises(OptionsInvalid) as caught:
        workbench.set_up(Control(), setup)
    assert caught.value.hint


def test_painted_numbers_are_fitted_about_their_middle():
    painted = np.arange(9.0).reshape(3, 3)
    assert np.array_equal(workbench.fit_square(painted, 1), [[4.0]])
    assert np.array_equal(workbench.fit_square(painted, 5)[1:4, 1:4], painted)
    found = workbench.set_up(
        Control(), Setup(Geometry(5, 3), "painted", "painted", values=painted, weight=painted)
    )
    assert found.values.shape == (5, 5) and np.array_equal(found.weight, painted)
    with pytest.raises(OptionsInvalid):
        workbench.study(Control(), Geometry(5, 3), painted, painted)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_middle_of_a_picture_is_its_luma(dtype):
    top = {np.uint8: 255, np.uint16: 65535, np.float32: 1}[dtype]
    pixels = np.zeros((8, 12, 3), dtype)
    pixels[:, 6:] = top
    found = workbench.picture_patch(Control(), imaging.Picture(pixels=pixels), 4)
    assert found.shape == (4, 4)
    assert found[:, 0] == pytest.approx(0, abs=0.01) and found[:, 3] == pytest.approx(1, abs=0.01)


def test_learned_kernels_are_the_files(tmp_path):
    rng = np.random.default_rng(3)
    weight = rng.standard_normal((3, 2, 4, 4)).astype(np.float32)
    weight[1, 1] *= 10
    nodes = [
        helper.make_node("ConvTranspose", ["x", "w"], ["up"], strides=[2, 2], pads=[1] * 4),
        helper.make_node("ConvTranspose", ["up", "uneven"], ["y"], strides=[2, 1]),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [
            onnx.numpy_helper.from_array(weight, "w"),
            onnx.numpy_helper.from_array(np.ones((2, 1, 3, 3), np.float32), "uneven"),
        ],
    )
    path = tmp_path / "net.onnx"
    onnx.save(helper.make_model(graph), path)
    (found,) = workbench.learned_kernels(Control(), path)
    assert found.layer == "up" and found.strongest == 3
    assert found.kernels == pytest.approx(weight.reshape(6, 4, 4))
    assert found.geometry == Geometry(5, 4, 2, 1, 0, 1)
    del graph.node[0]
    graph.input[0].CopyFrom(helper.make_tensor_value_info("up", TensorProto.FLOAT, [1, 2, 8, 8]))
    onnx.save(helper.make_model(graph), path)
    with pytest.raises(ModelUnfit, match=r"net\.onnx") as caught:
        workbench.learned_kernels(Control(), path)
    assert caught.value.hint


def test_the_pytorch_line_leaves_defaults_out():
    assert (
        Geometry(5, 4, 1).torch_code()
        == "torch.nn.ConvTranspose2d(1, 1, kernel_size=4, padding=1, bias=False)"
    )
    words = Geometry(5, 4, 2, 3, 1, 5).torch_code()
    assert all(each in words for each in ("stride=2", "padding=3", "output_padding=1", "dilation=5"))
