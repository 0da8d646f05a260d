"""Makes the bundled sample pictures: openly licensed photographs made small, and drawn ones.

Run as ``python docs/samples.py PHOTOS`` with the folder of the photographs; without it only the drawn ones
are made.
Small pictures show best what enlarging does.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import tomlkit
from PIL import Image

HERE = Path(__file__).resolve().parent.parent / "resources" / "samples"
WIDTH = 512

#: file in the folder of photographs, file made, title
PHOTOS = (
    ("val/seeding_by_Clements_Engelhardt.jpg", "seeding.jpg", "Seeding"),
    ("train/Wine_by_Jakkub_Mede.jpg", "wine.jpg", "Wine"),
    ("train/picosdeeuropa_by_Aitzol_Berasategi.jpg", "picos-de-europa.jpg", "Picos de Europa"),
    ("train/friends_by_Aitzol_Berasategi.jpg", "friends.jpg", "Friends"),
    ("train/life_by_Aitzol_Berasategi.jpg", "life.jpg", "Life"),
    ("train/sunset_by_Aitzol_Berasategi.jpg", "sunset.jpg", "Sunset"),
    ("train/aitzgorri_by_Aitzol_Berasategi.jpg", "aitzgorri.jpg", "Aitzgorri"),
    ("train/Picture_1A_by_freespace.jpg", "brushes.jpg", "Brushes"),
)
OWN = {"author": "The Deconv Studio authors", "licence": "CC0-1.0", "source": "drawn by docs/samples.py"}


def rosette(size: int = 320) -> np.ndarray:
    """Draw a rosette of fine curves on a transparent ground, (H, W, 4) uint8 RGBA: edges and transparency."""
    large = size * 4
    y, x = np.mgrid[0:large, 0:large].astype(np.float32) / large * 2 - 1
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    petals = 0.62 + 0.28 * np.cos(7 * angle)
    inside = np.clip((petals - radius) * large / 4 + 0.5, 0, 1)
    rings = 0.5 + 0.5 * np.cos(radius * 60 + 3 * np.sin(7 * angle))
    lines = np.clip((rings - 0.5) * 6 + 0.5, 0, 1)
    first, second = np.float32([0.13, 0.33, 0.55]), np.float32([0.95, 0.72, 0.32])
    colour = first + (second - first) * lines[..., None]
    image = np.concatenate([colour, inside[..., None]], axis=2)
    blocks = image.reshape(size, 4, size, 4, 4)
    weight = blocks[..., 3:]
    total = weight.sum(axis=(1, 3))
    # The mean of colours counts only what is there, or the edges would turn dark.
    mean = (blocks[..., :3] * weight).sum(axis=(1, 3)) / np.maximum(total, 1e-6)
    return np.rint(np.concatenate([mean, total / 16], axis=2) * 255).astype(np.uint8)


def zone_plate(size: int = 256) -> np.ndarray:
    """Draw a zone plate, (H, W) uint8 gray: every frequency up to the sampling limit once."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float64) - (size - 1) / 2
    phase = np.pi * (x**2 + y**2) / size
    return np.rint(127.5 + 127.5 * np.cos(phase)).astype(np.uint8)


def main(arguments: list[str]) -> int:
    """Write the pictures and their credits."""
    HERE.mkdir(parents=True, exist_ok=True)
    credits_file = HERE / "credits.toml"
    made = {"rosette.png", "zone-plate.png"} | ({name for _, name, _ in PHOTOS} if arguments else set())
    table = tomlkit.aot()
    others = []
    if credits_file.is_file():
        # Samples that another script drew, or that are not made anew now, keep their credit.
        others = [
            row
            for row in tomlkit.parse(credits_file.read_text(encoding="utf-8")).unwrap()["picture"]
            if row["file"] not in made
        ]
    if arguments:
        photos = Path(arguments[0])
        with (photos / "attribution.csv").open(encoding="utf-8", newline="") as file:
            known = {row["file"]: row for row in csv.DictReader(file)}
        for source, name, title in PHOTOS:
            with Image.open(photos / source) as picture:
                height = round(picture.height * WIDTH / picture.width)
                small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
            small.save(HERE / name, quality=92, subsampling=0)
            row = known[source]
            package = row["debian_package"]
            table.append(
                tomlkit.item(
                    {
                        "file": name,
                        "title": title,
                        "author": row["author"],
                        "licence": row["licence"],
                        "source": f"Debian package {package}, {Path(source).name}, made smaller",
                    }
                )
            )
    for name, title, pixels in (
        ("rosette.png", "Rosette, transparent", rosette()),
        ("zone-plate.png", "Zone plate", zone_plate()),
    ):
        Image.fromarray(pixels).save(HERE / name, optimize=True)
        table.append(tomlkit.item({"file": name, "title": title, **OWN}))
    for row in others:
        table.append(tomlkit.item(row))
    document = tomlkit.document()
    document.add("picture", table)
    credits_file.write_text(tomlkit.dumps(document), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
