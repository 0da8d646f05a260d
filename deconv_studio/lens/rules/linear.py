"""Fully connected layers: Gemm and MatMul with a constant go back through the transposed matrix, without
bias."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deconv_studio.lens.graph import Graph, Node
from deconv_studio.lens.rules.base import Emitter, Part, Rule, first


class GemmRule(Rule):
    """Adjoint of y = alpha x W (+ beta c): alpha R W^T."""

    op_types = ("Gemm",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if not graph.is_constant(node.inputs[1]):
            return "its matrix depends on the picture"
        if node.attributes.get("transA", 0):
            return "it transposes the batch"
        if node.input(2) in graph.dependent:
            return "its bias depends on the picture"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        signal = out.op(
            "Gemm",
            [first(signals), out.weight(node.inputs[1])],
            transB=1 - int(node.attributes.get("transB", 0)),
            alpha=float(node.attributes.get("alpha", 1.0)),
        )
        return [Part(0, signal)]


class MatMulRule(Rule):
    """Adjoint of a product with a constant matrix on either side."""

    op_types = ("MatMul",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        constant = [graph.is_constant(name) for name in node.inputs[:2]]
        if not any(constant):
            return "both factors depend on the picture, as in attention"
        matrix = graph.shape(node.inputs[constant.index(True)])
        signal = graph.shape(node.inputs[constant.index(False)])
        if len(matrix) < 2 or len(signal) < 2:
            return "one factor is a vector"
        if len(matrix) > 2 and (len(matrix) > len(signal) or len(signal) < 3):
            return "it repeats the picture over the axes of its matrix"
        if len(matrix) > 2 and any(
            m not in (1, s) for m, s in zip(matrix[:-2][::-1], signal[:-2][::-1], strict=False)
        ):
            return "it repeats the picture over the axes of its matrix"
        if len(signal) == 2 and not constant[1]:
            return "it mixes the batch"
        return None

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        right = out.graph.is_constant(node.inputs[1])
        name = node.inputs[1 if right else 0]
        order = list(range(len(out.graph.shape(name))))
        order[-2:] = order[-1], order[-2]
        # Folded when a session loads; the file holds the matrix once.
        turned = out.op("Transpose", [out.weight(name)], perm=order)
        factors = [first(signals), turned] if right else [turned, first(signals)]
        return [Part(0 if right else 1, out.op("MatMul", factors))]


RULES = (GemmRule(), MatMulRule())


def taps_matrix(indices: np.ndarray, weights: np.ndarray, size: int, out: Emitter) -> str:
    """Add nodes that make a sparse matrix from its few entries a row, so that a file stores only those.

    Parameters
    ----------
    indices : ndarray
        (taps, rows) int64 column of each entry.
    weights : ndarray
        (taps, rows) float32.
    size : int
        Number of columns.
    out : Emitter

    Returns
    -------
    str
        Tensor (rows, size).
    """
    places = out.op(
        "OneHot",
        [
            out.constant(indices.astype(np.int64), "columns"),
            out.constant(np.array(size, np.int64), "size"),
            out.constant(np.array([0, 1], np.float32), "values"),
        ],
    )
    spread = out.op("Mul", [places, out.constant(weights.astype(np.float32)[..., None], "taps")])
    return out.op("ReduceSum", [spread, out.constant(np.array([0], np.int64), "axes")], keepdims=0)
