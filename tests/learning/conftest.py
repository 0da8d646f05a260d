"""A data folder of small made photographs, and recipes that finish in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

TINY = [
    "data.patch=12",
    "data.batch=4",
    "data.reduce=[1.0]",
    'network.options={"scale": 2, "d": 8, "s": 4, "m": 1}',
    "fit.measure_every=5",
    "fit.threads=1",
    "optimiser.warmup=2",
]


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    rows = ["file,author,licence,package"]
    for part, count in (("train", 3), ("val", 1)):
        (folder / part).mkdir()
        for k in range(count):
            rng = np.random.default_rng(k + 10 * (part == "val"))
            y, x = np.mgrid[0:72, 0:96]
            waves = [128 + 90 * np.sin(x / rng.uniform(2, 9) + y / rng.uniform(2, 9)) for _ in range(3)]
            Image.fromarray(np.stack(waves, 2).clip(0, 255).astype(np.uint8)).save(folder / part / f"{k}.png")
            rows.append(f"{part}/{k}.png,Author {k},CC0-1.0,none")
    (folder / "attribution.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)
