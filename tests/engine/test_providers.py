"""Providers: what is there, really runs, and is fastest; with fakes for hardware no test has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from deconv_studio.engine import fastest, providers, runtime, selftest, session
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import (
    ModelInvalid,
    ProviderFailed,
    ProviderMissing,
    ProviderUnknown,
    RuntimesConflict,
)
from deconv_studio.engine.measured import measured
from deconv_studio.engine.selftest import SelfTest, self_test
from deconv_studio.engine.session import load
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

CUDA = providers.by_name("cuda")


class FakeSession:
    """Stands in for an InferenceSession that runs on `real`; computes on the CPU underneath."""

    def __init__(self, inner: Any, real: list[str], wrong: float = 0.0, takes: str = "CUDA") -> None:
        self._inner, self._real, self._wrong = inner, real, wrong
        self._takes = [f"{takes}ExecutionProvider", "CPUExecutionProvider"]

    def get_providers(self) -> list[str]:
        return self._real

    def get_inputs(self) -> Any:
        return self._inner.get_inputs()

    def get_outputs(self) -> Any:
        return self._inner.get_outputs()

    def get_provider_graph_assignment_info(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(ep_name=name) for name in self._takes]

    def run(self, *args: Any) -> list[np.ndarray]:
        # ONNX Runtime refuses to shrink an arena that a provider does not have.
        try:
            shrinks = args[2].get_run_config_entry("memory.enable_memory_arena_shrinkage")
        except (IndexError, RuntimeError):
            shrinks = ""
        if "gpu:0" in shrinks:
            raise RuntimeError("Did not find an allocator registered in the memory arena shrink list: gpu:0")
        args = args[:2]
        return [value + np.float32(self._wrong) for value in self._inner.run(*args)]


@pytest.fixture
def fake_cuda(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Pretend that CUDA is installed; returns the provider lists that sessions were asked for."""

    def install(
        *, falls_back: bool = False, wrong: float = 0.0, fails: bool = False, takes: str = "CUDA"
    ) -> list[list[str]]:
        asked: list[list[str]] = []
        real_create = runtime.create_session

        def create(source: Any, options: Any, names: list[str], provider_options: Any = None) -> Any:
            asked.append(list(names))
            if "CUDAExecutionProvider" not in names:
                return real_create(source, options, names, provider_options)
            if fails:
                raise RuntimeError("CUDA failure 35: driver version is insufficient")
            inner = real_create(source, options, ["CPUExecutionProvider"])
            return FakeSession(inner, ["CPUExecutionProvider"] if falls_back else list(names), wrong, takes)

        monkeypatch.setattr(runtime, "create_session", create)
        monkeypatch.setattr(
            runtime, "available_provider_names", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
        )
        monkeypatch.setattr(runtime, "installed_distributions", lambda: {"onnxruntime-gpu": "1.32.0"})
        return asked

    return install


def test_the_cpu_is_always_there() -> None:
    assert "cpu" in [provider.name for provider in providers.available()]
    assert providers.require("CPU ").ort_name == "CPUExecutionProvider"


def test_providers_are_always_passed_and_fallback_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, Any] = {}
    real = runtime.module()

    class Watching:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def InferenceSession(self, *args: Any, **options: Any) -> Any:
            seen.update(options)
            return real.InferenceSession(*args, **options)

    monkeypatch.setattr(runtime, "module", Watching)
    load(tiny.conv().save(tmp_path), provider="cpu", threads=1)
    assert seen["providers"] == ["CPUExecutionProvider"] and seen["enable_fallback"] == 0


@pytest.mark.parametrize("name", ["cuda", "openvino", "directml", "coreml"])
def test_a_provider_that_is_not_there_says_how_to_get_it(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runtime, "available_provider_names", lambda: ["CPUExecutionProvider"])
    path = tiny.conv().save(tmp_path)
    with pytest.raises(ProviderMissing, match=name) as caught:
        load(path, provider=name)
    assert caught.value.kind == "ProviderMissing"
    assert "CoreML comes with" in caught.value.hint or "pip install onnxruntime-" in caught.value.hint


