"""The journal: what it keeps, what it survives, and that only one run holds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deconv_studio.batch import journal
from deconv_studio.batch.errors import FolderFailed, JournalBusy, JournalMismatch
from deconv_studio.batch.journal import NAME, Journal

pytestmark = pytest.mark.light
JOB = {"task": "upscale", "parameters": {"scale": 2}}


def item(source: str, *outputs: str, status: str = "done", kind: str | None = None) -> dict[str, Any]:
    error = None if kind is None else {"kind": kind, "message": "", "hint": ""}
    return {"event": "item", "input": source, "outputs": list(outputs), "status": status, "error": error}


def test_keeps_what_was_done(tmp_path: Path) -> None:
    with Journal(tmp_path, JOB) as book:
        book.begin("/in/a", Path("/out/a"))
        book.item(item("/in/a", "/out/a"))
        book.item(item("/in/b", status="failed", kind="CorruptFile"))
        book.item(item("/in/c", status="skipped", kind="OutputExists"))
        book.item(item("/in/d", status="skipped", kind="NotAPicture"))
        book.begin("/in/e", Path("/out/e"))
    with Journal(tmp_path, JOB, resume=True) as book:
        assert book.state.done == {"/in/a": ["/out/a"], "/in/c": []}
        assert book.state.begun == {"/out/e": None}
        assert book.state.made == {"/out/a"}


def test_a_new_run_starts_afresh_but_knows_its_files(tmp_path: Path) -> None:
    with Journal(tmp_path, JOB) as book:
        book.item(item("/in/a", "/out/a"))
    with Journal(tmp_path, {**JOB, "task": "restore"}) as book:
        assert book.state.done == {}
    state = journal.read(tmp_path)
    assert (state.done, state.made) == ({}, {"/out/a"})


def test_resume_with_no_journal_starts_one(tmp_path: Path) -> None:
    with Journal(tmp_path / "new", JOB, resume=True) as book:
        book.item(item("/in/a", "/out/a"))
    assert journal.read(tmp_path / "new").done == {"/in/a": ["/out/a"]}


def test_resume_of_another_job_is_refused_and_says_why(tmp_path: Path) -> None:
    Journal(tmp_path, JOB).close()
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(JournalMismatch, match="'scale': 4"):
        Journal(tmp_path, {**JOB, "parameters": {"scale": 4}}, resume=True)
    assert (tmp_path / NAME).read_bytes() == before


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 600))
def test_a_torn_end_costs_at_most_that_line(tmp_path: Path, cut: int) -> None:
    path = tmp_path / NAME
    path.unlink(missing_ok=True)
    with Journal(tmp_path, JOB) as book:
        for name in "abc":
            book.item(item(f"/in/{name}", f"/out/{name}"))
    whole = path.read_bytes()
    kept = whole[: max(0, len(whole) - cut)]
    path.write_bytes(kept)
    finished = [json.loads(line) for line in kept.split(b"\n")[:-1]]
    expected = {line["input"] for line in finished if line["event"] == "item"}
    with Journal(tmp_path, JOB, resume=True) as book:
        assert set(book.state.done) == expected
        book.item(item("/in/z", "/out/z"))
    for line in path.read_bytes().splitlines():
        json.loads(line)
    assert set(journal.read(tmp_path).done) == expected | {"/in/z"}


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe\n", b"[]\n", b"{}\n", b"null\n", b'{"event":"item"}\n', b"\0" * 50 + b"\n"]
)
def test_foreign_lines_are_passed_over(tmp_path: Path, junk: bytes) -> None:
    with Journal(tmp_path, JOB) as book:
        book.item(item("/in/a", "/out/a"))
    with (tmp_path / NAME).open("ab") as file:
        file.write(junk)
    assert journal.read(tmp_path).done == {"/in/a": ["/out/a"]}


def test_only_one_run_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path, JOB), pytest.raises(JournalBusy):
        Journal(tmp_path, JOB)
    Journal(tmp_path, JOB).close()


def test_resume_removes_leftovers_and_nothing_else(tmp_path: Path) -> None:
    Journal(tmp_path, JOB).close()
    (tmp_path / "sub").mkdir()
    ours = [tmp_path / ".a.png.part", tmp_path / "sub" / ".b 50%.JPG.part"]
    theirs = [
        tmp_path / "c.png.part",
        tmp_path / ".d.part",
        tmp_path / ".movie.mkv.part",
        tmp_path / ".e.png",
    ]
    for path in ours + theirs:
        path.write_bytes(b"x")
    Journal(tmp_path, JOB).close()
    assert all(path.exists() for path in ours)  # another run's that did not ask to go on
    Journal(tmp_path, JOB, resume=True).close()
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in theirs)


def test_a_folder_that_cannot_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderFailed, match="file"):
        Journal(tmp_path / "file" / "out", JOB)


def test_every_entry_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = journal.os.fsync
    monkeypatch.setattr(journal.os, "fsync", lambda handle: (synced.append(handle), real(handle)))
    with Journal(tmp_path, JOB) as book:
        book.begin("/in/a", Path("/out/a"))
        book.item(item("/in/a", "/out/a"))
        book.end({})
    assert len(synced) == 4
