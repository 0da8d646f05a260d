"""A network and one picture, for whoever clicks through the layers: forward once, then any unit of any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from .errors import OptionsInvalid
from .inspect import InspectOptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.lens.graph import Graph, Layer
    from deconv_studio.lens.reconstruct import Lens, Look

    from .inspect import Inspection, Inspector

RULES = ("deconvnet", "guided", "gradient")
"""The rules that project back; the other two are views."""
_QUIET = frozenset(
    {"Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose", "Pad", "Slice", "Split", "Sub", "Div"}
)
# Their output is the layer a person means, where nothing else reads their input.
_FOLLOWERS = frozenset(
    {"BatchNormalization", "Relu", "Clip", "LeakyRelu", "PRelu", "Sigmoid", "HardSwish", "HardSigmoid",
     "Tanh", "Elu", "Selu", "Gelu", "Softplus"}
)  # fmt: skip
# What other operators are given besides the picture is no weight: limits, axes, sizes.
_WEIGHED = frozenset(
    {"Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "InstanceNormalization",
     "LayerNormalization", "GroupNormalization", "PRelu", "Mul", "Add"}
)  # fmt: skip
_SEEDS = 9


@dataclass(frozen=True)
class LayerFacts:
    """What the layer strip says of a layer.

    Attributes
    ----------
    name, op, node : str
    shape : tuple of int
        (units, ...) at the picture's size.
    units : int
    parameters : int
        Numbers that were learned; 0 for an operator that has none.
    main : bool
        False for what only leads to the next layer: a convolution whose activation follows, a reshaping.
    reversible : bool
        Whether the picture can be reached backwards from it.
    field : (int, int) or None
        Height and width of the receptive field of its middle, in input pixels; None while not computed.
    """

    name: str
    op: str
    node: str
    shape: tuple[int, ...]
    units: int
    parameters: int
    main: bool
    reversible: bool
    field: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class UnitMaps:
    """Every unit's activity in a layer, small enough to be shown by the hundred.

    Attributes
    ----------
    layer : str
    maps : ndarray
        (units, h, w) uint8, no side above the one asked for. Signed: 128 is zero; else 0 is.
    signed : bool
        Whether any activation is negative.
    peaks, means : ndarray
        (units,) float32: strongest and mean activation.
    places : tuple of tuple of int
        Where each unit is strongest.
    shape : tuple of int
        (units, ...) of the activation itself.
    """

    layer: str
    maps: np.ndarray
    signed: bool
    peaks: np.ndarray
    means: np.ndarray
    places: tuple[tuple[int, ...], ...]
    shape: tuple[int, ...]

    def order(self, by: str) -> list[int]:
        """Return the units in order: ``peak`` and ``mean`` strongest first, ``index``.

        Raises
        ------
        OptionsInvalid
        """
        import numpy as np

        if by == "index":
            return list(range(len(self.peaks)))
        if by not in ("peak", "mean"):
            raise OptionsInvalid(f"Units cannot be sorted by {by!r}.", "Choose peak, mean or index.")
        values = self.peaks if by == "peak" else self.means
        return [int(unit) for unit in np.argsort(-values, kind="stable")]


class Step(NamedTuple):
    """A layer on a unit's way down, and the units of it that carry the signal.

    Attributes
    ----------
    layer, op : str
    units : tuple of (int, float)
        Unit and its share of the signal's absolute sum, strongest first.
    maps : ndarray
        (len(units), h, w) float32: the activations of these units.
    signals : ndarray
        (len(units), h, w) float32, signed: what the rule sent back to them.
    """

    layer: str
    op: str
    units: tuple[tuple[int, float], ...]
    maps: np.ndarray
    signals: np.ndarray


class Verdict(NamedTuple):
    """The outcome of covering what a reconstruction shows: relative drops of the activation, 1 is all."""

    shown: float
    hidden: float


class Shuffled(NamedTuple):
    """A reconstruction and the same one after the weights from a layer up were shuffled.

    Attributes
    ----------
    original, shuffled : Inspection
    since : str
    likeness : float
        Correlation of the two absolute reconstructions: 1 says that the weights play no part.
    """

    original: Inspection
    shuffled: Inspection
    since: str
    likeness: float


class Score(NamedTuple):
    """A class's probability (or score, where `probable` is False)."""

    unit: int
    name: str
    value: float
    probable: bool


