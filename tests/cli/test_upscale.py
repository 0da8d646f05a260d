"""The verb `upscale` as others call it: lines, statuses, files, and what people read."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from deconv_studio import tasks
from deconv_studio.batch import journal_name
from deconv_studio.cli import run as verbs
from deconv_studio.cli.main import main
from deconv_studio.tasks.upscale import UpscaleOptions
from tests.cli.conftest import COMMAND, Called

pytestmark = pytest.mark.light

Call = Callable[..., Called]
Photos = Callable[..., Path]

TINY = ("--model", "tiny-x2", "--provider", "cpu")
ITEM = ["event", "input", "outputs", "status", "seconds", "model", "model_sha256", "provider", "error"]


def names(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != journal_name()
    }


def test_one_file(spawn: Call, photos: Photos, tmp_path: Path) -> None:
    photos("a.jpg")
    told = spawn("upscale", "in/a.jpg", "--out", "big.png", *TINY, "--json")
    assert (told.status, told.err) == (0, "")
    item, summary = told.lines
    assert list(item)[:9] == ITEM
    assert item["event"] == "item"
    assert item["input"] == str(tmp_path / "in" / "a.jpg")
    assert item["outputs"] == [str(tmp_path / "big.png")]
    assert (item["status"], item["error"], item["provider"]) == ("done", None, "cpu")
    assert item["model"] == "tiny-x2"
    assert len(item["model_sha256"]) == 64
    assert item["seconds"] >= 0
    assert list(summary) == ["event", "done", "skipped", "failed", "cancelled", "seconds"]
    assert summary["done"] == 1
    with Image.open(tmp_path / "big.png") as image:
        assert image.size == (20, 16)
    assert not (tmp_path / journal_name()).exists()


def test_a_folder_with_faults(spawn: Call, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png", "sub/ü 日本 50%.jpg", "z.webp")
    (root / "cut.png").write_bytes((root / "a.png").read_bytes()[:50])
    (root / "empty.jpg").write_bytes(b"")
    (root / "text.png").write_text("no")
    (root / "notes.txt").write_text("no")
    told = spawn("upscale", root, "--recurse", "--out", tmp_path / "out", *TINY, "--json")
    assert told.status == 1
    *items, summary = told.lines
    assert [line["event"] for line in items] == ["item"] * 7
    kinds = {Path(line["input"]).name: line["error"] and line["error"]["kind"] for line in items}
    assert kinds == {
        "a.png": None,
        "cut.png": "TruncatedFile",
        "empty.jpg": "EmptyFile",
        "notes.txt": "NotAPicture",
        "text.png": "NotAPicture",
        "z.webp": None,
        "ü 日本 50%.jpg": None,
    }
    assert all(set(line["error"]) == {"kind", "message", "hint"} for line in items if line["error"])
    assert {key: summary[key] for key in ("done", "skipped", "failed", "cancelled")} == {
        "done": 3,
        "skipped": 1,
        "failed": 3,
        "cancelled": 0,
    }
    assert names(tmp_path / "out") == {"a.png", "sub/ü 日本 50%.jpg", "z.webp"}


def test_people_read_a_table_of_what_failed(spawn: Call, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png")
    (root / "empty.jpg").write_bytes(b"")
    told = spawn("upscale", root, "--out", tmp_path / "out", *TINY)
    assert (told.status, told.out) == (1, "")
    assert "empty.jpg" in told.err
    assert "EmptyFile" in told.err
    assert "1 done, 1 failed" in told.err


def test_skipping_alone_is_success(call: Call, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png")
    (root / "notes.txt").write_text("no")
    assert call("upscale", root, "--out", tmp_path / "out", *TINY).status == 0
    again = call("upscale", root, "--out", tmp_path / "out", *TINY, "--exists", "skip", "--json")
    assert (again.status, again.lines[-1]["skipped"]) == (0, 2)
    third = call("upscale", root, "--out", tmp_path / "out", *TINY, "--json")
    assert (third.status, third.lines[0]["error"]["kind"]) == (1, "OutputExists")


def test_standard_input(spawn: Call, photos: Photos, tmp_path: Path) -> None:
    data = (photos("a.png") / "a.png").read_bytes()
    told = spawn("upscale", "-", "--out", "big.webp", *TINY, "--json", data=data)
    assert (told.status, told.lines[0]["input"]) == (0, "-")
    assert (tmp_path / "big.webp").is_file()
    told = spawn("upscale", "-", "--out", "folder", *TINY, "--json", data=data)
    assert told.lines[0]["outputs"] == [str(tmp_path / "folder" / "stdin.png")]
    told = spawn("upscale", "-", "--out", "other.png", *TINY, "--json")
    assert (told.status, told.lines[0]["error"]["kind"]) == (1, "EmptyFile")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--scale", "5"],
        ["--scale", "3"],  # the model enlarges twice
        ["--tile", "-1"],
        ["--blend", "2"],
        ["--exists", "maybe"],
        ["--format", "docx"],
        ["--quality", "0"],
        ["--metadata", "some"],
        ["--provider", "abacus"],
        ["--threads", "0"],
        ["--memory", "lots"],
        ["--memory", "1KB"],
        ["--max-pixels", "few"],
        ["--report", "report.doc"],
        ["--name", "../{stem}"],
        ["--model", "tiny-x"],
        ["--model", "nothing.onnx"],
        ["--mean", "0.5"],  # the model has a card
        ["--range", "a,b"],
        ["--workers", "2"],  # not built yet
    ],
)
def test_wrong_calls_do_nothing(call: Call, photos: Photos, tmp_path: Path, wrong: list[str]) -> None:
    root = photos("a.png")
    told = call("upscale", root, "--out", tmp_path / "out", *TINY, "--json", *wrong)
    assert (told.status, told.out) == (2, "")
    assert told.err.strip()
    assert "Traceback" not in told.err
    assert not (tmp_path / "out").exists()


def test_wrong_without_inputs_or_place(call: Call, photos: Photos, tmp_path: Path) -> None:
    assert call("upscale", "--out", tmp_path).status == 2
    told = call("upscale", photos("a.png"), *TINY)
    assert told.status == 2
    assert "--out" in told.err


def test_a_provider_that_is_not_there_is_an_error(call: Call, photos: Photos, tmp_path: Path) -> None:
    told = call(
        "upscale", photos("a.png"), "--out", tmp_path / "out", "--model", "tiny-x2", "--provider", "coreml"
    )
    if sys.platform != "darwin":
        assert told.status == 2
        assert "coreml" in told.err


def test_a_missing_model_names_near_ones(call: Call, photos: Photos, tmp_path: Path) -> None:
    told = call("upscale", photos("a.png"), "--out", tmp_path / "out", "--model", "tinny-x2")
    assert told.status == 2
    assert "tiny-x2" in told.err


def test_resume(call: Call, photos: Photos, tmp_path: Path) -> None:
    root, out = photos("a.png", "b.png"), tmp_path / "out"
    assert call("upscale", root, "--out", out, *TINY, "--resume").status == 0
    photos("a.png", "b.png", "c.png")
    told = call("upscale", root, "--out", out, *TINY, "--resume", "--exists", "overwrite", "--json")
    assert [line.get("status") for line in told.lines[:-1]] == ["skipped", "skipped", "done"]
    other = call("upscale", root, "--out", out, *TINY, "--resume", "--blend", "0.5")
    assert other.status == 2
    assert "blend" in other.err


def test_dry_run_writes_nothing(call: Call, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png", "b.png")
    (root / "empty.png").write_bytes(b"")
    told = call("upscale", root, "--out", tmp_path / "out", *TINY, "--dry-run", "--json")
    assert told.status == 1
    *plans, summary = told.lines
    assert [line["action"] for line in plans] == ["do", "do", "fail"]
    assert (plans[0]["width"], plans[0]["height"], plans[0]["bytes"]) == (20, 16, 20 * 16 * 3)
    assert (summary["planned"], summary["done"]) == (2, 0)
    assert not (tmp_path / "out").exists()
    people = call("upscale", root, "--out", tmp_path / "out", *TINY, "--dry-run")
    assert "2 to do, 0 to skip, 1 would fail" in people.out


@pytest.mark.parametrize("suffix", [".html", ".csv"])
def test_report(call: Call, photos: Photos, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"report{suffix}"
    call("upscale", photos("a.png"), "--out", tmp_path / "out", *TINY, "--report", path)
    assert "a.png" in path.read_text(encoding="utf-8")


def test_the_licence_is_shown_once(call: Call, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png")
    shown = "weights MIT; trained on nothing (CC0)"
    assert shown not in call("upscale", root, "--out", tmp_path / "1", *TINY, "--quiet").err
    assert shown not in call("upscale", root, "--out", tmp_path / "2", *TINY, "--json").err
    assert shown in call("upscale", root, "--out", tmp_path / "3", *TINY).err
    assert shown not in call("upscale", root, "--out", tmp_path / "4", *TINY).err


def test_quiet_says_nothing(spawn: Call, photos: Photos, tmp_path: Path) -> None:
    told = spawn("upscale", photos("a.png"), "--out", "out", *TINY, "--quiet")
    assert (told.status, told.out, told.err) == (0, "", "")


def test_a_model_by_its_path(call: Call, photos: Photos, tmp_path: Path, home: Path) -> None:
    root = photos("a.png")
    path = home / "models" / "tiny-x2" / "model.onnx"
    told = call("upscale", root, "--out", tmp_path / "out", "--model", path, "--json")
    assert (told.status, told.lines[0]["model"]) == (0, "tiny-x2")
    lone = tmp_path / "lone.onnx"
    lone.write_bytes(path.read_bytes())
    told = call("upscale", root, "--out", tmp_path / "out2", "--model", lone, "--range", "0,1", "--json")
    assert (told.status, told.lines[0]["model"]) == (0, "lone")
    same = [(tmp_path / folder / "a.png").read_bytes() for folder in ("out", "out2")]
    with Image.open(tmp_path / "out" / "a.png") as one, Image.open(tmp_path / "out2" / "a.png") as two:
        assert one.tobytes() == two.tobytes()
    assert same[0] != same[1]  # each names its own model


def test_a_model_by_the_folder_of_its_export(call: Call, photos: Photos, tmp_path: Path, home: Path) -> None:
    root = photos("a.png")
    told = call("upscale", root, "--out", tmp_path / "o", "--model", home / "models" / "tiny-x2", "--json")
    assert (told.status, told.lines[0]["model"]) == (0, "tiny-x2")
    (tmp_path / "empty").mkdir()
    told = call("upscale", root, "--out", tmp_path / "p", "--model", tmp_path / "empty")
    assert told.status == 2
    assert "is a folder without a card.toml" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_the_user(photos: Photos, home: Path, tmp_path: Path, number: signal.Signals) -> None:
    root = photos(*(f"{i}.png" for i in range(40)), size=(150, 150))
    call = [*COMMAND, "upscale", str(root), "--out", str(tmp_path / "out"), *TINY, "--json", "--threads", "1"]
    with subprocess.Popen(
        call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    lines = [json.loads(line) for line in (first + out).splitlines()]
    assert lines[-1]["event"] == "summary"
    statuses = [line["status"] for line in lines[:-1]]
    assert len(statuses) == 40
    assert lines[-1]["cancelled"] == statuses.count("cancelled") > 0
    assert names(tmp_path / "out") == {
        Path(line["outputs"][0]).name for line in lines[:-1] if line["status"] == "done"
    }


@pytest.mark.skipif(sys.platform == "win32", reason="closes a pipe early")
def test_a_reader_that_leaves(photos: Photos, home: Path, tmp_path: Path) -> None:
    root = photos(*(f"{i}.png" for i in range(10)))
    call = [*COMMAND, "upscale", str(root), "--out", str(tmp_path / "out"), *TINY, "--json"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        process.wait(60)
    assert b"Traceback" not in err
    assert b"BrokenPipe" not in err


def test_neither_qt_nor_torch_is_needed(home: Path, photos: Photos, tmp_path: Path) -> None:
    root = photos("a.png")
    code = (
        "import sys\n"
        "for name in ('PySide6', 'torch', 'torchvision', 'superqt', 'pyqtgraph'): sys.modules[name] = None\n"
        "from deconv_studio.cli.main import main\n"
        f"sys.exit(main(['upscale', {str(root)!r}, '--out', {str(tmp_path / 'out')!r}, *{TINY!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()


class TestFaults:
    """What nobody foresaw."""

    def test_a_sentence_and_a_log(
        self, call: Call, photos: Photos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
    ) -> None:
        def surprise(*_: object, **__: object) -> None:
            raise ZeroDivisionError("surprise")

        monkeypatch.delenv("DECONV_STUDIO_DEBUG", raising=False)
        monkeypatch.setattr(verbs, "load_model", surprise)
        told = call("upscale", photos("a.png"), "--out", tmp_path / "out", *TINY, "--quiet")
        assert (told.status, told.out, told.err.count("\n")) == (1, "", 1)
        assert "ZeroDivisionError: surprise" in told.err
        logs = list((home / "log").iterdir())
        assert str(logs[0]) in told.err
        assert "Traceback" in logs[0].read_text(encoding="utf-8")
        monkeypatch.setenv("DECONV_STUDIO_DEBUG", "1")
        assert (
            "Traceback" in call("upscale", photos("a.png"), "--out", tmp_path / "out", *TINY, "--quiet").err
        )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        UpscaleOptions,
        scale=st.sampled_from([2, 3, 4]),
        tile=st.integers(0, 16384),
        tta=st.booleans(),
        alpha=st.sampled_from(["network", "bicubic"]),
        blend=st.floats(0, 1),
    )
)
def test_options_survive_the_command_line(monkeypatch: pytest.MonkeyPatch, options: UpscaleOptions) -> None:
    """Written as flags made from the model's description and read by the verb, options are the same."""
    caught: dict[str, object] = {}

    def keep(task: object, own: dict[str, object], rest: dict[str, object]) -> int:
        caught.update(own)
        return 0

    monkeypatch.setattr(verbs, "_run", keep)
    flags: list[str] = []
    for field in tasks.describe(UpscaleOptions):
        value = getattr(options, field.name)
        if field.kind == "switch":
            flags += [field.flag] if value else []
        else:
            flags += [field.flag, str(value)]
    assert main(["upscale", "x.png", *flags]) == 0
    assert tasks.get("upscale").options(**caught) == options


