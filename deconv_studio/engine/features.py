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
# ITU-R BT.601-7, full range.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


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
    sha256 : str
        Of the classifier's file.
    classes : tuple of str
        Their names, in the order of `with_probabilities`; empty where the card names none.

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
        whole = next((o for o in model.graph.output if o.name == card.output.name), model.graph.output[0])
        self._scores = whole.name
        del model.graph.output[:]
        model.graph.output.append(whole)
        model.graph.output.append(onnx.helper.make_tensor_value_info(tensor, onnx.TensorProto.FLOAT, None))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._card, self._tensor = card, tensor
        self._input = self._session.get_inputs()[0].name
        fixed = card.input.fixed_size
        multiple = card.input.size_multiple
        self._size = (fixed[0], fixed[1]) if fixed else (-(-side // multiple) * multiple,) * 2
        self.name = f"{card.id}:{tensor} at {self._size[1]} x {self._size[0]}"
        self.sha256 = card.sha256
        self.classes = tuple(item.name for item in card.classes)

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
        return self._run(pictures, [self._tensor])[0]

    def with_probabilities(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute features, and what the classifier makes of them.

        Parameters
        ----------
        pictures : ndarray
            As for the features alone.

        Returns
        -------
        (ndarray, ndarray)
            ``(N, D)`` float32 features, and ``(N, K)`` float32 probabilities of its classes: the softmax of
            its scores, or the network's own result where its rows sum to 1 already.
        """
        features, scores = self._run(pictures, [self._tensor, self._scores])
        if (scores >= 0).all() and np.abs(scores.sum(1) - 1).max() < 1e-3:
            return features, scores
        powers = np.exp(scores - scores.max(1, keepdims=True))
        return features, powers / powers.sum(1, keepdims=True)

    def _run(self, pictures: np.ndarray, outputs: list[str]) -> list[np.ndarray]:
        found: list[list[np.ndarray]] = [[] for _ in outputs]
        for start in range(0, len(pictures), _BATCH):
            fed = feed(self._card, pictures[start : start + _BATCH], self._size)
            for place, out in zip(found, self._session.run(outputs, {self._input: fed}), strict=True):
                place.append(out.reshape(len(out), -1))
        return [np.concatenate(parts) for parts in found]


def feed(card: Card, pictures: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Make a classifier's input of pictures.

    Parameters
    ----------
    card : Card
    pictures : ndarray
        ``(N, H, W, C)`` float32 in [0, 1] or uint8, C = 1 gray or 3 RGB.
    size : (int, int)
        Height and width that they are resized to: by the means of areas when reducing, bilinear else.

    Returns
    -------
    ndarray
        ``(N, C', h, w)`` or ``(N, h, w, C')`` float32 in the card's range, normalised as it says.
    """
    spec = card.input
    low, high = spec.range
    factor = (high - low) / np.asarray(spec.std, np.float32)
    offset = (low - np.asarray(spec.mean, np.float32)) / np.asarray(spec.std, np.float32)
    values = pictures.astype(np.float32) / np.float32(255 if pictures.dtype == np.uint8 else 1)
    if values.shape[1:3] != size:
        how = cv2.INTER_AREA if size[0] < values.shape[1] else cv2.INTER_LINEAR
        resized = [cv2.resize(value, (size[1], size[0]), interpolation=how) for value in values]
        values = np.stack(resized).reshape(len(values), *size, -1)
    if values.shape[3] != spec.channels:
        gray = values if values.shape[3] == 1 else values @ _LUMA[:, None]
        values = np.repeat(gray, spec.channels, axis=3)
    fed = (values * factor + offset).astype(np.float32)
    return np.ascontiguousarray(fed.transpose(0, 3, 1, 2)) if spec.layout == "NCHW" else fed
