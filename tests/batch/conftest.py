"""A home of its own, a loaded model and folders of pictures for the tests of the batch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deconv_studio import batch, tasks
from deconv_studio.engine.session import Model
from tests.enlargers import loaded, nearest
from tests.tiny_networks import picture as noise


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return loaded(nearest(2, 3), tmp_path / "model")


@pytest.fixture
def photos(tmp_path: Path) -> Callable[..., Path]:
    """Make picture files below a folder."""

    def make(*names: str, folder: str = "in", size: tuple[int, int] = (6, 5), channels: int = 3) -> Path:
        root = tmp_path / folder
        for seed, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = noise(*size, channels, seed=seed, dtype=np.uint8)
            Image.fromarray(pixels.squeeze()).save(path)
        return root

    return make


@pytest.fixture
def planned(model: Model) -> Callable[..., batch.Plan]:
    """Plan an enlargement with the test's model."""

    def make(inputs: Any, out: Any, **rest: Any) -> batch.Plan:
        given = inputs if isinstance(inputs, list) else [inputs]
        options = tasks.get("upscale").options(scale=2)
        return batch.plan(given, out, task="upscale", options=options, card=model.card, **rest)

    return make
