"""The doctor's findings in a window: versions, providers with a self-test each, folders, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QWidget

from deconv_studio.ui.dialogs import Dialog

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.studio import Studio


def _tr(text: str) -> str:
    return QCoreApplication.translate("Doctor", text)


def examine(control: Control) -> str:
    """What is installed, what really works, and the command for what does not; on a pool thread."""
    from deconv_studio.engine import providers

    control.raise_if_cancelled()
    lines = [_tr("Providers")]
    clash = providers.conflict()
    if clash is not None:
        lines.append(f"  {clash}")
    for provider in providers.available():
        control.raise_if_cancelled()
        lines.append(f"  {provider.title}: {_tested(provider)}")
    there = {provider.name for provider in providers.available()}
    lines.append("")
    lines.append(_tr("Not in this installation"))
    lines += [
        f"  {provider.title}: {provider.how_to_get}"
        for provider in providers.PROVIDERS
        if provider.name not in there
    ]
    lines += ["", *_models()]
    return "\n".join(lines)


def _tested(provider: Any) -> str:
    from deconv_studio.engine import self_test

    outcome = self_test(provider)
    if outcome.ok:
        return _tr("works, self-test in {ms:.0f} ms").format(ms=outcome.seconds * 1000)
    return f"{outcome.message} {outcome.hint}".strip()


def _models() -> list[str]:
    from deconv_studio import catalog

    found = catalog.Catalog()
    lines = [_tr("Models")]
    for entry in found.cards():
        try:
            entry.verified_path()
            state = _tr("as its card says")
        except catalog.CatalogError as error:
            state = str(error)
        lines.append(f"  {entry.card.id} ({entry.origin}): {state}")
    lines += [f"  {problem.error}" for problem in found.problems]
    lines += [
        "",
        _tr("Folders"),
        f"  {catalog.bundled_folder()}",
        f"  {catalog.resources_folder()}",
        f"  {catalog.user_folder()}",
        f"  {catalog.log_folder()}",
    ]
    return lines


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
