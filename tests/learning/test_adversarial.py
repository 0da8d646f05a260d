"""What steadies adversarial training does what it says, and a run goes on to the bit."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional as F

from deconv_studio.learning import adversarial
from deconv_studio.learning import checkpoint as checkpoints
from deconv_studio.learning.data.collection import Collection
from deconv_studio.learning.errors import DataError, RecipeError, SourceError
from deconv_studio.learning.fit import fit
from deconv_studio.learning.jobs.adversarial import Adversarial
from deconv_studio.learning.networks.dcgan import Critic, Generator, SpreadKernel
from deconv_studio.learning.networks.projected_critic import ProjectedCritic, RandomMixing
from deconv_studio.learning.recipe import Recipe


class Linear(nn.Module):
    """A critic whose gradient is known: the sum of the picture times a slope."""

    def __init__(self, slope: float) -> None:
        super().__init__()
        self.slope = slope

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return self.slope * x.sum((1, 2, 3))


def test_the_zero_centred_penalty_is_the_squared_norm() -> None:
    real = torch.rand(4, 3, 2, 2)
    found = adversarial.zero_centred_penalty(Linear(0.5), real, torch.zeros(4, 0))
    assert float(found) == pytest.approx(12 * 0.25)


def test_the_one_centred_penalty_asks_for_a_norm_of_one() -> None:
    real, made, mix = torch.rand(4, 1, 3, 3), torch.rand(4, 1, 3, 3), torch.rand(4, 1, 1, 1)
    none = torch.zeros(4, 0)
    assert float(adversarial.one_centred_penalty(Linear(1 / 3), real, made, none, mix)) == pytest.approx(
        0, abs=1e-9
    )
    assert float(adversarial.one_centred_penalty(Linear(1.0), real, made, none, mix)) == pytest.approx(4.0)


@pytest.mark.parametrize("kind", adversarial.LOSSES)
def test_every_loss_pulls_the_two_apart(kind: str) -> None:
    good = adversarial.critic_loss(kind, torch.full((8,), 0.9), torch.full((8,), -0.9))
    bad = adversarial.critic_loss(kind, torch.full((8,), -0.9), torch.full((8,), 0.9))
    assert good < bad
    assert adversarial.generator_loss(kind, torch.ones(8)) < adversarial.generator_loss(kind, -torch.ones(8))


def test_smoothing_asks_less_of_real_pictures() -> None:
    sure, made = torch.full((1,), 30.0), torch.full((1,), -30.0)
    plain = adversarial.critic_loss("nonsaturating", sure, made)
    smoothed = adversarial.critic_loss("nonsaturating", sure, made, 0.1)
    assert float(plain) == pytest.approx(0, abs=1e-6)
    # Certainty now costs a tenth of the logit.
    assert float(smoothed) == pytest.approx(3.0, rel=1e-4)
    best = math.log(0.9 / 0.1)
    at_best = adversarial.critic_loss("nonsaturating", torch.full((1,), best), made, 0.1)
    for logit in (best - 0.5, best + 0.5):
        assert adversarial.critic_loss("nonsaturating", torch.full((1,), logit), made, 0.1) > at_best


@pytest.mark.parametrize("kind", adversarial.AUGMENTATIONS)
def test_augmentation_changes_pictures_and_lets_gradients_through(kind: str) -> None:
    pictures = torch.rand(6, 3, 16, 16, requires_grad=True)
    seeded = [torch.Generator().manual_seed(5) for _ in range(2)]
    first = adversarial.augment(pictures, [kind], seeded[0])
    again = adversarial.augment(pictures, [kind], seeded[1])
    assert torch.equal(first, again)
    assert not torch.allclose(first, pictures)
    first.sum().backward()
    assert pictures.grad is not None
    assert float(pictures.grad.abs().sum()) > 0
    assert torch.equal(adversarial.augment(pictures, [], seeded[0]), (pictures * 2 - 1) * 0.5 + 0.5)


def test_translation_moves_and_does_not_mix() -> None:
    pictures = torch.rand(8, 1, 16, 16)
    moved = adversarial.augment(pictures, ["translation"], torch.Generator().manual_seed(1))
    for before, after in zip(pictures[:, 0], moved[:, 0], strict=True):
        shifts = [(dy, dx) for dy in range(-2, 3) for dx in range(-2, 3)]
        inner = (slice(2, -2), slice(2, -2))
        assert any(
            torch.allclose(torch.roll(before, (dy, dx), (0, 1))[inner], after[inner], atol=1e-6)
            for dy, dx in shifts
        )


def test_mode_seeking_is_small_when_latents_matter() -> None:
    z = torch.randn(4, 8), torch.randn(4, 8)
    different = torch.rand(4, 3, 8, 8), torch.rand(4, 3, 8, 8)
    same = (different[0], different[0] + 1e-3)
    assert adversarial.mode_seeking_loss(*different, *z) < adversarial.mode_seeking_loss(*same, *z)


def test_matching_features_is_zero_for_the_same_pictures_and_leaves_the_real_ones_alone() -> None:
    real = [torch.rand(4, 2, 3, 3, requires_grad=True)]
    made = [torch.rand(4, 2, 3, 3, requires_grad=True)]
    assert float(adversarial.feature_matching_loss(real, [real[0].detach()])) == 0
    adversarial.feature_matching_loss(real, made).backward()
    assert real[0].grad is None
    assert made[0].grad is not None


def test_minibatch_deviation_is_zero_for_equal_pictures() -> None:
    one = torch.rand(1, 3, 4, 4).expand(8, -1, -1, -1)
    assert float(adversarial.minibatch_deviation(one)[:, -1].max()) < 2e-4
    values = torch.rand(8, 3, 4, 4)
    expected = (values.var(0, unbiased=False) + 1e-8).sqrt().mean()
    torch.testing.assert_close(adversarial.minibatch_deviation(values)[:, -1], expected.expand(8, 4, 4))


def test_spectral_norm_bounds_every_layer() -> None:
    torch.manual_seed(0)
    critic = Critic(16, 1, classes=3, widths=(8, 8), spectral=True)
    for _ in range(30):  # power iteration converges over the passes
        critic(torch.rand(4, 1, 16, 16), torch.eye(3)[[0, 1, 2, 0]])
    for layer in [*critic.stages, critic.last, critic.score]:
        assert float(torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2)) == pytest.approx(
            1, abs=0.05
        )
    loose = Critic(16, 1, widths=(8, 8), spectral=False)
    assert "parametrizations" not in " ".join(loose.state_dict())


@pytest.mark.parametrize(("channels", "classes", "norm"), [(1, 0, True), (3, 4, False)])
def test_a_generator_makes_pictures_of_its_size(channels: int, classes: int, norm: bool) -> None:
    network = Generator(32, channels, latent=8, classes=classes, widths=(8, 6, 4), norm=norm).eval()
    labels = torch.eye(classes)[[0, 1]] if classes else None
    out = network(torch.randn(2, 8), labels)
    assert out.shape == (2, channels, 32, 32)
    assert 0 <= float(out.min()) <= float(out.max()) <= 1
    assert any(isinstance(m, nn.BatchNorm2d) for m in network.modules()) == norm
    with pytest.raises(TypeError, match="30 x 30"):
        Generator(30, channels, widths=(8, 6, 4))


def test_a_spread_kernel_enlarges_first_and_convolves_then() -> None:
    torch.manual_seed(0)
    x, kernel = torch.randn(2, 5, 6, 7), torch.randn(5, 4, 3, 3)
    made = F.conv_transpose2d(x, SpreadKernel()(kernel), stride=2, padding=1)
    turned = kernel.flip(2, 3).transpose(0, 1)
    expected = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), turned, padding=1)
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=1e-5)


def test_spread_kernels_leave_no_checkerboard_on_a_constant_map() -> None:
    for spread in (False, True):
        network = Generator(16, 1, latent=4, widths=(6, 4), spread=spread, finish=3)
        enlargement = [m for m in network.modules() if isinstance(m, nn.ConvTranspose2d)][1]
        inner = enlargement(torch.ones(1, 6, 6, 6))[:, :, 2:-2, 2:-2]
        assert (float(inner.std((2, 3)).max()) < 1e-5) == spread


def test_decoding_teaches_the_critic_what_it_saw() -> None:
    torch.manual_seed(0)
    critic = Critic(16, 1, widths=(8, 8), spectral=False, decoder=True)
    pictures = torch.zeros(4, 1, 16, 16)
    pictures[:2, :, :, 4:8] = 1
    pictures[2:, :, 8:12] = 1
    steps = torch.optim.Adam(critic.parameters(), 0.01)
    curve = []
    for _ in range(60):
        steps.zero_grad()
        decoded = critic.reconstruct(critic.features(pictures))
        assert decoded.shape == (4, 1, 8, 8)
        loss = adversarial.reconstruction_loss(decoded, pictures)
        loss.backward()
        steps.step()
        curve.append(float(loss.detach()))
    assert curve[-1] < 0.3 * curve[0]
    assert critic.stages[0].weight.grad.abs().max() > 0
    with pytest.raises(TypeError, match="no decoder"):
        Critic(16, 1, widths=(8, 8)).reconstruct(critic.features(pictures))


def test_a_clipped_generator_learns_beyond_white() -> None:
    network = Generator(16, 1, latent=4, widths=(6, 4), finish=3, bound="clip")
    with torch.no_grad():
        network.layers[-1].bias.fill_(5.0)
    made = network.train()(torch.randn(2, 4))
    assert float(made.detach().min()) > 1
    made.sum().backward()
    assert float(network.layers[-1].bias.grad.abs().min()) > 0
    assert float(network.eval()(torch.randn(2, 4)).max()) == 1
    with pytest.raises(ValueError, match="bound"):
        Generator(16, 1, widths=(6, 4), bound="none")


@pytest.fixture
def digits(tmp_path: Path) -> Path:
    """Two classes of 14 x 14 pictures as arrays, like MNIST's."""
    rng = np.random.default_rng(0)
    for part, count in (("train", 40), ("val", 24)):
        (tmp_path / "data" / part).mkdir(parents=True)
        labels = np.arange(count) % 2
        images = np.zeros((count, 14, 14), np.uint8)
        for k, label in enumerate(labels):
            at = rng.integers(2, 10)
            images[k, at : at + 2] = 255 * (label == 0)
            images[k, :, at : at + 2] |= np.uint8(255 * (label == 1))
        np.savez(tmp_path / "data" / part / "all.npz", images=images, labels=labels)
    return tmp_path / "data"


