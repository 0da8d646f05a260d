"""What the window says of errors names no option of the command line."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import deconv_studio
from deconv_studio.batch.errors import CallWrong
from deconv_studio.imaging import OutputExists, TooManyPixels, TruncatedFile
from deconv_studio.ui.wording import WAYS_OUT, sentence, way_out

ROOMS = ("imaging", "catalog", "engine", "tasks", "batch", "lens")
COMMAND_LINE = re.compile(r"(?<![\w-])--[a-z]|deconv-studio [a-z]")


def hints() -> list[str]:
    """Every text in the rooms that names an option or a verb, as an error's hint may."""
    root = Path(deconv_studio.__file__).parent
    found = set()
    for room in ROOMS:
        for file in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    text = node.value
                    if COMMAND_LINE.search(text) and "\n" not in text and "pip install" not in text:
                        found.add(text)
    return sorted(found)


@pytest.mark.parametrize("kind", ["Unforeseen", *WAYS_OUT])
def test_no_way_out_names_the_command_line(kind: str) -> None:
    told = hints()
    assert len(told) > 20
    for hint in told:
        assert not COMMAND_LINE.search(way_out(kind, hint)), hint


def test_a_way_out_that_holds_in_the_window_stays() -> None:
    assert way_out("TruncatedFile", TruncatedFile.default_hint) == TruncatedFile.default_hint


def test_the_message_is_kept_and_names_controls() -> None:
    exists = OutputExists("a.png is there already.", "Choose --exists skip, overwrite or rename.")
    assert sentence(exists).startswith("a.png is there already. Choose on the right")
    wrong = CallWrong("--out /tmp/a.txt is a file, but this call needs a folder.", "Give a folder.")
    assert sentence(wrong) == "“To” /tmp/a.txt is a file, but this call needs a folder. Give a folder."
    large = TooManyPixels("a.png has 9 x 9 pixels.", "Set --max-pixels higher, or to none.", 81, 9)
    assert "preferences" in sentence(large)


def test_what_no_room_foresaw_is_told_as_it_is() -> None:
    assert sentence(ValueError("odd")) == "odd"
    assert sentence(ValueError()) == "ValueError"
