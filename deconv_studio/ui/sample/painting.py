"""Painting with the units of a layer: what each draws, and the strokes, which can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.desk import Step
from deconv_studio.ui.sample.grid import UnitGrid
from deconv_studio.ui.sample.inspector import Inspector, Request
from deconv_studio.ui.sample.jobs import Made
from deconv_studio.ui.sample.live import Live
from deconv_studio.ui.widgets import ElidedLabel

if TYPE_CHECKING:
    import numpy as np
    from PySide6.QtGui import QImage

    from deconv_studio.tasks.sample import Edit, Layer

#: Units whose drawings are made in one go.
UNITS = 4


class UnitPage(QWidget):
    """The layers to choose from, and a grid of the chosen one's units."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        self.layer = QComboBox()
        self.layer.setAccessibleName(self.tr("Layer to paint on"))
        self.layer.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer.setMinimumContentsLength(14)
        self.words = ElidedLabel("")
        self.words.setToolTip(
            self.tr("The picture less the one without the unit; paint with the chosen ones")
        )
        self.words.setProperty("role", "secondary")
        self.grid = UnitGrid()
        inner.addWidget(self.layer)
        inner.addWidget(self.words)
        inner.addWidget(self.grid, 1)


class Painting(QObject):
    """What the tool Paint does.

    Attributes
    ----------
    edits : tuple of Edit
        What is painted on the sample.
    layers : tuple of Layer
        Those that can be painted on.
    units : list of (int, float)
        The chosen layer's units and how much of the sample each draws, most first.
    """

    #: Something else is painted.
    edited = Signal()

    def __init__(self, inspector: Inspector, page: UnitPage) -> None:
        super().__init__(inspector)
        self.inspector, self.page = inspector, page
        self.desk, self.tool, self.stage = inspector.desk, inspector.paint, inspector.stage
        self.edits: tuple[Edit, ...] = ()
        self.layers: tuple[Layer, ...] = ()
        self.units: list[tuple[int, float]] = []
        self._ranked: tuple[str, Made] | None = None
        self._stroking: tuple[Edit, ...] | None = None
        self.live = Live(self.desk.studio.work, self)
        inspector.requests["paint"] = self.request
        self.live.idle.connect(self._pump)
        page.grid.wanted.connect(lambda _rows: self._pump())
        page.layer.activated.connect(lambda _place: self.rank())
        self.stage.stroked.connect(self._stroked)
        self.stage.stroke_ended.connect(self._stroke_ended)
        self.tool.brush.changed.connect(lambda _value: self.set_brush())
        self.tool.clear.clicked.connect(lambda: self._edit((), self.tr("Clear the painting")))
        self.tool.everywhere.clicked.connect(self.paint_everywhere)
        stack = self.desk.studio.undo
        self.tool.undo.clicked.connect(lambda: stack.undo())
        self.tool.redo.clicked.connect(lambda: stack.redo())
        stack.canUndoChanged.connect(self.tool.undo.setEnabled)
        stack.canRedoChanged.connect(self.tool.redo.setEnabled)
        self.tool.undo.setEnabled(stack.canUndo())
        self.tool.redo.setEnabled(stack.canRedo())

    def forget(self) -> None:
        """Another generator: nothing of the former one holds."""
        self.live.stop()
        self._ranked = None
        self.units, self.edits, self.layers = [], (), ()
        self.page.layer.clear()
        self.page.grid.forget()
        self.page.grid.cells.show(0, str, str)

    def request(self, current: Made) -> Request:
        """The sample with what is painted on it."""
        if self.edits == current.edits:
            return None
        known = current.parameters if "seed" in current.parameters else None
        return jobs.make, current.point, current.title, known, self.edits

    def take_sample(self, made: Made) -> None:
        """Another sample: what was painted on it before is gone on with."""
        if made.edits:
            self.edits = made.edits

    # -- layers and units ------------------------------------------------------------------------------------

    def list_layers(self) -> None:
        """Look which layers there are, once."""
        if self.page.layer.count():
            self.rank()
            return
        self.page.words.setText(self.tr("Looking for layers…"))
        self.desk.studio.work.start(
            jobs.layers, self.desk.generators, self.desk.source(), channel="sample-layers",
            on_done=self._show_layers, on_failed=self._failed,
        )  # fmt: skip

    def _show_layers(self, layers: tuple[Layer, ...]) -> None:
        self.desk.well("units")
        self.layers = layers
        box = self.page.layer
        box.clear()
        for place, layer in enumerate(layers):
            size = " × ".join(str(side) for side in layer.shape)
            box.addItem(f"{layer.name}  {size}", layer.name)
            box.setItemData(place, f"{layer.name}: {layer.op}, {size}", Qt.ItemDataRole.ToolTipRole)
        # Neither a few numbers nor nearly pixels: there units draw things.
        if layers:
            box.setCurrentIndex(len(layers) // 2)
            self.rank()
        else:
            self.page.words.setText(self.tr("This generator has no layer to paint on."))

    def _failed(self, error: Exception) -> None:
        self.desk.fail(error, "units")

    def rank(self) -> None:
        """Order the units by how much of the current sample they draw."""
        layer, base = self.page.layer.currentData(), self.desk.current
        if not layer or base is None or self._ranked == (layer, base):
            return
        self._ranked = layer, base
        self.page.words.setText(self.tr("Looking what the units draw…"))
        self.desk.studio.work.start(
            jobs.rank, self.desk.generators, self.desk.source(), layer, base.point, channel="sample-rank",
            on_done=self._show_units, on_failed=self._failed,
        )  # fmt: skip

    def _chosen(self) -> list[int]:
        return [self.units[row][0] for row in self.page.grid.rows() if row < len(self.units)]

    def _show_units(self, units: list[tuple[int, float]]) -> None:
        kept = set(self._chosen())
        self.units = units
        grid = self.page.grid
        grid.forget()
        grid.cells.show(
            len(units),
            lambda row: str(self.units[row][0]),
            lambda row: self.tr("Unit {unit}: {value:.3g} of 255 is missing without it").format(
                unit=self.units[row][0], value=self.units[row][1]
            ),
        )
        self.page.words.setText(self.tr("What {n} units draw, most first").format(n=len(units)))
        rows = [row for row, (unit, _) in enumerate(units) if unit in kept] or [0]
        if units:
            grid.choose(rows[0])
            grid.choose_all(rows)
        self._pump()

    def _pump(self) -> None:
        """Have the drawings made of the next units in sight."""
        layer, base, grid = self.page.layer.currentData(), self.desk.current, self.page.grid
        if self.desk.mode != "paint" or self.live.is_busy or base is None or not layer:
            return
        rows = [row for row in grid.missing(UNITS) if row < len(self.units)]
        if not rows:
            return
        place = {self.units[row][0]: row for row in rows}
        asked = self._ranked

        def take(found: list[tuple[int, QImage]]) -> None:
            if asked == self._ranked:
                for unit, image in found:
                    grid.put(place[unit], image)

        self.live.ask(
            jobs.effects, self.desk.generators, self.desk.source(), layer, base, list(place),
            on_done=take, on_failed=self._failed,
        )  # fmt: skip

    # -- strokes ---------------------------------------------------------------------------------------------

    def set_brush(self) -> None:
        """Give the stage the brush's size in the picture's pixels."""
        image = self.stage.image
        side = max(image.width(), image.height()) if image is not None else 64
        self.stage.radius = side * self.tool.brush.value() / 200
        self.stage.update()

    def _with_stroke(self, before: tuple[Edit, ...], stroke: Any) -> tuple[Edit, ...]:
        """The edits with one more stroke over them."""
        import numpy as np

        from deconv_studio.tasks.sample import Edit

        what, layer = self.tool.what.value(), self.page.layer.currentData()
        if what == "restore":
            found = [Edit(e.layer, e.unit, _as_large(e.mask, stroke) * (1 - stroke), e.value) for e in before]
            return tuple(each for each in found if each.mask.any())
        value = float(self.tool.strength.value()) if what == "on" else 0.0
        edits = list(before)
        for unit in self._chosen():
            last = next((e for e in reversed(edits) if (e.layer, e.unit) == (layer, unit)), None)
            if last is not None and last.value == value and last.mask.shape == stroke.shape:
                edits[edits.index(last)] = Edit(layer, unit, np.maximum(last.mask, stroke), value)
            else:
                edits.append(Edit(layer, unit, stroke.copy(), value))
        return tuple(edits)

    def _stroked(self, stroke: Any) -> None:
        if self._stroking is None:
            self._stroking = self.edits
        self.edits = self._with_stroke(self._stroking, stroke)
        self.edited.emit()

    def _stroke_ended(self) -> None:
        before, self._stroking = self._stroking, None
        if before is not None and self.edits != before:
            after, self.edits = self.edits, before
            self._edit(after, self.tr("Paint"))

    def paint_everywhere(self) -> None:
        """Paint the whole picture with the chosen units."""
        import numpy as np

        current = self.desk.current
        if current is not None and self.units:
            whole = np.ones(current.pixels.shape[:2], np.float32)
            self._edit(self._with_stroke(self.edits, whole), self.tr("Paint all over"))

    def _edit(self, after: tuple[Edit, ...], words: str) -> None:
        if after != self.edits:
            self.desk.studio.undo.push(Step(self.desk, words, self._put, self.edits, after))

    def _put(self, edits: tuple[Edit, ...]) -> None:
        self.edits = edits
        self.edited.emit()

    def close_down(self) -> None:
        """Stop; the window closes."""
        self.live.close()
        self.page.grid.close_down()


def _as_large(mask: np.ndarray, stroke: np.ndarray) -> np.ndarray:
    """A mask ``(h, w)`` float32 in a stroke's size: one that was read back has its layer's."""
    if mask.shape == stroke.shape:
        return mask
    import cv2

    height, width = stroke.shape
    found: np.ndarray = cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return found
