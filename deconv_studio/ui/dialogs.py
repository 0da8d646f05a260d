"""The dialogs: saving, licences, adding a model, what closing would lose, preferences, diagnostics, about,
errors."""

from __future__ import annotations

import logging
import os
import platform
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QLocale, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from deconv_studio import __version__
from deconv_studio.ui.status import bytes_text
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.ui.history import Kept
    from deconv_studio.ui.studio import Studio

log = logging.getLogger(__name__)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Dialogs", text)


class Dialog(QDialog):
    """A dialog with a sentence at its head, content, and buttons at its foot."""

    def __init__(self, parent: QWidget | None, name: str, title: str, sentence: str = "") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(20, 16, 20, 16)
        self.column.setSpacing(12)
        self.head = QLabel(title)
        self.head.setProperty("role", "title")
        self.head.setWordWrap(True)
        self.head.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.column.addWidget(self.head)
        self.sentence = QLabel(sentence)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.sentence.setVisible(bool(sentence))
        self.column.addWidget(self.sentence)
        self.buttons = QDialogButtonBox()
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def finish(self) -> None:
        """Put the buttons under what was added."""
        self.column.addWidget(self.buttons)
        for button in self.buttons.buttons():
            if not button.accessibleName():
                button.setAccessibleName(button.text().replace("&", ""))
            if isinstance(button, QPushButton) and button.isDefault():
                button.setFocus()

    def add_button(self, text: str, role: QDialogButtonBox.ButtonRole, primary: bool = False) -> QPushButton:
        """A button with its words as accessible name."""
        button = self.buttons.addButton(text, role)
        button.setAccessibleName(text)
        button.setAutoDefault(primary)
        if primary:
            button.setProperty("variant", "primary")
            button.setDefault(True)
        return button


# -- saving --------------------------------------------------------------------------------------------------

#: (format, suffix, words, has a quality)
FORMATS: tuple[tuple[str, str, str, bool], ...] = (
    ("PNG", ".png", "PNG, lossless", False),
    ("JPEG", ".jpg", "JPEG", True),
    ("WEBP", ".webp", "WebP", True),
    ("TIFF", ".tif", "TIFF, lossless", False),
    ("AVIF", ".avif", "AVIF", True),
    ("BMP", ".bmp", "BMP, no compression", False),
)
_OF_SUFFIX = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF",
    ".avif": "AVIF", ".bmp": "BMP",
}  # fmt: skip
#: Bytes of a file for each pixel and channel, typical for photographs; JPEG, WebP and AVIF at quality 92.
_BYTES = {"PNG": 0.62, "JPEG": 0.16, "WEBP": 0.10, "TIFF": 0.75, "AVIF": 0.08, "BMP": 1.0}


def typical_bytes(picture: Picture, form: str, quality: int) -> float:
    """About how many bytes a photograph of this size takes in this format; files of real pictures vary
    twofold."""
    count = picture.width * picture.height * picture.channels * picture.bit_depth / 8
    if form in ("JPEG", "WEBP", "AVIF"):
        return count * _BYTES[form] * 4.0 ** ((quality - 92) / 30)
    return count * _BYTES[form]


#: Milliseconds a path has to stay as it is before the folder is asked whether it is there.
LOOK_DELAY = 120


def _is_there(control: Control, path: Path) -> bool:
    control.raise_if_cancelled()
    return os.path.lexists(path)


