"""Fixtures of the engine's tests: an empty home for every test, and no session left over from another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deconv_studio.engine import memory, session
from deconv_studio.engine.session import Model
from tests.tiny_networks import Tiny


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    session.evict()
    memory.forget_limits()
    yield
    session.evict()
    memory.forget_limits()


@pytest.fixture
def open_tiny(tmp_path: Path) -> Callable[..., Model]:
    """Write a tiny network, card it and load it on the CPU with one thread."""

    def opened(
        tiny: Tiny, name: str = "tiny.onnx", card: dict[str, Any] | None = None, **options: Any
    ) -> Model:
        path = tiny.save(tmp_path, name)
        options = {"provider": "cpu", "threads": 1, **options}
        return session.load(path, card=tiny.card(path, **(card or {})), **options)

    return opened


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a figure that a person may want to see, though the test's output is kept."""

    def said(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {text}\n")

    return said
