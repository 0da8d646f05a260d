"""Option values: what they mean, and that nonsense is a usage error."""

from __future__ import annotations

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from deconv_studio.cli import values

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2GiB", 2**31),
        ("2gib", 2**31),
        ("500MB", 500_000_000),
        (" 1.5 G ", 1_500_000_000),
        ("33554432", 2**25),
    ],
)
def test_memory(text: str, expected: int) -> None:
    assert values.memory(text) == expected


@given(st.text())
def test_nonsense_is_a_usage_error_or_a_size(text: str) -> None:
    for reader in (values.memory, values.pixels, values.numbers):
        try:
            reader(text)
        except typer.BadParameter as error:
            assert str(error)


@given(st.integers(2**24, 2**60))
def test_plain_bytes(size: int) -> None:
    assert values.memory(str(size)) == pytest.approx(size, rel=1e-12)


def test_pixels() -> None:
    assert values.pixels("1_000_000") == 1_000_000
    assert values.pixels("none") == values.UNLIMITED
    with pytest.raises(typer.BadParameter):
        values.pixels("0")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (89.6, "90 s"), (200, "3 min 20 s"), (7260, "2 h 1 min")],
)
def test_duration(seconds: float, expected: str) -> None:
    assert values.duration(seconds) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (200 * 2**20, "200 MiB"), (5 * 2**40, "5120 GiB")],
)
def test_size(size: int, expected: str) -> None:
    assert values.size(size) == expected
