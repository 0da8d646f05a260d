"""Good pictures from a plain folder, and copies of them, spoilt artificially, with what was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deconv_studio import imaging
from deconv_studio.engine.pictures import as_unit_float, side_factor
from deconv_studio.learning.errors import DataError

if TYPE_CHECKING:
    from deconv_studio.learning.recipe import AnomalyData

FEWEST = 5
"""Good pictures a training needs at least: some to learn from, one to see what is normal by."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

Picture = NDArray[Any]  # float32; OpenCV's own types do not say so
Mask = NDArray[np.bool_]


def good_folder(data: Path, train: str) -> Path:
    """Find the folder of good pictures: the recipe's, or ``train/good``, ``good``, or the folder itself.

    Raises
    ------
    DataError
        None of them holds a picture.
    """
    for place in (data / train, data / "train" / "good", data / "good", data):
        if place.is_dir() and any(p.suffix.lower() in imaging.PICTURE_SUFFIXES for p in place.iterdir()):
            return place
    raise DataError(f"{data} holds no pictures.", "Give --data a folder of pictures of good things.")


def read_good(folder: Path, section: AnomalyData) -> list[Picture]:
    """Read every picture of a folder, resized as the model will see it.

    Parameters
    ----------
    folder : Path
    section : AnomalyData

    Returns
    -------
    list of ndarray
        ``(H, W, C)`` float32 in [0, 1]; sRGB, on white where there was transparency; by name.

    Raises
    ------
    DataError
        There are fewer than `FEWEST`.
    """
    files = sorted(p for p in folder.iterdir() if p.suffix.lower() in imaging.PICTURE_SUFFIXES)
    if len(files) < FEWEST:
        raise DataError(
            f"{folder} has {len(files)} pictures, too few to learn what is normal.",
            f"Give at least {FEWEST}, better 50 or more.",
        )
    return [_seen(imaging.to_srgb(imaging.read(file)), section) for file in files]


def _seen(picture: imaging.Picture, section: AnomalyData) -> Picture:
    pixels = np.clip(as_unit_float(picture.color), 0, 1)
    if picture.alpha is not None:
        share = np.clip(as_unit_float(picture.alpha), 0, 1)
        pixels = pixels * share + (1 - share)
    height, width = pixels.shape[:2]
    factor = side_factor(section.side, height, width)
    if factor != 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        pixels = np.clip(imaging.resize_bicubic(np.ascontiguousarray(pixels), size), 0, 1)
    if pixels.shape[2] != section.channels:
        pixels = np.repeat(pixels, 3, axis=2) if section.channels == 3 else (pixels @ _LUMA)[:, :, None]
    return np.ascontiguousarray(pixels, np.float32)


def split(count: int, share: float, seed: int) -> tuple[list[int], list[int]]:
    """Draw which pictures are learned from and which are held out, at least one of each."""
    order = np.random.default_rng((seed, 2**31)).permutation(count)
    held = min(max(1, round(share * count)), count - 1)
    return sorted(int(k) for k in order[held:]), sorted(int(k) for k in order[:held])


