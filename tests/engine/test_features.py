"""Features and probabilities of a classifier whose answers can be told by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from deconv_studio.engine.features import Features
from tests.generators import classifier_file

pytestmark = pytest.mark.light


def test_features_and_probabilities_of_one_run(tmp_path: Path) -> None:
    path, card = classifier_file(tmp_path / "classifier")
    extract = Features(path, card)
    assert extract.name == "tiny-classifier:features at 4 x 4"
    assert extract.sha256 == card.sha256 and extract.classes == ("level 0", "level 1", "level 2")
    levels = np.array([0.1, 0.5, 0.9], np.float32)
    pictures = np.broadcast_to(levels[:, None, None, None], (3, 4, 4, 1)).copy()
    features, probabilities = extract.with_probabilities(pictures)
    np.testing.assert_allclose(features, np.stack([levels, levels / 10], 1), rtol=1e-5)
    np.testing.assert_array_equal(extract(pictures), features)
    np.testing.assert_allclose(probabilities.sum(1), 1, rtol=1e-5)
    assert probabilities.argmax(1).tolist() == [0, 1, 2]
    # The softmax of -100 (m - level)^2, levels 1/6, 1/2, 5/6.
    expected = np.exp(-100 * (levels[:, None] - (np.arange(3) + 0.5) / 3) ** 2)
    np.testing.assert_allclose(probabilities, expected / expected.sum(1, keepdims=True), atol=1e-4)


def test_a_batch_changes_nothing(tmp_path: Path) -> None:
    extract = Features(*classifier_file(tmp_path / "classifier"))
    pictures = np.random.default_rng(0).integers(0, 256, (70, 4, 4, 1), np.uint8)
    whole = extract.with_probabilities(pictures)
    for one, other in zip(whole, extract.with_probabilities(pictures[66:67]), strict=True):
        np.testing.assert_allclose(one[66:67], other, atol=1e-6)
