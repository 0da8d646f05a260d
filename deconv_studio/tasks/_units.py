"""What the units of a generator draw: switched off or on in a part of their maps, and ranked by their share.

After Bau et al. 2019, "GAN Dissection: Visualizing and Understanding Generative Adversarial Networks".
"""

from __future__ import annotations

import base64
import binascii
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._latents import Point, check_generator, point_of
from .base import card_of
from .errors import OptionsInvalid

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model

BATCH = 16
"""Pictures in one run of the network."""
QUANTILE = 0.99
_REFERENCE = 64
_KEPT = 8


@dataclass(frozen=True)
class Layer:
    """A layer of a generator that can be painted on.

    Attributes
    ----------
    name : str
        Of its tensor.
    shape : (int, int, int)
        Units, height, width.
    op : str
        Type of the operator that makes it.
    """

    name: str
    shape: tuple[int, int, int]
    op: str


@dataclass(frozen=True, eq=False)
class Edit:
    """One unit set to a value in a part of its map.

    Attributes
    ----------
    layer : str
        A name of `layers_of`.
    unit : int
    mask : ndarray
        ``(h, w)`` float32 in [0, 1], of the layer's size or of any other, which is then brought to it by the
        means of areas; 1: set wholly, between: blended. Rounded to steps of 1 / 255, as it is written to
        files.
    value : float
        0 switches the unit off; 1 is its `unit_scales`, as strong as it is at its strongest.
    """

    layer: str
    unit: int
    mask: np.ndarray
    value: float = 0.0


