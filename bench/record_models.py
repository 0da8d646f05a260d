"""Measure bundled models with `deconv-studio evaluate`; write the figures and a preview beside them.

    python bench/record_models.py --set5 DIR --bsd100 DIR [--sample FILE] UPSCALER...
    python bench/record_models.py --data DIR --dataset NAME [--sample FILE] SEGMENTER-CLASSIFIER-OR-DENOISER
    python bench/record_models.py --data DIR --dataset NAME [--also CLASSIFIER] GENERATOR

Every figure in a bundled card comes from this command. DIR are folders of original or labelled pictures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from deconv_studio import imaging
from deconv_studio.batch.restore_evaluation import JPEG_QUALITY, SIGMAS, clean_pixels, with_noise
from deconv_studio.catalog.card import Card
from deconv_studio.imaging import Metadata, Picture

MODELS = Path(__file__).resolve().parent.parent / "models"
# Width and height of the preview, and of the part of the sample it shows before enlarging.
PREVIEW = 320, 192
# Sets of a generator's pictures its figures are means of.
DRAWS = 8


def evaluate(model: str, data: Path, *options: str) -> dict[str, Any]:
    """Return the summary that ``deconv-studio evaluate MODEL --data DIR --json`` prints last."""
    command = [sys.executable, "-m", "deconv_studio", "evaluate", model, "--data", str(data), "--json"]
    command += options
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return json.loads(lines[-1])["result"]


def results(model: str, sets: dict[str, Path]) -> list[dict[str, Any]]:
    """Return the card's rows: PSNR and SSIM with bicubic's beside them, a set at a time."""
    rows = []
    for name, data in sets.items():
        found = evaluate(model, data)
        for measure, key, digits in (("PSNR", "psnr_y", 2), ("SSIM", "ssim_y", 4)):
            rows.append(
                {
                    "measure": measure,
                    "value": round(found[key], digits),
                    "baseline": round(found[f"{key}_bicubic"], digits),
                    "dataset": f"{name} ({found['pictures']} pictures)",
                    "convention": found["convention"],
                    "command": f"deconv-studio evaluate {model} --data DIR",
                }
            )
        gain = f"gain {found['psnr_gain']:+.2f} dB, SSIM {found['ssim_y']:.4f}"
        print(f"{model} on {name}: {found['psnr_y']:.2f} dB, {gain}")
    return rows


def labelled_results(model: str, data: Path, name: str) -> list[dict[str, Any]]:
    """Return the card's rows of a model that gives classes, to pixels or to whole pictures."""
    found = evaluate(model, data)
    dataset = f"{name} ({found['pictures']} pictures)"
    row = {"dataset": dataset, "command": f"deconv-studio evaluate {model} --data DIR"}
    if "accuracy" in found:
        rows = []
        for key, title in (("accuracy", "accuracy"), ("balanced_accuracy", "balanced accuracy")):
            value, convention = round(found[key], 4), found["conventions"][key]
            rows.append({"measure": title, "value": value, "convention": convention, **row})
            print(f"{model} on {dataset}: {title} {found[key]:.4f}")
        return rows
    rows = []
    for key, title in (
        ("miou", "mean IoU"),
        ("dice", "mean Dice"),
        ("pixel_accuracy", "pixel accuracy"),
        ("boundary_f", "boundary F"),
        ("instance_score", "instance score"),
    ):
        if found.get(key) is not None:
            convention = found["conventions"][key]
            rows.append({"measure": title, "value": round(found[key], 4), "convention": convention, **row})
            print(f"{model} on {dataset}: {title} {found[key]:.4f}")
    for item in found["classes"]:
        for key, title in (("iou", "IoU"), ("dice", "Dice")):
            if item[key] is not None:
                rows.append(
                    {
                        "measure": f"{title} of {item['name']}",
                        "value": round(item[key], 4),
                        "convention": found["conventions"][key],
                        **row,
                    }
                )
    return rows


