"""What can go wrong while learning, each with a way out."""

from __future__ import annotations


class LearningError(Exception):
    """Base of this room's errors.

    Attributes
    ----------
    message, hint : str
        What happened and to what; what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint

    @property
    def kind(self) -> str:
        return type(self).__name__.removesuffix("Error")


class RecipeError(LearningError):
    """A recipe is missing, cannot be read or says something impossible."""


class DataError(LearningError):
    """The training or evaluation folder does not hold what the recipe needs."""


class CheckpointError(LearningError):
    """A checkpoint is missing, damaged or belongs to another recipe."""


class DivergedError(LearningError):
    """The loss became NaN or infinite."""


class ParityError(LearningError):
    """The exported network does not compute what the trained one does."""


class SourceError(LearningError):
    """The thing to export is not known."""
