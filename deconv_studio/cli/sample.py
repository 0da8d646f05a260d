"""The verb `sample`: pictures from a generator's noise, one a seed, as a grid, or as a walk."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deconv_studio import batch
from deconv_studio.batch.errors import CallWrong

from . import values
from .faults import say, start_log
from .options import Json, Memory, Provider, Threads
from .run import emit, find_model, load_model, show_licence, stoppable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.tasks.result import Result
    from deconv_studio.tasks.sample import Edit, Point

FILMS = (".avi", ".mov", ".mkv", ".webm", ".m4v")
"""Names of films besides those that are written."""
SEEDS = "0-63"
WALKS = ("slerp", "lerp", "spline")
MOST_BY = 1000
"""The farthest that a sample is moved, in the distance of two means."""
UNIT = "root mean square difference of pixels, in 8-bit steps"


NEEDED = {
    "frames": "walk",
    "ends": "walk",
    "amount": "near",
    "by": "toward",
    "neighbours": "nearest",
    "features": "nearest",
}
"""What only says something of something else: parameters, and the ones they need."""
IN_THE_FILE = ("seeds", "truncation", "klass", "near", "amount", "toward", "away", "by", "off", "on")
"""Parameters that a sample's own file answers."""


def command(
    context: typer.Context,
    model: Annotated[
        str | None, typer.Option("--model", help="A generator's id, .onnx file or exported folder.")
    ] = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="0,1,4-6", help="Seeds, one picture each.")
    ] = SEEDS,
    truncation: Annotated[
        float,
        typer.Option(
            "--truncation", min=0.0, max=1.0, help="Nearer to the mean: less variety, fewer failures."
        ),
    ] = 1.0,
    klass: Annotated[
        str | None, typer.Option("--class", metavar="NAME", help="Without it, drawn from the seed.")
    ] = None,
    grid: Annotated[
        str | None, typer.Option("--grid", metavar="8x8", help="One picture of so many columns and rows.")
    ] = None,
    walk: Annotated[
        str | None,
        typer.Option(
            "--walk",
            help="A way through the seeds instead of the seeds.",
            parser=values.choice(WALKS),
            metavar="|".join(WALKS),
        ),
    ] = None,
    frames: Annotated[int, typer.Option("--frames", min=2, max=100_000, help="Of a walk.")] = 60,
    ends: Annotated[
        bool, typer.Option("--open", help="A walk ends at its last sample, not round at the first again.")
    ] = False,
    again: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.png", help="Make a sample again from its own file."),
    ] = None,
    near: Annotated[
        int | None,
        typer.Option(
            "--near", metavar="SEED", min=0, help="Neighbours of this seed's picture; --seeds number them."
        ),
    ] = None,
    amount: Annotated[
        float, typer.Option("--amount", min=0.0, max=1.0, help="How far from it: 1 is independent of it.")
    ] = 0.3,
    toward: Annotated[
        str | None,
        typer.Option("--toward", metavar="4-6", help="Move every picture towards the mean of these seeds."),
    ] = None,
    away: Annotated[
        str | None, typer.Option("--away", metavar="0-3", help="And away from the mean of these.")
    ] = None,
    by: Annotated[float, typer.Option("--by", help="How far, in the distance of the two means.")] = 1.0,
    off: Annotated[
        list[str] | None,
        typer.Option("--off", metavar="LAYER:UNIT", help="Switch a unit off; may be given again."),
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option("--on", metavar="LAYER:UNIT[:VALUE]", help="Put a unit in; 1 is its strongest."),
    ] = None,
    layers: Annotated[
        bool, typer.Option("--layers", help="List the layers whose units can be switched.")
    ] = False,
    units: Annotated[
        str | None,
        typer.Option("--units", metavar="LAYER", help="Rank its units by what is missing without them."),
    ] = None,
    nearest: Annotated[
        Path | None,
        typer.Option(
            "--nearest", metavar="DIR", help="Beside each picture, the nearest ones of this folder."
        ),
    ] = None,
    neighbours: Annotated[int, typer.Option("--neighbours", min=1, max=50, help="Of each picture.")] = 5,
    features: Annotated[
        str | None,
        typer.Option("--features", metavar="ID", help="Nearest by this classifier, not by the pixels."),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="PATH",
            help="A folder; a file for a grid, or for a walk (.gif, .webp, .apng, .mp4).",
        ),
    ] = Path("samples"),
    exists: Annotated[
        str,
        typer.Option(
            "--exists",
            help="When an output is there already.",
            parser=values.choice(("error", "skip", "overwrite")),
            metavar="error|skip|overwrite",
        ),
    ] = "error",
    provider: Provider = "auto",
    threads: Threads = None,
    memory: Memory = None,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only errors.")] = False,
) -> int:
    """Make pictures from noise; every one can be made again from its own file."""
    from deconv_studio.engine.control import Cancelled
    from deconv_studio.tasks.sample import check_generator, class_number, parse_seeds

    start_log()
    given: dict[str, Any] = {"provider": provider, "threads": threads, "memory": memory}
    record = None if again is None else _record(again)
    if model is None and record is None:
        raise CallWrong("No generator is named.", f"Name one with --model: {_generators()}.")
    chosen = parse_seeds(seeds)
    shape = _shape(grid)
    ways = {"--grid": grid, "--walk": walk, "--from": again, "--units": units, "--nearest": nearest}
    several = [name for name, value in {**ways, "--layers": layers or None}.items() if value is not None]
    if len(several) > 1:
        raise CallWrong(f"{' and '.join(several)} exclude each other.", "Take one of them.")
    if near is not None and near > 2**32 - 1:
        raise CallWrong(f"{near} is no seed.", f"The largest one is {2**32 - 1}.")
    if not abs(by) <= MOST_BY:  # a NaN is not, either
        raise CallWrong(f"--by {by:g} cannot be meant.", f"Give a number from -{MOST_BY} to {MOST_BY}.")
    if (away is not None) and toward is None:
        raise CallWrong("--away alone is no direction.", "Name the seeds to move to with --toward.")
    _check_typed(context)
    with stoppable() as control:
        entry, card = find_model(model or str(record and record["model"]), given, control)
        check_generator(card)
        class_number(card, klass)
        show_licence(card, quiet=quiet or json)
        loaded = load_model(entry, card, given, control)
        wanted = _Wanted(
            card,
            chosen,
            truncation,
            klass,
            near=near,
            amount=amount,
            toward=parse_seeds(toward) if toward is not None else (),
            away=parse_seeds(away) if away is not None else (),
            by=by,
        )
        job = _Job(loaded, card, wanted, _edits(loaded, off or [], on or []), out, exists, json, control)
        if layers:
            return _list_layers(loaded, json=json)
        if units is not None:
            return _rank(loaded, units, wanted.points, control, json=json)
        try:
            if again is not None and record is not None:
                job.again(again, record, named=model is not None)
            elif walk is not None:
                job.walk(walk, frames, closed=not ends)
            elif shape is not None:
                job.grid(*shape)
            elif nearest is not None:
                job.nearest(nearest, neighbours, features)
            else:
                job.each()
        except Cancelled:
            return job.stopped()
    return job.end(quiet=quiet)


