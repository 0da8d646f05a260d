"""Measuring a denoising model on clean pictures: noise is added as a file holds it, and taken out again."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import imaging, measures, tasks
from deconv_studio.tasks.base import card_of

from .errors import CallWrong
from .evaluation import as_8_bit
from .measuring import measure_originals

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Picture

    from .single import Item

SIGMAS = (15, 25, 50)
JPEG_QUALITY = 30
EQUAL_PSNR = 99.0
"""What is given for a picture that comes out as it was, whose PSNR has no end."""
LEAST_SIDE = 16
_LUMA = np.array([0.299, 0.587, 0.114])


def convention(channels: int) -> str:
    """How the figures of a model with so many channels are measured, in a sentence."""
    what = (
        "BT.601 luma (0 to 255, rounded) of the originals"
        if channels == 1
        else "all three channels together (SSIM: mean over channels) of the originals"
    )
    return (
        f"PSNR and SSIM on {what}, 8-bit results, no border; Gaussian noise added to 8-bit values, clipped"
        " and rounded, seeded by each file's name; blind: strength found, not told; JPEG: quality"
        f" {JPEG_QUALITY}, 4:4:4; clean: nothing added, {EQUAL_PSNR:g} dB at most; baseline: the noisy"
        " picture"
    )


def with_noise(clean: np.ndarray, sigma: float, name: str) -> np.ndarray:
    """Add Gaussian noise as a file would hold it.

    Parameters
    ----------
    clean : ndarray
        uint8 of any shape.
    sigma : float
        Standard deviation in 8-bit steps, before clipping and rounding.
    name : str
        Of the file; the noise follows from it and from `sigma` alone.

    Returns
    -------
    ndarray
        uint8.
    """
    rng = np.random.default_rng((zlib.crc32(name.encode()), round(1000 * sigma)))
    return np.rint(np.clip(clean + sigma * rng.standard_normal(clean.shape), 0, 255)).astype(np.uint8)


def clean_pixels(picture: Picture, channels: int) -> np.ndarray:
    """What a model of so many channels is measured on.

    Parameters
    ----------
    picture : Picture
    channels : int
        1 takes the BT.601 luma of a picture with colour, 3 gives a gray picture three times.

    Returns
    -------
    ndarray
        ``(H, W, channels)`` uint8.
    """
    pixels = as_8_bit(picture)
    if channels == 1 and pixels.shape[2] == 3:
        return np.rint(pixels @ _LUMA).astype(np.uint8)[:, :, None]
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], channels)))


def evaluate_restoring(
    data: Path | str, *, model: Model, control: Control, recurse: bool = False, tta: bool = False
) -> Iterator[Item]:
    """Measure a denoising model on every picture of a folder.

    Parameters
    ----------
    data : Path or str
        A folder of clean pictures, or one file; see `measuring.originals`.
    model : Model
    control : Control
    recurse, tta : bool

    Yields
    ------
    Item
        Its `result` has for each sigma ``psnr_blind_15``, ``psnr_told_15`` (where the model can be told the
        strength) and ``psnr_noisy_15``, the baseline; ``psnr_jpeg`` and ``psnr_noisy_jpeg``; ``psnr_clean``;
        and the same with ``ssim_``. See `convention`.

    Raises
    ------
    CallWrong
        There is no such folder.
    ModelUnfit
        The model does not restore.
    """
    yield from measure_originals(
        data,
        "restore",
        tasks.get("restore").options(tta=tta),
        lambda picture, path: _measure(picture, path.name, tta, model, control),
        model=model,
        control=control,
        recurse=recurse,
    )


def mean(items: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The mean of each figure over pictures; empty for none."""
    names = [name for name in items[0] if name.startswith(("psnr", "ssim"))] if items else []
    return {name: float(np.mean([item[name] for item in items])) for name in names}


def figures(made: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """PSNR in dB, at most `EQUAL_PSNR`, and SSIM of ``(H, W, C)`` uint8 against the truth."""
    layers = [measures.ssim(made[:, :, k], truth[:, :, k]) for k in range(truth.shape[2])]
    return min(measures.psnr(made, truth), EQUAL_PSNR), float(np.mean(layers))


def _measure(original: Picture, name: str, tta: bool, model: Model, control: Control) -> dict[str, Any]:
    card = card_of(model)
    clean = clean_pixels(original, card.input.channels)
    height, width = clean.shape[:2]
    if min(height, width) < LEAST_SIDE:
        raise CallWrong(
            f"The picture has {width} x {height} pixels, too few to measure on.",
            f"Leave out pictures smaller than {LEAST_SIDE} pixels.",
        )
    task = tasks.get("restore")
    result: dict[str, Any] = {"width": width, "height": height}

    def add(key: str, pixels: np.ndarray) -> None:
        result[f"psnr_{key}"], result[f"ssim_{key}"] = figures(pixels, clean)

    def restored(pixels: np.ndarray, sigma: float | str) -> np.ndarray:
        given = imaging.Picture(pixels)
        made: np.ndarray = task.run(given, task.options(sigma=sigma, tta=tta), model, control).picture.pixels
        return made

    for sigma in SIGMAS:
        noisy = with_noise(clean, sigma, name)
        add(f"noisy_{sigma}", noisy)
        add(f"blind_{sigma}", restored(noisy, "auto"))
        if card.strength is not None and sigma <= card.strength.largest:
            add(f"told_{sigma}", restored(noisy, sigma))
    packed = imaging.read(imaging.encode(imaging.Picture(clean), "JPEG", quality=JPEG_QUALITY)).pixels
    add("noisy_jpeg", packed)
    add("jpeg", restored(packed, "auto"))
    add("clean", restored(clean, "auto"))
    return result
