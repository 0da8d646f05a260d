"""Training a classifier: whole small pictures, one folder a class."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio.learning.data.classification import ClassFolder
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.recipe import ClassificationData, Recipe


class Classification(Job):
    """Pictures to classes; scored by the share of the validation pictures named rightly."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, ClassificationData)  # the registry in `jobs` goes by its kind
        self.recipe = recipe
        self.network = build_network(recipe)
        self.train = ClassFolder(data / section.train, section, recipe.fit.seed)
        self.unseen = ClassFolder(data / section.val, section, recipe.fit.seed)
        for folder in (self.train, self.unseen):
            if folder.classes != list(section.classes):
                raise RecipeError(
                    f"{folder.path} has the classes {folder.classes}, the recipe {list(section.classes)}.",
                    "Set data.classes to the names of the subfolders, sorted.",
                )

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return self.train.batch(step)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        pictures, labels = batch
        return F.cross_entropy(network(pictures), labels, label_smoothing=0.05)

    def measure(self, network: nn.Module) -> dict[str, float]:
        device = next(network.parameters()).device
        right, loss, count = 0, 0.0, 0
        with torch.no_grad():
            for pictures, labels in self.unseen.in_order(64):
                scores, truth = network(pictures.to(device)), labels.to(device)
                right += int((scores.argmax(1) == truth).sum())
                loss += float(F.cross_entropy(scores, truth, reduction="sum"))
                count += len(labels)
        accuracy = right / count
        # The small share of the loss decides between equal counts of right answers.
        return {"accuracy": accuracy, "cross_entropy": loss / count, "score": accuracy - 1e-3 * loss / count}
