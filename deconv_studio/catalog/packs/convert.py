"""From ncnn layers to an ONNX model with padding and clipping inside the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.graph import Converted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onnx import NodeProto, TensorProto

    from deconv_studio.catalog.packs.ncnn import Layer

CONVERTER_VERSION = 1
"""Part of the cache's key: a higher number makes every pack be converted again."""

# Old enough for every ONNX Runtime the program supports; nothing newer is needed.
_OPSET = 17
_IR_VERSION = 8
_HINT = "Install the pack again; if that does not help, its format is not supported."


def to_onnx(
    layers: Sequence[Layer],
    *,
    name: str,
    input_name: str = "image",
    output_name: str = "enlarged",
    channels: int = 3,
    scale: int = 2,
    replicate_pad: int = 0,
    clip: tuple[float, float] | None = None,
) -> Converted:
    """Build an ONNX model.

    Parameters
    ----------
    layers : sequence of Layer
        From `read_network`; one Input, one blob that nothing reads, which is the result.
    name : str
        Of the graph.
    input_name, output_name : str
    channels : int
        Channels of the input.
    scale : int
        Output pixels for each input pixel, written into the names of the output's axes.
    replicate_pad : int
        Pixels by which the border is repeated on every side before the first layer.
    clip : (float, float), optional
        Bounds of the output.

    Returns
    -------
    Converted

    Raises
    ------
    PackInvalid
        If a layer has an activation or a shape that cannot be expressed.
    """
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[NodeProto] = []
    tensors: list[TensorProto] = []
    used = {blob for layer in layers for blob in layer.inputs}
    results = [blob for layer in layers for blob in layer.outputs if blob not in used]
    inputs = [layer for layer in layers if layer.kind == "Input"]
    if len(results) != 1 or len(inputs) != 1:
        raise PackInvalid(
            f"The network has {len(inputs)} inputs and {len(results)} results, not one each.", _HINT
        )

    # Blobs get names of their own, so that a name in the file cannot collide with the graph's.
    names = {blob: f"blob/{blob}" for layer in layers for blob in layer.outputs}
    start = names[inputs[0].outputs[0]]
    if replicate_pad:
        tensors.append(
            numpy_helper.from_array(np.array([0, 0, *[replicate_pad] * 2] * 2, dtype=np.int64), "pads")
        )
        nodes.append(helper.make_node("Pad", [input_name, "pads"], [start], name="pad", mode="edge"))
    else:
        nodes.append(helper.make_node("Identity", [input_name], [start], name="start"))

    parameters, operations = 0, 0.0
    area = {inputs[0].outputs[0]: 1.0}
    for layer in layers:
        if layer.kind == "Input":
            continue
        source = layer.inputs[0]
        area.update(dict.fromkeys(layer.outputs, area[source]))
        if layer.kind == "Split":
            nodes += [helper.make_node("Identity", [names[source]], [names[blob]]) for blob in layer.outputs]
        elif layer.kind == "ReLU":
            slope = layer.numbers.get(0, 0.0)
            nodes.append(
                _activation(2 if slope else 1, slope, names[source], names[layer.outputs[0]], layer.name)
            )
        else:
            new_nodes, new_tensors = _convolution(layer, names[source], names[layer.outputs[0]])
            nodes += new_nodes
            tensors += new_tensors
            assert layer.weight is not None
            count = layer.weight.size
            parameters += count + (layer.bias.size if layer.bias is not None else 0)
            stride = layer.integer(3, 1) ** 2
            if layer.kind == "Convolution":
                area[layer.outputs[0]] /= stride
                operations += 2 * count * area[layer.outputs[0]]
            else:
                operations += 2 * count * area[source]
                area[layer.outputs[0]] *= stride

    if clip is not None:
        for label, bound in zip(("low", "high"), clip, strict=True):
            tensors.append(numpy_helper.from_array(np.array(bound, dtype=np.float32), label))
        nodes.append(helper.make_node("Clip", [names[results[0]], "low", "high"], [output_name], name="clip"))
    else:
        nodes.append(helper.make_node("Identity", [names[results[0]]], [output_name], name="end"))

    def axis(letter: str) -> str:
        return letter if scale == 1 else f"{letter}*{scale}"

    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(input_name, TensorProto.FLOAT, ["n", channels, "h", "w"])],
        [
            helper.make_tensor_value_info(
                output_name, TensorProto.FLOAT, ["n", _out_channels(layers, results[0]), axis("h"), axis("w")]
            )
        ],
        tensors,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="deconv-studio",
        producer_version=f"packs {CONVERTER_VERSION}",
    )
    return Converted(model.SerializeToString(deterministic=True), parameters, operations * 1e-3)


def _out_channels(layers: Sequence[Layer], blob: str) -> int:
    """Channels of a blob: those of the last convolution before it."""
    makers = {name: layer for layer in layers for name in layer.outputs}
    layer = makers[blob]
    while layer.kind in ("Split", "ReLU"):
        layer = makers[layer.inputs[0]]
    if layer.kind == "Input":
        raise PackInvalid("The network has no convolution.", _HINT)
    return layer.integer(0, 0)


def _convolution(layer: Layer, source: str, target: str) -> tuple[list[NodeProto], list[TensorProto]]:
    from onnx import helper, numpy_helper

    assert layer.weight is not None
    tensors = [numpy_helper.from_array(layer.weight, f"{layer.name}/weight")]
    operands = [source, f"{layer.name}/weight"]
    if layer.bias is not None:
        tensors.append(numpy_helper.from_array(layer.bias, f"{layer.name}/bias"))
        operands.append(f"{layer.name}/bias")
    kernel, pad = layer.integer(1, 1), layer.integer(4, 0)
    if pad < 0:
        raise PackInvalid(f"Layer {layer.name!r} pads by itself, which is not supported.", _HINT)
    activation = layer.integer(9, 0)
    result = target if activation == 0 else f"{target}/linear"
    nodes = [
        helper.make_node(
            "Conv" if layer.kind == "Convolution" else "ConvTranspose",
            operands,
            [result],
            name=layer.name,
            kernel_shape=[kernel] * 2,
            dilations=[layer.integer(2, 1)] * 2,
            strides=[layer.integer(3, 1)] * 2,
            pads=[pad] * 4,
        )
    ]
    if activation:
        slope = layer.arrays.get(10, (0.0,))[0]
        nodes.append(_activation(activation, slope, result, target, layer.name))
    return nodes, tensors


def _activation(kind: int, slope: float, source: str, target: str, name: str) -> NodeProto:
    from onnx import helper

    label = f"{name}/activation"
    if kind == 1:
        return helper.make_node("Relu", [source], [target], name=label)
    if kind == 2:
        return helper.make_node("LeakyRelu", [source], [target], name=label, alpha=slope)
    if kind == 4:
        return helper.make_node("Sigmoid", [source], [target], name=label)
    raise PackInvalid(f"Layer {name!r} has the unknown activation {kind}.", _HINT)
