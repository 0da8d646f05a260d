"""Between a picture's tiles a network keeps its memory, which is faster; after the last it goes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Holder(Protocol):
    """Something that keeps memory between runs: a model."""

    def give_back(self) -> None:
        """Return it to the system."""


class Series:
    """Runs that follow each other.

    Attributes
    ----------
    more : bool
        Whether another one is to come after the one that runs now.
    """

    def __init__(self) -> None:
        self.more = True
        self._holders: dict[int, Holder] = {}

    def keeps(self, holder: Holder) -> None:
        """Note that a model kept its memory after a run."""
        self._holders[id(holder)] = holder

    def gave_back(self, holder: Holder) -> None:
        """Note that a model did not."""
        self._holders.pop(id(holder), None)

    def end(self) -> None:
        """Have every model give back what it kept: nothing, unless the series was broken off."""
        while self._holders:
            self._holders.popitem()[1].give_back()


_current: ContextVar[Series | None] = ContextVar("deconv_studio_series", default=None)


def current() -> Series | None:
    """The series this thread is in, if any."""
    return _current.get()


@contextmanager
def series() -> Iterator[Series]:
    """A series of runs of models on this thread; at its end, however it comes, their memory is given back."""
    here = Series()
    token = _current.set(here)
    try:
        yield here
    finally:
        _current.reset(token)
        here.end()
