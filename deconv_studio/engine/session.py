"""Loading a model and running it: the session cache, the real provider, cancellation, memory given back."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from deconv_studio.engine import keeping, memory, providers, runtime
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import BadInput, EngineError, ModelInvalid, OutOfMemory, ProviderFailed
from deconv_studio.engine.threads import default_threads

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.graph import Cost

log = logging.getLogger(__name__)

#: Sessions kept; one for luma, one for alpha, one a person compares with, one more.
MAX_SESSIONS = 4
#: Larger files are loaded by path: a session made from bytes keeps them for its whole life.
MAX_BYTES_IN_MEMORY = 64 * 2**20

_DTYPES: dict[str, Any] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(uint8)": np.uint8,
    "tensor(int8)": np.int8,
    "tensor(uint16)": np.uint16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}


@dataclass(frozen=True)
class Tensor:
    """An input or output of a network.

    Attributes
    ----------
    name : str
    shape : tuple of int or None
        None where the size is free.
    dtype : numpy.dtype or None
        None for a type numpy does not have.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: Any


@dataclass(frozen=True)
class _Key:
    sha256: str
    provider: str
    threads: int
    optimise: bool
    path: str


@dataclass(frozen=True)
class Loaded:
    """An open session, the provider it runs on, and what goes in and out; shared by models."""

    session: Any
    provider: providers.Provider
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


