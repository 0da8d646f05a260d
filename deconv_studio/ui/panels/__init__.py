"""The panels: found by looking at this package's modules, in the order the panels declare."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deconv_studio.ui.panels.base import Panel


def find_panels() -> list[type[Panel]]:
    """Every hand-made panel class of this package, those at the head of the rail first, each group by
    ``order``."""
    from deconv_studio.ui.panels.base import Panel

    found: dict[str, type[Panel]] = {}
    for module in iter_modules(__path__):
        content = vars(import_module(f"{__name__}.{module.name}"))
        for value in content.values():
            if (
                isinstance(value, type)
                and issubclass(value, Panel)
                and value.__module__ == f"{__name__}.{module.name}"
                and value.name
            ):
                found[value.name] = value
    return sorted(found.values(), key=lambda panel: (panel.below, panel.order, panel.name))
