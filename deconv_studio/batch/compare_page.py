"""The report of a comparison: a web page beside its pictures, readable without a network."""

from __future__ import annotations

import html
from typing import Any
from urllib.parse import quote

from .atlas_page import STYLE

_MORE = """
main table { width: 100%; }
main td, main th { border-bottom: 1px solid var(--line); padding: 4px 12px 4px 0; }
.bar { display: block; height: 8px; border-radius: 4px; background: var(--accent); min-width: 1px; }
.track { width: 30%; min-width: 120px; } .shots { display: flex; flex-wrap: wrap; gap: 16px; }
figure { margin: 0; } figcaption { color: var(--soft); font-size: 12px; }
figure img { image-rendering: pixelated; display: block; }
"""
_LABELS = {
    "patch": "the picture there",
    "back_a": "back to pixels, A",
    "back_b": "back to pixels, B",
    "map_a": "map in A",
    "map_b": "map in B",
    "difference": "A less B, its own gain",
}
_SHOWN = 128
# Where the bar of the table is full.
_FULL = 60.0


def page(record: dict[str, Any], folder: str) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    record : dict
        The index.
    folder : str
        Name of the folder beside the page that holds the pictures.

    Returns
    -------
    str
    """
    names = {key: html.escape(record[key]["model"]) for key in ("a", "b")}
    rows = "\n".join(_row(layer) for layer in record["layers"])
    worst = "\n".join(_worst(unit, folder) for unit in record["worst"])
    if not record["worst"]:
        worst = '<p class="facts">No unit differs.</p>'
    failed = f", {record['failed']} could not be read" if record["failed"] else ""
    sizes = " and ".join(f"{record[key]['bytes'] / 2**20:.2f} MiB" for key in ("a", "b"))
    alone = record["alone"]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{names["a"]} and {names["b"]}</title><style>{STYLE}{_MORE}</style></head><body>
<header><h1>A = {names["a"]}, B = {names["b"]}</h1>
<p class="facts">{record["pictures"]} pictures of <code>{html.escape(record["source"])}</code>{failed}.
{sizes}. {len(record["layers"])} layers compared, {alone["a"]} of A and {alone["b"]} of B
have no counterpart.</p>
<p class="facts">{html.escape(record["formula"])}.
Higher is closer; 20 dB is a difference of a tenth.</p>
</header><main><section class="unit" style="content-visibility:visible">
<div class="head"><h2>Layers</h2></div>
<div class="scroll" tabindex="0" role="group" aria-label="Layers"><table><thead><tr><th>Layer</th>
<th>Operator</th><th>SQNR, dB</th><th><span class="soft">0 to {_FULL:.0f} dB</span></th>
<th>Worst unit</th><th>Matched by</th></tr></thead><tbody>
{rows}
</tbody></table></div></section>
<h2>Units that differ most</h2>
{worst}
</main></body></html>
"""


def _decibels(value: float | None, equal: bool = False) -> str:
    return "equal" if equal else "no signal" if value is None else f"{value:.1f}"


def _row(layer: dict[str, Any]) -> str:
    value = layer["sqnr_db"]
    share = 1.0 if layer["equal"] else min(1.0, max(0.0, (value or 0.0) / _FULL))
    known = [(sqnr, unit) for unit, sqnr in enumerate(layer["units_sqnr_db"]) if sqnr is not None]
    least = f"{min(known)[1]}: {min(known)[0]:.1f} dB" if known else "-"
    return (
        f"<tr><td><code>{html.escape(layer['a'])}</code></td><td>{html.escape(layer['operator'])}</td>"
        f'<td class="number">{_decibels(value, layer["equal"])}</td>'
        f'<td class="track"><span class="bar" style="width:{share:.1%}"></span></td>'
        f"<td>{least}</td><td>{html.escape(layer['matched_by'])}</td></tr>"
    )


def _worst(unit: dict[str, Any], folder: str) -> str:
    title = f"Unit {unit['unit']} of {html.escape(unit['layer'])}"
    shots = []
    for key, words in _LABELS.items():
        if key not in unit["images"]:
            continue
        width, height = unit["images"][key]["size"]
        zoom = _SHOWN / max(width, height)
        source = f"{quote(folder)}/{quote(unit['images'][key]['file'])}"
        shots.append(
            f'<figure><img loading="lazy" src="{source}" width="{max(1, round(width * zoom))}"'
            f' height="{max(1, round(height * zoom))}" alt="{title}: {words}">'
            f"<figcaption>{words}</figcaption></figure>"
        )
    at = ", ".join(map(str, unit["at"]))
    where = f"{html.escape(unit['picture'])}" + (f", at {at}" if at else "")
    note = f'<p class="facts">{html.escape(unit["note"])}</p>' if unit["note"] else ""
    return (
        f'<section class="unit"><div class="head"><h2>{title}</h2><span class="soft number">'
        f"{_decibels(unit['sqnr_db'])} dB in {where}</span></div>"
        f'<div class="shots">{"".join(shots)}</div>{note}</section>'
    )
