"""A folder of real pictures beside a generator's: brought to its size, and searched for the nearest ones."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from deconv_studio import imaging
from deconv_studio.imaging.thumbnails import to_8_bits
from deconv_studio.measures import generation

from ._latents import check_generator
from .base import card_of
from .errors import OptionsInvalid

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.features import Features
    from deconv_studio.engine.session import Model

log = logging.getLogger(__name__)

MOST_BYTES = 2 << 30
_BLOCK = 4096
_KEPT = 3
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True, eq=False)
class Gallery:
    """Pictures of a folder in one size.

    Attributes
    ----------
    folder : Path
        Where they are from.
    pictures : ndarray
        ``(N, H, W, 1 or 3)`` uint8, sRGB.
    paths : tuple of Path
        ``(N,)`` the file of each; all the same for an array file.
    indices : tuple of int or None
        ``(N,)`` the place in its array file, None for a file of its own.
    classes : tuple of str or None
        ``(N,)`` the name of the subfolder, or the label in the array file, of each; None without.
    key : str
        Changes when a file is added, removed or changed.
    left_out : tuple of Path
        Files that cannot be read as pictures.
    """

    folder: Path
    pictures: np.ndarray
    paths: tuple[Path, ...]
    indices: tuple[int | None, ...]
    classes: tuple[str | None, ...]
    key: str
    left_out: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True, eq=False)
class Neighbour:
    """A real picture near a made one.

    Attributes
    ----------
    path : Path
        Its file.
    index : int or None
        Its place in an array file.
    distance : float
        See `nearest`.
    pixels : ndarray
        ``(H, W, 1 or 3)`` uint8, in the generator's size.
    """

    path: Path
    index: int | None
    distance: float
    pixels: np.ndarray

    @property
    def name(self) -> str:
        """The file, and the place in it where it holds many."""
        return str(self.path) if self.index is None else f"{self.path}#{self.index}"


class _Kept:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[object, ...], np.ndarray | Gallery] = OrderedDict()

    def get(self, key: tuple[object, ...]) -> np.ndarray | Gallery | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: tuple[object, ...], value: np.ndarray | Gallery) -> None:
        with self._lock:
            self._found[key] = value
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)


_galleries, _features = _Kept(), _Kept()


def open_gallery(
    folder: Path | str,
    card: Card,
    *,
    part: str = "train",
    control: Control | None = None,
    leave_out: bool = False,
) -> Gallery:
    """Read the real pictures of a folder in the size and the channels of a generator's.

    Parameters
    ----------
    folder : Path or str
        Of pictures, of one subfolder a class, or with one ``.npz`` file of ``images`` ``(N, H, W[, 3])``
        uint8 and perhaps ``labels``; or one with such a folder in it that is named as `part` says.
    card : Card
        Of the generator.
    part : str
        ``train`` or ``val``; the folder itself where it has no such subfolder, the other one where it has
        only that.
    control : Control, optional
        Gets the progress, and may cancel.
    leave_out : bool
        Go on without the files that cannot be read, as long as one can: to look for copies, thousands of
        pictures are as good as thousands and one. A measure takes all or none.

    Returns
    -------
    Gallery
        Kept in memory for the next call, until a file changes.

    Raises
    ------
    OptionsInvalid
        There is no such folder, no picture in it, or too many for memory.
    ModelUnfit, ImagingError, Cancelled
    """
    check_generator(card)
    height, width = _size(card)
    channels = card.input.channels
    place = _part(Path(folder), part)
    arrays = sorted(place.glob("*.npz"))
    files = arrays[:1] or _picture_files(place)
    if not files:
        raise OptionsInvalid(f"There is no picture in {place}.", "Name the folder of real pictures.")
    if len(files) * height * width * channels > MOST_BYTES:
        raise OptionsInvalid(
            f"The {len(files)} pictures of {place} are too many for memory.", "Name a folder with fewer."
        )
    key = _key(files)
    kept = _galleries.get((key, height, width, channels))
    if isinstance(kept, Gallery) and (leave_out or not kept.left_out):
        return kept
    indices: tuple[int | None, ...]
    classes: tuple[str | None, ...]
    left_out: tuple[Path, ...] = ()
    if arrays:
        pictures, labels = _from_array(arrays[0], (height, width), channels)
        count = len(pictures)
        paths, indices, classes = (arrays[0],) * count, tuple(range(count)), labels
    else:
        made, read = [], []
        broken: list[tuple[Path, imaging.ImagingError]] = []
        for number, file in enumerate(files):
            if control is not None:
                control.raise_if_cancelled()
                control.progress(number / len(files), f"Picture {number + 1} of {len(files)}")
            try:
                color = to_8_bits(imaging.to_srgb(imaging.read(file)).color)
            except imaging.ImagingError as error:
                if not leave_out:
                    raise
                broken.append((file, error))
                continue
            made.append(_fitted(color, (height, width), channels))
            read.append(file)
        if not made:
            raise broken[0][1]
        pictures = np.stack(made)
        paths, indices = tuple(read), (None,) * len(read)
        classes = tuple(file.parent.name if file.parent != place else None for file in read)
        left_out = tuple(file for file, _ in broken)
    gallery = Gallery(place, pictures, paths, indices, classes, key, left_out)
    _galleries.put((key, height, width, channels), gallery)
    return gallery


def nearest(
    model: Model | Card,
    pictures: np.ndarray | Sequence[np.ndarray],
    folder: Path | str | Gallery,
    k: int = 5,
    *,
    features: Features | None = None,
    control: Control | None = None,
) -> list[list[Neighbour]]:
    """Find the training pictures nearest to each sample: a copy would show.

    Parameters
    ----------
    model : Model or Card
        The generator.
    pictures : ndarray or sequence of ndarray
        ``(N, H, W, 1 or 3)`` uint8, made by it.
    folder : Path or str or Gallery
        The training pictures; see `open_gallery`. Of a folder, files that cannot be read are left out.
    k : int
        Neighbours of each; fewer where the folder has fewer.
    features : Features, optional
        A classifier's; the Euclidean distance between them counts then. Those of the folder are kept in the
        cache folder.
    control : Control, optional

    Returns
    -------
    list of list of Neighbour
        Nearest first. Without `features` the distance is the root mean square difference of the pixels, in
        8-bit steps: 0 is a copy.

    Raises
    ------
    OptionsInvalid, ModelUnfit, ImagingError, Cancelled
    """
    from deconv_studio.catalog import Card

    if k < 1:
        raise OptionsInvalid(f"{k} neighbours are not possible.", "Ask for one or more.")
    card = model if isinstance(model, Card) else card_of(model)
    gallery = (
        folder if isinstance(folder, Gallery) else open_gallery(folder, card, control=control, leave_out=True)
    )
    asked = np.stack(list(pictures))
    if asked.shape[1:] != gallery.pictures.shape[1:]:
        raise OptionsInvalid(
            f"The samples are {asked.shape[1:]}, the pictures of {gallery.folder} were brought to"
            f" {gallery.pictures.shape[1:]}.",
            "Compare samples of the generator that the folder was opened for.",
        )
    if features is None:
        scale = float(np.sqrt(asked[0].size))
        found, lengths = _search(asked, gallery.pictures, k, control)
        lengths = lengths / scale
    else:
        references = features_of(gallery, features, control)
        found, lengths = _search(features(asked), references, k, control)
    return [
        [
            Neighbour(gallery.paths[n], gallery.indices[n], float(length), gallery.pictures[n])
            for n, length in zip(row, row_lengths, strict=True)
        ]
        for row, row_lengths in zip(found, lengths, strict=True)
    ]


def features_of(gallery: Gallery, features: Features, control: Control | None = None) -> np.ndarray:
    """Features ``(N, D)`` float32 of a gallery, from memory, from the cache folder, or computed and kept.

    Raises
    ------
    Cancelled
    """
    height, width, channels = gallery.pictures.shape[1:]
    name = (gallery.key, height, width, channels, features.name, features.sha256)
    kept = _features.get(name)
    if isinstance(kept, np.ndarray):
        return kept
    file = _feature_file("|".join(map(str, name)))
    found = _stored(file, len(gallery))
    if found is None:
        parts = []
        for start in range(0, len(gallery), 64):
            if control is not None:
                control.raise_if_cancelled()
                control.progress(start / len(gallery), f"Features of {start} of {len(gallery)} pictures")
            parts.append(features(gallery.pictures[start : start + 64]))
        found = np.concatenate(parts)
        _store(found, file)
    _features.put(name, found)
    return found


def _search(
    asked: np.ndarray, references: np.ndarray, k: int, control: Control | None
) -> tuple[np.ndarray, np.ndarray]:
    """Indices and Euclidean distances ``(N, k)``; the references go through memory a block at a time."""
    queries = asked.reshape(len(asked), -1)
    flat = references.reshape(len(references), -1)
    indices, lengths = np.empty((len(queries), 0), np.int64), np.empty((len(queries), 0))
    for start in range(0, len(flat), _BLOCK):
        if control is not None:
            control.raise_if_cancelled()
        block = flat[start : start + _BLOCK]
        near, far = generation.nearest(queries, block, min(k, len(block)))
        indices = np.concatenate([indices, near + start], 1)
        lengths = np.concatenate([lengths, far], 1)
        order = np.argsort(lengths, axis=1, kind="stable")[:, :k]
        indices = np.take_along_axis(indices, order, 1)
        lengths = np.take_along_axis(lengths, order, 1)
    return indices, lengths


def _size(card: Card) -> tuple[int, int]:
    if card.input.fixed_size is None:
        raise OptionsInvalid(
            f"The card of {card.id} does not say the size of its pictures.", "Add input.fixed_size to it."
        )
    return card.input.fixed_size[0], card.input.fixed_size[1]


def _part(folder: Path, part: str) -> Path:
    if not folder.is_dir():
        raise OptionsInvalid(f"There is no folder {folder}.", "Name the folder of real pictures.")
    for name in (part, "train", "val"):
        if (folder / name).is_dir():
            return folder / name
    return folder


def _picture_files(place: Path) -> list[Path]:
    """Pictures of a folder or of its subfolders, hidden ones left out, in order of name."""
    found = [
        path
        for path in place.rglob("*")
        if path.suffix.lower() in imaging.PICTURE_SUFFIXES
        and not any(name.startswith(".") for name in path.relative_to(place).parts)
        and path.is_file()
    ]
    return sorted(found)


def _key(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        status = file.stat()
        digest.update(f"{file.resolve()}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _from_array(
    file: Path, size: tuple[int, int], channels: int
) -> tuple[np.ndarray, tuple[str | None, ...]]:
    try:
        with np.load(file, allow_pickle=False) as content:
            images = content["images"]
            labels = content.get("labels")
    except (OSError, ValueError, KeyError) as error:
        raise OptionsInvalid(f"{file} cannot be read: {error}.", "Give images and labels.") from error
    wrong = images.dtype != np.uint8 or images.ndim not in (3, 4) or not len(images)
    if wrong or (images.ndim == 4 and images.shape[3] not in (1, 3)):
        raise OptionsInvalid(
            f"{file} holds images of {images.dtype} {images.shape}.", "Give (N, H, W) or (N, H, W, 3) uint8."
        )
    if labels is not None and len(labels) != len(images):
        raise OptionsInvalid(f"{file} has {len(images)} images and {len(labels)} labels.", "Give as many.")
    images = images[..., None] if images.ndim == 3 else images
    short = size[0] - images.shape[1], size[1] - images.shape[2]
    if min(short) >= 0 and any(short):  # as training does: padded with the border's value
        around = [(0, 0), *((gap // 2, gap - gap // 2) for gap in short), (0, 0)]
        images = np.pad(images, around, mode="edge")
    if images.shape[1:] != (*size, channels):
        images = np.stack([_fitted(image, size, channels) for image in images])
    names = (None,) * len(images) if labels is None else tuple(str(label) for label in labels)
    return images, names


def _fitted(color: np.ndarray, size: tuple[int, int], channels: int) -> np.ndarray:
    """Pixels ``(h, w, 1 or 3)`` uint8 in another size and number of channels."""
    if color.shape[:2] != size:
        color = imaging.resize_bicubic(np.ascontiguousarray(color), (size[1], size[0]))
        color = color[..., None] if color.ndim == 2 else color
    if color.shape[2] == channels:
        return color
    if channels == 3:
        return np.repeat(color[:, :, :1], 3, axis=2)
    gray: np.ndarray = np.rint(color @ _LUMA).astype(np.uint8)[..., None]
    return gray


def _feature_file(name: str) -> Path:
    from deconv_studio.catalog import cache_folder

    return cache_folder() / "features" / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.npy"


def _stored(file: Path, count: int) -> np.ndarray | None:
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # not there yet, or cut off: it is computed again
    good = found.ndim == 2 and len(found) == count and found.dtype == np.float32
    return found if good else None


def _store(values: np.ndarray, file: Path) -> None:
    from deconv_studio.imaging import ImagingError

    from .result import write_array

    try:
        write_array(values, file, overwrite=True)
    except ImagingError as error:
        log.info("The features are not kept: %s", error)
