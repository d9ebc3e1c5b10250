"""Attention of BSN++ among proposals and channels, beside double loops."""
import math

import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from mmbapg.models.layers.map_attention import (
    ChannelAttention,
    PositionAttention,
)
from mmbapg.ops import valid_cells


def attention(kind, *args, **settings):
    torch.manual_seed(1)
    made = kind(*args, **settings)
    nn.init.constant_(made.gate, 0.7)
    return made


@torch.no_grad()
@pytest.mark.parametrize('reduction', [1, 2])
def test_position_attention_beside_a_double_loop(reduction):
    """Eq. 3, on a map with invalid cells and odd sides."""
    attend = attention(PositionAttention, 4, reduction=reduction)
    valid = valid_cells(5, 7)
    features = torch.randn(2, 4, 5, 7)
    key, query = attend.key(features), attend.query(features)
    found = attend(features, valid)
    squares = [(slice(d, d + reduction), slice(t, t + reduction))
               for d in range(0, 5, reduction)
               for t in range(0, 7, reduction)]
    for each in range(2):
        keys, values = [], []
        for place in squares:
            inside = valid[place]
            if inside.any():
                keys.append(key[each][:, place[0], place[1]][
                    :, inside].amax(dim=1))
                values.append(features[each][:, place[0], place[1]][
                    :, inside].amax(dim=1))
        for d in range(5):
            for t in range(7):
                b = query[each, :, d, t]
                weight = [math.exp(float(a @ b)) for a in keys]
                attended = valid[d, t] * sum(w * value for w, value in zip(
                    weight, values)) / sum(weight)
                torch.testing.assert_close(
                    found[each, :, d, t],
                    features[each, :, d, t] + 0.7 * attended,
                    rtol=1e-4, atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize('mean', [True, False])
def test_channel_attention_beside_a_double_loop(mean):
    attend = attention(ChannelAttention, mean=mean)
    valid, features = valid_cells(3, 4), 0.3 * torch.randn(1, 5, 3, 4)
    found = attend(features, valid)[0]
    cells = features[0][:, valid]
    for channel in range(5):
        weight = [math.exp(float(cells[channel] @ other) / (
            int(valid.sum()) if mean else 1)) for other in cells]
        attended = sum(w * other for w, other in zip(weight, features[0]))
        torch.testing.assert_close(
            found[channel],
            features[0, channel] + 0.7 * attended / sum(weight))


def test_attention_starts_as_none_and_learns():
    features = torch.randn(1, 4, 3, 4)
    for attend in (PositionAttention(4), ChannelAttention()):
        found = attend(features, valid_cells(3, 4))
        assert torch.equal(found, features)
        found.sum().backward()
        assert attend.gate.grad.item() != 0


@pytest.mark.parametrize('reduction', [1, 2])
def test_pairs_are_never_all_in_memory(reduction):
    """PyTorch's fused kernel takes it, and its gradients; others, which hold
    all pairs, are switched off."""
    attend = attention(PositionAttention, 8, reduction=reduction)
    features = torch.randn(2, 8, 6, 10, requires_grad=True)
    with sdpa_kernel(SDPBackend.FLASH_ATTENTION):
        attend(features, valid_cells(6, 10)).sum().backward()
    assert features.grad.isfinite().all()
