"""Is what a network gave back a picture? Numbers that are none, or all the same, are an error."""

from __future__ import annotations

import numpy as np

from deconv_studio.engine.errors import BadOutput

#: A picture whose values lie this close together may rightly become an even one (two 8-bit steps).
EVEN_INPUT = 2.5 / 255
#: Output values this close together are all the same.
EVEN_OUTPUT = 1e-6


class OutputCheck:
    """The check over a picture that comes in tiles: a tile of even sky is fine, a whole even picture is not.

    Parameters
    ----------
    name : str
        What messages call the model.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._input: tuple[np.ndarray, np.ndarray] | None = None
        self._output: tuple[np.ndarray, np.ndarray] | None = None

    def add(self, given: np.ndarray, result: np.ndarray) -> None:
        """Look at one tile.

        Parameters
        ----------
        given : ndarray
            ``(h, w, C)`` float in [0, 1], what the network was fed.
        result : ndarray
            ``(h', w', C')`` float, about [0, 1].

        Raises
        ------
        BadOutput
            If a value of the result is not a number or infinite.
        """
        low, high = _limits(result)
        if not (np.isfinite(low).all() and np.isfinite(high).all()):
            what = "values that are not numbers" if np.isnan(result).any() else "infinite values"
            raise BadOutput(f"{self._name} gave {what}.")
        self._output = _widen(self._output, low, high)
        self._input = _widen(self._input, *_limits(given))

    def finish(self) -> None:
        """Look at the picture as a whole, after its last tile.

        Raises
        ------
        BadOutput
            If every channel of the result has one value although the picture had more.
        """
        if self._input is None or self._output is None:
            return
        if _spread(self._input) > EVEN_INPUT and _spread(self._output) <= EVEN_OUTPUT:
            value = ", ".join(f"{float(v):.4g}" for v in self._output[0][:4])
            raise BadOutput(f"{self._name} gave the same value ({value}) for every pixel.")


def check_output(result: np.ndarray, given: np.ndarray, name: str = "The network") -> None:
    """Check a whole result.

    Parameters
    ----------
    result : ndarray
        ``(h', w', C')`` float, about [0, 1].
    given : ndarray
        ``(h, w, C)`` float in [0, 1], what the network was fed.
    name : str
        What messages call the model.

    Raises
    ------
    BadOutput
        If a value is not a number or infinite, or all values are the same although those of `given` are not.
    """
    check = OutputCheck(name)
    check.add(given, result)
    check.finish()


def _limits(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    # Minimum and maximum carry a NaN through, so these two passes find everything.
    # Down the columns first: over both axes at once numpy is 60 times slower for three channels.
    return array.min(axis=0).min(axis=0), array.max(axis=0).max(axis=0)


def _widen(
    old: tuple[np.ndarray, np.ndarray] | None, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return (low, high) if old is None else (np.minimum(old[0], low), np.maximum(old[1], high))


def _spread(limits: tuple[np.ndarray, np.ndarray]) -> float:
    return float((limits[1].astype(np.float64) - limits[0]).max())
