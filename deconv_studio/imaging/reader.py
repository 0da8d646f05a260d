"""Reading: from a file or bytes to an upright picture."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
import tifffile
from PIL import Image, ImageOps

from .errors import CorruptFile, FileMissing, NotAPicture
from .picture import Metadata, Picture

DEFAULT_MAX_PIXELS = 500_000_000


def read(
    source: Path | str | bytes | BinaryIO, *, page: int = 0, max_pixels: int | None = DEFAULT_MAX_PIXELS
) -> Picture:
    """Read a picture, upright."""
    path = Path(source) if isinstance(source, (str, Path)) else None
    name = path.name if path else "the data"
    if path is not None:
        if not path.exists():
            raise FileMissing(f"There is no file {path}.")
        data = path.read_bytes()
    else:
        data = source if isinstance(source, bytes) else source.read()  # type: ignore[union-attr]
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = image.format or ""
            if kind == "TIFF":
                pixels = tifffile.imread(io.BytesIO(data))
                icc, exif = image.info.get("icc_profile"), None
            elif kind == "PNG" and data[24] == 16:
                pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
                if pixels.ndim == 3:
                    pixels = cv2.cvtColor(
                        pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
                    )
                icc, exif = image.info.get("icc_profile"), None
            else:
                upright = ImageOps.exif_transpose(image)
                icc, exif = image.info.get("icc_profile"), None
                if upright.mode not in ("L", "LA", "RGB", "RGBA"):
                    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
                pixels = np.array(upright)
    except Image.UnidentifiedImageError as error:
        raise NotAPicture(f"{name} is not a picture.") from error
    except (OSError, ValueError, cv2.error, tifffile.TiffFileError) as error:
        raise CorruptFile(f"{name} does not decode: {error}.") from error
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    return Picture(np.ascontiguousarray(pixels), icc, Metadata(exif=exif), path, kind)
