"""PyTorch's files read without PyTorch: both layouts, and nothing but tensors."""

from __future__ import annotations

import collections
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.torch_file import read_state_dict
from tests.catalog.packs.torch_writer import Call, Global, Storage, Tensor, tensors, write_legacy, write_zip

pytestmark = pytest.mark.light

Write = Callable[..., bytes]


@pytest.fixture(params=[write_zip, write_legacy])
def write(request: pytest.FixtureRequest) -> Write:
    return request.param  # type: ignore[no-any-return]


def _state() -> dict[str, np.ndarray]:
    random = np.random.default_rng(1)
    return {
        "conv.weight": random.normal(size=(4, 3, 2, 2)).astype("<f4"),
        "norm.running_var": random.random(4).astype("<f4"),
        "norm.num_batches_tracked": np.array(7, "<i8"),
        "half": random.random(3).astype("<f2"),
        "double": random.random((2, 1)).astype("<f8"),
    }


def test_both_layouts_give_the_arrays_back_in_order(write: Write) -> None:
    state = _state()
    found = read_state_dict(write(collections.OrderedDict(tensors(state))))
    assert list(found) == list(state)
    for name, array in state.items():
        assert found[name].dtype == array.dtype and np.array_equal(found[name], array)
    found["conv.weight"][:] = 0  # a copy of its own, not a window into the file


def test_an_entry_of_a_checkpoint_is_found_and_its_neighbours_are_not_read(write: Write) -> None:
    content = write({"epoch": 3, "note": ["text", 1.5], "net": tensors(_state())})
    assert list(read_state_dict(content, "net")) == list(_state())
    with pytest.raises(PackInvalid, match="no entry 'other'"):
        read_state_dict(content, "other")
    with pytest.raises(PackInvalid, match="'epoch' is no tensor"):
        read_state_dict(content)


def test_views_share_a_storage(write: Write) -> None:
    shared = Storage("0", np.arange(12, dtype="<f4"))
    found = read_state_dict(
        write(
            {
                "whole": Tensor(shared, (3, 4)),
                "transposed": Tensor(shared, (4, 3), strides=(1, 4)),
                "part": Tensor(shared, (2,), offset=5),
                "nothing": Tensor(shared, (0, 3)),
            }
        )
    )
    whole = np.arange(12).reshape(3, 4)
    assert np.array_equal(found["whole"], whole) and np.array_equal(found["transposed"], whole.T)
    assert found["part"].tolist() == [5, 6] and found["nothing"].shape == (0, 3)


def test_attributes_of_a_state_dict_are_dropped(write: Write) -> None:
    state = collections.OrderedDict(tensors({"a": np.ones(2, "<f4")}))
    state._metadata = collections.OrderedDict(version=1)  # type: ignore[attr-defined]
    assert list(read_state_dict(write(state))) == ["a"]


@pytest.mark.parametrize(
    "name",
    [("os", "system"), ("builtins", "eval"), ("torch", "Tensor"), ("torch._utils", "_rebuild_parameter")],
)
def test_any_other_name_is_refused_unrun(write: Write, name: tuple[str, str]) -> None:
    hostile = {"a": Call(Global(*name), "raise SystemExit(9)"), **tensors(_state())}
    with pytest.raises(PackInvalid, match=r"\.".join(name)):
        read_state_dict(write(hostile))


def test_tensors_cannot_be_built_by_anything_else(write: Write) -> None:
    storage = Storage("0", np.ones(2, "<f4"))
    with pytest.raises(PackInvalid):
        read_state_dict(write({"a": Tensor(storage, (2,), function=Global("torch", "FloatStorage"))}))
    with pytest.raises(PackInvalid, match="without a storage"):
        read_state_dict(write({"a": Call(Global("torch._utils", "_rebuild_tensor_v2"), 1, 0, (2,), (1,))}))


@pytest.mark.parametrize(
    "claims",
    [
        {"offset": 3},
        {"offset": -1},
        {"strides": (100,)},
        {"strides": (-1,)},
        {"strides": (0,), "shape": (1 << 40,)},
        {"strides": (1, 1)},
        {"strides": ("1",)},
        {"shape": (1.5,)},
    ],
)
def test_views_beyond_the_storage_are_refused(write: Write, claims: dict[str, object]) -> None:
    storage = Storage("0", np.ones(4, "<f4"))
    tensor = Tensor(storage, **{"shape": (2,), "strides": (1,), **claims})  # type: ignore[arg-type]
    with pytest.raises(PackInvalid, match="tensor"):
        read_state_dict(write({"a": tensor}))


def test_storages_with_wrong_lengths_are_refused(write: Write) -> None:
    for claims in ({"count": 3}, {"count": -1}):
        with pytest.raises(PackInvalid):
            read_state_dict(write({"a": Tensor(Storage("0", np.ones(4, "<f4"), **claims), (2,))}))


def test_a_view_of_a_storage_in_a_legacy_file_is_refused() -> None:
    storage = Storage("0", np.ones(4, "<f4"), view=("1", 0, 2))
    with pytest.raises(PackInvalid, match="view of another"):
        read_state_dict(write_legacy({"a": Tensor(storage, (2,))}))


def test_one_key_with_two_types_is_refused(write: Write) -> None:
    pair = [Storage("0", np.ones(2, kind)) for kind in ("<f4", "<f8")]
    with pytest.raises(PackInvalid, match="two forms"):
        read_state_dict(write({str(n): Tensor(storage, (2,)) for n, storage in enumerate(pair)}))


def test_other_byte_orders_are_refused() -> None:
    with pytest.raises(PackInvalid, match="little-endian"):
        read_state_dict(write_zip(tensors(_state()), order=b"big"))
    with pytest.raises(PackInvalid, match="little-endian"):
        read_state_dict(write_legacy(tensors(_state()), little=False))


@pytest.mark.parametrize("drop", ["weights/data.pkl", "weights/data/0"])
def test_an_archive_without_a_part_is_refused(drop: str) -> None:
    with pytest.raises(PackInvalid):
        read_state_dict(write_zip(tensors(_state()), change=lambda parts: parts.pop(drop)))


def test_cut_files_are_refused_at_every_length(write: Write) -> None:
    content = write(tensors({"a": np.ones(5, "<f4")}))
    for length in range(len(content)):
        with pytest.raises(PackInvalid):
            read_state_dict(content[:length])


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"text", b"\x80\x02N.", write_legacy({}, magic=5), write_zip([1])]
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(PackInvalid, match="no file of PyTorch weights"):
        read_state_dict(content)


def test_a_file_is_named_and_pytorch_is_never_imported(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with pytest.raises(PackInvalid, match=r"net\.pth cannot be read"):
        read_state_dict(path)
    path.write_bytes(write_zip(tensors(_state())))
    before = "torch" in sys.modules
    assert list(read_state_dict(path)) == list(_state())
    assert ("torch" in sys.modules) == before
