"""The doctor finds what is wrong, names the command, and its status says whether anything is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deconv_studio.batch import diagnosis
from deconv_studio.catalog import folders
from deconv_studio.engine import providers, runtime
from deconv_studio.engine.control import Cancelled, Control
from tests.cli.conftest import Called

pytestmark = pytest.mark.light


def found(lines: list[dict[str, Any]], section: str, name: str) -> dict[str, Any]:
    return next(line for line in lines if line.get("section") == section and line.get("name") == name)


def test_json_has_every_section_and_a_summary(call: Callable[..., Called]) -> None:
    told = call("doctor", "--json")
    assert told.err == ""
    *checks, summary = told.lines
    assert {line["event"] for line in checks} == {"check"}
    assert {line["section"] for line in checks} >= {"versions", "providers", "folders", "models", "machine"}
    assert found(checks, "providers", "CPU")["state"] == "ok"
    assert found(checks, "models", "tiny-x2")["state"] == "ok"
    assert summary["event"] == "summary"
    assert summary["broken"] == sum(line["state"] == "broken" for line in checks)
    assert summary["healthy"] is (summary["broken"] == 0)
    assert told.status == (1 if summary["broken"] else 0)


def test_table_is_for_people(call: Callable[..., Called]) -> None:
    told = call("doctor")
    assert "Deconv Studio" in told.out
    assert "self-test" in told.out
    assert "{" not in told.out


def test_a_changed_model_is_broken(call: Callable[..., Called], home: Path) -> None:
    model = next((home / "models" / "tiny-x2").glob("*.onnx"))
    model.write_bytes(model.read_bytes()[:-1] + b"\0\0")
    told = call("doctor", "--json")
    assert told.status == 1
    assert found(told.lines, "models", "tiny-x2")["state"] == "broken"


def test_a_missing_bundle_is_broken_and_says_how_to_get_it(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(folders, "bundled_folder", lambda: tmp_path / "nothing")
    told = call("doctor", "--json")
    assert told.status == 1
    assert "pip install" in found(told.lines, "models", "bundled models")["fix"]


def test_runtimes_over_each_other_are_broken(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {"onnxruntime": "1.24.0", "onnxruntime-gpu": "1.24.0"}
    monkeypatch.setattr(runtime, "installed_distributions", lambda: both)
    told = call("doctor", "--json")
    clash = found(told.lines, "versions", "ONNX Runtime packages")
    assert (told.status, clash["state"]) == (1, "broken")
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in clash["fix"]


def test_a_provider_that_fails_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = providers.by_name("cuda")
    monkeypatch.setattr(providers, "available", lambda: [providers.CPU, fake])
    states = {finding.name: finding.state for finding in diagnosis.self_tests()}
    assert states["CPU"] == "ok"
    assert states[fake.title] == "broken"
    assert states["Intel OpenVINO"] == "missing"


def test_a_folder_that_cannot_be_made_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    blocked = diagnosis.writable("user", tmp_path / "file" / "home")
    assert blocked.state == "broken"
    assert folders.HOME_VARIABLE in blocked.fix
    assert diagnosis.writable("user", tmp_path / "new" / "home").state == "ok"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_cancel_ends_the_examination() -> None:
    control = Control()
    findings = diagnosis.examine(control)
    assert next(findings).name == "Deconv Studio"
    control.cancel()
    with pytest.raises(Cancelled):
        next(findings)


def test_requirements_are_sorted_by_extra() -> None:
    lines = [
        "numpy>=1.26",
        "torch<2.15,>=2.9; extra == 'train'",
        'mypy>=1.15; extra == "dev"',
        "deconv-studio[train]; extra == 'dev'",
    ]
    assert diagnosis.read_requirements(lines) == {"": {"numpy"}, "train": {"torch"}, "dev": {"mypy"}}


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        ({}, 'pip install "deconv-studio[train]"'),
        ({"url": "file:///home/a%20b", "dir_info": {}}, 'pip install "/home/a b[train]"'),
        ({"url": "file:///src", "dir_info": {"editable": True}}, 'pip install -e "/src[train]"'),
        ({"url": "file:///a.whl", "archive_info": {}}, 'pip install "deconv-studio[train]"'),
    ],
)
def test_pip_command_for_an_extra(origin: dict[str, Any], command: str) -> None:
    assert diagnosis.install_command(origin, extra="train") == command


def test_missing_extra_has_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "requirements", lambda: {"": {"numpy"}, "odd": {"no-such-package-here"}})
    (finding,) = diagnosis.extras()
    assert (finding.name, finding.state) == ("[odd]", "missing")
    assert "no-such-package-here" in finding.text
    assert "[odd]" in finding.fix


def test_ldd_is_read() -> None:
    text = "\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibxcb-icccm.so.4 => not found\n\tlinux-vdso.so.1 (0x2)\n"
    assert diagnosis.read_ldd(text * 2) == ["libxcb-icccm.so.4"]


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libxcb-icccm.so.4", "libxcb-icccm4"),
        ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
        ("libdbus-1.so.3", "libdbus-1-3"),
        ("libEGL.so.1", "libegl1"),
        ("libglib-2.0.so.0", "libglib2.0-0"),
    ],
)
def test_debian_names(library: str, package: str) -> None:
    assert diagnosis.debian_package(library) == package


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has the xcb plugin")
@pytest.mark.parametrize(
    ("environment", "state"),
    [({}, "missing"), ({"DISPLAY": ":0"}, "broken"), ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "w"}, "missing")],
)
def test_missing_qt_libraries_are_broken_only_where_they_are_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], state: str
) -> None:
    plugin = tmp_path / "Qt" / "plugins" / "platforms" / "libqxcb.so"
    plugin.parent.mkdir(parents=True)
    plugin.touch()

    class Spec:
        submodule_search_locations = (str(tmp_path),)

    monkeypatch.setattr(diagnosis, "find_spec", lambda name: Spec())
    monkeypatch.setattr(diagnosis, "missing_libraries", lambda path: ["libxcb-icccm.so.4"])
    findings = {finding.name: finding for finding in diagnosis.window(environment)}
    assert findings["Qt's system libraries"].state == state
    assert findings["Qt's system libraries"].fix == "sudo apt-get install libxcb-icccm4"
    assert findings["display"].state == ("ok" if environment else "note")


def test_nothing_heavy_of_others_is_imported() -> None:
    code = (
        "import sys; from deconv_studio.batch import diagnosis; list(diagnosis.versions());"
        "list(diagnosis.window({})); list(diagnosis.extras());"
        "print([name for name in ('torch', 'PySide6', 'openvino') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
