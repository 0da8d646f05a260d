"""Convolution and transposed convolution: each is the other's adjoint, with the same weights and no bias.

Zeiler and Fergus 2014, section 2.1, "Filtering": the transposed versions of the same filters, applied to the
rectified maps. A Conv weight (M, C/g, k...) is at the same time a valid ConvTranspose weight, so it is
shared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deconv_studio.lens.graph import Box, Graph, Node, clip_box
from deconv_studio.lens.rules.base import Emitter, Part, Plan, RegionRule, first, present
from deconv_studio.lens.rules.window import Window, resolve_transposed_window, resolve_window

# On maps up to this side a signal is placed before the convolution: there a border of one pixel is much of
# the work, and a seed's region soon fills the map. On larger ones the operator's own padding is faster.
_SMALL = 28


def flip_weight(weight: np.ndarray, group: int) -> np.ndarray:
    """Return the weight with which a plain convolution does a stride-1 transposed convolution.

    Parameters
    ----------
    weight : ndarray
        (M, C/g, k...) of the forward convolution.
    group : int

    Returns
    -------
    ndarray
        (C, M/g, k...), taps reversed on every spatial axis.
    """
    outputs, inputs, *kernel = weight.shape
    split = weight.reshape(group, outputs // group, inputs, *kernel)
    swapped = np.swapaxes(split, 1, 2).reshape(group * inputs, outputs // group, *kernel)
    return np.ascontiguousarray(np.flip(swapped, axis=tuple(range(2, swapped.ndim))))


def transposed_attributes(
    window: Window, sizes: Sequence[int], signals: Sequence[int]
) -> dict[str, list[int]]:
    """Return pads and output_padding with which a ConvTranspose gives back exactly the forward input's size.

    Output padding is (n + p_begin + p_end - d(k - 1) - 1) mod s on each axis: what the forward convolution's
    division by the stride dropped.

    Parameters
    ----------
    window : Window
    sizes : sequence of int
        Spatial size of the forward input.
    signals : sequence of int
        Spatial size of the forward output.
    """
    lengths = [
        (m - 1) * s + e - b
        for m, s, e, b in zip(signals, window.strides, window.extent, window.begin, strict=True)
    ]
    ends = [max(0, length - n) for length, n in zip(lengths, sizes, strict=True)]
    extra = [n - (length - end) for n, length, end in zip(sizes, lengths, ends, strict=True)]
    return {
        "strides": list(window.strides),
        "dilations": list(window.dilations),
        "pads": [*window.begin, *ends],
        "output_padding": extra,
    }


class ConvRule(RegionRule):
    """Adjoint of Conv: ConvTranspose with the same weight; at stride 1 in live graphs a Conv with the
    flipped one."""

    op_types = ("Conv",)
    tight = False

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return None if graph.is_constant(node.inputs[1]) else "its weights depend on the picture"

    def _window(self, node: Node, graph: Graph) -> Window:
        return resolve_window(node, graph, graph.shape(node.inputs[1])[2:])

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        shape = graph.shape(node.inputs[0])
        return [((0, 1), (0, shape[1]), *self._window(node, graph).reach(present(boxes[0])[2:]))]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        window = self._window(node, graph)
        group = node.attributes.get("group", 1)
        signal = first(signals)
        if out.whole:
            sizes, results = graph.shape(node.inputs[0])[2:], graph.shape(node.outputs[0])[2:]
            attributes = transposed_attributes(window, sizes, results)
            # An operator takes less output padding than its stride; longer tails of zeros are padded on
            # afterwards.
            if all(
                op < max(s, d)
                for op, s, d in zip(
                    attributes["output_padding"], window.strides, window.dilations, strict=True
                )
            ):
                weight = out.weight(node.inputs[1])
                return [
                    Part(0, out.op("ConvTranspose", [signal, weight], group=group, **attributes), placed=True)
                ]
        dilations = list(window.dilations)
        if all(s == 1 for s in window.strides) and not out.whole:
            weight = out.weight(node.inputs[1], f"flipped.{group}", lambda value: flip_weight(value, group))
            if all(e == 1 for e in window.extent) or max(graph.shape(node.inputs[0])[2:]) > _SMALL:
                pads = [e - 1 for e in window.extent] * 2
                return [
                    Part(0, out.op("Conv", [signal, weight], group=group, dilations=dilations, pads=pads))
                ]

            def around(plan: Plan) -> np.ndarray:
                # Zeros about the signal place the result, so that nothing is computed only to be cut away
                # and the rectifier that follows is fused with the convolution.
                have, want = plan.regions.parts[node.index, 0][2:], plan.regions.boxes[node.inputs[0]][2:]
                sides = zip(window.extent, have, want, strict=True)
                before, after = zip(
                    *((e - 1 + h[0] - w[0], e - 1 + w[1] - h[1]) for e, h, w in sides), strict=True
                )
                return np.array([0, 0, *before, 0, 0, *after], np.int64)

            padded = out.pad(signal, around)
            result = out.op("Conv", [padded, weight], group=group, dilations=dilations)
            return [Part(0, result, placed=True)]
        weight = out.weight(node.inputs[1])
        strides = list(window.strides)
        return [
            Part(
                0,
                out.op("ConvTranspose", [signal, weight], group=group, dilations=dilations, strides=strides),
            )
        ]


class ConvTransposeRule(RegionRule):
    """Adjoint of ConvTranspose: Conv with the same weight."""

    op_types = ("ConvTranspose",)

    def refuses(self, node: Node, graph: Graph) -> str | None:
        return None if graph.is_constant(node.inputs[1]) else "its weights depend on the picture"

    def _window(self, node: Node, graph: Graph) -> Window:
        return resolve_transposed_window(node, graph, graph.shape(node.inputs[1])[2:])

    def _inputs(self, node: Node, box: Box, graph: Graph) -> Box:
        shape = graph.shape(node.inputs[0])
        touched = ((0, 1), (0, shape[1]), *self._window(node, graph).covering(box[2:]))
        return clip_box(touched, shape)

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        return [self._inputs(node, present(boxes[0]), graph)]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        graph = out.graph
        window = self._window(node, graph)
        output = node.outputs[0]

        def pads(plan: Plan) -> np.ndarray:
            box = plan.box(output)
            wanted = window.reach(self._inputs(node, box, graph)[2:])
            have = box[2:]
            before = [h[0] - w[0] for h, w in zip(have, wanted, strict=True)]
            after = [w[1] - h[1] for h, w in zip(have, wanted, strict=True)]
            return np.array([0, 0, *before, 0, 0, *after], np.int64)

        signal = out.pad(first(signals), pads)
        attributes = {"strides": list(window.strides), "dilations": list(window.dilations)}
        weight = out.weight(node.inputs[1])
        group = node.attributes.get("group", 1)
        return [Part(0, out.op("Conv", [signal, weight], group=group, **attributes))]


RULES = (ConvRule(), ConvTransposeRule())
