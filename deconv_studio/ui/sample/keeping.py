"""The tray of kept samples, which can be marked A and B; every change of it can be undone, and is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from deconv_studio.ui.sample import tray_file
from deconv_studio.ui.sample.desk import Desk, Step
from deconv_studio.ui.sample.grid import Tray
from deconv_studio.ui.sample.jobs import Made
from deconv_studio.ui.sample.tray_file import Found, Kept, TrayFile
from deconv_studio.ui.widgets import ElidedLabel

log = logging.getLogger(__name__)

CHANNEL = "sample-tray"


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
        # The file of the generator that makes pictures, from when it is being read.
        self._file: TrayFile | None = None
        self._loading = False
        # What was to be kept before the tray was there.
        self._waiting: list[Made] = []
        self.tray = Tray()
        self.heading = QLabel(self.tr("KEPT"))
        self.heading.setProperty("role", "section")
        self.hint = ElidedLabel("")
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
        self._tell()

    def _look_at(self, row: int) -> None:
        if 0 <= row < len(self.kept):
            self.desk.set_current(self.kept[row][0])

    def _selected(self) -> None:
        self.tray.viewport().update()
        self.selected.emit()

    # -- what outlives the program ---------------------------------------------------------------------------

    def begin(self) -> None:
        """A generator begins: make again what was kept of it the last time."""
        if self._file is not None:
            return
        source = self.desk.source()
        self._file = TrayFile(self.desk.studio.folder, source.card)
        self._loading = True
        self.desk.well("tray")
        self.desk.studio.work.start(
            tray_file.load, self.desk.generators, source, self._file, channel=CHANNEL,
            on_partial=self._tell_loading, on_done=self._loaded, on_failed=self._not_loaded,
        )  # fmt: skip

    def _tell_loading(self, made: tuple[int, int]) -> None:
        self.hint.setText(
            self.tr("Making what was kept again: {n} of {count}").format(n=made[0], count=made[1])
        )

    def _loaded(self, found: Found) -> None:
        self._loading = False
        self._show(found.kept)
        if found.aside is not None:
            told = (
                self.tr(
                    "What was kept cannot be made again: other weights of {model} made it. "
                    "Its list is in {file}."
                )
                if found.trouble == "other"
                else self.tr("What was kept of {model} cannot be read. The damaged list is in {file}.")
            )
            self.desk.host.show_error(told.format(model=self.desk.begun, file=found.aside), "tray")
        self._keep_waiting()

    def _not_loaded(self, error: Exception) -> None:
        # The file stays as it is, and the next beginning tries again.
        self._file, self._loading = None, False
        self._tell()
        self.desk.fail(error, "tray")

    def _keep_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        self.keep(waiting)

    def _store(self) -> None:
        file = self._file
        assert file is not None
        file.take(self.kept)
        self.desk.studio.work.start(
            lambda _control: file.write(),
            on_done=lambda _: self.desk.well("tray-file"),
            on_failed=lambda error: self.desk.fail(error, "tray-file"),
        )

    def _finish(self) -> None:
        """Write what still waits for a thread."""
        from deconv_studio.catalog import CatalogError

        if self._file is not None and self._file.is_behind:
            try:
                self._file.write()
            except CatalogError as error:
                log.warning("What is kept could not be written: %s", error)

    # -- what is kept ----------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Another generator: nothing of the former one is kept here, but in its file."""
        self._finish()
        self.desk.studio.work.supersede(CHANNEL)
        self._file, self._loading, self._waiting = None, False, []
        self.desk.well("tray")
        self.kept = ()
        self.tray.forget()
        self.tray.cells.show(0, str, str)
        self._tell()

    def keep(self, samples: list[Made]) -> None:
        """Put samples into the tray that are not there yet; once it is there itself."""
        if self._file is None or self._loading:
            self._waiting += samples
            self.desk.studio.said.emit(self.tr("Will be kept once what was kept before is there again"))
            return
        there = [made.parameters for made, _ in self.kept]
        fresh: list[tuple[Made, str]] = []
        for made in samples:
            if made.parameters not in there:
                there.append(made.parameters)
                fresh.append((made, ""))
        if fresh:
            self._change((*self.kept, *fresh), self.tr("Keep"))
            self.tray.scrollTo(self.tray.cells.index(len(self.kept) - 1, 0))

    def keep_made(self) -> Callable[[list[Made]], bool]:
        """What to call with samples once they are made.

        Returns
        -------
        callable
            Keeps them, and tells whether it did: not if another generator has come meanwhile.
        """
        turn = self.desk.turn

        def keep(samples: list[Made]) -> bool:
            if turn != self.desk.turn:
                return False
            self.keep(samples)
            return True

        return keep

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
        self.desk.studio.undo.push(Step(self.desk, words, self._put, self.kept, after))

    def _put(self, kept: Kept) -> None:
        self._show(kept)
        self._store()

    def _show(self, kept: Kept) -> None:
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
        self.hint.setText(
            self.tr("Keep samples with K: they can be mixed, walked through and saved together")
        )
        self.hint.setVisible(not count)

    def _draw(self) -> None:
        for row, (made, _) in enumerate(self.kept):
            self.tray.put(row, made.image())

    def close_down(self) -> None:
        """Write what is not written yet, and stop the timer; the window closes."""
        self._finish()
        self.tray.close_down()
