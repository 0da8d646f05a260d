"""The canvas's worker: one thread for overviews, tiles, read-outs and histograms; the latest wish wins."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    import numpy as np

    from .layers import DifferenceLayer, HasPixels, Overview, PictureLayer

log = logging.getLogger(__name__)

TILE = 256

#: Seconds without work after which the thread ends; the next request starts another.
IDLE = 1.0


@dataclass(frozen=True)
class TileKey:
    """A square of a slot's picture at one zoom.

    Attributes
    ----------
    slot : int
        Number of the :class:`Slot`.
    width, height : int
        Size of the whole picture at this zoom, in device pixels.
    nearest : bool
        Shown as whole squares.
    column, row : int
        Which tile of :data:`TILE` device pixels.
    """

    slot: int
    width: int
    height: int
    nearest: bool
    column: int
    row: int

    @property
    def part(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom within the frame."""
        left, top = self.column * TILE, self.row * TILE
        return left, top, min(self.width, left + TILE), min(self.height, top + TILE)


class Slot:
    """A picture, or a difference of two, given to the worker; the GUI keeps only its size and its overview.

    Attributes
    ----------
    number, width, height, has_alpha
        Of what is shown.
    picture : object or None
        The picture; None for a difference.
    overview : QImage or None
        Stands in where tiles are missing; None until the worker has made it.
    overview_size : tuple of float
        How much of the overview's pixels the picture fills.
    """

    _count = 0

    def __init__(
        self,
        picture: HasPixels | None,
        *,
        of: tuple[Slot, Slot] | None = None,
        gain: float = 1.0,
    ) -> None:
        Slot._count += 1
        self.number = Slot._count
        self.picture = picture
        self.of = of
        self.gain = gain
        self.height: int
        self.width: int
        shape = (of[1].height, of[1].width, 3) if picture is None and of is not None else None
        if picture is not None:
            shape = picture.pixels.shape
        if shape is None:
            raise ValueError("a slot needs a picture, or two slots to compare")
        self.height, self.width = int(shape[0]), int(shape[1])
        self.has_alpha = shape[2] in (2, 4)
        self.overview: QImage | None = None
        self.overview_size = (1.0, 1.0)
        # Set by the worker: nothing more is tried with it.
        self.failed = False
        # Below: the worker's own.
        self._layer: PictureLayer | DifferenceLayer | None = None
        self._previewed = False
        self._build: Iterator[None] | None = None

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


@dataclass(frozen=True)
class TileDone:
    key: TileKey
    image: QImage


@dataclass(frozen=True)
class OverviewDone:
    slot: Slot
    image: QImage
    size: tuple[float, float]
    final: bool


@dataclass(frozen=True)
class ProbeDone:
    ticket: int
    values: tuple[tuple[int, int, tuple[float, ...]] | None, ...]


@dataclass(frozen=True)
class HistogramDone:
    slot: Slot
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class PartDone:
    ticket: int
    rect: tuple[float, float, float, float]
    image: QImage


@dataclass(frozen=True)
class Failed:
    slot: Slot | None
    error: Exception


Done = TileDone | OverviewDone | ProbeDone | HistogramDone | PartDone | Failed


class _Bell(QObject):
    """Rings on the worker's thread, is heard on the GUI's."""

    rung = Signal()


def _image(pixels: np.ndarray, has_alpha: bool) -> QImage:
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_ARGB32_Premultiplied if has_alpha else QImage.Format.Format_RGB32
    # The copy is Qt's own memory: the array may go.
    return QImage(pixels.data, width, height, width * 4, form).copy()


