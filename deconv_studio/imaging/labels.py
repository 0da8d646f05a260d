"""Label maps and stacks: files whose samples are class numbers or measured values, not colours."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import tifffile

from . import png
from .errors import NotLabels
from .header import parse
from .reader import DEFAULT_MAX_PIXELS, check_size, read
from .source import open_source
from .writer import Checked, aside


def read_labels(
    source: Path | str | bytes,
    *,
    palette: Sequence[tuple[int, int, int]] | None = None,
    max_pixels: int | None = DEFAULT_MAX_PIXELS,
) -> np.ndarray:
    """Read a label map: the numbers of a gray or palette picture, or the classes of a coloured one.

    Parameters
    ----------
    source : path or bytes
    palette : sequence of (int, int, int), optional
        The class colours, for a mask in colours: the nearest one counts, if it is near enough that only
        lossy compression can have moved it.
    max_pixels : int or None
        As for `read`.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8 or uint16, the numbers as they are in the file: a palette is not looked up, and 1, 2
        and 4 bits are not spread over 8.

    Raises
    ------
    NotLabels
        The file has colours that are no classes, or values that are no whole numbers.
    ImagingError
        As for `read`.
    """
    with open_source(source) as opened:
        parsed = parse(opened, 0)
        check_size(parsed, opened.name, max_pixels)
        info = parsed.details
        if isinstance(info, png.PngInfo) and info.color_type in (0, 3):
            # Taken as gray, a palette's numbers come through as they are.
            plain = dataclasses.replace(info, color_type=0, palette=None, transparency=None)
            numbers = png.read_pixels(opened.data, plain, opened.name)[:, :, 0]
            spread = {1: 255, 2: 85, 4: 17}.get(info.depth, 1)
            return numbers // np.uint8(spread) if spread > 1 else numbers
        name = opened.name
    color = read(source, max_pixels=max_pixels).color
    if color.shape[2] == 3 and not (np.ptp(color, axis=2) == 0).all():
        if palette is None or color.dtype != np.uint8:
            raise NotLabels(
                f"{name} is in colours, which say nothing without the classes they stand for.",
                "Give a mask whose value is the class number.",
            )
        return _by_color(color, palette, name)
    numbers = color[:, :, 0]
    if numbers.dtype.kind == "f":
        if (numbers != np.rint(numbers)).any() or numbers.min() < 0 or numbers.max() > 65_535:
            raise NotLabels(
                f"{name} holds values that are no class numbers.",
                "Give a mask whose value is the class number.",
            )
        numbers = numbers.astype(np.uint16)
    return np.ascontiguousarray(numbers)


_NEAR = 40


def _by_color(color: np.ndarray, palette: Sequence[tuple[int, int, int]], name: str) -> np.ndarray:
    # Pictures of masks have few colours: each is looked up once.
    packed = color.astype(np.uint32) @ np.array([65_536, 256, 1], np.uint32)
    values, where = np.unique(packed, return_inverse=True)
    found = np.stack([values >> 16, values >> 8 & 255, values & 255], axis=1).astype(np.int32)
    known = np.asarray(palette, np.int32)
    numbers = np.empty(len(values), np.uint8)
    for at in range(0, len(values), 4096):
        far = np.abs(found[at : at + 4096, None] - known[None]).max(axis=2)
        if far.min(axis=1).max() > _NEAR:
            odd = found[at + int(far.min(axis=1).argmax())]
            raise NotLabels(
                f"{name} has the colour #{odd[0]:02x}{odd[1]:02x}{odd[2]:02x}, which is no class here.",
                "Give a mask whose value is the class number, or one in the classes' own colours.",
            )
        numbers[at : at + 4096] = far.argmin(axis=1)
    result: np.ndarray = numbers[where.reshape(color.shape[:2])]
    return result


def write_pages(
    pages: Iterable[np.ndarray],
    names: Sequence[str],
    path: Path | str,
    *,
    shape: tuple[int, int],
    record: dict[str, Any] | None = None,
    overwrite: bool = False,
    check: Callable[[], None] | None = None,
) -> Path:
    """Write maps of values as the pages of one TIFF, aside and renamed.

    Parameters
    ----------
    pages : iterable of ndarray
        Each ``(H, W)`` float32; taken one at a time.
    names : sequence of str
        Of the pages, written as tag PageName.
    path : path
    shape : tuple of int
        (H, W).
    record : dict, optional
        JSON-able; in the first page's ImageDescription.
    overwrite : bool
    check : callable, optional
        Called between the pieces that are written. What it raises ends the writing, and no file is left.

    Returns
    -------
    Path

    Raises
    ------
    OutputExists, NotPermitted, FileMissing, WriteFailed
    """
    path = Path(path)
    rows = max(1, min(shape[0], (1 << 20) // (shape[1] * 4)))
    large = shape[0] * shape[1] * 4 * len(names) + (64 << 20) > 1 << 32
    with (
        aside(path, overwrite) as plain,
        nullcontext(cast("BinaryIO", Checked(plain, check)) if check else plain) as file,
        tifffile.TiffWriter(file, bigtiff=large, byteorder="<") as writer,
    ):
        for number, (page, name) in enumerate(zip(pages, names, strict=True)):
            writer.write(
                np.asarray(page, np.float32),
                photometric="minisblack",
                rowsperstrip=rows,
                compression="zlib",
                compressionargs={"level": 6},
                metadata=None,
                software=False,
                description=json.dumps(record, sort_keys=True)
                if record is not None and number == 0
                else None,
                extratags=[(285, 2, None, name.encode(), True)],
            )
    return path


def write_bytes(data: bytes, path: Path | str, *, overwrite: bool = False) -> Path:
    """Write bytes that belong to a result (JSON and the like), aside and renamed.

    Raises
    ------
    OutputExists, NotPermitted, FileMissing, WriteFailed
    """
    path = Path(path)
    with aside(path, overwrite) as file:
        file.write(data)
    return path
