"""Clean and noisy patches of photographs: noise as in a file, added to 8-bit values, clipped and rounded."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from deconv_studio import imaging
from deconv_studio.learning.data.superresolution import pictures
from deconv_studio.learning.errors import DataError

if TYPE_CHECKING:
    from deconv_studio.learning.recipe import DenoisingData

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def with_noise(clean: NDArray[np.uint8], sigma: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Add Gaussian noise as a file would hold it.

    Parameters
    ----------
    clean : ndarray
        uint8 of any shape.
    sigma : float
        Standard deviation in 8-bit steps, before clipping and rounding.
    """
    noisy = clean + rng.standard_normal(clean.shape, np.float32) * np.float32(sigma)
    return np.rint(np.clip(noisy, 0, 255)).astype(np.uint8)


def as_jpeg(pixels: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Compress ``(H, W, 1 or 3)`` uint8 as JPEG (4:4:4) and read it back: blocks and ringing."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    image.save(buffer, "JPEG", quality=quality, subsampling=0)
    with Image.open(buffer) as back:
        return np.asarray(back).reshape(pixels.shape)


class NoisyPatches:
    """Draws batches of patches; batch k depends on the seed and k alone, so a resumed run sees the same."""

    def __init__(self, folder: Path, section: DenoisingData, seed: int) -> None:
        self.section, self.seed = section, seed
        self.whole = [
            one
            for rgb in pictures(folder)
            for factor in section.reduce
            if min((one := reduced_picture(rgb, factor, section.channels)).shape[:2]) >= section.patch
        ]
        if not self.whole:
            raise DataError(f"Every picture in {folder} is smaller than a patch.", "Set data.patch lower.")
        sizes = np.array([picture.shape[0] * picture.shape[1] for picture in self.whole], np.float64)
        self._shares = sizes / sizes.sum()

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return noisy and clean ``(N, C, p, p)`` float32 in [0, 1], and the strength told ``(N,)``.

        The strength is -1 in `blind` of the patches, and wherever JPEG came after the noise.
        """
        section = self.section
        rng = np.random.default_rng((self.seed, step))
        side, count = section.patch, section.batch
        shape = (count, section.channels, side, side)
        noisy, clean = np.empty(shape, np.float32), np.empty(shape, np.float32)
        strength = np.full(count, -1.0, np.float32)
        drawn = rng.choice(len(self.whole), (count, section.candidates), p=self._shares)
        weakest, strongest = section.sigma
        for k, indices in enumerate(drawn):
            patch = max((self._cut(index, rng) for index in indices), key=_detail)
            patch = np.rot90(patch, int(rng.integers(4)))
            patch = np.ascontiguousarray(patch[:, ::-1] if rng.random() < 0.5 else patch)
            sigma = 0.0
            if rng.random() >= section.clean:
                sigma = weakest + (strongest - weakest) * float(rng.random()) ** section.weak
            given = with_noise(patch, sigma, rng)
            if rng.random() < section.jpeg:
                given = as_jpeg(given, int(rng.integers(section.quality[0], section.quality[1] + 1)))
            elif rng.random() >= section.blind:
                strength[k] = sigma / 255
            noisy[k], clean[k] = given.transpose(2, 0, 1), patch.transpose(2, 0, 1)
        return torch.from_numpy(noisy / 255), torch.from_numpy(clean / 255), torch.from_numpy(strength)

    def _cut(self, index: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        whole, side = self.whole[index], self.section.patch
        top, left = (int(rng.integers(extent - side + 1)) for extent in whole.shape[:2])
        return whole[top : top + side, left : left + side]


def _detail(patch: NDArray[np.uint8]) -> float:
    """Mean size of the step to the next pixel: what noise hides and flat patches lack."""
    values = patch.astype(np.float32)
    return float(np.abs(np.diff(values, axis=0)).mean() + np.abs(np.diff(values, axis=1)).mean())


def reduced_picture(rgb: NDArray[np.uint8], factor: float, channels: int) -> NDArray[np.uint8]:
    """Reduce ``(H, W, 3)`` uint8 by `factor`; with one channel its BT.601 luma, ``(h, w, 1)``."""
    if factor != 1.0:
        rgb = imaging.resize_bicubic(rgb, (round(rgb.shape[1] * factor), round(rgb.shape[0] * factor)))
    return rgb if channels == 3 else np.rint(rgb @ _LUMA).astype(np.uint8)[:, :, None]
