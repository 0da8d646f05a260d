"""Losses against torchmetrics, torchvision and what they are at the ends."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torchvision.ops import sigmoid_focal_loss

from deconv_studio import measures
from deconv_studio.learning.losses import dice_loss, focal_loss, log_weights, lovasz_loss


def sample(seed: int = 0, classes: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(2, classes, 9, 11, generator=generator)
    labels = torch.randint(0, classes, (2, 9, 11), generator=generator)
    labels[0, :2] = 255
    return logits, labels


def hard(labels: torch.Tensor, classes: int) -> torch.Tensor:
    """Logits so sure that softmax is a one-hot."""
    return 200 * F.one_hot(torch.where(labels == 255, 0, labels), classes).movedim(-1, 1).float()


@pytest.mark.parametrize("loss", [dice_loss, focal_loss, lovasz_loss])
def test_zero_when_right_and_blind_to_what_is_ignored(loss) -> None:
    logits, labels = sample()
    assert float(loss(hard(labels, 4), labels)) == pytest.approx(0, abs=1e-6)
    changed = logits.clone()
    changed[0, :, :2] += 50 * torch.randn(4, 2, 11)
    assert float(loss(changed, labels)) == pytest.approx(float(loss(logits, labels)), rel=1e-5)
    assert float(loss(logits, torch.full_like(labels, 255))) in (0.0, 1.0)


def test_dice_and_lovasz_of_sure_guesses_are_the_measures() -> None:
    logits, labels = sample(1)
    guess = logits.argmax(1)
    matrix = measures.confusion(labels.numpy(), guess.numpy(), 4)
    sure = hard(guess, 4)
    assert float(dice_loss(sure, labels)) == pytest.approx(1 - measures.dice(matrix).mean(), abs=1e-5)
    # The Lovász extension takes the set function's own values at its corners (Berman et al. 2018, section 2).
    assert float(lovasz_loss(sure, labels)) == pytest.approx(1 - measures.mean_iou(matrix), abs=1e-5)


def test_focal_without_focus_is_cross_entropy() -> None:
    logits, labels = sample(2)
    expected = float(F.cross_entropy(logits, labels, ignore_index=255))
    assert float(focal_loss(logits, labels, gamma=0)) == pytest.approx(expected, rel=1e-5)
    assert float(focal_loss(logits, labels, gamma=2)) < expected


def test_focal_of_two_classes_is_torchvisions() -> None:
    logits, labels = sample(3, classes=2)
    labels[labels == 255] = 0
    expected = sigmoid_focal_loss(
        logits[:, 1] - logits[:, 0], labels.float(), alpha=-1, gamma=2, reduction="mean"
    )
    assert float(focal_loss(logits, labels, 2.0)) == pytest.approx(float(expected), rel=1e-5)


@pytest.mark.parametrize("loss", [dice_loss, focal_loss, lovasz_loss])
def test_descending_finds_the_labels(loss) -> None:
    _, labels = sample(4)
    logits = torch.zeros(2, 4, 9, 11, requires_grad=True)
    optimiser = torch.optim.Adam([logits], 0.3)
    for _ in range(60):
        optimiser.zero_grad()
        loss(logits, labels).backward()
        optimiser.step()
    known = labels != 255
    assert float((logits.argmax(1) == labels)[known].float().mean()) > 0.98


def test_rare_classes_weigh_more() -> None:
    weights = log_weights(np.array([0.9, 0.09, 0.01]))
    assert weights.mean() == pytest.approx(1)
    assert weights[0] < weights[1] < weights[2]
    assert weights[2] / weights[0] == pytest.approx(np.log(1.92) / np.log(1.03), rel=1e-5)
