"""The verb `bench`: speed and memory on this machine, in ratios that come from one run."""

from __future__ import annotations

import importlib
import json as reader
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deconv_studio.batch.errors import CallWrong

from .faults import guarded, say
from .run import emit

if TYPE_CHECKING:
    import numpy as np

    from deconv_studio.engine.session import Model

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    help="Speed on this machine, against peers that are installed.",
)
MIB = 1 << 20
#: Peers compute the same network: above this they are left out, a ratio would compare different work.
AGREE = 1e-3

Json = Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")]
Rounds = Annotated[int, typer.Option("--rounds", min=1, help="Rounds, of which the median counts.")]


@dataclass(frozen=True)
class Timing:
    """Seconds of one contender over all rounds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the rounds."""
        return statistics.median(self.seconds)

    @property
    def spread(self) -> float:
        """(slowest - fastest) / median."""
        return (max(self.seconds) - min(self.seconds)) / self.median if self.median else 0.0


def interleaved(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Timing]:
    """Time contenders in turns, so that what else the machine does meets all of them alike.

    Parameters
    ----------
    contenders : mapping of str to callable
        Each is called once before the clock runs.
    rounds : int
        Each round calls every contender once, beginning with another one each time.
    clock : callable, optional
    """
    for call in contenders.values():
        call()
    names = list(contenders)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            started = clock()
            contenders[name]()
            taken[name].append(clock() - started)
    return {name: Timing(tuple(values)) for name, values in taken.items()}


@dataclass(frozen=True)
class Figure:
    """One line of a bench.

    Attributes
    ----------
    name : str
    value : float
    unit : str
    ratio : float or None
        To the line it stands beside.
    spread : float or None
        Of the rounds, as a part of the median.
    goal : float or None
        What `ratio` (or `value`, where there is none) should be at most.
    least : bool
        The goal is what it should be at least.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    spread: float | None = None
    goal: float | None = None
    least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        reached = self.value if self.ratio is None else self.ratio
        return reached >= self.goal if self.least else reached <= self.goal


def figures(timings: Mapping[str, Timing], first: str, unit: str, divisor: float = 1.0) -> list[Figure]:
    """Lines with each contender's ratio to one of them: the median over rounds of the round's own ratio."""
    base = timings[first].seconds

    def ratio(timing: Timing) -> float:
        # Of the same round, so that a load that comes and goes cancels out.
        return statistics.median(own / other for own, other in zip(timing.seconds, base, strict=True))

    return [
        Figure(name, timing.median / divisor, unit, ratio(timing), timing.spread)
        for name, timing in timings.items()
    ]


def machine(*packages: str) -> dict[str, Any]:
    """What a figure was measured on: processor, cores, system, versions."""
    from deconv_studio import __version__

    name = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    versions = {"python": platform.python_version(), "deconv-studio": __version__}
    for package in packages:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "processor": name or platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": load,
        "versions": versions,
    }


def show(
    bench: str,
    lines: list[Figure],
    facts: Mapping[str, Any],
    json: bool,
    rounds: int,
    absent: Mapping[str, str] | None = None,
) -> None:
    """Print a bench: for people a table, with `json` one object a line; and what is not compared, and why."""
    if json:
        emit({"event": "machine", "bench": bench, **facts})
        for line in lines:
            emit({"event": "figure", "bench": bench, "rounds": rounds, **vars(line), "met": line.met})
        for name, reason in (absent or {}).items():
            emit({"event": "absent", "bench": bench, "name": name, "reason": reason})
        return
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    load = "" if facts["load"] is None else f", load {facts['load']:.1f}"
    typer.echo(f"{facts['processor']}, {facts['cores']} cores, {facts['system']}{load}; {versions}")
    typer.echo(f"{rounds} round(s), median; spread is (slowest - fastest) / median")
    width = max(len(line.name) for line in lines)
    for line in lines:
        ratio = "" if line.ratio is None else f"  x{line.ratio:.3f}"
        spread = "" if line.spread is None else f"  spread {line.spread:.0%}"
        sign = ">=" if line.least else "<="
        goal = "" if line.goal is None else f"  goal {sign} {line.goal:g}: {'met' if line.met else 'NOT MET'}"
        typer.echo(f"  {line.name:<{width}}  {line.value:10.4f} {line.unit}{ratio}{spread}{goal}")
    for name, reason in (absent or {}).items():
        typer.echo(f"  {name}: left out, {reason}")


def upscale(
    model: Annotated[str, typer.Option("--model", help="A model's id.")] = "upscale-x2",
    side: Annotated[int, typer.Option("--side", min=16, help="Side of the picture fed, in pixels.")] = 384,
    pictures: Annotated[int, typer.Option("--pictures", min=1, help="Pictures in the folder.")] = 8,
    rounds: Rounds = 5,
    json: Json = False,
) -> int:
    """Seconds per output megapixel beside other engines; a folder's time beside pure inference."""
    import numpy as np

    from deconv_studio.catalog import Catalog
    from deconv_studio.engine import load

    entry = Catalog().get(model)
    loaded = load(entry, provider="cpu")
    card = entry.card
    batch = picture(side, card.input.channels).transpose(2, 0, 1)[None]
    batch = np.ascontiguousarray(batch, np.float32) / np.float32(255)
    lines, absent = engines(loaded, batch, rounds)
    lines += folder(loaded, side, pictures, rounds)
    packages = ("onnxruntime", "torch", "openvino", "opencv-python-headless", "ncnn")
    show("upscale", lines, machine(*packages), json, rounds, absent)
    return 0


