"""Export: proof of parity before anything is written, free sizes, a whole card, no traces of the machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from deconv_studio.catalog.card import Card, file_sha256
from deconv_studio.learning import checkpoint, recipe
from deconv_studio.learning.errors import DataError, ParityError, SourceError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.jobs import build_network
from deconv_studio.learning.onnx_export import export, export_torchvision, photo_like, prove, to_onnx
from tests.learning.conftest import TINY


@pytest.fixture(scope="module")
def run(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run")
    fit(recipe.load("upscale-x2", [*TINY, "steps=6"]), photos, out)
    return out


@pytest.fixture(scope="module")
def folder(run: Path, photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("model") / "upscale-x2"
    export(run, out, data=photos)
    return out


def test_exported_weights_are_the_best_averaged_ones_at_any_size(run: Path, folder: Path) -> None:
    saved = checkpoint.load(run / "best")
    network = build_network(recipe.Recipe.model_validate(saved.state["recipe"]))
    network.load_state_dict(saved.average)
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
    for shape in [(1, 1, 5, 31), (3, 1, 40, 22), (1, 1, 1, 1)]:
        x = photo_like(shape, 9)
        (got,) = session.run(None, {"image": x})
        with torch.no_grad():
            assert np.abs(got - network(torch.from_numpy(x)).numpy()).max() < 1e-5


def test_the_card_says_who_made_the_data_and_how_the_weights_were_made(folder: Path) -> None:
    card = Card.from_toml(folder / "card.toml")
    assert card.sha256 == file_sha256(folder / "model.onnx")
    assert [a.author for a in card.data.authors] == ["Author 0", "Author 1", "Author 2"]
    assert (card.output.scale, card.input.color) == (2, "y")
    assert card.training is not None
    assert len(card.training.curve) == 2
    assert card.output.receptive_field == 3 + 1 + 2


def test_measured_results_survive_a_second_export_of_the_same_weights(
    run: Path, folder: Path, photos: Path
) -> None:
    card = Card.from_toml(folder / "card.toml")
    result = {"measure": "PSNR", "value": 30.0, "dataset": "x", "convention": "Y, border 2"}
    (folder / "card.toml").write_text(card.replace(results=[result]).to_toml(), encoding="utf-8")
    export(run, folder, data=photos)
    assert Card.from_toml(folder / "card.toml").results[0].value == 30.0


def test_no_path_of_this_machine_is_in_the_file(folder: Path) -> None:
    content = (folder / "model.onnx").read_bytes()
    assert b"site-packages" not in content
    assert str(Path.cwd()).encode() not in content


def test_a_difference_is_refused_and_nothing_is_written(
    run: Path, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deconv_studio.learning.onnx_export.TOLERANCE", -1.0)
    with pytest.raises(ParityError, match="Nothing was written"):
        export(run, tmp_path / "model", data=photos)
    assert list(tmp_path.iterdir()) == []


def test_the_proof_notices_changed_weights() -> None:
    network = torch.nn.Conv2d(1, 1, 3, padding=1)
    model = to_onnx(network, torch.rand(2, 1, 8, 8), dynamic={0: "N"}, names=("image", "out"))
    inputs = [photo_like((1, 1, 8, 8))]
    assert prove(network, model, inputs).difference < 1e-6
    with torch.no_grad():
        network.bias += 0.01
    with pytest.raises(ParityError):
        prove(network, model, inputs)


def test_a_data_folder_without_attribution_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"attribution\.csv"):
        export(run, tmp_path / "model", data=tmp_path)


def test_torchvision_networks_are_exported_with_a_word_on_their_weights(tmp_path: Path) -> None:
    done = export_torchvision("squeezenet1_1", tmp_path / "s.onnx", size=64)
    assert done.parity.difference <= done.parity.tolerance
    assert "random weights" in done.notices[0]
    shape = onnx.load(str(done.path)).graph.input[0].type.tensor_type.shape
    assert shape.dim[0].dim_param == "N"
    assert [d.dim_value for d in shape.dim][1:] == [3, 64, 64]


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "w.pth"
    torch.save({"x": torch.zeros(1)}, file)
    with pytest.raises(SourceError, match=r"w\.pth does not fit"):
        export_torchvision("squeezenet1_1", tmp_path / "s.onnx", weights=file, size=64)


@pytest.mark.parametrize("source", ["torchvision:resnet19", "nowhere"])
def test_an_unknown_source_is_named(source: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=source.rpartition(":")[2]):
        export(source, tmp_path / "x.onnx")
