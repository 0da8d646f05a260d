"""A picture's way through a model, the check of what comes out, estimates, and the file of measurements."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deconv_studio.catalog import Catalog
from deconv_studio.engine import estimate as estimating
from deconv_studio.engine.check import check_output
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import BadInput, BadOutput
from deconv_studio.engine.estimate import estimate
from deconv_studio.engine.measured import FILE, Measured, machine_key, measured
from deconv_studio.engine.pictures import apply, as_unit_float
from deconv_studio.engine.session import Model, load
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

Open = Callable[..., Model]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_any_depth_goes_through_tiled_as_whole(open_tiny: Open, dtype: type) -> None:
    model = open_tiny(tiny.fsrcnn_like(2))
    source = tiny.picture(75, 90, dtype=dtype)
    whole = apply(model, source, tile=4096)
    tiled = apply(model, source, tile=32)
    assert whole.dtype == np.float32 and whole.shape == (150, 180, 1)
    assert np.abs(whole - tiled).max() <= 1e-6
    assert np.abs(whole - model.infer(as_unit_float(source))).max() <= 1e-6


def test_prepare_and_finish_see_the_same_tile(open_tiny: Open, tmp_path: Path) -> None:
    """Colour to luma on the way in, and back to bytes beside the source's own colour on the way out."""
    model = open_tiny(tiny.elementwise("Add", 1, nothing=0.0))
    source = tiny.picture(70, 50, 3, dtype=np.uint8)
    out = np.memmap(tmp_path / "out", np.uint8, "w+", shape=source.shape)
    found = apply(
        model,
        source,
        prepare=lambda tile: tile[..., 1:2].astype(np.float32) / 255,
        finish=lambda result, tile: np.dstack(
            [tile[..., 0], np.rint(result * 255).astype(np.uint8), tile[..., 2]]
        ),
        out=out,
        tile=32,
    )
    assert found is out and np.array_equal(found, source)


def test_a_model_without_a_card_is_refused(tmp_path: Path) -> None:
    model = load(tiny.conv().save(tmp_path), provider="cpu", threads=1)
    with pytest.raises(BadInput, match="no card"):
        apply(model, tiny.picture(8, 8))
    with pytest.raises(BadInput, match="no card"):
        estimate(model, 8, 8)


def test_pictures_of_strange_types_are_refused(open_tiny: Open) -> None:
    with pytest.raises(BadInput, match="int64"):
        apply(open_tiny(tiny.conv()), np.zeros((8, 8, 1), np.int64))


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2), (7, 300)])
@pytest.mark.parametrize(
    "network", [tiny.fsrcnn_like(3), tiny.strided(1, 3), tiny.reflecting(6), tiny.fixed_size()]
)
def test_the_smallest_pictures_go_through(open_tiny: Open, network: tiny.Tiny, size: tuple[int, int]) -> None:
    found = apply(open_tiny(network), tiny.picture(*size), tile=64)
    assert found.shape == (size[0] * network.scale, size[1] * network.scale, 1)
    assert np.isfinite(found).all()


# -- check ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (tiny.nan_producer(), "not numbers"),
        (tiny.inf_producer(), "infinite|not numbers"),
        (tiny.constant_producer(0.0), r"same value \(0\)"),
        (tiny.constant_producer(0.5), r"same value \(0\.5\)"),
    ],
)
@pytest.mark.parametrize("tile", [0, 32])
def test_what_is_no_picture_is_an_error_that_names_the_model(
    open_tiny: Open, network: tiny.Tiny, message: str, tile: int
) -> None:
    model = open_tiny(network, card={"title": "x"})
    with pytest.raises(BadOutput, match=message) as caught:
        apply(model, tiny.picture(60, 60), tile=tile)
    assert "tiny" in caught.value.message and caught.value.kind == "BadOutput" and caught.value.hint


def test_an_even_result_of_an_even_picture_is_right(open_tiny: Open) -> None:
    even = np.full((50, 50, 1), 0.25, np.float32)
    assert apply(open_tiny(tiny.constant_producer(0.5)), even).max() == 0.5
    nearly = even + np.float32(1 / 255) * (np.arange(50, dtype=np.float32)[:, None, None] > 25)
    check_output(np.ones((50, 50, 1), np.float32), nearly)


def test_even_tiles_of_an_uneven_picture_are_right(open_tiny: Open) -> None:
    """A clipped sky: whole tiles of one value, but not the whole picture."""
    source = tiny.picture(96, 96)
    model = open_tiny(tiny.elementwise("Max", 1, floor=2.0), "floor.onnx")
    with pytest.raises(BadOutput):
        apply(model, source, tile=32)
    source[:8, :8] = 3.0
    assert apply(model, source, tile=32).max() == 3.0


def test_one_dead_channel_is_no_error_and_all_are() -> None:
    picture = tiny.picture(9, 9, 3)
    check_output(picture * np.float32([0, 1, 0]), picture)
    with pytest.raises(BadOutput, match=r"mine gave the same value \(0, 1, 2\)"):
        check_output(np.broadcast_to(np.float32([0, 1, 2]), (9, 9, 3)), picture, "mine")


def test_one_bad_value_is_found() -> None:
    picture = tiny.picture(9, 9, 3)
    for value, message in ((np.nan, "not numbers"), (np.inf, "infinite"), (-np.inf, "infinite")):
        bad = picture.copy()
        bad[4, 5, 1] = value
        with pytest.raises(BadOutput, match=message):
            check_output(bad, picture)


# -- cancel --------------------------------------------------------------------------------------------------


