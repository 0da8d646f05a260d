"""Segmentation: a class for every pixel of a picture, by a network; areas, regions, things, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import field_validator

from .base import Estimate, Options, Task, card_of, option, register
from .errors import ModelUnfit, OptionsInvalid

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from ._segmentation import Segmentation, decided, made

__all__ = [
    "KINDS",
    "UNLABELLED",
    "Segment",
    "SegmentOptions",
    "Segmentation",
    "class_colors",
    "decided",
    "is_background",
    "made",
    "subjects",
    "tails",
]

KINDS = {
    "index": ".png",
    "colour": ".png",
    "overlay": ".png",
    "coco": ".json",
    "cutout": ".png",
    "probability": ".tif",
    "instances": ".png",
}
"""What can be saved, and each one's suffix."""


def __getattr__(name: str) -> Any:
    # PEP 562: what works on pixels needs OpenCV, which a look at the registry must not load.
    if name not in ("Segmentation", "decided", "made"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import _segmentation

    value = getattr(_segmentation, name)
    globals()[name] = value
    return value


class SegmentOptions(Options):
    """How to label, and what to save."""

    save: str = option(
        "index",
        label="Save",
        help="Any of index, colour, overlay, coco, cutout, probability, instances, with commas between.",
    )
    decide: Literal["argmax", "threshold"] = option(
        "argmax",
        label="A pixel's class",
        help="The most probable one, or only one that is probable enough.",
        choices={"argmax": "the most probable", "threshold": "if probable enough"},
    )
    threshold: float = option(
        0.5,
        label="Threshold",
        help="Least probability: of two classes the second's; of more, pixels below have no class (255).",
        ge=0.0,
        le=1.0,
        step=0.05,
    )
    min_area: int = option(
        0,
        label="Smallest region",
        help="Regions with fewer pixels go to what lies nearest.",
        ge=0,
        le=1_000_000,
        step=10,
        unit="px",
    )
    subject: str = option(
        "",
        label="Subject",
        help="Classes that a cut-out keeps, with commas between; of two classes it is the second.",
        advanced=True,
    )
    opacity: float = option(
        0.5,
        label="Opacity",
        help="Of the colours in a saved overlay.",
        ge=0.0,
        le=1.0,
        step=0.05,
        advanced=True,
    )
    shapes: Literal["rle", "polygons"] = option(
        "rle",
        label="COCO shapes",
        help="How COCO regions are written; those with holes are run-length codes in any case.",
        choices={"rle": "run-length codes", "polygons": "polygons"},
        advanced=True,
    )
    tta: bool = option(
        False,
        label="Average with the mirror image",
        help="Average with the mirrored picture: a little better, twice as slow.",
        advanced=True,
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

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is to be saved, in the order of `KINDS`."""
        return tuple(self.save.split(","))


def tails(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """What follows the stem in file names: an index alone has the picture's name, all else its kind's too."""
    if kinds == ("index",):
        return (KINDS["index"],)
    return tuple(f".{kind}{KINDS[kind]}" for kind in kinds)


@register
class Segment(Task):
    """Label every pixel."""

    name: ClassVar[str] = "segment"
    title: ClassVar[str] = "Segment"
    verb: ClassVar[str] = "segment"
    summary: ClassVar[str] = "Label every pixel of pictures with a segmenting network."
    options_type: ClassVar[type[Options]] = SegmentOptions
    names_files: ClassVar[bool] = True

    def default_model(self, options: SegmentOptions) -> str | None:
        return None

    def lone_suffixes(self, options: SegmentOptions) -> frozenset[str]:
        kinds = options.kinds
        if len(kinds) > 1:
            return frozenset()
        suffix = KINDS[kinds[0]]
        return frozenset({suffix, ".tiff"} if suffix == ".tif" else {suffix})

    def file_tails(self, options: SegmentOptions) -> tuple[str, ...]:
        return tails(options.kinds)

    def check_model(self, card: Card, options: SegmentOptions) -> None:
        """Check that a model labels pixels, and can give what is to be saved.

        Raises
        ------
        ModelUnfit
        OptionsInvalid
            The subject of a cut-out is not named, or is no class of the model.
        """
        super().check_model(card, options)
        if card.output.kind == "picture":
            raise ModelUnfit(
                f"The card of {card.id} does not say that its output is logits or a probability.",
                "Correct output.kind in its card.",
            )
        if card.output.scale != 1:
            raise ModelUnfit(f"Model {card.id} gives labels of another size.", "Choose another model.")
        if "instances" in options.kinds and card.instances is None:
            raise ModelUnfit(
                f"Model {card.id} does not tell things of one class apart.",
                "Leave instances out of --save, or choose a model that does.",
            )
        subjects(card, options.subject, needed="cutout" in options.kinds)

    def run(self, picture: Picture, options: SegmentOptions, model: Model, control: Control) -> Segmentation:
        """Label a picture.

        Parameters
        ----------
        picture : Picture
            Any size from 1x1, any depth, gray or RGB; what is transparent is seen on white.
        options : SegmentOptions
        model : Model
        control : Control

        Returns
        -------
        Segmentation
            A `Result` whose picture is the label map, with a palette.

        Raises
        ------
        ModelUnfit, OptionsInvalid, NotFinite, NoSpace
        EngineError
        Cancelled
        """
        from ._segmentation import segment

        self.check_model(card_of(model), options)
        return segment(picture, options, model, control)

    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        return height, width, 1

    def estimate(
        self,
        source: Picture | Header,
        options: SegmentOptions,
        subject: Model | Entry | Card,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        from ._segmentation import estimate

        return estimate(source, options, subject, provider=provider, memory=memory)


def subjects(card: Card, named: str, *, needed: bool = True) -> tuple[int, ...]:
    """The class numbers a cut-out keeps.

    Parameters
    ----------
    card : Card
    named : str
        Class names with commas between; empty takes the second of two classes.
    needed : bool
        Whether a cut-out is wanted at all.

    Raises
    ------
    OptionsInvalid
    """
    names = [item.name for item in card.classes]
    hint = "Its classes are " + ", ".join(names) + "."
    wanted = [name.strip() for name in named.split(",") if name.strip()]
    if not wanted:
        if len(names) == 2:
            return (1,)
        if needed:
            raise OptionsInvalid(
                f"{card.id} has {len(names)} classes, and no --subject says which a cut-out keeps.", hint
            )
        return ()
    folded = [name.casefold() for name in names]
    for name in wanted:
        if name.casefold() not in folded:
            raise OptionsInvalid(f"{card.id} has no class {name!r}.", hint)
    return tuple(sorted({folded.index(name.casefold()) for name in wanted}))


# Okabe and Ito (2008), told apart by colour-blind people too; then hues a golden angle apart.
_COLORS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
UNLABELLED = 255
"""The value of a pixel without a class."""


def class_colors(card: Card) -> tuple[tuple[int, int, int], ...]:
    """The RGB colour of each class: the card's, or one that differs from its neighbours'."""
    import colorsys

    found = []
    for number, item in enumerate(card.classes):
        text = item.color or (_COLORS[number] if number < len(_COLORS) else None)
        if text is not None:
            found.append((int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)))
            continue
        red, green, blue = colorsys.hsv_to_rgb(number * 0.381966 % 1, 0.65, 0.9 - 0.3 * (number % 2))
        found.append((round(red * 255), round(green * 255), round(blue * 255)))
    return tuple(found)


def is_background(name: str) -> bool:
    """Whether a class is what is left over, which overlays leave clear and COCO leaves out."""
    return name.strip().casefold() in ("background", "others", "other", "void")
