"""Small pictures of one size with or without classes, from folders or an array file, for a generator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deconv_studio.learning.data.superresolution import pictures
from deconv_studio.learning.errors import DataError

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


class Collection:
    """All pictures of a folder in memory; batch k depends on the seed and k alone.

    Parameters
    ----------
    folder : Path
        With one subfolder of pictures a class, or pictures alone, or one ``.npz`` file whose ``images`` are
        ``(N, H, W)`` or ``(N, H, W, 3)`` uint8 and ``labels`` ``(N,)`` integers.
    size, channels : int
        What every picture must be, 1 gray or 3 RGB, None for as it is; array files of smaller pictures are
        padded with their border's value, evenly on both sides.
    classes : sequence of str
        Names of the classes in order; empty to ignore them.
    flip : bool
        Whether batches hold mirrored pictures too.
    balance : float
        1: every class is drawn as often as the others; 0: as often as it has pictures; between: in
        proportion to that number to the power of ``1 - balance``.

    Raises
    ------
    DataError
        If there are no pictures, or they do not fit.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: int,
        channels: int | None,
        classes: tuple[str, ...] = (),
        flip: bool = False,
        balance: float = 1.0,
        seed: int = 0,
    ) -> None:
        self.path, self.classes, self.flip, self.seed = folder, classes, flip, seed
        self.balance = balance
        arrays = sorted(folder.glob("*.npz")) if folder.is_dir() else []
        values, labels = (
            self._from_array(arrays[0], size) if arrays else self._from_folders(folder, size, channels)
        )
        if values.shape[1:] != (size, size, channels or values.shape[3]):
            raise DataError(
                f"The pictures of {folder} are {values.shape[2]} x {values.shape[1]} with"
                f" {values.shape[3]} channels, not {size} x {size} with {channels}.",
                "Set data.size and data.channels to what they are.",
            )
        if classes and (labels.min() < 0 or labels.max() >= len(classes)):
            raise DataError(
                f"{folder} has labels up to {labels.max()}, the recipe {len(classes)} classes.",
                "Name every class in data.classes.",
            )
        self.pictures: NDArray[np.uint8] = values
        """``(N, H, W, C)`` uint8."""
        self.labels: NDArray[np.int64] = labels
        """``(N,)``, all 0 without classes."""

    def _from_array(self, file: Path, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        try:
            with np.load(file, allow_pickle=False) as content:
                values = content["images"]
                labels = content["labels"] if "labels" in content else np.zeros(len(values))
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{file} cannot be read: {error}.", "Give images and labels as arrays."
            ) from error
        if values.dtype != np.uint8 or values.ndim not in (3, 4) or len(values) != len(labels):
            raise DataError(
                f"{file} holds images of {values.dtype} {values.shape}.",
                "Give (N, H, W) or (N, H, W, 3) uint8.",
            )
        values = values[..., None] if values.ndim == 3 else values
        short = size - values.shape[1], size - values.shape[2]
        if min(short) >= 0 and any(short):
            around = [(0, 0), *((gap // 2, gap - gap // 2) for gap in short), (0, 0)]
            values = np.pad(values, around, mode="edge")
        return values, labels.astype(np.int64)

    def _from_folders(
        self, folder: Path, size: int, channels: int | None
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        below = sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
        if self.classes and [path.name for path in below] != list(self.classes):
            raise DataError(
                f"{folder} has the classes {[path.name for path in below]}, the recipe {list(self.classes)}.",
                "Set data.classes to the names of the subfolders, sorted.",
            )
        values: list[NDArray[np.uint8]] = []
        labels: list[int] = []
        for index, place in enumerate(below or [folder]):
            for rgb in pictures(place):
                if rgb.shape[:2] != (size, size):
                    raise DataError(
                        f"A picture of {place} is {rgb.shape[1]} x {rgb.shape[0]}, not {size} x {size}.",
                        "Bring all pictures to data.size first.",
                    )
                values.append((rgb @ _LUMA).round().astype(np.uint8)[..., None] if channels == 1 else rgb)
                labels.append(index if self.classes else 0)
        return np.stack(values), np.array(labels, np.int64)

    def draw_labels(self, rng: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Return class numbers ``(count,)`` as often as `balance` says; all 0 without classes."""
        if self.balance == 1 or not self.classes:
            return rng.integers(max(1, len(self.classes)), size=count)
        there = np.bincount(self.labels, minlength=len(self.classes))
        shares = np.where(there > 0, there.astype(np.float64) ** (1 - self.balance), 0.0)
        return rng.choice(len(self.classes), size=count, p=shares / shares.sum())

    def batch(self, key: tuple[int, ...], count: int) -> tuple[Tensor, Tensor]:
        """Draw pictures ``(count, C, H, W)`` float32 in [0, 1] and one-hot classes ``(count, K)``."""
        rng = np.random.default_rng((self.seed, *key))
        if self.classes:
            labels = self.draw_labels(rng, count)
            order = np.argsort(self.labels, kind="stable")
            starts = np.searchsorted(self.labels[order], np.arange(len(self.classes) + 1))
            chosen = order[rng.integers(starts[labels], starts[labels + 1])]
        else:
            chosen = rng.integers(len(self.pictures), size=count)
        values = self.pictures[chosen]
        if self.flip:
            mirrored = rng.random(count) < 0.5
            values[mirrored] = values[mirrored, :, ::-1]
        return to_tensor(values), one_hot(self.labels[chosen], len(self.classes))

    def sample(self, count: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Return at most `count` pictures ``(n, H, W, C)`` and labels, spread evenly, always the same."""
        chosen = np.linspace(0, len(self.pictures) - 1, min(count, len(self.pictures))).round().astype(int)
        return self.pictures[chosen], self.labels[chosen]


def to_tensor(values: NDArray[np.uint8]) -> Tensor:
    """Pictures ``(N, H, W, C)`` uint8 as ``(N, C, H, W)`` float32 in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2), np.float32) / np.float32(255))


def one_hot(labels: NDArray[np.int64], classes: int) -> Tensor:
    """``(N,)`` class numbers as ``(N, K)`` float32 rows; ``(N, 0)`` without classes."""
    return torch.from_numpy(
        np.eye(classes, dtype=np.float32)[labels] if classes else np.empty((len(labels), 0), np.float32)
    )
