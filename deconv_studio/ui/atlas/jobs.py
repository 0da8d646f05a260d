"""What the Atlas panel has done in the background: layers listed, atlases made and read, sheets cut up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from deconv_studio.ui.inspect.cards import Card
from deconv_studio.ui.inspect.units import place_text

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF

    from deconv_studio.batch.atlas import AtlasCall
    from deconv_studio.engine.control import Control
    from deconv_studio.tasks.atlas import Atlas, UnitEntry
    from deconv_studio.ui.inspect.jobs import Networks, Source

#: Pixels between the nine of a thumbnail.
GAP = 1


def layers(
    control: Control, networks: Networks, source: Source, threads: int | None, memory: int | None
) -> list[dict[str, Any]]:
    """The layers an atlas can be made of; see `Inspector.layers`."""
    inspector = networks.inspector(source, threads, memory)
    control.raise_if_cancelled()
    return inspector.layers()


def make(
    control: Control,
    networks: Networks,
    source: Source,
    threads: int | None,
    memory: int | None,
    call: AtlasCall,
    told: list[Any],
) -> Atlas:
    """Make an atlas, or go on with one; what became of every file goes to ``told``."""
    from deconv_studio.batch.atlas import make_atlas
    from deconv_studio.batch.single import make_folder

    make_folder(call.report.parent)
    inspector = networks.inspector(source, threads, memory)
    return make_atlas(call, inspector, control=control, on_item=told.append)


def read(control: Control, place: Path) -> Atlas:
    """Read a finished atlas."""
    from deconv_studio.tasks.atlas import load

    control.raise_if_cancelled()
    return load(place)


def _sheet(atlas: Atlas, entry: UnitEntry) -> QImage:
    """An entry's sheet; empty where it is gone, which the grid shows as a unit without pictures."""
    from deconv_studio.imaging import ImagingError

    try:
        pixels = atlas.sheet(entry)
    except ImagingError:
        return QImage()
    if pixels is None:
        return QImage()
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGBA8888).copy()


def thumbnails(control: Control, atlas: Atlas, rows: list[int], back: bool, side: int) -> int:
    """Draw units' nine patches, or their reconstructions, three by three; hands each over as
    ``(row, image)``."""
    for row in rows:
        control.raise_if_cancelled()
        control.partial((row, _nine(atlas, atlas.entries[row], back, side)))
    return len(rows)


def _nine(atlas: Atlas, entry: UnitEntry, back: bool, side: int) -> QImage:
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    sheet = _sheet(atlas, entry)
    if sheet.isNull():
        return image
    cell = (side - 2 * GAP) / 3
    scale = cell / max(1, atlas.side)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
    for rank, patch in enumerate(entry.patches[:9]):
        from_cell = patch.back if back else patch.cell
        if from_cell is not None:
            painter.drawImage(
                _centred(rank % 3 * (cell + GAP), rank // 3 * (cell + GAP), cell, scale, from_cell),
                sheet, _rect(from_cell),
            )  # fmt: skip
    painter.end()
    return image


def _rect(cell: tuple[int, int, int, int]) -> QRectF:
    from PySide6.QtCore import QRectF

    return QRectF(*cell)


def _centred(left: float, top: float, side: float, scale: float, cell: tuple[int, int, int, int]) -> QRectF:
    from PySide6.QtCore import QRectF

    width, height = cell[2] * scale, cell[3] * scale
    return QRectF(left + (side - width) / 2, top + (side - height) / 2, width, height)


def cards(control: Control, atlas: Atlas, row: int) -> list[Card]:
    """A unit's patches, each beside its reconstruction."""
    entry = atlas.entries[row]
    sheet = _sheet(atlas, entry)
    control.raise_if_cancelled()
    return [
        Card(
            tuple(sheet.copy(*cell) for cell in (patch.cell, patch.back) if cell is not None),
            f"{patch.value:.4g}  {place_text(patch.at)}",
            Path(patch.file).name,
            target=atlas.source / patch.file,
        )
        for patch in entry.patches
    ]
