"""Measuring a model that knows what is normal, on good pictures and pictures of each kind of defect."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from deconv_studio import imaging, measures, tasks
from deconv_studio.tasks.base import card_of

from .errors import CallWrong
from .measuring import check_size, measure_each, part_with
from .planning import natural

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model

    from .single import Item

GOOD = "good"
MOST_PIXELS = 1 << 18
"""Of one picture that are counted; a larger one is counted on an even grid."""
CONVENTIONS = {
    "image_auroc": "chance that a picture with a defect scores higher than a good one, equal scores counting"
    " half; every picture as the program's own task scores it",
    "pixel_auroc": "the same of pixels inside and outside of the masks, of all pictures together, at the"
    f" pictures' own size (above {MOST_PIXELS} pixels on an even grid)",
    "pro": "per-region overlap: area under the mean share found of each connected region of the masks, up to"
    " a false positive rate of 0.3, over 0.3 (Bergmann et al. 2020)",
    "found": "share of the pictures with a defect whose score is above the card's threshold",
    "false_alarms": "share of the good pictures whose score is above the card's threshold",
}


@dataclass(frozen=True)
class Sorted:
    """A folder of good pictures beside pictures with defects, as MVTec AD is laid out.

    Attributes
    ----------
    pictures : tuple of (Path, str, Path or None)
        Picture, the kind of its defect or "good", its mask where there is one.
    kinds : tuple of str
        The kinds of defects, sorted.
    notices : tuple of str
    """

    pictures: tuple[tuple[Path, str, Path | None], ...]
    kinds: tuple[str, ...]
    notices: tuple[str, ...] = ()


def open_sorted(data: Path) -> Sorted:
    """Look at a folder of good pictures and defects.

    Parameters
    ----------
    data : Path
        Has ``good/`` and one folder a kind of defect, or a ``val`` or ``test`` that has. Masks, white where
        the defect is, lie in ``KIND/NAME_mask.png`` or ``KIND/NAME.png`` below ``val_ground_truth`` (the
        name of the folder of pictures before it) or ``ground_truth``.

    Raises
    ------
    CallWrong
        There is no such folder, no good picture in it, or no other.
    """
    root = part_with(data, GOOD)
    if root is None:
        raise CallWrong(
            f"There is no folder named good in {data}.",
            "Give a folder with good/ and one folder for each kind of defect with --data.",
        )
    truths = (root.parent / f"{root.name}_ground_truth", root.parent / "ground_truth", root / "ground_truth")
    truth = next((place for place in truths if place.is_dir()), None)
    found: list[tuple[Path, str, Path | None]] = []
    kinds, without = [], 0
    for folder in sorted(root.iterdir(), key=lambda path: natural(path.name)):
        if not folder.is_dir() or folder.name.startswith(".") or folder == truth:
            continue
        files = [path for path in folder.iterdir() if path.suffix.lower() in imaging.PICTURE_SUFFIXES]
        if files and folder.name != GOOD:
            kinds.append(folder.name)
        for path in sorted(files, key=lambda path: natural(path.name)):
            mask = None
            if folder.name != GOOD:
                mask = _mask_of(path, truth)
                without += mask is None
            found.append((path, folder.name, mask))
    if not kinds or not any(kind == GOOD for _, kind, _ in found):
        raise CallWrong(
            f"{root} has not both good pictures and pictures with defects.",
            "Put good ones into good/ and the others into a folder for each kind.",
        )
    notices: tuple[str, ...] = ()
    if without:
        notices = (f"{without} pictures have no mask: only their scores count, not their pixels.",)
    return Sorted(tuple(found), tuple(kinds), notices)


def _mask_of(path: Path, truth: Path | None) -> Path | None:
    if truth is None:
        return None
    names = (f"{path.stem}_mask.png", f"{path.stem}.png")
    places = (truth / path.parent.name / name for name in names)
    return next((place for place in places if place.is_file()), None)


@dataclass
class DefectScores:
    """Scores, and heat by pixel, of all pictures."""

    kinds: tuple[str, ...]
    threshold: float
    scores: dict[str, list[float]] = field(default_factory=dict)
    normal: list[np.ndarray] = field(default_factory=list)
    regions: list[np.ndarray] = field(default_factory=list)
    without_region: int = 0

    def add(self, kind: str, score: float, heat: np.ndarray, mask: np.ndarray | None) -> None:
        """Take in one picture.

        Parameters
        ----------
        kind : str
            Of its defect, or "good".
        score : float
        heat : ndarray
            ``(H, W)`` float32.
        mask : ndarray or None
            ``(H, W)`` bool, where the defect is. A picture with a defect whose mask is missing or empty is
            left out of what is counted by pixels.
        """
        self.scores.setdefault(kind, []).append(score)
        step = max(1, math.ceil(math.sqrt(heat.size / MOST_PIXELS)))
        heat = heat[::step, ::step]
        if kind == GOOD:
            self.normal.append(heat.ravel().copy())
            return
        if mask is None or not mask.any():
            self.without_region += 1
            return
        mask = mask[::step, ::step]
        count, numbers = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
        self.regions += [heat[numbers == number] for number in range(1, count)]
        self.normal.append(heat[~mask])

    @property
    def pictures(self) -> int:
        """How many were measured."""
        return sum(len(scores) for scores in self.scores.values())

    def summary(self) -> dict[str, Any]:
        """All figures.

        Returns
        -------
        dict
            ``image_auroc``, ``pixel_auroc``, ``pro``, ``found``, ``false_alarms``, ``threshold``, ``kinds``
            (for each ``name``, ``pictures``, ``image_auroc``, ``found``), ``good`` and ``pictures`` (counts),
            ``without_region`` (left out of what is counted by pixels), ``conventions``. A figure with
            nothing to count is None.
        """
        good = np.array(self.scores.get(GOOD, []))
        bad = {kind: np.array(self.scores.get(kind, [])) for kind in self.kinds}
        every = np.concatenate([*bad.values()]) if bad else np.empty(0)
        normal = np.concatenate(self.normal) if self.normal else np.empty(0, np.float32)
        inside = np.concatenate(self.regions) if self.regions else np.empty(0, np.float32)
        return {
            "image_auroc": _plain(measures.auroc(good, every)),
            "pixel_auroc": _plain(measures.auroc(normal, inside)),
            "pro": _plain(measures.region_overlap(normal, self.regions)),
            "found": _share(every, self.threshold),
            "false_alarms": _share(good, self.threshold),
            "threshold": self.threshold,
            "kinds": [
                {
                    "name": kind,
                    "pictures": len(scores),
                    "image_auroc": _plain(measures.auroc(good, scores)),
                    "found": _share(scores, self.threshold),
                }
                for kind, scores in bad.items()
            ],
            "good": len(good),
            "pictures": self.pictures,
            "without_region": self.without_region,
            "conventions": CONVENTIONS,
        }


def _share(scores: np.ndarray, threshold: float) -> float | None:
    return float((scores > threshold).mean()) if scores.size else None


def _plain(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def evaluate_defects(
    found: Sorted, scores: DefectScores, *, model: Model, control: Control
) -> Iterator[Item]:
    """Measure a model on every picture of a folder.

    Parameters
    ----------
    found : Sorted
    scores : DefectScores
        Filled as pictures are done; its `summary` is the result.
    model : Model
    control : Control

    Yields
    ------
    Item
        With the picture's ``kind``, ``score`` and ``anomalous`` as its `result`.

    Raises
    ------
    ModelUnfit
        The model gives no heat.
    """
    task = tasks.get("anomaly")
    options = task.options()
    task.check_model(card_of(model), options)

    def measure(path: Path, kind: str, mask_path: Path | None) -> dict[str, Any]:
        mask = None if mask_path is None else imaging.read(mask_path).color.max(axis=2) > 0
        made: Any = task.run(imaging.read(path), options, model, control)
        if mask is not None and mask_path is not None:
            check_size(mask, made.heat, mask_path, "masks")
        scores.add(kind, made.score, made.heat, mask)
        return {"kind": kind, "score": made.score, "anomalous": made.anomalous}

    cases = ((case[0], partial(measure, *case)) for case in found.pictures)
    yield from measure_each(cases, model=model, control=control)
