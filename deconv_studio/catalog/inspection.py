"""Static checks of an .onnx file that somebody else made: nothing of it is run."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deconv_studio.catalog.card import CARD_FILE, DataFile, file_sha256, is_inside
from deconv_studio.catalog.errors import CustomOperator, ExternalData, ModelInvalid, ModelTooLarge

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto

DEFAULT_MAX_BYTES = 2 * 2**30
"""Largest model, with its external data, that is taken without being asked."""

# Operators of these domains are in every build of ONNX Runtime.
_PLAIN_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml"})
_RUNTIME_DOMAIN = "com.microsoft"
_PICTURE_TYPES = frozenset({"float32", "float16", "float64"})


@dataclass(frozen=True)
class TensorFacts:
    """An input or output of a graph.

    Attributes
    ----------
    name : str
    dtype : str
        NumPy's name, or "" if the graph does not say.
    shape : tuple of (int or str or None), or None
        Numbers are fixed, names and None are free; None altogether if the graph does not say.
    """

    name: str
    dtype: str
    shape: tuple[int | str | None, ...] | None


@dataclass(frozen=True)
class Inspection:
    """What a model file says of itself.

    Attributes
    ----------
    path : Path
    sha256 : str
    size_bytes, total_bytes : int
        Of the file, and with external data.
    ir_version, opset : int
    producer : str
    inputs, outputs : tuple of TensorFacts
        Inputs without those that have a default in the file.
    operators : dict of str to int
        How often each operator occurs, subgraphs and functions included.
    parameters : int
        Number of floating-point weights.
    external_data : tuple of DataFile
    """

    path: Path
    sha256: str
    size_bytes: int
    total_bytes: int
    ir_version: int
    opset: int
    producer: str
    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]
    operators: dict[str, int]
    parameters: int
    external_data: tuple[DataFile, ...]

    def picture_input(self) -> TensorFacts:
        """The one input a picture can be fed to.

        Raises
        ------
        ModelInvalid
            If there is not exactly one input, or it is no batch of floating-point pictures.
        """
        if len(self.inputs) != 1:
            names = ", ".join(item.name for item in self.inputs) or "none"
            raise ModelInvalid(
                f"{self.path} has {len(self.inputs)} inputs ({names}); a network on pictures has one.",
                "Export the network with the picture as its only input.",
            )
        return self._picture(self.inputs[0], "input")

    def picture_output(self) -> TensorFacts:
        """The output that is a picture: the first of the outputs.

        Raises
        ------
        ModelInvalid
            If it is no batch of floating-point pictures.
        """
        return self._picture(self.outputs[0], "output")

    def _picture(self, facts: TensorFacts, kind: str) -> TensorFacts:
        if facts.dtype and facts.dtype not in _PICTURE_TYPES:
            raise ModelInvalid(
                f"{self.path}: the {kind} {facts.name!r} is {facts.dtype}; pictures are fed as floats.",
                "Export the network with floating-point input and output.",
            )
        if facts.shape is not None and len(facts.shape) != 4:
            raise ModelInvalid(
                f"{self.path}: the {kind} {facts.name!r} has {len(facts.shape)} axes; pictures have 4.",
                "Export the network with input and output (N, C, H, W).",
            )
        return facts


def inspect_file(path: Path | str, *, max_bytes: int | None = DEFAULT_MAX_BYTES) -> Inspection:
    """Check an .onnx file without running it.

    Parameters
    ----------
    path : Path or str
    max_bytes : int, optional
        Limit on the file with its external data; None for no limit.

    Returns
    -------
    Inspection

    Raises
    ------
    ModelInvalid
        If it is missing, no ONNX file, empty, or newer than this program knows.
    ModelTooLarge
        Found before anything is read.
    CustomOperator
        If a node is outside the standard operators and those of ONNX Runtime; named.
    ExternalData
        If weights lie outside the model's folder (absolute paths, "..", links), are missing or too short.
    """
    path = Path(path)
    size = _size(path, max_bytes)
    model = _parse(path)
    data = _external_files(path, model)
    total = size + sum((path.parent / name).stat().st_size for name in data)
    if max_bytes is not None and total > max_bytes:
        raise ModelTooLarge(path, total, max_bytes)
    operators = _operators(path, model)
    defaults = {_text(tensor.name) for tensor in model.graph.initializer}
    return Inspection(
        path=path,
        sha256=file_sha256(path),
        size_bytes=size,
        total_bytes=total,
        ir_version=model.ir_version,
        opset=_opsets(model).get("", 0),
        producer=f"{_text(model.producer_name)} {_text(model.producer_version)}".strip(),
        inputs=tuple(_facts(value) for value in model.graph.input if _text(value.name) not in defaults),
        outputs=tuple(_facts(value) for value in model.graph.output),
        operators=dict(sorted(operators.items())),
        parameters=sum(_count(tensor) for tensor in _tensors(model)),
        external_data=tuple(
            DataFile(
                file=name,
                sha256=file_sha256(path.parent / name),
                size_bytes=(path.parent / name).stat().st_size,
            )
            for name in data
        ),
    )


def _size(path: Path, limit: int | None) -> int:
    try:
        if not path.is_file():
            raise ModelInvalid(f"{path} is not a file.", "Give the path of an .onnx file.")
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelInvalid(f"{path} cannot be read: {reason}.", "Allow reading it.") from error
    if size == 0:
        raise ModelInvalid(f"{path} is empty.", "Export or download the model again.")
    if limit is not None and size > limit:
        raise ModelTooLarge(path, size, limit)
    return size


def _parse(path: Path) -> ModelProto:
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(path, format="protobuf", load_external_data=False)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelInvalid(f"{path} cannot be read: {reason}.", "Allow reading it.") from error
    except DecodeError as error:
        raise ModelInvalid(
            f"{path} is no ONNX model, or it is damaged.", "Export or download the model again."
        ) from error
    if not model.graph.node or not model.graph.output:
        raise ModelInvalid(f"{path} holds no network.", "Export or download the model again.")
    known = onnx.defs.onnx_opset_version()
    opsets = _opsets(model)
    opset = opsets.get("", known)
    if not all(1 <= version < 2**31 for version in opsets.values()):
        raise ModelInvalid(
            f"{path} names an operator set that cannot be.", "Export or download the model again."
        )
    if opset > known:
        raise ModelInvalid(
            f"{path} is written for operator set {opset}; this program knows sets up to {known}.",
            "Export it for an older operator set, or update onnx and onnxruntime.",
        )
    return model


def _opsets(model: ModelProto) -> dict[str, int]:
    return {_domain(item.domain): item.version for item in model.opset_import}


def _text(value: str | bytes) -> str:
    """A string field of the file; protobuf gives those that are not UTF-8 as bytes."""
    return value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")


def _domain(name: str | bytes) -> str:
    text = _text(name)
    return "" if text == "ai.onnx" else text


def _nodes(nodes: Iterable[NodeProto]) -> Iterator[NodeProto]:
    """Every node, with those of subgraphs; a stack, because a hostile file may nest deeply."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        yield node
        for attribute in node.attribute:
            if attribute.HasField("g"):
                stack.extend(attribute.g.node)
            for graph in attribute.graphs:
                stack.extend(graph.node)


