"""Pictures one after another in one file: GIF, WebP or PNG that move, or an MP4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from .errors import CannotHold, WriteFailed
from .writer import aside

ANIMATED_SUFFIXES = {".gif": "GIF", ".webp": "WEBP", ".apng": "PNG", ".mp4": "MP4"}


def write_animation(
    frames: Sequence[np.ndarray], path: Path, *, milliseconds: int = 50, overwrite: bool = False
) -> Path:
    """Write an animation that repeats, aside first and then renamed.

    Parameters
    ----------
    frames : sequence of ndarray
        ``(H, W, 1 or 3)`` uint8, all of one size.
    path : Path
        Ending in ``.gif`` (256 colours a frame), ``.webp`` or ``.apng`` (both without loss), or ``.mp4``; see
        `write_video`.
    milliseconds : int
        Each frame is shown, at least 20: players slow shorter ones down.
    overwrite : bool

    Returns
    -------
    Path

    Raises
    ------
    CannotHold
        For another suffix.
    EncoderMissing
        For an MP4, where no encoder is installed.
    OutputExists, WriteFailed
    """
    form = ANIMATED_SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise CannotHold(
            f"{path.name}: {path.suffix or 'no suffix'} is no animation this program writes.",
            f"Take one of {', '.join(ANIMATED_SUFFIXES)}.",
        )
    if not frames:
        raise WriteFailed(f"{path.name} would have no frame.", "Ask for one or more frames.")
    if form == "MP4":
        from .video import write_video

        return write_video(frames, path, milliseconds=max(20, milliseconds), overwrite=overwrite)
    images = [Image.fromarray(frame[:, :, 0] if frame.shape[2] == 1 else frame) for frame in frames]
    options = {"lossless": True} if form == "WEBP" else {}
    with aside(path, overwrite) as part:
        images[0].save(
            part,
            form,
            save_all=True,
            append_images=images[1:],
            duration=max(20, milliseconds),
            loop=0,
            **options,
        )
    return path
