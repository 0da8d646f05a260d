"""Arithmetic of transposed convolutions: sizes, overlap, zero insertion, and both convolutions in plain
numpy."""

from __future__ import annotations

import numpy as np

from deconv_studio.lens.errors import ArithmeticInvalid


def _check(kernel: int, stride: int, padding: int = 0, dilation: int = 1) -> None:
    if kernel < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ArithmeticInvalid(
            f"Kernel {kernel}, stride {stride}, padding {padding} and dilation {dilation} make no "
            f"convolution.",
            "Kernel, stride and dilation are at least 1, padding at least 0.",
        )


def convolution_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return the output size of a convolution along one axis, floor((n + 2p - d(k - 1) - 1) / s) + 1.

    Dumoulin and Visin 2016, relationship 15.

    Raises
    ------
    ArithmeticInvalid
        The kernel does not fit into the padded input.
    """
    _check(kernel, stride, padding, dilation)
    room = size + 2 * padding - dilation * (kernel - 1) - 1
    if room < 0:
        raise ArithmeticInvalid(
            f"A kernel of {kernel} with dilation {dilation} does not fit into {size} with padding {padding}.",
            "Use a smaller kernel or more padding.",
        )
    return room // stride + 1


def transposed_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, output_padding: int = 0
) -> int:
    """Return the output size of a transposed convolution, s(n - 1) + d(k - 1) + 1 - 2p + output padding.

    Raises
    ------
    ArithmeticInvalid
        Output padding is not smaller than stride or dilation, or nothing is left of the output.
    """
    _check(kernel, stride, padding, dilation)
    if not 0 <= output_padding < max(stride, dilation):
        raise ArithmeticInvalid(
            f"Output padding {output_padding} is not smaller than the stride {stride} or the dilation "
            f"{dilation}.",
            "Use output padding from 0 to stride - 1.",
        )
    result = stride * (size - 1) + dilation * (kernel - 1) + 1 - 2 * padding + output_padding
    if size < 1 or result < 1:
        raise ArithmeticInvalid(f"Padding {padding} leaves nothing of the output.", "Use less padding.")
    return result


def output_padding(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return the output padding that gives a convolution's input size back, (n + 2p - d(k - 1) - 1) mod s."""
    convolution_size(size, kernel, stride, padding, dilation)
    return (size + 2 * padding - dilation * (kernel - 1) - 1) % stride


def overlap_counts(
    size: int, kernel: int, stride: int, padding: int = 0, dilation: int = 1, output_padding: int = 0
) -> np.ndarray:
    """Return how many inputs reach each output of a transposed convolution along one axis.

    Two axes are independent: the counts of a picture are the outer product.

    Returns
    -------
    ndarray
        (output size,) int64.

    Examples
    --------
    >>> overlap_counts(4, 3, 2).tolist()
    [1, 1, 2, 1, 2, 1, 2, 1, 1]
    """
    total = transposed_size(size, kernel, stride, padding, dilation, output_padding)
    counts = np.zeros(total, np.int64)
    places = np.arange(size)[:, None] * stride + np.arange(kernel)[None] * dilation - padding
    np.add.at(counts, places[(places >= 0) & (places < total)], 1)
    return counts


def overlap_range(kernel: int, stride: int, dilation: int = 1, axes: int = 2) -> tuple[int, int]:
    """Return the lowest and highest overlap count away from the border, over `axes` axes.

    Odena, Dumoulin and Olah 2016: the overlap is even only if the stride divides the kernel.

    Examples
    --------
    >>> overlap_range(3, 2), overlap_range(4, 2)
    ((1, 4), (4, 4))
    """
    _check(kernel, stride, dilation=dilation)
    phases = np.bincount(np.arange(kernel) * dilation % stride, minlength=stride)
    return int(phases.min()) ** axes, int(phases.max()) ** axes


