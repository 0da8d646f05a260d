"""What can go wrong with models, cards and packs: one exception for each cause, each with a way out."""

# ruff: noqa: N818 a cause is named for what it is

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


class CatalogError(Exception):
    """Base of every error of the catalog.

    Parameters
    ----------
    message : str
        What happened, naming the file or the model and the cause.
    hint : str
        The way out, as a sentence.

    Attributes
    ----------
    kind : str
        The class's name without a trailing "Error", as written to JSON and reports.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    @property
    def kind(self) -> str:
        """The name of the cause, for machines."""
        return type(self).__name__.removesuffix("Error")

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses take other arguments than Exception keeps, and errors have to cross process borders.
        return _restore, (type(self), self.args, self.__dict__)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def _restore(kind: type[CatalogError], args: tuple[Any, ...], state: dict[str, Any]) -> CatalogError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class ModelMissing(CatalogError):
    """No model has the id that was asked for; `suggestions` holds near ones."""

    def __init__(self, model_id: str, suggestions: Sequence[str] = (), hint: str | None = None) -> None:
        self.model_id = model_id
        self.suggestions = tuple(suggestions)
        if hint is None:
            if self.suggestions:
                hint = f"Did you mean {' or '.join(repr(s) for s in self.suggestions)}?"
            else:
                hint = "`deconv-studio models list` shows the models at hand."
        super().__init__(f"There is no model {model_id!r}.", hint)


class ModelExists(CatalogError):
    """A model with this id is already there."""


class NotRemovable(CatalogError):
    """The model belongs to the program or to an installed package, not to the user's folder."""


class CardInvalid(CatalogError):
    """A card.toml cannot be read, or says something a card cannot say."""


class HashMismatch(CatalogError):
    """A file's content is not what its card promises.

    Attributes
    ----------
    path : Path
    expected, found : str
        SHA-256 in hexadecimal digits.
    """

    def __init__(self, path: Path, expected: str, found: str, hint: str) -> None:
        self.path = path
        self.expected = expected
        self.found = found
        super().__init__(
            f"{path} is not the file its card describes (SHA-256 {found[:12]}… instead of {expected[:12]}…);"
            " it was changed or damaged, so it was not loaded.",
            hint,
        )


class ExternalData(CatalogError):
    """A model refers to weights outside its own folder, or to weights that are not there."""


class ModelTooLarge(CatalogError):
    """A model's files together are over the size limit.

    Attributes
    ----------
    size, limit : int
        Bytes.
    """

    def __init__(self, path: Path, size: int, limit: int) -> None:
        self.path = path
        self.size = size
        self.limit = limit
        super().__init__(
            f"{path} is {size / 2**20:,.1f} MiB with its weights; the limit is {limit / 2**20:,.1f} MiB.",
            "Use a smaller model: networks of this size are not run on a desktop.",
        )


class ModelInvalid(CatalogError):
    """A file is no ONNX model, or one that cannot be used on pictures."""


class CustomOperator(ModelInvalid):
    """A model uses operators that plain ONNX Runtime does not have; `operators` names them."""

    def __init__(self, path: Path, operators: Sequence[str]) -> None:
        self.operators = tuple(operators)
        super().__init__(
            f"{path} uses operators outside the ONNX standard: {', '.join(self.operators)}.",
            "Export it again with standard operators only.",
        )


class PackMissing(CatalogError):
    """A pack is unknown, or not installed."""


class PackInvalid(CatalogError):
    """A pack's weights cannot be read in the format they should have."""


class InstallFailed(CatalogError):
    """pip could not install a pack; `output` holds the end of what it said."""

    def __init__(self, message: str, hint: str, output: str = "") -> None:
        self.output = output
        super().__init__(message, hint)


class DownloadFailed(CatalogError):
    """A file could not be fetched."""


class FolderNotWritable(CatalogError):
    """A folder of the program cannot be written to."""
