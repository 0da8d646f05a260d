"""The doctor's findings in a window: versions, providers with a self-test each, folders, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget

from deconv_studio.ui.dialogs import Dialog

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.studio import Studio


def _tr(text: str) -> str:
    return QCoreApplication.translate("Doctor", text)


#: The sections of the diagnosis, in a person's words.
SECTIONS = {
    "versions": QT_TRANSLATE_NOOP("Doctor", "Versions"),
    "providers": QT_TRANSLATE_NOOP("Doctor", "Providers"),
    "folders": QT_TRANSLATE_NOOP("Doctor", "Folders"),
    "models": QT_TRANSLATE_NOOP("Doctor", "Models"),
    "machine": QT_TRANSLATE_NOOP("Doctor", "Machine"),
    "window": QT_TRANSLATE_NOOP("Doctor", "Window"),
    "extras": QT_TRANSLATE_NOOP("Doctor", "Extras"),
}


def examine(control: Control) -> str:
    """What `deconv-studio doctor` finds, as text; on a pool thread."""
    from deconv_studio.batch import diagnosis

    lines: list[str] = []
    broken: list[str] = []
    section = ""
    for finding in diagnosis.examine(control):
        if finding.section != section:
            section = finding.section
            lines += ["", _tr(str(SECTIONS.get(section, section)))]
        line = f"  {finding.name}: {finding.text}"
        lines.append(line)
        if finding.fix:
            lines.append(f"    → {finding.fix}")
        if finding.state == "broken":
            broken.append(line)
    head = [_tr("Broken"), *broken] if broken else [_tr("Nothing is broken.")]
    return "\n".join([*head, *lines])


class DoctorDialog(Dialog):
    """Runs the examination in the background and shows it, ready to copy."""

    def __init__(self, parent: QWidget, studio: Studio) -> None:
        super().__init__(
            parent, "doctor_dialog", _tr("Doctor"), _tr("What networks can run on here, and what is missing.")
        )
        self.text = QPlainTextEdit(_tr("Looking…"))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_tr("Findings"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.column.addWidget(self.text)
        self.add_button(_tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        copy = self.add_button(_tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole, primary=True)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.finish()
        self.resize(640, 440)
        job = studio.work.start(
            examine,
            channel="doctor",
            on_done=self.text.setPlainText,
            on_failed=lambda error: self.text.setPlainText(str(error)),
        )
        self.finished.connect(lambda _code: studio.work.supersede("doctor"))
        del job
