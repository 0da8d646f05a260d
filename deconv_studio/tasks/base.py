"""What every task is: checked options, a run from picture to result, an estimate, a place in the registry."""

from __future__ import annotations

import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import ModelUnfit, OptionsInvalid, UnknownTask

if TYPE_CHECKING:
    from deconv_studio.catalog import Card, Entry
    from deconv_studio.engine.control import Control
    from deconv_studio.engine.session import Model
    from deconv_studio.imaging import Header, Picture

    from .result import Result

RESEARCH_ONLY = "{model} may be used for research only."
"""A notice of every result whose weights or training data say so."""


def constants_of(card: Card | None) -> dict[str, Any]:
    """Inputs beside the picture or code, fixed to look into a network, by what its card says of them.

    Parameters
    ----------
    card : Card or None

    Returns
    -------
    dict of str to ndarray
        A generator's class, (1,) int64: the first, since the layers are the same for all. A denoiser's
        strength, (1,) float32: -1, left to the network.
    """
    import numpy as np

    found: dict[str, Any] = {}
    if card is not None and card.latent is not None and card.latent.class_name is not None:
        found[card.latent.class_name] = np.zeros(1, np.int64)
    if card is not None and card.strength is not None:
        found[card.strength.name] = np.full(1, -1, np.float32)
    return found


class Options(BaseModel):
    """A task's options: frozen, checked, and enough to make flags and a panel from."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def option(
    default: Any,
    *,
    label: str,
    help: str,
    flag: str | None = None,
    advanced: bool = False,
    step: float | None = None,
    unit: str | None = None,
    choices: dict[Any, str] | None = None,
    **constraints: Any,
) -> Any:
    """Declare one field of an option model.

    Parameters
    ----------
    default : object
    label : str
        A word or two for the panel.
    help : str
        A sentence for the tooltip and for ``--help``.
    flag : str, optional
        The command line's flag; the field's name with dashes if not given.
    advanced : bool
        Folded away in the panel.
    step : float, optional
        Step of a slider or spin box.
    unit : str, optional
        Shown behind the value.
    choices : dict, optional
        Words for the values of a choice.
    **constraints
        Handed to pydantic: ``ge``, ``le``, ...

    Returns
    -------
    FieldInfo
    """
    extra: dict[str, Any] = {
        "flag": flag,
        "advanced": advanced,
        "step": step,
        "unit": unit,
        "choices": choices,
    }
    return Field(
        default,
        title=label,
        description=help,
        json_schema_extra={key: value for key, value in extra.items() if value is not None},
        **constraints,
    )


def tile_option(pixels: str) -> Any:
    """The option of tasks that work by tiles; `pixels` says of what, such as "input pixels"."""
    return option(
        0,
        label="Tile",
        help=f"Side of a tile in {pixels}; 0 takes what the memory limit allows.",
        ge=0,
        le=16384,
        step=16,
        unit="px",
        advanced=True,
    )


def eight_views_option() -> Any:
    """The option of tasks that can average over flips and quarter turns."""
    return option(
        False,
        label="Average eight views",
        help="Average over the eight flips and quarter turns: a little better, eight times slower.",
        advanced=True,
    )


@dataclass(frozen=True)
class OptionField:
    """One option, described without pydantic's terms, for whoever makes flags or widgets of it.

    Attributes
    ----------
    name, flag, label, help : str
    kind : str
        "switch" (bool), "choice", "integer", "number" or "text".
    default : object
    minimum, maximum, step : float or None
    choices : tuple of (value, word)
        Empty unless `kind` is "choice".
    advanced : bool
    unit : str or None
    """

    name: str
    flag: str
    label: str
    help: str
    kind: Literal["switch", "choice", "integer", "number", "text"]
    default: Any
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[tuple[Any, str], ...] = ()
    advanced: bool = False
    unit: str | None = None


def describe(options_type: type[Options]) -> tuple[OptionField, ...]:
    """Describe an option model's fields in their order.

    Parameters
    ----------
    options_type : type of Options

    Returns
    -------
    tuple of OptionField

    Raises
    ------
    TypeError
        If a field's type has no kind here.
    """
    found = []
    for name, info in options_type.model_fields.items():
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        bounds: dict[str, float] = {}
        for rule in info.metadata:
            if isinstance(rule, Ge | Gt):
                bounds["minimum"] = float(rule.ge if isinstance(rule, Ge) else rule.gt)  # type: ignore[arg-type]
            elif isinstance(rule, Le | Lt):
                bounds["maximum"] = float(rule.le if isinstance(rule, Le) else rule.lt)  # type: ignore[arg-type]
        choices: tuple[tuple[Any, str], ...] = ()
        kind: Literal["switch", "choice", "integer", "number", "text"]
        if get_origin(info.annotation) is Literal:
            words = extra.get("choices")
            words = words if isinstance(words, dict) else {}
            kind = "choice"
            choices = tuple((value, str(words.get(value, value))) for value in get_args(info.annotation))
        elif info.annotation is bool:
            kind = "switch"
        elif info.annotation is int:
            kind = "integer"
        elif info.annotation is float:
            kind = "number"
        elif info.annotation is str:
            kind = "text"
        else:
            raise TypeError(f"option {name} of {options_type.__name__} has type {info.annotation!r}")
        step = extra.get("step")
        unit = extra.get("unit")
        found.append(
            OptionField(
                name=name,
                flag=str(extra.get("flag") or "--" + name.replace("_", "-")),
                label=info.title or name,
                help=info.description or "",
                kind=kind,
                default=info.default,
                step=float(step) if isinstance(step, int | float) else None,
                choices=choices,
                advanced=bool(extra.get("advanced", False)),
                unit=str(unit) if unit is not None else None,
                **bounds,
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Estimate:
    """What a run will make and take.

    Attributes
    ----------
    width, height, channels : int
        Of the result.
    seconds : float or None
        None while nothing was measured for this model on this machine.
    memory_bytes : int
        Anonymous memory at the peak, beyond what the program holds already.
    disk_bytes : int
        Scratch space on disk, and about the size of the file; 0 scratch for a result held in memory.
    tiles, tile : int
        How many tiles, and their side in input pixels.
    """

    width: int
    height: int
    channels: int
    seconds: float | None
    memory_bytes: int
    disk_bytes: int
    tiles: int
    tile: int


class Loaded(Protocol):
    """What the batch asks of a model at work; the engine's `Model` is one.

    Attributes
    ----------
    card : Card or None
    name : str
        What messages call it.
    sha256 : str
        Of its file.
    provider : str
        What it really runs on.
    """

    @property
    def card(self) -> Card | None: ...
    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def provider(self) -> str: ...


class Task(ABC):
    """A job: stateless; the same object serves window, command line and batch."""

    name: ClassVar[str]
    """The registry's key and the module's name."""
    title: ClassVar[str]
    """The panel's title."""
    verb: ClassVar[str]
    """The command line's verb."""
    summary: ClassVar[str]
    """One line for ``--help``."""
    options_type: ClassVar[type[Options]]
    input: ClassVar[str] = "picture"
    """What a run needs: "picture" alone, which any batch can give it, or more."""
    names_files: ClassVar[bool] = False
    """Whether its results are files that it names itself, after the input: see `Result.parts`."""

    def lone_suffixes(self, options: Any) -> frozenset[str]:
        """Suffixes of the one file a run makes, which ``--out`` may then name; empty if it makes several."""
        from deconv_studio.imaging import PICTURE_SUFFIXES

        return PICTURE_SUFFIXES

    def file_tails(self, options: Any) -> tuple[str, ...]:
        """What follows the stem and comes before the suffix in the names of a run's files, "*" for what only
        the run will tell, ".npy" at the end of an array's; for tasks that name their files."""
        return ()

    def options(self, **values: Any) -> Any:
        """Make this task's options from plain values.

        Raises
        ------
        OptionsInvalid
            Names the value and what is allowed.
        """
        try:
            return self.options_type(**values)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or self.name
            # Pydantic puts a name of its own before the sentence of a check of ours.
            said = first["msg"].removeprefix("Value error, ")
            raise OptionsInvalid(
                f"{where} is {first.get('input')!r}, which {self.verb} does not take: {said}.",
                f"See `deconv-studio {self.verb} --help` for what is allowed.",
            ) from error

    @abstractmethod
    def default_model(self, options: Any) -> str | None:
        """The id of the model to use when none is named; None if one must be."""

    def gray_model(self, options: Any) -> str | None:
        """The id of the model that gray pictures go to when none is named; None where all go to one."""
        return None

    def check_model(self, card: Card, options: Any) -> None:
        """Check that a model can do this job with these options.

        Raises
        ------
        ModelUnfit
        """
        if card.task != self.name:
            raise ModelUnfit(
                f"Model {card.id} is made for {card.task!r}, not for {self.name!r}.",
                "Choose a model of the right kind; `deconv-studio models list` shows them.",
            )

    @abstractmethod
    def run(self, picture: Picture, options: Any, model: Any, control: Control) -> Result:
        """Do the job on one picture, with a model as the task takes it."""

    @abstractmethod
    def estimate(
        self,
        source: Picture | Header,
        options: Any,
        subject: Model | Entry | Card,
        *,
        provider: str = "auto",
        memory: int | None = None,
    ) -> Estimate:
        """Say what a run will make and take, without running it.

        Parameters
        ----------
        source : Picture or Header
        options : Options
        subject : Model, Entry or Card
            The more of a model is at hand, the better the answer.
        provider : str
        memory : int, optional
            Bytes the network may use.

        Returns
        -------
        Estimate
        """

    @abstractmethod
    def result_shape(
        self, height: int, width: int, channels: int, options: Any, card: Card
    ) -> tuple[int, int, int]:
        """The result's (height, width, channels); its dtype is the input's."""


