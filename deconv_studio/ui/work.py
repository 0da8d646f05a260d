"""Background work: one pool of threads that keeps everything slow away from the thread that draws the window.

A job is a plain function that takes a :class:`~deconv_studio.engine.control.Control` first. It runs on a pool
thread and answers through signals, which Qt delivers on the thread of the window. Two rules keep the answers
right:

* jobs of one *channel* replace each other: the newest request wins, an older one is cancelled and whatever it
still
  says is dropped;
* a cancel goes to the job's ``Control``, and from there to ``RunOptions.terminate`` of a running network.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control

log = logging.getLogger(__name__)

#: Seconds between two progress messages of one job that reach the window; more often only costs repaints.
PROGRESS_INTERVAL = 0.05
#: Threads of the pool. One network run uses all cores by itself; the others wait for disks.
POOL_THREADS = 4


class Job(QObject):
    """One request and its answers.

    Signals are delivered on the window's thread. After :meth:`cancel`, or once a newer job of its channel has
    started, only :attr:`ended` is delivered (and :attr:`cancelled` when the user cancelled).
    """

    progressed = Signal(float, str)
    partial = Signal(object)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()

    #: From the pool thread to the window's thread; users connect to the signals above.
    _told = Signal(str, object)

    def __init__(self, title: str, channel: str | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.channel = channel
        self.control: Control | None = None
        self.future: Future[None] | None = None
        self.stale = False
        #: The window has closed: nobody is told anything, not even of the end.
        self.dropped = False
        self.finished = False
        self.started_at: float | None = None
        self._cancel_wanted = False
        self._lock = threading.Lock()
        self._told_at = 0.0
        self._told.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._cancel_wanted

    def cancel(self) -> None:
        """Ask the job to stop; returns at once. A running network is told through
        ``RunOptions.terminate``."""
        with self._lock:
            self._cancel_wanted = True
            control = self.control
        if control is not None:
            control.cancel()

    # -- on the pool thread ----------------------------------------------------------------------------------

    def _run(self, function: Callable[..., Any], args: tuple[Any, ...]) -> None:
        from deconv_studio.engine.control import Cancelled, Control

        control = Control(on_progress=self._on_progress, on_partial=self._on_partial)
        with self._lock:
            self.control = control
            wanted = self._cancel_wanted
        if wanted:
            control.cancel()
        self.started_at = time.monotonic()
        try:
            control.raise_if_cancelled()
            value = function(control, *args)
        except Cancelled:
            self._told.emit("cancelled", None)
        except Exception as error:
            if not hasattr(error, "kind"):
                log.exception("%s failed", self.title or "background work")
            self._told.emit("failed", error)
        else:
            self._told.emit("done", value)

    def _on_progress(self, done: float, text: str = "") -> None:
        now = time.monotonic()
        if now - self._told_at < PROGRESS_INTERVAL and done < 1.0:
            return
        self._told_at = now
        self._told.emit("progressed", (float(done), str(text)))

    def _on_partial(self, value: object) -> None:
        self._told.emit("partial", value)

    # -- on the window's thread ------------------------------------------------------------------------------

    def _deliver(self, what: str, value: Any) -> None:
        if self.dropped:
            self.finished = True
            return
        if what in ("progressed", "partial"):
            if self.stale or self._cancel_wanted or self.finished:
                return
            if what == "progressed":
                self.progressed.emit(*value)
            else:
                self.partial.emit(value)
            return
        self.finished = True
        if what == "cancelled" or self._cancel_wanted:
            # A result that arrives after the cancel is dropped too: the user has moved on.
            if not self.stale:
                self.cancelled.emit()
        elif not self.stale:
            getattr(self, what).emit(value)
        self.ended.emit()


class Work(QObject):
    """The pool. Owned by the window; :meth:`close` before the window goes."""

    #: A job has started or ended.
    changed = Signal()

    def __init__(self, parent: QObject | None = None, threads: int = POOL_THREADS) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="deconv-work")
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count()
        self._closed = False

    def start(
        self,
        function: Callable[..., Any],
        *args: Any,
        title: str = "",
        channel: str | None = None,
        on_done: Callable[[Any], Any] | None = None,
        on_failed: Callable[[Exception], Any] | None = None,
        on_progress: Callable[[float, str], Any] | None = None,
        on_partial: Callable[[Any], Any] | None = None,
        on_cancelled: Callable[[], Any] | None = None,
        on_ended: Callable[[], Any] | None = None,
    ) -> Job:
        """Run ``function(control, *args)`` on a pool thread.

        Parameters
        ----------
        function
            Called with a fresh ``Control`` first. Must not touch widgets.
        title
            What the job does, in a person's words; shown when closing would interrupt it. Jobs without a
            title
            are small and are stopped without a question.
        channel
            Jobs of one channel replace each other; the newest wins.
        on_done, on_failed, on_progress, on_partial, on_cancelled, on_ended
            Slots on the window's thread.

        Raises
        ------
        RuntimeError
            After :meth:`close`.
        """
        if self._closed:
            raise RuntimeError("The window is closing; no new work is taken.")
        if channel is not None:
            self.supersede(channel)
        job = Job(title, channel, self)
        for signal, slot in (
            (job.done, on_done),
            (job.failed, on_failed),
            (job.progressed, on_progress),
            (job.partial, on_partial),
            (job.cancelled, on_cancelled),
            (job.ended, on_ended),
        ):
            if slot is not None:
                signal.connect(slot)
        if on_failed is None:
            job.failed.connect(lambda error: log.error("%s: %s", title or "background work", error))
        number = next(self._numbers)
        self._jobs[number] = job
        job.ended.connect(lambda: self._forget(number))
        job.future = self._pool.submit(job._run, function, args)
        self.changed.emit()
        return job

    def supersede(self, channel: str) -> None:
        """Cancel the jobs of ``channel`` and drop whatever they still answer."""
        for job in list(self._jobs.values()):
            if job.channel == channel:
                job.stale = True
                job.cancel()

    def cancel_all(self) -> None:
        """Ask every job to stop."""
        for job in list(self._jobs.values()):
            job.cancel()

    def running(self, titled: bool = False) -> list[Job]:
        """Jobs that have not ended; with ``titled`` only those a person would miss."""
        return [job for job in self._jobs.values() if not job.finished and (job.title or not titled)]

    def find(self, channel: str) -> Job | None:
        """The newest unfinished job of ``channel``."""
        jobs = [
            job
            for job in self._jobs.values()
            if job.channel == channel and not job.finished and not job.stale
        ]
        return jobs[-1] if jobs else None

    def close(self) -> None:
        """Cancel what runs and wait until every pool thread has ended. A cancelled network stops within 300
        ms."""
        if self._closed:
            return
        self._closed = True
        for job in list(self._jobs.values()):
            # Its slots would begin new work, as an estimate after a run, in a window that is gone.
            job.dropped = True
            job.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()

    def _forget(self, number: int) -> None:
        job = self._jobs.pop(number, None)
        if job is not None:
            job.deleteLater()
            self.changed.emit()
