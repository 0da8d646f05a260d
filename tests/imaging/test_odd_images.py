"""A folder of odd and broken files, if the environment names one: each is opened rightly or refused.

`DECONV_STUDIO_ODD_IMAGES` is a folder with `manifest.csv` (columns file, category, pillow_result, size).
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.light

FOLDER = os.environ.get("DECONV_STUDIO_ODD_IMAGES")

# In a process of its own, as some files are made to break decoders: 3 GiB, 20 seconds of processor time.
CHILD = """
    import json, resource, sys
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
    import numpy as np
    from PIL import Image, ImageOps
    from deconv_studio import imaging
    for line in sys.stdin:
        path = line.rstrip()
        try:
            picture = imaging.read(path)
            header = imaging.read_header(path)
            assert (header.width, header.height) == (picture.width, picture.height), path
            small = imaging.thumbnail(path, 64)
            assert max(small.width, small.height) <= 64
        except imaging.ImagingError as error:
            print(json.dumps({"kind": error.kind, "message": error.message, "hint": error.hint}), flush=True)
            continue
        difference = None
        if picture.pixels.dtype == np.uint8:
            mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[picture.channels]
            try:
                with Image.open(path) as image:
                    if picture.format == "AVIF":
                        image.info.pop("xmp", None)  # only the container's own rotation counts there
                    image = ImageOps.exif_transpose(image)
                    other = np.asarray(image.convert(mode)).reshape(picture.height, picture.width, -1)
                difference = int(np.abs(other.astype(int) - picture.pixels).max())
            except (OSError, Warning):
                pass
        print(json.dumps({
            "size": [picture.width, picture.height], "pages": picture.pages, "difference": difference,
            "notices": picture.notices,
        }), flush=True)
"""
# Files that Pillow opens in part or against the rules, and are refused here.
STRICTER = {"CorruptFile", "TruncatedFile", "TooManyPixels"}

if FOLDER:
    with (Path(FOLDER) / "manifest.csv").open(encoding="utf-8") as file:
        ROWS = [row for row in csv.DictReader(file) if (Path(FOLDER) / row["file"]).exists()]

    @pytest.fixture(scope="module")
    def outcomes() -> list[dict]:
        paths = "\n".join(str(Path(FOLDER or "") / row["file"]) for row in ROWS)
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(CHILD)], input=paths, capture_output=True, text=True
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(lines) == len(ROWS), f"{ROWS[len(lines)]['file']}: {done.stderr[-3000:]}"
        return lines

    @pytest.mark.parametrize("index", range(len(ROWS)), ids=[row["file"] for row in ROWS])
    def test_opened_rightly_or_refused(outcomes, index):
        row, outcome = ROWS[index], outcomes[index]
        name = Path(row["file"]).name
        if "kind" in outcome:
            assert name in outcome["message"] and outcome["hint"]
            assert row["pillow_result"] == "error" or outcome["kind"] in STRICTER
            return
        assert outcome["difference"] in (None, 0)
        if row["size"] and row["category"] != "orientation":
            assert f"{outcome['size'][0]}x{outcome['size'][1]}" == row["size"]
        if outcome["pages"] > 1:
            assert any("1 of" in notice for notice in outcome["notices"])