def recipe(**changes: Any) -> Recipe:
    data = {"kind": "adversarial", "classes": ["bar", "pole"], "size": 16, "channels": 1, "batch": 8}
    data |= {"critic": {"widths": [6, 8]}, "features": "tiny-classifier", "measured": 24}
    options = {"size": 16, "channels": 1, "latent": 6, "classes": 2, "widths": [8, 6]}
    fit_section = {"steps": 6, "measure_every": 3, "seed": 3, "threads": 1}
    return Recipe.model_validate(
        {
            "id": "tiny-gan",
            "title": "Tiny",
            "task": "sample",
            "credits": {"name": "made", "licence": "CC0-1.0", "author": "none"},
            "network": {"name": "dcgan", "options": options | changes.pop("options", {})},
            "data": data | changes.pop("data", {}),
            "optimiser": {"rate": 1e-3, "betas": [0.5, 0.99], "warmup": 0},
            "fit": fit_section | changes,
        }
    )


@pytest.fixture
def _features(monkeypatch: pytest.MonkeyPatch) -> None:
    def pixels(job: Adversarial) -> tuple[Any, np.ndarray, np.ndarray]:
        def extract(values: np.ndarray) -> np.ndarray:
            scale = 255 if values.dtype == np.uint8 else 1
            return (values.astype(np.float32) / scale).reshape(len(values), -1)[:, ::17]

        pictures, classes = job.unseen.sample(24)
        return extract, extract(pictures), classes

    monkeypatch.setattr(Adversarial, "_features_of_real", pixels)


