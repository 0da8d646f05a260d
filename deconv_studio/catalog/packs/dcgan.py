"""DCGAN's generator from a state dict to ONNX: a chain of transposed convolutions that ends in tanh.

Radford, Metz and Chintala, Unsupervised Representation Learning with DCGANs, ICLR 2016, in the layout of
PyTorch's tutorial: ``main.N.weight``, with batch normalisation at ``main.N+1`` after each layer but the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.convert import CONVERTER_VERSION
from deconv_studio.catalog.packs.graph import Converted, GraphBuilder, Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EPS = 1e-5
_KERNEL = 4


def to_onnx(
    state: Mapping[str, NDArray[Any]],
    *,
    name: str,
    input_name: str = "z",
    output_name: str = "picture",
) -> Converted:
    """Build the generator; batch normalisation is folded into the transposed convolutions.

    Parameters
    ----------
    state : mapping of str to ndarray
        From `read_state_dict`.
    name : str
        Of the graph.
    input_name, output_name : str
        The input is (N, latents, 1, 1) float32, normally distributed; the output (N, C, H, W) float32 in
        [-1, 1]: the first layer makes 4 x 4 pixels, each further one doubles them.

    Returns
    -------
    Converted
        Its tensors are named ``up1``, ``up2``, ...

    Raises
    ------
    PackInvalid
        If the weights are not those of such a network.
    """
    weights = Weights(state)
    graph = GraphBuilder()
    kernels = sorted(
        int(match[1])
        for key, array in state.items()
        if (match := re.fullmatch(r"main\.(\d+)\.weight", key)) and array.ndim == 4
    )
    if len(kernels) < 2:
        raise PackInvalid(f"{name} has no chain of transposed convolutions.", "Install the pack again.")
    x, width, size, latents = input_name, None, 1, 0
    for place, number in enumerate(kernels):
        last, label = number == kernels[-1], f"up{place + 1}"
        weight = weights.take(f"main.{number}.weight", [width, None, _KERNEL, _KERNEL])
        bias = None
        if not last:
            weight, bias = weights.normalised(weight, f"main.{number + 1}", _EPS, axis=1)
        latents = latents or weight.shape[0]
        stride, pad = (2, 1) if place else (1, 0)
        x = graph.convolution(
            x, f"{label}.linear", weight, bias, stride=stride, pads=(pad, pad), transposed=True
        )
        x = graph.add("Tanh", [x], output_name) if last else graph.add("Relu", [x], label)
        width, size = weight.shape[1], (size - 1) * stride - 2 * pad + _KERNEL
    weights.finish("num_batches_tracked")
    return graph.finish(
        name,
        {input_name: ["n", latents, 1, 1]},
        {output_name: ["n", int(width or 0), size, size]},
        version=CONVERTER_VERSION,
    )
