"""What the Segment panel has done on pool threads: running, deciding anew, uncertainty, comparing, files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture

#: Pixels of the map that the uncertainty view is drawn from.
UNCERTAINTY_PIXELS = 4_000_000


@dataclass(frozen=True, eq=False)
class Look:
    """What the panel shows of a model's classes, known from its card.

    Attributes
    ----------
    names : tuple of str
    colors : tuple of (int, int, int)
    background : frozenset of int
        Classes that are what is left over.
    """

    names: tuple[str, ...]
    colors: tuple[tuple[int, int, int], ...]
    background: frozenset[int]


def look_of(card: Card) -> Look:
    """The classes of a card; reads nothing."""
    from deconv_studio.tasks.segment import class_colors, is_background

    names = tuple(item.name for item in card.classes)
    return Look(
        names,
        class_colors(card),
        frozenset(number for number, name in enumerate(names) if is_background(name)),
    )


def decide(control: Control, scores: Any, values: dict[str, Any]) -> np.ndarray:
    """Make the label map anew from what the network said: ``(H, W)`` uint8."""
    from deconv_studio import tasks
    from deconv_studio.tasks.segment import decided

    control.raise_if_cancelled()
    return decided(scores, tasks.get("segment").options(**values))


def uncertainty(control: Control, scores: Any) -> np.ndarray:
    """How undecided the network is, ``(h, w)`` uint8, reduced where the picture is large."""
    import numpy as np

    height, width = scores.values.shape[:2]
    step = max(1, int(np.ceil((height * width / UNCERTAINTY_PIXELS) ** 0.5)))
    values = scores.values[::step, ::step]
    small = replace(scores, values=values, height=values.shape[0], width=values.shape[1], distance=None)
    out = np.empty(values.shape[:2], np.uint8)
    for top, bottom in small.strips():
        control.raise_if_cancelled()
        out[top:bottom] = np.rint(small.entropy(top, bottom) * 255)
    return out


def read_mask(
    control: Control, path: Path, size: tuple[int, int], colors: tuple[tuple[int, int, int], ...]
) -> np.ndarray:
    """Read a mask of the picture's size.

    Parameters
    ----------
    control : Control
    path : Path
    size : (int, int)
        Height and width it must have.
    colors : tuple of (int, int, int)
        The classes' colours, for a mask in colours.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8; numbers that are no class become 255.

    Raises
    ------
    ImagingError
        Among them NotLabels, also for a mask of another size.
    """
    import numpy as np

    from deconv_studio import imaging

    control.raise_if_cancelled()
    labels = imaging.read_labels(path, palette=colors)
    if labels.shape != size:
        raise imaging.NotLabels(
            f"{path.name} has {labels.shape[1]} × {labels.shape[0]} pixels, the picture"
            f" {size[1]} × {size[0]}.",
            "Choose the mask of this picture.",
        )
    if len(colors) == 2 and set(np.unique(labels).tolist()) <= {0, 255}:
        # Black and white is the usual way to draw one class.
        return (labels > 0).astype(np.uint8)
    result: np.ndarray = np.where(labels < len(colors), labels, 255).astype(np.uint8)
    return result


def read_kept(control: Control, path: Path) -> np.ndarray:
    """Read a mask that this program has kept: ``(H, W)`` uint8, its numbers as they were."""
    import numpy as np

    from deconv_studio import imaging

    control.raise_if_cancelled()
    labels: np.ndarray = imaging.read_labels(path).astype(np.uint8)
    return labels


@dataclass(frozen=True)
class Agreement:
    """How a mask agrees with another: ``iou`` and ``dice`` of each class (NaN where it is in neither)."""

    iou: tuple[float, ...]
    dice: tuple[float, ...]
    miou: float


def compare(control: Control, truth: np.ndarray, labels: np.ndarray, classes: int) -> Agreement:
    """Compare a mask with the truth; pixels without a class in the truth are left out.

    Parameters
    ----------
    control : Control
    truth, labels : ndarray
        ``(H, W)`` uint8.
    classes : int
    """
    import numpy as np

    from deconv_studio import measures

    control.raise_if_cancelled()
    # What has no class is wrong wherever the truth has one: a class of its own beside the others.
    guess = np.minimum(labels, classes)
    matrix = measures.confusion(truth, guess, classes + 1, 255)
    iou, dice = measures.iou(matrix)[:classes], measures.dice(matrix)[:classes]
    known = iou[np.isfinite(iou)]
    return Agreement(tuple(iou.tolist()), tuple(dice.tolist()), float(known.mean()) if known.size else 0.0)


def write_files(
    control: Control,
    picture: Picture,
    labels: np.ndarray,
    scores: Any,
    values: dict[str, Any],
    entry: Entry,
    base: Path,
    *,
    edited: bool,
    provider: str,
    seconds: float,
    overwrite: bool,
) -> tuple[Path, ...]:
    """Write what is to be saved of a label map.

    Parameters
    ----------
    base : Path
        Folder and stem.

    Raises
    ------
    ImagingError
        Among them OutputExists.
    TaskError, BatchError
    """
    from deconv_studio import batch, tasks
    from deconv_studio.batch.single import file_names, save_parts, tails_of
    from deconv_studio.tasks.segment import made

    control.raise_if_cancelled()
    task = tasks.get("segment")
    options = task.options(**values)
    task.check_model(entry.card, options)
    result = made(
        picture,
        labels,
        scores,
        options,
        entry.card,
        sha256=entry.card.sha256,
        provider=provider,
        seconds=seconds,
        edited=edited,
    )
    paths = file_names(base, tails_of(result))
    return save_parts(result, paths, batch.WriteOptions(overwrite=overwrite), control.raise_if_cancelled)
