"""A message where its cause is: a sentence with a way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from .. import icons, theme

Kind = Literal["error", "warning", "info"]

_ICON_TOKEN = {"error": "error", "warning": "warning", "info": "accent"}


class InlineMessage(QFrame):
    """A sentence in a panel, with an icon for its kind and buttons for the ways out; hidden until it has one.

    Signals
    -------
    closed
        The user has closed it.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._sign = QLabel(self)
        self._sign.setFixedSize(20, 20)
        self.label = QLabel(self)
        self.label.setWordWrap(True)
        # Sentences carry file names: never markup.
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._close = QToolButton(self)
        self._close.setAccessibleName(self.tr("Close the message"))
        self._close.setToolTip(self.tr("Close"))
        self._close.clicked.connect(self._closed)
        self._close.setVisible(closable)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.label, 1)
        line.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self._actions = QWidget(self)
        self._row = QHBoxLayout(self._actions)
        self._row.setContentsMargins(28, 0, 0, 0)
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self._actions)
        self._actions.hide()
        self._draw()
        now = theme.current()
        if now is not None:
            now.changed.connect(self._draw)
        self.hide()

    @property
    def kind(self) -> Kind:
        """What kind of message it is."""
        return self._kind

    def text(self) -> str:
        """The sentence."""
        return self.label.text()

    def buttons(self) -> list[QPushButton]:
        """The ways out, in their order."""
        items = (self._row.itemAt(i) for i in range(self._row.count()))
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if isinstance(widget, QPushButton)]

    def show_message(
        self,
        text: str,
        kind: str = "error",
        buttons: Iterable[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        """Show a sentence.

        Parameters
        ----------
        text : str
            Plain text.
        kind : str
            "error", "warning" or "info".
        buttons : iterable of (str, callable)
            Ways out: what stands on the button and what it does.
        """
        if kind not in _ICON_TOKEN:
            raise ValueError(f"kind is one of {', '.join(_ICON_TOKEN)}, not {kind!r}")
        self._kind = kind  # type: ignore[assignment]
        self.label.setText(text)
        while self._row.count():
            item = self._row.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for word, action in buttons:
            button = QPushButton(word, self._actions)
            button.setAccessibleName(word)
            button.clicked.connect(lambda _checked=False, action=action: action())
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._actions.setVisible(bool(self.buttons()))
        self._draw()
        self.show()

    def clear(self) -> None:
        """Take the message away, because its cause has gone."""
        self.label.clear()
        self.hide()

    def _closed(self) -> None:
        self.clear()
        self.closed.emit()

    def _draw(self) -> None:
        tokens = theme.tokens()
        self.setProperty("area", self._kind)
        self.style().unpolish(self)
        self.style().polish(self)
        color = getattr(tokens, _ICON_TOKEN[self._kind])
        self._sign.setPixmap(icons.pixmap(self._kind, color, 20, self.devicePixelRatioF()))
        names = {"error": self.tr("Error"), "warning": self.tr("Warning"), "info": self.tr("Note")}
        self._sign.setAccessibleName(names[self._kind])
        self.setAccessibleName(f"{names[self._kind]}: {self.label.text()}")
        self._close.setIcon(icons.icon("close"))
