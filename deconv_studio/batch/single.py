"""One picture from file to file: load, work, save; window, command line and folder runs walk this way."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from deconv_studio import imaging, tasks
from deconv_studio.engine.control import Cancelled

from .errors import FolderFailed

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Options, Result
    from deconv_studio.tasks.base import Loaded

log = logging.getLogger(__name__)

STDIN = "-"
Status = Literal["done", "skipped", "failed", "cancelled"]


@dataclass(frozen=True)
class ReadOptions:
    """How inputs are read.

    Attributes
    ----------
    max_pixels : int or None
        Limit on width times height, checked against the header; -1 is the room's own default, None no limit.
    page : int
        Which page of a multi-page file.
    """

    max_pixels: int | None = -1
    page: int = 0


@dataclass(frozen=True)
class WriteOptions:
    """How outputs are written.

    Attributes
    ----------
    format : str or None
        "PNG", "JPEG", ...; None follows the output's suffix.
    quality : int or None
    metadata : str
        "keep", "strip" or "private" (keeps, but without place, serial numbers and the like).
    overwrite : bool
        Whether a file at the output's path is replaced.
    """

    format: str | None = None
    quality: int | None = None
    metadata: Literal["keep", "strip", "private"] = "keep"
    overwrite: bool = False


@dataclass(frozen=True)
class Failure:
    """Why an input was not done: a kind for machines, a sentence, and a way out."""

    kind: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Describe an exception; one that no room foresaw is logged with its traceback."""
        kind, message = getattr(error, "kind", None), getattr(error, "message", None)
        if isinstance(kind, str) and isinstance(message, str):
            return cls(kind, message, str(getattr(error, "hint", "")))
        if isinstance(error, MemoryError):
            return cls(
                "OutOfMemory", "There is not enough memory for this picture.", "Set --memory or --tile lower."
            )
        log.error("unforeseen %s", type(error).__name__, exc_info=error)
        if isinstance(error, OSError):
            reason = error.strerror or str(error)
            return cls(
                "SystemFault", f"The system refused: {reason}.", "Check the disk and the permissions there."
            )
        return cls(
            "Unexpected",
            f"Something failed that should not have: {type(error).__name__}: {error}.",
            "The log file has the details; please report it.",
        )

    def as_dict(self) -> dict[str, str]:
        return {"kind": self.kind, "message": self.message, "hint": self.hint}


