"""Options that several verbs share, as types of their parameters; what each says is in `run.COMMON`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from . import values
from .run import COMMON

Recurse = Annotated[bool, COMMON["recurse"][1]]
MaxPixels = Annotated[Any, COMMON["max_pixels"][1]]
Mean = Annotated[Any, COMMON["mean"][1]]
Std = Annotated[Any, COMMON["std"][1]]
Range = Annotated[Any, COMMON["range"][1]]
Provider = Annotated[str, COMMON["provider"][1]]
Threads = Annotated[int | None, COMMON["threads"][1]]
Memory = Annotated[Any, COMMON["memory"][1]]
DryRun = Annotated[bool, COMMON["dry_run"][1]]
ReportFile = Annotated[Path | None, COMMON["report"][1]]
Json = Annotated[bool, COMMON["json"][1]]
Quiet = Annotated[bool, COMMON["quiet"][1]]

PageExists = Annotated[
    Any,
    typer.Option(
        "--exists",
        help="When the report is there already.",
        parser=values.choice(("error", "overwrite")),
        metavar="error|overwrite",
        rich_help_panel="Files",
    ),
]
"""Of verbs that make one report."""