def test_a_cancel_in_the_middle_leaves_the_model_usable(open_tiny: Open) -> None:
    model = open_tiny(tiny.fsrcnn_like(2))
    control = Control(on_partial=lambda done: control.cancel() if done.number == 2 else None)
    with pytest.raises(Cancelled):
        apply(model, tiny.picture(120, 120), tile=32, control=control)
    assert apply(model, tiny.picture(20, 20), control=Control()).shape == (40, 40, 1)


def test_a_cancel_during_a_tile_reaches_the_network(open_tiny: Open) -> None:
    model = open_tiny(tiny.slow(layers=400))
    control = Control()
    timer = threading.Timer(0.1, control.cancel)
    timer.start()
    with pytest.raises(Cancelled):
        apply(model, tiny.picture(160, 160), control=control)
    timer.join()


# -- estimate ------------------------------------------------------------------------------------------------


def test_an_estimate_before_anything_was_run(open_tiny: Open) -> None:
    model = open_tiny(tiny.fsrcnn_like(2))
    unknown = estimate(model, 100, 200, calibrate=False)
    assert unknown.seconds is None and unknown.basis == "unknown" and unknown.tiles == 1
    found = estimate(model, 100, 200)
    assert found.basis == "calibrated" and found.seconds is not None and 0 < found.seconds < 60
    double = estimate(model, 200, 200)
    assert double.seconds == pytest.approx(2 * found.seconds, rel=0.01)
    assert found.memory_bytes > 100 * 200 * 4 and found.exact


def test_a_run_teaches_the_estimate(open_tiny: Open) -> None:
    model = open_tiny(tiny.slow(layers=8))
    source = tiny.picture(128, 256)
    apply(model, source, tile=128)
    found = estimate(model, 128, 256, tile=128)
    assert found.basis == "measured" and found.seconds is not None and found.tiles > 1
    key = f"{model.sha256}/{machine_key('cpu', 1)}"
    measured.put("speed", key, 1e-3)
    assert estimate(model, 100, 100).seconds == pytest.approx(10.0)
    apply(model, source, tile=128)
    after = measured.get("speed", key)
    assert 5e-4 < after < 1e-3  # the old value fades, it is not dropped


@pytest.mark.parametrize("nonsense", ["fast", -1, 0, None, [1], True, 1e400])
def test_a_nonsensical_speed_is_not_believed(open_tiny: Open, nonsense: object) -> None:
    model = open_tiny(tiny.conv())
    measured.put("speed", f"{model.sha256}/{machine_key('cpu', 1)}", nonsense if nonsense != 1e400 else 0)
    assert estimate(model, 10, 10).basis == "calibrated"


def test_an_entry_and_a_card_are_estimated_without_loading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = tiny.fsrcnn_like(2)
    path = network.save(tmp_path)
    catalog = Catalog(bundled=tmp_path / "none", user=tmp_path / "user", packs=False)
    card = network.card(path, "mine", gflops_per_megapixel=2.0)
    entry = catalog.add(path, card)
    monkeypatch.setattr("deconv_studio.engine.session.load", lambda *args: pytest.fail("loaded"))
    of_entry = estimate(entry, 300, 300, threads=1, provider="auto")
    of_card = estimate(card, 300, 300, threads=1)
    assert of_entry == of_card and of_card.basis == "calibrated"
    assert estimate(card, 300, 300, threads=1, provider="cuda").seconds is None
    assert estimate(card, 300, 300, tile=64).tiles > 16
    tight = estimate(card, 300, 300, memory_budget=8 * 2**20)
    assert tight.tile < 300 and tight.memory_bytes <= 8 * 2**20


def test_the_machines_rate_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = estimating._measure_rate
    monkeypatch.setattr(estimating, "_measure_rate", lambda threads: calls.append(threads) or real(threads))
    first = estimating.machine_rate(1)
    assert first is not None and first > 1e8
    assert estimating.machine_rate(1) == first and calls == [1]


# -- measurements --------------------------------------------------------------------------------------------


def test_measurements_last(tmp_path: Path) -> None:
    Measured(lambda: tmp_path).put("speed", "a", 1.5)
    again = Measured(lambda: tmp_path)
    assert again.get("speed", "a") == 1.5 and again.get("speed", "b") is None and again.get("x", "a") is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": 99, "speed": {"a": 1}}',
        b'{"format": 1, "speed": 3}',
        b"\xff\xfe",
        b"[" * 90_000,
    ],
)
def test_a_damaged_file_is_survived(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    store = Measured(lambda: tmp_path)
    assert store.get("speed", "a") is None
    store.put("speed", "a", 2.0)
    assert json.loads((tmp_path / FILE).read_text())["speed"] == {"a": 2.0}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_folder_that_cannot_be_written_is_survived(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    store = Measured(lambda: blocked / "cache")
    store.put("speed", "a", 2.0)
    assert store.get("speed", "a") == 2.0


def test_two_processes_do_not_lose_each_others_values(tmp_path: Path) -> None:
    one, two = Measured(lambda: tmp_path), Measured(lambda: tmp_path)
    one.put("speed", "a", 1.0)
    two.put("speed", "b", 2.0)
    one.put("speed", "c", 3.0, at_once=False)
    one.flush()
    assert json.loads((tmp_path / FILE).read_text())["speed"] == {"a": 1.0, "b": 2.0, "c": 3.0}


def test_the_file_does_not_grow_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deconv_studio.engine.measured.MOST_ENTRIES", 5)
    store = Measured(lambda: tmp_path)
    for number in range(12):
        store.put("speed", str(number), float(number))
    assert list(json.loads((tmp_path / FILE).read_text())["speed"]) == ["7", "8", "9", "10", "11"]
