"""Tiny models, cards and packs that the catalog's tests are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio.catalog import folders
from deconv_studio.catalog.card import Card


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test: nothing of the user's is read or written."""
    path = tmp_path / "home"
    monkeypatch.setenv(folders.HOME_VARIABLE, str(path))
    return path


def make_model(
    *,
    nodes: list[Any] | None = None,
    weights: dict[str, str] | None = None,
    opsets: dict[str, int] | None = None,
    functions: list[Any] | None = None,
    inputs: list[Any] | None = None,
) -> Any:
    """A 1x1 convolution and a ReLU; `weights` makes its weights external data with these fields."""
    from onnx import TensorProto, helper, numpy_helper

    weight = numpy_helper.from_array(np.full((3, 3, 1, 1), 0.25, np.float32), "w")
    if weights is not None:
        weight.ClearField("raw_data")
        weight.data_location = TensorProto.EXTERNAL
        for key, value in weights.items():
            field = weight.external_data.add()
            field.key, field.value = key, value
    shape = ["n", 3, "h", "w"]
    graph = helper.make_graph(
        nodes or [helper.make_node("Conv", ["x", "w"], ["c"]), helper.make_node("Relu", ["c"], ["y"])],
        "tiny",
        inputs or [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [weight],
    )
    imports = [helper.make_opsetid(domain, version) for domain, version in (opsets or {"": 17}).items()]
    return helper.make_model(graph, opset_imports=imports, ir_version=8, functions=functions or [])


@pytest.fixture
def save_model(tmp_path: Path) -> Callable[..., Path]:
    """Write a tiny model and return its path."""

    def save(name: str = "tiny.onnx", folder: Path | None = None, **facts: Any) -> Path:
        path = (folder or tmp_path) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make_model(**facts).SerializeToString())
        return path

    return save


def user_card(path: Path, model_id: str = "tiny", **facts: Any) -> Card:
    """A card as the probe would make it."""
    values: dict[str, Any] = {
        "input_name": "x",
        "output_name": "y",
        "channels": 3,
        "scale": 2,
        "receptive_field": 3,
    }
    return Card.for_user_model(model_id, path, **{**values, **facts})


def put_model(root: Path, model: Path, card: Card) -> Path:
    """Lay a model folder out as a bundled one is."""
    folder = root / card.id
    folder.mkdir(parents=True)
    (folder / card.file).write_bytes(model.read_bytes())
    (folder / "card.toml").write_text(card.to_toml(), encoding="utf-8")
    return folder
