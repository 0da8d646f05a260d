"""Generator of transposed convolutions and its critic, with or without classes (DCGAN)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm

from deconv_studio.learning.adversarial import minibatch_deviation


class SpreadKernel(nn.Module):
    """A kernel of 4 x 4 from one of 3 x 3, as a parametrization of a transposed convolution with stride 2.

    The transposed convolution is then each input value repeated 2 x 2 and an ordinary convolution of 3 x 3
    after it, at the cost of neither: a constant map stays constant, so that there is no checkerboard to learn
    away (Karras et al. 2018, "Progressive Growing of GANs", whose code calls it fused scaling).
    """

    def forward(self, kernel: Tensor) -> Tensor:
        """Map ``(in, out, 3, 3)`` to ``(in, out, 4, 4)``: the sum of its four moves by 0 or 1."""
        padded = F.pad(kernel, (1, 1, 1, 1))
        return padded[..., 1:, 1:] + padded[..., :-1, 1:] + padded[..., 1:, :-1] + padded[..., :-1, :-1]

    def right_inverse(self, kernel: Tensor) -> Tensor:
        """Return what a fresh kernel ``(in, out, 4, 4)`` starts as."""
        return kernel[..., :3, :3].clone()


class Generator(nn.Module):
    """Radford et al. 2016, "Unsupervised Representation Learning with DCGANs", figure 1, for small pictures.

    Every enlargement is a transposed convolution of 4 x 4 with stride 2, whose overlap is even, so that it
    need not learn away a checkerboard.

    Parameters
    ----------
    size : int
        Height and width of a picture: ``start * 2 ** (len(widths))``.
    channels : int
        1 gray, 3 RGB.
    latent : int
        Values in a latent vector, drawn from the standard normal distribution.
    classes : int
        0 for a generator without classes; else a one-hot row is fed beside the latent vector.
    widths : sequence of int
        Channels before each enlargement.
    norm : bool
        Batch normalisation after each transposed convolution but the last.
    spread : bool
        `SpreadKernel` in every enlargement.
    finish : int
        Channels of the last enlargement, which a convolution of 3 x 3 at full size then turns into the
        picture; 0: the last enlargement makes the picture.
    bound : str
        How values come into [0, 1]: ``tanh`` (Radford et al.), or ``clip``, not while it trains: where most
        of a picture is pure white or black, tanh saturates and stops learning.
    """

    def __init__(
        self,
        size: int,
        channels: int = 3,
        latent: int = 64,
        classes: int = 0,
        widths: Sequence[int] = (128, 64, 32),
        norm: bool = True,
        spread: bool = False,
        finish: int = 0,
        bound: str = "tanh",
    ) -> None:
        super().__init__()
        if bound not in ("tanh", "clip"):
            raise ValueError(f"bound is tanh or clip, not {bound!r}")
        self.bound = bound
        self.start, rest = divmod(size, 2 ** len(widths))
        if rest or not self.start:
            raise TypeError(f"{len(widths)} enlargements by 2 do not make pictures of {size} x {size}")
        self.size, self.channels, self.latent, self.classes = size, channels, latent, classes
        self.embed = nn.Linear(classes, latent, bias=False) if classes else None
        # A transposed convolution of a 1 x 1 map is a linear layer whose result is unfolded into a map.
        self.first = nn.ConvTranspose2d(latent * (2 if classes else 1), widths[0], self.start, bias=not norm)
        layers: list[nn.Module] = [*([nn.BatchNorm2d(widths[0])] if norm else []), nn.ReLU()]
        for before, after in pairwise([*widths, finish] if finish else widths):
            layers.append(nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=not norm))
            layers += [*([nn.BatchNorm2d(after)] if norm else []), nn.ReLU()]
        if finish:
            layers.append(nn.Conv2d(finish, channels, 3, padding=1))
        else:
            layers.append(nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1))
        self.layers = nn.Sequential(*layers)
        for module in self.modules():
            if isinstance(module, nn.ConvTranspose2d):
                nn.init.normal_(module.weight, std=0.02 if norm else 0.05)
                if spread and module.stride[0] == 2:
                    parametrize.register_parametrization(module, "weight", SpreadKernel())

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map latents ``(N, latent)`` and one-hot classes ``(N, classes)`` to ``(N, C, H, W)`` in [0, 1].

        While a generator with the bound ``clip`` trains, values leave that range.
        """
        if self.embed is not None:
            if labels is None:
                raise TypeError("this generator wants classes")
            z = torch.cat([z, self.embed(labels)], 1)
        features = self.layers(self.first(z[:, :, None, None]))
        if self.bound == "tanh":
            return torch.tanh(features) * 0.5 + 0.5
        x = features * 0.5 + 0.5
        return x if self.training else x.clamp(0, 1)


