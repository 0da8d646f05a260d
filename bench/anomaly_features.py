"""Compare a bundled anomaly model with distances between ImageNet's features, of good pictures alone.

    python bench/anomaly_features.py --data DIR [--enlarged 2] [--model tile-anomaly]

DIR has ``train/good`` and, in ``val``, ``good`` beside a folder for each kind of defect. The features are
those of the pack efficientnet-lite0, averaged over 3x3 positions and standardised. A position is as odd as
its Mahalanobis distance from all normal ones (PaDiM, Defard et al. 2021, with one Gaussian, as a texture has
no places), or as far away as its nearest normal neighbour is (PatchCore, Roth et al. 2022, with a random
memory). Scores are taken as the model's card says, so that all figures are made the same way. Needs the extra
[train].
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional as F

from deconv_studio import imaging, measures
from deconv_studio.batch.anomaly_evaluation import DefectScores, open_sorted
from deconv_studio.catalog import Catalog
from deconv_studio.engine.pictures import as_unit_float
from deconv_studio.learning.networks.efficientnet_lite import EfficientNetLite0

SETS = {"stride 8": (2,), "stride 16": (3,), "stride 32": (4,), "strides 8 and 16": (2, 3)}
"""Name to the features it is of, by their place in what the encoder gives."""
PER_PICTURE, MEMORY = 300, 10_000
"""Positions of a good picture that are learned from, and how many of all are neighbours."""
SMOOTHING = 4.0
"""Deviation of the Gaussian that distances are smoothed by, in pixels, as in both papers."""
SHRINKAGE = 0.01

Distance = Callable[[np.ndarray], np.ndarray]


class Features:
    """The encoder's features of gray pictures; `enlarged` is the factor a picture is enlarged by first."""

    def __init__(self, enlarged: float) -> None:
        self.encoder = EfficientNetLite0(1)
        self.encoder.load_pretrained()
        self.encoder.eval()
        self.enlarged = enlarged

    def __call__(self, path: Path) -> tuple[dict[str, np.ndarray], tuple[int, int]]:
        """Return each set's features ``(h, w, C)`` and the picture's height and width."""
        gray = np.clip(as_unit_float(imaging.read(path).color), 0, 1).mean(axis=2)
        size = [max(32, 32 * round(side * self.enlarged / 32)) for side in gray.shape]
        fed = np.clip(cv2.resize(gray, size[::-1], interpolation=cv2.INTER_CUBIC), 0, 1)
        with torch.no_grad():
            found = self.encoder(torch.from_numpy(fed)[None, None])
            found = [F.avg_pool2d(one, 3, 1, 1, count_include_pad=False) for one in found]
            out = {}
            for name, numbers in SETS.items():
                grid = found[numbers[-1]].shape[-2:]
                parts = [F.adaptive_avg_pool2d(found[number], grid) for number in numbers]
                out[name] = torch.cat(parts, 1)[0].permute(1, 2, 0).numpy()
        return out, gray.shape


def learned(rows: np.ndarray, rng: np.random.Generator) -> dict[str, Distance]:
    """Return both distances from normal features ``(n, C)``; each maps ``(m, C)`` to ``(m,)``."""
    mean, deviation = rows.mean(0), rows.std(0) + 1e-6
    known = (rows - mean) / deviation
    covariance = (1 - SHRINKAGE) * np.cov(known.T) + SHRINKAGE * np.eye(known.shape[1])
    whiten = np.linalg.cholesky(np.linalg.inv(covariance)).astype(np.float32)
    memory = known[rng.permutation(len(known))[:MEMORY]]
    squares = (memory**2).sum(1)

    def gaussian(given: np.ndarray) -> np.ndarray:
        return np.linalg.norm((given - mean) / deviation @ whiten, axis=1)

    def nearest(given: np.ndarray) -> np.ndarray:
        own = (given - mean) / deviation
        return np.sqrt(np.maximum((own**2).sum(1) + (squares - 2 * own @ memory.T).min(1), 0))

    return {"Mahalanobis": gaussian, "nearest neighbour": nearest}


def main() -> None:
    """Print image and pixel AUROC of every set and distance, and of the model's own as its card has them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--enlarged", type=float, default=1.0)
    parser.add_argument("--model", default="tile-anomaly")
    given = parser.parse_args()
    card = Catalog().get(given.model).card
    assert card.anomaly is not None
    features, rng = Features(given.enlarged), np.random.default_rng(0)
    rows: dict[str, list[np.ndarray]] = {name: [] for name in SETS}
    for path in sorted((given.data / "train" / "good").iterdir()):
        for name, found in features(path)[0].items():
            flat = found.reshape(-1, found.shape[2])
            rows[name].append(flat[rng.permutation(len(flat))[:PER_PICTURE]])
    distances = {name: learned(np.concatenate(parts), rng) for name, parts in rows.items()}
    folder = open_sorted(given.data)
    scores = {(name, how): DefectScores(folder.kinds, 0.0) for name in SETS for how in distances[name]}
    for path, kind, mask_path in folder.pictures:
        mask = None if mask_path is None else imaging.read(mask_path).color.max(axis=2) > 0
        grids, (height, width) = features(path)
        for (name, how), total in scores.items():
            grid = grids[name]
            far = distances[name][how](grid.reshape(-1, grid.shape[2])).reshape(grid.shape[:2])
            heat = cv2.resize(far.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
            heat = cv2.GaussianBlur(heat, (0, 0), SMOOTHING, borderType=cv2.BORDER_REFLECT)
            score = measures.image_score(heat, card.anomaly.top_share, card.anomaly.border)
            total.add(kind, score, heat, mask)
    for (name, how), total in scores.items():
        summary = total.summary()
        kinds = ", ".join(f"{item['name']} {item['image_auroc']:.2f}" for item in summary["kinds"])
        figures = f"image AUROC {summary['image_auroc']:.3f}, pixel AUROC {summary['pixel_auroc']:.3f}"
        print(f"{how} at {name}: {figures} ({kinds})")
    for result in card.results:
        if result.measure in ("image AUROC", "pixel AUROC"):
            print(f"{given.model}: {result.measure} {result.value:.3f}")


if __name__ == "__main__":
    main()
