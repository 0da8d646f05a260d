"""What the parts of the Sample panel share: the generator, the sample looked at, and what they say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.jobs import Made, Source
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.ui.studio import Studio


class Host(Protocol):
    """The panel, as far as its parts know it."""

    studio: Studio

    @property
    def is_running(self) -> bool:
        """Whether the one job with progress runs."""

    def entry(self) -> Entry | None:
        """The chosen generator."""

    def engine(self) -> dict[str, Any]:
        """Provider, threads and memory."""

    def run_job(self, function: Callable[..., Any], *args: Any, **how: Any) -> None:
        """Start the one job with progress."""

    def show_error(self, text: str, cause: str) -> None:
        """Show a sentence until its cause has gone."""

    def clear_error(self, cause: str) -> None:
        """The cause has gone."""


class Desk(QObject):
    """What is on the table: a generator, the sample, and the tool that is in hand.

    Attributes
    ----------
    begun : str
        Id of the generator that makes pictures; "" before its licence was seen.
    mode : str
        The tool in hand: look, mix, walk or paint.
    current : Made or None
        The sample that is looked at.
    shown : Made or None
        What stands on the stage: the sample as the tool has changed it.
    turn : int
        Counts how often the table was cleared.

    Signals
    -------
    current_changed
        It is another sample.
    """

    current_changed = Signal()

    def __init__(self, host: Host, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.host = host
        self.studio = host.studio
        self.generators = jobs.Generators()
        self.begun = ""
        self.mode = "look"
        self.current: Made | None = None
        self.shown: Made | None = None
        self.turn = 0

    def forget(self) -> None:
        """Another generator: nothing of the former one holds, and no step of undo leads back to it."""
        self.begun = ""
        self.turn += 1
        self.current = self.shown = None

    def source(self) -> Source:
        """The chosen generator and what it runs on."""
        entry = self.host.entry()
        assert entry is not None
        return Source(entry, self.host.engine())

    def set_current(self, made: Made) -> None:
        """Look at another sample."""
        if made is not self.current:
            self.current = made
            self.current_changed.emit()

    def words(self, made: Made) -> str:
        """What a sample is, in words."""
        seed, truncation = made.parameters.get("seed"), made.parameters.get("truncation", 1.0)
        parts = [self.tr("Seed {seed}").format(seed=seed) if seed is not None else made.title]
        if made.klass:
            parts.append(self.tr("class {name}").format(name=made.klass))
        if truncation != 1.0:
            parts.append(self.tr("truncation {value:.2g}").format(value=truncation))
        if made.edits:
            parts.append(self.tr("painted"))
        return ", ".join(parts)

    def fail(self, error: Exception, cause: str) -> None:
        """Show what went wrong, until :meth:`well` of the same cause."""
        self.host.show_error(sentence(error), cause)

    def well(self, cause: str) -> None:
        """The cause has gone."""
        self.host.clear_error(cause)

    def say_written(self, paths: list[Path]) -> None:
        """Say which files were written."""
        if len(paths) == 1:
            text = self.tr("Saved {name}").format(name=paths[0])
        else:
            text = self.tr("Saved {n} files in {folder}").format(n=len(paths), folder=paths[0].parent)
        self.studio.said.emit(text)


class Step(QUndoCommand):
    """A change of what is kept, or of what is painted."""

    def __init__(self, desk: Desk, text: str, put: Callable[[Any], object], before: Any, after: Any) -> None:
        super().__init__(text)
        self._desk, self._turn = desk, desk.turn
        self._put, self._before, self._after = put, before, after

    def undo(self) -> None:
        """As it was."""
        self._go(self._before)

    def redo(self) -> None:
        """As it became."""
        self._go(self._after)

    def _go(self, to: Any) -> None:
        if self._turn != self._desk.turn:
            # Its generator has gone: the stack drops the step.
            self.setObsolete(True)
            return
        self._put(to)
