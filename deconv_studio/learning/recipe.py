"""Recipes: data files that say how a network is trained, complete enough to train it again."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deconv_studio.learning.errors import RecipeError

BUILT_IN = Path(__file__).parent / "recipes"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NetworkSection(_Section):
    """Which architecture, with which numbers."""

    name: str
    options: dict[str, Any] = {}
    start_from: str | None = Field(
        default=None,
        description="A run whose weights are taken where names and shapes agree: a folder beside this run's",
    )


class _DataSection(_Section):
    """What is drawn from the data folder."""

    train: str = Field(default="train", description="Subfolder of pictures to learn from")
    val: str = Field(default="val", description="Subfolder of pictures the curve is measured on")
    batch: int = Field(default=16, ge=1)


class SuperResolutionData(_DataSection):
    """Pairs of patches cut from photographs."""

    kind: Literal["superresolution"]
    scale: int = Field(ge=2, le=4)
    patch: int = Field(default=32, ge=8, description="Side of a patch in low-resolution pixels")
    reduce: tuple[float, ...] = Field(
        default=(0.5, 0.35), description="Each picture is reduced by these factors first: removes JPEG traces"
    )
    flat_share: float = Field(
        default=0.4, ge=0, lt=1, description="Share of the smoothest patches that is never drawn"
    )


class ClassificationData(_DataSection):
    """Whole pictures of one size, one subfolder a class."""

    kind: Literal["classification"]
    classes: tuple[str, ...] = Field(min_length=2, description="Names of the subfolders, sorted")
    size: int = Field(ge=8, description="Height and width of every picture")
    shift: int = Field(default=4, ge=0, description="Largest shift in pixels")
    turn: bool = Field(default=True, description="Mirrored and turned too, for things without an up")
    backgrounds: float = Field(
        default=0.0, ge=0, le=1, description="Share of pictures whose white is recoloured"
    )


class SegmentationData(_DataSection):
    """Crops of pictures with a class for every pixel, each crop varied as it is drawn."""

    kind: Literal["segmentation"]
    channels: Literal[1, 3] = Field(default=3, description="1: pictures are made gray")
    crop: tuple[int, int] = Field(default=(192, 192), description="Height and width fed to the network")
    scale: tuple[float, float] = Field(
        default=(0.75, 1.33), description="Range of the enlargement before a crop is cut, log-uniform"
    )
    flip: bool = Field(default=True, description="Half of the crops are mirrored left to right")
    turn: bool = Field(default=False, description="Quarter turns, for pictures without an up")
    brightness: float = Field(default=0.1, ge=0, le=1, description="Largest offset of values in [0, 1]")
    contrast: float = Field(default=0.2, ge=0, lt=1, description="Largest relative change around the mean")
    color: float = Field(default=0.3, ge=0, lt=1, description="Largest relative change of the saturation")
    gray: float = Field(default=0.0, ge=0, le=1, description="Share of the crops made gray")
    negative: float = Field(default=0.0, ge=0, le=1, description="Share of the crops turned negative")
    noise: float = Field(default=0.02, ge=0, le=1, description="Largest deviation of the gray noise added")
    balance: float = Field(
        default=0.0, ge=0, le=1, description="Share of the crops drawn around a class, classes drawn evenly"
    )
    distance: bool = Field(
        default=False, description="Learn the distance to the border of instances/NAME.png too"
    )
    instances_of: str = Field(default="", description="Class whose instances those are")
    marker: float = Field(default=0.5, gt=0, lt=1, description="Least distance inside an instance's marker")
    foreground: float = Field(default=0.5, gt=0, lt=1, description="Least probability of their class")
    minimum_area: int = Field(
        default=0, ge=0, description="Pixels below which the card has instances dropped, as noise"
    )
    measure_step: int = Field(default=1, ge=1, description="Every how many-th unseen picture is measured")
    colors: dict[str, Annotated[str, Field(pattern="^#[0-9a-f]{6}$")]] = Field(
        default={}, description="Colours of classes on the card, by name, in place of those of classes.json"
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if min(self.crop) < 32 or any(side % 32 for side in self.crop):
            raise ValueError(f"crop {self.crop} is not a pair of multiples of 32")
        if not 0 < self.scale[0] <= self.scale[1]:
            raise ValueError(f"scale {self.scale} is not a rising pair of positive numbers")
        if self.distance != bool(self.instances_of):
            raise ValueError("distance and instances_of go together")
        return self


class AdversarialData(_DataSection):
    """Whole small pictures for a generator, its critic, and what steadies the two."""

    kind: Literal["adversarial"]
    classes: tuple[str, ...] = Field(default=(), description="Names in order of their numbers; empty: none")
    size: int = Field(
        ge=8, description="Height and width of every picture; arrays of smaller ones are padded"
    )
    channels: Literal[1, 3] = 3
    flip: bool = Field(default=False, description="Half of the pictures are mirrored left to right")
    balance: float = Field(
        default=1.0, ge=0, le=1, description="1: classes are drawn evenly; 0: as often as they have pictures"
    )
    critic: dict[str, Any] = Field(
        default={}, description="Options of the critic: widths, spectral, deviation, decoder"
    )
    projected: dict[str, Any] | None = Field(
        default=None,
        description="A second critic that looks through a frozen network: its size, source, width; none: no",
    )
    projected_from: float = Field(
        default=0.0, ge=0, lt=1, description="Share of the steps before it is listened to and learns"
    )
    projected_weight: float = Field(
        default=1.0, gt=0, description="Weight of its score in what the generator descends"
    )
    critic_rate: float = Field(default=4e-4, gt=0, description="Two time scales: the critic's own rate")
    critic_steps: int = Field(default=1, ge=1, description="Steps of the critic for one of the generator")
    loss: Literal["nonsaturating", "hinge", "wasserstein", "leastsquares"] = "hinge"
    smoothing: float = Field(default=0.0, ge=0, lt=0.5, description="One-sided label smoothing")
    penalty: Literal["none", "zero-centred", "one-centred"] = "none"
    penalty_weight: float = Field(default=1.0, gt=0)
    penalty_every: int = Field(
        default=1, ge=1, description="Critic steps from one penalty to the next, whose weight grows with it"
    )
    augment: tuple[Literal["color", "translation", "cutout"], ...] = Field(
        default=(), description="Differentiable augmentation of what the critic sees"
    )
    mode_seeking: float = Field(default=0.0, ge=0, description="Weight of the mode-seeking loss")
    perceptual: float = Field(default=0.0, ge=0, description="Weight of matching the critic's features")
    reconstruction: float = Field(
        default=0.0, ge=0, description="Weight of decoding real pictures from the critic's maps"
    )
    features: str = Field(description="Classifier of the catalogue whose features the curve is measured with")
    measured: int = Field(default=500, ge=10, description="Pictures of each kind that are compared")


class DenoisingData(_DataSection):
    """Patches of photographs, clean and with noise."""

    kind: Literal["denoising"]
    channels: Literal[1, 3] = Field(default=1, description="1: luma, 3: RGB")
    patch: int = Field(default=64, ge=16, description="Side of a patch")
    reduce: tuple[float, ...] = Field(
        default=(0.7, 0.5), description="Each picture is reduced by these factors first: removes JPEG traces"
    )
    sigma: tuple[float, float] = Field(default=(0.0, 55.0), description="Range of the noise in 8-bit steps")
    weak: float = Field(
        default=1.0, ge=1, le=4, description="Exponent that makes weak noise more frequent; 1: all are alike"
    )
    candidates: int = Field(
        default=1,
        ge=1,
        le=16,
        description="Patches drawn for each that is used: the one with the most detail",
    )
    clean: float = Field(default=0.05, ge=0, le=1, description="Share of the patches without noise")
    blind: float = Field(default=0.6, ge=0, le=1, description="Share whose strength is not told")
    jpeg: float = Field(default=0.15, ge=0, le=1, description="Share compressed as JPEG after the noise")
    quality: tuple[int, int] = Field(default=(20, 95), description="Range of the JPEG quality")

    @model_validator(mode="after")
    def _ranges_rise(self) -> Self:
        if not 0 <= self.sigma[0] <= self.sigma[1] or not 1 <= self.quality[0] <= self.quality[1] <= 100:
            raise ValueError("sigma and quality are rising pairs, quality from 1 to 100")
        return self


class AnomalyData(_DataSection):
    """Good pictures, and crops of them that are spoilt artificially."""

    kind: Literal["anomaly"]
    train: str = Field(
        default=".", description="Subfolder of good pictures; else train/good, good or the folder itself"
    )
    channels: Literal[1, 3] = Field(default=3, description="1: pictures are made gray")
    side: int | None = Field(
        default=None, ge=32, description="Shorter side that pictures are resized to; none: as they are"
    )
    crop: int = Field(default=192, ge=32, description="Side of the square fed to the network")
    held_out: float = Field(
        default=0.2, gt=0, lt=1, description="Share of the pictures that only says which scores are normal"
    )
    spoilt: float = Field(default=0.8, ge=0, le=1, description="Share of the crops that are spoilt")
    flip: bool = Field(default=True, description="Crops are mirrored in both directions")
    turn: bool = Field(default=False, description="Quarter turns, for pictures without an up")
    zoom: float = Field(default=0.1, ge=0, lt=1, description="Largest relative change of the size")
    gain: float = Field(default=0.15, ge=0, description="Largest relative change of the exposure")
    offset: float = Field(default=0.03, ge=0, le=1, description="Largest offset of values in [0, 1]")
    top_share: float = Field(
        default=0.002, ge=0, le=1, description="Share of the hottest pixels that a score is the mean of"
    )
    border: int = Field(default=0, ge=0, description="Pixels at each edge that do not count in a score")
    quantile: float = Field(
        default=0.95, gt=0, le=1, description="Of the held-out scores, where the threshold stands"
    )
    pixel_quantile: float = Field(
        default=0.995, gt=0, le=1, description="Of the held-out pixels, where theirs stands"
    )
    measured: int = Field(default=20, ge=1, description="Held-out pictures that are spoilt for the curve")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.crop % 16:
            raise ValueError(f"crop {self.crop} is no multiple of 16")
        return self


class CreditSection(_Section):
    """Whose data it is, for the card, where the data folder has no attribution.csv."""

    name: str
    licence: str
    author: str
    research_only: bool = False


class OptimiserSection(_Section):
    """Adam, its schedule, and rates of groups by the prefix of the parameter's name."""

    name: Literal["adam", "adamw"] = "adam"
    rate: float = Field(default=1e-3, gt=0)
    rates: dict[str, float] = Field(
        default={}, description="Rates of parameters whose name starts with the key"
    )
    weight_decay: float = 0.0
    betas: tuple[float, float] = Field(default=(0.9, 0.999), description="Decay of the running moments")
    warmup: int = Field(default=200, ge=0, description="Steps over which the rate rises to its full value")
    schedule: Literal["cosine", "poly", "constant"] = Field(
        default="cosine", description="How the rate goes on after that"
    )
    cycles: int = Field(default=1, ge=1, description="Cosines one after another, each from the full rate")
    clip: float | None = Field(default=1.0, gt=0, description="Largest norm of the gradient")
    ema: float = Field(
        default=0.998, ge=0, lt=1, description="Decay of the averaged weights that are exported"
    )


