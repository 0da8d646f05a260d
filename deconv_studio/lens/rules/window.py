"""The sliding window of convolutions and pools, with automatic padding resolved at the current size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deconv_studio.lens.graph import Box, Graph, Node


@dataclass(frozen=True)
class Window:
    """A sliding window over the spatial axes; every field has one entry an axis.

    Attributes
    ----------
    kernel, strides, dilations : tuple of int
    begin, end : tuple of int
        Padding before and after.
    """

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    begin: tuple[int, ...]
    end: tuple[int, ...]

    @property
    def extent(self) -> tuple[int, ...]:
        """Length from the first to the last tap, d(k - 1) + 1."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilations, strict=True))

    def reach(self, box: Box) -> Box:
        """Return the inputs under a region of windows, spatial axes only; reaches into the padding."""
        return tuple(
            (a * s - p, (b - 1) * s - p + e)
            for (a, b), s, p, e in zip(box, self.strides, self.begin, self.extent, strict=True)
        )

    def covering(self, box: Box) -> Box:
        """Return the windows that touch a region of inputs, spatial axes only; may name windows outside."""
        return tuple(
            (-((e - 1 - a - p) // s), (b - 1 + p) // s + 1)
            for (a, b), s, p, e in zip(box, self.strides, self.begin, self.extent, strict=True)
        )


def resolve_window(node: Node, graph: Graph, kernel: Sequence[int]) -> Window:
    """Read the window of a Conv, MaxPool or AveragePool, with `auto_pad` resolved.

    Parameters
    ----------
    node : Node
    graph : Graph
    kernel : sequence of int
        Kernel size on each spatial axis.

    Returns
    -------
    Window
    """
    rank = len(kernel)
    strides = tuple(node.attributes.get("strides", [1] * rank))
    dilations = tuple(node.attributes.get("dilations", [1] * rank))
    pads = node.attributes.get("pads", [0] * (2 * rank))
    mode = node.attributes.get("auto_pad", "NOTSET")
    begin, end = tuple(pads[:rank]), tuple(pads[rank:])
    if mode == "VALID":
        begin = end = (0,) * rank
    elif mode in ("SAME_UPPER", "SAME_LOWER"):
        sizes = graph.shape(node.inputs[0])[2:]
        totals = [
            max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            for n, s, d, k in zip(sizes, strides, dilations, kernel, strict=True)
        ]
        small = tuple(total // 2 for total in totals)
        large = tuple(total - total // 2 for total in totals)
        begin, end = (small, large) if mode == "SAME_UPPER" else (large, small)
    return Window(tuple(kernel), strides, dilations, begin, end)


def resolve_transposed_window(node: Node, graph: Graph, kernel: Sequence[int]) -> Window:
    """Read the window of a ConvTranspose, with `auto_pad` and `output_shape` resolved.

    The padding of an `output_shape` is split as the ONNX operator's text says; `end` may come out negative
    where output padding is larger than the padding.
    """
    rank = len(kernel)
    strides = tuple(node.attributes.get("strides", [1] * rank))
    dilations = tuple(node.attributes.get("dilations", [1] * rank))
    pads = node.attributes.get("pads", [0] * (2 * rank))
    extra = node.attributes.get("output_padding", [0] * rank)
    mode = node.attributes.get("auto_pad", "NOTSET")
    sizes = graph.shape(node.inputs[0])[2:]
    outputs = graph.shape(node.outputs[0])[2:]
    totals = [
        s * (n - 1) + op + d * (k - 1) + 1 - m
        for n, m, s, d, k, op in zip(sizes, outputs, strides, dilations, kernel, extra, strict=True)
    ]
    if "output_shape" in node.attributes or mode in ("SAME_UPPER", "SAME_LOWER"):
        small = tuple(total // 2 for total in totals)
        large = tuple(total - total // 2 for total in totals)
        begin, end = (small, large) if mode == "SAME_UPPER" else (large, small)
    else:
        begin = (0,) * rank if mode == "VALID" else tuple(pads[:rank])
        end = tuple(total - p for total, p in zip(totals, begin, strict=True))
    return Window(
        tuple(kernel), strides, dilations, begin, tuple(e - op for e, op in zip(end, extra, strict=True))
    )
