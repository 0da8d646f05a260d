"""A section that folds away, e.g. advanced options."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from .. import icons, theme


class Collapsible(QWidget):
    """A heading that shows and hides what is under it.

    Parameters
    ----------
    title : str
    open : bool
        Whether it starts unfolded.

    Signals
    -------
    toggled : bool
    """

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, open: bool = False) -> None:
        super().__init__(parent)
        self.heading = QToolButton(self)
        self.heading.setText(title)
        self.heading.setCheckable(True)
        self.heading.setProperty("variant", "section")
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.heading.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.heading.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.heading.setAccessibleName(title)
        self._content: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.heading)
        self.heading.toggled.connect(self._fold)
        now = theme.current()
        if now is not None:
            now.changed.connect(self._draw)
        self.heading.setChecked(open)
        self._draw()

    @property
    def content(self) -> QWidget | None:
        """What is shown and hidden."""
        return self._content

    def set_content(self, content: QWidget) -> None:
        """Put `content` under the heading, in place of what was there."""
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.deleteLater()
        self._content = content
        self._column.addWidget(content)
        content.setVisible(self.is_open())

    def is_open(self) -> bool:
        """Whether the content is shown."""
        return self.heading.isChecked()

    def set_open(self, open: bool) -> None:
        """Fold or unfold."""
        self.heading.setChecked(open)

    def _fold(self, open: bool) -> None:
        if self._content is not None:
            self._content.setVisible(open)
        self._draw()
        self.toggled.emit(open)

    def _draw(self) -> None:
        open = self.heading.isChecked()
        self.heading.setIcon(icons.icon("chevron-down" if open else "chevron-right"))
        # Which way the chevron points is told in words, too.
        self.heading.setAccessibleDescription(self.tr("unfolded") if open else self.tr("folded away"))
