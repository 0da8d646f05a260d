"""HED, an edge detector on VGG16's trunk, from Keras' HDF5 weights to ONNX.

Xie and Tu, Holistically-Nested Edge Detection, ICCV 2015: five stages of 3x3 convolutions with max pooling
between them (Simonyan and Zisserman 2015), a map of edges from each, enlarged to the picture and fused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.convert import CONVERTER_VERSION
from deconv_studio.catalog.packs.graph import Converted, GraphBuilder, Weights

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STAGES = 5
SIZE_MULTIPLE = 2 ** (STAGES - 1)
_HINT = "Install the pack again; if that does not help, its format is not supported."


def read_keras(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read every array of a Keras 3 weights file.

    Parameters
    ----------
    path : Path
        A ``.weights.h5`` file; it is read as data by h5py, Keras is not needed.

    Returns
    -------
    dict of str to ndarray
        By their path in the file, such as ``block1/layers/conv2d/vars/0``.

    Raises
    ------
    PackInvalid
        If h5py is not installed, the file is no HDF5, or it refers to other files.
    """
    try:
        import h5py
    except ImportError as error:
        raise PackInvalid(
            f"{path.name} is an HDF5 file, and h5py, which reads them, is not installed.",
            "Install it: pip install h5py.",
        ) from error
    arrays: dict[str, NDArray[np.float32]] = {}

    def visit(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset):
            if item.is_virtual or item.external:
                raise PackInvalid(f"{path.name}: {name!r} lies in another file.", _HINT)
            arrays[name] = item[()]

    try:
        with h5py.File(path, "r") as file:
            # Soft and external links are not followed by this.
            file.visititems(visit)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError) as error:
        raise PackInvalid(f"{path.name} is damaged, or no HDF5 file: {error}.", _HINT) from error
    return arrays


def to_onnx(
    arrays: Mapping[str, NDArray[Any]],
    *,
    name: str,
    input_name: str = "image",
    output_name: str = "edges",
) -> Converted:
    """Build the edge detector.

    Parameters
    ----------
    arrays : mapping of str to ndarray
        From `read_keras`; kernels are (kh, kw, in, out).
    name : str
        Of the graph.
    input_name, output_name : str
        The input is (N, 3, H, W) float32, RGB of 0..255 minus (122.679, 116.669, 104.007), H and W multiples
        of 16; the output (N, 1, H, W) float32, the probability of an edge. The file's network takes BGR; here
        its first kernels are turned round instead.

    Returns
    -------
    Converted
        Its tensors are named as VGG16's layers, ``conv1_1`` to ``conv5_3`` and ``pool1`` to ``pool4``; the
        maps of the stages are ``side1`` to ``side5``, before the sigmoid.

    Raises
    ------
    PackInvalid
        If the weights are not those of such a network.
    """
    weights = Weights(arrays)
    graph = GraphBuilder()

    def kernel(place: str, size: int, into: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        values = weights.take(f"{place}/vars/0", [size, size, into, None])
        return (
            np.ascontiguousarray(values.transpose(3, 2, 0, 1)),
            weights.take(f"{place}/vars/1", [values.shape[3]]),
        )

    x, width, sides = input_name, 3, []
    for stage in range(1, STAGES + 1):
        pixels = 4.0 ** (1 - stage)
        found = {
            match[1] for key in arrays if (match := re.match(rf"block{stage}/layers/(conv2d(?:_\d+)?)/", key))
        }
        if not found:
            raise PackInvalid(f"The weights have no convolution of stage {stage}.", _HINT)
        if stage > 1:
            x = graph.add(
                "MaxPool", [x], f"pool{stage - 1}", kernel_shape=[2, 2], strides=[2, 2], pads=[0] * 4
            )
        for number, layer in enumerate(sorted(found, key=lambda item: (len(item), item)), 1):
            weight, bias = kernel(f"block{stage}/layers/{layer}", 3, width)
            if x == input_name:
                weight = np.ascontiguousarray(weight[:, ::-1])
            width, label = len(weight), f"conv{stage}_{number}"
            x = graph.convolution(x, f"{label}.linear", weight, bias, pads=(1, 1), pixels=pixels)
            x = graph.add("Relu", [x], label)
        weight, bias = kernel(f"dsn{stage}", 1, width)
        if len(weight) != 1:
            raise PackInvalid(f"The map of stage {stage} has {len(weight)} channels.", _HINT)
        side = graph.convolution(
            x, f"side{stage}" if stage == 1 else f"side{stage}.small", weight, bias, pixels=pixels
        )
        if stage > 1:
            scale = 2.0 ** (stage - 1)
            scales = graph.constant(f"side{stage}.scales", np.array([1, 1, scale, scale], np.float32))
            side = graph.add(
                "Resize",
                [side, "", scales],
                f"side{stage}",
                mode="linear",
                coordinate_transformation_mode="half_pixel",
            )
        sides.append(side)
    weight, bias = kernel("fuse", 1, STAGES)
    if len(weight) != 1:
        raise PackInvalid(f"The fused map has {len(weight)} channels.", _HINT)
    weights.finish()
    joined = graph.add("Concat", sides, "sides", axis=1)
    fused = graph.convolution(joined, "fused", weight, bias, pixels=1.0)
    graph.add("Sigmoid", [fused], output_name)
    return graph.finish(
        name,
        {input_name: ["n", 3, "h", "w"]},
        {output_name: ["n", 1, "h", "w"]},
        version=CONVERTER_VERSION,
    )
