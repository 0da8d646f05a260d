"""Folders: models and resources are found in a wheel, an editable install and a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import deconv_studio
from deconv_studio.catalog import folders

pytestmark = pytest.mark.light


def _package(root: Path) -> Path:
    package = root / "deconv_studio"
    package.mkdir(parents=True)
    return package


def test_a_wheel_carries_its_data_in_the_package(tmp_path: Path) -> None:
    package = _package(tmp_path / "site-packages")
    (package / "_data" / "models").mkdir(parents=True)
    # Another project's package that happens to be called "models" must not be taken.
    (tmp_path / "site-packages" / "models").mkdir()
    assert folders.data_folder("models", package) == package / "_data" / "models"


def test_a_checkout_has_its_data_beside_the_package(tmp_path: Path) -> None:
    package = _package(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "pyproject.toml").touch()
    assert folders.data_folder("models", package) == tmp_path / "models"


def test_a_strangers_folder_is_not_taken_for_ours(tmp_path: Path) -> None:
    package = _package(tmp_path)
    (tmp_path / "models").mkdir()
    found = folders.data_folder("models", package)
    assert found == package / "_data" / "models"
    assert not found.exists()


def test_this_installation_has_its_models_and_resources() -> None:
    assert folders.bundled_folder().is_dir()
    assert folders.resources_folder().is_dir()


def test_everything_of_the_user_is_under_the_named_home(home: Path) -> None:
    for folder in (
        folders.user_folder(),
        folders.cache_folder(),
        folders.log_folder(),
        folders.user_models_folder(),
        folders.user_packs_folder(),
    ):
        assert folder.is_relative_to(home)
    assert not home.exists(), "asking where a folder is must not make it"


def test_without_a_named_home_the_systems_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(folders.HOME_VARIABLE)
    assert folders.user_folder().name == "deconv-studio"
    assert folders.user_folder() != folders.cache_folder()


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = (
        "import sys, deconv_studio.catalog as c; c.CatalogError; c.user_folder();"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'cv2', 'torch', 'PySide6', 'pydantic', 'requests'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(deconv_studio.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.stdout.strip() == "[]", result.stderr


def test_reading_cards_loads_no_network_library(tmp_path: Path) -> None:
    code = (
        "import sys; from deconv_studio.catalog import Catalog; Catalog(packs=False).cards();"
        "heavy = {'numpy', 'onnx', 'onnxruntime', 'cv2', 'torch', 'PySide6', 'requests'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    root = Path(deconv_studio.__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert result.stdout.strip() == "[]", result.stderr


def test_every_exported_name_is_there() -> None:
    from deconv_studio import catalog

    assert all(getattr(catalog, name) is not None for name in catalog.__all__)
    assert set(catalog.__all__) <= set(dir(catalog))
    with pytest.raises(AttributeError, match="no_such_name"):
        catalog.no_such_name  # noqa: B018 the access is what is tested
