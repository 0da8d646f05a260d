"""The look: colour tokens for light and dark, and the palette, font and style sheet made from them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

Scheme = Literal["system", "light", "dark"]

#: Pixels: the step every distance is a multiple of, and the radius of corners.
STEP = 4
RADIUS = 6

#: Font sizes in pixels: body, secondary text, small capitals and chips, a panel's title.
BODY, SECONDARY, SMALL, TITLE = 13, 12, 11, 15


@dataclass(frozen=True)
class Tokens:
    """The colours of one scheme, each ``#rrggbb``.

    Attributes
    ----------
    name : str
        "dark" or "light".
    background, panel, raised, line : str
        Window, side and rail, what stands on a panel (fields, cards), hairlines between areas.
    text, secondary, disabled : str
        Text, less important text, text of what cannot be used now.
    accent, accent_hover, accent_pressed, on_accent : str
        The one accent, its states, and text on it.
    control : str
        Outline of what can be operated, at least 3:1 against every area it stands on.
    hover, pressed : str
        Area of a flat control under the pointer, and held down; only `text` stands on them.
    canvas, checker : str
        Around the picture; `canvas` and `checker` make the checkerboard behind transparency.
    chip, on_chip : str
        Labels over the picture, the same in both schemes because what is under them is the picture.
    error, warning, success : str
        Signs and text of messages.
    error_area, warning_area, info_area : str
        What a message stands on.
    """

    name: str
    background: str
    panel: str
    raised: str
    line: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    control: str
    hover: str
    pressed: str
    canvas: str
    checker: str
    chip: str
    on_chip: str
    error: str
    warning: str
    success: str
    error_area: str
    warning_area: str
    info_area: str

    def color(self, name: str) -> QColor:
        """The token `name` as a QColor."""
        return QColor(getattr(self, name))


DARK = Tokens(
    name="dark",
    background="#1b1d21",
    panel="#23262b",
    raised="#2c3037",
    line="#353a42",
    text="#e6e8eb",
    secondary="#9aa1ab",
    disabled="#717882",
    accent="#5aa9e6",
    accent_hover="#74b7ea",
    accent_pressed="#4796d3",
    on_accent="#0d1319",
    control="#79818c",
    hover="#353a42",
    pressed="#3f454e",
    canvas="#141518",
    checker="#26282d",
    chip="#15171a",
    on_chip="#f2f3f5",
    error="#f28b8b",
    warning="#e8b65a",
    success="#7fc790",
    error_area="#38272a",
    warning_area="#353026",
    info_area="#25313c",
)

LIGHT = Tokens(
    name="light",
    background="#eef0f2",
    panel="#f8f9fa",
    raised="#ffffff",
    line="#d5d9de",
    text="#1f2328",
    secondary="#646c76",
    disabled="#8a919a",
    accent="#1f74b5",
    accent_hover="#1a68a3",
    accent_pressed="#165a8d",
    on_accent="#ffffff",
    control="#7b828b",
    hover="#e6e9ed",
    pressed="#dadee3",
    canvas="#dfe2e6",
    checker="#f4f5f7",
    chip="#15171a",
    on_chip="#f2f3f5",
    error="#b3282d",
    warning="#855800",
    success="#1f7a3d",
    error_area="#fbe9e9",
    warning_area="#fbf1dc",
    info_area="#e4eff8",
)

#: (text token, area token): every pair the style sheet and the widgets really draw. Tested at 4.5:1.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    ("text", "background"),
    ("text", "panel"),
    ("text", "raised"),
    ("text", "hover"),
    ("text", "pressed"),
    ("text", "canvas"),
    ("text", "error_area"),
    ("text", "warning_area"),
    ("text", "info_area"),
    ("secondary", "background"),
    ("secondary", "panel"),
    ("secondary", "raised"),
    ("accent", "panel"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("on_accent", "accent_pressed"),
    ("on_chip", "chip"),
    ("error", "error_area"),
    ("warning", "warning_area"),
    ("error", "panel"),
    ("warning", "panel"),
    ("success", "panel"),
)

#: (sign or outline token, area token): what has to be seen to operate something. Tested at 3:1.
CONTROL_PAIRS: tuple[tuple[str, str], ...] = (
    ("control", "background"),
    ("control", "panel"),
    ("control", "raised"),
    ("accent", "background"),
    ("accent", "panel"),
    ("accent", "raised"),
    ("accent", "hover"),
    ("accent", "canvas"),
    ("text", "hover"),
    ("accent", "info_area"),
    ("error", "error_area"),
    ("warning", "warning_area"),
)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two ``#rrggbb`` colours, from 1 to 21 (WCAG 2.2, relative luminance)."""

    def luminance(color: str) -> float:
        parts = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    brighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


