"""The pages under the views of the Inspect panel: units, nine seeds, hierarchy, pinned views, tests, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.inspect import jobs, words
from deconv_studio.ui.inspect.cards import CardList
from deconv_studio.ui.inspect.hierarchy import HierarchyView
from deconv_studio.ui.inspect.units import UnitGrid
from deconv_studio.ui.widgets import ElidedLabel, SegmentedControl

if TYPE_CHECKING:
    from deconv_studio.ui.inspect.cards import Card
    from deconv_studio.ui.inspect.host import Host


class InspectPages(QWidget):
    """A switch and its pages; those that show the unit at hand are made when they are looked at."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self._rows = 0
        self._build()

    def _build(self) -> None:
        self.page = SegmentedControl(
            [
                ("units", self.tr("Units")), ("nine", self.tr("Nine seeds")),
                ("hierarchy", self.tr("Hierarchy")), ("pinned", self.tr("Pinned")),
                ("tests", self.tr("Tests")), ("help", self.tr("Help")),
            ]
        )  # fmt: skip
        self.page.setAccessibleName(self.tr("Page"))
        self.zoomed = SegmentedControl([("whole", self.tr("Whole")), ("field", self.tr("Field"))])
        self.zoomed.setAccessibleName(self.tr("What the views show"))
        self.zoomed.setToolTip(
            self.tr(
                "The whole picture, or the unit's receptive field: the patch beside its reconstruction (Z)"
            )
        )
        self.zoomed.setFixedWidth(150)
        self.sort = QComboBox()
        for key, text in (
            ("peak", self.tr("by peak")), ("mean", self.tr("by mean")), ("index", self.tr("by number")),
        ):  # fmt: skip
            self.sort.addItem(text, key)
        self.sort.setAccessibleName(self.tr("Order of the units"))
        self.sort.setToolTip(self.tr("Order of the units"))
        self.shared = QCheckBox(self.tr("One range"))
        self.shared.setToolTip(self.tr("All maps share the layer's range; else each unit has its own."))
        self.units_title = ElidedLabel("")
        self.units_title.setAccessibleName(self.tr("Units"))
        self.grid = UnitGrid()
        units = QWidget()
        column = QVBoxLayout(units)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.units_title, 1)
        row.addWidget(self.shared)
        row.addWidget(self.sort)
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        self.nine = CardList(self.tr("Nine seeds"))
        self.hierarchy = HierarchyView()
        self.pinned = CardList(self.tr("Pinned"))
        self.pinned.removed.connect(self.pinned.card_model.remove)
        self.pinned.delegate.side = 128
        nine, self.nine_note = self._noted(self.nine)
        hierarchy, self.hierarchy_note = self._noted(self.hierarchy)
        self.stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {
            "units": units, "nine": nine, "hierarchy": hierarchy, "pinned": self._build_pinned(),
            "tests": self._build_test_page(), "help": self._build_help(),
        }  # fmt: skip
        for page in self._pages.values():
            self.stack.addWidget(page)
        self.page.changed.connect(lambda _name: self.show_page())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.page, 1)
        row.addWidget(self.zoomed)
        column.addLayout(row)
        column.addWidget(self.stack, 1)

    def _noted(self, view: QWidget) -> tuple[QWidget, QLabel]:
        """A view with a sentence above it, for when there is nothing it could show."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        note = QLabel(self.tr("This needs a rule that projects back: deconvnet, guided or gradient."))
        note.setWordWrap(True)
        note.hide()
        column.addWidget(note)
        column.addWidget(view, 1)
        return page, note

    def _build_pinned(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.no_pins = QLabel(
            self.tr("Nothing is pinned. P keeps the view at hand: of any unit, rule, picture or network. "
                    "Return goes back to a pinned unit, Delete takes it away.")
        )  # fmt: skip
        self.no_pins.setWordWrap(True)
        column.addWidget(self.no_pins)
        column.addWidget(self.pinned, 1)
        model = self.pinned.card_model
        for signal in (model.rowsInserted, model.rowsRemoved):
            signal.connect(lambda *_: self.no_pins.setVisible(not model.cards))
        return page

    def _build_test_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        self.verdict = QLabel(
            self.tr("Verify covers what the reconstruction shows; Randomise shuffles the weights. "
                    "What comes of it stands here.")
        )  # fmt: skip
        self.verdict.setWordWrap(True)
        self.verdict.setAccessibleName(self.tr("Outcome of the tests"))
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.pair = CardList(self.tr("Before and after shuffling"))
        column.addWidget(self.verdict)
        column.addWidget(self.pair, 1)
        return page

    def _build_help(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 8)
        column.setSpacing(2)
        for heading, text in words.HELP:
            head = QLabel(words.told(heading))
            font = head.font()
            font.setBold(True)
            head.setFont(font)
            body = QLabel(words.told(text))
            body.setWordWrap(True)
            body.setMaximumWidth(760)
            body.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(head)
            column.addWidget(body)
            column.addSpacing(8)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(self.tr("Help"))
        area.setWidget(inner)
        area.viewport().setAutoFillBackground(False)
        inner.setAutoFillBackground(False)
        return area

    # -- what they show --------------------------------------------------------------------------------------

    def show_page(self) -> None:
        """Show the page that is chosen, made of the unit at hand."""
        name = self.page.value()
        self.stack.setCurrentWidget(self._pages[name])
        looked, drawn = self.host.looked, self.host.drawn
        if looked is None or drawn is None or name not in ("nine", "hierarchy"):
            return
        projects = drawn.found.rule not in ("gradcam", "occlusion")
        self.nine_note.setVisible(not projects)
        self.hierarchy_note.setVisible(not projects)
        if not projects:
            self.nine.card_model.set_cards([])
            self.hierarchy.row_model.clear()
            return
        self.host.clear_error("page")
        options = self.host.options()
        if name == "nine":
            self.host.studio.work.start(
                jobs.nine, looked.scene, options, self.host.style_now(), channel="inspect-page",
                on_done=self.nine.card_model.set_cards,
                on_failed=lambda error: self.host.show_error(error, "page"),
            )  # fmt: skip
            return
        rows = self.hierarchy.row_model
        self._rows = 0

        def step(row: tuple[str, str, list[Card]]) -> None:
            rows.put(self._rows, row)
            self._rows += 1

        self.host.studio.work.start(
            jobs.follow, looked.scene, options, self.host.style_now(), channel="inspect-page",
            on_partial=step, on_done=rows.cut, on_failed=lambda error: self.host.show_error(error, "page"),
        )  # fmt: skip

    def pin(self) -> None:
        """Keep the view at hand among the pinned ones."""
        drawn, looked = self.host.drawn, self.host.looked
        if drawn is None or looked is None:
            return
        link = self.host.link_now()
        self.host.studio.work.start(
            jobs.pin, drawn.scene, drawn.found, drawn.style, self.host.studio.document.name, link,
            on_done=self._pinned, on_failed=lambda error: self.host.show_error(error, "pin"),
        )  # fmt: skip

    def _pinned(self, card: Card) -> None:
        self.pinned.card_model.append(card)
        count = len(self.pinned.card_model.cards)
        self.host.studio.said.emit(self.tr("Pinned, {count} in all").format(count=count))
