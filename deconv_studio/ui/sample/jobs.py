"""What the Sample panel has done in the background: pictures, walks, units, neighbours, files; no widget."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.tasks.checkerboard import Look
    from deconv_studio.tasks.sample import Edit, Interpolation, Layer, Neighbour, Point

#: How many times a difference is enlarged in the picture of what a unit draws.
GAIN = 2.0
#: Cells that are made in one go.
BATCH = 16


@dataclass(frozen=True, eq=False)
class Source:
    """A generator and what it runs on.

    Attributes
    ----------
    entry : Entry
    engine : dict
        Provider, threads and memory in bytes.
    """

    entry: Entry
    engine: dict[str, Any]

    @property
    def card(self) -> Card:
        """The generator's card."""
        return self.entry.card


@dataclass(frozen=True)
class Seeds:
    """A grid of seeds.

    Attributes
    ----------
    seeds : tuple of int
    truncation : float
    klass : str or None
        Name of the class; None: drawn from each seed.
    """

    seeds: tuple[int, ...]
    truncation: float = 1.0
    klass: str | None = None

    def __len__(self) -> int:
        return len(self.seeds)

    def title(self, row: int) -> str:
        """What a cell is called."""
        return str(self.seeds[row])


@dataclass(frozen=True, eq=False)
class Near:
    """A grid of neighbours of one sample; the first is the sample itself.

    Attributes
    ----------
    base : Made
    amount : float
        In [0, 1], see `tasks.sample.vary`.
    count : int
    """

    base: Made
    amount: float
    count: int

    def __len__(self) -> int:
        return self.count

    def title(self, row: int) -> str:
        """What a cell is called."""
        return f"{self.base.title} ~{row}" if row else self.base.title


Grid = Seeds | Near


@dataclass(frozen=True, eq=False)
class Made:
    """A picture that was made.

    Attributes
    ----------
    point : Point
        Where it comes from.
    pixels : ndarray
        ``(H, W, 1 or 3)`` uint8.
    parameters : dict
        Enough to make it again; what its file says.
    title : str
        What it is called in the grid.
    klass : str
        Name of its class, or "".
    edits : tuple of Edit
        What was painted on it.
    """

    point: Point
    pixels: np.ndarray
    parameters: dict[str, Any]
    title: str
    klass: str = ""
    edits: tuple[Edit, ...] = ()

    def image(self) -> QImage:
        """The picture for the screen."""
        return image_of(self.pixels)

    def stem(self) -> str:
        """Name of its file without the suffix."""
        seed = self.parameters.get("seed")
        if seed is not None:
            return f"seed-{seed:04d}"
        words = "".join(c if c.isalnum() else "-" for c in self.title).strip("-")
        return f"sample-{words or 'new'}"


@dataclass(frozen=True, eq=False)
class Filled:
    """Cells of a grid, and what made them."""

    cells: list[tuple[int, Made]]
    provider: str
    threads: int
    seconds: float


@dataclass(eq=False)
class Generators:
    """The generator that was used last, loaded."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _key: Any = None
    _model: Model | None = None

    def load(self, source: Source, control: Control) -> Model:
        """Load a generator, or give the one that is loaded.

        Raises
        ------
        CatalogError, EngineError, Cancelled
        """
        from deconv_studio.engine import session

        key = (source.card.sha256, source.card.id, *source.engine.items())
        with self._lock:
            if self._key != key or self._model is None:
                self._model = session.load(source.entry, control=control, **source.engine)
                self._key = key
            return self._model


def image_of(pixels: np.ndarray) -> QImage:
    """A picture ``(H, W, 1 or 3)`` uint8 for the screen."""
    import numpy as np

    pixels = np.ascontiguousarray(pixels)
    height, width, channels = pixels.shape
    form = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()


def class_name(card: Card, point: Point) -> str:
    """A point's class in words, or ""."""
    return card.classes[point.klass].name if point.klass is not None and card.classes else ""


def may_begin(control: Control, entry: Entry) -> bool:
    """Whether the licence was seen, so that nothing has to be asked."""
    from deconv_studio import catalog

    control.raise_if_cancelled()
    return catalog.licence_seen(entry.card)


def _cell(card: Card, grid: Grid, row: int) -> tuple[Point, dict[str, Any]]:
    from deconv_studio.tasks.sample import class_number, parameters_of, point_of, vary

    if isinstance(grid, Seeds):
        wanted = class_number(card, grid.klass)
        point = point_of(card, grid.seeds[row], truncation=grid.truncation, klass=wanted)
        parameters = {"seed": grid.seeds[row], "truncation": grid.truncation}
        name = class_name(card, point)
        return point, parameters | ({"class": name} if name else {})
    if row == 0:
        return grid.base.point, {key: grid.base.parameters[key] for key in grid.base.parameters}
    point = vary(grid.base.point, row, grid.amount)
    return point, parameters_of(card, point)