class Theme(QObject):
    """The theme in use; one for the application, made by :func:`apply`.

    Signals
    -------
    changed
        After the colours have changed; what paints itself or holds tinted icons redraws.
    """

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.setObjectName("theme")
        self.scheme: Scheme = "system"
        self.tokens = DARK
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def use(self, scheme: Scheme) -> None:
        """Show `scheme`; "system" follows the desktop from now on."""
        self.scheme = scheme
        hints = QApplication.styleHints()
        # The hint is set too, so that window frames and native dialogs follow a forced scheme.
        if scheme == "system":
            hints.unsetColorScheme()
        else:
            hints.setColorScheme(Qt.ColorScheme.Dark if scheme == "dark" else Qt.ColorScheme.Light)
        self._show(self._resolve())

    def _resolve(self) -> Tokens:
        if self.scheme != "system":
            return DARK if self.scheme == "dark" else LIGHT
        return LIGHT if QApplication.styleHints().colorScheme() == Qt.ColorScheme.Light else DARK

    def _system_changed(self) -> None:
        if self.scheme == "system" and self._resolve() is not self.tokens:
            self._show(self._resolve())

    def _show(self, tokens: Tokens) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        self.tokens = tokens
        app.setPalette(palette(tokens))
        app.setStyleSheet(style_sheet(tokens))
        self.changed.emit()


def apply(app: QApplication, scheme: Scheme = "system") -> Theme:
    """Give `app` the Fusion style, font, palette and style sheet of `scheme`; again to switch."""
    from . import icons

    theme = app.findChild(Theme, "theme")
    if theme is None:
        theme = Theme(app)
        icons.register_sheet_images()
        app.setStyle("Fusion")
        app.setFont(body_font())
    theme.use(scheme)
    return theme


def current() -> Theme | None:
    """The application's theme, or None before :func:`apply`."""
    app = QApplication.instance()
    return app.findChild(Theme, "theme") if app is not None else None


def tokens() -> Tokens:
    """The colours in use (dark before :func:`apply`)."""
    theme = current()
    return DARK if theme is None else theme.tokens


