"""A scene: one forward pass, then units, seeds, hierarchies, the paper's test and shuffled weights."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from deconv_studio import imaging
from deconv_studio.engine.control import Control
from deconv_studio.lens.reconstruct import Lens
from deconv_studio.tasks.errors import OptionsInvalid
from deconv_studio.tasks.inspect import InspectOptions, Inspector
from deconv_studio.tasks.looking import Scene, parse_link, with_fields, write_link
from tests.lens.graphs import network, small_classifier

pytestmark = pytest.mark.light


def noise(height: int = 33, width: int = 33, seed: int = 0) -> imaging.Picture:
    return imaging.Picture(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


@pytest.fixture
def inspector(tmp_path: Path) -> Inspector:
    path = tmp_path / "net.onnx"
    path.write_bytes(small_classifier().SerializeToString())
    return Inspector(path, threads=1)


@pytest.fixture
def scene(inspector: Inspector) -> Scene:
    return Scene(inspector, noise())


def test_a_click_runs_forward_no_more(
    scene: Scene, inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []
    look = Lens.look
    monkeypatch.setattr(Lens, "look", lambda *args, **kwargs: (calls.append(1), look(*args, **kwargs))[1])
    options = InspectOptions(layer="relu3", unit="2", rule="guided", seed="one")
    found = scene.inspect(options)
    scene.inspect(options.model_copy(update={"unit": "3"}))
    scene.maps("relu3")
    assert calls == []
    whole = inspector.run(noise(), options)
    assert np.array_equal(found.values, whole.values)
    assert (found.at, found.box) == (whole.at, whole.box)


def test_layers_say_what_they_are(scene: Scene) -> None:
    lens = scene.lens
    assert [each.name for each in scene.layers] == [each.name for each in scene.graph.layers()]
    assert all(each.reversible for each in scene.layers)
    fields = scene.fields(Control())
    for each in with_fields(scene.layers, fields):
        at = tuple(size // 2 for size in each.shape[1:])
        box = lens.receptive_field(scene.graph, each.name, at)
        assert each.field == (box[2][1] - box[2][0], box[3][1] - box[3][0])
    main = [each.name for each in scene.layers if each.main]
    assert "relu1" in main and "y" in main
    assert not [each for each in main if scene.graph.producer[each].op == "Flatten"]


def test_maps_are_the_activations_reduced(scene: Scene) -> None:
    activation = scene.lens.activation(scene.look, "relu1")[0]
    maps = scene.maps("relu1", side=64)
    assert not maps.signed
    assert maps.maps.shape == activation.shape
    top = activation.max(axis=(1, 2), keepdims=True)
    assert np.abs(maps.maps - 255 * activation / np.where(top > 0, top, 1)).max() <= 0.5 + 1e-3
    assert maps.peaks == pytest.approx(activation.max(axis=(1, 2)))
    assert maps.means == pytest.approx(activation.mean(axis=(1, 2)), rel=1e-5)
    for unit, place in enumerate(maps.places):
        assert activation[(unit, *place)] == maps.peaks[unit]
    order = maps.order("peak")
    assert sorted(order) == list(range(len(activation)))
    assert all(maps.peaks[a] >= maps.peaks[b] for a, b in itertools.pairwise(order))
    assert maps.order("index") == list(range(len(activation)))
    with pytest.raises(OptionsInvalid, match="sorted"):
        maps.order("beauty")
    small = scene.maps("relu1", side=5)
    assert max(small.maps.shape[1:]) == 5
    shared = scene.maps("relu1", shared=True)
    assert sorted(each.max() for each in shared.maps)[-1] == 255
    assert sorted(each.max() for each in shared.maps)[0] < 255


def test_signed_maps_have_zero_at_128(scene: Scene) -> None:
    activation = scene.lens.activation(scene.look, "y")[0]
    maps = scene.maps("y")
    assert maps.signed == bool((activation < 0).any())
    assert maps.signed
    assert maps.maps.shape == (len(activation), 1, 1)
    assert ((maps.maps[:, 0, 0] > 128) == (activation > 0)).all()


def test_nine_seeds_are_what_one_after_the_other_gives(scene: Scene) -> None:
    options = InspectOptions(layer="relu3", unit="1", rule="guided", seed="one")
    found = scene.nine(options)
    assert 1 < len(found) <= 9
    assert len({each.at for each in found}) == len(found)
    activation = scene.lens.activation(scene.look, "relu3")[0, 1]
    values = [activation[each.at] for each in found]
    assert values == sorted(values, reverse=True)
    assert values[0] == activation.max()
    for each in found:
        alone = scene.inspect(options.model_copy(update={"at": ",".join(map(str, each.at or ()))}))
        assert each.values == pytest.approx(alone.values, abs=1e-6)
        assert each.box == alone.box


def test_a_unit_is_followed_down_to_the_picture(scene: Scene) -> None:
    options = InspectOptions(layer="relu3", unit="1", rule="gradient", seed="one")
    steps = list(scene.follow(options, count=3))
    depth = [each.name for each in scene.layers]
    places = [depth.index(step.layer) for step in steps]
    assert places == sorted(places, reverse=True) and places[0] < depth.index("relu3")
    for step in steps:
        signal = scene.lens.reconstruct(
            scene.look, "relu3", 1, method="gradient", value="one", since=step.layer
        ).full()
        carried = np.abs(signal).sum(axis=(1, 2))
        assert [unit for unit, _ in step.units] == [int(i) for i in np.argsort(-carried)[: len(step.units)]]
        assert step.units[0][1] == pytest.approx(carried.max() / carried.sum(), rel=1e-5)
        activation = scene.lens.activation(scene.look, step.layer)[0]
        for (unit, _), plane in zip(step.units, step.maps, strict=True):
            assert np.array_equal(plane, activation[unit])


def test_shuffling_leaves_what_is_below(scene: Scene) -> None:
    options = InspectOptions(layer="relu3", unit="1", rule="gradient")
    result = scene.shuffle(options)
    assert scene.graph.producer[result.since].op == "Conv"
    original = scene.inspect(options.model_copy(update={"seed": "one"}))
    assert np.array_equal(result.original.values, original.values)
    assert not np.array_equal(result.shuffled.values, original.values)
    assert result.shuffled.at == result.original.at
    assert -1 <= result.likeness < 0.999
    with pytest.raises(OptionsInvalid, match="not below"):
        scene.shuffle(options, "y")


def test_the_papers_test_tells_a_cause_from_none(scene: Scene) -> None:
    unit, at, _ = scene.lens.strongest(scene.look, "relu2", 1)[0]
    place = ",".join(map(str, at))
    verdict = scene.verify(InspectOptions(layer="relu2", unit=str(unit), at=place, rule="gradient"))
    assert verdict.shown > verdict.hidden
    for rule in ("gradcam", "occlusion"):
        with pytest.raises(OptionsInvalid, match="no projection"):
            scene.verify(InspectOptions(layer="relu2", unit="0", rule=rule))
    with pytest.raises(OptionsInvalid, match="one position"):
        scene.verify(InspectOptions(layer="relu2", unit="0", at="all"))


def test_scores_are_the_heads(scene: Scene) -> None:
    values = scene.lens.activation(scene.look, "y")[0].ravel()
    scores = scene.scores(3)
    assert [each.unit for each in scores] == [int(i) for i in np.argsort(-values)[:3]]
    assert not scores[0].probable
    assert scores[0].value == pytest.approx(float(values.max()))


def test_a_network_of_any_size_sees_a_smaller_picture(tmp_path: Path) -> None:
    weight = np.ones((4, 3, 3, 3), np.float32)
    node = helper.make_node("Conv", ["x", "w"], ["y"], pads=[1] * 4)
    path = tmp_path / "any.onnx"
    path.write_bytes(network([node], (1, 3, "h", "w"), {"w": weight}).SerializeToString())
    scene = Scene(Inspector(path, threads=1), noise(40, 80), 20)
    assert scene.size == (10, 20)
    assert scene.scores() == []


def test_links_name_model_layer_and_unit() -> None:
    link = write_link("net", "a:b/c", 7)
    assert parse_link(f" {link}\n") == ("net", "a:b/c", 7)
    for wrong in ("", "net", "net:7", "net:layer:x", ":layer:3"):
        with pytest.raises(OptionsInvalid, match="no link"):
            parse_link(wrong)