class SaveDialog(Dialog):
    """Where, in which format, how good, and with which metadata.

    Whether a file is there already is asked on a pool thread, for the folder may be on a slow drive. Until it
    is known, Save waits for the answer: no file is replaced that was not spoken of.
    """

    def __init__(
        self, parent: QWidget, studio: Studio, picture: Picture, suggestion: Path, formats: list[str]
    ) -> None:
        super().__init__(parent, "save_dialog", _tr("Save picture"))
        settings = studio.settings
        self._work = studio.work
        self._picture = picture
        #: The path that was last asked about, and whether it is there.
        self._known: tuple[Path, bool] | None = None
        self._wants_save = False
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_DELAY)
        self._look_timer.timeout.connect(self._look)
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.name = QLineEdit(suggestion.stem)
        self.folder = QLineEdit(str(suggestion.parent))
        browse = QPushButton(_tr("Browse…"))
        browse.setAccessibleName(_tr("Browse for a folder"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.folder, 1)
        line.addWidget(browse)
        self.format = QComboBox()
        for key, _suffix, words, _quality in FORMATS:
            if key in formats:
                self.format.addItem(words, key)
        wanted = _OF_SUFFIX.get(suggestion.suffix.lower(), "PNG")
        place = self.format.findData(wanted)
        self.format.setCurrentIndex(max(0, place))
        self.quality = QSlider(Qt.Orientation.Horizontal)
        self.quality.setRange(30, 100)
        self.quality.setValue(int(settings.save_quality))
        self.quality_value = QLabel()
        self.quality_value.setMinimumWidth(32)
        quality = QHBoxLayout()
        quality.setSpacing(8)
        quality.addWidget(self.quality, 1)
        quality.addWidget(self.quality_value)
        self.metadata = QComboBox()
        for key, words in (
            ("keep", _tr("Keep all")),
            ("private", _tr("Leave out place, serial numbers and the like")),
            ("strip", _tr("Leave out all")),
        ):
            self.metadata.addItem(words, key)
        self.metadata.setCurrentIndex(max(0, self.metadata.findData(settings.save_metadata)))
        form.addRow(_named(_tr("Name"), self.name), self.name)
        form.addRow(_named(_tr("Folder"), self.folder), line)
        form.addRow(_named(_tr("Format"), self.format), self.format)
        form.addRow(_named(_tr("Quality"), self.quality), quality)
        form.addRow(_named(_tr("Metadata"), self.metadata), self.metadata)
        self.column.addLayout(form)
        self.note = QLabel()
        self.note.setProperty("role", "secondary")
        self.note.setWordWrap(True)
        # Two lines are kept, so that the buttons stay where they are while the note changes.
        self.note.setMinimumHeight(36)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.note)
        self.add_button(_tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.save_button = self.add_button(_tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole, primary=True)
        self.finish()
        self.setMinimumWidth(520)
        for signal in (self.format.currentIndexChanged, self.quality.valueChanged):
            signal.connect(lambda _value: self._tell())
        for field in (self.name, self.folder):
            field.textChanged.connect(lambda _text: self._tell())
        self._tell()
        self.name.setFocus()
        self.name.selectAll()

    @property
    def file_format(self) -> str:
        """The chosen format's name."""
        return str(self.format.currentData())

    def path(self) -> Path:
        """The file that would be written; a suffix typed into the name is not doubled."""
        suffix = next(each[1] for each in FORMATS if each[0] == self.file_format)
        name = self.name.text().strip()
        typed = Path(name).suffix.lower()
        if _OF_SUFFIX.get(typed) == self.file_format:
            return Path(self.folder.text()).expanduser() / name
        if typed in _OF_SUFFIX:
            name = name[: -len(typed)]
        return Path(self.folder.text()).expanduser() / (name + suffix)

    def _tell(self) -> None:
        has_quality = next(each[3] for each in FORMATS if each[0] == self.file_format)
        self.quality.setEnabled(has_quality)
        self.quality_value.setText(str(self.quality.value()) if has_quality else "")
        self.save_button.setEnabled(bool(self.name.text().strip()) and bool(self.folder.text().strip()))
        size = bytes_text(typical_bytes(self._picture, self.file_format, self.quality.value()))
        text = _tr("{width} × {height}, about {size}.").format(
            width=self._picture.width, height=self._picture.height, size=size
        )
        path = self.path()
        there = self._known is not None and self._known == (path, True)
        self.save_button.setText(_tr("Replace") if there else _tr("Save"))
        if there:
            text += " " + _tr("A file of this name is there and will be replaced.")
        self.note.setText(text)
        if self._known is None or self._known[0] != path:
            self._look_timer.start()

    def _look(self) -> None:
        path = self.path()
        self._look_timer.stop()
        self._work.start(
            _is_there,
            path,
            channel="save-look",
            on_done=lambda there: self._looked(path, there),
            on_failed=lambda _error: self._looked(path, False),
        )

    def _looked(self, path: Path, there: bool) -> None:
        if path != self.path():
            return
        wanted, self._wants_save = self._wants_save, False
        self._known = (path, there)
        self._tell()
        if wanted and not there:
            super().accept()

    def accept(self) -> None:
        """Save, once it is known whether that replaces a file; if it does, the button has said so before."""
        if self._known is None or self._known[0] != self.path():
            self._wants_save = True
            self._look()
            return
        super().accept()

    def done(self, code: int) -> None:
        """Close; nobody waits for the folder's answer any more."""
        self._look_timer.stop()
        self._work.supersede("save-look")
        super().done(code)

    def _browse(self) -> None:
        dialog = QFileDialog(self, _tr("Choose a folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()


def _named(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    field.setAccessibleName(text)
    return label


def free_name(path: Path) -> Path:
    """``path``, or the first of ``NAME-2.png``, ``NAME-3.png``, … that is not there yet."""
    number = 2
    found = path
    while found.exists():
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found


# -- licences ------------------------------------------------------------------------------------------------


class LicenceDialog(Dialog):
    """What a model's weights and training data may be used for; stands before the model's first use."""

    def __init__(self, parent: QWidget, card: Card) -> None:
        super().__init__(
            parent,
            "licence_dialog",
            _tr("Before the first use of {model}").format(model=card.title),
            _tr("A network carries the licence of its weights and was made from other people's pictures."),
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        lines = [
            (_tr("Model"), f"{card.title} ({card.id})"),
            (_tr("Licence of the weights"), card.weights.licence),
            (_tr("Made by"), ", ".join(card.weights.authors) or _tr("not named")),
            (_tr("Training data"), card.data.name),
            (_tr("Licence of the data"), card.data.licence),
            (_tr("Use"), _tr("Research only") if card.research_only else _tr("As the licences allow")),
        ]
        if card.weights.source:
            lines.append((_tr("Source"), card.weights.source))
        for row, (label, text) in enumerate(lines):
            head = QLabel(label)
            head.setProperty("role", "secondary")
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setAccessibleName(label)
            grid.addWidget(head, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        self.column.addLayout(grid)
        if card.data.authors:
            authors = QPlainTextEdit()
            authors.setReadOnly(True)
            authors.setAccessibleName(_tr("Authors of the training data"))
            authors.setPlainText(
                "\n".join(f"{each.file}: {each.author}, {each.licence}" for each in card.data.authors)
            )
            authors.setFixedHeight(132)
            authors.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.column.addWidget(authors)
        self.add_button(_tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.add_button(_tr("Use this model"), QDialogButtonBox.ButtonRole.AcceptRole, primary=True)
        self.finish()
        self.setMinimumWidth(520)


# -- adding a model ------------------------------------------------------------------------------------------


class ModelDialog(Dialog):
    """Shows what probing a user's .onnx found, lets him name it and its licence, and adds it."""

    #: The model is in the catalog: its id.
    added = Signal(str)

    def __init__(self, parent: QWidget, studio: Studio, path: Path) -> None:
        super().__init__(parent, "model_dialog", _tr("Add a model"), str(path))
        self._studio = studio
        self._path = path
        self._probe: Any = None
        self.sentence.setToolTip(str(path))
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.id = QLineEdit()
        self.title_field = QLineEdit()
        self.licence = QLineEdit()
        self.licence.setPlaceholderText(_tr("unknown"))
        form.addRow(_named(_tr("Name (id)"), self.id), self.id)
        form.addRow(_named(_tr("Title"), self.title_field), self.title_field)
        form.addRow(_named(_tr("Licence of the weights"), self.licence), self.licence)
        self.range = QComboBox()
        self.range.addItem(_tr("0 to 1"), (0.0, 1.0))
        self.range.addItem(_tr("0 to 255"), (0.0, 255.0))
        self.range.addItem(_tr("-1 to 1"), (-1.0, 1.0))
        self.range.setToolTip(_tr("What the network was trained on; where it shows, it is found out."))
        form.addRow(_named(_tr("Range of samples"), self.range), self.range)
        self.column.addLayout(form)
        self.found = QLabel(_tr("Looking at the model: it is run on small pictures of several sizes…"))
        self.found.setWordWrap(True)
        self.found.setAccessibleName(_tr("What was found"))
        self.found.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.found.setMinimumHeight(110)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.column.addWidget(self.found)
        self.cancel_button = self.add_button(_tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.add = self.add_button(_tr("Add"), QDialogButtonBox.ButtonRole.ActionRole, primary=True)
        self.add.clicked.connect(self._add)
        self.add.setEnabled(False)
        self.finish()
        self.setMinimumWidth(520)
        self._job = studio.work.start(
            _probe, path, title=_tr("Looking at a model"), on_done=self._probed, on_failed=self._failed
        )
        self.finished.connect(lambda _code: self._job.cancel() if self._busy() else None)

    def _busy(self) -> bool:
        try:
            return not self._job.finished
        except RuntimeError:  # the job has ended and Qt has deleted it
            return False

    def _probed(self, answer: tuple[Any, Any]) -> None:
        self._probe, draft = answer
        if self._probe.value_range is not None:
            self.range.setCurrentIndex(max(0, self.range.findData(tuple(self._probe.value_range))))
        self.range.setEnabled(self._probe.value_range is None)
        self.id.setText(draft.id)
        self.title_field.setText(draft.title)
        if draft.weights.licence != "unknown":
            self.licence.setText(draft.weights.licence)
        size = draft.input.fixed_size
        lines = [
            _tr("Input {name}: {channels} channel(s), {layout}").format(
                name=draft.input.name, channels=draft.input.channels, layout=draft.input.layout
            ),
            _tr("Output {name}: {scale} times as large").format(
                name=draft.output.name, scale=draft.output.scale
            ),
            _tr("Sizes: {sizes}").format(
                sizes=_tr("only {h} × {w}").format(h=size[0], w=size[1])
                if size
                else _tr("any multiple of {n}").format(n=draft.input.size_multiple)
            ),
            _tr("One output pixel depends on the whole picture; it cannot be cut into tiles")
            if self._probe.needs_whole_picture
            else _tr("One output pixel depends on {n} pixels to each side").format(
                n=draft.output.receptive_field
            ),
            _tr("{count} parameters, {size}").format(
                count=draft.parameters, size=bytes_text(draft.size_bytes)
            ),
        ]
        self.found.setText("\n".join(lines))
        self.add.setEnabled(True)

    def _failed(self, error: Exception) -> None:
        self.found.setText(sentence(error))
        self.found.setProperty("role", "error")
        self.found.style().polish(self.found)

    def _add(self) -> None:
        self.add.setEnabled(False)
        found, path = self._probe, self._path
        name = self.id.text().strip()
        title = self.title_field.text().strip() or name
        licence = self.licence.text().strip() or "unknown"
        span = tuple(self.range.currentData())

        def add(control: Any) -> str:
            from deconv_studio import catalog

            control.raise_if_cancelled()
            card = found.to_card(name, title=title, licence=licence, value_range=span)
            return catalog.Catalog().add(path, card).card.id

        def done(model_id: str) -> None:
            self.added.emit(model_id)
            self.accept()

        def failed(error: Exception) -> None:
            self._failed(error)
            self.add.setEnabled(True)

        self._job = self._studio.work.start(add, title=_tr("Adding a model"), on_done=done, on_failed=failed)


def _probe(control: Any, path: Path) -> tuple[Any, Any]:
    """Probe a model in a child process; gives what was found and the card it would make."""
    from deconv_studio.engine.probe import probe

    found = probe(path, control=control)
    return found, found.to_card()


# -- closing -------------------------------------------------------------------------------------------------


class ClosingDialog(Dialog):
    """Asked once when closing would stop work or lose results."""

    save_wanted = Signal()

    def __init__(self, parent: QWidget, running: list[str], unsaved: list[Kept]) -> None:
        super().__init__(parent, "closing_dialog", _tr("Close Deconv Studio?"))
        if running:
            text = QLabel(
                _tr("Still running: {names}. Closing stops it; what was finished stays.").format(
                    names=", ".join(running)
                )
            )
            text.setWordWrap(True)
            self.column.addWidget(text)
        self.list = QListWidget()
        self.list.setAccessibleName(_tr("Unsaved results"))
        if unsaved:
            text = QLabel(_tr("These results are not saved and would be lost:"))
            text.setWordWrap(True)
            self.column.addWidget(text)
            for kept in unsaved:
                self.list.addItem(
                    f"{kept.clock()}  {kept.name}, {kept.model_id}, {kept.width} × {kept.height}"
                )
            self.list.setFixedHeight(min(180, 32 + 28 * len(unsaved)))
            self.column.addWidget(self.list)
        else:
            self.list.hide()
        self.add_button(_tr("Stay"), QDialogButtonBox.ButtonRole.RejectRole)
        self.close_button = self.add_button(
            _tr("Close without saving") if unsaved else _tr("Stop and close"),
            QDialogButtonBox.ButtonRole.AcceptRole,
            primary=not unsaved,
        )
        self.save_button: QPushButton | None = None
        if unsaved:
            self.save_button = self.add_button(
                _tr("Save all…"), QDialogButtonBox.ButtonRole.ActionRole, primary=True
            )
            self.save_button.clicked.connect(self._save)
        self.finish()
        self.setMinimumWidth(460)

    def _save(self) -> None:
        self.save_wanted.emit()
        self.reject()


# -- diagnostics, errors, about ------------------------------------------------------------------------------


def diagnostics(log_file: Path | None) -> str:
    """Versions, system, settings' place and the end of the log; names no picture's content."""
    from importlib.metadata import PackageNotFoundError, version

    lines = [
        f"Deconv Studio {__version__}",
        f"Python {platform.python_version()} on {platform.platform()}",
    ]
    for package in (
        "PySide6-Essentials", "onnxruntime", "onnxruntime-gpu", "onnxruntime-openvino",
        "onnxruntime-directml",
        "onnx", "numpy", "opencv-python-headless", "pillow", "tifffile", "pydantic",
    ):  # fmt: skip
        try:
            lines.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    app = QGuiApplication.instance()
    if isinstance(app, QGuiApplication):
        lines.append(f"Qt platform {app.platformName()}")
        lines += [
            f"Screen {screen.size().width()} x {screen.size().height()} at {screen.devicePixelRatio():g}"
            for screen in app.screens()
        ]
    if log_file is not None:
        lines.append(f"Log {log_file}")
        try:
            tail = log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-60:]
        except OSError:
            tail = []
        lines += ["", *tail]
    return "\n".join(lines)


def current_log_file() -> Path | None:
    """The file the program's log goes to, if there is one."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            return Path(handler.baseFilename)
    return None


class DiagnosticsDialog(Dialog):
    """Everything a report needs, ready to copy."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            "diagnostics_dialog",
            _tr("Diagnostics"),
            _tr("Copy this into a report. It names versions, the system and the last lines of the log."),
        )
        self.text = QPlainTextEdit(diagnostics(current_log_file()))
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_tr("Diagnostics"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.column.addWidget(self.text)
        self.add_button(_tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        folder = self.add_button(_tr("Open log folder"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.clicked.connect(_open_log_folder)
        copy = self.add_button(_tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole, primary=True)
        copy.clicked.connect(self.copy)
        self.finish()
        self.resize(640, 420)

    def copy(self) -> None:
        """Put the text on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())


def _open_log_folder() -> None:
    file = current_log_file()
    if file is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(file.parent)))


class ErrorDialog(Dialog):
    """For what nobody foresaw: the sentence, the way out, and the diagnostics to copy."""

    def __init__(self, parent: QWidget | None, error: BaseException) -> None:
        super().__init__(
            parent,
            "error_dialog",
            _tr("Something went wrong"),
            _tr(
                "The program can go on; results that were finished are kept. If it happens again, report it."
            ),
        )
        told = "".join(traceback.format_exception(error))
        self.text = QPlainTextEdit(f"{told}\n{diagnostics(current_log_file())}")
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_tr("Details"))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.column.addWidget(self.text)
        self.add_button(_tr("Copy diagnostics"), QDialogButtonBox.ButtonRole.ActionRole).clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.text.toPlainText())
        )
        self.add_button(_tr("Go on"), QDialogButtonBox.ButtonRole.RejectRole, primary=True)
        self.finish()
        self.resize(600, 360)


class AboutDialog(Dialog):
    """Name, version, licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "about_dialog", "Deconv Studio")
        text = QLabel(
            _tr(
                "Version {version}\n\nFor people who work with deconvolutional networks: networks that turn "
                "features back into pixels. Everything runs on this computer.\n\nMIT licence. The licences "
                "of the bundled models and pictures are in NOTICE and in each model's card."
            ).format(version=__version__)
        )
        text.setWordWrap(True)
        text.setAccessibleName(_tr("About"))
        self.column.addWidget(text)
        self.add_button(_tr("Close"), QDialogButtonBox.ButtonRole.RejectRole, primary=True)
        self.finish()
        self.setMinimumWidth(420)


# -- preferences ---------------------------------------------------------------------------------------------


def translated_languages() -> list[str]:
    """Codes of the languages the program's own words are translated into."""
    from deconv_studio import catalog

    files = (catalog.resources_folder() / "translations").glob("deconv-studio_*.qm")
    return sorted(each.stem.removeprefix("deconv-studio_") for each in files)


class PreferencesDialog(Dialog):
    """The settings a person changes; each takes effect at once."""

    changed = Signal(str)

    def __init__(self, parent: QWidget, settings: Any, providers: list[str]) -> None:
        super().__init__(parent, "preferences_dialog", _tr("Preferences"))
        self._settings = settings
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.theme = self._choice(
            "theme", [("system", _tr("As the system")), ("light", _tr("Light")), ("dark", _tr("Dark"))]
        )
        from deconv_studio.ui.status import PROVIDER_NAMES

        languages = [("system", _tr("As the system")), ("en", "English")]
        languages += [(each, QLocale(each).nativeLanguageName()) for each in translated_languages()]
        if settings.language not in [name for name, _ in languages]:
            languages.append((settings.language, settings.language))
        self.language = self._choice("language", languages)
        names = [("auto", _tr("The fastest that works here"))]
        names += [(each, PROVIDER_NAMES.get(each, each)) for each in providers]
        if settings.provider not in [name for name, _ in names]:
            names.append((settings.provider, _tr("{name} (not there)").format(name=settings.provider)))
        self.provider = self._choice("provider", names)
        self.threads = self._number("threads", 0, 256, 1, "", settings.threads or 0)
        self.threads.setSpecialValueText(_tr("automatic"))
        self.memory = self._number("memory", 0, 1_048_576, 256, " MiB", settings.memory or 0)
        self.memory.setSpecialValueText(_tr("automatic"))
        self.max_pixels = self._number(
            "max_pixels", 1, 100_000, 50, _tr(" megapixels"), settings.max_pixels // 10**6
        )
        self.metadata = self._choice(
            "save_metadata",
            [
                ("keep", _tr("Keep all")),
                ("private", _tr("Leave out place, serial numbers and the like")),
                ("strip", _tr("Leave out all")),
            ],
        )
        form.addRow(_named(_tr("Theme"), self.theme), self.theme)
        form.addRow(_named(_tr("Language"), self.language), self.language)
        form.addRow(_named(_tr("Networks run on"), self.provider), self.provider)
        form.addRow(_named(_tr("Threads"), self.threads), self.threads)
        form.addRow(_named(_tr("Memory for networks"), self.memory), self.memory)
        form.addRow(_named(_tr("Ask before opening more than"), self.max_pixels), self.max_pixels)
        form.addRow(_named(_tr("Metadata of saved pictures"), self.metadata), self.metadata)
        self.column.addLayout(form)
        self.note = QLabel("\n".join(settings.problems))
        self.note.setProperty("role", "warning")
        self.note.setWordWrap(True)
        self.note.setVisible(bool(settings.problems))
        self.column.addWidget(self.note)
        self.add_button(_tr("Close"), QDialogButtonBox.ButtonRole.RejectRole, primary=True)
        self.finish()
        self.setMinimumWidth(640)

    def _choice(self, name: str, values: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for value, words in values:
            box.addItem(words, value)
        box.setCurrentIndex(max(0, box.findData(getattr(self._settings, name))))
        box.currentIndexChanged.connect(lambda _index: self._set(name, box.currentData()))
        return box

    def _number(self, name: str, low: int, high: int, step: int, unit: str, value: int) -> QSpinBox:
        from deconv_studio.ui.widgets import inset

        box = QSpinBox()
        inset(box)
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setSuffix(unit)
        box.setValue(int(value))
        box.setKeyboardTracking(False)
        box.valueChanged.connect(lambda number: self._set(name, number))
        return box

    def _set(self, name: str, value: Any) -> None:
        if name in ("threads", "memory"):
            # Below the engine's least there is only "automatic".
            value = None if value < (64 if name == "memory" else 1) else value
        elif name == "max_pixels":
            value *= 10**6
        refused = self._settings.set(**{name: value})
        told = list(refused)
        if name == "language":
            told.append(_tr("The language changes when the program is started again."))
        self.note.setText("\n".join(told))
        self.note.setVisible(bool(told))
        if not refused:
            self.changed.emit(name)


def scrolled(widget: QWidget, name: str) -> QScrollArea:
    """Put ``widget`` into a scroll area without a frame."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setAccessibleName(name)
    area.setWidget(widget)
    return area


class CheckLine(QCheckBox):
    """A check box whose words are its accessible name."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)