def _check_typed(context: typer.Context) -> None:
    """Refuse what was typed, be it the default, but would go unheard.

    Raises
    ------
    CallWrong
    """
    flags = {each.name: each.opts[0] for each in context.command.params}
    typed = {
        name
        for name in flags
        if name is not None and getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    }
    unheard = [flags[name] for name in IN_THE_FILE if name in typed]
    if "again" in typed and unheard:
        raise CallWrong(
            "--from makes a sample as it was: its seed, truncation and class are in the file.",
            f"Leave {' and '.join(unheard)} out, or leave --from out.",
        )
    for name, other in NEEDED.items():
        if name in typed and other not in typed:
            raise CallWrong(
                f"{flags[name]} is said of {flags[other]}.",
                f"Give {flags[other]} too, or leave {flags[name]} out.",
            )


class _Wanted:
    """The points that the options name, and what is said of each in its file."""

    def __init__(
        self,
        card: Card,
        seeds: tuple[int, ...],
        truncation: float,
        klass: str | None,
        *,
        near: int | None,
        amount: float,
        toward: tuple[int, ...],
        away: tuple[int, ...],
        by: float,
    ) -> None:
        from deconv_studio.tasks.sample import (
            class_number,
            direction,
            mean_point,
            moved,
            parameters_of,
            point_of,
            said_of,
            vary,
        )

        self.seeds, self.truncation, self.klass = seeds, truncation, klass
        number = class_number(card, klass)

        def plain(seed: int) -> Point:
            return point_of(card, seed, truncation=truncation, klass=number)

        self.plain = near is None and not toward
        if near is None:
            self.points = [plain(seed) for seed in seeds]
        else:
            self.points = [vary(plain(near), seed, amount) for seed in seeds]
        if toward:
            way = (
                direction([plain(seed) for seed in away], [plain(seed) for seed in toward])
                if away
                else mean_point([plain(seed) for seed in toward]).latent
            )
            self.points = [moved(point, way, by) for point in self.points]
        story: dict[str, Any] = {"truncation": truncation}
        story |= {"near": near, "amount": amount} if near is not None else {}
        story |= {"toward": list(toward), "away": list(away), "by": by} if toward else {}
        self.said = [
            said_of(card, seed, truncation, point)
            if self.plain
            else {**parameters_of(card, point), "made_from": {"number": seed, **story}}
            for seed, point in zip(seeds, self.points, strict=True)
        ]


