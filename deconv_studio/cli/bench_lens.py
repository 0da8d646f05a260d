"""`bench lens`: reconstructions beside captum's and autograd's, and the size of exported reverse graphs."""

from __future__ import annotations

import importlib
import itertools
import os
import statistics
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .bench import AGREE, Figure, Json, Rounds, Timing, interleaved, machine, show
from .faults import say

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.lens.reconstruct import Lens, Look

#: At least this many times as fast as the peer: the median network, every network, a further unit.
PICTURE, SLOWEST, FURTHER = 1.3, 1.0, 5.0
#: An exported reverse graph over the forward weights, at most.
EXPORT = 1.1
_UNITS = 9
OURS, ANOTHER = "Deconv Studio", "Deconv Studio, a further unit"
PEERS = ("captum", "PyTorch autograd")


@dataclass(frozen=True)
class Compared:
    """One layer of one network.

    Attributes
    ----------
    network, layer : str
        The layer by its name in PyTorch.
    peer : str
        Whose time the ratios are to: captum's, or autograd's where captum computes something else.
    timings : dict of str to Timing
    export : float
        Bytes of the exported reverse graph over those of the forward weights.
    absent : dict of str to str
        Peers that are left out, and why.
    """

    network: str
    layer: str
    peer: str
    timings: dict[str, Timing]
    export: float
    absent: dict[str, str]

    def ratio(self, name: str, peer: str = "") -> float:
        """How many times as fast `name` is as the peer: the median over rounds of the round's own ratio."""
        pairs = zip(self.timings[peer or self.peer].seconds, self.timings[name].seconds, strict=True)
        return statistics.median(other / own for other, own in pairs)


def lens(
    networks: Annotated[
        str, typer.Option("--networks", help="Which of alexnet, resnet18, vgg16, efficientnet-lite0.")
    ] = "alexnet,resnet18,vgg16,efficientnet-lite0",
    side: Annotated[int, typer.Option("--side", min=32, help="Side of the picture, in pixels.")] = 224,
    threads: Annotated[int, typer.Option("--threads", min=0, help="0: one for each core.")] = 0,
    rounds: Rounds = 3,
    json: Json = False,
) -> int:
    """Picture to reconstruction, and each further unit, beside captum and autograd; size of exports."""
    threads = threads or os.cpu_count() or 1
    compared: list[Compared] = []
    for name in (part.strip() for part in networks.split(",")):
        try:
            network = open_network(name, side, threads)
        except ImportError as error:
            say(f"This bench needs PyTorch and torchvision: {error}. Install the extra [train].")
            return 2
        compared += layers_of(name, network, threads, rounds)
    absent = {
        f"{one.network} {one.layer}: {name}": why for one in compared for name, why in one.absent.items()
    }
    packages = ("onnxruntime", "torch", "torchvision", "captum")
    show("lens", lines_of(compared), machine(*packages) | {"threads": threads}, json, rounds, absent)
    return 0


def open_network(name: str, side: int, threads: int) -> Any:
    """Make a network for the bench; PyTorch is imported here and not before.

    Raises
    ------
    ImportError
    """
    peers = importlib.import_module("deconv_studio.learning.lens_peers")
    return peers.PeerNetwork(name, side, threads)


def layers_of(name: str, network: Any, threads: int, rounds: int) -> list[Compared]:
    """Time every layer of one network.

    Parameters
    ----------
    name : str
    network : PeerNetwork
    threads, rounds : int
    """
    from deconv_studio.lens.export import fused_model, weight_bytes
    from deconv_studio.lens.reconstruct import Lens

    opened = Lens(network.onnx, threads=threads)
    look = opened.look(network.picture, methods=("deconvnet",))
    forward = weight_bytes(opened.model)
    found = []
    for layer in network.layers:
        tensor = tensor_of(opened, look, network.value(layer))
        contenders, absent = contenders_of(opened, look, tensor, network, layer)
        timings = interleaved(contenders, rounds)
        export = fused_model(look.graph, tensor).ByteSize() / forward
        peer = next(item for item in PEERS if item in contenders)
        found.append(Compared(name, layer, peer, timings, export, absent))
    return found


