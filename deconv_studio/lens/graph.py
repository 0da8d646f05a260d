"""A forward ONNX network as the lens sees it: nodes, concrete shapes, constants and what depends on the
picture."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from deconv_studio.lens.errors import GraphInvalid, InputMismatch, InputUnclear, TensorMissing
from deconv_studio.lens.runtime import open_session, run_session

Box = tuple[tuple[int, int], ...]
"""A region of a tensor: (start, stop) on every axis. Axis 0 is the batch and stays (0, 1) here."""

# Their output follows from the shape of the picture alone, so at a fixed size it is a constant.
_SHAPE_OPERATORS = frozenset({"Shape", "Size"})
# Shape inference looks into constants only where they are sizes, and those are short.
_LIGHT_ELEMENTS = 256
_ALIASES = frozenset({"Identity", "Dropout", "Cast"})
# Inputs that say where values go, so that no signal goes back to them even if they follow from the picture.
_PLACES = {"Gather": (1,), "MaxUnpool": (1, 2), "ScatterND": (1,), "ScatterElements": (1,)}


def full_box(shape: Sequence[int]) -> Box:
    """Return the region that is the whole tensor."""
    return tuple((0, size) for size in shape)


def clip_box(box: Box, shape: Sequence[int]) -> Box:
    """Return the part of `box` that is inside a tensor of `shape`; may be empty."""
    return tuple((max(0, a), min(size, b)) for (a, b), size in zip(box, shape, strict=True))


def hull(a: Box | None, b: Box) -> Box:
    """Return the smallest region that holds both."""
    if a is None:
        return b
    return tuple((min(p, r), max(q, s)) for (p, q), (r, s) in zip(a, b, strict=True))


def is_empty(box: Box) -> bool:
    """Whether the region holds no element."""
    return any(stop <= start for start, stop in box)


@dataclass(frozen=True, eq=False)
class Node:
    """One operator of the forward graph.

    Attributes
    ----------
    op : str
        Operator type.
    domain : str
        ``""`` for standard ONNX.
    name : str
        The node's name, or its first output's if it has none.
    inputs, outputs : tuple of str
        Tensor names; ``""`` for one left out.
    attributes : dict
        Plain Python values; strings decoded.
    index : int
        Place in the graph's topological order.
    """

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]
    index: int

    def input(self, index: int) -> str:
        """Return the name of an input, ``""`` if it is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""


def carriers(node: Node, dependent: Collection[str]) -> list[int]:
    """Return the indices of a node's inputs that carry the picture's values; not those that are places."""
    places = _PLACES.get(node.op, ())
    return [index for index, name in enumerate(node.inputs) if name in dependent and index not in places]


@dataclass(frozen=True)
class Layer:
    """A tensor that can be looked at.

    Attributes
    ----------
    name : str
        Tensor name.
    op, node : str
        Type and name of the operator that makes it.
    shape : tuple of int
        (1, units, ...) at the current picture size.
    parameters : int
        Number of constants the operator takes.
    depth : int
        Place in topological order.
    """

    name: str
    op: str
    node: str
    shape: tuple[int, ...]
    parameters: int
    depth: int


def load_model(source: onnx.ModelProto | bytes | str | Path) -> tuple[onnx.ModelProto, str]:
    """Read a network.

    Parameters
    ----------
    source : onnx.ModelProto, bytes, str or Path
        A proto is used as it is and never changed.

    Returns
    -------
    model : onnx.ModelProto
    sha256 : str
        Of the file's bytes, or of the serialised proto.

    Raises
    ------
    GraphInvalid
    """
    if isinstance(source, onnx.ModelProto):
        return source, hashlib.sha256(source.SerializeToString(deterministic=True)).hexdigest()
    try:
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        raise GraphInvalid(f"{source!s} cannot be read: {error.strerror}.", "Check the path.") from error
    name = "The data" if isinstance(source, bytes) else str(source)
    try:
        model = onnx.load_model_from_string(data)
        if not isinstance(source, bytes):
            onnx.load_external_data_for_model(model, str(Path(source).parent))
    except Exception as error:  # protobuf and onnx raise classes of their own
        raise GraphInvalid(f"{name} is no ONNX network: {error}") from error
    if not model.graph.node:
        raise GraphInvalid(f"{name} holds no ONNX network.")
    return model, hashlib.sha256(data).hexdigest()


