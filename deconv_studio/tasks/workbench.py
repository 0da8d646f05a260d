"""A transposed convolution taken apart: every number the workbench shows, computed with the lens's own
arithmetic."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .errors import ModelUnfit, OptionsInvalid

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from deconv_studio.engine.control import Control
    from deconv_studio.imaging import Picture

KernelName = Literal["bilinear", "nearest", "gaussian", "box", "random"]
InputName = Literal["disc", "impulse", "edge", "stripes", "flat", "noise"]

#: Side of the noise picture whose spectrum is shown, in inputs.
SPECTRUM_INPUTS = 48
#: Elements of the largest matrix that is made; it is there to be looked at.
MATRIX_ELEMENTS = 300_000


@dataclass(frozen=True)
class Geometry:
    """A transposed convolution's sizes, the same along both axes.

    Attributes
    ----------
    size : int
        Side of the square input.
    kernel, stride, padding, output_padding, dilation : int
        As ONNX `ConvTranspose` and PyTorch `ConvTranspose2d` have them.
    """

    size: int = 5
    kernel: int = 3
    stride: int = 2
    padding: int = 1
    output_padding: int = 0
    dilation: int = 1

    def output_size(self) -> int:
        """Return the side of the output.

        Raises
        ------
        OptionsInvalid
            There is no such transposed convolution.
        """
        from deconv_studio.lens.arithmetic import transposed_size
        from deconv_studio.lens.errors import ArithmeticInvalid

        try:
            return transposed_size(
                self.size, self.kernel, self.stride, self.padding, self.dilation, self.output_padding
            )
        except ArithmeticInvalid as error:
            raise OptionsInvalid(error.message, error.hint) from error

    def formula(self) -> str:
        """Return the output size's formula with the numbers filled in, whatever it comes to."""
        n, k, s, p, o, d = (
            self.size, self.kernel, self.stride, self.padding, self.output_padding, self.dilation,
        )  # fmt: skip
        result = s * (n - 1) + d * (k - 1) + 1 - 2 * p + o
        text = f"{s}·({n} − 1) + {d}·({k} − 1) + 1 − 2·{p} + {o} = {result}"
        return text.replace("= -", "= −")

    def torch_code(self) -> str:
        """Return the line that makes this layer in PyTorch."""
        words = [f"kernel_size={self.kernel}"]
        for name, value, default in (
            ("stride", self.stride, 1),
            ("padding", self.padding, 0),
            ("output_padding", self.output_padding, 0),
            ("dilation", self.dilation, 1),
        ):
            if value != default:
                words.append(f"{name}={value}")
        return f"torch.nn.ConvTranspose2d(1, 1, {', '.join(words)}, bias=False)"

    def onnx_code(self) -> str:
        """Return the line that makes this node with `onnx.helper`."""
        return (
            f'onnx.helper.make_node("ConvTranspose", ["x", "w"], ["y"], kernel_shape={[self.kernel] * 2}, '
            f"strides={[self.stride] * 2}, pads={[self.padding] * 4}, "
            f"output_padding={[self.output_padding] * 2}, dilations={[self.dilation] * 2})"
        )


@dataclass(frozen=True, eq=False)
class Overlap:
    """How evenly a transposed convolution reaches its output.

    Attributes
    ----------
    counts : ndarray
        (H,) int64: inputs that reach each output along one axis.
    low, high : int
        Smallest and largest count of a picture away from the border.
    even : bool
        Whether both are the same.
    flat : ndarray
        (stride, stride) float64: one period of what becomes of a picture of ones.
    ripple : float
        Largest deviation of `flat` from its mean, as a share of what lands on an output on average if every
        weight counts with its absolute value.
    spectrum : ndarray
        (F,) float64: amplitude over the frequencies 0 to 1/2 along a row, the constant left out, for uniform
        noise in [0, 1]; 1 is the largest.
    frequencies : ndarray
        (F,) float64, in cycles a pixel.
    score : float
        Share of the noise picture's spectral energy at the stride's harmonics; 0 at stride 1.
    """

    counts: np.ndarray
    low: int
    high: int
    even: bool
    flat: np.ndarray
    ripple: float
    spectrum: np.ndarray
    frequencies: np.ndarray
    score: float


