"""Which licences were shown: kept, asked again when terms change, and never broken by a damaged file."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from deconv_studio.catalog.accepted_licences import licence_seen, mark_licence_seen
from deconv_studio.catalog.errors import FolderNotWritable
from tests.catalog.conftest import user_card

pytestmark = pytest.mark.light

CARD = user_card(Path(__file__))


def test_a_licence_is_seen_after_it_was_marked() -> None:
    assert not licence_seen(CARD)
    mark_licence_seen(CARD)
    assert licence_seen(CARD)
    assert not licence_seen(CARD.replace(id="other"))


def test_changed_terms_are_shown_again() -> None:
    mark_licence_seen(CARD)
    assert not licence_seen(CARD.replace(weights={"licence": "CC-BY-NC-4.0"}))
    assert not licence_seen(CARD.replace(data={"name": "n", "licence": "l", "research_only": True}))
    assert licence_seen(CARD.replace(title="New title", sha256="0" * 64))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"3", b'{"seen": 1}', b'{"seen": {"tiny": 5}}', b"\xff\x00", b"[" * 100_000],
)
def test_nonsense_in_the_file_is_survived(home: Path, content: bytes) -> None:
    home.mkdir()
    file = home / "licences-seen.json"
    file.write_bytes(content)
    assert not licence_seen(CARD)
    mark_licence_seen(CARD)
    assert licence_seen(CARD)
    assert len(json.loads(file.read_text())["seen"]) == 1


def test_many_threads_lose_nothing(home: Path) -> None:
    cards = [CARD.replace(id=f"m{index}") for index in range(12)]
    threads = [threading.Thread(target=mark_licence_seen, args=[card]) for card in cards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(licence_seen(card) for card in cards)
    assert [path.name for path in home.iterdir()] == ["licences-seen.json"]


def test_a_home_that_takes_no_file_is_a_typed_error(home: Path) -> None:
    home.write_text("a file")
    assert not licence_seen(CARD)
    with pytest.raises(FolderNotWritable):
        mark_licence_seen(CARD)
