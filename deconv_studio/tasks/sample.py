"""Pictures from noise: seeds to latents to pictures, one by one, as a grid, or as a walk between them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ._latents import (
    LARGEST_SEED,
    Point,
    check_generator,
    class_number,
    direction,
    mean_point,
    moved,
    parameters_of,
    point_from,
    point_of,
    slerp,
    vary,
)
from ._units import (
    BATCH,
    Edit,
    Layer,
    edits_from_json,
    edits_to_json,
    feed_of,
    layer_named,
    layers_of,
    raw,
    unit_scales,
    unit_strengths,
)
from .base import card_of
from .errors import OptionsInvalid
from .result import Result

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.features import Features
    from deconv_studio.engine.session import Model

    from ._gallery import Gallery, Neighbour, open_gallery

__all__ = [
    "BATCH",
    "LARGEST_SEED",
    "MOST_SEEDS",
    "Edit",
    "Gallery",
    "Interpolation",
    "Layer",
    "Neighbour",
    "Point",
    "again",
    "check_generator",
    "class_number",
    "direction",
    "edits_from_json",
    "edits_to_json",
    "feed_of",
    "generate",
    "grid_of",
    "layer_named",
    "layers_of",
    "mean_point",
    "moved",
    "nearest",
    "open_gallery",
    "parameters_of",
    "parse_seeds",
    "point_from",
    "point_of",
    "result_of",
    "results",
    "said_of",
    "sample",
    "unit_scales",
    "unit_strengths",
    "vary",
    "walk",
    "walk_points",
]

MOST_SEEDS = 100_000
"""Seeds one text may name."""
_RANGE = re.compile(r"(\d+)(?:-(\d+))?$")

Interpolation = Literal["lerp", "slerp", "spline"]


def __getattr__(name: str) -> Any:
    # PEP 562: the gallery needs numpy, which a look at the registry must not load.
    if name not in ("Gallery", "Neighbour", "open_gallery"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _gallery

    value = getattr(_gallery, name)
    globals()[name] = value
    return value


def parse_seeds(text: str) -> tuple[int, ...]:
    """Read seeds such as ``0,1,4-6``, in their order.

    Raises
    ------
    OptionsInvalid
        If the text is not of that form, a range falls, or it names more than `MOST_SEEDS`.
    """
    seeds: list[int] = []
    for part in text.replace(" ", "").split(","):
        match = _RANGE.match(part)
        if match is None:
            raise OptionsInvalid(f"{text!r} names no seeds.", "Write them like 0,1,4-6.")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last > LARGEST_SEED:
            raise OptionsInvalid(
                f"{part} is no range of seeds.",
                f"The first number is the smaller, none is over {LARGEST_SEED}.",
            )
        if len(seeds) + last - first + 1 > MOST_SEEDS:
            raise OptionsInvalid(
                f"{text!r} names more than {MOST_SEEDS} seeds.", "Make them in several runs."
            )
        seeds.extend(range(first, last + 1))
    return tuple(seeds)


def generate(
    model: Model,
    points: Sequence[Point],
    control: Control | None = None,
    *,
    edits: Sequence[Edit] = (),
) -> Iterator[np.ndarray]:
    """Make a picture of each point, a few at a time.

    Parameters
    ----------
    model : Model
        A generator.
    points : sequence of Point
    control : Control, optional
        Gets the progress; its cancel ends the network.
    edits : sequence of Edit
        What is painted on the generator's layers; a later one lies over an earlier one.

    Yields
    ------
    ndarray
        ``(H, W, 1 or 3)`` uint8, in the order of the points.

    Raises
    ------
    ModelUnfit, OptionsInvalid, Cancelled, LensError, EngineError
    """
    import numpy as np

    for values in raw(model, points, control, edits):
        yield from np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)


def sample(
    model: Model,
    seeds: Sequence[int],
    *,
    truncation: float = 1.0,
    klass: str | None = None,
    control: Control | None = None,
) -> Iterator[Result]:
    """Make one picture of each seed.

    Parameters
    ----------
    model : Model
        A generator.
    seeds : sequence of int
    truncation : float
        See `point_of`.
    klass : str, optional
        Name of the class; without it, it is drawn from the seed.
    control : Control, optional

    Yields
    ------
    Result
        Its parameters name seed, truncation and class, so that the picture can be made again from its file.

    Raises
    ------
    ModelUnfit, OptionsInvalid, Cancelled, EngineError
    """
    card = card_of(model)
    check_generator(card)
    if not 0 <= truncation <= 1:
        raise OptionsInvalid(f"A truncation of {truncation} is not possible.", "Give one from 0 to 1.")
    wanted = class_number(card, klass)
    points = [point_of(card, seed, truncation=truncation, klass=wanted) for seed in seeds]
    said = [said_of(card, seed, truncation, point) for seed, point in zip(seeds, points, strict=True)]
    yield from results(model, points, said, control=control)


def said_of(card: Card, seed: int, truncation: float, point: Point) -> dict[str, Any]:
    """What a file says of a point that a seed stands for: ``seed``, ``truncation`` and ``class``."""
    said: dict[str, Any] = {"seed": seed, "truncation": truncation}
    return said if point.klass is None else said | {"class": card.classes[point.klass].name}


def results(
    model: Model,
    points: Sequence[Point],
    parameters: Sequence[dict[str, Any]],
    *,
    edits: Sequence[Edit] = (),
    control: Control | None = None,
) -> Iterator[Result]:
    """Make a result of each point, with what is said of it and what was painted, so that `again` makes it.

    Parameters
    ----------
    model : Model
    points : sequence of Point
    parameters : sequence of dict
        `said_of` or `parameters_of` each of the points, and anything that should stand beside.
    edits : sequence of Edit
    control : Control, optional

    Yields
    ------
    Result

    Raises
    ------
    ModelUnfit, OptionsInvalid, Cancelled, LensError, EngineError
    """
    painted = {"edits": edits_to_json(model, edits)} if edits else {}
    before = time.perf_counter()
    for said, pixels in zip(parameters, generate(model, points, control, edits=edits), strict=True):
        now = time.perf_counter()
        yield result_of(model, pixels, {**said, **painted}, now - before)
        before = now


def again(model: Model, parameters: dict[str, Any], control: Control | None = None) -> Result:
    """Make a sample again from what its file says: of a seed, varied, moved or painted, a grid or a frame.

    Parameters
    ----------
    model : Model
        The generator that made it.
    parameters : dict
        Of the file's record.
    control : Control, optional

    Returns
    -------
    Result
        With the same pixels and the same parameters.

    Raises
    ------
    OptionsInvalid
        If they say too little, or do not fit the generator.
    ModelUnfit, Cancelled, LensError, EngineError
    """
    card = card_of(model)
    check_generator(card)
    edits = edits_from_json(parameters.get("edits", []))
    before = time.perf_counter()
    shape = re.fullmatch(r"(\d{1,3})x(\d{1,3})", str(parameters.get("grid", "")))
    if shape is None:
        [pixels] = generate(model, [point_from(card, parameters)], control, edits=edits)
    else:
        columns, rows = int(shape[1]), int(shape[2])
        seeds = parameters.get("seeds")
        if not columns * rows or not isinstance(seeds, list) or not seeds:
            raise OptionsInvalid("The file names no seeds for its grid.", "Take a file that sample wrote.")
        points = [
            point_from(card, {**parameters, "seed": seed, "latent": None}) for seed in seeds[: columns * rows]
        ]
        pixels = grid_of(list(generate(model, points, control, edits=edits)), rows, columns)
    return result_of(model, pixels, parameters, time.perf_counter() - before)


def walk_points(
    points: Sequence[Point], frames: int, how: Interpolation, *, closed: bool = True
) -> tuple[Point, ...]:
    """Points on the way through the given ones, and where it is closed round to the first again.

    Parameters
    ----------
    points : sequence of Point
        Two or more; the class changes half-way between two.
    frames : int
        In all, spread evenly over the ways between neighbours.
    how : str
        ``lerp``: straight lines. ``slerp``: along great circles, the length changing evenly (Shoemake 1985;
        White 2016, "Sampling Generative Networks", section 2.1), so that the middle is as likely as the ends.
        ``spline``: a periodic cubic through all points (Catmull and Rom 1974), without corners.
    closed : bool
        Whether it leads round, its last frame being one before the first again; else the last frame is the
        last point, and a spline goes on straight beyond its ends.

    Raises
    ------
    OptionsInvalid
        For fewer than two points or frames.
    """
    import numpy as np

    if len(points) < 2 or frames < 2:
        raise OptionsInvalid("A walk needs two seeds and two frames at least.", "Name more seeds, e.g. 0-3.")
    latents = np.stack([point.latent.astype(np.float64) for point in points])
    found = []
    for frame in range(frames):
        place = frame * len(points) / frames if closed else frame * (len(points) - 1) / (frames - 1)
        index = min(int(place), len(points) - (1 if closed else 2))
        part = place - index
        a, b = latents[index], latents[(index + 1) % len(points)]
        if how == "lerp":
            latent = (1 - part) * a + part * b
        elif how == "slerp":
            latent = slerp(a, b, part)
        else:
            before, after = latents[index - 1], latents[(index + 2) % len(points)]
            if not closed and index == 0:
                before = 2 * a - b
            if not closed and index == len(points) - 2:
                after = 2 * b - a
            latent = 0.5 * (
                2 * a
                + (b - before) * part
                + (2 * before - 5 * a + 4 * b - after) * part**2
                + (3 * a - before - 3 * b + after) * part**3
            )
        klass = points[index if part < 0.5 else (index + 1) % len(points)].klass
        found.append(Point(latent.astype(np.float32), klass))
    return tuple(found)


def walk(
    model: Model,
    seeds: Sequence[int],
    frames: int,
    how: Interpolation,
    *,
    truncation: float = 1.0,
    klass: str | None = None,
    control: Control | None = None,
) -> Iterator[np.ndarray]:
    """Make the pictures of a walk; see `walk_points`.

    Yields
    ------
    ndarray
        ``(H, W, 1 or 3)`` uint8.
    """
    card = card_of(model)
    wanted = class_number(card, klass)
    points = [point_of(card, seed, truncation=truncation, klass=wanted) for seed in seeds]
    return generate(model, walk_points(points, frames, how), control)


def nearest(
    model: Model | Card,
    pictures: np.ndarray | Sequence[np.ndarray],
    folder: Path | str | Gallery,
    k: int = 5,
    *,
    features: Features | None = None,
    control: Control | None = None,
) -> list[list[Neighbour]]:
    """Find the training pictures nearest to each sample; see `gallery.nearest`."""
    from . import _gallery as gallery

    return gallery.nearest(model, pictures, folder, k, features=features, control=control)


def grid_of(pictures: Sequence[np.ndarray], rows: int, columns: int) -> np.ndarray:
    """Put pictures ``(H, W, C)`` of one size side by side, row by row; places left over are black."""
    import numpy as np

    height, width, channels = pictures[0].shape
    out = np.zeros((rows * height, columns * width, channels), pictures[0].dtype)
    for place, picture in enumerate(pictures[: rows * columns]):
        row, column = divmod(place, columns)
        out[row * height : (row + 1) * height, column * width : (column + 1) * width] = picture
    return out


def result_of(model: Model, pixels: np.ndarray, parameters: dict[str, Any], seconds: float) -> Result:
    """A picture ``(H, W, 1 or 3)`` uint8, a grid or a frame as a result, with what made it."""
    import numpy as np

    from deconv_studio.imaging import Picture

    card = card_of(model)
    return Result(
        picture=Picture(np.ascontiguousarray(pixels)),
        task="sample",
        parameters=parameters,
        model_id=card.id,
        model_sha256=model.sha256,
        provider=model.provider,
        seconds=seconds,
        extra={"height": pixels.shape[0], "width": pixels.shape[1], **parameters},
    )
