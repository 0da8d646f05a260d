"""What `bench lens` stands beside computes the deconvnet rule, for every way of rectifying."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from deconv_studio.learning import lens_peers
from deconv_studio.learning.lens_peers import PeerNetwork, UnknownNetworkError


class Functional(nn.Module):
    """A rectifier of each kind, none of them as often as a module."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3, padding=1)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.third = nn.Conv2d(4, 2, 1)
        self.fourth = nn.Conv2d(2, 2, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.second(F.hardtanh(self.first(x), 0.0, 6.0))
        x = self.third(F.relu6(x).max(torch.tensor(-9.0)))
        return self.fourth(torch.relu(x)).relu().mean(dim=(2, 3))


@pytest.fixture
def functional(monkeypatch: pytest.MonkeyPatch) -> PeerNetwork:
    monkeypatch.setattr(lens_peers, "NETWORKS", {"functional": ("second",)})
    torch.manual_seed(1)
    network = PeerNetwork.__new__(PeerNetwork)
    network.module = Functional().eval().requires_grad_(False)
    network._picture = torch.rand(1, 3, 8, 8)
    return network


def test_autograd_rectifies_the_signal_whatever_function_rectified(functional: PeerNetwork) -> None:
    module = functional.module
    found = functional.autograd("output", 1, ())
    # By hand: the adjoint of each layer, the signal rectified where the forward pass rectified.
    signal = torch.zeros(1, 2, 8, 8)
    signal[:, 1] = 1 / 64
    for name, pad in (("fourth", 0), ("third", 0), ("second", 1), ("first", 1)):
        weight = module.get_submodule(name).get_parameter("weight")
        signal = F.conv_transpose2d(signal.clamp(min=0), weight, padding=pad)
    np.testing.assert_allclose(found, signal[0].numpy(), atol=1e-6)
    assert np.abs(found).max() > 0


def test_a_hidden_layer_is_read_back_without_computing_what_is_above(functional: PeerNetwork) -> None:
    above: list[int] = []
    functional.module.get_submodule("third").register_forward_hook(lambda *_: above.append(1))
    value = functional.value("second")
    assert value.shape == (1, 4, 8, 8)
    found = functional.autograd("second", 2, (4, 4))
    assert found.shape == (3, 8, 8) and not above
    # Two 3x3 convolutions: nothing beyond two pixels.
    assert np.abs(found).sum() == pytest.approx(np.abs(found[:, 2:7, 2:7]).sum())


def test_names_are_known(functional: PeerNetwork) -> None:
    with pytest.raises(UnknownNetworkError, match="functional"):
        PeerNetwork("other", 32, 1)
    with pytest.raises(AttributeError):
        functional.value("nothing")
