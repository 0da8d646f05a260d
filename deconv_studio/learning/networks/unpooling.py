"""Max pooling that keeps its switches, and the unpooling that puts values back where the maxima were."""

from __future__ import annotations

import re
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio.learning.errors import SourceError


def pool(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return 2x2 maxima and their switches (Zeiler and Fergus 2014, section 2.1).

    Parameters
    ----------
    x : Tensor
        ``(N, C, H, W)`` float32, even H and W.

    Returns
    -------
    (Tensor, Tensor)
        ``(N, C, H/2, W/2)`` maxima and, int64, the place of each in its plane, ``row * W + column``. Of equal
        values the first in reading order is taken, by PyTorch and by ONNX Runtime alike.
    """
    return F.max_pool2d(x, 2, return_indices=True)


def unpool(x: Tensor, switches: Tensor) -> Tensor:
    """Return twice the size: each value at its switch, zeros elsewhere.

    Written as a scatter, which the exporter turns into ONNX's ScatterElements; `torch.nn.MaxUnpool2d` gives
    the same and has no way to ONNX.

    Parameters
    ----------
    x, switches : Tensor
        ``(N, C, H, W)`` of one shape; switches from `pool`.
    """
    count, channels, height, width = x.shape
    flat = x.new_zeros(count, channels, 4 * height * width)
    flat = flat.scatter(2, switches.flatten(2), x.flatten(2))
    return flat.view(count, channels, 2 * height, 2 * width)


class Stage(nn.Sequential):
    """3x3 convolutions (or transposed ones of stride 1), each with batch norm and ReLU."""

    def __init__(self, widths: list[int], *, transposed: bool = False, last_plain: bool = False) -> None:
        layers: list[nn.Module] = []
        kind = nn.ConvTranspose2d if transposed else nn.Conv2d
        pairs = list(pairwise(widths))
        for index, (before, after) in enumerate(pairs):
            plain = last_plain and index == len(pairs) - 1
            layers.append(kind(before, after, 3, padding=1, bias=True))
            nn.init.kaiming_normal_(layers[-1].get_parameter("weight"))
            nn.init.zeros_(layers[-1].get_parameter("bias"))
            if not plain:
                layers += [nn.BatchNorm2d(after), nn.ReLU()]
        super().__init__(*layers)


def encoder_stages(channels: int, widths: list[int], counts: list[int]) -> nn.ModuleList:
    """Return the stages of a VGG (Simonyan and Zisserman 2015): `counts` convolutions of each width."""
    stages, before = [], channels
    for width, count in zip(widths, counts, strict=True):
        stages.append(Stage([before, *[width] * count]))
        before = width
    return nn.ModuleList(stages)


def decoder_stages(
    widths: list[int], counts: list[int], last: int, *, transposed: bool = False, last_plain: bool = False
) -> nn.ModuleList:
    """Return the mirror of `encoder_stages`, coarsest first; the last convolution of a stage narrows.

    Parameters
    ----------
    widths, counts : list of int
        Of the encoder.
    last : int
        Channels of the finest stage's result.
    transposed : bool
        Transposed convolutions (of stride 1) instead of convolutions.
    last_plain : bool
        The very last has neither batch norm nor ReLU.
    """
    stages = []
    for index in range(len(widths) - 1, -1, -1):
        after = widths[index - 1] if index else last
        steps = [widths[index]] * counts[index] + [after]
        stages.append(Stage(steps, transposed=transposed, last_plain=last_plain and index == 0))
    return nn.ModuleList(stages)


def take_vgg(stages: nn.ModuleList, state: dict[str, Tensor], file: str) -> None:
    """Copy the convolutions (and batch norms) of torchvision's VGG into the stages, in order.

    A gray first convolution takes the sum over RGB. Weights without batch norm leave it as it is.

    Raises
    ------
    SourceError
        If the next convolution in the file has another shape.
    """

    def ours(kind: type[nn.Module]) -> list[nn.Module]:
        return [module for module in stages.modules() if isinstance(module, kind)]

    names = [key.removesuffix(".weight") for key in state if re.fullmatch(r"features\..+\.weight", key)]
    convs = [name for name in names if state[f"{name}.weight"].ndim == 4]
    norms = [name for name in names if f"{name}.running_mean" in state]
    if len(convs) < len(ours(nn.Conv2d)):
        raise SourceError(f"{file} has {len(convs)} convolutions, too few.", "Give a VGG of as many layers.")
    pairs = [*zip(convs, ours(nn.Conv2d), strict=False), *zip(norms, ours(nn.BatchNorm2d), strict=False)]
    for theirs, module in pairs:
        for key, value in module.state_dict().items():
            given = state.get(f"{theirs}.{key}", value)
            if given.ndim == 4 and value.shape[1] == 1 and given.shape[1] == 3:
                given = given.sum(1, keepdim=True)
            if given.shape != value.shape:
                raise SourceError(
                    f"{file} does not fit: {theirs}.{key} is {tuple(given.shape)}, not {tuple(value.shape)}.",
                    "Set widths and counts to those of the VGG.",
                )
            with torch.no_grad():
                value.copy_(given)
