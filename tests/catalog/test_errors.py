"""Errors: each cause has a kind, a message and a way out, and survives a process border."""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import pytest

from deconv_studio.catalog import errors

pytestmark = pytest.mark.light


def test_kind_is_the_class_name_without_error() -> None:
    assert errors.CatalogError("a", "b").kind == "Catalog"
    assert errors.ModelMissing("x").kind == "ModelMissing"


def test_text_is_the_message_and_the_way_out() -> None:
    assert str(errors.CardInvalid("It is broken.", "Mend it.")) == "It is broken. Mend it."


def test_every_cause_derives_from_the_one_base() -> None:
    classes = [
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, Exception) and value.__module__ == errors.__name__
    ]
    assert len(classes) > 10
    assert all(issubclass(item, errors.CatalogError) for item in classes)


def test_messages_with_facts_name_them() -> None:
    mismatch = errors.HashMismatch(Path("m.onnx"), "a" * 64, "b" * 64, "Get it again.")
    assert "m.onnx" in str(mismatch) and "Get it again." in str(mismatch)
    large = errors.ModelTooLarge(Path("m.onnx"), 3 * 2**20, 2**20)
    assert "3.0 MiB" in large.message and "1.0 MiB" in large.message
    custom = errors.CustomOperator(Path("m.onnx"), ["my.Op"])
    assert "my.Op" in custom.message and isinstance(custom, errors.ModelInvalid)


@pytest.mark.parametrize(
    "error",
    [
        errors.ModelMissing("x", ["y"]),
        errors.HashMismatch(Path("m.onnx"), "a" * 64, "b" * 64, "Get it again."),
        errors.ModelTooLarge(Path("m.onnx"), 2, 1),
        errors.CustomOperator(Path("m.onnx"), ["my.Op"]),
        errors.InstallFailed("a", "b", "said"),
        errors.CardInvalid("a", "b"),
    ],
)
def test_an_error_crosses_a_process_border_whole(error: errors.CatalogError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert copy.args == error.args and vars(copy) == vars(error)
