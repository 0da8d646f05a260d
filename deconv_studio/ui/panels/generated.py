"""A panel made from a task's option model, for tasks nobody has drawn a panel for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deconv_studio.ui.models import fitting
from deconv_studio.ui.panels import GENERATED_ORDER
from deconv_studio.ui.panels.base import Panel
from deconv_studio.ui.panels.task_panel import TaskPanel
from deconv_studio.ui.widgets import form_from_options
from deconv_studio.ui.wording import sentence

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.tasks import Task


class GeneratedPanel(TaskPanel):
    """Model, card, one control an option, run, compare, results."""

    options_type: ClassVar[Any] = None
    _fitting: set[str] = frozenset()  # type: ignore[assignment]
    _default: str = ""

    def build_controls(self) -> None:
        """The model, then the options in their declared order, the advanced ones folded away by the form."""
        self.add(self.label(self.tr("Model"), self.model), 4)
        self.add(self.model)
        self.add(self.card, 4)
        self.form = form_from_options(self.options_type)
        self.add(self.form, 8)
        self.remember()
        self.form.changed.connect(self._changed)

    def _changed(self) -> None:
        self.fill_models()

    def values(self) -> dict[str, Any]:
        """The options as the form holds them."""
        return dict(self.form.values())

    def set_values(self, values: dict[str, Any]) -> None:
        """Set the form's controls."""
        self.form.set_values(values)

    def fill_models(self) -> None:
        """Ask the task in the background which models it takes with these options, then list them."""
        self.studio.work.start(
            fitting,
            self.task,
            self.values(),
            self.studio.models.for_task(self.task),
            channel=f"fitting-{self.name}",
            on_done=self._show_models,
            on_failed=lambda error: self.show_error(sentence(error), "models"),
        )

    def _show_models(self, answer: tuple[list[str], str]) -> None:
        names, self._default = answer
        self._fitting = set(names)
        super().fill_models()

    def fits(self, entry: Entry) -> bool:
        """Whether the task said that it takes this model."""
        return entry.card.id in self._fitting

    def default_model(self) -> str:
        """What the task says."""
        return self._default


def panel_for(task: Task) -> type[Panel]:
    """The class of a generated panel for ``task``."""
    return type(
        f"Generated{task.name.title()}Panel",
        (GeneratedPanel,),
        {
            "__doc__": f"The generated panel of {task.name}.",
            "name": task.name,
            "title": task.title,
            "icon": "workbench",
            "description": task.summary.rstrip("."),
            "order": GENERATED_ORDER,
            "task": task.name,
            "options_type": task.options_type,
        },
    )
