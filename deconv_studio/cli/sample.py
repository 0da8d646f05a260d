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
from .run import PROVIDERS, emit, find_model, load_model, show_licence, stoppable

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model

WALKS = ("slerp", "lerp", "spline")


def command(
    model: Annotated[str | None, typer.Option("--model", help="A generator's id, or an .onnx file.")] = None,
    seeds: Annotated[
        str, typer.Option("--seeds", metavar="0,1,4-6", help="Seeds, one picture each.")
    ] = "0-63",
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
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help="A folder; a file for a grid, or for a walk (.gif, .webp, .apng)."
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
    provider: Annotated[
        str,
        typer.Option(
            "--provider",
            help="What runs the network.",
            parser=values.choice(PROVIDERS),
            metavar="|".join(PROVIDERS),
        ),
    ] = "auto",
    threads: Annotated[int | None, typer.Option("--threads", min=1, max=1024, help="Of the network.")] = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", help="Memory limit.", parser=values.memory, metavar="2GiB"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only errors.")] = False,
) -> int:
    """Make pictures from noise; every one can be made again from its own file."""
    from deconv_studio.tasks.sample import check_generator, class_number, parse_seeds

    start_log()
    given: dict[str, Any] = {"provider": provider, "threads": threads, "memory": memory}
    if model is None:
        raise CallWrong("No generator is named.", f"Name one with --model: {_generators()}.")
    chosen = parse_seeds(seeds)
    shape = _shape(grid)
    if grid is not None and walk is not None:
        raise CallWrong("--grid and --walk exclude each other.", "Take one of them.")
    with stoppable() as control:
        entry, card = find_model(model, given, control)
        check_generator(card)
        class_number(card, klass)
        show_licence(card, quiet=quiet or json)
        loaded = load_model(entry, card, given, control)
        job = _Job(loaded, card, chosen, truncation, klass, out, exists, json=json, control=control)
        if walk is not None:
            job.walk(walk, frames)
        elif shape is not None:
            job.grid(*shape)
        else:
            job.each()
    return job.end(quiet=quiet)


class _Job:
    """What is made, written and told."""

    def __init__(
        self,
        model: Model,
        card: Card,
        seeds: tuple[int, ...],
        truncation: float,
        klass: str | None,
        out: Path,
        exists: str,
        *,
        json: bool,
        control: Control,
    ) -> None:
        self.model, self.card, self.seeds, self.out, self.exists = model, card, seeds, out, exists
        self.truncation, self.klass, self.json = truncation, klass, json
        self.options: dict[str, Any] = {"truncation": truncation, "klass": klass, "control": control}
        self.summary = batch.Summary()

    def each(self) -> None:
        """Write ``seed-0000.png`` for every seed; seeds already there are not made again with ``skip``."""
        from deconv_studio.tasks.sample import sample

        digits = max(4, len(str(max(self.seeds))))
        files = {seed: self.out / f"seed-{seed:0{digits}d}.png" for seed in self.seeds}
        wanted = []
        for seed, file in files.items():
            if self._free(file):
                wanted.append(seed)
        for seed, result in zip(wanted, sample(self.model, wanted, **self.options), strict=True):
            self._write(files[seed], result)

    def grid(self, columns: int, rows: int) -> None:
        """Write one picture of all seeds, in order."""
        from deconv_studio.tasks.sample import grid_of, result_of, sample

        file = self.out if self.out.suffix.lower() == ".png" else self.out / "grid.png"
        if columns * rows < len(self.seeds):
            say(f"A grid of {columns} x {rows} shows the first {columns * rows} of {len(self.seeds)} seeds.")
        shown = self.seeds[: columns * rows]
        if not self._free(file):
            return
        results = list(sample(self.model, shown, **self.options))
        pixels = grid_of([result.picture.pixels for result in results], rows, columns)
        self._write(file, result_of(self.model, pixels, self._parameters(f"{columns}x{rows}"), 0.0))

    def walk(self, how: Any, frames: int) -> None:
        """Write the frames of a walk as one animation, or as numbered pictures."""
        from deconv_studio.imaging.animation import ANIMATED_SUFFIXES, write_animation
        from deconv_studio.tasks.sample import result_of, walk

        moving = self.out.suffix.lower() in ANIMATED_SUFFIXES
        files = [self.out] if moving else [self.out / f"frame-{k:04d}.png" for k in range(frames)]
        free = [self._free(file) for file in files]
        if not all(free):
            return
        made = walk(self.model, self.seeds, frames, how, **self.options)
        if moving:
            self.out.parent.mkdir(parents=True, exist_ok=True)
            write_animation(list(made), self.out, overwrite=self.exists == "overwrite")
            self._told(self.out)
            return
        for k, (file, pixels) in enumerate(zip(files, made, strict=True)):
            parameters = {**self._parameters(""), "walk": how, "frames": frames, "frame": k}
            self._write(file, result_of(self.model, pixels, parameters, 0.0))

    def _parameters(self, grid: str) -> dict[str, Any]:
        found: dict[str, Any] = {"seeds": list(self.seeds), "truncation": self.truncation}
        return found | ({"class": self.klass} if self.klass else {}) | ({"grid": grid} if grid else {})

    def _free(self, file: Path) -> bool:
        if not file.exists() or self.exists == "overwrite":
            return True
        if self.exists == "skip":
            self._told(file, "skipped")
            return False
        from deconv_studio.imaging import OutputExists

        raise OutputExists(f"{file} is there already.", "Name another folder, or add --exists overwrite.")

    def _write(self, file: Path, result: Any) -> None:
        from deconv_studio import imaging

        file.parent.mkdir(parents=True, exist_ok=True)
        imaging.write(result.picture, file, text=result.text(), overwrite=self.exists == "overwrite")
        self._told(file, result=result.extra, seconds=result.seconds)

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

    def end(self, *, quiet: bool) -> int:
        """Say what was done; the exit status."""
        if self.json:
            emit(self.summary.event())
        elif not quiet:
            say(f"{self.summary.done} done, by {self.card.id} on {self.model.provider}: {self.out}.")
        return self.summary.exit_status


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
