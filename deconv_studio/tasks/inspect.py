"""What excites a unit, back in pixels: a picture made ready, a unit found in it, its reconstruction."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .base import Estimate, Options, Task, card_of, constants_of, option, register
from .errors import NotFinite, OptionsInvalid
from .result import Part, write_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy as np

    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture
    from deconv_studio.lens.graph import Graph
    from deconv_studio.lens.reconstruct import Look, Reconstruction
    from deconv_studio.lens.reverse import Note

    from .result import Result

TASK = "inspect"
FILES = ("png", "npy", "patch")
"""What can be saved: the reconstruction for the eye, as computed, and the part of the picture it is of."""
_INSPECTORS_KEPT = 2
# Memory is worked out at this side and grows with the pixels.
_REFERENCE = 256
_LEAST_SIDE = 224
# Two sessions, what they were made from, and the forms of the weights that the way back uses.
_WEIGHT_COPIES = 4

write_values = write_array


Rule = Literal["auto", "deconvnet", "guided", "gradient", "gradcam", "occlusion"]


class InspectOptions(Options):
    """Which unit to look at, and how it goes back to pixels."""

    layer: str = option(
        "",
        label="Layer",
        help="A tensor's name, or a node's that has one output; empty takes the last layer with a map.",
    )
    unit: str = option("top", label="Unit", help="The unit's number, or top for the strongest one.")
    at: str = option("max", label="Position", help="Where on its map: max, all, or y,x such as 3,5.")
    rule: Rule = option(
        "auto",
        label="Rule",
        help="How the signal goes back through rectifiers; auto is deconvnet where there are max pools.",
        choices={
            "auto": "by the network",
            "deconvnet": "deconvnet",
            "guided": "guided backpropagation",
            "gradient": "plain gradient",
            "gradcam": "Grad-CAM (the unit is a class)",
            "occlusion": "occlusion",
        },
    )
    seed: Literal["activation", "one"] = option(
        "activation",
        label="Seed",
        help="What stands at the position: the unit's activation, or 1.",
        choices={"activation": "the activation", "one": "one"},
    )
    save: str = option(
        "png",
        label="Files",
        help="Any of png (for the eye), npy (as computed) and patch (what of the picture it is of).",
    )

    def files(self) -> tuple[str, ...]:
        """Return what to save, in the order of `FILES`.

        Raises
        ------
        OptionsInvalid
        """
        wanted = [word.strip() for word in self.save.split(",")]
        for word in wanted:
            if word not in FILES:
                raise OptionsInvalid(
                    f"save is {self.save!r}; {word!r} is nothing that inspect saves.",
                    "Write any of png, npy and patch, such as png,npy.",
                )
        return tuple(word for word in FILES if word in wanted)

    def where(self) -> Literal["max", "all"] | tuple[int, ...]:
        """Return `at` as the lens takes it.

        Raises
        ------
        OptionsInvalid
        """
        if self.at == "max":
            return "max"
        if self.at == "all":
            return "all"
        if re.fullmatch(r"\s*\d+\s*(,\s*\d+\s*)*", self.at):
            return tuple(int(part) for part in self.at.split(","))
        raise OptionsInvalid(
            f"at is {self.at!r}, which is no position.", "Write max, all, or y,x such as 3,5."
        )

    def unit_number(self) -> int | None:
        """Return the unit's number, None for the strongest.

        Raises
        ------
        OptionsInvalid
        """
        if self.unit == "top":
            return None
        if re.fullmatch(r"\d+", self.unit):
            return int(self.unit)
        raise OptionsInvalid(f"unit is {self.unit!r}, which is no unit.", "Write top, or a number from 0.")


@dataclass(frozen=True)
class Preparation:
    """How a picture becomes a network's input.

    Attributes
    ----------
    channels : int
    color : str
        "rgb", "gray", or "y" (BT.601 full-range luma).
    channels_last : bool
    value_range : (float, float)
        What black and white become before mean and std.
    mean, std : tuple of float
        One value, or one for each channel.
    fixed : (int, int) or None
        Height and width the network takes; None takes any.
    multiple : int
        Height and width are cut down to a multiple.
    stretch : bool
        The whole picture goes to the fixed size; else its middle of that aspect does.
    side : int or None
        Shorter side a picture is resized to, of a network that takes any size.
    by_brightest : bool
        Samples are divided by the picture's largest one first.
    """

    channels: int = 3
    color: str = "rgb"
    channels_last: bool = False
    value_range: tuple[float, float] = (0.0, 1.0)
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    fixed: tuple[int, int] | None = None
    multiple: int = 1
    stretch: bool = False
    side: int | None = None
    by_brightest: bool = False

    @classmethod
    def of_card(cls, card: Card) -> Preparation:
        """Read it off a card."""
        spec = card.input
        return cls(
            spec.channels,
            spec.color,
            spec.layout == "NHWC",
            spec.range,
            spec.mean,
            spec.std,
            spec.fixed_size,
            spec.size_multiple,
            spec.stretch,
            spec.working_side,
            spec.normalise == "maximum",
        )


@dataclass(frozen=True, eq=False)
class Inspection:
    """A unit's activity in a picture, in pixels.

    Attributes
    ----------
    values : ndarray
        (C, H, W) float32, signed: the reconstruction as computed, in the network's input space. For Grad-CAM
        and occlusion, which are no reconstructions, a map (1, H, W): evidence for the class, and how much the
        activation falls where the picture is covered.
    view : Picture
        The same for the eye: neutral gray is zero, the strongest value is black or white.
    patch : Picture
        What of the picture, as the network saw it, is under the seed's receptive field.
    layer, rule : str
    unit : int
    at : tuple of int or None
        None for the whole map.
    seed_value : float or None
    box : tuple
        Receptive field ((top, bottom), (left, right)) in input pixels, clipped to the picture; the whole
        picture for Grad-CAM.
    model_id, model_sha256 : str
    parameters : dict
        The options, JSON-able.
    notices : tuple of str
        The rule that was chosen and why, and where it departs from a plain adjoint.
    """

    values: np.ndarray
    view: Picture
    patch: Picture
    layer: str
    rule: str
    unit: int
    at: tuple[int, ...] | None
    seed_value: float | None
    box: tuple[tuple[int, int], tuple[int, int]]
    model_id: str
    model_sha256: str
    parameters: dict[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """What comes between a picture's stem and the file's suffix: LAYER.UNIT.RULE."""
        return f"{safe_name(self.layer)}.{self.unit}.{self.rule}"

    def facts(self) -> dict[str, Any]:
        """Return the task's own fields of a JSON line."""
        return {
            "layer": self.layer,
            "unit": self.unit,
            "at": None if self.at is None else list(self.at),
            "rule": self.rule,
            "seed": self.seed_value,
            "box": [list(span) for span in self.box],
            "size": list(self.values.shape[1:]),
        }

    def outcome(self, files: Sequence[str], seconds: float = 0.0) -> Result:
        """Return all that is to be saved as one result, ready for the batch.

        Parameters
        ----------
        files : sequence of str
            Of `FILES`.
        seconds : float
        """
        from dataclasses import replace

        contents: dict[str, Picture | np.ndarray] = {
            "png": self.view,
            "npy": self.values,
            "patch": self.patch,
        }
        tails = {"png": "", "npy": "", "patch": ".patch"}
        parts = tuple(Part(f".{self.suffix}{tails[name]}", contents[name]) for name in files)
        return replace(self.result("png", seconds), parts=parts)

    def result(self, what: Literal["png", "patch"], seconds: float = 0.0) -> Result:
        """Return one of the pictures as a task's result, ready for `batch.save`."""
        from .result import Result

        return Result(
            picture=self.view if what == "png" else self.patch,
            task=TASK,
            parameters=self.parameters,
            model_id=self.model_id,
            model_sha256=self.model_sha256,
            provider="cpu",
            seconds=seconds,
            notices=self.notices,
            extra=self.facts(),
        )