class FitSection(_Section):
    """How long, how often measured, when to give up."""

    steps: int = Field(gt=0)
    loss: Literal["l1", "l2", "charbonnier"] = Field(default="l1", description="Of an upscaler")
    final_loss: Literal["l1", "l2", "charbonnier"] | None = None
    final_share: float = Field(default=0.25, ge=0, le=1, description="Share of the steps that use final_loss")
    minutes: float | None = Field(
        default=None,
        gt=0,
        description="Stop after this time if steps are left; the schedule then runs by the clock, so that "
        "the rate has fallen by the end, and how many steps it takes depends on the machine",
    )
    measure_every: int = Field(default=500, gt=0)
    checkpoint_minutes: float = Field(default=3.0, gt=0)
    patience: int | None = Field(
        default=None, gt=0, description="Measurements without a new best before stopping"
    )
    seed: int = 0
    threads: int | None = Field(default=None, gt=0)


class SegmentationLoss(_Section):
    """What a segmenting network descends: the sum of these terms, each times its weight."""

    cross_entropy: float = Field(default=1.0, ge=0)
    class_weights: Literal["none", "log", "root"] = Field(
        default="log",
        description='Of cross-entropy and focal loss; "log": 1 / log(1.02 + share of pixels), scaled to a '
        'mean of 1; "root": its square root, for less',
    )
    smoothing: float = Field(default=0.0, ge=0, lt=1, description="Label smoothing of the cross-entropy")
    focal: float = Field(default=0.0, ge=0)
    gamma: float = Field(default=2.0, ge=0, description="How much the focal loss leaves out what is easy")
    dice: float = Field(default=0.5, ge=0)
    lovasz: float = Field(default=0.0, ge=0)
    lovasz_from: float = Field(
        default=0.5, ge=0, le=1, description="Share of the training after which the Lovász loss is added"
    )
    distance: float = Field(default=1.0, ge=0, description="Cross-entropy of the distance map")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.cross_entropy or self.focal or self.dice or self.lovasz):
            raise ValueError("every term has the weight 0")
        return self