def generator_results(model: str, data: Path, name: str) -> list[dict[str, Any]]:
    """Return the card's rows of a generator: the features' name and the baselines stand in the rows."""
    found = evaluate(model, data, "--draws", str(DRAWS))
    dataset = f"{name} ({found['pictures']} pictures of each set)"
    row = {"dataset": dataset, "command": f"deconv-studio evaluate {model} --data DIR --draws {DRAWS}"}
    conventions = found["conventions"]
    sets = {
        "generator": "",
        "real": " of other real pictures",
        "training": " of training pictures",
        "noise": " of noise",
        "mean": " of the mean picture",
    }
    rows = []

    def add(measure: str, value: float, convention: str) -> None:
        value = round(float(value), 4)
        rows.append({"measure": measure, "value": value, "convention": convention, **row})
        print(f"{model} on {dataset}: {measure} {value:g} ({found['features']})")

    for key, words in sets.items():
        if key in found["sets"]:
            add(f"Frechet distance{words}", found["sets"][key]["frechet"], conventions["frechet"])
    for key in ("generator", "real"):
        score = found["sets"][key]["inception_score"]
        add(f"Inception Score{sets[key]}", score, conventions["inception_score"])
    for key in ("precision", "recall", "density", "coverage"):
        add(key, found["sets"]["generator"][key], conventions[key])
        add(f"{key}, deviation", found["deviations"][key], f"standard deviation over {DRAWS} draws")
    if "training" in found["sets"]:  # what a perfect copy of the training pictures would reach
        for key in ("precision", "recall", "coverage"):
            add(f"{key}{sets['training']}", found["sets"]["training"][key], conventions[key])
    add("duplicates", found["collapse"]["duplicates"], conventions["duplicates"])
    if found["classes"]["as_asked"] is not None:
        told = found["features"].partition(":")[0]
        add("share of the class asked for", found["classes"]["as_asked"], f"as {told} tells the classes")
    near = found["nearest"]
    made, real = (f"smallest distance of {which} pictures to training ones" for which in ("made", "real"))
    add(made, near["smallest"], conventions["nearest"])
    add(real, near["smallest_real"], conventions["nearest"])
    return rows


def other_features(model: str, data: Path, name: str, features: str) -> list[dict[str, Any]]:
    """Return further rows of a generator, by another classifier than the one `evaluate` chooses."""
    found = evaluate(model, data, "--features", features, "--draws", str(DRAWS))
    row = {
        "dataset": f"{name} ({found['pictures']} pictures of each set)",
        "command": f"deconv-studio evaluate {model} --data DIR --features {features} --draws {DRAWS}",
    }
    rows = []
    for which, key, title in (
        ("generator", "frechet", "Frechet distance"),
        ("real", "frechet", "Frechet distance of other real pictures"),
        ("generator", "precision", "precision"),
        ("generator", "recall", "recall"),
        ("generator", "coverage", "coverage"),
    ):
        value = round(float(found["sets"][which][key]), 4)
        measure = f"{title}, by {features}"
        rows.append({"measure": measure, "value": value, "convention": found["conventions"][key], **row})
        print(f"{model} on {row['dataset']}: {measure} {value:g}")
    return rows


