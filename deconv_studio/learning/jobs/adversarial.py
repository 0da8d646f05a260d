"""Training a generator against a critic, with what steadies it as the recipe says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from deconv_studio.learning import adversarial
from deconv_studio.learning.data.collection import Collection, one_hot
from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.networks.dcgan import Critic, Generator
from deconv_studio.learning.networks.projected_critic import ProjectedCritic
from deconv_studio.learning.recipe import AdversarialData, Recipe
from deconv_studio.measures import generation

_GENERATOR, _CRITIC = 0, 1


class Adversarial(Job):
    """Latents to pictures; scored by the Frechet distance to unseen pictures, with its features named."""

    def __init__(self, recipe: Recipe, data: Path) -> None:
        section = recipe.data
        assert isinstance(section, AdversarialData)  # the registry in `jobs` goes by its kind
        self.recipe, self.section = recipe, section
        network = build_network(recipe)
        if not isinstance(network, Generator):
            raise RecipeError(f"{recipe.network.name} is no generator.", "Set network.name to dcgan.")
        wanted: dict[str, Any] = {"size": section.size, "channels": section.channels}
        wanted["classes"] = len(section.classes)
        for name, value in wanted.items():
            if getattr(network, name) != value:
                raise RecipeError(
                    f"network.options.{name} is {getattr(network, name)}, the data asks for {value}.",
                    f"Set network.options.{name} to {value}.",
                )
        self.network: Generator = network
        try:
            self.critic: Critic = Critic(**wanted, **section.critic)
        except TypeError as error:
            raise RecipeError(f"data.critic: {error}.", "See Critic's docstring.") from error
        if section.reconstruction and self.critic.decoder is None:
            raise RecipeError("data.reconstruction asks for a decoder.", "Set data.critic.decoder to true.")
        if section.projected is not None:
            try:
                projected = ProjectedCritic(classes=len(section.classes), **section.projected)
            except TypeError as error:
                raise RecipeError(f"data.projected: {error}.", "See ProjectedCritic's docstring.") from error
            self.critic.projected = projected
        self.critic_rate = section.critic_rate
        given: dict[str, Any] = {
            "size": section.size,
            "channels": section.channels,
            "classes": section.classes,
        }
        given_to_learn = given | {"flip": section.flip, "balance": section.balance, "seed": recipe.fit.seed}
        self.train = Collection(data / section.train, **given_to_learn)
        self.unseen = Collection(data / section.val, **given)
        self._real: tuple[Any, np.ndarray, np.ndarray] | None = None

    def facts(self) -> dict[str, Any]:
        return {"classes": [{"name": name} for name in self.section.classes]}

    def _latents(self, key: tuple[int, ...], count: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((self.recipe.fit.seed, *key, 99))
        z = rng.standard_normal((count, self.network.latent), np.float32)
        labels = self.train.draw_labels(rng, count)
        return torch.from_numpy(z), one_hot(labels, len(self.section.classes))

    def _seed(self, key: tuple[int, ...]) -> Tensor:
        state = np.random.SeedSequence((self.recipe.fit.seed, *key)).generate_state(1)
        return torch.tensor(int(state[0]), dtype=torch.int64)

    def batch(self, step: int) -> tuple[Tensor, ...]:
        key = (step, _GENERATOR)
        count = self.section.batch
        given = *self._latents(key, count), *self.train.batch(key, count), self._seed(key)
        return *given, torch.tensor(self._is_projecting(step))

    def _is_projecting(self, step: int) -> bool:
        begun = step >= self.section.projected_from * self.recipe.fit.steps
        return self.critic.projected is not None and begun

    def critic_batches(self, step: int) -> Iterator[tuple[Tensor, ...]]:
        for turn in range(self.section.critic_steps):
            key = (step, _CRITIC, turn)
            count = self.section.batch
            due = (step * self.section.critic_steps + turn) % self.section.penalty_every == 0
            seed = self._seed(key), torch.tensor(due), torch.tensor(self._is_projecting(step))
            yield (*self._latents(key, count), *self.train.batch(key, count), *seed)

    def critic_loss(self, network: nn.Module, critic: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        z, labels, real, real_labels, seed, due, projecting = batch
        section = self.section
        # Seldom but heavier costs less and steadies as well (Karras et al. 2020, section 3.1).
        weight = section.penalty_weight * section.penalty_every
        chance = torch.Generator().manual_seed(int(seed))
        self.critic.requires_grad_(True)
        with torch.no_grad():
            made = network(z, labels)
        real, made = (adversarial.augment(x, section.augment, chance) for x in (real, made))
        if section.reconstruction:
            maps = self.critic.features(real)
            truth = self.critic.judge(maps, real_labels)
        else:
            truth = critic(real, real_labels)
        loss = adversarial.critic_loss(section.loss, truth, critic(made, labels), section.smoothing)
        if section.reconstruction:
            decoded = self.critic.reconstruct(maps)
            loss = loss + section.reconstruction * adversarial.reconstruction_loss(decoded, real)
        if projecting and self.critic.projected is not None:
            scores = [self.critic.projected(x, y) for x, y in ((real, real_labels), (made, labels))]
            loss = loss + adversarial.critic_loss("hinge", *scores)
        if due and section.penalty == "zero-centred":
            penalty = adversarial.zero_centred_penalty(self.critic, real, real_labels)
            loss = loss + 0.5 * weight * penalty
        elif due and section.penalty == "one-centred":
            mix = torch.rand((len(real), 1, 1, 1), generator=chance).to(real)
            penalty = adversarial.one_centred_penalty(self.critic, real, made, real_labels, mix)
            loss = loss + weight * penalty
        return loss

    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        z, labels, real, _, seed, projecting = batch
        section = self.section
        chance = torch.Generator().manual_seed(int(seed))
        # Gradients pass through the critic to the pictures; its own weights need none now.
        self.critic.requires_grad_(False)
        made = network(z, labels)
        shown = adversarial.augment(made, section.augment, chance)
        loss = adversarial.generator_loss(section.loss, self.critic(shown, labels))
        if projecting and self.critic.projected is not None:
            loss = loss + section.projected_weight * adversarial.generator_loss(
                "hinge", self.critic.projected(shown, labels)
            )
        if section.mode_seeking:
            half = len(z) // 2
            same = labels[:half]
            first, second = network(z[:half], same), network(z[half : 2 * half], same)
            seeking = adversarial.mode_seeking_loss(first, second, z[:half], z[half : 2 * half])
            loss = loss + section.mode_seeking * seeking
        if section.perceptual:
            matching = adversarial.feature_matching_loss(
                self.critic.features(real), self.critic.features(made)
            )
            loss = loss + section.perceptual * matching
        return loss

    def _features_of_real(self) -> tuple[Any, np.ndarray, np.ndarray]:
        if self._real is None:
            from deconv_studio.catalog import Catalog
            from deconv_studio.engine.features import Features

            entry = Catalog().get(self.section.features)
            extract = Features(entry.verified_path(), entry.card)
            pictures, classes = self.unseen.sample(self.section.measured)
            self._real = extract, extract(pictures), classes
        return self._real

    def measure(self, network: nn.Module) -> dict[str, float]:
        network.eval()
        extract, real, shown = self._features_of_real()
        count = len(real)
        rng = np.random.default_rng(self.recipe.fit.seed)
        # As many of each class as among the real ones, or the shares of the classes would be measured.
        labels = one_hot(shown, len(self.section.classes))
        z = torch.from_numpy(rng.standard_normal((count, self.network.latent), np.float32))
        device = next(network.parameters()).device
        pieces = []
        with torch.no_grad():
            for start in range(0, count, 64):
                part = slice(start, start + 64)
                pieces.append(network(z[part].to(device), labels[part].to(device)).cpu().numpy())
        made = extract(np.concatenate(pieces).transpose(0, 2, 3, 1))
        distance = generation.frechet_distance(real, made)
        spread = generation.diversity(real, made)
        collapse = generation.mode_collapse(real, made)
        return {
            "frechet": distance,
            "precision": spread.precision,
            "recall": spread.recall,
            "coverage": spread.coverage,
            "duplicates": collapse.duplicates,
            "score": -distance,
        }
