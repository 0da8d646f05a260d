"""Every linear operator's reverse is its adjoint: <f(x), y> = <x, f*(y)>; and the live, cropped graph agrees
with it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from onnx import helper

from deconv_studio.lens.reconstruct import Lens
from tests.lens.graphs import adjoint_error, back, network, run, single

pytestmark = pytest.mark.light

RNG = np.random.default_rng(7)


def normal(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


CONV = [
    pytest.param(
        single(
            "Conv",
            (1, 4, h, w),
            [normal(6, 4 // g, k, k)],
            strides=[s, s],
            pads=[p] * 4,
            dilations=[d, d],
            group=g,
        ),
        (1, 4, h, w),
        id=f"conv-k{k}s{s}p{p}d{d}g{g}-{h}x{w}",
    )
    for k, s, p, d, g, (h, w) in itertools.product(
        (2, 3, 5), (1, 2, 3, 4), (0, 2), (1, 2), (1, 2), ((11, 14),)
    )
]

OTHERS: dict[str, tuple[object, tuple[int, ...]]] = {
    "conv-asymmetric": (
        single("Conv", (1, 2, 9, 8), [normal(3, 2, 3, 3)], pads=[0, 1, 2, 0], strides=[2, 2]),
        (1, 2, 9, 8),
    ),
    "conv-same-upper": (
        single("Conv", (1, 2, 8, 9), [normal(3, 2, 4, 3)], auto_pad="SAME_UPPER", strides=[2, 3]),
        (1, 2, 8, 9),
    ),
    "conv-same-lower": (
        single("Conv", (1, 2, 8, 9), [normal(3, 2, 4, 3)], auto_pad="SAME_LOWER", strides=[2, 1]),
        (1, 2, 8, 9),
    ),
    "conv-valid": (single("Conv", (1, 2, 8, 9), [normal(3, 2, 4, 3)], auto_pad="VALID"), (1, 2, 8, 9)),
    "conv-depthwise": (
        single("Conv", (1, 4, 8, 8), [normal(4, 1, 3, 3)], group=4, pads=[1] * 4),
        (1, 4, 8, 8),
    ),
    "conv-k1s2": (single("Conv", (1, 2, 8, 9), [normal(3, 2, 1, 1)], strides=[2, 2]), (1, 2, 8, 9)),
    "conv-1d": (single("Conv", (1, 2, 11), [normal(3, 2, 3)], strides=[2], pads=[1, 1]), (1, 2, 11)),
    "conv-3d": (
        single("Conv", (1, 2, 5, 6, 7), [normal(3, 2, 3, 3, 3)], strides=[2, 1, 2], pads=[1] * 6),
        (1, 2, 5, 6, 7),
    ),
    "convT-k4s2": (
        single("ConvTranspose", (1, 3, 5, 6), [normal(3, 2, 4, 4)], strides=[2, 2], pads=[1] * 4),
        (1, 3, 5, 6),
    ),
    "convT-k9s3": (
        single(
            "ConvTranspose",
            (1, 3, 5, 6),
            [normal(3, 1, 9, 9)],
            strides=[3, 3],
            pads=[4] * 4,
            output_padding=[2, 2],
        ),
        (1, 3, 5, 6),
    ),
    "convT-group-dilated": (
        single(
            "ConvTranspose", (1, 4, 5, 6), [normal(4, 2, 3, 3)], strides=[2, 2], group=2, dilations=[2, 2]
        ),
        (1, 4, 5, 6),
    ),
    "convT-same-upper": (
        single("ConvTranspose", (1, 3, 5, 6), [normal(3, 2, 3, 3)], strides=[2, 2], auto_pad="SAME_UPPER"),
        (1, 3, 5, 6),
    ),
    "convT-output-shape": (
        single("ConvTranspose", (1, 3, 5, 6), [normal(3, 2, 3, 3)], strides=[2, 2], output_shape=[10, 12]),
        (1, 3, 5, 6),
    ),
    "avgpool": (single("AveragePool", (1, 3, 8, 9), kernel_shape=[2, 2], strides=[2, 2]), (1, 3, 8, 9)),
    "avgpool-exclude": (
        single("AveragePool", (1, 3, 8, 9), kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4),
        (1, 3, 8, 9),
    ),
    "avgpool-include": (
        single(
            "AveragePool",
            (1, 3, 8, 9),
            kernel_shape=[3, 3],
            strides=[2, 2],
            pads=[1] * 4,
            count_include_pad=1,
        ),
        (1, 3, 8, 9),
    ),
    "avgpool-ceil": (
        single("AveragePool", (1, 3, 8, 9), kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, opset=19),
        (1, 3, 8, 9),
    ),
    "gap": (single("GlobalAveragePool", (1, 3, 5, 6)), (1, 3, 5, 6)),
    "reduce-mean": (single("ReduceMean", (1, 3, 5, 6), [ints(2, 3)], keepdims=0), (1, 3, 5, 6)),
    "reduce-mean-channel": (single("ReduceMean", (1, 3, 5, 6), [ints(1)], keepdims=1), (1, 3, 5, 6)),
    "reduce-sum-old": (single("ReduceMean", (1, 3, 5, 6), axes=[-1], keepdims=0, opset=13), (1, 3, 5, 6)),
    "batchnorm": (
        single(
            "BatchNormalization",
            (1, 3, 5, 6),
            [normal(3), normal(3), normal(3), RNG.random(3).astype("f") + 0.1],
        ),
        (1, 3, 5, 6),
    ),
    "gemm": (single("Gemm", (1, 7), [normal(7, 4), normal(4)], alpha=0.5), (1, 7)),
    "gemm-transB": (single("Gemm", (1, 7), [normal(4, 7)], transB=1), (1, 7)),
    "matmul": (single("MatMul", (1, 5, 7), [normal(7, 4)]), (1, 5, 7)),
    "matmul-batched": (single("MatMul", (1, 3, 5, 7), [normal(3, 7, 4)]), (1, 3, 5, 7)),
    "flatten": (single("Flatten", (1, 3, 4, 5)), (1, 3, 4, 5)),
    "reshape": (single("Reshape", (1, 6, 4, 5), [ints(1, 2, 3, 4, 5)]), (1, 6, 4, 5)),
    "squeeze": (single("Squeeze", (1, 6, 1, 5), [ints(2)]), (1, 6, 1, 5)),
    "unsqueeze": (single("Unsqueeze", (1, 6, 5), [ints(2)]), (1, 6, 5)),
    "transpose": (single("Transpose", (1, 3, 4, 5), perm=[0, 2, 3, 1]), (1, 3, 4, 5)),
    "slice-channels": (single("Slice", (1, 6, 4, 5), [ints(1), ints(4), ints(1)]), (1, 6, 4, 5)),
    "slice-steps": (
        single("Slice", (1, 2, 9, 8), [ints(1, 0), ints(9, 8), ints(2, 3), ints(2, 3)]),
        (1, 2, 9, 8),
    ),
    "slice-negative": (single("Slice", (1, 2, 9, 8), [ints(-5), ints(-1), ints(-2)]), (1, 2, 9, 8)),
    "slice-old": (single("Slice", (1, 2, 9, 8), starts=[2], ends=[7], axes=[3], opset=9), (1, 2, 9, 8)),
    "pad": (single("Pad", (1, 2, 4, 5), [ints(0, 0, 1, 2, 0, 0, 3, 0)]), (1, 2, 4, 5)),
    "pad-crop": (single("Pad", (1, 2, 6, 7), [ints(0, 0, -1, 2, 0, 0, 1, -2)]), (1, 2, 6, 7)),
    "pad-channels": (single("Pad", (1, 2, 4, 5), [ints(0, 1, 0, 0, 0, 2, 0, 0)]), (1, 2, 4, 5)),
    "pad-reflect": (
        single("Pad", (1, 2, 6, 5), [ints(0, 0, 2, 1, 0, 0, 3, 2)], mode="reflect"),
        (1, 2, 6, 5),
    ),
    "pad-edge": (single("Pad", (1, 2, 6, 5), [ints(0, 0, 2, 1, 0, 0, 3, 2)], mode="edge"), (1, 2, 6, 5)),
    "resize-nearest": (
        single(
            "Resize",
            (1, 2, 4, 5),
            [floats(1, 1, 2, 3)],
            skip=[1],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
        (1, 2, 4, 5),
    ),
    "resize-nearest-uneven": (
        single("Resize", (1, 2, 4, 5), [ints(1, 2, 7, 3)], skip=[1, 2], mode="nearest"),
        (1, 2, 4, 5),
    ),
    "resize-linear": (
        single("Resize", (1, 2, 4, 5), [floats(1, 1, 2, 2)], skip=[1], mode="linear"),
        (1, 2, 4, 5),
    ),
    "resize-linear-corners": (
        single(
            "Resize",
            (1, 2, 4, 5),
            [ints(1, 2, 9, 12)],
            skip=[1, 2],
            mode="linear",
            coordinate_transformation_mode="align_corners",
        ),
        (1, 2, 4, 5),
    ),
    "resize-down": (
        single("Resize", (1, 2, 8, 9), [floats(1, 1, 0.5, 0.4)], skip=[1], mode="linear"),
        (1, 2, 8, 9),
    ),
    "resize-cubic": (
        single("Resize", (1, 2, 6, 5), [floats(1, 1, 2, 2)], skip=[1], mode="cubic"),
        (1, 2, 6, 5),
    ),
    "resize-axes": (
        single("Resize", (1, 2, 6, 5), [floats(2, 3)], skip=[1], mode="linear", axes=[2, 3]),
        (1, 2, 6, 5),
    ),
    "resize-1d": (single("Resize", (1, 2, 6), [floats(1, 1, 2)], skip=[1], mode="linear"), (1, 2, 6)),
    "resize-old": (
        single("Resize", (1, 2, 6, 5), [floats(1, 1, 2, 2)], mode="nearest", opset=10),
        (1, 2, 6, 5),
    ),
    "upsample": (
        single("Upsample", (1, 2, 6, 5), [floats(1, 1, 2, 2)], mode="nearest", opset=9),
        (1, 2, 6, 5),
    ),
    "depth-to-space": (single("DepthToSpace", (1, 8, 3, 4), blocksize=2), (1, 8, 3, 4)),
    "depth-to-space-crd": (single("DepthToSpace", (1, 18, 3, 4), blocksize=3, mode="CRD"), (1, 18, 3, 4)),
    "space-to-depth": (single("SpaceToDepth", (1, 2, 6, 4), blocksize=2), (1, 2, 6, 4)),
    "add-constant": (single("Add", (1, 3, 4, 5), [normal(3, 1, 1)]), (1, 3, 4, 5)),
    "mul-constant": (single("Mul", (1, 3, 4, 5), [normal(3, 1, 1)]), (1, 3, 4, 5)),
    "mul-map": (single("Mul", (1, 3, 4, 5), [normal(4, 5)]), (1, 3, 4, 5)),
    "mul-grows": (single("Mul", (1, 3, 1, 5), [normal(1, 3, 4, 1)]), (1, 3, 1, 5)),
    "div-constant": (single("Div", (1, 3, 4, 5), [normal(3, 1, 1) + 3]), (1, 3, 4, 5)),
    "neg": (single("Neg", (1, 3, 4, 5)), (1, 3, 4, 5)),
    "cast": (single("Cast", (1, 3, 4, 5), to=1), (1, 3, 4, 5)),
    "dropout": (single("Dropout", (1, 3, 4, 5)), (1, 3, 4, 5)),
    # An index twice, one from behind, and indices of two axes; a scalar takes its axis away.
    "gather-channels": (single("Gather", (1, 6, 4, 5), [ints(5, 0, -2, 0)], axis=1), (1, 6, 4, 5)),
    "gather-rows": (single("Gather", (1, 2, 7, 5), [ints(1, 3, 3, 6).reshape(2, 2)], axis=2), (1, 2, 7, 5)),
    "gather-scalar": (single("Gather", (1, 5, 6), [np.array(-1)], axis=1), (1, 5, 6)),
    "expand": (single("Expand", (1, 3, 1, 5), [ints(1, 3, 4, 5)]), (1, 3, 1, 5)),
    "expand-rank": (single("Expand", (1, 5, 1), [ints(1, 4, 5, 3)]), (1, 5, 1)),
}

NODES = helper.make_node
OTHERS |= {
    "sub-fork": (
        network(
            [NODES("Conv", ["x", "w"], ["a"], pads=[1] * 4), NODES("Sub", ["x", "a"], ["y"])],
            (1, 2, 5, 6),
            {"w": normal(2, 2, 3, 3)},
        ),
        (1, 2, 5, 6),
    ),
    "rsub": (network([NODES("Sub", ["c", "x"], ["y"])], (1, 2, 5, 6), {"c": floats(1.0)}), (1, 2, 5, 6)),
    "concat": (
        network(
            [NODES("Neg", ["x"], ["a"]), NODES("Concat", ["x", "k", "a"], ["y"], axis=1)],
            (1, 2, 5, 6),
            {"k": normal(1, 3, 5, 6)},
        ),
        (1, 2, 5, 6),
    ),
    "concat-rows": (
        network([NODES("Neg", ["x"], ["a"]), NODES("Concat", ["x", "a"], ["y"], axis=2)], (1, 2, 5, 6)),
        (1, 2, 5, 6),
    ),
    "split": (
        network(
            [NODES("Split", ["x", "s"], ["a", "b", "c"], axis=1), NODES("Concat", ["c", "a"], ["y"], axis=1)],
            (1, 6, 4, 5),
            {"s": ints(1, 3, 2)},
        ),
        (1, 6, 4, 5),
    ),
    "split-columns": (
        network(
            [NODES("Split", ["x"], ["a", "b"], axis=3, num_outputs=2), NODES("Sub", ["a", "b"], ["y"])],
            (1, 3, 4, 6),
        ),
        (1, 3, 4, 6),
    ),
    "matmul-left": (network([NODES("MatMul", ["w", "x"], ["y"])], (1, 5, 7), {"w": normal(4, 5)}), (1, 5, 7)),
    "add-lower-rank": (
        network(
            [
                NODES("Neg", ["x"], ["a"]),
                NODES("Unsqueeze", ["x", "at"], ["b"]),
                NODES("Tile", ["k", "times"], ["c"]),
                NODES("Mul", ["b", "c"], ["d"]),
                NODES("Add", ["d", "a"], ["y"]),
            ],
            (1, 5, 3),
            {"at": ints(1), "k": normal(1, 2, 1, 1), "times": ints(1, 2, 1, 1)},
        ),
        (1, 5, 3),
    ),
    "same-twice": (network([NODES("Add", ["x", "x"], ["y"])], (1, 2, 4, 5)), (1, 2, 4, 5)),
    "sum-of-three": (
        network([NODES("Neg", ["x"], ["a"]), NODES("Sum", ["x", "a", "x"], ["y"])], (1, 2, 4, 5)),
        (1, 2, 4, 5),
    ),
    "shuffle": (
        network(
            [
                NODES("Reshape", ["x", "a"], ["r"]),
                NODES("Transpose", ["r"], ["t"], perm=[0, 2, 1, 3, 4]),
                NODES("Reshape", ["t", "b"], ["y"]),
            ],
            (1, 6, 4, 5),
            {"a": ints(1, 2, 3, 4, 5), "b": ints(1, 6, 4, 5)},
        ),
        (1, 6, 4, 5),
    ),
    "deep": (
        network(
            [
                NODES("Conv", ["x", "w"], ["a"], strides=[2, 2], pads=[1] * 4),
                NODES("ConvTranspose", ["a", "v"], ["b"], strides=[2, 2]),
                NODES("Slice", ["b", "from", "to", "axes"], ["c"]),
                NODES("Add", ["c", "x"], ["d"]),
                NODES("Conv", ["d", "u"], ["e"]),
                NODES("DepthToSpace", ["e"], ["f"], blocksize=2, mode="CRD"),
                NODES("AveragePool", ["f"], ["y"], kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4),
            ],
            (1, 2, 9, 10),
            {
                "w": normal(5, 2, 3, 3),
                "v": normal(5, 2, 4, 4),
                "u": normal(8, 2, 2, 2),
                "from": ints(1, 2),
                "to": ints(10, 12),
                "axes": ints(2, 3),
            },
        ),
        (1, 2, 9, 10),
    ),
}
CASES = [*CONV, *(pytest.param(model, shape, id=name) for name, (model, shape) in OTHERS.items())]


@pytest.mark.parametrize(("model", "shape"), CASES)
def test_reverse_is_the_adjoint(model, shape):
    assert adjoint_error(model, shape) < 1e-5


@pytest.mark.parametrize(("model", "shape"), CASES[::7] + CASES[len(CONV) :])
def test_live_graph_agrees_with_whole_graph_at_every_position(model, shape):
    x = np.random.default_rng(1).standard_normal(shape).astype(np.float32)
    y = run(model, x=x)
    lens = Lens(model, threads=1)
    look = lens.look(x, ["y"], ["gradient"])
    places = [tuple(int(i) for i in place) for place in np.ndindex(y.shape[2:])]
    for at in {places[0], places[-1], places[len(places) // 2], places[len(places) // 3]}:
        unit = y.shape[1] - 1
        seed = np.zeros_like(y)
        seed[(0, unit, *at)] = 1
        expected = back(model, x, seed)[0]
        found = lens.reconstruct(look, "y", unit, at, method="gradient", value="one")
        assert np.abs(found.full() - expected).max() <= 1e-6 * max(1.0, np.abs(expected).max())
    seed = np.zeros_like(y)
    seed[0, 0] = 1
    expected = back(model, x, seed)[0]
    found = lens.reconstruct(look, "y", 0, "all", method="gradient", value="one").full()
    assert np.abs(found - expected).max() <= 1e-5 * max(1.0, np.abs(expected).max())


def test_every_registered_linear_operator_has_an_adjoint_test():
    from deconv_studio.lens.rules import operators

    tested = {node.op_type for case in CASES for node in case.values[0].graph.node}
    # Not linear, so tested by their own rule tests: rectifiers, smooth activations, pools by switches,
    # products.
    curved = {
        # test_normalization and test_indexing
        "GlobalMaxPool", "GroupNormalization", "InstanceNormalization", "LayerNormalization", "MaxUnpool",
        "MeanVarianceNormalization", "RMSNormalization", "ReduceMax", "ReduceMin",
        "ScatterElements", "ScatterND",
        "Abs", "Clip", "Elu", "Erf", "Exp", "Gelu", "HardSigmoid", "HardSwish", "LRN", "LeakyRelu", "Log",
        "LogSoftmax", "Max", "MaxPool", "Min", "Mish", "PRelu", "Pow", "Reciprocal", "Relu", "Selu",
        "Sigmoid",
        "Softmax", "Softplus", "Softsign", "Sqrt", "Swish", "Tanh", "ThresholdedRelu", "QuantizeLinear",
        "DequantizeLinear", "Identity", "Mean", "ReduceSum",
    }  # fmt: skip
    assert set(operators()) - tested - curved == set()
