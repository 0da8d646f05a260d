"""Picture quality figures in numpy alone, each with its convention (channel, border, range) stated."""

from __future__ import annotations

from deconv_studio.measures.quality import luma_bt601_studio, psnr, ssim

__all__ = ["luma_bt601_studio", "psnr", "ssim"]
