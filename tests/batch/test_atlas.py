"""Atlases over folders: against brute force, killed and gone on with, bad files, what is kept of pictures."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deconv_studio import imaging
from deconv_studio.batch import atlas as making
from deconv_studio.batch.atlas import STATE, AtlasCall, can_resume, make_atlas
from deconv_studio.batch.errors import CallWrong, JournalMismatch, OutputCollision
from deconv_studio.batch.single import Item
from deconv_studio.catalog import Card
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.tasks.atlas import AtlasMissing, AtlasOptions, Ready, Survey, load
from deconv_studio.tasks.errors import OptionsInvalid
from deconv_studio.tasks.inspect import InspectOptions, Inspector
from tests.lens.graphs import small_classifier

pytestmark = pytest.mark.light

COUNT = 14


def open_network(path: Path) -> Inspector:
    card = Card.for_user_model(
        "tiny", path, input_name="x", output_name="y", channels=3, scale=1, receptive_field=0,
        fixed_size=(33, 33), task="classify",
    )  # fmt: skip
    return Inspector(path, card=card)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.onnx"
    path.write_bytes(small_classifier().SerializeToString())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "pictures"
    root.mkdir()
    for seed in range(COUNT):
        pixels = np.random.default_rng(seed).integers(0, 256, (33, 33, 3), np.uint8)
        Image.fromarray(pixels).save(root / f"p{seed}.png")
    return root


def call_of(folder: Path, report: Path, **changes: object) -> AtlasCall:
    facts = {"source": folder, "report": report, "options": AtlasOptions(layer="relu3"), **changes}
    return AtlasCall(**facts)  # type: ignore[arg-type]


def test_an_atlas_is_what_looking_at_every_picture_gives(network: Path, folder: Path, tmp_path: Path) -> None:
    inspector = open_network(network)
    items: list[Item] = []
    atlas = make_atlas(call_of(folder, tmp_path / "out" / "a.html"), inspector, on_item=items.append)
    assert [item.status for item in items] == ["done"] * COUNT
    lens = inspector.lens
    peaks = {}
    for path in sorted(folder.iterdir(), key=lambda path: int(path.stem[1:])):
        feed, _ = inspector.prepare(imaging.read(path))
        value = lens.activation(lens.look(feed, ["relu3"]), "relu3")[0]
        peaks[path.name] = value
    assert (atlas.layer, atlas.rule, atlas.pictures, atlas.units) == ("relu3", "deconvnet", COUNT, 6)
    assert [entry.unit for entry in atlas.entries] == list(range(6))
    for entry in atlas.entries:
        best = sorted(
            ((name, float(value[entry.unit].max())) for name, value in peaks.items()), key=lambda it: -it[1]
        )
        best = [(name, peak) for name, peak in best if peak > 0][:9]
        assert [patch.file for patch in entry.patches] == [name for name, _ in best]
        assert [patch.value for patch in entry.patches] == pytest.approx([peak for _, peak in best], rel=1e-5)
        for patch in entry.patches:
            assert peaks[patch.file][(entry.unit, *patch.at)] == pytest.approx(patch.value, rel=1e-5)


def test_each_cell_is_the_patch_and_its_reconstruction(network: Path, folder: Path, tmp_path: Path) -> None:
    inspector = open_network(network)
    atlas = make_atlas(call_of(folder, tmp_path / "a.html"), inspector)
    entry = next(entry for entry in atlas.entries if len(entry.patches) > 2)
    sheet = atlas.sheet(entry)
    assert sheet is not None
    for patch in entry.patches[:3]:
        at = ",".join(map(str, patch.at))
        options = InspectOptions(layer="relu3", unit=str(entry.unit), at=at, rule="deconvnet")
        expected = inspector.run(imaging.read(folder / patch.file), options)
        assert expected.box == patch.box
        assert expected.seed_value == pytest.approx(patch.value, rel=1e-5)
        assert patch.cell is not None
        assert patch.back is not None
        left, top, width, height = patch.cell
        assert np.array_equal(sheet[top : top + height, left : left + width, :3], expected.patch.pixels)
        left, top, width, height = patch.back
        shown = expected.view.pixels[slice(*patch.box[0]), slice(*patch.box[1])].astype(int)
        assert np.abs(sheet[top : top + height, left : left + width, :3] - shown).max() <= 1
        assert (sheet[top : top + height, left : left + width, 3] == 255).all()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.batch.test_atlas import call_of, open_network
from deconv_studio.batch import atlas
atlas._SAFE_PICTURES = 2
done = []
def told(item):
    done.append(item)
    if len(done) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
network, folder, report = map(Path, sys.argv[1:])
atlas.make_atlas(call_of(folder, report), open_network(network), on_item=told)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_atlas_goes_on_and_is_the_same(network: Path, folder: Path, tmp_path: Path) -> None:
    whole = make_atlas(call_of(folder, tmp_path / "whole.html"), open_network(network))
    report = tmp_path / "killed.html"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(network), str(folder), str(report)], cwd=root, check=False
    )
    assert done.returncode == -9
    assert not report.exists()
    assert can_resume(report)
    items: list[Item] = []
    again = make_atlas(call_of(folder, report, resume=True), open_network(network), on_item=items.append)
    states = [item.status for item in items]
    # Five were told of; those and the one that was safe with the fifth need no second look.
    assert states.count("skipped") == 6
    assert states.count("done") == COUNT - 6
    assert again.record() == whole.record()
    for entry in whole.entries:
        if entry.sheet is not None:
            assert (again.folder / entry.sheet).read_bytes() == (whole.folder / entry.sheet).read_bytes()
    assert report.read_text().replace("killed.atlas", "whole.atlas") == (tmp_path / "whole.html").read_text()


def test_a_stop_on_the_way_back_keeps_the_sheets(
    network: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_atlas(call_of(folder, tmp_path / "whole.html"), open_network(network))
    report = tmp_path / "stopped.html"
    monkeypatch.setattr(making, "_CELL_BYTES", 1)  # a unit at a time

    def show(done: float, text: str) -> None:
        if len(list(report.with_suffix(".atlas").glob("unit-*.png"))) == 2:
            control.cancel()

    control = Control(on_progress=show)
    with pytest.raises(Cancelled):
        make_atlas(call_of(folder, report), open_network(network), control=control)
    made = {path.name: path.stat().st_mtime_ns for path in report.with_suffix(".atlas").glob("unit-*.png")}
    assert len(made) == 2
    again = make_atlas(call_of(folder, report, resume=True), open_network(network))
    assert again.record() == whole.record()
    assert {name: (again.folder / name).stat().st_mtime_ns for name in made} == made


def test_a_cancel_stops_between_pictures_and_can_be_gone_on_with(
    network: Path, folder: Path, tmp_path: Path
) -> None:
    def show(done: float, text: str) -> None:
        if text == "p4.png":
            control.cancel()

    control = Control(on_progress=show)
    items: list[Item] = []
    call = call_of(folder, tmp_path / "a.html")
    with pytest.raises(Cancelled):
        make_atlas(call, open_network(network), control=control, on_item=items.append)
    assert [Path(item.input).name for item in items] == ["p0.png", "p1.png", "p2.png", "p3.png"]
    assert can_resume(call.report)
    with pytest.raises(AtlasMissing):
        load(call.report)


def test_bad_files_are_reported_and_passed_over(network: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "broken.png").write_bytes((folder / "p1.png").read_bytes()[:200])
    (folder / "notes.txt").write_text("no picture")
    items: list[Item] = []
    atlas = make_atlas(call_of(folder, tmp_path / "a.html"), open_network(network), on_item=items.append)
    told = {Path(item.input).name: item for item in items}
    assert told["broken.png"].status == "failed"
    assert told["broken.png"].error is not None
    assert told["broken.png"].error.hint
    assert told["notes.txt"].status == "skipped"
    assert (atlas.pictures, atlas.failed) == (COUNT, 1)


def test_no_picture_is_kept(
    network: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: weakref.WeakSet[object] = weakref.WeakSet()
    pixels: list[weakref.ref[np.ndarray]] = []
    most = 0
    plain = Survey.prepare

    def prepare(self: Survey, picture: imaging.Picture) -> Ready:
        nonlocal most
        ready = plain(self, picture)
        alive.add(ready)
        # A patch that is a view would keep its whole picture, though nobody has that by name any more.
        pixels.append(weakref.ref(ready.seen.pixels))
        gc.collect()
        most = max(most, len(alive), sum(reference() is not None for reference in pixels))
        return ready

    monkeypatch.setattr(Survey, "prepare", prepare)
    make_atlas(call_of(folder, tmp_path / "a.html"), open_network(network))
    assert 1 <= most <= making._AHEAD + 4 < COUNT


def test_pictures_that_came_since_are_added(network: Path, folder: Path, tmp_path: Path) -> None:
    late = folder / "p13.png"
    kept = late.read_bytes()
    late.unlink()
    call = call_of(folder, tmp_path / "a.html")
    make_atlas(call, open_network(network))
    late.write_bytes(kept)
    with pytest.raises(OutputCollision):
        make_atlas(call, open_network(network))
    grown = make_atlas(call_of(folder, call.report, resume=True), open_network(network))
    fresh = make_atlas(call_of(folder, tmp_path / "b.html"), open_network(network))
    assert grown.record() == fresh.record()


def test_another_job_does_not_go_on_with_it(network: Path, folder: Path, tmp_path: Path) -> None:
    call = call_of(folder, tmp_path / "a.html")
    make_atlas(call, open_network(network))
    with pytest.raises(JournalMismatch):
        make_atlas(
            call_of(folder, call.report, resume=True, options=AtlasOptions(layer="relu2")),
            open_network(network),
        )
    (call.folder / STATE).write_bytes(b"torn")
    with pytest.raises(Exception, match="cannot be read"):
        make_atlas(call_of(folder, call.report, resume=True), open_network(network))


def test_a_picture_that_is_gone_leaves_a_gap_and_a_notice(
    network: Path, folder: Path, tmp_path: Path
) -> None:
    call = call_of(folder, tmp_path / "a.html")
    first = make_atlas(call, open_network(network))
    entry = next(entry for entry in first.entries if entry.patches)
    name = entry.patches[0].file
    (folder / name).unlink()
    (call.folder / str(entry.sheet)).unlink()
    again = make_atlas(call_of(folder, call.report, resume=True), open_network(network))
    patch = again.entries[first.entries.index(entry)].patches[0]
    assert (patch.file, patch.cell, patch.value) == (name, None, entry.patches[0].value)
    assert any(name in notice for notice in again.notices)


def test_the_index_is_read_back_searched_and_ordered(network: Path, folder: Path, tmp_path: Path) -> None:
    call = call_of(folder, tmp_path / "a.html", options=AtlasOptions(layer="relu3", units="1-2,5"))
    made = make_atlas(call, open_network(network))
    for place in (call.report, call.folder, tmp_path):
        assert load(place).record() == made.record()
    assert [entry.unit for entry in made.entries] == [1, 2, 5]
    strengths = [made.entries[index].strength for index in made.order("strength")]
    assert strengths == sorted(strengths, reverse=True)
    assert made.find("2") == [1]
    assert made.find("") == [0, 1, 2]
    assert made.find("P3.PNG") == [
        index for index, entry in enumerate(made.entries) if any(p.file == "p3.png" for p in entry.patches)
    ]
    index = call.folder / "atlas.json"
    record = json.loads(index.read_text())
    record["entries"][0]["sheet"] = "../../secret.png"
    index.write_text(json.dumps(record))
    with pytest.raises(AtlasMissing, match="cannot be read"):
        load(call.folder)


def test_the_report_needs_nothing_but_its_folder(network: Path, folder: Path, tmp_path: Path) -> None:
    (folder / "p2.png").rename(folder / "<b>&.png")
    atlas = make_atlas(call_of(folder, tmp_path / "a.html"), open_network(network))
    text = (tmp_path / "a.html").read_text("utf-8")
    assert "http" not in text
    assert "<b>&" not in text
    for entry in atlas.entries:
        if entry.sheet is not None:
            assert f'src="a.atlas/{entry.sheet}"' in text
            assert f'alt="Unit {entry.unit}: above' in text


def test_a_network_without_a_card_has_its_atlas_too(network: Path, folder: Path, tmp_path: Path) -> None:
    bare = make_atlas(call_of(folder, tmp_path / "a.html"), Inspector(network))
    carded = make_atlas(call_of(folder, tmp_path / "b.html"), open_network(network))
    assert bare.model == "net.onnx"
    assert bare.entries == carded.entries


def test_wrong_calls_are_named(network: Path, folder: Path, tmp_path: Path) -> None:
    inspector = open_network(network)
    with pytest.raises(CallWrong, match="no folder"):
        make_atlas(call_of(tmp_path / "gone", tmp_path / "a.html"), inspector)
    with pytest.raises(CallWrong, match=r"does not end in \.html"):
        make_atlas(call_of(folder, tmp_path / "a.pdf"), inspector)
    (tmp_path / "empty").mkdir()
    with pytest.raises(CallWrong, match="No picture"):
        make_atlas(call_of(tmp_path / "empty", tmp_path / "a.html"), inspector)
    for units in ("5-2", "6", "a", "", "1,,2"):
        with pytest.raises(OptionsInvalid, match="units"):
            make_atlas(
                call_of(folder, tmp_path / "b.html", options=AtlasOptions(layer="relu3", units=units)),
                inspector,
            )
