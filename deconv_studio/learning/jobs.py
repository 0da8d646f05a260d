"""What the fit loop trains: a network with its data, its loss and the measure its curve is drawn from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio import measures
from deconv_studio.learning.data.superresolution import Pair, Patches, make_pair, pictures
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.networks import NETWORKS
from deconv_studio.learning.recipe import Recipe

LOSSES = {
    "l1": F.l1_loss,
    "l2": F.mse_loss,
    "charbonnier": lambda a, b: torch.sqrt((a - b) ** 2 + 1e-6).mean(),
}


def build_network(recipe: Recipe) -> nn.Module:
    """Return the recipe's network, freshly initialised.

    Raises
    ------
    RecipeError
        If the architecture is not known or does not take the options.
    """
    try:
        network = NETWORKS[recipe.network.name]
    except KeyError:
        raise RecipeError(
            f"There is no network {recipe.network.name!r}.", f"Networks here: {', '.join(NETWORKS)}."
        ) from None
    try:
        return network(**recipe.network.options)
    except TypeError as error:
        raise RecipeError(
            f"{recipe.network.name} refuses its options: {error}.", "See its docstring."
        ) from error


class Job(ABC):
    """One kind of training. `fit` draws batches, descends the loss, keeps the weights of the best score."""

    network: nn.Module

    @abstractmethod
    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Return the batch of `step`: the same for the same seed and step, whatever came before."""

    @abstractmethod
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        """Return the scalar to descend; `progress` runs from 0 to 1 over the training."""

    @abstractmethod
    def measure(self, network: nn.Module) -> dict[str, float]:
        """Return figures on unseen data; the key `score` (higher is better) decides what is kept."""


class SuperResolution(Job):
    """Luma patches, small to large; scored by the mean gain over bicubic on the validation photographs."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        self.recipe = recipe
        self.network = build_network(recipe)
        scale = recipe.data.scale
        if recipe.network.options.get("scale") != scale:
            raise RecipeError("data.scale and network.options.scale differ.", "Set both to the same scale.")
        self.patches = Patches(data / recipe.data.train, recipe.data, recipe.fit.seed)
        self.unseen = [make_pair(rgb, scale, 0.5) for rgb in pictures(data / recipe.data.val)]

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return self.patches.batch(step)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        small, large = batch
        fit = self.recipe.fit
        late = fit.final_loss is not None and progress >= 1 - fit.final_share
        return LOSSES[fit.final_loss if late and fit.final_loss else fit.loss](network(small), large)

    def measure(self, network: nn.Module) -> dict[str, float]:
        base = getattr(network, "base", None)
        gains, values = [], []
        for pair in self.unseen:
            value = self._psnr(network, pair)
            values.append(value)
            if base is not None:
                gains.append(value - self._psnr(base, pair))
        mean = float(np.mean(values))
        return {"psnr_y": mean, "gain_over_bicubic": float(np.mean(gains)) if gains else 0.0, "score": mean}

    def _psnr(self, network: nn.Module, pair: Pair) -> float:
        device = next(iter(network.buffers())).device
        with torch.no_grad():
            out = network(torch.from_numpy(pair.small / 255)[None, None].to(device))[0, 0].cpu().numpy()
        # Full-range luma differs by 255 / 219 from the studio luma that the papers' figures are on.
        shown = np.clip(np.round(out * 255), 0, 255) * (219 / 255)
        return measures.psnr(shown, pair.large * (219 / 255), border=self.recipe.data.scale)


JOBS: dict[str, type[SuperResolution]] = {"superresolution": SuperResolution}


def make_job(recipe: Recipe, data: Path) -> Job:
    """Return the job that the recipe's data section asks for, its data read."""
    return JOBS[recipe.data.kind](recipe, data)
