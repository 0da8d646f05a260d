"""RestoringUNet: restores spoilt pictures by transposed convolutions, and says where it had to."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0
from deconv_studio.learning.networks.initialise import even_deconv, kaiming
from deconv_studio.learning.networks.unet_lite import Up

_BLOCKS = 11
"""Of the encoder, up to its last one at stride 16."""


class RestoringUNet(nn.Module):
    """A denoising autoencoder whose second output is where a picture is not normal.

    After Zavrtanik et al. 2021 (DRAEM), with both of its networks in one: an encoder up to stride 16, a
    decoder of transposed convolutions to the restored picture, and a few convolutions on the decoder's last
    features beside the difference of the picture and its restoration.

    Parameters
    ----------
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Channels of the decoder at strides 8, 4 and 2.
    features : int
        Channels at full size, beside the restored picture.
    start : str
        Bundled model whose encoder the training starts from; empty: from scratch, with batch norm.
    smoothing : float
        Deviation in pixels of the Gaussian that the heat is smoothed by; 0: none.
    scales : sequence of int
        Powers of two the picture is reduced by; the heat is the mean of theirs. What is odd by its place
        among larger parts is seen in the reduced ones, specks at 1.
    shares : sequence of float
        Each scale's weight in that mean; empty: all alike. A scale of 0 is learned from, but not looked at:
        its crops are more varied, its heat may be that of the surface's grain.
    frozen_blocks : int
        The stem and so many of the encoder's blocks keep the weights they start with: their features are
        general, and they are where most of the backward pass goes.
    """

    stride = 16
    """Of the encoder's deepest features."""

    kernel: Tensor

    def __init__(
        self,
        channels: int = 3,
        widths: Sequence[int] = (64, 40, 24),
        features: int = 6,
        *,
        start: str = "nuclei",
        smoothing: float = 2.0,
        frozen_blocks: int = 0,
        scales: Sequence[int] = (1,),
        shares: Sequence[float] = (),
    ) -> None:
        super().__init__()
        if not scales or any(scale < 1 or scale & (scale - 1) for scale in scales):
            raise ValueError(f"scales {list(scales)} are not powers of two")
        self.scales = tuple(int(scale) for scale in scales)
        self.shares = tuple(float(share) for share in shares) or (1.0,) * len(self.scales)
        if len(self.shares) != len(self.scales) or min(self.shares) < 0 or not sum(self.shares):
            raise ValueError(f"shares {list(shares)} are not one for each of the scales {list(scales)}")
        self.size_multiple = self.stride * max(self.scales)
        self.minimum = max(2 * self.stride, self.size_multiple)
        self.channels, self.start, self.smoothing = channels, start, smoothing
        *skips, before = EfficientNetLite0.widths[:4]
        ups = []
        for width, skip in zip(widths, skips[::-1], strict=True):
            ups.append(Up(before, skip, width))
            before = width
        self.ups = nn.ModuleList(ups)
        self.last = nn.ConvTranspose2d(before, channels + features, 4, stride=2, padding=1)
        self.compare = nn.Conv2d(2 * channels + features, 12, 3, padding=1)
        self.head = nn.Conv2d(12, 1, 3, padding=1)
        kaiming(self)
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                even_deconv(module)
        with torch.no_grad():
            # At the start a picture passes unchanged, and most pixels are normal.
            self.last.weight[:, :channels] = 0
            self.head.weight.mul_(0.1)
            self.head.get_parameter("bias").fill_(-3.0)
        self.encoder = EfficientNetLite0(channels, folded=bool(start), blocks=_BLOCKS)
        self.encoder.freeze(frozen_blocks)
        radius = int(3 * smoothing + 0.5)
        line = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / max(smoothing, 1e-6)) ** 2)
        self.register_buffer("kernel", (line / line.sum())[None, None], persistent=False)

    def both(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the restored picture ``(N, C, H, W)`` and the logit ``(N, 1, H, W)`` of not being normal."""
        *skips, deep = self.encoder(x)
        for up in self.ups:
            deep = up(deep, skips.pop())
        deep = self.last(deep)
        # The network learns the change; a picture that is normal passes through as it is.
        change, features = deep[:, : self.channels], torch.relu(deep[:, self.channels :])
        y = torch.relu(self.compare(torch.cat([x, change, features], 1)))
        return x + change, self.head(y)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1], sides multiples of `size_multiple`, to ``(N, 1, H, W)``.

        The output is the heat, in [0, 1].
        """
        maps = []
        for scale, share in zip(self.scales, self.shares, strict=True):
            if not share:
                continue
            heat = self._smooth(torch.sigmoid(self.both(F.avg_pool2d(x, scale) if scale > 1 else x)[1]))
            if scale > 1:
                heat = F.interpolate(heat, scale_factor=scale, mode="bilinear", align_corners=False)
            maps.append(heat * (share / sum(self.shares)))
        return sum(maps[1:], maps[0])

    def _smooth(self, heat: Tensor) -> Tensor:
        if not self.smoothing:
            return heat
        radius = self.kernel.shape[-1] // 2
        heat = F.conv2d(F.pad(heat, (radius, radius, 0, 0), mode="replicate"), self.kernel[:, :, None])
        return F.conv2d(F.pad(heat, (0, 0, radius, radius), mode="replicate"), self.kernel[..., None])

    def load_pretrained(self) -> None:
        """Take the encoder of the bundled model `start`; see `EfficientNetLite0.load_model`."""
        if self.start:
            self.encoder.load_model(self.start)
