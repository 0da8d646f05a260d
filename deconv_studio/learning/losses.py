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


def focal_loss(
    logits: Tensor, labels: Tensor, gamma: float = 2.0, weights: Tensor | None = None, ignore_index: int = 255
) -> Tensor:
    """Return the focal loss for one class a pixel (Lin et al. 2017, eq. 5, with softmax for the sigmoid).

    torchvision's focal loss is of one sigmoid a class, for detectors.

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` float, before softmax.
    labels : Tensor
        ``(N, H, W)`` int64; `ignore_index` where there is none.
    gamma : float
        0 gives cross-entropy.
    weights : Tensor, optional
        ``(C,)`` the paper's alpha.

    Returns
    -------
    Tensor
        Scalar: the mean over the labelled pixels.
    """
    known = labels != ignore_index
    minus_log = F.cross_entropy(logits, labels, ignore_index=ignore_index, reduction="none")
    loss = (1 - torch.exp(-minus_log)).clamp_min(0) ** gamma * minus_log
    if weights is not None:
        loss = loss * weights.to(loss)[torch.where(known, labels, 0)]
    return (loss * known).sum() / known.sum().clamp_min(1)


def lovasz_loss(logits: Tensor, labels: Tensor, ignore_index: int = 255) -> Tensor:
    """Return the Lovász-softmax loss, a stand-in for one minus the mean IoU (Berman et al. 2018, eq. 9-11).

    Parameters
    ----------
    logits : Tensor
        ``(N, C, H, W)`` float, before softmax.
    labels : Tensor
        ``(N, H, W)`` int64; `ignore_index` where there is none.

    Returns
    -------
    Tensor
        Scalar in [0, 1]; the mean over the classes that occur in the batch, all its pictures together.
    """
    known = labels != ignore_index
    probability = torch.softmax(logits, 1).movedim(1, -1)[known]
    truth = labels[known]
    losses = []
    for index in torch.unique(truth).tolist():
        foreground = (truth == index).to(probability.dtype)
        errors, order = torch.sort((foreground - probability[:, index]).abs(), descending=True)
        sorted_truth = foreground[order]
        total = sorted_truth.sum()
        union = total + (1 - sorted_truth).cumsum(0)
        jaccard = 1 - (total - sorted_truth.cumsum(0)) / union
        # The gradient of the Lovász extension (algorithm 1): what each further error adds to the loss.
        steps = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
        losses.append((errors * steps).sum())
    return torch.stack(losses).mean() if losses else logits.sum() * 0
