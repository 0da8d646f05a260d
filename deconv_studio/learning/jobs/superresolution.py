"""Training an upscaler: luma patches, small to large."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio import measures
from deconv_studio.learning.data.superresolution import Pair, Patches, make_pair, pictures
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.recipe import Recipe, SuperResolutionData

LOSSES = {
    "l1": F.l1_loss,
    "l2": F.mse_loss,
    "charbonnier": lambda a, b: torch.sqrt((a - b) ** 2 + 1e-6).mean(),
}


class SuperResolution(Job):
    """Luma patches, small to large; scored by the mean gain over bicubic on the validation photographs."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, SuperResolutionData)  # the registry in `jobs` goes by its kind
        self.recipe, self.section = recipe, section
        self.network = build_network(recipe)
        scale = section.scale
        if recipe.network.options.get("scale") != scale:
            raise RecipeError("data.scale and network.options.scale differ.", "Set both to the same scale.")
        self.patches = Patches(data / section.train, section, recipe.fit.seed)
        self.unseen = [make_pair(rgb, scale, 0.5) for rgb in pictures(data / section.val)]

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
        return measures.psnr(shown, pair.large * (219 / 255), border=self.section.scale)
