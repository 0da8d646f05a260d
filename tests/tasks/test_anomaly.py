"""Anomalies: heat, score, mask and files against networks whose heat is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from deconv_studio import tasks
from deconv_studio.catalog import CardInvalid
from deconv_studio.engine import Control
from deconv_studio.engine.session import Model
from deconv_studio.imaging import Picture
from deconv_studio.tasks import _anomaly
from deconv_studio.tasks._anomaly import Detection
from deconv_studio.tasks.errors import ModelUnfit, OptionsInvalid
from tests import segmenters
from tests.anomalies import ANOMALY, by_brightness, by_redness, card_for, loaded
from tests.tiny_networks import picture as noise

pytestmark = pytest.mark.light


def run(pixels: np.ndarray | Picture, model: Model, **options: Any) -> Detection:
    task = tasks.get("anomaly")
    picture = pixels if isinstance(pixels, Picture) else Picture(pixels)
    result = task.run(picture, task.options(**options), model, Control())
    assert isinstance(result, Detection)
    return result


def spotted(value: int = 255) -> np.ndarray:
    """A gray picture of 64 with one spot of 3x4 pixels."""
    pixels = np.full((20, 30, 1), 64, np.uint8)
    pixels[5:8, 10:14] = value
    return pixels


def test_heat_score_and_mask_are_the_networks(tmp_path: Path) -> None:
    result = run(spotted(), loaded(by_brightness(), tmp_path))
    heat = np.maximum(spotted()[:, :, 0] / 255 - 0.25, 0)
    np.testing.assert_allclose(result.heat, heat, atol=1e-6)
    assert result.score == pytest.approx(0.75, abs=1e-6)
    assert result.anomalous
    np.testing.assert_array_equal(result.mask == 255, spotted()[:, :, 0] == 255)
    extra = json.loads(json.dumps(result.extra))
    assert extra["anomalous"] is True
    assert extra["threshold"] == ANOMALY["threshold"]
    assert extra["area"] == pytest.approx(12 / 600)
    assert extra["normal_rank"] == 1.0
    x, y = extra["hottest"]
    assert spotted()[y, x] == 255


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (7, 5), (40, 33)])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_every_depth_size_and_kind(tmp_path: Path, dtype: Any, shape: tuple[int, int], channels: int) -> None:
    result = run(noise(*shape, channels, dtype=dtype), loaded(by_redness(), tmp_path))
    assert result.heat.shape == result.mask.shape == shape
    assert result.heat.min() >= 0
    assert result.picture.pixels.dtype == np.uint8
    assert result.picture.pixels.shape == (*shape, 4 if channels in (2, 4) else 3)
    if channels < 3:
        np.testing.assert_allclose(result.heat, 0, atol=1e-6)


def test_the_score_is_the_mean_of_the_hottest_share(tmp_path: Path) -> None:
    model = loaded(by_brightness(), tmp_path, anomaly={"top_share": 0.04})
    result = run(spotted(), model)  # 24 of 600 pixels, 12 of them hot
    assert result.score == pytest.approx((12 * 0.75 + 12 * (64 / 255 - 0.25)) / 24, abs=1e-6)


def test_thresholds_by_hand_and_again_without_the_network(tmp_path: Path) -> None:
    model = loaded(by_brightness(), tmp_path)
    first = run(spotted(), model, threshold="0.8", pixel_threshold="0.9")
    assert not first.anomalous
    assert not first.mask.any()
    options = tasks.get("anomaly").options(threshold="0.1", pixel_threshold=".2", min_area=13)
    again = first.decided(options)
    assert again.anomalous
    assert again.heat is first.heat
    assert not again.mask.any(), "the spot is smaller than 13 pixels"
    assert first.decided(tasks.get("anomaly").options(min_area=12)).mask.any()


def test_the_ramp_colours_the_heat(tmp_path: Path) -> None:
    model = loaded(by_brightness(), tmp_path)
    one, two = (run(spotted(), model, ramp=ramp, opacity=1.0) for ramp in ("inferno", "viridis"))
    where = one.mask > 0
    expected = _anomaly.colored(_anomaly.glow(two.heat[where][None], two.pixel_threshold), "viridis")[0]
    level = np.minimum(2 * _anomaly.glow(two.heat[where], two.pixel_threshold), 1)
    full = level == 1
    np.testing.assert_allclose(two.picture.pixels[where][full, :3].astype(int), expected[full], atol=1)
    assert (one.picture.pixels[where] != two.picture.pixels[where]).any()


def test_files_of_every_kind(tmp_path: Path) -> None:
    result = run(spotted(), loaded(by_brightness(), tmp_path), save="map,mask,heat")
    assert [part.tail for part in result.parts] == [".heat.png", ".mask.png", ".map.tif"]
    paths = {}
    for part in result.parts:
        path = tmp_path / f"out{part.tail}"
        paths[part.tail] = part.content.write(path, metadata="keep")  # type: ignore[union-attr]
    with Image.open(paths[".mask.png"]) as mask:
        assert mask.mode == "L"
        np.testing.assert_array_equal(np.asarray(mask), result.mask)
        assert json.loads(mask.text["deconv-studio"])["task"] == "anomaly"  # type: ignore[attr-defined]
    np.testing.assert_array_equal(tifffile.imread(paths[".map.tif"]), result.heat)
    with Image.open(paths[".heat.png"]) as heat:
        shown = np.asarray(heat)
    np.testing.assert_array_equal(shown[0, 0], [64, 64, 64])
    assert shown[6, 11].tolist() != [255, 255, 255]


def test_what_glows() -> None:
    level = _anomaly.glow(np.array([0, 0.5, 1, 2, 9], np.float32), 1.0)
    np.testing.assert_allclose(level, [0, 0, 1 / 3, 1, 1], atol=1e-6)
    colors = _anomaly.colored(np.linspace(0, 1, 9, dtype=np.float32)[None])[0].astype(int)
    light = colors @ [299, 587, 114]
    assert (np.diff(light) > 0).all()


@pytest.mark.parametrize(
    "options",
    [{"threshold": "hot"}, {"pixel_threshold": "-1"}, {"threshold": "nan"}, {"save": "index"}, {"save": ""}],
)
def test_options_that_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(OptionsInvalid):
        tasks.get("anomaly").options(**options)


def test_models_that_are_refused(tmp_path: Path) -> None:
    task = tasks.get("anomaly")
    with pytest.raises(ModelUnfit, match="segment"):
        run(spotted(), segmenters.loaded(segmenters.by_color(), tmp_path))
    tiny = by_brightness()
    path = tiny.save(tmp_path)
    with pytest.raises(CardInvalid, match="heat"):
        card_for(tiny, path, "no-heat", output={"kind": "picture"})
    with pytest.raises(CardInvalid, match="rise"):
        card_for(tiny, path, "falls", anomaly={"scores": [2.0, 1.0]})
    larger = card_for(tiny, path, "larger").replace(
        output={"name": "y", "kind": "heat", "scale": 2, "receptive_field": 0}
    )
    with pytest.raises(ModelUnfit, match="size"):
        task.check_model(larger, task.options())


def test_a_card_comes_back_from_its_text(tmp_path: Path) -> None:
    tiny = by_brightness()
    card = card_for(tiny, tiny.save(tmp_path), "tiny")
    assert type(card).from_toml(card.to_toml()) == card


def test_tiles_give_the_same_heat(tmp_path: Path) -> None:
    pixels = noise(150, 170, 1, dtype=np.uint8)
    model = loaded(by_brightness(), tmp_path)
    np.testing.assert_allclose(run(pixels, model, tile=64).heat, run(pixels, model).heat, atol=1e-6)


def test_the_estimate_says_what_is_made(tmp_path: Path) -> None:
    task, model = tasks.get("anomaly"), loaded(by_brightness(), tmp_path)
    made = task.estimate(Picture(spotted()), task.options(), model)
    assert (made.width, made.height, made.channels) == (30, 20, 3)
    assert made.disk_bytes == 600 * 4
