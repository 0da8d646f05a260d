"""The only place that touches the onnxruntime package: sessions, run options and its errors made ours."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any

from deconv_studio.engine.errors import BadInput, EngineError, ModelInvalid, OutOfMemory, RunFailed

if TYPE_CHECKING:
    import numpy as np

#: Packages that all install the same folder `onnxruntime`: one at a time can be whole.
DISTRIBUTIONS = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnxruntime-openvino",
    "onnxruntime-directml",
    "onnxruntime-qnn",
    "onnxruntime-rocm",
    "onnxruntime-migraphx",
    "onnxruntime-silicon",
    "onnxruntime-training",
)

#: What ONNX Runtime and the system's allocators write when memory runs out; there is no class for it.
_MEMORY_SIGNS = (
    "bad_alloc",
    "bad allocation",
    "failed to allocate memory",
    "out of memory",
    "bfcarena::allocaterawinternal",
    "cuda_error_out_of_memory",
    "cudaerrormemoryallocation",
    "not enough memory",
    "e_outofmemory",
    "8007000e",
    "cannot allocate memory",
)


def module() -> Any:
    """The package onnxruntime, imported when first asked for; the only way to it for what runs on threads.

    Its binary part asks for a part of numpy by name. While another thread is half-way through importing numpy
    that part is then loaded out of its order, and numpy cannot be used any more in this process. An import of
    numpy itself waits for the other thread.
    """
    import numpy  # noqa: F401
    import onnxruntime

    return onnxruntime


def version() -> str:
    """Version of the ONNX Runtime that is loaded."""
    return str(module().__version__)


def available_provider_names() -> list[str]:
    """ONNX Runtime's own names of the providers the installed package was built with."""
    return list(module().get_available_providers())


def installed_distributions() -> dict[str, str]:
    """Installed packages that bring an onnxruntime folder, with their versions; more than one is a fault."""
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def session_options(threads: int, *, optimise: bool = True) -> Any:
    """Options every session here has.

    Parameters
    ----------
    threads : int
        Threads inside one operator.
    optimise : bool
        Whether ONNX Runtime may fuse and lay out the graph anew.
    """
    ort = module()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    level = ort.GraphOptimizationLevel
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimise else level.ORT_DISABLE_ALL
    # Decoders, encoders and the window share the cores; threads that spin while they wait would take them.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Work is cut finer towards the end of an operator, so a thread that lost its core delays the others less.
    options.add_session_config_entry("session.dynamic_block_base", "4")
    # A pattern is kept for every shape that ever came: with pictures of all sizes memory grows without end.
    options.enable_mem_pattern = False
    # So that it can be asked afterwards where the operators really run (ONNX Runtime 1.24 and later).
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    options.log_severity_level = 4  # what goes wrong reaches the caller as an exception, not the terminal
    return options


def create_session(
    source: str | bytes,
    options: Any,
    providers: Sequence[str],
    provider_options: Sequence[Mapping[str, str]] | None = None,
) -> Any:
    """Create a session that never falls back to another provider by itself.

    Parameters
    ----------
    source : str or bytes
        Path or content of an .onnx file.
    options : onnxruntime.SessionOptions
    providers : sequence of str
        ONNX Runtime's names, first choice first.
    provider_options : sequence of mappings, optional
        One for each provider.
    """
    given = [dict(item) for item in provider_options] if provider_options is not None else None
    return module().InferenceSession(
        source, options, providers=list(providers), provider_options=given, enable_fallback=0
    )


def assigned_providers(session: Any) -> list[str] | None:
    """Which providers the operators of a session were given to, one name for each group of operators.

    Returns
    -------
    list of str or None
        ONNX Runtime's names; None where this version cannot tell.
    """
    ask = getattr(session, "get_provider_graph_assignment_info", None)
    if ask is None:
        return None
    try:
        return [str(part.ep_name) for part in ask()]
    except exception_types():
        return None


def run_options(shrink: Sequence[str] = ("cpu:0",)) -> Any:
    """Options of one run.

    Parameters
    ----------
    shrink : sequence of str
        Devices whose memory arena gives unused memory back to the system after the run.
    """
    options = module().RunOptions()
    if shrink:
        options.add_run_config_entry("memory.enable_memory_arena_shrinkage", ";".join(shrink))
    options.log_severity_level = 4
    return options


def trim_heap() -> None:
    """Have the C library return freed memory to the system; glibc keeps most of it in its heap."""
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim  # type: ignore[no-any-return]
    except (OSError, AttributeError):
        return None  # another C library than glibc


def exception_types() -> tuple[type[BaseException], ...]:
    """What ONNX Runtime raises. Its classes have no base of their own, and pybind adds the standard ones."""
    return (*_own_types(), RuntimeError, ValueError, TypeError, IndexError, MemoryError, NotImplementedError)


def _own_types() -> tuple[type[BaseException], ...]:
    module()
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = (
        "Fail",
        "InvalidArgument",
        "NoSuchFile",
        "NoModel",
        "EngineError",
        "RuntimeException",
        "InvalidProtobuf",
        "ModelLoaded",
        "NotImplemented",
        "InvalidGraph",
        "EPFail",
        "ModelLoadCanceled",
        "ModelRequiresCompilation",
        "NotFound",
    )
    return tuple(getattr(state, name) for name in names if hasattr(state, name))


def means_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out."""
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()
    return any(sign in text for sign in _MEMORY_SIGNS)


def means_no_arena(error: BaseException) -> bool:
    """Whether an exception says that a provider has no memory arena that could shrink."""
    return "memory arena shrink" in str(error)


def load_error(error: BaseException, name: str) -> EngineError:
    """Our error for an exception while a model is loaded.

    Parameters
    ----------
    error : BaseException
    name : str
        What the message calls the model.
    """
    if means_out_of_memory(error):
        return OutOfMemory(
            f"The memory was not enough to load {name}.", "Close other programs and try again."
        )
    return ModelInvalid(f"{name} cannot be loaded by ONNX Runtime: {first_line(error)}.")


def run_error(error: BaseException, name: str, shapes: Mapping[str, np.ndarray]) -> EngineError:
    """Our error for an exception while a network runs.

    Parameters
    ----------
    error : BaseException
    name : str
        What the message calls the model.
    shapes : mapping
        The inputs, by name, of any axes and dtype; only their shapes are used.
    """
    sizes = ", ".join(f"{key} {tuple(value.shape)} {value.dtype}" for key, value in shapes.items())
    if means_out_of_memory(error):
        return OutOfMemory(f"The memory was not enough to run {name} on {sizes}.")
    if type(error).__name__ in ("InvalidArgument", "ValueError", "TypeError"):
        return BadInput(f"{name} does not take {sizes}: {first_line(error)}.")
    return RunFailed(f"{name} failed on {sizes}: {first_line(error)}.")


def first_line(error: BaseException) -> str:
    """The first line of an exception's text, without ONNX Runtime's prefix and a full stop."""
    text = str(error).strip() or type(error).__name__
    line = text.splitlines()[0]
    if line.startswith("[ONNXRuntimeError]"):
        line = line.split(" : ", 3)[-1]
    line = line.replace(os.sep + os.sep, os.sep)
    return line[:300].rstrip(". ")
