"""Reader of the names of a network's classes: a JSON list, in the order of its scores."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from deconv_studio.catalog.errors import PackInvalid

if TYPE_CHECKING:
    from pathlib import Path


def read_names(path: Path) -> list[str]:
    """Read the names of classes.

    Returns
    -------
    list of str
        In the file's order; a name that occurs twice carries its number, as in "missile (657)".

    Raises
    ------
    PackInvalid
        If the file is no JSON list of texts.
    OSError
        If it cannot be read.
    """
    try:
        names = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise PackInvalid(f"{path} is not valid JSON: {error}.", "Install the pack again.") from error
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise PackInvalid(f"{path} is no list of names.", "Install the pack again.")
    counts = Counter(names)
    return [name if counts[name] == 1 else f"{name} ({number})" for number, name in enumerate(names)]
