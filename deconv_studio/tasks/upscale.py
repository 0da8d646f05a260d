"""Super-resolution: a picture enlarged by a network, with colour, alpha, depth and profile kept right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from .base import Estimate, Options, Task, card_of, eight_views_option, option, register, tile_option
from .errors import ModelUnfit

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from .result import Result


class UpscaleOptions(Options):
    """How to enlarge."""

    scale: Literal[2, 3, 4] = option(
        2,
        label="Scale",
        help="How many times wider and higher.",
        choices={2: "2 times", 3: "3 times", 4: "4 times"},
    )
    tile: int = tile_option("input pixels")
    tta: bool = eight_views_option()
    alpha: Literal["network", "bicubic"] = option(
        "network",
        label="Transparency",
        help="What enlarges the alpha channel.",
        choices={"network": "by the network", "bicubic": "bicubic"},
        advanced=True,
    )
    blend: float = option(
        0.0,
        label="Blend with bicubic",
        help="Share of plain bicubic enlargement in the result, from 0 to 1.",
        ge=0.0,
        le=1.0,
        step=0.05,
        advanced=True,
    )


@register
class Upscale(Task):
    """Enlarge a picture."""

    name: ClassVar[str] = "upscale"
    title: ClassVar[str] = "Enlarge"
    verb: ClassVar[str] = "upscale"
    summary: ClassVar[str] = "Enlarge pictures with a super-resolution network."
    options_type: ClassVar[type[Options]] = UpscaleOptions

    def default_model(self, options: UpscaleOptions) -> str:
        return f"upscale-x{options.scale}"

    def check_model(self, card: Card, options: UpscaleOptions) -> None:
        super().check_model(card, options)
        if card.output.scale != options.scale:
            raise ModelUnfit(
                f"Model {card.id} enlarges {card.output.scale} times, not {options.scale} times.",
                _models_of_scale(options.scale),
            )

    def run(self, picture: Picture, options: UpscaleOptions, model: Model, control: Control) -> Result:
        """Enlarge a picture.

        Parameters
        ----------
        picture : Picture
            Any size from 1x1, any depth, gray or RGB, with or without alpha.
        options : UpscaleOptions
        model : Model
            Its card's scale must be the options'.
        control : Control
            Told "tile 15 of 24"; its cancellation is noticed within a tile.

        Returns
        -------
        Result
            The picture `scale` times as wide and high, same channels and dtype, in its own colour profile.

        Raises
        ------
        ModelUnfit
            The model has another task or scale.
        NotFinite
            A float picture holds NaN or infinity.
        NoSpace
            The result is too large for memory and for the scratch disk.
        EngineError
            The network failed, or gave NaN, infinite or constant output.
        Cancelled
        """
        from ._enlarge import enlarge

        self.check_model(card_of(model), options)
        return enlarge(picture, options, model, control)

    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        return height * options.scale, width * options.scale, channels

    def estimate(
        self,
        source: Picture | Header,
        options: UpscaleOptions,
        subject: Model | Entry | Card,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        from ._enlarge import estimate

        return estimate(source, options, subject, provider=provider, memory=memory)


def _models_of_scale(scale: int) -> str:
    from deconv_studio.catalog import Catalog

    fitting = [entry.card.id for entry in Catalog().cards(task="upscale") if entry.card.output.scale == scale]
    if not fitting:
        return f"No model here enlarges {scale} times; `deconv-studio models list` shows what there is."
    return f"Models that enlarge {scale} times: " + ", ".join(fitting) + "."
