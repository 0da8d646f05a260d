"""Starting weights shared by the architectures."""

from __future__ import annotations

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