class SpoiltCrops:
    """Draws batches of crops, good and spoilt; batch k depends on the seed and k alone.

    The batches take turns at `scales`, the factors pictures are reduced by: a reduced crop has fewer pixels,
    but covers more of the picture.
    """

    def __init__(
        self, pictures: list[Picture], section: AnomalyData, seed: int, *, scales: Sequence[int] = (1,)
    ) -> None:
        self.pictures, self.section, self.seed = pictures, section, seed
        self.scales = tuple(scales)

    def side(self, scale: int) -> int:
        """Return the side of a crop at a scale in pixels: a multiple of 16 from 64 on, or the recipe's.

        From 8 on it is 32 or more, or crops would mostly be mirrored margins.
        """
        whole = self.section.crop
        least = 64 if scale < 8 else 32
        return whole if scale == 1 else min(whole, max(least, -(-3 * whole // (2 * scale * 16)) * 16))

    def batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Return what the network is given, what it is to restore, and what was changed.

        Returns
        -------
        tuple of Tensor
            ``(N, C, h, w)`` float32 in [0, 1] twice, and ``(N, 1, h, w)`` float32, 1 where a pixel was
            changed.
        """
        rng = np.random.default_rng((self.seed, step))
        section = self.section
        scale = self.scales[step % len(self.scales)]
        side = self.side(scale)
        shape = (section.batch, side, side)
        given = np.empty((*shape, section.channels), np.float32)
        clean, changed = np.empty_like(given), np.zeros((*shape, 1), np.float32)
        for k in range(section.batch):
            clean[k] = self._crop(rng, side, scale)
            given[k] = clean[k]
            if rng.random() < section.spoilt:
                donor = self._crop(rng, side, scale)
                for _ in range(int(rng.integers(1, 4))):
                    given[k], mask = spoil(given[k], donor, rng)
                    changed[k, :, :, 0] = np.maximum(changed[k, :, :, 0], mask)
        pieces = (given, clean, changed)
        a, b, c = (torch.from_numpy(np.ascontiguousarray(p.transpose(0, 3, 1, 2))) for p in pieces)
        return a, b, c

    def _crop(self, rng: np.random.Generator, fed: int, scale: int) -> Picture:
        section = self.section
        whole = self.pictures[int(rng.integers(len(self.pictures)))]
        zoom = float(np.exp(rng.uniform(-1, 1) * np.log1p(section.zoom)))
        side = max(8, round(fed * scale / zoom))
        below, right = (max(0, side - extent) for extent in whole.shape[:2])
        if below or right:
            whole = cv2.copyMakeBorder(whole, 0, below, 0, right, cv2.BORDER_REFLECT_101)
            whole = whole.reshape(*whole.shape[:2], section.channels)
        # Edges are normal too, but a place drawn evenly hardly ever has one: drawn from beyond them instead.
        top, left = (
            min(max(int(rng.integers(-side // 2, extent - side // 2)), 0), extent - side)
            for extent in whole.shape[:2]
        )
        crop = whole[top : top + side, left : left + side]
        if side != fed:
            # Where much is reduced, pixels are averaged, as the network does it.
            how = cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR
            crop = cv2.resize(crop, (fed, fed), interpolation=how).reshape(fed, fed, section.channels)
        if section.turn:
            crop = np.rot90(crop, int(rng.integers(4)))
        if section.flip:
            crop = crop[:: int(rng.choice([-1, 1])), :: int(rng.choice([-1, 1]))]
        gain = np.float32(np.exp(rng.uniform(-1, 1) * np.log1p(section.gain)))
        offset = np.float32(rng.uniform(-1, 1) * section.offset)
        return np.clip(crop * gain + offset, 0, 1)


def spoil(picture: Picture, donor: Picture, rng: np.random.Generator) -> tuple[Picture, Mask]:
    """Spoil a picture: a spot, a line, a patch of another place, a chipped edge, a stain, other light.

    After the artificial defects of Zavrtanik et al. 2021 (DRAEM: textures in random shapes) and Li et al.
    2021 (CutPaste: patches and thin scars), with lines and light of our own.

    Parameters
    ----------
    picture, donor : ndarray
        ``(H, W, C)`` float32 in [0, 1], of one size; patches come from the second.
    rng : Generator

    Returns
    -------
    ndarray
        ``(H, W, C)`` float32 in [0, 1].
    ndarray
        ``(H, W)`` bool: where it differs by enough to be seen.
    """
    kinds: list[Callable[[Picture, Picture, np.random.Generator], Picture]]
    kinds = [_spot, _spot, _line, _line, _patch, _chip, _stain, _light]
    for _ in range(8):
        spoilt = np.clip(kinds[int(rng.integers(len(kinds)))](picture, donor, rng), 0, 1)
        # What nobody could see is not asked for.
        contrast = max(0.02, 0.25 * float(picture.std()))
        changed = cv2.GaussianBlur(np.abs(spoilt - picture).max(axis=2), (0, 0), 1.0) > contrast
        if changed.sum() >= 6:
            return spoilt.astype(np.float32), changed
    return picture, np.zeros(picture.shape[:2], bool)


def _blend(picture: Picture, other: Picture | float, share: NDArray[np.floating]) -> Picture:
    part = share.astype(np.float32)[:, :, None]
    return picture * (1 - part) + other * part


def _noise(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> Picture:
    """Smooth noise of unit deviation whose features are about `scale` pixels large."""
    size = tuple(max(2, int(np.ceil(extent / scale)) + 2) for extent in shape)
    coarse = rng.standard_normal(size, np.float32)
    fine: Picture = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return fine


def _blob(shape: tuple[int, int], radius: float, rng: np.random.Generator, *, rim: bool = False) -> Picture:
    """An uneven disc with soft edges, ``(H, W)`` float32 in [0, 1], anywhere, or across the rim."""
    height, width = shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    at = [rng.uniform(0, height), rng.uniform(0, width)]
    if rim:
        axis = int(rng.integers(2))
        at[axis] = float(rng.choice([0, shape[axis] - 1]))
    angle, stretch = rng.uniform(0, np.pi), np.exp(rng.uniform(-0.9, 0.9))
    dy, dx = y - at[0], x - at[1]
    along = (dx * np.cos(angle) + dy * np.sin(angle)) * stretch
    across = (dy * np.cos(angle) - dx * np.sin(angle)) / stretch
    distance = np.sqrt(along**2 + across**2) / radius
    distance += rng.uniform(0.05, 0.4) * _noise(shape, max(2.0, radius * rng.uniform(0.4, 1.2)), rng)
    soft = max(0.6 / radius, rng.uniform(0.02, 0.5))
    return np.clip((1 - distance) / soft + 0.5, 0, 1)


def _tone(picture: Picture, share: Picture, rng: np.random.Generator) -> Picture:
    """A colour that differs from what is there: darker more often than lighter."""
    weight = float(share.sum()) + 1e-6
    here = (picture * share[:, :, None]).sum(axis=(0, 1)) / weight
    if rng.random() < 0.65:
        tone = here * rng.uniform(0, 0.75)
    else:
        tone = here + (1 - here) * rng.uniform(0.15, 0.8)
    return tone.astype(np.float32)


def _spot(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    shape = picture.shape[:2]
    share = _blob(shape, float(np.exp(rng.uniform(np.log(1.5), np.log(0.1 * min(shape) + 2)))), rng)
    grain = 1 + rng.uniform(0, 0.3) * _noise(shape, rng.uniform(1, 4), rng)[:, :, None]
    return _blend(picture, _tone(picture, share, rng) * grain, share * rng.uniform(0.5, 1))


def _line(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    height, width = picture.shape[:2]
    length = rng.uniform(0.08, 0.7) * min(height, width)
    steps = max(4, int(length / 4))
    heading = rng.uniform(0, 2 * np.pi)
    turns = heading + np.cumsum(rng.normal(0, rng.uniform(0.02, 0.35), steps))
    start = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    points = start + np.cumsum(np.stack([np.cos(turns), np.sin(turns)], 1) * 4, axis=0)
    canvas = np.zeros((height, width), np.uint8)
    thick = int(rng.choice([1, 1, 2, 2, 3, 4]))
    cv2.polylines(canvas, [np.rint(points * 8).astype(np.int32)], False, 255, thick, cv2.LINE_AA, 3)
    share = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.3, 1.0)).astype(np.float32) / 255
    broken = np.clip(1.2 + rng.uniform(0, 0.8) * _noise((height, width), rng.uniform(4, 20), rng), 0, 1)
    return _blend(picture, _tone(picture, share, rng), share * broken * rng.uniform(0.5, 1))


def _patch(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    shape = picture.shape[:2]
    other = np.roll(donor, (int(rng.integers(shape[0])), int(rng.integers(shape[1]))), (0, 1))
    if rng.random() < 0.5 and shape[0] == shape[1]:
        other = np.rot90(other, int(rng.integers(1, 4)))
    share = _blob(shape, float(np.exp(rng.uniform(np.log(4), np.log(0.3 * min(shape) + 5)))), rng)
    return _blend(picture, other * np.float32(np.exp(rng.uniform(-0.4, 0.4))), share * rng.uniform(0.6, 1))


def _chip(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    shape = picture.shape[:2]
    share = _blob(shape, float(np.exp(rng.uniform(np.log(4), np.log(0.2 * min(shape) + 5)))), rng, rim=True)
    grain = 1 + rng.uniform(0.1, 0.5) * _noise(shape, rng.uniform(1, 5), rng)[:, :, None]
    return _blend(picture, _tone(picture, share, rng) * grain, share * rng.uniform(0.6, 1))


def _stain(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """The picture's own pattern, blurred away, deepened or grained, inside random shapes of smooth noise."""
    shape = picture.shape[:2]
    field = _noise(shape, rng.uniform(0.1, 0.5) * min(shape), rng)
    share = np.clip((field - rng.uniform(0.8, 1.8)) * rng.uniform(2, 20), 0, 1)
    smooth = cv2.GaussianBlur(picture, (0, 0), rng.uniform(1.5, 6)).reshape(picture.shape)
    other = smooth + (picture - smooth) * rng.choice([0.0, 0.3, 2.0, 3.0])
    other = other * np.exp(rng.uniform(-0.5, 0.4))
    other = other + rng.uniform(0, 0.08) * _noise(shape, rng.uniform(1, 4), rng)[:, :, None]
    return _blend(picture, other.astype(np.float32), share)


def _light(picture: Picture, donor: Picture, rng: np.random.Generator) -> Picture:
    """A band or a corner under other light, with an edge that can be seen."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    angle = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.3)
    across = (x - rng.uniform(0, width)) * np.cos(angle) + (y - rng.uniform(0, height)) * np.sin(angle)
    across += rng.uniform(0, 6) * _noise((height, width), rng.uniform(10, 60), rng)
    soft = rng.uniform(1, 14)
    share = np.clip(across / soft + 0.5, 0, 1)
    if rng.random() < 0.5:
        share = share * np.clip((rng.uniform(0.08, 0.4) * min(height, width) - across) / soft + 0.5, 0, 1)
    if share.mean() > 0.5:
        share = 1 - share  # of two sides, the smaller one is the odd one
    gain = np.exp(rng.choice([-1, 1]) * rng.uniform(0.2, 0.8))
    return _blend(picture, (picture * gain).astype(np.float32), share)