def fill(control: Control, generators: Generators, source: Source, grid: Grid, rows: list[int]) -> Filled:
    """Make some cells of a grid."""
    from deconv_studio.tasks.sample import generate

    model = generators.load(source, control)
    before = time.perf_counter()
    cells = [_cell(source.card, grid, row) for row in rows]
    edits = grid.base.edits if isinstance(grid, Near) else ()
    made = []
    for row, (point, parameters), pixels in zip(
        rows, cells, generate(model, [point for point, _ in cells], control, edits=edits), strict=True
    ):
        told = with_edits(model, parameters, edits)
        made.append((row, Made(point, pixels, told, grid.title(row), class_name(source.card, point), edits)))
    return Filled(made, model.provider, model.threads, time.perf_counter() - before)


def with_edits(model: Model, parameters: dict[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """Parameters with what was painted."""
    from deconv_studio.tasks.sample import edits_to_json

    plain = {key: value for key, value in parameters.items() if key != "edits"}
    return plain | {"edits": edits_to_json(model, edits)} if edits else plain


def make(
    control: Control,
    generators: Generators,
    source: Source,
    point: Point,
    title: str,
    parameters: dict[str, Any] | None,
    edits: tuple[Edit, ...] = (),
) -> Made:
    """Make one picture; ``parameters`` where the point is known by a seed."""
    from deconv_studio.tasks.sample import generate, parameters_of

    model = generators.load(source, control)
    [pixels] = generate(model, [point], control, edits=edits)
    told = with_edits(model, parameters or parameters_of(source.card, point), edits)
    return Made(point, pixels, told, title, class_name(source.card, point), edits)


def remake(
    control: Control, generators: Generators, source: Source, parameters: dict[str, Any], title: str
) -> Made:
    """Make a picture again from what its file says.

    Raises
    ------
    OptionsInvalid
        If it says too little, or nothing of this generator.
    """
    from deconv_studio.tasks.sample import edits_from_json, point_from

    point = point_from(source.card, parameters)
    edits = edits_from_json(parameters.get("edits", []))
    known = ("seed", "truncation", "class")
    kept = {key: value for key, value in parameters.items() if key in known}
    return make(control, generators, source, point, title, kept if "seed" in kept else None, edits)


def mix(
    control: Control,
    generators: Generators,
    source: Source,
    base: Made | None,
    first: Sequence[Point],
    second: Sequence[Point],
    amount: float,
    title: str,
) -> Made:
    """Move a sample along the direction from some points to others; without one, the mean of the first."""
    from deconv_studio.tasks.sample import direction, mean_point, moved

    start = base.point if base is not None else mean_point(first)
    point = moved(start, direction(first, second), amount) if first and second else start
    return make(control, generators, source, point, title, None, base.edits if base is not None else ())


def mean(
    control: Control, generators: Generators, source: Source, points: Sequence[Point], title: str
) -> Made:
    """The mean of some points."""
    from deconv_studio.tasks.sample import mean_point

    return make(control, generators, source, mean_point(points), title, None)


@dataclass(frozen=True, eq=False)
class Walk:
    """A walk through samples.

    Attributes
    ----------
    stops : tuple of Made
    how : str
        lerp, slerp or spline.
    count : int
        Frames in all.
    closed : bool
        Whether it leads round to the first again.
    """

    stops: tuple[Made, ...]
    how: Interpolation
    count: int
    closed: bool = True

    @property
    def points(self) -> list[Point]:
        """Where it leads through."""
        return [made.point for made in self.stops]

    def way(self) -> tuple[Point, ...]:
        """A point for each frame."""
        from deconv_studio.tasks.sample import walk_points

        return walk_points(self.points, self.count, self.how, closed=self.closed)


def frames(
    control: Control, generators: Generators, source: Source, walk: Walk, numbers: list[int]
) -> list[tuple[int, QImage]]:
    """Some frames of a walk."""
    from deconv_studio.tasks.sample import generate

    model = generators.load(source, control)
    way = walk.way()
    made = generate(model, [way[number] for number in numbers], control)
    return [(number, image_of(pixels)) for number, pixels in zip(numbers, made, strict=True)]


def frame(
    control: Control, generators: Generators, source: Source, walk: Walk, number: int, title: str
) -> Made:
    """One frame of a walk as a sample of its own."""
    return make(control, generators, source, walk.way()[number], title, None)


def export(
    control: Control, generators: Generators, source: Source, walk: Walk, speed: float, path: Path, kind: str
) -> Path:
    """Write a walk: an animation, or with kind ``frames`` numbered PNG files in a folder.

    Parameters
    ----------
    speed : float
        Frames a second.
    path : Path
        The file, or the folder; what is there is replaced, as the person was asked by the dialog. Frames that
        are there are not replaced.
    kind : str
        ``gif``, ``webp``, ``apng``, ``mp4`` or ``frames``.

    Raises
    ------
    ImagingError, EngineError, Cancelled
    """
    from deconv_studio import imaging
    from deconv_studio.batch.single import make_folder
    from deconv_studio.imaging.animation import write_animation
    from deconv_studio.tasks.sample import generate, parameters_of, result_of

    model = generators.load(source, control)
    way = walk.way()
    made = generate(model, way, control)
    if kind != "frames":
        return write_animation(list(made), path, milliseconds=round(1000 / speed), overwrite=True)
    make_folder(path)
    for number, (point, pixels) in enumerate(zip(way, made, strict=True)):
        told = parameters_of(source.card, point) | {
            "walk": walk.how, "frames": walk.count, "frame": number
        }  # fmt: skip
        if not walk.closed:
            told["closed"] = False
        result = result_of(model, pixels, told, 0.0)
        imaging.write(result.picture, path / f"frame-{number:04d}.png", text=result.text())
    return path


def save(
    control: Control,
    generators: Generators,
    source: Source,
    samples: Sequence[Made],
    grid: Grid | None,
    rows: Sequence[int],
    folder: Path,
) -> list[Path]:
    """Write samples as PNG files that say what made them; a file that is there keeps its name.

    Parameters
    ----------
    samples : sequence of Made
    grid, rows : Grid, sequence of int
        Cells that are written too, and made first.
    folder : Path

    Raises
    ------
    BatchError, ImagingError, EngineError, Cancelled
    """
    from deconv_studio import imaging
    from deconv_studio.batch.single import make_folder
    from deconv_studio.tasks.sample import result_of

    make_folder(folder)
    model = generators.load(source, control)
    written: list[Path] = []
    whole = len(samples) + len(rows)

    def write(made: Made) -> None:
        control.raise_if_cancelled()
        result = result_of(model, made.pixels, made.parameters, 0.0)
        written.append(imaging.write(result.picture, _free(folder, made.stem()), text=result.text()))
        control.progress(len(written) / whole, written[-1].name)

    for made in samples:
        write(made)
    for start in range(0, len(rows) if grid is not None else 0, BATCH):
        assert grid is not None
        for _, made in fill(control, generators, source, grid, list(rows[start : start + BATCH])).cells:
            write(made)
    return written


def _free(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.png", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.png", number + 1
    return path


def layers(control: Control, generators: Generators, source: Source) -> tuple[Layer, ...]:
    """The layers that can be painted on."""
    from deconv_studio.tasks.sample import layers_of

    return layers_of(generators.load(source, control))


def rank(
    control: Control, generators: Generators, source: Source, layer: str, point: Point
) -> list[tuple[int, float]]:
    """A layer's units, those first without which most of the picture would be missing."""
    import numpy as np

    from deconv_studio.tasks.sample import unit_strengths

    strengths = unit_strengths(generators.load(source, control), layer, [point], control)
    return [(int(unit), float(strengths[unit])) for unit in np.argsort(-strengths, kind="stable")]


def effects(
    control: Control, generators: Generators, source: Source, layer: str, base: Made, units: list[int]
) -> list[tuple[int, QImage]]:
    """What units draw: the picture less the one without the unit, about grey, enlarged `GAIN` times."""
    import numpy as np

    from deconv_studio.tasks.sample import Edit, generate

    model = generators.load(source, control)
    whole = np.ones(base.pixels.shape[:2], np.float32)
    [plain] = generate(model, [base.point], control)
    found = []
    for unit in units:
        [without] = generate(model, [base.point], control, edits=[Edit(layer, unit, whole, 0.0)])
        drawn = (plain.astype(np.float32) - without) * np.float32(GAIN) + 128
        found.append((unit, image_of(np.clip(drawn, 0, 255).astype(np.uint8))))
    return found


def neighbours(
    control: Control, source: Source, made: Made, folder: Path, count: int, by_features: bool
) -> tuple[str, list[Neighbour], list[QImage], tuple[str, ...]]:
    """The training pictures nearest to a sample.

    Returns
    -------
    tuple
        The features' name, "" where pixels are compared; the pictures, nearest first; and for the screen; the
        names of files that cannot be read.
    """
    from deconv_studio.batch.generator_evaluation import features_for
    from deconv_studio.tasks.sample import nearest, open_gallery

    features = features_for(source.card) if by_features else None
    gallery = open_gallery(folder, source.card, control=control, leave_out=True)
    [found] = nearest(source.card, [made.pixels], gallery, count, features=features, control=control)
    name = features.name if features is not None else ""
    left_out = tuple(file.name for file in gallery.left_out)
    return name, found, [image_of(each.pixels) for each in found], left_out


def look_over(control: Control, source: Source) -> Look:
    """Examine the generator for checkerboards."""
    from deconv_studio.tasks import checkerboard

    return checkerboard.look_over(control, source.entry.path, source.card)


def pack_facts(control: Control) -> tuple[str, str, str]:
    """Id, title and terms of the pack with a generator."""
    from deconv_studio.catalog.packs.registry import known_packs

    control.raise_if_cancelled()
    pack = next(pack for pack in known_packs() if any(model.task == "sample" for model in pack.models))
    return pack.id, pack.title, f"{pack.licence}. {pack.notice}"


def install(control: Control, pack: str) -> None:
    """Install a pack."""
    from deconv_studio.catalog.packs.install import install_pack

    install_pack(pack, control=control)
