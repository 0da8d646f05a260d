"""Two networks over a folder: every picture once through both, then the worst units, index and report."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deconv_studio import __version__, imaging
from deconv_studio.engine.control import Cancelled, Control

from .atlas import Look, check_page, listing_of, looks_of, put
from .errors import CallWrong, FolderFailed
from .single import Failure, Item, ReadOptions, absolute, load

if TYPE_CHECKING:
    from deconv_studio.tasks.compare import Comparing, WorstUnit
    from deconv_studio.tasks.inspect import Inspector

INT8 = "int8"
SUFFIX = ".compare"
INDEX = "compare.json"
_CALIBRATION = 64
_CALIBRATING, _COMPARING = 0.25, 0.9


@dataclass(frozen=True)
class CompareCall:
    """What is compared on what, and where the report goes.

    Attributes
    ----------
    source : Path
        The folder of pictures.
    report : Path
        NAME.html; index, pictures and an 8-bit network that was made go to NAME.compare beside it.
    recurse : bool
    exists : "error" or "overwrite"
    read : ReadOptions
    """

    source: Path
    report: Path
    recurse: bool = False
    exists: Literal["error", "overwrite"] = "error"
    read: ReadOptions = field(default_factory=ReadOptions)

    @property
    def folder(self) -> Path:
        """Where index and pictures go."""
        return absolute(self.report).with_suffix(SUFFIX)


def compare_folder(
    call: CompareCall,
    a: Inspector,
    b: Inspector | Literal["int8"],
    *,
    control: Control | None = None,
    on_item: Callable[[Item], object] = lambda item: None,
) -> dict[str, Any]:
    """Compare two networks, or one with its 8-bit form, on the pictures of a folder.

    Parameters
    ----------
    call : CompareCall
    a : Inspector
    b : Inspector or "int8"
        "int8" is made of A, calibrated on 64 pictures from all over the folder.
    control : Control, optional
    on_item : callable
        Given what became of every file.

    Returns
    -------
    dict
        What the index says: ``layers`` with their SQNR in dB and that of every unit, ``worst`` units.

    Raises
    ------
    CallWrong, OutputCollision, FolderFailed
    EngineError, TaskError, LensError, Cancelled
    """
    from deconv_studio.tasks.compare import FORMULA, Comparing, eight_bit

    from .compare_page import page

    control = control or Control()
    check_page(call.source, call.report, replaces=call.exists == "overwrite")
    try:
        call.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderFailed(
            f"{call.folder} cannot be made: {error.strerror or error}.", "Choose another place."
        ) from error
    begin = 0.0
    if isinstance(b, str):
        begin = _CALIBRATING
        calibration = control.child(0.0, begin)
        pictures = _pictures(call, calibration, _CALIBRATION)
        b = eight_bit(a, call.folder / f"{_safe(a.name)}.int8.onnx", pictures)
    comparing = Comparing(a, b)
    failed = _add_all(call, comparing, control.child(begin, _COMPARING), on_item)
    if not comparing.files:
        raise CallWrong(
            f"No picture of {call.source} could be looked at.", "Choose a folder that holds pictures."
        )
    worst = [
        _save(call, place, unit)
        for place, unit in enumerate(_worst(call, comparing, control.child(_COMPARING, 1.0)))
    ]
    record = {
        "format": "deconv-studio.compare",
        "version": 1,
        "program": __version__,
        "formula": FORMULA,
        "a": {"model": a.name, "sha256": a.sha256, "bytes": a.path.stat().st_size},
        "b": {"model": b.name, "sha256": b.sha256, "bytes": b.path.stat().st_size, "file": str(b.path)},
        "source": str(absolute(call.source)),
        "pictures": len(comparing.files),
        "failed": failed,
        "layers": [layer.record() for layer in comparing.layers()],
        "alone": {"a": comparing.alone[0], "b": comparing.alone[1]},
        "worst": worst,
    }
    put(call.folder / INDEX, json.dumps(record, indent=1).encode("ascii"))
    put(absolute(call.report), page(record, call.folder.name).encode("utf-8", "backslashreplace"))
    control.progress(1.0)
    return record


def plan_compare(call: CompareCall, a: Inspector, b: Inspector | Literal["int8"]) -> Iterator[Look]:
    """Say what a comparison would look at, without looking.

    Raises
    ------
    CallWrong, OutputCollision
    ModelUnfit
        The networks have no layer in common.
    LensError
    """
    from deconv_studio.tasks.compare import Comparing

    check_page(call.source, call.report, replaces=call.exists == "overwrite")
    if not isinstance(b, str):
        Comparing(a, b)
    return looks_of(call.source, call.report, call.folder, call.recurse, call.read)


def _pictures(call: CompareCall, control: Control, most: int) -> Iterator[imaging.Picture]:
    """Yield pictures from all over the folder: the first ones of a sorted folder are often of one kind."""
    listing = listing_of(call.source, call.folder, call.recurse)
    total = listing.count()
    given = 0
    for number, found in enumerate(listing.listing()):
        if (number + 1) * most // total == number * most // total and total > most:
            continue
        if found.path is None or found.problem is not None:
            continue
        control.raise_if_cancelled()
        control.progress(given / most, found.path.name)
        try:
            picture = load(found.path, call.read)
        except imaging.ImagingError:
            continue  # told when it is compared
        given += 1
        yield picture


def _add_all(
    call: CompareCall, comparing: Comparing, control: Control, on_item: Callable[[Item], object]
) -> int:
    root = absolute(call.source)
    listing = listing_of(call.source, call.folder, call.recurse)
    total = max(1, listing.count())
    failed = 0
    for number, found in enumerate(listing.listing()):
        if found.path is None or found.path == absolute(call.report):
            continue
        control.raise_if_cancelled()
        name = found.path.relative_to(root).as_posix()
        control.progress(number / total, name)
        start = time.perf_counter()
        failure, skipped = found.problem, found.problem is not None and not found.fails
        if failure is None:
            try:
                feeds = comparing.prepare(load(found.path, call.read))
                comparing.add(feeds, name, control)
            except Cancelled:
                raise
            except Exception as error:  # noqa: BLE001  one bad file must not end the run over all others
                failure = Failure.of(error)
        status: Literal["done", "skipped", "failed"] = "done"
        if failure is not None:
            status = "skipped" if skipped else "failed"
            failed += not skipped
        on_item(
            Item(
                str(found.path), status=status, seconds=time.perf_counter() - start, error=failure,
                model=comparing.a.model_id, model_sha256=comparing.a.sha256, provider="cpu",
            )
        )  # fmt: skip
    return failed


def _worst(call: CompareCall, comparing: Comparing, control: Control) -> Iterator[WorstUnit]:
    units = comparing.worst()
    for place, (index, unit) in enumerate(units):
        control.raise_if_cancelled()
        control.progress(place / len(units), comparing.pairs[index].a)
        try:
            picture = load(absolute(call.source) / comparing.file_of(index, unit), call.read)
        except imaging.ImagingError:
            continue  # it was there when it was compared; its numbers stand in the table
        yield comparing.show(index, unit, picture, control)


def _save(call: CompareCall, place: int, unit: WorstUnit) -> dict[str, Any]:
    """Write a worst unit's pictures; returns its entry of the index."""
    shown = dict(zip(("map_a", "map_b", "difference"), unit.maps, strict=False))
    if unit.patch is not None:
        shown["patch"] = unit.patch
    shown |= dict(zip(("back_a", "back_b"), unit.back, strict=False))
    files = {}
    for what, pixels in shown.items():
        name = f"worst-{place:02d}-{what}.png"
        picture = imaging.Picture(np.ascontiguousarray(pixels))
        imaging.write(picture, call.folder / name, overwrite=True)
        files[what] = {"file": name, "size": [pixels.shape[1], pixels.shape[0]]}
    return {
        "layer": unit.layer,
        "unit": unit.unit,
        "sqnr_db": round(unit.sqnr, 4) if np.isfinite(unit.sqnr) else None,
        "picture": unit.file,
        "at": list(unit.at),
        "images": files,
        "note": unit.note,
    }


def _safe(name: str) -> str:
    from deconv_studio.tasks.inspect import safe_name

    return safe_name(Path(name).stem)
