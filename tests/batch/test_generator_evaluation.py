"""A generator's measures: near its own pictures, far from noise; copies and collapse are caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deconv_studio.batch.errors import CallWrong
from deconv_studio.batch.generator_evaluation import evaluate_generator, features_for
from deconv_studio.cli.main import main
from deconv_studio.engine import Control
from deconv_studio.engine.control import Cancelled
from deconv_studio.engine.session import Model
from deconv_studio.measures import generation
from deconv_studio.tasks.sample import generate, point_of
from tests.generators import classifier_file, generator_file, install, loaded

pytestmark = pytest.mark.light

Made = Callable[..., np.ndarray]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DECONV_STUDIO_HOME", str(tmp_path / "home"))
    install(classifier_file(tmp_path / "classifier"))


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return loaded(generator_file(tmp_path / "generator"))


def pictures(model: Model, seeds: range) -> np.ndarray:
    assert model.card is not None
    return np.stack(list(generate(model, [point_of(model.card, seed) for seed in seeds])))


def save(folder: Path, part: str, images: np.ndarray, labels: np.ndarray | None = None) -> None:
    (folder / part).mkdir(parents=True)
    extra = {} if labels is None else {"labels": labels}
    np.savez(folder / part / "all.npz", images=images[..., 0], **extra)


def measured(model: Model, data: Path, **options: Any) -> dict[str, Any]:
    return evaluate_generator(data, model=model, control=Control(), features="tiny-classifier", **options)


def test_a_generator_of_the_real_pictures_is_as_near_as_they_are(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(5000, 5300)))
    save(data, "train", pictures(model, range(6000, 6400)))
    result = measured(model, data)
    assert result["pictures"] == 150
    assert result["features"].startswith("tiny-classifier:features")
    sets = result["sets"]
    assert list(sets) == ["generator", "real", "training", "noise", "mean"]
    # All from one distribution, but noise; the mean picture has its mean and nothing of its spread.
    assert sets["generator"]["frechet"] < 0.2 * sets["mean"]["frechet"]
    assert sets["training"]["frechet"] < 0.2 * sets["mean"]["frechet"]
    assert sets["generator"]["recall"] > 0.7 and sets["generator"]["coverage"] > 0.7
    assert sets["mean"]["recall"] == 0
    assert sets["mean"]["inception_score"] == pytest.approx(1)
    assert 1 < sets["generator"]["inception_score"] <= 3
    assert not result["collapse"]["collapsed"]
    assert result["classes"]["of"] == 3 and result["classes"]["as_asked"] is None
    near = result["nearest"]
    assert near["copies"] <= 3 and near["training_pictures"] == 400
    assert near["median"] == pytest.approx(near["median_real"], rel=0.3)
    assert "tiny-classifier" in result["conventions"]["frechet"]
    assert "not by Inception" in result["conventions"]["inception_score"]
    assert measured(model, data) == result
    assert measured(model, data, seed=7)["sets"]["generator"] != sets["generator"]
    assert measured(model, data, seed=7)["sets"]["real"] == sets["real"]


def test_the_figures_are_those_of_the_measures(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    real = pictures(model, range(100, 160))
    save(data, "val", real)
    result = measured(model, data)
    order = np.random.default_rng(0).permutation(60)
    extract = features_for(model.card, "tiny-classifier")  # type: ignore[arg-type]
    first, made = extract(real[order[:30]]), extract(pictures(model, range(30)))
    assert result["sets"]["generator"]["frechet"] == generation.frechet_distance(first, made)
    assert result["sets"]["real"]["frechet"] == generation.frechet_distance(first, extract(real[order[30:]]))
    assert result["sets"]["generator"]["recall"] == generation.diversity(first, made, 5).recall


def test_several_draws_give_means_and_how_far_they_differ(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(100, 180)))
    one, two = (measured(model, data, seed=seed)["sets"]["generator"] for seed in (3, 43))
    result = measured(model, data, seed=3, draws=2)
    assert result["draws"] == 2
    for name, mean in result["sets"]["generator"].items():
        assert mean == pytest.approx((one[name] + two[name]) / 2), name
        assert result["deviations"][name] == pytest.approx(abs(one[name] - two[name]) / 2**0.5), name
    assert result["deviations"]["frechet"] > 0
    assert "mean of 2 draws" in result["conventions"]["coverage"]
    assert "draws" not in result["conventions"]["duplicates"], "of the first"
    assert measured(model, data)["deviations"] is None


def test_a_generator_that_copies_is_caught(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(5000, 5100)))
    save(data, "train", np.concatenate([pictures(model, range(6000, 6100)), pictures(model, range(10))]))
    near = measured(model, data)["nearest"]
    assert (near["identical"], near["smallest"]) == (10, 0.0)
    assert near["copies"] >= 10
    assert near["path"].endswith(f"#{100 + near['picture']}")


def test_a_generator_that_collapses_is_caught(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(5000, 5100)))
    found = measured(loaded(generator_file(tmp_path / "flat", gain=0.0)), data)
    collapse = found["collapse"]
    assert collapse["collapsed"] and collapse["duplicates"] == 1 and collapse["identical"] == 49
    assert collapse["duplicates_real"] < 0.1
    assert found["sets"]["generator"]["recall"] == 0
    assert found["classes"]["hit"] == 1


def test_without_a_part_of_its_own_training_pictures_are_left_out_of_their_search(
    model: Model, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    save(data, "train", pictures(model, range(5000, 5100)))
    result = measured(model, data)
    assert "training" not in result["sets"]
    assert result["nearest"]["smallest_real"] > 0


def test_classes_are_those_of_the_real_pictures(model: Model, tmp_path: Path) -> None:
    data, images = tmp_path / "data", pictures(model, range(5000, 5080))
    save(data, "val", images, np.array(["a", "b"])[np.arange(80) % 2])
    result = measured(model, data)
    assert not any("drawn" in notice for notice in result["notices"])
    save(tmp_path / "other", "val", images, np.arange(80) % 7)
    assert any("drawn" in notice for notice in measured(model, tmp_path / "other")["notices"])


def test_the_classifier_with_the_generators_classes_is_taken(tmp_path: Path) -> None:
    path, card = classifier_file(tmp_path / "named", channels=1)
    named = card.replace(id="letters", classes=[{"name": name} for name in "abc"])
    _, generator = generator_file(tmp_path / "generator")
    with pytest.raises(CallWrong, match="efficientnet-lite0 is not installed"):
        features_for(generator)
    install((path, named))
    assert features_for(generator).name.startswith("letters:")
    with pytest.raises(CallWrong, match="no classifier"):
        features_for(generator, "tiny-generator")


def test_what_cannot_be_measured_is_refused(model: Model, tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(60)))
    with pytest.raises(CallWrong, match="31 pictures"):
        measured(model, data, count=31)
    assert measured(model, data, count=20)["pictures"] == 20
    with pytest.raises(CallWrong, match="seed"):
        measured(model, data, seed=2**32 - 5)
    save(tmp_path / "few", "val", pictures(model, range(39)))
    with pytest.raises(CallWrong, match="too few"):
        measured(model, tmp_path / "few")
    with pytest.raises(CallWrong, match="no folder"):
        measured(model, tmp_path / "nowhere")
    control = Control()
    control.cancel()
    with pytest.raises(Cancelled):
        evaluate_generator(data, model=model, control=control, features="tiny-classifier")


def test_stopped_the_verb_ends_with_a_summary(
    model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(60)))

    def stopped(*rest: object, **named: object) -> None:
        raise Cancelled

    monkeypatch.setattr(Model, "run", stopped)
    call = ["evaluate", str(model.path), "--data", str(data), "--provider", "cpu"]
    call += ["--features", "tiny-classifier"]
    assert main([*call, "--json"]) == 130
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert list(summary) == ["event", "done", "skipped", "failed", "cancelled", "seconds"]
    assert (summary["done"], summary["cancelled"]) == (0, 1)
    assert main(call) == 130
    assert "nothing was measured" in capsys.readouterr().err


def test_the_verb(model: Model, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data"
    save(data, "val", pictures(model, range(60)))
    call = ["evaluate", str(model.path), "--data", str(data), "--provider", "cpu"]
    assert main([*call, "--features", "tiny-classifier", "--json"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    summary = json.loads(line)
    assert summary["event"] == "summary" and summary["done"] == 30
    assert summary["seconds"] > 0
    assert summary["result"]["model"] == "tiny-generator"
    assert main([*call, "--features", "tiny-classifier"]) == 0
    shown = capsys.readouterr().out
    assert "Inception Score" in shown and "tiny-classifier:features" in shown
    assert main([*call, "--features", "tiny-classifier", "--draws", "3"]) == 0
    assert "3 draws differ by" in capsys.readouterr().out
    assert main(call) == 2
    assert "--features" in capsys.readouterr().err
    other = ["evaluate", "tiny-classifier", "--data", str(data), "--provider", "cpu"]
    for option in (["--features", "tiny-classifier"], ["--count", "30"], ["--seed", "1"], ["--draws", "2"]):
        assert main([*other, *option]) == 2
        assert "for generators" in capsys.readouterr().err
