"""The catalog: what a model is (card.toml) and where it lives: bundled, installed pack, user's folder."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deconv_studio.catalog.accepted_licences import licence_seen, mark_licence_seen
    from deconv_studio.catalog.card import Card, slug
    from deconv_studio.catalog.download import fetch_file
    from deconv_studio.catalog.errors import (
        CardInvalid,
        CatalogError,
        CustomOperator,
        DownloadFailed,
        ExternalData,
        FolderNotWritable,
        HashMismatch,
        InstallFailed,
        ModelExists,
        ModelInvalid,
        ModelMissing,
        ModelTooLarge,
        NotRemovable,
        PackInvalid,
        PackMissing,
    )
    from deconv_studio.catalog.folders import (
        bundled_folder,
        cache_folder,
        log_folder,
        resources_folder,
        user_folder,
        user_models_folder,
        user_packs_folder,
    )
    from deconv_studio.catalog.inspection import Inspection, inspect_file
    from deconv_studio.catalog.packs.install import install_pack, remove_pack
    from deconv_studio.catalog.packs.registry import Pack, find_pack, known_packs
    from deconv_studio.catalog.store import Catalog, Entry, Problem

# pydantic and the rest load only when a name is used, so that `deconv-studio --help` stays quick.
_HOME_OF = {
    "Card": "card",
    "CardInvalid": "errors",
    "Catalog": "store",
    "CatalogError": "errors",
    "CustomOperator": "errors",
    "DownloadFailed": "errors",
    "Entry": "store",
    "ExternalData": "errors",
    "FolderNotWritable": "errors",
    "HashMismatch": "errors",
    "Inspection": "inspection",
    "InstallFailed": "errors",
    "ModelExists": "errors",
    "ModelInvalid": "errors",
    "ModelMissing": "errors",
    "ModelTooLarge": "errors",
    "NotRemovable": "errors",
    "Pack": "packs.registry",
    "PackInvalid": "errors",
    "PackMissing": "errors",
    "Problem": "store",
    "bundled_folder": "folders",
    "cache_folder": "folders",
    "fetch_file": "download",
    "find_pack": "packs.registry",
    "inspect_file": "inspection",
    "install_pack": "packs.install",
    "known_packs": "packs.registry",
    "licence_seen": "accepted_licences",
    "log_folder": "folders",
    "mark_licence_seen": "accepted_licences",
    "remove_pack": "packs.install",
    "resources_folder": "folders",
    "slug": "card",
    "user_folder": "folders",
    "user_models_folder": "folders",
    "user_packs_folder": "folders",
}

__all__ = [
    "Card",
    "CardInvalid",
    "Catalog",
    "CatalogError",
    "CustomOperator",
    "DownloadFailed",
    "Entry",
    "ExternalData",
    "FolderNotWritable",
    "HashMismatch",
    "Inspection",
    "InstallFailed",
    "ModelExists",
    "ModelInvalid",
    "ModelMissing",
    "ModelTooLarge",
    "NotRemovable",
    "Pack",
    "PackInvalid",
    "PackMissing",
    "Problem",
    "bundled_folder",
    "cache_folder",
    "fetch_file",
    "find_pack",
    "inspect_file",
    "install_pack",
    "known_packs",
    "licence_seen",
    "log_folder",
    "mark_licence_seen",
    "remove_pack",
    "resources_folder",
    "slug",
    "user_folder",
    "user_models_folder",
    "user_packs_folder",
]


def __getattr__(name: str) -> Any:
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
