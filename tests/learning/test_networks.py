"""Architectures: sizes, the bicubic base, the claimed receptive field, the promised number of parameters."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from deconv_studio.learning import recipe
from deconv_studio.learning.jobs import build_network
from deconv_studio.learning.networks import FSRCNN, ResidualDeconv
from deconv_studio.learning.networks.bicubic import BicubicDeconv, bicubic_kernel

MAKE = {
    "fsrcnn": lambda scale: FSRCNN(scale, d=8, s=4, m=2),
    "residual-deconv": lambda scale: ResidualDeconv(scale, channels=6, blocks=2),
}


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_base_is_pillows_bicubic_away_from_the_edge(scale: int) -> None:
    values = np.random.default_rng(scale).uniform(0, 1, (17, 23)).astype(np.float32)
    ours = BicubicDeconv(scale)(torch.from_numpy(values)[None, None])[0, 0].numpy()
    pillow = np.asarray(Image.fromarray(values).resize((23 * scale, 17 * scale), Image.Resampling.BICUBIC))
    inside = np.s_[2 * scale : -2 * scale, 2 * scale : -2 * scale]
    assert ours.shape == pillow.shape
    assert np.abs(ours - pillow)[inside].max() < 1e-5


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_every_phase_of_the_bicubic_kernel_sums_to_one(scale: int) -> None:
    kernel = bicubic_kernel(scale)
    for phase in range(scale):
        assert float(kernel[phase::scale].sum()) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 5), (16, 16)])
def test_output_is_exactly_scale_times_the_input(name: str, scale: int, size: tuple[int, int]) -> None:
    out = MAKE[name](scale)(torch.rand(2, 1, *size))
    assert out.shape == (2, 1, size[0] * scale, size[1] * scale)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_nothing_outside_the_receptive_radius_matters(name: str, scale: int) -> None:
    torch.manual_seed(0)
    network = MAKE[name](scale)
    for parameter in network.parameters():  # no weight so small that float32 hides what it sees
        torch.nn.init.uniform_(parameter, 0.05, 0.2)
    radius = network.receptive_radius
    size, centre = 2 * radius + 9, radius + 4
    x = torch.rand(1, 1, size, size, dtype=torch.float64)
    network = network.double()
    seen = torch.zeros(size, size)
    for phase in (0, scale - 1):
        x.requires_grad_(True)
        at = centre * scale + phase
        (gradient,) = torch.autograd.grad(network(x)[0, 0, at, at], x)
        seen = torch.maximum(seen, gradient[0, 0].abs().float())
    rows = torch.nonzero(seen.sum(1)).flatten()
    reach = int(max(centre - rows.min(), rows.max() - centre))
    assert reach <= radius, "a tile cut with this halo would show a seam"
    assert reach >= radius - 1, "the halo is larger than it needs to be"


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_fine_deconvolution_starts_without_a_checkerboard(scale: int) -> None:
    torch.manual_seed(1)
    network = ResidualDeconv(scale, channels=8, blocks=1)
    with torch.no_grad():
        added = network.deconv(torch.ones(1, 8, 9, 9))[0, 0]
    inside = added[2 * scale : -2 * scale, 2 * scale : -2 * scale]
    assert float(inside.std()) < 1e-6 * max(1.0, float(inside.abs().max()))


@pytest.mark.parametrize("name", [n for n in recipe.names() if n.startswith("upscale")])
def test_recipes_build_networks_within_the_limit(name: str) -> None:
    loaded = recipe.load(name)
    parameters = sum(p.numel() for p in build_network(loaded).parameters())
    assert loaded.id == name
    assert parameters <= (1_500_000 if name.endswith("-fine") else 40_000)
