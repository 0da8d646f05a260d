"""The fit loop: one for every recipe, resumable to the step, with averaged weights and early stopping."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.learning import checkpoint as checkpoints
from deconv_studio.learning.errors import CheckpointError, DivergedError
from deconv_studio.learning.jobs import make_job
from deconv_studio.learning.recipe import Recipe

log = logging.getLogger(__name__)

CURVE_POINTS = 20
"""Measurements over a run with a time limit, fewer where one takes long."""

Events = Callable[[dict[str, Any]], None]


def rate_factor(step: int, steps: int, warmup: int, schedule: str = "cosine", cycles: int = 1) -> float:
    """Return the share of the full rate at `step`: a linear rise, then what the schedule says.

    ``cosine`` is half a cosine to zero, with `cycles` over 1 so many of them one after another (Loshchilov
    and Hutter 2017, eq. 5); ``poly`` is a power of 0.9 (Chen et al. 2018); ``constant`` stays.
    """
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    if schedule == "constant":
        return 1.0
    if schedule == "poly":
        return float((1 - done) ** 0.9)
    return 0.5 * (1 + math.cos(math.pi * (done * cycles % 1)))


def moving_average(
    decay: float,
) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """Return how `AveragedModel` averages: exponentially, over few steps at first and over more with time.

    With a fixed decay the average is that of the initial weights for the first hundreds of steps, and a curve
    drawn from it tells nothing. The decay after n steps is ``min(decay, (1 + n) / (10 + n))``, as
    TensorFlow's ``ExponentialMovingAverage`` has it.
    """

    @torch.no_grad()
    def update(averages: Sequence[Tensor], values: Sequence[Tensor], steps: Tensor | int) -> None:
        done = int(steps)
        share = 1 - min(decay, (1 + done) / (10 + done))
        for average, value in zip(averages, values, strict=True):
            average.lerp_(value, share)

    return update


def _optimiser(network: nn.Module, recipe: Recipe, rate: float | None = None) -> torch.optim.Optimizer:
    section = recipe.optimiser
    full = rate or section.rate
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        own = next((r for prefix, r in section.rates.items() if name.startswith(prefix)), full)
        groups.setdefault(own, []).append(parameter)
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[section.name]
    return kind(
        [{"params": parameters, "lr": rate, "full_rate": rate} for rate, parameters in groups.items()],
        weight_decay=section.weight_decay,
        betas=section.betas,
    )


def _set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = group["full_rate"] * factor


def _channels_last(tensor: Tensor) -> Tensor:
    """Lay pictures out as the network's weights are: about a third faster on a CPU."""
    return tensor.to(memory_format=torch.channels_last) if tensor.ndim == 4 else tensor


def uneven_overlaps(network: nn.Module) -> list[str]:
    """Name the transposed convolutions whose outputs are reached by unequal numbers of inputs.

    Where the stride does not divide the kernel's reach, a network has to learn the checkerboard away (Odena
    et al. 2016, "Deconvolution and Checkerboard Artifacts").
    """
    found = []
    for name, module in network.named_modules():
        if isinstance(module, nn.ConvTranspose2d):
            axes = zip(module.kernel_size, module.stride, module.dilation, strict=True)
            if any(stride > 1 and (kernel % stride or dilation > 1) for kernel, stride, dilation in axes):
                found.append(f"{name} (kernel {module.kernel_size[0]}, stride {module.stride[0]})")
    return found


def _start_from(network: nn.Module, source: Path) -> int:
    """Copy averaged weights of another run where name and shape agree; return how many tensors were taken."""
    theirs, ours = checkpoints.load(source).average, network.state_dict()
    taken = {
        k: v
        for k, v in theirs.items()
        if k in ours and ours[k].shape == v.shape and not k.startswith("base.")
    }
    if not taken:
        raise CheckpointError(
            f"No weight of {source} fits this network.", "Start from a run of the same architecture."
        )
    network.load_state_dict(taken, strict=False)
    return len(taken)


