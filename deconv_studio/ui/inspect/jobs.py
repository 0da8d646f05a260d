"""What the Inspect panel has done in the background: opening, looking, reconstructing, drawing; no widget."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deconv_studio.ui.inspect import colours
from deconv_studio.ui.inspect.cards import Card
from deconv_studio.ui.inspect.strip import short_name

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from deconv_studio.catalog import Card as ModelCard
    from deconv_studio.catalog import Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks.inspect import Inspection, InspectOptions, Inspector
    from deconv_studio.tasks.looking import Scene, Score, Shuffled, UnitMaps, Verdict

_KEPT = 2


@dataclass(frozen=True, eq=False)
class Source:
    """A network to look into: a catalog's entry, or a file."""

    path: Path
    entry: Entry | None = None

    @property
    def name(self) -> str:
        """What links call it."""
        return self.entry.card.id if self.entry is not None else self.path.name

    @property
    def card(self) -> ModelCard | None:
        """Its card."""
        return self.entry.card if self.entry is not None else None


@dataclass(frozen=True)
class Style:
    """How things are drawn."""

    gain: float = 1.0
    ramp: str = "inferno"
    signed: str = "pixels"
    shared: bool = False


@dataclass(frozen=True, eq=False)
class Looked:
    """A scene, and what is shown of it at once."""

    source: Source
    scene: Scene
    picture: QImage
    scores: list[Score]
    tables: dict[str, list[int]]
    layer: str
    head: str
    seconds: float


@dataclass(frozen=True, eq=False)
class Drawn:
    """A unit's map and reconstruction, ready to be shown."""

    scene: Scene
    found: Inspection
    plane: Any
    map: QImage
    view: QImage
    style: Style
    seconds: float = 0.0


class Networks:
    """Networks that were opened, the last few."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, int | None], Inspector] = OrderedDict()

    def inspector(self, source: Source, threads: int | None, memory: int | None) -> Inspector:
        """Open a network, or give the one that is open.

        Raises
        ------
        CatalogError, LensError, OptionsInvalid
        """
        from deconv_studio import catalog
        from deconv_studio.tasks.inspect import Inspector

        key = str(source.path), threads
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        path = source.path
        if source.entry is not None:
            path = source.entry.verified_path()
        else:
            # Refuses what is no network, is too large, or has weights outside its folder.
            catalog.inspect_file(path)
        made = Inspector(path, card=source.card, threads=threads, memory=memory)
        with self._lock:
            self._open[key] = made
            while len(self._open) > _KEPT:
                self._open.popitem(last=False)
        return made

    def forget(self, path: Path) -> None:
        """Open a file anew the next time: it may have changed."""
        with self._lock:
            for key in [each for each in self._open if each[0] == str(path)]:
                del self._open[key]


def may_look(control: Control, source: Source) -> bool:
    """Whether the licence was seen, so that nothing has to be asked."""
    from deconv_studio import catalog

    control.raise_if_cancelled()
    return source.card is None or catalog.licence_seen(source.card)


def look(
    control: Control,
    networks: Networks,
    source: Source,
    picture: Picture,
    longest: int | None,
    threads: int | None,
    memory: int | None,
    wanted: str,
) -> Looked:
    """Open a network and let it see a picture."""
    from deconv_studio.tasks.looking import Scene

    control.progress(0.0, "")
    inspector = networks.inspector(source, threads, memory)
    control.raise_if_cancelled()
    start = time.perf_counter()
    scene = Scene(inspector, picture, longest, control)
    seconds = time.perf_counter() - start
    tables = {name: colours.qt_table(name) for name in (*colours.RAMPS, "diverging")}
    names = [layer.name for layer in scene.layers]
    layer = wanted if wanted in names else _first_choice(scene)
    return Looked(
        source, scene, colours.image(scene.seen.pixels), scene.scores(control=control), tables, layer,
        scene.layers[-1].name, seconds,
    )  # fmt: skip


def _first_choice(scene: Scene) -> str:
    """The layer to begin with: the last with maps of a size to see something in."""
    if not scene.layers:
        from deconv_studio.tasks.errors import OptionsInvalid

        raise OptionsInvalid(
            "This network has no layer that depends on the picture.", "Choose another network."
        )
    maps = [
        layer
        for layer in scene.layers
        if layer.main and layer.reversible and len(layer.shape) == 3 and min(layer.shape[1:]) >= 6
        and layer.units > 3
    ]  # fmt: skip
    return (maps or list(scene.layers))[-1].name


def fields(control: Control, scene: Scene) -> dict[str, tuple[int, int]]:
    """Receptive fields of all layers."""
    return scene.fields(control)


def units(control: Control, scene: Scene, layer: str, shared: bool) -> UnitMaps:
    """All units of a layer."""
    maps = scene.maps(layer, side=96, shared=shared, control=control)
    if maps.maps[0].size == 1 and not shared:
        # A single value is always its own strongest: only beside the others does it say anything.
        maps = scene.maps(layer, side=96, shared=True, control=control)
    return maps


def draw(
    control: Control, scene: Scene, found: Inspection, plane: Any, style: Style, seconds: float = 0.0
) -> Drawn:
    """Draw a unit's map and reconstruction."""
    control.raise_if_cancelled()
    top = None if found.rule == "gradcam" else _top(scene, found.layer, plane, control)
    image, view = colours.map_image(plane, style.ramp, top=top), view_of(scene, found, style)
    return Drawn(scene, found, plane, image, view, style, seconds)


