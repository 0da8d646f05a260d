"""The store: what is listed, what is hidden, what is refused, and that changes are whole or not at all."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from deconv_studio.catalog import store
from deconv_studio.catalog.card import CARD_FILE, Card
from deconv_studio.catalog.errors import (
    CardInvalid,
    ExternalData,
    FolderNotWritable,
    HashMismatch,
    ModelExists,
    ModelInvalid,
    ModelMissing,
    NotRemovable,
)
from deconv_studio.catalog.store import Catalog
from tests.catalog.conftest import put_model, user_card

pytestmark = pytest.mark.light

Save = Callable[..., Path]
WEIGHTS = np.full((3, 3, 1, 1), 0.25, np.float32).tobytes()


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "bundled", tmp_path / "user", packs=False)


def _ids(catalog: Catalog) -> list[str]:
    return [entry.card.id for entry in catalog.cards()]


def test_no_folders_give_an_empty_catalog(catalog: Catalog) -> None:
    assert catalog.cards() == []
    assert catalog.problems == []


def test_bundled_models_come_first_and_in_order(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    for name in ("zeta", "alpha"):
        put_model(tmp_path / "bundled", model, user_card(model, name))
    catalog.add(model, user_card(model, "mine"))
    assert _ids(catalog) == ["alpha", "zeta", "mine"]
    assert [entry.origin for entry in catalog.cards()] == ["bundled", "bundled", "user"]


def test_a_broken_card_hides_no_other_model(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    bundled = tmp_path / "bundled"
    put_model(bundled, model, user_card(model, "good"))
    put_model(bundled, model, user_card(model, "torn"))
    (bundled / "torn" / CARD_FILE).write_bytes(b"id = \xff")
    put_model(bundled, model, user_card(model, "gone"))
    (bundled / "gone" / "model.onnx").unlink()
    (bundled / "bare").mkdir()
    put_model(bundled, model, user_card(model, "renamed")).rename(bundled / "other")
    (bundled / ".hidden").mkdir()
    (bundled / ".gitkeep").touch()
    assert _ids(catalog) == ["good"]
    problems = {problem.model_id: problem.error for problem in catalog.problems}
    assert set(problems) == {"torn", "gone", "bare", "other"}
    assert all(isinstance(error, CardInvalid) and error.hint for error in problems.values())
    with pytest.raises(CardInvalid, match="torn"):
        catalog.get("torn")


def test_a_folder_that_cannot_be_listed_is_a_problem(save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    put_model(tmp_path / "bundled", model, user_card(model, "good"))
    (tmp_path / "user").write_text("a file where a folder should be")
    catalog = Catalog(tmp_path / "bundled", tmp_path / "user", packs=False)
    assert _ids(catalog) == ["good"]
    assert len(catalog.problems) == 1


def test_models_are_listed_by_task_and_without_research_only(
    catalog: Catalog, save_model: Save, tmp_path: Path
) -> None:
    model = save_model()
    put_model(tmp_path / "bundled", model, user_card(model, "free"))
    put_model(tmp_path / "bundled", model, user_card(model, "paper", research_only=True))
    put_model(tmp_path / "bundled", model, user_card(model, "clean", scale=1))
    assert [entry.card.id for entry in catalog.cards("upscale")] == ["free", "paper"]
    assert [entry.card.id for entry in catalog.cards("upscale", cleared=True)] == ["free"]
    assert [entry.card.id for entry in catalog.cards(cleared=True)] == ["clean", "free"]


def test_a_typing_error_is_answered_with_near_ids(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    for name in ("upscale-x2", "upscale-x2-fine", "denoise"):
        put_model(tmp_path / "bundled", model, user_card(model, name))
    with pytest.raises(ModelMissing) as caught:
        catalog.get("Upscal-x2")
    assert caught.value.suggestions[0] == "upscale-x2"
    assert "Did you mean 'upscale-x2'" in str(caught.value)
    with pytest.raises(ModelMissing, match="models list"):
        catalog.get("qqqqqqqq")


def test_an_added_model_is_copied_and_removed_whole(
    catalog: Catalog, save_model: Save, tmp_path: Path
) -> None:
    model = save_model("source.onnx")
    entry = catalog.add(model, user_card(model, "Mine"))
    original = model.read_bytes()
    model.unlink()
    assert entry.path == tmp_path / "user" / "mine" / "model.onnx"
    assert catalog.verify("mine").read_bytes() == original
    assert catalog.get("mine").card.parameters == 9
    assert sorted(path.name for path in entry.folder.iterdir()) == ["card.toml", "model.onnx"]
    catalog.remove("mine")
    assert list((tmp_path / "user").iterdir()) == []
    with pytest.raises(ModelMissing):
        catalog.get("mine")


def test_another_catalog_sees_what_was_added(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    other = Catalog(tmp_path / "bundled", tmp_path / "user", packs=False)
    assert other.cards() == []
    model = save_model()
    catalog.add(model, user_card(model))
    other.refresh()
    assert _ids(other) == ["tiny"]


def test_external_data_comes_along_and_is_verified(
    catalog: Catalog, save_model: Save, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    model = save_model(folder=source, weights={"location": "sub/w.bin"})
    (source / "sub").mkdir()
    (source / "sub" / "w.bin").write_bytes(WEIGHTS)
    (source / "unrelated.txt").write_text("stays")
    entry = catalog.add(model, user_card(model))
    shutil.rmtree(source)
    assert (entry.folder / "sub" / "w.bin").read_bytes() == WEIGHTS
    assert not (entry.folder / "unrelated.txt").exists()
    assert entry.verified_path() == entry.path
    (entry.folder / "sub" / "w.bin").write_bytes(WEIGHTS[::-1])
    with pytest.raises(HashMismatch, match="w\\.bin"):
        catalog.verify("tiny")


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_verified_data_may_not_become_a_link_out(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model(folder=tmp_path / "source", weights={"location": "w.bin"})
    (tmp_path / "source" / "w.bin").write_bytes(WEIGHTS)
    entry = catalog.add(model, user_card(model))
    (entry.folder / "w.bin").unlink()
    (entry.folder / "w.bin").symlink_to(tmp_path / "source" / "w.bin")
    with pytest.raises(ExternalData, match="out of"):
        entry.verified_path()


@pytest.mark.parametrize("break_it", ["changed", "no-model", "leads-out"])
def test_a_refused_model_leaves_nothing_behind(
    catalog: Catalog, save_model: Save, tmp_path: Path, break_it: str
) -> None:
    model = save_model("m.onnx", weights={"location": "../w.bin"} if break_it == "leads-out" else None)
    card = user_card(model)
    expected: type[Exception] = ExternalData
    if break_it == "changed":
        save_model("m.onnx", opsets={"": 16})
        expected = HashMismatch
    elif break_it == "no-model":
        model.write_bytes(b"nonsense")
        expected = ModelInvalid
    with pytest.raises(expected):
        catalog.add(model, card)
    user = tmp_path / "user"
    assert not user.exists() or list(user.iterdir()) == []


def test_an_id_is_taken_once(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    put_model(tmp_path / "bundled", model, user_card(model, "ours"))
    catalog.add(model, user_card(model, "mine"))
    for name in ("ours", "mine"):
        with pytest.raises(ModelExists, match=name):
            catalog.add(model, user_card(model, name))


def test_a_hidden_model_is_said_to_be_hidden(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    for place in ("bundled", "user"):
        put_model(tmp_path / place, model, user_card(model, "same"))
    assert [entry.origin for entry in catalog.cards()] == ["bundled"]
    (problem,) = catalog.problems
    assert isinstance(problem.error, ModelExists) and problem.folder == tmp_path / "user" / "same"


def test_only_the_users_models_can_be_removed(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    put_model(tmp_path / "bundled", model, user_card(model, "ours"))
    with pytest.raises(NotRemovable):
        catalog.remove("ours")
    assert _ids(catalog) == ["ours"]
    for name in ("nothing", "..", "", "."):
        with pytest.raises(ModelMissing):
            catalog.remove(name)
    assert tmp_path.exists()


def test_a_broken_model_of_the_user_can_be_removed(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "user" / "broken").mkdir(parents=True)
    catalog.remove("broken")
    assert list((tmp_path / "user").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_removing_a_linked_model_leaves_what_it_links_to(
    catalog: Catalog, save_model: Save, tmp_path: Path
) -> None:
    model = save_model()
    folder = put_model(tmp_path / "elsewhere", model, user_card(model, "linked"))
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "linked").symlink_to(folder)
    catalog.remove("linked")
    assert (folder / "model.onnx").is_file()
    assert list((tmp_path / "user").iterdir()) == []


def test_a_changed_model_is_not_loaded(catalog: Catalog, save_model: Save) -> None:
    model = save_model()
    entry = catalog.add(model, user_card(model))
    assert entry.verified_path() == entry.path
    content = bytearray(entry.path.read_bytes())
    content[-1] ^= 1
    entry.path.write_bytes(content)
    with pytest.raises(HashMismatch) as caught:
        entry.verified_path()
    assert caught.value.kind == "HashMismatch" and "remove" in caught.value.hint
    assert caught.value.found != caught.value.expected == entry.card.sha256


def test_a_vanished_model_is_a_typed_error(catalog: Catalog, save_model: Save) -> None:
    model = save_model()
    entry = catalog.add(model, user_card(model))
    entry.path.unlink()
    with pytest.raises(ModelMissing, match="model\\.onnx"):
        entry.verified_path()


def test_an_unchanged_file_is_hashed_once(
    catalog: Catalog, save_model: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = save_model()
    entry = catalog.add(model, user_card(model))
    counted: list[Path] = []
    real = store.file_sha256
    monkeypatch.setattr(store, "file_sha256", lambda path: counted.append(path) or real(path))
    for _ in range(3):
        entry.verified_path()
    assert len(counted) == 1
    status = entry.path.stat()
    os.utime(entry.path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    entry.verified_path()
    assert len(counted) == 2


def test_many_threads_adding_one_id_make_one_model(save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    card = user_card(model)
    outcomes: list[str] = []
    start = threading.Barrier(6)

    def add() -> None:
        own = Catalog(tmp_path / "bundled", tmp_path / "user", packs=False)
        start.wait()
        try:
            own.add(model, card)
            outcomes.append("added")
        except ModelExists:
            outcomes.append("exists")

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added"] + ["exists"] * 5
    assert [path.name for path in (tmp_path / "user").iterdir()] == ["tiny"]


def test_a_folder_that_takes_no_file_is_a_typed_error(save_model: Save, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    catalog = Catalog(tmp_path / "bundled", tmp_path / "file" / "user", packs=False)
    model = save_model()
    with pytest.raises(FolderNotWritable) as caught:
        catalog.add(model, user_card(model))
    assert caught.value.hint


def test_a_preview_is_found(catalog: Catalog, save_model: Save, tmp_path: Path) -> None:
    model = save_model()
    folder = put_model(tmp_path / "bundled", model, user_card(model))
    assert catalog.get("tiny").preview is None
    (folder / "preview.png").write_bytes(b"png")
    assert catalog.get("tiny").preview == folder / "preview.png"


def test_the_card_on_disk_is_the_card_that_was_given(catalog: Catalog, save_model: Save) -> None:
    model = save_model()
    entry = catalog.add(model, user_card(model, description="Grüße", authors=("A", "B")))
    assert Card.from_toml(entry.folder / CARD_FILE) == entry.card == catalog.get("tiny").card


def test_what_a_killed_program_left_is_swept_away_when_it_is_old(
    catalog: Catalog, save_model: Save, tmp_path: Path
) -> None:
    for name in (".adding-old.part", ".adding-new.part"):
        (tmp_path / "user" / name).mkdir(parents=True)
    os.utime(tmp_path / "user" / ".adding-old.part", (0, 0))
    model = save_model()
    catalog.add(model, user_card(model))
    assert sorted(path.name for path in (tmp_path / "user").iterdir()) == [".adding-new.part", "tiny"]
