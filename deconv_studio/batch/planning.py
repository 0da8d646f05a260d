"""The plan of a run: which files are inputs and where each result goes; lazy, for folders of any size."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import stat
import string
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from deconv_studio import imaging, tasks

from . import journal as journals
from .errors import (
    CallWrong,
    Done,
    FolderUnreadable,
    LinkBroken,
    LinkedFolder,
    LinkOutside,
    NameTooLong,
    OutputCollision,
    OutputIsInput,
    OwnOutput,
)
from .single import OWN_SUFFIXES, STDIN, Failure, ReadOptions, WriteOptions, absolute, file_names

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.imaging import Header
    from deconv_studio.tasks import Estimate, Options

log = logging.getLogger(__name__)

Exists = Literal["skip", "overwrite", "rename", "error"]

# Content that is known and is no picture; without a picture's suffix it is no input either.
_NO_PICTURES = {"PDF", "PostScript", "SVG", "video", "gzip", "zip", "HTML"}
# Told by so few bytes that a text can start with them: without a suffix, the header has to make sense too.
_WEAK_SIGNATURES = {"PPM", "PFM", "TGA", "ICO", "BMP"}


@dataclass(frozen=True)
class Found:
    """A file that the inputs name or contain.

    Attributes
    ----------
    path : Path or None
        Absolute; None for standard input.
    place : Path
        Its folder relative to the input folder it was found in; "." for a file named itself.
    named : bool
        Whether the call names this very file.
    problem : Failure or None
        Why it is no input.
    fails : bool
        Whether that problem counts as a failure.
    """

    path: Path | None
    place: Path = Path()
    named: bool = False
    problem: Failure | None = None
    fails: bool = False


@dataclass(frozen=True)
class Job:
    """What is to be done with one input.

    Attributes
    ----------
    source : Path or None
        Absolute; None for standard input, whose bytes are in `data`.
    action : str
        "do", "skip" or "fail".
    output : Path or None
        Absolute; where the result goes. Of a task that names its files itself, folder and stem, unless
        ``--out`` names the one file.
    overwrite : bool
        Whether a file there may be replaced.
    failure : Failure or None
        Why it is skipped or fails.
    outputs : tuple of Path
        What there is already, of an input the journal has.
    header : Header or None
    data : bytes or None
    """

    source: Path | None
    action: Literal["do", "skip", "fail"]
    output: Path | None = None
    overwrite: bool = False
    failure: Failure | None = None
    outputs: tuple[Path, ...] = ()
    header: Header | None = None
    data: bytes | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """What the input is called in events."""
        return STDIN if self.source is None else str(self.source)


@dataclass(frozen=True)
class Plan:
    """A run that was checked as a whole; `jobs` makes it concrete, one input at a time.

    Attributes
    ----------
    inputs : tuple of str
        Files, folders, or "-".
    out : Path or None
        Absolute; None writes beside the inputs.
    out_is_file : bool
    task : str
    options : Options
    card : Card
    name : str
        The pattern of output names.
    suffix : str or None
        The suffix asked for, by --format, by the pattern or by an output file's name; None follows the input.
    recurse : bool
    exists : str
    resume : bool
    read, write : ReadOptions, WriteOptions
    gray_card : Card or None
        Of the model that gray pictures go to, where that is another one.
    """

    inputs: tuple[str, ...]
    out: Path | None
    out_is_file: bool
    task: str
    options: Options
    card: Card
    name: str = "{stem}"
    suffix: str | None = None
    recurse: bool = False
    exists: Exists = "error"
    resume: bool = False
    read: ReadOptions = field(default_factory=ReadOptions)
    write: WriteOptions = field(default_factory=WriteOptions)
    gray_card: Card | None = None

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """The input folders, absolute."""
        return tuple(absolute(path) for path in self.inputs if path != STDIN and Path(path).is_dir())

    @cached_property
    def named_files(self) -> frozenset[str]:
        """Real paths of the files the call names."""
        return frozenset(
            os.path.realpath(path) for path in self.inputs if path != STDIN and not Path(path).is_dir()
        )

    @property
    def single(self) -> bool:
        """Whether there is just one input, a file."""
        return len(self.inputs) == 1 and not self.folders

    @cached_property
    def journal_folder(self) -> Path | None:
        """Where the journal is: the output folder; for a single output file, only if the run is resumable."""
        if self.out is not None and not self.out_is_file:
            return self.out
        if not self.resume:
            return None
        if self.out is not None:
            return self.out.parent
        if self.folders:
            return self.folders[0]
        return Path.cwd() if self.inputs[0] == STDIN else absolute(self.inputs[0]).parent

    @cached_property
    def job(self) -> dict[str, Any]:
        """What identifies this job to its journal."""
        record = {
            "task": self.task,
            "parameters": self.options.model_dump(mode="json"),
            "model": self.card.id,
            "model_sha256": self.card.sha256,
            "name": self.name,
            "suffix": self.suffix,
        }
        if self.gray_card is not None:
            record |= {"gray_model": self.gray_card.id, "gray_model_sha256": self.gray_card.sha256}
        loaded: dict[str, Any] = json.loads(json.dumps(record))
        return loaded

    # -- listing -------------------------------------------------------------------------------------------

    def listing(self, *, sniff: bool = True, hurry: Callable[[], bool] = lambda: False) -> Iterator[Found]:
        """Every input, in a stable order: as named, a folder's files before its subfolders, by natural name.

        Parameters
        ----------
        sniff : bool
            Whether files without a picture's suffix are looked into; without it they are listed as they are.
        hurry : callable
            Once it is true, they are not.

        Yields
        ------
        Found
        """
        seen: set[str] = set()
        for name in self.inputs:
            key = name if name == STDIN else str(absolute(name))
            if key in seen:
                continue
            seen.add(key)
            if name == STDIN:
                yield Found(None, named=True)
            elif Path(name).is_dir():
                yield from self._walk(absolute(name), lambda: sniff and not hurry())
            else:
                yield Found(absolute(name), named=True)

    def count(self) -> int:
        """How many files `listing` gives, without looking into them."""
        return sum(1 for _ in self.listing(sniff=False))

    def _walk(self, root: Path, sniff: Callable[[], bool]) -> Iterator[Found]:
        real_root = os.path.realpath(root)
        own_out = os.path.realpath(self.out) if self.out is not None and not self.out_is_file else None
        visited: set[tuple[int, int]] = set()
        waiting: list[Path] = [Path()]
        while waiting:
            place = waiting.pop()
            folder = root / place
            if place != Path() and os.path.realpath(folder) == own_out:
                continue
            try:
                status = folder.stat()
                # Where a file system has no such numbers they are 0; elsewhere a folder seen twice is a loop.
                if status.st_ino and (status.st_dev, status.st_ino) in visited:
                    continue
                visited.add((status.st_dev, status.st_ino))
                with os.scandir(folder) as entries:
                    listed = sorted(
                        (entry for entry in entries if not _hidden(entry)), key=lambda e: natural(e.name)
                    )
            except OSError as error:
                unreadable = FolderUnreadable(
                    f"The folder {folder} cannot be listed: {error.strerror or error}.",
                    "Allow reading it, or leave it out.",
                )
                yield Found(folder, place, problem=Failure.of(unreadable), fails=True)
                continue
            below = []
            for entry in listed:
                path = folder / entry.name
                if entry.is_symlink():
                    found, is_folder = _link(path, place, real_root)
                    if found is None or (is_folder and not self.recurse):
                        continue
                    yield self._picture(found, sniff())
                elif entry.is_dir(follow_symlinks=False):
                    below.append(place / entry.name)
                elif entry.is_file(follow_symlinks=False):
                    yield self._picture(Found(path, place), sniff())
            if self.recurse:
                waiting.extend(reversed(below))

    def _picture(self, found: Found, sniff: bool) -> Found:
        """Mark a folder's file that is no picture."""
        path = found.path
        if found.problem or path is None or path.suffix.lower() in imaging.PICTURE_SUFFIXES or not sniff:
            return found
        try:
            if _looks_like_picture(path):
                return found
        except Exception:
            # What a reader foresees is answered above. A fault of a reader at a file made to provoke it must
            # not end the walk over all the others: it is logged, and the file is tried like a picture.
            log.exception("looking into %s failed", path)
            return found
        failure = Failure(
            "NotAPicture", f"{path.name} is not a picture.", "Nothing to do; it is left as it is."
        )
        return replace(found, problem=failure)

    # -- jobs ----------------------------------------------------------------------------------------------

    def jobs(
        self, state: journals.State | None = None, hurry: Callable[[], bool] = lambda: False
    ) -> Iterator[Job]:
        """What is to be done, one input at a time, lazily.

        Parameters
        ----------
        state : State, optional
            The journal's, if there is one.
        hurry : callable
            Once it is true, no more files are looked into: what is left is only named.

        Yields
        ------
        Job
        """
        state = state or journals.State()
        claims = _Claims(keep=len(self.inputs) > 1)
        for found in self.listing(hurry=hurry):
            if hurry() and found.problem is None and not (self.resume and str(found.path) in state.done):
                yield Job(found.path, "do")
                continue
            try:
                job = self._job(found, state, claims)
            except Exception as error:  # noqa: BLE001  whatever it was, it is this file's: the next one goes on
                job = Job(found.path, "fail", failure=Failure.of(error))
            yield job

    def _job(self, found: Found, state: journals.State, claims: _Claims) -> Job:
        if found.problem is not None:
            return Job(found.path, "fail" if found.fails else "skip", failure=found.problem)
        name = STDIN if found.path is None else str(found.path)
        if not found.named and name in state.made:
            own = OwnOutput(
                f"{name} is a result of an earlier run.", "Move it elsewhere to use it as an input."
            )
            return Job(found.path, "skip", failure=Failure.of(own))
        if self.resume and name in state.done:
            outputs = tuple(Path(path) for path in state.done[name])
            claims.take_all(outputs)
            done = Done("The journal has this input already.", "Leave --resume out to do it again.")
            return Job(found.path, "skip", failure=Failure.of(done), outputs=outputs)
        mark = state.begun.get(name) if self.resume else None
        if found.path is not None and mark is not None and journals.mark_of(found.path) != mark:
            # It was to be replaced by its result, and was: the program died before it could say so.
            replaced = Done("The last run replaced this input by its result.", "Nothing is left to do.")
            return Job(found.path, "skip", failure=Failure.of(replaced), outputs=(found.path,))
        data = sys.stdin.buffer.read() if found.path is None else None
        try:
            header = imaging.read_header(found.path or data or b"")
            check_pixels(header, name, self.read.max_pixels)
        except imaging.ImagingError as error:
            return Job(found.path, "fail", failure=Failure.of(error))
        job = Job(found.path, "do", header=header, data=data)
        return self._place(job, found, header, state, claims)

    def _place(self, job: Job, found: Found, header: Header, state: journals.State, claims: _Claims) -> Job:
        """Decide where the result goes, and whether it may."""
        if self.names_later:
            return self._place_stem(job, found, header, state, claims)
        height, width, channels = tasks.get(self.task).result_shape(
            header.height, header.width, header.channels, self.options, self.card
        )
        like = stand_in(height, width, channels, header.dtype)
        output = self._output(found, header, like)
        format = self.write.format or imaging.format_for_suffix(output.suffix)
        # The header of these says at most which channels there are; the writer will know.
        vague = header.format in ("GIF", "BMP", "ICO")
        if format is not None and not vague and not imaging.can_hold(format, like):
            return replace(job, action="fail", output=output, failure=_cannot_hold(format, like))
        failure = _name_too_long(output) or self._forbidden(output, found, state)
        if failure is not None:
            return replace(job, action="fail", output=output, failure=failure)
        clash = claims.owner(output)
        exists = os.path.lexists(output)
        if clash is not None and self.exists != "rename":
            collision = OutputCollision(
                f"{job.name} would be written to {output.name}, as {clash} already is.",
                "Tell them apart with --name or --format, or let --exists rename do it.",
            )
            return replace(job, action="fail", output=output, failure=Failure.of(collision))
        # Begun and not ended: its own, from a run that died between the rename and the journal's entry.
        own = self.resume and str(output) in state.begun
        if exists and not own and self.exists in ("error", "skip"):
            problem = imaging.OutputExists(
                f"{output} is there already.", "Choose --exists skip, overwrite or rename, or another --out."
            )
            claims.take(output, job.name)
            action: Literal["skip", "fail"] = "skip" if self.exists == "skip" else "fail"
            return replace(job, action=action, output=output, failure=Failure.of(problem))
        if self.exists == "rename" and (clash is not None or (exists and not own)):
            output = _free_name(output, claims)
            exists = False
            failure = _name_too_long(output)
            if failure is not None:
                return replace(job, action="fail", output=output, failure=failure)
        claims.take(output, job.name)
        return replace(job, output=output, overwrite=exists and (own or self.exists == "overwrite"))

    @property
    def names_later(self) -> bool:
        """Whether what the files are called follows from the results: a task that names its files itself."""
        return tasks.get(self.task).names_files and not self.out_is_file

    def _place_stem(
        self, job: Job, found: Found, header: Header, state: journals.State, claims: _Claims
    ) -> Job:
        """Decide on folder and stem alone; `settle` does the rest when the result is there.

        Where the files' names are known beforehand it is asked now too, so that nothing is worked out for
        files that may not be written.
        """
        output = self._output(found, header, stand_in(1, 1, 3, "uint8"))
        clash = claims.owner(output)
        if clash is not None and self.exists != "rename":
            collision = OutputCollision(
                f"{job.name} would be written to {output.name}..., as {clash} already is.",
                "Tell them apart with --name or --out, or let --exists rename do it.",
            )
            return replace(job, action="fail", output=output, failure=Failure.of(collision))
        if clash is not None:
            output = _free_name(output, claims)
        long = _name_too_long(output)
        if long is not None:
            return replace(job, action="fail", output=output, failure=long)
        claims.take(output, job.name)
        job = replace(job, output=output)
        tails = tasks.get(self.task).file_tails(self.options)
        if tails and not any("*" in tail for tail in tails):
            settled = self.settle(job, tails, state)
            if isinstance(settled, Failure):
                skip = settled.kind == "OutputExists" and self.exists == "skip"
                return replace(job, action="skip" if skip else "fail", failure=settled)
        return job

    def files_of(self, job: Job) -> tuple[Path, ...]:
        """The files a job will write; with a * for what only its result will tell."""
        if job.output is None:
            return ()
        if not self.names_later:
            return (job.output,)
        tails = tasks.get(self.task).file_tails(self.options)
        return file_names(job.output, tails, self.suffix or ".png")

    def settle(
        self, job: Job, tails: Sequence[str], state: journals.State | None = None
    ) -> tuple[tuple[Path, ...], bool] | Failure:
        """Decide what the files of a result are called, and whether they may replace what is there.

        Parameters
        ----------
        job : Job
            Of a plan that `names_later`.
        tails : sequence of str
            What the result's files add to the stem; see `single.file_names`.
        state : State, optional
            The journal's, if there is one.

        Returns
        -------
        (tuple of Path, bool) or Failure
            The files, and whether those there may be replaced; or why nothing may be written, OutputExists if
            that is since they are there.
        """
        state = state or journals.State()
        base = job.output or Path("result")
        suffix = self.suffix or ".png"
        paths = file_names(base, tails, suffix)
        long = next(filter(None, map(_name_too_long, paths)), None)
        if long is not None:
            return long
        there = [path for path in paths if os.path.lexists(path)]
        foreign = [path for path in there if not (self.resume and str(path) in state.begun)]
        if self.exists == "rename" and foreign:
            number = 2
            while any(os.path.lexists(path) for path in paths):
                paths = file_names(base.with_name(f"{base.name}-{number}"), tails, suffix)
                number += 1
            return paths, False
        for path in there:
            if job.source is not None and _same(path, job.source):
                refused = self._forbidden(path, Found(job.source), state)
                if refused is not None:
                    return refused
        if foreign and self.exists != "overwrite":
            problem = imaging.OutputExists(
                f"{foreign[0]} is there already.",
                "Choose --exists skip, overwrite or rename, or another --out.",
            )
            return Failure.of(problem)
        for path in there:
            refused = self._forbidden(path, Found(job.source), state)
            if refused is not None:
                return refused
        return paths, bool(there)

    def _output(self, found: Found, header: Header, like: imaging.Picture) -> Path:
        if self.out_is_file and self.out is not None:
            return self.out
        path = found.path
        stem, own_suffix = ("stdin", "") if path is None else (path.stem, path.suffix)
        own_format = imaging.format_for_suffix(own_suffix)
        if own_format is None and header.format is not None:
            # A name that says nothing: the content's usual suffix.
            own_suffix = _usual_suffix(header.format) or own_suffix
        if self.suffix is None:
            suffix = imaging.suffix_for(like, own_suffix or None)
        elif own_format == imaging.format_for_suffix(self.suffix):
            suffix = own_suffix
        else:
            suffix = self.suffix
        gray = self.gray_card is not None and header.channels < 3
        fields = {
            "stem": stem,
            "suffix": own_suffix.removeprefix("."),
            "task": self.task,
            "model": self.gray_card.id if gray and self.gray_card is not None else self.card.id,
            **({} if self.names_later else self.options.model_dump(mode="json")),
        }
        name = string.Formatter().vformat(self.name, (), fields)
        if self.names_later:
            name = name.removesuffix(pattern_suffix(self.name) or "")
        elif not pattern_suffix(self.name):
            name += suffix
        if self.out is not None:
            return self.out / found.place / name
        return (Path.cwd() if path is None else path.parent) / name

    def _forbidden(self, output: Path, found: Found, state: journals.State) -> Failure | None:
        """Refuse to write over the input unless told to overwrite, and over another input in any case."""
        if not os.path.lexists(output):
            return None
        real = os.path.realpath(output)
        if found.path is not None and (real == os.path.realpath(found.path) or _same(output, found.path)):
            if self.exists in ("overwrite", "rename"):
                return None
            refused = OutputIsInput(
                f"The result of {found.path} would replace it.",
                "Give another --out or --name, or --exists overwrite if that is meant.",
            )
            return Failure.of(refused)
        if self.exists != "overwrite" or str(output) in state.made or str(output) in state.begun:
            return None
        if real in self.named_files or self._is_listed(real):
            refused = OutputIsInput(
                f"The result of {found.path or 'standard input'} would replace {output}, another input.",
                "Give another --out or --name.",
            )
            return Failure.of(refused)
        return None

    def _is_listed(self, real: str) -> bool:
        own_out = os.path.realpath(self.out) if self.out is not None and not self.out_is_file else None
        for folder in self.folders:
            root = os.path.realpath(folder)
            if own_out is not None and own_out != root and real.startswith(own_out + os.sep):
                continue
            inside = os.path.dirname(real) == root  # noqa: PTH120
            if inside or (self.recurse and real.startswith(root + os.sep)):
                return Path(real).suffix.lower() in imaging.PICTURE_SUFFIXES
        return False

    def estimate(
        self,
        job: Job,
        subject: Any = None,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate | None:
        """What one job will make and take; None for one that is not to be done."""
        if job.action != "do" or job.header is None:
            return None
        return tasks.get(self.task).estimate(
            job.header, self.options, subject or self.card, provider=provider, memory=memory
        )


#: Bytes up to which a file's name is taken everywhere; longer ones are held against the folder's limit.
_SURE_NAME = 120


def _name_too_long(output: Path) -> Failure | None:
    """Refuse a name the file system would not take, before anything is worked out for it."""
    length = len(os.fsencode(output.name))
    if length <= _SURE_NAME:
        return None
    there = next((folder for folder in output.parents if folder.is_dir()), Path())
    limit = 255
    if hasattr(os, "pathconf"):
        try:
            limit = os.pathconf(there, "PC_NAME_MAX")
        except OSError:
            # A file system that does not tell its limit: the usual one is assumed.
            log.debug("%s does not tell how long names may be", there)
    if length <= limit:
        return None
    return Failure.of(
        NameTooLong(
            f"The name {output.name[:40]}... of the result has {length} bytes, and {there} takes {limit}.",
            "Give a shorter one with --name or --out, or rename the input.",
        )
    )


class _Claims:
    """Which outputs are taken, without regard to case, since some file systems have none.

    With a single input folder a name can clash only within one output folder, and the walk never comes back
    to a folder: what was claimed there is forgotten, so that memory stays flat over a tree of any size.
    """

    def __init__(self, keep: bool) -> None:
        self._keep = keep
        self._folder: Path | None = None
        self._taken: dict[str, str] = {}

    def owner(self, output: Path) -> str | None:
        self._enter(output)
        return self._taken.get(_key(output))

    def take(self, output: Path, source: str) -> None:
        self._enter(output)
        self._taken.setdefault(_key(output), source)

    def take_all(self, outputs: Sequence[Path]) -> None:
        for output in outputs:
            self.take(output, "an input of the journal")

    def _enter(self, output: Path) -> None:
        if not self._keep and output.parent != self._folder:
            self._folder = output.parent
            self._taken = {}


def plan(
    inputs: Sequence[str | Path],
    out: str | Path | None,
    *,
    task: str,
    options: Options,
    card: Card,
    recurse: bool = False,
    name: str = "{stem}",
    format: str | None = None,
    quality: int | None = None,
    metadata: Literal["keep", "strip", "private"] = "keep",
    exists: Exists = "error",
    resume: bool = False,
    max_pixels: int | None = -1,
    gray_card: Card | None = None,
) -> Plan:
    """Check a call as a whole and make its plan; reads no picture.

    Parameters
    ----------
    inputs : sequence of str or Path
        Files, folders, or "-" for standard input.
    out : str, Path or None
        A file only if there is one input file and the path ends in a picture suffix; else a folder. None
        writes beside the inputs.
    task : str
    options : Options
    card : Card
    recurse : bool
    name : str
        Pattern with ``{stem}``, ``{suffix}``, ``{task}``, ``{model}`` and the task's options.
    format : str, optional
        "png", "jpeg", "tiff", ...
    quality : int, optional
        1 to 100.
    metadata, exists : str
    resume : bool
    max_pixels : int or None
        -1 is the default limit, None no limit.
    gray_card : Card, optional
        Of the model that gray pictures go to, where that is another one.

    Returns
    -------
    Plan

    Raises
    ------
    CallWrong
        The call contradicts itself.
    ModelUnfit
        The model cannot do what the options ask.
    """
    names = tuple(str(item) for item in inputs)
    if not names:
        raise CallWrong("There is no input.", "Name files or folders, or - for standard input.")
    job = tasks.get(task)
    for each in (card, gray_card):
        if each is not None:
            job.check_model(each, options)
    if quality is not None and not 1 <= quality <= 100:
        raise CallWrong(f"Quality {quality} is outside 1 to 100.", "Give a number from 1 to 100.")
    wanted = _format(format)
    if wanted is not None and job.names_files:
        for tail in job.file_tails(options):
            fixed = imaging.format_for_suffix(Path("x" + tail).suffix)
            if tail.endswith(OWN_SUFFIXES) and fixed not in (None, wanted):
                raise CallWrong(
                    f"--format {format} does not go with what is saved as {fixed}.", "Leave it out."
                )
    # Where the task names its files, what it did is in the name anyway, made safe for one.
    own = () if job.names_files else type(options).model_fields
    _check_pattern(name, {"stem", "suffix", "task", "model", *own})
    suffix = pattern_suffix(name)
    if suffix is not None and wanted is not None and imaging.format_for_suffix(suffix) != wanted:
        raise CallWrong(
            f"--name {name!r} and --format {format} contradict each other.", "Leave one of them out."
        )
    if out is not None and str(out) == STDIN:
        raise CallWrong("Results are not written to standard output.", "Give --out a file or a folder.")
    target = absolute(out) if out is not None else None
    one_file = len(names) == 1 and (names[0] == STDIN or not Path(names[0]).is_dir())
    ending = target.suffix.lower() if target is not None else ""
    lone = sorted(job.lone_suffixes(options))
    is_file = target is not None and one_file and ending in lone
    if target is not None and target.is_dir():
        is_file = False
    elif target is not None and one_file and lone and not is_file and ending in imaging.PICTURE_SUFFIXES:
        # A folder named like a picture is what nobody means who has one file made.
        raise CallWrong(
            f"--out {target.name} names a picture of a kind that is not written here.",
            f"Name it {target.stem}{lone[0]}, or give a folder.",
        )
    is_picture = is_file and target is not None and target.suffix.lower() in imaging.PICTURE_SUFFIXES
    if is_picture and target is not None and imaging.format_for_suffix(target.suffix) is None:
        raise CallWrong(
            f"Files of the kind {target.suffix} are not written.",
            "Choose .png, .jpg, .webp, .tif, .bmp or .avif.",
        )
    if is_picture and target is not None:
        suffix = target.suffix
        if wanted is not None and imaging.format_for_suffix(suffix) != wanted:
            raise CallWrong(
                f"--out {target.name} and --format {format} contradict each other.", "Leave one out."
            )
    elif target is not None and not is_file and target.exists() and not target.is_dir():
        raise CallWrong(
            f"--out {target} is a file, but this call needs a folder.", "Give a folder, new or existing."
        )
    if target is None and name == "{stem}" and exists != "overwrite":
        if names == (STDIN,):
            raise CallWrong("Standard input has no folder to write to.", "Say where with --out.")
        if wanted is None and not job.names_files:
            raise CallWrong(
                "Results beside their inputs would replace them.",
                "Say where with --out, name them apart with --name '{stem}-big', or give --exists overwrite.",
            )
    return Plan(
        inputs=names,
        out=target,
        out_is_file=is_file,
        task=task,
        options=options,
        card=card,
        name=name,
        suffix=suffix or (_usual_suffix(wanted) if wanted else None),
        recurse=recurse,
        exists=exists,
        resume=resume,
        read=ReadOptions(max_pixels=max_pixels),
        write=WriteOptions(quality=quality, metadata=metadata),
        gray_card=gray_card,
    )


def stand_in(height: int, width: int, channels: int, dtype: str) -> imaging.Picture:
    """A picture of that shape that takes no memory, to ask formats whether they can hold one."""
    import numpy as np

    return imaging.Picture(np.broadcast_to(np.zeros((1, 1, 1), np.dtype(dtype)), (height, width, channels)))


def check_pixels(header: Header, name: str, max_pixels: int | None) -> None:
    """Refuse a file whose header says more pixels than `ReadOptions.max_pixels` allows.

    Raises
    ------
    TooManyPixels
    """
    limit = imaging.DEFAULT_MAX_PIXELS if max_pixels == -1 else max_pixels
    pixels = header.width * header.height
    if limit is not None and pixels > limit:
        raise imaging.TooManyPixels(
            f"{name} has {header.width} x {header.height} pixels, over the limit of {limit:,}.",
            "Set --max-pixels higher, or to none, if you trust the file and have the memory.",
            pixels,
            limit,
        )


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts "2.png" before "10.png"."""
    parts = re.split(r"([0-9]+)", name.casefold())
    return [(0, int(part), "") if index % 2 else (1, 0, part) for index, part in enumerate(parts)] + [
        (-1, 0, name)
    ]


def pattern_suffix(name: str) -> str | None:
    """The picture suffix that a name pattern ends in, or None."""
    literal = list(string.Formatter().parse(name))[-1] if name else None
    if literal is None or literal[1] is not None:
        return None
    suffix = Path("x" + literal[0]).suffix
    return suffix if imaging.format_for_suffix(suffix) is not None else None


def _check_pattern(name: str, known: set[str]) -> None:
    hint = "Use these: " + ", ".join("{" + key + "}" for key in sorted(known)) + "."
    try:
        parsed = list(string.Formatter().parse(name))
    except ValueError as error:
        raise CallWrong(f"--name {name!r} is not a pattern: {error}.", hint) from error
    for literal, key, form, _ in parsed:
        if "/" in literal or "\\" in literal or "\0" in literal:
            raise CallWrong(
                f"--name {name!r} names a folder.", "Give a file name; folders follow the input's."
            )
        if key is not None and key not in known:
            raise CallWrong(f"--name {name!r} has an unknown field {{{key}}}.", hint)
        if form:
            raise CallWrong(f"--name {name!r} has a format {form!r}.", hint)
    if not name or not parsed or name.startswith("."):
        raise CallWrong(f"--name {name!r} makes hidden or empty names.", "Start it with {stem}, for example.")


def _format(format: str | None) -> str | None:
    if format is None:
        return None
    asked = format.strip().lower().removeprefix(".")
    found = imaging.format_for_suffix("." + asked)
    if found is None:
        raise CallWrong(
            f"There is no output format {format!r}.", "There are png, jpeg, webp, tiff, bmp and avif."
        )
    return found


def _usual_suffix(format: str) -> str | None:
    from deconv_studio.imaging.formats import WRITABLE

    item = WRITABLE.get(format)
    return item.suffixes[0] if item else None


def _cannot_hold(format: str, like: imaging.Picture) -> Failure:
    from deconv_studio.imaging.formats import why_not

    reason = why_not(format, like) or f"{format} cannot hold this picture."
    return Failure.of(imaging.CannotHold(reason))


def _key(output: Path) -> str:
    return unicodedata.normalize("NFC", str(output)).casefold()


def _same(one: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return one.samefile(other)
    return False


def _free_name(output: Path, claims: _Claims) -> Path:
    number = 2
    while True:
        free = output.with_name(f"{output.stem}-{number}{output.suffix}")
        if not os.path.lexists(free) and claims.owner(free) is None:
            return free
        number += 1


def _hidden(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith("."):
        return True
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            return bool(entry.stat(follow_symlinks=False).st_file_attributes & stat.FILE_ATTRIBUTE_HIDDEN)
    return False


def _link(path: Path, place: Path, real_root: str) -> tuple[Found | None, bool]:
    """What a symbolic link in a folder is, and whether it leads to a folder."""
    real = Path(os.path.realpath(path))
    try:
        status = real.stat()
    except (OSError, ValueError) as error:
        broken = LinkBroken(
            f"The link {path} leads nowhere: {getattr(error, 'strerror', None) or error}.",
            "Mend or remove it.",
        )
        return Found(path, place, problem=Failure.of(broken)), False
    is_folder = stat.S_ISDIR(status.st_mode)
    if str(real) != real_root and not str(real).startswith(real_root.rstrip(os.sep) + os.sep):
        outside = LinkOutside(
            f"The link {path} leads out of the folder, to {real}.", "Name the file itself as an input."
        )
        return Found(path, place, problem=Failure.of(outside)), is_folder
    if is_folder:
        again = LinkedFolder(f"The link {path} leads to {real}, which is read by its own name.", "")
        return Found(path, place, problem=Failure.of(again)), True
    return (Found(path, place) if stat.S_ISREG(status.st_mode) else None), False


def _looks_like_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(4096)
        if not head:
            return False
        format = imaging.sniff(head)
        if format is None:
            # Versions of TGA are told by their end.
            return False
        if format in _NO_PICTURES:
            return False
        if format in _WEAK_SIGNATURES:
            imaging.read_header(path)
    except (OSError, imaging.ImagingError):
        return False
    return True
