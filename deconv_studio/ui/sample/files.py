"""Ways out for samples: the clipboard, the other panels, PNG files, and drags to other programs."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QPixmap
from PySide6.QtWidgets import QFileDialog

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.browser import Browser
from deconv_studio.ui.sample.inspector import Inspector
from deconv_studio.ui.sample.jobs import Made


class Files(QObject):
    """Gives samples out.

    Parameters
    ----------
    chosen : callable
        What is chosen: samples that were made, and cells of the grid that were not yet.
    """

    def __init__(
        self,
        inspector: Inspector,
        browser: Browser,
        chosen: Callable[[], tuple[list[Made], list[int]]],
    ) -> None:
        super().__init__(inspector)
        self.inspector, self.browser, self.desk, self.chosen = inspector, browser, inspector.desk, chosen
        self._drags = Path(tempfile.gettempdir()) / f"deconv-studio-drag-{id(self):x}"

    def copy(self) -> None:
        """Put the picture on the stage on the clipboard."""
        image = self.inspector.stage.image
        if image is not None:
            QGuiApplication.clipboard().setImage(image)
            self.desk.studio.said.emit(
                self.tr("Copied, {width} × {height}").format(width=image.width(), height=image.height())
            )

    def use(self) -> None:
        """Open the sample as the picture of the other panels."""
        if self.desk.shown is None:
            return
        from deconv_studio.imaging import Picture

        self.desk.studio.document.set_picture(
            Picture(self.desk.shown.pixels.copy()), f"{self.desk.shown.stem()}.png"
        )
        self.desk.studio.said.emit(
            self.tr("The sample is the open picture now; go on with it in another panel")
        )

    def ask_folder(self) -> None:
        """Choose a folder for what is chosen."""
        dialog = QFileDialog(
            self.inspector.window(), self.tr("Save into a folder"), self.desk.studio.settings.last_folder
        )
        dialog.setObjectName("save_samples")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chosen = self.chosen()
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), *chosen))
        dialog.open()

    def save_to(self, folder: Path, samples: list[Made], rows: list[int]) -> None:
        """Write samples, and cells that are not made yet, as PNG files."""
        if self.desk.host.is_running or not (samples or rows):
            return
        self.desk.well("export")
        self.desk.studio.settings.last_folder = str(folder)
        self.desk.host.run_job(
            jobs.save, self.desk.generators, self.desk.source(), samples, self.browser.grid_of, rows, folder,
            title=self.tr("Saving samples"), channel="sample-save", on_done=self.desk.say_written,
            on_failed=lambda error: self.desk.fail(error, "export"),
        )  # fmt: skip

    def drag_out(self) -> None:
        """Write what is chosen into a folder of the moment, and let it be dragged to another program."""
        samples, _ = self.chosen()
        if not samples or not self.desk.begun:
            return
        self.desk.studio.work.start(
            jobs.save, self.desk.generators, self.desk.source(), samples, None, (), self._drag_folder(),
            channel="sample-drag", on_done=lambda paths: self._drag(paths, samples[0]),
            on_failed=lambda error: self.desk.fail(error, "export"),
        )  # fmt: skip

    def _drag_folder(self) -> Path:
        self._drags.mkdir(exist_ok=True)
        return Path(tempfile.mkdtemp(dir=self._drags))

    def _drag(self, paths: list[Path], first: Made) -> None:
        if not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mime(paths, first))
        drag.setPixmap(QPixmap.fromImage(first.image()))
        drag.exec(Qt.DropAction.CopyAction)

    def mime(self, paths: list[Path], first: Made) -> QMimeData:
        """What a drag carries: the files, and the first as a picture."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        data.setImageData(first.image())
        return data

    def close_down(self) -> None:
        """Remove what was written for drags."""
        shutil.rmtree(self._drags, ignore_errors=True)
