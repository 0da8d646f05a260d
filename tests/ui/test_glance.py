"""What the frame reads of the settings is what the settings say, or the default."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from deconv_studio.ui.glance import SCHEMA_VERSION, Glance, default_path
from deconv_studio.ui.settings import Settings

CHOSEN = {
    "theme": "dark",
    "language": "de",
    "max_pixels": 12345678,
    "window_geometry": "01d9d0cb",
    "panel": "folders",
    "side_visible": False,
    "strip_visible": False,
    "histogram_visible": True,
}


def both(content: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The frame's fields as glanced at, and as the settings validate them."""
    path = default_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    seen = asdict(Glance.read())
    settings = Settings.load()
    return seen, {name: getattr(settings, name) for name in seen}


def test_what_was_saved_is_seen() -> None:
    settings = Settings.load()
    assert settings.set(**CHOSEN) == ()
    assert settings.save()
    assert asdict(Glance.read()) == CHOSEN


def test_without_a_file_both_have_the_same_defaults() -> None:
    settings = Settings.load()
    assert all(getattr(settings, name) == value for name, value in asdict(Glance.read()).items())


@pytest.mark.parametrize(
    "nonsense",
    [
        {"theme": "green"},
        {"theme": 3},
        {"language": "de_de"},
        {"max_pixels": True},
        {"max_pixels": 0},
        {"max_pixels": "many"},
        {"window_geometry": "0g"},
        {"window_geometry": "abc"},
        {"panel": "../x"},
        {"side_visible": 1},
        {"strip_visible": None},
        {"histogram_visible": []},
    ],
)
def test_nonsense_is_the_default_as_in_the_settings(nonsense: dict[str, Any]) -> None:
    seen, settled = both(json.dumps({"schema_version": SCHEMA_VERSION, **CHOSEN, **nonsense}))
    assert seen == settled
    (name,) = nonsense
    assert seen[name] == getattr(Glance(), name)


@pytest.mark.parametrize("content", ["", "[]", "{", "7", '{"schema_version": 99, "theme": 1}', "[" * 5000])
def test_a_file_that_is_none_gives_the_defaults(content: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content, encoding="utf-8")
    assert Glance.read(path) == Glance()
