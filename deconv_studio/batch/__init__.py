"""The batch room: the way from file to file, for one picture or for folders of any size."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import BatchError
    from .evaluation import evaluate
    from .journal import journal_name
    from .planning import Job, Plan, plan
    from .running import Progress, Summary, run
    from .single import Failure, Item, ReadOptions, WriteOptions, load, process, save, work

_HOME = {
    "BatchError": "errors",
    "Failure": "single",
    "Item": "single",
    "Job": "planning",
    "Plan": "planning",
    "Progress": "running",
    "ReadOptions": "single",
    "Summary": "running",
    "WriteOptions": "single",
    "evaluate": "evaluation",
    "journal_name": "journal",
    "load": "single",
    "plan": "planning",
    "process": "single",
    "run": "running",
    "save": "single",
    "work": "single",
}

__all__ = [
    "BatchError",
    "Failure",
    "Item",
    "Job",
    "Plan",
    "Progress",
    "ReadOptions",
    "Summary",
    "WriteOptions",
    "evaluate",
    "journal_name",
    "load",
    "plan",
    "process",
    "run",
    "save",
    "work",
]


def __getattr__(name: str) -> Any:
    # PEP 562: importing the room costs nothing; what a name needs loads when it is first used.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
