"""Starting: what help loads, what goes to the window, and what is said when there can be none."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deconv_studio import __version__
from deconv_studio.cli import window
from deconv_studio.cli.main import VERBS, is_for_window
from deconv_studio.ui import app
from tests.cli.conftest import Called

pytestmark = pytest.mark.light

Call = Callable[..., Called]

HEAVY = ("numpy", "cv2", "onnxruntime", "onnx", "PIL", "pydantic", "PySide6", "torch", "rich.markdown")


def loaded_by(*arguments: str) -> set[str]:
    """Which heavy modules a call has loaded when it ends."""
    code = (
        "import json, sys\n"
        "from deconv_studio.cli.main import main\n"
        f"status = main({list(arguments)!r})\n"
        "sys.stderr.write(json.dumps([status, sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    status, modules = json.loads(done.stderr)
    assert status == 0
    return set(HEAVY) & set(modules)


def test_help_loads_nothing_heavy() -> None:
    assert loaded_by("--help") == set()


def test_version_loads_nothing_heavy() -> None:
    assert loaded_by("--version") == set()


def test_the_help_of_a_verb_loads_no_engine() -> None:
    assert loaded_by("upscale", "--help") <= {"pydantic", "rich.markdown"}
    assert loaded_by("models", "list", "--help") <= {"pydantic", "rich.markdown"}


def test_version(call: Call) -> None:
    assert call("--version") == Called(0, f"Deconv Studio {__version__}\n", "")


def test_help_lists_the_verbs_that_are_built(call: Call) -> None:
    told = call("--help")
    assert told.status == 0
    folder = Path(window.__file__).parent
    for verb, (where, summary) in VERBS.items():
        built = (folder / (where.partition(":")[0].rpartition(".")[2] + ".py")).is_file()
        assert (summary in told.out) == built, verb


def test_every_listed_verb_has_help(call: Call) -> None:
    for verb in ("upscale", "models", "evaluate", "train", "export"):
        told = call(verb, "--help")
        assert told.status == 0
        assert "--json" in told.out or verb == "models"


class TestWindow:
    """The window, which these machines do not have."""

    @pytest.mark.parametrize("arguments", [[], ["."], [".", ".."]])
    def test_paths_alone_are_for_the_window(self, arguments: list[str]) -> None:
        assert is_for_window(arguments)

    @pytest.mark.parametrize("arguments", [["upscale"], ["--help"], [".", "--json"], ["no such file.png"]])
    def test_what_is_not(self, arguments: list[str]) -> None:
        assert not is_for_window(arguments)

    def test_no_display_is_a_sentence(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(app.sys, "platform", "linux")
        told = call()
        assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
        assert "display" in told.err
        assert "apt-get install" in told.err

    def test_a_missing_library_is_a_sentence(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DISPLAY", ":99")
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
        monkeypatch.setattr(app.sys, "platform", "linux")
        monkeypatch.setattr(app, "XCB_LIBRARIES", ("libsurely-not-there.so.7",))
        told = call()
        assert (told.status, told.err.count("\n")) == (2, 1)
        assert "libsurely-not-there.so.7" in told.err
        assert "apt-get install" in told.err

    def test_a_display_plugin_that_is_not_there_is_a_sentence(
        self, call: Call, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(app, "platform_plugins", lambda env: {"xcb", "offscreen"})
        monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
        told = call()
        assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
        assert "'nonsense'" in told.err and "offscreen, xcb" in told.err

    def test_no_qt_is_a_sentence(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
        monkeypatch.setitem(sys.modules, "deconv_studio.ui.app", None)
        told = call()
        assert (told.status, told.err.count("\n")) == (2, 1)

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (ImportError("No module named 'PySide6'", name="PySide6"), "pip install"),
            (ImportError("libEGL.so.1: cannot open shared object file"), "apt-get install"),
            (ImportError("strange"), "doctor"),
        ],
    )
    def test_each_cause_has_its_way_out(self, error: ImportError, expected: str) -> None:
        assert expected in window._why(error)


def test_a_word_that_is_nothing(call: Call) -> None:
    told = call("upscal")
    assert (told.status, told.out) == (2, "")
    assert "upscale" in told.err
    assert "no file" in call("photo-that-is-not.jpg").err


def test_an_unknown_option_is_a_wrong_call(call: Call) -> None:
    assert call("upscale", "--colour", "red").status == 2
    assert call("--colour").status == 2