def test_a_provider_nobody_knows_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ProviderUnknown, match="tpu") as caught:
        load(tiny.conv().save(tmp_path), provider="tpu")
    assert "auto" in caught.value.hint and "cuda" in caught.value.hint


def test_the_real_provider_is_read_from_the_session(tmp_path: Path, fake_cuda: Callable[..., Any]) -> None:
    asked = fake_cuda()
    model = load(tiny.conv().save(tmp_path), provider="cuda", threads=1)
    assert model.provider == "cuda"
    assert asked == [["CUDAExecutionProvider", "CPUExecutionProvider"]]


def test_a_silent_fallback_is_an_error(tmp_path: Path, fake_cuda: Callable[..., Any]) -> None:
    fake_cuda(falls_back=True)
    path = tiny.conv().save(tmp_path)
    with pytest.raises(ProviderFailed, match="was to run on cuda, but ONNX Runtime took cpu"):
        load(path, provider="cuda")
    assert session.cached() == []


def test_a_provider_that_fails_at_loading_does_not_blame_the_model(
    tmp_path: Path, fake_cuda: Callable[..., Any]
) -> None:
    fake_cuda(fails=True)
    path = tiny.conv().save(tmp_path)
    with pytest.raises(ProviderFailed, match="driver version"):
        load(path, provider="cuda")


def test_a_broken_model_is_blamed_whatever_the_provider(
    tmp_path: Path, fake_cuda: Callable[..., Any]
) -> None:
    from onnx import helper

    fake_cuda(fails=True)
    path = tmp_path / "loose.onnx"
    path.write_bytes(tiny.build([helper.make_node("Add", ["x", "gone"], ["y"])], {}).SerializeToString())
    with pytest.raises(ModelInvalid, match="loose"):
        load(path, provider="cuda")


def test_the_cache_tells_providers_apart(tmp_path: Path, fake_cuda: Callable[..., Any]) -> None:
    fake_cuda()
    path = tiny.conv().save(tmp_path)
    assert load(path, provider="cuda", threads=1).provider == "cuda"
    assert load(path, provider="cpu", threads=1).provider == "cpu"
    assert {entry[1] for entry in session.cached()} == {"cuda", "cpu"}


# -- self-test -----------------------------------------------------------------------------------------------


def test_the_cpu_passes_its_self_test() -> None:
    found = self_test("cpu")
    assert found.ok and found.difference is not None and found.difference < 1e-5 and found.message == ""


def test_the_self_test_finds_wrong_numbers(fake_cuda: Callable[..., Any]) -> None:
    fake_cuda(wrong=0.1)
    found = self_test("cuda")
    assert not found.ok and "computes wrongly" in found.message and found.hint


def test_the_self_test_finds_numbers_that_are_none(fake_cuda: Callable[..., Any]) -> None:
    fake_cuda(wrong=float("nan"))
    assert not self_test("cuda").ok


@pytest.mark.parametrize("fault", [{"falls_back": True}, {"fails": True}])
def test_the_self_test_finds_a_provider_that_is_listed_only(
    fault: dict[str, bool], fake_cuda: Callable[..., Any]
) -> None:
    fake_cuda(**fault)
    found = self_test("cuda")
    assert not found.ok and found.message and found.hint


def test_the_self_test_of_what_is_not_there_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "available_provider_names", lambda: ["CPUExecutionProvider"])
    found = self_test("cuda")
    assert not found.ok and "onnxruntime-gpu" in found.hint


