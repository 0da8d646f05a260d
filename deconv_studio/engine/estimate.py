"""How long a picture will take, and how much memory: as measured here, else by a quick calibration."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from deconv_studio.engine import graph, memory, runtime
from deconv_studio.engine.measured import machine_key, measured, number
from deconv_studio.engine.threads import default_threads
from deconv_studio.engine.tiles import plan_tiles

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.session import Model

#: A new measurement counts this much against the kept ones.
_WEIGHT = 0.4
#: Shorter runs say more about the clock than about the network.
_LEAST_SECONDS = 0.02
#: Networks reach about this part of what the calibration's one convolution does.
_REAL_PART = 0.6


@dataclass(frozen=True)
class Estimate:
    """What running a network on a picture will take.

    Attributes
    ----------
    seconds : float or None
        None if nothing is known.
    basis : {"measured", "calibrated", "unknown"}
        From this model's own speed here; from its operations and the machine's speed; or not at all.
    memory_bytes : int
        At the worst moment, beside the pictures themselves.
    tiles : int
    tile : int
        Larger side of a tile in input pixels, halo included.
    exact : bool
        False where a fixed size too small for the network's reach makes seams possible.
    """

    seconds: float | None
    basis: Literal["measured", "calibrated", "unknown"]
    memory_bytes: int
    tiles: int
    tile: int
    exact: bool


def estimate(
    subject: Model | Entry | Card,
    height: int,
    width: int,
    *,
    tile: int = 0,
    provider: str = "cpu",
    threads: int | None = None,
    memory_budget: int | None = None,
    calibrate: bool = True,
) -> Estimate:
    """Say what a picture will take.

    Parameters
    ----------
    subject : Model or Entry or Card
        A loaded model knows its own provider, threads and budget. A card alone gives the coarsest answer.
    height, width : int
        The picture's.
    tile : int
        As asked for by the user; 0 = automatic.
    provider : str
        For an entry or a card; "auto" counts as the CPU.
    threads : int, optional
    memory_budget : int, optional
        Bytes.
    calibrate : bool
        Whether the machine's speed may be measured now (about 0.2 s, once) if it is not known.

    Raises
    ------
    BadInput
        If the subject has no card.
    """
    from deconv_studio.engine.errors import BadInput
    from deconv_studio.engine.session import Model

    if isinstance(subject, Model):
        if subject.card is None:
            raise BadInput(f"{subject.name} has no card.", "Probe the model first.")
        card, cost = subject.card, subject.cost()
        provider, threads, memory_budget = subject.provider, subject.threads, subject.memory
        side = memory.tile_size(subject, tile)
    else:
        from deconv_studio.catalog.card import Card as CardType

        if isinstance(subject, CardType):
            card, cost = subject, graph.kept_cost(subject.sha256)
        else:
            card = subject.card
            cost = graph.cost(card.sha256, subject.path, card)
        side = tile if tile > 0 else memory.tile_for(card, cost, memory_budget)
        provider = "cpu" if provider == "auto" else provider
        threads = threads if threads is not None else default_threads()
    plan = plan_tiles(
        height,
        width,
        side,
        card.output.receptive_field,
        card.input.size_multiple,
        minimum=card.input.minimum,
        fixed=card.input.fixed_size,
    )
    fed = plan.tile_height * plan.tile_width * len(plan.tiles)
    speed = seconds_per_pixel(card, cost, provider, threads, calibrate=calibrate)
    return Estimate(
        seconds=speed[0] * fed if speed[0] is not None else None,
        basis=speed[1],
        memory_bytes=memory.run_bytes(card, cost, plan.tile_height, plan.tile_width),
        tiles=len(plan.tiles),
        tile=max(plan.tile_height, plan.tile_width),
        exact=plan.exact,
    )


def seconds_per_pixel(
    card: Card, cost: graph.Cost | None, provider: str, threads: int, *, calibrate: bool = True
) -> tuple[float | None, Literal["measured", "calibrated", "unknown"]]:
    """Seconds one input pixel takes, and what that is based on."""
    kept = number(measured.get("speed", f"{card.sha256}/{machine_key(provider, threads)}"))
    if kept is not None:
        return kept, "measured"
    operations = cost.operations if cost is not None else None
    if card.gflops_per_megapixel:
        operations = card.gflops_per_megapixel * 1e3 * card.output.scale**2
    if operations is None or provider != "cpu":
        return None, "unknown"
    rate = machine_rate(threads, calibrate=calibrate)
    return (operations / (rate * _REAL_PART), "calibrated") if rate is not None else (None, "unknown")


def machine_rate(threads: int, *, calibrate: bool = True) -> float | None:
    """Floating point operations a second of a 3x3 convolution of 32 channels; measured once and kept."""
    key = machine_key("cpu", threads)
    kept = number(measured.get("rate", key))
    if kept is not None or not calibrate:
        return kept
    rate = _measure_rate(threads)
    measured.put("rate", key, rate)
    return rate


def _measure_rate(threads: int) -> float:
    from onnx import TensorProto, helper, numpy_helper

    channels, side = 32, 128
    weight = np.random.default_rng(0).normal(size=(channels, channels, 3, 3)).astype(np.float32)
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, channels, side, side])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, channels, side, side])
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1, 1, 1, 1])
    made = helper.make_graph([node], "rate", [value], [result], [numpy_helper.from_array(weight, "w")])
    content = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    session = runtime.create_session(
        content.SerializeToString(), runtime.session_options(threads), ["CPUExecutionProvider"]
    )
    picture = np.zeros((1, channels, side, side), np.float32)
    session.run(None, {"x": picture})
    best = float("inf")
    for _ in range(3):
        started = time.perf_counter()
        session.run(None, {"x": picture})
        best = min(best, time.perf_counter() - started)
    return 2.0 * channels * channels * 9 * side * side / max(best, 1e-6)


class SpeedMeter:
    """Times the tiles of one picture and keeps the speed.

    Parameters
    ----------
    model : Model
    """

    def __init__(self, model: Model) -> None:
        self._key = f"{model.sha256}/{machine_key(model.provider, model.threads)}"
        self._parts: list[tuple[int, float]] = []

    def add(self, pixels: int, seconds: float) -> None:
        """Note that a tile of so many input pixels took so long."""
        self._parts.append((pixels, seconds))

    def finish(self) -> None:
        """Keep the speed, once the picture is done."""
        # The first run of a size plans memory and warms caches; it counts only if it is all there is.
        parts = self._parts[1:] if len(self._parts) > 1 else self._parts
        pixels, seconds = sum(part[0] for part in parts), sum(part[1] for part in parts)
        if not pixels or seconds < _LEAST_SECONDS:
            return
        speed = seconds / pixels
        kept = number(measured.get("speed", self._key))
        if kept is not None:
            speed = (1 - _WEIGHT) * kept + _WEIGHT * speed
        measured.put("speed", self._key, speed, at_once=kept is None)