class Recipe(_Section):
    """One training: network, data, optimiser, length.

    Raises
    ------
    RecipeError
        From `load`, when the file is missing or a value is impossible; the message names each field.
    """

    version: Literal[1] = 1
    id: str
    title: str
    description: str = ""
    task: Literal["upscale", "classify", "segment", "sample", "restore", "anomaly"]
    licence: str = Field(default="MIT", description="Licence of the weights")
    credits: CreditSection | None = None
    network: NetworkSection
    data: Annotated[
        SuperResolutionData
        | ClassificationData
        | SegmentationData
        | AdversarialData
        | DenoisingData
        | AnomalyData,
        Field(discriminator="kind"),
    ]
    segmentation: SegmentationLoss = SegmentationLoss()
    optimiser: OptimiserSection = OptimiserSection()
    fit: FitSection

    def dumps(self) -> str:
        """Return the recipe as canonical JSON, the text checkpoints are compared by."""
        return json.dumps(self.model_dump(mode="json"), sort_keys=True)


def names() -> list[str]:
    """Return the names of the recipes that come with the program."""
    return sorted(path.stem for path in BUILT_IN.glob("*.toml"))


def load(source: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe by name or path.

    Parameters
    ----------
    source : str or Path
        The name of a recipe that comes with the program, or a ``.toml`` file.
    overrides : sequence of str
        ``key=value`` with dots for sections, e.g. ``fit.steps=200``; a bare key is looked up in `fit`.

    Raises
    ------
    RecipeError
        If there is no such recipe or it does not hold together.
    """
    path = Path(source)
    if path.suffix != ".toml":
        path = BUILT_IN / f"{source}.toml"
    if not path.is_file():
        close = difflib.get_close_matches(str(source), names(), 1)
        hint = f"Did you mean {close[0]}?" if close else f"Recipes here: {', '.join(names())}."
        raise RecipeError(f"There is no recipe {source}.", hint)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path} is not valid TOML: {error}.", "Mend the line it names.") from error
    for override in overrides:
        _apply(values, override)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise RecipeError(
            f"The recipe {path.name} does not hold together: {problems}.", "Mend these fields."
        ) from error


def _apply(values: dict[str, Any], override: str) -> None:
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise RecipeError(
            f"--set {override!r} is not of the form key=value.", "For example: --set fit.steps=2000."
        )
    *sections, last = key.split(".") if "." in key else ["fit", key]
    target = values
    for section in sections:
        target = target.setdefault(section, {})
        if not isinstance(target, dict):
            raise RecipeError(
                f"--set {override!r}: {section} is a value, not a section.", "See the recipe's file."
            )
    try:
        target[last] = json.loads(text)
    except json.JSONDecodeError:
        target[last] = text
