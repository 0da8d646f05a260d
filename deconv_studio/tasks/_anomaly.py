"""A picture's heat: score, mask and colours of it, and the files it is taken away in."""

from __future__ import annotations

import bisect
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from deconv_studio import imaging, measures
from deconv_studio.engine.pictures import as_unit_float
from deconv_studio.imaging import Picture

from . import _scores, _scratch
from .anomaly import tails, thresholds
from .base import RESEARCH_ONLY, Estimate, card_of
from .result import TEXT_KEY, Made, Part, Result

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header

    from .anomaly import AnomalyOptions


def detect(picture: Picture, options: AnomalyOptions, model: Model, control: Control) -> Detection:
    """Find what is not normal; see `Anomaly.run`."""
    start = time.perf_counter()
    card = card_of(model)
    scores = _scores.score(picture, model, control, tile=options.tile)
    control.raise_if_cancelled()
    heat = _scratch.room((picture.height, picture.width, 1), np.dtype(np.float32))
    for top, bottom in scores.strips():
        heat[top:bottom] = np.maximum(scores.raw(top, bottom), 0)
        control.raise_if_cancelled()
    return made(
        picture,
        scores.values[:, :, 0],
        heat[:, :, 0],
        options,
        card,
        sha256=model.sha256,
        provider=model.provider,
        seconds=time.perf_counter() - start,
    )


def made(
    picture: Picture,
    cells: np.ndarray,
    heat: np.ndarray,
    options: AnomalyOptions,
    card: Card,
    *,
    sha256: str,
    provider: str,
    seconds: float,
) -> Detection:
    """Make a result of a heat map, whatever the options say of thresholds; the network is not needed.

    Parameters
    ----------
    picture : Picture
        What was looked at.
    cells : ndarray
        ``(h, w)`` float32: the heat at the size the network worked at, which the score is taken from.
    heat : ndarray
        ``(H, W)`` float32: at the picture's size.
    options : AnomalyOptions
    card : Card
    sha256, provider : str
    seconds : float

    Raises
    ------
    ModelUnfit
        The card does not say what is normal.
    """
    threshold, pixel_threshold = thresholds(options, card)
    assert card.anomaly is not None  # or there are no thresholds
    score = measures.image_score(cells, card.anomaly.top_share, card.anomaly.border)
    mask = hot(heat, pixel_threshold, options.min_area)
    row, column = np.unravel_index(int(cells.argmax()), cells.shape)
    known = card.anomaly.scores
    # The centre of the network's pixel, in the picture's.
    hottest = [
        int((at + 0.5) * side / count)
        for at, side, count in (
            (column, picture.width, cells.shape[1]),
            (row, picture.height, cells.shape[0]),
        )
    ]
    bare = Detection(
        picture=picture,
        task="anomaly",
        parameters=options.model_dump(mode="json"),
        model_id=card.id,
        model_sha256=sha256,
        provider=provider,
        seconds=seconds,
        notices=(RESEARCH_ONLY.format(model=card.id),) if card.research_only else (),
        extra={
            "score": score,
            "threshold": threshold,
            "anomalous": score > threshold,
            "pixel_threshold": pixel_threshold,
            "area": float(np.count_nonzero(mask)) / mask.size,
            "normal_rank": bisect.bisect_left(known, score) / len(known) if known else None,
            "hottest": hottest,
        },
        source=picture,
        cells=cells,
        heat=heat,
        mask=mask,
        card=card,
        score=score,
        threshold=threshold,
        pixel_threshold=pixel_threshold,
    )
    return replace(bare, picture=bare.overlay(options.opacity, ramp=options.ramp), parts=bare.files(options))


