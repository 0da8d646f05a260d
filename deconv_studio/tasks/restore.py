"""Restoration: noise taken out of a picture by a network that finds its strength, or is told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from pydantic import field_validator

from .base import Estimate, Options, Task, card_of, eight_views_option, option, register, tile_option
from .errors import ModelUnfit

if TYPE_CHECKING:
    from deconv_studio.catalog import Card
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from .result import Result

AUTO = "auto"
BLOCKING_SEEN = 1.15
"""Steps between JPEG's blocks that are this much larger than those inside are told of."""
BLIND = "blind"
"""The network is told nothing and finds the strength by itself."""
COLOR_MODEL = "denoise"
GRAY_MODEL = "denoise-gray"


class RestoreOptions(Options):
    """How much to take away."""

    sigma: str = option(
        AUTO,
        label="Strength",
        help="Standard deviation of the noise in 8-bit steps (0 to 255), or auto to have it found;"
        " blind leaves that to the network.",
    )
    blend: float = option(
        0.0,
        label="Keep of the original",
        help="Share of the original in the result, from 0 to 1: some grain looks more natural than none.",
        ge=0.0,
        le=1.0,
        step=0.05,
    )
    tile: int = tile_option("pixels")
    tta: bool = eight_views_option()

    @field_validator("sigma", mode="before")
    @classmethod
    def _number(cls, value: Any) -> str:
        text = str(value).strip().lower()
        if text in (AUTO, BLIND):
            return text
        try:
            number = float(text)
        except ValueError:
            raise ValueError("it takes auto, blind or a number of 8-bit steps") from None
        if not 0 <= number <= 255:  # a NaN is neither
            raise ValueError("it takes auto, blind or a number from 0 to 255")
        return f"{number:g}"

    @property
    def strength(self) -> float | None:
        """The strength in 8-bit steps; None if it is to be found."""
        return None if self.sigma in (AUTO, BLIND) else float(self.sigma)


_Kind = TypeVar("_Kind")


@dataclass(frozen=True)
class ByChannels(Generic[_Kind]):
    """Two models, loaded or not, and which pictures go to which: `Loaded` for the batch like a single one.

    Attributes
    ----------
    color, gray : Model or Entry
        For pictures with colour, and for gray ones.
    """

    color: _Kind
    gray: _Kind

    def of(self, channels: int) -> _Kind:
        """The one for pictures of so many channels, alpha counted."""
        return self.gray if channels < 3 else self.color

    @property
    def card(self) -> Card:
        """The card of the model for colour."""
        return card_of(self.color)  # type: ignore[arg-type]

    @property
    def cards(self) -> tuple[Card, ...]:
        """Both."""
        return card_of(self.color), card_of(self.gray)  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """What messages call the two."""
        return " and ".join(dict.fromkeys(card.id for card in self.cards))

    @property
    def sha256(self) -> str:
        """Of the model for colour."""
        return self.card.sha256

    @property
    def provider(self) -> str:
        """What they run on; both names, where they differ."""
        found = [str(getattr(model, "provider", "")) for model in (self.color, self.gray)]
        return ", ".join(dict.fromkeys(found))


@register
class Restore(Task):
    """Take noise out of a picture."""

    name: ClassVar[str] = "restore"
    title: ClassVar[str] = "Restore"
    verb: ClassVar[str] = "restore"
    summary: ClassVar[str] = "Take the noise out of pictures with a denoising network."
    options_type: ClassVar[type[Options]] = RestoreOptions

    def default_model(self, options: RestoreOptions) -> str:
        return COLOR_MODEL

    def gray_model(self, options: RestoreOptions) -> str:
        return GRAY_MODEL

    def check_model(self, card: Card, options: RestoreOptions) -> None:
        """Check that a model restores, and can be told the strength that is asked for.

        Raises
        ------
        ModelUnfit
        """
        super().check_model(card, options)
        if card.output.kind != "picture" or card.output.scale != 1:
            raise ModelUnfit(
                f"Model {card.id} does not give a picture of the input's size.", "Choose another model."
            )
        told = options.strength
        if told is None:
            return
        if card.strength is None:
            raise ModelUnfit(
                f"Model {card.id} cannot be told the strength of the noise.",
                "Leave --sigma at auto, or choose a model that can.",
            )
        if told > card.strength.largest:
            raise ModelUnfit(
                f"Model {card.id} takes a strength up to {card.strength.largest:g}, not {options.sigma}.",
                f"Give at most {card.strength.largest:g}, or auto.",
            )

    def run(
        self,
        picture: Picture,
        options: RestoreOptions,
        model: Model | ByChannels[Model],
        control: Control,
    ) -> Result:
        """Take the noise out of a picture.

        Parameters
        ----------
        picture : Picture
            Any size from 1x1, any depth, gray or RGB, with or without alpha.
        options : RestoreOptions
        model : Model or ByChannels
            A model of one channel takes a picture with colour too: its luma is restored, its chroma kept.
        control : Control
            Told "tile 15 of 24"; its cancellation is noticed within a tile.

        Returns
        -------
        Result
            The picture, same size, channels and dtype, in its own colour profile, alpha as it was. `extra`
            has ``width``, ``height``; ``sigma``, the strength told, by the user or as found in the picture
            (`measures.noise_level`), None if the network was left to find it; ``noise_estimate``, the
            standard deviation of what was taken away in 8-bit steps, which is an estimate of the noise, a
            little low; ``jpeg_blocks``, see `blocking`.

        Raises
        ------
        ModelUnfit
            The model is for another task, or cannot be told this strength.
        NotFinite
            A float picture holds NaN or infinity.
        NoSpace
            The result is too large for memory and for the scratch disk.
        EngineError
            The network failed, or gave NaN, infinite or constant output.
        Cancelled
        """
        from ._restoration import restore

        one = model.of(picture.channels) if isinstance(model, ByChannels) else model
        self.check_model(card_of(one), options)
        return restore(picture, options, one, control)

    def settled(
        self, picture: Picture, options: RestoreOptions, model: Model | ByChannels[Model]
    ) -> RestoreOptions:
        """Decide what strength "auto" is for a picture, so that a part of it can be restored as the whole."""
        from ._restoration import blocking, settled

        one = model.of(picture.channels) if isinstance(model, ByChannels) else model
        return settled(picture, options, card_of(one), blocking(picture))

    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        return height, width, channels

    def estimate(
        self,
        source: Picture | Header,
        options: RestoreOptions,
        subject: Any,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        from ._network import estimate

        one = subject.of(source.channels) if isinstance(subject, ByChannels) else subject
        runs = 8 if options.tta else 1
        return estimate(source, one, runs=runs, tile=options.tile, provider=provider, memory=memory)
