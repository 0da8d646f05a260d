"""A network from picture to picture on pieces of one picture: views, checks, speed, and what it will take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio import imaging
from deconv_studio.engine import estimate as estimates
from deconv_studio.engine.check import OutputCheck
from deconv_studio.engine.errors import BadOutput

from . import _scratch
from ._pixels import views
from .base import Estimate, card_of

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture


class Network:
    """Runs a model on pieces of one picture.

    Parameters
    ----------
    model : Model
        Its card says channels and scale.
    control : Control
    tta : bool
        Whether to average over the eight flips and quarter turns.
    strength : float
        As `Model.infer` takes it.
    """

    def __init__(
        self, model: Model, control: Control, *, scale: int = 1, tta: bool = False, strength: float = -1.0
    ) -> None:
        self._model, self._control = model, control
        self._scale, self._tta, self._strength = scale, tta, strength
        card = card_of(model)
        self.is_rgb = card.input.channels == 3
        fixed = card.input.fixed_size
        self._square = fixed is None or fixed[0] == fixed[1]
        self._check = OutputCheck(model.name)
        self._speed = estimates.SpeedMeter(model)

    def __call__(self, values: np.ndarray, *, check: bool = True) -> np.ndarray:
        """Run the network on one piece.

        Parameters
        ----------
        values : ndarray
            ``(h, w, 1 or 3)`` float32 in [0, 1]; one channel is given three times to a network of colour.
        check : bool
            Whether `finish` looks at this piece too.

        Returns
        -------
        ndarray
            ``(h * scale, w * scale, 1 or 3)`` float32, about [0, 1], not clipped.

        Raises
        ------
        BadOutput
        """
        channels = values.shape[2]
        feed = np.repeat(values, 3, axis=2) if self.is_rgb and channels == 1 else values
        if self._tta:
            total = None
            sides = list(views(self._square))
            for there, back in sides:
                one = back(self._run(np.ascontiguousarray(there(feed))))
                total = one if total is None else total + one
            assert total is not None  # there is at least the view that changes nothing
            result = total / np.float32(len(sides))
        else:
            result = self._run(feed)
        if check:
            self._check.add(feed, result)
        return result.mean(axis=2, keepdims=True) if result.shape[2] != channels else result

    def finish(self) -> None:
        """Look at the picture as a whole, and keep the speed for estimates.

        Raises
        ------
        BadOutput
            The output is of one value although the input was not.
        """
        self._check.finish()
        self._speed.finish()

    def _run(self, feed: np.ndarray) -> np.ndarray:
        start = time.perf_counter()
        result = self._model.infer(feed, self._control, strength=self._strength)
        self._speed.add(feed.shape[0] * feed.shape[1], time.perf_counter() - start)
        if result.shape != (feed.shape[0] * self._scale, feed.shape[1] * self._scale, feed.shape[2]):
            size = f"{self._scale} times as large" if self._scale > 1 else "as large as it was"
            raise BadOutput(
                f"{self._model.name} made {result.shape} of {feed.shape}, which is not {size}.",
                "Correct scale or channels in the model's card, or probe the model again.",
            )
        if not np.isfinite(result).all():
            raise BadOutput(f"{self._model.name} gave NaN or infinite values.")
        return result


def estimate(
    source: Picture | Header,
    subject: Model | Entry | Card,
    *,
    scale: int = 1,
    runs: int = 1,
    tile: int = 0,
    provider: str = "auto",
    memory: int | None = None,
) -> Estimate:
    """What a picture through a network into a picture will make and take; see `Task.estimate`.

    Parameters
    ----------
    source : Picture or Header
    subject : Model, Entry or Card
    scale : int
        How many times wider and higher the result is.
    runs : int
        How often the network sees every pixel.
    tile : int
        As asked for by the user; 0 = automatic.
    provider : str
    memory : int, optional
        Bytes the network may use.
    """
    height, width, channels = source.height, source.width, source.channels
    dtype = source.pixels.dtype if isinstance(source, imaging.Picture) else np.dtype(source.dtype)
    known = estimates.estimate(subject, height, width, tile=tile, provider=provider, memory_budget=memory)
    large_height, large_width = height * scale, width * scale
    size = large_height * large_width * channels * dtype.itemsize
    scratch = size > _scratch.IN_MEMORY
    return Estimate(
        width=large_width,
        height=large_height,
        channels=channels,
        seconds=None if known.seconds is None else known.seconds * runs,
        memory_bytes=height * width * channels * dtype.itemsize
        + (0 if scratch else size)
        + known.memory_bytes
        + known.tile * known.tile * scale**2 * channels * 16,
        disk_bytes=size * (2 if scratch else 1),
        tiles=known.tiles,
        tile=known.tile,
    )
