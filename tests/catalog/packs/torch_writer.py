"""Writers of PyTorch's two file layouts, without PyTorch, for tiny state dicts and for hostile ones."""

from __future__ import annotations

import collections
import io
import pickle
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

_TYPES = {"<f4": "FloatStorage", "<f2": "HalfStorage", "<f8": "DoubleStorage", "<i8": "LongStorage"}


class Global:
    """A name that the pickle asks for, without there being such a thing here."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Storage:
    """Values of a tensor, kept apart from the pickle."""

    def __init__(self, key: str, values: np.ndarray, **claims: Any) -> None:
        self.key, self.values = key, values
        self.count = claims.get("count", values.size)
        self.view = claims.get("view")


class Tensor:
    """A view of a storage, as ``_rebuild_tensor_v2`` gets it."""

    def __init__(self, storage: Storage, shape: tuple[int, ...], **claims: Any) -> None:
        steps = np.cumprod([1, *shape[::-1]])[:-1][::-1]
        self.arguments = (
            storage,
            claims.get("offset", 0),
            shape,
            claims.get("strides", tuple(int(step) for step in steps)),
            False,
            collections.OrderedDict(),
        )
        self.function = claims.get("function", Global("torch._utils", "_rebuild_tensor_v2"))


class Call:
    """A call of a name with arguments, which is how a pickle runs code."""

    def __init__(self, function: Global, *arguments: Any) -> None:
        self.function, self.arguments = function, arguments


class _Pickler(pickle._Pickler):  # type: ignore[name-defined, misc]
    """Pure Python, so that names can be written that do not exist; protocol 2, which PyTorch uses."""

    dispatch: ClassVar[dict[Any, Any]] = dict(pickle._Pickler.dispatch)  # type: ignore[attr-defined]

    def __init__(self, file: io.BytesIO, legacy: bool) -> None:
        super().__init__(file, protocol=2)
        self.legacy = legacy
        self.storages: dict[str, Storage] = {}

    def persistent_id(self, value: object) -> tuple[Any, ...] | None:
        if not isinstance(value, Storage):
            return None
        self.storages[value.key] = value
        kind = Global("torch", _TYPES[value.values.dtype.newbyteorder("<").str])
        identity = ("storage", kind, value.key, "cuda:0", value.count)
        return (*identity, value.view) if self.legacy else identity

    def _global(self, value: Global) -> None:
        self.write(b"c" + f"{value.module}\n{value.name}\n".encode())

    def _call(self, value: Any) -> None:
        self.save(value.function)
        self.save(value.arguments)
        self.write(b"R")

    dispatch[Global] = _global
    dispatch[Tensor] = dispatch[Call] = _call


def tensors(state: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
    """Each array as a tensor with a storage of its own."""
    return {
        name: Tensor(Storage(str(number), np.asarray(array)), np.shape(array))
        for number, (name, array) in enumerate(state.items())
    }


def write_zip(
    value: object,
    *,
    folder: str = "weights",
    order: bytes = b"little",
    change: Callable[[dict[str, bytes]], object] | None = None,
) -> bytes:
    """The layout since PyTorch 1.6; `change` may spoil the archive's parts."""
    file = io.BytesIO()
    pickler = _Pickler(file, legacy=False)
    pickler.dump(value)
    parts = {f"{folder}/data.pkl": file.getvalue(), f"{folder}/byteorder": order}
    parts |= {f"{folder}/data/{key}": item.values.tobytes() for key, item in pickler.storages.items()}
    if change is not None:
        change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def write_legacy(value: object, *, little: bool = True, magic: int = 0x1950A86A20F9469CFC6C) -> bytes:
    """The layout before PyTorch 1.6."""
    file = io.BytesIO()
    for item in (magic, 1001, {"protocol_version": 1001, "little_endian": little, "type_sizes": {}}):
        pickle.dump(item, file, protocol=2)
    pickler = _Pickler(file, legacy=True)
    pickler.dump(value)
    pickle.dump(list(pickler.storages), file, protocol=2)
    for storage in pickler.storages.values():
        file.write(storage.values.size.to_bytes(8, "little") + storage.values.tobytes())
    return file.getvalue()