@register
class Inspect(Task):
    """Project a unit of a layer back to pixels."""

    name: ClassVar[str] = TASK
    title: ClassVar[str] = "Inspect"
    verb: ClassVar[str] = TASK
    summary: ClassVar[str] = "Show what excites a unit of a network, back in pixels."
    options_type: ClassVar[type[Options]] = InspectOptions
    input: ClassVar[str] = "picture and layer"
    names_files: ClassVar[bool] = True

    def default_model(self, options: Any) -> None:
        return None

    def check_model(self, card: Card, options: InspectOptions) -> None:
        """Any network may be looked into; the options are checked as far as they can be without it.

        Raises
        ------
        OptionsInvalid
        """
        options.where()
        options.unit_number()
        options.files()

    def lone_suffixes(self, options: InspectOptions) -> frozenset[str]:
        files = options.files()
        if len(files) > 1:
            return frozenset()
        return frozenset({".npy"}) if files == ("npy",) else super().lone_suffixes(options)

    def file_tails(self, options: InspectOptions) -> tuple[str, ...]:
        layer = safe_name(options.layer) if options.layer else "*"
        unit = options.unit if options.unit_number() is not None else "*"
        stem = f".{layer}.{unit}.{'*' if options.rule == 'auto' else options.rule}"
        endings = {"png": "", "npy": ".npy", "patch": ".patch"}
        return tuple(stem + endings[name] for name in options.files())

    def run(
        self, picture: Picture, options: InspectOptions, model: Inspector | Model, control: Control
    ) -> Result:
        """Find a unit in a picture and project it back.

        Parameters
        ----------
        picture : Picture
        options : InspectOptions
        model : Inspector or Model
            An inspector is made of a plain model, and kept for the pictures that follow.
        control : Control

        Returns
        -------
        Result
            With a part for each file that is to be saved.

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        start = time.perf_counter()
        inspector = model if isinstance(model, Inspector) else _inspector_of(model)
        found = inspector.run(picture, options, control)
        news = tuple(notice for notice in found.notices if notice not in inspector.said)
        found = dataclasses.replace(found, notices=news)
        return found.outcome(options.files(), time.perf_counter() - start)

    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        return (*(card.input.fixed_size or (height, width)), card.input.channels)

    def estimate(
        self,
        source: Picture | Header,
        options: InspectOptions,
        subject: Model | Entry | Card,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        """Say how large the reconstruction is; what it takes is not known before the network was read."""
        from deconv_studio.catalog import Card

        card = subject if isinstance(subject, Card) else card_of(subject)
        height, width, channels = self.result_shape(
            source.height, source.width, source.channels, options, card
        )
        samples = height * width * channels
        weights = {"png": 1, "npy": 4, "patch": 1}
        return Estimate(
            width=width,
            height=height,
            channels=channels,
            seconds=None,
            memory_bytes=16 * samples + 2 * card.total_bytes,
            disk_bytes=sum(weights[name] * samples for name in options.files()),
            tiles=1,
            tile=max(height, width),
        )


_inspectors: OrderedDict[tuple[str, int | None], Inspector] = OrderedDict()
_inspectors_lock = threading.Lock()


def _inspector_of(model: Model) -> Inspector:
    """Return an inspector of a loaded model's file."""
    key = (model.sha256, model.threads)
    with _inspectors_lock:
        if key not in _inspectors:
            _inspectors[key] = Inspector(
                model.path, card=model.card, threads=model.threads, memory=model.memory
            )
            while len(_inspectors) > _INSPECTORS_KEPT:
                _inspectors.popitem(last=False)
        _inspectors.move_to_end(key)
        return _inspectors[key]


