"""The imaging room: the only code that decodes or encodes an image file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .color import Ways, profile_name, srgb_profile, to_srgb, ways_to_srgb
    from .errors import (
        CannotHold,
        CorruptFile,
        EmptyFile,
        EncoderMissing,
        FileMissing,
        ImagingError,
        NotAPicture,
        NotLabels,
        NotPermitted,
        OutputExists,
        PageMissing,
        TooManyPixels,
        TruncatedFile,
        UnsupportedFormat,
        WriteFailed,
    )
    from .formats import PICTURE_SUFFIXES, WRITABLE, Format, can_hold, format_for_suffix, suffix_for, why_not
    from .header import Header, read_header
    from .labels import read_labels, write_bytes, write_pages
    from .picture import Metadata, Picture
    from .reader import DEFAULT_MAX_PIXELS, read
    from .resize import resize_bicubic, resize_lanczos, shrink
    from .signatures import sniff
    from .thumbnails import thumbnail, to_8_bits
    from .writer import DEFAULT_QUALITY, encode, part_path, write

_HOME = {
    "color": ("Ways", "profile_name", "srgb_profile", "to_srgb", "ways_to_srgb"),
    "errors": (
        "CannotHold",
        "CorruptFile",
        "EmptyFile",
        "EncoderMissing",
        "FileMissing",
        "ImagingError",
        "NotAPicture",
        "NotLabels",
        "NotPermitted",
        "OutputExists",
        "PageMissing",
        "TooManyPixels",
        "TruncatedFile",
        "UnsupportedFormat",
        "WriteFailed",
    ),
    "formats": (
        "PICTURE_SUFFIXES",
        "WRITABLE",
        "Format",
        "can_hold",
        "format_for_suffix",
        "part_path",
        "suffix_for",
        "why_not",
    ),
    "header": ("Header", "read_header"),
    "labels": ("read_labels", "write_bytes", "write_pages"),
    "picture": ("Metadata", "Picture"),
    "reader": ("DEFAULT_MAX_PIXELS", "read"),
    "resize": ("resize_bicubic", "resize_lanczos", "shrink"),
    "signatures": ("sniff",),
    "thumbnails": ("thumbnail", "to_8_bits"),
    "writer": ("DEFAULT_QUALITY", "encode", "part_path", "write"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "DEFAULT_MAX_PIXELS",
    "DEFAULT_QUALITY",
    "PICTURE_SUFFIXES",
    "WRITABLE",
    "CannotHold",
    "CorruptFile",
    "EmptyFile",
    "EncoderMissing",
    "FileMissing",
    "Format",
    "Header",
    "ImagingError",
    "Metadata",
    "NotAPicture",
    "NotLabels",
    "NotPermitted",
    "OutputExists",
    "PageMissing",
    "Picture",
    "TooManyPixels",
    "TruncatedFile",
    "UnsupportedFormat",
    "Ways",
    "WriteFailed",
    "can_hold",
    "encode",
    "format_for_suffix",
    "part_path",
    "profile_name",
    "read",
    "read_header",
    "read_labels",
    "resize_bicubic",
    "resize_lanczos",
    "shrink",
    "sniff",
    "srgb_profile",
    "suffix_for",
    "thumbnail",
    "to_8_bits",
    "to_srgb",
    "ways_to_srgb",
    "why_not",
    "write",
    "write_bytes",
    "write_pages",
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