class _Kept:
    """The latest of what is costly to make, for the models in use; made once, whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._found: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def get(self, key: tuple[Any, ...], make: Any) -> Any:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return made


_layers, _opened, _scales = _Kept(), _Kept(), _Kept()


def feed_of(model: Model, points: Sequence[Point]) -> dict[str, np.ndarray]:
    """The network's inputs for some points.

    Parameters
    ----------
    model : Model
        A generator.
    points : sequence of Point
        N of them.

    Returns
    -------
    dict of str to ndarray
        By the inputs' names: latents ``(N, size)`` or ``(N, size, 1, 1)`` float32, as the network wants them,
        and, where it takes one, the class of each ``(N,)`` int64.
    """
    import numpy as np

    spec = card_of(model).latent
    assert spec is not None
    latents = np.stack([point.latent for point in points])
    feed: dict[str, np.ndarray] = {spec.name: latents[:, :, None, None] if spec.rank == 4 else latents}
    if spec.class_name is not None:
        feed[spec.class_name] = np.array([point.klass or 0 for point in points], np.int64)
    return feed


def run(
    model: Model, feed: dict[str, np.ndarray], control: Control | None = None, *, last: bool = True
) -> np.ndarray:
    """Run a generator; after the last of several runs the memory goes back, see `Model.run`.

    Returns
    -------
    ndarray
        ``(N, H, W, 1 or 3)`` float32, [0, 1] where the network keeps to its range, not clipped.

    Raises
    ------
    BadOutput, Cancelled, EngineError
    """
    import numpy as np

    from deconv_studio.engine.errors import BadOutput

    card = card_of(model)
    made = model.run(feed, control, outputs=[card.output.name], shrink=last)[card.output.name]
    if made.ndim != 4 or not np.isfinite(made).all():
        raise BadOutput(f"{model.name} made no picture ({made.shape}, or values that are not finite).")
    if card.input.layout == "NCHW":
        made = made.transpose(0, 2, 3, 1)
    low, high = card.output.range
    return (made - np.float32(low)) / np.float32(high - low)


def raw(
    model: Model,
    points: Sequence[Point],
    control: Control | None = None,
    edits: Sequence[Edit] = (),
) -> Iterator[np.ndarray]:
    """Make the pictures of points, a few at a time, before they are rounded.

    Yields
    ------
    ndarray
        ``(n, H, W, 1 or 3)`` float32, see `run`; together as many as there are points, in their order.

    Raises
    ------
    ModelUnfit, OptionsInvalid, Cancelled, EngineError
    """
    check_generator(card_of(model))
    painted, inputs = _painted(model, edits)
    for start in range(0, len(points), BATCH):
        some = points[start : start + BATCH]
        last = start + BATCH >= len(points)
        yield run(painted, {**feed_of(model, some), **inputs}, control, last=last)
        if control is not None:
            done = min(start + BATCH, len(points))
            control.progress(done / len(points), f"Picture {done} of {len(points)}")


def layers_of(model: Model) -> tuple[Layer, ...]:
    """The layers of a generator that can be painted on, first to last.

    Raises
    ------
    ModelUnfit, LensError, EngineError
    """
    from deconv_studio.lens.painting import paintable

    card = card_of(model)
    check_generator(card)

    def find() -> tuple[Layer, ...]:
        found = paintable(model.path, feed_of(model, [point_of(card, 0)]))
        return tuple(Layer(item.name, item.shape, item.op) for item in found)

    layers: tuple[Layer, ...] = _layers.get((model.sha256,), find)
    return layers


def layer_named(model: Model, name: str) -> Layer:
    """One of `layers_of` by its name.

    Raises
    ------
    OptionsInvalid
        If there is none of that name.
    """
    layers = layers_of(model)
    found = next((layer for layer in layers if layer.name == name), None)
    if found is None:
        names = ", ".join(layer.name for layer in layers) or "none: nothing of it can be painted on"
        raise OptionsInvalid(f"{model.name} has no layer {name!r}.", f"Its layers are {names}.")
    return found


def unit_scales(model: Model, layer: str) -> np.ndarray:
    """How strong each unit of a layer is where it is strong.

    Returns
    -------
    ndarray
        ``(C,)`` float32, at least 0: the `QUANTILE` of its values' sizes over the maps of the seeds 0 to 63;
        of a unit that is hardly ever on, the largest.

    Raises
    ------
    OptionsInvalid, LensError, EngineError
    """
    from deconv_studio.engine.session import altered
    from deconv_studio.lens.painting import watched

    layer_named(model, layer)

    def measure() -> np.ndarray:
        import numpy as np

        card = card_of(model)
        seen = altered(model, watched(model.path, [layer]).SerializeToString())
        points = [point_of(card, seed) for seed in range(_REFERENCE)]
        maps = [
            seen.run(feed_of(model, points[start : start + BATCH]), outputs=[layer])[layer]
            for start in range(0, len(points), BATCH)
        ]
        sizes = np.abs(np.concatenate(maps)).transpose(1, 0, 2, 3).reshape(maps[0].shape[1], -1)
        high = np.quantile(sizes, QUANTILE, axis=1)
        return np.where(high > 0, high, sizes.max(1)).astype(np.float32)

    scales: np.ndarray = _scales.get((model.sha256, layer), measure)
    return scales


def unit_strengths(
    model: Model, layer: str, points: Sequence[Point], control: Control | None = None
) -> np.ndarray:
    """How much each unit of a layer draws: what is missing from the picture when it is off.

    Parameters
    ----------
    model : Model
        A generator.
    layer : str
        A name of `layers_of`.
    points : sequence of Point
        The pictures to look at, one or more; the mean over them counts.
    control : Control, optional

    Returns
    -------
    ndarray
        ``(C,)`` float32: mean absolute difference of the picture, in 8-bit steps, with the unit off
        everywhere.

    Raises
    ------
    ModelUnfit, OptionsInvalid, LensError, Cancelled, EngineError
    """
    import numpy as np

    from deconv_studio.lens.painting import ADD, KEEP

    if not points:
        raise OptionsInvalid("Units are ranked by pictures, and none is named.", "Choose one sample or more.")
    units = layer_named(model, layer).shape[0]
    opened = _session(model, (layer,))
    whole = np.ones((1, units, 1, 1), np.float32)
    still = {f"{layer}{KEEP}": whole, f"{layer}{ADD}": np.zeros((1, 1, 1, 1), np.float32)}
    found = np.zeros(units)
    for number, point in enumerate(points):
        plain = np.clip(run(opened, {**feed_of(model, [point]), **still}, control, last=False), 0, 1)
        for start in range(0, units, BATCH):
            some = range(start, min(start + BATCH, units))
            keep = np.ones((len(some), units, 1, 1), np.float32)
            keep[np.arange(len(some)), list(some)] = 0
            feed = {**feed_of(model, [point] * len(some)), **still, f"{layer}{KEEP}": keep}
            last = number + 1 == len(points) and some.stop == units
            changed = np.clip(run(opened, feed, control, last=last), 0, 1)
            found[start : some.stop] += np.abs(changed - plain).mean((1, 2, 3))
            if control is not None:
                done = (number + some.stop / units) / len(points)
                control.progress(done, f"Unit {some.stop} of {units}")
    return (found / len(points) * 255).astype(np.float32)


def edits_to_json(model: Model, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    """Edits as a file holds them: the mask in the layer's size, 8-bit, deflated, in base64."""
    found = []
    for edit in edits:
        steps = _mask(model, edit)
        packed = base64.b64encode(zlib.compress(steps.tobytes(), 9)).decode("ascii")
        place = {"layer": edit.layer, "unit": int(edit.unit), "value": float(edit.value)}
        found.append({**place, "size": list(steps.shape), "mask": packed})
    return found


