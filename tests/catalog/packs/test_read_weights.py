"""Weights of an installed pack by their own names, and packs that need a second distribution."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.errors import HashMismatch, PackInvalid, PackMissing
from deconv_studio.catalog.packs import installed
from deconv_studio.catalog.packs.install import pip_command
from deconv_studio.catalog.packs.installed import installed_models, read_weights
from deconv_studio.catalog.packs.registry import Pack
from deconv_studio.catalog.store import Entry, Problem
from tests.catalog.packs.test_efficientnet_lite import NAMES, STRIDES, reference, tiny_state
from tests.catalog.packs.torch_writer import tensors, write_legacy

pytestmark = pytest.mark.light

LayOut = Callable[..., Path]
STATE, LABELS = "tiny_net/net.pth", "tiny_names/names.json"


@pytest.fixture
def files() -> dict[str, bytes]:
    return {STATE: write_legacy(tensors(tiny_state())), LABELS: json.dumps(NAMES).encode()}


@pytest.fixture
def pack(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Pack:
    """A pack whose names come in a distribution of their own."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    pack = Pack.model_validate(
        {
            "id": "tiny-classifier",
            "title": "Tiny",
            "distribution": "tiny-ncnn-pack",
            "version": "1.0",
            "companions": [{"distribution": "tiny-names", "version": "2.0"}],
            "licence": "MIT",
            "notice": "For tests.",
            "source": "",
            "download_bytes": 1,
            "models": [
                {
                    "id": "tiny-classifier",
                    "title": "Tiny",
                    "task": "classify",
                    "format": "efficientnet-lite",
                    "state": {"file": STATE, "sha256": hashes[STATE]},
                    "names": {"file": LABELS, "sha256": hashes[LABELS], "distribution": "tiny-names"},
                    "strides": STRIDES,
                    "weights": {"licence": "MIT"},
                    "data": {"name": "noise", "licence": "CC0-1.0"},
                    "input": {"name": "image", "channels": 3, "color": "rgb", "size_multiple": 32},
                    "output": {"name": "scores", "receptive_field": 0},
                }
            ],
        }
    )
    monkeypatch.setattr(installed, "known_packs", lambda: (pack,))
    monkeypatch.setattr(installed, "find_pack", lambda name: pack)
    return pack


def _names_distribution(folder: Path, content: bytes) -> None:
    info = folder / "tiny_names-2.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-names\nVersion: 2.0\n")
    (folder / "tiny_names").mkdir()
    (folder / LABELS).write_bytes(content)


@pytest.fixture
def site(lay_out: LayOut, files: dict[str, bytes], pack: Pack) -> Path:
    folder = folders.user_packs_folder() / pack.id
    lay_out(folder, {STATE: files[STATE]})
    _names_distribution(folder, files[LABELS])
    return folder


def test_weights_have_the_names_and_values_of_the_file(site: Path) -> None:
    state, found = tiny_state(), read_weights("tiny-classifier")
    assert list(found) == list(state)
    assert all(np.array_equal(found[name], state[name]) for name in state)


def test_what_is_not_installed_says_how_to_install_it(pack: Pack) -> None:
    with pytest.raises(PackMissing, match="models install tiny-classifier"):
        read_weights("tiny-classifier")


def test_a_changed_file_is_refused_unread(site: Path) -> None:
    (site / STATE).write_bytes(b"changed")
    with pytest.raises(HashMismatch):
        read_weights("tiny-classifier")


def test_a_pack_or_a_model_without_a_state_dict_is_named(site: Path, pack: Pack) -> None:
    with pytest.raises(PackMissing, match="no PyTorch weights of 'other'"):
        read_weights("tiny-classifier", "other")


def test_a_pack_of_another_format_has_no_state_dict() -> None:
    with pytest.raises(PackMissing, match="'waifu2x' has no PyTorch weights"):
        read_weights("waifu2x")


def test_the_classifier_and_its_card(site: Path, pack: Pack) -> None:
    (entry,) = installed_models([pack])
    assert isinstance(entry, Entry), entry
    assert [item.name for item in entry.card.classes] == NAMES
    assert (entry.card.task, entry.card.input.size_multiple) == ("classify", 32)
    session = onnxruntime.InferenceSession(entry.verified_path(), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(3).normal(size=(3, 32, 32)).astype(np.float32)
    (scores,) = session.run(None, {"image": image[None]})
    np.testing.assert_allclose(scores[0], reference(tiny_state(), image, STRIDES), rtol=1e-4, atol=1e-4)


def test_a_companion_elsewhere_on_the_path_is_found(
    lay_out: LayOut, files: dict[str, bytes], pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(lay_out(tmp_path / "one", {STATE: files[STATE]})))
    (problem,) = installed_models([pack])
    assert isinstance(problem, Problem) and "without tiny-names" in str(problem.error)
    _names_distribution(tmp_path / "two", files[LABELS])
    monkeypatch.syspath_prepend(str(tmp_path / "two"))
    (entry,) = installed_models([pack])
    assert isinstance(entry, Entry), entry


@pytest.mark.parametrize("content", [b"{", b"{}", b"[1]", b'["a", ""]'])
def test_names_that_are_no_list_are_refused(
    lay_out: LayOut, files: dict[str, bytes], pack: Pack, content: bytes
) -> None:
    digest: Any = {"sha256": hashlib.sha256(content).hexdigest()}
    (model,) = pack.models
    changed = model.model_copy(update={"names": model.names.model_copy(update=digest)})  # type: ignore[union-attr]
    folder = lay_out(folders.user_packs_folder() / pack.id, {STATE: files[STATE]})
    _names_distribution(folder, content)
    (problem,) = installed_models([pack.model_copy(update={"models": (changed,)})])
    assert isinstance(problem, Problem) and isinstance(problem.error, PackInvalid)
    assert "names.json" in str(problem.error)


def test_pip_is_asked_for_the_companions_too(pack: Pack, tmp_path: Path) -> None:
    assert pip_command(pack, tmp_path)[-2:] == ["tiny-ncnn-pack==1.0", "tiny-names==2.0"]
