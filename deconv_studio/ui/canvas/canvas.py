"""The canvas widget: paints what the worker has made, turns mouse and keys into what to look at."""

from __future__ import annotations

import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from PySide6.QtCore import (
    QAbstractAnimation,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QGestureEvent, QPinchGesture, QStyle, QWidget

from .. import theme
from . import geometry
from .geometry import Frame, View
from .handle import SplitHandle
from .loader import (
    TILE,
    Failed,
    HistogramDone,
    Loader,
    OverviewDone,
    PartDone,
    ProbeDone,
    Slot,
    TileDone,
    TileKey,
)

if TYPE_CHECKING:
    import numpy as np

    from .layers import HasPixels

CompareMode = Literal["none", "split", "hold", "difference", "2-up"]
COMPARE_MODES: tuple[CompareMode, ...] = get_args(CompareMode)

#: Bytes of tiles kept, or four viewports where that is more.
CACHE_BYTES = 96 * 2**20

#: Above this zoom pixels are shown as squares.
NEAREST_ABOVE = 2.0

#: A part of a running job is kept reduced so that all parts together have at most this many pixels.
PARTS_PIXELS = 4_000_000

#: Milliseconds a new result takes to fade in over the old.
FADE = 160

_CHIP_HEIGHT = 24
_CHIP_INSET = 10
_CHIP_PADDING = 9
_CHIP_SHORTEST = 56
_NAME_SHORTEST = 56
_CHECKER = 8
_GAP = 2


@dataclass(frozen=True)
class Readout:
    """What is under the pointer.

    Attributes
    ----------
    x, y : int
        Column and row in the picture.
    values : tuple
        Its samples there, in the picture's own depth: int for 8 and 16 bits, float for float pictures.
    result_x, result_y : int or None
        Column and row in the result, where there is one.
    result_values : tuple or None
        The result's samples there.
    """

    x: int
    y: int
    values: tuple[float, ...]
    result_x: int | None = None
    result_y: int | None = None
    result_values: tuple[float, ...] | None = None


@dataclass(frozen=True)
class _Pane:
    """A part of the canvas that shows the picture once; all but 2-up have one."""

    rect: QRect
    layers: tuple[tuple[Slot, QRect | None], ...]


@dataclass(frozen=True)
class _Part:
    rect: tuple[float, float, float, float]
    image: QImage


class Canvas(QWidget):
    """Shows a picture and its result.

    The reference of zoom and fit is the result where there is one, else the picture: 100 % is one pixel of
    it on one pixel of the screen. Places are kept in relative picture coordinates, so that pictures of
    different sizes lie exactly over each other, and a result that comes moves nothing.

    Nothing here reads pixels on the GUI thread: a :class:`loader.Loader` makes overviews and tiles as
    QImage, and painting blits them. What is not made yet is stood in for by a coarser version, and by what
    was shown before.

    Signals
    -------
    zoom_changed : float
        The zoom, 1.0 is 100 %.
    view_changed
        Zoom, place, size or picture changed.
    hovered : Readout or None
        What is under the pointer; None when it leaves the picture.
    split_changed : float
        The place of the dividing line, 0 to 1.
    compare_mode_changed : str
    holding_changed : bool
        Whether the original is shown because its key is held.
    shown
        The picture set last is on the screen, at least coarsely.
    failed : str
        A picture could not be shown; a sentence.
    """

    zoom_changed = Signal(float)
    view_changed = Signal()
    hovered = Signal(object)
    split_changed = Signal(float)
    compare_mode_changed = Signal(str)
    holding_changed = Signal(bool)
    shown = Signal()
    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.grabGesture(Qt.GestureType.PinchGesture)

        self._loader = Loader(self._collect)
        # Not a method of the canvas: that is gone when this is called.
        stop = self._loader.stop
        self.destroyed.connect(lambda: stop())
        app = QApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self._stop)

        self._picture: Slot | None = None
        self._result: Slot | None = None
        self._difference: Slot | None = None
        #: What was shown before, until the new one has something to show.
        self._ghost: tuple[Slot, View, geometry.Size] | None = None
        self._old_result: Slot | None = None
        self._announce = False

        self._view = View()
        self._fitted = True
        self._split = 0.5
        self._mode: CompareMode = "split"
        self._holding = False
        self._gain = 8.0
        self._names: tuple[str, str] = (self.tr("original"), self.tr("result"))
        self._histogram_on = False
        self._counts: tuple[tuple[int, ...], ...] | None = None
        self._counted: Slot | None = None

        self._tiles: OrderedDict[TileKey, QImage] = OrderedDict()
        self._tile_bytes = 0
        self._wanted: frozenset[TileKey] = frozenset()
        #: The last size at which a slot's visible tiles were all there: the sharpest stand-in while zooming.
        self._sharp: dict[int, tuple[int, int, bool]] = {}

        self._parts: list[_Part] = []
        self._parts_size: geometry.Size = (0, 0)
        self._tickets = itertools.count(1)
        self._part_ticket = 0
        self._probe_ticket = 0
        self._hovering: tuple[float, float] | None = None

        self._drag: QPointF | None = None
        self._dragging_split = False
        self._by_key = False
        self._empty: QWidget | None = None

        self._handle = SplitHandle(self)
        self._handle.hide()
        self._handle.setValue(500)
        self._handle.valueChanged.connect(self._handle_moved)

        self._fade = QVariantAnimation(self)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._fade_step)
        self._fade.finished.connect(self._fade_done)

        self._checker = _checkerboard(theme.tokens())
        now = theme.current()
        if now is not None:
            now.changed.connect(self._recolor)
        self.setAccessibleName(self.tr("Picture"))
        self._describe()

    # What is shown

    @property
    def picture(self) -> HasPixels | None:
        """The picture, or None."""
        return None if self._picture is None else self._picture.picture

    @property
    def result(self) -> HasPixels | None:
        """The result compared with the picture, or None."""
        return None if self._result is None else self._result.picture

    def set_picture(self, picture: HasPixels | None, *, keep_view: bool = False) -> None:
        """Show another picture; any result and parts go with the old one.

        The old picture stays on the screen until there is something of the new one to show.

        Parameters
        ----------
        picture : Picture or None
            Anything with ``pixels`` (H, W, C) uint8, uint16 or float32, also a memory map, and
            ``icc_profile``.
        keep_view : bool
            Keep zoom and place instead of fitting the picture.
        """
        if self._picture is not None and self._picture.overview is not None and picture is not None:
            shown = self._result if self._result is not None and self._result.overview is not None else None
            self._ghost = (shown or self._picture, self._view, self._reference())
        elif picture is None:
            self._ghost = None
        self._picture = None if picture is None else Slot(picture)
        self._result = self._old_result = None
        self._drop_difference()
        self._drop_parts()
        self._fade.stop()
        self._counts = None
        self._hovering = None
        self._probe_ticket = next(self._tickets)
        self._announce = picture is not None
        self.hovered.emit(None)
        if not keep_view or picture is None:
            self._fitted = True
        self._reshape()
        self._show_slots()
        self._count()

    def set_result(self, picture: HasPixels | None, name: str | None = None) -> None:
        """Compare the picture with another, of whatever size; nothing on the screen moves.

        Parameters
        ----------
        picture : Picture or None
        name : str, optional
            What its label says before its size, e.g. the model's id.

        Raises
        ------
        ValueError
            There is no picture to compare with.
        """
        if picture is not None and self._picture is None:
            raise ValueError("set_picture() comes before set_result()")
        if name is not None:
            self._names = (self._names[0], name)
        before = self._reference()
        if self._result is not None and self._result.overview is not None and picture is not None:
            self._old_result = self._result
        elif picture is None:
            self._old_result = None
        self._result = None if picture is None else Slot(picture)
        self._drop_difference()
        if picture is None:
            self._drop_parts()
            self._fade.stop()
        after = self._reference()
        if before[0] and after[0] and not self._fitted:
            # The same part of the picture stays where it is; only the number changes.
            self._view = View(self._view.zoom * before[0] / after[0], self._view.cx, self._view.cy)
        self._reshape()
        self._show_slots()
        self._count()

    def set_partial(
        self, part: Any, pixels: np.ndarray | None = None, size: geometry.Size | None = None
    ) -> None:
        """Show a finished part of a result that is still being made.

        Parameters
        ----------
        part : tuple of int, or an object with ``box`` and ``pixels``
            Left, top, width and height in the coming result; or what the engine hands out for a tile:
            ``box`` with ``left``, ``top``, ``right`` and ``bottom``, and its pixels.
        pixels : ndarray, optional
            (height, width, C) uint8, uint16 or float32 of that part; not to be changed afterwards.
        size : tuple of int, optional
            Width and height of the coming result. Without it: that of the first part, or of the array the
            pixels are a view into.
        """
        if pixels is None:
            box, pixels = part.box, part.pixels
            part = (box.left, box.top, box.right - box.left, box.bottom - box.top)
        assert pixels is not None
        size = size or _whole_size(pixels) or self._parts_size
        if size != self._parts_size:
            self._drop_parts()
            self._parts_size = (int(size[0]), int(size[1]))
        width, height = self._parts_size
        left, top, across, down = part
        if self._picture is None or left + across > width or top + down > height:
            return
        factor = 1
        while math.ceil(width / factor) * math.ceil(height / factor) > PARTS_PIXELS:
            factor *= 2
        relative = (left / width, top / height, (left + across) / width, (top + down) / height)
        # Parts are in the colours of the picture they come from.
        profile = self._picture.picture.icc_profile if self._picture.picture is not None else None
        self._loader.add_part(self._part_ticket, relative, pixels, factor, profile)

    def clear_partial(self) -> None:
        """Take away the parts, e.g. after a cancelled run."""
        self._drop_parts()
        self.update()

    def set_labels(self, original: str, result: str) -> None:
        """Name the two sides; the canvas adds their sizes."""
        self._names = (original, result)
        self._describe()
        self.update()

    # Comparing

    @property
    def compare_mode(self) -> CompareMode:
        """How picture and result are shown together: one of :data:`COMPARE_MODES`."""
        return self._mode

    @compare_mode.setter
    def compare_mode(self, mode: CompareMode) -> None:
        if mode not in COMPARE_MODES:
            raise ValueError(f"compare_mode is one of {', '.join(COMPARE_MODES)}, not {mode!r}")
        if mode == self._mode:
            return
        self._mode = mode
        self._show_slots()
        self._reshape()
        self.compare_mode_changed.emit(mode)

    @property
    def split(self) -> float:
        """Where the dividing line is, from 0 at the picture's left edge to 1 at its right."""
        return self._split

    @split.setter
    def split(self, value: float) -> None:
        value = min(1.0, max(0.0, float(value)))
        if value == self._split:
            return
        self._split = value
        self._handle.blockSignals(True)
        self._handle.setValue(round(value * 1000))
        self._handle.blockSignals(False)
        self._place_handle()
        self._request()
        self.update()
        self.split_changed.emit(value)

    def split_to(self, x: float) -> None:
        """Move the dividing line to `x`, in the canvas's device-independent pixels."""
        frame = self._frame(self._panes()[0]) if self._picture is not None else None
        if frame is not None:
            self.split = frame.relative(x * self._ratio, 0)[0]

    @property
    def gain(self) -> float:
        """What the difference picture is multiplied by."""
        return self._gain

    @gain.setter
    def gain(self, value: float) -> None:
        if not 0 < value <= 256:
            raise ValueError(f"gain is above 0 and at most 256, not {value}")
        if value != self._gain:
            self._gain = float(value)
            self._drop_difference()
            self._show_slots()
            self.update()

    @property
    def holding(self) -> bool:
        """Whether the original is shown in place of the result, as while ``\\`` is held."""
        return self._holding

    def set_holding(self, value: bool) -> None:
        """Show the original, or the result again."""
        if value == self._holding:
            return
        self._holding = value
        self._place_handle()
        self._request()
        self.update()
        self.holding_changed.emit(value)

    # Looking

    @property
    def zoom(self) -> float:
        """Device pixels per pixel of the reference (the result, else the picture); 1.0 is 100 %."""
        return self._view.zoom

    @property
    def fitted(self) -> bool:
        """Whether the whole picture is shown and goes on being so when the canvas changes its size."""
        return self._fitted

    def fit(self) -> None:
        """Show the whole picture as large as can be."""
        self._fitted = True
        self._reshape()

    def zoom_to(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Set the zoom; what is under `anchor` (device-independent pixels; the middle) stays there."""
        if self._picture is None:
            return
        pane = self._pane_at(anchor)
        if anchor is None:
            place = (pane.width() / 2, pane.height() / 2)
        else:
            place = (anchor.x() * self._ratio - pane.x(), anchor.y() * self._ratio - pane.y())
        lowest = min(1.0, self._fit_zoom()) / 2
        target = max(lowest, geometry.clamp_zoom(zoom))
        self._fitted = False
        self._view = geometry.zoom_at(
            self._view, self._reference(), (pane.width(), pane.height()), target, place
        )
        self._reshape()

    def zoom_by(self, factor: float, anchor: QPointF | None = None) -> None:
        """Multiply the zoom."""
        self.zoom_to(self._view.zoom * factor, anchor)

    def zoom_in(self) -> None:
        """One step closer."""
        self.zoom_by(1.25)

    def zoom_out(self) -> None:
        """One step back."""
        self.zoom_by(0.8)

    def hundred(self, anchor: QPointF | None = None) -> None:
        """One pixel of the result on one pixel of the screen."""
        self.zoom_to(1.0, anchor)

    def toggle_fit(self, anchor: QPointF | None = None) -> None:
        """From fit to 100 % at `anchor`, and back."""
        if self._fitted:
            self.hundred(anchor)
        else:
            self.fit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture by device-independent pixels."""
        if self._picture is None:
            return
        before = self._view
        moved = geometry.pan(self._view, self._reference(), dx * self._ratio, dy * self._ratio)
        pane = self._panes()[0].rect
        self._view = geometry.clamp(moved, self._reference(), (pane.width(), pane.height()))
        if self._view != before:
            self._fitted = False
            self._reshape()

    def visible_rect(self) -> QRectF:
        """The part of the picture that can be seen, in the picture's pixels; empty without a picture."""
        if self._picture is None:
            return QRectF()
        pane = self._panes()[0]
        frame = self._frame(pane)
        left, top, right, bottom = frame.visible(pane.rect.width(), pane.rect.height())
        if right <= left or bottom <= top:
            return QRectF()
        sx, sy = self._picture.width / frame.width, self._picture.height / frame.height
        return QRectF(left * sx, top * sy, (right - left) * sx, (bottom - top) * sy)

    def picture_rect(self) -> QRectF:
        """Where the whole picture lies, also what of it cannot be seen, in the widget's device-independent
        pixels; empty without a picture. Of two panes the first."""
        if self._picture is None:
            return QRectF()
        frame = self._offset_frame(self._panes()[0])
        ratio = self._ratio
        return QRectF(frame.x / ratio, frame.y / ratio, frame.width / ratio, frame.height / ratio)

    def picture_position(self, place: QPointF) -> QPointF | None:
        """The picture's pixel coordinates under a place of the widget; None outside the picture."""
        found = self._relative(place)
        if found is None or self._picture is None:
            return None
        return QPointF(found[0] * self._picture.width, found[1] * self._picture.height)

    def grab_view(self) -> QImage:
        """What is seen, without handle and focus ring, in device pixels."""
        size = self._device_size()
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint(painter)
        painter.end()
        image.setDevicePixelRatio(self._ratio)
        return image

    @property
    def settled(self) -> bool:
        """Whether all that can be seen is as sharp as it gets and the worker has nothing left to do."""
        broken = {slot.number for slot in self._live_slots() if slot.failed}
        return (
            self._loader.idle
            and self._ghost is None
            and self._old_result is None
            and self._fade.state() != QAbstractAnimation.State.Running
            and all(key in self._tiles or key.slot in broken for key in self._visible_keys())
        )

    # Histogram and the empty canvas

    @property
    def histogram_visible(self) -> bool:
        """Whether a histogram of what is shown lies over the canvas."""
        return self._histogram_on

    def set_histogram_visible(self, on: bool) -> None:
        """Show or hide the histogram; it is counted when it is first shown."""
        if on == self._histogram_on:
            return
        self._histogram_on = on
        self._count()
        self.update()

    def set_empty_widget(self, widget: QWidget | None) -> None:
        """Put a widget over the canvas while it has no picture; the canvas owns it."""
        if self._empty is not None and self._empty is not widget:
            self._empty.hide()
            self._empty.deleteLater()
        self._empty = widget
        if widget is not None:
            widget.setParent(self)
        self._place_empty()

    # Geometry

    @property
    def _ratio(self) -> float:
        return self.devicePixelRatioF()

    def _device_size(self) -> QSize:
        return QSize(max(1, round(self.width() * self._ratio)), max(1, round(self.height() * self._ratio)))

    def _reference(self) -> geometry.Size:
        slot = self._result or self._picture
        return (0, 0) if slot is None else slot.size

    def _two_up(self) -> bool:
        return self._mode == "2-up" and self._result is not None

    def _pane_rects(self) -> list[QRect]:
        size = self._device_size()
        if not self._two_up():
            return [QRect(QPoint(0, 0), size)]
        gap = round(_GAP * self._ratio)
        half = max(1, (size.width() - gap) // 2)
        return [QRect(0, 0, half, size.height()), QRect(size.width() - half, 0, half, size.height())]

    def _pane_at(self, place: QPointF | None) -> QRect:
        rects = self._pane_rects()
        if place is not None and len(rects) == 2 and place.x() * self._ratio >= rects[1].x():
            return rects[1]
        return rects[0]

    def _panes(self) -> list[_Pane]:
        """What is painted where; layers from the back to the front, each with what it is clipped to."""
        if self._picture is None:
            return []
        rects = self._pane_rects()
        original, result = self._picture, self._result
        if result is None or (self._holding and len(rects) == 1):
            return [_Pane(rects[0], ((original, None),))]
        if len(rects) == 2:
            second = original if self._holding else result
            return [_Pane(rects[0], ((original, None),)), _Pane(rects[1], ((second, None),))]
        if self._mode == "difference":
            front = self._difference or result
            return [_Pane(rects[0], ((front, None),))]
        if self._mode == "split":
            line = self._split_line()
            whole = rects[0]
            left = QRect(whole.x(), whole.y(), max(0, min(line, whole.width())), whole.height())
            right = QRect(left.right() + 1, whole.y(), max(0, whole.width() - left.width()), whole.height())
            return [_Pane(whole, ((original, left), (result, right)))]
        return [_Pane(rects[0], ((result, None),))]

    def _split_line(self) -> int:
        """The dividing line in device pixels of the canvas."""
        rect = self._pane_rects()[0]
        found = geometry.frame(self._view, self._reference(), (rect.width(), rect.height()))
        return rect.x() + round(found.device(self._split, 0)[0])

    def _frame(self, pane: _Pane) -> Frame:
        return geometry.frame(self._view, self._reference(), (pane.rect.width(), pane.rect.height()))

    def _fit_zoom(self) -> float:
        rect = self._pane_rects()[0]
        return geometry.fit_zoom(
            self._reference(), (rect.width(), rect.height()), geometry.MARGIN * self._ratio
        )

    def _relative(self, place: QPointF) -> tuple[float, float] | None:
        if self._picture is None:
            return None
        rect = self._pane_at(place)
        frame = geometry.frame(self._view, self._reference(), (rect.width(), rect.height()))
        u, v = frame.relative(place.x() * self._ratio - rect.x(), place.y() * self._ratio - rect.y())
        return (u, v) if 0 <= u < 1 and 0 <= v < 1 else None

    def _reshape(self) -> None:
        """After any change of view, size or picture: keep it in bounds, ask for tiles, tell."""
        if self._picture is not None:
            rect = self._pane_rects()[0]
            if self._fitted:
                view = View(self._fit_zoom())
            else:
                view = geometry.clamp(self._view, self._reference(), (rect.width(), rect.height()))
            self._view = view
        if getattr(self, "_told_zoom", None) != self._view.zoom:
            self._told_zoom = self._view.zoom
            self.zoom_changed.emit(self._view.zoom)
        self._place_handle()
        self._place_empty()
        self._request()
        self._describe()
        self.update()
        self.view_changed.emit()

    def _place_handle(self) -> None:
        on = self._mode == "split" and self._result is not None and not self._holding
        self._handle.setVisible(on)
        if not on:
            return
        x = self._split_line() / self._ratio
        rect = self._pane_rects()[0]
        frame = geometry.frame(self._view, self._reference(), (rect.width(), rect.height()))
        _, top, _, bottom = frame.visible(rect.width(), rect.height())
        y = (frame.y + (top + bottom) / 2) / self._ratio
        half = self._handle.width() / 2
        x = min(self.width() - half, max(half, x))
        self._handle.move(round(x - half), round(y - half))

    def _place_empty(self) -> None:
        if self._empty is not None:
            self._empty.setGeometry(self.rect())
            self._empty.setVisible(self._picture is None)
            self._empty.raise_()

    # Asking the worker and taking what it has made

    def _live_slots(self) -> list[Slot]:
        slots = [self._picture, self._result]
        if self._mode == "difference":
            if self._result is not None and self._picture is not None and self._difference is None:
                self._difference = Slot(None, of=(self._picture, self._result), gain=self._gain)
            slots.append(self._difference)
        return [slot for slot in slots if slot is not None]

    def _show_slots(self) -> None:
        live = self._live_slots()
        keep = {slot.number for slot in live}
        if self._ghost is not None:
            keep.add(self._ghost[0].number)
        if self._old_result is not None:
            keep.add(self._old_result.number)
        for key in [key for key in self._tiles if key.slot not in keep]:
            self._tile_bytes -= self._tiles.pop(key).sizeInBytes()
        self._sharp = {number: size for number, size in self._sharp.items() if number in keep}
        self._loader.show(live)
        self._request()

    def _drop_difference(self) -> None:
        self._difference = None

    def _drop_parts(self) -> None:
        self._parts = []
        self._parts_size = (0, 0)
        self._part_ticket = next(self._tickets)

    def _keys(self, slot: Slot, frame: Frame, clip: QRect, ring: int = 0) -> Iterator[TileKey]:
        """The tiles of a slot seen through `clip` (device pixels of the canvas, frame likewise)."""
        left, top = max(0, clip.left() - frame.x), max(0, clip.top() - frame.y)
        right = min(frame.width, clip.right() + 1 - frame.x)
        bottom = min(frame.height, clip.bottom() + 1 - frame.y)
        if right <= left or bottom <= top:
            return
        nearest = self._view.zoom > NEAREST_ABOVE
        last_column, last_row = (frame.width - 1) // TILE, (frame.height - 1) // TILE
        for row in range(max(0, top // TILE - ring), min(last_row, (bottom - 1) // TILE + ring) + 1):
            for column in range(
                max(0, left // TILE - ring), min(last_column, (right - 1) // TILE + ring) + 1
            ):
                yield TileKey(slot.number, frame.width, frame.height, nearest, column, row)

    def _offset_frame(self, pane: _Pane) -> Frame:
        frame = self._frame(pane)
        return Frame(frame.x + pane.rect.x(), frame.y + pane.rect.y(), frame.width, frame.height)

    def _visible_keys(self, ring: int = 0) -> list[TileKey]:
        keys: dict[TileKey, None] = {}
        for pane in self._panes():
            frame = self._offset_frame(pane)
            for slot, clip in pane.layers:
                keys.update(dict.fromkeys(self._keys(slot, frame, clip or pane.rect, ring)))
        return list(keys)

    def _request(self) -> None:
        """Ask for the visible tiles that are missing, the middle first, then for those around them."""
        if self._picture is None or not self.isVisible():
            self._wanted = frozenset()
            self._loader.request(())
            return
        panes = self._panes()
        rect = panes[0].rect
        frame = self._frame(panes[0])
        middle = (rect.width() / 2 - frame.x - TILE / 2, rect.height() / 2 - frame.y - TILE / 2)

        def distance(key: TileKey) -> float:
            return abs(key.column * TILE - middle[0]) + abs(key.row * TILE - middle[1])

        visible = sorted(self._visible_keys(), key=distance)
        around = sorted(set(self._visible_keys(ring=1)).difference(visible), key=distance)
        self._wanted = frozenset(visible)
        self._loader.request([key for key in (*visible, *around) if key not in self._tiles])

    def _count(self) -> None:
        slot = (self._result or self._picture) if self._histogram_on else None
        if slot is None or slot is not self._counted or self._counts is None:
            self._counts = None
            self._counted = slot
            self._loader.count(slot)

    def _collect(self) -> None:
        """Take what the worker has made; called on the GUI thread when its bell rings."""
        current = {slot.number for slot in self._live_slots()}
        repaint = False
        for done in self._loader.take():
            if isinstance(done, TileDone):
                if done.key.slot in current:
                    self._keep_tile(done.key, done.image)
                    repaint = True
            elif isinstance(done, OverviewDone):
                if done.slot.number in current:
                    self._keep_overview(done)
                    repaint = True
            elif isinstance(done, ProbeDone):
                self._tell_hover(done)
            elif isinstance(done, HistogramDone):
                if done.slot is self._counted:
                    self._counts = done.counts
                    repaint = True
            elif isinstance(done, PartDone):
                if done.ticket == self._part_ticket:
                    self._parts.append(_Part(done.rect, done.image))
                    repaint = True
            elif isinstance(done, Failed) and (done.slot is None or done.slot.number in current):
                self._ghost = None
                repaint = True
                self.failed.emit(self.tr("The picture cannot be shown: {0}").format(done.error))
        if repaint:
            self.update()

    def _keep_tile(self, key: TileKey, image: QImage) -> None:
        old = self._tiles.pop(key, None)
        if old is not None:
            self._tile_bytes -= old.sizeInBytes()
        self._tiles[key] = image
        self._tile_bytes += image.sizeInBytes()
        size = self._device_size()
        limit = max(CACHE_BYTES, 4 * size.width() * size.height() * 4)
        for oldest in [] if self._tile_bytes <= limit else list(self._tiles):
            # What can be seen is never dropped for what lies around it, however small the cache.
            if oldest not in self._wanted:
                self._tile_bytes -= self._tiles.pop(oldest).sizeInBytes()
            if self._tile_bytes <= limit:
                break

    def _keep_overview(self, done: OverviewDone) -> None:
        slot = done.slot
        first = slot.overview is None
        slot.overview, slot.overview_size = done.image, done.size
        if first and slot is self._picture:
            self._ghost = None
            if self._announce:
                self._announce = False
                self.shown.emit()
        elif first and slot is self._result:
            self._fade_in()

    def _fade_in(self) -> None:
        duration = FADE
        if not self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self):
            duration = 0
        if not duration or not self.isVisible() or self._mode in ("difference", "2-up"):
            self._fade_done()
            return
        self._fade.stop()
        self._fade.setDuration(duration)
        self._fade.start()

    def _fade_step(self) -> None:
        self.update()

    def _fade_done(self) -> None:
        self._old_result = None
        self._drop_parts()
        self._show_slots()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self._ratio
        # In device pixels from here on, so that tiles are blitted and never scaled.
        painter.scale(1 / ratio, 1 / ratio)
        self._paint(painter)
        if self.hasFocus() and self._by_key:
            size = self._device_size()
            width = 2 * ratio
            painter.setPen(QPen(theme.tokens().color("accent"), width))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(width / 2, width / 2, size.width() - width, size.height() - width))
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        tokens = theme.tokens()
        size = self._device_size()
        painter.fillRect(QRect(QPoint(0, 0), size), tokens.color("canvas"))
        if self._picture is None:
            return
        if self._ghost is not None and self._picture.overview is None:
            slot, view, reference = self._ghost
            rect = QRect(QPoint(0, 0), size)
            frame = geometry.frame(view, reference, (size.width(), size.height()))
            self._paint_slot(painter, slot, frame, rect)
            return
        for pane in self._panes():
            self._paint_pane(painter, pane)
        panes = self._panes()
        if len(panes) == 2:
            painter.fillRect(
                QRect(
                    panes[0].rect.right() + 1, 0, panes[1].rect.x() - panes[0].rect.right() - 1, size.height()
                ),
                tokens.color("line"),
            )
        elif self._mode == "split" and self._result is not None and not self._holding:
            self._paint_line(painter, panes[0])
        self._paint_labels(painter, panes)
        if self._histogram_on and self._counts is not None:
            self._paint_histogram(painter)

    def _paint_pane(self, painter: QPainter, pane: _Pane) -> None:
        frame = self._offset_frame(pane)
        for slot, clip in pane.layers:
            area = pane.rect if clip is None else clip
            if area.isEmpty():
                continue
            coming = slot is self._result or slot is self._difference
            fading = slot is self._result and self._fade.state() == QAbstractAnimation.State.Running
            if coming and (slot.overview is None or fading) and self._picture is not None:
                self._paint_slot(painter, self._old_result or self._picture, frame, area)
                self._paint_parts(painter, frame, area)
            if slot.overview is not None or slot is self._picture:
                if fading:
                    painter.setOpacity(float(self._fade.currentValue() or 0.0))
                self._paint_slot(painter, slot, frame, area)
                painter.setOpacity(1.0)
            # Over the picture, or over the result of an earlier run; a coming result has them under it.
            front = self._result or self._picture
            if self._parts and slot is front and slot.overview is not None and not fading:
                self._paint_parts(painter, frame, area)

    def _paint_slot(self, painter: QPainter, slot: Slot, frame: Frame, area: QRect) -> None:
        """Paint what there is of a slot, the coarsest first, only as far as it will be seen."""
        seen = QRect(frame.x, frame.y, min(frame.width, 2**30), min(frame.height, 2**30)).intersected(area)
        if seen.isEmpty():
            return
        painter.save()
        painter.setClipRect(seen)
        if slot.has_alpha:
            # Fixed to the screen: while the picture moves, what is behind it stays.
            painter.setBrushOrigin(0, 0)
            painter.fillRect(seen, QBrush(self._checker))
        keys = list(self._keys(slot, frame, seen))
        missing = [key for key in keys if key not in self._tiles]
        if missing:
            # Over transparency a stand-in must not shine through the tiles, so each place is painted once.
            rects = (
                [self._tile_rect(key, frame).intersected(seen) for key in missing]
                if slot.has_alpha
                else [seen]
            )
            for rect in rects:
                self._paint_overview(painter, slot, frame, rect)
            if not slot.has_alpha:
                self._paint_former(painter, slot, frame, seen)
        else:
            self._sharp[slot.number] = (frame.width, frame.height, keys[0].nearest) if keys else (0, 0, False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for key in keys:
            image = self._tiles.get(key)
            if image is not None:
                self._tiles.move_to_end(key)
                painter.drawImage(self._tile_rect(key, frame).topLeft(), image)
        painter.restore()

    @staticmethod
    def _tile_rect(key: TileKey, frame: Frame) -> QRect:
        left, top, right, bottom = key.part
        return QRect(frame.x + left, frame.y + top, right - left, bottom - top)

    def _paint_overview(self, painter: QPainter, slot: Slot, frame: Frame, rect: QRect) -> None:
        if slot.overview is None:
            return
        # Only the part that is seen is scaled: cost does not grow with the zoom.
        sx, sy = slot.overview_size[0] / frame.width, slot.overview_size[1] / frame.height
        source = QRectF(
            (rect.x() - frame.x) * sx, (rect.y() - frame.y) * sy, rect.width() * sx, rect.height() * sy
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._view.zoom <= NEAREST_ABOVE)
        painter.drawImage(QRectF(rect), slot.overview, source)

    def _paint_former(self, painter: QPainter, slot: Slot, frame: Frame, seen: QRect) -> None:
        """Paint the tiles of the zoom before, stretched: sharper than the overview until new ones come."""
        width, height, nearest = self._sharp.get(slot.number, (0, 0, False))
        if not width or (width, height) == (frame.width, frame.height):
            return
        sx, sy = width / frame.width, height / frame.height
        first = (int((seen.x() - frame.x) * sx) // TILE, int((seen.y() - frame.y) * sy) // TILE)
        last = (
            int((seen.right() - frame.x) * sx) // TILE,
            int((seen.bottom() - frame.y) * sy) // TILE,
        )
        if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) > 256:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        for row in range(first[1], last[1] + 1):
            for column in range(first[0], last[0] + 1):
                key = TileKey(slot.number, width, height, nearest, column, row)
                image = self._tiles.get(key)
                if image is None:
                    continue
                left, top, right, bottom = key.part
                target = QRect(
                    QPoint(frame.x + math.floor(left / sx), frame.y + math.floor(top / sy)),
                    QPoint(frame.x + math.ceil(right / sx) - 1, frame.y + math.ceil(bottom / sy) - 1),
                )
                part = target.intersected(seen)
                if part.isEmpty():
                    continue
                fx, fy = image.width() / target.width(), image.height() / target.height()
                source = QRectF(
                    (part.x() - target.x()) * fx,
                    (part.y() - target.y()) * fy,
                    part.width() * fx,
                    part.height() * fy,
                )
                painter.drawImage(QRectF(part), image, source)

    def _paint_parts(self, painter: QPainter, frame: Frame, area: QRect) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._view.zoom <= NEAREST_ABOVE)
        for part in self._parts:
            u0, v0, u1, v1 = part.rect
            x0, y0 = round(frame.x + u0 * frame.width), round(frame.y + v0 * frame.height)
            x1, y1 = round(frame.x + u1 * frame.width), round(frame.y + v1 * frame.height)
            target = QRect(x0, y0, max(1, x1 - x0), max(1, y1 - y0))
            seen = target.intersected(area)
            if seen.isEmpty():
                continue
            fx, fy = part.image.width() / target.width(), part.image.height() / target.height()
            source = QRectF((seen.x() - x0) * fx, (seen.y() - y0) * fy, seen.width() * fx, seen.height() * fy)
            painter.drawImage(QRectF(seen), part.image, source)
        painter.restore()

    def _paint_line(self, painter: QPainter, pane: _Pane) -> None:
        frame = self._offset_frame(pane)
        _, top, _, bottom = frame.visible(pane.rect.width(), pane.rect.height())
        if bottom <= top:
            return
        width = max(2, round(2 * self._ratio))
        x = self._split_line() - width // 2
        edge = max(1, round(self._ratio))
        painter.fillRect(QRect(x - edge, frame.y + top, width + 2 * edge, bottom - top), QColor(0, 0, 0, 90))
        painter.fillRect(QRect(x, frame.y + top, width, bottom - top), QColor("#ffffff"))

    # Labels

    def labels(self) -> list[tuple[str, QRectF, str]]:
        """The chips now on the canvas: their whole text, place (device-independent) and text as it fits."""
        return self._labels(self._panes()) if self._picture is not None else []

    def _texts(self) -> tuple[str, str]:
        sides = []
        for name, slot in zip(self._names, (self._picture, self._result), strict=True):
            width, height = (0, 0) if slot is None else slot.size
            sides.append(self.tr("{0}, {1} × {2}").format(name, width, height))
        return sides[0], sides[1]

    def _sides(self, panes: list[_Pane]) -> list[tuple[str, QRect, _Pane, bool]]:
        """What is to be labelled: text, part of the canvas (device pixels), pane, whether at the right."""
        if self._result is None or not panes:
            return []
        original, result = self._texts()
        rect = panes[0].rect
        if len(panes) == 2:
            second = original if self._holding else result
            return [(original, rect, panes[0], False), (second, panes[1].rect, panes[1], False)]
        if self._holding:
            return [(original, rect, panes[0], False)]
        if self._mode == "split":
            line = min(rect.right() + 1, max(rect.left(), self._split_line()))
            left = QRect(rect.left(), rect.top(), line - rect.left(), rect.height())
            right = QRect(line, rect.top(), rect.right() + 1 - line, rect.height())
            return [(original, left, panes[0], False), (result, right, panes[0], True)]
        if self._mode == "difference":
            text = self.tr("difference × {0}, {1} × {2}")
            size = self._result.size
            return [(text.format(f"{self._gain:g}", *size), rect, panes[0], False)]
        if self._mode == "hold":
            return [(self.tr("{0} (hold \\ for the original)").format(result), rect, panes[0], False)]
        return []

    def _labels(self, panes: list[_Pane]) -> list[tuple[str, QRectF, str]]:
        metrics = QFontMetricsF(theme.body_font(theme.SECONDARY))
        placed = []
        for text, side, pane, at_right in self._sides(panes):
            frame = self._offset_frame(pane)
            ratio = self._ratio
            lowest, highest = side.left() / ratio + _CHIP_INSET, (side.right() + 1) / ratio - _CHIP_INSET
            left = min(max(lowest, frame.x / ratio + _CHIP_INSET), highest)
            right = max(min(highest, (frame.x + frame.width) / ratio - _CHIP_INSET), lowest)
            wanted = math.ceil(metrics.horizontalAdvance(text)) + 2 * _CHIP_PADDING
            # Over the picture if it fits there; else it hangs over the picture's edge, but stays on its own
            # side.
            if wanted > right - left:
                if at_right:
                    right = min(highest, left + wanted)
                    left = max(lowest, right - wanted)
                else:
                    left = max(lowest, right - wanted) if self._mode == "split" else left
                    right = min(highest, left + wanted)
            if right - left < min(wanted, _CHIP_SHORTEST):
                continue
            fits = _shorten(metrics, text, right - left - 2 * _CHIP_PADDING)
            width = math.ceil(metrics.horizontalAdvance(fits)) + 2 * _CHIP_PADDING
            top = min(
                max(side.top(), frame.y) / ratio + _CHIP_INSET, self.height() - _CHIP_HEIGHT - _CHIP_INSET
            )
            placed.append((text, QRectF(right - width if at_right else left, top, width, _CHIP_HEIGHT), fits))
        return placed

    def _paint_labels(self, painter: QPainter, panes: list[_Pane]) -> None:
        placed = self._labels(panes)
        if not placed:
            return
        tokens = theme.tokens()
        painter.save()
        painter.scale(self._ratio, self._ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.body_font(theme.SECONDARY))
        for _, rect, text in placed:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_chip_color(tokens))
            painter.drawRoundedRect(rect, theme.RADIUS, theme.RADIUS)
            painter.setPen(tokens.color("on_chip"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

    def _paint_histogram(self, painter: QPainter) -> None:
        from .histogram import paint

        painter.save()
        painter.scale(self._ratio, self._ratio)
        assert self._counts is not None
        paint(painter, QRectF(0, 0, self.width(), self.height()), self._counts, theme.tokens())
        painter.restore()

    # Mouse, wheel, keys

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().y() or event.angleDelta().x()
        if self._picture is None or delta == 0:
            event.ignore()
            return
        self.zoom_by(1.0015**delta, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self.zoom_by(pinch.scaleFactor(), QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint())))
                event.accept(pinch)
                return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(max(0.1, 1 + event.value()), event.position())
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._tiles.clear()
            self._tile_bytes = 0
            self._reshape()
        return super().event(event)

    def _on_line(self, place: QPointF) -> bool:
        if not self._handle.isVisible():
            return False
        return self._relative(place) is not None and abs(place.x() - self._split_line() / self._ratio) <= 5

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._by_key = False
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        if self._picture is None:
            return
        if event.button() == Qt.MouseButton.LeftButton and self._on_line(event.position()):
            self._dragging_split = True
        else:
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging_split:
            self.split_to(event.position().x())
        elif self._drag is not None:
            moved = event.position() - self._drag
            self._drag = event.position()
            self.pan_by(moved.x(), moved.y())
        elif self._on_line(event.position()):
            self.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            self.unsetCursor()
        self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag = None
        self._dragging_split = False
        self.unsetCursor()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._picture is not None:
            self.toggle_fit(event.position())
            event.accept()
        else:
            event.ignore()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._stop_hover()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 64.0
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        pans: dict[int, tuple[float, float]] = {
            Qt.Key.Key_Left: (step, 0.0),
            Qt.Key.Key_Right: (-step, 0.0),
            Qt.Key.Key_Up: (0.0, step),
            Qt.Key.Key_Down: (0.0, -step),
        }
        actions: dict[int, Callable[[], None]] = {
            Qt.Key.Key_0: self.fit,
            Qt.Key.Key_1: self.hundred,
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,
            Qt.Key.Key_Minus: self.zoom_out,
        }
        key = event.key()
        # Whatever modifiers: on some keyboards the backslash needs one.
        if key == Qt.Key.Key_Backslash and self._picture is not None:
            if not event.isAutoRepeat():
                self.set_holding(True)
        elif self._picture is None or not plain:
            super().keyPressEvent(event)
        elif key in actions:
            actions[key]()
        elif shift and key in pans:
            self.pan_by(*pans[key])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Backslash:
            if not event.isAutoRepeat():
                self.set_holding(False)
        else:
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_key = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # The release of a held key goes to whoever has the focus then.
        self.set_holding(False)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reshape()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._reshape()

    # Read-out

    def _hover(self, place: QPointF) -> None:
        found = self._relative(place)
        if found is None:
            self._stop_hover()
            return
        self._hovering = found
        self._probe_ticket = next(self._tickets)
        self._loader.probe(self._probe_ticket, (self._picture, self._result), *found)

    def _stop_hover(self) -> None:
        if self._hovering is not None:
            self._hovering = None
            self._probe_ticket = next(self._tickets)
            self.hovered.emit(None)

    def _tell_hover(self, done: ProbeDone) -> None:
        if done.ticket != self._probe_ticket or done.values[0] is None:
            return
        x, y, values = done.values[0]
        second = done.values[1]
        if second is None:
            self.hovered.emit(Readout(x, y, values))
        else:
            self.hovered.emit(Readout(x, y, values, second[0], second[1], second[2]))

    # The rest

    def _handle_moved(self, value: int) -> None:
        self.split = value / 1000

    def _recolor(self) -> None:
        self._checker = _checkerboard(theme.tokens())
        self.update()

    def _describe(self) -> None:
        if self._picture is None:
            text = self.tr("No picture is open.")
        else:
            original, result = self._texts()
            text = self.tr("{0}, shown at {1} %.").format(original, round(self._view.zoom * 100))
            if self._result is not None:
                text += " " + self.tr("Compared with {0}.").format(result)
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _stop(self) -> None:
        self._loader.stop(wait=True)

    def sizeHint(self) -> QSize:
        return QSize(960, 640)


def _shorten(metrics: QFontMetricsF, text: str, room: float) -> str:
    """`text` in `room`: its name shortened first, then without its size, which half shown would be a lie."""
    if metrics.horizontalAdvance(text) <= room:
        return text
    name, comma, size = text.rpartition(",")
    left = room - metrics.horizontalAdvance(comma + size)
    if name and left >= _NAME_SHORTEST:
        return metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, left) + comma + size
    return metrics.elidedText(name or text, Qt.TextElideMode.ElideMiddle, room)


def _whole_size(pixels: np.ndarray) -> geometry.Size | None:
    """Width and height of the array that `pixels` is a view into; None if it is no view."""
    base = pixels.base
    size = None
    while getattr(base, "ndim", 0) == 3:
        size = (int(base.shape[1]), int(base.shape[0]))  # type: ignore[union-attr]
        base = base.base  # type: ignore[union-attr]
    return size


def _chip_color(tokens: theme.Tokens) -> QColor:
    color = tokens.color("chip")
    color.setAlphaF(0.86)
    return color


def _checkerboard(tokens: theme.Tokens) -> QPixmap:
    side = _CHECKER
    pixmap = QPixmap(2 * side, 2 * side)
    pixmap.fill(tokens.color("canvas"))
    painter = QPainter(pixmap)
    painter.fillRect(0, 0, side, side, tokens.color("checker"))
    painter.fillRect(side, side, side, side, tokens.color("checker"))
    painter.end()
    return pixmap
