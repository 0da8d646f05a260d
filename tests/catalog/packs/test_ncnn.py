"""The ncnn reader: every byte is accounted for, and what it does not know it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deconv_studio.catalog.errors import PackInvalid
from deconv_studio.catalog.packs.ncnn import read_network
from tests.catalog.packs.conftest import Conv, upconv, write_ncnn

pytestmark = pytest.mark.light


@pytest.mark.parametrize("fp16", [True, False])
def test_weights_come_back_as_they_were_written(fp16: bool) -> None:
    chain = upconv(fp16=fp16)
    layers = read_network(*write_ncnn(chain))
    assert [layer.kind for layer in layers] == ["Input"] + ["Convolution"] * 6 + ["Deconvolution"]
    for written, read in zip(chain, layers[1:], strict=True):
        expected = written.weight.transpose(1, 0, 2, 3) if written.transposed else written.weight
        np.testing.assert_array_equal(read.weight, expected)
        np.testing.assert_array_equal(read.bias, written.bias)
    assert layers[-1].integer(3, 1) == 2
    assert layers[1].arrays[10] == pytest.approx((0.1,))


def test_half_precision_is_padded_to_four_bytes() -> None:
    one = Conv(np.ones((1, 3, 1, 1), np.float32), np.array([2.0], np.float32))
    param, content = write_ncnn([one])
    assert len(content) == 4 + 3 * 2 + 2 + 4
    layer = read_network(param, content)[1]
    assert layer.bias is not None and layer.bias[0] == 2.0


def test_a_layer_may_have_no_bias() -> None:
    param, content = write_ncnn([Conv(np.ones((2, 3, 1, 1), np.float32), None)])
    assert read_network(param, content)[1].bias is None


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans(), st.booleans()), min_size=1, max_size=4
    )
)
def test_any_chain_is_consumed_to_its_last_byte(shapes: list[tuple[int, int, bool, bool]]) -> None:
    chain, into = [], 3
    for out, kernel, transposed, fp16 in shapes:
        weight = np.arange(out * into * kernel**2, dtype=np.float32).reshape(out, into, kernel, kernel)
        chain.append(Conv(weight, np.ones(out, np.float32), transposed=transposed, fp16=fp16))
        into = out
    param, content = write_ncnn(chain)
    assert len(read_network(param, content)) == len(chain) + 1
    with pytest.raises(PackInvalid, match="left over"):
        read_network(param, content + bytes(4))
    with pytest.raises(PackInvalid, match="cut"):
        read_network(param, content[:-1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("7767517", "7767518"),
        ("7767517", "x"),
        ("8 8", "9 9"),
        ("8 8", "8 7"),
        ("Convolution l1", "Wobble l1"),
        ("b1 b2", "b7 b2"),
        ("l2 1 1", "l2 0 1"),
        ("l2 1 1", "l2 5 9"),
        ("1=3 3=1", "1=5 3=1"),
        ("1=3 3=1", "1=0 3=1"),
        ("5=1", "5=1 7=2"),
        ("5=1", "5=1 -23330=1,2"),
        ("-23310=1,", "-23310=2,"),
        ("6=54", "6=2.5"),
        ("6=54", "6=99999999999"),
    ],
)
def test_a_param_file_that_does_not_fit_is_refused(old: str, new: str) -> None:
    param, content = write_ncnn(upconv())
    assert old in param
    with pytest.raises(PackInvalid) as caught:
        read_network(param.replace(old, new, 1), content)
    assert caught.value.hint


@pytest.mark.parametrize("param", ["", "7767517", "7767517\n1", "7767517\n1 1\nInput", "\0\0\0"])
def test_a_cut_param_file_is_refused(param: str) -> None:
    with pytest.raises(PackInvalid):
        read_network(param, b"")


def test_an_unknown_way_of_storing_is_refused() -> None:
    param, content = write_ncnn(upconv())
    with pytest.raises(PackInvalid, match="0x000d4b38"):
        read_network(param, (0x000D4B38).to_bytes(4, "little") + content[4:])


def test_weights_that_are_no_numbers_are_refused() -> None:
    chain = upconv(fp16=False)
    chain[2].weight[0, 0, 0, 0] = np.nan
    with pytest.raises(PackInvalid, match="no numbers"):
        read_network(*write_ncnn(chain))
