"""What panels share whose result lies over the picture: opacity, what is under the pointer, saving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from deconv_studio.ui.panels.task_panel import TaskPanel
from deconv_studio.ui.widgets import ElidedLabel, LabeledSlider
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.imaging import Picture
    from deconv_studio.tasks import Result
    from deconv_studio.ui.history import Kept


class OverlayPanel(TaskPanel):
    """A task's panel with something over the canvas. Subclasses make it, and say how it looks in `_dress`."""

    #: What lies over the canvas, once there is something to show.
    _overlay: Any = None
    #: Another task's result that was shown before the overlay came over the picture.
    _beneath: Kept | None = None

    # -- building --------------------------------------------------------------------------------------------

    def make_opacity(self, percent: float) -> LabeledSlider:
        """A slider of how much of the picture the overlay covers."""
        opacity = LabeledSlider(self.tr("Opacity"), 0, 100, 1, unit="%")
        opacity.set_value(percent)
        opacity.changed.connect(lambda _value: self._dress())
        return opacity

    def make_under(self, name: str) -> ElidedLabel:
        """A line about the pixel under the pointer that keeps its room while it is empty."""
        under = ElidedLabel("")
        under.setProperty("role", "secondary")
        under.setAccessibleName(name)
        under.setMinimumHeight(18)
        return under

    def _covers(self) -> bool:
        """Whether the overlay has something to show."""
        raise RuntimeError("a panel with an overlay has to say when it shows something")

    def _dress(self) -> None:
        """Give the overlay what the controls say of its look."""
        raise RuntimeError("a panel with an overlay has to say how it looks")

    # -- results ---------------------------------------------------------------------------------------------

    def keep_result(
        self, answer: tuple[Result, int], picture: Picture, source: Path | None, name: str
    ) -> Kept | None:
        """Put a result among the others; None where its picture is no longer the open one."""
        result, threads = answer
        self.studio.ran.emit(result.model_id, result.provider, threads, result.seconds)
        here = picture is self.studio.document.picture
        kept = self.studio.history.add(result, self.task, picture, source, name, show=False)
        if not here:
            self.studio.said.emit(self.tr("{name} is ready; it is among the results").format(name=name))
            return None
        if result.notices:
            self.studio.said.emit(" ".join(result.notices))
        return kept

    # -- saving ----------------------------------------------------------------------------------------------

    def ask_folder(self, title: str) -> None:
        """Choose a folder, and save what is ticked into it."""
        dialog = QFileDialog(self, title, self.studio.settings.last_folder)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.save_to(Path(folder)))
        dialog.open()

    def save_to(self, folder: Path, *, overwrite: bool = False) -> None:
        """Write the kinds that are ticked into a folder, named after the picture."""
        raise RuntimeError("a panel with an overlay has to say how it is saved")

    def write_into(
        self,
        folder: Path,
        function: Callable[..., tuple[Path, ...]],
        *args: Any,
        title: str,
        then: Callable[[tuple[Path, ...]], object],
    ) -> None:
        """Have files written in the background; where one is there already, offer to replace it.

        Parameters
        ----------
        folder : Path
            Where ``function(control, *args)`` writes.
        title : str
            What is being done, in a person's words.
        then : callable
            Called with the files.
        """
        self.clear_error("save")

        def done(paths: tuple[Path, ...]) -> None:
            self.studio.said.emit(self.tr("Saved {name}").format(name=", ".join(p.name for p in paths)))
            then(paths)

        def failed(error: Exception) -> None:
            if getattr(error, "kind", "") == "OutputExists":
                text = self.tr("{file} Replace it, or choose another folder.").format(
                    file=getattr(error, "message", "")
                )
                self.show_error(
                    text, "save", [(self.tr("Replace"), lambda: self.save_to(folder, overwrite=True))]
                )
                return
            self.show_error(sentence(error), "save")

        self.studio.work.start(function, *args, title=title, on_done=done, on_failed=failed)

    # -- coming and going ------------------------------------------------------------------------------------

    def make_visible(self, overlay: QWidget) -> None:
        """Show the overlay over the canvas, unless another panel is in front."""
        overlay.setVisible(not self.isHidden())
        overlay.raise_()
        self._bare()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the overlay back over the canvas."""
        super().showEvent(event)
        if self._overlay is not None:
            self._overlay.show()
            self._bare()

    def _bare(self) -> None:
        """Show the open picture under the overlay, without another task's result beside it."""
        current = self.studio.history.current
        if current is None or current.task == self.task or self.isHidden() or not self._covers():
            return
        if self.studio.document.picture is not None:
            self._beneath = current
            self.studio.canvas.set_result(None)

    def hideEvent(self, event: QHideEvent) -> None:
        """Take the overlay away with the panel, but not where only the side is folded."""
        super().hideEvent(event)
        if self._overlay is not None and self.isHidden():
            self._overlay.hide()
            beneath, self._beneath = self._beneath, None
            if beneath is not None and self.studio.history.current is beneath:
                self.studio.history.choose(beneath)
