"""The errors of the imaging room: one class a cause, each naming the file, what is wrong and the way out."""

# The house names an error by its cause, without a suffix: its name is the `kind` that reports carry.
# ruff: noqa: N818

from __future__ import annotations

from typing import Any


class ImagingError(Exception):
    """Base of every error this room raises.

    Parameters
    ----------
    message : str
        Names the file and the cause, as a sentence.
    hint : str, optional
        The way out, as a sentence; the class's own if not given.

    Attributes
    ----------
    kind : str
        The class's name without a trailing "Error", e.g. ``"TruncatedFile"``; stable, for reports and JSON.
    message, hint : str
        As given.
    """

    default_hint = "Open it in another program and save it again as PNG or TIFF."

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        super().__init__(message, self.hint)

    @property
    def kind(self) -> str:
        return type(self).__name__.removesuffix("Error")

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class FileMissing(ImagingError):
    """There is no file at the path."""

    default_hint = "Check the path; the file may have been moved or renamed."


class NotPermitted(ImagingError):
    """The system does not let this user read or write there."""

    default_hint = "Change the permissions of the file or folder, or choose another one."


class EmptyFile(ImagingError):
    """The file holds no bytes."""

    default_hint = "Copy or download the file again; the last attempt left nothing in it."


class NotAPicture(ImagingError):
    """The content is not that of any picture format, whatever the name says."""

    default_hint = "Check what the file is; if it is a picture, save it as PNG, JPEG, WebP or TIFF."


class UnsupportedFormat(ImagingError):
    """The content is of a known format, or a variant of one, that this program does not read or write.

    Attributes
    ----------
    format : str or None
        The format's name.
    """

    def __init__(self, message: str, hint: str | None = None, format: str | None = None) -> None:
        super().__init__(message, hint)
        self.format = format

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.hint, self.format)


class TruncatedFile(ImagingError):
    """The file ends before its picture does."""

    default_hint = "Copy or download the file again; a part of it is missing."


class CorruptFile(ImagingError):
    """The file contradicts itself or its data does not decode."""

    default_hint = "Get a fresh copy of the file, or open it in another program and save it again."


class TooManyPixels(ImagingError):
    """The header claims more pixels than the limit allows.

    Attributes
    ----------
    pixels : int
        Width times height, as the header claims.
    limit : int
        The limit that was in force; reading again with a higher one opens the file anyway.
    """

    default_hint = "Raise the limit on pixels, or open it anyway, if you trust the file and have the memory."

    def __init__(self, message: str, hint: str | None = None, pixels: int = 0, limit: int = 0) -> None:
        super().__init__(message, hint)
        self.pixels = pixels
        self.limit = limit

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.hint, self.pixels, self.limit)


class PageMissing(ImagingError):
    """The file has no page of that number.

    Attributes
    ----------
    pages : int
        How many pages the file has.
    """

    default_hint = "Choose a page the file has."

    def __init__(self, message: str, hint: str | None = None, pages: int = 0) -> None:
        super().__init__(message, hint)
        self.pages = pages

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.hint, self.pages)


class NotLabels(ImagingError):
    """The file is a picture, but its values are no class numbers."""

    default_hint = "Give a mask whose value is the class number."


class CannotHold(ImagingError):
    """The output format cannot hold this picture's depth, alpha or size."""

    default_hint = "Save it as PNG, or as TIFF for floating-point pictures."


class EncoderMissing(ImagingError):
    """The format needs an encoder that is not installed."""

    default_hint = "Install it, or take another format."


class OutputExists(ImagingError):
    """There is a file at the output path already."""

    default_hint = "Choose another name, or allow overwriting."


class WriteFailed(ImagingError):
    """The output could not be written; nothing half-written is left."""

    default_hint = "Check that the disk has space and is writable, then try again."
