"""What stands in the middle while there is no generator: what can be installed, and under which licence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.desk import Desk


class NoGenerator(QWidget):
    """A page that offers a pack with a generator, to install here or by a command."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        title = QLabel(self.tr("There is no generator yet"))
        title.setProperty("role", "title")
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words = QLabel("")
        self.words.setProperty("role", "secondary")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.command.setAccessibleName(self.tr("Command that installs a generator"))
        self.command.setFixedWidth(340)
        self.words.setMaximumWidth(560)
        self.install = QPushButton("")
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.install)
        row.addStretch(1)
        other = QHBoxLayout()
        other.addStretch(1)
        other.addWidget(self.command, 1)
        other.addStretch(1)
        column.addWidget(title)
        text = QHBoxLayout()
        text.addStretch(1)
        text.addWidget(self.words, 8)
        text.addStretch(1)
        column.addLayout(text)
        column.addLayout(row)
        column.addLayout(other)
        column.addStretch(1)
        self.install.hide()
        self.command.hide()
        self.install.clicked.connect(self._install)

    def look(self) -> None:
        """Find out what can be installed."""
        self.desk.studio.work.start(
            jobs.pack_facts, channel="sample-pack", on_done=self._show_pack,
            on_failed=lambda error: self.desk.fail(error, "pack"),
        )  # fmt: skip

    def _show_pack(self, facts: tuple[str, str, str]) -> None:
        pack, title, terms = facts
        self.words.setText(
            self.tr(
                "The generators that come with the program are missing from this installation. "
                "“{title}” can be installed, here or with the command below; it needs the network once.\n"
                "Licence: {terms}\nOr add a generator of your own with Ctrl+M."
            ).format(title=title, terms=terms)
        )
        self.command.setText(f"deconv-studio models install {pack}")
        self.command.setCursorPosition(0)
        self.install.setText(self.tr("Install {title}").format(title=title))
        self.install.setAccessibleName(self.install.text())
        self.install.setProperty("pack", pack)
        self.install.show()
        self.command.show()

    def _install(self) -> None:
        if self.desk.host.is_running:
            return
        self.desk.well("pack")
        self.install.setEnabled(False)
        self.desk.host.run_job(
            jobs.install,
            str(self.install.property("pack")),
            title=self.install.text(),
            channel="sample-install",
            on_done=lambda _none: self.desk.studio.models.refresh(),
            on_failed=lambda error: self.desk.fail(error, "pack"),
        )
