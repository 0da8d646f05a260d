"""Measuring a classifier on a folder with one subfolder a class: the share of pictures it names rightly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import imaging
from deconv_studio.engine.features import feed
from deconv_studio.tasks.base import card_of

from .errors import CallWrong
from .evaluation import as_8_bit

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model

_COMMON = "each picture resized to the network's size; no mean over crops or flips"
CONVENTIONS = {
    "accuracy": f"accuracy: share of the pictures whose highest score is their class; {_COMMON}",
    "balanced_accuracy": (
        f"balanced accuracy: mean over the classes of the accuracy on their pictures; {_COMMON}"
    ),
}
_BATCH = 32


def evaluate_classes(data: Path | str, *, model: Model, control: Control) -> dict[str, Any]:
    """Measure a classifier.

    Parameters
    ----------
    data : Path or str
        A folder with one subfolder a class, named as in the card, or with one ``.npz`` file of ``images``
        (N, H, W[, 3]) uint8 and ``labels`` (N,); or a folder with such a one named ``val``.
    model : Model
    control : Control

    Returns
    -------
    dict
        ``accuracy`` and ``balanced_accuracy`` in [0, 1], ``pictures``, ``classes`` (name, pictures, accuracy
        of each), ``convention`` of the accuracy, ``conventions`` of both.

    Raises
    ------
    CallWrong
        The folder is missing, or is none of a class the card names.
    Cancelled
    ImagingError
        A picture cannot be read; a measure on the rest would be another one.
    """
    card = card_of(model)
    root = Path(data)
    if not root.is_dir():
        raise CallWrong(f"There is no folder {root}.", "Give the folder of labelled pictures with --data.")
    names = [item.name for item in card.classes]
    for folder in (root, root / "val"):
        if any((folder / name).is_dir() for name in names) or list(folder.glob("*.npz")):
            break
    else:
        raise CallWrong(
            f"{root} has no subfolder named as a class of {card.id}.",
            f"Sort the pictures into subfolders named {', '.join(names[:5])}{', ...' if names[5:] else ''}.",
        )
    fixed = card.input.fixed_size or (224, 224)
    right, count = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    for pictures, labels in _batches(folder, names):
        control.raise_if_cancelled()
        fed = np.concatenate([feed(card, picture[None], (fixed[0], fixed[1])) for picture in pictures])
        outputs = [card.output.name]
        scores = model.run({card.input.name: fed}, control, outputs=outputs)[card.output.name]
        good = scores.reshape(len(scores), -1).argmax(1) == labels
        np.add.at(count, labels, 1)
        np.add.at(right, labels, good)
    if not count.sum():
        raise CallWrong(f"{folder} holds no picture of a class.", "Put pictures into its subfolders.")
    return {
        "accuracy": float(right.sum() / count.sum()),
        "balanced_accuracy": float((right[count > 0] / count[count > 0]).mean()),
        "pictures": int(count.sum()),
        "classes": [
            {"name": name, "pictures": int(n), "accuracy": float(r / n)}
            for name, n, r in zip(names, count, right, strict=True)
            if n
        ],
        "convention": CONVENTIONS["accuracy"],
        "conventions": CONVENTIONS,
    }


def _batches(folder: Path, names: list[str]) -> Iterator[tuple[list[np.ndarray], np.ndarray]]:
    """Yield pictures ``(H, W, 1 or 3)`` uint8 and their class numbers, a few at a time."""
    arrays = sorted(folder.glob("*.npz"))
    if arrays:
        try:
            with np.load(arrays[0], allow_pickle=False) as content:
                images, labels = content["images"], content["labels"].astype(np.int64)
        except (OSError, ValueError, KeyError) as error:
            raise CallWrong(f"{arrays[0]} cannot be read: {error}.", "Give images and labels.") from error
        if images.dtype != np.uint8 or images.ndim not in (3, 4) or len(images) != len(labels):
            raise CallWrong(f"{arrays[0]} holds no pictures.", "Give images (N, H, W) or (N, H, W, 3) uint8.")
        if labels.min() < 0 or labels.max() >= len(names):
            raise CallWrong(f"{arrays[0]} has labels the model has no class for.", "Take another model.")
        images = images[..., None] if images.ndim == 3 else images
        for start in range(0, len(images), _BATCH):
            yield list(images[start : start + _BATCH]), labels[start : start + _BATCH]
        return
    for label, name in enumerate(names):
        files = sorted(folder.joinpath(name).glob("*")) if folder.joinpath(name).is_dir() else []
        files = [file for file in files if file.suffix.lower() in imaging.PICTURE_SUFFIXES]
        for start in range(0, len(files), _BATCH):
            pictures = [as_8_bit(imaging.read(file)) for file in files[start : start + _BATCH]]
            yield pictures, np.full(len(pictures), label)