def _all_nodes(model: ModelProto) -> Iterator[NodeProto]:
    yield from _nodes(model.graph.node)
    for function in model.functions:
        yield from _nodes(function.node)


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    """Every tensor of the file that could carry or refer to weights."""

    def of_graph(graph: Any) -> Iterator[TensorProto]:
        yield from graph.initializer
        for sparse in graph.sparse_initializer:
            yield sparse.values
            yield sparse.indices

    yield from of_graph(model.graph)
    for node in _all_nodes(model):
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            sparse = list(attribute.sparse_tensors)
            if attribute.HasField("sparse_tensor"):
                sparse.append(attribute.sparse_tensor)
            for item in sparse:
                yield item.values
                yield item.indices
            for graph in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
                yield from of_graph(graph)


def _count(tensor: TensorProto) -> int:
    from onnx import TensorProto

    floats = (TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16)
    return math.prod(max(0, size) for size in tensor.dims) if tensor.data_type in floats else 0


def _operators(path: Path, model: ModelProto) -> Counter[str]:
    import onnx

    opsets = _opsets(model)
    # Functions inside the file are no custom operators: their bodies are checked like the graph.
    own = {(_domain(function.domain), _text(function.name)) for function in model.functions}
    counts: Counter[str] = Counter()
    strange: set[str] = set()
    for node in _all_nodes(model):
        domain, kind = _domain(node.domain), _text(node.op_type)
        name = f"{domain}.{kind}" if domain else kind
        counts[name] += 1
        if (domain, kind) in own or domain == _RUNTIME_DOMAIN:
            continue
        version = opsets.get(domain, onnx.defs.onnx_opset_version())
        if domain not in _PLAIN_DOMAINS or not onnx.defs.has(kind, version, domain):
            strange.add(name)
    if strange:
        raise CustomOperator(path, sorted(strange))
    return counts


