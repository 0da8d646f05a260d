"""Reader of PyTorch's weight files without PyTorch: a pickle of which nothing but tensors is taken.

Two layouts are read. Since PyTorch 1.6 a file is a zip archive: ``NAME/data.pkl`` is the pickle,
``NAME/data/KEY`` are the storages. Before that it was a row of pickles (a magic number, the protocol, facts
of the system, the object, the keys of the storages), then each storage as its length and its values.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.catalog.errors import PackInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PROTOCOL = 1001
_MAX_PICKLE = 64 << 20
_MAX_DIMENSIONS = 8
_HINT = "Install the pack again; if that does not help, its format is not supported."

# What a storage may hold. Integers are the counters of batch normalisation.
_STORAGES = {"FloatStorage": "<f4", "HalfStorage": "<f2", "DoubleStorage": "<f8", "LongStorage": "<i8"}


class _Refused(Exception):  # noqa: N818 never leaves this file
    """Something in the pickle is not allowed; the text names it."""


@dataclass
class _Storage:
    """Values that tensors are views of; legacy files bring them after the tensors."""

    key: str
    dtype: np.dtype[Any]
    count: int
    values: NDArray[Any] | None = None


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[Any]:
        """A copy of the view, after its bounds were checked."""
        if len(self.shape) != len(self.strides) or len(self.shape) > _MAX_DIMENSIONS:
            raise _Refused(f"a tensor of shape {self.shape} with strides {self.strides}")
        if min((self.offset, *self.shape, *self.strides), default=0) < 0:
            raise _Refused("a tensor with negative sizes")
        values = self.storage.values
        if values is None:
            raise _Refused(f"the storage {self.storage.key!r}, which is not in the file")
        if 0 in self.shape:
            return np.zeros(self.shape, values.dtype)
        last = self.offset + sum((n - 1) * step for n, step in zip(self.shape, self.strides, strict=True))
        if last >= len(values) or int(np.prod(self.shape, dtype=object)) > len(values):
            raise _Refused("a tensor that reaches beyond its storage")
        size = values.dtype.itemsize
        view = np.lib.stride_tricks.as_strided(
            values[self.offset :], self.shape, [step * size for step in self.strides]
        )
        return view.copy()


class _Mapping(dict[Any, Any]):
    """Stands for OrderedDict; the attributes that PyTorch hangs on one are dropped."""

    def __setstate__(self, state: object) -> None:
        """Take nothing."""


class _StorageType:
    """Stands for a storage class such as ``torch.FloatStorage``; it cannot be called or changed."""

    __slots__ = ("dtype",)

    def __init__(self, dtype: str) -> None:
        self.dtype = np.dtype(dtype)

    def __setstate__(self, state: object) -> None:
        raise _Refused("a change of a storage's type")


class _Rebuild:
    """Stands for ``torch._utils._rebuild_tensor_v2``."""

    __slots__ = ()

    def __call__(
        self, storage: object, offset: object, shape: object, strides: object, *_: object
    ) -> _Tensor:
        numbers = [offset]
        if (
            not isinstance(storage, _Storage)
            or not isinstance(shape, tuple)
            or not isinstance(strides, tuple)
        ):
            raise _Refused("a tensor without a storage")
        numbers += [*shape, *strides]
        if any(type(number) is not int for number in numbers):
            raise _Refused("a tensor whose sizes are no whole numbers")
        return _Tensor(storage, offset, shape, strides)  # type: ignore[arg-type]

    def __setstate__(self, state: object) -> None:
        raise _Refused("a change of a function")


class _Unpickler(pickle.Unpickler):
    """Takes the names below and refuses every other, so that no code of the file's choice can run."""

    def __init__(self, file: io.BytesIO, storages: dict[str, _Storage]) -> None:
        super().__init__(file, encoding="utf-8")
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return _Mapping
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Rebuild()
        if module == "torch" and name in _STORAGES:
            return _StorageType(_STORAGES[name])
        raise _Refused(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        # ("storage", type, key, device, count) and, in legacy files, a description of a view.
        if not isinstance(pid, tuple) or len(pid) not in (5, 6) or pid[0] != "storage":
            raise _Refused("a reference to something that is no storage")
        kind, key, count = pid[1], pid[2], pid[4]
        if not isinstance(kind, _StorageType) or not isinstance(key, str) or type(count) is not int:
            raise _Refused("a storage without a type, a key or a length")
        if count < 0 or (len(pid) == 6 and pid[5] is not None):
            raise _Refused(f"the storage {key!r}, which is a view of another")
        known = self._storages.setdefault(key, _Storage(key, kind.dtype, count))
        if (known.dtype, known.count) != (kind.dtype, count):
            raise _Refused(f"the storage {key!r} in two forms")
        return known


def read_state_dict(source: Path | bytes, key: str | None = None) -> dict[str, NDArray[Any]]:
    """Read a state dict, with the names its network gave to the weights.

    Parameters
    ----------
    source : Path or bytes
        A file of ``torch.save``, of either layout; that its tensors were on a graphics card does not matter.
    key : str, optional
        Where the file is a checkpoint, the entry that holds the state dict.

    Returns
    -------
    dict of str to ndarray
        In the file's order; float32, float16 or float64 as stored, the counters of batch normalisation int64.

    Raises
    ------
    PackInvalid
        If the file cannot be read, is in neither layout, is damaged, or its pickle asks for anything but
        tensors.
    """
    origin = source.name if isinstance(source, Path) else "The file"
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
        loaded = _from_zip(content) if content[:2] == b"PK" else _from_legacy(content)
        state = loaded if key is None else _entry(loaded, key)
        return {name: tensor.array() for name, tensor in _tensors(state)}
    except _Refused as error:
        raise PackInvalid(
            f"{origin} asks for {error}, which is not read from a file of weights.", _HINT
        ) from error
    except OSError as error:
        raise PackInvalid(f"{origin} cannot be read: {error.strerror or error}.", _HINT) from error
    except (
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        OverflowError,
        MemoryError,
    ) as error:
        raise PackInvalid(f"{origin} is damaged, or no file of PyTorch weights: {error}.", _HINT) from error


def _entry(loaded: object, key: str) -> object:
    if not isinstance(loaded, dict) or key not in loaded:
        raise ValueError(f"it has no entry {key!r}")
    return loaded[key]


def _tensors(state: object) -> list[tuple[str, _Tensor]]:
    if not isinstance(state, dict):
        raise ValueError("it holds no state dict")
    for name, value in state.items():
        if not isinstance(name, str) or not isinstance(value, _Tensor):
            raise ValueError(f"its entry {name!r} is no tensor")
    return list(state.items())


def _from_zip(content: bytes) -> object:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sizes = {item.filename: item.file_size for item in archive.infolist()}
        (pickled,) = [name for name in sizes if name.count("/") == 1 and name.endswith("/data.pkl")]
        prefix = pickled.removesuffix("data.pkl")
        # PyTorch stores without compression, so more than the file itself is an attempt to fill the memory.
        if sizes[pickled] > _MAX_PICKLE or sum(sizes.values()) > len(content):
            raise ValueError("its parts are larger than itself")
        order = f"{prefix}byteorder"
        if order in sizes and archive.read(order) != b"little":
            raise ValueError("its values are not little-endian")
        storages: dict[str, _Storage] = {}
        loaded = _Unpickler(io.BytesIO(archive.read(pickled)), storages).load()
        for storage in storages.values():
            values = np.frombuffer(archive.read(f"{prefix}data/{storage.key}"), storage.dtype)
            if len(values) != storage.count:
                raise ValueError(f"storage {storage.key} has {len(values)} values, not {storage.count}")
            storage.values = values
        return loaded


def _from_legacy(content: bytes) -> object:
    file = io.BytesIO(content)
    storages: dict[str, _Storage] = {}

    def load() -> Any:
        return _Unpickler(file, storages).load()

    if load() != _LEGACY_MAGIC or load() != _LEGACY_PROTOCOL:
        raise ValueError("it does not begin as one")
    system = load()
    if not isinstance(system, dict) or system.get("little_endian") is not True:
        raise ValueError("its values are not little-endian")
    loaded, keys = load(), load()
    if not isinstance(keys, list) or set(keys) != set(storages):
        raise ValueError("its list of storages is not that of its tensors")
    for key in keys:
        storage = storages[key]
        count = int.from_bytes(file.read(8), "little")
        data = file.read(count * storage.dtype.itemsize)
        if count != storage.count or len(data) != count * storage.dtype.itemsize:
            raise ValueError(f"storage {key} is cut")
        storage.values = np.frombuffer(data, storage.dtype)
    return loaded
