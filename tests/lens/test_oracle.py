"""Parity of the reverse graphs with patched autograd (T6) and captum (T5, T7) on torchvision networks
(random weights)."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torchvision = pytest.importorskip("torchvision")
captum = pytest.importorskip("captum.attr")

from deconv_studio.lens.export import fused_model, weight_bytes  # noqa: E402
from deconv_studio.lens.reconstruct import Lens  # noqa: E402
from tests.lens import oracle  # noqa: E402
from tests.lens.graphs import run  # noqa: E402

METHODS = ("deconvnet", "guided", "gradient")

# name -> (picture size, modules to look at); the network's output is always looked at too.
NETWORKS = {
    "alexnet": (224, ("features.0", "features.5", "features.10")),
    "resnet18": (64, ("conv1", "maxpool", "layer1.1.bn1", "layer2.0", "layer4.1")),
    "squeezenet1_1": (64, ("features.2", "features.5", "features.9.expand3x3")),
    "googlenet": (64, ("maxpool1", "inception3a", "inception4c", "inception5b")),
    "mobilenet_v2": (64, ("features.1", "features.7", "features.18")),
    "vgg11": (64, ("features.3", "features.10", "features.19")),
    "vgg16_bn": (64, ("features.6", "features.23", "features.40")),
    "resnet50": (64, ("layer1.0", "layer2.3", "layer4.2")),
    "densenet121": (64, ("features.denseblock1", "features.transition2", "features.norm5")),
    "efficientnet_b0": (64, ("features.1", "features.4", "features.8")),
    "regnet_y_400mf": (64, ("stem", "trunk_output.block2", "trunk_output.block4")),
    "mnasnet0_5": (64, ("layers.8", "layers.11", "layers.14")),
    "mobilenet_v3_small": (64, ("features.1", "features.5", "features.12")),
    "shufflenet_v2_x0_5": (64, ("stage2", "stage3", "conv5")),
}
FAST = ("alexnet", "resnet18", "squeezenet1_1", "googlenet", "mobilenet_v2")
_MADE: dict[str, tuple] = {}


def made(name: str) -> tuple:
    """Return (model, picture, lens, look), made once for a name; one network is kept at a time."""
    if name not in _MADE:
        _MADE.clear()
        torch.manual_seed(0)
        torch.set_num_threads(1)
        extra = {"init_weights": False, "aux_logits": False} if name == "googlenet" else {}
        model = getattr(torchvision.models, name)(weights=None, num_classes=50, **extra).eval()
        if name.startswith("vgg"):
            # The tracing exporter cannot enlarge by adaptive pooling, which VGG does at this size.
            model.avgpool = torch.nn.AdaptiveAvgPool2d(1)
            model.classifier = torch.nn.Linear(512, 50)
        size = NETWORKS[name][0]
        x = torch.randn(1, 3, size, size)
        lens = Lens(oracle.to_onnx(model, x), threads=1)
        _MADE[name] = (model, x, lens, lens.look(x.numpy()))
    return _MADE[name]


def layer_of(lens, look, value: np.ndarray) -> str:
    """Return the ONNX tensor that is a torch module's output, found by its value."""
    scale = np.abs(value).max()
    found = []
    for layer in lens.layers(look.picture.shape):
        if layer.shape == value.shape:
            distance = np.abs(lens.activation(look, layer.name) - value).max() / scale
            found.append((distance, -layer.depth, layer.name))
    distance, _, name = min(found)
    assert distance < 1e-4
    return name


def cases(names):
    return [
        pytest.param(name, module, method, id=f"{name}-{module or 'output'}-{method}")
        for name in names
        for module in (*NETWORKS[name][1], None)
        for method in METHODS
    ]


def check(name, module_name, method, record_property):
    model, x, lens, look = made(name)
    module = model.get_submodule(module_name) if module_name else None
    graph = look.graph
    ordered = sorted(look.switches, key=lambda tensor: graph.producer[tensor].index)
    switches = [look.switches[tensor] for tensor in ordered]
    with torch.no_grad():
        kept = []
        handle = (
            module.register_forward_hook(lambda _m, _i, out: kept.append(out.clone())) if module else None
        )
        result = model(x)
        if handle:
            handle.remove()
    value = (kept[0] if module else result).numpy()
    layer = layer_of(lens, look, value)
    unit = int(value[0].reshape(value.shape[1], -1).max(axis=1).argmax())
    found = lens.reconstruct(look, layer, unit, "max", method=method, value="one")
    expected, _, flips = oracle.reconstruct(model, module, x, unit, found.at, method, switches)
    scale = np.abs(expected).max()
    assert scale > 0
    error = float(np.abs(found.full() - expected).max() / scale)
    record_property("error", error)
    print(  # noqa: T201
        f"{name} {layer} {method}: error {error:.1e}, {flips.count} of {flips.total} switches flip"
    )
    assert error < 1e-5


