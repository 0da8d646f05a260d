"""Running a plan: decoding, inference and encoding overlap in three threads; one bad file stops nothing."""

from __future__ import annotations

import functools
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from deconv_studio.engine.control import Cancelled, Control

from .errors import FolderFailed
from .journal import Journal
from .planning import Job, Plan
from .single import (
    STDIN,
    Failure,
    Item,
    Status,
    WriteOptions,
    check_folder,
    ended,
    finished,
    load,
    save,
    save_parts,
    tails_of,
    work,
)

if TYPE_CHECKING:
    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Result
    from deconv_studio.tasks.base import Loaded


@dataclass
class Summary:
    """Counts of a run; `event` is the last JSON line."""

    done: int = 0
    skipped: int = 0
    failed: int = 0
    cancelled: int = 0
    broken: bool = False
    started: float = field(default_factory=time.perf_counter)

    def add(self, item: Item) -> None:
        """Count one item."""
        setattr(self, item.status, getattr(self, item.status) + 1)

    @property
    def total(self) -> int:
        """How many inputs have ended."""
        return self.done + self.skipped + self.failed + self.cancelled

    @property
    def seconds(self) -> float:
        """Since the summary was made."""
        return time.perf_counter() - self.started

    @property
    def exit_status(self) -> int:
        """130 stopped by the user, 1 something failed or the run broke off, else 0."""
        return 130 if self.cancelled else 1 if self.failed or self.broken else 0

    def event(self) -> dict[str, Any]:
        """The summary's JSON line, as a dict in the contract's order."""
        return {
            "event": "summary",
            "done": self.done,
            "skipped": self.skipped,
            "failed": self.failed,
            "cancelled": self.cancelled,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes
    ----------
    ended : int
        Inputs that are done, skipped or failed.
    total : int or None
        Of how many; None until they are counted.
    current : str
        The input that is in the network.
    part : float
        How much of it is through, 0 to 1.
    text : str
        For example "Tile 15 of 24".
    """

    ended: int
    total: int | None
    current: str
    part: float
    text: str


@dataclass
class _Passing:
    """A job on its way through the three threads."""

    job: Job
    held: int = 0
    picture: Picture | None = None
    result: Result | None = None
    item: Item | None = None
    seconds: float = 0.0


class _Budget:
    """Bytes that pictures on their way may take together; one that is larger than all goes alone."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._free = threading.Condition()

    def take(self, size: int, control: Control) -> None:
        with self._free:
            while self._held and self._held + size > self._limit:
                control.raise_if_cancelled()
                self._free.wait(0.1)
            self._held += size

    def give(self, size: int) -> None:
        with self._free:
            self._held -= size
            self._free.notify_all()


def run(
    plan: Plan,
    *,
    model: Loaded,
    control: Control,
    on_progress: Callable[[Progress], None] | None = None,
    memory: int | None = None,
) -> Generator[Item, None, None]:
    """Do what a plan says.

    Parameters
    ----------
    plan : Plan
    model : Loaded
    control : Control
        Its cancel stops the run: what is finished stays, what is not is "cancelled".
    on_progress : callable, optional
        Called from a worker thread.
    memory : int, optional
        Bytes that pictures on their way may take together; a quarter of what is free if not given.

    Yields
    ------
    Item
        One for each input, in the plan's order; when it comes, the output is renamed into place and the
        journal has it.

    Raises
    ------
    BatchError
        Another run holds the journal, it belongs to another job, or it can no longer be written.
    """
    folder = plan.journal_folder
    book, blocked = None, None
    try:
        book = Journal(folder, plan.job, plan.resume) if folder is not None else None
    except FolderFailed as error:
        # Nothing can be written there: each input is told so, and none is decoded for it.
        blocked = Failure.of(error)
    try:
        flow = _Flow(plan, model, control, on_progress, memory, book, blocked)
        summary = Summary()
        try:
            for item in flow.items():
                summary.add(item)
                yield item
        finally:
            flow.stop()
        if book is not None:
            book.end(summary.event())
    finally:
        if book is not None:
            book.close()


class _Flow:
    """Three threads and the bounded queues between them."""

    def __init__(
        self,
        plan: Plan,
        model: Loaded,
        control: Control,
        on_progress: Callable[[Progress], None] | None,
        memory: int | None,
        book: Journal | None,
        blocked: Failure | None,
    ) -> None:
        self._plan = plan
        self._model = model
        self._control = control
        self._on_progress = on_progress
        self._book = book
        self._blocked = blocked
        self._budget = _Budget(memory or max(2**28, psutil.virtual_memory().available // 4))
        # The consumer left: nothing is wanted any more, not even items that say so.
        self._abandoned = threading.Event()
        self._fault: BaseException | None = None
        self._decoded: queue.Queue[_Passing | None] = queue.Queue(maxsize=1)
        self._worked: queue.Queue[_Passing | None] = queue.Queue(maxsize=1)
        self._out: queue.Queue[Item | None] = queue.Queue(maxsize=64)
        self._over = False
        self._ended = 0
        self._total: int | None = None
        self._threads = [
            threading.Thread(target=self._guard, args=(part, queue_out), name=f"batch-{name}", daemon=True)
            for name, part, queue_out in (
                ("decode", self._decode, self._decoded),
                ("work", self._work, self._worked),
                ("encode", self._encode, self._out),
            )
        ]
        if on_progress is not None:
            self._threads.append(threading.Thread(target=self._count, name="batch-count", daemon=True))

    def items(self) -> Iterator[Item]:
        for thread in self._threads:
            thread.start()
        while True:
            try:
                # A time-out, since a wait without one keeps Ctrl+C from being noticed on some systems.
                item = self._out.get(timeout=0.2)
            except queue.Empty:
                continue
            if item is None:
                self._over = True
                break
            self._ended += 1
            yield item
        if self._fault is not None:
            raise self._fault

    def stop(self) -> None:
        """End the threads; at once if the consumer left before the end."""
        self._abandoned.set()
        if not self._over:
            self._control.cancel()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    # -- the threads ---------------------------------------------------------------------------------------

    def _guard(self, part: Callable[[], None], out: queue.Queue[Any]) -> None:
        """Run a thread's part; a fault of the run itself, not of a file, ends it and reaches the caller."""
        try:
            part()
        except BaseException as error:  # noqa: BLE001  kept, and raised in the caller's thread
            if self._fault is None:
                self._fault = error
            self._control.cancel()
            self._abandoned.set()
        finally:
            self._put(out, None, last=True)

    def _put(self, target: queue.Queue[Any], value: Any, last: bool = False) -> None:
        while True:
            try:
                target.put(value, timeout=0.1)
            except queue.Full:
                if self._abandoned.is_set() and not last:
                    return
                if self._abandoned.is_set():
                    # Make room for the end mark: nobody wants what is in the way.
                    with suppress(queue.Empty):
                        target.get_nowait()
            else:
                return

    def _take(self, source: queue.Queue[_Passing | None]) -> Iterator[_Passing]:
        while True:
            passing = source.get()
            if passing is None:
                return
            yield passing

    def _decode(self) -> None:
        state = self._book.state if self._book is not None else None
        for job in self._plan.jobs(state, hurry=lambda: self._control.cancelled):
            if self._abandoned.is_set():
                return
            passing = _Passing(job)
            if job.action != "do":
                passing.item = Item(
                    input=job.name,
                    outputs=job.outputs,
                    status="failed" if job.action == "fail" else "skipped",
                    error=job.failure,
                )
            elif self._control.cancelled:
                passing.item = self._cancelled(passing)
            elif self._blocked is not None:
                passing.item = ended(self._name(job), "failed", 0.0, self._model, self._blocked)
            else:
                self._read(passing)
            self._put(self._decoded, passing)

    def _read(self, passing: _Passing) -> None:
        job = passing.job
        start = time.perf_counter()
        try:
            if job.output is not None:
                check_folder(job.output.parent)
            self._budget.take(size := self._size(job), self._control)
            passing.held = size
            start = time.perf_counter()
            passing.picture = load(job.source or job.data or b"", self._plan.read)
        except Cancelled:
            passing.item = self._cancelled(passing)
        except Exception as error:  # noqa: BLE001  whatever it was, it is this file's: the next one goes on
            passing.item = self._failed(passing, error)
        passing.seconds += time.perf_counter() - start

    def _work(self) -> None:
        for passing in self._take(self._decoded):
            if passing.item is None and passing.picture is not None:
                start = time.perf_counter()
                own = Control(functools.partial(self._tell, passing.job.name))
                try:
                    with self._control.on_cancel(own.cancel):
                        passing.result = work(
                            passing.picture, self._plan.task, self._plan.options, self._model, own
                        )
                except Cancelled:
                    passing.item = self._cancelled(passing)
                except Exception as error:  # noqa: BLE001  as above
                    passing.item = self._failed(passing, error)
                passing.seconds += time.perf_counter() - start
            self._put(self._worked, passing)

    def _encode(self) -> None:
        for passing in self._take(self._worked):
            if passing.item is None:
                passing.item = self._write(passing)
            if passing.held:
                # Dropped before it is given back, or the next picture would be decoded beside this one.
                held, passing.held = passing.held, 0
                passing.picture = passing.result = None
                self._budget.give(held)
            if self._book is not None and _is_news(passing.item):
                self._book.item(passing.item.event())
            self._put(self._out, passing.item)

    def _write(self, passing: _Passing) -> Item:
        job, result, picture = passing.job, passing.result, passing.picture
        if self._control.cancelled or result is None or picture is None or job.output is None:
            return self._cancelled(passing)
        start = time.perf_counter()
        paths: tuple[Path, ...] = (job.output,)
        overwrite = job.overwrite
        if self._plan.names_later:
            settled = self._plan.settle(job, tails_of(result), self._book.state if self._book else None)
            if isinstance(settled, Failure):
                skip = settled.kind == "OutputExists" and self._plan.exists == "skip"
                status: Status = "skipped" if skip else "failed"
                return ended(self._name(job), status, passing.seconds, self._model, settled)
            paths, overwrite = settled
        if self._book is not None:
            for path in paths:
                self._book.begin(job.name, path)
        plain = self._plan.write
        how = WriteOptions(plain.format, plain.quality, plain.metadata, overwrite)
        written: Path | tuple[Path, ...]
        try:
            if result.parts:
                written = save_parts(result, paths, how, self._control.raise_if_cancelled)
            else:
                # A result of a gigapixel takes minutes to write: nobody who stops the run waits for that.
                written = save(result, job.output, how, self._control.raise_if_cancelled)
        except Cancelled:
            return self._cancelled(passing)
        except Exception as error:  # noqa: BLE001  as above
            passing.seconds += time.perf_counter() - start
            return self._failed(passing, error)
        passing.seconds += time.perf_counter() - start
        return finished(self._name(job), written, picture, result, passing.seconds)

    def _count(self) -> None:
        total = 0
        for _ in self._plan.listing(sniff=False):
            total += 1
            if self._abandoned.is_set() or self._control.cancelled:
                return
        self._total = total

    # -- small things --------------------------------------------------------------------------------------

    def _size(self, job: Job) -> int:
        """Bytes of the picture and its result."""
        header = job.header
        if header is None:
            return 0
        from deconv_studio import tasks

        height, width, channels = tasks.get(self._plan.task).result_shape(
            header.height, header.width, header.channels, self._plan.options, self._plan.card
        )
        sample = {"uint8": 1, "uint16": 2}.get(str(header.dtype), 4)
        return sample * (header.height * header.width * header.channels + height * width * channels)

    def _tell(self, name: str, part: float, text: str) -> None:
        if self._on_progress is not None:
            self._on_progress(Progress(self._ended, self._total, name, part, text))

    def _name(self, job: Job) -> Path | str:
        return STDIN if job.source is None else job.source

    def _cancelled(self, passing: _Passing) -> Item:
        return ended(self._name(passing.job), "cancelled", passing.seconds, self._model)

    def _failed(self, passing: _Passing, error: BaseException) -> Item:
        return ended(self._name(passing.job), "failed", passing.seconds, self._model, Failure.of(error))


def _is_news(item: Item) -> bool:
    """Whether the journal has to hear of an item: not of what was left undone, nor of what it said itself."""
    if item.status == "cancelled":
        return False
    return item.status != "skipped" or item.error is None or item.error.kind != "Done"
