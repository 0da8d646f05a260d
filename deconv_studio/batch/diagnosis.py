"""What is installed, what works and what is missing, with the command to get it; for doctor and window."""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlparse

import psutil

from deconv_studio import __version__, catalog
from deconv_studio.engine import providers, runtime

if TYPE_CHECKING:
    from deconv_studio.engine.control import Control

State = Literal["ok", "note", "missing", "broken"]

PROGRAM = "deconv-studio"
#: Less free space than this is worth a word: one enlarged panorama takes more.
LITTLE_DISK = 2 * 2**30
LITTLE_MEMORY = 2**30

#: Packages worth naming in a report, whether this program needs them or they only explain a fault.
PACKAGES = (
    "numpy", "onnx", "opencv-python-headless", "opencv-python", "opencv-contrib-python", "pillow",
    "PySide6-Essentials", "PySide6", "pyqtgraph", "superqt", "tifffile", "pydantic", "typer",
    "torch", "torchvision", "openvino", "ncnn",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    section : str
        "versions", "providers", "folders", "models", "machine", "window" or "extras".
    name : str
    state : {"ok", "note", "missing", "broken"}
        "missing" is something optional; "broken" is something that ought to work and does not.
    text : str
        What was found.
    fix : str
        The way out, as a command or a sentence; "" where there is nothing to do.
    """

    section: str
    name: str
    state: State
    text: str
    fix: str = ""

    def as_dict(self) -> dict[str, str]:
        """The finding as plain text values."""
        return asdict(self)


def examine(control: Control | None = None) -> Iterator[Finding]:
    """Look at this installation; slow (self-tests, hashes), so not on a window's thread.

    Parameters
    ----------
    control : Control, optional
        Its cancel ends the examination between two findings.

    Yields
    ------
    Finding

    Raises
    ------
    Cancelled
    """
    for look in (versions, runtimes, self_tests, folders, models, machine, window, extras):
        for finding in look():
            if control is not None:
                control.raise_if_cancelled()
            yield finding


# -- versions ----------------------------------------------------------------------------------------------


def installed(package: str) -> str | None:
    """Version of an installed package, read without importing it."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def versions() -> Iterator[Finding]:
    """Program, Python, system and packages."""
    yield Finding("versions", "Deconv Studio", "ok", __version__)
    old = sys.version_info < (3, 11)
    yield Finding(
        "versions",
        "Python",
        "broken" if old else "ok",
        f"{platform.python_version()} ({sys.executable})",
        "Install Python 3.11 or later." if old else "",
    )
    yield Finding("versions", "System", "ok", platform.platform())
    for package in PACKAGES:
        version = installed(package)
        if version is not None:
            yield Finding("versions", package, "ok", version)
    for package in sorted(requirements().get("", set())):
        # Any package that brings the folder onnxruntime will do for the one that is named.
        if package == "onnxruntime" and runtime.installed_distributions():
            continue
        if installed(package) is None:
            yield Finding("versions", package, "broken", "not installed", f"pip install {package}")


def requirements() -> dict[str, set[str]]:
    """Packages this program asks for, by extra; "" are those it always needs."""
    try:
        lines = metadata.requires(PROGRAM) or []
    except metadata.PackageNotFoundError:
        return {}
    return read_requirements(lines)


def read_requirements(lines: list[str]) -> dict[str, set[str]]:
    """Sort requirement lines by the extra they belong to; those for another system are left out."""
    found: dict[str, set[str]] = {}
    for line in lines:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        if name is None or name.group(0).lower() == PROGRAM:
            continue
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", line)
        found.setdefault(extra.group(1) if extra else "", set()).add(name.group(0))
    return found


# -- ONNX Runtime ------------------------------------------------------------------------------------------


def runtimes() -> Iterator[Finding]:
    """Which ONNX Runtime packages are installed; two overwrite each other."""
    for name, version in runtime.installed_distributions().items():
        yield Finding("versions", name, "ok", version)
    clash = providers.conflict()
    if clash is not None:
        yield Finding("versions", "ONNX Runtime packages", "broken", clash.message, clash.hint)


def self_tests() -> Iterator[Finding]:
    """Run a tiny network on every provider that is there, and say how to get the others."""
    from deconv_studio.engine.selftest import self_test

    try:
        there = providers.available()
    except (ImportError, OSError, AttributeError) as error:
        text = f"ONNX Runtime cannot be loaded: {runtime.first_line(error)}."
        yield Finding("providers", "ONNX Runtime", "broken", text, providers.CPU.how_to_get)
        return
    for provider in there:
        outcome = self_test(provider)
        if outcome.ok:
            text = f"works; self-test in {outcome.seconds * 1000:.0f} ms"
            if outcome.difference is not None:
                text += f", off by {outcome.difference:.1e}"
            yield Finding("providers", provider.title, "ok", text)
        else:
            yield Finding("providers", provider.title, "broken", outcome.message, outcome.hint)
    elsewhere = {"directml": "win32", "coreml": "darwin"}
    for provider in providers.PROVIDERS:
        if provider not in there and elsewhere.get(provider.name, sys.platform) == sys.platform:
            yield Finding("providers", provider.title, "missing", "not installed", provider.how_to_get)


# -- folders, models, machine ------------------------------------------------------------------------------


def folders() -> Iterator[Finding]:
    """Whether the user's folders can be written and the program's own are there."""
    for name, folder in (
        ("user", catalog.user_folder()),
        ("models", catalog.user_folder() / "models"),
        ("cache", catalog.cache_folder()),
        ("log", catalog.log_folder()),
    ):
        yield writable(name, folder)
    for name, folder in (
        ("bundled models", catalog.bundled_folder()),
        ("resources", catalog.resources_folder()),
    ):
        if folder.is_dir():
            yield Finding("folders", name, "ok", str(folder))
        else:
            yield Finding(
                "folders", name, "broken", f"{folder} is not there", reinstall("--force-reinstall --no-deps")
            )


def writable(name: str, folder: Path) -> Finding:
    """Try to write into a folder; one that is not there yet is judged by where it would be made."""
    place, made = folder, folder.is_dir()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        # os.access says yes to root and to read-only mounts alike; only writing tells.
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding(
            "folders",
            name,
            "broken",
            f"{folder} cannot be written: {error.strerror or error}",
            f"Allow writing in {place}, or set {catalog.folders.HOME_VARIABLE} to another folder.",
        )
    return Finding("folders", name, "ok", f"{folder}" if made else f"{folder} (made when it is needed)")


def models() -> Iterator[Finding]:
    """Whether models' files are what their cards say, by SHA-256 of all of each file."""
    found = catalog.Catalog()
    entries = found.cards()
    for entry in entries:
        card = entry.card
        try:
            found.verify(card.id)
        except catalog.CatalogError as error:
            yield Finding("models", card.id, "broken", error.message, error.hint)
        else:
            yield Finding("models", card.id, "ok", f"{entry.origin}, as its card says (SHA-256)")
    for problem in found.problems:
        fault = problem.error
        yield Finding("models", problem.model_id, "broken", fault.message, fault.hint)
    if not any(entry.origin == "bundled" for entry in entries):
        yield Finding(
            "models",
            "bundled models",
            "broken",
            f"there is none in {catalog.bundled_folder()}",
            reinstall("--force-reinstall --no-deps"),
        )


def machine() -> Iterator[Finding]:
    """Cores, memory, and room where results pass through."""
    yield Finding("machine", "processor", "ok", f"{os.cpu_count() or 1} cores, {platform.machine()}")
    memory = psutil.virtual_memory()
    little = memory.available < LITTLE_MEMORY
    yield Finding(
        "machine",
        "memory",
        "note" if little else "ok",
        f"{_gib(memory.available)} free of {_gib(memory.total)}",
        "Close other programs, or set --memory lower." if little else "",
    )
    seen: set[int] = set()
    for name, folder in (("user folder", catalog.user_folder()), ("temporary", Path(tempfile.gettempdir()))):
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        device = folder.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(folder).free
        yield Finding(
            "machine",
            f"disk of {name}",
            "note" if free < LITTLE_DISK else "ok",
            f"{_gib(free)} free at {folder}",
            "Make room before large pictures." if free < LITTLE_DISK else "",
        )


def _gib(count: float) -> str:
    return f"{count / 2**30:.1f} GiB"


# -- the window --------------------------------------------------------------------------------------------


def window(environment: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Whether Qt, its system libraries and a display are there."""
    env = os.environ if environment is None else environment
    try:
        # find_spec of a top-level name looks for it without importing it.
        spec = find_spec("PySide6")
    except (ImportError, ValueError):  # something keeps it from being imported
        spec = None
    if spec is None or not spec.submodule_search_locations:
        yield Finding("window", "Qt", "broken", "PySide6 is not installed", "pip install PySide6-Essentials")
        return
    shown = bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))
    if not sys.platform.startswith("linux"):
        return
    if env.get("QT_QPA_PLATFORM"):
        yield Finding("window", "display", "ok", f"QT_QPA_PLATFORM={env['QT_QPA_PLATFORM']}")
    elif shown:
        names = [f"{key}={env[key]}" for key in ("WAYLAND_DISPLAY", "DISPLAY") if env.get(key)]
        yield Finding("window", "display", "ok", ", ".join(names))
    else:
        yield Finding(
            "window",
            "display",
            "note",
            "none; verbs work without",
            "sudo apt-get install xvfb && xvfb-run deconv-studio",
        )
    plugin = Path(next(iter(spec.submodule_search_locations))) / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    if not plugin.is_file():
        yield Finding(
            "window",
            "Qt's X11 plugin",
            "broken",
            f"{plugin} is not there",
            "pip install --force-reinstall PySide6-Essentials",
        )
        return
    missing = missing_libraries(plugin)
    if missing is None:
        yield Finding("window", "Qt's system libraries", "note", "not known: ldd is not there", "")
    elif missing:
        # Without a display, or on Wayland, nobody misses them yet.
        needed = (
            bool(env.get("DISPLAY")) and not env.get("WAYLAND_DISPLAY") and not env.get("QT_QPA_PLATFORM")
        )
        yield Finding(
            "window",
            "Qt's system libraries",
            "broken" if needed else "missing",
            f"not there: {', '.join(missing)}",
            f"sudo apt-get install {' '.join(sorted({debian_package(name) for name in missing}))}",
        )
    else:
        yield Finding("window", "Qt's system libraries", "ok", "all there for X11")


def missing_libraries(plugin: Path) -> list[str] | None:
    """System libraries a shared object looks for in vain, by `ldd`.

    Parameters
    ----------
    plugin : Path

    Returns
    -------
    list of str or None
        File names, sorted; None where `ldd` is not there or cannot read the file.
    """
    command = shutil.which("ldd")
    if command is None:
        return None
    try:
        done = subprocess.run([command, str(plugin)], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else read_ldd(done.stdout)


def read_ldd(text: str) -> list[str]:
    """Names that the output of `ldd` says are not found."""
    return sorted({line.split()[0] for line in text.splitlines() if line.rstrip().endswith("=> not found")})


def debian_package(library: str) -> str:
    """The Debian package of a library's file name, by Debian's rule for shared libraries (policy 8.1)."""
    stem, _, number = library.partition(".so.")
    number = number.split(".")[0]
    if stem.startswith(("libglib-2.0", "libgthread-2.0", "libgio-2.0", "libgobject-2.0")):
        return "libglib2.0-0"
    between = "-" if number and stem[-1].isdigit() else ""
    return f"{stem.lower()}{between}{number}"


# -- extras ------------------------------------------------------------------------------------------------


def extras() -> Iterator[Finding]:
    """Which optional parts are installed, and the command for those that are not."""
    wanted = {name: packages for name, packages in requirements().items() if name}
    for name, packages in sorted(wanted.items()):
        lacking = sorted(package for package in packages if installed(package) is None)
        if lacking:
            yield Finding(
                "extras", f"[{name}]", "missing", f"without {', '.join(lacking)}", reinstall(extra=name)
            )
        else:
            yield Finding("extras", f"[{name}]", "ok", "installed")


def reinstall(options: str = "", extra: str = "") -> str:
    """The pip command that installs this program again from where it came, with an extra."""
    told: dict[str, Any] = {}
    try:
        text = metadata.distribution(PROGRAM).read_text("direct_url.json")
        told = json.loads(text) if text else {}
    except (metadata.PackageNotFoundError, ValueError):
        told = {}
    return install_command(told, options, extra)


def install_command(origin: Mapping[str, Any], options: str = "", extra: str = "") -> str:
    """Make the command of `reinstall`.

    Parameters
    ----------
    origin : mapping
        What pip noted on installing (PEP 610); empty for a package from an index.
    options, extra : str
    """
    url = str(origin.get("url", ""))
    wanted = f"[{extra}]" if extra else ""
    target = f'"{PROGRAM}{wanted}"'
    # A wheel that was installed from a file may be gone; a folder is where people work.
    if url.startswith("file://") and "dir_info" in origin:
        place = unquote(urlparse(url).path)
        editable = "-e " if origin["dir_info"].get("editable") else ""
        target = f'{editable}"{place}{wanted}"'
    return " ".join(part for part in ("pip install", options, target) if part)


#: The sections in the order they are found, for those who show them.
SECTIONS: tuple[str, ...] = ("versions", "providers", "folders", "models", "machine", "window", "extras")
