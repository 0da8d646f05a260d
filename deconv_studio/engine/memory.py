"""Memory: what a run may use, what it will use, and the tile size that follows."""

from __future__ import annotations

import logging
import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from deconv_studio.engine.errors import OutOfMemory
from deconv_studio.engine.graph import Cost, kept_cost
from deconv_studio.engine.tiles import GRAIN, least_tile

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.session import Model

log = logging.getLogger(__name__)

MIB = 2**20
#: More than this is never used unasked: larger tiles are no faster (see :data:`LARGEST`).
DEFAULT_BUDGET = 768 * MIB
#: Throughput of convolutions is flat from about 64 pixels up; larger tiles only cost memory and patience.
LARGEST = 512
SMALLEST = 64
# Fewer pixels than this are not worth asking the system for its free memory.
_ALWAYS_TRIED = 512 * 512
# What is held against the sum of the tensors, measured as 1.2 to 2.2: the runtime's arena grows by powers of
# two, some tensors are copied into blocks, and threads have buffers of their own.
_SLACK = 2.2
#: For graphs that do not tell: 64 channels of float32 five times over, and four times as much at the output.
_UNKNOWN_BYTES = 64 * 4 * (5 + 4)
#: Operations in one operator that a cancel may have to wait for: about 100 ms on two busy cores.
_LONGEST_OPERATOR = 1.5e9
#: The latency rule does not make tiles smaller than this.
_LEAST_FOR_LATENCY = 96

_limits: dict[tuple[str, str], int] = {}
_limits_lock = threading.Lock()


def rss() -> int:
    """Bytes of memory this process holds now."""
    return int(psutil.Process().memory_info().rss)


def available(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Bytes that can be used without swapping: the system's, or what the container's limit leaves."""
    free = int(psutil.virtual_memory().available)
    for limit_file, used_file in (
        (root / "memory.max", root / "memory.current"),
        (root / "memory" / "memory.limit_in_bytes", root / "memory" / "memory.usage_in_bytes"),
    ):
        try:
            limit = int(limit_file.read_text(encoding="ascii"))
            used = int(used_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue  # no such limit, or "max"
        free = min(free, max(0, limit - used))
    return free


def budget(wanted: int | None = None) -> int:
    """Bytes a run may use: what was asked for, but half of what is free at most when nothing was."""
    if wanted is not None:
        return max(1, wanted)
    return max(64 * MIB, min(DEFAULT_BUDGET, available() // 2))


def bytes_per_pixel(card: Card, cost: Cost | None) -> float:
    """Bytes one input pixel of a tile costs: the network's tensors, and the copies on the way in and out.

    Parameters
    ----------
    card : Card
    cost : Cost or None
        From the graph; without it a cautious guess.
    """
    inside = cost.peak_bytes * _SLACK if cost is not None else _UNKNOWN_BYTES * _SLACK * card.output.scale**2
    # A float copy of the input, and the output as the network gives it, transposed, and converted.
    copies = 4.0 * card.input.channels * (2 + 3 * card.output.scale**2)
    return inside + copies


def run_bytes(card: Card, cost: Cost | None, height: int, width: int) -> int:
    """Bytes that running the network on a tile of `height` by `width` pixels takes, weights included."""
    return int(bytes_per_pixel(card, cost) * height * width) + 2 * card.total_bytes


def refuse_hopeless(model: Model, height: int, width: int) -> None:
    """Refuse a run that cannot fit, before the system stops the whole program for it.

    Parameters
    ----------
    model : Model
    height, width : int
        Of what is to be fed.

    Raises
    ------
    OutOfMemory
        If the network's tensors alone, by its graph, are larger than what is free. Nothing is refused for a
        graph that has not been read, nor on other devices than the CPU.
    """
    if model.provider != "cpu" or height * width < _ALWAYS_TRIED:
        return
    cost = kept_cost(model.sha256)
    if cost is None:
        return
    needed, free = cost.peak_bytes * height * width, available()
    if needed > free:
        raise OutOfMemory(
            f"{model.name} needs about {needed / 2**30:.1f} GiB for {width} by {height} pixels at once;"
            f" {free / 2**30:.1f} GiB are free."
        )


def tile_for(card: Card, cost: Cost | None, wanted: int | None = None) -> int:
    """The tile size that a memory budget allows.

    Parameters
    ----------
    card : Card
    cost : Cost or None
    wanted : int, optional
        Bytes; see :func:`budget`.

    Returns
    -------
    int
        Height and width in input pixels, halo included; a multiple of 16 and of the network's size multiple.
    """
    space = max(0, budget(wanted) - 2 * card.total_bytes)
    side = int((space / bytes_per_pixel(card, cost)) ** 0.5)
    halo = card.output.receptive_field
    if cost is not None:
        quick = int((_LONGEST_OPERATOR / cost.heaviest) ** 0.5)
        # Below four times the halo most of the work would be done twice.
        side = min(side, max(quick, _LEAST_FOR_LATENCY, 4 * halo))
    side = min(side, max(LARGEST, 4 * halo))
    multiple = card.input.size_multiple
    grain = math.lcm(GRAIN, multiple)
    least = max(least_tile(halo, multiple, card.input.minimum), SMALLEST)
    return max(side // grain * grain, -(-least // grain) * grain)


def tile_size(model: Model, tile: int = 0) -> int:
    """The tile size for a loaded model.

    Parameters
    ----------
    model : Model
        With a card.
    tile : int
        What the user asked for; 0: what the memory allows.

    Returns
    -------
    int
        No larger than what has failed on this machine in this process.
    """
    assert model.card is not None
    side = tile if tile > 0 else tile_for(model.card, model.cost(), model.memory)
    with _limits_lock:
        limit = _limits.get((model.sha256, model.provider))
    return min(side, limit) if limit is not None else side


def remember_limit(model: Model, tile: int) -> None:
    """Keep in mind that only tiles of this size fit, for the pictures that follow."""
    log.warning("The memory was not enough for %s; going on with tiles of %d pixels.", model.name, tile)
    with _limits_lock:
        _limits[model.sha256, model.provider] = tile


def forget_limits() -> None:
    """Let every model try the size its budget allows again."""
    with _limits_lock:
        _limits.clear()
