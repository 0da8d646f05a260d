"""The report of a run, as a web page or a table for spreadsheets; written as it goes, in place at the end."""

from __future__ import annotations

import contextlib
import csv
import html
import os
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .errors import FolderFailed
from .single import absolute

if TYPE_CHECKING:
    from .running import Summary
    from .single import Item

COLUMNS = ("input", "output", "status", "seconds", "model", "provider", "cause", "message", "hint")

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Deconv Studio: report</title><style>
:root { color-scheme: light dark; }
body { font: 14px system-ui, sans-serif; margin: 24px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid #8884; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: anywhere; }
.failed td:nth-child(3) { font-weight: 600; color: #c0392b; }
</style></head><body><h1>Deconv Studio: report</h1>
<table><thead><tr>"""


class Report:
    """A report being written.

    Parameters
    ----------
    path : Path
        Ends in .html or .csv; replaced when the report is finished.

    Raises
    ------
    FolderFailed
        It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = absolute(path)
        self._part = self.path.with_name(f".{self.path.name}.part")
        self._html = self.path.suffix.lower() == ".html"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # Names that are no valid Unicode are written with escapes rather than ending the run.
            self._file: TextIO = self._part.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        except OSError as error:
            raise FolderFailed(
                f"The report {self.path} cannot be written: {error.strerror or error}.",
                "Choose another place for it.",
            ) from error
        if self._html:
            self._file.write(
                _HEAD + "".join(f"<th>{name}</th>" for name in COLUMNS) + "</tr></thead><tbody>\n"
            )
        else:
            csv.writer(self._file).writerow(COLUMNS)

    def add(self, item: Item) -> None:
        """Write one item's row."""
        error = item.error
        row = (
            item.input,
            " ".join(str(path) for path in item.outputs),
            item.status,
            f"{item.seconds:.3f}",
            item.model or "",
            item.provider or "",
            error.kind if error else "",
            error.message if error else "",
            error.hint if error else "",
        )
        if self._html:
            cells = "".join(
                f"<td{' class=number' if name == 'seconds' else ''}>{html.escape(value)}</td>"
                for name, value in zip(COLUMNS, row, strict=True)
            )
            self._file.write(f'<tr class="{item.status}">{cells}</tr>\n')
        else:
            csv.writer(self._file).writerow([_harmless(value) for value in row])

    def finish(self, summary: Summary) -> Path:
        """Put the report in place."""
        if self._html:
            self._file.write(
                f"</tbody></table><p>{summary.done} done, {summary.skipped} skipped, {summary.failed} failed,"
                f" {summary.cancelled} cancelled in {summary.seconds:.1f} s.</p></body></html>\n"
            )
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.path)
        return self.path

    def drop(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(OSError):
            self._file.close()
            self._part.unlink(missing_ok=True)


def _harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: file names come from anywhere."""
    return "'" + value if value[:1] in ("=", "+", "-", "@", "\t", "\r") and value != "-" else value
