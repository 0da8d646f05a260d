"""The bench of generators: pictures a second by batch size, beside PyTorch and other engines in one run."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .bench import AGREE, PEERS, PURE, Figure, Json, Rounds, Timing, interleaved, machine, show

if TYPE_CHECKING:
    from deconv_studio.engine.session import Model

EAGER = "PyTorch eager"
OURS = "Deconv Studio, whole task"
BATCHES = (1, 4, 16)


def sample(
    model: Annotated[str, typer.Option("--model", help="A generator's id.")] = "digits-gan",
    pictures: Annotated[int, typer.Option("--pictures", min=16, help="Made in each round.")] = 256,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Of every engine; the cores there are.")
    ] = None,
    rounds: Rounds = 5,
    json: Json = False,
) -> int:
    """Pictures a second by batch size, beside PyTorch eager and other engines."""
    from deconv_studio.catalog import Catalog
    from deconv_studio.engine import load
    from deconv_studio.tasks.sample import check_generator

    entry = Catalog().get(model)
    check_generator(entry.card)
    lines, absent = generators(load(entry, provider="cpu", threads=threads), pictures, rounds)
    show("sample", lines, machine("onnxruntime", "torch", "openvino"), json, rounds, absent)
    return 0


def generators(model: Model, pictures: int, rounds: int) -> tuple[list[Figure], dict[str, str]]:
    """Lines for this program and every peer that makes the same pictures, at each of `BATCHES`.

    Parameters
    ----------
    model : Model
        A generator.
    pictures : int
        Made by each contender in each round, from the same latents.
    rounds : int

    Returns
    -------
    lines : list of Figure
        Pictures a second; the ratio is to PyTorch eager with the same batch, or to ONNX Runtime alone where
        PyTorch is not installed: over 1 is faster. This program does the whole task, from points to 8-bit
        pictures, in batches of its own; the others run the network and nothing else.
    absent : dict
        Why a peer is left out, by its name.
    """
    import numpy as np

    from deconv_studio.tasks.base import card_of
    from deconv_studio.tasks.sample import BATCH, feed_of, generate, point_of

    card = card_of(model)
    assert card.latent is not None
    points = [point_of(card, seed) for seed in range(pictures)]
    feeds = {
        size: [feed_of(model, points[start : start + size]) for start in range(0, pictures, size)]
        for size in BATCHES
    }
    shape = (-1, *feeds[1][0][card.latent.name].shape[1:])
    expected = model.run(feeds[4][0], outputs=[card.output.name])[card.output.name]
    peers: dict[str, Any] = {}
    absent: dict[str, str] = {}
    for name, make in PEERS.items():
        try:
            peer: Any = make(model.path, model.threads, shape)
            difference = float(np.abs(peer(feeds[4][0]) - expected).max())
        except ImportError:
            absent[name] = "not installed"
            continue
        except Exception as error:  # noqa: BLE001  a peer that cannot run the network is told of, and left out
            absent[name] = str(error).splitlines()[0] if str(error) else type(error).__name__
            continue
        if not difference <= AGREE:
            absent[name] = f"its pictures differ by {difference:.2g}"
            continue
        peers[name] = peer

    def all_of(peer: Any, size: int) -> Callable[[], object]:
        return lambda: [peer(feed) for feed in feeds[size]]

    contenders: dict[str, Callable[[], object]] = {
        f"{name}, batch {size}": all_of(peer, size) for size in BATCHES for name, peer in peers.items()
    }
    contenders[f"{OURS}, batch {BATCH}"] = lambda: list(generate(model, points))
    timings = interleaved(contenders, rounds)
    base = EAGER if EAGER in peers else PURE
    return [
        Figure(
            name, pictures / timing.median, "pictures/s", _speed(timing, timings, name, base), timing.spread
        )
        for name, timing in timings.items()
    ], absent


def _speed(timing: Timing, timings: dict[str, Timing], name: str, base: str) -> float:
    """How many times as fast as the base with the same batch: the median over the rounds' own ratios."""
    beside = timings[f"{base},{name.rpartition(',')[2]}"].seconds
    return statistics.median(other / own for own, other in zip(timing.seconds, beside, strict=True))
