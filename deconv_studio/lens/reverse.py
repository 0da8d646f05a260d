"""The reverse builder: forward network, layer and rule in; a graph that carries a signal from the layer to
the picture out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from deconv_studio.lens.errors import NotFromPicture, RuleUnknown, UnsupportedOperator
from deconv_studio.lens.graph import Box, Graph, Node, carriers, clip_box, full_box, hull, is_empty
from deconv_studio.lens.rules import RULES, Part, Plan, reason_against, rule_for
from deconv_studio.lens.rules.base import ElementRule, broadcast_box
from deconv_studio.lens.rules.pooling import local_switches

OPSET = 18
IR_VERSION = 9
# Names no forward network is likely to use; an exported file renames them to what the contract says.
SEED = "lens.seed"
RECONSTRUCTION = "lens.reconstruction"
_PREFIX = "lens."


@dataclass(frozen=True)
class Feed:
    """An input of a live reverse graph besides the seed, computed for each reconstruction.

    Attributes
    ----------
    name : str
    make : callable
        Plan -> ndarray.
    """

    name: str
    make: Callable[[Plan], np.ndarray]


@dataclass(frozen=True)
class Note:
    """A place where a rule departs from a plain adjoint: shown to the person, never silent."""

    node: str
    op: str
    text: str


@dataclass(eq=False)
class Reverse:
    """A reverse graph.

    Attributes
    ----------
    graph : Graph
        The forward network.
    target : str
        The layer.
    method : str
        ``"deconvnet"``, ``"guided"`` or ``"gradient"``.
    whole : bool
        False: a live graph, for any region, fed by `feeds`. True: a graph for whole tensors whose `values`
        and `switches` are referred to by name.
    nodes : list of NodeProto
    constants : list of TensorProto
        Small constants; in a live graph the weights too.
    weights : list of str
        Forward constants referred to by name (whole graphs).
    feeds : list of Feed
    values : list of str
        Forward tensors to record.
    switches : list of str
        Outputs of max pools whose indices are to be recorded.
    notes : list of Note
    batches : bool
        Several seeds can go back at once.
    """

    graph: Graph
    target: str
    method: str
    whole: bool
    path: tuple[Node, ...]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    weights: list[str] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    feed_types: dict[str, tuple[type, int]] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    switches: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    batches: bool = True

    def regions(self, seed: Box) -> Regions:
        """Return what a reverse pass from `seed`, a region of the layer, has to compute.

        Falls back to the whole layer where a part of the region sees nothing but padding.
        """
        found = _propagate(self.graph, self.path, self.target, seed)
        if found is None:
            found = _propagate(self.graph, self.path, self.target, full_box(self.graph.shape(self.target)))
        if found is None:
            raise TypeError(
                "whole tensors always have a region"
            )  # pragma: no cover - no region of them is empty
        return found

    def live_model(self) -> onnx.ModelProto:
        """Return the model of a live graph."""
        rank = len(self.graph.shape(self.target))
        inputs = [helper.make_tensor_value_info(SEED, TensorProto.FLOAT, _open_shape(SEED, rank))]
        for feed in self.feeds:
            dtype, rank = self.feed_types[feed.name]
            kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
            inputs.append(helper.make_tensor_value_info(feed.name, kind, _open_shape(feed.name, rank)))
        return _finish(self, inputs)

    def whole_model(self) -> onnx.ModelProto:
        """Return a whole graph as a model of its own, recorded forward tensors as inputs."""
        graph = self.graph
        inputs = [helper.make_tensor_value_info(SEED, TensorProto.FLOAT, graph.shape(self.target))]
        inputs.extend(
            helper.make_tensor_value_info(
                name, graph.element_type(name) or TensorProto.FLOAT, graph.shape(name)
            )
            for name in self.values
        )
        inputs.extend(
            helper.make_tensor_value_info(switches_name(name), TensorProto.INT64, graph.shape(name))
            for name in self.switches
        )
        model = _finish(self, inputs)
        for name in self.weights:
            model.graph.initializer.append(stored_constant(graph, name, name))
        return model


def _type_of(graph: Graph, name: str) -> int:
    return graph.element_type(name) or TensorProto.FLOAT


def _open_shape(name: str, rank: int) -> list[str]:
    return [f"{name}.{axis}" for axis in range(rank)]


def _finish(reverse: Reverse, inputs: list[onnx.ValueInfoProto]) -> onnx.ModelProto:
    rank = len(reverse.graph.image_shape)
    output = helper.make_tensor_value_info(
        RECONSTRUCTION, TensorProto.FLOAT, _open_shape(RECONSTRUCTION, rank)
    )
    graph = helper.make_graph(reverse.nodes, "reverse", inputs, [output], reverse.constants)
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="deconv-studio",
    )


def stored_constant(graph: Graph, name: str, new_name: str) -> onnx.TensorProto:
    """Return a forward constant as a tensor to store: the stored bytes if there are any, else the computed
    value."""
    tensor = graph.initializer(name)
    if tensor is None:
        return numpy_helper.from_array(np.ascontiguousarray(graph.constant(name)), new_name)
    copy = onnx.TensorProto()
    copy.CopyFrom(tensor)
    copy.name = new_name
    return copy


def switches_name(pool: str) -> str:
    """Return the name under which the indices of a max pool are recorded."""
    return f"{pool}.switches"


@dataclass(eq=False)
class Regions:
    """The region of every tensor on the way, and what each part covers before it is cut or padded to that.

    Attributes
    ----------
    boxes : dict of str to Box
    parts : dict of (int, int) to Box
        (node index, part number) -> region covered.
    edges : list of ((int, int), str)
        Each part and the tensor it goes to.
    """

    boxes: dict[str, Box]
    parts: dict[tuple[int, int], Box]
    edges: list[tuple[tuple[int, int], str]] = field(default_factory=list)

    def signature(self) -> tuple[object, ...]:
        """Return what has to be equal for two reverse passes to run as one batch."""
        sizes = tuple(tuple(stop - start for start, stop in box) for box in self.boxes.values())
        return (sizes, *(pads(self, key, tensor) for key, tensor in self.edges))


def pads(regions: Regions, key: tuple[int, int], tensor: str) -> tuple[int, ...]:
    """Return the ONNX pads that place a part in the region of its tensor; negative values crop."""
    have, want = regions.parts[key], regions.boxes[tensor]
    return (
        *(h[0] - w[0] for h, w in zip(have, want, strict=True)),
        *(w[1] - h[1] for h, w in zip(have, want, strict=True)),
    )


def _whole_channels(box: Box, shape: Sequence[int], op: str) -> Box:
    """Keep batch and channels whole: filters mix all channels, and only space shrinks the work.

    What a Transpose (`op`) touches may have its channels elsewhere, so only the batch is whole there.
    """
    whole = 1 if op == "Transpose" else 2
    return tuple((0, shape[axis]) if axis < whole else span for axis, span in enumerate(box))


def _propagate(
    graph: Graph, path: tuple[Node, ...], target: str, seed: Box, *, whole: bool = False
) -> Regions | None:
    boxes: dict[str, Box] = {target: seed}
    regions = Regions(boxes, {})
    for node in reversed(path):
        rule = rule_for(node)
        for name in node.outputs:
            if name in boxes:
                shape = graph.shape(name)
                grown = (
                    full_box(shape)
                    if whole
                    else rule.grow(node, _whole_channels(boxes[name], shape, node.op), graph, name)
                )
                boxes[name] = grown
        outputs = [boxes.get(name) if name else None for name in node.outputs]
        inputs = part_inputs(node, graph, outputs)
        for number, (index, span) in enumerate(zip(inputs, rule.spans(node, outputs, graph), strict=True)):
            tensor = node.inputs[index]
            shape = graph.shape(tensor)
            regions.parts[node.index, number] = span
            regions.edges.append(((node.index, number), tensor))
            inside = clip_box(span, shape)
            if is_empty(inside):
                if not whole:
                    return None
                inside = full_box(shape)
            boxes[tensor] = hull(boxes.get(tensor), _whole_channels(inside, shape, node.op))
            if whole:
                boxes[tensor] = full_box(shape)
    return regions


def part_inputs(node: Node, graph: Graph, outputs: Sequence[Box | None]) -> list[int]:
    """Return the input index of each part of a node, in the order its rule emits them."""
    if node.op == "Split":
        return [0] * sum(box is not None for box in outputs)
    return carriers(node, graph.dependent)


def blocked(graph: Graph, nodes: Sequence[Node] | None = None) -> list[tuple[Node, str]]:
    """Return the nodes that cannot be read backwards, each with the reason.

    Parameters
    ----------
    graph : Graph
    nodes : sequence of Node, optional
        The whole network's if not given.
    """
    nodes = graph.nodes if nodes is None else nodes
    found = []
    for node in nodes:
        if any(name in graph.dependent for name in node.outputs):
            reason = reason_against(node, graph)
            if reason is not None:
                found.append((node, reason))
    return found


def reversible(graph: Graph) -> set[str]:
    """Return every tensor from which the picture can be reached backwards."""
    reached = {graph.image}
    barred = {node.index for node, _ in blocked(graph)}
    for node in graph.nodes:
        inputs = [node.inputs[index] for index in carriers(node, graph.dependent)]
        if node.index not in barred and inputs and all(name in reached for name in inputs):
            reached.update(name for name in node.outputs if name and name in graph.dependent)
    return reached


def build(graph: Graph, target: str, method: str = "deconvnet", *, whole: bool = False) -> Reverse:
    """Build the reverse graph of a layer.

    Parameters
    ----------
    graph : Graph
        Never changed.
    target : str
        Tensor name, or the name of a node with one output.
    method : {"deconvnet", "guided", "gradient"}
    whole : bool
        See `Reverse`.

    Returns
    -------
    Reverse

    Raises
    ------
    TensorMissing, NotFromPicture, RuleUnknown
    UnsupportedOperator
        Names the operator, the node, and the deepest layer from which reconstruction still works.
    """
    if method not in RULES:
        raise RuleUnknown(f"There is no backward rule {method!r}.", f"Choose one of {', '.join(RULES)}.")
    target = graph.find(target)
    if target not in graph.dependent or target == graph.image:
        raise NotFromPicture(f"The layer {target!r} does not depend on the picture.")
    path = graph.path(target)
    barriers = blocked(graph, path)
    if barriers:
        node, reason = barriers[0]
        reached = reversible(graph)
        layers = {layer.name for layer in graph.layers()} & reached
        below = [name for step in path for name in step.outputs if name in layers]
        raise UnsupportedOperator(node.op, node.name, reason, below[-1] if below else None)
    return _Builder(graph, target, method, path, whole).run()


@dataclass(frozen=True)
class _WholePlan:
    """The plan of a whole graph."""

    graph: Graph

    @property
    def batch(self) -> int:
        return 1

    @property
    def regions(self) -> Regions:
        raise TypeError("whole graphs have their regions beforehand")  # pragma: no cover

    def singles(self) -> list[Plan]:
        return [self]

    def box(self, tensor: str) -> Box:
        return full_box(self.graph.shape(tensor))

    def array(self, tensor: str, box: Box) -> np.ndarray:
        raise TypeError("whole graphs refer to forward tensors by name")  # pragma: no cover

    def switches(self, tensor: str, box: Box) -> np.ndarray:
        raise TypeError("whole graphs refer to switches by name")  # pragma: no cover


class _Builder:
    """Walks the path backwards and lets each rule add its nodes; see `rules.base.Emitter`."""

    def __init__(self, graph: Graph, target: str, method: str, path: tuple[Node, ...], whole: bool) -> None:
        self.graph = graph
        self.method = method
        self.whole = whole
        self.reverse = Reverse(graph, target, method, whole, path)
        self._count = 0
        self._constants: dict[tuple[object, ...], str] = {}
        self._weights: dict[tuple[str, str], str] = {}
        self._forward: dict[tuple[str, str], str] = {}
        self._plan = _WholePlan(graph)
        self._whole_regions: Regions | None = None

    # -- what rules call -------------------------------------------------------------------------------------

    def _name(self, hint: str) -> str:
        self._count += 1
        return f"{_PREFIX}{self._count}.{hint}"

    def op(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        return self.ops(kind, inputs, 1, **attributes)[0]

    def ops(self, kind: str, inputs: Sequence[str], count: int, **attributes: Any) -> list[str]:
        outputs = [self._name(kind) for _ in range(count)]
        node = helper.make_node(kind, list(inputs), outputs, name=outputs[0], **attributes)
        self.reverse.nodes.append(node)
        return outputs

    def constant(self, value: np.ndarray, hint: str) -> str:
        value = np.ascontiguousarray(value) if value.ndim else np.asarray(value)
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self._constants:
            name = self._name(hint)
            self.reverse.constants.append(numpy_helper.from_array(value, name))
            self._constants[key] = name
        return self._constants[key]

    def weight(
        self, name: str, form: str = "", make: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> str:
        root = self.graph.root(name)
        if self.whole:
            if root not in self.reverse.weights:
                self.reverse.weights.append(root)
            return root
        key = (root, form)
        if key not in self._weights:
            new_name = f"{root}.{form}" if form else root
            if make is None:
                self.reverse.constants.append(stored_constant(self.graph, root, new_name))
            else:
                self.reverse.constants.append(
                    numpy_helper.from_array(make(self.graph.constant(root)), new_name)
                )
            self._weights[key] = new_name
        return self._weights[key]

    def forward(self, tensor: str, aligned_to: str) -> str:
        graph = self.graph
        constant = graph.is_constant(tensor)
        if self.whole:
            if constant:
                return self.weight(tensor)
            if tensor not in self.reverse.values:
                self.reverse.values.append(tensor)
            return tensor
        shape, result = graph.shape(tensor), graph.shape(aligned_to)
        if constant and not any(size != 1 for size in shape[max(0, len(shape) - len(result) + 2) :]):
            return self.weight(tensor)
        key = (tensor, aligned_to)
        if key not in self._forward:
            if constant:
                value = graph.constant(tensor)
                value = value.reshape(*[1] * (len(result) - len(shape)), *shape)

                def make(plan: Plan) -> np.ndarray:
                    boxes = [broadcast_box(one.box(aligned_to), value.shape) for one in plan.singles()]
                    return np.concatenate([value[tuple(slice(*span) for span in box)] for box in boxes])

            else:
                if tensor not in self.reverse.values:
                    self.reverse.values.append(tensor)
                if len(shape) != len(result):
                    self.alone()

                def make(plan: Plan) -> np.ndarray:
                    ones = plan.singles()
                    return np.concatenate(
                        [one.array(tensor, broadcast_box(one.box(aligned_to), shape)) for one in ones]
                    )

            dtype = graph.constant(tensor).dtype.type if constant else np.float32
            rank = len(result) if constant else len(shape)
            self._forward[key] = self.runtime("forward", rank, dtype, make)
        return self._forward[key]

    def recorded(self, tensor: str) -> str:
        graph = self.graph
        if graph.is_constant(tensor):
            return self.weight(tensor)
        if tensor not in self.reverse.values:
            self.reverse.values.append(tensor)
        if self.whole:
            return tensor
        key = (tensor, "")
        if key not in self._forward:
            shape = graph.shape(tensor)

            def make(plan: Plan) -> np.ndarray:
                return np.concatenate([one.array(tensor, full_box(shape)) for one in plan.singles()])

            kind = helper.tensor_dtype_to_np_dtype(_type_of(graph, tensor))
            self._forward[key] = self.runtime("recorded", len(shape), kind.type, make)
        return self._forward[key]

    def switches(self, tensor: str, source: str, region: Callable[[Plan], Box]) -> str:
        if tensor not in self.reverse.switches:
            self.reverse.switches.append(tensor)
        if self.whole:
            return switches_name(tensor)
        shape = self.graph.shape(source)

        def make(plan: Plan) -> np.ndarray:
            pieces, start = [], 0
            for one in plan.singles():
                under = region(one)
                local = local_switches(one.switches(tensor, one.box(tensor)), shape, under)
                pieces.append(local + start if start else local)
                start += int(np.prod([stop - begin for begin, stop in under[1:]]))
            return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

        return self.runtime("switches", len(shape), np.int64, make)

    def runtime(self, hint: str, rank: int, dtype: type, make: Callable[[Plan], np.ndarray]) -> str:
        if self.whole:
            return self.constant(make(self._plan), hint)
        name = self._name(hint)
        self.reverse.feeds.append(Feed(name, make))
        self.reverse.feed_types[name] = (dtype, rank)
        return name

    def pad(self, signal: str, make: Callable[[Plan], np.ndarray]) -> str:
        if self.whole and not make(self._plan).any():
            return signal
        return self.op("Pad", [signal, self.runtime("pads", 1, np.int64, make)])

    def note(self, node: Node, text: str) -> None:
        note = Note(node.name, node.op, text)
        if note not in self.reverse.notes:
            self.reverse.notes.append(note)

    def alone(self) -> None:
        self.reverse.batches = False

    # -- the walk --------------------------------------------------------------------------------------------

    def run(self) -> Reverse:
        reverse = self.reverse
        graph = self.graph
        waiting: dict[str, list[str]] = {reverse.target: [SEED]}
        edges = self._edge_counts()
        if self.whole:
            self._whole_regions = _propagate(
                graph, reverse.path, reverse.target, full_box(graph.shape(reverse.target)), whole=True
            )
        for node in reversed(reverse.path):
            signals = [self._sum(waiting.pop(name)) if name in waiting else None for name in node.outputs]
            for number, part in enumerate(rule_for(node).emit(node, signals, self)):
                tensor = node.inputs[part.input]
                placed = self._place(node, number, part, tensor, edges[tensor])
                waiting.setdefault(tensor, []).append(placed)
        result = self._sum(waiting.pop(graph.image))
        reverse.nodes.append(helper.make_node("Identity", [result], [RECONSTRUCTION], name=RECONSTRUCTION))
        return reverse

    def _edge_counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        on_path = {self.reverse.target}
        for node in reversed(self.reverse.path):
            outputs = [full_box(self.graph.shape(name)) if name in on_path else None for name in node.outputs]
            for index in part_inputs(node, self.graph, outputs):
                counts[node.inputs[index]] = counts.get(node.inputs[index], 0) + 1
                on_path.add(node.inputs[index])
        return counts

    def _sum(self, signals: list[str]) -> str:
        return signals[0] if len(signals) == 1 else self.op("Sum", signals)

    def _place(self, node: Node, number: int, part: Part, tensor: str, edges: int) -> str:
        """Cut or pad a part to the region its tensor needs from all its consumers together."""
        if part.placed:
            return part.signal
        if not self.whole and self._fits(node, tensor, edges):
            return part.signal
        key = (node.index, number)

        def make(plan: Plan) -> np.ndarray:
            return np.array(pads(self._whole_regions or plan.regions, key, tensor), np.int64)

        return self.pad(part.signal, make)

    def _fits(self, node: Node, tensor: str, edges: int) -> bool:
        """Whether a part of this node always covers exactly the region of its tensor."""
        rule, shape = rule_for(node), self.graph.shape(tensor)
        if not rule.tight:
            return False
        if isinstance(rule, ElementRule) and len(shape) != len(self.graph.shape(node.outputs[0])):
            # An operand of lower rank: its channels lie under another axis of the result, which is cropped.
            return False
        if all(size == 1 for size in shape[2:]):
            return True
        producer = self.graph.producer.get(tensor)
        return edges == 1 and (producer is None or rule_for(producer).is_free(producer, self.graph))
