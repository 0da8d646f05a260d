"""Finding what is not normal: a heat map and a score of each picture, by a network that knows good ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import field_validator

from .base import Estimate, Options, Task, card_of, option, register
from .errors import ModelUnfit

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from ._anomaly import Detection, colored, glow, hot

__all__ = [
    "AUTO",
    "KINDS",
    "RAMPS",
    "Anomaly",
    "AnomalyOptions",
    "Detection",
    "colored",
    "glow",
    "hot",
    "tails",
    "thresholds",
]

KINDS = {"heat": ".png", "mask": ".png", "map": ".tif"}
"""What can be saved, and each one's suffix: the heat in colours over the picture, what is not normal in
white, and the heat itself in float32."""
RAMPS = ("inferno", "viridis", "cividis")
"""Colours of heat; each rises evenly in lightness."""
AUTO = "auto"


def __getattr__(name: str) -> Any:
    # PEP 562: what works on pixels needs OpenCV, which a look at the registry must not load.
    if name not in ("Detection", "colored", "glow", "hot"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _anomaly

    value = getattr(_anomaly, name)
    globals()[name] = value
    return value


class AnomalyOptions(Options):
    """From when on something is not normal, and what to save."""

    save: str = option(
        "heat,mask",
        label="Save",
        help="Any of heat (coloured, over the picture), mask, map (the values, float TIFF), with commas"
        " between.",
    )
    threshold: str = option(
        AUTO,
        label="Threshold",
        help="Score above which a picture is not normal: auto (the model's own), or a number from 0.",
    )
    pixel_threshold: str = option(
        AUTO,
        label="Threshold of a pixel",
        help="Heat above which a pixel is in the mask: auto (the model's own), or a number from 0.",
    )
    min_area: int = option(
        0,
        label="Smallest spot",
        help="Spots of the mask with fewer pixels are left out.",
        ge=0,
        le=1_000_000,
        step=10,
        unit="px",
    )
    opacity: float = option(
        0.6,
        label="Opacity",
        help="Of the hottest colour in the saved heat.",
        ge=0.0,
        le=1.0,
        step=0.05,
        advanced=True,
    )
    ramp: Literal["inferno", "viridis", "cividis"] = option(
        "inferno", label="Colours", help="Of the saved heat.", advanced=True
    )
    tile: int = option(
        0,
        label="Tile",
        help="Side of a tile in the network's pixels; 0 takes what the memory limit allows.",
        ge=0,
        le=16384,
        step=32,
        unit="px",
        advanced=True,
    )

    @field_validator("save")
    @classmethod
    def _known(cls, value: str) -> str:
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        wrong = [name for name in names if name not in KINDS]
        if wrong or not names:
            raise ValueError(f"{wrong[0] if wrong else 'nothing'} is not one of {', '.join(KINDS)}")
        return ",".join(name for name in KINDS if name in names)

    @field_validator("threshold", "pixel_threshold")
    @classmethod
    def _auto_or_number(cls, value: str) -> str:
        text = value.strip().lower()
        if text == AUTO:
            return text
        try:
            number = float(text)
        except ValueError:
            raise ValueError("give auto, or a number from 0") from None
        if not 0 <= number < float("inf"):
            raise ValueError("give auto, or a number from 0")
        return repr(number)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is to be saved, in the order of `KINDS`."""
        return tuple(self.save.split(","))


def tails(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What follows the stem in the names of the files."""
    return tuple(f".{kind}{KINDS[kind]}" for kind in kinds)


def thresholds(options: AnomalyOptions, card: Card) -> tuple[float, float]:
    """The score and the heat above which a picture and a pixel are not normal.

    Raises
    ------
    ModelUnfit
        The card has no section `anomaly`.
    """
    if card.anomaly is None:
        raise ModelUnfit(
            f"The card of {card.id} does not say what is normal.", "Choose a model made for anomaly."
        )
    spec = card.anomaly
    score = spec.threshold if options.threshold == AUTO else float(options.threshold)
    pixel = spec.pixel_threshold if options.pixel_threshold == AUTO else float(options.pixel_threshold)
    return score, pixel


@register
class Anomaly(Task):
    """Find what is not normal."""

    name: ClassVar[str] = "anomaly"
    title: ClassVar[str] = "Anomaly"
    verb: ClassVar[str] = "anomaly"
    summary: ClassVar[str] = "Find what is not normal in pictures: a heat map and a score of each."
    options_type: ClassVar[type[Options]] = AnomalyOptions
    names_files: ClassVar[bool] = True

    def default_model(self, options: AnomalyOptions) -> str | None:
        return None

    def lone_suffixes(self, options: AnomalyOptions) -> frozenset[str]:
        kinds = options.kinds
        if len(kinds) > 1:
            return frozenset()
        suffix = KINDS[kinds[0]]
        return frozenset({suffix, ".tiff"} if suffix == ".tif" else {suffix})

    def file_tails(self, options: AnomalyOptions) -> tuple[str, ...]:
        return tails(options.kinds)

    def check_model(self, card: Card, options: AnomalyOptions) -> None:
        """Check that a model gives heat at the picture's size.

        Raises
        ------
        ModelUnfit
        """
        super().check_model(card, options)
        thresholds(options, card)
        if card.output.scale != 1:
            raise ModelUnfit(f"Model {card.id} gives heat of another size.", "Choose another model.")

    def run(self, picture: Picture, options: AnomalyOptions, model: Model, control: Control) -> Detection:
        """Find what is not normal in a picture.

        Parameters
        ----------
        picture : Picture
            Any size from 1x1, any depth, gray or RGB; what is transparent is seen on white.
        options : AnomalyOptions
        model : Model
        control : Control

        Returns
        -------
        Detection
            A `Result` whose picture is the heat in colours over the picture; ``extra`` has ``score``,
            ``threshold``, ``anomalous``, ``pixel_threshold``, ``area`` (share of the pixels in the mask),
            ``normal_rank`` (share of the held-out normal pictures with a lower score, None where the card
            has none) and ``hottest`` (x, y).

        Raises
        ------
        ModelUnfit, NotFinite, NoSpace
        EngineError
        Cancelled
        """
        from ._anomaly import detect

        self.check_model(card_of(model), options)
        return detect(picture, options, model, control)

    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        return height, width, 3

    def estimate(
        self,
        source: Picture | Header,
        options: AnomalyOptions,
        subject: Model | Entry | Card,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        from ._anomaly import estimate

        return estimate(source, options, subject, provider=provider, memory=memory)
