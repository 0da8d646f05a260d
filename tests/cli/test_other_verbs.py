"""The verbs models, evaluate, train and export."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from deconv_studio.cli import learn
from tests.cli.conftest import Called

pytestmark = pytest.mark.light

Call = Callable[..., Called]


class TestModels:
    """models list, show, verify, add, remove, install."""

    def test_list(self, call: Call) -> None:
        told = call("models", "list", "--json")
        mine = {line["id"]: line for line in told.lines}
        assert {"tiny-x2", "colour-x3"} <= set(mine)
        assert (mine["colour-x3"]["scale"], mine["colour-x3"]["color"]) == (3, "rgb")
        assert Path(mine["tiny-x2"]["path"]).is_absolute()
        assert mine["tiny-x2"]["licence"] == "MIT"
        people = call("models", "list")
        assert "tiny-x2" in people.out
        assert call("models", "list", "--task", "dance").out.strip() == "There is no model here."

    def test_cleared_leaves_out_what_is_for_research(self, call: Call, tmp_path: Path) -> None:
        from tests.enlargers import install, nearest

        install(nearest(4), tmp_path / "source", "research-x4", research_only=True)
        every, cleared = (
            {line["id"] for line in call("models", "list", "--json", *more).lines}
            for more in ([], ["--cleared"])
        )
        assert every - cleared >= {"research-x4"}
        assert "tiny-x2" in cleared

    def test_show(self, call: Call) -> None:
        assert call("models", "show", "tiny-x2", "--json").lines[0]["card"]["id"] == "tiny-x2"
        assert 'id = "tiny-x2"' in call("models", "show", "tiny-x2").out
        assert call("models", "show", "tiny").status == 2

    def test_verify_finds_a_changed_file(self, call: Call, home: Path) -> None:
        assert call("models", "verify", "tiny-x2").status == 0
        path = home / "models" / "tiny-x2" / "model.onnx"
        path.write_bytes(path.read_bytes() + b" ")
        told = call("models", "verify", "tiny-x2", "colour-x3", "--json")
        assert told.status == 1
        assert [line["status"] for line in told.lines] == ["failed", "done"]
        assert told.lines[0]["error"]["kind"] == "HashMismatch"

    def test_add_and_remove(self, call: Call, home: Path, tmp_path: Path) -> None:
        file = tmp_path / "new.onnx"
        file.write_bytes((home / "models" / "colour-x3" / "model.onnx").read_bytes())
        told = call("models", "add", file, "--id", "mine", "--licence", "MIT", "--range", "0,1", "--json")
        assert told.status == 0, told.err
        assert (told.lines[0]["id"], told.lines[0]["scale"], told.lines[0]["color"]) == ("mine", 3, "rgb")
        assert call("models", "add", file, "--id", "mine").status == 2
        assert call("models", "remove", "mine", "--json").lines == [
            {"event": "item", "id": "mine", "status": "done"}
        ]
        assert call("models", "remove", "mine").status == 2

    def test_add_under_another_name_keeps_the_card_beside_the_file(self, call: Call, home: Path) -> None:
        known = call("models", "show", "colour-x3", "--json").lines[0]
        told = call("models", "add", home / "models" / "colour-x3" / "model.onnx", "--id", "mine", "--json")
        assert told.status == 0, told.err
        mine = call("models", "show", "mine", "--json").lines[0]
        same = ("title", "scale", "sha256", "parameters", "licence", "data_licence")
        assert {key: mine[key] for key in same} == {key: known[key] for key in same}

    def test_add_refuses_what_is_no_model(self, call: Call, tmp_path: Path) -> None:
        (tmp_path / "bad.onnx").write_bytes(b"not a model")
        told = call("models", "add", tmp_path / "bad.onnx")
        assert told.status == 2
        assert "bad.onnx" in told.err

    def test_install_lists_packs_and_knows_its_own(self, call: Call) -> None:
        assert "waifu2x" in call("models", "install").out
        assert call("models", "install", "no-such-pack").status == 2


class TestEvaluate:
    """evaluate."""

    @pytest.fixture
    def data(self, tmp_path: Path) -> Path:
        folder = tmp_path / "set"
        folder.mkdir()
        rows, columns = np.mgrid[:48, :51]
        for index in range(2):
            plane = 120 + 90 * np.sin(rows / (4 + index)) * np.cos(columns / 5)
            Image.fromarray(np.stack([plane] * 3, 2).astype(np.uint8)).save(folder / f"{index}.png")
        return folder

    def test_json(self, call: Call, data: Path) -> None:
        told = call("evaluate", "colour-x3", "--data", data, "--json", "--provider", "cpu")
        assert told.status == 0, told.err
        *items, summary = told.lines
        assert [item["status"] for item in items] == ["done", "done"]
        gains = [item["result"]["psnr_y"] - item["result"]["psnr_y_bicubic"] for item in items]
        assert summary["result"]["psnr_gain"] == pytest.approx(np.mean(gains))
        assert summary["result"]["pictures"] == 2
        assert "border" in summary["result"]["convention"]

    def test_table(self, call: Call, data: Path) -> None:
        told = call("evaluate", "colour-x3", "--data", data, "--provider", "cpu")
        assert told.status == 0
        assert "mean of 2" in told.out
        assert "BT.601" in told.out

    def test_nothing_to_measure(self, call: Call, tmp_path: Path) -> None:
        (tmp_path / "none").mkdir()
        assert call("evaluate", "colour-x3", "--data", tmp_path / "none").status == 1
        assert call("evaluate", "colour-x3", "--data", tmp_path / "nowhere").status == 2


class TestLearning:
    """train and export, without PyTorch or with the learning room replaced."""

    @pytest.mark.parametrize(
        "arguments",
        [["train", "upscale-x2", "--data", "d", "--out", "o"], ["export", "run", "--out", "o"]],
    )
    def test_without_torch_the_command_to_get_it(
        self, call: Call, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
    ) -> None:
        real = importlib.util.find_spec
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else real(name))
        told = call(*arguments)
        assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
        assert 'pip install "deconv-studio[train]"' in told.err

    def test_train_hands_everything_over(
        self, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        given: dict[str, Any] = {}

        def train(recipe: str, **rest: Any) -> Path:
            given.update(rest, recipe=recipe)
            rest["events"]({"event": "epoch", "step": 5, "score": 31.25})
            return tmp_path / "run"

        monkeypatch.setattr(learn, "_missing", lambda: False)
        monkeypatch.setattr("deconv_studio.learning.train", train)
        told = call(
            "train",
            "r.toml",
            "--data",
            "d",
            "--out",
            "o",
            "--set",
            "a=1",
            "--set",
            "b=2",
            "--resume",
            "--json",
        )
        assert told.status == 0
        assert told.lines == [{"event": "epoch", "step": 5, "score": 31.25}]
        assert (given["recipe"], given["overrides"], given["resume"]) == ("r.toml", ["a=1", "b=2"], True)
        assert (given["data"], given["out"]) == (Path("d"), Path("o"))
        assert "score 31.25" in call("train", "r.toml", "--data", "d", "--out", "o").err

    def test_a_wrong_recipe_is_a_wrong_call(self, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
        from deconv_studio.learning.errors import RecipeError

        def train(*_: object, **__: object) -> None:
            raise RecipeError("There is no recipe x.", "Recipes here: y.")

        monkeypatch.setattr(learn, "_missing", lambda: False)
        monkeypatch.setattr("deconv_studio.learning.train", train)
        told = call("train", "x", "--data", "d", "--out", "o")
        assert (told.status, told.err) == (2, "There is no recipe x. Recipes here: y.\n")

    def test_export_refuses_options_of_the_other_kind(
        self, call: Call, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(learn, "_missing", lambda: False)
        assert call("export", "torchvision:resnet18", "--out", "o.onnx", "--data", "d").status == 2
        assert call("export", "run", "--out", "o", "--size", "64").status == 2


def test_json_of_dataclasses() -> None:
    from dataclasses import dataclass

    from deconv_studio.cli.values import plain

    @dataclass
    class Thing:
        path: Path
        shapes: tuple[tuple[int, ...], ...]

    assert json.dumps(plain(Thing(Path("a"), ((1, 2),)))) == '{"path": "a", "shapes": [[1, 2]]}'
    numbers = {"a": float("inf"), "b": np.float32(0.5), "c": np.int64(3), "d": True, "e": float("nan")}
    assert plain(numbers) == {"a": None, "b": 0.5, "c": 3, "d": True, "e": None}
