"""Pictures one after another as an MP4, by PyAV or imageio-ffmpeg: neither comes with the program."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from .errors import EncoderMissing, WriteFailed
from .writer import aside

LEAST_SIDE = 256
"""Smaller frames are enlarged by whole pixels: colour is halved in the file, players smooth."""
_CODECS = ("libx264", "libopenh264", "mpeg4")


def encoder() -> str | None:
    """The module that would encode a video, or None."""
    return next((name for name in ("av", "imageio_ffmpeg") if importlib.util.find_spec(name)), None)


def write_video(
    frames: Sequence[np.ndarray], path: Path, *, milliseconds: int = 50, overwrite: bool = False
) -> Path:
    """Write an MP4, aside first and then renamed.

    Parameters
    ----------
    frames : sequence of ndarray
        ``(H, W, 1 or 3)`` uint8 sRGB, one or more, all of one size. They are enlarged by whole pixels to
        `LEAST_SIDE`, and an odd side gets its last line twice, since the format halves colour.
    path : Path
    milliseconds : int
        Each frame is shown.
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    EncoderMissing
        Neither PyAV nor imageio-ffmpeg is installed.
    OutputExists, WriteFailed
    """
    module = encoder()
    if module is None:
        raise EncoderMissing(
            f"{path.name}: there is no encoder for MP4 here.",
            f"Install one: {sys.executable} -m pip install av. Or take .webp, .apng or .gif.",
        )
    prepared = [_prepared(frame) for frame in frames]
    rate = Fraction(1000, max(1, milliseconds)).limit_denominator(1000)
    with aside(path, overwrite) as part:
        try:
            if module == "av":
                _by_av(prepared, part, rate)
            else:
                _by_ffmpeg(prepared, part, rate)
        except WriteFailed:
            raise
        except Exception as error:  # the encoders raise classes of their own
            raise WriteFailed(f"{path} could not be encoded by {module}: {error}.") from error
    return path


def _prepared(frame: np.ndarray) -> np.ndarray:
    height, width, channels = frame.shape
    factor = max(1, -(-LEAST_SIDE // min(height, width)))
    large = frame.repeat(factor, 0).repeat(factor, 1)
    large = np.pad(large, [(0, height * factor % 2), (0, width * factor % 2), (0, 0)], mode="edge")
    return np.ascontiguousarray(np.broadcast_to(large, (*large.shape[:2], 3)) if channels == 1 else large)


def _by_av(frames: list[np.ndarray], part: BinaryIO, rate: Fraction) -> None:
    av: Any = importlib.import_module("av")
    known = av.codecs_available
    codec = next((name for name in _CODECS if name in known), None)
    if codec is None:
        raise WriteFailed("PyAV has no encoder for MP4 here.", "Install another build of it: pip install av.")
    with av.open(part, "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "16"}
        else:
            stream.bit_rate = 4_000_000
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def _by_ffmpeg(frames: list[np.ndarray], part: BinaryIO, rate: Fraction) -> None:
    ffmpeg: Any = importlib.import_module("imageio_ffmpeg")
    height, width = frames[0].shape[:2]
    writer = ffmpeg.write_frames(
        part.name,
        (width, height),
        fps=float(rate),
        quality=9,
        macro_block_size=2,
        ffmpeg_log_level="error",
        output_params=["-f", "mp4"],  # the name ends in .part
    )
    writer.send(None)
    for frame in frames:
        writer.send(frame)
    writer.close()
