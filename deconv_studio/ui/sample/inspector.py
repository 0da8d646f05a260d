"""One sample, large: the stage with its caption, and the tools that change what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from deconv_studio.ui.sample.desk import Desk
from deconv_studio.ui.sample.jobs import Made
from deconv_studio.ui.sample.live import Live
from deconv_studio.ui.sample.stage import Stage
from deconv_studio.ui.sample.tools import LookTool, MixTool, PaintTool, WalkTool, button
from deconv_studio.ui.widgets import ElidedLabel, SegmentedControl

#: What a tool asks for in place of the plain sample: a function of `jobs`, and what it gets beside the
#: generator; None for the sample as it is.
Request = tuple[Any, ...] | None


class Inspector(QWidget):
    """The right side.

    Attributes
    ----------
    requests : dict
        For the name of a tool, a function that says what it makes of a sample.

    Signals
    -------
    mode_changed : str
        Another tool is in hand.
    """

    mode_changed = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.live = Live(desk.studio.work, self)
        self.requests: dict[str, Callable[[Made], Request]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.mode = SegmentedControl(
            [("look", self.tr("Look")), ("mix", self.tr("Mix")), ("walk", self.tr("Walk")),
             ("paint", self.tr("Paint"))]
        )  # fmt: skip
        self.mode.setAccessibleName(self.tr("What is done with the sample"))
        for value, tip in (
            ("look", self.tr("Look at the sample, vary it, find its like among the training pictures")),
            ("mix", self.tr("Means of kept samples, and a direction from some to others")),
            ("walk", self.tr("A film through kept samples")),
            ("paint", self.tr("Switch units of a layer off or on where you paint")),
        ):
            self.mode.segment(value).setToolTip(tip)
        self.stage = Stage(self.tr("The sample, large"))
        self.caption = ElidedLabel("")
        self.caption.setAccessibleName(self.tr("About the sample"))
        self.pixels = button(self.tr("Pixels"), self.tr("Show the picture's own pixels, not smoothed"))
        self.pixels.setCheckable(True)
        self.keep = button(self.tr("Keep"), self.tr("Put what is chosen into the tray below (K)"))
        self.save = button(
            self.tr("Save…"), self.tr("Save what is chosen as PNG files, from which it can be made again")
        )
        below = QHBoxLayout()
        below.setSpacing(8)
        for each in (self.keep, self.save, self.pixels):
            below.addWidget(each, 1)
        self.look, self.mix, self.walk, self.paint = LookTool(), MixTool(), WalkTool(), PaintTool()
        self.tools = QStackedWidget()
        for tool in (self.look, self.mix, self.walk, self.paint):
            self.tools.addWidget(tool)
        column.addWidget(self.mode)
        column.addWidget(self.stage, 1)
        column.addWidget(self.caption)
        column.addLayout(below)
        column.addWidget(self.tools)
        self.setMinimumWidth(290)
        self.mode.changed.connect(self._take_mode)
        self.pixels.toggled.connect(self._show_pixels)
        self.stage.clicked_twice.connect(self.look.large.toggle)

    def _take_mode(self, mode: str) -> None:
        self.desk.mode = mode
        self.tools.setCurrentIndex(("look", "mix", "walk", "paint").index(mode))
        self.stage.set_paintable(mode == "paint")
        self.mode_changed.emit(mode)

    def set_ready(self) -> None:
        """Enable what can be done, as the sample stands."""
        ready = self.desk.current is not None
        self.look.set_ready(ready)
        self.keep.setEnabled(ready or self.desk.mode == "walk")
        self.save.setEnabled(ready)
        self.pixels.setEnabled(ready)

    def forget(self) -> None:
        """Another generator: show nothing."""
        self.live.stop()
        self.stage.show_image(None)

    def refresh(self) -> None:
        """Show the current sample as the tool makes it; a walk shows its frames itself."""
        current = self.desk.current
        if current is None:
            self.show_made(None)
            return
        wanted = self.requests.get(self.desk.mode)
        request = wanted(current) if wanted is not None else None
        if request is not None:
            self.ask(*request)
        elif self.live.is_busy:
            # After what is on its way, or that would come over it.
            self.live.ask(lambda control: current, on_done=self.show_made, on_failed=self._not_made)
        else:
            self.show_made(current)

    def ask(self, function: Any, *args: Any, then: Callable[[Made], object] | None = None) -> None:
        """Have a picture made, and show it; the newest request wins.

        Parameters
        ----------
        function : callable
            Of `jobs`; called with the generator and ``args``.
        then : callable, optional
            What is done with the picture in place of showing it.
        """
        self.live.ask(
            function, self.desk.generators, self.desk.source(), *args,
            on_done=then or self.show_made, on_failed=self._not_made,
        )  # fmt: skip

    def _not_made(self, error: Exception) -> None:
        self.desk.fail(error, "stage")

    def show_made(self, made: Made | None) -> None:
        """Put a picture on the stage."""
        self.desk.well("stage")
        self.desk.shown = made
        if self.desk.mode == "walk":
            return
        words = self.desk.words(made) if made is not None else ""
        self.show_image(made.image() if made is not None else None, words)

    def show_image(self, image: QImage | None, words: str) -> None:
        """Put any picture on the stage, and words under it."""
        self.stage.show_image(image, words)
        self.caption.setText(words)

    def _show_pixels(self, on: bool) -> None:
        self.stage.is_smooth = not on
        self.stage.update()
