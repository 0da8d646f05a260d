"""Cropping to the receptive field is exact on VGG16, AlexNet and ResNet-18 of real size (T11)."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")

import onnxruntime  # noqa: E402

from deconv_studio.lens.export import fused_model  # noqa: E402
from deconv_studio.lens.reconstruct import Lens  # noqa: E402
from tests.lens import oracle  # noqa: E402

# name -> place of a convolution among all of the network, and the side of its receptive field, by the usual
# recurrence r + (k - 1) j. A layer at the end of the short list is what the network is cut off at in CI.
FIELDS = {
    "vgg16": {"short": [(0, 3), (1, 5), (6, 40)], "deep": [(9, 92), (12, 196)]},
    "alexnet": {"short": [(0, 11), (1, 51), (4, 163)], "deep": []},
    "resnet18": {"short": [(0, 7), (1, 19), (4, 43)], "deep": [(5, 51), (9, 99)]},
}
SIDE = 224


def trunk(name: str, whole: bool) -> torch.nn.Module:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = getattr(torchvision.models, name)(weights=None).eval()
    if whole:
        return model
    if name == "vgg16":
        return model.features[:16]
    if name == "alexnet":
        return model.features
    return torch.nn.Sequential(model.conv1, model.bn1, model.relu, model.maxpool, model.layer1)


def check(name: str, whole: bool, fields: list[tuple[int, int]], method: str) -> None:
    x = torch.randn(1, 3, SIDE, SIDE)
    lens = Lens(oracle.to_onnx(trunk(name, whole), x), threads=1)
    convolutions = [layer for layer in lens.layers(x.shape) if layer.op == "Conv"]
    layers = [convolutions[place].name for place, _ in fields]
    look = lens.look(x.numpy(), layers, [method])
    for layer, (_, side) in zip(layers, fields, strict=True):
        value = lens.activation(look, layer)
        session = onnxruntime.InferenceSession(
            fused_model(look.graph, layer, method).SerializeToString(), providers=["CPUExecutionProvider"]
        )
        height, width = value.shape[2:]
        for at in ((height // 2, width // 2), (0, width - 1)):
            unit = int(np.abs(value[0, :, at[0], at[1]]).argmax())
            seed = np.zeros_like(value)
            seed[(0, unit, *at)] = value[(0, unit, *at)]
            image = {"image": x.numpy()} if len(session.get_inputs()) > 1 else {}
            expected = session.run(None, {**image, "seed": seed})[0][0]
            found = lens.reconstruct(look, layer, unit, at, method=method)
            (top, bottom), (left, right) = found.box[2:]
            if at[0]:
                assert (bottom - top, right - left) == (side, side)
            else:
                assert bottom - top <= side
                assert right == SIDE or side < 12
            outside = np.ones((SIDE, SIDE), bool)
            outside[top:bottom, left:right] = False
            assert not expected[:, outside].any()
            assert expected.any()
            assert np.abs(found.full() - expected).max() <= 1e-6 * np.abs(expected).max()


@pytest.mark.parametrize("name", FIELDS)
def test_cropping_is_exact(name):
    check(name, False, FIELDS[name]["short"], "deconvnet")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["deconvnet", "guided", "gradient"])
@pytest.mark.parametrize("name", FIELDS)
def test_cropping_is_exact_on_the_whole_network(name, method):
    check(name, True, FIELDS[name]["short"] + FIELDS[name]["deep"], method)
