"""What a backward rule is: how a region of an operator's output maps to its inputs, and the nodes that carry
a signal back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from deconv_studio.lens.graph import Box, Graph, Node, carriers, full_box

if TYPE_CHECKING:
    from deconv_studio.lens.reverse import Regions

RULES = ("deconvnet", "guided", "gradient")


@dataclass(frozen=True)
class Part:
    """A signal on its way to one input of an operator.

    Attributes
    ----------
    input : int
        Index of the input.
    signal : str
        Tensor of the reverse graph.
    placed : bool
        The signal already covers exactly the whole input (whole-map graphs only).
    """

    input: int
    signal: str
    placed: bool = False


class Plan(Protocol):
    """The regions of one reconstruction."""

    @property
    def regions(self) -> Regions:
        """All regions together."""

    def box(self, tensor: str) -> Box:
        """Return the region of a forward tensor that the reverse pass computes."""

    def array(self, tensor: str, box: Box) -> np.ndarray:
        """Return recorded forward values (1, ...) of a tensor in a region, for the first seed."""

    def switches(self, tensor: str, box: Box) -> np.ndarray:
        """Return recorded max-pool switches (1, C, ...) int64 of a pool's output, for the first seed."""

    @property
    def batch(self) -> int:
        """Number of seeds reconstructed at once."""

    def singles(self) -> Sequence[Plan]:
        """Return the plan of each seed; regions have equal sizes but may lie at different places."""


class Emitter(Protocol):
    """The reverse graph being built, as a rule sees it.

    Attributes
    ----------
    graph : Graph
    method : str
        ``"deconvnet"``, ``"guided"`` or ``"gradient"``.
    whole : bool
        Regions are known to be whole tensors, so operators may use their own padding.
    """

    graph: Graph
    method: str
    whole: bool

    def op(self, kind: str, inputs: Sequence[str], **attributes: object) -> str:
        """Add a node with one output and return the output's name."""

    def ops(self, kind: str, inputs: Sequence[str], count: int, **attributes: object) -> list[str]:
        """Add a node with several outputs."""

    def constant(self, value: np.ndarray, hint: str) -> str:
        """Add a small constant."""

    def weight(
        self, name: str, form: str = "", make: Callable[[np.ndarray], np.ndarray] | None = None
    ) -> str:
        """Return a forward constant, by the same name; or, in graphs that are not stored, a form of it."""

    def forward(self, tensor: str, aligned_to: str) -> str:
        """Return a forward tensor or constant, cut to the region of the output it is broadcast against."""

    def recorded(self, tensor: str) -> str:
        """Return a forward tensor whole, whatever region is computed; of its own type."""

    def switches(self, tensor: str, source: str, region: Callable[[Plan], Box]) -> str:
        """Return the switches of a max pool in the region of its output, as flat indices into its input's
        region.

        Parameters
        ----------
        tensor, source : str
            Output and input of the pool.
        region : callable
            Gives the region of the input.
        """

    def runtime(self, hint: str, rank: int, dtype: type, make: Callable[[Plan], np.ndarray]) -> str:
        """Return a value that follows from the regions: an input of a live graph, a constant of a whole
        one."""

    def pad(self, signal: str, make: Callable[[Plan], np.ndarray]) -> str:
        """Pad with zeros, or crop where negative; `make` gives ONNX pads (begins, then ends), int64."""

    def note(self, node: Node, text: str) -> None:
        """Say that a rule departs from a plain adjoint or from the method's letter."""

    def alone(self) -> None:
        """Say that the graph can only take one seed at a time."""


class Rule:
    """Backward rule of one or more operator types; the base is a rule that works on whole tensors.

    Attributes
    ----------
    op_types : tuple of str
    tight : bool
        What it hands to an input is exactly the region the input needs from it, never more, so that nothing
        has to be cut where it is the input's only consumer.
    """

    op_types: tuple[str, ...] = ()
    tight = True

    def refuses(self, node: Node, graph: Graph) -> str | None:
        """Return why this very node cannot be read backwards, or None."""
        return None

    def is_free(self, node: Node, graph: Graph) -> bool:
        """Whether any region of the output will do, so that `grow` changes nothing."""
        return False

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        """Return the region of an output that has to be known to go on; here the whole tensor."""
        return full_box(graph.shape(output))

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        """Return what each part covers, in the coordinates of its input; may reach over the input's edge.

        Parameters
        ----------
        node : Node
        boxes : sequence of Box or None
            Region of each output, None where no signal arrives.
        graph : Graph

        Returns
        -------
        list of Box
            In the order of the parts that `emit` returns.
        """
        return [full_box(graph.shape(node.inputs[index])) for index in dependent_inputs(node, graph)]

    def emit(self, node: Node, signals: Sequence[str | None], out: Emitter) -> list[Part]:
        """Add the nodes that carry the signals from the outputs to the inputs."""
        raise TypeError(f"{type(self).__name__} has no emit")  # pragma: no cover - every rule has one


class RegionRule(Rule):
    """Rule that can start from any region of the operator's output."""

    def is_free(self, node: Node, graph: Graph) -> bool:
        return True

    def grow(self, node: Node, box: Box, graph: Graph, output: str) -> Box:
        return box


class ElementRule(RegionRule):
    """Rule of an operator that works element by element, so a region stays the same region."""

    def spans(self, node: Node, boxes: Sequence[Box | None], graph: Graph) -> list[Box]:
        box = boxes[0]
        return [
            broadcast_box(present(box), graph.shape(node.inputs[index]))
            for index in dependent_inputs(node, graph)
        ]


def dependent_inputs(node: Node, graph: Graph) -> list[int]:
    """Return the indices of the inputs that carry the picture's values."""
    return carriers(node, graph.dependent)


def present(box: Box | None) -> Box:
    """Return a region that is known to be there."""
    if box is None:
        raise TypeError("the first output carries no signal")
    return box


def first(signals: Sequence[str | None]) -> str:
    """Return the signal of a node's first output."""
    for signal in signals:
        if signal is not None:
            return signal
    raise TypeError("no output carries a signal")


def broadcast_box(box: Box, shape: Sequence[int]) -> Box:
    """Return the region of an operand of `shape` under the region `box` of a broadcast result."""
    tail = box[len(box) - len(shape) :]
    return tuple((0, 1) if size == 1 else span for span, size in zip(tail, shape, strict=True))
