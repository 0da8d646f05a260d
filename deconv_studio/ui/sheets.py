"""The two sheets made of the actions: all of them in a list to search, and all their keys.

Apart from the actions, because the classes of Qt they need take time to load, and the window is painted
before.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QListView,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from deconv_studio.ui.actions import MENUS, QT_TRANSLATE_NOOP, Actions


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)


class Palette(QDialog):
    """All actions in one list: type a few letters, Return runs the first."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setWindowTitle(_tr("Find an action"))
        self.setAccessibleName(_tr("Find an action"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self.field = QLineEdit()
        self.field.setPlaceholderText(_tr("Type what you want to do"))
        self.field.setAccessibleName(_tr("Find an action"))
        self.field.setClearButtonEnabled(False)
        model = QStandardItemModel(self)
        for name, action in actions.all().items():
            if name == "palette" or not action.isEnabled():
                continue
            keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
            text = action.text().replace("&", "")
            item = QStandardItem(f"{actions.menu_title(action)}: {text}" + (f"\t{keys}" if keys else ""))
            item.setData(name, Qt.ItemDataRole.UserRole)
            item.setEditable(False)
            model.appendRow(item)
        self._filter = QSortFilterProxyModel(self)
        self._filter.setSourceModel(model)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._filter)
        self.list.setAccessibleName(_tr("Actions found"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setItemDelegate(_KeyDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda _index: self._run())
        self._search("")
        self.resize(480, 380)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 60)

    def _search(self, text: str) -> None:
        # Letters in order, as people abbreviate: "op fo" finds "Open folder".
        pattern = ".*".join("".join(_escape(each) for each in word) for word in text.split())
        self._filter.setFilterRegularExpression(pattern)
        self._filter.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list.setCurrentIndex(self._filter.index(0, 0))

    def _run(self) -> None:
        index = self.list.currentIndex()
        if not index.isValid():
            return
        action = self._actions[index.data(Qt.ItemDataRole.UserRole)]
        self.close()
        action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the field keeps the focus."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                row = self.list.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)
                row = max(0, min(row, self._filter.rowCount() - 1))
                self.list.setCurrentIndex(self._filter.index(row, 0))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run()
                return True
        return super().eventFilter(watched, event)


def _escape(letter: str) -> str:
    return letter if letter.isalnum() else "\\" + letter


def _key_delegate() -> type:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize
    from PySide6.QtGui import QPainter, QPalette
    from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

    class KeyDelegate(QStyledItemDelegate):
        """Draws the key at the right end of the line."""

        def initStyleOption(
            self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
        ) -> None:
            super().initStyleOption(option, index)
            option.text = option.text.split("\t")[0]  # type: ignore[attr-defined]

        def paint(
            self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
        ) -> None:
            super().paint(painter, option, index)
            keys = str(index.data()).partition("\t")[2]
            if keys:
                chosen = bool(option.state & QStyle.StateFlag.State_Selected)  # type: ignore[attr-defined]
                role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.PlaceholderText
                painter.setPen(option.palette.color(role))  # type: ignore[attr-defined]
                rect = option.rect.adjusted(8, 0, -8, 0)  # type: ignore[attr-defined]
                painter.drawText(rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)

        def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
            return QSize(super().sizeHint(option, index).width(), 28)

    return KeyDelegate


_KeyDelegate = _key_delegate()


class ShortcutSheet(QDialog):
    """Every key in one sheet, by menu."""

    #: What works without standing in a menu.
    EXTRA: tuple[tuple[str, str], ...] = (
        (QT_TRANSLATE_NOOP("Actions", "Wheel"), QT_TRANSLATE_NOOP("Actions", "zoom to the cursor")),
        (QT_TRANSLATE_NOOP("Actions", "Drag"), QT_TRANSLATE_NOOP("Actions", "move the picture")),
        (QT_TRANSLATE_NOOP("Actions", "Double click"), QT_TRANSLATE_NOOP("Actions", "fit or 100 %")),
        ("\\", QT_TRANSLATE_NOOP("Actions", "hold for the original")),
        ("← →", QT_TRANSLATE_NOOP("Actions", "previous and next picture")),
    )

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(_tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        sections: list[tuple[str, list[tuple[str, str]]]] = []
        for name, title in MENUS:
            lines = []
            for action in actions.menu(name).actions():
                keys = ", ".join(
                    k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts()
                )
                if keys:
                    lines.append((keys, action.text().replace("&", "").rstrip("…")))
            sections.append((_tr(title).replace("&", ""), lines))
        sections.append((_tr("On the picture"), [(_tr(keys), _tr(text)) for keys, text in self.EXTRA]))
        total = sum(len(lines) + 2 for _, lines in sections)
        row, column = 0, 0
        for title, lines in sections:
            if row and row + len(lines) + 2 > total / 2 + 2 and column == 0:
                row, column = 0, 3
            head = QLabel(title)
            head.setProperty("role", "section")
            grid.addWidget(head, row, column, 1, 2)
            row += 1
            for keys, text in lines:
                shown = QLabel(keys)
                shown.setProperty("role", "mono")
                grid.addWidget(shown, row, column)
                grid.addWidget(QLabel(text), row, column + 1)
                row += 1
            grid.setRowMinimumHeight(row, 8)
            row += 1
        grid.setColumnMinimumWidth(2, 24)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        area.setAccessibleName(_tr("Keys"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)
        self.resize(min(parent.width() - 40, inside.sizeHint().width() + 32), min(parent.height() - 40, 640))
