"""Probe: what is found out about strangers' networks is what is true of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from deconv_studio.catalog import CatalogError
from deconv_studio.engine import probe as probing
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.engine.errors import ProbeFailed, ProbeTimeout
from deconv_studio.engine.pictures import apply
from deconv_studio.engine.probe import probe
from deconv_studio.engine.session import load
from deconv_studio.engine.tiles import WHOLE
from tests import tiny_networks as tiny

pytestmark = pytest.mark.light

_KNOWN = {
    "conv": tiny.conv(1, layers=3),
    "conv rgb": tiny.conv(3, layers=2, kernel=5),
    "fsrcnn x2": tiny.fsrcnn_like(2),
    "fsrcnn x3": tiny.fsrcnn_like(3),
    "fsrcnn x4": tiny.fsrcnn_like(4, width=3),
    "pixel shuffle": tiny.pixel_shuffle(3, 3),
    "hourglass": tiny.strided(1, 2),
    "nhwc": tiny.nhwc(),
    "half": tiny.half(),
    "fixed": tiny.fixed_size(40, 48),
    "reflecting": tiny.reflecting(6),
    "global": tiny.global_pool(3),
}


def _examine(network: tiny.Tiny, folder: Path) -> dict[str, object]:
    """What the child does, without the child: quicker, and seen by a debugger."""
    return probing._examine(str(network.save(folder)), time.monotonic() + 60)


@pytest.mark.parametrize("name", sorted(_KNOWN))
def test_what_is_found_is_true(name: str, tmp_path: Path) -> None:
    network = _KNOWN[name]
    found = _examine(network, tmp_path)
    assert found["layout"] == network.layout
    assert found["channels"] == network.channels
    assert found["scale"] == network.scale
    assert found["size_multiple"] == network.multiple
    assert found["minimum"] == (network.minimum if network.multiple == 1 else network.multiple)
    assert found["fixed_size"] == (list(network.fixed) if network.fixed else None)
    if network.radius is None:
        assert found["receptive_field"] == WHOLE
    elif name == "hourglass":
        # What the helper states is an upper bound.
        assert 3 <= found["receptive_field"] <= network.radius  # type: ignore[operator]
    else:
        assert found["receptive_field"] == network.radius


def _free_axes(network: tiny.Tiny) -> tiny.Tiny:
    """The same network with nothing said about its input's axes."""
    model = onnx.ModelProto()
    model.CopyFrom(network.model)
    for dim in model.graph.input[0].type.tensor_type.shape.dim:
        dim.ClearField("dim_value")
        dim.dim_param = ""
    return tiny.Tiny(model, network.channels, network.scale, network.radius, layout=network.layout)


@pytest.mark.parametrize("name", ["conv", "conv rgb", "nhwc", "pixel shuffle"])
def test_layout_and_channels_are_found_by_trying(name: str, tmp_path: Path) -> None:
    network = _KNOWN[name]
    found = _examine(_free_axes(network), tmp_path)
    assert (found["layout"], found["channels"], found["scale"]) == (
        network.layout,
        network.channels,
        network.scale,
    )


def test_a_size_that_only_the_weights_fix_is_found(tmp_path: Path) -> None:
    """The graph says any size, but a tensor is added that fits one."""
    bias = np.random.default_rng(0).random((1, 1, 64, 64), dtype=np.float32)
    network = tiny.Tiny(tiny.build([helper.make_node("Add", ["x", "b"], ["y"])], {"b": bias}))
    assert _examine(network, tmp_path)["fixed_size"] == [64, 64]


def test_a_network_that_knows_places_is_not_cut(tmp_path: Path) -> None:
    """Each pixel depends on itself alone, but on its place too: perturbing finds 0, tiles would be wrong."""
    nodes = [
        helper.make_node("CumSum", ["ones", "axis"], ["rows"]),
        helper.make_node("Mul", ["x", "rows"], ["y"]),
        helper.make_node("Shape", ["x"], ["shape"]),
        helper.make_node(
            "ConstantOfShape",
            ["shape"],
            ["ones"],
            value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.1]),
        ),
    ]
    network = tiny.Tiny(
        tiny.build([nodes[2], nodes[3], nodes[0], nodes[1]], {"axis": np.asarray(2, np.int64)}), radius=None
    )
    assert _examine(network, tmp_path)["receptive_field"] == WHOLE