def card_of(model: Model | Entry) -> Card:
    """The model's card, which every task needs.

    Raises
    ------
    ModelUnfit
        It was loaded without one.
    """
    if model.card is None:
        raise ModelUnfit(
            f"{model.name} has no card that says what it is.",
            "Add it first: deconv-studio models add FILE.",
        )
    return model.card


_registry: dict[str, Task] = {}


def register(task_type: type[Task]) -> type[Task]:
    """Class decorator: put one object of the task into the registry."""
    _registry[task_type.name] = task_type()
    return task_type


def get(name: str) -> Task:
    """Return the task of that name, importing only its own module.

    Raises
    ------
    UnknownTask
    """
    if name not in _registry and name.isidentifier() and not name.startswith("_"):
        try:
            import_module(f"deconv_studio.tasks.{name}")
        except ModuleNotFoundError as error:
            if error.name != f"deconv_studio.tasks.{name}":
                raise
    if name not in _registry:
        raise UnknownTask(
            f"There is no task named {name!r}.",
            "There are: " + ", ".join(task.name for task in all_tasks()) + ".",
        )
    return _registry[name]


def all_tasks() -> list[Task]:
    """Every task there is, by name; imports their modules (each light until it runs)."""
    import deconv_studio.tasks as room

    for module in pkgutil.iter_modules(room.__path__):
        if not module.name.startswith("_"):
            import_module(f"{room.__name__}.{module.name}")
    return [_registry[name] for name in sorted(_registry)]
