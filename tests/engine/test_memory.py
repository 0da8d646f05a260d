"""Memory budgets, costs read from graphs, and threads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from onnx import helper

from deconv_studio.engine import graph, memory, runtime, threads
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import ModelInvalid, OutOfMemory
from deconv_studio.engine.measured import measured
from deconv_studio.engine.pictures import apply
from deconv_studio.engine.session import Model
from deconv_studio.engine.tiles import WHOLE, TileDone
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

Open = Callable[..., Model]
MIB = 2**20


def test_the_cost_of_a_convolution_is_what_arithmetic_says(tmp_path: Path) -> None:
    network = tiny.conv(3, layers=2, kernel=3, width=8)
    path = network.save(tmp_path)
    found = graph.analyse(path, network.card(path))
    assert found.operations == pytest.approx(2 * 9 * (3 * 8 + 8 * 3) + 8, rel=0.01)
    assert found.heaviest == pytest.approx(2 * 9 * 3 * 8)
    # The picture, 8 channels between, and the result.
    assert found.peak_bytes == pytest.approx(4 * (3 + 8 + 3))


def test_a_transposed_convolution_counts_its_work_space(tmp_path: Path) -> None:
    network = tiny.fsrcnn_like(2, width=6)
    path = network.save(tmp_path)
    found = graph.analyse(path, network.card(path))
    assert found.peak_bytes == pytest.approx(4 * (1 + 6 + 4 + 81))
    assert found.heaviest == pytest.approx(2 * 6 * 81)


def test_the_prediction_covers_what_a_run_takes_without_waste(
    open_tiny: Open, say: Callable[[str], None]
) -> None:
    model = open_tiny(tiny.fsrcnn_like(2, width=24))
    assert model.card is not None
    model.infer(tiny.picture(16, 16))
    before = memory.rss()
    model.infer(tiny.picture(512, 512), shrink=False)
    held = memory.rss() - before
    predicted = memory.run_bytes(model.card, model.cost(), 512, 512)
    say(f"a run of 512 by 512 holds {held / MIB:.0f} MiB, predicted {predicted / MIB:.0f} MiB")
    assert 0.8 * held < predicted < 4 * held


def test_the_tile_follows_the_budget(open_tiny: Open) -> None:
    model = open_tiny(tiny.fsrcnn_like(2))
    card, cost = model.card, model.cost()
    assert card is not None and cost is not None
    sizes = [memory.tile_for(card, cost, budget * MIB) for budget in (1, 8, 32, 128, 4096)]
    assert sizes == sorted(sizes) and sizes[0] == memory.SMALLEST and sizes[-1] == memory.LARGEST
    assert all(size % 16 == 0 for size in sizes)
    for budget, size in zip((32, 128), sizes[2:4], strict=True):
        assert memory.run_bytes(card, cost, size, size) <= budget * MIB
    hourglass = open_tiny(tiny.strided(1, 2), "hourglass.onnx", {"size_multiple": 12})
    assert hourglass.card is not None
    assert memory.tile_for(hourglass.card, hourglass.cost(), 64 * MIB) % 48 == 0


def test_heavy_operators_get_smaller_tiles_so_that_a_cancel_is_quick(open_tiny: Open) -> None:
    model = open_tiny(tiny.conv())
    assert model.card is not None
    light = memory.tile_for(model.card, graph.Cost(100.0, 1e3, 1e3), 4096 * MIB)
    heavy = memory.tile_for(model.card, graph.Cost(100.0, 1e6, 1e5), 4096 * MIB)
    assert light == memory.LARGEST and heavy == 112
    far = model.card.replace(output={**model.card.output.model_dump(), "receptive_field": 150})
    assert memory.tile_for(far, graph.Cost(100.0, 1e6, 1e5), 4096 * MIB) >= 592


def test_a_graph_that_does_not_tell_gets_a_cautious_guess(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("NonZero", ["x"], ["n"]),
        helper.make_node("Gather", ["n", "i"], ["y"]),
    ]
    network = tiny.Tiny(tiny.build(nodes, {"i": np.asarray([0], np.int64)}))
    path = network.save(tmp_path)
    card = network.card(path)
    assert graph.cost(card.sha256, path, card) is None
    known = memory.tile_for(card, graph.Cost(16.0, 10.0, 10.0), 64 * MIB)
    assert 64 <= memory.tile_for(card, None, 64 * MIB) < known
    with pytest.raises(ModelInvalid):
        graph.analyse(tmp_path / "missing.onnx")


def test_the_cost_is_kept_and_nonsense_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = tiny.conv()
    path = network.save(tmp_path)
    card = network.card(path)
    first = graph.cost(card.sha256, path, card)
    assert first is not None and graph.kept_cost(card.sha256) == first
    for nonsense in ("x", [1, 2], [1, "a", 3], [0, 1, 1], [float("1e300"), -1, 2], {"a": 1}):
        measured.put("graph", card.sha256, nonsense)
        assert graph.cost(card.sha256, path, card) == first


def test_nhwc_and_fixed_sizes_are_analysed(tmp_path: Path) -> None:
    for network in (tiny.nhwc(), tiny.fixed_size(24, 32), tiny.half(), tiny.pixel_shuffle(2)):
        path = network.save(tmp_path)
        found = graph.analyse(path, network.card(path))
        assert found.operations > 1 and found.peak_bytes > 1
    # Every channel is 2 bytes in float16.
    half = tiny.half().save(tmp_path)
    assert graph.analyse(half, tiny.half().card(half)).peak_bytes == pytest.approx(2 * 6)


def test_what_failed_once_is_not_tried_again(open_tiny: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    model = open_tiny(tiny.conv(layers=1))
    real = model.infer
    sizes: list[int] = []

    def infer(pixels: np.ndarray, control: object = None, *, shrink: bool | None = None) -> np.ndarray:
        sizes.append(pixels.shape[0])
        if pixels.shape[0] > 130:
            raise OutOfMemory("Too much.")
        return real(pixels, shrink=shrink)

    monkeypatch.setattr(model, "infer", infer)
    source = tiny.picture(400, 400)
    expected = apply(model, source, tile=100)
    sizes.clear()
    assert np.array_equal(apply(model, source), expected)
    assert sizes[0] == 400 and memory.tile_size(model) <= 130
    sizes.clear()
    apply(model, source)
    assert max(sizes) <= 130
    memory.forget_limits()
    assert memory.tile_size(model) > 130


def test_a_network_that_sees_everything_is_never_tiled(open_tiny: Open) -> None:
    model = open_tiny(tiny.global_pool())
    assert model.card is not None
    assert memory.tile_for(model.card, model.cost(), 1) >= WHOLE
    source = tiny.picture(200, 300)
    found = apply(model, source)
    expected = model.run(source.transpose(2, 0, 1)[None])[0].transpose(1, 2, 0)
    assert np.abs(found - expected).max() < 1e-5


def test_the_budget_is_what_was_asked_for_or_part_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    assert memory.budget(5) == 5
    monkeypatch.setattr(memory, "available", lambda: 10 * 2**30)
    assert memory.budget() == memory.DEFAULT_BUDGET
    monkeypatch.setattr(memory, "available", lambda: 400 * MIB)
    assert memory.budget() == 200 * MIB
    monkeypatch.setattr(memory, "available", lambda: 0)
    assert memory.budget() == 64 * MIB


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    free = psutil.virtual_memory().available
    assert memory.available(tmp_path) == pytest.approx(free, rel=0.2)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("5000\n")
    assert memory.available(tmp_path) == pytest.approx(free, rel=0.2)
    (tmp_path / "memory.max").write_text("105000\n")
    assert memory.available(tmp_path) == 100_000
    (tmp_path / "memory.current").write_text("205000\n")
    assert memory.available(tmp_path) == 0


def test_memory_is_kept_between_tiles_and_given_back_after_the_last(
    open_tiny: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_tiny(tiny.conv())
    asked: list[bool] = []
    real = runtime.run_options
    monkeypatch.setattr(runtime, "run_options", lambda shrink=(): asked.append(bool(shrink)) or real(shrink))
    apply(model, tiny.picture(64, 96), tile=32)
    assert len(asked) > 4 and asked[-1] and not any(asked[:-1])
    asked.clear()
    model.infer(tiny.picture(8, 8))
    assert asked == [True]


def test_a_picture_broken_off_gives_its_memory_back(open_tiny: Open) -> None:
    model = open_tiny(tiny.fsrcnn_like(2, width=24))
    model.infer(tiny.picture(16, 16))
    before = memory.rss()
    held: list[int] = []

    def stop(done: TileDone) -> None:
        held.append(memory.rss() - before)
        control.cancel()

    control = Control(on_partial=stop)
    with pytest.raises(Cancelled):
        apply(model, tiny.picture(400, 1200), tile=400, control=control)
    assert held[0] > 60 * MIB
    assert memory.rss() - before < held[0] / 3


# -- threads -------------------------------------------------------------------------------------------------


def _quota(root: Path, group: str, content: str) -> None:
    folder = root / group.strip("/")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cpu.max").write_text(content)


def test_without_a_quota_there_is_none(tmp_path: Path) -> None:
    assert threads.cgroup_cpus(tmp_path, tmp_path / "none") is None
    _quota(tmp_path, "", "max 100000\n")
    assert threads.cgroup_cpus(tmp_path, tmp_path / "none") is None
    _quota(tmp_path, "", "nonsense")
    assert threads.cgroup_cpus(tmp_path, tmp_path / "none") is None
    _quota(tmp_path, "", "100000 0\n")
    assert threads.cgroup_cpus(tmp_path, tmp_path / "none") is None


def test_the_smallest_quota_on_the_way_up_counts(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("0::/user/inner\n")
    root = tmp_path / "cgroup"
    _quota(root, "user", "150000 100000\n")
    _quota(root, "user/inner", "400000 100000\n")
    assert threads.cgroup_cpus(root, own) == 1.5


def test_the_older_kind_of_quota_counts(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_text("4:memory:/box\n1:cpu,cpuacct:/box\n")
    folder = tmp_path / "cgroup" / "cpu,cpuacct" / "box"
    folder.mkdir(parents=True)
    (folder / "cpu.cfs_quota_us").write_text("-1\n")
    (folder / "cpu.cfs_period_us").write_text("100000\n")
    assert threads.cgroup_cpus(tmp_path / "cgroup", own) is None
    (folder / "cpu.cfs_quota_us").write_text("250000\n")
    assert threads.cgroup_cpus(tmp_path / "cgroup", own) == 2.5


@pytest.mark.parametrize(
    ("cores", "affinity", "quota", "expected"),
    [
        (8, 16, None, 8),
        (8, 3, None, 3),
        (8, 16, 2.5, 3),
        (8, 16, 0.2, 1),
        (None, 4, None, 4),
        (2, 2, 100.0, 2),
    ],
)
def test_threads_are_the_cores_this_process_may_use(
    cores: int | None, affinity: int, quota: float | None, expected: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads.psutil, "cpu_count", lambda logical=True: 16 if logical else cores)
    monkeypatch.setattr(threads.os, "sched_getaffinity", lambda pid: set(range(affinity)), raising=False)
    monkeypatch.setattr(threads, "cgroup_cpus", lambda: quota)
    assert threads.default_threads() == expected


def test_a_run_that_cannot_fit_is_refused_before_it_starts(
    open_tiny: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And so tiles are halved until they do, and a network that cannot be cut gets a typed error."""
    model = open_tiny(tiny.conv(layers=1))
    assert model.cost() is not None
    monkeypatch.setattr(memory, "_ALWAYS_TRIED", 1)
    monkeypatch.setattr(memory, "available", lambda: 100_000)
    with pytest.raises(OutOfMemory, match=r"tiny.*needs about"):
        model.infer(tiny.picture(300, 300))
    assert model.infer(tiny.picture(20, 20)).shape == (20, 20, 1)
    source = tiny.picture(300, 200)
    assert apply(model, source, tile=300).shape == (300, 200, 1)
    whole = open_tiny(tiny.global_pool(), "whole.onnx")
    with pytest.raises(OutOfMemory, match="smallest"):
        apply(whole, source)
