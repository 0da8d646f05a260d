"""UNetLite0: a U-Net whose encoder is EfficientNet-Lite0 and whose decoder is transposed convolutions."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.decoders import climb, with_distance
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.networks.initialise import distance_bias, even_deconv, kaiming


class Up(nn.Module):
    """Twice the size by a transposed convolution, the encoder's features beside it, and a 3x3 convolution."""

    def __init__(self, before: int, skip: int, after: int) -> None:
        super().__init__()
        # 4 is a multiple of the stride: every output pixel sees as many taps as its neighbours.
        self.deconv = nn.ConvTranspose2d(before, after, 4, stride=2, padding=1)
        self.conv = nn.Conv2d(after + skip, after, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(after)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = torch.relu(self.deconv(x))
        return torch.relu(self.norm(self.conv(torch.cat([x, skip], 1))))


class UNetLite0(nn.Module):
    """Ronneberger et al. 2015 with the encoder of Tan and Le 2019 (its Lite0 form).

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Channels of the decoder at strides 16, 8, 4 and 2.
    pretrained : bool
        Start from the pack ``efficientnet-lite0``, whose batch norm is folded; else from scratch.
    distance : bool
        One more output after the classes: the distance to the border of the instance a pixel is in, as a
        share of that instance's largest, in [0, 1].
    dropout : float
        Share of the deepest features' channels dropped in training.
    frozen_blocks : int
        The stem and so many of the encoder's 16 blocks keep their weights: their features are general, and
        they are where most of the backward pass goes.
    frozen_share : float
        The whole encoder keeps its weights for this share of the training, while the decoder is far off.
    """

    size_multiple = 32

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        widths: Sequence[int] = (96, 64, 32, 24),
        *,
        pretrained: bool = True,
        distance: bool = False,
        dropout: float = 0.0,
        frozen_blocks: int = 0,
        frozen_share: float = 0.0,
    ) -> None:
        super().__init__()
        self.classes, self.pretrained = classes, pretrained
        self.frozen_blocks, self.frozen_share = frozen_blocks, frozen_share
        ups, before = [], EfficientNetLite0.widths[-1]
        for width, skip in zip(widths, EfficientNetLite0.widths[-2::-1], strict=True):
            ups.append(Up(before, skip, width))
            before = width
        self.dropout = nn.Dropout2d(dropout)
        self.ups = nn.ModuleList(ups)
        self.head = nn.ConvTranspose2d(before, classes + distance, 4, stride=2, padding=1)
        kaiming(self)
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                even_deconv(module)
        distance_bias(self.head, classes)
        self.encoder = EfficientNetLite0(channels, folded=pretrained)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1], H and W multiples of 32, to ``(N, classes, H, W)`` logits.

        With `distance` there is one channel more, in [0, 1].
        """
        *skips, x = self.encoder(x)
        x = self.dropout(x)
        return with_distance(self.head(climb(self.ups, x, skips)), self.classes)

    def load_pretrained(self) -> None:
        """Take the pack's weights into the encoder; see `EfficientNetLite0.load_pretrained`."""
        self.encoder.load_pretrained()

    def freeze(self, progress: float) -> None:
        """Choose what of the encoder learns at `progress`, 0 to 1, of the training."""
        self.encoder.freeze(16 if progress < self.frozen_share else self.frozen_blocks)
