"""The classes of a label map: colour, name, share of the picture, shown or hidden, agreement with a truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from deconv_studio.ui.segment.jobs import Agreement, Look

ROW = 26
NAME, SHARE, IOU, DICE = range(4)


class ClassTree(QTreeWidget):
    """As high as its rows, up to ten."""

    def sizeHint(self) -> QSize:
        rows = min(10, max(2, self.topLevelItemCount()))
        return QSize(120, rows * ROW + max(32, self.header().sizeHint().height()) + 2 * self.frameWidth() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Legend(QWidget):
    """One row a class. A tick shows it; the chosen row is what a brush draws; "Only" shows it alone.

    Signals
    -------
    hidden_changed : frozenset of int
        Classes that are not to be shown.
    chosen : int
        The class to draw with.
    """

    hidden_changed = Signal(object)
    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tree = ClassTree()
        self.tree.setObjectName("classes")
        self.tree.setAccessibleName(self.tr("Classes"))
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.tree.setHeaderLabels([self.tr("Class"), self.tr("Share"), self.tr("IoU"), self.tr("Dice")])
        self.tree.setToolTip(
            self.tr(
                "A tick shows a class; the chosen row is what the brush draws. Double click shows it alone."
            )
        )
        head = self.tree.header()
        head.setAccessibleName(self.tr("Columns of the classes"))
        head.setStretchLastSection(False)
        head.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for place in (SHARE, IOU, DICE):
            head.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
            self.tree.headerItem().setTextAlignment(
                place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        self.tree.setColumnHidden(IOU, True)
        self.tree.setColumnHidden(DICE, True)
        self.solo = QPushButton(self.tr("Show only this class"))
        self.solo.setCheckable(True)
        self.solo.setAccessibleName(self.solo.text())
        self.solo.setToolTip(self.tr("Show the chosen class alone, or all that are ticked again"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.tree)
        column.addWidget(self.solo)
        self.tree.itemChanged.connect(lambda _item, _column: self._tell())
        self.tree.currentItemChanged.connect(lambda _new, _old: self._choose())
        self.tree.itemDoubleClicked.connect(lambda _item, _column: self.solo.toggle())
        self.solo.toggled.connect(lambda _on: self._tell())
        self._filling = False

    def set_look(self, look: Look) -> None:
        """Show other classes; all of them are ticked."""
        self._filling = True
        self.tree.clear()
        for number, (name, color) in enumerate(zip(look.names, look.colors, strict=True)):
            item = QTreeWidgetItem([name, "", "", ""])
            item.setIcon(NAME, swatch(QColor(*color)))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(NAME, Qt.CheckState.Checked)
            item.setData(NAME, Qt.ItemDataRole.UserRole, number)
            item.setToolTip(NAME, name)
            item.setSizeHint(NAME, QSize(0, ROW))
            for place in (SHARE, IOU, DICE):
                item.setTextAlignment(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.tree.addTopLevelItem(item)
        self.solo.setChecked(False)
        first = next((n for n in range(len(look.names)) if n not in look.background), 0)
        self._filling = False
        if look.names:
            self.tree.setCurrentItem(self._item(first))
        self.tree.updateGeometry()
        self._tell()

    def set_shares(self, shares: list[float] | None) -> None:
        """Show how much of the picture each class has, from 0 to 1; None for no map."""
        self._filling = True
        for number in range(self.tree.topLevelItemCount()):
            text = ""
            if shares is not None:
                share = shares[number]
                text = "0" if share == 0 else f"{share:.1%}" if share >= 0.001 else "<0.1%"
            self._item(number).setText(SHARE, text)
        self._filling = False

    def set_agreement(self, found: Agreement | None) -> None:
        """Show IoU and Dice of each class, or take both columns away."""
        self._filling = True
        # Beside three columns of figures the names would be cut off.
        self.tree.setColumnHidden(SHARE, found is not None)
        self.tree.setColumnHidden(IOU, found is None)
        self.tree.setColumnHidden(DICE, found is None)
        for number in range(self.tree.topLevelItemCount()):
            item = self._item(number)
            for place, values in ((IOU, found and found.iou), (DICE, found and found.dice)):
                value = values[number] if values else float("nan")
                item.setText(place, f"{value:.3f}" if value == value else "–")
        self._filling = False

    @property
    def current(self) -> int:
        """The class chosen; -1 for none."""
        item = self.tree.currentItem()
        return -1 if item is None else int(item.data(NAME, Qt.ItemDataRole.UserRole))

    def choose(self, number: int) -> None:
        """Choose a class."""
        self.tree.setCurrentItem(self._item(number))

    @property
    def hidden(self) -> frozenset[int]:
        """Classes that are not to be shown."""
        count = self.tree.topLevelItemCount()
        if self.solo.isChecked() and self.current >= 0:
            return frozenset(range(count)) - {self.current}
        return frozenset(
            number for number in range(count) if self._item(number).checkState(NAME) != Qt.CheckState.Checked
        )

    def _item(self, number: int) -> QTreeWidgetItem:
        item = self.tree.topLevelItem(number)
        assert item is not None  # numbers are those of the rows
        return item

    def _choose(self) -> None:
        if self._filling or self.current < 0:
            return
        self.chosen.emit(self.current)
        if self.solo.isChecked():
            self._tell()

    def _tell(self) -> None:
        if not self._filling:
            self.hidden_changed.emit(self.hidden)


def swatch(color: QColor) -> QIcon:
    """A square of a colour with a rim that is seen on every area."""
    pixmap = QPixmap(32, 32)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(128, 128, 128))
    painter.setBrush(color)
    painter.drawRoundedRect(1, 1, 14, 14, 3, 3)
    painter.end()
    icon = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(pixmap, mode)
    return icon