def _top(scene: Scene, layer: str, plane: Any, control: Control) -> float | None:
    """What the last colour stands for: the layer's strongest value, for a unit that has only one."""
    if plane.size > 1:
        return None
    return float(abs(scene.lens.activation(scene.look, layer, control)).max())


def view_of(scene: Scene, found: Inspection, style: Style) -> QImage:
    """The image of a reconstruction, or of a map laid over the picture."""
    if found.rule in ("gradcam", "occlusion"):
        return colours.heat_image(found.values[0], style.gain, style.ramp, scene.seen.pixels)
    return colours.signed_image(found.values, style.gain, style.signed)


def reconstruct(control: Control, scene: Scene, options: InspectOptions, style: Style) -> Drawn:
    """Project a unit back and draw it; its map is handed over before."""
    layer, unit = options.layer, options.unit_number()
    start = time.perf_counter()
    if options.rule == "gradcam":
        # The unit is a class; the map that is shown is the evidence.
        found = scene.inspect(options, control)
        return draw(control, scene, found, found.values[0], style, time.perf_counter() - start)
    if unit is None:
        unit = scene.maps(layer, control=control).order("peak")[0]
        options = options.model_copy(update={"unit": str(unit)})
    plane = scene.plane(layer, unit, control)
    top = _top(scene, layer, plane, control)
    control.partial((layer, unit, colours.map_image(plane, style.ramp, top=top), plane))
    start = time.perf_counter()
    found = scene.inspect(options, control)
    return draw(control, scene, found, plane, style, time.perf_counter() - start)


def _pair(scene: Scene, found: Inspection, style: Style) -> tuple[QImage, QImage]:
    """The patch that caused an activity beside its reconstruction."""
    (top, bottom), (left, right) = found.box
    if found.rule in ("gradcam", "occlusion"):
        return colours.image(scene.seen.pixels), view_of(scene, found, style)
    part = found.values[:, top:bottom, left:right]
    return colours.image(found.patch.pixels), colours.signed_image(part, style.gain, style.signed)


def pin(control: Control, scene: Scene, found: Inspection, style: Style, name: str, link: str) -> Card:
    """Make a card of what is shown now."""
    control.raise_if_cancelled()
    value = "" if found.seed_value is None else f", {found.seed_value:.4g}"
    title = f"{short_name(found.layer)} : {found.unit}"
    return Card(
        _pair(scene, found, style), title, f"{found.rule}{value} · {name}",
        target=link, extra={"found": found, "at": found.at, "rule": found.rule},
    )  # fmt: skip


def nine(control: Control, scene: Scene, options: InspectOptions, style: Style) -> list[Card]:
    """The nine strongest places of a unit, each with its reconstruction."""
    from deconv_studio.ui.inspect.units import place_text

    cards = []
    for found in scene.nine(options, control):
        control.raise_if_cancelled()
        value = 0.0 if found.seed_value is None else found.seed_value
        cards.append(
            Card(_pair(scene, found, style), f"{value:.4g}", place_text(found.at or ()), target=found.at)
        )
    return cards


def follow(control: Control, scene: Scene, options: InspectOptions, style: Style) -> int:
    """Follow a unit down; every layer's strongest carriers are handed over as they come."""
    count = 0
    for step in scene.follow(options, count=4, control=control):
        found = []
        for (unit, share), plane, signal in zip(step.units, step.maps, step.signals, strict=True):
            images = (
                colours.map_image(plane, style.ramp),
                colours.signed_image(signal[None], style.gain, "diverging"),
            )
            found.append(Card(images, str(unit), f"{100 * share:.1f} %", target=(step.layer, unit)))
        control.partial((step.layer, step.op, found))
        count += 1
    return count


def verify(control: Control, scene: Scene, options: InspectOptions) -> Verdict:
    """Do the paper's own test."""
    return scene.verify(options, control)


def shuffle(
    control: Control, scene: Scene, options: InspectOptions, style: Style, since: str | None
) -> tuple[Shuffled, list[Card]]:
    """Shuffle weights and reconstruct again; the two as cards."""
    result = scene.shuffle(options, since, control=control)
    cards = []
    for found, title in ((result.original, "trained"), (result.shuffled, "shuffled")):
        cards.append(Card(_pair(scene, found, style), title, f"{short_name(found.layer)} : {found.unit}"))
    return result, cards


def save(control: Control, found: Inspection, folder: Path, stem: str, files: tuple[str, ...]) -> list[Path]:
    """Write what is shown, under names that are free.

    Raises
    ------
    ImagingError, BatchError
    """
    from deconv_studio import imaging
    from deconv_studio.tasks.inspect import write_values

    written = []
    for kind in files:
        control.raise_if_cancelled()
        tail = {"png": ".png", "npy": ".npy", "patch": ".patch.png"}[kind]
        path = folder / f"{stem}.{found.suffix}{tail}"
        for number in range(1, 1000):
            if not path.exists():
                break
            path = folder / f"{stem}.{found.suffix}-{number}{tail}"
        if kind == "npy":
            write_values(found.values, path)
        else:
            result = found.result("png" if kind == "png" else "patch")
            imaging.write(result.picture, path, text=result.text())
        written.append(path)
    return written


def export(control: Control, scene: Scene, layer: str, rule: str, path: Path) -> Path:
    """Write the fused graph of forward and reverse pass, at the size the network saw the picture in.

    Raises
    ------
    LensError
    """
    control.raise_if_cancelled()
    return scene.inspector.export(layer, rule, path, scene.size, overwrite=True)