@dataclass(frozen=True, eq=False)
class Equivalents:
    """The same output made in other ways.

    Attributes
    ----------
    sub_pixel : ndarray
        (H, H): convolution of stride 1, then a pixel shuffle.
    taps : int
        Side of that convolution's kernel.
    difference : float
        Largest absolute difference between `sub_pixel` and the transposed convolution.
    resized : ndarray
        (s n, s n): nearest-neighbour resize, then a convolution with the same kernel over stride².
    joined : int
        Side of the kernel of the transposed convolution that resize and convolution are together.
    joined_difference : float
        Largest absolute difference between that and `resized`.
    ripple : float
        Of `resized`, as in `Overlap`.
    """

    sub_pixel: np.ndarray
    taps: int
    difference: float
    resized: np.ndarray
    joined: int
    joined_difference: float
    ripple: float


@dataclass(frozen=True, eq=False)
class Adjoint:
    """The adjoint test <K x, y> = <x, Kᵀ y>.

    Attributes
    ----------
    x : ndarray
        (H, H): a picture of the output's size, normal noise.
    y : ndarray
        (n, n): the input.
    forward, backward : ndarray
        K x, (n, n), and Kᵀ y, (H, H).
    left, right : float
        The two inner products.
    row : ndarray
        (n, H): the matrix of one row of the picture, with the kernel's middle row.
    whole : ndarray or None
        (n², H²): the matrix of the whole picture; None where it would be too large to see.
    """

    x: np.ndarray
    y: np.ndarray
    forward: np.ndarray
    backward: np.ndarray
    left: float
    right: float
    row: np.ndarray
    whole: np.ndarray | None


@dataclass(frozen=True, eq=False)
class Fusion:
    """A picture sent down by the convolution, up by its transpose, and fused with what it was before.

    Every way has the weights that come nearest to the picture: least squares with a constant.

    Attributes
    ----------
    picture, skip : ndarray
        (n, n): the picture, and the same with noise: what a skip connection carries.
    down, up : ndarray
        (m, m), (n, n).
    up_only, skip_only, added, joined : ndarray
        (n, n): each alone; their sum with one gain; both beside each other under a 1 x 1 convolution.
    errors : dict
        Root mean square error of each of the four by its name.
    gain : float
        Of the sum.
    weights : tuple of float
        Of the 1 x 1 convolution: for `up`, for `skip`, and the bias.
    """

    picture: np.ndarray
    skip: np.ndarray
    down: np.ndarray
    up: np.ndarray
    up_only: np.ndarray
    skip_only: np.ndarray
    added: np.ndarray
    joined: np.ndarray
    errors: dict[str, float]
    gain: float
    weights: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Study:
    """All there is to know about one transposed convolution of one picture.

    Attributes
    ----------
    geometry : Geometry
    values : ndarray
        (n, n) float64: the input.
    weight : ndarray
        (k, k) float64.
    output : ndarray
        (H, H) float64.
    overlap : Overlap
    equivalents : Equivalents
    adjoint : Adjoint or None
        None where output padding lets the convolution of the output have another size than the input.
    fusion : Fusion or None
        None where the kernel does not fit the picture.
    """

    geometry: Geometry
    values: np.ndarray
    weight: np.ndarray
    output: np.ndarray
    overlap: Overlap
    equivalents: Equivalents
    adjoint: Adjoint | None
    fusion: Fusion | None


@dataclass(frozen=True, eq=False)
class Learned:
    """The kernels of one transposed convolution of a network.

    Attributes
    ----------
    layer : str
        The node's output.
    geometry : Geometry
        Its sizes; ``size`` is the default.
    kernels : ndarray
        (N, k, k) float64, one for every pair of input and output channel.
    strongest : int
        Which has the largest norm.
    """

    layer: str
    geometry: Geometry
    kernels: np.ndarray
    strongest: int


