"""What excites a unit, back in pixels: a picture made ready, a unit found in it, its reconstruction."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .base import Options, option
from .errors import OptionsInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.lens.reconstruct import Look

    from .result import Result

TASK = "inspect"


class InspectOptions(Options):
    """Which unit to look at, and how it goes back to pixels."""

    layer: str = option(
        "",
        label="Layer",
        help="A tensor's name, or a node's that has one output; empty takes the last layer with a map.",
    )
    unit: str = option("top", label="Unit", help="The unit's number, or top for the strongest one.")
    at: str = option("max", label="Position", help="Where on its map: max, all, or y,x such as 3,5.")
    rule: Literal["auto", "deconvnet", "guided", "gradient", "gradcam", "occlusion"] = option(
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
    """

    channels: int = 3
    color: str = "rgb"
    channels_last: bool = False
    value_range: tuple[float, float] = (0.0, 1.0)
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    fixed: tuple[int, int] | None = None
    multiple: int = 1

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
        }

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

    Raises
    ------
    LensError
    OptionsInvalid
        The network's input is no picture.
    """

    def __init__(
        self,
        path: Path,
        *,
        card: Card | None = None,
        mean: Sequence[float] | None = None,
        std: Sequence[float] | None = None,
        value_range: tuple[float, float] | None = None,
        threads: int | None = None,
    ) -> None:
        import dataclasses

        from deconv_studio.lens.reconstruct import Lens

        self.lens = Lens(path, threads=threads)
        self.model_id = card.id if card is not None else path.name
        base = Preparation.of_card(card) if card is not None else _prepared_for(self.lens.model, path.name)
        changes: dict[str, Any] = {
            key: value
            for key, value in (
                ("mean", None if mean is None else tuple(mean)),
                ("std", None if std is None else tuple(std)),
                ("value_range", value_range),
            )
            if value is not None
        }
        self.preparation = dataclasses.replace(base, **changes)
        for name, values in (("mean", self.preparation.mean), ("std", self.preparation.std)):
            if len(values) not in (1, self.preparation.channels):
                raise OptionsInvalid(
                    f"{name} has {len(values)} values, the network's input "
                    f"{self.preparation.channels} channels.",
                    "Give one value, or one for each channel.",
                )

    def prepare(self, picture: Picture) -> tuple[np.ndarray, Picture]:
        """Make a network's input of a picture.

        Parameters
        ----------
        picture : Picture
            Alpha is left out; a profile is converted to sRGB.

        Returns
        -------
        feed : ndarray
            (1, C, H, W) or (1, H, W, C) float32.
        seen : Picture
            What the network sees, sRGB uint8: cut to the fixed aspect and resized if the network has one
            size, else cut to a multiple.

        Raises
        ------
        OptionsInvalid
            The picture is smaller than the multiple.
        """
        import numpy as np

        from deconv_studio import imaging

        spec = self.preparation
        if picture.icc_profile is not None:
            picture = imaging.to_srgb(picture)
        color = picture.color
        if spec.fixed is not None:
            color = imaging.resize_bicubic(_centre(color, spec.fixed), (spec.fixed[1], spec.fixed[0]))
        else:
            height, width = (size // spec.multiple * spec.multiple for size in color.shape[:2])
            if not height or not width:
                raise OptionsInvalid(
                    f"The picture is {picture.width} x {picture.height}, the network takes at least "
                    f"{spec.multiple} x {spec.multiple}.",
                    "Enlarge the picture first.",
                )
            color = color[:height, :width]
        top = np.iinfo(color.dtype).max if color.dtype.kind == "u" else 1.0
        unit = color.astype(np.float32) / np.float32(top)
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
        feed, seen = self.prepare(picture)
        graph = self.lens.graph(feed.shape)
        layer = graph.find(options.layer) if options.layer else self._last_map(feed.shape)
        rule = options.rule if options.rule != "auto" else self.lens.default_method(graph, layer)
        if rule in ("gradcam", "occlusion"):
            look = self.lens.look(feed, [layer], (), control)
            return self._map(look, seen, layer, unit, at, rule, options, control)
        look = self.lens.look(feed, [layer], [rule], control)
        return self._inspect(look, seen, layer, unit, at, rule, options, control)

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
        import numpy as np

        from deconv_studio import imaging

        if unit is None:
            unit = self.lens.strongest(look, layer, 1)[0][0]
        found = self.lens.reconstruct(look, layer, unit, at, method=rule, value=options.seed, control=control)
        values = found.full()
        rows, columns = (1, 2) if self.preparation.channels_last else (2, 3)
        box = found.box[rows], found.box[columns]
        if self.preparation.channels_last:
            values = values.transpose(2, 0, 1)
        patch = seen.pixels[slice(*box[0]), slice(*box[1])]
        notices = []
        if options.rule == "auto":
            reason = (
                "max pools tie this layer to the picture"
                if rule == "deconvnet"
                else "no max pool is on the way"
            )
            notices.append(f"The rule is {rule}, because {reason}.")
        texts: dict[tuple[str, str], int] = {}
        for note in found.notes:
            texts[note.op, note.text] = texts.get((note.op, note.text), 0) + 1
        notices.extend(f"{op} ({count} times): {text}." for (op, text), count in texts.items())
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
        of = self.lens.layers(look.picture.shape)[-1].name if rule == "gradcam" else layer
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
        spec = self.preparation
        height, width = spec.fixed or size or (224, 224)
        if spec.fixed is None:
            height, width = (max(1, side // spec.multiple) * spec.multiple for side in (height, width))
        return (1, height, width, spec.channels) if spec.channels_last else (1, spec.channels, height, width)


def _prepared_for(model: Any, name: str) -> Preparation:
    """Read off the network's input what it shows: channels, layout, fixed size."""
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


def write_values(values: np.ndarray, path: Path, *, overwrite: bool = False) -> Path:
    """Write a reconstruction as .npy, aside first and then renamed.

    Parameters
    ----------
    values : ndarray
        (C, H, W) float32.
    path : Path
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    OutputExists, WriteFailed
        Of the imaging room, as for pictures.
    """
    import contextlib
    import os

    import numpy as np

    from deconv_studio.imaging import OutputExists, WriteFailed

    if path.exists() and not overwrite:
        raise OutputExists(f"{path} exists.")
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as stream:
            np.save(stream, values)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise WriteFailed(f"{path} cannot be written: {error.strerror or error}.") from error
    return path


def layers_as_json(layers: list[dict[str, Any]]) -> str:
    """Return the layers as JSON lines, for ``--list``."""
    return "\n".join(json.dumps(layer, ensure_ascii=False) for layer in layers)
