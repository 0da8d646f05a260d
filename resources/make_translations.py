"""Collect the window's words for the translators, and compile what they have written.

Run as ``python resources/make_translations.py`` after changing a text or a translation; it needs lupdate and
lrelease, which come with PySide6-Essentials. Another language is one more file:
``python resources/make_translations.py fr`` makes it.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deconv_studio import tasks
from deconv_studio.tasks.base import describe

HERE = Path(__file__).resolve().parent / "translations"
UI = Path(__file__).resolve().parents[1] / "deconv_studio" / "ui"


def indirect(file: Path) -> Iterator[tuple[str, str]]:
    """Context and text of every call of a module's own ``_tr("...")``, which lupdate does not know."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    context = None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == "_tr":
            inside = (each for each in ast.walk(node) if isinstance(each, ast.Constant))
            context = next((str(each.value) for each in inside if str(each.value).isidentifier()), None)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "_tr"
            and context
        ):
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                yield context, text.value


def options() -> Iterator[tuple[str, str]]:
    """The words of the tasks' options, which forms are made from, and the tasks' names."""
    for task in tasks.all_tasks():
        yield "Panels", task.title
        for field in describe(task.options_type):
            for text in (field.label, field.help, *(word for _, word in field.choices)):
                if text and not text.replace(" ", "").isdigit():
                    yield "Options", text


def texts() -> list[tuple[str, str]]:
    """Everything lupdate cannot find by itself, once each."""
    found = dict.fromkeys(options())
    for file in sorted(UI.rglob("*.py")):
        found |= dict.fromkeys(indirect(file))
    return list(found)


def collect(target: Path) -> None:
    """Bring a .ts file up to date; what is translated stays, what is gone goes."""
    with tempfile.TemporaryDirectory() as scratch:
        found = Path(scratch) / "found.py"
        lines = [f"QCoreApplication.translate({context!r}, {_quoted(text)})" for context, text in texts()]
        found.write_text("\n".join(lines) + "\n", encoding="utf-8")
        files = [str(each) for each in sorted(UI.rglob("*.py"))]
        how = ["-source-language", "en", "-target-language", target.stem.partition("_")[2]]
        how += ["-no-obsolete", "-locations", "none"]
        _run("lupdate", *files, str(found), "-ts", str(target), *how)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compile_file(source: Path) -> Path:
    """Make the .qm file the program loads from a .ts file; only what is translated goes into it."""
    target = source.with_suffix(".qm")
    _run("lrelease", str(source), "-qm", str(target), "-silent")
    return target


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).with_name(f"pyside6-{tool}")), *arguments], check=True)


def main() -> None:
    """Collect and compile every language there is, and the one that is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", nargs="?", help="a further language's code, for example fr")
    language = parser.parse_args().language
    HERE.mkdir(exist_ok=True)
    files = set(HERE.glob("deconv-studio_*.ts"))
    if language:
        files.add(HERE / f"deconv-studio_{language}.ts")
    for file in sorted(files):
        collect(file)
        compile_file(file)


if __name__ == "__main__":
    main()