def segment(
    model: Annotated[str, typer.Option("--model", help="A model's id.")] = "aerial",
    side: Annotated[int, typer.Option("--side", min=32, help="Side of the picture fed, in pixels.")] = 384,
    rounds: Rounds = 5,
    json: Json = False,
) -> int:
    """Seconds per megapixel beside other engines, on a picture of one tile."""
    return _by_pixel("segment", model, side, rounds, json)


def anomaly(
    model: Annotated[str, typer.Option("--model", help="A model's id.")] = "tile-anomaly",
    side: Annotated[int, typer.Option("--side", min=32, help="Side of the picture fed, in pixels.")] = 384,
    rounds: Rounds = 5,
    json: Json = False,
) -> int:
    """Seconds per megapixel of a heat map beside other engines, on a picture of one tile."""
    return _by_pixel("anomaly", model, side, rounds, json)


def _by_pixel(task: str, model: str, side: int, rounds: int, json: bool) -> int:
    """The bench of a task whose network says something of every pixel."""
    import numpy as np

    from deconv_studio.catalog import Catalog
    from deconv_studio.engine import load

    entry = Catalog().get(model)
    card = entry.card
    side -= side % card.input.size_multiple
    batch = picture(side, card.input.channels).transpose(2, 0, 1)[None]
    batch = np.ascontiguousarray(batch, np.float32) / np.float32(255)
    lines, absent = engines(load(entry, provider="cpu"), batch, rounds, task=task)
    show(task, lines, machine("onnxruntime", "torch", "openvino"), json, rounds, absent)
    return 0


def restore(
    model: Annotated[str, typer.Option("--model", help="A model's id.")] = "denoise-gray",
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Clean pictures; without it the program's samples."),
    ] = None,
    pictures: Annotated[int, typer.Option("--pictures", min=1, help="At most so many of them.")] = 4,
    side: Annotated[int, typer.Option("--side", min=32, help="Side of the picture timed, in pixels.")] = 384,
    rounds: Rounds = 5,
    json: Json = False,
) -> int:
    """PSNR beside BM3D where that is installed; seconds per megapixel beside other engines."""
    import numpy as np

    from deconv_studio.catalog import Catalog
    from deconv_studio.catalog.folders import resources_folder
    from deconv_studio.engine import load

    entry = Catalog().get(model)
    card = entry.card
    loaded = load(entry, provider="cpu")
    lines, absent = denoised(loaded, data or resources_folder() / "samples", pictures)
    side -= side % card.input.size_multiple
    batch = picture(side, card.input.channels).transpose(2, 0, 1)[None]
    batch = np.ascontiguousarray(batch, np.float32) / np.float32(255)
    more = {card.strength.name: np.full(1, -1, np.float32)} if card.strength is not None else None
    timed, others = engines(loaded, batch, rounds, task="restore", more=more)
    facts = machine("onnxruntime", "torch", "openvino", "bm3d")
    show("restore", lines + timed, facts, json, rounds, absent | others)
    return 0


