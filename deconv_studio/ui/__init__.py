"""The Qt front end: canvas, panels, window, history, settings, work. Knows no networks and no files."""

from __future__ import annotations

from deconv_studio.ui.immortal import keep_singletons_alive

keep_singletons_alive()
