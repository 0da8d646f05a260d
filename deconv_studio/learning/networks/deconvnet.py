"""DeconvNet: a VGG down to one place, and its mirror of unpooling and deconvolution back up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor, nn

from deconv_studio.learning.networks.encoders import read_state
from deconv_studio.learning.networks.unpooling import decoder_stages, encoder_stages, pool, take_vgg, unpool


class DeconvNet(nn.Module):
    """Noh, Hong and Han 2015 (fig. 2, table 6), with the fully connected layers as convolutions of any place.

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    widths, counts : sequence of int
        Channels and convolutions of each stage; the defaults are VGG16's.
    bridge : int
        Channels between the halves; 4096 in the paper.
    kernel : int
        Side of the first fully connected layer; 7 in the paper, whose 224 pixels leave one place.
    weights : str, optional
        A state dict of torchvision's ``vgg16_bn`` for the first half, read when a training begins.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        counts: Sequence[int] = (2, 2, 3, 3, 3),
        *,
        bridge: int = 1024,
        kernel: int = 7,
        weights: str | None = None,
    ) -> None:
        super().__init__()
        self.classes, self.weights, self.pretrained = classes, weights, weights is not None
        self.size_multiple = 2 ** len(widths)
        self.minimum = kernel * self.size_multiple
        self.encoder = encoder_stages(channels, list(widths), list(counts))
        self.bridge = nn.Sequential(
            nn.Conv2d(widths[-1], bridge, kernel, bias=False),
            nn.BatchNorm2d(bridge),
            nn.ReLU(),
            nn.Conv2d(bridge, bridge, 1, bias=False),
            nn.BatchNorm2d(bridge),
            nn.ReLU(),
            nn.ConvTranspose2d(bridge, widths[-1], kernel, bias=False),
            nn.BatchNorm2d(widths[-1]),
            nn.ReLU(),
        )
        self.decoder = decoder_stages(list(widths), list(counts), widths[0], transposed=True)
        self.head = nn.Conv2d(widths[0], classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1] to logits; sides from `minimum` on, as in `SegNet`."""
        x, switches = (x - 0.45) / 0.225, []
        for stage in self.encoder:
            x, places = pool(stage(x))
            switches.append(places)
        x = self.bridge(x)
        for stage in self.decoder:
            x = stage(unpool(x, switches.pop()))
        return self.head(x)

    def load_pretrained(self) -> None:
        """Take a VGG's weights into the first half."""
        if self.weights is not None:
            take_vgg(self.encoder, read_state(Path(self.weights)), self.weights)
