"""An independent second opinion: autograd with every kind of rectifier patched, max pools fed with the ONNX
switches."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import numpy as np
import torch
import torch.nn.functional as F


def to_onnx(model: torch.nn.Module, x: torch.Tensor, opset: int = 18) -> bytes:
    """Export with the tracing exporter, which keeps functional calls as they are."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model.eval(), (x,), stream, dynamo=False, opset_version=opset)
    return stream.getvalue()


class _Rectifier(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, method, limit):
        y = x.clamp(min=0)
        ctx.method = method
        ctx.save_for_backward(y)
        ctx.limit = limit
        return y if limit is None else y.clamp(max=limit)

    @staticmethod
    def backward(ctx, g):
        (y,) = ctx.saved_tensors
        if ctx.method in ("deconvnet", "guided"):
            g = g.clamp(min=0)
        if ctx.method in ("gradient", "guided"):
            g = g * (y > 0)
        if ctx.method == "gradient" and ctx.limit is not None:
            g = g * (y < ctx.limit)
        return g, None, None


class _SwitchedPool(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, switches):
        ctx.save_for_backward(switches)
        ctx.shape = x.shape
        return x.reshape(-1)[switches]

    @staticmethod
    def backward(ctx, g):
        (switches,) = ctx.saved_tensors
        flat = torch.zeros(int(np.prod(ctx.shape)), dtype=g.dtype)
        flat.index_add_(0, switches.reshape(-1), g.reshape(-1))
        return flat.reshape(ctx.shape), None


class Flips:
    """How many switches the two runtimes set differently (near-ties)."""

    def __init__(self) -> None:
        self.count = 0
        self.total = 0


@contextmanager
def patched(method: str, switches: list[np.ndarray], flips: Flips) -> Iterator[None]:
    """Replace relu, relu6, hardtanh, torch.relu, Tensor.relu and max_pool2d inside the block."""
    queue = list(switches)
    original_pool, original_hardtanh = F.max_pool2d, F.hardtanh

    def relu(x, inplace=False):
        return _Rectifier.apply(x, method, None)

    def relu6(x, inplace=False):
        return _Rectifier.apply(x, method, 6.0)

    def hardtanh(x, min_val=-1.0, max_val=1.0, inplace=False):
        if min_val == 0:
            return _Rectifier.apply(x, method, float(max_val))
        return original_hardtanh(x, min_val, max_val, inplace)

    def pool(x, *arguments, **keywords):
        places = torch.from_numpy(queue.pop(0))
        keywords.pop("return_indices", None)
        _, own = torch.nn.functional.max_pool2d_with_indices(x, *arguments, **keywords)
        planes = torch.arange(x.shape[0] * x.shape[1]).reshape(x.shape[0], x.shape[1], 1, 1)
        flat = own + planes * (x.shape[2] * x.shape[3])
        flips.count += int((flat != places).sum())
        flips.total += places.numel()
        return _SwitchedPool.apply(x, places)

    with (
        mock.patch.object(F, "relu", relu),
        mock.patch.object(F, "relu_", relu),
        mock.patch.object(torch, "relu", relu),
        mock.patch.object(torch, "relu_", relu),
        mock.patch.object(torch.Tensor, "relu", relu),
        mock.patch.object(torch.Tensor, "relu_", relu),
        mock.patch.object(F, "relu6", relu6),
        mock.patch.object(F, "hardtanh", hardtanh),
        mock.patch.object(F, "max_pool2d", pool),
    ):
        yield
    assert original_pool is F.max_pool2d


def reconstruct(
    model: torch.nn.Module,
    module: torch.nn.Module | None,
    x: torch.Tensor,
    unit: int,
    at: tuple[int, ...],
    method: str,
    switches: list[np.ndarray],
) -> tuple[np.ndarray, np.ndarray, Flips]:
    """Return (backward signal at x for a seed of 1, the module's output, flips); the network's output for
    None."""
    kept: list[torch.Tensor] = []
    handle = (
        module.register_forward_hook(lambda _m, _i, out: kept.append(out)) if module is not None else None
    )
    flips = Flips()
    x = x.clone().requires_grad_(True)
    try:
        with patched(method, switches, flips):
            result = model(x)
            value = kept[0] if module is not None else result
            value[(0, unit, *at)].backward()
    finally:
        if handle is not None:
            handle.remove()
    assert x.grad is not None
    return x.grad[0].numpy(), value.detach().numpy(), flips
