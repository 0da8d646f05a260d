"""Cards: what they accept, and that writing and reading one gives the same card."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deconv_studio.catalog.card import Card, file_sha256, is_inside, slug
from deconv_studio.catalog.errors import CardInvalid
from tests.catalog.conftest import user_card

pytestmark = pytest.mark.light

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
floats = st.floats(-1e9, 1e9)
positive = st.floats(0, 1e9)
hashes = st.binary(max_size=8).map(lambda content: hashlib.sha256(content).hexdigest())


@st.composite
def ranges(draw: st.DrawFn) -> tuple[float, float]:
    low = draw(floats)
    return low, draw(floats.filter(lambda high: high != low))


@st.composite
def inputs(draw: st.DrawFn) -> dict[str, Any]:
    color = draw(st.sampled_from(["y", "gray", "rgb"]))
    channels = 3 if color == "rgb" else 1
    length = draw(st.sampled_from([1, channels]))
    return {
        "name": draw(texts),
        "layout": draw(st.sampled_from(["NCHW", "NHWC"])),
        "channels": channels,
        "range": draw(ranges()),
        "mean": draw(st.lists(floats, min_size=length, max_size=length)),
        "std": draw(st.lists(floats.filter(bool), min_size=length, max_size=length)),
        "color": color,
        "size_multiple": draw(st.integers(1, 64)),
        "fixed_size": draw(st.none() | st.tuples(st.integers(1, 999), st.integers(1, 999))),
        "minimum": draw(st.integers(1, 64)),
    }


cards = st.builds(
    Card.from_dict,
    st.fixed_dictionaries(
        {
            "id": texts.map(slug),
            "title": texts.filter(bool),
            "task": st.from_regex(r"\A[a-z][a-z0-9-]{0,10}\Z"),
            "description": texts,
            "sha256": hashes,
            "parameters": st.integers(0, 2**40),
            "size_bytes": st.integers(0, 2**40),
            "gflops_per_megapixel": st.none() | positive,
            "external_data": st.lists(
                st.fixed_dictionaries(
                    {
                        "file": st.sampled_from(["a.bin", "weights/b.data", "ü 1"]),
                        "sha256": hashes,
                        "size_bytes": st.integers(0, 9),
                    }
                ),
                max_size=2,
            ),
            "weights": st.fixed_dictionaries(
                {"licence": texts, "authors": st.lists(texts, max_size=7), "source": texts}
            ),
            "data": st.fixed_dictionaries(
                {
                    "name": texts,
                    "licence": texts,
                    "authors": st.lists(
                        st.fixed_dictionaries({"file": texts, "author": texts, "licence": texts}), max_size=7
                    ),
                    "research_only": st.booleans(),
                }
            ),
            "input": inputs(),
            "output": st.fixed_dictionaries(
                {
                    "name": texts,
                    "range": ranges(),
                    "scale": st.integers(1, 8),
                    "receptive_field": st.integers(0, 500),
                }
            ),
            "results": st.lists(
                st.fixed_dictionaries(
                    {
                        "measure": texts,
                        "value": floats,
                        "baseline": st.none() | floats,
                        "dataset": texts,
                        "convention": texts,
                        "command": texts,
                    }
                ),
                max_size=3,
            ),
            "training": st.none()
            | st.fixed_dictionaries(
                {
                    "recipe": texts,
                    "command": texts,
                    "seed": st.integers(0, 2**31),
                    "seconds": positive,
                    "curve": st.lists(st.tuples(positive, floats), max_size=9),
                }
            ),
        }
    ),
)


@settings(max_examples=60, deadline=None)
@given(cards)
def test_a_card_read_from_its_own_toml_is_the_same_card(card: Card) -> None:
    assert Card.from_toml(card.to_toml()) == card


@settings(max_examples=100, deadline=None)
@given(texts)
def test_a_slug_is_always_a_valid_id_and_its_own_slug(text: str) -> None:
    name = slug(text)
    assert slug(name) == name
    assert user_card(Path(__file__), text).id == name


def test_a_card_survives_a_file(tmp_path: Path) -> None:
    card = user_card(Path(__file__), description="Zeile 1\nZeile 2 \\ \"x\" '''")
    path = tmp_path / "card.toml"
    path.write_text(card.to_toml(), encoding="utf-8")
    assert Card.from_toml(path) == card


def _fields(**changes: Any) -> dict[str, Any]:
    return {**user_card(Path(__file__)).model_dump(), **changes}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"sha256": "12"}, "sha256"),
        ({"id": "../evil"}, "id"),
        ({"id": "Upper"}, "id"),
        ({"id": "nul"}, "reserved"),
        ({"id": "con.x2"}, "reserved"),
        ({"file": "../model.onnx"}, "file"),
        ({"file": "/etc/model.onnx"}, "file"),
        ({"file": "sub/model.onnx"}, "file"),
        ({"file": "model.bin"}, "file"),
        ({"parameters": -1}, "parameters"),
        ({"parameters": None}, "parameters"),
        ({"colour": "rgb"}, "colour"),
        ({"card_format": 99}, "newer"),
        ({"gflops_per_megapixel": float("nan")}, "gflops_per_megapixel"),
        ({"external_data": [{"file": "../w", "sha256": "0" * 64, "size_bytes": 1}]}, "external_data"),
        ({"input": {"name": "x", "channels": 1, "color": "rgb"}}, "channel"),
        ({"input": {"name": "x", "channels": 2, "color": "rgb"}}, "channels"),
        ({"input": {"name": "x", "channels": 3, "color": "rgb", "mean": [0.1, 0.2]}}, "mean"),
        ({"input": {"name": "x", "channels": 3, "color": "rgb", "std": [0.0]}}, "std"),
        ({"input": {"name": "x", "channels": 3, "color": "rgb", "range": [1.0, 1.0]}}, "range"),
        ({"input": {"name": "x", "channels": 3, "color": "rgb", "fixed_size": [0, 4]}}, "fixed_size"),
        ({"output": {"name": "y", "scale": 0, "receptive_field": 1}}, "scale"),
        ({"output": {"name": "y", "scale": 2, "receptive_field": -1}}, "receptive_field"),
    ],
)
def test_a_wrong_field_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(CardInvalid) as caught:
        Card.from_dict(_fields(**changes))
    assert named in caught.value.message
    assert caught.value.kind == "CardInvalid"
    assert caught.value.hint


@pytest.mark.parametrize(
    "content",
    [b"", b"id = ", b"\xff\xfe\x00", b"id = 'a'\nid = 'b'", b"[[[", b"a = " + b"[" * 5000, b"\x00" * 64],
)
def test_nonsense_in_a_card_file_is_a_typed_error_that_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "card.toml"
    path.write_bytes(content)
    with pytest.raises(CardInvalid, match="card\\.toml"):
        Card.from_toml(path)


def test_a_missing_card_file_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(CardInvalid, match="cannot be read"):
        Card.from_toml(tmp_path / "card.toml")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_never_escape_as_another_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("card") / "card.toml"
    path.write_bytes(content)
    with pytest.raises(CardInvalid):
        Card.from_toml(path)


def test_a_changed_copy_is_validated() -> None:
    card = user_card(Path(__file__))
    assert card.replace(title="Other").title == "Other"
    with pytest.raises(CardInvalid):
        card.replace(title="")


def test_the_file_of_a_card_can_be_exchanged(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(b"abc")
    card = user_card(Path(__file__)).with_file(path)
    assert card.size_bytes == 3
    assert card.sha256 == hashlib.sha256(b"abc").hexdigest() == file_sha256(path)


@pytest.mark.parametrize(
    ("weights", "data", "expected"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_research_only_weights_or_data_make_a_research_only_model(
    weights: bool, data: bool, expected: bool
) -> None:
    card = Card.from_dict(
        _fields(
            weights={"licence": "a", "research_only": weights},
            data={"name": "n", "licence": "b", "research_only": data},
        )
    )
    assert card.research_only is expected


def test_a_card_for_a_users_model_takes_the_probes_facts(tmp_path: Path) -> None:
    path = tmp_path / "My Net.onnx"
    path.write_bytes(b"abcd")
    card = Card.for_user_model(
        "My Net",
        path,
        input_name="in",
        output_name="out",
        channels=1,
        scale=1,
        receptive_field=9,
        layout="NHWC",
        size_multiple=4,
        fixed_size=(64, 48),
        value_range=(0.0, 255.0),
    )
    assert (card.id, card.title, card.task) == ("my-net", "My Net", "restore")
    assert (card.input.color, card.input.layout, card.input.fixed_size) == ("y", "NHWC", (64, 48))
    assert card.output.range == (0.0, 255.0)
    assert card.weights.licence == "unknown"
    assert card.sha256 == file_sha256(path)


@pytest.mark.parametrize("location", ["a.bin", "weights/a.bin", "a..b", ".hidden"])
def test_locations_inside(location: str) -> None:
    assert is_inside(location)


@pytest.mark.parametrize(
    "location",
    [
        "",
        "/a",
        "../a",
        "a/../../b",
        "a/..",
        "./a",
        "a//b",
        "C:/a",
        "c:a",
        "\\\\host\\a",
        "..\\a",
        "a\0b",
        ".",
        "..",
    ],
)
def test_locations_outside(location: str) -> None:
    assert not is_inside(location)
