"""The verb `evaluate`: a model's measures on a folder, as a table or as JSON lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deconv_studio import batch
from deconv_studio.batch.errors import CallWrong

from .faults import say, start_log
from .options import Json, Memory, Provider, Recurse, Threads
from .run import Tally, emit, find_model, load_model, show_licence, stoppable

if TYPE_CHECKING:
    from rich.console import Console

    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model


def command(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="An id, .onnx file or exported folder.")],
    data: Annotated[
        Path,
        typer.Option("--data", metavar="DIR", help="The folder of originals, or of images/ and labels/."),
    ],
    recurse: Recurse = False,
    tta: Annotated[bool, typer.Option("--tta", help="Average over the eight flips and turns.")] = False,
    features: Annotated[
        str | None,
        typer.Option(
            "--features", metavar="ID", help="Of a generator: the classifier whose features are compared."
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("--count", min=1, help="Of a generator: pictures of each set; half of the real ones."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of a generator: the first one.")] = 0,
    draws: Annotated[
        int, typer.Option("--draws", min=1, max=1000, help="Of a generator: sets made, for mean figures.")
    ] = 1,
    provider: Provider = "auto",
    threads: Threads = None,
    memory: Memory = None,
    json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the table.")] = False,
) -> int:
    """Measure a model on a folder: an enlarging one against bicubic, a segmenting one by its label maps."""
    start_log()
    given: dict[str, Any] = {"provider": provider, "threads": threads, "memory": memory}
    with stoppable() as control:
        entry, card = find_model(model, given, control)
        if card.task != "sample" and (features is not None or count is not None or seed or draws > 1):
            raise CallWrong(
                "--features, --count, --seed and --draws are for generators; the task of"
                f" {card.id} is {card.task}.",
                "Leave them out.",
            )
        show_licence(card, quiet=quiet or json)
        loaded = load_model(entry, card, given, control)
        if card.task == "classify":
            return _classes(data, loaded, control, json=json)
        if card.task == "sample":
            sampling = {"features": features, "count": count, "seed": seed, "draws": draws}
            return _generator(data, loaded, control, sampling, json=json, quiet=quiet)
        if card.task == "segment":
            evaluation = _labels(data, loaded, control, tta)
        elif card.task == "restore":
            evaluation = _restoring(data, loaded, control, recurse, tta)
        elif card.task == "anomaly":
            evaluation = _defects(data, loaded, control)
        else:
            evaluation = _enlarging(data, loaded, control, recurse, tta)
        return _carry_out(evaluation, data, card, loaded.sha256, json=json, quiet=quiet)


@dataclass(frozen=True)
class _Evaluation:
    """What is measured file by file, and what is made of it.

    Attributes
    ----------
    items : iterator of Item
    result : callable
        Given the items that were done; returns the figures.
    show : callable
        Given them and the figures; prints the table.
    notices : tuple of str
        Said before anything is measured.
    """

    items: Iterator[batch.Item]
    result: Callable[[list[batch.Item]], dict[str, Any]]
    show: Callable[[list[batch.Item], dict[str, Any]], None]
    notices: tuple[str, ...] = ()


def _carry_out(
    evaluation: _Evaluation, data: Path, card: Card, sha256: str, *, json: bool, quiet: bool
) -> int:
    """Measure, tell of every file, and end with the table or the summary; returns the exit status."""
    if not quiet:
        for notice in evaluation.notices:
            say(notice)
    tally = Tally(json)
    done = []
    for item in evaluation.items:
        if item.status == "done":
            done.append(item)
        tally.add(item)
    summary = tally.summary
    result = {**evaluation.result(done), "model": card.id, "model_sha256": sha256}
    if json:
        emit({**summary.event(), "result": result})
    elif done:
        evaluation.show(done, result)
    tally.show_failed()
    if not done and not summary.failed and not summary.cancelled:
        say(f"There is no picture to measure on in {data}.")
        return 1
    return summary.exit_status


def _enlarging(data: Path, model: Model, control: Control, recurse: bool, tta: bool) -> _Evaluation:
    """Measure an enlarging model; its table has a row a picture."""
    from deconv_studio.batch.evaluation import CONVENTION, mean
    from deconv_studio.tasks.base import card_of

    scale = card_of(model).output.scale

    def result(done: list[batch.Item]) -> dict[str, Any]:
        means = mean([item.result for item in done])
        return {**means, "pictures": len(done), "scale": scale, "convention": CONVENTION}

    items = batch.evaluate(data, model=model, control=control, recurse=recurse, tta=tta)
    return _Evaluation(items, result, _print)


def _labels(data: Path, model: Model, control: Control, tta: bool) -> _Evaluation:
    """Measure a segmenting model; its table has a row a class."""
    from deconv_studio.batch.label_evaluation import LabelScores, evaluate_labels, open_labelled
    from deconv_studio.tasks.base import card_of

    card = card_of(model)
    found = open_labelled(data, card)
    scores = LabelScores(card)
    items = evaluate_labels(found, scores, model=model, control=control, tta=tta)
    return _Evaluation(items, lambda _: scores.summary(), _print_classes, found.notices)


def _defects(data: Path, model: Model, control: Control) -> _Evaluation:
    """Measure a model that knows what is normal; its table has a row a kind of defect."""
    from deconv_studio.batch.anomaly_evaluation import DefectScores, evaluate_defects, open_sorted
    from deconv_studio.tasks.anomaly import thresholds
    from deconv_studio.tasks.base import card_of, get

    card = card_of(model)
    options = get("anomaly").options()
    get("anomaly").check_model(card, options)
    found = open_sorted(data)
    scores = DefectScores(found.kinds, thresholds(options, card)[0])
    items = evaluate_defects(found, scores, model=model, control=control)
    return _Evaluation(items, lambda _: scores.summary(), _print_defects, found.notices)


def _console() -> Console:
    """Standard output; what is no terminal has no width to keep to."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=120)


