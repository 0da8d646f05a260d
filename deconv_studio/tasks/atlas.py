"""The atlas of a layer: the nine pictures that excite each unit most, and what of each does so, back in
pixels."""

from __future__ import annotations

import hashlib
import io
import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .base import Options, option
from .errors import ModelUnfit, OptionsInvalid, TaskError
from .inspect import InspectOptions, signed_view

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture
    from deconv_studio.lens.reconstruct import Reconstruction

    from .inspect import Inspector

TASK = "atlas"
FORMAT = "deconv-studio.atlas"
VERSION = 1
INDEX = "atlas.json"
"""The file that makes a folder an atlas."""
SUFFIX = ".atlas"
"""Of the folder beside the report that holds index and sheets."""
TEXT = "Deconv Studio atlas"
"""PNG text of a sheet: its entry as JSON."""
_MOST_SIDE = 128
_GAP = 2
# Seeds projected back at once.
_BATCH = 9


class AtlasMissing(TaskError):  # noqa: N818 - a cause is named for what it is
    """There is no atlas in that place, or not one that this version reads."""


class AtlasOptions(Options):
    """Which units an atlas shows, and how they go back to pixels."""

    layer: str = option(
        "",
        label="Layer",
        help="A tensor's name, or a node's that has one output; empty takes the last layer with a map.",
    )
    units: str = option(
        "all", label="Units", help="all, or numbers and spans such as 0-63,70.", flag="--units"
    )
    rule: Literal["auto", "deconvnet", "guided", "gradient"] = option(
        "auto",
        label="Rule",
        help="How the signal goes back through rectifiers; auto is deconvnet where there are max pools.",
        choices={
            "auto": "by the network",
            "deconvnet": "deconvnet",
            "guided": "guided backpropagation",
            "gradient": "plain gradient",
        },
    )

    def numbers(self, count: int) -> list[int]:
        """Return the units asked for, ascending.

        Parameters
        ----------
        count : int
            Units of the layer.

        Raises
        ------
        OptionsInvalid
        """
        if self.units.strip() == "all":
            return list(range(count))
        found: set[int] = set()
        for word in self.units.split(","):
            span = re.fullmatch(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?", word)
            if span is None:
                raise OptionsInvalid(
                    f"units is {self.units!r}; {word!r} is neither a number nor a span.",
                    "Write all, or numbers and spans such as 0-63,70.",
                )
            first, last = int(span[1]), int(span[2] or span[1])
            if first > last or last >= count:
                raise OptionsInvalid(
                    f"units asks for {word.strip()}, but the layer's units are 0 to {count - 1}.",
                    "Name units that are there, or all.",
                )
            found.update(range(first, last + 1))
        return sorted(found)


Cell = tuple[int, int, int, int]
"""Left, top, width and height on a sheet, in pixels."""


@dataclass(frozen=True)
class Patch:
    """One of the nine.

    Attributes
    ----------
    file : str
        Relative to the atlas's folder of pictures, with slashes.
    value : float
        The unit's activation there, its highest in this picture.
    at : tuple of int
        Position on the unit's map, (y, x); empty for a score.
    box : tuple
        The position's receptive field ((top, bottom), (left, right)), in pixels of what the network saw.
    size : (int, int)
        Height and width of what the network saw.
    cell, back : tuple of int or None
        Where on the sheet the patch and its reconstruction are; None if the picture could not be read again.
    gain : float
        What the reconstruction was multiplied with for the eye: 127 over its largest absolute value.
    """

    file: str
    value: float
    at: tuple[int, ...]
    box: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    size: tuple[int, int] = (0, 0)
    cell: Cell | None = None
    back: Cell | None = None
    gain: float = 0.0


@dataclass(frozen=True)
class UnitEntry:
    """A unit with its strongest patches.

    Attributes
    ----------
    unit : int
    sheet : str or None
        File name in the atlas's folder: patches above, reconstructions below; None for a unit that no
        picture excites.
    patches : tuple of Patch
        Strongest first, each of another picture.
    """

    unit: int
    sheet: str | None
    patches: tuple[Patch, ...]

    @property
    def strength(self) -> float:
        """The highest activation; -inf for a unit that no picture excites."""
        return self.patches[0].value if self.patches else float("-inf")


@dataclass(frozen=True, eq=False)
class Atlas:
    """A finished atlas.

    Attributes
    ----------
    folder : Path
        Where index and sheets are.
    model, model_sha256, layer, rule : str
    units : int
        Units of the layer; `entries` holds those asked for.
    source : Path
        The folder of pictures.
    pictures : int
        How many were looked at.
    failed : int
        How many could not be.
    field : (int, int)
        Height and width of the receptive field, in pixels of what the network saw.
    side : int
        Side of a cell on the sheets, in pixels.
    entries : tuple of UnitEntry
        By unit.
    notices : tuple of str
    program : str
        Version of the program that made it.
    """

    folder: Path
    model: str
    model_sha256: str
    layer: str
    rule: str
    units: int
    source: Path
    pictures: int
    failed: int
    field: tuple[int, int]
    side: int
    entries: tuple[UnitEntry, ...]
    notices: tuple[str, ...] = ()
    program: str = ""

    def order(self, by: Literal["unit", "strength"] = "unit") -> list[int]:
        """Return the indices of the entries by number, or with the strongest unit first."""
        places = range(len(self.entries))
        if by == "unit":
            return list(places)
        return sorted(places, key=lambda index: -self.entries[index].strength)

    def find(self, text: str) -> list[int]:
        """Return the indices of the entries whose number, or a file name of theirs, matches; all for "".

        Parameters
        ----------
        text : str
            A unit's number is matched whole, a file name in part and in any case.
        """
        wanted = text.strip().casefold()
        return [
            index
            for index, entry in enumerate(self.entries)
            if not wanted
            or wanted == str(entry.unit)
            or (not wanted.isdigit() and any(wanted in patch.file.casefold() for patch in entry.patches))
        ]

    def sheet(self, entry: UnitEntry) -> np.ndarray | None:
        """Return an entry's sheet, (H, W, 4) uint8; None for a unit that no picture excites.

        Raises
        ------
        ImagingError
            The file is gone or damaged.
        """
        from deconv_studio import imaging

        return None if entry.sheet is None else imaging.read(self.folder / entry.sheet).pixels

    def record(self) -> dict[str, Any]:
        """Return the index as it is written, JSON-able."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "program": self.program,
            "model": self.model,
            "model_sha256": self.model_sha256,
            "layer": self.layer,
            "rule": self.rule,
            "units": self.units,
            "source": str(self.source),
            "pictures": self.pictures,
            "failed": self.failed,
            "receptive_field": list(self.field),
            "side": self.side,
            "notices": list(self.notices),
            "entries": [asdict(entry) for entry in self.entries],
        }


def load(path: Path) -> Atlas:
    """Read a finished atlas.

    Parameters
    ----------
    path : Path
        Its folder (``NAME.atlas``), the report beside it (``NAME.html``), or a folder that holds just one.

    Returns
    -------
    Atlas

    Raises
    ------
    AtlasMissing
    """
    folder = path.with_suffix(SUFFIX) if path.suffix.lower() == ".html" else path
    if not (folder / INDEX).is_file():
        below = [found.parent for found in sorted(folder.glob(f"*{SUFFIX}/{INDEX}"))]
        if len(below) != 1:
            raise AtlasMissing(
                f"There is no finished atlas in {folder}.",
                f"Choose a folder that holds {INDEX}, or make one.",
            )
        folder = below[0]
    try:
        record = json.loads((folder / INDEX).read_text("utf-8"))
        if record["format"] != FORMAT or record["version"] != VERSION:
            raise ValueError(f"format {record['format']} {record['version']}")
        return Atlas(
            folder=folder,
            model=str(record["model"]),
            model_sha256=str(record["model_sha256"]),
            layer=str(record["layer"]),
            rule=str(record["rule"]),
            units=int(record["units"]),
            source=Path(record["source"]),
            pictures=int(record["pictures"]),
            failed=int(record["failed"]),
            field=_pair(record["receptive_field"]),
            side=int(record["side"]),
            entries=tuple(entry_of(item) for item in record["entries"]),
            notices=tuple(map(str, record["notices"])),
            program=str(record["program"]),
        )
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise AtlasMissing(
            f"The atlas in {folder} cannot be read: {error}.", "Make it again with this version."
        ) from error


def entry_of(record: dict[str, Any]) -> UnitEntry:
    """Read an entry as `asdict` writes it.

    Raises
    ------
    KeyError, TypeError, ValueError, IndexError
    """
    sheet = record["sheet"]
    if sheet is not None and not re.fullmatch(r"unit-\d+\.png", sheet):
        raise ValueError(f"sheet {sheet!r}")
    return UnitEntry(
        int(record["unit"]),
        sheet,
        tuple(
            Patch(
                file=str(item["file"]),
                value=float(item["value"]),
                at=tuple(int(place) for place in item["at"]),
                box=(_pair(item["box"][0]), _pair(item["box"][1])),
                size=_pair(item["size"]),
                cell=_cell(item["cell"]),
                back=_cell(item["back"]),
                gain=float(item["gain"]),
            )
            for item in record["patches"]
        ),
    )


def _pair(values: Sequence[Any]) -> tuple[int, int]:
    return int(values[0]), int(values[1])


def _cell(values: Sequence[Any] | None) -> Cell | None:
    if values is None:
        return None
    left, top, width, height = (int(value) for value in values)
    return left, top, width, height


@dataclass(frozen=True, eq=False)
class Ready:
    """A picture made ready: what the network is fed, and what it sees."""

    feed: np.ndarray
    seen: Picture


@dataclass(eq=False)
class _Projected:
    """A patch and its reconstruction at the size of a cell, with its facts."""

    patch: np.ndarray
    back: np.ndarray
    facts: Patch


@dataclass(eq=False)
class Known:
    """A picture that was looked at: its name, the size the network saw, and size and time of the file."""

    file: str
    size: tuple[int, int]
    mark: list[int] | None = field(default=None)


class Survey:
    """An atlas being made: every picture once forward, then the winners once back.

    Parameters
    ----------
    inspector : Inspector
    options : AtlasOptions
    state : bytes, optional
        What `state` gave: the survey goes on from there.

    Attributes
    ----------
    options : AtlasOptions
        Layer and rule named.
    layer, rule : str
    units : list of int
    known : list of Known
        Pictures that were looked at, in that order; the numbers of `strongest` count them.
    notices : tuple of str

    Raises
    ------
    OptionsInvalid, LensError
    ModelUnfit
        The state is not of this survey.
    """

    def __init__(self, inspector: Inspector, options: AtlasOptions, state: bytes | None = None) -> None:
        import numpy as np

        from deconv_studio.lens.atlas import Forward, Strongest

        inspector.check_picture()
        resolved, self.notices = inspector.resolve(InspectOptions(layer=options.layer, rule=options.rule))
        self.layer, self.rule = resolved.layer, str(resolved.rule)
        self.options = options.model_copy(update={"layer": self.layer, "rule": self.rule})
        self._inspector = inspector
        graph = inspector.lens.graph(inspector._shape(None))
        shape = graph.shape(self.layer)
        self.layer_units = shape[1]
        self.units = options.numbers(self.layer_units)
        self._rows = np.array(self.units, np.int64)
        # Decided once: a survey that goes on with less memory must see its pictures at the same size.
        self._most = inspector.most_pixels(self.layer, self.rule)
        self._forward = Forward(graph, [self.layer], threads=inspector.threads)
        self.known: list[Known] = []
        self.strongest = Strongest(len(self.units), len(shape) - 2)
        if state is not None:
            self._restore(state)

    # -- forward ---------------------------------------------------------------------------------------------

    def prepare(self, picture: Picture) -> Ready:
        """Make a picture ready; may run beside `add`.

        Raises
        ------
        OptionsInvalid, ImagingError
        """
        return Ready(*self._inspector.prepare(picture, self._most))

    def add(self, ready: Ready, known: Known, control: Control | None = None) -> int:
        """Look at one picture: one forward pass.

        Returns
        -------
        int
            Units of whose strongest it is, so far.

        Raises
        ------
        LensError, Cancelled
        """
        from deconv_studio.lens.atlas import peaks

        values, places = peaks(self._forward.run(ready.feed, control)[self.layer], self._rows)
        height, width = ready.seen.pixels.shape[:2]
        known.size = (height, width)
        self.known.append(known)
        return self.strongest.add(values, places, len(self.known) - 1)

    def state(self) -> bytes:
        """Return all that is needed to go on."""
        import numpy as np

        facts = {
            "version": VERSION,
            "sha256": self._inspector.sha256,
            "options": self.options.model_dump(mode="json"),
            "most": self._most,
            "known": [[known.file, known.size, known.mark] for known in self.known],
        }
        out = io.BytesIO()
        np.savez(
            out,
            values=self.strongest.values,
            pictures=self.strongest.pictures,
            places=self.strongest.places,
            facts=np.frombuffer(json.dumps(facts).encode("ascii"), np.uint8),
        )
        return out.getvalue()

    def _restore(self, state: bytes) -> None:
        import zipfile

        import numpy as np

        wrong = ModelUnfit(
            "What is there belongs to another atlas.", "Start it anew, or choose another file."
        )
        try:
            with np.load(io.BytesIO(state)) as stored:
                arrays = {name: stored[name] for name in ("values", "pictures", "places")}
                facts = json.loads(stored["facts"].tobytes())
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
            raise ModelUnfit(f"The state of the atlas cannot be read: {error}.", "Start it anew.") from error
        ours = (VERSION, self._inspector.sha256, self.options.model_dump(mode="json"))
        if (facts["version"], facts["sha256"], facts["options"]) != ours:
            raise wrong
        for name, value in arrays.items():
            if value.shape != getattr(self.strongest, name).shape:
                raise wrong
            setattr(self.strongest, name, value)
        self._most = int(facts["most"])
        self.known = [Known(file, (size[0], size[1]), mark) for file, size, mark in facts["known"]]

    # -- back ------------------------------------------------------------------------------------------------

    def field(self) -> tuple[int, int]:
        """Return height and width of the receptive field of the middle, in the largest picture that won."""
        won = set(self.strongest.pictures[self.strongest.pictures >= 0].tolist())
        sizes = {self.known[number].size for number in won}
        if not sizes:
            return 0, 0
        inspector = self._inspector
        spec = inspector.preparation
        height, width = max(sizes, key=lambda size: size[0] * size[1])
        graph = inspector.lens.graph(
            (1, height, width, spec.channels) if spec.channels_last else (1, spec.channels, height, width)
        )
        middle = tuple(side // 2 for side in graph.shape(self.layer)[2:])
        box = inspector.lens.receptive_field(graph, self.layer, middle)
        rows, columns = box[1:3] if spec.channels_last else box[2:4]
        return rows[1] - rows[0], columns[1] - columns[0]

    def digest(self, row: int) -> str:
        """Return what tells whether a unit's sheet is still of its winners."""
        ranks = range(self.strongest.values.shape[1])
        told = [
            [float(self.strongest.values[row, rank]), self._file(row, rank), self._at(row, rank)]
            for rank in ranks
            if self.strongest.pictures[row, rank] >= 0
        ]
        text = json.dumps([VERSION, self._inspector.sha256, self.options.model_dump(mode="json"), told])
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def _file(self, row: int, rank: int) -> str:
        return self.known[self.strongest.pictures[row, rank]].file

    def _at(self, row: int, rank: int) -> tuple[int, ...]:
        return tuple(int(place) for place in self.strongest.places[row, rank])

    def by_picture(self, rows: Sequence[int]) -> list[tuple[int, list[tuple[int, int]]]]:
        """Return which patches each picture has to give, pictures of equal size together."""
        return sorted(
            self.strongest.winners(rows).items(), key=lambda item: (self.known[item[0]].size, item[0])
        )

    def project(
        self, ready: Ready, wanted: Sequence[tuple[int, int]], scale: float, control: Control | None = None
    ) -> Iterator[tuple[tuple[int, int], _Projected]]:
        """Project a picture's winners back, nine at once.

        Parameters
        ----------
        ready : Ready
        wanted : sequence of (int, int)
            Row and rank.
        scale : float
            At most 1: by how much patches are reduced.
        control : Control, optional

        Yields
        ------
        ((int, int), _Projected)

        Raises
        ------
        LensError, Cancelled
        """
        from deconv_studio.lens.reconstruct import Seed

        lens = self._inspector.lens
        look = lens.look(ready.feed, [self.layer], [self.rule], control)
        activation = lens.activation(look, self.layer, control)[0]
        for first in range(0, len(wanted), _BATCH):
            part = wanted[first : first + _BATCH]
            # The seed's value only scales what the eye sees; one that rounds to zero here becomes 1.
            seeds = [
                Seed(unit, at, "activation" if activation[(unit, *at)] else "one")
                for unit, at in ((self.units[row], self._at(row, rank)) for row, rank in part)
            ]
            found = lens.reconstruct_many(
                [(look, seed) for seed in seeds], self.layer, method=self.rule, control=control
            )
            for (row, rank), one in zip(part, found, strict=True):
                yield (row, rank), self._cut(one, ready, row, rank, scale)

    def _cut(self, found: Reconstruction, ready: Ready, row: int, rank: int, scale: float) -> _Projected:
        import numpy as np

        from deconv_studio import imaging

        last = self._inspector.preparation.channels_last
        rows, columns = found.box[1:3] if last else found.box[2:4]
        values = found.patch if last else found.patch.transpose(1, 2, 0)
        patch = ready.seen.pixels[slice(*rows), slice(*columns)]
        if scale < 1:
            size = (max(1, round(patch.shape[1] * scale)), max(1, round(patch.shape[0] * scale)))
            patch = imaging.resize_bicubic(np.ascontiguousarray(patch), size)
            values = imaging.resize_bicubic(np.ascontiguousarray(values, np.float32), size)
        shown = values.transpose(2, 0, 1)
        top = float(np.abs(shown if shown.shape[0] in (1, 3) else shown.mean(axis=0)).max())
        facts = Patch(
            file=self._file(row, rank),
            value=float(self.strongest.values[row, rank]),
            at=self._at(row, rank),
            box=(_pair(rows), _pair(columns)),
            size=self.known[self.strongest.pictures[row, rank]].size,
            gain=127.0 / top if top > 0 else 0.0,
        )
        return _Projected(_rgb(patch), _rgb(signed_view(shown)), facts)

    def lost(self, row: int, rank: int) -> Patch:
        """Return the facts of a patch whose picture cannot be read again."""
        number = self.strongest.pictures[row, rank]
        return Patch(
            self._file(row, rank), float(self.strongest.values[row, rank]), self._at(row, rank),
            size=self.known[number].size,
        )  # fmt: skip

    def ranks(self, row: int) -> int:
        """Return how many patches a unit has."""
        return int((self.strongest.pictures[row] >= 0).sum())


def _rgb(pixels: np.ndarray) -> np.ndarray:
    import numpy as np

    # A copy: a view would keep the whole picture it was cut from.
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels[:, :, :3].copy()


def cell_side(field: tuple[int, int]) -> tuple[int, float]:
    """Return the side of a cell for a receptive field, and by how much patches are reduced to fit in."""
    largest = max(1, *field)
    return min(_MOST_SIDE, largest), min(1.0, _MOST_SIDE / largest)


def most_sheet_bytes() -> int:
    """What a sheet takes at most: its pixels, as if nothing could be packed."""
    from deconv_studio.lens.atlas import NINE

    step = _MOST_SIDE + _GAP
    return 2 * step * NINE * step * 4


def compose(
    projected: dict[int, _Projected], lost: dict[int, Patch], side: int
) -> tuple[np.ndarray, tuple[Patch, ...]]:
    """Put a unit's patches on a sheet: patches above, their reconstructions below, strongest first.

    Parameters
    ----------
    projected : dict of int to _Projected
        By rank.
    lost : dict of int to Patch
        The others.
    side : int

    Returns
    -------
    sheet : ndarray
        (2 side + gap, N side + gaps, 4) uint8, see-through around the patches.
    patches : tuple of Patch
    """
    import numpy as np

    count = len(projected) + len(lost)
    step = side + _GAP
    sheet = np.zeros((step + side, count * step - _GAP, 4), np.uint8)
    patches = []
    for rank in range(count):
        if rank in lost:
            patches.append(lost[rank])
            continue
        one = projected[rank]
        cells = []
        for line, pixels in enumerate((one.patch, one.back)):
            # Rounding may give one pixel more than a cell is wide.
            pixels = pixels[:side, :side]
            height, width = pixels.shape[:2]
            top = line * step + (side - height) // 2
            left = rank * step + (side - width) // 2
            sheet[top : top + height, left : left + width, :3] = pixels
            sheet[top : top + height, left : left + width, 3] = 255
            cells.append((left, top, width, height))
        patches.append(Patch(**{**vars(one.facts), "cell": cells[0], "back": cells[1]}))
    return sheet, tuple(patches)
