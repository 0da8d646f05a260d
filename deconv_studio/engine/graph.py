"""What a network costs for each input pixel, in memory and operations, read from its graph."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deconv_studio.engine.errors import ModelInvalid
from deconv_studio.engine.measured import measured, number

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

log = logging.getLogger(__name__)

#: Operators whose result may take the place of their first input.
# fmt: off
_IN_PLACE = frozenset({
    "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Sigmoid", "Tanh", "Clip", "HardSigmoid",
    "HardSwish", "Gelu", "Softplus", "Mish", "Add", "Sub", "Mul", "Div", "Neg", "Abs", "Exp",
    "Sqrt", "BatchNormalization", "Identity", "Dropout", "Reshape", "Flatten", "Squeeze",
    "Unsqueeze", "Cast",
})
# fmt: on
_SIDE = 64
#: Models whose graph was found not to tell, so that they are not read again and again.
_silent: set[str] = set()


@dataclass(frozen=True)
class Cost:
    """What one run costs for each pixel of input.

    Attributes
    ----------
    peak_bytes : float
        Memory of the tensors that are alive together at the worst moment, with the work space of transposed
        convolutions.
    operations : float
        Floating point operations, a multiplication and an addition counted as two.
    heaviest : float
        Those of the heaviest single operator: a cancel waits for it.
    """

    peak_bytes: float
    operations: float
    heaviest: float


def cost(sha256: str, path: Path, card: Any = None) -> Cost | None:
    """The cost of a model, from the cache or from its graph.

    Parameters
    ----------
    sha256 : str
        Of the file.
    path : Path
        The .onnx file, already checked.
    card : Card, optional
        Tells input size and channels where the graph does not.

    Returns
    -------
    Cost or None
        None if the graph does not say enough.
    """
    kept = kept_cost(sha256)
    if kept is not None or sha256 in _silent:
        return kept
    try:
        found = analyse(path, card)
    except (ModelInvalid, ValueError, TypeError, IndexError, KeyError) as error:
        log.info("The graph of %s does not tell its cost: %s", path, error)
        _silent.add(sha256)
        return None
    measured.put("graph", sha256, [found.peak_bytes, found.operations, found.heaviest])
    return found


def kept_cost(sha256: str) -> Cost | None:
    """The cost in the cache, if this model's graph was read before."""
    kept = measured.get("graph", sha256)
    if not isinstance(kept, list) or len(kept) != 3:
        return None
    peak, operations, heaviest = (number(value) for value in kept)
    if peak is None or operations is None or heaviest is None:
        return None
    return Cost(peak, operations, heaviest)


