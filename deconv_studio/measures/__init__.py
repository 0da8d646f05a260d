"""Quality of pictures and of labellings in numpy alone, each figure with its convention stated."""

from __future__ import annotations

from deconv_studio.measures.anomaly import auroc, image_score, region_overlap
from deconv_studio.measures.noise import is_coarse, noise_level
from deconv_studio.measures.quality import luma_bt601_studio, psnr, ssim
from deconv_studio.measures.segmentation import (
    bandwidth,
    boundary_f,
    confusion,
    dice,
    instance_score,
    iou,
    match_instances,
    mean_iou,
    pixel_accuracy,
)

__all__ = [
    "auroc",
    "bandwidth",
    "boundary_f",
    "confusion",
    "dice",
    "image_score",
    "instance_score",
    "iou",
    "is_coarse",
    "luma_bt601_studio",
    "match_instances",
    "mean_iou",
    "noise_level",
    "pixel_accuracy",
    "psnr",
    "region_overlap",
    "ssim",
]