def fit(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    resume: bool = False,
    events: Events = lambda event: None,
    control: Control | None = None,
) -> Path:
    """Train by a recipe and return the folder of the last checkpoint.

    Parameters
    ----------
    recipe : Recipe
    data : Path
        Folder with the recipe's `train` and `val` subfolders.
    out : Path
        Folder for checkpoints; `best` in it has the weights of the best score.
    resume : bool
        Go on from the newest checkpoint in `out`; a run resumed takes the same steps as one never stopped.
    events : callable
        Gets dicts with ``event`` = ``epoch`` | ``diagnosis`` | ``checkpoint`` | ``done``.
    control : Control
        Cancelling it, and Ctrl+C, save a checkpoint first.

    Raises
    ------
    CheckpointError
        If `out` holds a run already (without `resume`) or a run of another network or data.
    DivergedError
        If the loss is no longer a number.
    """
    section = recipe.fit
    if section.threads:
        torch.set_num_threads(section.threads)
    fabric = Fabric(accelerator="auto", devices=1)
    fabric.seed_everything(section.seed, verbose=False)
    job = make_job(recipe, data)
    start = time.monotonic()
    network = job.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    going_on = resume and bool(checkpoints.folders(out))
    if not going_on:
        job.start()
    if recipe.network.start_from and not going_on:
        source = Path(recipe.network.start_from)
        taken = _start_from(network, source if source.is_absolute() else out.parent / source)
        log.info("%d tensors taken from %s", taken, source)
    optimiser = _optimiser(network, recipe)
    critic, rival = job.critic, None
    if critic is not None:
        critic = critic.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        rival = _optimiser(critic, recipe, job.critic_rate)
    average = AveragedModel(network, multi_avg_fn=moving_average(recipe.optimiser.ema))
    state: dict[str, Any] = {"step": 0, "seconds": 0.0, "best": None, "worse": 0, "curve": []}
    state["recipe"], state["facts"] = recipe.model_dump(mode="json"), job.facts()

    if going_on:
        saved = checkpoints.load(out)
        # Read again, so that fields a newer version added have their defaults.
        former = Recipe.model_validate(saved.state["recipe"]).model_dump(mode="json")
        for part in ("network", "data"):
            if former[part] != state["recipe"][part]:
                raise CheckpointError(
                    f"{out} holds a run with another {part}.", "Choose another --out folder."
                )
        network.load_state_dict(saved.network)
        average.module.load_state_dict(saved.average)
        average.n_averaged.fill_(max(1, saved.state["step"]))
        checkpoints.restore(optimiser, saved.optimiser)
        if critic is not None and rival is not None:
            critic.load_state_dict(saved.critic)
            checkpoints.restore(rival, saved.critic_optimiser)
        state |= {k: v for k, v in saved.state.items() if k != "recipe"}
    elif checkpoints.folders(out):
        raise CheckpointError(
            f"{out} holds a run already.", "Add --resume to go on with it, or choose another folder."
        )
    out.mkdir(parents=True, exist_ok=True)
    uneven = uneven_overlaps(network)
    if uneven:
        message = f"outputs are reached by unequal numbers of inputs in {', '.join(uneven)}"
        step = state["step"]
        events({"event": "diagnosis", "step": step, "kind": "UnevenOverlap", "message": message})

    wrapped, wrapped_optimiser = fabric.setup(network, optimiser)
    if critic is not None and rival is not None:
        wrapped_critic, wrapped_rival = fabric.setup(critic, rival)
    before = state["seconds"]

    def save() -> Path:
        state["seconds"] = before + time.monotonic() - start
        folder = checkpoints.save(
            out,
            checkpoints.Checkpoint(
                network.state_dict(),
                average.module.state_dict(),
                checkpoints.flatten(optimiser),
                state,
                critic.state_dict() if critic is not None else {},
                checkpoints.flatten(rival) if rival is not None else {},
            ),
        )
        events({"event": "checkpoint", "step": state["step"], "path": str(folder)})
        return folder

    limit = 60 * section.minutes if section.minutes else math.inf

    def share(step: int) -> float:
        """How much of the training is done, by steps or by the clock."""
        return min(1.0, max(step / section.steps, (before + time.monotonic() - start) / limit))

    saved_at, first, since, losses = time.monotonic(), state["step"], time.monotonic(), []
    measured_at, cost, is_last = since, 0.0, share(state["step"]) >= 1
    try:
        while not is_last:
            step = state["step"]
            if control is not None:
                control.raise_if_cancelled()
            rates = recipe.optimiser
            done = share(step)
            place = step if step < rates.warmup else max(step, int(done * section.steps))
            factor = rate_factor(place, section.steps, rates.warmup, rates.schedule, rates.cycles)
            _set_rate(optimiser, factor)
            if critic is not None and rival is not None:
                _set_rate(rival, factor)
                for pieces in job.critic_batches(step):
                    given = tuple(fabric.to_device(_channels_last(t)) for t in pieces)
                    rival.zero_grad(set_to_none=True)
                    fabric.backward(job.critic_loss(wrapped, wrapped_critic, given))
                    if recipe.optimiser.clip:
                        fabric.clip_gradients(wrapped_critic, wrapped_rival, max_norm=recipe.optimiser.clip)
                    wrapped_rival.step()
            batch = tuple(fabric.to_device(_channels_last(t)) for t in job.batch(step))
            loss = job.loss(wrapped, batch, done)
            optimiser.zero_grad(set_to_none=True)
            fabric.backward(loss)
            if recipe.optimiser.clip:
                fabric.clip_gradients(wrapped, wrapped_optimiser, max_norm=recipe.optimiser.clip)
            wrapped_optimiser.step()
            average.update_parameters(network)
            losses.append(float(loss.detach()))
            state["step"] = step = step + 1
            if not math.isfinite(losses[-1]):
                events(
                    {
                        "event": "diagnosis",
                        "step": step,
                        "kind": "Diverged",
                        "message": "the loss is not a number",
                    }
                )
                raise DivergedError(
                    f"The loss became {losses[-1]} at step {step}.", "Lower optimiser.rate, or clip more."
                )
            is_last = share(step) >= 1
            # Where the clock decides, a slow machine is still to show how it goes, but not to do only that.
            is_late = time.monotonic() - measured_at > max(limit / CURVE_POINTS, 4 * cost)
            if step % section.measure_every == 0 or is_last or is_late:
                figures = job.measure(average.module)
                state["facts"] = job.facts()
                speed = (time.monotonic() - since) / (step - first)
                measured_at = time.monotonic()
                left = min(speed * (section.steps - step), max(0.0, limit - before - measured_at + start))
                event = {
                    "event": "epoch",
                    "step": step,
                    "steps": section.steps,
                    "loss": sum(losses) / len(losses),
                }
                event |= {"measures": figures, "seconds_left": 0.0 if is_last else left}
                if section.minutes:
                    event["share"] = share(step)
                losses = []
                state["curve"].append([step, round(figures["score"], 4)])
                if state["best"] is None or figures["score"] > state["best"]:
                    state["best"], state["worse"] = figures["score"], 0
                    _keep_best(out, average.module, state)
                else:
                    state["worse"] += 1
                events(event)
                if section.patience and state["worse"] >= section.patience:
                    message = f"no better score in {section.patience} measurements"
                    events({"event": "diagnosis", "step": step, "kind": "EarlyStop", "message": message})
                    break
            if time.monotonic() - saved_at > 60 * section.checkpoint_minutes:
                save()
                saved_at = time.monotonic()
    except (KeyboardInterrupt, Cancelled):
        save()
        raise
    folder = save()
    events({"event": "done", "step": state["step"], "best": state["best"], "seconds": state["seconds"]})
    return folder


def _keep_best(out: Path, network: nn.Module, state: dict[str, Any]) -> None:
    """Write the averaged weights of the best score as a checkpoint of their own under ``best/``."""
    weights = network.state_dict()
    checkpoints.save(out / "best", checkpoints.Checkpoint(weights, weights, {}, dict(state)))
