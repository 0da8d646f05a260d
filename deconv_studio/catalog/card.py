"""A model's card: everything the program may know about a network without running it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from deconv_studio.catalog.errors import CardInvalid

CARD_FILE = "card.toml"
CARD_FORMAT = 1
"""Version of the card's fields; a card with a higher one was written by a newer program."""

UNKNOWN = "unknown"

# Ids are folder names, so they have to be names that every file system takes.
_ID = r"^[a-z0-9]([a-z0-9._-]{0,78}[a-z0-9])?$"
_DEVICE_NAMES = re.compile(r"^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Range = tuple[float, float]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Author(_Part):
    """One work among the training data, and whose it is."""

    file: str
    author: str
    licence: str


class Weights(_Part):
    """Who made the weights and what may be done with them."""

    licence: str
    authors: tuple[str, ...] = ()
    source: str = ""
    research_only: bool = False


class Data(_Part):
    """What the weights were trained on."""

    name: str
    licence: str
    authors: tuple[Author, ...] = ()
    research_only: bool = False


class DataFile(_Part):
    """A file of external weights beside the model."""

    file: str = Field(description="relative to the model's folder, with forward slashes")
    sha256: Sha256
    size_bytes: int = Field(ge=0)

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not is_inside(self.file):
            raise ValueError(f"external data {self.file!r} must stay inside the model's folder")
        return self


class Input(_Part):
    """How a picture is fed.

    Samples in [0, 1] are mapped to `range` linearly, then become `(x - mean) / std`.
    `mean` and `std` have one value, or one for each channel.
    """

    name: str
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    channels: Literal[1, 3]
    range: Range = (0.0, 1.0)
    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    color: Literal["y", "rgb", "gray"] = Field(
        description='"y": BT.601 full-range luma goes through the network, chroma is enlarged by bicubic'
    )
    size_multiple: int = Field(default=1, ge=1, description="height and width are padded to a multiple")
    fixed_size: tuple[int, int] | None = Field(default=None, description="height, width; None: any size")
    minimum: int = Field(default=1, ge=1, description="least height and width")
    working_side: int | None = Field(
        default=None,
        ge=1,
        description="shorter side that pictures are resized to before they are fed, in pixels",
    )
    stretch: bool = Field(
        default=False,
        description="the whole picture is resized to fixed_size, instead of being cut into tiles",
    )
    normalise: Literal["none", "maximum"] = Field(
        default="none", description='"maximum": samples are divided by the largest one of the picture first'
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.channels != (3 if self.color == "rgb" else 1):
            raise ValueError(f"color {self.color!r} does not go with {self.channels} channel(s)")
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, self.channels):
                raise ValueError(f"{name} needs 1 or {self.channels} value(s)")
        if any(value == 0 for value in self.std):
            raise ValueError("std cannot be 0")
        if self.range[0] == self.range[1]:
            raise ValueError("range is empty")
        if self.fixed_size and min(self.fixed_size) < 1:
            raise ValueError("fixed_size needs a positive height and width")
        if self.stretch and self.fixed_size is None:
            raise ValueError("stretch needs a fixed_size to stretch to")
        if self.stretch and self.working_side is not None:
            raise ValueError("stretch and working_side exclude each other")
        return self


class Output(_Part):
    """What the network gives back, in the input's layout; a picture has the input's channels."""

    name: str
    kind: Literal["picture", "logits", "probability", "scores", "heat"] = Field(
        default="picture",
        description='"logits": a channel a class, before softmax; "probability": one channel, the last class;'
        ' "scores": (N, classes) of the whole picture, before softmax; "heat": one channel, 0 or more,'
        " how far a pixel is from what is normal",
    )
    normalise: Literal["none", "minmax"] = Field(
        default="none",
        description='"minmax": the output is stretched to [0, 1] by its own least and largest value',
    )
    range: Range = (0.0, 1.0)
    scale: int = Field(default=1, ge=1, description="output pixels for each input pixel, along one axis")
    receptive_field: int = Field(
        ge=0, description="radius in input pixels that one output pixel depends on: the halo of a tile"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.range[0] == self.range[1]:
            raise ValueError("range is empty")
        return self


class ModelClass(_Part):
    """One class a network tells apart; its number is its place in the card's list."""

    name: str
    color: str | None = Field(default=None, pattern=r"^#[0-9a-f]{6}$")


class Instances(_Part):
    """How things of one class are told apart: by a map the network gives as one more channel, the last.

    With `kind` "distance" it is the distance to the thing's edge over the largest one in that thing, in
    [0, 1]; its peaks are the markers of a watershed.
    """

    kind: Literal["distance"] = "distance"
    class_name: str = Field(description="the class whose things are told apart")
    marker: float = Field(default=0.5, gt=0, lt=1, description="least distance inside a marker")
    foreground: float = Field(default=0.5, gt=0, lt=1, description="least probability of the class")
    minimum_area: int = Field(default=0, ge=0, description="smaller things, in pixels, are dropped")


class Latent(_Part):
    """What a generator makes its pictures from; `Card.input` then says what those pictures are.

    The network's input `name` is (N, size) or, with `rank` 4, (N, size, 1, 1) float32. A class-conditional
    generator has a second one, `class_name`: (N,) int64, the number of the class.
    """

    name: str
    size: int = Field(ge=1)
    rank: Literal[2, 4] = 2
    distribution: Literal["normal", "uniform"] = Field(
        default="normal", description='"normal": mean 0, deviation 1; "uniform": from -1 to 1'
    )
    class_name: str | None = None


class Strength(_Part):
    """A second input of a restoring network, (N,) float32: the standard deviation of the noise in [0, 1].

    -1 says that it is not known; the network then finds it by itself.
    """

    name: str
    largest: float = Field(gt=0, description="largest it was trained for, in 8-bit steps")


class Anomaly(_Part):
    """What a network that has seen only normal pictures takes for normal; its output is "heat".

    A picture's score is the mean of the hottest `top_share` of its pixels.
    """

    threshold: float = Field(ge=0, description="a picture with a higher score is not normal")
    pixel_threshold: float = Field(ge=0, description="a pixel with more heat is not normal")
    quantile: float = Field(default=0.95, gt=0, le=1, description="of `scores`, where the threshold stands")
    pixel_quantile: float = Field(
        default=0.995, gt=0, le=1, description="of the same pictures' pixels, where pixel_threshold stands"
    )
    scores: tuple[float, ...] = Field(
        default=(), description="of normal pictures it has not learned from, rising"
    )
    top_share: float = Field(
        default=0.0, ge=0, le=1, description="share of the pixels a score is the mean of; 0: the hottest one"
    )

    border: int = Field(
        default=0, ge=0, description="the network's pixels at each edge that do not count in a score"
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(score < 0 for score in self.scores) or list(self.scores) != sorted(self.scores):
            raise ValueError("scores are not negative, and rise")
        return self


class MeasuredResult(_Part):
    """One measured number and how it was measured."""

    measure: str
    value: float
    baseline: float | None = Field(
        default=None, description="the same measure of bicubic resampling, or of the noisy picture"
    )
    dataset: str
    convention: str = Field(description="channel, border and resize")
    command: str = ""


class Training(_Part):
    """How the weights were made."""

    recipe: str
    command: str
    seed: int
    seconds: float = Field(ge=0)
    curve: tuple[tuple[float, float], ...] = Field(default=(), description="(step, value) pairs")


class Card(_Part):
    """A model's description; the interface and the batch read it, never the network.

    Cards are frozen; `card.replace(...)` gives a changed, validated copy.
    """

    card_format: int = Field(default=CARD_FORMAT, ge=1)
    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    task: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(default=1, ge=1)
    description: str = ""
    file: str = "model.onnx"
    sha256: Sha256
    parameters: int = Field(ge=0)
    size_bytes: int = Field(ge=0, description="of the file, without external data")
    gflops_per_megapixel: float | None = Field(
        default=None, ge=0, description="10^9 floating point operations for each million output pixels"
    )
    external_data: tuple[DataFile, ...] = ()
    weights: Weights
    data: Data
    input: Input
    output: Output
    latent: Latent | None = Field(default=None, description="of a generator")
    strength: Strength | None = Field(default=None, description="of a denoiser that is told the noise")
    classes: tuple[ModelClass, ...] = ()
    instances: Instances | None = None
    anomaly: Anomaly | None = Field(default=None, description="of a network that gives heat")
    results: tuple[MeasuredResult, ...] = ()
    training: Training | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.card_format > CARD_FORMAT:
            raise ValueError(f"written by a newer version of the program (format {self.card_format})")
        if _DEVICE_NAMES.match(self.id):
            raise ValueError(f"id {self.id!r} is a reserved file name on some systems")
        if not self.file.endswith(".onnx") or not is_inside(self.file) or "/" in self.file:
            raise ValueError(f"file {self.file!r} must be the plain name of an .onnx file")
        names = [item.name for item in self.classes]
        if len(set(names)) != len(names):
            raise ValueError("two classes have the same name")
        if self.instances is not None and self.instances.class_name not in names:
            raise ValueError(
                f"instances are of {self.instances.class_name!r}, which is no class of the model"
            )
        if self.output.kind == "probability" and len(self.classes) != 2:
            raise ValueError("a probability needs two classes, the rest and its own")
        if self.output.kind == "logits" and not 2 <= len(self.classes) <= 255:
            raise ValueError("logits need from 2 to 255 classes")
        if (self.output.kind == "heat") != (self.anomaly is not None):
            raise ValueError("an output of heat and the section anomaly go together")
        return self

    @property
    def research_only(self) -> bool:
        """Whether the weights or the data they come from may be used for research only."""
        return self.weights.research_only or self.data.research_only

    @property
    def total_bytes(self) -> int:
        """Size of the model with its external data, in bytes."""
        return self.size_bytes + sum(part.size_bytes for part in self.external_data)

    def replace(self, **changes: Any) -> Card:
        """Return a validated copy with some fields changed.

        Raises
        ------
        CardInvalid
        """
        return Card.from_dict({**self.model_dump(), **changes})

    def with_file(self, path: Path) -> Card:
        """Return a copy whose `sha256` and `size_bytes` are those of the file `path`."""
        return self.replace(sha256=file_sha256(path), size_bytes=path.stat().st_size)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], origin: str = "The card") -> Card:
        """Validate plain data.

        Parameters
        ----------
        fields : mapping
        origin : str
            What the message calls the card.

        Raises
        ------
        CardInvalid
            Naming each field that is wrong.
        """
        try:
            return cls.model_validate(dict(fields))
        except ValidationError as error:
            causes = "; ".join(
                ".".join(str(part) for part in item["loc"]) + (": " if item["loc"] else "") + item["msg"]
                for item in error.errors(include_url=False, include_context=False, include_input=False)
            )
            raise CardInvalid(f"{origin} is not valid: {causes}.", "Correct these fields.") from error

    @classmethod
    def from_toml(cls, source: str | Path) -> Card:
        """Read a card from TOML text (str) or from a file (Path).

        Raises
        ------
        CardInvalid
            If the file cannot be read, is not TOML, or misses or misuses a field.
        """
        origin = str(source) if isinstance(source, Path) else "The card"
        try:
            text = source.read_bytes().decode("utf-8") if isinstance(source, Path) else source
            fields = tomllib.loads(text)
        except OSError as error:
            reason = error.strerror or str(error)
            hint = "Put the file back, or allow reading it."
            raise CardInvalid(f"{origin} cannot be read: {reason}.", hint) from error
        except UnicodeDecodeError as error:
            hint = "Save it as UTF-8, or add the model again."
            raise CardInvalid(f"{origin} is not text in UTF-8.", hint) from error
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise CardInvalid(
                f"{origin} is not valid TOML: {error}.", "Correct that line, or add the model again."
            ) from error
        return cls.from_dict(fields, origin)

    def to_toml(self) -> str:
        """Return the card as TOML text; `Card.from_toml` reads the same card from it."""
        import tomlkit

        document = tomlkit.document()
        fields = _without_empty(self.model_dump(mode="json", exclude_none=True))
        # In TOML a plain key after a table would belong to the table, so plain values come first.
        for key, value in fields.items():
            if not isinstance(value, dict) and not _is_tables(value):
                document.add(key, value)
        for key, value in fields.items():
            if isinstance(value, dict):
                table = tomlkit.table()
                for name, item in value.items():
                    table.add(name, _lines(item) if isinstance(item, list) and len(item) > 4 else item)
                document.add(key, table)
            elif _is_tables(value):
                document.add(key, tomlkit.item(value))
        return tomlkit.dumps(document)

    @classmethod
    def for_user_model(
        cls,
        model_id: str,
        path: Path,
        *,
        input_name: str,
        output_name: str,
        channels: Literal[1, 3],
        scale: int,
        receptive_field: int,
        layout: Literal["NCHW", "NHWC"] = "NCHW",
        size_multiple: int = 1,
        fixed_size: tuple[int, int] | None = None,
        minimum: int = 1,
        value_range: Range = (0.0, 1.0),
        output_range: Range | None = None,
        mean: tuple[float, ...] = (0.0,),
        std: tuple[float, ...] = (1.0,),
        color: Literal["y", "rgb", "gray"] | None = None,
        task: str | None = None,
        title: str | None = None,
        description: str = "",
        licence: str = UNKNOWN,
        authors: tuple[str, ...] = (),
        source: str = "",
        data_name: str = UNKNOWN,
        data_licence: str = UNKNOWN,
        research_only: bool = False,
        parameters: int = 0,
        external_data: tuple[DataFile, ...] = (),
        gflops_per_megapixel: float | None = None,
    ) -> Card:
        """Make a card for a user's own .onnx from facts that were measured.

        Parameters
        ----------
        model_id : str
            Any name; it is turned into a valid id.
        path : Path
            The .onnx file; its hash and size go into the card.
        input_name, output_name, channels, scale, receptive_field, layout, size_multiple, fixed_size, minimum
            As measured by the engine's probe.
        value_range, output_range, mean, std
            What cannot be measured; without `output_range` the output has the input's range.
        color : str, optional
            Without it RGB for three channels and luma for one (a one-channel enlarger of colour pictures).
        task : str, optional
            Without it "upscale" if the scale is over 1, else "restore".

        Raises
        ------
        CardInvalid
            If the facts make no card.
        """
        return cls.from_dict(
            {
                "id": slug(model_id),
                "title": title or model_id or slug(model_id),
                "task": task or ("upscale" if scale > 1 else "restore"),
                "description": description,
                "sha256": file_sha256(path),
                "parameters": parameters,
                "size_bytes": path.stat().st_size,
                "external_data": [part.model_dump() for part in external_data],
                "gflops_per_megapixel": gflops_per_megapixel,
                "weights": {
                    "licence": licence,
                    "authors": authors,
                    "source": source or path.name,
                    "research_only": research_only,
                },
                "data": {"name": data_name, "licence": data_licence, "research_only": research_only},
                "input": {
                    "name": input_name,
                    "layout": layout,
                    "channels": channels,
                    "range": value_range,
                    "mean": mean,
                    "std": std,
                    "color": color or ("rgb" if channels == 3 else "y"),
                    "size_multiple": size_multiple,
                    "fixed_size": fixed_size,
                    "minimum": minimum,
                },
                "output": {
                    "name": output_name,
                    "range": output_range or value_range,
                    "scale": scale,
                    "receptive_field": receptive_field,
                },
            },
            f"The card of {path.name}",
        )


def slug(text: str) -> str:
    """Turn any text into a valid model id.

    >>> slug("My Model (x2)!")
    'my-model-x2'
    """
    cleaned = re.sub(r"[^a-z0-9._-]+", "-", text.lower())
    cleaned = re.sub(r"-{2,}", "-", cleaned).strip("._-")[:80].rstrip("._-")
    if not cleaned or _DEVICE_NAMES.match(cleaned):
        cleaned = f"model-{cleaned}".rstrip("-")
    return cleaned


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_inside(location: str) -> bool:
    """Whether a relative location stays inside its folder by its text alone, on every system."""
    if not location or "\\" in location or ":" in location or "\0" in location or location.startswith("/"):
        return False
    parts = location.split("/")
    return all(part not in ("", "..", ".") for part in parts)


def _without_empty(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out empty lists, which are what a missing key means."""
    return {
        key: _without_empty(value) if isinstance(value, dict) else value
        for key, value in fields.items()
        if value != []
    }


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _lines(items: list[Any]) -> Any:
    """A TOML array with one item a line, tables as inline tables: long lists of credits stay readable."""
    import tomlkit

    array = tomlkit.array()
    for item in items:
        if isinstance(item, dict):
            table = tomlkit.inline_table()
            table.update(item)
            array.append(table)
        else:
            array.append(item)
    return array.multiline(True)
