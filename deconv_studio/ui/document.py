"""The open picture: where it came from, its neighbours in the folder and its pages. Decodes on pool threads
only."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from deconv_studio import imaging

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.ui.work import Work


def natural_key(path: Path) -> list[Any]:
    """Sort key under which ``b2.png`` comes before ``b10.png``."""
    return [
        (1, int(part), "") if part.isdigit() else (0, 0, part.casefold())
        for part in re.split(r"(\d+)", path.name)
    ]


def pictures_in(control: Control, folder: Path) -> list[Path]:
    """The folder's files with a picture suffix, in natural order; reads names only, opens nothing."""
    suffixes = imaging.PICTURE_SUFFIXES
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            control.raise_if_cancelled()
            if entry.name.startswith(".") or Path(entry.name).suffix.lower() not in suffixes:
                continue
            if entry.is_file():
                found.append(Path(entry.path))
    return sorted(found, key=natural_key)


def _read(control: Control, path: Path, page: int, limits: dict[str, Any]) -> Picture:
    control.raise_if_cancelled()
    return imaging.read(path, page=page, **limits)


def picture_from_image(control: Control, image: QImage) -> Picture:
    """Copy a ``QImage`` (from the clipboard) into a Picture: RGB or RGBA, 8 bits, sRGB."""
    import numpy as np
    from PySide6.QtGui import QImage

    control.raise_if_cancelled()
    alpha = image.hasAlphaChannel()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888 if alpha else QImage.Format.Format_RGB888)
    channels = 4 if alpha else 3
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * channels].reshape(image.height(), image.width(), channels).copy()
    if alpha and bool((pixels[:, :, 3] == 255).all()):
        # Clipboards often carry an alpha channel nobody set; a constant one would only change the output's
        # format.
        pixels = pixels[:, :, :3].copy()
    return imaging.Picture(pixels=pixels)


def image_from_picture(control: Control, picture: Picture) -> QImage:
    """Copy a Picture into a ``QImage`` for the clipboard: sRGB, 8 bits."""
    import numpy as np
    from PySide6.QtGui import QImage

    shown = imaging.to_srgb(picture)
    control.raise_if_cancelled()
    pixels = np.asarray(shown.pixels)
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    elif pixels.dtype == np.float32:
        pixels = np.rint(np.clip(np.nan_to_num(pixels), 0.0, 1.0) * 255).astype(np.uint8)
    height, width, channels = pixels.shape
    if channels <= 2:
        pixels = np.concatenate(
            [pixels[:, :, :1]] * 3 + ([pixels[:, :, 1:]] if channels == 2 else []), axis=2
        )
    pixels = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_RGBA8888 if pixels.shape[2] == 4 else QImage.Format.Format_RGB888
    # .copy() because the image must not outlive the array it is built on.
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()


