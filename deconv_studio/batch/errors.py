"""The errors of the batch room: one class a cause, each with a way out."""

# ruff: noqa: N818 - a cause is named for what it is

from __future__ import annotations


class BatchError(Exception):
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


class CallWrong(BatchError):
    """The call contradicts itself or asks for what cannot be; nothing was started."""


class JournalMismatch(BatchError):
    """The journal in the output folder belongs to another job."""


class JournalBusy(BatchError):
    """Another run is writing to the same output folder."""


class OutputIsInput(BatchError):
    """The output would replace an input."""


class OutputCollision(BatchError):
    """Two inputs would be written to the same file."""


class NameTooLong(BatchError):
    """The file system takes no name as long as the result's."""


class LinkOutside(BatchError):
    """A symbolic link leads out of the folder."""


class LinkedFolder(BatchError):
    """A symbolic link leads to a folder that is read by its own name, or round in a circle."""


class LinkBroken(BatchError):
    """A symbolic link leads nowhere."""


class FolderUnreadable(BatchError):
    """A folder cannot be listed."""


class OwnOutput(BatchError):
    """The file is a result that an earlier run wrote among its inputs."""


class Done(BatchError):
    """The journal says that this input is done."""


class FolderFailed(BatchError):
    """The output folder cannot be made."""


class Unexpected(BatchError):
    """Something failed that should not have; the log file has the details."""
