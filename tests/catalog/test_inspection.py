"""Inspection: foreign models are described or refused without being run."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deconv_studio.catalog.errors import (
    CatalogError,
    CustomOperator,
    ExternalData,
    ModelInvalid,
    ModelTooLarge,
)
from deconv_studio.catalog.inspection import inspect_file
from tests.catalog.conftest import make_model

pytestmark = pytest.mark.light

Save = Callable[..., Path]
WEIGHTS = np.full((3, 3, 1, 1), 0.25, np.float32).tobytes()


def test_a_plain_model_is_described(save_model: Save) -> None:
    facts = inspect_file(save_model())
    assert facts.picture_input().name == "x"
    assert facts.picture_input().shape == ("n", 3, "h", "w")
    assert facts.picture_output().dtype == "float32"
    assert (facts.opset, facts.ir_version, facts.parameters) == (17, 8, 9)
    assert facts.operators == {"Conv": 1, "Relu": 1}
    assert facts.size_bytes == facts.total_bytes
    assert facts.external_data == ()


@pytest.mark.parametrize("content", [b"", b"garbage" * 9, b"\x08", bytes(range(256)), b"\x00" * 100])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelInvalid, match="m\\.onnx"):
        inspect_file(path)


def test_every_cut_of_a_model_is_refused_or_still_whole(save_model: Save) -> None:
    path = save_model()
    whole = path.read_bytes()
    for length in range(0, len(whole) - 8, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelInvalid):
            inspect_file(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.onnx", tmp_path):
        with pytest.raises(ModelInvalid, match="not a file"):
            inspect_file(path)


def test_the_size_limit_is_checked_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "big.onnx"
    with path.open("wb") as file:
        file.truncate(3 * 2**30)  # sparse: reading it would take seconds and gigabytes
    with pytest.raises(ModelTooLarge) as caught:
        inspect_file(path)
    assert caught.value.size == 3 * 2**30


def test_the_size_limit_counts_external_data_and_can_be_raised(save_model: Save, tmp_path: Path) -> None:
    path = save_model(weights={"location": "w.bin"})
    (tmp_path / "w.bin").write_bytes(WEIGHTS + bytes(5000))
    with pytest.raises(ModelTooLarge):
        inspect_file(path, max_bytes=4000)
    assert inspect_file(path, max_bytes=None).total_bytes > 5000


def test_a_custom_operator_is_refused_by_name(save_model: Save) -> None:
    from onnx import helper

    nodes = [helper.make_node("Wobble", ["x"], ["y"], domain="my.ops")]
    with pytest.raises(CustomOperator) as caught:
        inspect_file(save_model(nodes=nodes, opsets={"": 17, "my.ops": 1}))
    assert caught.value.operators == ("my.ops.Wobble",)
    assert "my.ops.Wobble" in str(caught.value)


def test_an_unknown_operator_of_the_standard_domain_is_refused_by_name(save_model: Save) -> None:
    from onnx import helper

    with pytest.raises(CustomOperator, match="Frobnicate"):
        inspect_file(save_model(nodes=[helper.make_node("Frobnicate", ["x"], ["y"])]))


def _branching(inner: Any) -> list[Any]:
    from onnx import TensorProto, helper

    branch = helper.make_graph(
        [inner], "b", [], [helper.make_tensor_value_info("z", TensorProto.FLOAT, None)]
    )
    return [helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=branch)]


def test_a_custom_operator_in_a_branch_is_found(save_model: Save) -> None:
    from onnx import helper

    nodes = _branching(helper.make_node("Hidden", ["x"], ["z"], domain="my.ops"))
    with pytest.raises(CustomOperator, match="my\\.ops\\.Hidden"):
        inspect_file(save_model(nodes=nodes))


def test_operators_of_onnx_runtime_and_functions_of_the_file_are_taken(save_model: Save) -> None:
    from onnx import helper

    function = helper.make_function(
        "own",
        "Twice",
        ["a"],
        ["b"],
        [helper.make_node("Add", ["a", "a"], ["b"])],
        [helper.make_opsetid("", 17)],
    )
    nodes = [
        helper.make_node("Twice", ["x"], ["t"], domain="own"),
        helper.make_node("Gelu", ["t"], ["y"], domain="com.microsoft"),
    ]
    path = save_model(nodes=nodes, opsets={"": 17, "own": 1, "com.microsoft": 1}, functions=[function])
    assert inspect_file(path).operators == {"Add": 1, "com.microsoft.Gelu": 1, "own.Twice": 1}


def test_a_custom_operator_inside_a_function_is_found(save_model: Save) -> None:
    from onnx import helper

    function = helper.make_function(
        "own",
        "Mask",
        ["a"],
        ["b"],
        [helper.make_node("Bad", ["a"], ["b"], domain="my.ops")],
        [helper.make_opsetid("my.ops", 1)],
    )
    nodes = [helper.make_node("Mask", ["x"], ["y"], domain="own")]
    with pytest.raises(CustomOperator, match="my\\.ops\\.Bad"):
        inspect_file(save_model(nodes=nodes, opsets={"": 17, "own": 1}, functions=[function]))


def test_an_operator_set_from_the_future_is_refused(save_model: Save) -> None:
    with pytest.raises(ModelInvalid, match="operator set 999"):
        inspect_file(save_model(opsets={"": 999}))


def test_external_data_inside_is_hashed(save_model: Save, tmp_path: Path) -> None:
    path = save_model(weights={"location": "sub/w.bin", "offset": "0", "length": str(len(WEIGHTS))})
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "w.bin").write_bytes(WEIGHTS)
    (part,) = inspect_file(path).external_data
    assert (part.file, part.size_bytes) == ("sub/w.bin", len(WEIGHTS))


@pytest.mark.parametrize(
    "location",
    [
        "../w.bin",
        "sub/../../w.bin",
        "..",
        "",
        "\\\\host\\share\\w",
        "C:\\w.bin",
        "*/_ORT_MEM_ADDR_/*",
        "./w.bin",
    ],
)
def test_external_data_that_leads_out_is_refused(save_model: Save, tmp_path: Path, location: str) -> None:
    folder = tmp_path / "model"
    (tmp_path / "w.bin").write_bytes(WEIGHTS)
    path = save_model(folder=folder, weights={"location": location})
    with pytest.raises(ExternalData):
        inspect_file(path)


def test_an_absolute_place_is_refused_even_inside_the_folder(save_model: Save, tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(WEIGHTS)
    with pytest.raises(ExternalData, match="not a file inside"):
        inspect_file(save_model(weights={"location": str(tmp_path / "w.bin")}))


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_a_link_out_of_the_folder_is_refused(save_model: Save, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    (tmp_path / "secret.bin").write_bytes(WEIGHTS)
    path = save_model(folder=folder, weights={"location": "w.bin"})
    (folder / "w.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(ExternalData, match="link"):
        inspect_file(path)


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_a_linked_folder_out_of_the_folder_is_refused(save_model: Save, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "w.bin").write_bytes(WEIGHTS)
    path = save_model(folder=folder, weights={"location": "sub/w.bin"})
    (folder / "sub").symlink_to(outside)
    with pytest.raises(ExternalData, match="link"):
        inspect_file(path)


@pytest.mark.skipif(os.name == "nt", reason="making links needs rights on Windows")
def test_a_link_within_the_folder_is_taken(save_model: Save, tmp_path: Path) -> None:
    path = save_model(weights={"location": "w.bin"})
    (tmp_path / "real.bin").write_bytes(WEIGHTS)
    (tmp_path / "w.bin").symlink_to(tmp_path / "real.bin")
    assert inspect_file(path).external_data[0].file == "w.bin"


def test_missing_external_data_is_named(save_model: Save) -> None:
    with pytest.raises(ExternalData, match="w\\.bin"):
        inspect_file(save_model(weights={"location": "w.bin"}))


def test_cut_external_data_is_named(save_model: Save, tmp_path: Path) -> None:
    (tmp_path / "w.bin").write_bytes(WEIGHTS[:10])
    with pytest.raises(ExternalData, match="cut"):
        inspect_file(save_model(weights={"location": "w.bin", "offset": "4", "length": str(len(WEIGHTS))}))


@pytest.mark.parametrize("fields", [{"offset": "-1"}, {"length": "-5"}, {"offset": "x"}])
def test_nonsense_places_are_refused(save_model: Save, tmp_path: Path, fields: dict[str, str]) -> None:
    (tmp_path / "w.bin").write_bytes(WEIGHTS)
    with pytest.raises(ExternalData):
        inspect_file(save_model(weights={"location": "w.bin", **fields}))


@pytest.mark.parametrize("name", ["card.toml", "Model.onnx", "preview.png"])
def test_external_data_cannot_take_a_name_of_the_model_folder(
    save_model: Save, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(WEIGHTS)
    with pytest.raises(ExternalData, match="itself"):
        inspect_file(save_model(weights={"location": name}))


def test_external_data_of_a_constant_in_a_branch_is_found(save_model: Save) -> None:
    from onnx import TensorProto, helper, numpy_helper

    tensor = numpy_helper.from_array(np.zeros(9, np.float32), "t")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    field = tensor.external_data.add()
    field.key, field.value = "location", "../stolen"
    nodes = _branching(helper.make_node("Constant", [], ["z"], value=tensor))
    with pytest.raises(ExternalData, match="stolen"):
        inspect_file(save_model(nodes=nodes))


def test_a_network_with_two_inputs_is_no_network_on_pictures(save_model: Save) -> None:
    from onnx import TensorProto, helper

    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in ("x", "s")]
    with pytest.raises(ModelInvalid, match="2 inputs \\(x, s\\)"):
        inspect_file(save_model(inputs=inputs)).picture_input()


@pytest.mark.parametrize(
    ("dtype", "shape", "named"), [("INT64", [1, 3, 8, 8], "int64"), ("FLOAT", [3, 8], "2 axes")]
)
def test_an_input_that_takes_no_picture_is_named(
    save_model: Save, dtype: str, shape: list[int], named: str
) -> None:
    from onnx import TensorProto, helper

    inputs = [helper.make_tensor_value_info("x", getattr(TensorProto, dtype), shape)]
    with pytest.raises(ModelInvalid, match=named):
        inspect_file(save_model(inputs=inputs)).picture_input()


def test_an_initializer_listed_as_input_is_no_input(save_model: Save) -> None:
    from onnx import TensorProto, helper

    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "h", "w"]),
        helper.make_tensor_value_info("w", TensorProto.FLOAT, [3, 3, 1, 1]),
    ]
    assert inspect_file(save_model(inputs=inputs)).picture_input().name == "x"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.booleans(), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4)
)
def test_a_damaged_model_gives_a_typed_error_or_facts(
    tmp_path: Path, external: bool, damage: list[tuple[int, int]]
) -> None:
    content = bytearray(make_model(weights={"location": "w.bin"} if external else None).SerializeToString())
    for position, value in damage:
        content[position % len(content)] = value
    (tmp_path / "w.bin").write_bytes(WEIGHTS)
    path = tmp_path / "m.onnx"
    path.write_bytes(content)
    try:
        facts = inspect_file(path)
    except CatalogError as error:
        assert error.hint
    else:
        assert facts.size_bytes == len(content)


@pytest.mark.parametrize("version", [0, -1, 2**40])
def test_an_operator_set_that_cannot_be_is_refused(save_model: Save, version: int) -> None:
    with pytest.raises(ModelInvalid):
        inspect_file(save_model(opsets={"": 17, "ai.onnx.ml": version}))


def test_names_that_are_not_utf8_are_read(save_model: Save) -> None:
    path = save_model(weights={"location": "QQQ.bin"})
    path.write_bytes(path.read_bytes().replace(b"QQQ", b"\xff\xfeQ"))
    with pytest.raises(ExternalData, match="not a file inside"):
        inspect_file(path)
