"""`--provider auto`: every provider that works is timed on the model once, and the fastest is kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.engine import providers, runtime
from deconv_studio.engine.errors import EngineError
from deconv_studio.engine.measured import measured
from deconv_studio.engine.selftest import SelfTest, self_test

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Loaded

log = logging.getLogger(__name__)

#: Another provider has to be this much faster than the CPU, so that noise does not decide.
MARGIN = 1.1
#: Largest difference from the CPU's result, as a part of its largest value.
TOLERANCE = 2e-2
_SIZE = 128
_REPEATS = 3


@dataclass(frozen=True)
class Timing:
    """How one provider did on a model: `seconds` of the best run, or why it is out of the question."""

    provider: str
    seconds: float | None
    reason: str = ""


def choose(
    sha256: str,
    threads: int,
    open_on: Callable[[providers.Provider], Loaded],
    *,
    card: Card | None = None,
    control: Control | None = None,
    test: Callable[[providers.Provider], SelfTest] = self_test,
) -> providers.Provider:
    """The fastest provider that works here for a model.

    Parameters
    ----------
    sha256 : str
        Of the model's file; the choice is kept under it.
    threads : int
    open_on : callable
        Opens the model on a provider; may raise EngineError.
    card : Card, optional
    control : Control, optional
    test : callable
        The self-test.

    Returns
    -------
    Provider
        The CPU if there is nothing else, nothing else works, or nothing is clearly faster.

    Raises
    ------
    Cancelled
    """
    candidates = providers.available()
    others = [provider for provider in candidates if provider.name != "cpu"]
    if not others:
        return providers.CPU
    names = ",".join(provider.name for provider in candidates)
    key = f"{sha256}/{threads}/{runtime.version()}/{names}"
    kept = measured.get("fastest", key)
    if isinstance(kept, str):
        for provider in candidates:
            if provider.name == kept:
                return provider
    timings = compare(threads, candidates, open_on, card=card, control=control, test=test)
    best = pick(timings)
    for timing in timings:
        log.info("%s: %s", timing.provider, timing.reason or f"{timing.seconds:.4f} s")
    measured.put("fastest", key, best)
    return providers.by_name(best)


def pick(timings: list[Timing]) -> str:
    """The name of the best: the CPU unless another is clearly faster."""
    times = {item.provider: item.seconds for item in timings if item.seconds is not None}
    cpu = times.pop("cpu", None)
    if not times:
        return "cpu"
    name = min(times, key=lambda item: times[item])
    return name if cpu is None or times[name] * MARGIN < cpu else "cpu"


def compare(
    threads: int,
    candidates: list[providers.Provider],
    open_on: Callable[[providers.Provider], Loaded],
    *,
    card: Card | None = None,
    control: Control | None = None,
    test: Callable[[providers.Provider], SelfTest] = self_test,
) -> list[Timing]:
    """Time providers on a model; the CPU comes first, and its result is what the others are held against.

    Parameters and errors are those of :func:`choose`.
    """
    results: list[Timing] = []
    reference: np.ndarray | None = None
    for provider in sorted(candidates, key=lambda item: item.name != "cpu"):
        if control is not None:
            control.raise_if_cancelled()
            control.progress(len(results) / len(candidates), f"Measuring {provider.title}")
        if provider.name != "cpu":
            outcome = test(provider)
            if not outcome.ok:
                results.append(Timing(provider.name, None, outcome.message))
                continue
        try:
            loaded = open_on(provider)
            feed = sample_feed(loaded.inputs, card)
            found = np.asarray(loaded.session.run([_output(loaded, card)], feed)[0])
            seconds = _best_time(loaded, card, feed, control)
        except EngineError as error:
            results.append(Timing(provider.name, None, error.message))
            continue
        except runtime.exception_types() as error:
            results.append(Timing(provider.name, None, runtime.first_line(error)))
            continue
        if reference is None:
            reference = found
        elif not _agree(found, reference):
            results.append(Timing(provider.name, None, "its result differs from the CPU's"))
            continue
        results.append(Timing(provider.name, seconds))
    return results


def _best_time(loaded: Loaded, card: Card | None, feed: Any, control: Control | None) -> float:
    best = float("inf")
    for _ in range(_REPEATS):
        if control is not None:
            control.raise_if_cancelled()
        started = time.perf_counter()
        loaded.session.run([_output(loaded, card)], feed)
        best = min(best, time.perf_counter() - started)
    return best


def _agree(found: np.ndarray, reference: np.ndarray) -> bool:
    if found.shape != reference.shape:
        return False
    size = max(float(np.abs(reference).max()), 1e-6)
    return bool(np.abs(found.astype(np.float64) - reference).max() <= TOLERANCE * size)


def _output(loaded: Loaded, card: Card | None) -> str:
    return card.output.name if card is not None else loaded.outputs[0].name


def sample_feed(inputs: Any, card: Card | None = None, size: int = _SIZE) -> dict[str, np.ndarray]:
    """Arrays a network can be timed with.

    Parameters
    ----------
    inputs : sequence of Tensor
        The network's inputs.
    card : Card, optional
        Tells size and layout where the graph does not.
    size : int
        Height and width where they are free.

    Returns
    -------
    dict of str to ndarray
        One array for each input, of its dtype, reproducible, uniform in [0, 1].
    """
    random = np.random.default_rng(0)
    feed = {}
    for tensor in inputs:
        shape = [
            _free(axis, tensor.shape, card, size) if n is None else n for axis, n in enumerate(tensor.shape)
        ]
        array = random.random(shape, dtype=np.float32)
        feed[tensor.name] = array.astype(tensor.dtype if tensor.dtype is not None else np.float32)
    return feed


def _free(axis: int, shape: tuple[int | None, ...], card: Card | None, size: int) -> int:
    if axis == 0:
        return 1
    if len(shape) != 4:
        return size
    nhwc = card.input.layout == "NHWC" if card is not None else shape[3] in (1, 3) and shape[1] not in (1, 3)
    if axis == (3 if nhwc else 1):
        return card.input.channels if card is not None else 3
    if card is None:
        return size
    if card.input.fixed_size is not None:
        return int(card.input.fixed_size[axis - (1 if nhwc else 2)])
    least = max(size, card.input.minimum)
    return -(-least // card.input.size_multiple) * card.input.size_multiple
