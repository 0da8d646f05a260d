"""What every decoder that goes through Pillow shares: typed errors, arrays by strips, modes to channels."""

from __future__ import annotations

import contextlib
import struct
import warnings
from collections.abc import Iterator

import numpy as np
from PIL import Image, UnidentifiedImageError

from .errors import CorruptFile, ImagingError, TooManyPixels, TruncatedFile, UnsupportedFormat

# This room reads the size from each header and applies its own limit before Pillow decodes, so that "open
# anyway" works. Pillow's limit stays as a second net at the size no decoder here goes beyond.
PIXEL_CEILING = 1 << 31
Image.MAX_IMAGE_PIXELS = PIXEL_CEILING

# What Pillow would warn about is said by this room's errors and notices, which name the file.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

_BYTES_AT_ONCE = 32 << 20


@contextlib.contextmanager
def typed_errors(name: str, format: str) -> Iterator[None]:
    """Turn what Pillow raises on bad files into this room's errors, naming the file."""
    try:
        yield
    except ImagingError:
        raise
    except MemoryError as error:
        raise TooManyPixels(
            f"{name} needs more memory than there is.",
            "Close other programs, or open a smaller version of it.",
        ) from error
    except Image.DecompressionBombError as error:
        raise TooManyPixels(
            f"{name} claims more pixels than can be decoded.",
            "Check the file; if it is right, cut it into parts.",
            limit=PIXEL_CEILING,
        ) from error
    except UnidentifiedImageError as error:
        raise CorruptFile(f"{name} begins like a {format} file, but its header makes no sense.") from error
    except NotImplementedError as error:
        raise UnsupportedFormat(f"{name} is a variant of {format} that is not read ({error}).") from error
    except (
        OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, struct.error,
        OverflowError, AttributeError, ZeroDivisionError, RuntimeError, AssertionError, Warning,
    ) as error:  # fmt: skip
        text = str(error)
        if "truncated" in text.lower() or isinstance(error, EOFError):
            raise TruncatedFile(f"{name} ends before its picture does.") from error
        if "unsupported" in text.lower():
            raise UnsupportedFormat(f"{name} is a variant of {format} that is not read ({text}).") from error
        raise CorruptFile(f"{name} does not decode as {format} ({text or type(error).__name__}).") from error


def to_array(image: Image.Image) -> np.ndarray:
    """The pixels of a loaded image, ``(H, W, C)``, taken over in strips so that no second copy arises."""
    width, height = image.size
    bands = len(image.getbands())
    dtype = np.dtype({"F": "f4"}.get(image.mode, "u2" if image.mode.startswith("I;16") else "u1"))
    out = np.empty((height, width, bands), dtype)
    rows = max(1, _BYTES_AT_ONCE // (width * bands * dtype.itemsize))
    if rows >= height:
        out[...] = np.asarray(image).reshape(out.shape)
        return out
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        out[top:bottom] = np.asarray(image.crop((0, top, width, bottom))).reshape(bottom - top, width, bands)
    return out


def _gray_palette(image: Image.Image) -> bool:
    colors = np.array(image.getpalette("RGB") or [0], np.uint8)
    return len(colors) % 3 == 0 and len(colors) > 0 and not np.ptp(colors.reshape(-1, 3), axis=1).any()


def to_channels(image: Image.Image, name: str) -> np.ndarray:
    """The pixels of a loaded image as picture channels: gray, gray+alpha, RGB or RGBA; not for CMYK.

    Returns
    -------
    ndarray
        ``(H, W, C)`` uint8, uint16 (16-bit gray) or float32 (mode F).

    Raises
    ------
    UnsupportedFormat
        For modes without a faithful way (32-bit integers).
    """
    mode = image.mode
    if mode == "P" and "transparency" not in image.info and _gray_palette(image):
        image = image.convert("L")
    elif mode == "P" and "transparency" not in image.info and image.palette and "A" not in image.palette.mode:
        image = image.convert("RGB")
    elif mode in ("P", "PA"):
        image = image.convert("RGBA")
    elif mode == "1":
        image = image.convert("LA" if "transparency" in image.info else "L")
    elif mode == "La":
        image = image.convert("LA")
    elif mode == "RGBa":
        image = image.convert("RGBA")
    elif mode in ("L", "RGB") and "transparency" in image.info:
        image = image.convert("LA" if mode == "L" else "RGBA")
    elif mode in ("RGBX", "YCbCr", "HSV"):
        image = image.convert("RGB")
    if image.mode not in ("L", "LA", "RGB", "RGBA", "I;16", "I;16B", "I;16L", "F"):
        raise UnsupportedFormat(
            f"{name} holds samples of a kind this program does not read (Pillow calls it {mode}).",
            "Save it from another program as an 8- or 16-bit PNG or TIFF.",
        )
    return to_array(image)
