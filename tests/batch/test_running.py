"""Runs: every file is done or reported, a stop leaves only whole files, and what died can go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from PIL import Image

from deconv_studio import batch, imaging, tasks
from deconv_studio.batch import running
from deconv_studio.engine import Control
from deconv_studio.engine.session import Model
from tests.enlargers import install, learned, loaded
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light

Photos = Callable[..., Path]
Planned = Callable[..., batch.Plan]


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("batch-")]
    assert left == []


def results(
    plan: batch.Plan, model: Model, control: Control | None = None, **rest: Any
) -> dict[str, batch.Item]:
    items = list(batch.run(plan, model=model, control=control or Control(), **rest))
    return {Path(item.input).name: item for item in items}


def whole_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != batch.journal_name()
    }


def test_one_bad_file_stops_nothing(photos: Photos, planned: Planned, model: Model, tmp_path: Path) -> None:
    root = photos("a.png", "b.jpg", "sub/c.webp", "z.png")
    (root / "cut.png").write_bytes((root / "a.png").read_bytes()[:60])
    (root / "empty.png").write_bytes(b"")
    (root / "text.jpg").write_text("no")
    (root / "notes.txt").write_text("no")
    items = results(planned(root, tmp_path / "out", recurse=True), model)
    told = {name: (item.status, item.error.kind if item.error else None) for name, item in items.items()}
    assert told == {
        "a.png": ("done", None),
        "b.jpg": ("done", None),
        "cut.png": ("failed", "TruncatedFile"),
        "empty.png": ("failed", "EmptyFile"),
        "notes.txt": ("skipped", "NotAPicture"),
        "text.jpg": ("failed", "NotAPicture"),
        "z.png": ("done", None),
        "c.webp": ("done", None),
    }
    assert set(whole_files(tmp_path / "out")) == {"a.png", "b.jpg", "sub/c.webp", "z.png"}
    with Image.open(tmp_path / "out" / "a.png") as image:
        assert image.size == (10, 12)


def test_a_fault_nobody_foresaw_is_the_files_own(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = imaging.read

    def faulty(source: Any, **rest: Any) -> Any:
        if Path(source).name == "b.png":
            raise ZeroDivisionError("surprise")
        return real(source, **rest)

    monkeypatch.setattr(imaging, "read", faulty)
    items = results(planned(photos("a.png", "b.png", "c.png"), tmp_path / "out"), model)
    assert [item.status for item in items.values()] == ["done", "failed", "done"]
    error = items["b.png"].error
    assert error is not None
    assert (error.kind, "surprise" in error.message) == ("Unexpected", True)


def test_the_batch_and_a_single_file_give_the_same_bytes(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root = photos("a.png")
    results(planned(root, tmp_path / "out"), model)
    options = tasks.get("upscale").options(scale=2)
    item = batch.process(
        root / "a.png", "upscale", options, tmp_path / "one.png", model=model, control=Control()
    )
    assert item.status == "done"
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "out" / "a.png").read_bytes()


def test_process_tells_failure_and_cancel(photos: Photos, model: Model, tmp_path: Path) -> None:
    options = tasks.get("upscale").options(scale=2)
    out = tmp_path / "out" / "x.png"
    missing = batch.process(tmp_path / "no.png", "upscale", options, out, model=model, control=Control())
    assert missing.error is not None
    assert (missing.status, missing.error.kind) == ("failed", "FileMissing")
    control = Control()
    control.cancel()
    root = photos("a.png")
    stopped = batch.process(root / "a.png", "upscale", options, out, model=model, control=control)
    assert stopped.status == "cancelled"
    assert not out.exists()


def test_metadata_strip_leaves_no_mark_of_the_program(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root = photos("a.png")
    results(planned(root, tmp_path / "kept"), model)
    results(planned(root, tmp_path / "bare", metadata="strip"), model)
    record = tasks.recorded(imaging.read(tmp_path / "kept" / "a.png").metadata)
    assert record is not None
    assert record["model_sha256"] == model.sha256
    assert b"deconv" not in (tmp_path / "bare" / "a.png").read_bytes().lower()


def test_the_journal_has_an_item_before_it_is_told(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    plan = planned(photos("a.png", "b.png", "c.png"), tmp_path / "out")
    for item in batch.run(plan, model=model, control=Control()):
        assert item.outputs[0].is_file()
        lines = (tmp_path / "out" / batch.journal_name()).read_text().splitlines()
        assert any(
            record["event"] == "item" and record["input"] == item.input for record in map(json.loads, lines)
        )


def test_resume_skips_what_the_journal_has_whatever_exists_says(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root, out = photos("a.png", "b.png"), tmp_path / "out"
    results(planned(root, out), model)
    (out / "a.png").write_bytes(b"mine now")
    photos("a.png", "b.png", "c.png")
    items = results(planned(root, out, resume=True, exists="overwrite"), model)
    assert [item.status for item in items.values()] == ["skipped", "skipped", "done"]
    assert items["a.png"].outputs == (out / "a.png",)
    assert (out / "a.png").read_bytes() == b"mine now"


def test_a_file_renamed_but_not_entered_is_done_again(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    """The program died between the rename and the journal's entry."""
    root, out = photos("a.png", "b.png"), tmp_path / "out"
    results(planned(root, out), model)
    book = out / batch.journal_name()
    lines = book.read_text().splitlines(keepends=True)
    last = max(i for i, line in enumerate(lines) if '"item"' in line)
    book.write_text("".join(lines[:last]))
    items = results(planned(root, out, resume=True), model)
    assert {name: item.status for name, item in items.items()} == {"a.png": "skipped", "b.png": "done"}