def kernel_values(name: KernelName, size: int, stride: int, seed: int = 0) -> np.ndarray:
    """Return a kernel to start from.

    Parameters
    ----------
    name : {"bilinear", "nearest", "gaussian", "box", "random"}
        Bilinear as in FCN (Long, Shelhamer and Darrell 2015); nearest is a box of the stride's side;
        gaussian has a standard deviation of half a stride, box is constant, and both keep brightness; random
        is normal.
    size, stride : int
    seed : int
        Of the random one.

    Returns
    -------
    ndarray
        (size, size) float64.

    Raises
    ------
    OptionsInvalid
        There is no kernel of that name.
    """
    import numpy as np

    if name == "random":
        return np.random.default_rng(seed).normal(0.0, 1.0 / size, (size, size))
    places = np.arange(size, dtype=np.float64)
    if name == "bilinear":
        factor = (size + 1) // 2
        centre = factor - 1 if size % 2 else factor - 0.5
        row = 1 - np.abs(places - centre) / factor
    elif name == "nearest":
        start = max(0, (size - stride) // 2)
        row = ((places >= start) & (places < start + stride)).astype(np.float64)
    elif name == "gaussian":
        row = np.exp(-0.5 * ((places - (size - 1) / 2) / (stride / 2)) ** 2)
        row *= stride / row.sum()
    elif name == "box":
        row = np.full(size, stride / size)
    else:
        raise OptionsInvalid(
            f"There is no kernel called {name!r}.", "Use bilinear, nearest, gaussian, box or random."
        )
    return np.multiply.outer(row, row)


def input_values(name: InputName, size: int, seed: int = 0) -> np.ndarray:
    """Return an input to start from.

    Parameters
    ----------
    name : {"disc", "impulse", "edge", "stripes", "flat", "noise"}
    size : int
    seed : int
        Of the noise.

    Returns
    -------
    ndarray
        (size, size) float64 in [0, 1].

    Raises
    ------
    OptionsInvalid
        There is no input of that name.
    """
    import numpy as np

    rows, columns = np.mgrid[0:size, 0:size].astype(np.float64)
    middle = (size - 1) / 2
    if name == "disc":
        radius = np.hypot(rows - middle, columns - middle)
        # Rounded, so that the numbers in the cells are those that are used.
        return np.round(np.clip(0.5 + size / 3 - radius, 0.0, 1.0), 2)
    if name == "impulse":
        return ((rows == size // 2) & (columns == size // 2)).astype(np.float64)
    if name == "edge":
        return (columns > rows).astype(np.float64)
    if name == "stripes":
        return (columns % 2).astype(np.float64)
    if name == "flat":
        return np.ones((size, size))
    if name == "noise":
        return np.round(np.random.default_rng(seed).random((size, size)), 2)
    raise OptionsInvalid(
        f"There is no input called {name!r}.", "Use disc, impulse, edge, stripes, flat or noise."
    )


def fit_square(values: np.ndarray, size: int) -> np.ndarray:
    """Return a square cut off or filled up with zeros about its middle.

    Parameters
    ----------
    values : ndarray
        (n, n).
    size : int

    Returns
    -------
    ndarray
        (size, size), a copy.
    """
    import numpy as np

    have = values.shape[0]
    start = abs(have - size) // 2
    if have >= size:
        return values[start : start + size, start : start + size].copy()
    after = size - have - start
    return np.pad(values, ((start, after), (start, after)))


def picture_patch(control: Control, picture: Picture, size: int) -> np.ndarray:
    """Return the middle square of a picture as luma, reduced to a few pixels.

    Returns
    -------
    ndarray
        (size, size) float64 in [0, 1], BT.601 luma of sRGB values.
    """
    import numpy as np

    from deconv_studio import imaging

    side = min(picture.pixels.shape[:2])
    top, left = ((have - side) // 2 for have in picture.pixels.shape[:2])
    cut = np.ascontiguousarray(picture.pixels[top : top + side, left : left + side])
    square = dataclasses.replace(picture, pixels=cut)
    control.raise_if_cancelled()
    pixels = np.asarray(imaging.to_srgb(square).pixels)
    scale = {1: 255.0, 2: 65535.0}.get(pixels.dtype.itemsize, 1.0)
    planes = pixels.astype(np.float32) / np.float32(scale)
    if planes.shape[2] >= 3:
        luma = planes[:, :, :3] @ np.array([0.299, 0.587, 0.114], np.float32)
    else:
        luma = planes[:, :, 0]
    control.raise_if_cancelled()
    reduced = imaging.resize_bicubic(luma[:, :, None], (size, size))[:, :, 0]
    return np.clip(np.nan_to_num(reduced.astype(np.float64)), 0.0, 1.0)


def learned_kernels(control: Control, path: Path) -> tuple[Learned, ...]:
    """Return the kernels of a network's transposed convolutions, first to last.

    Raises
    ------
    ModelUnfit
        It has none with a square kernel and the same step along both axes.
    GraphInvalid
        The file is no ONNX network.
    """
    import numpy as np
    from onnx import helper, numpy_helper

    from deconv_studio.lens.graph import load_model

    model, _ = load_model(path)
    tensors = {tensor.name: tensor for tensor in model.graph.initializer}
    found = []
    for node in model.graph.node:
        control.raise_if_cancelled()
        if node.op_type != "ConvTranspose" or node.input[1] not in tensors:
            continue
        weight = numpy_helper.to_array(tensors[node.input[1]]).astype(np.float64)
        attributes = {each.name: helper.get_attribute_value(each) for each in node.attribute}
        steps = {
            name: list(attributes.get(name, [default] * 2))
            for name, default in (("strides", 1), ("dilations", 1), ("output_padding", 0))
        }
        pads = list(attributes.get("pads", [0] * 4))
        same = all(len(set(each)) == 1 for each in (*steps.values(), pads))
        if weight.ndim != 4 or weight.shape[2] != weight.shape[3] or not same:
            continue
        kernels = weight.reshape(-1, *weight.shape[2:])
        geometry = Geometry(
            kernel=weight.shape[2],
            stride=steps["strides"][0],
            padding=pads[0],
            output_padding=steps["output_padding"][0],
            dilation=steps["dilations"][0],
        )
        strongest = int(np.argmax((kernels**2).sum(axis=(1, 2))))
        found.append(Learned(node.output[0], geometry, kernels, strongest))
    if not found:
        raise ModelUnfit(
            f"{path.name} has no transposed convolution with a square kernel.",
            "Choose a model that has one, such as upscale-x2.",
        )
    return tuple(found)


def _ripple(flat: np.ndarray, weight: np.ndarray) -> float:
    # Not against the mean, which is nothing where the weights cancel; for weights of one sign it is the same.
    scale = float(abs(weight).sum()) / flat.size
    return float(abs(flat - flat.mean()).max() / scale) if scale else 0.0


def overlap(geometry: Geometry, weight: np.ndarray) -> Overlap:
    """Count the overlap and look at the checkerboard it makes.

    Parameters
    ----------
    geometry : Geometry
    weight : ndarray
        (k, k) float64.
    """
    import numpy as np

    from deconv_studio.lens import arithmetic
    from deconv_studio.lens.checkerboard import checkerboard_score

    g = geometry
    low, high = arithmetic.overlap_range(g.kernel, g.stride, g.dilation)
    flat = arithmetic.flat_response(weight, g.stride, g.dilation)
    noise = np.random.default_rng(0).random((1, SPECTRUM_INPUTS, SPECTRUM_INPUTS))
    picture = arithmetic.transposed_convolve(noise, weight[None, None], g.stride, 0, g.dilation)[0]
    edge = -(-g.dilation * (g.kernel - 1) // g.stride) * g.stride
    inside = picture[edge:-edge, edge:-edge] if edge else picture
    side = inside.shape[0] // g.stride * g.stride
    inside = inside[:side, :side]
    amplitude = np.abs(np.fft.rfft(inside.mean(axis=0)))[1:]
    return Overlap(
        counts=arithmetic.overlap_counts(g.size, g.kernel, g.stride, g.padding, g.dilation, g.output_padding),
        low=low,
        high=high,
        even=low == high,
        flat=flat,
        ripple=_ripple(flat, weight),
        spectrum=amplitude / max(float(amplitude.max()), 1e-30),
        frequencies=np.fft.rfftfreq(side)[1:],
        score=checkerboard_score(inside, g.stride) if g.stride > 1 else 0.0,
    )


def equivalents(
    geometry: Geometry, values: np.ndarray, weight: np.ndarray, output: np.ndarray
) -> Equivalents:
    """Make the output by sub-pixel convolution, and resize and convolution beside it.

    Parameters
    ----------
    geometry : Geometry
    values, weight, output : ndarray
        (n, n), (k, k) and (H, H) float64.
    """
    import numpy as np

    from deconv_studio.lens import arithmetic

    g = geometry
    whole = weight[None, None]
    sub_pixel = arithmetic.sub_pixel_convolve(
        values[None], whole, g.stride, g.padding, g.dilation, g.output_padding
    )[0]
    reach = g.dilation * (g.kernel - 1) + 1
    spread = arithmetic.zero_insertion(weight[None], g.dilation)[0] / g.stride**2
    large = values.repeat(g.stride, axis=0).repeat(g.stride, axis=1)
    # Padding on both sides of an even kernel gives one pixel too many; it is left off at the end.
    padding = reach // 2
    side = g.size * g.stride
    resized = arithmetic.convolve(large[None], spread[None, None], padding=padding)[0][:side, :side]
    joined = arithmetic.resize_convolution_kernel(spread, g.stride)
    again = arithmetic.transposed_convolve(values[None], joined[None, None], g.stride)[0]
    start = reach - 1 - padding
    again = again[start : start + side, start : start + side]
    return Equivalents(
        sub_pixel=sub_pixel,
        taps=-(-reach // g.stride),
        difference=float(np.abs(sub_pixel - output).max()),
        resized=resized,
        joined=joined.shape[0],
        joined_difference=float(np.abs(again - resized).max()),
        ripple=_ripple(arithmetic.flat_response(joined, g.stride), joined),
    )


def adjoint(geometry: Geometry, values: np.ndarray, weight: np.ndarray, seed: int = 0) -> Adjoint | None:
    """Test that the transposed convolution is the transpose of the convolution.

    Parameters
    ----------
    geometry : Geometry
    values, weight : ndarray
        (n, n) and (k, k) float64.
    seed : int
        Of x.

    Returns
    -------
    Adjoint or None
        None where output padding reaches the stride, so that the sizes do not come back.
    """
    import numpy as np

    from deconv_studio.lens import arithmetic

    g = geometry
    side = g.output_size()
    steps = {"stride": g.stride, "padding": g.padding, "dilation": g.dilation}
    if g.output_padding >= g.stride:
        return None
    x = np.random.default_rng(seed).standard_normal((side, side))
    whole = weight[None, None]
    forward = arithmetic.convolve(x[None], whole, **steps)[0]
    backward = arithmetic.transposed_convolve(values[None], whole, **steps, output_padding=g.output_padding)[
        0
    ]
    return Adjoint(
        x=x,
        y=values,
        forward=forward,
        backward=backward,
        left=float((forward * values).sum()),
        right=float((x * backward).sum()),
        row=arithmetic.convolution_matrix(side, weight[g.kernel // 2], **steps),
        whole=(
            arithmetic.convolution_matrix(side, weight, **steps)
            if (g.size * side) ** 2 <= MATRIX_ELEMENTS
            else None
        ),
    )


def fuse(
    geometry: Geometry, picture: np.ndarray, weight: np.ndarray, noise: float = 0.2, seed: int = 0
) -> Fusion | None:
    """Send a picture down and up and fuse it with a noisy copy, by addition and by concatenation.

    Parameters
    ----------
    geometry : Geometry
        Its output padding is not used: it follows from the size, so that the picture's size comes back.
    picture, weight : ndarray
        (n, n) and (k, k) float64.
    noise : float
        Standard deviation of the noise on the skip connection.
    seed : int

    Returns
    -------
    Fusion or None
        None where the kernel does not fit the picture.
    """
    import numpy as np

    from deconv_studio.lens import arithmetic
    from deconv_studio.lens.errors import ArithmeticInvalid

    g = geometry
    steps = {"stride": g.stride, "padding": g.padding, "dilation": g.dilation}
    whole = weight[None, None]
    try:
        down = arithmetic.convolve(picture[None], whole, **steps)
        extra = arithmetic.output_padding(g.size, g.kernel, **steps)
        up = arithmetic.transposed_convolve(down, whole, **steps, output_padding=extra)[0]
    except ArithmeticInvalid:
        return None
    skip = picture + noise * np.random.default_rng(seed).standard_normal(picture.shape)

    def nearest(*maps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        columns = np.stack([*(each.ravel() for each in maps), np.ones(picture.size)], axis=1)
        found = np.linalg.lstsq(columns, picture.ravel(), rcond=None)[0]
        return (columns @ found).reshape(picture.shape), found

    up_only, _ = nearest(up)
    skip_only, _ = nearest(skip)
    added, gain = nearest(up + skip)
    joined, weights = nearest(up, skip)
    made = {"up": up_only, "skip": skip_only, "added": added, "joined": joined}
    return Fusion(
        picture=picture,
        skip=skip,
        down=down[0],
        up=up,
        up_only=up_only,
        skip_only=skip_only,
        added=added,
        joined=joined,
        errors={name: float(np.sqrt(((each - picture) ** 2).mean())) for name, each in made.items()},
        gain=float(gain[0]),
        weights=(float(weights[0]), float(weights[1]), float(weights[2])),
    )


def study(
    control: Control,
    geometry: Geometry,
    values: np.ndarray,
    weight: np.ndarray,
    noise: float = 0.2,
    seed: int = 0,
) -> Study:
    """Compute everything the workbench shows.

    Parameters
    ----------
    control : Control
    geometry : Geometry
    values : ndarray
        (n, n) float64.
    weight : ndarray
        (k, k) float64, as PyTorch and ONNX hold it.
    noise : float
        See `fuse`.
    seed : int
        Of the adjoint test and the noise.

    Raises
    ------
    OptionsInvalid
        There is no such transposed convolution, or the arrays have other sizes.
    """
    from deconv_studio.lens import arithmetic

    g = geometry
    g.output_size()
    if values.shape != (g.size,) * 2 or weight.shape != (g.kernel,) * 2:
        raise OptionsInvalid(
            f"Input {values.shape} and kernel {weight.shape} are not squares of {g.size} and {g.kernel}.",
            "Give arrays of those sizes.",
        )
    output = arithmetic.transposed_convolve(
        values[None], weight[None, None], g.stride, g.padding, g.dilation, 1, g.output_padding
    )[0]
    control.raise_if_cancelled()
    counted = overlap(g, weight)
    control.raise_if_cancelled()
    others = equivalents(g, values, weight, output)
    control.raise_if_cancelled()
    tested = adjoint(g, values, weight, seed)
    control.raise_if_cancelled()
    return Study(g, values, weight, output, counted, others, tested, fuse(g, values, weight, noise, seed))


@dataclass(frozen=True, eq=False)
class Setup:
    """What is on the bench.

    Attributes
    ----------
    geometry : Geometry
    input : str
        A name of `input_values`; "picture" for `picture`; "painted" for `values`.
    kernel : str
        A name of `kernel_values`, or "painted" for `weight`.
    values, weight : ndarray or None
        Painted ones; fitted to the geometry's sizes.
    picture : Picture or None
    noise : float
        See `fuse`.
    seed : int
        Of all that is random.
    """

    geometry: Geometry
    input: str = "disc"
    kernel: str = "bilinear"
    values: np.ndarray | None = None
    weight: np.ndarray | None = None
    picture: Picture | None = None
    noise: float = 0.2
    seed: int = 0


def set_up(control: Control, setup: Setup) -> Study:
    """Make the input and the kernel, and compute everything about them.

    Raises
    ------
    OptionsInvalid
        There is no such transposed convolution, or there is nothing to take the input or the kernel from.
    """
    g = setup.geometry
    g.output_size()
    if setup.input == "painted" and setup.values is not None:
        values = fit_square(setup.values, g.size)
    elif setup.input == "picture":
        if setup.picture is None:
            raise OptionsInvalid("No picture is open.", "Open one, or choose another input.")
        values = picture_patch(control, setup.picture, g.size)
    else:
        values = input_values(setup.input, g.size, setup.seed)  # type: ignore[arg-type]
    if setup.kernel == "painted" and setup.weight is not None:
        weight = fit_square(setup.weight, g.kernel)
    else:
        weight = kernel_values(setup.kernel, g.kernel, g.stride, setup.seed)  # type: ignore[arg-type]
    return study(control, g, values, weight, setup.noise, setup.seed)
