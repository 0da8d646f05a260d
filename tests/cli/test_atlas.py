"""The verbs `atlas` and `compare`: JSON lines, reports, exit status, and what a wrong call is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from deconv_studio.batch import compare
from deconv_studio.engine.control import Cancelled
from deconv_studio.tasks.atlas import load
from tests.cli.conftest import Called
from tests.lens.graphs import small_classifier

pytestmark = pytest.mark.light

Call = Callable[..., Called]


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(small_classifier().SerializeToString())
    return path


def test_an_atlas_is_made_told_and_gone_on_with(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path
) -> None:
    folder = photos("a.png", "b.png", "sub/c.png", size=(40, 36))
    (folder / "bad.png").write_bytes((folder / "a.png").read_bytes()[:100])
    report = tmp_path / "out" / "r.html"
    arguments = (
        "atlas", folder, "--model", network, "--layer", "relu3", "--units", "0-2,4", "--out", report,
        "--json",
    )  # fmt: skip
    told = call(*arguments, "--report", tmp_path / "what.csv")
    assert told.status == 1
    rows = (tmp_path / "what.csv").read_text(encoding="utf-8").splitlines()
    assert sorted(row.split(",")[2] for row in rows[1:]) == ["done", "done", "failed"]
    *items, atlas, summary = told.lines
    states = {Path(item["input"]).name: item["status"] for item in items}
    assert states == {"a.png": "done", "b.png": "done", "bad.png": "failed"}
    assert (atlas["event"], atlas["layer"], atlas["rule"], atlas["units"]) == (
        "atlas", "relu3", "deconvnet", 4,
    )  # fmt: skip
    assert (summary["event"], summary["done"], summary["failed"]) == ("summary", 2, 1)
    assert [entry.unit for entry in load(report).entries] == [0, 1, 2, 4]
    again = call(*arguments)
    assert (again.status, again.out) == (2, "")
    assert "there already" in again.err
    (folder / "bad.png").unlink()
    more = call(*arguments, "--resume")
    assert more.status == 0
    assert {line["status"] for line in more.lines if line["event"] == "item"} == {"skipped"}
    assert call(*arguments, "--exists", "overwrite").status == 0


def test_networks_are_compared(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path
) -> None:
    folder = photos("a.png", "b.png", size=(40, 36))
    told = call("compare", network, network, folder, "--out", tmp_path / "same.html", "--json")
    assert told.status == 0
    *_, found, summary = told.lines
    assert found["event"] == "compare"
    assert all(layer["equal"] for layer in found["layers"])
    assert summary["done"] == 2
    eight = ("compare", network, "int8", folder, "--out", tmp_path / "eight.html")
    refused = call(*eight, "--report", tmp_path / "what.txt")
    assert refused.status == 2
    assert "neither .html nor .csv" in refused.err
    text = call(*eight, "--report", tmp_path / "what.html")
    assert "2 done, 0 skipped, 0 failed" in (tmp_path / "what.html").read_text(encoding="utf-8")
    assert text.status == 0
    assert "conv1" in text.out
    assert " dB" in text.out
    assert (tmp_path / "eight.html").is_file()


def test_a_comparison_that_is_stopped_writes_nothing(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos("a.png", "b.png", "c.png", size=(40, 36))
    seen = 0

    def stop_at_the_second(*rest: object, **named: object) -> object:
        nonlocal seen
        seen += 1
        if seen > 1:
            raise Cancelled
        return given(*rest, **named)

    given = compare.load
    monkeypatch.setattr(compare, "load", stop_at_the_second)
    told = call("compare", network, network, folder, "--out", tmp_path / "same.html", "--json")
    assert told.status == 130
    *items, summary = told.lines
    assert [item["status"] for item in items] == ["done"]
    assert (summary["done"], summary["cancelled"]) == (1, 1)
    assert "No report was written" in told.err
    assert not (tmp_path / "same.html").exists()


def test_wrong_calls_are_told(call: Call, network: Path, tmp_path: Path) -> None:
    told = call("atlas", tmp_path / "gone", "--model", network, "--out", tmp_path / "r.html")
    assert told.status == 2
    assert "no folder" in told.err
    told = call("atlas", tmp_path, "--out", tmp_path / "r.html")
    assert told.status == 2
    assert "No model is named" in told.err
    told = call("atlas", tmp_path, "--model", network, "--layer", "relu33", "--out", tmp_path / "r.html")
    assert told.status == 2
    assert "Did you mean relu3" in told.err
    told = call("compare", network, network, tmp_path / "gone", "--out", tmp_path / "r.html")
    assert told.status == 2


@pytest.mark.parametrize("verb", ["atlas", "compare"])
def test_a_dry_run_says_what_would_be_looked_at_and_writes_nothing(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path, verb: str
) -> None:
    folder = photos("a.png", "b.png", size=(40, 36))
    (folder / "c.png").write_bytes(b"")
    (folder / "notes.txt").write_text("x")
    models = (folder, "--model", network) if verb == "atlas" else (network, network, folder)
    report = tmp_path / "r.html"
    arguments = (verb, *models, "--out", report, "--dry-run", "--report", tmp_path / "what.csv")
    told = call(*arguments, "--json")
    assert told.status == 1
    *plans, summary = told.lines
    assert [(Path(plan["input"]).name, plan["action"], plan["width"]) for plan in plans] == [
        ("a.png", "do", 36),
        ("b.png", "do", 36),
        ("c.png", "fail", None),
        ("notes.txt", "skip", None),
    ]
    assert plans[0]["outputs"] == [str(report)]
    assert (summary["planned"], summary["failed"], summary["skipped"], summary["done"]) == (2, 1, 1, 0)
    assert (summary["bytes"] is None) == (verb == "compare")
    shown = call(*arguments)
    assert "2 to do, 1 to skip, 1 would fail" in shown.out
    assert not list(tmp_path.glob("r*"))
    assert not (tmp_path / "what.csv").exists()
    report.write_text("mine")
    refused = call(*arguments)
    assert (refused.status, refused.out) == (2, "")


def test_a_dry_run_of_an_atlas_that_goes_on_leaves_out_what_is_known(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path
) -> None:
    folder = photos("a.png", size=(40, 36))
    arguments = ("atlas", folder, "--model", network, "--units", "0", "--out", tmp_path / "r.html", "--json")
    assert call(*arguments).status == 0
    photos("b.png", size=(40, 36))
    *plans, summary = call(*arguments, "--resume", "--dry-run").lines
    assert {Path(plan["input"]).name: plan["action"] for plan in plans} == {"a.png": "skip", "b.png": "do"}
    assert (summary["planned"], summary["skipped"]) == (1, 1)
    [large, *_] = call("atlas", folder, "--model", network, "--dry-run", "--json", "--max-pixels", "9").lines
    assert large["error"]["kind"] == "TooManyPixels"


@pytest.mark.parametrize("verb", ["atlas", "compare"])
def test_a_provider_that_cannot_look_into_networks_is_refused(
    call: Call, photos: Callable[..., Path], network: Path, tmp_path: Path, verb: str
) -> None:
    folder = photos("a.png", size=(40, 36))
    models = (folder, "--model", network) if verb == "atlas" else (network, network, folder)
    told = call(verb, *models, "--out", tmp_path / "r.html", "--provider", "cuda")
    assert (told.status, told.out) == (2, "")
    assert f"{verb} runs on the processor, not on cuda" in told.err
    assert call(verb, *models, "--out", tmp_path / "r.html", "--provider", "cpu").status == 0
