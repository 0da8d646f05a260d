"""The one place where the lens opens ONNX Runtime sessions, from bytes or a model in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.lens.errors import GraphInvalid, RunFailed

if TYPE_CHECKING:
    import onnx
    import onnxruntime


def open_session(
    model: onnx.ModelProto | bytes, *, threads: int | None = None
) -> onnxruntime.InferenceSession:
    """Load a model on the CPU.

    Parameters
    ----------
    model : onnx.ModelProto or bytes
        Not changed.
    threads : int, optional
        Threads inside an operator; ONNX Runtime's choice if not given.

    Returns
    -------
    onnxruntime.InferenceSession

    Raises
    ------
    GraphInvalid
        ONNX Runtime refuses the model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Errors reach the caller as exceptions; the same text on standard error would only double them.
    options.log_severity_level = 4
    if threads:
        options.intra_op_num_threads = threads
    data = model if isinstance(model, bytes) else model.SerializeToString()
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the binding raises classes it does not export
        raise GraphInvalid(f"ONNX Runtime cannot load the network: {error}") from error


def run_session(
    session: onnxruntime.InferenceSession,
    outputs: Sequence[str],
    feeds: Mapping[str, np.ndarray],
    control: Control | None = None,
    *,
    only_path: bool = False,
) -> dict[str, np.ndarray]:
    """Run a session so that a cancel stops it in the middle.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
    outputs : sequence of str
        Names of the outputs wanted.
    feeds : mapping of str to ndarray
        Every input by name.
    control : Control, optional
        Its cancel terminates the run.
    only_path : bool
        Compute nothing that the wanted outputs do not need.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    Cancelled
    RunFailed
    """
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.log_severity_level = 4
    options.only_execute_path_to_fetches = only_path
    names = list(outputs)
    try:
        if control is None:
            values = session.run(names, dict(feeds), options)
        else:
            control.raise_if_cancelled()

            def stop() -> None:
                options.terminate = True

            with control.on_cancel(stop):
                values = session.run(names, dict(feeds), options)
            control.raise_if_cancelled()
    except Cancelled:
        raise
    except Exception as error:  # the binding raises classes it does not export
        if control is not None and control.cancelled:
            raise Cancelled() from error
        raise RunFailed(f"ONNX Runtime stopped: {error}") from error
    return dict(zip(names, values, strict=True))
