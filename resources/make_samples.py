"""Make the drawn test pictures of resources/samples: 16 bits, a palette, pages, a scan.

Run as ``python resources/make_samples.py`` after docs/samples.py, which makes the others and their credits.
The pictures come out the same on every run: nothing depends on the clock or on an unseeded generator.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import tifffile
import tomlkit
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).resolve().parent / "samples"
OURS = "The Deconv Studio authors"
SOURCE = "drawn by resources/make_samples.py"


DRAWN = (
    ("zone-plate-16bit.png", "Zone plate over a 16-bit gray ramp"),
    ("pixel-art.png", "Pixel art with a palette and a transparent colour"),
    ("three-pages.tif", "TIFF of three pages"),
    ("scanned-page.png", "Page of text as a scanner sees it"),
)


def zone_plate(side: int = 256, ramp: int = 40) -> np.ndarray:
    """Return a zone plate above a ramp that only 16 bits can hold, (side + ramp, side) uint16.

    The plate's local frequency rises linearly from the middle and reaches half the Nyquist frequency at the
    middle of each edge, so both aliasing and loss of detail show. The ramp climbs by 4 of 65535 a column:
    in 8 bits it is five flat steps.
    """
    axis = np.arange(side) - (side - 1) / 2
    radius2 = axis[:, None] ** 2 + axis[None, :] ** 2
    plate = 0.5 + 0.5 * np.cos(math.pi * radius2 / (2 * side))
    columns = 32768 + 4 * np.arange(side)
    # Three bits less in the plate keep the file small; the ramp below carries the full depth.
    whole = np.round(plate * 8191).astype(np.uint16) << 3
    return np.vstack([whole, np.tile(columns.astype(np.uint16), (ramp, 1))])


SPRITE = """
................
......kkkk......
....kkggggkk....
...kgglggggdk...
..kgllggggggdk..
..kglggggggddk..
.kgggkggggkgddk.
.kggkwkggkwkddk.
.kggkkkggkkkddk.
.kgggggggggdddk.
.kggrgggggrdddk.
..kggkkkkkgddk..
..kgggkkkgdddk..
...kgggggdddk...
..kkkkkkkkkkkk..
.kbbkbbbbbbkbbk.
"""
PALETTE = {
    ".": (255, 0, 255),
    "k": (34, 32, 52),
    "g": (106, 190, 48),
    "l": (193, 238, 120),
    "d": (55, 118, 60),
    "w": (255, 255, 255),
    "r": (217, 87, 99),
    "b": (99, 155, 255),
}


def pixel_art(zoom: int = 4) -> Image.Image:
    """Return a sprite in palette mode with one transparent colour, ``zoom`` pixels a cell."""
    keys = list(PALETTE)
    rows = [[keys.index(letter) for letter in line] for line in SPRITE.split()]
    cells = np.kron(np.array(rows, np.uint8), np.ones((zoom, zoom), np.uint8))
    picture = Image.fromarray(cells, "P")
    picture.putpalette([value for color in PALETTE.values() for value in color])
    return picture


def words(size: tuple[int, int], lines: list[tuple[str, int]], margin: int, ink: int = 30) -> Image.Image:
    """Return lines of text set on white, 8-bit gray; a line is (text, height in pixels)."""
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    top = margin
    for text, height in lines:
        draw.text((margin, top), text, fill=ink, font=ImageFont.load_default(size=height))
        top += round(height * 1.55)
    return page


def pages() -> list[np.ndarray]:
    """Return three pages of one TIFF: RGB text, gray checks of growing period, a colour wheel."""
    first = words(
        (240, 160), [("Page 1 of 3", 26), ("Ctrl+PgUp and Ctrl+PgDown", 14), ("turn the pages.", 15)], 18
    )
    y, x = np.mgrid[0:160, 0:240]
    period = np.array([2, 4, 8, 16])[np.minimum(x // 60, 3)]
    checks = np.where(((x // period) + (y // period)) % 2 == 0, 235, 20).astype(np.uint8)
    angle = np.arctan2(y - 79.5, x - 119.5)
    radius = np.hypot(y - 79.5, x - 119.5)
    hsv = np.stack(
        [
            (angle + math.pi) / (2 * math.pi) * 179,
            np.clip(radius / 72, 0, 1) * 255,
            np.where(radius <= 72, 240, 255),
        ],
        2,
    ).astype(np.uint8)
    hsv[radius > 72, 1] = 0
    wheel = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    return [np.asarray(first.convert("RGB")), np.repeat(checks[..., None], 3, 2), wheel]


TEXT = [
    ("Networks that go back", 30),
    ("", 6),
    ("A convolution maps a picture to features.", 16),
    ("A deconvolution maps features to a picture.", 16),
    ("Zeiler and Fergus used one to look at what", 16),
    ("a unit has learned; Dong, Loy and Tang used", 16),
    ("one to make small pictures large.", 16),
    ("", 6),
    ("The same operation, a transposed convolution,", 13),
    ("draws label maps, faces and photographs. Where", 13),
    ("stride does not divide the kernel it also draws", 13),
    ("a checkerboard, which this program can measure.", 13),
    ("", 6),
    ("Fine print, 9 pixels high: 0123456789 abcdefghijklmnopqrstuvwxyz", 9),
    ("Finer print, 7 pixels high: 0123456789 abcdefghijklmnopqrstuvwxyz", 7),
]


def scanned_page(seed: int = 7) -> np.ndarray:
    """Return a page as a scanner sees it, (H, W) uint8: set askew, softened, unevenly lit, noisy."""
    rng = np.random.default_rng(seed)
    over = 2
    size = (400 * over, 400 * over)
    page = words(size, [(text, height * over) for text, height in TEXT], 24 * over)
    page = page.rotate(0.8, Image.Resampling.BICUBIC, fillcolor=255).resize((400, 400), Image.Resampling.BOX)
    paper = np.asarray(page.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    light = np.linspace(0.98, 0.86, 400, dtype=np.float32)[None, :] * np.linspace(1, 0.96, 400)[:, None]
    paper = paper * light + rng.normal(0, 2.0, paper.shape)
    # 48 gray levels, like a scanner's document setting: half the bytes of a noisy 256-level page.
    return (np.round(np.clip(paper, 0, 255) / 255 * 47) / 47 * 255).astype(np.uint8)


def write_drawn() -> None:
    """Write the drawn samples."""
    cv2.imwrite(str(HERE / "zone-plate-16bit.png"), zone_plate(), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    pixel_art().save(HERE / "pixel-art.png", optimize=True, transparency=0)
    with tifffile.TiffWriter(HERE / "three-pages.tif") as tiff:
        for page in pages():
            tiff.write(page, photometric="rgb", compression="zlib", metadata=None, software=False)
    Image.fromarray(scanned_page()).save(HERE / "scanned-page.png", optimize=True)


def write_credits() -> None:
    """Put the drawn samples into credits.toml, after what stands there."""
    path = HERE / "credits.toml"
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    pictures = tomlkit.aot()
    for picture in document["picture"]:
        if picture["source"] != SOURCE:
            pictures.append(picture)
    for file, title in DRAWN:
        fields = {"file": file, "title": title, "author": OURS, "licence": "CC0-1.0", "source": SOURCE}
        pictures.append(tomlkit.item(fields))
    document["picture"] = pictures
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def main() -> None:
    """Write the drawn samples and their credit."""
    write_drawn()
    write_credits()
    print(f"{sum(path.stat().st_size for path in HERE.iterdir()) / 1024:.0f} KiB in {HERE}")


if __name__ == "__main__":
    main()
