"""The strongest positions of every unit over many pictures: a running top-k that keeps numbers, not
pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from onnx import helper

from deconv_studio.lens.errors import InputMismatch
from deconv_studio.lens.runtime import open_session, run_session

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.lens.graph import Graph

NINE = 9
"""Patches a unit (Zeiler and Fergus 2014, figure 2)."""


class Forward:
    """A network up to some layers, in one session for pictures of any size it takes.

    Parameters
    ----------
    graph : Graph
        At whatever size; a size that the file leaves open stays open.
    layers : sequence of str
    threads : int, optional

    Attributes
    ----------
    layers : tuple of str
        Their tensors' names.

    Raises
    ------
    TensorMissing, GraphInvalid
    """

    def __init__(self, graph: Graph, layers: Sequence[str], *, threads: int | None = None) -> None:
        self.layers = tuple(graph.find(layer) for layer in layers)
        self._image = graph.image
        outputs = [
            helper.make_tensor_value_info(name, graph.element_type(name), None) for name in self.layers
        ]
        model = graph.fixed_model(outputs, nodes=graph.ancestors(self.layers))
        declared = next(item for item in graph.model.graph.input if item.name == graph.image)
        model.graph.input[0].CopyFrom(declared)
        self._session = open_session(model, threads=threads)

    def run(self, picture: np.ndarray, control: Control | None = None) -> dict[str, np.ndarray]:
        """Return the layers' values.

        Parameters
        ----------
        picture : ndarray
            (1, C, H, W) float32 in the network's input space.
        control : Control, optional

        Returns
        -------
        dict of str to ndarray
            (1, units, ...) by tensor name.

        Raises
        ------
        RunFailed, Cancelled
        """
        return run_session(self._session, self.layers, {self._image: picture}, control)


def peaks(activation: np.ndarray, units: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return every unit's highest value and where it is; the first of equals.

    Parameters
    ----------
    activation : ndarray
        (1, units, ...) float.
    units : ndarray, optional
        (U,) int; all if not given.

    Returns
    -------
    values : ndarray
        (U,) float32.
    places : ndarray
        (U, D) int32: indices on the axes behind that of the units; D is 0 for scores.

    Raises
    ------
    InputMismatch
        The layer's value is not finite, or is empty.
    """
    value = activation[0]
    shape = value.shape[1:]
    flat = value.reshape(value.shape[0], -1)
    if units is not None and len(units) != len(flat):
        flat = flat[units]
    if flat.shape[1] == 0:
        raise InputMismatch("The layer has no position at this picture's size.", "Enlarge the picture.")
    index = flat.argmax(axis=1)
    highest = flat[np.arange(len(flat)), index].astype(np.float32)
    # A NaN is its row's argmax, so that the peaks alone tell.
    if not np.isfinite(highest).all():
        raise InputMismatch(
            "The layer's value is not finite (NaN or infinity).", "Look at the picture, or at the network."
        )
    places = np.stack(np.unravel_index(index, shape), axis=1) if shape else np.zeros((len(flat), 0))
    return highest, places.astype(np.int32)


class Strongest:
    """The `count` strongest pictures of every unit so far, one position a picture.

    Its size depends on units and `count`, not on how many pictures were added.

    Parameters
    ----------
    units : int
    dimensions : int
        Axes of a position: 2 on a map, 0 for scores.
    count : int

    Attributes
    ----------
    values : ndarray
        (U, K) float32, strongest first; -inf where there is none yet.
    pictures : ndarray
        (U, K) int64: number of the picture; -1 where there is none.
    places : ndarray
        (U, K, D) int32.
    """

    def __init__(self, units: int, dimensions: int, count: int = NINE) -> None:
        self.values = np.full((units, count), -np.inf, np.float32)
        self.pictures = np.full((units, count), -1, np.int64)
        self.places = np.zeros((units, count, dimensions), np.int32)

    def add(self, values: np.ndarray, places: np.ndarray, picture: int) -> int:
        """Take one picture's peaks.

        A value of exactly zero is passed over: the unit does not answer to that picture, and nothing of it
        could be projected back. Of equal values the earlier picture stays in front.

        Parameters
        ----------
        values : ndarray
            (U,) float32.
        places : ndarray
            (U, D) int.
        picture : int

        Returns
        -------
        int
            Units that took it.
        """
        rows = np.flatnonzero((values > self.values[:, -1]) & (values != 0))
        if not rows.size:
            return 0
        fresh = values[rows, None]
        kept = np.concatenate([self.values[rows], fresh], axis=1)
        # Stable, and the new value stands last, so equals keep their order of arrival.
        order = np.argsort(-kept, axis=1, kind="stable")[:, :-1]
        numbers = np.concatenate([self.pictures[rows], np.full_like(fresh, picture, np.int64)], axis=1)
        spots = np.concatenate([self.places[rows], places[rows, None].astype(np.int32)], axis=1)
        self.values[rows] = np.take_along_axis(kept, order, axis=1)
        self.pictures[rows] = np.take_along_axis(numbers, order, axis=1)
        self.places[rows] = np.take_along_axis(spots, order[:, :, None], axis=1)
        return int(rows.size)

    def winners(self, rows: Sequence[int] | np.ndarray) -> dict[int, list[tuple[int, int]]]:
        """Return which places of the given rows each picture holds: picture to (row, rank), by row and
        rank."""
        found: dict[int, list[tuple[int, int]]] = {}
        for row in rows:
            for rank, picture in enumerate(self.pictures[row]):
                if picture >= 0:
                    found.setdefault(int(picture), []).append((int(row), rank))
        return found
