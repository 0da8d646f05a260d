"""FCN: a classifier's features, scored at strides 32, 16 and 8 and enlarged by learned deconvolutions."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from deconv_studio.learning.networks.encoders import ScratchEncoder, make_encoder
from deconv_studio.learning.networks.initialise import bilinear_deconv, kaiming


class FCN(nn.Module):
    """Long, Shelhamer and Darrell 2015: FCN-32s, FCN-16s or FCN-8s (section 4.2, fig. 3), padded alike.

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    stride : int
        32, 16 or 8: the finest features that are scored.
    width : int
        Channels of the two convolutions the paper makes of VGG's fully connected layers; 4096 there.
    encoder, weights, pretrained
        See `deconv_studio.learning.networks.encoders.make_encoder`; ``vgg16`` in the paper.
    dropout : float
        Behind each of the two convolutions; 0.5 in the paper.
    """

    size_multiple = 32

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        stride: Literal[8, 16, 32] = 8,
        width: int = 512,
        *,
        encoder: str = "vgg16",
        weights: str | None = None,
        pretrained: bool = False,
        dropout: float = 0.5,
    ) -> None:
        super().__init__()
        if stride not in (8, 16, 32) or encoder == "scratch":
            raise TypeError("stride is 8, 16 or 32, and encoder the name of a classifier")
        self.classes, self.pretrained = classes, pretrained or weights is not None
        before = make_encoder(encoder, channels, weights=weights, pretrained=pretrained)
        self.top = nn.Sequential(
            nn.Conv2d(before.widths[-1], width, 7, padding=3),
            nn.ReLU(),
            nn.Dropout2d(dropout),
            nn.Conv2d(width, width, 1),
            nn.ReLU(),
            nn.Dropout2d(dropout),
            nn.Conv2d(width, classes, 1),
        )
        kaiming(self.top)
        # From coarse to fine: double, then add the scores of the finer features. Those start at zero, so that
        # the network starts as the coarser one.
        count = {32: 0, 16: 1, 8: 2}[int(stride)]
        self.scores = nn.ModuleList(
            nn.Conv2d(before.widths[-2 - index], classes, 1) for index in range(count)
        )
        for score in self.scores:
            nn.init.zeros_(score.get_parameter("weight"))
            nn.init.zeros_(score.get_parameter("bias"))
        factors = [2] * count + [int(stride)]
        self.deconvs = nn.ModuleList(
            nn.ConvTranspose2d(classes, classes, 2 * f, stride=f, padding=f // 2, bias=False) for f in factors
        )
        for deconv in self.deconvs:
            assert isinstance(deconv, nn.ConvTranspose2d)
            bilinear_deconv(deconv)
        self.encoder = before

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1], sides multiples of 32, to ``(N, classes, H, W)`` logits."""
        features = self.encoder(x)
        x = self.top(features.pop())
        for deconv, score in zip(self.deconvs, self.scores, strict=False):
            x = deconv(x) + score(features.pop())
        return self.deconvs[-1](x)

    def load_pretrained(self) -> None:
        """Take the encoder's weights; see `make_encoder`."""
        if not isinstance(self.encoder, ScratchEncoder):
            self.encoder.load_pretrained()
