"""NOTICE of the project, written from the cards of the bundled models and the credits of the sample pictures.

Use: ``python -m deconv_studio.catalog.notice > NOTICE``
"""

from __future__ import annotations

import sys
import textwrap
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from deconv_studio.catalog import folders
from deconv_studio.catalog.card import Card
from deconv_studio.catalog.errors import CardInvalid
from deconv_studio.catalog.packs.registry import Pack, known_packs
from deconv_studio.catalog.store import Catalog

CREDITS_FILE = Path("samples", "credits.toml")
_WIDTH = 100


@dataclass(frozen=True)
class Credit:
    """Whose a sample picture is."""

    file: str
    title: str
    author: str
    licence: str
    source: str = ""


def read_credits(path: Path) -> list[Credit]:
    """Read the credits of the sample pictures.

    Parameters
    ----------
    path : Path
        TOML with one array of tables, each with file, title, author, licence and perhaps source.

    Returns
    -------
    list of Credit
        In the order of the file; empty if there is no file.

    Raises
    ------
    CardInvalid
        If a picture's credit is incomplete: a picture without credit is not to be passed on.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CardInvalid(f"{path} cannot be read: {error}.", "Correct it.") from error
    found = []
    names = [item.name for item in fields(Credit)]
    tables = [
        row for rows in content.values() if isinstance(rows, list) for row in rows if isinstance(row, dict)
    ]
    for table in tables:
        credit = Credit(**{name: str(table.get(name, "")) for name in names})
        missing = [name for name in names[:4] if not getattr(credit, name)]
        if missing:
            raise CardInvalid(
                f"{path}: the credit of {credit.file or 'a picture'} has no {', '.join(missing)}.", "Add it."
            )
        found.append(credit)
    return found


def notice(cards: Sequence[Card], credits: Sequence[Credit], packs: Sequence[Pack] = ()) -> str:
    """Write the NOTICE.

    Parameters
    ----------
    cards : sequence of Card
        The bundled models.
    credits : sequence of Credit
        The bundled pictures.
    packs : sequence of Pack
        Packs the program can install; nothing of them is passed on.

    Returns
    -------
    str
        Text that is the same for the same cards, without dates.
    """
    parts = [
        "Deconv Studio",
        "",
        *_wrap("The program is under the MIT licence; see LICENSE. What comes with it has the terms below."),
    ]
    if cards:
        parts += ["", "", "Models", "======"]
    for card in sorted(cards, key=lambda item: item.id):
        parts += ["", f"{card.id}: {card.title}"]
        by = f", by {', '.join(card.weights.authors)}" if card.weights.authors else ""
        source = f"; {card.weights.source}" if card.weights.source else ""
        parts += _wrap(f"Weights: {card.weights.licence}{by}{source}.", "  ")
        only = " For research only." if card.research_only else ""
        parts += _wrap(f"Trained on: {card.data.name}; {card.data.licence}.{only}", "  ")
        if card.data.authors:
            parts += _wrap(f"Works trained on: see “{_works_title(card)}” below.", "  ")
    for title, works in _works(cards):
        parts += ["", "", title, "=" * len(title), ""]
        for work in works:
            parts += _wrap(work, "- ", "  ")
    if credits:
        parts += ["", "", "Sample pictures", "===============", ""]
        for credit in sorted(credits, key=lambda item: item.file):
            source = f" {credit.source}" if credit.source else ""
            parts += _wrap(
                f"{credit.file}: “{credit.title}” by {credit.author}, {credit.licence}.{source}", "- ", "  "
            )
    if packs:
        parts += ["", "", "Packs", "=====", ""]
        parts += _wrap("Installed only when a person asks for it; nothing of them comes with the program.")
        for pack in packs:
            parts += ["", f"{pack.id}: {pack.title} ({pack.requirement})"]
            parts += _wrap(f"{pack.licence}. {pack.notice} {pack.source}", "  ")
    return "\n".join(parts) + "\n"


def _works_title(card: Card) -> str:
    return f"Works in {card.data.name}"


def _works(cards: Iterable[Card]) -> list[tuple[str, list[str]]]:
    """Works trained on, one list for a data set: several models share one."""
    lists: dict[str, dict[str, None]] = {}
    for card in sorted(cards, key=lambda item: item.id):
        if card.data.authors:
            works = lists.setdefault(_works_title(card), {})
            works.update(
                dict.fromkeys(f"{work.file}: {work.author}, {work.licence}" for work in card.data.authors)
            )
    return [(title, sorted(works)) for title, works in sorted(lists.items())]


def _wrap(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def main() -> int:
    """Print the NOTICE, or the first broken card to standard error."""
    catalog = Catalog(packs=False, user=folders.bundled_folder() / "no-such-folder")
    if catalog.problems:
        sys.stderr.write(f"{catalog.problems[0].error}\n")
        return 1
    try:
        credits = read_credits(folders.resources_folder() / CREDITS_FILE)
    except CardInvalid as error:
        sys.stderr.write(f"{error}\n")
        return 1
    cards = [entry.card for entry in catalog.cards()]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(notice(cards, credits, known_packs()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
