"""Enlarge: a picture made larger by a super-resolution network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.panels.task_panel import TaskPanel
from deconv_studio.ui.widgets import Collapsible, SegmentedControl, Tiling

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry

SCALES = (2, 3, 4)


class EnlargePanel(TaskPanel):
    """Scale, model, transparency and blend; tile and averaging folded away."""

    name: ClassVar[str] = "enlarge"
    title: ClassVar[str] = "Enlarge"
    icon: ClassVar[str] = "enlarge"
    description: ClassVar[str] = "Two to four times as large, with detail"
    order: ClassVar[int] = 10
    task: ClassVar[str] = "upscale"

    def build_controls(self) -> None:
        """Make the controls in the order of work."""
        self.scale = SegmentedControl([(each, f"×{each}") for each in SCALES])
        self.scale.setAccessibleName(self.tr("Scale"))
        self.add(self.label(self.tr("Scale")), 4)
        self.add(self.scale)
        self.add(self.label(self.tr("Model"), self.model), 8)
        self.add(self.model)
        self.add(self.card, 4)

        self.alpha = QComboBox()
        self.alpha.addItem(self.tr("By the network"), "network")
        self.alpha.addItem(self.tr("Bicubic"), "bicubic")
        self.alpha.setToolTip(self.tr("What enlarges the transparency of pictures that have one."))
        self.add(self.label(self.tr("Transparency"), self.alpha), 8)
        self.add(self.alpha)

        self.blend = QSlider(Qt.Orientation.Horizontal)
        self.blend.setRange(0, 100)
        self.blend.setPageStep(10)
        self.blend.setToolTip(
            self.tr("How much of plain bicubic enlargement is mixed in; softer, with fewer surprises.")
        )
        self.blend_value = QLabel("0 %")
        self.blend_value.setProperty("role", "secondary")
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.label(self.tr("Blend with bicubic"), self.blend), 1)
        line.addWidget(self.blend_value)
        self.add(head, 8)
        self.add(self.blend)

        self.advanced = Collapsible(self.tr("Advanced"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        self.tiling = Tiling(views=8)
        column.addWidget(self.tiling)
        self.advanced.set_content(inside)
        self.add(self.advanced, 4)

        self.scale.set_value(2)
        self.remember()
        self.scale.changed.connect(lambda _scale: self._scale_changed())
        self.alpha.currentIndexChanged.connect(lambda _index: self.options_changed())
        self.blend.valueChanged.connect(self._blend_changed)
        self.tiling.changed.connect(self.options_changed)

    def _scale_changed(self) -> None:
        # "upscale-x2-fine" becomes "upscale-x4-fine", not whatever comes first.
        old = self.model_id()
        for each in SCALES:
            old = old.replace(f"x{each}", "x{}", 1) if f"x{each}" in old else old
        self._wanted_model = old.replace("x{}", f"x{self.scale.value()}")
        self.fill_models()

    def _blend_changed(self, value: int) -> None:
        self.blend_value.setText(f"{value} %")
        self.options_changed()

    def values(self) -> dict[str, Any]:
        """The options of ``upscale``."""
        return {
            "scale": self.scale.value(),
            **self.tiling.values(),
            "alpha": self.alpha.currentData(),
            "blend": self.blend.value() / 100,
        }

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the controls to stored options; nonsense leaves its control alone."""
        if values.get("scale") in SCALES:
            self.scale.set_value(values["scale"])
        alpha, blend = values.get("alpha"), values.get("blend")
        self.tiling.set_values(values)
        if alpha is not None and self.alpha.findData(alpha) >= 0:
            self.alpha.setCurrentIndex(self.alpha.findData(alpha))
        if isinstance(blend, int | float):
            self.blend.setValue(round(blend * 100))

    def fits(self, entry: Entry) -> bool:
        """Models of the chosen scale."""
        return entry.card.output.scale == self.scale.value()

    def default_model(self) -> str:
        """The fast model of the scale."""
        return f"upscale-x{self.scale.value()}"
