"""The heat over the canvas in colours, and the outline of what is hotter than the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent

from deconv_studio.ui.canvas.overlay import CanvasOverlay

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.ui.canvas.canvas import Canvas

#: Premultiplied ARGB of the outline and of the rim around it, seen on every picture and every ramp.
LINE, RIM = 0xFFFFFFFF, 0xB4000000


class HeatOverlay(CanvasOverlay):
    """Lies over the canvas and leaves the pointer to it; while that shows the original, it shows nothing."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.setObjectName("heat_overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(self.tr("Heat over the picture"))
        self._heat: np.ndarray | None = None
        self._mask: np.ndarray | None = None
        self._threshold = 1.0
        self._opacity = 0.6
        self._ramp = "inferno"
        self._outlined = True
        canvas.holding_changed.connect(lambda _on: self.update())

    # -- what is shown ---------------------------------------------------------------------------------------

    def show_heat(self, heat: np.ndarray | None, mask: np.ndarray | None = None) -> None:
        """Show another map.

        Parameters
        ----------
        heat : ndarray or None
            ``(H, W)`` float32 of the picture's size.
        mask : ndarray or None
            ``(H, W)`` uint8, not 0 where a pixel is not normal.
        """
        self._heat, self._mask = heat, mask
        self.refresh()

    def set_mask(self, mask: np.ndarray | None) -> None:
        """Outline another mask."""
        self._mask = mask
        self.refresh()

    def set_look(self, ramp: str, opacity: float, pixel_threshold: float, outlined: bool) -> None:
        """Set how the heat is shown.

        Parameters
        ----------
        ramp : str
            Of `tasks.anomaly.RAMPS`.
        opacity : float
            Of the hottest colour, in [0, 1].
        pixel_threshold : float
            Half of it begins to glow, twice of it is the hottest colour.
        outlined : bool
            Whether the mask's outline is drawn.
        """
        self._ramp, self._opacity, self._outlined = ramp, min(1.0, max(0.0, opacity)), outlined
        self._threshold = pixel_threshold
        self.refresh()

    @property
    def spots(self) -> np.ndarray | None:
        """What is outlined."""
        return self._mask

    # -- painting --------------------------------------------------------------------------------------------

    def _table(self) -> np.ndarray:
        """Premultiplied ARGB of each of 256 levels, as the saved heat has: ``(256,)`` uint32."""
        import numpy as np

        from deconv_studio.tasks.anomaly import colored

        level = np.linspace(0, 1, 256, dtype=np.float32)
        red, green, blue = colored(level[None], self._ramp)[0].astype(np.float32).T
        alpha = self._opacity * np.minimum(level * 2, 1)
        table = np.stack([blue * alpha, green * alpha, red * alpha, 255 * alpha], axis=1)
        packed: np.ndarray = np.rint(table).astype(np.uint8).view(np.uint32)[:, 0]
        return packed

    def _prepare(self) -> None:
        """Draw what of the picture can be seen."""
        import numpy as np

        from deconv_studio.tasks.anomaly import glow

        assert self._heat is not None
        drawn = self._begin_buffer()
        if drawn is None:
            return
        # Two pixels more to each side, for the outline and its rim.
        rows, columns = self._under(self._window, self._heat.shape, 2)
        level = glow(self._heat[np.ix_(rows[2:-2], columns[2:-2])], self._threshold)
        np.take(self._table(), np.rint(level * 255).astype(np.uint8), out=drawn)
        if self._outlined and self._mask is not None:
            line, rim = _outline(self._mask[np.ix_(rows, columns)] > 0)
            drawn[rim] = RIM
            drawn[line] = LINE

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._heat is None or self.canvas.picture is None or self.canvas.holding:
            return
        painter = QPainter(self)
        self._paint_buffer(painter, event)
        painter.end()


def _outline(inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a region's outermost pixels are, and the pixels just outside it; two less to each side, bool."""
    middle = inside[1:-1, 1:-1]
    around = (inside[:-2, 1:-1], inside[2:, 1:-1], inside[1:-1, :-2], inside[1:-1, 2:])
    line, rim = middle.copy(), ~middle
    full, none = around[0].copy(), ~around[0]
    for other in around[1:]:
        full &= other
        none &= ~other
    line &= ~full
    rim &= ~none
    return line[1:-1, 1:-1], rim[1:-1, 1:-1]
