"""How a network takes a large picture: the side of its tiles, and over which views it averages."""

from __future__ import annotations

from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSpinBox, QVBoxLayout, QWidget

from .basics import field_label
from .slider import inset

#: Largest side of a tile, as the tasks' options have it.
LARGEST_TILE = 16384


class PixelBox(QSpinBox):
    """A number of pixels; the least one has a word of its own.

    Parameters
    ----------
    minimum, maximum, step : int
    special : str
        What stands in place of the minimum.
    """

    def __init__(
        self, minimum: int, maximum: int, step: int, special: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        inset(self)
        self.setRange(minimum, maximum)
        self.setSingleStep(step)
        self.setSuffix(" px")
        self.setSpecialValueText(special)
        self.setKeyboardTracking(False)


class Tiling(QWidget):
    """The side of a tile and, where the task averages, a box to switch that on.

    Parameters
    ----------
    views : int
        How many views the task can average over: eight flips and turns, two mirror images, or only the one.
    of_network : bool
        Whether a tile is measured in the network's pixels, not in the picture's.

    Signals
    -------
    changed
    """

    changed = Signal()

    def __init__(
        self, views: Literal[1, 2, 8] = 1, *, of_network: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.tile = PixelBox(0, LARGEST_TILE, 32 if of_network else 16, self.tr("automatic"))
        self.tile.setToolTip(
            self.tr("Side of a tile in the network's pixels. Automatic takes what the memory allows.")
            if of_network
            else self.tr("Side of a tile in input pixels. Automatic takes what the memory allows.")
        )
        column.addWidget(field_label(self.tr("Tile"), self.tile))
        column.addWidget(self.tile)
        self.tile.valueChanged.connect(lambda _side: self.changed.emit())
        self.tta: QCheckBox | None = None
        if views > 1:
            self.tta = QCheckBox(
                self.tr("Average eight views") if views == 8 else self.tr("Average with the mirror image")
            )
            self.tta.setAccessibleName(self.tta.text())
            self.tta.setToolTip(
                self.tr("Mean over the eight flips and quarter turns: a little better, eight times slower.")
                if views == 8
                else self.tr("A little better, twice as slow.")
            )
            self.tta.toggled.connect(lambda _on: self.changed.emit())
            column.addWidget(self.tta)

    def values(self) -> dict[str, Any]:
        """The options ``tile`` and, where there is a choice, ``tta``."""
        found: dict[str, Any] = {"tile": self.tile.value()}
        return found if self.tta is None else found | {"tta": self.tta.isChecked()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls to stored options; nonsense leaves its control alone."""
        if isinstance(values.get("tile"), int):
            self.tile.setValue(values["tile"])
        if self.tta is not None and isinstance(values.get("tta"), bool):
            self.tta.setChecked(values["tta"])
