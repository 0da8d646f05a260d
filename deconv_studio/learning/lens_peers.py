"""What `bench lens` stands beside: the same reconstructions by captum and by PyTorch's autograd."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from deconv_studio.learning.errors import LearningError
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.onnx_export import to_onnx

Pixels = NDArray[np.float32]

#: Modules whose outputs are looked at, early to late; the network's own output comes after them.
NETWORKS: Mapping[str, tuple[str, ...]] = {
    "alexnet": ("features.2", "features.5", "features.9", "features.12"),
    "resnet18": ("maxpool", "layer1", "layer2", "layer3", "layer4"),
    "vgg16": ("features.4", "features.9", "features.16", "features.23", "features.30"),
    "efficientnet-lite0": ("encoder.blocks.1", "encoder.blocks.4", "encoder.blocks.10", "head"),
}


class UnknownNetworkError(LearningError):
    """The bench has no network of this name."""


class _Classifier(nn.Module):
    """EfficientNet-Lite0 with its head, weights at random."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = EfficientNetLite0()
        self.head = nn.Sequential(nn.Conv2d(320, 1280, 1), nn.ReLU6())
        self.scores = nn.Linear(1280, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.scores(self.head(self.encoder(x)[-1]).mean(dim=(2, 3)))


class _Rectified(torch.autograd.Function):
    """A rectifier whose backward pass rectifies the signal (Zeiler and Fergus 2014, section 2.1)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, limit: float | None) -> Tensor:
        return x.clamp(0, limit)

    @staticmethod
    def backward(ctx: Any, *signals: Tensor) -> tuple[Tensor, None]:
        return signals[0].clamp(min=0), None


class _Deconvnet(TorchFunctionMode):
    """Every way of rectifying goes back by the deconvnet rule; hooks on modules miss the functional ones."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        if func in (F.relu, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_):
            return _Rectified.apply(args[0], None)
        if func is F.relu6:
            return _Rectified.apply(args[0], 6.0)
        if func is F.hardtanh:
            bounds = [*args[1:3], *(given[name] for name in ("min_val", "max_val") if name in given)]
            if bounds[0] == 0:
                return _Rectified.apply(args[0], float(bounds[1]))
        return func(*args, **given)


class _Reached(Exception):  # noqa: N818 never leaves this file
    """The layer that is looked at has been computed; what lies above it need not be."""

    def __init__(self, value: Tensor) -> None:
        super().__init__()
        self.value = value


class PeerNetwork:
    """A network with weights at random, as PyTorch and as ONNX.

    Parameters
    ----------
    name : str
        One of `NETWORKS`.
    side : int
        Of the picture, in pixels.
    threads : int
        For PyTorch, in the whole process.

    Raises
    ------
    UnknownNetworkError
    ImportError
        torchvision is not installed.
    """

    def __init__(self, name: str, side: int, threads: int) -> None:
        if name not in NETWORKS:
            raise UnknownNetworkError(f"There is no network {name!r}.", f"Networks: {', '.join(NETWORKS)}.")
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        if name == "efficientnet-lite0":
            self.module: nn.Module = _Classifier()
        else:
            models: Any = importlib.import_module("torchvision.models")
            self.module = getattr(models, name)(weights=None)
        self.module.eval().requires_grad_(False)
        for part in self.module.modules():
            if isinstance(part, nn.ReLU):
                # captum's hooks do not bear rectifiers that write over their input.
                part.inplace = False
        self.layers: tuple[str, ...] = (*NETWORKS[name], "output")
        # Noise has no ties, whose winner in a max pool would be each runtime's own choice.
        self._picture = torch.rand(1, 3, side, side)
        self.picture: Pixels = self._picture.numpy()
        self.onnx = to_onnx(self.module, self._picture, dynamic={}, names=("image", "scores"))

    @contextmanager
    def _stop_at(self, layer: str) -> Iterator[None]:
        def stop(module: nn.Module, given: Any, value: Tensor) -> None:
            raise _Reached(value)

        handle = self.module.get_submodule(layer).register_forward_hook(stop)
        try:
            yield
        finally:
            handle.remove()

    def _until(self, x: Tensor, layer: str) -> Tensor:
        if layer == "output":
            return self.module(x)  # type: ignore[no-any-return]
        with self._stop_at(layer):
            try:
                self.module(x)
            except _Reached as reached:
                return reached.value
        raise UnknownNetworkError(f"The layer {layer!r} is never computed.", "Name another one.")

    def value(self, layer: str) -> Pixels:
        """Return a layer's activation, (1, units, ...) float32."""
        with torch.no_grad():
            return self._until(self._picture, layer).numpy()

    def autograd(self, layer: str, unit: int, at: tuple[int, ...]) -> Pixels:
        """Reconstruct one unit, seed 1, by autograd: forward to the layer, then backward; (3, H, W)."""
        x = self._picture.clone().requires_grad_(True)
        with _Deconvnet():
            value = self._until(x, layer)
        value[(0, unit, *at)].backward()
        assert x.grad is not None
        return x.grad[0].numpy()

    def captum(self, layer: str) -> Callable[[int, tuple[int, ...]], Pixels]:
        """Return captum's deconvnet of a layer: from a unit and its position to (3, H, W).

        Raises
        ------
        ImportError
            captum is not installed.
        """
        kinds: Any = importlib.import_module("captum.attr")
        if layer == "output":
            whole = kinds.Deconvolution(self.module)

            def of_output(unit: int, at: tuple[int, ...]) -> Pixels:
                x = self._picture.clone().requires_grad_(True)
                return whole.attribute(x, target=unit)[0].detach().numpy()  # type: ignore[no-any-return]

            return of_output
        inner = kinds.NeuronDeconvolution(self.module, self.module.get_submodule(layer))

        def of_layer(unit: int, at: tuple[int, ...]) -> Pixels:
            x = self._picture.clone().requires_grad_(True)
            return inner.attribute(x, (unit, *at))[0].detach().numpy()  # type: ignore[no-any-return]

        return of_layer
