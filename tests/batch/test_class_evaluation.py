"""Classifiers measured on folders and arrays; features cut before their last layer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from deconv_studio.batch.class_evaluation import evaluate_classes
from deconv_studio.batch.errors import CallWrong
from deconv_studio.catalog import Card
from deconv_studio.engine import Control, session
from deconv_studio.engine.errors import BadInput
from deconv_studio.engine.features import Features
from deconv_studio.engine.session import Model
from deconv_studio.imaging import ImagingError

pytestmark = pytest.mark.light


def brightest_channel(folder: Path) -> tuple[Path, Card]:
    """A classifier whose score of class k is the mean of channel k, times two."""
    nodes = [
        helper.make_node("ReduceMean", ["image", "axes"], ["means"], keepdims=0),
        helper.make_node("Gemm", ["means", "weight"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "means",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, 8, 8])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])],
        [
            numpy_helper.from_array(np.array([2, 3], np.int64), "axes"),
            numpy_helper.from_array(2 * np.eye(3, dtype=np.float32), "weight"),
        ],
    )
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, path)
    card = Card.for_user_model(
        "channels",
        path,
        input_name="image",
        output_name="scores",
        channels=3,
        task="classify",
        scale=1,
        receptive_field=0,
        fixed_size=(8, 8),
    ).replace(classes=[{"name": name} for name in ("red", "green", "blue")])
    (folder / "card.toml").write_text(card.to_toml(), encoding="utf-8")
    return path, card


@pytest.fixture
def classifier(tmp_path: Path) -> Model:
    path, card = brightest_channel(tmp_path / "model")
    return session.load(path, card=card, provider="cpu")


def plain(color: tuple[int, int, int], path: Path, size: int = 8) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (size, size), color).save(path)


def test_accuracy_is_counted_by_class(classifier: Model, tmp_path: Path) -> None:
    plain((200, 0, 0), tmp_path / "d" / "val" / "red" / "1.png")
    plain((0, 200, 0), tmp_path / "d" / "val" / "red" / "wrong.png")
    plain((0, 0, 90), tmp_path / "d" / "val" / "blue" / "larger.png", size=21)
    found = evaluate_classes(tmp_path / "d", model=classifier, control=Control())
    assert (found["pictures"], found["accuracy"]) == (3, pytest.approx(2 / 3))
    assert found["balanced_accuracy"] == 0.75, "over the classes that have pictures"
    assert found["classes"] == [
        {"name": "red", "pictures": 2, "accuracy": 0.5},
        {"name": "blue", "pictures": 1, "accuracy": 1.0},
    ]


def test_array_files_are_measured_too(classifier: Model, tmp_path: Path) -> None:
    images = np.zeros((70, 8, 8, 3), np.uint8)
    labels = np.arange(70) % 3
    images[np.arange(70), :, :, labels] = 255
    np.savez(tmp_path / "all.npz", images=images, labels=labels)
    found = evaluate_classes(tmp_path, model=classifier, control=Control())
    assert (found["pictures"], found["accuracy"]) == (70, 1.0)


def test_what_cannot_be_measured_is_told(classifier: Model, tmp_path: Path) -> None:
    with pytest.raises(CallWrong, match="no folder"):
        evaluate_classes(tmp_path / "none", model=classifier, control=Control())
    (tmp_path / "other").mkdir()
    with pytest.raises(CallWrong, match="named as a class"):
        evaluate_classes(tmp_path / "other", model=classifier, control=Control())
    (tmp_path / "bad" / "red").mkdir(parents=True)
    (tmp_path / "bad" / "red" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ImagingError, match=r"1\.png"):
        evaluate_classes(tmp_path / "bad", model=classifier, control=Control())
    np.savez(tmp_path / "other" / "all.npz", images=np.zeros((2, 8, 8), np.uint8), labels=[0, 3])
    with pytest.raises(CallWrong, match="no class for"):
        evaluate_classes(tmp_path / "other", model=classifier, control=Control())


def test_features_are_what_the_last_layer_is_given(tmp_path: Path) -> None:
    path, card = brightest_channel(tmp_path / "model")
    extract = Features(path, card)
    pictures = np.random.default_rng(0).integers(0, 256, (70, 8, 8, 3)).astype(np.uint8)
    np.testing.assert_allclose(extract(pictures), pictures.mean((1, 2)) / 255, rtol=1e-5)
    gray = extract(pictures[:, :, :, :1])
    np.testing.assert_allclose(gray, np.repeat(pictures[..., 0].mean((1, 2))[:, None] / 255, 3, 1), rtol=1e-5)
    assert extract.name == "channels:means at 8 x 8"


def test_features_of_a_network_without_a_last_layer_are_refused(tmp_path: Path) -> None:
    path, card = brightest_channel(tmp_path / "model")
    model = onnx.load(path)
    del model.graph.node[1:]
    model.graph.output[0].name = "means"
    onnx.save(model, path)
    with pytest.raises(BadInput, match="fully connected"):
        Features(path, card)