def is_even(kernel: int, stride: int, dilation: int = 1) -> bool:
    """Whether every output away from the border is reached by the same number of inputs."""
    low, high = overlap_range(kernel, stride, dilation, axes=1)
    return low == high


def flat_response(weight: np.ndarray, stride: int, dilation: int = 1) -> np.ndarray:
    """Return what a transposed convolution makes of a picture of ones, away from the border.

    The result repeats every `stride` pixels; unless it is constant, it is the layer's own checkerboard.
    Aitken et al. 2017, section 3: overlap and weights both make it.

    Parameters
    ----------
    weight : ndarray
        (kH, kW).
    stride, dilation : int

    Returns
    -------
    ndarray
        (stride, stride): one period; element (i, j) is what lands on outputs whose place in the output of
        padding 0 is i and j modulo the stride.

    Examples
    --------
    >>> flat_response(np.ones((3, 3)), 2)
    array([[4., 2.],
           [2., 1.]])
    """
    _check(min(weight.shape), stride, dilation=dilation)
    rows, columns = (np.arange(size) * dilation % stride for size in weight.shape)
    result = np.zeros((stride, stride), np.result_type(weight, np.float64))
    np.add.at(result, (rows[:, None], columns[None]), weight)
    return result


def zero_insertion(value: np.ndarray, stride: int) -> np.ndarray:
    """Put stride - 1 zeros between neighbours: the picture a transposed convolution slides its kernel over.

    Parameters
    ----------
    value : ndarray
        (C, H, W), any dtype.
    stride : int

    Returns
    -------
    ndarray
        (C, s(H - 1) + 1, s(W - 1) + 1).
    """
    _check(1, stride)
    channels, height, width = value.shape
    result = np.zeros((channels, stride * (height - 1) + 1, stride * (width - 1) + 1), value.dtype)
    result[:, ::stride, ::stride] = value
    return result