def _told(notes: Iterable[Note]) -> list[str]:
    """Return a sentence for each kind of note, with how often it occurs."""
    texts: dict[tuple[str, str], int] = {}
    for note in notes:
        texts[note.op, note.text] = texts.get((note.op, note.text), 0) + 1
    return [
        f"{op} ({count} times): {text}." if count > 1 else f"{op}: {text}."
        for (op, text), count in texts.items()
    ]


def safe_name(layer: str) -> str:
    """Return a layer's name as a part of a file name on any system."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", layer).strip("_") or "layer"


class Inspector:
    """A network opened for looking into; serves any number of pictures. Safe to use from several threads.

    Parameters
    ----------
    path : Path
        An .onnx file. It need not map pictures to pictures, so a classifier without a card is fine.
    card : Card, optional
        Says how pictures are prepared; without it RGB (or gray) in [0, 1].
    mean, std, value_range : tuple of float, optional
        Change what card or default say.
    threads : int, optional
    memory : int, optional
        Bytes a run may take; see `limit`.

    Attributes
    ----------
    path : Path
    card : Card or None
    name, model_id : str
        What messages call the network: its card's id, or the file's name.
    sha256 : str
        Of the file.
    provider : str
        "cpu": the lens runs nowhere else.
    preparation : Preparation
    said : set of str
        What `resolve` has told, so that a batch does not tell it again with every picture.

    Raises
    ------
    LensError
    OptionsInvalid
        Mean or deviation do not fit the network's channels. A network whose input is no picture may be
        listed and exported; its `preparation` raises.
    """

    provider = "cpu"

    def __init__(
        self,
        path: Path,
        *,
        card: Card | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        value_range: tuple[float, float] | None = None,
        threads: int | None = None,
        memory: int | None = None,
    ) -> None:
        from deconv_studio.lens.reconstruct import Lens

        self.lens = Lens(path, threads=threads, constants=constants_of(card))
        self.threads = threads
        self.path = path
        self.card = card
        self.memory = memory
        self.sha256 = self.lens.sha256
        self.model_id = self.name = card.id if card is not None else path.name
        self.said: set[str] = set()
        self._no_picture: OptionsInvalid | None = None
        self._bytes_per_pixel: dict[tuple[str | None, str], float] = {}
        self._preparation = Preparation()
        try:
            base = (
                Preparation.of_card(card) if card is not None else preparation_of(self.lens.model, path.name)
            )
        except OptionsInvalid as error:
            self._no_picture = error
            return
        changes: dict[str, Any] = {
            key: value
            for key, value in (
                ("mean", None if mean is None else tuple(mean)),
                ("std", None if std is None else tuple(std)),
                ("value_range", value_range),
            )
            if value is not None
        }
        self._preparation = spec = dataclasses.replace(base, **changes)
        for name, values in (("mean", spec.mean), ("std", spec.std)):
            if len(values) not in (1, spec.channels):
                raise OptionsInvalid(
                    f"{name} has {len(values)} values, the network's input {spec.channels} channels.",
                    "Give one value, or one for each channel.",
                )
        if any(value == 0 for value in spec.std):
            raise OptionsInvalid("std has a 0, by which nothing can be divided.", "Leave it out, or give 1.")

    @property
    def preparation(self) -> Preparation:
        """How pictures are made ready.

        Raises
        ------
        OptionsInvalid
            The network's input is no picture.
        """
        self.check_picture()
        return self._preparation

    def check_picture(self) -> None:
        """Refuse a network whose input is no picture.

        Raises
        ------
        OptionsInvalid
        """
        if self._no_picture is not None:
            raise self._no_picture

    def resolve(
        self, options: InspectOptions, size: tuple[int, int] | None = None
    ) -> tuple[InspectOptions, tuple[str, ...]]:
        """Settle what the options leave open but for the unit, and check them, without any picture.

        Parameters
        ----------
        options : InspectOptions
        size : (int, int), optional
            As for `layers`.

        Returns
        -------
        options : InspectOptions
            Layer and rule named.
        notices : tuple of str
            What was chosen, and why.

        Raises
        ------
        OptionsInvalid, LensError
            Among them TensorMissing, with names that are near, and UnsupportedOperator.
        """
        from deconv_studio.lens.reverse import build

        options.where()
        options.files()
        unit = options.unit_number()
        graph = self.lens.graph(self._shape(size))
        notices = []
        layer = graph.find(options.layer) if options.layer else self._last_map(graph.image_shape)
        if not options.layer:
            notices.append(f"The layer is {layer}, the last one with a map.")
        rule = options.rule
        if rule == "auto":
            rule, reason = self._rule_for(graph, layer)
            notices.append(reason)
        if rule in ("deconvnet", "guided", "gradient"):
            # Whole graphs copy no weights: this only asks whether there is a way back, and what to say of it.
            notices.extend(_told(build(graph, layer, rule, whole=True).notes))
        of = self._scores(graph) if rule == "gradcam" else layer
        units = graph.shape(of)[1]
        if unit is not None and unit >= units:
            raise OptionsInvalid(f"The layer {of!r} has no unit {unit}.", f"Its units are 0 to {units - 1}.")
        self.said.update(notices)
        return options.model_copy(update={"layer": layer, "rule": rule}), tuple(notices)

    def _rule_for(self, graph: Graph, layer: str) -> tuple[Rule, str]:
        """Return the default rule of a layer, and the sentence that says why."""
        if self.lens.default_method(graph, layer) == "deconvnet":
            return "deconvnet", "The rule is deconvnet, because max pools tie this layer to the picture."
        return "guided", "The rule is guided, because no max pool is on the way."

    def _scores(self, graph: Graph) -> str:
        """Return the layer whose units Grad-CAM takes for classes: the last."""
        from deconv_studio.lens.reverse import reversible

        reached = reversible(graph)
        names = [layer.name for layer in graph.layers() if layer.name in reached]
        if not names:
            raise OptionsInvalid("No layer of this network can be projected back.", "Choose another network.")
        return names[-1]

    def most_pixels(self, layer: str | None = None, rule: str = "deconvnet") -> int:
        """Return how many pixels the memory allows to be looked at in one piece.

        Parameters
        ----------
        layer : str, optional
            Every layer is kept, as a panel does, if not given.
        rule : str

        Returns
        -------
        int
            At least 224 x 224, without which hardly any network shows anything.
        """
        from deconv_studio.engine import memory
        from deconv_studio.lens.export import weight_bytes
        from deconv_studio.lens.footprint import footprint

        shape = self._shape((_REFERENCE, _REFERENCE))
        key = (layer, rule)
        if key not in self._bytes_per_pixel:
            area = shape[1] * shape[2] if self._preparation.channels_last else shape[2] * shape[3]
            self._bytes_per_pixel[key] = footprint(self.lens.graph(shape), layer, rule) / area
        room = memory.budget(self.memory) - _WEIGHT_COPIES * weight_bytes(self.lens.model)
        return max(_LEAST_SIDE**2, int(room / self._bytes_per_pixel[key]))

    def fed_size(self, height: int, width: int, most: int | None = None) -> tuple[int, int]:
        """Return the height and width at which the network sees a picture.

        Parameters
        ----------
        height, width : int
        most : int, optional
            Pixels, of a network that takes any size; see `most_pixels`.

        Returns
        -------
        (int, int)
            The network's own size if it has one; else the picture's, or that at which its shorter side is
            the card's, reduced to `most` pixels, and to a multiple.

        Raises
        ------
        OptionsInvalid
            The picture is smaller than the multiple.
        """
        spec = self.preparation
        if spec.fixed is not None:
            return spec.fixed
        scale = 1.0 if spec.side is None else spec.side / min(height, width)
        if most is not None and height * width * scale**2 > most:
            scale = (most / (height * width)) ** 0.5
        sides = [
            side if scale == 1.0 else max(1, int(side * scale) if scale < 1 else round(side * scale))
            for side in (height, width)
        ]
        high, wide = (side // spec.multiple * spec.multiple for side in sides)
        if not high or not wide:
            raise OptionsInvalid(
                f"The picture is {width} x {height}, the network takes at least "
                f"{spec.multiple} x {spec.multiple}.",
                "Enlarge the picture first.",
            )
        return high, wide

    def _told_size(self, picture: Picture, seen: Picture) -> tuple[str, ...]:
        """Return the notice for a picture that the memory did not let through as it is."""
        spec = self._preparation
        if spec.fixed is not None or spec.side is not None:
            return ()
        if picture.height - seen.height < spec.multiple and picture.width - seen.width < spec.multiple:
            return ()
        return (
            f"The picture was reduced from {picture.width} x {picture.height} to {seen.width} x "
            f"{seen.height} pixels, which the memory allows; a larger memory limit allows more.",
        )

    def prepare(self, picture: Picture, most: int | None = None) -> tuple[np.ndarray, Picture]:
        """Make a network's input of a picture.

        Parameters
        ----------
        picture : Picture
            Alpha is left out; a profile is converted to sRGB.
        most : int, optional
            Pixels a network of any size is fed at most; `most_pixels()` if not given.

        Returns
        -------
        feed : ndarray
            (1, C, H, W) or (1, H, W, C) float32.
        seen : Picture
            What the network sees, sRGB uint8: resized if the network has one size (after its middle of that
            aspect was cut out, unless the card says that the whole is stretched), or if the picture has too
            many pixels; else cut to a multiple.

        Raises
        ------
        OptionsInvalid
            The picture is smaller than the multiple.
        NotFinite
            A float picture holds NaN or infinity.
        """
        import numpy as np

        from deconv_studio import imaging

        spec = self.preparation
        if picture.color.dtype.kind == "f" and not np.isfinite(picture.color).all():
            raise NotFinite(
                "The picture holds values that are not numbers, or infinite.",
                "Replace them first; such pixels would spoil everything around them.",
            )
        if picture.icc_profile is not None:
            picture = imaging.to_srgb(picture)
        color = picture.color
        if spec.fixed is not None:
            height, width = spec.fixed
            color = color if spec.stretch else _centre(color, spec.fixed)
        else:
            if most is None and color.shape[0] * color.shape[1] > _LEAST_SIDE**2:
                most = self.most_pixels()
            height, width = self.fed_size(color.shape[0], color.shape[1], most)
            if color.shape[0] - height < spec.multiple and color.shape[1] - width < spec.multiple:
                color = color[:height, :width]
        if color.shape[:2] != (height, width):
            color = imaging.resize_bicubic(np.ascontiguousarray(color), (width, height))
        top = np.iinfo(color.dtype).max if color.dtype.kind == "u" else 1.0
        unit = color.astype(np.float32) / np.float32(top)
        if spec.by_brightest:
            unit = unit / max(float(unit.max()), 1e-6)
        seen = imaging.Picture(np.rint(np.clip(unit, 0, 1) * 255).astype(np.uint8), source=picture.source)
        if spec.channels == 3:
            unit = np.repeat(unit, 3, axis=2) if unit.shape[2] == 1 else unit
        elif unit.shape[2] == 3:
            unit = unit @ np.array([[0.299], [0.587], [0.114]], np.float32)
        low, high = spec.value_range
        mean, deviation = (np.asarray(values, np.float32) for values in (spec.mean, spec.std))
        feed = (unit * np.float32(high - low) + np.float32(low) - mean) / deviation
        feed = feed.astype(np.float32)
        return (
            feed[None] if spec.channels_last else np.ascontiguousarray(feed.transpose(2, 0, 1))[None]
        ), seen

    def run(self, picture: Picture, options: InspectOptions, control: Control | None = None) -> Inspection:
        """Find a unit in a picture and project it back.

        Parameters
        ----------
        picture : Picture
        options : InspectOptions
        control : Control, optional

        Returns
        -------
        Inspection

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        at, unit = options.where(), options.unit_number()
        spec = self.preparation
        most = None
        if spec.fixed is None and picture.height * picture.width > _LEAST_SIDE**2:
            graph = self.lens.graph(self._shape((_REFERENCE, _REFERENCE)))
            layer = graph.find(options.layer) if options.layer else self._last_map(graph.image_shape)
            way = options.rule if options.rule != "auto" else self._rule_for(graph, layer)[0]
            # Grad-CAM goes back from the scores, so through all there is.
            most = self.most_pixels(None if way == "gradcam" else layer, way)
        feed, seen = self.prepare(picture, most)
        graph = self.lens.graph(feed.shape)
        layer = graph.find(options.layer) if options.layer else self._last_map(feed.shape)
        rule: str = options.rule if options.rule != "auto" else self._rule_for(graph, layer)[0]
        if rule in ("gradcam", "occlusion"):
            look = self.lens.look(feed, [layer], (), control)
            found = self._map(look, seen, layer, unit, at, rule, options, control)
        else:
            look = self.lens.look(feed, [layer], [rule], control)
            found = self._inspect(look, seen, layer, unit, at, rule, options, control)
        return dataclasses.replace(found, notices=(*self._told_size(picture, seen), *found.notices))

    def _inspect(
        self,
        look: Look,
        seen: Picture,
        layer: str,
        unit: int | None,
        at: Literal["max", "all"] | tuple[int, ...],
        rule: str,
        options: InspectOptions,
        control: Control | None,
    ) -> Inspection:
        if unit is None:
            unit = self.lens.strongest(look, layer, 1)[0][0]
        found = self.lens.reconstruct(look, layer, unit, at, method=rule, value=options.seed, control=control)
        return self.as_inspection(found, look, seen, options)

    def inspect(
        self, look: Look, seen: Picture, options: InspectOptions, control: Control | None = None
    ) -> Inspection:
        """Find a unit in a picture that was looked at before, and project it back.

        Parameters
        ----------
        look : Look
            A forward pass that kept every layer.
        seen : Picture
            What `prepare` gave with it.
        options : InspectOptions
        control : Control, optional

        Returns
        -------
        Inspection

        Raises
        ------
        OptionsInvalid, LensError, Cancelled
        """
        at, unit = options.where(), options.unit_number()
        layer = look.graph.find(options.layer) if options.layer else self._last_map(look.graph.image_shape)
        rule: str = options.rule if options.rule != "auto" else self._rule_for(look.graph, layer)[0]
        make = self._map if rule in ("gradcam", "occlusion") else self._inspect
        return make(look, seen, layer, unit, at, rule, options, control)

    def as_inspection(
        self, found: Reconstruction, look: Look, seen: Picture, options: InspectOptions
    ) -> Inspection:
        """Return a reconstruction with the patch of the picture that caused it, ready to be shown and saved.

        Parameters
        ----------
        found : Reconstruction
        look : Look
            What it was made from.
        seen : Picture
            What `prepare` gave with it.
        options : InspectOptions
            What was asked for.

        Returns
        -------
        Inspection
        """
        import numpy as np

        from deconv_studio import imaging

        layer, unit, rule = found.layer, found.unit, found.method
        values = found.full()
        rows, columns = (1, 2) if self.preparation.channels_last else (2, 3)
        box = found.box[rows], found.box[columns]
        if self.preparation.channels_last:
            values = values.transpose(2, 0, 1)
        patch = seen.pixels[slice(*box[0]), slice(*box[1])]
        notices = []
        if options.rule == "auto":
            notices.append(self._rule_for(look.graph, layer)[1])
        notices.extend(_told(found.notes))
        parameters = options.model_dump(mode="json") | {"layer": layer, "unit": str(unit), "rule": rule}
        return Inspection(
            values=np.ascontiguousarray(values),
            view=imaging.Picture(signed_view(values), source=seen.source),
            patch=seen.replace(pixels=np.ascontiguousarray(patch)),
            layer=layer,
            rule=rule,
            unit=unit,
            at=found.at,
            seed_value=found.seed_value,
            box=box,
            model_id=self.model_id,
            model_sha256=self.lens.sha256,
            parameters=parameters,
            notices=tuple(notices),
        )

    def _map(
        self,
        look: Look,
        seen: Picture,
        layer: str,
        unit: int | None,
        at: Literal["max", "all"] | tuple[int, ...],
        rule: str,
        options: InspectOptions,
        control: Control | None,
    ) -> Inspection:
        """Make the map of a view that is no reconstruction."""
        import numpy as np

        from deconv_studio import imaging
        from deconv_studio.lens.views import class_activation_map, occlude

        height, width = seen.pixels.shape[:2]
        box = (0, height), (0, width)
        of = self._scores(look.graph) if rule == "gradcam" else layer
        activation = self.lens.activation(look, of, control)[0]
        if unit is None:
            unit = self.lens.strongest(look, of, 1)[0][0]
        if not 0 <= unit < len(activation):
            raise OptionsInvalid(
                f"The layer {of!r} has no unit {unit}.", f"Its units are 0 to {len(activation) - 1}."
            )
        if at == "all":
            raise OptionsInvalid(
                f"{rule} looks at one position, not at all.", "Write max, or y,x such as 3,5."
            )
        if at == "max":
            plane = activation[unit]
            at = tuple(int(i) for i in np.unravel_index(int(plane.argmax()), plane.shape))
        if rule == "gradcam":
            found = class_activation_map(self.lens, look, layer, of, unit, at, control=control)
            values = imaging.resize_bicubic(found[:, :, None], (width, height))[:, :, 0]
            notice = f"Unit {unit} of {of} is the class; the map is of {layer}."
        else:
            if self.preparation.channels_last:
                raise OptionsInvalid(
                    "Occlusion needs a network whose input has its channels first.", "Choose another rule."
                )
            field = self.lens.receptive_field(look.graph, layer, at)
            box = field[2], field[3]
            window = max(2, min(height, width) // 8)
            result = occlude(
                self.lens, look, layer, unit, at, window=window, stride=max(1, window // 2), control=control
            )
            total, count = np.zeros((2, height, width), np.float32)
            for row, drops in zip(result.boxes, result.drop, strict=True):
                for (rows, columns), drop in zip(row, drops, strict=True):
                    total[slice(*rows), slice(*columns)] += drop
                    count[slice(*rows), slice(*columns)] += 1
            values = total / np.maximum(count, 1)
            notice = f"A patch of {window} x {window} pixels covered the picture in {result.runs} places."
        if rule == "gradcam":
            values = np.maximum(values, 0)
        values = np.ascontiguousarray(values[None], np.float32)
        parameters = options.model_dump(mode="json") | {"layer": layer, "unit": str(unit), "rule": rule}
        return Inspection(
            values=values,
            view=imaging.Picture(signed_view(values), source=seen.source),
            patch=seen.replace(pixels=np.ascontiguousarray(seen.pixels[slice(*box[0]), slice(*box[1])])),
            layer=layer,
            rule=rule,
            unit=unit,
            at=at,
            seed_value=float(activation[(unit, *at)]),
            box=box,
            model_id=self.model_id,
            model_sha256=self.lens.sha256,
            parameters=parameters,
            notices=(notice,),
        )

    def _last_map(self, shape: Sequence[int]) -> str:
        layers = self.lens.layers(shape)
        if not layers:
            raise OptionsInvalid("No layer of this network can be projected back.", "Choose another network.")
        maps = [layer for layer in layers if len(layer.shape) == 4 and layer.shape[2] * layer.shape[3] > 1]
        return (maps or layers)[-1].name

    def layers(self, size: tuple[int, int] | None = None) -> list[dict[str, Any]]:
        """Return what ``--list`` prints: the layers that can be projected back, JSON-able, first to last.

        Parameters
        ----------
        size : (int, int), optional
            Height and width of the picture; the network's own, or 224 x 224 cut to its multiple.

        Returns
        -------
        list of dict
            ``layer``, ``operator``, ``node``, ``shape``, ``units``, ``parameters``, ``rule`` (the default).
        """
        shape = self._shape(size)
        graph = self.lens.graph(shape)
        return [
            {
                "layer": layer.name,
                "operator": layer.op,
                "node": layer.node,
                "shape": list(layer.shape),
                "units": layer.shape[1],
                "parameters": layer.parameters,
                "rule": self.lens.default_method(graph, layer.name),
            }
            for layer in self.lens.layers(shape)
        ]

    def export(
        self,
        layer: str,
        rule: str,
        path: Path,
        size: tuple[int, int] | None = None,
        *,
        overwrite: bool = False,
    ) -> Path:
        """Write the fused image-and-seed graph of a layer; see `lens.export.write_recon`.

        Parameters
        ----------
        layer : str
        rule : {"auto", "deconvnet", "guided", "gradient"}
        path : Path
        size : (int, int), optional
            As for `layers`.
        overwrite : bool

        Raises
        ------
        LensError
        """
        from deconv_studio.lens.export import write_recon

        graph = self.lens.graph(self._shape(size))
        name = graph.find(layer) if layer else self._last_map(graph.image_shape)
        rule = self.lens.default_method(graph, name) if rule == "auto" else rule
        return write_recon(graph, name, rule, path, overwrite=overwrite)

    def _shape(self, size: tuple[int, int] | None) -> tuple[int, ...]:
        if self._no_picture is not None:
            # Its own size; a code or label map has no other.
            return self.lens.graph().image_shape
        spec = self._preparation
        height, width = spec.fixed or size or (224, 224)
        if spec.fixed is None:
            height, width = (max(1, side // spec.multiple) * spec.multiple for side in (height, width))
        return (1, height, width, spec.channels) if spec.channels_last else (1, spec.channels, height, width)


def preparation_of(model: Any, name: str) -> Preparation:
    """Read off the network's input what it shows: channels, layout, fixed size.

    Parameters
    ----------
    model : onnx.ModelProto
    name : str
        What messages call it.

    Returns
    -------
    Preparation

    Raises
    ------
    OptionsInvalid
        It takes no picture of 1 or 3 channels.
    """
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in stored]
    sizes = [
        tuple(dim.dim_value if dim.HasField("dim_value") else 0 for dim in item.type.tensor_type.shape.dim)
        for item in inputs
    ]
    if len(sizes) == 1 and len(sizes[0]) == 4:
        _, first, second, third = sizes[0]
        for channels, last, plane in ((first, False, (second, third)), (third, True, (first, second))):
            if channels in (1, 3) and 1 not in plane:
                fixed = plane if all(plane) else None
                return Preparation(channels, "rgb" if channels == 3 else "gray", last, fixed=fixed)
    text = " and ".join("x".join(str(side or "any") for side in shape) for shape in sizes) or "nothing"
    raise OptionsInvalid(
        f"{name} takes {text}, which is no picture of 1 or 3 channels.",
        "Choose a network that looks at pictures.",
    )


def _centre(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Cut the largest centred piece of the aspect of `size` (height, width)."""
    height, width = pixels.shape[:2]
    high = min(height, max(1, round(width * size[0] / size[1])))
    wide = min(width, max(1, round(height * size[1] / size[0])))
    top, left = (height - high) // 2, (width - wide) // 2
    return pixels[top : top + high, left : left + wide]


def signed_view(values: np.ndarray) -> np.ndarray:
    """Return a reconstruction for the eye.

    Parameters
    ----------
    values : ndarray
        (C, H, W) float32, signed.

    Returns
    -------
    ndarray
        (H, W, 3) or (H, W, 1) uint8: 128 where zero, the strongest value 1 or 255. Channels that are no
        colours are averaged.
    """
    import numpy as np

    shown = values if values.shape[0] in (1, 3) else values.mean(axis=0, keepdims=True)
    top = float(np.abs(shown).max())
    gain = 127.0 / top if top > 0 else 0.0
    return np.rint(128.0 + shown.transpose(1, 2, 0) * gain).astype(np.uint8)


def layers_as_json(layers: list[dict[str, Any]]) -> str:
    """Return the layers as one JSON array, a layer a line, for ``--list``."""
    return "[\n" + ",\n".join(json.dumps(layer) for layer in layers) + "\n]"
