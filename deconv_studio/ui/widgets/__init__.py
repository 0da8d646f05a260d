"""Small widgets every panel is made of."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .basics import ChipLabel, ColorSwatch, ElidedLabel, PrimaryButton, ThinProgress
from .collapsible import Collapsible
from .folder import FolderField
from .message import InlineMessage
from .segmented import SegmentedControl

if TYPE_CHECKING:
    from .form import OptionsForm, form_from_options
    from .slider import LabeledSlider, inset

__all__ = [
    "ChipLabel",
    "Collapsible",
    "ColorSwatch",
    "ElidedLabel",
    "FolderField",
    "InlineMessage",
    "LabeledSlider",
    "OptionsForm",
    "PrimaryButton",
    "SegmentedControl",
    "ThinProgress",
    "form_from_options",
    "inset",
]

# Forms load the option models' library: not before the window is painted.
_HOME_OF = {
    "LabeledSlider": "slider",
    "OptionsForm": "form",
    "form_from_options": "form",
    "inset": "slider",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
