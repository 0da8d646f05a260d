"""Training a network to know good pictures, by restoring copies of them that are spoilt artificially."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio import measures
from deconv_studio.engine.tiles import Box, cut
from deconv_studio.learning.data.anomaly import SpoiltCrops, good_folder, read_good, split, spoil
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.networks.restoring_unet import RestoringUNet
from deconv_studio.learning.recipe import AnomalyData, Recipe

_DIGITS = 6


class Anomaly(Job):
    """Spoilt crops to good ones and to where they were spoilt.

    The curve is the area under the ROC curve, mean of pictures and pixels, that tells held-out good pictures
    from copies of them spoilt the same way in each measurement: no real defect is needed. The same pictures,
    unspoilt, give the scores of what is normal and the thresholds that the card has.
    """

    network: RestoringUNet

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, AnomalyData)  # the registry in `jobs` goes by its kind
        self.recipe, self.section = recipe, section
        network = build_network(recipe)
        if not isinstance(network, RestoringUNet):
            raise RecipeError(
                f"{recipe.network.name} restores no pictures.", "Set network.name to restoring-unet."
            )
        if network.channels != section.channels:
            raise RecipeError(
                f"network.options.channels is {network.channels}, the data have {section.channels}.",
                "Set both to the same.",
            )
        self.network = network
        pictures = read_good(good_folder(data, section.train), section)
        learned, held = split(len(pictures), section.held_out, recipe.fit.seed)
        self.train = SpoiltCrops(
            [pictures[k] for k in learned], section, recipe.fit.seed, scales=network.scales
        )
        self.held = [pictures[k] for k in held]
        self.normal: dict[str, Any] = {}

    def start(self) -> None:
        self.network.load_pretrained()

    def facts(self) -> dict[str, Any]:
        return {"normal": self.normal, "learned": len(self.train.pictures), "held_out": len(self.held)}

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return self.train.batch(step)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        given, clean, changed = batch
        # Not through the loop's wrapper, which knows `forward` alone: that gives the smoothed heat.
        restored, logit = self.network.both(given)
        # Focal loss (Lin et al. 2017) with 2, and more for the few pixels that were changed.
        plain = F.binary_cross_entropy_with_logits(logit, changed, reduction="none")
        focal = ((1 - torch.exp(-plain)) ** 2 * plain * (1 + 4 * changed)).mean()
        p = torch.sigmoid(logit)
        overlap, both = (p * changed).sum((1, 2, 3)), p.sum((1, 2, 3)) + changed.sum((1, 2, 3))
        spoilt = (changed.sum((1, 2, 3)) > 0).to(p)
        dice = ((1 - (2 * overlap + 1) / (both + 1)) * spoilt).sum() / spoilt.sum().clamp_min(1)
        return 5 * focal + 0.5 * dice + 2 * F.l1_loss(restored, clean)

    def heat(self, network: nn.Module, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the heat ``(H, W)`` of a picture ``(H, W, C)``, fed as the program feeds it."""
        height, width = picture.shape[:2]
        multiple = self.network.size_multiple
        high, wide = (-(-max(side, self.network.minimum) // multiple) * multiple for side in (height, width))
        fed = cut(picture, Box(0, high, 0, wide)).transpose(2, 0, 1)
        device = next(network.parameters()).device
        feed = torch.from_numpy(np.ascontiguousarray(fed))[None].to(device)
        with torch.no_grad():
            heat = network(feed.contiguous(memory_format=torch.channels_last))
        result: NDArray[np.float32] = heat[0, 0, :height, :width].cpu().numpy()
        return result

    def measure(self, network: nn.Module) -> dict[str, float]:
        network.eval()
        section = self.section
        maps = [self.heat(network, picture) for picture in self.held]
        scores = np.sort([measures.image_score(heat, section.top_share, section.border) for heat in maps])
        pixels = np.concatenate([heat.ravel() for heat in maps])
        self.normal = {
            "threshold": round(float(np.quantile(scores, section.quantile)), _DIGITS),
            "pixel_threshold": round(float(np.quantile(pixels, section.pixel_quantile)), _DIGITS),
            "quantile": section.quantile,
            "pixel_quantile": section.pixel_quantile,
            "scores": [round(float(score), _DIGITS) for score in scores],
            "top_share": section.top_share,
            "border": section.border,
        }
        rng = np.random.default_rng(self.recipe.fit.seed)
        spoilt_scores, inside, outside = [], [], []
        for picture in self.held[: section.measured]:
            spoilt, changed = spoil(picture, picture[::-1, ::-1], rng)
            heat = self.heat(network, spoilt)
            spoilt_scores.append(measures.image_score(heat, section.top_share, section.border))
            inside.append(heat[changed])
            outside.append(heat[~changed])
        figures = {
            "image_auroc": measures.auroc(scores, np.array(spoilt_scores)),
            "pixel_auroc": measures.auroc(np.concatenate(outside), np.concatenate(inside)),
            "threshold": self.normal["threshold"],
        }
        return figures | {"score": (figures["image_auroc"] + figures["pixel_auroc"]) / 2}
