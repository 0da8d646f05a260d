"""Colours can be told apart, the sheet has no holes, the theme follows the system, icons are tinted."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import QPushButton, QToolButton

from deconv_studio.ui import icons, theme

SCHEMES = (theme.DARK, theme.LIGHT)

NEEDED = [
    "enlarge",
    "segment",
    "restore",
    "sample",
    "synthesize",
    "inspect",
    "workbench",
    "train",
    "folders",
    "open",
    "save",
    "fit",
    "hundred",
    "cancel",
    "split",
    "hold",
    "difference",
    "two-up",
    "histogram",
    "history",
    "copy",
    "info",
    "warning",
    "error",
    "chevron-down",
    "chevron-up",
    "chevron-left",
    "chevron-right",
    "close",
    "more",
    "search",
    "settings",
    "sun",
    "moon",
    "page",
]


@pytest.fixture
def themed(qapp):
    yield theme.apply(qapp, "dark")
    theme.apply(qapp, "dark")


def test_contrast_is_that_of_wcag():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert theme.contrast("#ffffff", "#777777") == theme.contrast("#777777", "#ffffff")


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("text, area", theme.TEXT_PAIRS)
def test_text_can_be_read(tokens, text, area):
    assert theme.contrast(getattr(tokens, text), getattr(tokens, area)) >= 4.5


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
@pytest.mark.parametrize("sign, area", theme.CONTROL_PAIRS)
def test_controls_can_be_seen(tokens, sign, area):
    assert theme.contrast(getattr(tokens, sign), getattr(tokens, area)) >= 3


def test_every_pair_in_the_style_sheet_is_a_tested_one():
    """Each rule that sets text and ground together uses a pair that the contrast test knows."""
    known = set(theme.TEXT_PAIRS)
    used = set()
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", theme._SHEET):
        declarations = dict(re.findall(r"([\w-]+)\s*:\s*@(\w+)\s*(?:;|$)", body))
        text, area = declarations.get("color"), declarations.get("background")
        if text and area and ":disabled" not in selector and text != "disabled":
            used.add((text, area))
        chosen = declarations.get("selection-color"), declarations.get("selection-background-color")
        if all(chosen):
            used.add(chosen)
    assert used
    assert used <= known, used - known


def test_colours_are_those_of_the_drawing():
    assert (theme.DARK.background, theme.DARK.panel, theme.DARK.raised, theme.DARK.line) == (
        "#1b1d21",
        "#23262b",
        "#2c3037",
        "#353a42",
    )
    assert (theme.LIGHT.text, theme.LIGHT.secondary, theme.LIGHT.accent, theme.LIGHT.canvas) == (
        "#1f2328",
        "#646c76",
        "#1f74b5",
        "#dfe2e6",
    )


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
def test_the_sheet_has_no_holes_and_all_its_images(qapp, tokens):
    sheet = theme.style_sheet(tokens)
    assert "@" not in sheet
    assert sheet.count("{") == sheet.count("}")
    images = re.findall(r'url\("([^"]+)"\)', sheet)
    assert images
    for image in images:
        prefix, _, name = image.partition(":")
        assert prefix == icons.SEARCH_PREFIX
        assert (icons.folder().parent / "themes" / name).is_file()


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda t: t.name)
def test_the_sheets_images_are_of_its_colours(tokens):
    """If this fails, call deconv_studio.ui.icons.write_sheet_images()."""
    for stem, text in icons.sheet_images(tokens).items():
        assert (icons.folder().parent / "themes" / tokens.name / f"{stem}.svg").read_text("utf-8") == text


@pytest.mark.parametrize(
    "kind", ["QPushButton", "QComboBox", "QLineEdit", "QSpinBox", "QCheckBox", "QToolButton"]
)
def test_controls_have_their_states(kind):
    for state in ("hover", "focus", "disabled"):
        assert re.search(rf"{kind}(\[[^\]]*\]|::[\w-]+)?:{state}\b", theme._SHEET), (kind, state)


def test_a_forced_scheme_is_used_and_told(themed, qapp, qtbot):
    with qtbot.waitSignal(themed.changed):
        theme.apply(qapp, "light")
    assert theme.tokens() is theme.LIGHT
    assert theme.current() is themed
    assert qapp.palette().window().color() == QColor(theme.LIGHT.background)
    assert theme.LIGHT.accent in qapp.styleSheet()
    theme.apply(qapp, "dark")
    assert qapp.palette().window().color() == QColor(theme.DARK.background)


def test_system_follows_the_system_and_a_forced_scheme_does_not(themed, qapp, monkeypatch):
    hints = qapp.styleHints()
    asked = {"scheme": Qt.ColorScheme.Light}

    class Hints:
        def colorScheme(self):
            return asked["scheme"]

        def setColorScheme(self, scheme):
            hints.setColorScheme(scheme)

        def unsetColorScheme(self):
            hints.unsetColorScheme()

    monkeypatch.setattr(theme.QApplication, "styleHints", staticmethod(Hints))
    theme.apply(qapp, "system")
    assert theme.tokens() is theme.LIGHT
    asked["scheme"] = Qt.ColorScheme.Dark
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.tokens() is theme.DARK
    theme.apply(qapp, "light")
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.tokens() is theme.LIGHT
    asked["scheme"] = Qt.ColorScheme.Unknown
    theme.apply(qapp, "system")
    assert theme.tokens() is theme.DARK


def test_fonts(qapp):
    font = theme.body_font()
    assert font.pixelSize() == theme.BODY == 13
    assert any(tag.toString() == b"tnum" for tag in font.featureTags())
    assert theme.mono_font().pixelSize() == theme.SECONDARY


@pytest.mark.parametrize("name", NEEDED)
def test_icons_are_line_drawings_of_our_own(name):
    root = ElementTree.fromstring(icons.source(name))
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.5"
    assert root.get("fill") == "none"
    assert len(root) > 0


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_an_icon_has_its_colour_and_the_screens_size(qapp, ratio):
    pixmap = icons.pixmap("enlarge", "#ff0000", 24, ratio)
    assert pixmap.width() == round(24 * ratio)
    assert pixmap.deviceIndependentSize().width() == 24
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    drawn = [
        image.pixelColor(x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 200
    ]
    assert drawn
    assert all(c.red() > 240 and c.green() < 10 and c.blue() < 10 for c in drawn)


def test_an_unknown_icon_is_named_with_those_there_are(qapp):
    with pytest.raises(KeyError, match=r"no icon named 'enlrage'; there are .*enlarge"):
        icons.icon("enlrage")


def average(target) -> float:
    image = target.icon().pixmap(24, 24).toImage()
    values = [
        image.pixelColor(x, y).lightness()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 128
    ]
    return sum(values) / len(values)


def test_attached_icons_follow_the_theme_and_let_their_target_go(themed, qapp, qtbot):
    button = QToolButton()
    qtbot.addWidget(button)
    gone = QPushButton()
    icons.attach(button, "open")
    icons.attach(gone, "save", "on_accent")
    action = QAction(button)
    icons.attach(action, "sun")
    in_dark = average(button), average(action)
    del gone
    theme.apply(qapp, "light")
    assert average(button) < in_dark[0]
    assert average(action) < in_dark[1]


def test_the_programs_icon_is_drawn_at_every_size(qapp):
    icon = icons.application_icon()
    for size in (16, 32, 256):
        image = icon.pixmap(size, size).toImage()
        colors = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        assert len(colors) > 8


def test_tokens_are_colours():
    for tokens in SCHEMES:
        for field in dataclasses.fields(tokens):
            if field.name != "name":
                assert re.fullmatch(r"#[0-9a-f]{6}", getattr(tokens, field.name))
