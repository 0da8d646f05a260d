"""Reader of ncnn networks: a .param file of text (the graph) and a .bin file (the weights).

Format: a magic number, the numbers of layers and of blobs, then one layer a line: type, name, number of
inputs, number of outputs, their names, and `key=value` pairs whose keys are numbers; a key below -23300 holds
an array `count,value,...` and stands for key ``-23300 - key``. The weights follow in the order of the layers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio.catalog.errors import PackInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAGIC = 7767517
FP16_FLAG = 0x01306B47
_ARRAY_BASE = -23300
_HINT = "Install the pack again; if that does not help, its format is not supported."

_WEIGHT_LAYERS = ("Convolution", "Deconvolution")
# Out channels, kernel, dilation, stride, pad, has bias, weight count, activation. A layer with any other key
# would be computed differently, so it is refused rather than converted wrongly.
_KNOWN_NUMBERS = {0, 1, 2, 3, 4, 5, 6, 9}
_KNOWN_ARRAYS = {10}


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    kind, name : str
    inputs, outputs : tuple of str
        Names of blobs.
    numbers : dict of int to float
    arrays : dict of int to tuple of float
    weight : ndarray, optional
        Convolution: (out, in, kh, kw) float32. Deconvolution: (in, out, kh, kw) float32, the order that ONNX
        and PyTorch use for a transposed convolution (the file stores out, in).
    bias : ndarray, optional
        (out,) float32.
    """

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    numbers: dict[int, float] = field(default_factory=dict)
    arrays: dict[int, tuple[float, ...]] = field(default_factory=dict)
    weight: NDArray[np.float32] | None = None
    bias: NDArray[np.float32] | None = None

    def integer(self, key: int, default: int) -> int:
        """A parameter that is a whole number."""
        value = self.numbers.get(key, default)
        if int(value) != value:
            raise PackInvalid(f"Layer {self.name!r}: parameter {key} is {value}, not a whole number.", _HINT)
        return int(value)


def read_network(param: str, weights: bytes, *, input_channels: int = 3) -> list[Layer]:
    """Read a network whole.

    Parameters
    ----------
    param : str
        Content of the .param file.
    weights : bytes
        Content of the .bin file; it is consumed to its last byte.
    input_channels : int
        Channels of the picture that is fed.

    Returns
    -------
    list of Layer
        In the order of the file, which is an order of computation.

    Raises
    ------
    PackInvalid
        If the files are not in this format, contradict each other, or have layers this reader does not know.
    """
    layers = _read_param(param)
    source = _Weights(weights)
    channels: dict[str, int] = {}
    complete: list[Layer] = []
    for layer in layers:
        missing = [name for name in layer.inputs if name not in channels]
        if missing:
            raise PackInvalid(f"Layer {layer.name!r} reads {missing[0]!r}, which nothing has made.", _HINT)
        if layer.kind == "Input":
            width = input_channels
        elif layer.kind in _WEIGHT_LAYERS:
            layer = _with_weights(layer, channels[layer.inputs[0]], source)
            width = layer.integer(0, 0)
        elif layer.kind in ("Split", "ReLU"):
            width = channels[layer.inputs[0]]
        else:
            raise PackInvalid(f"Layer {layer.name!r} is of the unknown type {layer.kind!r}.", _HINT)
        channels.update(dict.fromkeys(layer.outputs, width))
        complete.append(layer)
    if source.left:
        raise PackInvalid(f"{source.left} bytes of weights are left over.", _HINT)
    return complete


def _read_param(text: str) -> list[Layer]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    try:
        if int(lines[0][0]) != MAGIC:
            raise PackInvalid("The .param file does not begin with ncnn's magic number.", _HINT)
        count, blobs = int(lines[1][0]), int(lines[1][1])
        layers = [_read_layer(words) for words in lines[2:]]
    except (IndexError, ValueError) as error:
        raise PackInvalid("The .param file is damaged.", _HINT) from error
    if len(layers) != count or len({name for layer in layers for name in layer.outputs}) != blobs:
        raise PackInvalid("The .param file has not the layers it promises.", _HINT)
    for layer in layers:
        if layer.kind != "Input" and not layer.inputs:
            raise PackInvalid(f"Layer {layer.name!r} has no input.", _HINT)
    return layers


def _read_layer(words: list[str]) -> Layer:
    kind, name, inputs, outputs = words[0], words[1], int(words[2]), int(words[3])
    names = words[4 : 4 + inputs + outputs]
    if len(names) != inputs + outputs or min(inputs, outputs) < 0 or any("=" in item for item in names):
        raise ValueError(f"layer {name}")
    numbers: dict[int, float] = {}
    arrays: dict[int, tuple[float, ...]] = {}
    for word in words[4 + inputs + outputs :]:
        key_text, _, value = word.partition("=")
        key = int(key_text)
        if key <= _ARRAY_BASE:
            length, *items = value.split(",")
            if int(length) != len(items):
                raise ValueError(f"layer {name}")
            arrays[_ARRAY_BASE - key] = tuple(float(item) for item in items)
        else:
            numbers[key] = float(value)
    return Layer(kind, name, tuple(names[:inputs]), tuple(names[inputs:]), numbers, arrays)


class _Weights:
    """A cursor over the .bin file."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def _take(self, size: int) -> memoryview:
        if size > self.left:
            raise PackInvalid("The .bin file is cut.", _HINT)
        part = self._content[self._at : self._at + size]
        self._at += size
        return part

    def plain(self, count: int) -> NDArray[np.float32]:
        """Values without a flag: always fp32."""
        return np.frombuffer(self._take(4 * count), "<f4").astype(np.float32)

    def flagged(self, count: int) -> NDArray[np.float32]:
        """Values after a flag of 4 bytes that says how they are stored, padded to 4 bytes."""
        flag = int.from_bytes(self._take(4), "little")
        if flag == 0:
            return self.plain(count)
        if flag == FP16_FLAG:
            values = np.frombuffer(self._take(2 * count), "<f2").astype(np.float32)
            self._take(-2 * count % 4)
            return values
        raise PackInvalid(f"Weights are stored in an unknown way (flag {flag:#010x}).", _HINT)


def _with_weights(layer: Layer, in_channels: int, source: _Weights) -> Layer:
    unknown = (set(layer.numbers) - _KNOWN_NUMBERS) | (set(layer.arrays) - _KNOWN_ARRAYS)
    if unknown:
        raise PackInvalid(f"Layer {layer.name!r} has the unknown parameter {min(unknown)}.", _HINT)
    out_channels, kernel, count = layer.integer(0, 0), layer.integer(1, 0), layer.integer(6, 0)
    if min(out_channels, kernel) < 1 or count != out_channels * in_channels * kernel * kernel:
        raise PackInvalid(
            f"Layer {layer.name!r} has {count} weights; its shape needs"
            f" {out_channels} x {in_channels} x {kernel} x {kernel}.",
            _HINT,
        )
    weight = source.flagged(count).reshape(out_channels, in_channels, kernel, kernel)
    if layer.kind == "Deconvolution":
        weight = weight.transpose(1, 0, 2, 3)
    bias = source.plain(out_channels) if layer.integer(5, 0) else None
    if not np.isfinite(weight).all() or (bias is not None and not np.isfinite(bias).all()):
        raise PackInvalid(f"Layer {layer.name!r} has weights that are no numbers.", _HINT)
    return Layer(
        layer.kind,
        layer.name,
        layer.inputs,
        layer.outputs,
        layer.numbers,
        layer.arrays,
        np.ascontiguousarray(weight),
        bias,
    )
