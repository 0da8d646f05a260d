"""The report of an atlas: one web page beside its sheets, sorted and searched without a network."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from deconv_studio.tasks.atlas import Atlas, UnitEntry

STYLE = """
:root { color-scheme: light dark; --bg: #eef0f2; --panel: #fff; --line: #d5d9de; --text: #1f2328;
  --soft: #5c646d; --accent: #1f74b5; }
@media (prefers-color-scheme: dark) { :root { --bg: #1b1d21; --panel: #23262b; --line: #353a42;
  --text: #e6e8eb; --soft: #9aa1ab; --accent: #5aa9e6; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
header, main, footer { max-width: 1240px; margin: 0 auto; padding: 16px 24px; }
h1 { font-size: 20px; margin: 8px 0 4px; } h2 { font-size: 15px; margin: 0; }
code { font: 13px ui-monospace, monospace; overflow-wrap: anywhere; }
.facts, .soft { color: var(--soft); } .facts { margin: 0; } ul.facts { padding-left: 18px; }
form { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 12px 20px;
  align-items: center; padding: 12px 24px; background: var(--bg); border-bottom: 1px solid var(--line);
  max-width: 1240px; margin: 0 auto; }
input, select, button { font: inherit; color: inherit; background: var(--panel); padding: 4px 8px;
  border: 1px solid var(--soft); border-radius: 6px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.unit { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px;
  margin: 0 0 16px; content-visibility: auto; contain-intrinsic-size: auto 260px; scroll-margin-top: 72px; }
.unit[hidden] { display: none; }
.head { display: flex; gap: 16px; align-items: baseline; flex-wrap: wrap; margin-bottom: 8px; }
.number { font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; padding-bottom: 4px; }
.scroll img { display: block; image-rendering: pixelated; }
details { margin-top: 8px; } summary { cursor: pointer; color: var(--soft); }
table { border-collapse: collapse; } td, th { text-align: left; padding: 2px 16px 2px 0; font-weight: 400; }
th { color: var(--soft); } td.number { text-align: right; } td:nth-child(2) { overflow-wrap: anywhere; }
"""

_SCRIPT = """
const list = document.getElementById('units'), units = [...list.children];
const find = document.getElementById('find'), sort = document.getElementById('sort');
const count = document.getElementById('count');
function show() {
  const text = find.value.trim().toLowerCase(), digits = /^\\d+$/.test(text);
  let shown = 0;
  for (const unit of units) {
    const fits = !text || unit.dataset.unit === text || (!digits && unit.dataset.files.includes(text));
    unit.hidden = !fits;
    shown += fits;
  }
  count.textContent = shown + ' of ' + units.length + ' units';
}
function order() {
  const key = sort.value === 'strength' ? u => -u.dataset.strength : u => +u.dataset.unit;
  list.append(...units.slice().sort((a, b) => key(a) - key(b) || a.dataset.unit - b.dataset.unit));
}
find.addEventListener('input', show);
sort.addEventListener('change', order);
document.getElementById('bar').addEventListener('submit', event => event.preventDefault());
document.getElementById('bar').hidden = false;
show();
"""

# Small patches are enlarged by a whole number, so that a cell is about this wide.
_SHOWN = 112


def page(atlas: Atlas) -> str:
    """Return the report as HTML.

    Parameters
    ----------
    atlas : Atlas
        Its folder is beside the page.

    Returns
    -------
    str
    """
    zoom = max(1, _SHOWN // max(1, atlas.side))
    units = "\n".join(_unit(atlas, entry, zoom) for entry in atlas.entries)
    notices = "".join(f"<li>{html.escape(text)}</li>" for text in atlas.notices)
    seen = f"{atlas.pictures} pictures of <code>{html.escape(str(atlas.source))}</code>" + (
        f", {atlas.failed} could not be read" if atlas.failed else ""
    )
    silent = sum(not entry.patches for entry in atlas.entries)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Atlas of {html.escape(atlas.layer)}, {html.escape(atlas.model)}</title>
<style>{STYLE}</style></head><body>
<header><h1>Atlas of <code>{html.escape(atlas.layer)}</code> in {html.escape(atlas.model)}</h1>
<p class="facts">For each unit the nine pictures that excite it most, each by its strongest place: above, the
part of the picture that the place depends on ({atlas.field[1]} x {atlas.field[0]} pixels of what the network
sees); below, the activation projected back to pixels by the rule <code>{html.escape(atlas.rule)}</code>.
Gray is zero; brighter and darker are positive and negative, each reconstruction by its own gain.</p>
<p class="facts">{seen}. {len(atlas.entries)} of {atlas.units} units{_silent(silent)}.
Network sha256 <code>{atlas.model_sha256[:16]}</code>, made by Deconv Studio {html.escape(atlas.program)}.</p>
<ul class="facts">{notices}</ul></header>
<form id="bar" role="search" hidden><label>Unit or file <input id="find" type="search" size="22"></label>
<label>Order <select id="sort"><option value="unit">by number</option>
<option value="strength">strongest first</option></select></label>
<span id="count" class="soft" role="status"></span></form>
<main id="units">
{units}
</main><script>{_SCRIPT}</script></body></html>
"""


def _silent(count: int) -> str:
    return f", {count} of them excited by none of the pictures" if count else ""


def _unit(atlas: Atlas, entry: UnitEntry, zoom: int) -> str:
    files = html.escape(" ".join(patch.file for patch in entry.patches).lower())
    strength = f"{entry.strength:.9g}" if entry.patches else "-1e39"
    head = (
        f'<section class="unit" id="unit-{entry.unit}" data-unit="{entry.unit}" data-strength="{strength}"'
        f' data-files="{files}"><div class="head"><h2>Unit {entry.unit}</h2>'
    )
    if entry.sheet is None:
        return head + '<span class="soft">No picture excites it.</span></div></section>'
    count = len(entry.patches)
    # As `tasks.atlas.compose` lays a sheet out.
    gap = 2
    width, height = count * (atlas.side + gap) - gap, 2 * atlas.side + gap
    alt = (
        f"Unit {entry.unit}: above, the {count} strongest patches; below, their reconstructions. "
        + "; ".join(f"{patch.file} {patch.value:.4g}" for patch in entry.patches)
    )
    lines = "".join(
        f'<tr><td class="number">{patch.value:.4g}</td><td>{html.escape(patch.file)}</td>'
        f'<td class="number">{", ".join(map(str, patch.at)) or "-"}</td>'
        f'<td class="number">{patch.box[1][0]}-{patch.box[1][1]}, {patch.box[0][0]}-{patch.box[0][1]}</td>'
        f'<td class="number">{patch.gain:.3g}</td></tr>'
        for patch in entry.patches
    )
    source = f"{quote(atlas.folder.name)}/{quote(entry.sheet)}"
    return (
        f'{head}<span class="soft number">strongest {entry.patches[0].value:.4g}</span></div>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="Patches of unit {entry.unit}">'
        f'<img loading="lazy" src="{source}" width="{width * zoom}" height="{height * zoom}"'
        f' alt="{html.escape(alt)}"></div>'
        f"<details><summary>Values and files</summary><table><thead><tr><th>Activation</th><th>File</th>"
        f"<th>Position y, x</th><th>Pixels x, y</th><th>Gain</th></tr></thead><tbody>{lines}</tbody></table>"
        f"</details></section>"
    )
