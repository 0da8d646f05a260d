"""A whole network looked over for checkerboards, at a size and in a range it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.lens.checkerboard import Examination
    from deconv_studio.lens.graph import Graph

# Sides at which a network that takes any size is tried, the first that it takes.
_SIDES = (48, 64, 96, 128, 224, 256)
# Side of the cut from the middle of the result that is shown.
_SHOWN = 48


@dataclass(frozen=True, eq=False)
class Look:
    """A network's checkerboards, and what they look like.

    Attributes
    ----------
    name : str
        The card's id, or the file's name.
    input_shape : tuple of int
        What it was fed noise of.
    found : Examination
    cut : ndarray or None
        (h, w) float64: the middle of the result's first channel, less its mean; None where the result is no
        map.
    frequencies, spectrum : ndarray
        (F,) float64: cycles a pixel from 0 to 1/2 without 0, and the amplitudes along a row, 1 the largest;
        empty where the result is no map.
    stride : int
        By how much all upsampling layers enlarge together; 1 without one.
    """

    name: str
    input_shape: tuple[int, ...]
    found: Examination
    cut: np.ndarray | None
    frequencies: np.ndarray
    spectrum: np.ndarray
    stride: int


def open_network(path: Path, card: Card | None) -> Graph:
    """Open a network at a size it takes.

    Parameters
    ----------
    path : Path
        An .onnx file.
    card : Card, optional
        Says what sizes and channels it takes.

    Raises
    ------
    LensError
    """
    from deconv_studio.lens.errors import InputMismatch, LensError
    from deconv_studio.lens.graph import Graph, load_model, with_constants

    from .base import constants_of

    model, sha256 = load_model(path)
    model = with_constants(model, constants_of(card))
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in stored]
    sizes = [dim.dim_value for dim in inputs[0].type.tensor_type.shape.dim] if inputs else []
    if len(inputs) != 1 or all(sizes[1:]):
        return Graph(model, sha256=sha256)  # it has its size, or says what is wrong with its inputs
    if len(sizes) != 4:
        raise InputMismatch(
            f"{path.name} leaves the size of {inputs[0].name!r} open, and it is no picture.",
            "Export it with a fixed size.",
        )
    last = card is not None and card.input.layout == "NHWC"
    channels = card.input.channels if card is not None else (sizes[1] or 3)
    multiple = card.input.size_multiple if card is not None else 1
    first: LensError | None = None
    for side in _SIDES:
        side = -(-max(side, card.input.minimum if card is not None else 1) // multiple) * multiple
        wanted = (1, side, side, channels) if last else (1, channels, side, side)
        try:
            return Graph(
                model, size=[have or want for have, want in zip(sizes, wanted, strict=True)], sha256=sha256
            )
        except LensError as error:
            first = first or error
    raise first or InputMismatch(f"{path.name} takes none of the sizes tried.")


def noise_in_range(graph: Graph, card: Card | None, seed: int) -> np.ndarray:
    """Return what a network is examined with, in the range its card says it is fed in.

    Parameters
    ----------
    graph : Graph
    card : Card, optional
    seed : int

    Returns
    -------
    ndarray
        float32 of the input's shape.
    """
    import numpy as np

    from deconv_studio.lens.checkerboard import noise_for

    noise = noise_for(graph, seed)
    if card is not None and card.latent is not None:
        if card.latent.distribution == "uniform":
            noise = np.random.default_rng(seed).uniform(-1, 1, noise.shape).astype(np.float32)
        return noise
    if card is None or len(noise.shape) != 4 or min(noise.shape[2:]) < 2:
        return noise
    low, high = card.input.range
    shape = (1, 1, 1, -1) if card.input.layout == "NHWC" else (1, -1, 1, 1)
    mean, std = (np.array(values, np.float32).reshape(shape) for values in (card.input.mean, card.input.std))
    return ((noise * np.float32(high - low) + np.float32(low) - mean) / std).astype(np.float32)


def look_over(control: Control, path: Path, card: Card | None = None, seed: int = 0) -> Look:
    """Examine a network and take the spectrum of its result.

    Parameters
    ----------
    control : Control
    path : Path
        An .onnx file.
    card : Card, optional
    seed : int
        Of the noise.

    Raises
    ------
    LensError, Cancelled
    """
    import numpy as np

    from deconv_studio.lens.checkerboard import examine

    graph = open_network(path, card)
    control.raise_if_cancelled()
    found = examine(graph, noise_in_range(graph, card, seed), control)
    result = found.result
    stride = 1
    if result is not None and result.ndim == 4:
        # Layers beside each other do not add up, so the sizes are asked and not the strides multiplied.
        sizes = ((layer.stride, graph.shape(layer.layer)[2]) for layer in found.layers)
        stride = max(round(step * result.shape[2] / size) for step, size in sizes)
    if result is None or result.ndim != 4 or min(result.shape[2:]) < 2 * max(2, stride):
        empty = np.zeros(0)
        return Look(_name(path, card), graph.image_shape, found, None, empty, empty, stride)
    plane = result[0, 0].astype(np.float64)
    side = plane.shape[1] // stride * stride
    row = plane[:, :side].mean(axis=0)
    amplitude = np.abs(np.fft.rfft(row - row.mean()))[1:]
    top, left = ((size - min(size, _SHOWN)) // 2 for size in plane.shape)
    cut = plane[top : top + _SHOWN, left : left + _SHOWN]
    return Look(
        _name(path, card),
        graph.image_shape,
        found,
        cut - cut.mean(),
        np.fft.rfftfreq(side)[1:],
        amplitude / max(float(amplitude.max()), 1e-30),
        stride,
    )


def _name(path: Path, card: Card | None) -> str:
    return card.id if card is not None else path.name
