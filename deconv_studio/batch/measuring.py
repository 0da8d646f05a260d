"""What every measuring of a model on files does: find the data, go through it, tell what failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from deconv_studio import imaging, tasks
from deconv_studio.engine.control import Cancelled
from deconv_studio.tasks.base import card_of

from .errors import CallWrong
from .planning import Plan
from .single import Failure, Item, ended, name_of

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Picture


class Measured(Protocol):
    """What measures on one file."""

    def __call__(self) -> dict[str, Any]: ...


class NotMeasured(Exception):  # noqa: N818 - carries what a listing said, no cause of its own
    """The listing says that a file is no input.

    Attributes
    ----------
    failure : Failure
    fails : bool
        Whether it counts as failed; it is skipped if not.
    """

    def __init__(self, failure: Failure, fails: bool) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.fails = fails


def measure_each(cases: Iterable[tuple[Path, Measured]], *, model: Model, control: Control) -> Iterator[Item]:
    """Measure a model on one file after the other; a file's fault is its own, and the next one goes on.

    Parameters
    ----------
    cases : iterable of (Path, callable)
        The file, and what measures on it and returns the item's `result`.
    model : Model
    control : Control
        Its cancel ends the measuring with one item that says so.

    Yields
    ------
    Item
    """
    card = card_of(model)
    for path, measure in cases:
        start = time.perf_counter()
        try:
            control.raise_if_cancelled()
            result = measure()
        except Cancelled:
            yield ended(path, "cancelled", time.perf_counter() - start, model)
            return
        except NotMeasured as told:
            yield ended(path, "failed" if told.fails else "skipped", 0.0, model, told.failure)
            continue
        except Exception as error:  # noqa: BLE001  whatever it was, it is this file's: the next one goes on
            yield ended(path, "failed", time.perf_counter() - start, model, Failure.of(error))
            continue
        yield Item(
            input=name_of(path),
            seconds=time.perf_counter() - start,
            model=card.id,
            model_sha256=model.sha256,
            provider=model.provider,
            result=result,
        )


def measure_originals(
    data: Path | str,
    task: str,
    options: Any,
    measure: Callable[[Picture, Path], dict[str, Any]],
    *,
    model: Model,
    control: Control,
    recurse: bool,
) -> Iterator[Item]:
    """Measure a model on every picture of a folder, which needs nothing beside it.

    Parameters
    ----------
    data : Path or str
        See `originals`.
    task : str
    options : Options
        Of that task.
    measure : callable
        Given the picture and its file; returns the item's `result`.
    model : Model
    control : Control
    recurse : bool

    Yields
    ------
    Item

    Raises
    ------
    CallWrong
        There is no such folder.
    ModelUnfit
        The model is not for the task.
    """
    folder = originals(Path(data))
    card = card_of(model)
    tasks.get(task).check_model(card, options)
    listing = Plan((str(folder),), None, False, task, options, card, recurse=recurse).listing()

    def case(path: Path, problem: Failure | None, fails: bool) -> Measured:
        def run() -> dict[str, Any]:
            if problem is not None:
                raise NotMeasured(problem, fails)
            return measure(imaging.read(path), path)

        return run

    cases = (
        (found.path, case(found.path, found.problem, found.fails))
        for found in listing
        if found.path is not None
    )
    yield from measure_each(cases, model=model, control=control)


def originals(data: Path) -> Path:
    """The folder to measure on: the one named, or its ``val`` if it has that and no pictures itself.

    Parameters
    ----------
    data : Path
        A folder, laid out as for training or plain, or one file.

    Returns
    -------
    Path

    Raises
    ------
    CallWrong
        There is no such folder.
    """
    if not data.exists():
        raise CallWrong(f"There is no folder {data}.", "Give the folder of originals with --data.")
    if not (data / "val").is_dir():
        return data
    own = any(path.suffix.lower() in imaging.PICTURE_SUFFIXES for path in data.iterdir())
    return data if own else data / "val"


def part_with(data: Path, subfolder: str) -> Path | None:
    """The first of a folder, its ``val`` and its ``test`` that has a subfolder of that name; None without."""
    places = (data, data / "val", data / "test")
    return next((place for place in places if (place / subfolder).is_dir()), None)


def check_size(truth: np.ndarray, made: np.ndarray, file: Path, what: str) -> None:
    """Refuse a map ``(H, W)`` of another size than what was made of its picture.

    Raises
    ------
    CallWrong
        Says that `what`, such as "masks", is to be given in the pictures' own size.
    """
    if truth.shape != made.shape:
        raise CallWrong(
            f"{file} has {truth.shape[1]} x {truth.shape[0]} pixels, its picture"
            f" {made.shape[1]} x {made.shape[0]}.",
            f"Give {what} of the pictures' own size.",
        )