def test_two_packages_over_each_other_are_found(
    monkeypatch: pytest.MonkeyPatch, fake_cuda: Callable[..., Any]
) -> None:
    fake_cuda()
    both = {"onnxruntime": "1.32.0", "onnxruntime-gpu": "1.32.0"}
    monkeypatch.setattr(runtime, "installed_distributions", lambda: both)
    conflict = providers.conflict()
    assert isinstance(conflict, RuntimesConflict) and "onnxruntime-gpu 1.32.0" in conflict.message
    assert "pip uninstall -y onnxruntime onnxruntime-gpu && pip install onnxruntime-gpu" in conflict.hint
    assert not self_test("cuda").ok
    assert self_test("cpu").ok and self_test("cpu").message == conflict.message


def test_installed_packages_are_read_from_their_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"onnxruntime": "1.32.0", "onnxruntime-openvino": "1.24.1"}

    def version(name: str) -> str:
        if name not in versions:
            raise runtime.metadata.PackageNotFoundError(name)
        return versions[name]

    monkeypatch.setattr(runtime.metadata, "version", version)
    assert runtime.installed_distributions() == versions
    assert providers.conflict() is not None
    del versions["onnxruntime"]
    assert providers.conflict() is None


# -- auto ----------------------------------------------------------------------------------------------------


def test_auto_without_anything_else_is_the_cpu_and_measures_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        runtime, "available_provider_names", lambda: ["AzureExecutionProvider", "CPUExecutionProvider"]
    )
    monkeypatch.setattr(fastest, "compare", lambda *args, **options: pytest.fail("measured"))
    assert load(tiny.conv().save(tmp_path), threads=1).provider == "cpu"


def _timed(monkeypatch: pytest.MonkeyPatch, seconds: dict[str, float]) -> list[str]:
    """Replace the stopwatch: each provider takes what `seconds` says."""
    measured_on: list[str] = []

    def time_of(loaded: Any, card: Any, feed: Any, control: Any) -> float:
        measured_on.append(loaded.provider.name)
        return seconds[loaded.provider.name]

    monkeypatch.setattr(fastest, "_best_time", time_of)
    return measured_on