def with_constants(model: onnx.ModelProto, constants: Mapping[str, np.ndarray]) -> onnx.ModelProto:
    """Return a network some of whose inputs are fixed; the one given is not changed.

    Parameters
    ----------
    model : onnx.ModelProto
    constants : mapping of str to ndarray
        Values by the inputs' names, of their dtypes and shapes.

    Raises
    ------
    TensorMissing
        There is no such input.
    """
    names = [item.name for item in model.graph.input]
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    for name, value in constants.items():
        if name not in names:
            raise TensorMissing(name, names)
        fixed.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        del fixed.graph.input[[item.name for item in fixed.graph.input].index(name)]
    return fixed


def _attribute(attribute: onnx.AttributeProto) -> Any:
    value = helper.get_attribute_value(attribute)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if attribute.type == onnx.AttributeProto.STRINGS:
        return [item.decode("utf-8", "replace") for item in value]
    if attribute.type in (onnx.AttributeProto.INTS, onnx.AttributeProto.FLOATS):
        return list(value)
    return value


def _outer_names(node: onnx.NodeProto) -> set[str]:
    """Return every name the subgraphs of a node use; some may be their own, which does no harm here."""
    names: set[str] = set()
    for attribute in node.attribute:
        graphs = [attribute.g] if attribute.type == onnx.AttributeProto.GRAPH else list(attribute.graphs)
        for graph in graphs:
            for inner in graph.node:
                names.update(inner.input)
                names |= _outer_names(inner)
    return names


