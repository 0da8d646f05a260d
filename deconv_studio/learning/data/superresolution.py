"""Pairs of small and large luma patches, cut from a folder of photographs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deconv_studio import imaging
from deconv_studio.learning.errors import DataError

if TYPE_CHECKING:
    from deconv_studio.learning.recipe import SuperResolutionData

# BT.601 luma, full range: what JPEG and the program's own upscaling call Y.
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_GRID = 8


@dataclass(frozen=True)
class Pair:
    """One photograph at two sizes, ``(h, w)`` and ``(s*h, s*w)``, float32 luma in [0, 255]."""

    small: NDArray[np.float32]
    large: NDArray[np.float32]


def pictures(folder: Path) -> Iterator[NDArray[np.uint8]]:
    """Yield every picture of `folder`, sorted by name, as ``(H, W, 3)`` uint8 sRGB.

    Raises
    ------
    DataError
        If the folder is missing or holds no picture.
    """
    files = (
        sorted(p for p in folder.iterdir() if p.suffix.lower() in imaging.PICTURE_SUFFIXES)
        if folder.is_dir()
        else []
    )
    if not files:
        raise DataError(
            f"{folder} holds no pictures.", "Give --data a folder with train/ and val/ full of pictures."
        )
    for file in files:
        picture = imaging.to_srgb(imaging.read(file))
        color = picture.color
        if color.dtype != np.uint8:
            raise DataError(
                f"{file} is not an 8-bit picture.", "Convert it to 8 bits, or take it out of the folder."
            )
        yield np.ascontiguousarray(np.broadcast_to(color, (*color.shape[:2], 3)))


def make_pair(rgb: NDArray[np.uint8], scale: int, reduce: float = 1.0) -> Pair:
    """Reduce a picture by `reduce`, then make its small version as evaluation does: bicubic on 8-bit RGB.

    Parameters
    ----------
    rgb : ndarray
        ``(H, W, 3)`` uint8 sRGB.
    """
    height, width = rgb.shape[:2]
    if reduce != 1.0:
        rgb = imaging.resize_bicubic(rgb, (round(width * reduce), round(height * reduce)))
        height, width = rgb.shape[:2]
    height, width = height - height % scale, width - width % scale
    large = rgb[:height, :width]
    small = imaging.resize_bicubic(np.ascontiguousarray(large), (width // scale, height // scale))
    return Pair(small @ _LUMA, large @ _LUMA)


class Patches:
    """Draws batches of patches; batch k depends on the seed and k alone, so a resumed run sees the same."""

    def __init__(self, folder: Path, section: SuperResolutionData, seed: int) -> None:
        self.section = section
        self.seed = seed
        self.pairs = [
            pair
            for rgb in pictures(folder)
            for reduce in section.reduce
            if min((pair := make_pair(rgb, section.scale, reduce)).small.shape) >= section.patch
        ]
        if not self.pairs:
            raise DataError(f"Every picture in {folder} is smaller than a patch.", "Set data.patch lower.")
        self.places = self._places()

    def _places(self) -> NDArray[np.int32]:
        """``(K, 3)`` pair, row, column of the patches worth drawing: detail above the flat share."""
        places, detail = [], []
        size = self.section.patch
        for index, pair in enumerate(self.pairs):
            gradient = np.abs(np.diff(pair.small, axis=0))[:, :-1] + np.abs(np.diff(pair.small, axis=1))[:-1]
            sums = np.pad(gradient.cumsum(0, dtype=np.float64).cumsum(1), ((1, 0), (1, 0)))
            rows = np.arange(0, pair.small.shape[0] - size + 1, _GRID)
            columns = np.arange(0, pair.small.shape[1] - size + 1, _GRID)
            r, c = (a.ravel() for a in np.meshgrid(rows, columns, indexing="ij"))
            end_r, end_c = np.minimum(r + size, gradient.shape[0]), np.minimum(c + size, gradient.shape[1])
            detail.append(sums[end_r, end_c] - sums[r, end_c] - sums[end_r, c] + sums[r, c])
            places.append(np.stack([np.full_like(r, index), r, c], 1))
        every, amount = np.concatenate(places), np.concatenate(detail)
        return every[amount >= np.quantile(amount, self.section.flat_share)].astype(np.int32)

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        """Return ``(N, 1, p, p)`` and ``(N, 1, s*p, s*p)`` float32 in [0, 1], flipped and turned."""
        rng = np.random.default_rng((self.seed, step))
        size, scale = self.section.patch, self.section.scale
        small = np.empty((self.section.batch, 1, size, size), np.float32)
        large = np.empty((self.section.batch, 1, size * scale, size * scale), np.float32)
        chosen = self.places[rng.integers(len(self.places), size=self.section.batch)]
        for k, (index, row, column) in enumerate(chosen):
            pair = self.pairs[index]
            row = min(row + rng.integers(_GRID), pair.small.shape[0] - size)
            column = min(column + rng.integers(_GRID), pair.small.shape[1] - size)
            low = pair.small[row : row + size, column : column + size]
            high = pair.large[row * scale : (row + size) * scale, column * scale : (column + size) * scale]
            turn, flip = int(rng.integers(4)), int(rng.integers(2))
            low, high = np.rot90(low, turn), np.rot90(high, turn)
            small[k, 0], large[k, 0] = (low[:, ::-1], high[:, ::-1]) if flip else (low, high)
        return torch.from_numpy(small / 255), torch.from_numpy(large / 255)