def edits_from_json(content: Any) -> tuple[Edit, ...]:
    """Read back what `edits_to_json` gave.

    Raises
    ------
    OptionsInvalid
        If it is something else.
    """
    import numpy as np

    found = []
    try:
        for item in content:
            height, width = (int(side) for side in item["size"])
            if not (0 < height <= 4096 and 0 < width <= 4096):
                raise ValueError("a mask of that size")
            # No more is unpacked than a mask of that size holds.
            steps = zlib.decompressobj().decompress(
                base64.b64decode(item["mask"], validate=True), height * width
            )
            mask = np.frombuffer(steps, np.uint8).reshape(height, width) / np.float32(255)
            found.append(Edit(str(item["layer"]), int(item["unit"]), mask, float(item["value"])))
    except (KeyError, TypeError, ValueError, OverflowError, binascii.Error, zlib.error) as error:
        raise OptionsInvalid(
            "The edits in the file are damaged.", "Take a file that sample wrote for this generator."
        ) from error
    return tuple(found)


def _mask(model: Model, edit: Edit) -> np.ndarray:
    """An edit's mask in its layer's size, ``(h, w)`` uint8, checked."""
    import numpy as np

    units, height, width = layer_named(model, edit.layer).shape
    if not 0 <= edit.unit < units:
        raise OptionsInvalid(
            f"{edit.layer} has no unit {edit.unit}.", f"It has {units} units, the first one is 0."
        )
    mask: np.ndarray = np.asarray(edit.mask, np.float32)
    if mask.ndim != 2 or not mask.size or not np.isfinite(mask).all() or not np.isfinite(edit.value):
        raise OptionsInvalid(
            f"The mask of unit {edit.unit} is no map of finite values.", "Give one of (height, width)."
        )
    if mask.shape != (height, width):
        import cv2

        smaller = mask.shape[0] >= height and mask.shape[1] >= width
        how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        mask = cv2.resize(mask, (width, height), interpolation=how)
    steps: np.ndarray = np.rint(np.clip(mask, 0, 1) * 255).astype(np.uint8)
    return steps


def _painted(model: Model, edits: Sequence[Edit]) -> tuple[Model, dict[str, np.ndarray]]:
    """The model with its edited layers opened, and what goes into them; the model itself where nothing is
    edited.

    Later edits lie over earlier ones: blending with mask m to value v takes x to (1 - m) x + m v, which
    follows itself as ``keep`` and ``add``.
    """
    import numpy as np

    from deconv_studio.lens.painting import ADD, KEEP

    inputs: dict[str, np.ndarray] = {}
    touched: list[str] = []
    for edit in edits:
        steps = _mask(model, edit)
        if not steps.any():
            continue
        mask = steps / np.float32(255)
        if edit.layer not in touched:
            touched.append(edit.layer)
            shape = (1, *layer_named(model, edit.layer).shape)
            inputs[f"{edit.layer}{KEEP}"] = np.ones(shape, np.float32)
            inputs[f"{edit.layer}{ADD}"] = np.zeros(shape, np.float32)
        value = edit.value * float(unit_scales(model, edit.layer)[edit.unit]) if edit.value else 0.0
        keep, add = (inputs[f"{edit.layer}{tail}"][0, edit.unit] for tail in (KEEP, ADD))
        keep *= 1 - mask
        add *= 1 - mask
        add += mask * np.float32(value)
    return (_session(model, tuple(sorted(touched))), inputs) if touched else (model, {})


def _session(model: Model, layers: tuple[str, ...]) -> Model:
    from deconv_studio.engine.session import altered
    from deconv_studio.lens.painting import opened

    key = (model.sha256, layers, model.provider, model.threads)
    made: Model = _opened.get(key, lambda: altered(model, opened(model.path, layers).SerializeToString()))
    return made