class Model:
    """A model at work: its card, its session, and the provider it really runs on.

    Made by :func:`load`. Safe to use from several threads at once; cheap to make again, the session is
    shared.

    Attributes
    ----------
    card : Card or None
        None for a file loaded without one.
    path : Path
    sha256 : str
        Of the file that was loaded.
    provider : str
        Read from the session, for example "cpu".
    threads : int
        Threads inside one operator.
    memory : int or None
        Bytes the caller allows; None: what is free (see :mod:`deconv_studio.engine.memory`).
    inputs, outputs : tuple of Tensor
    """

    def __init__(
        self,
        loaded: Loaded,
        *,
        card: Card | None,
        path: Path,
        sha256: str,
        threads: int,
        memory: int | None,
    ) -> None:
        self._session = loaded.session
        self._provider = loaded.provider
        self.card = card
        self.path = path
        self.sha256 = sha256
        self.provider = loaded.provider.name
        self.threads = threads
        self.memory = memory
        self.inputs = loaded.inputs
        self.outputs = loaded.outputs

    def __repr__(self) -> str:
        return f"<Model {self.name} on {self.provider}, {self.threads} threads>"

    @property
    def name(self) -> str:
        """What messages call the model: its card's id, or the file's name."""
        return self.card.id if self.card is not None else self.path.name

    @property
    def id(self) -> str:
        """The card's id, or the file's path."""
        return self.card.id if self.card is not None else str(self.path)

    @property
    def runs_on(self) -> providers.Provider:
        """The provider with its options; `provider` is its name."""
        return self._provider

    def cost(self) -> Cost | None:
        """What a pixel costs in memory and operations, from the graph; None if the graph does not tell."""
        from deconv_studio.engine import graph

        return graph.cost(self.sha256, self.path, self.card)

    @property
    def input_name(self) -> str:
        """The picture's input: the card's, or the first."""
        return self.card.input.name if self.card is not None else self.inputs[0].name

    @property
    def output_name(self) -> str:
        """The picture's output: the card's, or the first."""
        return self.card.output.name if self.card is not None else self.outputs[0].name

    @overload
    def run(
        self,
        feed: np.ndarray | Mapping[str, np.ndarray],
        control: Control | None = None,
        *,
        outputs: None = None,
        shrink: bool | None = None,
    ) -> np.ndarray: ...

    @overload
    def run(
        self,
        feed: np.ndarray | Mapping[str, np.ndarray],
        control: Control | None = None,
        *,
        outputs: Sequence[str],
        shrink: bool | None = None,
    ) -> dict[str, np.ndarray]: ...

    def run(
        self,
        feed: np.ndarray | Mapping[str, np.ndarray],
        control: Control | None = None,
        *,
        outputs: Sequence[str] | None = None,
        shrink: bool | None = None,
    ) -> np.ndarray | dict[str, np.ndarray]:
        """Run the network once on arrays as it takes them.

        Parameters
        ----------
        feed : ndarray or mapping of str to ndarray
            ``(N, C, H, W)`` (or ``(N, H, W, C)`` if that is the model's layout), in the network's own range;
            or all inputs by name, with any axes. Converted to the input's dtype: to float16 by rounding, to
            integers by rounding and clipping.
        control : Control, optional
            Its cancel ends the run between two operators; the model can be used again at once.
        outputs : sequence of str, optional
            Names of outputs; without it the picture's output alone is computed and returned as an array.
        shrink : bool, optional
            Whether memory goes back to the system after the run. Without it the next run of the same size is
            faster (by up to half), and the memory of the largest run so far is kept. By default it goes back,
            but between the tiles of one picture.

        Returns
        -------
        ndarray or dict of str to ndarray
            The picture's output, axes as the network gives them, float32 for networks of any float type;
            or all of `outputs` by name.

        Raises
        ------
        Cancelled
            If the control was or is cancelled.
        BadInput
            If the arrays do not fit the model.
        OutOfMemory, RunFailed
        """
        if control is not None:
            control.raise_if_cancelled()
        arrays = self._arrays(feed)
        names = list(outputs) if outputs is not None else [self.output_name]
        known = {tensor.name for tensor in self.outputs}
        for name in names:
            if name not in known:
                raise BadInput(f"{self.name} has no output {name!r}; it has {', '.join(sorted(known))}.")
        series = keeping.current()
        if shrink is None:
            shrink = series is None or not series.more
        if series is not None and not shrink:
            series.keeps(self)
        try:
            results = self._run_once(names, arrays, control, shrink and self.provider not in _without_arena)
        except runtime.exception_types() as error:
            if not runtime.means_no_arena(error):
                raise self._explained(error, arrays, control) from error
            _without_arena.add(self.provider)
            try:
                results = self._run_once(names, arrays, control, False)
            except runtime.exception_types() as second:
                raise self._explained(second, arrays, control) from second
        if control is not None:
            # A cancel during the last operator comes too late for `terminate`; the answer is unwanted all the
            # same.
            control.raise_if_cancelled()
        if shrink:
            runtime.trim_heap()
            if series is not None:
                series.gave_back(self)
        found = dict(zip(names, (_as_float32(value) for value in results), strict=True))
        return found if outputs is not None else found[names[0]]

    def _run_once(
        self, names: list[str], arrays: dict[str, np.ndarray], control: Control | None, shrink: bool
    ) -> list[Any]:
        options = runtime.run_options(self._provider.shrink_devices() if shrink else ())

        def stop() -> None:
            options.terminate = True

        with control.on_cancel(stop) if control is not None else nullcontext():
            return list(self._session.run(names, arrays, options))

    def _explained(
        self, error: BaseException, arrays: dict[str, np.ndarray], control: Control | None
    ) -> Exception:
        if control is not None and control.cancelled:
            return Cancelled()
        return runtime.run_error(error, self.name, arrays)

    def infer(
        self,
        pixels: np.ndarray,
        control: Control | None = None,
        *,
        shrink: bool | None = None,
        strength: float = -1.0,
    ) -> np.ndarray:
        """Run the network on a piece of picture: the card's range, mean, std and layout are applied here.

        Parameters
        ----------
        pixels : ndarray
            ``(h, w, C)`` float in [0, 1], C the card's channels. Its size has to be one the network takes;
            :func:`deconv_studio.engine.apply` sees to that for whole pictures.
        control : Control, optional
        shrink : bool, optional
            As in :meth:`run`.
        strength : float
            What a network is told whose card has `strength`: the noise's standard deviation in [0, 1]; -1 if
            it is not known.

        Returns
        -------
        ndarray
            ``(h * scale, w * scale, C')`` float32, about [0, 1], not clipped.

        Raises
        ------
        Cancelled, BadInput, OutOfMemory, RunFailed
        """
        feed = np.asarray(pixels, dtype=np.float32)
        if feed.ndim != 3:
            raise BadInput(f"A piece of picture has three axes (h, w, C), not {feed.ndim}.")
        memory.refuse_hopeless(self, feed.shape[0], feed.shape[1])
        nhwc = False
        if self.card is not None:
            spec = self.card.input
            if feed.shape[2] != spec.channels:
                raise BadInput(f"{self.name} takes {spec.channels} channel(s), not {feed.shape[2]}.")
            low, high = spec.range
            # One multiplication and one addition: (x * (high - low) + low - mean) / std.
            factor = (high - low) / np.asarray(spec.std, np.float64)
            offset = (low - np.asarray(spec.mean, np.float64)) / np.asarray(spec.std, np.float64)
            if np.any(factor != 1.0) or np.any(offset != 0.0):
                feed = feed * factor.astype(np.float32) + offset.astype(np.float32)
            nhwc = spec.layout == "NHWC"
        batch = feed[None] if nhwc else np.ascontiguousarray(feed.transpose(2, 0, 1))[None]
        feeds = {self.input_name: batch}
        if self.card is not None and self.card.strength is not None:
            feeds[self.card.strength.name] = np.full(1, strength, np.float32)
        result = self.run(feeds, control, outputs=[self.output_name], shrink=shrink)[self.output_name]
        if result.ndim != 4 or result.shape[0] != 1:
            raise BadInput(f"{self.name} gives {result.shape}, which is no picture.")
        picture = result[0] if nhwc else result[0].transpose(1, 2, 0)
        if self.card is not None:
            low, high = self.card.output.range
            if (low, high) != (0.0, 1.0):
                picture = (picture - np.float32(low)) / np.float32(high - low)
        return np.ascontiguousarray(picture, dtype=np.float32)

    def give_back(self) -> None:
        """Return the memory that runs without `shrink` left behind, by a run on a picture as small as can be.

        A network of one fixed size keeps it until its next run.
        """
        spec = self.card.input if self.card is not None else None
        if spec is None or spec.fixed_size is not None:
            return
        side = -(-max(spec.minimum, 8) // spec.size_multiple) * spec.size_multiple
        try:
            self.infer(np.zeros((side, side, spec.channels), np.float32), shrink=True)
        except EngineError as error:
            log.info("The memory of %s is not given back yet: %s", self.name, error)

    def _arrays(self, feed: np.ndarray | Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        given = dict(feed) if isinstance(feed, Mapping) else {self.input_name: feed}
        known = {tensor.name: tensor for tensor in self.inputs}
        for name in given:
            if name not in known:
                raise BadInput(f"{self.name} has no input {name!r}; it has {', '.join(known)}.")
        missing = [name for name in known if name not in given]
        if missing:
            raise BadInput(f"{self.name} also needs the input {', '.join(missing)}.")
        return {name: _cast(np.asarray(value), known[name], self.name) for name, value in given.items()}


def load(
    source: Entry | Path | str,
    *,
    provider: str = providers.AUTO,
    threads: int | None = None,
    memory: int | None = None,
    card: Card | None = None,
    optimise: bool = True,
    control: Control | None = None,
) -> Model:
    """Load a model, or take it from the cache if its file, provider and options are those of a loaded one.

    Parameters
    ----------
    source : Entry or Path or str
        A catalog entry (its hash is verified) or an .onnx file.
    provider : str
        One of :data:`deconv_studio.engine.providers.NAMES`. "auto" is the fastest that works for this model
        here, measured once and kept.
    threads : int, optional
        Threads inside one operator; by default the cores this process may use.
    memory : int, optional
        Bytes the model may use while it runs; tile sizes follow from it.
    card : Card, optional
        Card for a file given by path.
    optimise : bool
        Whether ONNX Runtime may fuse operators. The lens turns it off to keep every tensor.
    control : Control, optional
        Cancels between the steps of loading and measuring.

    Raises
    ------
    Cancelled
    ModelInvalid
        If the file is missing or no network ONNX Runtime can load.
    ProviderUnknown, ProviderMissing, ProviderFailed
    OutOfMemory
    CatalogError
        If the file is not what its card says, is damaged, too large, or has weights outside its folder; ONNX
        Runtime never sees it then.
    """
    if control is not None:
        control.raise_if_cancelled()
    count = threads if threads is not None else default_threads()
    if count < 1:
        raise BadInput(f"{count} threads are not possible.", "Give 1 or more.")
    if isinstance(source, str | Path):
        path, expected, external = _foreign(Path(source))
        if card is not None and card.sha256 != expected:
            from deconv_studio.catalog import HashMismatch

            hint = "Probe the file again: a card describes one content."
            raise HashMismatch(path, card.sha256, expected, hint)
    else:
        path, expected = source.verified_path(), source.card.sha256
        external = bool(source.card.external_data)
        card = source.card if card is None else card
    content = _read(path, expected, external, f"{card.id} ({path})" if card is not None else str(path))
    wanted = _choose(provider, content, count, optimise, card, control)
    if control is not None:
        control.raise_if_cancelled()
    loaded = _cache.get(content, wanted, count, optimise)
    return Model(loaded, card=card, path=path, sha256=content.sha256, threads=count, memory=memory)


def altered(model: Model, content: bytes) -> Model:
    """Load a changed graph of a model, with its card, on the provider and the threads that it has itself.

    Parameters
    ----------
    model : Model
    content : bytes
        The changed .onnx file. Its session is cached like any other.

    Returns
    -------
    Model
        It goes by the card and the hash of `model`, since that is the file it was made from; its inputs and
        outputs are its own.

    Raises
    ------
    ModelInvalid, OutOfMemory, ProviderFailed
    """
    changed = _Content(model.path, hashlib.sha256(content).hexdigest(), content, f"{model.name}, changed")
    return Model(
        _cache.get(changed, model.runs_on, model.threads, True),
        card=model.card,
        path=model.path,
        sha256=model.sha256,
        threads=model.threads,
        memory=model.memory,
    )


def evict(sha256: str | None = None) -> int:
    """Drop cached sessions: all, or those of one model. Models in use keep theirs until they are dropped too.

    Returns
    -------
    int
        How many were dropped.
    """
    return _cache.evict(sha256)


def cached() -> list[tuple[str, str, int]]:
    """What the cache holds, oldest use first: (sha256, provider, threads)."""
    return _cache.contents()


@dataclass(frozen=True)
class _Content:
    """A model's file at one moment; `data` is None where the session reads the file itself."""

    path: Path
    sha256: str
    data: bytes | None
    name: str


def _read(path: Path, expected: str, external: bool, name: str) -> _Content:
    """Read a file that was found to have the hash `expected` a moment ago."""
    try:
        if external or path.stat().st_size > MAX_BYTES_IN_MEMORY:
            return _Content(path, expected, None, name)
        data = path.read_bytes()
    except OSError as error:
        raise ModelInvalid(
            f"{path} cannot be read: {error.strerror or error}.", "Check the path and its permissions."
        ) from error
    # What is checked is what is loaded: the file may have been exchanged in between.
    if hashlib.sha256(data).hexdigest() != expected:
        raise ModelInvalid(f"{name} changed while it was loaded.", "Try again once it is written.")
    return _Content(path, expected, data, name)


#: Providers found to have no memory arena, so that there is nothing to shrink.
_without_arena: set[str] = set()


class _Cache:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: OrderedDict[_Key, Loaded] = OrderedDict()
        self._making: dict[_Key, threading.Lock] = {}

    def get(self, content: _Content, wanted: providers.Provider, threads: int, optimise: bool) -> Loaded:
        # A file loaded by path has its external data beside it, so the place is part of what it is.
        place = "" if content.data is not None else str(content.path.resolve())
        key = _Key(content.sha256, wanted.name, threads, optimise, place)
        with self._lock:
            found = self._sessions.get(key)
            if found is not None:
                self._sessions.move_to_end(key)
                return found
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                found = self._sessions.get(key)
                if found is not None:
                    return found
            try:
                source = content.data or str(content.path)
                loaded = open_session(source, wanted, threads, content.name, optimise)
            except BaseException:
                with self._lock:
                    self._making.pop(key, None)
                raise
            with self._lock:
                self._sessions[key] = loaded
                self._making.pop(key, None)
                while len(self._sessions) > MAX_SESSIONS:
                    self._sessions.popitem(last=False)
        return loaded

    def drop_others(self, sha256: str, keep: str, known: set[_Key]) -> None:
        """Drop the sessions of a model on other providers, but for those `known` before."""
        with self._lock:
            gone = [
                key
                for key in self._sessions
                if key.sha256 == sha256 and key.provider != keep and key not in known
            ]
            for key in gone:
                del self._sessions[key]

    def keys(self) -> set[_Key]:
        with self._lock:
            return set(self._sessions)

    def evict(self, sha256: str | None) -> int:
        with self._lock:
            gone = [key for key in self._sessions if sha256 is None or key.sha256 == sha256]
            for key in gone:
                del self._sessions[key]
        return len(gone)

    def contents(self) -> list[tuple[str, str, int]]:
        with self._lock:
            return [(key.sha256, key.provider, key.threads) for key in self._sessions]


_cache = _Cache()


def open_session(
    source: str | bytes, wanted: providers.Provider, threads: int, name: str, optimise: bool = True
) -> Loaded:
    """Create a session outside the cache.

    Parameters
    ----------
    source : str or bytes
        Path or content of an .onnx file.
    wanted : Provider
    threads : int
    name : str
        What messages call the model.
    optimise : bool

    Raises
    ------
    ModelInvalid, OutOfMemory
    ProviderFailed
        If the session runs on another provider than the one wanted.
    """
    options = runtime.session_options(threads, optimise=optimise)
    try:
        session = runtime.create_session(
            source, options, wanted.session_providers(), wanted.session_provider_options(threads)
        )
    except runtime.exception_types() as error:
        failure = runtime.load_error(error, name)
        if wanted.name != "cpu" and not isinstance(failure, OutOfMemory) and _loads_on_cpu(source):
            raise ProviderFailed(
                f"{name} cannot be loaded on {wanted.name}: {runtime.first_line(error)}."
            ) from error
        raise failure from error
    real = providers.check_real(session, wanted, name)
    inputs = tuple(_tensor(item) for item in session.get_inputs())
    outputs = tuple(_tensor(item) for item in session.get_outputs())
    if not inputs or not outputs:
        raise ModelInvalid(f"{name} has no input or no output.")
    return Loaded(session, real, inputs, outputs)


def _loads_on_cpu(source: str | bytes) -> bool:
    """Whether the model is sound, so that a failure elsewhere is the provider's."""
    try:
        runtime.create_session(source, runtime.session_options(1), providers.CPU.session_providers())
    except runtime.exception_types():
        return False
    return True


def _choose(
    provider: str,
    content: _Content,
    threads: int,
    optimise: bool,
    card: Card | None,
    control: Control | None,
) -> providers.Provider:
    if provider.strip().lower() != providers.AUTO:
        return providers.require(provider)
    if len(providers.available()) < 2:
        return providers.CPU
    from deconv_studio.engine.fastest import choose

    known = _cache.keys()
    best = choose(
        content.sha256,
        threads,
        lambda candidate: _cache.get(content, candidate, threads, optimise),
        card=card,
        control=control,
    )
    # What was opened to be measured and lost holds memory, perhaps a graphics card's.
    _cache.drop_others(content.sha256, best.name, known)
    return best


_inspected: dict[tuple[str, int, int], tuple[str, bool]] = {}


def _foreign(path: Path) -> tuple[Path, str, bool]:
    """Check a file that is in no catalog before ONNX Runtime sees it: (path, sha256, has external data)."""
    from deconv_studio.catalog import inspect_file

    try:
        status = path.stat()
        key = (str(path.absolute()), status.st_size, status.st_mtime_ns)
    except OSError:
        key = None  # inspect_file names the cause
    if key is None or key not in _inspected:
        facts = inspect_file(path)
        found = facts.sha256, bool(facts.external_data)
        if key is None:
            return path, *found
        _inspected[key] = found
    return path, *_inspected[key]


def _tensor(item: Any) -> Tensor:
    shape = tuple(size if isinstance(size, int) and size > 0 else None for size in item.shape)
    dtype = _DTYPES.get(item.type)
    return Tensor(item.name, shape, None if dtype is None else np.dtype(dtype))


def _cast(array: np.ndarray, tensor: Tensor, name: str) -> np.ndarray:
    wanted = tensor.dtype
    if wanted is None or array.dtype == wanted:
        return np.ascontiguousarray(array)
    if wanted.kind in "iu" and array.dtype.kind == "f":
        limits = np.iinfo(wanted)
        return np.clip(np.rint(array), limits.min, limits.max).astype(wanted)
    if wanted.kind == "f" and array.dtype.kind in "fiu" and array.dtype.kind != "b":
        return np.ascontiguousarray(array, dtype=wanted)
    if np.can_cast(array.dtype, wanted, "safe"):
        return np.ascontiguousarray(array, dtype=wanted)
    raise BadInput(f"{name} takes {wanted} for {tensor.name!r}, not {array.dtype}.")


def _as_float32(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype in (np.float16, np.float64):
        return value.astype(np.float32)
    return value
