"""The side of the Inspect panel: network, rule, position, link and facts of the unit, and the rest folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.inspect import words
from deconv_studio.ui.inspect.scores import ScoreList
from deconv_studio.ui.inspect.units import place_text
from deconv_studio.ui.widgets import (
    Collapsible,
    ElidedLabel,
    LabeledSlider,
    PrimaryButton,
    SegmentedControl,
    ThinProgress,
)

if TYPE_CHECKING:
    from deconv_studio.tasks.inspect import Inspection
    from deconv_studio.ui.inspect.jobs import Looked
    from deconv_studio.ui.panels.base import Panel

SIDES = (128, 256, 384, 512, 768, 0)
"""Longer sides at which a network of any size sees the picture; 0 is as it is."""


class InspectControls(QObject):
    """Makes the controls and puts them into the panel's column; the panel listens to them."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        self.panel = panel
        self._build_network()
        self._build_rule()
        self._build_unit()
        self._build_tests()
        self._build_more()

    def _build_network(self) -> None:
        self.network = QComboBox()
        self.network.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.network.setMinimumContentsLength(10)
        self.open_file = QPushButton(self.tr("File…"))
        self.open_file.setAccessibleName(self.tr("Open an .onnx file"))
        self.open_file.setToolTip(
            self.tr("Look into an .onnx file of your own; it can also be dropped onto the window.")
        )
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.network, 1)
        row.addWidget(self.open_file)
        self.panel.add(self.panel.label(self.tr("Network"), self.network), 4)
        self.panel.add(line)
        self.facts = ElidedLabel("")
        self.facts.setProperty("role", "secondary")
        self.facts.setAccessibleName(self.tr("About the network"))
        keys = QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText)
        self.go = PrimaryButton(self.tr("Look"), keys)
        self.go.setToolTip(self.tr("Let the network see the open picture; from then on every click is live."))
        self.progress = ThinProgress()
        self.progress.hide()
        self.doing = ElidedLabel("")
        self.doing.setProperty("role", "secondary")
        self.doing.setAccessibleName(self.tr("What is being done"))
        self.stop = QPushButton(self.tr("Cancel"))
        self.stop.setProperty("variant", "link")
        self.stop.setToolTip(self.tr("Stop what runs (Esc)"))
        doing = QWidget()
        row = QHBoxLayout(doing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.doing, 1)
        row.addWidget(self.stop)
        # What is known of the network, or what is being done with it: one line, so that nothing moves.
        self.line = QStackedWidget()
        self.line.setFixedHeight(24)
        self.line.addWidget(self.facts)
        self.line.addWidget(doing)
        self.panel.add(self.go, 4)
        self.panel.add(self.progress, 2)
        self.panel.add(self.line)

    def _build_rule(self) -> None:
        self.rule = QComboBox()
        for name, text, line in words.RULES:
            self.rule.addItem(words.told(text), name)
            self.rule.setItemData(self.rule.count() - 1, words.told(line), Qt.ItemDataRole.ToolTipRole)
        self.why = QLabel()
        self.why.setWordWrap(True)
        self.why.setProperty("role", "secondary")
        self.why.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.why.setFixedHeight(50)
        self.why.setAccessibleName(self.tr("What the rule does"))
        self.panel.add(self.panel.label(self.tr("Rule"), self.rule), 2)
        self.panel.add(self.rule)
        self.panel.add(self.why)
        self.position = SegmentedControl(
            [("max", self.tr("Strongest")), ("at", self.tr("Clicked")), ("all", self.tr("Whole map"))]
        )
        self.position.setAccessibleName(self.tr("Position"))
        self.position.setToolTip(
            self.tr("Where the unit's activity is taken from: its strongest place, where you click on its "
                    "map or on the picture, or everywhere.")
        )  # fmt: skip
        self.panel.add(self.panel.label(self.tr("Position"), self.position), 4)
        self.panel.add(self.position)
        self.gain = LabeledSlider(self.tr("Gain"), 0.5, 20.0, 0.5, unit="×")
        self.gain.set_value(3.0)
        self.gain.setToolTip(
            self.tr("How much the view is amplified; at 1 only its strongest value is at the end.")
        )
        self.panel.add(self.gain, 4)

    def _build_unit(self) -> None:
        self.link = QLineEdit()
        self.link.setPlaceholderText(self.tr("model:layer:unit"))
        self.link.setToolTip(
            self.tr("The link to this unit. Write or paste another one and press Return to go there.")
        )
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the link"))
        self.copy.setToolTip(self.tr("Copy the link to this unit (C)"))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.link, 1)
        row.addWidget(self.copy)
        self.link.setAccessibleName(self.tr("Link"))
        self.panel.add(line, 4)
        self.what = QLabel()
        self.what.setWordWrap(True)
        self.what.setProperty("role", "secondary")
        self.what.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.what.setFixedHeight(36)
        self.what.setAccessibleName(self.tr("About the unit"))
        self.panel.add(self.what, 2)
        self.panel.add(self.panel.label(self.tr("CLASS SCORES"), role="section"), 4)
        self.scores = ScoreList()
        self.panel.add(self.scores)

    def _build_tests(self) -> None:
        self.verify_button = QPushButton(self.tr("Verify"))
        self.verify_button.setAccessibleName(self.tr("Verify by occlusion"))
        self.verify_button.setToolTip(
            self.tr("Verify by occlusion: cover what the reconstruction shows, then what it does not (V)")
        )
        self.shuffle_button = QPushButton(self.tr("Randomise"))
        self.shuffle_button.setAccessibleName(self.tr("Randomise from this layer up"))
        self.shuffle_button.setToolTip(
            self.tr("Randomise from this layer up: shuffle the weights and reconstruct again (X)")
        )
        self.pin_button = QPushButton(self.tr("Pin"))
        self.pin_button.setToolTip(self.tr("Keep this view among the pinned ones, to compare (P)"))
        self.more = QPushButton(self.tr("More"))
        self.more.setToolTip(self.tr("Save, export, go to a link, and everything else"))
        grid = QGridLayout()
        grid.setSpacing(8)
        for place, button in enumerate((self.verify_button, self.shuffle_button, self.pin_button, self.more)):
            grid.addWidget(button, place // 2, place % 2)
        self.panel.column.addSpacing(8)
        self.panel.column.addLayout(grid)

    def _build_more(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)

        def chooser(text: str, choices: list[tuple[Any, str]], tip: str) -> QComboBox:
            combo = QComboBox()
            for value, name in choices:
                combo.addItem(name, value)
            combo.setToolTip(tip)
            column.addWidget(self.panel.label(text, combo))
            column.addWidget(combo)
            return combo

        self.side_box = chooser(
            self.tr("Seen at"),
            [
                (side, self.tr("{side} pixels").format(side=side) if side else self.tr("full size"))
                for side in SIDES
            ],
            self.tr("Longer side at which a network of any size sees the picture; others have their own."),
        )
        self.side_box.setCurrentIndex(SIDES.index(256))
        self.ramp = chooser(
            self.tr("Colours of activations"),
            [("inferno", self.tr("Inferno")), ("viridis", self.tr("Viridis")),
             ("cividis", self.tr("Cividis")), ("gray", self.tr("Grey"))],
            self.tr("All rise evenly. A map with negative values is blue and orange, grey at zero."),
        )  # fmt: skip
        self.signed = chooser(
            self.tr("Colours of reconstructions"),
            [("pixels", self.tr("As pixels, grey is zero")), ("diverging", self.tr("Sum, blue to orange"))],
            self.tr("The channels as colours, or their sum on a ramp that is neutral at zero."),
        )
        self.seed = chooser(
            self.tr("Seed"),
            [("activation", self.tr("The unit's activation")), ("one", self.tr("One"))],
            self.tr("What stands at the position before going back."),
        )
        self.folded = Collapsible(self.tr("Size, colours, seed"))
        self.folded.set_content(content)
        self.panel.add(self.folded, 4)

    # -- words -----------------------------------------------------------------------------------------------

    def explain(self, looked: Looked | None, layer: str, used: str | None = None) -> None:
        """Say what the rule does; ``used`` is the one that was taken where the network decides."""
        rule = str(self.rule.currentData())
        text = words.explanation(rule)
        if rule == "auto" and used is not None:
            text = (
                self.tr("Deconvnet, since max pools tie this layer to the picture.")
                if used == "deconvnet"
                else self.tr(
                    "Guided: there is no max pool below, so deconvnet would not depend on the picture."
                )
            )
        elif rule == "deconvnet" and looked is not None and layer:
            scene = looked.scene
            if scene.lens.default_method(scene.graph, layer) != "deconvnet":
                text = self.tr(
                    "No max pool lies below this layer: deconvnet shows its filters, whatever the picture is."
                )
        self.why.setText(text)
        self.why.setToolTip(text)

    def tell_unit(self, found: Inspection) -> None:
        """Say what was sent back, and what of the picture the unit sees."""
        (top, bottom), (left, right) = found.box
        parts = []
        if found.at is None:
            parts.append(self.tr("Whole map."))
        elif found.at:
            parts.append(
                self.tr("Seed {value:.4g} at {place}.").format(
                    value=found.seed_value or 0.0, place=place_text(found.at)
                )
            )
        else:
            parts.append(self.tr("Seed {value:.4g}.").format(value=found.seed_value or 0.0))
        parts.append(
            self.tr(
                "It sees {height} × {width} pixels, rows {top} to {bottom}, columns {left} to {right}."
            ).format(
                height=bottom - top,
                width=right - left,
                top=top,
                bottom=bottom - 1,
                left=left,
                right=right - 1,
            )
        )
        self.what.setText(" ".join(parts))
        self.what.setToolTip("\n".join([" ".join(parts), *found.notices]))
