"""Kinds of training, by the `kind` of a recipe's data section."""

from __future__ import annotations

from pathlib import Path

from deconv_studio.learning.jobs.adversarial import Adversarial
from deconv_studio.learning.jobs.anomaly import Anomaly
from deconv_studio.learning.jobs.base import Job, build_network
from deconv_studio.learning.jobs.classification import Classification
from deconv_studio.learning.jobs.denoising import Denoising
from deconv_studio.learning.jobs.segmentation import Segmentation
from deconv_studio.learning.jobs.superresolution import SuperResolution
from deconv_studio.learning.recipe import Recipe

JOBS: dict[str, type[SuperResolution | Classification | Segmentation | Adversarial | Denoising | Anomaly]] = {
    "adversarial": Adversarial,
    "anomaly": Anomaly,
    "denoising": Denoising,
    "superresolution": SuperResolution,
    "classification": Classification,
    "segmentation": Segmentation,
}


def make_job(recipe: Recipe, data: Path) -> Job:
    """Return the job that the recipe's data section asks for, its data read."""
    return JOBS[recipe.data.kind](recipe, data)


__all__ = ["JOBS", "Job", "build_network", "make_job"]
