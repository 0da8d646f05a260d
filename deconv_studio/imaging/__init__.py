"""The imaging room: the only code that decodes or encodes an image file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import (
        CannotHold,
        CorruptFile,
        EmptyFile,
        FileMissing,
        ImagingError,
        NotAPicture,
        NotPermitted,
        OutputExists,
        PageMissing,
        TooManyPixels,
        TruncatedFile,
        UnsupportedFormat,
        WriteFailed,
    )
    from .picture import Metadata, Picture
    from .reader import DEFAULT_MAX_PIXELS, read
    from .writer import encode, write

_HOME = {
    "errors": (
        "CannotHold",
        "CorruptFile",
        "EmptyFile",
        "FileMissing",
        "ImagingError",
        "NotAPicture",
        "NotPermitted",
        "OutputExists",
        "PageMissing",
        "TooManyPixels",
        "TruncatedFile",
        "UnsupportedFormat",
        "WriteFailed",
    ),
    "picture": ("Metadata", "Picture"),
    "reader": ("DEFAULT_MAX_PIXELS", "read"),
    "writer": ("encode", "write"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [  # noqa: PLE0604
    "DEFAULT_MAX_PIXELS",
    "CannotHold",
    "CorruptFile",
    "EmptyFile",
    "FileMissing",
    "ImagingError",
    "Metadata",
    "NotAPicture",
    "NotPermitted",
    "OutputExists",
    "PageMissing",
    "Picture",
    "TooManyPixels",
    "TruncatedFile",
    "UnsupportedFormat",
    "WriteFailed",
    "encode",
    "read",
    "write",
]


def __getattr__(name: str) -> Any:
    # PEP 562: importing the room costs nothing; numpy, Pillow and OpenCV load when a name is first used.
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