HARD = {
    "penalty": "zero-centred",
    "penalty_every": 2,
    "augment": ["color", "cutout"],
    "mode_seeking": 0.1,
    "perceptual": 0.5,
    "reconstruction": 1.0,
    "critic": {"widths": [6, 8], "decoder": True},
}


# A bundled model's encoder, so that no pack has to be installed.
PROJECTED = {"projected": {"size": 32, "source": "nuclei", "width": 4}}


@pytest.mark.usefixtures("_features")
@pytest.mark.parametrize(
    "data",
    [
        {},
        HARD,
        PROJECTED,
        {"loss": "wasserstein", "penalty": "one-centred", "critic_steps": 2, "penalty_weight": 10.0},
    ],
)
def test_a_run_resumed_takes_the_same_steps(digits: Path, tmp_path: Path, data: dict[str, Any]) -> None:
    whole = fit(recipe(data=data), digits, tmp_path / "whole")

    def stop(event: dict[str, Any]) -> None:
        if event["event"] == "epoch":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(recipe(data=data), digits, tmp_path / "parts", events=stop)
    parts = fit(recipe(data=data), digits, tmp_path / "parts", resume=True)
    a, b = checkpoints.load(whole), checkpoints.load(parts)
    for name in ("network", "average", "critic", "critic_optimiser"):
        first, second = getattr(a, name), getattr(b, name)
        assert first.keys() == second.keys()
        assert first
        for key in first:
            assert torch.equal(first[key], second[key]), (name, key)