class _Job:
    """What is made, written and told."""

    def __init__(
        self,
        model: Model,
        card: Card,
        wanted: _Wanted,
        edits: list[Edit],
        out: Path,
        exists: str,
        json: bool,
        control: Control,
    ) -> None:
        self.model, self.card, self.wanted, self.edits = model, card, wanted, edits
        self.out, self.exists, self.json, self.control = out, exists, json, control
        self.summary = batch.Summary()

    def _file(self, name: str) -> Path:
        """Where the one file of a job goes: where ``--out`` says, or under this name in that folder.

        Raises
        ------
        CallWrong
            It names a file of a kind that does not say what made it.
        """
        if self.out.suffix.lower() == ".png" and not self.out.is_dir():
            return self.out
        self._check_folder(
            "is one PNG, which says what made it", f"Name it {self.out.stem}.png, or a folder."
        )
        return self.out / name

    def _check_folder(self, what: str, way_out: str) -> None:
        """Refuse a path that is named like a picture or a film, where a folder is made."""
        from deconv_studio.imaging import PICTURE_SUFFIXES
        from deconv_studio.imaging.animation import ANIMATED_SUFFIXES

        named = {*PICTURE_SUFFIXES, *ANIMATED_SUFFIXES, *FILMS}
        if self.out.suffix.lower() in named and not self.out.is_dir():
            raise CallWrong(f"--out {self.out.name} names a file, but what is saved here {what}.", way_out)

    def _results(self, places: list[int]) -> Iterator[Result]:
        from deconv_studio.tasks.sample import results

        points = [self.wanted.points[place] for place in places]
        said = [self.wanted.said[place] for place in places]
        return results(self.model, points, said, edits=self.edits, control=self.control)

    def each(self) -> None:
        """Write ``seed-0000.png`` for every seed; seeds already there are not made again with ``skip``."""
        digits = max(4, len(str(max(self.wanted.seeds))))
        names = [f"seed-{seed:0{digits}d}.png" for seed in self.wanted.seeds]
        if len(set(names)) == 1:
            files = [self._file(name) for name in names]
        else:
            self._check_folder("are several pictures", "Give a folder, or have one picture of all: --grid.")
            files = [self.out / name for name in names]
        places = [place for place in _first_of(files) if self._free(files[place])]
        for place, result in zip(places, self._results(places), strict=True):
            self._write(files[place], result)

    def again(self, source: Path, record: dict[str, Any], *, named: bool) -> None:
        """Write the sample of a file once more."""
        from deconv_studio.tasks.errors import ModelUnfit
        from deconv_studio.tasks.sample import again

        if record["model_sha256"] != self.model.sha256:
            if not named:
                raise ModelUnfit(
                    f"{source.name} was made by another version of {record['model']} than the one here.",
                    f"Install that one, or take this one all the same: --model {record['model']}.",
                )
            say(f"{source.name} was made by another file of {record['model']}: it comes out differently.")
        file = self._file(f"{source.stem}.png")
        if self._free(file):
            self._write(file, again(self.model, record["parameters"], self.control))

    def grid(self, columns: int, rows: int) -> None:
        """Write one picture of all seeds, in order."""
        from deconv_studio.tasks.sample import edits_to_json, grid_of, result_of

        if not self.wanted.plain:
            raise CallWrong(
                "A grid is of seeds: its file could not say what made other pictures.",
                "Leave --grid out, or --near and --toward.",
            )
        seeds = self.wanted.seeds
        file = self._file("grid.png")
        if columns * rows < len(seeds):
            say(f"A grid of {columns} x {rows} shows the first {columns * rows} of {len(seeds)} seeds.")
        if not self._free(file):
            return
        results = list(self._results(list(range(min(columns * rows, len(seeds))))))
        pixels = grid_of([result.picture.pixels for result in results], rows, columns)
        parameters = {**self._parameters(), "grid": f"{columns}x{rows}"}
        parameters |= {"edits": edits_to_json(self.model, self.edits)} if self.edits else {}
        self._write(file, result_of(self.model, pixels, parameters, 0.0))

    def walk(self, how: Any, frames: int, *, closed: bool = True) -> None:
        """Write the frames of a walk as one animation, or as numbered pictures."""
        from deconv_studio.batch.single import make_folder
        from deconv_studio.imaging.animation import ANIMATED_SUFFIXES, write_animation
        from deconv_studio.tasks.sample import generate, parameters_of, results, walk_points

        moving = self.out.suffix.lower() in ANIMATED_SUFFIXES and not self.out.is_dir()
        if not moving:
            kinds = ", ".join(ANIMATED_SUFFIXES)
            self._check_folder("are numbered pictures", f"Give a folder, or a file that ends in {kinds}.")
        files = [self.out] if moving else [self.out / f"frame-{k:04d}.png" for k in range(frames)]
        free = [self._free(file) for file in files]
        if not all(free):
            return
        points = walk_points(self.wanted.points, frames, how, closed=closed)
        if moving:
            make_folder(self.out.parent)
            made = generate(self.model, points, self.control, edits=self.edits)
            write_animation(list(made), self.out, overwrite=self.exists == "overwrite")
            self._told(self.out)
            return
        whole = {**self._parameters(), "walk": how, "frames": frames} | ({} if closed else {"closed": False})
        said = [{**whole, "frame": k, **parameters_of(self.card, point)} for k, point in enumerate(points)]
        made_frames = results(self.model, points, said, edits=self.edits, control=self.control)
        for file, result in zip(files, made_frames, strict=True):
            self._write(file, result)

    def nearest(self, folder: Path, count: int, features: str | None) -> None:
        """Write a sheet, each picture with its nearest ones beside it, and their paths and distances."""
        from deconv_studio.batch.generator_evaluation import features_for
        from deconv_studio.tasks.sample import grid_of, nearest, open_gallery, result_of

        sheet = self._file("nearest.png")
        listing = sheet.with_suffix(".json")
        if not all([self._free(sheet), self._free(listing)]):
            return
        results = list(self._results(list(range(len(self.wanted.seeds)))))
        extract = None if features is None else features_for(self.card, features)
        gallery = open_gallery(folder, self.card, control=self.control, leave_out=True)
        if gallery.left_out:
            some = ", ".join(file.name for file in gallery.left_out[:3])
            more = ", ..." if len(gallery.left_out) > 3 else ""
            say(f"Left out, as they cannot be read: {len(gallery.left_out)} of the folder ({some}{more}).")
        pixels = [result.picture.pixels for result in results]
        found = nearest(self.model, pixels, gallery, count, features=extract, control=self.control)
        unit = f"Euclidean, features of {extract.name}" if extract is not None else UNIT
        rows = [
            {
                "seed": seed,
                "sample": result.parameters,
                "nearest": [
                    {"path": str(item.path), "index": item.index, "distance": item.distance} for item in row
                ],
            }
            for seed, result, row in zip(self.wanted.seeds, results, found, strict=True)
        ]
        shown = [x for made, row in zip(pixels, found, strict=True) for x in (made, *(n.pixels for n in row))]
        whole = grid_of(shown, len(rows), 1 + len(found[0]))
        parameters = {**self._parameters(), "nearest": str(folder), "distance": unit}
        self._write(sheet, result_of(self.model, whole, parameters, 0.0), {"distance": unit, "samples": rows})
        content = {"model": self.card.id, "model_sha256": self.model.sha256, "distance": unit}
        _save_json({**content, "samples": rows}, listing, overwrite=self.exists == "overwrite")
        self._told(listing)

    def _parameters(self) -> dict[str, Any]:
        wanted = self.wanted
        found: dict[str, Any] = {"seeds": list(wanted.seeds), "truncation": wanted.truncation}
        return found | ({"class": wanted.klass} if wanted.klass else {})

    def _free(self, file: Path) -> bool:
        if not file.exists() or self.exists == "overwrite":
            return True
        if self.exists == "skip":
            self._told(file, "skipped")
            return False
        from deconv_studio.imaging import OutputExists

        raise OutputExists(f"{file} is there already.", "Name another folder, or add --exists overwrite.")

    def _write(self, file: Path, result: Any, told: dict[str, Any] | None = None) -> None:
        from deconv_studio import imaging
        from deconv_studio.batch.single import make_folder

        make_folder(file.parent)
        imaging.write(result.picture, file, text=result.text(), overwrite=self.exists == "overwrite")
        self._told(file, result=told or result.extra, seconds=result.seconds)

    def _told(
        self, file: Path, status: str = "done", result: dict[str, Any] | None = None, seconds: float = 0.0
    ) -> None:
        item = batch.Item(
            input="",
            outputs=(file.resolve(),),
            status=status,  # type: ignore[arg-type]
            seconds=seconds,
            model=self.card.id,
            model_sha256=self.model.sha256,
            provider=self.model.provider,
            result=result or {},
        )
        self.summary.add(item)
        if self.json:
            emit(item.event())

    def stopped(self) -> int:
        """Say that the user stopped it, what is done stays; the exit status."""
        self.summary.cancelled += 1
        if self.json:
            emit(self.summary.event())
        say(f"Stopped. {self.summary.done} done: {self.out}.")
        return self.summary.exit_status

    def end(self, *, quiet: bool) -> int:
        """Say what was done; the exit status."""
        if self.json:
            emit(self.summary.event())
        elif not quiet:
            say(f"{self.summary.done} done, by {self.card.id} on {self.model.provider}: {self.out}.")
        return self.summary.exit_status


