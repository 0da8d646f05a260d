"""From a picture and a unit to the picture's part that excites it: one forward pass a picture, one reverse
pass a click."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import onnx
from onnx import TensorProto, helper

from deconv_studio.engine.control import Control
from deconv_studio.lens.errors import InputMismatch, UnitMissing, ZeroSeed
from deconv_studio.lens.graph import Box, Graph, Layer, full_box, load_model, with_constants
from deconv_studio.lens.reverse import (
    RECONSTRUCTION,
    SEED,
    Note,
    Regions,
    Reverse,
    build,
    reversible,
    switches_name,
)
from deconv_studio.lens.rules import RULES
from deconv_studio.lens.runtime import open_session, run_session

if TYPE_CHECKING:
    import onnxruntime

At = Literal["max", "all"] | tuple[int, ...]
"""Where the seed is: the unit's strongest position, every position, or one by its indices, (y, x) on a
map."""

_GRAPHS_KEPT = 4
_SESSIONS_KEPT = 16
_NEEDS_KEPT = 256


@dataclass(frozen=True, eq=False)
class Seed:
    """A unit to project back.

    Attributes
    ----------
    unit : int
        Index on axis 1 of the layer.
    at : "max", "all" or tuple of int
    value : {"activation", "one"}
        What stands at the position, all else zero (Zeiler and Fergus 2014, section 2.1): the activation with
        its sign, or 1.
    """

    unit: int
    at: At = "max"
    value: str = "activation"


@dataclass(eq=False)
class Look:
    """What one forward pass over one picture has left behind.

    Attributes
    ----------
    graph : Graph
    picture : ndarray
        (1, C, H, W) float32 in the network's input space.
    values : dict of str to ndarray
        Activations by tensor name.
    switches : dict of str to ndarray
        Max-pool indices (1, C, ...) int64 by the pool's output, flat over the pool's whole input.
    """

    graph: Graph
    picture: np.ndarray
    values: dict[str, np.ndarray] = field(default_factory=dict)
    switches: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """A unit's activity in pixels.

    Attributes
    ----------
    layer, method : str
    unit : int
    at : tuple of int or None
        Position of the seed, None for the whole map.
    seed_value : float or None
        Value of the seed, None for the whole map.
    patch : ndarray
        (C, h, w) float32, signed, in the network's input space: the reconstruction inside `box`.
    box : Box
        Region of the picture, (start, stop) on each axis of (1, C, H, W): the seed's receptive field.
        Outside, the reconstruction is exactly zero.
    shape : tuple of int
        Shape of the picture.
    notes : tuple of Note
        Where the rule departs from a plain adjoint.
    """

    layer: str
    method: str
    unit: int
    at: tuple[int, ...] | None
    seed_value: float | None
    patch: np.ndarray
    box: Box
    shape: tuple[int, ...]
    notes: tuple[Note, ...]

    def full(self) -> np.ndarray:
        """Return the reconstruction at the size of the picture, (C, H, W) float32."""
        whole = np.zeros(self.shape[1:], np.float32)
        whole[tuple(slice(*span) for span in self.box[1:])] = self.patch
        return whole

    def cut(self, picture: np.ndarray) -> np.ndarray:
        """Return the patch of a picture (1, C, H, W) that caused the activity, (C, h, w)."""
        return picture[0][tuple(slice(*span) for span in self.box[1:])]


@dataclass(frozen=True, eq=False)
class _LivePlan:
    """The regions of a batch of reconstructions and the recorded values they read."""

    looks: tuple[Look, ...]
    items: tuple[Regions, ...]

    @property
    def batch(self) -> int:
        return len(self.looks)

    @property
    def regions(self) -> Regions:
        # Those of the others have the same signature, so the same sizes and pads.
        return self.items[0]

    def box(self, tensor: str) -> Box:
        return self.items[0].boxes[tensor]

    def singles(self) -> list[_LivePlan]:
        return [_LivePlan((look,), (item,)) for look, item in zip(self.looks, self.items, strict=True)]

    def array(self, tensor: str, box: Box) -> np.ndarray:
        return self.looks[0].values[tensor][tuple(slice(*span) for span in box)]

    def switches(self, tensor: str, box: Box) -> np.ndarray:
        return self.looks[0].switches[tensor][tuple(slice(*span) for span in box)]


class LatestWins:
    """Hands out one control at a time: asking for the next cancels the one before, so the latest click
    wins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Control | None = None

    def begin(self) -> Control:
        """Cancel the work before and return the control for the next."""
        control = Control()
        with self._lock:
            before, self._current = self._current, control
        if before is not None:
            before.cancel()
        return control

    def is_latest(self, control: Control) -> bool:
        """Whether nothing newer has begun, so that a result may be shown."""
        with self._lock:
            return control is self._current


