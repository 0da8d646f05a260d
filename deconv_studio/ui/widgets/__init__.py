"""Small widgets every panel is made of."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .basics import ChipLabel, ColorSwatch, ElidedLabel, PrimaryButton, ThinProgress, field_label
from .collapsible import Collapsible
from .folder import FolderField
from .message import InlineMessage
from .save_kinds import SaveKinds
from .segmented import SegmentedControl

if TYPE_CHECKING:
    from .form import OptionsForm, form_from_options
    from .slider import LabeledSlider, inset
    from .tiling import PixelBox, Tiling

__all__ = [
    "ChipLabel",
    "Collapsible",
    "ColorSwatch",
    "ElidedLabel",
    "FolderField",
    "InlineMessage",
    "LabeledSlider",
    "OptionsForm",
    "PixelBox",
    "PrimaryButton",
    "SaveKinds",
    "SegmentedControl",
    "ThinProgress",
    "Tiling",
    "field_label",
    "form_from_options",
    "inset",
]

# Forms load the option models' library: not before the window is painted.
_HOME_OF = {
    "LabeledSlider": "slider",
    "OptionsForm": "form",
    "PixelBox": "tiling",
    "Tiling": "tiling",
    "form_from_options": "form",
    "inset": "slider",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
