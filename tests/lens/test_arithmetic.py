"""Arithmetic of transposed convolutions: T1 in double precision over the whole grid, overlap, sub-pixel
form, ICNR (T15)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from onnx import helper

from deconv_studio.lens import arithmetic
from deconv_studio.lens.checkerboard import checkerboard_score
from deconv_studio.lens.errors import ArithmeticInvalid
from tests.lens.graphs import network, run

pytestmark = pytest.mark.light

GRID = list(itertools.product((1, 2, 3, 4), (0, 1, 2), (1, 2), (1, 2), (2, 3, 4, 5), ((11, 12), (14, 13))))


def test_t1_transposed_convolution_is_the_adjoint_in_double_precision():
    rng = np.random.default_rng(0)
    worst = 0.0
    for stride, padding, dilation, groups, kernel, (height, width) in GRID:
        x = rng.standard_normal((4, height, width))
        weight = rng.standard_normal((6, 4 // groups, kernel, kernel))
        forward = arithmetic.convolve(x, weight, stride, padding, dilation, groups)
        y = rng.standard_normal(forward.shape)
        size = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
        extra = arithmetic.output_padding(height, **size), arithmetic.output_padding(width, **size)
        # One number for both axes, as the formula has it for each: where they differ, the axes are done
        # apart.
        if extra[0] == extra[1]:
            backward = arithmetic.transposed_convolve(y, weight, stride, padding, dilation, groups, extra[0])
        else:
            backward = arithmetic.transposed_convolve(
                y, weight, stride, padding, dilation, groups, max(extra)
            )
            backward = backward[:, :height, :width]
        assert backward.shape == x.shape
        left, right = (forward * y).sum(), (x * backward).sum()
        worst = max(worst, abs(left - right) / (np.linalg.norm(forward) * np.linalg.norm(y)))
    assert worst < 1e-12


def test_both_convolutions_are_onnx_runtimes():
    rng = np.random.default_rng(1)
    for stride, padding, dilation, groups, kernel, (height, width) in GRID[::17]:
        x = rng.standard_normal((4, height, width)).astype(np.float32)
        weight = rng.standard_normal((6, 4 // groups, kernel, kernel)).astype(np.float32)
        attributes = {
            "strides": [stride] * 2,
            "pads": [padding] * 4,
            "dilations": [dilation] * 2,
            "group": groups,
        }
        model = network(
            [helper.make_node("Conv", ["x", "w"], ["y"], **attributes)], (1, *x.shape), {"w": weight}
        )
        expected = run(model, x=x[None])[0]
        found = arithmetic.convolve(x, weight, stride, padding, dilation, groups)
        assert found == pytest.approx(expected, abs=1e-4)
        model = network(
            [
                helper.make_node(
                    "ConvTranspose", ["x", "w"], ["y"], **attributes, output_padding=[stride - 1] * 2
                )
            ],
            (1, *found.shape),
            {"w": weight},
        )
        expected = run(model, x=found[None])[0]
        back = arithmetic.transposed_convolve(found, weight, stride, padding, dilation, groups, stride - 1)
        assert back == pytest.approx(expected, abs=2e-3)


def test_sizes_are_those_of_the_operators():
    for stride, padding, dilation, _, kernel, (height, _w) in GRID:
        small = arithmetic.convolution_size(height, kernel, stride, padding, dilation)
        extra = arithmetic.output_padding(height, kernel, stride, padding, dilation)
        assert arithmetic.transposed_size(small, kernel, stride, padding, dilation, extra) == height


@pytest.mark.parametrize(
    ("kernel", "stride", "expected"),
    [
        (3, 2, (1, 4)), (5, 2, (4, 9)), (9, 2, (16, 25)), (5, 3, (1, 4)), (9, 4, (4, 9)),
        (2, 2, (1, 1)), (4, 2, (4, 4)), (4, 4, (1, 1)), (6, 3, (4, 4)), (9, 3, (9, 9)),
    ],
)  # fmt: skip
def test_overlap_is_even_only_where_the_stride_divides_the_kernel(kernel, stride, expected):
    assert arithmetic.overlap_range(kernel, stride) == expected
    assert arithmetic.is_even(kernel, stride) == (kernel % stride == 0)
    counts = arithmetic.overlap_counts(20, kernel, stride)
    interior = counts[kernel:-kernel]
    assert (interior.min() ** 2, interior.max() ** 2) == expected
    weight = np.ones((1, 1, kernel, kernel))
    ones = arithmetic.transposed_convolve(np.ones((1, 20, 20)), weight, stride)
    assert np.array_equal(ones[0], np.multiply.outer(counts, counts))


def test_zero_insertion_then_a_plain_convolution_is_a_transposed_convolution():
    rng = np.random.default_rng(2)
    y, weight = rng.standard_normal((3, 5, 6)), rng.standard_normal((3, 2, 4, 4))
    spread = np.pad(arithmetic.zero_insertion(y, 3), ((0, 0), (3, 3), (3, 3)))
    flipped = weight.swapaxes(0, 1)[..., ::-1, ::-1]
    assert arithmetic.convolve(spread, flipped) == pytest.approx(
        arithmetic.transposed_convolve(y, weight, 3), abs=1e-12
    )


@pytest.mark.parametrize(("kernel", "stride"), [(9, 2), (4, 2), (9, 3), (9, 4), (3, 4), (5, 2)])
def test_sub_pixel_form_is_the_same_transposed_convolution(kernel, stride):
    rng = np.random.default_rng(3)
    y, weight = rng.standard_normal((3, 6, 7)), rng.standard_normal((3, 2, kernel, kernel))
    small = arithmetic.sub_pixel_weight(weight, stride)
    taps = small.shape[-1]
    blocks = arithmetic.convolve(y, small, padding=taps - 1)
    rows, columns = blocks.shape[1:]
    shuffled = blocks.reshape(2, stride, stride, rows, columns).transpose(0, 3, 1, 4, 2)
    shuffled = shuffled.reshape(2, rows * stride, columns * stride)
    expected = arithmetic.transposed_convolve(y, weight, stride)
    height, width = expected.shape[1:]
    assert shuffled[:, :height, :width] == pytest.approx(expected, abs=1e-12)
    assert np.abs(shuffled[:, height:]).max(initial=0) == 0
    assert np.abs(shuffled[..., width:]).max(initial=0) == 0


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "dilation", "extra"),
    [(3, 2, 1, 1, 1), (9, 2, 4, 1, 1), (4, 2, 1, 1, 0), (3, 3, 0, 2, 2), (2, 3, 0, 1, 2), (3, 1, 2, 4, 3)],
)
def test_sub_pixel_convolution_has_padding_dilation_and_output_padding(
    kernel, stride, padding, dilation, extra
):
    rng = np.random.default_rng(5)
    y, weight = rng.standard_normal((3, 5, 4)), rng.standard_normal((3, 2, kernel, kernel))
    expected = arithmetic.transposed_convolve(y, weight, stride, padding, dilation, 1, extra)
    found = arithmetic.sub_pixel_convolve(y, weight, stride, padding, dilation, extra)
    assert found.shape == expected.shape
    assert found == pytest.approx(expected, abs=1e-12)


def test_depth_to_space_is_onnx_runtimes():
    x = np.random.default_rng(6).standard_normal((18, 4, 5)).astype(np.float32)
    node = helper.make_node("DepthToSpace", ["x"], ["y"], blocksize=3, mode="CRD")
    assert np.array_equal(arithmetic.depth_to_space(x, 3), run(network([node], (1, *x.shape)), x=x[None])[0])


@pytest.mark.parametrize(("kernel", "factor", "padding"), [(3, 2, 1), (5, 3, 2), (4, 2, 0), (1, 4, 0)])
def test_resize_and_convolution_are_one_transposed_convolution(kernel, factor, padding):
    rng = np.random.default_rng(7)
    y, weight = rng.standard_normal((1, 6, 7)), rng.standard_normal((kernel, kernel))
    large = y.repeat(factor, axis=1).repeat(factor, axis=2)
    expected = arithmetic.convolve(large, weight[None, None], padding=padding)
    whole = arithmetic.resize_convolution_kernel(weight, factor)
    found = arithmetic.transposed_convolve(y, whole[None, None], factor, kernel - 1 - padding)
    assert found == pytest.approx(expected, abs=1e-12)
    assert np.ptp(arithmetic.flat_response(whole, factor)) < 1e-12


@pytest.mark.parametrize(
    ("kernel", "stride", "dilation"), [(3, 2, 1), (5, 3, 1), (4, 2, 2), (9, 4, 1), (2, 3, 1)]
)
def test_flat_response_is_what_a_picture_of_ones_becomes(kernel, stride, dilation):
    weight = np.random.default_rng(8).standard_normal((kernel, kernel))
    ones = arithmetic.transposed_convolve(np.ones((1, 30, 30)), weight[None, None], stride, 0, dilation)[0]
    edge = -(-dilation * (kernel - 1) // stride) * stride
    period = ones[edge : edge + stride, edge : edge + stride]
    assert arithmetic.flat_response(weight, stride, dilation) == pytest.approx(period, abs=1e-12)


@pytest.mark.parametrize(
    ("stride", "padding", "dilation", "kernel"), [(1, 0, 1, 3), (2, 1, 1, 4), (3, 2, 2, 3)]
)
def test_a_convolution_is_its_matrix_and_the_transposed_one_the_transpose(stride, padding, dilation, kernel):
    rng = np.random.default_rng(9)
    x, weight = rng.standard_normal((11, 11)), rng.standard_normal((kernel, kernel))
    size = {"stride": stride, "padding": padding, "dilation": dilation}
    matrix = arithmetic.convolution_matrix(11, weight, **size)
    forward = arithmetic.convolve(x[None], weight[None, None], **size)[0]
    assert matrix @ x.ravel() == pytest.approx(forward.ravel(), abs=1e-12)
    y = rng.standard_normal(forward.shape)
    extra = arithmetic.output_padding(11, kernel, **size)
    back = arithmetic.transposed_convolve(y[None], weight[None, None], **size, output_padding=extra)[0]
    assert matrix.T @ y.ravel() == pytest.approx(back.ravel(), abs=1e-12)
    row = arithmetic.convolution_matrix(11, weight[0], **size)
    one = (
        arithmetic.convolve(x[None, :1], weight[None, None, :1], stride, 0, dilation) if not padding else None
    )
    assert row.shape == (forward.shape[0], 11)
    if one is not None:
        assert row @ x[0] == pytest.approx(one.ravel(), abs=1e-12)


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_t15_icnr_weights_enlarge_by_repeating_pixels(factor):
    rng = np.random.default_rng(4)
    base, bias = rng.standard_normal((2, 3, 3, 3)).astype("f"), rng.standard_normal(2).astype("f")
    x = rng.standard_normal((1, 3, 8, 9)).astype("f")
    shuffle = network(
        [
            helper.make_node("Conv", ["x", "w", "b"], ["c"], pads=[1] * 4),
            helper.make_node("DepthToSpace", ["c"], ["y"], blocksize=factor, mode="CRD"),
        ],
        x.shape,
        {"w": arithmetic.icnr_weight(base, factor), "b": arithmetic.icnr_weight(bias, factor)},
    )
    plain = network(
        [helper.make_node("Conv", ["x", "w", "b"], ["y"], pads=[1] * 4)], x.shape, {"w": base, "b": bias}
    )
    expected = run(plain, x=x).repeat(factor, axis=2).repeat(factor, axis=3)
    found = run(shuffle, x=x)
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()
    assert checkerboard_score(found, factor) < 1e-6


@pytest.mark.parametrize(
    "call",
    [
        lambda: arithmetic.convolution_size(3, 5),
        lambda: arithmetic.transposed_size(4, 3, 2, output_padding=2),
        lambda: arithmetic.transposed_size(1, 3, 1, padding=2),
        lambda: arithmetic.overlap_range(0, 2),
        lambda: arithmetic.convolve(np.zeros((3, 4, 4)), np.zeros((2, 2, 3, 3))),
        lambda: arithmetic.transposed_convolve(np.zeros((3, 4, 4)), np.zeros((2, 2, 3, 3))),
        lambda: arithmetic.sub_pixel_weight(np.zeros((2, 2, 3, 4)), 2),
        lambda: arithmetic.depth_to_space(np.zeros((5, 2, 2)), 2),
        lambda: arithmetic.flat_response(np.zeros((3, 3)), 0),
        lambda: arithmetic.convolution_matrix(2, np.zeros((5, 5))),
    ],
)
def test_impossible_arithmetic_is_refused_with_a_way_out(call):
    with pytest.raises(ArithmeticInvalid) as caught:
        call()
    assert caught.value.kind == "ArithmeticInvalid"
    assert caught.value.hint
