"""Does a provider work? A tiny network, run on it and compared with the same arithmetic in numpy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache

import numpy as np

from deconv_studio.engine import providers, runtime
from deconv_studio.engine.errors import EngineError

#: Largest difference allowed. Providers may use TF32 or float16 inside: 11 bits on values of about 1.
TOLERANCE = 5e-3


@dataclass(frozen=True)
class SelfTest:
    """What a self-test found.

    Attributes
    ----------
    provider : Provider
    ok : bool
    seconds : float
        For loading and running; 0 if it did not get that far.
    difference : float or None
        Largest absolute difference from numpy.
    message, hint : str
        What is wrong and the way out; empty when all is well.
    """

    provider: providers.Provider
    ok: bool
    seconds: float = 0.0
    difference: float | None = None
    message: str = ""
    hint: str = ""


def self_test(provider: providers.Provider | str) -> SelfTest:
    """Run the tiny network on a provider.

    Parameters
    ----------
    provider : Provider or str

    Returns
    -------
    SelfTest
        A fault is told in it, not raised.

    Raises
    ------
    ProviderUnknown
    """
    wanted = providers.by_name(provider) if isinstance(provider, str) else provider
    conflict = providers.conflict()
    try:
        providers.require(wanted.name)
        if conflict is not None and wanted.name != "cpu":
            raise conflict
        from deconv_studio.engine.session import open_session

        content, picture, expected = _network()
        started = time.perf_counter()
        loaded = open_session(content, wanted, 1, "The self-test")
        found = np.asarray(loaded.session.run(None, {"x": picture})[0])
        seconds = time.perf_counter() - started
    except EngineError as error:
        return SelfTest(wanted, False, message=error.message, hint=error.hint)
    except runtime.exception_types() as error:
        return SelfTest(
            wanted,
            False,
            message=f"{wanted.title} is listed, but fails: {runtime.first_line(error)}.",
            hint=f"Repair its driver, choose another provider, or install it again: {wanted.how_to_get}.",
        )
    difference = float(np.abs(found - expected).max()) if found.shape == expected.shape else float("inf")
    # Written so that a difference that is not a number fails too.
    if not difference <= TOLERANCE:
        return SelfTest(
            wanted,
            False,
            seconds,
            difference,
            f"{wanted.title} computes wrongly: its result is off by {difference:.3g}.",
            "Do not use it; update its driver, or choose the provider cpu.",
        )
    if conflict is not None:
        return SelfTest(wanted, True, seconds, difference, conflict.message, conflict.hint)
    return SelfTest(wanted, True, seconds, difference)


@cache
def _network() -> tuple[bytes, np.ndarray, np.ndarray]:
    """A 3x3 convolution, ReLU and a 4x4 transposed convolution of stride 2; a picture; the answer."""
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(7)
    first = random.normal(size=(4, 3, 3, 3)).astype(np.float32) * np.float32(0.2)
    last = random.normal(size=(4, 3, 4, 4)).astype(np.float32) * np.float32(0.2)
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["x", "first"], ["a"], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("ConvTranspose", ["b", "last"], ["y"], strides=[2, 2], pads=[1, 1, 1, 1]),
        ],
        "self-test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 16, 16])],
        [numpy_helper.from_array(first, "first"), numpy_helper.from_array(last, "last")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    picture = random.random((1, 3, 8, 8), dtype=np.float32)
    return model.SerializeToString(), picture, _answer(picture[0], first, last)[None].astype(np.float32)


def _answer(picture: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    padded = np.pad(picture.astype(np.float64), ((0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    hidden = np.maximum(np.einsum("cyxij,ocij->oyx", windows, first.astype(np.float64)), 0.0)
    # Each input pixel adds its 4x4 stamp at twice its place; one row and column go on each side.
    out = np.zeros((last.shape[1], 2 * hidden.shape[1] + 2, 2 * hidden.shape[2] + 2))
    for y in range(hidden.shape[1]):
        for x in range(hidden.shape[2]):
            out[:, 2 * y : 2 * y + 4, 2 * x : 2 * x + 4] += np.einsum("c,coij->oij", hidden[:, y, x], last)
    return out[:, 1:-1, 1:-1]
