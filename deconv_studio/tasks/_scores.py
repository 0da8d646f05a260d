"""A network's scores for every pixel: fed as the card says, in windows whose logits are blended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from deconv_studio import imaging
from deconv_studio.engine import estimate as estimates
from deconv_studio.engine import memory as memories
from deconv_studio.engine.check import EVEN_INPUT, OutputCheck
from deconv_studio.engine.errors import BadOutput, OutOfMemory
from deconv_studio.engine.keeping import series
from deconv_studio.engine.pictures import as_unit_float, side_factor
from deconv_studio.engine.tiles import GRAIN, SMALLEST, Box, cut, least_tile

from . import _scratch
from ._pixels import LUMA, check_finite
from .base import card_of

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

REACH_LIMIT = 192
"""Radius in pixels up to which windows overlap by the whole receptive field; beyond, most of a window would
be overlap, and what the network sees so far off weighs little."""
RAMP = 32
"""Pixels over which two windows fade into each other, beside what their reach takes."""
STRIP_VALUES = 1 << 22
"""Values of a strip that scores are read by."""


@dataclass(frozen=True, eq=False)
class Scores:
    """What a network says of every pixel, at the size it worked at; read at the picture's size by strips.

    Attributes
    ----------
    values : ndarray
        ``(h, w, C)`` float32: a logit for each class (`kind` "logits"), or the probability of the second of
        two (`kind` "probability", C = 1), or the heat (`kind` "heat", C = 1). May be a map of a scratch file.
    kind : str
    height, width : int
        The picture's.
    classes : int
    distance : ndarray or None
        ``(h, w)`` float32 in [0, 1]: how far inside its thing a pixel is.
    """

    values: np.ndarray
    kind: Literal["logits", "probability", "heat"]
    height: int
    width: int
    classes: int
    distance: np.ndarray | None = None

    def strips(self) -> Iterator[tuple[int, int]]:
        """Rows (first, last + 1) that are small enough to be worked on at once, from top to bottom."""
        rows = max(1, STRIP_VALUES // (self.width * max(self.classes, 1)))
        for top in range(0, self.height, rows):
            yield top, min(top + rows, self.height)

    def raw(self, top: int, bottom: int, left: int = 0, right: int | None = None) -> np.ndarray:
        """Return the network's own values at the picture's size.

        Parameters
        ----------
        top, bottom, left, right : int
            Half-open, in the picture's pixels.

        Returns
        -------
        ndarray
            ``(rows, columns, C)`` float32, bilinear between the network's pixels.
        """
        right = self.width if right is None else right
        return _bilinear(self.values, (self.height, self.width), (top, bottom), (left, right))

    def probabilities(self, top: int, bottom: int, left: int = 0, right: int | None = None) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        top, bottom, left, right : int
            Half-open, in the picture's pixels.

        Returns
        -------
        ndarray
            ``(rows, columns, classes)`` float32 in [0, 1], summing to 1: softmax of the interpolated logits.
        """
        raw = self.raw(top, bottom, left, right)
        if self.kind == "probability":
            own = np.clip(raw, 0, 1)
            return np.concatenate([1 - own, own], axis=2)
        # One class after another: numpy is several times slower over a short last axis.
        largest = raw[:, :, 0].copy()
        for number in range(1, raw.shape[2]):
            np.maximum(largest, raw[:, :, number], out=largest)
        for number in range(raw.shape[2]):
            raw[:, :, number] -= largest
        np.exp(raw, out=raw)
        total = raw[:, :, 0].copy()
        for number in range(1, raw.shape[2]):
            total += raw[:, :, number]
        for number in range(raw.shape[2]):
            raw[:, :, number] /= total
        return raw

    def best(self, top: int, bottom: int) -> np.ndarray:
        """Return the most probable class: ``(rows, W)`` uint8."""
        raw = self.raw(top, bottom)
        if self.kind == "probability":
            return (raw[:, :, 0] >= 0.5).astype(np.uint8)
        return raw.argmax(axis=2).astype(np.uint8)

    def entropy(self, top: int, bottom: int) -> np.ndarray:
        """Return how undecided the network is: ``(rows, W)`` float32, entropy over its maximum, in [0, 1]."""
        p = self.probabilities(top, bottom)
        logs = np.log(np.maximum(p, np.float32(1e-12)))
        result: np.ndarray = np.clip(-(p * logs).sum(axis=2) / np.float32(np.log(self.classes)), 0, 1)
        return result

    def inside(self) -> np.ndarray | None:
        """Return the distance map at the picture's size, ``(H, W)`` float32 in [0, 1], if there is one."""
        if self.distance is None:
            return None
        whole = _bilinear(
            self.distance[:, :, None], (self.height, self.width), (0, self.height), (0, self.width)
        )
        return np.clip(whole[:, :, 0], 0, 1)


