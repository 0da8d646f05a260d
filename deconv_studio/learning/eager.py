"""The network of an .onnx file, run by PyTorch operator by operator: what `bench` stands beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional

from deconv_studio.learning.errors import LearningError


class UnknownOperatorError(LearningError):
    """The network has an operator this small interpreter does not know."""


def eager(path: Path, threads: int) -> Callable[[np.ndarray | Mapping[str, np.ndarray]], np.ndarray]:
    """Rebuild a network from an .onnx file.

    Parameters
    ----------
    path : Path
        A convolutional network, such as those that come with the program.
    threads : int
        For PyTorch, in the whole process.

    Returns
    -------
    callable
        From ``(N, C, H, W)`` float32, or from all inputs by name, to ``(N, C', H', W')`` float32.

    Raises
    ------
    UnknownOperatorError
    """
    graph = onnx.load(path).graph
    constants = {
        item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer
    }
    steps = []
    for node in graph.node:
        attributes = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
        if node.op_type == "Constant" and "value" in attributes:
            value = numpy_helper.to_array(attributes["value"])
            constants[node.output[0]] = torch.from_numpy(value.copy())
            continue
        if node.op_type not in OPERATORS or attributes.get("auto_pad", b"NOTSET") != b"NOTSET":
            raise UnknownOperatorError(
                f"{path.name} has the operator {node.op_type}, which is not rebuilt in PyTorch.",
                "Compare a bundled model instead.",
            )
        steps.append((OPERATORS[node.op_type], tuple(node.input), node.output[0], attributes))
    source, target = graph.input[0].name, graph.output[0].name
    torch.set_num_threads(threads)

    def run(batch: np.ndarray | Mapping[str, np.ndarray]) -> np.ndarray:
        feeds = batch if isinstance(batch, Mapping) else {source: batch}
        with torch.inference_mode():
            found: dict[str, Any] = {name: torch.from_numpy(value) for name, value in feeds.items()}
            for operator, inputs, output, attributes in steps:
                given = [found.get(name, constants.get(name)) for name in inputs]
                found[output] = operator(attributes, *given)
            return np.asarray(found[target].numpy())

    return run


def _even(pads: list[int]) -> tuple[int, int]:
    if pads[:2] != pads[2:]:
        raise UnknownOperatorError("Uneven padding is not rebuilt here.", "Compare a bundled model instead.")
    return pads[0], pads[1]


def _conv(given: dict[str, Any], x: Any, weight: Any, bias: Any = None) -> Any:
    top, left, bottom, right = given.get("pads", (0, 0, 0, 0))
    if (top, left) != (bottom, right):
        x = functional.pad(x, (left, right, top, bottom))
        given = {**given, "pads": (0, 0, 0, 0)}
    return functional.conv2d(
        x,
        weight,
        bias,
        stride=tuple(given.get("strides", (1, 1))),
        padding=_even(list(given.get("pads", (0, 0, 0, 0)))),
        dilation=tuple(given.get("dilations", (1, 1))),
        groups=given.get("group", 1),
    )


def _deconv(given: dict[str, Any], x: Any, weight: Any, bias: Any = None) -> Any:
    return functional.conv_transpose2d(
        x,
        weight,
        bias,
        stride=tuple(given.get("strides", (1, 1))),
        padding=_even(list(given.get("pads", (0, 0, 0, 0)))),
        output_padding=tuple(given.get("output_padding", (0, 0))),
        groups=given.get("group", 1),
        dilation=tuple(given.get("dilations", (1, 1))),
    )


def _pad(given: dict[str, Any], x: Any, pads: Any, *_: Any) -> Any:
    mode = {b"edge": "replicate", b"reflect": "reflect", b"constant": "constant"}[
        given.get("mode", b"constant")
    ]
    top, left, bottom, right = (int(pads[place]) for place in (2, 3, 6, 7))
    return functional.pad(x, (left, right, top, bottom), mode=mode)


def _refuse(given: dict[str, Any], operator: str, **only: Any) -> None:
    """Raise where an attribute is there and is not what is rebuilt here."""
    for key, known in only.items():
        if given.get(key, known) != known:
            raise UnknownOperatorError(
                f"{operator} with {key} {given[key]} is not rebuilt here.", "Compare a bundled model instead."
            )


def _average_pool(given: dict[str, Any], x: Any) -> Any:
    _refuse(given, "AveragePool", dilations=[1, 1])
    padding = _even(list(given.get("pads", (0, 0, 0, 0))))
    return functional.avg_pool2d(
        x,
        tuple(given["kernel_shape"]),
        tuple(given.get("strides", (1, 1))),
        padding,
        bool(given.get("ceil_mode", 0)),
        bool(given.get("count_include_pad", 0)),
    )


def _max_pool(given: dict[str, Any], x: Any) -> Any:
    return functional.max_pool2d(
        x,
        tuple(given["kernel_shape"]),
        tuple(given.get("strides", (1, 1))),
        _even(list(given.get("pads", (0, 0, 0, 0)))),
        tuple(given.get("dilations", (1, 1))),
        bool(given.get("ceil_mode", 0)),
    )


def _batch_normalization(
    given: dict[str, Any], x: Any, scale: Any, shift: Any, mean: Any, variance: Any
) -> Any:
    _refuse(given, "BatchNormalization", training_mode=0)
    return functional.batch_norm(x, mean, variance, scale, shift, eps=given.get("epsilon", 1e-5))


def _resize(given: dict[str, Any], x: Any, region: Any = None, scales: Any = None, sizes: Any = None) -> Any:
    _refuse(given, "Resize", mode=b"linear", coordinate_transformation_mode=b"half_pixel", antialias=0)
    _refuse(given, "Resize", axes=[], keep_aspect_ratio_policy=b"stretch")
    if sizes is not None and len(sizes):
        return functional.interpolate(x, size=[int(size) for size in sizes[2:]], mode="bilinear")
    factors = [float(scale) for scale in scales[2:]]
    return functional.interpolate(x, scale_factor=factors, mode="bilinear", recompute_scale_factor=False)


def _reduce_mean(given: dict[str, Any], x: Any, axes: Any = None) -> Any:
    chosen = [int(axis) for axis in given.get("axes", [] if axes is None else axes)]
    return x.mean(chosen or list(range(x.ndim)), keepdim=bool(given.get("keepdims", 1)))


def _clip(given: dict[str, Any], x: Any, low: Any = None, high: Any = None) -> Any:
    bounds = [None if bound is None else float(bound) for bound in (low, high)]
    return torch.clamp(x, *bounds)


def _cast(given: dict[str, Any], x: Any) -> Any:
    kind = onnx.helper.tensor_dtype_to_np_dtype(given["to"])
    return x.to(torch.from_numpy(np.empty(0, kind)).dtype)


def _expand(given: dict[str, Any], x: Any, shape: Any) -> Any:
    return x.expand(torch.broadcast_shapes(x.shape, tuple(int(size) for size in shape)))


def _unsqueeze(given: dict[str, Any], x: Any, axes: Any) -> Any:
    final = x.ndim + len(axes)
    for axis in sorted(int(axis) % final for axis in axes):
        x = x.unsqueeze(axis)
    return x


def _slice(given: dict[str, Any], x: Any, starts: Any, ends: Any, axes: Any, steps: Any = None) -> Any:
    places = [slice(None)] * x.ndim
    strides = torch.ones_like(starts) if steps is None else steps
    for start, end, axis, step in zip(starts, ends, axes, strides, strict=True):
        places[int(axis)] = slice(int(start), int(end), int(step))
    return x[tuple(places)]


def _gather(given: dict[str, Any], x: Any, indices: Any) -> Any:
    axis = given.get("axis", 0) % x.ndim
    found = torch.index_select(x, axis, indices.flatten())
    return found.reshape(*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :])


def _gather_nd(given: dict[str, Any], x: Any, indices: Any) -> Any:
    if given.get("batch_dims", 0):
        raise UnknownOperatorError("GatherND in batches is not rebuilt here.", "Compare a bundled model.")
    return x[tuple(indices.movedim(-1, 0))]


def _gemm(given: dict[str, Any], a: Any, b: Any, c: Any = None) -> Any:
    left, right = (x.T if given.get(key) else x for x, key in ((a, "transA"), (b, "transB")))
    found = given.get("alpha", 1.0) * (left @ right)
    return found if c is None else found + given.get("beta", 1.0) * c


OPERATORS: dict[str, Callable[..., Any]] = {
    "Add": lambda given, a, b: a + b,
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Clip": _clip,
    "Concat": lambda given, *parts: torch.cat(parts, given["axis"]),
    "Conv": _conv,
    "ConvTranspose": _deconv,
    "Div": lambda given, a, b: a / b,
    "Expand": _expand,
    "Gather": _gather,
    "GatherND": _gather_nd,
    "Gemm": _gemm,
    "GreaterOrEqual": lambda given, a, b: a >= b,
    "MaxPool": _max_pool,
    "Mul": lambda given, a, b: a * b,
    "PRelu": lambda given, x, slope: functional.prelu(x, slope.flatten()),
    "Pad": _pad,
    "ReduceMean": _reduce_mean,
    "Relu": lambda given, x: functional.relu(x),
    "Resize": _resize,
    "Shape": lambda given, x: torch.tensor(x.shape[given.get("start", 0) : given.get("end", x.ndim)]),
    "Sigmoid": lambda given, x: torch.sigmoid(x),
    "Slice": _slice,
    "Sub": lambda given, a, b: a - b,
    "Tanh": lambda given, x: torch.tanh(x),
    "Unsqueeze": _unsqueeze,
}
