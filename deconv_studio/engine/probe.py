"""A stranger's .onnx: what picture it takes and gives, found by running it in a child process with limits.

Nothing is believed but what the network does: layout, channels, scale, size multiple, least or only size come
from runs at several sizes, the receptive radius from perturbing single pixels at several sizes, and in the
end a picture is run whole and in tiles, which have to agree.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np

from deconv_studio.engine import runtime
from deconv_studio.engine.errors import EngineError, ProbeFailed, ProbeTimeout
from deconv_studio.engine.tiles import WHOLE, run_tiled

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control

DEFAULT_SECONDS = 60.0
DEFAULT_MEMORY = 3 * 2**30
#: Sizes at which the receptive radius is looked for; the larger ones only if it does not fit the smaller.
_SIZES = (64, 128, 256, 512, 1024)
#: Size multiples that networks have.
_MULTIPLES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128, 256)
#: Whole and tiled may differ by this part of the largest value.
_AGREE = 1e-4


@dataclass(frozen=True)
class Probe:
    """What was found out about a network.

    Attributes
    ----------
    path : str
    input_name, output_name : str
    layout : {"NCHW", "NHWC"}
    channels : int
        1 or 3.
    dtype : str
        NumPy's name of the input's type.
    scale : int
        Output pixels for each input pixel, along one axis.
    size_multiple, minimum : int
    fixed_size : tuple of int or None
        (height, width), if that is the only size it takes.
    receptive_field : int
        Radius in input pixels; :data:`~deconv_studio.engine.tiles.WHOLE` if every output pixel looks at all
        of it.
    value_range : tuple of float or None
        (0, 1) or (0, 255), if the output shows which; None: has to be asked for.
    parameters : int
    external_data : tuple of dict
        Files beside the model, as the card lists them.
    seconds : float
        How long the probing took.
    """

    path: str
    input_name: str
    output_name: str
    layout: Literal["NCHW", "NHWC"]
    channels: int
    dtype: str
    scale: int
    size_multiple: int
    minimum: int
    fixed_size: tuple[int, int] | None
    receptive_field: int
    value_range: tuple[float, float] | None
    parameters: int = 0
    external_data: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0

    @property
    def needs_whole_picture(self) -> bool:
        """Whether the network looks at the whole picture, so that it cannot be cut into tiles."""
        return self.receptive_field >= WHOLE

    @property
    def unknown(self) -> tuple[str, ...]:
        """What could not be found out and has to be asked for, by the name of its command line option."""
        return ("--range",) if self.value_range is None else ()

    def to_card(self, model_id: str | None = None, **known: Any) -> Card:
        """Make a card of it.

        Parameters
        ----------
        model_id : str, optional
            By default the file's name.
        **known
            What the user knows better, as `Card.for_user_model` takes it: `value_range`, `mean`, `std`,
            `title`, `licence`, ...

        Raises
        ------
        CardInvalid
        """
        from deconv_studio.catalog import Card
        from deconv_studio.catalog.card import DataFile

        facts: dict[str, Any] = {
            "input_name": self.input_name,
            "output_name": self.output_name,
            "channels": self.channels,
            "scale": self.scale,
            "receptive_field": self.receptive_field,
            "layout": self.layout,
            "size_multiple": self.size_multiple,
            "fixed_size": self.fixed_size,
            "minimum": self.minimum,
            "value_range": self.value_range or (0.0, 1.0),
            "parameters": self.parameters,
            "external_data": tuple(DataFile(**item) for item in self.external_data),
        }
        path = Path(self.path)
        return Card.for_user_model(model_id or path.stem, path, **{**facts, **known})


def probe(
    path: Path | str,
    *,
    seconds: float = DEFAULT_SECONDS,
    memory: int = DEFAULT_MEMORY,
    control: Control | None = None,
) -> Probe:
    """Find out what an .onnx file does, without trusting it.

    Parameters
    ----------
    path : Path or str
    seconds : float
        The child process is stopped after this long.
    memory : int
        Bytes; the child process is stopped when it holds more.
    control : Control, optional

    Returns
    -------
    Probe

    Raises
    ------
    CatalogError
        If the file is no ONNX model, too large, or has weights outside its folder; ONNX Runtime never sees it
        then.
    ProbeFailed
        If it does not map pictures to pictures, or fails.
    ProbeTimeout
        If it takes longer or more memory than allowed.
    Cancelled
    """
    from deconv_studio.catalog import inspect_file

    path = Path(path).absolute()
    facts = inspect_file(path)
    facts.picture_input()
    started = time.monotonic()
    report = _in_child(path, seconds, memory, control)
    if "error" in report:
        raise ProbeFailed(f"{path.name}: {report['error']}")
    found = _from_report(path, report)
    return Probe(
        **{
            **asdict(found),
            "parameters": facts.parameters,
            "external_data": tuple(item.model_dump() for item in facts.external_data),
            "seconds": time.monotonic() - started,
        }
    )


def _from_report(path: Path, report: dict[str, Any]) -> Probe:
    try:
        fixed = report["fixed_size"]
        values = report["value_range"]
        return Probe(
            path=str(path),
            input_name=str(report["input_name"]),
            output_name=str(report["output_name"]),
            layout=report["layout"],
            channels=int(report["channels"]),
            dtype=str(report["dtype"]),
            scale=int(report["scale"]),
            size_multiple=int(report["size_multiple"]),
            minimum=int(report["minimum"]),
            fixed_size=(int(fixed[0]), int(fixed[1])) if fixed else None,
            receptive_field=int(report["receptive_field"]),
            value_range=(float(values[0]), float(values[1])) if values else None,
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise ProbeFailed(f"{path.name} could not be probed: the child's report is damaged.") from error


# -- the parent's side ---------------------------------------------------------------------------------------


def _in_child(path: Path, seconds: float, memory: int, control: Control | None) -> dict[str, Any]:
    """Run the probing in a child process, watch it, and return its report."""
    import psutil

    with tempfile.TemporaryDirectory(prefix="deconv-probe-", ignore_cleanup_errors=True) as folder:
        report, said = Path(folder) / "report.json", Path(folder) / "said.txt"
        # What the child finds is in the report. Its errors go to a file: a pipe nobody reads would stop it.
        with said.open("wb") as errors:
            child = subprocess.Popen(
                [sys.executable, "-m", __name__, str(path), str(report), str(memory), str(seconds)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)},
            )
        try:
            with suppress(psutil.NoSuchProcess):
                _watch(psutil.Process(child.pid), child, path, seconds, memory, control)
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ProbeTimeout(f"Probing {path.name} did not end and was stopped.") from None
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        try:
            found = json.loads(report.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            what = lines[-1][:200] if lines else f"it ended with status {child.returncode}"
            raise ProbeFailed(f"Probing {path.name} failed: {what}.") from error
        return cast("dict[str, Any]", found)


def _watch(
    process: Any, child: Any, path: Path, seconds: float, memory: int, control: Control | None
) -> None:
    started = time.monotonic()
    while child.poll() is None:
        if control is not None:
            control.raise_if_cancelled()
            control.progress(min(0.95, (time.monotonic() - started) / seconds), f"Probing {path.name}")
        if time.monotonic() - started > seconds:
            raise ProbeTimeout(f"Probing {path.name} took longer than {seconds:g} seconds and was stopped.")
        if process.memory_info().rss > memory:
            raise ProbeTimeout(
                f"Probing {path.name} took more than {memory / 2**30:.1f} GiB and was stopped."
            )
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.02)


# -- the child's side ----------------------------------------------------------------------------------------


class _Unfit(Exception):  # noqa: N818 - a finding, not a fault
    """The network does not map pictures to pictures; says why."""


Run = Callable[[np.ndarray], np.ndarray]


class _Network:
    """The session of a network under test, run on pictures (h, w, C) whatever its own layout is."""

    def __init__(self, path: str, deadline: float) -> None:
        options = runtime.session_options(1)
        self._session = runtime.create_session(path, options, ["CPUExecutionProvider"])
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1:
            raise _Unfit(f"it has {len(inputs)} inputs; a network on pictures has one")
        self.input_name, self.output_name = inputs[0].name, outputs[0].name
        self.shape = [size if isinstance(size, int) and size > 0 else None for size in inputs[0].shape]
        if len(self.shape) != 4:
            raise _Unfit(f"its input has {len(self.shape)} axes; pictures have 4")
        types = {"tensor(float)": "float32", "tensor(float16)": "float16", "tensor(double)": "float64"}
        if inputs[0].type not in types:
            raise _Unfit(f"its input is {inputs[0].type}; pictures are fed as floats")
        self.dtype = types[inputs[0].type]
        self.layout = "NCHW"
        self.deadline = deadline
        self.why = ""

    def run(self, picture: np.ndarray) -> np.ndarray:
        """(h, w, C) to (h', w', C') float32; ValueError if that is no picture, else the runtime's error."""
        order = (0, 3, 1, 2) if self.layout == "NCHW" else (0, 1, 2, 3)
        feed = np.ascontiguousarray(picture[None].transpose(order), dtype=self.dtype)
        found = np.asarray(
            self._session.run([self.output_name], {self.input_name: feed}, runtime.run_options())[0]
        )
        if found.ndim != 4 or found.shape[0] != 1:
            raise ValueError(f"its output has the shape {found.shape}")
        back = found[0].transpose(1, 2, 0) if self.layout == "NCHW" else found[0]
        return np.asarray(back, dtype=np.float32)

    def size_of(self, height: int, width: int, channels: int) -> tuple[int, int, int] | None:
        """The output's size for a picture of a size, or None if the network does not take it."""
        try:
            found = self.run(_noise(height, width, channels))
        except runtime.exception_types() as error:
            self.why = runtime.first_line(error)
            return None
        return found.shape[0], found.shape[1], found.shape[2]


def _noise(height: int, width: int, channels: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((height, width, channels), dtype=np.float32)


def _examine(path: str, deadline: float) -> dict[str, Any]:
    """Everything about a network, as the report has it."""
    network = _Network(path, deadline)
    channels, fixed = _layout(network)
    if fixed is None:
        base = _working_size(network, channels)
        if base is None:
            raise _Unfit(
                f"it takes no picture of any size that was tried ({network.why or 'no reason given'})"
            )
        height, width = base
    else:
        height, width = fixed
    size = network.size_of(height, width, channels)
    if size is None:
        raise _Unfit(f"it does not take {height} by {width} pixels ({network.why})")
    scale = _scale(size, height, width)
    if scale is None:
        raise _Unfit(
            f"it makes {size[0]} by {size[1]} pixels of {height} by {width}, which is no whole enlargement"
        )
    if size[2] not in (1, 3, channels) or (size[2] != channels):
        raise _Unfit(
            f"it makes {size[2]} channels of {channels}; only pictures of as many channels are shown"
        )
    multiple, minimum = 1, 1
    if fixed is None:
        found = _multiple(network, channels, scale, max(height, width))
        if found is None:
            fixed = (height, width)
        else:
            multiple, minimum = found, _minimum(network, channels, scale, found)
    if fixed is not None:
        field = _field_in_fixed(network, channels, scale, fixed)
    else:
        field = _field(network, channels, scale, multiple, minimum)
    return {
        "input_name": network.input_name,
        "output_name": network.output_name,
        "layout": network.layout,
        "channels": channels,
        "dtype": network.dtype,
        "scale": scale,
        "size_multiple": multiple,
        "minimum": minimum,
        "fixed_size": list(fixed) if fixed else None,
        "receptive_field": field,
        "value_range": _range(network, channels, scale, fixed or _at_least(64, multiple, minimum)),
    }


def _at_least(size: int, multiple: int, minimum: int) -> tuple[int, int]:
    side = -(-max(size, minimum) // multiple) * multiple
    return side, side


def _layout(network: _Network) -> tuple[int, tuple[int, int] | None]:
    """Set the layout; return channels and the fixed size, if the graph tells one."""
    _, first, second, third = network.shape
    if first in (1, 3) and not (third in (1, 3) and second is None and first is None):
        network.layout = "NCHW"
        return first, (second, third) if second is not None and third is not None else None
    if third in (1, 3):
        network.layout = "NHWC"
        return third, (first, second) if first is not None and second is not None else None
    if first is not None and third is not None:
        raise _Unfit(f"its input is {first} channels (or {third}); pictures have 1 or 3")
    # The graph does not say: whatever runs and gives as many channels back is right.
    tries: list[tuple[str, int]] = []
    if first is None:
        tries += [("NCHW", 3), ("NCHW", 1)]
    if third is None:
        tries += [("NHWC", 3), ("NHWC", 1)]
    for layout, channels in tries:
        network.layout = layout
        for side in (64, 256):
            size = network.size_of(side, side, channels)
            if size is not None and size[2] == channels and _scale(size, side, side) is not None:
                return channels, None
    raise _Unfit(f"it takes neither 1 nor 3 channels ({network.why})")


def _working_size(network: _Network, channels: int) -> tuple[int, int] | None:
    _, rows, columns = network.shape[1:] if network.layout == "NCHW" else (None, *network.shape[1:3])
    for side in (64, 256, 224, 96, 128, 384, 512, 48, 32, 28, 16, 8, 1024):
        height, width = rows or side, columns or side
        if network.size_of(height, width, channels) is not None:
            return height, width
    return None


def _scale(size: tuple[int, int, int], height: int, width: int) -> int | None:
    scale = size[0] // height
    return scale if scale >= 1 and size[:2] == (height * scale, width * scale) else None


def _fits(network: _Network, height: int, width: int, channels: int, scale: int) -> bool:
    size = network.size_of(height, width, channels)
    return size is not None and size[:2] == (height * scale, width * scale)


def _multiple(network: _Network, channels: int, scale: int, works: int) -> int | None:
    """The least number whose multiples are all taken, also mixed; None: only this one size works."""
    for multiple in _MULTIPLES:
        base = max(2, -(-works // multiple)) * multiple
        sizes = [(base, base + multiple), (base + 3 * multiple, base), (base + 5 * multiple, base + multiple)]
        if all(_fits(network, height, width, channels, scale) for height, width in sizes):
            return multiple
    return None


def _minimum(network: _Network, channels: int, scale: int, multiple: int) -> int:
    """The least height and width, tried together and each beside a large other side."""
    least = 1

    def works(count: int) -> bool:
        side, other = count * multiple, _at_least(64, multiple, count * multiple)[0]
        return all(
            _fits(network, height, width, channels, scale)
            for height, width in ((side, side), (side, other), (other, side))
        )

    while least * multiple < 1024 and not works(least):
        least *= 2
    low = least // 2 + 1
    while low < least:
        middle = (low + least) // 2
        if works(middle):
            least = middle
        else:
            low = middle + 1
    return max(1, least * multiple - multiple + 1) if multiple == 1 else least * multiple


def _field(network: _Network, channels: int, scale: int, multiple: int, minimum: int) -> int:
    """The receptive radius, agreed on by two sizes; WHOLE if it reaches the borders of all."""
    found: int | None = None
    for size in _SIZES:
        height, width = _at_least(size, multiple, minimum)
        if height * width > 2 * _SIZES[-1] ** 2 or time.monotonic() > network.deadline:
            break
        if found is not None:
            # Only to confirm: a few changes are enough unless they say otherwise.
            again = _radius(network, channels, scale, multiple, height, width, seeds=1)
            if again is not None and again <= found:
                break
        found = _radius(network, channels, scale, multiple, height, width)
    if found is None:
        return WHOLE
    return found if _tiles_agree(network, channels, scale, multiple, minimum, found) else WHOLE


def _field_in_fixed(network: _Network, channels: int, scale: int, fixed: tuple[int, int]) -> int:
    """The radius in a network of one size; a network that reaches the borders of that sees everything."""
    radius = _radius(network, channels, scale, 1, *fixed, phases=4)
    return WHOLE if radius is None else radius


def _radius(
    network: _Network,
    channels: int,
    scale: int,
    multiple: int,
    height: int,
    width: int,
    phases: int | None = None,
    seeds: int = 2,
) -> int | None:
    """How far a change of one pixel is seen, in input pixels; None if it reaches a border."""
    radius = 0
    # A stride makes the reach depend on where in its step a pixel lies: the first and the last place are
    # tried, and in between a few.
    count = phases if phases is not None else multiple
    places = sorted({0, 1, count // 2, count - 1, count // 4} & set(range(count)))
    for seed, low in ((1, 0.0), (2, -1.0))[:seeds]:
        base = _noise(height, width, channels, seed) * np.float32(1.0 - low) + np.float32(low)
        before = network.run(base)
        for place in places:
            row = height // 2 // multiple * multiple + place
            column = width // 2 // multiple * multiple + place
            if row >= height or column >= width:
                continue
            for change in (0.7, -0.9, 30.0):
                changed = base.copy()
                changed[row, column] += np.float32(change)
                # Not "not equal" alone: a NaN is unequal to itself.
                difference = ~np.isclose(network.run(changed), before, rtol=0.0, atol=0.0, equal_nan=True)
                rows, columns = np.nonzero(difference.any(axis=2))
                if not len(rows):
                    continue
                up, down = row - int(rows.min()) // scale, int(rows.max()) // scale - row
                left, right = column - int(columns.min()) // scale, int(columns.max()) // scale - column
                if up >= row or left >= column or row + down >= height - 1 or column + right >= width - 1:
                    return None
                radius = max(radius, up, down, left, right)
    return radius


def _tiles_agree(
    network: _Network, channels: int, scale: int, multiple: int, minimum: int, radius: int
) -> bool:
    """Whether a picture in tiles gives what it gives whole; a network that knows places does not."""
    tile = -(-max(2 * radius + max(32, multiple), minimum) // multiple) * multiple
    side = -(-(tile + tile // 2 + 1) // multiple) * multiple
    if side > 2 * _SIZES[-1]:
        return False
    picture = _noise(side, side + multiple, channels, 3)
    whole = network.run(picture)
    tiled = run_tiled(
        picture, network.run, scale=scale, halo=radius, tile=tile, multiple=multiple, minimum=minimum
    )
    size = max(1e-6, float(np.abs(whole).max()))
    return bool(np.abs(whole - tiled).max() <= _AGREE * size)


def _range(network: _Network, channels: int, scale: int, size: tuple[int, int]) -> tuple[float, float] | None:
    """Which usual range the network works in, if its output looks like its input in one of them."""
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    waves = 0.5 + 0.2 * np.sin(rows / 7.0) + 0.2 * np.cos(columns / 5.0)
    picture = np.repeat(waves[..., None], channels, axis=2).astype(np.float32)
    larger = picture.repeat(scale, 0).repeat(scale, 1)
    errors = {}
    for high in (1.0, 255.0):
        try:
            found = network.run(picture * np.float32(high)) / np.float32(high)
        except runtime.exception_types():
            continue
        middle = (slice(size[0] * scale // 4, -(size[0] * scale // 4) or None),) * 2
        errors[high] = float(np.sqrt(np.mean((found - larger)[middle] ** 2)))
    good = {high: error for high, error in errors.items() if error < 0.1}
    if not good:
        return None
    best = min(good, key=lambda high: good[high])
    # A linear network does the same in both; then the common range is right as well.
    if 1.0 in good and good[1.0] < 2 * good[best] + 0.02:
        best = 1.0
    return (0.0, best)


def _limit(memory: int, seconds: float) -> None:
    """Limits the system enforces, should the parent's watch be too slow; POSIX only."""
    try:
        import resource
    except ImportError:
        return
    # Address space is far more than memory: threads and libraries reserve what they never touch.
    for kind, limit in (
        (resource.RLIMIT_AS, 2 * memory + 8 * 2**30),
        (resource.RLIMIT_CPU, int(4 * seconds) + 10),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (limit if hard < 0 else min(limit, hard), hard))


def main(arguments: list[str]) -> int:
    """What the child process does: probe the model, write the report.

    Parameters
    ----------
    arguments : list of str
        Model, report, bytes of memory, seconds.
    """
    path, report, memory, seconds = arguments[0], Path(arguments[1]), int(arguments[2]), float(arguments[3])
    _limit(memory, seconds)
    try:
        found = _examine(path, time.monotonic() + 0.6 * seconds)
    except _Unfit as error:
        found = {"error": f"{error}."}
    except EngineError as error:
        found = {"error": error.message}
    except runtime.exception_types() as error:
        found = {"error": f"it cannot be run: {runtime.first_line(error)}."}
    report.write_text(json.dumps(found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
