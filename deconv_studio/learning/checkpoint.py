"""Checkpoints as safetensors and JSON: no pickles, each complete or not there."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from deconv_studio.learning.errors import CheckpointError


@dataclass
class Checkpoint:
    """Everything a run needs to go on: weights, averaged weights, optimiser, and the run's own numbers.

    An adversarial run has a critic and its optimiser too.
    """

    network: dict[str, Tensor]
    average: dict[str, Tensor]
    optimiser: dict[str, Tensor]
    state: dict[str, Any] = field(default_factory=dict)
    critic: dict[str, Tensor] = field(default_factory=dict)
    critic_optimiser: dict[str, Tensor] = field(default_factory=dict)


_ALWAYS = ("network", "average", "optimiser")
_ADVERSARIAL = ("critic", "critic_optimiser")


def flatten(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return an Adam-like optimiser's state as tensors named ``INDEX.NAME``."""
    return {
        f"{index}.{name}": value if isinstance(value, Tensor) else torch.tensor(value)
        for index, values in optimiser.state_dict()["state"].items()
        for name, value in values.items()
    }


def restore(optimiser: torch.optim.Optimizer, flat: dict[str, Tensor]) -> None:
    """Put what `flatten` gave back into a fresh optimiser over the same parameters."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in flat.items():
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def save(out: Path, checkpoint: Checkpoint) -> Path:
    """Write a checkpoint under `out`, then remove the older ones.

    The folder is filled under another name and renamed when it is on disk, so a kill at any moment leaves
    either the former checkpoint or both.
    """
    folder = out / f"step-{checkpoint.state['step']:08d}"
    filling = out / f".{folder.name}.part"
    for leftover in out.glob(".step-*.part"):
        shutil.rmtree(leftover)
    if folder.exists():
        return folder
    filling.mkdir(parents=True)
    for name in (*_ALWAYS, *(name for name in _ADVERSARIAL if getattr(checkpoint, name))):
        tensors = {
            key: value.detach().cpu().contiguous().clone() for key, value in getattr(checkpoint, name).items()
        }
        save_file(tensors, filling / f"{name}.safetensors")
    (filling / "state.json").write_text(json.dumps(checkpoint.state), encoding="utf-8")
    for file in filling.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    filling.rename(folder)
    for older in folders(out)[:-1]:
        shutil.rmtree(older)
    return folder


def folders(out: Path) -> list[Path]:
    """Return the complete checkpoints under `out`, oldest first."""
    return sorted(out.glob("step-*"))


def load(source: Path) -> Checkpoint:
    """Read a checkpoint: its own folder, or a run's folder (then the newest in it).

    Raises
    ------
    CheckpointError
        If there is none or a file in it is damaged.
    """
    folder = source if (source / "state.json").is_file() else next(iter(reversed(folders(source))), None)
    if folder is None:
        raise CheckpointError(f"{source} holds no checkpoint.", "Train first, or name another folder.")
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        parts = {
            name: load_file(folder / f"{name}.safetensors")
            for name in (*_ALWAYS, *_ADVERSARIAL)
            if name in _ALWAYS or (folder / f"{name}.safetensors").is_file()
        }
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointError(
            f"The checkpoint {folder} is damaged: {error}.", "Delete it and resume again."
        ) from error
    return Checkpoint(state=state, **parts)
