"""Sessions: the cache, the real provider, cancellation, errors."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from deconv_studio.catalog import Catalog, CatalogError
from deconv_studio.engine import memory, runtime, session
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import BadInput, EngineError, ModelInvalid, OutOfMemory
from deconv_studio.engine.session import Model, load
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

Open = Callable[..., Model]


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = (
        "import sys, deconv_studio.engine as e; e.Control; e.EngineError; e.Cancelled;"
        "print([m for m in ('numpy', 'onnxruntime', 'onnx', 'cv2', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_exported_name_is_there() -> None:
    import deconv_studio.engine as engine

    for name in engine.__all__:
        assert getattr(engine, name) is not None
    assert set(engine.__all__) <= set(dir(engine))
    with pytest.raises(AttributeError):
        _ = engine.nothing_of_the_sort


def test_run_is_the_network(open_tiny: Open) -> None:
    model = open_tiny(tiny.conv(1, layers=1))
    array = tiny.picture(9, 11).transpose(2, 0, 1)[None]
    weight = tiny.random_weights(1, 1, 3, 3, seed=0)[0, 0]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(array[0, 0], 1), (3, 3))
    assert np.abs(model.run(array)[0, 0] - np.einsum("yxij,ij->yx", windows, weight)).max() < 1e-5
    assert model.provider == "cpu" and model.threads == 1
    assert model.card is not None and model.sha256 == model.card.sha256


def test_inputs_and_outputs_by_name(open_tiny: Open) -> None:
    model = open_tiny(tiny.conv())
    array = np.ones((1, 1, 5, 6), np.float32)
    found = model.run({"x": array}, outputs=["y"])
    assert list(found) == ["y"] and found["y"].shape == (1, 1, 5, 6)
    with pytest.raises(BadInput, match="no input 'z'"):
        model.run({"z": array})
    with pytest.raises(BadInput, match="no output 'z'"):
        model.run(array, outputs=["z"])
    with pytest.raises(BadInput, match="also needs"):
        model.run({})


def test_float16_in_and_out(open_tiny: Open) -> None:
    model = open_tiny(tiny.half())
    pixels = tiny.picture(12, 10, 3)
    found = model.infer(pixels)
    assert found.dtype == np.float32 and found.shape == (12, 10, 3)
    full = open_tiny(tiny.Tiny(tiny.conv(3, layers=1).model, 3, radius=1), "full.onnx")
    assert np.isfinite(found).all() and found.std() > 0.01
    weights = tiny.random_weights(3, 3, 3, 3, seed=12)
    windows = np.lib.stride_tricks.sliding_window_view(
        np.pad(pixels, ((1, 1), (1, 1), (0, 0))), (3, 3), axis=(0, 1)
    )
    assert np.abs(found - np.einsum("yxcij,ocij->yxo", windows, weights)).max() < 5e-3
    assert full.infer(pixels).dtype == np.float32


def test_nhwc_layout(open_tiny: Open) -> None:
    model = open_tiny(tiny.nhwc())
    assert model.infer(tiny.picture(7, 9, 3)).shape == (7, 9, 3)


def test_range_mean_and_std_of_the_card_are_applied(open_tiny: Open) -> None:
    plain = open_tiny(tiny.elementwise("Add", 3, nothing=0.0), "plain.onnx")
    pixels = tiny.picture(6, 5, 3)
    assert np.array_equal(plain.infer(pixels), pixels)
    card = {
        "value_range": (0.0, 255.0),
        "mean": (10.0, 20.0, 30.0),
        "std": (2.0, 4.0, 5.0),
        "output_range": (0.0, 1.0),
    }
    model = open_tiny(tiny.elementwise("Add", 3, nothing=0.0), "scaled.onnx", card)
    expected = (pixels * 255 - np.array([10, 20, 30])) / np.array([2, 4, 5])
    assert np.abs(model.infer(pixels) - expected).max() < 1e-3
    back = open_tiny(tiny.elementwise("Add", 3, nothing=0.0), "back.onnx", {"value_range": (-1.0, 1.0)})
    assert np.abs(back.infer(pixels) - pixels).max() < 1e-6


def test_wrong_arrays_are_typed_errors(open_tiny: Open) -> None:
    model = open_tiny(tiny.conv(3))
    with pytest.raises(BadInput, match=r"tiny"):
        model.run(np.zeros((1, 1, 8, 8), np.float32))
    with pytest.raises(BadInput):
        model.run(np.zeros((3, 8, 8), np.float32))
    with pytest.raises(BadInput, match="3 channel"):
        model.infer(np.zeros((8, 8, 1), np.float32))
    with pytest.raises(BadInput, match="three axes"):
        model.infer(np.zeros((8, 8), np.float32))
    with pytest.raises(BadInput, match="threads"):
        load(model.path, threads=0)


# -- cache ---------------------------------------------------------------------------------------------------


def test_the_same_file_is_opened_once(open_tiny: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = session.open_session
    monkeypatch.setattr(session, "open_session", lambda *args: opened.append(args) or real(*args))
    network = tiny.conv()
    first = open_tiny(network)
    open_tiny(network)
    open_tiny(network, "the same under another name.onnx")
    assert len(opened) == 1
    open_tiny(network, threads=2)
    assert len(opened) == 2
    assert {entry[2] for entry in session.cached()} == {1, 2}
    assert session.evict(first.sha256) == 2 and session.cached() == []
    open_tiny(network)
    assert len(opened) == 3
    assert first.run(np.ones((1, 1, 4, 4), np.float32)).shape == (1, 1, 4, 4)


def test_many_threads_open_it_once_and_run_it_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = session.open_session

    def slow_open(*args):  # type: ignore[no-untyped-def]
        opened.append(1)
        time.sleep(0.05)
        return real(*args)

    monkeypatch.setattr(session, "open_session", slow_open)
    path = tiny.conv().save(tmp_path)
    results: list[np.ndarray] = []
    array = tiny.picture(20, 20).transpose(2, 0, 1)[None]

    def work() -> None:
        results.append(load(path, provider="cpu", threads=1).run(array))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 1 and len(results) == 8
    assert all(np.array_equal(result, results[0]) for result in results)


def test_a_changed_file_is_loaded_anew(tmp_path: Path) -> None:
    path = tiny.elementwise("Add", 1, one=1.0).save(tmp_path)
    array = np.zeros((1, 1, 2, 2), np.float32)
    old = load(path, provider="cpu", threads=1)
    assert old.run(array)[0, 0, 0, 0] == 1.0
    path.write_bytes(tiny.elementwise("Add", 1, one=2.0).content)
    os.utime(path, ns=(1, 1))
    new = load(path, provider="cpu", threads=1)
    assert new.run(array)[0, 0, 0, 0] == 2.0 and new.sha256 != old.sha256


def test_the_cache_keeps_the_last_few(tmp_path: Path) -> None:
    for value in range(session.MAX_SESSIONS + 3):
        load(
            tiny.elementwise("Add", 1, c=float(value)).save(tmp_path, f"{value}.onnx"),
            provider="cpu",
            threads=1,
        )
    assert len(session.cached()) == session.MAX_SESSIONS


# -- refusals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x00" * 4096, b"\x08\x08\x12"])
def test_a_corrupt_file_is_a_typed_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "brökn 50%.onnx"
    path.write_bytes(content)
    with pytest.raises((EngineError, CatalogError)) as caught:
        load(path, provider="cpu")
    assert (
        "brökn 50%.onnx" in caught.value.message and caught.value.kind == "ModelInvalid" and caught.value.hint
    )


def test_a_cut_file_is_a_typed_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.onnx"
    path.write_bytes(tiny.conv().content[:-40])
    with pytest.raises((EngineError, CatalogError), match=r"cut\.onnx"):
        load(path, provider="cpu")


def test_a_graph_that_onnxruntime_refuses_is_a_typed_error(tmp_path: Path) -> None:
    model = tiny.build([onnx.helper.make_node("Add", ["x", "missing"], ["y"])], {})
    path = tmp_path / "loose.onnx"
    path.write_bytes(model.SerializeToString())
    with pytest.raises(ModelInvalid, match=r"loose\.onnx.*ONNX Runtime"):
        load(path, provider="cpu")


def test_a_missing_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises((EngineError, CatalogError), match=r"nothing\.onnx"):
        load(tmp_path / "nothing.onnx", provider="cpu")


def test_weights_outside_the_folder_never_reach_onnxruntime(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret.bin").write_bytes(b"\0" * 4096)
    model = tiny.conv().model
    tensor = model.graph.initializer[0]
    onnx.external_data_helper.set_external_data(tensor, "../secret.bin", 0, len(tensor.raw_data))
    tensor.ClearField("raw_data")
    path = tmp_path / "inner" / "model.onnx"
    path.parent.mkdir()
    path.write_bytes(model.SerializeToString())
    reached = []
    monkeypatch.setattr(runtime, "create_session", lambda *args: reached.append(args))
    with pytest.raises(CatalogError) as caught:
        load(path, provider="cpu")
    assert caught.value.kind == "ExternalData" and not reached


def test_weights_beside_the_model_are_loaded(tmp_path: Path) -> None:
    network = tiny.conv(layers=1, kernel=9)
    path = tmp_path / "outside.onnx"
    onnx.save_model(network.model, path, save_as_external_data=True, location="weights.bin", size_threshold=0)
    found = load(path, provider="cpu", threads=1).run(np.ones((1, 1, 9, 9), np.float32))
    inside = load(tiny.conv(layers=1, kernel=9).save(tmp_path, "inside.onnx"), provider="cpu", threads=1)
    assert np.array_equal(found, inside.run(np.ones((1, 1, 9, 9), np.float32)))


def test_a_catalog_entry_with_another_hash_is_refused(tmp_path: Path) -> None:
    network = tiny.conv()
    path = network.save(tmp_path)
    catalog = Catalog(bundled=tmp_path / "none", user=tmp_path / "user", packs=False)
    entry = catalog.add(path, network.card(path, "mine"))
    model = load(entry, provider="cpu", threads=1)
    assert model.name == "mine" and model.run(np.ones((1, 1, 4, 4), np.float32)).shape == (1, 1, 4, 4)
    entry.path.write_bytes(tiny.conv(layers=3).content)
    with pytest.raises(CatalogError) as caught:
        load(entry, provider="cpu")
    assert caught.value.kind == "HashMismatch"


def test_a_file_exchanged_while_it_is_loaded_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tiny.conv().save(tmp_path)
    monkeypatch.setattr(session, "_foreign", lambda source: (source, "0" * 64, False))
    with pytest.raises(ModelInvalid, match="changed while"):
        load(path, provider="cpu")


def test_running_out_of_memory_is_told_from_other_failures(
    open_tiny: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_tiny(tiny.conv())

    class Full:
        def run(self, *args: object) -> None:
            raise RuntimeError(
                "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Failed to allocate memory for requested buffer"
            )

    monkeypatch.setattr(model, "_session", Full())
    with pytest.raises(OutOfMemory, match="tiny") as caught:
        model.run(np.zeros((1, 1, 8, 8), np.float32))
    assert caught.value.kind == "OutOfMemory"


def test_a_real_allocation_failure_is_out_of_memory(open_tiny: Open) -> None:
    """A kernel's buffer of 4 TiB: ONNX Runtime really fails, and the error is ours."""
    nodes = [onnx.helper.make_node("Expand", ["x", "shape"], ["y"])]
    model = tiny.build(nodes, {"shape": np.asarray([1, 1024, 2**15, 2**15], np.int64)})
    opened = open_tiny(tiny.Tiny(model))
    with pytest.raises(OutOfMemory):
        opened.run(np.zeros((1, 1, 1, 1), np.float32))


