"""Small pictures in one folder a class, with flips, shifts, brightness and new backgrounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deconv_studio.learning.data.collection import Collection
from deconv_studio.learning.errors import DataError
from deconv_studio.learning.recipe import ClassificationData


class ClassFolder:
    """All pictures of ``folder/CLASS/*`` in memory; batch k depends on the seed and k alone.

    Raises
    ------
    DataError
        If there are no class folders, or a picture has another size than the first.
    """

    def __init__(self, folder: Path, section: ClassificationData, seed: int) -> None:
        self.path, self.section, self.seed = folder, section, seed
        arrays = folder.is_dir() and any(folder.glob("*.npz"))
        self.classes = list(section.classes) if arrays else _subfolders(folder)
        if not self.classes:
            raise DataError(f"{folder} has no class folders.", "Put each class's pictures into a subfolder.")
        found = Collection(folder, size=section.size, channels=None, classes=tuple(self.classes))
        self.pictures, self.labels = (
            np.broadcast_to(found.pictures, (*found.pictures.shape[:3], 3)),
            found.labels,
        )

    def _tensor(self, values: NDArray[np.floating]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values.transpose(0, 3, 1, 2), dtype=np.float32))

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return ``(N, 3, H, W)`` float32 in [0, 1] and ``(N,)`` int64, classes drawn evenly."""
        rng = np.random.default_rng((self.seed, step))
        count, shift = self.section.batch, self.section.shift
        labels = rng.integers(len(self.classes), size=count)
        out = np.empty((count, *self.pictures.shape[1:]), np.float32)
        for k, label in enumerate(labels):
            value = self.pictures[rng.choice(np.flatnonzero(self.labels == label))].astype(np.float32) / 255
            if rng.random() < self.section.backgrounds:
                # Objects on white: another background keeps white from being what the network looks for.
                white = np.clip((value.min(2, keepdims=True) - 0.85) / 0.12, 0, 1)
                paint = rng.uniform(0, 1, 3).astype(np.float32)
                value = value * (1 - white) + paint * white
            if self.section.turn:
                if rng.random() < 0.5:
                    value = value[:, ::-1]
                value = np.rot90(value, int(rng.integers(4)))
            dy, dx = rng.integers(-shift, shift + 1, 2)
            value = np.pad(value, ((shift, shift), (shift, shift), (0, 0)), mode="edge")
            value = value[shift + dy : shift + dy + out.shape[1], shift + dx : shift + dx + out.shape[2]]
            out[k] = (value * float(rng.uniform(0.8, 1.2))).clip(0, 1)
        return self._tensor(out), torch.from_numpy(labels)

    def in_order(self, count: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield every picture once, unchanged, `count` at a time."""
        for start in range(0, len(self.labels), count):
            chosen = self.pictures[start : start + count].astype(np.float32) / 255
            yield self._tensor(chosen), torch.from_numpy(self.labels[start : start + count])


def _subfolders(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
