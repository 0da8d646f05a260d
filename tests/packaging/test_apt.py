"""One list of system libraries: the README's, and what the program says when one is missing."""

from __future__ import annotations

import re
from pathlib import Path

from deconv_studio.cli.window import QT_PACKAGES

ROOT = Path(__file__).resolve().parents[2]


def test_the_program_names_the_libraries_of_the_readme() -> None:
    line = re.search(r"^sudo apt-get install -y (.*)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert line is not None
    assert line[1].split() == QT_PACKAGES.split()
    window = (ROOT / "deconv_studio" / "ui" / "app.py").read_text("utf-8")
    listed = re.search(r"DEBIAN_PACKAGES = \((.*?)\n\)", window, re.DOTALL)
    assert listed is not None
    assert re.findall(r"lib[\w.+-]+", listed[1]) == line[1].split()
