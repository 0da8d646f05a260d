"""Colour: ICC profiles read and made, and the way from them to sRGB at 8 bits, 16 bits and in floating point.

8-bit colours go through LittleCMS (Pillow's ImageCms). It has no 16-bit or float way in Pillow, so there
profiles of a matrix and three curves (nearly all RGB ones: sRGB, Display P3, Adobe RGB, Rec. 2020, ProPhoto)
are computed here in floating point, exact to 1/65535 but for rounding of the profile's own numbers; profiles
of look-up tables go through a grid of all 256 x 256 x 256 LittleCMS results, accurate to about 1/255 but
without steps. Tags and curve types: ICC.1:2022, sections 9 and 10.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms

from .picture import Picture

Curve = Callable[[np.ndarray], np.ndarray]

_SRGB_PRIMARIES = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_STRIP_VALUES = 1 << 21
_MAX_PROFILE = 16 << 20


def decode_srgb(values: np.ndarray) -> np.ndarray:
    """sRGB's curve, from encoded to linear light (IEC 61966-2-1); negative values mirrored."""
    size = np.abs(values)
    linear = np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return np.copysign(linear, values)


def encode_srgb(values: np.ndarray) -> np.ndarray:
    """sRGB's curve, from linear light to encoded; negative values mirrored."""
    size = np.abs(values)
    encoded = np.where(size <= 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    return np.copysign(encoded, values)


def _primaries_matrix(primaries: tuple[float, ...]) -> np.ndarray:
    """From linear RGB to XYZ under D50: primaries and white as xy pairs (white, red, green, blue)."""
    white, *corners = (
        np.array([x / y, 1.0, (1 - x - y) / y]) for x, y in zip(*[iter(primaries)] * 2, strict=True)
    )
    columns = np.stack(corners, axis=1)
    matrix = columns * np.linalg.solve(columns, white)
    adapt = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white)) @ _BRADFORD
    return adapt @ matrix


def make_profile(name: str, primaries: tuple[float, ...] | None = None, gamma: float | None = None) -> bytes:
    """A small ICC profile (version 4.3), the same bytes for the same arguments.

    Parameters
    ----------
    name : str
        ASCII.
    primaries : tuple of 8 floats, optional
        White, red, green, blue as xy; sRGB's if not given. An empty tuple makes a gray profile.
    gamma : float, optional
        Exponent of the curve; sRGB's curve if not given.

    Returns
    -------
    bytes
    """

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65_536) for value in values))

    def multi(text: str) -> bytes:
        body = text.encode("utf-16-be")
        return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(body), 28) + body

    if gamma is None:
        curve = (
            b"para\0\0\0\0"
            + struct.pack(">HH", 3, 0)
            + fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
        )
    else:
        curve = b"para\0\0\0\0" + struct.pack(">HH", 0, 0) + fixed(gamma)
    gray = primaries == ()
    tags = [(b"desc", multi(name)), (b"cprt", multi("CC0")), (b"wtpt", b"XYZ \0\0\0\0" + fixed(*_D50))]
    if gray:
        tags.append((b"kTRC", curve))
    else:
        chosen = primaries or _SRGB_PRIMARIES
        matrix = _primaries_matrix(chosen)
        white = np.array([chosen[0] / chosen[1], 1.0, (1 - chosen[0] - chosen[1]) / chosen[1]])
        adapt = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ white)) @ _BRADFORD
        tags.append((b"chad", b"sf32\0\0\0\0" + fixed(*adapt.ravel())))
        tags += [(b"rgb"[i : i + 1] + b"XYZ", b"XYZ \0\0\0\0" + fixed(*matrix[:, i])) for i in range(3)]
        tags += [(b"rgb"[i : i + 1] + b"TRC", curve) for i in range(3)]
    head = struct.pack(
        ">I4sI4s4s4s6H4s4s12x8xI12s", 0, b"\0\0\0\0", 0x04300000, b"mntr",
        b"GRAY" if gray else b"RGB ", b"XYZ ", 2000, 1, 1, 0, 0, 0, b"acsp", b"\0\0\0\0", 0, fixed(*_D50),
    )  # fmt: skip
    return _assemble(head, tags)


@functools.cache
def srgb_profile() -> bytes:
    """sRGB as an ICC profile of some 500 bytes."""
    return make_profile("sRGB")


def rgb_with_curve_of(profile: bytes) -> bytes:
    """An RGB profile (sRGB's primaries) whose three curves are those of a gray profile."""
    template = srgb_profile()
    curve = _tag_bodies(profile)[b"kTRC"]
    tags = _tag_bodies(template)
    return _assemble(
        template[:128], [(tag, curve if tag.endswith(b"TRC") else body) for tag, body in tags.items()]
    )


