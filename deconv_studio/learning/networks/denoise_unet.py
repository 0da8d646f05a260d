"""DenoiseUNet: an encoder-decoder with transposed convolutions that takes noise away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.initialise import kaiming
from deconv_studio.learning.networks.residual_deconv import Block


class DenoiseUNet(nn.Module):
    """Residual blocks at every scale and skip connections added, as in DRUNet (Zhang et al. 2021), in small.

    The network gives the noise, which is taken from the picture. A map of its strength is fed beside the
    picture (FFDNet, Zhang et al. 2018); a second map says whether the strength is known, so one network is
    both blind and steered.

    Parameters
    ----------
    channels : int
        1 gray, 3 RGB.
    widths : sequence of int
        Channels at each scale, finest first; every further one halves height and width.
    blocks : int
        Residual blocks at each scale, on the way down and again on the way up.
    """

    def __init__(self, channels: int = 1, widths: Sequence[int] = (32, 64, 96), blocks: int = 2) -> None:
        super().__init__()
        self.channels = channels
        self.size_multiple = 2 ** (len(widths) - 1)
        self.head = nn.Conv2d(channels + 2, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.before, self.after = nn.ModuleList(), nn.ModuleList()
        for width, deeper in pairwise(widths):
            self.before.append(nn.Sequential(*[Block(width) for _ in range(blocks)]))
            self.down.append(nn.Conv2d(width, deeper, 2, stride=2))
            # k = s: the pieces lie side by side and do not overlap, so nothing is reached unevenly.
            self.up.append(nn.ConvTranspose2d(deeper, width, 2, stride=2))
            self.after.append(nn.Sequential(*[Block(width) for _ in range(blocks)]))
        self.middle = nn.Sequential(*[Block(widths[-1]) for _ in range(2 * blocks)])
        self.tail = nn.Conv2d(widths[0], channels, 3, padding=1)
        kaiming(self)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if name.endswith("second.weight"):
                    parameter.normal_(std=1e-2)  # blocks start near the identity
            self.tail.weight.mul_(0.1)
        deepest = 2 * 2 * blocks * self.size_multiple
        finer = sum(2 * 2 * blocks * 2**level for level in range(len(widths) - 1))
        self.receptive_radius = deepest + finer + 2 * self.size_multiple + 2

    def forward(self, x: Tensor, strength: Tensor) -> Tensor:
        """Take the noise away.

        Parameters
        ----------
        x : Tensor
            ``(N, C, H, W)`` in [0, 1], height and width multiples of `size_multiple`.
        strength : Tensor
            ``(N,)``: the noise's standard deviation in [0, 1], or -1 if it is not known.

        Returns
        -------
        Tensor
            ``(N, C, H, W)``, about [0, 1], not clipped.
        """
        level = strength[:, None, None, None].expand(-1, 1, x.shape[2], x.shape[3])
        known = (level >= 0).to(x.dtype)
        features = self.head(torch.cat([x, level * known, known], 1))
        kept = []
        for before, down in zip(self.before, self.down, strict=True):
            features = before(features)
            kept.append(features)
            features = down(features)
        features = self.middle(features)
        for up, after, skip in zip(self.up[::-1], self.after[::-1], kept[::-1], strict=True):  # type: ignore[arg-type]
            features = after(up(features) + skip)
        return x - self.tail(features)
