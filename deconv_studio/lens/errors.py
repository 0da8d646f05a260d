"""What can go wrong in the lens: one exception for each cause, each naming the model, layer or operator."""

# ruff: noqa: N818 - a cause is named for what it is

from __future__ import annotations

import difflib
from collections.abc import Iterable


class LensError(Exception):
    """Base of every error of the lens.

    Parameters
    ----------
    message : str
        Names the model, layer or operator and the cause, as a sentence.
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


class GraphInvalid(LensError):
    """The file is no ONNX network, or its shapes do not fit together."""

    default_hint = "Check the file with another ONNX program, or export it again."


class InputUnclear(LensError):
    """The network has no input, or several, and it was not said which one is the picture."""


class InputMismatch(LensError):
    """The picture does not have the shape the network takes."""

    default_hint = "Resize the picture, or choose a network that takes any size."


class TensorMissing(LensError):
    """There is no layer of that name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.4)
        hint = f"Did you mean {', '.join(close)}?" if close else "List the layers to see their names."
        super().__init__(f"The network has no layer called {name!r}.", hint)
        self.name = name
        self.suggestions = tuple(close)


class NotFromPicture(LensError):
    """The layer does not depend on the picture, so nothing can be projected back from it."""

    default_hint = "Choose a layer between the picture and the output."


class RuleUnknown(LensError):
    """There is no backward rule of that name."""


class UnitMissing(LensError):
    """The layer has no such unit, or the unit has no such position."""


class ZeroSeed(LensError):
    """The unit's activation is zero there, so its reconstruction is zero everywhere."""

    default_hint = "Choose a position where the unit is active, or use the seed 'one'."


class UnsupportedOperator(LensError):
    """An operator on the way from the layer to the picture has no backward rule.

    Attributes
    ----------
    operator : str
        Type of the operator, e.g. ``"NonMaxSuppression"``.
    node : str
        Name of the node, or of its first output if it has none.
    deepest : str or None
        The deepest layer below the operator from which reconstruction still works.
    """

    def __init__(self, operator: str, node: str, reason: str, deepest: str | None) -> None:
        hint = (
            f"Reconstruction works up to the layer {deepest!r}."
            if deepest is not None
            else "No layer of this network can be projected back."
        )
        super().__init__(f"The node {node!r} ({operator}) cannot be read backwards: {reason}.", hint)
        self.operator = operator
        self.node = node
        self.deepest = deepest


class ExportFailed(LensError):
    """The reverse graph cannot be written as one file."""


class RunFailed(LensError):
    """ONNX Runtime stopped with an error."""

    default_hint = "If the network itself runs, this is a fault of the lens: please report it with the model."


class PictureTooSmall(LensError):
    """The picture has fewer than two periods of the stride, so it has no spectrum at its harmonics."""

    default_hint = "Use a larger picture."


class ArithmeticInvalid(LensError):
    """A kernel, stride, padding, dilation or size that no convolution can have."""
