"""Two networks, or one and its 8-bit form, on the same pictures: how far apart each layer and unit is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import ModelUnfit
from .inspect import Inspector, signed_view

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.lens.reconstruct import Look, Reconstruction

FORMULA = "SQNR = 10 log10(sum x^2 / sum (x - y)^2) dB; x of A, y of B, over positions and pictures"
_WORST = 12
_WORST_OF_A_LAYER = 2
# A unit that carries less than this share of its layer's mean energy says nothing by being different.
_FAINT = 1e-3


@dataclass(frozen=True)
class LayerDifference:
    """A pair of layers.

    Attributes
    ----------
    a, b : str
        Tensor names in the two networks.
    op : str
    by : str
        "quantisation", "name" or "order": what they were matched by.
    sqnr : float
        In dB; inf where the values are equal.
    units : tuple of float
        SQNR of each unit.
    """

    a: str
    b: str
    op: str
    by: str
    sqnr: float
    units: tuple[float, ...]

    def record(self) -> dict[str, Any]:
        """Return it JSON-able; an SQNR without noise is None, `equal` says so."""
        return {
            "a": self.a,
            "b": self.b,
            "operator": self.op,
            "matched_by": self.by,
            "sqnr_db": _finite(self.sqnr),
            "equal": self.sqnr == math.inf,
            "units_sqnr_db": [_finite(value) for value in self.units],
        }


@dataclass(frozen=True, eq=False)
class WorstUnit:
    """A unit that differs most, where it does.

    Attributes
    ----------
    layer : str
        In A.
    unit : int
    sqnr : float
    file : str
        The picture with most of the difference.
    at : tuple of int
        Where A's unit is strongest in it.
    maps : tuple of ndarray
        (H, W, 1) uint8: the unit's map in A, in B, and A less B by its own gain; neutral 128. Empty for
        scores.
    patch : ndarray or None
        (h, w, C) uint8: what of the picture is under the receptive field.
    back : tuple of ndarray
        (h, w, C) uint8: the reconstructions from A and from B, by one gain; empty where there is none.
    note : str
        Why there is none.
    """

    layer: str
    unit: int
    sqnr: float
    file: str
    at: tuple[int, ...]
    maps: tuple[np.ndarray, ...]
    patch: np.ndarray | None
    back: tuple[np.ndarray, ...]
    note: str = ""


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None


class Comparing:
    """Two networks being compared: every picture once through both, then the worst units.

    Parameters
    ----------
    a, b : Inspector
        Each prepares pictures in its own way.

    Attributes
    ----------
    pairs : list of Pair
    alone : tuple of int
        Layers of A and of B without a counterpart.
    files : list of str
        Pictures that were added.

    Raises
    ------
    ModelUnfit
        The networks have no layer in common.
    LensError
    """

    def __init__(self, a: Inspector, b: Inspector) -> None:
        from deconv_studio.lens.atlas import Forward
        from deconv_studio.lens.compare import Difference, align

        self.a, self.b = a, b
        graphs = tuple(one.lens.graph(one._shape(None)) for one in (a, b))
        self.pairs = align(*graphs)
        if not self.pairs:
            raise ModelUnfit(
                f"{a.name} and {b.name} have no layer in common: no names, and no shapes in the same order.",
                "Compare networks of the same build.",
            )
        self.alone = (
            len(graphs[0].layers()) - len(self.pairs),
            len([layer for layer in graphs[1].layers() if "QuantizeLinear" not in layer.op])
            - sum("QuantizeLinear" not in graphs[1].producer[pair.b].op for pair in self.pairs),
        )
        self._forward = (
            Forward(graphs[0], [pair.a for pair in self.pairs], threads=a.threads),
            Forward(graphs[1], [pair.b for pair in self.pairs], threads=b.threads),
        )
        # Of a network of any size, both look at what the one with less room can.
        self._most = min(a.most_pixels(), b.most_pixels())
        self._differences = [Difference.of(pair.shape[1]) for pair in self.pairs]
        self.files: list[str] = []

    def prepare(self, picture: Picture) -> tuple[np.ndarray, np.ndarray]:
        """Make a picture ready for both."""
        return self.a.prepare(picture, self._most)[0], self.b.prepare(picture, self._most)[0]

    def add(self, feeds: tuple[np.ndarray, np.ndarray], file: str, control: Control | None = None) -> None:
        """Take one picture; nothing of it is kept.

        Raises
        ------
        LensError, Cancelled
        """
        ours = self._forward[0].run(feeds[0], control)
        theirs = self._forward[1].run(feeds[1], control)
        for pair in self.pairs:
            if ours[pair.a].shape != theirs[pair.b].shape:
                raise ModelUnfit(
                    f"{pair.a} is {ours[pair.a].shape} in A and {theirs[pair.b].shape} in B at this size.",
                    "Compare networks that take the same picture size.",
                )
        for pair, difference in zip(self.pairs, self._differences, strict=True):
            difference.add(ours[pair.a], theirs[pair.b], len(self.files))
        self.files.append(file)

    def layers(self) -> list[LayerDifference]:
        """Return every pair's difference so far, in the order of A."""
        return [
            LayerDifference(
                pair.a, pair.b, pair.op, pair.by, difference.layer_sqnr, tuple(difference.unit_sqnr)
            )
            for pair, difference in zip(self.pairs, self._differences, strict=True)
        ]

    def worst(self) -> list[tuple[int, int]]:
        """Return the units that differ most: (index of the pair, unit), the worst first, two of a layer."""
        found: list[tuple[float, int, int]] = []
        for index, (pair, difference) in enumerate(zip(self.pairs, self._differences, strict=True)):
            loud = difference.signal >= _FAINT * max(float(difference.signal.mean()), 1e-30)
            sqnr = difference.unit_sqnr
            ranked = sorted(
                (sqnr[unit], unit)
                for unit in range(pair.shape[1])
                if loud[unit] and difference.noise[unit] > 0
            )
            found.extend((value, index, unit) for value, unit in ranked[:_WORST_OF_A_LAYER])
        return [(index, unit) for _, index, unit in sorted(found)[:_WORST]]

    def file_of(self, index: int, unit: int) -> str:
        """Return the picture with most of a unit's difference."""
        return self.files[int(self._differences[index].picture[unit])]

    def show(self, index: int, unit: int, picture: Picture, control: Control | None = None) -> WorstUnit:
        """Return a unit's maps and reconstructions in one picture.

        Raises
        ------
        LensError, Cancelled
        """
        import numpy as np

        from deconv_studio.lens.errors import LensError

        pair, difference = self.pairs[index], self._differences[index]
        feeds = self.prepare(picture)
        looks = [
            one.lens.look(feed, [layer], (), control)
            for one, feed, layer in zip((self.a, self.b), feeds, (pair.a, pair.b), strict=True)
        ]
        planes = [
            one.lens.activation(look, layer, control)[0, unit]
            for one, look, layer in zip((self.a, self.b), looks, (pair.a, pair.b), strict=True)
        ]
        at = tuple(int(place) for place in np.unravel_index(int(planes[0].argmax()), planes[0].shape))
        maps: tuple[np.ndarray, ...] = ()
        if planes[0].ndim == 2:
            both = signed_view(np.concatenate(planes)[None])  # one gain for both
            high = planes[0].shape[0]
            maps = (both[:high], both[high:], signed_view((planes[0] - planes[1])[None]))
        patch: np.ndarray | None = None
        back: tuple[np.ndarray, ...] = ()
        note = ""
        try:
            rule = self.a.lens.default_method(looks[0].graph, pair.a)
            values, box = self._back(self.a, looks[0], pair.a, unit, at, rule, control)
            other, _ = self._back(self.b, looks[1], pair.b, unit, at, rule, control)
        except LensError as error:
            note = str(error)
        else:
            seen = self.a.prepare(picture, self._most)[1]
            patch = seen.pixels[slice(*box[0]), slice(*box[1])]
            if values.shape == other.shape:
                view = signed_view(np.concatenate((values, other), axis=1))
                back = (view[: values.shape[1]], view[values.shape[1] :])
        return WorstUnit(
            pair.a, unit, difference.unit_sqnr[unit], self.file_of(index, unit), at, maps, patch, back, note
        )

    @staticmethod
    def _back(
        inspector: Inspector,
        look: Look,
        layer: str,
        unit: int,
        at: tuple[int, ...],
        rule: str,
        control: Control | None,
    ) -> tuple[np.ndarray, tuple[tuple[int, int], tuple[int, int]]]:
        """Return a reconstruction (C, h, w) and its box; of a unit that is zero there, zeros."""
        from deconv_studio.lens.errors import ZeroSeed

        def project(value: str) -> Reconstruction:
            return inspector.lens.reconstruct(
                look, layer, unit, at, method=rule, value=value, control=control
            )

        try:
            found, scale = project("activation"), 1.0
        except ZeroSeed:
            found, scale = project("one"), 0.0
        last = inspector.preparation.channels_last
        rows, columns = found.box[1:3] if last else found.box[2:4]
        values = found.patch.transpose(2, 0, 1) if last else found.patch
        return values * scale, (rows, columns)


def eight_bit(source: Inspector, target: Path, pictures: Iterable[Picture]) -> Inspector:
    """Make the 8-bit form of a network, and open it.

    Parameters
    ----------
    source : Inspector
    target : Path
        An .onnx file; replaced.
    pictures : iterable of Picture
        To calibrate on; read one at a time.

    Returns
    -------
    Inspector
        Prepares pictures as `source` does.

    Raises
    ------
    EngineError, LensError
    """
    from deconv_studio.engine.quantise import quantise

    most = source.most_pixels()
    quantise(source.path, target, (source.prepare(picture, most)[0] for picture in pictures))
    made = Inspector(target, card=source.card, threads=source.threads, memory=source.memory)
    made._preparation = source.preparation
    made.name = made.model_id = f"{source.name} in 8 bits"
    return made
