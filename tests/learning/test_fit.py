"""The fit loop learns, resumes to the bit, stops early, and keeps what it had when something goes wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from deconv_studio.engine.control import Cancelled, Control
from deconv_studio.learning import checkpoint, recipe
from deconv_studio.learning.errors import CheckpointError, DivergedError, RecipeError
from deconv_studio.learning.fit import fit, moving_average, rate_factor, uneven_overlaps
from tests.learning.conftest import TINY


def _recipe(*overrides: str) -> recipe.Recipe:
    return recipe.load("upscale-x2", [*TINY, *overrides])


def test_training_lowers_the_loss_and_reports_it(photos: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    fit(_recipe("steps=60", "optimiser.ema=0.5"), photos, tmp_path, events=events.append)
    epochs = [e for e in events if e["event"] == "epoch"]
    assert epochs[-1]["loss"] < 0.8 * epochs[0]["loss"]
    assert epochs[-1]["measures"]["psnr_y"] > epochs[0]["measures"]["psnr_y"]
    assert events[-1]["event"] == "done"
    assert json.loads(json.dumps(events)) == events, "events go out as JSON lines"


def test_a_run_stopped_and_resumed_ends_where_one_never_stopped_does(photos: Path, tmp_path: Path) -> None:
    whole = fit(_recipe("steps=12"), photos, tmp_path / "whole")

    control = Control()
    heard: list[dict[str, Any]] = []

    def stop(event: dict[str, Any]) -> None:
        heard.append(event)
        if event["event"] == "epoch":
            control.cancel()

    with pytest.raises(Cancelled):
        fit(_recipe("steps=12"), photos, tmp_path / "parts", events=stop, control=control)
    assert heard[-1] == {"event": "checkpoint", "step": 5, "path": str(tmp_path / "parts" / "step-00000005")}
    parts = fit(_recipe("steps=12"), photos, tmp_path / "parts", resume=True)

    one, two = checkpoint.load(whole), checkpoint.load(parts)
    for kind in ("network", "average", "optimiser"):
        left, right = getattr(one, kind), getattr(two, kind)
        assert left.keys() == right.keys()
        assert all(torch.equal(left[k], right[k]) for k in left), kind
    assert one.state["curve"] == two.state["curve"]


def test_a_folder_with_a_run_is_not_overwritten(photos: Path, tmp_path: Path) -> None:
    fit(_recipe("steps=2"), photos, tmp_path)
    with pytest.raises(CheckpointError, match="--resume"):
        fit(_recipe("steps=2"), photos, tmp_path)


def test_resuming_another_network_is_refused(photos: Path, tmp_path: Path) -> None:
    fit(_recipe("steps=2"), photos, tmp_path)
    with pytest.raises(CheckpointError, match="another network"):
        fit(
            _recipe("steps=4", 'network.options={"scale": 2, "d": 4, "s": 4, "m": 1}'),
            photos,
            tmp_path,
            resume=True,
        )


def test_divergence_is_said_and_leaves_the_former_checkpoint(photos: Path, tmp_path: Path) -> None:
    fit(_recipe("steps=2"), photos, tmp_path)
    events: list[dict[str, Any]] = []
    with pytest.raises(DivergedError, match="step"):
        fit(
            _recipe("steps=40", "optimiser.rate=1e30", "optimiser.clip=null", "optimiser.rates={}"),
            photos,
            tmp_path,
            resume=True,
            events=events.append,
        )
    # The network of this recipe, 9 x 9 with stride 2, is told of first.
    kinds = [e["kind"] for e in events if e["event"] == "diagnosis"]
    assert kinds == ["UnevenOverlap", "Diverged"]
    assert checkpoint.load(tmp_path).state["step"] == 2


def test_patience_ends_a_run_that_no_longer_improves(photos: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    overrides = ("steps=100", "patience=2", "measure_every=1", "optimiser.rate=1e-12", "optimiser.rates={}")
    fit(_recipe(*overrides), photos, tmp_path, events=events.append)
    assert events[-1]["step"] < 100
    assert "EarlyStop" in [e.get("kind") for e in events]


def test_a_time_limit_ends_a_run_with_a_measurement_and_a_fallen_rate(photos: Path, tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []
    fit(
        _recipe("steps=1000000", "minutes=0.05", "measure_every=100000"),
        photos,
        tmp_path,
        events=events.append,
    )
    epochs = [event for event in events if event["event"] == "epoch"]
    assert epochs[-1]["share"] == 1 and epochs[-1]["seconds_left"] == 0
    assert all(0 < event["share"] < 1 and event["seconds_left"] < 3 for event in epochs[:-1])
    saved = checkpoint.load(tmp_path)
    assert events[-1]["step"] == epochs[-1]["step"] == saved.state["step"] < 1_000_000
    assert 3 <= saved.state["seconds"] < 30
    # The next call finds the time spent, and trains no further.
    again = fit(_recipe("steps=1000000", "minutes=0.05"), photos, tmp_path, resume=True)
    assert checkpoint.load(again).state["step"] == saved.state["step"]


def test_starting_from_another_run_takes_what_fits(photos: Path, tmp_path: Path) -> None:
    fit(_recipe("steps=6"), photos, tmp_path / "first")
    start = _recipe("steps=1", "network.start_from=first", "optimiser.rate=1e-12", "optimiser.rates={}")
    second = checkpoint.load(fit(start, photos, tmp_path / "second"))
    first = checkpoint.load(tmp_path / "first")
    assert torch.allclose(second.network["extract.0.weight"], first.average["extract.0.weight"])


def test_a_damaged_checkpoint_is_named(photos: Path, tmp_path: Path) -> None:
    folder = fit(_recipe("steps=2"), photos, tmp_path)
    weights = folder / "network.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(CheckpointError, match=str(folder.name)):
        fit(_recipe("steps=4"), photos, tmp_path, resume=True)


def test_an_unfinished_checkpoint_is_never_taken(photos: Path, tmp_path: Path) -> None:
    fit(_recipe("steps=2"), photos, tmp_path)
    torn = tmp_path / ".step-00000009.part"
    torn.mkdir()
    (torn / "state.json").write_text("{", encoding="utf-8")
    fit(_recipe("steps=3"), photos, tmp_path, resume=True)
    assert [f.name for f in checkpoint.folders(tmp_path)] == ["step-00000003"]
    assert not torn.exists()


def test_scales_that_differ_are_refused(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="scale"):
        fit(_recipe("steps=2", "data.scale=3"), photos, tmp_path)


def test_rate_rises_then_falls_to_zero() -> None:
    factors = [rate_factor(step, 100, 10) for step in range(100)]
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert max(factors) == 1
    assert factors[-1] < 0.001


def test_the_average_forgets_the_start_soon_and_is_slow_later() -> None:
    update = moving_average(0.99)
    average = torch.tensor([1.0])
    for step in range(1, 31):
        update([average], [torch.zeros(1)], torch.tensor(step))
    assert average < 1e-3, "the initial value is gone long before the hundreds of steps of 0.99"
    late = torch.tensor([1.0])
    update([late], [torch.zeros(1)], torch.tensor(5000))
    assert late == pytest.approx(0.99)


def test_other_schedules() -> None:
    poly = [rate_factor(step, 100, 10, "poly") for step in range(10, 101)]
    assert poly[0] == 1 and poly[-1] == 0
    assert poly[45] == pytest.approx(0.5**0.9)
    assert {rate_factor(step, 100, 10, "constant") for step in range(10, 100)} == {1.0}
    twice = [rate_factor(step, 100, 0, "cosine", 2) for step in range(100)]
    assert twice[0] == twice[50] == 1
    assert twice[49] < 0.01 and twice[25] == pytest.approx(0.5)


def test_a_network_that_may_make_checkerboards_is_told_of() -> None:
    network = torch.nn.Sequential(
        torch.nn.ConvTranspose2d(4, 4, 4, stride=2),
        torch.nn.ConvTranspose2d(4, 4, 3, stride=2),
        torch.nn.ConvTranspose2d(4, 4, 3),
        torch.nn.ConvTranspose2d(4, 1, 9, stride=3),
    )
    assert uneven_overlaps(network) == ["1 (kernel 3, stride 2)"]
