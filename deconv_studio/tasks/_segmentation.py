"""A labelled picture: label map, areas, things, and the files it is taken away in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio import __version__, imaging
from deconv_studio.engine.pictures import as_unit_float
from deconv_studio.imaging import Picture

from . import _coco, _regions, _scores, _scratch
from .base import RESEARCH_ONLY, Estimate, card_of
from .result import TEXT_KEY, Made, Part, Result
from .segment import UNLABELLED, class_colors, is_background, subjects, tails

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header

    from .segment import SegmentOptions


def segment(picture: Picture, options: SegmentOptions, model: Model, control: Control) -> Segmentation:
    """Label a picture; see `Segment.run`."""
    start = time.perf_counter()
    card = card_of(model)
    scores = _scores.score(picture, model, control, tile=options.tile, tta=options.tta)
    control.raise_if_cancelled()
    labels = decided(scores, options)
    control.raise_if_cancelled()
    return made(
        picture,
        labels,
        scores,
        options,
        card,
        sha256=model.sha256,
        provider=model.provider,
        seconds=time.perf_counter() - start,
    )


def decided(scores: _scores.Scores, options: SegmentOptions) -> np.ndarray:
    """Decide on every pixel's class.

    Parameters
    ----------
    scores : Scores
    options : SegmentOptions

    Returns
    -------
    ndarray
        ``(H, W)`` uint8, class numbers; 255 where none is probable enough.
    """
    labels = _scratch.room((scores.height, scores.width, 1), np.dtype(np.uint8))[:, :, 0]
    for top, bottom in scores.strips():
        if options.decide == "argmax":
            labels[top:bottom] = scores.best(top, bottom)
            continue
        p = scores.probabilities(top, bottom)
        if scores.classes == 2:
            labels[top:bottom] = p[:, :, 1] >= options.threshold
        else:
            best = p.argmax(axis=2).astype(np.uint8)
            labels[top:bottom] = np.where(p.max(axis=2) >= options.threshold, best, UNLABELLED)
    return _regions.without_small(labels, options.min_area)


def made(
    picture: Picture,
    labels: np.ndarray,
    scores: _scores.Scores | None,
    options: SegmentOptions,
    card: Card,
    *,
    sha256: str,
    provider: str,
    seconds: float,
    edited: bool = False,
) -> Segmentation:
    """Make a result of a label map, whoever drew it.

    Parameters
    ----------
    picture : Picture
        What was labelled.
    labels : ndarray
        ``(H, W)`` uint8.
    scores : Scores or None
        None for a map that no network gave.
    options : SegmentOptions
    card : Card
    sha256, provider : str
    seconds : float
    edited : bool
        Whether a person changed the map.
    """
    found = None
    if card.instances is not None and scores is not None:
        found = things(labels, scores, card)
    extra = figures(labels, card)
    if found is not None:
        extra["instances"] = int(found.max(initial=0))
    parameters = options.model_dump(mode="json")
    if edited:
        parameters["edited"] = True
    notices: tuple[str, ...] = ()
    if card.research_only:
        notices = (RESEARCH_ONLY.format(model=card.id),)
    result = Segmentation(
        picture=Picture(
            labels[:, :, None],
            metadata=imaging.Metadata(dpi=picture.metadata.dpi),
            source=picture.source,
            palette=class_colors(card),
        ),
        task="segment",
        parameters=parameters,
        model_id=card.id,
        model_sha256=sha256,
        provider=provider,
        seconds=seconds,
        notices=notices,
        extra=extra,
        source=picture,
        scores=scores,
        things=found,
        card=card,
    )
    return replace(result, parts=result.files(options))


def figures(labels: np.ndarray, card: Card) -> dict[str, Any]:
    """Count pixels by class.

    Parameters
    ----------
    labels : ndarray
        ``(H, W)`` uint8.
    card : Card

    Returns
    -------
    dict
        ``width``, ``height``, ``classes``: for each ``index``, ``name``, ``pixels``, ``share`` of the picture
        in [0, 1]; ``unlabelled``: the share without a class.
    """
    counts = np.zeros(256, np.int64)
    for top in range(0, labels.shape[0], 1024):
        counts += np.bincount(labels[top : top + 1024].ravel(), minlength=256)
    return {
        "width": int(labels.shape[1]),
        "height": int(labels.shape[0]),
        "classes": [
            {
                "index": number,
                "name": item.name,
                "pixels": int(counts[number]),
                "share": float(counts[number] / labels.size),
            }
            for number, item in enumerate(card.classes)
        ],
        "unlabelled": float(counts[len(card.classes) :].sum() / labels.size),
    }


def things(labels: np.ndarray, scores: _scores.Scores, card: Card) -> np.ndarray | None:
    """Tell the things of the card's class apart: ``(H, W)`` int32 from 1, or None if the card has no such."""
    spec, inside = card.instances, scores.inside()
    if spec is None or inside is None:
        return None
    number = [item.name for item in card.classes].index(spec.class_name)
    foreground = labels == number
    if spec.foreground > 0.5:
        for top, bottom in scores.strips():
            foreground[top:bottom] &= scores.probabilities(top, bottom)[:, :, number] >= spec.foreground
    return _regions.instances(foreground, inside, marker=spec.marker, minimum_area=spec.minimum_area)


