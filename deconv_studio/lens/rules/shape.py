"""Operators that only move values: joins and splits, slices, reshapes, transposes, and pixel shuffles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deconv_studio.lens.graph import Box, Graph, Node
from deconv_studio.lens.rules.base import (
    ElementRule,
    Emitter,
    Part,
    Plan,
    RegionRule,
    Rule,
    dependent_inputs,
    first,
    present,
)


class ReshapeRule(Rule):
    """Adjoint of everything that keeps the order of the values: back to the shape before."""

    op_types = ("Reshape", "Flatten", "Squeeze", "Unsqueeze")

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shape = list(out.graph.shape(node.inputs[0]))
        result = out.graph.shape(node.outputs[0])
        if shape and shape[0] == 1 and result and result[0] == 1:
            shape[0] = -1
        else:
            # The batch is folded into another axis, where a second seed could not be told apart.
            out.alone()
        return [
            Part(0, out.op("Reshape", [first(signals), out.constant(np.array(shape, np.int64), "shape")]))
        ]


class ConcatRule(Rule):
    """Adjoint of Concat: each input gets its piece."""

    op_types = ("Concat",)
    tight = False

    def _axis(self, node: Node, graph: Graph) -> int:
        return int(node.attributes["axis"]) % len(graph.shape(node.outputs[0]))

    def is_free(self, node: Node, graph: Graph) -> bool:
        return self._axis(node, graph) == 1

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return "it joins along the batch" if self._axis(node, graph) == 0 else None

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        axis = self._axis(node, graph)
        return tuple((0, graph.shape(output)[i]) if i == axis else span for i, span in enumerate(box))

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        axis = self._axis(node, graph)
        box = present(boxes[0])
        return [
            tuple(
                (0, graph.shape(node.inputs[index])[i]) if i == axis else span for i, span in enumerate(box)
            )
            for index in dependent_inputs(node, graph)
        ]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        axis = self._axis(node, graph)
        sizes = np.array([graph.shape(name)[axis] for name in node.inputs], np.int64)
        pieces = out.ops("Split", [first(signals), out.constant(sizes, "sizes")], len(sizes), axis=axis)
        return [Part(index, pieces[index]) for index in dependent_inputs(node, graph)]


class SplitRule(RegionRule):
    """Adjoint of Split: each output's signal at its place, zeros elsewhere."""

    op_types = ("Split",)
    tight = False

    def _axis(self, node: Node, graph: Graph) -> int:
        return int(node.attributes.get("axis", 0)) % len(graph.shape(node.inputs[0]))

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return "it splits the batch" if self._axis(node, graph) == 0 else None

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        axis = self._axis(node, graph)
        result, start = [], 0
        for name, box in zip(node.outputs, boxes, strict=True):
            size = graph.shape(name)[axis]
            if box is not None:
                result.append(
                    tuple((a + start, b + start) if i == axis else (a, b) for i, (a, b) in enumerate(box))
                )
            start += size
        return result

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        return [Part(0, signal) for signal in signals if signal is not None]


class SliceRule(RegionRule):
    """Adjoint of Slice: the signal at the places it was taken from, zeros elsewhere."""

    op_types = ("Slice",)
    tight = False

    def _cuts(self, node: Node, graph: Graph) -> list[tuple[int, int]]:
        """Return (start, step) on every axis."""
        shape = graph.shape(node.inputs[0])
        if node.input(1):
            starts = [int(value) for value in graph.constant(node.inputs[1]).ravel()]
            axes = graph.constant(node.inputs[3]).ravel() if node.input(3) else np.arange(len(starts))
            steps = (
                graph.constant(node.inputs[4]).ravel() if node.input(4) else np.ones(len(starts), np.int64)
            )
        else:
            starts = [int(value) for value in node.attributes["starts"]]
            axes = np.array(node.attributes.get("axes", range(len(starts))))
            steps = np.ones(len(starts), np.int64)
        cuts = [(0, 1)] * len(shape)
        for start, axis, step in zip(starts, axes, steps, strict=True):
            size = shape[int(axis)]
            begin = min(max(start + size if start < 0 else start, 0), size)
            cuts[int(axis) % len(shape)] = (begin, int(step))
        return cuts

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if any(name in graph.dependent for name in node.inputs[1:] if name):
            return "its limits depend on the picture"
        if graph.shape(node.inputs[0])[0] != graph.shape(node.outputs[0])[0]:
            return "it cuts the batch"
        if any(step < 1 for _, step in self._cuts(node, graph)):
            return "it runs backwards"
        return None

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        return [
            tuple(
                (start + a * step, start + b * step)
                for (a, b), (start, step) in zip(present(boxes[0]), self._cuts(node, graph), strict=True)
            )
        ]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        signal = first(signals)
        cuts = self._cuts(node, graph)
        output = node.outputs[0]
        rank = len(cuts)
        for axis, (_, step) in enumerate(cuts):
            if step == 1:
                continue
            # step - 1 zeros after every value: a new axis, padded, and folded in.
            signal = out.op("Unsqueeze", [signal, out.constant(np.array([axis + 1], np.int64), "axis")])
            pads = np.zeros(2 * (rank + 1), np.int64)
            pads[rank + 1 + axis + 1] = step - 1
            signal = out.op("Pad", [signal, out.constant(pads, "zeros")])

            def folded(plan: Plan, axis: int = axis) -> np.ndarray:
                sizes = []
                for other, ((a, b), (_, by)) in enumerate(zip(plan.box(output), cuts, strict=True)):
                    sizes.append((b - a) * (by if other <= axis else 1))
                return np.array([plan.batch, *sizes[1:]], np.int64)

            signal = out.op("Reshape", [signal, out.runtime("folded", 1, np.int64, folded)])
        return [Part(0, signal)]


