"""Progress, partial results and cancellation of a long call, in one object that every long call takes."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

log = logging.getLogger(__name__)


class Cancelled(Exception):  # noqa: N818 - nothing went wrong, so it is no error
    """The caller asked the work to stop, and it did; not an error of any room."""

    def __init__(self, message: str = "Stopped.") -> None:
        super().__init__(message)


class _Shared:
    """What a control and its children have in common: whether the work is to stop, and who has to be told."""

    def __init__(self) -> None:
        self.event = threading.Event()
        # Re-entrant, so that a callback may look at the control that called it.
        self.lock = threading.RLock()
        self.callbacks: dict[int, Callable[[], object]] = {}
        self.next_key = 0


class Control:
    """How a long call talks to whoever started it. Every method may be called from any thread.

    Parameters
    ----------
    on_progress : callable, optional
        Called as ``on_progress(done, text)`` with `done` in [0, 1], on the thread that does the work.
    on_partial : callable, optional
        Called as ``on_partial(value)`` with a result that is not whole yet, on the thread that does the work.

    Notes
    -----
    A callback that raises stops the work with its exception: a listener that is gone should cancel instead.
    """

    def __init__(
        self,
        on_progress: Callable[[float, str], object] | None = None,
        on_partial: Callable[[Any], object] | None = None,
    ) -> None:
        self._on_progress = on_progress
        self._on_partial = on_partial
        self._shared = _Shared()
        self._start = 0.0
        self._span = 1.0

    # -- what the work calls ---------------------------------------------------------------------------------

    def progress(self, done: float, text: str = "") -> None:
        """Say how far the work is.

        Parameters
        ----------
        done : float
            From 0 to 1; values outside are clipped, and one that is not a number is taken as 0.
        text : str
            What is being done, for a person.
        """
        if self._on_progress is not None:
            inside = min(1.0, max(0.0, float(done))) if not math.isnan(done) else 0.0
            self._on_progress(self._start + self._span * inside, text)

    def partial(self, value: Any) -> None:
        """Hand over a result that is not whole yet, for example one tile."""
        if self._on_partial is not None:
            self._on_partial(value)

    def raise_if_cancelled(self) -> None:
        """Stop here if the caller asked for it.

        Raises
        ------
        Cancelled
        """
        if self._shared.event.is_set():
            raise Cancelled()

    def wait(self, seconds: float) -> None:
        """Sleep, but not through a cancel.

        Raises
        ------
        Cancelled
        """
        if self._shared.event.wait(max(0.0, seconds)):
            raise Cancelled()

    @contextmanager
    def on_cancel(self, callback: Callable[[], object]) -> Iterator[None]:
        """Have `callback` called once if a cancel comes while the block runs, or at once if it came before.

        The callback runs on the thread that cancels, often the window's, so it has to be quick. After the
        block it is never called, nor is it still running.
        """
        shared = self._shared
        with shared.lock:
            key = shared.next_key
            shared.next_key += 1
            if shared.event.is_set():
                callback()
            else:
                shared.callbacks[key] = callback
        try:
            yield
        finally:
            with shared.lock:
                shared.callbacks.pop(key, None)

    def child(self, start: float, end: float) -> Control:
        """Return a control for a part of the work: its progress is a span of this one's, its cancel the same.

        Parameters
        ----------
        start, end : float
            In [0, 1].
        """
        part = Control(self._on_progress, self._on_partial)
        part._shared = self._shared
        part._start = self._start + self._span * start
        part._span = self._span * (end - start)
        return part

    # -- what the caller calls -------------------------------------------------------------------------------

    @property
    def cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._shared.event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop; returns at once. A second call does nothing."""
        shared = self._shared
        with shared.lock:
            if shared.event.is_set():
                return
            shared.event.set()
            callbacks = list(shared.callbacks.values())
            shared.callbacks.clear()
            for callback in callbacks:
                try:
                    callback()
                except Exception:
                    # One listener's fault must not keep the cancel from the others.
                    log.exception("A cancel callback failed")


class TimeLeft:
    """Seconds left, from how fast the work has been lately.

    Parameters
    ----------
    half_life : float
        Seconds after which an old speed counts half; smooths tiles and files of unequal cost.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, half_life: float = 8.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._half_life = half_life
        self._clock = clock
        self._started = clock()
        self._last_time = self._started
        self._last_done = 0.0
        self._speed: float | None = None
        self._shown: float | None = None
        self._shown_at = self._started

    def update(self, done: float) -> float | None:
        """Take the share done and return seconds left, or None while nothing can be said.

        Parameters
        ----------
        done : float
            In [0, 1]. A value below the last one (work begun again) forgets the past.
        """
        now = self._clock()
        done = min(1.0, max(0.0, done))
        if done < self._last_done:
            self._started, self._speed, self._shown = now, None, None
            self._last_time, self._last_done = now, done
            return None
        elapsed = now - self._last_time
        if done > self._last_done and elapsed > 0:
            speed = (done - self._last_done) / elapsed
            keep = 0.5 ** (elapsed / self._half_life)
            self._speed = speed if self._speed is None else keep * self._speed + (1 - keep) * speed
            self._last_time, self._last_done = now, done
        if done >= 1.0:
            return 0.0
        if not self._speed:
            return None
        # Between two steps the time runs down by the clock, so that the number moves without being measured.
        left = max(0.0, (1.0 - self._last_done) / self._speed - (now - self._last_time))
        if self._shown is not None:
            expected = max(0.0, self._shown - (now - self._shown_at))
            left = 0.5 * expected + 0.5 * left
        self._shown, self._shown_at = left, now
        return left
