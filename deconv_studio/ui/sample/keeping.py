"""The tray of kept samples, which can be marked A and B; every change of it can be undone."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from deconv_studio.ui.sample.desk import Desk, Step
from deconv_studio.ui.sample.grid import Tray
from deconv_studio.ui.sample.jobs import Made
from deconv_studio.ui.widgets import ElidedLabel

#: Samples and their marks: "A", "B" or "".
Kept = tuple[tuple[Made, str], ...]


class Keeping(QWidget):
    """What is kept, in one line, with a heading.

    Signals
    -------
    changed
        Something else is kept, or marked otherwise.
    selected
        Others of them are chosen.
    """

    changed = Signal()
    selected = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.kept: Kept = ()
        self.tray = Tray()
        self.heading = QLabel(self.tr("KEPT"))
        self.heading.setProperty("role", "section")
        self.hint = ElidedLabel(
            self.tr("Keep samples with K: they can be mixed, walked through and saved together")
        )
        self.hint.setProperty("role", "secondary")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addWidget(self.hint, 1)
        foot = QVBoxLayout(self)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(2)
        foot.addLayout(head)
        foot.addWidget(self.tray)
        self.tray.mark = lambda row: self.kept[row][1]
        self.tray.chosen.connect(self._look_at)
        self.tray.clicked.connect(lambda index: self._look_at(index.row()))
        self.tray.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.tray.wanted.connect(lambda _rows: self._draw())

    def _look_at(self, row: int) -> None:
        if 0 <= row < len(self.kept):
            self.desk.set_current(self.kept[row][0])

    def _selected(self) -> None:
        self.tray.viewport().update()
        self.selected.emit()

    # -- what is kept ----------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another generator: nothing of the former one is kept here."""
        if self.kept:
            self.desk.studio.undo.clear()
        self.kept = ()
        self.tray.forget()
        self.tray.cells.show(0, str, str)
        self._tell()

    def keep(self, samples: list[Made]) -> None:
        """Put samples into the tray that are not there yet."""
        there = [made for made, _ in self.kept]
        fresh = tuple((made, "") for made in samples if made not in there)
        if fresh:
            self._change((*self.kept, *fresh), self.tr("Keep"))
            self.tray.scrollTo(self.tray.cells.index(len(self.kept) - 1, 0))

    def remove_chosen(self) -> None:
        """Take the chosen ones out."""
        rows = self.tray.rows()
        if rows:
            self._change(
                tuple(kept for row, kept in enumerate(self.kept) if row not in rows), self.tr("Remove")
            )

    def mark(self, letter: str) -> None:
        """Have a direction start from the chosen kept samples (A) or lead to them (B); again: neither."""
        rows = self.tray.rows()
        if not rows:
            self.desk.studio.said.emit(self.tr("Choose kept samples in the tray first"))
            return
        off = all(self.kept[row][1] == letter for row in rows)
        after = tuple(
            (made, ("" if off else letter) if row in rows else mark)
            for row, (made, mark) in enumerate(self.kept)
        )
        self._change(after, self.tr("Mark {letter}").format(letter=letter))
        self.tray.choose_all(rows)

    def marked(self, letter: str) -> list[Any]:
        """Points of the samples with this mark."""
        return [made.point for made, mark in self.kept if mark == letter]

    def chosen(self) -> list[Made]:
        """The chosen ones."""
        return [self.kept[row][0] for row in self.tray.rows()]

    def _change(self, after: Kept, words: str) -> None:
        self.desk.studio.undo.push(Step(words, self._put, self.kept, after))

    def _put(self, kept: Kept) -> None:
        self.kept = kept
        self.tray.forget()
        self.tray.cells.show(
            len(kept), lambda row: self.kept[row][0].title, lambda row: self.desk.words(self.kept[row][0])
        )
        self._draw()
        self._tell()
        self.tray.viewport().update()
        self.changed.emit()

    def _tell(self) -> None:
        count = len(self.kept)
        self.heading.setText(self.tr("KEPT, {n}").format(n=count) if count else self.tr("KEPT"))
        self.hint.setVisible(not count)

    def _draw(self) -> None:
        for row, (made, _) in enumerate(self.kept):
            self.tray.put(row, made.image())

    def close_down(self) -> None:
        """Stop the timer; the window closes."""
        self.tray.close_down()
