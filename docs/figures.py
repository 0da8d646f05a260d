"""Writes the tables of measured figures in README.md from the cards of the bundled models.

Use: ``python docs/figures.py`` rewrites the block; ``python docs/figures.py --check`` only compares.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN = "<!-- figures: written by docs/figures.py from models/*/card.toml -->"
END = "<!-- end of figures -->"


def cards(folder: Path = ROOT / "models") -> list[dict[str, Any]]:
    """Read the cards of the bundled models, in the order of their ids."""
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*/card.toml"))]


def _cell(card: dict[str, Any], measure: str, dataset: str) -> str:
    digits = 2 if measure == "PSNR" else 4
    for row in card.get("results", []):
        if row["measure"] == measure and row["dataset"] == dataset:
            gain = row["value"] - row["baseline"]
            return f"{row['value']:.{digits}f} ({gain:+.{digits}f})"
    return "–"


def figures(found: list[dict[str, Any]]) -> str:
    """Write the tables and the conventions under each, as Markdown.

    Parameters
    ----------
    found : list of dict
        Parsed cards.

    Returns
    -------
    str
        The block between the two marks in README.md, without them.
    """
    blocks = []
    for task, write in (
        ("upscale", _enlarging),
        ("segment", _segmenting),
        ("restore", _restoring),
        ("classify", _classifying),
        ("anomaly", _anomalies),
        ("sample", _generating),
    ):
        some = [card for card in found if card["task"] == task]
        if some:
            blocks.append(write(some))
    return "\n\n".join(blocks)


def _conventions(found: list[dict[str, Any]], measures: set[str] | None = None) -> list[str]:
    """One line for each measure; what most measures of a model have in common stands once, by the model."""
    if measures is None:
        named = {row["convention"] for card in found for row in card.get("results", [])}
        return [f"- Convention: {convention}." for convention in sorted(named)]
    own: set[tuple[str, str]] = set()
    shared: dict[str, list[str]] = {}
    for card in found:
        rows = [row for row in card.get("results", []) if row["measure"] in measures]
        parts = [row["convention"].removeprefix(row["measure"] + ": ").split("; ") for row in rows]
        often = Counter(part for each in parts for part in each)
        common = [part for part, count in often.items() if len(rows) > 1 and 2 * count > len(rows)]
        if common:
            shared.setdefault("; ".join(common), []).append(f"`{card['id']}`")
        for row, each in zip(rows, parts, strict=True):
            left = [part for part in each if part not in common]
            if left:
                own.add((row["measure"], "; ".join(left)))
    lines = [f"- {name}: {text}." for name, text in sorted(own)]
    return lines + [f"- {', '.join(names)}: {text}." for text, names in shared.items()]


def _enlarging(found: list[dict[str, Any]]) -> str:
    datasets = sorted(
        {row["dataset"] for card in found for row in card.get("results", [])},
        key=lambda name: (len(name), name),
    )
    columns = [(measure, dataset) for dataset in datasets for measure in ("PSNR", "SSIM")]
    names = {dataset: dataset.partition(" (")[0] for dataset in datasets}
    heads = ["model", "enlarges by", "parameters", *(f"{names[d]}: {m}" for m, d in columns)]
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    for card in found:
        cells = [f"`{card['id']}`", str(card["output"]["scale"]), f"{card['parameters']:,}"]
        cells += [_cell(card, measure, dataset) for measure, dataset in columns]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "In brackets: the gain over bicubic, which is measured in the same run. PSNR is in dB.", ""]
    lines += [f"- Data: {', '.join(datasets)}."] if datasets else []
    return "\n".join(lines + _conventions(found))


def _plain(card: dict[str, Any], measure: str) -> str:
    rows = {row["measure"]: row["value"] for row in card.get("results", [])}
    if measure not in rows:
        return "–"
    spread = rows.get(f"{measure}, deviation")
    return f"{rows[measure]:.4f}" if spread is None else f"{rows[measure]:.3f} ± {spread:.3f}"


def _terms(card: dict[str, Any]) -> str:
    only = card["weights"].get("research_only") or card["data"].get("research_only")
    return f"{card['weights']['licence']}{', research only' if only else ''}"


def _segmenting(found: list[dict[str, Any]]) -> str:
    measures = ("mean IoU", "mean Dice", "pixel accuracy", "boundary F", "instance score")
    lines = [f"| model | classes | unseen data | {' | '.join(measures)} | weights |"]
    lines.append(f"|---|---:|---|{'---:|' * len(measures)}---|")
    for card in found:
        data = card["results"][0]["dataset"] if card.get("results") else "–"
        cells = [f"`{card['id']}`", str(len(card["classes"])), data]
        cells += [_plain(card, measure) for measure in measures]
        lines.append(f"| {' | '.join([*cells, _terms(card)])} |")
    return "\n".join([*lines, "", *_conventions(found, set(measures))])


def _restoring(found: list[dict[str, Any]]) -> str:
    measures = [f"PSNR, sigma {sigma}, strength found" for sigma in (15, 25, 50)]
    measures += ["PSNR, JPEG quality 30", "PSNR, a clean picture against itself"]
    heads = ["sigma 15", "sigma 25", "sigma 50", "JPEG quality 30", "a clean picture against itself"]
    lines = [
        f"| model | unseen data | {' | '.join(f'PSNR dB, {head}' for head in heads)} | weights |",
        f"|---|---|{'---:|' * len(heads)}---|",
    ]
    for card in found:
        rows = {row["measure"]: row for row in card.get("results", ())}
        data = card["results"][0]["dataset"] if rows else "–"
        cells = [f"{rows[m]['value']:.2f}" if m in rows else "–" for m in measures]
        lines.append(f"| `{card['id']}` | {data} | {' | '.join([*cells, _terms(card)])} |")
    return "\n".join([*lines, "", *_conventions(found, set(measures))])


def _classifying(found: list[dict[str, Any]]) -> str:
    measures = ("accuracy", "balanced accuracy")
    lines = [f"| model | classes | unseen data | {' | '.join(measures)} | weights |"]
    lines.append(f"|---|---:|---|{'---:|' * len(measures)}---|")
    for card in found:
        data = card["results"][0]["dataset"] if card.get("results") else "–"
        cells = [f"`{card['id']}`", str(len(card["classes"])), data]
        cells += [_plain(card, measure) for measure in measures]
        lines.append(f"| {' | '.join([*cells, _terms(card)])} |")
    return "\n".join([*lines, "", *_conventions(found, set(measures))])


def _generating(found: list[dict[str, Any]]) -> str:
    frechet = ("", " of other real pictures", " of training pictures", " of noise")
    heads = ["Frechet distance", "of other real", "of training", "of noise", "Inception Score"]
    heads += ["precision", "recall", "density", "coverage", "duplicates"]
    measures = [f"Frechet distance{of}" for of in frechet] + heads[4:]
    heads.insert(heads.index("coverage") + 1, "of training")
    measures.insert(measures.index("coverage") + 1, "coverage of training pictures")
    lines = [f"| model | unseen data | {' | '.join(heads)} | weights |"]
    lines.append(f"|---|---|{'---:|' * len(heads)}---|")
    for card in found:
        data = card["results"][0]["dataset"] if card.get("results") else "–"
        cells = [f"`{card['id']}`", data, *(_plain(card, measure) for measure in measures)]
        lines.append(f"| {' | '.join([*cells, _terms(card)])} |")
    lines += ["", *_conventions(found, {"Frechet distance", *heads[4:]})]
    if any("±" in line for line in lines):
        lines.append("- ±: standard deviation from draw to draw.")
    return "\n".join([*lines, *_by_others(found)])


def _by_others(found: list[dict[str, Any]]) -> list[str]:
    """A line for each generator that was measured by another classifier's features too."""
    lines = []
    for card in found:
        rows = [row for row in card.get("results", []) if ", by " in row["measure"]]
        for other in dict.fromkeys(row["measure"].partition(", by ")[2] for row in rows):
            its = [row for row in rows if row["measure"].endswith(f", by {other}")]
            values = [f"{row['measure'].partition(', by ')[0]} {row['value']:.4f}" for row in its]
            beside = "; ".join(its[0]["convention"].split("; ")[1:])
            lines.append(f"- `{card['id']}` by {beside}: {', '.join(values)}.")
    return lines


def _anomalies(found: list[dict[str, Any]]) -> str:
    measures = ("image AUROC", "pixel AUROC", "per-region overlap", "defects found", "false alarms")
    lines = [
        f"| model | data | {' | '.join(measures)} | weights |",
        f"|---|---|{'---:|' * len(measures)}---|",
    ]
    for card in found:
        data = card["results"][0]["dataset"] if card.get("results") else "–"
        cells = [f"`{card['id']}`", data, *(_plain(card, measure) for measure in measures), _terms(card)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_conventions(found, set(measures))])


def replace(text: str, block: str) -> str:
    """Put the block between the two marks.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{README.name} lacks a mark of its block of figures.")
    return f"{before}{BEGIN}\n\n{block}\n\n{END}{after}"


def main() -> int:
    """Rewrite README.md, or with --check say whether it is up to date."""
    text = README.read_text(encoding="utf-8")
    new = replace(text, figures(cards()))
    if "--check" in sys.argv[1:]:
        print("up to date" if new == text else "README.md is not what the cards say: run docs/figures.py")
        return int(new != text)
    README.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
