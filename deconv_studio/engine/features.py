"""Features of pictures, what a classifier's last layer is given: sets of pictures are compared by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import onnx

from deconv_studio.engine.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from deconv_studio.catalog import Card

_BATCH = 64


class Features:
    """A classifier of the catalogue, cut before its last layer.

    Parameters
    ----------
    path : Path
        The verified ``.onnx`` file.
    card : Card
        Its card; pictures are brought to its size, range and normalisation.
    side : int
        Height and width fed to a network without a size of its own.
    threads : int

    Attributes
    ----------
    name : str
        ``MODEL:TENSOR`` with the side, the name that stands beside every figure made with these features.

    Raises
    ------
    BadInput
        The network does not end in a fully connected layer.
    """

    def __init__(self, path: Path, card: Card, *, side: int = 128, threads: int = 1) -> None:
        import onnxruntime

        model = onnx.load(path)
        last = next((n for n in reversed(model.graph.node) if n.op_type in ("Gemm", "MatMul")), None)
        if last is None:
            raise BadInput(
                f"{card.id} does not end in a fully connected layer.", "Take features from a classifier."
            )
        tensor = last.input[0]
        del model.graph.output[:]
        model.graph.output.append(onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._card = card
        self._input = self._session.get_inputs()[0].name
        fixed = card.input.fixed_size
        multiple = card.input.size_multiple
        self._size = (fixed[0], fixed[1]) if fixed else (-(-side // multiple) * multiple,) * 2
        self.name = f"{card.id}:{tensor} at {self._size[1]} x {self._size[0]}"

    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Compute features.

        Parameters
        ----------
        pictures : ndarray
            ``(N, H, W, C)`` float32 in [0, 1] or uint8, C = 1 gray or 3 RGB, all of one size.

        Returns
        -------
        ndarray
            ``(N, D)`` float32.
        """
        spec = self._card.input
        low, high = spec.range
        factor = (high - low) / np.asarray(spec.std, np.float32)
        offset = (low - np.asarray(spec.mean, np.float32)) / np.asarray(spec.std, np.float32)
        found = []
        for start in range(0, len(pictures), _BATCH):
            piece = pictures[start : start + _BATCH]
            values = piece.astype(np.float32) / np.float32(255 if piece.dtype == np.uint8 else 1)
            if values.shape[1:3] != self._size:
                size = (self._size[1], self._size[0])
                smaller = self._size[0] < values.shape[1]
                how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
                values = np.stack(
                    [cv2.resize(v, size, interpolation=how).reshape(*self._size, -1) for v in values]
                )
            if values.shape[3] != spec.channels:
                mean = values.mean(axis=3, keepdims=True)
                values = np.repeat(mean, spec.channels, axis=3)
            feed = (values * factor + offset).astype(np.float32)
            if spec.layout == "NCHW":
                feed = np.ascontiguousarray(feed.transpose(0, 3, 1, 2))
            (out,) = self._session.run(None, {self._input: feed})
            found.append(out.reshape(len(out), -1))
        return np.concatenate(found)
