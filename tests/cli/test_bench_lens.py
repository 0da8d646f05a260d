"""`bench lens`: its arithmetic, its lines, and that peers which compute something else are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deconv_studio.cli import bench, bench_lens
from tests.cli.conftest import Called

pytestmark = pytest.mark.light


class Peer:
    """Two convolutions with a rectifier between them, and its reconstructions in NumPy."""

    layers = ("hidden", "output")

    def __init__(self) -> None:
        from onnx import TensorProto, helper, numpy_helper

        random = np.random.default_rng(0)
        self.first = random.normal(size=(4, 3, 1, 1)).astype(np.float32)
        self.second = random.normal(size=(2, 4, 1, 1)).astype(np.float32)
        self.picture = random.random((1, 3, 6, 6), np.float32)
        graph = helper.make_graph(
            [
                helper.make_node("Conv", ["image", "a"], ["x"]),
                helper.make_node("Relu", ["x"], ["hidden"]),
                helper.make_node("Conv", ["hidden", "b"], ["output"]),
            ],
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 6, 6])],
            [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 2, 6, 6])],
            [numpy_helper.from_array(self.first, "a"), numpy_helper.from_array(self.second, "b")],
        )
        self.onnx = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)

    def value(self, layer: str) -> np.ndarray:
        hidden = np.maximum(np.einsum("oi,nihw->nohw", self.first[..., 0, 0], self.picture), 0)
        if layer == "hidden":
            return hidden.astype(np.float32)
        return np.einsum("oi,nihw->nohw", self.second[..., 0, 0], hidden).astype(np.float32)

    def autograd(self, layer: str, unit: int, at: tuple[int, ...]) -> np.ndarray:
        signal = np.eye(4, dtype=np.float32)[unit] if layer == "hidden" else self.second[unit, :, 0, 0]
        found = np.zeros((3, 6, 6), np.float32)
        found[(slice(None), *at)] = np.maximum(signal, 0) @ self.first[..., 0, 0]
        return found

    def captum(self, layer: str) -> Callable[..., np.ndarray]:
        if layer == "hidden":
            return lambda unit, at: self.autograd(layer, unit, at)
        return lambda unit, at: -self.autograd(layer, unit, at)


def test_every_layer_is_timed_and_a_peer_that_differs_is_left_out() -> None:
    hidden, output = bench_lens.layers_of("tiny", Peer(), threads=1, rounds=2)
    assert (hidden.layer, hidden.peer, hidden.absent) == ("hidden", "captum", {})
    assert set(hidden.timings) == {bench_lens.OURS, bench_lens.ANOTHER, *bench_lens.PEERS}
    assert output.peer == "PyTorch autograd" and "differs by" in output.absent["captum"]
    assert "captum" not in output.timings
    assert all(len(timing.seconds) == 2 for timing in output.timings.values())
    assert output.export > 0


def test_a_peer_that_is_not_installed_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(self: Peer, layer: str) -> Any:
        raise ImportError("no captum")

    monkeypatch.setattr(Peer, "captum", missing)
    hidden, _ = bench_lens.layers_of("tiny", Peer(), threads=1, rounds=1)
    assert hidden.absent == {"captum": "not installed"} and hidden.peer == "PyTorch autograd"


def _compared(
    network: str, layer: str, ours: float, further: float, export: float = 0.5
) -> bench_lens.Compared:
    timings = {
        bench_lens.OURS: bench.Timing((ours, 2 * ours)),
        bench_lens.ANOTHER: bench.Timing((further, 2 * further)),
        "captum": bench.Timing((6.0, 12.0)),
        "PyTorch autograd": bench.Timing((3.0, 6.0)),
    }
    return bench_lens.Compared(network, layer, "captum", timings, export, {})


def test_lines_hold_ratios_and_goals() -> None:
    lines = bench_lens.lines_of(
        [
            _compared("one", "early", 1.0, 0.5),
            _compared("one", "late", 3.0, 2.0, 1.05),
            _compared("two", "early", 12.0, 1.5),
        ]
    )
    named = {line.name: line for line in lines}
    assert named["one early, picture to reconstruction (over captum)"].ratio == 6
    assert named["one early, picture to reconstruction (over PyTorch autograd)"].ratio == 3
    assert named["one late, a further unit (over captum)"].ratio == 3
    assert named["one, picture to reconstruction, median of its layers"].value == 4
    assert named["one, picture to reconstruction, median of its layers"].met is True
    assert named["two, picture to reconstruction, median of its layers"].met is False
    assert named["picture to reconstruction, median of the networks"].value == 2.25
    assert named["a further unit, median of all layers"].value == 4
    assert named["a further unit, median of all layers"].met is False
    assert named["largest export over the forward weights"].met is True


def test_without_pytorch_the_bench_says_what_to_install(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> Any:
        raise ImportError("No module named 'torch'")

    monkeypatch.setattr(bench_lens, "open_network", gone)
    told = call("bench", "lens", "--networks", "alexnet")
    assert told.status == 2 and "[train]" in told.err


def test_the_verb_prints_lines_and_what_is_left_out(
    call: Callable[..., Called], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench_lens, "open_network", lambda *_: Peer())
    told = call("bench", "lens", "--networks", "tiny", "--rounds", "1", "--threads", "1", "--json")
    assert told.status == 0, told.err
    (absent,) = [line for line in told.lines if line["event"] == "absent"]
    assert absent["name"] == "tiny output: captum"
    goals = [line for line in told.lines if line.get("goal") is not None]
    assert len(goals) == 4 and {line["least"] for line in goals} == {True, False}


def test_a_goal_can_be_a_floor() -> None:
    assert bench.Figure("a", 1.4, "x", goal=1.3, least=True).met is True
    assert bench.Figure("a", 1.2, "x", goal=1.3, least=True).met is False
