"""A small builder of ONNX graphs, shared by the converters of state dicts and HDF5 files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deconv_studio.catalog.errors import PackInvalid

if TYPE_CHECKING:
    from numpy.typing import NDArray

OPSET = 18
_IR_VERSION = 8
_HINT = "Install the pack again; if that does not help, its format is not supported."


@dataclass(frozen=True)
class Converted:
    """An ONNX model made from a pack.

    Attributes
    ----------
    content : bytes
        The .onnx file: the first input's axis N is free, and those of height and width where it has them.
    parameters : int
    gflops_per_input_megapixel : float or None
        10^9 operations (a multiplication and an addition are two) for each million input pixels; None where
        the input is no picture, or they were not counted.
    classes : tuple of str
        Names of what the network tells apart, in the order of its scores.
    """

    content: bytes
    parameters: int
    gflops_per_input_megapixel: float | None
    classes: tuple[str, ...] = ()


class Weights:
    """The arrays of a file of weights, each asked for by name and shape.

    Parameters
    ----------
    arrays : mapping of str to ndarray
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._arrays = arrays
        self._taken: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def take(self, name: str, shape: Sequence[int | None]) -> NDArray[np.float32]:
        """One array.

        Parameters
        ----------
        name : str
        shape : sequence of int or None
            What its axes have to be; None takes any length.

        Raises
        ------
        PackInvalid
            If it is not there, has another shape or type, or holds what is no number.
        """
        array = self._arrays.get(name)
        if array is None:
            raise PackInvalid(f"The weights have no {name!r}.", _HINT)
        fits = array.ndim == len(shape) and all(
            want in (None, got) for want, got in zip(shape, array.shape, strict=True)
        )
        if not fits or array.size == 0:
            raise PackInvalid(f"{name!r} has the shape {array.shape}, not {tuple(shape)}.", _HINT)
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise PackInvalid(f"{name!r} holds weights that are no numbers.", _HINT)
        self._taken.add(name)
        return np.ascontiguousarray(array, np.float32)

    def finish(self, ignored: str = "") -> None:
        """Make sure that nothing was left over: it would be computed differently without.

        Parameters
        ----------
        ignored : str
            End of the names that do not matter.

        Raises
        ------
        PackInvalid
        """
        left = [
            name
            for name in self._arrays
            if name not in self._taken and not (ignored and name.endswith(ignored))
        ]
        if left:
            raise PackInvalid(f"The weights have {left[0]!r}, which the network has no place for.", _HINT)

    def normalised(
        self, weight: NDArray[np.float32], norm: str, eps: float, axis: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Fold a batch normalisation into the convolution before it.

        Parameters
        ----------
        weight : ndarray
            Of a convolution, (out, in, kh, kw) float32, or of a transposed one, (in, out, kh, kw).
        norm : str
            What the names of the normalisation's arrays begin with.
        eps : float
        axis : int
            The axis of output channels.

        Returns
        -------
        weight, bias : ndarray
            float32; computed in float64.
        """
        channels = [weight.shape[axis]]
        gain, shift, mean, variance = (
            self.take(f"{norm}.{part}", channels).astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        if (variance < 0).any():
            raise PackInvalid(f"{norm!r} has a negative variance.", _HINT)
        scale = gain / np.sqrt(variance + eps)
        across = [1] * weight.ndim
        across[axis] = -1
        folded = weight * scale.reshape(across)
        return folded.astype(np.float32), (shift - mean * scale).astype(np.float32)


class GraphBuilder:
    """Collects nodes and weights; every tensor is named by what the layer is."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._tensors: dict[str, Any] = {}
        self.parameters = 0
        self.multiplications = 0.0
        """For each input pixel."""

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Keep an array (once) and return its name."""
        from onnx import numpy_helper

        if name not in self._tensors:
            self._tensors[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def add(self, operator: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append a node named after its output, and return that output."""
        from onnx import helper

        self._nodes.append(helper.make_node(operator, list(inputs), [output], name=output, **attributes))
        return output

    def convolution(
        self,
        source: str,
        output: str,
        weight: NDArray[np.float32],
        bias: NDArray[np.float32] | None,
        *,
        stride: int = 1,
        pads: tuple[int, int] = (0, 0),
        group: int = 1,
        transposed: bool = False,
        pixels: float = 0.0,
    ) -> str:
        """Append a convolution, square in kernel, stride and padding.

        Parameters
        ----------
        source, output : str
        weight : ndarray
            (out, in / group, k, k) float32; transposed: (in, out / group, k, k).
        bias : ndarray, optional
            (out,) float32.
        stride : int
        pads : (int, int)
            Before and after.
        group : int
        transposed : bool
        pixels : float
            How often the kernel is applied, for each input pixel of the network.
        """
        operands = [source, self.constant(f"{output}.weight", weight)]
        self.parameters += weight.size
        if bias is not None:
            operands.append(self.constant(f"{output}.bias", bias))
            self.parameters += bias.size
        self.multiplications += weight.size * pixels
        before, after = pads
        return self.add(
            "ConvTranspose" if transposed else "Conv",
            operands,
            output,
            kernel_shape=list(weight.shape[2:]),
            strides=[stride] * 2,
            pads=[before, before, after, after],
            group=group,
        )

    def finish(
        self,
        name: str,
        inputs: Mapping[str, Sequence[int | str]],
        outputs: Mapping[str, Sequence[int | str]],
        *,
        version: int,
        classes: Sequence[str] = (),
    ) -> Converted:
        """Make the model.

        Parameters
        ----------
        name : str
            Of the graph.
        inputs, outputs : mapping of str to sequence
            Names, and axes: a number, or the name of a free one. All are float32.
        version : int
            The converter's.
        classes : sequence of str
        """
        from onnx import TensorProto, helper

        def info(ports: Mapping[str, Sequence[int | str]]) -> list[Any]:
            return [
                helper.make_tensor_value_info(port, TensorProto.FLOAT, list(axes))
                for port, axes in ports.items()
            ]

        graph = helper.make_graph(
            self._nodes, name, info(inputs), info(outputs), list(self._tensors.values())
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=_IR_VERSION,
            producer_name="deconv-studio",
            producer_version=f"packs {version}",
        )
        return Converted(
            model.SerializeToString(deterministic=True),
            self.parameters,
            2e-3 * self.multiplications or None,
            tuple(classes),
        )
