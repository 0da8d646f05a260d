"""Training networks and exporting them to ONNX: the only room with PyTorch."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control


NEEDED = ("torch", "torchvision", "onnxscript", "safetensors", "lightning_fabric")
"""Modules of the extra ``train``, which the light install leaves out."""


def missing() -> tuple[str, ...]:
    """Which of the modules that training needs are not installed; imports none of them."""
    return tuple(name for name in NEEDED if importlib.util.find_spec(name) is None)


def train(
    recipe: str | Path,
    *,
    data: Path,
    out: Path,
    overrides: Sequence[str] = (),
    resume: bool = False,
    events: Callable[[dict[str, Any]], None] = lambda event: None,
    control: Control | None = None,
) -> Path:
    """Train by a recipe named or given as a file; see `deconv_studio.learning.fit.fit`."""
    from deconv_studio.learning.fit import fit
    from deconv_studio.learning.recipe import load

    return fit(load(recipe, overrides), Path(data), Path(out), resume=resume, events=events, control=control)


def export(source: str | Path, out: Path, **options: Any) -> Any:
    """Export a run's folder or ``torchvision:NAME`` to ONNX; see `deconv_studio.learning.onnx_export`."""
    from deconv_studio.learning.onnx_export import export as run

    return run(source, Path(out), **options)
