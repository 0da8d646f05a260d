"""What the Anomaly panel has done on pool threads: deciding anew, and files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from deconv_studio.engine.control import Control


def spots(
    control: Control, heat: np.ndarray, pixel_threshold: float, min_area: int
) -> tuple[np.ndarray, float]:
    """Mark what is hotter than a threshold.

    Parameters
    ----------
    control : Control
    heat : ndarray
        ``(H, W)`` float32.
    pixel_threshold : float
    min_area : int
        Spots with fewer pixels are left out.

    Returns
    -------
    ndarray
        ``(H, W)`` uint8, 0 or 255.
    float
        The share of the pixels that are marked.
    """
    import numpy as np

    from deconv_studio.tasks.anomaly import hot

    control.raise_if_cancelled()
    mask = hot(heat, pixel_threshold, min_area)
    return mask, float(np.count_nonzero(mask)) / mask.size


def write_files(
    control: Control, result: Any, values: dict[str, Any], base: Path, overwrite: bool
) -> tuple[Path, ...]:
    """Write what is to be saved of a result, with the thresholds as they are now.

    Parameters
    ----------
    result : Detection
    values : dict
        The options of ``anomaly``.
    base : Path
        Folder and stem.
    overwrite : bool

    Raises
    ------
    ImagingError
        Among them OutputExists.
    TaskError, BatchError
    """
    from deconv_studio import batch, tasks
    from deconv_studio.batch.single import file_names, save_parts, tails_of

    control.raise_if_cancelled()
    decided = result.decided(tasks.get("anomaly").options(**values))
    control.raise_if_cancelled()
    paths = file_names(base, tails_of(decided))
    return save_parts(decided, paths, batch.WriteOptions(overwrite=overwrite), control.raise_if_cancelled)
