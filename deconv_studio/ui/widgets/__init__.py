"""Small widgets every panel is made of."""

from __future__ import annotations

from .basics import ChipLabel, ColorSwatch, ElidedLabel, PrimaryButton, ThinProgress
from .collapsible import Collapsible
from .form import OptionsForm, form_from_options
from .message import InlineMessage
from .segmented import SegmentedControl
from .slider import LabeledSlider, inset

__all__ = [
    "ChipLabel",
    "Collapsible",
    "ColorSwatch",
    "ElidedLabel",
    "InlineMessage",
    "LabeledSlider",
    "OptionsForm",
    "PrimaryButton",
    "SegmentedControl",
    "ThinProgress",
    "form_from_options",
    "inset",
]