def _record(file: Path) -> dict[str, Any]:
    """What a file says of the sample it is."""
    from deconv_studio import imaging
    from deconv_studio.tasks import recorded

    record = recorded(imaging.read(file).metadata)
    if record is None or record["task"] != "sample":
        raise CallWrong(
            f"{file} does not say what sample it is.", "Take a PNG that sample wrote, with its metadata."
        )
    return record


def _edits(model: Model, off: list[str], on: list[str]) -> list[Edit]:
    """Units switched off or put in over their whole map, as the options name them."""
    import numpy as np

    from deconv_studio.tasks.sample import Edit, layer_named

    found = []
    for text, value in [*((item, 0.0) for item in off), *((item, 1.0) for item in on)]:
        # A tensor's name may hold colons itself; a unit and a value do not.
        match = re.fullmatch(r"(.+?):(\d{1,6})(?::(-?\d+(?:\.\d+)?))?", text)
        if match is None or (match[3] is not None and text in off):
            raise CallWrong(
                f"{text!r} names no unit.", "Write it like LAYER:UNIT; --layers lists the layers."
            )
        layer = layer_named(model, match[1])
        strength = value if match[3] is None else float(match[3])
        found.append(Edit(layer.name, int(match[2]), np.ones(layer.shape[1:], np.float32), strength))
    return found


