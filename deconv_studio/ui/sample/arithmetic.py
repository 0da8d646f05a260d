"""Arithmetic with kept samples: their mean, and a direction along which a sample moves."""

from __future__ import annotations

from PySide6.QtCore import QObject

from deconv_studio.ui.sample import jobs
from deconv_studio.ui.sample.inspector import Inspector, Request
from deconv_studio.ui.sample.jobs import Made
from deconv_studio.ui.sample.keeping import Keeping


class Arithmetic(QObject):
    """What the tool Mix does."""

    def __init__(self, inspector: Inspector, keeping: Keeping) -> None:
        super().__init__(inspector)
        self.inspector, self.keeping, self.tool = inspector, keeping, inspector.mix
        inspector.requests["mix"] = self.request
        self.tool.first.clicked.connect(lambda: keeping.mark("A"))
        self.tool.second.clicked.connect(lambda: keeping.mark("B"))
        self.tool.mean.clicked.connect(self.show_mean)
        self.tool.amount.changed.connect(lambda _value: inspector.refresh())
        keeping.changed.connect(self.tell)
        keeping.selected.connect(self.tell)

    def request(self, current: Made) -> Request:
        """The sample moved along the direction."""
        amount = self.tool.amount.value()
        first, second = self.keeping.marked("A"), self.keeping.marked("B")
        if not (first and second and amount):
            return None
        title = f"{current.title} {amount:+.2f}".replace("-", "−")
        return jobs.mix, current, first, second, amount, title

    def tell(self) -> None:
        """Say what is marked, and enable what can be done."""
        first, second = len(self.keeping.marked("A")), len(self.keeping.marked("B"))
        chosen = len(self.keeping.tray.rows())
        if first and second:
            text = self.tr("A: {first}, B: {second}").format(first=first, second=second)
        else:
            text = self.tr("Choose kept samples below and mark them A and B (keys A, B)")
        self.tool.state.setText(text)
        self.tool.amount.setEnabled(bool(first and second))
        for each in (self.tool.first, self.tool.second):
            each.setEnabled(bool(chosen))
        self.tool.mean.setEnabled(bool(chosen) or bool(self.keeping.kept))

    def show_mean(self) -> None:
        """Show the mean of the chosen kept samples, or of all."""
        samples = self.keeping.chosen() or [made for made, _ in self.keeping.kept]
        if samples:
            # The mean becomes the sample, so that it can be varied, moved and painted on.
            self.inspector.ask(
                jobs.mean,
                [made.point for made in samples],
                self.tr("mean of {n}").format(n=len(samples)),
                then=self.inspector.desk.set_current,
            )
