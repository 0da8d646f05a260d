"""What can go wrong in the engine: one exception for each cause, each naming the model and the way out."""

# ruff: noqa: N818 - a cause is named for what it is

from __future__ import annotations


class EngineError(Exception):
    """Base of every error of the engine.

    Parameters
    ----------
    message : str
        Names the model and the cause, as a sentence.
    hint : str, optional
        The way out, as a sentence; the class's own if not given.

    Attributes
    ----------
    kind : str
        The class's name without a trailing "Error", as written to JSON and reports.
    """

    default_hint = ""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = self.default_hint if hint is None else hint
        super().__init__(message, self.hint)

    @property
    def kind(self) -> str:
        """The name of the cause, for machines."""
        return type(self).__name__.removesuffix("Error")

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class ProviderUnknown(EngineError):
    """There is no execution provider of that name in this program."""


class ProviderMissing(EngineError):
    """The execution provider that was asked for is not in the installed ONNX Runtime."""


class ProviderFailed(EngineError):
    """An execution provider is listed but does not run, or runs and gives other numbers than the CPU."""

    default_hint = "Choose another provider, for example cpu; `deconv-studio doctor` shows what is wrong."


class RuntimesConflict(EngineError):
    """Two ONNX Runtime packages are installed over each other."""


class ModelInvalid(EngineError):
    """ONNX Runtime cannot load the file."""

    default_hint = "Get the model again, or export it again as ONNX."


class BadInput(EngineError):
    """The array given does not fit the model's input."""

    default_hint = "Check the model's card: layout, channels and size."


class RunFailed(EngineError):
    """The network stopped with an error of ONNX Runtime."""

    default_hint = "Try the provider cpu; if it fails there too, the model is at fault."


class OutOfMemory(EngineError):
    """The memory was not enough, even for the smallest piece of the picture that makes sense."""

    default_hint = "Close other programs, set a smaller tile, or choose a smaller model."


class BadOutput(EngineError):
    """The network gave numbers that are no picture: not a number, infinite, or all the same."""

    default_hint = (
        "Try the provider cpu; if that gives the same, the model does not suit this picture or is damaged."
    )


class ProbeFailed(EngineError):
    """A model could not be probed, or does not map pictures to pictures."""

    default_hint = "Write a card.toml for it by hand; the manual says how."


class ProbeTimeout(ProbeFailed):
    """Probing took longer, or more memory, than allowed."""

    default_hint = "Give a longer limit if you trust the file, or write its card.toml by hand."
