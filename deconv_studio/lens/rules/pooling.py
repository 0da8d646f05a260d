"""Pools: max pooling through its switches, averages spread evenly.

Zeiler and Fergus 2014, section 2.1, "Unpooling": the reconstruction of the layer above goes to the places
where the maxima were. Windows may overlap (k > s), so values that meet at one place add up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from onnx import helper

from deconv_studio.lens.graph import Box, Graph, Node, clip_box, full_box
from deconv_studio.lens.rules.base import Emitter, Part, Plan, RegionRule, Rule, first, present
from deconv_studio.lens.rules.window import Window, resolve_window


class MaxPoolRule(RegionRule):
    """Adjoint of MaxPool at the recorded switches: scatter-add, since overlapping windows may share a
    maximum."""

    op_types = ("MaxPool",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if node.attributes.get("storage_order", 0):
            return "its indices are in column-major order"
        return None

    def inputs_under(self, node: Node, box: Box, graph: Graph) -> Box:
        """Return the inputs under a region of windows, cut at the tensor's edge."""
        window = resolve_window(node, graph, node.attributes["kernel_shape"])
        shape = graph.shape(node.inputs[0])
        return clip_box((box[0], box[1], *window.reach(box[2:])), shape)

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        return [self.inputs_under(node, present(boxes[0]), graph)]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        output = node.outputs[0]

        def sizes(plan: Plan) -> np.ndarray:
            return np.array([plan.batch, *(stop - start for start, stop in region(plan)[1:])], np.int64)

        def region(plan: Plan) -> Box:
            if out.whole:
                # Recorded indices count over the whole input, also over rows no window reaches.
                return full_box(graph.shape(node.inputs[0]))
            return self.inputs_under(node, plan.box(output), graph)

        switches = out.switches(output, node.inputs[0], region)
        shape = out.runtime("unpooled", 1, np.int64, sizes)
        flat = out.constant(np.array([-1], np.int64), "flat")
        total = out.op("ReduceProd", [shape], keepdims=1)
        zero = helper.make_tensor("zero", 1, [1], [0.0])
        empty = out.op("ConstantOfShape", [total], value=zero)
        values = out.op("Reshape", [first(signals), flat])
        places = out.op("Reshape", [switches, flat])
        filled = out.op("ScatterElements", [empty, places, values], axis=0, reduction="add")
        return [Part(0, out.op("Reshape", [filled, shape]), placed=out.whole)]


def local_switches(switches: np.ndarray, shape: Sequence[int], region: Box) -> np.ndarray:
    """Turn ONNX MaxPool indices into indices of a region of the pool's input.

    ONNX indices are flat over the whole (N, C, ...) tensor (not a plane, as torch's are).

    Parameters
    ----------
    switches : ndarray
        (1, C, ...) int64: indices of a forward pass over one picture.
    shape : sequence of int
        (1, C, ...) of the pool's input.
    region : Box
        Region of the pool's input in which the result counts.

    Returns
    -------
    ndarray
        int64, flat over (1, C, region...). An index outside the region, which only a window that carries no
        signal can have, is moved to its edge.
    """
    sizes = [stop - start for start, stop in region[1:]]
    if sizes == list(shape[1:]):
        # Nothing is cut away, as under the units of deep layers.
        return switches
    rest = switches
    places: list[np.ndarray] = []
    for size in reversed(shape[1:]):
        # NumPy divides by one number much faster than it finds quotient and remainder together.
        above = rest // size
        places.append(rest - above * size)
        rest = above
    result = np.zeros(switches.shape, np.int64)
    for place, size, (start, stop) in zip(reversed(places), sizes, region[1:], strict=True):
        result *= size
        result += np.clip(place - start, 0, stop - start - 1)
    return result


