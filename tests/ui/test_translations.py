"""The translations: compiled from what stands beside them, with the same fields, loaded by the language."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTranslator
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QToolButton

from deconv_studio import catalog
from deconv_studio.ui import app, dialogs, panels
from deconv_studio.ui.widgets import ElidedLabel
from deconv_studio.ui.window import MainWindow
from tests.ui.rig import WAIT, home, idle, make_window, picture, the_dialog, window

__all__ = ["home", "make_window", "window"]

FOLDER = catalog.resources_folder() / "translations"
FILES = sorted(FOLDER.glob("deconv-studio_*.ts"))


def messages(file: Path) -> Iterator[tuple[str, str, list[str], bool]]:
    """Context, source, its translations, and whether they are finished."""
    for context in ElementTree.parse(file).iter("context"):
        for message in context.iter("message"):
            told = message.find("translation")
            assert told is not None
            forms = [form.text or "" for form in told.iter("numerusform")] or [told.text or ""]
            yield (
                context.findtext("name", ""),
                message.findtext("source", ""),
                forms,
                told.get("type") is None,
            )


@pytest.fixture
def german(qapp: Any) -> Iterator[None]:
    before = set(qapp.findChildren(QTranslator))
    app.install_translations(qapp, "de")
    yield
    for each in qapp.findChildren(QTranslator):
        if each not in before:
            qapp.removeTranslator(each)
            each.deleteLater()


def test_there_are_translations() -> None:
    assert [file.stem for file in FILES] == ["deconv-studio_de"]
    assert dialogs.translated_languages() == ["de"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_fields_marks_and_ends_are_those_of_the_source(file: Path) -> None:
    done = [each for each in messages(file) if each[3]]
    assert len(done) > 400
    for context, source, forms, _ in done:
        for told in forms:
            where = f"{context}: {source!r} -> {told!r}"
            assert told, where
            assert sorted(re.findall(r"\{[^}]*\}|%n", told)) == sorted(re.findall(r"\{[^}]*\}|%n", source)), (
                where
            )
            assert told.count("&") == source.count("&"), where
            assert source.endswith("…") == told.endswith("…"), where
            assert (source[0] == " ", source[-1] == " ") == (told[0] == " ", told[-1] == " "), where


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_loaded_is_compiled_from_what_is_written(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.qm"
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([str(tool), str(file), "-qm", str(made), "-silent"], check=True, timeout=60)
    assert made.read_bytes() == file.with_suffix(".qm").read_bytes()


def test_the_window_speaks_the_language_asked_for(
    german: None, make_window: Callable[..., MainWindow]
) -> None:
    german_window = make_window()
    assert panels.words("Enlarge") == "Vergrößern"
    assert german_window.rail.buttons["enlarge"].text() == "Vergrößern"
    assert german_window.menuBar().actions()[0].text() == "&Datei"
    panel: Any = german_window.panel("enlarge")
    assert panel.go.accessibleName() == "Vergrößern"
    # A word that a base class says.
    assert panel.stop.text() == "Abbrechen"


@pytest.mark.parametrize("name", [each.name for each in panels.LISTED])
def test_german_words_fit_their_places(
    german: None, qtbot: Any, make_window: Callable[..., MainWindow], name: str
) -> None:
    """At the window's usual size no text is wider than its button or label, no panel than its column."""
    window = make_window()
    window.resize(1280, 800)
    window.show_panel(name)
    idle(qtbot, window)
    for area in window.findChildren(QScrollArea):
        hidden = area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        if area.isVisible() and area.widget() is not None and hidden:
            assert area.widget().minimumSizeHint().width() <= area.viewport().width(), area.objectName()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            wide = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
            assert wide <= button.width(), button.text()
    for label in window.findChildren(QLabel):
        shortens = isinstance(label, ElidedLabel) or label.wordWrap() or "<" in label.text()
        if label.isVisible() and not shortens:
            assert label.fontMetrics().horizontalAdvance(label.text()) <= label.width() + 1, label.text()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("pages", [1, 3])
@pytest.mark.parametrize("size", [(1024, 700), (800, 560)])
def test_every_menu_stands_in_the_least_window(
    request: pytest.FixtureRequest,
    qtbot: Any,
    make_window: Callable[..., MainWindow],
    tmp_path: Path,
    language: str,
    pages: int,
    size: tuple[int, int],
) -> None:
    if language == "de":
        request.getfixturevalue("german")
    window = make_window([picture(tmp_path / "a-picture-of-last-summer.png", 1200, 800)])
    window.top.show_pages(0, pages)
    window.resize(*size)
    bar = window.menuBar()
    qtbot.waitUntil(lambda: window.width() == size[0] and bar.width() >= bar.sizeHint().width(), timeout=WAIT)
    arrow = bar.findChild(QToolButton, "qt_menubar_ext_button")
    assert arrow is None or not arrow.isVisible()
    right = max(bar.actionGeometry(each).right() for each in bar.actions())
    assert right < bar.width() <= window.width()
    last = window.top.buttons["save_as"]
    assert last.geometry().right() < window.top.width()
    for name in ("open", "save_as"):
        button = window.top.buttons[name]
        assert button.text() or not button.icon().isNull()
        assert button.accessibleName()
    if size[0] == 1024:
        assert window.top.name.isVisible()
    # With room for everything, everything is there.
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: last.text() != "", timeout=WAIT)
    assert window.top.name.isVisible() and window.top.info.isVisible() and window.top.zoom.isVisible()
    assert last.icon().isNull()


def test_the_words_of_play_and_pause_fit_in_the_least_window(
    german: None, qtbot: Any, make_window: Callable[..., MainWindow]
) -> None:
    window = make_window()
    window.show_panel("workbench")
    idle(qtbot, window)
    play = window.panel("workbench").sweep.play  # type: ignore[attr-defined]
    for word in ("Abspielen", play.text()):
        play.setText(word)
        # The word is painted between margins of 12 pixels, half bold.
        font = play.font()
        font.setWeight(font.Weight.DemiBold)
        assert QFontMetricsF(font).horizontalAdvance(word) + 24 <= play.width(), word


def test_english_needs_no_file(qapp: Any) -> None:
    app.install_translations(qapp, "en")
    assert QCoreApplication.translate("Panels", "Enlarge") == "Enlarge"


def test_the_language_is_a_setting(qtbot: Any, window: MainWindow) -> None:
    window.do_preferences()
    dialog = the_dialog(qtbot, window, "preferences_dialog")
    codes = [dialog.language.itemData(place) for place in range(dialog.language.count())]
    assert codes == ["system", "en", "de"]
    dialog.language.setCurrentIndex(2)
    assert window.studio.settings.language == "de"
    assert "started again" in dialog.note.text()
    dialog.close()
