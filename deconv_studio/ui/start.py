"""The start page: what to do, samples to try it on, the jobs there are, and the files opened lately."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPainterPath, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from deconv_studio import catalog
from deconv_studio.ui import icons
from deconv_studio.ui.panels import words
from deconv_studio.ui.thumbnails import Thumbnails

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.panels import Entry
    from deconv_studio.ui.studio import Studio

SAMPLE_SIZE = QSize(132, 94)
SAMPLES_SHOWN = 15
RECENT_SHOWN = 5


def find_samples(control: Control) -> list[tuple[Path, str, str]]:
    """Bundled sample pictures as (file, name for people, credit), in the order of their list of credits."""
    from deconv_studio.catalog import notice

    control.raise_if_cancelled()
    file = catalog.resources_folder() / notice.CREDITS_FILE
    return [
        (file.parent / credit.file, credit.title, f"{credit.author}, {credit.licence}")
        for credit in notice.read_credits(file)
        if (file.parent / credit.file).is_file()
    ]


def existing(control: Control, paths: list[str]) -> list[Path]:
    """The paths that are still there; asked in the background because a network drive may take its time."""
    control.raise_if_cancelled()
    return [Path(each) for each in paths if Path(each).exists()]


class StartPage(QScrollArea):
    """Stands in the place of the canvas while nothing is open."""

    open_wanted = Signal()
    folder_wanted = Signal()
    paste_wanted = Signal()
    file_chosen = Signal(object)
    sample_chosen = Signal(object, list)
    panel_chosen = Signal(str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("start_page")
        self.setAccessibleName(self.tr("Start"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._studio = studio
        self._thumbnails = Thumbnails(studio.work, 320, self)
        self._thumbnails.ready.connect(self._sample_ready)
        self._sample_buttons: dict[Path, QToolButton] = {}
        self._samples: list[Path] = []
        self._cards: list[QToolButton] = []
        self._columns = (0, 0)

        inside = QWidget()
        inside.setProperty("area", "canvas")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        centre = QHBoxLayout(inside)
        centre.setContentsMargins(24, 24, 24, 24)
        column_widget = QWidget()
        column_widget.setMaximumWidth(780)
        column_widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        centre.addStretch(1)
        centre.addWidget(column_widget, 20)
        centre.addStretch(1)
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(2)

        title = QLabel(self.tr("Open a picture to begin"))
        title.setProperty("role", "title")
        column.addWidget(title)
        hint = QLabel(
            self.tr(
                "Or drop it anywhere in this window: a picture, a folder, an .onnx model, an earlier result."
            )
        )
        hint.setProperty("role", "secondary")
        hint.setWordWrap(True)
        column.addWidget(hint)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.open_button = QPushButton(self.tr("Open…"))
        self.open_button.setProperty("variant", "primary")
        self.open_button.clicked.connect(self.open_wanted)
        self.folder_button = QPushButton(self.tr("Open folder…"))
        self.folder_button.clicked.connect(self.folder_wanted)
        self.paste_button = QPushButton(self.tr("Paste"))
        self.paste_button.clicked.connect(self.paste_wanted)
        for button in (self.open_button, self.folder_button, self.paste_button):
            button.setAccessibleName(button.text().rstrip("…"))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

        column.addSpacing(20)
        self._task_heading = self._heading(self.tr("WHAT DO YOU WANT TO DO?"))
        column.addWidget(self._task_heading)
        self._tasks = QGridLayout()
        self._tasks.setSpacing(8)
        column.addLayout(self._tasks)

        column.addSpacing(20)
        self._sample_heading = self._heading(self.tr("SAMPLES TO TRY"))
        column.addWidget(self._sample_heading)
        self._sample_area = _Flow(SAMPLE_SIZE.width() + 8)
        column.addWidget(self._sample_area)
        self._credit = QLabel("")
        self._credit.setProperty("role", "secondary")
        self._credit.setWordWrap(True)
        column.addWidget(self._credit)

        column.addSpacing(20)
        self._recent_heading = self._heading(self.tr("OPENED LATELY"))
        column.addWidget(self._recent_heading)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addLayout(self._recent)
        column.addStretch(3)
        self.setWidget(inside)
        for heading in (self._sample_heading, self._recent_heading):
            heading.hide()

    def _heading(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setProperty("role", "section")
        return label

    def fill(self) -> None:
        """Look for samples and recent files, in the background."""
        self._studio.work.start(find_samples, channel="samples", on_done=self._show_samples)
        self.refresh_recent()

    def close_down(self) -> None:
        """Make no more thumbnails."""
        self._thumbnails.close()

    # -- tasks -----------------------------------------------------------------------------------------------

    def set_panels(self, panels: list[Entry]) -> None:
        """Offer the panels that work."""
        for panel in panels:
            button = QToolButton()
            button.setObjectName(f"start_{panel.name}")
            icons.attach(button, panel.icon)
            button.setIconSize(QSize(24, 24))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            title, text = words(panel.title), words(panel.description)
            button.setText(f"  {title}\n  {text}")
            button.setProperty("variant", "card")
            button.setAccessibleName(title)
            button.setAccessibleDescription(text)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setMinimumHeight(56)
            button.clicked.connect(lambda _checked=False, name=panel.name: self.panel_chosen.emit(name))
            self._cards.append(button)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the jobs side by side where there is room for two."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        widest = max((card.sizeHint().width() for card in self._cards), default=0)
        # What lies round the cards: the margins, and the scroll bar even while it is not there.
        room = self.width() - 48 - self.verticalScrollBar().sizeHint().width()
        columns = 2 if room >= 2 * widest + self._tasks.spacing() else 1
        if self._columns == (columns, len(self._cards)):
            return
        self._columns = (columns, len(self._cards))
        for place, card in enumerate(self._cards):
            self._tasks.addWidget(card, place // columns, place % columns)

    # -- samples ---------------------------------------------------------------------------------------------

    def _show_samples(self, samples: list[tuple[Path, str, str]]) -> None:
        self._samples = [path for path, _, _ in samples]
        self._sample_heading.setVisible(bool(samples))
        for path, name, credit in samples[:SAMPLES_SHOWN]:
            button = QToolButton()
            button.setProperty("variant", "sample")
            button.setIconSize(SAMPLE_SIZE)
            button.setFixedSize(SAMPLE_SIZE.width() + 8, SAMPLE_SIZE.height() + 8)
            button.setAccessibleName(self.tr("Sample: {name}").format(name=name))
            button.setAccessibleDescription(credit)
            button.setToolTip(f"{name}\n{credit}")
            button.clicked.connect(
                lambda _checked=False, path=path: self.sample_chosen.emit(path, self._samples)
            )
            self._sample_buttons[path] = button
            self._sample_area.add(button)
            image = self._thumbnails.get(path, path)
            if image is not None:
                self._set_sample(path, image)
        credits = sorted({credit for _, _, credit in samples})
        self._credit.setText(
            self.tr("Pictures by {authors}.").format(authors="; ".join(credits)) if credits else ""
        )

    def _sample_ready(self, path: Any) -> None:
        image = self._thumbnails.get(path, path)
        if image is not None:
            self._set_sample(path, image)

    def _set_sample(self, path: Path, image: QImage) -> None:
        button = self._sample_buttons.get(path)
        if button is None or image.isNull():
            return
        ratio = self.devicePixelRatioF()
        size = QSize(round(SAMPLE_SIZE.width() * ratio), round(SAMPLE_SIZE.height() * ratio))
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(0, 0, size.width(), size.height(), 6 * ratio, 6 * ratio)
        painter.setClipPath(outline)
        scaled = image.scaled(
            size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(
            (size.width() - scaled.width()) // 2, (size.height() - scaled.height()) // 2, scaled
        )
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        button.setIcon(QIcon(pixmap))

    # -- recent ----------------------------------------------------------------------------------------------

    def refresh_recent(self) -> None:
        """Show the files opened lately that are still there."""
        paths = list(self._studio.settings.recent_files)[: RECENT_SHOWN * 2]
        self._studio.work.start(existing, paths, channel="recent", on_done=self._show_recent)

    def _show_recent(self, paths: list[Path]) -> None:
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._recent_heading.setVisible(bool(paths))
        for path in paths[:RECENT_SHOWN]:
            button = QPushButton()
            button.setProperty("variant", "flat")
            button.setProperty("align", "left")
            room = 90
            name = str(path)
            if len(name) > room:
                name = f"{name[: room // 2]}…{name[-room // 2 :]}"
            button.setText(name.replace("&", "&&"))
            button.setToolTip(str(path))
            button.setAccessibleName(self.tr("Open {name}").format(name=path.name))
            button.setStyleSheet("text-align: left; padding: 3px 8px;")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, path=path: self.file_chosen.emit(path))
            self._recent.addWidget(button)


class _Flow(QWidget):
    """Buttons of one size in as many columns as fit; rearranged when the width changes."""

    def __init__(self, cell: int) -> None:
        super().__init__()
        self._cell = cell
        self._widgets: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._columns = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def add(self, widget: QWidget) -> None:
        """Append a button."""
        self._widgets.append(widget)
        self._columns = 0
        self._arrange()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        columns = max(1, (self.width() + 8) // (self._cell + 8))
        if columns == self._columns:
            return
        self._columns = columns
        for place, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, place // columns, place % columns)
