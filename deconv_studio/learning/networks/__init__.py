"""Architectures, one a file; a recipe names them by the key in `NETWORKS`."""

from __future__ import annotations

from torch import nn

from deconv_studio.learning.networks.attention_unet import AttentionUNet
from deconv_studio.learning.networks.dcgan import Critic, Generator
from deconv_studio.learning.networks.deconvnet import DeconvNet
from deconv_studio.learning.networks.denoise_unet import DenoiseUNet
from deconv_studio.learning.networks.fcn import FCN
from deconv_studio.learning.networks.fsrcnn import FSRCNN
from deconv_studio.learning.networks.residual_deconv import ResidualDeconv
from deconv_studio.learning.networks.restoring_unet import RestoringUNet
from deconv_studio.learning.networks.segnet import SegNet
from deconv_studio.learning.networks.small_vgg import SmallVGG
from deconv_studio.learning.networks.unet import UNet
from deconv_studio.learning.networks.unet_lite import UNetLite0

NETWORKS: dict[str, type[nn.Module]] = {
    "attention-unet": AttentionUNet,
    "dcgan": Generator,
    "deconvnet": DeconvNet,
    "fcn": FCN,
    "denoise-unet": DenoiseUNet,
    "fsrcnn": FSRCNN,
    "residual-deconv": ResidualDeconv,
    "restoring-unet": RestoringUNet,
    "segnet": SegNet,
    "small-vgg": SmallVGG,
    "unet": UNet,
    "unet-lite0": UNetLite0,
}

__all__ = [
    "FCN",
    "FSRCNN",
    "NETWORKS",
    "AttentionUNet",
    "Critic",
    "DeconvNet",
    "DenoiseUNet",
    "Generator",
    "ResidualDeconv",
    "RestoringUNet",
    "SegNet",
    "SmallVGG",
    "UNet",
    "UNetLite0",
]