# -- cancel --------------------------------------------------------------------------------------------------


def test_a_cancel_before_the_run_never_reaches_the_session(
    open_tiny: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_tiny(tiny.conv())
    control = Control()
    control.cancel()
    monkeypatch.setattr(model, "_session", None)
    with pytest.raises(Cancelled):
        model.run(np.zeros((1, 1, 8, 8), np.float32), control)
    with pytest.raises(Cancelled):
        load(model.path, control=control)


def test_a_cancel_sets_terminate(open_tiny: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_tiny(tiny.conv())
    control = Control()
    seen = []

    class Watching:
        def run(self, names: object, feed: object, options: object) -> list[np.ndarray]:
            control.cancel()
            seen.append(options.terminate)  # type: ignore[attr-defined]
            raise RuntimeError("Exiting due to terminate flag being set to true.")

    monkeypatch.setattr(model, "_session", Watching())
    with pytest.raises(Cancelled):
        model.run(np.zeros((1, 1, 8, 8), np.float32), control)
    assert seen == [True]


def test_a_cancel_stops_a_running_network_and_the_session_goes_on(
    open_tiny: Open, say: Callable[[str], None]
) -> None:
    model = open_tiny(tiny.slow(layers=400))
    control = Control()
    array = np.zeros((1, 1, 160, 160), np.float32)
    at = []

    def cancel() -> None:
        at.append(time.perf_counter())
        control.cancel()

    timer = threading.Timer(0.15, cancel)
    timer.start()
    with pytest.raises(Cancelled):
        model.run(array, control)
    latency = time.perf_counter() - at[0]
    timer.join()
    say(f"cancel to return: {latency * 1000:.0f} ms")
    assert model.run(np.zeros((1, 1, 4, 4), np.float32), Control()).shape == (1, 1, 4, 4)


# -- memory --------------------------------------------------------------------------------------------------


def test_memory_is_flat_over_many_pictures(open_tiny: Open, say: Callable[[str], None]) -> None:
    model = open_tiny(tiny.fsrcnn_like(2, width=12))
    held = []
    for height, width in np.random.default_rng(0).integers(8, 220, size=(200, 2)):
        model.run(np.zeros((1, 1, height, width), np.float32))
        held.append(memory.rss() / 2**20)
    early, late = max(held[20:110]), max(held[110:])
    say(f"held at most: {early:.1f} MiB in pictures 20 to 110, {late:.1f} MiB in 110 to 200")
    assert late - early < 8


def test_the_arena_gives_back_what_a_large_run_took(open_tiny: Open) -> None:
    model = open_tiny(tiny.fsrcnn_like(2, width=12))
    model.run(np.zeros((1, 1, 16, 16), np.float32))
    before = memory.rss()
    model.run(np.zeros((1, 1, 400, 400), np.float32), shrink=False)
    kept = memory.rss() - before
    model.give_back()
    given_back = memory.rss() - before
    assert kept > 60 * 2**20
    assert given_back < kept / 4


def test_a_card_of_another_content_is_refused(tmp_path: Path) -> None:
    first = tiny.conv().save(tmp_path, "first.onnx")
    second = tiny.conv(layers=3).save(tmp_path, "second.onnx")
    with pytest.raises(CatalogError) as caught:
        load(second, card=tiny.conv().card(first), provider="cpu")
    assert caught.value.kind == "HashMismatch"
