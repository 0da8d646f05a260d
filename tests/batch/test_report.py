"""Reports: every item is in them, names cannot break out, and they are in place only at the end."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path

import pytest

from deconv_studio.batch import Failure, Item, Summary
from deconv_studio.batch.errors import FolderFailed
from deconv_studio.batch.report import COLUMNS, Report

pytestmark = pytest.mark.light

ITEMS = (
    Item("/in/<script>alert(1)</script>.png", (Path("/out/a.png"),), seconds=1.5, model="m", provider="cpu"),
    Item(
        '/in/"quoted", & comma.png', status="failed", error=Failure("CorruptFile", "It <broke>.", "Mend it.")
    ),
    Item("=cmd|' /C calc'!A0", status="skipped", error=Failure("NotAPicture", "-1+1", "@x")),
    Item("/in/\udcff.png", status="cancelled"),
)


def written(path: Path) -> Path:
    report, summary = Report(path), Summary()
    for item in ITEMS:
        report.add(item)
        summary.add(item)
    assert not path.exists()
    return report.finish(summary)


def test_csv_has_a_row_for_each_item_and_no_formulas(tmp_path: Path) -> None:
    with written(tmp_path / "new" / "r.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["done", "failed", "skipped", "cancelled"]
    assert rows[1]["input"] == ITEMS[1].input
    assert rows[1]["cause"] == "CorruptFile"
    assert not any(value[:1] in "=+@" for row in rows for value in row.values() if value)
    assert tuple(rows[0]) == COLUMNS


def test_html_shows_names_as_they_are(tmp_path: Path) -> None:
    tags: list[str] = []
    texts: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            tags.append(tag)

        def handle_data(self, data: str) -> None:
            texts.append(data)

    Reader().feed(written(tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "script" not in tags
    assert tags.count("tr") == len(ITEMS) + 1
    assert ITEMS[0].input in texts
    assert any("1 done, 1 skipped, 1 failed, 1 cancelled" in text for text in texts)


def test_dropped_leaves_nothing(tmp_path: Path) -> None:
    report = Report(tmp_path / "r.html")
    report.add(ITEMS[0])
    report.drop()
    assert list(tmp_path.glob("*r.html*")) == []


def test_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(FolderFailed):
        Report(tmp_path / "file" / "r.csv")
