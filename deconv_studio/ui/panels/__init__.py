"""The panels: found by looking at this package's modules, in the order the panels declare."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from deconv_studio.ui.actions import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from deconv_studio.ui.panels.base import Panel


@dataclass(frozen=True)
class Entry:
    """What the rail and the start page show of a panel, known before its module is loaded.

    Attributes
    ----------
    name, title, icon, description, order, below, task
        As in :class:`~deconv_studio.ui.panels.base.Panel`.
    module, type_name
        Where the panel's class is.
    """

    name: str
    title: str
    icon: str
    description: str
    order: int
    below: bool
    task: str
    module: str
    type_name: str

    def load(self) -> type[Panel]:
        """The panel's class; imports its module."""
        found: type[Panel] = getattr(import_module(f"{__name__}.{self.module}"), self.type_name)
        return found


#: The panels that come with the program, so that the window can show its rail before it loads them. A module
#: that is not listed is found all the same, but loaded before the window is painted.
LISTED = (
    Entry(
        "enlarge",
        QT_TRANSLATE_NOOP("Panels", "Enlarge"),
        "enlarge",
        QT_TRANSLATE_NOOP("Panels", "Two to four times as large, with detail"),
        order=10,
        below=False,
        task="upscale",
        module="enlarge",
        type_name="EnlargePanel",
    ),
    Entry(
        "segment",
        QT_TRANSLATE_NOOP("Panels", "Segment"),
        "segment",
        QT_TRANSLATE_NOOP("Panels", "A class for every pixel, and masks to draw on"),
        order=20,
        below=False,
        task="segment",
        module="segment",
        type_name="SegmentPanel",
    ),
    Entry(
        "restore",
        QT_TRANSLATE_NOOP("Panels", "Restore"),
        "restore",
        QT_TRANSLATE_NOOP("Panels", "Noise taken out, found or by hand"),
        order=30,
        below=False,
        task="restore",
        module="restore",
        type_name="RestorePanel",
    ),
    Entry(
        "anomaly",
        QT_TRANSLATE_NOOP("Panels", "Anomaly"),
        "anomaly",
        QT_TRANSLATE_NOOP("Panels", "What looks otherwise, and where"),
        order=35,
        below=False,
        task="anomaly",
        module="anomaly",
        type_name="AnomalyPanel",
    ),
    Entry(
        "sample",
        QT_TRANSLATE_NOOP("Panels", "Sample"),
        "sample",
        QT_TRANSLATE_NOOP("Panels", "New pictures from noise, by a generator"),
        order=40,
        below=False,
        task="sample",
        module="sample",
        type_name="SamplePanel",
    ),
    Entry(
        "inspect",
        QT_TRANSLATE_NOOP("Panels", "Inspect"),
        "inspect",
        QT_TRANSLATE_NOOP("Panels", "What a network's layers see, back in pixels"),
        order=60,
        below=False,
        task="inspect",
        module="inspect",
        type_name="InspectPanel",
    ),
    Entry(
        "atlas",
        QT_TRANSLATE_NOOP("Panels", "Atlas"),
        "atlas",
        QT_TRANSLATE_NOOP("Panels", "What excites every unit of a layer, over a folder"),
        order=65,
        below=False,
        task="",
        module="atlas",
        type_name="AtlasPanel",
    ),
    Entry(
        "workbench",
        QT_TRANSLATE_NOOP("Panels", "Workbench"),
        "workbench",
        QT_TRANSLATE_NOOP("Panels", "What a deconvolution does, number by number"),
        order=70,
        below=False,
        task="",
        module="workbench",
        type_name="WorkbenchPanel",
    ),
    Entry(
        "folders",
        QT_TRANSLATE_NOOP("Panels", "Folders"),
        "folders",
        QT_TRANSLATE_NOOP("Panels", "The same for every picture of a folder"),
        order=90,
        below=True,
        task="",
        module="folders",
        type_name="FoldersPanel",
    ),
)

#: Place in the rail of a task's generated panel.
GENERATED_ORDER = 60

#: Modules of this package that hold no panel of their own.
SHARED = ("base", "generated", "overlay_panel", "run_panel", "task_panel")


def words(text: str) -> str:
    """A panel's title or description in the user's language."""
    return QCoreApplication.translate("Panels", text) if text else ""


def find_panels() -> list[Entry]:
    """Every hand-made panel of this package, those at the head of the rail first, each group by ``order``."""
    there = {module.name for module in iter_modules(__path__)}
    found = {entry.name: entry for entry in LISTED if entry.module in there}
    for module in sorted(there - {entry.module for entry in LISTED} - set(SHARED)):
        found |= {entry.name: entry for entry in entries_of(module)}
    return sorted(found.values(), key=lambda entry: (entry.below, entry.order, entry.name))


def entries_of(module: str) -> list[Entry]:
    """The panels a module of this package defines; imports it."""
    from deconv_studio.ui.panels.base import Panel

    content = vars(import_module(f"{__name__}.{module}"))
    return [
        Entry(
            value.name, value.title, value.icon, value.description, value.order, value.below, value.task,
            module, type_name,
        )
        for type_name, value in content.items()
        if isinstance(value, type) and issubclass(value, Panel)
        and value.__module__ == f"{__name__}.{module}" and value.name
    ]  # fmt: skip
