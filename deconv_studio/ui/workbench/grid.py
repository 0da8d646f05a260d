"""Numbers as a grid of coloured cells: to look at, and to paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from deconv_studio.ui import theme
from deconv_studio.ui.workbench import ramp

if TYPE_CHECKING:
    import numpy as np

#: Side of the smallest cell in which lines are drawn, and of the smallest with a number in it.
LINED, NUMBERED = 7, 21
TITLE_HEIGHT, NOTE_HEIGHT = 20, 18


def plain(value: float, digits: int = 2) -> str:
    """A number rounded, without needless zeros, with a real minus: ``0.25``, ``−1``, ``0``."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if text != "-0" else "0"


def number(value: float, digits: int = 2) -> str:
    """As :func:`plain`, but one too small for its digits with a power of ten: ``3e−05``."""
    value = float(value)
    if value != 0 and abs(value) < 0.5 * 10**-digits:
        return f"{value:.0e}".replace("-", "−")
    return plain(value, digits)


def scale_of(*arrays: np.ndarray) -> float:
    """The largest absolute value, for a symmetric scale; 1 where there is nothing but zeros."""
    largest = max((float(abs(each).max()) for each in arrays if each.size), default=0.0)
    return largest if largest > 1e-12 else 1.0


def range_text(values: np.ndarray) -> str:
    """Smallest and largest number."""
    return f"{number(values.min())} … {number(values.max())}"


def paint_cells(
    painter: QPainter,
    box: QRect,
    values: np.ndarray,
    scale: float,
    digits: int = 2,
    scheme: str | None = None,
) -> None:
    """Paint numbers as cells that fill ``box``, which is a whole number of cells wide and high.

    Parameters
    ----------
    values : ndarray
        (H, W).
    scale : float
        See :func:`ramp.image`.
    digits : int
        Behind the point, in cells large enough; negative for none at all.
    scheme : {"dark", "light"}, optional
        Of the colours; the theme's if not given.
    """
    rows, columns = values.shape
    cell = box.width() // columns
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(box, ramp.image(values, scale, scheme))
    # Light lines between dark cells would be all one sees of small ones.
    if cell >= (2 * LINED if scheme == "dark" and theme.tokens().name == "light" else LINED):
        paint_lines(painter, box, rows, columns)
    found = cell_texts(values, cell, digits)
    if found is None:
        return
    font, texts = found
    painter.setFont(font)
    for place, text in enumerate(texts):
        row, column = divmod(place, columns)
        painter.setPen(ramp.ink(ramp.colour(float(values[row, column]) / (scale or 1.0), scheme)))
        square = QRect(box.left() + column * cell, box.top() + row * cell, cell, cell)
        painter.drawText(square, Qt.AlignmentFlag.AlignCenter, text)


def cell_texts(values: np.ndarray, cell: int, digits: int = 2) -> tuple[QFont, list[str]] | None:
    """The numbers as they fit into cells, row by row, and their font; None where they do not fit.

    Parameters
    ----------
    values : ndarray
        (H, W).
    cell : int
        Side of a cell in pixels.
    digits : int
        Behind the point at the most; negative for no numbers.
    """
    if digits < 0 or cell < (NUMBERED if digits else 15):
        return None
    font = theme.body_font(min(theme.SECONDARY, max(8, int(cell * (0.34 if digits else 0.5)))))
    metrics = QFontMetricsF(font)
    # Numbers that run into each other say less than none, and so do integers where there are none.
    for fewer in range(digits, 0 if digits else -1, -1):
        texts = [plain(float(value), fewer) for value in values.ravel()]
        if max(metrics.horizontalAdvance(text) for text in set(texts)) <= cell - 3:
            return font, texts
    return None


def paint_lines(painter: QPainter, box: QRect, rows: int, columns: int) -> None:
    """Paint the lines between cells, in the colour of what is behind the grid."""
    cell = box.width() // columns
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(QPen(theme.tokens().color("canvas"), 1))
    for row in range(1, rows):
        y = box.top() + row * cell
        painter.drawLine(box.left(), y, box.right(), y)
    for column in range(1, columns):
        x = box.left() + column * cell
        painter.drawLine(x, box.top(), x, box.bottom())


