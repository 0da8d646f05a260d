"""README and manual say what is so: commands that parse, links that lead somewhere, figures of the cards."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer

from deconv_studio import __version__
from deconv_studio.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = sorted([README, ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
ROOMS = ("imaging", "catalog", "engine", "tasks", "batch", "lens", "learning")


def blocks(page: Path, language: str = "sh") -> list[str]:
    """The lines of a page's code blocks in a language, comments left out."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [line for block in found for line in block.splitlines() if line and not line.startswith("#")]


def calls() -> list[tuple[str, str]]:
    """Every call of the program that the pages print, with the page's name."""
    found = []
    for page in PAGES:
        for line in blocks(page):
            parts = [part.strip() for part in re.split(r"\||&&|>", line)]
            found += [(page.name, part) for part in parts if part.startswith("deconv-studio")]
    return found


def parse(arguments: list[str]) -> None:
    """Parse a call as the program does, without running it; a wrong one raises."""
    root = typer.main.get_command(app)
    context = root.make_context("deconv-studio", [], resilient_parsing=True)
    command: Any = root
    while hasattr(command, "get_command"):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, f"there is no verb {name}"
        command = found
    if arguments != ["--help"]:
        command.make_context(command.name, arguments)


@pytest.mark.parametrize(("page", "call"), calls())
def test_every_printed_call_is_one_the_program_takes(page: str, call: str) -> None:
    _, *arguments = shlex.split(call)
    # Nothing at all opens the window.
    if arguments:
        parse(arguments)


def test_wrong_calls_would_be_found() -> None:
    for wrong in (
        ["enlarge", "a.jpg"],
        ["upscale", "a.jpg", "--scales", "2"],
        ["upscale", "a.jpg", "--scale", "7"],
    ):
        with pytest.raises(Exception, match=r"no verb|[Nn]o such option|not one of"):
            parse(wrong)


def test_the_two_commands_stand_at_the_top() -> None:
    top = README.read_text(encoding="utf-8").splitlines()[:8]
    assert "pip install . && deconv-studio" in top
    assert 'pip install ".[dev]" && pytest' in top
    assert len([line for line in blocks(README) if line.startswith("sudo apt-get install -y ")]) == 1


def slug(heading: str) -> str:
    """The anchor that a heading gets."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in map(slug, headings), f"{page.name}: {target}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index


@pytest.mark.parametrize("room", ROOMS)
def test_every_error_is_in_the_manual(room: str) -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    module = importlib.import_module(f"deconv_studio.{room}.errors")
    causes = [
        each
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Exception)
        and each.__module__ == module.__name__
        and each.__base__ is not Exception
    ]
    assert causes
    for cause in causes:
        assert f"`{cause.__name__.removesuffix('Error')}`" in text


def figures() -> ModuleType:
    """The script docs/figures.py as a module."""
    spec = importlib.util.spec_from_file_location("figures", ROOT / "docs" / "figures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_are_those_of_the_cards() -> None:
    script = figures()
    text = README.read_text(encoding="utf-8")
    assert script.replace(text, script.figures(script.cards())) == text, "run python docs/figures.py"
    for card in script.cards():
        [line] = [line for line in text.splitlines() if line.startswith(f"| `{card['id']}` |")]
        assert card.get("results"), f"{card['id']} was not measured"
        values = {row["measure"]: row["value"] for row in card["results"]}
        for row in card["results"]:
            measure, _, other = row["measure"].partition(", by ")
            if other:
                lines = [line for line in text.splitlines() if line.startswith(f"- `{card['id']}` by ")]
                assert any(f"{measure} {row['value']:.4f}" in line and other in line for line in lines)
                continue
            spread = values.get(f"{row['measure']}, deviation")
            if spread is not None:
                assert f" {row['value']:.3f} ± {spread:.3f} " in line
                continue
            # A class's own figures, and a denoiser's SSIM and told strength, stand in the card alone.
            alone = card["task"] == "restore" and (
                row["measure"].startswith("SSIM") or "told" in row["measure"]
            )
            if " of " not in row["measure"] and not row["measure"].endswith(", deviation") and not alone:
                assert f" {row['value']:.{2 if row['measure'].startswith('PSNR') else 4}f} " in line
                # What a model's measures have in common stands once, in a line of the model's.
                heads = (f"- {row['measure']}:", "- Convention:", f"`{card['id']}`")
                told = [line for line in text.splitlines() if line.startswith("- ")]
                told = [line for line in told if any(head in line.split(": ")[0] + ":" for head in heads)]
                for clause in row["convention"].removeprefix(f"{row['measure']}: ").split("; "):
                    assert any(clause in line for line in told), (card["id"], row["measure"], clause)


def test_the_figures_need_their_marks() -> None:
    with pytest.raises(ValueError, match="mark"):
        figures().replace("# no marks", "figures")


def test_the_notice_is_what_the_generator_writes(tmp_path: Path) -> None:
    environment = {**os.environ, "DECONV_STUDIO_HOME": str(tmp_path), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "deconv_studio.catalog.notice"],
        capture_output=True, cwd=ROOT, env=environment, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.decode() == (ROOT / "NOTICE").read_text(encoding="utf-8"), "write NOTICE again"


def test_licence_and_changes() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License")
    assert "2026 The Deconv Studio authors" in licence
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in changes or f"## [{__version__}]" in changes
