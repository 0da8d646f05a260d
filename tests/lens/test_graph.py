"""Loading networks: shapes, constants, names, and refusals that name the operator and the deepest layer that
works."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from deconv_studio.lens import errors, rules
from deconv_studio.lens.graph import Graph
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.lens.reverse import blocked, build, reversible
from tests.lens.graphs import back, network, picture, small_classifier

pytestmark = pytest.mark.light

node = helper.make_node


def with_unsupported():
    """A network whose middle has an operator no one can read backwards, and a branch around it."""
    rng = np.random.default_rng(0)
    return network(
        [
            node("Conv", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("CumSum", ["b", "axis"], ["c"], name="the_sum"),
            node("Relu", ["c"], ["d"]),
            node("Neg", ["b"], ["side"]),
            node("Add", ["d", "side"], ["y"]),
        ],
        (1, 3, 8, 8),
        {"w": rng.standard_normal((4, 3, 3, 3)).astype("f"), "axis": np.int64(2)},
    )


def test_an_unsupported_operator_is_named_with_the_deepest_layer_that_works():
    graph = Graph(with_unsupported())
    for target in ("c", "d", "y"):
        with pytest.raises(errors.UnsupportedOperator) as caught:
            build(graph, target)
        assert caught.value.operator == "CumSum"
        assert caught.value.node == "the_sum"
        assert "'the_sum' (CumSum)" in str(caught.value)
    assert caught.value.deepest == "side"
    with pytest.raises(errors.UnsupportedOperator) as caught:
        build(graph, "d")
    assert caught.value.deepest == "b"
    assert "works up to the layer 'b'" in str(caught.value)
    assert build(graph, "side").target == "side"
    assert reversible(graph) == {"x", "a", "b", "side"}
    assert [step.name for step, _ in blocked(graph)] == ["the_sum"]
    assert [layer.name for layer in Lens(with_unsupported()).layers()] == ["a", "b", "side"]


def test_a_look_at_such_a_network_still_works_below():
    lens = Lens(with_unsupported())
    look = lens.look(picture(0, 8))
    assert lens.reconstruct(look, "b", 1, (2, 3), value="one").full().any()


@pytest.mark.parametrize(
    ("step", "shape", "constants", "reason"),
    [
        (node("MatMul", ["x", "x"], ["y"]), (1, 4, 4), {}, "both factors"),
        (node("Conv", ["x", "x"], ["y"]), (1, 1, 4, 4), {}, "weights depend"),
        (node("Clip", ["x", "", "m"], ["y"]), (1, 4), {}, "limits depend"),
        (node("Cast", ["x"], ["y"], to=TensorProto.INT64), (1, 4), {}, "whole numbers"),
        (node("ReduceMean", ["x", "axes"], ["y"]), (1, 4), {"axes": np.array([0])}, "batch"),
        (node("Slice", ["x", "e", "s", "axes", "t"], ["y"]), (1, 4),
         {"s": np.array([-9]), "e": np.array([3]), "axes": np.array([1]), "t": np.array([-1])}, "backwards"),
        (node("MaxPool", ["x"], ["y"], kernel_shape=[2, 2], storage_order=1), (1, 1, 4, 4), {},
         "column-major"),
        (node("Softmaxx", ["x"], ["y"], domain="my.own"), (1, 4), {}, "my.own"),
    ],
)  # fmt: skip
def test_forms_that_cannot_be_read_backwards(step, shape, constants, reason):
    nodes = [step]
    if "m" in step.input:
        nodes = [node("ReduceSum", ["x"], ["m"], keepdims=0), step]
    model = network(nodes, shape, constants)
    if step.domain:
        model.opset_import.append(helper.make_opsetid(step.domain, 1))
        with pytest.raises(errors.LensError, match=r"my\.own|cannot load"):
            build(Graph(model), "y")
        return
    found = {barred.op: why for barred, why in blocked(Graph(model))}
    assert reason in found[step.op_type]
    with pytest.raises(errors.UnsupportedOperator) as caught:
        build(Graph(model), "y")
    assert caught.value.deepest is None
    assert "No layer" in caught.value.hint


def test_names_are_found_and_misspellings_answered():
    graph = Graph(small_classifier())
    assert graph.find("first_pool") == "pool1"
    assert graph.find("pool1") == "pool1"
    with pytest.raises(errors.TensorMissing, match="Did you mean relu") as caught:
        graph.find("relu_4")
    assert "relu4" in caught.value.suggestions
    with pytest.raises(errors.TensorMissing, match="List the layers"):
        graph.find("@@@@")
    with pytest.raises(errors.NotFromPicture):
        build(graph, "x")
    with pytest.raises(errors.RuleUnknown, match="lrp"):
        build(graph, "y", "lrp")


def test_a_layer_that_does_not_follow_from_the_picture():
    model = network(
        [node("Shape", ["x"], ["s"]), node("Cast", ["s"], ["f"], to=1), node("Neg", ["x"], ["y"])],
        (1, 2, 4, 4),
    )
    with pytest.raises(errors.NotFromPicture):
        build(Graph(model), "f")


def test_layers_say_shape_operator_and_parameters():
    layers = {layer.name: layer for layer in Lens(small_classifier()).layers()}
    assert layers["conv1"].shape == (1, 8, 17, 17)
    assert layers["conv1"].parameters == 8 * 3 * 25 + 8
    assert layers["pool1"].op == "MaxPool"
    assert layers["y"].shape == (1, 7)
    depths = [layer.depth for layer in layers.values()]
    assert depths == sorted(depths)


def test_sizes_computed_inside_the_network_are_measured():
    """flatten(1) as exporters write it at an open size: Shape, Gather, Concat, Reshape; and a computed
    resize."""
    nodes = [
        node("Shape", ["x"], ["s"]),
        node("Slice", ["s", "two", "four"], ["hw"]),
        node("Mul", ["hw", "twice"], ["big"]),
        node("Slice", ["s", "zero", "two"], ["nc"]),
        node("Concat", ["nc", "big"], ["sizes"], axis=0),
        node("Resize", ["x", "", "", "sizes"], ["r"], mode="linear"),
        node("Gather", ["s", "first"], ["n"], axis=0),
        node("Unsqueeze", ["n", "zero"], ["n1"]),
        node("Concat", ["n1", "minus"], ["flat_shape"], axis=0),
        node("Reshape", ["r", "flat_shape"], ["y"]),
    ]
    constants = {
        "two": np.array([2]), "four": np.array([4]), "zero": np.array([0]), "twice": np.array([2]),
        "first": np.int64(0), "minus": np.array([-1]),
    }  # fmt: skip
    model = network(nodes, ("n", 2, "h", "w"), constants)
    graph = Graph(model, size=(1, 2, 4, 5))
    assert graph.shape("r") == (1, 2, 8, 10)
    assert graph.shape("y") == (1, 160)
    assert graph.constant("sizes").tolist() == [1, 2, 8, 10]
    lens = Lens(model)
    x = np.random.default_rng(0).standard_normal((1, 2, 4, 5)).astype("f")
    found = lens.reconstruct(lens.look(x), "y", 33, (), value="one").full()
    assert found.sum() == pytest.approx(1, abs=1e-6)  # a linear resize's weights add up to one


def test_a_network_with_channels_last_input():
    rng = np.random.default_rng(0)
    constants = {"w": rng.standard_normal((4, 3, 3, 3)).astype("f")}
    model = network(
        [
            node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
            node("Conv", ["t", "w"], ["c"], strides=[2, 2]),
            node("Relu", ["c"], ["y"]),
        ],
        (1, 9, 9, 3),
        constants,
    )
    lens = Lens(model)
    x = rng.standard_normal((1, 9, 9, 3)).astype("f")
    seed = np.zeros((1, 4, 4, 4), np.float32)
    seed[0, 1, 2, 3] = 1
    found = lens.reconstruct(lens.look(x), "y", 1, (2, 3), value="one")
    assert found.full() == pytest.approx(back(model, x, seed, method="deconvnet")[0], abs=1e-6)
    assert found.box == ((0, 1), (4, 7), (6, 9), (0, 3))
    assert found.full()[4:7, 6:9] == pytest.approx(constants["w"][1].transpose(1, 2, 0), abs=1e-6)


def test_local_functions_are_inlined():
    function = helper.make_function(
        "mine", "block", ["a", "w"], ["b"], [node("Conv", ["a", "w"], ["c"]), node("Relu", ["c"], ["b"])],
        [helper.make_opsetid("", 18)],
    )  # fmt: skip
    model = network(
        [node("block", ["x", "w"], ["y"], domain="mine")],
        (1, 3, 6, 6),
        {"w": np.ones((2, 3, 3, 3), np.float32)},
    )
    model.functions.append(function)
    model.opset_import.append(helper.make_opsetid("mine", 1))
    lens = Lens(model)
    assert [layer.op for layer in lens.layers()] == ["Conv", "Relu"]
    assert lens.reconstruct(lens.look(picture(0, 6)), "y", 0, (0, 0), value="one").full().sum() == 27


def test_files_that_are_no_network(tmp_path):
    with pytest.raises(errors.GraphInvalid, match="cannot be read"):
        Graph(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_bytes(b"certainly no protobuf, this")
    with pytest.raises(errors.GraphInvalid, match=r"text\.onnx"):
        Graph(tmp_path / "text.onnx")
    with pytest.raises(errors.GraphInvalid, match="no ONNX network"):
        Graph(b"")
    broken = network(
        [node("Conv", ["x", "w"], ["y"])], (1, 3, 8, 8), {"w": np.ones((2, 5, 3, 3), np.float32)}
    )
    with pytest.raises((errors.GraphInvalid, errors.RunFailed)):
        Lens(broken).look(picture(0, 8))


def test_an_input_beside_the_picture_can_be_fixed():
    two = network([node("Mul", ["x", "z"], ["m"]), node("Relu", ["m"], ["y"])], (1, 3, 4, 4))
    two.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, ("N",)))
    before = two.SerializeToString()
    lens = Lens(two, constants={"z": np.full(1, 3, np.float32)})
    shown = picture(0, 4)
    unit, at, peak = lens.strongest(lens.look(shown), "y", 1)[0]
    assert peak == np.maximum(3 * shown, 0).max()
    assert shown[0, unit, at[0], at[1]] == shown.max()
    assert two.SerializeToString() == before, "the network that was given is not changed"
    with pytest.raises(errors.TensorMissing):
        Lens(two, constants={"w": np.ones(1, np.float32)})


def test_inputs_that_are_unclear():
    two = network([node("Add", ["x", "z"], ["y"])], (1, 3))
    two.graph.input.append(helper.make_tensor_value_info("z", TensorProto.FLOAT, (1, 3)))
    with pytest.raises(errors.InputUnclear, match="2 inputs"):
        Graph(two)
    with pytest.raises(errors.InputUnclear):
        Graph(two, image="x")
    none = network([node("Neg", ["w"], ["y"])], (1, 3), {"w": np.ones(3, np.float32)})
    del none.graph.input[:]
    with pytest.raises(errors.InputUnclear, match="no input"):
        Graph(none)
    whole = network([node("Neg", ["x"], ["y"])], (1, 3))
    whole.graph.input[0].type.tensor_type.elem_type = TensorProto.INT32
    with pytest.raises(errors.GraphInvalid, match="INT32"):
        Graph(whole)
    batch = network([node("Neg", ["x"], ["y"])], (4, 3))
    with pytest.raises(errors.InputMismatch, match="batch of exactly 4"):
        Graph(batch)


def test_every_error_has_a_kind_and_a_way_out():
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.LensError)
    ]
    assert len(kinds) > 10
    assert errors.UnsupportedOperator("A", "b", "c", None).kind == "UnsupportedOperator"
    error = errors.ZeroSeed("It is zero.")
    assert str(error) == f"It is zero. {error.hint}"
    assert error.hint


def test_the_registry_refuses_a_second_rule_and_stays_as_it_was():
    class Twice(rules.Rule):
        op_types = ("Brandnew", "Relu")

    before = rules.operators()
    with pytest.raises(ValueError, match="Relu"):
        rules.register(Twice())
    assert rules.operators() == before


def test_external_weights_are_read(tmp_path):
    model = small_classifier()
    onnx.save(model, tmp_path / "net.onnx", save_as_external_data=True, size_threshold=0)
    lens, plain = Lens(tmp_path / "net.onnx"), Lens(small_classifier())
    x = picture()
    found = [one.reconstruct(one.look(x), "relu4", 1, (0, 0), value="one").full() for one in (lens, plain)]
    assert np.array_equal(*found)
