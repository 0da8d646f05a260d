"""What an installation is: its version, its light dependencies, its data, its verbs."""

from __future__ import annotations

import hashlib
import re
from importlib import metadata

import pytest

import deconv_studio
from deconv_studio.catalog import Catalog, bundled_folder, resources_folder
from deconv_studio.cli.main import VERBS, _is_here, main

pytestmark = pytest.mark.light

TRAINING = {"torch", "torchvision", "torchmetrics", "lightning-fabric", "onnxscript", "safetensors"}


def light_dependencies() -> set[str]:
    """Names of what `pip install deconv-studio` asks for without an extra."""
    wanted = metadata.requires("deconv-studio") or []
    plain = [line for line in wanted if "extra ==" not in line]
    return {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower().replace("_", "-") for line in plain}


def test_the_version_is_that_of_the_package() -> None:
    assert metadata.version("deconv-studio") == deconv_studio.__version__


def test_the_light_install_asks_for_no_torch() -> None:
    assert {"numpy", "onnxruntime", "pyside6-essentials"} <= light_dependencies()
    assert not light_dependencies() & TRAINING


def test_the_command_is_there() -> None:
    scripts = {point.name: point.value for point in metadata.entry_points(group="console_scripts")}
    assert scripts["deconv-studio"] == "deconv_studio.__main__:main"


def test_the_bundled_models_are_there_and_whole() -> None:
    entries = [entry for entry in Catalog().cards() if entry.origin == "bundled"]
    assert {"upscale-x2", "upscale-x3", "upscale-x4"} <= {entry.card.id for entry in entries}
    for entry in entries:
        assert hashlib.sha256(entry.path.read_bytes()).hexdigest() == entry.card.sha256


def test_bundled_models_are_small() -> None:
    sizes = [path.stat().st_size for path in bundled_folder().glob("*/model.onnx")]
    assert sizes
    assert max(sizes) <= 20 * 2**20
    assert sum(sizes) <= 120 * 2**20


def test_samples_and_icons_are_there() -> None:
    resources = resources_folder()
    assert (resources / "samples" / "credits.toml").is_file()
    assert (resources / "icons" / "deconv-studio.svg").is_file()


@pytest.mark.parametrize("verb", [name for name, (where, _) in VERBS.items() if _is_here(where)])
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert f"deconv-studio {verb}" in capsys.readouterr().out


def test_help_lists_the_verbs_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    listed = re.findall(r"^  ([a-z]+)  ", capsys.readouterr().out.partition("Commands:")[2], re.MULTILINE)
    assert listed == [name for name, (where, _) in VERBS.items() if _is_here(where)]
