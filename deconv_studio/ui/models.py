"""The models at hand, read in the background, and the few words the window says about each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from deconv_studio import catalog

if TYPE_CHECKING:
    from collections.abc import Callable

    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.ui.work import Work


def _tr(text: str) -> str:
    return QCoreApplication.translate("Models", text)


def count_text(count: int) -> str:
    """A count in few digits: ``12.5 k``, ``1.1 M``."""
    if count >= 999_500:
        return f"{count / 1e6:.1f} M"
    if count >= 1000:
        return f"{count / 1e3:.1f} k"
    return str(count)


def card_facts(card: Card) -> str:
    """Parameters and the first figure measured, with its convention, in one sentence."""
    figure = _gain(card) or _headline(card) or _tr("quality not measured")
    return ", ".join([_tr("{count} parameters").format(count=count_text(card.parameters)), figure])


def _headline(card: Card) -> str | None:
    """The figure a card names first, of a task that has nothing to be better than."""
    if not card.results:
        return None
    first = card.results[0]
    dataset = re.split(r" \(", first.dataset)[0]
    return _tr("{measure} {value} ({dataset})").format(
        measure=first.measure, value=f"{first.value:.3g}", dataset=dataset
    )


def _gain(card: Card) -> str | None:
    rated = [
        each for each in card.results if each.baseline is not None and each.measure.lower().startswith("psnr")
    ]
    if not rated:
        return None
    first = next((each for each in rated if "set5" in each.dataset.lower()), rated[0])
    # The whole convention is in the tooltip; here is what tells numbers apart at a glance.
    dataset = re.split(r" \(", first.dataset)[0]
    convention = re.split(r"[;(,]| of ", first.convention)[0].replace(" and SSIM", "").strip()
    gain = first.value - (first.baseline or 0.0)
    if card.task == "restore":
        noise = first.measure.partition(", ")[2]
        return _tr("{gain:+.1f} dB over the noisy picture ({noise}; {dataset}, {convention})").format(
            gain=gain, noise=noise, dataset=dataset, convention=convention
        )
    return _tr("{gain:+.1f} dB over bicubic ({dataset}, {convention})").format(
        gain=gain, dataset=dataset, convention=convention
    )


def card_details(card: Card) -> str:
    """Everything measured, a line each with its whole convention, for a tooltip."""
    lines = [card.description] if card.description else []
    for each in card.results:
        text = f"{each.measure} {each.value:.4g}"
        if each.baseline is not None:
            # Each task has its own lower end: what a person has without the model.
            words = _tr("(noisy {value:.4g})") if card.task == "restore" else _tr("(bicubic {value:.4g})")
            text += " " + words.format(value=each.baseline)
        lines.append(f"{text}, {each.dataset}: {each.convention}")
    return "\n".join(lines)


def card_rights(card: Card) -> str:
    """Licence of the weights and of the training data, in one sentence."""
    weights = card.weights.licence
    data = card.data.name
    if card.data.licence and card.data.licence != card.data.name:
        data = f"{data} ({card.data.licence})"
    text = _tr("Weights: {weights}. Data: {data}.").format(weights=weights, data=data)
    if card.research_only:
        text += " " + _tr("Research only.")
    return text


def fitting(
    control: Control, task_name: str, values: dict[str, Any], entries: list[Entry]
) -> tuple[list[str], str]:
    """Which models a task takes with these options, and the one it would choose itself.

    On a pool thread, because a task that refuses a model looks into the catalog for better ones.

    Raises
    ------
    TaskError
        If the options are not the task's.
    """
    from deconv_studio import tasks

    task = tasks.get(task_name)
    options = task.options(**values)
    found = []
    for entry in entries:
        control.raise_if_cancelled()
        try:
            task.check_model(entry.card, options)
        except tasks.TaskError:
            continue
        found.append(entry.card.id)
    return found, task.default_model(options) or ""


class Models(QObject):
    """What :class:`~deconv_studio.catalog.Catalog` found, kept for the panels. Reads no model, only cards."""

    #: The list is new.
    changed = Signal()

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.catalog: Any = None
        self.entries: list[Entry] = []
        #: Folders that look like models and are none: sentences for the user.
        self.problems: list[Any] = []
        #: False until the folders have been read once.
        self.ready = False

    def refresh(self, then: Callable[[], object] | None = None) -> None:
        """Read the folders again in the background."""

        def done(answer: tuple[Any, list[Entry], list[Any]]) -> None:
            self.catalog, self.entries, self.problems = answer
            self.ready = True
            self.changed.emit()
            if then is not None:
                then()

        self._work.start(_scan, channel="models", on_done=done)

    def for_task(self, task: str) -> list[Entry]:
        """Entries whose card names ``task``."""
        return [entry for entry in self.entries if entry.card.task == task]

    def get(self, model_id: str) -> Entry | None:
        """The entry of this id, if it is there."""
        return next((entry for entry in self.entries if entry.card.id == model_id), None)


def _scan(control: Control) -> tuple[Any, list[Entry], list[Any]]:
    control.raise_if_cancelled()
    found = catalog.Catalog()
    return found, found.cards(), list(found.problems)
