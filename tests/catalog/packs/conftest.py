"""Tiny networks in ncnn's format, packs made of them, and wheels that carry them."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from deconv_studio.catalog.packs.registry import Pack


@dataclass
class Conv:
    """A layer to be written; `weight` is (out, in, k, k), for transposed layers too, as ncnn keeps it."""

    weight: np.ndarray
    bias: np.ndarray | None
    slope: float | None = None
    transposed: bool = False
    stride: int = 1
    pad: int = 0
    fp16: bool = True


def write_ncnn(layers: Sequence[Conv]) -> tuple[str, bytes]:
    """The .param and .bin of a chain of layers."""
    lines = ["Input in 0 1 b0 0=8 1=8 2=3"]
    content = b""
    for index, layer in enumerate(layers):
        kind = "Deconvolution" if layer.transposed else "Convolution"
        out, _, kernel, _ = layer.weight.shape
        words = [kind, f"l{index}", "1", "1", f"b{index}", f"b{index + 1}", f"0={out}", f"1={kernel}"]
        words += [f"3={layer.stride}", f"4={layer.pad}", f"6={layer.weight.size}"]
        if layer.bias is not None:
            words.append("5=1")
        if layer.slope is not None:
            words += ["9=2", f"-23310=1,{layer.slope:e}"]
        lines.append(" ".join(words))
        flag = 0x01306B47 if layer.fp16 else 0
        values = layer.weight.astype("<f2" if layer.fp16 else "<f4").tobytes()
        content += flag.to_bytes(4, "little") + values + bytes(-len(values) % 4)
        if layer.bias is not None:
            content += layer.bias.astype("<f4").tobytes()
    return "\n".join(["7767517", f"{len(lines)} {len(lines)}", *lines, ""]), content


def upconv(seed: int = 0, width: int = 2, *, fp16: bool = True) -> list[Conv]:
    """The shape of upconv_7 with few channels: six 3x3 convolutions and a 4x4 transposed one of stride 2."""
    random = np.random.default_rng(seed)

    def layer(out: int, into: int, kernel: int, **facts: object) -> Conv:
        # Rounded to fp16, so that both ways of storing hold the same values.
        weight = random.normal(0, 0.35, (out, into, kernel, kernel)).astype(np.float16).astype(np.float32)
        return Conv(weight, random.normal(0, 0.2, out).astype(np.float32), fp16=fp16, **facts)  # type: ignore[arg-type]

    chain = [layer(width, 3, 3, slope=0.1)]
    chain += [layer(width, width, 3, slope=0.1) for _ in range(5)]
    return [*chain, layer(3, width, 4, transposed=True, stride=2, pad=3)]


def reference(layers: Sequence[Conv], picture: np.ndarray) -> np.ndarray:
    """The chain in plain NumPy; `picture` and the result are (C, H, W)."""
    x = picture.astype(np.float64)
    for layer in layers:
        kernel = layer.weight.shape[2]
        if layer.transposed:
            _, height, width = x.shape
            size = [(n - 1) * layer.stride + kernel for n in (height, width)]
            full = np.zeros((layer.weight.shape[0], *size))
            for row in range(height):
                for column in range(width):
                    top, left = row * layer.stride, column * layer.stride
                    patch = np.einsum("i,oikl->okl", x[:, row, column], layer.weight)
                    full[:, top : top + kernel, left : left + kernel] += patch
            x = full[:, layer.pad : size[0] - layer.pad, layer.pad : size[1] - layer.pad]
        else:
            x = np.pad(x, ((0, 0), (layer.pad,) * 2, (layer.pad,) * 2))
            windows = np.lib.stride_tricks.sliding_window_view(x, (kernel, kernel), axis=(1, 2))
            x = np.einsum("ihwkl,oikl->ohw", windows[:, :: layer.stride, :: layer.stride], layer.weight)
        if layer.bias is not None:
            x = x + layer.bias[:, None, None]
        if layer.slope is not None:
            x = np.where(x < 0, layer.slope * x, x)
    return x


def make_pack(files: dict[str, bytes], version: str = "1.0") -> Pack:
    """A pack whose registered hashes are those of `files`."""
    param, weights = (name for name in sorted(files, reverse=True))
    return Pack.model_validate(
        {
            "id": "tiny-pack",
            "title": "Tiny",
            "distribution": "tiny-ncnn-pack",
            "version": version,
            "licence": "MIT",
            "notice": "For tests.",
            "source": "",
            "download_bytes": 1,
            "models": [
                {
                    "id": "tiny-x2",
                    "title": "Tiny x2",
                    "task": "upscale",
                    "format": "ncnn",
                    "param": {"file": param, "sha256": hashlib.sha256(files[param]).hexdigest()},
                    "bin": {"file": weights, "sha256": hashlib.sha256(files[weights]).hexdigest()},
                    "replicate_pad": 7,
                    "clip": [0.0, 1.0],
                    "weights": {"licence": "MIT"},
                    "data": {"name": "noise", "licence": "CC0-1.0"},
                    "input": {"name": "image", "channels": 3, "color": "rgb"},
                    "output": {"name": "enlarged", "scale": 2, "receptive_field": 7},
                }
            ],
        }
    )


@pytest.fixture
def pack_files() -> dict[str, bytes]:
    """Files of a tiny pack; the package's code would fail if anything imported it."""
    param, weights = write_ncnn(upconv())
    return {"tiny_ncnn_pack/net.param": param.encode(), "tiny_ncnn_pack/net.bin": weights}


def dist_files(files: dict[str, bytes], version: str) -> dict[str, bytes]:
    """Everything a wheel of the pack holds."""
    info = f"tiny_ncnn_pack-{version}.dist-info"
    everything = {
        **files,
        "tiny_ncnn_pack/__init__.py": b"raise RuntimeError('a pack must not be imported')\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny-ncnn-pack\nVersion: {version}\n"
        "Requires-Dist: a-dependency-that-does-not-exist\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    for name, content in everything.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(content)}")
    everything[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""]).encode()
    return everything


@pytest.fixture
def lay_out() -> Callable[..., Path]:
    """Put a pack's files into a folder as an installer would."""

    def put(folder: Path, files: dict[str, bytes], version: str = "1.0") -> Path:
        for name, content in dist_files(files, version).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder

    return put


@pytest.fixture
def make_wheel(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder with a wheel of the pack in it."""

    def make(files: dict[str, bytes], version: str = "1.0") -> Path:
        folder = tmp_path / "wheels"
        folder.mkdir(exist_ok=True)
        with zipfile.ZipFile(folder / f"tiny_ncnn_pack-{version}-py3-none-any.whl", "w") as archive:
            for name, content in dist_files(files, version).items():
                archive.writestr(name, content)
        return folder

    return make
