"""Our own line icons: SVG files tinted with the theme's colours, sharp at every scale."""

from __future__ import annotations

import weakref
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QByteArray, QDir, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

#: Sizes in device-independent pixels an icon is drawn at ahead of use; Qt scales down from the next larger
#: one.
SIZES = (16, 20, 24)

#: Search path under which the style sheet finds the tinted images of both schemes.
SEARCH_PREFIX = "deconvtheme"


class _TakesIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


def folder() -> Path:
    """Where the icons' SVG files are."""
    from ..catalog import resources_folder

    return resources_folder() / "icons"


@cache
def source(name: str) -> str:
    """The SVG text of icon `name`, drawn in ``currentColor``.

    Raises
    ------
    KeyError
        There is no such icon; the message lists those there are.
    """
    path = folder() / f"{name}.svg"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder().glob("*.svg")))
        raise KeyError(f"no icon named {name!r}; there are {known}")
    return path.read_text("utf-8")


def tinted(name: str, color: str, stroke: float = 1.5) -> str:
    """The SVG text of icon `name` in `color` (``#rrggbb``) with lines `stroke` units of 24 wide."""
    # QtSvg knows no inherited currentColor, so the colour is put into the text.
    text = source(name).replace("currentColor", color)
    return text.replace('stroke-width="1.5"', f'stroke-width="{stroke:g}"')


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(QByteArray(tinted(name, color).encode()))


@lru_cache(maxsize=1024)
def pixmap(name: str, color: str, size: int = 24, ratio: float = 1.0) -> QPixmap:
    """Icon `name` in `color`, `size` device-independent pixels square at device pixel ratio `ratio`."""
    device = max(1, round(size * ratio))
    result = QPixmap(device, device)
    result.fill(Qt.GlobalColor.transparent)
    renderer = _renderer(name, color)
    painter = QPainter(result)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, device, device))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def _ratios() -> set[float]:
    # Only what is needed: every ratio costs a drawing of each icon while the program starts.
    return {screen.devicePixelRatio() for screen in QGuiApplication.screens()} or {1.0}


def icon(name: str, color: str | None = None) -> QIcon:
    """Icon `name` in the theme's colours (or in `color`), with a paler one for what is disabled.

    The colours are those of the moment; use :func:`attach` for what outlives a change of theme.
    """
    from .theme import tokens

    now = tokens()
    result = QIcon()
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, color or now.secondary),
        (QIcon.Mode.Normal, QIcon.State.On, color or now.text),
        (QIcon.Mode.Active, QIcon.State.Off, color or now.text),
        (QIcon.Mode.Active, QIcon.State.On, color or now.text),
        (QIcon.Mode.Disabled, QIcon.State.Off, now.disabled),
        (QIcon.Mode.Disabled, QIcon.State.On, now.disabled),
    )
    for mode, state, tint in states:
        for size in SIZES:
            for ratio in _ratios():
                result.addPixmap(pixmap(name, tint, size, ratio), mode, state)
    return result


def attach(target: _TakesIcon, name: str, color_token: str | None = None) -> None:
    """Set icon `name` on a button or action, and again whenever the theme changes.

    Parameters
    ----------
    target : QAbstractButton or QAction
    name : str
    color_token : str, optional
        A field of :class:`theme.Tokens` to tint with, e.g. "on_accent" on a filled button.
    """
    from . import theme

    reference = weakref.ref(target)

    def draw() -> None:
        alive = reference()
        if alive is not None:
            alive.setIcon(icon(name, getattr(theme.tokens(), color_token) if color_token else None))

    draw()
    now = theme.current()
    if now is not None and isinstance(target, QObject):
        # A connection without a receiver object would outlive the target; Qt drops this one with it.
        now.changed.connect(draw)

        def leave() -> None:
            # Without its application at the end of the program the theme is gone before its listeners.
            with suppress(RuntimeError):
                now.changed.disconnect(draw)

        target.destroyed.connect(leave)


def application_icon() -> QIcon:
    """The program's own icon."""
    from PySide6.QtSvg import QSvgRenderer

    result = QIcon()
    renderer = QSvgRenderer(QByteArray((folder() / "deconv-studio.svg").read_bytes()))
    for size in (16, 24, 32, 48, 64, 128, 256):
        drawn = QPixmap(QSize(size, size))
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(drawn)
    return result


#: Images the style sheet needs: file stem, icon, token of the colour, stroke.
SHEET_IMAGES: tuple[tuple[str, str, str, float], ...] = (
    ("chevron-down", "chevron-down", "secondary", 1.5),
    ("chevron-down-off", "chevron-down", "disabled", 1.5),
    ("chevron-up", "chevron-up", "secondary", 1.5),
    ("chevron-up-off", "chevron-up", "disabled", 1.5),
    ("check", "check", "on_accent", 2.5),
    ("check-off", "check", "disabled", 2.5),
    ("check-menu", "check", "text", 2.0),
    ("dash", "dash", "on_accent", 2.5),
)


def sheet_images(tokens: object) -> dict[str, str]:
    """File stem and SVG text of every image the style sheet of `tokens` refers to."""
    return {stem: tinted(name, getattr(tokens, token), stroke) for stem, name, token, stroke in SHEET_IMAGES}


def write_sheet_images() -> None:
    """Write the style sheet's images of both schemes to resources/themes/; run after changing a colour."""
    from .theme import DARK, LIGHT

    for tokens in (DARK, LIGHT):
        target = folder().parent / "themes" / tokens.name
        target.mkdir(parents=True, exist_ok=True)
        for stem, text in sheet_images(tokens).items():
            (target / f"{stem}.svg").write_text(text, "utf-8", newline="\n")


def register_sheet_images() -> None:
    """Let the style sheet find its images by prefix, whatever characters the program's own path has."""
    QDir.setSearchPaths(SEARCH_PREFIX, [str(folder().parent / "themes")])


def qcolor(token: str) -> QColor:
    """The token as a colour, now."""
    from .theme import tokens

    return QColor(getattr(tokens(), token))
