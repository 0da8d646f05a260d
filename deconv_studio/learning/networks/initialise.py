"""Starting weights shared by the architectures."""

from __future__ import annotations

import math

import torch
from torch import nn


def kaiming(network: nn.Module, slope: float = 0.0) -> None:
    """Fill every convolution with He's normal weights (He et al. 2015, eq. 15) and zero biases.

    Parameters
    ----------
    network : Module
        Changed in place; transposed convolutions are left as they are.
    slope : float
        Negative slope of the activation that follows.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=slope)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def even_deconv(module: nn.ConvTranspose2d) -> None:
    """Fill a transposed convolution so that all its phases start equal, with He's variance for its fan-in.

    Each output pixel sees ``k / stride`` taps an axis. Equal phases (the transposed form of ICNR, Aitken et
    al. 2017) start without a checkerboard.

    Parameters
    ----------
    module : ConvTranspose2d
        Changed in place; its kernel's sides are multiples of the stride.
    """
    before, after, height, width = module.weight.shape
    stride = module.stride[0]
    taps = (height // stride, width // stride)
    coarse = torch.empty(before, after, *taps)
    nn.init.normal_(coarse, std=math.sqrt(2 / (before * taps[0] * taps[1])))
    with torch.no_grad():
        module.weight.copy_(coarse.repeat_interleave(stride, 2).repeat_interleave(stride, 3))
        if module.bias is not None:
            module.bias.zero_()


def bilinear_deconv(module: nn.ConvTranspose2d) -> None:
    """Fill a transposed convolution with bilinear enlargement (Long et al. 2015, section 3.3).

    Parameters
    ----------
    module : ConvTranspose2d
        Changed in place; as many channels in as out.
    """
    size = module.kernel_size[0]
    factor = (size + 1) // 2
    center = factor - 1 if size % 2 else factor - 0.5
    slope = 1 - (torch.arange(size) - center).abs() / factor
    with torch.no_grad():
        module.weight.zero_()
        for index in range(module.in_channels):
            module.weight[index, index] = slope[:, None] * slope[None]


def distance_bias(head: nn.Module, classes: int) -> None:
    """Let a distance map, the channel behind the classes, start near zero: most pixels are background."""
    with torch.no_grad():
        head.get_parameter("bias")[classes:] = -2.0