@dataclass(frozen=True, eq=False, kw_only=True)
class Segmentation(Result):
    """A labelled picture.

    Attributes
    ----------
    picture : Picture
        The label map ``(H, W, 1)`` uint8 with the classes' palette.
    source : Picture
        What was labelled.
    scores : Scores or None
        What the network said.
    things : ndarray or None
        ``(H, W)`` int32, things of one class from 1, where the model tells them apart.
    card : Card
    """

    source: Picture
    scores: _scores.Scores | None
    things: np.ndarray | None
    card: Card

    @property
    def labels(self) -> np.ndarray:
        """The label map, ``(H, W)`` uint8."""
        return self.picture.pixels[:, :, 0]

    def files(self, options: SegmentOptions) -> tuple[Part, ...]:
        """The files that the options ask for, each made when it is written."""
        kinds = options.kinds
        return tuple(
            Part(tail, Made(partial(self.write, kind, options=options)))
            for kind, tail in zip(kinds, tails(kinds), strict=True)
        )

    def write(
        self,
        kind: str,
        path: Path,
        *,
        options: SegmentOptions,
        overwrite: bool = False,
        metadata: str = "keep",
        check: Callable[[], None] | None = None,
    ) -> Path:
        """Write one kind of file.

        Parameters
        ----------
        kind : str
            One of `segment.KINDS`.
        path : Path
        options : SegmentOptions
        overwrite : bool
        metadata : str
            "keep", "strip" or "private".
        check : callable, optional
            As for `imaging.write`.

        Raises
        ------
        ImagingError
        """
        if kind == "coco":
            text = json.dumps(self.coco(options, marked=metadata != "strip"), separators=(",", ":"))
            return imaging.write_bytes((text + "\n").encode(), path, overwrite=overwrite)
        if kind == "probability":
            return self._write_probabilities(path, overwrite, metadata != "strip", check)
        picture = {
            "index": lambda: self.picture,
            "colour": self.colored,
            "overlay": lambda: self.overlay(options.opacity),
            "cutout": lambda: self.cutout(options.subject),
            "instances": self.numbered,
        }[kind]()
        text_of = None if metadata == "strip" else self.text()
        return imaging.write(
            picture, path, format="PNG", metadata=metadata, text=text_of, overwrite=overwrite, check=check
        )

    def colored(self) -> Picture:
        """The label map in the classes' colours, 8-bit RGB; black where there is no class."""
        table = np.zeros((256, 3), np.uint8)
        table[: len(self.card.classes)] = class_colors(self.card)
        out = _scratch.room((*self.labels.shape, 3), np.dtype(np.uint8))
        for rows in _rows(self.labels):
            out[rows] = table[self.labels[rows]]
        return self.picture.replace(pixels=out, palette=None)

    def overlay(self, opacity: float) -> Picture:
        """The picture with the classes' colours over it, 8-bit; background and no class stay clear.

        Parameters
        ----------
        opacity : float
            From 0 to 1.
        """
        source = _in_srgb(self.source)
        table = np.zeros((256, 3), np.float32)
        share = np.zeros((256, 1), np.float32)
        for number, (item, color) in enumerate(zip(self.card.classes, class_colors(self.card), strict=True)):
            table[number] = np.asarray(color, np.float32) / 255
            share[number] = 0 if is_background(item.name) else opacity
        out = _scratch.room((*self.labels.shape, 4 if source.has_alpha else 3), np.dtype(np.uint8))
        for rows in _rows(self.labels):
            color = np.clip(as_unit_float(source.color[rows]), 0, 1)
            part = share[self.labels[rows]]
            mixed = color * (1 - part) + table[self.labels[rows]] * part
            out[rows, :, :3] = np.rint(mixed * 255)
            if source.alpha is not None:
                out[rows, :, 3:] = np.rint(np.clip(as_unit_float(source.alpha[rows]), 0, 1) * 255)
        return Picture(out, metadata=source.metadata, source=source.source)

    def cutout(self, subject: str = "") -> Picture:
        """The picture with the subject's probability as its alpha, in its own depth.

        Where the label map and the probability disagree on what is the subject, as after a threshold or an
        edit, the label map is right, and the alpha is hard.

        Parameters
        ----------
        subject : str
            Class names; see `segment.subjects`.

        Raises
        ------
        OptionsInvalid
        """
        numbers = list(subjects(self.card, subject))
        source = self.source
        dtype = source.pixels.dtype
        top = 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)
        colors = source.color.shape[2]
        out = _scratch.room((*self.labels.shape, colors + 1), dtype)
        for rows in self._strips():
            wanted = np.isin(self.labels[rows], numbers)
            alpha = wanted.astype(np.float32)
            if self.scores is not None:
                p = self.scores.probabilities(rows.start, rows.stop)[:, :, numbers].sum(axis=2)
                agree = (p >= 0.5) == wanted
                alpha[agree] = p[agree]
            if source.alpha is not None:
                alpha *= np.clip(as_unit_float(source.alpha[rows])[:, :, 0], 0, 1)
            out[rows, :, :colors] = source.color[rows]
            out[rows, :, colors] = alpha if dtype.kind == "f" else np.rint(alpha * top)
        return source.replace(pixels=out, notices=())

    def numbered(self) -> Picture:
        """The things' numbers, 16-bit; 0 where there is none, and for those beyond 65535."""
        assert self.things is not None  # asked for where the card has things only
        numbers = np.where(self.things <= 65_535, self.things, 0).astype(np.uint16)
        return self.picture.replace(pixels=numbers[:, :, None], palette=None)

    def coco(self, options: SegmentOptions, *, marked: bool = True) -> dict[str, Any]:
        """The label map as COCO's JSON.

        Parameters
        ----------
        options : SegmentOptions
        marked : bool
            Whether ``info`` tells what made it.

        Returns
        -------
        dict
            ``info``, ``images`` (one, id 1), ``annotations``, ``categories`` (id = class number).
        """
        card = self.card
        names = [item.name for item in card.classes]
        own = None
        if self.things is not None and card.instances is not None:
            own = self.things, names.index(card.instances.class_name)
        height, width = self.labels.shape
        info: dict[str, Any] = {"description": "Label map"}
        if marked:
            info |= {"description": f"Deconv Studio {__version__}", **json.loads(self.text()[TEXT_KEY])}
        source = self.source.source
        return {
            "info": info,
            "images": [
                {"id": 1, "width": width, "height": height, "file_name": source.name if source else ""}
            ],
            "annotations": _coco.annotate(
                self.labels,
                [number for number, name in enumerate(names) if not is_background(name)],
                things=own,
                shapes=options.shapes,
            ),
            "categories": [
                {"id": number, "name": name, "supercategory": ""} for number, name in enumerate(names)
            ],
        }

    def _write_probabilities(
        self, path: Path, overwrite: bool, marked: bool, check: Callable[[], None] | None
    ) -> Path:
        height, width = self.labels.shape
        count = len(self.card.classes)
        stack = _scratch.room((height, width, count), np.dtype(np.float32))
        for rows in self._strips():
            if check is not None:
                check()
            if self.scores is not None:
                stack[rows] = self.scores.probabilities(rows.start, rows.stop)
            else:
                stack[rows] = self.labels[rows][:, :, None] == np.arange(count)
        return imaging.write_pages(
            (stack[:, :, number] for number in range(count)),
            [item.name for item in self.card.classes],
            path,
            shape=(height, width),
            record=json.loads(self.text()[TEXT_KEY]) if marked else None,
            overwrite=overwrite,
            check=check,
        )

    def _strips(self) -> Iterator[slice]:
        if self.scores is None:
            yield from _rows(self.labels)
            return
        for top, bottom in self.scores.strips():
            yield slice(top, bottom)


def _rows(labels: np.ndarray) -> Iterator[slice]:
    height, width = labels.shape
    step = max(1, (1 << 20) // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


def _in_srgb(picture: Picture) -> Picture:
    return imaging.to_srgb(picture) if picture.icc_profile is not None else picture


def estimate(
    source: Picture | Header,
    options: SegmentOptions,
    subject: Model | Entry | Card,
    *,
    provider: str = "auto",
    memory: int | None = None,
) -> Estimate:
    """What labelling will make and take; see `Task.estimate`."""
    card = _scores.card_of_subject(subject)
    known, stored = _scores.estimated(
        source, subject, values=len(card.classes) + 1, tile=options.tile, provider=provider, memory=memory
    )
    pixels = source.height * source.width
    scratch = stored > _scratch.IN_MEMORY
    return Estimate(
        width=source.width,
        height=source.height,
        channels=1,
        seconds=None if known.seconds is None else known.seconds * (2 if options.tta else 1),
        memory_bytes=pixels + (0 if scratch else stored) + known.memory_bytes,
        disk_bytes=pixels * len(options.kinds) + (stored if scratch else 0),
        tiles=known.tiles,
        tile=known.tile,
    )