def _assemble(head: bytes, tags: list[tuple[bytes, bytes]]) -> bytes:
    """A profile from its header (whose size field is set) and its tags; equal bodies are stored once."""
    table, bodies = b"", b""
    placed: dict[bytes, int] = {}
    start = 128 + 4 + 12 * len(tags)
    for tag, body in tags:
        if body not in placed:
            placed[body] = start + len(bodies)
            bodies += body + b"\0" * (-len(body) % 4)
        table += tag + struct.pack(">II", placed[body], len(body))
    head = struct.pack(">I", start + len(bodies)) + head[4:].ljust(124, b"\0")
    return head + struct.pack(">I", len(tags)) + table + bodies


def space(profile: bytes) -> str | None:
    """ "RGB", "GRAY", "CMYK", ... or None if the bytes are no ICC profile."""
    if not 132 <= len(profile) <= _MAX_PROFILE or profile[36:40] != b"acsp":
        return None
    return profile[16:20].decode("latin-1").strip()


def profile_name(profile: bytes) -> str:
    """What an ICC profile calls itself; "an unknown colour space" if it cannot say."""
    if is_srgb(profile):
        return "Gray" if space(profile) == "GRAY" else "sRGB"
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (OSError, ImageCms.PyCMSError):
        name = ""
    return name or "an unknown colour space"


@dataclass(frozen=True)
class Shaper:
    """An RGB or gray profile of curves and, for RGB, a matrix to XYZ under D50."""

    curves: tuple[Curve, ...]
    matrix: np.ndarray | None


def _tag_bodies(profile: bytes) -> dict[bytes, bytes]:
    count = struct.unpack(">I", profile[128:132])[0]
    bodies = {}
    for index in range(min(count, 256)):
        at = 132 + 12 * index
        tag, offset, size = struct.unpack(">4sII", profile[at : at + 12])
        bodies[tag] = profile[offset : offset + size]
    return bodies


@dataclass(frozen=True)
class _Formula:
    """``(a x + b) ** g + high`` from `knee` on, ``slope x + low`` below it."""

    g: float
    a: float
    b: float
    knee: float
    slope: float
    low: float
    high: float


