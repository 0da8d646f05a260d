"""Labels that never cut off, the one filled button, a thin progress bar and a swatch of colour."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from .. import theme


def field_label(text: str, buddy: QWidget | None = None, role: str = "secondary") -> QLabel:
    """A small label above a control; the control takes its text as accessible name if it has none."""
    label = QLabel(text)
    label.setProperty("role", role)
    if buddy is not None:
        label.setBuddy(buddy)
        if not buddy.accessibleName():
            buddy.setAccessibleName(text)
    return label


class ElidedLabel(QLabel):
    """A label of one line that shortens long text in the middle and tells all of it in its tooltip.

    Parameters
    ----------
    text : str
    parent : QWidget, optional
    mode : Qt.TextElideMode
        Where to shorten.
    """

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__(parent)
        self._full = ""
        self._mode = mode
        self._tip: str | None = None
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def text(self) -> str:
        """All of the text."""
        return self._full

    def shown_text(self) -> str:
        """The text as it fits."""
        return super().text()

    def setText(self, text: str) -> None:
        # A line break would make two lines of one.
        self._full = " ".join(text.split("\n"))
        self._shorten()
        self.updateGeometry()

    def setToolTip(self, text: str) -> None:
        """Set a tooltip to show in place of the whole text."""
        self._tip = text or None
        self._shorten()

    def _shorten(self) -> None:
        metrics = QFontMetricsF(self.font())
        margins = self.contentsMargins()
        room = self.width() - margins.left() - margins.right() - 2 * self.margin()
        short = metrics.elidedText(self._full, self._mode, max(0, room))
        if short != super().text():
            super().setText(short)
        super().setToolTip(self._tip or (self._full if short != self._full else ""))
        # A screen reader reads the whole, whatever fits.
        if self.accessibleDescription() != self._full:
            self.setAccessibleDescription(self._full)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._shorten()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        hint = super().sizeHint()
        return QSize(int(metrics.horizontalAdvance(self._full)) + 2 + 2 * self.margin(), hint.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        shortest = min(metrics.horizontalAdvance(self._full) + 2, metrics.horizontalAdvance("abc…xyz"))
        return QSize(int(shortest), super().minimumSizeHint().height())


class ChipLabel(ElidedLabel):
    """A short text on a dark rounded ground, readable on every picture."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setIndent(0)
        self.setProperty("role", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    _PADDING = 9

    def _shorten(self) -> None:
        room = max(0, self.width() - 2 * self._PADDING)
        short = QFontMetricsF(self.font()).elidedText(self._full, self._mode, room)
        if short != self.shown_text():
            QLabel.setText(self, short)
        QLabel.setToolTip(self, self._tip or (self._full if short != self._full else ""))
        self.setAccessibleDescription(self._full)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + 2 * self._PADDING, hint.height())

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(hint.width() + 2 * self._PADDING, hint.height())


class PrimaryButton(QPushButton):
    """The one filled button of a panel, with its shortcut beside its word.

    The shortcut is only shown; an action elsewhere listens to it.

    Parameters
    ----------
    text : str
    shortcut : str
        As the user reads it, e.g. "Ctrl+Return"; "" for none. It is left away where both do not fit.
    """

    def __init__(self, text: str = "", shortcut: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._shortcut = shortcut
        self.setProperty("variant", "primary")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def shown_shortcut(self) -> str:
        """The shortcut shown."""
        return self._shortcut

    def set_shortcut_text(self, shortcut: str) -> None:
        """Show another shortcut."""
        self._shortcut = shortcut
        self._tell()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(
            self.tr("Shortcut {0}").format(self._shortcut) if self._shortcut else ""
        )

    def _fonts(self) -> tuple[QFont, QFont]:
        word = QFont(self.font())
        word.setWeight(QFont.Weight.DemiBold)
        keys = QFont(word)
        keys.setWeight(QFont.Weight.Medium)
        return word, keys

    def sizeHint(self) -> QSize:
        word, _ = self._fonts()
        hint = super().sizeHint()
        return QSize(int(QFontMetricsF(word).horizontalAdvance(self.text())) + 40, max(32, hint.height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        from PySide6.QtWidgets import QStyle, QStyleOptionButton, QStylePainter

        # The style paints the ground; the two texts are ours, because a button has one weight only.
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        tokens = theme.tokens()
        painter.setPen(tokens.color("on_accent" if self.isEnabled() else "disabled"))
        word, keys = self._fonts()
        wide, narrow = QFontMetricsF(word), QFontMetricsF(keys)
        room = self.width() - 24
        text = self.text().replace("&", "")
        gap = 10.0
        shortcut = self._shortcut
        total = wide.horizontalAdvance(text)
        if shortcut and total + gap + narrow.horizontalAdvance(shortcut) <= room:
            total += gap + narrow.horizontalAdvance(shortcut)
        else:
            shortcut = ""
            text = wide.elidedText(text, Qt.TextElideMode.ElideMiddle, room)
            total = wide.horizontalAdvance(text)
        x = (self.width() - total) / 2
        line = QRectF(x, 0, total + 1, self.height())
        painter.setFont(word)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if shortcut:
            painter.setFont(keys)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shortcut)
        painter.end()


class ThinProgress(QProgressBar):
    """A progress bar four pixels high that keeps its place when it is hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(0, 1000)
        self.setValue(0)
        self.setTextVisible(False)
        self.setFixedHeight(4)
        self.setAccessibleName(self.tr("Progress"))
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)

    def set_fraction(self, done: float) -> None:
        """Show `done`, from 0 to 1."""
        self.setValue(round(min(1.0, max(0.0, done)) * self.maximum()))


class ColorSwatch(QAbstractButton):
    """A square of one colour with its name, e.g. a class of a segmentation; checkable to show and hide it."""

    def __init__(self, color: str | QColor, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._color = QColor(color)
        self.setText(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._tell()

    def color(self) -> QColor:
        """The colour shown."""
        return self._color

    def set_color(self, color: str | QColor) -> None:
        """Show another colour."""
        self._color = QColor(color)
        self._tell()
        self.update()

    def _tell(self) -> None:
        # Colour is never the only sign: its name is told, too.
        name = self._color.name()
        self.setAccessibleName(f"{self.text()}, {name}" if self.text() else name)
        self.setToolTip(self.accessibleName())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().enterEvent(event)  # type: ignore[arg-type]
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        width = 24 + (8 + int(metrics.horizontalAdvance(self.text())) if self.text() else 0)
        return QSize(width, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        box = QRectF(4.5, (self.height() - 15) / 2, 15, 15)
        painter.setPen(QPen(tokens.color("control"), 1))
        off = self.isCheckable() and not self.isChecked()
        painter.setBrush(Qt.BrushStyle.NoBrush if off else QColor(self._color))
        painter.drawRoundedRect(box, 3, 3)
        if off:
            painter.setPen(QPen(self._color, 2))
            painter.drawLine(box.bottomLeft(), box.topRight())
        if self.text():
            place = QRectF(28, 0, max(0, self.width() - 28), self.height())
            text = QFontMetricsF(self.font()).elidedText(
                self.text(), Qt.TextElideMode.ElideMiddle, place.width()
            )
            painter.setPen(tokens.color("text" if self.isEnabled() else "disabled"))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        if self.hasFocus():
            painter.setPen(QPen(tokens.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()
