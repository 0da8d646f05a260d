"""Requests that follow each other fast, as a slider gives them: one runs, the newest waits, the others go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from deconv_studio.ui.work import Job, Work


class Live(QObject):
    """A line of requests in which only the newest waits.

    What runs is not cancelled by the next one: it is short, and a slider that moves on and on would never
    show anything. Its answer comes before the newer one's, so the last to come is the newest.

    Signals
    -------
    idle
        Nothing runs and nothing waits any more; not after :meth:`stop`.
    """

    idle = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._job: Job | None = None
        self._next: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] | None = None
        self._closed = False

    @property
    def is_busy(self) -> bool:
        """Whether something runs."""
        return self._job is not None

    def ask(self, function: Callable[..., Any], *args: Any, **how: Any) -> None:
        """Run ``function(control, *args)``, at once or after what runs; ``how`` goes to `Work.start`."""
        if self._closed:
            return
        if self._job is not None:
            self._next = function, args, how
            return
        self._begin(function, args, how)

    def _begin(self, function: Callable[..., Any], args: tuple[Any, ...], how: dict[str, Any]) -> None:
        self._job = self._work.start(function, *args, **how)
        job = self._job
        job.ended.connect(lambda: self._ended(job))

    def _ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        waiting, self._next = self._next, None
        if waiting is not None:
            self._begin(*waiting)
        else:
            self.idle.emit()

    def stop(self) -> bool:
        """Cancel what runs and forget what waits; whether there was anything. What still comes is dropped."""
        job, self._job, self._next = self._job, None, None
        if job is None:
            return False
        job.stale = True
        job.cancel()
        return True

    def close(self) -> None:
        """Stop, and take no more requests: the window closes."""
        self._closed = True
        self.stop()