def test_auto_takes_the_fastest_once_and_keeps_it(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda()
    measured_on = _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    path = tiny.conv().save(tmp_path)
    assert load(path, threads=1).provider == "cuda"
    assert measured_on == ["cpu", "cuda"]
    assert load(path, threads=1).provider == "cuda"
    assert measured_on == ["cpu", "cuda"]
    assert '"cuda"' in measured.path.read_text(encoding="utf-8")
    load(tiny.conv(layers=3).save(tmp_path, "other.onnx"), threads=1)
    assert measured_on == ["cpu", "cuda"] * 2


def test_auto_measures_again_where_the_providers_changed(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda()
    _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    path = tiny.conv().save(tmp_path)
    assert load(path, threads=1).provider == "cuda"
    monkeypatch.setattr(runtime, "available_provider_names", lambda: ["CPUExecutionProvider"])
    assert load(path, threads=1).provider == "cpu"


@pytest.mark.parametrize(
    "fault", [{"falls_back": True}, {"fails": True}, {"wrong": 1.0}, {"wrong": float("nan")}]
)
def test_auto_passes_over_what_does_not_work(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any]
) -> None:
    fake_cuda(**fault)
    _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    assert load(tiny.conv().save(tmp_path), threads=1).provider == "cpu"


def test_a_result_unlike_the_cpus_is_passed_over_though_the_self_test_is_fine(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda(wrong=1.0)
    _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    monkeypatch.setattr(
        fastest.choose,
        "__kwdefaults__",
        {
            **fastest.choose.__kwdefaults__,
            "test": lambda provider: SelfTest(provider, True),
        },
    )
    assert load(tiny.conv().save(tmp_path), threads=1).provider == "cpu"


def test_a_little_faster_is_noise() -> None:
    timing = fastest.Timing
    assert fastest.pick([timing("cpu", 1.0), timing("cuda", 0.95)]) == "cpu"
    assert fastest.pick([timing("cpu", 1.0), timing("cuda", 0.5), timing("openvino", 0.4)]) == "openvino"
    assert fastest.pick([timing("cpu", None, "no"), timing("cuda", 5.0)]) == "cuda"
    assert fastest.pick([timing("cpu", None, "no"), timing("cuda", None, "no")]) == "cpu"


def test_a_cancel_stops_the_measuring_and_keeps_nothing(
    tmp_path: Path, fake_cuda: Callable[..., Any]
) -> None:
    fake_cuda()
    control = Control(on_progress=lambda done, text: control.cancel() if "CUDA" in text else None)
    with pytest.raises(Cancelled):
        load(tiny.conv().save(tmp_path), threads=1, control=control)
    assert not measured.path.exists()


def test_nonsense_in_the_kept_choice_is_measured_over(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda()
    _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    measured.path.parent.mkdir(parents=True)
    measured.path.write_text('{"format": 1, "fastest": {"a": 3}}', encoding="utf-8")
    assert load(tiny.conv().save(tmp_path), threads=1).provider == "cuda"


def test_sample_feeds_fit_the_input() -> None:
    tensor = session.Tensor("x", (None, 3, None, None), np.dtype(np.float32))
    assert fastest.sample_feed([tensor], size=32)["x"].shape == (1, 3, 32, 32)
    last = replace(tensor, shape=(1, None, None, 3))
    assert fastest.sample_feed([last], size=32)["x"].shape == (1, 32, 32, 3)
    spec = SimpleNamespace(layout="NCHW", channels=1, fixed_size=None, minimum=33, size_multiple=8)
    card = SimpleNamespace(input=spec)
    free = replace(tensor, shape=(None, None, None, None), dtype=np.dtype(np.float16))
    found = fastest.sample_feed([free], card, size=32)["x"]  # type: ignore[arg-type]
    assert found.shape == (1, 1, 40, 40) and found.dtype == np.float16


def test_the_self_tests_answer_is_made_without_onnxruntime() -> None:
    content, picture, expected = selftest._network()
    assert content and picture.shape == (1, 3, 8, 8) and expected.shape == (1, 3, 16, 16)
    assert expected.std() > 0.05
    assert CUDA.session_providers() == ["CUDAExecutionProvider", "CPUExecutionProvider"]


def test_a_provider_that_takes_no_operator_is_a_fallback_too(
    tmp_path: Path, fake_cuda: Callable[..., Any]
) -> None:
    fake_cuda(takes="CPU")
    with pytest.raises(ProviderFailed, match="none of the operators"):
        load(tiny.conv().save(tmp_path), provider="cuda")


def test_where_operators_run_is_read_from_a_real_session(tmp_path: Path) -> None:
    loaded = session.open_session(tiny.conv().content, providers.CPU, 1, "tiny")
    parts = runtime.assigned_providers(loaded.session)
    assert parts is None or set(parts) == {"CPUExecutionProvider"}
    assert runtime.assigned_providers(SimpleNamespace()) is None


def test_a_provider_without_an_arena_runs_without_shrinking(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda()
    monkeypatch.setattr(session, "_without_arena", set())
    model = load(tiny.conv().save(tmp_path), provider="cuda", threads=1)
    array = np.ones((1, 1, 4, 4), np.float32)
    assert model.run(array).shape == (1, 1, 4, 4)
    assert session._without_arena == {"cuda"}
    assert model.run(array).shape == (1, 1, 4, 4)


def test_measuring_leaves_no_session_of_the_losers(
    tmp_path: Path, fake_cuda: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cuda()
    _timed(monkeypatch, {"cpu": 1.0, "cuda": 0.1})
    load(tiny.conv().save(tmp_path), threads=1)
    assert [entry[1] for entry in session.cached()] == ["cuda"]


def test_two_packages_are_named_where_a_provider_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "available_provider_names", lambda: ["CPUExecutionProvider"])
    both = {"onnxruntime": "1.32.0", "onnxruntime-gpu": "1.32.0"}
    monkeypatch.setattr(runtime, "installed_distributions", lambda: both)
    with pytest.raises(ProviderMissing) as caught:
        load(tiny.conv().save(tmp_path), provider="cuda")
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in caught.value.hint