def _external_files(path: Path, model: ModelProto) -> list[str]:
    """Names of the files of external weights, each proved to be inside the model's folder."""
    from onnx import TensorProto

    reach: dict[str, int] = {}
    for tensor in _tensors(model):
        if tensor.data_location != TensorProto.EXTERNAL and not tensor.external_data:
            continue
        fields = {_text(item.key): _text(item.value) for item in tensor.external_data}
        location = fields.get("location", "")
        try:
            offset, length = int(fields.get("offset", 0)), int(fields.get("length", 0))
        except ValueError as error:
            raise ExternalData(
                f"{path}: the place of the weights {_text(tensor.name)!r} is no number.",
                "Export the model again.",
            ) from error
        if not is_inside(location):
            raise ExternalData(
                f"{path} takes weights from {location!r}, which is not a file inside the model's folder.",
                "Save the model again with its weights beside it, or in one file.",
            )
        if offset < 0 or length < 0:
            raise ExternalData(
                f"{path}: the place of the weights {_text(tensor.name)!r} is negative.",
                "Export the model again.",
            )
        reach[location] = max(reach.get(location, 0), offset + length)
    root = path.parent.resolve()
    reserved = {path.name.lower(), CARD_FILE, "model.onnx", "preview.png"}
    for location, end in reach.items():
        file = path.parent / location
        if not file.resolve().is_relative_to(root):
            raise ExternalData(
                f"{path} takes weights from {location!r}, a link that leads out of the model's folder.",
                "Put the file itself beside the model.",
            )
        if not file.is_file():
            raise ExternalData(
                f"{path} needs the file {location!r}, which is not beside it.",
                "Put the model's data file into the same folder.",
            )
        if location.lower() in reserved:
            raise ExternalData(
                f"{path} keeps weights in {location!r}, a name the program needs itself.",
                "Save the model again with its weights in one file.",
            )
        if file.stat().st_size < end:
            raise ExternalData(
                f"{file} is cut: it has {file.stat().st_size} bytes, and the model needs {end}.",
                "Copy or download it again.",
            )
    return sorted(reach)


def _facts(value: ValueInfoProto) -> TensorFacts:
    from onnx import helper

    tensor = value.type.tensor_type
    try:
        dtype = helper.tensor_dtype_to_np_dtype(tensor.elem_type).name if tensor.elem_type else ""
    except KeyError:
        dtype = ""
    if not tensor.HasField("shape"):
        return TensorFacts(_text(value.name), dtype, None)
    shape = tuple(
        size.dim_value if size.HasField("dim_value") else (_text(size.dim_param) or None)
        for size in tensor.shape.dim
    )
    return TensorFacts(_text(value.name), dtype, shape)
