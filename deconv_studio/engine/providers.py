"""Execution providers: which are there, whether they really work, and which is the fastest for a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deconv_studio.engine import runtime
from deconv_studio.engine.errors import (
    ProviderFailed,
    ProviderMissing,
    ProviderUnknown,
    RuntimesConflict,
)

AUTO = "auto"


@dataclass(frozen=True)
class Provider:
    """A way to run networks.

    Attributes
    ----------
    name : str
        Ours, as on the command line: "cpu", "cuda", ...
    ort_name : str
        ONNX Runtime's.
    title : str
        For people.
    package : str
        The package that brings it.
    options : mapping
        Provider options every session gets.
    """

    name: str
    ort_name: str
    title: str
    package: str
    options: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)

    @property
    def how_to_get(self) -> str:
        """The commands that bring this provider; the packages overwrite each other, so one goes first."""
        if self.name == "cpu":
            return "pip install --force-reinstall onnxruntime"
        if self.name == "coreml":
            return "CoreML comes with onnxruntime on macOS only"
        return f"pip uninstall -y onnxruntime && pip install {self.package}"

    def session_providers(self) -> list[str]:
        """The list for a session: this one, and the CPU for operators it does not have."""
        return [self.ort_name] if self.name == "cpu" else [self.ort_name, CPU.ort_name]

    def session_provider_options(self, threads: int) -> list[dict[str, str]]:
        """Options for each of `session_providers`."""
        own = dict(self.options)
        if self.name == "openvino":
            own["num_of_threads"] = str(threads)
        return [own] if self.name == "cpu" else [own, {}]

    def shrink_devices(self) -> tuple[str, ...]:
        """Memory arenas that are emptied after a run."""
        return ("cpu:0", "gpu:0") if self.name == "cuda" else ("cpu:0",)


CPU = Provider("cpu", "CPUExecutionProvider", "CPU", "onnxruntime")
PROVIDERS: tuple[Provider, ...] = (
    CPU,
    Provider(
        "cuda",
        "CUDAExecutionProvider",
        "NVIDIA CUDA",
        "onnxruntime-gpu",
        # An exhaustive search runs anew for every tile shape; memory grows by what is asked for, not by
        # doubling.
        {"cudnn_conv_algo_search": "HEURISTIC", "arena_extend_strategy": "kSameAsRequested"},
    ),
    Provider(
        "openvino",
        "OpenVINOExecutionProvider",
        "Intel OpenVINO",
        "onnxruntime-openvino",
        {"device_type": "CPU"},
    ),
    Provider("directml", "DmlExecutionProvider", "DirectML (Windows)", "onnxruntime-directml"),
    Provider("coreml", "CoreMLExecutionProvider", "Apple CoreML", "onnxruntime"),
)
_BY_NAME = {provider.name: provider for provider in PROVIDERS}
NAMES: tuple[str, ...] = (AUTO, *_BY_NAME)


def by_name(name: str) -> Provider:
    """The provider of that name, whether it is there or not.

    Raises
    ------
    ProviderUnknown
    """
    provider = _BY_NAME.get(name.strip().lower())
    if provider is None:
        raise ProviderUnknown(f"There is no provider {name!r}.", f"Choose one of {', '.join(NAMES)}.")
    return provider


def by_ort_name(ort_name: str) -> Provider:
    """The provider ONNX Runtime calls `ort_name`; one unknown here keeps that name."""
    for provider in PROVIDERS:
        if provider.ort_name == ort_name:
            return provider
    return Provider(ort_name, ort_name, ort_name, "onnxruntime")


def available() -> list[Provider]:
    """Providers in the installed ONNX Runtime, CPU first; being listed does not mean that one works."""
    listed = set(runtime.available_provider_names())
    return [provider for provider in PROVIDERS if provider.ort_name in listed]


def require(name: str) -> Provider:
    """The provider of that name (not "auto"), which has to be there.

    Raises
    ------
    ProviderUnknown, ProviderMissing
    """
    provider = by_name(name)
    if provider not in available():
        installed = ", ".join(f"{key} {value}" for key, value in runtime.installed_distributions().items())
        there = ", ".join(other.name for other in available())
        clash = conflict()
        raise ProviderMissing(
            f"The provider {provider.name} is not in the installed ONNX Runtime"
            f" ({installed or 'unknown package'}; it has: {there}).",
            clash.hint if clash is not None else f"To get it: {provider.how_to_get}.",
        )
    return provider


def conflict() -> RuntimesConflict | None:
    """The error to show if more than one ONNX Runtime package is installed; they overwrite each other."""
    found = runtime.installed_distributions()
    if len(found) < 2:
        return None
    listing = " and ".join(f"{name} {version}" for name, version in found.items())
    others = [name for name in found if name != "onnxruntime"]
    keep = others[0] if others else "onnxruntime"
    return RuntimesConflict(
        f"{listing} are installed over each other; which one runs is chance.",
        f"Keep one: pip uninstall -y {' '.join(found)} && pip install {keep}.",
    )


def check_real(session: Any, wanted: Provider, name: str) -> Provider:
    """Read from a session what it really runs on.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
    wanted : Provider
    name : str
        What messages call the model.

    Raises
    ------
    ProviderFailed
        If that is not the provider that was wanted.
    """
    real = list(session.get_providers())
    if not real or real[0] != wanted.ort_name:
        ran = by_ort_name(real[0]).name if real else "nothing"
        raise ProviderFailed(
            f"{name} was to run on {wanted.name}, but ONNX Runtime took {ran} instead"
            " (a driver or library of the provider is missing).",
            f"Choose the provider {ran}, or repair {wanted.title}; `deconv-studio doctor` tests it.",
        )
    parts = runtime.assigned_providers(session)
    if parts and wanted.ort_name not in parts:
        raise ProviderFailed(
            f"{wanted.title} takes none of the operators of {name}; everything would run on the CPU.",
            "Choose the provider cpu.",
        )
    return by_ort_name(real[0])