def _list_layers(model: Model, *, json: bool) -> int:
    from deconv_studio.tasks.sample import layers_of

    layers = layers_of(model)
    if json:
        rows = [
            {"layer": layer.name, "op": layer.op, "units": layer.shape[0], "size": list(layer.shape[1:])}
            for layer in layers
        ]
        emit({"event": "layers", "model": model.name, "layers": rows})
        return 0
    for layer in layers:
        units, height, width = layer.shape
        typer.echo(f"{layer.name}  {layer.op}, {units} units of {width} x {height}")
    if not layers:
        say(f"{model.name} has no layer whose units can be switched.")
    return 0


def _rank(model: Model, layer: str, points: list[Point], control: Control, *, json: bool) -> int:
    from deconv_studio.tasks.sample import unit_strengths

    strengths = unit_strengths(model, layer, points, control)
    order = sorted(range(len(strengths)), key=lambda unit: -strengths[unit])
    if json:
        rows = [{"unit": unit, "difference": float(strengths[unit])} for unit in order]
        emit({"event": "units", "model": model.name, "layer": layer, "pictures": len(points), "units": rows})
        return 0
    typer.echo(f"{layer}: mean difference of {len(points)} pictures without the unit, in 8-bit steps")
    for unit in order:
        typer.echo(f"{unit:5}  {strengths[unit]:8.3f}")
    return 0


def _first_of(files: list[Path]) -> list[int]:
    """Places of files that are named for the first time: a seed named twice is one file."""
    first: dict[Path, int] = {}
    for place, file in enumerate(files):
        first.setdefault(file, place)
    return list(first.values())


def _save_json(content: dict[str, Any], file: Path, *, overwrite: bool) -> None:
    import json

    from deconv_studio.imaging.writer import aside

    with aside(file, overwrite) as part:
        part.write((json.dumps(content, indent=2) + "\n").encode())


def _generators() -> str:
    from deconv_studio.catalog import Catalog

    return ", ".join(entry.card.id for entry in Catalog().cards("sample")) or "none is installed"


def _shape(grid: str | None) -> tuple[int, int] | None:
    if grid is None:
        return None
    match = re.fullmatch(r"(\d{1,3})x(\d{1,3})", grid.strip().lower())
    if match is None or not int(match[1]) or not int(match[2]):
        raise CallWrong(f"{grid!r} is no grid.", "Write columns and rows like 8x8.")
    return int(match[1]), int(match[2])
