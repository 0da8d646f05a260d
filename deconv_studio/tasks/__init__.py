"""The tasks room: one file a job, from a picture and its options to a result; found by a registry."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .base import Estimate, OptionField, Options, Task, all_tasks, describe, get
    from .errors import TaskError
    from .result import Result, recorded

_HOME = {
    "Estimate": "base",
    "OptionField": "base",
    "Options": "base",
    "Task": "base",
    "all_tasks": "base",
    "describe": "base",
    "get": "base",
    "TaskError": "errors",
    "Result": "result",
    "recorded": "result",
}

__all__ = [
    "Estimate",
    "OptionField",
    "Options",
    "Result",
    "Task",
    "TaskError",
    "all_tasks",
    "describe",
    "get",
    "recorded",
]


def __getattr__(name: str) -> Any:
    # PEP 562: importing the room costs nothing; pydantic loads when a name is first used.
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value
