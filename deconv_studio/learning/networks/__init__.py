"""Architectures, one a file; a recipe names them by the key in `NETWORKS`."""

from __future__ import annotations

from torch import nn

from deconv_studio.learning.networks.fsrcnn import FSRCNN
from deconv_studio.learning.networks.residual_deconv import ResidualDeconv

NETWORKS: dict[str, type[nn.Module]] = {"fsrcnn": FSRCNN, "residual-deconv": ResidualDeconv}

__all__ = ["FSRCNN", "NETWORKS", "ResidualDeconv"]
