"""What the fit loop trains: a network with its data, its loss and the measure its curve is drawn from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from torch import Tensor, nn

from deconv_studio.learning.errors import RecipeError
from deconv_studio.learning.networks import NETWORKS
from deconv_studio.learning.recipe import Recipe


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
    except (TypeError, ValueError) as error:
        raise RecipeError(
            f"{recipe.network.name} refuses its options: {error}.", "See its docstring."
        ) from error


class Job(ABC):
    """One kind of training. `fit` draws batches, descends the loss, keeps the weights of the best score."""

    network: nn.Module
    critic: nn.Module | None = None
    """The second network of an adversarial training; `fit` descends `critic_loss` on it before each step."""
    critic_rate: float = 0.0
    """The critic's full learning rate."""

    def start(self) -> None:  # noqa: B027 most kinds start from the weights `build_network` gave
        """Prepare the network when a run begins; a run that goes on has its weights already."""

    def facts(self) -> dict[str, Any]:
        """Return what a card will say of the data, as plain values that go into every checkpoint.

        Asked for at the start and after each `measure`.
        """
        return {}

    @abstractmethod
    def batch(self, step: int) -> tuple[Tensor, ...]:
        """Return the batch of `step`: the same for the same seed and step, whatever came before."""

    @abstractmethod
    def loss(self, network: nn.Module, batch: tuple[Tensor, ...], progress: float) -> Tensor:
        """Return the scalar to descend; `progress` runs from 0 to 1 over the training."""

    def critic_batches(self, step: int) -> Iterator[tuple[Tensor, ...]]:
        """Yield what the critic learns from before the network's step `step`; nothing without a critic."""
        del step
        return iter(())

    def critic_loss(self, network: nn.Module, critic: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        """Return the scalar the critic descends."""
        raise TypeError(f"{type(self).__name__} has no critic")

    @abstractmethod
    def measure(self, network: nn.Module) -> dict[str, float]:
        """Return figures on unseen data; the key `score` (higher is better) decides what is kept."""