class AveragePoolRule(RegionRule):
    """Adjoint of AveragePool: each value spread evenly over the inputs its window counted."""

    op_types = ("AveragePool",)
    tight = False

    def _window(self, node: Node, graph: Graph) -> Window:
        return resolve_window(node, graph, node.attributes["kernel_shape"])

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        box = present(boxes[0])
        return [(box[0], box[1], *self._window(node, graph).reach(box[2:]))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        window = self._window(node, graph)
        share = average_share(node, graph, window)
        output = node.outputs[0]
        signal = first(signals)
        if np.ptp(share) == 0:
            weight = np.full(window.kernel, share.flat[0], np.float32)
        else:
            weight = np.ones(window.kernel, np.float32)

            def crop(plan: Plan) -> np.ndarray:
                return np.stack(
                    [
                        share[tuple(slice(*span) for span in one.box(output)[2:])][None]
                        for one in plan.singles()
                    ]
                )

            signal = out.op("Mul", [signal, out.runtime("share", share.ndim + 2, np.float32, crop)])
        # One plane at a time through one small kernel: a kernel for every channel would only repeat it.
        rank = share.ndim
        planes = out.constant(np.array([-1, 1, *[0] * rank], np.int64), "planes")
        channels = out.constant(np.array([-1, graph.shape(output)[1], *[0] * rank], np.int64), "channels")
        signal = out.op("Reshape", [signal, planes])
        signal = out.op(
            "ConvTranspose",
            [signal, out.constant(weight[None, None], "spread")],
            strides=list(window.strides),
            dilations=list(window.dilations),
        )
        return [Part(0, out.op("Reshape", [signal, channels]))]


def average_share(node: Node, graph: Graph, window: Window) -> np.ndarray:
    """Return the weight of one input in the average of each window, (output spatial sizes) float32.

    What counts as part of a window (padding, the overhang of `ceil_mode`) differs between versions of the
    operator, so the operator itself is asked: over ones it gives inputs x share.
    """
    import onnx
    from onnx import TensorProto

    from deconv_studio.lens.runtime import open_session, run_session

    sizes = graph.shape(node.inputs[0])[2:]
    results = graph.shape(node.outputs[0])[2:]
    proto = helper.make_node("AveragePool", ["x"], ["y"], **node.attributes)
    model = helper.make_model(
        helper.make_graph(
            [proto],
            "average",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, *sizes])],
            [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        ),
        opset_imports=[onnx.helper.make_opsetid("", graph.opset)],
        ir_version=8,
    )
    session = open_session(model, threads=1)
    averages = run_session(session, ["y"], {"x": np.ones((1, 1, *sizes), np.float32)})["y"][0, 0]
    counts = np.ones((), np.int64)
    for size, result, k, s, d, p in zip(
        sizes, results, window.kernel, window.strides, window.dilations, window.begin, strict=True
    ):
        taps = np.arange(result)[:, None] * s - p + np.arange(k)[None] * d
        counts = np.multiply.outer(counts, ((taps >= 0) & (taps < size)).sum(axis=1))
    return (averages / np.maximum(counts, 1)).astype(np.float32)


class GlobalAveragePoolRule(Rule):
    """Adjoint of GlobalAveragePool: the value spread over the whole plane."""

    op_types = ("GlobalAveragePool",)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shape = out.graph.shape(node.inputs[0])
        return [Part(0, spread(first(signals), tuple(range(2, len(shape))), shape, out, mean=True))]


def spread(signal: str, axes: Sequence[int], shape: Sequence[int], out: Emitter, *, mean: bool) -> str:
    """Add nodes that repeat a signal of size 1 along `axes`, divided by the number of copies for a mean."""
    sizes = [shape[axis] if axis in axes else 1 for axis in range(len(shape))]
    share = 1.0 / float(np.prod(sizes)) if mean else 1.0
    scaled = out.op("Mul", [signal, out.constant(np.array(share, np.float32), "share")])
    return out.op("Expand", [scaled, out.constant(np.array(sizes, np.int64), "sizes")])


