"""What U-Nets have in common on the way up: up-convolutions, and the outputs after the last of them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.encoders import DoubleConv


class Up(nn.Module):
    """Up-convolution 2x2, concatenation, two 3x3 convolutions (Ronneberger et al. 2015, fig. 1).

    Parameters
    ----------
    before, skip, after : int
        Channels of the coarser features, of the encoder's, and of the result.
    gate : nn.Module, optional
        Called with the encoder's and the coarser features; returns the encoder's, weighed.
    """

    def __init__(self, before: int, skip: int, after: int, gate: nn.Module | None = None) -> None:
        super().__init__()
        self.gate = gate
        self.deconv = nn.ConvTranspose2d(before, after, 2, stride=2)
        self.convs = DoubleConv(after + skip, after)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        if self.gate is not None:
            skip = self.gate(skip, x)
        return self.convs(torch.cat([skip, self.deconv(x)], 1))


def climb(ups: nn.ModuleList, x: Tensor, skips: list[Tensor]) -> Tensor:
    """Go up step by step from the deepest features `x`, taking the last of `skips` each time."""
    for up in ups:
        x = up(x, skips.pop())
    return x


def with_distance(x: Tensor, classes: int) -> Tensor:
    """Leave the first `classes` channels as logits; bring one after them, the distance, to [0, 1]."""
    if x.shape[1] == classes:
        return x
    return torch.cat([x[:, :classes], torch.sigmoid(x[:, classes:])], 1)
