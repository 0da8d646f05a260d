"""EfficientNet-Lite0 as an encoder: its stages' features, with the pack's weights or from scratch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio.learning.errors import SourceError
from deconv_studio.learning.networks.initialise import kaiming

# Kernel, stride, expansion, output channels of each block.
_BLOCKS = (
    (3, 1, 1, 16),
    (3, 2, 6, 24),
    (3, 1, 6, 24),
    (5, 2, 6, 40),
    (5, 1, 6, 40),
    (3, 2, 6, 80),
    (3, 1, 6, 80),
    (3, 1, 6, 80),
    (5, 1, 6, 112),
    (5, 1, 6, 112),
    (5, 1, 6, 112),
    (5, 2, 6, 192),
    (5, 1, 6, 192),
    (5, 1, 6, 192),
    (5, 1, 6, 192),
    (3, 1, 6, 320),
)
_STEM = 32
# The last block at each stride: 2, 4, 8, 16, 32.
_ENDS = (0, 2, 4, 10, 15)
_EPS = 1e-3


class _Layer(nn.Module):
    """Convolution, batch norm unless it is folded, ReLU6 unless linear; pads as TensorFlow's SAME does."""

    def __init__(
        self,
        before: int,
        after: int,
        kernel: int,
        *,
        stride: int = 1,
        depthwise: bool = False,
        rectified: bool = True,
        folded: bool,
    ) -> None:
        super().__init__()
        total = kernel - stride
        # A stride of 2 pads one pixel more after than before, which Conv2d's own padding cannot say.
        self.pad = (total // 2, total - total // 2) if stride > 1 else None
        self.conv = nn.Conv2d(
            before,
            after,
            kernel,
            stride,
            0 if self.pad else kernel // 2,
            groups=before if depthwise else 1,
            bias=folded,
        )
        self.norm = None if folded else nn.BatchNorm2d(after, eps=_EPS)
        self.rectified = rectified

    def forward(self, x: Tensor) -> Tensor:
        if self.pad:
            x = F.pad(x, self.pad * 2)
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        return F.hardtanh(x, 0.0, 6.0) if self.rectified else x

    def take(self, weights: Mapping[str, NDArray[Any]], key: str, norm: str) -> None:
        """Copy a convolution with the statistics of its batch norm folded into it."""
        scale = weights[f"{norm}.weight"] / np.sqrt(weights[f"{norm}.running_var"] + _EPS)
        weight = weights[f"{key}.weight"] * scale[:, None, None, None]
        if weight.shape[1] == 3 and self.conv.in_channels == 1:
            # A gray picture has the same value in all three channels, so their weights add up.
            weight = weight.sum(1, keepdims=True)
        bias = weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale
        with torch.no_grad():
            self.conv.weight.copy_(torch.from_numpy(weight))
            self.conv.get_parameter("bias").copy_(torch.from_numpy(bias))


class _Block(nn.Module):
    """Inverted residual (Sandler et al. 2018, fig. 3b): expand 1x1, depthwise, project 1x1 without ReLU."""

    def __init__(
        self, before: int, kernel: int, stride: int, expansion: int, after: int, *, folded: bool
    ) -> None:
        super().__init__()
        width = before * expansion
        self.expand = _Layer(before, width, 1, folded=folded) if expansion > 1 else None
        self.depthwise = _Layer(width, width, kernel, stride=stride, depthwise=True, folded=folded)
        self.project = _Layer(width, after, 1, rectified=False, folded=folded)
        self.residual = stride == 1 and before == after

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """Tan and Le 2019 without squeeze-and-excitation and with ReLU6, up to its last block.

    Parameters
    ----------
    channels : int
        3 for RGB, 1 for gray.
    folded : bool
        Without batch norm: `load_pretrained` folds the pack's statistics into the convolutions, which are
        then trained as they are. From scratch, batch norm is needed.
    blocks : int
        How many of the 16 there are; with 11 the features end at stride 16.
    """

    widths = (16, 24, 40, 112, 320)
    """Channels of the features at strides 2, 4, 8, 16 and 32."""

    pack = "efficientnet-lite0"
    """Where `load_pretrained` takes the weights from."""

    def __init__(self, channels: int = 3, *, folded: bool = True, blocks: int = len(_BLOCKS)) -> None:
        super().__init__()
        self.folded = folded
        self.stem = _Layer(channels, _STEM, 3, stride=2, folded=folded)
        made, before = [], _STEM
        for kernel, stride, expansion, after in _BLOCKS[:blocks]:
            made.append(_Block(before, kernel, stride, expansion, after, folded=folded))
            before = after
        self.blocks = nn.ModuleList(made)
        kaiming(self)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Map a picture ``(N, C, H, W)`` float32 in [0, 1] to features at strides 2, 4, 8, 16 and 32.

        With fewer blocks the features end sooner.
        """
        x = self.stem((x * 255.0 - 127.0) / 128.0)
        features = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in _ENDS:
                features.append(x)
        return features

    def freeze(self, blocks: int) -> None:
        """Keep the stem and the first `blocks` blocks as they are; 0 keeps nothing."""
        for index, part in enumerate([self.stem, *self.blocks]):
            part.requires_grad_(not blocks or index > blocks)

    def load_pretrained(self) -> None:
        """Take the weights of the pack ``efficientnet-lite0``.

        Raises
        ------
        PackMissing, HashMismatch, PackInvalid
            If the pack is not installed (the hint is the command that installs it) or damaged.
        SourceError
            If the network was made with batch norm.
        """
        from deconv_studio.catalog.packs.installed import read_weights

        if not self.folded:
            raise SourceError(
                "An encoder with batch norm does not take folded weights.", "Set network.options.pretrained."
            )
        weights = read_weights(self.pack)
        self.stem.take(weights, "_conv_stem", "_bn0")
        for index, block in enumerate(self.blocks):
            assert isinstance(block, _Block)
            key = f"_blocks.{index}"
            if block.expand is not None:
                block.expand.take(weights, f"{key}._expand_conv", f"{key}._bn0")
            block.depthwise.take(weights, f"{key}._depthwise_conv", f"{key}._bn1")
            block.project.take(weights, f"{key}._project_conv", f"{key}._bn2")

    def load_model(self, model: str) -> None:
        """Take the weights of a model in the catalogue that has this encoder, such as a bundled segmenter.

        Parameters
        ----------
        model : str
            Its id.

        Raises
        ------
        CatalogError
            It is not there or damaged.
        SourceError
            It has no such encoder.
        """
        import onnx
        from onnx import numpy_helper

        from deconv_studio.catalog import Catalog

        graph = onnx.load(Catalog().get(model).verified_path()).graph
        known = {tensor.name: tensor for tensor in graph.initializer}
        taken: dict[str, Tensor] = {}
        for name, own in self.state_dict().items():
            if f"encoder.{name}" not in known:
                raise SourceError(
                    f"Model {model} has no {name} of EfficientNet-Lite0.",
                    "Name a bundled segmenting model, such as nuclei, in network.options.start.",
                )
            weight = numpy_helper.to_array(known[f"encoder.{name}"])
            if weight.ndim == 4 and weight.shape[1] == 3 and own.shape[1] == 1 and name.startswith("stem"):
                # A gray picture has the same value in all three channels, so their weights add up.
                weight = weight.sum(1, keepdims=True)
            taken[name] = torch.from_numpy(weight.copy())
        self.load_state_dict(taken)
