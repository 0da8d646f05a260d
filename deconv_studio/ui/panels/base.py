"""What a panel is: one job of the program in the side of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from deconv_studio.ui.panels import words
from deconv_studio.ui.widgets import field_label

if TYPE_CHECKING:
    from pathlib import Path

    from deconv_studio.ui.studio import Studio


class Panel(QWidget):
    """Base of every panel. A module of this package that defines a subclass is found by the registry.

    Attributes
    ----------
    name
        Stable; also the name of the task the panel replaces the generated panel of, where there is one.
    title, icon
        What the rail shows. ``title`` is English and is translated in the context "Panels".
    description
        One sentence for the start page.
    order
        Place in the rail, ascending; panels with ``below`` stand at its foot.
    task
        The task's name; "" for a panel that is no task's.
    with_picture
        Whether what stands in the canvas's place shows the open picture, so that opening one stays here.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    description: ClassVar[str] = ""
    order: ClassVar[int] = 100
    below: ClassVar[bool] = False
    task: ClassVar[str] = ""
    with_picture: ClassVar[bool] = False

    #: What :meth:`subject` says has changed.
    subject_changed = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.studio = studio
        self.setObjectName(f"panel_{self.name}")
        self.setAccessibleName(words(self.title))
        # Content scrolls as a whole when the window is low; what must stay in sight goes into `foot`.
        self.body = QWidget()
        self.body.setObjectName("panel_body")
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(16, 12, 16, 12)
        self.column.setSpacing(4)
        self.heading = QLabel(words(self.title))
        self.heading.setProperty("role", "title")
        self.column.addWidget(self.heading)
        area = QScrollArea()
        area.setObjectName("panel_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(words(self.title))
        area.setWidget(self.body)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(lambda _low, high: self._make_room(bar.sizeHint().width() if high else 0))
        self.area = area
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(area)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def _make_room(self, width: int) -> None:
        # The scroll bar takes its room from the margin, so that no control moves when it comes.
        self.column.setContentsMargins(16, 12, max(4, 16 - width), 12)

    def label(self, text: str, buddy: QWidget | None = None, role: str = "secondary") -> QLabel:
        """A small label above a control; the control takes its text as accessible name if it has none."""
        return field_label(text, buddy, role)

    def add(self, widget: QWidget, above: int = 0) -> None:
        """Put a control under the others, ``above`` pixels further down."""
        if above:
            self.column.addSpacing(above)
        self.column.addWidget(widget)

    def middle(self) -> QWidget | None:
        """What the panel puts in the place of the canvas, or None for the canvas."""
        return None

    def subject(self) -> tuple[str, str]:
        """What the panel works on where that is not the open picture: its name and a few words about it, for
        the window's title and top bar; "" for neither."""
        return "", ""

    def activated(self) -> None:
        """The panel has come to the front."""

    def start(self) -> None:
        """The panel's main action, on Ctrl+Return."""

    def cancel(self) -> bool:
        """Stop what the panel runs; whether there was anything to stop."""
        return False

    def take_parameters(self, parameters: dict[str, object], model_id: str) -> bool:
        """Set the controls to what made a result; whether they were the panel's."""
        del parameters, model_id
        return False

    def look_at_model(self, model_id: str) -> bool:
        """Choose the model that another panel points to; whether it is among the panel's."""
        del model_id
        return False

    def drop_folder(self, folder: object) -> bool:
        """Take a dropped folder; whether the panel wants it."""
        del folder
        return False

    def drop_model(self, path: Path) -> bool:
        """Take a dropped model file; whether the panel wants it."""
        del path
        return False

    def close_down(self) -> None:
        """The window closes: stop timers; work is stopped by the window."""
