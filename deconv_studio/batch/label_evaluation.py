"""Measuring a segmenting model on pictures with label maps: by class, at the labels' own size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import imaging, measures, tasks
from deconv_studio.tasks.base import card_of

from .errors import CallWrong
from .measuring import check_size, measure_each, part_with
from .planning import natural

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model

    from .single import Item

IGNORED = 255
CLASSES_FILE = "classes.json"


def conventions(instances: bool) -> dict[str, str]:
    """What each measure means, by its name."""
    said = {
        "iou": "TP / (TP + FP + FN) from the pixels of all pictures together, at the label maps' own size;"
        " pixels to be ignored left out",
        "miou": "mean of iou over the classes that occur in the truth or the prediction",
        "dice": "2 TP / (2 TP + FP + FN) from the pixels of all pictures together",
        "pixel_accuracy": "share of the pixels whose class is right, of all pictures together",
        "boundary_f": "F1 of the borders within"
        f" {measures.segmentation.BOUNDARY_SHARE:.2%} of the diagonal (Csurka 2013), mean over pictures",
    }
    if instances:
        said["instance_score"] = (
            "TP / (TP + FP + FN) of things whose intersection over union is above 0.5 (Data Science Bowl"
            " 2018), mean over pictures"
        )
    return said


@dataclass(frozen=True)
class Labelled:
    """A folder of pictures with label maps.

    Attributes
    ----------
    pairs : tuple of (Path, Path, Path or None)
        Picture, label map, and map of things where there is one.
    table : ndarray
        ``(65536,)`` uint8: the card's class for each number of the data's, 255 to ignore.
    notices : tuple of str
    """

    pairs: tuple[tuple[Path, Path, Path | None], ...]
    table: np.ndarray
    notices: tuple[str, ...] = ()


def open_labelled(data: Path, card: Card) -> Labelled:
    """Look at a folder of pictures with labels.

    Parameters
    ----------
    data : Path
        Has ``images/``, ``labels/`` and ``classes.json``, or a ``val`` or ``test`` that has; ``classes.json``
        may lie one folder above; ``instances/`` holds maps of things, if there are any.
    card : Card
        Its classes are matched by name, without regard to case; where the data names none, by number.

    Raises
    ------
    CallWrong
        There is no such folder, no pair in it, or no class in common.
    """
    root = part_with(data, "images")
    if root is None or not (root / "labels").is_dir():
        raise CallWrong(
            f"There is no images folder with labels beside it in {data}.",
            "Give a folder with images/NAME.* and labels/NAME.png with --data.",
        )
    by_stem = {path.stem: path for path in (root / "labels").iterdir() if not path.name.startswith(".")}
    things = {path.stem: path for path in (root / "instances").glob("*")}
    images = sorted((root / "images").iterdir(), key=lambda path: natural(path.name))
    pairs = tuple(
        (path, by_stem[path.stem], things.get(path.stem))
        for path in images
        if path.suffix.lower() in imaging.PICTURE_SUFFIXES and path.stem in by_stem
    )
    if not pairs:
        raise CallWrong(
            f"No picture in {root / 'images'} has a label map of its name in {root / 'labels'}.",
            "Name each pair alike.",
        )
    table, notices = _table(root, card)
    alone = sum(1 for path in images if path.suffix.lower() in imaging.PICTURE_SUFFIXES) - len(pairs)
    if alone:
        notices = (*notices, f"{alone} pictures have no label map and are left out.")
    return Labelled(pairs, table, notices)


def _table(root: Path, card: Card) -> tuple[np.ndarray, tuple[str, ...]]:
    own = [item.name for item in card.classes]
    table = np.full(65_536, IGNORED, np.uint8)
    file = next(
        (place / CLASSES_FILE for place in (root, root.parent) if (place / CLASSES_FILE).is_file()), None
    )
    if file is None:
        table[: len(own)] = np.arange(len(own))
        return table, (f"{root} has no {CLASSES_FILE}: numbers are taken as the model's classes.",)
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        named = [(int(item["index"]), str(item["name"])) for item in known["classes"]]
        ignored = int(known.get("ignore_index", IGNORED))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CallWrong(
            f"{file} is no list of classes: {type(error).__name__}: {error}.",
            'Write {"classes": [{"index": 0, "name": "..."}], "ignore_index": 255}.',
        ) from error
    folded = {name.strip().casefold(): number for number, name in enumerate(own)}
    missing, met = [], 0
    for index, name in named:
        number = folded.get(name.strip().casefold())
        if index == ignored or not 0 <= index < 65_536:
            continue
        if number is None:
            missing.append(name)
        else:
            table[index] = number
            met += 1
    if not met:
        raise CallWrong(
            f"{card.id} has none of the classes of {file}: {', '.join(name for _, name in named)}.",
            "Its classes are " + ", ".join(own) + ".",
        )
    notices: tuple[str, ...] = ()
    if missing:
        notices = (f"Not measured, since {card.id} does not know them: {', '.join(missing)}.",)
    return table, notices


@dataclass
class LabelScores:
    """Figures over pictures, summed as their conventions say."""

    card: Card
    matrix: np.ndarray = field(init=False)
    borders: list[np.ndarray] = field(default_factory=list)
    matches: list[float] = field(default_factory=list)
    pictures: int = 0

    def __post_init__(self) -> None:
        count = len(self.card.classes)
        self.matrix = np.zeros((count, count), np.int64)

    def add(
        self,
        truth: np.ndarray,
        predicted: np.ndarray,
        things: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> dict[str, Any]:
        """Take in one picture.

        Parameters
        ----------
        truth, predicted : ndarray
            ``(H, W)`` uint8 class numbers; 255 in the truth is ignored.
        things : (ndarray, ndarray), optional
            True and predicted numbers of things.

        Returns
        -------
        dict
            The picture's own ``miou``, ``pixel_accuracy``, ``boundary_f`` and ``instance_score``.
        """
        count = len(self.card.classes)
        matrix = measures.confusion(truth, predicted, count, IGNORED)
        border = measures.boundary_f(truth, predicted, count, IGNORED)
        self.matrix += matrix
        self.borders.append(border)
        self.pictures += 1
        own: dict[str, Any] = {
            "miou": measures.mean_iou(matrix),
            "pixel_accuracy": measures.pixel_accuracy(matrix),
            "boundary_f": _mean(border),
        }
        if things is not None:
            own["instance_score"] = measures.match_instances(*things).score
            self.matches.append(own["instance_score"])
        return own

    def summary(self) -> dict[str, Any]:
        """All figures.

        Returns
        -------
        dict
            ``classes`` (for each ``index``, ``name``, ``iou``, ``dice``, ``boundary_f``, ``share`` of the
            true pixels; None for a class that does not occur), ``miou``, ``dice``, ``pixel_accuracy``,
            ``boundary_f``, ``instance_score`` where there are things, ``pictures``, ``conventions``.
        """
        iou, dice = measures.iou(self.matrix), measures.dice(self.matrix)
        stack = np.stack(self.borders) if self.borders else np.full((1, len(iou)), np.nan)
        borders = np.array([_mean(column) for column in stack.T])
        counted = max(1, int(self.matrix.sum()))
        result: dict[str, Any] = {
            "classes": [
                {
                    "index": number,
                    "name": item.name,
                    "iou": _plain(iou[number]),
                    "dice": _plain(dice[number]),
                    "boundary_f": _plain(borders[number]),
                    "share": float(self.matrix[number].sum() / counted),
                }
                for number, item in enumerate(self.card.classes)
            ],
            "miou": measures.mean_iou(self.matrix),
            "dice": _mean(dice),
            "pixel_accuracy": measures.pixel_accuracy(self.matrix),
            "boundary_f": _mean(borders),
        }
        if self.matches:
            result["instance_score"] = float(np.mean(self.matches))
        result["pictures"] = self.pictures
        result["conventions"] = conventions(bool(self.matches))
        return result


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _plain(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def evaluate_labels(
    found: Labelled, scores: LabelScores, *, model: Model, control: Control, tta: bool = False
) -> Iterator[Item]:
    """Measure a segmenting model on every pair of a folder.

    Parameters
    ----------
    found : Labelled
    scores : LabelScores
        Filled as pictures are done; its `summary` is the result.
    model : Model
    control : Control
    tta : bool

    Yields
    ------
    Item
        With the picture's own figures as its `result`.

    Raises
    ------
    ModelUnfit
        The model does not segment.
    """
    task = tasks.get("segment")
    options = task.options(tta=tta)
    task.check_model(card_of(model), options)

    def measure(path: Path, label: Path, things: Path | None) -> dict[str, Any]:
        truth = found.table[imaging.read_labels(label)]
        made: Any = task.run(imaging.read(path), options, model, control)
        check_size(truth, made.labels, label, "label maps")
        pair = None
        if things is not None and made.things is not None:
            pair = imaging.read_labels(things), made.things
        return scores.add(truth, made.labels, pair)

    cases = ((pair[0], partial(measure, *pair)) for pair in found.pairs)
    yield from measure_each(cases, model=model, control=control)
