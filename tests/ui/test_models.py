"""What the window says of a model in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from deconv_studio import catalog
from deconv_studio.catalog import Card
from deconv_studio.ui.models import card_details, card_facts

MODELS = Path(__file__).parents[2] / "models"


def facts(name: str) -> str:
    return card_facts(Card.from_toml(MODELS / name / "card.toml"))


def test_a_gain_names_what_it_is_over() -> None:
    assert "dB over bicubic (Set5" in facts("upscale-x2")
    restored = facts("denoise")
    assert "dB over the noisy picture (sigma 15, strength found; BSD100" in restored
    assert "bicubic" not in restored
    assert "bicubic" not in card_details(Card.from_toml(MODELS / "denoise" / "card.toml"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("road-scenes", "mean IoU 0.7"),
        ("tile-anomaly", "image AUROC 0."),
        ("fruits-gan", "Frechet distance "),
    ],
)
def test_a_model_without_a_baseline_names_its_first_figure(name: str, words: str) -> None:
    assert words in facts(name)


def test_a_model_that_was_never_measured_says_so() -> None:
    card = next(iter(catalog.Catalog().cards())).card
    assert card_facts(card.model_copy(update={"results": ()})).endswith("quality not measured")
