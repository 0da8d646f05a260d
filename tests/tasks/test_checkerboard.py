"""A whole network looked over: opened at a size it takes, its result's spectrum, the layer at fault."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import helper

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.lens.errors import LensError
from deconv_studio.tasks.checkerboard import look_over
from tests.lens.graphs import network

pytestmark = pytest.mark.light


def saved(tmp_path, kernel, weight, shape=(1, 1, "H", "W"), stride=2):
    """A network of one transposed convolution in a file."""
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[stride] * 2, name="up")
    path = tmp_path / "net.onnx"
    onnx.save(network([node], shape, {"w": weight.reshape(1, 1, kernel, kernel).astype(np.float32)}), path)
    return path


def test_the_uneven_layer_is_named_and_its_peak_is_at_the_harmonic(tmp_path):
    look = look_over(Control(), saved(tmp_path, 3, np.ones(9)))
    assert look.name == "net.onnx" and look.stride == 2
    assert look.input_shape == (1, 1, 48, 48)
    assert look.found.cause is not None and look.found.cause.layer == "y"
    assert look.found.remedy
    assert look.frequencies[np.argmax(look.spectrum)] == pytest.approx(0.5)
    assert look.cut is not None and look.cut.shape == (48, 48)
    assert abs(look.cut.mean()) < 1e-6


def test_an_even_layer_is_not_accused(tmp_path):
    row = np.array([0.25, 0.75, 0.75, 0.25])
    look = look_over(Control(), saved(tmp_path, 4, np.multiply.outer(row, row)))
    assert look.found.cause is None
    assert look.spectrum[-1] < 0.05


def test_the_noise_is_of_the_size_the_file_fixes(tmp_path):
    assert look_over(Control(), saved(tmp_path, 4, np.ones(16), (1, 1, 9, 7))).input_shape == (1, 1, 9, 7)


def test_layers_beside_each_other_are_one_enlargement_and_layers_in_a_row_two(tmp_path):
    up = {"strides": [2, 2]}
    beside = [
        helper.make_node("ConvTranspose", ["x", "w"], ["a"], **up),
        helper.make_node("ConvTranspose", ["x", "w"], ["b"], **up),
        helper.make_node("Add", ["a", "b"], ["y"]),
    ]
    behind = [
        helper.make_node("ConvTranspose", ["x", "w"], ["a"], **up),
        helper.make_node("ConvTranspose", ["a", "w"], ["y"], **up),
    ]
    for nodes, stride in ((beside, 2), (behind, 4)):
        path = tmp_path / f"{stride}.onnx"
        onnx.save(network(nodes, (1, 1, "H", "W"), {"w": np.ones((1, 1, 2, 2), np.float32)}), path)
        look = look_over(Control(), path)
        assert len(look.found.layers) == 2 and look.stride == stride


def test_a_network_that_does_not_enlarge_has_nothing_to_show(tmp_path):
    path = tmp_path / "relu.onnx"
    onnx.save(network([helper.make_node("Relu", ["x"], ["y"])], (1, 3, "H", "W")), path)
    look = look_over(Control(), path)
    assert look.found.layers == () and look.cut is None and look.spectrum.size == 0 and look.stride == 1


def test_what_is_no_network_is_refused_and_a_cancel_is_heard(tmp_path):
    path = tmp_path / "broken.onnx"
    path.write_bytes(b"not a network")
    with pytest.raises(LensError, match=r"broken\.onnx"):
        look_over(Control(), path)
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        look_over(control, saved(tmp_path, 3, np.ones(9)))