def test_a_run_that_breaks_off_still_sums_up(
    call: Call, photos: Photos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full in the middle, even for the journal."""
    from deconv_studio.batch import running
    from deconv_studio.batch.errors import FolderFailed

    real, calls = running.Journal.item, []

    def full(self: running.Journal, event: dict[str, object]) -> None:
        calls.append(event)
        if len(calls) == 3:
            raise FolderFailed("The journal cannot be written: No space left on device.", "Make room.")
        real(self, event)

    monkeypatch.setattr(running.Journal, "item", full)
    root = photos(*(f"{i}.png" for i in range(6)))
    report = tmp_path / "report.csv"
    told = call("upscale", root, "--out", tmp_path / "out", *TINY, "--json", "--report", report)
    assert told.status == 1
    assert [line.get("status") for line in told.lines] == ["done", "done", None]
    assert (told.lines[-1]["event"], told.lines[-1]["done"]) == ("summary", 2)
    assert "No space left" in told.err
    assert report.is_file()


def test_a_journal_held_by_another_run(call: Call, photos: Photos, tmp_path: Path) -> None:
    from deconv_studio.batch.journal import Journal

    root = photos("a.png")
    with Journal(tmp_path / "out", {}):
        told = call("upscale", root, "--out", tmp_path / "out", *TINY, "--json")
    assert (told.status, told.out) == (2, "")
    assert "Another run" in told.err