def body_font(size: int = BODY, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The system's font at `size` pixels with tabular figures, so that running numbers do not wobble."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPixelSize(size)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(size: int = SECONDARY) -> QFont:
    """The system's monospace font at `size` pixels, for tensor names and shapes."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size)
    return font


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of `tokens`, for what the style sheet does not reach."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.raised,
        role.AlternateBase: tokens.panel,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.secondary,
        role.Text: tokens.text,
        role.Button: tokens.panel,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.error,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Accent: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.raised,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.canvas,
    }
    result = QPalette()
    for which, color in colors.items():
        result.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(tokens.line))
    return result


def style_sheet(tokens: Tokens) -> str:
    """The style sheet of `tokens`.

    Widgets choose among variants by dynamic properties: ``role`` on a QLabel ("title", "label", "secondary",
    "section", "mono", "chip", "error", "warning"), ``variant`` on a QPushButton ("primary", "flat", "pill",
    "tight", "link") or QToolButton ("rail", "flat", "section"), ``area`` on a QWidget or QFrame ("panel",
    "raised", "bar", "canvas", "line", "error", "warning", "info").
    """
    from .icons import SEARCH_PREFIX, SHEET_IMAGES

    values = {field.name: getattr(tokens, field.name) for field in fields(tokens)}
    values.update(
        radius=RADIUS,
        body=BODY,
        small=SMALL,
        secondary_size=SECONDARY,
        title=TITLE,
        mono=mono_font().family(),
    )
    for stem, *_ in SHEET_IMAGES:
        values[f"image:{stem}"] = f'url("{SEARCH_PREFIX}:{tokens.name}/{stem}.svg")'
    sheet = _SHEET
    # Plain replacement, longest name first: the sheet is full of braces and '%'.
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", str(values[name]))
    return sheet


_SHEET = """
QWidget { color: @text; font-size: @bodypx; }
QMainWindow, QDialog { background: @background; }
QWidget[area="panel"], QFrame[area="panel"] { background: @panel; }
QFrame[area="raised"] { background: @raised; border: 1px solid @line; border-radius: @radiuspx; }
QWidget[area="bar"] { background: @panel; }
QWidget[area="canvas"] { background: @canvas; }
QFrame[area="error"] { background: @error_area; border: 1px solid @error; border-radius: @radiuspx; }
QFrame[area="warning"] { background: @warning_area; border: 1px solid @warning; border-radius: @radiuspx; }
QFrame[area="info"] { background: @info_area; border: 1px solid @accent; border-radius: @radiuspx; }
QFrame[area="line"] { background: @line; border: none; }

QLabel { background: transparent; }
QLabel:disabled { color: @disabled; }
QLabel[role="title"] { font-size: @titlepx; font-weight: 600; }
QLabel[role="secondary"], QLabel[role="label"] { color: @secondary; font-size: @secondary_sizepx; }
QLabel[role="section"] { color: @secondary; font-size: @smallpx; font-weight: 600; }
QLabel[role="mono"] { font-family: "@mono"; font-size: @secondary_sizepx; }
QLabel[role="error"] { color: @error; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="chip"] {
  background: @chip; color: @on_chip; border-radius: @radiuspx; padding: 3px 9px; font-size:
  @secondary_sizepx;
}
QLabel[role="secondary"]:disabled, QLabel[role="section"]:disabled { color: @disabled; }

QPushButton {
  background: @raised; color: @text; border: 1px solid @control; border-radius: @radiuspx;
  padding: 5px 12px; min-height: 18px;
}
QPushButton:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked { background: @pressed; }
QPushButton:checked { border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: 4px 11px; }
QPushButton:disabled { background: @panel; color: @disabled; border-color: @line; }
QPushButton[variant="primary"] {
  background: @accent; color: @on_accent; border: 1px solid @accent; font-weight: 600; min-height: 20px;
}
QPushButton[variant="primary"]:hover { background: @accent_hover; border-color: @accent_hover; }
QPushButton[variant="primary"]:pressed { background: @accent_pressed; border-color: @accent_pressed; }
QPushButton[variant="primary"]:focus { border: 2px solid @text; }
QPushButton[variant="primary"]:disabled { background: @raised; color: @disabled; border: 1px solid @line; }
QPushButton[variant="flat"] { background: transparent; border-color: transparent; }
QPushButton[variant="flat"]:hover { background: @hover; }
QPushButton[variant="flat"]:pressed, QPushButton[variant="flat"]:checked { background: @pressed; }
QPushButton[variant="flat"]:focus { border: 2px solid @accent; }
QPushButton[variant="pill"] {
  border-radius: 12px; padding: 2px 12px; min-height: 18px; background: @raised; font-size: @secondary_sizepx;
}
QPushButton[variant="pill"]:hover { background: @hover; }
QPushButton[variant="pill"]:pressed, QPushButton[variant="pill"]:checked { background: @pressed; }
QPushButton[variant="pill"]:focus { border: 2px solid @accent; padding: 1px 11px; }
QPushButton[variant="tight"] { padding: 5px 4px; }
QPushButton[variant="tight"]:focus { padding: 4px 3px; }
QPushButton[variant="link"] {
  background: transparent; border: 1px solid transparent; color: @text; text-decoration: underline; padding:
  2px 4px; min-height: 16px;
}
QPushButton[variant="link"]:hover { background: @hover; }
QPushButton[variant="link"]:focus { border: 2px solid @accent; padding: 1px 3px; }

QToolButton {
  background: transparent; border: 2px solid transparent; border-radius: @radiuspx; padding: 3px; color:
  @text;
}
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @pressed; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @disabled; }
QToolButton[variant="rail"] { padding: 6px 0px; font-size: @smallpx; color: @secondary; }
QToolButton[variant="rail"]:hover { color: @text; }
QToolButton[variant="rail"]:checked { background: @raised; color: @text; }
QToolButton[variant="section"] { color: @text; font-size: @bodypx; padding: 3px 4px; text-align: left; }
QToolButton[variant="section"]:checked { background: transparent; }
QToolButton[variant="section"]:hover { background: @hover; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
  background: @raised; color: @text; border: 1px solid @control; border-radius: @radiuspx;
  padding: 4px 8px; min-height: 20px; selection-background-color: @accent; selection-color: @on_accent;
}
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: @secondary; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QComboBox:on,
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @accent; padding: 3px 7px; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QPlainTextEdit:disabled {
  background: @panel; color: @disabled; border-color: @line;
}
QLineEdit[invalid="true"], QSpinBox[invalid="true"], QDoubleSpinBox[invalid="true"] {
  border: 2px solid @error;
}
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: @image:chevron-down; width: 16px; height: 16px; }
QComboBox::down-arrow:disabled { image: @image:chevron-down-off; }
QComboBox QAbstractItemView {
  background: @raised; color: @text; border: 1px solid @control; border-radius: 0px; padding: 4px; outline:
  none; selection-background-color: @accent; selection-color: @on_accent;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0px 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: @accent; color: @on_accent; }
