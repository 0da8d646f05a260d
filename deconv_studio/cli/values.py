"""Readers of option values: memory, choices, numbers; each usage error says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import typer

_UNITS = {
    "": 1, "b": 1, "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9, "t": 10**12,
    "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip


def memory(text: str) -> int:
    """Bytes of a text such as "2GiB", "1500MB" or a plain number."""
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-zA-Z]*)\s*", str(text))
    unit = _UNITS.get(found.group(2).lower()) if found else None
    if found is None or unit is None:
        raise typer.BadParameter(f"{text!r} is no amount of memory; write for example 2GiB or 1500MB.")
    size = int(float(found.group(1)) * unit)
    if size < 2**24:
        raise typer.BadParameter(f"{text!r} is less than 16 MiB, with which nothing can run.")
    return size


UNLIMITED = 0
"""What `pixels` makes of "none": its own None would be taken for an option that was not given."""


def pixels(text: str) -> int:
    """A limit on pixels; `UNLIMITED` for "none"."""
    plain = str(text).strip().lower().replace("_", "")
    if plain == "none":
        return UNLIMITED
    if not plain.isascii() or not plain.isdigit() or int(plain) == 0:
        raise typer.BadParameter(f"{text!r} is neither a number of pixels nor none.")
    return int(plain)


def choice(values: Sequence[Any]) -> Callable[[str], Any]:
    """A reader that takes one of `values`, whatever their type."""
    by_text = {str(value): value for value in values}

    def read(text: str) -> Any:
        if str(text) not in by_text:
            raise typer.BadParameter(f"{text!r} is not one of {', '.join(by_text)}.")
        return by_text[str(text)]

    return read


def numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas between them."""
    try:
        found = tuple(float(part) for part in str(text).split(","))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a list of numbers such as 0.485,0.456,0.406.") from None
    if not all(abs(value) < 1e9 for value in found):
        raise typer.BadParameter(f"{text!r} holds a number that cannot be meant.")
    return found


def size(count: int) -> str:
    """Bytes for people: "1.5 GiB"."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"


def duration(seconds: float) -> str:
    """Seconds for people: "3 min 20 s"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def plain(value: Any) -> Any:
    """A dataclass, NumPy scalar, path or the like as plain data for strict JSON; not finite is None."""
    import dataclasses
    import math

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: plain(item) for key, item in dataclasses.asdict(value).items()}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str | int | None):
        return value
    # NumPy's scalars are no Python numbers, but know theirs.
    return plain(value.item()) if hasattr(value, "item") else str(value)
