"""A critic that looks through a frozen network and random projections of its features (projected GAN)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from deconv_studio.learning.adversarial import minibatch_deviation
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0

# Its features at stride 2 show little but edges, which a critic of pixels judges as well.
_FINEST = 4
_LEAST = 4


def freeze(network: nn.Module) -> None:
    """Turn every weight into a buffer that no checkpoint holds: nothing can train it by mistake."""
    for module in network.modules():
        for name, weight in list(module.named_parameters(recurse=False)):
            delattr(module, name)
            module.register_buffer(name, weight.detach(), persistent=False)


class RandomMixing(nn.Module):
    """Fixed random convolutions that mix features across channels, then from coarse to fine across scales.

    Sauer et al. 2021, "Projected GANs Converge Faster", section 3.2: every score then depends on all of the
    features below it, and none can be looked at alone.

    Parameters
    ----------
    widths : sequence of int
        Channels of the features, finest first.
    width : int
        Channels of each map that comes out.
    """

    def __init__(self, widths: Sequence[int], width: int) -> None:
        super().__init__()
        for index, before in enumerate(widths):
            self.register_buffer(f"across_{index}", nn.init.kaiming_normal_(torch.empty(width, before, 1, 1)))
            self.register_buffer(f"down_{index}", nn.init.kaiming_normal_(torch.empty(width, width, 3, 3)))

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Map features ``(N, C_i, h_i, w_i)``, finest first, to as many maps ``(N, width, h_i, w_i)``."""
        below: Tensor | None = None
        mixed = []
        for index in reversed(range(len(features))):
            x = F.conv2d(features[index], self.get_buffer(f"across_{index}"))
            if below is not None:
                x = x + F.interpolate(below, x.shape[2:], mode="bilinear", align_corners=False)
            below = F.conv2d(x, self.get_buffer(f"down_{index}"), padding=1)
            mixed.append(below)
        return mixed[::-1]


class _Head(nn.Module):
    """Halvings down to 4 x 4 and one score, with the class projected onto the last features.

    The minibatch standard deviation shows it when all pictures are alike, which no score of one picture does.
    """

    def __init__(self, side: int, width: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        while side > _LEAST:
            conv = spectral_norm(nn.Conv2d(width, width, 4, stride=2, padding=1, bias=False))
            layers += [conv, nn.BatchNorm2d(width), nn.LeakyReLU(0.2)]
            side //= 2
        self.layers = nn.Sequential(*layers)
        self.last = spectral_norm(nn.Conv2d(width + 1, width, side))
        self.score = spectral_norm(nn.Linear(width, 1))
        self.classes = spectral_norm(nn.Linear(classes, width, bias=False)) if classes else None

    def forward(self, x: Tensor, labels: Tensor | None) -> Tensor:
        features = F.leaky_relu(self.last(minibatch_deviation(self.layers(x))).flatten(1), 0.2)
        scores = self.score(features)[:, 0]
        if self.classes is not None and labels is not None:
            scores = scores + (self.classes(labels) * features).sum(1)
        return scores


class ProjectedCritic(nn.Module):
    """Scores of a picture at strides 4, 8, 16 and 32 of a frozen encoder (Sauer et al. 2021, equation 4).

    Kumari et al. 2022, "Ensembling Off-the-shelf Models for GAN Training", put it beside a critic of pixels,
    which sees what such features do not; so it is used here.

    Parameters
    ----------
    size : int
        Height and width that pictures are enlarged to, a multiple of 32.
    classes : int
        0 for pictures without classes.
    source : str
        Where the encoder's weights come from: the pack ``efficientnet-lite0`` or a model of the catalogue
        with that encoder, such as ``nuclei``.
    width : int
        Channels of each map.

    Raises
    ------
    TypeError
        If `size` is no multiple of 32.
    PackMissing, HashMismatch, PackInvalid, CatalogError
        If the encoder's weights are not there or damaged.
    SourceError
        If the model has no such encoder.
    """

    def __init__(
        self, size: int, classes: int = 0, source: str = EfficientNetLite0.pack, width: int = 48
    ) -> None:
        super().__init__()
        if size % 32 or size < 32:
            raise TypeError(f"size {size} is no multiple of 32")
        self.size = size
        self.encoder = EfficientNetLite0(3)
        if source == EfficientNetLite0.pack:
            self.encoder.load_pretrained()
        else:
            self.encoder.load_model(source)
        freeze(self.encoder)
        self.mixing = RandomMixing(EfficientNetLite0.widths[1:], width)
        sides = [size // stride for stride in (_FINEST, 8, 16, 32)]
        self.heads = nn.ModuleList(_Head(side, width, classes) for side in sides)

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map pictures ``(N, C, H, W)`` in [0, 1], C 1 or 3, to scores ``(N, 4)``, finest scale first."""
        x = x.expand(-1, 3, -1, -1)
        if x.shape[2] != self.size:
            x = F.interpolate(x, (self.size, self.size), mode="bilinear", align_corners=False)
        maps = self.mixing(self.encoder(x)[1:])
        return torch.stack([head(m, labels) for head, m in zip(self.heads, maps, strict=True)], 1)
