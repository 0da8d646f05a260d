"""Ways out for what is inspected: picture, values and patch as files, and the reverse graph as ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from deconv_studio.ui.inspect import jobs

if TYPE_CHECKING:
    from deconv_studio.ui.inspect.host import Host


class InspectFiles(QObject):
    """Writes what is shown.

    Parameters
    ----------
    host : Host
    window : QWidget
        What the dialogs belong to.
    """

    def __init__(self, host: Host, window: QWidget) -> None:
        super().__init__(window)
        self.host, self.window = host, window

    def choose_folder(self) -> None:
        """Ask where picture, values and patch go."""
        if self.host.drawn is None:
            return
        dialog = QFileDialog(
            self.window, self.tr("Save into a folder"), self.host.studio.settings.last_folder
        )
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.save_into(Path(folder)))
        dialog.open()

    def save_into(self, folder: Path, files: tuple[str, ...] = ("png", "npy", "patch")) -> None:
        """Save what is shown, as picture, as computed, and the patch it is of."""
        if self.host.drawn is None:
            return
        stem = Path(self.host.studio.document.name or "picture").stem
        self.host.studio.work.start(
            jobs.save, self.host.drawn.found, folder, stem, files, title=self.tr("Saving"),
            on_done=lambda paths: self.host.studio.said.emit(
                self.tr("Saved {names}").format(names=", ".join(path.name for path in paths))
            ),
            on_failed=lambda error: self.host.show_error(error, "save"),
        )  # fmt: skip

    def choose_export(self) -> None:
        """Ask where the reverse graph goes."""
        from deconv_studio.tasks.inspect import safe_name

        if self.host.looked is None:
            return
        dialog = QFileDialog(
            self.window, self.tr("Export the reverse graph"), self.host.studio.settings.last_folder
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([self.tr("Reverse graphs (*.recon.onnx)")])
        stem = self.host.looked.source.name.removesuffix(".onnx")
        dialog.selectFile(f"{stem}.{safe_name(self.host.layer)}.recon.onnx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda file: self.export_to(Path(file)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write picture and seed to reconstruction as one ONNX file."""
        if self.host.looked is None:
            return
        if not path.name.endswith(".onnx"):
            path = path.with_name(f"{path.name}.recon.onnx")
        rule = self.host.options().rule
        if rule in ("gradcam", "occlusion"):
            rule = "auto"
        self.host.studio.work.start(
            jobs.export, self.host.looked.scene, self.host.layer, rule, path,
            title=self.tr("Exporting {name}").format(name=path.name),
            on_done=lambda written: self.host.studio.said.emit(self.tr("Saved {name}").format(name=written)),
            on_failed=lambda error: self.host.show_error(error, "save"),
        )  # fmt: skip
