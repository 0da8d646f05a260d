"""A network in 8-bit integers, made by ONNX Runtime's static quantisation from pictures to calibrate on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import EngineError

if TYPE_CHECKING:
    import numpy as np


class QuantisationFailed(EngineError):  # noqa: N818 - a cause is named for what it is
    """ONNX Runtime cannot make an 8-bit form of the network."""


def quantise(source: Path, target: Path, feeds: Iterable[np.ndarray]) -> Path:
    """Write the 8-bit form of a network: weights and activations with quantise and dequantise operators.

    Weights are signed and activations unsigned 8-bit, ranges the least and the largest value met. Activation
    functions stay nodes of their own, so that every layer can still be compared.

    Parameters
    ----------
    source : Path
        An .onnx file with one input.
    target : Path
        Replaced when it is whole.
    feeds : iterable of ndarray
        (1, C, H, W) float32 in the network's input space; read one at a time.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    QuantisationFailed
    """
    import onnx
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    model = onnx.load(str(source))
    stored = {tensor.name for tensor in model.graph.initializer}
    names = [item.name for item in model.graph.input if item.name not in stored]
    opset = max(item.version for item in model.opset_import if item.domain in ("", "ai.onnx"))
    del model
    waiting = iter(feeds)

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def get_next(self) -> dict[str, np.ndarray] | None:
            feed = next(waiting, None)
            return None if feed is None else {names[0]: feed}

    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(prefix="deconv-studio-") as place:
            ready = Path(place) / "ready.onnx"
            # Shapes only: fused operators would be other layers than the original's.
            quant_pre_process(str(source), str(ready), skip_optimization=True, skip_symbolic_shape=True)
            quantize_static(
                str(ready),
                str(part),
                Reader(),
                quant_format=QuantFormat.QDQ,
                # A scale for each filter came with operator set 13.
                per_channel=opset >= 13,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                extra_options={"QDQKeepRemovableActivations": True},
            )
        part.replace(target)
    except Exception as error:
        part.unlink(missing_ok=True)
        # What the feeds raise is the caller's own; ONNX Runtime raises classes it does not export.
        if hasattr(error, "kind") or type(error).__name__ == "Cancelled":
            raise
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise QuantisationFailed(
            f"{source.name} cannot be turned into 8-bit integers: {text}.",
            "Make the 8-bit file with the tool the network came from, and name it instead of int8.",
        ) from error
    return target
