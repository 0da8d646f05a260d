"""Resize and Upsample (nearest, linear, cubic) and padding by reflection: linear in each axis, so a matrix
each.

The matrix is not derived from the many coordinate modes of the operator: the forward operator itself is
applied to unit vectors, so that the adjoint belongs to what ONNX Runtime computes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from deconv_studio.lens.graph import Box, Graph, Node, full_box
from deconv_studio.lens.rules.base import Emitter, Part, Plan, RegionRule, first, present
from deconv_studio.lens.rules.linear import taps_matrix
from deconv_studio.lens.runtime import open_session, run_session

# The matrices of each network, asked for again with every region.
_matrices: WeakKeyDictionary[Graph, dict[tuple[int, int], np.ndarray]] = WeakKeyDictionary()


def known_matrix(node: Node, graph: Graph, axis: int) -> np.ndarray:
    """Return `axis_matrix`, worked out once for a network."""
    kept = _matrices.setdefault(graph, {})
    key = (node.index, axis)
    if key not in kept:
        kept[key] = axis_matrix(node, graph, axis)
    return kept[key]


def columns_under(matrix: np.ndarray, rows: tuple[int, int]) -> tuple[int, int]:
    """Return the (start, stop) of the columns that some rows of a matrix use; all columns for all rows."""
    if rows == (0, matrix.shape[0]):
        return 0, matrix.shape[1]
    used = np.flatnonzero(matrix[slice(*rows)].any(axis=0))
    return (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 0)


def axis_matrix(node: Node, graph: Graph, axis: int) -> np.ndarray:
    """Return the matrix (output size, input size) float32 by which a separable operator works along one axis.

    Parameters
    ----------
    node : Node
        Resize, Upsample or Pad.
    graph : Graph
    axis : int
    """
    source, result = graph.shape(node.inputs[0]), graph.shape(node.outputs[0])
    size = source[axis]
    # Unit vectors along the axis, one a position of a helper axis that the operator leaves alone; the others
    # have length one, which no mode can change.
    helper_axis = 0 if axis else 1
    probe_shape = [1] * max(len(source), 2)
    probe_shape[axis], probe_shape[helper_axis] = size, size
    probe = np.zeros(probe_shape, np.float32)
    index: list[np.ndarray | int] = [0] * len(probe_shape)
    index[axis] = index[helper_axis] = np.arange(size)
    probe[tuple(index)] = 1.0
    names = ["x", "", "", ""][: len(node.inputs)]
    initializers: list[onnx.TensorProto] = []
    attributes = dict(node.attributes)
    if node.op == "Pad":
        pads = [0] * (2 * len(source))
        begins, ends = pad_amounts(node, graph)
        pads[axis], pads[axis + len(source)] = begins[axis], ends[axis]
        if graph.opset < 11:
            attributes["pads"] = pads
        else:
            names = ["x", "pads"]
            initializers.append(numpy_helper.from_array(np.array(pads, np.int64), "pads"))
    else:
        _resize_probe(node, graph, axis, probe_shape, result[axis], names, attributes, initializers)
    proto = helper.make_node(node.op, names, ["y"], **attributes)
    model = helper.make_model(
        helper.make_graph(
            [proto],
            "axis",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, probe_shape)],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
            initializers,
        ),
        opset_imports=[helper.make_opsetid("", graph.opset)],
        ir_version=8,
    )
    value = run_session(open_session(model, threads=1), ["y"], {"x": probe})["y"]
    return np.moveaxis(value, (axis, helper_axis), (0, 1)).reshape(value.shape[axis], size)


def _resize_probe(
    node: Node,
    graph: Graph,
    axis: int,
    probe_shape: list[int],
    result: int,
    names: list[str],
    attributes: dict[str, Any],
    initializers: list[onnx.TensorProto],
) -> None:
    """Fill in the inputs with which the operator resizes only `axis` of the probe, the way it does in the
    network."""
    if node.op == "Upsample":
        scales = graph.constant(node.inputs[1]) if node.input(1) else np.array(node.attributes["scales"])
        alone = np.ones(len(probe_shape), np.float32)
        alone[axis] = scales[axis]
        if "scales" in attributes:
            attributes["scales"] = [float(value) for value in alone]
        else:
            names[1] = "scales"
            initializers.append(numpy_helper.from_array(alone, "scales"))
        return
    if graph.opset < 11:
        scale_index, size_index, axes = 1, None, None
    else:
        scale_index, size_index = 2, 3
        axes = attributes.pop("axes", None)
    axes = range(len(probe_shape)) if axes is None else axes
    axes = [int(place) % len(probe_shape) for place in axes]
    name = node.input(scale_index)
    scales = graph.constant(name) if name else np.zeros(0, np.float32)
    attributes.pop("keep_aspect_ratio_policy", None)
    if scales.size:
        alone = np.ones(len(probe_shape), np.float32)
        alone[axis] = scales[axes.index(axis)]
        names[scale_index] = "scales"
        initializers.append(numpy_helper.from_array(alone, "scales"))
        if size_index is not None:
            del names[size_index:]
    else:
        sizes = list(probe_shape)
        sizes[axis] = result
        names[size_index or 3] = "sizes"
        initializers.append(numpy_helper.from_array(np.array(sizes, np.int64), "sizes"))
    if graph.opset >= 11:
        names[1] = ""


def pad_amounts(node: Node, graph: Graph) -> tuple[list[int], list[int]]:
    """Return (begins, ends) of a Pad node on every axis; negative where it crops."""
    rank = len(graph.shape(node.inputs[0]))
    if node.input(1):
        pads = [int(value) for value in graph.constant(node.inputs[1]).ravel()]
    else:
        pads = [int(value) for value in node.attributes["pads"]]
    axes = list(range(rank))
    if node.input(3):
        axes = [int(value) % rank for value in graph.constant(node.inputs[3]).ravel()]
    begins, ends = [0] * rank, [0] * rank
    for place, axis in enumerate(axes):
        begins[axis], ends[axis] = pads[place], pads[place + len(axes)]
    return begins, ends


def apply_transposed(signal: str, matrices: dict[int, np.ndarray], rank: int, out: Emitter) -> str:
    """Add nodes that multiply a signal along each axis by the transpose of that axis' matrix.

    Parameters
    ----------
    signal : str
    matrices : dict of int to ndarray
        Axis -> (output size, input size) float32.
    rank : int
    out : Emitter
    """
    for axis, matrix in matrices.items():
        taps = max(1, int((matrix != 0).sum(axis=1).max()))
        columns = np.argsort(matrix == 0, axis=1, kind="stable")[:, :taps]
        entries = np.take_along_axis(matrix, columns, axis=1)
        dense = taps_matrix(columns.T, entries.T, matrix.shape[1], out)
        if axis == rank - 1:
            signal = out.op("MatMul", [signal, dense])
        elif axis == rank - 2:
            signal = out.op("MatMul", [out.op("Transpose", [dense], perm=[1, 0]), signal])
        else:
            order = [*(other for other in range(rank) if other != axis), axis]
            moved = out.op("MatMul", [out.op("Transpose", [signal], perm=order), dense])
            signal = out.op("Transpose", [moved], perm=[order.index(place) for place in range(rank)])
    return signal


def apply_transposed_pieces(
    node: Node, signal: str, matrices: dict[int, np.ndarray], rank: int, out: Emitter
) -> str:
    """Add nodes as `apply_transposed` does, for a region: each seed brings the piece it needs."""
    output = node.outputs[0]
    for axis, matrix in matrices.items():

        def pieces(plan: Plan, axis: int = axis, matrix: np.ndarray = matrix) -> np.ndarray:
            found = []
            for one in plan.singles():
                rows = one.box(output)[axis]
                found.append(matrix[slice(*rows), slice(*columns_under(matrix, rows))])
            stack = np.stack(found).astype(np.float32)
            if axis == rank - 2:
                stack = stack.transpose(0, 2, 1)
            return stack.reshape(len(found), *[1] * (rank - 3), *stack.shape[1:])

        piece = out.runtime("piece", rank, np.float32, pieces)
        if axis == rank - 1:
            signal = out.op("MatMul", [signal, piece])
        elif axis == rank - 2:
            signal = out.op("MatMul", [piece, signal])
        else:
            order = [*(other for other in range(rank) if other != axis), axis]
            moved = out.op("MatMul", [out.op("Transpose", [signal], perm=order), piece])
            signal = out.op("Transpose", [moved], perm=[order.index(place) for place in range(rank)])
    return signal


class SeparableRule(RegionRule):
    """Adjoint of an operator that works along each axis by a matrix: the transposed matrices."""

    tight = False

    def matrices(self, node: Node, graph: Graph) -> dict[int, np.ndarray]:
        """Return axis -> (output size, input size) float32 of the axes it works on."""
        raise TypeError(f"{type(self).__name__} has no matrices")  # pragma: no cover - both rules have them

    def is_free(self, node: Node, graph: Graph) -> bool:
        return False

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        shape = graph.shape(output)
        if len(shape) < 3:
            return full_box(shape)
        matrices = self.matrices(node, graph)
        # Channels are never cut, so only what is behind them can be a region.
        return tuple(
            (0, shape[axis]) if axis in matrices and axis < 2 else span for axis, span in enumerate(box)
        )

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        box = list(present(boxes[0]))
        for axis, matrix in self.matrices(node, graph).items():
            box[axis] = columns_under(matrix, box[axis])
        return [tuple(box)]

    def back(self, node: Node, signal: str, out: Emitter) -> str:
        """Add the nodes that multiply by the transposed matrices."""
        matrices = self.matrices(node, out.graph)
        rank = len(out.graph.shape(node.inputs[0]))
        if out.whole or rank < 3:
            return apply_transposed(signal, matrices, rank, out)
        return apply_transposed_pieces(node, signal, matrices, rank, out)


class ResizeRule(SeparableRule):
    """Adjoint of Resize and Upsample: block sums for whole-number nearest, transposed matrices for the
    rest."""

    op_types = ("Resize", "Upsample")

    def refuses(self, node: Node, graph: Graph) -> str | None:
        source, result = graph.shape(node.inputs[0]), graph.shape(node.outputs[0])
        if len(source) < 3 or source[0] != result[0]:
            return "it resizes the batch"
        if node.attributes.get("coordinate_transformation_mode") == "tf_crop_and_resize":
            return "it crops by a region of interest"
        if any(name in graph.dependent for name in node.inputs[1:] if name):
            return "its size depends on the picture's values"
        return None

    def matrices(self, node: Node, graph: Graph) -> dict[int, np.ndarray]:
        source, result = graph.shape(node.inputs[0]), graph.shape(node.outputs[0])
        resized = [axis for axis in range(1, len(source)) if source[axis] != result[axis]]
        return {axis: known_matrix(node, graph, axis) for axis in resized}

    def _blocks(self, node: Node, graph: Graph) -> dict[int, int] | None:
        """Return axis -> how often each value is repeated, or None if it does more than repeat."""
        matrices = self.matrices(node, graph)
        if not all(_is_block_copy(matrix) for matrix in matrices.values()):
            return None
        return {axis: matrix.shape[0] // matrix.shape[1] for axis, matrix in matrices.items()}

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        grown = super().grow(node, box, graph, output)
        blocks = self._blocks(node, graph) or {}
        return tuple(
            (
                a // blocks.get(axis, 1) * blocks.get(axis, 1),
                -(-b // blocks.get(axis, 1)) * blocks.get(axis, 1),
            )
            for axis, (a, b) in enumerate(grown)
        )

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        blocks = self._blocks(node, out.graph)
        signal = first(signals)
        if blocks is None:
            return [Part(0, self.back(node, signal, out))]
        output, rank = node.outputs[0], len(out.graph.shape(node.inputs[0]))
        axes: list[int] = []
        for axis in range(1, rank):
            if axis in blocks:
                axes.append(axis + len(axes) + 1)
        if not axes:
            return [Part(0, signal)]

        def split(plan: Plan) -> np.ndarray:
            sizes = [plan.batch]
            for axis, (start, stop) in list(enumerate(plan.box(output)))[1:]:
                block = blocks.get(axis, 1)
                sizes.append((stop - start) // block)
                if axis in blocks:
                    sizes.append(block)
            return np.array(sizes, np.int64)

        signal = out.op("Reshape", [signal, out.runtime("blocks", 1, np.int64, split)])
        summed = out.op("ReduceSum", [signal, out.constant(np.array(axes, np.int64), "axes")], keepdims=0)
        return [Part(0, summed)]


def _is_block_copy(matrix: np.ndarray) -> bool:
    rows, columns = matrix.shape
    return rows % columns == 0 and np.array_equal(
        matrix, np.repeat(np.eye(columns, dtype=np.float32), rows // columns, 0)
    )


class PadRule(SeparableRule):
    """Adjoint of Pad: cut a constant border off; fold a reflected or repeated one back onto the picture."""

    op_types = ("Pad",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if any(name in graph.dependent for name in node.inputs[1:] if name):
            return "its border depends on the picture"
        begins, ends = pad_amounts(node, graph)
        return "it pads the batch" if begins[0] or ends[0] else None

    def is_free(self, node: Node, graph: Graph) -> bool:
        return self._is_constant(node)

    def _is_constant(self, node: Node) -> bool:
        return node.attributes.get("mode", "constant") == "constant"

    def matrices(self, node: Node, graph: Graph) -> dict[int, np.ndarray]:
        begins, ends = pad_amounts(node, graph)
        padded = [axis for axis in range(len(begins)) if begins[axis] or ends[axis]]
        return {axis: known_matrix(node, graph, axis) for axis in padded}

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        return box if self._is_constant(node) else super().grow(node, box, graph, output)

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        if not self._is_constant(node):
            return super().spans(node, boxes, graph)
        begins, _ = pad_amounts(node, graph)
        return [tuple((a - p, b - p) for (a, b), p in zip(present(boxes[0]), begins, strict=True))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        signal = first(signals)
        if self._is_constant(node):
            return [Part(0, signal)]
        return [Part(0, self.back(node, signal, out))]


RULES = (ResizeRule(), PadRule())