def convolve(
    value: np.ndarray,
    weight: np.ndarray,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
) -> np.ndarray:
    """Return a convolution (cross-correlation, as networks have it), without bias.

    Parameters
    ----------
    value : ndarray
        (C, H, W).
    weight : ndarray
        (M, C / groups, kH, kW).
    stride, padding, dilation, groups : int

    Returns
    -------
    ndarray
        (M, H', W') in the dtype of `value` and `weight` together.
    """
    channels, height, width = value.shape
    outputs, per_group, rows, columns = weight.shape
    if channels != per_group * groups or outputs % groups:
        raise ArithmeticInvalid(
            f"A weight {weight.shape} in {groups} groups does not fit {channels} channels.",
            "Check the groups.",
        )
    high = convolution_size(height, rows, stride, padding, dilation)
    wide = convolution_size(width, columns, stride, padding, dilation)
    padded = np.pad(value, ((0, 0), (padding, padding), (padding, padding)))
    padded = padded.reshape(groups, per_group, *padded.shape[1:])
    split = weight.reshape(groups, outputs // groups, per_group, rows, columns)
    result = np.zeros((groups, outputs // groups, high, wide), np.result_type(value, weight))
    for i in range(rows):
        for j in range(columns):
            top, left = i * dilation, j * dilation
            window = padded[
                ...,
                top : top + stride * (high - 1) + 1 : stride,
                left : left + stride * (wide - 1) + 1 : stride,
            ]
            result += np.einsum("gmc,gchw->gmhw", split[..., i, j], window)
    return result.reshape(outputs, high, wide)


def transposed_convolve(
    value: np.ndarray,
    weight: np.ndarray,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    groups: int = 1,
    output_padding: int = 0,
) -> np.ndarray:
    """Return a transposed convolution, the adjoint of `convolve` with the same weight.

    Parameters
    ----------
    value : ndarray
        (M, H', W').
    weight : ndarray
        (M, C / groups, kH, kW): of the convolution whose adjoint this is.
    stride, padding, dilation, groups, output_padding : int

    Returns
    -------
    ndarray
        (C, H, W).
    """
    channels, height, width = value.shape
    outputs, per_group, rows, columns = weight.shape
    if channels != outputs or outputs % groups:
        raise ArithmeticInvalid(
            f"A weight {weight.shape} in {groups} groups does not fit {channels} channels.",
            "Check the groups.",
        )
    high = transposed_size(height, rows, stride, padding, dilation, output_padding)
    wide = transposed_size(width, columns, stride, padding, dilation, output_padding)
    full = np.zeros(
        (
            groups,
            per_group,
            max(stride * (height - 1) + dilation * (rows - 1) + 1, high + padding),
            max(stride * (width - 1) + dilation * (columns - 1) + 1, wide + padding),
        ),
        np.result_type(value, weight),
    )
    split = weight.reshape(groups, outputs // groups, per_group, rows, columns)
    grouped = value.reshape(groups, outputs // groups, height, width)
    for i in range(rows):
        for j in range(columns):
            top, left = i * dilation, j * dilation
            full[
                ...,
                top : top + stride * (height - 1) + 1 : stride,
                left : left + stride * (width - 1) + 1 : stride,
            ] += np.einsum("gmc,gmhw->gchw", split[..., i, j], grouped)
    return full[..., padding : padding + high, padding : padding + wide].reshape(
        groups * per_group, high, wide
    )


def sub_pixel_weight(weight: np.ndarray, stride: int) -> np.ndarray:
    """Return the weight with which convolution and pixel shuffle do a transposed convolution of that stride.

    Shi et al. 2016: a transposed convolution of stride s is s x s convolutions of stride 1, one for each
    place in a block, interleaved.

    Parameters
    ----------
    weight : ndarray
        (M, C, k, k) of the convolution whose adjoint it is (groups = 1).
    stride : int

    Returns
    -------
    ndarray
        (C s s, M, q, q) with q = ceil(k / s). With padding q - 1 on every side, then `DepthToSpace` (CRD),
        the result begins with the transposed convolution of padding 0; what is beyond its size is zero.
    """
    outputs, channels, rows, columns = weight.shape
    _check(rows, stride)
    if rows != columns:
        raise ArithmeticInvalid("The kernel is not square.", "Use a square kernel.")
    taps = -(-rows // stride)
    full = np.zeros((outputs, channels, taps * stride, taps * stride), weight.dtype)
    full[..., :rows, :columns] = weight
    blocks = full.reshape(outputs, channels, taps, stride, taps, stride)
    turned = blocks[:, :, ::-1, :, ::-1, :].transpose(1, 3, 5, 0, 2, 4)
    return np.ascontiguousarray(turned).reshape(channels * stride * stride, outputs, taps, taps)


def depth_to_space(value: np.ndarray, factor: int) -> np.ndarray:
    """Interleave factor x factor channels to one that is larger: ONNX `DepthToSpace` in CRD order.

    Parameters
    ----------
    value : ndarray
        (C f f, H, W).
    factor : int

    Returns
    -------
    ndarray
        (C, H f, W f).
    """
    channels, rows, columns = value.shape
    _check(1, factor)
    if channels % factor**2:
        raise ArithmeticInvalid(
            f"{channels} channels are no multiple of {factor} x {factor}.", "Use another factor."
        )
    blocks = value.reshape(channels // factor**2, factor, factor, rows, columns).transpose(0, 3, 1, 4, 2)
    return blocks.reshape(channels // factor**2, rows * factor, columns * factor)


def sub_pixel_convolve(
    value: np.ndarray,
    weight: np.ndarray,
    stride: int = 1,
    padding: int = 0,
    dilation: int = 1,
    output_padding: int = 0,
) -> np.ndarray:
    """Return a transposed convolution made as a convolution of stride 1 and a pixel shuffle.

    Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?".

    Parameters
    ----------
    value : ndarray
        (M, H', W').
    weight : ndarray
        (M, C, k, k): of the convolution whose adjoint this is (groups = 1).
    stride, padding, dilation, output_padding : int

    Returns
    -------
    ndarray
        (C, H, W), as `transposed_convolve` gives it.
    """
    high, wide = (
        transposed_size(size, kernel, stride, padding, dilation, output_padding)
        for size, kernel in zip(value.shape[1:], weight.shape[2:], strict=True)
    )
    outputs, channels = weight.shape[:2]
    # A dilated kernel is a larger one with zeros between its weights.
    spread = zero_insertion(weight.reshape(-1, *weight.shape[2:]), dilation)
    small = sub_pixel_weight(spread.reshape(outputs, channels, *spread.shape[1:]), stride)
    shuffled = depth_to_space(convolve(value, small, padding=small.shape[-1] - 1), stride)
    beyond = [
        max(0, padding + size - have) for size, have in zip((high, wide), shuffled.shape[1:], strict=True)
    ]
    shuffled = np.pad(shuffled, ((0, 0), (0, beyond[0]), (0, beyond[1])))
    return shuffled[:, padding : padding + high, padding : padding + wide]


def resize_convolution_kernel(weight: np.ndarray, factor: int) -> np.ndarray:
    """Return the transposed convolution that a nearest-neighbour resize and a convolution are together.

    Odena, Dumoulin and Olah 2016 put the two in place of a transposed convolution. They are one again, whose
    kernel is the box of the resize convolved with `weight`; the stride divides its part of the box, so that
    flat stays flat whatever the weights are.

    Parameters
    ----------
    weight : ndarray
        (k, k) of the convolution (a cross-correlation) after the resize.
    factor : int
        Of the resize.

    Returns
    -------
    ndarray
        (k + f - 1, k + f - 1), for a stride of f. With padding k - 1 - p it is the resize followed by a
        convolution of padding p.
    """
    _check(min(weight.shape), factor)
    box = np.ones((1, 1, factor, factor), weight.dtype)
    turned = np.ascontiguousarray(weight[None, ::-1, ::-1])
    return transposed_convolve(turned, box)[0]


def convolution_matrix(
    size: int, weight: np.ndarray, stride: int = 1, padding: int = 0, dilation: int = 1
) -> np.ndarray:
    """Return the matrix a convolution of one channel is; its transpose is the transposed convolution.

    Dumoulin and Visin 2016, section 4.1.

    Parameters
    ----------
    size : int
        Side of the square picture that is convolved, or the length of a row.
    weight : ndarray
        (k, k), or (k,) for a row.
    stride, padding, dilation : int

    Returns
    -------
    ndarray
        (m**a, size**a) float64 for a axes, with m = `convolution_size`; pictures are flattened row by row.
    """
    axes = weight.ndim
    small = convolution_size(size, weight.shape[0], stride, padding, dilation)
    result = np.zeros((small,) * axes + (size,) * axes)
    places = np.arange(small) * stride - padding
    for tap in np.ndindex(*weight.shape):
        reached = [places + dilation * offset for offset in tap]
        inside = [np.flatnonzero((place >= 0) & (place < size)) for place in reached]
        rows = np.ix_(*inside)
        columns = np.ix_(*(place[keep] for place, keep in zip(reached, inside, strict=True)))
        result[(*rows, *columns)] += weight[tap]
    return result.reshape(small**axes, size**axes)


def icnr_weight(base: np.ndarray, factor: int) -> np.ndarray:
    """Return a weight before a pixel shuffle that at first enlarges by repeating pixels, so without
    checkerboard.

    Aitken et al. 2017: initialisation to convolution followed by nearest-neighbour resize.

    Parameters
    ----------
    base : ndarray
        (C, M, k, k), or a bias (C,).
    factor : int

    Returns
    -------
    ndarray
        (C f f, M, k, k), or (C f f,): each output channel repeated for the f x f places of its block (CRD
        order).
    """
    _check(1, factor)
    return np.repeat(base, factor * factor, axis=0)