class Document(QObject):
    """What is open now. Empty at first; the newest request to open wins."""

    #: A picture is being read: its path or its name.
    loading = Signal(object)
    #: A picture is open.
    opened = Signal(object)
    #: Reading failed: what was asked for (path) and the error.
    refused = Signal(object, object)
    #: Nothing is open any more.
    closed = Signal()
    #: The list of the folder's pictures is new.
    neighbours_changed = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.picture: Picture | None = None
        self.path: Path | None = None
        self.name = ""
        self.neighbours: list[Path] = []
        self._folder: Path | None = None
        #: Limit on pixels for the next reading; None = the imaging room's own.
        self.max_pixels: int | None = None
        #: Replaces the folder's listing: the files were given one by one (command line, drop of several).
        self._given: list[Path] = []

    # -- opening ---------------------------------------------------------------------------------------------

    def open(
        self, path: Path, *, page: int = 0, anyway: bool = False, among: list[Path] | None = None
    ) -> None:
        """Read ``path`` in the background; :attr:`opened` or :attr:`refused` follows.

        Parameters
        ----------
        path
            A file.
        page
            Page of a multi-page file, from 0.
        anyway
            Open whatever the limit on pixels says.
        among
            The files previous and next go through; the file's folder when not given.
        """
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links and change the name shown
        limits: dict[str, Any] = {}
        if anyway:
            limits["max_pixels"] = None
        elif self.max_pixels is not None:
            limits["max_pixels"] = self.max_pixels
        if among is not None:
            self._given = [Path(os.path.abspath(each)) for each in among]  # noqa: PTH100
        elif path not in self._given:
            self._given = []
        self.loading.emit(path)
        self._work.start(
            _read,
            path,
            page,
            limits,
            channel="document",
            on_done=lambda picture: self._set(picture, path),
            on_failed=lambda error: self.refused.emit(path, error),
        )

    def set_picture(self, picture: Picture, name: str) -> None:
        """Take a picture that is in memory already (pasted, or a result that becomes the input)."""
        self._work.supersede("document")
        self.neighbours = []
        self._folder = None
        self._set(picture, None, name)
        self.neighbours_changed.emit()

    def paste(self, image: QImage, name: str) -> None:
        """Take an image from the clipboard; the copy is made in the background."""
        self.loading.emit(name)
        self._work.start(
            picture_from_image,
            image,
            channel="document",
            on_done=lambda picture: self.set_picture(picture, name),
            on_failed=lambda error: self.refused.emit(name, error),
        )

    def close(self) -> None:
        """Forget the picture."""
        self._work.supersede("document")
        self.picture = None
        self.path = None
        self.name = ""
        self.neighbours = []
        self._folder = None
        self._given = []
        self.closed.emit()
        self.neighbours_changed.emit()

    def _set(self, picture: Picture, path: Path | None, name: str = "") -> None:
        self.picture = picture
        self.path = path
        self.name = path.name if path is not None else name
        self.opened.emit(picture)
        if path is not None:
            self._list(path)

    # -- neighbours ------------------------------------------------------------------------------------------

    def _list(self, path: Path) -> None:
        if self._given:
            if self.neighbours != self._given:
                self.neighbours = list(self._given)
                self._folder = None
                self.neighbours_changed.emit()
            return
        if path.parent == self._folder and path in self.neighbours:
            return
        folder = path.parent
        self._work.start(
            pictures_in,
            folder,
            channel="neighbours",
            on_done=lambda found: self._listed(folder, found),
            on_failed=lambda error: self._listed(folder, []),
        )

    def _listed(self, folder: Path, found: list[Path]) -> None:
        if self.path is None or self.path.parent != folder:
            return
        # A picture opened under an unusual suffix is still among its neighbours.
        if self.path not in found:
            found = sorted([*found, self.path], key=natural_key)
        self._folder = folder
        self.neighbours = found
        self.neighbours_changed.emit()

    def neighbour(self, step: int) -> Path | None:
        """The picture ``step`` places on in the folder, or None at its ends."""
        if self.path is None or self.path not in self.neighbours:
            return None
        place = self.neighbours.index(self.path) + step
        return self.neighbours[place] if 0 <= place < len(self.neighbours) else None

    def go(self, step: int) -> None:
        """Open the picture ``step`` places on, if there is one."""
        path = self.neighbour(step)
        if path is not None:
            self.open(path)

    def go_page(self, page: int) -> None:
        """Open another page of the same file."""
        if self.picture is not None and self.path is not None and 0 <= page < self.picture.pages:
            self.open(self.path, page=page)

    # -- words -----------------------------------------------------------------------------------------------

    def summary(self) -> str:
        """Size, depth and colour space in words, e.g. ``512 × 384, 8-bit RGB, sRGB``."""
        picture = self.picture
        if picture is None:
            return ""
        kind = ("Gray", "Gray + alpha", "RGB", "RGBA")[picture.channels - 1]
        depth = (
            self.tr("float")
            if picture.bit_depth == 32
            else self.tr("{bits}-bit").format(bits=picture.bit_depth)
        )
        parts = [f"{picture.width} × {picture.height}", f"{depth} {kind}"]
        if picture.color_space_name != kind:
            parts.append(picture.color_space_name)
        return ", ".join(parts)
