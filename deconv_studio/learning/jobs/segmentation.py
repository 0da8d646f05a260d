"""Training a network that gives every pixel a class: crops of labelled pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio import measures
from deconv_studio.learning.data.segmentation import IGNORED, Classes, LabelFolder
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.losses import dice_loss, focal_loss, log_weights, lovasz_loss
from deconv_studio.learning.recipe import Recipe, SegmentationData


class Segmentation(Job):
    """Pictures to a class a pixel; scored by the mean IoU on the unseen pictures at full size."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, SegmentationData)  # the registry in `jobs` goes by its kind
        self.recipe, self.section = recipe, section
        self.classes = Classes.read(data)
        self.network = build_network(recipe)
        options = recipe.network.options
        wanted = {
            "classes": len(self.classes.names),
            "channels": section.channels,
            "distance": section.distance,
        }
        for name, value in wanted.items():
            if options.get(name, {"channels": 3, "distance": False}.get(name)) != value:
                raise RecipeError(
                    f"network.options.{name} is {options.get(name)}, the data asks for {value}.",
                    f"Set network.options.{name} to {value}.",
                )
        if section.instances_of and section.instances_of not in self.classes.names:
            raise RecipeError(
                f"data.instances_of names {section.instances_of!r}, which is no class.",
                f"Classes here: {', '.join(self.classes.names)}.",
            )
        unknown = sorted(set(section.colors) - set(self.classes.names))
        if unknown:
            raise RecipeError(
                f"data.colors names {unknown[0]!r}, which is no class.",
                f"Classes here: {', '.join(self.classes.names)}.",
            )
        self.train = LabelFolder(data / section.train, self.classes, section, recipe.fit.seed)
        self.unseen = LabelFolder(data / section.val, self.classes, section, recipe.fit.seed)
        weights = log_weights(self.train.frequencies)
        power = {"none": 0.0, "root": 0.5, "log": 1.0}[recipe.segmentation.class_weights]
        self.weights = torch.from_numpy(weights**power / (weights**power).mean())

    def start(self) -> None:
        network: Any = self.network
        if getattr(network, "pretrained", False):
            network.load_pretrained()

    def facts(self) -> dict[str, Any]:
        rows = zip(self.classes.names, self.classes.colors, strict=True)
        chosen = self.section.colors
        return {"classes": [{"name": name, "color": chosen.get(name, color)} for name, color in rows]}

    def batch(self, step: int) -> tuple[Tensor, ...]:
        # Dropout draws from PyTorch's own generator, which has to be where it was when the run is resumed.
        torch.manual_seed(int(np.random.SeedSequence((self.recipe.fit.seed, step)).generate_state(1)[0]))
        return self.train.batch(step)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        section = self.recipe.segmentation
        freeze = getattr(self.network, "freeze", None)
        if freeze is not None:
            freeze(progress)
        pictures, labels = batch[:2]
        out = network(pictures)
        logits = out[:, : len(self.weights)]
        total = out.new_zeros(())
        if section.cross_entropy:
            known = F.cross_entropy(
                logits,
                labels,
                self.weights.to(logits),
                ignore_index=IGNORED,
                label_smoothing=section.smoothing,
                reduction="sum",
            )
            # Over all counted pixels, not over their weights: a crop of rare classes is worth more.
            total = total + section.cross_entropy * known / (labels != IGNORED).sum().clamp_min(1)
        if section.focal:
            total = total + section.focal * focal_loss(logits, labels, section.gamma, self.weights, IGNORED)
        if section.lovasz and progress >= section.lovasz_from:
            # Every other pixel: it sorts all of them for each class.
            part = lovasz_loss(logits[..., ::2, ::2], labels[:, ::2, ::2], IGNORED)
            total = total + section.lovasz * part
        if section.dice:
            total = total + section.dice * dice_loss(logits, labels, IGNORED)
        if self.section.distance:
            # Cross-entropy undoes the sigmoid's flat ends, where L1 hardly moves.
            guess = out[:, -1:].clamp(1e-6, 1 - 1e-6)
            total = total + section.distance * F.binary_cross_entropy(guess, batch[2])
        return total

    def predict(self, network: nn.Module, picture: Tensor) -> Tensor:
        """Run the network on ``(1, C, H, W)`` of any size, padded by its edge and cut again."""
        facts: Any = self.network
        multiple, least = facts.size_multiple, getattr(facts, "minimum", 1)
        height, width = picture.shape[2:]
        right, below = (
            max(least - side, 0) if side <= least else -side % multiple for side in (width, height)
        )
        padded = F.pad(picture, (0, right, 0, below), mode="replicate")
        with torch.no_grad():
            return network(padded.contiguous(memory_format=torch.channels_last))[..., :height, :width]

    def measure(self, network: nn.Module) -> dict[str, float]:
        network.eval()
        device = next(network.parameters()).device
        count = len(self.weights)
        matrix = np.zeros((count, count), np.int64)
        errors = []
        for picture, truth in self.unseen.whole(self.section.measure_step):
            out = self.predict(network, picture.to(device)).cpu()
            matrix += measures.confusion(truth.labels, out[0, :count].argmax(0).numpy(), count, IGNORED)
            if truth.distance is not None:
                errors.append(float(np.abs(out[0, -1].numpy() - truth.distance / np.float32(255)).mean()))
        mean = measures.mean_iou(matrix)
        figures = {"miou": mean, "accuracy": measures.pixel_accuracy(matrix)}
        for name, value in zip(self.classes.names, measures.iou(matrix), strict=True):
            figures[f"iou_{name}"] = round(float(np.nan_to_num(value)), 4)
        if errors:
            figures["distance_error"] = float(np.mean(errors))
        return figures | {"score": mean - figures.get("distance_error", 0.0)}
