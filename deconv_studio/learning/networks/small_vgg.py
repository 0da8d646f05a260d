"""SmallVGG: 3x3 convolutions and max pooling, a network whose switches the lens can show."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from deconv_studio.learning.networks.initialise import kaiming


class SmallVGG(nn.Module):
    """Simonyan and Zisserman 2015 in small: pairs of 3x3 convolutions, 2x2 max pooling, a mean, one layer.

    Parameters
    ----------
    classes : int
    widths : sequence of int
        Channels of each stage; every stage but the last ends in max pooling.
    """

    def __init__(self, classes: int, widths: Sequence[int] = (24, 48, 96)) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = 3
        for width in widths:
            for _ in range(2):
                layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.scores = nn.Linear(before, classes)
        kaiming(self)

    def forward(self, x: Tensor) -> Tensor:
        """Map RGB ``(N, 3, H, W)`` float32 in [0, 1] to class scores ``(N, classes)`` (no softmax)."""
        return self.scores(torch.mean(self.features(x - 0.5), dim=(2, 3)))