@pytest.mark.parametrize(("name", "module", "method"), cases(FAST))
def test_parity_with_patched_autograd(name, module, method, record_property):
    check(name, module, method, record_property)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "module", "method"), cases(n for n in NETWORKS if n not in FAST))
def test_parity_with_patched_autograd_on_heavy_networks(name, module, method, record_property):
    check(name, module, method, record_property)


def out_of_place(model):
    for module in model.modules():
        if isinstance(module, torch.nn.ReLU):
            module.inplace = False
    return model


def check_export(name):
    _, x, lens, look = made(name)
    layers = lens.layers(x.shape)
    forward = weight_bytes(lens.model)
    for layer in (layers[len(layers) // 2].name, layers[-1].name):
        for method in METHODS:
            value = lens.activation(look, layer)
            seed = np.zeros_like(value)
            seed[0, 1] = 1
            expected = lens.reconstruct(
                look, layer, 1, "all" if value.ndim > 2 else (), method=method, value="one"
            )
            fused = fused_model(look.graph, layer, method)
            found = run(fused, image=x.numpy(), seed=seed)[0]
            scale = np.abs(expected.full()).max()
            assert np.abs(found - expected.full()).max() <= 1e-5 * scale
            assert scale > 0
            assert weight_bytes(fused) <= 1.1 * forward
            assert len(fused.SerializeToString()) <= 1.1 * len(lens.model.SerializeToString())


@pytest.mark.parametrize("name", FAST[1:])
def test_exported_graphs_give_the_same_and_are_no_larger(name):
    check_export(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in NETWORKS if n not in FAST])
def test_exported_graphs_of_heavy_networks(name):
    check_export(name)


def test_graphs_of_the_newer_exporter_are_read_too():
    pytest.importorskip("onnxscript")
    torch.manual_seed(0)
    model = torchvision.models.squeezenet1_1(weights=None, num_classes=10).eval()
    x = torch.randn(1, 3, 64, 64)
    program = torch.onnx.export(model, (x,), dynamo=True, verbose=False)
    lens = Lens(program.model_proto, threads=1)
    look = lens.look(x.numpy())
    last = lens.layers(x.shape)[-1].name
    ordered = sorted(look.switches, key=lambda tensor: look.graph.producer[tensor].index)
    found = lens.reconstruct(look, last, 3, (), value="one").full()
    switches = [look.switches[tensor] for tensor in ordered]
    expected, _, _ = oracle.reconstruct(model, None, x, 3, (), "deconvnet", switches)
    assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()


@pytest.mark.parametrize("name", ["alexnet", "squeezenet1_1"])
def test_deconvnet_and_guided_match_captum_where_it_applies(name):
    model, x, lens, look = made(name)
    out_of_place(model)
    last = lens.layers(look.picture.shape)[-1].name
    for method, kind in (("deconvnet", captum.Deconvolution), ("guided", captum.GuidedBackprop)):
        expected = kind(model).attribute(x.clone().requires_grad_(), target=7)[0].detach().numpy()
        found = lens.reconstruct(look, last, 7, (), method=method, value="one").full()
        assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()


def test_hidden_units_match_captum_neuron_deconvolution():
    model, x, lens, look = made("squeezenet1_1")
    out_of_place(model)
    module = model.features[5]
    with torch.no_grad():
        value = model.features[:6](x).numpy()
    layer = layer_of(lens, look, value)
    kind = captum.NeuronDeconvolution(model, module)
    for at in ((0, 0), (3, 4)):
        expected = kind.attribute(x.clone().requires_grad_(), (11, *at))[0].detach().numpy()
        found = lens.reconstruct(look, layer, 11, at, value="one").full()
        assert np.abs(found - expected).max() < 1e-5 * np.abs(expected).max()
        assert np.abs(expected).max() > 0


def test_captum_golden_case():
    """The 4x4 network of captum's own deconvolution test, by hand: two ones-kernels, a rectifier, a sum."""

    class Small(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = torch.nn.Conv2d(1, 2, 3, 1, bias=False)
            self.conv1.weight = torch.nn.Parameter(torch.ones(2, 1, 3, 3))
            self.relu1 = torch.nn.ReLU()
            self.pool1 = torch.nn.MaxPool2d(2)

        def forward(self, x):
            return self.pool1(self.relu1(self.conv1(x))).flatten(1)

    model = Small().eval()
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    lens = Lens(oracle.to_onnx(model, x))
    look = lens.look(x.numpy())
    found = lens.reconstruct(look, lens.layers()[-1].name, 0, (), value="one").full()
    # The largest 3x3 sum of a rising ramp is at the bottom right, and its kernel is all ones.
    expected = np.zeros((1, 4, 4), np.float32)
    expected[0, 1:, 1:] = 1
    assert np.array_equal(found, expected)
