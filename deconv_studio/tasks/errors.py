"""The errors of the tasks room: one class a cause, each with a way out."""

# ruff: noqa: N818 - a cause is named for what it is

from __future__ import annotations


class TaskError(Exception):
    """Base of every error this room raises.

    Parameters
    ----------
    message : str
        Names what is wrong, as a sentence.
    hint : str
        The way out, as a sentence.

    Attributes
    ----------
    kind : str
        The class's name without a trailing "Error"; stable, for reports and JSON.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message, hint)

    @property
    def kind(self) -> str:
        return type(self).__name__.removesuffix("Error")

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UnknownTask(TaskError):
    """No task of that name is registered."""


class OptionsInvalid(TaskError):
    """A value is outside what the task's options allow."""


class ModelUnfit(TaskError):
    """The model is for another job, or cannot do what the options ask."""


class NotFinite(TaskError):
    """The picture holds NaN or infinite values."""


class NoSpace(TaskError):
    """There is no room on the disk for a result too large for memory."""
