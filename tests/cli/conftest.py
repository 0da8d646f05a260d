"""A home with tiny models, pictures, and two ways to call the command: in this process and in its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deconv_studio.cli.main import main
from tests.enlargers import install, learned, nearest
from tests.tiny_networks import picture as noise


@dataclass
class Called:
    """What a call of the command gave."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; anything else in it fails the test."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with the models `tiny-x2` (luma) and `colour-x3` (RGB, every pixel repeated)."""
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    install(learned(2), tmp_path / "source", "tiny-x2")
    install(nearest(3, 3), tmp_path / "source", "colour-x3")
    return tmp_path / "home"


@pytest.fixture
def call(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Called]:
    """Call the command in this process."""

    def run(*arguments: str | Path) -> Called:
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Called(status, told.out, told.err)

    return run


COMMAND = [sys.executable, "-m", "deconv_studio"]


@pytest.fixture
def spawn(home: Path, tmp_path: Path) -> Callable[..., Called]:
    """Call the command in a process of its own."""

    def run(*arguments: str | Path, data: bytes = b"", **environment: str) -> Called:
        done = subprocess.run(
            [*COMMAND, *(str(argument) for argument in arguments)],
            input=data,
            capture_output=True,
            timeout=120,
            cwd=tmp_path,
            env={**os.environ, **environment},
            check=False,
        )
        return Called(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def photos(tmp_path: Path) -> Callable[..., Path]:
    """Make picture files below a folder."""

    def make(*names: str, folder: str = "in", size: tuple[int, int] = (8, 10)) -> Path:
        root = tmp_path / folder
        for seed, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(noise(*size, 3, seed=seed, dtype=np.uint8)).save(path)
        return root

    return make