@pytest.mark.parametrize(
    ("network", "message"),
    [(tiny.cropping(), "no whole enlargement"), (tiny.classifier(), "takes no picture|shape")],
)
def test_what_is_no_enlarger_is_refused(network: tiny.Tiny, message: str, tmp_path: Path) -> None:
    with pytest.raises(probing._Unfit, match=message):
        _examine(network, tmp_path)


def test_the_range_is_told_where_the_output_shows_it(tmp_path: Path) -> None:
    same = tiny.elementwise("Add", 1, nothing=0.0)
    assert _examine(same, tmp_path)["value_range"] == (0.0, 1.0)
    nodes = [
        helper.make_node("Clip", ["x", "low", "high"], ["c"]),
        helper.make_node("Max", ["c", "floor"], ["y"]),
    ]
    bytes_only = {
        name: np.asarray(value, np.float32) for name, value in (("low", 0), ("high", 255), ("floor", 20))
    }
    assert _examine(tiny.Tiny(tiny.build(nodes, bytes_only)), tmp_path)["value_range"] == (0.0, 255.0)
    assert _examine(tiny.constant_producer(0.2), tmp_path)["value_range"] is None


# -- with the child process ----------------------------------------------------------------------------------


def test_a_probed_network_gets_a_card_and_runs(tmp_path: Path) -> None:
    path = tiny.strided(1, 2).save(tmp_path, "mein Netz ü.onnx")
    found = probe(path)
    assert found.size_multiple == 4 and not found.needs_whole_picture and found.parameters > 0
    assert found.unknown == (() if found.value_range else ("--range",))
    card = found.to_card(value_range=(0.0, 1.0), licence="CC0-1.0")
    assert card.weights.licence == "CC0-1.0" and card.sha256
    model = load(path, card=card, provider="cpu", threads=1)
    source = tiny.picture(70, 61)
    whole = apply(model, source, tile=10_000)
    tiled = apply(model, source, tile=24)
    assert whole.shape == (70, 61, 1) and np.abs(whole - tiled).max() <= 1e-5


def test_the_child_says_why_a_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProbeFailed, match=r"crop\.onnx.*no whole enlargement") as caught:
        probe(tiny.cropping().save(tmp_path, "crop.onnx"))
    assert caught.value.kind == "ProbeFailed" and caught.value.hint


def test_a_file_that_is_no_model_never_reaches_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_in_child", lambda *args: pytest.fail("started a child"))
    path = tmp_path / "bad.onnx"
    path.write_bytes(b"\x00\x01garbage")
    with pytest.raises(CatalogError):
        probe(path)


def test_a_network_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tiny.slow(layers=300, width=64).save(tmp_path)
    started = time.monotonic()
    with pytest.raises(ProbeTimeout, match="longer than 1 seconds") as caught:
        probe(path, seconds=1.0)
    assert time.monotonic() - started < 20
    assert caught.value.kind == "ProbeTimeout"


def test_a_network_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    path = tiny.slow(layers=300, width=64).save(tmp_path)
    with pytest.raises(ProbeTimeout, match=r"more than 0\.0 GiB"):
        probe(path, memory=30 * 2**20)


def test_a_cancel_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tiny.slow(layers=300, width=64).save(tmp_path)
    children = []
    real = probing.subprocess.Popen

    def start(*args, **options):  # type: ignore[no-untyped-def]
        children.append(real(*args, **options))
        return children[-1]

    monkeypatch.setattr(probing.subprocess, "Popen", start)
    control = Control(on_progress=lambda done, text: control.cancel())
    with pytest.raises(Cancelled):
        probe(path, control=control)
    assert len(children) == 1 and children[0].poll() is not None


def test_a_child_that_dies_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "__name__", "deconv_studio.engine.no_such_module")
    with pytest.raises(ProbeFailed, match="no_such_module"):
        probe(tiny.conv().save(tmp_path))


def test_a_damaged_report_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_in_child", lambda *args: {"scale": "many"})
    with pytest.raises(ProbeFailed, match="damaged"):
        probe(tiny.conv().save(tmp_path))
    assert os.environ.get("DECONV_STUDIO_HOME")
