"""Where the program's own files and the user's files are, in a wheel, an editable install and a checkout."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "DECONV_STUDIO_HOME"
"""Environment variable that puts everything of the user (data, cache, log) under one folder."""

_APP = "deconv-studio"
_PACKAGE = Path(__file__).resolve().parent.parent


def data_folder(name: str, package: Path = _PACKAGE) -> Path:
    """Find a folder that comes with the program.

    Parameters
    ----------
    name : str
        "models" or "resources".
    package : Path
        The folder of the package `deconv_studio`.

    Returns
    -------
    Path
        `package/_data/name` in an installed wheel, `package/../name` in an editable install or a checkout.
        Where neither exists, the wheel's place is returned, so that messages name what is missing.
    """
    in_wheel = package / "_data" / name
    if in_wheel.is_dir():
        return in_wheel
    # Beside an installed package may lie a stranger's top-level package of that name, so a checkout has to
    # prove itself.
    if (package.parent / "pyproject.toml").is_file() and (package.parent / name).is_dir():
        return package.parent / name
    return in_wheel


def bundled_folder() -> Path:
    """Folder with one folder for each bundled model."""
    return data_folder("models")


def resources_folder() -> Path:
    """Folder with icons, sample pictures, themes and translations."""
    return data_folder("resources")


def _home() -> Path | None:
    value = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(value).expanduser().absolute() if value else None


def user_folder() -> Path:
    """Folder of the user's own models, packs and settings; it need not exist yet."""
    home = _home()
    return home if home else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def cache_folder() -> Path:
    """Folder of what can be made again (converted packs, measurements); it need not exist yet."""
    home = _home()
    return home / "cache" if home else Path(platformdirs.user_cache_dir(_APP, appauthor=False))


def log_folder() -> Path:
    """Folder of the log file; it need not exist yet."""
    home = _home()
    return home / "log" if home else Path(platformdirs.user_log_dir(_APP, appauthor=False))


def user_models_folder() -> Path:
    """Folder with one folder for each model the user added."""
    return user_folder() / "models"


def user_packs_folder() -> Path:
    """Folder that `models install` puts packs into, one folder for each."""
    return user_folder() / "packs"
