"""Measuring a generator against a folder of real pictures: how near, how varied, and whether it copies."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.catalog import Catalog
from deconv_studio.engine.features import Features
from deconv_studio.measures import generation
from deconv_studio.tasks.base import card_of
from deconv_studio.tasks.sample import (
    LARGEST_SEED,
    Gallery,
    check_generator,
    generate,
    nearest,
    open_gallery,
    point_of,
)

from .errors import CallWrong

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.tasks.sample import Point

MOST = 2000
"""Pictures of a set, if it is not said how many."""
LEAST = 20
K = 5
#: Taken for a generator for whose classes there is no classifier.
GENERAL_FEATURES = "efficientnet-lite0"


def evaluate_generator(
    data: Path | str,
    *,
    model: Model,
    control: Control,
    features: str | None = None,
    count: int | None = None,
    seed: int = 0,
    draws: int = 1,
) -> dict[str, Any]:
    """Measure a generator.

    The real pictures are shuffled, always in the same way, and halved; everything is compared with the first
    half, in equal numbers: the generator's pictures, the second half, training pictures, noise, and the mean
    picture again and again. A figure of the generator means something between those of the second half (as
    good as real) and of noise.

    Parameters
    ----------
    data : Path or str
        A folder of pictures as for training, with ``val`` and ``train``, or one of them alone; see
        `open_gallery`.
    model : Model
    control : Control
    features : str, optional
        A classifier's id; without it `features_for` chooses.
    count : int, optional
        Pictures of each set; at most, and without it, half of the real ones, and then at most `MOST`.
    seed : int
        Of the first picture; the others follow. Their classes are those of the first half of the real ones.
    draws : int
        So many sets of the generator's pictures are made one after another, and its figures are their means;
        the rest is of the first. With few pictures the figures of one set are much of chance.

    Returns
    -------
    dict
        ``pictures``, ``features`` (the network's name, the layer and the size fed), ``seed``; ``sets``: for
        each of ``generator``, ``real``, ``training`` (where there are some that are not the real ones),
        ``noise`` and ``mean`` the figures ``frechet``, ``inception_score``, ``precision``, ``recall``,
        ``density`` and ``coverage``; ``draws`` and ``deviations``, the standard deviation of each of the
        generator's figures from draw to draw, None of one draw; ``collapse``, ``classes`` (None without)
        and ``nearest``, see `_collapse`, `_classes` and `_nearest`; ``conventions``; ``notices``.

    Raises
    ------
    CallWrong
        The folder, the count or the classifier does not do.
    ModelUnfit, OptionsInvalid, ImagingError, EngineError, Cancelled
    """
    card = card_of(model)
    check_generator(card)
    if not Path(data).is_dir():
        raise CallWrong(f"There is no folder {data}.", "Give the folder of real pictures with --data.")
    extract = features_for(card, features)
    unseen = open_gallery(data, card, part="val", control=control)
    train = open_gallery(data, card, part="train", control=control)
    own = train.folder == unseen.folder
    size = len(unseen) // 2
    if size < LEAST:
        raise CallWrong(
            f"{unseen.folder} holds {len(unseen)} pictures, too few to measure with.",
            f"Give {2 * LEAST} or more, better some hundreds.",
        )
    if count is not None and not LEAST <= count <= size:
        raise CallWrong(
            f"{count} pictures of each set cannot be compared: half of the real ones are {size}.",
            f"Take a count from {LEAST} to {size}.",
        )
    n = count or min(size, MOST)
    if draws < 1:
        raise CallWrong(f"{draws} draws cannot be made.", "Take one or more.")
    if not 0 <= seed <= LARGEST_SEED + 1 - n * draws:
        raise CallWrong(f"{seed} is no first seed of {n * draws}.", f"Seeds go from 0 to {LARGEST_SEED}.")
    order = np.random.default_rng(0).permutation(len(unseen))
    first, second = order[:n], order[size : size + n]

    names = [item.name for item in card.classes]
    asked = [unseen.classes[k] for k in first]
    known = bool(names) and all(name in names for name in asked)

    def drawn(start: int) -> tuple[list[Point], np.ndarray]:
        classes = [names.index(str(name)) if known else None for name in asked]
        points = [point_of(card, start + k, klass=klass) for k, klass in enumerate(classes)]
        return points, np.stack(list(generate(model, points, control)))

    points, made = drawn(seed)

    sets = {"generator": made, "real": unseen.pictures[second]}
    if not own and len(train) >= n:
        sets["training"] = train.pictures[np.random.default_rng(1).permutation(len(train))[:n]]
    noise = np.random.default_rng(2).integers(0, 256, made.shape, np.uint8)
    mean = np.rint(unseen.pictures[first].mean(0)).astype(np.uint8)
    sets |= {"noise": noise, "mean": np.broadcast_to(mean, made.shape)}

    reference, _ = _features(extract, unseen.pictures[first], control)
    figures, seen = {}, {}
    for name, pictures in sets.items():
        seen[name] = _features(extract, pictures, control)
        figures[name] = _compared(reference, *seen[name])
        control.raise_if_cancelled()
    every = [figures["generator"]]
    for draw in range(1, draws):
        again = _features(extract, drawn(seed + draw * n)[1], control)
        every.append(_compared(reference, *again))
    figures["generator"] = {key: float(np.mean([one[key] for one in every])) for key in every[0]}
    deviations = None
    if draws > 1:
        deviations = {key: float(np.std([one[key] for one in every], ddof=1)) for key in every[0]}
    notices = []
    if n <= reference.shape[1]:
        notices.append(
            f"{n} pictures and {reference.shape[1]} features: the Frechet distance is biased upwards; compare"
            " it only with those beside it."
        )
    if names and not known:
        notices.append("The folder does not name the generator's classes; they are drawn from the seeds.")
    return {
        "pictures": n,
        "features": extract.name,
        "seed": seed,
        "sets": figures,
        "draws": draws,
        "deviations": deviations,
        "collapse": _collapse(reference, seen["generator"][0], seen["real"][0], made),
        "classes": _classes(card, extract, points, seen["generator"][1]),
        "nearest": _nearest(card, made, unseen, order[size : size + n], train, own, control),
        "conventions": conventions(extract.name, n, unseen.folder.name, draws),
        "notices": notices,
    }


def features_for(card: Card, wanted: str | None = None) -> Features:
    """The classifier whose features a generator is measured by.

    Parameters
    ----------
    card : Card
        Of the generator.
    wanted : str, optional
        A classifier's id. Without it the one that has the generator's classes, else `GENERAL_FEATURES`.

    Raises
    ------
    CallWrong
        There is none, or it is no classifier.
    CatalogError, BadInput
    """
    catalog = Catalog()
    entries = {entry.card.id: entry for entry in catalog.cards("classify")}
    ids = ", ".join(entries) or "none is installed"
    if wanted is not None and wanted not in entries:
        raise CallWrong(f"{wanted} is no classifier to take features from.", f"There are: {ids}.")
    names = [item.name for item in card.classes]
    same = [key for key, entry in entries.items() if names and [c.name for c in entry.card.classes] == names]
    chosen = wanted or next(iter(same), GENERAL_FEATURES)
    if chosen not in entries:
        raise CallWrong(
            f"No classifier has the classes of {card.id}, and {GENERAL_FEATURES} is not installed.",
            f"Name one with --features ({ids}), or install it: deconv-studio models install"
            f" {GENERAL_FEATURES}.",
        )
    entry = entries[chosen]
    return Features(entry.verified_path(), entry.card)


def conventions(features: str, count: int, part: str, draws: int = 1) -> dict[str, str]:
    """What each measure is, in a sentence, with the network its features are from."""
    often = f"; the generator's: mean of {draws} draws" if draws > 1 else ""
    place = f"features of {features}; {count} pictures against {count} of {part}"
    beside = place + often
    return {
        "frechet": f"squared Frechet distance between normal distributions of the features; {beside}",
        "inception_score": (
            f"exponential of the mean divergence of the classes told by {features.partition(':')[0]}, not by"
            f" Inception; {count} pictures, one split{often}"
        ),
        "precision": f"share of made pictures within a real one's {K} nearest neighbours; {beside}",
        "recall": f"share of real pictures within a made one's {K} nearest neighbours; {beside}",
        "density": f"real neighbourhoods of {K} that hold a made picture, over {K}; {beside}",
        "coverage": f"share of real neighbourhoods of {K} that hold a made picture; {beside}",
        "duplicates": (
            "share of made pictures with another one nearer than nearly any two real ones are (0.1 %"
            f" quantile); {place}"
        ),
        "nearest": (
            "root mean square difference of pixels, in 8-bit steps, to the nearest of all training pictures"
        ),
    }


def _features(extract: Features, pictures: np.ndarray, control: Control) -> tuple[np.ndarray, np.ndarray]:
    parts = []
    for start in range(0, len(pictures), 64):
        control.raise_if_cancelled()
        parts.append(extract.with_probabilities(pictures[start : start + 64]))
    features, probabilities = zip(*parts, strict=True)
    return np.concatenate(features), np.concatenate(probabilities)


def _compared(reference: np.ndarray, features: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    spread = generation.diversity(reference, features, K)
    return {
        "frechet": generation.frechet_distance(reference, features),
        "inception_score": generation.inception_score(probabilities)[0],
        "precision": spread.precision,
        "recall": spread.recall,
        "density": spread.density,
        "coverage": spread.coverage,
    }


def _collapse(
    reference: np.ndarray, made: np.ndarray, real: np.ndarray, pictures: np.ndarray
) -> dict[str, Any]:
    """Signs of mode collapse: `generation.Collapse` of the generator, and of real pictures beside.

    ``identical`` counts pictures that are the same as an earlier one, in every pixel.
    """
    found, plain = (generation.mode_collapse(reference, each) for each in (made, real))
    different = len({picture.tobytes() for picture in pictures})
    return {
        "collapsed": found.collapsed,
        "duplicates": found.duplicates,
        "duplicates_real": plain.duplicates,
        "spread": found.spread,
        "spread_real": plain.spread,
        "identical": len(pictures) - different,
    }


def _classes(
    card: Card, extract: Features, points: list[Any], probabilities: np.ndarray
) -> dict[str, Any] | None:
    """What the classifier sees in the generator's pictures: the classes hit, of how many, and which most.

    ``as_asked`` is the share of pictures whose class is the one that was asked for, None where the classifier
    has other classes than the generator.
    """
    told = probabilities.argmax(1)
    counts = np.bincount(told, minlength=probabilities.shape[1])
    names = extract.classes or tuple(str(k) for k in range(probabilities.shape[1]))
    as_asked = None
    if card.classes and names == tuple(item.name for item in card.classes):
        as_asked = float((told == np.array([point.klass for point in points])).mean())
    most = int(counts.argmax())
    return {
        "hit": int((counts > 0).sum()),
        "of": len(counts),
        "most": names[most],
        "most_share": float(counts[most] / counts.sum()),
        "as_asked": as_asked,
    }


def _nearest(
    card: Card,
    made: np.ndarray,
    unseen: Gallery,
    chosen: np.ndarray,
    train: Gallery,
    own: bool,
    control: Control,
) -> dict[str, Any]:
    """Distance to the nearest training picture, of made pictures and of real ones, in 8-bit steps.

    Where the real pictures are training pictures themselves, each is left out of its own search. ``copies``
    counts made pictures nearer to a training picture than any of those real ones is.
    """
    found = nearest(card, made, train, 1, control=control)
    ours = np.array([row[0].distance for row in found])
    place = 1 if own else 0
    rows = nearest(card, unseen.pictures[chosen], train, 1 + place, control=control)
    theirs = np.array([row[place].distance for row in rows])
    closest = int(ours.argmin())
    return {
        "smallest": float(ours.min()),
        "median": float(np.median(ours)),
        "smallest_real": float(theirs.min()),
        "median_real": float(np.median(theirs)),
        "copies": int((ours < theirs.min()).sum()),
        "identical": int((ours == 0).sum()),
        "picture": closest,
        "path": found[closest][0].name,
        "training_pictures": len(train),
    }
