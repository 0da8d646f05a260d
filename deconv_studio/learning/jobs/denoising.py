"""Training a denoiser: noisy patches to clean ones, the strength told or not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from deconv_studio import measures
from deconv_studio.learning.data.denoising import NoisyPatches, reduced_picture, with_noise
from deconv_studio.learning.data.superresolution import pictures
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.networks.denoise_unet import DenoiseUNet
from deconv_studio.learning.recipe import DenoisingData, Recipe

_SIGMAS = (0, 15, 25, 50)
_SIDE = 256


class Denoising(Job):
    """Noisy patches to clean ones; scored by the mean PSNR at 15, 25 and 50, strength unknown."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, DenoisingData)  # the registry in `jobs` goes by its kind
        self.recipe, self.section = recipe, section
        network = build_network(recipe)
        if not isinstance(network, DenoiseUNet):
            raise RecipeError(f"{recipe.network.name} is no denoiser.", "Set network.name to denoise-unet.")
        if network.channels != section.channels:
            raise RecipeError(
                f"network.options.channels is {network.channels}, the data have {section.channels}.",
                "Set both to the same.",
            )
        self.network: DenoiseUNet = network
        self.train = NoisyPatches(data / section.train, section, recipe.fit.seed)
        rng = np.random.default_rng(recipe.fit.seed)
        self.unseen = []
        for rgb in pictures(data / section.val):
            whole = reduced_picture(rgb, 0.5, section.channels)
            side = min(_SIDE, *whole.shape[:2]) // network.size_multiple * network.size_multiple
            clean = np.ascontiguousarray(whole[:side, :side])
            self.unseen.append((clean, [with_noise(clean, sigma, rng) for sigma in _SIGMAS]))

    def batch(self, step: int) -> tuple[Tensor, ...]:
        return self.train.batch(step)

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        noisy, clean, strength = batch
        fit = self.recipe.fit
        late = fit.final_loss is not None and progress >= 1 - fit.final_share
        kind = fit.final_loss if late else fit.loss
        made = network(noisy, strength)
        return F.mse_loss(made, clean) if kind == "l2" else F.l1_loss(made, clean)

    def measure(self, network: nn.Module) -> dict[str, float]:
        device = next(network.parameters()).device
        found: dict[str, list[float]] = {f"psnr_{sigma}": [] for sigma in _SIGMAS}
        unknown = torch.tensor([-1.0], device=device)
        for clean, given in self.unseen:
            for sigma, noisy in zip(_SIGMAS, given, strict=True):
                feed = torch.from_numpy(np.ascontiguousarray(noisy.transpose(2, 0, 1)))[None].float() / 255
                with torch.no_grad():
                    made = network(feed.to(device), unknown)[0].cpu().numpy()
                shown = np.rint(np.clip(made, 0, 1) * 255).transpose(1, 2, 0)
                value = measures.psnr(shown.astype(np.float64), clean.astype(np.float64))
                found[f"psnr_{sigma}"].append(min(value, 99.0))
        figures = {name: float(np.mean(values)) for name, values in found.items()}
        return figures | {"score": float(np.mean([figures[f"psnr_{sigma}"] for sigma in _SIGMAS[1:]]))}
