"""Inspecting: options, preparation of pictures, the strongest unit, files, layers, and the exported graph."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from deconv_studio import batch, imaging
from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.lens.errors import TensorMissing, ZeroSeed
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.lens.views import class_activation_map
from deconv_studio.tasks import recorded
from deconv_studio.tasks.checkerboard import look_over
from deconv_studio.tasks.errors import NotFinite, OptionsInvalid
from deconv_studio.tasks.inspect import (
    InspectOptions,
    Inspector,
    layers_as_json,
    safe_name,
    signed_view,
    write_values,
)
from tests import restorers
from tests.lens.graphs import network, small_classifier

pytestmark = pytest.mark.light


@pytest.fixture
def path(tmp_path: Path) -> Path:
    target = tmp_path / "net.onnx"
    target.write_bytes(small_classifier().SerializeToString())
    return target


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> imaging.Picture:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)
    return imaging.Picture(pixels)


def test_the_strongest_unit_is_reconstructed_as_the_lens_does_it(path: Path) -> None:
    picture = noise(33, 33)
    found = Inspector(path).run(picture, InspectOptions(layer="relu2"))
    lens = Lens(path)
    feed = (picture.pixels.astype(np.float32) / np.float32(255)).transpose(2, 0, 1)[None]
    look = lens.look(feed)
    unit, at, peak = lens.strongest(look, "relu2", 1)[0]
    assert (found.unit, found.at) == (unit, at)
    assert found.seed_value == pytest.approx(peak, rel=1e-6)
    expected = lens.reconstruct(look, "relu2", unit).full()
    assert found.values.dtype == np.float32
    assert found.values == pytest.approx(expected, abs=1e-6)
    top, left = found.box
    assert np.array_equal(found.patch.pixels, picture.pixels[slice(*top), slice(*left)])
    assert found.rule == "deconvnet"
    assert "max pools" in found.notices[0]


def test_a_denoiser_is_looked_into_with_its_strength_left_to_it(tmp_path: Path) -> None:
    denoiser = restorers.loaded(tmp_path)
    inspector = Inspector(denoiser.path, card=denoiser.card)
    picture = noise(16, 16, 1)
    found = inspector.run(picture, InspectOptions(layer="taken", rule="gradient", at="7,7", seed="one"))
    # All of the fine part is taken away: one, less the two blurs.
    line = np.convolve([1, 2, 1], [1, 2, 1]) / 16
    expected = -np.outer(line, line)
    expected[2, 2] += 1
    assert found.values[0, 5:10, 5:10] == pytest.approx(expected, abs=1e-6)
    look = look_over(Control(), denoiser.path, denoiser.card)
    assert [layer.stride for layer in look.found.layers] == [2]
    with pytest.raises(OptionsInvalid, match="no picture"):
        Inspector(denoiser.path).run(picture, InspectOptions(layer="taken"))


def test_rules_positions_and_seeds_are_the_options(path: Path) -> None:
    inspector = Inspector(path)
    picture = noise(33, 33)
    whole = inspector.run(
        picture, InspectOptions(layer="relu3", unit="2", at="all", rule="gradient", seed="one")
    )
    assert (whole.unit, whole.at, whole.rule, whole.seed_value) == (2, None, "gradient", None)
    one = inspector.run(picture, InspectOptions(layer="relu3", unit="2", at="1,3", rule="guided", seed="one"))
    assert (one.at, one.seed_value) == ((1, 3), 1.0)
    head = inspector.run(picture, InspectOptions(layer="y", unit="4", seed="one"))
    assert head.at == ()
    first = inspector.run(picture, InspectOptions(layer="relu1", seed="one"))
    assert first.rule == "guided"
    assert "no max pool" in first.notices[0]
    assert inspector.run(picture, InspectOptions(seed="one")).layer == "relu4"


def test_grad_cam_and_occlusion_are_maps_over_the_picture(path: Path) -> None:
    inspector = Inspector(path)
    picture = noise(33, 33)
    cam = inspector.run(picture, InspectOptions(layer="relu2", unit="3", rule="gradcam"))
    feed, seen = inspector.prepare(picture)
    look = inspector.lens.look(feed)
    expected = class_activation_map(inspector.lens, look, "relu2", "y", 3)
    assert cam.values.shape == (1, 33, 33)
    assert cam.values.min() >= 0
    # The map's strongest place is the enlarged one's.
    row, column = np.unravel_index(expected.argmax(), expected.shape)
    top, left = np.unravel_index(cam.values[0].argmax(), (33, 33))
    assert abs((top + 0.5) / 33 * 8 - row - 0.5) < 1
    assert abs((left + 0.5) / 33 * 8 - column - 0.5) < 1
    assert cam.patch.pixels.shape == seen.pixels.shape
    assert "is the class" in cam.notices[0]
    hidden = inspector.run(picture, InspectOptions(layer="relu2", unit="top", rule="occlusion"))
    assert hidden.at is not None
    box = inspector.lens.receptive_field(look.graph, "relu2", hidden.at)
    assert hidden.box == box[2:]
    outside = hidden.values[0].copy()
    outside[slice(max(0, box[2][0] - 4), box[2][1] + 4), slice(max(0, box[3][0] - 4), box[3][1] + 4)] = 0
    assert not outside.any()
    assert hidden.values.any()
    for wrong in ({"at": "all"}, {"unit": "99"}):
        for rule in ("gradcam", "occlusion"):
            with pytest.raises(OptionsInvalid):
                inspector.run(picture, InspectOptions(layer="relu2", rule=rule, **wrong))


def test_wrong_requests_are_named(path: Path) -> None:
    inspector = Inspector(path)
    picture = noise(33, 33)
    for wrong in ({"at": "here"}, {"unit": "-1"}, {"unit": "best"}, {"at": "1;2"}):
        with pytest.raises(OptionsInvalid) as caught:
            inspector.run(picture, InspectOptions(layer="relu2", **wrong))
        assert next(iter(wrong.values())) in caught.value.message
        assert caught.value.hint
    with pytest.raises(TensorMissing):
        inspector.run(picture, InspectOptions(layer="relu77"))
    black = imaging.Picture(np.zeros((33, 33, 3), np.uint8))
    values = inspector.lens.look(inspector.prepare(black)[0]).values["relu2"][0]
    dead = int(values.reshape(len(values), -1).max(axis=1).argmin())
    if values[dead].max() == 0:
        with pytest.raises(ZeroSeed):
            inspector.run(black, InspectOptions(layer="relu2", unit=str(dead)))
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        inspector.run(picture, InspectOptions(layer="relu2"), control)


def test_pictures_are_prepared_as_the_network_wants_them(path: Path) -> None:
    inspector = Inspector(path, mean=(0.5, 0.4, 0.3), std=(0.2,), value_range=(0.0, 1.0))
    gray16 = imaging.Picture(np.full((80, 40, 1), 65535, np.uint16))
    feed, seen = inspector.prepare(gray16)
    assert feed.shape == (1, 3, 33, 33)
    assert feed[0, :, 0, 0] == pytest.approx([2.5, 3.0, 3.5], rel=1e-5)
    assert seen.pixels.shape == (33, 33, 1)
    assert seen.pixels.dtype == np.uint8
    # A wide picture is cut in the middle, not squeezed.
    wide = np.zeros((33, 99, 4), np.uint8)
    wide[:, 33:66] = 255
    feed, _ = Inspector(path).prepare(imaging.Picture(wide))
    assert np.array_equal(feed, np.ones_like(feed))
    with pytest.raises(OptionsInvalid, match="mean has 2 values"):
        Inspector(path, mean=(0.5, 0.4))


def test_open_sizes_and_channels_last(tmp_path: Path) -> None:
    (tmp_path / "any.onnx").write_bytes(small_classifier(size="side").SerializeToString())
    found = Inspector(tmp_path / "any.onnx").run(noise(40, 50), InspectOptions(layer="relu2", seed="one"))
    assert found.values.shape == (3, 40, 50)
    make = onnx.helper.make_node
    last = network(
        [
            make("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]),
            make("Conv", ["t", "w"], ["c"]),
            make("Relu", ["c"], ["y"]),
        ],
        (1, "h", "w", 1),
        {"w": np.ones((2, 1, 3, 3), np.float32)},
    )
    (tmp_path / "last.onnx").write_bytes(last.SerializeToString())
    found = Inspector(tmp_path / "last.onnx").run(
        noise(9, 12), InspectOptions(layer="y", at="2,5", seed="one")
    )
    assert found.values.shape == (1, 9, 12)
    assert found.box == ((2, 5), (5, 8))
    assert found.patch.pixels.shape == (3, 3, 3)
    assert found.values[0, 2:5, 5:8].tolist() == [[1, 1, 1]] * 3
    code = network([make("Relu", ["x"], ["y"])], (1, 100, 1, 1))
    (tmp_path / "code.onnx").write_bytes(code.SerializeToString())
    listed = Inspector(tmp_path / "code.onnx")
    assert [layer["layer"] for layer in listed.layers()] == ["y"]
    with pytest.raises(OptionsInvalid, match="1x100x1x1"):
        listed.run(noise(9, 9), InspectOptions(layer="y"))


def test_the_view_is_neutral_gray_where_nothing_is() -> None:
    values = np.zeros((3, 2, 2), np.float32)
    assert np.array_equal(signed_view(values), np.full((2, 2, 3), 128, np.uint8))
    values[0, 0, 0], values[1, 1, 1] = -2.0, 1.0
    view = signed_view(values)
    assert view[0, 0, 0] == 1
    assert view[1, 1, 1] == 192
    assert view[0, 1].tolist() == [128, 128, 128]
    assert signed_view(np.ones((5, 2, 2), np.float32)).shape == (2, 2, 1)


def test_files_carry_what_made_them_and_are_the_same_each_time(path: Path, tmp_path: Path) -> None:
    inspector = Inspector(path)
    found = inspector.run(noise(33, 33), InspectOptions(layer="relu2"))
    target = tmp_path / "out" / f"cat.{found.suffix}.png"
    written = batch.save(found.result("png"), target)
    again = batch.save(
        inspector.run(noise(33, 33), InspectOptions(layer="relu2")).result("png"), tmp_path / "b.png"
    )
    assert written.read_bytes() == again.read_bytes()
    record = recorded(imaging.read(written).metadata)
    assert record is not None
    assert record["task"] == "inspect"
    assert record["parameters"]["layer"] == "relu2"
    assert record["model_sha256"] == inspector.lens.sha256
    assert batch.save(found.result("patch"), tmp_path / "patch.png").exists()
    npy = write_values(found.values, tmp_path / "out" / f"cat.{found.suffix}.npy")
    assert np.array_equal(np.load(npy), found.values)
    assert sorted(entry.name for entry in (tmp_path / "out").iterdir()) == [npy.name, written.name]
    with pytest.raises(imaging.OutputExists):
        write_values(found.values, npy)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(imaging.WriteFailed):
        write_values(found.values, tmp_path / "file" / "a.npy")
    assert json.loads(json.dumps(found.facts()))["unit"] == found.unit


def test_names_are_safe() -> None:
    assert safe_name("/features/features.3/Conv_output_0") == "features_features_3_Conv_output_0"
    assert safe_name("..") == "layer"
    assert safe_name("a:b*c") == "a_b_c"


def test_layers_are_listed_with_their_default_rule(path: Path, tmp_path: Path) -> None:
    layers = Inspector(path).layers()
    by_name = {layer["layer"]: layer for layer in layers}
    assert by_name["relu2"]["shape"] == [1, 8, 8, 8]
    assert by_name["relu2"]["units"] == 8
    assert (by_name["relu1"]["rule"], by_name["relu2"]["rule"]) == ("guided", "deconvnet")
    assert by_name["pool1"]["node"] == "first_pool"
    assert json.loads(layers_as_json(layers)) == layers
    (tmp_path / "any.onnx").write_bytes(small_classifier(size="side").SerializeToString())
    free = Inspector(tmp_path / "any.onnx")
    assert free.layers()[0]["shape"] == [1, 8, 112, 112]
    assert free.layers((33, 40))[0]["shape"] == [1, 8, 17, 20]


def test_the_exported_graph_gives_the_same_values(path: Path, tmp_path: Path) -> None:
    inspector = Inspector(path)
    picture = noise(33, 33)
    found = inspector.run(picture, InspectOptions(layer="relu2"))
    written = inspector.export("relu2", "auto", tmp_path / "net.recon.onnx")
    assert found.at is not None
    seed = np.zeros((1, 8, 8, 8), np.float32)
    seed[(0, found.unit, *found.at)] = found.seed_value
    session = onnxruntime.InferenceSession(str(written), providers=["CPUExecutionProvider"])
    value = session.run(["reconstruction"], {"image": inspector.prepare(picture)[0], "seed": seed})[0]
    assert np.abs(value[0] - found.values).max() <= 1e-5 * np.abs(found.values).max()


def test_options_are_read_without_numpy() -> None:
    code = (
        "import sys; from deconv_studio.tasks.inspect import InspectOptions; InspectOptions(layer='a'); "
        "sys.exit(any(name in sys.modules for name in ('numpy', 'onnx', 'onnxruntime', 'cv2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestLargePictures:
    """A network of any size is fed no more than the memory allows, and it is said."""

    def test_are_reduced_with_a_notice(self, tmp_path: Path) -> None:
        (tmp_path / "any.onnx").write_bytes(small_classifier(size="side").SerializeToString())
        inspector = Inspector(tmp_path / "any.onnx", memory=16 * 2**20)
        most = inspector.most_pixels("relu2", "deconvnet")
        assert 224**2 < most < 1000 * 1500
        found = inspector.run(noise(1000, 1500), InspectOptions(layer="relu2", seed="one"))
        height, width = found.values.shape[1:]
        assert 0.98 * most < height * width <= most
        assert width / height == pytest.approx(1.5, rel=0.01)
        assert f"reduced from 1500 x 1000 to {width} x {height}" in found.notices[0]
        assert inspector.fed_size(1000, 1500, most) == (height, width)
        roomy = Inspector(tmp_path / "any.onnx", memory=2**30)
        whole = roomy.run(noise(1000, 1500), InspectOptions(layer="relu2", seed="one"))
        assert whole.values.shape == (3, 1000, 1500)
        assert not any("reduced" in notice for notice in whole.notices)

    def test_the_limit_follows_the_layer_and_never_asks_for_less_than_a_classifier_sees(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "any.onnx").write_bytes(small_classifier(size="side").SerializeToString())
        inspector = Inspector(tmp_path / "any.onnx", memory=16 * 2**20)
        assert inspector.most_pixels("relu1") > inspector.most_pixels()
        assert inspector.most_pixels("relu4") > inspector.most_pixels("relu4", "guided")
        assert Inspector(tmp_path / "any.onnx", memory=1).most_pixels() == 224**2

    def test_a_fixed_network_gets_its_size_as_the_card_says(self, path: Path) -> None:
        inspector = Inspector(path)
        ramp = np.repeat(np.linspace(0, 255, 99).astype(np.uint8)[None, :, None], 33, axis=0).repeat(3, 2)
        cut, seen = inspector.prepare(imaging.Picture(ramp))
        assert seen.pixels.shape == (33, 33, 3)
        assert 0.3 < cut.min() < cut.max() < 0.7
        stretched = dataclasses.replace(inspector.preparation, stretch=True)
        inspector._preparation = stretched
        whole, seen = inspector.prepare(imaging.Picture(ramp))
        assert seen.pixels.shape == (33, 33, 3)
        assert whole.min() < 0.03
        assert whole.max() > 0.97

    def test_a_working_side_is_kept_to(self, tmp_path: Path) -> None:
        (tmp_path / "any.onnx").write_bytes(small_classifier(size="side").SerializeToString())
        inspector = Inspector(tmp_path / "any.onnx")
        inspector._preparation = dataclasses.replace(inspector.preparation, side=64, multiple=8)
        assert inspector.fed_size(640, 1000) == (64, 96)
        assert inspector.fed_size(32, 32) == (64, 64)
        assert inspector.prepare(noise(128, 200))[0].shape == (1, 3, 64, 96)

    def test_the_brightest_sample_may_be_the_measure(self, path: Path) -> None:
        inspector = Inspector(path)
        inspector._preparation = dataclasses.replace(inspector.preparation, by_brightest=True)
        feed, _ = inspector.prepare(imaging.Picture(np.full((33, 33, 3), 51, np.uint8)))
        assert feed.min() == feed.max() == 1.0


def test_a_picture_with_nan_is_refused(path: Path) -> None:
    pixels = np.full((33, 33, 3), 0.5, np.float32)
    pixels[3, 4, 1] = np.nan
    with pytest.raises(NotFinite, match="not numbers"):
        Inspector(path).prepare(imaging.Picture(pixels))
