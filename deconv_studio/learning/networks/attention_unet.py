"""AttentionUNet: a U-Net whose decoder weighs what it takes from the encoder by additive attention."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio.learning.networks.decoders import Up, climb, with_distance
from deconv_studio.learning.networks.encoders import ScratchEncoder
from deconv_studio.learning.networks.initialise import distance_bias, even_deconv, kaiming


class AttentionGate(nn.Module):
    """Additive attention (Oktay et al. 2018, eqs. 1-2, fig. 2).

    Parameters
    ----------
    skip, gating, inner : int
        Channels of the features that are weighed, of the coarser signal that says where, and in between.
    """

    def __init__(self, skip: int, gating: int, inner: int) -> None:
        super().__init__()
        self.of_skip = nn.Conv2d(skip, inner, 2, stride=2, bias=False)
        self.of_gating = nn.Conv2d(gating, inner, 1)
        self.score = nn.Conv2d(inner, 1, 1)

    def weights(self, skip: Tensor, gating: Tensor) -> Tensor:
        """Return ``(N, 1, H, W)`` in (0, 1), at the size of `skip`, which is twice that of `gating`."""
        q = self.score(torch.relu(self.of_skip(skip) + self.of_gating(gating)))
        return F.interpolate(torch.sigmoid(q), scale_factor=2.0, mode="bilinear", align_corners=False)

    def forward(self, skip: Tensor, gating: Tensor) -> Tensor:
        return skip * self.weights(skip, gating)


class AttentionUNet(nn.Module):
    """Oktay et al. 2018 ("Attention U-Net"), in two dimensions; the finest features are not gated, as there.

    Parameters
    ----------
    classes : int
    channels : int
        3 for RGB, 1 for gray.
    widths : sequence of int
        Channels at strides 1, 2, 4, ...
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
        distance: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.classes = classes
        self.size_multiple = 2 ** (len(widths) - 1)
        self.encoder = ScratchEncoder(channels, widths)
        before, ups = widths[-1], []
        for index, width in enumerate(widths[-2::-1]):
            gated = index < len(widths) - 2
            gate = AttentionGate(width, before, max(1, width // 2)) if gated else None
            ups.append(Up(before, width, width, gate))
            before = width
        self.dropout = nn.Dropout2d(dropout)
        self.ups = nn.ModuleList(ups)
        self.head = nn.Conv2d(before, classes + distance, 1)
        kaiming(self)
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                even_deconv(module)
        distance_bias(self.head, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``(N, C, H, W)`` float32 in [0, 1] to logits, `size_multiple` dividing H and W."""
        *skips, x = self.encoder(x)
        x = self.dropout(x)
        return with_distance(self.head(climb(self.ups, x, skips)), self.classes)