class Scene:
    """A picture under a network. Safe to use from several threads.

    Parameters
    ----------
    inspector : Inspector
    picture : Picture
    longest : int, optional
        Longer side at which a network of any size sees the picture; as it is if not given.
    control : Control, optional

    Attributes
    ----------
    inspector : Inspector
    look : Look
        The one forward pass.
    seen : Picture
        The picture as the network saw it.
    size : (int, int)
        Height and width of it.
    layers : tuple of LayerFacts
        First to last.

    Raises
    ------
    OptionsInvalid, LensError, Cancelled
    """

    def __init__(
        self,
        inspector: Inspector,
        picture: Picture,
        longest: int | None = None,
        control: Control | None = None,
    ) -> None:
        from deconv_studio import imaging

        inspector.check_picture()
        if longest is not None and inspector.preparation.fixed is None:
            scale = longest / max(picture.width, picture.height)
            if scale < 1:
                size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
                if picture.icc_profile is not None:
                    picture = imaging.to_srgb(picture)
                picture = picture.replace(pixels=imaging.resize_bicubic(picture.color, size))
        self.inspector = inspector
        feed, self.seen = inspector.prepare(picture)
        if control is not None:
            control.raise_if_cancelled()
        self.look: Look = inspector.lens.look(feed, None, RULES, control)
        self.layers: tuple[LayerFacts, ...] = tuple(_facts(self.graph))

    @property
    def graph(self) -> Graph:
        """The network at the picture's size."""
        return self.look.graph

    @property
    def lens(self) -> Lens:
        """What computes."""
        return self.inspector.lens

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of what the network saw."""
        return self.seen.height, self.seen.width

    def fields(self, control: Control) -> dict[str, tuple[int, int]]:
        """Return the receptive field (height, width in pixels) of each layer's middle, where one is known."""
        from deconv_studio.lens.reverse import build

        rows, columns = (1, 2) if self.inspector.preparation.channels_last else (2, 3)
        found = {}
        for layer in self.layers:
            control.raise_if_cancelled()
            if not layer.reversible:
                continue
            middle = ((size // 2, size // 2 + 1) for size in layer.shape[1:])
            box = build(self.graph, layer.name, "gradient", whole=True).regions(
                ((0, 1), (0, layer.units), *middle)
            ).boxes[self.graph.image]  # fmt: skip
            found[layer.name] = (box[rows][1] - box[rows][0], box[columns][1] - box[columns][0])
        return found

    # -- forward ---------------------------------------------------------------------------------------------

    def plane(self, layer: str, unit: int, control: Control | None = None) -> np.ndarray:
        """Return a unit's activation as a picture, (h, w) float32; one value is (1, 1), a row (1, n).

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        activation = self.lens.activation(self.look, layer, control)[0]
        if not 0 <= unit < len(activation):
            raise OptionsInvalid(
                f"The layer {layer!r} has no unit {unit}.", f"Its units are 0 to {len(activation) - 1}."
            )
        return _planes(activation)[unit]

    def maps(
        self, layer: str, *, side: int = 64, shared: bool = False, control: Control | None = None
    ) -> UnitMaps:
        """Return all units of a layer, ready to be drawn.

        Parameters
        ----------
        layer : str
        side : int
            Larger maps are reduced to it; each value is then the mean of what it covers.
        shared : bool
            One range for the whole layer; else each unit has its own.
        control : Control, optional

        Raises
        ------
        LensError, Cancelled
        """
        import numpy as np

        from deconv_studio import imaging

        activation = self.lens.activation(self.look, layer, control)[0]
        planes = _planes(activation)
        flat = planes.reshape(len(planes), -1)
        places = flat.argmax(axis=1)
        peaks = flat[np.arange(len(flat)), places]
        signed = bool(flat.min(initial=0.0) < 0)
        height, width = planes.shape[1:]
        scale = side / max(height, width)
        small = planes
        if scale < 1:
            small = np.empty(
                (len(planes), max(1, round(height * scale)), max(1, round(width * scale))), np.float32
            )
            for unit, plane in enumerate(planes):
                if control is not None and unit % 32 == 0:
                    control.raise_if_cancelled()
                small[unit] = imaging.shrink(plane[:, :, None], side)[:, :, 0]
        tops = np.abs(small).reshape(len(small), -1).max(axis=1)
        if shared:
            tops = np.full_like(tops, tops.max(initial=0.0))
        tops = np.where(tops > 0, tops, 1)[:, None, None]
        coded = 128 + 127 * (small / tops) if signed else 255 * (small / tops)
        return UnitMaps(
            layer=layer,
            maps=np.ascontiguousarray(np.rint(coded).astype(np.uint8)),
            signed=signed,
            peaks=peaks.astype(np.float32),
            means=flat.mean(axis=1, dtype=np.float64).astype(np.float32),
            places=tuple(
                tuple(int(i) for i in np.unravel_index(place, activation.shape[1:])) for place in places
            ),
            shape=tuple(activation.shape),
        )

    def scores(self, count: int = 5, control: Control | None = None) -> list[Score]:
        """Return the strongest classes, strongest first; nothing where the network has no head of scores."""
        import numpy as np

        outputs = [
            layer for layer in self.layers if layer.name in {o.name for o in self.graph.model.graph.output}
        ]
        if not outputs or any(size != 1 for size in outputs[-1].shape[1:]) or outputs[-1].units < 2:
            return []
        layer = outputs[-1]
        values = self.lens.activation(self.look, layer.name, control)[0].reshape(-1).astype(np.float64)
        card = self.inspector.card
        classes = card.classes if card is not None else ()
        probable = bool(values.min() >= 0 and abs(values.sum() - 1) < 1e-3)
        if not probable and classes and len(classes) == len(values):
            values = np.exp(values - values.max())
            values /= values.sum()
            probable = True
        named = len(classes) == len(values)
        return [
            Score(int(unit), classes[unit].name if named else "", float(values[unit]), probable)
            for unit in np.argsort(-values, kind="stable")[:count]
        ]

    # -- backward --------------------------------------------------------------------------------------------

    def inspect(self, options: InspectOptions, control: Control | None = None) -> Inspection:
        """Project a unit back, without another forward pass; see `Inspector.inspect`."""
        return self.inspector.inspect(self.look, self.seen, options, control)

    def nine(self, options: InspectOptions, control: Control | None = None) -> list[Inspection]:
        """Project the nine strongest separate positions of a unit back, in one batch.

        Parameters
        ----------
        options : InspectOptions
            Layer and unit have to be named; the position is not looked at.
        control : Control, optional

        Returns
        -------
        list of Inspection
            Strongest first; fewer where the map is small or zero elsewhere.

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        from deconv_studio.lens.reconstruct import Seed

        unit = options.unit_number()
        if unit is None:
            raise OptionsInvalid("Nine positions are of one unit.", "Name the unit.")
        layer = self.graph.find(options.layer)
        rule = options.rule if options.rule in RULES else self.lens.default_method(self.graph, layer)
        plane = self.lens.activation(self.look, layer, control)[0]
        if not 0 <= unit < len(plane):
            raise OptionsInvalid(
                f"The layer {layer!r} has no unit {unit}.", f"Its units are 0 to {len(plane) - 1}."
            )
        spots = _peaks(plane[unit], _SEEDS)
        found = self.lens.reconstruct_many(
            [(self.look, Seed(unit, at, options.seed)) for at in spots], layer, method=rule, control=control
        )
        return [
            self.inspector.as_inspection(
                each, self.look, self.seen,
                options.model_copy(update={"layer": layer, "unit": str(unit), "rule": rule,
                                           "at": ",".join(map(str, at)) or "max"}),
            )
            for each, at in zip(found, spots, strict=True)
        ]  # fmt: skip

    def follow(
        self, options: InspectOptions, count: int = 4, control: Control | None = None
    ) -> Iterator[Step]:
        """Follow one unit down through the main layers below it, nearest first.

        Parameters
        ----------
        options : InspectOptions
            Layer, unit, position, rule and seed.
        count : int
            Units a layer.
        control : Control, optional

        Yields
        ------
        Step

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        import numpy as np

        unit = options.unit_number()
        if unit is None:
            raise OptionsInvalid("A hierarchy is of one unit.", "Name the unit.")
        layer = self.graph.find(options.layer)
        rule = options.rule if options.rule in RULES else self.lens.default_method(self.graph, layer)
        way = {name for node in self.graph.path(layer) for name in node.outputs}
        below = [each for each in self.layers if each.main and each.name in way and each.name != layer]
        for each in reversed(below):
            if control is not None:
                control.raise_if_cancelled()
            found = self.lens.reconstruct(
                self.look, layer, unit, options.where(), method=rule, value=options.seed, since=each.name,
                control=control,
            )  # fmt: skip
            signal = found.full()
            carried = np.abs(signal).reshape(len(signal), -1).sum(axis=1, dtype=np.float64)
            total = float(carried.sum())
            best = [int(i) for i in np.argsort(-carried, kind="stable")[:count] if carried[i] > 0]
            activation = _planes(self.lens.activation(self.look, each.name, control)[0])
            yield Step(
                each.name, each.op, tuple((i, float(carried[i] / total)) for i in best),
                activation[best], _planes(signal)[best],
            )  # fmt: skip

    def verify(self, options: InspectOptions, control: Control | None = None) -> Verdict:
        """Do the paper's own test on a reconstruction; see `lens.views.verify_by_occlusion`.

        Raises
        ------
        OptionsInvalid
            The rule is no projection, the position is all, or the input has its channels last.
        LensError, Cancelled
        """
        from deconv_studio.lens.views import verify_by_occlusion

        unit, at, rule = self._one(options)
        return Verdict(
            *verify_by_occlusion(self.lens, self.look, options.layer, unit, at, method=rule, control=control)
        )

    def shuffle(
        self, options: InspectOptions, since: str | None = None, seed: int = 0, control: Control | None = None
    ) -> Shuffled:
        """Shuffle the weights from a layer up, and reconstruct the same unit at the same place again.

        Parameters
        ----------
        options : InspectOptions
            The seed is 1 in both, since the shuffled network's activation is another one.
        since : str, optional
            The lowest layer that is shuffled; the unit's own if not given. Where its operator has no
            weights, the nearest below that has.
        seed : int
        control : Control, optional

        Raises
        ------
        OptionsInvalid
            `since` is not below the layer; besides what `verify` raises.
        LensError, Cancelled
        """
        import numpy as np

        from deconv_studio.lens.randomise import randomised
        from deconv_studio.lens.reconstruct import Lens

        unit, at, rule = self._one(options)
        layer = self.graph.find(options.layer)
        since = layer if since is None else self.graph.find(since)
        way = {name for node in self.graph.path(layer) for name in node.outputs}
        if since not in way:
            raise OptionsInvalid(
                f"{since!r} is not below {layer!r}, so shuffling from there changes nothing.",
                "Choose the layer itself or one below it.",
            )
        under = {name for node in self.graph.path(since) for name in node.outputs}
        # An activation or a pool has nothing to shuffle; the operator that feeds it has.
        weighed = [each.name for each in self.layers if each.name in under and each.parameters > 1]
        if not weighed:
            raise OptionsInvalid(
                f"There are no weights at {since!r} or below it.", "Choose a layer further up."
            )
        since = weighed[-1]
        other = Lens(randomised(self.graph, since, seed), image=self.graph.image)
        look = other.look(self.look.picture, [layer], [rule], control)
        options = options.model_copy(
            update={"layer": layer, "unit": str(unit), "at": ",".join(map(str, at)) or "max", "rule": rule,
                    "seed": "one"}
        )  # fmt: skip
        pair = []
        for lens, view in ((self.lens, self.look), (other, look)):
            found = lens.reconstruct(view, layer, unit, at, method=rule, value="one", control=control)
            pair.append(self.inspector.as_inspection(found, view, self.seen, options))
        first, second = (np.abs(each.values).ravel().astype(np.float64) for each in pair)
        spread = float(first.std() * second.std())
        likeness = (
            float(((first - first.mean()) * (second - second.mean())).mean() / spread) if spread else 0.0
        )
        return Shuffled(pair[0], pair[1], since, likeness)

    def _one(self, options: InspectOptions) -> tuple[int, tuple[int, ...], str]:
        """Return unit, position and rule, of what has all three."""
        import numpy as np

        if options.rule not in ("auto", *RULES):
            raise OptionsInvalid(
                f"{options.rule} is no projection to pixels.", "Choose deconvnet, guided or gradient."
            )
        if self.inspector.preparation.channels_last:
            raise OptionsInvalid(
                "This test needs a network whose input has its channels first.", "Choose another network."
            )
        unit = options.unit_number()
        if unit is None:
            raise OptionsInvalid("The test is of one unit.", "Name the unit.")
        layer = self.graph.find(options.layer)
        plane = self.lens.activation(self.look, layer)[0][unit]
        at = options.where()
        if at == "all":
            raise OptionsInvalid("The test is of one position.", "Choose the strongest, or click on the map.")
        if at == "max":
            at = tuple(int(i) for i in np.unravel_index(int(plane.argmax()), plane.shape))
        rule = self.lens.default_method(self.graph, layer) if options.rule == "auto" else options.rule
        return unit, at, rule


def with_fields(layers: tuple[LayerFacts, ...], fields: dict[str, tuple[int, int]]) -> tuple[LayerFacts, ...]:
    """Return the layers with their receptive fields."""
    return tuple(replace(layer, field=fields.get(layer.name)) for layer in layers)


def _facts(graph: Graph) -> Iterator[LayerFacts]:
    from deconv_studio.lens.reverse import reversible

    reached = reversible(graph)
    outputs = {item.name for item in graph.model.graph.output}
    for layer in graph.layers():
        yield LayerFacts(
            name=layer.name,
            op=layer.op,
            node=layer.node,
            shape=layer.shape[1:],
            units=layer.shape[1],
            parameters=layer.parameters if layer.op in _WEIGHED else 0,
            main=layer.name in outputs or _is_main(graph, layer),
            reversible=layer.name in reached,
        )


def _is_main(graph: Graph, layer: Layer) -> bool:
    readers = graph.consumers.get(layer.name, [])
    if layer.op in _QUIET:
        return False
    return not (len(readers) == 1 and readers[0].op in _FOLLOWERS)


def _planes(activation: np.ndarray) -> np.ndarray:
    """Return units as pictures, (units, h, w)."""
    units = len(activation)
    if activation.ndim == 3:
        return activation
    if activation.ndim < 3:
        return activation.reshape(units, 1, -1)
    return activation.reshape(units, -1, activation.shape[-1])


def _peaks(plane: np.ndarray, count: int) -> list[tuple[int, ...]]:
    """Return the strongest positions of a map, no two of them neighbours while there are others."""
    import numpy as np

    order = np.argsort(-plane, axis=None, kind="stable")
    found: list[tuple[int, ...]] = []
    apart = max(1, min(plane.shape, default=1) // 8)
    for place in order[: 64 * count]:
        at = tuple(int(i) for i in np.unravel_index(int(place), plane.shape))
        if plane[at] == 0:
            continue
        if all(max(abs(a - b) for a, b in zip(at, other, strict=True)) > apart for other in found):
            found.append(at)
        if len(found) == count or not at:
            break
    return found


def parse_link(link: str) -> tuple[str, str, int]:
    """Take a link ``model:layer:unit`` apart; a layer's name may hold colons.

    Raises
    ------
    OptionsInvalid
    """
    head, _, unit = link.strip().rpartition(":")
    model, _, layer = head.partition(":")
    if not model or not layer or not unit.isdigit():
        raise OptionsInvalid(f"{link.strip()!r} is no link to a unit.", "Write model:layer:unit.")
    return model, layer, int(unit)


def write_link(model: str, layer: str, unit: int) -> str:
    """Return the link to a unit."""
    return f"{model}:{layer}:{unit}"