def test_a_seldom_penalty_weighs_as_much_over_its_steps(digits: Path) -> None:
    def losses(data: dict[str, Any]) -> list[float]:
        torch.manual_seed(0)
        job = Adversarial(recipe(data={"critic": {"widths": [6, 8], "spectral": False}} | data), digits)
        batches = [batch for step in range(3) for batch in job.critic_batches(step)]
        return [float(job.critic_loss(job.network.eval(), job.critic, batch).detach()) for batch in batches]

    plain = losses({})
    always = losses({"penalty": "zero-centred", "penalty_weight": 2.0})
    seldom = losses({"penalty": "zero-centred", "penalty_weight": 2.0, "penalty_every": 3})
    assert always[0] > plain[0]
    assert seldom[0] - plain[0] == pytest.approx(3 * (always[0] - plain[0]), rel=1e-3)
    assert seldom[1:] == plain[1:]


@pytest.mark.usefixtures("_features")
def test_both_networks_learn(digits: Path, tmp_path: Path) -> None:
    job = Adversarial(recipe(), digits)
    start = {k: v.clone() for k, v in job.network.state_dict().items()}
    saved = checkpoints.load(fit(recipe(), digits, tmp_path / "run"))
    assert any(not torch.equal(saved.network[k], start[k]) for k in start)
    fresh = checkpoints.load(fit(recipe(steps=1), digits, tmp_path / "one"))
    assert any(not torch.equal(saved.critic[k], fresh.critic[k]) for k in fresh.critic)
    assert {"frechet", "recall", "coverage", "duplicates"} <= set(
        Adversarial(recipe(), digits).measure(job.network)
    )


@pytest.mark.usefixtures("_features")
def test_a_rate_by_name_holds_for_the_critic(digits: Path, tmp_path: Path) -> None:
    base = recipe(steps=1, data={"critic_rate": 1e-2})
    slow = base.model_copy(
        update={"optimiser": base.optimiser.model_copy(update={"rates": {"last": 1e-9}, "clip": None})}
    )
    start = {k: v.detach().clone() for k, v in _fresh_critic(slow, digits).items()}
    after = checkpoints.load(fit(slow, digits, tmp_path / "slow")).critic
    last = next(k for k in start if k.startswith("last") and k.endswith("bias"))
    other = next(k for k in start if k.startswith("stages.0") and k.endswith("bias"))
    # Adam's first step moves each value by its rate, whatever the gradient.
    assert float((after[last] - start[last]).abs().max()) < 1e-6
    assert float((after[other] - start[other]).abs().max()) == pytest.approx(1e-2, rel=0.1)


def _fresh_critic(plan: Recipe, data: Path) -> dict[str, torch.Tensor]:
    torch.manual_seed(plan.fit.seed)
    return Adversarial(plan, data).critic.state_dict()


def test_array_files_are_padded_and_classes_drawn_evenly(digits: Path) -> None:
    found = Collection(digits / "train", size=16, channels=1, classes=("bar", "pole"))
    assert found.pictures.shape == (40, 16, 16, 1)
    pictures, labels = found.batch((0,), 200)
    assert pictures.shape == (200, 1, 16, 16)
    assert float(pictures.max()) == 1
    assert 60 < float(labels[:, 0].sum()) < 140


@pytest.mark.parametrize(("balance", "share"), [(1.0, 0.5), (0.5, 0.75), (0.0, 0.9)])
def test_classes_are_drawn_as_the_balance_says(tmp_path: Path, balance: float, share: float) -> None:
    images = np.zeros((100, 8, 8), np.uint8)
    images[:90] = 255
    np.savez(tmp_path / "all.npz", images=images, labels=np.arange(100) >= 90)
    found = Collection(tmp_path, size=8, channels=1, classes=("many", "few"), balance=balance)
    pictures, labels = found.batch((0,), 2000)
    assert float(labels[:, 0].mean()) == pytest.approx(share, abs=0.03)
    assert torch.equal(pictures[:, 0, 0, 0], labels[:, 0])
    drawn = found.draw_labels(np.random.default_rng(0), 2000)
    assert float((drawn == 0).mean()) == pytest.approx(share, abs=0.03)


