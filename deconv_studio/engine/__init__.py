"""The engine: ONNX Runtime behind arrays. It knows providers, sessions, tiles and memory, but no tasks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deconv_studio.engine.check import OutputCheck, check_output
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
    from deconv_studio.engine.estimate import Estimate
    from deconv_studio.engine.pictures import apply, as_unit_float
    from deconv_studio.engine.providers import Provider, available
    from deconv_studio.engine.selftest import SelfTest, self_test
    from deconv_studio.engine.session import Model, evict, load
    from deconv_studio.engine.threads import default_threads
    from deconv_studio.engine.tiles import WHOLE, Box, Plan, Tile, TileDone, least_tile, plan_tiles, run_tiled

# PEP 562: importing the room costs nothing; numpy and onnxruntime load when a name that needs them is used.
_HOME_OF = {
    "BadInput": "errors",
    "BadOutput": "errors",
    "Box": "tiles",
    "Cancelled": "control",
    "Control": "control",
    "EngineError": "errors",
    "Estimate": "estimate",
    "Model": "session",
    "ModelInvalid": "errors",
    "OutOfMemory": "errors",
    "OutputCheck": "check",
    "Plan": "tiles",
    "ProbeFailed": "errors",
    "ProbeTimeout": "errors",
    "Provider": "providers",
    "ProviderFailed": "errors",
    "ProviderMissing": "errors",
    "ProviderUnknown": "errors",
    "RunFailed": "errors",
    "RuntimesConflict": "errors",
    "SelfTest": "selftest",
    "Tile": "tiles",
    "TileDone": "tiles",
    "TimeLeft": "control",
    "WHOLE": "tiles",
    "apply": "pictures",
    "as_unit_float": "pictures",
    "available": "providers",
    "check_output": "check",
    "default_threads": "threads",
    "evict": "session",
    "least_tile": "tiles",
    "load": "session",
    "plan_tiles": "tiles",
    "run_tiled": "tiles",
    "self_test": "selftest",
}
_MODULES = frozenset({"estimate", "memory", "probe", "providers"})

__all__ = [
    "WHOLE",
    "BadInput",
    "BadOutput",
    "Box",
    "Cancelled",
    "Control",
    "EngineError",
    "Estimate",
    "Model",
    "ModelInvalid",
    "OutOfMemory",
    "OutputCheck",
    "Plan",
    "ProbeFailed",
    "ProbeTimeout",
    "Provider",
    "ProviderFailed",
    "ProviderMissing",
    "ProviderUnknown",
    "RunFailed",
    "RuntimesConflict",
    "SelfTest",
    "Tile",
    "TileDone",
    "TimeLeft",
    "apply",
    "as_unit_float",
    "available",
    "check_output",
    "default_threads",
    "evict",
    "least_tile",
    "load",
    "plan_tiles",
    "run_tiled",
    "self_test",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