#: How much better than BM3D a model for gray pictures should be, in dB, by the noise's strength.
OVER_BM3D = {15: 0.1, 25: 0.1, 50: 0.8}


def denoised(model: Model, data: Path, pictures: int) -> tuple[list[Figure], dict[str, str]]:
    """Lines with the mean PSNR at each strength, found and told, and of BM3D, told, on the same pictures.

    Parameters
    ----------
    model : Model
        With a card.
    data : Path
        Clean pictures.
    pictures : int
        At most so many of them, the first by name.

    Returns
    -------
    lines : list of Figure
    absent : dict
        Why BM3D is left out.
    """
    import numpy as np

    from deconv_studio import imaging, tasks
    from deconv_studio.batch import restore_evaluation as restoring
    from deconv_studio.batch.measuring import originals
    from deconv_studio.engine import Control
    from deconv_studio.tasks.base import card_of

    channels = card_of(model).input.channels
    paths = sorted(
        path for path in originals(data).iterdir() if path.suffix.lower() in imaging.PICTURE_SUFFIXES
    )[:pictures]
    if not paths:
        raise CallWrong(f"There is no picture in {data}.", "Give a folder of clean pictures with --data.")
    clean = {path.name: restoring.clean_pixels(imaging.read(path), channels) for path in paths}
    absent: dict[str, str] = {}
    bm3d: Any = None
    try:
        bm3d = importlib.import_module("bm3d")
    except ImportError:
        absent["BM3D"] = "not installed (pip install bm3d; for non-commercial use)"
    task = tasks.get("restore")
    options = task.options()

    def network(noisy: np.ndarray, sigma: int) -> np.ndarray:
        found: np.ndarray = task.run(imaging.Picture(noisy), options, model, Control()).picture.pixels
        return found

    def told(noisy: np.ndarray, sigma: int) -> np.ndarray:
        by_hand = task.options(sigma=sigma)
        found: np.ndarray = task.run(imaging.Picture(noisy), by_hand, model, Control()).picture.pixels
        return found

    def peer(noisy: np.ndarray, sigma: int) -> np.ndarray:
        feed = noisy / 255
        made = bm3d.bm3d_rgb(feed, sigma / 255) if channels == 3 else bm3d.bm3d(feed, sigma / 255)
        return np.rint(np.clip(made, 0, 1) * 255).astype(np.uint8).reshape(noisy.shape)

    contenders: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {"Deconv Studio": network}
    if card_of(model).strength is not None:
        contenders["Deconv Studio, told"] = told
    if bm3d is not None:
        contenders["BM3D"] = peer
    count = f"{len(paths)} pictures" if len(paths) > 1 else "1 picture"
    pixels = sum(one.shape[0] * one.shape[1] for one in clean.values()) * len(restoring.SIGMAS)
    seconds = dict.fromkeys(contenders, 0.0)
    lines = []
    for sigma in restoring.SIGMAS:
        means = {}
        for name, call in contenders.items():
            values = []
            for file, truth in clean.items():
                noisy = restoring.with_noise(truth, sigma, file)
                started = time.perf_counter()
                made = call(noisy, sigma)
                seconds[name] += time.perf_counter() - started
                values.append(restoring.figures(made, truth)[0])
            means[name] = statistics.fmean(values)
            lines.append(Figure(f"{name}, sigma {sigma}, {count}", means[name], "dB"))
        if bm3d is not None:
            goal = OVER_BM3D[sigma] if channels == 1 else None
            for name in means:
                if name != "BM3D":  # which is told the strength itself
                    text = f"{name.replace('Deconv Studio', 'over BM3D', 1)} at sigma {sigma}"
                    gain = means[name] - means["BM3D"]
                    lines.append(Figure(text, gain, "dB", goal=goal, least=True))
    for name, taken in seconds.items():
        ratio = taken / seconds["Deconv Studio"]
        lines.append(Figure(f"{name}, these pictures", taken / pixels * 1e6, "s/MP", ratio))
    return lines, absent


