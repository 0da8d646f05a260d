"""What steadies adversarial training: losses, penalties, augmentation, diversity; each from a paper."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LOSSES = ("nonsaturating", "hinge", "wasserstein", "leastsquares")
AUGMENTATIONS = ("color", "translation", "cutout")


def critic_loss(kind: str, real: Tensor, made: Tensor, smoothing: float = 0.0) -> Tensor:
    """What the critic descends, from its scores ``(N,)`` of real and made pictures.

    Parameters
    ----------
    kind : str
        ``nonsaturating`` (Goodfellow et al. 2014), ``hinge`` (Lim and Ye 2017), ``wasserstein`` (Arjovsky et
        al. 2017) or ``leastsquares`` (Mao et al. 2017).
    smoothing : float
        One-sided label smoothing (Salimans et al. 2016, section 3.4): real pictures are asked for 1 -
        smoothing instead of 1. Only the losses that have a target know it.
    """
    if kind == "nonsaturating":
        target = torch.full_like(real, 1 - smoothing)
        return F.binary_cross_entropy_with_logits(real, target) + F.softplus(made).mean()
    if kind == "leastsquares":
        return ((real - (1 - smoothing)) ** 2).mean() + (made**2).mean()
    if kind == "hinge":
        return F.relu(1 - smoothing - real).mean() + F.relu(1 + made).mean()
    return made.mean() - real.mean()


def generator_loss(kind: str, made: Tensor) -> Tensor:
    """What the generator descends, from the critic's scores ``(N,)`` of its pictures."""
    if kind == "nonsaturating":
        return F.softplus(-made).mean()
    if kind == "leastsquares":
        return ((made - 1) ** 2).mean()
    return -made.mean()


def zero_centred_penalty(critic: nn.Module, real: Tensor, labels: Tensor) -> Tensor:
    """R1: mean squared norm of the score's gradient at real pictures (Mescheder et al. 2018, equation 9)."""
    real = real.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(real, labels).sum(), real, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean()


def one_centred_penalty(critic: nn.Module, real: Tensor, made: Tensor, labels: Tensor, mix: Tensor) -> Tensor:
    """WGAN-GP: the gradient's norm between real and made is pulled to 1 (Gulrajani et al. 2017, eq. 3).

    Parameters
    ----------
    mix : Tensor
        ``(N, 1, 1, 1)`` in [0, 1]: where between the two.
    """
    between = (real * mix + made * (1 - mix)).detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(between, labels).sum(), between, create_graph=True)
    return ((gradient.square().sum((1, 2, 3)) + 1e-12).sqrt() - 1).square().mean()


def augment(pictures: Tensor, kinds: Sequence[str], generator: torch.Generator) -> Tensor:
    """Change pictures at random, differentiably, the same way for real and made (Zhao et al. 2020).

    Parameters
    ----------
    pictures : Tensor
        ``(N, C, H, W)`` in [0, 1]; gradients pass through.
    kinds : sequence of str
        ``color`` (brightness, saturation, contrast), ``translation`` (up to an eighth, mid-gray
        moves in), ``cutout`` (a mid-gray square of half the size).
    generator : torch.Generator
        Where chance comes from, so that a step can be taken again.
    """
    x = pictures * 2 - 1
    count, _, height, width = x.shape

    def chance(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator).to(x)

    if "color" in kinds:
        x = x + (chance(count, 1, 1, 1) - 0.5)
        mean = x.mean(1, keepdim=True)
        x = (x - mean) * (chance(count, 1, 1, 1) * 2) + mean
        mean = x.mean((1, 2, 3), keepdim=True)
        x = (x - mean) * (chance(count, 1, 1, 1) + 0.5) + mean
    if "translation" in kinds:
        reach = max(1, height // 8), max(1, width // 8)
        moves = [torch.randint(-r, r + 1, (count, 1, 1), generator=generator).to(x.device) for r in reach]
        rows = torch.arange(height, device=x.device)[None, :, None] + moves[0]
        columns = torch.arange(width, device=x.device)[None, None, :] + moves[1]
        rows, columns = (rows + 1).clamp(0, height + 1), (columns + 1).clamp(0, width + 1)
        index = torch.arange(count, device=x.device)[:, None, None]
        x = F.pad(x, (1, 1, 1, 1)).permute(0, 2, 3, 1)[index, rows, columns].permute(0, 3, 1, 2)
    if "cutout" in kinds:
        half = height // 4, width // 4
        centres = [
            torch.randint(0, n, (count, 1, 1), generator=generator).to(x.device) for n in (height, width)
        ]
        rows = (torch.arange(height, device=x.device)[None, :, None] - centres[0]).abs() < half[0]
        columns = (torch.arange(width, device=x.device)[None, None, :] - centres[1]).abs() < half[1]
        x = x * (~(rows & columns))[:, None].to(x)
    return x * 0.5 + 0.5


def mode_seeking_loss(first: Tensor, second: Tensor, z_first: Tensor, z_second: Tensor) -> Tensor:
    """Distance of latents over distance of pictures: small when different latents give different pictures.

    Mao et al. 2019, "Mode Seeking Generative Adversarial Networks", equation 4, inverted to be
    descended.

    Parameters
    ----------
    first, second : Tensor
        ``(N, C, H, W)`` made from `z_first` and `z_second` ``(N, Z)``.
    """
    pictures = (first - second).abs().mean((1, 2, 3))
    latents = (z_first - z_second).abs().mean(1)
    return (latents / (pictures + 1e-5)).mean()


def feature_matching_loss(real: Sequence[Tensor], made: Sequence[Tensor]) -> Tensor:
    """A perceptual loss: mean absolute difference of the batch means of a network's feature maps.

    Salimans et al. 2016, section 3.1, over every stage.

    Parameters
    ----------
    real, made : sequence of Tensor
        The maps ``(N, C_i, H_i, W_i)`` of one network for real and for made pictures.
    """
    differences = [(a.detach().mean(0) - b.mean(0)).abs().mean() for a, b in zip(real, made, strict=True)]
    return torch.stack(differences).mean()


def reconstruction_loss(decoded: Tensor, real: Tensor) -> Tensor:
    """How far the critic is from knowing what it saw, which keeps it from learning few pictures by heart.

    Liu et al. 2021, "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis",
    equation 4, with the absolute difference of pixels in place of a pretrained network's distance.

    Parameters
    ----------
    decoded : Tensor
        ``(N, C, h, w)`` in [0, 1], from the critic's maps of `real`.
    real : Tensor
        ``(N, C, H, W)`` in [0, 1] and beyond; its mean over squares of H / h is compared.
    """
    return F.l1_loss(decoded, F.adaptive_avg_pool2d(real, (decoded.shape[2], decoded.shape[3])))


def minibatch_deviation(x: Tensor, group: int = 8) -> Tensor:
    """Append a map of how much the pictures of a group differ (Karras et al. 2018, section 3).

    Parameters
    ----------
    x : Tensor
        ``(N, C, H, W)``; N is cut into groups of `group` neighbours, or taken whole if it does not divide.

    Returns
    -------
    Tensor
        ``(N, C + 1, H, W)``: the mean over channels and places of the standard deviation over the group.
    """
    count = x.shape[0]
    size = group if count % group == 0 else count
    parts = x.reshape(count // size, size, *x.shape[1:])
    deviation = (parts.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
    maps = deviation.repeat_interleave(size)[:, None, None, None].expand(-1, 1, *x.shape[2:])
    return torch.cat([x, maps], 1)
