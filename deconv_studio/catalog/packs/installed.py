"""The models of installed packs: found without importing anything, verified, converted once and cached."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deconv_studio.catalog import folders
from deconv_studio.catalog.atomic import not_writable, staging_folder, sync
from deconv_studio.catalog.card import CARD_FILE, Card
from deconv_studio.catalog.errors import CatalogError, HashMismatch, PackInvalid, PackMissing
from deconv_studio.catalog.inspection import inspect_file
from deconv_studio.catalog.packs.convert import CONVERTER_VERSION, to_onnx
from deconv_studio.catalog.packs.graph import Converted
from deconv_studio.catalog.packs.labels import read_names
from deconv_studio.catalog.packs.registry import (
    Companion,
    DcganModel,
    EfficientNetLiteModel,
    HedModel,
    Model,
    NcnnModel,
    Pack,
    PackFile,
    PackModel,
    find_pack,
    known_packs,
)
from deconv_studio.catalog.packs.torch_file import read_state_dict
from deconv_studio.catalog.store import Entry, Problem, cached_sha256

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What the registry says of a model and its card repeats.
_CARD_FIELDS = set(Card.model_fields) & set(Model.model_fields)


def find_distribution(pack: Pack, path: Sequence[str] | None = None) -> Distribution | None:
    """Find a pack's installed distribution by its metadata alone.

    Parameters
    ----------
    pack : Pack
    path : sequence of str, optional
        Folders to look in; by default where `models install` puts the pack, then where Python looks.

    Returns
    -------
    Distribution or None
        One of the registered version before one of another.
    """
    if path is None:
        path = [str(folders.user_packs_folder() / pack.id), *sys.path]
    return _find(pack, path)


def _find(wanted: Pack | Companion, path: Sequence[str]) -> Distribution | None:
    found = list(distributions(name=wanted.distribution, path=list(path)))
    return next((item for item in found if item.version == wanted.version), found[0] if found else None)


def read_weights(pack_name: str, model_id: str | None = None) -> dict[str, NDArray[Any]]:
    """Read the weights of an installed pack, by the names its author gave them, for an encoder to start from.

    Parameters
    ----------
    pack_name : str
        Id of a pack whose weights are a PyTorch state dict, such as ``"efficientnet-lite0"``.
    model_id : str, optional
        Which of its models; without it the first.

    Returns
    -------
    dict of str to ndarray
        In the file's order, with the names of the author's network: for EfficientNet-Lite0
        ``_conv_stem.weight`` (32, 3, 3, 3), ``_bn0.weight``, ``_bn0.bias``, ``_bn0.running_mean``,
        ``_bn0.running_var``, ``_blocks.0._depthwise_conv.weight`` (32, 1, 3, 3), ..., ``_conv_head.weight``,
        ``_bn1...``, ``_fc.weight`` (1000, 1280), ``_fc.bias``: float32, batch normalisation not folded (eps
        is 1e-3); ``...num_batches_tracked`` are int64 without axes. That network is fed RGB of 0..255 as
        (x - 127) / 128 and pads as TensorFlow's SAME does: a stride of 2 pads (0, 1) for 3x3, (1, 2) for 5x5.

    Raises
    ------
    PackMissing
        If there is no such pack, it has no state dict, or it is not installed; the hint is the command that
        installs it.
    HashMismatch, PackInvalid
        If its file is not the registered one. Then nothing of it is read.
    """
    pack = find_pack(pack_name)
    models = [model for model in pack.models if model_id in (None, model.id)]
    state = getattr(models[0], "state", None) if models else None
    if not isinstance(state, PackFile):
        raise PackMissing(
            f"The pack {pack.id!r} has no PyTorch weights{f' of {model_id!r}' if model_id else ''}.",
            "Name another pack: deconv-studio models install lists them.",
        )
    distribution = find_distribution(pack)
    if distribution is None:
        raise PackMissing(
            f"The pack {pack.id!r} is not installed.",
            f"Install it: deconv-studio models install {pack.id}.",
        )
    return read_state_dict(_verified(pack, state, distribution), getattr(models[0], "state_key", None))


def installed_models(packs: Sequence[Pack] | None = None) -> Iterator[Entry | Problem]:
    """Every model of every installed pack, ready to be loaded; what is wrong with one touches no other.

    Parameters
    ----------
    packs : sequence of Pack, optional
        By default all the program knows.
    """
    for pack in known_packs() if packs is None else packs:
        distribution = find_distribution(pack)
        if distribution is None:
            continue
        for model in pack.models:
            try:
                yield prepare(pack, model, distribution)
            except CatalogError as error:
                folder = Path(str(distribution.locate_file(model.files[-1].file))).parent
                yield Problem(model.id, folder, "pack", error)


def prepare(pack: Pack, model: PackModel, distribution: Distribution) -> Entry:
    """Convert a pack's model, or take what was converted before.

    Parameters
    ----------
    pack : Pack
    model : PackModel
    distribution : Distribution
        Where the pack is installed.

    Returns
    -------
    Entry
        In a folder of the user's cache named by the hash of the pack's files, their description and the
        converter's version.

    Raises
    ------
    HashMismatch, PackInvalid
        If the pack's files are not the registered ones. Then nothing of them is read.
    FolderNotWritable
        If the cache cannot be written.
    """
    paths = [_verified(pack, file, distribution) for file in model.files]
    # The description holds the hashes of the files, so the key changes with all that the result depends on.
    recipe = f"{CONVERTER_VERSION}\n{pack.version}\n{model.model_dump_json()}"
    key = hashlib.sha256(recipe.encode()).hexdigest()
    folder = folders.cache_folder() / "packs" / key[:24] / model.id
    entry = _cached(folder)
    if entry is not None:
        return entry

    try:
        converted = _convert(model, paths)
    except (OSError, UnicodeDecodeError) as error:
        raise PackInvalid(f"{paths[-1].parent} cannot be read: {error}.", _hint(pack)) from error
    except ImportError as error:
        # A pack must not hide the other models, whatever is broken in the libraries it is converted with.
        raise PackInvalid(
            f"{model.id} cannot be converted: {error}.",
            "Install the program again; it brings onnx and numpy.",
        ) from error
    work = converted.gflops_per_input_megapixel
    card = Card.from_dict(
        {
            **model.model_dump(include=_CARD_FIELDS),
            "sha256": hashlib.sha256(converted.content).hexdigest(),
            "parameters": converted.parameters,
            "size_bytes": len(converted.content),
            "gflops_per_megapixel": None if work is None else round(work / model.output.scale**2, 1),
            "classes": model.model_dump()["classes"] or [{"name": name} for name in converted.classes],
        },
        f"The card of {model.id}",
    )
    _store(folder, card, converted.content)
    return Entry(card, folder, "pack")


def _convert(model: PackModel, paths: Sequence[Path]) -> Converted:
    """Read a model's files, which are in the order of `model.files`, and build its ONNX graph."""
    if isinstance(model, NcnnModel):
        from deconv_studio.catalog.packs.ncnn import read_network

        param, weights = paths
        layers = read_network(
            param.read_text(encoding="utf-8"), weights.read_bytes(), input_channels=model.input.channels
        )
        return to_onnx(
            layers,
            name=model.id,
            input_name=model.input.name,
            output_name=model.output.name,
            channels=model.input.channels,
            scale=model.output.scale,
            replicate_pad=model.replicate_pad,
            clip=model.clip,
        )
    names = {"name": model.id, "input_name": model.input.name, "output_name": model.output.name}
    if isinstance(model, EfficientNetLiteModel):
        from deconv_studio.catalog.packs import efficientnet_lite

        labels, state = paths
        return efficientnet_lite.to_onnx(
            read_state_dict(state), read_names(labels), strides=model.strides, **names
        )
    if isinstance(model, DcganModel):
        from deconv_studio.catalog.packs import dcgan

        return dcgan.to_onnx(read_state_dict(paths[0], model.state_key), **names)
    if isinstance(model, HedModel):
        from deconv_studio.catalog.packs import hed

        return hed.to_onnx(hed.read_keras(paths[0]), **names)
    # An ONNX file is taken as it is, once it was found to be one.
    facts = inspect_file(paths[0])
    return Converted(paths[0].read_bytes(), facts.parameters, None)


