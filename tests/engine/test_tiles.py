"""Tiles: the result is that of the whole picture, whatever the sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import BadOutput, OutOfMemory
from deconv_studio.engine.session import load
from deconv_studio.engine.tiles import WHOLE, Box, TileDone, cut, least_tile, plan_tiles, run_tiled
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

_quiet = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@given(
    height=st.integers(1, 300),
    width=st.integers(1, 300),
    tile=st.integers(0, 120),
    halo=st.integers(0, 20),
    multiple=st.sampled_from([1, 2, 3, 4, 8, 16]),
    minimum=st.sampled_from([1, 7, 40]),
)
@settings(max_examples=300, deadline=None)
def test_cores_cover_the_picture_once_and_keep_their_halo(
    height: int, width: int, tile: int, halo: int, multiple: int, minimum: int
) -> None:
    plan = plan_tiles(height, width, tile, halo, multiple, minimum=minimum)
    covered = np.zeros((height, width), int)
    bottom = max(piece.fed.bottom for piece in plan.tiles)
    right = max(piece.fed.right for piece in plan.tiles)
    for piece in plan.tiles:
        core, fed = piece.core, piece.fed
        covered[core.top : core.bottom, core.left : core.right] += 1
        assert (fed.height, fed.width) == (plan.tile_height, plan.tile_width)
        assert fed.height % multiple == 0 and fed.width % multiple == 0
        assert fed.top % multiple == 0 and fed.left % multiple == 0
        assert fed.height >= minimum and fed.width >= minimum
        if tile:
            largest = max(tile, least_tile(halo, multiple, minimum))
            assert fed.height <= largest and fed.width <= largest
        assert fed.top == 0 or core.top - fed.top >= halo
        assert fed.left == 0 or core.left - fed.left >= halo
        assert fed.bottom == bottom or fed.bottom - core.bottom >= halo
        assert fed.right == right or fed.right - core.right >= halo
    assert (covered == 1).all()
    assert plan.exact


@given(length=st.integers(1, 400), fixed=st.integers(4, 64), halo=st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_a_fixed_size_is_always_that_size(length: int, fixed: int, halo: int) -> None:
    plan = plan_tiles(length, 5, 0, halo, fixed=(fixed, 8))
    covered = np.zeros(length, int)
    for piece in plan.tiles:
        covered[piece.core.top : piece.core.bottom] += 1
        assert (piece.fed.height, piece.fed.width) == (fixed, 8)
    assert (covered == 1).all()
    assert len(plan.tiles) <= 2 + 4 * length // fixed + length // max(1, fixed - 2 * (fixed * 3 // 8))
    if length > fixed and halo > fixed // 2:
        assert not plan.exact


def test_a_network_that_sees_everything_gets_the_picture_whole() -> None:
    assert len(plan_tiles(500, 700, 64, WHOLE).tiles) == 1


@pytest.mark.parametrize("bad", [(0, 5, 8, 1), (5, 0, 8, 1), (5, 5, -1, 1), (5, 5, 8, -1)])
def test_impossible_sizes_are_refused(bad: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"."):
        plan_tiles(*bad)


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    box=st.tuples(st.integers(0, 39), st.integers(1, 60), st.integers(0, 39), st.integers(1, 60)),
)
@settings(max_examples=150, deadline=None)
def test_cut_mirrors_as_numpy_does(height: int, width: int, box: tuple[int, int, int, int]) -> None:
    top, tall, left, wide = min(box[0], height - 1), box[1], min(box[2], width - 1), box[3]
    source = tiny.picture(height, width, 2)
    found = cut(source, Box(top, top + tall, left, left + wide))
    below, beside = max(0, top + tall - height), max(0, left + wide - width)
    padded = np.pad(source, ((0, below), (0, beside), (0, 0)), mode="reflect")
    assert np.array_equal(found, padded[top : top + tall, left : left + wide])
    assert found.flags.c_contiguous


_NETWORKS = {
    "conv": tiny.conv(1, layers=3),
    "fsrcnn x2": tiny.fsrcnn_like(2),
    "fsrcnn x3": tiny.fsrcnn_like(3),
    "fsrcnn x4": tiny.fsrcnn_like(4),
    "pixel shuffle x4": tiny.pixel_shuffle(4, 3),
    "hourglass": tiny.strided(1, 2),
    "reflecting": tiny.reflecting(5),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("networks")
    models = {}
    for name, network in _NETWORKS.items():
        path = network.save(folder, f"{name}.onnx")
        models[name] = load(path, provider="cpu", threads=1, card=network.card(path))
    return models


@given(
    name=st.sampled_from(sorted(_NETWORKS)),
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    tile=st.integers(1, 64),
    seed=st.integers(0, 5),
)
@_quiet
def test_tiled_equals_whole(loaded, name: str, height: int, width: int, tile: int, seed: int) -> None:
    network, model = _NETWORKS[name], loaded[name]
    source = tiny.picture(height, width, network.channels, seed=seed)
    common = {
        "scale": network.scale,
        "halo": network.radius,
        "multiple": network.multiple,
        "minimum": network.minimum,
    }
    whole = run_tiled(source, model.infer, tile=0, **common)
    tiled = run_tiled(source, model.infer, tile=tile, **common)
    assert tiled.shape == (height * network.scale, width * network.scale, network.channels)
    assert np.abs(tiled - whole).max() <= 1e-6 * max(1.0, np.abs(whole).max())
    # For 8-bit results a difference of float noise moves at most one step.
    as_bytes = [np.rint(np.clip(array, 0, 1) * 255).astype(int) for array in (tiled, whole)]
    assert np.abs(as_bytes[0] - as_bytes[1]).max() <= 1


def test_the_largest_difference_of_all_networks(loaded, say) -> None:
    largest = 0.0
    for name, network in _NETWORKS.items():
        source = tiny.picture(133, 150, network.channels, seed=9)
        options = {"scale": network.scale, "halo": network.radius, "multiple": network.multiple}
        whole = run_tiled(source, loaded[name].infer, tile=0, **options)
        tiled = run_tiled(source, loaded[name].infer, tile=48, **options)
        largest = max(largest, float(np.abs(whole - tiled).max() / np.abs(whole).max()))
    say(f"tiled against whole, largest difference as a part of the largest value: {largest:.2g}")
    assert largest <= 1e-6


def test_the_whole_is_the_network_on_the_mirrored_picture(loaded) -> None:
    network, model = _NETWORKS["hourglass"], loaded["hourglass"]
    source = tiny.picture(21, 30)
    padded = np.pad(source, ((0, 3), (0, 2), (0, 0)), mode="reflect")
    expected = model.infer(padded)[:21, :30]
    found = run_tiled(source, model.infer, halo=network.radius, multiple=4, tile=0)
    assert np.abs(found - expected).max() <= 1e-6


def test_tiles_without_their_halo_would_show(loaded) -> None:
    """The property above can fail: with a smaller halo it does."""
    network, model = _NETWORKS["fsrcnn x2"], loaded["fsrcnn x2"]
    source = tiny.picture(90, 90)
    whole = run_tiled(source, model.infer, scale=2, halo=network.radius, tile=0)
    tiled = run_tiled(source, model.infer, scale=2, halo=network.radius - 1, tile=32)
    assert np.abs(tiled - whole).max() > 1e-4


def test_results_go_straight_into_a_memory_map(tmp_path: Path, loaded) -> None:
    source = tiny.picture(50, 70)
    out = np.memmap(tmp_path / "out.raw", np.float32, "w+", shape=(100, 140, 1))
    network, model = _NETWORKS["fsrcnn x2"], loaded["fsrcnn x2"]
    found = run_tiled(source, model.infer, scale=2, halo=network.radius, tile=32, out=out)
    assert found is out
    whole = run_tiled(source, model.infer, scale=2, halo=network.radius, tile=0)
    assert np.abs(np.asarray(out) - whole).max() <= 1e-6


def test_a_memory_map_is_read_tile_by_tile() -> None:
    class Watched(np.ndarray):
        largest = 0

        def __getitem__(self, key):  # type: ignore[no-untyped-def]
            found = super().__getitem__(key)
            Watched.largest = max(Watched.largest, np.asarray(found).size)
            return found

    source = tiny.picture(100, 100).view(Watched)
    run_tiled(source, lambda tile: np.asarray(tile), halo=2, tile=32)
    assert 0 < Watched.largest <= 32 * 32


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_the_dtype_goes_through(dtype: type) -> None:
    source = tiny.picture(40, 33, 3, dtype=dtype)
    found = run_tiled(source, lambda tile: tile.repeat(2, 0).repeat(2, 1), scale=2, halo=3, tile=16)
    assert found.dtype == dtype
    assert np.array_equal(found, source.repeat(2, 0).repeat(2, 1))


def test_a_fixed_size_network_takes_any_picture(loaded, tmp_path: Path) -> None:
    network = tiny.fixed_size(24, 32)
    path = network.save(tmp_path)
    model = load(path, provider="cpu", threads=1, card=network.card(path))
    for height, width in [(24, 32), (1, 1), (10, 100), (100, 70)]:
        source = tiny.picture(height, width)
        found = run_tiled(source, model.infer, halo=1, tile=0, fixed=(24, 32))
        weight = tiny.random_weights(1, 1, 3, 3, seed=13)[0, 0]
        # Inside, where the padding of the network plays no part, it is the plain correlation.
        windows = (
            np.lib.stride_tricks.sliding_window_view(source[..., 0], (3, 3))
            if min(source.shape[:2]) > 2
            else None
        )
        if windows is not None:
            inside = np.einsum("yxij,ij->yx", windows, weight)
            assert np.abs(found[1:-1, 1:-1, 0] - inside).max() <= 1e-5
        assert found.shape == source.shape


def test_every_tile_is_told() -> None:
    source = tiny.picture(64, 80)
    seen: list[TileDone] = []
    progress: list[float] = []
    control = Control(on_progress=lambda done, text: progress.append(done), on_partial=seen.append)
    pieces: list[int] = []
    found = run_tiled(
        source,
        lambda tile: tile,
        halo=2,
        tile=32,
        control=control,
        on_tile=lambda done: pieces.append(done.number),
    )
    assert [item.number for item in seen] == pieces == list(range(1, len(seen) + 1))
    assert progress == sorted(progress) and progress[-1] == 1.0
    rebuilt = np.zeros_like(source)
    for item in seen:
        rebuilt[item.box.top : item.box.bottom, item.box.left : item.box.right] = item.pixels
    assert np.array_equal(rebuilt, found)


def test_cancel_between_tiles() -> None:
    control = Control(on_partial=lambda done: control.cancel() if done.number == 2 else None)
    calls = []
    with pytest.raises(Cancelled):
        run_tiled(
            tiny.picture(64, 64), lambda tile: calls.append(1) or tile, halo=0, tile=16, control=control
        )
    assert len(calls) == 2


def test_tiles_are_halved_until_they_fit() -> None:
    source = tiny.picture(200, 200)
    sizes: list[int] = []
    told: list[int] = []

    def function(tile: np.ndarray) -> np.ndarray:
        sizes.append(tile.shape[0])
        if tile.shape[0] > 60:
            raise OutOfMemory("Not enough.") if tile.shape[0] > 120 else MemoryError()
        return tile

    found = run_tiled(source, function, halo=4, tile=0, on_smaller=told.append)
    assert np.array_equal(found, source)
    assert told == sorted(told, reverse=True) and len(told) == 2
    assert max(sizes[2:]) <= 60


@pytest.mark.parametrize(
    "options", [{"tile": 0}, {"tile": 64}, {"tile": 0, "fixed": (16, 16)}, {"tile": 0, "halo": WHOLE}]
)
def test_when_even_the_smallest_tile_fails_it_says_so(options: dict[str, object]) -> None:
    def function(tile: np.ndarray) -> np.ndarray:
        raise OutOfMemory("The memory was not enough to run tiny.")

    with pytest.raises(OutOfMemory, match=r"tiny.*smallest") as caught:
        run_tiled(tiny.picture(100, 100), function, **{"halo": 3, **options})
    assert caught.value.kind == "OutOfMemory" and caught.value.hint


def test_a_wrong_scale_is_named() -> None:
    with pytest.raises(BadOutput, match="scale of 2"):
        run_tiled(tiny.picture(20, 20), lambda tile: tile, scale=2, halo=0, tile=0)


def test_a_wrong_out_is_refused() -> None:
    with pytest.raises(ValueError, match="out is"):
        run_tiled(
            tiny.picture(20, 20), lambda tile: tile, halo=0, tile=0, out=np.zeros((20, 21, 1), np.float32)
        )
    with pytest.raises(ValueError, match="cannot be written"):
        run_tiled(
            tiny.picture(20, 20), lambda tile: tile, halo=0, tile=0, out=np.zeros((20, 20, 1), np.uint8)
        )


def test_a_function_that_writes_into_its_tile_leaves_the_picture_alone() -> None:
    source = tiny.picture(40, 40)
    before = source.copy()

    def scribble(tile: np.ndarray) -> np.ndarray:
        tile += 1
        return tile

    for tile in (0, 16):
        assert np.array_equal(run_tiled(source, scribble, halo=1, tile=tile), before + np.float32(1))
        assert np.array_equal(source, before)
