"""FSRCNN: a small network in the low resolution that ends in one 9x9 deconvolution."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.bicubic import BicubicDeconv
from deconv_studio.learning.networks.initialise import kaiming


class FSRCNN(nn.Module):
    """Dong, Loy and Tang 2016, section 3: extract, shrink, map, expand, deconvolve; here over a bicubic base.

    The deconvolution learns what bicubic enlargement misses, starting near zero, so that training starts at
    bicubic's quality instead of below it. The mapping has a shortcut round it (not in the paper).

    Parameters
    ----------
    scale : int
        Enlargement. The 9x9 kernel overlaps evenly only at 3 (9 mod scale = 0).
    d, s, m : int
        Channels of the features, channels of the mapping, mapping layers: the paper's letters.
    """

    def __init__(self, scale: int, d: int = 56, s: int = 12, m: int = 4) -> None:
        super().__init__()
        self.scale = scale
        self.extract = nn.Sequential(nn.Conv2d(1, d, 5, padding=2), nn.PReLU(d))
        self.shrink = nn.Sequential(nn.Conv2d(d, s, 1), nn.PReLU(s))
        layers: list[nn.Module] = []
        for _ in range(m):
            layers += [nn.Conv2d(s, s, 3, padding=1), nn.PReLU(s)]
        self.map = nn.Sequential(*layers)
        self.expand = nn.Sequential(nn.Conv2d(s, d, 1), nn.PReLU(d))
        # 9 - s taps of overlap: padding 4 and output_padding s - 1 give exactly s * H.
        self.deconv = nn.ConvTranspose2d(d, 1, 9, stride=scale, padding=4, output_padding=scale - 1)
        self.base = BicubicDeconv(scale)
        # What one output pixel can see, in source pixels: 9x9 deconvolution, m 3x3 and one 5x5.
        self.receptive_radius = -(-5 // scale) + m + 2
        kaiming(self, slope=0.25)
        with torch.no_grad():
            self.deconv.weight.normal_(std=1e-3)
            self.deconv.get_parameter("bias").zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Map luma ``(N, 1, H, W)`` float32 in [0, 1] to ``(N, 1, s*H, s*W)``, about [0, 1], not clipped."""
        shrunk = self.shrink(self.extract(x))
        return self.base(x) + self.deconv(self.expand(self.map(shrunk) + shrunk))
