"""What the Segment panel is made of: the mask that is edited, what lies over the canvas, the legend."""

from __future__ import annotations