class Lens:
    """Reads an ONNX network backwards. Safe to use from several threads.

    Parameters
    ----------
    source : onnx.ModelProto, bytes, str or Path
        The network; never changed.
    image : str, optional
        Name of the picture's input, if there are several.
    threads : int, optional
        Threads inside an operator.
    constants : mapping of str to ndarray, optional
        Values of inputs beside the picture, each of its input's dtype and shape, for a batch of one.

    Raises
    ------
    GraphInvalid, InputUnclear
    """

    def __init__(
        self,
        source: onnx.ModelProto | bytes | str | Path,
        *,
        image: str | None = None,
        threads: int | None = None,
        constants: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        model, self.sha256 = load_model(source)
        self.model = with_constants(model, constants) if constants else model
        self._image = image
        self._threads = threads
        self._lock = threading.RLock()
        self._needed: dict[tuple[object, ...], tuple[list[str], list[str]]] = {}
        self._graphs: OrderedDict[tuple[int, ...] | None, Graph] = OrderedDict()
        self._sessions: OrderedDict[
            tuple[object, ...], tuple[onnxruntime.InferenceSession, Reverse | None]
        ] = OrderedDict()

    # -- the network -----------------------------------------------------------------------------------------

    def graph(self, size: Sequence[int] | None = None) -> Graph:
        """Return the network at a picture size.

        Parameters
        ----------
        size : sequence of int, optional
            (1, C, H, W); may be left out where the network fixes it.

        Raises
        ------
        InputMismatch
        """
        key = None if size is None else tuple(int(value) for value in size)
        with self._lock:
            if key not in self._graphs:
                graph = Graph(self.model, image=self._image, size=key, sha256=self.sha256)
                # One graph a size, also when it was asked for without saying the size.
                self._graphs[key] = self._graphs.get(graph.image_shape, graph)
                self._graphs[graph.image_shape] = self._graphs[key]
                while len(self._graphs) > 2 * _GRAPHS_KEPT:
                    self._graphs.popitem(last=False)
            self._graphs.move_to_end(key)
            return self._graphs[key]

    def layers(self, size: Sequence[int] | None = None) -> list[Layer]:
        """Return the layers that can be reconstructed at a picture size, first to last."""
        graph = self.graph(size)
        reached = reversible(graph)
        return [layer for layer in graph.layers() if layer.name in reached]

    # -- the forward pass ------------------------------------------------------------------------------------

    def look(
        self,
        picture: np.ndarray,
        layers: Iterable[str] | None = None,
        methods: Iterable[str] = RULES,
        control: Control | None = None,
    ) -> Look:
        """Run the network forward once and keep what reconstructions need.

        Parameters
        ----------
        picture : ndarray
            (1, C, H, W) float32 in the network's input space.
        layers : iterable of str, optional
            Keep only what these layers need, and compute nothing above them; every layer's if not given.
        methods : iterable of str
            Rules that will be used. The deconvnet rule needs max-pool switches only.
        control : Control, optional

        Returns
        -------
        Look

        Raises
        ------
        InputMismatch, TensorMissing, UnsupportedOperator, Cancelled
        """
        picture = np.ascontiguousarray(picture, np.float32)
        if picture.ndim < 2 or picture.shape[0] != 1:
            raise InputMismatch(
                f"The lens looks at one picture, (1, C, H, W); this array is {picture.shape}."
            )
        graph = self.graph(picture.shape)
        wanted = None if layers is None else tuple(graph.find(name) for name in layers)
        key = (graph.image_shape, wanted, tuple(methods))
        with self._lock:
            if key not in self._needed:
                if len(self._needed) >= _NEEDS_KEPT:
                    self._needed.clear()
                self._needed[key] = self._needs(graph, wanted, tuple(methods))
            values, switches = self._needed[key]
        look = Look(graph, picture)
        self._record(look, values, switches, control)
        return look

    def _needs(
        self, graph: Graph, layers: Iterable[str] | None, methods: tuple[str, ...]
    ) -> tuple[list[str], list[str]]:
        values: dict[str, None] = {}
        switches: dict[str, None] = {}
        if layers is None:
            reached = reversible(graph)
            names = [layer.name for layer in graph.layers() if layer.name in reached]
            # A convolution that only its activation reads is fused with it unless it is asked for; a person
            # who does ask for it pays for a second pass.
            values.update(dict.fromkeys(name for name in names if not self._is_fused(graph, name)))
            ends = [
                name
                for name in names
                if not any(set(n.outputs) & reached for n in graph.consumers.get(name, []))
            ]
        else:
            ends = list(layers)
            values.update(dict.fromkeys(ends))
        for name in ends:
            for method in methods:
                # A whole graph refers to weights by name, so that asking what is needed copies none.
                reverse = build(graph, name, method, whole=True)
                values.update(dict.fromkeys(reverse.values))
                switches.update(dict.fromkeys(reverse.switches))
        return list(values), list(switches)

    def _is_fused(self, graph: Graph, name: str) -> bool:
        consumers = graph.consumers.get(name, [])
        fused = {"BatchNormalization", "Relu", "Clip", "LeakyRelu", "Sigmoid", "HardSwish", "Tanh"}
        return (
            graph.producer[name].op in {"Conv", "ConvTranspose", "Gemm", "BatchNormalization", "MatMul"}
            and len(consumers) == 1
            and consumers[0].op in fused
        )

    def _record(self, look: Look, values: list[str], switches: list[str], control: Control | None) -> None:
        values = list(dict.fromkeys(name for name in values if name not in look.values))
        switches = [name for name in switches if name not in look.switches]
        graph = look.graph
        if graph.image in values:
            look.values[graph.image] = look.picture
            values.remove(graph.image)
        if not values and not switches:
            return
        session = self._forward_session(graph, tuple(values), tuple(switches))
        names = [*values, *(switches_name(name) for name in switches)]
        results = run_session(session, names, {graph.image: look.picture}, control)
        look.values.update({name: results[name] for name in values})
        look.switches.update({name: results[switches_name(name)] for name in switches})

    def _forward_session(
        self, graph: Graph, values: tuple[str, ...], switches: tuple[str, ...]
    ) -> onnxruntime.InferenceSession:
        key = ("forward", graph.image_shape, values, switches)

        def make() -> tuple[onnxruntime.InferenceSession, None]:
            return open_session(recording_model(graph, values, switches), threads=self._threads), None

        return self._cached(key, make)[0]

    def _cached(
        self, key: tuple[object, ...], make: object
    ) -> tuple[onnxruntime.InferenceSession, Reverse | None]:
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = make()  # type: ignore[operator]
                while len(self._sessions) > _SESSIONS_KEPT:
                    self._sessions.popitem(last=False)
            self._sessions.move_to_end(key)
            return self._sessions[key]

    def activation(self, look: Look, layer: str, control: Control | None = None) -> np.ndarray:
        """Return a layer's forward value, (1, units, ...) float32; runs forward again if it was not kept."""
        name = look.graph.find(layer)
        self._record(look, [name], [], control)
        return look.values[name]

    def strongest(self, look: Look, layer: str, count: int = 9) -> list[tuple[int, tuple[int, ...], float]]:
        """Return the units with the highest activation.

        Returns
        -------
        list of (int, tuple of int, float)
            (unit, position, activation), strongest first, one entry a unit.
        """
        value = self.activation(look, layer)[0]
        flat = value.reshape(value.shape[0], -1)
        places = flat.argmax(axis=1)
        peaks = flat[np.arange(len(flat)), places]
        order = np.argsort(-peaks, kind="stable")[:count]
        return [
            (
                int(unit),
                tuple(int(i) for i in np.unravel_index(places[unit], value.shape[1:])),
                float(peaks[unit]),
            )
            for unit in order
        ]

    # -- the reverse pass ------------------------------------------------------------------------------------

    def reverse(self, graph: Graph, layer: str, method: str = "deconvnet") -> Reverse:
        """Return the live reverse graph of a layer; see `reverse.build`."""
        reverse = self._reverse_session(graph, graph.find(layer), method)[1]
        if reverse is None:
            raise TypeError("a reverse session always comes with its graph")  # pragma: no cover
        return reverse

    def _reverse_session(
        self, graph: Graph, layer: str, method: str
    ) -> tuple[onnxruntime.InferenceSession, Reverse | None]:
        def make() -> tuple[onnxruntime.InferenceSession, Reverse]:
            reverse = build(graph, layer, method)
            return open_session(reverse.live_model(), threads=self._threads), reverse

        return self._cached(("reverse", graph.image, graph.image_shape, layer, method), make)

    def receptive_field(self, graph: Graph, layer: str, at: tuple[int, ...]) -> Box:
        """Return the region of the picture that a position of a layer can depend on, (start, stop) on each
        axis.

        Raises
        ------
        UnitMissing
            There is no such position.
        """
        name = graph.find(layer)
        reverse = self.reverse(graph, name)
        return reverse.regions(_seed_box(graph.shape(name), at, name)).boxes[graph.image]

    def reconstruct(
        self,
        look: Look,
        layer: str,
        unit: int,
        at: At = "max",
        *,
        method: str = "deconvnet",
        value: str = "activation",
        since: str | None = None,
        control: Control | None = None,
    ) -> Reconstruction:
        """Project one unit back to pixels.

        Parameters
        ----------
        look : Look
        layer : str
            Tensor name, or the name of a node with one output.
        unit : int
        at : "max", "all" or tuple of int
        method : {"deconvnet", "guided", "gradient"}
        value : {"activation", "one"}
        since : str, optional
            Go back to this layer only, not to the picture; the reconstruction is then of its shape.
        control : Control, optional

        Returns
        -------
        Reconstruction

        Raises
        ------
        TensorMissing, NotFromPicture, RuleUnknown, UnsupportedOperator, UnitMissing, ZeroSeed, Cancelled
        """
        items = [(look, Seed(unit, at, value))]
        return self.reconstruct_many(items, layer, method=method, since=since, control=control)[0]

    def reconstruct_many(
        self,
        items: Sequence[tuple[Look, Seed]],
        layer: str,
        *,
        method: str = "deconvnet",
        since: str | None = None,
        control: Control | None = None,
    ) -> list[Reconstruction]:
        """Project several seeds of one layer back, those of equal geometry in one batch.

        Parameters
        ----------
        items : sequence of (Look, Seed)
            Of one picture or several of the same size.
        layer, method, since, control
            As for `reconstruct`.

        Returns
        -------
        list of Reconstruction
            In the order of `items`.

        Raises
        ------
        InputMismatch
            The pictures have different sizes.
        """
        if not items:
            return []
        graph = items[0][0].graph
        if any(look.graph.image_shape != graph.image_shape for look, _ in items):
            raise InputMismatch("The pictures of a batch have different sizes.")
        name = graph.find(layer)
        if since is not None:
            graph = graph.since(since)
        session, reverse = self._reverse_session(graph, name, method)
        if reverse is None:
            raise TypeError("a reverse session always comes with its graph")  # pragma: no cover
        jobs = []
        groups: dict[tuple[object, ...], list[int]] = {}
        geometry: dict[Box, tuple[Regions, tuple[object, ...]]] = {}
        for index, (look, seed) in enumerate(items):
            self._record(look, [name, *reverse.values], reverse.switches, control)
            activation = look.values[name]
            at, box = self._place(activation, seed, name)
            if box not in geometry:
                regions = reverse.regions(box)
                geometry[box] = (
                    regions,
                    regions.signature() if reverse.batches and len(items) > 1 else (index,),
                )
            regions, signature = geometry[box]
            if not reverse.batches:
                signature = (index,)
            jobs.append((at, regions, _fill(activation, seed, at, regions.boxes[name], name)))
            groups.setdefault(signature, []).append(index)
        results: list[Reconstruction | None] = [None] * len(items)
        for members in groups.values():
            plan = _LivePlan(
                tuple(items[index][0] for index in members), tuple(jobs[index][1] for index in members)
            )
            feeds = {SEED: np.concatenate([jobs[index][2] for index in members])}
            feeds |= {feed.name: np.ascontiguousarray(feed.make(plan)) for feed in reverse.feeds}
            value = run_session(session, [RECONSTRUCTION], feeds, control)[RECONSTRUCTION]
            for place, index in enumerate(members):
                seed, (at, regions, start) = items[index][1], jobs[index]
                results[index] = Reconstruction(
                    layer=name,
                    method=method,
                    unit=seed.unit,
                    at=at,
                    seed_value=None if at is None else float(start[start != 0][0]),
                    patch=value[place],
                    box=regions.boxes[graph.image],
                    shape=graph.image_shape,
                    notes=tuple(reverse.notes),
                )
        return [result for result in results if result is not None]

    def _place(self, activation: np.ndarray, seed: Seed, layer: str) -> tuple[tuple[int, ...] | None, Box]:
        units = activation.shape[1]
        if not 0 <= seed.unit < units:
            raise UnitMissing(
                f"The layer {layer!r} has no unit {seed.unit}.", f"Its units are 0 to {units - 1}."
            )
        if seed.value not in ("activation", "one"):
            raise UnitMissing(f"There is no seed {seed.value!r}.", "Choose 'activation' or 'one'.")
        if seed.at == "all":
            return None, full_box(activation.shape)
        if seed.at == "max":
            plane = activation[0, seed.unit]
            at = tuple(int(i) for i in np.unravel_index(int(plane.argmax()), plane.shape))
        else:
            at = tuple(int(i) for i in seed.at)
        return at, _seed_box(activation.shape, at, layer)

    def default_method(self, graph: Graph, layer: str) -> str:
        """Return ``"deconvnet"`` if a max pool ties the layer to the picture, else ``"guided"``."""
        path = graph.path(graph.find(layer))
        return "deconvnet" if any(node.op == "MaxPool" for node in path) else "guided"


def _seed_box(shape: Sequence[int], at: tuple[int, ...], layer: str) -> Box:
    sizes = shape[2:]
    if len(at) != len(sizes) or any(not 0 <= i < size for i, size in zip(at, sizes, strict=False)):
        text = "x".join(map(str, sizes)) if sizes else "a single value"
        raise UnitMissing(f"The layer {layer!r} has no position {at}.", f"A unit's map is {text}.")
    return ((0, 1), (0, shape[1]), *((i, i + 1) for i in at))


def _fill(activation: np.ndarray, seed: Seed, at: tuple[int, ...] | None, box: Box, layer: str) -> np.ndarray:
    start = np.zeros([stop - begin for begin, stop in box], np.float32)
    if at is None:
        plane = activation[0, seed.unit]
        start[0, seed.unit] = 1.0 if seed.value == "one" else plane
    else:
        place = tuple(i - begin for i, (begin, _) in zip(at, box[2:], strict=True))
        start[(0, seed.unit, *place)] = 1.0 if seed.value == "one" else activation[(0, seed.unit, *at)]
    if not start.any():
        where = "everywhere" if at is None else f"at {at}" if at else "here"
        raise ZeroSeed(f"Unit {seed.unit} of {layer!r} is zero {where}, so nothing can be projected back.")
    return start


def recording_model(graph: Graph, values: Sequence[str], switches: Sequence[str]) -> onnx.ModelProto:
    """Return a copy of the network that puts out forward tensors and max-pool indices, and computes nothing
    else.

    Parameters
    ----------
    graph : Graph
    values : sequence of str
        Tensors.
    switches : sequence of str
        Outputs of max pools.
    """
    outputs = [helper.make_tensor_value_info(name, graph.element_type(name), None) for name in values]
    outputs.extend(
        helper.make_tensor_value_info(switches_name(name), TensorProto.INT64, None) for name in switches
    )
    model = graph.fixed_model(outputs, nodes=graph.ancestors([*values, *switches]))
    add_switch_outputs(model.graph, switches)
    return model


def add_switch_outputs(graph: onnx.GraphProto, switches: Sequence[str]) -> None:
    """Give max pools their second output, under the name `switches_name` gives it."""
    wanted = set(switches)
    for node in list(graph.node):
        if node.op_type == "MaxPool" and node.output[0] in wanted:
            name = switches_name(node.output[0])
            if len(node.output) == 1:
                node.output.append(name)
            elif not node.output[1]:
                node.output[1] = name
            else:
                graph.node.append(helper.make_node("Identity", [node.output[1]], [name]))
