"""Architectures, one a file; a recipe names them by the key in `NETWORKS`."""

from __future__ import annotations

from torch import nn

from deconv_studio.learning.networks.dcgan import Critic, Generator
from deconv_studio.learning.networks.fsrcnn import FSRCNN
from deconv_studio.learning.networks.residual_deconv import ResidualDeconv
from deconv_studio.learning.networks.small_vgg import SmallVGG
from deconv_studio.learning.networks.unet_lite import UNetLite0

NETWORKS: dict[str, type[nn.Module]] = {
    "dcgan": Generator,
    "fsrcnn": FSRCNN,
    "residual-deconv": ResidualDeconv,
    "small-vgg": SmallVGG,
    "unet-lite0": UNetLite0,
}

__all__ = ["FSRCNN", "NETWORKS", "Critic", "Generator", "ResidualDeconv", "SmallVGG", "UNetLite0"]
