"""Training networks and exporting them to ONNX: the only room with PyTorch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control


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
