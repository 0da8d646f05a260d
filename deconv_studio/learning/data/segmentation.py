"""Crops of labelled pictures: ``images/`` beside ``labels/``, with ``classes.json`` above both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from deconv_studio import imaging
from deconv_studio.learning.errors import DataError
from deconv_studio.learning.recipe import SegmentationData

IGNORED = 255
"""What every pixel without a class is called inside this room, whatever the folder calls it."""

# Places kept of each class and picture, for drawing crops around rare classes.
_PLACES = 64
_GRAY = np.array([0.299, 0.587, 0.114], dtype=np.float32)


@dataclass(frozen=True)
class Classes:
    """The classes of a folder, in the order of their numbers, and the number that means none."""

    names: tuple[str, ...]
    colors: tuple[str, ...]
    ignore_index: int

    @classmethod
    def read(cls, folder: Path) -> Classes:
        """Read ``classes.json``: ``classes`` with index, name and color; ``ignore_index``, 255 without one.

        Raises
        ------
        DataError
            If it is missing, damaged, or its numbers leave a gap.
        """
        file = folder / "classes.json"
        try:
            content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            ignore = int(content.get("ignore_index", IGNORED))
            rows = sorted((row for row in content["classes"] if row["index"] != ignore), key=_number)
            names = tuple(str(row["name"]) for row in rows)
            colors = tuple("#{:02x}{:02x}{:02x}".format(*(int(v) for v in row["color"])) for row in rows)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise DataError(
                f"{file} cannot be read: {error}.",
                'It has to hold {"classes": [{"index": 0, "name": "…", "color": [0, 0, 0]}, …]}.',
            ) from error
        if [row["index"] for row in rows] != list(range(len(rows))) or len(rows) < 2:
            raise DataError(
                f"{file} numbers its classes {[row['index'] for row in rows]}.",
                "Number two or more classes from 0 on without a gap; the ignored one may come after them.",
            )
        return cls(names, colors, ignore)


def _number(row: dict[str, Any]) -> int:
    return int(row["index"])


@dataclass(frozen=True)
class Labelled:
    """One picture ``(H, W, C)`` uint8, its labels ``(H, W)`` uint8, and the distance map ``(H, W)`` uint8."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    distance: NDArray[np.uint8] | None


def distances(instances: NDArray[np.integer]) -> NDArray[np.uint8]:
    """Return each pixel's distance to the border of its instance over that instance's largest.

    Parameters
    ----------
    instances : ndarray
        ``(H, W)`` whole numbers, one an instance, 0 for none.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8: 0 outside, 255 at the middle of every instance.
    """
    out = np.zeros(instances.shape, np.uint8)
    ids, inverse = np.unique(instances, return_inverse=True)
    numbers = inverse.reshape(instances.shape)
    # Pixels sorted by instance: looking through the whole picture for each of hundreds takes long.
    order = np.argsort(numbers, axis=None, kind="stable")
    ends = np.cumsum(np.bincount(numbers.ravel(), minlength=len(ids)))
    for number in np.flatnonzero(ids):
        own = order[ends[number - 1] if number else 0 : ends[number]]
        rows, columns = np.divmod(own, instances.shape[1])
        box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        inside = np.pad((numbers[box] == number).astype(np.uint8), 1)
        far = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
        out[box] = np.maximum(out[box], np.round(255 * far / far.max()).astype(np.uint8))
    return out


