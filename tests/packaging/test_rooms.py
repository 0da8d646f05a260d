"""Rooms use each other's public modules and names; who may import whom at all, lint-imports checks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import deconv_studio

PACKAGE = Path(deconv_studio.__file__).parent


def imports(file: Path) -> Iterator[tuple[str, list[str]]]:
    """Module and names of each absolute import of ours in a file."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module, [each.name for each in node.names]
        elif isinstance(node, ast.Import):
            yield from ((each.name, []) for each in node.names)


def private(module: str, names: list[str], room: str) -> bool:
    parts = module.split(".")
    if parts[0] != "deconv_studio" or len(parts) < 2 or parts[1] == room:
        return False
    return any(each.startswith("_") for each in [*parts, *names])


def test_no_room_reaches_into_anothers_private_modules() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 200
    reached = [
        f"{file.relative_to(PACKAGE)}: {module} {names}"
        for file in files
        for module, names in imports(file)
        if private(module, names, file.relative_to(PACKAGE).parts[0])
    ]
    assert reached == []


def test_what_private_means() -> None:
    assert private("deconv_studio.tasks._anomaly", ["hot"], "ui")
    assert private("deconv_studio.batch.single", ["_write"], "cli")
    assert not private("deconv_studio.tasks._anomaly", ["hot"], "tasks")
    assert not private("deconv_studio.tasks.anomaly", ["hot"], "ui")
    assert not private("concurrent.futures._base", ["_x"], "ui")
