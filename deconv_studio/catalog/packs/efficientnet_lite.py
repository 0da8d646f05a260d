"""EfficientNet-Lite from a state dict to ONNX: depthwise blocks without squeeze-and-excitation, ReLU6.

Tan and Le, EfficientNet, ICML 2019; the Lite form is TensorFlow's for small devices. The names are those of
the PyTorch port. Padding is TensorFlow's SAME, which for a stride of 2 and even sizes pads one pixel more
after than before, so height and width have to be multiples of 32.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.convert import CONVERTER_VERSION
from deconv_studio.catalog.packs.graph import Converted, GraphBuilder, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EPS = 1e-3


def same_padding(kernel: int, stride: int) -> tuple[int, int]:
    """Pixels that TensorFlow's SAME pads before and after, for sizes that are multiples of the stride.

    >>> same_padding(3, 1), same_padding(3, 2), same_padding(5, 2)
    ((1, 1), (0, 1), (1, 2))
    """
    total = max(kernel - stride, 0)
    return total // 2, total - total // 2


def to_onnx(
    state: Mapping[str, NDArray[Any]],
    classes: Sequence[str],
    *,
    name: str,
    strides: Sequence[int],
    input_name: str = "image",
    output_name: str = "scores",
) -> Converted:
    """Build the classifier; batch normalisation is folded into the convolutions.

    Parameters
    ----------
    state : mapping of str to ndarray
        From `read_state_dict`; ``_conv_stem``, ``_bn0``, ``_blocks.N...``, ``_conv_head``, ``_bn1``, ``_fc``.
    classes : sequence of str
        One name for each score.
    name : str
        Of the graph.
    strides : sequence of int
        Of each block.
    input_name, output_name : str
        The input is (N, 3, H, W) float32, (RGB - 127) / 128 of 0..255; the output (N, classes) float32,
        scores before softmax.

    Returns
    -------
    Converted
        Its tensors are named ``stem``, ``bN.expand``, ``bN.depthwise``, ``bN.project``, ``bN`` and ``head``.

    Raises
    ------
    PackInvalid
        If the weights are not those of such a network, or there are more or fewer names than scores.
    """
    weights = Weights(state)
    graph = GraphBuilder()
    low = graph.constant("relu6.low", np.array(0, np.float32))
    high = graph.constant("relu6.high", np.array(6, np.float32))
    pixels = 1.0

    def layer(
        source: str,
        output: str,
        key: str,
        norm: str,
        width: int | None,
        *,
        stride: int = 1,
        depthwise: bool = False,
        rectified: bool = True,
    ) -> tuple[str, int]:
        nonlocal pixels
        weight = weights.take(
            f"{key}.weight", [width if depthwise else None, 1 if depthwise else width, None, None]
        )
        weight, bias = weights.normalised(weight, norm, _EPS)
        pixels /= stride**2
        linear = graph.convolution(
            source,
            f"{output}.linear" if rectified else output,
            weight,
            bias,
            stride=stride,
            pads=same_padding(weight.shape[2], stride),
            group=len(weight) if depthwise else 1,
            pixels=pixels,
        )
        if rectified:
            graph.add("Clip", [linear, low, high], output)
        return output, len(weight)

    x, width = layer(input_name, "stem", "_conv_stem", "_bn0", 3, stride=2)
    for number, stride in enumerate(strides):
        key, block, before = f"_blocks.{number}", x, width
        if f"{key}._expand_conv.weight" in weights:
            x, width = layer(x, f"b{number}.expand", f"{key}._expand_conv", f"{key}._bn0", width)
        x, width = layer(
            x,
            f"b{number}.depthwise",
            f"{key}._depthwise_conv",
            f"{key}._bn1",
            width,
            stride=stride,
            depthwise=True,
        )
        x, width = layer(
            x, f"b{number}.project", f"{key}._project_conv", f"{key}._bn2", width, rectified=False
        )
        if stride == 1 and width == before:
            x = graph.add("Add", [x, block], f"b{number}")
    x, width = layer(x, "head", "_conv_head", "_bn1", width)
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x], "pooled")], "features", axis=1)
    weight = weights.take("_fc.weight", [None, width])
    bias = weights.take("_fc.bias", [len(weight)])
    if len(classes) != len(weight):
        raise PackInvalid(
            f"{name} has {len(weight)} scores and {len(classes)} names for them.", "Install the pack again."
        )
    weights.finish("num_batches_tracked")
    operands = [x, graph.constant("scores.weight", weight), graph.constant("scores.bias", bias)]
    graph.add("Gemm", operands, output_name, transB=1)
    graph.parameters += weight.size + bias.size
    return graph.finish(
        name,
        {input_name: ["n", 3, "h", "w"]},
        {output_name: ["n", len(weight)]},
        version=CONVERTER_VERSION,
        classes=classes,
    )
