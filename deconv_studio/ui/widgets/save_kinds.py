"""What of a result is saved into a folder: a box for each kind, and the button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from .collapsible import Collapsible


class SaveKinds(Collapsible):
    """A section with a box for each kind of file that can be written.

    Parameters
    ----------
    title : str
    kinds : sequence of (str, str, str, bool)
        The kind's name in the task's options, its word, its tooltip, and whether it is ticked at first.
    columns : int
        Boxes side by side.

    Signals
    -------
    changed
        Other kinds are ticked.
    wanted
        The button was pressed.
    """

    changed = Signal()
    wanted = Signal()

    def __init__(
        self,
        title: str,
        kinds: Sequence[tuple[str, str, str, bool]],
        *,
        columns: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        self.boxes: dict[str, QCheckBox] = {}
        for place, (kind, word, tip, on) in enumerate(kinds):
            box = QCheckBox(word)
            box.setAccessibleName(word)
            box.setToolTip(tip)
            box.setChecked(on)
            box.toggled.connect(lambda _on: self.changed.emit())
            self.boxes[kind] = box
            grid.addWidget(box, place // columns, place % columns)
        column.addLayout(grid)
        self.button = QPushButton(self.tr("Save into a folder…"))
        self.button.setAccessibleName(self.button.text())
        self.button.clicked.connect(lambda: self.wanted.emit())
        column.addWidget(self.button)
        self.set_content(inside)

    def chosen(self) -> list[str]:
        """The kinds that are ticked and can be written."""
        return [kind for kind, box in self.boxes.items() if box.isChecked() and box.isEnabled()]