def grid_preview(folder: Path, card: Card) -> None:
    """Write ``preview.png``: the pictures of the first seeds, as many as go into `PREVIEW`."""
    height, width = card.input.fixed_size or (PREVIEW[1], PREVIEW[0])
    columns, rows = max(1, PREVIEW[0] // width), max(1, PREVIEW[1] // height)
    made = folder / ".grid.png"
    command = [sys.executable, "-m", "deconv_studio", "sample", "--model", card.id, "--quiet"]
    command += ["--seeds", f"0-{columns * rows - 1}", "--grid", f"{columns}x{rows}", "--out", str(made)]
    try:
        subprocess.run([*command, "--exists", "overwrite"], check=True)
        pixels = imaging.read(made).pixels.copy()
    finally:
        made.unlink(missing_ok=True)
    imaging.write(Picture(pixels=pixels), folder / "preview.png", overwrite=True)


def restoring_results(model: str, data: Path, name: str) -> list[dict[str, Any]]:
    """Return the card's rows of a denoiser: PSNR and SSIM with the noisy picture's beside them."""
    found = evaluate(model, data)
    rows = []
    for key, baseline, title in (
        *((f"blind_{sigma}", f"noisy_{sigma}", f"sigma {sigma}, strength found") for sigma in SIGMAS),
        *((f"told_{sigma}", f"noisy_{sigma}", f"sigma {sigma}, strength told") for sigma in SIGMAS),
        ("jpeg", "noisy_jpeg", f"JPEG quality {JPEG_QUALITY}"),
        ("clean", None, "a clean picture against itself"),
    ):
        for measure, digits in (("psnr", 2), ("ssim", 4)):
            if f"{measure}_{key}" not in found:
                continue
            row = {
                "measure": f"{measure.upper()}, {title}",
                "value": round(found[f"{measure}_{key}"], digits),
                "dataset": f"{name} ({found['pictures']} pictures)",
                "convention": found["convention"],
                "command": f"deconv-studio evaluate {model} --data DIR",
            }
            if baseline is not None:
                row["baseline"] = round(found[f"{measure}_{baseline}"], digits)
            rows.append(row)
            print(f"{model} on {row['dataset']}: {row['measure']} {row['value']}")
    return rows


def restored_preview(folder: Path, card: Card, sample: Path) -> None:
    """Write ``preview.png``: a part of the sample with noise of sigma 25, restored on the right."""
    picture = imaging.to_srgb(imaging.read(sample))
    clean = clean_pixels(picture, card.input.channels)
    width, height = min(PREVIEW[0], clean.shape[1]), min(PREVIEW[1], clean.shape[0])
    top, left = (clean.shape[0] - height) // 2, (clean.shape[1] - width) // 2
    noisy = with_noise(np.ascontiguousarray(clean[top : top + height, left : left + width]), 25, sample.name)
    source, made = folder / ".sample.png", folder / ".restored.png"
    try:
        imaging.write(Picture(pixels=noisy), source, overwrite=True)
        command = [sys.executable, "-m", "deconv_studio", "restore", str(source), "--model", card.id]
        command += ["--out", str(made), "--exists", "overwrite", "--quiet"]
        subprocess.run(command, check=True)
        pixels = imaging.read(made).pixels.copy()
    finally:
        source.unlink(missing_ok=True)
        made.unlink(missing_ok=True)
    pixels[:, : width // 2] = noisy[:, : width // 2]
    pixels[:, width // 2 - 1 : width // 2 + 1] = 255
    imaging.write(Picture(pixels=pixels), folder / "preview.png", overwrite=True)


def defect_results(model: str, data: Path, name: str) -> list[dict[str, Any]]:
    """Return the card's rows of a model that knows what is normal."""
    found = evaluate(model, data)
    row = {
        "dataset": f"{name} ({found['pictures']} pictures, {found['good']} of them good)",
        "command": f"deconv-studio evaluate {model} --data DIR",
    }
    rows = []
    for key, title in (
        ("image_auroc", "image AUROC"),
        ("pixel_auroc", "pixel AUROC"),
        ("pro", "per-region overlap"),
        ("found", "defects found"),
        ("false_alarms", "false alarms"),
    ):
        if found[key] is not None:
            convention = found["conventions"][key]
            rows.append({"measure": title, "value": round(found[key], 4), "convention": convention, **row})
            print(f"{model} on {row['dataset']}: {title} {found[key]:.4f}")
    for item in found["kinds"]:
        if item["image_auroc"] is not None:
            convention = found["conventions"]["image_auroc"]
            title = f"image AUROC of {item['name']}"
            value = round(item["image_auroc"], 4)
            rows.append({"measure": title, "value": value, "convention": convention, **row})
    return rows


def heat_preview(folder: Path, card: Card, sample: Path) -> None:
    """Write ``preview.png``: the sample on the left, its heat over it on the right, at most `PREVIEW`."""
    made = folder / ".heat.png"
    command = [sys.executable, "-m", "deconv_studio", "anomaly", str(sample), "--model", card.id]
    command += ["--save", "heat", "--out", str(made), "--exists", "overwrite", "--quiet"]
    try:
        subprocess.run(command, check=True)
        heat = imaging.read(made).pixels[:, :, :3]
    finally:
        made.unlink(missing_ok=True)
    plain = imaging.to_srgb(imaging.read(sample)).color
    plain = np.broadcast_to(plain, (*plain.shape[:2], 3))
    both = np.ascontiguousarray(np.concatenate([plain, heat], axis=1))
    factor = min(PREVIEW[0] / both.shape[1], PREVIEW[1] / both.shape[0])
    size = (round(both.shape[1] * factor), round(both.shape[0] * factor))
    imaging.write(Picture(pixels=imaging.resize_bicubic(both, size)), folder / "preview.png", overwrite=True)


def overlay_preview(folder: Path, card: Card, sample: Path) -> None:
    """Write ``preview.png``: the sample's classes over it, at most `PREVIEW` in size."""
    made = folder / ".overlay.png"
    command = [sys.executable, "-m", "deconv_studio", "segment", str(sample), "--model", card.id]
    command += ["--save", "overlay", "--out", str(made), "--exists", "overwrite", "--quiet"]
    try:
        subprocess.run(command, check=True)
        pixels = imaging.read(made).pixels.copy()
    finally:
        made.unlink(missing_ok=True)
    factor = min(1.0, PREVIEW[0] / pixels.shape[1])
    size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
    imaging.write(
        Picture(pixels=imaging.resize_bicubic(pixels, size)), folder / "preview.png", overwrite=True
    )


def preview(folder: Path, card: Card, sample: Path) -> None:
    """Write ``preview.png``: a part of the sample, bicubic on the left, the network on the right."""
    width, height = (side // card.output.scale for side in PREVIEW)
    picture = imaging.to_srgb(imaging.read(sample))
    # The part with the most detail: a preview of a blurred background would show nothing.
    gray = cv2.cvtColor(np.ascontiguousarray(picture.color), cv2.COLOR_RGB2GRAY)
    detail = cv2.boxFilter(np.abs(cv2.Laplacian(gray, cv2.CV_32F)), -1, (width, height))
    inside = detail[height // 2 : -height, width // 2 : -width]
    top, left = np.unravel_index(int(inside.argmax()), inside.shape)
    small = picture.replace(
        pixels=np.ascontiguousarray(picture.pixels[top : top + height, left : left + width]),
        metadata=Metadata(),
    )
    source, enlarged = folder / ".sample.png", folder / ".enlarged.png"
    try:
        imaging.write(small, source, overwrite=True)
        verb = ["upscale", str(source), "--scale", str(card.output.scale), "--model", card.id]
        command = [
            sys.executable,
            "-m",
            "deconv_studio",
            *verb,
            "--out",
            str(enlarged),
            "--exists",
            "overwrite",
        ]
        subprocess.run([*command, "--quiet"], check=True)
        pixels = imaging.read(enlarged).pixels.copy()
    finally:
        source.unlink(missing_ok=True)
        enlarged.unlink(missing_ok=True)
    half = pixels.shape[1] // 2
    pixels[:, :half] = imaging.resize_bicubic(small.pixels, (pixels.shape[1], pixels.shape[0]))[:, :half]
    pixels[:, half - 1 : half + 1] = 255
    imaging.write(Picture(pixels=pixels), folder / "preview.png", overwrite=True)


def main() -> None:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--set5", type=Path)
    parser.add_argument("--bsd100", type=Path, help="the 50 pictures at even positions by name")
    parser.add_argument("--data", type=Path, help="labelled pictures, for other models than upscalers")
    parser.add_argument("--dataset", default="", help="what the card calls them")
    parser.add_argument("--also", help="a classifier by whose features generators are measured too")
    parser.add_argument("--sample", type=Path, help="a picture to make the previews from")
    given = parser.parse_args()
    for model in given.models:
        folder = MODELS / model
        card = Card.from_toml(folder / "card.toml")
        if card.task != "upscale":
            if given.data is not None:
                kinds = {
                    "sample": generator_results,
                    "restore": restoring_results,
                    "anomaly": defect_results,
                }
                measure = kinds.get(card.task, labelled_results)
                name = given.dataset or given.data.name
                rows = measure(model, given.data, name)
                if given.also and card.task == "sample":
                    rows += other_features(model, given.data, name, given.also)
                card = card.replace(results=rows)
                (folder / "card.toml").write_text(card.to_toml(), encoding="utf-8")
            if card.task == "sample":
                grid_preview(folder, card)
            if given.sample and card.task == "segment":
                overlay_preview(folder, card, given.sample)
            if given.sample and card.task == "anomaly":
                heat_preview(folder, card, given.sample)
            if given.sample and card.task == "restore":
                restored_preview(folder, card, given.sample)
            continue
        sets = {"Set5": given.set5, "BSD100, even half": given.bsd100}
        rows = results(model, {name: data for name, data in sets.items() if data is not None})
        if rows:
            (folder / "card.toml").write_text(card.replace(results=rows).to_toml(), encoding="utf-8")
        if given.sample:
            preview(folder, card, given.sample)


if __name__ == "__main__":
    main()