def _hint(pack: Pack) -> str:
    return f"Install the pack again: deconv-studio models install {pack.id}."


def _located(pack: Pack, file: PackFile, distribution: Distribution) -> Path:
    """Where a file is; a companion's is looked for beside the pack first."""
    if file.distribution is not None:
        (companion,) = (item for item in pack.companions if item.distribution == file.distribution)
        found = _find(companion, [str(distribution.locate_file("")), *sys.path])
        if found is None:
            raise PackInvalid(
                f"{pack.distribution} is installed without {companion.distribution}, which goes with it.",
                _hint(pack),
            )
        distribution = found
    return Path(str(distribution.locate_file(file.file)))


def _verified(pack: Pack, file: PackFile, distribution: Distribution) -> Path:
    path = _located(pack, file, distribution)
    try:
        found = cached_sha256(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PackInvalid(
            f"{pack.distribution} {distribution.version} is installed, but {path} cannot be read: {reason}.",
            _hint(pack),
        ) from error
    if found != file.sha256:
        raise HashMismatch(path, file.sha256, found, f"{_hint(pack)} It has to be version {pack.version}.")
    return path


def _cached(folder: Path) -> Entry | None:
    """What was converted before, unless it is damaged: then it is made again."""
    if not folder.is_dir():
        return None
    try:
        entry = Entry(Card.from_toml(folder / CARD_FILE), folder, "pack")
        entry.verified_path()
    except CatalogError:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return entry


def _store(folder: Path, card: Card, content: bytes) -> None:
    staging = staging_folder(folder.parent, f".{folder.name}-")
    try:
        (staging / card.file).write_bytes(content)
        (staging / CARD_FILE).write_text(card.to_toml(), encoding="utf-8")
        sync(staging)
        try:
            staging.rename(folder)
        except OSError as error:
            # Another process was faster; what it made is the same, unless the folder is not a folder of ours.
            if _cached(folder) is None:
                raise not_writable(folder, error) from error
    except OSError as error:
        raise not_writable(folder.parent, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
