"""Segmenting networks: sizes, ONNX parity, unpooling at the switches, starts from other weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torchvision import models

from deconv_studio.learning.errors import RecipeError, SourceError
from deconv_studio.learning.networks import NETWORKS, UNetLite0
from deconv_studio.learning.networks.attention_unet import AttentionGate
from deconv_studio.learning.networks.deconvnet import DeconvNet
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.networks.encoders import TorchvisionEncoder
from deconv_studio.learning.networks.fcn import FCN
from deconv_studio.learning.networks.initialise import bilinear_deconv, even_deconv
from deconv_studio.learning.networks.segnet import SegNet
from deconv_studio.learning.networks.unet import UNet
from deconv_studio.learning.networks.unpooling import pool, unpool
from deconv_studio.learning.onnx_export import effective_radius, photo_like, prove, to_onnx

MAKE: dict[str, dict[str, Any]] = {
    "attention-unet": {"widths": [4, 8, 16], "channels": 1, "distance": True},
    "deconvnet": {"widths": [4, 8], "counts": [2, 2], "bridge": 16, "kernel": 3},
    "fcn": {"encoder": "resnet18", "width": 8},
    "segnet": {"widths": [4, 8], "counts": [2, 3]},
    "unet": {"widths": [4, 8, 16], "distance": True},
    "unet-lite0": {"widths": [8, 8, 8, 8], "channels": 1},
}


@pytest.mark.parametrize("name", MAKE)
def test_the_output_has_the_inputs_size_and_onnx_gives_the_same(name: str) -> None:
    torch.manual_seed(0)
    options = MAKE[name]
    network: Any = NETWORKS[name](3, **options).eval()
    channels, extra = options.get("channels", 3), options.get("distance", False)
    step = network.size_multiple
    least = getattr(network, "minimum", step)
    example = torch.rand(2, channels, least + step, least + 2 * step)
    assert network(example).shape == (2, 3 + extra, least + step, least + 2 * step)
    model = to_onnx(
        network, example, dynamic={0: "N", 2: "H", 3: "W"}, names=("image", "logits"), multiple=step
    )
    shapes = [(1, channels, least, least), (2, channels, least + 3 * step, least)]
    found = prove(network, model, [photo_like(shape, k) for k, shape in enumerate(shapes)])
    assert found.difference < 1e-5


@pytest.mark.parametrize("name", MAKE)
def test_every_weight_that_learns_gets_a_gradient(name: str) -> None:
    torch.manual_seed(1)
    options = MAKE[name]
    network: Any = NETWORKS[name](3, **options)
    side = 2 * max(getattr(network, "minimum", 0), network.size_multiple)
    out = network(torch.rand(2, options.get("channels", 3), side, side))
    (out * torch.randn_like(out)).sum().backward()
    without = [key for key, value in network.named_parameters() if value.grad is None]
    assert not without


def test_unpooling_is_pytorchs_also_where_values_are_equal() -> None:
    x = torch.relu(torch.randn(2, 3, 8, 12))  # many equal zeros
    small, switches = pool(x)
    expected = F.max_unpool2d(small, switches, 2)
    assert torch.equal(unpool(small, switches), expected)
    kept = expected != 0
    assert torch.equal(expected[kept], x[kept])
    assert int(kept.sum()) == int((small != 0).sum())


class _Round(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return unpool(*pool(x))


def test_unpooling_in_onnx_is_exact_also_where_values_are_equal() -> None:
    import onnxruntime

    model = to_onnx(
        _Round(),
        torch.rand(2, 3, 4, 6),
        dynamic={0: "N", 2: "H", 3: "W"},
        names=("image", "out"),
        multiple=2,
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for shape in ((1, 3, 2, 2), (2, 3, 10, 8)):
        values = np.random.default_rng(0).integers(0, 3, shape).astype(np.float32)
        (found,) = session.run(None, {"image": values})
        assert (found == _Round()(torch.from_numpy(values)).numpy()).all()


def test_a_bilinear_deconvolution_is_bilinear_enlargement() -> None:
    for factor in (2, 8):
        module = nn.ConvTranspose2d(2, 2, 2 * factor, stride=factor, padding=factor // 2, bias=False)
        bilinear_deconv(module)
        x = torch.rand(1, 2, 5, 6)
        expected = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
        inside = np.s_[..., factor:-factor, factor:-factor]
        assert torch.allclose(module(x)[inside], expected[inside], atol=1e-6)


def test_an_even_deconvolution_starts_without_a_checkerboard() -> None:
    torch.manual_seed(0)
    module = nn.ConvTranspose2d(3, 2, 4, stride=2, padding=1)
    even_deconv(module)
    out = module(torch.ones(1, 3, 8, 8))[..., 2:-2, 2:-2]
    assert torch.allclose(out, out[..., :1, :1].expand_as(out), atol=1e-5)


@pytest.mark.parametrize("stride", [16, 8])
def test_fcn_starts_as_the_coarser_one(stride: int) -> None:
    torch.manual_seed(0)
    fine: Any = FCN(3, stride=stride, encoder="resnet18", width=8).eval()
    assert len(fine.scores) == {16: 1, 8: 2}[stride]
    x = torch.rand(1, 3, 64, 64)
    before = fine(x)
    for score in fine.scores:
        nn.init.ones_(score.weight)
    assert not torch.allclose(fine(x), before)
    coarse = fine.top(fine.encoder(x)[-1])
    enlarged = F.interpolate(coarse, scale_factor=32, mode="bilinear", align_corners=False)
    # Two bilinear steps are not one, but nearly so.
    assert float((before - enlarged)[..., 24:40, 24:40].abs().max()) < 0.2 * float(enlarged.abs().max())


def test_an_attention_gate_only_weighs() -> None:
    gate = AttentionGate(4, 6, 2)
    skip, gating = torch.rand(1, 4, 8, 8), torch.rand(1, 6, 4, 4)
    weights = gate.weights(skip, gating)
    assert weights.shape == (1, 1, 8, 8)
    assert float(weights.min()) > 0 and float(weights.max()) < 1
    assert torch.allclose(gate(skip, gating), skip * weights)


def pack(seed: int = 0) -> dict[str, np.ndarray]:
    """Weights under the names of the pack, made up."""
    rng = np.random.default_rng(seed)
    network = EfficientNetLite0(folded=False)
    out: dict[str, np.ndarray] = {}

    def add(key: str, norm: str, layer: Any) -> None:
        shape = tuple(layer.conv.weight.shape)
        out[f"{key}.weight"] = rng.normal(0, np.sqrt(2 / np.prod(shape[1:])), shape).astype(np.float32)
        for name in ("weight", "bias", "running_mean", "running_var"):
            low = 0.5 if name in ("weight", "running_var") else -0.2
            out[f"{norm}.{name}"] = rng.uniform(low, low + 1, shape[0]).astype(np.float32)

    add("_conv_stem", "_bn0", network.stem)
    for index, block in enumerate(network.blocks):
        key = f"_blocks.{index}"
        part: Any = block
        if part.expand is not None:
            add(f"{key}._expand_conv", f"{key}._bn0", part.expand)
        add(f"{key}._depthwise_conv", f"{key}._bn1", part.depthwise)
        add(f"{key}._project_conv", f"{key}._bn2", part.project)
    return out


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    from deconv_studio.catalog.packs import installed

    made = pack()
    monkeypatch.setattr(installed, "read_weights", lambda name: made)
    return made


def test_folded_weights_compute_what_batch_norm_would(weights: dict[str, np.ndarray]) -> None:
    folded, plain = EfficientNetLite0(), EfficientNetLite0(folded=False).eval()
    folded.load_pretrained()

    def put(layer: Any, key: str, norm: str) -> None:
        with torch.no_grad():
            layer.conv.weight.copy_(torch.from_numpy(weights[f"{key}.weight"]))
            for name in ("weight", "bias", "running_mean", "running_var"):
                getattr(layer.norm, name).copy_(torch.from_numpy(weights[f"{norm}.{name}"]))

    put(plain.stem, "_conv_stem", "_bn0")
    for index, block in enumerate(plain.blocks):
        part: Any = block
        if part.expand is not None:
            put(part.expand, f"_blocks.{index}._expand_conv", f"_blocks.{index}._bn0")
        put(part.depthwise, f"_blocks.{index}._depthwise_conv", f"_blocks.{index}._bn1")
        put(part.project, f"_blocks.{index}._project_conv", f"_blocks.{index}._bn2")
    x = torch.rand(1, 3, 64, 96)
    for a, b in zip(folded(x), plain(x), strict=True):
        assert torch.allclose(a, b, rtol=1e-3, atol=1e-3 * float(b.abs().max()))


def test_gray_takes_the_weights_added_up(weights: dict[str, np.ndarray]) -> None:
    gray, color = EfficientNetLite0(1), EfficientNetLite0(3)
    gray.load_pretrained()
    color.load_pretrained()
    x = torch.rand(1, 1, 32, 32)
    for a, b in zip(gray(x), color(x.expand(-1, 3, -1, -1)), strict=True):
        assert torch.allclose(a, b, atol=1e-3 * float(b.abs().max()))


def test_the_encoder_is_the_packs_classifier(weights: dict[str, np.ndarray]) -> None:
    """The features at stride 32 are those of the graph that the catalog makes of the same weights."""
    import onnx
    import onnxruntime
    from onnx import helper

    from deconv_studio.catalog.packs.efficientnet_lite import to_onnx as converted

    rng = np.random.default_rng(1)
    ends = {
        "_conv_head.weight": rng.normal(0, 0.05, (8, 320, 1, 1)).astype(np.float32),
        "_bn1.weight": np.ones(8, np.float32),
        "_bn1.bias": np.zeros(8, np.float32),
        "_bn1.running_mean": np.zeros(8, np.float32),
        "_bn1.running_var": np.ones(8, np.float32),
        "_fc.weight": np.ones((2, 8), np.float32),
        "_fc.bias": np.zeros(2, np.float32),
    }
    strides = [1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    whole = onnx.load_model_from_string(
        converted({**weights, **ends}, ["a", "b"], name="x", strides=strides).content
    )
    whole.graph.output.append(helper.make_tensor_value_info("b15.project", onnx.TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(whole.SerializeToString(), providers=["CPUExecutionProvider"])
    values = np.random.default_rng(2).random((1, 3, 64, 96)).astype(np.float32)
    (expected,) = session.run(["b15.project"], {"image": (values * 255 - 127) / 128})
    encoder = EfficientNetLite0()
    encoder.load_pretrained()
    found = encoder(torch.from_numpy(values))[-1].detach().numpy()
    assert np.abs(found - expected).max() < 1e-3 * np.abs(expected).max()


def test_freezing_follows_the_training() -> None:
    network = UNetLite0(2, widths=[8, 8, 8, 8], frozen_blocks=3, frozen_share=0.5)

    def learning() -> list[bool]:
        parts = [network.encoder.stem, *network.encoder.blocks]
        return [all(p.requires_grad for p in part.parameters()) for part in parts]

    network.freeze(0.2)
    assert not any(learning())
    network.freeze(0.5)
    assert learning() == [False] * 4 + [True] * 13
    assert all(p.requires_grad for p in network.ups.parameters())


def test_an_encoder_with_batch_norm_refuses_folded_weights() -> None:
    with pytest.raises(SourceError, match="batch norm"):
        UNetLite0(2, widths=[8, 8, 8, 8], pretrained=False).load_pretrained()


@pytest.mark.parametrize("name", ["resnet18", "mobilenet_v3_small"])
def test_torchvision_encoders_give_features_at_every_stride(name: str) -> None:
    encoder = TorchvisionEncoder(name).eval()
    features = encoder(torch.rand(1, 3, 64, 96))
    assert [tuple(f.shape[1:]) for f in features] == [
        (width, 64 // stride, 96 // stride)
        for width, stride in zip(encoder.widths, (2, 4, 8, 16, 32), strict=True)
    ]


def test_torchvision_weights_are_taken_and_gray_adds_them_up(tmp_path: Path) -> None:
    torch.manual_seed(5)
    theirs = models.resnet18(weights=None).eval()
    file = tmp_path / "resnet18.pth"
    torch.save(theirs.state_dict(), file)
    color = TorchvisionEncoder("resnet18", 3, str(file)).eval()
    gray = TorchvisionEncoder("resnet18", 1, str(file)).eval()
    color.load_pretrained()
    gray.load_pretrained()
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        y = (x - color.mean) / color.deviation
        y = theirs.maxpool(theirs.relu(theirs.bn1(theirs.conv1(y))))
        y = theirs.layer4(theirs.layer3(theirs.layer2(theirs.layer1(y))))
        assert torch.allclose(color(x)[-1], y, atol=1e-4)
    assert torch.equal(gray.body.conv1.weight, theirs.conv1.weight.sum(1, keepdim=True))


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.pth"
    torch.save(models.mobilenet_v3_small(weights=None).state_dict(), file)
    with pytest.raises(SourceError, match="does not fit resnet18"):
        TorchvisionEncoder("resnet18", 3, str(file)).load_pretrained()
    file.write_bytes(b"nothing")
    with pytest.raises(SourceError, match="cannot be read"):
        TorchvisionEncoder("resnet18", 3, str(file)).load_pretrained()
    torch.save({"a": 1}, file)
    with pytest.raises(SourceError, match="no state dict"):
        TorchvisionEncoder("resnet18", 3, str(file)).load_pretrained()


def test_encoders_that_cannot_be_are_refused() -> None:
    with pytest.raises(RecipeError, match="resnet18"):
        TorchvisionEncoder("resnet19")
    with pytest.raises(RecipeError, match="stride 2"):
        TorchvisionEncoder("squeezenet1_1")
    with pytest.raises(RecipeError, match="scratch"):
        UNet(2, weights="x.pth")


@pytest.mark.parametrize("kind", [SegNet, DeconvNet])
@pytest.mark.parametrize("builder", ["vgg11", "vgg11_bn"])
def test_vgg_weights_go_into_the_first_half(kind: type, builder: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    theirs = models.get_model(builder, weights=None, init_weights=False)
    file = tmp_path / "vgg.pth"
    torch.save({k: v for k, v in theirs.state_dict().items() if k.startswith("features.")}, file)
    options: dict[str, Any] = {"widths": [64, 128, 256], "counts": [1, 1, 2], "weights": str(file)}
    if kind is DeconvNet:
        options |= {"bridge": 4, "kernel": 1}
    network = kind(3, channels=1, **options)
    network.load_pretrained()
    ours = [m for m in network.encoder.modules() if isinstance(m, nn.Conv2d)]
    given = [m for m in theirs.features if isinstance(m, nn.Conv2d)]
    assert torch.equal(ours[0].weight, given[0].weight.sum(1, keepdim=True))
    assert torch.equal(ours[3].weight, given[3].weight)
    with pytest.raises(SourceError, match="does not fit"):
        kind(3, **{**options, "widths": [64, 128, 200]}).load_pretrained()


def test_the_effective_radius_is_that_of_the_kernel() -> None:
    blur = nn.Conv2d(3, 2, 11, padding=5)
    nn.init.constant_(blur.weight, 0.1)
    assert effective_radius(blur, 3, 1, side=64) == 5
    assert effective_radius(blur, 3, 8, side=64) == 8


@pytest.mark.parametrize("encoder", ["resnet18", "efficientnet-lite0"])
def test_a_unet_on_a_classifier(encoder: str) -> None:
    network = UNet(3, 1, widths=[8, 8, 6, 4], encoder=encoder).eval()
    assert network.size_multiple == 32
    assert network(torch.rand(1, 1, 32, 64)).shape == (1, 3, 32, 64)
    with pytest.raises(TypeError, match="takes 4"):
        UNet(3, 1, widths=[8, 8], encoder=encoder)


def test_an_encoder_from_scratch_has_batch_norm_and_learns() -> None:
    network = UNetLite0(2, 1, widths=[8, 8, 8, 8], pretrained=False)
    network.freeze(0.5)
    network(torch.rand(2, 1, 64, 64)).square().mean().backward()
    norms = [m for m in network.encoder.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == 48  # stem, 15 expansions, 16 depthwise, 16 projections
    assert all(m.weight.grad is not None for m in norms)
