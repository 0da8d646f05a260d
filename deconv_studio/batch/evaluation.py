"""Measuring an enlarging model on a folder of pictures: shrink, enlarge by the program's task, compare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import imaging, measures, tasks
from deconv_studio.tasks.base import card_of
from deconv_studio.tasks.errors import NotFinite

from .errors import CallWrong
from .measuring import measure_originals

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Picture

    from .single import Item

CONVENTION = (
    "PSNR and SSIM on Y (ITU-R BT.601, 16 to 235) of 8-bit results; originals cropped to a multiple of the"
    " scale and shrunk by Pillow's bicubic in 8-bit RGB; a border of the scale left out; baseline: Pillow's"
    " bicubic"
)
MEASURES = ("psnr_y", "ssim_y", "psnr_y_bicubic", "ssim_y_bicubic", "psnr_gain", "ssim_gain")


def evaluate(
    data: Path | str, *, model: Model, control: Control, recurse: bool = False, tta: bool = False
) -> Iterator[Item]:
    """Measure an enlarging model on every picture of a folder.

    Parameters
    ----------
    data : Path or str
        A folder of originals, or one file; see `measuring.originals`.
    model : Model
    control : Control
    recurse, tta : bool

    Yields
    ------
    Item
        Its `result` holds `MEASURES`: PSNR in dB, SSIM, both of the bicubic baseline, and the gains over it.
        See `CONVENTION`.

    Raises
    ------
    CallWrong
        There is no such folder.
    ModelUnfit
        The model does not enlarge.
    """
    options = tasks.get("upscale").options(scale=card_of(model).output.scale, tta=tta)
    yield from measure_originals(
        data,
        "upscale",
        options,
        lambda picture, _: _measure(picture, options, model, control),
        model=model,
        control=control,
        recurse=recurse,
    )


def mean(items: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The mean of each measure over pictures; empty for none.

    Parameters
    ----------
    items : sequence of dict
        Results with `MEASURES`.

    Returns
    -------
    dict of str to float
    """
    if not items:
        return {}
    return {name: float(np.mean([item[name] for item in items])) for name in MEASURES}


def _measure(original: Picture, options: Any, model: Model, control: Control) -> dict[str, Any]:
    scale = options.scale
    large = as_8_bit(original)
    height, width = (large.shape[0] // scale * scale, large.shape[1] // scale * scale)
    if min(height, width) < 2 * scale + 11:
        raise CallWrong(
            f"The picture has {large.shape[1]} x {large.shape[0]} pixels, too few to measure on.",
            f"Leave out pictures smaller than {2 * scale + 11} pixels.",
        )
    large = np.ascontiguousarray(large[:height, :width])
    small = imaging.resize_bicubic(large, (width // scale, height // scale))
    made = tasks.get("upscale").run(imaging.Picture(small), options, model, control).picture.pixels
    plain = imaging.resize_bicubic(small, (width, height))
    truth = measures.luma_bt601_studio(large)
    figures = {}
    for name, pixels in (("", made), ("_bicubic", plain)):
        luma = measures.luma_bt601_studio(pixels)
        figures[f"psnr_y{name}"] = measures.psnr(luma, truth, border=scale)
        figures[f"ssim_y{name}"] = measures.ssim(luma, truth, border=scale)
    figures["psnr_gain"] = _difference(figures["psnr_y"], figures["psnr_y_bicubic"])
    figures["ssim_gain"] = figures["ssim_y"] - figures["ssim_y_bicubic"]
    return {"width": width, "height": height, **figures}


def _difference(value: float, baseline: float) -> float:
    # Of two perfect pictures (infinite PSNR) neither is better.
    return 0.0 if value == baseline else value - baseline


def as_8_bit(picture: Picture) -> np.ndarray:
    """The colours as sRGB in 8 bits, without alpha.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    ndarray
        ``(H, W, 1 or 3)`` uint8.

    Raises
    ------
    NotFinite
        It holds NaN or infinity.
    """
    if picture.icc_profile is not None:
        picture = imaging.to_srgb(picture)
    color = picture.color
    if color.dtype == np.uint8:
        return color
    if color.dtype == np.uint16:
        return np.rint(color / 257.0).astype(np.uint8)
    if not np.isfinite(color).all():
        raise NotFinite(
            "The picture holds NaN or infinity, of which there is no measure.", "Replace these values first."
        )
    return np.rint(np.clip(color, 0, 1) * 255).astype(np.uint8)