@dataclass(frozen=True, eq=False, kw_only=True)
class Detection(Result):
    """What is not normal in a picture.

    Attributes
    ----------
    picture : Picture
        The heat in colours over the picture, 8-bit RGB (with the picture's alpha, if it has one).
    source : Picture
        What was looked at.
    cells : ndarray
        ``(h, w)`` float32: the heat at the size the network worked at.
    heat : ndarray
        ``(H, W)`` float32: the heat at the picture's size, 0 or more; of a large picture a file's map.
    mask : ndarray
        ``(H, W)`` uint8, 255 where a pixel is not normal, else 0.
    card : Card
    score, threshold : float
        Of the whole picture; above the threshold it is not normal.
    pixel_threshold : float
        A pixel with more heat is in the mask.
    """

    source: Picture
    cells: np.ndarray
    heat: np.ndarray
    mask: np.ndarray
    card: Card
    score: float
    threshold: float
    pixel_threshold: float

    @property
    def anomalous(self) -> bool:
        """Whether the score is above the threshold."""
        return self.score > self.threshold

    def decided(self, options: AnomalyOptions) -> Detection:
        """The same heat with other thresholds, without running the network again."""
        return made(
            self.source,
            self.cells,
            self.heat,
            options,
            self.card,
            sha256=self.model_sha256,
            provider=self.provider,
            seconds=self.seconds,
        )

    def files(self, options: AnomalyOptions) -> tuple[Part, ...]:
        """The files that the options ask for, each made when it is written."""
        kinds = options.kinds
        return tuple(
            Part(tail, Made(partial(self.write, kind, opacity=options.opacity, ramp=options.ramp)))
            for kind, tail in zip(kinds, tails(kinds), strict=True)
        )

    def write(
        self,
        kind: str,
        path: Path,
        *,
        opacity: float = 0.6,
        ramp: str = "inferno",
        overwrite: bool = False,
        metadata: str = "keep",
        check: Callable[[], None] | None = None,
    ) -> Path:
        """Write one kind of file.

        Parameters
        ----------
        kind : str
            One of `anomaly.KINDS`.
        path : Path
        opacity : float
            Of the hottest colour in "heat".
        ramp : str
            Its colours, of `anomaly.RAMPS`.
        overwrite : bool
        metadata : str
            "keep", "strip" or "private".
        check : callable, optional
            As for `imaging.write`.

        Raises
        ------
        ImagingError
        """
        if kind == "map":
            return imaging.write_pages(
                [self.heat],
                ["heat"],
                path,
                shape=self.heat.shape,
                record=json.loads(self.text()[TEXT_KEY]) if metadata != "strip" else None,
                overwrite=overwrite,
                check=check,
            )
        picture = self.overlay(opacity, ramp=ramp) if kind == "heat" else self.white()
        text_of = None if metadata == "strip" else self.text()
        return imaging.write(
            picture, path, format="PNG", metadata=metadata, text=text_of, overwrite=overwrite, check=check
        )

    def white(self) -> Picture:
        """The mask as a picture, 8-bit gray."""
        return Picture(
            self.mask[:, :, None],
            metadata=imaging.Metadata(dpi=self.source.metadata.dpi),
            source=self.source.source,
        )

    def overlay(
        self, opacity: float = 0.6, pixel_threshold: float | None = None, ramp: str = "inferno"
    ) -> Picture:
        """The heat in colours over the picture, 8-bit RGB.

        Parameters
        ----------
        opacity : float
            Of the hottest colour, in [0, 1].
        pixel_threshold : float, optional
            Heat that begins to glow is half of it, and at twice it the colour is the hottest; the result's
            own if not given.
        ramp : str
            The colours, of `anomaly.RAMPS`.
        """
        limit = self.pixel_threshold if pixel_threshold is None else pixel_threshold
        source = imaging.to_srgb(self.source) if self.source.icc_profile is not None else self.source
        out = _scratch.room((source.height, source.width, 4 if source.has_alpha else 3), np.dtype(np.uint8))
        for rows in _rows(self.heat):
            level = glow(self.heat[rows], limit)[:, :, None]
            color = np.clip(as_unit_float(source.color[rows]), 0, 1)
            part = np.float32(opacity) * np.minimum(level * 2, 1)
            mixed = color * (1 - part) + as_unit_float(colored(level[:, :, 0], ramp)) * part
            out[rows, :, :3] = np.rint(mixed * 255)
            if source.alpha is not None:
                out[rows, :, 3:] = np.rint(np.clip(as_unit_float(source.alpha[rows]), 0, 1) * 255)
        return Picture(out, metadata=source.metadata, source=source.source)


