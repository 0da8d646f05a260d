"""A model given as an .onnx file: the card beside it, that of a known model, or one made by probing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from deconv_studio.batch.errors import CallWrong

from .faults import say

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control


def card_for(
    path: Path,
    mean: Any,
    std: Any,
    value_range: Any,
    control: Control,
    *,
    name: str | None = None,
    licence: str | None = None,
    quiet: bool = False,
) -> tuple[Entry | Path, Card]:
    """Find or make the card of an .onnx file.

    Parameters
    ----------
    path : Path
        Of the file, or of a folder with a card that names it.
    mean, std : tuple of float or None
        One value, or one for each channel.
    value_range : tuple of float or None
        Low and high.
    control : Control
    name, licence : str, optional
        Of the card. A licence has one made even if there is one; a name alone renames the one there is.
    quiet : bool
        Say nothing of what was assumed.

    Returns
    -------
    (Entry or Path, Card)
        An entry where a card was found, so that its hash is verified; else the file and its new card.

    Raises
    ------
    CatalogError, EngineError
        The file is missing, refused, or maps no pictures to pictures.
    CallWrong
        The range is not two numbers.
    """
    from deconv_studio.catalog import Entry, slug
    from deconv_studio.engine.probe import probe

    path = checked_file(path, value_range)
    known: dict[str, Any] = {
        key: value
        for key, value in (("mean", mean), ("std", std), ("value_range", value_range), ("licence", licence))
        if value is not None
    }
    card = None if known else card_beside(path)
    if card is not None:
        # Under another name it keeps what its card says: licence, data, what was measured.
        renamed = card if name is None else card.replace(id=slug(name))
        return Entry(card, path.parent, "user") if name is None else path, renamed
    found = probe(path, control=control)
    if value_range is None and found.value_range is None and not quiet:
        say(f"{path.name}: the range of its input does not show; taken as 0,1. --range changes that.")
    return path, found.to_card(name, **known)


def file_named(path: Path) -> Path:
    """Return the .onnx file that is meant: the path itself, or in an exported folder the one its card names.

    Raises
    ------
    CardInvalid
    ModelInvalid
        It is a folder without a card.
    """
    from deconv_studio.catalog import Card, ModelInvalid
    from deconv_studio.catalog.card import CARD_FILE

    if not path.is_dir():
        return path
    if not (path / CARD_FILE).is_file():
        raise ModelInvalid(
            f"{path} is a folder without a {CARD_FILE}.", "Give the path of the .onnx file in it, or an id."
        )
    return path / Card.from_toml(path / CARD_FILE).file


def checked_file(path: Path, value_range: Any) -> Path:
    """Return the .onnx file that was named on the command line, after a check of what was given for it.

    Raises
    ------
    CardInvalid
    ModelInvalid
        There is no such file; see `file_named`.
    CallWrong
        The range is not two numbers.
    """
    from deconv_studio.catalog import ModelInvalid

    path = file_named(path)
    if not path.is_file():
        raise ModelInvalid(f"There is no file {path}.", "Give the path of an .onnx file, or a model's id.")
    if value_range is not None and len(value_range) != 2:
        raise CallWrong("--range needs two numbers.", "Write for example --range 0,255.")
    return path


def card_beside(path: Path) -> Card | None:
    """Return the card that lies beside an .onnx file and names it, or None.

    Raises
    ------
    CardInvalid
    """
    from deconv_studio.catalog import Card
    from deconv_studio.catalog.card import CARD_FILE

    beside = path.parent / CARD_FILE
    if not beside.is_file():
        return None
    card = Card.from_toml(beside)
    return card if card.file == path.name else None
