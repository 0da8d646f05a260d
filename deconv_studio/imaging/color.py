"""Colour: ICC profiles, and the way from them to sRGB."""

from __future__ import annotations

import io


def profile_name(profile: bytes) -> str:
    """What an ICC profile calls itself."""
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    except (OSError, ImageCms.PyCMSError):
        return "unknown profile"
