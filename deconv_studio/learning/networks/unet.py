"""UNet: a contracting path, an expanding one of transposed convolutions, and the features between them."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from deconv_studio.learning.networks.decoders import Up, climb, with_distance
from deconv_studio.learning.networks.encoders import ScratchEncoder, make_encoder
from deconv_studio.learning.networks.initialise import distance_bias, even_deconv, kaiming


class UNet(nn.Module):
    """Ronneberger, Fischer and Brox 2015, padded so that the output has the input's size, with batch norm.

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Channels at strides 1, 2, 4, ...; the paper's are 64, 128, 256, 512, 1024. With another encoder than
        ``scratch``, those of the decoder at strides 16, 8, 4, 2.
    encoder, weights, pretrained
        See `deconv_studio.learning.networks.encoders.make_encoder`.
    distance : bool
        One more output after the classes, in [0, 1]: see `UNetLite0`.
    dropout : float
        Share of the deepest features' channels dropped in training.
    """

    def __init__(
        self,
        classes: int,
        channels: int = 3,
        widths: Sequence[int] = (32, 64, 128, 256, 512),
        *,
        encoder: str = "scratch",
        weights: str | None = None,
        pretrained: bool = False,
        distance: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.classes, self.pretrained = classes, pretrained or weights is not None
        self.encoder = make_encoder(encoder, channels, widths=widths, weights=weights, pretrained=pretrained)
        own = encoder == "scratch"
        self.size_multiple = 2 ** (len(widths) - own + (not own))
        skips = self.encoder.widths[-2::-1]
        afters = list(widths[-2::-1] if own else widths)
        if len(afters) != len(skips):
            raise TypeError(f"widths has {len(widths)} values, the encoder {encoder} takes {len(skips)}")
        before, ups = self.encoder.widths[-1], []
        for skip, after in zip(skips, afters, strict=True):
            ups.append(Up(before, skip, after))
            before = after
        self.dropout = nn.Dropout2d(dropout)
        self.ups = nn.ModuleList(ups)
        # A pretrained encoder's finest features are at stride 2.
        self.head: nn.Module = (
            nn.Conv2d(before, classes + distance, 1)
            if own
            else nn.ConvTranspose2d(before, classes + distance, 2, stride=2)
        )
        for module in (self.ups, self.head):
            kaiming(module)
        for part in self.modules():
            if isinstance(part, nn.ConvTranspose2d):
                even_deconv(part)
        distance_bias(self.head, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1] to logits, `size_multiple` dividing H and W."""
        *skips, x = self.encoder(x)
        x = self.dropout(x)
        return with_distance(self.head(climb(self.ups, x, skips)), self.classes)

    def load_pretrained(self) -> None:
        """Take the encoder's weights; see `make_encoder`."""
        if not isinstance(self.encoder, ScratchEncoder):
            self.encoder.load_pretrained()