class Critic(nn.Module):
    """Strided convolutions to one score, with the class projected onto the features (Miyato and Koyama 2018).

    Parameters
    ----------
    size, channels, classes
        As the generator's.
    widths : sequence of int
        Channels after each halving.
    spectral : bool
        Spectral normalisation of every layer (Miyato et al. 2018).
    deviation : bool
        The minibatch standard deviation before the last layer.
    decoder : bool
        A decoder that `reconstruct` needs.

    Attributes
    ----------
    projected : Module, optional
        A second critic with scores of its own, which is trained and kept with this one.
    """

    def __init__(
        self,
        size: int,
        channels: int = 3,
        classes: int = 0,
        widths: Sequence[int] = (32, 64, 128),
        spectral: bool = True,
        deviation: bool = True,
        decoder: bool = False,
    ) -> None:
        super().__init__()
        side, rest = divmod(size, 2 ** len(widths))
        if rest or not side:
            raise TypeError(f"{size} x {size} pictures cannot be halved {len(widths)} times")
        wrap = spectral_norm if spectral else (lambda module: module)
        self.deviation = deviation
        self.stages = nn.ModuleList(
            wrap(nn.Conv2d(before, after, 4, stride=2, padding=1))
            for before, after in zip([channels, *widths[:-1]], widths, strict=True)
        )
        self.last = wrap(nn.Conv2d(widths[-1] + deviation, widths[-1], 3, padding=1))
        self.score = wrap(nn.Linear(widths[-1], 1))
        self.classes = wrap(nn.Linear(classes, widths[-1], bias=False)) if classes else None
        self.decoder = _decoder(widths, channels) if decoder else None
        self.projected: nn.Module | None = None

    def features(self, x: Tensor) -> list[Tensor]:
        """Return the map after each halving, ``(N, C_i, H / 2^i, W / 2^i)``; pictures in [0, 1]."""
        x = x * 2 - 1
        maps = []
        for stage in self.stages:
            x = F.leaky_relu(stage(x), 0.2)
            maps.append(x)
        return maps

    def forward(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """Map pictures ``(N, C, H, W)`` in [0, 1] and one-hot classes to scores ``(N,)``, real is high."""
        return self.judge(self.features(x), labels)

    def judge(self, maps: Sequence[Tensor], labels: Tensor | None = None) -> Tensor:
        """Scores ``(N,)`` from what `features` returned."""
        top = maps[-1]
        if self.deviation:
            top = minibatch_deviation(top)
        top = F.leaky_relu(self.last(top), 0.2).sum((2, 3))
        scores = self.score(top)[:, 0]
        if self.classes is not None and labels is not None:
            scores = scores + (self.classes(labels) * top).sum(1)
        return scores

    def reconstruct(self, maps: Sequence[Tensor]) -> Tensor:
        """Pictures ``(N, C, H / 2, W / 2)`` in [0, 1] from the last but one of the maps of `features`.

        Raises
        ------
        TypeError
            The critic has no decoder.
        """
        if self.decoder is None:
            raise TypeError("this critic has no decoder")
        return torch.sigmoid(self.decoder(maps[-2]))


def _decoder(widths: Sequence[int], channels: int) -> nn.Sequential:
    """From the map before the last halving up to half the size of the picture."""
    layers: list[nn.Module] = []
    for before, after in pairwise(reversed(widths[:-1])):
        layers += [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(widths[0], channels, 3, padding=1))