def test_folders_of_the_wrong_size_or_class_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cat").mkdir()
    Image.new("RGB", (9, 8)).save(tmp_path / "cat" / "1.png")
    with pytest.raises(DataError, match="9 x 8"):
        Collection(tmp_path, size=8, channels=3, classes=("cat",))
    with pytest.raises(DataError, match="dog"):
        Collection(tmp_path, size=8, channels=3, classes=("dog",))


def test_a_recipe_that_disagrees_with_itself_is_refused(digits: Path) -> None:
    with pytest.raises(RecipeError, match="classes"):
        Adversarial(recipe(options={"classes": 3}), digits)
    with pytest.raises(RecipeError, match=r"data\.critic"):
        Adversarial(recipe(data={"critic": {"wings": 2}}), digits)


def test_reconstruction_without_a_decoder_is_refused(digits: Path) -> None:
    with pytest.raises(RecipeError, match="decoder"):
        Adversarial(recipe(data={"reconstruction": 1.0}), digits)


def test_a_projected_critic_learns_and_what_it_looks_through_does_not(digits: Path) -> None:
    job = Adversarial(recipe(data=PROJECTED), digits)
    projected = job.critic.projected
    assert isinstance(projected, ProjectedCritic)
    assert not list(projected.encoder.parameters())
    assert not list(projected.mixing.parameters())
    before = {name: value.clone() for name, value in projected.encoder.named_buffers()}
    descent = torch.optim.Adam(job.critic.parameters(), 1e-2)
    real, labels = job.train.batch((0,), 8)
    made = torch.rand_like(real)

    def gap() -> float:
        with torch.no_grad():
            return float((projected(real, labels) - projected(made, labels)).mean())

    first = gap()
    for _ in range(12):
        descent.zero_grad()
        adversarial.critic_loss("hinge", projected(real, labels), projected(made, labels)).backward()
        descent.step()
    assert gap() > first + 0.1
    assert all(torch.equal(value, before[name]) for name, value in projected.encoder.named_buffers())
    made.requires_grad_(True)
    adversarial.generator_loss("hinge", projected(made, labels)).backward()
    assert made.grad is not None
    assert float(made.grad.abs().max()) > 0


def test_a_projected_critic_is_part_of_both_losses(digits: Path) -> None:
    def losses(data: dict[str, Any]) -> tuple[float, float]:
        torch.manual_seed(0)
        job = Adversarial(recipe(data=data), digits)
        (given,) = job.critic_batches(0)
        if job.critic.projected is not None:
            with torch.no_grad():  # scores of -1 for whatever it is shown
                for head in job.critic.projected.heads:
                    torch.nn.utils.parametrize.remove_parametrizations(head.score, "weight")
                    torch.nn.utils.parametrize.remove_parametrizations(head.classes, "weight")
                    for weight in (head.score.weight, head.classes.weight):
                        weight.zero_()
                    head.score.bias.fill_(-1.0)
        network = job.network.eval()
        of_critic = float(job.critic_loss(network, job.critic, given).detach())
        return of_critic, float(job.loss(network, job.batch(0), 0.0).detach())

    plain, projected = losses({}), losses(PROJECTED)
    # Hinge: a real picture scored -1 costs 2, a made one nothing; the generator is charged 1.
    assert projected[0] - plain[0] == pytest.approx(2.0, abs=1e-5)
    assert projected[1] - plain[1] == pytest.approx(1.0, abs=1e-5)


def test_a_projected_critic_is_listened_to_from_its_share_on(digits: Path) -> None:
    job = Adversarial(recipe(steps=10, data=PROJECTED | {"projected_from": 0.5}), digits)
    assert [bool(job.batch(step)[-1]) for step in (0, 4, 5, 9)] == [False, False, True, True]
    assert [bool(next(job.critic_batches(step))[-1]) for step in (4, 5)] == [False, True]
    assert not job_without(digits).batch(9)[-1]
    torch.manual_seed(0)
    assert job.critic.projected is not None
    job.critic.projected.register_forward_pre_hook(lambda *_: pytest.fail("it was asked"))
    network = job.network.eval()
    job.loss(network, job.batch(4), 0.4)
    job.critic_loss(network, job.critic, next(job.critic_batches(4)))
    with pytest.raises(pytest.fail.Exception, match="asked"):
        job.loss(network, job.batch(5), 0.5)


