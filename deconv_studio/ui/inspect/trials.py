"""The tests of a reconstruction: covering what it shows, and shuffling the weights it came through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from deconv_studio.ui.inspect import jobs
from deconv_studio.ui.inspect.strip import short_name

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from deconv_studio.tasks.looking import Shuffled, Verdict
    from deconv_studio.ui.inspect.cards import Card
    from deconv_studio.ui.inspect.host import Host
    from deconv_studio.ui.inspect.pages import InspectPages


class Trials(QObject):
    """Has the unit at hand tested; what comes of it stands on the page of tests."""

    def __init__(self, host: Host, pages: InspectPages, parent: QObject) -> None:
        super().__init__(parent)
        self.host, self.pages = host, pages

    def verify(self) -> None:
        """Cover what the reconstruction shows, then what it does not."""
        if self.host.looked is None or self.host.drawn is None:
            return
        self.host.clear_error("test")
        self.host.begin(self.tr("Covering…"))
        found = self.host.drawn.found
        self.host.studio.work.start(
            jobs.verify, self.host.looked.scene, self.host.options(), channel="inspect-test",
            on_done=lambda verdict: self._verified(verdict, found),
            on_failed=lambda error: self.host.show_error(error, "test"), on_ended=self.host.end,
        )  # fmt: skip

    def _verified(self, verdict: Verdict, found: Any) -> None:
        text = self.tr(
            "Unit {unit} of {layer}, {rule}. Covering the half of its field that the reconstruction shows "
            "most lowers the unit by {shown:.0f} %; covering the half it shows least, by {hidden:.0f} %."
        ).format(
            unit=found.unit, layer=short_name(found.layer), rule=found.rule, shown=100 * verdict.shown,
            hidden=100 * verdict.hidden,
        )  # fmt: skip
        holds = verdict.shown > verdict.hidden
        text += " " + (
            self.tr("✓ The reconstruction shows the cause.")
            if holds
            else self.tr("✕ The reconstruction does not show the cause.")
        )
        self.pages.verdict.setText(text)
        self.pages.page.set_value("tests")

    def fill(self, menu: QMenu) -> None:
        """List the layers from which up the weights can be shuffled."""
        menu.clear()
        if self.host.looked is None:
            return
        scene = self.host.looked.scene
        way = (
            {name for node in scene.graph.path(self.host.layer) for name in node.outputs}
            if self.host.layer
            else set()
        )
        for layer in reversed(
            [each for each in scene.layers if each.name in way and each.parameters > 1][-30:]
        ):
            action = menu.addAction(f"{layer.name}  ({layer.op})".replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, name=layer.name: self.shuffle(name))

    def shuffle(self, since: str | None = None) -> None:
        """Shuffle the weights from a layer up, and reconstruct again."""
        if self.host.looked is None or self.host.drawn is None:
            return
        self.host.clear_error("test")
        self.host.begin(self.tr("Shuffling the weights…"))
        self.host.studio.work.start(
            jobs.shuffle, self.host.looked.scene, self.host.options(), self.host.style_now(), since,
            channel="inspect-test", on_done=self._shuffled,
            on_failed=lambda error: self.host.show_error(error, "test"), on_ended=self.host.end,
        )  # fmt: skip

    def _shuffled(self, answer: tuple[Shuffled, list[Card]]) -> None:
        result, cards = answer
        text = self.tr(
            "Weights of {since} and all above it up to {layer} shuffled, unit {unit}, {rule}: the two "
            "reconstructions correlate by {likeness:.2f}."
        ).format(
            since=short_name(result.since), layer=short_name(result.original.layer),
            unit=result.original.unit,
            rule=result.original.rule, likeness=result.likeness,
        )  # fmt: skip
        text += " " + (
            self.tr(
                "✕ They look alike: what is shown depends little on these weights. Try from a lower layer."
            )
            if result.likeness > 0.7
            else self.tr("✓ They differ: what is shown depends on what was learned.")
        )
        self.pages.verdict.setText(text)
        self.pages.pair.card_model.set_cards(cards)
        self.pages.page.set_value("tests")
