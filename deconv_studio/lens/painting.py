"""A generator whose maps can be painted on: the graph is opened at a layer, and a person's values go in.

Bau et al. 2019, "GAN Dissection: Visualizing and Understanding Generative Adversarial Networks", section 3.2:
a unit that is set to zero, or to a high value, in a part of its map, and the picture that comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from deconv_studio.lens.errors import GraphInvalid, TensorMissing
from deconv_studio.lens.graph import load_model
from deconv_studio.lens.runtime import open_session, run_session

KEEP, ADD = ".keep", ".add"
"""What follows a layer's name in the names of its two new inputs; see `opened`."""

_DEFINED = frozenset({"Conv", "ConvTranspose", "Gemm", "MatMul"})
# Operators after a convolution that belong to its layer: the layer is what comes out of the last of them.
# fmt: off
_FINISHING = frozenset({
    "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "Tanh", "Softplus", "Gelu",
    "HardSwish", "Mish", "Clip", "BatchNormalization", "InstanceNormalization", "LayerNormalization",
    "Identity", "Dropout", "Cast", "Reshape",
})
# fmt: on


@dataclass(frozen=True)
class Paintable:
    """A layer whose maps can be painted on.

    Attributes
    ----------
    name : str
        Of the tensor.
    op : str
        Type of the operator that makes it.
    shape : (int, int, int)
        Units, height, width.
    """

    name: str
    op: str
    shape: tuple[int, int, int]


def paintable(
    source: onnx.ModelProto | bytes | str | Path, feeds: Mapping[str, np.ndarray]
) -> tuple[Paintable, ...]:
    """Find the layers of a generator that a later layer is made from, first to last.

    Parameters
    ----------
    source : onnx.ModelProto, bytes, str or Path
        Never changed.
    feeds : mapping of str to ndarray
        Every input by name, for one picture: the layers' sizes are measured.

    Returns
    -------
    tuple of Paintable
        What comes out of a convolution and its normalisation and activation, with four axes, where another
        convolution or fully connected layer follows: the picture itself is none.

    Raises
    ------
    GraphInvalid, RunFailed
    """
    model, _ = load_model(source)
    graph = model.graph
    readers: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    leads: set[str] = set()  # tensors that a convolution comes after
    for node in reversed(graph.node):
        if node.op_type in _DEFINED or any(name in leads for name in node.output):
            leads.update(node.input)
    makers = {node.output[0]: node.op_type for node in graph.node if node.output}
    wanted: list[str] = []
    for node in graph.node:
        if node.op_type not in _DEFINED:
            continue
        name = node.output[0]
        while len(readers.get(name, ())) == 1 and readers[name][0].op_type in _FINISHING:
            name = readers[name][0].output[0]
        if name in leads and name not in wanted:
            wanted.append(name)
    if not wanted:
        return ()
    shown = onnx.ModelProto()
    shown.CopyFrom(model)
    own = {item.name for item in graph.output}
    for name in wanted:
        if name not in own:
            shown.graph.output.append(onnx.ValueInfoProto(name=name))
    _type_outputs(shown)
    values = run_session(open_session(shown), wanted, feeds)
    found = []
    for name in wanted:
        value = values[name]
        if value.ndim == 4 and value.dtype == np.float32:
            units, height, width = value.shape[1:]
            found.append(Paintable(name, makers[name], (units, height, width)))
    return tuple(found)


def opened(source: onnx.ModelProto | bytes | str | Path, layers: Sequence[str]) -> onnx.ModelProto:
    """Return a copy of a network whose layers are changed on their way: ``x * keep + add``.

    Parameters
    ----------
    source : onnx.ModelProto, bytes, str or Path
        Never changed.
    layers : sequence of str
        Names of float32 tensors that a node makes.

    Returns
    -------
    onnx.ModelProto
        With two more inputs for each layer, its name with `KEEP` and with `ADD`, float32, of any shape that
        broadcasts to the layer's. One and zero leave the layer exactly as it is; a mask ``m`` that sets the
        value ``v`` is ``keep = 1 - m`` and ``add = m * v``.

    Raises
    ------
    TensorMissing, GraphInvalid
    """
    model, _ = load_model(source)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    graph = copy.graph
    for layer in dict.fromkeys(layers):
        place = next((k for k, node in enumerate(graph.node) if layer in node.output), None)
        if place is None:
            raise TensorMissing(layer, [name for node in graph.node for name in node.output])
        node = graph.node[place]
        before, kept = f"{layer}.before", f"{layer}.kept"
        node.output[list(node.output).index(layer)] = before
        graph.node.insert(place + 1, helper.make_node("Mul", [before, f"{layer}{KEEP}"], [kept]))
        graph.node.insert(place + 2, helper.make_node("Add", [kept, f"{layer}{ADD}"], [layer]))
        for tail in (KEEP, ADD):
            sizes = [f"{layer}{tail}.{axis}" for axis in range(4)]
            graph.input.append(helper.make_tensor_value_info(f"{layer}{tail}", TensorProto.FLOAT, sizes))
    return copy


def watched(source: onnx.ModelProto | bytes | str | Path, layers: Sequence[str]) -> onnx.ModelProto:
    """Return a copy of a network that gives some of its layers beside its own outputs.

    Raises
    ------
    TensorMissing, GraphInvalid
    """
    model, _ = load_model(source)
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    made = {name for node in copy.graph.node for name in node.output}
    own = {item.name for item in copy.graph.output}
    for layer in dict.fromkeys(layers):
        if layer not in made:
            raise TensorMissing(layer, sorted(made))
        if layer not in own:
            copy.graph.output.append(helper.make_tensor_value_info(layer, TensorProto.FLOAT, None))
    return copy


def _type_outputs(model: onnx.ModelProto) -> None:
    """Give untyped outputs the types that inference finds; float32 where it finds none."""
    try:
        inferred = onnx.shape_inference.infer_shapes(model)
    except (onnx.shape_inference.InferenceError, RuntimeError) as error:
        raise GraphInvalid(f"The network's shapes do not fit together: {error}") from error
    types = {item.name: item.type.tensor_type.elem_type for item in inferred.graph.value_info}
    for item in model.graph.output:
        if not item.type.HasField("tensor_type"):
            kind = types.get(item.name) or TensorProto.FLOAT
            item.CopyFrom(helper.make_tensor_value_info(item.name, kind, None))
