"""A walk through samples: its frames are made around the one that is looked at, and written as a film."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.browser import Browser
from deconv_studio.ui.sample.inspector import Inspector
from deconv_studio.ui.sample.jobs import Made, Walk
from deconv_studio.ui.sample.keeping import Keeping
from deconv_studio.ui.sample.live import Live

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

#: Frames of a walk that are made in one go, and ahead of the one that is shown.
AHEAD, IN_ONE_GO = 24, 4
#: Films that can be written, by suffix.
FILMS = {".gif": "GIF", ".webp": "WebP", ".apng": "APNG", ".mp4": "MP4"}


class Walking(QObject):
    """What the tool Walk does."""

    def __init__(self, inspector: Inspector, keeping: Keeping, browser: Browser) -> None:
        super().__init__(inspector)
        self.inspector, self.keeping, self.browser = inspector, keeping, browser
        self.desk, self.tool = inspector.desk, inspector.walk
        self.walk: Walk | None = None
        self.frames: dict[int, QImage] = {}
        self.live = Live(self.desk.studio.work, self)
        self.live.idle.connect(self._pump)
        self.tool.changed.connect(self.plan)
        self.tool.moved.connect(self.show_frame)
        self.tool.export.clicked.connect(self.ask_export)
        keeping.changed.connect(self._plan_if_in_hand)
        keeping.selected.connect(self._plan_if_in_hand)

    def forget(self) -> None:
        """Another generator: there is no walk."""
        self.live.stop()
        self.walk, self.frames = None, {}
        self.tool.set_ready(False)

    # -- the way ---------------------------------------------------------------------------------------------

    def stops(self) -> tuple[Made, ...]:
        """Where it leads through: the chosen kept samples, else all of them, else the chosen cells."""
        chosen = self.keeping.chosen()
        if len(chosen) >= 2:
            return tuple(chosen)
        if len(self.keeping.kept) >= 2:
            return tuple(made for made, _ in self.keeping.kept)
        return tuple(self.browser.chosen()[0])

    def _plan_if_in_hand(self) -> None:
        if self.desk.mode == "walk":
            self.plan()

    def plan(self) -> None:
        """It is another walk: show the frame of it where the slider stands."""
        stops = self.stops()
        ready = len(stops) >= 2 and bool(self.desk.begun)
        how, count, closed = self.tool.how.value(), self.tool.frames.value(), self.tool.closed.isChecked()
        self.walk = Walk(stops, how, count, closed) if ready else None
        self.frames = {}
        self.tool.set_ready(ready)
        self.tool.state.setText(
            (
                self.tr("Through {n} samples and round to the first")
                if closed
                else self.tr("Through {n} samples, from the first to the last")
            ).format(n=len(stops))
            if ready
            else self.tr("Keep two samples or more, or choose them in the grid")
        )
        if self.desk.mode == "walk":
            self.show_frame(self.tool.scrub.value())

    # -- frames ----------------------------------------------------------------------------------------------

    def show_now(self) -> None:
        """Show the frame where the slider stands."""
        self.show_frame(self.tool.scrub.value())

    def show_frame(self, number: int) -> None:
        """Show a frame, once it is made."""
        image = self.frames.get(number)
        if self.desk.mode != "walk":
            return
        if image is not None:
            words = self.tr("Frame {n} of {count}").format(n=number + 1, count=self.tool.frames.value())
            self.inspector.show_image(image, words)
        elif self.walk is None:
            self.inspector.show_image(None, "")
        self._pump()

    def _pump(self) -> None:
        """Have the next frames made: the one that is wanted now, and some ahead of it."""
        walk = self.walk
        if walk is None or self.live.is_busy or self.desk.mode != "walk":
            return
        at = self.tool.scrub.value()
        ahead = ((at + step) % walk.count for step in range(min(AHEAD, walk.count)))
        numbers = [number for number in ahead if number not in self.frames][:IN_ONE_GO]
        if not numbers:
            return
        self.live.ask(
            jobs.frames, self.desk.generators, self.desk.source(), walk, numbers,
            on_done=lambda made: self._take(walk, made), on_failed=self._failed,
        )  # fmt: skip

    def _take(self, walk: Walk, made: list[tuple[int, QImage]]) -> None:
        if walk is not self.walk:
            return
        self.frames |= dict(made)
        if self.tool.scrub.value() in dict(made):
            self.show_now()

    def _failed(self, error: Exception) -> None:
        self.desk.fail(error, "stage")

    def keep_frame(self) -> None:
        """Put the frame that is shown into the tray, as a sample of its own."""
        if self.walk is None:
            return
        number = self.tool.scrub.value()
        keep = self.keeping.keep_made()
        self.desk.studio.work.start(
            jobs.frame, self.desk.generators, self.desk.source(), self.walk, number,
            self.tr("frame {n}").format(n=number),
            on_done=lambda made: keep([made]), on_failed=self._failed,
        )  # fmt: skip

    # -- files -----------------------------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Choose a file for the walk."""
        if self.walk is None or self.desk.host.is_running:
            return
        folder = self.desk.studio.settings.last_folder
        dialog = QFileDialog(self.inspector.window(), self.tr("Export the walk"), folder)
        dialog.setObjectName("walk_export")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        filters = [f"{name} (*{suffix})" for suffix, name in FILMS.items()]
        dialog.setNameFilters([*filters, self.tr("A folder with a PNG for each frame (*)")])
        dialog.setDefaultSuffix("gif")

        def filtered(text: str) -> None:
            found = next((suffix for suffix in FILMS if f"*{suffix})" in text), "")
            dialog.setDefaultSuffix(found.lstrip("."))

        dialog.filterSelected.connect(filtered)
        dialog.selectFile("walk.gif")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the walk into a file, or without a film's suffix as PNG files into a folder."""
        if self.walk is None or self.desk.host.is_running:
            return
        self.desk.well("export")
        self.desk.host.run_job(
            jobs.export, self.desk.generators, self.desk.source(), self.walk, float(self.tool.speed.value()),
            path, "film" if path.suffix.lower() in FILMS else "frames",
            title=self.tr("Exporting {name}").format(name=path.name), channel="sample-export",
            on_done=lambda written: self.desk.say_written([written]),
            on_failed=lambda error: self.desk.fail(error, "export"),
        )  # fmt: skip

    def close_down(self) -> None:
        """Stop; the window closes."""
        self.tool.close_down()
        self.live.close()