@dataclass(frozen=True)
class Item:
    """What became of one input; `event` is its JSON line.

    Attributes
    ----------
    input : str
        The absolute path, or "-" for standard input.
    outputs : tuple of Path
        Absolute.
    status : str
        "done", "skipped", "failed" or "cancelled".
    seconds : float
        Reading, working and writing, without waiting in between.
    model, model_sha256, provider : str or None
    error : Failure or None
    result : dict
        Task-specific fields.
    notices : tuple of str
        Sentences about what had to be decided.
    """

    input: str
    outputs: tuple[Path, ...] = ()
    status: Status = "done"
    seconds: float = 0.0
    model: str | None = None
    model_sha256: str | None = None
    provider: str | None = None
    error: Failure | None = None
    result: dict[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def event(self) -> dict[str, Any]:
        """The JSON line of this item, as a dict in the contract's order."""
        line: dict[str, Any] = {
            "event": "item",
            "input": self.input,
            "outputs": [str(path) for path in self.outputs],
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "model": self.model,
            "model_sha256": self.model_sha256,
            "provider": self.provider,
            "error": self.error.as_dict() if self.error else None,
        }
        if self.result:
            line["result"] = self.result
        return line


def absolute(path: Path | str) -> Path:
    """The path made absolute without following links, so that it is the one the user knows."""
    return Path(os.path.abspath(path))  # noqa: PTH100  Path.absolute keeps "..", resolve follows links


def load(source: Path | str | bytes, options: ReadOptions | None = None) -> Picture:
    """Read one input.

    Parameters
    ----------
    source : Path, str or bytes
        A file, "-" for standard input, or what was read from it.
    options : ReadOptions, optional

    Returns
    -------
    Picture

    Raises
    ------
    ImagingError
    """
    options = options or ReadOptions()
    limit = imaging.DEFAULT_MAX_PIXELS if options.max_pixels == -1 else options.max_pixels
    if source == STDIN:
        source = sys.stdin.buffer.read()
    return imaging.read(source, page=options.page, max_pixels=limit)


def work(picture: Picture, task: str, options: Options, model: Loaded, control: Control) -> Result:
    """Do one task on one picture.

    Parameters
    ----------
    picture : Picture
    task : str
        The task's name.
    options : Options
        Of that task's own type.
    model : Loaded
    control : Control

    Returns
    -------
    Result

    Raises
    ------
    TaskError, EngineError, ImagingError
    Cancelled
    """
    control.raise_if_cancelled()
    return tasks.get(task).run(picture, options, model, control)


def save(
    result: Result,
    out_path: Path,
    options: WriteOptions | None = None,
    check: Callable[[], None] | None = None,
) -> Path:
    """Write one result: aside, flushed, renamed; its folder is made if it is missing.

    Parameters
    ----------
    result : Result
    out_path : Path
    options : WriteOptions, optional
    check : callable, optional
        Called between the pieces that are written; what it raises ends the writing, and no file is left.

    Returns
    -------
    Path
        Where it is.

    Raises
    ------
    ImagingError
        Among them OutputExists and CannotHold.
    FolderFailed
    """
    options = options or WriteOptions()
    make_folder(out_path.parent)
    return imaging.write(
        result.picture,
        out_path,
        format=options.format,
        quality=options.quality,
        metadata=options.metadata,
        # Told to strip, the program keeps its own mark to itself too.
        text=None if options.metadata == "strip" else result.text(),
        overwrite=options.overwrite,
        check=check,
    )


def make_folder(folder: Path) -> None:
    """Make an output folder with those above it.

    Raises
    ------
    FolderFailed
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderFailed(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Choose another output folder, or make room or allow writing there.",
        ) from error


def check_folder(folder: Path) -> None:
    """Refuse an output folder that cannot be made or written, before any work is done for it.

    Raises
    ------
    FolderFailed
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        why = f"{there} is a file"
    elif not os.access(there, os.W_OK | os.X_OK):
        why = f"{there} cannot be written"
    else:
        return
    raise FolderFailed(
        f"The output folder {folder} cannot be written: {why}.",
        "Choose another output folder, or make room or allow writing there.",
    )


OWN_SUFFIXES = (".npy", ".json", ".png", ".tif")
"""What a tail may end in that says the file's kind itself."""


def file_names(base: Path, tails: Sequence[str], suffix: str = ".png") -> tuple[Path, ...]:
    """What the files of a result are called that names them itself.

    Parameters
    ----------
    base : Path
        Folder and stem.
    tails : sequence of str
        As `Task.file_tails` gives them.
    suffix : str
        Of pictures whose tail names none.
    """
    return tuple(
        base.with_name(base.name + (tail if tail.endswith(OWN_SUFFIXES) else tail + suffix)) for tail in tails
    )


def tails_of(result: Result) -> tuple[str, ...]:
    """The tails of a result's files, as `file_names` takes them."""
    return tuple(part.tail + (".npy" if part.is_array else "") for part in result.parts)


def save_parts(
    result: Result,
    paths: Sequence[Path],
    options: WriteOptions | None = None,
    check: Callable[[], None] | None = None,
) -> tuple[Path, ...]:
    """Write the files of a result that has several: all of them, or none that was not there before.

    Parameters
    ----------
    result : Result
    paths : sequence of Path
        One for each of its parts.
    options : WriteOptions, optional
    check : callable, optional
        Called between files and between the pieces of one; what it raises ends the writing.

    Returns
    -------
    tuple of Path

    Raises
    ------
    ImagingError
        Among them OutputExists, before anything is written.
    FolderFailed
    """
    from deconv_studio.tasks.result import Made, write_array

    options = options or WriteOptions()
    there = [path for path in paths if os.path.lexists(path)]
    if there and not options.overwrite:
        raise imaging.OutputExists(
            f"{there[0]} is there already.", "Choose --exists skip, overwrite or rename, or another --out."
        )
    written: list[Path] = []
    try:
        for part, path in zip(result.parts, paths, strict=True):
            if check is not None:
                check()
            if isinstance(part.content, Made):
                make_folder(path.parent)
                written.append(
                    part.content.write(
                        path, overwrite=options.overwrite, metadata=options.metadata, check=check
                    )
                )
            elif part.is_array:
                written.append(write_array(part.content, path, overwrite=options.overwrite))  # type: ignore[arg-type]
            else:
                one = replace(result, picture=part.content, parts=())  # type: ignore[arg-type]
                written.append(save(one, path, options, check))
    except BaseException:
        for path in written:
            if path not in there:
                with suppress(OSError):
                    path.unlink()
        raise
    return tuple(written)


def process(
    path: Path | str,
    task: str,
    options: Options,
    out_path: Path,
    *,
    model: Loaded,
    control: Control,
    write_options: WriteOptions | None = None,
    read_options: ReadOptions | None = None,
) -> Item:
    """Take one picture from file to file: imaging.read, the task, imaging.write.

    Parameters
    ----------
    path : Path or str
        A file, or "-" for standard input.
    task : str
        The task's name.
    options : Options
    out_path : Path
        The file to write; folder and stem, for a task that names its files itself.
    model : Loaded
    control : Control
    write_options : WriteOptions, optional
    read_options : ReadOptions, optional

    Returns
    -------
    Item
        "done", "failed" with its error, or "cancelled"; nothing half-written is left in any case.
    """
    start = time.perf_counter()
    try:
        check_folder(out_path.parent)
        picture = load(path, read_options)
        result = work(picture, task, options, model, control)
        control.raise_if_cancelled()
        written: Path | tuple[Path, ...]
        if result.parts:
            paths = file_names(out_path, tails_of(result))
            written = save_parts(result, paths, write_options, control.raise_if_cancelled)
        else:
            written = save(result, out_path, write_options, control.raise_if_cancelled)
    except Cancelled:
        return ended(path, "cancelled", time.perf_counter() - start, model)
    except Exception as error:  # noqa: BLE001  whatever it was, it is this file's: the next one goes on
        return ended(path, "failed", time.perf_counter() - start, model, Failure.of(error))
    return finished(path, written, picture, result, time.perf_counter() - start)


def finished(
    path: Path | str, written: Path | Sequence[Path], picture: Picture, result: Result, seconds: float
) -> Item:
    """The item of a picture that was done."""
    files = [written] if isinstance(written, Path) else written
    return Item(
        input=name_of(path),
        outputs=tuple(absolute(file) for file in files),
        status="done",
        seconds=seconds,
        model=result.model_id,
        model_sha256=result.model_sha256,
        provider=result.provider,
        result=result.extra,
        notices=(*picture.notices, *result.notices),
    )


def ended(
    path: Path | str, status: Status, seconds: float, model: Loaded | None, failure: Failure | None = None
) -> Item:
    """The item of a picture that was not done."""
    return Item(
        input=name_of(path),
        status=status,
        seconds=seconds,
        model=(model.card.id if model.card else model.name) if model else None,
        model_sha256=model.sha256 if model else None,
        provider=model.provider if model else None,
        error=failure,
    )


def name_of(path: Path | str) -> str:
    """What an input is called in events: its absolute path, or "-"."""
    return STDIN if str(path) == STDIN else str(absolute(path))
