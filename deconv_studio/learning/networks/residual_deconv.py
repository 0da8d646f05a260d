"""ResidualDeconv: residual blocks in the low resolution, then one evenly overlapping deconvolution."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.bicubic import BicubicDeconv
from deconv_studio.learning.networks.initialise import kaiming


class Block(nn.Module):
    """Residual block without batch norm (Lim et al. 2017, fig. 2c)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(torch.relu(self.first(x)))


class ResidualDeconv(nn.Module):
    """EDSR's body (Lim et al. 2017) with a transposed convolution of k = 2 * scale over a bicubic base.

    ``k mod scale = 0`` makes the overlap even, and the kernel starts with all phases equal (the transposed
    convolution's form of ICNR, Aitken et al. 2017), so that no checkerboard is there to be unlearned.

    Parameters
    ----------
    scale : int
        Enlargement.
    channels, blocks : int
        Width and number of residual blocks.
    """

    def __init__(self, scale: int, channels: int = 40, blocks: int = 6) -> None:
        super().__init__()
        self.scale = scale
        self.head = nn.Conv2d(1, channels, 3, padding=1)
        self.body = nn.Sequential(*[Block(channels) for _ in range(blocks)])
        self.tail = nn.Conv2d(channels, channels, 3, padding=1)
        # k = 2s overlaps two source pixels a side; padding s/2 (rounded up, trimmed for odd s) keeps s * H.
        padding = (scale + 1) // 2
        self.deconv = nn.ConvTranspose2d(
            channels, 1, 2 * scale, stride=scale, padding=padding, output_padding=2 * padding - scale
        )
        self.base = BicubicDeconv(scale)
        self.receptive_radius = 1 + 2 * blocks + 1 + 2
        kaiming(self)
        with torch.no_grad():
            for name, parameter in self.body.named_parameters():
                if name.endswith("second.weight"):
                    parameter.normal_(std=1e-2)  # blocks start near the identity
            coarse = torch.randn(channels, 1, 2, 2) * 1e-2
            self.deconv.weight.copy_(coarse.repeat_interleave(scale, 2).repeat_interleave(scale, 3))
            self.deconv.get_parameter("bias").zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Map luma ``(N, 1, H, W)`` float32 in [0, 1] to ``(N, 1, s*H, s*W)``, about [0, 1], not clipped."""
        features = torch.relu(self.head(x))
        return self.base(x) + self.deconv(torch.relu(self.tail(self.body(features)) + features))