def tensor_of(opened: Lens, look: Look, value: np.ndarray) -> str:
    """Find the tensor of an ONNX network that holds a module's output, by its value.

    Raises
    ------
    ValueError
        No tensor holds it.
    """
    import numpy as np

    scale = float(np.abs(value).max()) or 1.0
    near = [
        (float(np.abs(opened.activation(look, layer.name) - value).max()) / scale, -layer.depth, layer.name)
        for layer in opened.layers(look.picture.shape)
        if layer.shape == value.shape
    ]
    close = [item for item in near if item[0] < AGREE]
    if not close:
        raise ValueError("no tensor of the ONNX network is this layer")
    # Of several equal ones the deepest: a Dropout or an Identity after it changes nothing.
    return min(close, key=lambda item: item[1])[2]


def contenders_of(
    opened: Lens, look: Look, tensor: str, network: Any, layer: str
) -> tuple[dict[str, Callable[[], object]], dict[str, str]]:
    """What is timed: this program from the picture and from a look that is there, and peers that agree."""
    import numpy as np

    strongest = opened.strongest(look, tensor, _UNITS)
    unit, at, _ = strongest[0]
    turns = itertools.cycle(strongest)

    def whole() -> object:
        seen = opened.look(network.picture, [tensor], ("deconvnet",))
        return opened.reconstruct(seen, tensor, unit, "max", value="one")

    def further() -> object:
        number, place, _ = next(turns)
        return opened.reconstruct(look, tensor, number, place, value="one")

    ours = opened.reconstruct(look, tensor, unit, at, value="one").full()
    contenders: dict[str, Callable[[], object]] = {OURS: whole, ANOTHER: further}
    absent: dict[str, str] = {}
    for name in PEERS:
        try:
            if name == "captum":
                made = network.captum(layer)

                def peer(made: Any = made) -> Any:
                    return made(unit, at)
            else:

                def peer(made: Any = None) -> Any:
                    return network.autograd(layer, unit, at)

            with warnings.catch_warnings():
                # captum says for each call that it sets hooks.
                warnings.simplefilter("ignore")
                theirs = peer()
        except ImportError:
            absent[name] = "not installed"
            continue
        difference = float(np.abs(theirs - ours).max() / (np.abs(ours).max() or 1))
        if not difference <= AGREE:
            absent[name] = f"its reconstruction differs by {difference:.2g} of the largest value"
            continue
        contenders[name] = quietly(peer)
    return contenders, absent


def quietly(call: Callable[[], object]) -> Callable[[], object]:
    """Make a call without its warnings."""

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call()

    return run


def lines_of(compared: list[Compared]) -> list[Figure]:
    """Lines of every layer, then of every network, then the goals."""
    lines: list[Figure] = []
    for one in compared:
        where = f"{one.network} {one.layer}"
        for name in (OURS, ANOTHER):
            what = "picture to reconstruction" if name == OURS else "a further unit"
            timing = one.timings[name]
            against = f" (over {one.peer})"
            lines.append(
                Figure(f"{where}, {what}{against}", timing.median * 1e3, "ms", one.ratio(name), timing.spread)
            )
            if one.peer != PEERS[1] and PEERS[1] in one.timings:
                ratio = one.ratio(name, PEERS[1])
                lines.append(Figure(f"{where}, {what} (over {PEERS[1]})", timing.median * 1e3, "ms", ratio))
        lines.append(Figure(f"{where}, export over weights", one.export, "x"))
    networks = list(dict.fromkeys(one.network for one in compared))
    speeds = {
        name: statistics.median(one.ratio(OURS) for one in compared if one.network == name)
        for name in networks
    }
    lines += [
        Figure(
            f"{name}, picture to reconstruction, median of its layers", speed, "x", goal=SLOWEST, least=True
        )
        for name, speed in speeds.items()
    ]
    further = statistics.median(one.ratio(ANOTHER) for one in compared)
    return [
        *lines,
        Figure(
            "picture to reconstruction, median of the networks",
            statistics.median(speeds.values()),
            "x",
            goal=PICTURE,
            least=True,
        ),
        Figure("a further unit, median of all layers", further, "x", goal=FURTHER, least=True),
        Figure(
            "largest export over the forward weights", max(one.export for one in compared), "x", goal=EXPORT
        ),
    ]
