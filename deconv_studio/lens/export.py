"""A reconstruction as one ONNX file, image and seed in, pixels out, that runs wherever ONNX Runtime does."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import TensorProto, helper

from deconv_studio import __version__
from deconv_studio.lens.errors import ExportFailed
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import add_switch_outputs
from deconv_studio.lens.reverse import OPSET, RECONSTRUCTION, SEED, Reverse, build, stored_constant

SUFFIX = ".recon.onnx"
_NAMES = {SEED: "seed", RECONSTRUCTION: "reconstruction"}


def fused_model(graph: Graph, layer: str, method: str = "deconvnet") -> onnx.ModelProto:
    """Return forward pass and reverse pass as one model.

    Parameters
    ----------
    graph : Graph
        Never changed. Its picture size becomes the model's.
    layer : str
    method : {"deconvnet", "guided", "gradient"}

    Returns
    -------
    onnx.ModelProto
        Inputs ``image (1, C, H, W)`` and ``seed`` (the layer's shape), both float32, output ``reconstruction
        (1, C, H, W)`` float32. Each weight is stored once; of the forward network only what switches and
        masks need is in it. Metadata: ``source_sha256``, ``layer``, ``rule``, ``version``, ``notes``.

    Raises
    ------
    TensorMissing, NotFromPicture, RuleUnknown, UnsupportedOperator
    ExportFailed
        The network's operator set is older than the reverse graph's and cannot be converted.
    """
    layer = graph.find(layer)
    # Built on the network as it is first: what is wrong with the request is then said about the user's own
    # file.
    reverse = build(graph, layer, method, whole=True)
    if graph.opset < OPSET:
        graph = _converted(graph)
        reverse = build(graph, layer, method, whole=True)
    computed = [
        name for name in reverse.weights if graph.initializer(name) is None and name in graph.producer
    ]
    needed = graph.ancestors([*reverse.values, *reverse.switches, *computed])
    model = graph.fixed_model([], nodes=needed)
    add_switch_outputs(model.graph, reverse.switches)
    stored = {tensor.name for tensor in model.graph.initializer}
    model.graph.initializer.extend(
        stored_constant(graph, name, name)
        for name in reverse.weights
        if name not in stored and name not in computed
    )
    model.graph.initializer.extend(reverse.constants)
    model.graph.node.extend(reverse.nodes)
    model.graph.input.append(helper.make_tensor_value_info(SEED, TensorProto.FLOAT, graph.shape(layer)))
    model.graph.output.append(
        helper.make_tensor_value_info(RECONSTRUCTION, TensorProto.FLOAT, graph.image_shape)
    )
    _rename(model.graph, graph.image)
    model.graph.name = "reconstruction"
    model.producer_name, model.producer_version = "deconv-studio", __version__
    helper.set_model_props(model, _metadata(graph, reverse))
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise ExportFailed(f"The reverse graph of {layer!r} is not valid ONNX: {error}") from error
    return model


def _metadata(graph: Graph, reverse: Reverse) -> dict[str, str]:
    return {
        "source_sha256": graph.sha256,
        "layer": reverse.target,
        "rule": reverse.method,
        "version": __version__,
        "notes": "; ".join(f"{note.node} ({note.op}): {note.text}" for note in reverse.notes),
    }


def _converted(graph: Graph) -> Graph:
    from onnx import version_converter

    try:
        model = version_converter.convert_version(graph.model, OPSET)
        return Graph(model, image=graph.image, size=graph.image_shape, sha256=graph.sha256)
    except Exception as error:  # the converter raises classes of its own
        raise ExportFailed(
            f"The network uses operator set {graph.opset} and cannot be converted to {OPSET}: {error}",
            f"Export the network again with operator set {OPSET} or newer.",
        ) from error


def _rename(graph: onnx.GraphProto, image: str) -> None:
    """Give inputs and output the names of the contract; a forward tensor that has one of them gets
    another."""
    names = {image: "image", **_NAMES}
    taken = set(names.values()) - {image}
    used = {name for node in graph.node for name in (*node.input, *node.output)}
    used |= {tensor.name for tensor in graph.initializer}
    for name in sorted(taken & used):
        if name not in names:
            fresh = f"{name}.forward"
            while fresh in used:
                fresh += "_"
            names[name] = fresh
    for node in graph.node:
        for field in (node.input, node.output):
            for index, name in enumerate(field):
                if name in names:
                    field[index] = names[name]
    for item in (*graph.input, *graph.output, *graph.initializer):
        item.name = names.get(item.name, item.name)


def write_recon(graph: Graph, layer: str, method: str, path: Path, *, overwrite: bool = False) -> Path:
    """Write `fused_model` to a file, through a temporary one in the same folder.

    Parameters
    ----------
    graph : Graph
    layer, method : str
    path : Path
        Its name should end in ``.recon.onnx``.
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    ExportFailed
        The file exists, or cannot be written; besides what `fused_model` raises.
    """
    path = Path(path)
    if path.exists() and not overwrite:
        raise ExportFailed(f"{path} exists.", "Choose another name, or allow it to be overwritten.")
    data = fused_model(graph, layer, method).SerializeToString(deterministic=True)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ExportFailed(
            f"{path} cannot be written: {error.strerror}.", "Choose another folder."
        ) from error
    return path


def weight_bytes(model: onnx.ModelProto) -> int:
    """Return the bytes of all stored tensors."""
    total = 0
    for tensor in _tensors(model.graph.initializer, model.graph.node):
        width = helper.tensor_dtype_to_np_dtype(tensor.data_type).itemsize
        total += math.prod(tensor.dims) * width
    return total


def _tensors(
    initializers: Sequence[onnx.TensorProto], nodes: Sequence[onnx.NodeProto]
) -> list[onnx.TensorProto]:
    constants = [
        attribute.t
        for node in nodes
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    ]
    return [*initializers, *constants]