def picture(side: int, channels: int) -> np.ndarray:
    """A photo-like picture of smooth shapes and fine grain, ``(side, side, channels)`` uint8."""
    import cv2
    import numpy as np

    random = np.random.default_rng(3)
    coarse = random.random((side // 16 + 2, side // 16 + 2, channels), np.float32)
    smooth = cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC).reshape(side, side, channels)
    grain = random.normal(0, 0.02, smooth.shape)
    return np.clip((smooth + grain) * 255, 0, 255).astype(np.uint8)


def engines(
    model: Model,
    batch: np.ndarray,
    rounds: int,
    task: str = "upscale",
    more: Mapping[str, np.ndarray] | None = None,
) -> tuple[list[Figure], dict[str, str]]:
    """Lines for this program and every peer that is installed and gives the same pixels.

    Parameters
    ----------
    model : Model
        With a card.
    batch : ndarray
        ``(1, C, H, W)`` float32 in [0, 1].
    rounds : int
    task : str
        "upscale", "segment", "anomaly" or "restore".
    more : mapping of str to ndarray, optional
        The network's further inputs.

    Returns
    -------
    lines : list of Figure
        Ratios are to ONNX Runtime alone. This program does the whole task on a colour picture of that size:
        conversion, tiles, chroma, checks; the others run the network and nothing else.
    absent : dict
        Why a peer is left out, by its name.
    """
    import numpy as np

    from deconv_studio import tasks
    from deconv_studio.engine import Control

    feed: Any = {model.input_name: batch, **more} if more else batch
    ours = model.run(feed)
    picture_task = tasks.get(task)
    enlarging = task == "upscale"
    options = picture_task.options(**({"scale": ours.shape[-1] // batch.shape[-1]} if enlarging else {}))
    planes = np.rint(batch[0].transpose(1, 2, 0) * 255).astype(np.uint8)
    colour = blank(np.ascontiguousarray(np.broadcast_to(planes, (*planes.shape[:2], 3))))
    contenders: dict[str, Callable[[], object]] = {}
    absent: dict[str, str] = {}
    for name, make in PEERS.items():
        try:
            peer = make(model.path, model.threads, batch.shape)
            difference = float(np.abs(peer(feed) - ours).max())
        except ImportError:
            absent[name] = "not installed"
            continue
        except Exception as error:  # noqa: BLE001  a peer that cannot run the network is told of, and left out
            absent[name] = str(error).splitlines()[0] if str(error) else type(error).__name__
            continue
        if not difference <= AGREE:
            absent[name] = f"its pixels differ by {difference:.2g}"
            continue
        contenders[name] = lambda peer=peer: peer(feed)  # type: ignore[misc]
    whole = {"Deconv Studio, whole task": lambda: picture_task.run(colour, options, model, Control())}
    megapixels = ours.shape[-1] * ours.shape[-2] / 1e6
    return figures(interleaved({**whole, **contenders}, rounds), PURE, "s/MP", megapixels), absent


Peer = Callable[["np.ndarray"], "np.ndarray"]


def _torch(path: Path, threads: int, shape: tuple[int, ...]) -> Peer:
    eager: Peer = importlib.import_module("deconv_studio.learning.eager").eager(path, threads)
    return eager


def _openvino(path: Path, threads: int, shape: tuple[int, ...]) -> Peer:
    openvino = importlib.import_module("openvino")
    core = openvino.Core()
    network = core.read_model(str(path))
    network.reshape({network.inputs[0]: list(shape)})
    options = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(network, "CPU", options)
    return lambda batch: next(iter(compiled(batch).values()))


def _opencv(path: Path, threads: int, shape: tuple[int, ...]) -> Peer:
    import cv2

    network = cv2.dnn.readNetFromONNX(str(path))
    cv2.setNumThreads(threads)

    def run(batch: Any) -> np.ndarray:
        if isinstance(batch, Mapping):
            raise ValueError("networks with a second input are not set up for it here")
        network.setInput(batch)
        return network.forward()  # type: ignore[no-any-return]

    return run


def _onnxruntime(path: Path, threads: int, shape: tuple[int, ...]) -> Peer:
    """A session as its own defaults make it, but for the threads: nothing of this program's engine."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def run(batch: Any) -> np.ndarray:
        found: np.ndarray = session.run(None, batch if isinstance(batch, Mapping) else {name: batch})[0]
        return found

    return run


def _ncnn(path: Path, threads: int, shape: tuple[int, ...]) -> Peer:
    importlib.import_module("ncnn")
    raise ValueError("it reads no ONNX, and there is no converted file of this network")


PURE = "ONNX Runtime, network alone"
PEERS: dict[str, Callable[[Path, int, tuple[int, ...]], Peer]] = {
    PURE: _onnxruntime,
    "PyTorch eager": _torch,
    "OpenVINO": _openvino,
    "OpenCV DNN": _opencv,
    "ncnn": _ncnn,
}


def folder(model: Model, side: int, pictures: int, rounds: int) -> list[Figure]:
    """A folder from file to file, over the time its pictures spend in the network alone."""
    from deconv_studio import batch, imaging, tasks
    from deconv_studio.engine import Control, apply

    card = model.card
    if card is None:
        return []
    pixels = picture(side, 3)
    plane = picture(side, card.input.channels)
    options = tasks.get("upscale").options(scale=card.output.scale)
    with tempfile.TemporaryDirectory(prefix="deconv-studio-bench-") as place:
        inputs, out = Path(place) / "in", Path(place) / "out"
        inputs.mkdir()
        for number in range(pictures):
            imaging.write(blank(pixels), inputs / f"{number:03}.png")

        def end_to_end() -> None:
            plan = batch.plan([inputs], out, task="upscale", options=options, card=card, exists="overwrite")
            for item in batch.run(plan, model=model, control=Control()):
                if item.status != "done":
                    raise RuntimeError(f"{item.input}: {item.error}")

        def pure() -> None:
            for _ in range(pictures):
                apply(model, plane)

        timings = interleaved({"pure inference": pure, "folder, file to file": end_to_end}, rounds)
    megapixels = pictures * (side * card.output.scale) ** 2 / 1e6
    first, whole = figures(timings, "pure inference", "s/MP", megapixels)
    return [first, Figure(whole.name, whole.value, whole.unit, whole.ratio, whole.spread, goal=1.05)]


def blank(pixels: np.ndarray) -> Any:
    """A picture of these pixels, without profile and metadata."""
    from deconv_studio.imaging import Metadata, Picture

    return Picture(pixels=pixels, icc_profile=None, metadata=Metadata(), source=None, format=None)


def start(rounds: Rounds = 10, json: Json = False) -> int:
    """How long `--help` takes, over an empty Python."""
    timings = interleaved(
        {
            "python -c pass": lambda: _quiet([sys.executable, "-c", "pass"]),
            "deconv-studio --help": lambda: _quiet([sys.executable, "-m", "deconv_studio", "--help"]),
        },
        rounds,
    )
    first, second = figures(timings, "python -c pass", "s")
    lines = [first, Figure(second.name, second.value, "s", second.ratio, second.spread, goal=20)]
    show("start", lines, machine("typer"), json, rounds)
    return 0


def _quiet(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=True, timeout=120)


def memory(
    megapixels: Annotated[int, typer.Option("--megapixels", min=1, help="Size of the PNG enlarged.")] = 100,
    json: Json = False,
) -> int:
    """Most anonymous memory while a large PNG is enlarged twice."""
    if not Path("/proc/self/status").is_file():
        say("This bench reads /proc, which this system does not have.")
        return 2
    from deconv_studio import imaging

    side = round((megapixels * 1e6) ** 0.5)
    with tempfile.TemporaryDirectory(prefix="deconv-studio-bench-") as place:
        source, out = Path(place) / "large.png", Path(place) / "larger.png"
        imaging.write(blank(picture(side, 3)), source)
        command = [sys.executable, "-m", "deconv_studio", "upscale", str(source), "--scale", "2"]
        started = time.perf_counter()
        peak = peak_anonymous([*command, "--out", str(out), "--quiet", "--max-pixels", "none"])
        seconds = time.perf_counter() - started
    lines = [
        Figure(f"peak anonymous memory, {side} x {side} PNG", peak / MIB, "MiB", goal=1.5 * 1024),
        Figure("from start to end", seconds, "s"),
    ]
    show("memory", lines, machine("onnxruntime"), json, 1)
    return 0


def peak_anonymous(command: list[str], interval: float = 0.02) -> int:
    """Run a command and return the largest RssAnon seen, in bytes.

    Raises
    ------
    CalledProcessError
        If the command fails.
    """
    peak = 0
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as child:
        status = Path(f"/proc/{child.pid}/status")
        while child.poll() is None:
            peak = max(peak, anonymous(status.read_text(encoding="ascii", errors="replace")))
            time.sleep(interval)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return peak


def anonymous(status: str) -> int:
    """RssAnon of a /proc/PID/status, in bytes; 0 where it is not given (a process that has ended)."""
    for line in status.splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    return 0


def window(
    rounds: Rounds = 5,
    megapixels: Annotated[float, typer.Option("--megapixels", min=0.01, help="Size of the JPEG.")] = 24.0,
    side: Annotated[int, typer.Option("--side", min=16, help="Side of the picture enlarged.")] = 1024,
    json: Json = False,
) -> int:
    """First window over an empty one, a large JPEG's first paint, gaps of the event loop, cancels."""
    # The command line never imports Qt: the window measures itself in a process of its own.
    command = [sys.executable, "-m", "deconv_studio.ui.bench_window", "--rounds", str(rounds)]
    command += ["--megapixels", str(megapixels), "--picture", str(side)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        say("The window could not be measured; `deconv-studio doctor` shows what is missing.")
        return 1
    records = [reader.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    lines = [line for record in records for line in window_figures(record)]
    show("window", lines, machine("PySide6-Essentials"), json, rounds)
    return 0


def window_figures(record: Mapping[str, Any]) -> list[Figure]:
    """The lines of one thing that the window measured of itself."""
    event = record["event"]
    if event == "first_window":
        return [
            Figure("first paint of an empty window", record["empty_seconds"], "s", 1.0),
            Figure(
                "first paint of the program's window",
                record["program_seconds"],
                "s",
                record["ratio"],
                goal=record["goal"],
            ),
            Figure("its panel is there", record["panel_seconds"], "s", record["panel_ratio"]),
        ]
    if event == "first_paint":
        name = f"first paint of a {record['megapixels']:.0f}-megapixel JPEG"
        return [Figure(name, record["seconds"], "s", goal=record["goal"])]
    if event == "gaps":
        return [
            Figure(
                f"gaps over {record['limit_ms']:.0f} ms while {record['during']}", record["over"], "", goal=0
            ),
            Figure(f"longest gap while {record['during']}", record["longest_ms"], "ms"),
            Figure(
                f"processor time of the window between two beats while {record['during']}",
                record["busiest_ms"],
                "ms",
            ),
        ]
    if event == "cancel":
        return [
            Figure(
                f"cancels over {record['limit_ms']:.0f} ms", record["over"], f"of {record['rounds']}", goal=0
            ),
            Figure("longest cancel", record["longest_ms"], "ms"),
        ]
    return []


from .bench_lens import lens  # noqa: E402  it takes what is above
from .bench_sample import sample  # noqa: E402

for _verb in (upscale, segment, anomaly, restore, sample, lens, window, start, memory):
    app.command(_verb.__name__, help=_verb.__doc__)(guarded(_verb))
