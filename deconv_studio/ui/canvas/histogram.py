"""The histogram overlay: luminance as an area, red, green and blue as lines, painted on a chip."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from .. import theme

WIDTH, HEIGHT = 272, 132
_NAMES = (
    QT_TRANSLATE_NOOP("Histogram", "Luminance"),
    QT_TRANSLATE_NOOP("Histogram", "R"),
    QT_TRANSLATE_NOOP("Histogram", "G"),
    QT_TRANSLATE_NOOP("Histogram", "B"),
)
_COLORS = ("#d8dade", "#ff7b72", "#6fd08c", "#6cb6ff")


def paint(painter: QPainter, area: QRectF, counts: Sequence[Sequence[int]], tokens: theme.Tokens) -> None:
    """Paint the counts in the lower left corner of `area`.

    Parameters
    ----------
    counts : sequence
        4 rows of 256 counts: luminance, red, green, blue. Heights are square roots of counts, so that small
        peaks
        are seen beside large ones.
    """
    width, height = min(WIDTH, area.width() - 24), min(HEIGHT, area.height() - 24)
    if width < 80 or height < 60:
        return
    box = QRectF(area.left() + 12, area.bottom() - 12 - height, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    back = tokens.color("chip")
    back.setAlphaF(0.92)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
    plot = box.adjusted(8, 8, -8, -22)
    # The ends hold all that is clipped; one spike there would flatten everything else.
    highest = max((max(row[1:-1]) for row in counts), default=0) or max(max(row) for row in counts) or 1
    for index, row in enumerate(counts):
        path = QPainterPath(QPointF(plot.left(), plot.bottom()))
        for value, count in enumerate(row):
            x = plot.left() + (value + 0.5) / 256 * plot.width()
            path.lineTo(x, plot.bottom() - min(1.0, math.sqrt(count / highest)) * plot.height())
        path.lineTo(plot.right(), plot.bottom())
        color = QColor(_COLORS[index])
        if index == 0:
            color.setAlphaF(0.35)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
        else:
            painter.setPen(QPen(color, 1.25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    painter.setFont(theme.body_font(theme.SMALL))
    painter.setPen(tokens.color("on_chip"))
    below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 16)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft, "0")
    painter.drawText(below, Qt.AlignmentFlag.AlignRight, "255")
    metrics = painter.fontMetrics()
    texts = [QCoreApplication.translate("Histogram", str(name)) for name in _NAMES]
    x = below.center().x() - (sum(metrics.horizontalAdvance(t) for t in texts) + 8 * (len(texts) - 1)) / 2
    for color_name, text in zip(_COLORS, texts, strict=True):
        painter.setPen(QColor(color_name))
        painter.drawText(QPointF(x, below.top() + metrics.ascent()), text)
        x += metrics.horizontalAdvance(text) + 8
