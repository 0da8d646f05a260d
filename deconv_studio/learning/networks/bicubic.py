"""Bicubic enlargement written as one fixed transposed convolution, the base that upscalers correct."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def bicubic_kernel(scale: int, a: float = -0.5) -> Tensor:
    """Return the 1-d taps with which a transposed convolution of stride `scale` enlarges bicubically.

    Parameters
    ----------
    scale : int
        Enlargement, at least 2.
    a : float
        Keys' parameter (Keys 1981, eq. 4); -0.5 is Pillow's.

    Returns
    -------
    Tensor
        ``(k,)`` float32, k = 4 * scale - (scale odd); every phase sums to 1.
    """
    padding = 3 * scale // 2  # taps left of the sample under the kernel's centre
    taps = 4 * scale - scale % 2
    x = ((torch.arange(taps, dtype=torch.float64) - padding + 0.5) / scale - 0.5).abs()
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    far = a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a
    return torch.where(x < 1, near, torch.where(x < 2, far, torch.zeros_like(x))).float()


class BicubicDeconv(nn.Module):
    """Enlarge ``(N, 1, H, W)`` to ``(N, 1, s*H, s*W)`` as Pillow's bicubic does, the edge repeated outside.

    The two differ at the outermost two source pixels, where Pillow drops the taps outside instead.
    """

    def __init__(self, scale: int) -> None:
        super().__init__()
        kernel = bicubic_kernel(scale)
        self.scale = scale
        self.padding = 3 * scale // 2 + 2 * scale
        self.register_buffer("weight", torch.outer(kernel, kernel)[None, None])

    def forward(self, x: Tensor) -> Tensor:
        padded = F.pad(x, (2, 2, 2, 2), mode="replicate")
        return F.conv_transpose2d(padded, self.get_buffer("weight"), stride=self.scale, padding=self.padding)
