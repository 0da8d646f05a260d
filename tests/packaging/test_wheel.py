"""The wheel: what is in it, and what is not."""

from __future__ import annotations

import hashlib
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import deconv_studio

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel of this checkout."""
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")))
    return zipfile.ZipFile(path)


def of_dist_info(wheel: zipfile.ZipFile, name: str) -> str:
    """A file of the wheel's metadata, as text."""
    return wheel.read(f"deconv_studio-{deconv_studio.__version__}.dist-info/{name}").decode()


def test_it_carries_every_model_whole(wheel: zipfile.ZipFile) -> None:
    cards = sorted((ROOT / "models").glob("*/card.toml"))
    assert len(cards) >= 3
    for path in cards:
        inside = f"deconv_studio/_data/models/{path.parent.name}"
        card = tomllib.loads(wheel.read(f"{inside}/card.toml").decode())
        assert hashlib.sha256(wheel.read(f"{inside}/{card['file']}")).hexdigest() == card["sha256"]


def test_it_carries_resources_recipes_and_the_pack_registry(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for pattern in ("samples/*", "icons/*.svg", "desktop/*.desktop", "themes/*/*"):
        found = [path for path in (ROOT / "resources").glob(pattern) if path.is_file()]
        assert found, pattern
        for path in found:
            assert f"deconv_studio/_data/{path.relative_to(ROOT).as_posix()}" in names
    assert "deconv_studio/catalog/packs/registry.toml" in names
    for path in (ROOT / "deconv_studio" / "learning" / "recipes").glob("*.toml"):
        assert path.relative_to(ROOT).as_posix() in names


def test_it_carries_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {"deconv_studio", f"deconv_studio-{deconv_studio.__version__}.dist-info"}
    assert not [name for name in wheel.namelist() if name.endswith((".pyc", ".part")) or "/tests/" in name]


def test_its_metadata(wheel: zipfile.ZipFile) -> None:
    fields = Parser().parsestr(of_dist_info(wheel, "METADATA"))
    assert fields["Version"] == deconv_studio.__version__
    assert fields["License-Expression"] == "MIT"
    plain = [line for line in fields.get_all("Requires-Dist", []) if "extra ==" not in line]
    assert plain
    assert not [line for line in plain if "torch" in line or "lightning" in line]
    assert of_dist_info(wheel, "licenses/LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert of_dist_info(wheel, "licenses/NOTICE") == (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "deconv-studio = deconv_studio.__main__:main" in of_dist_info(wheel, "entry_points.txt")
