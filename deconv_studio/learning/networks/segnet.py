"""SegNet: VGG's convolutions, mirrored; the decoder unpools at the encoder's switches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from torch import Tensor, nn

from deconv_studio.learning.networks.encoders import read_state
from deconv_studio.learning.networks.unpooling import decoder_stages, encoder_stages, pool, take_vgg, unpool


class SegNet(nn.Module):
    """Badrinarayanan, Kendall and Cipolla 2017 (fig. 2): no features cross over, only where the maxima were.

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    widths, counts : sequence of int
        Channels and convolutions of each stage; the defaults are VGG16's.
    weights : str, optional
        A state dict of torchvision's ``vgg16_bn`` for the encoder, read when a training begins.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        counts: Sequence[int] = (2, 2, 3, 3, 3),
        *,
        weights: str | None = None,
    ) -> None:
        super().__init__()
        self.classes, self.weights, self.pretrained = classes, weights, weights is not None
        self.size_multiple = 2 ** len(widths)
        self.encoder = encoder_stages(channels, list(widths), list(counts))
        self.decoder = decoder_stages(list(widths), list(counts), classes, last_plain=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1] to logits, `size_multiple` dividing H and W."""
        x, switches = (x - 0.45) / 0.225, []
        for stage in self.encoder:
            x, places = pool(stage(x))
            switches.append(places)
        for stage in self.decoder:
            x = stage(unpool(x, switches.pop()))
        return x

    def load_pretrained(self) -> None:
        """Take a VGG's weights into the encoder."""
        if self.weights is not None:
            take_vgg(self.encoder, read_state(Path(self.weights)), self.weights)
