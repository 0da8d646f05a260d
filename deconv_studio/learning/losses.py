"""Losses of segmenting networks that PyTorch does not bring."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F


def log_weights(frequencies: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return class weights ``1 / log(1.02 + f)`` (Paszke et al. 2016, section 5.2), scaled to a mean of 1.

    Parameters
    ----------
    frequencies : ndarray
        ``(C,)`` share of each class in the training pixels.

    Returns
    -------
    ndarray
        ``(C,)`` float32.
    """
    weights = 1 / np.log(1.02 + frequencies)
    return (weights / weights.mean()).astype(np.float32)


def _known(logits: Tensor, labels: Tensor, ignore_index: int) -> tuple[Tensor, Tensor]:
    """Return softmax probabilities and one-hot truth, both ``(N, C, H, W)``, zero where there is no label."""
    known = (labels != ignore_index)[:, None]
    truth = F.one_hot(torch.where(known[:, 0], labels, 0), logits.shape[1]).movedim(-1, 1) * known
    return torch.softmax(logits, 1) * known, truth.to(logits.dtype)


def dice_loss(logits: Tensor, labels: Tensor, ignore_index: int = 255) -> Tensor:
    """Return one minus the mean soft Dice (Milletari et al. 2016, eq. 2, without squares).

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` float, before softmax.
    labels : Tensor
        ``(N, H, W)`` int64; `ignore_index` where there is none.

    Returns
    -------
    Tensor
        Scalar in [0, 1]; the mean is over the classes that occur in the batch's labels.
    """
    probability, truth = _known(logits, labels, ignore_index)
    axes = (0, 2, 3)
    area = truth.sum(axes)
    score = 2 * (probability * truth).sum(axes) / (probability.sum(axes) + area).clamp_min(1.0)
    occurs = area > 0
    return 1 - (score * occurs).sum() / occurs.sum().clamp_min(1)
