"""Recipes: names, overrides, and messages that say which field is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from deconv_studio.learning import recipe
from deconv_studio.learning.errors import RecipeError


def test_overrides_reach_their_section_and_a_bare_key_means_fit() -> None:
    loaded = recipe.load("upscale-x2", ["steps=7", "optimiser.rate=0.5", "fit.loss=l2"])
    assert (loaded.fit.steps, loaded.optimiser.rate, loaded.fit.loss) == (7, 0.5, "l2")


@pytest.mark.parametrize(
    ("source", "overrides", "says"),
    [
        ("upscale-x22", [], "Did you mean upscale-x2"),
        ("upscale-x2", ["steps=-1"], "fit.steps"),
        ("upscale-x2", ["fit.stepz=3"], "fit.stepz"),
        ("upscale-x2", ["steps"], "key=value"),
        ("upscale-x2", ["id.name=3"], "not a section"),
        ("nowhere.toml", [], "no recipe"),
    ],
)
def test_errors_name_the_field_and_the_way_out(source: str, overrides: list[str], says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        recipe.load(source, overrides)


def test_broken_toml_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("id = ", encoding="utf-8")
    with pytest.raises(RecipeError, match=r"mine\.toml is not valid TOML"):
        recipe.load(file)


def test_a_recipe_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    text = (recipe.BUILT_IN / "upscale-x3.toml").read_text(encoding="utf-8").replace("Enlarge x3", "Mine")
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    assert recipe.load(tmp_path / "mine.toml").title == "Mine"
