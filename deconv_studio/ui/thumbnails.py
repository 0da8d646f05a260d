"""Small pictures made lazily: asked for when they come into sight, made on pool threads, the newest request
first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from deconv_studio import imaging

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.work import Work

#: How many are made at once; more would take the disk and the cores from the picture being opened.
AT_ONCE = 2
#: How many are kept.
KEPT = 600
#: Requests that wait; older ones have scrolled out of sight.
WAITING = 64


def make_thumbnail(control: Control, source: Any, size: int) -> QImage:
    """Decode a small version of a file or of a Picture, at most ``size`` pixels wide and high."""
    from deconv_studio.ui.document import image_from_picture

    control.raise_if_cancelled()
    if isinstance(source, imaging.Picture):
        # Strides keep the work proportional to the thumbnail; the small copy is then resized well.
        step = max(1, min(source.width, source.height) // (size * 2))
        small = source.replace(pixels=source.pixels[::step, ::step].copy())
        image = image_from_picture(control, small)
    else:
        image = image_from_picture(control, imaging.thumbnail(source, size))
    from PySide6.QtCore import Qt

    if image.width() > size or image.height() > size:
        image = image.scaled(
            size, size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    return image


class Thumbnails(QObject):
    """A store of thumbnails by key.

    :meth:`get` answers at once with the image, or with None and makes it in the background; :attr:`ready`
    tells when
    it is there. A file that cannot be read has an empty image and its error in :meth:`error`.
    """

    ready = Signal(object)

    def __init__(self, work: Work, size: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._size = size
        self._images: OrderedDict[Hashable, QImage] = OrderedDict()
        self._errors: dict[Hashable, Exception] = {}
        self._wanted: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: set[Hashable] = set()
        self._closed = False

    def get(self, key: Hashable, source: Path | Any) -> QImage | None:
        """The thumbnail of ``source``, or None while it is made."""
        image = self._images.get(key)
        if image is not None:
            self._images.move_to_end(key)
            return image
        if key not in self._making and not self._closed:
            self._wanted[key] = source
            self._wanted.move_to_end(key)
            while len(self._wanted) > WAITING:
                self._wanted.popitem(last=False)
            self._next()
        return None

    def error(self, key: Hashable) -> Exception | None:
        """Why there is no picture under ``key``."""
        return self._errors.get(key)

    def forget_wanted(self) -> None:
        """Drop requests that wait; what they were for is not shown any more."""
        self._wanted.clear()

    def close(self) -> None:
        """Make no more."""
        self._closed = True
        self._wanted.clear()

    def _next(self) -> None:
        while self._wanted and len(self._making) < AT_ONCE and not self._closed:
            key, source = self._wanted.popitem(last=True)
            self._making.add(key)
            self._work.start(
                make_thumbnail,
                source,
                self._size,
                on_done=partial(self._made, key),
                on_failed=partial(self._broken, key),
                on_ended=partial(self._ended, key),
            )

    def _made(self, key: Hashable, image: QImage) -> None:
        self._images[key] = image
        while len(self._images) > KEPT:
            self._images.popitem(last=False)
        self.ready.emit(key)

    def _broken(self, key: Hashable, error: Exception) -> None:
        self._errors[key] = error
        self._made(key, QImage())

    def _ended(self, key: Hashable) -> None:
        self._making.discard(key)
        self._next()
