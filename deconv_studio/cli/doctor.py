"""The verb `doctor`: versions, providers with a self-test each, folders, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .faults import say, start_log
from .run import emit, stoppable

if TYPE_CHECKING:
    from deconv_studio.batch.diagnosis import Finding

#: How each state looks: its word, and the colour of the word.
_LOOKS = {
    "ok": ("ok", "green"),
    "note": ("note", "yellow"),
    "missing": ("not here", "yellow"),
    "broken": ("BROKEN", "red"),
}


def command(
    json: Annotated[bool, typer.Option("--json", help="JSON lines on standard output.")] = False,
) -> int:
    """Versions, providers with a self-test each, folders, models, and the command for what is missing."""
    from deconv_studio.batch import diagnosis

    start_log()
    found: list[Finding] = []
    with stoppable() as control:
        for finding in diagnosis.examine(control):
            found.append(finding)
            if json:
                emit({"event": "check", **finding.as_dict()})
    counts = {state: sum(finding.state == state for finding in found) for state in _LOOKS}
    if json:
        emit({"event": "summary", **counts, "healthy": not counts["broken"]})
    else:
        _table(found)
        _last_line(counts["broken"])
    return 1 if counts["broken"] else 0


def _table(found: list[Finding]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        # For a file or a report: no path is cut.
        console = Console(width=160)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    section = ""
    for finding in found:
        if finding.section != section:
            if section:
                table.add_row()
            section = finding.section
            table.add_row("", Text(section.capitalize(), style="bold"), "")
        word, color = _LOOKS[finding.state]
        text = Text(finding.text)
        if finding.fix:
            text.append(f"\n{finding.fix}", style="cyan")
        table.add_row(Text(word, style=color), Text(finding.name), text)
    console.print(table)


def _last_line(broken: int) -> None:
    if broken:
        say(f"{broken} {'thing is' if broken == 1 else 'things are'} broken; the commands stand beside them.")
    else:
        say("Nothing is broken.")