QSpinBox::up-button, QDoubleSpinBox::up-button {
  subcontrol-origin: border; width: 22px; border: none; margin: 2px 2px 0px 0px;
}
QSpinBox::down-button, QDoubleSpinBox::down-button {
  subcontrol-origin: border; width: 22px; border: none; margin: 0px 2px 2px 0px;
}
QSpinBox::up-button:hover, QDoubleSpinBox::up-button:hover, QSpinBox::down-button:hover,
QDoubleSpinBox::down-button:hover { background: @hover; border-radius: 3px; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: @image:chevron-up; width: 12px; height: 12px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: @image:chevron-down; width: 12px; height: 12px; }
QSpinBox::up-arrow:disabled, QSpinBox::up-arrow:off,
QDoubleSpinBox::up-arrow:disabled, QDoubleSpinBox::up-arrow:off { image: @image:chevron-up-off; }
QSpinBox::down-arrow:disabled, QSpinBox::down-arrow:off,
QDoubleSpinBox::down-arrow:disabled, QDoubleSpinBox::down-arrow:off { image: @image:chevron-down-off; }

QCheckBox, QRadioButton {
  spacing: 8px; background: transparent; padding: 3px; border: 2px solid transparent;
  border-radius: @radiuspx;
}
QCheckBox:focus, QRadioButton:focus { border-color: @accent; }
QCheckBox:disabled, QRadioButton:disabled { color: @disabled; }
QCheckBox::indicator {
  width: 16px; height: 16px; border: 1px solid @control; border-radius: 4px; background: @raised;
}
QRadioButton::indicator {
  width: 16px; height: 16px; border: 1px solid @control; border-radius: 8px; background: @raised;
}
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: @image:check; }
QCheckBox::indicator:indeterminate { background: @accent; border-color: @accent; image: @image:dash; }
QCheckBox::indicator:disabled { background: @panel; border-color: @line; }
QCheckBox::indicator:checked:disabled { background: @line; border-color: @line; image: @image:check-off; }
QTreeView::indicator {
  width: 14px; height: 14px; border: 1px solid @control; border-radius: 4px; background: @raised;
}
QTreeView::indicator:checked { background: @accent; image: @image:check; }
QTreeView::indicator:selected { border-color: @on_accent; }
QRadioButton::indicator:checked {
  border: 5px solid @accent; width: 8px; height: 8px; background: @on_accent;
}

