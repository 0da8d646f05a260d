"""The file in which a generator's tray outlives the program: what makes each kept sample again; no widget."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.jobs import Generators, Made, Source

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control

#: Samples and their marks: "A", "B" or "".
Kept = tuple[tuple[Made, str], ...]

FORMAT = 1
MARKS = ("", "A", "B")


@dataclass(frozen=True)
class Line:
    """A kept sample as the file has it.

    Attributes
    ----------
    title, mark : str
    parameters : dict
        As its PNG would say them.
    """

    title: str
    mark: str
    parameters: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Found:
    """What a file held.

    Attributes
    ----------
    kept : tuple
        Empty where there is trouble.
    trouble : str
        ``damaged``: it is no such file, or what it says fits no sample of the generator; ``other``: other
        weights of the same name made the samples; "" for none.
    aside : Path or None
        Where the file was put in trouble.
    """

    kept: Kept
    trouble: Literal["", "damaged", "other"] = ""
    aside: Path | None = None


class TrayFile:
    """One generator's file. Of two writes the later one stays, in whatever order threads come to them.

    Parameters
    ----------
    folder : Path
        The program's own; made at the first write.
    card : Card
        Of the generator.
    """

    def __init__(self, folder: Path, card: Card) -> None:
        self.path = folder / "trays" / f"{card.id}.json"
        self.model, self.sha256 = card.id, card.sha256
        self._lock = threading.Lock()
        self._newest: tuple[int, Kept] = (0, ())
        self._written = 0

    def take(self, kept: Kept) -> None:
        """Take what the next :meth:`write` is to write."""
        self._newest = self._newest[0] + 1, kept

    @property
    def is_behind(self) -> bool:
        """Whether something was taken that is not written."""
        return self._written < self._newest[0]

    def write(self) -> None:
        """Write what was taken last, unless it is written already.

        Raises
        ------
        FolderNotWritable
        """
        from deconv_studio.catalog.atomic import write_atomic

        with self._lock:
            number, kept = self._newest
            if number <= self._written:
                return
            lines = [
                {"title": made.title, "mark": mark, "parameters": made.parameters} for made, mark in kept
            ]
            content = {"format": FORMAT, "model": self.model, "model_sha256": self.sha256, "kept": lines}
            write_atomic(self.path, json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"))
            self._written = number

    def read(self) -> tuple[str, list[Line]]:
        """The hash of the weights that made the samples, and the samples; nothing without a file.

        Raises
        ------
        ValueError
            If it is no such file.
        OSError
            If it cannot be read.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return self.sha256, []
        try:
            content = json.loads(text)
        except RecursionError as error:
            raise ValueError("too deep") from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("not a tray's file")
        sha256, kept = content.get("model_sha256"), content.get("kept")
        if not isinstance(sha256, str) or not isinstance(kept, list):
            raise ValueError("a tray's file that lacks something")
        return sha256, [_line(each) for each in kept]

    def put_aside(self) -> Path:
        """Rename the file, so that the next write does not take its place; what is aside already stays.

        Raises
        ------
        OSError
        """
        aside, number = self.path.with_name(f"{self.path.name}.bak"), 2
        while aside.exists():
            aside, number = self.path.with_name(f"{self.path.name}.{number}.bak"), number + 1
        return self.path.rename(aside)


def _line(content: Any) -> Line:
    if not isinstance(content, dict):
        raise ValueError("not a sample")
    title, mark, parameters = (content.get(key) for key in ("title", "mark", "parameters"))
    if not isinstance(title, str) or mark not in MARKS or not isinstance(parameters, dict):
        raise ValueError("a sample that lacks something")
    return Line(title, str(mark), parameters)


def load(control: Control, generators: Generators, source: Source, file: TrayFile) -> Found:
    """Make again what was kept; put a file aside with which that cannot be done.

    Its partial results are how many of how many are made.

    Raises
    ------
    OSError
        If the file can neither be read nor put aside.
    CatalogError, EngineError, Cancelled
        If the generator does not run; the file is left as it is.
    """
    from deconv_studio.tasks.errors import OptionsInvalid

    try:
        sha256, lines = file.read()
    except (OSError, ValueError):
        return Found((), "damaged", file.put_aside())
    if sha256 != file.sha256:
        return Found((), "other", file.put_aside()) if lines else Found(())
    kept = []
    for number, line in enumerate(lines, 1):
        try:
            made = jobs.remake(control, generators, source, line.parameters, line.title)
        except OptionsInvalid:
            return Found((), "damaged", file.put_aside())
        kept.append((made, line.mark))
        control.partial((number, len(lines)))
    return Found(tuple(kept))