def job_without(data: Path) -> Adversarial:
    return Adversarial(recipe(steps=10), data)


def test_random_mixing_hands_coarse_features_down_and_not_up() -> None:
    torch.manual_seed(0)
    mixing = RandomMixing((3, 5), 4)
    fine, coarse = torch.rand(2, 3, 8, 8), torch.rand(2, 5, 4, 4)
    first = mixing([fine, coarse])
    assert [tuple(x.shape) for x in first] == [(2, 4, 8, 8), (2, 4, 4, 4)]
    assert not torch.allclose(mixing([fine, coarse + 1])[0], first[0])
    assert torch.equal(mixing([fine + 1, coarse])[1], first[1])


@pytest.mark.parametrize(("wrong", "said"), [({"size": 48}, "multiple of 32"), ({"wings": 2}, "wings")])
def test_a_projected_critic_of_impossible_options_is_refused(
    digits: Path, wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(RecipeError, match=said):
        Adversarial(recipe(data={"projected": {"size": 32, "source": "nuclei"} | wrong}), digits)


def test_a_projected_critic_without_its_encoder_says_so(digits: Path) -> None:
    with pytest.raises(SourceError, match="digits-vgg"):
        Adversarial(recipe(data={"projected": {"size": 32, "source": "digits-vgg"}}), digits)


@pytest.mark.usefixtures("_features")
def test_the_pictures_measured_have_the_classes_of_the_real_ones(digits: Path) -> None:
    job = Adversarial(recipe(), digits)
    asked: list[int] = []
    forward = job.network.forward

    def watch(z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        asked.extend(labels.argmax(1).tolist())
        return forward(z, labels)

    job.unseen.labels[:18] = 0
    job.network.forward = watch  # type: ignore[method-assign]
    job.measure(job.network)
    assert asked == job.unseen.sample(24)[1].tolist()


@pytest.mark.usefixtures("_features")
@pytest.mark.parametrize("finish", [0, 3])
def test_a_baked_generator_holds_its_kernels_as_they_are(digits: Path, tmp_path: Path, finish: int) -> None:
    import onnx

    from deconv_studio.learning.onnx_export import export_run

    fit(recipe(options={"spread": True, "finish": finish}), digits, tmp_path / "run")
    made = export_run(tmp_path / "run", tmp_path / "model", data=digits)
    graph = onnx.load(made.path).graph
    held = {item.name: item.dims for item in graph.initializer}
    kernels = [held[node.input[1]] for node in graph.node if node.op_type == "ConvTranspose"]
    assert [list(k[2:]) for k in kernels[1:]] == [[4, 4]] * 2
    assert {node.op_type for node in graph.node}.isdisjoint({"Pad", "Slice"})


@pytest.mark.usefixtures("_features")
def test_an_exported_generator_takes_class_numbers(digits: Path, tmp_path: Path) -> None:
    import onnxruntime

    from deconv_studio.catalog import Card
    from deconv_studio.learning.onnx_export import export_run

    fit(recipe(), digits, tmp_path / "run")
    made = export_run(tmp_path / "run", tmp_path / "model", data=digits)
    card = Card.from_toml(tmp_path / "model" / "card.toml")
    assert card.latent is not None
    assert (card.latent.size, card.latent.class_name, card.input.color) == (6, "class", "gray")
    assert [item.name for item in card.classes] == ["bar", "pole"]
    assert made.parity.difference <= made.parity.tolerance
    session = onnxruntime.InferenceSession(made.path, providers=["CPUExecutionProvider"])
    z = np.random.default_rng(0).standard_normal((5, 6)).astype(np.float32)
    numbers = np.array([0, 1, 0, 1, 1])
    (all_at_once,) = session.run(None, {"z": z, "class": numbers})
    assert all_at_once.shape == (5, 1, 16, 16)
    one_by_one = [session.run(None, {"z": z[k : k + 1], "class": numbers[k : k + 1]})[0] for k in range(5)]
    np.testing.assert_allclose(np.concatenate(one_by_one), all_at_once, atol=1e-5)
    (other,) = session.run(None, {"z": z, "class": 1 - numbers})
    assert np.abs(other - all_at_once).max() > 1e-4