def _formula(body: bytes) -> _Formula:
    """A parametric curve's numbers (ICC.1:2022, table 68), of whichever of its five kinds."""
    which = struct.unpack(">H", body[8:10])[0]
    number = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}[which]
    values = [value / 65_536 for value in struct.unpack(f">{number}i", body[12 : 12 + 4 * number])]
    g, a, b, c, d, e, f = values + [0.0] * (7 - number)
    if which == 0:
        return _Formula(g, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    if which in (1, 2):
        offset = c if which == 2 else 0.0
        return _Formula(g, a, b, -b / a, 0.0, offset, offset)
    return _Formula(g, a, b, d, c, f, e)


def _curve(body: bytes) -> Curve:
    kind = body[:4]
    if kind == b"curv":
        count = struct.unpack(">I", body[8:12])[0]
        entries = struct.unpack(f">{count}H", body[12 : 12 + 2 * count])
        if count == 0:
            return lambda x: x
        if count == 1:
            exponent = entries[0] / 256
            return lambda x: np.copysign(np.abs(x) ** exponent, x)
        table = np.array(entries) / 65_535
        places = np.linspace(0, 1, count)
        return lambda x: np.interp(x, places, table)
    if kind == b"para":
        formula = _formula(body)

        def parametric(x: np.ndarray) -> np.ndarray:
            size = np.abs(x)
            curved = np.maximum(formula.a * size + formula.b, 0) ** formula.g + formula.high
            return np.copysign(np.where(size >= formula.knee, curved, formula.slope * size + formula.low), x)

        return parametric
    raise ValueError("not a curve")


@functools.lru_cache(maxsize=16)
def shaper(profile: bytes) -> Shaper | None:
    """Curves and matrix of a profile, or None if it works by look-up tables or is malformed."""
    try:
        tags = _tag_bodies(profile)
        if space(profile) == "GRAY":
            return Shaper((_curve(tags[b"kTRC"]),), None)
        if space(profile) != "RGB" or {b"A2B0", b"A2B1"} & set(tags):
            return None
        curves = tuple(_curve(tags[tag]) for tag in (b"rTRC", b"gTRC", b"bTRC"))
        columns = [
            [value / 65_536 for value in struct.unpack(">3i", tags[tag][8:20])]
            for tag in (b"rXYZ", b"gXYZ", b"bXYZ")
        ]
    except (KeyError, ValueError, struct.error, ZeroDivisionError):
        return None
    matrix = np.array(columns).T
    return Shaper(curves, matrix) if np.linalg.matrix_rank(matrix) == 3 else None


@dataclass(frozen=True)
class Ways:
    """From a profile's colours to sRGB and back, value by value, in floating point; nothing is cut off.

    Attributes
    ----------
    there, back : callable
        ``(H, W, 1)`` gray or ``(H, W, 3)`` RGB float32, black 0 and white 1, to the same. What lies outside
        of [0, 1] stays outside, so that one after the other gives back what went in: to 0.0005 at worst, for
        a dark channel of a bright colour, and mostly to 0.000001.
    """

    there: Curve
    back: Curve


def ways_to_srgb(picture: Picture) -> Ways | None:
    """How a network that knows sRGB sees a picture whose colours are to stay in its own profile.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    Ways or None
        None where the values are to be taken as they are: the picture has no profile or one of sRGB, or a
        profile that has no exact way back, as it works by look-up tables, has a curve that is flat
        somewhere, or cannot be understood.
    """
    profile = picture.icc_profile
    return None if profile is None else _ways(profile, picture.is_gray)


@functools.lru_cache(maxsize=16)
def _ways(profile: bytes, gray: bool) -> Ways | None:
    if space(profile) != ("GRAY" if gray else "RGB") or is_srgb(profile):
        return None
    parts = shaper(profile)
    if parts is None:
        return None
    tags = _tag_bodies(profile)
    pairs = [_both_ways(tags[tag]) for tag in ((b"kTRC",) if gray else (b"rTRC", b"gTRC", b"bTRC"))]
    curves = [pair for pair in pairs if pair is not None]
    if len(curves) < len(pairs):
        return None
    if parts.matrix is None:
        curve, inverse = curves[0]
        return Ways(
            lambda values: encode_srgb(curve(values)).astype(np.float32),
            lambda values: inverse(decode_srgb(values)).astype(np.float32),
        )
    matrix = np.linalg.inv(_primaries_matrix(_SRGB_PRIMARIES)) @ parts.matrix
    to, fro = matrix.T.astype(np.float32), np.linalg.inv(matrix).T.astype(np.float32)

    def there(values: np.ndarray) -> np.ndarray:
        linear = np.stack([curve(values[:, :, k]) for k, (curve, _) in enumerate(curves)], axis=2)
        return encode_srgb(linear.astype(np.float32) @ to)

    def back(values: np.ndarray) -> np.ndarray:
        linear = decode_srgb(values) @ fro
        own = [inverse(linear[:, :, k]) for k, (_, inverse) in enumerate(curves)]
        return np.stack(own, axis=2).astype(np.float32)

    return Ways(there, back)


def _both_ways(body: bytes) -> tuple[Curve, Curve] | None:
    """A curve and its inverse, both going on beyond [0, 1]; None for one that does not rise all the way."""
    kind, number = body[:4], struct.unpack(">I", body[8:12])[0]
    curve: Curve = _curve(body)
    inverse: Curve
    if kind == b"curv" and number > 1:
        table = np.array(struct.unpack(f">{number}H", body[12 : 12 + 2 * number])) / 65_535
        places = np.linspace(0, 1, number)
        if (np.diff(table) <= 0).any():
            return None
        curve, inverse = _beyond(places, table), _beyond(table, places)
    elif kind == b"curv" and number == 0:
        inverse = curve
    else:
        inverse = _inverse_formula(body)
    probe = np.linspace(0, 1, 1025)
    with np.errstate(all="ignore"):
        seen = curve(probe)
        good = np.isfinite(seen).all() and (np.diff(seen) > 0).all() and abs(seen[0]) < 1e-3
        if not good or not np.allclose(inverse(seen), probe, atol=1e-6):
            return None
    return curve, inverse


def _beyond(places: np.ndarray, table: np.ndarray) -> Curve:
    """A curve between points that goes straight on beyond them."""
    low = (table[1] - table[0]) / (places[1] - places[0])
    high = (table[-1] - table[-2]) / (places[-1] - places[-2])

    def curve(x: np.ndarray) -> np.ndarray:
        inside = np.interp(x, places, table)
        below, above = np.minimum(x - places[0], 0), np.maximum(x - places[-1], 0)
        result: np.ndarray = inside + low * below + high * above
        return result

    return curve


def _inverse_formula(body: bytes) -> Curve:
    """The inverse of a gamma or of a parametric curve (ICC.1:2022, table 68), negative values mirrored."""
    if body[:4] == b"curv":
        power = 256 / max(1, struct.unpack(">H", body[12:14])[0])
        return lambda y: np.copysign(np.abs(y) ** power, y)
    formula = _formula(body)
    power = 1 / formula.g if formula.g > 0 else 1.0
    start = max(formula.a * formula.knee + formula.b, 0) ** formula.g + formula.high

    def inverse(y: np.ndarray) -> np.ndarray:
        size = np.abs(y)
        curved = (np.maximum(size - formula.high, 0) ** power - formula.b) / formula.a
        flat = formula.slope <= 0
        straight = np.zeros_like(size) if flat else (size - formula.low) / formula.slope
        return np.copysign(np.where(size >= start, curved, straight), y)

    return inverse


@functools.lru_cache(maxsize=16)
def is_srgb(profile: bytes) -> bool:
    """Whether a profile means sRGB (or gray with sRGB's curve), by its numbers, whatever its name."""
    if profile == srgb_profile():
        return True
    parts = shaper(profile)
    if parts is None:
        return False
    places = np.linspace(0, 1, 64)
    wanted = decode_srgb(places)
    if any(np.abs(curve(places) - wanted).max() > 0.0012 for curve in parts.curves):
        return False
    return parts.matrix is None or bool(
        np.abs(parts.matrix - _primaries_matrix(_SRGB_PRIMARIES)).max() < 0.0012
    )


@functools.lru_cache(maxsize=16)
def usable(profile: bytes, gray: bool) -> bool:
    """Whether a profile belongs to such pixels and can be understood."""
    if space(profile) != ("GRAY" if gray else "RGB"):
        return False
    try:
        _transform(profile, "L" if gray else "RGB")
    except (OSError, ImageCms.PyCMSError):
        return False
    return True


def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def _apply(transform: ImageCms.ImageCmsTransform, values: np.ndarray, mode: str) -> np.ndarray:
    image = Image.frombytes(mode, (values.shape[1], values.shape[0]), np.ascontiguousarray(values).tobytes())
    result = ImageCms.applyTransform(image, transform)
    if result is None:
        raise ImageCms.PyCMSError("no result")
    return np.asarray(result)


def to_srgb(picture: Picture) -> Picture:
    """The same picture in sRGB (gray: with sRGB's curve); the sample type stays, alpha is untouched.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    Picture
        Without a profile. The given one if it had none; with a notice if its profile could not be understood.

    Notes
    -----
    Relative colorimetric with black point compensation. Colours outside sRGB are cut off at 0 and full scale;
    in floating point they are kept as values outside [0, 1].
    """
    profile = picture.icc_profile
    if profile is None:
        return picture
    if not usable(profile, picture.is_gray):
        notice = "The colour profile cannot be understood; the colours are taken as sRGB."
        return picture.replace(icc_profile=None, notices=(*picture.notices, notice))
    if is_srgb(profile):
        return picture.replace(icc_profile=None)
    convert = _converter(profile, picture.pixels.dtype, picture.is_gray)
    pixels = picture.pixels
    out = np.empty(pixels.shape, pixels.dtype)
    color = picture.color.shape[2]
    rows = max(1, _STRIP_VALUES // (picture.width * color))
    for top in range(0, picture.height, rows):
        strip = pixels[top : top + rows]
        out[top : top + rows, :, :color] = convert(strip[:, :, :color])
        if picture.has_alpha:
            out[top : top + rows, :, color:] = strip[:, :, color:]
    return picture.replace(pixels=out, icc_profile=None)


def _converter(profile: bytes, dtype: np.dtype, gray: bool) -> Callable[[np.ndarray], np.ndarray]:
    parts = shaper(profile)
    full = 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)
    if gray:
        if parts is not None:
            curve = parts.curves[0]

            def bent(values: np.ndarray) -> np.ndarray:
                return encode_srgb(curve(values))
        else:
            ramp = np.arange(256, dtype=np.uint8)[None]
            tones = _apply(_transform(profile, "L"), ramp, "L")[0, :, 1] / 255

            def bent(values: np.ndarray) -> np.ndarray:
                return np.interp(values, np.linspace(0, 1, 256), tones)

        if dtype.kind != "f":
            table = _rounded(bent(np.arange(full + 1) / full), full, dtype)
            return lambda values: table[values]
        return lambda values: bent(values.astype(np.float64)).astype(np.float32)
    if dtype == np.uint8:
        transform = _transform(profile, "RGB")
        return lambda values: _apply(transform, values, "RGB")
    if parts is None or parts.matrix is None:
        return _grid_converter(profile, dtype, full)
    matrix = (np.linalg.inv(_primaries_matrix(_SRGB_PRIMARIES)) @ parts.matrix).T.astype(np.float64)
    curves = parts.curves
    if dtype.kind != "f":
        tables = [curve(np.arange(full + 1) / full) for curve in curves]

        def from_table(values: np.ndarray) -> np.ndarray:
            linear = np.stack([table[values[:, :, i]] for i, table in enumerate(tables)], axis=2)
            return _rounded(encode_srgb(linear @ matrix), full, dtype)

        return from_table

    def from_float(values: np.ndarray) -> np.ndarray:
        linear = np.stack(
            [curve(values[:, :, i].astype(np.float64)) for i, curve in enumerate(curves)], axis=2
        )
        return encode_srgb(linear @ matrix).astype(np.float32)

    return from_float


def _rounded(values: np.ndarray, full: float, dtype: np.dtype) -> np.ndarray:
    return (np.clip(values, 0, 1) * full + 0.5).astype(dtype)


def _grid_converter(profile: bytes, dtype: np.dtype, full: float) -> Callable[[np.ndarray], np.ndarray]:
    """Trilinear interpolation between the LittleCMS results for all 256 levels of each channel."""
    table = _grid(profile)
    count = 256
    stride = (count * count, count, 1)

    def interpolate(values: np.ndarray) -> np.ndarray:
        scaled = np.clip(np.nan_to_num(values.astype(np.float64) / full), 0, 1) * (count - 1)
        low = np.minimum(scaled.astype(np.int64), count - 2)
        part = (scaled - low).astype(np.float32)
        base = low @ np.array(stride)
        result = np.zeros(values.shape, np.float32)
        for corner in range(8):
            steps = [corner >> axis & 1 for axis in range(3)]
            weight = np.ones(values.shape[:2], np.float32)
            for axis, step in enumerate(steps):
                weight *= part[:, :, axis] if step else 1 - part[:, :, axis]
            offset = sum(step * size for step, size in zip(steps, stride, strict=True))
            result += weight[:, :, None] * table[base + offset]
        result /= np.float32(255)
        return result if dtype.kind == "f" else _rounded(result, full, dtype)

    return interpolate


@functools.lru_cache(maxsize=1)
def _grid(profile: bytes) -> np.ndarray:
    """``(256**3, 3)`` uint8: the sRGB of every 8-bit RGB."""
    transform = _transform(profile, "RGB")
    table = np.empty((256, 256 * 256, 3), np.uint8)
    plane = np.empty((256, 256, 3), np.uint8)
    plane[:, :, 1] = np.arange(256)[:, None]
    plane[:, :, 2] = np.arange(256)
    for red in range(256):
        plane[:, :, 0] = red
        table[red] = _apply(transform, plane, "RGB").reshape(-1, 3)
    return table.reshape(-1, 3)


def cmyk_to_rgb(values: np.ndarray, profile: bytes | None) -> tuple[np.ndarray, str]:
    """CMYK to sRGB.

    Parameters
    ----------
    values : ndarray
        ``(H, W, 4)`` uint8, 0 = no ink.
    profile : bytes or None
        A CMYK profile; without a usable one, R = (1 - C)(1 - K) and so on.

    Returns
    -------
    pixels : ndarray
        ``(H, W, 3)`` uint8 sRGB.
    notice : str
    """
    transform = None
    if profile is not None and space(profile) == "CMYK":
        try:
            transform = _transform(profile, "CMYK")
        except (OSError, ImageCms.PyCMSError):
            transform = None
    out = np.empty((*values.shape[:2], 3), np.uint8)
    rows = max(1, _STRIP_VALUES // (values.shape[1] * 4))
    for top in range(0, len(values), rows):
        strip = values[top : top + rows]
        if transform is not None:
            out[top : top + rows] = _apply(transform, strip, "CMYK")
        else:
            paper = 255 - strip.astype(np.uint32)
            out[top : top + rows] = (paper[:, :, :3] * paper[:, :, 3:] + 127) // 255
    if transform is not None:
        return out, "The CMYK colours were converted to sRGB through the file's profile."
    return (
        out,
        "The CMYK colours were converted to sRGB by a plain formula, as the file has no usable profile.",
    )


def lab_to_rgb(image: Image.Image) -> np.ndarray:
    """``(H, W, 3)`` uint8 sRGB of a Pillow image in mode LAB."""
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())), "LAB", "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
    )  # fmt: skip
    result = ImageCms.applyTransform(image, transform)
    if result is None:
        raise ImageCms.PyCMSError("no result")
    return np.asarray(result)