class Graph:
    """A forward network with the picture's size fixed.

    Parameters
    ----------
    source : onnx.ModelProto, bytes, str or Path
        Never changed.
    image : str, optional
        Name of the picture's input; needed only if the network has several inputs.
    size : tuple of int, optional
        Shape of the picture, (1, C, H, W); needed where the network leaves it open.

    Attributes
    ----------
    model : onnx.ModelProto
        The network, local functions inlined, not otherwise changed.
    sha256 : str
        Of the file.
    image : str
        Name of the picture's input.
    image_shape : tuple of int
    nodes : tuple of Node
        Topological order.
    dependent : frozenset of str
        Tensors that depend on the picture's values.
    opset : int

    Raises
    ------
    GraphInvalid, InputUnclear, InputMismatch
    """

    def __init__(
        self,
        source: onnx.ModelProto | bytes | str | Path,
        *,
        image: str | None = None,
        size: Sequence[int] | None = None,
        sha256: str | None = None,
    ) -> None:
        self.model, digest = load_model(source)
        self.sha256 = sha256 or digest
        if self.model.functions:
            from onnx import inliner

            self.model = inliner.inline_local_functions(self.model)
        graph = self.model.graph
        self.opset = max(
            (item.version for item in self.model.opset_import if item.domain in ("", "ai.onnx")), default=1
        )
        self._initializers = {tensor.name: tensor for tensor in graph.initializer}
        self._values: dict[str, np.ndarray] = {}
        self.nodes = tuple(
            Node(
                node.op_type,
                "" if node.domain == "ai.onnx" else node.domain,
                node.name or next((name for name in node.output if name), f"{node.op_type}.{index}"),
                tuple(node.input),
                tuple(node.output),
                {item.name: _attribute(item) for item in node.attribute},
                index,
            )
            for index, node in enumerate(graph.node)
        )
        self.producer = {name: node for node in self.nodes for name in node.outputs if name}
        self.image = self._choose_image(image)
        self.image_shape = self._image_shape(size)
        self.dependent = self._find_dependent(self.image)
        self._varying = self.dependent
        self._shapes, self._types = self._infer_shapes()
        self._refuse_nothing()
        self.consumers: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in dict.fromkeys(node.inputs):
                if name:
                    self.consumers.setdefault(name, []).append(node)

    # -- set-up ----------------------------------------------------------------------------------------------

    def _choose_image(self, wanted: str | None) -> str:
        names = [item.name for item in self.model.graph.input if item.name not in self._initializers]
        if wanted is not None:
            if wanted not in names:
                raise TensorMissing(wanted, names)
            if len(names) > 1:
                raise InputUnclear(
                    f"The network takes {len(names)} inputs ({', '.join(names)}).",
                    "The lens reads networks with one input; fix the others as constants in the file.",
                )
            return wanted
        if len(names) != 1:
            count = "no input" if not names else f"{len(names)} inputs ({', '.join(names)})"
            raise InputUnclear(
                f"The network has {count}.",
                "The lens reads networks with one input: the picture or the code.",
            )
        return names[0]

    def _image_shape(self, size: Sequence[int] | None) -> tuple[int, ...]:
        info = next(item for item in self.model.graph.input if item.name == self.image)
        kind = info.type.tensor_type
        if kind.elem_type not in (TensorProto.FLOAT,):
            raise GraphInvalid(
                f"The input {self.image!r} takes {TensorProto.DataType.Name(kind.elem_type)}, not float32.",
                "Export the network with a float32 input.",
            )
        declared = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in kind.shape.dim]
        if size is None:
            shape = [value or (1 if axis == 0 else 0) for axis, value in enumerate(declared)]
            if not shape or 0 in shape:
                raise InputMismatch(
                    f"The network leaves the size of {self.image!r} open.", "Give the size of the picture."
                )
        else:
            shape = [int(value) for value in size]
            if declared and len(declared) != len(shape):
                raise InputMismatch(f"The network takes {len(declared)} axes, the picture has {len(shape)}.")
            for axis, (have, want) in enumerate(zip(shape, declared or shape, strict=True)):
                if want and have != want:
                    text = "x".join(str(value) if value else "any" for value in declared)
                    got = "x".join(map(str, shape))
                    raise InputMismatch(f"The network takes {text}, the picture is {got} (axis {axis}).")
        if shape[0] != 1:
            raise InputMismatch(
                f"The network takes a batch of exactly {shape[0]}.",
                "Export it with a batch of one or an open batch.",
            )
        return tuple(shape)

    def _refuse_nothing(self) -> None:
        """Refuse a picture so small that a layer of it would be empty."""
        for node in self.nodes:
            for name in node.outputs:
                shape = self._shapes.get(name, ())
                if name in self.dependent and len(shape) > 2 and min(shape) < 1:
                    size = " x ".join(str(value) for value in self.image_shape[:1:-1])
                    raise InputMismatch(
                        f"The picture is {size} pixels, too small for this network: nothing of it would be "
                        f"left at the layer {name!r}.",
                        "Enlarge the picture first.",
                    )

    def _find_dependent(self, start: str) -> frozenset[str]:
        found = {start}
        for node, proto in zip(self.nodes, self.model.graph.node, strict=True):
            if node.op in _SHAPE_OPERATORS:
                continue
            inputs = set(node.inputs)
            if any(item.type in (item.GRAPH, item.GRAPHS) for item in proto.attribute):
                inputs |= _outer_names(proto)
            if inputs & found:
                found.update(name for name in node.outputs if name)
        return frozenset(found)

    def fixed_model(
        self,
        outputs: Iterable[onnx.ValueInfoProto] | None = None,
        *,
        nodes: set[int] | None = None,
        light: bool = False,
    ) -> onnx.ModelProto:
        """Return a copy of the network with the picture's shape fixed.

        Parameters
        ----------
        outputs : iterable of ValueInfoProto, optional
            Outputs instead of the network's own.
        nodes : set of int, optional
            Keep only these nodes and the constants they use.
        light : bool
            Large constants become inputs: enough for shape inference, and no weight is copied.
        """
        source = self.model.graph
        model = onnx.ModelProto(ir_version=self.model.ir_version, opset_import=self.model.opset_import)
        graph = model.graph
        graph.name = source.name or "network"
        graph.node.extend(proto for index, proto in enumerate(source.node) if nodes is None or index in nodes)
        used = {name for proto in graph.node for name in proto.input}
        for proto in graph.node:
            used |= _outer_names(proto)
        if outputs is None:
            # A declared size belongs to another picture size and would contradict the inferred one.
            outputs = [
                helper.make_tensor_value_info(item.name, item.type.tensor_type.elem_type, None)
                for item in source.output
            ]
        graph.output.extend(outputs)
        used |= {item.name for item in graph.output}
        graph.input.append(helper.make_tensor_value_info(self.image, TensorProto.FLOAT, self.image_shape))
        for tensor in source.initializer:
            if tensor.name not in used:
                continue
            if light and np.prod(tensor.dims, dtype=np.int64) > _LIGHT_ELEMENTS:
                graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))
            else:
                graph.initializer.append(tensor)
        graph.sparse_initializer.extend(source.sparse_initializer)
        return model

    def _infer_shapes(self) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
        try:
            inferred = shape_inference.infer_shapes(self.fixed_model(light=True), data_prop=True)
        except Exception as error:  # onnx raises classes of its own
            raise GraphInvalid(f"The network's shapes do not fit together: {error}") from error
        shapes: dict[str, tuple[int, ...]] = {}
        types: dict[str, int] = {}
        for item in (*inferred.graph.value_info, *inferred.graph.input, *inferred.graph.output):
            kind = item.type.tensor_type
            types[item.name] = kind.elem_type
            if kind.HasField("shape") and all(dim.HasField("dim_value") for dim in kind.shape.dim):
                shapes[item.name] = tuple(dim.dim_value for dim in kind.shape.dim)
        shapes[self.image] = self.image_shape
        missing = [
            name
            for node in self.nodes
            for name in node.outputs
            if name in self.dependent and name not in shapes
        ]
        if missing:
            shapes |= self._measure_shapes(missing)
        return shapes, types

    def _measure_shapes(self, names: list[str]) -> dict[str, tuple[int, ...]]:
        """Run the network once and ask for shapes: sizes computed inside the graph escape static
        inference."""
        outputs = [
            helper.make_tensor_value_info(f"lens.shape.{index}", TensorProto.INT64, None)
            for index in range(len(names))
        ]
        model = self.fixed_model(outputs)
        model.graph.node.extend(
            helper.make_node("Shape", [name], [f"lens.shape.{index}"]) for index, name in enumerate(names)
        )
        session = open_session(model)
        feeds = {self.image: np.zeros(self.image_shape, np.float32)}
        values = run_session(session, [item.name for item in outputs], feeds)
        return {
            name: tuple(int(size) for size in values[f"lens.shape.{index}"])
            for index, name in enumerate(names)
        }

    # -- questions -------------------------------------------------------------------------------------------

    def shape(self, name: str) -> tuple[int, ...]:
        """Return the shape of a tensor at the current picture size.

        Raises
        ------
        TensorMissing
        """
        if name in self._shapes:
            return self._shapes[name]
        if name in self._initializers:
            return tuple(self._initializers[name].dims)
        if name in self.producer and name not in self._varying:
            return self.constant(name).shape
        raise TensorMissing(name, self._shapes)

    def element_type(self, name: str) -> int:
        """Return the ONNX element type of a tensor; float32 if nothing says otherwise."""
        return self._types.get(name, TensorProto.FLOAT)

    def find(self, name: str) -> str:
        """Return the tensor a person means: a tensor's name, or a node's that has one output.

        Raises
        ------
        TensorMissing
        """
        if name == self.image or name in self.producer:
            return name
        nodes = [node for node in self.nodes if node.name == name]
        if len(nodes) == 1:
            outputs = [item for item in nodes[0].outputs if item and item in self.dependent]
            if len(outputs) == 1 or (outputs and nodes[0].op in {"MaxPool", "Dropout"}):
                return outputs[0]
        known = [*self.producer, *(node.name for node in self.nodes)]
        raise TensorMissing(name, dict.fromkeys(known))

    def is_constant(self, name: str) -> bool:
        """Whether the tensor does not depend on the picture's values."""
        return bool(name) and name not in self._varying

    def since(self, layer: str) -> Graph:
        """Return this network as seen from a layer: `image` is the layer, and only what follows from it
        counts.

        Tensors beside the layer are neither constant nor dependent; a rule that needs one reads its recorded
        value. Only for building reverse graphs: the forward pass is the whole network's.

        Raises
        ------
        TensorMissing
        """
        view = copy.copy(self)
        view.image = self.find(layer)
        view.image_shape = self.shape(view.image)
        view.dependent = self._find_dependent(view.image)
        return view

    def root(self, name: str) -> str:
        """Follow Identity nodes (shared initialisers) to the tensor that holds the values."""
        while (
            name in self.producer and self.producer[name].op == "Identity" and name not in self._initializers
        ):
            name = self.producer[name].inputs[0]
        return name

    def initializer(self, name: str) -> onnx.TensorProto | None:
        """Return the stored tensor behind a name, through Identity nodes, or None if it is computed."""
        return self._initializers.get(self.root(name))

    def constant(self, name: str) -> np.ndarray:
        """Return the value of a tensor that does not depend on the picture.

        Raises
        ------
        TensorMissing
            It does depend on the picture, or there is none of that name.
        """
        root = self.root(name)
        if root in self._values:
            return self._values[root]
        if root in self._initializers:
            value = numpy_helper.to_array(self._initializers[root])
        elif root in self.producer and root not in self._varying:
            value = self._compute(root)
        else:
            raise TensorMissing(name, self._initializers)
        self._values[root] = value
        return value

    def _compute(self, name: str) -> np.ndarray:
        node = self.producer[name]
        if node.op == "Constant" and "value" in node.attributes:
            return numpy_helper.to_array(node.attributes["value"])
        output = onnx.ValueInfoProto(name=name)
        output.type.tensor_type.elem_type = self._types.get(name, TensorProto.FLOAT)
        small = self.fixed_model([output], nodes=self.ancestors([name]))
        session = open_session(small)
        feeds = {self.image: np.zeros(self.image_shape, np.float32)}
        return run_session(session, [name], feeds)[name]

    def ancestors(self, names: Iterable[str]) -> set[int]:
        """Return the indices of the nodes needed to compute the tensors."""
        wanted = set(names)
        found: set[int] = set()
        protos = self.model.graph.node
        for node in reversed(self.nodes):
            if wanted & set(node.outputs):
                found.add(node.index)
                wanted.update(node.inputs)
                if any(isinstance(value, onnx.GraphProto) for value in node.attributes.values()):
                    wanted |= _outer_names(protos[node.index])
        return found

    def path(self, target: str) -> tuple[Node, ...]:
        """Return the nodes between the picture and `target` that carry the picture's values, first to
        last."""
        wanted = {target}
        found: list[Node] = []
        for node in reversed(self.nodes):
            if any(name in wanted and name in self.dependent and name != self.image for name in node.outputs):
                found.append(node)
                wanted.update(node.inputs[index] for index in carriers(node, self.dependent))
        return tuple(reversed(found))

    def layers(self) -> list[Layer]:
        """Return every tensor worth looking at: float, dependent on the picture, with units on axis 1."""
        layers = []
        for node in self.nodes:
            if node.op in _ALIASES:
                continue
            parameters = sum(
                int(np.prod(self.shape(name), dtype=np.int64))
                for name in dict.fromkeys(node.inputs)
                if self.is_constant(name) and self.initializer(name) is not None
            )
            for name in node.outputs:
                if name not in self.dependent or name not in self._shapes:
                    continue
                shape = self._shapes[name]
                # A first axis longer than one is no batch, so the second one holds no units.
                if (
                    len(shape) < 2
                    or shape[0] != 1
                    or self.element_type(name)
                    not in (
                        TensorProto.FLOAT,
                        TensorProto.UNDEFINED,
                    )
                ):
                    continue
                if node.op == "MaxPool" and name != node.outputs[0]:
                    continue
                layers.append(Layer(name, node.op, node.name, shape, parameters, node.index))
        return layers