def _bilinear(
    values: np.ndarray, size: tuple[int, int], rows: tuple[int, int], columns: tuple[int, int]
) -> np.ndarray:
    """A piece of `values` ``(h, w, C)`` enlarged to `size`, a copy; pixel centres as in OpenCV."""
    if values.shape[:2] == size:
        return np.array(values[slice(*rows), slice(*columns)], np.float32, order="C")
    (first, last, part), (start, stop, share) = (
        _between(values.shape[axis], size[axis], piece) for axis, piece in ((0, rows), (1, columns))
    )
    low, high = int(first.min()), int(last.max()) + 1
    west, east = int(start.min()), int(stop.max()) + 1
    piece = np.asarray(values[low:high, west:east])
    part, share = part[:, None, None], share[None, :, None]
    across = piece[:, start - west] * (1 - share) + piece[:, stop - west] * share
    result: np.ndarray = across[first - low] * (1 - part) + across[last - low] * part
    return result


def _between(small: int, large: int, piece: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For output positions: the two input positions each lies between, and how near the second."""
    at = (np.arange(*piece) + 0.5) * (small / large) - 0.5
    at = np.clip(at, 0, small - 1)
    first = np.floor(at).astype(np.intp)
    return first, np.minimum(first + 1, small - 1), (at - first).astype(np.float32)


def score(picture: Picture, model: Model, control: Control, *, tile: int = 0, tta: bool = False) -> Scores:
    """Run a network on a picture that says something of every pixel.

    Parameters
    ----------
    picture : Picture
        Any size, depth and kind. What is transparent is seen on white.
    model : Model
        Its card's output is logits, a probability or heat.
    control : Control
    tile : int
        Largest height and width fed at once; 0 takes what the memory allows.
    tta : bool
        Average with the mirrored picture.

    Returns
    -------
    Scores

    Raises
    ------
    NotFinite, NoSpace
    EngineError
        The network failed, or gave NaN, infinite or too few channels.
    Cancelled
    """
    card = card_of(model)
    check_finite(picture.pixels, picture.source.name if picture.source else "The picture")
    if picture.icc_profile is not None:
        picture = imaging.to_srgb(picture)
    source = _opaque(picture)
    size = working_size(card, picture.height, picture.width)
    if size != source.shape[:2]:
        resize = imaging.resize_lanczos if card.input.stretch else imaging.resize_bicubic
        source = resize(source, (size[1], size[0]))
    brightest = _brightest(source) if card.input.normalise == "maximum" else 1.0
    classes = len(card.classes)
    kind: Literal["logits", "probability", "heat"] = (
        card.output.kind if card.output.kind in ("probability", "heat") else "logits"  # type: ignore[assignment]
    )
    channels = (classes if kind == "logits" else 1) + (card.instances is not None)
    check, speed = OutputCheck(model.name), estimates.SpeedMeter(model)

    def piece(pixels: np.ndarray) -> np.ndarray:
        fed = np.clip(as_unit_float(pixels), 0, 1)
        if brightest != 1:
            fed = fed / np.float32(brightest)
        fed = _channels(fed, card.input.channels)
        started = time.perf_counter()
        result = model.infer(fed, control)
        if result.shape != (*fed.shape[:2], channels):
            needing = f"{classes} classes need" if kind == "logits" else f"{kind} needs"
            raise BadOutput(
                f"{model.name} made {result.shape} of {fed.shape}; {needing} {(*fed.shape[:2], channels)}.",
                "Correct classes, output or instances in the model's card.",
            )
        if tta:
            mirrored = model.infer(np.ascontiguousarray(fed[:, ::-1]), control)
            result = (result + mirrored[:, ::-1]) * np.float32(0.5)
        speed.add(fed.shape[0] * fed.shape[1] * (2 if tta else 1), time.perf_counter() - started)
        check.add(fed, result)
        return result

    values = blended(source, piece, channels, model, tile, control)
    speed.finish()
    if card.output.kind == "logits":
        check.finish()
    if card.output.normalise == "minmax" and _spread(source) > EVEN_INPUT:
        # What an even picture gives is noise, which stretching would make a subject.
        low, high = float(values.min()), float(values.max())
        if high - low > 1e-6:
            values = (values - np.float32(low)) / np.float32(high - low)
    if values.shape[0] > picture.height or values.shape[1] > picture.width:
        values = _reduced(values, picture.height, picture.width)
    distance = values[:, :, -1] if card.instances is not None else None
    return Scores(
        values[:, :, :-1] if distance is not None else values,
        kind,
        picture.height,
        picture.width,
        classes,
        distance,
    )


def working_size(card: Card, height: int, width: int) -> tuple[int, int]:
    """The size (height, width) a picture is fed at.

    Parameters
    ----------
    card : Card
    height, width : int
        The picture's.
    """
    spec = card.input
    if spec.stretch and spec.fixed_size is not None:
        return spec.fixed_size
    if spec.working_side is None:
        return height, width
    factor = side_factor(spec.working_side, height, width)
    return max(1, round(height * factor)), max(1, round(width * factor))


def _opaque(picture: Picture) -> np.ndarray:
    """The colours ``(H, W, 1 or 3)`` in the picture's dtype, on white where there is transparency."""
    if not picture.has_alpha:
        return picture.color
    color, alpha = picture.color, picture.alpha
    assert alpha is not None  # it has alpha
    out = _scratch.room(color.shape, color.dtype)
    top = 1.0 if color.dtype.kind == "f" else float(np.iinfo(color.dtype).max)
    for row in range(0, picture.height, 256):
        rows = slice(row, row + 256)
        share = np.clip(alpha[rows].astype(np.float32) / np.float32(top), 0, 1)
        mixed = color[rows] * share + np.float32(top) * (1 - share)
        out[rows] = mixed if color.dtype.kind == "f" else np.rint(mixed)
    return out


def _brightest(source: np.ndarray) -> float:
    top = float(source.max())
    largest = 1.0 if source.dtype.kind == "f" else float(np.iinfo(source.dtype).max)
    # A black picture stays black.
    return top / largest if top > 0 else 1.0


def _spread(source: np.ndarray) -> float:
    largest = 1.0 if source.dtype.kind == "f" else float(np.iinfo(source.dtype).max)
    low, high = source.min(axis=(0, 1)), source.max(axis=(0, 1))
    return float((high.astype(np.float64) - low).max()) / largest


def _channels(values: np.ndarray, wanted: int) -> np.ndarray:
    """Gray to three equal channels, or colours to their luma (BT.601), as the network needs."""
    if values.shape[2] == wanted:
        return values
    return np.repeat(values, 3, axis=2) if wanted == 3 else (values @ LUMA)[:, :, None]


def _reduced(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scores of a small picture that was enlarged for the network, back at its own size."""
    return imaging.resize_bicubic(np.ascontiguousarray(values), (width, height))


def blended(
    source: np.ndarray,
    function: Callable[[np.ndarray], np.ndarray],
    channels: int,
    model: Model,
    tile: int,
    control: Control,
) -> np.ndarray:
    """Run `function` on overlapping windows and fade their values into each other.

    Where windows overlap by the receptive field and more, nothing that a window's edge has changed is used,
    and the values are those of the whole picture. Where the field is wider than `REACH_LIMIT`, the outer
    quarter of an overlap is not used, and the values are near the whole picture's.

    Parameters
    ----------
    source : ndarray
        ``(H, W, c)``; may be a memory map.
    function : callable
        Takes ``(h, w, c)`` and gives ``(h, w, channels)`` float32.
    channels : int
    model : Model
        Whose card says which sizes it takes.
    tile : int
        0 takes what the memory allows.
    control : Control

    Returns
    -------
    ndarray
        ``(H, W, channels)`` float32.

    Raises
    ------
    OutOfMemory
        Even the smallest window does not fit.
    Cancelled
    """
    card = card_of(model)
    spec = card.input
    halo = min(card.output.receptive_field, REACH_LIMIT)
    limit = memories.tile_size(model, tile or window_side(model))
    while True:
        try:
            return _run_windows(source, function, channels, card, halo, limit, control)
        except (OutOfMemory, MemoryError) as error:
            least = max(least_tile(0, spec.size_multiple, spec.minimum), SMALLEST)
            smaller = limit // 2 // GRAIN * GRAIN
            if spec.fixed_size is not None or smaller < least:
                reason = error.message if isinstance(error, OutOfMemory) else "The memory was not enough."
                raise OutOfMemory(f"{reason} Windows of {limit} pixels are the smallest possible.") from error
            limit = smaller
            memories.remember_limit(model, limit)


def window_side(model: Model) -> int:
    """The side of a window that the memory allows, in the network's input pixels."""
    card = card_of(model)
    near = card.output.model_copy(update={"receptive_field": min(card.output.receptive_field, REACH_LIMIT)})
    return memories.tile_for(card.model_copy(update={"output": near}), model.cost(), model.memory)


@dataclass(frozen=True)
class Window:
    """A window along one axis: where it starts, and how much each of its pixels counts."""

    start: int
    weights: np.ndarray


def windows(
    length: int, side: int, halo: int, reach: int, multiple: int, minimum: int, fixed: int | None = None
) -> tuple[list[Window], int]:
    """Cover one axis with windows whose weights sum to 1 at every pixel.

    Parameters
    ----------
    length : int
        Of the picture.
    side : int
        Largest window.
    halo : int
        Pixels at a window's inner edges that count nothing where there is room, at most `reach`.
    reach : int
        The receptive radius.
    multiple, minimum, fixed
        Sizes the network takes.

    Returns
    -------
    list of Window
        From left to right; starts are multiples of `multiple`.
    int
        The size of every window.
    """
    padded = -(-max(length, minimum) // multiple) * multiple
    if fixed is not None:
        side, multiple = fixed, multiple if fixed % multiple == 0 else 1
        padded = max(fixed, -(-length // multiple) * multiple)
    side = max(side // multiple * multiple, -(-minimum // multiple) * multiple)
    if padded <= side:
        size = fixed if fixed is not None else padded
        return [Window(0, np.ones(size, np.float32))], size
    overlap = min(2 * halo + RAMP, side // 2)
    step = max((side - overlap) // multiple * multiple, multiple)
    starts = [*range(0, padded - side, step), padded - side]
    total = np.zeros(padded, np.float32)
    found = []
    for number, start in enumerate(starts):
        weight = np.ones(side, np.float32)
        if number > 0:
            weight *= _rise(side, starts[number - 1] + side - start, reach)
        if number < len(starts) - 1:
            weight *= _rise(side, start + side - starts[number + 1], reach)[::-1]
        total[start : start + side] += weight
        found.append(Window(start, weight))
    return [Window(w.start, w.weights / total[w.start : w.start + side]) for w in found], side


def _rise(side: int, overlap: int, reach: int) -> np.ndarray:
    """Weights that rise from 0 at a window's edge to 1 at the end of its overlap."""
    dead = reach if 2 * reach < overlap else overlap // 4
    at = np.arange(side, dtype=np.float32) + np.float32(0.5)
    rise: np.ndarray = np.clip((at - dead) / np.float32(overlap - 2 * dead), 0, 1)
    return rise


def _run_windows(
    source: np.ndarray,
    function: Callable[[np.ndarray], np.ndarray],
    channels: int,
    card: Card,
    halo: int,
    limit: int,
    control: Control,
) -> np.ndarray:
    spec, reach = card.input, card.output.receptive_field
    height, width = source.shape[:2]
    fixed = spec.fixed_size or (None, None)
    rows, high = windows(height, limit, halo, reach, spec.size_multiple, spec.minimum, fixed[0])
    columns, wide = windows(width, limit, halo, reach, spec.size_multiple, spec.minimum, fixed[1])
    count = len(rows) * len(columns)
    if count == 1:
        control.raise_if_cancelled()
        whole = function(cut(source, Box(0, high, 0, wide)))[:height, :width]
        control.progress(1.0, "")
        return np.ascontiguousarray(whole)
    out = _scratch.room((height, width, channels), np.dtype(np.float32))
    out[...] = 0
    # Rows of values, not of pixels: numpy is slow over a short last axis.
    lines = out.reshape(height, width * channels)
    done = 0
    with series() as running:
        for row in rows:
            for column in columns:
                control.raise_if_cancelled()
                done += 1
                running.more = done < count
                box = Box(row.start, row.start + high, column.start, column.start + wide)
                result = function(cut(source, box))
                view = lines[box.top : box.bottom, box.left * channels : box.right * channels]
                result = result.reshape(high, wide * channels)[: view.shape[0], : view.shape[1]]
                across = np.repeat(column.weights, channels)[: view.shape[1]]
                view += result * np.outer(row.weights[: view.shape[0]], across)
                control.progress(done / count, f"Tile {done} of {count}")
    return out


def card_of_subject(subject: Model | Entry | Card) -> Card:
    """The card of whatever is at hand of a model."""
    from deconv_studio.catalog import Card as CardType
    from deconv_studio.engine.session import Model as ModelType

    if isinstance(subject, ModelType):
        return card_of(subject)
    return subject if isinstance(subject, CardType) else subject.card


def estimated(
    source: Picture | Header,
    subject: Model | Entry | Card,
    *,
    values: int,
    tile: int,
    provider: str,
    memory: int | None,
) -> tuple[estimates.Estimate, int]:
    """Say what `score` will take, without running it.

    Parameters
    ----------
    source : Picture or Header
    subject : Model, Entry or Card
    values : int
        Kept for each of the network's pixels, float32.
    tile : int
    provider : str
    memory : int, optional

    Returns
    -------
    Estimate
        The engine's.
    int
        Bytes the kept values take.
    """
    from deconv_studio.engine.session import Model as ModelType

    card = card_of_subject(subject)
    height, width = working_size(card, source.height, source.width)
    near = card.output.model_copy(update={"receptive_field": min(card.output.receptive_field, REACH_LIMIT)})
    known = estimates.estimate(
        card.model_copy(update={"output": near}),
        height,
        width,
        tile=tile,
        provider=subject.provider if isinstance(subject, ModelType) else provider,
        threads=subject.threads if isinstance(subject, ModelType) else None,
        memory_budget=subject.memory if isinstance(subject, ModelType) else memory,
    )
    return known, height * width * values * 4