def test_an_input_replaced_by_its_result_is_not_enlarged_twice(
    photos: Photos, planned: Planned, model: Model
) -> None:
    """In place: the program died between the rename and the journal's entry of the second file."""
    root = photos("a.png", "b.png", "c.png")
    untouched = (root / "c.png").read_bytes()
    results(planned(root, root, exists="overwrite"), model)
    book = root / batch.journal_name()
    lines = book.read_text().splitlines(keepends=True)
    second = next(i for i, line in enumerate(lines) if '"item"' in line and "b.png" in line)
    book.write_text("".join(lines[:second]))
    (root / "c.png").write_bytes(untouched)
    items = results(planned(root, root, exists="overwrite", resume=True), model)
    assert [item.status for item in items.values()] == ["skipped", "skipped", "done"]
    assert {imaging.read_header(root / f"{name}.png").width for name in "abc"} == {10}


def test_without_resume_an_existing_output_is_an_error(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root, out = photos("a.png"), tmp_path / "out"
    results(planned(root, out), model)
    item = results(planned(root, out), model)["a.png"]
    assert item.error is not None
    assert (item.status, item.error.kind) == ("failed", "OutputExists")


def test_an_output_folder_that_cannot_be_fails_every_input(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root = photos("a.png", "b.png")
    (root / "notes.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    items = results(planned(root, tmp_path / "file" / "out"), model)
    told = {name: (item.status, item.error.kind if item.error else None) for name, item in items.items()}
    assert told == {
        "a.png": ("failed", "FolderFailed"),
        "b.png": ("failed", "FolderFailed"),
        "notes.txt": ("skipped", "NotAPicture"),
    }


class TestStopping:
    """Cancel, and a consumer that goes away."""

    def test_what_is_finished_stays_and_the_rest_is_cancelled(
        self, photos: Photos, planned: Planned, model: Model, tmp_path: Path
    ) -> None:
        root = photos(*(f"{i}.png" for i in range(30)))
        control = Control()
        statuses = []
        for item in batch.run(planned(root, tmp_path / "out"), model=model, control=control):
            statuses.append(item.status)
            if len(statuses) == 3:
                control.cancel()
        assert len(statuses) == 30
        done = statuses.count("done")
        assert 3 <= done < 30
        assert statuses.count("cancelled") == 30 - done
        assert len(whole_files(tmp_path / "out")) == done
        again = results(planned(root, tmp_path / "out", resume=True), model)
        assert {item.status for item in again.values()} == {"done", "skipped"}
        assert len(whole_files(tmp_path / "out")) == 30

    def test_a_cancel_reaches_the_network(
        self, photos: Photos, planned: Planned, tmp_path: Path, model: Model
    ) -> None:
        control = Control()

        def stop(progress: batch.Progress) -> None:
            if progress.part > 0:
                control.cancel()

        root = photos("a.png", size=(200, 200))
        options = tasks.get("upscale").options(scale=2, tile=32)
        plan = batch.plan([root], tmp_path / "out", task="upscale", options=options, card=model.card)
        [item] = batch.run(plan, model=model, control=control, on_progress=stop)
        assert item.status == "cancelled"
        assert whole_files(tmp_path / "out") == {}

    def test_a_cancel_reaches_the_writing(
        self, photos: Photos, planned: Planned, tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        control, original = Control(), imaging.write

        def write(picture: imaging.Picture, path: Path, **rest: Any) -> Path:
            control.cancel()
            return original(picture, path, **rest)

        monkeypatch.setattr(imaging, "write", write)
        plan = planned(photos("a.png"), tmp_path / "out")
        [item] = batch.run(plan, model=model, control=control)
        assert item.status == "cancelled"
        assert whole_files(tmp_path / "out") == {}
        assert not list((tmp_path / "out").glob(".*.part"))
        monkeypatch.undo()
        again = results(planned(tmp_path / "in", tmp_path / "out", resume=True), model)
        assert {item.status for item in again.values()} == {"done"}

    def test_a_consumer_that_leaves_ends_the_threads(
        self, photos: Photos, planned: Planned, model: Model, tmp_path: Path
    ) -> None:
        root = photos(*(f"{i}.png" for i in range(200)))
        items = batch.run(planned(root, tmp_path / "out"), model=model, control=Control())
        next(items)
        items.close()
        assert len(whole_files(tmp_path / "out")) < 200

    def test_a_journal_that_cannot_be_written_ends_the_run(
        self, photos: Photos, planned: Planned, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise batch.errors.FolderFailed("The journal cannot be written.")

        monkeypatch.setattr(running.Journal, "item", full)
        root = photos(*(f"{i}.png" for i in range(20)))
        with pytest.raises(batch.errors.FolderFailed):
            list(batch.run(planned(root, tmp_path / "out"), model=model, control=Control()))


def test_progress_counts_and_names(photos: Photos, planned: Planned, model: Model, tmp_path: Path) -> None:
    told: list[batch.Progress] = []
    root = photos(*(f"{i}.png" for i in range(8)))
    results(planned(root, tmp_path / "out"), model, on_progress=told.append)
    assert {Path(progress.current).name for progress in told} == {f"{i}.png" for i in range(8)}
    assert all(0 <= progress.part <= 1 and progress.ended <= 8 for progress in told)
    assert told[-1].total == 8


def test_decoding_inference_and_encoding_overlap(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one picture is in the network the next is read and the one before written."""
    stages: list[tuple[str, str]] = []

    def noted(stage: str, function: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            stages.append((stage, name(*args)))
            time.sleep(0.05)
            return function(*args, **kwargs)

        return wrapped

    monkeypatch.setattr(running, "load", noted("read", running.load, lambda p, *_: Path(p).name))
    monkeypatch.setattr(running, "work", noted("work", running.work, lambda p, *_: Path(p.source).name))
    monkeypatch.setattr(running, "save", noted("save", running.save, lambda r, p, *_: p.name))
    results(planned(photos("1.png", "2.png", "3.png", "4.png"), tmp_path / "out"), model)
    assert stages.index(("read", "3.png")) < stages.index(("save", "1.png")) + 2
    assert stages.index(("read", "4.png")) < stages.index(("work", "4.png"))
    assert stages.index(("read", "2.png")) < stages.index(("save", "1.png"))


def test_large_pictures_go_one_by_one() -> None:
    control = Control()
    budget = running._Budget(100)
    budget.take(500, control)
    through = threading.Event()

    def second() -> None:
        budget.take(10, control)
        through.set()

    thread = threading.Thread(target=second)
    thread.start()
    assert not through.wait(0.15)
    budget.give(500)
    assert through.wait(5)
    thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="measures resident memory")
def test_memory_is_flat_over_many_pictures(
    photos: Photos, planned: Planned, model: Model, tmp_path: Path
) -> None:
    root = photos("0.png", size=(300, 300))
    content = (root / "0.png").read_bytes()
    for index in range(1, 60):
        (root / f"{index}.png").write_bytes(content)
    process = psutil.Process()
    sizes = []
    for item in batch.run(planned(root, tmp_path / "out", format="bmp"), model=model, control=Control()):
        assert item.status == "done"
        sizes.append(process.memory_info().rss)
    # One result alone has 1 MiB; keeping them would take 40 MiB over the last forty.
    assert max(sizes[20:]) - sizes[19] < 16 * 2**20


RUNNER = """
import json, sys
from deconv_studio.__main__ import main
sys.argv = ["deconv-studio", *sys.argv[1:]]
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_killed_and_resumed(photos: Photos, tmp_path: Path) -> None:
    """kill -9 in the middle; --resume finishes, redoes nothing, and leaves the same files as a clean run."""
    install(learned(2, 1), tmp_path / "source", "tiny-x2")
    root = photos(*(f"{i}.png" for i in range(12)), size=(120, 120))
    call = [sys.executable, "-c", RUNNER, "upscale", str(root), "--model", "tiny-x2", "--threads", "1"]
    call += ["--tile", "32", "--provider", "cpu", "--json"]
    out = tmp_path / "out"
    process = subprocess.Popen([*call, "--out", str(out)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    told = [json.loads(process.stdout.readline()) for _ in range(2)]
    os.kill(process.pid, signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    for line in told:
        assert Path(line["outputs"][0]).is_file()
    (out / ".5.png.part").write_bytes(b"half")
    before = {path: Path(path).stat().st_mtime_ns for line in told for path in line["outputs"]}
    done = subprocess.run(
        [*call, "--out", str(out), "--resume"], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    statuses = {Path(line["input"]).name: line["status"] for line in lines if line["event"] == "item"}
    assert len(statuses) == 12
    assert all(statuses[Path(line["input"]).name] == "skipped" for line in told)
    assert set(statuses.values()) <= {"done", "skipped"}
    assert {path: Path(path).stat().st_mtime_ns for path in before} == before
    clean = subprocess.run(
        [*call, "--out", str(tmp_path / "clean")], capture_output=True, timeout=120, check=False
    )
    assert clean.returncode == 0
    assert whole_files(out) == whole_files(tmp_path / "clean")


def test_faults_of_every_kind(planned: Planned, tmp_path: Path) -> None:
    """Odd but good pictures are done rightly beside bad ones."""
    import tifffile

    root = tmp_path / "in"
    root.mkdir()
    rgb = noise(9, 12, 3, dtype=np.uint8)
    Image.fromarray(rgb).convert("CMYK").save(root / "cmyk.jpg")
    palette = Image.fromarray(rgb).quantize(7)
    palette.info["transparency"] = 0
    palette.save(root / "palette.png", transparency=0)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(rgb).save(root / "rotated.jpg", exif=exif)
    tifffile.imwrite(root / "deep.tif", noise(9, 12, 3, dtype=np.uint16), photometric="rgb")
    Image.fromarray(rgb[:1, :1]).save(root / "one.png")
    Image.fromarray(rgb).save(root / "ü 日本 50%.png")
    model = loaded(learned(2, 3), tmp_path / "model")
    options = tasks.get("upscale").options(scale=2)
    plan = batch.plan([root], tmp_path / "out", task="upscale", options=options, card=model.card)
    items = results(plan, model)
    assert {name: item.error for name, item in items.items()} == dict.fromkeys(items)
    made = {path.name: imaging.read(path) for path in (tmp_path / "out").iterdir() if path.suffix != ".jsonl"}
    assert (made["deep.tif"].bit_depth, made["deep.tif"].width) == (16, 24)
    assert (made["palette.png"].channels, made["one.png"].height) == (4, 2)
    # Upright once: the pixels are turned and the tag says so no more.
    assert (made["rotated.jpg"].width, made["rotated.jpg"].height) == (18, 24)
    assert not made["cmyk.jpg"].is_gray