def _print_defects(done: list[batch.Item], result: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    def figure(value: float | None) -> str:
        return "-" if value is None else f"{value:.4f}"

    def share(value: float | None) -> str:
        return "-" if value is None else f"{value:.1%}"

    table = Table(title=f"{result['model']}, {result['pictures']} pictures", title_justify="left")
    table.add_column("Defect", overflow="fold")
    for name in ("pictures", "image AUROC", "found"):
        table.add_column(name, justify="right", no_wrap=True)
    for item in result["kinds"]:
        row = str(item["pictures"]), figure(item["image_auroc"]), share(item["found"])
        table.add_row(Text(item["name"]), *row)
    table.add_section()
    every = sum(item["pictures"] for item in result["kinds"])
    table.add_row("all", str(every), figure(result["image_auroc"]), share(result["found"]))
    console = _console()
    console.print(table)
    console.print(
        f"Pixel AUROC {figure(result['pixel_auroc'])}, per-region overlap {figure(result['pro'])}."
        f" False alarms: {share(result['false_alarms'])} of {result['good']} good pictures"
        f" (threshold {result['threshold']:.4g}).",
        highlight=False,
    )
    for name, convention in result["conventions"].items():
        console.print(f"{name}: {convention}.", style="dim", markup=False, highlight=False)


def _restoring(data: Path, model: Model, control: Control, recurse: bool, tta: bool) -> _Evaluation:
    """Measure a denoising model; its table has a row a kind of noise."""
    from deconv_studio.batch import restore_evaluation as restoring
    from deconv_studio.tasks.base import card_of

    convention = restoring.convention(card_of(model).input.channels)

    def result(done: list[batch.Item]) -> dict[str, Any]:
        means = restoring.mean([item.result for item in done])
        return {**means, "pictures": len(done), "convention": convention}

    items = restoring.evaluate_restoring(data, model=model, control=control, recurse=recurse, tta=tta)
    return _Evaluation(items, result, _print_restoring)


def _print_restoring(done: list[batch.Item], result: dict[str, Any]) -> None:
    from rich.table import Table

    from deconv_studio.batch.restore_evaluation import JPEG_QUALITY, SIGMAS

    def pair(key: str) -> tuple[str, str]:
        if f"psnr_{key}" not in result:
            return "-", "-"
        return f"{result[f'psnr_{key}']:.2f}", f"{result[f'ssim_{key}']:.4f}"

    table = Table(title=f"{result['model']}, {len(done)} pictures", title_justify="left")
    table.add_column("Noise")
    for name in ("PSNR dB", "SSIM", "blind", "SSIM", "told", "SSIM"):
        table.add_column(name, justify="right", no_wrap=True)
    for sigma in SIGMAS:
        keys = (f"noisy_{sigma}", f"blind_{sigma}", f"told_{sigma}")
        table.add_row(f"sigma {sigma}", *(text for key in keys for text in pair(key)))
    table.add_row(f"JPEG {JPEG_QUALITY}", *pair("noisy_jpeg"), *pair("jpeg"), "-", "-")
    table.add_row("none", "-", "-", *pair("clean"), "-", "-")
    console = _console()
    console.print(table)
    console.print(result["convention"] + ".", style="dim", markup=False, highlight=False)


def _as_a_whole(
    measure: Callable[[], dict[str, Any]], model: Model
) -> tuple[dict[str, Any] | None, batch.Summary]:
    """Measure what has no item for each picture; without a result where it was stopped."""
    from deconv_studio.engine.control import Cancelled
    from deconv_studio.tasks.base import card_of

    summary = batch.Summary()
    try:
        result = measure()
    except Cancelled:
        summary.cancelled = 1
        return None, summary
    summary.done = result["pictures"]
    return {**result, "model": card_of(model).id, "model_sha256": model.sha256}, summary


def _emit_whole(summary: batch.Summary, result: dict[str, Any] | None, *, json: bool) -> None:
    if json:
        emit(summary.event() if result is None else {**summary.event(), "result": result})
    else:
        say("Stopped; nothing was measured.")


def _classes(data: Path, model: Model, control: Control, *, json: bool) -> int:
    """Measure a classifier; one figure, and one for each class."""
    from deconv_studio.batch.class_evaluation import evaluate_classes
    from deconv_studio.tasks.base import card_of

    card = card_of(model)
    result, summary = _as_a_whole(lambda: evaluate_classes(data, model=model, control=control), model)
    if json or result is None:
        _emit_whole(summary, result, json=json)
        return summary.exit_status
    console = _console()
    accuracy, balanced = result["accuracy"], result["balanced_accuracy"]
    console.print(
        f"{card.id}: accuracy {accuracy:.4f}, balanced {balanced:.4f}, on {result['pictures']} pictures."
    )
    for item in result["classes"]:
        line = f"  {item['name']}: {item['accuracy']:.4f} of {item['pictures']}"
        console.print(line, markup=False, highlight=False)
    for convention in result["conventions"].values():
        console.print(convention + ".", style="dim", markup=False, highlight=False)
    return 0


def _generator(
    data: Path, model: Model, control: Control, options: dict[str, Any], *, json: bool, quiet: bool
) -> int:
    """Measure a generator; its table has a row for it and for each set of pictures it is compared with."""
    from deconv_studio.batch.generator_evaluation import evaluate_generator

    result, summary = _as_a_whole(
        lambda: evaluate_generator(data, model=model, control=control, **options), model
    )
    if json or result is None:
        _emit_whole(summary, result, json=json)
        return summary.exit_status
    _print_generator(result)
    if not quiet:
        for notice in result["notices"]:
            say(notice)
    return 0


def _print_generator(result: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    classifier = result["features"].partition(":")[0]
    table = Table(title=f"{result['model']}, {result['pictures']} pictures of each set", title_justify="left")
    table.add_column("Set", no_wrap=True)
    titles = ("Frechet distance", f"Inception Score ({classifier})", "precision", "recall")
    for name in (*titles, "density", "coverage"):
        table.add_column(name, justify="right")
    words = {
        "generator": "generator",
        "real": "other real pictures",
        "training": "training pictures",
        "noise": "noise",
        "mean": "mean picture",
    }
    for key, figures in result["sets"].items():
        shown = (f"{figures[name]:.3f}" for name in ("precision", "recall", "density", "coverage"))
        distance, score = f"{figures['frechet']:.4g}", f"{figures['inception_score']:.3f}"
        table.add_row(words[key], distance, score, *shown)
        if key == "generator" and result["deviations"] is not None:
            spread = result["deviations"]
            shown = (f"± {spread[name]:.3f}" for name in ("precision", "recall", "density", "coverage"))
            distance, score = f"± {spread['frechet']:.2g}", f"± {spread['inception_score']:.3f}"
            table.add_row(f"  {result['draws']} draws differ by", distance, score, *shown)
    console = _console()
    console.print(table)
    collapse, classes, near = result["collapse"], result["classes"], result["nearest"]
    asked = "" if classes["as_asked"] is None else f" {classes['as_asked']:.1%} are of the class asked for."
    lines = [
        f"Features: {result['features']}.",
        f"Mode collapse: {'yes' if collapse['collapsed'] else 'no'}; duplicates {collapse['duplicates']:.1%}"
        f" (real {collapse['duplicates_real']:.1%}), spread {collapse['spread']:.2f} (real"
        f" {collapse['spread_real']:.2f}), {collapse['identical']} the same in every pixel.",
        f"Classes told by {classifier}: {classes['hit']} of {classes['of']}, most often {classes['most']}"
        f" ({classes['most_share']:.1%}).{asked}",
        f"Nearest of {near['training_pictures']} training pictures: smallest {near['smallest']:.2f} (real"
        f" {near['smallest_real']:.2f}), median {near['median']:.2f} (real {near['median_real']:.2f}) 8-bit"
        f" steps; {near['copies']} nearer than any real picture, {near['identical']} the same.",
    ]
    for line in lines:
        console.print(Text(line))
    for name, convention in result["conventions"].items():
        console.print(f"{name}: {convention}.", style="dim", markup=False, highlight=False)


def _print_classes(done: list[batch.Item], result: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    def figure(value: float | None) -> str:
        return "-" if value is None or value != value else f"{value:.4f}"

    table = Table(title=f"{result['model']}, {result['pictures']} pictures", title_justify="left")
    table.add_column("Class", overflow="fold")
    for name in ("share", "IoU", "Dice", "boundary F"):
        table.add_column(name, justify="right", no_wrap=True)
    for item in result["classes"]:
        figures = (figure(item[key]) for key in ("iou", "dice", "boundary_f"))
        table.add_row(Text(item["name"]), f"{item['share']:.1%}", *figures)
    table.add_section()
    table.add_row("mean", "", *(figure(result[key]) for key in ("miou", "dice", "boundary_f")))
    console = _console()
    console.print(table)
    console.print(f"Pixel accuracy {figure(result['pixel_accuracy'])}.", highlight=False)
    if "instance_score" in result:
        console.print(f"Instance score {figure(result['instance_score'])}.", highlight=False)
    for name, convention in result["conventions"].items():
        console.print(f"{name}: {convention}.", style="dim", markup=False, highlight=False)


def _print(done: list[batch.Item], result: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{result['model']}, scale {result['scale']}", title_justify="left")
    table.add_column("Picture", overflow="fold")
    for name in ("PSNR dB", "bicubic", "gain", "SSIM", "bicubic", "gain"):
        table.add_column(name, justify="right", no_wrap=True)
    for item in done:
        name = Path(item.input).name.encode("utf-8", "backslashreplace").decode()
        table.add_row(Text(name), *_figures(item.result))
    table.add_section()
    table.add_row(f"mean of {len(done)}", *_figures(result))
    console = _console()
    console.print(table)
    console.print(result["convention"] + ".", style="dim", markup=False, highlight=False)


def _figures(result: dict[str, Any]) -> list[str]:
    return [
        f"{result['psnr_y']:.2f}",
        f"{result['psnr_y_bicubic']:.2f}",
        f"{result['psnr_gain']:+.2f}",
        f"{result['ssim_y']:.4f}",
        f"{result['ssim_y_bicubic']:.4f}",
        f"{result['ssim_gain']:+.4f}",
    ]
