"""Grad-CAM against its definition and captum, occlusion against the receptive field, the paper's own test,
randomisation."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import helper, numpy_helper

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.lens.errors import NotFromPicture, UnitMissing
from deconv_studio.lens.randomise import randomised
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.lens.views import class_activation_map, occlude, verify_by_occlusion
from tests.lens.graphs import network, picture, small_classifier

node = helper.make_node


@pytest.fixture(scope="module")
def lens():
    return Lens(small_classifier(), threads=1)


@pytest.fixture(scope="module")
def look(lens):
    return lens.look(picture())


@pytest.mark.light
def test_going_back_to_a_layer_is_the_gradient_there(lens, look):
    """d y / d relu2 by finite differences on the rest of the network."""
    found = lens.reconstruct(look, "y", 3, (), method="gradient", value="one", since="pool3").full()
    # Above pool3: 1x1 convolution, rectifier, mean, fully connected.
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in small_classifier().graph.initializer}
    pool = look.values["pool3"][0].astype(np.float64)
    hidden = np.einsum("mc,chw->mhw", weights["w4"][:, :, 0, 0], pool)
    signal = weights["w5"][:, 3][:, None, None] * (hidden > 0) / hidden[0].size
    expected = np.einsum("mc,mhw->chw", weights["w4"][:, :, 0, 0], signal)
    assert found.shape == pool.shape
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.light
def test_grad_cam_is_its_definition(lens, look):
    gradient = lens.reconstruct(look, "y", 3, (), method="gradient", value="one", since="relu2").full()
    maps = look.values["relu2"][0]
    expected = np.maximum((gradient.mean(axis=(1, 2))[:, None, None] * maps).sum(axis=0), 0)
    found = class_activation_map(lens, look, "relu2", "y", 3)
    assert np.array_equal(found, expected) or found == pytest.approx(expected, abs=1e-7)
    assert found.shape == (8, 8)
    assert found.max() > 0
    layercam = class_activation_map(lens, look, "relu2", "y", 3, kind="layercam")
    assert layercam == pytest.approx(np.maximum((np.maximum(gradient, 0) * maps).sum(axis=0), 0), abs=1e-7)
    with pytest.raises(UnitMissing, match="no maps"):
        class_activation_map(lens, look, "flat", "y", 3)
    with pytest.raises(NotFromPicture):
        class_activation_map(lens, look, "relu4", "relu2", 3, (0, 0))


@pytest.mark.light
def test_a_gate_beside_the_layer_is_read_as_it_was():
    """y = a(x) * b(x); seen from a, b is a recorded factor."""
    model = network(
        [node("Neg", ["x"], ["a"]), node("Exp", ["x"], ["b"]), node("Mul", ["a", "b"], ["y"])], (1, 2, 3, 3)
    )
    lens = Lens(model)
    x = picture(0, 3, 2)
    look = lens.look(x, ["y"])
    found = lens.reconstruct(look, "y", 1, (2, 0), method="gradient", value="one", since="a").full()
    assert found[1, 2, 0] == pytest.approx(np.exp(x[0, 1, 2, 0]), rel=1e-6)
    assert np.count_nonzero(found) == 1


@pytest.mark.light
def test_occlusion_matters_only_in_the_receptive_field(lens, look):
    at = (2, 5)
    unit = int(look.values["relu2"][0, :, 2, 5].argmax())
    found = occlude(lens, look, "relu2", unit, at, window=6, stride=4)
    box = lens.receptive_field(look.graph, "relu2", at)
    inside = np.array(
        [
            [
                all(a < stop and start < b for (a, b), (start, stop) in zip(s, box[2:], strict=True))
                for s in row
            ]
            for row in found.boxes
        ]
    )
    assert found.runs == inside.sum() < inside.size
    assert not found.drop[~inside].any()
    assert np.abs(found.drop[inside]).max() > 0
    assert found.activation == look.values["relu2"][0, unit, 2, 5]
    assert found.boxes[-1][-1] == ((27, 33), (27, 33))
    # One patch by hand.
    i, j = (int(k) for k in np.argwhere(inside)[0])
    covered = picture()
    rows, columns = found.boxes[i][j]
    covered[0, :, slice(*rows), slice(*columns)] = 0.25
    value = lens.look(covered, ["relu2"]).values["relu2"][0, unit, 2, 5]
    again = occlude(lens, look, "relu2", unit, at, window=6, stride=4, fill=0.25)
    assert again.drop[i, j] == pytest.approx(found.activation - value, abs=1e-6)
    with pytest.raises(UnitMissing):
        occlude(lens, look, "relu2", 99, at)
    with pytest.raises(UnitMissing):
        occlude(lens, look, "relu2", 0, at, window=0)
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        occlude(lens, look, "relu2", unit, at, control=control)


@pytest.mark.light
def test_covering_what_is_shown_silences_the_unit():
    """A unit that looks for a bright bar: its reconstruction is the bar, and covering it kills the unit."""
    kernel = np.zeros((1, 1, 7, 7), np.float32)
    kernel[0, 0, :, 3] = 1
    lens = Lens(
        network([node("Conv", ["x", "w"], ["a"]), node("Relu", ["a"], ["y"])], (1, 1, 15, 15), {"w": kernel})
    )
    x = np.random.default_rng(0).random((1, 1, 15, 15)).astype(np.float32) * 0.1
    x[0, 0, :, 7] = 1
    shown, hidden = verify_by_occlusion(lens, lens.look(x), "y", 0, (4, 4), share=7 / 49)
    assert shown > 0.5
    assert hidden == pytest.approx(0, abs=1e-6)


@pytest.mark.light
def test_randomising_from_a_layer_up_changes_nothing_below(lens, look):
    model = small_classifier()
    before = model.SerializeToString(deterministic=True)
    shuffled = Lens(randomised(lens.graph(), "conv3", seed=1))
    assert model.SerializeToString(deterministic=True) == before
    other = shuffled.look(picture())
    assert np.array_equal(other.values["relu2"], look.values["relu2"])
    assert not np.array_equal(other.values["relu3"], look.values["relu3"])
    assert not np.array_equal(other.values["y"], look.values["y"])
    old, new = (
        {tensor.name: numpy_helper.to_array(tensor) for tensor in one.model.graph.initializer}
        for one in (lens, shuffled)
    )
    for name in ("w1", "w2", "b1"):
        assert np.array_equal(old[name], new[name])
    for name in ("w3", "w4", "w5"):
        assert not np.array_equal(old[name], new[name])
        assert np.array_equal(np.sort(old[name], axis=None), np.sort(new[name], axis=None))
    again = randomised(lens.graph(), "conv3", seed=1)
    assert again.SerializeToString(deterministic=True) == shuffled.model.SerializeToString(deterministic=True)


def test_grad_cam_is_captums():
    torch = pytest.importorskip("torch")
    torchvision = pytest.importorskip("torchvision")
    captum = pytest.importorskip("captum.attr")
    from tests.lens import oracle

    torch.manual_seed(0)
    model = torchvision.models.resnet18(weights=None, num_classes=20).eval()
    x = torch.randn(1, 3, 64, 64)
    expected = captum.LayerGradCam(model, model.layer3).attribute(x, target=4, relu_attributions=True)
    lens = Lens(oracle.to_onnx(model, x), threads=1)
    look = lens.look(x.numpy())
    shape = (1, 256, 4, 4)
    layer = [one.name for one in lens.layers(x.shape) if one.shape == shape and one.op == "Relu"][-1]
    found = class_activation_map(lens, look, layer, lens.layers(x.shape)[-1].name, 4)
    assert found == pytest.approx(expected[0, 0].detach().numpy(), abs=1e-5 * float(expected.detach().max()))
