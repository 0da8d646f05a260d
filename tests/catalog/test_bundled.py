"""The models that come with the program: whole, small enough, and with all their credits."""

from __future__ import annotations

import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.store import Catalog

pytestmark = pytest.mark.light

MIB = 2**20


@pytest.fixture
def bundled() -> Catalog:
    return Catalog(packs=False)


def test_no_bundled_model_has_a_problem(bundled: Catalog) -> None:
    assert [str(problem.error) for problem in bundled.problems] == []


def test_bundled_models_are_what_their_cards_say(bundled: Catalog) -> None:
    for entry in bundled.cards():
        assert entry.verified_path().stat().st_size == entry.card.size_bytes, entry.card.id


def test_bundled_models_are_small_enough(bundled: Catalog) -> None:
    sizes = {
        folder.name: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
        for folder in folders.bundled_folder().iterdir()
        if folder.is_dir()
    }
    assert {name: size for name, size in sizes.items() if size > 20 * MIB} == {}
    assert sum(sizes.values()) <= 120 * MIB


def test_bundled_models_name_their_licences_and_say_what_is_for_research_only(bundled: Catalog) -> None:
    for entry in bundled.cards():
        card = entry.card
        assert card.weights.licence.lower() not in ("", "unknown"), card.id
        assert card.data.licence.lower() not in ("", "unknown"), card.id
        assert card.data.authors, card.id
        if "NC" in card.data.licence or "research" in card.data.licence.lower():
            assert card.research_only, card.id


def test_every_task_but_research_has_a_bundled_model_that_is_free_to_use(bundled: Catalog) -> None:
    free = {entry.card.task for entry in bundled.cards(cleared=True)}
    assert {"upscale", "classify"} <= free


def test_bundled_models_have_figures_with_their_conventions(bundled: Catalog) -> None:
    for entry in bundled.cards():
        assert entry.card.results, entry.card.id
        for row in entry.card.results:
            assert row.convention, entry.card.id
            assert row.dataset, entry.card.id