QSlider { background: transparent; min-height: 24px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; margin: 0px 2px; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; margin: 0px 2px; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0px; border-radius: 8px; background: @text; border: 1px solid @text;
}
QSlider::handle:horizontal:hover { background: @accent; border-color: @accent; }
QSlider::handle:horizontal:pressed { background: @accent_pressed; border-color: @accent_pressed; }
QSlider:focus { border: 2px solid @accent; border-radius: @radiuspx; }
QSlider::handle:horizontal:disabled { background: @disabled; border-color: @disabled; }
QSlider::sub-page:horizontal:disabled { background: @line; }

QProgressBar {
  background: @line; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; color: transparent;
}
QProgressBar::chunk { background: @accent; border-radius: 2px; }

QScrollArea { background: transparent; border: none; }
QAbstractScrollArea::corner { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0px; }
QScrollBar::handle { background: @control; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 32px; margin: 2px; }
QScrollBar::handle:horizontal { min-width: 32px; margin: 2px; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QToolTip {
  background: @raised; color: @text; border: 1px solid @control; padding: 5px 8px; font-size:
  @secondary_sizepx;
}
QMenuBar { background: @panel; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QMenuBar::item:pressed { background: @pressed; }
QMenu { background: @raised; border: 1px solid @control; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: @accent; color: @on_accent; }
QMenu::item:disabled { color: @disabled; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenu::indicator { width: 16px; height: 16px; margin-left: 6px; }
QMenu::indicator:checked { image: @image:check-menu; }
QMenu::indicator:checked:selected { image: @image:check; }
QMenu::icon { margin-left: 6px; }

QAbstractItemView { outline: none; }
QListView, QTreeView, QTableView {
  background: @raised; color: @text; border: 1px solid @line; border-radius: @radiuspx; padding: 2px;
  alternate-background-color: @panel; selection-background-color: @accent; selection-color: @on_accent;
}
QListView:focus, QTreeView:focus, QTableView:focus { border: 2px solid @accent; padding: 1px; }
QComboBox QAbstractItemView, QComboBox QAbstractItemView:focus { border: 1px solid @control; padding: 3px; }
QComboBoxPrivateContainer { background: @raised; border: none; }
QListView::item { min-height: 24px; padding: 0px 6px; border-radius: 4px; }
QListView::item:hover, QTreeView::item:hover { background: @hover; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
  background: @accent; color: @on_accent;
}
QListView::item:disabled { color: @disabled; }
QHeaderView::section {
  background: @panel; color: @secondary; border: none; border-bottom: 1px solid @line; padding: 4px 8px;
  font-size: @secondary_sizepx;
}

QTabWidget::pane { border: 1px solid @line; border-radius: @radiuspx; top: -1px; }
QTabBar { background: transparent; }
QTabBar::tab {
  background: transparent; color: @secondary; padding: 6px 12px; border: none; border-bottom: 2px solid
  transparent;
}
QTabBar::tab:hover { color: @text; background: @hover; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { border: 2px solid @accent; }
QTabBar::tab:disabled { color: @disabled; }

QGroupBox { border: 1px solid @line; border-radius: @radiuspx; margin-top: 20px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; left: 2px; color: @secondary; font-size: @smallpx; }
QSplitter::handle { background: @line; }
QSplitter::handle:hover { background: @accent; }
QStatusBar { background: @panel; color: @secondary; font-size: @secondary_sizepx; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @secondary; font-size: @secondary_sizepx; }
"""