class LabelFolder:
    """All pictures of ``folder/images`` with their labels in memory; batch k depends on the seed and k alone.

    Parameters
    ----------
    folder : Path
        With ``images/NAME.*`` and ``labels/NAME.png``; ``instances/NAME.png`` if distances are wanted.
    classes : Classes
    section : SegmentationData
    seed : int

    Raises
    ------
    DataError
        If a file is missing or unreadable, sizes differ, or a label has a number that is no class.
    """

    def __init__(self, folder: Path, classes: Classes, section: SegmentationData, seed: int) -> None:
        self.classes, self.section, self.seed = classes, section, seed
        files = imaging_files(folder / "images")
        self.pictures = [self._read(folder, file) for file in files]
        counts = np.zeros(len(classes.names), np.int64)
        places: list[list[NDArray[np.int32]]] = [[] for _ in classes.names]
        rng = np.random.default_rng((seed, 2**31))
        for index, picture in enumerate(self.pictures):
            counted = picture.labels != IGNORED
            here = np.bincount(picture.labels[counted], minlength=len(counts))
            counts += here
            for number in np.flatnonzero(here):
                flat = np.flatnonzero(picture.labels == number)
                chosen = rng.choice(flat, min(_PLACES, len(flat)), replace=False)
                rows, columns = np.divmod(chosen, picture.labels.shape[1])
                places[number].append(
                    np.stack([np.full_like(rows, index), rows, columns], 1).astype(np.int32)
                )
        self.frequencies: NDArray[np.float64] = counts / max(1, counts.sum())
        self.places = [np.concatenate(rows) for rows in places if rows]

    def _read(self, folder: Path, file: Path) -> Labelled:
        color = imaging.to_srgb(imaging.read(file)).color
        if color.dtype != np.uint8:
            raise DataError(f"{file} is not an 8-bit picture.", "Convert it, or take it out of the folder.")
        if self.section.channels == 1:
            pixels = color if color.shape[2] == 1 else np.round(color @ _GRAY).astype(np.uint8)[..., None]
        else:
            pixels = np.broadcast_to(color, (*color.shape[:2], 3))
        labels = _read_numbers(folder / "labels" / f"{file.stem}.png", color.shape[:2])
        ignored = labels == self.classes.ignore_index
        wrong = labels[~ignored & (labels >= len(self.classes.names))]
        if wrong.size:
            raise DataError(
                f"The labels of {file.name} have the number {wrong[0]}, which is no class.",
                "Add it to classes.json, or correct the labels.",
            )
        distance = None
        if self.section.distance:
            distance = distances(_read_numbers(folder / "instances" / f"{file.stem}.png", color.shape[:2]))
        return Labelled(
            np.ascontiguousarray(pixels), np.where(ignored, IGNORED, labels).astype(np.uint8), distance
        )

    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Return pictures ``(N, C, h, w)`` float32 in [0, 1], labels ``(N, h, w)`` int64, 255 where none.

        With distances a third: ``(N, 1, h, w)`` float32 in [0, 1].
        """
        rng = np.random.default_rng((self.seed, step))
        crops = [self._crop(rng) for _ in range(self.section.batch)]
        pixels = np.stack([self._recolor(crop.pixels, rng) for crop in crops]).transpose(0, 3, 1, 2)
        labels = np.stack([crop.labels for crop in crops]).astype(np.int64)
        out = [torch.from_numpy(np.ascontiguousarray(pixels)), torch.from_numpy(labels)]
        if self.section.distance:
            maps = np.stack([crop.distance for crop in crops if crop.distance is not None])
            out.append(torch.from_numpy(maps[:, None].astype(np.float32) / 255))
        return tuple(out)

    def _crop(self, rng: np.random.Generator) -> Labelled:
        """Cut a part, bring it to the crop's size, flip and turn it; no label outside the picture."""
        section = self.section
        height, width = section.crop
        turn = int(rng.integers(4)) if section.turn else 0
        if turn % 2:
            height, width = width, height
        scale = float(np.exp(rng.uniform(*np.log(section.scale))))
        part = max(1, round(height / scale)), max(1, round(width / scale))
        if rng.random() < section.balance:
            places = self.places[rng.integers(len(self.places))]
            index, *center = places[rng.integers(len(places))]
            picture = self.pictures[index]
            top, left = (
                _clamp(middle - rng.integers(size), whole, size)
                for middle, whole, size in zip(center, picture.labels.shape, part, strict=True)
            )
        else:
            picture = self.pictures[rng.integers(len(self.pictures))]
            top, left = (
                int(rng.integers(min(0, whole - size), max(0, whole - size) + 1))
                for whole, size in zip(picture.labels.shape, part, strict=True)
            )
        flip = bool(section.flip and rng.random() < 0.5)

        def cut(values: NDArray[np.uint8], way: int, border: int | None) -> NDArray[np.uint8]:
            inside = values[max(0, top) : top + part[0], max(0, left) : left + part[1]]
            before = max(0, -top), max(0, -left)
            after = part[0] - inside.shape[0] - before[0], part[1] - inside.shape[1] - before[1]
            if any((*before, *after)):
                sides = before[0], after[0], before[1], after[1]
                if border is None:
                    padded = cv2.copyMakeBorder(inside, *sides, cv2.BORDER_REFLECT_101)
                else:
                    padded = cv2.copyMakeBorder(inside, *sides, cv2.BORDER_CONSTANT, value=border)
                inside = np.asarray(padded, np.uint8)
            resized = cv2.resize(inside, (width, height), interpolation=way)
            sized = np.rot90(np.asarray(resized, np.uint8).reshape(height, width, -1), turn)
            return sized[:, ::-1] if flip else sized

        smooth = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        return Labelled(
            cut(picture.pixels, smooth, None),
            cut(picture.labels, cv2.INTER_NEAREST, IGNORED)[..., 0],
            None if picture.distance is None else cut(picture.distance, cv2.INTER_LINEAR, 0)[..., 0],
        )

    def _recolor(self, pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.float32]:
        """Change brightness, contrast and colour, make some gray or negative, and add noise."""
        section = self.section
        out = pixels.astype(np.float32) / 255
        if rng.random() < section.negative:
            out = 1 - out
        if out.shape[2] == 3:
            gray = (out @ _GRAY)[..., None]
            share = 0.0 if rng.random() < section.gray else 1 + rng.uniform(-section.color, section.color)
            out = gray + np.float32(share) * (out - gray)
            out *= 1 + rng.uniform(-1, 1, 3).astype(np.float32) * np.float32(section.color / 4)
        gain = 1 + rng.uniform(-section.contrast, section.contrast)
        offset = rng.uniform(-section.brightness, section.brightness)
        middle = float(out.mean())
        out = (out - np.float32(middle)) * np.float32(gain) + np.float32(middle + offset)
        if section.noise:
            sigma = np.float32(rng.uniform(0, section.noise))
            out = out + sigma * rng.standard_normal(out.shape[:2], np.float32)[..., None]
        return out.clip(0, 1).astype(np.float32)

    def whole(self, step: int = 1) -> Iterator[tuple[Tensor, Labelled]]:
        """Yield every `step`-th picture ``(1, C, H, W)`` float32 in [0, 1] at full size, with its labels."""
        for picture in self.pictures[::step]:
            values = np.ascontiguousarray(picture.pixels.transpose(2, 0, 1)[None]).astype(np.float32) / 255
            yield torch.from_numpy(values), picture


