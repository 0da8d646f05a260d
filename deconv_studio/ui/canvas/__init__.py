"""The canvas: a picture of any size and its result, compared; prepared off the GUI thread."""

from __future__ import annotations

from .canvas import COMPARE_MODES, Canvas, Readout

__all__ = ["COMPARE_MODES", "Canvas", "Readout"]
