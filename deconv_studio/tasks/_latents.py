"""Points that pictures come from, what can be calculated with them, and how they are written into a file."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import ModelUnfit, OptionsInvalid

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.catalog import Card

LARGEST_SEED = 2**32 - 1


@dataclass(frozen=True)
class Point:
    """Where one picture comes from.

    Attributes
    ----------
    latent : ndarray
        ``(size,)`` float32.
    klass : int or None
        Class number; None for a generator without classes.
    """

    latent: np.ndarray
    klass: int | None


def check_generator(card: Card) -> None:
    """Refuse a model that makes no pictures from noise.

    Raises
    ------
    ModelUnfit
    """
    if card.task != "sample" or card.latent is None:
        raise ModelUnfit(
            f"{card.id} does not make pictures from noise; its task is {card.task!r}.",
            "Take a generator: deconv-studio models list shows them under sample.",
        )


def class_number(card: Card, name: str | None) -> int | None:
    """Return the number of a class by its name.

    Raises
    ------
    OptionsInvalid
        If the generator has no such class, or none at all.
    """
    if name is None:
        return None
    names = [item.name for item in card.classes]
    if card.latent is None or card.latent.class_name is None:
        raise OptionsInvalid(f"{card.id} has no classes.", "Leave the class out.")
    if name not in names:
        raise OptionsInvalid(f"{card.id} has no class {name!r}.", f"Its classes are {', '.join(names)}.")
    return names.index(name)


def point_of(card: Card, seed: int, *, truncation: float = 1.0, klass: int | None = None) -> Point:
    """The latent and the class that a seed stands for, the same on every machine.

    Parameters
    ----------
    card : Card
        Of a generator.
    seed : int
        From 0 to `LARGEST_SEED`.
    truncation : float
        In [0, 1]: how far from the mean of all latents. The latent is multiplied by it (the straight line to
        the mean that Karras et al. 2019, section B, take); 1 changes nothing, 0 gives every seed the mean.
    klass : int, optional
        Without it the class is drawn from the seed too.
    """
    import numpy as np

    check_generator(card)
    assert card.latent is not None
    rng = np.random.Generator(np.random.PCG64(seed))
    if card.latent.distribution == "normal":
        latent = rng.standard_normal(card.latent.size)
    else:
        latent = rng.uniform(-1, 1, card.latent.size)
    drawn = int(rng.integers(max(1, len(card.classes))))
    if card.latent.class_name is None:
        return Point((latent * truncation).astype(np.float32), None)
    return Point((latent * truncation).astype(np.float32), drawn if klass is None else klass)


def mean_point(points: Sequence[Point]) -> Point:
    """The mean of some points, what they have in common.

    Parameters
    ----------
    points : sequence of Point
        One or more.

    Returns
    -------
    Point
        The plain mean of the latents (Radford et al. 2016, "Unsupervised Representation Learning with
        DCGANs", section 6.3.2), nearer to the centre than they are; the class that most of them have, of
        equally many the one that comes first.

    Raises
    ------
    OptionsInvalid
        Without a point.
    """
    import numpy as np

    if not points:
        raise OptionsInvalid("A mean of no samples is nothing.", "Choose one sample or more.")
    latent = np.mean([point.latent.astype(np.float64) for point in points], axis=0)
    classes = [point.klass for point in points]
    return Point(latent.astype(np.float32), max(classes, key=classes.count))


def direction(chosen_a: Sequence[Point], chosen_b: Sequence[Point]) -> np.ndarray:
    """The way from the mean of some points to the mean of others.

    Parameters
    ----------
    chosen_a, chosen_b : sequence of Point
        From the first to the second; one or more each.

    Returns
    -------
    ndarray
        ``(size,)`` float32; `moved` by 1 goes the whole way.

    Raises
    ------
    OptionsInvalid
        Without a point on either side.
    """
    start, end = mean_point(chosen_a).latent, mean_point(chosen_b).latent
    return end - start


def moved(point: Point, direction: np.ndarray, amount: float) -> Point:
    """A point moved along a direction; its class stays.

    Parameters
    ----------
    point : Point
    direction : ndarray
        ``(size,)`` float32.
    amount : float
        1 is the direction's whole length; may be negative.
    """
    import numpy as np

    return Point((point.latent + np.float32(amount) * direction).astype(np.float32), point.klass)


def vary(point: Point, seed: int, amount: float) -> Point:
    """A point near another one, in a direction that a seed stands for; its class stays.

    Parameters
    ----------
    point : Point
    seed : int
        Another seed, another neighbour.
    amount : float
        In [0, 1]: how far along the great circle to an independent point of the same length (White 2016,
        "Sampling Generative Networks", section 2.1). 0 is the point itself, 1 has nothing of it left.

    Raises
    ------
    OptionsInvalid
        For another amount.
    """
    import numpy as np

    if not 0 <= amount <= 1:
        raise OptionsInvalid(f"Varying by {amount} is not possible.", "Give an amount from 0 to 1.")
    if amount == 0:
        return point
    other = np.random.Generator(np.random.PCG64((seed, 1))).standard_normal(len(point.latent))
    latent = point.latent.astype(np.float64)
    length = np.linalg.norm(latent)
    if length:
        other *= length / np.linalg.norm(other)
    return Point(slerp(latent, other, amount).astype(np.float32), point.klass)


def slerp(a: np.ndarray, b: np.ndarray, part: float) -> np.ndarray:
    """A place on the great circle from `a` to `b`, ``(size,)`` float64, the length changing evenly."""
    import numpy as np

    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) == 0:
        return (1 - part) * a + part * b
    u, v = a / lengths[0], b / lengths[1]
    angle = np.arccos(np.clip(u @ v, -1, 1))
    if np.sin(angle) < 1e-6:  # the same direction, or opposite ones with no shortest way
        return (1 - part) * a + part * b
    direction = (np.sin((1 - part) * angle) * u + np.sin(part * angle) * v) / np.sin(angle)
    return ((1 - part) * lengths[0] + part * lengths[1]) * direction


def parameters_of(card: Card, point: Point) -> dict[str, Any]:
    """What a file says of a point that no seed alone stands for: varied, moved, a mean, a step of a walk.

    Parameters
    ----------
    card : Card
        Of the generator.
    point : Point

    Returns
    -------
    dict
        JSON-able: ``latent``, the float32 values in base64, lowest byte first, exactly; and ``class``.
    """
    latent = base64.b64encode(point.latent.astype("<f4").tobytes()).decode("ascii")
    found: dict[str, Any] = {"latent": latent}
    return found if point.klass is None else found | {"class": card.classes[point.klass].name}


def point_from(card: Card, parameters: dict[str, Any]) -> Point:
    """Read a point back from a sample's parameters: a latent, or a seed with truncation and class.

    Raises
    ------
    OptionsInvalid
        If they name neither, or do not fit the generator.
    """
    import numpy as np

    check_generator(card)
    assert card.latent is not None
    hint = "Take a file that sample wrote for this generator."
    name = parameters.get("class")
    if name is not None and not isinstance(name, str):
        raise OptionsInvalid("The file's parameters name no class as text.", hint)
    klass = class_number(card, name)
    text = parameters.get("latent")
    if isinstance(text, str):
        try:
            latent = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)
        except (binascii.Error, ValueError) as error:
            raise OptionsInvalid("The latent in the file is damaged.", hint) from error
        if len(latent) != card.latent.size or not np.isfinite(latent).all():
            raise OptionsInvalid(
                f"The file's latent has {len(latent)} values, not {card.latent.size} finite ones.",
                hint,
            )
        if card.latent.class_name is not None and klass is None:
            raise OptionsInvalid(f"The file names no class, which {card.id} needs beside a latent.", hint)
        return Point(latent, klass)
    seed, truncation = parameters.get("seed"), parameters.get("truncation", 1.0)
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise OptionsInvalid("The file's parameters name neither a latent nor a seed.", hint)
    if not isinstance(truncation, int | float) or not 0 <= truncation <= 1:
        raise OptionsInvalid(f"A truncation of {truncation} is not possible.", "Give one from 0 to 1.")
    return point_of(card, seed, truncation=truncation, klass=klass)
