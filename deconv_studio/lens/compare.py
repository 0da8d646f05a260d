"""Two networks layer by layer: which layers belong together, and how far their values are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from deconv_studio.lens.errors import InputMismatch
from deconv_studio.lens.graph import Graph, Layer

_RECTIFIERS = frozenset({"Relu", "Clip"})


@dataclass(frozen=True)
class Pair:
    """A layer of one network and its counterpart in the other.

    Attributes
    ----------
    a, b : str
        Tensor names.
    op : str
        Operator that makes `a`.
    shape : tuple of int
        (1, units, ...) in both.
    by : {"quantisation", "name", "order"}
        What they were matched by.
    """

    a: str
    b: str
    op: str
    shape: tuple[int, ...]
    by: str


def align(a: Graph, b: Graph) -> list[Pair]:
    """Find the layers of two networks that belong together.

    First the value behind a quantised tensor's dequantise operator (by ONNX Runtime's
    `create_activation_matching`, for files of its own quantiser), then equal names of equal shape, then,
    among what is left, the next layer of the same operator and shape, in order. Of a layer that only a
    rectifier reads, the value before it is quantised counts: the quantiser lets the rounding's own limits do
    the rectifier's work, and what they cut off is no fault.

    Parameters
    ----------
    a, b : Graph
        At the same picture size.

    Returns
    -------
    list of Pair
        In the order of `a`.
    """
    ours, theirs = a.layers(), b.layers()
    quantised = _dequantised(a, b)
    shapes = {layer.name: layer.shape for layer in theirs}
    found: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for layer in ours:
        for name, by in ((quantised.get(layer.name), "quantisation"), (layer.name, "name")):
            if name is not None and name not in taken and shapes.get(name) == layer.shape:
                found[layer.name] = (name, by)
                taken.add(name)
                break
    places = {layer.name: index for index, layer in enumerate(theirs)}
    start = 0
    for index, layer in enumerate(ours):
        if layer.name in found:
            start = max(start, places[found[layer.name][0]] + 1)
            continue
        # A match by order must not run past the next one that is sure.
        stop = min(
            (places[found[later.name][0]] for later in ours[index + 1 :] if later.name in found),
            default=len(theirs),
        )
        match = _next(layer, theirs[start:stop], taken)
        if match is not None:
            found[layer.name] = (match.name, "order")
            taken.add(match.name)
            start = places[match.name] + 1
    return [
        Pair(layer.name, found[layer.name][0], layer.op, layer.shape, found[layer.name][1])
        for layer in ours
        if layer.name in found
    ]


def _next(layer: Layer, among: Sequence[Layer], taken: set[str]) -> Layer | None:
    return next(
        (
            other
            for other in among
            if other.name not in taken and (other.op, other.shape) == (layer.op, layer.shape)
        ),
        None,
    )


def _dequantised(a: Graph, b: Graph) -> dict[str, str]:
    """Return by tensor of `a` what the layers above read of it in `b`, a quantised form of it."""
    if not any(node.op == "QuantizeLinear" for node in b.nodes):
        return {}
    from onnxruntime.quantization.qdq_loss_debug import create_activation_matching

    # Names stand for the values that the function was made to sort.
    matched = create_activation_matching(
        {name: [name] for name in b.producer}, {name: [name] for name in (*a.producer, a.image)}
    )
    return {
        name: str(one["post_qdq"][0])
        for name, one in matched.items()
        if "float" in one and not _only_rectified(a, name)
    }


def _only_rectified(graph: Graph, name: str) -> bool:
    readers = {node.op for node in graph.consumers.get(name, [])}
    return bool(readers) and readers <= _RECTIFIERS


def decibels(signal: float, noise: float) -> float:
    """Return 10 log10(signal / noise): inf where there is no noise, -inf where there is only noise.

    Parameters
    ----------
    signal, noise : float
        Sums of squares.
    """
    if noise == 0:
        return float("inf")
    return float(10 * np.log10(signal / noise)) if signal > 0 else float("-inf")


@dataclass(eq=False)
class Difference:
    """How far a pair of layers is apart, over pictures that are not kept.

    SQNR = 10 log10(sum x^2 / sum (x - y)^2) in dB, x of the first and y of the second network, summed over
    positions and pictures; of a layer over its units too. For equal pictures this is what ONNX Runtime's
    `compute_signal_to_quantization_noice_ratio` gives.

    Attributes
    ----------
    signal, noise : ndarray
        (U,) float64, sums of squares.
    largest : ndarray
        (U,) float64: the largest noise of one picture.
    picture : ndarray
        (U,) int64: which picture that was, -1 without noise.
    """

    signal: np.ndarray
    noise: np.ndarray
    largest: np.ndarray = field(init=False)
    picture: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.largest = np.zeros_like(self.noise)
        self.picture = np.full(len(self.noise), -1, np.int64)

    @classmethod
    def of(cls, units: int) -> Difference:
        """Return one that has seen nothing."""
        return cls(np.zeros(units), np.zeros(units))

    def add(self, x: np.ndarray, y: np.ndarray, picture: int) -> None:
        """Take one picture's values.

        Parameters
        ----------
        x, y : ndarray
            (1, U, ...) float.
        picture : int

        Raises
        ------
        InputMismatch
            The shapes differ, or a value is not finite.
        """
        if x.shape != y.shape:
            raise InputMismatch(f"The layers are {x.shape} and {y.shape} at this picture's size.")
        rows = x.reshape(len(self.signal), -1)
        # Differences of floats are exact enough in their own type; their sums are not.
        apart = rows - y.reshape(len(self.signal), -1)
        signal = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
        noise = np.einsum("ij,ij->i", apart, apart, dtype=np.float64)
        if not (np.isfinite(signal).all() and np.isfinite(noise).all()):
            raise InputMismatch(
                "A layer's value is not finite (NaN or infinity).", "Look at the picture, or at the networks."
            )
        self.signal += signal
        self.noise += noise
        more = noise > self.largest
        self.largest[more] = noise[more]
        self.picture[more] = picture

    @property
    def layer_sqnr(self) -> float:
        """SQNR over all units, in dB."""
        return decibels(float(self.signal.sum()), float(self.noise.sum()))

    @property
    def unit_sqnr(self) -> list[float]:
        """SQNR of each unit, in dB."""
        return [decibels(float(s), float(n)) for s, n in zip(self.signal, self.noise, strict=True)]
