"""The grid of samples: seeds, or the neighbours of one sample; it fills as it computes, in sight first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.desk import Desk
from deconv_studio.ui.sample.grid import KEPT, SampleGrid
from deconv_studio.ui.sample.jobs import Grid, Made, Near, Seeds
from deconv_studio.ui.sample.live import Live
from deconv_studio.ui.sample.tools import button
from deconv_studio.ui.widgets import ElidedLabel, LabeledSlider

#: Neighbours that are shown of a sample.
NEIGHBOURS = 60


class Browser(QWidget):
    """The left side: the grid with what it shows above it. The units of a layer can take the grid's place.

    Signals
    -------
    made_current : Made
        The chosen cell's picture is there, or is another one.
    filling
        More cells are being made.
    rested
        No cell is missing, or making them was given up.
    """

    made_current = Signal(object)
    filling = Signal()
    rested = Signal()

    def __init__(self, desk: Desk, units: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.grid_of: Grid | None = None
        self.seeds: Seeds | None = None
        self.made: dict[int, Made] = {}
        self._paused = False
        self.live = Live(desk.studio.work, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.back = button(self.tr("Back"), self.tr("Back to the seeds"))
        self.back.hide()
        self.about = ElidedLabel("")
        self.about.setProperty("role", "title")
        self.about.setAccessibleName(self.tr("What the grid shows"))
        self.side_slider = QSlider(Qt.Orientation.Horizontal)
        self.side_slider.setRange(32, 256)
        self.side_slider.setValue(96)
        self.side_slider.setFixedWidth(96)
        self.side_slider.setAccessibleName(self.tr("Size of the cells"))
        self.side_slider.setToolTip(self.tr("Size of the cells (Ctrl and the wheel)"))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.about, 1)
        head.addWidget(self.side_slider)
        column.addLayout(head)
        self.amount = LabeledSlider(self.tr("How far from the sample"), 0.0, 1.0, 0.01)
        self.amount.set_value(0.3)
        self.amount.hide()
        column.addWidget(self.amount)
        self.grid = SampleGrid()
        self.grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.grid)
        self.stack.addWidget(units)
        column.addWidget(self.stack, 1)
        self.setMinimumWidth(220)
        self.live.idle.connect(self.pump)
        self.grid.wanted.connect(lambda _rows: self.pump())
        self.grid.chosen.connect(self._cell_chosen)
        self.side_slider.valueChanged.connect(self.grid.set_side)
        self.back.clicked.connect(self.back_to_seeds)
        self.amount.changed.connect(lambda _value: self._amount_changed())

    # -- what is shown ---------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another generator: show nothing."""
        self.live.stop()
        self.grid_of = self.seeds = None
        self.made = {}
        self.grid.forget()
        self.grid.cells.show(0, str, str)

    def show_seeds(self, seeds: Seeds) -> None:
        """Show what seeds stand for."""
        self.seeds = seeds
        self.show_grid(seeds)

    def take_seeds(self, seeds: Seeds) -> None:
        """Other seeds: show them, now or after the neighbours."""
        self.seeds = seeds
        if isinstance(self.grid_of, Seeds):
            self.show_grid(seeds)

    def show_neighbours(self, base: Made) -> None:
        """Show samples near one."""
        self.show_grid(Near(base, self.amount.value(), NEIGHBOURS))
        self.grid.choose(0)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def back_to_seeds(self) -> None:
        """Leave the neighbours."""
        if self.seeds is not None:
            self.show_grid(self.seeds)

    def _amount_changed(self) -> None:
        if isinstance(self.grid_of, Near):
            self.show_grid(Near(self.grid_of.base, self.amount.value(), len(self.grid_of)))

    def show_grid(self, grid: Grid) -> None:
        """Show other cells. Pictures of the same seeds stay until their new ones are there."""
        before, self.grid_of = self.grid_of, grid
        self._paused = False
        self.desk.well("grid")
        if grid == before:
            self.pump()
            return
        self.made = {}
        if before is not None and len(before) == len(grid) and _alike(before, grid):
            self.grid.outdate()
            self.grid.cells.rename(grid.title, self._tip)
        else:
            row = self.grid.currentIndex().row()
            self.grid.forget()
            self.grid.cells.show(len(grid), grid.title, self._tip)
            if 0 <= row < len(grid):
                self.grid.choose(row)
        self.tell()
        self.pump()

    def tell(self) -> None:
        """Say above the grid what it shows."""
        near = isinstance(self.grid_of, Near)
        self.back.setVisible(near)
        self.amount.setVisible(near)
        if isinstance(self.grid_of, Near):
            self.about.setText(self.tr("Near {title}").format(title=self.grid_of.base.title))
        elif isinstance(self.grid_of, Seeds):
            count = len(self.grid_of)
            self.about.setText(self.tr("{n} samples").format(n=count))
        else:
            self.about.setText("")

    def show_units(self, on: bool) -> None:
        """Put the units of a layer in the grid's place, or take them away."""
        self.stack.setCurrentIndex(1 if on else 0)
        self.side_slider.setVisible(not on)

    def _tip(self, row: int) -> str:
        grid, made = self.grid_of, self.made.get(row)
        if grid is None:
            return ""
        parts = [
            self.tr("Seed {seed}").format(seed=grid.title(row))
            if isinstance(grid, Seeds)
            else grid.title(row)
        ]
        if made is not None and made.klass:
            parts.append(self.tr("class {name}").format(name=made.klass))
        if made is None:
            parts.append(self.tr("not made yet"))
        return ", ".join(parts)

    def _cell_chosen(self, row: int) -> None:
        made = self.made.get(row)
        if made is not None:
            self.desk.set_current(made)
        else:
            self.pump()

    def chosen(self) -> tuple[list[Made], list[int]]:
        """The chosen cells: samples that were made, and cells that were not yet."""
        rows = self.grid.rows()
        made = [self.made[row] for row in rows if row in self.made]
        return made, [row for row in rows if row not in self.made]

    # -- filling ---------------------------------------------------------------------------------------------

    def pump(self) -> None:
        """Have the next cells made that are missing: the chosen one, those in sight, then what is below."""
        grid = self.grid_of
        if grid is None or self._paused or self.live.is_busy or not self.desk.begun:
            return
        rows = []
        row = self.grid.currentIndex().row()
        if 0 <= row < len(grid) and row not in self.made:
            rows.append(row)
        rows += [each for each in self.grid.missing(jobs.BATCH) if each not in rows]
        if not rows:
            sight = self.grid.in_sight()
            ahead = range(sight.stop, min(len(grid), sight.stop + len(sight)))
            rows = [each for each in ahead if not self.grid.has(each)]
        rows = rows[: jobs.BATCH]
        if not rows:
            self.rested.emit()
            return
        self.filling.emit()
        self.live.ask(
            jobs.fill, self.desk.generators, self.desk.source(), grid, rows,
            on_done=lambda filled: self._filled(grid, filled), on_failed=self._not_filled,
        )  # fmt: skip

    def _filled(self, grid: Grid, filled: jobs.Filled) -> None:
        now = self.grid_of
        fresh = grid is now
        if not fresh and (now is None or not _alike(grid, now)):
            return
        self.desk.studio.ran.emit(self.desk.begun, filled.provider, filled.threads, filled.seconds)
        for row, made in filled.cells:
            self.grid.put(row, made.image(), old=not fresh)
            if row == self.grid.currentIndex().row():
                # The stage follows while a slider moves.
                self.made_current.emit(made)
            if fresh:
                self.made[row] = made
        while len(self.made) > KEPT:
            del self.made[next(iter(self.made))]

    def _not_filled(self, error: Exception) -> None:
        self._paused = True
        self.rested.emit()
        self.desk.fail(error, "grid")

    def resume(self) -> None:
        """Go on filling after :meth:`pause`."""
        self._paused = False

    def pause(self) -> bool:
        """Stop filling; whether it was under way."""
        if not self.live.stop():
            return False
        self._paused = True
        self.rested.emit()
        return True

    def filled_in_sight(self) -> tuple[int, int]:
        """How many of the cells in sight are made, and how many there are."""
        sight = self.grid.in_sight()
        return sum(self.grid.has(row) for row in sight), len(sight)

    def close_down(self) -> None:
        """Stop; the window closes."""
        self.live.close()
        self.grid.close_down()


def _alike(one: Grid, other: Grid) -> bool:
    """Whether two grids are of the same seeds, or round the same sample."""
    if isinstance(one, Seeds) and isinstance(other, Seeds):
        return one.seeds == other.seeds
    return isinstance(one, Near) and isinstance(other, Near) and one.base is other.base
