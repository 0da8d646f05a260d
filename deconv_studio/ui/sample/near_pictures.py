"""The training pictures nearest to the sample: from which folder, and by what they are compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.desk import Desk
from deconv_studio.ui.sample.tools import LookTool
from deconv_studio.ui.widgets import Collapsible, FolderField, SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

#: Training pictures that are shown beside a sample.
NEAREST = 6


class NearPictures(Collapsible):
    """A section of the side; what is found stands in the tool Look."""

    def __init__(self, desk: Desk, tool: LookTool) -> None:
        super().__init__("", open=True)
        title = self.tr("Nearest training pictures")
        self.heading.setText(title)
        self.heading.setAccessibleName(title)
        self.desk, self.tool = desk, tool
        self.folder = FolderField(self.tr("Training pictures"), self.tr("a folder with pictures"))
        near = QWidget()
        inner = QVBoxLayout(near)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        self.near_by = SegmentedControl([("pixels", self.tr("Pixels")), ("features", self.tr("Features"))])
        self.near_by.setAccessibleName(self.tr("What is compared"))
        self.near_by.segment("pixels").setToolTip(self.tr("Root mean square difference of the pixels"))
        self.near_by.segment("features").setToolTip(
            self.tr("Distance between a classifier's features, which see what is shown and not where")
        )
        inner.addWidget(self.folder)
        inner.addWidget(self.near_by)
        self.set_content(near)
        self.folder.line.textChanged.connect(lambda _text: self.look())
        self.near_by.changed.connect(lambda _by: self.look())

    def forget(self) -> None:
        """Another generator: nothing was found for it."""
        self.tool.near.card_model.set_cards([])
        self.desk.well("nearest")

    def look(self) -> None:
        """Look for the pictures nearest to the current sample."""
        made, folder = self.desk.current, self.folder.text()
        if not folder:
            self.desk.studio.work.supersede("sample-nearest")
            self.forget()
            self.tool.forget_near()
            return
        if made is None or self.desk.mode != "look":
            return
        self.tool.near_words.setText(self.tr("Nearest training pictures: looking…"))
        self.desk.studio.work.start(
            jobs.neighbours, self.desk.source(), made, Path(folder), NEAREST,
            self.near_by.value() == "features",
            channel="sample-nearest",
            on_progress=lambda _done, text: self.tool.near_words.setText(
                self.tr("Nearest training pictures: {what}").format(what=text)
            ),
            on_done=self._show, on_failed=self._not_found,
        )  # fmt: skip

    def _show(self, answer: tuple[str, list[Any], list[QImage], tuple[str, ...]]) -> None:
        from deconv_studio.ui.inspect.cards import Card

        by, found, images, left_out = answer
        self.desk.well("nearest")
        by = by or self.tr("pixels")
        self.tool.near_words.setText(
            self.tr("Nearest training pictures by {what}; 0 is a copy").format(what=by)
        )
        if left_out:
            self.desk.studio.said.emit(
                self.tr("Left out, as they cannot be read: {names}").format(names=", ".join(left_out[:5]))
            )
        self.tool.near.card_model.set_cards(
            [
                Card((image,), f"{each.distance:.1f}", Path(each.name).name, target=each.path)
                for each, image in zip(found, images, strict=True)
            ]
        )

    def _not_found(self, error: Exception) -> None:
        self.tool.near.card_model.set_cards([])
        self.tool.near_words.setText(self.tr("Nearest training pictures: none found"))
        self.desk.fail(error, "nearest")
