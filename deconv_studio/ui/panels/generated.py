"""A panel made from a task's option model, for tasks nobody has drawn a panel for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from deconv_studio.ui.panels.base import Panel
from deconv_studio.ui.panels.task_panel import TaskPanel
from deconv_studio.ui.widgets import form_from_options

if TYPE_CHECKING:
    from deconv_studio.catalog import Entry
    from deconv_studio.tasks import Task


class GeneratedPanel(TaskPanel):
    """Model, card, one control an option, run, compare, results."""

    options_type: ClassVar[Any] = None

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

    def fits(self, entry: Entry) -> bool:
        """Whether the task itself takes this model with these options."""
        from deconv_studio import tasks

        task = tasks.get(self.task)
        try:
            task.check_model(entry.card, task.options(**self.values()))
        except tasks.TaskError:
            return False
        return True

    def default_model(self) -> str:
        """What the task says."""
        from deconv_studio import tasks

        task = tasks.get(self.task)
        try:
            return task.default_model(task.options(**self.values())) or ""
        except tasks.TaskError:
            return ""


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
            "order": 60,
            "task": task.name,
            "options_type": task.options_type,
        },
    )
