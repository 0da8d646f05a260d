"""The models of installed packs: found without importing anything, verified, converted once and cached."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from deconv_studio.catalog import folders
from deconv_studio.catalog.atomic import not_writable, staging_folder, sync
from deconv_studio.catalog.card import CARD_FILE, Card
from deconv_studio.catalog.errors import CatalogError, HashMismatch, PackInvalid
from deconv_studio.catalog.packs.convert import CONVERTER_VERSION, to_onnx
from deconv_studio.catalog.packs.registry import Pack, PackFile, PackModel, known_packs
from deconv_studio.catalog.store import Entry, Problem, cached_sha256


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
    found = list(distributions(name=pack.distribution, path=list(path)))
    return next((item for item in found if item.version == pack.version), found[0] if found else None)


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
                folder = Path(str(distribution.locate_file(model.bin.file))).parent
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
    param = _verified(pack, model.param, distribution)
    weights = _verified(pack, model.bin, distribution)
    # The description holds the hashes of the files, so the key changes with all that the result depends on.
    recipe = f"{CONVERTER_VERSION}\n{pack.version}\n{model.model_dump_json()}"
    key = hashlib.sha256(recipe.encode()).hexdigest()
    folder = folders.cache_folder() / "packs" / key[:24] / model.id
    entry = _cached(folder)
    if entry is not None:
        return entry

    try:
        from deconv_studio.catalog.packs.ncnn import read_network

        layers = read_network(
            param.read_text(encoding="utf-8"), weights.read_bytes(), input_channels=model.input.channels
        )
        converted = to_onnx(
            layers,
            name=model.id,
            input_name=model.input.name,
            output_name=model.output.name,
            channels=model.input.channels,
            scale=model.output.scale,
            replicate_pad=model.replicate_pad,
            clip=model.clip,
        )
    except (OSError, UnicodeDecodeError) as error:
        raise PackInvalid(f"{param.parent} cannot be read: {error}.", _hint(pack)) from error
    except ImportError as error:
        # A pack must not hide the other models, whatever is broken in the libraries it is converted with.
        raise PackInvalid(
            f"{model.id} cannot be converted: {error}.",
            "Install the program again; it brings onnx and numpy.",
        ) from error
    card = Card(
        id=model.id,
        title=model.title,
        task=model.task,
        version=model.version,
        description=model.description,
        sha256=hashlib.sha256(converted.content).hexdigest(),
        parameters=converted.parameters,
        size_bytes=len(converted.content),
        gflops_per_megapixel=round(converted.gflops_per_input_megapixel / model.output.scale**2, 1),
        weights=model.weights,
        data=model.data,
        input=model.input,
        output=model.output,
        results=model.results,
    )
    _store(folder, card, converted.content)
    return Entry(card, folder, "pack")


def _hint(pack: Pack) -> str:
    return f"Install the pack again: deconv-studio models install {pack.id}."


def _verified(pack: Pack, file: PackFile, distribution: Distribution) -> Path:
    path = Path(str(distribution.locate_file(file.file)))
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