def outline(painter: QPainter, box: QRect) -> None:
    """Outline cells in the accent, with a rim of the background so that it is seen on every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.tokens().color("canvas"), 4))
    painter.drawRect(box)
    painter.setPen(QPen(theme.tokens().color("accent"), 2))
    painter.drawRect(box)


class GridView(QWidget):
    """A titled grid of numbers with a note under it; the number under the pointer is its tooltip.

    Parameters
    ----------
    title : str
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.note = ""
        self.values: np.ndarray | None = None
        self.scale = 1.0
        self.digits = 2
        self.faint = False
        #: Colours: the theme's, or those of "dark", in which bright is much, as a photo has it.
        self.scheme: str | None = None
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_title(self, title: str) -> None:
        """Give it another title."""
        self.title = title
        self.setAccessibleName(title)
        self.update()

    def set_values(
        self, values: np.ndarray, scale: float | None = None, note: str | None = None, digits: int = 2
    ) -> None:
        """Show numbers.

        Parameters
        ----------
        values : ndarray
            (H, W).
        scale : float, optional
            The number with the strongest colour; the largest absolute value if not given.
        note : str, optional
            The line below; the smallest and largest number if not given.
        digits : int
            Behind the point; negative for no numbers in the cells.
        """
        self.values = values
        self.scale = scale_of(values) if scale is None else scale
        self.note = range_text(values) if note is None else note
        self.digits = digits
        rows, columns = values.shape
        self.setAccessibleDescription(
            self.tr("{rows} by {columns} numbers, {note}").format(rows=rows, columns=columns, note=self.note)
        )
        self.update()

    def set_faint(self, faint: bool) -> None:
        """Show the numbers faintly, because they are of an earlier setting."""
        self.faint = faint
        self.update()

    def set_scheme(self, scheme: str | None) -> None:
        """Show the numbers in the colours of a scheme, None for the theme's."""
        self.scheme = scheme
        self.update()

    def sizeHint(self) -> QSize:
        # No more than the least: a page that asks for more would scroll before its grids give way.
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96 + TITLE_HEIGHT + NOTE_HEIGHT)

    def box(self) -> QRect:
        """Where the cells are."""
        if self.values is None:
            return QRect()
        rows, columns = self.values.shape
        room = self.height() - (TITLE_HEIGHT if self.title else 0) - NOTE_HEIGHT
        cell = max(1, min(self.width() // columns, room // rows))
        return QRect(0, TITLE_HEIGHT if self.title else 0, cell * columns, cell * rows)

    def cell_at(self, place: QPointF | QPoint) -> tuple[int, int] | None:
        """Row and column under a point, None beside the grid."""
        if self.values is None:
            return None
        box = self.box()
        if not QRectF(box).contains(QPointF(place)):
            return None
        cell = box.width() // self.values.shape[1]
        row, column = int(place.y() - box.top()) // cell, int(place.x() - box.left()) // cell
        return min(row, self.values.shape[0] - 1), min(column, self.values.shape[1] - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setFont(theme.body_font(theme.SECONDARY))
        metrics = QFontMetricsF(painter.font())
        painter.setPen(tokens.color("text"))
        title = metrics.elidedText(self.title, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(QRectF(0, 0, self.width(), TITLE_HEIGHT - 3), Qt.AlignmentFlag.AlignVCenter, title)
        if self.values is None:
            painter.end()
            return
        if self.faint:
            painter.setOpacity(0.35)
        box = self.box()
        paint_cells(painter, box, self.values, self.scale, self.digits, self.scheme)
        self.paint_over(painter, box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.color("line"), 1))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        painter.setFont(theme.body_font(theme.SMALL))
        painter.setPen(tokens.color("secondary"))
        note = QFontMetricsF(painter.font()).elidedText(self.note, Qt.TextElideMode.ElideRight, self.width())
        place = QRectF(0, box.bottom() + 2, self.width(), NOTE_HEIGHT - 2)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, note)
        painter.end()

    def paint_over(self, painter: QPainter, box: QRect) -> None:
        """Paint what lies over the cells."""

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.values is not None:
            found = self.cell_at(event.pos())
            if found is None:
                QToolTip.showText(event.globalPos(), self.toolTip() or self.note, self)
            else:
                text = self.tr("row {row}, column {column}: {value}").format(
                    row=found[0] + 1, column=found[1] + 1, value=number(self.values[found], 4)
                )
                QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)


class GridEditor(GridView):
    """A grid that is painted: left button the brush, right button zero, arrows and space by keyboard.

    Signals
    -------
    edited : object, object
        A stroke has ended: the numbers before and after.
    painting : object
        The numbers while the stroke goes on.
    """

    edited = Signal(object, object)
    painting = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.brush = 1.0
        self._cursor = (0, 0)
        self._before: np.ndarray | None = None
        self._button = Qt.MouseButton.NoButton
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setToolTip(
            self.tr("Left button paints, right button clears. Keys: arrows move, Space paints, "
                    "Delete clears, "
                    "+ and − change a cell.")
        )  # fmt: skip

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is going on."""
        return self._before is not None

    def _put(self, cell: tuple[int, int], value: float) -> None:
        assert self.values is not None
        if float(self.values[cell]) == value:
            return
        self.values[cell] = value
        self.scale = scale_of(self.values)
        self.note = range_text(self.values)
        self._tell_cell()
        self.update()
        self.painting.emit(self.values)

    def _tell_cell(self) -> None:
        """Let a screen reader say where the cursor is, and on what."""
        assert self.values is not None
        row, column = self._cursor
        text = self.tr("row {row}, column {column}: {value}").format(
            row=row + 1, column=column + 1, value=number(float(self.values[row, column]))
        )
        self.setAccessibleDescription(text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        buttons = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if cell is None or self.values is None or event.button() not in buttons or self.is_painting:
            return
        self._before = self.values.copy()
        # The numbers belong to a study that others look at, too.
        self.values = self.values.copy()
        self._button = event.button()
        self._cursor = cell
        self._put(cell, self.brush if self._button == Qt.MouseButton.LeftButton else 0.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if self.is_painting and cell is not None:
            self._cursor = cell
            self._put(cell, self.brush if self._button == Qt.MouseButton.LeftButton else 0.0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.is_painting and event.button() == self._button:
            self._end()

    def _end(self) -> None:
        before, self._before = self._before, None
        if before is not None and self.values is not None and (before != self.values).any():
            self.edited.emit(before, self.values.copy())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.values is None:
            super().keyPressEvent(event)
            return
        rows, columns = self.values.shape
        row, column = min(self._cursor[0], rows - 1), min(self._cursor[1], columns - 1)
        moves = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in moves:
            down, right = moves[key]
            self._cursor = (min(rows - 1, max(0, row + down)), min(columns - 1, max(0, column + right)))
            self._tell_cell()
            self.update()
            return
        now = float(self.values[row, column])
        changes = {
            Qt.Key.Key_Space: self.brush,
            Qt.Key.Key_Delete: 0.0,
            Qt.Key.Key_Backspace: 0.0,
            Qt.Key.Key_Plus: round(now + 0.1, 2),
            Qt.Key.Key_Minus: round(now - 0.1, 2),
        }
        if key not in changes:
            super().keyPressEvent(event)
            return
        self._before = self.values.copy()
        self.values = self.values.copy()
        self._put((row, column), changes[key])
        self._end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paint_over(self, painter: QPainter, box: QRect) -> None:
        """Show the cell that keys change while the grid has the focus."""
        if not self.hasFocus() or self.values is None:
            return
        cell = box.width() // self.values.shape[1]
        row, column = self._cursor
        if row < self.values.shape[0] and column < self.values.shape[1]:
            outline(painter, QRect(box.left() + column * cell, box.top() + row * cell, cell, cell))
        painter.setPen(QPen(theme.tokens().color("accent"), 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))