def imaging_files(folder: Path) -> list[Path]:
    """Return the pictures of a folder, sorted by name.

    Raises
    ------
    DataError
        If the folder is missing or holds none.
    """
    found = folder.iterdir() if folder.is_dir() else iter(())
    files = sorted(p for p in found if p.suffix.lower() in imaging.PICTURE_SUFFIXES)
    if not files:
        raise DataError(
            f"{folder} holds no pictures.",
            "Give --data a folder with classes.json, train/images, train/labels, val/images and val/labels.",
        )
    return files


def _read_numbers(file: Path, shape: tuple[int, ...]) -> NDArray[np.integer]:
    """Read a PNG whose values are numbers: gray of 8 or 16 bits, or a palette's indices."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            values = np.array(picture)
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(
            f"{file} cannot be read: {error}.", "Every picture needs labels of its name, ending in .png."
        ) from error
    if values.ndim != 2 or values.dtype == bool:
        raise DataError(f"{file} is no picture of numbers.", "Save labels as gray or palette PNG.")
    if values.shape != shape:
        raise DataError(
            f"{file} is {values.shape[1]} x {values.shape[0]}, its picture {shape[1]} x {shape[0]}.",
            "Make both the same size; resize labels with nearest neighbour.",
        )
    return values


def _clamp(start: int, whole: int, size: int) -> int:
    """Move a part into the picture, or let it stand out evenly if it is larger."""
    if size >= whole:
        return (whole - size) // 2
    return int(min(max(start, 0), whole - size))