class Loader:
    """Makes what the canvas asks for on a thread of its own, in small steps, most urgent first.

    Urgent first: read-outs, parts of a running job, first overviews, tiles in the order asked for, reduced
    levels, histograms. Everything asked for replaces what was asked before and is not begun.
    """

    def __init__(self, heard: Callable[[], None]) -> None:
        self.bell = _Bell()
        self.bell.rung.connect(heard)
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False
        self._slots: tuple[Slot, ...] = ()
        self._tiles: deque[TileKey] = deque()
        self._probe: tuple[int, tuple[Slot | None, ...], float, float] | None = None
        self._parts: deque[tuple[int, tuple[float, float, float, float], Any, int, bytes | None]] = deque()
        #: Of which profile the last part was, whether it was gray, and its way to sRGB.
        self._part_colors: tuple[tuple[bytes | None, bool], Any] = ((None, False), None)
        self._histogram: Slot | None = None
        self._counting: tuple[Slot, Iterator[np.ndarray | None]] | None = None
        self._done: deque[Done] = deque()
        self._rung = False
        self._busy = False

    # On the GUI thread

    def show(self, slots: Sequence[Slot]) -> None:
        """Prepare these slots and forget others."""
        with self._condition:
            self._slots = tuple(slots)
            known = {slot.number for slot in slots}
            self._tiles = deque(key for key in self._tiles if key.slot in known)
            self._wake()

    def request(self, tiles: Sequence[TileKey]) -> None:
        """Make these tiles, in this order, in place of all asked for earlier."""
        with self._condition:
            self._tiles = deque(tiles)
            self._wake()

    def probe(self, ticket: int, slots: tuple[Slot | None, ...], u: float, v: float) -> None:
        """Read the pixels at relative coordinates."""
        with self._condition:
            self._probe = (ticket, slots, u, v)
            self._wake()

    def add_part(
        self,
        ticket: int,
        rect: tuple[float, float, float, float],
        pixels: Any,
        factor: int,
        profile: bytes | None = None,
    ) -> None:
        """Make a part of a coming result showable, reduced by `factor`; `rect` is relative, the colours are
        those of an ICC profile."""
        with self._condition:
            self._parts.append((ticket, rect, pixels, factor, profile))
            self._wake()

    def count(self, slot: Slot | None) -> None:
        """Make the histogram of a slot (None: stop)."""
        with self._condition:
            self._histogram = slot
            self._counting = None
            self._wake()

    def take(self) -> list[Done]:
        """What has been done since the last call."""
        with self._condition:
            self._rung = False
            result = list(self._done)
            self._done.clear()
            return result

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do, nothing being done and nothing to take."""
        with self._condition:
            return not self._busy and self._next() is None and not self._done

    def stop(self, wait: bool = False) -> None:
        """End the thread after the step it is in; drop all wishes."""
        with self._condition:
            self._stopped = True
            self._slots = ()
            self._tiles.clear()
            self._parts.clear()
            self._probe = self._histogram = self._counting = None
            self._done.clear()
            self._condition.notify_all()
            thread = self._thread
        if wait and thread is not None and thread is not threading.current_thread():
            thread.join()

    def _wake(self) -> None:
        if self._stopped:
            return
        self._condition.notify_all()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="canvas", daemon=True)
            self._thread.start()

    # On the worker's thread

    def _run(self) -> None:
        while True:
            with self._condition:
                step = self._next()
                if step is None and not self._stopped:
                    # While something is shown the thread stays: starting one waits until it really runs, and
                    # that is a gap in the window when a network holds all cores.
                    self._condition.wait(None if self._slots else IDLE)
                    step = self._next()
                if step is None or self._stopped:
                    # Under the lock: a wish made after this finds no thread and starts one.
                    self._thread = None
                    return
                self._busy = True
            slot, work = step
            try:
                for done in work():
                    self._deliver(done)
            except Exception as error:  # noqa: BLE001 - the thread must tell and live
                log.warning("the canvas could not show a picture: %r", error)
                if slot is not None:
                    slot.failed = True
                self._deliver(Failed(slot, error))
            finally:
                with self._condition:
                    self._busy = False

    def _deliver(self, done: Done) -> None:
        with self._condition:
            if self._stopped:
                return
            self._done.append(done)
            ring = not self._rung
            self._rung = True
        if ring:
            self.bell.rung.emit()

    def _next(self) -> tuple[Slot | None, Callable[[], Iterator[Done]]] | None:
        """The most urgent step, under the lock; it takes its wish from the queue only when it is run."""
        if self._stopped:
            return None
        live = [slot for slot in self._slots if not slot.failed]
        if self._probe is not None:
            return None, self._step_probe
        if self._parts:
            return None, self._step_part
        for slot in live:
            if not slot._previewed:
                return slot, partial(self._step_preview, slot)
        # From here on every live slot has been looked at once, so that its layer is there.
        for key in self._tiles:
            found = next((slot for slot in live if slot.number == key.slot), None)
            layer = None if found is None else found._layer
            if found is not None and layer is not None and layer.can_render((key.width, key.height)):
                return found, partial(self._step_tile, found, key)
        for slot in live:
            if slot._layer is not None and not slot._layer.ready:
                return slot, partial(self._step_build, slot)
        if self._histogram is not None and not self._histogram.failed:
            return self._histogram, partial(self._step_histogram, self._histogram)
        return None

    def _layer(self, slot: Slot) -> PictureLayer | DifferenceLayer:
        # Numpy and Pillow load here, on the worker's thread, when the first picture comes.
        from .layers import DifferenceLayer, PictureLayer

        if slot._layer is None:
            if slot.picture is not None:
                slot._layer = PictureLayer(slot.picture)
            elif slot.of is not None:
                first, second = (self._layer(part) for part in slot.of)
                assert isinstance(first, PictureLayer)
                assert isinstance(second, PictureLayer)
                slot._layer = DifferenceLayer(first, second, slot.gain)
        assert slot._layer is not None
        return slot._layer

    def _step_probe(self) -> Iterator[Done]:
        from .layers import PictureLayer

        with self._condition:
            probe, self._probe = self._probe, None
        if probe is None:
            return
        ticket, slots, u, v = probe
        values: list[tuple[int, int, tuple[float, ...]] | None] = []
        for slot in slots:
            layer = None if slot is None else self._layer(slot)
            values.append(layer.values(u, v) if isinstance(layer, PictureLayer) else None)
        yield ProbeDone(ticket, tuple(values))

    def _step_part(self) -> Iterator[Done]:
        import numpy as np

        from . import display

        with self._condition:
            if not self._parts:
                return
            ticket, rect, pixels, factor, profile = self._parts.popleft()
        array = np.asarray(pixels)
        if array.ndim == 2:
            array = array[:, :, None]
        if array.dtype not in (np.uint8, np.uint16, np.float32):
            array = array.astype(np.float32)
        kind = (profile, array.shape[2] <= 2)
        if self._part_colors[0] != kind:
            self._part_colors = (kind, display.color_transform(*kind))
        bgra = display.reduce(display.to_bgra(array, self._part_colors[1]), factor)
        yield PartDone(ticket, rect, _image(bgra, array.shape[2] in (2, 4)))

    def _overview(self, slot: Slot, overview: Overview, final: bool) -> OverviewDone:
        return OverviewDone(
            slot, _image(overview.pixels, slot.has_alpha), (overview.width, overview.height), final
        )

    def _step_preview(self, slot: Slot) -> Iterator[Done]:
        slot._previewed = True
        preview = self._layer(slot).preview()
        if preview is not None:
            yield self._overview(slot, preview, final=False)

    def _step_build(self, slot: Slot) -> Iterator[Done]:
        layer = self._layer(slot)
        if slot._build is None:
            slot._build = layer.build()
        next(slot._build, None)
        if layer.ready:
            slot._build = None
            yield self._overview(slot, layer.overview(), final=True)

    def _step_tile(self, slot: Slot, key: TileKey) -> Iterator[Done]:
        with self._condition:
            # A newer list of wishes may have come between choosing and beginning.
            if key not in self._tiles:
                return
            self._tiles.remove(key)
        pixels = self._layer(slot).render((key.width, key.height), key.part, key.nearest)
        yield TileDone(key, _image(pixels, slot.has_alpha))

    def _step_histogram(self, slot: Slot) -> Iterator[Done]:
        from .layers import PictureLayer

        if self._counting is None or self._counting[0] is not slot:
            layer = self._layer(slot)
            if not isinstance(layer, PictureLayer):
                self._histogram = None
                return
            self._counting = (slot, layer.histogram())
        counts = next(self._counting[1], None)
        if counts is not None:
            with self._condition:
                if self._histogram is slot:
                    self._histogram = None
                self._counting = None
            yield HistogramDone(slot, tuple(tuple(row) for row in counts.tolist()))
