"""Writing: from a picture to a file that is either whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import tifffile
from PIL import Image

from .errors import CannotHold, OutputExists
from .picture import Picture

_FORMATS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF",
    ".bmp": "BMP", ".avif": "AVIF",
}  # fmt: skip


def encode(
    picture: Picture,
    format: str,
    *,
    quality: int | None = None,
    metadata: str = "keep",
    text: dict[str, str] | None = None,
) -> bytes:
    """The picture as the bytes of a file."""
    import io

    out = io.BytesIO()
    pixels = picture.pixels
    if format == "TIFF":
        tifffile.imwrite(out, pixels, photometric="minisblack" if picture.is_gray else "rgb", metadata=None)
    elif format == "PNG" and pixels.dtype == np.uint16:
        bgr = pixels if picture.channels == 1 else pixels[:, :, [2, 1, 0, 3][: picture.channels]]
        return cv2.imencode(".png", np.ascontiguousarray(bgr))[1].tobytes()
    elif pixels.dtype != np.uint8:
        raise CannotHold(f"{format} cannot hold {pixels.dtype}.")
    else:
        image = Image.fromarray(pixels[:, :, 0] if picture.channels == 1 else np.ascontiguousarray(pixels))
        image.save(out, format, quality=quality or 95, icc_profile=picture.icc_profile)
    return out.getvalue()


def write(
    picture: Picture,
    path: Path | str,
    *,
    format: str | None = None,
    quality: int | None = None,
    metadata: str = "keep",
    text: dict[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """Write a picture to a file, atomically."""
    path = Path(path)
    if path.exists() and not overwrite:
        raise OutputExists(f"{path} exists.")
    format = format or _FORMATS.get(path.suffix.lower())
    if format is None:
        raise CannotHold(f"{path.name} has no known picture suffix.")
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(encode(picture, format, quality=quality, metadata=metadata, text=text))
    os.replace(part, path)  # noqa: PTH105
    return path