def hot(heat: np.ndarray, pixel_threshold: float, min_area: int = 0) -> np.ndarray:
    """Mark what is hotter than a threshold.

    Parameters
    ----------
    heat : ndarray
        ``(H, W)`` float32.
    pixel_threshold : float
    min_area : int
        Spots with fewer pixels are left out; pixels that touch at a corner are one spot.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8, 0 or 255.
    """
    out = _scratch.room((*heat.shape, 1), np.dtype(np.uint8))[:, :, 0]
    for rows in _rows(heat):
        out[rows] = (heat[rows] > pixel_threshold) * np.uint8(255)
    if min_area > 1:
        _, regions, figures, _ = cv2.connectedComponentsWithStats(out, connectivity=8)
        small = figures[:, cv2.CC_STAT_AREA] < min_area
        small[0] = False  # the background
        out[small[regions]] = 0
    return out


def _rows(heat: np.ndarray) -> Iterator[slice]:
    height, width = heat.shape
    step = max(1, (1 << 20) // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def glow(heat: np.ndarray, pixel_threshold: float) -> np.ndarray:
    """How strongly heat is shown: 0 up to half the threshold, a third at it, 1 from twice it on.

    Parameters
    ----------
    heat : ndarray
        float32 of any shape, 0 or more.
    pixel_threshold : float

    Returns
    -------
    ndarray
        float32 in [0, 1].
    """
    limit = max(float(pixel_threshold), 1e-12)
    level: np.ndarray = np.clip((heat / np.float32(limit) - 0.5) / 1.5, 0, 1).astype(np.float32)
    return level


_MAPS = {
    "inferno": cv2.COLORMAP_INFERNO,
    "viridis": cv2.COLORMAP_VIRIDIS,
    "cividis": cv2.COLORMAP_CIVIDIS,
}


def colored(level: np.ndarray, ramp: str = "inferno") -> np.ndarray:
    """The colours of a map in [0, 1] on a ramp: ``(H, W)`` to ``(H, W, 3)`` uint8 RGB."""
    steps = np.rint(np.clip(level, 0, 1) * 255).astype(np.uint8)
    # The lowest quarter of the ramp is nearly black, which over a picture would look like a shadow.
    lifted = (64 + steps.astype(np.uint16) * 191 // 255).astype(np.uint8)
    result: np.ndarray = cv2.applyColorMap(lifted, _MAPS[ramp])[:, :, ::-1]
    return result


def estimate(
    source: Picture | Header,
    options: AnomalyOptions,
    subject: Model | Entry | Card,
    *,
    provider: str = "auto",
    memory: int | None = None,
) -> Estimate:
    """What it will make and take; see `Task.estimate`."""
    known, stored = _scores.estimated(
        source, subject, values=1, tile=options.tile, provider=provider, memory=memory
    )
    pixels = source.height * source.width
    maps = pixels * (4 + 1 + 3)
    scratch = stored > _scratch.IN_MEMORY
    sizes = {"heat": 3, "mask": 1, "map": 4}
    return Estimate(
        width=source.width,
        height=source.height,
        channels=3,
        seconds=known.seconds,
        memory_bytes=(0 if scratch else stored)
        + (0 if pixels * 4 > _scratch.IN_MEMORY else maps)
        + known.memory_bytes,
        disk_bytes=pixels * sum(sizes[kind] for kind in options.kinds) + (stored if scratch else 0),
        tiles=known.tiles,
        tile=known.tile,
    )
