"""COCO's run-length codes and polygons against pycocotools: the same masks, boxes and bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as masks
from pycocotools.coco import COCO

from deconv_studio import tasks
from deconv_studio.engine import Control
from deconv_studio.imaging import Picture
from deconv_studio.tasks import _coco
from tests.segmenters import by_color, loaded
from tests.tiny_networks import picture as noise


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shapes", ["rle", "polygons"])
def test_masks_boxes_and_codes(seed: int, shapes: Any) -> None:
    rng = np.random.default_rng(seed)
    height, width = (int(v) for v in rng.integers(1, 30, 2))
    labels = (rng.random((height, width)) < rng.random()).astype(np.uint8)
    for value in (0, 1):
        whole = np.zeros(labels.shape, int)
        for item in _coco.annotate(labels, [value], shapes=shapes):
            shape = item["segmentation"]
            code = shape if isinstance(shape, dict) else masks.merge(masks.frPyObjects(shape, height, width))
            mask = masks.decode(code)
            whole += mask
            assert mask.sum() == item["area"]
            assert masks.toBbox(code).tolist() == item["bbox"]
            if isinstance(shape, dict):
                assert masks.encode(np.asfortranarray(mask))["counts"].decode() == shape["counts"]
        np.testing.assert_array_equal(whole, labels == value)


@pytest.mark.parametrize("shapes", ["rle", "polygons"])
def test_a_file_is_read_whole(tmp_path: Path, shapes: str) -> None:
    task = tasks.get("segment")
    options = task.options(save="coco", shapes=shapes)
    model = loaded(by_color(), tmp_path)
    result: Any = task.run(Picture(noise(23, 31, 3, dtype=np.uint8)), options, model, Control())
    path = result.parts[0].content.write(tmp_path / "a.coco.json")
    data = COCO(str(path))
    whole = np.full((23, 31), 99)
    for item in data.loadAnns(data.getAnnIds()):
        mask = data.annToMask(item).astype(bool)
        assert mask.sum() == item["area"]
        assert (whole[mask] == 99).all()
        whole[mask] = item["category_id"]
    np.testing.assert_array_equal(whole, result.labels)
    assert [item["name"] for item in data.loadCats(data.getCatIds())] == ["red", "green", "blue"]
    kinds = {type(item["segmentation"]) for item in json.loads(path.read_text())["annotations"]}
    assert (list in kinds) == (shapes == "polygons")