class ReduceRule(Rule):
    """Adjoint of ReduceMean and ReduceSum over constant axes."""

    op_types = ("ReduceMean", "ReduceSum")

    def refuses(self, node: Node, graph: Graph) -> str | None:
        if node.input(1) and not graph.is_constant(node.inputs[1]):
            return "its axes depend on the picture"
        if 0 in self._axes(node, graph):
            return "it reduces over the batch"
        return None

    def _axes(self, node: Node, graph: Graph) -> tuple[int, ...]:
        rank = len(graph.shape(node.inputs[0]))
        if node.input(1):
            axes = [int(axis) for axis in graph.constant(node.inputs[1]).ravel()]
        else:
            axes = list(node.attributes.get("axes", []))
        if not axes:
            axes = [] if node.attributes.get("noop_with_empty_axes", 0) else list(range(rank))
        return tuple(sorted(axis % rank for axis in axes))

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shape = out.graph.shape(node.inputs[0])
        axes = self._axes(node, out.graph)
        signal = first(signals)
        if not axes:
            return [Part(0, signal)]
        if not node.attributes.get("keepdims", 1):
            kept = [-1, *(1 if axis in axes else size for axis, size in enumerate(shape) if axis)]
            signal = out.op("Reshape", [signal, out.constant(np.array(kept, np.int64), "kept")])
        return [Part(0, spread(signal, axes, shape, out, mean=node.op == "ReduceMean"))]


class GlobalMaxPoolRule(Rule):
    """Adjoint of GlobalMaxPool at its switch: the first place where the plane has its maximum."""

    op_types = ("GlobalMaxPool",)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shape = out.graph.shape(node.inputs[0])
        flat = out.constant(np.array([-1, shape[1], int(np.prod(shape[2:]))], np.int64), "flat")
        one = out.constant(np.array([-1, shape[1], 1], np.int64), "one")
        back = out.constant(np.array([-1, *shape[1:]], np.int64), "shape")
        plane = out.op("Reshape", [out.recorded(node.inputs[0]), flat])
        place = out.op("ArgMax", [plane], axis=2, keepdims=1)
        zero = helper.make_tensor("zero", 1, [1], [0.0])
        empty = out.op("ConstantOfShape", [out.op("Shape", [plane])], value=zero)
        values = out.op("Reshape", [first(signals), one])
        filled = out.op("ScatterElements", [empty, place, values], axis=2)
        return [Part(0, out.op("Reshape", [filled, back]))]


class MaxUnpoolRule(Rule):
    """Adjoint of MaxUnpool: each value comes back from the place its switch names."""

    op_types = ("MaxUnpool",)

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        # Switches count over the whole tensor of one picture.
        out.alone()
        flat = out.constant(np.array([-1], np.int64), "flat")
        values = out.op("Reshape", [first(signals), flat])
        return [Part(0, out.op("Gather", [values, out.recorded(node.inputs[1])], axis=0))]


class ExtremeReduceRule(ReduceRule):
    """ReduceMax and ReduceMin: the signal goes to the value that gave the result, to all that are equal."""

    op_types = ("ReduceMax", "ReduceMin")

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        shape = out.graph.shape(node.inputs[0])
        axes = self._axes(node, out.graph)
        signal, result = first(signals), out.recorded(node.outputs[0])
        if axes and not node.attributes.get("keepdims", 1):
            kept = [-1, *(1 if axis in axes else size for axis, size in enumerate(shape) if axis)]
            sizes = out.constant(np.array(kept, np.int64), "kept")
            signal, result = (out.op("Reshape", [value, sizes]) for value in (signal, result))
        mask = out.op("Equal", [out.recorded(node.inputs[0]), result])
        zero = out.constant(np.array(0, np.float32), "scalar")
        return [Part(0, out.op("Where", [mask, signal, zero]))]


RULES = (
    MaxPoolRule(),
    AveragePoolRule(),
    GlobalAveragePoolRule(),
    GlobalMaxPoolRule(),
    MaxUnpoolRule(),
    ReduceRule(),
    ExtremeReduceRule(),
)
