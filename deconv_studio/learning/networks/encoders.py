"""Encoders by name: from scratch, EfficientNet-Lite0 of the pack, or any classifier of torchvision."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from deconv_studio.learning.errors import RecipeError, SourceError
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.networks.initialise import kaiming

_STRIDES = (2, 4, 8, 16, 32)
# Not a multiple of 7: an adaptive mean of 7 x 7 must not be taken for features at stride 32.
_PROBE = 256
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class DoubleConv(nn.Sequential):
    """Two 3x3 convolutions with ReLU (Ronneberger et al. 2015, fig. 1), padded, with batch norm."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(
            nn.Conv2d(before, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, padding=1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
        )


class ScratchEncoder(nn.Module):
    """U-Net's contracting path: features at strides 1, 2, 4, ..., one a width.

    Parameters
    ----------
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Channels of each stage; every stage but the first begins with 2x2 max pooling.
    """

    def __init__(self, channels: int, widths: Sequence[int]) -> None:
        super().__init__()
        self.widths = tuple(widths)
        self.stages = nn.ModuleList(
            DoubleConv(before, after) for before, after in zip((channels, *widths[:-1]), widths, strict=True)
        )
        kaiming(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        x, features = x - 0.5, []
        for index, stage in enumerate(self.stages):
            x = stage(nn.functional.max_pool2d(x, 2) if index else x)
            features.append(x)
        return features

    def freeze(self, blocks: int) -> None:
        """Keep the first `blocks` stages as they are."""
        for index, stage in enumerate(self.stages):
            stage.requires_grad_(index >= blocks)


class TorchvisionEncoder(nn.Module):
    """The last features at strides 2, 4, 8, 16 and 32 of a torchvision classifier, found by tracing it.

    Parameters
    ----------
    name : str
        A builder of ``torchvision.models``, such as ``resnet18`` or ``vgg16_bn``.
    channels : int
        3 for RGB, 1 for gray: the first convolution's weights are added up over RGB.
    weights : str, optional
        A state dict (``.pth``) of the whole classifier, read with ``weights_only=True`` by `load_pretrained`.

    Raises
    ------
    RecipeError
        If torchvision has no such classifier, or it has no features at one of the strides.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, name: str, channels: int = 3, weights: str | None = None) -> None:
        super().__init__()
        from torchvision import models
        from torchvision.models.feature_extraction import create_feature_extractor

        known = models.list_models(module=models)
        if name not in known:
            near = difflib.get_close_matches(name, known, 3)
            raise RecipeError(
                f"torchvision has no classifier {name!r}.", f"Near: {', '.join(near)}." if near else ""
            )
        self.name, self.channels, self.weights = name, channels, weights
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of layers that only training has, after the last features
            classifier = models.get_model(name, weights=None)
            nodes, self.widths = _ends(classifier, name)
            self.body = create_feature_extractor(classifier, return_nodes=nodes)
        if channels == 1:
            path, first = _first_conv(self.body)
            gray = nn.Conv2d(
                1,
                first.out_channels,
                first.kernel_size,  # type: ignore[arg-type]
                first.stride,  # type: ignore[arg-type]
                first.padding,  # type: ignore[arg-type]
                bias=first.bias is not None,
            )
            _copy_gray(gray, first.weight, first.bias)
            self.body.set_submodule(path, gray)
        mean = _MEAN if channels == 3 else (sum(_MEAN) / 3,)
        deviation = _STD if channels == 3 else (sum(_STD) / 3,)
        self.register_buffer("mean", torch.tensor(mean)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation)[:, None, None], persistent=False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map a picture ``(N, C, H, W)`` float32 in [0, 1] to features at strides 2, 4, 8, 16 and 32."""
        features = self.body((x - self.mean) / self.deviation)
        return [features[str(stride)] for stride in _STRIDES]

    def freeze(self, blocks: int) -> None:
        """Keep all weights as they are if `blocks` is not 0."""
        self.body.requires_grad_(not blocks)

    def load_pretrained(self) -> None:
        """Take the classifier's weights from the file.

        Raises
        ------
        SourceError
            If there is no file or it is of another network.
        """
        if self.weights is None:
            return
        state = read_state(Path(self.weights))
        own = self.body.state_dict()
        missing = [key for key in own if key not in state and not key.endswith("num_batches_tracked")]
        if missing:
            raise SourceError(
                f"{self.weights} does not fit {self.name}: it has no {missing[0]}.", "Give its own weights."
            )
        if self.channels == 1:
            key = f"{_first_conv(self.body)[0]}.weight"
            state[key] = state[key].sum(1, keepdim=True)
        try:
            self.body.load_state_dict({key: state[key] for key in own if key in state}, strict=False)
        except RuntimeError as error:
            reason = str(error).splitlines()[-1].strip()
            raise SourceError(
                f"{self.weights} does not fit {self.name}: {reason}", "Give its own weights."
            ) from error


def read_state(file: Path) -> dict[str, Tensor]:
    """Read a state dict without running anything in it.

    Raises
    ------
    SourceError
        If it cannot be read or is no state dict.
    """
    import pickle

    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
        raise SourceError(
            f"{file} cannot be read: {str(error).splitlines()[0]}", "Give a state dict saved by PyTorch."
        ) from error
    if not isinstance(state, dict) or not all(isinstance(value, Tensor) for value in state.values()):
        raise SourceError(f"{file} holds no state dict.", "Save network.state_dict() and give that file.")
    return state


def _first_conv(body: nn.Module) -> tuple[str, nn.Conv2d]:
    return next((path, m) for path, m in body.named_modules() if isinstance(m, nn.Conv2d))


def _copy_gray(conv: nn.Conv2d, weight: Tensor, bias: Tensor | None) -> None:
    with torch.no_grad():
        conv.weight.copy_(weight.sum(1, keepdim=True))
        if bias is not None and conv.bias is not None:
            conv.bias.copy_(bias)


def _ends(classifier: nn.Module, name: str) -> tuple[dict[str, str], tuple[int, ...]]:
    """Return the last node at each stride and its channels, by running a traced copy once."""
    from torch.fx.passes.shape_prop import ShapeProp
    from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

    classifier.eval()
    _, names = get_graph_node_names(classifier)
    traced: Any = create_feature_extractor(classifier, [names[-1]]).eval()
    with torch.no_grad():
        ShapeProp(traced).propagate(torch.zeros(1, 3, _PROBE, _PROBE))
    # The extractor renames nothing, so a traced node's place in the graph is its place among the names.
    found: dict[int, tuple[str, int]] = {}
    inner = [node for node in traced.graph.nodes if node.op not in ("output", "get_attr")]
    for node, title in zip(inner, names, strict=False):
        shape: tuple[int, ...] = getattr(node.meta.get("tensor_meta"), "shape", ())
        if len(shape) == 4 and shape[2] == shape[3]:
            for stride in _STRIDES:
                if shape[2] * stride == _PROBE:
                    found[stride] = title, shape[1]
    missing = [stride for stride in _STRIDES if stride not in found]
    if missing:
        raise RecipeError(
            f"{name} has no features at stride {missing[0]}.", "Choose another encoder, such as resnet18."
        )
    classifier.train()
    return {found[s][0]: str(s) for s in _STRIDES}, tuple(found[s][1] for s in _STRIDES)


def make_encoder(
    name: str,
    channels: int,
    *,
    widths: Sequence[int] = (),
    weights: str | None = None,
    pretrained: bool = False,
) -> ScratchEncoder | EfficientNetLite0 | TorchvisionEncoder:
    """Return an encoder whose ``forward`` gives features, finest first; ``widths`` are their channels.

    Parameters
    ----------
    name : str
        ``scratch``, ``efficientnet-lite0`` or a classifier of torchvision.
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Of ``scratch``.
    weights : str, optional
        Of a torchvision classifier: a file with its state dict.
    pretrained : bool
        Of ``efficientnet-lite0``: made for the pack's weights.

    Raises
    ------
    RecipeError
        If there is no such encoder.
    """
    if name == "scratch":
        if weights is not None or pretrained:
            raise RecipeError(
                "An encoder from scratch takes no weights.", "Name a classifier in network.options.encoder."
            )
        return ScratchEncoder(channels, widths)
    if name == EfficientNetLite0.pack:
        return EfficientNetLite0(channels, folded=pretrained)
    return TorchvisionEncoder(name, channels, weights)
