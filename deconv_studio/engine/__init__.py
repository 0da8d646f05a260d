"""The engine: ONNX Runtime behind arrays. It knows providers, sessions, tiles and memory, but no tasks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deconv_studio.engine.control import Cancelled, Control, TimeLeft
    from deconv_studio.engine.errors import (
        BadInput,
        BadOutput,
        EngineError,
        ModelInvalid,
        OutOfMemory,
        ProbeFailed,
        ProbeTimeout,
        ProviderFailed,
        ProviderMissing,
        ProviderUnknown,
        RunFailed,
        RuntimesConflict,
    )
    from deconv_studio.engine.providers import Provider, available
    from deconv_studio.engine.session import Model, evict, load
    from deconv_studio.engine.threads import default_threads
    from deconv_studio.engine.tiles import Box, Plan, Tile, TileDone, least_tile, plan_tiles, run_tiled

# PEP 562: importing the room costs nothing; numpy and onnxruntime load when a name that needs them is used.
_HOME_OF = {
    "BadInput": "errors",
    "BadOutput": "errors",
    "Box": "tiles",
    "Cancelled": "control",
    "Control": "control",
    "EngineError": "errors",
    "Model": "session",
    "ModelInvalid": "errors",
    "OutOfMemory": "errors",
    "Plan": "tiles",
    "ProbeFailed": "errors",
    "ProbeTimeout": "errors",
    "Provider": "providers",
    "ProviderFailed": "errors",
    "ProviderMissing": "errors",
    "ProviderUnknown": "errors",
    "RunFailed": "errors",
    "RuntimesConflict": "errors",
    "Tile": "tiles",
    "TileDone": "tiles",
    "TimeLeft": "control",
    "available": "providers",
    "default_threads": "threads",
    "evict": "session",
    "least_tile": "tiles",
    "load": "session",
    "plan_tiles": "tiles",
    "run_tiled": "tiles",
}

__all__ = [
    "BadInput",
    "BadOutput",
    "Box",
    "Cancelled",
    "Control",
    "EngineError",
    "Model",
    "ModelInvalid",
    "OutOfMemory",
    "Plan",
    "ProbeFailed",
    "ProbeTimeout",
    "Provider",
    "ProviderFailed",
    "ProviderMissing",
    "ProviderUnknown",
    "RunFailed",
    "RuntimesConflict",
    "Tile",
    "TileDone",
    "TimeLeft",
    "available",
    "default_threads",
    "evict",
    "least_tile",
    "load",
    "plan_tiles",
    "run_tiled",
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