class TransposeRule(ElementRule):
    """Adjoint of Transpose: the inverse permutation."""

    op_types = ("Transpose",)
    tight = False

    def _order(self, node: Node, graph: Graph) -> list[int]:
        rank = len(graph.shape(node.inputs[0]))
        return list(node.attributes.get("perm", range(rank - 1, -1, -1)))

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        order = self._order(node, graph)
        box = present(boxes[0])
        return [tuple(box[order.index(axis)] for axis in range(len(order)))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        order = self._order(node, out.graph)
        if order[0] != 0:
            out.alone()
        inverse = [order.index(axis) for axis in range(len(order))]
        return [Part(0, out.op("Transpose", [first(signals)], perm=inverse))]


class DepthToSpaceRule(Rule):
    """Adjoint of DepthToSpace (pixel shuffle), in either order of its channels: its inverse."""

    op_types = ("DepthToSpace",)
    tight = False

    def _size(self, node: Node) -> int:
        return int(node.attributes["blocksize"])

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        size = self._size(node)
        shape = graph.shape(output)
        spatial = [(a // size * size, -(-b // size) * size) for a, b in box[2:]]
        return ((0, 1), (0, shape[1]), *spatial)

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        size = self._size(node)
        channels = graph.shape(node.inputs[0])[1]
        return [((0, 1), (0, channels), *((a // size, b // size) for a, b in present(boxes[0])[2:]))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        size = self._size(node)
        signal = out.op("SpaceToDepth", [first(signals)], blocksize=size)
        if node.attributes.get("mode", "DCR") == "CRD":
            # SpaceToDepth puts the place in the block before the channel; CRD has it after.
            channels = graph.shape(node.outputs[0])[1]

            def split(plan: Plan) -> np.ndarray:
                box = plan.box(node.outputs[0])
                rows, columns = ((b - a) // size for a, b in box[2:])
                return np.array([plan.batch, size * size, channels, rows, columns], np.int64)

            def joined(plan: Plan) -> np.ndarray:
                box = plan.box(node.outputs[0])
                rows, columns = ((b - a) // size for a, b in box[2:])
                return np.array([plan.batch, size * size * channels, rows, columns], np.int64)

            signal = out.op("Reshape", [signal, out.runtime("split", 1, np.int64, split)])
            signal = out.op("Transpose", [signal], perm=[0, 2, 1, 3, 4])
            signal = out.op("Reshape", [signal, out.runtime("joined", 1, np.int64, joined)])
        return [Part(0, signal)]


class SpaceToDepthRule(Rule):
    """Adjoint of SpaceToDepth: its inverse."""

    op_types = ("SpaceToDepth",)
    tight = False

    def is_free(self, node: Node, graph: Graph) -> bool:
        return True

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        return ((0, 1), (0, graph.shape(output)[1]), *box[2:])

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return (
            None if node.attributes.get("mode", "DCR") == "DCR" else "its channel order is not the usual one"
        )

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        size = int(node.attributes["blocksize"])
        channels = graph.shape(node.inputs[0])[1]
        return [((0, 1), (0, channels), *((a * size, b * size) for a, b in present(boxes[0])[2:]))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        size = int(node.attributes["blocksize"])
        return [Part(0, out.op("DepthToSpace", [first(signals)], blocksize=size, mode="DCR"))]


RULES = (
    ReshapeRule(),
    ConcatRule(),
    SplitRule(),
    SliceRule(),
    TransposeRule(),
    DepthToSpaceRule(),
    SpaceToDepthRule(),
)
