"""Two views that are no projection to pixels: Grad-CAM (where a unit's cause is) and occlusion (what it
needs)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from deconv_studio.engine.control import Control
from deconv_studio.lens.errors import UnitMissing
from deconv_studio.lens.reconstruct import Lens, Look


def class_activation_map(
    lens: Lens,
    look: Look,
    layer: str,
    output: str,
    unit: int,
    at: tuple[int, ...] = (),
    *,
    kind: Literal["gradcam", "layercam"] = "gradcam",
    control: Control | None = None,
) -> np.ndarray:
    """Return where in a layer the evidence for a unit above it is.

    Parameters
    ----------
    lens : Lens
    look : Look
    layer : str
        A layer with maps, usually the last convolution.
    output : str
        The layer of the unit, usually the class scores (of a Softmax, the scores below it are taken).
    unit : int
        The class.
    at : tuple of int
        Position of the unit; empty for scores without a map.
    kind : {"gradcam", "layercam"}
        ``gradcam``: relu of the maps weighted with their mean gradients (Selvaraju et al. 2017, equations
        1 and 2).
        ``layercam``: each value weighted with its own positive gradient (Jiang et al. 2021).
    control : Control, optional

    Returns
    -------
    ndarray
        (H, W) float32, not negative, at the layer's size.

    Raises
    ------
    UnitMissing
        The layer has no maps.
    TensorMissing, NotFromPicture, UnsupportedOperator, Cancelled
    """
    maps = lens.activation(look, layer, control)[0]
    if maps.ndim != 3:
        raise UnitMissing(f"The layer {layer!r} has no maps.", "Choose a convolution or a pool.")
    found = lens.reconstruct(
        look, output, unit, at, method="gradient", value="one", since=layer, control=control
    )
    gradient = found.full()
    weights = gradient.mean(axis=(1, 2), keepdims=True) if kind == "gradcam" else np.maximum(gradient, 0)
    return np.maximum((weights * maps).sum(axis=0), 0)


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How a unit's activation falls as a patch moves over the picture (Zeiler and Fergus 2014, figure 7).

    Attributes
    ----------
    drop : ndarray
        (rows, columns) float32: activation without the patch minus activation with it; zero where the patch
        does not touch the unit's receptive field.
    boxes : list of list of ((int, int), (int, int))
        Where each patch lies: (top, bottom), (left, right).
    activation : float
        Without any patch.
    runs : int
        Forward passes that were needed.
    """

    drop: np.ndarray
    boxes: list[list[tuple[tuple[int, int], tuple[int, int]]]]
    activation: float
    runs: int


def occlude(
    lens: Lens,
    look: Look,
    layer: str,
    unit: int,
    at: tuple[int, ...],
    *,
    window: int = 16,
    stride: int = 8,
    fill: float | None = None,
    control: Control | None = None,
) -> Occlusion:
    """Cover the picture patch by patch and watch a unit.

    Parameters
    ----------
    lens : Lens
    look : Look
        Of a picture (1, C, H, W).
    layer : str
    unit : int
    at : tuple of int
    window, stride : int
        Side of the patch and its step, in pixels.
    fill : float, optional
        Value of the patch in the network's input space; each channel's mean over the picture if not given.
    control : Control, optional
        Told the progress.

    Returns
    -------
    Occlusion

    Raises
    ------
    UnitMissing, TensorMissing, Cancelled
    """
    graph = look.graph
    name = graph.find(layer)
    box = lens.receptive_field(graph, name, at)
    activation = lens.activation(look, name, control)
    if not 0 <= unit < activation.shape[1]:
        raise UnitMissing(
            f"The layer {name!r} has no unit {unit}.", f"Its units are 0 to {activation.shape[1] - 1}."
        )
    before = float(activation[(0, unit, *at)])
    height, width = look.picture.shape[2:]
    tops = _steps(height, window, stride)
    lefts = _steps(width, window, stride)
    boxes = [
        [((top, min(top + window, height)), (left, min(left + window, width))) for left in lefts]
        for top in tops
    ]
    colour = look.picture.mean(axis=(0, 2, 3), keepdims=True)[0] if fill is None else np.float32(fill)
    drop = np.zeros((len(tops), len(lefts)), np.float32)
    touched = [
        (i, j)
        for i, row in enumerate(boxes)
        for j, spans in enumerate(row)
        if all(a < stop and start < b for (a, b), (start, stop) in zip(spans, box[2:], strict=True))
    ]
    for count, (i, j) in enumerate(touched):
        if control is not None:
            control.raise_if_cancelled()
            control.progress(count / len(touched), f"patch {count + 1} of {len(touched)}")
        covered = look.picture.copy()
        rows, columns = boxes[i][j]
        covered[0, :, slice(*rows), slice(*columns)] = colour
        value = lens.look(covered, [name], (), control).values[name]
        drop[i, j] = before - float(value[(0, unit, *at)])
    return Occlusion(drop, boxes, before, len(touched))


def _steps(size: int, window: int, stride: int) -> list[int]:
    if window < 1 or stride < 1:
        raise UnitMissing(f"A patch of {window} with step {stride} covers nothing.", "Both are at least 1.")
    last = max(0, size - window)
    steps = list(range(0, last + 1, stride))
    return steps if steps[-1] == last else [*steps, last]


def verify_by_occlusion(
    lens: Lens,
    look: Look,
    layer: str,
    unit: int,
    at: tuple[int, ...],
    *,
    share: float = 0.5,
    method: str = "deconvnet",
    seed: int = 0,
    control: Control | None = None,
) -> tuple[float, float]:
    """Do the paper's own test: cover what the reconstruction shows, and then as many pixels it does not show.

    Parameters
    ----------
    lens, look, layer, unit, at, control
        As for `occlude`.
    share : float
        Share of the pixels of the receptive field that is covered.
    method : str
        The rule under test.
    seed : int
        Of the choice among equal pixels.

    Returns
    -------
    shown, hidden : float
        Drop of the activation, relative to it, when the strongest and when the weakest pixels of the
        reconstruction are covered. A reconstruction that shows the cause has `shown` above `hidden`.
    """
    found = lens.reconstruct(look, layer, unit, at, method=method, value="one", control=control)
    strength = np.abs(found.patch).sum(axis=0)
    # Equal pixels (most are zero) are covered in no particular order.
    jitter = np.random.default_rng(seed).permutation(strength.size)
    order = np.lexsort((jitter, -strength.ravel()))
    count = max(1, int(share * strength.size))
    colour = look.picture.mean(axis=(2, 3))[0]
    name = look.graph.find(layer)
    before = float(lens.activation(look, name, control)[(0, unit, *at)])
    drops = []
    for chosen in (order[:count], order[-count:]):
        covered = look.picture.copy()
        rows, columns = np.unravel_index(chosen, strength.shape)
        covered[0, :, rows + found.box[2][0], columns + found.box[3][0]] = colour
        value = lens.look(covered, [name], (), control).values[name]
        drops.append((before - float(value[(0, unit, *at)])) / (abs(before) or 1.0))
    return drops[0], drops[1]