def analyse(path: Path, card: Any = None) -> Cost:
    """Read the cost from a graph by shape inference at one size.

    Parameters
    ----------
    path : Path
    card : Card, optional

    Raises
    ------
    ModelInvalid
        If the file is no ONNX model.
    ValueError
        If the shapes cannot be inferred.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path, load_external_data=False)
    except (OSError, DecodeError) as error:
        raise ModelInvalid(f"{path} is no ONNX model, or it is damaged.") from error
    height, width = _set_size(model, card)
    del model.graph.value_info[:]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    try:
        inferred = onnx.shape_inference.infer_shapes(model, data_prop=True)
    except (onnx.shape_inference.InferenceError, RuntimeError) as error:
        raise ValueError(f"shape inference failed: {error}") from error
    return _count(inferred.graph, height * width)


def _set_size(model: ModelProto, card: Any) -> tuple[int, int]:
    """Give the picture's input a size, and return its height and width."""
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in weights]
    if not inputs:
        raise ValueError("no input")
    picture = next((v for v in inputs if card is not None and v.name == card.input.name), inputs[0])
    dims = picture.type.tensor_type.shape.dim
    if len(dims) != 4:
        raise ValueError(f"the input has {len(dims)} axes")
    nhwc = card.input.layout == "NHWC" if card is not None else dims[3].dim_value in (1, 3)
    side = _SIDE
    if card is not None:
        side = max(side, card.input.minimum)
        side = -(-side // card.input.size_multiple) * card.input.size_multiple
    fixed = card.input.fixed_size if card is not None else None
    rows, columns = (1, 2) if nhwc else (2, 3)
    wanted = {0: 1, rows: fixed[0] if fixed else side, columns: fixed[1] if fixed else side}
    wanted[3 if nhwc else 1] = card.input.channels if card is not None else 3
    for axis, size in wanted.items():
        if not dims[axis].dim_value > 0:
            dims[axis].dim_value = int(size)
    return dims[rows].dim_value, dims[columns].dim_value


def _count(graph: GraphProto, pixels: int) -> Cost:
    import onnx

    shapes: dict[str, tuple[int, ...]] = {}
    item_bytes: dict[str, int] = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        tensor = value.type.tensor_type
        if tensor.HasField("shape") and all(dim.dim_value > 0 for dim in tensor.shape.dim):
            shapes[value.name] = tuple(dim.dim_value for dim in tensor.shape.dim)
            item_bytes[value.name] = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type).itemsize
    weights = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant":
            for attribute in node.attribute:
                if attribute.name == "value":
                    weights[node.output[0]] = tuple(attribute.t.dims)
    shapes.update({name: shape for name, shape in weights.items() if name not in shapes})
    if not any(shape and name not in weights for name, shape in shapes.items()):
        raise ValueError("no shapes")

    def size(name: str) -> int:
        if name in weights or not name or name not in shapes:
            return 0
        return math.prod(shapes[name]) * item_bytes.get(name, 4)

    last_use = {name: index for index, node in enumerate(graph.node) for name in node.input}
    for value in (*graph.input, *graph.output):
        last_use[value.name] = len(graph.node)  # the caller holds the input, and is given the output
    alive = {value.name: size(value.name) for value in graph.input}
    unknown = 0
    peak, operations, heaviest = float(sum(alive.values())), 0.0, 0.0
    for index, node in enumerate(graph.node):
        first = node.input[0] if node.input else ""
        made = [name for name in node.output if name]
        unknown += sum(name not in shapes for name in made)
        replaces = (
            node.op_type in _IN_PLACE
            and bool(made)
            and last_use.get(first) == index
            and size(first) == size(made[0])
        )
        if replaces:
            alive.pop(first, None)
        alive.update({name: size(name) for name in made})
        peak = max(peak, sum(alive.values()) + _work_space(node, shapes))
        work = _operations(node, shapes, weights)
        operations += work
        heaviest = max(heaviest, work)
        for name in {*node.input, *made}:
            if last_use.get(name, -1) <= index:
                alive.pop(name, None)
    if unknown * 4 > len(graph.node):
        raise ValueError(f"{unknown} tensors of unknown shape")
    return Cost(max(peak, 1.0) / pixels, max(operations, 1.0) / pixels, max(heaviest, 1.0) / pixels)


def _work_space(node: NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    """Bytes a transposed convolution unrolls into: its kernel times its output channels for each pixel."""
    if node.op_type != "ConvTranspose":
        return 0
    inputs, kernel = shapes.get(node.input[0], ()), shapes.get(node.input[1], ())
    return 4 * math.prod(inputs[2:]) * math.prod(kernel[1:]) if inputs and kernel else 0


def _operations(
    node: NodeProto, shapes: dict[str, tuple[int, ...]], weights: dict[str, tuple[int, ...]]
) -> float:
    out = shapes.get(node.output[0], ()) if node.output else ()
    if not out or node.output[0] in weights:
        return 0.0
    count = float(math.prod(out))
    if node.op_type == "Conv":
        return 2.0 * count * math.prod(shapes.get(node.input[1], (0, 1))[1:])
    if node.op_type == "ConvTranspose":
        entering = math.prod(shapes.get(node.input[0], (0,)))
        return 2.0 * entering * math.prod(shapes.get(node.input[1], (0, 1))[1:])
    if node.op_type in ("MatMul", "Gemm"):
        inner = shapes.get(node.input[0], ())
        return 2.0 * count * (inner[-1] if inner else 1)
    return count
